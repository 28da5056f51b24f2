// From what arises to what is paid: delays, non-cash shares, prepaid credits.
//
// A line that is paid d months later pays in month t what arose in t - d; months before the start count where a table knows them,
// else nothing was owed when the model began. Credits pay the costs they name, in that order and in full, before cash does.
#include <algorithm>
#include <cmath>

#include "program/lowering.h"
#include "text/check.h"

namespace warchest::program {

// The cash that a line moves this month, before credits.
Operand Lowering::settled(CompanyId id, std::uint32_t index) {
  const auto& line = model_.companies[id].lines[index];
  const SlotId arising = definition_slot(line.is);
  Operand amount = read(arising, When::now());
  if (line.delay != model::kNone) {
    const std::int32_t known_from = reach_def(line.is);
    const auto arisen = [&](std::int32_t lag) {
      std::vector<double> there;
      for (std::int32_t t = 0; t < months_; ++t) there.push_back(t - lag >= std::min(known_from, 0) ? 1 : 0);
      return choose(schedule_of(there), read(arising, When::before(lag)), constant(0));
    };
    if (const auto months = known_def(line.delay)) {
      const auto lag = static_cast<std::int32_t>(std::max(0.0, std::round(*months)));
      if (lag > 0) amount = arisen(lag);
    } else {
      // A delay that varies by path: the one month that is meant, however far back.
      const Operand delay = emit(Op::min, emit(Op::max, emit(Op::round, field(line.delay, When::now())), constant(0)), constant(months_));
      Operand picked = choose(emit(Op::same, delay, constant(0)), amount, constant(0));
      for (std::int32_t lag = 1; lag < months_; ++lag) picked = emit(Op::add, picked, emit(Op::choose, emit(Op::same, delay, constant(lag)), arisen(lag), constant(0)));
      amount = picked;
    }
    // A delayed payment of a company that has stopped is not made.
    amount = emit(Op::choose, read(companies_[id].alive, When::before(1)), amount, constant(0));
  }
  if (line.non_cash != model::kNone) amount = emit(Op::mul, amount, emit(Op::sub, constant(1), field(line.non_cash, When::now())));
  return amount;
}

// What had arisen before month 0 and is paid from then on: the last `delay` months, as far as the tables know them.
Operand Lowering::owed_at_start(CompanyId id) {
  Operand owed = constant(0);
  for (const auto& line : model_.companies[id].lines) {
    if (line.delay == model::kNone) continue;
    const auto months = known_def(line.delay);
    const auto longest = months ? static_cast<std::int32_t>(std::max(0.0, std::round(*months))) : months_;
    const std::int32_t first = std::max(reach_def(line.is), -longest);
    for (std::int32_t m = first; m < 0; ++m) {
      Operand arisen = layered(line.is, layers(line.is).size(), When::row_in_setup(m));
      if (line.non_cash != model::kNone) arisen = emit(Op::mul, arisen, emit(Op::sub, constant(1), field(line.non_cash, When::row_in_setup(m))));
      if (!months) {
        const Operand delay = emit(Op::round, field(line.delay, When::in_setup()));
        arisen = emit(Op::choose, emit(Op::less_equal, constant(-m), delay), arisen, constant(0));
      }
      owed = emit(line.revenue ? Op::add : Op::sub, owed, arisen);
    }
  }
  return owed;
}

Lowering::Settled Lowering::settle_lines(CompanyId id) {
  const auto& company = model_.companies[id];
  auto& s = companies_[id];
  std::vector<Operand> due(company.lines.size());
  for (std::uint32_t i = 0; i < company.lines.size(); ++i) due[i] = settled(id, i);
  in_main(program_.setup, [&] { set_row(s.working_capital, -1, owed_at_start(id)); });
  // What customers and suppliers still owe each other: arisen less settled, by cash or by credit.
  Operand capital = read(s.working_capital, When::before(1));
  for (std::uint32_t i = 0; i < company.lines.size(); ++i) {
    const auto& line = company.lines[i];
    if (line.delay == model::kNone) continue;
    Operand arisen = read(definition_slot(line.is), When::now());
    if (line.non_cash != model::kNone) arisen = emit(Op::mul, arisen, emit(Op::sub, constant(1), field(line.non_cash, When::now())));
    const Operand owed = emit(Op::sub, arisen, due[i]);
    capital = emit(line.revenue ? Op::add : Op::sub, capital, owed);
  }
  emit_to(s.working_capital, Op::copy, capital);
  for (std::size_t c = 0; c < company.credits.size(); ++c) {
    const Operand opening = read(s.credit_balance[c], When::before(1));
    Operand left = opening;
    const bool here = std::find(case_.without_credits.begin(), case_.without_credits.end(), std::pair(id, static_cast<std::uint32_t>(c))) == case_.without_credits.end();
    if (here)
      for (const std::uint32_t i : company.credits[c].pays) {
        const Operand used = emit(Op::max, emit(Op::min, left, due[i]), constant(0));
        left = emit(Op::sub, left, used);
        due[i] = emit(Op::sub, due[i], used);
      }
    emit_to(s.credit_balance[c], Op::copy, left);
    emit_to(s.credit_used[c], Op::sub, opening, left);
  }
  Settled total{constant(0), constant(0)};
  for (std::uint32_t i = 0; i < company.lines.size(); ++i) {
    Operand& sum = company.lines[i].revenue ? total.received : total.paid;
    sum = sum.place == Place::constant ? due[i] : emit(Op::add, sum, due[i]);
  }
  return total;
}

}  // namespace warchest::program
