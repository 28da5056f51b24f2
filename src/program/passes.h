// The passes of simplify and assign_slots. Each keeps every output, bit for bit. Private to the folder.
#pragma once

#include "program/code.h"
#include "program/program.h"

namespace warchest::program {

// Histories that need not be: those of which only last month is read become states, the others keep no more rows than are read.
void settle_histories(Program& program);

bool number(Program& program);            // value numbering; whether anything changed
bool drop(Program& program);              // what feeds no record goes; whether anything did
bool count_passages(Program& program);    // first passages that finish alone reads are counted, or read off what fell
bool forget_states(Program& program);     // states that carry nothing from month to month become temporaries
bool join_masks(Program& program);        // op(m ? a : 0, m ? b : 0)   becomes   m ? op(a, b) : op(0, 0)
bool guard_choices(Program& program);     // choices with dear work behind them become guarded regions
bool guard_rare(Program& program);        // what does nothing but on the few paths where a rare mask is set becomes a guarded region
bool write_at_the_end(Program& program);  // states that finish alone reads are written in the last month
void gather_guards(Program& program);     // guards by one mask are joined, and work that they alone read sinks into them

// Of one section.
void sink(const Program& program, Code& code);      // work into the outermost guard that alone reads what it makes
void coalesce(const Program& program, Code& code);  // t = x; some paths write t; x = t   becomes   some paths write x
void forward(const Program& program, Code& code);   // t = …; x = t   becomes   x = …
void fuse(const Program& program, Code& code);      // pairs of operations become superinstructions

}  // namespace warchest::program
