// The refusals of a round's terms, and the supply line.
#include "market/round.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace warchest::market {

Result<Round> checked(const Round& round) {
  if (!(round.amount > 0) || !std::isfinite(round.amount))
    return Refusal{fmt::format("the amount is {}; it must be above zero", round.amount)};
  if (!(round.last_post_money > 0) || !std::isfinite(round.last_post_money)) {
    return Refusal{fmt::format("the last post-money is {}; it must be above zero", round.last_post_money)};
  }
  if (!(round.ask > 0) || !std::isfinite(round.ask)) return Refusal{fmt::format("the price asked is {}; it must be above zero", round.ask)};
  if (!(round.floor >= 0)) return Refusal{fmt::format("the lowest price accepted is {}; it cannot be below zero", round.floor)};
  if (round.floor > round.ask) {
    return Refusal{fmt::format("the lowest price accepted, {}, is above the price asked, {}", round.floor, round.ask)};
  }
  if (!(round.least_book >= 0 && round.least_book <= 1)) {
    return Refusal{fmt::format("least_book is {:g}%; it is a part of the amount, from 0% to 100%", round.least_book * 100)};
  }
  return round;
}

Supply::Supply(const Round& round) {
  amount = round.amount;
  least = round.least_book * round.amount;
  ask = round.ask / round.last_post_money;
  floor = floor_under(round.floor, round.ask) / round.last_post_money;
  full = ask < 1 ? ask : 1;
  full = full > floor ? full : floor;
}

double Supply::at(double x) const {
  if (x >= full) return amount;
  const double part = (x - floor) / (full - floor);
  return x > floor ? least + (amount - least) * part : least;
}

Result<GivenBook> given_book(double amount, std::span<const GivenCheque> cheques) {
  GivenBook book;
  double named = 0;
  std::optional<std::size_t> rest;
  for (std::size_t k = 0; k < cheques.size(); ++k) {
    const GivenCheque& cheque = cheques[k];
    for (std::size_t j = 0; j < k; ++j) {
      if (cheques[j].investor == cheque.investor) return Refusal{"the book names an investor twice; write its cheques as one"};
    }
    if (!cheque.amount) {
      if (rest) return Refusal{"two investors of the book take the rest; only one can"};
      rest = k;
    } else if (!(*cheque.amount >= 0)) {
      return Refusal{fmt::format("a cheque of the book is {}; it cannot be below zero", *cheque.amount)};
    } else {
      named += *cheque.amount;
    }
    book.cheques.push_back(cheque.amount.value_or(0));
  }
  const double slack = 1e-9 * amount;  // cheques written with as many digits as people write
  if (named > amount + slack) return Refusal{fmt::format("the cheques of the book come to {}, above the amount of {}", named, amount)};
  const double open = std::max(amount - named, 0.0);
  (rest ? book.cheques[*rest] : book.unnamed) = open > slack ? open : 0;
  return book;
}

Result<std::vector<Tranche>> checked(std::span<const Tranche> tranches) {
  if (tranches.empty()) return Refusal{"there is no tranche; the whole at closing is { part 100%, at closing }"};
  if (tranches[0].months_after != 0) return Refusal{"the first tranche must come at the closing"};
  double whole = 0;
  for (std::size_t k = 0; k < tranches.size(); ++k) {
    if (!(tranches[k].part > 0)) return Refusal{fmt::format("a tranche of {:g}% is none", tranches[k].part * 100)};
    if (k > 0 && tranches[k].months_after <= tranches[k - 1].months_after) return Refusal{"tranches must come one after the other"};
    whole += tranches[k].part;
  }
  if (std::abs(whole - 1) > 1e-9) return Refusal{fmt::format("the tranches come to {:g}%, not to 100%", whole * 100)};
  return std::vector<Tranche>(tranches.begin(), tranches.end());
}

std::vector<double> in_parts(double cheque, std::span<const Tranche> tranches) {
  std::vector<double> parts;
  double left = cheque;
  for (std::size_t k = 0; k + 1 < tranches.size(); ++k) {
    parts.push_back(std::min(left, cheque * tranches[k].part));
    left -= parts.back();
  }
  if (!tranches.empty()) parts.push_back(left);
  return parts;
}

}  // namespace warchest::market
