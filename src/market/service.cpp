// The purse of each investor for each company is found when its turn comes, from what is then left.
#include "market/service.h"

#include <algorithm>

#include "kernels/clones.h"
#include "market/wide.h"

namespace warchest::market {
namespace {

// Limits that nobody has are not read.
template <bool kInAll, bool kByCompany>
void find_purses(const Purses& all, const Asker& asker, double* __restrict out) {
  const double *capacity = all.capacity.data(), *largest = all.largest.data(), *room = all.room.data(), *paid = asker.paid.data();
  const double *total = all.total.data(), *before = all.total_12_before.data(), *shares = asker.shares.data();
  const double *beyond_claim = all.beyond_claim.data(), *takes_part = asker.takes_part.data(), *in_all = all.in_all.data();
  const double mood = all.mood, amount = asker.round.amount;
  by_eights(all.total.size(), [=]<class T>(std::size_t i, As<T>) {
    T left = budget<T>(load<T>(capacity, i) * mood, load<T>(total, i) - load<T>(before, i));
    if constexpr (kInAll) left = lesser<T>(load<T>(in_all, i) - load<T>(total, i), left);
    T room_now = T{} + kNoLimit;
    if constexpr (kByCompany) room_now = room_left(load<T>(room, i), load<T>(paid, i));
    const T claim = load<T>(shares, i) * amount + load<T>(beyond_claim, i);
    store<T>(out, i, purse(left, load<T>(largest, i), room_now, claim) * load<T>(takes_part, i));
  });
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
      by_eights(purses.total.size(),
                [=]<class T>(std::size_t i, As<T>) { store<T>(total, i, load<T>(total, i) + load<T>(cheques, i) * first_part); });
    } else {
      std::fill(asker.cheques.begin(), asker.cheques.end(), 0.0);
    }
  }
}

}  // namespace warchest::market
