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

namespace warchest::results {

inline constexpr int kScrambles = 16;

// One statistic: over all paths, and per scramble.
struct Estimate {
  double value = 0;
  std::array<double, kScrambles> scrambles{};
  double error() const;  // standard error; NaN where fewer than two scrambles have paths
};

// One output in one month (or at the end).
struct Column {
  std::uint64_t paths = 0;      // paths with an answer
  std::uint64_t missing = 0;    // paths without (0 / 0): answered over the others
  std::uint64_t endless = 0;    // Kind::months: paths on which it never happens
  double min = 0, max = 0;      // of finite values
  Estimate mean, sd;
  // Quantile function; q in [0, 1]. Months that are endless count as latest and come out as infinity.
  // Numbers: linear inside a histogram bin whose relative width is stated in docs/method.md, exact where the values were kept.
  Estimate quantile(double q) const;
  std::vector<double> ranks;               // the q for which `quantiles` holds an estimate (ascending)
  std::vector<Estimate> quantiles;
  std::vector<std::uint64_t> by_month;     // Kind::months: paths on which it happened in month m (0 … horizon)
  std::array<std::vector<std::uint64_t>, kScrambles> by_month_scrambles;
};

struct Output {
  std::string name;
  int kind = 0;                 // program::Output::Kind
  std::vector<Column> columns;  // one, or one per month
};

struct Results {
  std::uint64_t paths = 0, seed = 0;
  std::string bit_group;        // processors whose bytes are the same: "fma" or "no-fma"
  std::vector<Output> outputs;
  bool interrupted = false;
  double seconds = 0;           // never part of what is compared
};

}  // namespace warchest::results
