// Who pays: between the first and the second part of the companies' months stands one operation, which serves all rounds that are due
// (market/service.h holds the rules; Program::Market says what it is handed).
//
// What a round brings to the market is written behind a guard, on the few paths where it is due: what it asks, its floor, what its
// insiders own, who wants it. The purses of the investors, what they paid and whom they promised what live in the engine, path by path.
// Where a company's shares need a table (Company::plain_shares) it is kept month by month, since who is in depends on it.
#include <algorithm>
#include <cmath>
#include <limits>

#include "market/investor.h"
#include "market/round.h"
#include "program/lowering.h"
#include "text/check.h"

namespace warchest::program {

using model::InstrumentKind;
using model::kEndless;
using model::kNone;

namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr double kOneYear = 12;

}  // namespace

bool Lowering::meets_market(std::uint32_t r) const { return model_.rounds[r].meets_market && rounds_[r].here; }

bool Lowering::meets_market_of(CompanyId id) const {
  const auto& rounds = model_.companies[id].rounds;
  return std::any_of(rounds.begin(), rounds.end(), [&](std::uint32_t r) { return meets_market(r); });
}

// Investors in the order of their names, so that no order of writing shows; those that the case goes without are not there.
void Lowering::number_investors() {
  if (!market_.number.empty()) return;
  market_.number.assign(model_.investors.size(), kNone);
  for (std::uint32_t i = 0; i < model_.investors.size(); ++i) {
    const auto& without = case_.without_investors;
    if (std::find(without.begin(), without.end(), i) == without.end()) market_.investors.push_back(i);
  }
  std::sort(market_.investors.begin(), market_.investors.end(),
            [&](std::uint32_t a, std::uint32_t b) { return model_.investors[a].name < model_.investors[b].name; });
  for (std::uint32_t k = 0; k < market_.investors.size(); ++k) market_.number[market_.investors[k]] = k;
}

std::uint32_t Lowering::holder_of(std::uint32_t investor, CompanyId id) const {
  for (const auto& [company, holder] : model_.investors[investor].holders)
    if (company == id) return holder;
  return kNone;
}

void Lowering::ensure_market() {
  if (market_.done) return;
  WARCHEST_CHECK(!market_.going, "the market needs its own month");
  market_.going = true;
  number_investors();
  std::vector<CompanyId> asking;
  for (CompanyId id = 0; id < companies_.size(); ++id)
    if (meets_market_of(id)) asking.push_back(id);
  for (const CompanyId id : asking) begin_month(id);
  Market market;
  in_main(program_.month, [&] {
    market.mood = model_.mood == kNone ? constant(1) : field(model_.mood, When::now());
    for (const std::uint32_t i : market_.investors) market.investors.push_back(purse_of(model_.investors[i]));
    for (CompanyId id = 0; id < companies_.size(); ++id) {
      const bool asks = meets_market_of(id);
      if (!asks && !pays_investors(id)) continue;
      market_.company[id] = static_cast<std::uint32_t>(market.companies.size());
      market.companies.push_back(model_.companies[id].name);
      due_rounds(id);
      if (asks) declare_worth(id);
      enter_books(id, market);
      if (!asks) continue;
      for (const std::uint32_t r : model_.companies[id].rounds)
        if (meets_market(r)) bring_to_market(id, r, market);
    }
    close_doors(market);
    market_.served = new_slot(Keep::state, "market.served");
    program_.markets.push_back(std::move(market));
    emit_to(market_.served, Op::market);
    for (const CompanyId id : asking)
      for (const std::uint32_t r : model_.companies[id].rounds)
        if (meets_market(r)) take_from_market(id, r);
  });
  market_.going = false;
  market_.done = true;
}

// --- investors --------------------------------------------------------------------------------------------------------------------------

Market::Investor Lowering::purse_of(const model::Investor& investor) {
  Market::Investor out;
  out.name = investor.name;
  const auto path = [&](DefId id, double otherwise) {
    Operand result = constant(otherwise);
    if (id != kNone) in_main(program_.setup, [&] { result = field(id, When::in_setup()); });
    return result;
  };
  out.capacity = field(investor.capacity, When::now());
  out.in_all = path(investor.in_all, market::kNoLimit);
  out.largest = path(investor.largest, market::kNoLimit);
  out.per_company = path(investor.per_company, market::kNoLimit);
  out.part_per_company = path(investor.part_per_company, market::kNoLimit);
  out.follow_on = path(investor.follow_on, 1);
  out.interest = path(investor.interest, 1);
  out.many = investor.many;
  out.only_defends = investor.only_defends;
  if (investor.appetite != kNone) {
    const auto& table = model_.lookups[model_.exprs[model_.definitions[investor.appetite].is].index];
    in_main(program_.setup, [&] {
      for (const auto& [price, part] : table.points) out.appetite.emplace_back(constant(price), value(part, When::in_setup()));
    });
  } else if (investor.reservation_price != kNone) {  // all of it up to there, nothing a hair above
    in_main(program_.setup, [&] {
      const Operand price = field(investor.reservation_price, When::in_setup());
      out.appetite.emplace_back(price, constant(1));
      out.appetite.emplace_back(emit(Op::mul, price, constant(1 + 1e-6)), constant(0));
    });
  }
  return out;
}

// Pacts, and the clauses of rounds, whose end is set as they close.
void Lowering::close_doors(Market& market) {
  const auto keeps = [&](const std::string& who, DefId chance) {
    if (chance == kNone) return constant(1);
    const Operand luck = own_uniform(who);
    Operand result;
    in_main(program_.setup, [&] { result = emit(Op::less, luck, field(chance, When::in_setup())); });
    return result;
  };
  for (std::uint32_t p = 0; p < model_.pacts.size(); ++p) {
    const auto& pact = model_.pacts[p];
    if (std::find(case_.without_pacts.begin(), case_.without_pacts.end(), p) != case_.without_pacts.end()) continue;
    Operand until = constant(kEndless);
    if (pact.until != kNone) in_main(program_.setup, [&] { until = emit(Op::floor, field(pact.until, When::in_setup())); });
    for (const std::uint32_t i : pact.signed_by) {
      if (market_.number[i] == kNone) continue;
      const Operand honoured = keeps(pact.name + ">" + model_.investors[i].name, pact.honoured);
      for (const CompanyId id : pact.against)
        if (market_.company.count(id) != 0) market.doors.push_back({market_.number[i], market_.company.at(id), honoured, until});
    }
  }
  for (std::uint32_t r = 0; r < model_.rounds.size(); ++r) {
    const auto& until = rounds_[r].excluded_until;
    for (std::size_t k = 0; k < until.size(); ++k) {
      const Operand honoured =
          keeps(model_.rounds[r].name + ".exclusive>" + model_.investors[market_.investors[k]].name, model_.rounds[r].exclusive_honoured);
      for (const CompanyId id : model_.rounds[r].exclusive)
        if (market_.company.count(id) != 0)
          market.doors.push_back({static_cast<std::uint32_t>(k), market_.company.at(id), honoured, slot(until[k])});
    }
  }
}

// --- companies --------------------------------------------------------------------------------------------------------------------------

// Whether a dated round of the company has an investor in its book, or binds one.
bool Lowering::pays_investors(CompanyId id) const {
  for (const std::uint32_t r : model_.companies[id].rounds) {
    if (!rounds_[r].here || model_.rounds[r].closed == kNone || model_.rounds[r].before_start) continue;
    for (const auto& entry : model_.rounds[r].book)
      if (model_.holders[entry.holder].investor != kNone) return true;
  }
  return false;
}

// What the company was last worth, as its closings leave it: what prices are multiples of.
void Lowering::declare_worth(CompanyId id) {
  const auto& company = model_.companies[id];
  const SlotId worth = new_slot(Keep::state, company.name + ".worth");
  market_.worth[id] = worth;
  in_main(program_.setup, [&] {
    emit_to(worth, Op::copy,
            company.opening_post_money == kNone ? constant(kMissing) : field(company.opening_post_money, When::in_setup()));
  });
  for (const std::uint32_t r : company.rounds) {
    const auto& round = model_.rounds[r];
    if (!rounds_[r].here || round.before_start || round.meets_market || round.instrument.kind == InstrumentKind::grant) continue;
    const bool note = is_convert(r);
    if (note ? round.post_money == kNone : !sells_shares(r)) continue;
    guarded(rounds_[r].due_now, [&] {
      const Operand amount = slot(rounds_[r].amount);
      const Operand post = note ? field(round.post_money, When::before(1)) : emit(Op::add, pre_money(r, amount, slot(worth)), amount);
      emit_to(worth, Op::copy, post);
    });
  }
}

// Books of dated rounds use up what their buyers have; and who of them was in before is known now.
void Lowering::enter_books(CompanyId id, Market& market) {
  for (const std::uint32_t r : model_.companies[id].rounds) {
    const auto& round = model_.rounds[r];
    auto& s = rounds_[r];
    if (!s.here || round.closed == kNone || round.before_start || round.instrument.kind == InstrumentKind::grant) continue;
    Market::Payment payment;
    payment.company = market_.company.at(id);
    payment.happens = s.due_now;
    declare_clause(r);
    const bool asked = asks_of_insiders(id);
    if (asked) {
      equity(id).monthly = true;
      s.insiders_now = new_slot(Keep::state, round.name + ".insiders_now");
      in_main(program_.setup, [&] { emit_to(s.insiders_now, Op::copy, constant(0)); });
    }
    guarded(s.due_now, [&] {
      Operand insiders = constant(0);
      for (const Part& part : book_parts(r, slot(s.amount))) {
        const Operand money = emit(Op::mul, part.part, slot(s.amount));
        const std::uint32_t investor = model_.holders[part.holder].investor;
        const bool many = investor != kNone && model_.investors[investor].many;
        if (asked && !many)
          insiders =
              sum(insiders, emit(Op::choose, emit(Op::less, constant(market::kLeastShare), claim_of(id, part.holder)), money, constant(0)));
        if (investor == kNone || market_.number[investor] == kNone) continue;
        const std::uint32_t k = market_.number[investor];
        const SlotId paid = zero_state(round.name + ".pays." + model_.investors[investor].name).index;
        emit_to(paid, Op::copy, money);
        payment.cheques.emplace_back(k, slot(paid));
        if (!round.exclusive.empty()) bind(r, k, emit(Op::less, constant(0), money));
      }
      if (asked) emit_to(s.insiders_now, Op::copy, insiders);
    });
    if (!payment.cheques.empty()) market.payments.push_back(std::move(payment));
  }
}

void Lowering::declare_clause(std::uint32_t r) {
  if (model_.rounds[r].exclusive.empty()) return;
  for (std::size_t k = 0; k < market_.investors.size(); ++k) {
    rounds_[r].excluded_until.push_back(new_slot(Keep::state));
    in_main(program_.setup, [&] { emit_to(rounds_[r].excluded_until.back(), Op::copy, constant(-1)); });
  }
}

// The clause of a round binds those who pay in it, from its closing on.
void Lowering::bind(std::uint32_t r, std::uint32_t investor, Operand pays) {
  const auto& round = model_.rounds[r];
  const auto& until = rounds_[r].excluded_until;
  Operand end = constant(kEndless);
  if (round.exclusive_for != kNone) {
    Operand months;
    in_main(program_.setup, [&] { months = emit(Op::round, field(round.exclusive_for, When::in_setup())); });
    end = emit(Op::add, month_number(0), months);
  }
  emit_to(until[investor], Op::choose, pays, end, slot(until[investor]));
}

// The part of a company that a holder owns, notes and SAFEs as converted at what they would bring today.
Operand Lowering::claim_of(CompanyId id, std::uint32_t holder) {
  CompanyEquity& e = equity(id);
  Operand all = slot(e.shares), own = holder_sum(e, holder, true);
  for (const Convert& convert : e.converts) {
    const Operand units = as_converted(id, convert);
    all = sum(all, units);
    for (const Part& part : convert.parts)
      if (part.holder == holder) own = sum(own, times(part.part, units));
  }
  return emit(Op::div, own, all);
}

Operand Lowering::as_converted(CompanyId id, const Convert& convert) {
  CompanyEquity& e = equities_[id];
  const Operand owed = sum(slot(convert.owing), convert.converting);
  if (convert.terms->percent != kNone) {
    const Operand percent = field(convert.terms->percent, When::in_setup());
    const Operand units = emit(Op::div, emit(Op::mul, slot(e.shares), percent), emit(Op::sub, constant(1), percent));
    return emit(Op::choose, emit(Op::less, constant(0), owed), units, constant(0));
  }
  if (convert.terms->kind == InstrumentKind::safe && convert.terms->basis == model::SafeBasis::post_money && convert.terms->cap != kNone) {
    // Its cap counts its own shares: amount / cap of all there are with them.
    const Operand part = emit(Op::min, emit(Op::div, owed, field(convert.terms->cap, When::in_setup())), constant(0.99));
    return emit(Op::div, emit(Op::mul, slot(e.shares), part), emit(Op::sub, constant(1), part));
  }
  const Operand units = emit(Op::div, emit(Op::mul, owed, slot(e.shares)), note_valuation(id, convert));
  return emit(Op::choose, emit(Op::less, constant(0), owed), units, constant(0));
}

bool Lowering::asks_of_insiders(CompanyId id) const {
  return std::any_of(model_.exprs.begin(), model_.exprs.end(), [&](const model::Expr& e) {
    if (e.kind != model::ExprKind::measure) return false;
    return (e.measure == M::raised_insiders && e.index == id) ||
           (e.measure == M::round_insiders && model_.rounds[e.index].company == id && model_.rounds[e.index].closed != kNone);
  });
}

// --- rounds -----------------------------------------------------------------------------------------------------------------------------

// What a round brings: written where it is due.
void Lowering::bring_to_market(CompanyId id, std::uint32_t r, Market& market) {
  const auto& round = model_.rounds[r];
  const auto& company = model_.companies[id];
  auto& s = rounds_[r];
  const When past = When::before(1);
  Market::Round out;
  out.name = round.name;
  out.company = market_.company.at(id);
  out.due = s.due_now;
  out.survives = s.survives;
  out.amount = slot(s.amount);
  out.last_post_money = slot(market_.worth.at(id));
  out.attempt = emit(Op::sub, slot(s.attempts), constant(1));
  out.alive = may_raise(id);
  for (const auto& [months, part] : round.tranches) out.tranches.push_back({months, part});
  declare_clause(r);
  CompanyEquity* table = nullptr;
  if (!company.plain_shares) {
    table = &equity(id);
    table->monthly = true;
  }
  const auto kept = [&](const char* what, Operand value) {
    if (value.place == Place::constant) return value;
    const SlotId made = new_slot(Keep::state, round.name + "." + what);
    in_main(program_.setup, [&] { emit_to(made, Op::copy, constant(0)); });
    emit_to(made, Op::copy, value);
    return slot(made);
  };
  guarded(s.due_now, [&] {
    attempt_ = Attempt{r, out.attempt};
    const Operand worth = slot(market_.worth.at(id));
    if (sells_shares(r) || round.post_money != kNone)
      out.ask = kept("ask", pre_money(r, slot(s.amount), worth));
    else
      out.ask = worth;  // a note or SAFE without a price: what the company was last worth
    const auto floor_of = [&] {
      moment_post_money_ = MomentPostMoney{id, worth};
      const Operand value = round.accepts == kNone ? emit(Op::mul, constant(market::kUsualFloor), worth) : field(round.accepts, past);
      moment_post_money_.reset();
      return value;
    };
    const Operand floor = floor_of();
    out.accepts = kept("accepts", emit(Op::min, out.ask, floor));
    out.least_book = round.least_book == kNone ? constant(market::kUsualLeastBook) : kept("least_book", field(round.least_book, past));
    attempt_.reset();
    for (const std::uint32_t i : market_.investors) {
      const auto& investor = model_.investors[i];
      if (table != nullptr) {
        const std::uint32_t holder = holder_of(i, id);
        out.shares.push_back(investor.many || holder == kNone ? constant(0) : kept("share", claim_of(id, holder)));
      }
      out.wants.push_back(constant(1));
      for (const auto& [of, wants] : investor.wants)
        if (of == id) out.wants.back() = kept("wants", wants_met(wants));
    }
  });
  market_.round[r] = static_cast<std::uint32_t>(market.rounds.size());
  market.rounds.push_back(std::move(out));
}

// Where a growth that it names is not known, it is met.
Operand Lowering::wants_met(DefId wants) {
  Operand met = field(wants, When::before(1));
  std::vector<ExprId> open = {model_.definitions[wants].is};
  std::set<ExprId> seen;
  while (!open.empty()) {
    const ExprId at = open.back();
    open.pop_back();
    if (at == kNone || !seen.insert(at).second) continue;
    const model::Expr& e = model_.exprs[at];
    open.insert(open.end(), e.args.begin(), e.args.end());
    if (e.kind == model::ExprKind::reference) open.push_back(model_.definitions[e.index].is);
    if (e.kind != model::ExprKind::measure || e.measure != M::growth) continue;
    const Operand growth = measure(e, When::before(1));
    met = emit(Op::either, met, emit(Op::opposite, emit(Op::same, growth, growth)));
  }
  return met;
}

Operand Lowering::from_market(std::uint32_t r, MarketResult::Kind kind, std::uint32_t which) {
  program_.market_results.push_back({kind, market_.round.at(r), which});
  return emit(Op::market_result, slot(market_.served), {}, {}, static_cast<std::uint32_t>(program_.market_results.size() - 1));
}

// What came of it: whether it closed, at which price, with how much; whom it binds.
void Lowering::take_from_market(CompanyId id, std::uint32_t r) {
  const auto& round = model_.rounds[r];
  auto& s = rounds_[r];
  const SlotId worth = market_.worth.at(id);
  s.market_closed = from_market(r, MarketResult::Kind::closed);
  s.market_raised = from_market(r, MarketResult::Kind::raised);
  s.market_price = new_slot(Keep::state, round.name + ".found_price");
  s.cleared = new_slot(Keep::state, round.name + ".cleared");
  in_main(program_.setup, [&] {
    emit_to(s.market_price, Op::copy, constant(kMissing));
    emit_to(s.cleared, Op::copy, constant(0));
  });
  guarded(s.market_closed, [&] {
    emit_to(s.market_price, Op::copy, from_market(r, MarketResult::Kind::price));
    emit_to(s.cleared, Op::copy, from_market(r, MarketResult::Kind::raised));
    if (sells_shares(r)) emit_to(worth, Op::add, slot(s.market_price), slot(s.cleared));
    if (!sells_shares(r) && round.post_money != kNone) emit_to(worth, Op::copy, field_of_attempt(r, round.post_money));
    if (s.excluded_until.empty()) return;
    const Operand least = emit(Op::mul, slot(s.cleared), constant(market::kLeastShare));  // a cheque as small as a rounding binds nobody
    for (std::uint32_t k = 0; k < s.excluded_until.size(); ++k)
      bind(r, k, emit(Op::less, least, from_market(r, MarketResult::Kind::cheque, k)));
  });
}

Operand Lowering::field_of_attempt(std::uint32_t r, DefId id) {
  attempt_ = Attempt{r, emit(Op::sub, slot(rounds_[r].attempts), constant(1))};
  const Operand result = field(id, When::before(1));
  attempt_.reset();
  return result;
}

// Who bought what part, at a closing: inside its guard.
std::vector<Part> Lowering::market_parts(std::uint32_t r) {
  std::vector<Part> parts;
  const CompanyId id = model_.rounds[r].company;
  const Operand all = emit(Op::max, slot(rounds_[r].cleared), constant(1e-300));
  for (std::uint32_t k = 0; k < market_.investors.size(); ++k) {
    const std::uint32_t holder = holder_of(market_.investors[k], id);
    if (holder != kNone) parts.push_back({holder, emit(Op::div, from_market(r, MarketResult::Kind::cheque, k), all)});
  }
  return parts;
}

// --- figures
// ------------------------------------------------------------------------------------------------------------------------------

// Figures of the first attempt: states that the month of that attempt writes, made when somebody asks. What the market brought in a month
// can be read to the month's end, so they may stand after everything else. A price below zero asks what the company would sell at that price
// instead of what is put in.
Operand Lowering::first_attempt(std::uint32_t r, M measure, double which) {
  if (!rounds_[r].here) return constant(measure == M::round_book || measure == M::round_demand ? kMissing : 0);
  const auto [place, fresh] = market_.first.try_emplace({r, measure, which}, kNoSlot);
  if (!fresh) return slot(place->second);
  ensure_company(model_.rounds[r].company);
  ensure_market();
  const SlotId made = zero_state(model_.rounds[r].name + ".first").index;
  place->second = made;
  auto& s = rounds_[r];
  // market::Supply, told over the last post-money; below the floor nothing is sold.
  const auto sold_at = [&](double over_last) {
    const auto asked = program_.markets.front().rounds[market_.round.at(r)];
    const Operand price = emit(Op::mul, constant(over_last), asked.last_post_money), full = emit(Op::min, asked.last_post_money, asked.ask);
    const Operand span = emit(Op::max, emit(Op::sub, full, asked.accepts), constant(1e-300));
    const Operand way = emit(Op::div, emit(Op::sub, price, asked.accepts), span);
    const Operand part = emit(Op::add, asked.least_book, emit(Op::mul, emit(Op::sub, constant(1), asked.least_book), way));
    const Operand sold = choose(emit(Op::less, price, full), emit(Op::mul, part, asked.amount), asked.amount);
    return choose(emit(Op::less, price, asked.accepts), constant(0), sold);
  };
  in_main(program_.month, [&] {
    const Operand first = both(s.due_now, emit(Op::same, slot(s.attempts), constant(1)));
    guarded(first, [&] {
      Operand value = constant(1);
      if (measure == M::round_closed) value = from_market(r, MarketResult::Kind::closed);
      if (measure == M::round_filled) value = from_market(r, MarketResult::Kind::full);
      if (measure == M::round_book) {
        const std::uint32_t k = market_.number[static_cast<std::uint32_t>(which)];
        value = k == kNone ? constant(0) : from_market(r, MarketResult::Kind::cheque, k);
      }
      if (measure == M::round_demand && which < 0) {
        value = sold_at(-which);
      } else if (measure == M::round_demand) {
        auto& prices = program_.markets.front().rounds[market_.round.at(r)].prices;
        prices.push_back(which);
        value = from_market(r, MarketResult::Kind::demand, static_cast<std::uint32_t>(prices.size() - 1));
      }
      emit_to(made, Op::copy, value);
    });
  });
  return slot(made);
}

// What those who held before have put in so far: a history, made when somebody asks.
SlotId Lowering::insiders_slot(std::uint32_t r, bool now) {
  auto& s = rounds_[r];
  if (s.insiders_history == kNoSlot) {
    s.insiders_history = history(model_.rounds[r].name + ".insiders");
    set_row(s.insiders_history, -1, constant(0));
  }
  if (now) ensure_insiders(r);
  return s.insiders_history;
}

void Lowering::ensure_insiders(std::uint32_t r) {
  auto& s = rounds_[r];
  if (s.insiders_done) return;
  s.insiders_done = true;
  const auto& round = model_.rounds[r];
  ensure_company(round.company);
  ensure_market();
  in_main(program_.month, [&] {
    Operand part = constant(0);  // of what it closed with
    if (meets_market(r))
      part = from_market(r, MarketResult::Kind::insiders);
    else if (s.here && !round.before_start && s.insiders_now != kNoSlot)
      part = choose(s.closes_now, slot(s.insiders_now), constant(0));
    Operand money = part;
    if (!round.tranches.empty() && !is_constant_zero(part)) money = in_tranches(r, part, s.insiders_closed);
    emit_to(s.insiders_history, Op::add, read(s.insiders_history, When::before(1)), money);
  });
}

SlotId Lowering::raised_insiders_slot(CompanyId id, bool now) {
  auto& made = market_.raised_insiders[id];
  if (!made.first) {
    made.first = true;
    made.second = history(model_.companies[id].name + ".from_insiders");
    set_row(made.second, -1, constant(0));
  }
  if (now) ensure_raised_insiders(id);
  return made.second;
}

void Lowering::ensure_raised_insiders(CompanyId id) {
  if (!market_.raised_insiders_done.insert(id).second) return;
  Operand all = constant(0);
  for (const std::uint32_t r : model_.companies[id].rounds) {
    if (model_.rounds[r].instrument.kind == InstrumentKind::grant) continue;
    const SlotId of_round = insiders_slot(r, true);
    in_main(program_.month, [&] { all = sum(all, read(of_round, When::now())); });
  }
  in_main(program_.month, [&] { emit_to(market_.raised_insiders.at(id).second, Op::copy, all); });
}

// --- processes
// ----------------------------------------------------------------------------------------------------------------------------

// A process that jumps between states: by its luck of the month the state that comes, the lower the lower.
Operand Lowering::process(std::uint32_t index, const When& when) {
  const auto& regimes = model_.regimes[index];
  const auto [place, fresh] = processes_.try_emplace(index, kNoSlot);
  if (fresh) {
    place->second = history("");
    const SlotId values = place->second;
    const double begins = static_cast<double>(regimes.starts);
    set_row(values, -1, constant(regimes.states[regimes.starts].value));
    const SlotId state = new_slot(Keep::state);
    const std::size_t n = regimes.states.size();
    std::vector<Operand> stays;
    in_main(program_.setup, [&] {
      emit_to(state, Op::copy, constant(begins));
      for (const auto& one : regimes.states) stays.push_back(emit(Op::power, value(one.stays, When::in_setup()), constant(1 / kOneYear)));
    });
    const auto of_state = [&](Operand here, const std::vector<Operand>& by_state) {
      Operand result = by_state[n - 1];
      for (std::size_t k = n - 1; k-- > 0;)
        result = emit(Op::choose, emit(Op::less_equal, here, constant(static_cast<double>(k))), by_state[k], result);
      return result;
    };
    const Operand luck = score(regimes.luck, true, When::now());
    in_main(program_.month, [&] {
      Operand next = constant(0);
      for (std::size_t j = 0; j + 1 < n; ++j) {
        std::vector<Operand> at_most(n);  // the chance of one of the first j + 1 states, by the state that is
        in_main(program_.setup, [&] {
          for (std::size_t k = 0; k < n; ++k) {
            const Operand leaves = emit(Op::mul, emit(Op::sub, constant(1), stays[k]), constant(1.0 / static_cast<double>(n - 1)));
            const bool stays_in = k <= j;
            const Operand others = emit(Op::mul, leaves, constant(static_cast<double>(j + 1 - (stays_in ? 1 : 0))));
            at_most[k] = stays_in ? emit(Op::add, stays[k], others) : others;
          }
        });
        next = sum(next, emit(Op::less_equal, of_state(slot(state), at_most), luck));
      }
      std::vector<double> moves(static_cast<std::size_t>(months_), 1);
      moves[0] = 0;
      emit_to(state, Op::choose, schedule_of(moves), next, slot(state));
      std::vector<Operand> by_state;
      for (const auto& one : regimes.states) by_state.push_back(constant(one.value));
      emit_to(values, Op::copy, of_state(slot(state), by_state));
    });
  }
  if (when.kind == When::Kind::setup) return row(place->second, -1);
  return read(place->second, when);
}

}  // namespace warchest::program
