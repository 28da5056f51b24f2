// Pairs of operations become superinstructions, which round as the pair does.
#include <algorithm>
#include <optional>

#include "program/code.h"
#include "program/passes.h"

namespace warchest::program {
namespace {

// What `outer`, which reads the result of `inner` as its operand number `at`, becomes.
std::optional<Instruction> fused(const Instruction& inner, const Instruction& outer, int at) {
  Instruction out = outer;
  const Operand other = at == 0 ? outer.b : outer.a;
  const auto make = [&](Op op, Operand a, Operand b, Operand c) {
    out.op = op;
    out.a = a;
    out.b = b;
    out.c = c;
    return std::optional<Instruction>(out);
  };
  if (outer.op == Op::add) {
    if (inner.op == Op::mul) return make(Op::mul_add, inner.a, inner.b, other);
    if (inner.op == Op::add) return make(Op::add_add, inner.a, inner.b, other);
    if (inner.op == Op::sub) return make(Op::sub_add, inner.a, inner.b, other);
  } else if (outer.op == Op::sub && at == 0) {
    if (inner.op == Op::mul) return make(Op::mul_sub, inner.a, inner.b, other);
    if (inner.op == Op::add) return make(Op::add_sub, inner.a, inner.b, other);
    if (inner.op == Op::sub) return make(Op::sub_sub, inner.a, inner.b, other);
  } else if (outer.op == Op::sub) {
    if (inner.op == Op::mul) return make(Op::sub_mul, other, inner.a, inner.b);
  } else if (outer.op == Op::mul) {
    if (inner.op == Op::add) return make(Op::add_mul, inner.a, inner.b, other);
    if (inner.op == Op::mul) return make(Op::mul_mul, inner.a, inner.b, other);
    if (inner.op == Op::div) return make(Op::div_mul, inner.a, inner.b, other);
  } else if (outer.op == Op::div && at == 0) {
    if (inner.op == Op::mul) return make(Op::mul_div, inner.a, inner.b, other);
  } else if (outer.op == Op::both) {
    if (inner.op == Op::less) return make(Op::both_less, other, inner.a, inner.b);
    if (inner.op == Op::less_equal) return make(Op::both_less_equal, other, inner.a, inner.b);
    if (inner.op == Op::same) return make(Op::both_same, other, inner.a, inner.b);
    if (inner.op == Op::opposite) return make(Op::both_not, other, inner.a, Operand{});
    if (inner.op == Op::both) return make(Op::both3, inner.a, inner.b, other);
  }
  return std::nullopt;
}

// One sweep: the inner operation is marked as dead where it stood, and the outer one, which reads what it read, may be fused again.
// a and (b and c < d)   becomes   (a and b) and c < d, so that a comparison goes into every conjunction of a chain.
bool chain_conjunctions(const Program& p, Code& code) {
  const std::vector<std::int32_t> owner = owners(code);
  const Uses uses(p, code);
  for (std::size_t j = 0; j < code.size(); ++j) {
    if (code[j].op != Op::both) continue;
    for (const bool right : {true, false}) {
      const Operand& inner = right ? code[j].b : code[j].a;
      const Operand& other = right ? code[j].a : code[j].b;
      if (inner.place != Place::slot || p.slots[inner.index].keep != Keep::temporary || same_operand(inner, other)) continue;
      if (uses.reads[inner.index] != 1 || uses.writes[inner.index] != 1) continue;
      for (std::size_t i = 0; i < j; ++i) {
        const Instruction x = code[i];
        if (!writes(x, inner.index)) continue;
        if ((x.op != Op::both_less && x.op != Op::both_less_equal && x.op != Op::both_same) || owner[i] != owner[j]) break;
        if (disturbed(p, code, x, i + 1, j)) break;
        Instruction first = code[j], second = x;
        first.target = x.target;
        first.a = other;
        first.b = x.a;
        second.target = code[j].target;
        second.target_row = code[j].target_row;
        second.a = slot(x.target);
        code[j] = second;
        code.insert(code.begin() + static_cast<std::ptrdiff_t>(j), first);
        code.erase(code.begin() + static_cast<std::ptrdiff_t>(i));
        return true;
      }
    }
  }
  return false;
}

bool fuse_pairs(const Program& p, Code& code) {
  const std::vector<std::int32_t> owner = owners(code);
  const Uses uses(p, code);
  std::vector<std::size_t> made_at(p.slots.size(), 0);  // of temporaries written once
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (code[i].target != kNoSlot) made_at[code[i].target] = i;
  }
  std::vector<bool> dead(code.size());
  bool changed = false;
  const auto inner_of = [&](std::size_t j, int at, bool conjunction) -> std::optional<std::size_t> {
    const Operand& operand = at == 0 ? code[j].a : code[j].b;
    if (operand.place != Place::slot || p.slots[operand.index].keep != Keep::temporary) return std::nullopt;
    if (uses.reads[operand.index] != 1 || uses.writes[operand.index] != 1) return std::nullopt;
    const std::size_t i = made_at[operand.index];
    if (i >= j || owner[i] != owner[j] || (code[i].op == Op::both) != conjunction) return std::nullopt;
    return i;
  };
  for (std::size_t j = 0; j < code.size(); ++j) {
    for (const bool conjunction : {false, true}) {  // a comparison goes into a conjunction before another conjunction does
      for (int at = 1; at >= 0; --at) {
        const Op op = code[j].op;
        if (op != Op::add && op != Op::sub && op != Op::mul && op != Op::div && op != Op::both) continue;
        const auto i = inner_of(j, at, conjunction);
        if (!i) continue;
        const auto merged = fused(code[*i], code[j], at);
        if (!merged || disturbed(p, code, code[*i], *i + 1, j)) continue;
        code[j] = *merged;
        dead[*i] = changed = true;
      }
    }
  }
  code = without(code, std::move(dead));
  return changed;
}

// What one later instruction alone reads is made just before it: there the engine can do both in one pass, and the column is short-lived.
// Of several operands the one made last stays closest; truths, which masks are made of, give way.
void close_up(const Program& p, Code& code) {
  const Uses uses(p, code);
  const auto alone = [&](const Instruction& x) {
    const bool value = is_elementwise(x.op) && x.op != Op::copy && !(x.op >= Op::less && x.op <= Op::opposite) &&
                       !(x.op >= Op::both3 && x.op <= Op::both_same);
    return value && p.slots[x.target].keep == Keep::temporary && uses.writes[x.target] == 1 && uses.reads[x.target] == 1;
  };
  const auto reads = [&](const Instruction& x, SlotId id) {
    bool found = false;
    visit_operands(p, x, [&](const Operand& operand) { found |= is_slot(operand) && operand.index == id; });
    return found;
  };
  for (std::size_t i = code.size(); i-- > 0;) {
    if (!alone(code[i])) continue;
    std::size_t j = i + 1;
    while (j < code.size() && !reads(code[j], code[i].target)) ++j;
    if (j == i + 1 || j == code.size() || (alone(code[j - 1]) && reads(code[j], code[j - 1].target))) continue;
    const std::vector<std::int32_t> owner = owners(code);
    if (owner[i] != owner[j] || disturbed(p, code, code[i], i + 1, j)) continue;
    const auto at = [&](std::size_t k) { return code.begin() + static_cast<std::ptrdiff_t>(k); };
    std::rotate(at(i), at(i + 1), at(j));
  }
}

// Two choices by one mask, one after the other, that keep their targets elsewhere.
bool pair_choices(const Program& p, Code& code) {
  for (std::size_t i = 0; i + 1 < code.size(); ++i) {
    Instruction &x = code[i], &y = code[i + 1];
    const auto in_place = [&](const Instruction& z) {
      return z.op == Op::choose && z.c.place == Place::slot && z.c.index == z.target && p.slots[z.target].keep == Keep::state;
    };
    if (!in_place(x) || !in_place(y) || x.target == y.target || !same_operand(x.a, y.a) || owners(code)[i] != owners(code)[i + 1]) continue;
    const auto reads = [&](const Operand& operand, SlotId id) { return operand.place == Place::slot && operand.index == id; };
    if (reads(y.a, x.target) || reads(y.b, x.target) || reads(x.a, y.target) || reads(x.b, y.target)) continue;
    x.op = Op::choose2;
    x.target2 = y.target;
    x.c = y.b;
    std::vector<bool> dead(code.size());
    dead[i + 1] = true;
    code = without(code, std::move(dead));
    return true;
  }
  return false;
}

}  // namespace

void fuse(const Program& program, Code& code) {
  do {
    while (fuse_pairs(program, code)) {
    }
  } while (chain_conjunctions(program, code));
  close_up(program, code);
  while (pair_choices(program, code)) {
  }
}

}  // namespace warchest::program
