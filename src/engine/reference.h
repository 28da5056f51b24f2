// The slow truth: a program run on one path at a time, in plain doubles, instruction by instruction.
//
// The vector engine must equal it bit by bit on every path. It is also what replays a single path for people: every named slot by
// month, every instruction as it happens, and the path on which all luck is at its median.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "program/program.h"

namespace warchest::engine {

enum class Section : std::uint8_t { setup, month, finish };

// What just happened: after an instruction has written its first target. Not called for instructions that a guard has shut out.
struct Happened {
  Section section;
  std::int32_t month;  // 0 in setup, the last in finish
  const program::Instruction& instruction;
  double value;  // what was written; of guard and record the operand
};

struct PathOptions {
  std::uint64_t path = 0;  // point path / 16 of scramble path mod 16
  std::uint64_t seed = 1;
  bool median = false;  // all luck at its median: scores 0, uniforms 1/2, in every month and attempt; path and seed are then idle
  std::function<void(const Happened&)> watch;
};

// One named slot on one path.
struct SlotTrack {
  program::SlotId slot = 0;
  std::string name;
  program::Keep keep = program::Keep::temporary;
  std::int32_t first = 0;      // month of values[0]; histories may begin before month 0
  std::vector<double> values;  // path: one. Else by month: state and temporary as the month ended (NaN: not computed in it)
};

struct PathRecord {
  std::vector<std::vector<double>> outputs;  // [output][month]; one value where the output is no series
  std::vector<SlotTrack> slots;              // those with a name, in the order of Program::slots
};

class Reference {
 public:
  explicit Reference(const program::Program& program);  // keeps a copy
  ~Reference();
  Reference(const Reference&) = delete;
  Reference& operator=(const Reference&) = delete;

  PathRecord run(const PathOptions& options) const;

 private:
  struct Inside;
  std::unique_ptr<const Inside> inside_;
};

}  // namespace warchest::engine
