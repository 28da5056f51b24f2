// What an investment returned: multiple of what was put in, and the internal rate of return by the convention of Excel's XIRR.
//
// The rate r solves  sum of amount / (1 + r)^(days / 365) = 0, days from the first flow. There may be several rates, or none: every
// one above -100 % is given, ascending, and where there is none the reason. With x = log(1 + r) the sum is one of exponentials, whose
// roots lie between those of its derivative once a term is divided out (Rolle); so all are isolated by recursion and none is missed.
#pragma once

#include <string>
#include <vector>

#include "equity/interest.h"

namespace warchest::equity {

struct CashFlow {
  Date date;
  double amount = 0;  // paid in is negative, received positive
};

struct Returns {
  double put_in = 0, received = 0;
  double multiple = 0;        // received / put in; 0 where nothing was put in
  std::vector<double> rates;  // a year, ascending: 0.25 is 25 %
  std::string reason;         // why there is none; empty where there is one
};

// Flows in any order; those of the same day are added up. Rates beyond e^40 a year, either way, are not looked for.
Returns returns_of(std::vector<CashFlow> flows);

// sum of amount / (1 + rate)^(days / 365); Excel's XNPV.
double net_present_value(const std::vector<CashFlow>& flows, double rate);

}  // namespace warchest::equity
