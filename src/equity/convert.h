// SAFEs and notes on their way into shares: what each may convert on, and what it takes at a price that is already known.
//
// A cap is an amount of money divided by a number of shares, so each choice of terms names the shares its cap is measured on. The
// round (round.h) solves all converts together with its price; the estimate below needs no round: every cap is taken to bind.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "equity/cap_table.h"

namespace warchest::equity {

enum class Denominator : std::uint8_t {
  company_capitalization,      // F + E + promised overflow + every convert; no increase (YC Safe v1.2 "Company Capitalization")
  pre_money_without_converts,  // F + E + D (original YC Safe; notes by Carta's formula)
  pre_money_with_converts,     // F + E + D + every convert
};

// The terms by which an amount converts: its own, or those of the later instrument that a most-favoured holder takes over.
struct EffectiveTerms {
  std::optional<Number> cap;
  std::optional<Number> discount;
  std::optional<Number> percent;  // of the Company Capitalization
  Denominator base = Denominator::company_capitalization;
  std::string taken_from;  // id of the later instrument; empty: its own terms
};

struct Convert {
  std::string id;
  Number amount;    // principal and interest
  Number interest;  // the part of it that accrued
  bool is_note = false;
  std::vector<EffectiveTerms> choices;  // more than one only for a most-favoured holder who waits for the round
};

enum class Branch : std::uint8_t { none, cap, percent, discount, round };
std::string_view branch_name(Branch branch);

struct Conversion {
  std::string id;
  Number amount;
  Number shares;
  Number price;  // amount / shares; 0 for an amount of 0
  Branch branch = Branch::none;
  EffectiveTerms terms;
  Steps steps;  // of a conversion at a known price; a round and an estimate tell theirs as a whole
};

// Every SAFE and note of the table in order of issue, with interest to `date`. Refused: a most-favoured election of something that is
// not a later SAFE with terms of its own (YC MFN form, section 3: one whole later instrument).
Result<std::vector<Convert>> converts_of(const CapTable& table, const std::optional<Date>& date);

// The choice with the lowest cap, where no round has fixed a price.
const EffectiveTerms& lowest_cap(const Convert& convert);

// At a known round price: the lower of the discounted price and cap / cap_base_shares (Fenwick note form, "Conversion Price"; YC
// Safe 1(a)). On a tie the cap is named.
Result<Conversion> convert_at_price(const Convert& convert, const Number& round_price, const Number& cap_base_shares);

struct Estimate {
  Number company_capitalization;
  std::vector<Conversion> conversions;  // an instrument without a cap converts into nothing yet: it needs a price
  Steps steps;
};

// No round: every cap binds, no pool increase. Refused: post-money SAFEs that sell 100% or more.
Result<Estimate> estimate_conversion(const CapTable& table, const std::optional<Date>& date);

}  // namespace warchest::equity
