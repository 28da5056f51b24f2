// Expressions: the value of a node in a context.
//
// What needs no month is computed once per path, in setup (expression_needs.cpp). A monthly expression read `lag` months back is the same
// expression over leaves read `lag` months back; only the leaves remember: lines, and measures (measure.cpp). What runs through time
// (cumulative, by, through) has a history.
#include "program/lowering.h"

#include <algorithm>
#include <cmath>

#include "text/check.h"

namespace warchest::program {

using model::Expr;
using model::ExprKind;
using model::Measure;

namespace {

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

}  // namespace warchest::program
