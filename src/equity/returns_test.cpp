// Returns against published figures, closed forms, and a scan that cannot miss a change of sign.
#include "equity/returns.h"

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace warchest::equity {
namespace {

TEST(Returns, ExampleOfExcelsXirr) {
  // Microsoft's documentation of XIRR: these five flows, 37.3362535 %.
  const auto result =
      returns_of({{{2008, 1, 1}, -10000}, {{2008, 3, 1}, 2750}, {{2008, 10, 30}, 4250}, {{2009, 2, 15}, 3250}, {{2009, 4, 1}, 2750}});
  ASSERT_EQ(result.rates.size(), 1u);
  EXPECT_NEAR(result.rates[0], 0.373362535, 5e-9);
  EXPECT_DOUBLE_EQ(result.multiple, 1.3);
}

TEST(Returns, ExampleOfExcelsXnpv) {
  // Microsoft's documentation of XNPV: 9 % over the same dates, 2086.65.
  EXPECT_NEAR(
      net_present_value({{{2008, 1, 1}, -10000}, {{2008, 3, 1}, 2750}, {{2008, 10, 30}, 4250}, {{2009, 2, 15}, 3250}, {{2009, 4, 1}, 2750}},
                        0.09),
      2086.65, 0.005);
}

TEST(Returns, OneYearIsTheRatio) {
  const auto result = returns_of({{{2025, 3, 1}, -100}, {{2026, 3, 1}, 125}});
  ASSERT_EQ(result.rates.size(), 1u);
  EXPECT_NEAR(result.rates[0], 0.25, 1e-12);
}

TEST(Returns, TwoRates) {
  // -100 (1 + r)^2 + 230 (1 + r) - 132 = 0 at 10 % and 20 % (the textbook example of a pair of rates).
  const auto result = returns_of({{{2025, 1, 1}, -100}, {{2026, 1, 1}, 230}, {{2027, 1, 1}, -132}});
  ASSERT_EQ(result.rates.size(), 2u);
  EXPECT_NEAR(result.rates[0], 0.10, 1e-10);
  EXPECT_NEAR(result.rates[1], 0.20, 1e-10);
}

TEST(Returns, NoneHasAReason) {
  EXPECT_EQ(returns_of({}).reason, "nothing was paid in or received");
  EXPECT_EQ(returns_of({{{2025, 1, 1}, 5}}).reason, "nothing was paid in");
  EXPECT_EQ(returns_of({{{2025, 1, 1}, -5}}).reason, "nothing was received");
  const auto result = returns_of({{{2025, 1, 1}, -100}, {{2026, 1, 1}, 100}, {{2027, 1, 1}, -100}});
  EXPECT_TRUE(result.rates.empty());
  EXPECT_EQ(result.reason, "the present value has the same sign at every rate");
}

TEST(Returns, FlowsOfADayAreOne) {
  const auto result = returns_of({{{2026, 1, 1}, 60}, {{2025, 1, 1}, -40}, {{2025, 1, 1}, -10}});
  ASSERT_EQ(result.rates.size(), 1u);
  EXPECT_NEAR(result.rates[0], 0.2, 1e-12);
}

// Every change of sign on a fine grid has a rate, and every rate is a root.
TEST(Returns, NoRootIsMissed) {
  std::mt19937 luck(7);
  std::uniform_real_distribution<double> amount(-100, 100);
  int several = 0;
  for (int trial = 0; trial < 2000; ++trial) {
    std::vector<CashFlow> flows;
    for (int i = 0; i < 6; ++i) flows.push_back({{2020 + i, static_cast<int>(1 + luck() % 12), 1}, amount(luck)});
    const auto result = returns_of(flows);
    several += result.rates.size() > 1;
    for (const double rate : result.rates) {
      if (std::fabs(std::log1p(rate)) > 10) continue;  // 1 + rate has no digits left to check
      double size = 0;
      for (const auto& flow : flows)
        size += std::fabs(flow.amount) * std::pow(1 + rate, -static_cast<double>(days_between(flows[0].date, flow.date)) / 365);
      EXPECT_LT(std::fabs(net_present_value(flows, rate)), 1e-9 * size);
    }
    std::size_t changes = 0;
    double before = net_present_value(flows, std::expm1(-5.0));
    for (double x = -5; x < 5; x += 0.01) {
      const double now = net_present_value(flows, std::expm1(x + 0.01));
      changes += (now < 0) != (before < 0);
      before = now;
    }
    const auto inside = std::count_if(result.rates.begin(), result.rates.end(), [](double r) { return std::fabs(std::log1p(r)) < 5; });
    EXPECT_GE(static_cast<std::size_t>(inside), changes);
  }
  EXPECT_GT(several, 20);
}

}  // namespace
}  // namespace warchest::equity
