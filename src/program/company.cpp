// A company's month, in the order of LANGUAGE.md, section 6: policies, events, plan lines, debt, rounds, facilities, month end.
//
// Cash is a chain of month-end values; what the month moves is added up and laid on last month's. Once cash ends a month below
// `min_cash` the company stops: from then on every line, balance and flow is nothing, and cash, debt and shares stay as they were.
#include <algorithm>
#include <cmath>
#include <limits>

#include "program/lowering.h"
#include "text/check.h"

namespace warchest::program {

// What stands before anything of month 0.
void Lowering::open_books(CompanyId id) {
  const auto& company = model_.companies[id];
  const auto& s = companies_[id];
  in_main(program_.setup, [&] {
    const auto amount = [&](DefId field_id) { return field_id == model::kNone ? constant(0) : field(field_id, When::in_setup()); };
    open_accounts(id);
    set_row(s.debt, -1, amount(company.debt));
    for (const SlotId flow : {s.interest, s.burn, s.mean_burn, s.raised, s.received, s.paid, s.repaid, s.drawn, s.fees, s.round_money,
                              s.capex, s.interest_paid, s.interest_added, s.interest_to_assets, s.interest_accrued, s.fees_expensed,
                              s.fees_deferred, s.reserved, s.reserve})
      set_row(flow, -1, constant(0));
    for (const SlotId notes : {s.notes, s.notes_repaid}) set_row(notes, -1, constant(0));
    set_row(s.runway, -1, constant(model::kEndless));
    set_row(s.last_round, -1, constant(model::kEndless));
    set_row(s.out_of_cash, -1, constant(model::kEndless));
    set_row(s.alive, -1, constant(1));
    for (std::size_t i = 0; i < company.credits.size(); ++i) {
      set_row(s.credit_balance[i], -1, amount(company.credits[i].balance));
      set_row(s.credit_used[i], -1, constant(0));
    }
  });
}

void Lowering::ensure_lines(CompanyId id) {
  auto& s = companies_[id];
  if (s.lines_done) return;
  WARCHEST_CHECK(!s.lines_going, "the lines of a company need their own sum");
  s.lines_going = true;
  for (const std::uint32_t project : model_.companies[id].projects) ensure_project_flows(project);
  Operand revenue = constant(0), cost = constant(0);
  std::vector<std::pair<bool, DefId>> lines;
  for (const auto& line : model_.companies[id].lines) {
    if (line.capitalised == model::kNone)
      lines.push_back({line.revenue, line.is});
    else
      ensure_definition(line.is);
  }
  for (const auto& [is_revenue, is] : lines) {
    ensure_definition(is);
    in_main(program_.month, [&] {
      Operand& total = is_revenue ? revenue : cost;
      const Operand v = read(definition_slot(is), When::now());
      total = total.place == Place::constant ? v : emit(Op::add, total, v);
    });
  }
  in_main(program_.month, [&] {
    emit_to(s.revenue, Op::copy, revenue);
    emit_to(s.cost, Op::copy, cost);
    const Operand ebitda = emit(Op::sub, slot(s.revenue), slot(s.cost));
    const Operand written = other_depreciation(id);
    if (model_.companies[id].projects.empty()) {
      for (const SlotId none : {s.project_yield, s.project_cost}) emit_to(none, Op::copy, constant(0));
      emit_to(s.ebitda, Op::copy, ebitda);
      emit_to(s.depreciation, Op::copy, written);
      emit_to(s.ebit, Op::copy, less(slot(s.ebitda), written));
    } else {
      emit_project_lines(id, ebitda, written);
    }
  });
  s.lines_going = false;
  s.lines_done = true;
  // The month before the start, where the lines know it.
  in_main(program_.setup, [&] {
    Operand before_revenue = constant(0), before_cost = constant(0);
    for (const auto& [is_revenue, is] : lines) {
      if (reach_def(is) > -1) continue;
      Operand& total = is_revenue ? before_revenue : before_cost;
      const Operand v = layered(is, layers(is).size(), When::row_in_setup(-1));
      total = total.place == Place::constant && total.value == 0 ? v : emit(Op::add, total, v);
    }
    set_row(s.revenue, -1, before_revenue);
    set_row(s.cost, -1, before_cost);
    set_row(s.ebitda, -1, emit(Op::sub, before_revenue, before_cost));
    set_row(s.ebit, -1, row(s.ebitda, -1));
    for (const SlotId none : {s.project_yield, s.project_cost, s.depreciation}) set_row(none, -1, constant(0));
  });
  emit_growth(id);
}

// Revenue of months t-2 … t over that of the same months a year before, less 1; over the longest reach of at least 3 months,
// annualised, where the tables do not reach back a year; none (missing) with less or without revenue.
void Lowering::emit_growth(CompanyId id) {
  const auto& s = companies_[id];
  std::int32_t first = std::numeric_limits<std::int32_t>::min();
  bool any = false;
  for (const auto& line : model_.companies[id].lines)
    if (line.revenue) {
      first = std::max(first, reach_def(line.is));
      any = true;
    }
  const Operand none = constant(std::numeric_limits<double>::quiet_NaN());
  if (!any) {
    in_main(program_.month, [&] { emit_to(s.growth, Op::copy, none); });
    set_row(s.growth, -1, none);
    return;
  }
  first = std::clamp(first, -14, 0);  // the first month of revenue that is known and needed
  const SlotId quarter = history("");  // revenue of three months, from month first + 2 on
  in_main(program_.setup, [&] {
    std::vector<Operand> known_months;
    for (std::int32_t m = first; m < 0; ++m) {
      Operand total = constant(0);
      for (const auto& line : model_.companies[id].lines)
        if (line.revenue) {
          const Operand v = layered(line.is, layers(line.is).size(), When::row_in_setup(m));
          total = total.place == Place::constant && total.value == 0 ? v : emit(Op::add, total, v);
        }
      known_months.push_back(total);
    }
    const auto month_at = [&](std::int32_t m) { return known_months[static_cast<std::size_t>(m - first)]; };
    for (std::int32_t m = first + 2; m < 0; ++m) set_row(quarter, m, emit(Op::add, emit(Op::add, month_at(m - 2), month_at(m - 1)), month_at(m)));
    if (first <= -2) set_row(s.revenue, -2, month_at(-2));
    if (first <= -1) set_row(s.revenue, -1, month_at(-1));
  });
  in_main(program_.month, [&] {
    // The three months to t; those before `first` are not known and not read: `age` says from when on growth exists.
    const Operand sum = emit(Op::add, emit(Op::add, read(s.revenue, When::before(2)), read(s.revenue, When::before(1))), slot(s.revenue));
    emit_to(quarter, Op::copy, sum);
    std::vector<double> exists, exponents, early;
    for (std::int32_t t = 0; t < months_; ++t) {
      const std::int32_t back = std::min(12, t - (first + 2));
      exists.push_back(back >= 3 ? 1 : 0);
      exponents.push_back(back >= 3 ? 12.0 / back : 1);
      early.push_back(back < 12 ? 1 : 0);
    }
    const Operand exponent = schedule_of(exponents);
    // A year before, or the first quarter known.
    Operand earlier;
    if (first + 2 <= 0) {
      earlier = read(quarter, When::before(12));  // never before its first row, which is the first quarter known
    } else {
      const SlotId first_quarter = new_slot(Keep::state);
      in_main(program_.setup, [&] { emit_to(first_quarter, Op::copy, constant(0)); });
      emit_to(first_quarter, Op::choose, emit(Op::same, month_number(0), constant(first + 2)), slot(quarter), slot(first_quarter));
      earlier = choose(schedule_of(early), slot(first_quarter), read(quarter, When::before(12)));
    }
    const Operand ratio = emit(Op::div, slot(quarter), earlier);
    const Operand annual = exponent.place == Place::constant && exponent.value == 1 ? ratio : emit(Op::power, ratio, exponent);
    const Operand there = both(schedule_of(exists), emit(Op::less, constant(0), earlier));
    emit_to(s.growth, Op::choose, there, emit(Op::sub, annual, constant(1)), none);
  });
  set_row(s.growth, -1, none);
}

void Lowering::ensure_company(CompanyId id) {
  auto& s = companies_[id];
  if (s.done) return;
  WARCHEST_CHECK(!s.going, "a company's month needs its own end: " + model_.companies[id].name);
  s.going = true;
  begin_month(id);
  end_month(id);
  s.going = false;
  s.done = true;
}

// Steps 1 to 5: policies, plan lines, projects, notes; what the month moves before anybody puts in money. Interest on an average balance
// needs the month's draws, so the service of facilities stands with them, after the rounds, whose money does not depend on it.
void Lowering::begin_month(CompanyId id) {
  auto& s = companies_[id];
  if (s.begun) return;
  s.begun = true;
  open_books(id);
  open_rounds(id);
  ensure_lines(id);
  for (const auto& credit : model_.companies[id].credits)
    for (const std::uint32_t line : credit.pays) ensure_definition(model_.companies[id].lines[line].is);
  in_main(program_.month, [&] {
    const Settled settled_now = settle_lines(id);
    emit_to(s.received, Op::copy, settled_now.received);
    emit_to(s.paid, Op::copy, settled_now.paid);
    const Operand tax_paid = pay_tax(id);
    emit_to(s.notes_repaid, Op::copy, service_notes(id));
    s.net = history("");
    set_row(s.net, -1, constant(0));
    s.cash_available = emit(Op::sub, slot(s.received), slot(s.paid));
    const Operand capex = sum(projects_cost(id), settled_now.bought);
    emit_to(s.capex, Op::copy, capex);
    if (!model_.companies[id].projects.empty())
      s.cash_available = emit(Op::add, s.cash_available, emit(Op::sub, slot(s.project_yield), slot(s.project_cost)));
    s.cash_available = less(s.cash_available, tax_paid);
    if (s.lease_paid != kNoSlot) s.cash_available = less(s.cash_available, slot(s.lease_paid));
    s.before_interest = is_constant_zero(capex) ? s.cash_available : emit(Op::sub, s.cash_available, slot(s.capex));
  });
}

// Steps 6 to 8: rounds that close, facilities, month end.
void Lowering::end_month(CompanyId id) {
  auto& s = companies_[id];
  const When past = When::before(1);
  in_main(program_.month, [&] {
    const Operand alive = read(s.alive, past);
    const Operand arrived = close_rounds(id);
    book_notes(id);
    emit_to(s.round_money, Op::copy, arrived);
    emit_to(s.raised, Op::add, read(s.raised, past), slot(s.round_money));
    revalue_accounts(id);
    DebtNeeds needs{s.before_interest, s.cash_available, constant(0), constant(0), constant(0)};
    if (!model_.companies[id].accounts.empty()) needs.exchanged = slot(s.exchange_on_cash);
    if (!equities_[id].converts.empty()) needs.notes_repaid = slot(s.notes_repaid);
    if (!is_constant_zero(arrived)) needs.arrived = slot(s.round_money);
    const Operand cash = debt_month(id, needs);
    book_exchange(id);
    emit_to(s.burn, Op::neg, slot(s.net));  // the fall in cash before financing; after the company has stopped, nothing moves
    if (model_.companies[id].taxes) emit_income(id);
    emit_to(s.cash, Op::copy, cash);  // of a company that has stopped every flow is nothing, so its cash stays as it was
    close_accounts(id);
    // Debt: what was owed at the start stays, facilities move.
    const auto& company = model_.companies[id];
    Operand facility_debt = company.debt == model::kNone ? constant(0) : field(company.debt, When::in_setup());
    for (const std::uint32_t f : company.facilities)
      if (facilities_[f].here) facility_debt = facility_debt.place == Place::constant && facility_debt.value == 0 ? slot(facilities_[f].balance) : emit(Op::add, facility_debt, slot(facilities_[f].balance));
    if (const Operand notes = owed_on_notes(id); is_constant_zero(notes)) {
      emit_to(s.notes, Op::copy, notes);
    } else {  // interest runs on no further once the company has stopped
      emit_to(s.notes, Op::choose, alive, notes, read(s.notes, past));
      facility_debt = sum(facility_debt, slot(s.notes));
    }
    emit_to(s.debt, Op::copy, facility_debt);
    // Month end.
    const Operand floor = company.min_cash == model::kNone ? constant(0) : field(company.min_cash, When::now());
    // A company that is nothing but its rounds has no plan to run out on.
    const bool plan = !company.lines.empty() || !company.projects.empty() || !company.facilities.empty() || !company.leases.empty();
    emit_to(s.alive, Op::both, alive, plan ? emit(Op::less_equal, floor, slot(s.cash)) : constant(1));
    const Operand stopped = emit(Op::choose, slot(s.alive), constant(model::kEndless), month_number(0));
    emit_to(s.out_of_cash, Op::min, read(s.out_of_cash, past), stopped);
    // Runway: cash over the mean burn of the last three months, those there are; endless where that burns nothing.
    std::vector<double> counts;
    for (std::int32_t t = 0; t < months_; ++t) counts.push_back(std::min(t + 1, 3));
    for (double& months : counts) months = -1 / months;
    const Operand three = emit(Op::add, emit(Op::add, read(s.net, When::before(2)), read(s.net, past)), slot(s.net));
    emit_to(s.mean_burn, Op::mul, three, schedule_of(counts));
    emit_to(s.runway, Op::choose, emit(Op::less, constant(0), slot(s.mean_burn)), emit(Op::div, slot(s.cash), slot(s.mean_burn)),
            constant(model::kEndless));
  });
}

}  // namespace warchest::program
