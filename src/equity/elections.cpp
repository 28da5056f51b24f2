// Prefixes of the two groups, ordered by cap: in a rest with a converting SAFE, one with a lower cap gains by joining, whatever its
// joining does to v (either the worth of the Liquidity Capitalization rises, or somebody must gain what the others lose: it does).
#include "equity/elections.h"

#include <algorithm>

#include "equity/convert.h"

namespace warchest::equity {
namespace {

void share_from(Entitlement& one, const Number& value, const Number& units) {
  if (units.sign() > 0) one.kinks.push_back({value, units});
}

Result<Entitlement> preferred_entitlement(const std::string& id, const Preferred& series, const std::optional<Date>& date, bool converted) {
  const auto claim = claim_of(id, series, date);
  if (!claim) return claim.refusal();
  Entitlement one;
  one.seniority = series.seniority;
  if (converted) {
    one.converted = true;
    share_from(one, Number(0), claim->units);
    return one;
  }
  one.fixed = claim->preference;
  if (claim->units.is_zero()) return one;
  switch (series.participation) {
    case Participation::none:
      one.converts_above = claim->preference / claim->units;
      share_from(one, *one.converts_above, claim->units);
      break;
    case Participation::full:
      share_from(one, Number(0), claim->units);
      break;
    case Participation::capped:
      one.converts_above = *claim->cap / claim->units;
      if (*claim->cap > claim->preference) {
        share_from(one, Number(0), claim->units);
        one.kinks.push_back({(*claim->cap - claim->preference) / claim->units, Number(0)});
      }
      share_from(one, *one.converts_above, claim->units);
      break;
  }
  return one;
}

// Notes without a rank are paid after every other debt, and before equity.
Number last_debt_rank(const CapTable& table) {
  Number last;
  for (const Security& security : table.securities) {
    if (const Debt* debt = std::get_if<Debt>(&security.terms)) last = greatest(last, debt->seniority);
    if (const Note* note = std::get_if<Note>(&security.terms)) {
      if (note->seniority) last = greatest(last, *note->seniority);
    }
  }
  return last + 1;
}

}  // namespace

Result<PreferredClaim> claim_of(const std::string& id, const Preferred& series, const std::optional<Date>& date) {
  const Number invested = series.shares * series.original_price;
  PreferredClaim claim;
  claim.units = series.shares * conversion_ratio(series);
  claim.preference = invested * series.multiple;
  if (series.participation == Participation::capped) claim.cap = invested * *series.cap_multiple;
  if (series.dividend) {
    const auto dividend = accrued(invested, series.dividend->accrues, date);
    if (!dividend) return Refusal{id + ": " + dividend.refusal().what};
    claim.accrued = *dividend;
    if (series.dividend->settlement == Settlement::paid_in_kind) {
      // More shares of the series at its original price: preference, cap and units all grow alike.
      const Number growth = invested.is_zero() ? Number(1) : (invested + claim.accrued) / invested;
      claim.units *= growth;
      claim.preference *= growth;
      if (claim.cap) *claim.cap *= growth;
    } else {
      claim.preference += claim.accrued;
      if (claim.cap && series.dividend->cap_basis == CapBasis::excludes_dividends) *claim.cap += claim.accrued;
    }
  }
  // "the greater of the Maximum Participation Amount and ... converted": the cap also bounds the preference itself.
  if (claim.cap) claim.preference = least(claim.preference, *claim.cap);
  return claim;
}

Result<Elections> Elections::of(const CapTable& table, const std::optional<Date>& date, const std::set<std::string>& converted) {
  if (const auto fault = fault_in(table)) return *fault;
  const auto converts = converts_of(table, date);
  if (!converts) return converts.refusal();
  Elections game;
  Number sold;
  std::size_t next_convert = 0;
  for (std::size_t i = 0; i < table.securities.size(); ++i) {
    const Security& security = table.securities[i];
    Entitlement one;
    Telling telling{"nothing is issued, nothing is paid", "YC Safe v1.2, Liquidity Capitalization"};
    if (const Common* common = std::get_if<Common>(&security.terms)) {
      share_from(one, Number(0), common->shares);
      game.issued_ += common->shares;
      telling = {"shares * v", "charter, common stock"};
    } else if (const Option* option = std::get_if<Option>(&security.terms)) {
      share_from(one, option->strike, option->shares);
      game.issued_ += option->shares;
      telling = {"shares * max(0, v - strike)", "option agreement; proceeds netted"};
    } else if (const Preferred* series = std::get_if<Preferred>(&security.terms)) {
      auto entitled = preferred_entitlement(security.id, *series, date, converted.count(security.id) != 0);
      if (!entitled) return entitled.refusal();
      one = *std::move(entitled);
      game.issued_ += (*claim_of(security.id, *series, date)).units;
      telling = {series->participation == Participation::none ? "holds: its preference, as far as its rank is paid"
                                                              : "holds: its preference and its part of the rest, up to any cap",
                 series->participation == Participation::none ? "NVCA charter 2.1" : "NVCA charter 2.2"};
    } else if (const Debt* debt = std::get_if<Debt>(&security.terms)) {
      one.fixed = debt->claim;
      one.debt = true;
      one.seniority = debt->seniority;
      telling = {"its claim, before equity, as far as its rank is paid", "DGCL 281(a)"};
    } else if (std::holds_alternative<Safe>(security.terms) || std::holds_alternative<Note>(security.terms)) {
      const Convert& convert = (*converts)[next_convert++];
      const EffectiveTerms& terms = lowest_cap(convert);
      one.fixed = convert.amount;
      one.debt = convert.is_note;
      if (const Note* note = std::get_if<Note>(&security.terms)) {
        one.seniority = note->seniority ? *note->seniority : last_debt_rank(table);
      } else {
        one.seniority = std::get<Safe>(security.terms).seniority;
      }
      std::optional<Number> fraction = terms.percent;
      if (terms.cap) fraction = greatest(fraction.value_or(Number(0)), convert.amount / *terms.cap);
      if (fraction && fraction->sign() > 0) {
        const bool outside = terms.base == Denominator::pre_money_without_converts;
        (outside ? game.outside_ : game.counted_).members.push_back({i, convert.amount, *fraction});
        if (!outside) sold += *fraction;
      }
      game.converts_.push_back(i);
      telling = convert.is_note ? Telling{"holds: principal and interest, before equity", "note form"}
                                : Telling{"holds: its purchase amount, with preferred of its rank", "YC Safe v1.2, 1(b), 1(d)"};
    }
    game.ids_.push_back(security.id);
    game.base_.push_back(std::move(one));
    game.tellings_.push_back(telling);
  }
  if (sold >= 1) return Refusal{"the SAFEs and notes sell " + (sold * 100).decimal(2) + "% of the company"};
  for (Group* group : {&game.counted_, &game.outside_}) {
    std::stable_sort(group->members.begin(), group->members.end(),
                     [](const Elective& a, const Elective& b) { return a.claim * b.fraction < b.claim * a.fraction; });
  }
  return game;
}

Number Elections::capitalization(const Choice& choice) const {
  Number fixed = issued_;
  Number fractions;
  for (std::size_t i = 0; i < choice.second; ++i) fixed += outside_.members[i].fraction * issued_;
  for (std::size_t i = 0; i < choice.first; ++i) fractions += counted_.members[i].fraction;
  return fixed / (Number(1) - fractions);
}

bool Elections::feasible(const Choice& choice) const {
  return choice.first <= counted_.members.size() && choice.second <= outside_.members.size();
}

const Profile& Elections::profile(const Choice& choice) {
  const auto found = profiles_.find(choice);
  if (found != profiles_.end()) return found->second;
  std::vector<Entitlement> entitlements = base_;
  const auto convert = [&](const Elective& elective, const Number& shares) {
    Entitlement one;
    one.converted = true;
    share_from(one, Number(0), shares);
    entitlements[elective.security] = std::move(one);
  };
  const Number count = capitalization(choice);
  for (std::size_t i = 0; i < choice.first; ++i) convert(counted_.members[i], counted_.members[i].fraction * count);
  for (std::size_t i = 0; i < choice.second; ++i) convert(outside_.members[i], outside_.members[i].fraction * issued_);
  return profiles_.emplace(choice, Profile(std::move(entitlements))).first->second;
}

Number Elections::worth_converting(const Choice& choice, bool outside) const {
  const Elective& last = outside ? outside_.members[choice.second - 1] : counted_.members[choice.first - 1];
  return last.claim / (last.fraction * (outside ? issued_ : capitalization(choice)));
}

bool Elections::last_gains(const Choice& choice, bool outside, const Number& proceeds) {
  return profile(choice).value_at(proceeds) > worth_converting(choice, outside);
}

bool Elections::rests(const Choice& choice, const Number& proceeds) {
  if (choice.first > 0 && !last_gains(choice, false, proceeds)) return false;
  if (choice.second > 0 && !last_gains(choice, true, proceeds)) return false;
  const Choice one_more{choice.first + 1, choice.second};
  const Choice one_more_outside{choice.first, choice.second + 1};
  if (feasible(one_more) && last_gains(one_more, false, proceeds)) return false;
  return !(feasible(one_more_outside) && last_gains(one_more_outside, true, proceeds));
}

std::optional<Elections::Choice> Elections::choose(const Number& proceeds) {
  const std::size_t all = counted_.members.size() + outside_.members.size();
  for (std::size_t converting = all + 1; converting-- > 0;) {
    for (std::size_t first = std::min(converting, counted_.members.size()) + 1; first-- > 0;) {
      const Choice choice{first, converting - first};
      if (feasible(choice) && rests(choice, proceeds)) return choice;
    }
  }
  return std::nullopt;
}

namespace {
const Refusal kNoRest{"the SAFEs and notes have no elections in which each does the best for itself"};
}

Result<ExitResult> Elections::at(const Number& proceeds) {
  if (proceeds.sign() < 0) return Refusal{"the proceeds are negative"};
  const auto choice = choose(proceeds);
  if (!choice) return kNoRest;
  ExitResult result = profile(*choice).at(proceeds);
  tell(*choice, result);
  for (const std::size_t security : converts_) {
    if (result.elections[security] != Election::convert) result.elections[security] = Election::hold;
  }
  return result;
}

void Elections::tell(const Choice& choice, ExitResult& result) const {
  if (choice.first + choice.second > 0) {
    result.steps.push_back({"Liquidity Capitalization", "issued shares, all options, converting SAFEs and notes", capitalization(choice),
                            "YC Safe v1.2, Liquidity Capitalization"});
  }
  for (std::size_t i = 0; i < ids_.size(); ++i) {
    const bool converts = result.elections[i] == Election::convert;
    result.steps.push_back({ids_[i], converts ? "converts: shares * v" : tellings_[i].holds, result.payouts[i], tellings_[i].source});
  }
}

Result<PayoffTable> Elections::table() {
  std::vector<Number> bounds;
  for (std::size_t first = 0; first <= counted_.members.size(); ++first) {
    for (std::size_t second = 0; second <= outside_.members.size(); ++second) {
      const Choice choice{first, second};
      if (first > 0) bounds.push_back(profile(choice).proceeds_at(worth_converting(choice, false)));
      if (second > 0) bounds.push_back(profile(choice).proceeds_at(worth_converting(choice, true)));
    }
  }
  bool rest = true;
  PayoffTable whole = assembled(ids_, std::move(bounds), [&](const Number& proceeds) {
    const auto choice = choose(proceeds);
    rest = rest && choice;
    return profile(choice.value_or(Choice{0, 0})).table(ids_);
  });
  if (!rest) return kNoRest;
  return whole;
}

std::vector<std::pair<std::string, Number>> Elections::thresholds() {
  std::vector<std::pair<std::string, Number>> found;
  for (std::size_t i = 1; i <= counted_.members.size(); ++i) {
    found.emplace_back(ids_[counted_.members[i - 1].security], worth_converting({i, 0}, false));
  }
  for (std::size_t i = 1; i <= outside_.members.size(); ++i) {
    found.emplace_back(ids_[outside_.members[i - 1].security], worth_converting({0, i}, true));
  }
  for (std::size_t i = 0; i < base_.size(); ++i) {
    const Entitlement& one = base_[i];
    if (one.converts_above && !one.kinks.empty()) found.emplace_back(ids_[i], *one.converts_above);
  }
  return found;
}

}  // namespace warchest::equity
