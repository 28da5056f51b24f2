// Scrambled Sobol points on columns: for per-path inputs they cut the error of a mean far below that of independent draws.
//
// A point is the xor of direction numbers over the set bits of its index; sixteen neighbours share all but the lowest four bits, so a
// table of sixteen and one number per group do. The scramble is Owen's nested permutation by hashing: with the bits reversed, adding and
// multiplying by odd numbers lets a bit depend only on those that were above it. Direction numbers are kept reversed, so that only the
// result need be turned round.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/sobol.cpp"
#include "kernels/simd.h"
#include "kernels/sobol_directions.h"

HWY_BEFORE_NAMESPACE();
namespace warchest::kernels::HWY_NAMESPACE {
namespace {

#if WARCHEST_WIDE
template <int kShift>
HWY_INLINE VW swap_bits(VW x, uint32_t low) {
  const VW mask = hn::Set(dw, low);
  return hn::Or(hn::ShiftLeft<kShift>(hn::And(x, mask)), hn::And(hn::ShiftRight<kShift>(x), mask));
}
HWY_INLINE VW reversed(VW x) {
  x = hn::Or(hn::ShiftLeft<16>(x), hn::ShiftRight<16>(x));
  x = swap_bits<8>(x, 0x00ff00ffu);
  x = swap_bits<4>(x, 0x0f0f0f0fu);
  x = swap_bits<2>(x, 0x33333333u);
  return swap_bits<1>(x, 0x55555555u);
}
HWY_INLINE VW scrambled(VW x, uint64_t key) {
  x = hn::Xor(x, hn::Mul(x, hn::Set(dw, kScramble0)));
  x = hn::Add(x, hn::Set(dw, static_cast<uint32_t>(key)));
  x = hn::Mul(x, hn::Set(dw, static_cast<uint32_t>(key >> 32) | 1u));
  x = hn::Xor(x, hn::Mul(x, hn::Set(dw, kScramble1)));
  return reversed(hn::Xor(x, hn::Mul(x, hn::Set(dw, kScramble2))));
}

// kPad points from a multiple of kPad on, `shared` being the xor of the directions of the index's higher bits.
HWY_INLINE void group(const SobolDimension& s, uint32_t shared, uint64_t key, uint32_t* out) {
  WARCHEST_UNROLL for (size_t j = 0; j < kPad; j += kWords)
      hn::Store(scrambled(hn::Xor(hn::Load(dw, s.low + j), hn::Set(dw, shared)), key), dw, out + j);
}
#else
void group(const SobolDimension& s, uint32_t shared, uint64_t key, uint32_t* out) {
  for (size_t j = 0; j < kPad; ++j) out[j] = sobol_scramble(s.low[j] ^ shared, key);
}
#endif

void sobol_words(uint32_t dimension, uint32_t first_point, uint64_t key, uint32_t* out, size_t n) {
  const SobolDimension& s = sobol_dimension(dimension);
  uint32_t number_of_group = first_point / kPad;
  uint32_t shared = 0;
  for (uint32_t bits = number_of_group; bits != 0; bits &= bits - 1) shared ^= s.reversed[4 + std::countr_zero(bits)];
  // From one group to the next the index's trailing ones and the zero above them turn over.
  const auto advance = [&] { shared ^= s.carry[std::countr_zero(++number_of_group)]; };

  const size_t skip = first_point % kPad;
  if (skip == 0) {
    for (size_t i = 0; i < n; i += kPad) {
      group(s, shared, key, out + i);
      advance();
    }
    return;
  }
  alignas(64) uint32_t points[kPad];
  for (size_t i = 0; i < n;) {
    group(s, shared, key, points);
    for (size_t j = i == 0 ? skip : 0; j < kPad && i < n; ++j) out[i++] = points[j];
    advance();
  }
}

void fill_sobol(Kernels& k) { k.sobol_words = sobol_words; }

}  // namespace
}  // namespace warchest::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace warchest::kernels {
WARCHEST_EXPORT(fill_sobol)
}
#endif
