// The order of the passes, and the few things that all of them use: complaints and nodes.
#include "model/checker.h"

#include <algorithm>
#include <cmath>

#include "model/known.h"
#include "text/check.h"
#include "text/names.h"

namespace warchest::model {

using text::Code;

Written Written::bare() const {
  Written inner = *this;
  while (inner->kind == lang::ExprKind::paren) inner = inner.child(0);
  return inner;
}

const WrittenField* Entity::field(std::string_view wanted) const {
  if (!cells.empty()) {
    const auto found = cells.find(std::string(wanted));
    return found == cells.end() ? nullptr : &fields[found->second];
  }
  for (const WrittenField& given : fields) {
    if (given.row != nullptr && given.name() == wanted) return &given;
  }
  return nullptr;
}

std::optional<Model> check(const std::vector<lang::Tree>& files, const Inputs& inputs, const CheckOptions& options,
                           text::Diagnostics& diagnostics) {
  return Checker(files, inputs, options, diagnostics).run();
}

std::optional<Model> Checker::run() {
  declare_files();     // every block gets a place, every field a definition
  declare_settings();  // start, horizon and currency, which all else is measured by
  declare_currencies();
  declare_nouns();     // companies, lines, rounds … get their numbers
  find_overridden();   // what scenarios and the command line lay their hands on
  settle_ownership();  // holders, those implied among them, and books
  elaborate_all();     // names, types and units of every definition
  settle_scenarios();
  settle_settings();  // --set
  settle_asks();
  settle_checks();
  settle_reports();
  settle_expression();  // --expr
  settle_together();
  infer_variation();
  settle_currencies();
  check_varies();
  check_ownership();
  check_market();
  check_projects();
  check_facilities();
  check_statements();
  check_information();  // no decision may read the future
  find_loops();
  check_correlations();
  if (diagnostics_.has_errors()) return std::nullopt;
  return std::move(model_);
}

// --- complaints -----------------------------------------------------------------------------------------------------------------

void Checker::error(Code code, text::Span span, std::string message, std::string suggestion, std::string found, std::string wanted,
                    std::vector<text::Label> labels) {
  diagnostics_.add({.code = code,
                    .severity = text::Severity::error,
                    .span = span,
                    .message = std::move(message),
                    .labels = std::move(labels),
                    .found = std::move(found),
                    .wanted = std::move(wanted),
                    .suggestion = std::move(suggestion)});
}

void Checker::warning(Code code, text::Span span, std::string message, std::string suggestion) {
  diagnostics_.add({.code = code,
                    .severity = text::Severity::warning,
                    .span = span,
                    .message = std::move(message),
                    .suggestion = std::move(suggestion)});
}

void Checker::refuse_later(text::Span span, std::string_view name, Part part) {
  error(Code::not_supported_yet, span,
        "`" + std::string(name) + "` is not supported yet: it comes with the " + std::string(part_name(part)) +
            " part of warchest, which knows " + std::string(part_in_words(part)));
}

// A text of nothing but unknown names must not cost the square of its length.
bool Checker::may_suggest(std::size_t names) {
  constexpr std::size_t kMostCompared = 2'000'000;
  names_compared_ += names;
  return names_compared_ <= kMostCompared;
}

std::optional<std::string> Checker::nearest(std::string_view word, const std::vector<std::string>& candidates) {
  if (!may_suggest(candidates.size())) return std::nullopt;
  return text::nearest_name(word, candidates);
}

Value Checker::bad(text::Span span) {
  Value value;
  value.id = node({.kind = ExprKind::number, .value = 0, .span = span}, kNone);
  value.bad = true;
  value.span = span;
  return value;
}

// --- nodes ----------------------------------------------------------------------------------------------------------------------

namespace {

// exp and log are the kernels' own, so that a folded number has their bits.
std::optional<double> folded(ExprKind kind, const std::vector<double>& x) {
  return kind == ExprKind::exp || kind == ExprKind::log ? std::nullopt : applied(kind, x);
}

}  // namespace

ExprId Checker::node(Expr expr, OwnerId owner) {
  std::vector<double> values;
  for (const ExprId arg : expr.args) {
    if (model_.exprs[arg].kind != ExprKind::number) break;
    values.push_back(model_.exprs[arg].value);
  }
  if (!expr.args.empty() && values.size() == expr.args.size()) {
    if (const auto value = folded(expr.kind, values); value && std::isfinite(*value)) {
      expr.kind = ExprKind::number;
      expr.value = *value;
      expr.args.clear();
    }
  }
  const ExprId id = static_cast<ExprId>(model_.exprs.size());
  model_.exprs.push_back(std::move(expr));
  owner_of_.push_back(owner);
  return id;
}

ExprId Checker::constant(double value, text::Span span, OwnerId owner) {
  return node({.kind = ExprKind::number, .value = value, .span = span}, owner);
}

Value Checker::made(ExprKind kind, TypeKind type, quantity::Unit unit, std::vector<ExprId> args, text::Span span, const Context& context,
                    double value, double value2) {
  Value result;
  result.id = node({.kind = kind, .type = type, .value = value, .value2 = value2, .args = std::move(args), .span = span}, context.owner);
  result.type = type;
  result.unit = std::move(unit);
  result.span = span;
  return result;
}

Value Checker::constant_value(double value, quantity::Unit unit, text::Span span, const Context& context) {
  Value result = made(ExprKind::number, TypeKind::number, std::move(unit), {}, span, context, value);
  return result;
}

std::optional<double> Checker::literal(ExprId id) const {
  const Expr& expr = model_.exprs[id];
  if (expr.kind == ExprKind::number) return expr.value;
  return std::nullopt;
}

std::optional<double> Checker::known(ExprId id) const {
  for (int steps = 0; steps < 100; ++steps) {
    const Expr& expr = model_.exprs[id];
    if (expr.kind == ExprKind::number) return expr.value;
    if (expr.kind != ExprKind::reference || overridden_.contains(expr.index)) return std::nullopt;
    id = model_.definitions[expr.index].is;
    if (id == kNone) return std::nullopt;
  }
  return std::nullopt;
}

std::string Checker::quoted(const Written& written) const { return lang::format(*written.tree, written.id); }

quantity::Unit Checker::unit_of_measure(MeasureUnit unit) const {
  switch (unit) {
    case MeasureUnit::money:
      return currency();
    case MeasureUnit::flow:
      return currency() / quantity::duration();
    case MeasureUnit::duration:
      return quantity::duration();
    case MeasureUnit::growth:
      return quantity::per_month();
    case MeasureUnit::people:
      return quantity::Unit(quantity::Dimension::people);
    case MeasureUnit::shares:
      return quantity::Unit(quantity::Dimension::shares);
    case MeasureUnit::price:
      return currency() / quantity::Unit(quantity::Dimension::shares);
    case MeasureUnit::size:        // of its project: unit_of_project
    case MeasureUnit::levelised:
    case MeasureUnit::plain:
    case MeasureUnit::event:
    case MeasureUnit::date:
    case MeasureUnit::truth:
      return {};
  }
  return {};
}

}  // namespace warchest::model
