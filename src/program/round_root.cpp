// The price of a round, on every path at once: the twin of equity/round_root.cpp, in columns.
//
// Notation as there: F outstanding as converted with granted options, E unissued before, R unissued after, S shares of all converts,
// J shares by anti-dilution and warrants promised at this price, x = 1 / price, V pre-money, N new money, T everything after; n, notes that stay notes, counted as if
// converted. Under fixed decisions (which caps bind, which series are adjusted, whether the pool is topped up) everything is linear:
//
//   W x = F + R + J + n + sigma S        W = V, or V + converting amounts by the dollars-invested method; sigma 0 by the pre-money method
//   R = E, or t T        T = F + R + J + S + N x
//   S = sum of  p x  (at the round's price or a discount)  or  q base  (at a cap)
//   J = sum of  alpha + beta x  over adjusted series (NVCA charter 4.4.4; a ratchet has x times what was invested)
//
// Each pass solves this and then looks which decisions give more shares. Shares only rise from pass to pass, so as many passes as there
// are decisions reach the one root (policy iteration on a maximum of affine functions: Howard 1960). A round that leaves no price at
// all has none: its shares are missing on that path.
#include <algorithm>
#include <limits>

#include "program/lowering.h"
#include "text/check.h"

namespace warchest::program {

using model::InstrumentKind;
using model::kNone;

namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

constexpr std::size_t kFirstPasses = 2;  // enough for nearly all; the rest stand behind a guard

enum class Base { capitalization, without_converts, with_converts };

struct ConvertClaim {
  std::size_t index;              // CompanyEquity::converts
  Operand at_price;               // times x
  std::optional<Operand> at_cap;  // times the base
  bool always_cap = false;
  Base base = Base::capitalization;
  Operand capped = constant(0);  // truth
  Operand shares;
};

struct ProtectedClaim {
  std::size_t index;  // CompanyEquity::entries
  Operand alpha, beta;
  Operand adjusted = constant(0);  // truth
  Operand units;
};

}  // namespace

// The least cap and the largest discount that a convert may take: its own and, most favoured, those of later SAFEs that are still open
// (`owed` tells). All have one basis: the checker refuses others.
Lowering::BestTerms Lowering::best_terms(const CompanyEquity& e, std::size_t index, const std::function<Operand(const Convert&)>& owed) {
  BestTerms best;
  for (std::size_t i = index; i < e.converts.size(); ++i) {
    const Convert& one = e.converts[i];
    const bool own = i == index;
    if (!own && (!e.converts[index].terms->most_favoured || one.terms->kind != InstrumentKind::safe || one.terms->most_favoured)) continue;
    const Operand open = own ? constant(1) : emit(Op::less, constant(0), owed(one));
    if (one.terms->discount != kNone) {
      const Operand d = choose(open, field(one.terms->discount, When::in_setup()), constant(0));
      best.discount = is_constant_zero(best.discount) ? d : emit(Op::max, best.discount, d);
    }
    if (one.terms->cap != kNone) {
      const Operand k = choose(open, field(one.terms->cap, When::in_setup()), constant(model::kEndless));
      best.cap = best.cap ? emit(Op::min, *best.cap, k) : k;
    }
  }
  return best;
}

Lowering::RoundRoot Lowering::solve_round(CompanyId id, const Closing& closing, Operand amount, Operand before) {
  const std::uint32_t r = closing.round;
  CompanyEquity& e = equities_[id];
  const auto& round = model_.rounds[r];
  const Operand unissued = slot(e.unissued), everything_before = slot(e.shares);
  const Operand outstanding = emit(Op::sub, everything_before, unissued);  // F
  const bool topped = round.pool != kNone;
  Operand target = constant(0), ratio = constant(0);  // t, t / (1 - t)
  if (topped) {
    target = field(round.pool, When::in_setup());
    ratio = emit(Op::div, target, emit(Op::sub, constant(1), target));
  }
  const bool granted_too = topped && round.pool_counts == model::PoolCounts::granted_too;
  // A target for granted and unissued together leaves for the unissued what the granted do not fill.
  const Operand granted = granted_too ? e.plan : constant(0);
  // A lender's warrants that wait for this price: so many shares a dollar, counted before the money by every method.
  const Operand promised = promised_warrants(e);

  std::vector<ConvertClaim> converts;
  Operand virtual_shares = constant(0), converting = constant(0);
  for (std::size_t c = 0; c < e.converts.size(); ++c) {
    const Convert& convert = e.converts[c];
    if (convert.round == r) continue;
    const Operand owed = slot(convert.owing);
    if (convert.terms->converts_if != kNone) {
      virtual_shares = sum(virtual_shares, emit(Op::div, emit(Op::mul, owed, everything_before), note_valuation(id, convert)));
      continue;
    }
    ConvertClaim claim{c, owed, std::nullopt, false, Base::capitalization, constant(0), {}};
    const auto [cap, discount] = best_terms(e, c, [&](const Convert& later) { return slot(later.owing); });
    claim.at_price =
        discount.place == Place::constant && discount.value == 0 ? owed : emit(Op::div, owed, emit(Op::sub, constant(1), discount));
    if (convert.terms->percent != kNone) {
      claim.at_cap = emit(Op::choose, emit(Op::less, constant(0), owed), field(convert.terms->percent, When::in_setup()), constant(0));
      claim.always_cap = true;
      claim.capped = constant(1);
    } else if (cap) {
      claim.at_cap = emit(Op::div, owed, *cap);
    }
    if (convert.terms->kind == InstrumentKind::note)
      claim.base = convert.terms->base == model::ConversionBase::fully_diluted_with_converts ? Base::with_converts : Base::without_converts;
    else if (convert.terms->basis == model::SafeBasis::pre_money)
      claim.base = Base::without_converts;
    converting = sum(converting, owed);
    converts.push_back(std::move(claim));
  }

  std::vector<ProtectedClaim> series;
  for (std::size_t i = 0; i < e.entries.size(); ++i) {
    const Entry& entry = e.entries[i];
    if (entry.protection == model::AntiDilution::none) continue;
    // Later closings of the round itself are still to come.
    const std::size_t own = rounds_[r].first_entry;
    if (i >= own + static_cast<std::size_t>(closing.first) && i < own + static_cast<std::size_t>(most_closings(r)) && closing.first == closing.last) continue;
    series.push_back({i, {}, {}, constant(0), entry.units});
  }
  const Operand worth = round.price_method == model::PriceMethod::dollars_invested ? sum(before, converting) : before;
  const double sigma = round.price_method == model::PriceMethod::pre_money_fixed ? 0 : 1;

  struct Point {
    Operand x, everything, unissued, shares_of_converts, by_protection, promised;
  };
  // The linear system under the decisions as they stand.
  const auto solve = [&](bool with_rest, const Operand& topping) {
    Operand j0 = constant(0), jx = constant(0);
    if (with_rest)
      for (const auto& claim : series) {
        j0 = sum(j0, times(claim.adjusted, claim.alpha));
        jx = sum(jx, times(claim.adjusted, claim.beta));
      }
    const Operand protection = jx;
    jx = sum(jx, promised);
    // R = r0 + rs S + rx x
    Operand r0 = unissued, rs = constant(0), rx = constant(0);
    if (topped && !(topping.place == Place::constant && topping.value == 0)) {
      const Operand tau = times(topping, ratio);
      // t T = R + granted  =>  R (1 - t) = t (F + J + S + N x) - granted
      Operand base = sum(outstanding, j0);
      Operand full = times(tau, base);
      if (granted_too) full = emit(Op::sub, full, emit(Op::div, granted, emit(Op::sub, constant(1), target)));
      r0 = emit(Op::choose, topping, full, unissued);
      rs = tau;
      rx = times(tau, sum(jx, amount));
    }
    Operand s0 = constant(0), ss = constant(0), sx = constant(0);
    if (with_rest)
      for (const auto& claim : converts) {
        const Operand price_part = claim.always_cap ? constant(0)
                                   : claim.at_cap   ? emit(Op::choose, claim.capped, constant(0), claim.at_price)
                                                    : claim.at_price;
        sx = sum(sx, price_part);
        if (!claim.at_cap) continue;
        const Operand q = claim.always_cap ? *claim.at_cap : emit(Op::choose, claim.capped, *claim.at_cap, constant(0));
        if (claim.base == Base::capitalization) {
          s0 = sum(s0, times(q, everything_before));
          sx = sum(sx, times(q, promised));
          ss = sum(ss, q);
        } else {
          s0 = sum(s0, times(q, sum(sum(outstanding, r0), j0)));
          sx = sum(sx, times(q, sum(rx, jx)));
          ss = sum(ss, times(q, claim.base == Base::with_converts ? sum(rs, constant(1)) : rs));
        }
      }
    const bool none = !with_rest || converts.empty();
    const Operand open = none ? constant(1) : emit(Op::sub, constant(1), ss);
    const Operand k = sigma == 0 ? rs : sum(rs, constant(1));
    Operand numerator = sum(sum(sum(outstanding, r0), j0), virtual_shares);
    Operand denominator = less(less(worth, rx), jx);
    if (!none) {
      numerator = sum(numerator, emit(Op::div, emit(Op::mul, k, s0), open));
      denominator = emit(Op::sub, denominator, emit(Op::div, emit(Op::mul, k, sx), open));
    }
    Operand sound = both(emit(Op::less, constant(0), denominator), emit(Op::less, constant(0), before));
    if (!none) sound = both(sound, emit(Op::less, constant(0), open));
    Point point;
    point.x = emit(Op::choose, sound, emit(Op::div, numerator, denominator), constant(kMissing));
    point.shares_of_converts = none ? constant(0) : emit(Op::div, sum(s0, emit(Op::mul, sx, point.x)), open);
    point.unissued = sum(sum(r0, times(rs, point.shares_of_converts)), times(rx, point.x));
    const Operand j = sum(j0, times(protection, point.x));
    point.by_protection = j;
    point.promised = times(promised, point.x);
    point.everything = sum(sum(sum(sum(outstanding, point.unissued), j), point.shares_of_converts), emit(Op::mul, amount, point.x));
    point.everything = sum(point.everything, point.promised);
    return point;
  };
  // What gives more shares now? A missing price decides nothing.
  const auto decide = [&](bool with_rest, const Point& point, Operand& topping) {
    if (topped) {
      const Operand wanted = less(emit(Op::mul, target, point.everything), granted);
      topping = emit(Op::either, topping, emit(Op::less, emit(Op::mul, unissued, constant(1 + 1e-12)), wanted));
    }
    if (with_rest) {
      for (auto& claim : converts) {
        const Operand priced = emit(Op::mul, claim.at_price, point.x);
        claim.shares = priced;
        if (!claim.at_cap) continue;
        Operand base = everything_before;
        if (claim.base == Base::capitalization) {
          base = sum(sum(base, point.shares_of_converts), point.promised);
        } else {
          base = sum(sum(sum(outstanding, point.unissued), point.by_protection), point.promised);
          if (claim.base == Base::with_converts) base = sum(base, point.shares_of_converts);
        }
        const Operand capped = emit(Op::mul, *claim.at_cap, base);
        claim.shares = claim.always_cap ? capped : emit(Op::max, priced, capped);
        if (!claim.always_cap) claim.capped = emit(Op::less, priced, capped);
      }
      for (auto& claim : series) {
        const Operand gain = emit(Op::add, claim.alpha, emit(Op::mul, claim.beta, point.x));
        claim.adjusted = emit(Op::less, constant(0), gain);
        claim.units = emit(Op::add, e.entries[claim.index].units, emit(Op::max, gain, constant(0)));
      }
    }
  };

  Operand topping = constant(0);
  Point point = solve(false, topping);
  if (topped) {
    decide(false, point, topping);
    point = solve(false, topping);
  }
  RoundRoot root;
  root.outstanding_before = sum(everything_before, point.promised);
  if (converts.empty() && series.empty()) {
    root.shares_per_dollar = point.x;
    root.unissued = point.unissued;
    root.everything = point.everything;
    return root;
  }

  // The rest only where something converts or is adjusted: states, since what a guard finds must be seen behind it.
  Operand more = constant(0);
  const auto also = [&](Operand mask) { more = more.place == Place::constant && more.value == 0 ? mask : emit(Op::either, more, mask); };
  const Operand price = emit(Op::div, constant(1), point.x);
  for (const auto& claim : converts) also(emit(Op::less, constant(0), slot(e.converts[claim.index].owing)));
  for (const auto& claim : series) also(emit(Op::less, price, e.entries[claim.index].price));
  const auto kept = [&](Operand value) {
    const SlotId s = new_slot(Keep::state);
    emit_to(s, Op::copy, value);
    return s;
  };
  const SlotId x = kept(point.x), unissued_after = kept(point.unissued), everything = kept(point.everything), converted = kept(constant(0));
  std::vector<SlotId> units, shares;
  for (const auto& claim : series) units.push_back(kept(e.entries[claim.index].units));
  for (std::size_t i = 0; i < converts.size(); ++i) shares.push_back(kept(constant(0)));
  guarded(more, [&] {
    const Operand options_out = sum(e.options, warrants_out(e));
    for (auto& claim : series) {
      const Entry& entry = e.entries[claim.index];
      if (entry.protection == model::AntiDilution::full_ratchet) {
        claim.alpha = emit(Op::neg, entry.units);
        claim.beta = emit(Op::mul, entry.units, entry.price);
        continue;
      }
      Operand counted = outstanding;  // A
      if (entry.protection == model::AntiDilution::broad_with_reserve) counted = everything_before;
      if (entry.protection == model::AntiDilution::narrow_weighted_average) counted = less(outstanding, options_out);
      // The old price of an empty series is 0: then nothing is adjusted.
      const Operand there = emit(Op::less, constant(0), entry.price);
      const Operand bought = emit(Op::div, amount, emit(Op::choose, there, entry.price, constant(1)));  // B
      const Operand part = emit(Op::div, entry.units, emit(Op::add, counted, bought));
      claim.alpha = emit(Op::neg, emit(Op::mul, part, bought));
      claim.beta = emit(Op::mul, part, amount);
    }
    // Closed: every claim has the most that its terms give. If it never does, no number of shares satisfies the terms.
    const auto book = [&](const Point& last) {
      Operand wanted = constant(0), given = sum(last.shares_of_converts, last.by_protection);
      for (const auto& claim : converts) wanted = sum(wanted, claim.shares);
      for (const auto& claim : series) wanted = sum(wanted, emit(Op::sub, claim.units, e.entries[claim.index].units));
      if (topped) {
        wanted = sum(wanted, emit(Op::max, unissued, less(emit(Op::mul, target, last.everything), granted)));
        given = sum(given, last.unissued);
      }
      const Operand closed = emit(Op::less_equal, emit(Op::abs, emit(Op::sub, wanted, given)), emit(Op::mul, constant(1e-9), last.everything));
      emit_to(x, Op::choose, closed, last.x, constant(kMissing));
      emit_to(unissued_after, Op::copy, last.unissued);
      emit_to(everything, Op::choose, closed, last.everything, constant(kMissing));
      emit_to(converted, Op::copy, last.shares_of_converts);
      for (std::size_t i = 0; i < series.size(); ++i) emit_to(units[i], Op::copy, series[i].units);
      for (std::size_t i = 0; i < converts.size(); ++i) emit_to(shares[i], Op::copy, converts[i].shares);
      return closed;
    };
    Operand top = converts.empty() ? topping : constant(0);
    Point last = point;
    const std::size_t passes = converts.size() + series.size() + (topped ? 1 : 0) + 2;
    std::size_t done = 0;
    const auto pass = [&] {
      last = solve(true, top);
      decide(true, last, top);
    };
    if (converts.empty()) {  // the price found is that of nobody adjusted: a pass is done
      decide(true, last, top);
      ++done;
    }
    for (; done < std::min(passes, kFirstPasses); ++done) pass();
    const Operand closed = book(last);
    if (done == passes) return;
    guarded(emit(Op::opposite, closed), [&] {
      for (; done < passes; ++done) pass();
      book(last);
    });
  });
  root.shares_per_dollar = slot(x);
  root.unissued = slot(unissued_after);
  root.everything = slot(everything);
  root.outstanding_before = emit(Op::add, everything_before, slot(converted));
  if (!is_constant_zero(promised)) root.outstanding_before = emit(Op::add, root.outstanding_before, emit(Op::mul, promised, slot(x)));
  for (std::size_t i = 0; i < series.size(); ++i) root.protected_units.push_back({series[i].index, slot(units[i])});
  for (std::size_t i = 0; i < converts.size(); ++i) root.converts.push_back({converts[i].index, slot(shares[i])});
  return root;
}

}  // namespace warchest::program
