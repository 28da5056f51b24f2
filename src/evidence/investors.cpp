// Rounds come by date, so one walk over them sees each with what had happened before it: who holds what, and who has been met at all.
#include "evidence/investors.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <unordered_map>

namespace warchest::evidence {
namespace {

constexpr double kDaysOfYear = 365.25;

equity::Date day_after(equity::Date date) {
  equity::Date next{date.year, date.month, date.day + 1};
  if (equity::parse_date(equity::spelled(next))) return next;
  return date.month == 12 ? equity::Date{date.year + 1, 1, 1} : equity::Date{date.year, date.month + 1, 1};
}

struct Told {
  std::size_t cheques = 0, with_amount = 0, recent = 0;
  std::size_t entries = 0;                         // companies
  std::unordered_map<std::uint32_t, double> paid;  // by company, of what is known
  double most = 0;
  std::optional<equity::Date> first;
  std::size_t rounds_before = 0;  // in the table, with its first cheque: its chances begin after it
  std::size_t rounds_held = 0;    // later ones of companies that it holds
  Trials back;
  std::vector<double> sums;  // by year, the last first
};

class Walk {
 public:
  Walk(const io::ChequeTable& table, const InvestorOptions& options) : table_(table), options_(options) {
    told_.resize(table.investors.size());
    for (Told& one : told_) one.sums.assign(static_cast<std::size_t>(options.years), 0);
    as_of_ = options.as_of.value_or(table.rounds.empty() ? equity::Date{} : day_after(table.rounds.back().date));
  }

  InvestorsFound found() {
    for (const io::FundedRound& round : table_.rounds) {
      if (round.date < as_of_ && round.cheques > 0) see(round);
    }
    return told();
  }

 private:
  using Holders = std::vector<std::uint32_t>;

  std::size_t years_back(equity::Date date) const {
    return static_cast<std::size_t>(static_cast<double>(equity::days_between(date, as_of_) - 1) / kDaysOfYear);
  }

  void see(const io::FundedRound& round) {
    ++rounds_;
    Holders& holders = holders_[round.company];
    const auto first = table_.cheques.begin() + static_cast<std::ptrdiff_t>(round.first_cheque);
    const auto last = first + static_cast<std::ptrdiff_t>(round.cheques);
    for (const std::uint32_t holder : holders) {
      Told& one = told_[holder];
      one.back.trials += 1;
      one.rounds_held += 1;
      if (std::any_of(first, last, [&](const io::Cheque& cheque) { return cheque.investor == holder; })) one.back.successes += 1;
    }
    const std::size_t before = holders.size();
    for (auto cheque = first; cheque != last; ++cheque) {
      pay(told_[cheque->investor], *cheque, round);
      if (std::find(holders.begin(), holders.begin() + static_cast<std::ptrdiff_t>(before), cheque->investor) !=
          holders.begin() + static_cast<std::ptrdiff_t>(before))
        continue;
      holders.push_back(cheque->investor);
      ++told_[cheque->investor].entries;
    }
  }

  void pay(Told& one, const io::Cheque& cheque, const io::FundedRound& round) {
    if (!one.first) {
      one.first = round.date;
      one.rounds_before = rounds_;
    }
    ++one.cheques;
    const std::size_t back = years_back(round.date);
    if (back < one.sums.size()) ++one.recent;
    if (!cheque.amount) return;
    ++one.with_amount;
    one.most = std::max(one.most, *cheque.amount);
    one.paid[round.company] += *cheque.amount;
    if (back < one.sums.size()) one.sums[back] += *cheque.amount;
  }

  Trials entered(const Told& one) const {
    if (!one.first) return {};
    const double chances = static_cast<double>(rounds_ - one.rounds_before) - static_cast<double>(one.rounds_held);
    return {std::max(0.0, static_cast<double>(one.entries) - 1), std::max(0.0, chances)};
  }

  YearSums years_of(const Told& one) const {
    YearSums years;
    for (const double sum : one.sums) {
      if (sum > 0) years.logarithms.push_back(std::log(sum));
    }
    if (!years.logarithms.empty()) years.pieces = static_cast<double>(one.recent) / static_cast<double>(years.logarithms.size());
    return years;
  }

  InvestorEvidence evidence(const std::string& name, const Told& one, const InvestorsFound& found) const {
    InvestorEvidence result;
    result.name = name;
    result.cheques = one.cheques;
    result.companies = one.entries;
    result.with_amount = one.with_amount;
    result.most = one.most;
    const YearSums seen = years_of(one);
    result.years_with_amounts = seen.logarithms.size();
    result.years = one.first ? std::min(one.sums.size(), years_back(*one.first) + 1) : 0;
    result.capacity = further_year(found.years_of_all, seen);
    if (one.with_amount >= kFewestForLargest) result.largest = one.most;
    result.companies_with_amount = one.paid.size();
    if (one.paid.size() >= kFewestForLargest) {
      result.per_company = 0;
      for (const auto& [company, sum] : one.paid) result.per_company = std::max(*result.per_company, sum);
    }
    result.back = one.back;
    result.entered = entered(one);
    result.follow_on = middle_90(posterior(found.follow_on_of_all, result.back));
    result.interest = middle_90(posterior(found.interest_of_all, result.entered));
    return result;
  }

  std::vector<std::uint32_t> chosen() const {
    std::vector<std::uint32_t> order, first;
    if (options_.company) {
      if (const auto holders = holders_.find(*options_.company); holders != holders_.end()) first = holders->second;
    }
    for (std::uint32_t i = 0; i < told_.size(); ++i) {
      if (told_[i].recent > 0 && std::find(first.begin(), first.end(), i) == first.end()) order.push_back(i);
    }
    std::stable_sort(order.begin(), order.end(), [this](std::uint32_t a, std::uint32_t b) {
      if (told_[a].recent != told_[b].recent) return told_[a].recent > told_[b].recent;
      return table_.investors[a] < table_.investors[b];
    });
    const std::size_t room = options_.most > first.size() ? options_.most - first.size() : 0;
    if (order.size() > room) order.resize(room);
    first.insert(first.end(), order.begin(), order.end());
    return first;
  }

  // All that are not chosen, as if one.
  Told rest(const std::set<std::uint32_t>& chosen, InvestorsFound& found) const {
    Told sum;
    sum.sums.assign(static_cast<std::size_t>(options_.years), 0);
    for (std::uint32_t i = 0; i < told_.size(); ++i) {
      const Told& one = told_[i];
      if (chosen.contains(i) || one.cheques == 0) continue;
      ++found.other_investors;
      sum.cheques += one.cheques;
      sum.recent += one.recent;
      sum.with_amount += one.with_amount;
      sum.most = std::max(sum.most, one.most);
      if (!sum.first || *one.first < *sum.first) sum.first = one.first;
      for (std::size_t y = 0; y < sum.sums.size(); ++y) sum.sums[y] += one.sums[y];
    }
    return sum;
  }

  void tell_others(const std::vector<std::uint32_t>& list, InvestorsFound& found) const {
    const std::set<std::uint32_t> chosen(list.begin(), list.end());
    const Told sum = rest(chosen, found);
    if (found.other_investors == 0) return;
    InvestorEvidence others = evidence("", sum, found);
    Trials present;
    std::set<std::uint32_t> companies;
    std::vector<double> together;
    for (const io::FundedRound& round : table_.rounds) {
      if (!(round.date < as_of_) || round.cheques == 0) continue;
      present.trials += 1;
      bool any = false;
      double paid = 0;
      for (std::size_t k = round.first_cheque; k < round.first_cheque + round.cheques; ++k) {
        if (chosen.contains(table_.cheques[k].investor)) continue;
        any = true;
        paid += table_.cheques[k].amount.value_or(0);
      }
      present.successes += any ? 1 : 0;
      if (any) companies.insert(round.company);
      if (paid > 0) together.push_back(paid);
    }
    std::sort(together.begin(), together.end());
    others.largest.reset();
    others.rounds_with_amount = together.size();
    if (together.size() >= kFewestForLargest) {
      const auto at = [&together](double share) {
        return together[static_cast<std::size_t>(share * static_cast<double>(together.size() - 1) + 0.5)];
      };
      others.in_a_round = Range{at(0.05), at(0.95)};
    }
    others.companies = companies.size();
    others.entered = present;
    others.interest = middle_90(posterior({0.5, 0.5}, present));
    found.others = std::move(others);
  }

  InvestorsFound told() {
    InvestorsFound found;
    found.as_of = as_of_;
    found.rounds = rounds_;
    std::vector<Trials> back, entries;
    std::vector<YearSums> years;
    for (const Told& one : told_) {
      if (one.back.trials > 0) back.push_back(one.back);
      if (const Trials chances = entered(one); chances.trials > 0) entries.push_back(chances);
      years.push_back(years_of(one));
    }
    found.follow_on_of_all = fitted_prior(back);
    found.interest_of_all = fitted_prior(entries);
    found.years_of_all = fitted_spread(years, kUsualVariance);
    const std::vector<std::uint32_t> list = chosen();
    for (const std::uint32_t i : list) found.investors.push_back(evidence(table_.investors[i], told_[i], found));
    tell_others(list, found);
    return found;
  }

  const io::ChequeTable& table_;
  const InvestorOptions& options_;
  equity::Date as_of_;
  std::vector<Told> told_;
  std::unordered_map<std::uint32_t, Holders> holders_;  // of a company, in the order in which they came
  std::size_t rounds_ = 0;
};

}  // namespace

InvestorsFound investors_of(const io::ChequeTable& table, const InvestorOptions& options) { return Walk(table, options).found(); }

FollowOn follow_on_of(const io::ChequeTable& table) {
  FollowOn found;
  std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> holders, last;
  for (const io::FundedRound& round : table.rounds) {
    std::vector<std::uint32_t> here;
    for (std::size_t k = round.first_cheque; k < round.first_cheque + round.cheques; ++k) here.push_back(table.cheques[k].investor);
    if (here.empty()) continue;
    const auto came = [&here](std::uint32_t one) { return std::find(here.begin(), here.end(), one) != here.end(); };
    const auto add = [&came](const std::vector<std::uint32_t>& list, Trials& each, Trials& any) {
      if (list.empty()) return;
      std::size_t count = 0;
      for (const std::uint32_t one : list) count += came(one) ? 1 : 0;
      each.trials += static_cast<double>(list.size());
      each.successes += static_cast<double>(count);
      any.trials += 1;
      any.successes += count > 0 ? 1 : 0;
    };
    std::vector<std::uint32_t>& known = holders[round.company];
    add(known, found.any_later, found.rounds_with_insider);
    add(last[round.company], found.next_of_last, found.rounds_with_last);
    last[round.company] = here;
    for (const std::uint32_t one : here) {
      if (std::find(known.begin(), known.end(), one) == known.end()) known.push_back(one);
    }
  }
  return found;
}

}  // namespace warchest::evidence
