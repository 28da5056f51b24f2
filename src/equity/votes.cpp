// Outcomes are sets of passed votes, as bits. The payoffs of every outcome are piecewise linear in the exit, so where a holder changes
// its mind is found exactly, as a root of the difference of two lines.
#include "equity/votes.h"

#include <algorithm>
#include <map>
#include <optional>

#include "equity/elections.h"

namespace warchest::equity {
namespace {

constexpr std::size_t kMostVotes = 12;
using Outcome = unsigned;  // bit j: vote j passed

std::optional<Refusal> fault_in_votes(const CapTable& table, const std::vector<ConversionVote>& votes) {
  if (votes.size() > kMostVotes) return Refusal{"more than twelve votes cannot be tried in all combinations"};
  for (const ConversionVote& vote : votes) {
    if (vote.threshold.sign() < 0 || vote.threshold > 1) return Refusal{vote.name + ": the threshold must lie between 0 and 100%"};
    if (vote.converts.empty()) return Refusal{vote.name + ": the vote converts nothing"};
    Number weight;
    for (const std::string& id : vote.voters) {
      const Security* security = table.find(id);
      if (security == nullptr || !std::holds_alternative<Preferred>(security->terms)) {
        return Refusal{vote.name + ": " + id + " votes, but is no preferred series of the table"};
      }
      weight += as_converted(*security);
    }
    if (weight.is_zero()) return Refusal{vote.name + ": nobody can vote"};
    for (const std::string& id : vote.converts) {
      const Security* security = table.find(id);
      if (security == nullptr || !std::holds_alternative<Preferred>(security->terms)) {
        return Refusal{vote.name + ": it converts " + id + ", which is no preferred series of the table"};
      }
    }
  }
  return std::nullopt;
}

using Weights = std::map<std::string, Number>;  // by holder

Weights weights_of(const CapTable& table, const ConversionVote& vote) {
  Weights weights;
  for (const std::string& id : vote.voters) {
    const Security& security = *table.find(id);
    const Number issued = shares_of(security);
    if (issued.is_zero()) continue;
    for (const Holding& holding : holdings_of(table, security)) {
      weights[holding.holder] += as_converted(security) * holding.shares / issued;
    }
  }
  return weights;
}

class Ballot {
 public:
  Ballot(const CapTable& table, const std::vector<ConversionVote>& votes) : table_(table), votes_(votes) {
    for (const ConversionVote& vote : votes) weights_.push_back(weights_of(table, vote));
  }

  Outcome outcomes() const { return 1U << votes_.size(); }

  std::set<std::string> converted(Outcome outcome) const {
    std::set<std::string> ids;
    for (std::size_t j = 0; j < votes_.size(); ++j) {
      if ((outcome >> j & 1U) != 0) ids.insert(votes_[j].converts.begin(), votes_[j].converts.end());
    }
    return ids;
  }

  const Weights& weights(std::size_t vote) const { return weights_[vote]; }

  // Does vote j pass, when the other votes end as in `outcome`?
  template <class PayoutsOf>
  VoteTally tally(std::size_t j, Outcome outcome, const PayoutsOf& payouts) const {
    const Outcome with = outcome | (1U << j);
    const auto paid_with = holders(payouts(with));
    const auto paid_without = holders(payouts(with & ~(1U << j)));
    VoteTally tally{votes_[j].name, false, Number(0), {}, false};
    Number all, consenting, indifferent;
    for (const auto& [holder, weight] : weights_[j]) {
      all += weight;
      const auto gain = paid_with.at(holder) - paid_without.at(holder);
      if (gain.sign() > 0) {
        consenting += weight;
        tally.holders_for.push_back(holder);
      } else if (gain.is_zero()) {
        indifferent += weight;
      }
    }
    tally.consenting = consenting / all;
    tally.passed = enough(j, tally.consenting);
    tally.hangs_on_indifference = !tally.passed && enough(j, (consenting + indifferent) / all) && paid_with != paid_without;
    return tally;
  }

  // The rest with the fewest passed votes, and how many others there are.
  template <class PayoutsOf>
  std::optional<std::pair<Outcome, int>> settle(const PayoutsOf& payouts) const {
    std::optional<Outcome> best;
    int rests = 0;
    for (Outcome outcome = 0; outcome < outcomes(); ++outcome) {
      bool rest = true;
      for (std::size_t j = 0; rest && j < votes_.size(); ++j) {
        rest = tally(j, outcome, payouts).passed == ((outcome >> j & 1U) != 0);
      }
      if (!rest) continue;
      ++rests;
      if (!best || __builtin_popcount(outcome) < __builtin_popcount(*best)) best = outcome;
    }
    if (!best) return std::nullopt;
    return std::pair{*best, rests - 1};
  }

 private:
  bool enough(std::size_t j, const Number& fraction) const {
    return votes_[j].more_than ? fraction > votes_[j].threshold : fraction >= votes_[j].threshold;
  }
  std::map<std::string, Number> holders(const std::vector<Number>& payouts) const {
    std::map<std::string, Number> paid;
    for (const HolderPayout& row : by_holder(table_, payouts)) paid[row.holder] = row.amount;
    return paid;
  }

  const CapTable& table_;
  const std::vector<ConversionVote>& votes_;
  std::vector<Weights> weights_;
};

const Refusal kNoRest{"the votes rest in no combination of outcomes: each outcome makes some holders vote otherwise"};

// Exits at which a holder's gain from vote j changes sign, between the breakpoints of the two payoffs.
void add_turns(const CapTable& table, const PayoffTable& with, const PayoffTable& without, const Weights& voters,
               std::vector<Number>& bounds) {
  std::vector<Number> grid;
  for (const PayoffSegment& segment : with.segments) grid.push_back(segment.from);
  for (const PayoffSegment& segment : without.segments) grid.push_back(segment.from);
  sort_and_unite(grid);
  const auto gains = [&](const Number& proceeds) {
    std::map<std::string, Number> gain;
    for (const HolderPayout& row : by_holder(table, with.at(proceeds))) gain[row.holder] += row.amount;
    for (const HolderPayout& row : by_holder(table, without.at(proceeds))) gain[row.holder] -= row.amount;
    return gain;
  };
  for (std::size_t i = 0; i < grid.size(); ++i) {
    // Two points inside the interval give the line; its ends may be steps.
    const Number width = i + 1 < grid.size() ? grid[i + 1] - grid[i] : Number(4);
    const Number left = grid[i] + width / 4;
    const Number right = grid[i] + width / 2;
    const auto at_left = gains(left);
    const auto at_right = gains(right);
    for (const auto& [holder, weight] : voters) {
      const Number slope = (at_right.at(holder) - at_left.at(holder)) / (right - left);
      if (slope.is_zero()) continue;
      const Number root = left - at_left.at(holder) / slope;
      if (root > grid[i] && (i + 1 == grid.size() || root < grid[i + 1])) bounds.push_back(root);
    }
  }
  bounds.insert(bounds.end(), grid.begin(), grid.end());
}

}  // namespace

Result<VotedExit> exit_with_votes(const CapTable& table, const std::vector<ConversionVote>& votes, const Number& proceeds,
                                  const std::optional<Date>& date) {
  if (const auto fault = fault_in(table)) return *fault;
  if (const auto fault = fault_in_votes(table, votes)) return *fault;
  const Ballot ballot(table, votes);
  std::vector<ExitResult> exits;
  for (Outcome outcome = 0; outcome < ballot.outcomes(); ++outcome) {
    auto game = Elections::of(table, date, ballot.converted(outcome));
    if (!game) return game.refusal();
    auto exit = game->at(proceeds);
    if (!exit) return exit.refusal();
    exits.push_back(*std::move(exit));
  }
  const auto payouts = [&](Outcome outcome) -> const std::vector<Number>& { return exits[outcome].payouts; };
  const auto settled = ballot.settle(payouts);
  if (!settled) return kNoRest;
  VotedExit result{exits[settled->first], {}, settled->second};
  for (std::size_t j = 0; j < votes.size(); ++j) {
    result.tallies.push_back(ballot.tally(j, settled->first, payouts));
    result.exit.steps.push_back(
        {votes[j].name,
         result.tallies.back().passed ? "fraction of votes for conversion: carried" : "fraction of votes for conversion: not carried",
         result.tallies.back().consenting, "NVCA charter 5.1(b)"});
  }
  return result;
}

Result<PayoffTable> payoff_table_with_votes(const CapTable& table, const std::vector<ConversionVote>& votes,
                                            const std::optional<Date>& date) {
  if (const auto fault = fault_in(table)) return *fault;
  if (const auto fault = fault_in_votes(table, votes)) return *fault;
  const Ballot ballot(table, votes);
  std::vector<PayoffTable> tables;
  for (Outcome outcome = 0; outcome < ballot.outcomes(); ++outcome) {
    auto game = Elections::of(table, date, ballot.converted(outcome));
    if (!game) return game.refusal();
    auto payoffs = game->table();
    if (!payoffs) return payoffs.refusal();
    tables.push_back(*std::move(payoffs));
  }
  std::vector<Number> bounds;
  for (Outcome outcome = 0; outcome < ballot.outcomes(); ++outcome) {
    for (std::size_t j = 0; j < votes.size(); ++j) {
      if ((outcome >> j & 1U) == 0) add_turns(table, tables[outcome | (1U << j)], tables[outcome], ballot.weights(j), bounds);
    }
  }
  bool rest = true;
  PayoffTable whole = assembled(tables.front().ids, std::move(bounds), [&](const Number& proceeds) -> const PayoffTable& {
    const auto settled = ballot.settle([&](Outcome outcome) { return tables[outcome].at(proceeds); });
    rest = rest && settled;
    return tables[settled ? settled->first : 0];
  });
  if (!rest) return kNoRest;
  return whole;
}

}  // namespace warchest::equity
