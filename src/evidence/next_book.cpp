// Ties of a company with outsiders are summed once for all of them, by walking the links of those who are in.
#include "evidence/next_book.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace warchest::evidence {
namespace {

constexpr int kHalfYear = 6;

bool in_last(const Scene& scene, std::uint32_t c, const Holding& holding) {
  return holding.last_round + 1 == static_cast<int>(scene.company(c).rounds.size());
}

double expected_log_amount(const Scene& scene, std::uint32_t c, bool& told) {
  const std::size_t last = scene.company(c).rounds.back();
  const auto amount = scene.history().table.rounds[last].amount;
  told = amount.has_value();
  return amount ? std::log(*amount) : scene.mean_log_amount(scene.vocabulary().stage[last]);
}

double log_pace(double cheques) { return std::log1p(cheques); }

// What is the same for all who might pay in this round.
void add_company(std::vector<double>& row, const Scene& scene, std::uint32_t c) {
  const Scene::Company& company = scene.company(c);
  const std::size_t last = company.rounds.back();
  bool told = false;
  row.push_back(expected_log_amount(scene, c, told));
  row.push_back(told ? 0 : 1);
  row.push_back(std::log1p(static_cast<double>(company.holdings.size())));
  row.push_back(std::min(static_cast<double>(company.rounds.size()), 6.0));
  row.push_back(std::log1p(std::max(0.0, scene.months_since(scene.history().days[last]))));
  const std::size_t stage = scene.vocabulary().stage[last];
  for (std::size_t k = 1; k < scene.vocabulary().stages; ++k) row.push_back(k == stage ? 1 : 0);
}

double size_misfit(const Scene& scene, std::uint32_t c, std::uint32_t i) {
  bool told = false;
  const double expected = expected_log_amount(scene, c, told);
  const Scene::Investor& investor = scene.investor(i);
  constexpr double kPrior = 1;  // one round of the expected size
  return (investor.logs + kPrior * expected) / (investor.sized + kPrior) - expected;
}

void add_investor(std::vector<double>& row, const Scene& scene, std::uint32_t c, std::uint32_t i) {
  const Scene::Investor& investor = scene.investor(i);
  const double idle = scene.months_since(investor.last);
  row.push_back(log_pace(investor.in_year));
  row.push_back(log_pace(investor.in_three_years));
  row.push_back(log_pace(investor.cheques));
  row.push_back(std::log1p(idle));
  row.push_back(std::log1p(scene.months_since(investor.first)));
  const double rate = scene.follow_on(i);
  row.push_back(std::log(rate / (1 - rate)));
  const double misfit = size_misfit(scene, c, i);
  row.push_back(misfit);
  row.push_back(misfit * misfit);
}

// Whether one who holds the company pays again.
std::vector<double> insider(const Scene& scene, std::uint32_t c, const Holding& holding, const std::vector<double>& of_company) {
  const Scene::Company& company = scene.company(c);
  std::vector<double> row = of_company;
  add_investor(row, scene, c, holding.investor);
  const bool last = in_last(scene, c, holding);
  const int since_entry = static_cast<int>(company.rounds.size()) - holding.first_round;
  const double rate = scene.follow_on(holding.investor);
  row.push_back(last ? 1 : 0);
  row.push_back(std::log1p(static_cast<double>(holding.rounds)));
  row.push_back(static_cast<double>(holding.rounds) / since_entry);
  row.push_back(holding.first_round == 0 ? 1 : 0);
  row.push_back(std::log1p(static_cast<double>(static_cast<int>(company.rounds.size()) - 1 - holding.last_round)));
  row.push_back(std::log1p(scene.months_since(holding.last_paid)));
  row.push_back(last && holding.rounds > 1 ? 1 : 0);
  row.push_back(last ? std::log(rate / (1 - rate)) : 0);
  row.push_back(last ? log_pace(scene.investor(holding.investor).in_year) : 0);
  const std::size_t stage = scene.vocabulary().stage[company.rounds.back()];
  for (std::size_t k = 1; k < scene.vocabulary().stages; ++k) row.push_back(last && k == stage ? 1 : 0);
  return row;
}

// How an outsider is tied to those who are in.
struct Ties {
  double together = 0, after = 0, with_last = 0, strongest = 0, known = 0;
};

std::unordered_map<std::uint32_t, Ties> ties_of(const Scene& scene, std::uint32_t c) {
  std::unordered_map<std::uint32_t, Ties> ties;
  for (const Holding& holding : scene.company(c).holdings) {
    const bool last = in_last(scene, c, holding);
    const double own = scene.investor(holding.investor).entries;
    for (const auto& [other, link] : scene.investor(holding.investor).links) {
      Ties& tie = ties[other];
      tie.together += link.together;
      if (last) tie.with_last += link.together;
      tie.strongest = std::max(tie.strongest, link.together / std::sqrt(own * scene.investor(other).entries));
      tie.known += 1;
    }
    // `after` is kept with the one who came after: read from its own links
  }
  for (auto& [other, tie] : ties) {
    const auto& links = scene.investor(other).links;
    for (const Holding& holding : scene.company(c).holdings) {
      const auto found =
          std::lower_bound(links.begin(), links.end(), holding.investor, [](const auto& link, std::uint32_t i) { return link.first < i; });
      if (found != links.end() && found->first == holding.investor) tie.after += found->second.after;
    }
  }
  for (const Holding& holding : scene.company(c).holdings) ties.erase(holding.investor);
  return ties;
}

// Whether one who does not hold it comes.
std::vector<double> outsider(const Scene& scene, std::uint32_t c, std::uint32_t i, const Ties& tie, const std::vector<double>& of_company) {
  const Vocabulary& vocabulary = scene.vocabulary();
  const Scene::Investor& investor = scene.investor(i);
  std::vector<double> row = of_company;
  add_investor(row, scene, c, i);
  const std::size_t stage = vocabulary.stage[scene.company(c).rounds.back()];
  row.push_back(scene.lean(scene.by_category(), scene.all_categories(), i, vocabulary.category[c]));
  row.push_back(scene.lean(scene.by_region(), scene.all_regions(), i, vocabulary.region[c]));
  row.push_back(scene.lean(scene.by_stage(), scene.all_stages(), i, stage));
  constexpr double kPrior = 2;
  row.push_back(std::log((investor.late_entries + kPrior * 0.35) / (investor.entries + kPrior)));
  row.push_back(log_pace(tie.together));
  row.push_back(log_pace(tie.after));
  row.push_back(log_pace(tie.with_last));
  row.push_back(tie.strongest);
  row.push_back(log_pace(tie.known));
  row.push_back(tie.known > 0 ? 1 : 0);
  row.push_back(tie.known > 0 ? log_pace(investor.in_year) : 0);
  row.push_back(log_pace(tie.together) * log_pace(investor.in_year));
  return row;
}

bool could_come(const Scene::Investor& investor, const Scene& scene) {
  return investor.cheques > 0 && scene.months_since(investor.last) <= 36;
}

bool holds(const Scene& scene, std::uint32_t c, std::uint32_t i) {
  const auto& holdings = scene.company(c).holdings;
  return std::any_of(holdings.begin(), holdings.end(), [i](const Holding& holding) { return holding.investor == i; });
}

// The next round after the scene's day, if it came in time and tells who paid.
const io::FundedRound* next_round(const Scene& scene, std::uint32_t c, int within) {
  const History& history = scene.history();
  const std::vector<std::size_t>& rounds = history.companies[c].rounds;
  const std::size_t known = scene.company(c).rounds.size();
  if (known >= rounds.size() || -scene.months_since(history.days[rounds[known]]) >= within) return nullptr;
  const io::FundedRound& round = history.table.rounds[rounds[known]];
  return round.cheques > 0 ? &round : nullptr;
}

// A number between 0 and 1 that belongs to (landmark, company, investor).
std::uint32_t lot(std::uint64_t a, std::uint64_t b, std::uint64_t c) {
  std::uint64_t z = a * 0x9e3779b97f4a7c15u + b * 0xbf58476d1ce4e5b9u + c * 0x94d049bb133111ebu;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return static_cast<std::uint32_t>((z ^ (z >> 31)) >> 32);
}

class Cases {
 public:
  Cases(const History& history, const NextBookOptions& options) : history_(history), options_(options) {}

  void add(const Scene& scene, std::uint32_t c, const io::FundedRound& next, double weight) {
    std::vector<std::uint32_t> paid;
    for (std::size_t k = next.first_cheque; k < next.first_cheque + next.cheques; ++k) paid.push_back(history_.table.cheques[k].investor);
    const auto came = [&paid](std::uint32_t i) { return std::find(paid.begin(), paid.end(), i) != paid.end(); };
    std::vector<double> of_company;
    add_company(of_company, scene, c);
    for (const Holding& holding : scene.company(c).holdings) {
      const std::vector<double> row = insider(scene, c, holding, of_company);
      follow_on.columns = row.size();
      follow_on.add(row, came(holding.investor) ? 1 : 0, weight);
    }
    const auto ties = ties_of(scene, c);
    for (std::uint32_t i = 0; i < scene.investors(); ++i) {
      if (!could_come(scene.investor(i), scene)) continue;
      const auto tie = ties.find(i);
      const bool tied = tie != ties.end(), here = came(i);
      const std::uint32_t one_in = here ? 1 : tied ? std::max(1u, options_.one_in / 10) : options_.one_in;
      if (one_in > 1 && lot(static_cast<std::uint64_t>(scene.day()), c, i) % one_in != 0) continue;
      if (holds(scene, c, i)) continue;
      const std::vector<double> row = outsider(scene, c, i, tied ? tie->second : Ties{}, of_company);
      interest.columns = row.size();
      interest.add(row, here ? 1 : 0, weight * one_in);
    }
  }

  Sample follow_on, interest;

 private:
  const History& history_;
  const NextBookOptions& options_;
};

}  // namespace

NextBook::NextBook(const History& history, const Vocabulary& vocabulary, const NextBookOptions& options) {
  Cases cases(history, options);
  for (int back = options.landmarks; back >= 1; --back) {
    const Scene scene(history, vocabulary, day_of(months_after(history.until, -kHalfYear * back)));
    const double weight = std::exp2(-kHalfYear * back / options.half_life);
    for (std::uint32_t c = 0; c < history.companies.size(); ++c) {
      if (!scene.alive(c, options.alive)) continue;
      if (const io::FundedRound* next = next_round(scene, c, options.within)) cases.add(scene, c, *next, weight);
    }
  }
  follow_on_ = fit_logistic(cases.follow_on, options.ridge);
  interest_ = fit_logistic(cases.interest, options.ridge);
}

std::vector<NextBook::Ranked> NextBook::ranked(const Scene& scene, std::uint32_t c, std::size_t most) const {
  std::vector<Ranked> all;
  std::vector<double> of_company;
  add_company(of_company, scene, c);
  for (const Holding& holding : scene.company(c).holdings)
    all.push_back({holding.investor, follow_on_.chance(insider(scene, c, holding, of_company))});
  const auto ties = ties_of(scene, c);
  for (std::uint32_t i = 0; i < scene.investors(); ++i) {
    if (!could_come(scene.investor(i), scene) || holds(scene, c, i)) continue;
    const auto tie = ties.find(i);
    all.push_back({i, interest_.chance(outsider(scene, c, i, tie != ties.end() ? tie->second : Ties{}, of_company))});
  }
  const auto better = [](const Ranked& a, const Ranked& b) { return a.chance != b.chance ? a.chance > b.chance : a.investor < b.investor; };
  const std::size_t kept = std::min(most, all.size());
  std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(kept), all.end(), better);
  all.resize(kept);
  return all;
}

std::vector<std::uint32_t> most_active(const Scene& scene, std::size_t most) {
  std::vector<std::uint32_t> order;
  for (std::uint32_t i = 0; i < scene.investors(); ++i) {
    if (scene.investor(i).cheques > 0) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(), [&scene](std::uint32_t a, std::uint32_t b) {
    const Scene::Investor &one = scene.investor(a), &other = scene.investor(b);
    return one.in_year != other.in_year ? one.in_year > other.in_year : one.cheques > other.cheques;
  });
  if (order.size() > most) order.resize(most);
  return order;
}

std::vector<std::uint32_t> last_investors_first(const Scene& scene, std::uint32_t c, std::size_t most, bool only_them) {
  std::vector<std::uint32_t> list;
  for (const Holding& holding : scene.company(c).holdings) {
    if (in_last(scene, c, holding)) list.push_back(holding.investor);
  }
  std::stable_sort(list.begin(), list.end(),
                   [&scene](std::uint32_t a, std::uint32_t b) { return scene.investor(a).in_year > scene.investor(b).in_year; });
  if (!only_them) {
    for (const std::uint32_t i : most_active(scene, most + list.size())) {
      if (std::find(list.begin(), list.end(), i) == list.end()) list.push_back(i);
    }
  }
  if (list.size() > most) list.resize(most);
  return list;
}

}  // namespace warchest::evidence
