// Facilities: revolvers, term loans, bonds, project loans. What they cost and repay in step 5 of the month, what they bring in step 7.
//
// Interest runs on the balance at the month's opening, or on the mean of opening and closing. Undrawn lines are not cash. In the month of
// its end the whole balance falls due, and nothing is drawn from then on. Equal instalments repay balance / payments left, an annuity the
// level payment of the payments left, so both need no memory of the draw; a sculpted loan repays what cash available for debt service,
// divided by its target, leaves after interest.
//
// Where interest runs on the average, the month is put together several times, each time on the mean that the times before point to.
// The mean moves by half a month's rate times the change of interest, more where a reserve and a sweep follow debt service. What is still
// open after the last time is kept, and told by the run (docs/method.md, "Debt that needs itself").
#include <algorithm>
#include <cmath>
#include <limits>

#include "program/lowering.h"
#include "text/check.h"

namespace warchest::program {

using model::kEndless;
using model::kNone;
using model::Repayment;

namespace {

constexpr int kPasses = 7;
constexpr double kSteepest = 0.75;

}  // namespace

Operand Lowering::either(Operand a, Operand b) {
  if (a.place == Place::constant) return a.value != 0 ? a : b;
  if (b.place == Place::constant) return b.value != 0 ? b : a;
  return emit(Op::either, a, b);
}

void Lowering::declare_facilities() {
  for (std::uint32_t f = 0; f < model_.facilities.size(); ++f) {
    const auto& facility = model_.facilities[f];
    FacilitySlots s{};
    s.here = std::find(case_.without_facilities.begin(), case_.without_facilities.end(), f) == case_.without_facilities.end();
    const auto declare = [&](const char* what, double before) {
      const SlotId made = history(facility.name + what);
      set_row(made, -1, constant(before));
      return made;
    };
    s.balance = declare(".balance", 0);
    s.undrawn = history(facility.name + ".undrawn");
    s.interest = declare(".interest", 0);
    s.paid = declare(".interest_paid", 0);
    s.added = declare(".interest_added", 0);
    s.to_assets = declare(".interest_to_assets", 0);
    s.accrued = declare(".accrued", 0);
    s.to_pay = declare(".interest_to_pay", 0);
    s.to_add = declare(".interest_to_add", 0);
    s.drawn = declare(".drawn", 0);
    s.repaid = declare(".repaid", 0);
    s.fees = declare(".fees", 0);
    s.expensed = declare(".fees_expensed", 0);
    s.deferred = declare(".fees_deferred", 0);
    s.reserve = declare(".reserve", 0);
    s.reserved = declare(".reserved", 0);
    s.due_cash = declare(".cash_since_payment", 0);
    s.borrowed = declare(".borrowed", 0);
    s.first_draw = declare(".first_draw", kEndless);
    s.dscr = declare(".dscr", kEndless);
    s.breached = declare(".breached", kEndless);
    s.defaulted = declare(".defaulted", kEndless);
    facilities_.push_back(s);
  }
  for (const auto& covenant : model_.covenants) {
    CovenantSlots s{};
    const auto declare = [&](const char* what, double before) {
      const SlotId made = history(covenant.name + what);
      set_row(made, -1, constant(before));
      return made;
    };
    s.breached = declare(".breached", kEndless);
    s.defaulted = declare(".defaulted", kEndless);
    s.failing_since = declare(".failing_since", kEndless);
    s.fails = declare(".fails", 0);
    covenants_.push_back(s);
  }
}

// Every history of a facility that is not there in this case.
void Lowering::leave_out_facility(std::uint32_t f) {
  auto& s = facilities_[f];
  if (program_.slots[s.undrawn].first == 0) set_row(s.undrawn, -1, constant(0));
  for (const SlotId nothing : {s.balance, s.undrawn, s.interest, s.paid, s.added, s.to_assets, s.accrued, s.to_pay, s.to_add, s.drawn,
                               s.repaid, s.fees, s.expensed, s.deferred, s.reserve, s.reserved, s.due_cash, s.borrowed})
    emit_to(nothing, Op::copy, constant(0));
  for (const SlotId never : {s.first_draw, s.dscr}) emit_to(never, Op::copy, constant(kEndless));
  s.cash_available = constant(0);
}

// The month in which everything falls due.
Operand Lowering::end_of_facility(std::uint32_t f) {
  const auto& facility = model_.facilities[f];
  const Operand endless = constant(kEndless);
  Operand until = facility.until == kNone ? endless : emit(Op::floor, field(facility.until, When::now()));
  if (facility.project == kNone) return until;
  const auto& project = projects_[facility.project];
  if (facility.term != kNone) {
    const Operand length = emit(Op::max, emit(Op::round, field(facility.term, When::now())), constant(1));
    const Operand last = emit(Op::add, slot(project.online), emit(Op::sub, length, constant(1)));
    until = facility.until == kNone ? last : emit(Op::min, until, last);
  }
  // What will never be online pays nothing back: its loan falls due.
  if (project.given_up != kNoSlot) until = emit(Op::choose, slot(project.given_up), emit(Op::min, until, month_number(0)), until);
  return until;
}

// Whether interest and instalments are paid in the month: counted back from the end, by the calendar where there is none.
Operand Lowering::payment_month(std::uint32_t f, Operand until) {
  const auto& facility = model_.facilities[f];
  const int every = facility.payment_months;
  if (every == 1) return constant(1);
  std::vector<double> calendar;
  for (std::int32_t t = 0; t < months_; ++t) calendar.push_back((model_.settings.start_month + t) % every == 0 ? 1 : 0);
  if (facility.until == kNone && facility.term == kNone) return schedule_of(std::move(calendar));
  const Operand left = emit(Op::sub, until, month_number(0));
  const Operand whole = emit(Op::mul, emit(Op::floor, emit(Op::div, left, constant(every))), constant(every));
  const Operand counted = emit(Op::same, whole, left);
  if (facility.until != kNone) return counted;
  return emit(Op::choose, emit(Op::less, until, constant(kEndless)), counted, schedule_of(std::move(calendar)));
}

FacilityTerms Lowering::facility_terms(std::uint32_t f, Operand cash_available) {
  auto& s = facilities_[f];
  const auto& facility = model_.facilities[f];
  const When past = When::before(1), today = When::now();
  const Operand now = month_number(0);
  FacilityTerms t;
  t.alive = read(companies_[facility.company].alive, past);
  t.revalued = revaluation(facility.company, facility.currency);
  t.balance = times(read(s.balance, past), t.revalued);
  // `available`: one chance for the path, drawn beside the uncertainty of the chance itself.
  s.available = constant(1);
  if (facility.available != kNone) {
    const Operand u = own_uniform(facility.name);
    in_main(program_.setup, [&] { s.available = emit(Op::less, u, field(facility.available, When::in_setup())); });
  }
  t.rate = facility.rate == kNone ? constant(0) : field(facility.rate, today);
  t.pik = facility.pik == kNone ? constant(0) : field(facility.pik, today);
  t.until = end_of_facility(f);
  // Asked for by instalments and by fees that are written off over the life.
  const bool ends = facility.until != kNone || facility.term != kNone;
  const bool counts = facility.repayment == Repayment::annuity || facility.repayment == Repayment::equal_instalments ||
                      facility.fee != kNone || facility.issue_price != kNone;
  t.months_left = ends && counts ? emit(Op::max, emit(Op::add, emit(Op::sub, t.until, now), constant(1)), constant(1)) : constant(kEndless);
  t.pays = payment_month(f, t.until);
  const int every = facility.payment_months;
  t.payments_left = t.months_left;
  if (every > 1 && ends && counts) {
    const Operand later = emit(Op::floor, emit(Op::div, emit(Op::sub, t.months_left, constant(1)), constant(every)));
    t.payments_left = emit(Op::add, later, constant(1));
  }
  t.all = emit(Op::less_equal, t.until, now);
  if (facility.repay_when != kNone) t.all = either(t.all, field(facility.repay_when, past));
  for (const std::uint32_t c : facility.covenants)
    if (model_.covenants[c].on_breach == model::OnBreach::due)
      t.all = either(t.all, emit(Op::less, read(covenants_[c].defaulted, past), constant(kEndless)));
  // Instalments begin after the grace: from the first draw, or from the month in which the project is online.
  t.serves = constant(1);
  t.building = constant(0);
  const auto grace = [&](Operand from) {
    return facility.grace == kNone ? from : emit(Op::add, from, emit(Op::round, field(facility.grace, today)));
  };
  if (facility.project != kNone) {
    const auto& project = projects_[facility.project];
    t.serves = emit(Op::less_equal, grace(slot(project.online)), now);
    t.building = emit(Op::less, now, slot(project.online));
    if (project.given_up != kNoSlot) t.building = both(t.building, emit(Op::opposite, slot(project.given_up)));
  } else if (facility.grace != kNone) {
    t.serves = emit(Op::less, grace(read(s.first_draw, past)), now);
  }
  s.cash_available = cash_available;
  t.cash_available = cash_available;
  if (every > 1) {
    t.cash_available = emit(Op::add, read(s.due_cash, past), cash_available);
    emit_to(s.due_cash, Op::choose, t.pays, constant(0), t.cash_available);
  } else {
    emit_to(s.due_cash, Op::copy, constant(0));
  }
  return t;
}

// What is to be repaid by the way of repayment, all but the rest at the end. `interest` is what is paid of it in the month.
Operand Lowering::instalment(std::uint32_t f, const FacilityTerms& t, Operand interest) {
  const auto& s = facilities_[f];
  const auto& facility = model_.facilities[f];
  const When today = When::now();
  Operand amount = constant(0);
  switch (facility.repayment) {
    case Repayment::at_end:
      return amount;
    case Repayment::by_flow:
      amount = emit(Op::max, field(facility.repay, today), constant(0));
      break;
    case Repayment::sculpted: {
      const Operand service = emit(Op::div, t.cash_available, field(facility.target_dscr, today));
      amount = emit(Op::max, emit(Op::sub, service, interest), constant(0));
      break;
    }
    case Repayment::equal_instalments:
    case Repayment::annuity: {
      Operand owed = t.balance;  // less what is left to the end
      if (facility.balloon != kNone) {
        const Operand rest = emit(Op::mul, times(read(s.borrowed, When::before(1)), t.revalued), field(facility.balloon, today));
        owed = emit(Op::max, emit(Op::sub, t.balance, rest), constant(0));
      }
      const Operand level = emit(Op::div, owed, t.payments_left);
      amount = level;
      if (facility.repayment == Repayment::annuity) {
        // Of the balance B, of which G is left after n payments at the rate i: (B - G) i / ((1 + i)^n - 1), written with (1 + i)^-n.
        const Operand rate = facility.payment_months == 1 ? t.rate : emit(Op::mul, t.rate, constant(facility.payment_months));
        const Operand discount = emit(Op::power, emit(Op::add, constant(1), rate), emit(Op::neg, t.payments_left));
        const Operand due = emit(Op::mul, owed, rate);
        const Operand payment = emit(Op::div, due, emit(Op::sub, constant(1), discount));
        amount = emit(Op::choose, emit(Op::less, constant(0), rate), emit(Op::sub, payment, due), level);
      }
      break;
    }
  }
  if (facility.repayment != Repayment::by_flow) amount = choose(t.pays, amount, constant(0));
  return choose(t.serves, amount, constant(0));
}

// Step 5: interest on `runs_on`, instalments and what else is paid back, the reserve.
FacilityFlows Lowering::service_facility(std::uint32_t f, const FacilityTerms& t, Operand runs_on) {
  const auto& s = facilities_[f];
  const auto& facility = model_.facilities[f];
  const When past = When::before(1), today = When::now();
  const Operand now = month_number(0);
  FacilityFlows flows;
  // What arises. The commitment fee runs on what was undrawn at the opening.
  flows.interest = emit(Op::choose, t.alive, emit(Op::mul, runs_on, t.rate), constant(0));
  if (facility.commitment_fee != kNone) {
    Operand open = both(both(t.alive, s.available), emit(Op::less, now, t.until));
    if (facility.gearing != kNone) open = both(open, t.building);  // what is built is drawn no more
    const Operand undrawn = emit(Op::max, emit(Op::sub, field(facility.limit, today), t.balance), constant(0));
    flows.interest =
        emit(Op::add, flows.interest, choose(open, emit(Op::mul, undrawn, field(facility.commitment_fee, today)), constant(0)));
  }
  flows.pik = facility.pik == kNone ? constant(0) : emit(Op::choose, t.alive, emit(Op::mul, runs_on, t.pik), constant(0));
  // What of it is paid, by the company or by the loan itself while its project is being built.
  const bool monthly = facility.payment_months == 1;
  flows.settles = monthly ? constant(1) : emit(Op::choose, t.alive, either(t.pays, t.all), constant(0));
  const auto so_far = [&](SlotId waiting, Operand arises) {
    return monthly ? arises : emit(Op::choose, flows.settles, emit(Op::add, times(read(waiting, past), t.revalued), arises), constant(0));
  };
  flows.paid = so_far(s.to_pay, flows.interest);
  flows.added = facility.pik == kNone ? constant(0) : so_far(s.to_add, flows.pik);
  if (facility.project != kNone && !facility.construction_from_cash) {
    const Operand room = emit(Op::max, emit(Op::sub, field(facility.limit, today), t.balance), constant(0));
    const Operand of_loan = emit(Op::choose, both(t.building, emit(Op::opposite, t.all)), emit(Op::min, flows.paid, room), constant(0));
    flows.paid = emit(Op::sub, flows.paid, of_loan);
    flows.added = sum(flows.added, of_loan);
  }
  const Operand owed = sum(t.balance, flows.added);
  // What is paid back: all when due or when the rule says so, else the instalment.
  const Operand due = instalment(f, t, flows.paid);
  flows.scheduled = emit(Op::choose, t.alive, emit(Op::min, due, t.balance), constant(0));
  Operand repaid = emit(Op::choose, t.all, owed, emit(Op::min, due, t.balance));
  if (facility.borrowing_base != kNone) {
    const Operand base = emit(Op::max, field(facility.borrowing_base, today), constant(0));
    repaid = emit(Op::add, repaid, emit(Op::max, emit(Op::sub, emit(Op::sub, owed, repaid), base), constant(0)));
  }
  flows.reserved = constant(0);
  if (facility.reserve != kNone || facility.sweep != kNone) {
    const Operand service = emit(Op::add, flows.paid, flows.scheduled);
    const Operand online = emit(Op::opposite, t.building);
    Operand left = emit(Op::sub, t.cash_available, service);
    if (facility.reserve != kNone) {
      // So many months of debt service like the last, out of what it leaves; used where it leaves less than nothing.
      const Operand held = times(read(s.reserve, past), t.revalued);
      const Operand months = emit(Op::div, field(facility.reserve, today), constant(facility.payment_months));
      const Operand over = emit(Op::less_equal, owed, repaid);  // nothing is owed any more
      const Operand target = emit(Op::choose, either(over, t.all), constant(0), emit(Op::mul, service, months));
      const Operand used = emit(Op::min, held, emit(Op::max, emit(Op::neg, left), constant(0)));
      const Operand kept = emit(Op::sub, held, used);
      const Operand put = emit(Op::min, emit(Op::max, emit(Op::sub, target, kept), constant(0)), emit(Op::max, left, constant(0)));
      const Operand released = emit(Op::max, emit(Op::sub, kept, target), constant(0));
      const Operand moved = emit(Op::sub, put, emit(Op::add, used, released));
      Operand when = both(t.alive, monthly ? constant(1) : either(t.pays, t.all));
      if (facility.project != kNone) when = both(when, either(online, t.all));
      flows.reserved = emit(Op::choose, when, moved, constant(0));
      left = emit(Op::sub, left, put);
    }
    if (facility.sweep != kNone) {
      Operand when = t.pays;
      if (facility.project != kNone) when = both(when, online);
      const Operand swept = emit(Op::mul, emit(Op::max, left, constant(0)), field(facility.sweep, today));
      const Operand enough = emit(Op::less_equal, emit(Op::sub, owed, repaid), swept);  // then all of it, to the last digit
      repaid = choose(when, emit(Op::choose, enough, owed, emit(Op::add, repaid, swept)), repaid);
    }
  }
  flows.repaid = emit(Op::choose, t.alive, repaid, constant(0));
  flows.exit_fee = facility.exit_fee == kNone ? constant(0) : emit(Op::mul, flows.repaid, field(facility.exit_fee, today));
  flows.balance = emit(Op::sub, owed, flows.repaid);
  return flows;
}

// Step 7: what is drawn, given the cash of the moment.
void Lowering::draw_facility(std::uint32_t f, const FacilityTerms& t, Operand cash, Operand refinanced, FacilityFlows& flows) {
  const auto& s = facilities_[f];
  const auto& facility = model_.facilities[f];
  const When past = When::before(1), today = When::now();
  const Operand now = month_number(0);
  Operand ceiling = field(facility.limit, today);
  if (facility.borrowing_base != kNone) ceiling = emit(Op::min, ceiling, field(facility.borrowing_base, today));
  const Operand undrawn = emit(Op::max, emit(Op::sub, ceiling, flows.balance), constant(0));
  // Of a draw the lender keeps its fee and the discount of the issue.
  Operand kept = facility.fee == kNone ? constant(0) : field(facility.fee, today);
  if (facility.issue_price != kNone) kept = sum(kept, emit(Op::sub, constant(1), field(facility.issue_price, today)));
  const auto grossed_up = [&](Operand net) { return is_constant_zero(kept) ? net : emit(Op::div, net, emit(Op::sub, constant(1), kept)); };
  Operand wanted = undrawn, draws = constant(0);
  if (facility.gearing != kNone) {
    const Operand part = emit(Op::mul, slot(projects_[facility.project].spend), field(facility.gearing, today));
    wanted = emit(Op::min, undrawn, grossed_up(part));
    draws = emit(Op::less, constant(0), part);
  } else {
    // The rule alone reads the cash of this very moment, so that a line can save the month.
    moment_ = Moment{facility.company, cash};
    if (facility.draw != kNone) wanted = emit(Op::max, emit(Op::min, undrawn, field(facility.draw, past)), constant(0));
    if (facility.draw_when != kNone) draws = field(facility.draw_when, past);
    if (facility.draw_on != kNone) draws = either(draws, emit(Op::same, emit(Op::floor, field(facility.draw_on, today)), now));
    moment_.reset();
  }
  if (!is_constant_zero(refinanced)) {
    const Operand by_rule = choose(draws, wanted, constant(0));
    wanted = emit(Op::min, undrawn, sum(by_rule, grossed_up(refinanced)));
    draws = constant(1);
  }
  Operand may = both(both(t.alive, s.available), draws);
  if (facility.until != kNone || facility.term != kNone) may = both(may, emit(Op::less, now, t.until));
  for (const std::uint32_t c : facility.covenants)  // while a test has failed and is not cured
    if (model_.covenants[c].on_breach != model::OnBreach::counted)
      may = both(may, both(emit(Op::same, read(covenants_[c].failing_since, past), constant(kEndless)),
                           emit(Op::same, read(covenants_[c].defaulted, past), constant(kEndless))));
  flows.drawn = emit(Op::choose, may, wanted, constant(0));
  flows.kept = is_constant_zero(kept) ? kept : emit(Op::mul, flows.drawn, kept);
  flows.off = constant(0);
  if (facility.gearing != kNone && !is_constant_zero(kept)) {
    const Operand part = emit(Op::mul, slot(projects_[facility.project].spend), field(facility.gearing, today));
    const Operand apart = emit(Op::abs, emit(Op::sub, emit(Op::sub, flows.drawn, flows.kept), part));
    const Operand whole = both(emit(Op::less, constant(0), flows.drawn), emit(Op::less, flows.drawn, undrawn));
    flows.off = emit(Op::choose, whole, emit(Op::div, apart, part), constant(0));
  }
}

// Where x has given g after `before` had given `given`: the value at which a line through the two gives itself (Wegstein 1958). A slope
// that is no slope, of two that are the same but for rounding, is cut, and moves nothing for x and g are the same then.
Operand Lowering::accelerated(Operand before, Operand given, Operand x, Operand g) {
  const Operand step = emit(Op::sub, x, before);
  const Operand raw = emit(Op::div, emit(Op::sub, g, given), step);
  const Operand cut = emit(Op::min, emit(Op::max, raw, constant(-kSteepest)), constant(kSteepest));
  const Operand slope = emit(Op::choose, emit(Op::same, step, constant(0)), constant(0), cut);
  const Operand further = emit(Op::div, slope, emit(Op::sub, constant(1), slope));
  return emit(Op::add, g, emit(Op::mul, further, emit(Op::sub, g, x)));
}

// Steps 5 and 7 of all facilities of a company, closed in themselves. Gives the cash of the month's end.
Operand Lowering::debt_month(CompanyId id, const DebtNeeds& needs) {
  auto& company = companies_[id];
  const When past = When::before(1);
  std::vector<std::uint32_t> here;
  bool circular = false;
  for (const std::uint32_t f : model_.companies[id].facilities) {
    if (!facilities_[f].here) {
      leave_out_facility(f);
      continue;
    }
    here.push_back(f);
    circular = circular || model_.facilities[f].on_average;
  }
  std::vector<FacilityTerms> terms;
  for (const std::uint32_t f : here) {
    Operand available = needs.cash_available;
    if (const std::uint32_t p = model_.facilities[f].project; p != kNone)
      available = emit(Op::sub, slot(projects_[p].yield), slot(projects_[p].running));
    terms.push_back(facility_terms(f, available));
  }
  std::vector<FacilityFlows> flows(here.size());
  std::vector<Operand> runs_on, closing(here.size()), before(here.size()), given(here.size());  // the pass before: tried, found
  for (const FacilityTerms& t : terms) runs_on.push_back(t.balance);
  Operand cash;
  const int passes = circular ? kPasses : 1;
  for (int pass = 1; pass <= passes; ++pass) {
    for (std::size_t i = 0; pass > 1 && i < here.size(); ++i) {
      if (!model_.facilities[here[i]].on_average) continue;
      const Operand found = emit(Op::mul, emit(Op::add, terms[i].balance, closing[i]), constant(0.5));
      const Operand next = pass == 2 ? found : accelerated(before[i], given[i], runs_on[i], found);
      before[i] = runs_on[i];
      given[i] = found;
      runs_on[i] = next;
    }
    Operand paid = constant(0), repaid = constant(0), other = constant(0);
    for (std::size_t i = 0; i < here.size(); ++i) {
      flows[i] = service_facility(here[i], terms[i], runs_on[i]);
      paid = sum(paid, flows[i].paid);
      repaid = sum(repaid, flows[i].repaid);
      other = sum(sum(other, flows[i].exit_fee), flows[i].reserved);
    }
    repaid = sum(repaid, needs.notes_repaid);
    if (pass == passes) {
      emit_to(company.interest_paid, Op::copy, paid);
      emit_to(company.net, Op::sub, needs.before_interest, slot(company.interest_paid));
      emit_to(company.repaid, Op::copy, repaid);
    }
    const Operand net = pass == passes ? slot(company.net) : emit(Op::sub, needs.before_interest, paid);
    cash = emit(Op::add, read(company.cash, past), net);
    if (!is_constant_zero(repaid)) cash = emit(Op::sub, cash, repaid);
    if (!is_constant_zero(other)) cash = emit(Op::sub, cash, other);
    if (!is_constant_zero(needs.arrived)) cash = emit(Op::add, cash, needs.arrived);
    if (!is_constant_zero(needs.exchanged)) cash = emit(Op::add, cash, needs.exchanged);
    for (std::size_t i = 0; i < here.size(); ++i) {
      draw_facility(here[i], terms[i], cash, refinanced_into(here, here[i], terms, flows), flows[i]);
      cash = emit(Op::add, cash, flows[i].drawn);
      if (!is_constant_zero(flows[i].kept)) cash = emit(Op::sub, cash, flows[i].kept);
      closing[i] = emit(Op::add, flows[i].balance, flows[i].drawn);
    }
  }
  for (std::size_t i = 0; i < here.size(); ++i) book_facility(here[i], terms[i], flows[i], runs_on[i]);
  book_debt(id);
  return cash;
}

// What falls due this month and is to be drawn from a facility.
Operand Lowering::refinanced_into(const std::vector<std::uint32_t>& here, std::uint32_t into, const std::vector<FacilityTerms>& terms,
                                  const std::vector<FacilityFlows>& flows) {
  Operand due = constant(0);
  for (std::size_t i = 0; i < here.size(); ++i) {
    if (model_.facilities[here[i]].refinanced_by != into) continue;
    const Operand falls_due = emit(Op::same, terms[i].until, month_number(0));
    due = sum(due, emit(Op::choose, falls_due, flows[i].repaid, constant(0)));
  }
  return due;
}

// What the month has made of a facility.
void Lowering::book_facility(std::uint32_t f, const FacilityTerms& t, const FacilityFlows& flows, Operand runs_on) {
  auto& s = facilities_[f];
  const auto& facility = model_.facilities[f];
  const When past = When::before(1), today = When::now();
  const Operand now = month_number(0);
  const bool monthly = facility.payment_months == 1;
  emit_to(s.interest, Op::copy, sum(flows.interest, flows.pik));
  emit_to(s.paid, Op::copy, flows.paid);
  emit_to(s.added, Op::copy, flows.added);
  emit_to(s.to_assets, Op::copy, facility.project == kNone ? constant(0) : emit(Op::choose, t.building, slot(s.interest), constant(0)));
  emit_to(s.repaid, Op::copy, flows.repaid);
  emit_to(s.drawn, Op::copy, flows.drawn);
  emit_to(s.balance, Op::add, flows.balance, flows.drawn);
  const auto waits = [&](SlotId waiting, Operand arises) {
    emit_to(waiting, Op::copy,
            monthly || is_constant_zero(arises)
                ? constant(0)
                : emit(Op::choose, flows.settles, constant(0), emit(Op::add, times(read(waiting, past), t.revalued), arises)));
  };
  waits(s.to_pay, flows.interest);
  waits(s.to_add, flows.pik);
  emit_to(s.accrued, Op::add, slot(s.to_pay), slot(s.to_add));
  Operand undrawn_after = emit(Op::max, emit(Op::sub, field(facility.limit, today), slot(s.balance)), constant(0));
  if (facility.gearing != kNone) undrawn_after = choose(t.building, undrawn_after, constant(0));
  if (program_.slots[s.undrawn].first == 0)
    in_main(program_.setup, [&] {
      if (in_setup(model_.definitions[facility.limit].is)) set_row(s.undrawn, -1, field(facility.limit, When::in_setup()));
    });
  emit_to(s.undrawn, Op::copy, undrawn_after);
  emit_to(s.borrowed, Op::add, times(read(s.borrowed, past), t.revalued), sum(flows.drawn, flows.added));
  emit_to(s.first_draw, Op::min, read(s.first_draw, past),
          emit(Op::choose, emit(Op::less, constant(0), flows.drawn), now, constant(kEndless)));
  // Fees: written off evenly over the months that are left after the draw, the rest with the last repayment.
  emit_to(s.fees, Op::copy, sum(flows.kept, flows.exit_fee));
  if (is_constant_zero(flows.kept) || (facility.until == kNone && facility.term == kNone)) {
    emit_to(s.expensed, Op::copy, slot(s.fees));
    emit_to(s.deferred, Op::copy, constant(0));
  } else {
    const Operand before = read(s.deferred, past);
    const Operand even = emit(Op::choose, t.all, before, emit(Op::div, before, t.months_left));
    const Operand written = emit(Op::choose, t.alive, even, constant(0));
    emit_to(s.expensed, Op::copy, sum(written, flows.exit_fee));
    emit_to(s.deferred, Op::sub, emit(Op::add, before, flows.kept), written);
  }
  emit_to(s.reserved, Op::copy, flows.reserved);
  emit_to(s.reserve, Op::copy,
          is_constant_zero(flows.reserved) ? flows.reserved : emit(Op::add, times(read(s.reserve, past), t.revalued), flows.reserved));
  if (t.revalued.place != Place::constant) {
    const Operand added = emit(Op::sub, t.revalued, constant(1));
    s.exchange_on_debt = emit(Op::mul, emit(Op::sub, read(s.balance, past), read(s.reserve, past)), added);
    s.exchange_on_interest = emit(Op::mul, read(s.accrued, past), added);
  }
  // Cover: at a payment, with interest and instalment of the time since the last.
  const Operand service = emit(Op::add, flows.paid, flows.scheduled);
  const Operand cover =
      emit(Op::choose, emit(Op::less, constant(0), service), emit(Op::div, t.cash_available, service), constant(kEndless));
  const Operand counts = both(t.pays, emit(Op::opposite, t.building));
  emit_to(s.dscr, Op::copy, choose(counts, cover, read(s.dscr, past)));
  // How far what was solved for is from what came of it: the mean that interest ran on, the sum that a draw is to bring.
  if (facility.on_average || !is_constant_zero(flows.off)) {
    const Operand mean = emit(Op::mul, emit(Op::add, t.balance, slot(s.balance)), constant(0.5));
    const Operand apart = emit(Op::abs, emit(Op::sub, mean, runs_on)), size = slot(s.borrowed);  // a last cent owed is no measure
    const Operand share = emit(Op::choose, both(t.alive, emit(Op::less, constant(0), size)), emit(Op::div, apart, size), constant(0));
    s.open = new_slot(Keep::state, facility.name + ".open");
    in_main(program_.setup, [&] { emit_to(s.open, Op::copy, constant(0)); });
    emit_to(s.open, Op::max, slot(s.open), facility.on_average ? emit(Op::max, share, flows.off) : flows.off);
  }
}

// What is reckoned over the whole run. A month m: the cover as seen at its end, else as debt service begins.
Operand Lowering::facility_figure(std::uint32_t f, M measure, const When& when) {
  ensure_company(model_.facilities[f].company);
  auto& s = facilities_[f];
  const Operand missing = constant(std::numeric_limits<double>::quiet_NaN());
  if (!s.here || when.kind == When::Kind::month) return missing;
  return measure == M::facility_irr ? all_in_rate(f) : loan_life_cover(f, when.row);
}

// The lender's yearly rate of return.
Operand Lowering::all_in_rate(std::uint32_t f) {
  auto& s = facilities_[f];
  if (s.rate_of_return.place == Place::none) {
    const SlotId flows = history("");
    const CompanyId id = model_.facilities[f].company;
    const bool shares = model_.facilities[f].warrants.given() && has_exit(id);
    if (shares) {
      equity(id).monthly = true;
      ensure_exit(id);
    }
    const std::uint32_t currency = model_.facilities[f].currency;
    in_main(program_.month, [&] {
      Operand got = emit(Op::add, emit(Op::add, slot(s.paid), slot(s.repaid)), slot(s.fees));
      if (shares) got = emit(Op::add, got, choose(equities_[id].exit_now, warrants_paid(f), constant(0)));
      got = emit(Op::sub, got, slot(s.drawn));
      if (moves(currency)) got = emit(Op::div, got, slot(rate_slot(currency)));  // a rate in the currency that it is owed in
      emit_to(flows, Op::copy, got);
    });
    const Operand over = emit(Op::less_equal, read(s.balance, When::at_end(months_ - 1)), constant(0));
    s.rate_of_return = emit(Op::choose, over, project_rate(flows), constant(std::numeric_limits<double>::quiet_NaN()));
  }
  return s.rate_of_return;
}

// Cash available for debt service in the months in which something is owed, discounted at the loan's rate, over what is owed.
Operand Lowering::loan_life_cover(std::uint32_t f, std::int32_t month) {
  auto& s = facilities_[f];
  const auto& facility = model_.facilities[f];
  const When past = When::before(1);
  const Operand missing = constant(std::numeric_limits<double>::quiet_NaN());
  const auto growth = [&] { return emit(Op::add, constant(1), facility.rate == kNone ? constant(0) : field(facility.rate, When::now())); };
  const auto over = [&](Operand worth, Operand owed) {
    return emit(Op::choose, emit(Op::less, constant(0), owed), emit(Op::div, worth, owed), missing);
  };
  if (month < 0) return missing;
  if (month == months_ - 1) {  // as its service begins
    if (s.cover_worth == kNoSlot) {
      const auto state = [&](double start) {
        const SlotId made = new_slot(Keep::state);
        in_main(program_.setup, [&] { emit_to(made, Op::copy, constant(start)); });
        return made;
      };
      s.cover_worth = state(0);
      s.cover_owed = state(0);
      const SlotId factor = state(1);
      in_main(program_.month, [&] {
        const Operand owed = read(s.balance, past);
        Operand serves = emit(Op::less, constant(0), owed);
        if (facility.project != kNone)
          serves = both(serves, emit(Op::less_equal, slot(projects_[facility.project].online), month_number(0)));
        const Operand first = both(serves, emit(Op::same, slot(s.cover_owed), constant(0)));
        emit_to(s.cover_owed, Op::choose, first, owed, slot(s.cover_owed));
        emit_to(factor, Op::choose, emit(Op::less, constant(0), slot(s.cover_owed)), emit(Op::mul, slot(factor), growth()), slot(factor));
        const Operand worth = emit(Op::div, s.cash_available, slot(factor));
        emit_to(s.cover_worth, Op::add, slot(s.cover_worth), emit(Op::choose, serves, worth, constant(0)));
      });
    }
    return over(slot(s.cover_worth), slot(s.cover_owed));
  }
  if (s.serving_cash == kNoSlot) {
    s.serving_cash = history("");
    s.growth = history("");
    in_main(program_.month, [&] {
      emit_to(s.serving_cash, Op::choose, emit(Op::less, constant(0), read(s.balance, past)), s.cash_available, constant(0));
      emit_to(s.growth, Op::copy, growth());
    });
  }
  Operand worth = constant(0);  // Horner's rule, the last month first
  for (std::int32_t t = months_ - 1; t > month; --t)
    worth = emit(Op::div, emit(Op::add, worth, read(s.serving_cash, When::at_end(t))), read(s.growth, When::at_end(t)));
  return over(worth, read(s.balance, When::at_end(month)));
}

// The sums over a company's facilities.
void Lowering::book_debt(CompanyId id) {
  auto& company = companies_[id];
  const std::pair<SlotId, SlotId FacilitySlots::*> sums[] = {
      {company.interest, &FacilitySlots::interest},
      {company.interest_added, &FacilitySlots::added},
      {company.interest_to_assets, &FacilitySlots::to_assets},
      {company.interest_accrued, &FacilitySlots::accrued},
      {company.drawn, &FacilitySlots::drawn},
      {company.fees, &FacilitySlots::fees},
      {company.fees_expensed, &FacilitySlots::expensed},
      {company.fees_deferred, &FacilitySlots::deferred},
      {company.reserve, &FacilitySlots::reserve},
      {company.reserved, &FacilitySlots::reserved},
  };
  for (const auto& [total, part] : sums) {
    Operand all = constant(0);
    for (const std::uint32_t f : model_.companies[id].facilities)
      if (facilities_[f].here) all = sum(all, slot(facilities_[f].*part));
    emit_to(total, Op::copy, all);
  }
}

}  // namespace warchest::program
