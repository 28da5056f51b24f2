// Sums across lanes whose bits depend on nothing but the column: eight partial sums, lane i % 8 each, whatever the register width, and
// added by fold() in a fixed tree. Multiply and add are kept apart, so processors without fused instructions agree too.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/reduce.cpp"
#include "kernels/simd.h"

HWY_BEFORE_NAMESPACE();
namespace warchest::kernels::HWY_NAMESPACE {
namespace {

constexpr size_t kParts = 8 / kLanes;
struct Eight {
  V v[kParts];
};
HWY_INLINE Eight load8(const double* p) {
  Eight e;
  WARCHEST_UNROLL for (size_t j = 0; j < kParts; ++j) e.v[j] = hn::LoadU(d, p + j * kLanes);
  return e;
}
HWY_INLINE void store8(const Eight& e, double* p) {
  WARCHEST_UNROLL for (size_t j = 0; j < kParts; ++j) hn::StoreU(e.v[j], d, p + j * kLanes);
}
// Which of eight lanes from i on are below n.
HWY_INLINE M below(size_t i, size_t j, size_t n) {
  return hn::Lt(hn::Iota(d, static_cast<double>(i + j * kLanes)), number(static_cast<double>(n)));
}

// What one lane adds; lanes left out add +0, which changes no sum that started at +0.
template <class Term>
HWY_INLINE void sum_up(size_t n, Term term) {
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    WARCHEST_UNROLL for (size_t j = 0; j < kParts; ++j) term.add(i, j, hn::Eq(hn::Zero(d), hn::Zero(d)));
  }
  if (i < n) {
    WARCHEST_UNROLL for (size_t j = 0; j < kParts; ++j) term.add(i, j, below(i, j, n));
  }
  term.finish();
}

struct Moments {
  const double* column;
  const double* mask;  // null: all lanes
  V shift;
  Eight one, two;
  Lanes8 *sum, *sumsq;
  HWY_INLINE void add(size_t i, size_t j, M in) {
    if (mask != nullptr) in = hn::And(in, is_set(hn::Load(d, mask + i + j * kLanes)));
    const V x = hn::IfThenElseZero(in, hn::Sub(hn::Load(d, column + i + j * kLanes), shift));
    one.v[j] = hn::Add(one.v[j], x);
    two.v[j] = hn::Add(two.v[j], hn::Mul(x, x));
  }
  HWY_INLINE void finish() {
    store8(one, sum->v);
    store8(two, sumsq->v);
  }
};
void accumulate_moments(const double* column, size_t n, double shift, Lanes8& sum, Lanes8& sumsq) {
  sum_up(n, Moments{column, nullptr, number(shift), load8(sum.v), load8(sumsq.v), &sum, &sumsq});
}
void accumulate_moments_where(const double* column, const double* mask, size_t n, double shift, Lanes8& sum, Lanes8& sumsq) {
  sum_up(n, Moments{column, mask, number(shift), load8(sum.v), load8(sumsq.v), &sum, &sumsq});
}

struct Products {
  const double *a, *b;
  V shift_a, shift_b;
  Eight total;
  Lanes8* products;
  HWY_INLINE void add(size_t i, size_t j, M in) {
    const V x = hn::Sub(hn::Load(d, a + i + j * kLanes), shift_a), y = hn::Sub(hn::Load(d, b + i + j * kLanes), shift_b);
    total.v[j] = hn::Add(total.v[j], hn::IfThenElseZero(in, hn::Mul(x, y)));
  }
  HWY_INLINE void finish() { store8(total, products->v); }
};
void accumulate_products(const double* a, const double* b, size_t n, double shift_a, double shift_b, Lanes8& products) {
  sum_up(n, Products{a, b, number(shift_a), number(shift_b), load8(products.v), &products});
}

// A comparison with NaN is false, so NaN lanes (and lanes left out) keep what was there.
void widen_range(const double* column, size_t n, double& lo, double& hi) {
  V least = number(lo), most = number(hi);
  for (size_t i = 0; i < n; i += kLanes) {
    const V x = hn::Load(d, column + i);
    const M in = below(i, 0, n);
    least = hn::IfThenElse(hn::And(in, hn::Lt(x, least)), x, least);
    most = hn::IfThenElse(hn::And(in, hn::Gt(x, most)), x, most);
  }
  double low[kLanes], high[kLanes];
  hn::StoreU(least, d, low);
  hn::StoreU(most, d, high);
  for (size_t j = 0; j < kLanes; ++j) {
    if (low[j] < lo) lo = low[j];
    if (high[j] > hi) hi = high[j];
  }
}

void fill_reduce(Kernels& k) {
  k.accumulate_moments = accumulate_moments;
  k.accumulate_moments_where = accumulate_moments_where;
  k.accumulate_products = accumulate_products;
  k.widen_range = widen_range;
}

}  // namespace
}  // namespace warchest::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace warchest::kernels {
WARCHEST_EXPORT(fill_reduce)

double fold(const Lanes8& lanes) {
  const double* v = lanes.v;
  return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}
}  // namespace warchest::kernels
#endif
