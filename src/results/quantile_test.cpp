// Order statistics against sorting, and bins against what they hold.
#include "results/quantile.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "results/results.h"

namespace warchest::results {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(NearestRank, IsTheLeastThatCoversItsShare) {
  EXPECT_EQ(nearest_rank(0.05, 20), 1u);
  EXPECT_EQ(nearest_rank(0.05, 21), 2u);
  EXPECT_EQ(nearest_rank(0.95, 100), 95u);
  EXPECT_EQ(nearest_rank(0.5, 5), 3u);
  EXPECT_EQ(nearest_rank(0, 7), 1u);
  EXPECT_EQ(nearest_rank(1, 7), 7u);
  EXPECT_EQ(nearest_rank(0.5, 0), 0u);
  for (std::uint64_t n = 1; n <= 1000; ++n) EXPECT_EQ(nearest_rank(0.1, 10 * n), n);
}

RC_GTEST_PROP(QuantilesOfValues, AreThoseOfTheSortedValues, ()) {
  std::mt19937_64 random(*rc::gen::arbitrary<std::uint32_t>());
  std::vector<double> values;
  const std::size_t n = 1 + random() % 3000;
  for (std::size_t i = 0; i < n; ++i) {
    const auto kind = random() % 10;
    const double x = std::ldexp(static_cast<double>(random() % 1000), static_cast<int>(random() % 60) - 30);
    values.push_back(kind == 0 ? 0 : kind == 1 ? -x : kind == 2 ? kInfinity : kind == 3 ? NAN : x);
  }
  std::vector<double> sorted;
  std::copy_if(values.begin(), values.end(), std::back_inserter(sorted), [](double x) { return x == x; });
  std::sort(sorted.begin(), sorted.end());
  const std::vector<double> ranks = {0, 0.01, 0.05, 0.25, 0.5, 0.5, 0.75, 0.95, 0.999, 1};
  const std::vector<std::span<const double>> pieces = {{values.data(), n / 3}, {values.data() + n / 3, n - n / 3}};
  const auto found = quantiles_of_values(pieces, ranks);
  for (std::size_t r = 0; r < ranks.size(); ++r) {
    if (sorted.empty()) {
      RC_ASSERT(std::isnan(found[r]));
    } else {
      RC_ASSERT(found[r] == sorted[nearest_rank(ranks[r], sorted.size()) - 1]);
    }
  }
}

RC_GTEST_PROP(BinnedQuantiles, AreInTheBinOfTheExactOnes, ()) {
  std::mt19937_64 random(*rc::gen::arbitrary<std::uint32_t>());
  std::normal_distribution<double> normal;
  const kernels::Binning binning{1.0, 6, 900};
  std::vector<std::uint64_t> bins(static_cast<std::size_t>(binning.bins()));
  std::vector<double> values;
  const std::size_t n = 1 + random() % 5000;
  for (std::size_t i = 0; i < n; ++i) {
    values.push_back(random() % 3 == 0 ? 0 : 5 * normal(random));
    ++bins[static_cast<std::size_t>(kernels::bin_of(values.back(), binning))];
  }
  std::sort(values.begin(), values.end());
  const std::uint64_t endless = random() % 100, bottomless = random() % 100;
  const Binned<std::uint64_t> binned{bins, binning, bottomless, n, endless, values.front(), values.back(), 0};
  for (const double q : {0.0, 0.02, 0.05, 0.3, 0.5, 0.77, 0.95, 0.99, 1.0}) {
    const std::uint64_t rank = nearest_rank(q, n + endless + bottomless);
    const double found = binned.quantile(q);
    if (rank <= bottomless) {
      RC_ASSERT(found == -kInfinity);
    } else if (rank > bottomless + n) {
      RC_ASSERT(found == kInfinity);
    } else {
      const double exact = values[rank - bottomless - 1];
      RC_ASSERT(std::fabs(found - exact) <= std::ldexp(std::fabs(exact) + binning.scale, -binning.bits) * 1.02);
      if (exact == 0) RC_ASSERT(found == 0);
    }
  }
}

TEST(QuantilesOfMonths, CountTheEndlessAsLatest) {
  const std::vector<std::uint64_t> by_month = {0, 3, 0, 2};
  EXPECT_EQ(quantile_of_months(by_month, 5, 0.05), 1);
  EXPECT_EQ(quantile_of_months(by_month, 5, 0.3), 1);
  EXPECT_EQ(quantile_of_months(by_month, 5, 0.31), 3);
  EXPECT_EQ(quantile_of_months(by_month, 5, 0.5), 3);
  EXPECT_EQ(quantile_of_months(by_month, 5, 0.51), kInfinity);
}

TEST(Estimates, TakeTheirErrorFromTheScrambles) {
  Estimate e;
  for (int s = 0; s < kScrambles; ++s) e.scrambles[static_cast<std::size_t>(s)] = s % 2 ? 1 : -1;
  EXPECT_NEAR(e.error(), std::sqrt(16.0 / 15) / 4, 1e-15);
  e.scrambles.fill(0.1);
  EXPECT_EQ(e.error(), 0);
  e.scrambles.fill(NAN);
  e.scrambles[3] = 1;
  EXPECT_TRUE(std::isnan(e.error()));
}

}  // namespace
}  // namespace warchest::results
