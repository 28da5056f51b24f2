// What was foretold is joined with what came by keys and names alone: the two readings of the tables share no numbers.
#include "evidence/forecast.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <unordered_map>
#include <unordered_set>

#include "evidence/score.h"

namespace warchest::evidence {
namespace {

std::string key_of_investor(const std::string& name) { return io::company_key("", name); }

std::vector<std::string> keys_of(const History& history, const std::vector<std::uint32_t>& list) {
  std::vector<std::string> keys;
  for (const std::uint32_t i : list) keys.push_back(key_of_investor(history.table.investors[i]));
  return keys;
}

struct Cases {
  std::vector<std::vector<double>> chances;  // by forecaster
  std::vector<double> outcomes;
};

std::vector<double> picked(const std::vector<double>& values, std::span<const std::size_t> cases) {
  std::vector<double> result;
  result.reserve(cases.size());
  for (const std::size_t k : cases) result.push_back(values[k]);
  return result;
}

using Measure = std::function<double(std::span<const double>, std::span<const double>)>;

Figure measured(const std::vector<double>& chances, const std::vector<double>& outcomes, const Measure& measure,
                const ForecastOptions& options) {
  return {measure(chances, outcomes),
          bootstrap_error(outcomes.size(), options.draws, options.seed,
                          [&](std::span<const std::size_t> cases) { return measure(picked(chances, cases), picked(outcomes, cases)); })};
}

// sign * (other - ours)
Figure gained(const std::vector<double>& ours, const std::vector<double>& other, const std::vector<double>& outcomes,
              const Measure& measure, double sign, const ForecastOptions& options) {
  const auto difference = [&](std::span<const double> a, std::span<const double> b, std::span<const double> came) {
    return sign * (measure(b, came) - measure(a, came));
  };
  return {difference(ours, other, outcomes),
          bootstrap_error(outcomes.size(), options.draws, options.seed, [&](std::span<const std::size_t> cases) {
            return difference(picked(ours, cases), picked(other, cases), picked(outcomes, cases));
          })};
}

void score_chances(const std::vector<std::string>& names, const Cases& cases, const ForecastOptions& options, ForecastScore& result) {
  for (std::size_t f = 0; f < names.size(); ++f) {
    ChanceScore score;
    score.name = names[f];
    const auto &own = cases.chances[f], &ours = cases.chances[0], &came = cases.outcomes;
    score.brier = measured(own, came, brier, options);
    score.auc = measured(own, came, area_under_curve, options);
    score.log_loss = measured(own, came, log_loss, options);
    if (f > 0) {
      score.brier_gain = gained(ours, own, came, brier, 1, options);
      score.auc_gain = gained(ours, own, came, area_under_curve, -1, options);
      score.log_loss_gain = gained(ours, own, came, log_loss, 1, options);
    }
    result.chances.push_back(std::move(score));
  }
}

std::vector<Calibration> tenths_of(const std::vector<double>& chances, const std::vector<double>& outcomes) {
  std::vector<std::size_t> order(chances.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return chances[a] < chances[b]; });
  std::vector<Calibration> tenths(10);
  for (std::size_t k = 0; k < order.size(); ++k) {
    Calibration& tenth = tenths[k * 10 / order.size()];
    tenth.foretold += chances[order[k]];
    tenth.came += outcomes[order[k]];
    ++tenth.companies;
  }
  for (Calibration& tenth : tenths) {
    tenth.foretold /= static_cast<double>(std::max<std::size_t>(tenth.companies, 1));
    tenth.came /= static_cast<double>(std::max<std::size_t>(tenth.companies, 1));
  }
  return tenths;
}

// Of those who paid, the part among the first k; nothing where nobody did.
std::optional<double> recall(const std::vector<std::string>& list, std::size_t k, const std::vector<std::string>& paid) {
  double found = 0, all = 0;
  for (const std::string& one : paid) {
    all += 1;
    const auto end = list.begin() + static_cast<std::ptrdiff_t>(std::min(k, list.size()));
    found += std::find(list.begin(), end, one) != end ? 1 : 0;
  }
  if (all == 0) return std::nullopt;
  return found / all;
}

Figure mean_figure(const std::vector<double>& values, const ForecastOptions& options) {
  return {mean_of(values), bootstrap_error(values.size(), options.draws, options.seed,
                                           [&](std::span<const std::size_t> cases) { return mean_of(picked(values, cases)); })};
}

std::vector<double> difference(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> result(a.size());
  for (std::size_t k = 0; k < a.size(); ++k) result[k] = a[k] - b[k];
  return result;
}

struct Recalls {
  std::vector<double> at_5, at_20, at_50, known_5, new_50;
};

}  // namespace

io::Result<Foretold> foretell(const Tables& tables, const ForecastOptions& options) {
  const auto history = known_before(tables, options.split);
  if (!history) return io::Result<Foretold>::failed(history.error);
  const Vocabulary vocabulary(*history);
  NextRoundOptions of_round = options.of_round;
  of_round.horizon = options.horizon;
  of_round.alive = options.alive;
  NextBookOptions of_book = options.of_book;
  of_book.within = options.score_months;
  of_book.alive = options.alive;
  const NextRound hazard(*history, vocabulary, of_round);
  const PlainNextRound plain(*history, vocabulary, of_round, false), since(*history, vocabulary, of_round, true);
  const NextBook book(*history, vocabulary, of_book);
  const Scene scene(*history, vocabulary, day_of(options.split));
  std::vector<std::uint32_t> alive;
  for (std::uint32_t c = 0; c < history->companies.size(); ++c) {
    if (scene.alive(c, options.alive)) alive.push_back(c);
  }
  const std::vector<double> chances = hazard.chances(scene, alive, options.horizon);
  const std::vector<std::string> active = keys_of(*history, most_active(scene, options.listed));
  Foretold foretold;
  foretold.base_rate = plain.base_rate();
  foretold.rounds = history->table.rounds.size();
  foretold.cheques = history->table.cheques.size();
  for (std::size_t k = 0; k < alive.size(); ++k) {
    const std::uint32_t c = alive[k];
    CompanyForecast one;
    one.key = history->table.company_keys[c];
    one.name = history->table.companies[c];
    one.ours = chances[k];
    one.plain = plain.chance(scene, c);
    one.plain_since = since.chance(scene, c);
    for (const NextBook::Ranked& ranked : book.ranked(scene, c, options.listed))
      one.book.push_back(key_of_investor(history->table.investors[ranked.investor]));
    for (const Holding& holding : scene.company(c).holdings)
      one.inside.push_back(key_of_investor(history->table.investors[holding.investor]));
    one.last_only = keys_of(*history, last_investors_first(scene, c, options.listed, true));
    one.last = keys_of(*history, last_investors_first(scene, c, options.listed, false));
    one.active = active;
    foretold.companies.push_back(std::move(one));
  }
  for (std::uint32_t i = 0; i < scene.investors(); ++i) foretold.met.push_back(key_of_investor(history->table.investors[i]));
  return io::Result<Foretold>::of(std::move(foretold));
}

io::Result<ForecastScore> score(const Foretold& foretold, const Tables& tables, const ForecastOptions& options) {
  const auto whole = known_before(tables, {9999, 12, 31});
  if (!whole) return io::Result<ForecastScore>::failed(whole.error);
  const Day split = day_of(options.split), horizon = day_of(months_after(options.split, options.horizon));
  const Day end = day_of(months_after(options.split, options.score_months));
  std::unordered_map<std::string, std::size_t> companies;
  for (std::size_t c = 0; c < whole->companies.size(); ++c) companies.emplace(whole->table.company_keys[c], c);
  const std::unordered_set<std::string> met(foretold.met.begin(), foretold.met.end());

  ForecastScore result;
  result.last = whole->table.rounds.back().date;
  Cases cases;
  cases.chances.resize(4);
  std::vector<Recalls> recalls(4);
  for (const CompanyForecast& one : foretold.companies) {
    const std::vector<std::size_t>& rounds = whole->companies[companies.at(one.key)].rounds;
    const auto next = std::find_if(rounds.begin(), rounds.end(), [&](std::size_t r) { return whole->days[r] >= split; });
    const bool came = next != rounds.end() && whole->days[*next] < horizon;
    cases.outcomes.push_back(came ? 1 : 0);
    const double given[] = {one.ours, one.plain_since, one.plain, foretold.base_rate};
    for (std::size_t f = 0; f < 4; ++f) cases.chances[f].push_back(given[f]);
    if (next == rounds.end() || whole->days[*next] >= end || whole->table.rounds[*next].cheques == 0) continue;
    const io::FundedRound& round = whole->table.rounds[*next];
    std::vector<std::string> paid;
    for (std::size_t k = round.first_cheque; k < round.first_cheque + round.cheques; ++k)
      paid.push_back(key_of_investor(whole->table.investors[whole->table.cheques[k].investor]));
    ++result.books;
    result.payers += paid.size();
    std::vector<std::string> known_before_split, newcomers;
    for (const std::string& who : paid) {
      if (met.contains(who)) known_before_split.push_back(who);
      if (std::find(one.inside.begin(), one.inside.end(), who) == one.inside.end()) newcomers.push_back(who);
    }
    result.payers_met += known_before_split.size();
    result.payers_inside += paid.size() - newcomers.size();
    const std::vector<std::string>* lists[] = {&one.book, &one.last, &one.last_only, &one.active};
    for (std::size_t f = 0; f < 4; ++f) {
      recalls[f].at_5.push_back(*recall(*lists[f], 5, paid));
      recalls[f].at_20.push_back(*recall(*lists[f], 20, paid));
      recalls[f].at_50.push_back(*recall(*lists[f], 50, paid));
      if (const auto known = recall(*lists[f], 5, known_before_split)) recalls[f].known_5.push_back(*known);
      if (const auto fresh = recall(*lists[f], 50, newcomers)) recalls[f].new_50.push_back(*fresh);
    }
  }
  result.companies = cases.outcomes.size();
  result.came = static_cast<std::size_t>(std::count(cases.outcomes.begin(), cases.outcomes.end(), 1.0));
  score_chances({"warchest", "logistic: stage, age, size, months since the last", "logistic: stage, age, size", "base rate"}, cases,
                options, result);
  result.tenths = tenths_of(cases.chances[0], cases.outcomes);
  const char* names[] = {"warchest", "last round's investors, then the most active", "last round's investors", "the most active"};
  for (std::size_t f = 0; f < 4; ++f) {
    BookScore list;
    list.name = names[f];
    list.recall_5 = mean_figure(recalls[f].at_5, options);
    list.recall_20 = mean_figure(recalls[f].at_20, options);
    list.recall_50 = mean_figure(recalls[f].at_50, options);
    list.recall_5_known = mean_figure(recalls[f].known_5, options);
    list.recall_50_new = mean_figure(recalls[f].new_50, options);
    if (f > 0) {
      list.gain_5 = mean_figure(difference(recalls[0].at_5, recalls[f].at_5), options);
      list.gain_20 = mean_figure(difference(recalls[0].at_20, recalls[f].at_20), options);
      list.gain_50 = mean_figure(difference(recalls[0].at_50, recalls[f].at_50), options);
    }
    result.lists.push_back(std::move(list));
  }
  return io::Result<ForecastScore>::of(std::move(result));
}

}  // namespace warchest::evidence
