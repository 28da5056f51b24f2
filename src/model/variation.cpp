// How every value varies: known, by month, by path, or both. Two bits, so that the variation of an expression is the union of its
// parts'; a third one says that the value comes out of the run, month by month, and cannot be read ahead.
//
// A fixed point: a definition's bits feed those that name it. Bits only grow, so each definition is looked at a few times at most.
#include <algorithm>

#include "model/checker.h"
#include "text/check.h"

namespace warchest::model {

using text::Code;

namespace {

constexpr std::uint8_t kMonth = 1, kPath = 2, kRun = 4;

bool is_statistic(ExprKind kind) {
  return kind == ExprKind::stat_mean || kind == ExprKind::stat_sd || kind == ExprKind::stat_chance || kind == ExprKind::stat_quantile;
}

}  // namespace

// What an expression is made of beyond its arguments: parameters of a draw, cells of a table.
std::vector<ExprId> Checker::inside(ExprId id) const {
  const Expr& expr = model_.exprs[id];
  std::vector<ExprId> result;
  if (expr.kind == ExprKind::draw) inside_draw(expr.index, result);
  if (expr.kind == ExprKind::period_table || expr.kind == ExprKind::curve) {
    for (const Table::Cell& cell : model_.tables[expr.index].cells) result.push_back(cell.value);
  }
  if (expr.kind == ExprKind::regimes) {
    for (const Regimes::State& state : model_.regimes[expr.index].states) result.push_back(state.stays);
  }
  if (expr.kind == ExprKind::lookup) {
    for (const auto& [key, value] : model_.lookups[expr.index].points) result.push_back(value);
  }
  return result;
}

void Checker::inside_draw(std::uint32_t index, std::vector<ExprId>& result) const {
  const Draw& draw = model_.draws[index];
  for (const Param& param : draw.params) result.push_back(param.expr);
  for (const auto& [part, share] : draw.mixture) {
    result.push_back(share);
    inside_draw(part, result);
  }
  if (draw.truncated) {
    if (draw.truncated->first != kNone) result.push_back(draw.truncated->first);
    if (draw.truncated->second != kNone) result.push_back(draw.truncated->second);
  }
}

// All nodes of an expression, itself included, not following names.
std::vector<ExprId> Checker::parts_of(ExprId root) const {
  std::vector<ExprId> result, open;
  if (root == kNone) return result;
  std::set<ExprId> seen;
  open.push_back(root);
  while (!open.empty()) {
    const ExprId id = open.back();
    open.pop_back();
    if (!seen.insert(id).second) continue;
    result.push_back(id);
    for (const ExprId arg : model_.exprs[id].args) open.push_back(arg);
    for (const ExprId arg : inside(id)) open.push_back(arg);
  }
  return result;
}

std::uint8_t Checker::bits_of(ExprId id) const {
  const Expr& expr = model_.exprs[id];
  std::uint8_t bits = 0;
  for (const ExprId arg : expr.args) bits |= bits_[arg];
  for (const ExprId arg : inside(id)) bits |= bits_[arg];
  switch (expr.kind) {
    case ExprKind::draw: {
      const std::uint32_t luck = model_.draws[expr.index].luck;
      bits |= kPath;
      if (luck != kNone && model_.lucks[luck].kind != LuckKind::path) bits |= kMonth | kRun;
      return bits;
    }
    case ExprKind::regimes:
      return bits | kMonth | kPath | kRun;
    case ExprKind::period_table:
    case ExprKind::curve:
    case ExprKind::month_number:
    case ExprKind::window_sum:
    case ExprKind::cumulative:
    case ExprKind::grow:
    case ExprKind::after:
    case ExprKind::ramp:
    case ExprKind::s_curve:
      return bits | kMonth;
    case ExprKind::reference:
    case ExprKind::base:
      return bits | definition_bits_[expr.index];
    case ExprKind::measure:
      if (known_at_the_end(expr.measure) || (expr.type == TypeKind::event && owners_[owner_of_[id]].reads == Reads::question))
        return kPath | kRun;
      return kMonth | kPath | kRun;
    case ExprKind::months_since:
      return kMonth | kPath | kRun;
    case ExprKind::at:
    case ExprKind::in_sum:
    case ExprKind::in_last:
    case ExprKind::by:
    case ExprKind::through:
      return bits & static_cast<std::uint8_t>(~kMonth);
    case ExprKind::stat_mean:
    case ExprKind::stat_sd:
    case ExprKind::stat_chance:
    case ExprKind::stat_quantile:
      return bits & static_cast<std::uint8_t>(~kPath);
    default:
      return bits;
  }
}

void Checker::infer_variation() {
  bits_.assign(model_.exprs.size(), 0);
  definition_bits_.assign(model_.definitions.size(), 0);
  std::vector<std::vector<ExprId>> nodes(owners_.size());
  std::vector<std::vector<OwnerId>> readers(model_.definitions.size());
  std::vector<std::vector<OwnerId>> writers(model_.definitions.size());
  for (ExprId id = 0; id < model_.exprs.size(); ++id) {
    if (owner_of_[id] == kNone) continue;
    nodes[owner_of_[id]].push_back(id);
    const Expr& expr = model_.exprs[id];
    if (expr.kind == ExprKind::reference || expr.kind == ExprKind::base) readers[expr.index].push_back(owner_of_[id]);
  }
  for (const auto& [use, definition] : lookup_uses_) readers[definition].push_back(owner_of_[use]);
  for (DefId id = 0; id < model_.definitions.size(); ++id) {
    if (model_.definitions[id].opening != kNone) definition_bits_[id] = kMonth | kRun;
  }
  std::vector<std::pair<OwnerId, ExprId>> results;  // where an owner's value ends up: for overrides, what they lay
  std::vector<ExprId> laid(owners_.size(), kNone);
  for (DefId id = 0; id < model_.definitions.size(); ++id) laid[states_[id].owner] = model_.definitions[id].is;
  const auto note = [&](ExprId is) {
    if (is != kNone && owner_of_[is] != kNone) laid[owner_of_[is]] = is;
  };
  for (const Scenario& scenario : model_.scenarios) {
    for (const Override& one : scenario.overrides) note(one.is);
  }
  for (const Override& one : model_.base_overrides) note(one.is);
  for (const Ask& ask : model_.asks) {
    if (!ask.for_each) continue;
    for (const ExprId is : ask.for_each->values) note(is);
  }
  std::vector<OwnerId> open(owners_.size());
  std::vector<char> queued(owners_.size(), 1);
  for (OwnerId id = 0; id < owners_.size(); ++id) open[owners_.size() - 1 - id] = id;
  while (!open.empty()) {
    const OwnerId owner = open.back();
    open.pop_back();
    queued[owner] = 0;
    for (const ExprId id : nodes[owner]) bits_[id] = bits_of(id);
    const DefId definition = owners_[owner].definition;
    if (definition == kNone || laid[owner] == kNone) continue;
    std::uint8_t bits = definition_bits_[definition] | bits_[laid[owner]];
    if (owners_[owner].overrides && windowed_.contains(laid[owner])) bits |= kMonth;
    if (bits == definition_bits_[definition]) continue;
    definition_bits_[definition] = bits;
    for (const OwnerId reader : readers[definition]) {
      if (!queued[reader]) open.push_back(reader);
      queued[reader] = 1;
    }
  }
  for (ExprId id = 0; id < model_.exprs.size(); ++id) model_.exprs[id].variation = static_cast<Variation>(bits_[id] & (kMonth | kPath));
  for (DefId id = 0; id < model_.definitions.size(); ++id) {
    model_.definitions[id].variation = static_cast<Variation>(definition_bits_[id] & (kMonth | kPath));
  }
  classify_answers();
  check_named_months();
}

// What kind of answer each thing asked for has.
void Checker::classify_answers() {
  const auto has_statistic = [&](ExprId root) {
    for (const ExprId id : parts_of(root)) {
      if (is_statistic(model_.exprs[id].kind)) return true;
    }
    return false;
  };
  for (Ask& ask : model_.asks) {
    for (Shown& shown : ask.shown) {
      const Expr& expr = model_.exprs[shown.expr];
      const bool monthly = (bits_[shown.expr] & kMonth) != 0 && !ask.at;
      if (shown.kind == AnswerKind::date && !has_statistic(shown.expr)) continue;
      if (expr.kind == ExprKind::stat_chance && !monthly) {
        shown.kind = AnswerKind::chance;
      } else if (monthly) {
        shown.kind = AnswerKind::series;
      } else if (has_statistic(shown.expr)) {
        shown.kind = AnswerKind::value;
      } else if (expr.type == TypeKind::truth) {
        shown.kind = AnswerKind::chance;
      } else {
        shown.kind = AnswerKind::number;
      }
    }
  }
  for (const Ask& ask : model_.asks) {
    if (!ask.find) continue;
    for (const Shown& side : ask.shown) {
      if (side.kind != AnswerKind::series) continue;
      error(Code::wrong_type, model_.exprs[side.expr].span, "this varies by month, and a search wants one figure", "say which month:  at = 2029-09");
    }
  }
  for (const Ask& ask : model_.asks) {
    if (!ask.compares) continue;
    for (const Shown& shown : ask.shown) {
      if (shown.kind != AnswerKind::series) continue;
      error(Code::wrong_type, model_.exprs[shown.expr].span, "this varies by month, and a comparison is of one figure", "say which month:  at = 2029-09");
    }
  }
  for (Check& check : model_.checks) {
    check.across_paths = has_statistic(check.condition);
    if (check.across_paths && (bits_[check.condition] & kPath) != 0) {
      error(Code::statistic_outside, model_.exprs[check.condition].span, "this mixes a statistic with values of single paths",
            "put the rest into the statistic too:  chance(…) >= 90%");
    }
  }
  for (Ask& ask : model_.asks) {
    for (const Shown& shown : ask.shown) {
      if (has_statistic(shown.expr) && (bits_[shown.expr] & kPath) != 0) {
        error(Code::statistic_outside, model_.exprs[shown.expr].span, "this mixes a statistic with values of single paths",
              "put the rest into the statistic too:  mean(a - b)");
      }
    }
  }
}

// What is told month by month, or must hold in every month, is found as the months go by; there another month of the run, named outright,
// may be still to come.
void Checker::check_named_months() {
  std::set<ExprId> told;
  const std::function<void(ExprId, bool)> look = [&](ExprId id, bool in_month) {
    const Expr& expr = model_.exprs[id];
    const bool named = expr.kind == ExprKind::at || expr.kind == ExprKind::in_sum || expr.kind == ExprKind::in_last;
    if (named && in_month && (bits_[expr.args[0]] & kRun) != 0 && told.insert(id).second) {
      error(Code::wrong_type, expr.span, "this is of a named month, and what stands beside it of every month",
            "name a month for both:  (a - b) at 2029-09,  or of the ask:  at = 2029-09");
    }
    const bool month = named ? false
                             : in_month || expr.kind == ExprKind::by || expr.kind == ExprKind::through || expr.kind == ExprKind::cumulative ||
                                   expr.kind == ExprKind::window_sum || expr.kind == ExprKind::window_mean;
    for (const ExprId arg : expr.args) look(arg, month);
  };
  for (const Ask& ask : model_.asks) {
    for (const Shown& shown : ask.shown) look(shown.expr, shown.kind == AnswerKind::series);
  }
  for (const Check& check : model_.checks) look(check.condition, (bits_[check.condition] & kMonth) != 0);
}

// Fields that are read once, and cells that are drawn once, cannot vary by month.
void Checker::check_varies() {
  for (DefId id = 0; id < model_.definitions.size(); ++id) {
    const DefinitionState& state = states_[id];
    if (state.row == nullptr || state.bad || state.row->varies != Varies::path || is_fact(id)) continue;
    if ((definition_bits_[id] & (kMonth | kRun)) == 0 || !state.written.given()) continue;
    error(Code::varies_by_month, state.written.span(),
          "`" + std::string(state.row->name) + "` is read once, and this varies from month to month",
          "name the month that is meant:  (x at " + quantity::spelled_month(start()) + ")");
  }
  std::set<std::uint32_t> seen;
  for (ExprId id = 0; id < model_.exprs.size(); ++id) {
    const Expr& expr = model_.exprs[id];
    if (expr.kind != ExprKind::period_table && expr.kind != ExprKind::curve) continue;
    if (!seen.insert(expr.index).second) continue;
    for (const Table::Cell& cell : model_.tables[expr.index].cells) {
      if ((bits_[cell.value] & (kMonth | kRun)) == 0) continue;
      error(Code::varies_by_month, model_.exprs[cell.value].span, "a cell of a table is one number, and this varies from month to month",
            "multiply the whole table instead:  x * series");
    }
  }
}

}  // namespace warchest::model
