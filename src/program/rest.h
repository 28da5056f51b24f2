// Work that has come to rest: what a program does on paths whose company has stopped, found and marked so that it can be passed over.
//
// When nothing is earned and nothing is paid any more, a month still goes through every line of the company, and gives what it gave the
// month before. With `alive` at 0 (and it stays 0, which is proved and not assumed) the month is gone through on symbols, some months in a
// row: an instruction is at rest if what it writes is what stood there already. The runs of such instructions are put behind an operation
// `rest`, by a count of months that starts again while the company lives.
#pragma once

#include <cstddef>

#include "program/program.h"

namespace warchest::program {

// To count the months and to ask costs every path some instructions, and what lies between in registers: with fewer at rest in a month
// than this it does not pay (RUNWAY-60, a small program, lost a sixth by it).
inline constexpr std::size_t kFewestAtRest = 48;

// The program with what comes to rest marked, by companies with at least `fewest` instructions of it; the same outputs, bit for bit. The
// last stage before assign_slots, or after it.
Program mark_rests(Program program, std::size_t fewest = kFewestAtRest);

}  // namespace warchest::program
