// Ranks are found by selection in values, and by running sums over counts, sixty-four bins at a stride.
#include "results/quantile.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace warchest::results {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

std::uint64_t nearest_rank(double q, std::uint64_t n) {
  if (n == 0) return 0;
  const double exact = q * static_cast<double>(n);
  const double rank = std::ceil(exact - 1e-12 * exact);
  if (!(rank >= 1)) return 1;
  return std::min(n, static_cast<std::uint64_t>(rank));
}

std::vector<double> quantiles_of_values(std::vector<double>& values, std::span<const double> ranks) {
  values.erase(std::remove_if(values.begin(), values.end(), [](double x) { return x != x; }), values.end());
  std::vector<double> out;
  std::size_t from = 0;  // everything before is smaller and in its place
  for (const double q : ranks) {
    if (values.empty()) {
      out.push_back(kNaN);
      continue;
    }
    const auto at = static_cast<std::size_t>(nearest_rank(q, values.size()) - 1);
    if (at >= from) {
      const auto begin = values.begin();
      std::nth_element(begin + static_cast<std::ptrdiff_t>(from), begin + static_cast<std::ptrdiff_t>(at), values.end());
      from = at + 1;
    }
    out.push_back(values[at]);
  }
  return out;
}

double quantile_of_months(std::span<const std::uint64_t> by_month, std::uint64_t endless, double q) {
  std::uint64_t n = endless;
  for (const std::uint64_t count : by_month) n += count;
  if (n == 0) return kNaN;
  std::uint64_t left = nearest_rank(q, n);
  for (std::size_t month = 0; month < by_month.size(); ++month) {
    if (left <= by_month[month]) return static_cast<double>(month);
    left -= by_month[month];
  }
  return kInfinity;
}

template <class Count>
typename Binned<Count>::Found Binned<Count>::find(double q) const {
  std::uint64_t left = nearest_rank(q, bottomless + finite + endless);
  if (left <= bottomless) return {-1, left};
  left -= bottomless;
  constexpr std::size_t kStride = 64;
  std::size_t bin = 0;
  while (bin + kStride <= bins.size()) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < kStride; ++i) sum += bins[bin + i];
    if (left <= sum) break;
    left -= sum;
    bin += kStride;
  }
  for (; bin < bins.size(); ++bin) {
    if (left <= bins[bin]) break;
    left -= bins[bin];
  }
  return {static_cast<int>(bin), left};
}

template <class Count>
double Binned<Count>::quantile(double q) const {
  if (bottomless + finite + endless == 0) return kNaN;
  const Found found = find(q);
  if (found.bin < 0) return -kInfinity;
  if (static_cast<std::size_t>(found.bin) >= bins.size()) return kInfinity;
  const double low = std::max(kernels::bin_low(found.bin, binning), min);
  const double high = std::min(kernels::bin_high(found.bin, binning), max);
  const double place = (static_cast<double>(found.within) - 0.5) / static_cast<double>(bins[static_cast<std::size_t>(found.bin)]);
  return low + (high - low) * place;
}

template <class Count>
bool Binned<Count>::at_the_end(double q) const {
  if (finite == 0 || min == max) return false;
  const int bin = find(q).bin;
  return bin == 0 || bin == static_cast<int>(bins.size()) - 1;
}

template struct Binned<std::uint32_t>;
template struct Binned<std::uint64_t>;

}  // namespace warchest::results
