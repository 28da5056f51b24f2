// Conversion by vote: holders of preferred, voting together as converted, turn whole series into common, dissenters included (NVCA
// charter 5.1(b); Alta Berkeley v. Omneon, 41 A.3d 381). It moves cash, and in steps: where a vote turns, junior payoffs can fall as
// the exit rises. So it is no breakpoint table with more breakpoints, and it is solved by trying the outcomes of the votes.
//
// Each holder votes for what pays it more in all, over everything it holds, given how the other votes end; who gains nothing does not
// consent. Given the votes, everybody else elects alone (waterfall.h). With one vote that settles the outcome; several votes can rest
// in several ways: then the outcome with the fewest passed is taken, and the others are counted.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "equity/waterfall.h"

namespace warchest::equity {

struct ConversionVote {
  std::string name;
  std::vector<std::string> voters;    // series that vote, by as-converted shares
  std::vector<std::string> converts;  // series that are converted
  Number threshold;                   // fraction of the votes
  bool more_than = false;             // "a majority" is more than one half; "at least 60%" is not
};

struct VoteTally {
  std::string name;
  bool passed = false;
  Number consenting;  // fraction of the votes
  std::vector<std::string> holders_for;
  bool hangs_on_indifference = false;  // holders who gain nothing would turn it
};

struct VotedExit {
  ExitResult exit;
  std::vector<VoteTally> tallies;
  int other_outcomes = 0;  // further combinations of outcomes in which every vote rests
};

// Refused: more than twelve votes, a vote of series that are not in the table, votes that rest in no combination.
Result<VotedExit> exit_with_votes(const CapTable& table, const std::vector<ConversionVote>& votes, const Number& proceeds,
                                  const std::optional<Date>& date);

// Payoffs over all exits, with their steps.
Result<PayoffTable> payoff_table_with_votes(const CapTable& table, const std::vector<ConversionVote>& votes,
                                            const std::optional<Date>& date);

}  // namespace warchest::equity
