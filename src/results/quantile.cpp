// Ranks are found by buckets of values and selection within one, and by running sums over counts, sixty-four bins at a stride.
#include "results/quantile.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace warchest::results {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr int kBucketBits = 12;

// Bits of a double as a number that grows with it.
std::uint64_t ordered_key(double x) {
  const auto bits = std::bit_cast<std::uint64_t>(x);
  return bits >> 63 ? ~bits : bits | std::uint64_t{1} << 63;
}

}  // namespace

std::uint64_t nearest_rank(double q, std::uint64_t n) {
  if (n == 0) return 0;
  const double exact = q * static_cast<double>(n);
  const double rank = std::ceil(exact - 1e-12 * exact);
  if (!(rank >= 1)) return 1;
  return std::min(n, static_cast<std::uint64_t>(rank));
}

std::vector<double> quantiles_of_values(std::span<const std::span<const double>> pieces, std::span<const double> ranks) {
  const auto each = [&](auto visit) {
    for (const auto& piece : pieces) {
      for (const double x : piece) {
        if (x == x) visit(x);
      }
    }
  };
  std::uint64_t count = 0, least = std::numeric_limits<std::uint64_t>::max(), most = 0;
  each([&](double x) {
    const std::uint64_t key = ordered_key(x);
    least = std::min(least, key);
    most = std::max(most, key);
    ++count;
  });
  if (count == 0) return std::vector<double>(ranks.size(), kNaN);
  // Cut the range of keys into buckets, find those in which the ranks lie, and look only there.
  const int width = std::bit_width(most - least), shift = std::max(0, width - kBucketBits);
  std::vector<std::uint64_t> counts(std::size_t{1} << kBucketBits);
  each([&](double x) { ++counts[(ordered_key(x) - least) >> shift]; });
  std::vector<std::int16_t> list_of(counts.size(), -1);
  std::vector<std::vector<double>> lists;
  struct Wanted {
    std::int16_t list;
    std::uint64_t rank;  // within it, from 1
  };
  std::vector<Wanted> wanted;
  for (const double q : ranks) {
    std::uint64_t left = nearest_rank(q, count);
    std::size_t bucket = 0;
    while (left > counts[bucket]) left -= counts[bucket++];
    if (list_of[bucket] < 0) {
      list_of[bucket] = static_cast<std::int16_t>(lists.size());
      lists.emplace_back().reserve(counts[bucket]);
    }
    wanted.push_back({list_of[bucket], left});
  }
  each([&](double x) {
    const std::int16_t list = list_of[(ordered_key(x) - least) >> shift];
    if (list >= 0) lists[static_cast<std::size_t>(list)].push_back(x);
  });
  std::vector<double> out;
  for (const Wanted& w : wanted) {
    auto& list = lists[static_cast<std::size_t>(w.list)];
    const auto at = list.begin() + static_cast<std::ptrdiff_t>(w.rank - 1);
    if (shift > 0) std::nth_element(list.begin(), at, list.end());
    out.push_back(*at);
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
  std::size_t bin = from;
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
