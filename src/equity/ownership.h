// Who owns what, holder by holder: the grid of a cap table, and a round's pro forma with before, what each cause adds, and after.
//
// Both are read off tables that are there already, holding by holder, so that what a document shows adds up to what the engine found:
// a row's columns add up to its end, and the rows to the company. Shares are as converted unless named otherwise.
#pragma once

#include <string>
#include <vector>

#include "equity/cap_table.h"
#include "equity/round.h"

namespace warchest::equity {

struct OwnedBy {
  std::string holder;
  std::vector<Number> held;  // by security, in the table's order: shares as issued; of a SAFE, note or debt its money
  Number as_converted;       // the unissued pool included
  Number of_outstanding;     // part of all but the unissued pool, whose own part is 0
  Number of_fully_diluted;
};

struct OwnershipGrid {
  std::vector<OwnedBy> holders;  // in the order of first appearance
  ShareCount total;
};

OwnershipGrid ownership_grid(const CapTable& table);

// One line of a pro forma: of a holder, or of a security.
struct ProFormaRow {
  std::string name;
  Number before;
  Number converted;      // out of SAFEs and notes
  Number anti_dilution;  // more common shares for the same preferred
  Number pool;           // its increase
  Number bought;         // with new money
  Number after;
  Number part_before;  // of everything before, and after: the fully diluted counts
  Number part_after;
};

enum class RowsBy : std::uint8_t { holder, security };

// Rows in the order of the table before, what is new last; those that are nothing before and after are left out.
std::vector<ProFormaRow> pro_forma_rows(const CapTable& before, const CapTable& after, RowsBy by);

}  // namespace warchest::equity
