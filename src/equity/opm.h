// The option pricing method: what each class is worth today, when the company is sold at a random value after some years.
//
// Total equity is lognormal (Black and Scholes). A class holds, between two breakpoints, a fixed share of each dollar: a call struck at
// the lower one less a call struck at the upper one, times its share (AICPA guide practice). Where the payoff steps, at an election of
// SAFEs or a vote, it holds that many cash-or-nothing calls besides, so steps are priced, not smoothed. Doubles: a model, not a ledger.
#pragma once

#include <vector>

#include "equity/waterfall.h"

namespace warchest::equity {

struct OpmMarket {
  double term_years = 0;
  double volatility = 0;  // of total equity, per year
  double risk_free = 0;   // continuously compounded, per year
};

// A call on equity struck at `strike`; struck at 0 it is the equity itself.
double call_value(double equity, double strike, const OpmMarket& market);
double digital_value(double equity, double strike, const OpmMarket& market);  // pays 1 above the strike

// Value of each security of the table, in its order.
Result<std::vector<double>> opm_values(const PayoffTable& payoffs, double equity, const OpmMarket& market);

// The equity value at which one share of security `index` is worth `price`, as when the last round's price is known (backsolve).
// Refused where no equity value gives that price.
Result<double> backsolve(const PayoffTable& payoffs, std::size_t index, double shares, double price, const OpmMarket& market);

// Equity is what is left after debt, so the method is put to the table without it.
CapTable without_debt(const CapTable& table);

}  // namespace warchest::equity
