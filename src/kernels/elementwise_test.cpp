// One operation a kernel: on every target, in every shape and for every length, exactly what plain C++ computes.
#include <gtest/gtest.h>

#include <functional>

#include "kernels/kernels.h"
#include "kernels/test_columns.h"

namespace warchest::kernels {
namespace {

struct BinaryCase {
  const char* name;
  BinaryKernels Kernels::*kernel;
  std::function<double(double, double)> truth;
};
double as_truth(bool b) { return b ? 1.0 : 0.0; }
std::vector<BinaryCase> binary_cases() {
  return {
      {"add", &Kernels::add, [](double a, double b) { return a + b; }},
      {"sub", &Kernels::sub, [](double a, double b) { return a - b; }},
      {"mul", &Kernels::mul, [](double a, double b) { return a * b; }},
      {"div", &Kernels::div, [](double a, double b) { return a / b; }},
      {"min", &Kernels::min, [](double a, double b) { return std::isnan(a) || std::isnan(b) ? kNan
                                                             : a < b                        ? a
                                                                                            : b; }},
      {"max", &Kernels::max, [](double a, double b) { return std::isnan(a) || std::isnan(b) ? kNan
                                                             : a > b                        ? a
                                                                                            : b; }},
      {"lt", &Kernels::lt, [](double a, double b) { return as_truth(a < b); }},
      {"le", &Kernels::le, [](double a, double b) { return as_truth(a <= b); }},
      {"eq", &Kernels::eq, [](double a, double b) { return as_truth(a == b); }},
      {"ne", &Kernels::ne, [](double a, double b) { return as_truth(a != b); }},
      {"nearly_equal", &Kernels::nearly_equal,
       [](double a, double b) {
         return as_truth(a == b || (std::abs(a - b) < kInfinity && std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b))));
       }},
  };
}

TEST(Elementwise, binary_kernels_equal_plain_arithmetic_on_all_pairs_of_special_values) {
  const auto& values = special_values();
  on_every_target([&](std::string_view target) {
    for (const BinaryCase& c : binary_cases()) {
      const BinaryKernels& kernel = kernels().*c.kernel;
      for (const double b : values) {
        const Doubles a(values), bs(std::vector<double>(values.size(), b));
        Doubles cc(values.size()), ck(values.size()), kc(values.size());
        kernel.cc(a.data(), bs.data(), cc.data(), values.size());
        kernel.ck(a.data(), b, ck.data(), values.size());
        kernel.kc(b, a.data(), kc.data(), values.size());
        for (size_t i = 0; i < values.size(); ++i) {
          ASSERT_PRED2(same_bits, cc[i], c.truth(values[i], b)) << target << " " << c.name << " " << values[i] << " " << b;
          ASSERT_PRED2(same_bits, ck[i], cc[i]) << target << " " << c.name << " " << values[i] << " " << b;
          ASSERT_PRED2(same_bits, kc[i], c.truth(b, values[i])) << target << " " << c.name << " " << b << " " << values[i];
        }
      }
    }
  });
}

TEST(Elementwise, every_length_is_computed_whole_and_nothing_is_written_behind_the_padding) {
  on_every_target([&](std::string_view target) {
    for (size_t n = 0; n <= 41; ++n) {
      const size_t length = n == 41 ? 256 : n;
      const Doubles a(mixed_values(length, 1)), b(mixed_values(length, 2));
      for (const BinaryCase& c : binary_cases()) {
        Doubles out(length);
        (kernels().*c.kernel).cc(a.data(), b.data(), out.data(), length);
        for (size_t i = 0; i < length; ++i) ASSERT_PRED2(same_bits, out[i], c.truth(a[i], b[i])) << target << " " << c.name << " " << i;
        ASSERT_TRUE(out.intact()) << target << " " << c.name << " " << length;
      }
    }
  });
}

TEST(Elementwise, outputs_may_replace_inputs) {
  on_every_target([&](std::string_view target) {
    for (const BinaryCase& c : binary_cases()) {
      const std::vector<double> first = mixed_values(100, 3), second = mixed_values(100, 4);
      Doubles a(first), b(second);
      (kernels().*c.kernel).cc(a.data(), b.data(), a.data(), 100);
      for (size_t i = 0; i < 100; ++i) ASSERT_PRED2(same_bits, a[i], c.truth(first[i], second[i])) << target << " " << c.name;
      Doubles d(first);
      (kernels().*c.kernel).cc(d.data(), d.data(), d.data(), 100);
      for (size_t i = 0; i < 100; ++i) ASSERT_PRED2(same_bits, d[i], c.truth(first[i], first[i])) << target << " " << c.name;
    }
  });
}

TEST(Elementwise, unary_kernels_equal_plain_arithmetic) {
  struct Case {
    const char* name;
    UnaryKernel Kernels::*kernel;
    std::function<double(double)> truth;
  };
  const std::vector<Case> cases = {
      {"neg", &Kernels::neg, [](double a) { return -a; }},
      {"abs", &Kernels::abs, [](double a) { return std::abs(a); }},
      {"sqrt", &Kernels::sqrt, [](double a) { return std::sqrt(a); }},
      {"floor", &Kernels::floor, [](double a) { return std::floor(a); }},
      {"round", &Kernels::round, [](double a) { return std::round(a); }},
      {"is_nonzero", &Kernels::is_nonzero, [](double a) { return as_truth(a != 0); }},
      {"copy", &Kernels::copy, [](double a) { return a; }},
  };
  std::vector<double> values = special_values();
  for (const double v : mixed_values(400, 5)) values.push_back(v);
  for (double x = -6; x <= 6; x += 0.125) values.push_back(x);
  for (const double x : {0.5, 1.5, 2.5, 1e15 + 0.5, 2251799813685248.5, 9007199254740991.0})
    for (const double y : {std::nextafter(x, 0), x, std::nextafter(x, kInfinity)}) {
      values.push_back(y);
      values.push_back(-y);
    }
  on_every_target([&](std::string_view target) {
    for (const Case& c : cases) {
      const Doubles a(values);
      Doubles out(values.size());
      (kernels().*c.kernel)(a.data(), out.data(), values.size());
      for (size_t i = 0; i < values.size(); ++i)
        ASSERT_PRED2(same_bits, out[i], c.truth(values[i])) << target << " " << c.name << " " << values[i];
    }
  });
}

TEST(Elementwise, logic_and_choice) {
  on_every_target([&](std::string_view target) {
    SCOPED_TRACE(target);
    const size_t n = 77;
    const Doubles p(truth_values(n, 1)), q(truth_values(n, 2)), a(mixed_values(n, 3)), b(mixed_values(n, 4));
    Doubles land(n), lor(n), lnot(n), cc(n), ck(n), kc(n), kk(n), filled(n);
    const Kernels& k = kernels();
    k.land.cc(p.data(), q.data(), land.data(), n);
    k.lor.cc(p.data(), q.data(), lor.data(), n);
    k.lnot(p.data(), lnot.data(), n);
    k.select.cc(p.data(), a.data(), b.data(), cc.data(), n);
    k.select.ck(p.data(), a.data(), 2.5, ck.data(), n);
    k.select.kc(p.data(), -1.5, b.data(), kc.data(), n);
    k.select.kk(p.data(), 3, 4, kk.data(), n);
    k.fill(7.25, filled.data(), n);
    for (size_t i = 0; i < n; ++i) {
      const bool x = p[i] != 0, y = q[i] != 0;
      EXPECT_EQ(land[i], as_truth(x && y));
      EXPECT_EQ(lor[i], as_truth(x || y));
      EXPECT_TRUE(same_bits(lnot[i], as_truth(!x)));
      EXPECT_TRUE(same_bits(cc[i], x ? a[i] : b[i]));
      EXPECT_TRUE(same_bits(ck[i], x ? a[i] : 2.5));
      EXPECT_TRUE(same_bits(kc[i], x ? -1.5 : b[i]));
      EXPECT_EQ(kk[i], x ? 3 : 4);
      EXPECT_EQ(filled[i], 7.25);
    }
  });
}

#if defined(__x86_64__)
constexpr bool kPlainX86 = true;
#else
constexpr bool kPlainX86 = false;
#endif

TEST(Targets, names_and_groups) {
  EXPECT_FALSE(set_target("sse9"));
  on_every_target([](std::string_view name) {
    EXPECT_EQ(target_name(), name);
    EXPECT_EQ(bit_group(), name == "portable" && kPlainX86 ? "no-fma" : "fma");
  });
}

}  // namespace
}  // namespace warchest::kernels
