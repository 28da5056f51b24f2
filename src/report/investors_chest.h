// Investors as a table of cheques shows them, as blocks of our language: each figure a range, and beside it, as a comment, what it was
// counted from. Figures have two digits: none of them is known better.
#pragma once

#include <string>
#include <vector>

#include "evidence/investors.h"

namespace warchest::report {

struct ChequeProvenance {
  std::string file;               // as it is cited
  std::string currency;           // "USD"
  std::vector<std::string> told;  // what was left out of the table and why
  bool amounts_are_parts = false;
};

std::string investors_chest(const evidence::InvestorsFound& found, const ChequeProvenance& from);

}  // namespace warchest::report
