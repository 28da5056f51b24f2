#include "evidence/logistic.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace warchest::evidence {
namespace {

Sample two_groups() {
  Sample sample;
  sample.columns = 1;
  for (int k = 0; k < 10; ++k) sample.add(std::vector<double>{0}, k < 2 ? 1 : 0);
  for (int k = 0; k < 30; ++k) sample.add(std::vector<double>{1}, k < 24 ? 1 : 0);
  return sample;
}

// With one mark and no ridge the fitted chances are the shares of the two groups.
TEST(Logistic, TwoGroupsHaveTheirShares) {
  const Logistic fitted = fit_logistic(two_groups(), 0);
  EXPECT_NEAR(fitted.chance(std::vector<double>{0}), 0.2, 1e-7);
  EXPECT_NEAR(fitted.chance(std::vector<double>{1}), 0.8, 1e-7);
}

// Alone, a coefficient is drawn to 0 by the ridge, and the chance to that of all: 26 of 40.
TEST(Logistic, AStrongRidgeLeavesTheShareOfAll) {
  const Logistic fitted = fit_logistic(two_groups(), 1e9);
  EXPECT_NEAR(fitted.chance(std::vector<double>{0}), 0.65, 1e-6);
  EXPECT_NEAR(fitted.chance(std::vector<double>{1}), 0.65, 1e-6);
}

// By hand: x = -1, 1 (scaled as they are), outcomes 0 and 1; the top of -2 log(1 + e^-b) - b^2 / 2 is where 2 / (1 + e^b) = b.
TEST(Logistic, ARidgeByHand) {
  Sample sample;
  sample.columns = 1;
  sample.add(std::vector<double>{-1}, 0);
  sample.add(std::vector<double>{1}, 1);
  const Logistic fitted = fit_logistic(sample, 1);
  const double b = fitted.coefficients[0];
  EXPECT_NEAR(2 / (1 + std::exp(b)), b, 1e-7);
  EXPECT_NEAR(fitted.intercept, 0, 1e-9);
}

TEST(Logistic, AColumnThatNeverVariesSaysNothing) {
  Sample sample = two_groups(), wider;
  wider.columns = 2;
  for (std::size_t r = 0; r < sample.rows(); ++r) wider.add(std::vector<double>{sample.values[r], 7}, sample.outcomes[r]);
  const Logistic fitted = fit_logistic(wider, 0);
  EXPECT_EQ(fitted.coefficients[1], 0);
  EXPECT_NEAR(fitted.chance(std::vector<double>{1, 7}), 0.8, 1e-7);
}

TEST(Logistic, NothingSeenIsEvenOdds) {
  Sample sample;
  sample.columns = 3;
  EXPECT_EQ(fit_logistic(sample, 1).chance(std::vector<double>{1, 2, 3}), 0.5);
}

// Parted cleanly, the odds have no top without a ridge: the fit still ends, and on the right side.
TEST(Logistic, CleanPartingEnds) {
  Sample sample;
  sample.columns = 1;
  for (int k = -5; k <= 5; ++k) {
    if (k != 0) sample.add(std::vector<double>{static_cast<double>(k)}, k > 0 ? 1 : 0);
  }
  const Logistic fitted = fit_logistic(sample, 0);
  EXPECT_GT(fitted.chance(std::vector<double>{1}), 0.9);
  EXPECT_LT(fitted.chance(std::vector<double>{-1}), 0.1);
}

Sample random_sample() {
  Sample sample;
  sample.columns = 3;
  const int rows = *rc::gen::inRange(5, 60);
  for (int r = 0; r < rows; ++r) {
    std::vector<double> row;
    for (int c = 0; c < 3; ++c) row.push_back(*rc::gen::inRange(-20, 21) / 4.0);
    sample.add(row, *rc::gen::inRange(0, 2), *rc::gen::inRange(1, 4));
  }
  return sample;
}

// At the top no direction goes up: the slope is nothing.
RC_GTEST_PROP(Logistic, TheSlopeAtTheTopIsNothing, ()) {
  const Sample sample = random_sample();
  constexpr double kRidge = 0.5;
  const Logistic fitted = fit_logistic(sample, kRidge);
  std::vector<double> slope(4, 0);
  for (std::size_t r = 0; r < sample.rows(); ++r) {
    const std::span<const double> row(sample.values.data() + r * 3, 3);
    const double off = sample.weights[r] * (sample.outcomes[r] - fitted.chance(row));
    slope[3] += off;
    for (std::size_t c = 0; c < 3; ++c) {
      if (fitted.scale[c] > 0) slope[c] += off * (row[c] - fitted.mean[c]) / fitted.scale[c];
    }
  }
  bool all_alike = true;
  for (const double outcome : sample.outcomes) all_alike = all_alike && outcome == sample.outcomes[0];
  for (std::size_t c = 0; c < 3; ++c) RC_ASSERT(std::abs(slope[c] - kRidge * fitted.coefficients[c]) < 1e-4);
  if (!all_alike) RC_ASSERT(std::abs(slope[3]) < 1e-4);
}

// A row of weight 3 is three rows.
RC_GTEST_PROP(Logistic, AWeightIsSoManyRows, ()) {
  const Sample sample = random_sample();
  Sample repeated;
  repeated.columns = 3;
  for (std::size_t r = 0; r < sample.rows(); ++r) {
    for (int k = 0; k < static_cast<int>(sample.weights[r]); ++k)
      repeated.add(std::span<const double>(sample.values.data() + r * 3, 3), sample.outcomes[r]);
  }
  const Logistic one = fit_logistic(sample, 1), other = fit_logistic(repeated, 1);
  for (std::size_t c = 0; c < 3; ++c) RC_ASSERT(std::abs(one.coefficients[c] - other.coefficients[c]) < 1e-5);
}

}  // namespace
}  // namespace warchest::evidence
