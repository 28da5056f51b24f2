#include "evidence/shrinkage.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace warchest::evidence {
namespace {

// By hand: with B(a,b) for one investor, one chance, one success, the likelihood is a / (a + b).
TEST(Shrinkage, APosteriorAddsWhatWasSeen) {
  const Beta beta = posterior({2, 3}, {4, 10});
  EXPECT_EQ(beta.a, 6);
  EXPECT_EQ(beta.b, 9);
  EXPECT_DOUBLE_EQ(beta.mean(), 0.4);
  const Range uniform = middle_90({1, 1});
  EXPECT_NEAR(uniform.low, 0.05, 1e-12);
  EXPECT_NEAR(uniform.high, 0.95, 1e-12);
}

TEST(Shrinkage, WithoutAnyChanceThePriorIsWide) {
  const Beta beta = fitted_prior({});
  EXPECT_EQ(beta.a, 1);
  EXPECT_EQ(beta.b, 1);
}

// Everybody alike: nothing tells one from another, so the prior is as strong as it may be, and everybody has the common rate.
TEST(Shrinkage, AllAlikeAreTakenForOne) {
  const std::vector<Trials> rates(500, Trials{5, 10});
  const Beta prior = fitted_prior(rates);
  EXPECT_NEAR(prior.mean(), 0.5, 1e-3);
  EXPECT_GT(prior.strength(), 0.9 * kMostStrength);
}

TEST(Shrinkage, APriorIsNotWorthMoreThanWhatItIsLearntFrom) {
  EXPECT_NEAR(fitted_prior(std::vector<Trials>(3, Trials{1, 2})).strength(), 6, 0.01);
}

// By hand: of one chance that was taken the likelihood is m * m (1 - m), greatest at m = 2/3; it is worth the least strength.
TEST(Shrinkage, OneChanceTakenIsNoCertainty) {
  const Beta prior = fitted_prior(std::vector<Trials>{{1, 1}});
  EXPECT_NEAR(prior.mean(), 2.0 / 3, 1e-4);
  EXPECT_NEAR(prior.strength(), 2, 1e-4);
}

// Half always, half never: nothing is learnt from others.
TEST(Shrinkage, AllDifferentAreLeftAlone) {
  std::vector<Trials> rates(40, Trials{20, 20});
  rates.resize(80, Trials{0, 20});
  const Beta prior = fitted_prior(rates);
  EXPECT_NEAR(prior.mean(), 0.5, 1e-2);
  EXPECT_LT(prior.strength(), 1.02 * kLeastStrength);
}

// Drawn from Beta(2, 6): the fit finds it, and the likelihood there is not below that of any other (a, b) nearby.
TEST(Shrinkage, FindsThePriorThatMadeTheRates) {
  std::vector<Trials> rates;
  std::uint64_t state = 7;
  const auto luck = [&state] {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (static_cast<double>(state >> 11) + 0.5) / 9007199254740992.0;
  };
  for (int i = 0; i < 4000; ++i) {
    double first = 1, second = 1;  // gamma(2) and gamma(6) of whole shapes are sums of exponentials
    double a = 0, b = 0;
    for (int k = 0; k < 2; ++k) a -= std::log(first = luck());
    for (int k = 0; k < 6; ++k) b -= std::log(second = luck());
    Trials one{0, 12};
    for (int k = 0; k < 12; ++k) one.successes += luck() < a / (a + b) ? 1 : 0;
    rates.push_back(one);
  }
  const Beta prior = fitted_prior(rates);
  EXPECT_NEAR(prior.mean(), 0.25, 0.01);
  EXPECT_NEAR(prior.strength(), 8, 0.8);
}

TEST(Shrinkage, SpreadWithinAndBetween) {
  // Ten investors with two years each, one e-fold apart within; means 0, 2, 4, … 18.
  std::vector<YearSums> all;
  for (int i = 0; i < 10; ++i) all.push_back({{2.0 * i - 0.5, 2.0 * i + 0.5}, 3});
  const Spread spread = fitted_spread(all, 9);
  EXPECT_NEAR(spread.within(3), std::sqrt(0.5), 1e-12);  // squares 0.25 + 0.25, one degree of freedom
  EXPECT_NEAR(spread.mean, 9, 1e-12);
  ASSERT_TRUE(spread.between);
  EXPECT_NEAR(*spread.between, std::sqrt(330.0 / 9 - 0.25), 1e-12);  // variance of 0, 2 … 18 less 0.5 / 2
}

TEST(Shrinkage, ManyChequesEvenOut) {
  // Variance 1 + 4 / pieces, exactly: two years, ±d around the mean, variance 2 d^2.
  std::vector<YearSums> all;
  for (const double pieces : {1.0, 2.0, 4.0, 8.0}) {
    const double d = std::sqrt((1 + 4 / pieces) / 2);
    all.push_back({{-d, d}, pieces});
  }
  const Spread spread = fitted_spread(all, 9);
  EXPECT_NEAR(spread.steady, 1, 1e-9);
  EXPECT_NEAR(spread.by_piece, 4, 1e-9);
  EXPECT_FALSE(spread.between);  // four means tell nothing
  EXPECT_EQ(fitted_spread(std::vector<YearSums>{{{1.0}, 1}}, 2.25).within(1), 1.5);
}

// By hand: within 1, own years 0 and 2: variance (4 * 1 + 2) / 5 = 1.2, of the mean 0.6; between 1, mean of all 5: weight 1 / 1.6.
TEST(Shrinkage, AFurtherYear) {
  Spread spread;
  spread.mean = 5;
  spread.between = 1;
  const auto range = further_year(spread, {{0, 2}, 1});
  ASSERT_TRUE(range);
  const double weight = 1 / 1.6, centre = weight * 1 + (1 - weight) * 5, reach = 1.6448536269514722 * std::sqrt(1.2 + weight * 0.6);
  EXPECT_NEAR(std::log(range->low), centre - reach, 1e-12);
  EXPECT_NEAR(std::log(range->high), centre + reach, 1e-12);
  EXPECT_FALSE(further_year(spread, {}));
}

RC_GTEST_PROP(Shrinkage, ARateLiesBetweenItsOwnAndThatOfAll, ()) {
  std::vector<Trials> rates;
  const int count = *rc::gen::inRange(1, 30);
  for (int i = 0; i < count; ++i) {
    const int trials = *rc::gen::inRange(0, 40);
    rates.push_back({static_cast<double>(*rc::gen::inRange(0, trials + 1)), static_cast<double>(trials)});
  }
  const Beta prior = fitted_prior(rates);
  RC_ASSERT(prior.a > 0 && prior.b > 0 && prior.strength() >= kLeastStrength * 0.999 && prior.strength() <= kMostStrength * 1.001);
  for (const Trials& rate : rates) {
    const double shrunk = posterior(prior, rate).mean();
    if (rate.trials == 0) continue;
    const double own = rate.successes / rate.trials;
    RC_ASSERT(shrunk >= std::min(own, prior.mean()) - 1e-12 && shrunk <= std::max(own, prior.mean()) + 1e-12);
    const Range range = middle_90(posterior(prior, rate));
    RC_ASSERT(0 <= range.low && range.low < range.high && range.high <= 1);
  }
}

}  // namespace
}  // namespace warchest::evidence
