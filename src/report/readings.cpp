// The variation was inferred by the checker; here it gets its words, together with the distributions that stand in the expression
// itself (what is referred to has a reading of its own).
#include "report/readings.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "quantity/unit.h"

namespace warchest::report {

namespace {

using model::ExprKind;
using model::Family;

std::string_view family_in_words(Family family) {
  switch (family) {
    case Family::normal: return "normal";
    case Family::lognormal: return "lognormal";
    case Family::logit_normal: return "logit-normal";
    case Family::uniform: return "uniform";
    case Family::triangular: return "triangular";
    case Family::pert: return "PERT";
    case Family::beta: return "beta";
    case Family::gamma: return "gamma";
    case Family::student_t: return "Student's t";
    case Family::exponential: return "exponential";
    case Family::weibull: return "Weibull";
    case Family::pareto: return "Pareto";
    case Family::logistic: return "logistic";
    case Family::bernoulli: return "Bernoulli";
    case Family::poisson: return "Poisson";
    case Family::binomial: return "binomial";
    case Family::metalog: return "metalog";
    case Family::mixture: return "a mixture";
    case Family::sample: return "from a sample";
    case Family::point: return "a number";
  }
  return "";
}

struct Found {
  std::vector<const model::Draw*> draws;
  bool tables = false, references = false;
};

void add(std::vector<const model::Draw*>& draws, const model::Draw& draw) {
  if (std::find(draws.begin(), draws.end(), &draw) == draws.end()) draws.push_back(&draw);
}

void look(const model::Model& model, model::ExprId id, Found& found) {
  const model::Expr& expr = model.exprs[id];
  if (expr.kind == ExprKind::draw) add(found.draws, model.draws[expr.index]);
  if (expr.kind == ExprKind::reference || expr.kind == ExprKind::measure) found.references = true;
  if (expr.kind == ExprKind::period_table || expr.kind == ExprKind::curve) {
    found.tables = true;
    for (const model::Table::Cell& cell : model.tables[expr.index].cells) look(model, cell.value, found);
  }
  if (expr.kind == ExprKind::lookup) {
    for (const auto& [key, value] : model.lookups[expr.index].points) look(model, value, found);
  }
  for (const model::ExprId arg : expr.args) look(model, arg, found);
}

std::string list(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  return text;
}

std::string draws_in_words(const model::Model& model, const Found& found) {
  std::vector<std::string> families;
  std::vector<std::uint32_t> lucks;
  bool each_month = false, each_attempt = false;
  for (const model::Draw* draw : found.draws) {
    const std::string words(family_in_words(draw->family));
    if (std::find(families.begin(), families.end(), words) == families.end()) families.push_back(words);
    if (draw->luck == model::kNone) continue;
    if (std::find(lucks.begin(), lucks.end(), draw->luck) == lucks.end()) lucks.push_back(draw->luck);
    each_month = each_month || model.lucks[draw->luck].kind == model::LuckKind::month;
    each_attempt = each_attempt || model.lucks[draw->luck].kind == model::LuckKind::attempt;
  }
  const char* when = each_month ? "drawn anew each month" : each_attempt ? "drawn once per attempt" : "drawn once per path";
  const char* luck = lucks.size() > 1 ? ", each with its own luck" : found.draws.size() > 1 ? ", all cells by one luck" : "";
  return fmt::format("{} ({}{})", when, list(families), luck);
}

std::string varies_in_words(const model::Model& model, const model::Definition& definition) {
  Found found;
  look(model, definition.is, found);
  const std::string draws = found.draws.empty() ? std::string() : draws_in_words(model, found);
  switch (definition.variation) {
    case model::Variation::known: return "known: one number";
    case model::Variation::known_monthly: return "known: a number for each month";
    case model::Variation::per_path: return draws.empty() ? "one number per path, from what it refers to" : draws;
    case model::Variation::monthly:
      return draws.empty() ? "monthly, per path, from what it refers to" : fmt::format("monthly, {}{}", draws, found.references ? ", and from what it refers to" : "");
  }
  return "";
}

std::string unit_in_words(const model::Type& type) {
  switch (type.kind) {
    case model::TypeKind::number: return quantity::spelled(type.unit);
    case model::TypeKind::date: return "a date";
    case model::TypeKind::truth: return "yes or no";
    case model::TypeKind::text: return "a text";
    case model::TypeKind::event: return "an event";
  }
  return "";
}

}  // namespace

std::vector<Reading> readings(const model::Model& model) {
  std::vector<Reading> list;
  for (const model::Definition& definition : model.definitions) {
    if (definition.is == model::kNone) continue;
    list.push_back({definition.name, unit_in_words(definition.type), varies_in_words(model, definition)});
  }
  return list;
}

}  // namespace warchest::report
