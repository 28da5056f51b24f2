// Terms to claims of a balance, its root to a table. Notation as in the sources: F outstanding as converted with granted options,
// E unissued pool before, D its increase, S shares of all converts, J shares by anti-dilution, G shares by rights to a target,
// x = 1 / price, B Company Capitalization, V pre-money, N new money, T everything after.
#include "equity/round.h"

#include <algorithm>
#include <map>

#include "equity/balance.h"

namespace warchest::equity {
namespace {

constexpr int kFractionDecimals = 15;         // of a pro rata fraction that depends on the price
constexpr std::size_t kLongestFraction = 60;  // characters
constexpr int kMostPasses = 10'000;

struct BranchOf {
  Branch branch;
  const EffectiveTerms* terms;
};

struct Setting {
  const CapTable& table;
  const RoundTerms& terms;
  ShareCount before;
  std::vector<Convert> converts;
  std::vector<std::vector<BranchOf>> branches;  // beside the branches of each convert's claim
  Number converting;                            // sum of the amounts
  Number new_money;                             // N, with what pro rata rights bring on top
  std::vector<Investor> investors;              // with those rights
  std::vector<Number> target_held;              // as-converted shares of each holder of a right to a target

  Number outstanding() const { return before.outstanding(); }  // F
  Number unissued() const { return before.unissued; }          // E
};

// What the exact root or a closing in whole shares comes to.
struct Figures {
  Number price, converts, increase, adjustment, rights, overflow;
  std::vector<Number> convert_shares;
  std::vector<Number> convert_prices;  // as the closing states them
  std::vector<BranchOf> convert_branches;
  std::vector<Number> investor_shares;
  std::vector<Number> right_shares;
  std::vector<Number> series_shares;  // of the protected series, as converted
  int passes = 0;
};

Number total(const std::vector<Number>& parts) {
  Number sum;
  for (const Number& part : parts) sum += part;
  return sum;
}

// ------------------------------------------------------------------------------------------------------------- what is refused

std::optional<Refusal> fault_in_pool(const PoolTerms& pool) {
  if (pool.value.sign() < 0) return Refusal{"the pool asked for is negative"};
  const bool fraction = pool.mode == PoolMode::target_unissued_post || pool.mode == PoolMode::target_total_pool_post;
  if (fraction && pool.value >= 1) return Refusal{"a pool of 100% or more leaves nothing to anybody else"};
  return std::nullopt;
}

std::optional<Refusal> fault_in_terms(const CapTable& table, const RoundTerms& terms) {
  if (const auto fault = fault_in(table)) return fault;
  if (const auto fault = fault_in_pool(terms.pool)) return fault;
  if (terms.pre_money.sign() <= 0) return Refusal{"the pre-money valuation must be above zero"};
  if (terms.promised_options.sign() < 0) return Refusal{"the number of promised options is negative"};
  for (const Investor& investor : terms.investors) {
    if (investor.amount.sign() < 0) return Refusal{investor.id + ": the new money is negative"};
  }
  for (const auto& [id, protection] : terms.anti_dilution.series) {
    const Security* security = table.find(id);
    if (security == nullptr || !std::holds_alternative<Preferred>(security->terms)) {
      return Refusal{"anti-dilution of " + id + ", which is no preferred series of the table"};
    }
  }
  for (const ProRataRight& right : terms.rights) {
    if (right.multiple.sign() < 0 || right.target.sign() < 0 || right.target >= 1) {
      return Refusal{right.holder + ": a pro rata right to less than nothing or to everything"};
    }
    if (right.kind == ProRataRight::Kind::to_target && !terms.anti_dilution.series.empty()) {
      return Refusal{right.holder + ": a right to a target share and anti-dilution in one round make the price of neither linear"};
    }
  }
  if (count(table).fully_diluted().sign() <= 0) return Refusal{"the table has no shares to put a price on"};
  return std::nullopt;
}

// ------------------------------------------------------------------------------------------------------------- claims

Expression pre_money_count(const Setting& setting, bool with_converts) {
  Expression sum = constant(setting.before.fully_diluted()) + unknown(kIncrease);
  if (setting.terms.anti_dilution.count_in_pre_money) sum += unknown(kAdjustment);
  if (with_converts) sum += unknown(kConverts);
  return sum;
}

Expression company_capitalization(const Setting& setting, const Expression& overflow) {
  return constant(setting.before.fully_diluted()) + overflow + unknown(kConverts);
}

Expression everything(const Setting& setting) {
  return constant(setting.before.fully_diluted()) + unknown(kIncrease) + unknown(kConverts) + unknown(kAdjustment) + unknown(kRights) +
         unknown(kSharesPerDollar) * setting.new_money;
}

// The shares that the worth of the company before the new money is divided by, and that worth (Cooley GO).
std::pair<Expression, Number> price_basis(const Setting& setting) {
  const RoundTerms& terms = setting.terms;
  const bool with_converts = terms.method != PriceMethod::pre_money_fixed;
  const Number worth = terms.method == PriceMethod::dollars_invested ? terms.pre_money + setting.converting : terms.pre_money;
  return {pre_money_count(setting, with_converts), worth};
}

Expression base_of(const Setting& setting, Denominator base, const Expression& overflow) {
  switch (base) {
    case Denominator::company_capitalization:
      return company_capitalization(setting, overflow);
    case Denominator::pre_money_without_converts:
      return pre_money_count(setting, false);
    case Denominator::pre_money_with_converts:
      return pre_money_count(setting, true);
  }
  return {};
}

// YC Safe 1(a): the greater of the shares at the lowest price of the round and at the Safe Price; discount forms likewise. The branch
// at the round's price stands first so that the balance starts from it; ties go to the cap (see named_branch).
Claim claim_of(const Setting& setting, const Convert& convert, const Expression& overflow, std::vector<BranchOf>& names) {
  Claim claim{kConverts, {}, 0};
  for (const EffectiveTerms& terms : convert.choices) {
    const bool discounted = terms.discount && !terms.discount->is_zero();
    const Number off = discounted ? Number(1) - *terms.discount : Number(1);
    claim.branches.push_back(unknown(kSharesPerDollar) * (convert.amount / off));
    names.push_back({discounted ? Branch::discount : Branch::round, &terms});
    const Expression base = base_of(setting, terms.base, overflow);
    if (terms.cap) {
      claim.branches.push_back(base * (convert.amount / *terms.cap));
      names.push_back({Branch::cap, &terms});
    }
    if (terms.percent) {
      claim.branches.push_back(base * *terms.percent);
      names.push_back({Branch::percent, &terms});
    }
  }
  return claim;
}

Claim pool_claim(const Setting& setting) {
  const PoolTerms& pool = setting.terms.pool;
  Claim claim{kIncrease, {constant(0)}, 0};
  if (pool.mode == PoolMode::increase) claim.branches = {constant(pool.value)};
  if (pool.mode == PoolMode::target_unissued_post) {
    claim.branches.push_back(everything(setting) * pool.value + constant(-setting.unissued()));
  }
  if (pool.mode == PoolMode::target_total_pool_post) {
    claim.branches.push_back(everything(setting) * pool.value + constant(-setting.unissued() - setting.before.options));
  }
  return claim;
}

struct Consideration {
  Expression issued;
  Number paid;
};

Consideration consideration(const Setting& setting) {
  Consideration result{unknown(kSharesPerDollar) * setting.new_money, setting.new_money};
  if (!setting.terms.anti_dilution.new_money_only) {
    result.issued += unknown(kConverts);
    result.paid += setting.converting;
  }
  return result;
}

// NVCA 4.4.4 turned round: as-converted shares are original capital / CP2, affine in the shares issued, C.
Claim protection_claim(const Setting& setting, const Preferred& series, Protection protection) {
  const Consideration sold = consideration(setting);
  const Number capital = series.shares * series.original_price;
  Claim claim{kAdjustment, {constant(0)}, 0};
  if (sold.paid.is_zero()) return claim;
  Expression after;
  if (protection == Protection::full_ratchet) {
    after = sold.issued * (capital / sold.paid);
  } else {
    const Number counted = shares_counted(protection, setting.before);
    after = (sold.issued + constant(counted)) * (capital / series.conversion_price / (counted + sold.paid / series.conversion_price));
  }
  claim.branches.push_back(after + constant(-capital / series.conversion_price));
  return claim;
}

Balance balance_of(Setting& setting, const Expression& overflow) {
  Balance balance;
  setting.branches.clear();
  for (const Convert& convert : setting.converts) {
    std::vector<BranchOf> names;
    balance.claims.push_back(claim_of(setting, convert, overflow, names));
    setting.branches.push_back(std::move(names));
  }
  const auto [shares, worth] = price_basis(setting);
  balance.claims.push_back({kSharesPerDollar, {shares * (Number(1) / worth)}, 0});
  balance.claims.push_back(pool_claim(setting));
  for (const auto& [id, protection] : setting.terms.anti_dilution.series) {
    balance.claims.push_back(protection_claim(setting, std::get<Preferred>(setting.table.find(id)->terms), protection));
  }
  std::size_t target = 0;
  for (const ProRataRight& right : setting.terms.rights) {
    if (right.kind != ProRataRight::Kind::to_target) continue;
    Claim claim{kRights, {constant(0)}, 0};
    claim.branches.push_back(everything(setting) * right.target + constant(-setting.target_held[target++]));
    balance.claims.push_back(std::move(claim));
  }
  return balance;
}

// The branch to name where several give the same shares: the earliest choice of terms, its cap before its price.
BranchOf named_branch(const Claim& claim, const std::vector<BranchOf>& names, const Point& point) {
  const Number most = claim.branches[claim.in_force].at(point);
  const auto rank = [](Branch branch) { return branch == Branch::cap ? 0 : branch == Branch::percent ? 1 : 2; };
  const BranchOf* best = &names[claim.in_force];
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (claim.branches[i].at(point) != most) continue;
    const bool earlier = names[i].terms < best->terms;
    if (earlier || (names[i].terms == best->terms && rank(names[i].branch) < rank(best->branch))) best = &names[i];
  }
  return *best;
}

// ------------------------------------------------------------------------------------------------------------- the exact root

Figures figures_of(const Setting& setting, const Balance& balance, const Number& overflow) {
  const Point& point = balance.point;
  Figures figures;
  figures.passes = balance.rounds_of_newton;
  figures.price = Number(1) / point[kSharesPerDollar];
  figures.converts = point[kConverts];
  figures.increase = point[kIncrease];
  figures.adjustment = point[kAdjustment];
  figures.rights = point[kRights];
  figures.overflow = overflow;
  for (std::size_t i = 0; i < setting.converts.size(); ++i) {
    const Claim& claim = balance.claims[i];
    const Number shares = claim.branches[claim.in_force].at(point);
    figures.convert_shares.push_back(shares);
    figures.convert_prices.push_back(shares.is_zero() ? Number(0) : setting.converts[i].amount / shares);
    figures.convert_branches.push_back(named_branch(claim, setting.branches[i], point));
  }
  for (const Investor& investor : setting.investors) figures.investor_shares.push_back(investor.amount / figures.price);
  std::size_t index = setting.converts.size() + 2;
  for (const auto& [id, protection] : setting.terms.anti_dilution.series) {
    const Claim& claim = balance.claims[index++];
    figures.series_shares.push_back(as_converted(*setting.table.find(id)) + claim.branches[claim.in_force].at(point));
  }
  for (; index < balance.claims.size(); ++index) {
    const Claim& claim = balance.claims[index];
    figures.right_shares.push_back(claim.branches[claim.in_force].at(point));
  }
  return figures;
}

const Refusal kNoBalance{
    "no number of shares satisfies the terms: converts, pool and new money together ask for the whole company or more"};

// Promised options beyond the pool enter B only as far as the increase covers them (YC Safe v1.2, "Unissued Option Pool"): first as
// if it covers them all, and if it does not, with the whole increase.
Result<Figures> exact_figures(Setting& setting) {
  const Number overflow = greatest(Number(0), setting.terms.promised_options - setting.unissued());
  Balance balance = balance_of(setting, constant(overflow));
  const bool solved = balance.solve();
  if (solved && (overflow.is_zero() || balance.point[kIncrease] >= overflow)) return figures_of(setting, balance, overflow);
  if (overflow.is_zero()) return kNoBalance;
  Balance partly = balance_of(setting, unknown(kIncrease));
  if (!partly.solve()) return kNoBalance;
  if (partly.point[kIncrease] > overflow) return kNoBalance;
  return figures_of(setting, partly, partly.point[kIncrease]);
}

// ------------------------------------------------------------------------------------------------------------- whole shares

Number closing_price(const ClosingRule& rule, const Number& price) {
  return rule.price_decimals ? price.rounded(*rule.price_decimals, rule.price_direction) : price;
}

Number closing_shares(const ClosingRule& rule, const Number& shares) { return rule.whole_shares ? shares.floor() : shares; }

void close_converts(const Setting& setting, const Figures& last, Figures& next) {
  const ClosingRule& rule = setting.terms.closing;
  const Number diluted = setting.before.fully_diluted();
  const Number inside = setting.terms.anti_dilution.count_in_pre_money ? last.adjustment : Number(0);
  for (std::size_t i = 0; i < setting.converts.size(); ++i) {
    const Convert& convert = setting.converts[i];
    Number most, at_price;
    BranchOf chosen{Branch::none, &convert.choices.front()};
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
        offer(Branch::cap, terms, price, closing_shares(rule, convert.amount / price));
      }
      if (terms.percent) {
        const Number shares = closing_shares(rule, base * *terms.percent);
        offer(Branch::percent, terms, shares.is_zero() ? Number(0) : convert.amount / shares, shares);
      }
      const bool discounted = terms.discount && !terms.discount->is_zero();
      const Number price = discounted ? closing_price(rule, next.price * (Number(1) - *terms.discount)) : next.price;
      offer(discounted ? Branch::discount : Branch::round, terms, price, closing_shares(rule, convert.amount / price));
    }
    next.convert_shares.push_back(most);
    next.convert_prices.push_back(at_price);
    next.convert_branches.push_back(chosen);
  }
  next.converts = total(next.convert_shares);
}

void close_protection(const Setting& setting, Figures& next) {
  Number issued = total(next.investor_shares);
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
Number closed_increase(const Setting& setting, const Number& all_but_pool) {
  const PoolTerms& pool = setting.terms.pool;
  if (pool.mode == PoolMode::none) return 0;
  if (pool.mode == PoolMode::increase) return pool.value;
  const Number granted = pool.mode == PoolMode::target_total_pool_post ? setting.before.options : Number(0);
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

void close_rights(const Setting& setting, const Figures& last, Figures& next) {
  const Number everything =
      setting.before.fully_diluted() + last.increase + last.converts + last.adjustment + last.rights + total(last.investor_shares);
  std::size_t target = 0;
  for (const ProRataRight& right : setting.terms.rights) {
    if (right.kind != ProRataRight::Kind::to_target) continue;
    const Number short_of = everything * right.target - setting.target_held[target++];
    next.right_shares.push_back(greatest(Number(0), closing_shares(setting.terms.closing, short_of)));
  }
  next.rights = total(next.right_shares);
}

// One pass: last counts give prices, prices give counts.
Figures close_once(const Setting& setting, const Figures& last) {
  const RoundTerms& terms = setting.terms;
  Number shares = setting.before.fully_diluted() + last.increase;
  if (terms.anti_dilution.count_in_pre_money) shares += last.adjustment;
  if (terms.method != PriceMethod::pre_money_fixed) shares += last.converts;
  Figures next;
  next.price = closing_price(terms.closing, price_basis(setting).second / shares);
  next.overflow = least(last.increase, greatest(Number(0), terms.promised_options - setting.unissued()));
  close_converts(setting, last, next);
  for (const Investor& investor : setting.investors) {
    next.investor_shares.push_back(closing_shares(terms.closing, investor.amount / next.price));
  }
  close_rights(setting, last, next);
  close_protection(setting, next);
  next.increase =
      closed_increase(setting, setting.outstanding() + next.converts + next.adjustment + next.rights + total(next.investor_shares));
  return next;
}

bool same_counts(const Figures& a, const Figures& b) {
  return a.price == b.price && a.convert_shares == b.convert_shares && a.investor_shares == b.investor_shares && a.increase == b.increase &&
         a.adjustment == b.adjustment && a.right_shares == b.right_shares && a.overflow == b.overflow;
}

// Passes from nothing converted upwards: every count can only rise, and stays below the exact root where prices round up, so the
// passes end in the least table that satisfies the identity in whole shares.
Result<Figures> closed_figures(const Setting& setting) {
  Figures last;
  for (int pass = 1; pass <= kMostPasses; ++pass) {
    Figures next = close_once(setting, last);
    if (next.price.sign() <= 0) return Refusal{"the price of the round rounds to zero"};
    next.passes = pass;
    if (same_counts(last, next)) return next;
    last = std::move(next);
  }
  return Refusal{"no table in whole shares satisfies the terms with the rounding that the closing states"};
}

// ------------------------------------------------------------------------------------------------------------- pro rata rights

// As-converted shares before the round and by conversion in it, of one holder.
Number held_by(const Setting& setting, const std::string& holder, const Figures* figures) {
  Number held;
  for (const Security& security : setting.table.securities) {
    const Number issued = shares_of(security);
    if (issued.is_zero()) continue;
    Number shares = as_converted(security);
    for (std::size_t i = 0; figures != nullptr && i < setting.converts.size(); ++i) {
      if (setting.converts[i].id == security.id) shares = figures->convert_shares[i];
    }
    for (const Holding& holding : holdings_of(setting.table, security)) {
      if (holding.holder == holder) held += shares * holding.shares / issued;
    }
  }
  return held;
}

bool holds_converts(const Setting& setting, const std::string& holder) {
  return std::any_of(setting.converts.begin(), setting.converts.end(), [&](const Convert& convert) {
    const auto holdings = holdings_of(setting.table, *setting.table.find(convert.id));
    return std::any_of(holdings.begin(), holdings.end(), [&](const Holding& holding) { return holding.holder == holder; });
  });
}

// Money of the rights by fraction of the round. Gives the fractions used, so that the caller sees when they stand still.
Result<std::vector<Number>> apply_rights(Setting& setting, const Figures* figures) {
  const RoundTerms& terms = setting.terms;
  setting.investors = terms.investors;
  Number sold;
  for (const Investor& investor : terms.investors) sold += investor.amount;
  const Number capitalization = setting.before.fully_diluted() + (figures ? figures->overflow + figures->converts : Number(0));
  std::vector<Number> fractions;
  Number on_top;
  for (const ProRataRight& right : terms.rights) {
    if (right.kind == ProRataRight::Kind::to_target) continue;
    Number fraction = held_by(setting, right.holder, figures) / capitalization * right.multiple;
    // A fraction that follows from caps alone stands still and stays exact. One that depends on the price would grow by every pass:
    // it is cut, as a side letter would state it, and the passes end where the cut no longer moves.
    if (fraction.text().size() > kLongestFraction) fraction = fraction.rounded(kFractionDecimals, Direction::down);
    fractions.push_back(fraction);
    if (right.kind == ProRataRight::Kind::on_top) on_top += fraction;
  }
  if (on_top >= 1) return Refusal{"the pro rata rights take the whole round"};
  setting.new_money = sold / (Number(1) - on_top);
  std::size_t index = 0;
  for (const ProRataRight& right : terms.rights) {
    if (right.kind == ProRataRight::Kind::to_target) continue;
    const Number amount = fractions[index++] * (right.kind == ProRataRight::Kind::on_top ? setting.new_money : sold);
    if (right.kind == ProRataRight::Kind::within) {
      if (setting.investors.empty() || setting.investors.front().amount < amount) {
        return Refusal{right.holder + ": its right takes more than the allotment of the first investor"};
      }
      setting.investors.front().amount -= amount;
    }
    setting.investors.push_back({right.holder, amount});
  }
  return fractions;
}

Result<Figures> solved_with_rights(Setting& setting) {
  for (const ProRataRight& right : setting.terms.rights) {
    if (right.kind != ProRataRight::Kind::to_target) continue;
    if (holds_converts(setting, right.holder)) {
      return Refusal{right.holder + ": a right to a target share of a holder whose SAFE or note converts in the same round"};
    }
    setting.target_held.push_back(held_by(setting, right.holder, nullptr));
  }
  auto fractions = apply_rights(setting, nullptr);
  if (!fractions) return fractions.refusal();
  for (int pass = 0; pass < kMostPasses; ++pass) {
    auto figures = exact_figures(setting);
    if (!figures) return figures.refusal();
    auto next = apply_rights(setting, &*figures);
    if (!next) return next.refusal();
    if (*next == *fractions) {
      const ClosingRule& rule = setting.terms.closing;
      return rule.price_decimals || rule.whole_shares ? closed_figures(setting) : figures;
    }
    fractions = next;
  }
  return Refusal{"the pro rata rights and the price do not settle"};
}

// ------------------------------------------------------------------------------------------------------------- the table after

Preferred new_series(const SeriesTerms& terms, const Number& shares, const Number& price) {
  return Preferred{shares, price, price, terms.multiple, terms.participation, terms.cap_multiple, terms.seniority, terms.dividend};
}

Terms converted_terms(const Setting& setting, const Figures& figures, std::size_t index) {
  const Number& shares = figures.convert_shares[index];
  const ConvertsBecome become = setting.terms.converts_become;
  if (become == ConvertsBecome::common || setting.terms.series.is_common) return Common{shares};
  if (become == ConvertsBecome::standard_preferred) return new_series(setting.terms.series, shares, figures.price);
  if (!figures.convert_prices[index].is_zero()) return new_series(setting.terms.series, shares, figures.convert_prices[index]);
  Preferred free = new_series(setting.terms.series, shares, figures.price);  // nothing was paid: nothing is preferred
  free.multiple = 0;
  return free;
}

std::string free_name(const CapTable& table, std::string name) {
  while (table.find(name) != nullptr) name += "'";
  return name;
}

void scale_holdings(CapTable& table, const std::string& security, const Number& before, const Number& after) {
  for (Holding& holding : table.holdings) {
    if (holding.security == security && !before.is_zero()) holding.shares = holding.shares * after / before;
  }
}

void add_to_pool(CapTable& table, const Number& increase) {
  if (increase.is_zero()) return;
  for (Security& security : table.securities) {
    if (Pool* pool = std::get_if<Pool>(&security.terms)) {
      scale_holdings(table, security.id, pool->shares, pool->shares + increase);
      pool->shares += increase;
      return;
    }
  }
  table.securities.push_back({free_name(table, "pool"), Pool{increase}});
}

CapTable table_after(const Setting& setting, const Figures& figures) {
  CapTable after = setting.table;
  for (std::size_t i = 0; i < setting.converts.size(); ++i) {
    Security& security = *after.find(setting.converts[i].id);
    scale_holdings(after, security.id, shares_of(security), figures.convert_shares[i]);
    security.terms = converted_terms(setting, figures, i);
  }
  for (std::size_t i = 0; i < setting.terms.anti_dilution.series.size(); ++i) {
    Preferred& series = std::get<Preferred>(after.find(setting.terms.anti_dilution.series[i].first)->terms);
    if (!figures.series_shares[i].is_zero()) {
      series.conversion_price = series.shares * series.original_price / figures.series_shares[i];
    }
  }
  add_to_pool(after, figures.increase);
  const Number issued = total(figures.investor_shares) + figures.rights;
  if (issued.is_zero()) return after;
  const SeriesTerms& terms = setting.terms.series;
  const std::string id = free_name(after, terms.id);
  for (std::size_t i = 0; i < setting.investors.size(); ++i) {
    after.holdings.push_back({setting.investors[i].id, id, figures.investor_shares[i]});
  }
  std::size_t target = 0;
  for (const ProRataRight& right : setting.terms.rights) {
    if (right.kind == ProRataRight::Kind::to_target) after.holdings.push_back({right.holder, id, figures.right_shares[target++]});
  }
  if (terms.is_common) {
    after.securities.push_back({id, Common{issued}});
  } else {
    after.securities.push_back({id, new_series(terms, issued, figures.price)});
  }
  return after;
}

// ------------------------------------------------------------------------------------------------------------- the result

const char* method_name(PriceMethod method) {
  switch (method) {
    case PriceMethod::percent_ownership:
      return "P (F + E + D + S) = V";
    case PriceMethod::pre_money_fixed:
      return "P (F + E + D) = V";
    case PriceMethod::dollars_invested:
      return "P (F + E + D + S) = V + converting amounts";
  }
  return "";
}

const char* rule_name(Branch branch) {
  switch (branch) {
    case Branch::none:
      return "nothing to convert on";
    case Branch::cap:
      return "amount * base / cap: the cap gives more than the price";
    case Branch::percent:
      return "percentage * Company Capitalization";
    case Branch::discount:
      return "amount / (P (1 - discount)): the discount gives most";
    case Branch::round:
      return "amount / P: the price of the round gives most";
  }
  return "";
}

void add_steps(const Setting& setting, RoundResult& result, const Figures& figures) {
  Steps& steps = result.steps;
  steps.push_back({"F", "outstanding: common, preferred as converted, granted options and warrants", setting.outstanding(),
                   "YC Safe v1.2, Company Capitalization"});
  steps.push_back({"E", "unissued pool before", setting.unissued(), "NVCA term sheet, fully diluted pre-money"});
  for (const Convert& convert : setting.converts) {
    if (convert.is_note) steps.push_back({convert.id, "principal and interest", convert.amount, "note form, interest"});
  }
  steps.push_back({"D", "increase of the pool, inside the pre-money", result.pool_increase, "NVCA term sheet; YC user guide"});
  if (!figures.overflow.is_zero()) {
    steps.push_back({"overflow", "promised options above the pool", figures.overflow, "YC Safe v1.2, Unissued Option Pool"});
  }
  steps.push_back({"B", "F + E + promised overflow + all converts", result.company_capitalization, "YC Safe v1.2, Company Capitalization"});
  steps.push_back({"P", method_name(setting.terms.method), result.price, "Cooley GO; NVCA term sheet"});
  for (const Conversion& conversion : result.conversions) {
    const std::string taken = conversion.terms.taken_from.empty() ? "" : " (terms of " + conversion.terms.taken_from + ")";
    steps.push_back({conversion.id, rule_name(conversion.branch) + taken, conversion.shares,
                     setting.table.find(conversion.id) && std::holds_alternative<Note>(setting.table.find(conversion.id)->terms)
                         ? "note form, Conversion Price"
                         : "YC Safe 1(a)"});
  }
  for (const Adjustment& adjustment : result.adjustments) {
    steps.push_back({adjustment.series, "conversion price after the issue", adjustment.conversion_price, "NVCA charter 4.4.4"});
  }
  for (const Allotment& allotment : result.allotments) {
    steps.push_back({allotment.id, "amount / P", allotment.shares, "subscription"});
  }
  steps.push_back({"T", "everything after the round", result.post_shares, ""});
  if (!result.residue.is_zero()) {
    steps.push_back({"residue", "P T less the stated worth, from the rounding of the closing", result.residue, "closing rule"});
  }
}

Number stated_worth(const Setting& setting, const RoundResult& result, const Figures& figures) {
  Number worth = setting.terms.pre_money + setting.new_money + figures.rights * result.price;
  if (setting.terms.method == PriceMethod::dollars_invested) worth += setting.converting;
  if (setting.terms.method == PriceMethod::pre_money_fixed) worth += figures.converts * result.price;
  if (!setting.terms.anti_dilution.count_in_pre_money) worth += figures.adjustment * result.price;
  return worth;
}

RoundResult result_of(const Setting& setting, const Figures& figures) {
  RoundResult result;
  result.price = figures.price;
  result.new_shares = total(figures.investor_shares) + figures.rights;
  result.pool_increase = figures.increase;
  result.pool_after = setting.unissued() + figures.increase;
  result.company_capitalization = setting.before.fully_diluted() + figures.overflow + figures.converts;
  result.post_shares = setting.before.fully_diluted() + figures.increase + figures.converts + figures.adjustment + result.new_shares;
  for (std::size_t i = 0; i < setting.converts.size(); ++i) {
    const BranchOf& branch = figures.convert_branches[i];
    result.conversions.push_back({setting.converts[i].id, setting.converts[i].amount, figures.convert_shares[i], figures.convert_prices[i],
                                  branch.branch, *branch.terms});
  }
  for (std::size_t i = 0; i < setting.investors.size(); ++i) {
    const Investor& investor = setting.investors[i];
    const Number& shares = figures.investor_shares[i];
    result.allotments.push_back({investor.id, investor.amount, shares, investor.amount - shares * figures.price});
  }
  std::size_t target = 0;
  for (const ProRataRight& right : setting.terms.rights) {
    if (right.kind != ProRataRight::Kind::to_target) continue;
    const Number& shares = figures.right_shares[target++];
    result.allotments.push_back({right.holder, shares * figures.price, shares, Number(0)});
  }
  result.after = table_after(setting, figures);
  for (std::size_t i = 0; i < setting.terms.anti_dilution.series.size(); ++i) {
    const std::string& id = setting.terms.anti_dilution.series[i].first;
    const Preferred& series = std::get<Preferred>(result.after.find(id)->terms);
    result.adjustments.push_back({id, series.conversion_price, conversion_ratio(series), figures.series_shares[i]});
  }
  result.residue = figures.price * result.post_shares - stated_worth(setting, result, figures);
  add_steps(setting, result, figures);
  return result;
}

}  // namespace

Result<RoundResult> priced_round(const CapTable& table, const RoundTerms& terms) {
  if (const auto fault = fault_in_terms(table, terms)) return *fault;
  auto converts = converts_of(table, terms.date);
  if (!converts) return converts.refusal();
  Setting setting{table, terms, count(table), *std::move(converts), {}, Number(0), Number(0), {}, {}};
  for (const Convert& convert : setting.converts) setting.converting += convert.amount;
  const auto figures = solved_with_rights(setting);
  if (!figures) return figures.refusal();
  return result_of(setting, *figures);
}

Result<Number> pro_rata_of_round(const Number& new_investors_after, const Number& holders_before) {
  if (new_investors_after.sign() < 0 || holders_before.sign() < 0) return Refusal{"a negative share of the company"};
  if (holders_before >= 1) return Refusal{"holders of all of the company take the whole round"};
  const Number all = new_investors_after / (Number(1) - holders_before);
  if (all >= 1) return Refusal{"the round and the pro rata rights take the whole company"};
  return all - new_investors_after;
}

Result<Number> shares_to_target(const Number& before, const Number& current, const Number& target) {
  if (before.sign() < 0 || current.sign() < 0 || current > before) return Refusal{"the holder cannot have more shares than there are"};
  if (target.sign() < 0 || target >= 1) return Refusal{"the target must be at least 0 and below 100%"};
  return greatest(Number(0), (target * before - current) / (Number(1) - target));
}

}  // namespace warchest::equity
