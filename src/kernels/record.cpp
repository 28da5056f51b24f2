// What a recorded column adds to its sums and to its range, in one pass: the sums wait for the adder anyway, so the range is free.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/record.cpp"
#include "kernels/simd.h"

HWY_BEFORE_NAMESPACE();
namespace warchest::kernels::HWY_NAMESPACE {
namespace {

constexpr size_t kParts = 8 / kLanes;  // registers of eight lanes

void accumulate_all(const double* column, size_t n, double shift, Lanes8& sum, Lanes8& sumsq, double& lo, double& hi) {
  V one[kParts], two[kParts], low[kParts], high[kParts];
  for (size_t j = 0; j < kParts; ++j) {
    one[j] = hn::LoadU(d, sum.v + j * kLanes);
    two[j] = hn::LoadU(d, sumsq.v + j * kLanes);
    low[j] = number(lo);
    high[j] = number(hi);
  }
  const V about = number(shift);
  const size_t whole = n / 8 * 8;
  for (size_t i = 0; i < whole; i += 8) {
    WARCHEST_UNROLL for (size_t j = 0; j < kParts; ++j) {
      const V x = hn::Load(d, column + i + j * kLanes), y = hn::Sub(x, about);
      one[j] = hn::Add(one[j], y);
      two[j] = hn::Add(two[j], hn::Mul(y, y));
      low[j] = lesser(x, low[j]);
      high[j] = greater(x, high[j]);
    }
  }
  alignas(64) double lows[8], highs[8];
  for (size_t j = 0; j < kParts; ++j) {
    hn::StoreU(one[j], d, sum.v + j * kLanes);
    hn::StoreU(two[j], d, sumsq.v + j * kLanes);
    hn::Store(low[j], d, lows + j * kLanes);
    hn::Store(high[j], d, highs + j * kLanes);
  }
  for (size_t lane = 0; lane < 8; ++lane) {
    lo = lows[lane] < lo ? lows[lane] : lo;
    hi = highs[lane] > hi ? highs[lane] : hi;
  }
  for (size_t i = whole; i < n; ++i) {
    const double x = column[i], y = x - shift;
    sum.v[i - whole] += y;
    sumsq.v[i - whole] += y * y;
    lo = x < lo ? x : lo;
    hi = x > hi ? x : hi;
  }
}

void fill_record(Kernels& k) { k.accumulate_all = accumulate_all; }

}  // namespace
}  // namespace warchest::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace warchest::kernels {
WARCHEST_EXPORT(fill_record)
}  // namespace warchest::kernels
#endif
