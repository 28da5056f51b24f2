// Days and accrual. Figures: ovf docs/debt.md A1 to A6, 1,000,000 at 8% from 2025-01-01.
#include "equity/interest.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace warchest::equity {
namespace {

Interest eight_percent() {
  Interest terms;
  terms.rate = Number::ratio(8, 100);
  terms.from = Date{2025, 1, 1};
  return terms;
}

constexpr Date kTwoYears{2027, 1, 1};

TEST(Interest, Published) {
  Interest terms = eight_percent();
  EXPECT_EQ(*accrued(1'000'000, terms, kTwoYears), Number(160'000));  // A1
  terms.day_count = DayCount::actual_360;
  EXPECT_EQ(*accrued(1'000'000, terms, kTwoYears), Number::ratio(1'460'000, 9));  // A5
  terms = eight_percent();
  terms.accrual = Accrual::compound;
  EXPECT_EQ(*accrued(1'000'000, terms, kTwoYears), Number(166'400));  // A2
  terms.periods_per_year = 4;
  EXPECT_EQ(accrued(1'000'000, terms, kTwoYears)->decimal(10), "171659.3810022656");  // A3
}

TEST(Interest, ABegunPeriodHasEarnedNothing) {
  Interest terms = eight_percent();
  terms.accrual = Accrual::compound;
  EXPECT_EQ(*accrued(1'000'000, terms, Date{2026, 12, 31}), Number(80'000));
}

TEST(Interest, EndsAtMaturityAndBeginsAtIssue) {
  Interest terms = eight_percent();
  terms.until = Date{2026, 1, 1};
  EXPECT_EQ(*accrued(1'000'000, terms, kTwoYears), Number(80'000));
  EXPECT_FALSE(accrued(1'000'000, terms, Date{2024, 12, 31}));
  EXPECT_EQ(*accrued(1'000'000, terms, std::nullopt), Number(0));
}

TEST(Interest, ThirtyOver360) {
  Interest terms = eight_percent();
  terms.day_count = DayCount::thirty_360;
  EXPECT_EQ(*accrued(1'000'000, terms, Date{2026, 1, 31}), Number(80'000) * 390 / 360);
  terms.from = Date{2025, 1, 31};
  EXPECT_EQ(*accrued(1'000'000, terms, Date{2025, 3, 31}), Number(80'000) * 60 / 360);
}

TEST(Interest, RefusesToFillMemory) {
  Interest terms = eight_percent();
  terms.accrual = Accrual::compound;
  terms.periods_per_year = 365;
  EXPECT_FALSE(accrued(1, terms, Date{2325, 1, 1}));
}

TEST(Dates, Parse) {
  EXPECT_EQ(parse_date("2028-02-29"), (Date{2028, 2, 29}));
  for (const char* wrong : {"2027-02-29", "2027-13-01", "2027-1-1", "27-01-01", "2027-01-00", "2027/01/01", "-027-01-01", ""}) {
    EXPECT_FALSE(parse_date(wrong)) << wrong;
  }
  EXPECT_EQ(days_between({2027, 1, 1}, {2029, 1, 1}), 731);
  EXPECT_EQ(spelled({2027, 1, 9}), "2027-01-09");
}

RC_GTEST_PROP(Dates, DaysAddUp, ()) {
  const auto any = [] { return Date{*rc::gen::inRange(1900, 2100), *rc::gen::inRange(1, 13), *rc::gen::inRange(1, 29)}; };
  const Date a = any(), b = any(), c = any();
  RC_ASSERT(days_between(a, b) + days_between(b, c) == days_between(a, c));
  RC_ASSERT((a < b) == (days_between(a, b) > 0));
}

}  // namespace
}  // namespace warchest::equity
