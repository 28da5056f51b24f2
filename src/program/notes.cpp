// Notes and SAFEs: money that is owed or promised shares until it converts.
//
// Step 5 of the month: a note converts in the month of its event, at its own terms; with its deadline past and no event the part
// `repaid` of principal and interest is paid back in cash and the rest converts on the same terms. Notes without a condition, and SAFEs,
// convert in the next round that sells shares (round_root.cpp). What is owed on notes is debt; a SAFE is none. Interest is not paid.
//
// At its own terms a note converts at a worth of the company before it, per share of all there are: post-money less its amount, else its
// cap, else the last post-money, less any discount.
#include <algorithm>
#include <cmath>
#include <limits>

#include "program/lowering.h"
#include "text/check.h"

namespace warchest::program {

using model::ExprKind;
using model::InstrumentKind;
using model::kNone;

namespace {

double days_of_year(const model::Instrument& terms) { return terms.day_count == model::DayCount::actual_360 ? 360 : 365; }

}  // namespace

// One convert for every closing that a note or SAFE may have; those of before the start are outstanding already.
void Lowering::declare_notes(CompanyId id) {
  CompanyEquity& e = equities_[id];
  if (e.notes_declared) return;
  e.notes_declared = true;
  for (const std::uint32_t r : model_.companies[id].rounds) {
    if (!rounds_[r].here || !is_convert(r)) continue;
    const auto& round = model_.rounds[r];
    const int closings = most_closings(r);
    for (int k = 0; k < closings; ++k) {
      Convert convert;
      convert.round = r;
      convert.ordinal = k;
      convert.terms = &round.instrument;
      const std::string name = round.name + (closings > 1 ? "#" + std::to_string(k + 1) : "");
      const auto state = [&](const char* what) { return new_slot(Keep::state, name + "." + what); };
      convert.principal = state("principal");
      convert.since = state("since");
      convert.owing = state("owing");
      convert.taken = state("taken");
      convert.gone_in = state("gone_in");
      convert.gone_as = state("gone_as");
      convert.repaid = state("repaid");
      convert.repaid_on = state("repaid_on");
      convert.paid_at_exit = state("paid_at_exit");
      in_main(program_.setup, [&] {
        Operand amount = constant(0), since = constant(0);
        if (round.before_start) {
          amount = field(round.amount, When::in_setup());
          since = constant(days_to(known_or(round.closed, 0)));
        }
        emit_to(convert.principal, Op::copy, amount);
        emit_to(convert.since, Op::copy, since);
        emit_to(convert.gone_in, Op::copy, constant(model::kEndless));
        for (const SlotId s : {convert.owing, convert.taken, convert.gone_as, convert.repaid, convert.repaid_on, convert.paid_at_exit})
          emit_to(s, Op::copy, constant(0));
        if (round.before_start) {
          convert.parts = book_parts(r, amount);
          convert.cheque = {amount, since};
        }
      });
      if (!round.before_start) {
        convert.parts = declare_parts(r, name);
        convert.cheque = {zero_state(name + ".cheque"), zero_state(name + ".cheque_day")};
      }
      e.converts.push_back(std::move(convert));
    }
  }
}

// What is owed on a convert this month: principal and interest. Where closings are settled at the end: as of the day of what is being
// settled, if it had been lent by then, had not gone by its own terms, and no round has taken it.
Operand Lowering::owed_on(const Convert& convert) {
  Operand principal = slot(convert.principal);
  Operand since = slot(convert.since);
  if (settling_) {
    principal = convert.cheque.money;
    since = convert.cheque.day;
    const Operand lent = emit(settling_->same_day ? Op::less_equal : Op::less, since, settling_->day);
    const Operand there = emit(Op::less, settling_->month, slot(convert.gone_in));
    principal = emit(Op::choose, both(both(lent, there), emit(Op::opposite, slot(convert.taken))), principal, constant(0));
  }
  if (convert.terms->interest == kNone) return principal;
  const Operand rate = emit(Op::mul, field(convert.terms->interest, When::in_setup()), constant(12));
  return emit(Op::add, principal, accrued(principal, rate, convert.terms->interest_periods, days_of_year(*convert.terms), since));
}

Operand Lowering::service_notes(CompanyId id) {
  Operand repaid = constant(0);
  declare_notes(id);
  CompanyEquity& e = equities_[id];
  if (e.converts.empty()) return repaid;
  const Operand now = month_number(0);
  auto& books = companies_[id];
  books.notes_before = history(model_.companies[id].name + ".notes_before");
  books.notes_converted = history(model_.companies[id].name + ".notes_converted");
  in_main(program_.setup, [&] { set_row(books.notes, -1, notes_at_start(id)); });
  Operand before = constant(0), converted = constant(0);
  Operand alive = read(companies_[id].alive, When::before(1));
  if (const auto exited = exited_before(id)) alive = both(alive, emit(Op::opposite, *exited));  // the exit has paid them
  for (Convert& convert : e.converts) {
    const Operand owed = owed_on(convert);
    convert.converting = constant(0);
    const auto& terms = *convert.terms;
    if (terms.kind == InstrumentKind::note) before = sum(before, owed);
    if (terms.kind != InstrumentKind::note || (terms.converts_if == kNone && terms.by == kNone)) {
      emit_to(convert.owing, Op::copy, owed);
      continue;
    }
    const Operand out = both(alive, emit(Op::less, constant(0), slot(convert.principal)));
    Operand converts = constant(0);
    if (terms.converts_if != kNone) {
      // An event counts in its own month; a condition, like every policy, as seen at the end of the month before.
      const model::Expr& condition = model_.exprs[model_.definitions[terms.converts_if].is];
      const bool event = condition.kind == ExprKind::measure && condition.measure == M::event_happened;
      converts = both(out, field(terms.converts_if, event ? When::now() : When::before(1)));
    }
    Operand due = constant(0);
    if (terms.by != kNone) {
      const Operand past = emit(Op::less_equal, emit(Op::floor, field(terms.by, When::in_setup())), now);
      due = both(both(out, past), emit(Op::opposite, converts));
    }
    const Operand back =
        terms.by == kNone || terms.repaid == kNone ? constant(0) : times(owed, field(terms.repaid, When::in_setup()));
    const Operand cash = choose(due, back, constant(0));
    Operand gone = converts;
    if (terms.by != kNone) gone = emit(Op::either, converts, due);
    convert.converting = emit(Op::choose, gone, emit(Op::sub, owed, cash), constant(0));
    converted = sum(converted, convert.converting);
    emit_to(convert.principal, Op::choose, gone, constant(0), slot(convert.principal));
    if (!(back.place == Place::constant && back.value == 0)) {
      emit_to(convert.repaid, Op::add, slot(convert.repaid), cash);
      emit_to(convert.repaid_on, Op::choose, due, day_number(0), slot(convert.repaid_on));
      repaid = sum(repaid, cash);
    }
    emit_to(convert.gone_in, Op::choose, gone, now, slot(convert.gone_in));
    emit_to(convert.gone_as, Op::choose, gone, convert.converting, slot(convert.gone_as));
    emit_to(convert.owing, Op::choose, gone, constant(0), owed);  // what rounds of this month may still convert
  }
  emit_to(books.notes_before, Op::copy, before);
  emit_to(books.notes_converted, Op::copy, converted);
  return repaid;
}

// Step 6, the money side: notes and SAFEs that close are booked, those that a round converts are gone. The rounds of the month are
// served in the order written, so one that closes after a priced round waits for the next.
void Lowering::book_notes(CompanyId id) {
  CompanyEquity& e = equities_[id];
  Operand open = constant(0), converted = constant(0);  // owed on notes that a round would convert; what rounds have converted
  const auto waits = [](const Convert& convert) { return convert.terms->kind == InstrumentKind::note && convert.terms->converts_if == kNone; };
  for (const Convert& convert : e.converts)
    if (waits(convert)) open = sum(open, emit(Op::copy, slot(convert.owing)));
  for (const std::uint32_t r : model_.companies[id].rounds) {
    auto& s = rounds_[r];
    if (!s.here || model_.rounds[r].before_start) continue;
    if (is_convert(r) && model_.rounds[r].instrument.kind == InstrumentKind::note && model_.rounds[r].instrument.converts_if == kNone)
      open = sum(open, s.money_now);
    if (sells_shares(r)) {
      bool any = false;
      for (const Convert& convert : e.converts) any = any || convert.terms->converts_if == kNone;
      if (!any) continue;
      if (!is_constant_zero(open)) {
        converted = sum(converted, choose(s.closes_now, open, constant(0)));
        open = choose(s.closes_now, constant(0), open);
      }
      guarded(s.closes_now, [&] {
        for (const Convert& convert : e.converts)
          if (convert.terms->converts_if == kNone) emit_to(convert.principal, Op::copy, constant(0));
      });
    } else if (is_convert(r)) {
      const int closings = most_closings(r);
      guarded(s.closes_now, [&] {
        const Operand amount = emit(Op::max, slot(meets_market(r) ? s.cleared : s.amount), constant(0));
        const std::vector<Part> parts = parts_vary(r) ? book_parts(r, amount) : std::vector<Part>();
        for (Convert& convert : e.converts) {
          if (convert.round != r) continue;
          const Operand here = closings == 1 ? constant(1) : emit(Op::same, slot(s.count), constant(convert.ordinal + 1.0));
          const auto put = [&](SlotId target, Operand value) { emit_to(target, Op::copy, choose(here, value, slot(target))); };
          put(convert.principal, amount);
          put(convert.since, day_number(0));
          put(convert.cheque.money.index, amount);
          put(convert.cheque.day.index, day_number(0));
          for (std::size_t i = 0; i < parts.size(); ++i) put(convert.parts[i].part.index, parts[i].part);
        }
      });
    }
  }
  if (!is_constant_zero(converted))
    emit_to(companies_[id].notes_converted, Op::add, slot(companies_[id].notes_converted), converted);
}

// What was owed on notes when the model began.
Operand Lowering::notes_at_start(CompanyId id) {
  Operand total = constant(0);
  settling_ = Settling{constant(0), constant(0), false};  // the day on which it begins
  for (const Convert& convert : equities_[id].converts) {
    const auto& terms = *convert.terms;
    if (terms.kind != InstrumentKind::note || !model_.rounds[convert.round].before_start) continue;
    Operand owed = slot(convert.principal);
    if (terms.interest != kNone) {
      const Operand rate = emit(Op::mul, field(terms.interest, When::in_setup()), constant(12));
      owed = emit(Op::add, owed, accrued(owed, rate, terms.interest_periods, days_of_year(terms), slot(convert.since)));
    }
    total = sum(total, owed);
  }
  settling_.reset();
  return total;
}

// What is owed on notes at the month's end. A SAFE is no debt.
Operand Lowering::owed_on_notes(CompanyId id) {
  Operand total = constant(0);
  for (const Convert& convert : equities_[id].converts)
    if (convert.terms->kind == InstrumentKind::note) total = sum(total, owed_on(convert));
  return total;
}

// The worth of the company, before it, at which a note converts by its own terms.
Operand Lowering::note_valuation(CompanyId id, const Convert& convert) {
  const auto& terms = *convert.terms;
  const auto& round = model_.rounds[convert.round];
  if (round.post_money != kNone) {
    return emit(Op::sub, field(round.post_money, When::before(1)), convert.cheque.money);
  }
  Operand worth = slot(equities_[id].post_money_state);
  if (terms.discount != kNone) worth = emit(Op::mul, worth, emit(Op::sub, constant(1), field(terms.discount, When::in_setup())));
  if (terms.cap == kNone) return worth;
  const Operand cap = field(terms.cap, When::in_setup());
  // Without any price so far the cap stands alone.
  return emit(Op::choose, emit(Op::less, worth, cap), worth, cap);
}

// Step 5, the shares: notes that convert by their own terms become common.
void Lowering::convert_by_terms(CompanyId id, Convert& convert, Operand sum_converting, Operand happens) {
  CompanyEquity& e = equities_[id];
  const auto own = std::find_if(convert.becomes.begin(), convert.becomes.end(), [](const auto& b) { return b.first == kNone; });
  if (own == convert.becomes.end()) return;
  Entry& entry = e.entries[own->second];
  guarded(happens, [&] {
    const Operand units = emit(Op::div, emit(Op::mul, sum_converting, slot(e.shares)), note_valuation(id, convert));
    emit_to(entry.units.index, Op::copy, units);
    emit_to(e.shares, Op::add, slot(e.shares), units);
  });
}

// What a note or SAFE was worth in its terms is what the company was last worth.
void Lowering::close_convert(CompanyId id, std::uint32_t r, Operand happens, SlotId amount) {
  CompanyEquity& e = equities_[id];
  const auto& round = model_.rounds[r];
  auto& s = rounds_[r];
  if (round.post_money == kNone) return;
  declare_price(r);
  guarded(happens, [&] {
    if (round.closed == kNone) attempt_ = Attempt{r, emit(Op::sub, slot(s.attempts), constant(1))};
    emit_to(s.post_money_now, Op::copy, field(round.post_money, When::before(1)));
    attempt_.reset();
    emit_to(s.pre_money_now, Op::sub, slot(s.post_money_now), slot(amount));
    emit_to(e.post_money_state, Op::copy, slot(s.post_money_now));
  });
}

}  // namespace warchest::program
