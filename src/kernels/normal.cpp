// The normal distribution both ways.
//
// Scores are made by inverting the distribution function, not by Box-Muller: one word gives one score, increasing in the word, so that
// Sobol points and rank correlation keep their meaning; and it is faster. Monthly noise takes a float approximation (one polynomial per
// octave of the smaller tail, its coefficients fetched by permutes); draws made once per path take Wichura's AS 241 in doubles.
// The distribution function is exp(-t^2/2) times one polynomial, with t^2 split so that its rounding does not grow in the tail.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/normal.cpp"
#include "kernels/normal_tables.h"
#include "kernels/simd.h"

HWY_BEFORE_NAMESPACE();
namespace warchest::kernels::HWY_NAMESPACE {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// ------------------------------------------------------------------------------------------------------------- AS 241, PPND16
// Ratios of polynomials for |u - 1/2| <= 0.425 (in 0.425^2 - q^2), and for the tails (in r - 1.6 and r - 5, r = sqrt(-log tail)).
constexpr double kMiddleTop[8] = {3.3871328727963666080e0,  1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
                                  4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3};
constexpr double kMiddleBottom[8] = {1.0,
                                     4.2313330701600911252e+1,
                                     6.8718700749205790830e+2,
                                     5.3941960214247511077e+3,
                                     2.1213794301586595867e+4,
                                     3.9307895800092710610e+4,
                                     2.8729085735721942674e+4,
                                     5.2264952788528545610e+3};
constexpr double kTailTop[8] = {1.42343711074968357734e0, 4.63033784615654529590e0,  5.76949722146069140550e0,  3.64784832476320460504e0,
                                1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4};
constexpr double kTailBottom[8] = {1.0,
                                   2.05319162663775882187e0,
                                   1.67638483018380384940e0,
                                   6.89767334985100004550e-1,
                                   1.48103976427480074590e-1,
                                   1.51986665636164571966e-2,
                                   5.47593808499534494600e-4,
                                   1.05075007164441684324e-9};
constexpr double kFarTop[8] = {6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,  2.96560571828504891230e-1,
                               2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7};
constexpr double kFarBottom[8] = {1.0,
                                  5.99832206555887937690e-1,
                                  1.36929880922735805310e-1,
                                  1.48753612908506148525e-2,
                                  7.86869131145613259100e-4,
                                  1.84631831751005468180e-5,
                                  1.42151175831644588870e-7,
                                  2.04426310338993978564e-15};

template <size_t N>
HWY_INLINE V polynomial(V x, const double (&c)[N]) {
  V r = number(c[N - 1]);
  WARCHEST_UNROLL for (int j = static_cast<int>(N) - 2; j >= 0; --j) r = hn::MulAdd(r, x, number(c[j]));
  return r;
}

// Score, without its sign, of a tail of at most 0.075.
HWY_INLINE V tail_score(V p) {
  const V r = hn::Sqrt(hn::Neg(log_of(p)));
  const V x = hn::Sub(r, number(1.6));
  const V z = hn::Div(polynomial(x, kTailTop), polynomial(x, kTailBottom));
  const M far = hn::Gt(r, number(5.0));
  if (HWY_LIKELY(hn::AllFalse(d, far))) return z;
  const V y = hn::Sub(r, number(5.0));
  return hn::IfThenElse(far, hn::Div(polynomial(y, kFarTop), polynomial(y, kFarBottom)), z);
}
// u strictly within (0, 1).
HWY_INLINE V score(V u) {
  const V q = hn::Sub(u, number(0.5));
  const V s = hn::Sub(number(0.180625), hn::Mul(q, q));
  const V middle = hn::Mul(q, hn::Div(polynomial(s, kMiddleTop), polynomial(s, kMiddleBottom)));
  const M tail = hn::Gt(hn::Abs(q), number(0.425));
  if (hn::AllFalse(d, tail)) return middle;
  const V z = tail_score(lesser(u, hn::Sub(number(1.0), u)));
  return hn::IfThenElse(tail, hn::Or(z, hn::And(q, hn::SignBit(d))), middle);
}

struct Quantile {
  static HWY_INLINE V f(V u) {
    const V zero = hn::Zero(d), one = number(1.0);
    const M inside = hn::And(hn::Gt(u, zero), hn::Lt(u, one));
    if (HWY_LIKELY(hn::AllTrue(d, inside))) return score(u);
    const V z = score(hn::IfThenElse(inside, u, number(0.5)));
    const V ends = hn::IfThenElse(hn::Eq(u, zero), number(-kInfinity), hn::IfThenElse(hn::Eq(u, one), number(kInfinity), number(kNan)));
    return hn::IfThenElse(inside, z, ends);
  }
};

// ------------------------------------------------------------------------------------------------------- distribution function
struct Distribution {
  // Phi(-t), t >= 0: t^2 = h^2 + (t - h)(t + h) with h the leading 26 bits of t, so that h^2 is exact.
  static HWY_INLINE V lower(V t) {
    const V h = hn::BitCast(d, hn::And(hn::BitCast(du, t), hn::Set(du, 0xFFFFFFFFF8000000)));
    const V rest = hn::Mul(number(-0.5), hn::Mul(hn::Sub(t, h), hn::Add(t, h)));  // below 3e-5
    const V bell = exp_of(hn::Mul(number(-0.5), hn::Mul(h, h)));
    const V once = hn::MulAdd(bell, hn::Mul(rest, hn::MulAdd(rest, hn::MulAdd(rest, number(1.0 / 6), number(0.5)), number(1.0))), bell);
    const V q = hn::Div(hn::Sub(t, number(kMillsK)), hn::Add(t, number(kMillsK)));
    return hn::Mul(once, hn::Div(polynomial(q, kMills), hn::Add(t, number(kMillsC))));
  }
  static HWY_INLINE V f(V z) {
    const V t = lesser(hn::Abs(z), number(40.0));  // beyond, the chance is below the smallest double
    const V p = lower(t);
    const V u = hn::IfThenElse(hn::Gt(z, hn::Zero(d)), hn::Sub(number(1.0), p), p);
    return hn::IfThenElse(hn::IsNaN(z), z, u);
  }
};

// ------------------------------------------------------------------------------------------------------------------ from words
HWY_INLINE V doubles_of(const uint32_t* words) {  // exactly
#if WARCHEST_WIDE
  const VU wide = hn::PromoteTo(du, hn::Load(half_w, words));
  return hn::Sub(hn::BitCast(d, hn::Or(wide, hn::Set(du, 0x4330000000000000))), number(0x1p52));
#else
  return number(static_cast<double>(*words));
#endif
}
HWY_INLINE V uniform_of(const uint32_t* words) { return hn::Mul(hn::Add(doubles_of(words), number(0.5)), number(0x1p-32)); }

void uniforms(const uint32_t* words, double* u, size_t n) {
  for (size_t i = 0; i < n; i += kPad) {
    WARCHEST_UNROLL for (size_t j = i; j < i + kPad; j += kLanes) hn::Store(uniform_of(words + j), d, u + j);
  }
}
void normals_fine(const uint32_t* words, double* z, size_t n) {
  for (size_t i = 0; i < n; i += kPad) {
    WARCHEST_UNROLL for (size_t j = i; j < i + kPad; j += kLanes) hn::Store(score(uniform_of(words + j)), d, z + j);
  }
}

#if WARCHEST_WIDE
// m = 2 w + 1 of the smaller tail as a float, rounded once on every target, and kept below 2^32 so that its octave is unique.
HWY_INLINE VF tail_float(VW m) {
#if WARCHEST_AVX512
  const VF f{_mm512_cvtepu32_ps(m.raw)};
#else
  const VF high = hn::ConvertTo(df, hn::BitCast(di, hn::ShiftRight<16>(m)));
  const VF low = hn::ConvertTo(df, hn::BitCast(di, hn::And(m, hn::Set(dw, 0xffffu))));
  const VF f = hn::Add(hn::Mul(high, hn::Set(df, 65536.f)), low);  // the product is exact
#endif
  return hn::Min(f, hn::Set(df, 4294967040.f));
}
// r(y) by Horner's rule, coefficient j of each lane's octave from `coefficient`.
template <class Coefficient>
HWY_INLINE VF octave_polynomial(VF y, const Coefficient& coefficient) {
  VF r = coefficient(kNormalDegree);
  WARCHEST_UNROLL for (int j = kNormalDegree - 1; j >= 0; --j) r = hn::MulAdd(r, y, coefficient(j));
  return r;
}
struct FromMemory {  // one gather a coefficient
  VI octave;
  HWY_INLINE VF operator()(int j) const { return hn::GatherIndex(df, kNormalOctaves[j], octave); }
};
#if WARCHEST_AVX512
struct FromRegisters {  // all 32 octaves in two registers
  VW octave;
  HWY_INLINE VF operator()(int j) const {
    return VF{_mm512_permutex2var_ps(_mm512_load_ps(kNormalOctaves[j]), octave.raw, _mm512_load_ps(kNormalOctaves[j] + 16))};
  }
};
#elif WARCHEST_AVX2
// The eight upper octaves (255 of 256 words) in one register; octaves 23 .. 30 of the table, found by the exponent's lowest three bits.
struct Upper {
  alignas(32) float c[kNormalDegree + 1][8];
};
constexpr Upper upper_octaves() {
  Upper upper{};
  for (int j = 0; j <= kNormalDegree; ++j)
    for (int octave = 23; octave <= 30; ++octave) upper.c[j][octave & 7] = kNormalOctaves[j][octave];
  return upper;
}
constexpr Upper kUpper = upper_octaves();
struct FromOneRegister {
  VI octave;
  HWY_INLINE VF operator()(int j) const { return VF{_mm256_permutevar8x32_ps(_mm256_load_ps(kUpper.c[j]), octave.raw)}; }
};
#endif

HWY_INLINE VF float_score(VW w) {
  const VW sign = hn::And(w, hn::Set(dw, 0x80000000u));
  const VW mirror = hn::BitCast(dw, hn::ShiftRight<31>(hn::BitCast(di, w)));  // the upper half counts down from its end
  const VW m = hn::Or(hn::ShiftLeft<1>(hn::Xor(w, mirror)), hn::Set(dw, 1u));
  const VW bits = hn::BitCast(dw, tail_float(m));
  const VW octave = hn::ShiftRight<23>(bits);
  const VF y = hn::Sub(hn::BitCast(df, hn::Or(hn::And(bits, hn::Set(dw, 0x7fffffu)), hn::Set(dw, 0x3f800000u))), hn::Set(df, 1.5f));
#if WARCHEST_AVX512
  const VF z = octave_polynomial(y, FromRegisters{octave});
#else
  const VI in_table = hn::BitCast(di, hn::And(octave, hn::Set(dw, 31u)));
#if WARCHEST_AVX2
  const VI octave_i = hn::BitCast(di, octave);
  VF z = octave_polynomial(y, FromOneRegister{octave_i});
  if (HWY_UNLIKELY(!hn::AllFalse(di, hn::Lt(octave_i, hn::Set(di, 151))))) z = octave_polynomial(y, FromMemory{in_table});
#else
  const VF z = octave_polynomial(y, FromMemory{in_table});
#endif
#endif
  return hn::BitCast(df, hn::Xor(hn::BitCast(dw, z), sign));
}

// `then` of each register of scores.
template <class Then>
HWY_INLINE void normals_then(const uint32_t* words, double* out, size_t n, Then then) {
  const hn::Half<DF> half;
  for (size_t i = 0; i < n; i += kPad) {
    WARCHEST_UNROLL for (size_t j = i; j < i + kPad; j += kWords) {
      const VF f = float_score(hn::Load(dw, words + j));
      hn::Store(then(hn::PromoteTo(d, hn::LowerHalf(half, f)), j), d, out + j);
      hn::Store(then(hn::PromoteTo(d, hn::UpperHalf(half, f)), j + kLanes), d, out + j + kLanes);
    }
  }
}
struct AsItIs {
  HWY_INLINE V operator()(V z, size_t) const { return z; }
};
struct Scaled {
  V factor, plus;
  HWY_INLINE V operator()(V z, size_t) const { return hn::Add(hn::Mul(z, factor), plus); }
};
struct ScaledTimes {
  V factor, plus;
  const double* column;
  HWY_INLINE V operator()(V z, size_t i) const { return hn::Mul(hn::Add(hn::Mul(z, factor), plus), hn::Load(d, column + i)); }
};
void normals(const uint32_t* words, double* z, size_t n) { normals_then(words, z, n, AsItIs{}); }
void normals_scaled(const uint32_t* words, double factor, double plus, double* out, size_t n) {
  normals_then(words, out, n, Scaled{number(factor), number(plus)});
}
void normals_scaled_times(const uint32_t* words, double factor, double plus, const double* column, double* out, size_t n) {
  normals_then(words, out, n, ScaledTimes{number(factor), number(plus), column});
}
#else
void normals(const uint32_t* words, double* z, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    const uint32_t w = words[i];
    const uint32_t m = ((w >> 31) != 0 ? ~w : w) << 1 | 1;
    const float f = static_cast<float>(m);
    const uint32_t bits = std::bit_cast<uint32_t>(f < 4294967040.f ? f : 4294967040.f);
    const float y = std::bit_cast<float>((bits & 0x7fffffu) | 0x3f800000u) - 1.5f;
    const uint32_t octave = bits >> 23 & 31;
    float r = kNormalOctaves[kNormalDegree][octave];
    for (int j = kNormalDegree - 1; j >= 0; --j) r = r * y + kNormalOctaves[j][octave];
    z[i] = (w >> 31) != 0 ? -r : r;
  }
}
void normals_scaled(const uint32_t* words, double factor, double plus, double* out, size_t n) {
  normals(words, out, n);
  for (size_t i = 0; i < n; ++i) out[i] = out[i] * factor + plus;
}
void normals_scaled_times(const uint32_t* words, double factor, double plus, const double* column, double* out, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    const double times = column[i];
    normals(words + i, out + i, 1);
    out[i] = (out[i] * factor + plus) * times;
  }
}
#endif

void fill_normal(Kernels& k) {
  k.normal_quantile = run_c<Quantile>;
  k.normal_cdf = run_c<Distribution>;
  k.normals = normals;
  k.normals_scaled = normals_scaled;
  k.normals_scaled_times = normals_scaled_times;
  k.normals_fine = normals_fine;
  k.uniforms = uniforms;
}

}  // namespace
}  // namespace warchest::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace warchest::kernels {
WARCHEST_EXPORT(fill_normal)
}
#endif
