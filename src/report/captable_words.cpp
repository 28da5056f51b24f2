// The terms of classes and instruments in words, as a term sheet would say them.
#include <fmt/format.h>

#include "report/captable.h"
#include "report/exact.h"

namespace warchest::report {

namespace {

using namespace equity;

template <class... Cases>
struct Match : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Match(Cases...) -> Match<Cases...>;

std::string percent_of(const Number& part) {
  std::string digits = exact_text(part * 100);
  if (digits.find('/') != std::string::npos || digits.size() > 8) digits = (part * 100).decimal(4);
  return digits + " %";
}

std::string interest_words(const Interest& interest) {
  std::string text = percent_of(interest.rate) + " a year";
  if (interest.accrual == Accrual::compound) {
    text += interest.periods_per_year == 1    ? ", compounded yearly"
            : interest.periods_per_year == 4  ? ", compounded quarterly"
            : interest.periods_per_year == 12 ? ", compounded monthly"
                                              : fmt::format(", compounded {} times a year", interest.periods_per_year);
  }
  if (interest.day_count == DayCount::actual_360) text += ", actual/360";
  if (interest.day_count == DayCount::thirty_360) text += ", 30/360";
  if (interest.from) text += " from " + spelled(*interest.from);
  if (interest.until) text += " until " + spelled(*interest.until);
  return text;
}

std::string words_of(const Preferred& series, std::string_view currency) {
  std::string text = fmt::format("preferred at {}", price_text(series.original_price, currency));
  if (series.conversion_price != series.original_price)
    text += fmt::format(", converts at {}", price_text(series.conversion_price, currency));
  text += fmt::format(", {} preference, ", multiple_text(series.multiple));
  switch (series.participation) {
    case Participation::none:
      text += "not participating";
      break;
    case Participation::full:
      text += "participating";
      break;
    case Participation::capped:
      text += fmt::format("participating up to {} in all", multiple_text(*series.cap_multiple));
      break;
  }
  text += ", rank " + exact_text(series.seniority);
  if (series.dividend) {
    text += fmt::format(", dividend {}, {}", interest_words(series.dividend->accrues),
                        series.dividend->settlement == Settlement::paid_in_kind ? "paid in kind" : "lost on conversion");
    if (series.participation == Participation::capped) {
      text += series.dividend->cap_basis == CapBasis::includes_dividends ? ", inside the cap" : ", beside the cap";
    }
  }
  return text;
}

std::string cap_and_discount(const std::optional<Number>& cap, const std::optional<Number>& discount, std::string_view currency) {
  std::string text;
  if (cap) text += ", cap " + money_text(*cap, currency);
  if (discount) text += ", discount " + percent_of(*discount);
  return text;
}

std::string words_of(const Safe& safe, std::string_view currency) {
  std::string text = safe.basis == SafeBasis::pre_money    ? "pre-money SAFE"
                     : safe.basis == SafeBasis::post_money ? "post-money SAFE"
                                                           : "SAFE";
  if (safe.basis == SafeBasis::fixed_percent) text += fmt::format(" for {}", percent_of(*safe.percent));
  text += cap_and_discount(safe.cap, safe.discount, currency);
  if (!safe.most_favoured) return text;
  switch (safe.most_favoured->elects) {
    case MostFavoured::Elects::nothing:
      return text + ", most favoured, elects nothing";
    case MostFavoured::Elects::named:
      return text + ", most favoured, elects " + safe.most_favoured->instrument;
    case MostFavoured::Elects::best_at_round:
      return text + ", most favoured: the best later one at the round";
  }
  return text;
}

std::string words_of(const Note& note, std::string_view currency) {
  std::string text = "note, " + interest_words(note.interest) + cap_and_discount(note.cap, note.discount, currency);
  if (note.cap) text += note.base == NoteBase::fully_diluted ? " of the shares without converts" : " of the shares with converts";
  return text;
}

}  // namespace

std::string terms_in_words(const Terms& terms, std::string_view currency) {
  return std::visit(
      Match{[](const Common&) { return std::string("common"); }, [&](const Preferred& series) { return words_of(series, currency); },
            [&](const Option& option) { return "options or warrants, strike " + price_text(option.strike, currency); },
            [](const Pool&) { return std::string("unissued, for options to come"); },
            [&](const Safe& safe) { return words_of(safe, currency); }, [&](const Note& note) { return words_of(note, currency); },
            [](const Debt& debt) { return "debt, rank " + exact_text(debt.seniority); }},
      terms);
}

std::string_view kind_of(const Terms& terms) {
  return std::visit(Match{[](const Common&) { return "common"; }, [](const Preferred&) { return "preferred"; },
                          [](const Option&) { return "options"; }, [](const Pool&) { return "pool"; }, [](const Safe&) { return "safe"; },
                          [](const Note&) { return "note"; }, [](const Debt&) { return "debt"; }},
                    terms);
}

}  // namespace warchest::report
