// Goal seek: the least value of a figure of the model with which a comparison of statistics holds.
//
// Every value is tried on the same luck, so what differs is the value. First a coarse row of values on fewer paths: it finds where the
// comparison begins to hold, and whether it goes on holding (the chance to survive need not rise with the amount asked: too little runs
// out, too much fails). Then the gap between the last value that fails and the first that holds is cut by eight, again and again, at last
// on all paths. The error of the value found is that of the statistic there, over its slope. Where nothing tried holds, the best is told.
//
//   shape   a statistic as a function of x, over a range of x -> one x with its error
//   unit    canonical (model/model.h)
//   error   of 16 scrambles; the row is geometric, so what holds only between two of its values can be missed
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "analysis/answer.h"
#include "engine/engine.h"
#include "model/model.h"

namespace warchest::analysis {

// The statistic with one value of the figure.
struct Trial {
  double x = 0;
  Figure statistic;   // the side that moves
  double wanted = 0;  // what it is compared with
  double gap = 0;     // how far beyond it, in the direction wanted; holds where not below 0
};

struct SearchRange {
  std::vector<double> row;  // ascending: the values tried first
  bool whole = false;       // months
};

struct Found {
  bool holds = false;
  bool everywhere = false;  // with the least value of the row already
  bool monotone = true;     // as far as the row could tell beyond its error
  Figure least;             // x
  Trial there, best;        // at the least x that holds; the one with the largest gap
  std::vector<Trial> row;   // the coarse row
};

// Tries values: on all paths, or on fewer.
using Try = std::function<std::vector<Trial>(const std::vector<double>& xs, bool all_paths)>;

// Nothing where a trial was interrupted (it then gives no values).
std::optional<Found> find_least(const SearchRange& range, const Try& attempt);
// The same from above. `everywhere`: with the greatest value of the row already.
std::optional<Found> find_greatest(const SearchRange& range, const Try& attempt);

// The row for a figure that is mostly about `scale`: 0 and powers of two about it; tenths for a share; every month for a date.
SearchRange range_about(double scale, bool share, bool date, int months);

// The answers of an ask that searches, one for each of its cases; fewer where the run was stopped.
std::vector<Answer> search(const model::Model& model, std::uint32_t ask, const engine::RunOptions& running);

// An ask that searches as an ask that can be run: its statistic for each of the values.
model::Model with_values(const model::Model& model, std::uint32_t ask, std::size_t of_case, const std::vector<double>& xs);
// The same model asking for the figure itself.
model::Model asking_for_target(const model::Model& model, std::uint32_t ask);

}  // namespace warchest::analysis
