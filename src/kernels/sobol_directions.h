// Direction numbers of the Sobol dimensions in the forms that the kernel wants, and the scramble of one point; inside this folder only.
#pragma once

#include <cstdint>

namespace warchest::kernels {

// The scramble, on the reversed bits x of a point: x ^= x * kScramble0; x += key; x *= key >> 32 | 1; x ^= x * kScramble1;
// x ^= x * kScramble2. The multipliers of the xors are even, so a bit is changed by lower bits only; each step is a bijection.
inline constexpr uint32_t kScramble0 = 0x3d20adeau, kScramble1 = 0x05526c56u, kScramble2 = 0x53a22864u;

struct SobolDimension {
  alignas(64) uint32_t low[16];  // reversed points 0 .. 15
  uint32_t reversed[33];         // direction numbers of index bits 0 .. 31, their bits turned round; 0 beyond
  uint32_t carry[33];            // xor of reversed[4 .. 4+k]
};
const SobolDimension& sobol_dimension(uint32_t dimension);  // dimension < kSobolDimensions

uint32_t reverse_bits(uint32_t x);
uint32_t sobol_scramble(uint32_t reversed_point, uint64_t key);

}  // namespace warchest::kernels
