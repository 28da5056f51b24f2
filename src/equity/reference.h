// The slow truth beside the fast paths: exits by trying all elections, rounds by going round in circles. For tests and yardsticks only;
// it shares no code with the closed forms beyond the terms of a series and the counts of a table.
#pragma once

#include <vector>

#include "equity/round.h"
#include "equity/waterfall.h"

namespace warchest::equity {

// Every profile of elections (series, options, SAFEs, notes: 2^n) in which nobody gains by changing its own.
struct Equilibrium {
  std::vector<bool> converts;   // by security: converts or exercises
  std::vector<Number> payouts;  // by security
};

// At most 20 securities may have something to elect.
Result<std::vector<Equilibrium>> equilibria(const CapTable& table, const Number& proceeds, const std::optional<Date>& date);

// Price and total of a round without rounding, by repeating its definitions from zero in floating point until nothing moves.
struct IteratedRound {
  double price = 0;
  double post_shares = 0;
  std::vector<double> converts;
  bool settled = false;
};

IteratedRound iterated_round(const CapTable& table, const RoundTerms& terms);

}  // namespace warchest::equity
