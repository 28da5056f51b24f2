// A priced round: price, shares and pool after it, with every SAFE and note, anti-dilution and pro rata right solved together.
//
// The three price methods differ in what the pre-money is divided by (Cooley GO; NVCA term sheet for the pool inside it); the pool,
// the converts and the protected series then follow from the price and the price from them: one root (balance.h). A closing rounds
// prices and shares as it says and shows what is left over.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "equity/anti_dilution.h"
#include "equity/cap_table.h"
#include "equity/convert.h"

namespace warchest::equity {

enum class PriceMethod : std::uint8_t {
  percent_ownership,  // price * (outstanding + pool after + converts) = pre-money: the new money buys N / (V + N)
  pre_money_fixed,    // price * (outstanding + pool after) = pre-money: converts dilute everyone
  dollars_invested,   // price * (outstanding + pool after + converts) = pre-money + converting amounts
};

enum class PoolMode : std::uint8_t { none, increase, target_unissued_post, target_total_pool_post };

struct PoolTerms {
  PoolMode mode = PoolMode::none;
  Number value;  // shares for increase, else a fraction of the fully diluted total after closing
};

// The whole that a closing rounds to. Exact: nothing is rounded.
struct ClosingRule {
  std::optional<int> price_decimals;  // absent: prices stay exact
  Direction price_direction = Direction::up;
  bool whole_shares = false;  // floored per holder; the fraction is paid in cash
};

struct Investor {
  std::string id;
  Number amount;
};

struct AntiDilution {
  std::vector<std::pair<std::string, Protection>> series;
  bool count_in_pre_money = false;  // the extra as-converted shares are inside the pre-money
  bool new_money_only = true;       // converts count neither as issued shares nor as consideration
};

// The right of a holder to buy into the round.
//   on_top     a fraction of all new shares beside what the others buy: n / (1 - s) - n in all (YC pro rata side letter)
//   within     the same fraction, out of the allotment of the first investor
//   to_target  as many shares as bring the holder to `target` of everything after the round (super pro rata)
// The fraction is the holder's part of the Company Capitalization times `multiple` (above 1: super pro rata; below: partly used).
struct ProRataRight {
  enum class Kind : std::uint8_t { on_top, within, to_target };
  std::string holder;
  Kind kind = Kind::on_top;
  Number multiple = 1;
  Number target;
};

// What the new series is, beside its price. The rank of the new series is written out: nothing is senior by omission.
struct SeriesTerms {
  std::string id = "series";
  bool is_common = false;
  Number multiple = 1;
  Participation participation = Participation::none;
  std::optional<Number> cap_multiple;
  Number seniority = 1;
  std::optional<Dividend> dividend;
};

enum class ConvertsBecome : std::uint8_t {
  shadow_series,       // preference and conversion price per share at the price paid (YC Safe "Safe Preferred Stock")
  standard_preferred,  // the round's price as preference: more than the holder paid
  common,
};

struct RoundTerms {
  Number pre_money;
  std::vector<Investor> investors;
  PoolTerms pool;
  PriceMethod method = PriceMethod::percent_ownership;
  ClosingRule closing;
  std::optional<Date> date;  // for the interest on notes
  Number promised_options;   // beyond the pool, part of its increase enters the Company Capitalization (YC Safe v1.2)
  AntiDilution anti_dilution;
  std::vector<ProRataRight> rights;
  SeriesTerms series;
  ConvertsBecome converts_become = ConvertsBecome::shadow_series;
};

struct Allotment {
  std::string id;
  Number amount;  // what the holder brings
  Number shares;
  Number unspent;  // amount - shares * price, for a closing in whole shares
};

struct RoundResult {
  Number price;
  Number post_shares;
  Number new_shares;
  Number pool_increase;
  Number pool_after;
  Number company_capitalization;
  std::vector<Conversion> conversions;
  std::vector<Allotment> allotments;
  std::vector<Adjustment> adjustments;  // of the protected series
  Number residue;                       // price * shares after - what the method says they are worth: 0 unless the closing rounds
  CapTable after;
  Steps steps;
};

Result<RoundResult> priced_round(const CapTable& table, const RoundTerms& terms);

// Additional share of the round bought by holders of `holders_before` whose right keeps it (YC quick start): n / (1 - s) - n.
Result<Number> pro_rata_of_round(const Number& new_investors_after, const Number& holders_before);
// Shares to buy so that `current` of `before` become `target` of all after the purchase.
Result<Number> shares_to_target(const Number& before, const Number& current, const Number& target);

}  // namespace warchest::equity
