// An exact cap table as a plain cap table file of our language. Names are made of the table's own, which stay as labels; what the language
// cannot say is handed back as a list, so that nothing is lost in silence.
#pragma once

#include <string>
#include <vector>

#include "equity/cap_table.h"

namespace warchest::report {

struct ChestCompany {
  std::string name;
  std::string currency;
  equity::Date as_of;
};

// When a SAFE or note was issued; one that is not listed counts as issued at `as_of`.
struct DatedInstrument {
  std::string id;
  equity::Date issued;
};

struct Provenance {
  std::string file, version, as_of, rule;
};

struct ChestTable {
  std::string text;
  std::vector<std::string> not_said;  // "note_3: interest ends on 2026-01-01"
};

ChestTable chest_of(const equity::CapTable& table, const ChestCompany& company, const std::vector<DatedInstrument>& issues,
                    const Provenance& from);

}  // namespace warchest::report
