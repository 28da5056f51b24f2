// Features are written out one after another; what is not told is 0 with a mark of its own.
#include "evidence/next_round.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace warchest::evidence {
namespace {

constexpr int kQuarter = 3;

std::size_t last_round(const Scene& scene, std::uint32_t c) { return scene.company(c).rounds.back(); }

void add_marks(std::vector<double>& row, std::size_t kind, std::size_t kinds) {
  for (std::size_t k = 1; k < kinds; ++k) row.push_back(k == kind ? 1 : 0);
}

double age_years(const Scene& scene, std::uint32_t c) {
  const CompanyFacts& facts = scene.history().companies[c];
  const Day first = scene.history().days[scene.company(c).rounds.front()];
  const Day born = facts.founded && *facts.founded < first ? *facts.founded : first;
  return scene.months_since(born) / 12;
}

void add_size(std::vector<double>& row, const Scene& scene, std::uint32_t c) {
  const auto amount = scene.history().table.rounds[last_round(scene, c)].amount;
  const double usual = scene.mean_log_amount(scene.vocabulary().stage[last_round(scene, c)]);
  row.push_back(amount ? std::log(*amount) - usual : 0);
  row.push_back(amount ? std::log(*amount) : usual);
  row.push_back(amount ? 0 : 1);
}

// How many are in, how fast they pay now, how often they come back: of the last round's, and of all.
void add_insiders(std::vector<double>& row, const Scene& scene, std::uint32_t c) {
  const Scene::Company& company = scene.company(c);
  double last = 0, pace = 0, fastest = 0, back = 0, most_back = 0, idle = 0, none_back = 1;
  for (const Holding& holding : company.holdings) {
    const Scene::Investor& investor = scene.investor(holding.investor);
    fastest = std::max(fastest, investor.in_year);
    const double rate = scene.follow_on(holding.investor);
    most_back = std::max(most_back, rate);
    none_back *= 1 - rate;
    if (investor.in_year == 0) idle += 1;
    if (holding.last_round + 1 < static_cast<int>(company.rounds.size())) continue;
    last += 1;
    pace += std::log1p(investor.in_year);
    back += rate;
  }
  const auto all = static_cast<double>(company.holdings.size());
  row.push_back(all == 0 ? 1 : 0);
  row.push_back(last == 0 ? 1 : 0);
  row.push_back(std::log1p(last));
  row.push_back(std::log1p(all));
  row.push_back(last > 0 ? pace / last : 0);
  row.push_back(std::log1p(fastest));
  row.push_back(last > 0 ? back / last : 0);
  row.push_back(most_back);
  row.push_back(1 - none_back);
  row.push_back(all > 0 ? idle / all : 0);
}

// Rounds of the field in the last year against the two before, on a log scale: its own mood.
class Moods {
 public:
  explicit Moods(const Scene& scene) : log_ratio_(scene.vocabulary().categories, 0) {
    std::vector<double> now(log_ratio_.size(), 0), before(log_ratio_.size(), 0);
    double all_now = 1, all_before = 1;
    const History& history = scene.history();
    for (std::size_t r = 0; r < history.rounds_before(scene.day()); ++r) {
      const double months = scene.months_since(history.days[r]);
      if (months > 36) continue;
      const std::size_t category = scene.vocabulary().category[history.table.rounds[r].company];
      (months <= 12 ? now : before)[category] += 1;
      (months <= 12 ? all_now : all_before) += 1;
    }
    constexpr double kPrior = 40;
    for (std::size_t k = 0; k < now.size(); ++k)
      log_ratio_[k] =
          std::log((now[k] + kPrior * all_now / (all_now + all_before)) * (all_now + all_before) / all_now / (now[k] + before[k] + kPrior));
  }
  double of(std::size_t category) const { return log_ratio_[category]; }

 private:
  std::vector<double> log_ratio_;
};

// What does not change while the horizon runs.
std::vector<double> standing(const Scene& scene, const Moods& moods, std::uint32_t c) {
  const Scene::Company& company = scene.company(c);
  const History& history = scene.history();
  const Vocabulary& vocabulary = scene.vocabulary();
  const std::size_t last = last_round(scene, c);
  std::vector<double> row;
  add_size(row, scene, c);
  row.push_back(std::log1p(company.raised / 1e5));
  const auto rounds = static_cast<double>(company.rounds.size());
  row.push_back(std::min(rounds, 6.0));
  row.push_back(rounds > 1 ? 0 : 1);
  const double span = static_cast<double>(history.days[last] - history.days[company.rounds.front()]) / kDaysOfMonth;
  row.push_back(rounds > 1 ? std::log1p(span / (rounds - 1)) : 0);
  row.push_back(std::log1p(std::max(0.0, age_years(scene, c))));
  row.push_back(history.companies[c].founded ? 0 : 1);
  const equity::Date date = history.table.rounds[last].date;
  row.push_back(date.month == 1 && date.day == 1 ? 1 : 0);
  add_insiders(row, scene, c);
  row.push_back(moods.of(vocabulary.category[c]));
  add_marks(row, vocabulary.category[c], vocabulary.categories);
  add_marks(row, vocabulary.region[c], vocabulary.regions);
  return row;
}

// What does: the months since the last round at the middle of a quarter, alone and by stage, and against the company's own pace.
void add_time(std::vector<double>& row, const Scene& scene, std::uint32_t c, int quarter) {
  const Scene::Company& company = scene.company(c);
  const History& history = scene.history();
  const std::size_t last = last_round(scene, c), stage = scene.vocabulary().stage[last];
  const double months = scene.months_since(history.days[last]) + kQuarter * (quarter + 0.5);
  const auto beyond = [months](double knot) { return std::max(0.0, months - knot); };
  constexpr double kKnots[] = {4, 8, 12, 16, 20, 26, 34};
  row.push_back(months);
  for (const double knot : kKnots) row.push_back(beyond(knot));
  for (std::size_t k = 1; k < scene.vocabulary().stages; ++k) {
    const bool here = k == stage;
    row.push_back(here ? 1 : 0);
    row.push_back(here ? std::min(months, 12.0) : 0);
    row.push_back(here ? beyond(12) : 0);
  }
  const auto rounds = static_cast<double>(company.rounds.size());
  const double span = static_cast<double>(history.days[last] - history.days[company.rounds.front()]) / kDaysOfMonth;
  const double own = rounds > 1 ? std::log((months + 3) / (span / (rounds - 1) + 3)) : 0;
  row.push_back(own);
  row.push_back(own * own);
  row.push_back(rounds > 1 ? 0 : std::log1p(months));
  row.push_back(company.holdings.empty() ? std::log1p(months) : 0);
  row.push_back(static_cast<double>(quarter));
}

// The month, from the landmark on, in which the company's next round came; nothing within the history.
std::optional<double> months_to_next(const Scene& scene, std::uint32_t c) {
  const std::vector<std::size_t>& rounds = scene.history().companies[c].rounds;
  const std::size_t known = scene.company(c).rounds.size();
  if (known >= rounds.size()) return std::nullopt;
  return -scene.months_since(scene.history().days[rounds[known]]);
}

std::vector<double> plain(const Scene& scene, std::uint32_t c, bool since_last) {
  std::vector<double> row;
  add_marks(row, scene.vocabulary().stage[last_round(scene, c)], scene.vocabulary().stages);
  row.push_back(std::log1p(std::max(0.0, age_years(scene, c))));
  const auto amount = scene.history().table.rounds[last_round(scene, c)].amount;
  row.push_back(amount ? std::log(*amount) : scene.mean_log_amount(scene.vocabulary().stage[last_round(scene, c)]));
  row.push_back(amount ? 0 : 1);
  if (since_last) row.push_back(scene.months_since(scene.history().days[last_round(scene, c)]));
  return row;
}

}  // namespace

NextRound::NextRound(const History& history, const Vocabulary& vocabulary, const NextRoundOptions& options) {
  Sample sample;
  for (int back = options.landmarks; back >= 1; --back) {
    const Scene scene(history, vocabulary, day_of(months_after(history.until, -kQuarter * back)));
    const Moods moods(scene);
    const double weight = std::exp2(-kQuarter * back / options.half_life);
    for (std::uint32_t c = 0; c < history.companies.size(); ++c) {
      if (!scene.alive(c, options.alive)) continue;
      const std::vector<double> fixed = standing(scene, moods, c);
      const auto next = months_to_next(scene, c);
      for (int quarter = 0; quarter < std::min(back, options.horizon / kQuarter); ++quarter) {
        std::vector<double> row = fixed;
        add_time(row, scene, c, quarter);
        sample.columns = row.size();
        const bool came = next && *next < kQuarter * (quarter + 1);
        sample.add(row, came ? 1 : 0, weight);
        if (came) break;
      }
    }
  }
  hazard_ = fit_logistic(sample, options.ridge);
}

std::vector<double> NextRound::chances(const Scene& scene, std::span<const std::uint32_t> companies, int months) const {
  const Moods moods(scene);
  std::vector<double> result;
  for (const std::uint32_t c : companies) {
    const std::vector<double> fixed = standing(scene, moods, c);
    double none = 1;
    for (int quarter = 0; quarter < months / kQuarter; ++quarter) {
      std::vector<double> row = fixed;
      add_time(row, scene, c, quarter);
      none *= 1 - hazard_.chance(row);
    }
    result.push_back(1 - none);
  }
  return result;
}

PlainNextRound::PlainNextRound(const History& history, const Vocabulary& vocabulary, const NextRoundOptions& options, bool since_last)
    : since_last_(since_last) {
  Sample sample;
  for (int back = options.landmarks; back * kQuarter >= options.horizon; --back) {
    const Scene scene(history, vocabulary, day_of(months_after(history.until, -kQuarter * back)));
    double came = 0, all = 0;
    for (std::uint32_t c = 0; c < history.companies.size(); ++c) {
      if (!scene.alive(c, options.alive)) continue;
      const std::vector<double> row = plain(scene, c, since_last);
      const auto next = months_to_next(scene, c);
      const bool within = next && *next < options.horizon;
      sample.columns = row.size();
      sample.add(row, within ? 1 : 0);
      came += within ? 1 : 0;
      all += 1;
    }
    base_rate_ = all > 0 ? came / all : 0;
  }
  fitted_ = fit_logistic(sample, 1);
}

double PlainNextRound::chance(const Scene& scene, std::uint32_t company) const {
  return fitted_.chance(plain(scene, company, since_last_));
}

}  // namespace warchest::evidence
