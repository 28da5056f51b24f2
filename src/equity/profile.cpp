// Sweeping upwards through the kinks: X rises by the units in play times the distance to the next kink.
#include "equity/profile.h"

#include <algorithm>
#include <map>
#include <utility>

namespace warchest::equity {
namespace {

constexpr const char* kCharter = "NVCA charter 2.1, 2.2";

}  // namespace

Profile::Profile(std::vector<Entitlement> entitlements) : entitlements_(std::move(entitlements)) {
  rank();
  sweep();
}

void Profile::rank() {
  std::map<std::pair<bool, Number>, Tier> by_rank;  // false, debt, sorts first
  for (std::size_t i = 0; i < entitlements_.size(); ++i) {
    const Entitlement& one = entitlements_[i];
    if (one.fixed.is_zero()) continue;
    Tier& tier = by_rank[{!one.debt, one.seniority}];
    tier.total += one.fixed;
    tier.members.push_back(i);
  }
  for (auto& [rank, tier] : by_rank) {
    tier.begin = fixed_;
    fixed_ += tier.total;
    tiers_.push_back(std::move(tier));
  }
}

void Profile::sweep() {
  struct Change {
    Number value, units;
  };
  std::vector<Change> changes;
  for (const Entitlement& one : entitlements_) {
    Number before;
    for (const Kink& kink : one.kinks) {
      changes.push_back({kink.value, kink.units - before});
      before = kink.units;
    }
  }
  std::sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) { return a.value < b.value; });
  Level level{Number(0), fixed_, Number(0)};
  for (const Change& change : changes) {
    if (change.value > level.value) {
      levels_.push_back(level);
      level.proceeds += level.units * (change.value - level.value);
      level.value = change.value;
    }
    level.units += change.units;
  }
  levels_.push_back(level);
}

Number Profile::units_of(std::size_t member, const Number& value) const {
  Number units;
  for (const Kink& kink : entitlements_[member].kinks) {
    if (kink.value > value) break;
    units = kink.units;
  }
  return units;
}

Number Profile::payoff(std::size_t member, const Number& value) const {
  const std::vector<Kink>& kinks = entitlements_[member].kinks;
  Number amount = entitlements_[member].fixed;
  for (std::size_t i = 0; i < kinks.size() && kinks[i].value < value; ++i) {
    const bool last = i + 1 == kinks.size() || kinks[i + 1].value >= value;
    amount += kinks[i].units * ((last ? value : kinks[i + 1].value) - kinks[i].value);
  }
  return amount;
}

// The last level that the proceeds reach.
std::size_t Profile::level_of(const Number& proceeds) const {
  const auto above =
      std::upper_bound(levels_.begin(), levels_.end(), proceeds, [](const Number& x, const Level& level) { return x < level.proceeds; });
  return above == levels_.begin() ? 0 : static_cast<std::size_t>(above - levels_.begin()) - 1;
}

Number Profile::value_at(const Number& proceeds) const {
  if (proceeds <= fixed_) return 0;
  const Level& level = levels_[level_of(proceeds)];
  return level.units.is_zero() ? level.value : level.value + (proceeds - level.proceeds) / level.units;
}

Number Profile::proceeds_at(const Number& value) const {
  Number proceeds;
  for (std::size_t i = 0; i < entitlements_.size(); ++i) proceeds += payoff(i, value);
  return proceeds;
}

ExitResult Profile::at(const Number& proceeds) const {
  ExitResult result;
  result.payouts.resize(entitlements_.size());
  result.per_common_share = value_at(proceeds);
  if (proceeds < fixed_) {
    for (const Tier& tier : tiers_) {
      const Number left = greatest(Number(0), least(tier.total, proceeds - tier.begin));
      for (const std::size_t member : tier.members) result.payouts[member] = entitlements_[member].fixed * left / tier.total;
      result.steps.push_back({"rank", "paid to claims of one rank, pro rata to claims where short", left, kCharter});
    }
  } else {
    Number paid;
    for (std::size_t i = 0; i < entitlements_.size(); ++i) {
      result.payouts[i] = payoff(i, result.per_common_share);
      paid += result.payouts[i];
    }
    result.undistributed = proceeds - paid;
    result.steps.push_back({"preferences", "all claims and preferences, paid in full", fixed_, kCharter});
  }
  result.steps.push_back({"v", "value of one common share: the inverse of X(v) at the proceeds", result.per_common_share, kCharter});
  for (const Entitlement& one : entitlements_) {
    if (one.converted) {
      result.elections.push_back(Election::convert);
    } else if (one.converts_above) {
      result.elections.push_back(result.per_common_share > *one.converts_above ? Election::convert : Election::hold);
    } else {
      result.elections.push_back(Election::none);
    }
  }
  return result;
}

PayoffTable Profile::table(std::vector<std::string> ids) const {
  PayoffTable whole{std::move(ids), {}};
  const std::size_t size = entitlements_.size();
  std::vector<Number> paid(size);
  for (const Tier& tier : tiers_) {
    std::vector<Number> slopes(size);
    for (const std::size_t member : tier.members) slopes[member] = entitlements_[member].fixed / tier.total;
    whole.segments.push_back({tier.begin, paid, slopes});
    for (const std::size_t member : tier.members) paid[member] = entitlements_[member].fixed;
  }
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    const Level& level = levels_[i];
    if (i + 1 < levels_.size() && levels_[i + 1].proceeds == level.proceeds) continue;  // nobody shares here: v jumps
    std::vector<Number> slopes(size);
    for (std::size_t member = 0; member < size; ++member) {
      paid[member] = payoff(member, level.value);
      if (!level.units.is_zero()) slopes[member] = units_of(member, level.value) / level.units;
    }
    whole.segments.push_back({level.proceeds, paid, slopes});
  }
  PayoffTable joined{whole.ids, {}};
  append_clipped(joined, whole, Number(0), std::nullopt);
  return joined;
}

void append_clipped(PayoffTable& whole, const PayoffTable& piece, const Number& from, const std::optional<Number>& to) {
  for (std::size_t i = 0; i < piece.segments.size(); ++i) {
    const PayoffSegment& segment = piece.segments[i];
    const bool last = i + 1 == piece.segments.size();
    if (to && segment.from >= *to) break;
    if (!last && piece.segments[i + 1].from <= from) continue;
    PayoffSegment clipped = segment;
    if (clipped.from < from) {
      for (std::size_t k = 0; k < clipped.payouts.size(); ++k) clipped.payouts[k] += clipped.slopes[k] * (from - clipped.from);
      clipped.from = from;
    }
    if (!whole.segments.empty()) {
      const PayoffSegment& before = whole.segments.back();
      bool joins = before.slopes == clipped.slopes;
      for (std::size_t k = 0; joins && k < clipped.payouts.size(); ++k) {
        joins = before.payouts[k] + before.slopes[k] * (clipped.from - before.from) == clipped.payouts[k];
      }
      if (joins) continue;
    }
    whole.segments.push_back(std::move(clipped));
  }
}

void sort_and_unite(std::vector<Number>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

bool PayoffTable::steps() const {
  for (std::size_t i = 0; i + 1 < segments.size(); ++i) {
    const Number width = segments[i + 1].from - segments[i].from;
    for (std::size_t k = 0; k < ids.size(); ++k) {
      if (segments[i].payouts[k] + segments[i].slopes[k] * width != segments[i + 1].payouts[k]) return true;
    }
  }
  return false;
}

std::vector<Number> PayoffTable::at(const Number& proceeds) const {
  const auto above = std::upper_bound(segments.begin(), segments.end(), proceeds,
                                      [](const Number& x, const PayoffSegment& segment) { return x < segment.from; });
  const PayoffSegment& segment = above == segments.begin() ? segments.front() : *std::prev(above);
  std::vector<Number> payouts = segment.payouts;
  for (std::size_t k = 0; k < payouts.size(); ++k) payouts[k] += segment.slopes[k] * (proceeds - segment.from);
  return payouts;
}

}  // namespace warchest::equity
