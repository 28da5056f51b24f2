// Luck by name: which random word belongs to which (seed, name, path, index), one lane at a time; kernels.h has the columns.
//
// Philox4x32-10 turns a counter of 128 bits under a key of 64 into four words, so any word can be had without those before it.
//   stream   64 bits, a hash of the input's full name
//   counter  (path low, path high, index, stream low): four 32-bit words
//   key      seed + (stream >> 32) * 0x9E3779B97F4A7C15 modulo 2^64, low word first: different names differ in counter or key
// Sobol points fill the unit interval evenly; a nested (Owen) scramble keyed by (seed, scramble, dimension) makes each point uniform,
// so that 16 scrambles are 16 independent unbiased answers. Dimension d uses Joe and Kuo's d-th direction numbers, d = 0 .. 63.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace warchest::kernels {

inline constexpr uint32_t kSobolDimensions = 64;

// 64 bits of a name.
//   shape   bytes -> word; unit  none; order  none
//   error   none: a promise, the same in every version, for luck depends on it
//   source  FNV-1a, then the finalizer of splitmix64
uint64_t hash_name(std::string_view name);

// The generator itself.
//   shape   counter[4], key[2] -> word[4]; unit  none; order  none; error  none: equals the published test vectors
//   source  Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3 (2011)
std::array<uint32_t, 4> philox4x32(const std::array<uint32_t, 4>& counter, const std::array<uint32_t, 2>& key);

// The four words of (seed, stream, path, index).   contract as above
std::array<uint32_t, 4> philox(uint64_t seed, uint64_t stream, uint64_t path, uint32_t index);
std::array<uint32_t, 2> philox_key(uint64_t seed, uint64_t stream);

// Key of the scramble of one dimension; scrambles 0 .. 15 of a run.
//   shape   -> word; unit  none; order  none; error  none; source  splitmix64 over the three in turn
uint64_t sobol_key(uint64_t seed, uint32_t scramble, uint32_t dimension);

// Point `point` of one scrambled dimension.
//   shape   -> word, u = (word + 1/2) / 2^32; unit  none
//   order   natural index: aligned runs of 2^k points fill 2^k equal strata
//   error   none; source  kernels.h
uint32_t sobol_word(uint32_t dimension, uint32_t point, uint64_t key);

// Direction numbers of a dimension, most significant bit first: point = xor of direction[b] over the set bits b of its index.
const std::array<uint32_t, 32>& sobol_directions(uint32_t dimension);

}  // namespace warchest::kernels
