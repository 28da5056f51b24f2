// The only door to the SIMD layer (Google Highway), included by .cpp files of this folder alone.
//
// A kernel file is compiled once per target: AVX-512 (Highway's AVX3), AVX2 with FMA, and portable code (one lane at a time in plain C++;
// NEON on ARM). It starts with
//   #undef HWY_TARGET_INCLUDE
//   #define HWY_TARGET_INCLUDE "kernels/THIS.cpp"
//   #include "kernels/simd.h"
// and ends with WARCHEST_EXPORT(fill_THIS) under HWY_ONCE; fill_THIS sets its entries of the table. Few targets, because each costs
// the whole compile time again.
//
// Everything is written with explicit vectors, so that no compiler decides about rounding; loops go by kPad lanes, so there are no tails.

#ifndef WARCHEST_KERNELS_SIMD_ONCE
#define WARCHEST_KERNELS_SIMD_ONCE
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "kernels/kernels.h"

// Names of targets that one processor family does not know are simply unused there.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)
// Highway's other fallback, arrays of 128 bits, is compiled wrongly by GCC before 12.3; one lane is right everywhere.
#define HWY_BROKEN_EMU128 1

namespace warchest::kernels {
// How one file fills its part of the table, by target; null where the build lacks the target.
struct Fills {
  void (*avx512)(Kernels&);
  void (*avx2)(Kernels&);
  void (*portable)(Kernels&);
};
}  // namespace warchest::kernels

// A baseline that already demands AVX2 leaves no portable target.
#define WARCHEST_EXPORT(fill)                                                                                \
  Fills fill##_by_target() {                                                                                 \
    constexpr bool kPortable = HWY_STATIC_TARGET != HWY_AVX2 && HWY_STATIC_TARGET != HWY_AVX3;               \
    return {HWY_CHOOSE_AVX3(fill), HWY_CHOOSE_AVX2(fill), kPortable ? &HWY_STATIC_DISPATCH(fill) : nullptr}; \
  }
#endif  // WARCHEST_KERNELS_SIMD_ONCE

#include "hwy/foreach_target.h"  // re-includes the .cpp file for the other targets

#include "hwy/contrib/math/math-inl.h"
#include "hwy/highway.h"

// The guard flips with each target.
#if defined(WARCHEST_KERNELS_SIMD_TARGET) == defined(HWY_TARGET_TOGGLE)
#ifdef WARCHEST_KERNELS_SIMD_TARGET
#undef WARCHEST_KERNELS_SIMD_TARGET
#else
#define WARCHEST_KERNELS_SIMD_TARGET
#endif

#undef WARCHEST_UNROLL
#undef WARCHEST_AVX512
#undef WARCHEST_AVX2
#undef WARCHEST_WIDE
#define WARCHEST_UNROLL _Pragma("GCC unroll 16")
#if HWY_TARGET == HWY_AVX3
#define WARCHEST_AVX512 1
#else
#define WARCHEST_AVX512 0
#endif
#if HWY_TARGET == HWY_AVX2
#define WARCHEST_AVX2 1
#else
#define WARCHEST_AVX2 0
#endif

#if HWY_TARGET == HWY_SCALAR
#define WARCHEST_WIDE 0
#else
#define WARCHEST_WIDE 1  // registers of several lanes: kernels that shuffle need it and have a plain loop besides
#endif

HWY_BEFORE_NAMESPACE();
namespace warchest::kernels::HWY_NAMESPACE {
namespace {  // NOLINT: one copy per file and target is meant
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<double>;
using DU = hn::ScalableTag<uint64_t>;
using DL = hn::ScalableTag<int64_t>;
using DW = hn::ScalableTag<uint32_t>;
using DI = hn::ScalableTag<int32_t>;
using DF = hn::ScalableTag<float>;
using DHalfI = hn::Rebind<int32_t, D>;  // as many 32-bit lanes as there are doubles
using DHalfW = hn::Rebind<uint32_t, D>;
using DHalfF = hn::Rebind<float, D>;
using V = hn::Vec<D>;
using VU = hn::Vec<DU>;
using VL = hn::Vec<DL>;
using VW = hn::Vec<DW>;
using VI = hn::Vec<DI>;
using VF = hn::Vec<DF>;
using M = hn::Mask<D>;
[[maybe_unused]] constexpr D d;
[[maybe_unused]] constexpr DU du;
[[maybe_unused]] constexpr DL dl;
[[maybe_unused]] constexpr DW dw;
[[maybe_unused]] constexpr DI di;
[[maybe_unused]] constexpr DF df;
[[maybe_unused]] constexpr DHalfI half_i;
[[maybe_unused]] constexpr DHalfW half_w;
[[maybe_unused]] constexpr DHalfF half_f;
constexpr size_t kLanes = hn::MaxLanes(D());   // doubles in a register
constexpr size_t kWords = hn::MaxLanes(DW());  // 32-bit words in a register
static_assert(kPad % kWords == 0 && (kWords == 2 * kLanes || !WARCHEST_WIDE));

HWY_INLINE V number(double x) { return hn::Set(d, x); }
HWY_INLINE V truth(M m) { return hn::IfThenElseZero(m, number(1.0)); }
// Unequal, or either is NaN; Highway's own Ne is false for NaN on x86.
HWY_INLINE M unequal(V a, V b) {
#if WARCHEST_AVX512
  return M{_mm512_cmp_pd_mask(a.raw, b.raw, _CMP_NEQ_UQ)};
#elif WARCHEST_AVX2
  return hn::MaskFromVec(V{_mm256_cmp_pd(a.raw, b.raw, _CMP_NEQ_UQ)});
#else
  return hn::Not(hn::Eq(a, b));
#endif
}
HWY_INLINE M is_set(V m) { return unequal(m, hn::Zero(d)); }

// The lanes of a mask as bits, lane 0 lowest.
HWY_INLINE uint32_t bits_of(M m) {
#if WARCHEST_AVX512
  return m.raw;
#elif WARCHEST_AVX2
  return static_cast<uint32_t>(_mm256_movemask_pd(hn::VecFromMask(d, m).raw));
#else
  uint8_t bytes[8] = {};
  hn::StoreMaskBits(d, m, bytes);
  return bytes[0];
#endif
}

// a < b ? a : b, which is what x86 calls min; other processors' own min treats zeros and NaN differently.
HWY_INLINE V lesser(V a, V b) {
#if WARCHEST_AVX512 || WARCHEST_AVX2
  return hn::Min(a, b);
#else
  return hn::IfThenElse(hn::Lt(a, b), a, b);
#endif
}
HWY_INLINE V greater(V a, V b) {
#if WARCHEST_AVX512 || WARCHEST_AVX2
  return hn::Max(a, b);
#else
  return hn::IfThenElse(hn::Gt(a, b), a, b);
#endif
}

// Operands: a column or one number.
struct Column {
  const double* p;
  HWY_INLINE V at(size_t i) const { return hn::Load(d, p + i); }
};
struct Number {
  double x;
  HWY_INLINE V at(size_t) const { return number(x); }
};

// out = Op::f(operands), kPad lanes at a time; all of a group is computed before any of it is stored, for out may be an operand.
template <class Op, class... Operands>
HWY_INLINE void each(double* out, size_t n, Operands... x) {
  for (size_t i = 0; i < n; i += kPad) {
    V r[kPad / kLanes];
    WARCHEST_UNROLL for (size_t j = 0; j < kPad / kLanes; ++j) r[j] = Op::f(x.at(i + j * kLanes)...);
    WARCHEST_UNROLL for (size_t j = 0; j < kPad / kLanes; ++j) hn::Store(r[j], d, out + i + j * kLanes);
  }
}

template <class Op>
void run_c(const double* a, double* out, size_t n) {
  each<Op>(out, n, Column{a});
}
template <class Op>
void run_cc(const double* a, const double* b, double* out, size_t n) {
  each<Op>(out, n, Column{a}, Column{b});
}
template <class Op>
void run_ck(const double* a, double b, double* out, size_t n) {
  each<Op>(out, n, Column{a}, Number{b});
}
template <class Op>
void run_kc(double a, const double* b, double* out, size_t n) {
  each<Op>(out, n, Number{a}, Column{b});
}
template <class Op>
[[maybe_unused]] BinaryKernels binary() {
  return {run_cc<Op>, run_ck<Op>, run_kc<Op>};
}

// exp and log for use inside other kernels, Highway's with the special values set right.
HWY_INLINE V exp_of(V x) {
  const V y = hn::Exp(d, lesser(x, number(1000.0)));  // lesser(NaN, k) = k, mended below; beyond 1000 Highway's exponent wraps
  return hn::IfThenElse(hn::IsNaN(x), x, y);
}
HWY_INLINE V log_of(V x) {
  const V y = hn::Log(d, x);
  const V inf = number(std::numeric_limits<double>::infinity());
  const M plain = hn::And(hn::Gt(x, hn::Zero(d)), hn::Lt(x, inf));
  if (HWY_LIKELY(hn::AllTrue(d, plain))) return y;
  const V nan = number(std::numeric_limits<double>::quiet_NaN());
  const V special = hn::IfThenElse(hn::Eq(x, hn::Zero(d)), hn::Neg(inf), hn::IfThenElse(hn::Eq(x, inf), inf, nan));
  return hn::IfThenElse(plain, y, special);
}

}  // namespace
}  // namespace warchest::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // target guard
