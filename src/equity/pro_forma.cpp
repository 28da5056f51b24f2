// The result of a round: the table after it, who got what, and the working.
#include "equity/round_figures.h"

namespace warchest::equity {
namespace {

Preferred new_series(const SeriesTerms& terms, const Number& shares, const Number& price) {
  return Preferred{shares, price, price, terms.multiple, terms.participation, terms.cap_multiple, terms.seniority, terms.dividend};
}

Terms converted_terms(const RoundSetting& setting, const RoundFigures& figures, std::size_t index) {
  const Number& shares = figures.convert_shares[index];
  const ConvertsBecome become = setting.terms.converts_become;
  if (become == ConvertsBecome::common || setting.terms.series.is_common) return Common{shares};
  if (become == ConvertsBecome::standard_preferred) return new_series(setting.terms.series, shares, figures.price);
  if (!figures.convert_prices[index].is_zero()) return new_series(setting.terms.series, shares, figures.convert_prices[index]);
  Preferred free = new_series(setting.terms.series, shares, figures.price);  // nothing was paid: nothing is preferred
  free.multiple = 0;
  return free;
}

void scale_holdings(CapTable& table, const std::string& security, const Number& before, const Number& after) {
  bool first = true;
  for (Holding& holding : table.holdings) {
    if (holding.security != security) continue;
    // What nobody paid for cannot be divided by what was paid: its first holder has it.
    const Number unpaid = first ? after : Number(0);
    holding.shares = before.is_zero() ? unpaid : holding.shares * after / before;
    first = false;
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
  table.securities.push_back({unused_name(table, "pool"), Pool{increase}});
}

CapTable table_after(const RoundSetting& setting, const RoundFigures& figures) {
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
  const Number issued = sum_of(figures.investor_shares) + figures.rights;
  if (issued.is_zero()) return after;
  const SeriesTerms& terms = setting.terms.series;
  const std::string id = unused_name(after, terms.id);
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

Number base_at(const RoundSetting& setting, const RoundFigures& figures, Denominator base) {
  const Number diluted = setting.before.fully_diluted();
  if (base == Denominator::company_capitalization) return diluted + figures.overflow + figures.converts;
  const Number inside = setting.terms.anti_dilution.count_in_pre_money ? figures.adjustment : Number(0);
  const Number converts = base == Denominator::pre_money_with_converts ? figures.converts : Number(0);
  return diluted + figures.increase + inside + converts;
}

// The prices that were compared, then the shares by the lowest of them.
void add_conversion_steps(const RoundSetting& setting, const RoundFigures& figures, const Conversion& conversion, Steps& steps) {
  const bool is_note = std::holds_alternative<Note>(setting.table.find(conversion.id)->terms);
  const char* source = is_note ? "note form, Conversion Price" : "YC Safe 1(a)";
  const EffectiveTerms& terms = conversion.terms;
  if (!terms.taken_from.empty()) {
    steps.push_back({conversion.id, "amount, on the terms of " + terms.taken_from, conversion.amount, "YC MFN form, section 3"});
  }
  if (terms.cap) steps.push_back({conversion.id, "cap / base", *terms.cap / base_at(setting, figures, terms.base), source});
  if (terms.discount) steps.push_back({conversion.id, "P (1 - discount)", figures.price * (Number(1) - *terms.discount), source});
  steps.push_back({conversion.id, rule_name(conversion.branch), conversion.shares, source});
}

void add_steps(const RoundSetting& setting, RoundResult& result, const RoundFigures& figures) {
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
  for (const Conversion& conversion : result.conversions) add_conversion_steps(setting, figures, conversion, steps);
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

Number stated_worth(const RoundSetting& setting, const RoundResult& result, const RoundFigures& figures) {
  Number worth = setting.terms.pre_money + setting.new_money + figures.rights * result.price;
  if (setting.terms.method == PriceMethod::dollars_invested) worth += setting.converting;
  if (setting.terms.method == PriceMethod::pre_money_fixed) worth += figures.converts * result.price;
  if (!setting.terms.anti_dilution.count_in_pre_money) worth += figures.adjustment * result.price;
  return worth;
}

}  // namespace

RoundResult pro_forma(const RoundSetting& setting, const RoundFigures& figures) {
  RoundResult result;
  result.price = figures.price;
  result.new_shares = sum_of(figures.investor_shares) + figures.rights;
  result.pool_increase = figures.increase;
  result.pool_after = setting.unissued() + figures.increase;
  result.company_capitalization = setting.before.fully_diluted() + figures.overflow + figures.converts;
  result.post_shares = setting.before.fully_diluted() + figures.increase + figures.converts + figures.adjustment + result.new_shares;
  for (std::size_t i = 0; i < setting.converts.size(); ++i) {
    const NamedBranch& branch = figures.convert_branches[i];
    result.conversions.push_back({setting.converts[i].id,
                                  setting.converts[i].amount,
                                  figures.convert_shares[i],
                                  figures.convert_prices[i],
                                  branch.branch,
                                  *branch.terms,
                                  {}});
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

}  // namespace warchest::equity
