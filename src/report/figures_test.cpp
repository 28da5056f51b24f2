// Figures as people read them, at the edges where rounding changes the unit.
#include "report/figures.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "quantity/date.h"

namespace warchest::report {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kEndless = std::numeric_limits<double>::infinity();

TEST(Figures, MoneyHasTwoFiguresAndItsUnit) {
  EXPECT_EQ(amount(6.6e9, "USD"), "$6.6B");
  EXPECT_EQ(amount(-120.4e6, "USD"), "-$120M");
  EXPECT_EQ(amount(1.0e12, "USD"), "$1.0T");
  EXPECT_EQ(amount(45e6, "EUR"), "€45M");
  EXPECT_EQ(amount(12'345, "SEK"), "12k SEK");
  EXPECT_EQ(amount(900, "USD"), "$900");
  EXPECT_EQ(amount(0.5, "USD"), "$0.50");
  EXPECT_EQ(amount(0, "USD"), "$0");
  EXPECT_EQ(amount(-0.0, "USD"), "$0");
  EXPECT_EQ(amount(1.23e9, "USD/month", 3), "$1.23B/month");
}

TEST(Figures, RoundingCarriesIntoTheNextUnit) {
  EXPECT_EQ(amount(999.6e6, "USD"), "$1.0B");
  EXPECT_EQ(amount(994.9e6, "USD"), "$990M");
  EXPECT_EQ(amount(999.9, "USD"), "$1.0k");
  EXPECT_EQ(plain_number(99.96), "100");
}

TEST(Figures, OtherUnitsStandBehind) {
  EXPECT_EQ(amount(61.4, "USD/MWh"), "$61/MWh");
  EXPECT_EQ(amount(1.2, "MWh"), "1.2 MWh");
  EXPECT_EQ(amount(0.349, ""), "0.35");
  EXPECT_EQ(amount(1234, ""), "1,200");
  EXPECT_EQ(amount(2.5e6, ""), "2.5M");
  EXPECT_EQ(amount(0.00000123, ""), "1.2e-06");
  EXPECT_EQ(amount(0.02, "1/month"), "24 %/year");
  EXPECT_EQ(amount(1460, "USD/GPU/month"), "$2.0/GPU/hour");
  EXPECT_EQ(amount_error(73, 1460, "USD/GPU/month"), "±$0.1/GPU/hour");
  EXPECT_EQ(amount(1460, "USD/GPU"), "$1.5k/GPU");
}

TEST(Figures, MonthsAreWholeWhereTheyAre) {
  EXPECT_EQ(amount(13, "months"), "13 months");
  EXPECT_EQ(amount(1, "months"), "1 month");
  EXPECT_EQ(amount(123, "months"), "123 months");
  EXPECT_EQ(amount(13.48, "months"), "13 months");
  EXPECT_EQ(amount(kEndless, "months"), "endless");
}

TEST(Figures, AnErrorStandsInTheScaleOfItsValue) {
  EXPECT_EQ(with_error({6.6e9, 0.023e9}, "USD"), "$6.6B ±$0.02B");
  EXPECT_EQ(with_error({6.6e9, 0.96e9}, "USD"), "$6.6B ±$1B");
  EXPECT_EQ(with_error({6.6e9, 1e3}, "USD"), "$6.6B ±$1k");
  EXPECT_EQ(with_error({2.4e9, 1e6}, "USD"), "$2.4B ±$1M");
  EXPECT_EQ(with_error({6.6e9, 0}, "USD"), "$6.6B ±0");
  EXPECT_EQ(with_error({6.6e9, kNan}, "USD"), "$6.6B ±?");
  EXPECT_EQ(with_error({kNan, kNan}, "USD"), "none");
}

TEST(Figures, SharesNeverRoundToCertainty) {
  EXPECT_EQ(percent(0), "0 %");
  EXPECT_EQ(percent(1), "100 %");
  EXPECT_EQ(percent(0.124), "12 %");
  EXPECT_EQ(percent(0.0034), "0.34 %");
  EXPECT_EQ(percent(0.000012), "0.0012 %");
  EXPECT_EQ(percent(0.943), "94 %");
  EXPECT_EQ(percent(0.9961), "99.6 %");
  EXPECT_EQ(percent(0.99996), "99.996 %");
  EXPECT_EQ(percent_with_error({0.124, 0.0042}), "12 % ±0.4 %");
  EXPECT_EQ(percent_with_error({1, 0}), "100 % ±0 %");
}

RC_GTEST_PROP(Figures, AShareIsCertainOnlyIfItIs, ()) {
  const double share = *rc::gen::map(rc::gen::inRange(1, 1'000'000), [](int n) { return n / 1e6; });
  RC_ASSERT(percent(share) != "0 %");
  RC_ASSERT(percent(share) != "100 %");
  RC_ASSERT(std::abs(std::stod(percent(share)) / 100 - share) <= 0.051 * std::min(share, 1 - share) + 0.0051);
}

TEST(Figures, ChancesAreWords) {
  EXPECT_EQ(chances(0.9), "9 chances in 10");
  EXPECT_EQ(chances(0.71), "7 chances in 10");
  EXPECT_EQ(chances(0.5), "1 chance in 2");
  EXPECT_EQ(chances(0.25), "1 chance in 4");
  EXPECT_EQ(chances(0.1), "1 chance in 10");
  EXPECT_EQ(chances(0.001), "1 chance in 1,000");
  EXPECT_EQ(chances(0.99), "all but 1 chance in 100");
  EXPECT_EQ(chances(0.00072), "1 chance in 1,400");
  EXPECT_EQ(chances(0), "no path");
  EXPECT_EQ(chances(1), "every path");
}

TEST(Figures, MonthsHaveNames) {
  EXPECT_EQ(month_in_words(quantity::month_number(2026, 3)), "March 2026");
  EXPECT_EQ(month_short(quantity::month_number(2026, 3)), "2026-03");
  EXPECT_EQ(months_error(0.23), "±0.2 months");
  EXPECT_EQ(grouped(100'000), "100,000");
  EXPECT_EQ(grouped(999), "999");
}

// The rounded text is never further from the value than half a unit of its second figure.
RC_GTEST_PROP(Figures, TwoFiguresAreWithinFivePercent, ()) {
  const int exponent = *rc::gen::inRange(-3, 14);
  const double value = *rc::gen::map(rc::gen::inRange(1000, 9999), [](int n) { return n / 1000.0; }) * std::pow(10, exponent);
  std::string text = amount(value, "USD").substr(1);
  double scale = 1;
  switch (text.back()) {
    case 'k': scale = 1e3; break;
    case 'M': scale = 1e6; break;
    case 'B': scale = 1e9; break;
    case 'T': scale = 1e12; break;
    default: break;
  }
  text.erase(std::remove(text.begin(), text.end(), ','), text.end());
  RC_ASSERT(std::abs(std::stod(text) * scale / value - 1) <= 0.0501);
}

TEST(Figures, RatesAreToldByTheYear) {
  EXPECT_EQ(amount(-1.0 / 12, "1/month"), "-100 %/year");
  EXPECT_EQ(amount(0.03, "1/month"), "36 %/year");
  EXPECT_EQ(amount_error(0.001, 0.03, "1/month"), "±1 %/year");
}

}  // namespace
}  // namespace warchest::report
