// Two operations in one pass over memory, where the first one's result goes straight into the second, or is kept beside it: what months
// are full of. Each rounds as its parts in the written order would (superinstructions.cpp says why).
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/pairs.cpp"
#include "kernels/simd.h"

HWY_BEFORE_NAMESPACE();
namespace warchest::kernels::HWY_NAMESPACE {
namespace {

// `body` for each register of lanes.
template <class Body>
HWY_INLINE void registers(size_t n, Body body) {
  for (size_t i = 0; i < n; i += kPad) {
    WARCHEST_UNROLL for (size_t j = i; j < i + kPad; j += kLanes) body(j);
  }
}
HWY_INLINE V load(const double* p, size_t i) { return hn::Load(d, p + i); }

struct Sum {
  static HWY_INLINE V f(V a, V b) { return hn::Add(a, b); }
};
struct Difference {
  static HWY_INLINE V f(V a, V b) { return hn::Sub(a, b); }
};
struct Product {
  static HWY_INLINE V f(V a, V b) { return hn::Mul(a, b); }
};
template <class Op>
void then_select(const double* m, const double* a, const double* b, double otherwise, double* out, size_t n) {
  const V k = number(otherwise);
  registers(n, [&](size_t i) HWY_ATTR { hn::Store(hn::IfThenElse(is_set(load(m, i)), Op::f(load(a, i), load(b, i)), k), d, out + i); });
}

// Comparisons with a number, in the order of Against.
struct Below {
  static HWY_INLINE M f(V a, V k) { return hn::Lt(a, k); }
};
struct Above {
  static HWY_INLINE M f(V a, V k) { return hn::Lt(k, a); }
};
struct AtMost {
  static HWY_INLINE M f(V a, V k) { return hn::Le(a, k); }
};
struct AtLeast {
  static HWY_INLINE M f(V a, V k) { return hn::Le(k, a); }
};
struct Exactly {
  static HWY_INLINE M f(V a, V k) { return hn::Eq(a, k); }
};
template <class First, class Second>
void mask_two(const double* m, const double* a, double ka, const double* b, double kb, double* out, size_t n) {
  const V first = number(ka), second = number(kb);
  registers(n, [&](size_t i) HWY_ATTR {
    const M both = hn::And(First::f(load(a, i), first), Second::f(load(b, i), second));
    hn::Store(hn::IfThenElseZero(both, load(m, i)), d, out + i);
  });
}
template <class First>
void fill_row(MaskTwoKernel (&row)[kAgainst]) {
  row[0] = mask_two<First, Below>;
  row[1] = mask_two<First, Above>;
  row[2] = mask_two<First, AtMost>;
  row[3] = mask_two<First, AtLeast>;
  row[4] = mask_two<First, Exactly>;
}
template <class Compare>
void add_count(const double* total, const double* a, double k, double* out, size_t n) {
  const V bound = number(k);
  registers(n, [&](size_t i) HWY_ATTR { hn::Store(hn::Add(load(total, i), truth(Compare::f(load(a, i), bound))), d, out + i); });
}

void mask_lt_scaled(const double* m, const double* a, const double* b, double k, double* out, size_t n) {
  const V factor = number(k);
  registers(n, [&](size_t i)
                   HWY_ATTR { hn::Store(hn::IfThenElseZero(hn::Lt(load(a, i), hn::Mul(load(b, i), factor)), load(m, i)), d, out + i); });
}

void mask_between(const double* m, double above, const double* a, const double* b, double k, double* out, size_t n) {
  const V least = number(above), factor = number(k);
  registers(n, [&](size_t i) HWY_ATTR {
    const V x = load(b, i);
    const M inside = hn::And(hn::Lt(least, x), hn::Lt(load(a, i), hn::Mul(x, factor)));
    hn::Store(hn::IfThenElseZero(inside, load(m, i)), d, out + i);
  });
}

void add3_scaled(const double* a, const double* b, const double* c, double k, double* out, size_t n) {
  const V factor = number(k);
  registers(n, [&](size_t i) HWY_ATTR { hn::Store(hn::Mul(hn::Add(hn::Add(load(a, i), load(b, i)), load(c, i)), factor), d, out + i); });
}

void scale_then_grow(const double* a, double k, double plus, const double* c, double* scaled, double* grown, size_t n) {
  const V factor = number(k), more = number(plus);
  registers(n, [&](size_t i) HWY_ATTR {
    const V x = hn::Mul(load(a, i), factor), y = load(c, i);
    hn::Store(x, d, scaled + i);
    hn::Store(hn::Mul(hn::Add(x, more), y), d, grown + i);
  });
}

void add_then_min(const double* a, const double* b, const double* least, double* sum, double* out, size_t n) {
  registers(n, [&](size_t i) HWY_ATTR {
    const V x = hn::Add(load(a, i), load(b, i)), old = load(least, i);
    hn::Store(x, d, sum + i);
    hn::Store(hn::IfThenElse(hn::IsNaN(x), x, lesser(x, old)), d, out + i);
  });
}

void mul_then_sub_select(const double* a, const double* b, const double* m, const double* c, double otherwise, double* product, double* out,
                         size_t n) {
  const V k = number(otherwise);
  registers(n, [&](size_t i) HWY_ATTR {
    const V mask = load(m, i), from = load(c, i), x = hn::Mul(load(a, i), load(b, i));
    hn::Store(x, d, product + i);
    hn::Store(hn::IfThenElse(is_set(mask), hn::Sub(from, x), k), d, out + i);
  });
}

void fill_pairs(Kernels& k) {
  k.add_select = then_select<Sum>;
  k.sub_select = then_select<Difference>;
  k.mul_select = then_select<Product>;
  fill_row<Below>(k.mask_two[0]);
  fill_row<Above>(k.mask_two[1]);
  fill_row<AtMost>(k.mask_two[2]);
  fill_row<AtLeast>(k.mask_two[3]);
  fill_row<Exactly>(k.mask_two[4]);
  k.add_count[0] = add_count<Below>;
  k.add_count[1] = add_count<Above>;
  k.add_count[2] = add_count<AtMost>;
  k.add_count[3] = add_count<AtLeast>;
  k.add_count[4] = add_count<Exactly>;
  k.mask_lt_scaled = mask_lt_scaled;
  k.mask_between = mask_between;
  k.add3_scaled = add3_scaled;
  k.scale_then_grow = scale_then_grow;
  k.add_then_min = add_then_min;
  k.mul_then_sub_select = mul_then_sub_select;
}

}  // namespace
}  // namespace warchest::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace warchest::kernels {
WARCHEST_EXPORT(fill_pairs)
}
#endif
