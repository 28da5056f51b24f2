// The tax on income: year by year, as it arises month by month.
//
// What has arisen by month t of a tax year is the tax on the income of the year so far, so a loss late in the year takes back what gains
// early in it had made: tax of the month = tax of the year so far - tax of the year by the month before. Losses of earlier years are set
// against a year's income up to a part of it; what they cannot take away is carried on, for ever. Credits of research come off the tax,
// never below nothing, and are carried on too. It is paid in the month after a quarter (or month) has ended; what was paid too much comes
// back with the first payment after the year. The books' depreciation is the tax's; a loss carried forward is no asset before it is used.
#include <algorithm>

#include "program/lowering.h"

namespace warchest::program {

using model::kNone;

namespace {
constexpr int kMonths = 12;
}  // namespace

// Step 3: what falls due this month of the tax that had arisen by the end of the month before. Emits nothing for who pays none.
Operand Lowering::pay_tax(CompanyId id) {
  const auto& company = model_.companies[id];
  if (!company.taxes) return constant(0);
  auto& s = companies_[id];
  const int ends = static_cast<int>(known_or(company.taxes->year_ends, kMonths));
  const int every = company.taxes->paid == model::TaxPaid::monthly ? 1 : 3;
  std::vector<double> due, least;
  for (std::int32_t t = 0; t < months_; ++t) {
    const int month = (model_.settings.start_month - 1 + t - ends + kMonths) % kMonths;  // of the tax year, from 0
    due.push_back(month % every == 0 ? 1 : 0);
    least.push_back(month == 0 ? -model::kEndless : 0);
  }
  s.tax_paid = history(company.name + ".tax_paid");
  const When past = When::before(1);
  const Operand owed = emit(Op::max, read(book(id, M::tax_payable), past), schedule_of(least));
  const Operand pays = both(read(s.alive, past), schedule_of(due));
  emit_to(s.tax_paid, Op::choose, pays, owed, constant(0));
  set_row(s.tax_paid, -1, constant(0));
  return slot(s.tax_paid);
}

// Month end: what has arisen. The income of the month stands already.
void Lowering::emit_tax(CompanyId id) {
  const auto& company = model_.companies[id];
  const When past = When::before(1);
  const SlotId tax = book(id, M::tax), payable = book(id, M::tax_payable), carried = book(id, M::losses_carried);
  for (const SlotId stock : {tax, payable, carried}) set_row(stock, -1, constant(0));
  if (!company.taxes) {
    for (const SlotId nothing : {tax, payable, carried}) emit_to(nothing, Op::copy, constant(0));
    return;
  }
  const auto& taxes = *company.taxes;
  const int ends = static_cast<int>(known_or(taxes.year_ends, kMonths));
  std::vector<double> first, last;
  for (std::int32_t t = 0; t < months_; ++t) {
    const int month = (model_.settings.start_month - 1 + t - ends + kMonths) % kMonths;
    first.push_back(month == 0 ? 1 : 0);
    last.push_back(month == kMonths - 1 ? 1 : 0);
  }
  const Operand opens = schedule_of(first), closes = schedule_of(last);
  const auto state = [&](const char* what) { return zero_state(taxes.name + "." + what).index; };
  Operand rate, used_at_most = constant(1), credit_part;
  in_main(program_.setup, [&] {
    const auto setup = [&](DefId definition) { return field(definition, When::in_setup()); };
    rate = setup(taxes.rate);
    if (taxes.losses_used != kNone) used_at_most = setup(taxes.losses_used);
    if (taxes.research_credit != kNone) credit_part = setup(taxes.research_credit);
    if (taxes.losses != kNone) set_row(carried, -1, setup(taxes.losses));
  });
  // Income for the tax: what costs it does not take comes on top, what revenue it leaves out goes.
  Operand income = slot(book(id, M::pre_tax_income));
  income = sum(income, part_of_lines(id, &model::Line::taxable, false, true));
  income = less(income, part_of_lines(id, &model::Line::taxable, true, true));
  const SlotId year_income = state("income_of_year"), year_tax = state("tax_of_year");
  emit_to(year_income, Op::add, choose(opens, constant(0), slot(year_income)), income);
  const Operand gain = emit(Op::max, slot(year_income), constant(0));
  const Operand losses = read(carried, past);
  const Operand taken = emit(Op::min, losses, times(gain, used_at_most));
  Operand due = emit(Op::mul, emit(Op::sub, gain, taken), rate);
  if (taxes.research_credit != kNone) {
    const SlotId year_credit = state("credit_of_year"), bank = state("credit_carried");
    const Operand earned = emit(Op::mul, slot(book(id, M::research_and_development)), credit_part);
    emit_to(year_credit, Op::add, choose(opens, constant(0), slot(year_credit)), earned);
    const Operand there = emit(Op::add, slot(bank), slot(year_credit));
    const Operand used = emit(Op::min, there, due);
    due = emit(Op::sub, due, used);
    emit_to(bank, Op::copy, choose(closes, emit(Op::sub, there, used), slot(bank)));
  }
  emit_to(tax, Op::sub, due, choose(opens, constant(0), slot(year_tax)));
  emit_to(year_tax, Op::copy, due);
  const Operand lost = emit(Op::max, emit(Op::neg, slot(year_income)), constant(0));
  emit_to(carried, Op::copy, choose(closes, emit(Op::add, emit(Op::sub, losses, taken), lost), losses));
  emit_to(payable, Op::sub, emit(Op::add, read(payable, past), slot(tax)), slot(companies_[id].tax_paid));
}

}  // namespace warchest::program
