// Philox4x32-10 on columns. Each 64-bit lane carries one 32-bit word of a path's counter, because the multiplication of ten rounds is
// 32 x 32 -> 64; two sets of paths go through the rounds together, which hides the multiplier's latency.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/random.cpp"
#include "kernels/random.h"
#include "kernels/simd.h"

#ifndef WARCHEST_KERNELS_RANDOM_ONCE
#define WARCHEST_KERNELS_RANDOM_ONCE
namespace warchest::kernels {
namespace {
constexpr uint32_t kMultiplier0 = 0xD2511F53u, kMultiplier1 = 0xCD9E8D57u;
constexpr uint32_t kWeyl0 = 0x9E3779B9u, kWeyl1 = 0xBB67AE85u;
constexpr int kRounds = 10;
}  // namespace
}  // namespace warchest::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace warchest::kernels::HWY_NAMESPACE {
namespace {

#if WARCHEST_WIDE
// Two sets of counters; the upper halves of the lanes are don't-care, in and out.
struct Counters {
  VU a[4], b[4];
};

HWY_INLINE void rounds(Counters& c, std::array<uint32_t, 2> key) {
  const VW m0 = hn::BitCast(dw, hn::Set(du, kMultiplier0)), m1 = hn::BitCast(dw, hn::Set(du, kMultiplier1));
  WARCHEST_UNROLL for (int r = 0; r < kRounds; ++r) {
    const VU k0 = hn::Set(du, key[0]), k1 = hn::Set(du, key[1]);
    const VU p0 = hn::MulEven(hn::BitCast(dw, c.a[0]), m0), p1 = hn::MulEven(hn::BitCast(dw, c.a[2]), m1);
    const VU q0 = hn::MulEven(hn::BitCast(dw, c.b[0]), m0), q1 = hn::MulEven(hn::BitCast(dw, c.b[2]), m1);
    c.a[0] = hn::Xor3(hn::ShiftRight<32>(p1), c.a[1], k0);
    c.a[2] = hn::Xor3(hn::ShiftRight<32>(p0), c.a[3], k1);
    c.b[0] = hn::Xor3(hn::ShiftRight<32>(q1), c.b[1], k0);
    c.b[2] = hn::Xor3(hn::ShiftRight<32>(q0), c.b[3], k1);
    c.a[1] = p1;
    c.a[3] = p0;
    c.b[1] = q1;
    c.b[3] = q0;
    key[0] += kWeyl0;
    key[1] += kWeyl1;
  }
}
HWY_INLINE VW words_of(const Counters& c, int word) { return hn::ConcatEven(dw, hn::BitCast(dw, c.b[word]), hn::BitCast(dw, c.a[word])); }

void philox_words(uint64_t seed, uint64_t stream, uint64_t first_path, uint64_t stride, uint32_t index, uint32_t* const out[4], size_t n) {
  const std::array<uint32_t, 2> key = philox_key(seed, stream);
  alignas(64) uint64_t steps[kLanes];
  for (size_t j = 0; j < kLanes; ++j) steps[j] = j * stride;
  const VU step = hn::Load(du, steps), stream_low = hn::Set(du, stream & 0xffffffffu), place = hn::Set(du, index);
  for (size_t i = 0; i < n; i += kPad) {
    for (size_t j = i; j < i + kPad; j += kWords) {
      const VU pa = hn::Add(hn::Set(du, first_path + j * stride), step),
               pb = hn::Add(hn::Set(du, first_path + (j + kLanes) * stride), step);
      Counters c{{pa, hn::ShiftRight<32>(pa), place, stream_low}, {pb, hn::ShiftRight<32>(pb), place, stream_low}};
      rounds(c, key);
      for (int word = 0; word < 4; ++word)
        if (out[word] != nullptr) hn::Store(words_of(c, word), dw, out[word] + j);
    }
  }
}

// A double cut to a whole number in [0, 2^31), NaN to 0.
HWY_INLINE VU whole(const double* x) {
  const V v = hn::Load(d, x), zero = hn::Zero(d);
  const V kept = lesser(hn::IfThenElse(hn::Gt(v, zero), v, zero), number(2147483647.0));
  return hn::BitCast(du, hn::PromoteTo(dl, hn::DemoteTo(half_i, kept)));
}
void philox_word_at(uint64_t seed, uint64_t stream, uint64_t first_path, uint64_t stride, const int32_t* lanes, uint32_t index,
                    const double* indices, int word, uint32_t* out, size_t n) {
  const std::array<uint32_t, 2> key = philox_key(seed, stream);
  const VU stream_low = hn::Set(du, stream & 0xffffffffu), place = hn::Set(du, index);
  for (size_t i = 0; i < n; i += kWords) {
    alignas(64) uint64_t paths[kWords];
    for (size_t j = 0; j < kWords; ++j) paths[j] = first_path + stride * (lanes != nullptr ? static_cast<uint64_t>(lanes[i + j]) : i + j);
    const VU pa = hn::Load(du, paths), pb = hn::Load(du, paths + kLanes);
    const VU ia = indices != nullptr ? hn::Add(place, whole(indices + i)) : place;
    const VU ib = indices != nullptr ? hn::Add(place, whole(indices + i + kLanes)) : place;
    Counters c{{pa, hn::ShiftRight<32>(pa), ia, stream_low}, {pb, hn::ShiftRight<32>(pb), ib, stream_low}};
    rounds(c, key);
    hn::Store(words_of(c, word), dw, out + i);
  }
}
#else
void philox_words(uint64_t seed, uint64_t stream, uint64_t first_path, uint64_t stride, uint32_t index, uint32_t* const out[4], size_t n) {
  for (size_t i = 0; i < n; ++i) {
    const std::array<uint32_t, 4> words = philox(seed, stream, first_path + i * stride, index);
    for (size_t word = 0; word < 4; ++word)
      if (out[word] != nullptr) out[word][i] = words[word];
  }
}
void philox_word_at(uint64_t seed, uint64_t stream, uint64_t first_path, uint64_t stride, const int32_t* lanes, uint32_t index,
                    const double* indices, int word, uint32_t* out, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    const uint64_t path = first_path + stride * (lanes != nullptr ? static_cast<uint64_t>(lanes[i]) : i);
    const double kept = indices == nullptr || !(indices[i] > 0) ? 0 : (indices[i] < 2147483647.0 ? indices[i] : 2147483647.0);
    out[i] = philox(seed, stream, path, index + static_cast<uint32_t>(kept))[static_cast<size_t>(word)];
  }
}
#endif

void fill_random(Kernels& k) {
  k.philox_words = philox_words;
  k.philox_word_at = philox_word_at;
}

}  // namespace
}  // namespace warchest::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace warchest::kernels {
WARCHEST_EXPORT(fill_random)

std::array<uint32_t, 4> philox4x32(const std::array<uint32_t, 4>& counter, const std::array<uint32_t, 2>& key) {
  std::array<uint32_t, 4> c = counter;
  std::array<uint32_t, 2> k = key;
  for (int r = 0; r < kRounds; ++r) {
    const uint64_t p0 = uint64_t{kMultiplier0} * c[0], p1 = uint64_t{kMultiplier1} * c[2];
    c = {static_cast<uint32_t>(p1 >> 32) ^ c[1] ^ k[0], static_cast<uint32_t>(p1), static_cast<uint32_t>(p0 >> 32) ^ c[3] ^ k[1],
         static_cast<uint32_t>(p0)};
    k[0] += kWeyl0;
    k[1] += kWeyl1;
  }
  return c;
}

std::array<uint32_t, 2> philox_key(uint64_t seed, uint64_t stream) {
  const uint64_t key = seed + (stream >> 32) * 0x9E3779B97F4A7C15u;
  return {static_cast<uint32_t>(key), static_cast<uint32_t>(key >> 32)};
}

std::array<uint32_t, 4> philox(uint64_t seed, uint64_t stream, uint64_t path, uint32_t index) {
  return philox4x32({static_cast<uint32_t>(path), static_cast<uint32_t>(path >> 32), index, static_cast<uint32_t>(stream)},
                    philox_key(seed, stream));
}
}  // namespace warchest::kernels
#endif
