// Quantile functions against Boost's distributions and against their own distribution functions, and their tables against them.
#include "kernels/quantile.h"

#include <gtest/gtest.h>

#include <boost/math/distributions.hpp>

#include "kernels/one_lane.h"
#include "kernels/test_columns.h"

namespace warchest::kernels {
namespace {

namespace bm = boost::math;
using P = std::vector<double>;

struct Law {
  Family family;
  P parameters;
  double table_error;  // promised for the table of 1024 intervals
};
const std::vector<Law>& continuous() {
  static const std::vector<Law> laws = {
      {Family::uniform, {-3, 8}, 1e-9},
      {Family::normal, {2, 0.5}, 1e-12},
      {Family::lognormal, {10, 4}, 1e-9},
      {Family::logit_normal, {-1, 0.8}, 1e-9},
      {Family::beta, {2, 5}, 1e-9},
      {Family::beta, {30, 3}, 1e-9},
      {Family::beta, {0.5, 0.5}, 1e-9},
      {Family::gamma, {2.5, 3}, 1e-9},
      {Family::gamma, {0.3, 1}, 1e-9},
      {Family::student_t, {4, 1, 2}, 1e-9},
      {Family::student_t, {1.5, 0, 1}, 1e-7},
      {Family::weibull, {1.7, 20}, 1e-9},
      {Family::weibull, {0.6, 20}, 1e-9},
      {Family::pareto, {1e6, 1.1}, 1e-7},
      {Family::logistic, {0, 3}, 1e-9},
      {Family::exponential, {0.25}, 1e-9},
      {Family::triangular, {1, 2, 5}, 1e-5},
      {Family::triangular, {1, 1, 5}, 1e-9},
      {Family::pert, {2, 3, 9}, 1e-9},
      {Family::metalog, {7, 11.6, 14}, 1e-9},
      {Family::metalog, {-5, 1, 8}, 1e-9},
      {Family::metalog_log, {7, 9, 14}, 1e-9},
      {Family::metalog_logit, {0.1, 0.3, 0.7}, 1e-9},
  };
  return laws;
}

const double kChances[] = {1e-10, 1e-6, 0.001, 0.05, 0.25, 0.5, 0.62, 0.9, 0.95, 0.999, 1 - 1e-6};

TEST(Quantile, distribution_function_of_quantile_gives_the_chance_back) {
  for (const Law& law : continuous())
    for (const double u : kChances) {
      const double x = quantile(law.family, law.parameters, u);
      ASSERT_NEAR(cdf(law.family, law.parameters, x), u, 1e-11) << int(law.family) << " " << u << " " << x;
    }
}

template <class Distribution>
void expect_like(Family family, const P& parameters, const Distribution& truth) {
  for (const double u : kChances) {
    const double x = static_cast<double>(bm::quantile(truth, static_cast<long double>(u)));
    EXPECT_NEAR(quantile(family, parameters, u), x, 1e-12 * std::max(1.0, std::abs(x)) / std::min(u * 1e6, 1.0)) << int(family) << " " << u;
    EXPECT_NEAR(cdf(family, parameters, x), u, 1e-12) << int(family) << " " << u;
  }
  for (const double z : {1.0, 4.0, 6.3}) {  // the upper tail keeps its digits
    const long double q = bm::cdf(bm::complement(bm::normal_distribution<long double>(), static_cast<long double>(z)));
    const double x = static_cast<double>(bm::quantile(bm::complement(truth, q)));
    EXPECT_NEAR(quantile_at_score(family, parameters, z), x, 1e-11 * std::max(1.0, std::abs(x))) << int(family) << " " << z;
  }
}
TEST(Quantile, families_are_those_of_boost) {
  using L = long double;
  expect_like(Family::normal, {2, 0.5}, bm::normal_distribution<L>(2, 0.5L));
  expect_like(Family::uniform, {-3, 8}, bm::uniform_distribution<L>(-3, 8));
  expect_like(Family::beta, {2, 5}, bm::beta_distribution<L>(2, 5));
  expect_like(Family::gamma, {2.5, 3}, bm::gamma_distribution<L>(2.5L, 3));
  expect_like(Family::weibull, {1.7, 20}, bm::weibull_distribution<L>(1.7L, 20));
  expect_like(Family::pareto, {3, 1.5}, bm::pareto_distribution<L>(3, 1.5L));
  expect_like(Family::logistic, {1, 3}, bm::logistic_distribution<L>(1, 3));
  expect_like(Family::exponential, {0.25}, bm::exponential_distribution<L>(0.25L));
  expect_like(Family::triangular, {1, 2, 5}, bm::triangular_distribution<L>(1, 2, 5));
  expect_like(Family::student_t, {4, 0, 1}, bm::students_t_distribution<L>(4));
  // lognormal by the mean and deviation of the value
  const L variance = std::log(1 + 0.16L), mu = std::log(10.0L) - variance / 2;
  expect_like(Family::lognormal, {10, 4}, bm::lognormal_distribution<L>(mu, std::sqrt(variance)));
}

TEST(Quantile, ends_and_nonsense) {
  EXPECT_EQ(quantile(Family::uniform, P{1, 2}, 0), 1);
  EXPECT_EQ(quantile(Family::uniform, P{1, 2}, 1), 2);
  EXPECT_EQ(quantile(Family::gamma, P{2, 1}, 1), kInfinity);
  EXPECT_EQ(quantile(Family::student_t, P{3, 0, 1}, 0), -kInfinity);
  EXPECT_EQ(quantile(Family::exponential, P{1}, 1), kInfinity);
  EXPECT_EQ(quantile(Family::pareto, P{2, 1}, 0), 2);
  EXPECT_EQ(quantile(Family::beta, P{2, 3}, 1), 1);
  EXPECT_EQ(quantile(Family::metalog_logit, P{0.1, 0.3, 0.7}, 1), 1);
  EXPECT_EQ(quantile(Family::triangular, P{1, 2, 5}, 1), 5);
  const std::pair<Family, P> wrong[] = {{Family::uniform, {2, 1}},  {Family::normal, {0, 0}},   {Family::lognormal, {-1, 1}},
                                        {Family::beta, {0, 1}},     {Family::student_t, {3}},   {Family::triangular, {1, 6, 5}},
                                        {Family::pert, {2, 2, 2}},  {Family::poisson, {-1}},    {Family::binomial, {2.5, 0.5}},
                                        {Family::bernoulli, {1.5}}, {Family::gamma, {kNan, 1}}, {Family::metalog, {1, 1, 2}}};
  for (const auto& [family, parameters] : wrong) {
    EXPECT_FALSE(valid(family, parameters));
    EXPECT_TRUE(std::isnan(quantile(family, parameters, 0.5)));
    EXPECT_TRUE(std::isnan(quantile_at_score(family, parameters, 0)));
    EXPECT_TRUE(std::isnan(cdf(family, parameters, 1)));
    EXPECT_TRUE(std::isnan(mean(family, parameters)));
    EXPECT_TRUE(tabulate_steps(family, parameters).values.empty());
  }
  EXPECT_TRUE(std::isnan(quantile(Family::uniform, P{1, 2}, 1.1)));
  EXPECT_TRUE(std::isnan(quantile(Family::uniform, P{1, 2}, kNan)));
  // hard cases must end, without throwing
  for (const double u : {1e-300, 1e-12, 0.5, 1 - 1e-15}) {
    (void)quantile(Family::beta, P{1e-3, 1e5}, u);
    (void)quantile(Family::gamma, P{1e-8, 1}, u);
    (void)quantile(Family::student_t, P{1e-3, 0, 1}, u);
  }
}

TEST(Quantile, metalogs_pass_through_their_three_points) {
  const std::pair<Family, P> laws[] = {
      {Family::metalog, {7, 11.6, 14}}, {Family::metalog_log, {7, 9, 14}}, {Family::metalog_logit, {0.1, 0.3, 0.7}}};
  for (const auto& [family, p] : laws) {
    EXPECT_NEAR(quantile(family, p, 0.05), p[0], 1e-12 * p[0]);
    EXPECT_NEAR(quantile(family, p, 0.5), p[1], 1e-12 * p[1]);
    EXPECT_NEAR(quantile(family, p, 0.95), p[2], 1e-12 * p[2]);
  }
  // Keelin's bound for the plain form: (p50 - p5) / (p95 - p5) within (k, 1 - k), k = (1 - 1.66711 * 0.45) / 2 = 0.1249
  EXPECT_TRUE(metalog_feasible(Family::metalog, 0, 0.126, 1));
  EXPECT_FALSE(metalog_feasible(Family::metalog, 0, 0.124, 1));
  EXPECT_TRUE(metalog_feasible(Family::metalog, 0, 0.874, 1));
  EXPECT_FALSE(metalog_feasible(Family::metalog, 0, 0.876, 1));
  EXPECT_FALSE(metalog_feasible(Family::metalog_log, -1, 1, 2));
  EXPECT_FALSE(metalog_feasible(Family::metalog_logit, 0.1, 0.5, 1.2));
  // just inside the bound the function still increases
  double before = -kInfinity;
  for (double u = 0.0005; u < 1; u += 0.0005) {
    const double x = quantile(Family::metalog, P{0, 0.1255, 1}, u);
    ASSERT_GT(x, before);
    before = x;
  }
}

TEST(Quantile, means_are_the_integrals_of_the_quantile_function) {
  for (const Law& law : continuous()) {
    if (law.family == Family::student_t || law.family == Family::pareto) continue;  // integrals that converge too slowly here
    double sum = 0;
    const double step = 1.0 / 64;
    for (double z = -8; z <= 8; z += step) sum += quantile_at_score(law.family, law.parameters, z) * std::exp(-z * z / 2);
    const double truth = sum * step / std::sqrt(2 * std::acos(-1.0));
    EXPECT_NEAR(mean(law.family, law.parameters), truth, 2e-6 * std::max(1.0, std::abs(truth))) << int(law.family);
  }
  EXPECT_EQ(mean(Family::student_t, P{4, 1, 2}), 1);
  EXPECT_TRUE(std::isnan(mean(Family::student_t, P{1, 1, 2})));
  EXPECT_DOUBLE_EQ(mean(Family::pareto, P{2, 3}), 3);
  EXPECT_EQ(mean(Family::pareto, P{2, 1}), kInfinity);
  EXPECT_EQ(mean(Family::binomial, P{10, 0.3}), 3);
}

const std::pair<Family, P> kDiscrete[] = {{Family::poisson, {0.01}},    {Family::poisson, {3.5}},      {Family::poisson, {1e5}},
                                          {Family::binomial, {1, 0.3}}, {Family::binomial, {20, 0.3}}, {Family::binomial, {500, 0.999}},
                                          {Family::binomial, {7, 0}},   {Family::binomial, {7, 1}},    {Family::bernoulli, {0.2}},
                                          {Family::bernoulli, {0}},     {Family::bernoulli, {1}}};

TEST(Quantile, discrete_quantiles_are_the_least_value_that_reaches_the_chance) {
  for (const auto& [family, parameters] : kDiscrete)
    for (const double u : {1e-9, 0.001, 0.05, 0.2, 0.5, 0.7, 0.8, 0.95, 0.9999999}) {
      const double k = quantile(family, parameters, u);
      ASSERT_EQ(k, std::floor(k));
      ASSERT_GE(cdf(family, parameters, k), u * (1 - 1e-12)) << int(family) << " " << u;
      ASSERT_LT(cdf(family, parameters, k - 1), u * (1 + 1e-12)) << int(family) << " " << u;
    }
  EXPECT_NEAR(cdf(Family::poisson, P{3.5}, 2), std::exp(-3.5) * (1 + 3.5 + 3.5 * 3.5 / 2), 1e-13);
  EXPECT_NEAR(cdf(Family::binomial, P{3, 0.25}, 1), 0.75 * 0.75 * 0.75 + 3 * 0.25 * 0.75 * 0.75, 1e-14);
  EXPECT_EQ(quantile(Family::bernoulli, P{0.2}, 0.79), 0);
  EXPECT_EQ(quantile(Family::bernoulli, P{0.2}, 0.81), 1);
  EXPECT_EQ(quantile(Family::binomial, P{7, 0}, 1), 0);
  EXPECT_EQ(quantile(Family::binomial, P{7, 0.5}, 1), 7);
}

TEST(Quantile, step_tables_equal_the_discrete_quantile) {
  on_every_target([](std::string_view target) {
    std::mt19937_64 random(3);
    std::normal_distribution<double> normal;
    for (const auto& [family, parameters] : kDiscrete) {
      const StepTable table = tabulate_steps(family, parameters);
      ASSERT_EQ(table.values.size(), table.thresholds.size() + 1);
      Doubles z(400), x(400);
      for (size_t i = 0; i < 400; ++i) z[i] = 1.5 * normal(random);
      table.at(z.data(), x.data(), 400);
      for (size_t i = 0; i < 400; ++i)
        ASSERT_EQ(x[i], quantile_at_score(family, parameters, z[i])) << target << " " << int(family) << " " << z[i];
      EXPECT_TRUE(std::isnan(table.at1(kNan)));
      EXPECT_EQ(table.at1(9), table.values.back());
      EXPECT_EQ(table.at1(-9), table.values.front());
    }
  });
}

TEST(Quantile, tables_keep_their_stated_error_and_never_turn_back) {
  for (const Law& law : continuous()) {
    const QuantileTable table = tabulate(law.family, law.parameters);
    EXPECT_LE(table.max_error, law.table_error) << int(law.family) << " " << law.parameters[0];
    const double spread = quantile_at_score(law.family, law.parameters, 1) - quantile_at_score(law.family, law.parameters, -1);
    std::vector<double> scores;
    for (double z = -6.39; z < 6.39; z += 0.00771) scores.push_back(z);
    const Doubles z(scores);
    Doubles x(scores.size());
    table.at(z.data(), x.data(), scores.size());
    double worst = 0;
    for (size_t i = 0; i < scores.size(); ++i) {
      const double truth = quantile_at_score(law.family, law.parameters, z[i]);
      worst = std::max(worst, std::abs(x[i] - truth) / std::max(std::abs(truth), spread));
      ASSERT_GE(x[i], x[i == 0 ? 0 : i - 1]) << int(law.family) << " " << z[i];
    }
    EXPECT_LE(worst, std::max(3 * table.max_error, law.table_error)) << int(law.family) << " " << law.parameters[0];
    EXPECT_TRUE(std::isnan(table.at1(kNan)));
    EXPECT_EQ(table.at1(-100), table.at1(-6.4));
    EXPECT_EQ(table.at1(100), table.at1(6.4));
  }
}

TEST(Quantile, any_function_of_the_score_can_be_tabulated) {
  const QuantileTable table = tabulate([](double z) { return std::tanh(z) + z; }, 512);
  EXPECT_LE(table.max_error, 1e-7);
  EXPECT_NEAR(table.at1(0.3), std::tanh(0.3) + 0.3, 1e-8);
  const QuantileTable falling = tabulate([](double z) { return -z * z * z; }, 512);
  double before = kInfinity;
  for (double z = -6.4; z < 6.4; z += 0.01) {
    ASSERT_LE(falling.at1(z), before);
    before = falling.at1(z);
  }
}

}  // namespace
}  // namespace warchest::kernels
