// Looking at straight code with guarded regions.
#include "program/code.h"

#include <bit>
#include <utility>

namespace warchest::program {

bool same_operand(const Operand& a, const Operand& b) {
  return a.place == b.place && a.index == b.index && a.lag == b.lag &&
         std::bit_cast<std::uint64_t>(a.value) == std::bit_cast<std::uint64_t>(b.value);
}

std::vector<std::int32_t> owners(const Code& code) {
  std::vector<std::int32_t> out(code.size(), -1);
  std::vector<std::pair<std::int32_t, std::size_t>> open;
  for (std::size_t i = 0; i < code.size(); ++i) {
    while (!open.empty() && open.back().second <= i) open.pop_back();
    if (!open.empty()) out[i] = open.back().first;
    if (code[i].op == Op::guard) open.emplace_back(static_cast<std::int32_t>(i), i + 1 + code[i].data);
  }
  return out;
}

Code without(const Code& code, std::vector<bool> dead) {
  std::vector<std::size_t> kept_before(code.size() + 1, 0);
  for (std::size_t i = code.size(); i-- > 0;) {
    if (code[i].op != Op::guard) continue;
    bool empty = true;
    for (std::size_t j = i + 1; j <= i + code[i].data; ++j) empty &= dead[j];
    if (empty) dead[i] = true;
  }
  for (std::size_t i = 0; i < code.size(); ++i) kept_before[i + 1] = kept_before[i] + (dead[i] ? 0 : 1);
  Code out;
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (dead[i]) continue;
    out.push_back(code[i]);
    if (code[i].op == Op::guard) out.back().data = static_cast<std::uint32_t>(kept_before[i + 1 + code[i].data] - kept_before[i + 1]);
  }
  return out;
}

Uses::Uses(const Program& p, const Code& code) : reads(p.slots.size()), writes(p.slots.size()) {
  for (const Instruction& x : code) {
    visit_operands(p, x, [&](const Operand& operand) {
      if (is_slot(operand)) ++reads[operand.index];
    });
    for (const SlotId id : {x.target, x.target2}) {
      if (id != kNoSlot) ++writes[id];
      if (id != kNoSlot && x.op == Op::choose2) ++reads[id];
    }
  }
}

bool disturbed(const Program& p, const Code& code, const Instruction& x, std::size_t from, std::size_t to) {
  bool out = false;
  visit_operands(p, x, [&](const Operand& operand) {
    for (std::size_t i = from; i < to && is_slot(operand) && !out; ++i) out = writes(code[i], operand.index);
  });
  return out;
}

}  // namespace warchest::program
