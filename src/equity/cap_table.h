// Who owns what: securities in the order of their issue, and who holds them. And the few counts from which every denominator of a
// financing is put together.
//
// A security without a holding is held by a holder of its own name, which is how a table by class alone is written.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "equity/result.h"
#include "equity/terms.h"

namespace warchest::equity {

struct Holding {
  std::string holder;
  std::string security;
  Number shares;  // of a SAFE, note or debt: money
};

struct CapTable {
  std::vector<Security> securities;
  std::vector<Holding> holdings;

  const Security* find(std::string_view id) const;
  Security* find(std::string_view id);
};

// Shares by what they are; nothing is counted twice, converts are not counted.
struct ShareCount {
  Number common;
  Number preferred;                                                    // as converted
  Number options;                                                      // granted options and warrants, gross of their strikes
  Number granted;                                                      // of the options those of the plan
  Number unissued;                                                     // the ungranted pool
  Number outstanding() const { return common + preferred + options; }  // F in the formulas
  Number fully_diluted() const { return outstanding() + unissued; }    // F + E
};

ShareCount count(const CapTable& table);
Number shares_of(const Security& security);                        // issued; money for SAFE, note and debt
Number as_converted(const Security& security);                     // common shares, 0 for SAFE, note and debt
std::string unused_name(const CapTable& table, std::string name);  // with primes added until nothing is called so
Number conversion_ratio(const Preferred& series);                  // NVCA 4.1.1

// The holdings of one security; one of its own name when none is written.
std::vector<Holding> holdings_of(const CapTable& table, const Security& security);

// Everything that can be said against the table before any question is put to it: ids used twice, negative counts, a price of zero,
// a discount of 100%, holdings that do not add up. Nothing when it is sound.
std::optional<Refusal> fault_in(const CapTable& table);

struct Owned {
  std::string id;
  Number shares;  // as converted
  Number share;   // of the fully diluted total
};

// The table as it stands, unconverted SAFEs and notes left out.
std::vector<Owned> ownership(const CapTable& table);

}  // namespace warchest::equity
