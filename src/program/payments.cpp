// From what arises to what is paid: billing ahead, delays, non-cash shares, prepaid credits; what is owed meanwhile, both ways.
//
// A line that is paid d months later pays in month t what arose in t - d; a part of a month is spread over the two months between which
// it falls, so that what is owed is d months of a steady flow. Months before the start count where a table knows them, else nothing was
// owed when the model began, but for what the company says. Credits pay the costs they name, in that order and in full, before cash does.
// A line billed n months ahead is made of contracts of n months: what begins or is renewed this month, n (R(t) - R(t-1)) more than n
// months ago, is billed at once; what is billed and not yet had is deferred revenue.
#include <algorithm>
#include <cmath>

#include "program/lowering.h"
#include "text/check.h"

namespace warchest::program {

using model::DefId;
using model::kNone;

namespace {

constexpr double kWhole = 1e-9;         // months: as near to a whole number counts as one
constexpr double kYearOfDeferred = 12;  // what customers had paid ahead at the start is used up over a year

// Whole months of a delay, and the part of a month beyond them.
struct Delay {
  std::int32_t whole = 0;
  double part = 0;
};

Delay delay_of(double months) {
  months = std::max(0.0, months);
  const double nearest = std::round(months);
  if (std::abs(months - nearest) < kWhole) return {static_cast<std::int32_t>(nearest), 0};
  return {static_cast<std::int32_t>(std::floor(months)), months - std::floor(months)};
}

}  // namespace

// The first month in which that is known.
std::int32_t Lowering::owed_from(const model::Line& line) {
  const std::int32_t first = owed_abroad(line) ? own_currency_from(line) : reach_def(line.is);
  return line.non_cash == kNone ? first : std::max(first, reach_def(line.non_cash));
}

// What of a line is to be paid in cash, as it is owed: billed, or arising less what never moves cash; in its own currency, where the rate
// of that moves.
Operand Lowering::owed_by_line(const model::Line& line, const When& when) {
  Operand arising = owed_abroad(line)                ? in_own_currency(line, when)
                    : when.kind == When::Kind::month ? read(definition_slot(line.is), when)
                                                     : layered(line.is, layers(line.is).size(), when);
  if (line.non_cash != kNone) arising = emit(Op::mul, arising, emit(Op::sub, constant(1), field(line.non_cash, when)));
  return arising;
}

// The history of what arises on a line, in the currency in which it is billed.
SlotId Lowering::arising_of(const model::Line& line) {
  if (!owed_abroad(line)) return definition_slot(line.is);
  const auto [place, fresh] = arising_.try_emplace(line.is, kNoSlot);
  if (!fresh) return place->second;
  const SlotId made = history(model_.definitions[line.is].name + ".arising");
  arising_[line.is] = made;
  emit_to(made, Op::copy, in_own_currency(line, When::now()));
  in_main(program_.setup, [&] {
    if (owed_from(line) <= -1) set_row(made, -1, in_own_currency(line, When::row_in_setup(-1)));
  });
  return made;
}

// The history of that. The line's own, where all of it is paid in cash.
SlotId Lowering::basis_of(CompanyId id, std::uint32_t index) {
  const auto& line = model_.companies[id].lines[index];
  if (line.billed == kNone && line.non_cash == kNone && !owed_abroad(line)) return definition_slot(line.is);
  const SlotId basis = history("");
  if (line.billed == kNone) {
    emit_to(basis, Op::copy, owed_by_line(line, When::now()));
    bases_.push_back({basis, id, index});
    return basis;
  }
  const auto term = static_cast<std::int32_t>(std::lround(known_or(line.billed, 1)));
  const SlotId arising = arising_of(line);
  const Operand now = slot(arising);
  const bool known_before = owed_from(line) <= -1;
  Operand customers = constant(0), earlier = read(arising, When::before(1));  // before the start, and the month before
  in_main(program_.setup, [&] {
    if (known_before) customers = owed_by_line(line, When::row_in_setup(-1));
    set_row(basis, -1, constant(0));
  });
  std::vector<double> first(static_cast<std::size_t>(months_), 0), renewed(static_cast<std::size_t>(months_), 0);
  first[0] = 1;
  for (std::int32_t t = 0; t < months_; ++t) renewed[static_cast<std::size_t>(t)] = t < term ? 1 : 0;
  if (!known_before) earlier = choose(schedule_of(first), constant(0), earlier);
  // Those who were there before the start renew evenly over the term.
  const Operand again = term < months_ ? choose(schedule_of(renewed), customers, read(basis, When::before(term))) : customers;
  const Operand billed = emit(Op::add, again, emit(Op::mul, constant(term), emit(Op::sub, now, earlier)));
  emit_to(basis, Op::choose, read(companies_[id].alive, When::before(1)), billed, constant(0));
  return basis;
}

// The cash that a line moves this month, before credits.
Operand Lowering::settled(CompanyId id, std::uint32_t index, SlotId basis) {
  const auto& line = model_.companies[id].lines[index];
  Operand amount = read(basis, When::now());
  const auto at_rate = [&](Operand owed) { return owed_abroad(line) ? emit(Op::mul, owed, slot(rate_slot(line.currency))) : owed; };
  if (line.delay == kNone) return at_rate(amount);
  const std::int32_t known_from = line.billed == kNone ? std::min(owed_from(line), 0) : 0;
  const auto owed = [&](std::int32_t lag) {
    std::vector<double> there;
    for (std::int32_t t = 0; t < months_; ++t) there.push_back(t - lag >= known_from ? 1 : 0);
    return choose(schedule_of(there), read(basis, When::before(lag)), constant(0));
  };
  if (const auto months = known_def(line.delay)) {
    const Delay delay = delay_of(*months);
    const Operand later = delay.whole == 0 ? amount : owed(delay.whole);
    amount = delay.part == 0 ? later
                             : emit(Op::add, emit(Op::mul, later, constant(1 - delay.part)),
                                    emit(Op::mul, owed(delay.whole + 1), constant(delay.part)));
  } else {
    // A delay that varies by path: each month back has the weight by which the delay is near to it.
    Operand picked = constant(0);
    for (std::int32_t lag = 0; lag < months_; ++lag) {
      Operand weight;
      in_main(program_.setup, [&] {
        const Operand away = emit(Op::abs, emit(Op::sub, field(line.delay, When::in_setup()), constant(lag)));
        weight = emit(Op::max, emit(Op::sub, constant(1), away), constant(0));
        if (lag == 0) weight = emit(Op::choose, emit(Op::less, field(line.delay, When::in_setup()), constant(0)), constant(1), weight);
      });
      picked = sum(picked, emit(Op::mul, lag == 0 ? amount : owed(lag), weight));
    }
    amount = picked;
  }
  // A delayed payment of a company that has stopped is not made.
  return emit(Op::choose, read(companies_[id].alive, When::before(1)), at_rate(amount), constant(0));
}

// What had arisen before month 0 and is paid from then on, as far as the tables know it.
Operand Lowering::owed_at_start(const model::Line& line) {
  Operand total = constant(0);
  if (line.delay == kNone || line.billed != kNone) return total;
  const auto months = known_def(line.delay);
  const auto longest = months ? static_cast<std::int32_t>(std::ceil(std::max(0.0, *months))) : months_;
  for (std::int32_t m = std::max(owed_from(line), -longest); m < 0; ++m) {
    Operand unpaid;  // of what arose m months before the start, 1 if all of it falls due from then on
    if (months) {
      const Delay delay = delay_of(*months);
      unpaid = constant(std::clamp(delay.whole + delay.part + m + 1, 0.0, 1.0));
    } else {
      const Operand beyond = emit(Op::add, field(line.delay, When::in_setup()), constant(m + 1));
      unpaid = emit(Op::min, emit(Op::max, beyond, constant(0)), constant(1));
    }
    total = sum(total, times(owed_by_line(line, When::row_in_setup(m)), unpaid));
  }
  return owed_abroad(line) ? times(total, opening_rate(line.currency)) : total;
}

// What the month makes of what is owed on a line: what has arisen less what is due by now, and where it is owed in another currency what
// the rate does to it.
void Lowering::move_owed(CompanyId id, std::uint32_t index, Operand& owed, SlotId basis, Operand due) {
  const auto& line = model_.companies[id].lines[index];
  if (!owed_abroad(line)) {
    owed = emit(Op::add, owed, emit(Op::sub, slot(basis), due));
    return;
  }
  auto& s = companies_[id];
  const SlotId on_line = history(model_.definitions[line.is].name + ".owed");
  in_main(program_.setup, [&] { set_row(on_line, -1, owed_at_start(line)); });
  const Operand before = read(on_line, When::before(1));
  const Operand gain = emit(Op::mul, before, emit(Op::sub, revaluation(id, line.currency), constant(1)));
  const Operand arising = emit(Op::mul, slot(basis), slot(rate_slot(line.currency)));
  const Operand moved = emit(Op::add, gain, emit(Op::sub, arising, due));
  emit_to(on_line, Op::add, before, moved);
  owed = emit(Op::add, owed, moved);
  Operand& total = line.revenue ? s.exchange_on_receivables : s.exchange_on_payables;
  total = sum(total, gain);
}

// What customers owe and what it owes suppliers: owed before, and what has arisen less what is due by now.
void Lowering::carry_owed(CompanyId id, const std::vector<SlotId>& bases, const std::vector<Operand>& due) {
  const auto& company = model_.companies[id];
  auto& s = companies_[id];
  const When past = When::before(1);
  for (const bool revenue : {true, false}) {
    const SlotId target = revenue ? s.receivables : s.payables;
    const DefId given = revenue ? company.receivables : company.payables;
    bool moves = false;
    Operand owed = read(target, past);
    in_main(program_.setup, [&] {
      Operand at_start = constant(0);
      for (const auto& line : company.lines)
        if (line.revenue == revenue) at_start = sum(at_start, owed_at_start(line));
      if (given != kNone) at_start = sum(at_start, field(given, When::in_setup()));
      moves = !is_constant_zero(at_start);
      set_row(target, -1, at_start);
    });
    if (given != kNone) owed = choose(in_first_month(), emit(Op::sub, owed, field(given, When::in_setup())), owed);
    for (std::uint32_t i = 0; i < company.lines.size(); ++i) {
      if (company.lines[i].revenue != revenue || company.lines[i].delay == kNone) continue;
      move_owed(id, i, owed, bases[i], due[i]);
      moves = true;
    }
    emit_to(target, Op::copy, moves ? owed : constant(0));
    (revenue ? s.receivables_move : s.payables_move) = moves;
  }
}

Operand Lowering::in_first_month() {
  std::vector<double> first(static_cast<std::size_t>(months_), 0);
  first[0] = 1;
  return schedule_of(std::move(first));
}

// What customers have paid and not yet had: lines billed ahead, and what they had paid at the start, which takes the place of cash.
Operand Lowering::use_deferred(CompanyId id, const std::vector<SlotId>& bases, Operand received) {
  const auto& company = model_.companies[id];
  auto& s = companies_[id];
  Operand deferred = read(s.deferred_revenue, When::before(1)), opening = constant(0), used = constant(0);
  bool moves = false;
  for (std::uint32_t i = 0; i < company.lines.size(); ++i) {
    const auto& line = company.lines[i];
    if (line.billed == kNone) continue;
    moves = true;
    Operand ahead = constant(0);
    if (owed_from(line) <= -1)
      in_main(program_.setup, [&] {  // even renewals: of the term half is paid ahead, less half a month
        const Operand before = owed_by_line(line, When::row_in_setup(-1));
        ahead = emit(Op::mul, before, constant((known_or(line.billed, 1) - 1) / 2));
      });
    if (owed_abroad(line)) {
      deferred = emit(Op::add, deferred, defer_abroad(id, line, bases[i], ahead));
      in_main(program_.setup, [&] { ahead = times(ahead, opening_rate(line.currency)); });
    } else {
      deferred = emit(Op::add, deferred, emit(Op::sub, slot(bases[i]), slot(definition_slot(line.is))));
    }
    in_main(program_.setup, [&] { opening = sum(opening, ahead); });
  }
  if (company.deferred_revenue != kNone) {
    moves = true;
    Operand at_most;
    const SlotId left = new_slot(Keep::state, company.name + ".paid_ahead_left");
    in_main(program_.setup, [&] {
      const Operand given = field(company.deferred_revenue, When::in_setup());
      emit_to(left, Op::copy, given);
      at_most = emit(Op::div, given, constant(kYearOfDeferred));
      opening = sum(opening, given);
    });
    used = emit(Op::max, emit(Op::min, emit(Op::min, slot(left), at_most), received), constant(0));
    emit_to(left, Op::sub, slot(left), used);
    deferred = emit(Op::sub, deferred, used);
  }
  in_main(program_.setup, [&] { set_row(s.deferred_revenue, -1, opening); });
  emit_to(s.deferred_revenue, Op::copy, moves ? deferred : constant(0));
  s.deferred_moves = moves;
  return used;
}

Lowering::Settled Lowering::settle_lines(CompanyId id) {
  const auto& company = model_.companies[id];
  auto& s = companies_[id];
  std::vector<SlotId> bases(company.lines.size());
  std::vector<Operand> due(company.lines.size());
  for (std::uint32_t i = 0; i < company.lines.size(); ++i) {
    bases[i] = basis_of(id, i);
    due[i] = settled(id, i, bases[i]);
  }
  carry_owed(id, bases, due);
  for (std::size_t c = 0; c < company.credits.size(); ++c) {
    const Operand opening = read(s.credit_balance[c], When::before(1));
    Operand left = opening;
    if (credit_here(id, c))
      for (const std::uint32_t i : company.credits[c].pays) {
        const Operand used = emit(Op::max, emit(Op::min, left, due[i]), constant(0));
        left = emit(Op::sub, left, used);
        due[i] = emit(Op::sub, due[i], used);
      }
    emit_to(s.credit_balance[c], Op::copy, left);
    emit_to(s.credit_used[c], Op::sub, opening, left);
  }
  Settled total{constant(0), constant(0), constant(0)};
  for (std::uint32_t i = 0; i < company.lines.size(); ++i) {
    const auto& line = company.lines[i];
    Operand& part = line.revenue ? total.received : line.capitalised == kNone ? total.paid : total.bought;
    part = part.place == Place::constant ? due[i] : emit(Op::add, part, due[i]);
    move_account(id, line.currency, line.revenue ? less(constant(0), due[i]) : due[i]);
  }
  const auto at_first = [&](DefId given, Operand& part) {
    if (given != kNone) part = sum(part, choose(in_first_month(), field(given, When::in_setup()), constant(0)));
  };
  at_first(company.receivables, total.received);
  at_first(company.payables, total.paid);
  const Operand had = use_deferred(id, bases, total.received);
  total.received = less(total.received, had);
  const Operand owed = emit(Op::sub, slot(s.receivables), slot(s.payables));
  if (s.deferred_moves)
    emit_to(s.working_capital, Op::sub, owed, slot(s.deferred_revenue));
  else
    emit_to(s.working_capital, Op::copy, owed);
  in_main(program_.setup,
          [&] { set_row(s.working_capital, -1, less(less(row(s.receivables, -1), row(s.payables, -1)), row(s.deferred_revenue, -1))); });
  return total;
}

bool Lowering::credit_here(CompanyId id, std::size_t credit) const {
  return std::find(case_.without_credits.begin(), case_.without_credits.end(), std::pair(id, static_cast<std::uint32_t>(credit))) ==
         case_.without_credits.end();
}

}  // namespace warchest::program
