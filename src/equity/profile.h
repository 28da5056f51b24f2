// The waterfall under fixed decisions: which SAFEs and notes convert, and which series were converted by a vote. Everybody else
// decides alone, and that is read off v, the value of one common share (see waterfall.h).
//
// Every security is an entitlement: a fixed amount with a rank, and a number of units that share in v above it, changing at kinks.
// Summed, they give the levels of X(v): n log n once, then a search per exit.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "equity/waterfall.h"

namespace warchest::equity {

// Units of a security as v passes a kink.
struct Kink {
  Number value;  // v
  Number units;  // from here on
};

struct Entitlement {
  Number fixed;                          // preference or claim
  bool debt = false;                     // stands before equity
  Number seniority;                      // 1 first, within debt or within equity
  std::vector<Kink> kinks;               // ascending; no units before the first
  std::optional<Number> converts_above;  // v above which holding is worse; absent: nothing to elect
  bool converted = false;                // decided from outside
};

class Profile {
 public:
  explicit Profile(std::vector<Entitlement> entitlements);

  ExitResult at(const Number& proceeds) const;
  Number value_at(const Number& proceeds) const;  // v
  Number proceeds_at(const Number& value) const;  // X(v), where preferences are just paid at v = 0
  PayoffTable table(std::vector<std::string> ids) const;

 private:
  struct Tier {
    Number begin, total;  // proceeds already paid before it, and its claims
    std::vector<std::size_t> members;
  };
  struct Level {
    Number value, proceeds, units;  // v, X(v), slope of X from here on
  };
  Number units_of(std::size_t member, const Number& value) const;
  Number payoff(std::size_t member, const Number& value) const;
  std::size_t level_of(const Number& proceeds) const;
  void rank();
  void sweep();

  std::vector<Entitlement> entitlements_;
  std::vector<Tier> tiers_;
  std::vector<Level> levels_;
  Number fixed_;  // all fixed amounts together
};

// A payoff table from pieces: in each interval between neighbours of `bounds` the table that `choose` gives for a value inside it.
// Neighbouring segments that differ in nothing are joined.
template <class Choose>
PayoffTable assembled(std::vector<std::string> ids, std::vector<Number> bounds, const Choose& choose);

void append_clipped(PayoffTable& whole, const PayoffTable& piece, const Number& from, const std::optional<Number>& to);
void sort_and_unite(std::vector<Number>& values);

template <class Choose>
PayoffTable assembled(std::vector<std::string> ids, std::vector<Number> bounds, const Choose& choose) {
  PayoffTable whole{std::move(ids), {}};
  bounds.push_back(0);
  sort_and_unite(bounds);
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    const bool last = i + 1 == bounds.size();
    const Number inside = last ? bounds[i] + 1 : (bounds[i] + bounds[i + 1]) / 2;
    append_clipped(whole, choose(inside), bounds[i], last ? std::nullopt : std::optional<Number>(bounds[i + 1]));
  }
  return whole;
}

}  // namespace warchest::equity
