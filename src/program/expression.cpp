// Expressions: the value of a node in a context.
//
// What needs no month is computed once per path, in setup. A monthly expression read `lag` months back is the same expression
// over leaves read `lag` months back; only the leaves remember. What runs through time (cumulative, by, through) has a history.
#include "program/lowering.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "text/check.h"

namespace warchest::program {

using model::Expr;
using model::ExprKind;
using model::Measure;

namespace {

constexpr std::int32_t kAlways = std::numeric_limits<std::int32_t>::min() / 4;

bool is_date_measure(Measure m) {
  return m == Measure::event_date || m == Measure::out_of_cash || m == Measure::last_round || m == Measure::round_date ||
         m == Measure::project_started || m == Measure::project_online || m == Measure::facility_breached ||
         m == Measure::facility_defaulted || m == Measure::covenant_breached || m == Measure::covenant_defaulted;
}

std::optional<Op> elementwise_op(ExprKind kind) {
  switch (kind) {
    case ExprKind::add:
      return Op::add;
    case ExprKind::sub:
      return Op::sub;
    case ExprKind::mul:
      return Op::mul;
    case ExprKind::div:
      return Op::div;
    case ExprKind::pow:
      return Op::power;
    case ExprKind::neg:
      return Op::neg;
    case ExprKind::less:
      return Op::less;
    case ExprKind::less_equal:
      return Op::less_equal;
    case ExprKind::logical_and:
      return Op::both;
    case ExprKind::logical_or:
      return Op::either;
    case ExprKind::logical_not:
      return Op::opposite;
    case ExprKind::choose:
      return Op::choose;
    case ExprKind::abs:
      return Op::abs;
    case ExprKind::sqrt:
      return Op::sqrt;
    case ExprKind::exp:
      return Op::exp;
    case ExprKind::log:
      return Op::log;
    case ExprKind::round:
      return Op::round;
    default:
      return std::nullopt;
  }
}

}  // namespace

// --- what an expression needs --------------------------------------------------------------------------------------------

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
    if (d.opening != model::kNone || d.is == model::kNone || input_round_.count(e.index) || !window_going_.insert(e.index).second) return first;
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

// --- values ----------------------------------------------------------------------------------------------------------------

Operand Lowering::setup_value(ExprId id) {
  if (const auto known = setup_memo_.find(id); known != setup_memo_.end()) return known->second;
  Operand result;
  in_main(program_.setup, [&] { result = compute(id, When::in_setup()); });
  if (!(model_.exprs[id].kind == ExprKind::base)) setup_memo_[id] = result;
  return result;
}

Operand Lowering::value(ExprId id, const When& when) {
  WARCHEST_CHECK(id != model::kNone, "an expression that is not there");
  if (in_setup(id)) return setup_value(id);
  return compute(id, when);
}

Operand Lowering::compute(ExprId id, const When& when) {
  const Expr& e = model_.exprs[id];
  switch (e.kind) {
    case ExprKind::number:
      return constant(e.value);
    case ExprKind::draw:
      return draw(e.index, when);
    case ExprKind::period_table:
    case ExprKind::curve:
      return table(e, when);
    case ExprKind::regimes:
      return process(e.index, when);
    case ExprKind::lookup: {
      Lookup lookup;
      for (const auto& [key, v] : model_.lookups[e.index].points) {
        lookup.keys.push_back(key);
        lookup.values.push_back(value(v, when));
      }
      const Operand x = value(e.args[0], when);
      program_.lookups.push_back(std::move(lookup));
      return emit(Op::lookup, x, {}, {}, static_cast<std::uint32_t>(program_.lookups.size() - 1));
    }
    case ExprKind::reference:
      return reference(e.index, when);
    case ExprKind::measure:
      return measure(e, when);
    case ExprKind::base: {
      const auto depth = base_depth_.find(e.index);
      return layered(e.index, depth == base_depth_.end() ? 0 : depth->second, when);
    }
    case ExprKind::month_number:
      return when.kind == When::Kind::month ? month_number(when.lag) : constant(when.row);
    case ExprKind::lag: {
      const auto months = static_cast<std::int32_t>(e.value);
      When earlier = when;
      if (when.kind == When::Kind::month)
        earlier.lag += months;
      else
        earlier.row -= months;
      if (earlier.kind != When::Kind::month) earlier.row = std::max(earlier.row, reach(e.args[0]));
      return value(e.args[0], earlier);
    }
    case ExprKind::window_sum:
    case ExprKind::window_mean:
      return window(e, when);
    case ExprKind::cumulative:
    case ExprKind::by:
    case ExprKind::through:
      return running(id, when);
    case ExprKind::grow:
      return grown(e, id, when);
    case ExprKind::at:
      return value_at(e, when);
    case ExprKind::in_sum:
      return total(e, when);
    case ExprKind::in_last: {
      const auto last = std::min(static_cast<std::int32_t>(e.value2), months_ - 1);
      const bool planned = in_setup(id) || (when.kind != When::Kind::finish && from_tables(e.args[0]));
      return value(e.args[0], planned ? When::row_in_setup(last) : When::at_end(last));
    }
    case ExprKind::months_since:
      return months_since(e, when);
    default:
      return elementwise(e, when);
  }
}

Operand Lowering::elementwise(const Expr& e, const When& when) {
  if (e.kind == ExprKind::after) {
    const Operand month = when.kind == When::Kind::month ? month_number(when.lag) : constant(when.row);
    const Operand start = emit(Op::floor, value(e.args[0], when));
    return choose(emit(Op::less_equal, start, month), value(e.args[1], when), constant(0));
  }
  if (e.kind == ExprKind::ramp || e.kind == ExprKind::s_curve) {
    const bool ramp = e.kind == ExprKind::ramp;
    const Operand month = when.kind == When::Kind::month ? month_number(when.lag) : constant(when.row);
    const Operand start = value(e.args[ramp ? 2 : 0], when), length = value(e.args[ramp ? 3 : 1], when);
    // A length of nothing is a step.
    const Operand along = emit(Op::min, emit(Op::max, emit(Op::div, emit(Op::sub, month, start), length), constant(0)), constant(1));
    const Operand u = emit(Op::choose, emit(Op::less, constant(0), length), along, emit(Op::less_equal, start, month));
    if (ramp) {
      const Operand from = value(e.args[0], when), to = value(e.args[1], when);
      return emit(Op::add, from, emit(Op::mul, u, emit(Op::sub, to, from)));
    }
    return emit(Op::mul, emit(Op::mul, u, u), emit(Op::sub, constant(3), emit(Op::mul, constant(2), u)));
  }
  if (e.kind == ExprKind::equal) return nearly_equal(e, when);
  if (e.kind == ExprKind::not_equal) return emit(Op::opposite, nearly_equal(e, when));
  if (e.kind == ExprKind::clip) {
    const Operand x = value(e.args[0], when), low = value(e.args[1], when), high = value(e.args[2], when);
    return emit(Op::min, emit(Op::max, x, low), high);
  }
  if (e.kind == ExprKind::min || e.kind == ExprKind::max) {
    Operand best = value(e.args[0], when);
    for (std::size_t i = 1; i < e.args.size(); ++i) {
      const Operand next = value(e.args[i], when);
      best = emit(e.kind == ExprKind::min ? Op::min : Op::max, best, next);
    }
    return best;
  }
  if (const auto short_runway = runway_below(e, when)) return *short_runway;
  const auto op = elementwise_op(e.kind);
  WARCHEST_CHECK(op.has_value(), "an expression that cannot be computed here");
  Operand args[3];
  for (std::size_t i = 0; i < e.args.size() && i < 3; ++i) args[i] = value(e.args[i], when);
  return emit(*op, args[0], args[1], args[2]);
}

// `runway < x`, what policies ask every month, without a division: something burns, and cash is below x times that.
std::optional<Operand> Lowering::runway_below(const Expr& e, const When& when) {
  if ((e.kind != ExprKind::less && e.kind != ExprKind::less_equal) || when.kind != When::Kind::month) return std::nullopt;
  const Expr* left = &model_.exprs[e.args[0]];
  When at = when;
  for (; left->kind == ExprKind::lag; left = &model_.exprs[left->args[0]]) at.lag += static_cast<std::int32_t>(left->value);
  if (left->kind != ExprKind::measure || left->measure != Measure::runway || at.lag == 0) return std::nullopt;
  const auto bound = known(e.args[1]);
  if (!bound || !std::isfinite(*bound)) return std::nullopt;
  const auto& s = companies_[left->index];
  const Operand burn = read(s.mean_burn, at);
  return both(emit(Op::less, constant(0), burn),
              emit(e.kind == ExprKind::less ? Op::less : Op::less_equal, read(s.cash, at), emit(Op::mul, constant(*bound), burn)));
}

SlotId Lowering::materialise(ExprId id) {
  const Expr& e = model_.exprs[id];
  if (e.kind == ExprKind::reference && !in_setup_def(e.index) && !input_round_.count(e.index) && window_reach(id) == reach(id)) {
    if (!defs_[e.index].going) ensure_definition(e.index);
    return definition_slot(e.index);
  }
  const auto [place, fresh] = materialised_.try_emplace(id, kNoSlot);
  if (!fresh) return place->second;
  const SlotId s = history("");
  materialised_[id] = s;
  in_main(program_.month, [&] { emit_to(s, Op::copy, value(id, When::now())); });
  return s;
}

Operand Lowering::window(const Expr& e, const When& when) {
  const auto length = static_cast<std::int32_t>(e.value);
  const std::int32_t known_from = window_reach(e.args[0]);
  Operand sum;
  Operand count;
  if (when.kind == When::Kind::setup) {
    if (known_from > when.row) return constant(0);
    const std::int32_t first = std::max(when.row - length + 1, known_from);
    sum = value(e.args[0], When::row_in_setup(first));
    for (std::int32_t m = first + 1; m <= when.row; ++m) sum = emit(Op::add, sum, value(e.args[0], When::row_in_setup(m)));
    count = constant(when.row - first + 1);
  } else {
    const SlotId s = materialise(e.args[0]);
    if (when.kind == When::Kind::finish) {
      const std::int32_t first = std::max({when.row - length + 1, known_from, -length});
      longest_lag_[s] = std::max(longest_lag_[s], -std::min(first, 0));
      sum = emit(Op::row_sum, read(s, When::at_end(first)), {}, {}, static_cast<std::uint32_t>(when.row - first + 1));
      count = constant(when.row - first + 1);
    } else {
      longest_lag_[s] = std::max(longest_lag_[s], when.lag + length - 1);
      sum = emit(Op::window_sum, slot(s, when.lag), {}, {}, static_cast<std::uint32_t>(length));
      std::vector<double> counts;
      for (std::int32_t t = 0; t < months_; ++t)
        counts.push_back(std::clamp(t - when.lag - std::max(known_from, -length * 2) + 1, 1, length));
      count = schedule_of(std::move(counts));
    }
  }
  return e.kind == ExprKind::window_sum ? sum : emit(Op::div, sum, count);
}

// cumulative, by, through: what has come together since month 0.
Operand Lowering::running(ExprId id, const When& when) {
  const Expr& e = model_.exprs[id];
  const bool of_event =
      e.kind == ExprKind::by && model_.exprs[e.args[0]].kind == ExprKind::measure && is_date_measure(model_.exprs[e.args[0]].measure);
  if (of_event) {
    When whole = when;
    return emit(Op::less_equal, value(e.args[0], whole), emit(Op::floor, value(e.args[1], when)));
  }
  if (when.kind == When::Kind::setup && (!when.fixed || when.row < 0)) return constant(e.kind == ExprKind::through ? 1 : 0);
  WARCHEST_CHECK(when.kind != When::Kind::setup, "a running value before the start");
  auto [place, fresh] = running_.try_emplace(id, kNoSlot);
  if (fresh) {
    const SlotId s = history("");
    running_[id] = s;
    set_row(s, -1, constant(e.kind == ExprKind::through ? 1 : 0));
    in_main(program_.month, [&] {
      const Operand x = value(e.args[0], When::now());
      const Operand before = read(s, When::before(1));
      if (e.kind == ExprKind::cumulative) {
        emit_to(s, Op::add, before, x);
      } else {
        const Operand month = month_number(0), date = emit(Op::floor, value(e.args[1], When::now()));
        if (e.kind == ExprKind::by)
          emit_to(s, Op::either, before, both(x, emit(Op::less_equal, month, date)));
        else
          emit_to(s, Op::both, before, emit(Op::either, x, emit(Op::less, date, month)));
      }
    });
  }
  return read(running_[id], when);
}

// x from a date on, compounded each month after it. In months, a factor that runs on (one multiplication); at a fixed month, a power.
Operand Lowering::grown(const Expr& e, ExprId id, const When& when) {
  const Operand x = value(e.args[0], when);
  if (when.kind == When::Kind::setup) {
    const Operand age = emit(Op::max, emit(Op::sub, constant(when.row), emit(Op::floor, value(e.args[2], when))), constant(0));
    return emit(Op::mul, x, emit(Op::power, emit(Op::add, constant(1), value(e.args[1], when)), age));
  }
  auto [place, fresh] = running_.try_emplace(id, kNoSlot);
  if (fresh) {
    const SlotId s = history("");
    running_[id] = s;
    // Before the start: what had already grown by the end of month -1.
    in_main(program_.setup, [&] {
      const bool early = in_setup(e.args[1]) && in_setup(e.args[2]);
      Operand opening = constant(1);
      if (early) {
        const Operand age = emit(Op::max, emit(Op::sub, constant(-1), emit(Op::floor, value(e.args[2], When::in_setup()))), constant(0));
        opening = emit(Op::power, emit(Op::add, constant(1), value(e.args[1], When::in_setup())), age);
      }
      set_row(s, -1, opening);
    });
    in_main(program_.month, [&] {
      const Operand rate = value(e.args[1], When::now()), from = emit(Op::floor, value(e.args[2], When::now()));
      const Operand before = read(s, When::before(1));
      emit_to(s, Op::choose, emit(Op::less, from, month_number(0)), emit(Op::mul, before, emit(Op::add, constant(1), rate)), before);
    });
  }
  return emit(Op::mul, x, read(running_[id], when));
}

Operand Lowering::total(const Expr& e, const When& when) {
  auto first = static_cast<std::int32_t>(e.value), last = static_cast<std::int32_t>(e.value2);
  if (from_tables(e.args[0]) && when.kind != When::Kind::finish) {
    if (last >= 0) first = std::max(first, 0);
    last = std::min(last, months_ - 1);
    Operand sum;
    in_main(program_.setup, [&] {
      sum = value(e.args[0], When::row_in_setup(first));
      for (std::int32_t m = first + 1; m <= last; ++m) sum = emit(Op::add, sum, value(e.args[0], When::row_in_setup(m)));
    });
    return sum;
  }
  first = std::max(first, 0);
  last = std::min(last, months_ - 1);
  const SlotId s = materialise(e.args[0]);
  return emit(Op::row_sum, read(s, When::at_end(first)), {}, {}, static_cast<std::uint32_t>(last - first + 1));
}

Operand Lowering::value_at(const Expr& e, const When& when) {
  if (const auto month = known(e.args[1])) {
    const auto m = static_cast<std::int32_t>(std::floor(*month));
    if (when.kind == When::Kind::finish && m >= 0) return value(e.args[0], When::at_end(m));
    Operand result;
    in_main(program_.setup, [&] { result = value(e.args[0], When::row_in_setup(m)); });
    return result;
  }
  // A date that varies by path: the value is caught as its month goes by.
  WARCHEST_CHECK(when.kind == When::Kind::finish, "a value at an uncertain date inside the months");
  const SlotId caught = new_slot(Keep::state);
  in_main(program_.setup, [&] { emit_to(caught, Op::copy, constant(std::numeric_limits<double>::quiet_NaN())); });
  in_main(program_.month, [&] {
    const Operand date = emit(Op::floor, value(e.args[1], When::now()));
    emit_to(caught, Op::choose, emit(Op::same, month_number(0), date), value(e.args[0], When::now()), slot(caught));
  });
  return slot(caught);
}

Operand Lowering::months_since(const Expr& e, const When& when) {
  Expr date = e;
  date.kind = ExprKind::measure;
  if (date.measure == Measure::event_happened) date.measure = Measure::event_date;
  const Operand on = measure(date, when);
  const Operand month = when.kind == When::Kind::month ? month_number(when.lag) : constant(when.row);
  const Operand endless = constant(model::kEndless);
  return emit(Op::choose, emit(Op::less, on, endless), emit(Op::sub, month, on), endless);
}

// Of what depends on shares: whose they are.
std::optional<model::CompanyId> Lowering::shares_of_company(const Expr& e) const {
  switch (e.measure) {
    case Measure::last_post_money:
    case Measure::valuation:
    case Measure::shares:
      return e.index;
    case Measure::round_price:
    case Measure::round_pre_money:
    case Measure::round_post_money:
      return model_.rounds[e.index].company;
    case Measure::holder_owned:
    case Measure::holder_shares:
    case Measure::holder_payout:
    case Measure::holder_invested:
    case Measure::holder_multiple:
    case Measure::holder_irr:
      return model_.holders[e.index].company;
    default:
      return std::nullopt;
  }
}

Operand Lowering::measure(const Expr& e, const When& when) {
  if (moment_ && e.measure == Measure::cash && e.index == moment_->company && when.kind == When::Kind::month && when.lag == 1)
    return moment_->cash;
  if (moment_post_money_ && e.measure == Measure::last_post_money && e.index == moment_post_money_->company && when.kind == When::Kind::month && when.lag == 1)
    return moment_post_money_->post_money;
  if (when.kind == When::Kind::finish && when.row >= 0)
    if (const auto company = shares_of_company(e)) return wanted(*company, e.measure, e.index, when.row);
  SlotId s = kNoSlot;
  const bool now = when.kind == When::Kind::month && when.lag == 0;
  const auto of_company = [&](SlotId CompanySlots::*member, bool lines_only = false) {
    if (now) lines_only ? ensure_lines(e.index) : ensure_company(e.index);
    return companies_[e.index].*member;
  };
  switch (e.measure) {
    case Measure::cash:
      s = of_company(&CompanySlots::cash);
      break;
    case Measure::debt:
      s = of_company(&CompanySlots::debt);
      break;
    case Measure::revenue:
      s = of_company(&CompanySlots::revenue, true);
      break;
    case Measure::cost:
      s = of_company(&CompanySlots::cost, true);
      break;
    case Measure::ebitda:
      s = of_company(&CompanySlots::ebitda, true);
      break;
    case Measure::growth:
      s = of_company(&CompanySlots::growth, true);
      break;
    case Measure::working_capital:
      s = of_company(&CompanySlots::working_capital);
      break;
    case Measure::interest:
      s = of_company(&CompanySlots::interest);
      break;
    case Measure::burn:
      s = of_company(&CompanySlots::burn);
      break;
    case Measure::mean_burn:
      s = of_company(&CompanySlots::mean_burn);
      break;
    case Measure::runway:
      s = of_company(&CompanySlots::runway);
      break;
    case Measure::raised:
      s = of_company(&CompanySlots::raised);
      break;
    case Measure::last_round:
      s = of_company(&CompanySlots::last_round);
      break;
    case Measure::out_of_cash:
    case Measure::lasts:
      s = of_company(&CompanySlots::out_of_cash);
      break;
    case Measure::raised_insiders:
      s = raised_insiders_slot(e.index, now);
      break;
    case Measure::round_insiders:
      s = insiders_slot(e.index, now);
      break;
    case Measure::round_book:
    case Measure::round_demand:
    case Measure::round_tried:
    case Measure::round_closed:
    case Measure::round_filled:
      return first_attempt(e.index, e.measure, e.value2 == 0 ? e.value : -e.value);  // see analysis/companions.h: what is sold there
    case Measure::round_failures:
      if (now) ensure_company(model_.rounds[e.index].company);
      s = rounds_[e.index].failures_history;
      break;
    case Measure::round_raised:
    case Measure::round_amount:
    case Measure::round_count:
    case Measure::round_date: {
      const auto& r = rounds_[e.index];
      if (now) ensure_company(model_.rounds[e.index].company);
      s = e.measure == Measure::round_raised   ? r.raised_history
          : e.measure == Measure::round_amount ? r.amount_history
          : e.measure == Measure::round_count  ? r.count_history
                                               : r.date_history;
      break;
    }
    case Measure::facility_balance:
    case Measure::facility_undrawn:
    case Measure::facility_interest:
    case Measure::facility_drawn:
    case Measure::facility_repaid:
    case Measure::facility_fees:
    case Measure::facility_accrued:
    case Measure::facility_reserve:
    case Measure::facility_dscr: {
      const auto& f = facilities_[e.index];
      if (now) ensure_company(model_.facilities[e.index].company);
      s = e.measure == Measure::facility_balance    ? f.balance
          : e.measure == Measure::facility_undrawn  ? f.undrawn
          : e.measure == Measure::facility_interest ? f.interest
          : e.measure == Measure::facility_drawn    ? f.drawn
          : e.measure == Measure::facility_repaid   ? f.repaid
          : e.measure == Measure::facility_fees     ? f.fees
          : e.measure == Measure::facility_accrued  ? f.accrued
          : e.measure == Measure::facility_reserve  ? f.reserve
                                                    : f.dscr;
      break;
    }
    case Measure::facility_llcr:
    case Measure::facility_irr:
      return facility_figure(e.index, e.measure, when);
    case Measure::facility_breached:
    case Measure::facility_defaulted:
      if (now) ensure_covenants(model_.facilities[e.index].company);
      s = e.measure == Measure::facility_breached ? facilities_[e.index].breached : facilities_[e.index].defaulted;
      break;
    case Measure::covenant_breached:
    case Measure::covenant_defaulted:
    case Measure::covenant_fails: {
      const auto& c = covenants_[e.index];
      if (now) ensure_covenants(model_.covenants[e.index].company);
      s = e.measure == Measure::covenant_breached ? c.breached : e.measure == Measure::covenant_defaulted ? c.defaulted : c.fails;
      break;
    }
    case Measure::credit_balance: {
      if (now) ensure_company(e.index);
      s = companies_[e.index].credit_balance[static_cast<std::size_t>(e.value)];
      break;
    }
    case Measure::team_people:
    case Measure::team_productive: {
      const auto team = static_cast<std::uint32_t>(e.value);
      ensure_team(e.index, team);
      s = e.measure == Measure::team_people ? companies_[e.index].team_people[team] : companies_[e.index].team_productive[team];
      break;
    }
    case Measure::capex:
      s = of_company(&CompanySlots::capex);
      break;
    case Measure::receivables:
    case Measure::payables:
    case Measure::deferred_revenue:
      if (now) ensure_company(e.index);
      s = book(e.index, e.measure);
      break;
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
    case Measure::fixed_assets:
    case Measure::tax_payable:
    case Measure::lease_liability:
    case Measure::losses_carried:
    case Measure::assets:
    case Measure::liabilities:
    case Measure::equity:
    case Measure::paid_in_capital:
    case Measure::retained_earnings:
    case Measure::cash_from_operations:
    case Measure::cash_from_investing:
    case Measure::cash_from_financing:
      companies_[e.index].statements_wanted = true;  // made at the end, where only months past are read
      if (now) ensure_statements(e.index);
      s = book(e.index, e.measure);
      break;
    case Measure::depreciation:
      s = of_company(&CompanySlots::depreciation, true);
      break;
    case Measure::ebit:
      s = of_company(&CompanySlots::ebit, true);
      break;
    case Measure::project_started:
    case Measure::project_online:
    case Measure::project_capacity: {
      if (now) ensure_project_clock(e.index);
      const auto& p = projects_[e.index];
      s = e.measure == Measure::project_started ? p.started : e.measure == Measure::project_online ? p.online : p.capacity;
      break;
    }
    case Measure::project_spend:
    case Measure::project_spent:
    case Measure::project_cost:
    case Measure::project_book_value:
    case Measure::project_in_progress:
    case Measure::project_depreciation:
    case Measure::project_yield:
    case Measure::project_running: {
      if (now) ensure_project_flows(e.index);
      const auto& p = projects_[e.index];
      s = e.measure == Measure::project_spend          ? p.spend
          : e.measure == Measure::project_spent        ? p.spent
          : e.measure == Measure::project_cost         ? p.cost
          : e.measure == Measure::project_book_value   ? p.book_value
          : e.measure == Measure::project_in_progress  ? p.in_progress
          : e.measure == Measure::project_depreciation ? p.depreciation
          : e.measure == Measure::project_yield        ? p.yield
                                                       : p.running;
      break;
    }
    case Measure::project_lcoe:
    case Measure::project_npv:
    case Measure::project_irr:
    case Measure::project_payback:
      return project_figure(e.index, e.measure, when);
    case Measure::last_post_money:
    case Measure::valuation:
    case Measure::shares:
      s = company_slot(e.index, e.measure, now);
      break;
    case Measure::round_price:
    case Measure::round_pre_money:
    case Measure::round_post_money:
      s = round_slot(e.index, e.measure, now);
      break;
    case Measure::holder_owned:
    case Measure::holder_shares:
    case Measure::holder_payout:
    case Measure::holder_invested:
    case Measure::holder_multiple:
    case Measure::holder_irr:
      s = holder_slot(e.index, e.measure, now);
      break;
    case Measure::event_date:
      return event_date(e.index, when);
    case Measure::event_happened: {
      const Operand month = when.kind == When::Kind::month ? month_number(when.lag) : constant(when.row);
      return emit(Op::less_equal, event_date(e.index, when), month);
    }
  }
  if (when.kind == When::Kind::setup) {  // before the start: the opening row
    WARCHEST_CHECK(when.fixed && when.row < 0, "a measure in a month that is still to come");
    return row(s, -1);
  }
  return read(s, when);
}

}  // namespace warchest::program
