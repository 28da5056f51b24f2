// The slow truth beside the fast paths, straight from the rule and sharing no code with them: curves read point by point, the price found
// by halving, in long double; budgets by adding up dated cheques. For tests and yardsticks only.
#pragma once

#include <span>
#include <vector>

#include "market/appetite.h"
#include "market/clear.h"
#include "market/round.h"

namespace warchest::market {

struct ReferenceBidder {
  std::vector<AppetitePoint> appetite;
  double purse = 0;
  double share = 0;
};

struct ReferenceClearing {
  bool closed = false;
  bool full = false;
  long double price = 0, amount = 0;
  std::vector<long double> cheques;
};

long double reference_appetite(std::span<const AppetitePoint> points, long double price);
long double reference_supply(const Round& round, long double price);  // below the ask, above the floor
ReferenceClearing reference_clearing(const Round& round, std::span<const ReferenceBidder> bidders);

// The same in double and with nothing clever: what people write first. The yardstick of the benchmark.
double halving_price(const Round& round, std::span<const ReferenceBidder> bidders, int halvings);

struct DatedCheque {
  std::size_t investor = 0;
  int month = 0;
  double amount = 0;
};

long double reference_spent(std::span<const DatedCheque> cheques, std::size_t investor, int month);

}  // namespace warchest::market
