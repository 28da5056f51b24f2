// The public questions, put to the elections of the table.
#include "equity/waterfall.h"

#include <algorithm>

#include "equity/elections.h"

namespace warchest::equity {

Result<ExitResult> exit_payouts(const CapTable& table, const Number& proceeds, const std::optional<Date>& date) {
  auto game = Elections::of(table, date, {});
  if (!game) return game.refusal();
  return game->at(proceeds);
}

Result<PayoffTable> payoff_table(const CapTable& table, const std::optional<Date>& date) {
  auto game = Elections::of(table, date, {});
  if (!game) return game.refusal();
  return game->table();
}

std::vector<HolderPayout> by_holder(const CapTable& table, const std::vector<Number>& payouts) {
  std::vector<HolderPayout> rows;
  for (std::size_t i = 0; i < table.securities.size(); ++i) {
    const Number issued = shares_of(table.securities[i]);
    for (const Holding& holding : holdings_of(table, table.securities[i])) {
      auto row = std::find_if(rows.begin(), rows.end(), [&](const HolderPayout& one) { return one.holder == holding.holder; });
      if (row == rows.end()) row = rows.insert(rows.end(), {holding.holder, Number(0)});
      row->amount += issued.is_zero() ? payouts[i] : payouts[i] * holding.shares / issued;
    }
  }
  return rows;
}

Result<Breakpoints> breakpoints(const CapTable& table, const std::optional<Date>& date) {
  auto game = Elections::of(table, date, {});
  if (!game) return game.refusal();
  const auto payoffs = game->table();
  if (!payoffs) return payoffs.refusal();
  Breakpoints result;
  for (std::size_t i = 1; i < payoffs->segments.size(); ++i) result.exits.push_back(payoffs->segments[i].from);
  auto thresholds = game->thresholds();
  std::stable_sort(thresholds.begin(), thresholds.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  for (std::size_t i = 0; i < thresholds.size(); ++i) {
    if (i == 0 || thresholds[i].second != thresholds[i - 1].second) result.conversions.emplace_back();
    result.conversions.back().push_back(thresholds[i].first);
  }
  return result;
}

}  // namespace warchest::equity
