// One month of one path: the rounds of all companies that close in it, one after the other from the same purses.
//
// The order is drawn for each path and month (`turn`), so that no name has a standing advantage; what one round took is gone for the
// next. Nothing else passes between companies within a month. Books that are facts are entered in the ledger before anybody is served.
//
// Everything by investor is a plain row of numbers, one row a quantity, so that the loops over investors are vectors: a hundred
// investors are served in a fraction of a microsecond.
//
//   shape   numbers of one path; investors and companies in the same order throughout (by name: see clear.h on sums)
//   unit    money
//   order   companies by turn, lowest first; of equal turns the one written first; within one company as clear.h says
//   source  the rule of budgets (investor.h) and of clearing (clear.h)
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "market/clear.h"
#include "market/investor.h"
#include "market/round.h"

namespace warchest::market {

// The investors in this month: all that does not depend on the company. Rows by investor.
struct Purses {
  double mood = 1;                          // of the month in which the rounds close: scales all capacity
  std::span<const double> capacity;         // a year
  std::span<const double> largest;          // kNoLimit where there is none
  std::span<const double> room;             // per company: room_per_company(); none given: nobody has a limit by company
  std::span<const double> beyond_claim;     // what it brings beyond its share of the amount: 0 if it only defends, else kNoLimit
  std::span<const double> total_12_before;  // ever paid up to the end of the month twelve before this one
  std::span<double> total;                  // ever paid, this month so far included: grown by what is paid here
  std::span<const double> in_all;           // the most it ever pays: kNoLimit where there is none; none given: nobody has one
};

// A company whose round closes in this month. Rows by investor.
struct Asker {
  Round round;
  double turn = 0;
  double first_part = 1;               // of every cheque, that moves at the closing (tranches): what counts in the totals now
  bool survives = true;                // false: the closing itself falls through (`closes`), and nothing is paid
  std::span<const double> takes_part;  // 0 or 1: interest or follow-on, wants, pacts (investor.h)
  std::span<const double> shares;      // 0 for outsiders, notes as converted
  std::span<const double> paid;        // for what it holds; read where there is a limit by company
  std::span<double> cheques;           // filled
  std::span<const double> prices;      // over the last post-money, at which demand is wanted
  std::span<double> demands;           // filled: that demand, of all
  Clearing clearing;                   // filled
};

// Room to work in, kept between calls so that none of them allocates; one for each thread.
struct ServiceSpace {
  Rows purses;
  std::vector<std::uint32_t> order;
};

void serve(const Syndicate& syndicate, const Purses& purses, std::span<Asker> askers, ServiceSpace& space);

// What a share becomes by a round, in a company whose shares nobody keeps by class: everyone is diluted alike, whoever pays holds. (Where
// there is a cap table, equity/ says the shares.) A block that stands for many is never one holder: its share stays 0.
template <class T>
inline T share_after(const T& share, const T& cheque, double price, double amount) {
  return (share * price + cheque) * (1 / (price + amount));
}

}  // namespace warchest::market
