// Pay to play: who does not buy its pro rata part of a round loses its preferred (NVCA charter 5A, "Special Mandatory Conversion").
//
// Before the closing, the part of a holder's preferred that answers to what it did not buy becomes common at the conversion price in
// force, or at a worse one where the charter says so; it is then no longer protected against dilution by this round, and the shares
// that anti-dilution counts are counted after it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "equity/cap_table.h"

namespace warchest::equity {

struct PayToPlay {
  std::vector<std::string> series;        // under the provision
  std::map<std::string, Number> bought;   // by holder: money put in; a holder not named put in nothing
  Number round;                           // all new money: a holder's pro rata part is its fully diluted share of it
  Number shares_per_converted_share = 1;  // 1: at the conversion price in force; 0.1: ten to one
};

struct PlayResult {
  CapTable table;  // the converted part of a series is a new common class, "<series> converted"
  Steps steps;     // per holder and series: the part that converted
};

Result<PlayResult> pay_to_play(const CapTable& table, const PayToPlay& terms);

}  // namespace warchest::equity
