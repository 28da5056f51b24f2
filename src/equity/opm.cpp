// The normal distribution comes from erfc, good in both tails.
#include "equity/opm.h"

#include <algorithm>
#include <cmath>

namespace warchest::equity {
namespace {

double normal_below(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }

struct Distances {
  double above, below;  // d1, d2
};

Distances distances(double equity, double strike, const OpmMarket& market) {
  const double spread = market.volatility * std::sqrt(market.term_years);
  const double drift = std::log(equity / strike) + market.risk_free * market.term_years;
  return {drift / spread + spread / 2, drift / spread - spread / 2};
}

bool certain(const OpmMarket& market) { return market.volatility * std::sqrt(market.term_years) == 0; }

double discount(const OpmMarket& market) { return std::exp(-market.risk_free * market.term_years); }

bool sound(double equity, const OpmMarket& market) {
  return std::isfinite(equity) && equity >= 0 && std::isfinite(market.term_years) && market.term_years >= 0 &&
         std::isfinite(market.volatility) && market.volatility >= 0 && std::isfinite(market.risk_free);
}

}  // namespace

double call_value(double equity, double strike, const OpmMarket& market) {
  if (strike <= 0) return equity;
  if (equity <= 0) return 0;
  if (certain(market)) return std::max(0.0, equity - strike * discount(market));
  const Distances d = distances(equity, strike, market);
  return equity * normal_below(d.above) - strike * discount(market) * normal_below(d.below);
}

double digital_value(double equity, double strike, const OpmMarket& market) {
  if (strike <= 0) return discount(market);
  if (equity <= 0) return 0;
  if (certain(market)) return equity / discount(market) > strike ? discount(market) : 0;
  return discount(market) * normal_below(distances(equity, strike, market).below);
}

Result<std::vector<double>> opm_values(const PayoffTable& payoffs, double equity, const OpmMarket& market) {
  if (!sound(equity, market)) return Refusal{"equity value, term and volatility must be numbers of at least zero"};
  std::vector<double> values(payoffs.ids.size());
  for (std::size_t s = 0; s < payoffs.segments.size(); ++s) {
    const PayoffSegment& segment = payoffs.segments[s];
    const bool last = s + 1 == payoffs.segments.size();
    const double from = segment.from.to_double();
    const double spread =
        call_value(equity, from, market) - (last ? 0.0 : call_value(equity, payoffs.segments[s + 1].from.to_double(), market));
    const double step_value = digital_value(equity, from, market);
    for (std::size_t k = 0; k < values.size(); ++k) {
      values[k] += segment.slopes[k].to_double() * spread;
      Number step = segment.payouts[k];
      if (s > 0) {
        const PayoffSegment& before = payoffs.segments[s - 1];
        step -= before.payouts[k] + before.slopes[k] * (segment.from - before.from);
      }
      if (!step.is_zero()) values[k] += step.to_double() * step_value;
    }
  }
  return values;
}

Result<double> backsolve(const PayoffTable& payoffs, std::size_t index, double shares, double price, const OpmMarket& market) {
  if (index >= payoffs.ids.size()) return Refusal{"no such security in the payoff table"};
  if (!(shares > 0) || !(price > 0)) return Refusal{"shares and price must be above zero"};
  if (!sound(0, market)) return Refusal{"term and volatility must be numbers of at least zero"};
  const auto gap = [&](double equity) { return (*opm_values(payoffs, equity, market))[index] / shares - price; };
  double low = 0;
  double high = std::max(1.0, shares * price);
  for (int doubling = 0; gap(high) < 0; ++doubling) {
    if (doubling == 200) return Refusal{payoffs.ids[index] + " is worth that much a share at no equity value"};
    low = high;
    high *= 2;
  }
  for (int halving = 0; halving < 200 && high - low > 1e-13 * high; ++halving) {
    const double middle = low + (high - low) / 2;
    (gap(middle) < 0 ? low : high) = middle;
  }
  return low + (high - low) / 2;
}

CapTable without_debt(const CapTable& table) {
  CapTable equity;
  for (const Security& security : table.securities) {
    if (!std::holds_alternative<Debt>(security.terms)) equity.securities.push_back(security);
  }
  for (const Holding& holding : table.holdings) {
    if (equity.find(holding.security) != nullptr) equity.holdings.push_back(holding);
  }
  return equity;
}

}  // namespace warchest::equity
