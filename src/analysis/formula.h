// Statistics of statistics: a ratio of two means, a comparison of two chances. Each is formed for all paths and for each of the 16
// scrambles alone, so that its error comes out as that of a plain statistic does.
#pragma once

#include <cstddef>

#include "program/lower.h"
#include "results/results.h"

namespace warchest::analysis {

// How many months the formula has figures for: 1 where none of its outputs is a series.
std::size_t months_of(const program::Formula& formula, const results::Results& results);

//   shape   formula, month -> one estimate (per scramble too)
//   unit    canonical: what arithmetic on the statistics gives
//   order   node by node
//   error   one rounding a node; NaN where a statistic has no paths
//   source  docs/method.md#errors
results::Estimate evaluate(const program::Formula& formula, const results::Results& results, std::size_t month, std::size_t node);
results::Estimate evaluate(const program::Formula& formula, const results::Results& results, std::size_t month = 0);

}  // namespace warchest::analysis
