// RUNWAY-60 written by hand, behind plain functions: the limit kernel (fused.hpp) and what a good programmer writes first (scalar.hpp).
//
// They are a library of their own, compiled for the processor at hand, because the kernel binds to one instruction set when it is
// compiled; nothing of the SIMD layer leaves the library, so it cannot meet that of the engine.
#pragma once

#include <cstdint>

#define BENCH_YARDSTICK __attribute__((visibility("default")))

namespace bench::yardsticks {

struct Answers {
  double death = 0;      // share of paths
  double owned = 0;      // mean
  double owned_sd = 0;   // between paths; 0 where it is not kept
  double cash24_p5 = 0;  // USD
  double payoff = 0;     // mean, USD
  double payoff_sd = 0;
  double spent = 0;  // CPU seconds of the simulation and its quantiles on the calling thread, without what this record costs
};

BENCH_YARDSTICK const char* limit_instructions();  // "AVX3"
BENCH_YARDSTICK Answers limit(std::uint64_t paths, int threads);
BENCH_YARDSTICK Answers plain(std::uint64_t paths, std::uint64_t seed, bool raise_fixed_at_opening);

}  // namespace bench::yardsticks
