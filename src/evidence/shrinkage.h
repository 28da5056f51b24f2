// What little evidence may say: rates and ranges drawn towards what is common among the others, the more so the less there is.
//
// A rate (k of n) is given a Beta prior that is fitted to everybody's k of n by maximum likelihood of the beta-binomial (empirical Bayes),
// and told as the middle 90 % of its posterior: with no chance seen it is the prior, with hundreds it is what was seen. Amounts by year are
// taken for lognormal: each has its own mean, drawn towards the common one as a one-way model of random effects says, and a spread drawn
// towards what is common among those who pay as many cheques a year, as if kYearsOfPrior more years of it had been seen. The range is that
// of a further year.
// Source: docs/data.md#investors.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace warchest::evidence {

struct Range {
  double low = 0, high = 0;  // the middle 90 %
  bool operator==(const Range&) const = default;
};

struct Trials {
  double successes = 0, trials = 0;
  bool operator==(const Trials&) const = default;
};

struct Beta {
  double a = 1, b = 1;
  double mean() const { return a / (a + b); }
  double strength() const { return a + b; }  // as many trials as it is worth
};

inline constexpr double kLeastStrength = 2, kMostStrength = 2000;

// The prior that makes the rates of all most likely, together with one success and one failure more, so that a few chances of one kind do
// not make a certainty. Its strength lies between the two bounds above and is not greater than the number of trials that it is learnt from.
// Without any trial every rate is as likely as any other: Beta(1, 1).
//   order: does not matter but for rounding;  error: 1e-3 of either parameter
Beta fitted_prior(std::span<const Trials> rates);
Beta posterior(const Beta& prior, const Trials& seen);
Range middle_90(const Beta& beta);

// --- amounts by year -----------------------------------------------------------------------------------------------------------------

inline constexpr double kYearsOfPrior = 4;

// What one put in by year: the logarithms of its sums, and of how many cheques a year they were made. Many cheques even out.
struct YearSums {
  std::vector<double> logarithms;
  double pieces = 1;
};

// Of logarithms: within one (year to year) and between all.
struct Spread {
  double steady = 1, by_piece = 0;  // the variance within one that pays n cheques a year is steady + by_piece / n
  double mean = 0;                  // of all
  std::optional<double> between;    // a standard deviation; nothing: too few to tell, so that nobody's mean is moved
  double within(double pieces) const;
};

// By least squares of each one's variance on 1 / pieces, both parts zero or more. `otherwise`: the variance where nobody has two years.
Spread fitted_spread(std::span<const YearSums> all, double otherwise);
// A further year of one who has had these; nothing where it has had none.
std::optional<Range> further_year(const Spread& spread, const YearSums& seen);

}  // namespace warchest::evidence
