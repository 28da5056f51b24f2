// Rare lanes: the list of lanes where something happens, and moving them to a short dense column and back. Working on that alone is what
// makes a rule that fires once in a hundred months nearly free.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/compact.cpp"
#include "kernels/simd.h"

HWY_BEFORE_NAMESPACE();
namespace warchest::kernels::HWY_NAMESPACE {
namespace {

// Truth values of kPad lanes as bits.
HWY_INLINE uint32_t group_bits(const double* mask) {
  uint32_t bits = 0;
  WARCHEST_UNROLL for (size_t j = 0; j < kPad; j += kLanes) bits |= bits_of(is_set(hn::Load(d, mask + j))) << j;
  return bits;
}
HWY_INLINE uint32_t within(uint32_t bits, size_t left) { return left >= kPad ? bits : bits & ((1u << left) - 1); }

size_t active_list(const double* mask, size_t n, int32_t* idx) {
  size_t count = 0;
#if WARCHEST_AVX512
  // Without a branch, for where lanes are set is luck. The instruction on a register: Highway 1.0's own Compress copies a table per call
  // here, and the form that writes memory is slow.
  __m512i lanes = hn::Iota(di, 0).raw;
  for (size_t i = 0; i < n; i += kPad) {
    uint32_t bits = group_bits(mask + i);
    if (HWY_UNLIKELY(n - i < kPad)) bits = within(bits, n - i);
    _mm512_storeu_si512(idx + count, _mm512_maskz_compress_epi32(static_cast<__mmask16>(bits), lanes));
    count += static_cast<size_t>(std::popcount(bits));
    lanes = _mm512_add_epi32(lanes, _mm512_set1_epi32(static_cast<int>(kPad)));
  }
#else
  for (size_t i = 0; i < n; i += kPad) {
    uint32_t bits = within(group_bits(mask + i), n - i);
    for (; bits != 0; bits &= bits - 1) idx[count++] = static_cast<int32_t>(i) + std::countr_zero(bits);
  }
#endif
  const int32_t filler = count == 0 ? 0 : idx[0];
  for (size_t k = count; k < padded(count); ++k) idx[k] = filler;
  return count;
}

// Plain loads: gather instructions are no faster on current processors, and four times slower on some.
void gather(const double* src, const int32_t* idx, size_t count, double* dst) {
  for (size_t k = 0; k < count; ++k) dst[k] = src[idx[k]];
}

void scatter(const double* src, const int32_t* idx, size_t count, double* dst) {
  for (size_t k = 0; k < count; ++k) dst[idx[k]] = src[k];
}

void pick(const double* const* rows, size_t count, const double* which, const int32_t* lanes, double* out, size_t n) {
  const double last = static_cast<double>(count - 1);
  for (size_t i = 0; i < n; ++i) {
    const double r = which[i] >= 0 ? (which[i] < last ? which[i] : last) : 0;  // NaN is not >= 0
    out[i] = rows[static_cast<size_t>(r)][lanes != nullptr ? static_cast<size_t>(lanes[i]) : i];
  }
}

size_t count_nonzero(const double* column, size_t n) {
  size_t count = 0;
  for (size_t i = 0; i < n; i += kPad) count += static_cast<size_t>(std::popcount(within(group_bits(column + i), n - i)));
  return count;
}

void fill_compact(Kernels& k) {
  k.active_list = active_list;
  k.gather = gather;
  k.scatter = scatter;
  k.pick = pick;
  k.count_nonzero = count_nonzero;
}

}  // namespace
}  // namespace warchest::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace warchest::kernels {
WARCHEST_EXPORT(fill_compact)
}
#endif
