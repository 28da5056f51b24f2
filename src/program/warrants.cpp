// Warrants of a lender: rights to common that a facility grants with its draws, or once on its limit.
//
// Coverage over strike is how many. The strike is a price, or that of the last round, or that of the next one: then the money covered
// waits, and the round that comes counts what it makes before its money (round_root.cpp). Draws at different prices give warrants of
// different strikes, so a grant has an entry for each price that a share may have, of which there is one at the start and one for
// every closing; one entry does where the strike is given, or all is granted at once.
//
// At its term a warrant is exercised without cash where the last price P is above its strike K: n (P - K) / P shares of common stay. What
// was granted in a month is kept, so that each has its own term. Who has stopped or left grants nothing and loses nothing.
#include <algorithm>
#include <cmath>
#include <limits>

#include "program/lowering.h"
#include "text/check.h"

namespace warchest::program {

using model::kNone;
using model::StrikeAt;

namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr double kUsualTerm = 120;  // months

}  // namespace

// How often a round may set a price.
int Lowering::prices_of_shares(CompanyId id) {
  int prices = 0;
  for (const std::uint32_t r : model_.companies[id].rounds)
    if (rounds_[r].here && !model_.rounds[r].before_start && sells_shares(r)) prices += most_closings(r);
  return prices;
}

bool Lowering::draws_once(std::uint32_t f) const {
  const auto& facility = model_.facilities[f];
  if (facility.draw_on == kNone || facility.draw_when != kNone || facility.gearing != kNone) return false;
  const auto& all = model_.facilities;
  return std::none_of(all.begin(), all.end(), [&](const model::Facility& other) { return other.refinanced_by == f; });
}

void Lowering::declare_grants(CompanyId id) {
  CompanyEquity& e = equities_[id];
  const auto& company = model_.companies[id];
  const bool opens = company.opening_post_money != kNone;
  const int rounds = prices_of_shares(id);
  const auto entry_of = [&](const std::string& name, Entry::Kind kind, std::uint32_t holder) {
    Entry entry;
    entry.kind = kind;
    entry.name = name;
    entry.units = zero_state(name + ".shares");
    entry.parts = {{holder, constant(1)}};
    e.entries.push_back(std::move(entry));
    return e.entries.size() - 1;
  };
  for (const std::uint32_t f : company.facilities) {
    const auto& warrants = model_.facilities[f].warrants;
    if (!facilities_[f].here || !warrants.given()) continue;
    for (const bool on_limit : {true, false}) {
      if ((on_limit ? warrants.of_limit : warrants.of_draws) == kNone) continue;
      Grant grant;
      grant.facility = f;
      grant.on_limit = on_limit;
      const std::string name = model_.facilities[f].name + (on_limit ? ".warrants_on_limit" : ".warrants");
      const bool from_start = warrants.at == StrikeAt::last_price && opens;
      const int prices = rounds + (from_start ? 1 : 0);
      if (warrants.at != StrikeAt::price && prices == 0) continue;  // in this case no share ever has a price
      grant.by_price = warrants.at != StrikeAt::price && !on_limit && !draws_once(f) && prices > 1;
      grant.first_price = from_start ? 0 : 1;
      const double term = warrants.term == kNone ? kUsualTerm : std::max(1.0, std::round(known_or(warrants.term, kUsualTerm)));
      if (term < months_) grant.months = static_cast<int>(term);
      const int entries = grant.by_price ? prices : 1;
      for (int k = 0; k < entries; ++k) {
        const std::string of = entries == 1 ? name : name + "#" + std::to_string(k + 1);
        grant.entries.push_back(entry_of(of, Entry::Kind::options, warrants.holder));
        Operand& strike = e.entries.back().price;
        if (warrants.at == StrikeAt::price)
          in_main(program_.setup, [&] { strike = field(warrants.strike, When::in_setup()); });
        else
          strike = zero_state(of + ".strike");
        if (grant.months == 0) continue;
        grant.granted.push_back(zero_state(of + ".granted").index);
        grant.history.push_back(history(of + ".granted"));
        set_row(grant.history.back(), -1, constant(0));
      }
      if (grant.months != 0) grant.exercised = entry_of(name + " exercised", Entry::Kind::common, warrants.holder);
      if (warrants.at == StrikeAt::next_price || (warrants.at == StrikeAt::last_price && !opens)) {
        grant.promised = zero_state(name + ".promised").index;
        Entry waits;
        waits.kind = Entry::Kind::options;
        waits.name = name + " promised";
        waits.parts = {{warrants.holder, constant(1)}};
        waits.covered = grant.promised;
        e.entries.push_back(std::move(waits));
        grant.at_exit = e.entries.size() - 1;
      }
      e.grants.push_back(std::move(grant));
    }
  }
  if (e.grants.empty()) return;
  e.share_price = new_slot(Keep::state, company.name + ".share_price");
  e.prices = zero_state(company.name + ".prices").index;
  in_main(program_.setup, [&] {
    const Operand opening = row(e.last_post_money, -1);
    emit_to(e.share_price, Op::copy, opens ? emit(Op::div, opening, e.opening_shares) : constant(kMissing));
  });
}

// Into the entry of the price that the last round has set.
void Lowering::add_warrants(CompanyEquity& e, const Grant& grant, Operand units, Operand price) {
  for (std::size_t k = 0; k < grant.entries.size(); ++k) {
    const Entry& entry = e.entries[grant.entries[k]];
    const double number = grant.first_price + static_cast<double>(k);
    const Operand here = grant.by_price ? emit(Op::same, slot(e.prices), constant(number)) : constant(1);
    const Operand more = choose(here, units, constant(0));
    emit_to(entry.units.index, Op::add, entry.units, more);
    if (model_.facilities[grant.facility].warrants.at != StrikeAt::price) {
      const Operand some = emit(Op::less, constant(0), more);
      emit_to(entry.price.index, Op::choose, some, price, entry.price);
    }
    if (grant.months != 0) emit_to(grant.granted[k], Op::add, slot(grant.granted[k]), more);
  }
}

// Step 6, at a closing, inside its guard: what waited for this price has it. The shares are in the round's count already.
void Lowering::price_warrants(CompanyId id, Operand shares_per_dollar) {
  CompanyEquity& e = equities_[id];
  if (e.grants.empty()) return;
  const Operand price = emit(Op::div, constant(1), shares_per_dollar);
  emit_to(e.share_price, Op::copy, price);
  emit_to(e.prices, Op::add, slot(e.prices), constant(1));
  for (const Grant& grant : e.grants) {
    if (grant.promised == kNoSlot) continue;
    add_warrants(e, grant, emit(Op::mul, slot(grant.promised), shares_per_dollar), price);
    emit_to(grant.promised, Op::copy, constant(0));
  }
}

// After step 7: what the month's draws bring the lender, or the signing.
Operand Lowering::grant_warrants(CompanyId id) {
  CompanyEquity& e = equities_[id];
  Operand any = constant(0);
  for (const Grant& grant : e.grants) {
    const auto& facility = model_.facilities[grant.facility];
    const auto& warrants = facility.warrants;
    const auto& s = facilities_[grant.facility];
    const Operand money = grant.on_limit ? field(facility.limit, When::now()) : slot(s.drawn);
    Operand happens = both(may_raise(id), emit(Op::less, constant(0), money));
    if (grant.on_limit) {
      Operand when = constant(0);
      if (warrants.signed_on != kNone) when = emit(Op::floor, field(warrants.signed_on, When::now()));
      happens = both(both(happens, s.available), emit(Op::same, when, month_number(0)));
    }
    guarded(happens, [&] {
      const Operand covered = emit(Op::mul, money, field(grant.on_limit ? warrants.of_limit : warrants.of_draws, When::now()));
      if (warrants.at == StrikeAt::next_price) return emit_to(grant.promised, Op::add, slot(grant.promised), covered);
      const Operand price = warrants.at == StrikeAt::price ? e.entries[grant.entries[0]].price : slot(e.share_price);
      const Operand there = emit(Op::less, constant(0), price);
      const Operand units = emit(Op::choose, there, emit(Op::div, covered, emit(Op::choose, there, price, constant(1))), constant(0));
      add_warrants(e, grant, units, price);
      emit_to(e.shares, Op::add, slot(e.shares), units);
      if (grant.promised != kNoSlot) emit_to(grant.promised, Op::add, slot(grant.promised), emit(Op::choose, there, constant(0), covered));
    });
    any = is_constant_zero(any) ? happens : emit(Op::either, any, happens);
  }
  for (const Grant& grant : e.grants)
    for (std::size_t k = 0; k < grant.history.size(); ++k) emit_to(grant.history[k], Op::copy, slot(grant.granted[k]));
  return any;
}

// Before anything else of the month: what has come to its term becomes the shares that its worth above the strike buys, or nothing.
Operand Lowering::end_warrants(CompanyId id) {
  CompanyEquity& e = equities_[id];
  Operand any = constant(0);
  for (const Grant& grant : e.grants)
    for (std::size_t k = 0; k < grant.history.size(); ++k) {
      const Entry& entry = e.entries[grant.entries[k]];
      emit_to(grant.granted[k], Op::copy, constant(0));
      const Operand over = read(grant.history[k], When::before(grant.months));
      const Operand ends = both(may_raise(id), emit(Op::less, constant(0), over));
      guarded(ends, [&] {
        const Operand price = slot(e.share_price), gain = emit(Op::sub, price, entry.price);
        const Operand worth = emit(Op::less, constant(0), gain);
        const Operand kept = emit(Op::choose, worth, emit(Op::div, emit(Op::mul, over, gain), price), constant(0));
        const Operand common = e.entries[grant.exercised].units;
        emit_to(entry.units.index, Op::max, emit(Op::sub, entry.units, over), constant(0));
        emit_to(common.index, Op::add, common, kept);
        emit_to(e.shares, Op::add, emit(Op::sub, slot(e.shares), over), kept);
      });
      any = is_constant_zero(any) ? ends : emit(Op::either, any, ends);
    }
  return any;
}

Operand Lowering::promised_warrants(const CompanyEquity& e) {
  Operand total = constant(0);
  for (const Grant& grant : e.grants)
    if (grant.promised != kNoSlot) total = sum(total, slot(grant.promised));
  return total;
}

Operand Lowering::warrants_out(const CompanyEquity& e) {
  Operand total = constant(0);
  for (const Grant& grant : e.grants)
    for (const std::size_t entry : grant.entries) total = sum(total, e.entries[entry].units);
  return total;
}

Operand Lowering::warrants_paid(std::uint32_t f) {
  const CompanyEquity& e = equities_[model_.facilities[f].company];
  Operand total = constant(0);
  for (const Grant& grant : e.grants) {
    if (grant.facility != f) continue;
    for (const std::size_t entry : grant.entries) total = sum(total, e.entries[entry].paid);
    if (grant.months != 0) total = sum(total, e.entries[grant.exercised].paid);
    if (grant.promised != kNoSlot) total = sum(total, e.entries[grant.at_exit].paid);
  }
  return total;
}

}  // namespace warchest::program
