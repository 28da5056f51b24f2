// The statements of one path, or of all paths line by line: every line and balance, by month, quarter, year or fiscal year.
//
// A flow of a period is the sum of its months, a stock its last value; a truth says whether it held in the last month. Periods are
// those of the calendar, cut to the horizon; a part period carries its months in its name; a fiscal year is called by the calendar year in
// which it ends. Means over paths add up as lines do; quantiles are taken line by line and do not.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/reference.h"
#include "program/lower.h"

namespace warchest::analysis {

enum class Period : std::uint8_t { month, quarter, year, fiscal_year };
enum class Shown : std::uint8_t { all, income, cash, balance };  // which of the statements

struct Statements {
  struct Row {
    enum class Kind : std::uint8_t { heading, flow, stock, truth };
    std::string name, label;
    Kind kind = Kind::flow;
    std::string unit;            // that of the values: of a flow the amount, "USD"
    std::vector<double> values;  // by period; NaN: not known, infinity: endless
    std::vector<double> errors;  // over all paths: standard errors of the values; NaN where there is none
    program::Statement::Row::Part part = program::Statement::Row::Part::beside;
    int depth = 0;
    bool nil_if_nothing = false;
    std::string company;
  };
  struct Over {  // all paths instead of one
    std::uint64_t paths = 0;
    std::optional<double> quantile;  // none: the mean
  };
  std::string title;
  std::string scenario;
  std::optional<Over> over;
  std::optional<std::uint64_t> path;  // none: all luck at its median
  std::uint64_t seed = 1;
  std::vector<std::string> periods;  // "2026-Q2"
  std::vector<Row> rows;
};

// The months of each period, first to last inclusive, counted from the start; `start` is the absolute month of month 0.
struct PeriodMonths {
  std::string name;
  int first = 0, last = 0;
};
std::vector<PeriodMonths> periods_of(int start, int months, Period period, int year_ends = 12);

struct StatementLayout {
  int start = 0;  // the absolute month of month 0
  Period period = Period::month;
  int year_ends = 12;  // of fiscal years: the last month, 1 to 12
  Shown shown = Shown::all;
  std::string company;  // by name; empty: all
};

Statements statements(const program::Statement& statement, const engine::PathRecord& record, const StatementLayout& layout);
Statements statements(program::Statement statement, const Statements::Over& over, std::uint64_t seed, const StatementLayout& layout);

}  // namespace warchest::analysis
