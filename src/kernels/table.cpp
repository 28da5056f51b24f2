// Quantile functions from tables: cubics over equal intervals of the score, and steps for discrete families. The work is one fetch of four
// neighbouring coefficients a lane; multiply and add stay apart, so every processor gives the same bits.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/table.cpp"
#include "kernels/simd.h"

HWY_BEFORE_NAMESPACE();
namespace warchest::kernels::HWY_NAMESPACE {
namespace {

void cubic_table(const double* z, double low, double inverse_step, size_t intervals, const double* coefficients, double* x, size_t n) {
  const V from = number(low), scale = number(inverse_step), last = number(static_cast<double>(intervals) - 1);
  const V end = number(static_cast<double>(intervals)), zero = hn::Zero(d);
  for (size_t i = 0; i < n; i += kPad) {
    WARCHEST_UNROLL for (size_t j = i; j < i + kPad; j += kLanes) {
      const V score = hn::Load(d, z + j);
      const V place = lesser(greater(hn::Mul(hn::Sub(score, from), scale), zero), end);  // NaN becomes 0
      const V interval = lesser(hn::Floor(place), last);
      const V t = hn::Sub(place, interval);
      const auto row = hn::ShiftLeft<2>(hn::DemoteTo(half_i, interval));
#if WARCHEST_WIDE
      const VL at = hn::PromoteTo(dl, row);
      const V c0 = hn::GatherIndex(d, coefficients, at), c1 = hn::GatherIndex(d, coefficients + 1, at);
      const V c2 = hn::GatherIndex(d, coefficients + 2, at), c3 = hn::GatherIndex(d, coefficients + 3, at);
#else
      const double* c = coefficients + hn::GetLane(row);
      const V c0 = number(c[0]), c1 = number(c[1]), c2 = number(c[2]), c3 = number(c[3]);
#endif
      const V value = hn::Add(hn::Mul(hn::Add(hn::Mul(hn::Add(hn::Mul(c3, t), c2), t), c1), t), c0);
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
