// How rounds follow one another, from a history: the figures that a model language needs where a plan says nothing.
//
//   gap        months from a round to the company's next one, by the stage of the first; of those whose next round came
//   again      the chance that a next round comes within so many months (Kaplan-Meier): whoever was bought is no longer looked at from then
//   on,
//              whoever has raised nothing by the end of the history is looked at until then. Closures are hardly recorded, so what is left
//              at the end is "never seen raising again", not "alive without"
//   ratio      the next round's amount over this one's, where both are told
//   insiders   follow_on_of (investors.h)
//
// A post-money value is in no table of this kind, so no step from one price to the next can be told.
#pragma once

#include <string>
#include <vector>

#include "evidence/history.h"
#include "evidence/investors.h"

namespace warchest::evidence {

struct Sorted {
  std::vector<double> values;           // ascending
  double quantile(double share) const;  // between neighbours, linear; 0 where there is none
};

struct StageFigures {
  std::string stage;  // "" all
  std::size_t rounds = 0;
  Sorted gap, ratio;
  std::vector<double> again;  // at kAgainMonths
  double error_at_36 = 0;     // of the one within 36 months: Greenwood
};

inline constexpr int kAgainMonths[] = {6, 12, 18, 24, 36, 48, 60};

struct DefaultFigures {
  std::vector<StageFigures> stages;  // all first, then the stages by number of rounds
  FollowOn follow_on;
};

DefaultFigures defaults_of(const History& history);

}  // namespace warchest::evidence
