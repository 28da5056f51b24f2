// Who owns what, in columns: one company's cap table on every path at once. Private to this folder.
//
// The table is a list of entries: the classes of the start, one for every closing that a round may have, one for every note or SAFE and
// round that may convert it. An entry's units (common shares, as converted) and what was paid for it are constants where no path can
// move them and states where a closing does. Terms are operands, so a path may draw them. What is done with the entries stands in
// cap_table.cpp (opening, closings), round_root.cpp (the price of a round), notes.cpp, exit.cpp (waterfall) and returns.cpp.
//
// The same rules in exact numbers are in equity/; a test replays paths through it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/model.h"
#include "program/program.h"

namespace warchest::program {

// A part of an entry, by holder.
struct Part {
  std::uint32_t holder = model::kNone;  // Model::holders
  Operand part;
};

struct Entry {
  enum class Kind : std::uint8_t { common, options, preferred };
  Kind kind = Kind::common;
  std::string name;
  Operand opening_units = constant(0);  // before anything of the run
  Operand units = constant(0);          // common shares, as converted; a state where some closing moves it
  Operand invested = constant(0);       // preferred: shares times original price
  Operand price = constant(0);          // conversion price; of options the strike
  Operand liquidation = constant(1);    // multiple of what was invested
  std::optional<Operand> cap;           // participates up to this multiple, preference included
  bool participating = false;
  Operand rank = constant(1);  // the least is paid first
  model::AntiDilution protection = model::AntiDilution::none;
  std::optional<Operand> dividend;  // a year, cumulative
  int dividend_periods = 0;
  bool dividend_in_kind = false, cap_includes_dividends = true;
  Operand dividend_since = constant(0);  // days since the start
  std::vector<Part> parts;
  Operand paid = constant(0);  // at the exit, to all its holders: a state
  bool may_be_empty = true;    // not there on every path
};

// Money that is not shares yet: one closing of a note or SAFE.
struct Convert {
  std::uint32_t round = 0;
  int ordinal = 0;
  const model::Instrument* terms = nullptr;
  SlotId principal = kNoSlot;        // 0 where it is not outstanding
  SlotId since = kNoSlot;            // day of its closing
  SlotId owing = kNoSlot;            // with interest, as far as the closings of the month have left it
  Operand owed_now;                  // with interest, in the month
  Operand converting = constant(0);  // by its own terms, in the month
  std::vector<Part> parts;
  std::vector<std::pair<std::uint32_t, std::size_t>> becomes;  // round that converts it (kNone: its own terms), entry
  SlotId repaid = kNoSlot, repaid_on = kNoSlot, paid_at_exit = kNoSlot;
};

// A cheque of the run, for returns: how much, on which day, and whose.
struct Cheque {
  Operand money, day;
  std::vector<Part> parts;
};

struct CompanyEquity {
  bool declared = false, done = false, going = false, exit_done = false, exit_going = false;
  std::vector<Entry> entries;
  std::vector<Convert> converts;
  std::vector<Cheque> cheques;
  std::vector<Part> pool_parts;
  SlotId shares = kNoSlot;    // state: fully diluted, unissued pool included
  SlotId unissued = kNoSlot;  // state
  SlotId top_rank = kNoSlot;  // state: of the most senior series so far
  Operand options = constant(0);
  Operand opening_shares = constant(0);
  SlotId last_post_money = kNoSlot;                      // history
  SlotId post_money_state = kNoSlot;                     // as it changes within the month
  SlotId shares_history = kNoSlot, valuation = kNoSlot;  // histories
  Operand changed;                                       // truth of the month: somebody's shares moved
  SlotId exited_on = kNoSlot, exit_value = kNoSlot;      // states
  Operand exit_now;                                      // truth of the month
  bool notes_declared = false;
};

}  // namespace warchest::program
