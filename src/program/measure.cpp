// Measures in expressions: which history of a company, round, loan, project or holder a name stands for, and what has to be there before
// that history can be read in the month at hand.
//
// Most are a history that lowering keeps for its owner, one row each in the tables below. The rest are figures of a whole path, or are
// made when somebody asks.
#include "program/lowering.h"
#include "text/check.h"

namespace warchest::program {

using model::Expr;
using model::Measure;

namespace {

template <class Slots>
struct Kept {
  Measure measure;
  SlotId Slots::*history;
};

// The owner's history that the table has for the measure, once ready() has made what it needs; none where the measure is not in it.
template <class Slots, std::size_t kRows, class Ready>
std::optional<SlotId> kept(const Kept<Slots> (&table)[kRows], const std::vector<Slots>& owners, const Expr& e, const Ready& ready) {
  for (const Kept<Slots>& row : table) {
    if (row.measure != e.measure) continue;
    ready();
    return owners[e.index].*row.history;
  }
  return std::nullopt;
}

}  // namespace

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

// What is not read from a history: figures of a path, dates of events, what an attempt brought.
std::optional<Operand> Lowering::figure(const Expr& e, const When& when) {
  switch (e.measure) {
    case Measure::round_book:
    case Measure::round_demand:
    case Measure::round_tried:
    case Measure::round_closed:
    case Measure::round_filled:
      return first_attempt(e.index, e.measure, e.value2 == 0 ? e.value : -e.value);  // see analysis/companions.h: what is sold there
    case Measure::facility_llcr:
    case Measure::facility_irr:
      return facility_figure(e.index, e.measure, when);
    case Measure::project_lcoe:
    case Measure::project_npv:
    case Measure::project_irr:
    case Measure::project_payback:
      return project_figure(e.index, e.measure, when);
    case Measure::event_date:
      return event_date(e.index, when);
    case Measure::event_happened: {
      const Operand month = when.kind == When::Kind::month ? month_number(when.lag) : constant(when.row);
      return emit(Op::less_equal, event_date(e.index, when), month);
    }
    default:
      return std::nullopt;
  }
}

std::optional<SlotId> Lowering::company_history(const Expr& e, bool now) {
  static constexpr Kept<CompanySlots> kLines[] = {
      {Measure::revenue, &CompanySlots::revenue}, {Measure::cost, &CompanySlots::cost},
      {Measure::ebitda, &CompanySlots::ebitda},   {Measure::growth, &CompanySlots::growth},
      {Measure::ebit, &CompanySlots::ebit},       {Measure::depreciation, &CompanySlots::depreciation},
  };
  static constexpr Kept<CompanySlots> kMonths[] = {
      {Measure::cash, &CompanySlots::cash},
      {Measure::debt, &CompanySlots::debt},
      {Measure::working_capital, &CompanySlots::working_capital},
      {Measure::interest, &CompanySlots::interest},
      {Measure::burn, &CompanySlots::burn},
      {Measure::mean_burn, &CompanySlots::mean_burn},
      {Measure::runway, &CompanySlots::runway},
      {Measure::raised, &CompanySlots::raised},
      {Measure::last_round, &CompanySlots::last_round},
      {Measure::out_of_cash, &CompanySlots::out_of_cash},
      {Measure::lasts, &CompanySlots::out_of_cash},
      {Measure::capex, &CompanySlots::capex},
  };
  const auto of_lines = kept(kLines, companies_, e, [&] {
    if (now) ensure_lines(e.index);
  });
  if (of_lines) return of_lines;
  return kept(kMonths, companies_, e, [&] {
    if (now) ensure_company(e.index);
  });
}

std::optional<SlotId> Lowering::round_history(const Expr& e, bool now) {
  static constexpr Kept<RoundSlots> kRounds[] = {
      {Measure::round_raised, &RoundSlots::raised_history},     {Measure::round_amount, &RoundSlots::amount_history},
      {Measure::round_count, &RoundSlots::count_history},       {Measure::round_date, &RoundSlots::date_history},
      {Measure::round_failures, &RoundSlots::failures_history},
  };
  return kept(kRounds, rounds_, e, [&] {
    if (now) ensure_company(model_.rounds[e.index].company);
  });
}

std::optional<SlotId> Lowering::debt_history(const Expr& e, bool now) {
  static constexpr Kept<FacilitySlots> kFacilities[] = {
      {Measure::facility_balance, &FacilitySlots::balance},   {Measure::facility_undrawn, &FacilitySlots::undrawn},
      {Measure::facility_interest, &FacilitySlots::interest}, {Measure::facility_drawn, &FacilitySlots::drawn},
      {Measure::facility_repaid, &FacilitySlots::repaid},     {Measure::facility_fees, &FacilitySlots::fees},
      {Measure::facility_accrued, &FacilitySlots::accrued},   {Measure::facility_reserve, &FacilitySlots::reserve},
      {Measure::facility_dscr, &FacilitySlots::dscr},
  };
  static constexpr Kept<FacilitySlots> kBreaches[] = {
      {Measure::facility_breached, &FacilitySlots::breached},
      {Measure::facility_defaulted, &FacilitySlots::defaulted},
  };
  static constexpr Kept<CovenantSlots> kCovenants[] = {
      {Measure::covenant_breached, &CovenantSlots::breached},
      {Measure::covenant_defaulted, &CovenantSlots::defaulted},
      {Measure::covenant_fails, &CovenantSlots::fails},
  };
  const auto of_facility = kept(kFacilities, facilities_, e, [&] {
    if (now) ensure_company(model_.facilities[e.index].company);
  });
  if (of_facility) return of_facility;
  const auto breach = kept(kBreaches, facilities_, e, [&] {
    if (now) ensure_covenants(model_.facilities[e.index].company);
  });
  if (breach) return breach;
  return kept(kCovenants, covenants_, e, [&] {
    if (now) ensure_covenants(model_.covenants[e.index].company);
  });
}

std::optional<SlotId> Lowering::project_history(const Expr& e, bool now) {
  static constexpr Kept<ProjectSlots> kClock[] = {
      {Measure::project_started, &ProjectSlots::started},
      {Measure::project_online, &ProjectSlots::online},
      {Measure::project_capacity, &ProjectSlots::capacity},
  };
  static constexpr Kept<ProjectSlots> kFlows[] = {
      {Measure::project_spend, &ProjectSlots::spend},
      {Measure::project_spent, &ProjectSlots::spent},
      {Measure::project_cost, &ProjectSlots::cost},
      {Measure::project_book_value, &ProjectSlots::book_value},
      {Measure::project_in_progress, &ProjectSlots::in_progress},
      {Measure::project_depreciation, &ProjectSlots::depreciation},
      {Measure::project_yield, &ProjectSlots::yield},
      {Measure::project_running, &ProjectSlots::running},
  };
  const auto of_clock = kept(kClock, projects_, e, [&] {
    if (now) ensure_project_clock(e.index);
  });
  if (of_clock) return of_clock;
  return kept(kFlows, projects_, e, [&] {
    if (now) ensure_project_flows(e.index);
  });
}

// Histories that are made when somebody asks for them.
SlotId Lowering::history_on_demand(const Expr& e, bool now) {
  switch (e.measure) {
    case Measure::raised_insiders:
      return raised_insiders_slot(e.index, now);
    case Measure::round_insiders:
      return insiders_slot(e.index, now);
    case Measure::credit_balance:
      if (now) ensure_company(e.index);
      return companies_[e.index].credit_balance[static_cast<std::size_t>(e.value)];
    case Measure::account_balance:
      if (now) ensure_company(e.index);
      return companies_[e.index].account_balance[static_cast<std::size_t>(e.value)];
    case Measure::team_people:
    case Measure::team_productive: {
      const auto team = static_cast<std::uint32_t>(e.value);
      ensure_team(e.index, team);
      return e.measure == Measure::team_people ? companies_[e.index].team_people[team] : companies_[e.index].team_productive[team];
    }
    case Measure::receivables:
    case Measure::payables:
    case Measure::deferred_revenue:
      if (now) ensure_company(e.index);
      return book(e.index, e.measure);
    case Measure::last_post_money:
    case Measure::valuation:
    case Measure::shares:
      return company_slot(e.index, e.measure, now);
    case Measure::round_price:
    case Measure::round_pre_money:
    case Measure::round_post_money:
      return round_slot(e.index, e.measure, now);
    case Measure::holder_owned:
    case Measure::holder_shares:
    case Measure::holder_payout:
    case Measure::holder_invested:
    case Measure::holder_multiple:
    case Measure::holder_irr:
      return holder_slot(e.index, e.measure, now);
    default:                                         // of the three statements
      companies_[e.index].statements_wanted = true;  // made at the end, where only months past are read
      if (now) ensure_statements(e.index);
      return book(e.index, e.measure);
  }
}

Operand Lowering::measure(const Expr& e, const When& when) {
  const bool last_month = when.kind == When::Kind::month && when.lag == 1;
  if (last_month && moment_ && e.measure == Measure::cash && e.index == moment_->company) return moment_->cash;
  if (last_month && moment_post_money_ && e.measure == Measure::last_post_money && e.index == moment_post_money_->company)
    return moment_post_money_->post_money;
  if (when.kind == When::Kind::finish && when.row >= 0) {
    if (const auto company = shares_of_company(e)) return wanted(*company, e.measure, e.index, when.row);
  }
  if (const auto value = figure(e, when)) return *value;
  const bool now = when.kind == When::Kind::month && when.lag == 0;
  auto of_owner = company_history(e, now);
  if (!of_owner) of_owner = round_history(e, now);
  if (!of_owner) of_owner = debt_history(e, now);
  if (!of_owner) of_owner = project_history(e, now);
  const SlotId history = of_owner ? *of_owner : history_on_demand(e, now);
  if (when.kind == When::Kind::setup) {  // before the start: the opening row
    WARCHEST_CHECK(when.fixed && when.row < 0, "a measure in a month that is still to come");
    return row(history, -1);
  }
  return read(history, when);
}

}  // namespace warchest::program
