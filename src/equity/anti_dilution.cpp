// One pass over the series, each against its own CP1 and the same count of shares before the issue.
#include "equity/anti_dilution.h"

namespace warchest::equity {
namespace {

constexpr const char* kCharter = "NVCA charter 4.4.4";

std::optional<Refusal> fault_in_issue(const CapTable& table, const Issue& issue) {
  if (issue.shares.sign() <= 0) return Refusal{"the issue has no shares"};
  if (issue.consideration.sign() < 0) return Refusal{"the consideration is negative"};
  for (const auto& [id, protection] : issue.protection) {
    const Security* security = table.find(id);
    if (security == nullptr || !std::holds_alternative<Preferred>(security->terms)) {
      return Refusal{"protection of " + id + ", which is no preferred series of the table"};
    }
  }
  return fault_in(table);
}

}  // namespace

std::string_view protection_name(Protection protection) {
  switch (protection) {
    case Protection::broad_based:
      return "broad_based";
    case Protection::narrow_based:
      return "narrow_based";
    case Protection::broad_based_with_reserve:
      return "broad_based_with_reserve";
    case Protection::full_ratchet:
      return "full_ratchet";
  }
  return "";
}

std::optional<Protection> parse_protection(std::string_view name) {
  for (const Protection protection :
       {Protection::broad_based, Protection::narrow_based, Protection::broad_based_with_reserve, Protection::full_ratchet}) {
    if (protection_name(protection) == name) return protection;
  }
  return std::nullopt;
}

Number shares_counted(Protection protection, const ShareCount& before) {
  switch (protection) {
    case Protection::broad_based:
      return before.common + before.preferred + before.options;
    case Protection::narrow_based:
      return before.common + before.preferred;
    case Protection::broad_based_with_reserve:
      return before.fully_diluted();
    case Protection::full_ratchet:
      return 0;
  }
  return 0;
}

Number adjusted_price(Protection protection, const Number& price_before, const Number& counted, const Number& issued,
                      const Number& consideration) {
  if (issued.is_zero()) return price_before;
  if (protection == Protection::full_ratchet) {
    const Number deemed = consideration.is_zero() ? Number::ratio(1, 1000) : consideration;
    return least(price_before, deemed / issued);
  }
  return least(price_before, price_before * (counted + consideration / price_before) / (counted + issued));
}

Result<IssueResult> dilutive_issue(const CapTable& table, const Issue& issue) {
  if (const auto fault = fault_in_issue(table, issue)) return *fault;
  const ShareCount before = count(table);
  IssueResult result;
  result.after = table;
  for (Security& security : result.after.securities) {
    Preferred* series = std::get_if<Preferred>(&security.terms);
    if (series == nullptr) continue;
    const auto named = issue.protection.find(security.id);
    if (named != issue.protection.end()) {
      const Number counted = shares_counted(named->second, before);
      const Number old = series->conversion_price;
      Number price = adjusted_price(named->second, old, counted, issue.shares, issue.consideration);
      if (issue.price_decimals && price < old) price = least(old, price.rounded(*issue.price_decimals, Direction::nearest));
      if (price.sign() <= 0) return Refusal{security.id + ": its conversion price rounds to zero"};
      series->conversion_price = price;
      result.steps.push_back({security.id, "A, counted before the issue", counted, kCharter});
      result.steps.push_back({security.id, "B = consideration / CP1", issue.consideration / old, kCharter});
      result.steps.push_back({security.id, std::string(protection_name(named->second)) + ": CP2, never above CP1", price, kCharter});
    }
    const Number ratio = conversion_ratio(*series);
    result.steps.push_back({security.id, "ratio = original price / conversion price", ratio, "NVCA charter 4.1.1"});
    result.adjustments.push_back({security.id, series->conversion_price, ratio, as_converted(security)});
  }
  result.after.securities.push_back({unused_name(table, "issued"), Common{issue.shares}});
  result.post_shares = count(result.after).fully_diluted();
  return result;
}

}  // namespace warchest::equity
