// Holdings are written out before they are moved, so that a table by class alone can be sold from as well.
#include "equity/transfers.h"

#include <algorithm>

namespace warchest::equity {
namespace {

Holding* find_holding(CapTable& table, const std::string& holder, const std::string& security) {
  for (Holding& holding : table.holdings) {
    if (holding.holder == holder && holding.security == security) return &holding;
  }
  return nullptr;
}

void write_out(CapTable& table, const Security& security) {
  const bool written =
      std::any_of(table.holdings.begin(), table.holdings.end(), [&](const Holding& holding) { return holding.security == security.id; });
  if (!written) table.holdings.push_back({security.id, security.id, shares_of(security)});
}

void add_holding(CapTable& table, const std::string& holder, const std::string& security, const Number& shares) {
  if (Holding* held = find_holding(table, holder, security)) {
    held->shares += shares;
  } else {
    table.holdings.push_back({holder, security, shares});
  }
}

void drop_empty(CapTable& table) {
  std::erase_if(table.holdings, [](const Holding& holding) { return holding.shares.is_zero(); });
}

// Takes shares from a holder; nothing is said when it has them.
std::optional<Refusal> take(CapTable& table, const std::string& holder, const std::string& id, const Number& shares) {
  const Security* security = table.find(id);
  if (security == nullptr) return Refusal{id + " is not in the table"};
  if (shares.sign() < 0) return Refusal{"a negative number of " + id};
  write_out(table, *security);
  Holding* held = find_holding(table, holder, id);
  if (held == nullptr || held->shares < shares) {
    return Refusal{holder + " has " + (held == nullptr ? "0" : held->shares.text()) + " of " + id + ", not " + shares.text()};
  }
  held->shares -= shares;
  return std::nullopt;
}

Number* issued_shares(Security& security) {
  if (Common* common = std::get_if<Common>(&security.terms)) return &common->shares;
  if (Preferred* series = std::get_if<Preferred>(&security.terms)) return &series->shares;
  if (Option* option = std::get_if<Option>(&security.terms)) return &option->shares;
  if (Pool* pool = std::get_if<Pool>(&security.terms)) return &pool->shares;
  return nullptr;
}

void scale(CapTable& table, Security& security, const Number& ratio) {
  *issued_shares(security) *= ratio;
  for (Holding& holding : table.holdings) {
    if (holding.security == security.id) holding.shares *= ratio;
  }
}

std::optional<Refusal> fault_in_ratio(const CapTable& table, const Number& ratio) {
  if (ratio.sign() <= 0) return Refusal{"the ratio of a split must be above zero"};
  return fault_in(table);
}

Result<Moved> finished(Moved moved) {
  drop_empty(moved.table);
  if (const auto fault = fault_in(moved.table)) return *fault;
  return moved;
}

}  // namespace

Result<Moved> split_common(const CapTable& table, const Number& ratio) {
  if (const auto fault = fault_in_ratio(table, ratio)) return *fault;
  Moved moved{table, {}, {}};
  for (Security& security : moved.table.securities) {
    if (Preferred* series = std::get_if<Preferred>(&security.terms)) {
      series->conversion_price /= ratio;
      moved.steps.push_back({security.id, "conversion price / ratio", series->conversion_price, "NVCA charter 4.5"});
    } else if (issued_shares(security) != nullptr) {
      scale(moved.table, security, ratio);
      if (Option* option = std::get_if<Option>(&security.terms)) option->strike /= ratio;
      moved.steps.push_back({security.id, "shares * ratio", *issued_shares(security), "split"});
    }
  }
  return moved;
}

Result<Moved> split_series(const CapTable& table, const std::string& series, const Number& ratio) {
  if (const auto fault = fault_in_ratio(table, ratio)) return *fault;
  Moved moved{table, {}, {}};
  Security* security = moved.table.find(series);
  Preferred* terms = security == nullptr ? nullptr : std::get_if<Preferred>(&security->terms);
  if (terms == nullptr) return Refusal{series + " is no preferred series of the table"};
  scale(moved.table, *security, ratio);
  terms->original_price /= ratio;
  moved.steps.push_back({series, "original price / ratio", terms->original_price, "NVCA charter, Original Issue Price"});
  return moved;
}

Result<Moved> grant_options(const CapTable& table, const std::string& holder, const std::string& id, const Number& shares,
                            const Number& strike) {
  if (const auto fault = fault_in(table)) return *fault;
  if (shares.sign() < 0) return Refusal{"a grant of a negative number of options"};
  if (table.find(id) != nullptr) return Refusal{"there is already a security called " + id};
  Moved moved{table, {}, {}};
  Number left = shares;
  for (Security& security : moved.table.securities) {
    Pool* pool = std::get_if<Pool>(&security.terms);
    if (pool == nullptr || pool->shares.is_zero()) continue;
    const Number taken = least(left, pool->shares);
    scale(moved.table, security, (pool->shares - taken) / pool->shares);
    left -= taken;
  }
  if (left.sign() > 0) return Refusal{"the pool has " + count(table).unissued.text() + " unissued shares, not " + shares.text()};
  moved.table.securities.push_back({id, Option{shares, strike}});
  moved.table.holdings.push_back({holder, id, shares});
  return finished(std::move(moved));
}

Result<Moved> exercise_options(const CapTable& table, const std::string& holder, const std::string& option, const std::string& common,
                               const Number& shares) {
  if (const auto fault = fault_in(table)) return *fault;
  Moved moved{table, {}, {}};
  Security* from = moved.table.find(option);
  Security* to = moved.table.find(common);
  if (from == nullptr || !std::holds_alternative<Option>(from->terms)) return Refusal{option + " is no option of the table"};
  if (to == nullptr || !std::holds_alternative<Common>(to->terms)) return Refusal{common + " is no common class of the table"};
  if (auto fault = take(moved.table, holder, option, shares)) return *fault;
  Option& terms = std::get<Option>(from->terms);
  terms.shares -= shares;
  write_out(moved.table, *to);
  std::get<Common>(to->terms).shares += shares;
  add_holding(moved.table, holder, common, shares);
  moved.payments.push_back({holder, kCompany, shares * terms.strike});
  moved.steps.push_back({option, "shares * strike, paid to the company", shares * terms.strike, "option agreement"});
  return finished(std::move(moved));
}

Result<Moved> secondary_sale(const CapTable& table, const Sale& sale) {
  if (const auto fault = fault_in(table)) return *fault;
  if (sale.price.sign() < 0) return Refusal{"the price of the sale is negative"};
  Moved moved{table, {}, {}};
  if (auto fault = take(moved.table, sale.seller, sale.security, sale.shares)) return *fault;
  add_holding(moved.table, sale.buyer, sale.security, sale.shares);
  moved.payments.push_back({sale.buyer, sale.seller, sale.shares * sale.price});
  moved.steps.push_back({sale.security, "shares * price, paid to the seller; nothing is issued", sale.shares * sale.price, "sale"});
  return finished(std::move(moved));
}

Result<Moved> tender_offer(const CapTable& table, const TenderOffer& offer) {
  if (const auto fault = fault_in(table)) return *fault;
  if (offer.price.sign() <= 0) return Refusal{"the price of the offer must be above zero"};
  Number tendered;
  for (const Tendered& one : offer.tendered) {
    if (one.shares.sign() < 0) return Refusal{one.holder + " tenders a negative number of shares"};
    tendered += one.shares;
  }
  Number most = tendered;
  if (offer.most_shares) most = least(most, *offer.most_shares);
  if (offer.most_money) most = least(most, *offer.most_money / offer.price);
  if (most.sign() < 0) return Refusal{"the limit of the offer is negative"};
  const Number filled = tendered.is_zero() ? Number(0) : most / tendered;
  Moved moved{table, {}, {}};
  moved.steps.push_back({"filled", "part of what was tendered, pro rata", filled, "tender offer, proration"});
  for (const Tendered& one : offer.tendered) {
    const Number shares = offer.whole_shares ? (one.shares * filled).floor() : one.shares * filled;
    // The whole tender must be there, although only a part is taken.
    CapTable probe = moved.table;
    if (auto fault = take(probe, one.holder, one.security, one.shares)) return *fault;
    if (auto fault = take(moved.table, one.holder, one.security, shares)) return *fault;
    if (offer.buyer == kCompany) {
      Number* issued = issued_shares(*moved.table.find(one.security));
      if (issued == nullptr) return Refusal{one.security + " has no shares to retire"};
      *issued -= shares;
    } else {
      add_holding(moved.table, offer.buyer, one.security, shares);
    }
    moved.payments.push_back({offer.buyer, one.holder, shares * offer.price});
    moved.steps.push_back({one.security, "shares taken from " + one.holder, shares, "tender offer"});
  }
  return finished(std::move(moved));
}

}  // namespace warchest::equity
