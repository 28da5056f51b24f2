#include "evidence/score.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace warchest::evidence {
namespace {

TEST(Score, ByHand) {
  const std::vector<double> chances = {0.1, 0.4, 0.4, 0.8}, outcomes = {0, 1, 0, 1};
  EXPECT_NEAR(brier(chances, outcomes), (0.01 + 0.36 + 0.16 + 0.04) / 4, 1e-15);
  EXPECT_NEAR(log_loss(chances, outcomes), -(std::log(0.9) + std::log(0.4) + std::log(0.6) + std::log(0.8)) / 4, 1e-15);
  EXPECT_DOUBLE_EQ(area_under_curve(chances, outcomes), (1 + 0.5 + 1 + 1) / 4);  // of four pairs three are right and one is a tie
}

TEST(Score, WhereAllOrNoneCame) {
  EXPECT_EQ(area_under_curve(std::vector<double>{0.1, 0.9}, std::vector<double>{1, 1}), 0.5);
  EXPECT_EQ(area_under_curve(std::vector<double>{}, std::vector<double>{}), 0.5);
  EXPECT_TRUE(std::isfinite(log_loss(std::vector<double>{0}, std::vector<double>{1})));
}

// Of a mean the error is the standard deviation over the root of the number.
TEST(Score, TheErrorOfAMean) {
  std::vector<double> values;
  for (int k = 0; k < 400; ++k) values.push_back(k % 2);
  const double error = bootstrap_error(values.size(), 2000, 1, [&](std::span<const std::size_t> cases) {
    double sum = 0;
    for (const std::size_t k : cases) sum += values[k];
    return sum / static_cast<double>(cases.size());
  });
  EXPECT_NEAR(error, 0.5 / 20, 0.002);
}

RC_GTEST_PROP(Score, TheAreaIsTheShareOfPairsInOrder, ()) {
  std::vector<double> chances, outcomes;
  const int count = *rc::gen::inRange(1, 30);
  for (int k = 0; k < count; ++k) {
    chances.push_back(*rc::gen::inRange(0, 6) / 5.0);
    outcomes.push_back(*rc::gen::inRange(0, 2));
  }
  double right = 0, pairs = 0;
  for (int a = 0; a < count; ++a) {
    for (int b = 0; b < count; ++b) {
      if (outcomes[a] == 1 && outcomes[b] == 0) {
        pairs += 1;
        right += chances[a] > chances[b] ? 1 : chances[a] == chances[b] ? 0.5 : 0;
      }
    }
  }
  RC_ASSERT(std::abs(area_under_curve(chances, outcomes) - (pairs > 0 ? right / pairs : 0.5)) < 1e-12);
}

}  // namespace
}  // namespace warchest::evidence
