// The purse of each investor for each company is found when its turn comes, from what is then left.
#include "market/service.h"

#include <algorithm>

#include "kernels/clones.h"

namespace warchest::market {
namespace {

// A loop over plain rows, which the compiler turns into vectors. Limits that nobody has are not read.
template <bool kInAll, bool kByCompany>
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
    const double claim = shares[i] * amount + beyond_claim[i];
    out[i] = (kByCompany ? purse(left, largest[i], room[i], paid[i], claim) : purse(left, largest[i], kNoLimit, 0, claim)) * takes_part[i];
  }
}

void find_purses(const Purses& all, const Asker& asker, double* out) {
  if (all.in_all.empty())
    all.room.empty() ? find_purses<false, false>(all, asker, out) : find_purses<false, true>(all, asker, out);
  else
    all.room.empty() ? find_purses<true, false>(all, asker, out) : find_purses<true, true>(all, asker, out);
}

}  // namespace

WARCHEST_EVERY_WIDTH void serve(const Syndicate& syndicate, const Purses& purses, std::span<Asker> askers, ServiceSpace& space) {
  space.purses.resize(1, purses.total.size());
  const std::span<double> purse_of(space.purses[0], purses.total.size());
  space.order.clear();
  for (std::uint32_t c = 0; c < askers.size(); ++c) space.order.push_back(c);
  std::sort(space.order.begin(), space.order.end(), [askers](std::uint32_t a, std::uint32_t b) {
    return askers[a].turn != askers[b].turn ? askers[a].turn < askers[b].turn : a < b;
  });
  for (const std::uint32_t c : space.order) {
    Asker& asker = askers[c];
    asker.clearing = {};
    if (asker.survives) {
      find_purses(purses, asker, purse_of.data());
      if (!asker.prices.empty()) demand(syndicate, purse_of, asker.prices, asker.demands);
      asker.clearing = clear(syndicate, asker.round, purse_of, asker.shares, asker.cheques);
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
