// Whether a company raises again within so many months: a hazard by quarter, from what was known on a day.
//
// On past days (landmarks, every quarter) all companies alive are looked at with what was known then; each of the quarters that follow is a
// case, in which a round came or did not, as long as none has come before. A logistic function of the features is fitted to these cases:
// months since the last round (a broken line, running on within the horizon, with a shape of its own for each stage), stage, amount and how
// it compares with its stage, rounds so far and their pace, age, field, region; and who is in: how many, how fast they pay now, how often
// they come back. Older landmarks weigh less (half in `half_life` months), because the market's mood moves. The chance of a round within n
// quarters is 1 - (1 - h1)(1 - h2)…  A quarter that is not over before the history ends is no case, so nothing later is ever read.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "evidence/logistic.h"
#include "evidence/scene.h"

namespace warchest::evidence {

struct NextRoundOptions {
  int horizon = 12;    // months, whole quarters
  int alive = 36;      // a company counts as alive if it raised in so many months
  int landmarks = 20;  // past days from which to learn, a quarter apart
  double half_life = 24;
  double ridge = 30;
};

class NextRound {
 public:
  NextRound(const History& history, const Vocabulary& vocabulary, const NextRoundOptions& options);
  // Of a round in so many months (whole quarters) from the scene's day on, for companies that have raised before it.
  std::vector<double> chances(const Scene& scene, std::span<const std::uint32_t> companies, int months) const;

 private:
  Logistic hazard_;
};

// Plain ones to be compared with: a logistic function of stage, age and size (and, with `since_last`, of the months since the last round),
// learnt from the same landmarks as far as the whole horizon is over.
class PlainNextRound {
 public:
  PlainNextRound(const History& history, const Vocabulary& vocabulary, const NextRoundOptions& options, bool since_last);
  double chance(const Scene& scene, std::uint32_t company) const;
  double base_rate() const { return base_rate_; }  // of the last of these landmarks

 private:
  bool since_last_;
  Logistic fitted_;
  double base_rate_ = 0;
};

}  // namespace warchest::evidence
