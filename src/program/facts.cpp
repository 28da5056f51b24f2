// The greatest set of slots that the instructions do not contradict: all are taken to have the property, then those are struck out that are
// given a value which may lack it, until none is left.
#include "program/facts.h"

#include <algorithm>
#include <cmath>

#include "program/code.h"

namespace warchest::program {
namespace {

bool positive(const Operand& x) { return x.place == Place::constant && x.value > 0; }
bool minus_zero(double x) { return x == 0 && std::signbit(x); }

class MinusZero {
 public:
  MinusZero(const Program& program, const std::vector<bool>& never) : p_(program), never_(never) {}

  bool never(const Operand& x) const {
    switch (x.place) {
      case Place::none:
        return false;
      case Place::constant:
        return !minus_zero(x.value);
      case Place::schedule:
        return std::none_of(p_.schedules[x.index].begin(), p_.schedules[x.index].end(), minus_zero);
      case Place::slot:
      case Place::row:
        return never_[x.index];
    }
    return false;
  }

  // Of what the instruction writes.
  bool never(const Instruction& x) const {
    const Operand* operands[] = {&x.a, &x.b, &x.c};
    return gives_no_minus_zero(
        x.op, [&](int i) { return never(*operands[i]); }, [&](int i) { return positive(*operands[i]); });
  }

 private:
  const Program& p_;
  const std::vector<bool>& never_;
};

}  // namespace

bool never_minus_zero(const Program& program, const std::vector<bool>& slots, const Operand& x) {
  return MinusZero(program, slots).never(x);
}

std::vector<bool> never_minus_zero(const Program& program) {
  std::vector<bool> never(program.slots.size(), true);
  for (bool changed = true; changed;) {
    changed = false;
    const MinusZero known(program, never);
    for (const Code* code : {&program.setup, &program.month, &program.finish}) {
      for (const Instruction& x : *code) {
        const bool kept = known.never(x);
        for (const SlotId id : {x.target, x.target2}) {
          if (id == kNoSlot || !never[id] || kept) continue;
          never[id] = false;
          changed = true;
        }
      }
    }
  }
  return never;
}

}  // namespace warchest::program
