// One walk over the rounds before the day, in their order.
#include "evidence/scene.h"

#include <algorithm>
#include <cmath>

namespace warchest::evidence {

Numbering::Numbering(const std::vector<std::string>& words, std::size_t most) {
  std::unordered_map<std::string, std::size_t> counts;
  for (const std::string& word : words) {
    if (!word.empty()) ++counts[word];
  }
  std::vector<std::pair<std::string, std::size_t>> order(counts.begin(), counts.end());
  std::sort(order.begin(), order.end(),
            [](const auto& a, const auto& b) { return a.second != b.second ? a.second > b.second : a.first < b.first; });
  for (std::size_t k = 0; k < order.size() && k < most; ++k) numbers_[order[k].first] = k + 1;
}

std::size_t Numbering::of(const std::string& word) const {
  const auto found = numbers_.find(word);
  return found == numbers_.end() ? 0 : found->second;
}

Vocabulary::Vocabulary(const History& history) {
  constexpr std::size_t kCategories = 30, kRegions = 20, kStages = 8;
  std::vector<std::string> categories_told, regions_told, stages_told;
  for (const CompanyFacts& company : history.companies) {
    categories_told.push_back(company.category);
    regions_told.push_back(company.region);
  }
  for (const io::FundedRound& round : history.table.rounds) stages_told.push_back(round.stage);
  const Numbering of_category(categories_told, kCategories), of_region(regions_told, kRegions), of_stage(stages_told, kStages);
  for (const CompanyFacts& company : history.companies) {
    category.push_back(of_category.of(company.category));
    region.push_back(of_region.of(company.region));
  }
  for (const io::FundedRound& round : history.table.rounds) stage.push_back(of_stage.of(round.stage));
  categories = of_category.size();
  regions = of_region.size();
  stages = of_stage.size();
}

Scene::Scene(const History& history, const Vocabulary& vocabulary, Day day)
    : history_(history),
      vocabulary_(vocabulary),
      day_(day),
      companies_(history.companies.size()),
      investors_(history.table.investors.size()),
      linking_(investors_.size()) {
  by_category_.assign(investors_.size() * vocabulary.categories, 0);
  by_region_.assign(investors_.size() * vocabulary.regions, 0);
  by_stage_.assign(investors_.size() * vocabulary.stages, 0);
  all_categories_.assign(vocabulary.categories, 0.5);
  all_regions_.assign(vocabulary.regions, 0.5);
  all_stages_.assign(vocabulary.stages, 0.5);
  std::vector<double> sized(vocabulary.stages, 0);
  stage_logs_.assign(vocabulary.stages, 0);
  double logs = 0, all_sized = 0;
  const std::size_t rounds = history.rounds_before(day);
  for (std::size_t r = 0; r < rounds; ++r) {
    see(r);
    if (const auto& amount = history.table.rounds[r].amount) {
      stage_logs_[vocabulary.stage[r]] += std::log(*amount);
      sized[vocabulary.stage[r]] += 1;
      logs += std::log(*amount);
      all_sized += 1;
    }
  }
  const double of_all = all_sized > 0 ? logs / all_sized : 0;
  for (std::size_t s = 0; s < stage_logs_.size(); ++s) stage_logs_[s] = (stage_logs_[s] + of_all) / (sized[s] + 1);
  for (std::vector<double>* all : {&all_categories_, &all_regions_, &all_stages_}) {
    double sum = 0;
    for (const double count : *all) sum += count;
    for (double& count : *all) count /= sum;
  }
  std::vector<Trials> back;
  for (std::size_t i = 0; i < investors_.size(); ++i) {
    if (investors_[i].back.trials > 0) back.push_back(investors_[i].back);
    investors_[i].links.assign(linking_[i].begin(), linking_[i].end());
    std::sort(investors_[i].links.begin(), investors_[i].links.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  }
  linking_.clear();
  prior_ = fitted_prior(back);
}

void Scene::see(std::size_t r) {
  const io::FundedRound& round = history_.table.rounds[r];
  const Day paid = history_.days[r];
  Company& company = companies_[round.company];
  const int number = static_cast<int>(company.rounds.size());
  const bool late = number > 0;
  const std::size_t stage_before = late ? vocabulary_.stage[company.rounds.back()] : 0;
  company.rounds.push_back(r);
  company.raised += round.amount.value_or(0);
  if (round.cheques == 0) return;  // who paid is not told, so nothing is learnt of anybody
  const std::size_t before = company.holdings.size();
  for (const Holding& holding : company.holdings) investors_[holding.investor].back.trials += 1;
  for (std::size_t k = round.first_cheque; k < round.first_cheque + round.cheques; ++k) {
    const std::uint32_t i = history_.table.cheques[k].investor;
    Investor& investor = investors_[i];
    if (investor.cheques == 0) investor.first = paid;
    investor.cheques += 1;
    investor.last = paid;
    const double months = months_since(paid);
    if (months <= 12) investor.in_year += 1;
    if (months <= 36) investor.in_three_years += 1;
    if (round.amount) {
      investor.logs += std::log(*round.amount);
      investor.sized += 1;
    }
    const auto known = std::find_if(company.holdings.begin(), company.holdings.end(), [i](const Holding& h) { return h.investor == i; });
    if (known != company.holdings.end()) {
      investor.back.successes += 1;
      ++known->rounds;
      known->last_round = number;
      known->last_paid = paid;
      continue;
    }
    company.holdings.push_back({i, 1, number, number, paid});
    investor.entries += 1;
    by_category_[i * vocabulary_.categories + vocabulary_.category[round.company]] += 1;
    by_region_[i * vocabulary_.regions + vocabulary_.region[round.company]] += 1;
    all_categories_[vocabulary_.category[round.company]] += 1;
    all_regions_[vocabulary_.region[round.company]] += 1;
    if (!late) continue;
    investor.late_entries += 1;
    by_stage_[i * vocabulary_.stages + stage_before] += 1;
    all_stages_[stage_before] += 1;
  }
  link(company.holdings, before);
}

// The new ones are linked with all who were there before, and with one another.
void Scene::link(std::vector<Holding>& holdings, std::size_t before) {
  constexpr std::size_t kMost = 80;  // a crowd tells nothing of who follows whom
  if (holdings.size() > kMost) return;
  for (std::size_t a = before; a < holdings.size(); ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      const std::uint32_t fresh = holdings[a].investor, other = holdings[b].investor;
      Link& there = linking_[fresh][other];
      there.together += 1;
      if (b < before) there.after += 1;
      linking_[other][fresh].together += 1;
    }
  }
}

double Scene::follow_on(std::uint32_t i) const { return posterior(prior_, investors_[i].back).mean(); }

double Scene::lean(const std::vector<float>& counts, const std::vector<double>& all, std::uint32_t i, std::size_t kind) const {
  constexpr double kPrior = 4;  // entries like those of all
  const bool late = &counts == &by_stage_;
  const double entries = late ? investors_[i].late_entries : investors_[i].entries;
  return std::log((counts[i * all.size() + kind] + kPrior * all[kind]) / ((entries + kPrior) * all[kind]));
}

bool Scene::alive(std::uint32_t c, int months) const {
  const Company& company = companies_[c];
  if (company.rounds.empty() || months_since(history_.days[company.rounds.back()]) > months) return false;
  const auto bought = history_.companies[c].bought;
  return !bought || *bought >= day_;
}

}  // namespace warchest::evidence
