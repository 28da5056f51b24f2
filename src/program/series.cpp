// Period tables, curves and lookups on one path, and the factoring of a period structure. Formulas and their derivation: series.h.
#include "program/series.h"

#include <algorithm>
#include <limits>

#include "kernels/one_lane.h"

namespace warchest::program {

PeriodShape period_shape(const PeriodTable& table) {
  PeriodShape shape;
  for (const auto& period : table.periods) {
    const int months = period.last - period.first + 1;
    const double length = months;
    PeriodShape::Period out{period.first, period.last, {}, {}};
    for (int j = 0; j < months; ++j) {
      const double behind = (0.5 * j * (j + 1) - (length * length - 1) / 6) / length;
      out.behind.push_back(behind);
      out.before.push_back(j - (length - 1) / 2 - behind);
    }
    shape.periods.push_back(std::move(out));
  }
  // Border p, between periods p and p+1: last(p) + step[p] = first(p+1), which is
  //   below * step[p-1] + diagonal * step[p] + above * step[p+1] = mean[p+1] - mean[p]
  double pivot = 0, above_before = 0;
  for (std::size_t p = 0; p + 1 < shape.periods.size(); ++p) {
    const auto &left = shape.periods[p], &right = shape.periods[p + 1];
    const double below = left.before.back(), above = -right.behind.front();
    const double diagonal = 1 + left.behind.back() - right.before.front();
    const double forward = p == 0 ? 0 : below / pivot;
    pivot = diagonal - forward * above_before;
    above_before = above;
    shape.forward.push_back(forward);
    shape.inverse.push_back(1 / pivot);
    shape.backward.push_back(above / pivot);
  }
  return shape;
}

namespace {

struct Solved {
  std::vector<double> means, months;  // months: of all periods, from the first on
};

Solved solve(const PeriodShape& shape, std::span<const double> totals) {
  Solved out;
  const std::size_t count = shape.periods.size(), borders = count - 1;
  for (std::size_t p = 0; p < count; ++p) out.means.push_back(totals[p] / static_cast<double>(shape.periods[p].before.size()));
  std::vector<double> step(borders);
  for (std::size_t p = 0; p < borders; ++p) {
    step[p] = out.means[p + 1] - out.means[p];
    if (p > 0) step[p] = step[p] - step[p - 1] * shape.forward[p];
  }
  for (std::size_t p = borders; p-- > 0;) {
    step[p] = step[p] * shape.inverse[p];
    if (p + 1 < borders) step[p] = step[p] - step[p + 1] * shape.backward[p];
  }
  for (std::size_t p = 0; p < count; ++p) {
    for (std::size_t j = 0; j < shape.periods[p].before.size(); ++j) {
      double x = out.means[p];
      if (p > 0) x = x + step[p - 1] * shape.periods[p].before[j];
      if (p < borders) x = x + step[p] * shape.periods[p].behind[j];
      out.months.push_back(x);
    }
  }
  return out;
}

void mix_until_positive(const PeriodShape& shape, Solved& solved) {
  double share = 1;
  std::size_t month = 0;
  for (std::size_t p = 0; p < shape.periods.size(); ++p) {
    const double mean = solved.means[p], least = kLeastShareOfMean * mean;
    for (std::size_t j = 0; j < shape.periods[p].before.size(); ++j, ++month) {
      const double x = solved.months[month];
      if (!(x < least)) continue;
      const double wanted = ((1 - kLeastShareOfMean) * mean) / (mean - x);
      if (wanted < share) share = wanted;
    }
  }
  if (!(share < 1)) return;
  if (share < 0) share = 0;
  month = 0;
  for (std::size_t p = 0; p < shape.periods.size(); ++p) {
    for (std::size_t j = 0; j < shape.periods[p].before.size(); ++j, ++month) {
      solved.months[month] = share * solved.months[month] + (1 - share) * solved.means[p];
    }
  }
}

}  // namespace

std::vector<double> period_months(const PeriodShape& shape, std::span<const double> totals, bool keep_positive, std::int32_t from,
                                  std::int32_t to) {
  Solved solved = solve(shape, totals);
  if (keep_positive) mix_until_positive(shape, solved);
  const std::int32_t first = shape.periods.front().first, last = shape.periods.back().last;
  std::vector<double> out;
  for (std::int32_t t = from; t <= to; ++t) {
    out.push_back(t < first ? 0 : solved.months[static_cast<std::size_t>(std::min(t, last) - first)]);
  }
  return out;
}

std::vector<double> curve_months(const Curve& curve, std::span<const double> values, std::int32_t from, std::int32_t to) {
  std::vector<double> between;  // from the first anchor to the last
  for (std::size_t i = 0; i + 1 < values.size(); ++i) {
    const std::int32_t n = curve.anchors[i + 1].month - curve.anchors[i].month;
    const double per_month = 1.0 / n, ratio = values[i + 1] / values[i];
    const bool geometric = !curve.linear && ratio > 0 && ratio < std::numeric_limits<double>::infinity();
    between.push_back(values[i]);
    if (n == 1) continue;
    const double factor = geometric ? kernels::exp1(kernels::log1(ratio) * per_month) : (values[i + 1] - values[i]) * per_month;
    for (std::int32_t j = 1; j < n; ++j) between.push_back(geometric ? between.back() * factor : values[i] + factor * j);
  }
  between.push_back(values.back());
  const std::int32_t first = curve.anchors.front().month, last = curve.anchors.back().month;
  std::vector<double> out;
  for (std::int32_t t = from; t <= to; ++t) out.push_back(between[static_cast<std::size_t>(std::clamp(t, first, last) - first)]);
  return out;
}

double lookup_value(std::span<const double> keys, std::span<const double> values, double x) {
  if (x != x) return x;
  if (x < keys.front()) return values.front();
  if (x >= keys.back()) return values.back();
  std::size_t i = 0;
  while (x >= keys[i + 1]) ++i;
  return (values[i + 1] - values[i]) * ((x - keys[i]) / (keys[i + 1] - keys[i])) + values[i];
}

}  // namespace warchest::program
