// Several operations in one pass over memory. Each rounds as its parts in the written order would: multiply, round, add, round. A fused
// multiply-add would be one instruction less, but then a program would change its digits with what the optimizer happens to combine.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/superinstructions.cpp"
#include "kernels/simd.h"

HWY_BEFORE_NAMESPACE();
namespace warchest::kernels::HWY_NAMESPACE {
namespace {

template <class Op>
void run_ccc(const double* a, const double* b, const double* c, double* out, size_t n) {
  each<Op>(out, n, Column{a}, Column{b}, Column{c});
}
template <class Op>
void run_cck(const double* a, const double* b, double c, double* out, size_t n) {
  each<Op>(out, n, Column{a}, Column{b}, Number{c});
}
template <class Op>
void run_ckc(const double* a, double b, const double* c, double* out, size_t n) {
  each<Op>(out, n, Column{a}, Number{b}, Column{c});
}
template <class Op>
void run_kcc(double a, const double* b, const double* c, double* out, size_t n) {
  each<Op>(out, n, Number{a}, Column{b}, Column{c});
}
template <class Op>
void run_ckk(const double* a, double b, double c, double* out, size_t n) {
  each<Op>(out, n, Column{a}, Number{b}, Number{c});
}
template <class Op>
void run_kck(double a, const double* b, double c, double* out, size_t n) {
  each<Op>(out, n, Number{a}, Column{b}, Number{c});
}
// m & (a < b) with m always a column: the operand shapes of a binary operation.
template <class Op>
MaskedKernels masked() {
  return {run_ccc<Op>, run_cck<Op>, run_ckc<Op>, nullptr};
}

HWY_INLINE V least(V a, V b) { return hn::IfThenElse(hn::IsNaN(a), a, lesser(a, b)); }
HWY_INLINE V greatest(V a, V b) { return hn::IfThenElse(hn::IsNaN(a), a, greater(a, b)); }

#define TERNARY(Name, ...)                                       \
  struct Name {                                                  \
    static HWY_INLINE V f(V a, V b, V c) { return __VA_ARGS__; } \
  };
TERNARY(MulAdd, hn::Add(hn::Mul(a, b), c))
TERNARY(MulSub, hn::Sub(hn::Mul(a, b), c))
TERNARY(NegMulAdd, hn::Sub(c, hn::Mul(a, b)))
TERNARY(Add3, hn::Add(hn::Add(a, b), c))
TERNARY(AddSub, hn::Sub(hn::Add(a, b), c))
TERNARY(SubAdd, hn::Add(hn::Sub(a, b), c))
TERNARY(SubSub, hn::Sub(hn::Sub(a, b), c))
TERNARY(SubOfSum, hn::Sub(c, hn::Add(a, b)))
TERNARY(AddMul, hn::Mul(hn::Add(a, b), c))
TERNARY(SubMul, hn::Mul(hn::Sub(a, b), c))
TERNARY(Mul3, hn::Mul(hn::Mul(a, b), c))
TERNARY(MulDiv, hn::Div(hn::Mul(a, b), c))
TERNARY(DivMul, hn::Mul(hn::Div(a, b), c))
TERNARY(DivAdd, hn::Add(hn::Div(a, b), c))
TERNARY(Clip, least(greatest(a, b), c))
TERNARY(MaxSub, greatest(hn::Sub(a, b), c))
TERNARY(MinSub, least(hn::Sub(a, b), c))
TERNARY(MulAddLess, truth(hn::Lt(hn::Add(hn::Mul(a, b), c), hn::Zero(d))))
TERNARY(And3, hn::And(hn::And(a, b), c))
TERNARY(Or3, hn::Or(hn::Or(a, b), c))
TERNARY(MaskLess, hn::IfThenElseZero(hn::Lt(b, c), a))
TERNARY(MaskLessOrEqual, hn::IfThenElseZero(hn::Le(b, c), a))
TERNARY(MaskEqual, hn::IfThenElseZero(hn::Eq(b, c), a))
TERNARY(MaskUnequal, hn::IfThenElseZero(unequal(b, c), a))
TERNARY(AddIf, hn::Add(b, hn::IfThenElseZero(is_set(a), c)))  // the mask comes first
#undef TERNARY
struct AndNot {
  static HWY_INLINE V f(V a, V b) { return hn::AndNot(b, a); }
};

void select2(const double* m, const double* a1, const double* b1, double* out1, const double* a2, const double* b2, double* out2,
             size_t n) {
  for (size_t i = 0; i < n; i += kPad) {
    WARCHEST_UNROLL for (size_t j = i; j < i + kPad; j += kLanes) {
      const M set = is_set(hn::Load(d, m + j));
      const V first = hn::IfThenElse(set, hn::Load(d, a1 + j), hn::Load(d, b1 + j));
      const V second = hn::IfThenElse(set, hn::Load(d, a2 + j), hn::Load(d, b2 + j));
      hn::Store(first, d, out1 + j);
      hn::Store(second, d, out2 + j);
    }
  }
}
void select2_k(const double* m, double a1, const double* b1, double* out1, double a2, const double* b2, double* out2, size_t n) {
  for (size_t i = 0; i < n; i += kPad) {
    WARCHEST_UNROLL for (size_t j = i; j < i + kPad; j += kLanes) {
      const M set = is_set(hn::Load(d, m + j));
      const V first = hn::IfThenElse(set, number(a1), hn::Load(d, b1 + j));
      const V second = hn::IfThenElse(set, number(a2), hn::Load(d, b2 + j));
      hn::Store(first, d, out1 + j);
      hn::Store(second, d, out2 + j);
    }
  }
}

void sub_accumulate(const double* a, const double* b, double* net, double* total, size_t n) {
  for (size_t i = 0; i < n; i += kPad) {
    WARCHEST_UNROLL for (size_t j = i; j < i + kPad; j += kLanes) {
      const V x = hn::Sub(hn::Load(d, a + j), hn::Load(d, b + j));
      hn::Store(x, d, net + j);
      hn::Store(hn::Add(hn::Load(d, total + j), x), d, total + j);
    }
  }
}
void sub_accumulate2(const double* a, const double* b, double* net, double* total, double* total2, size_t n) {
  for (size_t i = 0; i < n; i += kPad) {
    WARCHEST_UNROLL for (size_t j = i; j < i + kPad; j += kLanes) {
      const V x = hn::Sub(hn::Load(d, a + j), hn::Load(d, b + j));
      hn::Store(x, d, net + j);
      hn::Store(hn::Add(hn::Load(d, total + j), x), d, total + j);
      hn::Store(hn::Add(hn::Load(d, total2 + j), x), d, total2 + j);
    }
  }
}
void mul_accumulate(const double* a, const double* b, double* product, double* total, size_t n) {
  for (size_t i = 0; i < n; i += kPad) {
    WARCHEST_UNROLL for (size_t j = i; j < i + kPad; j += kLanes) {
      const V x = hn::Mul(hn::Load(d, a + j), hn::Load(d, b + j));
      hn::Store(x, d, product + j);
      hn::Store(hn::Add(hn::Load(d, total + j), x), d, total + j);
    }
  }
}
void gate_ge(double* gate, double* a, double k, size_t n) {
  for (size_t i = 0; i < n; i += kPad) {
    WARCHEST_UNROLL for (size_t j = i; j < i + kPad; j += kLanes) {
      const V x = hn::Load(d, a + j);
      const V open = hn::IfThenElseZero(hn::Le(number(k), x), hn::Load(d, gate + j));
      hn::Store(open, d, gate + j);
      hn::Store(hn::Mul(x, open), d, a + j);
    }
  }
}

// Groups of kPad lanes outside, columns inside: the running sum stays in registers.
void sum_columns(const double* const* columns, size_t count, double* out, size_t n) {
  for (size_t i = 0; i < n; i += kPad) {
    V sum[kPad / kLanes];
    WARCHEST_UNROLL for (size_t j = 0; j < kPad / kLanes; ++j) sum[j] = hn::Load(d, columns[0] + i + j * kLanes);
    for (size_t c = 1; c < count; ++c) {
      WARCHEST_UNROLL for (size_t j = 0; j < kPad / kLanes; ++j) sum[j] = hn::Add(sum[j], hn::Load(d, columns[c] + i + j * kLanes));
    }
    WARCHEST_UNROLL for (size_t j = 0; j < kPad / kLanes; ++j) hn::Store(sum[j], d, out + i + j * kLanes);
  }
}

// kRows rows at once over one group of lanes: each column is loaded once for all of them.
template <size_t kRows>
HWY_INLINE void weighted_group(const double* weights, size_t count, const double* const* columns, double* const* out, size_t i) {
  V sum[kRows][kPad / kLanes];
  WARCHEST_UNROLL for (size_t j = 0; j < kPad / kLanes; ++j) {
    const V x = hn::Load(d, columns[0] + i + j * kLanes);
    WARCHEST_UNROLL for (size_t r = 0; r < kRows; ++r) sum[r][j] = hn::Mul(number(weights[r * count]), x);
  }
  for (size_t c = 1; c < count; ++c) {
    WARCHEST_UNROLL for (size_t j = 0; j < kPad / kLanes; ++j) {
      const V x = hn::Load(d, columns[c] + i + j * kLanes);
      WARCHEST_UNROLL for (size_t r = 0; r < kRows; ++r) sum[r][j] = hn::Add(sum[r][j], hn::Mul(number(weights[r * count + c]), x));
    }
  }
  WARCHEST_UNROLL for (size_t r = 0; r < kRows; ++r) {
    WARCHEST_UNROLL for (size_t j = 0; j < kPad / kLanes; ++j) hn::Store(sum[r][j], d, out[r] + i + j * kLanes);
  }
}
void weighted_rows(const double* weights, size_t rows, size_t count, const double* const* columns, double* const* out, size_t n) {
  constexpr size_t kTile = WARCHEST_AVX512 ? 8 : 2;  // as many running sums as the registers hold
  for (size_t i = 0; i < n; i += kPad) {
    size_t r = 0;
    for (; r + kTile <= rows; r += kTile) weighted_group<kTile>(weights + r * count, count, columns, out + r, i);
    for (; r < rows; ++r) weighted_group<1>(weights + r * count, count, columns, out + r, i);
  }
}
void weighted_sum(const double* weights, const double* const* columns, size_t count, double* out, size_t n) {
  for (size_t i = 0; i < n; i += kPad) weighted_group<1>(weights, count, columns, &out, i);
}

void fill_superinstructions(Kernels& k) {
  k.mul_add = {run_ccc<MulAdd>, run_cck<MulAdd>, run_ckc<MulAdd>, nullptr, run_ckk<MulAdd>, nullptr, nullptr};
  k.mul_sub = {run_ccc<MulSub>, nullptr, run_ckc<MulSub>, nullptr, nullptr, nullptr, nullptr};
  k.neg_mul_add = {run_ccc<NegMulAdd>, run_cck<NegMulAdd>, run_ckc<NegMulAdd>, nullptr, run_ckk<NegMulAdd>, nullptr, nullptr};
  k.add3 = {run_ccc<Add3>, run_cck<Add3>, run_ckc<Add3>, nullptr, nullptr, nullptr, nullptr};
  k.add_sub = {run_ccc<AddSub>, nullptr, run_ckc<AddSub>, nullptr, nullptr, nullptr, nullptr};
  k.sub_add = {run_ccc<SubAdd>, run_cck<SubAdd>, nullptr, run_kcc<SubAdd>, nullptr, nullptr, nullptr};
  k.sub_sub = {run_ccc<SubSub>, run_cck<SubSub>, nullptr, run_kcc<SubSub>, nullptr, nullptr, nullptr};
  k.sub_of_sum = {run_ccc<SubOfSum>, nullptr, run_ckc<SubOfSum>, nullptr, nullptr, nullptr, nullptr};
  k.add_mul = {run_ccc<AddMul>, run_cck<AddMul>, run_ckc<AddMul>, nullptr, run_ckk<AddMul>, nullptr, nullptr};
  k.sub_mul = {run_ccc<SubMul>, run_cck<SubMul>, nullptr, run_kcc<SubMul>, nullptr, run_kck<SubMul>, nullptr};
  k.mul3 = {run_ccc<Mul3>, run_cck<Mul3>, run_ckc<Mul3>, nullptr, run_ckk<Mul3>, nullptr, nullptr};
  k.mul_div = {run_ccc<MulDiv>, run_cck<MulDiv>, run_ckc<MulDiv>, nullptr, nullptr, nullptr, nullptr};
  k.div_mul = {run_ccc<DivMul>, run_cck<DivMul>, nullptr, run_kcc<DivMul>, nullptr, nullptr, nullptr};
  k.div_add = {run_ccc<DivAdd>, run_cck<DivAdd>, nullptr, nullptr, nullptr, nullptr, nullptr};
  k.clip = {run_ccc<Clip>, run_cck<Clip>, run_ckc<Clip>, nullptr, run_ckk<Clip>, nullptr, nullptr};
  k.max_sub = {run_ccc<MaxSub>, run_cck<MaxSub>, nullptr, nullptr, run_ckk<MaxSub>, run_kck<MaxSub>, nullptr};
  k.min_sub = {run_ccc<MinSub>, run_cck<MinSub>, nullptr, nullptr, nullptr, nullptr, nullptr};
  k.mul_add_lt = {run_ccc<MulAddLess>, nullptr, run_ckc<MulAddLess>, nullptr, nullptr, nullptr, nullptr};
  k.and3 = {run_ccc<And3>, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr};
  k.or3 = {run_ccc<Or3>, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr};
  k.and_not = {run_cc<AndNot>, nullptr, nullptr};
  k.mask_lt = masked<MaskLess>();
  k.mask_le = masked<MaskLessOrEqual>();
  k.mask_eq = masked<MaskEqual>();
  k.mask_ne = masked<MaskUnequal>();
  k.add_if = {run_ccc<AddIf>, run_cck<AddIf>, nullptr, nullptr};
  k.select2 = select2;
  k.select2_k = select2_k;
  k.sub_accumulate = sub_accumulate;
  k.sub_accumulate2 = sub_accumulate2;
  k.mul_accumulate = mul_accumulate;
  k.gate_ge = gate_ge;
  k.sum_columns = sum_columns;
  k.weighted_sum = weighted_sum;
  k.weighted_rows = weighted_rows;
}

}  // namespace
}  // namespace warchest::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace warchest::kernels {
WARCHEST_EXPORT(fill_superinstructions)
}
#endif
