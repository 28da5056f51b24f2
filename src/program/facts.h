// What is known of every value that a slot ever holds. Private to the folder.
#pragma once

#include <vector>

#include "program/program.h"

namespace warchest::program {

// By slot: whether it never holds -0. A sum is -0 only if both its terms are, so a balance that opens above it never is; then x + 0 is x,
// bit by bit.
std::vector<bool> never_minus_zero(const Program& program);

// Whether an operation never gives -0, by what is known of its operands: never(i), positive(i) of the i-th, from 0. A positive one is a
// number above zero in every month.
template <class Never, class Positive>
bool gives_no_minus_zero(Op op, const Never& never, const Positive& positive) {
  switch (op) {
    case Op::copy:
    case Op::sqrt:
    case Op::floor:
    case Op::sub:
    case Op::sub_mul:
    case Op::sub_sub:
      return never(0);
    case Op::add:
      return never(0) || never(1);
    case Op::add_add:
      return never(0) || never(1) || never(2);
    case Op::add_sub:
      return never(0) || never(1);
    case Op::sub_add:
      return never(0) || never(2);
    case Op::mul_add:
      return never(2);
    case Op::min:
      return never(0) && never(1);
    case Op::max:
      return (never(0) && never(1)) || positive(0) || positive(1);
    case Op::choose:
    case Op::choose2:
      return never(1) && never(2);
    case Op::abs:
    case Op::exp:
    case Op::less:
    case Op::less_equal:
    case Op::same:
    case Op::nearly_equal:
    case Op::both:
    case Op::either:
    case Op::opposite:
    case Op::both3:
    case Op::both_not:
    case Op::both_less:
    case Op::both_less_equal:
    case Op::both_same:
      return true;
    default:
      return false;
  }
}

// Whether an operand never is -0, given what is known of the slots.
bool never_minus_zero(const Program& program, const std::vector<bool>& slots, const Operand& x);

}  // namespace warchest::program
