// Counting and checking. The checks name the security, since a table is typed by hand or read from a stranger's export.
#include "equity/cap_table.h"

#include <map>
#include <set>

namespace warchest::equity {
namespace {

template <class... Cases>
struct Match : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Match(Cases...) -> Match<Cases...>;

std::optional<std::string> fault_in_discount(const std::optional<Number>& cap, const std::optional<Number>& discount) {
  if (cap && cap->sign() <= 0) return "its cap must be above zero";
  if (discount && (discount->sign() < 0 || *discount >= 1)) return "its discount must be at least 0 and below 100%";
  return std::nullopt;
}

std::optional<std::string> fault_in_interest(const Interest& interest) {
  if (interest.rate.sign() < 0) return "its rate is negative";
  if (interest.periods_per_year < 1) return "it compounds less than once a year";
  if (interest.from && interest.until && *interest.until < *interest.from) return "it ends before it begins";
  return std::nullopt;
}

std::optional<std::string> fault_in_preferred(const Preferred& series) {
  if (series.shares.sign() < 0) return "its number of shares is negative";
  if (series.original_price.sign() <= 0) return "its original issue price must be above zero";
  if (series.conversion_price.sign() <= 0) return "its conversion price must be above zero";
  if (series.multiple.sign() < 0) return "its preference multiple is negative";
  if (series.participation == Participation::capped && !series.cap_multiple) return "its participation is capped but no cap is given";
  if (series.cap_multiple && series.cap_multiple->sign() < 0) return "its participation cap is negative";
  if (series.dividend) return fault_in_interest(series.dividend->accrues);
  return std::nullopt;
}

std::optional<std::string> fault_in_safe(const Safe& safe) {
  if (safe.amount.sign() < 0) return "its amount is negative";
  if (safe.basis == SafeBasis::fixed_percent) {
    if (!safe.percent) return "it is a fixed percentage but none is given";
    if (safe.percent->sign() <= 0 || *safe.percent >= 1) return "its percentage must lie between 0 and 100%";
  }
  return fault_in_discount(safe.cap, safe.discount);
}

std::optional<std::string> fault_in_terms(const Terms& terms) {
  const auto counted = [](const auto& holding) -> std::optional<std::string> {
    if (holding.shares.sign() < 0) return "its number of shares is negative";
    return std::nullopt;
  };
  return std::visit(Match{
                        [&](const Common& common) { return counted(common); },
                        [&](const Pool& pool) { return counted(pool); },
                        [&](const Option& option) {
                          if (option.strike.sign() < 0) return std::optional<std::string>("its strike is negative");
                          return counted(option);
                        },
                        [](const Preferred& series) { return fault_in_preferred(series); },
                        [](const Safe& safe) { return fault_in_safe(safe); },
                        [](const Note& note) {
                          if (note.principal.sign() < 0) return std::optional<std::string>("its principal is negative");
                          if (const auto fault = fault_in_interest(note.interest)) return fault;
                          return fault_in_discount(note.cap, note.discount);
                        },
                        [](const Debt& debt) -> std::optional<std::string> {
                          if (debt.claim.sign() < 0) return "its claim is negative";
                          return std::nullopt;
                        },
                    },
                    terms);
}

}  // namespace

const Security* CapTable::find(std::string_view id) const {
  for (const Security& security : securities) {
    if (security.id == id) return &security;
  }
  return nullptr;
}

Security* CapTable::find(std::string_view id) { return const_cast<Security*>(std::as_const(*this).find(id)); }

std::string unused_name(const CapTable& table, std::string name) {
  while (table.find(name) != nullptr) name += "'";
  return name;
}

Number conversion_ratio(const Preferred& series) { return series.original_price / series.conversion_price; }

Number shares_of(const Security& security) {
  return std::visit(Match{
                        [](const Safe& safe) { return safe.amount; },
                        [](const Note& note) { return note.principal; },
                        [](const Debt& debt) { return debt.claim; },
                        [](const auto& issued) { return issued.shares; },
                    },
                    security.terms);
}

Number as_converted(const Security& security) {
  return std::visit(Match{
                        [](const Preferred& series) { return series.shares * conversion_ratio(series); },
                        [](const Safe&) { return Number(0); },
                        [](const Note&) { return Number(0); },
                        [](const Debt&) { return Number(0); },
                        [](const auto& issued) { return issued.shares; },
                    },
                    security.terms);
}

ShareCount count(const CapTable& table) {
  ShareCount total;
  for (const Security& security : table.securities) {
    const Number shares = as_converted(security);
    if (std::holds_alternative<Common>(security.terms)) total.common += shares;
    if (std::holds_alternative<Preferred>(security.terms)) total.preferred += shares;
    if (const auto* option = std::get_if<Option>(&security.terms)) {
      total.options += shares;
      if (option->of_plan) total.granted += shares;
    }
    if (std::holds_alternative<Pool>(security.terms)) total.unissued += shares;
  }
  return total;
}

std::vector<Holding> holdings_of(const CapTable& table, const Security& security) {
  std::vector<Holding> found;
  for (const Holding& holding : table.holdings) {
    if (holding.security == security.id) found.push_back(holding);
  }
  if (found.empty()) found.push_back({security.id, security.id, shares_of(security)});
  return found;
}

std::optional<Refusal> fault_in(const CapTable& table) {
  std::map<std::string, Number, std::less<>> held;
  for (const Holding& holding : table.holdings) {
    if (holding.shares.sign() < 0) return Refusal{holding.holder + " holds a negative number of " + holding.security};
    held[holding.security] += holding.shares;
  }
  std::set<std::string_view> seen;
  for (const Security& security : table.securities) {
    if (!seen.insert(security.id).second) return Refusal{"two securities are called " + security.id};
    if (const auto fault = fault_in_terms(security.terms)) return Refusal{security.id + ": " + *fault};
    const auto found = held.find(security.id);
    if (found == held.end()) continue;
    if (found->second != shares_of(security)) {
      return Refusal{security.id + ": its holders have " + found->second.text() + " in all, but " + shares_of(security).text() +
                     " are issued"};
    }
    held.erase(found);
  }
  if (!held.empty()) return Refusal{"holdings of " + held.begin()->first + ", which is not in the table"};
  return std::nullopt;
}

std::vector<Owned> ownership(const CapTable& table) {
  const Number total = count(table).fully_diluted();
  std::vector<Owned> rows;
  for (const Security& security : table.securities) {
    const Number shares = as_converted(security);
    rows.push_back({security.id, shares, total.is_zero() ? Number(0) : shares / total});
  }
  return rows;
}

}  // namespace warchest::equity
