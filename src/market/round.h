// What a company asks of the market, and what it sells at which price: amount, asked price, floor, the least it closes with.
//
//   supply(p) = amount                 from the last post-money up, or from the ask if that is lower
//             = a straight line        below, down to  least_book * amount  at the floor
//             = anything between both  at the floor, where the floor is not below the point at which the line begins
//
// Prices are pre-money.
#pragma once

#include <span>
#include <vector>

#include "market/result.h"

namespace warchest::market {

inline constexpr double kUsualFloor = 0.6;      // of the last post-money
inline constexpr double kUsualLeastBook = 0.5;  // of the amount
inline constexpr int kUsualRetryMonths = 3;

// Demand covers what is asked to within a rounding: purses that add up to the amount on paper fill it, in whatever order they are added.
inline constexpr double kEnough = 1 - 1e-12;
inline bool covers(double demand, double supply) { return demand >= supply * kEnough; }

struct Round {
  double amount = 0;
  double ask = 0;
  double floor = 0;
  double least_book = kUsualLeastBook;  // part of the amount
  double last_post_money = 0;
};

// The floor that stands against this ask: never above it.
inline double floor_under(double accepts, double ask) { return accepts < ask ? accepts : ask; }

// Supply as a line over x = price / last post-money. clear.cpp and the chart of demand against price read it.
struct Supply {
  double amount = 0, least = 0;         // money
  double floor = 0, full = 0, ask = 0;  // over the last post-money; it sells all from `full` up

  explicit Supply(const Round& round);
  double at(double x) const;  // at the floor, where that is not below `full`: the amount
};

// ---------------------------------------------------------------------------------------------------------------------- tranches
struct Tranche {
  double part = 1;       // of every cheque
  int months_after = 0;  // the closing
};

// Refused: none, a part that is not above zero, parts that do not make 100%, a first one later than the closing, months that do not rise.
Result<std::vector<Tranche>> checked(std::span<const Tranche> tranches);

// A cheque in its parts; the last is what the others leave, so that they add up to the last bit but one rounding each.
std::vector<double> in_parts(double cheque, std::span<const Tranche> tranches);

}  // namespace warchest::market
