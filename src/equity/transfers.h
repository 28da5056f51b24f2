// What changes hands without a price of the company being set: splits, grants, exercises, secondary sales and tender offers. Each takes
// a table and gives a new one, with the cash that moved.
//
// Whole shares are a choice of the caller: then every holder's shares are floored, and what is cut is paid in cash at the price given.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "equity/cap_table.h"

namespace warchest::equity {

struct Payment {
  std::string from, to;
  Number amount;
};

struct Moved {
  CapTable table;
  std::vector<Payment> payments;
  Steps steps;
};

inline constexpr const char* kCompany = "the company";

// A split of the common by `ratio` new for one old. Options and the pool follow, strikes and the conversion prices of all preferred are
// divided (NVCA charter 4.5), so that nobody's part of the company changes. Below 1: a combination.
Result<Moved> split_common(const CapTable& table, const Number& ratio);
// A split of one preferred series: more shares at a lower original price; what they convert into in all stays (NVCA charter, "Original
// Issue Price ... subject to appropriate adjustment").
Result<Moved> split_series(const CapTable& table, const std::string& series, const Number& ratio);

// Options out of the unissued pool.
Result<Moved> grant_options(const CapTable& table, const std::string& holder, const std::string& id, const Number& shares,
                            const Number& strike);
// Options into common, for their strike. The shares become a holding of `common`.
Result<Moved> exercise_options(const CapTable& table, const std::string& holder, const std::string& option, const std::string& common,
                               const Number& shares);

struct Sale {
  std::string seller, buyer, security;
  Number shares;
  Number price;
};
// A secondary sale: existing shares change hands, the company issues nothing and gets nothing.
Result<Moved> secondary_sale(const CapTable& table, const Sale& sale);

struct Tendered {
  std::string holder, security;
  Number shares;
};

struct TenderOffer {
  std::string buyer;  // kCompany: the shares are retired
  Number price;
  std::optional<Number> most_shares;
  std::optional<Number> most_money;
  bool whole_shares = false;
  std::vector<Tendered> tendered;
};
// An offer for existing shares at one price. Tendered beyond its limit it is filled pro rata to what each tendered.
Result<Moved> tender_offer(const CapTable& table, const TenderOffer& offer);

}  // namespace warchest::equity
