// Who is paid what when the company is sold, for one exit value and for all of them.
//
// With v, the value of one common share, as the unknown every holder's payoff is a function of v alone: n v for common,
// n max(0, v - strike) for options, max(P, u v) for non-participating preferred, P + u v for participating, and so on. Their sum
// X(v) rises with v, so it is inverted once instead of trying all 2^n elections: who converts is read off v. Below the sum of all
// preferences v is zero and ranks decide.
//
// Two things break this and are solved by enumeration: post-money SAFEs, whose share counts grow with each other (elections.h), and
// collective conversion votes (votes.h). Payoffs then step, and a payoff table shows the steps.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "equity/cap_table.h"

namespace warchest::equity {

enum class Election : std::uint8_t { none, hold, convert };  // none: nothing to elect

struct ExitResult {
  std::vector<Number> payouts;      // by security, in the table's order
  std::vector<Election> elections;  // likewise
  Number per_common_share;          // v
  Number undistributed;             // nobody is entitled to it: no common, nobody who shares in the residual
  Steps steps;
};

struct HolderPayout {
  std::string holder;
  Number amount;
};

// Claims of one preferred series at a date (NVCA charter 2.1, 2.2, 4.1.1, 4.3.3): the preference with accrued dividends, the total cap
// if it participates up to one, and the common shares it counts for.
struct PreferredClaim {
  Number accrued;
  Number preference;
  std::optional<Number> cap;
  Number units;
};

Result<PreferredClaim> claim_of(const std::string& id, const Preferred& series, const std::optional<Date>& date);

// One exit. A table with SAFEs or notes is solved over their elections.
Result<ExitResult> exit_payouts(const CapTable& table, const Number& proceeds, const std::optional<Date>& date);

// The same by holder, in order of first appearance.
std::vector<HolderPayout> by_holder(const CapTable& table, const std::vector<Number>& payouts);

// Payouts as functions of the exit value: from each breakpoint to the next they are straight lines.
struct PayoffSegment {
  Number from;                  // exit value
  std::vector<Number> payouts;  // at `from`, approached from above
  std::vector<Number> slopes;   // share of the next dollar
};

struct PayoffTable {
  std::vector<std::string> ids;
  std::vector<PayoffSegment> segments;  // ascending, the first from 0; neighbours differ in slopes or step
  bool steps() const;                   // some payout jumps at some exit value
  std::vector<Number> at(const Number& proceeds) const;
};

Result<PayoffTable> payoff_table(const CapTable& table, const std::optional<Date>& date);

struct Breakpoints {
  std::vector<Number> exits;                          // where the split of the next dollar changes, ascending
  std::vector<std::vector<std::string>> conversions;  // ascending preference per as-converted share, ties together
};

// Order by Metrick and Yasuda: preference, or participation cap, over units.
Result<Breakpoints> breakpoints(const CapTable& table, const std::optional<Date>& date);

}  // namespace warchest::equity
