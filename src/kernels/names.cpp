// Words from names and from small numbers: what keys the luck. The mixing is splitmix64's (Steele, Lea, Flood 2014), in which every input
// bit reaches every output bit.
#include "kernels/random.h"

namespace warchest::kernels {
namespace {

uint64_t mixed(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

}  // namespace

uint64_t hash_name(std::string_view name) {
  uint64_t hash = 0xCBF29CE484222325u;  // FNV-1a
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  return mixed(hash);
}

uint64_t sobol_key(uint64_t seed, uint32_t scramble, uint32_t dimension) {
  constexpr uint64_t kGolden = 0x9E3779B97F4A7C15u;
  uint64_t key = mixed(seed + kGolden);
  key = mixed(key + kGolden * (uint64_t{scramble} + 1));
  return mixed(key + kGolden * (uint64_t{dimension} + 1));
}

}  // namespace warchest::kernels
