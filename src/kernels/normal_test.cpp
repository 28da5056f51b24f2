// The normal distribution against Boost in long double, and the float scores against the double ones.
#include <gtest/gtest.h>

#include <boost/math/special_functions/erf.hpp>

#include "kernels/kernels.h"
#include "kernels/one_lane.h"
#include "kernels/test_columns.h"

namespace warchest::kernels {
namespace {

long double true_cdf(long double z) { return boost::math::erfc(-z / std::sqrt(2.0L)) / 2; }
long double true_quantile(long double u) {
  return u < 0.5L ? -std::sqrt(2.0L) * boost::math::erfc_inv(2 * u) : std::sqrt(2.0L) * boost::math::erfc_inv(2 * (1 - u));
}

TEST(Normal, quantile_is_within_its_stated_error) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> unit(0, 1);
  std::vector<double> u;
  for (int i = 0; i < 20'000; ++i) u.push_back(unit(random));
  for (int i = 0; i < 20'000; ++i) u.push_back(std::exp(-700 * unit(random)));
  for (int i = 0; i < 5'000; ++i) u.push_back(1 - std::exp(-36 * unit(random)));
  for (const double edge : {0.075, 0.925, 0.5, 1.3887943864964021e-11}) {
    u.push_back(std::nextafter(edge, 0));
    u.push_back(edge);
    u.push_back(std::nextafter(edge, 1));
  }
  on_every_target([&](std::string_view target) {
    const Doubles in(u);
    Doubles z(u.size());
    kernels().normal_quantile(in.data(), z.data(), u.size());
    double worst = 0;
    for (size_t i = 0; i < u.size(); ++i) {
      if (u[i] == 1) continue;
      const long double truth = true_quantile(u[i]);
      worst = std::max(worst, static_cast<double>(std::abs(z[i] - truth) / std::max(1.0L, std::abs(truth))));
    }
    EXPECT_LE(worst, 2e-15) << target;
    EXPECT_EQ(normal_quantile1(0), -kInfinity);
    EXPECT_EQ(normal_quantile1(1), kInfinity);
    EXPECT_EQ(normal_quantile1(0.5), 0);
    EXPECT_TRUE(std::isnan(normal_quantile1(-0.1)));
    EXPECT_TRUE(std::isnan(normal_quantile1(1.1)));
    EXPECT_TRUE(std::isnan(normal_quantile1(kNan)));
  });
}

TEST(Normal, distribution_function_is_within_its_stated_error_down_to_the_smallest_chances) {
  std::vector<double> z;
  for (double x = -37.5; x <= 9; x += 0.00137) z.push_back(x);
  on_every_target([&](std::string_view target) {
    const Doubles in(z);
    Doubles u(z.size());
    kernels().normal_cdf(in.data(), u.data(), z.size());
    double worst = 0, at = 0;
    for (size_t i = 0; i < z.size(); ++i) {
      const double error = ulps(u[i], true_cdf(z[i]));
      if (error > worst) worst = error, at = z[i];
      ASSERT_LE(u[i == 0 ? 0 : i - 1], u[i] * (1 + 1e-14)) << target << " at " << z[i];
    }
    EXPECT_LE(worst, 8) << target << " at " << at;
    EXPECT_EQ(normal_cdf1(0), 0.5);
    EXPECT_EQ(normal_cdf1(kInfinity), 1);
    EXPECT_EQ(normal_cdf1(-kInfinity), 0);
    EXPECT_EQ(normal_cdf1(50), 1);
    EXPECT_TRUE(std::isnan(normal_cdf1(kNan)));
  });
}

std::vector<uint32_t> word_sample() {
  std::vector<uint32_t> words = {0, 1, 2, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff};
  for (uint64_t w = 0; w < (1ull << 32); w += 14'011) words.push_back(static_cast<uint32_t>(w));
  for (int bit = 0; bit < 32; ++bit)
    for (uint32_t w : {(1u << bit) - 1, 1u << bit, (1u << bit) + 1}) {
      words.push_back(w);
      words.push_back(~w);
    }
  return words;
}

TEST(Normal, scores_of_words_agree_with_the_quantile_of_their_uniform) {
  const Words words(word_sample());
  const size_t n = words.size();
  on_every_target([&](std::string_view target) {
    Doubles u(n), fine(n), fast(n), plain(n);
    kernels().uniforms(words.data(), u.data(), n);
    kernels().normals_fine(words.data(), fine.data(), n);
    kernels().normals(words.data(), fast.data(), n);
    kernels().normal_quantile(u.data(), plain.data(), n);
    double worst = 0;
    for (size_t i = 0; i < n; ++i) {
      ASSERT_EQ(u[i], (words[i] + 0.5) * 0x1p-32);
      ASSERT_PRED2(same_bits, fine[i], plain[i]) << target << " " << words[i];
      ASSERT_EQ(fast[i], static_cast<double>(static_cast<float>(fast[i])));
      worst = std::max(worst, std::abs(fast[i] - fine[i]) / std::max(1.0, std::abs(fine[i])));
    }
    EXPECT_LE(worst, 2e-7) << target;
    EXPECT_NEAR(normal1(0xffffffff), 6.3379, 1e-3);
    EXPECT_NEAR(normal1(0), -6.3379, 1e-3);
    EXPECT_TRUE(same_bits(normal1(123456789), -normal1(~123456789u)));
  });
}

TEST(Normal, fast_scores_have_the_moments_of_a_normal) {
  const size_t n = 1 << 20;
  Words words(n);
  for (size_t i = 0; i < n; ++i) words[i] = static_cast<uint32_t>(i << 12 | 0x800);  // evenly spread
  Doubles z(n);
  kernels().normals(words.data(), z.data(), n);
  double moments[5] = {};
  for (size_t i = 0; i < n; ++i)
    for (int k = 1; k <= 4; ++k) moments[k] += std::pow(z[i], k) / static_cast<double>(n);
  EXPECT_NEAR(moments[1], 0, 1e-7);
  EXPECT_NEAR(moments[2], 1, 1e-5);  // the middle of each cell stands for it, which costs a little in the tails
  EXPECT_NEAR(moments[3], 0, 1e-6);
  EXPECT_NEAR(moments[4], 3, 5e-4);
}

}  // namespace
}  // namespace warchest::kernels
