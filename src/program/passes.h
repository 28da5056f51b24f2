// The passes of simplify and assign_slots. Each keeps every output, bit for bit. Private to the folder.
#pragma once

#include "program/code.h"
#include "program/program.h"

namespace warchest::program {

// Histories that need not be: those of which only last month is read become states, the others keep no more rows than are read.
void settle_histories(Program& program);

bool number(Program& program);                      // value numbering; whether anything changed
bool drop(Program& program);                        // what feeds no record goes; whether anything did
bool guard_choices(Program& program);               // choices with dear work behind them become guarded regions
void join_guards(Code& code);                       // neighbours by one mask
void sink(const Program& program, Code& code);      // work into the outermost guard that alone reads what it makes
void coalesce(const Program& program, Code& code);  // t = x; some paths write t; x = t   becomes   some paths write x
void forward(const Program& program, Code& code);   // t = …; x = t   becomes   x = …
void fuse(const Program& program, Code& code);      // pairs of operations become superinstructions

}  // namespace warchest::program
