// Several programs as one, so that what they have in common is done once: the cases of a model draw the same luck, and most of their
// plans are the same months.
//
// The joined program does the work of the first, then of the second, and so on, each on slots of its own. Setup is numbered by value on
// the way: an instruction whose operation, table and operands were there before gives its slot to the new program too. In the months
// only luck and dear functions of shared values are shared; cheap arithmetic costs less than to remember it.
#pragma once

#include <cstdint>
#include <vector>

#include "program/program.h"

namespace warchest::program {

struct Joined {
  Program program;
  std::vector<std::uint32_t> first_output;  // of each program
};

// Of programs with the same number of months, as simplify() left them (with or without assign_slots); run assign_slots on the result.
Joined join(const std::vector<const Program*>& programs);

}  // namespace warchest::program
