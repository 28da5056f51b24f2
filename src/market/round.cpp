// The refusals of a round's terms, and the supply line.
#include "market/round.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace warchest::market {

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
