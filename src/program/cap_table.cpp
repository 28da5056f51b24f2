// The cap table over time: what stands at the start, and what a closing does to it.
//
// Entries are declared once: the classes, then for every round that sells shares as many series as it may close. A closing happens
// inside a guard: its price is found (round_root.cpp), its series and the notes that convert in it take their shares, protected series
// their adjustment, the pool its increase. Holders' shares are sums over entries, taken only in months in which something moved.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "program/lowering.h"
#include "text/check.h"

namespace warchest::program {

using model::InstrumentKind;
using model::kNone;
using model::Measure;

namespace {

constexpr double kSharesOfParts = 1e8;  // all shares, where holders are given by parts
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

bool is(const Operand& o, double value) { return o.place == Place::constant && o.value == value; }

}  // namespace

Operand Lowering::sum(Operand a, Operand b) {
  if (is(a, 0)) return b;
  return is(b, 0) ? a : emit(Op::add, a, b);
}
Operand Lowering::less(Operand a, Operand b) { return is(b, 0) ? a : emit(Op::sub, a, b); }
Operand Lowering::times(Operand a, Operand b) {
  if (is(a, 0) || is(b, 0)) return constant(0);
  if (is(a, 1)) return b;
  return is(b, 1) ? a : emit(Op::mul, a, b);
}
Operand Lowering::over(Operand a, Operand b) {
  if (is(a, 0)) return a;
  return is(b, 1) ? a : emit(Op::div, a, b);
}

// Days from the first of the start's month to the first of the month; interest and dividends count them.
Operand Lowering::day_number(std::int32_t lag) {
  using namespace std::chrono;
  const auto first = [&](std::int32_t month) {
    return sys_days{year_month{year{model_.settings.start_year}, std::chrono::month{static_cast<unsigned>(model_.settings.start_month)}} /
                        1 +
                    std::chrono::months{month}};
  };
  std::vector<double> days;
  for (std::int32_t t = 0; t < months_; ++t) days.push_back(static_cast<double>((first(t - lag) - first(0)).count()));
  return schedule_of(std::move(days));
}

// The day of the month, or of what is being settled.
Operand Lowering::today() { return settling_ ? settling_->day : day_number(0); }

// Simple: amount * rate * days / year. Compounded: whole periods only (equity/interest.h).
Operand Lowering::accrued(Operand amount, Operand rate, int periods, double year, Operand since) {
  const Operand years = emit(Op::mul, emit(Op::max, emit(Op::sub, today(), since), constant(0)), constant(1 / year));
  if (periods == 0) return emit(Op::mul, emit(Op::mul, amount, rate), years);
  // A whole number of years in days may fall just short of itself: a millionth of a period is forgiven.
  const Operand whole = emit(Op::floor, emit(Op::add, emit(Op::mul, years, constant(periods)), constant(1e-6)));
  const Operand factor = emit(Op::power, emit(Op::add, constant(1), emit(Op::mul, rate, constant(1.0 / periods))), whole);
  return emit(Op::mul, amount, emit(Op::sub, factor, constant(1)));
}

bool Lowering::is_convert(std::uint32_t r) const {
  const auto kind = model_.rounds[r].instrument.kind;
  return model_.rounds[r].instrument_given && (kind == InstrumentKind::safe || kind == InstrumentKind::note);
}

bool Lowering::sells_shares(std::uint32_t r) const {
  const auto kind = model_.rounds[r].instrument.kind;
  const auto& round = model_.rounds[r];
  const bool priced = round.asks != kNone || round.pre_money != kNone || round.post_money != kNone;
  return priced && (kind == InstrumentKind::preferred || kind == InstrumentKind::common);
}

int Lowering::most_closings(std::uint32_t r) {
  const auto& round = model_.rounds[r];
  if (round.closed != kNone) return 1;
  const auto repeats = round.repeats == kNone ? std::nullopt : known_def(round.repeats);
  return static_cast<int>(std::clamp(repeats.value_or(double(months_)), 0.0, double(months_)));
}

CompanyEquity& Lowering::equity(CompanyId id) {
  CompanyEquity& e = equities_[id];
  if (e.declared) return e;
  e.declared = true;
  const std::string& name = model_.companies[id].name;
  const auto state = [&](const char* what) { return new_slot(Keep::state, name + "." + what); };
  e.shares = state("shares_now");
  e.unissued = state("unissued");
  e.top_rank = state("top_rank");
  e.post_money_state = state("post_money_now");
  e.last_post_money = history(name + ".last_post_money");
  e.shares_history = history(name + ".shares");
  declare_classes(id);
  declare_notes(id);
  declare_series(id);
  declare_grants(id);
  return e;
}

// The table of the start. Holders by parts share one class of common.
void Lowering::declare_classes(CompanyId id) {
  CompanyEquity& e = equities_[id];
  const auto& company = model_.companies[id];
  in_main(program_.setup, [&] {
    const auto amount = [&](DefId d, double otherwise) { return d == kNone ? constant(otherwise) : field(d, When::in_setup()); };
    Operand unissued = constant(0), all = constant(0), top = constant(1);
    Entry parts;
    parts.name = company.name + ".common";
    Operand given = constant(0);
    for (const std::uint32_t h : company.holders) {
      const auto& holder = model_.holders[h];
      if (holder.kind == model::Holder::Kind::pool) e.pool_parts.push_back({h, constant(1)});
      if (holder.owns != kNone) {
        const Operand part = field(holder.owns, When::in_setup());
        parts.parts.push_back({h, part});
        given = sum(given, part);
      }
    }
    for (const std::uint32_t h : company.holders) {
      const auto kind = model_.holders[h].kind;
      if (kind == model::Holder::Kind::existing) parts.parts.push_back({h, constant(1)});
      if (kind == model::Holder::Kind::others) parts.parts.push_back({h, emit(Op::sub, constant(1), given)});
    }
    if (!parts.parts.empty()) {
      parts.units = parts.opening_units = constant(kSharesOfParts);
      parts.may_be_empty = false;
      all = parts.units;
      e.entries.push_back(std::move(parts));
    }
    bool first_rank = true;
    for (const std::uint32_t c : company.classes) {
      const auto& cls = model_.classes[c];
      const auto& terms = cls.is;
      Entry entry;
      entry.name = cls.name;
      entry.may_be_empty = false;
      Operand shares = constant(0);
      for (const std::uint32_t h : company.holders)
        for (const auto& [of, count] : model_.holders[h].holds)
          if (of == c) {
            entry.parts.push_back({h, field(count, When::in_setup())});
            shares = sum(shares, entry.parts.back().part);
          }
      for (Part& part : entry.parts) part.part = emit(Op::div, part.part, shares);
      entry.units = shares;
      if (terms.kind == InstrumentKind::options || terms.kind == InstrumentKind::warrants) {
        entry.kind = Entry::Kind::options;
        entry.price = amount(terms.strike, 0);
        e.options = sum(e.options, shares);
        if (terms.kind == InstrumentKind::options) e.plan = sum(e.plan, shares);
        unissued = sum(unissued, amount(terms.unissued, 0));
      } else if (terms.kind == InstrumentKind::preferred) {
        entry.kind = Entry::Kind::preferred;
        const Operand price = amount(terms.price, 0);
        entry.invested = times(shares, price);
        entry.price = terms.conversion_price == kNone ? price : field(terms.conversion_price, When::in_setup());
        if (terms.conversion_price != kNone) entry.units = over(entry.invested, entry.price);
        entry.liquidation = amount(terms.liquidation, 1);
        entry.participating = terms.participating;
        if (terms.participation_cap != kNone) entry.cap = field(terms.participation_cap, When::in_setup());
        entry.rank = amount(terms.seniority, 1);
        entry.protection = terms.anti_dilution;
        if (terms.dividend != kNone) {
          entry.dividend = emit(Op::mul, field(terms.dividend, When::in_setup()), constant(12));
          entry.dividend_periods = terms.dividend_periods;
          entry.dividend_in_kind = terms.dividend_in_kind;
          entry.cap_includes_dividends = terms.cap_includes_dividends;
          // The class may be older than the model: days before the start count as they are.
          if (terms.dividend_since != kNone) {
            const double month = known_or(terms.dividend_since, 0);
            entry.dividend_since = constant(days_to(month));
          }
        }
        top = first_rank ? entry.rank : emit(Op::min, top, entry.rank);
        first_rank = false;
      }
      all = sum(all, entry.units);
      entry.opening_units = entry.units;
      // A protected class moves with a cheaper issue: its units and its price are states.
      if (entry.protection != model::AntiDilution::none) {
        const auto moving = [&](Operand& value, const char* what) {
          const SlotId s = new_slot(Keep::state, cls.name + "." + what);
          emit_to(s, Op::copy, value);
          value = slot(s);
        };
        moving(entry.units, "as_converted");
        moving(entry.price, "conversion_price");
      }
      e.entries.push_back(std::move(entry));
    }
    all = sum(all, unissued);
    e.opening_shares = all;
    emit_to(e.shares, Op::copy, all);
    emit_to(e.unissued, Op::copy, unissued);
    emit_to(e.top_rank, Op::copy, top);
    e.opening_rank = top;
    const Operand opening = amount(company.opening_post_money, kMissing);
    emit_to(e.post_money_state, Op::copy, opening);
    set_row(e.last_post_money, -1, opening);
    set_row(e.shares_history, -1, all);
  });
}

// Days from the start to a month that may be a broken number: its whole part is the month, the rest the way through it.
double Lowering::days_to(double month) const {
  using namespace std::chrono;
  const auto first = [&](std::int32_t m) {
    return sys_days{year_month{year{model_.settings.start_year}, std::chrono::month{static_cast<unsigned>(model_.settings.start_month)}} /
                        1 +
                    std::chrono::months{m}};
  };
  return static_cast<double>((first(static_cast<std::int32_t>(std::floor(month))) - first(0)).count());
}

namespace {

void terms_of(Entry& entry, const model::Instrument& terms) {
  entry.kind = terms.kind == InstrumentKind::common ? Entry::Kind::common : Entry::Kind::preferred;
  entry.participating = terms.participating;
  entry.protection = terms.kind == InstrumentKind::common ? model::AntiDilution::none : terms.anti_dilution;
  entry.dividend_periods = terms.dividend_periods;
  entry.dividend_in_kind = terms.dividend_in_kind;
  entry.cap_includes_dividends = terms.cap_includes_dividends;
}

}  // namespace

// A series for every closing that a round may have, empty until it comes; and, for every note or SAFE that it may convert, one beside it.
void Lowering::declare_series(CompanyId id) {
  CompanyEquity& e = equities_[id];
  const auto empty = [&](Entry& entry, const std::string& name) {
    entry.name = name;
    const auto state = [&](const char* what) {
      const SlotId s = new_slot(Keep::state, name + "." + what);
      in_main(program_.setup, [&] { emit_to(s, Op::copy, constant(0)); });
      return slot(s);
    };
    entry.units = state("as_converted");
    if (entry.kind == Entry::Kind::common) return;
    entry.invested = state("invested");
    entry.rank = state("rank");
    if (entry.protection != model::AntiDilution::none) entry.price = state("conversion_price");
    if (entry.dividend) entry.dividend_since = state("issued");
  };
  const auto with_terms = [&](const model::Instrument& terms) {
    Entry entry;
    terms_of(entry, terms);
    in_main(program_.setup, [&] {
      if (terms.liquidation != kNone) entry.liquidation = field(terms.liquidation, When::in_setup());
      if (terms.participation_cap != kNone) entry.cap = field(terms.participation_cap, When::in_setup());
      if (terms.dividend != kNone) entry.dividend = emit(Op::mul, field(terms.dividend, When::in_setup()), constant(12));
    });
    return entry;
  };
  for (const std::uint32_t r : model_.companies[id].rounds) {
    if (!rounds_[r].here || !sells_shares(r)) continue;
    const int closings = most_closings(r);
    auto& s = rounds_[r];
    s.first_entry = e.entries.size();
    // Where one round alone sells shares its series rank in the order in which it closes.
    const auto sells = [&](std::uint32_t other) { return rounds_[other].here && sells_shares(other); };
    const bool alone = std::count_if(model_.companies[id].rounds.begin(), model_.companies[id].rounds.end(), sells) == 1;
    const bool ranked = alone && e.opening_rank.place == Place::constant;
    const double step = model_.rounds[r].instrument.order == model::Seniority::senior ? 1 : 0;
    for (int k = 0; k < closings; ++k) {
      Entry entry = with_terms(model_.rounds[r].instrument);
      empty(entry, model_.rounds[r].name + (closings > 1 ? "#" + std::to_string(k + 1) : ""));
      entry.cheque = Cheque{zero_state(entry.name + ".cheque"), zero_state(entry.name + ".cheque_day")};
      entry.parts = declare_parts(r, entry.name);
      if (ranked) entry.rank = constant(e.opening_rank.value - step * (k + 1));
      e.entries.push_back(std::move(entry));
    }
    for (std::size_t c = 0; c < e.converts.size(); ++c) {
      if (e.converts[c].terms->converts_if != kNone || e.converts[c].round == r) continue;
      Entry entry = with_terms(model_.rounds[r].instrument);
      empty(entry, model_.rounds[e.converts[c].round].name + " in " + model_.rounds[r].name);
      entry.parts = e.converts[c].parts;
      e.converts[c].becomes.push_back({r, e.entries.size()});
      e.entries.push_back(std::move(entry));
    }
  }
  // By their own terms, outside a round, they become common.
  for (Convert& convert : e.converts) {
    if (convert.terms->kind != InstrumentKind::note || (convert.terms->converts_if == kNone && convert.terms->by == kNone)) continue;
    Entry entry;
    empty(entry, model_.rounds[convert.round].name + " as shares");
    entry.parts = convert.parts;
    convert.becomes.push_back({kNone, e.entries.size()});
    e.entries.push_back(std::move(entry));
  }
}

Operand Lowering::zero_state(const std::string& name) {
  const SlotId made = new_slot(Keep::state, name);
  in_main(program_.setup, [&] { emit_to(made, Op::copy, constant(0)); });
  return slot(made);
}

// What a round is priced at, before its money.
Operand Lowering::pre_money(std::uint32_t r, Operand amount, Operand post_money_before) {
  const auto& round = model_.rounds[r];
  const When past = When::before(1);
  moment_post_money_ = MomentPostMoney{round.company, post_money_before};
  Operand result;
  if (round.post_money != kNone)
    result = emit(Op::sub, field(round.post_money, past), amount);
  else
    result = field(round.pre_money != kNone ? round.pre_money : round.asks, past);
  moment_post_money_.reset();
  return result;
}

// Money in a book, or a pro rata right, makes the parts of each closing its own.
bool Lowering::parts_vary(std::uint32_t r) const {
  const auto& round = model_.rounds[r];
  return meets_market(r) || !round.pro_rata.empty() || std::any_of(round.book.begin(), round.book.end(), [](const auto& entry) { return entry.money != kNone; });
}

// Whose a series will be: the same at every closing, or states that each closing writes.
std::vector<Part> Lowering::declare_parts(std::uint32_t r, const std::string& name) {
  std::vector<Part> parts;
  if (meets_market(r)) {  // in the order of market_parts
    number_investors();
    for (const std::uint32_t i : market_.investors)
      if (const std::uint32_t holder = holder_of(i, model_.rounds[r].company); holder != kNone)
        parts.push_back({holder, zero_state(name + " to " + model_.holders[holder].name)});
    return parts;
  }
  in_main(program_.setup, [&] { parts = book_parts(r, constant(1)); });
  if (!parts_vary(r)) return parts;
  for (const std::uint32_t h : model_.rounds[r].pro_rata) parts.push_back({h, constant(0)});
  for (Part& part : parts) part.part = zero_state(name + " to " + model_.holders[part.holder].name);
  return parts;
}

// Who puts in what part of the amount: the book in its order, each up to what is left; then the rest; then the round's own buyers.
std::vector<Part> Lowering::book_parts(std::uint32_t r, Operand amount) {
  if (meets_market(r)) return market_parts(r);
  const auto& round = model_.rounds[r];
  std::vector<Part> parts;
  Operand left = constant(1);
  std::optional<std::size_t> rest;
  for (const auto& entry : round.book) {
    Part part{entry.holder, constant(0)};
    if (entry.money == kNone && entry.part == kNone) {
      rest = parts.size();
    } else {
      const Operand wanted = entry.part != kNone ? field(entry.part, When::in_setup())
                                                 : emit(Op::div, field(entry.money, When::in_setup()), emit(Op::max, amount, constant(1e-300)));
      part.part = emit(Op::min, wanted, left);
      left = emit(Op::sub, left, part.part);
    }
    parts.push_back(part);
  }
  if (rest) {
    parts[*rest].part = left;
  } else {
    for (const std::uint32_t h : model_.companies[round.company].holders)
      if (model_.holders[h].kind == model::Holder::Kind::buyers && model_.holders[h].round == r) parts.push_back({h, left});
  }
  return parts;
}

// Everything that moves shares in the month, in the order of LANGUAGE.md, section 6: notes (step 5), closings (step 6).
void Lowering::ensure_equity(CompanyId id) {
  CompanyEquity& e = equity(id);
  if (e.done) return;
  WARCHEST_CHECK(!e.going, "a cap table needs its own month: " + model_.companies[id].name);
  ensure_company(id);
  e.going = true;
  in_main(program_.month, [&] {
    Operand changed = constant(0);
    const auto also = [&](Operand mask) { changed = is(changed, 0) ? mask : is(mask, 0) ? changed : emit(Op::either, changed, mask); };
    also(end_warrants(id));
    for (Convert& convert : e.converts) {
      if (is(convert.converting, 0)) continue;
      const Operand gone = emit(Op::less, constant(0), convert.converting);
      convert_by_terms(id, convert, convert.converting, gone);
      also(gone);
    }
    for (const std::uint32_t r : model_.companies[id].rounds) {
      auto& s = rounds_[r];
      if (!s.here || model_.rounds[r].before_start) continue;
      if (sells_shares(r)) {
        Closing closing;
        closing.round = r;
        closing.happens = s.closes_now;
        closing.amount = meets_market(r) ? slot(s.cleared) : slot(s.amount);
        closing.day = day_number(0);
        closing.number = slot(s.count);
        closing.last = most_closings(r) - 1;
        if (closing.last < 0) continue;
        if (model_.rounds[r].closed == kNone) closing.attempt = emit(Op::sub, slot(s.attempts), constant(1));
        close_priced(id, closing);
        also(s.closes_now);
      } else if (is_convert(r)) {
        close_convert(id, r, s.closes_now, meets_market(r) ? s.cleared : s.amount);
      }
    }
    also(grant_warrants(id));
    e.changed = changed;
    emit_to(e.last_post_money, Op::copy, slot(e.post_money_state));
    emit_to(e.shares_history, Op::copy, slot(e.shares));
  });
  e.going = false;
  e.done = true;
}

void Lowering::declare_price(std::uint32_t r) {
  auto& s = rounds_[r];
  if (s.price_now != kNoSlot) return;
  const auto state = [&](const char* what) {
    const SlotId made = new_slot(Keep::state, model_.rounds[r].name + "." + what);
    in_main(program_.setup, [&] { emit_to(made, Op::copy, constant(kMissing)); });
    return made;
  };
  s.price_now = state("price_now");
  s.pre_money_now = state("pre_money_now");
  s.post_money_now = state("post_money_now");
}

// One closing of a round that sells shares.
void Lowering::close_priced(CompanyId id, const Closing& closing) {
  CompanyEquity& e = equities_[id];
  const std::uint32_t r = closing.round;
  const auto& round = model_.rounds[r];
  auto& s = rounds_[r];
  declare_price(r);
  guarded(closing.happens, [&] {
    if (round.closed == kNone) attempt_ = Attempt{r, closing.attempt};
    const Operand amount = emit(Op::max, closing.amount, constant(0));
    const Operand before = meets_market(r) ? slot(s.market_price) : pre_money(r, amount, slot(e.post_money_state));
    attempt_.reset();
    const RoundRoot root = solve_round(id, closing, amount, before);
    const Operand sold = emit(Op::mul, amount, root.shares_per_dollar);
    const Operand post = emit(Op::add, before, amount);
    emit_to(s.price_now, Op::div, constant(1), root.shares_per_dollar);
    emit_to(s.pre_money_now, Op::copy, before);
    emit_to(s.post_money_now, Op::copy, post);
    emit_to(e.post_money_state, Op::copy, post);
    std::vector<Part> parts;
    if (parts_vary(r)) {
      parts = book_parts(r, amount);
      take_pro_rata(id, r, root, parts);
    }
    // Rank: above all, or beside the most senior there is.
    const bool preferred = round.instrument.kind == InstrumentKind::preferred;
    if (preferred && round.instrument.order == model::Seniority::senior) emit_to(e.top_rank, Op::sub, slot(e.top_rank), constant(1));
    const Operand rank = slot(e.top_rank);
    for (const auto& [index, units] : root.protected_units) emit_protection(e.entries[index], units);
    for (int k = closing.first; k <= closing.last; ++k) {
      Entry& entry = e.entries[s.first_entry + static_cast<std::size_t>(k)];
      const Operand here = closing.first == closing.last ? constant(1) : emit(Op::same, closing.number, constant(k + 1.0));
      const auto put = [&](const Operand& target, Operand value) { emit_to(target.index, Op::copy, choose(here, value, target)); };
      put(entry.units, sold);
      if (preferred) {
        put(entry.invested, amount);
        if (entry.rank.place == Place::slot) put(entry.rank, rank);
        if (entry.protection != model::AntiDilution::none) put(entry.price, slot(s.price_now));
        if (entry.dividend) put(entry.dividend_since, closing.day);
      }
      put(entry.cheque->money, amount);
      put(entry.cheque->day, closing.day);
      for (std::size_t i = 0; i < parts.size(); ++i) put(entry.parts[i].part, parts[i].part);
    }
    for (const auto& [c, units] : root.converts) take_shares(e, e.converts[c], r, units, rank, preferred, closing.day);
    emit_to(e.unissued, Op::copy, root.unissued);
    emit_to(e.shares, Op::copy, root.everything);
    price_warrants(id, root.shares_per_dollar);
  });
}

void Lowering::emit_protection(Entry& entry, Operand units) {
  // As converted shares rise as the conversion price falls: what was invested is their product.
  const Operand there = emit(Op::less, constant(0), units);
  emit_to(entry.price.index, Op::div, emit(Op::mul, entry.price, entry.units), emit(Op::choose, there, units, constant(1)));
  emit_to(entry.units.index, Op::copy, units);
}

// A note or SAFE takes the shares of its conversion: a shadow of the round's series, whose preference is what it brought.
void Lowering::take_shares(CompanyEquity& e, Convert& convert, std::uint32_t r, Operand units, Operand rank, bool preferred, Operand day) {
  const auto at = std::find_if(convert.becomes.begin(), convert.becomes.end(), [&](const auto& b) { return b.first == r; });
  Entry& entry = e.entries[at->second];
  const Operand owed = slot(convert.owing);
  const Operand out = emit(Op::less, constant(0), owed);
  const auto put = [&](const Operand& target, Operand value) { emit_to(target.index, Op::copy, choose(out, value, target)); };
  put(entry.units, units);
  if (preferred) {
    put(entry.invested, owed);
    put(entry.rank, rank);
    if (entry.protection != model::AntiDilution::none) put(entry.price, emit(Op::div, owed, units));
    if (entry.dividend) put(entry.dividend_since, day);
  }
  emit_to(convert.taken, Op::copy, emit(Op::either, slot(convert.taken), out));
  emit_to(convert.owing, Op::copy, constant(0));
}

// Holders with a pro rata right buy their part of the Company Capitalization out of what the book leaves open.
void Lowering::take_pro_rata(CompanyId id, std::uint32_t r, const RoundRoot& root, std::vector<Part>& parts) {
  const auto& round = model_.rounds[r];
  if (round.pro_rata.empty()) return;
  CompanyEquity& e = equities_[id];
  const auto open = std::find_if(parts.rbegin(), parts.rend(), [&](const Part& part) {
    return model_.holders[part.holder].kind == model::Holder::Kind::buyers ||
           std::any_of(round.book.begin(), round.book.end(),
                       [&](const auto& b) { return b.holder == part.holder && b.money == kNone && b.part == kNone; });
  });
  if (open == parts.rend()) return;
  const std::size_t rest = static_cast<std::size_t>(parts.rend() - open) - 1;
  Operand left = parts[rest].part;
  for (const std::uint32_t h : round.pro_rata) {
    const Operand owned = emit(Op::div, holder_sum(e, h, true), root.outstanding_before);
    const Operand taken = emit(Op::min, owned, left);
    left = emit(Op::sub, left, taken);
    parts.push_back({h, taken});
  }
  parts[rest].part = left;
}

// The shares of a holder, or what its entries were paid, over all entries.
Operand Lowering::holder_sum(const CompanyEquity& e, std::uint32_t holder, bool units) {
  Operand total = constant(0);
  for (const Entry& entry : e.entries)
    for (const Part& part : entry.parts)
      if (part.holder == holder) total = sum(total, times(part.part, units ? entry.units : entry.paid));
  if (units)
    for (const Part& part : e.pool_parts)
      if (part.holder == holder) total = sum(total, slot(e.unissued));
  return total;
}

}  // namespace warchest::program
