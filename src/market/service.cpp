// The purse of each investor for each company is found when its turn comes, from what is then left.
#include "market/service.h"

#include <algorithm>

#include "kernels/clones.h"

namespace warchest::market {
namespace {

// A loop over plain rows, which the compiler turns into vectors.
template <bool kInAll>
void find_purses(const Purses& all, const Asker& asker, double* __restrict out) {
  const double *capacity = all.capacity.data(), *largest = all.largest.data(), *room = all.room.data(), *paid = asker.paid.data();
  const double *total = all.total.data(), *before = all.total_12_before.data(), *shares = asker.shares.data();
  const double *beyond_claim = all.beyond_claim.data(), *takes_part = asker.takes_part.data(), *in_all = all.in_all.data();
  const double mood = all.mood, amount = asker.round.amount;
  const std::size_t investors = all.total.size();
  for (std::size_t i = 0; i < investors; ++i) {
    double left = budget(capacity[i] * mood, total[i] - before[i]);
    if constexpr (kInAll) {
      const double ever = in_all[i] - total[i];
      left = ever < left ? ever : left;
    }
    out[i] = purse(left, largest[i], room[i], paid[i], shares[i] * amount + beyond_claim[i]) * takes_part[i];
  }
}

}  // namespace

WARCHEST_EVERY_WIDTH void serve(const Syndicate& syndicate, const Purses& purses, std::span<Asker> askers, ServiceSpace& space) {
  space.purses.resize(purses.total.size());
  space.order.clear();
  for (std::uint32_t c = 0; c < askers.size(); ++c) space.order.push_back(c);
  std::sort(space.order.begin(), space.order.end(), [askers](std::uint32_t a, std::uint32_t b) {
    return askers[a].turn != askers[b].turn ? askers[a].turn < askers[b].turn : a < b;
  });
  for (const std::uint32_t c : space.order) {
    Asker& asker = askers[c];
    asker.clearing = {};
    if (asker.survives) {
      purses.in_all.empty() ? find_purses<false>(purses, asker, space.purses.data())
                            : find_purses<true>(purses, asker, space.purses.data());
      if (!asker.prices.empty()) {
        const std::vector<double> all = demand(syndicate, space.purses, asker.prices);
        std::copy(all.begin(), all.end(), asker.demands.begin());
      }
      asker.clearing = clear(syndicate, asker.round, space.purses, asker.shares, asker.cheques);
      const double* cheques = asker.cheques.data();
      const double first_part = asker.first_part;
      double* total = purses.total.data();
      for (std::size_t i = 0; i < purses.total.size(); ++i) total[i] += cheques[i] * first_part;
    } else {
      std::fill(asker.cheques.begin(), asker.cheques.end(), 0.0);
    }
  }
}

}  // namespace warchest::market
