// The plain program behind its function. The columns stay allocated between calls, as in a program that runs many times.
#include <cmath>
#include <numeric>

#include "scalar.hpp"
#include "yardsticks.h"

namespace bench::yardsticks {

namespace {
double mean_of(const std::vector<double>& v) { return std::accumulate(v.begin(), v.end(), 0.0) / double(v.size()); }
double sd_of(const std::vector<double>& v, double mean) {
  double squares = 0;
  for (double x : v) squares += (x - mean) * (x - mean);
  return std::sqrt(squares / double(v.size()));
}
}  // namespace

Answers plain(std::uint64_t paths, std::uint64_t seed, bool raise_fixed_at_opening) {
  static scalar::Columns columns;
  Answers answers;
  const double begin = cpu_now();
  if (raise_fixed_at_opening) {
    scalar::simulate<true>(paths, columns, seed);
  } else {
    scalar::simulate<false>(paths, columns, seed);
  }
  static volatile double keep;
  keep = scalar::quantiles(columns);
  (void)keep;
  answers.spent = cpu_now() - begin;
  answers.death = double(columns.deaths) / double(paths);
  answers.owned = mean_of(columns.own);
  answers.owned_sd = sd_of(columns.own, answers.owned);
  auto& cash24 = columns.cash[23];  // the quantiles have been found in it, but each search disturbed the one before
  const auto p5 = cash24.begin() + std::ptrdiff_t(.05 * double(paths));
  std::nth_element(cash24.begin(), p5, cash24.end());
  answers.cash24_p5 = *p5;
  answers.payoff = mean_of(columns.payoff);
  answers.payoff_sd = sd_of(columns.payoff, answers.payoff);
  return answers;
}

}  // namespace bench::yardsticks
