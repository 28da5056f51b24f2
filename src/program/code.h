// Straight code with guarded regions, as the passes look at it: who is inside which guard, what is read and written, what may be moved.
// Private to the folder.
#pragma once

#include <cstdint>
#include <vector>

#include "program/arithmetic.h"
#include "program/program.h"

namespace warchest::program {

using Code = std::vector<Instruction>;

inline bool is_slot(const Operand& x) { return x.place == Place::slot || x.place == Place::row; }
bool same_operand(const Operand& a, const Operand& b);
inline bool writes(const Instruction& x, SlotId id) { return x.target == id || x.target2 == id; }
inline bool has_table(Op op) { return op == Op::lookup || op == Op::quantile || op == Op::chance_below; }
inline bool has_target(Op op) { return op != Op::guard && op != Op::rest && op != Op::record; }

// The guard around each instruction, by index; -1: none.
std::vector<std::int32_t> owners(const Code& code);

// The code with some instructions left out, guards shortened, and empty guards left out too.
Code without(const Code& code, std::vector<bool> dead);

struct Uses {
  std::vector<int> reads, writes;  // in the section, by slot
  Uses(const Program& p, const Code& code);
};

// Whether something that `x` reads is written by code[from … to-1].
bool disturbed(const Program& p, const Code& code, const Instruction& x, std::size_t from, std::size_t to);

inline bool movable(const Instruction& x) { return is_pure(x.op) || x.op == Op::draw_attempt || x.op == Op::window_sum; }

}  // namespace warchest::program
