// Black and Scholes against the textbook, and the method against integrating the payoffs over the distribution.
#include "equity/opm.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <numbers>

#include "equity/random_tables_test.h"

namespace warchest::equity {
namespace {

// Hull, Options, Futures and Other Derivatives: S 42, K 40, r 10%, volatility 20%, half a year: call 4.76.
TEST(Opm, CallOfTheTextbook) { EXPECT_NEAR(call_value(42, 40, {0.5, 0.2, 0.1}), 4.7594, 1e-4); }

TEST(Opm, WithoutVolatilityItIsTheForwardPayoff) {
  EXPECT_DOUBLE_EQ(call_value(100, 90, {1, 0, 0.05}), 100 - 90 * std::exp(-0.05));
  EXPECT_DOUBLE_EQ(call_value(100, 120, {0, 0.5, 0.05}), 0);
  EXPECT_DOUBLE_EQ(digital_value(100, 90, {0, 0.5, 0.05}), 1);
}

double integrated(const PayoffTable& payoffs, std::size_t index, double equity, const OpmMarket& market) {
  const double spread = market.volatility * std::sqrt(market.term_years);
  const double drift = (market.risk_free - market.volatility * market.volatility / 2) * market.term_years;
  double sum = 0;
  constexpr int kSteps = 8000;
  for (int i = 0; i < kSteps; ++i) {
    const double z = -8 + 16 * (i + 0.5) / kSteps;
    const double exit = equity * std::exp(drift + spread * z);
    const auto above = std::upper_bound(payoffs.segments.begin(), payoffs.segments.end(), exit,
                                        [](double x, const PayoffSegment& segment) { return x < segment.from.to_double(); });
    const PayoffSegment& segment = *std::prev(above);
    const double paid = segment.payouts[index].to_double() + segment.slopes[index].to_double() * (exit - segment.from.to_double());
    sum += paid * std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi) * 16 / kSteps;
  }
  return sum * std::exp(-market.risk_free * market.term_years);
}

RC_GTEST_PROP(Opm, EqualsIntegratingThePayoff, ()) {
  const CapTable table = any_table({3, 2, 0, 2, 0});
  const auto payoffs = payoff_table(table, std::nullopt);
  RC_PRE(static_cast<bool>(payoffs));
  const double equity = *rc::gen::inRange(1, 40) * 250.0;
  const OpmMarket market{*rc::gen::inRange(1, 6) * 1.0, *rc::gen::inRange(2, 9) / 10.0, *rc::gen::inRange(0, 6) / 100.0};
  const auto values = opm_values(*payoffs, equity, market);
  RC_ASSERT(static_cast<bool>(values));
  double total = 0;
  for (std::size_t k = 0; k < values->size(); ++k) {
    total += (*values)[k];
    RC_ASSERT(std::abs((*values)[k] - integrated(*payoffs, k, equity, market)) < 2e-3 * equity);
  }
  RC_ASSERT(std::abs(total - equity) < 1e-9 * equity);
}

TEST(Opm, BacksolveFindsTheEquityOfALastRoundPrice) {
  Preferred a;
  a.shares = 2'000'000;
  a.original_price = a.conversion_price = Number::ratio(5, 2);
  const CapTable table{{{"founders", Common{8'000'000}}, {"A", a}}, {}};
  const OpmMarket market{3, 0.6, 0.04};
  const auto payoffs = payoff_table(table, std::nullopt);
  const auto equity = backsolve(*payoffs, 1, 2'000'000, 2.5, market);
  ASSERT_TRUE(equity);
  EXPECT_NEAR((*opm_values(*payoffs, *equity, market))[1] / 2'000'000, 2.5, 1e-9);
  EXPECT_LT((*opm_values(*payoffs, *equity, market))[0] / 8'000'000, 2.5);  // common is worth less than preferred
}

TEST(Opm, RefusesWhatCannotBe) {
  const CapTable table{{{"founders", Common{1}}, {"pool", Pool{5}}}, {}};
  const auto payoffs = payoff_table(table, std::nullopt);
  EXPECT_FALSE(opm_values(*payoffs, -1, {1, 0.5, 0}));
  EXPECT_FALSE(opm_values(*payoffs, 1, {-1, 0.5, 0}));
  EXPECT_FALSE(backsolve(*payoffs, 1, 5, 1, {1, 0.5, 0}));  // the pool is never worth anything
  EXPECT_FALSE(backsolve(*payoffs, 7, 5, 1, {1, 0.5, 0}));
}

}  // namespace
}  // namespace warchest::equity
