// The exit: the company is sold, listed or wound up, and what is left after debt runs down the waterfall.
//
// The first exit of a path counts; a company that has stopped has none. Debt comes first, then notes, then the entries of the cap table.
// With v, the value of one common share, as the unknown, all payoffs together rise with v and are straight between kinks: their sum is
// taken at every kink, the two that enclose the proceeds are found by comparison, and v lies on the line between them (equity/profile.h
// does the same in exact numbers). Below the sum of all preferences v is zero, and ranks decide. A SAFE, or a note with a cap, takes the
// greater of its money and its shares at the cap: first all are taken to convert, then those that would lose by it are taken out.
#include <algorithm>
#include <cmath>
#include <limits>

#include "program/lowering.h"
#include "text/check.h"

namespace warchest::program {

using model::InstrumentKind;
using model::kEndless;
using model::kNone;

namespace {

// What one entry is entitled to, as a function of v.
struct Claim {
  Entry::Kind kind = Entry::Kind::common;
  bool participating = false;
  Operand fixed = constant(0), units = constant(0), strike = constant(0), rank = constant(1);
  std::optional<Operand> cap;
  SlotId paid = kNoSlot;
};

struct Election {  // of a SAFE or of a note with a cap
  std::size_t convert;
  bool debt = false, with_converts = true;
  Operand owed, part;  // part: of the Liquidity Capitalization
  Operand converts = constant(1), units = constant(0);
};

}  // namespace

std::optional<Operand> Lowering::exited_before(CompanyId id) {
  std::optional<Operand> result;
  for (const std::uint32_t x : model_.companies[id].exits) {
    const std::uint32_t event = model_.exits[x].event;
    if (!events_[event].here) continue;
    const Operand gone = emit(Op::less, event_date(event, When::before(1)), constant(kEndless));
    result = result ? emit(Op::either, *result, gone) : gone;
  }
  return result;
}

// In the month of the exit: what it is worth, and what facilities and the debt of the start leave of it. The first exit counts.
void Lowering::catch_exit(CompanyId id) {
  CompanyEquity& e = equity(id);
  if (e.exit_caught) return;
  ensure_company(id);
  e.exit_caught = true;
  const std::string& name = model_.companies[id].name;
  e.exited_on = new_slot(Keep::state, name + ".exited_on");
  e.exit_day = new_slot(Keep::state, name + ".exit_day");
  e.exit_value = new_slot(Keep::state, name + ".exit_value");
  e.after_debt = new_slot(Keep::state, name + ".exit_after_debt");
  in_main(program_.setup, [&] {
    emit_to(e.exited_on, Op::copy, constant(kEndless));
    for (const SlotId s : {e.exit_day, e.exit_value, e.after_debt}) emit_to(s, Op::copy, constant(0));
    for (Entry& entry : e.entries) entry.paid = zero_state(entry.name + ".paid");
  });
  in_main(program_.month, [&] {
    const Operand now = month_number(0);
    const auto& company = model_.companies[id];
    for (const std::uint32_t x : company.exits) {
      const auto& leaving = model_.exits[x];
      if (!events_[leaving.event].here) continue;
      const Operand first = both(slot(companies_[id].alive), emit(Op::same, slot(e.exited_on), constant(kEndless)));
      const Operand here = both(first, emit(Op::same, event_date(leaving.event, When::now()), now));
      guarded(here, [&] {
        const Operand value = emit(Op::max, field(leaving.value, When::now()), constant(0));
        Operand net = value;
        if (leaving.costs != kNone) net = emit(Op::mul, value, emit(Op::sub, constant(1), field(leaving.costs, When::now())));
        Operand owed = company.debt == kNone ? constant(0) : field(company.debt, When::in_setup());
        for (const std::uint32_t f : company.facilities)
          if (facilities_[f].here) owed = sum(owed, slot(facilities_[f].balance));
        emit_to(e.exit_value, Op::copy, value);
        emit_to(e.after_debt, Op::max, less(net, owed), constant(0));
        emit_to(e.exited_on, Op::copy, now);
        emit_to(e.exit_day, Op::copy, day_number(0));
      });
    }
  });
}

bool Lowering::has_exit(CompanyId id) const {
  const auto& exits = model_.companies[id].exits;
  return std::any_of(exits.begin(), exits.end(), [&](std::uint32_t x) { return events_[model_.exits[x].event].here; });
}

void Lowering::ensure_exit(CompanyId id) {
  CompanyEquity& e = equity(id);
  if (e.exit_done) return;
  WARCHEST_CHECK(!e.exit_going, "an exit needs itself in its own month: " + model_.companies[id].name);
  ensure_equity(id);
  e.exit_going = true;
  if (e.valuation == kNoSlot) e.valuation = history(model_.companies[id].name + ".valuation");
  set_row(e.valuation, -1, row(e.last_post_money, -1));
  catch_exit(id);
  in_main(program_.month, [&] {
    e.exit_now = constant(0);
    if (has_exit(id)) {
      e.exit_now = emit(Op::same, slot(e.exited_on), month_number(0));
      guarded(e.exit_now, [&] { waterfall(id, slot(e.after_debt), constant(1)); });
    }
    emit_to(e.valuation, Op::copy, has_exit(id) ? emit(Op::choose, emit(Op::less, slot(e.exited_on), constant(kEndless)), slot(e.exit_value), slot(e.post_money_state))
                                                : slot(e.post_money_state));
  });
  e.exit_going = false;
  e.exit_done = true;
}

// Where the company leaves: who is paid what, into the states of the entries and of the notes. Inside a guard, or on all paths alike.
void Lowering::waterfall(CompanyId id, Operand after_debt, Operand leaves) {
  CompanyEquity& e = equities_[id];
  std::vector<Claim> claims;
  for (const Entry& entry : e.entries) {
    Claim claim;
    claim.kind = entry.kind;
    claim.units = entry.units;
    claim.paid = entry.paid.index;
    if (entry.kind == Entry::Kind::options) claim.strike = entry.price;
    if (entry.covered != kNoSlot) {  // promised at the price of a round that has not come: at that of the last one, if there was one
      const Operand price = slot(e.share_price), there = emit(Op::less, constant(0), price);
      claim.strike = emit(Op::choose, there, price, constant(0));
      claim.units = emit(Op::choose, there, emit(Op::div, slot(entry.covered), price), constant(0));
    }
    if (entry.kind == Entry::Kind::preferred) {
      claim.participating = entry.participating;
      claim.rank = entry.rank;
      claim.fixed = times(entry.invested, entry.liquidation);
      if (entry.cap) claim.cap = times(entry.invested, *entry.cap);
      if (entry.dividend) {
        const Operand dividend = accrued(entry.invested, *entry.dividend, entry.dividend_periods, 365, entry.dividend_since);
        if (entry.dividend_in_kind) {
          const Operand there = emit(Op::less, constant(0), entry.invested);
          const Operand growth =
              emit(Op::choose, there, emit(Op::div, emit(Op::add, entry.invested, dividend), entry.invested), constant(1));
          claim.units = emit(Op::mul, claim.units, growth);
          claim.fixed = emit(Op::mul, claim.fixed, growth);
          if (claim.cap) claim.cap = emit(Op::mul, *claim.cap, growth);
        } else {
          claim.fixed = emit(Op::add, claim.fixed, dividend);
          if (claim.cap && !entry.cap_includes_dividends) claim.cap = emit(Op::add, *claim.cap, dividend);
        }
      }
      if (claim.cap) claim.fixed = emit(Op::min, claim.fixed, *claim.cap);
    }
    claims.push_back(std::move(claim));
  }

  // Notes without a choice are debt; SAFEs, and notes with a cap, elect.
  Operand plain_notes = constant(0);
  std::vector<Election> elections;
  for (std::size_t c = 0; c < e.converts.size(); ++c) {
    const Convert& convert = e.converts[c];
    const auto& terms = *convert.terms;
    const bool note = terms.kind == InstrumentKind::note;
    const Operand amount = owed_on(convert);
    if (note && (terms.cap == kNone || terms.converts_if != kNone)) {
      plain_notes = sum(plain_notes, amount);
      continue;
    }
    Election election;
    election.convert = c;
    election.debt = note;
    election.owed = amount;
    election.with_converts =
        note ? terms.base == model::ConversionBase::fully_diluted_with_converts : terms.basis == model::SafeBasis::post_money;
    if (terms.percent != kNone)
      election.part = emit(Op::choose, emit(Op::less, constant(0), amount), field(terms.percent, When::in_setup()), constant(0));
    else if (const auto cap = best_terms(e, c, [&](const Convert& later) { return owed_on(later); }).cap)
      election.part = emit(Op::div, amount, *cap);
    else {
      election.part = constant(0);
      election.converts = constant(0);
    }
    elections.push_back(std::move(election));
  }

  const auto payoff = [&](const Claim& claim, const Operand& v) -> Operand {
    const Operand shared = claim.kind == Entry::Kind::options
                               ? emit(Op::mul, claim.units, emit(Op::max, emit(Op::sub, v, claim.strike), constant(0)))
                               : times(claim.units, v);
    if (claim.kind != Entry::Kind::preferred) return shared;
    if (!claim.participating && !claim.cap) return emit(Op::max, claim.fixed, shared);
    const Operand with = emit(Op::add, claim.fixed, shared);
    return claim.cap ? emit(Op::max, emit(Op::min, with, *claim.cap), shared) : with;
  };
  std::vector<Operand> kinks;
  const auto kink = [&](const Claim& claim, Operand money) {
    const Operand there = emit(Op::less, constant(0), claim.units);
    kinks.push_back(emit(Op::choose, there, emit(Op::div, money, emit(Op::choose, there, claim.units, constant(1))), constant(0)));
  };
  Operand issued = constant(0), preferences = constant(0);
  for (const Claim& claim : claims) {
    issued = sum(issued, claim.units);
    if (claim.kind == Entry::Kind::options) kinks.push_back(claim.strike);
    if (claim.kind != Entry::Kind::preferred) continue;
    preferences = sum(preferences, claim.fixed);
    if (claim.cap) {
      kink(claim, emit(Op::sub, *claim.cap, claim.fixed));
      kink(claim, *claim.cap);
    } else if (!claim.participating) {
      kink(claim, claim.fixed);
    }
  }
  // All payoffs of entries together at each kink; the notes and SAFEs add a fixed amount and units.
  std::vector<Operand> levels;
  for (const Operand& v : kinks) {
    Operand total = constant(0);
    for (const Claim& claim : claims) total = sum(total, payoff(claim, v));
    levels.push_back(total);
  }

  Operand value, left, claimed;
  for (std::size_t pass = 0; pass <= elections.size(); ++pass) {
    // Shares of those that convert: parts of a capitalization that counts them.
    Operand whole = constant(0), own = constant(0), plain = constant(0);
    for (const Election& one : elections) {
      const Operand part = times(one.converts, one.part);
      whole = sum(whole, part);
      if (one.with_converts)
        own = sum(own, part);
      else
        plain = sum(plain, part);
    }
    Operand capitalization = issued;
    if (!elections.empty()) capitalization = emit(Op::div, emit(Op::mul, issued, sum(constant(1), plain)), emit(Op::sub, constant(1), own));
    Operand debt = plain_notes, extra_claims = constant(0), extra_units = constant(0);
    for (Election& one : elections) {
      one.units = times(times(one.converts, one.part), one.with_converts ? capitalization : issued);
      const Operand cash = emit(Op::choose, one.converts, constant(0), one.owed);
      extra_units = sum(extra_units, one.units);
      (one.debt ? debt : extra_claims) = sum(one.debt ? debt : extra_claims, cash);
    }
    left = is_constant_zero(debt) ? after_debt : emit(Op::max, emit(Op::sub, after_debt, debt), constant(0));
    claimed = sum(preferences, extra_claims);
    Operand low = constant(0), low_level = claimed, high = constant(kEndless), high_level = constant(kEndless);
    for (std::size_t j = 0; j < kinks.size(); ++j) {
      const Operand level = sum(sum(levels[j], extra_claims), times(extra_units, kinks[j]));
      const Operand below = emit(Op::less_equal, level, left);
      low = emit(Op::choose, below, emit(Op::max, low, kinks[j]), low);
      low_level = emit(Op::choose, below, emit(Op::max, low_level, level), low_level);
      high = emit(Op::choose, below, high, emit(Op::min, high, kinks[j]));
      high_level = emit(Op::choose, below, high_level, emit(Op::min, high_level, level));
    }
    const Operand enclosed = emit(Op::less, high, constant(kEndless));
    const Operand rise = emit(Op::choose, enclosed, emit(Op::div, emit(Op::sub, high, low), emit(Op::sub, high_level, low_level)),
                              emit(Op::div, constant(1), sum(issued, extra_units)));
    value = emit(Op::max, emit(Op::add, low, emit(Op::mul, emit(Op::sub, left, low_level), rise)), constant(0));
    if (pass == elections.size()) break;
    for (Election& one : elections)
      if (!(one.converts.place == Place::constant && one.converts.value == 0))
        one.converts = both(one.converts, emit(Op::less, one.owed, emit(Op::mul, one.units, value)));
  }

  // Everybody in full; where the preferences are not covered, by rank.
  const auto pay = [&](SlotId to, Operand money) { emit_to(to, Op::copy, choose(leaves, money, slot(to))); };
  for (const Claim& claim : claims) pay(claim.paid, payoff(claim, value));
  std::vector<Claim> ranked;
  for (const Claim& claim : claims)
    if (claim.kind == Entry::Kind::preferred) ranked.push_back(claim);
  for (Election& one : elections) {
    const SlotId paid = e.converts[one.convert].paid_at_exit;
    pay(paid, emit(Op::choose, one.converts, emit(Op::mul, one.units, value), one.owed));
    if (one.debt) continue;
    Claim claim;
    claim.fixed = emit(Op::choose, one.converts, constant(0), one.owed);
    claim.paid = paid;
    ranked.push_back(claim);
  }
  if (!ranked.empty()) {
    const Operand short_of = both(leaves, emit(Op::less, left, claimed));
    guarded(short_of, [&] {
      for (const Claim& claim : claims)
        if (claim.kind != Entry::Kind::preferred) emit_to(claim.paid, Op::copy, constant(0));
      for (const Claim& claim : ranked) {
        Operand before = constant(0), beside = constant(0);
        for (const Claim& other : ranked) {
          before = sum(before, emit(Op::choose, emit(Op::less, other.rank, claim.rank), other.fixed, constant(0)));
          beside = sum(beside, emit(Op::choose, emit(Op::same, other.rank, claim.rank), other.fixed, constant(0)));
        }
        const Operand there = emit(Op::max, emit(Op::sub, left, before), constant(0));
        const Operand part = emit(Op::div, claim.fixed, emit(Op::choose, emit(Op::less, constant(0), beside), beside, constant(1)));
        emit_to(claim.paid, Op::mul, emit(Op::min, there, beside), part);
      }
    });
  }
  // Notes that are debt share what the debt before them leaves.
  Operand notes = plain_notes;
  for (const Election& one : elections)
    if (one.debt) notes = sum(notes, emit(Op::choose, one.converts, constant(0), one.owed));
  if (is_constant_zero(notes)) return;
  const Operand covered =
      emit(Op::choose, emit(Op::less, constant(0), notes),
           emit(Op::div, emit(Op::min, after_debt, notes), emit(Op::choose, emit(Op::less, constant(0), notes), notes, constant(1))),
           constant(0));
  for (std::size_t c = 0; c < e.converts.size(); ++c) {
    const Convert& convert = e.converts[c];
    if (convert.terms->kind != InstrumentKind::note) continue;
    const auto election = std::find_if(elections.begin(), elections.end(), [&](const Election& one) { return one.convert == c; });
    const Operand debt_paid = emit(Op::mul, owed_on(convert), covered);
    if (election == elections.end())
      pay(convert.paid_at_exit, debt_paid);
    else
      pay(convert.paid_at_exit, emit(Op::choose, election->converts, slot(convert.paid_at_exit), debt_paid));
  }
}

}  // namespace warchest::program
