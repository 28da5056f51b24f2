// "Applicable Portion": shares held times the part of the pro rata amount that was not bought.
#include "equity/pay_to_play.h"

namespace warchest::equity {
namespace {

constexpr const char* kCharter = "NVCA charter 5A.1, Applicable Portion";

std::optional<Refusal> fault_in_terms(const CapTable& table, const PayToPlay& terms) {
  if (terms.round.sign() <= 0) return Refusal{"pay to play needs the size of the round"};
  if (terms.shares_per_converted_share.sign() < 0) return Refusal{"pay to play converts into a negative number of shares"};
  for (const std::string& id : terms.series) {
    const Security* security = table.find(id);
    if (security == nullptr || !std::holds_alternative<Preferred>(security->terms)) {
      return Refusal{"pay to play of " + id + ", which is no preferred series of the table"};
    }
  }
  for (const auto& [holder, money] : terms.bought) {
    if (money.sign() < 0) return Refusal{holder + " bought for a negative amount"};
  }
  return fault_in(table);
}

std::map<std::string, Number> shares_by_holder(const CapTable& table) {
  std::map<std::string, Number> held;
  for (const Security& security : table.securities) {
    const Number issued = shares_of(security);
    if (issued.is_zero()) continue;
    for (const Holding& holding : holdings_of(table, security)) held[holding.holder] += as_converted(security) * holding.shares / issued;
  }
  return held;
}

}  // namespace

Result<PlayResult> pay_to_play(const CapTable& table, const PayToPlay& terms) {
  if (const auto fault = fault_in_terms(table, terms)) return *fault;
  const Number diluted = count(table).fully_diluted();
  const std::map<std::string, Number> held = shares_by_holder(table);
  PlayResult result{table, {}};
  for (const std::string& id : terms.series) {
    const Preferred before = std::get<Preferred>(table.find(id)->terms);
    const std::string common_id = id + " converted";
    if (table.find(common_id) != nullptr) return Refusal{"there is already a security called " + common_id};
    std::vector<Holding> kept, converted;
    Number kept_shares, common_shares;
    for (const Holding& holding : holdings_of(table, *table.find(id))) {
      const Number due = terms.round * held.at(holding.holder) / diluted;
      const auto paid = terms.bought.find(holding.holder);
      const Number bought = paid == terms.bought.end() ? Number(0) : least(paid->second, due);
      const Number part = due.is_zero() ? Number(0) : (due - bought) / due;
      const Number lost = holding.shares * part;
      const Number common = lost * conversion_ratio(before) * terms.shares_per_converted_share;
      kept.push_back({holding.holder, id, holding.shares - lost});
      if (!common.is_zero()) converted.push_back({holding.holder, common_id, common});
      kept_shares += holding.shares - lost;
      common_shares += common;
      result.steps.push_back({holding.holder, "part of " + id + " that converts: (due - bought) / due", part, kCharter});
    }
    std::erase_if(result.table.holdings, [&](const Holding& holding) { return holding.security == id; });
    for (const Holding& holding : kept) result.table.holdings.push_back(holding);
    std::get<Preferred>(result.table.find(id)->terms).shares = kept_shares;
    if (common_shares.is_zero()) continue;
    result.table.securities.push_back({common_id, Common{common_shares}});
    result.table.holdings.insert(result.table.holdings.end(), converted.begin(), converted.end());
  }
  return result;
}

}  // namespace warchest::equity
