// The fast evaluator: a block of some hundreds of paths goes through the program together, one kernel call an instruction.
//
// The program is resolved once (vector_compile.cpp): each instruction becomes a step, which holds the kernel for the shape of its
// operands and the addresses of their columns. What moves from month to month (rows of histories, numbers of schedules) is on a short
// list of patches that is gone through before the month. Running a month is then one switch per step (vector.cpp).
//
// Guards cost what their paths cost: the lanes whose mask is set are gathered into short columns, the region runs on these, and what it
// wrote is scattered back. Where most lanes are set it runs on whole columns beside the true ones, and a choice by the mask puts
// the results into place. A lane's bits are the same either way, and for any block size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "engine/prepared.h"
#include "program/program.h"

namespace warchest::engine {

// Where recorded columns go: n lanes, the first of them the block's first point.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void take(std::uint32_t output, std::int32_t month, const double* column, std::size_t n) = 0;
};

class Machine {
 public:
  // Keeps references to the program and to what was prepared of it. `block`: the most paths at once, a multiple of 16.
  Machine(const program::Program& program, const Prepared& prepared, std::uint64_t seed, std::size_t block);
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  // Runs n <= block paths: points first_point … of one scramble, lane i being path (first_point + i) * 16 + scramble.
  void run(std::uint32_t scramble, std::uint32_t first_point, std::size_t n, Sink& sink);

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace warchest::engine
