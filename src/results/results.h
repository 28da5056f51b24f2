// What a run produces: for every output the estimate over all paths and over each of the 16 scrambles, from which errors come.
//
// Path p is point p/16 of scramble p mod 16. The 16 scrambles are independent, so the standard error of any statistic s is
// sd(s_0 … s_15) / 4 (Owen, "Monte Carlo theory, methods and examples", ch. 17). Statistics of statistics (a ratio of two
// means) are formed per scramble first, so their error comes out the same way.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "kernels/binning.h"

namespace warchest::results {

inline constexpr int kScrambles = 16;

// One statistic: over all paths, and per scramble.
struct Estimate {
  double value = 0;
  std::array<double, kScrambles> scrambles{};
  double error() const;  // standard error; NaN where fewer than two scrambles have paths
};

// One output in one month (or at the end).
//
// Mean, sd, min and max are over the paths with a finite value. Quantiles are over all paths with an answer: +infinity counts as later
// than everything (endless) and -infinity as earlier, and a quantile that falls there comes out as infinite.
struct Column {
  std::uint64_t paths = 0;       // paths with an answer, endless ones included
  std::uint64_t missing = 0;     // paths without (0 / 0): answered over the others
  std::uint64_t endless = 0;     // value +infinity. Kind::months: paths on which it never happens
  std::uint64_t bottomless = 0;  // value -infinity
  double min = 0, max = 0;       // of finite values; NaN where there are none
  Estimate mean, sd;             // NaN where there is too little to form them

  // Quantile function, q in [0, 1], by nearest rank: the k-th smallest of n, k = ceil(q * n), at least the first.
  // Exact for whole months and where the values were kept. From a histogram it is linear inside the bin, whose width is at most
  // (|x| + binning.scale) / 2^binning.bits, and within [min, max]; its error is known only for the ranks that were asked for before the
  // run, else NaN. Without spread (truths, and outputs of which only the mean was wanted) it is NaN.
  Estimate quantile(double q) const;
  std::vector<double> ranks;  // the q for which `quantiles` holds an estimate (ascending)
  std::vector<Estimate> quantiles;
  std::vector<std::uint64_t> by_month;  // Kind::months: paths on which it happened in month m (0 … horizon; earlier counts as 0)
  std::array<std::vector<std::uint64_t>, kScrambles> by_month_scrambles;  // with one more at the end: those on which it never happens

  // Numbers recorded once, in runs of at most kMostKept paths: the values, point by point of each scramble (path = point * 16 + scramble).
  std::array<std::vector<double>, kScrambles> kept;
  // Other numbers: paths by bin, over all scrambles.
  kernels::Binning binning;
  std::vector<std::uint64_t> bins;
};

inline constexpr std::uint64_t kMostKept = std::uint64_t{1} << 18;

struct Output {
  std::string name;
  int kind = 0;                 // program::Output::Kind
  std::vector<Column> columns;  // one, or one per month
};

struct Results {
  std::uint64_t paths = 0, seed = 0;
  std::string bit_group;  // processors whose bytes are the same: "fma" or "no-fma"
  std::vector<Output> outputs;
  bool interrupted = false;
  double seconds = 0;  // never part of what is compared
};

}  // namespace warchest::results
