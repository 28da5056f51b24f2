// The closing in whole shares: the definitions of the round with every price and count rounded as the closing states, passed through
// until they agree in integers. What is rounded away shows as residue and as unspent cash.
#include "equity/round_figures.h"

namespace warchest::equity {
namespace {

constexpr int kMostPasses = 10'000;

Number closing_price(const ClosingRule& rule, const Number& price) {
  return rule.price_decimals ? price.rounded(*rule.price_decimals, rule.price_direction) : price;
}

Number closing_shares(const ClosingRule& rule, const Number& shares) { return rule.whole_shares ? shares.floor() : shares; }

void close_converts(const RoundSetting& setting, const RoundFigures& last, RoundFigures& next) {
  const ClosingRule& rule = setting.terms.closing;
  const Number diluted = setting.before.fully_diluted();
  const Number inside = setting.terms.anti_dilution.count_in_pre_money ? last.adjustment : Number(0);
  for (std::size_t i = 0; i < setting.converts.size(); ++i) {
    const Convert& convert = setting.converts[i];
    Number most, at_price;
    NamedBranch chosen{Branch::none, &convert.choices.front()};
    const auto offer = [&](Branch branch, const EffectiveTerms& terms, const Number& price, const Number& shares) {
      if (chosen.branch != Branch::none && shares <= most) return;
      most = shares;
      at_price = price;
      chosen = {branch, &terms};
    };
    for (const EffectiveTerms& terms : convert.choices) {
      Number base = diluted + last.overflow + last.converts;
      if (terms.base == Denominator::pre_money_without_converts) base = diluted + last.increase + inside;
      if (terms.base == Denominator::pre_money_with_converts) base = diluted + last.increase + inside + last.converts;
      if (terms.cap) {
        const Number price = closing_price(rule, *terms.cap / base);
        next.price_of_zero = next.price_of_zero || price.sign() <= 0;
        if (next.price_of_zero) return;
        offer(Branch::cap, terms, price, closing_shares(rule, convert.amount / price));
      }
      if (terms.percent) {
        const Number shares = closing_shares(rule, base * *terms.percent);
        offer(Branch::percent, terms, shares.is_zero() ? Number(0) : convert.amount / shares, shares);
      }
      const bool discounted = terms.discount && !terms.discount->is_zero();
      const Number price = discounted ? closing_price(rule, next.price * (Number(1) - *terms.discount)) : next.price;
      next.price_of_zero = next.price_of_zero || price.sign() <= 0;
      if (next.price_of_zero) return;
      offer(discounted ? Branch::discount : Branch::round, terms, price, closing_shares(rule, convert.amount / price));
    }
    next.convert_shares.push_back(most);
    next.convert_prices.push_back(at_price);
    next.convert_branches.push_back(chosen);
  }
  next.converts = sum_of(next.convert_shares);
}

void close_protection(const RoundSetting& setting, RoundFigures& next) {
  Number issued = sum_of(next.investor_shares);
  Number paid = setting.new_money;
  if (!setting.terms.anti_dilution.new_money_only) {
    issued += next.converts;
    paid += setting.converting;
  }
  for (const auto& [id, protection] : setting.terms.anti_dilution.series) {
    const Preferred& series = std::get<Preferred>(setting.table.find(id)->terms);
    const Number price =
        paid.is_zero() ? series.conversion_price
                       : adjusted_price(protection, series.conversion_price, shares_counted(protection, setting.before), issued, paid);
    next.series_shares.push_back(series.shares * series.original_price / price);
    next.adjustment += next.series_shares.back() - as_converted(*setting.table.find(id));
  }
}

// The least pool, in the closing's shares, that meets the target when it counts itself.
Number closed_increase(const RoundSetting& setting, const Number& all_but_pool) {
  const PoolTerms& pool = setting.terms.pool;
  if (pool.mode == PoolMode::none) return 0;
  if (pool.mode == PoolMode::increase) return pool.value;
  const Number granted = pool.mode == PoolMode::target_total_pool_post ? setting.before.granted : Number(0);
  if (!setting.terms.closing.whole_shares) {
    const Number needed = (all_but_pool * pool.value - granted) / (Number(1) - pool.value);
    return greatest(Number(0), needed - setting.unissued());
  }
  Number unissued = setting.unissued();
  for (int pass = 0; pass < kMostPasses; ++pass) {
    const Number needed = greatest(setting.unissued(), ((all_but_pool + unissued) * pool.value - granted).floor());
    if (needed == unissued) break;
    unissued = needed;
  }
  return unissued - setting.unissued();
}

void close_rights(const RoundSetting& setting, const RoundFigures& last, RoundFigures& next) {
  const Number everything =
      setting.before.fully_diluted() + last.increase + last.converts + last.adjustment + last.rights + sum_of(last.investor_shares);
  std::size_t target = 0;
  for (const ProRataRight& right : setting.terms.rights) {
    if (right.kind != ProRataRight::Kind::to_target) continue;
    const Number short_of = everything * right.target - setting.target_held[target++];
    next.right_shares.push_back(greatest(Number(0), closing_shares(setting.terms.closing, short_of)));
  }
  next.rights = sum_of(next.right_shares);
}

// One pass: last counts give prices, prices give counts.
RoundFigures close_once(const RoundSetting& setting, const RoundFigures& last) {
  const RoundTerms& terms = setting.terms;
  Number shares = setting.before.fully_diluted() + last.increase;
  if (terms.anti_dilution.count_in_pre_money) shares += last.adjustment;
  if (terms.method != PriceMethod::pre_money_fixed) shares += last.converts;
  RoundFigures next;
  next.price = closing_price(terms.closing, worth_before(setting) / shares);
  next.price_of_zero = next.price.sign() <= 0;
  if (next.price_of_zero) return next;
  next.overflow = least(last.increase, greatest(Number(0), terms.promised_options - setting.unissued()));
  close_converts(setting, last, next);
  if (next.price_of_zero) return next;
  for (const Investor& investor : setting.investors) {
    next.investor_shares.push_back(closing_shares(terms.closing, investor.amount / next.price));
  }
  close_rights(setting, last, next);
  close_protection(setting, next);
  next.increase =
      closed_increase(setting, setting.outstanding() + next.converts + next.adjustment + next.rights + sum_of(next.investor_shares));
  return next;
}

bool same_counts(const RoundFigures& a, const RoundFigures& b) {
  return a.price == b.price && a.convert_shares == b.convert_shares && a.investor_shares == b.investor_shares && a.increase == b.increase &&
         a.adjustment == b.adjustment && a.right_shares == b.right_shares && a.overflow == b.overflow;
}

}  // namespace

Number sum_of(const std::vector<Number>& parts) {
  Number sum;
  for (const Number& part : parts) sum += part;
  return sum;
}

// Passes from nothing converted upwards: every count can only rise, and stays below the exact root where prices round up, so the
// passes end in the least table that satisfies the identity in whole shares.
Result<RoundFigures> closed_figures(const RoundSetting& setting) {
  RoundFigures last;
  for (int pass = 1; pass <= kMostPasses; ++pass) {
    RoundFigures next = close_once(setting, last);
    if (next.price_of_zero) return Refusal{"the closing rounds a price to zero: it needs more decimals"};
    next.passes = pass;
    if (same_counts(last, next)) return next;
    last = std::move(next);
  }
  return Refusal{"no table in whole shares satisfies the terms with the rounding that the closing states"};
}

}  // namespace warchest::equity
