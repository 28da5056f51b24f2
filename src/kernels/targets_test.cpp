// The promise of kernels.h about bits: AVX-512 and AVX2 agree on every kernel; portable code agrees on all that is not "fused", and is
// within the stated errors on the rest.
#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "kernels/kernels.h"
#include "kernels/quantile.h"
#include "kernels/random.h"
#include "kernels/test_columns.h"

namespace warchest::kernels {
namespace {

using Columns = std::vector<std::vector<double>>;
struct Case {
  std::string name;
  bool fused;
  double tolerance;  // relative to max(1, |x|), where fused
  std::function<std::vector<double>(size_t n, uint64_t seed)> run;
};

std::vector<double> taken(const Doubles& column) { return {column.data(), column.data() + column.size()}; }
std::vector<double> taken(const Words& column) { return {column.data(), column.data() + column.size()}; }
Words random_words(size_t n, uint64_t seed) {
  std::mt19937_64 random(seed);
  Words words(n);
  for (size_t i = 0; i < n; ++i) words[i] = static_cast<uint32_t>(random()) >> (random() % 4 == 0 ? random() % 32 : 0);
  return words;
}

std::vector<Case> cases() {
  std::vector<Case> all;
  const std::pair<const char*, BinaryKernels Kernels::*> binaries[] = {{"add", &Kernels::add},
                                                                       {"sub", &Kernels::sub},
                                                                       {"mul", &Kernels::mul},
                                                                       {"div", &Kernels::div},
                                                                       {"min", &Kernels::min},
                                                                       {"max", &Kernels::max},
                                                                       {"lt", &Kernels::lt},
                                                                       {"le", &Kernels::le},
                                                                       {"eq", &Kernels::eq},
                                                                       {"ne", &Kernels::ne},
                                                                       {"nearly_equal", &Kernels::nearly_equal},
                                                                       {"pow", &Kernels::pow}};
  for (const auto& [name, kernel] : binaries) {
    const bool fused = std::string_view(name) == "pow";
    all.push_back({name, fused, 1e-15, [kernel = kernel](size_t n, uint64_t seed) {
                     const Doubles a(mixed_values(n, seed)), b(mixed_values(n, seed + 1));
                     Doubles out(n);
                     (kernels().*kernel).cc(a.data(), b.data(), out.data(), n);
                     return taken(out);
                   }});
  }
  struct Unary {
    const char* name;
    UnaryKernel Kernels::*kernel;
    double tolerance;  // 0: not fused
  };
  const Unary unaries[] = {{"neg", &Kernels::neg, 0},
                           {"abs", &Kernels::abs, 0},
                           {"sqrt", &Kernels::sqrt, 0},
                           {"floor", &Kernels::floor, 0},
                           {"round", &Kernels::round, 0},
                           {"is_nonzero", &Kernels::is_nonzero, 0},
                           {"copy", &Kernels::copy, 0},
                           {"exp", &Kernels::exp, 1e-15},
                           {"log", &Kernels::log, 1e-15},
                           {"expm1", &Kernels::expm1, 2e-15},
                           {"log1p", &Kernels::log1p, 2e-15},
                           {"normal_quantile", &Kernels::normal_quantile, 4e-15},
                           {"normal_cdf", &Kernels::normal_cdf, 4e-15}};
  for (const Unary& unary : unaries)
    all.push_back({unary.name, unary.tolerance != 0, unary.tolerance, [kernel = unary.kernel](size_t n, uint64_t seed) {
                     std::vector<double> values = mixed_values(n, seed);
                     for (size_t i = 0; i < n; i += 2) values[i] = std::fmod(std::abs(values[i]), 1.0);  // where chances live
                     for (size_t i = 1; i < n; i += 4) values[i] = std::fmod(values[i], 40.0);
                     const Doubles a(values);
                     Doubles out(n);
                     (kernels().*kernel)(a.data(), out.data(), n);
                     return taken(out);
                   }});
  const auto from_words = [&](const char* name, double tolerance, auto kernel) {
    all.push_back({name, tolerance != 0, tolerance, [kernel](size_t n, uint64_t seed) {
                     const Words words = random_words(n, seed);
                     Doubles out(n);
                     (kernels().*kernel)(words.data(), out.data(), n);
                     return taken(out);
                   }});
  };
  from_words("normals", 4e-7, &Kernels::normals);
  from_words("normals_fine", 4e-15, &Kernels::normals_fine);
  from_words("uniforms", 0, &Kernels::uniforms);
  all.push_back({"philox", false, 0, [](size_t n, uint64_t seed) {
                   Words a(n);
                   uint32_t* const out[4] = {nullptr, a.data(), nullptr, nullptr};
                   kernels().philox_words(seed, seed * 0x123456789abcdull, seed << 30, 16, 3, out, n);
                   return taken(a);
                 }});
  all.push_back({"sobol", false, 0, [](size_t n, uint64_t seed) {
                   Words a(n);
                   kernels().sobol_words(static_cast<uint32_t>(seed % 64), static_cast<uint32_t>(seed * 977), sobol_key(seed, 1, 2),
                                         a.data(), n);
                   return taken(a);
                 }});
  static const double kShape[] = {2.0, 5.0};
  all.push_back({"cubic_table", false, 0, [](size_t n, uint64_t seed) {
                   static const QuantileTable table = tabulate(Family::beta, kShape, 256);
                   const Doubles z(mixed_values(n, seed));
                   Doubles out(n);
                   table.at(z.data(), out.data(), n);
                   return taken(out);
                 }});
  all.push_back({"moments", false, 0, [](size_t n, uint64_t seed) {
                   const Doubles a(mixed_values(n, seed));
                   Lanes8 one, two;
                   kernels().accumulate_moments(a.data(), n, 3, one, two);
                   std::vector<double> both(one.v, one.v + 8);
                   both.insert(both.end(), two.v, two.v + 8);
                   return both;
                 }});
  all.push_back({"weighted_rows", false, 0, [](size_t n, uint64_t seed) {
                   const Doubles a(mixed_values(n, seed)), b(mixed_values(n, seed + 1)), c(mixed_values(n, seed + 2));
                   const double* columns[] = {a.data(), b.data(), c.data()};
                   std::vector<double> weights;
                   for (size_t i = 0; i < 27; ++i) weights.push_back(1 / (1.0 + static_cast<double>(i)));
                   std::vector<Doubles> out;
                   std::vector<double*> pointers;
                   for (size_t r = 0; r < 9; ++r) out.emplace_back(n);
                   for (Doubles& o : out) pointers.push_back(o.data());
                   kernels().weighted_rows(weights.data(), 9, 3, columns, pointers.data(), n);
                   std::vector<double> rows;
                   for (const Doubles& o : out)
                     for (size_t i = 0; i < n; ++i) rows.push_back(o[i]);
                   return rows;
                 }});
  return all;
}

TEST(Targets, bits_agree_within_a_group_and_unfused_kernels_across_groups) {
  const std::string_view best = target_name();
  const std::string group(bit_group());
  for (const Case& c : cases())
    for (size_t n = 0; n <= 42; ++n) {
      const size_t length = n == 41 ? 256 : n == 42 ? 5000 : n;
      ASSERT_TRUE(set_target(best));
      const std::vector<double> want = c.run(length, n + 17);
      on_every_target([&](std::string_view target) {
        const std::vector<double> got = c.run(length, n + 17);
        ASSERT_EQ(got.size(), want.size());
        for (size_t i = 0; i < got.size(); ++i) {
          if (same_bits(got[i], want[i])) continue;
          ASSERT_TRUE(c.fused && bit_group() != group)
              << c.name << " on " << target << " lane " << i << " of " << length << ": " << got[i] << " and " << want[i];
          ASSERT_LE(std::abs(got[i] - want[i]), c.tolerance * std::max(1.0, std::abs(want[i])))
              << c.name << " on " << target << ", lane " << i;
        }
      });
    }
}

// A lane's bits must not depend on its neighbours or its place: what the one-lane reference relies on.
TEST(Targets, a_lane_is_the_same_alone_and_in_company) {
  on_every_target([](std::string_view target) {
    const std::vector<double> values = mixed_values(200, 9), exponents = mixed_values(200, 10);
    const Doubles a(values), b(exponents);
    Doubles together(200);
    const std::pair<const char*, UnaryKernel Kernels::*> unaries[] = {{"exp", &Kernels::exp},
                                                                      {"log", &Kernels::log},
                                                                      {"expm1", &Kernels::expm1},
                                                                      {"log1p", &Kernels::log1p},
                                                                      {"normal_quantile", &Kernels::normal_quantile},
                                                                      {"normal_cdf", &Kernels::normal_cdf},
                                                                      {"round", &Kernels::round}};
    for (const auto& [name, kernel] : unaries) {
      (kernels().*kernel)(a.data(), together.data(), 200);
      for (size_t i = 0; i < 200; ++i) {
        const Doubles one(std::vector<double>{values[i]});
        Doubles out(1);
        (kernels().*kernel)(one.data(), out.data(), 1);
        ASSERT_PRED2(same_bits, out[0], together[i]) << target << " " << name << " of " << values[i];
      }
    }
    kernels().pow.cc(a.data(), b.data(), together.data(), 200);
    for (size_t i = 0; i < 200; ++i) {
      const Doubles x(std::vector<double>{values[i]});
      Doubles out(1);
      kernels().pow.ck(x.data(), exponents[i], out.data(), 1);
      ASSERT_PRED2(same_bits, out[0], together[i]) << target << " " << values[i] << "^" << exponents[i];
    }
    const Words words = random_words(200, 11);
    kernels().normals(words.data(), together.data(), 200);
    for (size_t i = 0; i < 200; ++i) {
      const Words one(std::vector<uint32_t>{words[i]});
      Doubles out(1);
      kernels().normals(one.data(), out.data(), 1);
      ASSERT_PRED2(same_bits, out[0], together[i]) << target << " " << words[i];
    }
  });
}

}  // namespace
}  // namespace warchest::kernels
