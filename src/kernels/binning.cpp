// Bins one value at a time, for reports and tests; histogram.cpp counts columns by the same arithmetic.
#include "kernels/binning.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace warchest::kernels {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Least |x| of the k-th bin beside zero.
double edge(int64_t k, const Binning& binning) {
  const uint64_t base = std::bit_cast<uint64_t>(binning.scale);
  const uint64_t infinite = std::bit_cast<uint64_t>(kInfinity);
  const int shift = 52 - binning.bits;
  if (static_cast<uint64_t>(k) >= (infinite - base) >> shift) return kInfinity;
  return std::bit_cast<double>(base + (static_cast<uint64_t>(k) << shift)) - binning.scale;
}

}  // namespace

int bin_of(double x, const Binning& binning) {
  if (std::isnan(x)) return -1;
  if (x == 0) return binning.half;
  const double size = std::min(std::abs(x) + binning.scale, std::numeric_limits<double>::max());
  const uint64_t pattern = std::bit_cast<uint64_t>(size);
  const uint64_t k = (pattern - std::bit_cast<uint64_t>(binning.scale)) >> (52 - binning.bits);
  const int step = static_cast<int>(std::min<uint64_t>(k, static_cast<uint64_t>(binning.half) - 1)) + 1;
  return binning.half + (x < 0 ? -step : step);
}

double bin_low(int bin, const Binning& binning) {
  const int step = bin - binning.half;
  if (step == 0) return 0;
  if (step > 0) return edge(step - 1, binning);
  return step == -binning.half ? -kInfinity : -edge(-step, binning);
}

double bin_high(int bin, const Binning& binning) {
  const double low = bin_low(2 * binning.half - bin, binning);  // the mirror image; -0 becomes 0
  return low == 0 ? 0 : -low;
}

}  // namespace warchest::kernels
