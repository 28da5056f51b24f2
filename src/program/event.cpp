// Events: the month in which something happens, endless where it never does.
//
// A date, or a constant monthly chance that adds up to `chance` by a date, are settled when the path is drawn: one uniform, so one
// Sobol dimension. A hazard that depends on the path is settled month by month with one uniform too: the event comes in the first
// month in which the chance of having come by then exceeds it (inversion of the distribution of the waiting time; Devroye 1986, VI.2).
#include <algorithm>
#include <cmath>

#include "program/lowering.h"
#include "text/check.h"

namespace warchest::program {

void Lowering::ensure_event(std::uint32_t id) {
  auto& state = events_[id];
  if (state.done) return;
  const auto& event = model_.events[id];
  const Operand endless = constant(model::kEndless);
  if (!state.here) {
    state.fixed = state.done = true;
    state.date = endless;
    return;
  }
  if (event.at != model::kNone) {
    state.fixed = state.done = true;
    in_main(program_.setup, [&] { state.date = emit(Op::floor, field(event.at, When::in_setup())); });
    return;
  }
  const Operand u = own_uniform(event.name);
  if (event.chance != model::kNone) {
    // P(by month m) = 1 - (1 - c)^((m + 1) / n), n months up to and with `by`: m + 1 = n log(1 - u) / log(1 - c), rounded up.
    state.fixed = state.done = true;
    in_main(program_.setup, [&] {
      const Operand chance = field(event.chance, When::in_setup());
      const Operand n = emit(Op::add, emit(Op::floor, field(event.by, When::in_setup())), constant(1));
      const Operand share = emit(Op::div, emit(Op::log, emit(Op::sub, constant(1), u)), emit(Op::log, emit(Op::sub, constant(1), chance)));
      const Operand month = emit(Op::max, emit(Op::sub, emit(Op::neg, emit(Op::floor, emit(Op::neg, emit(Op::mul, n, share)))), constant(1)), constant(0));
      // A chance of 1 makes share 0 / -inf = 0: month 0 would be certain, as it should.
      state.date = emit(Op::choose, both(emit(Op::less, u, chance), emit(Op::less, month, n)), month, endless);
    });
    program_.slots[state.date.index].name = event.name + ".date";
    return;
  }
  WARCHEST_CHECK(!state.going, "an event needs itself in its own month: " + event.name);
  state.going = true;
  state.happened_on = history(event.name + ".date");
  set_row(state.happened_on, -1, endless);
  const SlotId survival = new_slot(Keep::state);
  in_main(program_.setup, [&] { emit_to(survival, Op::copy, constant(1)); });
  in_main(program_.month, [&] {
    const Operand hazard = emit(Op::min, emit(Op::max, field(event.hazard, When::before(1)), constant(0)), constant(1));
    emit_to(survival, Op::mul, slot(survival), emit(Op::sub, constant(1), hazard));
    const Operand before = read(state.happened_on, When::before(1));
    const Operand now = both(emit(Op::less, slot(survival), emit(Op::sub, constant(1), u)), emit(Op::same, before, endless));
    emit_to(state.happened_on, Op::choose, now, month_number(0), before);
  });
  state.going = false;
  state.done = true;
}

// As seen at the end of a month: endless until it has happened.
Operand Lowering::event_date(std::uint32_t id, const When& when) {
  const auto& state = events_[id];
  if (!state.done && !state.going) ensure_event(id);
  if (state.fixed) {
    const Operand month = when.kind == When::Kind::month ? month_number(when.lag) : constant(when.row);
    return emit(Op::choose, emit(Op::less_equal, state.date, month), state.date, constant(model::kEndless));
  }
  if (when.kind == When::Kind::setup) return constant(model::kEndless);
  return read(state.happened_on, when);
}

}  // namespace warchest::program
