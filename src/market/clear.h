// Clearing one round on one path: the price at which demand meets supply, the amount, and who pays what.
//
// Demand at a price is the sum of purse * appetite(price); supply is round.h. Demand never rises with the price and supply never falls,
// both are piecewise linear, so there is one crossing, and it lies on a straight piece between two neighbouring kinks. The kinks of all
// appetites are sorted once, and the part that every investor brings at each of them is a row of a table (Syndicate): demand at a kink is
// the product of two rows of numbers. A search over the kinks finds the two neighbours, and one interpolation the price.
//
//   1. demand at the ask covers the amount: closed at the ask, in full
//   2. demand at the floor below the least book, or none: failed
//   3. else closed at the highest price at which demand still covers supply: in full from the last post-money up, smaller below
//
// Who pays: insiders first, each the lesser of its demand at that price and its share of the amount; the rest in proportion to what
// demand is left. Only a round closed at the ask has more demand than it takes; in every other one everybody pays its demand.
//
// What holds for the functions below
//   shape   numbers of one path -> numbers; investors in one order throughout
//   unit    money; prices are pre-money
//   order   sums run over investors as they are numbered, in eight parts: number them by name, and no order of writing shows
//   error   amount and cheques 1e-12 of the amount; price as far as 1e-12 of the amount moves it (kEnough, round.h: what adds up on paper
//           is not lost to a rounding); exact always: no cheque above the purse or below zero, price within [floor, ask]
//   paths   nothing is refused here: a round with a NaN, or an amount, ask or last post-money not above zero, fails
//   source  the rule above; reference.h says it slowly
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "market/appetite.h"
#include "market/round.h"
#include "market/rows.h"

namespace warchest::market {

// The appetites of all investors, laid out for clearing. Made once and shared by paths; where an appetite is uncertain, each path has its
// own (assign() makes it anew in the same memory), which serves for all rounds of the path.
class Syndicate {
 public:
  explicit Syndicate(std::span<const Appetite> appetites);
  void assign(std::span<const Appetite> appetites);

  std::size_t investors() const { return investors_; }
  const std::vector<double>& kinks() const { return kinks_; }              // prices, ascending, each once; at least one
  const double* parts_at(std::size_t kink) const { return table_[kink]; }  // by investor, zero behind the last

 private:
  std::size_t investors_ = 0;
  std::vector<double> kinks_;
  Rows table_;                  // kink by kink
  std::vector<double> column_;  // of one investor, while the table is made
};

struct Clearing {
  bool closed = false;
  bool full = false;  // the whole amount
  double price = 0;   // pre-money
  double amount = 0;  // 0 where it failed
  double demand = 0;  // at the price; where it failed, at the floor
};

// purses, shares, cheques: one for each investor, and if you like zeros behind them as in Rows; share is 0 for an outsider. cheques are
// set, to 0 where the round fails.
Clearing clear(const Syndicate& syndicate, const Round& round, std::span<const double> purses, std::span<const double> shares,
               std::span<double> cheques);

// Demand of all at each price (over the last post-money): what a chart of demand against price draws. demands: one for each price, set.
void demand(const Syndicate& syndicate, std::span<const double> purses, std::span<const double> prices, std::span<double> demands);

}  // namespace warchest::market
