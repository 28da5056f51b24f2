// Direction numbers after Joe and Kuo (2008), recovered once from Boost's generator: in its Gray-code order the point at index 2^(b+1)-1
// is the direction number of bit b, and the generator can jump there. Boost's header is large, hence this file of its own.
#include "kernels/sobol_directions.h"

#include <array>
#include <boost/random/sobol.hpp>

#include "kernels/random.h"

namespace warchest::kernels {
namespace {

struct Tables {
  std::array<std::array<uint32_t, 32>, kSobolDimensions> directions;
  std::array<SobolDimension, kSobolDimensions> dimensions;
};

Tables make_tables() {
  Tables tables{};
  boost::random::sobol generator(kSobolDimensions);
  for (uint32_t bit = 0; bit < 32; ++bit) {
    // point 0 is not handed out: what comes first has index 1
    const uint64_t index = (uint64_t{1} << (bit + 1)) - 1;
    generator.seed();
    generator.discard((index - 1) * kSobolDimensions);
    for (auto& direction : tables.directions) direction[bit] = static_cast<uint32_t>(generator() >> 32);
  }
  for (uint32_t dimension = 0; dimension < kSobolDimensions; ++dimension) {
    SobolDimension& s = tables.dimensions[dimension];
    for (uint32_t bit = 0; bit < 32; ++bit) s.reversed[bit] = reverse_bits(tables.directions[dimension][bit]);
    for (uint32_t point = 0; point < 16; ++point)
      for (uint32_t bit = 0; bit < 4; ++bit) s.low[point] ^= (point >> bit & 1) != 0 ? s.reversed[bit] : 0;
    uint32_t carry = 0;
    for (uint32_t k = 0; k < 33; ++k) {
      carry ^= k + 4 < 33 ? s.reversed[k + 4] : 0;
      s.carry[k] = carry;
    }
  }
  return tables;
}
const Tables& tables() {
  static const Tables made = make_tables();
  return made;
}

}  // namespace

const SobolDimension& sobol_dimension(uint32_t dimension) { return tables().dimensions[dimension]; }
const std::array<uint32_t, 32>& sobol_directions(uint32_t dimension) { return tables().directions[dimension]; }

uint32_t reverse_bits(uint32_t x) {
  x = x << 16 | x >> 16;
  x = (x & 0x00ff00ffu) << 8 | (x >> 8 & 0x00ff00ffu);
  x = (x & 0x0f0f0f0fu) << 4 | (x >> 4 & 0x0f0f0f0fu);
  x = (x & 0x33333333u) << 2 | (x >> 2 & 0x33333333u);
  return (x & 0x55555555u) << 1 | (x >> 1 & 0x55555555u);
}

uint32_t sobol_scramble(uint32_t x, uint64_t key) {
  x ^= x * kScramble0;
  x += static_cast<uint32_t>(key);
  x *= static_cast<uint32_t>(key >> 32) | 1u;
  x ^= x * kScramble1;
  x ^= x * kScramble2;
  return reverse_bits(x);
}

uint32_t sobol_word(uint32_t dimension, uint32_t point, uint64_t key) {
  const SobolDimension& s = sobol_dimension(dimension);
  uint32_t x = 0;
  for (uint32_t bit = 0; bit < 32; ++bit) x ^= (point >> bit & 1) != 0 ? s.reversed[bit] : 0;
  return sobol_scramble(x, key);
}

}  // namespace warchest::kernels
