// Inside a round: what its parts hand to each other. A setting is the terms with the table and converts they speak of; figures are
// what a solution comes to, exact (round_root.cpp) or in the whole shares of a closing (closing.cpp); the pro forma (pro_forma.cpp)
// makes the result of them.
#pragma once

#include <string>
#include <vector>

#include "equity/round.h"

namespace warchest::equity {

// A branch of a conversion right, and the terms it is written in.
struct NamedBranch {
  Branch branch;
  const EffectiveTerms* terms;
};

struct RoundSetting {
  const CapTable& table;
  const RoundTerms& terms;
  ShareCount before;
  std::vector<Convert> converts;
  std::vector<std::vector<NamedBranch>> branches;  // beside the branches of each convert's claim
  Number converting;                               // sum of the amounts
  Number new_money;                                // N, with what pro rata rights bring on top
  std::vector<Investor> investors;                 // with those rights
  std::vector<Number> target_held;                 // as-converted shares of each holder of a right to a target

  Number outstanding() const { return before.outstanding(); }  // F
  Number unissued() const { return before.unissued; }          // E
};

// What the exact root or a closing in whole shares comes to.
struct RoundFigures {
  Number price, converts, increase, adjustment, rights, overflow;
  std::vector<Number> convert_shares;
  std::vector<Number> convert_prices;  // as the closing states them
  std::vector<NamedBranch> convert_branches;
  std::vector<Number> investor_shares;
  std::vector<Number> right_shares;
  std::vector<Number> series_shares;  // of the protected series, as converted
  int passes = 0;
  bool price_of_zero = false;  // a price that the closing rounds to nothing
};

Number sum_of(const std::vector<Number>& parts);

// What the company is worth before the new money, by the price method (Cooley GO).
Number worth_before(const RoundSetting& setting);

// Refused: terms that ask for the whole company or more.
Result<RoundFigures> exact_figures(RoundSetting& setting);
Result<RoundFigures> closed_figures(const RoundSetting& setting);

RoundResult pro_forma(const RoundSetting& setting, const RoundFigures& figures);

}  // namespace warchest::equity
