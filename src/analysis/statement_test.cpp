// Periods of the calendar cut to the horizon; flows add up, stocks keep their last value.
#include "analysis/statement.h"

#include <gtest/gtest.h>

#include <cmath>

#include "quantity/date.h"
#include "quantity/unit.h"

namespace warchest::analysis {
namespace {

std::vector<std::string> names(int start, int months, Period period) {
  std::vector<std::string> list;
  for (const PeriodMonths& p : periods_of(start, months, period)) list.push_back(p.name);
  return list;
}

TEST(Statement, PeriodsAreThoseOfTheCalendar) {
  const int start = quantity::month_number(2024, 11);
  using Names = std::vector<std::string>;
  EXPECT_EQ(names(start, 3, Period::month), (Names{"2024-11", "2024-12", "2025-01"}));
  EXPECT_EQ(names(start, 7, Period::quarter), (Names{"2024-11 to 2024-12", "2025-Q1", "2025-04 to 2025-05"}));
  EXPECT_EQ(names(start, 15, Period::year), (Names{"2024-11 to 2024-12", "2025", "2026-01"}));
}

TEST(Statement, AFiscalYearIsCalledByTheYearInWhichItEnds) {
  std::vector<std::string> list;
  for (const PeriodMonths& p : periods_of(quantity::month_number(2024, 5), 16, Period::fiscal_year, 6)) list.push_back(p.name);
  EXPECT_EQ(list, (std::vector<std::string>{"2024-05 to 2024-06", "FY2025", "2025-07 to 2025-08"}));
}

TEST(Statement, EveryMonthIsInOnePeriod) {
  for (int start = 0; start < 12; ++start) {
    for (const Period period : {Period::month, Period::quarter, Period::year}) {
      int next = 0;
      for (const PeriodMonths& p : periods_of(start, 29, period)) {
        EXPECT_EQ(p.first, next);
        EXPECT_LE(p.first, p.last);
        next = p.last + 1;
      }
      EXPECT_EQ(next, 29);
    }
  }
}

TEST(Statement, FlowsAddUpAndStocksKeepTheirLast) {
  program::Statement statement;
  statement.program.months = 4;
  const quantity::Unit money = quantity::money("USD");
  const auto row = [&](const char* name, const char* label, program::Statement::Row::Kind kind, program::SlotId slot, quantity::Unit unit) {
    program::Statement::Row made;
    made.name = name;
    made.label = label;
    made.kind = kind;
    made.slot = slot;
    made.unit = std::move(unit);
    statement.rows.push_back(std::move(made));
  };
  row("a", "Acme", program::Statement::Row::Kind::heading, program::kNoSlot, {});
  row("a.cost", "Cost", program::Statement::Row::Kind::flow, 1, money * quantity::per_month());
  row("a.cash", "Cash", program::Statement::Row::Kind::stock, 2, money);
  engine::PathRecord record;
  record.slots = {{1, "a.cost", program::Keep::history, 0, {1, 2, 3, 4}}, {2, "a.cash", program::Keep::history, -1, {100, 99, 97, 94, 90}}};
  StatementLayout layout;
  layout.start = quantity::month_number(2024, 11);
  layout.period = Period::year;
  const Statements made = statements(statement, record, layout);
  ASSERT_EQ(made.rows.size(), 3u);
  EXPECT_TRUE(made.rows[0].values.empty());
  EXPECT_EQ(made.rows[1].values, (std::vector<double>{3, 7}));
  EXPECT_EQ(made.rows[1].unit, "USD");
  EXPECT_EQ(made.rows[2].values, (std::vector<double>{97, 90}));
}

}  // namespace
}  // namespace warchest::analysis
