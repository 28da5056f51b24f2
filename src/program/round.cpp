// Rounds: when one opens, when it closes, what arrives. Price and shares belong to equity.
//
// A round by rule opens in the first month whose preceding month-end meets `opens_when`, with no other round of the company open,
// fewer than `repeats` closed, at least `gap` months after its last closing, and the company alive. Then its amount and the months
// it takes are drawn and fixed, by the number of the attempt. It closes that many whole months later (at least one); a company that
// dies meanwhile gets nothing. `every` opens the next one as the last closes; `closed` is a date. Opening is rare: a guard.
#include <algorithm>
#include <cmath>

#include "market/round.h"
#include "program/lowering.h"
#include "text/check.h"

namespace warchest::program {

namespace {
constexpr double kNotOpen = -1;
constexpr double kLongAgo = -1e9;
}  // namespace

void Lowering::declare_rounds() {
  for (std::uint32_t r = 0; r < model_.rounds.size(); ++r) {
    const auto& round = model_.rounds[r];
    auto& s = rounds_[r];
    const auto state = [&](const char* what) { return new_slot(Keep::state, round.name + "." + what); };
    s.close_at = state("close_at");
    s.open_at = state("open_at");
    s.attempts = state("attempts");
    s.count = state("closings");
    s.last_close = state("last_close");
    s.amount = state("fixed_amount");
    if (may_fail(r)) {
      s.failed_on = state("failed_on");
      s.failures = state("failures");
      s.failures_history = history(round.name + ".failures");
    }
    s.raised_history = history(round.name + ".raised");
    s.amount_history = history(round.name + ".amount");
    s.count_history = history(round.name + ".count");
    s.date_history = history(round.name + ".date");
    for (const auto input : round.inputs) s.inputs[input] = {new_slot(Keep::state), history(model_.definitions[input].name)};
    const auto start = [&](SlotId slot_id, double v) { in_main(program_.setup, [&] { emit_to(slot_id, Op::copy, constant(v)); }); };
    start(s.close_at, kNotOpen);
    start(s.open_at, kNotOpen);
    start(s.attempts, 0);
    start(s.count, 0);
    start(s.last_close, kLongAgo);
    start(s.amount, 0);
    if (s.failed_on != kNoSlot) {
      start(s.failed_on, kLongAgo);
      start(s.failures, 0);
      set_row(s.failures_history, -1, constant(0));
    }
    set_row(s.raised_history, -1, constant(0));
    set_row(s.amount_history, -1, constant(0));
    set_row(s.count_history, -1, constant(0));
    set_row(s.date_history, -1, constant(model::kEndless));
  }
}

// Before the first attempt a round's inputs stand as the first attempt will draw them.
void Lowering::open_round_inputs() {
  for (std::uint32_t r = 0; r < model_.rounds.size(); ++r) {
    if (rounds_[r].inputs.empty()) continue;
    in_main(program_.setup, [&] {
      attempt_ = Attempt{r, constant(0)};
      draw_round_inputs(r, When::row_in_setup(-1));
      attempt_.reset();
      for (const auto& [input, slots] : rounds_[r].inputs) set_row(slots.second, -1, slot(slots.first));
    });
  }
}

// The inputs of an attempt, each after those that it builds on.
void Lowering::draw_round_inputs(std::uint32_t r, const When& when) {
  for (const auto& [input, slots] : rounds_[r].inputs) inputs_to_draw_.insert(input);
  for (const auto& [input, slots] : rounds_[r].inputs) draw_round_input(input, when);
}

void Lowering::draw_round_input(DefId input, const When& when) {
  if (inputs_to_draw_.erase(input) == 0) return;
  emit_to(rounds_[input_round_.at(input)].inputs.at(input).first, Op::copy, layered(input, layers(input).size(), when));
}

// Step 1 of the month: policies look at the month before.
void Lowering::open_rounds(CompanyId id) {
  if (companies_[id].opened) return;
  companies_[id].opened = true;
  in_main(program_.month, [&] {
    const Operand alive = read(companies_[id].alive, When::before(1)), now = month_number(0);
    const When past = When::before(1);
    const auto& all = model_.companies[id].rounds;
    const auto by_rule = [&](std::uint32_t r) {
      return rounds_[r].here && (model_.rounds[r].opens_when != model::kNone || model_.rounds[r].every != model::kNone);
    };
    const std::optional<Operand> exited = exited_before(id);  // after an exit nobody raises
    for (const std::uint32_t r : all) {
      if (!by_rule(r)) continue;
      const auto& round = model_.rounds[r];
      auto& s = rounds_[r];
      Operand may = alive;
      if (exited) may = both(may, emit(Op::opposite, *exited));
      // None of the company open: neither this one nor, so far, another. A round that waits for its `every` is not open yet.
      for (const std::uint32_t other : all)
        if (by_rule(other) && (other != r || round.every == model::kNone)) {
          const auto& o = rounds_[other];
          if (model_.rounds[other].every == model::kNone)  // it opens at once: not open is closed before this month
            may = emit(Op::both, may, emit(Op::less, slot(o.close_at), now));
          else
            may = both(may,
                       emit(Op::opposite, both(emit(Op::less_equal, now, slot(o.close_at)), emit(Op::less_equal, slot(o.open_at), now))));
        }
      if (round.repeats != model::kNone) may = both(may, emit(Op::less, slot(s.count), field(round.repeats, past)));
      if (round.gap != model::kNone) {  // drawn for the attempt that it holds up
        attempt_ = Attempt{r, slot(s.attempts)};
        if (const auto months = known_def(round.gap))
          may = both(may, emit(Op::less_equal, slot(s.last_close), month_number(static_cast<std::int32_t>(std::round(*months)))));
        else
          may = both(may, emit(Op::less_equal, emit(Op::add, slot(s.last_close), emit(Op::round, field(round.gap, past))), now));
        attempt_.reset();
      }
      if (s.failed_on != kNoSlot && round.every == model::kNone)
        may = both(may, emit(Op::less_equal, emit(Op::add, slot(s.failed_on), retry_of(r)), now));
      if (round.opens_when != model::kNone) may = both(may, field(round.opens_when, past));
      const auto takes = [&] {
        return round.takes == model::kNone ? constant(1) : emit(Op::max, emit(Op::round, field(round.takes, past)), constant(1));
      };
      const auto fix_amount = [&] {
        Operand amount = field(round.amount, past);
        if (round.minimum != model::kNone) amount = emit(Op::max, amount, field(round.minimum, past));
        if (round.maximum != model::kNone) amount = emit(Op::min, amount, field(round.maximum, past));
        emit_to(s.amount, Op::max, amount, constant(0));
      };
      if (round.every == model::kNone) {
        guarded(may, [&] {
          attempt_ = Attempt{r, slot(s.attempts)};
          draw_round_inputs(r, past);
          fix_amount();
          emit_to(s.close_at, Op::add, now, takes());
          emit_to(s.open_at, Op::copy, now);
          attempt_.reset();
          emit_to(s.attempts, Op::add, slot(s.attempts), constant(1));
        });
        continue;
      }
      // `every`: as one has closed (or at the start) the date of the next is drawn; its amount is fixed when it opens.
      const Operand idle = both(may, emit(Op::less, slot(s.close_at), now));
      guarded(idle, [&] {
        attempt_ = Attempt{r, slot(s.attempts)};
        draw_round_inputs(r, past);
        const Operand from = emit(Op::max, slot(s.close_at), constant(-1));
        Operand wait = emit(Op::max, emit(Op::round, field(round.every, past)), constant(1));
        if (s.failed_on != kNoSlot)
          wait = emit(Op::choose, emit(Op::same, slot(s.failed_on), slot(s.close_at)), emit(Op::max, retry_of(r), constant(1)), wait);
        const Operand close = emit(Op::add, from, wait);
        emit_to(s.close_at, Op::max, close, now);
        emit_to(s.open_at, Op::max, emit(Op::sub, slot(s.close_at), takes()), now);
        attempt_.reset();
        emit_to(s.attempts, Op::add, slot(s.attempts), constant(1));
      });
      guarded(both(alive, emit(Op::same, slot(s.open_at), now)), [&] {
        attempt_ = Attempt{r, emit(Op::sub, slot(s.attempts), constant(1))};
        fix_amount();
        attempt_.reset();
      });
    }
    for (const std::uint32_t r : all)
      for (const auto& [input, slots] : rounds_[r].inputs) emit_to(slots.second, Op::copy, slot(slots.first));
  });
}

// How long after a failure it tries again, for the attempt that it holds up.
Operand Lowering::retry_of(std::uint32_t r) {
  const auto& round = model_.rounds[r];
  if (round.retry == model::kNone) return constant(market::kUsualRetryMonths);
  const auto before = attempt_;
  attempt_ = Attempt{r, slot(rounds_[r].attempts)};
  const Operand months = emit(Op::round, field(round.retry, When::before(1)));
  attempt_ = before;
  return months;
}

bool Lowering::may_fail(std::uint32_t r) const {
  const auto& round = model_.rounds[r];
  return round.closed == model::kNone && (round.meets_market || round.closes != model::kNone);
}

Operand Lowering::may_raise(CompanyId id) {
  const Operand alive = read(companies_[id].alive, When::before(1));
  const std::optional<Operand> exited = exited_before(id);
  return exited ? both(alive, emit(Op::opposite, *exited)) : alive;
}

// A price is found against what the company was last worth, so in one month it meets the market once. Rounds by `opens_when` are never open
// together; those by `every` keep dates of their own.
bool Lowering::one_at_a_time(std::uint32_t r) const {
  const auto& all = model_.companies[model_.rounds[r].company].rounds;
  return meets_market(r) && std::any_of(all.begin(), all.end(), [&](std::uint32_t other) {
           return other != r && meets_market(other) &&
                  (model_.rounds[r].every != model::kNone || model_.rounds[other].every != model::kNone);
         });
}

// Step 6, before the market: which rounds are due, and which of them would fall through at the very end.
void Lowering::due_rounds(CompanyId id) {
  if (companies_[id].due) return;
  companies_[id].due = true;
  in_main(program_.month, [&] {
    const Operand may = may_raise(id), now = month_number(0);
    Operand other_due = constant(0);
    for (const std::uint32_t r : model_.companies[id].rounds) {
      const auto& round = model_.rounds[r];
      auto& s = rounds_[r];
      s.due_now = constant(0);
      if (!s.here || round.before_start) continue;  // a note or SAFE of earlier: its money is in the cash of the start
      if (round.closed != model::kNone) {
        s.due_now = both(may, emit(Op::same, emit(Op::floor, field(round.closed, When::before(1))), now));
        Operand amount = field(round.amount, When::before(1));
        if (round.minimum != model::kNone) amount = emit(Op::max, amount, field(round.minimum, When::before(1)));
        if (round.maximum != model::kNone) amount = emit(Op::min, amount, field(round.maximum, When::before(1)));
        emit_to(s.amount, Op::choose, s.due_now, amount, slot(s.amount));
        continue;
      }
      s.due_now = both(may, emit(Op::same, slot(s.close_at), now));
      if (one_at_a_time(r)) {  // the later one comes a month later
        const Operand due = s.due_now;
        if (!is_constant_zero(other_due)) {
          s.due_now = both(due, emit(Op::opposite, other_due));
          emit_to(s.close_at, Op::add, slot(s.close_at), both(due, other_due));
        }
        other_due = is_constant_zero(other_due) ? due : emit(Op::either, other_due, due);
      }
      if (round.closes == model::kNone) continue;
      const SlotId survives = new_slot(Keep::state, round.name + ".survives");
      in_main(program_.setup, [&] { emit_to(survives, Op::copy, constant(1)); });
      guarded(s.due_now, [&] {
        attempt_ = Attempt{r, emit(Op::sub, slot(s.attempts), constant(1))};
        const Operand luck = raw_draw(round.name + ".closes", model::LuckKind::attempt, true, attempt_->ordinal);
        emit_to(survives, Op::less, luck, field(round.closes, When::before(1)));
        attempt_.reset();
      });
      s.survives = slot(survives);
    }
  });
}

// What a closing brings over time: its parts, as long as the company may raise. `history` keeps what it closed with.
Operand Lowering::in_tranches(std::uint32_t r, Operand closed_with, SlotId& kept) {
  const auto& round = model_.rounds[r];
  kept = history("");
  set_row(kept, -1, constant(0));
  emit_to(kept, Op::copy, closed_with);
  Operand money = constant(0);
  for (const auto& [months, part] : round.tranches) {
    const Operand due = emit(Op::mul, months == 0 ? slot(kept) : read(kept, When::before(months)), constant(part));
    money = sum(money, months == 0 ? due : emit(Op::choose, may_raise(round.company), due, constant(0)));
  }
  return money;
}

// Step 6: the money of the rounds that close this month.
Operand Lowering::close_rounds(CompanyId id) {
  const Operand now = month_number(0);
  due_rounds(id);
  if (meets_market_of(id)) ensure_market();
  Operand arrived = constant(0), latest = read(companies_[id].last_round, When::before(1));
  for (const std::uint32_t r : model_.companies[id].rounds) {
    const auto& round = model_.rounds[r];
    auto& s = rounds_[r];
    const bool in_market = meets_market(r);
    const Operand closes = in_market ? s.market_closed : both(s.due_now, s.survives);
    s.closes_now = closes;
    Operand money = in_market ? s.market_raised : choose(closes, slot(s.amount), constant(0));
    if (!round.tranches.empty() && !is_constant_zero(money)) money = in_tranches(r, money, s.closed_with);
    if (s.failed_on != kNoSlot) {
      const Operand fails = both(s.due_now, emit(Op::opposite, closes));
      emit_to(s.failed_on, Op::choose, fails, now, slot(s.failed_on));
      emit_to(s.failures, Op::add, slot(s.failures), fails);
      emit_to(s.failures_history, Op::copy, slot(s.failures));
    }
    s.money_now = money;
    emit_to(s.raised_history, Op::add, read(s.raised_history, When::before(1)), money);
    emit_to(s.amount_history, Op::copy, slot(s.amount));
    emit_to(s.count, Op::add, slot(s.count), closes);
    emit_to(s.count_history, Op::copy, slot(s.count));
    emit_to(s.date_history, Op::choose, closes, now, read(s.date_history, When::before(1)));
    emit_to(s.last_close, Op::choose, closes, now, slot(s.last_close));
    if (!s.here) continue;
    arrived = arrived.place == Place::constant ? money : emit(Op::add, arrived, money);
    latest = emit(Op::choose, closes, now, latest);
  }
  emit_to(companies_[id].last_round, Op::copy, latest);
  return arrived;
}

}  // namespace warchest::program
