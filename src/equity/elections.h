// SAFEs and notes at an exit: cash, or shares at their cap.
//
// A SAFE takes the greater of its amount and its shares at cap / Liquidity Capitalization (YC Safe v1.2, 1(b)), a count of everything
// issued, all options, and the converting SAFEs, without the unissued pool and without those that cash out; the original form leaves
// every other convert out of it too. So the shares of one post-money SAFE grow when another converts, and a conversion lowers the value
// of common by a step: elections are a game with several rests, not a threshold of v alone. But in a rest those who convert are always
// the lowest caps of their kind, so prefixes are tried, not subsets. Where several rest, the one with most conversions is taken: every
// convert is better off in it.
//
// A note is debt until its cap pays more; its base leaves the unissued pool out likewise.
//
// Under 1(b) a SAFE without a cap has nothing to convert on and takes its amount; a discount has no price to apply to.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "equity/profile.h"

namespace warchest::equity {

class Elections {
 public:
  // Series in `converted` have been converted by a vote.
  static Result<Elections> of(const CapTable& table, const std::optional<Date>& date, const std::set<std::string>& converted);

  Result<ExitResult> at(const Number& proceeds);
  Result<PayoffTable> table();

  // Values of v above which each series converts by itself, and for converts with their prefix converting; for breakpoints().
  std::vector<std::pair<std::string, Number>> thresholds();

 private:
  struct Elective {
    std::size_t security;
    Number claim;
    Number fraction;  // of its base
  };
  struct Group {
    std::vector<Elective> members;  // ascending claim / fraction: the lowest cap first
  };
  // How the working is told: what a security does when it holds, and by which clause.
  struct Telling {
    const char* holds;
    const char* source;
  };
  using Choice = std::pair<std::size_t, std::size_t>;  // how many convert of those measured with converts, and without

  Number capitalization(const Choice& choice) const;  // Liquidity Capitalization
  bool feasible(const Choice& choice) const;
  const Profile& profile(const Choice& choice);
  bool last_gains(const Choice& choice, bool outside, const Number& proceeds);
  bool rests(const Choice& choice, const Number& proceeds);
  std::optional<Choice> choose(const Number& proceeds);
  Number worth_converting(const Choice& choice, bool outside) const;  // v at which its last member is indifferent

  void tell(const Choice& choice, ExitResult& result) const;

  std::vector<std::string> ids_;
  std::vector<Telling> tellings_;
  std::vector<Entitlement> base_;      // everybody cashes out
  Number issued_;                      // as converted, without converts
  std::vector<std::size_t> converts_;  // every SAFE and note, with a cap or without
  Group counted_;                      // base counts converting converts
  Group outside_;                      // base does not
  std::map<Choice, Profile> profiles_;
};

}  // namespace warchest::equity
