// Demand at a price is added up afresh at each of the hundred halvings.
#include "market/reference.h"

#include <algorithm>
#include <cmath>

namespace warchest::market {
namespace {

template <class Real>
Real appetite_at(std::span<const AppetitePoint> points, Real price) {
  if (points.size() == 1 || price <= points.front().price) return points.front().part;
  std::size_t right = 1;
  while (right + 1 < points.size() && price > points[right].price) ++right;
  const AppetitePoint &a = points[right - 1], &b = points[right];
  const Real part = a.part + (Real(b.part) - a.part) * (price - a.price) / (Real(b.price) - a.price);
  return part > 0 ? part : 0;
}

template <class Real>
Real demand_at(const Round& round, std::span<const ReferenceBidder> bidders, Real price) {
  Real demand = 0;
  for (const ReferenceBidder& bidder : bidders) {
    demand += bidder.purse * appetite_at<Real>(bidder.appetite, price / round.last_post_money);
  }
  return demand;
}

template <class Real>
Real supply_at(const Round& round, Real price) {
  const Real whole = std::min(round.last_post_money, round.ask), least = Real(round.least_book) * round.amount;
  if (price >= whole || round.floor >= whole) return round.amount;
  return least + (round.amount - least) * (price - round.floor) / (whole - round.floor);
}

template <class Real>
Real price_by_halving(const Round& round, std::span<const ReferenceBidder> bidders, int halvings) {
  Real low = round.floor, high = round.ask;
  for (int k = 0; k < halvings; ++k) {
    const Real middle = (low + high) / 2;
    (demand_at(round, bidders, middle) >= supply_at(round, middle) * kEnough ? low : high) = middle;
  }
  return low;
}

// Who pays: claims of insiders, then the rest in proportion.
std::vector<long double> shared_out(const Round& round, std::span<const ReferenceBidder> bidders, long double price, long double amount) {
  std::vector<long double> demands, claims, cheques;
  long double left = amount, unmet = 0;
  for (const ReferenceBidder& bidder : bidders) {
    demands.push_back(bidder.purse * appetite_at<long double>(bidder.appetite, price / round.last_post_money));
    claims.push_back(std::min(demands.back(), bidder.share * amount));
    left -= claims.back();
    unmet += demands.back() - claims.back();
  }
  for (std::size_t i = 0; i < bidders.size(); ++i) {
    cheques.push_back(claims[i] + (unmet > 0 ? (demands[i] - claims[i]) * std::min(1.0L, left / unmet) : 0));
  }
  return cheques;
}

}  // namespace

long double reference_appetite(std::span<const AppetitePoint> points, long double price) { return appetite_at<long double>(points, price); }
long double reference_supply(const Round& round, long double price) { return supply_at<long double>(round, price); }

ReferenceClearing reference_clearing(const Round& round, std::span<const ReferenceBidder> bidders) {
  ReferenceClearing clearing;
  const long double at_ask = demand_at<long double>(round, bidders, round.ask),
                    at_floor = demand_at<long double>(round, bidders, round.floor);
  const long double least = static_cast<long double>(round.least_book) * round.amount;
  if (at_ask >= round.amount * kEnough) {
    clearing.price = round.ask;
    clearing.amount = round.amount;
  } else if (at_floor < least * kEnough || at_floor < round.amount * (1 - kEnough)) {
    clearing.cheques.assign(bidders.size(), 0);
    return clearing;
  } else {
    clearing.price = price_by_halving<long double>(round, bidders, 120);
    const long double demand = demand_at<long double>(round, bidders, clearing.price);
    clearing.amount = demand < round.amount * (2 * kEnough - 1) ? demand : round.amount;  // halving ends a rounding away
  }
  clearing.closed = true;
  clearing.full = clearing.amount == round.amount;
  clearing.cheques = shared_out(round, bidders, clearing.price, clearing.amount);
  return clearing;
}

double halving_price(const Round& round, std::span<const ReferenceBidder> bidders, int halvings) {
  return price_by_halving<double>(round, bidders, halvings);
}

long double reference_spent(std::span<const DatedCheque> cheques, std::size_t investor, int month) {
  long double spent = 0;
  for (const DatedCheque& cheque : cheques) {
    if (cheque.investor == investor && cheque.month <= month && cheque.month > month - 12) spent += cheque.amount;
  }
  return spent;
}

}  // namespace warchest::market
