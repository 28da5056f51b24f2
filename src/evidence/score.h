// How good forecasts were: of chances, and of lists.
//
//   Brier     mean of (chance - outcome)^2; of a constant p it is at least p (1 - p) of what came
//   log loss  mean of -log of the chance given to what came, chances kept within 1e-6 of certainty
//   AUC       the chance that one that came was given more than one that did not; ties count half
//   recall    of those who paid, the part that is among the first k of a list
//
// How sure a difference is, is told by the bootstrap: cases are drawn anew with replacement, both forecasts are scored on the same draw,
// and the standard deviation of the differences is the error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace warchest::evidence {

double brier(std::span<const double> chances, std::span<const double> outcomes);
double log_loss(std::span<const double> chances, std::span<const double> outcomes);
double area_under_curve(std::span<const double> chances, std::span<const double> outcomes);  // one half where all came or none did
double mean_of(std::span<const double> values);

// The standard deviation of `figure` over draws of `cases` cases with replacement; the figure is given the cases drawn.
using FigureOfCases = std::function<double(std::span<const std::size_t>)>;
double bootstrap_error(std::size_t cases, int draws, std::uint64_t seed, const FigureOfCases& figure);

}  // namespace warchest::evidence
