// Goal seek on statistics that are known functions, with and without noise: the least x, its error, and what is told where there is none.
#include "analysis/search.h"

#include <cmath>

#include <gtest/gtest.h>

namespace warchest::analysis {
namespace {

// A statistic that is f(x), wanted to be at least `wanted`; the fewer paths of the first rows may see it shifted.
Try trying(std::function<double(double)> f, double wanted, double error = 0.001, double shift = 0) {
  return [=](const std::vector<double>& xs, bool all_paths) {
    std::vector<Trial> trials;
    for (const double x : xs) {
      Trial trial;
      trial.x = x;
      trial.statistic = {f(x) + (all_paths ? 0 : shift), error};
      trial.wanted = wanted;
      trial.gap = trial.statistic.value - wanted;
      trials.push_back(trial);
    }
    return trials;
  };
}

TEST(Search, FindsTheLeastThatHolds) {
  const auto found = find_least(range_about(5, false, false, 60), trying([](double x) { return x / (x + 10); }, 0.9));
  ASSERT_TRUE(found.has_value());
  EXPECT_TRUE(found->holds);
  EXPECT_TRUE(found->monotone);
  EXPECT_GE(found->least.value, 90 - 1e-9);  // it holds there
  EXPECT_NEAR(found->least.value, 90, 0.15);  // cut to a tenth of its error
  // The error of x is that of the statistic over its slope, 10 / (x + 10)^2.
  EXPECT_NEAR(found->least.error, 0.001 / (10.0 / (100 * 100)), 0.1);
}

// From above: 1 - x / (x + 10) is at least 0.9 up to x = 10 / 9.
TEST(Search, FindsTheGreatestThatHolds) {
  const auto found = find_greatest(range_about(5, false, false, 60), trying([](double x) { return 1 - x / (x + 10); }, 0.9));
  ASSERT_TRUE(found.has_value());
  EXPECT_TRUE(found->holds);
  EXPECT_TRUE(found->monotone);
  EXPECT_LE(found->least.value, 10.0 / 9 + 1e-9);
  EXPECT_NEAR(found->least.value, 10.0 / 9, 0.01);
  EXPECT_GE(found->there.gap, 0);
  ASSERT_GE(found->row.size(), 2u);
  EXPECT_LT(found->row.front().x, found->row.back().x);
}

TEST(Search, MorePathsMoveTheCrossing) {
  for (const double shift : {-0.004, 0.004}) {
    const auto found = find_least(range_about(5, false, false, 60), trying([](double x) { return x / (x + 10); }, 0.9, 0.001, shift));
    ASSERT_TRUE(found.has_value());
    EXPECT_TRUE(found->holds) << shift;
    EXPECT_GE(found->there.gap, 0) << shift;
    EXPECT_NEAR(found->least.value, 90, 0.15) << shift;
  }
}

TEST(Search, SaysWhereNothingHoldsAndWhatIsBest) {
  // Too little runs out, too much fails: 0.8 at the most, at x = 20.
  const auto hill = [](double x) { return 0.8 * std::exp(-std::pow(std::log((x + 1e-9) / 20), 2)); };
  const auto found = find_least(range_about(5, false, false, 60), trying(hill, 0.9));
  ASSERT_TRUE(found.has_value());
  EXPECT_FALSE(found->holds);
  EXPECT_NEAR(found->best.x, 20, 3);
  EXPECT_NEAR(found->best.statistic.value, 0.8, 0.01);
}

TEST(Search, SeesThatMoreIsNotAlwaysBetter) {
  const auto hill = [](double x) { return 0.99 * std::exp(-std::pow(std::log((x + 1e-9) / 20), 2) / 4); };
  const auto found = find_least(range_about(5, false, false, 60), trying(hill, 0.9));
  ASSERT_TRUE(found.has_value());
  EXPECT_TRUE(found->holds);
  EXPECT_FALSE(found->monotone);
  // ln(x / 20)^2 / 4 = ln(0.99 / 0.9) on the way up
  EXPECT_NEAR(found->least.value, 20 * std::exp(-2 * std::sqrt(std::log(1.1))), 0.05);
  EXPECT_NEAR(found->best.statistic.value, 0.99, 0.005);
}

TEST(Search, HoldsWithNothing) {
  const auto found = find_least(range_about(5, false, false, 60), trying([](double) { return 1.0; }, 0.9));
  ASSERT_TRUE(found.has_value());
  EXPECT_TRUE(found->everywhere);
  EXPECT_EQ(found->least.value, 0);
}

TEST(Search, AMonthIsWhole) {
  const auto found = find_least(range_about(0, false, true, 60), trying([](double x) { return x >= 17 ? 1.0 : 0.0; }, 0.5));
  ASSERT_TRUE(found.has_value());
  EXPECT_TRUE(found->holds);
  EXPECT_EQ(found->least.value, 17);
}

TEST(Search, AShareStaysBetweenNothingAndAll) {
  const auto range = range_about(0.2, true, false, 60);
  EXPECT_EQ(range.row.front(), 0);
  EXPECT_EQ(range.row.back(), 1);
  const auto found = find_least(range, trying([](double x) { return x; }, 0.333));
  ASSERT_TRUE(found.has_value());
  EXPECT_NEAR(found->least.value, 0.333, 1e-4);
}

TEST(Search, StopsWhereTheRunIsStopped) {
  EXPECT_FALSE(
      find_least(range_about(5, false, false, 60), [](const std::vector<double>&, bool) { return std::vector<Trial>{}; }).has_value());
}

}  // namespace
}  // namespace warchest::analysis
