// Tables of quantile functions over the normal score: cubics through values and slopes at equal steps. Slopes come from five neighbouring
// values (error of fourth order, like the cubic's own) and are limited so that no cubic turns back (Fritsch and Carlson 1980).
#include <algorithm>
#include <cmath>

#include "kernels/kernels.h"
#include "kernels/quantile.h"

namespace warchest::kernels {
namespace {

constexpr double kReach = 6.4;  // scores beyond have a chance of 8e-11 a side; 32-bit words reach 6.34

// Slope times step at the middle of five values; the outer ones may be infinite, where the function ends.
double slope(const double* v) {
  const double wide = (v[-2] - 8 * v[-1] + 8 * v[1] - v[2]) / 12;
  return std::isfinite(wide) ? wide : (v[1] - v[-1]) / 2;
}
// At most three times the lesser of the neighbouring rises, none where they disagree: no turning back.
double limited(double slope, double left, double right) {
  if (left > 0 && right > 0) return std::clamp(slope, 0.0, 3 * std::min(left, right));
  if (left < 0 && right < 0) return std::clamp(slope, 3 * std::max(left, right), 0.0);
  return 0;
}

template <class Table>
double one_lane(const Table& table, double z) {
  alignas(kAlignment) double in[kPad] = {z}, out[kPad];
  table.at(in, out, 1);
  return out[0];
}

}  // namespace

void QuantileTable::at(const double* z, double* x, size_t n) const {
  kernels().cubic_table(z, low, inverse_step, intervals, coefficients.data(), x, n);
}
double QuantileTable::at1(double z) const { return one_lane(*this, z); }

void StepTable::at(const double* z, double* x, size_t n) const {
  kernels().step_table(z, thresholds.data(), thresholds.size(), values.data(), x, n);
}
double StepTable::at1(double z) const { return one_lane(*this, z); }

QuantileTable tabulate(const std::function<double(double z)>& quantile_at_score, size_t intervals) {
  QuantileTable table;
  table.low = -kReach;
  table.intervals = intervals;
  table.inverse_step = static_cast<double>(intervals) / (2 * kReach);
  const double step = 2 * kReach / static_cast<double>(intervals);
  constexpr size_t kBeyond = 2;  // values past each end, for slopes
  std::vector<double> values(intervals + 1 + 2 * kBeyond);
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = quantile_at_score(-kReach + step * (static_cast<double>(i) - static_cast<double>(kBeyond)));

  std::vector<double> slopes(intervals + 1);
  for (size_t i = 0; i <= intervals; ++i) {
    const double* v = &values[i + kBeyond];
    slopes[i] = limited(slope(v), v[0] - v[-1], v[1] - v[0]);
  }
  table.coefficients.resize(4 * intervals);
  for (size_t i = 0; i < intervals; ++i) {
    const double from = values[i + kBeyond], rise = values[i + kBeyond + 1] - from;
    double* c = &table.coefficients[4 * i];
    c[0] = from;
    c[1] = slopes[i];
    c[2] = 3 * rise - 2 * slopes[i] - slopes[i + 1];
    c[3] = slopes[i] + slopes[i + 1] - 2 * rise;
  }

  const double spread = std::abs(quantile_at_score(1) - quantile_at_score(-1));
  for (size_t i = 7; i < intervals; i += 16) {
    const double z = -kReach + step * (static_cast<double>(i) + 0.5);
    const double x = quantile_at_score(z), error = std::abs(table.at1(z) - x) / std::max(std::abs(x), spread);
    if (!(error <= table.max_error)) table.max_error = error;  // NaN shows
  }
  return table;
}

QuantileTable tabulate(Family family, std::span<const double> parameters, size_t intervals) {
  return tabulate([&](double z) { return quantile_at_score(family, parameters, z); }, intervals);
}

}  // namespace warchest::kernels
