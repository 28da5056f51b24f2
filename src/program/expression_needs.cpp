// What an expression needs, before anything of it is computed: whether it is known before the first month, how far back it can be read,
// whether it is one number on every path.
//
// Each question goes down the tree of the expression and through the definitions that it names, and stops at the leaves that remember.
#include <algorithm>
#include <cmath>
#include <limits>

#include "program/lowering.h"

namespace warchest::program {

using model::Expr;
using model::ExprKind;
using model::Measure;

namespace {

constexpr std::int32_t kAlways = std::numeric_limits<std::int32_t>::min() / 4;

}  // namespace

bool Lowering::in_setup_def(DefId id) {
  if (line_of(id) != model::kNone || input_round_.count(id)) return false;
  if (!setup_going_.insert(id).second) return false;  // it reaches itself through time
  bool yes = model_.definitions[id].is != model::kNone && in_setup(model_.definitions[id].is);
  for (const auto& layer : layers(id)) yes = yes && layer.from == model::kNone && layer.until == model::kNone && in_setup(layer.is);
  setup_going_.erase(id);
  return yes;
}

bool Lowering::in_setup(ExprId id) {
  if (const auto known = in_setup_memo_.find(id); known != in_setup_memo_.end()) return known->second != 0;
  const Expr& e = model_.exprs[id];
  bool yes = true;
  switch (e.kind) {
    case ExprKind::period_table:
    case ExprKind::curve:
    case ExprKind::measure:
    case ExprKind::month_number:
    case ExprKind::regimes:
    case ExprKind::months_since:
    case ExprKind::cumulative:
    case ExprKind::window_sum:
    case ExprKind::window_mean:
    case ExprKind::grow:
    case ExprKind::after:
    case ExprKind::ramp:
    case ExprKind::s_curve:
    case ExprKind::by:
    case ExprKind::through:
    case ExprKind::stat_mean:
    case ExprKind::stat_sd:
    case ExprKind::stat_chance:
    case ExprKind::stat_quantile:
      yes = false;
      break;
    case ExprKind::at:
      yes = from_tables(e.args[0]) && in_setup(e.args[1]) && known(e.args[1]) && (*known(e.args[1]) < 0 || !from_a_line(e.args[0]));
      break;
    case ExprKind::in_sum:
    case ExprKind::in_last:
      yes = from_tables(e.args[0]) && (e.value2 < 0 || !from_a_line(e.args[0]));
      break;
    case ExprKind::reference:
      yes = in_setup_def(e.index);
      break;
    case ExprKind::base:
      yes = model_.definitions[e.index].is != model::kNone && in_setup(model_.definitions[e.index].is);
      break;
    case ExprKind::draw: {
      const auto& draw = model_.draws[e.index];
      yes = draw.luck == model::kNone || model_.lucks[draw.luck].kind == model::LuckKind::path;
      for (const auto& p : draw.params) yes = yes && in_setup(p.expr);
      if (draw.truncated)
        for (const ExprId end : {draw.truncated->first, draw.truncated->second}) yes = yes && (end == model::kNone || in_setup(end));
      for (const auto& [part, share] : draw.mixture) {
        yes = yes && in_setup(share);
        for (const auto& p : model_.draws[part].params) yes = yes && in_setup(p.expr);
      }
      break;
    }
    case ExprKind::lookup:
      for (const auto& [key, v] : model_.lookups[e.index].points) yes = yes && in_setup(v);
      [[fallthrough]];
    default:
      for (const ExprId a : e.args) yes = yes && in_setup(a);
  }
  if (setup_going_.empty()) in_setup_memo_[id] = yes ? 1 : 0;
  return yes;
}

bool Lowering::from_tables(ExprId id) {
  if (in_setup(id)) return true;
  if (const auto known = from_tables_memo_.find(id); known != from_tables_memo_.end()) return known->second != 0;
  from_tables_memo_[id] = 0;  // what reaches itself does not come from tables
  const Expr& e = model_.exprs[id];
  bool yes = true;
  switch (e.kind) {
    case ExprKind::period_table:
    case ExprKind::curve:
    case ExprKind::month_number:
      break;
    case ExprKind::reference:
      yes = !input_round_.count(e.index) && model_.definitions[e.index].opening == model::kNone &&
            model_.definitions[e.index].is != model::kNone && from_tables(model_.definitions[e.index].is);
      for (const auto& layer : layers(e.index)) yes = yes && from_tables(layer.is);
      break;
    case ExprKind::base:
      yes = from_tables(model_.definitions[e.index].is);
      break;
    case ExprKind::measure:
    case ExprKind::months_since:
    case ExprKind::regimes:
    case ExprKind::cumulative:
    case ExprKind::by:
    case ExprKind::through:
    case ExprKind::draw:
      yes = false;
      break;
    default:
      for (const ExprId a : e.args) yes = yes && from_tables(a);
  }
  from_tables_memo_[id] = yes ? 1 : 0;
  return yes;
}

// Of what comes from tables: whether it reads a plan line, which is nothing from the month on in which its company has stopped.
bool Lowering::from_a_line(ExprId id) {
  if (const auto known = from_a_line_memo_.find(id); known != from_a_line_memo_.end()) return known->second != 0;
  const Expr& e = model_.exprs[id];
  bool yes = false;
  if (e.kind == ExprKind::reference || e.kind == ExprKind::base) {
    yes = line_of(e.index) != model::kNone || from_a_line(model_.definitions[e.index].is);
    if (e.kind == ExprKind::reference)
      for (const auto& layer : layers(e.index)) yes = yes || from_a_line(layer.is);
  }
  for (const ExprId a : e.args) yes = yes || from_a_line(a);
  from_a_line_memo_[id] = yes ? 1 : 0;
  return yes;
}

std::int32_t Lowering::reach_def(DefId id) {
  const auto& d = model_.definitions[id];
  if (d.opening != model::kNone) return -1;
  if (input_round_.count(id)) return -1;
  if (const auto known = reach_def_memo_.find(id); known != reach_def_memo_.end()) return known->second;
  if (!reach_going_.insert(id).second) return 0;
  std::int32_t first = d.is == model::kNone ? 0 : reach(d.is);
  for (const auto& layer : layers(id)) first = std::max(first, reach(layer.is));
  reach_going_.erase(id);
  if (reach_going_.empty()) reach_def_memo_[id] = first;
  return first;
}

std::int32_t Lowering::reach(ExprId id) {
  const Expr& e = model_.exprs[id];
  std::int32_t first = kAlways;
  switch (e.kind) {
    case ExprKind::number:
    case ExprKind::month_number:
      return kAlways;
    case ExprKind::draw:
      return model_.draws[e.index].luck == model::kNone || model_.lucks[model_.draws[e.index].luck].kind == model::LuckKind::path ? kAlways
                                                                                                                                  : 0;
    case ExprKind::period_table:
    case ExprKind::curve:
      return model_.tables[e.index].cells.front().first;
    case ExprKind::reference:
      return reach_def(e.index);
    case ExprKind::base:
      return reach(model_.definitions[e.index].is);
    case ExprKind::measure:
    case ExprKind::months_since:
    case ExprKind::regimes:
    case ExprKind::cumulative:
    case ExprKind::by:
    case ExprKind::through:
      return -1;
    case ExprKind::lag:
      return std::max(kAlways, reach(e.args[0])) + static_cast<std::int32_t>(e.value);
    default:
      break;
  }
  for (const ExprId a : e.args) first = std::max(first, reach(a));
  return first;
}

// The first month that a window takes: flows of a company begin at the start, though last month's can be asked for in it (nothing).
std::int32_t Lowering::window_reach(ExprId id) {
  const Expr& e = model_.exprs[id];
  if (e.kind == ExprKind::measure) {
    switch (e.measure) {
      case Measure::revenue:
      case Measure::cost:
      case Measure::ebitda:
      case Measure::interest:
      case Measure::burn:
      case Measure::mean_burn:
      case Measure::facility_interest:
      case Measure::facility_drawn:
      case Measure::facility_repaid:
      case Measure::facility_fees:
      case Measure::capex:
      case Measure::depreciation:
      case Measure::ebit:
      case Measure::project_spend:
      case Measure::project_depreciation:
      case Measure::project_yield:
      case Measure::project_running:
      case Measure::cost_of_revenue:
      case Measure::research_and_development:
      case Measure::sales_and_marketing:
      case Measure::general_and_administrative:
      case Measure::gross_profit:
      case Measure::other_income:
      case Measure::interest_expense:
      case Measure::pre_tax_income:
      case Measure::tax:
      case Measure::net_income:
      case Measure::stock_pay:
      case Measure::cash_from_operations:
      case Measure::cash_from_investing:
      case Measure::cash_from_financing:
        return 0;
      default:
        return reach(id);
    }
  }
  std::int32_t first = reach(id);
  if (e.kind == ExprKind::lag) return std::max(first, window_reach(e.args[0]) + static_cast<std::int32_t>(e.value));
  if (e.kind == ExprKind::reference) {
    const auto& d = model_.definitions[e.index];
    if (d.opening != model::kNone || d.is == model::kNone || input_round_.count(e.index) || !window_going_.insert(e.index).second)
      return first;
    first = std::max(first, window_reach(d.is));
    for (const auto& layer : layers(e.index)) first = std::max(first, window_reach(layer.is));
    window_going_.erase(e.index);
  }
  for (const ExprId a : e.args) first = std::max(first, window_reach(a));
  return first;
}

std::optional<double> Lowering::known(ExprId id) {
  const Expr& e = model_.exprs[id];
  const auto arg = [&](std::size_t i) { return i < e.args.size() ? known(e.args[i]) : std::nullopt; };
  switch (e.kind) {
    case ExprKind::number:
      return e.value;
    case ExprKind::reference:
      return known_def(e.index);
    case ExprKind::base:
      return known(model_.definitions[e.index].is);
    case ExprKind::neg:
    case ExprKind::round: {
      const auto a = arg(0);
      if (!a) return std::nullopt;
      return e.kind == ExprKind::neg ? -*a : std::round(*a);
    }
    case ExprKind::add:
    case ExprKind::sub:
    case ExprKind::mul:
    case ExprKind::div:
    case ExprKind::min:
    case ExprKind::max: {
      auto total = arg(0);
      for (std::size_t i = 1; i < e.args.size(); ++i) {
        const auto b = arg(i);
        if (!total || !b) return std::nullopt;
        switch (e.kind) {
          case ExprKind::add:
            *total += *b;
            break;
          case ExprKind::sub:
            *total -= *b;
            break;
          case ExprKind::mul:
            *total *= *b;
            break;
          case ExprKind::div:
            *total /= *b;
            break;
          case ExprKind::min:
            total = std::min(*total, *b);
            break;
          default:
            total = std::max(*total, *b);
        }
      }
      return total;
    }
    default:
      return std::nullopt;
  }
}

std::optional<double> Lowering::known_def(DefId id) {
  if (line_of(id) != model::kNone || input_round_.count(id) || !reach_going_.insert(id).second) return std::nullopt;
  std::optional<double> result;
  if (layers(id).empty()) {
    if (model_.definitions[id].is != model::kNone) result = known(model_.definitions[id].is);
  } else if (const Layer& top = layers(id).back(); top.from == model::kNone && top.until == model::kNone) {
    result = known(top.is);
  }
  reach_going_.erase(id);
  return result;
}

double Lowering::known_or(DefId id, double otherwise) {
  if (id == model::kNone) return otherwise;
  return known_def(id).value_or(otherwise);
}

}  // namespace warchest::program
