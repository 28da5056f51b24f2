// Tables are made as fine as they must be: intervals are doubled twice over until the cubics are within kTableError of the function.
#include "engine/prepared.h"

#include <bit>
#include <limits>

#include "kernels/one_lane.h"

namespace warchest::engine {
namespace {

constexpr double kTableError = 1e-8;
constexpr std::size_t kFewestIntervals = 256, kMostIntervals = 4096;

kernels::QuantileTable cubics_of(const program::QuantileTable& table) {
  kernels::QuantileTable out;
  for (std::size_t intervals = kFewestIntervals; intervals <= kMostIntervals; intervals *= 4) {
    out = kernels::tabulate(table.at_score, intervals);
    if (out.max_error <= kTableError) break;
  }
  return out;
}

// Value k where chances[k-1] <= Phi(z) < chances[k].
kernels::StepTable steps_of(const program::QuantileTable& table) {
  const std::size_t count = table.values.size(), padded = std::bit_ceil(count);
  kernels::StepTable out;
  for (std::size_t k = 0; k + 1 < count; ++k) out.thresholds.push_back(kernels::normal_quantile1(table.chances[k]));
  out.thresholds.resize(padded - 1, std::numeric_limits<double>::infinity());
  out.values = table.values;
  out.values.resize(padded, table.values.back());
  return out;
}

}  // namespace

Prepared prepare(const program::Program& program) {
  Prepared out;
  out.cubics.resize(program.quantile_tables.size());
  out.steps.resize(program.quantile_tables.size());
  std::vector<bool> used(program.quantile_tables.size());
  for (const auto* section : {&program.setup, &program.month, &program.finish}) {
    for (const auto& x : *section) {
      if (x.op == program::Op::quantile_table) used[x.data] = true;
    }
  }
  for (std::size_t i = 0; i < used.size(); ++i) {
    const auto& table = program.quantile_tables[i];
    if (!used[i]) continue;
    if (table.discrete) {
      out.steps[i] = steps_of(table);
    } else {
      out.cubics[i] = cubics_of(table);
    }
  }
  for (const auto& table : program.period_tables) out.periods.push_back(program::period_shape(table));
  return out;
}

}  // namespace warchest::engine
