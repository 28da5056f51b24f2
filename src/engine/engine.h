// From a program to results: every path is run, and what leaves is sums, counts and quantiles.
//
// A run is a pure function of (program, seed, number of paths): the same bytes on any number of threads and with any block size.
// Work is cut into granules (1,024 points of one scramble); a thread takes a granule, runs it block by block (vector.h) and hands in
// integer counts, which may be added in any order, and partial sums, which are added in the order of the granules (collect.h).
// Memory does not grow with the number of paths, but for scalars of small runs, whose values are kept (results.h).
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <vector>

#include "program/program.h"
#include "results/results.h"

#ifndef WARCHEST_BLOCK
#define WARCHEST_BLOCK 512
#endif

namespace warchest::engine {

inline constexpr std::uint64_t kFewestPaths = results::kScrambles;
inline constexpr int kLargestBlock = WARCHEST_BLOCK;  // paths that go through an operation at once; a multiple of 16

struct RunOptions {
  std::uint64_t paths = 10'000;  // at least kFewestPaths
  std::uint64_t seed = 1;
  int threads = 0;                          // 0: one for each processor
  int block = kLargestBlock;                // a multiple of 16 up to kLargestBlock; changes no byte of the results
  const std::atomic<bool>* stop = nullptr;  // looked at between granules; once true the run ends, marked as interrupted, without figures
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;  // paths; called on the calling thread, some ten times a second
};

// Runs a program as it stands (call simplify and assign_slots before, for speed).
//   shape   program -> one Output per Program::outputs, in that order
//   unit    those of the recorded values
//   order   sums: eight lanes in a granule, then granules ascending, then scrambles ascending
//   error   none added by the split of the work; quantiles as results.h says
//   source  docs/method.md#engine
results::Results run(const program::Program& program, const RunOptions& options);

// Runs several programs on the same luck, each result as run() gives it, byte for byte: but what they have in common is done once
// (program/join.h). Where the run was stopped, the results so far, the last of them marked.
std::vector<results::Results> run_all(const std::vector<const program::Program*>& programs, const RunOptions& options);

}  // namespace warchest::engine
