// A chance as a logistic function of features, fitted by Newton's method with a ridge.
//
//   p = 1 / (1 + exp(-(intercept + sum of coefficient * (x - mean) / scale)))
//   greatest  sum of weight * log likelihood - ridge / 2 * sum of coefficient^2      (the intercept is free)
//
// Features are put on one scale first, so that the ridge weighs on all alike. The function is concave, so Newton with halved steps finds
// its only top; a column that never varies has the coefficient 0.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace warchest::evidence {

struct Sample {
  std::size_t columns = 0;
  std::vector<double> values;             // row by row
  std::vector<double> outcomes, weights;  // a row each; outcomes from 0 to 1

  std::size_t rows() const { return outcomes.size(); }
  void add(std::span<const double> row, double outcome, double weight = 1);
};

struct Logistic {
  std::vector<double> mean, scale, coefficients;
  double intercept = 0;
  double score(std::span<const double> row) const;  // log odds
  double chance(std::span<const double> row) const;
};

// A sample without rows gives a chance of one half.
Logistic fit_logistic(const Sample& sample, double ridge);

}  // namespace warchest::evidence
