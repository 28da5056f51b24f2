// Series that stand before the first month: how totals of periods become months, and anchors a curve.
//
// Period tables (Boot, Feibes and Lisman 1967): of all months that hold every period's total, those with the least sum of squared steps.
// Setting the derivative to zero makes the months of a period lie on a parabola that continues its neighbours: given the steps
// across the borders of periods, everything inside follows. With mean m, step a in front of the period and step b behind it (0 at the
// ends of the table), month j of L is
//   x[j] = m + a*A[j] + b*B[j],   B[j] = (j(j+1)/2 - (L*L-1)/6) / L,   A[j] = j - (L-1)/2 - B[j]
// and that neighbours meet is a tridiagonal system for the steps, diagonally dominant, with a matrix that depends on the lengths alone:
// it is factored once, here, and solved on each path. So the cost is a few operations per month however many periods there are.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "program/program.h"

namespace warchest::program {

// The constants of one period structure. On a path, in this order of operations (the engine does the same on columns):
//   mean[p]  = total[p] / length[p]
//   e[p]     = (mean[p+1] - mean[p]) - e[p-1] * forward[p]          p = 0 … borders-1, ascending; the first has no second term
//   step[p]  = e[p] * inverse[p] - step[p+1] * backward[p]          descending; the last has no second term
//   x[p][j]  = (mean[p] + step[p-1] * before[j]) + step[p] * behind[j]   terms of steps that do not exist are left out
// Kept positive: a month with x < 0.1 * mean[p] wants the path mixed by at most (0.9 * mean[p]) / (mean[p] - x); with the least of these
// as s (at least 0), all months become s * x + (1 - s) * mean[p].
struct PeriodShape {
  struct Period {
    std::int32_t first = 0, last = 0;
    std::vector<double> before, behind;  // A and B
  };
  std::vector<Period> periods;
  std::vector<double> forward, inverse, backward;  // one a border
};
PeriodShape period_shape(const PeriodTable& table);

inline constexpr double kLeastShareOfMean = 0.1;  // of a month in its period's mean, where a table is kept positive

// Months `from` … `to` of a table on one path: 0 before its first month, the last month's value after it.
std::vector<double> period_months(const PeriodShape& shape, std::span<const double> totals, bool keep_positive, std::int32_t from,
                                  std::int32_t to);

// Months `from` … `to` of a curve on one path. Between anchors v0 and v1, n months apart: geometric x[j] = x[j-1] * exp(log(v1/v0) *
// (1/n)), where v1/v0 is positive and finite, else (and where the curve is linear) v0 + (v1-v0) * (1/n) * j.
std::vector<double> curve_months(const Curve& curve, std::span<const double> values, std::int32_t from, std::int32_t to);

// A lookup on one path: (v[i+1] - v[i]) * ((x - key[i]) / (key[i+1] - key[i])) + v[i] between keys, held beyond; NaN at NaN.
double lookup_value(std::span<const double> keys, std::span<const double> values, double x);

}  // namespace warchest::program
