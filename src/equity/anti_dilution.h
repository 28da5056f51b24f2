// What a cheaper issue does to the conversion price of a protected series.
//
// Weighted average (NVCA charter 4.4.4): CP2 = CP1 (A + B) / (A + C), where C shares are issued for a consideration that would have
// bought B = consideration / CP1 at the old price. Broad and narrow differ only in A, the shares counted before the issue. A is fixed
// before the issue (4.4.4 "immediately prior"; 4.4.3 excludes automatic adjustments), so several series do not feed back and their
// order cannot matter. Full ratchet: CP2 is the price of the issue. No method ever raises a price.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "equity/cap_table.h"

namespace warchest::equity {

enum class Protection : std::uint8_t { broad_based, narrow_based, broad_based_with_reserve, full_ratchet };

std::string_view protection_name(Protection protection);
std::optional<Protection> parse_protection(std::string_view name);

// A: outstanding before the issue, as the method counts it.
Number shares_counted(Protection protection, const ShareCount& before);

// CP2 for `issued` shares sold for `consideration` in all. Without consideration a ratchet deems an aggregate of 0.001 received
// (NVCA 4.4.4, ratchet alternative).
Number adjusted_price(Protection protection, const Number& price_before, const Number& counted, const Number& issued,
                      const Number& consideration);

struct Adjustment {
  std::string series;
  Number conversion_price;
  Number ratio;
  Number as_converted;
};

struct Issue {
  Number shares;  // common equivalents
  Number consideration;
  std::map<std::string, Protection> protection;  // by series; a series not named is not protected
  std::optional<int> price_decimals;             // NVCA: "to the nearest one-hundredth of a cent" is 4
};

struct IssueResult {
  std::vector<Adjustment> adjustments;  // of every preferred series, in the table's order
  Number post_shares;                   // fully diluted after the issue
  CapTable after;                       // conversion prices replaced; the issued shares are a class "issued"
  Steps steps;
};

Result<IssueResult> dilutive_issue(const CapTable& table, const Issue& issue);

}  // namespace warchest::equity
