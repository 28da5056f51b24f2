// Periods as they are written, and months there and back.
#include "quantity/date.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "quantity/rate.h"

namespace warchest::quantity {
namespace {

TEST(Date, ReadsYearsQuartersMonthsAndDays) {
  EXPECT_EQ(parse_period("2024"), (Period{month_number(2024, 1), month_number(2024, 12), Grain::year}));
  EXPECT_EQ(parse_period("2024-Q3"), (Period{month_number(2024, 7), month_number(2024, 9), Grain::quarter}));
  EXPECT_EQ(parse_period("2024-10"), (Period{month_number(2024, 10), month_number(2024, 10), Grain::month}));
  EXPECT_EQ(parse_period("2024-02-29"), (Period{month_number(2024, 2), month_number(2024, 2), Grain::day}));
}

TEST(Date, RefusesWhatIsNoDate) {
  for (const char* text : {"", "20", "20245", "2024-", "2024-13", "2024-00", "2024-Q5", "2024-Q0", "2023-02-29", "2024-1", "2024-10-0",
                           "2024-10-32", "202x"}) {
    EXPECT_FALSE(parse_period(text)) << text;
  }
}

TEST(Date, SpellsTheShortestKey) {
  EXPECT_EQ(spelled_months(month_number(2026, 1), month_number(2026, 12)), "2026");
  EXPECT_EQ(spelled_months(month_number(2026, 4), month_number(2026, 6)), "2026-Q2");
  EXPECT_EQ(spelled_months(month_number(2026, 4), month_number(2026, 4)), "2026-04");
  EXPECT_EQ(spelled_months(month_number(2026, 4), month_number(2027, 3)), "2026-04 to 2027-03");
}

RC_GTEST_PROP(Date, AMonthIsReadBack, ()) {
  const int number = *rc::gen::inRange(0, 12 * 9999);
  const auto period = parse_period(spelled_month(number));
  RC_ASSERT(period.has_value());
  RC_ASSERT(period->first == number);
  RC_ASSERT(month_number(year_of(number), month_of(number)) == number);
}

RC_GTEST_PROP(Date, MonthsBeforeYearNoughtCountOn, ()) {
  const int number = *rc::gen::inRange(-5000, 5000);
  RC_ASSERT(month_number(year_of(number), month_of(number)) == number);
  RC_ASSERT(month_of(number) >= 1 && month_of(number) <= 12);
}

TEST(Rate, TwelveMonthsOfGrowthMakeTheYear) {
  double value = 1;
  for (int month = 0; month < 12; ++month) value *= 1 + monthly_growth(0.09 / 12);
  EXPECT_NEAR(value, 1.09, 1e-14);
  EXPECT_EQ(monthly_growth(0), 0);
  EXPECT_EQ(monthly_growth(-2), -1);
}

}  // namespace
}  // namespace warchest::quantity
