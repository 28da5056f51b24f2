// What one investor could put into one round, at any price: its purse for that round.
//
//   purse = min( capacity a year * mood - cheques of the last 12 months, largest cheque, room left in the company, pro-rata claim if it
//           only defends ),  0 where it does not take part
//
// and at a price, purse * appetite(price over the last post-money). Everything that does not depend on the price is in the purse, so
// that the search for the price reads one number an investor.
#pragma once

#include <limits>

#include "market/appetite.h"
#include "market/result.h"
#include "market/wide.h"

namespace warchest::market {

inline constexpr double kNoLimit = std::numeric_limits<double>::infinity();

// Of the investor itself. Chances are those of this path; what they decide is drawn beside them (luck in [0, 1)).
struct Investor {
  double capacity = 0;          // money a year, before the market's mood
  double largest = kNoLimit;    // single cheque
  double room = kNoLimit;       // money in any one company
  double room_part = kNoLimit;  // the same as a part of capacity; the lesser of the two holds
  double follow_on = 1;         // chance that it takes part where it is in
  double interest = 1;          // chance that it takes part where it is not
  bool many = false;            // stands for many: never an insider
  bool only_defends = false;    // brings its pro-rata claim at most
  Appetite appetite;
};

// Where it stands with one company just before that company's round closes.
struct Standing {
  bool holds = false;  // shares or unconverted notes
  double share = 0;    // of the company, notes as converted
  double paid = 0;     // for what it holds
};

inline bool is_insider(bool many, const Standing& standing) { return standing.holds && !many; }
// Where shares alone are kept: a share as small as a rounding is none.
inline constexpr double kLeastShare = 1e-12;
inline double room_per_company(double room, double room_part, double capacity) {
  const double of_capacity = room_part == kNoLimit ? kNoLimit : room_part * capacity;  // no limit on no capacity is no limit, not NaN
  return room < of_capacity ? room : of_capacity;
}

// Whether it comes to this round at all. Each answer has one luck: of (investor, round, attempt, path).
inline bool takes_part(const Investor& investor, bool insider, bool wants_met, bool door_closed, double luck) {
  return wants_met && !door_closed && luck < (insider ? investor.follow_on : investor.interest);
}

// What is left of a year's capacity after the cheques of the last 12 months.
//   shape numbers or eights (wide.h) -> the same; unit money; order as written; never below 0
template <class T>
inline T budget(const T& capacity_now, const T& spent_in_12_months) {
  return not_below_zero<T>(capacity_now - spent_in_12_months);
}

// The lesser of its limits; `claim` is its share of the amount if it only defends, else kNoLimit. `room` is per company.
//   shape numbers or eights -> the same; unit money; order as written; never below 0; NaN in any limit but the budget counts as no limit
template <class T>
inline T room_left(const T& room, const T& paid) {
  return not_below_zero<T>(room - paid);
}
template <class T>
inline T purse(const T& budget_left, const T& largest, const T& room_left, const T& claim) {
  return not_below_zero(lesser(claim, lesser(room_left, lesser(largest, budget_left))));
}

}  // namespace warchest::market
