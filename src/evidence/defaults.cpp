// Every pair of neighbouring rounds of a company is a gap; every round is a case of the waiting time, ended by the next round, by being
// bought or by the end of the history.
#include "evidence/defaults.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace warchest::evidence {
namespace {

struct Wait {
  double months = 0;
  bool came = false;
};

struct Group {
  std::size_t rounds = 0;
  std::vector<double> gaps, ratios;
  std::vector<Wait> waits;
};

// 1 - product over the days on which rounds came of (1 - came / still looked at), and Greenwood's error of it.
std::pair<double, double> kaplan_meier(const std::vector<Wait>& waits, double months) {
  double none = 1, greenwood = 0;
  for (std::size_t k = 0; k < waits.size() && waits[k].months <= months;) {
    const double at = waits[k].months, looked_at = static_cast<double>(waits.size() - k);
    double came = 0;
    for (; k < waits.size() && waits[k].months == at; ++k) came += waits[k].came ? 1 : 0;
    none *= 1 - came / looked_at;
    if (came > 0 && came < looked_at) greenwood += came / (looked_at * (looked_at - came));
  }
  return {1 - none, none * std::sqrt(greenwood)};
}

StageFigures figures_of(const std::string& stage, Group group) {
  StageFigures figures;
  figures.stage = stage;
  figures.rounds = group.rounds;
  std::sort(group.gaps.begin(), group.gaps.end());
  std::sort(group.ratios.begin(), group.ratios.end());
  // Where a round and an end fall on one day, the round came first.
  std::sort(group.waits.begin(), group.waits.end(),
            [](const Wait& a, const Wait& b) { return a.months != b.months ? a.months < b.months : a.came > b.came; });
  figures.gap.values = std::move(group.gaps);
  figures.ratio.values = std::move(group.ratios);
  for (const int months : kAgainMonths) {
    const auto [share, error] = kaplan_meier(group.waits, months);
    figures.again.push_back(share);
    if (months == 36) figures.error_at_36 = error;
  }
  return figures;
}

}  // namespace

double Sorted::quantile(double share) const {
  if (values.empty()) return 0;
  const double at = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (at - static_cast<double>(below)) * (values[above] - values[below]);
}

DefaultFigures defaults_of(const History& history) {
  std::map<std::string, Group> groups;
  const Day end = day_of(history.until);
  for (const CompanyFacts& company : history.companies) {
    for (std::size_t k = 0; k < company.rounds.size(); ++k) {
      const std::size_t round = company.rounds[k];
      const bool came = k + 1 < company.rounds.size();
      const Day from = history.days[round],
                to = came ? history.days[company.rounds[k + 1]] : std::max(from, std::min(company.bought.value_or(end), end));
      const double months = static_cast<double>(to - from) / kDaysOfMonth;
      double ratio = 0;
      if (const auto& amount = history.table.rounds[round].amount; came && amount) {
        if (const auto& next = history.table.rounds[company.rounds[k + 1]].amount) ratio = *next / *amount;
      }
      for (const std::string& stage :
           {std::string(), history.table.rounds[round].stage.empty() ? std::string("(not told)") : history.table.rounds[round].stage}) {
        Group& group = groups[stage];
        ++group.rounds;
        group.waits.push_back({months, came});
        if (came) group.gaps.push_back(months);
        if (ratio > 0) group.ratios.push_back(ratio);
      }
    }
  }
  DefaultFigures figures;
  for (auto& [stage, group] : groups) figures.stages.push_back(figures_of(stage, std::move(group)));
  std::stable_sort(figures.stages.begin(), figures.stages.end(),
                   [](const StageFigures& a, const StageFigures& b) { return a.rounds > b.rounds; });
  figures.follow_on = follow_on_of(history.table);
  return figures;
}

}  // namespace warchest::evidence
