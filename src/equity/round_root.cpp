// The exact root: terms to claims of a balance, its root to figures. Notation as in the sources: F outstanding as converted with
// granted options, E unissued pool before, D its increase, S shares of all converts, J shares by anti-dilution, G shares by rights to
// a target, x = 1 / price, B Company Capitalization, V pre-money, N new money, T everything after.
#include "equity/balance.h"
#include "equity/round_figures.h"

namespace warchest::equity {
namespace {

Expression pre_money_count(const RoundSetting& setting, bool with_converts) {
  Expression sum = constant(setting.before.fully_diluted()) + unknown(kIncrease);
  if (setting.terms.anti_dilution.count_in_pre_money) sum += unknown(kAdjustment);
  if (with_converts) sum += unknown(kConverts);
  return sum;
}

Expression company_capitalization(const RoundSetting& setting, const Expression& overflow) {
  return constant(setting.before.fully_diluted()) + overflow + unknown(kConverts);
}

Expression everything(const RoundSetting& setting) {
  return constant(setting.before.fully_diluted()) + unknown(kIncrease) + unknown(kConverts) + unknown(kAdjustment) + unknown(kRights) +
         unknown(kSharesPerDollar) * setting.new_money;
}

// The shares that the worth of the company before the new money is divided by (Cooley GO).
Expression price_basis(const RoundSetting& setting) {
  return pre_money_count(setting, setting.terms.method != PriceMethod::pre_money_fixed);
}

Expression base_of(const RoundSetting& setting, Denominator base, const Expression& overflow) {
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
Claim claim_of(const RoundSetting& setting, const Convert& convert, const Expression& overflow, std::vector<NamedBranch>& names) {
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

Claim pool_claim(const RoundSetting& setting) {
  const PoolTerms& pool = setting.terms.pool;
  Claim claim{kIncrease, {constant(0)}, 0};
  if (pool.mode == PoolMode::increase) claim.branches = {constant(pool.value)};
  if (pool.mode == PoolMode::target_unissued_post) {
    claim.branches.push_back(everything(setting) * pool.value + constant(-setting.unissued()));
  }
  if (pool.mode == PoolMode::target_total_pool_post) {
    claim.branches.push_back(everything(setting) * pool.value + constant(-setting.unissued() - setting.before.granted));
  }
  return claim;
}

struct Consideration {
  Expression issued;
  Number paid;
};

Consideration consideration(const RoundSetting& setting) {
  Consideration result{unknown(kSharesPerDollar) * setting.new_money, setting.new_money};
  if (!setting.terms.anti_dilution.new_money_only) {
    result.issued += unknown(kConverts);
    result.paid += setting.converting;
  }
  return result;
}

// NVCA 4.4.4 turned round: as-converted shares are original capital / CP2, affine in the shares issued, C.
Claim protection_claim(const RoundSetting& setting, const Preferred& series, Protection protection) {
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

Balance balance_of(RoundSetting& setting, const Expression& overflow) {
  Balance balance;
  setting.branches.clear();
  for (const Convert& convert : setting.converts) {
    std::vector<NamedBranch> names;
    balance.claims.push_back(claim_of(setting, convert, overflow, names));
    setting.branches.push_back(std::move(names));
  }
  balance.claims.push_back({kSharesPerDollar, {price_basis(setting) * (Number(1) / worth_before(setting))}, 0});
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
NamedBranch named_branch(const Claim& claim, const std::vector<NamedBranch>& names, const Point& point) {
  const Number most = claim.branches[claim.in_force].at(point);
  const auto rank = [](Branch branch) { return branch == Branch::cap ? 0 : branch == Branch::percent ? 1 : 2; };
  const NamedBranch* best = &names[claim.in_force];
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (claim.branches[i].at(point) != most) continue;
    const bool earlier = names[i].terms < best->terms;
    if (earlier || (names[i].terms == best->terms && rank(names[i].branch) < rank(best->branch))) best = &names[i];
  }
  return *best;
}

RoundFigures figures_of(const RoundSetting& setting, const Balance& balance, const Number& overflow) {
  const Point& point = balance.point;
  RoundFigures figures;
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

}  // namespace

Number worth_before(const RoundSetting& setting) {
  const bool with_dollars = setting.terms.method == PriceMethod::dollars_invested;
  return with_dollars ? setting.terms.pre_money + setting.converting : setting.terms.pre_money;
}

// Promised options beyond the pool enter B only as far as the increase covers them (YC Safe v1.2, "Unissued Option Pool"): first as
// if it covers them all, and if it does not, with the whole increase.
Result<RoundFigures> exact_figures(RoundSetting& setting) {
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

}  // namespace warchest::equity
