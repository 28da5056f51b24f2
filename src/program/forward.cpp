// What is made only to be copied is made where it goes.
#include <algorithm>

#include "program/code.h"
#include "program/passes.h"

namespace warchest::program {
namespace {

// t = …; x = copy t   becomes   x = …, and who read t reads x, where x is left alone as long as t is wanted.
bool forward_copies(const Program& p, Code& code) {
  const std::vector<std::int32_t> owner = owners(code);
  const Uses uses(p, code);
  std::vector<std::size_t> made_at(p.slots.size(), 0), last_read(p.slots.size(), 0);
  std::vector<bool> in_table(p.slots.size()), dead(code.size());
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (code[i].target != kNoSlot) made_at[code[i].target] = i;
    int skip = op_operands(code[i].op);
    visit_operands(p, code[i], [&](const Operand& operand) {
      if (is_slot(operand)) last_read[operand.index] = i;
      if (skip-- <= 0 && is_slot(operand)) in_table[operand.index] = true;
    });
  }
  bool changed = false;
  for (std::size_t j = 0; j < code.size(); ++j) {
    const Instruction& copy = code[j];
    if (copy.op != Op::copy || copy.a.place != Place::slot || copy.target == copy.a.index) continue;
    const SlotId t = copy.a.index, x = copy.target;
    const std::size_t i = made_at[t];
    if (p.slots[t].keep != Keep::temporary || uses.writes[t] != 1 || in_table[t] || i >= j || owner[i] != owner[j]) continue;
    if (code[i].op == Op::guard || code[i].op == Op::choose2 || code[i].target != t) continue;
    // Setup writes histories by row and cannot read them as what is current.
    bool free = p.slots[x].keep != Keep::history || &code != &p.setup || uses.reads[t] == 1;
    for (std::size_t k = i + 1; k <= last_read[t] && free; ++k) {
      if (k != j && k != last_read[t] && writes(code[k], x)) free = false;  // the last to read t may write x
      if (k >= j) continue;
      visit_operands(p, code[k], [&](const Operand& operand) { free = free && !(is_slot(operand) && operand.index == x); });
    }
    if (!free) continue;
    code[i].target = x;
    code[i].target_row = copy.target_row;
    for (std::size_t k = i + 1; k <= last_read[t]; ++k) {
      for (Operand* operand : {&code[k].a, &code[k].b, &code[k].c}) {
        if (operand->place == Place::slot && operand->index == t) operand->index = x;
      }
    }
    last_read[x] = std::max(last_read[x], last_read[t]);
    made_at[x] = i;
    dead[j] = changed = true;
    code[j].target = t;  // no longer a write of x
  }
  code = without(code, std::move(dead));
  return changed;
}

// t = x; … some paths write t …; x = t   becomes   … some paths write x …, where x is not read once t differs from it.
bool coalesce_one(const Program& p, Code& code) {
  const std::vector<std::int32_t> owner = owners(code);
  std::vector<std::vector<std::size_t>> written(p.slots.size()), read(p.slots.size());
  std::vector<bool> in_table(p.slots.size()), dead(code.size());
  for (std::size_t i = 0; i < code.size(); ++i) {
    int skip = op_operands(code[i].op);
    visit_operands(p, code[i], [&](const Operand& operand) {
      if (is_slot(operand)) read[operand.index].push_back(i);
      if (skip-- <= 0 && is_slot(operand)) in_table[operand.index] = true;
    });
    for (const SlotId id : {code[i].target, code[i].target2}) {
      if (id != kNoSlot) written[id].push_back(i);
      if (id != kNoSlot && code[i].op == Op::choose2) read[id].push_back(i);
    }
  }
  for (std::size_t j = 0; j < code.size(); ++j) {
    const Instruction& copy = code[j];
    if (copy.op != Op::copy || copy.a.place != Place::slot || owner[j] >= 0 || p.slots[copy.target].keep != Keep::state) continue;
    const SlotId t = copy.a.index, x = copy.target;
    if (p.slots[t].keep != Keep::temporary || in_table[t] || written[t].size() < 2) continue;
    const std::size_t i = written[t].front(), changed = written[t][1];
    const Instruction& first = code[i];
    if (first.op != Op::copy || first.a.place != Place::slot || first.a.index != x || owner[i] >= 0 || written[t].back() > j) continue;
    const std::size_t last = std::max(read[t].back(), j);
    const auto in = [&](const std::vector<std::size_t>& places, std::size_t from, std::size_t to) {  // from < place <= to
      return std::any_of(places.begin(), places.end(), [&](std::size_t k) { return k > from && k <= to && k != j; });
    };
    if (in(written[x], i, last) || in(read[x], changed, j)) continue;
    dead[i] = dead[j] = true;
    for (std::size_t k = i + 1; k <= last; ++k) {
      for (Operand* operand : {&code[k].a, &code[k].b, &code[k].c}) {
        if (operand->place == Place::slot && operand->index == t) operand->index = x;
      }
      for (SlotId* target : {&code[k].target, &code[k].target2}) {
        if (*target == t) *target = x;
      }
    }
    code = without(code, std::move(dead));
    return true;
  }
  return false;
}

}  // namespace

void coalesce(const Program& program, Code& code) {
  while (coalesce_one(program, code)) {
  }
}

void forward(const Program& program, Code& code) { forward_copies(program, code); }

}  // namespace warchest::program
