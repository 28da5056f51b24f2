// Errors of estimates, and quantiles asked for after the run.
#include "results/results.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "results/quantile.h"

namespace warchest::results {

// Deviations are taken from the first scramble, so that equal scrambles have no error at all.
double Estimate::error() const {
  double first = 0, sum = 0;
  int count = 0;
  for (const double s : scrambles) {
    if (s != s) continue;
    if (count++ == 0) first = s;
    sum += s - first;
  }
  if (count < 2) return std::numeric_limits<double>::quiet_NaN();
  const double mean = sum / count;
  double about_mean = 0;
  for (const double s : scrambles) {
    if (s == s) about_mean += (s - first - mean) * (s - first - mean);
  }
  return std::sqrt(about_mean / (count - 1)) / std::sqrt(static_cast<double>(count));
}

Estimate Column::quantile(double q) const {
  Estimate out;
  out.value = std::numeric_limits<double>::quiet_NaN();
  out.scrambles.fill(out.value);
  const auto known = std::find(ranks.begin(), ranks.end(), q);
  if (known != ranks.end()) return quantiles[static_cast<std::size_t>(known - ranks.begin())];
  if (!by_month.empty()) {
    out.value = quantile_of_months(by_month, endless, q);
    for (std::size_t s = 0; s < kScrambles; ++s) {
      // The last count of a scramble is that of its endless paths.
      const auto& counts = by_month_scrambles[s];
      if (!counts.empty()) out.scrambles[s] = quantile_of_months({counts.data(), counts.size() - 1}, counts.back(), q);
    }
  } else if (!bins.empty()) {
    out.value = Binned<std::uint64_t>{bins, binning, bottomless, paths - endless - bottomless, endless, min, max}.quantile(q);
  } else if (!kept[0].empty()) {
    std::vector<std::span<const double>> pieces(kept.begin(), kept.end());
    for (std::size_t s = 0; s < kScrambles; ++s) out.scrambles[s] = quantiles_of_values({&pieces[s], 1}, {&q, 1}).front();
    out.value = quantiles_of_values(pieces, {&q, 1}).front();
  }
  return out;
}

}  // namespace warchest::results
