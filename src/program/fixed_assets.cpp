// What is written off beside projects: what stood in the books at the start, costs that are capitalised, and the right to use what is
// leased.
//
// All is written off evenly by the month. A lease (IFRS 16; a finance lease of ASC 842) begins with a liability at the present value of its
// payments, each at the end of its month, and a right of use at the same value; the liability bears interest, the right is written off over
// the term. A lease that began before the model stands at what it is then. In another currency the liability stands at the rate of the
// month, the right at that of the month in which it began (before the model: at the opening's). Book values are built from what comes in
// and what is written off; a company that has stopped writes off nothing.
#include <algorithm>
#include <cmath>

#include "program/lowering.h"

namespace warchest::program {

using model::kNone;

// Before the plan lines are added up: what this month writes off, and the book values. Makes Lowering::CompanySlots::other_assets.
Operand Lowering::other_depreciation(CompanyId id) {
  const auto& company = model_.companies[id];
  auto& s = companies_[id];
  const bool bought = std::any_of(company.lines.begin(), company.lines.end(), [](const auto& line) { return line.capitalised != kNone; });
  if (!bought && company.fixed_assets == kNone && company.leases.empty()) return constant(0);
  const When past = When::before(1);
  const Operand now = month_number(0), alive = read(s.alive, past);
  Operand written = constant(0), added = constant(0), at_start = constant(0);
  s.other_assets = history(company.name + ".other_assets");

  if (company.fixed_assets != kNone) {
    Operand part = constant(0), life = constant(model::kEndless);
    in_main(program_.setup, [&] {
      const Operand value = field(company.fixed_assets, When::in_setup());
      at_start = sum(at_start, value);
      if (company.fixed_assets_life == kNone) return;
      life = emit(Op::max, emit(Op::round, field(company.fixed_assets_life, When::in_setup())), constant(1));
      part = emit(Op::div, value, life);
    });
    if (company.fixed_assets_life != kNone)
      written = sum(written, emit(Op::choose, both(alive, emit(Op::less, now, life)), part, constant(0)));
  }

  for (const auto& line : company.lines) {
    if (line.capitalised == kNone) continue;
    const auto term = static_cast<std::int32_t>(std::lround(known_or(line.capitalised, 1)));
    const SlotId spent = definition_slot(line.is), pace = history("");  // a month's part of all that is still written off
    set_row(pace, -1, constant(0));
    std::vector<double> one_before, term_before;
    for (std::int32_t t = 0; t < months_; ++t) {
      one_before.push_back(t >= 1 ? 1 : 0);
      term_before.push_back(t - 1 - term >= 0 ? 1 : 0);
    }
    Operand change = choose(schedule_of(one_before), read(spent, past), constant(0));
    if (term + 1 < months_)
      change = emit(Op::sub, change, choose(schedule_of(term_before), read(spent, When::before(term + 1)), constant(0)));
    emit_to(pace, Op::add, read(pace, past), emit(Op::div, change, constant(term)));
    written = sum(written, emit(Op::choose, alive, slot(pace), constant(0)));
    added = sum(added, slot(spent));
  }

  if (!company.leases.empty()) {
    s.lease_paid = history(company.name + ".lease_paid");
    s.lease_interest = history(company.name + ".lease_interest");
    const SlotId owed = book(id, M::lease_liability);
    Operand paid = constant(0), interest = constant(0), begun = constant(0), owed_at_start = constant(0);
    Operand owing_now = constant(0);
    bool abroad = false;
    for (const auto& lease : company.leases) {
      // What it owes is reckoned in its own currency; what moves in the month is told at the month's rate.
      const bool moving = moves(lease.currency);
      Operand payment, term, start, rate, value, part, opening = constant(1), exchange = constant(1);
      if (lease.currency != kNone) opening = opening_rate(lease.currency);
      if (moving) exchange = slot(rate_slot(lease.currency));
      const SlotId still = new_slot(Keep::state, lease.name + ".owed");
      // Of one whose rate moves: what that is worth, and a month's part of the right, at the rate of the month in which it began.
      const SlotId worth_now = moving ? new_slot(Keep::state, lease.name + ".worth") : kNoSlot;
      const SlotId part_then = moving ? new_slot(Keep::state, lease.name + ".written") : kNoSlot;
      in_main(program_.setup, [&] {
        const auto setup = [&](DefId definition) { return field(definition, When::in_setup()); };
        payment = moving ? setup(lease.payment) : times(setup(lease.payment), opening);
        const Operand at_start_rate = moving ? opening : constant(1);
        rate = setup(lease.rate);
        term = emit(Op::max, emit(Op::round, setup(lease.term)), constant(1));
        start = lease.start == kNone ? constant(0) : emit(Op::floor, setup(lease.start));
        // What so many payments are worth a month before the first of them.
        const auto worth = [&](Operand payments) {
          const Operand discounted = emit(Op::power, emit(Op::add, constant(1), rate), emit(Op::neg, payments));
          const Operand annuity = emit(Op::div, emit(Op::sub, constant(1), discounted), rate);
          const Operand bears = emit(Op::less, constant(0), rate);
          return emit(Op::mul, payment, emit(Op::choose, bears, annuity, payments));
        };
        value = worth(term);
        part = emit(Op::div, value, term);
        // Begun before the model: of the right the months that are left, of the liability what they are worth.
        const Operand gone = emit(Op::min, emit(Op::max, emit(Op::neg, start), constant(0)), term);
        const Operand left = emit(Op::sub, term, gone), earlier = emit(Op::less, start, constant(0));
        const Operand owed_then = emit(Op::choose, earlier, worth(left), constant(0));
        emit_to(still, Op::copy, owed_then);
        owed_at_start = sum(owed_at_start, times(owed_then, at_start_rate));
        at_start = sum(at_start, times(emit(Op::choose, earlier, emit(Op::mul, part, left), constant(0)), at_start_rate));
        if (!moving) return;
        emit_to(worth_now, Op::copy, times(owed_then, at_start_rate));
        emit_to(part_then, Op::copy, times(part, at_start_rate));
      });
      const Operand ends = emit(Op::add, start, term);
      const Operand runs = both(alive, both(emit(Op::less_equal, start, now), emit(Op::less, now, ends)));
      const Operand begins = both(alive, emit(Op::same, start, now));
      const Operand comes = emit(Op::choose, begins, value, constant(0));
      const Operand owing = emit(Op::add, slot(still), comes);
      const Operand bears = emit(Op::choose, runs, emit(Op::mul, owing, rate), constant(0));
      const Operand pays = emit(Op::choose, runs, payment, constant(0));
      emit_to(still, Op::sub, emit(Op::add, owing, bears), pays);
      const Operand paid_now = times(pays, exchange);
      move_account(id, lease.currency, paid_now);
      paid = sum(paid, paid_now);
      interest = sum(interest, times(bears, exchange));
      begun = sum(begun, times(comes, exchange));
      added = sum(added, times(comes, exchange));
      if (moving) {
        abroad = true;
        const Operand revalued = revaluation(id, lease.currency);
        s.exchange_on_leases = sum(s.exchange_on_leases, emit(Op::mul, slot(worth_now), emit(Op::sub, revalued, constant(1))));
        emit_to(worth_now, Op::choose, alive, emit(Op::mul, slot(still), exchange), slot(worth_now));
        emit_to(part_then, Op::choose, begins, emit(Op::mul, part, exchange), slot(part_then));
      }
      owing_now = sum(owing_now, slot(moving ? worth_now : still));
      written = sum(written, emit(Op::choose, runs, moving ? slot(part_then) : part, constant(0)));
    }
    emit_to(s.lease_paid, Op::copy, paid);
    emit_to(s.lease_interest, Op::copy, interest);
    in_main(program_.setup, [&] {
      set_row(owed, -1, owed_at_start);
      set_row(s.lease_paid, -1, constant(0));
      set_row(s.lease_interest, -1, constant(0));
    });
    if (abroad)
      emit_to(owed, Op::copy, owing_now);
    else
      emit_to(owed, Op::sub, emit(Op::add, emit(Op::add, read(owed, past), begun), slot(s.lease_interest)), slot(s.lease_paid));
  }

  in_main(program_.setup, [&] { set_row(s.other_assets, -1, at_start); });
  emit_to(s.other_assets, Op::sub, emit(Op::add, read(s.other_assets, past), added), written);
  return written;
}

}  // namespace warchest::program
