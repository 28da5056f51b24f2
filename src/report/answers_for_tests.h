// Answers made by hand for the tests of this folder: a company whose cash runs out in the third to sixth month, or never.
#pragma once

#include "analysis/answer.h"
#include "quantity/date.h"

namespace warchest::report {

inline analysis::Answer date_answer() {
  using analysis::Figure;
  analysis::Answer answer;
  answer.of = "out_of_cash(acme)";
  answer.kind = analysis::AnswerKind::date;
  answer.paths = 1000;
  answer.out_of_cash = answer.first_passage = true;
  answer.company = "acme";
  const double endless = std::numeric_limits<double>::infinity();
  answer.spread.p5 = {2, 0};
  answer.spread.p25 = {3, 0};
  answer.spread.p50 = {4, 0.12};
  answer.spread.p75 = {endless, analysis::kUnknown};
  answer.spread.p95 = {endless, analysis::kUnknown};
  answer.never = {0.3, 0.0144};
  answer.at_least = {2, 0};
  answer.by = {Figure{0, 0}, Figure{0, 0}, Figure{0.1, 0.009}, Figure{0.3, 0.014}, Figure{0.6, 0.015}, Figure{0.7, 0.0144}};
  return answer;
}

inline analysis::Answers one_date() {
  analysis::Answers answers;
  answers.title = "Acme";
  answers.currency = "USD";
  answers.start = quantity::month_number(2025, 11);
  answers.months = 6;
  answers.paths = 1000;
  answers.seed = 7;
  answers.bit_group = "fma";
  answers.asks = {{"lasts", "How long does the money last?", {date_answer()}}};
  return answers;
}

}  // namespace warchest::report
