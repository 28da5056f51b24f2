// Money of other currencies: what a company keeps, is owed and owes in them, and what the rates do to it.
//
// All amounts are kept in the model's currency, at the rate of their month (IAS 21.23, ASC 830-20-35: monetary items at the closing rate).
// What stood in a currency at the end of the month before is multiplied by the rate of this month over that of the last; what that adds is
// an exchange gain or loss of the month, and no cash moves (on accounts: the effect of exchange rates on cash, IAS 7.28). What the month
// itself moves stands at the rate of the month. A company that has stopped keeps its amounts.
//
// Accounts are parts of cash. Each takes in what the company is paid in its currency and pays what is paid in it; what it lacks at the
// month's end below `least`, and what it has above `most`, is exchanged at the month's rate. So accounts together never hold more than the
// company's cash, and an exchange moves nothing but from one part to another.
#include <algorithm>

#include "program/lowering.h"
#include "text/check.h"

namespace warchest::program {

using model::kNone;

// Whether amounts in the currency ever change their worth.
bool Lowering::moves(std::uint32_t currency) { return currency != kNone && !in_setup_def(model_.currencies[currency].rate); }

// Whether what a line owes, or is owed, is reckoned in its own currency first: it is paid in another month than it arises in.
bool Lowering::owed_abroad(const model::Line& line) { return (line.delay != kNone || line.billed != kNone) && moves(line.currency); }

bool Lowering::deals_abroad(CompanyId id) {
  const auto& company = model_.companies[id];
  const auto& leases = company.leases;
  return !company.accounts.empty() || std::any_of(leases.begin(), leases.end(), [&](const auto& lease) { return moves(lease.currency); }) ||
         std::any_of(company.lines.begin(), company.lines.end(), [&](const auto& line) { return owed_abroad(line); }) ||
         std::any_of(company.facilities.begin(), company.facilities.end(),
                     [&](std::uint32_t f) { return facilities_[f].here && moves(model_.facilities[f].currency); });
}

// A line's value before the checker multiplied it by the rate; none where the case lays something else over it.
std::optional<model::ExprId> Lowering::as_written(const model::Line& line) {
  if (!layers(line.is).empty() || removed_.count(line.is) != 0) return std::nullopt;
  const model::Expr& is = model_.exprs[model_.definitions[line.is].is];
  const bool made = is.kind == model::ExprKind::mul && model_.exprs[is.args[1]].index == model_.currencies[line.currency].rate;
  WARCHEST_CHECK(made, "a line that is not in its currency");
  return is.args[0];
}

// What arises on a line, in its currency: as written, else what is laid over that over the rate.
Operand Lowering::in_own_currency(const model::Line& line, const When& when) {
  const bool month = when.kind == When::Kind::month;
  if (const auto written = as_written(line)) {
    const Operand arises = value(*written, when);
    return month ? emit(Op::choose, read(companies_[line_company_[line.is]].alive, When::before(1)), arises, constant(0)) : arises;
  }
  const DefId rate = model_.currencies[line.currency].rate;
  const Operand worth = month ? read(definition_slot(line.is), when) : layered(line.is, layers(line.is).size(), when);
  return emit(Op::div, worth, month ? read(rate_slot(line.currency), when) : layered(rate, layers(rate).size(), when));
}

// The first month in which that is known.
std::int32_t Lowering::own_currency_from(const model::Line& line) {
  if (const auto written = as_written(line)) return reach(*written);
  return std::max(reach_def(line.is), reach_def(model_.currencies[line.currency].rate));
}

// Before the first month. Asked for only where the checker has seen to it that somebody knows it.
Operand Lowering::opening_rate(std::uint32_t currency) {
  const auto& of = model_.currencies[currency];
  Operand rate;
  in_main(program_.setup, [&] { rate = field(of.opening == kNone ? of.rate : of.opening, When::in_setup()); });
  return rate;
}

// The history of a rate that moves; its month before the first is the opening.
SlotId Lowering::rate_slot(std::uint32_t currency) {
  const DefId rate = model_.currencies[currency].rate;
  ensure_definition(rate);
  return definition_slot(rate);
}

// By what an amount of the month before is multiplied to stand at this month's rate.
Operand Lowering::revaluation(CompanyId id, std::uint32_t currency) {
  if (!moves(currency)) return constant(1);
  auto& known = companies_[id].revaluations;
  if (const auto found = known.find(currency); found != known.end()) return found->second;
  Operand factor;
  in_main(program_.month, [&] {
    const SlotId rate = rate_slot(currency);
    factor = emit(Op::div, slot(rate), read(rate, When::before(1)));
    factor = emit(Op::choose, read(companies_[id].alive, When::before(1)), factor, constant(1));
  });
  known[currency] = factor;
  return factor;
}

// What is paid in a currency goes out of its account, or into it where it is below zero.
void Lowering::move_account(CompanyId id, std::uint32_t currency, Operand paid) {
  if (currency == kNone || model_.companies[id].accounts.empty()) return;
  Operand& moved = companies_[id].moved.try_emplace(currency, constant(0)).first->second;
  moved = less(moved, paid);
}

// Before the first month: what is in the accounts, as a part of cash.
void Lowering::open_accounts(CompanyId id) {
  const auto& company = model_.companies[id];
  auto& s = companies_[id];
  Operand cash = field(company.cash, When::in_setup());
  for (std::size_t a = 0; a < company.accounts.size(); ++a) {
    const auto& account = company.accounts[a];
    const Operand kept = emit(Op::mul, field(account.balance, When::in_setup()), opening_rate(account.currency));
    set_row(s.account_balance[a], -1, kept);
    cash = sum(cash, kept);
  }
  set_row(s.cash, -1, cash);
}

// What the month's rates make of what was in the accounts.
void Lowering::revalue_accounts(CompanyId id) {
  if (!deals_abroad(id)) return;
  const auto& company = model_.companies[id];
  auto& s = companies_[id];
  s.exchange_on_cash = history(company.name + ".exchange_on_cash");
  set_row(s.exchange_on_cash, -1, constant(0));
  Operand gain = constant(0);
  for (std::size_t a = 0; a < company.accounts.size(); ++a) {
    const Operand factor = revaluation(id, company.accounts[a].currency);
    if (factor.place == Place::constant) continue;
    gain = sum(gain, emit(Op::mul, read(s.account_balance[a], When::before(1)), emit(Op::sub, factor, constant(1))));
  }
  emit_to(s.exchange_on_cash, Op::copy, gain);
}

// What the month adds to deferred revenue of a line that is billed in another currency, `ahead` of it there at the start. What customers
// have paid ahead is no money owed: it stands at the rate of its bill (IFRIC 22), on the average of what is left of all bills. Revenue is
// told at the rate of its month, so what that differs from the average is an exchange gain or loss, and income is what it would be at the
// average.
Operand Lowering::defer_abroad(CompanyId id, const model::Line& line, SlotId billed, Operand ahead) {
  auto& s = companies_[id];
  const When past = When::before(1);
  const std::string& name = model_.definitions[line.is].name;
  const SlotId worth = history(name + ".deferred"), amount = history(name + ".deferred_abroad");
  in_main(program_.setup, [&] {
    set_row(amount, -1, ahead);
    set_row(worth, -1, times(ahead, opening_rate(line.currency)));
  });
  const Operand rate = slot(rate_slot(line.currency)), had = slot(arising_of(line));
  const Operand bill = emit(Op::mul, slot(billed), rate);
  const Operand there = emit(Op::add, read(amount, past), slot(billed)), of_worth = emit(Op::add, read(worth, past), bill);
  const Operand even = both(emit(Op::less, constant(0), there), emit(Op::less, constant(0), of_worth));
  const Operand average = emit(Op::choose, even, emit(Op::div, of_worth, there), rate);
  const Operand used = emit(Op::mul, had, average);
  emit_to(amount, Op::sub, there, had);
  emit_to(worth, Op::sub, of_worth, used);
  s.exchange_on_deferred = sum(s.exchange_on_deferred, emit(Op::sub, emit(Op::mul, had, rate), used));
  return emit(Op::sub, bill, used);
}

// What would be in an account at the month's end if nothing were exchanged.
Operand Lowering::left_in_account(CompanyId id, std::size_t number) {
  const auto& account = model_.companies[id].accounts[number];
  auto& s = companies_[id];
  Operand left = times(read(s.account_balance[number], When::before(1)), revaluation(id, account.currency));
  if (const auto moved = s.moved.find(account.currency); moved != s.moved.end()) left = sum(left, moved->second);
  for (const std::uint32_t f : model_.companies[id].facilities) {
    const auto& of = facilities_[f];
    if (!of.here || model_.facilities[f].currency != account.currency) continue;
    left = emit(Op::add, left, slot(of.drawn));
    for (const SlotId out : {of.fees, of.repaid, of.paid, of.reserved}) left = emit(Op::sub, left, slot(out));
  }
  return left;
}

// Month end, when cash stands: first every account has its `least`, in the order written and as far as cash goes; then what would be left
// in it beyond that, and no more than its `most`. The rest of cash is in the model's currency.
void Lowering::close_accounts(CompanyId id) {
  const auto& company = model_.companies[id];
  auto& s = companies_[id];
  const When past = When::before(1), today = When::now();
  const auto bound = [&](DefId given) { return emit(Op::max, field(given, today), constant(0)); };
  if (company.accounts.empty()) return;
  Operand cash = emit(Op::max, slot(s.cash), constant(0));
  std::vector<Operand> least;
  for (const auto& account : company.accounts) {
    least.push_back(account.least == kNone ? constant(0) : emit(Op::min, bound(account.least), cash));
    cash = less(cash, least.back());
  }
  for (std::size_t a = 0; a < company.accounts.size(); ++a) {
    const auto& account = company.accounts[a];
    Operand kept = left_in_account(id, a);
    if (account.most != kNone) kept = emit(Op::min, kept, bound(account.most));
    const Operand beyond = emit(Op::min, emit(Op::max, less(kept, least[a]), constant(0)), cash);
    cash = emit(Op::sub, cash, beyond);
    emit_to(s.account_balance[a], Op::choose, read(s.alive, past), sum(least[a], beyond), read(s.account_balance[a], past));
  }
}

// What changes of rates made in the month of all that stands in other currencies.
void Lowering::book_exchange(CompanyId id) {
  auto& s = companies_[id];
  if (s.exchange_on_cash == kNoSlot) return;
  Operand on_debt = s.exchange_on_leases, on_interest = constant(0);
  for (const std::uint32_t f : model_.companies[id].facilities) {
    on_debt = sum(on_debt, facilities_[f].exchange_on_debt);
    on_interest = sum(on_interest, facilities_[f].exchange_on_interest);
  }
  s.exchange_on_debt = on_debt;
  s.exchange_gain = book(id, M::exchange_gain);
  const Operand owed = sum(less(less(s.exchange_on_receivables, s.exchange_on_payables), s.exchange_on_deferred), slot(s.exchange_on_cash));
  emit_to(s.exchange_gain, Op::copy, less(less(owed, on_debt), on_interest));
  set_row(s.exchange_gain, -1, constant(0));
}

}  // namespace warchest::program
