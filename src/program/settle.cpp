// The cap table after the last month: the same closings, conversions and exit as month by month (cap_table.cpp), done once.
//
// A figure of shares that is asked for at the end of one month, and read by nothing within the months, needs no cap table while they
// run. Closings then only note when and how much; after the last month the first closing of every path is booked, then the second, and
// so on, each on all paths that have it at once. PERFORMANCE.md calls this deferral: rare work behind a guard in every month becomes dense
// work once.
//
// It is done where the order of events is plain: what happens at a known date before anything can happen by rule, then one round by rule,
// and at most one other event, a note that converts or a dated round, which comes before the first closing that is later than it. Where
// more depends on order, or a price reads the month it is made in, the table is kept month by month and its end is read off.
#include <algorithm>
#include <cmath>
#include <limits>

#include "program/lowering.h"
#include "text/check.h"

namespace warchest::program {

using model::ExprKind;
using model::kEndless;
using model::kNone;

namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

}  // namespace

Operand Lowering::wanted(CompanyId id, M measure, std::uint32_t index, std::int32_t row) {
  CompanyEquity& e = equity(id);
  const auto [place, fresh] = e.wanted.try_emplace({measure, index, row}, kNoSlot);
  if (fresh) {
    place->second = new_slot(Keep::state);
    in_main(program_.setup, [&] { emit_to(place->second, Op::copy, constant(kMissing)); });
    e.settled = false;
  }
  return slot(place->second);
}

// A price that needs nothing of the month but the last post-money and the attempt's own luck.
bool Lowering::settles_later(DefId id) {
  if (in_setup_def(id)) return true;
  for (const auto& layer : layers(id))
    if (layer.from != kNone || layer.until != kNone || !settles_later_expr(layer.is)) return false;
  return model_.definitions[id].is != kNone && settles_later_expr(model_.definitions[id].is);
}

bool Lowering::settles_later_expr(ExprId id) {
  if (in_setup(id)) return true;
  const model::Expr& e = model_.exprs[id];
  switch (e.kind) {
    case ExprKind::number:
    case ExprKind::base:
      return true;
    case ExprKind::reference:
      return in_setup_def(e.index);
    case ExprKind::draw: {
      const auto& draw = model_.draws[e.index];
      if (draw.luck == kNone || model_.lucks[draw.luck].kind == model::LuckKind::month || !draw.mixture.empty() || draw.truncated) return false;
      return std::all_of(draw.params.begin(), draw.params.end(), [&](const auto& p) { return settles_later_expr(p.expr); });
    }
    case ExprKind::lag: {
      const model::Expr* inner = &e;
      while (inner->kind == ExprKind::lag) inner = &model_.exprs[inner->args[0]];
      return e.value == 1 && inner->kind == ExprKind::measure && inner->measure == M::last_post_money;
    }
    case ExprKind::measure:
      return e.measure == M::last_post_money;
    case ExprKind::add:
    case ExprKind::sub:
    case ExprKind::mul:
    case ExprKind::div:
    case ExprKind::pow:
    case ExprKind::neg:
    case ExprKind::min:
    case ExprKind::max:
    case ExprKind::clip:
    case ExprKind::choose:
    case ExprKind::less:
    case ExprKind::less_equal:
      return std::all_of(e.args.begin(), e.args.end(), [&](ExprId a) { return settles_later_expr(a); });
    default:
      return false;
  }
}

// Whether the table may be settled after the last month.
bool Lowering::settles(CompanyId id) {
  CompanyEquity& e = equities_[id];
  if (e.monthly) return false;
  if (meets_market_of(id)) return false;  // who pays what is told in the month
  if (!e.grants.empty()) return false;    // and so is what lenders are granted
  const std::int32_t row = std::get<2>(e.wanted.begin()->first);
  for (const auto& [key, made] : e.wanted)
    if (std::get<2>(key) != row) return false;
  int by_rule = 0, floating = 0;
  for (const std::uint32_t r : model_.companies[id].rounds) {
    const auto& round = model_.rounds[r];
    if (!rounds_[r].here || round.before_start) continue;
    const bool prices = sells_shares(r) || (is_convert(r) && round.post_money != kNone);
    if (!prices) continue;
    for (const DefId price : {round.asks, round.pre_money, round.post_money})
      if (price != kNone && !settles_later(price)) return false;
    if (round.closed == kNone) {
      if (is_convert(r)) return false;
      ++by_rule;
    } else if (const auto month = known_def(round.closed); !month || *month >= 1) {
      if (is_convert(r)) return false;
      ++floating;
    }
  }
  for (const Convert& convert : e.converts)
    if (std::any_of(convert.becomes.begin(), convert.becomes.end(), [](const auto& b) { return b.first == kNone; })) ++floating;
  return by_rule <= 1 && floating <= 1;
}

// In the months: the closings of rounds that sell shares, as they happen.
void Lowering::catch_closings(CompanyId id) {
  for (const std::uint32_t r : model_.companies[id].rounds) {
    auto& s = rounds_[r];
    if (!s.here || model_.rounds[r].before_start || !(sells_shares(r) || (is_convert(r) && model_.rounds[r].post_money != kNone))) continue;
    const int closings = most_closings(r);
    for (int k = 0; k < closings; ++k) {
      const std::string name = model_.rounds[r].name + "#" + std::to_string(k + 1);
      const SlotId month = new_slot(Keep::state, name + ".month");
      in_main(program_.setup, [&] { emit_to(month, Op::copy, constant(kEndless)); });
      s.caught.push_back({month, zero_state(name + ".day").index, zero_state(name + ".amount").index});
    }
    if (closings == 0) continue;
    in_main(program_.month, [&] {
      guarded(s.closes_now, [&] {
        for (int k = 0; k < closings; ++k) {
          const auto& caught = s.caught[static_cast<std::size_t>(k)];
          const Operand here = closings == 1 ? constant(1) : emit(Op::same, slot(s.count), constant(k + 1.0));
          const auto put = [&](SlotId target, Operand value) { emit_to(target, Op::copy, choose(here, value, slot(target))); };
          put(caught.month, month_number(0));
          put(caught.day, day_number(0));
          put(caught.amount, slot(s.amount));
        }
      });
    });
  }
}

void Lowering::settle(CompanyId id) {
  CompanyEquity& e = equities_[id];
  e.settled = true;
  ensure_company(id);
  if (!settles(id)) {  // kept month by month: the end is read off
    e.monthly = true;
    for (const auto& [key, made] : e.wanted) {
      const auto& [measure, index, row] = key;
      model::Expr figure;
      figure.measure = measure;
      figure.index = index;
      SlotId history_slot = kNoSlot;
      if (measure == M::last_post_money || measure == M::valuation || measure == M::shares)
        history_slot = company_slot(index, measure, true);
      else if (measure == M::round_price || measure == M::round_pre_money || measure == M::round_post_money)
        history_slot = round_slot(index, measure, true);
      else
        history_slot = holder_slot(index, measure, true);
      in_main(settle_, [&, row = row, made = made] { emit_to(made, Op::copy, read(history_slot, When::at_end(row))); });
    }
    return;
  }
  const std::int32_t row = std::get<2>(e.wanted.begin()->first);
  catch_closings(id);
  catch_exit(id);
  in_main(settle_, [&] {
    const Operand last = constant(row);
    const auto happens = [&](const RoundSlots::Caught& caught) {
      return row >= months_ - 1 ? emit(Op::less, slot(caught.month), constant(kEndless)) : emit(Op::less_equal, slot(caught.month), last);
    };
    const auto close = [&](std::uint32_t r, int k, Operand mask) {
      const auto& caught = rounds_[r].caught[static_cast<std::size_t>(k)];
      if (is_convert(r)) return close_convert(id, r, mask, caught.amount);
      settling_ = Settling{slot(caught.month), slot(caught.day), false};
      guarded(mask, [&] {
        for (const Convert& convert : e.converts) emit_to(convert.owing, Op::copy, owed_on(convert));
      });
      Closing closing;
      closing.round = r;
      closing.happens = mask;
      closing.amount = slot(caught.amount);
      closing.day = slot(caught.day);
      closing.attempt = constant(k);
      closing.number = constant(k + 1.0);
      closing.first = closing.last = k;
      close_priced(id, closing);
      settling_.reset();
    };
    // What is known to come first.
    std::vector<std::pair<double, std::uint32_t>> first;
    std::optional<std::uint32_t> by_rule, dated;
    for (const std::uint32_t r : model_.companies[id].rounds) {
      if (rounds_[r].caught.empty()) continue;
      const auto month = model_.rounds[r].closed == kNone ? std::nullopt : known_def(model_.rounds[r].closed);
      if (month && *month < 1) first.push_back({std::floor(*month), r});
      else if (model_.rounds[r].closed == kNone) by_rule = r;
      else dated = r;
    }
    std::stable_sort(first.begin(), first.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [month, r] : first) close(r, 0, happens(rounds_[r].caught[0]));
    // One other event, before the first closing that is later than it.
    Convert* turning = nullptr;
    for (Convert& convert : e.converts)
      if (std::any_of(convert.becomes.begin(), convert.becomes.end(), [](const auto& b) { return b.first == kNone; })) turning = &convert;
    const SlotId waits = new_slot(Keep::state);
    emit_to(waits, Op::copy, constant(1));
    const auto other = [&](std::optional<Operand> before, bool dated_first) {
      if (!turning && !dated) return;
      const SlotId month = turning ? turning->gone_in : rounds_[*dated].caught[0].month;
      Operand mask = row >= months_ - 1 ? emit(Op::less, slot(month), constant(kEndless)) : emit(Op::less_equal, slot(month), last);
      // Notes convert before the rounds of the month; rounds of the same month close in the order written.
      if (before) mask = both(mask, emit(turning || dated_first ? Op::less_equal : Op::less, slot(month), *before));
      mask = both(mask, slot(waits));
      const Operand now = emit(Op::copy, mask);
      emit_to(waits, Op::copy, both(slot(waits), emit(Op::opposite, now)));
      if (turning)
        convert_by_terms(id, *turning, slot(turning->gone_as), both(now, emit(Op::less, constant(0), slot(turning->gone_as))));
      else
        close(*dated, 0, now);
    };
    if (by_rule) {
      const auto& order = model_.companies[id].rounds;
      const bool dated_first = dated && std::find(order.begin(), order.end(), *dated) < std::find(order.begin(), order.end(), *by_rule);
      for (std::size_t k = 0; k < rounds_[*by_rule].caught.size(); ++k) {
        const auto& caught = rounds_[*by_rule].caught[k];
        other(slot(caught.month), dated_first);
        close(*by_rule, static_cast<int>(k), happens(caught));
      }
    }
    other(std::nullopt, false);
    if (has_exit(id)) {
      const Operand left = row >= months_ - 1 ? emit(Op::less, slot(e.exited_on), constant(kEndless)) : emit(Op::less_equal, slot(e.exited_on), last);
      settling_ = Settling{slot(e.exited_on), slot(e.exit_day), true};
      waterfall(id, slot(e.after_debt), left);  // most paths leave: all of them are reckoned, without a guard
      settling_.reset();
    }
    for (const auto& [key, made] : e.wanted) emit_to(made, Op::copy, settled_figure(id, std::get<0>(key), std::get<1>(key), row));
  });
}

// What the settled table says at the end of the month.
Operand Lowering::settled_figure(CompanyId id, M measure, std::uint32_t index, std::int32_t row) {
  CompanyEquity& e = equities_[id];
  const Operand left = has_exit(id) ? emit(Op::less_equal, slot(e.exited_on), constant(row)) : constant(0);
  switch (measure) {
    case M::last_post_money:
      return slot(e.post_money_state);
    case M::valuation:
      return choose(left, slot(e.exit_value), slot(e.post_money_state));
    case M::shares:
      return slot(e.shares);
    case M::round_price:
    case M::round_pre_money:
    case M::round_post_money: {
      const auto& s = rounds_[index];
      const SlotId from = measure == M::round_price ? s.price_now : measure == M::round_pre_money ? s.pre_money_now : s.post_money_now;
      return from == kNoSlot ? constant(kMissing) : slot(from);
    }
    case M::holder_owned:
      return emit(Op::div, holder_sum(e, index, true), slot(e.shares));
    case M::holder_shares:
      return holder_sum(e, index, true);
    case M::holder_invested:
      return invested_by(index, row);
    default:
      break;
  }
  const Stake stake = stake_of(index, row);
  Operand paid = paid_to(index);
  for (const Flow& flow : stake.receipts) paid = sum(paid, times(flow.part, flow.money));
  if (measure == M::holder_payout) return paid;
  // Settled at the exit, or lost where the company has stopped before one.
  const Operand stopped_on = read(companies_[id].out_of_cash, When::at_end(row));
  const Operand stopped = emit(Op::less, stopped_on, constant(kEndless));
  settling_ = Settling{slot(e.exited_on), slot(e.exit_day), true};
  const Operand made = made_of(stake, paid, measure);
  settling_.reset();
  return emit(Op::choose, is_constant_zero(left) ? stopped : emit(Op::either, left, stopped), made, constant(kMissing));
}

}  // namespace warchest::program
