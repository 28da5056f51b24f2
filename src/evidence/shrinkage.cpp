// The beta-binomial likelihood needs no gamma function: log B(a + k, b + n - k) - log B(a, b) is a sum of log(a + j) for j < k, log(b + j)
// for j < n - k, less log(a + b + j) for j < n. Summed over everybody, what counts is how many have more than j: three short lists. Its top
// is found by one golden section inside another, over the mean and the strength: slow and sure.
#include "evidence/shrinkage.h"

#include <algorithm>
#include <boost/math/distributions/beta.hpp>
#include <cmath>

namespace warchest::evidence {
namespace {

constexpr double kNormal95 = 1.6448536269514722;

// Of how many the count is above j, for j = 0, 1, …
void count_above(std::vector<double>& above, double count) {
  const auto whole = static_cast<std::size_t>(std::max(0.0, std::floor(count)));
  if (above.size() < whole) above.resize(whole, 0);
  for (std::size_t j = 0; j < whole; ++j) above[j] += 1;
}

struct Likelihood {
  std::vector<double> successes, failures, trials;

  explicit Likelihood(std::span<const Trials> rates) {
    for (const Trials& rate : rates) {
      count_above(successes, rate.successes);
      count_above(failures, rate.trials - rate.successes);
      count_above(trials, rate.trials);
    }
  }
  static double sum(const std::vector<double>& above, double from) {
    double total = 0;
    for (std::size_t j = 0; j < above.size(); ++j) total += above[j] * std::log(from + static_cast<double>(j));
    return total;
  }
  double at(double mean, double strength) const {
    return std::log(mean * (1 - mean)) + sum(successes, mean * strength) + sum(failures, (1 - mean) * strength) - sum(trials, strength);
  }
};

// The x in [low, high] at which f is greatest, where f rises and then falls.
template <typename F>
double golden_section(double low, double high, int steps, F f) {
  constexpr double kGolden = 0.6180339887498949;
  double left = high - kGolden * (high - low), right = low + kGolden * (high - low);
  double at_left = f(left), at_right = f(right);
  for (int step = 0; step < steps; ++step) {
    if (at_left >= at_right) {
      high = right;
      right = left;
      at_right = at_left;
      left = high - kGolden * (high - low);
      at_left = f(left);
    } else {
      low = left;
      left = right;
      at_left = at_right;
      right = low + kGolden * (high - low);
      at_right = f(right);
    }
  }
  return (low + high) / 2;
}

double from_logit(double x) { return 1 / (1 + std::exp(-x)); }

}  // namespace

Beta fitted_prior(std::span<const Trials> rates) {
  Trials all;
  for (const Trials& rate : rates) {
    all.successes += rate.successes;
    all.trials += rate.trials;
  }
  if (all.trials <= 0) return {1, 1};
  const Likelihood likelihood(rates);
  const double most = std::clamp(all.trials, kLeastStrength, kMostStrength);  // a few chances that agree by luck prove nothing
  const double pooled = (all.successes + 0.5) / (all.trials + 1), middle = std::log(pooled / (1 - pooled));
  constexpr int kSteps = 32;
  constexpr double kReach = 4;
  const auto best_mean = [&](double strength) {
    return from_logit(
        golden_section(middle - kReach, middle + kReach, kSteps, [&](double logit) { return likelihood.at(from_logit(logit), strength); }));
  };
  const double strength = std::exp(golden_section(std::log(kLeastStrength), std::log(most), kSteps, [&](double log_strength) {
    return likelihood.at(best_mean(std::exp(log_strength)), std::exp(log_strength));
  }));
  const double mean = best_mean(strength);
  return {mean * strength, (1 - mean) * strength};
}

Beta posterior(const Beta& prior, const Trials& seen) { return {prior.a + seen.successes, prior.b + seen.trials - seen.successes}; }

Range middle_90(const Beta& beta) {
  const boost::math::beta_distribution<double> distribution(beta.a, beta.b);
  return {boost::math::quantile(distribution, 0.05), boost::math::quantile(distribution, 0.95)};
}

double Spread::within(double pieces) const { return std::sqrt(steady + by_piece / std::max(pieces, 1.0)); }

namespace {

struct Moments {
  double mean = 0, squares = 0;  // around the mean
};

Moments moments_of(std::span<const double> values) {
  Moments moments;
  for (const double value : values) moments.mean += value / static_cast<double>(values.size());
  for (const double value : values) moments.squares += (value - moments.mean) * (value - moments.mean);
  return moments;
}

// variance = steady + by_piece / pieces over all who have two years or more, weighted by their years less one.
void fit_within(std::span<const YearSums> all, double otherwise, Spread& spread) {
  double weight = 0, x = 0, y = 0, xx = 0, xy = 0;
  for (const YearSums& one : all) {
    if (one.logarithms.size() < 2) continue;
    const double freedom = static_cast<double>(one.logarithms.size()) - 1, inverse = 1 / std::max(one.pieces, 1.0);
    const double variance = moments_of(one.logarithms).squares / freedom;
    weight += freedom;
    x += freedom * inverse;
    y += freedom * variance;
    xx += freedom * inverse * inverse;
    xy += freedom * inverse * variance;
  }
  spread.steady = weight > 0 ? y / weight : otherwise;
  spread.by_piece = 0;
  if (weight <= 0) return;
  const double apart = xx - x * x / weight;
  if (apart <= 1e-9 * weight) return;  // all pay as many
  const double slope = (xy - x * y / weight) / apart;
  if (slope <= 0) return;
  const double steady = (y - slope * x) / weight;
  spread.steady = std::max(0.0, steady);
  spread.by_piece = steady > 0 ? slope : xy / xx;
}

}  // namespace

Spread fitted_spread(std::span<const YearSums> all, double otherwise) {
  Spread spread;
  fit_within(all, otherwise, spread);
  std::vector<double> means;
  double by_chance = 0;
  for (const YearSums& one : all) {
    if (one.logarithms.empty()) continue;
    means.push_back(moments_of(one.logarithms).mean);
    const double within = spread.within(one.pieces);
    by_chance += within * within / static_cast<double>(one.logarithms.size());
  }
  const auto count = static_cast<double>(means.size());
  if (means.empty()) return spread;
  const Moments apart = moments_of(means);
  spread.mean = apart.mean;
  constexpr double kFewest = 5;  // fewer means tell nothing of how far means lie apart
  if (count >= kFewest) spread.between = std::sqrt(std::max(0.0, apart.squares / (count - 1) - by_chance / count));
  return spread;
}

std::optional<Range> further_year(const Spread& spread, const YearSums& seen) {
  if (seen.logarithms.empty()) return std::nullopt;
  const auto count = static_cast<double>(seen.logarithms.size());
  const Moments moments = moments_of(seen.logarithms);
  const double within = spread.within(seen.pieces);
  const double variance = (kYearsOfPrior * within * within + moments.squares) / (kYearsOfPrior + count - 1);
  const double of_mean = variance / count;
  double weight = 1, unsure = of_mean;  // of its own mean, and how far that may be off
  if (spread.between) {
    const double between = *spread.between * *spread.between;
    weight = between + of_mean > 0 ? between / (between + of_mean) : 1;
    unsure = weight * of_mean;
  }
  const double centre = weight * moments.mean + (1 - weight) * spread.mean, reach = kNormal95 * std::sqrt(variance + unsure);
  return Range{std::exp(centre - reach), std::exp(centre + reach)};
}

}  // namespace warchest::evidence
