// The search for the crossing. Loops run over investors side by side, in a fixed order of sums, which the compiler turns into vectors
// without changing a bit.
#include "market/clear.h"

#include <algorithm>

#include "kernels/clones.h"

namespace warchest::market {
namespace {

// Two prices with demand covering supply at the lower one alone.
struct Bracket {
  double low, high;
  double at_low, at_high;  // demand
};

// The sum of term(0) … term(n - 1) in eight parts and a fixed tree: the same bits whatever the width of a vector.
template <class Term>
inline double sum_of(std::size_t n, const Term& term) {
  double v[8] = {};
  std::size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    for (std::size_t l = 0; l < 8; ++l) v[l] += term(i + l);
  }
  for (std::size_t l = 0; i + l < n; ++l) v[l] += term(i + l);
  return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

double product(const double* a, const double* b, std::size_t n) {
  return sum_of(n, [a, b](std::size_t i) { return a[i] * b[i]; });
}

double total(std::span<const double> values) {
  return sum_of(values.size(), [a = values.data()](std::size_t i) { return a[i]; });
}

// Between two kinks everything is straight: the place between them, 0 to 1. Before the first and after the last, all is level.
struct Place {
  std::size_t left, right;
  double part;
};

Place place_of(const std::vector<double>& kinks, double price) {
  const auto above = std::upper_bound(kinks.begin(), kinks.end(), price);
  const auto right = static_cast<std::size_t>(above - kinks.begin());
  if (above == kinks.begin()) return {0, 0, 0};
  if (above == kinks.end() || kinks[right - 1] == price) return {right - 1, right - 1, 0};
  return {right - 1, right, (price - kinks[right - 1]) / (kinks[right] - kinks[right - 1])};
}

// Demand of these purses at any price: from the rows of the table at the two kinks about it.
class Demand {
 public:
  Demand(const Syndicate& syndicate, std::span<const double> purses) : syndicate_(syndicate), purses_(purses) {}

  double at(double price) const {
    const Place place = place_of(syndicate_.kinks(), price);
    const double left = at_kink(place.left);
    return place.left == place.right ? left : left + (at_kink(place.right) - left) * place.part;
  }

  void between_kinks(const Supply& supply, Bracket& bracket) const {
    const std::vector<double>& kinks = syndicate_.kinks();
    auto first = std::upper_bound(kinks.begin(), kinks.end(), bracket.low);
    auto last = std::lower_bound(first, kinks.end(), bracket.high);
    while (first != last) {
      const auto middle = first + (last - first) / 2;
      const double demand = at_kink(static_cast<std::size_t>(middle - kinks.begin()));
      if (covers(demand, supply.at(*middle))) {
        bracket.low = *middle;
        bracket.at_low = demand;
        first = middle + 1;
      } else {
        bracket.high = *middle;
        bracket.at_high = demand;
        last = middle;
      }
    }
  }

  double ask_each(double price, std::span<double> demands) const {
    const Place place = place_of(syndicate_.kinks(), price);
    const double *left = syndicate_.parts_at(place.left), *right = syndicate_.parts_at(place.right);
    const double *purses = purses_.data(), part = place.part;
    double* out = demands.data();
    for (std::size_t i = 0; i < purses_.size(); ++i) out[i] = purses[i] * (left[i] + (right[i] - left[i]) * part);
    return total(demands);
  }

 private:
  double at_kink(std::size_t kink) const { return product(purses_.data(), syndicate_.parts_at(kink), purses_.size()); }

  const Syndicate& syndicate_;
  std::span<const double> purses_;
};

// The crossing of two straight lines. A price is rounded, and where demand falls steeply that is more than a rounding of money: steps
// down are taken until demand covers supply.
double crossing(const Demand& demands, const Supply& supply, const Bracket& bracket) {
  const double surplus = bracket.at_low - supply.at(bracket.low), shortage = supply.at(bracket.high) - bracket.at_high;
  const double width = bracket.high - bracket.low;
  const double price = bracket.low + width * (surplus / (surplus + shortage));
  for (const double kept : {1.0, 1 - 0x1p-52, 1 - 0x1p-50, 1 - 0x1p-47, 1 - 0x1p-43, 1 - 0x1p-38}) {
    const double tried = std::clamp(price * kept, bracket.low, bracket.high);
    if (covers(demands.at(tried), supply.at(tried))) return tried;
  }
  return bracket.low;
}

// The price over the last post-money, or the ask where demand covers it; negative where the round fails. `demand` is that at the end that
// decided.
double price_of(const Demand& demands, const Supply& supply, double& demand) {
  Bracket bracket{supply.floor, supply.ask, 0, demands.at(supply.ask)};
  demand = bracket.at_high;
  if (covers(demand, supply.amount)) return supply.ask;
  demand = bracket.at_low = demands.at(supply.floor);
  if (!covers(demand, supply.least) || !(demand > supply.amount * (1 - kEnough))) return -1;
  const bool line = supply.full > supply.floor;
  if (!line && !covers(demand, supply.amount)) return supply.floor;
  if (line && supply.full < supply.ask) {
    const double at_full = demands.at(supply.full);
    const bool in_full = covers(at_full, supply.amount);
    (in_full ? bracket.low : bracket.high) = supply.full;
    (in_full ? bracket.at_low : bracket.at_high) = at_full;
  }
  demands.between_kinks(supply, bracket);
  return crossing(demands, supply, bracket);
}

// Insiders' pro rata first, the rest in proportion. The cheques come in as what each would pay, `demand` in all.
void ration(double amount, double demand, std::span<const double> shares, std::span<double> cheques) {
  const double* share = shares.data();
  double* cheque = cheques.data();
  const double defended = sum_of(cheques.size(), [amount, share, cheque](std::size_t i) {
    const double due = share[i] * amount, wants = cheque[i];
    return wants < due ? wants : due;
  });
  const double of_claims = defended > amount ? amount / defended : 1;  // shares may come to more than the company by a rounding
  const double left = std::max(amount - defended, 0.0), unmet = demand - defended;
  const double of_rest = left < unmet ? left / unmet : 1;
  for (std::size_t i = 0; i < cheques.size(); ++i) {
    const double wants = cheque[i], due = share[i] * amount;
    const double claim = (wants < due ? wants : due) * of_claims, pays = claim + (wants - claim) * of_rest;
    cheque[i] = pays < wants ? pays : wants;
  }
}

}  // namespace

Syndicate::Syndicate(std::span<const Appetite> appetites) { assign(appetites); }

void Syndicate::assign(std::span<const Appetite> appetites) {
  investors_ = appetites.size();
  kinks_.clear();
  for (const Appetite& appetite : appetites) {
    for (const Ramp& ramp : appetite.ramps()) {
      if (ramp.drop == 0) continue;
      kinks_.push_back(ramp.begin);
      kinks_.push_back(ramp.end);
    }
  }
  if (kinks_.empty()) kinks_.push_back(1);
  std::sort(kinks_.begin(), kinks_.end());
  kinks_.erase(std::unique(kinks_.begin(), kinks_.end()), kinks_.end());

  table_.reset(kinks_.size(), investors_);
  column_.resize(kinks_.size());
  for (std::size_t i = 0; i < investors_; ++i) {
    appetites[i].at(kinks_, column_);
    for (std::size_t k = 0; k < kinks_.size(); ++k) table_[k][i] = column_[k];
  }
}

WARCHEST_EVERY_WIDTH Clearing clear(const Syndicate& syndicate, const Round& round, std::span<const double> purses,
                                    std::span<const double> shares, std::span<double> cheques) {
  Clearing clearing;
  std::fill(cheques.begin(), cheques.end(), 0.0);
  if (!(round.amount > 0 && round.ask > 0 && round.floor >= 0 && round.least_book >= 0 && round.last_post_money > 0)) return clearing;
  const Demand demands(syndicate, purses);
  const Supply supply(round);
  const double price = price_of(demands, supply, clearing.demand);
  if (price < 0) return clearing;

  clearing.closed = true;
  clearing.demand = demands.ask_each(price, cheques);
  clearing.full = covers(clearing.demand, supply.amount);
  clearing.amount = clearing.full ? supply.amount : clearing.demand;
  const double floor = floor_under(round.floor, round.ask);
  const double money = std::clamp(price * round.last_post_money, floor, round.ask);
  clearing.price = price == supply.ask ? round.ask : price == supply.floor ? floor : money;
  if (clearing.demand > clearing.amount) ration(clearing.amount, clearing.demand, shares, cheques);
  return clearing;
}

void demand(const Syndicate& syndicate, std::span<const double> purses, std::span<const double> prices, std::span<double> demands) {
  const Demand all(syndicate, purses);
  for (std::size_t k = 0; k < prices.size(); ++k) demands[k] = all.at(prices[k]);
}

}  // namespace warchest::market
