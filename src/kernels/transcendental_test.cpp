// Exponential, logarithm and power against long double, within the units in the last place that the header states.
#include <gtest/gtest.h>

#include "kernels/kernels.h"
#include "kernels/one_lane.h"
#include "kernels/test_columns.h"

namespace warchest::kernels {
namespace {

std::vector<double> spread(double low, double high, size_t n, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> between(low, high);
  std::vector<double> values(n);
  for (double& v : values) v = between(random);
  return values;
}
// exp of evenly spread logarithms.
std::vector<double> sizes(double log_low, double log_high, size_t n, uint64_t seed) {
  std::vector<double> values = spread(log_low, log_high, n, seed);
  for (double& v : values) v = std::exp(v);
  return values;
}

template <class Truth>
double worst(UnaryKernel kernel, const std::vector<double>& values, Truth truth) {
  const Doubles in(values);
  Doubles out(values.size());
  kernel(in.data(), out.data(), values.size());
  double greatest = 0;
  for (size_t i = 0; i < values.size(); ++i) greatest = std::max(greatest, ulps(out[i], truth(static_cast<long double>(values[i]))));
  return greatest;
}

constexpr size_t kMany = 100'000;

TEST(Transcendental, stated_errors_hold) {
  on_every_target([](std::string_view target) {
    SCOPED_TRACE(target);
    const Kernels& k = kernels();
    for (const auto& [low, high] : {std::pair{-1.0, 1.0}, {-700.0, 709.7}, {-30.0, 30.0}, {-1e-5, 1e-5}})
      EXPECT_LE(worst(k.exp, spread(low, high, kMany, 1), [](long double x) { return std::exp(x); }), 1.1) << low;
    EXPECT_LE(worst(k.exp, spread(-745, -700, kMany, 1), [](long double x) { return std::exp(x); }), 2.1);
    for (const auto& [low, high] : {std::pair{-1.0, 1.0}, {-700.0, 700.0}, {-1e-3, 1e-3}, {-744.0, -708.0}})
      EXPECT_LE(worst(k.log, sizes(low, high, kMany, 2), [](long double x) { return std::log(x); }), 1.0) << low;
    for (const auto& [low, high] : {std::pair{-1.0, 1.0}, {-40.0, 700.0}, {-1e-5, 1e-5}, {-1e-12, 1e-12}})
      EXPECT_LE(worst(k.expm1, spread(low, high, kMany, 3), [](long double x) { return std::expm1(x); }), 4.0) << low;
    for (const auto& [low, high] : {std::pair{-0.999, 1.0}, {-0.5, 1e6}, {-1e-5, 1e-5}, {-1e-12, 1e-12}})
      EXPECT_LE(worst(k.log1p, spread(low, high, kMany, 4), [](long double x) { return std::log1p(x); }), 3.0) << low;
  });
}

TEST(Transcendental, powers_are_within_two_units) {
  on_every_target([](std::string_view target) {
    SCOPED_TRACE(target);
    struct Range {
      double base_low, base_high, exponent;  // of the base's logarithm
    };
    for (const Range& range : {Range{-0.1, 0.1, 600}, Range{-3, 3, 200}, Range{-700, 700, 1}, Range{-1e-6, 1e-6, 1e8}, Range{-30, 30, 20},
                               Range{-740, -709, 0.9}}) {
      const Doubles x(sizes(range.base_low, range.base_high, kMany, 5)), y(spread(-range.exponent, range.exponent, kMany, 6));
      Doubles out(kMany);
      kernels().pow.cc(x.data(), y.data(), out.data(), kMany);
      double greatest = 0;
      for (size_t i = 0; i < kMany; ++i) {
        const long double truth = std::pow(static_cast<long double>(x[i]), static_cast<long double>(y[i]));
        if (truth > 1e308L || truth < 1e-307L) continue;
        greatest = std::max(greatest, ulps(out[i], truth));
      }
      EXPECT_LE(greatest, 2.0) << range.base_low << " " << range.exponent;
    }
  });
}

TEST(Transcendental, special_values) {
  on_every_target([](std::string_view target) {
    SCOPED_TRACE(target);
    for (const double x : special_values()) {
      if (std::isnan(x) || std::isinf(x) || x == 0) {
        EXPECT_PRED2(same_bits, exp1(x), std::exp(x)) << x;
        EXPECT_PRED2(same_bits, expm1_1(x), std::expm1(x)) << x;
        EXPECT_PRED2(same_bits, log1p_1(x), std::log1p(x)) << x;
      }
      if (std::isnan(x) || std::isinf(x) || x <= 0) {
        EXPECT_PRED2(same_bits, log1(x), std::log(x)) << x;
      }
      EXPECT_LE(ulps(exp1(x), std::exp(static_cast<long double>(x))), 2.1) << x;
    }
    EXPECT_EQ(exp1(710), kInfinity);
    EXPECT_EQ(exp1(1e300), kInfinity);
    EXPECT_EQ(exp1(-746), 0);
    EXPECT_EQ(exp1(-1e300), 0);
    EXPECT_EQ(exp1(0), 1);
    EXPECT_EQ(log1(1), 0);
    EXPECT_EQ(log1p_1(-1), -kInfinity);
    EXPECT_TRUE(std::isnan(log1p_1(-2)));
    EXPECT_EQ(expm1_1(-800), -1);
    EXPECT_EQ(expm1_1(800), kInfinity);
  });
}

TEST(Transcendental, special_powers) {
  on_every_target([](std::string_view target) {
    SCOPED_TRACE(target);
    const std::vector<double> exponents = {
        0.0, -0.0, 1.0, 2.0, -1.0, 3.0, -3.0, 0.3, -2.5, 1e20, -1e20, kInfinity, -kInfinity, kNan, 4503599627370497.0, 0.5, -0.5};
    for (const double x : special_values())
      for (const double y : exponents) {
        const double got = pow1(x, y);
        if (y == 0 || x == 1)
          EXPECT_EQ(got, 1) << x << "^" << y;
        else if (y == 1)
          EXPECT_PRED2(same_bits, got, x) << x;
        else if (y == 2)
          EXPECT_PRED2(same_bits, got, x * x) << x;
        else if (y == -1)
          EXPECT_PRED2(same_bits, got, 1 / x) << x;
        else if (y == 0.5)
          EXPECT_PRED2(same_bits, got, std::sqrt(x)) << x;
        else if (x < 0 && y != std::floor(y))
          EXPECT_TRUE(std::isnan(got)) << x << "^" << y;
        else
          EXPECT_LE(ulps(got, std::pow(x, y)), 3) << x << "^" << y << " is " << got << ", not " << std::pow(x, y);
      }
  });
}

// Sixty months' growth at a twelfth of a year: what a user would check by hand.
TEST(Transcendental, compounding) {
  EXPECT_NEAR(pow1(1.05, 1.0 / 12), 1.0040741237836483, 1e-15);
  EXPECT_LE(ulps(pow1(2, 10), 1024), 1);
}

}  // namespace
}  // namespace warchest::kernels
