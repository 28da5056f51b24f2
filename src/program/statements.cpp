// The three statements of a company: income, balance sheet, cash flow; on every path and month.
//
// Nothing in them is a plug. Assets and liabilities are stocks that the month's order has carried on, each by its own flows; equity is
// built apart, from what the owners put in and from net income; cash flow goes from net income through what moved no cash. At the start
// equity is what the opening balances leave. So assets = liabilities + equity and change of cash = the three cash flows say something, and
// tests hold them on random companies. All is made on demand: a tax needs the income, a question or a table the rest.
//
// Conventions: stock pay is a cost and paid-in capital; revenue in kind an asset at cost; grants income when received; SAFEs paid-in
// capital; notes debt with the interest that they owe, and paid-in capital when they become shares; fees on debt an asset that is written
// off over its life; a tax paid too much an asset; losses carried forward no asset before they are used.
#include <algorithm>

#include "model/functions.h"
#include "program/lowering.h"
#include "text/check.h"

namespace warchest::program {

using model::CostClass;
using model::InstrumentKind;
using model::kNone;

namespace {

bool is_grant(const model::Round& round) { return round.instrument.kind == InstrumentKind::grant; }
bool is_note(const model::Round& round) { return round.instrument.kind == InstrumentKind::note; }
bool brings_capital(const model::Round& round) { return !is_grant(round) && !is_note(round); }

}  // namespace

// The history of a line of the statements.
SlotId Lowering::book(CompanyId id, M measure) {
  auto& s = companies_[id];
  switch (measure) {
    case M::receivables:
      return s.receivables;
    case M::payables:
      return s.payables;
    case M::deferred_revenue:
      return s.deferred_revenue;
    default:
      break;
  }
  const auto [place, fresh] = books_.try_emplace({id, measure}, kNoSlot);
  if (fresh) {
    const SlotId made = history(model_.companies[id].name + "." + std::string(model::measure_row(measure).name));
    books_[{id, measure}] = made;
    return made;
  }
  return place->second;
}

// Of all lines that give this share, the part that it names, or the rest.
Operand Lowering::part_of_lines(CompanyId id, DefId model::Line::*share, bool of_revenue, bool rest) {
  Operand total = constant(0);
  for (const auto& line : model_.companies[id].lines) {
    if (line.revenue != of_revenue || line.*share == kNone) continue;
    Operand part = field(line.*share, When::now());
    if (rest) part = emit(Op::sub, constant(1), part);
    total = sum(total, times(slot(definition_slot(line.is)), part));
  }
  return total;
}

Operand Lowering::round_money_of(CompanyId id, bool (*which)(const model::Round&)) {
  Operand total = constant(0);
  for (const std::uint32_t r : model_.companies[id].rounds)
    if (rounds_[r].here && which(model_.rounds[r])) total = sum(total, rounds_[r].money_now);
  return total;
}

bool Lowering::borrows(CompanyId id) const {
  const auto& facilities = model_.companies[id].facilities;
  return std::any_of(facilities.begin(), facilities.end(), [&](std::uint32_t f) { return facilities_[f].here; });
}

// From revenue to net income. In month code, when all flows of the month stand.
void Lowering::emit_income(CompanyId id) {
  auto& s = companies_[id];
  if (s.income_done) return;
  s.income_done = true;
  const auto put = [&](M measure, Operand value) {
    const SlotId line = book(id, measure);
    emit_to(line, Op::copy, value);
    set_row(line, -1, constant(0));
    return slot(line);
  };
  const auto of_class = [&](CostClass wanted) {
    Operand total = constant(0);
    for (const auto& line : model_.companies[id].lines)
      if (!line.revenue && line.capitalised == kNone && line.cost_class == wanted) total = sum(total, slot(definition_slot(line.is)));
    return total;
  };
  const Operand direct = put(M::cost_of_revenue, of_class(CostClass::cost_of_revenue));
  put(M::gross_profit, emit(Op::sub, slot(s.revenue), direct));
  put(M::research_and_development, of_class(CostClass::research));
  put(M::sales_and_marketing, of_class(CostClass::sales));
  put(M::general_and_administrative, of_class(CostClass::general));
  const Operand other = put(M::other_income, round_money_of(id, is_grant));
  Operand interest = constant(0);
  if (borrows(id)) interest = emit(Op::add, emit(Op::sub, slot(s.interest), slot(s.interest_to_assets)), slot(s.fees_expensed));
  if (s.notes_before != kNoSlot) {
    const Operand grown = emit(Op::sub, slot(s.notes_before), read(s.notes, When::before(1)));
    interest = sum(interest, emit(Op::choose, read(s.alive, When::before(1)), grown, constant(0)));
  }
  if (s.lease_interest != kNoSlot) interest = sum(interest, slot(s.lease_interest));
  interest = put(M::interest_expense, interest);
  Operand exchanged = constant(0);
  if (s.exchange_gain != kNoSlot)
    exchanged = slot(s.exchange_gain);
  else
    put(M::exchange_gain, exchanged);
  const Operand income = put(M::pre_tax_income, sum(emit(Op::add, emit(Op::sub, slot(s.ebit), interest), other), exchanged));
  emit_tax(id);
  put(M::net_income, emit(Op::sub, income, slot(book(id, M::tax))));
}

void Lowering::ensure_statements(CompanyId id) {
  auto& s = companies_[id];
  s.statements_wanted = true;
  if (s.statements_done) return;
  WARCHEST_CHECK(!s.statements_going, "the statements of a company need themselves: " + model_.companies[id].name);
  s.statements_going = true;
  ensure_company(id);
  in_main(program_.month, [&] {
    emit_income(id);
    emit_balance(id);
    emit_cash_flow(id);
  });
  s.statements_going = false;
  s.statements_done = true;
}

// Stocks, with what they are before the first month.
void Lowering::emit_balance(CompanyId id) {
  const auto& company = model_.companies[id];
  auto& s = companies_[id];
  const When past = When::before(1);
  struct Stock {
    Operand now, before;
  };
  Stock assets{constant(0), constant(0)}, liabilities{constant(0), constant(0)}, fixed{constant(0), constant(0)};
  const auto add = [&](Stock& to, SlotId stock) {
    to.now = sum(to.now, slot(stock));
    in_main(program_.setup, [&] { to.before = sum(to.before, row(stock, -1)); });
  };
  // What is built, bought and leased.
  for (const std::uint32_t p : company.projects)
    if (projects_[p].here) add(fixed, projects_[p].book_value);
  if (s.other_assets != kNoSlot) add(fixed, s.other_assets);
  const SlotId built = book(id, M::fixed_assets);
  emit_to(built, Op::copy, fixed.now);
  in_main(program_.setup, [&] { set_row(built, -1, fixed.before); });
  // Assets.
  add(assets, s.cash);
  if (s.receivables_move) add(assets, s.receivables);
  for (std::size_t c = 0; c < company.credits.size(); ++c)
    if (credit_here(id, c)) add(assets, s.credit_balance[c]);
  if (!is_constant_zero(fixed.now)) add(assets, built);
  if (borrows(id))
    for (const SlotId stock : {s.reserve, s.fees_deferred, s.interest_to_assets}) add(assets, stock);
  const Operand kind_now = part_of_lines(id, &model::Line::non_cash, true, false);
  if (!is_constant_zero(kind_now)) {
    s.in_kind = history(company.name + ".in_kind");
    set_row(s.in_kind, -1, constant(0));
    emit_to(s.in_kind, Op::add, read(s.in_kind, past), kind_now);
    add(assets, s.in_kind);
  }
  // Liabilities. Debt has facilities, notes and what was owed at the start.
  if (s.payables_move) add(liabilities, s.payables);
  if (s.deferred_moves) add(liabilities, s.deferred_revenue);
  if (!company.leases.empty()) add(liabilities, book(id, M::lease_liability));
  if (borrows(id)) add(liabilities, s.interest_accrued);
  liabilities.now = sum(liabilities.now, slot(s.debt));
  in_main(program_.setup, [&] {
    if (company.debt != kNone) liabilities.before = sum(liabilities.before, field(company.debt, When::in_setup()));
    liabilities.before = sum(liabilities.before, row(s.notes, -1));
  });
  if (company.taxes) {  // paid too much: an asset
    const Operand owed = slot(book(id, M::tax_payable));
    liabilities.now = sum(liabilities.now, emit(Op::max, owed, constant(0)));
    assets.now = sum(assets.now, emit(Op::max, emit(Op::neg, owed), constant(0)));
  }
  if (company.leases.empty()) {
    emit_to(book(id, M::lease_liability), Op::copy, constant(0));
    set_row(book(id, M::lease_liability), -1, constant(0));
  }
  // Equity, by its own flows.
  const auto put = [&](M measure, Operand now, Operand before) {
    const SlotId line = book(id, measure);
    emit_to(line, Op::copy, now);
    in_main(program_.setup, [&] { set_row(line, -1, before); });
    return slot(line);
  };
  const Operand in_shares = part_of_lines(id, &model::Line::non_cash, false, false);
  put(M::stock_pay, in_shares, constant(0));
  Operand put_in = sum(round_money_of(id, brings_capital), in_shares);
  if (s.notes_converted != kNoSlot) put_in = sum(put_in, slot(s.notes_converted));
  Operand at_start;
  in_main(program_.setup, [&] { at_start = less(assets.before, liabilities.before); });
  const SlotId capital = book(id, M::paid_in_capital), retained = book(id, M::retained_earnings);
  put(M::paid_in_capital, sum(read(capital, past), put_in), at_start);
  put(M::retained_earnings, emit(Op::add, read(retained, past), slot(book(id, M::net_income))), constant(0));
  put(M::assets, assets.now, assets.before);
  put(M::liabilities, liabilities.now, liabilities.before);
  put(M::equity, emit(Op::add, slot(capital), slot(retained)), at_start);
}

// From net income to the change of cash.
void Lowering::emit_cash_flow(CompanyId id) {
  const auto& company = model_.companies[id];
  auto& s = companies_[id];
  const When past = When::before(1);
  const auto put = [&](M measure, Operand value) {
    const SlotId line = book(id, measure);
    emit_to(line, Op::copy, value);
    set_row(line, -1, constant(0));
  };
  const auto rise = [&](SlotId stock) { return emit(Op::sub, slot(stock), read(stock, past)); };
  Operand operations = slot(book(id, M::net_income));
  operations = sum(operations, slot(s.depreciation));
  operations = sum(operations, slot(book(id, M::stock_pay)));
  if (s.in_kind != kNoSlot) operations = less(operations, rise(s.in_kind));
  if (s.receivables_move) operations = less(operations, rise(s.receivables));
  if (s.payables_move) operations = sum(operations, rise(s.payables));
  if (s.deferred_moves) operations = sum(operations, rise(s.deferred_revenue));
  for (std::size_t c = 0; c < company.credits.size(); ++c)
    if (credit_here(id, c)) operations = sum(operations, slot(s.credit_used[c]));
  if (company.taxes) operations = sum(operations, rise(book(id, M::tax_payable)));
  // Interest that was not paid: added to what is owed, still to be paid, of notes; less what was paid and became an asset. Fees are
  // financing.
  if (borrows(id)) {
    const Operand waits = emit(Op::add, slot(s.interest_added), rise(s.interest_accrued));
    operations = sum(operations, emit(Op::add, emit(Op::sub, waits, slot(s.interest_to_assets)), slot(s.fees_expensed)));
  }
  if (s.notes_before != kNoSlot) {
    const Operand grown = emit(Op::sub, slot(s.notes_before), read(s.notes, past));
    operations = sum(operations, emit(Op::choose, read(s.alive, past), grown, constant(0)));
  }
  // What rates made of accounts is no flow of operations, of debt no cash; what they made of what is owed both ways stands in that.
  if (s.exchange_on_cash != kNoSlot) operations = sum(less(operations, slot(s.exchange_on_cash)), s.exchange_on_debt);
  put(M::exchange_effect, s.exchange_on_cash == kNoSlot ? constant(0) : slot(s.exchange_on_cash));
  put(M::cash_from_operations, operations);
  put(M::cash_from_investing, emit(Op::neg, slot(s.capex)));
  Operand financing = less(slot(s.round_money), round_money_of(id, is_grant));
  if (borrows(id)) financing = less(less(sum(financing, slot(s.drawn)), slot(s.fees)), slot(s.reserved));
  financing = less(financing, slot(s.repaid));
  if (s.lease_paid != kNoSlot) financing = less(financing, emit(Op::sub, slot(s.lease_paid), slot(s.lease_interest)));
  put(M::cash_from_financing, financing);
}

// --- `==` of sums -----------------------------------------------------------------------------------------------------------

// The parts that are added up to a value: equality holds to nine digits of the largest of them.
void Lowering::nearly_equal_terms(ExprId id, Operand whole, const When& when, std::vector<Operand>& terms) {
  const model::Expr& e = model_.exprs[id];
  using K = model::ExprKind;
  if (e.kind == K::add || e.kind == K::sub) {
    for (const ExprId arg : e.args) nearly_equal_terms(arg, value(arg, when), when, terms);
  } else if (e.kind == K::neg) {
    nearly_equal_terms(e.args[0], value(e.args[0], when), when, terms);
  } else if (e.kind == K::measure && e.measure == M::equity) {
    model::Expr part = e;
    for (const M measured : {M::paid_in_capital, M::retained_earnings}) {
      part.measure = measured;
      terms.push_back(measure(part, when));
    }
  } else {
    terms.push_back(whole);
  }
}

// |a - b| <= 1e-9 times the largest of what a and b are the sums of.
Operand Lowering::nearly_equal(const model::Expr& e, const When& when) {
  const Operand a = value(e.args[0], when), b = value(e.args[1], when);
  std::vector<Operand> terms;
  nearly_equal_terms(e.args[0], a, when, terms);
  nearly_equal_terms(e.args[1], b, when, terms);
  if (terms.size() <= 2) return emit(Op::nearly_equal, a, b);
  Operand largest = emit(Op::abs, terms[0]);
  for (std::size_t i = 1; i < terms.size(); ++i) largest = emit(Op::max, largest, emit(Op::abs, terms[i]));
  return emit(Op::less_equal, emit(Op::abs, emit(Op::sub, a, b)), emit(Op::mul, largest, constant(1e-9)));
}

}  // namespace warchest::program
