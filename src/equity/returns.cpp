#include "equity/returns.h"

#include <algorithm>
#include <cmath>

namespace warchest::equity {
namespace {

constexpr double kWidest = 40;  // of x = log(1 + rate)
constexpr double kDaysOfYear = 365;

struct Term {
  double amount = 0, years = 0;
};

// sum of amount e^(-x years), scaled so that its largest term is 1: only sign and roots matter.
double value(const std::vector<Term>& terms, double x) {
  double top = -HUGE_VAL;
  for (const Term& term : terms) top = std::max(top, -x * term.years + std::log(std::fabs(term.amount)));
  double sum = 0;
  for (const Term& term : terms) sum += std::copysign(std::exp(-x * term.years + std::log(std::fabs(term.amount)) - top), term.amount);
  return sum;
}

double bisected(const std::vector<Term>& terms, double low, double high) {
  const bool rising = value(terms, low) < 0;
  for (int step = 0; step < 200 && high - low > 1e-15 * std::max(1.0, std::fabs(low)); ++step) {
    const double middle = 0.5 * (low + high);
    ((value(terms, middle) < 0) == rising ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

// Roots in (-kWidest, kWidest), ascending. Divided by its first exponential the sum begins with a constant, which the derivative loses.
std::vector<double> roots(const std::vector<Term>& terms) {
  if (terms.size() < 2) return {};
  std::vector<Term> slope;
  for (std::size_t i = 1; i < terms.size(); ++i) {
    const double years = terms[i].years - terms[0].years;
    slope.push_back({-terms[i].amount * years, years});
  }
  std::vector<double> ends{-kWidest};
  for (const double turn : roots(slope)) ends.push_back(turn);
  ends.push_back(kWidest);
  std::vector<double> result;
  for (std::size_t i = 0; i + 1 < ends.size(); ++i) {
    const double left = value(terms, ends[i]), right = value(terms, ends[i + 1]);
    if (left == 0) {
      if (i > 0 && (result.empty() || result.back() != ends[i])) result.push_back(ends[i]);
    } else if ((left < 0) != (right < 0) && right != 0) {
      result.push_back(bisected(terms, ends[i], ends[i + 1]));
    }
  }
  return result;
}

}  // namespace

double net_present_value(const std::vector<CashFlow>& flows, double rate) {
  if (flows.empty()) return 0;
  const Date first = std::min_element(flows.begin(), flows.end(), [](const auto& a, const auto& b) { return a.date < b.date; })->date;
  double sum = 0;
  for (const CashFlow& flow : flows)
    sum += flow.amount * std::pow(1 + rate, -static_cast<double>(days_between(first, flow.date)) / kDaysOfYear);
  return sum;
}

Returns returns_of(std::vector<CashFlow> flows) {
  Returns result;
  std::stable_sort(flows.begin(), flows.end(), [](const auto& a, const auto& b) { return a.date < b.date; });
  std::vector<Term> terms;
  for (const CashFlow& flow : flows) {
    (flow.amount < 0 ? result.put_in : result.received) += std::fabs(flow.amount);
    const double years = static_cast<double>(days_between(flows.front().date, flow.date)) / kDaysOfYear;
    if (!terms.empty() && terms.back().years == years)
      terms.back().amount += flow.amount;
    else
      terms.push_back({flow.amount, years});
  }
  std::erase_if(terms, [](const Term& term) { return term.amount == 0; });
  if (result.put_in > 0) result.multiple = result.received / result.put_in;
  const auto any = [&](bool negative) {
    return std::any_of(terms.begin(), terms.end(), [&](const Term& t) { return (t.amount < 0) == negative; });
  };
  if (terms.empty())
    result.reason = "nothing was paid in or received";
  else if (!any(true))
    result.reason = "nothing was paid in";
  else if (!any(false))
    result.reason = "nothing was received";
  if (!result.reason.empty()) return result;
  for (const double x : roots(terms)) result.rates.push_back(std::expm1(x));
  if (result.rates.empty()) result.reason = "the present value has the same sign at every rate";
  return result;
}

}  // namespace warchest::equity
