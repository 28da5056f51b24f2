// What a holder owns, was paid, put in and made of it; what a round was priced at. Each figure is a history made when first asked for.
//
// Returns are reckoned at the exit, or where the company has stopped: paid over put in, and the internal rate of return by the
// convention of Excel's XIRR (days over 365). What a holder held at the start counts as put in then, at its part of
// `opening_post_money`. A total loss is a rate of -100 %; where nothing was put in, or nothing is settled yet, there is none.
// The rate solves  sum of cheque e^(x tau) = paid + sum of receipt e^(x tau'), by Newton on the logarithms of both sides, which are all but
// straight in x = log(1 + rate).
#include <cmath>
#include <limits>

#include "program/lowering.h"
#include "text/check.h"

namespace warchest::program {

using model::kEndless;
using model::kNone;

namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr int kNewtonSteps = 10;

}  // namespace

SlotId Lowering::company_slot(CompanyId id, M measure, bool now) {
  CompanyEquity& e = equity(id);
  e.monthly = true;
  if (measure == M::valuation) {
    if (e.valuation == kNoSlot) e.valuation = history(model_.companies[id].name + ".valuation");
    if (now) ensure_exit(id);
    return e.valuation;
  }
  if (now) ensure_equity(id);
  return measure == M::shares ? e.shares_history : e.last_post_money;
}

SlotId Lowering::round_slot(std::uint32_t round, M measure, bool now) {
  Figure& figure = round_figures_[{round, measure}];
  if (figure.slot == kNoSlot) {
    const char* what = measure == M::round_price ? ".price" : measure == M::round_pre_money ? ".pre_money" : ".post_money";
    figure.slot = history(model_.rounds[round].name + what);
    set_row(figure.slot, -1, constant(kMissing));
    equity(model_.rounds[round].company).monthly = true;
  }
  const SlotId result = figure.slot;
  if (now) ensure_round_figures(round, measure);
  return result;
}

void Lowering::ensure_round_figures(std::uint32_t round, M measure) {
  const SlotId target = round_figures_[{round, measure}].slot;
  if (round_figures_[{round, measure}].done) return;
  ensure_equity(model_.rounds[round].company);
  const auto& s = rounds_[round];
  const SlotId from = measure == M::round_price ? s.price_now : measure == M::round_pre_money ? s.pre_money_now : s.post_money_now;
  in_main(program_.month, [&] { emit_to(target, Op::copy, from == kNoSlot ? constant(kMissing) : slot(from)); });
  round_figures_[{round, measure}].done = true;
}

SlotId Lowering::holder_slot(std::uint32_t holder, M measure, bool now) {
  Figure& figure = holder_figures_[{holder, measure}];
  if (figure.slot == kNoSlot) {
    const CompanyId company = model_.holders[holder].company;
    auto& e = equity(company);
    e.monthly = true;
    const char* what = measure == M::holder_owned      ? ".owned"
                       : measure == M::holder_shares   ? ".shares"
                       : measure == M::holder_payout   ? ".payout"
                       : measure == M::holder_invested ? ".invested"
                       : measure == M::holder_multiple ? ".multiple"
                                                       : ".irr";
    figure.slot = history(model_.holders[holder].name + what);
    const SlotId target = figure.slot;
    in_main(program_.setup, [&] {
      Operand before = constant(0);
      if (measure == M::holder_owned || measure == M::holder_shares) {
        before = holder_sum(e, holder, true);
        if (measure == M::holder_owned) before = emit(Op::div, before, e.opening_shares);
      }
      if (measure == M::holder_multiple || measure == M::holder_irr) before = constant(kMissing);
      set_row(target, -1, before);
    });
  }
  const SlotId result = figure.slot;
  if (now) ensure_holder(holder, measure);
  return result;
}

void Lowering::ensure_holder(std::uint32_t holder, M measure) {
  if (holder_figures_[{holder, measure}].done) return;
  const CompanyId company = model_.holders[holder].company;
  const SlotId target = holder_figures_[{holder, measure}].slot;
  const std::string& name = model_.holders[holder].name;
  const auto state = [&](const char* what, Operand start) {
    const SlotId made = new_slot(Keep::state, name + what);
    in_main(program_.setup, [&] { emit_to(made, Op::copy, start); });
    return made;
  };
  if (measure == M::holder_owned || measure == M::holder_shares) {
    ensure_equity(company);
    const CompanyEquity& e = equities_[company];
    const SlotId now = state(measure == M::holder_owned ? ".owned_now" : ".shares_now", row(target, -1));
    in_main(program_.month, [&] {
      guarded(e.changed, [&] {
        const Operand shares = holder_sum(e, holder, true);
        emit_to(now, Op::copy, measure == M::holder_owned ? emit(Op::div, shares, slot(e.shares)) : shares);
      });
      emit_to(target, Op::copy, slot(now));
    });
  } else if (measure == M::holder_invested) {
    ensure_equity(company);
    in_main(program_.month, [&] { emit_to(target, Op::copy, invested_by(holder, months_ - 1)); });
  } else {
    ensure_exit(company);
    const CompanyEquity& e = equities_[company];
    const Stake stake = stake_of(holder, months_ - 1);
    if (!payouts_.count(holder)) {
      const SlotId paid = state(".paid_now", constant(0));
      payouts_[holder] = paid;
      in_main(program_.month, [&] {
        Operand returned = constant(0);  // notes paid back before
        for (const Flow& flow : stake.receipts) returned = sum(returned, times(flow.part, flow.money));
        const SlotId at_exit = state(".paid_at_exit", constant(0));
        guarded(e.exit_now, [&] { emit_to(at_exit, Op::copy, paid_to(holder)); });
        emit_to(paid, Op::copy, sum(slot(at_exit), returned));
      });
    }
    const SlotId paid = payouts_[holder];
    if (measure == M::holder_payout) {
      in_main(program_.month, [&] { emit_to(target, Op::copy, slot(paid)); });
    } else {
      const SlotId figure = state(measure == M::holder_irr ? ".irr_now" : ".multiple_now", constant(kMissing));
      in_main(program_.month, [&] {
        const Operand stopped = both(read(companies_[company].alive, When::before(1)), emit(Op::opposite, slot(companies_[company].alive)));
        const Operand lost = both(stopped, emit(Op::same, slot(e.exited_on), constant(kEndless)));
        const Operand settled = e.exit_now.place == Place::constant ? lost : emit(Op::either, e.exit_now, lost);
        guarded(settled, [&] { emit_to(figure, Op::copy, made_of(stake, slot(paid), measure)); });
        emit_to(target, Op::copy, slot(figure));
      });
    }
  }
  holder_figures_[{holder, measure}].done = true;
}

Operand Lowering::put_in_by(const Stake& stake) {
  Operand total = constant(0);
  for (const Flow& flow : stake.cheques) total = sum(total, times(flow.part, flow.money));
  return total;
}

// Multiple or rate; none where nothing was put in.
Operand Lowering::made_of(const Stake& stake, Operand paid, M measure) {
  const Operand put_in = put_in_by(stake);
  const Operand some = emit(Op::less, constant(0), put_in);
  const Operand figure = measure == M::holder_multiple ? emit(Op::div, paid, emit(Op::choose, some, put_in, constant(1))) : internal_rate(stake, paid, put_in);
  return emit(Op::choose, some, figure, constant(kMissing));
}

// At the exit, from shares and from notes.
Operand Lowering::paid_to(std::uint32_t holder) {
  const CompanyEquity& e = equities_[model_.holders[holder].company];
  Operand total = holder_sum(e, holder, false);
  for (const Convert& convert : e.converts)
    for (const Part& part : convert.parts)
      if (part.holder == holder) total = sum(total, times(part.part, slot(convert.paid_at_exit)));
  return total;
}

// Cheques of the run up to and with a month.
Operand Lowering::invested_by(std::uint32_t holder, std::int32_t through) {
  Operand total = constant(0);
  for (const Flow& flow : stake_of(holder, through).cheques)
    if (!flow.before) total = sum(total, times(flow.part, flow.money));
  return total;
}

// Money in with its days, and notes paid back, up to and with a month.
Lowering::Stake Lowering::stake_of(std::uint32_t holder, std::int32_t through) {
  const CompanyId company = model_.holders[holder].company;
  const CompanyEquity& e = equities_[company];
  Stake stake;
  const auto within = [&](Operand money, Operand day) {
    return through >= months_ - 1 ? money : emit(Op::choose, emit(Op::less_equal, day, constant(days_to(through))), money, constant(0));
  };
  for (const Entry& entry : e.entries)
    for (const Part& part : entry.parts)
      if (part.holder == holder && entry.cheque) stake.cheques.push_back({part.part, within(entry.cheque->money, entry.cheque->day), entry.cheque->day});
  for (const Convert& convert : e.converts)
    for (const Part& part : convert.parts) {
      if (part.holder != holder) continue;
      const bool before = model_.rounds[convert.round].before_start;
      stake.cheques.push_back({part.part, before ? convert.cheque.money : within(convert.cheque.money, convert.cheque.day),
                               before ? constant(0) : convert.cheque.day, before});
      if (convert.terms->repaid != kNone && convert.terms->by != kNone)
        stake.receipts.push_back({part.part, within(slot(convert.repaid), slot(convert.repaid_on)), slot(convert.repaid_on)});
    }
  Operand held = constant(0), worth;
  in_main(program_.setup, [&] {
    for (const Entry& entry : e.entries)
      for (const Part& part : entry.parts)
        if (part.holder == holder && !entry.may_be_empty) held = sum(held, times(part.part, entry.opening_units));
    if (!is_constant_zero(held)) worth = emit(Op::div, emit(Op::mul, held, row(e.last_post_money, -1)), e.opening_shares);
  });
  if (!is_constant_zero(held)) stake.cheques.insert(stake.cheques.begin(), {constant(1), worth, constant(0), true});
  return stake;
}

Operand Lowering::internal_rate(const Stake& stake, Operand paid, Operand put_in) {
  const Operand settled_on = today();
  const auto years = [&](Operand day) { return emit(Op::mul, emit(Op::max, emit(Op::sub, settled_on, day), constant(0)), constant(1.0 / 365)); };
  std::vector<std::pair<Operand, Operand>> in, back;
  Operand weighted = constant(0), returned = constant(0);
  for (const Flow& flow : stake.cheques) {
    in.push_back({times(flow.part, flow.money), years(flow.day)});
    weighted = sum(weighted, emit(Op::mul, in.back().first, in.back().second));
  }
  for (const Flow& flow : stake.receipts) {
    back.push_back({times(flow.part, flow.money), years(flow.day)});
    returned = sum(returned, back.back().first);
  }
  const Operand at_exit = less(paid, returned);
  const Operand lost = emit(Op::less_equal, paid, constant(0));
  const Operand timed = emit(Op::less, constant(0), weighted);
  const Operand won = emit(Op::choose, lost, put_in, paid);
  Operand x = emit(Op::div, emit(Op::log, emit(Op::div, won, emit(Op::choose, emit(Op::less, constant(0), put_in), put_in, constant(1)))),
                   emit(Op::div, emit(Op::choose, timed, weighted, constant(1)),
                        emit(Op::choose, emit(Op::less, constant(0), put_in), put_in, constant(1))));
  for (int step = 0; step < kNewtonSteps; ++step) {
    Operand a = constant(0), da = constant(0), b = emit(Op::choose, lost, put_in, at_exit), db = constant(0);
    for (const auto& [money, tau] : in) {
      const Operand grown = emit(Op::mul, money, emit(Op::exp, emit(Op::mul, x, tau)));
      a = sum(a, grown);
      da = sum(da, emit(Op::mul, grown, tau));
    }
    for (const auto& [money, tau] : back) {
      const Operand grown = emit(Op::mul, money, emit(Op::exp, emit(Op::mul, x, tau)));
      b = sum(b, grown);
      db = sum(db, emit(Op::mul, grown, tau));
    }
    const Operand gap = emit(Op::sub, emit(Op::log, a), emit(Op::log, b));
    const Operand slope = less(emit(Op::div, da, a), is_constant_zero(db) ? db : emit(Op::div, db, b));
    x = emit(Op::max, emit(Op::min, emit(Op::sub, x, emit(Op::div, gap, slope)), constant(50)), constant(-50));
  }
  const Operand rate = emit(Op::choose, timed, emit(Op::sub, emit(Op::exp, x), constant(1)), constant(kMissing));
  return emit(Op::choose, lost, constant(-1), rate);
}

}  // namespace warchest::program
