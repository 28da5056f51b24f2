// Superinstructions against the same operations one after another: equal in every bit, or an optimizer would change results.
#include <gtest/gtest.h>

#include <functional>

#include "kernels/kernels.h"
#include "kernels/test_columns.h"

namespace warchest::kernels {
namespace {

using Composition = std::function<void(const double* a, const double* b, const double* c, double* out, size_t n)>;

// first(a, b), then second(., c); or second(c, .) when the third operand comes first.
Composition then(BinaryKernels Kernels::*first, BinaryKernels Kernels::*second, bool third_first = false) {
  return [=](const double* a, const double* b, const double* c, double* out, size_t n) {
    Doubles t(n);
    (kernels().*first).cc(a, b, t.data(), n);
    const auto join = (kernels().*second).cc;
    third_first ? join(c, t.data(), out, n) : join(t.data(), c, out, n);
  };
}

struct TernaryCase {
  const char* name;
  TernaryKernels Kernels::*kernel;
  const char* shapes;  // those that the header lists
  Composition composition;
  bool truths = false;
};
std::vector<TernaryCase> ternary_cases() {
  using K = Kernels;
  return {
      {"mul_add", &K::mul_add, "ccc cck ckc ckk", then(&K::mul, &K::add)},
      {"mul_sub", &K::mul_sub, "ccc ckc", then(&K::mul, &K::sub)},
      {"neg_mul_add", &K::neg_mul_add, "ccc cck ckc ckk", then(&K::mul, &K::sub, true)},
      {"add3", &K::add3, "ccc cck ckc", then(&K::add, &K::add)},
      {"add_sub", &K::add_sub, "ccc ckc", then(&K::add, &K::sub)},
      {"sub_add", &K::sub_add, "ccc cck kcc", then(&K::sub, &K::add)},
      {"sub_sub", &K::sub_sub, "ccc cck kcc", then(&K::sub, &K::sub)},
      {"sub_of_sum", &K::sub_of_sum, "ccc ckc", then(&K::add, &K::sub, true)},
      {"add_mul", &K::add_mul, "ccc cck ckc ckk", then(&K::add, &K::mul)},
      {"sub_mul", &K::sub_mul, "ccc cck kcc kck", then(&K::sub, &K::mul)},
      {"mul3", &K::mul3, "ccc cck ckc ckk", then(&K::mul, &K::mul)},
      {"mul_div", &K::mul_div, "ccc ckc cck", then(&K::mul, &K::div)},
      {"div_mul", &K::div_mul, "ccc cck kcc", then(&K::div, &K::mul)},
      {"div_add", &K::div_add, "ccc cck", then(&K::div, &K::add)},
      {"clip", &K::clip, "ccc cck ckc ckk", then(&K::max, &K::min)},
      {"max_sub", &K::max_sub, "ccc cck ckk kck", then(&K::sub, &K::max)},
      {"min_sub", &K::min_sub, "ccc cck", then(&K::sub, &K::min)},
      {"mul_add_lt", &K::mul_add_lt, "ccc ckc",
       [](const double* a, const double* b, const double* c, double* out, size_t n) {
         Doubles t(n);
         kernels().mul.cc(a, b, t.data(), n);
         kernels().add.cc(t.data(), c, t.data(), n);
         kernels().lt.ck(t.data(), 0, out, n);
       }},
      {"and3", &K::and3, "ccc", then(&K::land, &K::land), true},
      {"or3", &K::or3, "ccc", then(&K::lor, &K::lor), true},
  };
}

TEST(Superinstructions, ternary_kernels_equal_their_composition_in_every_listed_shape) {
  on_every_target([](std::string_view target) {
    for (const TernaryCase& c : ternary_cases()) {
      const TernaryKernels& kernel = kernels().*c.kernel;
      const std::string shapes = c.shapes;
      const auto listed = [&](const char* shape) { return shapes.find(shape) != std::string::npos; };
      EXPECT_EQ(kernel.ccc != nullptr, listed("ccc")) << c.name;
      EXPECT_EQ(kernel.cck != nullptr, listed("cck")) << c.name;
      EXPECT_EQ(kernel.ckc != nullptr, listed("ckc")) << c.name;
      EXPECT_EQ(kernel.kcc != nullptr, listed("kcc")) << c.name;
      EXPECT_EQ(kernel.ckk != nullptr, listed("ckk")) << c.name;
      EXPECT_EQ(kernel.kck != nullptr, listed("kck")) << c.name;
      EXPECT_EQ(kernel.kkc != nullptr, listed("kkc")) << c.name;
      for (const size_t n : {size_t{0}, size_t{1}, size_t{15}, size_t{16}, size_t{40}, size_t{256}, size_t{3000}}) {
        const auto values = [&](uint64_t seed) { return c.truths ? truth_values(n, seed) : mixed_values(n, seed); };
        const Doubles a(values(11)), b(values(12)), x(values(13));
        const double k1 = 1.0 / 3, k2 = -7.7e3;
        const Doubles ka(std::vector<double>(n, k1)), kb(std::vector<double>(n, k2));
        const auto check = [&](const char* shape, const double* pa, const double* pb, const double* pc, const Doubles& got) {
          Doubles want(n);
          c.composition(pa, pb, pc, want.data(), n);
          for (size_t i = 0; i < n; ++i)
            ASSERT_PRED2(same_bits, got[i], want[i])
                << target << " " << c.name << " " << shape << " lane " << i << ": " << pa[i] << " " << pb[i] << " " << pc[i];
          ASSERT_TRUE(got.intact());
        };
        Doubles out(n);
        if (kernel.ccc) kernel.ccc(a.data(), b.data(), x.data(), out.data(), n), check("ccc", a.data(), b.data(), x.data(), out);
        if (kernel.cck) kernel.cck(a.data(), b.data(), k1, out.data(), n), check("cck", a.data(), b.data(), ka.data(), out);
        if (kernel.ckc) kernel.ckc(a.data(), k1, x.data(), out.data(), n), check("ckc", a.data(), ka.data(), x.data(), out);
        if (kernel.kcc) kernel.kcc(k1, b.data(), x.data(), out.data(), n), check("kcc", ka.data(), b.data(), x.data(), out);
        if (kernel.ckk) kernel.ckk(a.data(), k1, k2, out.data(), n), check("ckk", a.data(), ka.data(), kb.data(), out);
        if (kernel.kck) kernel.kck(k1, b.data(), k2, out.data(), n), check("kck", ka.data(), b.data(), kb.data(), out);
      }
    }
  });
}

TEST(Superinstructions, masked_comparisons_and_sums) {
  on_every_target([](std::string_view target) {
    SCOPED_TRACE(target);
    const size_t n = 1000;
    const Doubles m(truth_values(n, 1)), p(truth_values(n, 2)), a(mixed_values(n, 3)), b(mixed_values(n, 4));
    const Doubles ks(std::vector<double>(n, 2.0));
    const std::pair<MaskedKernels Kernels::*, BinaryKernels Kernels::*> pairs[] = {{&Kernels::mask_lt, &Kernels::lt},
                                                                                   {&Kernels::mask_le, &Kernels::le},
                                                                                   {&Kernels::mask_eq, &Kernels::eq},
                                                                                   {&Kernels::mask_ne, &Kernels::ne}};
    for (const auto& [masked, plain] : pairs) {
      Doubles got(n), want(n);
      const auto check = [&](const double* x, const double* y) {
        (kernels().*plain).cc(x, y, want.data(), n);
        kernels().land.cc(m.data(), want.data(), want.data(), n);
        for (size_t i = 0; i < n; ++i) ASSERT_PRED2(same_bits, got[i], want[i]) << x[i] << " " << y[i];
      };
      (kernels().*masked).cc(m.data(), a.data(), b.data(), got.data(), n), check(a.data(), b.data());
      (kernels().*masked).ck(m.data(), a.data(), 2.0, got.data(), n), check(a.data(), ks.data());
      (kernels().*masked).kc(m.data(), 2.0, b.data(), got.data(), n), check(ks.data(), b.data());
    }
    Doubles got(n), want(n);
    kernels().add_if.cc(m.data(), a.data(), b.data(), got.data(), n);
    for (size_t i = 0; i < n; ++i) ASSERT_PRED2(same_bits, got[i], a[i] + (m[i] != 0 ? b[i] : 0.0));
    kernels().add_if.ck(m.data(), a.data(), -3.5, got.data(), n);
    for (size_t i = 0; i < n; ++i) ASSERT_PRED2(same_bits, got[i], a[i] + (m[i] != 0 ? -3.5 : 0.0));
    kernels().and_not.cc(m.data(), p.data(), got.data(), n);
    for (size_t i = 0; i < n; ++i) ASSERT_EQ(got[i], m[i] != 0 && p[i] == 0 ? 1.0 : 0.0);
  });
}

TEST(Superinstructions, two_choices_and_running_totals) {
  on_every_target([](std::string_view target) {
    SCOPED_TRACE(target);
    const size_t n = 300;
    const std::vector<double> total0 = mixed_values(n, 5), other0 = mixed_values(n, 6);
    const Doubles m(truth_values(n, 1)), a(mixed_values(n, 2)), b(mixed_values(n, 3)), c(mixed_values(n, 4)), e(mixed_values(n, 7));
    Doubles x(n), y(n);
    const Kernels& k = kernels();
    k.select2(m.data(), a.data(), b.data(), x.data(), c.data(), e.data(), y.data(), n);
    for (size_t i = 0; i < n; ++i) {
      ASSERT_PRED2(same_bits, x[i], m[i] != 0 ? a[i] : b[i]);
      ASSERT_PRED2(same_bits, y[i], m[i] != 0 ? c[i] : e[i]);
    }
    Doubles u(total0), v(other0);
    k.select2_k(m.data(), 3, u.data(), u.data(), 15, v.data(), v.data(), n);  // in place, as the engine does
    for (size_t i = 0; i < n; ++i) {
      ASSERT_PRED2(same_bits, u[i], m[i] != 0 ? 3 : total0[i]);
      ASSERT_PRED2(same_bits, v[i], m[i] != 0 ? 15 : other0[i]);
    }
    Doubles net(n), one(total0), two(other0);
    k.sub_accumulate2(a.data(), b.data(), net.data(), one.data(), two.data(), n);
    for (size_t i = 0; i < n; ++i) {
      ASSERT_PRED2(same_bits, net[i], a[i] - b[i]);
      ASSERT_PRED2(same_bits, one[i], total0[i] + (a[i] - b[i]));
      ASSERT_PRED2(same_bits, two[i], other0[i] + (a[i] - b[i]));
    }
    Doubles three(total0);
    k.sub_accumulate(a.data(), b.data(), net.data(), three.data(), n);
    for (size_t i = 0; i < n; ++i) ASSERT_PRED2(same_bits, three[i], one[i]);
    Doubles four(total0);
    k.mul_accumulate(a.data(), b.data(), net.data(), four.data(), n);
    for (size_t i = 0; i < n; ++i) {
      const double product = a[i] * b[i];
      ASSERT_PRED2(same_bits, net[i], product);
      ASSERT_PRED2(same_bits, four[i], total0[i] + product);
    }
    Doubles gate(truth_values(n, 9)), cash(total0);
    const Doubles gate0(truth_values(n, 9));
    k.gate_ge(gate.data(), cash.data(), 0, n);
    for (size_t i = 0; i < n; ++i) {
      const double open = gate0[i] != 0 && 0 <= total0[i] ? 1.0 : 0.0;
      ASSERT_EQ(gate[i], open);
      ASSERT_PRED2(same_bits, cash[i], total0[i] * open);
    }
  });
}

TEST(Superinstructions, sums_of_columns_add_from_left_to_right) {
  on_every_target([](std::string_view target) {
    for (const size_t count : {1, 2, 3, 7, 12, 64}) {
      for (const size_t n : {1, 17, 256}) {
        std::vector<Doubles> columns;
        std::vector<const double*> pointers;
        for (size_t j = 0; j < count; ++j) columns.emplace_back(mixed_values(n, 100 + j));
        for (const Doubles& column : columns) pointers.push_back(column.data());
        Doubles sum(n);
        kernels().sum_columns(pointers.data(), count, sum.data(), n);
        const size_t rows = 11;  // not a multiple of any tile
        std::vector<double> weights(rows * count);
        std::mt19937_64 random(7);
        for (double& w : weights) w = std::uniform_real_distribution<double>(-2, 2)(random);
        std::vector<Doubles> out;
        std::vector<double*> out_pointers;
        for (size_t r = 0; r < rows; ++r) out.emplace_back(n);
        for (Doubles& o : out) out_pointers.push_back(o.data());
        kernels().weighted_rows(weights.data(), rows, count, pointers.data(), out_pointers.data(), n);
        Doubles single(n);
        kernels().weighted_sum(weights.data() + count, pointers.data(), count, single.data(), n);
        for (size_t i = 0; i < n; ++i) {
          double plain = columns[0][i];
          for (size_t j = 1; j < count; ++j) plain += columns[j][i];
          ASSERT_PRED2(same_bits, sum[i], plain) << target;
          for (size_t r = 0; r < rows; ++r) {
            double weighted = weights[r * count] * columns[0][i];
            for (size_t j = 1; j < count; ++j) weighted += weights[r * count + j] * columns[j][i];
            ASSERT_PRED2(same_bits, out[r][i], weighted) << target << " row " << r;
            if (r == 1) {
              ASSERT_PRED2(same_bits, single[i], weighted) << target;
            }
          }
        }
      }
    }
  });
}

}  // namespace
}  // namespace warchest::kernels
