// What a program needs worked out once, before any path: distributions tabulated, period structures factored. Both evaluators use it.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/quantile.h"
#include "program/program.h"
#include "program/series.h"

namespace warchest::engine {

struct Prepared {
  // By Program::quantile_tables; of each table one of the two is filled, and neither where no instruction uses it.
  std::vector<kernels::QuantileTable> cubics;
  std::vector<kernels::StepTable> steps;
  std::vector<program::PeriodShape> periods;  // by Program::period_tables
};
Prepared prepare(const program::Program& program);

// The ordinal of an attempt, from a number: whole part, negative and NaN as 0, at most 2^31 - 1.
inline std::uint32_t ordinal_of(double x) { return x >= 0 ? static_cast<std::uint32_t>(x < 2147483647.0 ? x : 2147483647.0) : 0; }

}  // namespace warchest::engine
