// One operation a kernel: arithmetic, comparisons, logic and choice, each as column or number.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise.cpp"
#include "kernels/simd.h"

HWY_BEFORE_NAMESPACE();
namespace warchest::kernels::HWY_NAMESPACE {
namespace {

#define UNARY(Name, ...)                               \
  struct Name {                                        \
    static HWY_INLINE V f(V a) { return __VA_ARGS__; } \
  };
#define BINARY(Name, ...)                                   \
  struct Name {                                             \
    static HWY_INLINE V f(V a, V b) { return __VA_ARGS__; } \
  };

BINARY(Plus, hn::Add(a, b))
BINARY(Minus, hn::Sub(a, b))
BINARY(Times, hn::Mul(a, b))
BINARY(Over, hn::Div(a, b))
BINARY(Least, hn::IfThenElse(hn::IsNaN(a), a, lesser(a, b)))
BINARY(Greatest, hn::IfThenElse(hn::IsNaN(a), a, greater(a, b)))
BINARY(Less, truth(hn::Lt(a, b)))
BINARY(LessOrEqual, truth(hn::Le(a, b)))
BINARY(Equal, truth(hn::Eq(a, b)))
BINARY(Unequal, truth(unequal(a, b)))
BINARY(Both, hn::And(a, b))
BINARY(Either, hn::Or(a, b))

struct NearlyEqual {
  static HWY_INLINE V f(V a, V b) {
    const V apart = hn::Abs(hn::Sub(a, b));
    const V allowed = hn::Mul(number(1e-9), greater(hn::Abs(a), hn::Abs(b)));
    // an infinite distance is never small, though an infinite allowance would let it pass
    const M close = hn::And(hn::Le(apart, allowed), hn::Lt(apart, number(std::numeric_limits<double>::infinity())));
    return truth(hn::Or(close, hn::Eq(a, b)));
  }
};

UNARY(Negative, hn::Neg(a))
UNARY(Magnitude, hn::Abs(a))
UNARY(Root, hn::Sqrt(a))
UNARY(Down, hn::Or(hn::Floor(a), hn::And(a, hn::SignBit(d))))  // the floor has the sign of a; this keeps -0 on every target
// Adding the double just below a half, then cutting: 0.5 goes up, the double below it does not, and large whole numbers stay.
UNARY(HalfAway, hn::Or(hn::Trunc(hn::Add(hn::Abs(a), number(0.49999999999999994))), hn::And(a, hn::SignBit(d))))
UNARY(NonZero, truth(is_set(a)))
UNARY(Not, hn::Xor(a, number(1.0)))
UNARY(Same, a)

struct Choose {
  static HWY_INLINE V f(V m, V a, V b) { return hn::IfThenElse(is_set(m), a, b); }
};
void select_cc(const double* m, const double* a, const double* b, double* out, size_t n) {
  each<Choose>(out, n, Column{m}, Column{a}, Column{b});
}
void select_ck(const double* m, const double* a, double b, double* out, size_t n) { each<Choose>(out, n, Column{m}, Column{a}, Number{b}); }
void select_kc(const double* m, double a, const double* b, double* out, size_t n) { each<Choose>(out, n, Column{m}, Number{a}, Column{b}); }
void select_kk(const double* m, double a, double b, double* out, size_t n) { each<Choose>(out, n, Column{m}, Number{a}, Number{b}); }

void fill(double a, double* out, size_t n) { each<Same>(out, n, Number{a}); }

#undef UNARY
#undef BINARY

void fill_elementwise(Kernels& k) {
  k.add = binary<Plus>();
  k.sub = binary<Minus>();
  k.mul = binary<Times>();
  k.div = binary<Over>();
  k.min = binary<Least>();
  k.max = binary<Greatest>();
  k.lt = binary<Less>();
  k.le = binary<LessOrEqual>();
  k.eq = binary<Equal>();
  k.ne = binary<Unequal>();
  k.nearly_equal = binary<NearlyEqual>();
  k.land = binary<Both>();
  k.lor = binary<Either>();
  k.neg = run_c<Negative>;
  k.abs = run_c<Magnitude>;
  k.sqrt = run_c<Root>;
  k.floor = run_c<Down>;
  k.round = run_c<HalfAway>;
  k.is_nonzero = run_c<NonZero>;
  k.lnot = run_c<Not>;
  k.select = {select_cc, select_ck, select_kc, select_kk};
  k.fill = fill;
  k.copy = run_c<Same>;
}

}  // namespace
}  // namespace warchest::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace warchest::kernels {
WARCHEST_EXPORT(fill_elementwise)
}
#endif
