// Facilities: revolvers, term loans, bonds. What they cost and repay in step 5 of the month, what they bring in step 7.
//
// Interest runs on the balance at the month's opening and is paid in cash; the commitment fee on what was undrawn then. In the
// month of `until` the whole balance falls due, and nothing is drawn from then on. Equal instalments repay balance / months left,
// an annuity the level payment of the months left, so both need no memory of the draw. Undrawn lines are not cash.
#include <algorithm>

#include "program/lowering.h"
#include "text/check.h"

namespace warchest::program {

Lowering::FacilityFlows Lowering::service_facilities(CompanyId id) {
  FacilityFlows flows{constant(0), constant(0)};
  const auto add = [&](Operand& total, Operand term) { total = total.place == Place::constant && total.value == 0 ? term : emit(Op::add, total, term); };
  const Operand now = month_number(0);
  const When past = When::before(1), today = When::now();
  for (const std::uint32_t f : model_.companies[id].facilities) {
    auto& s = facilities_[f];
    const auto& facility = model_.facilities[f];
    set_row(s.balance, -1, constant(0));
    set_row(s.interest, -1, constant(0));
    set_row(s.drawn, -1, constant(0));
    set_row(s.repaid, -1, constant(0));
    if (!s.here) {
      set_row(s.undrawn, -1, constant(0));
      s.repaid_now = constant(0);
      emit_to(s.interest, Op::copy, constant(0));
      continue;
    }
    const Operand alive = read(companies_[id].alive, past);
    const Operand balance = read(s.balance, past);
    // `available`: one chance for the path, drawn beside the uncertainty of the chance itself.
    s.available = constant(1);
    if (facility.available != model::kNone) {
      const Operand u = own_uniform(facility.name);
      in_main(program_.setup, [&] { s.available = emit(Op::less, u, field(facility.available, When::in_setup())); });
    }
    const Operand rate = facility.rate == model::kNone ? constant(0) : field(facility.rate, today);
    Operand interest = emit(Op::mul, balance, rate);
    const bool ends = facility.until != model::kNone;
    const Operand until = ends ? emit(Op::floor, field(facility.until, today)) : constant(model::kEndless);
    // Repaid: all when due or when the rule says so, else the instalment.
    Operand instalment = constant(0);
    if (facility.repayment != model::Repayment::at_end) {
      WARCHEST_CHECK(ends, "instalments without an end");
      const Operand left = emit(Op::max, emit(Op::add, emit(Op::sub, until, now), constant(1)), constant(1));
      const Operand level = emit(Op::div, balance, left);
      instalment = level;
      if (facility.repayment == model::Repayment::annuity) {
        const Operand discount = emit(Op::power, emit(Op::add, constant(1), rate), emit(Op::neg, left));
        const Operand payment = emit(Op::div, interest, emit(Op::sub, constant(1), discount));
        instalment = emit(Op::choose, emit(Op::less, constant(0), rate), emit(Op::sub, payment, interest), level);
      }
    }
    Operand all = emit(Op::less_equal, until, now);
    if (facility.repay_when != model::kNone) all = emit(Op::either, all, field(facility.repay_when, past));
    Operand repaid = emit(Op::choose, all, balance, emit(Op::min, instalment, balance));
    repaid = emit(Op::choose, alive, repaid, constant(0));
    s.repaid_now = repaid;
    interest = emit(Op::choose, alive, interest, constant(0));
    if (facility.commitment_fee != model::kNone) {
      const Operand open = both(both(alive, s.available), emit(Op::less, now, until));
      const Operand undrawn = emit(Op::max, emit(Op::sub, field(facility.limit, today), balance), constant(0));
      interest = emit(Op::add, interest, choose(open, emit(Op::mul, undrawn, field(facility.commitment_fee, today)), constant(0)));
    }
    emit_to(s.interest, Op::copy, interest);
    emit_to(s.repaid, Op::copy, repaid);
    add(flows.interest, interest);
    add(flows.repaid, repaid);
  }
  return flows;
}

Operand Lowering::draw_facilities(CompanyId id, Operand cash_now) {
  Operand cash = cash_now, total_drawn = constant(0), fees = constant(0);
  const Operand now = month_number(0);
  const When past = When::before(1), today = When::now();
  for (const std::uint32_t f : model_.companies[id].facilities) {
    auto& s = facilities_[f];
    const auto& facility = model_.facilities[f];
    if (!s.here) {
      emit_to(s.balance, Op::copy, constant(0));
      emit_to(s.undrawn, Op::copy, constant(0));
      emit_to(s.drawn, Op::copy, constant(0));
      emit_to(s.repaid, Op::copy, constant(0));
      continue;
    }
    const Operand alive = read(companies_[id].alive, past);
    const Operand balance = emit(Op::sub, read(s.balance, past), s.repaid_now);
    const Operand limit = field(facility.limit, today);
    const Operand undrawn = emit(Op::max, emit(Op::sub, limit, balance), constant(0));
    // The rule alone reads the cash of this very moment, so that a line can save the month.
    moment_ = Moment{id, cash};
    Operand wanted = undrawn;
    if (facility.draw != model::kNone) wanted = emit(Op::max, emit(Op::min, undrawn, field(facility.draw, past)), constant(0));
    Operand draws = constant(0);
    if (facility.draw_when != model::kNone) draws = field(facility.draw_when, past);
    if (facility.draw_on != model::kNone) {
      const Operand on = emit(Op::same, emit(Op::floor, field(facility.draw_on, today)), now);
      draws = draws.place == Place::constant ? on : emit(Op::either, draws, on);
    }
    moment_.reset();
    Operand may = both(both(alive, s.available), draws);
    if (facility.until != model::kNone) may = both(may, emit(Op::less, now, emit(Op::floor, field(facility.until, today))));
    const Operand drawn = emit(Op::choose, may, wanted, constant(0));
    const Operand fee = facility.fee == model::kNone ? constant(0) : field(facility.fee, today);
    cash = emit(Op::add, cash, drawn);
    if (facility.fee != model::kNone) {  // kept back from the draw
      const Operand kept = emit(Op::mul, drawn, fee);
      cash = emit(Op::sub, cash, kept);
      fees = fees.place == Place::constant ? kept : emit(Op::add, fees, kept);
    }
    emit_to(s.drawn, Op::copy, drawn);
    emit_to(s.balance, Op::add, balance, drawn);
    const Operand undrawn_after = emit(Op::max, emit(Op::sub, limit, slot(s.balance)), constant(0));
    if (program_.slots[s.undrawn].first == 0)
      in_main(program_.setup, [&] {
        if (in_setup(model_.definitions[facility.limit].is)) set_row(s.undrawn, -1, field(facility.limit, When::in_setup()));
      });
    emit_to(s.undrawn, Op::copy, undrawn_after);
    total_drawn = total_drawn.place == Place::constant ? drawn : emit(Op::add, total_drawn, drawn);
  }
  emit_to(companies_[id].drawn, Op::copy, total_drawn);
  emit_to(companies_[id].fees, Op::copy, fees);
  return cash;
}

}  // namespace warchest::program
