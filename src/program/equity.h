// Who owns what, in columns: one company's cap table on every path at once. Private to this folder.
//
// The table is a list of entries: the classes of the start, one for every closing that a round may have, one for every note or SAFE and
// round that may convert it. An entry's units (common shares, as converted) and what was paid for it are constants where no path can
// move them and states where a closing does. Terms are operands, so a path may draw them. What is done with the entries stands in
// cap_table.cpp (opening, closings), round_root.cpp (the price of a round), notes.cpp, exit.cpp (waterfall) and returns.cpp.
//
// Nothing in the months depends on shares unless a rule reads them. So where only the end is asked about, closings are merely noted as
// they happen and all of the above is done once, after the last month, densely (settle.cpp); else month by month, behind guards.
//
// The same rules in exact numbers are in equity/; a test replays paths through it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>
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

// What a closing brought, for returns: how much, on which day.
struct Cheque {
  Operand money, day;
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
  std::optional<Cheque> cheque;  // of a series: states
  Operand paid = constant(0);    // at the exit, to all its holders: a state
  SlotId covered = kNoSlot;      // options that an exit alone makes, of money that is promised at a price to come: a state
  bool may_be_empty = true;      // not there on every path
};

// Money that is not shares yet: one closing of a note or SAFE.
struct Convert {
  std::uint32_t round = 0;
  int ordinal = 0;
  const model::Instrument* terms = nullptr;
  SlotId principal = kNoSlot;                   // 0 where it is not outstanding
  SlotId since = kNoSlot;                       // day of its closing
  SlotId owing = kNoSlot;                       // with interest, as far as the closings of the month have left it
  SlotId taken = kNoSlot;                       // truth: a round has converted it; read only where closings are settled at the end
  SlotId gone_in = kNoSlot, gone_as = kNoSlot;  // the month in which it converted by its own terms, and the sum that did
  Operand converting = constant(0);             // that sum, in the month
  std::vector<Part> parts;
  Cheque cheque;
  std::vector<std::pair<std::uint32_t, std::size_t>> becomes;  // round that converts it (kNone: its own terms), entry
  SlotId repaid = kNoSlot, repaid_on = kNoSlot, paid_at_exit = kNoSlot;
};

// Warrants that a facility grants, on its draws or once on its limit (warrants.cpp).
struct Grant {
  std::uint32_t facility = 0;
  bool on_limit = false, by_price = false;  // an entry for each price that a share may have, else one
  int first_price = 0;                      // the number of the price of the first entry
  int months = 0;                           // until each has come to its term; 0: not within the run
  std::vector<std::size_t> entries;         // CompanyEquity::entries
  std::vector<SlotId> granted, history;     // beside them: warrants granted in the month, a state and a history; where they have a term
  std::size_t exercised = 0;                // the entry of the shares that they became at their term
  SlotId promised = kNoSlot;                // money covered, at a price to come: a state
  std::size_t at_exit = 0;                  // the entry of what an exit makes of that
};

// One closing of a round that sells shares, told to what books it.
struct Closing {
  std::uint32_t round = 0;
  Operand happens;  // truth
  Operand amount, day;
  Operand attempt;          // its ordinal
  Operand number;           // of the closing: 1, 2, …
  int first = 0, last = 0;  // the series that it may be, 0-based
};

struct CompanyEquity {
  bool declared = false, done = false, going = false, exit_done = false, exit_going = false;
  bool notes_declared = false, exit_caught = false;
  std::vector<Entry> entries;
  std::vector<Convert> converts;
  std::vector<Part> pool_parts;
  SlotId shares = kNoSlot;    // state: fully diluted, unissued pool included
  SlotId unissued = kNoSlot;  // state
  SlotId top_rank = kNoSlot;  // state: of the most senior series so far
  Operand options = constant(0), plan = constant(0);  // granted at the start, and what of it is of the plan
  std::vector<Grant> grants;
  SlotId share_price = kNoSlot, prices = kNoSlot;  // states, where warrants are granted: of the last round, how many there have been
  Operand opening_shares = constant(0), opening_rank = constant(1);
  SlotId last_post_money = kNoSlot;                         // history
  SlotId post_money_state = kNoSlot;                        // as it changes within the month
  SlotId shares_history = kNoSlot, valuation = kNoSlot;     // histories
  Operand changed;                                          // truth of the month: somebody's shares moved
  SlotId exited_on = kNoSlot, exit_value = kNoSlot;         // states
  SlotId exit_day = kNoSlot, after_debt = kNoSlot;          // states: the day, and what facilities leave of the proceeds
  Operand exit_now;                                         // truth of the month
  // Figures wanted at the end of a month, by measure, noun and month: answered by states that are settled before the outputs.
  std::map<std::tuple<model::Measure, std::uint32_t, std::int32_t>, SlotId> wanted;
  bool monthly = false;  // somebody reads it within the months
  bool settled = false;
};

}  // namespace warchest::program
