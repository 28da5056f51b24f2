// What is asked of a run: outputs that record a column, and formulas over the statistics of outputs.
//
// A monthly value is recorded in its month, all else once in finish, as it stands at the end (or at the month that `at` names).
// A check that must hold on every path and month records the month of its first failure, endless where it holds.
#include <algorithm>
#include <cmath>
#include <limits>

#include "program/lowering.h"
#include "text/check.h"

namespace warchest::program {

using model::Expr;
using model::ExprKind;
using model::Measure;

namespace {

bool is_statistic(ExprKind kind) {
  return kind == ExprKind::stat_mean || kind == ExprKind::stat_sd || kind == ExprKind::stat_chance || kind == ExprKind::stat_quantile;
}

bool has_statistic(const model::Model& m, model::ExprId id) {
  const Expr& e = m.exprs[id];
  return is_statistic(e.kind) || std::any_of(e.args.begin(), e.args.end(), [&](model::ExprId a) { return has_statistic(m, a); });
}

std::optional<Formula::Kind> arithmetic(ExprKind kind) {
  switch (kind) {
    case ExprKind::add: return Formula::Kind::add;
    case ExprKind::sub: return Formula::Kind::sub;
    case ExprKind::mul: return Formula::Kind::mul;
    case ExprKind::div: return Formula::Kind::div;
    case ExprKind::pow: return Formula::Kind::pow;
    case ExprKind::neg: return Formula::Kind::neg;
    case ExprKind::min: return Formula::Kind::min;
    case ExprKind::max: return Formula::Kind::max;
    case ExprKind::abs: return Formula::Kind::abs;
    case ExprKind::sqrt: return Formula::Kind::sqrt;
    case ExprKind::exp: return Formula::Kind::exp;
    case ExprKind::log: return Formula::Kind::log;
    case ExprKind::less: return Formula::Kind::less;
    case ExprKind::less_equal: return Formula::Kind::less_equal;
    case ExprKind::equal: return Formula::Kind::equal;
    case ExprKind::not_equal: return Formula::Kind::not_equal;
    case ExprKind::logical_and: return Formula::Kind::both;
    case ExprKind::logical_or: return Formula::Kind::either;
    case ExprKind::logical_not: return Formula::Kind::opposite;
    case ExprKind::choose: return Formula::Kind::choose;
    default: return std::nullopt;
  }
}

}  // namespace

Output::Kind Lowering::kind_of(ExprId id) const {
  const Expr& e = model_.exprs[id];
  if (e.type == model::TypeKind::truth) return Output::Kind::truth;
  const bool passage = e.kind == ExprKind::measure && (e.measure == Measure::lasts || e.measure == Measure::out_of_cash || e.measure == Measure::last_round ||
                                                       e.measure == Measure::round_date || e.measure == Measure::event_date || e.measure == Measure::project_started ||
                                                       e.measure == Measure::project_online || e.measure == Measure::project_payback ||
                                                       e.measure == Measure::facility_breached || e.measure == Measure::facility_defaulted ||
                                                       e.measure == Measure::covenant_breached || e.measure == Measure::covenant_defaulted);
  return passage || e.type == model::TypeKind::event || e.type == model::TypeKind::date ? Output::Kind::months : Output::Kind::number;
}

std::int32_t Lowering::record(const std::string& name, Output::Kind kind, bool series, Operand v, bool spread) {
  Output output;
  output.name = name;
  output.kind = kind;
  output.series = series;
  output.spread = spread;
  program_.outputs.push_back(output);
  Instruction i;
  i.op = Op::record;
  i.a = v;
  i.data = static_cast<std::uint32_t>(program_.outputs.size() - 1);
  (series ? program_.month : program_.finish).push_back(i);
  return static_cast<std::int32_t>(program_.outputs.size() - 1);
}

// The output that records an expression, made once.
std::int32_t Lowering::output_of(ExprId id, bool series, std::int32_t row, bool spread) {
  const auto [place, fresh] = recorded_.try_emplace({id, series ? -1 : row}, -1);
  if (!fresh) {
    program_.outputs[static_cast<std::size_t>(place->second)].spread |= spread;
    return place->second;
  }
  Operand v;
  in_main(series ? program_.month : program_.finish, [&] { v = value(id, series ? When::now() : When::at_end(row)); });
  const std::int32_t made = record("output " + std::to_string(program_.outputs.size()), kind_of(id), series, v, spread);
  recorded_[{id, series ? -1 : row}] = made;
  return made;
}

std::int32_t Lowering::formula_node(Formula& out, ExprId id, bool series, std::int32_t row) {
  const Expr& e = model_.exprs[id];
  Formula::Node node;
  if (is_statistic(e.kind)) {
    node.kind = e.kind == ExprKind::stat_mean     ? Formula::Kind::mean
                : e.kind == ExprKind::stat_sd     ? Formula::Kind::sd
                : e.kind == ExprKind::stat_chance ? Formula::Kind::chance
                                                  : Formula::Kind::quantile;
    const bool monthly = series && model_.exprs[e.args[0]].variation == model::Variation::monthly;
    node.output = output_of(e.args[0], monthly, row, node.kind == Formula::Kind::quantile);
    if (node.kind == Formula::Kind::quantile) {
      const auto rank = known(e.args[1]);
      WARCHEST_CHECK(rank.has_value(), "a quantile without a known rank");
      node.value = *rank;
      auto& ranks = program_.outputs[static_cast<std::size_t>(node.output)].ranks;
      if (std::find(ranks.begin(), ranks.end(), *rank) == ranks.end()) ranks.insert(std::upper_bound(ranks.begin(), ranks.end(), *rank), *rank);
    }
  } else if (const auto number = known(id); number && !arithmetic(e.kind)) {
    node.value = *number;
  } else {
    const auto kind = arithmetic(e.kind);
    WARCHEST_CHECK(kind.has_value(), "a statistic of what cannot be formed from statistics");
    node.kind = *kind;
    const auto arg = [&](std::size_t i) { return i < e.args.size() ? formula_node(out, e.args[i], series, row) : -1; };
    node.a = arg(0);
    node.b = arg(1);
    node.c = arg(2);
    // min and max of several: a chain.
    for (std::size_t i = 2; (node.kind == Formula::Kind::min || node.kind == Formula::Kind::max) && i < e.args.size(); ++i) {
      node.c = -1;
      out.nodes.push_back(node);
      node.a = static_cast<std::int32_t>(out.nodes.size() - 1);
      node.b = formula_node(out, e.args[i], series, row);
    }
  }
  out.nodes.push_back(node);
  return static_cast<std::int32_t>(out.nodes.size() - 1);
}

Formula Lowering::formula(ExprId id, bool series, std::int32_t row) {
  Formula out;
  formula_node(out, id, series, row);
  return out;
}

Answered Lowering::answer(std::uint32_t ask_id, std::uint32_t shown_id) {
  const auto& ask = model_.asks[ask_id];
  const auto& shown = ask.shown[shown_id];
  Answered answered;
  answered.ask = ask_id;
  answered.shown = shown_id;
  const std::int32_t row = ask.at.value_or(months_ - 1);
  const bool series = shown.kind == model::AnswerKind::series;
  const Expr& e = model_.exprs[shown.expr];
  if (e.kind == ExprKind::stat_chance && shown.kind == model::AnswerKind::chance) {
    answered.output = output_of(e.args[0], false, row, false);
  } else if (has_statistic(model_, shown.expr)) {
    answered.formula = formula(shown.expr, series, row);
  } else {
    answered.output = output_of(shown.expr, series, row, true);
  }
  return answered;
}

Checked Lowering::check(std::uint32_t check_id) {
  const auto& check = model_.checks[check_id];
  Checked checked;
  checked.check = check_id;
  if (check.across_paths) {
    checked.formula = formula(check.condition, false, months_ - 1);
    return checked;
  }
  const Expr& e = model_.exprs[check.condition];
  checked.monthly = e.variation == model::Variation::monthly || e.variation == model::Variation::known_monthly;
  if (!checked.monthly) {
    checked.output = output_of(check.condition, false, months_ - 1, false);
    return checked;
  }
  const SlotId failed = new_slot(Keep::state);
  in_main(program_.setup, [&] { emit_to(failed, Op::copy, constant(model::kEndless)); });
  in_main(program_.month, [&] {
    const Operand holds = value(check.condition, When::now());
    emit_to(failed, Op::min, slot(failed), choose(holds, constant(model::kEndless), month_number(0)));
  });
  checked.output = record("check " + check.name, Output::Kind::months, false, slot(failed), false);
  return checked;
}

}  // namespace warchest::program
