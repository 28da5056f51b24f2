// Exponential and logarithm on columns: Highway's polynomials, about one unit in the last place, with the special values that its
// documentation excludes (overflow, zero, negative, infinite, NaN) set right. The same bits on AVX-512 and AVX2, which is why no vendor's
// vector library is used.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/transcendental.cpp"
#include "kernels/simd.h"

HWY_BEFORE_NAMESPACE();
namespace warchest::kernels::HWY_NAMESPACE {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Exponential {
  static HWY_INLINE V f(V x) { return exp_of(x); }
};
struct Logarithm {
  static HWY_INLINE V f(V x) { return log_of(x); }
};
// exp(x) - 1 without losing the digits of a small x.
struct ExponentialLessOne {
  static HWY_INLINE V f(V x) {
    const V y = hn::Expm1(d, lesser(x, number(1000.0)));
    // near zero the series is x itself, and -0 stays -0
    return hn::IfThenElse(hn::Or(hn::IsNaN(x), hn::Lt(hn::Abs(x), number(0x1p-54))), x, y);
  }
};
// log(1 + x) = log(y) * x / (y - 1), y = 1 + x rounded: the error of y cancels.
struct LogarithmOfOnePlus {
  static HWY_INLINE V f(V x) {
    const V y = hn::Log1p(d, x);
    const M plain = hn::And(hn::Gt(x, number(-1.0)), hn::Lt(x, number(kInfinity)));
    if (HWY_LIKELY(hn::AllTrue(d, plain))) return y;
    const V nan = number(std::numeric_limits<double>::quiet_NaN());
    const V special = hn::IfThenElse(hn::Eq(x, number(-1.0)), number(-kInfinity), hn::IfThenElse(hn::Eq(x, number(kInfinity)), x, nan));
    return hn::IfThenElse(plain, y, special);
  }
};

void fill_transcendental(Kernels& k) {
  k.exp = run_c<Exponential>;
  k.log = run_c<Logarithm>;
  k.expm1 = run_c<ExponentialLessOne>;
  k.log1p = run_c<LogarithmOfOnePlus>;
}

}  // namespace
}  // namespace warchest::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace warchest::kernels {
WARCHEST_EXPORT(fill_transcendental)
}
#endif
