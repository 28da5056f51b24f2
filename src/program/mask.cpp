// One mask instead of several. Lines of a company that has stopped are nothing, so each is a choice by the same mask; a sum or difference
// of them is the choice of the sums, for what stands where the mask is 0 is known:
//   op(m ? a : k1, m ? b : k2)   =   m ? op(a, b) : op(k1, k2)
// Done where one of the choices is made for this operation alone, so that no work is added.
#include <algorithm>
#include <optional>

#include "program/code.h"
#include "program/passes.h"

namespace warchest::program {
namespace {

// The unguarded choice behind an operand that still holds at `at`, with a known number where the mask is 0; none: there is no such choice.
std::optional<std::size_t> choice_behind(const Program& p, const Code& code, const std::vector<std::int32_t>& owner, const Operand& operand,
                                         std::size_t at) {
  if (operand.place != Place::slot || operand.lag != 0) return std::nullopt;
  for (std::size_t i = at; i-- > 0;) {
    if (!writes(code[i], operand.index)) continue;
    const Instruction& x = code[i];
    const auto is_target = [&](const Operand& read) { return is_slot(read) && read.index == x.target; };
    const bool known = x.op == Op::choose && owner[i] < 0 && x.a.place == Place::slot && x.c.place == Place::constant && !is_target(x.a) &&
                       !is_target(x.b);
    if (!known || disturbed(p, code, x, i + 1, at)) return std::nullopt;
    return i;
  }
  return std::nullopt;
}

bool mask_once(Program& p) {
  Code& code = p.month;
  const std::vector<std::int32_t> owner = owners(code);
  const Uses uses(p, code), after(p, p.finish);
  for (std::size_t j = 0; j < code.size(); ++j) {
    const Instruction x = code[j];
    if ((x.op != Op::add && x.op != Op::sub) || owner[j] >= 0) continue;
    const auto first = choice_behind(p, code, owner, x.a, j), second = choice_behind(p, code, owner, x.b, j);
    if (!first || !second || !same_operand(code[*first].a, code[*second].a)) continue;
    const auto alone = [&](const Operand& operand) {
      return p.slots[operand.index].keep == Keep::temporary && uses.reads[operand.index] == 1 && uses.writes[operand.index] == 1;
    };
    if (!alone(x.a) && !alone(x.b)) continue;
    p.slots.push_back({Keep::temporary, 0, 0, ""});
    Instruction inner = x, outer = x;
    inner.target = static_cast<SlotId>(p.slots.size() - 1);
    inner.a = code[*first].b;
    inner.b = code[*second].b;
    outer.op = Op::choose;
    outer.a = code[*first].a;
    outer.b = slot(inner.target);
    outer.c = constant(apply(x.op, code[*first].c.value, code[*second].c.value, 0));
    code[j] = outer;
    code.insert(code.begin() + static_cast<std::ptrdiff_t>(j), inner);
    return true;
  }
  return false;
}

}  // namespace

bool join_masks(Program& program) {
  bool changed = false;
  while (mask_once(program)) changed = true;
  return changed;
}

}  // namespace warchest::program
