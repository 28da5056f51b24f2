// The search for the crossing. Loops run over investors side by side, in a fixed order of sums, which the compiler turns into vectors
// without changing a bit.
#include "market/clear.h"

#include <algorithm>

#include "kernels/clones.h"
#include "market/wide.h"

namespace warchest::market {
namespace {

// Two prices with demand covering supply at the lower one alone.
struct Bracket {
  double low, high;
  double at_low, at_high;  // demand
};

double product(const double* a, const double* b, std::size_t n) {
  return sum_of(n, [a, b]<class T>(std::size_t i, As<T>) { return load<T>(a, i) * load<T>(b, i); });
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
    if (place.left == place.right) return at_kink(place.left);
    double demands[2];
    at_kinks({place.left, place.right}, demands);
    return demands[0] + (demands[1] - demands[0]) * place.part;
  }

  // Cut in four at a time while there is enough to cut: three sums go side by side.
  void between_kinks(const Supply& supply, Bracket& bracket) const {
    const std::vector<double>& kinks = syndicate_.kinks();
    const double* first = std::upper_bound(kinks.data(), kinks.data() + kinks.size(), bracket.low);
    const double* last = std::lower_bound(first, kinks.data() + kinks.size(), bracket.high);
    const auto tried = [&](const double* kink, double demand) {
      const bool covered = covers(demand, supply.at(*kink));
      (covered ? bracket.low : bracket.high) = *kink;
      (covered ? bracket.at_low : bracket.at_high) = demand;
      (covered ? first : last) = kink + (covered ? 1 : 0);
      return covered;
    };
    while (last - first > 2) {
      const std::ptrdiff_t quarter = (last - first) / 4;
      const double* const cuts[] = {first + quarter, first + (last - first) / 2, last - 1 - quarter};
      double demands[3];
      at_kinks({number_of(cuts[0]), number_of(cuts[1]), number_of(cuts[2])}, demands);
      const std::size_t next = tried(cuts[1], demands[1]) ? 2 : 0;
      tried(cuts[next], demands[next]);
    }
    while (first != last) {
      const double* middle = first + (last - first) / 2;
      tried(middle, at_kink(number_of(middle)));
    }
  }

  double ask_each(double price, std::span<double> demands) const {
    const Place place = place_of(syndicate_.kinks(), price);
    const double *left = syndicate_.parts_at(place.left), *right = syndicate_.parts_at(place.right);
    const double *purses = purses_.data(), part = place.part;
    double* out = demands.data();
    return sum_of(purses_.size(), [=]<class T>(std::size_t i, As<T>) {
      const T from = load<T>(left, i), wants = load<T>(purses, i) * (from + (load<T>(right, i) - from) * part);
      store<T>(out, i, wants);
      return wants;
    });
  }

 private:
  double at_kink(std::size_t kink) const { return product(purses_.data(), syndicate_.parts_at(kink), purses_.size()); }

  template <std::size_t kKinks>
  void at_kinks(const std::size_t (&kinks)[kKinks], double (&demands)[kKinks]) const {
    const double* parts[kKinks];
    for (std::size_t k = 0; k < kKinks; ++k) parts[k] = syndicate_.parts_at(kinks[k]);
    const double* purses = purses_.data();
    const auto wants = [=]<class T>(std::size_t i, As<T>, std::size_t k) { return load<T>(purses, i) * load<T>(parts[k], i); };
    sums_of(purses_.size(), wants, demands);
  }
  std::size_t number_of(const double* kink) const { return static_cast<std::size_t>(kink - syndicate_.kinks().data()); }

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
  const double defended = sum_of(cheques.size(), [amount, share, cheque]<class T>(std::size_t i, As<T>) {
    return lesser<T>(load<T>(cheque, i), load<T>(share, i) * amount);
  });
  const double of_claims = defended > amount ? amount / defended : 1;  // shares may come to more than the company by a rounding
  const double left = std::max(amount - defended, 0.0), unmet = demand - defended;
  const double of_rest = left < unmet ? left / unmet : 1;
  by_eights(cheques.size(), [=]<class T>(std::size_t i, As<T>) {
    const T wants = load<T>(cheque, i), claim = lesser<T>(wants, load<T>(share, i) * amount) * of_claims;
    store<T>(cheque, i, lesser<T>(claim + (wants - claim) * of_rest, wants));
  });
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
