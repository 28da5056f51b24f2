// What can be worked out without a simulation, against what the simulation says of it.
//
// Every figure is held to its closed form within five of the standard errors that the run itself reports and one part in N (a count
// of N points can come no nearer); the errors are held to the spread of the figures over thirty seeds. Seeds are fixed.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

#include "engine/engine.h"
#include "program/lower.h"
#include "question.h"

namespace warchest::laws {
namespace {

constexpr double kZ95 = 1.6448536269514722;  // the normal score of 95 %

struct Wanted {
  std::string question;
  double value;
};

// One ask for each question, all in one run.
void expect_figures(const std::string& inputs, const std::vector<Wanted>& wanted, std::uint64_t paths = 1 << 16) {
  std::string text = "model \"closed\" { start = 2026-01, horizon = 2 years, currency = USD }\n" + inputs + "\n";
  for (std::size_t i = 0; i < wanted.size(); ++i) text += "ask q" + std::to_string(i) + " { show = " + wanted[i].question + " }\n";
  const analysis::Answers all = answers(text, paths);
  ASSERT_EQ(all.asks.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const analysis::Figure& figure = all.asks[i].answers.at(0).figure;
    const double tolerance = 5 * figure.error + std::max(1.0, std::abs(wanted[i].value)) / static_cast<double>(paths);
    EXPECT_NEAR(figure.value, wanted[i].value, tolerance) << wanted[i].question << " ± " << figure.error;
    EXPECT_LT(figure.error, 0.02 * std::max(1.0, std::abs(wanted[i].value))) << wanted[i].question << ": so large an error tells nothing";
  }
}

double normal_chance(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

TEST(ClosedForms, a_range_has_its_ends_at_5_and_95_percent_and_the_mean_of_a_lognormal) {
  const double mu = (std::log(2.0) + std::log(8.0)) / 2, sigma = (std::log(8.0) - std::log(2.0)) / (2 * kZ95);
  expect_figures("input x = 2 to 8", {{"quantile(x, 5%)", 2},
                                      {"quantile(x, 50%)", 4},
                                      {"quantile(x, 95%)", 8},
                                      {"mean(x)", std::exp(mu + sigma * sigma / 2)},
                                      {"sd(x)", std::exp(mu + sigma * sigma / 2) * std::sqrt(std::exp(sigma * sigma) - 1)},
                                      {"chance(x < 3)", normal_chance((std::log(3.0) - mu) / sigma)}});
}

TEST(ClosedForms, a_likely_value_is_the_median) {
  expect_figures("input x = 7 to 14 likely 11\ninput y = metalog(p10: 2, p50: 3, p90: 6)", {{"quantile(x, 5%)", 7},
                                                                                            {"quantile(x, 50%)", 11},
                                                                                            {"quantile(x, 95%)", 14},
                                                                                            {"quantile(y, 10%)", 2},
                                                                                            {"quantile(y, 50%)", 3},
                                                                                            {"quantile(y, 90%)", 6}});
}

TEST(ClosedForms, distributions_by_name) {
  expect_figures(
      "input n = normal(10, 3)\ninput u = between 2 and 5\ninput b = beta(2, 5)\ninput g = gamma(2, 3)\ninput t = triangular(0, 1, 4)\n"
      "input p = pert(0, 1, 5)\ninput e = exponential(0.5)\ninput w = weibull(2, 3)\ninput l = lognormal(5, 2)\ninput c = logistic(10, 2)\n"
      "input d = truncate(normal(0, 1), low: 0)\ninput m = mixture(0: 25%, normal(8, 1): 75%)\ninput a = pareto(1, 4)",
      {{"mean(n)", 10},
       {"sd(n)", 3},
       {"chance(n < 4)", normal_chance(-2)},
       {"mean(u)", 3.5},
       {"sd(u)", std::sqrt(9.0 / 12)},
       {"mean(b)", 2.0 / 7},
       {"sd(b)", std::sqrt(10.0 / (49 * 8))},
       {"mean(g)", 6},
       {"sd(g)", 3 * std::sqrt(2.0)},
       {"mean(t)", 5.0 / 3},
       {"mean(p)", 9.0 / 6},
       {"mean(e)", 2},
       {"quantile(e, 50%)", 2 * std::log(2.0)},
       {"mean(w)", 3 * std::tgamma(1.5)},
       {"mean(l)", 5},
       {"sd(l)", 2},
       {"mean(c)", 10},
       {"sd(c)", 2 * std::numbers::pi / std::sqrt(3.0)},
       {"mean(d)", std::sqrt(2 / std::numbers::pi)},
       {"mean(m)", 6},
       {"chance(m == 0)", 0.25},
       {"mean(a)", 4.0 / 3}});
}

TEST(ClosedForms, counts) {
  expect_figures("input k = poisson(4)\ninput b = binomial(10, 30%)\ninput f = bernoulli(30%)", {{"mean(k)", 4},
                                                                                                 {"sd(k)", 2},
                                                                                                 {"chance(k == 2)", 8 * std::exp(-4.0)},
                                                                                                 {"mean(b)", 3},
                                                                                                 {"sd(b)", std::sqrt(2.1)},
                                                                                                 {"chance(b == 0)", std::pow(0.7, 10)},
                                                                                                 {"mean(f)", 0.3},
                                                                                                 {"chance(f == 1)", 0.3}});
}

TEST(ClosedForms, sums_of_independent_lognormals) {
  const double s2 = 4.0 / 25;  // (sd / mean)^2 of each
  expect_figures("input x = lognormal(5, 2)\ninput y = lognormal(5, 2)\ninput z = lognormal(10, 4)",
                 {{"mean(x + y + z)", 20},
                  {"sd(x + y + z)", std::sqrt(4 + 4 + 16.0)},
                  {"mean(x * y)", 25},
                  {"sd(x * y)", 25 * std::sqrt((1 + s2) * (1 + s2) - 1)}});
}

TEST(ClosedForms, together_ties_ranks) {
  // A rank correlation r is the correlation 2 sin(pi r / 6) of the normal scores; P(x > 0, y > 0) = 1/4 + asin(rho) / (2 pi) [Sheppard].
  const double rho = 2 * std::sin(std::numbers::pi * 0.6 / 6), other = 2 * std::sin(std::numbers::pi * -0.4 / 6);
  expect_figures("input x = normal(0, 1)\ninput y = normal(0, 1)\ninput z = normal(0, 1)\ntogether { x & y: +0.6, y & z: -0.4 }",
                 {{"mean(x * y)", rho},
                  {"mean(y * z)", other},
                  {"mean(x * z)", 0},
                  {"sd(y)", 1},
                  {"chance(x > 0 and y > 0)", 0.25 + std::asin(rho) / (2 * std::numbers::pi)}});
}

std::vector<double> ranks(const std::vector<double>& x) {
  std::vector<std::size_t> order(x.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return x[a] < x[b]; });
  std::vector<double> rank(x.size());
  for (std::size_t i = 0; i < order.size(); ++i) rank[order[i]] = static_cast<double>(i);
  return rank;
}

TEST(ClosedForms, the_sample_has_the_rank_correlation_asked_for_whatever_the_margins) {
  const ModelFile file = checked(
      "model \"pair\" { start = 2026-01, horizon = 1 year }\ninput x = 1 to 20\ninput y = beta(2, 5)\ntogether { x & y: -0.7 }\n"
      "ask x { show = x }\nask y { show = y }\n");
  const auto lowered = program::lower(*file.model);
  ASSERT_EQ(lowered.runs.size(), 1u);
  engine::RunOptions options;
  options.paths = 1 << 14;
  options.threads = 1;
  const results::Results found = engine::run(lowered.runs[0].program, options);
  std::vector<double> x, y;
  for (int s = 0; s < results::kScrambles; ++s) {
    const auto& of_x = found.outputs.at(0).columns.at(0).kept[static_cast<std::size_t>(s)];
    const auto& of_y = found.outputs.at(1).columns.at(0).kept[static_cast<std::size_t>(s)];
    x.insert(x.end(), of_x.begin(), of_x.end());
    y.insert(y.end(), of_y.begin(), of_y.end());
  }
  ASSERT_EQ(x.size(), 1u << 14);
  const auto rx = ranks(x), ry = ranks(y);
  const double n = static_cast<double>(x.size());
  double squares = 0;
  for (std::size_t i = 0; i < rx.size(); ++i) squares += (rx[i] - ry[i]) * (rx[i] - ry[i]);
  EXPECT_NEAR(1 - 6 * squares / (n * (n * n - 1)), -0.7, 4 / std::sqrt(n));
}

// The chance that a walk of normal steps has been below a barrier by month n: the density of those still above, month by month, on a grid.
double walk_below(double barrier, double drift, double sd, int n) {
  constexpr int kCells = 3000;
  const double top = 6 * sd * std::sqrt(n) + std::abs(drift) * n, width = (top - barrier) / kCells;
  const auto at = [&](int i) { return barrier + (i + 0.5) * width; };
  const auto step = [&](double from, double to) {
    return std::exp(-0.5 * std::pow((to - from - drift) / sd, 2)) / (sd * std::sqrt(2 * std::numbers::pi));
  };
  std::vector<double> density(kCells);
  for (int i = 0; i < kCells; ++i) density[static_cast<std::size_t>(i)] = step(0, at(i));
  for (int month = 1; month < n; ++month) {
    std::vector<double> next(kCells, 0.0);
    const int reach = static_cast<int>(std::ceil((7 * sd + std::abs(drift)) / width));
    for (int j = 0; j < kCells; ++j)
      for (int i = std::max(0, j - reach); i < std::min(kCells, j + reach); ++i)
        next[static_cast<std::size_t>(j)] += density[static_cast<std::size_t>(i)] * step(at(i), at(j)) * width;
    density = next;
  }
  return 1 - width * std::accumulate(density.begin(), density.end(), 0.0);
}

TEST(ClosedForms, ruin_of_a_geometric_walk_watched_at_month_ends) {
  expect_figures("company a { cash = $0, series level { is = prev(level) * exp(monthly(normal(-1%, 10%))), opening = 1 } }",
                 {{"chance(a.level < 0.75 by 2026-12)", walk_below(std::log(0.75), -0.01, 0.1, 12)},
                  {"mean(log(a.level at 2026-12))", -0.12},
                  {"sd(log(a.level at 2026-12))", 0.1 * std::sqrt(12.0)}});
}

TEST(ClosedForms, ruin_of_a_company_whose_cost_is_a_walk) {
  // Cash 6 at the start, each month a step of mean -1/2 and sd 1; below 0 at a month's end is the end.
  const double by_6 = walk_below(-6, -0.5, 1, 6), by_12 = walk_below(-6, -0.5, 1, 12);
  expect_figures("company a { cash = $6M, cost running = $1M/month * monthly(normal(0.5, 1)) }",
                 {{"chance(a.out_of_cash by 2026-06)", by_6},
                  {"chance(a.out_of_cash by 2026-12)", by_12},
                  {"chance(a.lasts >= 12 months)", 1 - by_12}});
}

TEST(ClosedForms, waiting_for_an_event) {
  // Chance c by D: constant each month. Hazard h a month: geometric, 1 - (1 - h)^n by month n; the mean of 24 months cut at the end.
  expect_figures("event e { chance = 60%, by = 2026-09 }\nevent h { hazard = 3%/month }",
                 {{"chance(e by 2026-03)", 1 - std::pow(0.4, 3.0 / 9)},
                  {"chance(e by 2026-09)", 0.6},
                  {"chance(e by 2027-12)", 0.6},
                  {"chance(h by 2026-01)", 0.03},
                  {"chance(h by 2026-12)", 1 - std::pow(0.97, 12)},
                  {"chance(h by 2027-12)", 1 - std::pow(0.97, 24)}});
}

TEST(ClosedForms, a_flow_has_its_total_on_every_path) {
  const double mu = (std::log(2.0) + std::log(8.0)) / 2, sigma = (std::log(8.0) - std::log(2.0)) / (2 * kZ95),
               mean = std::exp(mu + sigma * sigma / 2);
  expect_figures(
      "input x = $2M to $8M\ncompany a { cash = $0, revenue sales = { 2026: x, 2027: 3 * x } }",
      {{"chance(a.sales in 2026 == x)", 1}, {"chance(a.sales in 2027 == 3 * x)", 1}, {"mean(a.cash at 2027-12) / $1M", 4 * mean}});
}

TEST(ClosedForms, the_reported_error_is_the_spread_over_seeds) {
  const std::string text =
      "model \"errors\" { start = 2026-01, horizon = 1 year, currency = USD }\n"
      "company a { cash = $50M to $90M, cost running = $4M/month to $9M/month, cost noise = $1M/month * monthly(normal(0, 1)) }\n"
      "ask q { show = [mean(a.cash at 2026-06), quantile(a.cash at 2026-06, 25%), chance(a.lasts >= 10 months), sd(a.cash at 2026-12)] }\n";
  constexpr int kSeeds = 30;
  std::vector<std::vector<analysis::Figure>> figures(4);
  for (int seed = 1; seed <= kSeeds; ++seed) {
    const analysis::Answers all = answers(text, 1600, static_cast<std::uint64_t>(seed));
    for (std::size_t k = 0; k < 4; ++k) figures[k].push_back(all.asks.at(0).answers.at(k).figure);
  }
  for (std::size_t k = 0; k < 4; ++k) {
    double mean = 0, spread = 0, reported = 0;
    for (const auto& f : figures[k]) mean += f.value / kSeeds;
    for (const auto& f : figures[k]) spread += (f.value - mean) * (f.value - mean) / (kSeeds - 1), reported += f.error * f.error / kSeeds;
    // The sd of 30 estimates is known to 13 %, so a factor of 1.6 is more than four of its own errors.
    EXPECT_GT(std::sqrt(reported), std::sqrt(spread) / 1.6) << "figure " << k;
    EXPECT_LT(std::sqrt(reported), std::sqrt(spread) * 1.6) << "figure " << k;
  }
}

}  // namespace
}  // namespace warchest::laws
