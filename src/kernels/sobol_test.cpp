// Sobol points: their directions against Boost's sequence, their strata, and what they are for: unbiased means with far less scatter.
#include <gtest/gtest.h>

#include <boost/random/sobol.hpp>
#include <set>

#include "kernels/kernels.h"
#include "kernels/random.h"
#include "kernels/test_columns.h"

namespace warchest::kernels {
namespace {

TEST(Sobol, directions_generate_the_sequence_of_joe_and_kuo) {
  boost::random::sobol generator(kSobolDimensions);
  for (uint32_t index = 1; index < 5000; ++index) {
    const uint32_t gray = index ^ index >> 1;
    for (uint32_t dimension = 0; dimension < kSobolDimensions; ++dimension) {
      uint32_t x = 0;
      for (uint32_t bit = 0; bit < 32; ++bit) x ^= (gray >> bit & 1) != 0 ? sobol_directions(dimension)[bit] : 0;
      ASSERT_EQ(x, static_cast<uint32_t>(generator() >> 32)) << index << " " << dimension;
    }
  }
  for (uint32_t dimension = 0; dimension < kSobolDimensions; ++dimension)
    for (uint32_t bit = 0; bit < 32; ++bit)  // an upper triangle with ones: every bit of the index reaches a new bit of the point
      ASSERT_EQ(sobol_directions(dimension)[bit] & (0xffffffffu >> bit), 0x80000000u >> bit);
}

TEST(Sobol, columns_equal_single_points_wherever_they_begin) {
  on_every_target([](std::string_view target) {
    for (const uint32_t first : {0u, 1u, 15u, 16u, 240u, 0x0ffffff0u, 0x7ffffff3u, 0xffffff00u})
      for (const size_t n : {0, 1, 5, 16, 17, 40, 256}) {
        const uint64_t key = sobol_key(7, 3, 11);
        Words out(n);
        kernels().sobol_words(11, first, key, out.data(), n);
        for (size_t i = 0; i < n; ++i)
          ASSERT_EQ(out[i], sobol_word(11, first + static_cast<uint32_t>(i), key)) << target << " point " << first << " + " << i;
        ASSERT_TRUE(out.intact());
      }
  });
}

TEST(Sobol, aligned_blocks_fill_equal_strata_after_scrambling) {
  for (const uint32_t dimension : {0u, 1u, 7u, 40u, 63u})
    for (uint32_t scramble = 0; scramble < 16; ++scramble)
      for (const int k : {1, 4, 8, 10}) {
        const size_t n = size_t{1} << k;
        Words out(n);
        kernels().sobol_words(dimension, static_cast<uint32_t>(5 * n), sobol_key(1, scramble, dimension), out.data(), n);
        std::set<uint32_t> strata;
        for (size_t i = 0; i < n; ++i) strata.insert(out[i] >> (32 - k));
        ASSERT_EQ(strata.size(), n) << dimension << " " << scramble << " " << k;
      }
}

// Two dimensions together: the first two of the sequence are a (0,2)-net in base 2, and scrambling keeps that.
TEST(Sobol, the_first_two_dimensions_fill_every_elementary_box) {
  const int k = 8;
  const size_t n = 1 << k;
  for (uint32_t scramble = 0; scramble < 16; ++scramble) {
    Words x(n), y(n);
    kernels().sobol_words(0, 0, sobol_key(3, scramble, 0), x.data(), n);
    kernels().sobol_words(1, 0, sobol_key(3, scramble, 1), y.data(), n);
    for (int split = 0; split <= k; ++split) {
      std::set<std::pair<uint64_t, uint64_t>> boxes;
      for (size_t i = 0; i < n; ++i) boxes.insert({uint64_t{x[i]} >> (32 - split), uint64_t{y[i]} >> (32 - (k - split))});
      ASSERT_EQ(boxes.size(), n) << split;
    }
  }
}

double uniform(uint32_t word) { return (word + 0.5) * 0x1p-32; }

TEST(Sobol, each_point_of_a_scramble_is_uniform_over_seeds) {
  for (const uint32_t point : {0u, 1u, 2u, 77u, 1023u}) {
    const size_t seeds = 40'000;
    double mean = 0, square = 0;
    std::vector<double> counts(64);
    for (size_t seed = 0; seed < seeds; ++seed) {
      const double u = uniform(sobol_word(5, point, sobol_key(seed, 2, 5)));
      mean += u / static_cast<double>(seeds);
      square += u * u / static_cast<double>(seeds);
      ++counts[static_cast<size_t>(u * 64)];
    }
    EXPECT_NEAR(mean, 0.5, 5 * 0.2887 / 200);
    EXPECT_NEAR(square, 1.0 / 3, 5 * 0.298 / 200);
    double chi2 = 0;
    for (const double count : counts) chi2 += (count - 625) * (count - 625) / 625;
    EXPECT_LT(chi2, 63 + 6 * 11.3) << point;
  }
}

// Over independent scrambles: the mean of the estimates is right to their own error, and their scatter far below that of random draws.
TEST(Sobol, scrambled_means_are_unbiased_and_scatter_far_less_than_random_ones) {
  const size_t n = 1024, dimensions = 6;
  const auto smooth = [](const std::vector<double>& u) {
    double product = 1;
    for (size_t j = 0; j < u.size(); ++j) product *= 1 + (u[j] - 0.5) / (1 + static_cast<double>(j));
    return product;  // mean 1
  };
  double random_variance = 1;
  for (size_t j = 0; j < dimensions; ++j)
    random_variance *= 1 + 1.0 / 12 / ((1.0 + static_cast<double>(j)) * (1.0 + static_cast<double>(j)));
  random_variance = (random_variance - 1) / static_cast<double>(n);
  double sum = 0, sumsq = 0;
  const int replicates = 320;  // 16 scrambles of 20 seeds
  for (int r = 0; r < replicates; ++r) {
    std::vector<Words> columns;
    for (uint32_t j = 0; j < dimensions; ++j) {
      columns.emplace_back(n);
      kernels().sobol_words(j, 0, sobol_key(static_cast<uint64_t>(r / 16), static_cast<uint32_t>(r % 16), j), columns.back().data(), n);
    }
    double mean = 0;
    std::vector<double> u(dimensions);
    for (size_t i = 0; i < n; ++i) {
      for (size_t j = 0; j < dimensions; ++j) u[j] = uniform(columns[j][i]);
      mean += smooth(u) / static_cast<double>(n);
    }
    sum += mean - 1;
    sumsq += (mean - 1) * (mean - 1);
  }
  const double variance = sumsq / replicates, bias = sum / replicates;
  EXPECT_LT(std::abs(bias), 4 * std::sqrt(variance / replicates));
  EXPECT_LT(variance, random_variance / 300);
}

// The scrambles of one seed are independent: their errors do not move together.
TEST(Sobol, scrambles_do_not_correlate) {
  const size_t n = 256, seeds = 2000;
  double together = 0, alone = 0;
  for (size_t seed = 0; seed < seeds; ++seed) {
    double error[2];
    for (uint32_t scramble = 0; scramble < 2; ++scramble) {
      Words words(n);
      kernels().sobol_words(2, 0, sobol_key(seed, scramble, 2), words.data(), n);
      error[scramble] = -1.0 / 3;
      for (size_t i = 0; i < n; ++i) error[scramble] += uniform(words[i]) * uniform(words[i]) / static_cast<double>(n);
    }
    together += error[0] * error[1];
    alone += (error[0] * error[0] + error[1] * error[1]) / 2;
  }
  EXPECT_LT(std::abs(together / alone), 5 / std::sqrt(static_cast<double>(seeds)));
}

}  // namespace
}  // namespace warchest::kernels
