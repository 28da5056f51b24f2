// The statements of one path: every line and balance, by month, quarter or year.
//
// A flow of a period is the sum of its months, a stock its last value; a truth says whether it held in the last month. Periods are
// those of the calendar, cut to the horizon; a part period carries its months in its name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/reference.h"
#include "program/lower.h"

namespace warchest::analysis {

enum class Period : std::uint8_t { month, quarter, year };

struct Statements {
  struct Row {
    enum class Kind : std::uint8_t { heading, flow, stock, truth };
    std::string name, label;
    Kind kind = Kind::flow;
    std::string unit;            // that of the values: of a flow the amount, "USD"
    std::vector<double> values;  // by period; NaN: not known, infinity: endless
  };
  std::string title;
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
std::vector<PeriodMonths> periods_of(int start, int months, Period period);

Statements statements(const program::Statement& statement, const engine::PathRecord& record, int start, Period period);

}  // namespace warchest::analysis
