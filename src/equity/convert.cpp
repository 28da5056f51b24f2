// The estimate has one unknown, the shares of all converts together: those measured on a count that includes converts take a fixed
// fraction of it, the others a fixed number of shares. One linear equation.
#include "equity/convert.h"

#include <algorithm>

namespace warchest::equity {
namespace {

constexpr const char* kSafeForm = "YC Safe v1.2, section 2, Company Capitalization";
constexpr const char* kOldSafeForm = "original YC Safe, Company Capitalization";
constexpr const char* kNoteForm = "note form, Conversion Price";

EffectiveTerms own_terms(const Safe& safe) {
  EffectiveTerms terms{safe.cap, safe.discount, std::nullopt, Denominator::company_capitalization, ""};
  if (safe.basis == SafeBasis::pre_money) terms.base = Denominator::pre_money_without_converts;
  if (safe.basis == SafeBasis::fixed_percent) terms.percent = safe.percent;
  return terms;
}

// What a most-favoured holder takes over: everything but the amount. A fixed percentage for an amount is a cap of amount / percent
// (YC deal: 7% for 125,000 is a cap of 125,000 / 0.07).
std::optional<EffectiveTerms> offered_terms(const Security& security) {
  const Safe* safe = std::get_if<Safe>(&security.terms);
  if (safe == nullptr || safe->most_favoured) return std::nullopt;
  EffectiveTerms terms = own_terms(*safe);
  if (terms.percent) {
    if (safe->amount.is_zero()) return std::nullopt;
    terms.cap = safe->amount / *terms.percent;
    terms.percent.reset();
  }
  terms.taken_from = security.id;
  return terms;
}

Result<std::vector<EffectiveTerms>> choices_of(const CapTable& table, std::size_t index) {
  const Safe& safe = std::get<Safe>(table.securities[index].terms);
  const std::string& id = table.securities[index].id;
  std::vector<EffectiveTerms> choices;
  if (safe.most_favoured && safe.most_favoured->elects == MostFavoured::Elects::named) {
    for (std::size_t later = index + 1; later < table.securities.size(); ++later) {
      if (table.securities[later].id != safe.most_favoured->instrument) continue;
      const auto terms = offered_terms(table.securities[later]);
      if (!terms) return Refusal{id + ": " + safe.most_favoured->instrument + " is no SAFE with terms of its own to take over"};
      return std::vector<EffectiveTerms>{*terms};
    }
    return Refusal{id + ": the most-favoured election names " + safe.most_favoured->instrument + ", which is no later SAFE"};
  }
  if (safe.most_favoured && safe.most_favoured->elects == MostFavoured::Elects::best_at_round) {
    for (std::size_t later = index + 1; later < table.securities.size(); ++later) {
      if (const auto terms = offered_terms(table.securities[later])) choices.push_back(*terms);
    }
  }
  choices.push_back(own_terms(safe));
  return choices;
}

Result<Convert> note_convert(const std::string& id, const Note& note, const std::optional<Date>& date) {
  const Result<Number> interest = accrued(note.principal, note.interest, date);
  if (!interest) return Refusal{id + ": " + interest.refusal().what};
  const Denominator base =
      note.base == NoteBase::fully_diluted ? Denominator::pre_money_without_converts : Denominator::pre_money_with_converts;
  return Convert{id, note.principal + *interest, *interest, true, {EffectiveTerms{note.cap, note.discount, std::nullopt, base, ""}}};
}

// The fraction of its base that a capped amount buys.
std::optional<Number> fraction_of_base(const Convert& convert, const EffectiveTerms& terms) {
  std::optional<Number> fraction = terms.percent;
  if (terms.cap) {
    const Number by_cap = convert.amount / *terms.cap;
    fraction = fraction ? greatest(*fraction, by_cap) : by_cap;
  }
  return fraction;
}

const char* source_of(const Convert& convert, const EffectiveTerms& terms) {
  if (convert.is_note) return kNoteForm;
  return terms.base == Denominator::company_capitalization ? kSafeForm : kOldSafeForm;
}

}  // namespace

std::string_view branch_name(Branch branch) {
  switch (branch) {
    case Branch::none:
      return "none";
    case Branch::cap:
      return "cap";
    case Branch::percent:
      return "percent";
    case Branch::discount:
      return "discount";
    case Branch::round:
      return "round";
  }
  return "none";
}

Result<std::vector<Convert>> converts_of(const CapTable& table, const std::optional<Date>& date) {
  std::vector<Convert> converts;
  for (std::size_t index = 0; index < table.securities.size(); ++index) {
    const Security& security = table.securities[index];
    if (const Safe* safe = std::get_if<Safe>(&security.terms)) {
      auto choices = choices_of(table, index);
      if (!choices) return choices.refusal();
      converts.push_back({security.id, safe->amount, Number(0), false, *std::move(choices)});
    } else if (const Note* note = std::get_if<Note>(&security.terms)) {
      auto convert = note_convert(security.id, *note, date);
      if (!convert) return convert.refusal();
      converts.push_back(*std::move(convert));
    }
  }
  return converts;
}

const EffectiveTerms& lowest_cap(const Convert& convert) {
  return *std::min_element(convert.choices.begin(), convert.choices.end(),
                           [](const EffectiveTerms& a, const EffectiveTerms& b) { return a.cap && (!b.cap || *a.cap < *b.cap); });
}

Result<Conversion> convert_at_price(const Convert& convert, const Number& round_price, const Number& cap_base_shares) {
  if (round_price.sign() <= 0) return Refusal{"the price of the round must be above zero"};
  Conversion best{convert.id, convert.amount, Number(0), Number(0), Branch::none, {}, {}};
  best.steps.push_back({convert.id, convert.is_note ? "principal and interest" : "purchase amount", convert.amount, "instrument"});
  const auto offer = [&](const EffectiveTerms& terms, Branch branch, const Number& shares) {
    best.steps.push_back({convert.id, "shares by " + std::string(branch_name(branch)), shares, source_of(convert, terms)});
    if (best.branch != Branch::none && shares <= best.shares) return;
    best.shares = shares;
    best.branch = branch;
    best.terms = terms;
  };
  for (const EffectiveTerms& terms : convert.choices) {
    if ((terms.cap || terms.percent) && cap_base_shares.sign() <= 0) return Refusal{convert.id + ": its cap is measured on no shares"};
    if (terms.cap) offer(terms, Branch::cap, convert.amount * cap_base_shares / *terms.cap);
    if (terms.percent) offer(terms, Branch::percent, *terms.percent * cap_base_shares);
    const bool discounted = terms.discount && !terms.discount->is_zero();
    const Number price = discounted ? round_price * (Number(1) - *terms.discount) : round_price;
    offer(terms, discounted ? Branch::discount : Branch::round, convert.amount / price);
  }
  if (!best.shares.is_zero()) best.price = best.amount / best.shares;
  return best;
}

Result<Estimate> estimate_conversion(const CapTable& table, const std::optional<Date>& date) {
  if (const auto fault = fault_in(table)) return *fault;
  const auto converts = converts_of(table, date);
  if (!converts) return converts.refusal();
  const Number diluted = count(table).fully_diluted();
  if (diluted.sign() <= 0) return Refusal{"the table has no shares to measure a cap on"};

  Number sold_of_all;   // fractions measured on a count that includes the converts
  Number sold_outside;  // fractions measured on a count that does not
  for (const Convert& convert : *converts) {
    const EffectiveTerms& terms = lowest_cap(convert);
    if (const auto fraction = fraction_of_base(convert, terms)) {
      (terms.base == Denominator::pre_money_without_converts ? sold_outside : sold_of_all) += *fraction;
    }
  }
  if (sold_of_all >= 1) return Refusal{"the SAFEs and notes sell " + (sold_of_all * 100).decimal(2) + "% of the company"};

  Estimate estimate;
  // B = F + E + a (F + E) + b B
  estimate.company_capitalization = diluted * (Number(1) + sold_outside) / (Number(1) - sold_of_all);
  estimate.steps.push_back(
      {"company_capitalization", "(F + E) (1 + fractions outside) / (1 - fractions of all)", estimate.company_capitalization, kSafeForm});
  for (const Convert& convert : *converts) {
    const EffectiveTerms& terms = lowest_cap(convert);
    Conversion conversion{convert.id, convert.amount, Number(0), Number(0), Branch::none, terms, {}};
    if (const auto fraction = fraction_of_base(convert, terms)) {
      const bool outside = terms.base == Denominator::pre_money_without_converts;
      conversion.shares = *fraction * (outside ? diluted : estimate.company_capitalization);
      conversion.branch = terms.cap && convert.amount / *terms.cap == *fraction ? Branch::cap : Branch::percent;
      if (!conversion.shares.is_zero()) conversion.price = convert.amount / conversion.shares;
      estimate.steps.push_back({convert.id, "amount / cap of its base", conversion.shares, source_of(convert, terms)});
    } else {
      estimate.steps.push_back({convert.id, "no cap: needs the price of a round", Number(0), source_of(convert, terms)});
    }
    estimate.conversions.push_back(std::move(conversion));
  }
  return estimate;
}

}  // namespace warchest::equity
