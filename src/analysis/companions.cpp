// The walk to a company goes through references once each, so it ends on any model.
#include "analysis/companions.h"

#include <algorithm>
#include <set>
#include <utility>

#include "model/functions.h"

namespace warchest::analysis {

namespace {

using model::Measure;

// Companies of the nouns that a measure may belong to.
model::CompanyId owner_of(const model::Model& model, const model::Expr& expr) {
  const auto of = [&](const auto& nouns) { return expr.index < nouns.size() ? nouns[expr.index].company : model::kNone; };
  switch (model::measure_row(expr.measure).owner) {
    case model::Owner::company:
      return expr.index < model.companies.size() ? expr.index : model::kNone;
    case model::Owner::round:
      return of(model.rounds);
    case model::Owner::facility:
      return of(model.facilities);
    case model::Owner::event:
      return of(model.events);
    case model::Owner::holder:
      return of(model.holders);
    case model::Owner::project:
      return of(model.projects);
    case model::Owner::covenant:
      return of(model.covenants);
    case model::Owner::account:
    case model::Owner::credit:
    case model::Owner::team:
      return model::kNone;
  }
  return model::kNone;
}

model::CompanyId walk(const model::Model& model, model::ExprId id, std::set<model::DefId>& seen) {
  const model::Expr& expr = model.exprs[id];
  if (expr.kind == model::ExprKind::measure) return owner_of(model, expr);
  if (expr.kind == model::ExprKind::reference) {
    const model::Definition& definition = model.definitions[expr.index];
    if (definition.company != model::kNone) return definition.company;
    if (definition.is == model::kNone || !seen.insert(expr.index).second) return model::kNone;
    return walk(model, definition.is, seen);
  }
  for (const model::ExprId arg : expr.args) {
    if (const model::CompanyId found = walk(model, arg, seen); found != model::kNone) return found;
  }
  return model::kNone;
}

bool shows(const model::Model& model, const model::Ask& ask, Measure measure, model::CompanyId company) {
  return std::any_of(ask.shown.begin(), ask.shown.end(), [&](const model::Shown& shown) {
    const model::Expr& expr = model.exprs[shown.expr];
    return expr.kind == model::ExprKind::measure && expr.measure == measure && expr.index == company;
  });
}

model::Shown shown_measure(model::Model& model, Measure measure, model::CompanyId company) {
  model::Expr expr;
  expr.kind = model::ExprKind::measure;
  expr.measure = measure;
  expr.index = company;
  model::Shown shown;
  if (measure == Measure::cash) {
    expr.type = model::TypeKind::number;
    expr.variation = model::Variation::monthly;
    shown.kind = model::AnswerKind::series;
    shown.unit = quantity::money(model.settings.currency);
    shown.text = "cash of " + (model.companies[company].label.empty() ? model.companies[company].name : model.companies[company].label);
  } else {
    expr.type = model::TypeKind::event;
    expr.variation = model::Variation::per_path;
    shown.kind = model::AnswerKind::date;
    shown.duration_or_date_of_first_passage = true;
    shown.text = "out_of_cash(" + model.companies[company].name + ")";
  }
  shown.expr = static_cast<model::ExprId>(model.exprs.size());
  model.exprs.push_back(std::move(expr));
  return shown;
}

// value2 of a demand: what the company would sell at that price, instead of what is put in. Nobody can write it.
constexpr double kSold = 1;

// What the company would sell at the price at which this tells what would be put in: the same mean of another measure.
model::Shown supply_beside(model::Model& model, const model::Shown& demand) {
  const auto copied = [&](model::ExprId id, auto&& change) {
    model::Expr expr = model.exprs[id];
    change(expr);
    model.exprs.push_back(std::move(expr));
    return static_cast<model::ExprId>(model.exprs.size() - 1);
  };
  const model::ExprId mean = model.exprs[demand.expr].args[0];
  const model::ExprId supply = copied(model.exprs[mean].args[0], [](model::Expr& expr) { expr.value2 = kSold; });
  const model::ExprId of_supply = copied(mean, [&](model::Expr& expr) { expr.args[0] = supply; });
  model::Shown shown = demand;
  shown.expr = copied(demand.expr, [&](model::Expr& expr) { expr.args[0] = of_supply; });
  shown.text = "what the company would sell";
  return shown;
}

}  // namespace

model::CompanyId company_of(const model::Model& model, model::ExprId expr) {
  std::set<model::DefId> seen;
  return walk(model, expr, seen);
}

const model::Expr* of_first_attempt(const model::Model& model, model::ExprId id) {
  const model::Expr* expr = &model.exprs[id];
  if (expr->kind == model::ExprKind::div && model.exprs[expr->args[0]].kind == model::ExprKind::stat_mean)
    expr = &model.exprs[model.exprs[expr->args[0]].args[0]];
  const bool told =
      expr->kind == model::ExprKind::measure && (expr->measure == Measure::round_demand || expr->measure == Measure::round_book);
  return told ? expr : nullptr;
}

Questions as_asked(model::Model model) {
  Questions questions{std::move(model), {}};
  for (const model::Ask& ask : questions.model.asks) questions.asked.push_back(ask.shown.size());
  return questions;
}

Questions with_companions(model::Model given) {
  Questions questions = as_asked(std::move(given));
  model::Model& model = questions.model;
  for (std::size_t a = 0; a < model.asks.size(); ++a) {
    if (model.asks[a].at) continue;  // everything in it is answered for one month
    for (std::size_t s = 0; s < questions.asked[a]; ++s) {
      const model::Shown& shown = model.asks[a].shown[s];
      const model::Expr& expr = model.exprs[shown.expr];
      const bool passage =
          expr.kind == model::ExprKind::measure && (expr.measure == Measure::out_of_cash || expr.measure == Measure::lasts);
      const bool series = shown.kind == model::AnswerKind::series;
      const model::Expr* attempt = of_first_attempt(model, shown.expr);
      if (attempt != nullptr && attempt->measure == Measure::round_demand && expr.kind == model::ExprKind::div) {
        model.asks[a].shown.push_back(supply_beside(model, model::Shown(shown)));
        continue;
      }
      if (!passage && !series) continue;
      const model::CompanyId company = company_of(model, shown.expr);
      const Measure wanted = passage ? Measure::cash : Measure::out_of_cash;
      if (company == model::kNone || shows(model, model.asks[a], wanted, company)) continue;
      model.asks[a].shown.push_back(shown_measure(model, wanted, company));
    }
  }
  return questions;
}

}  // namespace warchest::analysis
