// What is known of every value that a slot ever holds. Private to the folder.
#pragma once

#include <vector>

#include "program/program.h"

namespace warchest::program {

// By slot: whether it never holds -0. A sum is -0 only if both its terms are, so a balance that opens above it never is; then x + 0 is x,
// bit by bit.
std::vector<bool> never_minus_zero(const Program& program);

// The same of an operand, given what is known of the slots.
bool never_minus_zero(const Program& program, const std::vector<bool>& slots, const Operand& x);

}  // namespace warchest::program
