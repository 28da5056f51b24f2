// x^y = exp(y log x), with the logarithm carried as a sum of two doubles: the plain formula loses as many units as |y log x| is large, this
// one stays below two. Exponents that stand for a simpler operation (0, 1, 2, -1, 1/2) are that operation exactly, so that an optimizer
// may replace them.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/pow.cpp"
#include "kernels/simd.h"

HWY_BEFORE_NAMESPACE();
namespace warchest::kernels::HWY_NAMESPACE {
namespace {

struct Two {
  V hi, lo;
};

// a*b - p, exactly, p = a*b rounded: by a fused instruction, or by splitting each factor in halves (Dekker 1971).
HWY_INLINE V product_error(V a, V b, V p) {
#if HWY_NATIVE_FMA
  return hn::MulSub(a, b, p);
#else
  const V split = number(134217729.0);
  const V sa = hn::Mul(split, a), sb = hn::Mul(split, b);
  const V ah = hn::Sub(sa, hn::Sub(sa, a)), bh = hn::Sub(sb, hn::Sub(sb, b));
  const V al = hn::Sub(a, ah), bl = hn::Sub(b, bh);
  return hn::Add(hn::Add(hn::Add(hn::Sub(hn::Mul(ah, bh), p), hn::Mul(ah, bl)), hn::Mul(al, bh)), hn::Mul(al, bl));
#endif
}

// log of a positive finite x to about 64 bits: x = 2^e m, m in [sqrt(1/2), sqrt(2)), log m = 2 s + 2/3 s^3 + 2/5 s^5 + ...,
// s = (m - 1) / (m + 1), the first two terms with their remainders.
HWY_INLINE Two log_two(V x) {
  const M tiny = hn::Lt(x, number(0x1p-1022));
  x = hn::IfThenElse(tiny, hn::Mul(x, number(0x1p54)), x);
  const VL root_half = hn::Set(dl, 0x3FE6A09E667F3BCD);
  const VL offset = hn::Sub(hn::BitCast(dl, x), root_half);
  // the exponent as a double: its bits added to those of 1.5 * 2^52 and the constant taken away again; biased to stay positive
  const VU biased = hn::ShiftRight<52>(hn::BitCast(du, hn::Add(offset, hn::Set(dl, int64_t{1} << 62))));
  const V exponent = hn::Sub(hn::BitCast(d, hn::Or(biased, hn::Set(du, 0x4330000000000000))), number(0x1p52 + 1024));
  const VU whole = hn::And(hn::BitCast(du, offset), hn::Set(du, 0xFFF0000000000000));
  const V m = hn::BitCast(d, hn::Sub(hn::BitCast(du, x), whole));
  const V e = hn::Sub(exponent, hn::IfThenElseZero(tiny, number(54.0)));

  const V f = hn::Sub(m, number(1.0));                   // exact
  const V up = hn::Add(m, number(1.0));                  // rounded;
  const V up_lo = hn::Sub(f, hn::Sub(up, number(2.0)));  // m + 1 = up + up_lo, exact
  const V s = hn::Div(f, up);
  const V p = hn::Mul(s, up);
  const V rest = hn::Sub(hn::Sub(hn::Sub(f, p), product_error(s, up, p)), hn::Mul(s, up_lo));
  const V s_lo = hn::Div(rest, up);

  // s^2, s^3 and 2/3 s^3 with remainders; the terms from s^5 on are small enough without
  const V two_thirds = number(2.0 / 3), two_thirds_lo = number(0x1.5555555555555p-55);
  const V z = hn::Mul(s, s);
  const V z_lo = hn::MulAdd(hn::Add(s, s), s_lo, product_error(s, s, z));
  const V cube = hn::Mul(s, z);
  const V cube_lo = hn::MulAdd(s_lo, z, hn::MulAdd(s, z_lo, product_error(s, z, cube)));
  const V third = hn::Mul(cube, two_thirds);
  const V third_lo = hn::MulAdd(cube, two_thirds_lo, hn::MulAdd(cube_lo, two_thirds, product_error(cube, two_thirds, third)));
  V series = number(2.0 / 25);
  WARCHEST_UNROLL for (int k = 23; k >= 5; k -= 2) series = hn::MulAdd(series, z, number(2.0 / k));
  const V higher = hn::Mul(hn::Mul(cube, z), series);

  const V ln2_hi = number(0x1.62e42fefa3800p-1), ln2_lo = number(0x1.ef35793c76730p-45);  // the first has zeros to spare: e * it is exact
  const V big = hn::Mul(e, ln2_hi), twice = hn::Add(s, s);
  const V first = hn::Add(big, twice);
  const V lost_first = hn::Sub(twice, hn::Sub(first, big));  // |big| > |twice| unless e is 0
  const V sum = hn::Add(first, third);
  const V lost = hn::Sub(third, hn::Sub(sum, first));
  const V small = hn::Add(hn::MulAdd(e, ln2_lo, third_lo), hn::Add(hn::Add(s_lo, s_lo), higher));
  const V low = hn::Add(hn::Add(lost_first, lost), small);
  const V hi = hn::Add(sum, low);
  return {hi, hn::Sub(low, hn::Sub(hi, sum))};
}

// |x|^y for any x and y but the exact rules and signs.
HWY_INLINE V magnitude(V x, V y) {
  const Two log = log_two(x);
  const V p = hn::Mul(y, log.hi);
  const V p_lo = hn::MulAdd(y, log.lo, product_error(y, log.hi, p));
  const V r = exp_of(p);
  const M near = hn::Lt(hn::Abs(p), number(800.0));  // beyond, the result is 0 or infinite, and p_lo may be NaN
  const M finite = hn::Lt(r, number(std::numeric_limits<double>::infinity()));
  return hn::IfThenElse(hn::And(near, finite), hn::MulAdd(r, p_lo, r), r);
}

struct Power {
  static HWY_INLINE V f(V x, V y) {
    const V zero = hn::Zero(d), one = number(1.0), inf = number(std::numeric_limits<double>::infinity());
    V r = magnitude(hn::Abs(x), y);
    if (HWY_UNLIKELY(!hn::AllTrue(d, hn::And(hn::Gt(x, zero), hn::Lt(x, inf))))) r = unusual_base(x, y, r);
    r = hn::IfThenElse(hn::Or(hn::IsNaN(x), hn::IsNaN(y)), hn::Add(x, y), r);
    r = hn::IfThenElse(hn::Or(hn::Eq(x, one), hn::Eq(y, zero)), one, r);
    r = hn::IfThenElse(hn::Eq(y, one), x, r);
    r = hn::IfThenElse(hn::Eq(y, number(2.0)), hn::Mul(x, x), r);
    const M inverse = hn::Eq(y, number(-1.0)), root = hn::Eq(y, number(0.5));
    if (HWY_UNLIKELY(!hn::AllFalse(d, hn::Or(inverse, root)))) {
      r = hn::IfThenElse(inverse, hn::Div(one, x), r);
      r = hn::IfThenElse(root, hn::Sqrt(x), r);
    }
    return r;
  }

  // Zero, infinite and negative bases.
  static HWY_INLINE V unusual_base(V x, V y, V r) {
    const V zero = hn::Zero(d), inf = number(std::numeric_limits<double>::infinity());
    const V size = hn::Abs(x);
    const M up = hn::Gt(y, zero);
    r = hn::IfThenElse(hn::Eq(size, zero), hn::IfThenElse(up, zero, inf), r);
    r = hn::IfThenElse(hn::Eq(size, inf), hn::IfThenElse(up, inf, zero), r);
    r = hn::IfThenElse(hn::Eq(size, number(1.0)), size, r);  // -1 to an infinite power
    const V half = hn::Mul(y, number(0.5));
    const M whole = hn::Eq(hn::Floor(y), y);
    const M odd = hn::And(whole, unequal(hn::Floor(half), half));
    const V nan = number(std::numeric_limits<double>::quiet_NaN());
    r = hn::IfThenElse(hn::And(hn::Lt(x, zero), hn::Not(whole)), nan, r);
    // the sign of x, also of -0, lasts under an odd power
    return hn::IfThenElse(odd, hn::Or(r, hn::And(x, hn::SignBit(d))), r);
  }
};

void fill_pow(Kernels& k) { k.pow = binary<Power>(); }

}  // namespace
}  // namespace warchest::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace warchest::kernels {
WARCHEST_EXPORT(fill_pow)
}
#endif
