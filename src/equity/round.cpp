// The order of a round: terms checked, pro rata rights turned into money, the root, the closing, the pro forma.
#include "equity/round.h"

#include <algorithm>

#include "equity/round_figures.h"

namespace warchest::equity {
namespace {

constexpr int kFractionDecimals = 15;         // of a pro rata fraction that depends on the price
constexpr std::size_t kLongestFraction = 60;  // characters
constexpr int kMostPasses = 10'000;

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

// As-converted shares before the round and by conversion in it, of one holder.
Number held_by(const RoundSetting& setting, const std::string& holder, const RoundFigures* figures) {
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

bool holds_converts(const RoundSetting& setting, const std::string& holder) {
  return std::any_of(setting.converts.begin(), setting.converts.end(), [&](const Convert& convert) {
    const auto holdings = holdings_of(setting.table, *setting.table.find(convert.id));
    return std::any_of(holdings.begin(), holdings.end(), [&](const Holding& holding) { return holding.holder == holder; });
  });
}

// Money of the rights by fraction of the round. Gives the fractions used, so that the caller sees when they stand still.
Result<std::vector<Number>> apply_rights(RoundSetting& setting, const RoundFigures* figures) {
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

Result<RoundFigures> solved_with_rights(RoundSetting& setting) {
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

}  // namespace

Result<RoundResult> priced_round(const CapTable& table, const RoundTerms& terms) {
  if (const auto fault = fault_in_terms(table, terms)) return *fault;
  auto converts = converts_of(table, terms.date);
  if (!converts) return converts.refusal();
  RoundSetting setting{table, terms, count(table), *std::move(converts), {}, Number(0), Number(0), {}, {}};
  for (const Convert& convert : setting.converts) setting.converting += convert.amount;
  const auto figures = solved_with_rights(setting);
  if (!figures) return figures.refusal();
  return pro_forma(setting, *figures);
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
