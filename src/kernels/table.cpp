// Quantile functions from tables: cubics over equal intervals of the score, and steps for discrete families. The work is one fetch of four
// neighbouring coefficients a lane; multiply and add stay apart, so every processor gives the same bits.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/table.cpp"
#include "kernels/simd.h"

HWY_BEFORE_NAMESPACE();
namespace warchest::kernels::HWY_NAMESPACE {
namespace {

// The four coefficients of each lane's interval.
struct Cubic {
  V c0, c1, c2, c3;
};
#if WARCHEST_AVX512 || WARCHEST_AVX2
// A row is four doubles in one cache line: four rows are loaded whole and turned, which beats four gathers by far.
struct Turned {
  __m256d c0, c1, c2, c3;
};
HWY_INLINE Turned turned(const double* coefficients, const int32_t* row) {
  const __m256d r0 = _mm256_loadu_pd(coefficients + row[0]), r1 = _mm256_loadu_pd(coefficients + row[1]);
  const __m256d r2 = _mm256_loadu_pd(coefficients + row[2]), r3 = _mm256_loadu_pd(coefficients + row[3]);
  const __m256d even_low = _mm256_unpacklo_pd(r0, r1), odd_low = _mm256_unpackhi_pd(r0, r1);
  const __m256d even_high = _mm256_unpacklo_pd(r2, r3), odd_high = _mm256_unpackhi_pd(r2, r3);
  return {_mm256_permute2f128_pd(even_low, even_high, 0x20), _mm256_permute2f128_pd(odd_low, odd_high, 0x20),
          _mm256_permute2f128_pd(even_low, even_high, 0x31), _mm256_permute2f128_pd(odd_low, odd_high, 0x31)};
}
#endif
HWY_INLINE Cubic fetch(const double* coefficients, hn::Vec<DHalfI> rows) {
  alignas(64) int32_t row[kLanes];
  hn::Store(rows, half_i, row);
#if WARCHEST_AVX512
  const Turned a = turned(coefficients, row), b = turned(coefficients, row + 4);
  const auto join = [](__m256d low, __m256d high) HWY_ATTR { return V{_mm512_insertf64x4(_mm512_castpd256_pd512(low), high, 1)}; };
  return {join(a.c0, b.c0), join(a.c1, b.c1), join(a.c2, b.c2), join(a.c3, b.c3)};
#elif WARCHEST_AVX2
  const Turned a = turned(coefficients, row);
  return {V{a.c0}, V{a.c1}, V{a.c2}, V{a.c3}};
#else
  alignas(64) double c[4][kLanes];
  for (size_t i = 0; i < kLanes; ++i)
    for (size_t j = 0; j < 4; ++j) c[j][i] = coefficients[static_cast<size_t>(row[i]) + j];
  return {hn::Load(d, c[0]), hn::Load(d, c[1]), hn::Load(d, c[2]), hn::Load(d, c[3])};
#endif
}

void cubic_table(const double* z, double low, double inverse_step, size_t intervals, const double* coefficients, double* x, size_t n) {
  const V from = number(low), scale = number(inverse_step), last = number(static_cast<double>(intervals) - 1);
  const V end = number(static_cast<double>(intervals)), zero = hn::Zero(d);
  for (size_t i = 0; i < n; i += kPad) {
    WARCHEST_UNROLL for (size_t j = i; j < i + kPad; j += kLanes) {
      const V score = hn::Load(d, z + j);
      const V place = lesser(greater(hn::Mul(hn::Sub(score, from), scale), zero), end);  // NaN becomes 0
      const V interval = lesser(hn::Floor(place), last);
      const V t = hn::Sub(place, interval);
      const Cubic c = fetch(coefficients, hn::ShiftLeft<2>(hn::DemoteTo(half_i, interval)));
      const V value = hn::Add(hn::Mul(hn::Add(hn::Mul(hn::Add(hn::Mul(c.c3, t), c.c2), t), c.c1), t), c.c0);
      hn::Store(hn::IfThenElse(hn::IsNaN(score), score, value), d, x + j);
    }
  }
}

// Halving without branches: count + 1 is a power of two.
void step_table(const double* z, const double* thresholds, size_t count, const double* values, double* x, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    size_t below = 0;
    for (size_t half = (count + 1) / 2; half != 0; half /= 2) below += thresholds[below + half - 1] < z[i] ? half : 0;
    x[i] = z[i] == z[i] ? values[below] : z[i];
  }
}

void fill_table(Kernels& k) {
  k.cubic_table = cubic_table;
  k.step_table = step_table;
}

}  // namespace
}  // namespace warchest::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace warchest::kernels {
WARCHEST_EXPORT(fill_table)
}
#endif
