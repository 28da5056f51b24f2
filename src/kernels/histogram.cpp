// What a recorded column adds to its counts, its sums and its range. The bin of a value is read off its bit pattern (binning.h), so a count
// costs a few vector operations and one increment. Counts are integers: any order, any split, any number of threads gives the same. Zeros
// are counted apart, for a dead path's columns are full of them and incrementing one counter again and again waits on itself. Sums wait
// for the adder and increments for memory, so both in one pass cost little more than either.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/histogram.cpp"
#include "kernels/simd.h"

#ifndef WARCHEST_KERNELS_HISTOGRAM_ONCE
#define WARCHEST_KERNELS_HISTOGRAM_ONCE
namespace warchest::kernels {
namespace {
// A Binning in the terms of bit patterns.
struct BinPlan {
  double scale, top;  // top: the greatest |x| + scale of the last bin
  uint64_t base;      // pattern of scale
  int shift;
  int64_t half;
};
[[maybe_unused]] BinPlan plan_of(const Binning& binning) {
  BinPlan plan{binning.scale, 0, std::bit_cast<uint64_t>(binning.scale), 52 - binning.bits, binning.half};
  const uint64_t greatest = std::bit_cast<uint64_t>(std::numeric_limits<double>::max());
  const uint64_t span = static_cast<uint64_t>(binning.half) << plan.shift;
  const bool beyond = static_cast<uint64_t>(binning.half) > (greatest - plan.base) >> plan.shift;
  plan.top = std::bit_cast<double>(beyond ? greatest : plan.base + span - 1);
  return plan;
}
}  // namespace
}  // namespace warchest::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace warchest::kernels::HWY_NAMESPACE {
namespace {

constexpr size_t kChunk = 256;  // bins found before they are counted

// The lanes of v in the mask, packed, to list; how many.
HWY_INLINE size_t append(VU v, M in, uint64_t* list) {
  const uint32_t bits = bits_of(in);
#if WARCHEST_AVX512
  _mm512_storeu_si512(list, _mm512_maskz_compress_epi64(in.raw, v.raw));
#elif WARCHEST_AVX2
  // places of the 32-bit halves that move each packed lane down
  alignas(32) static constexpr uint32_t kPack[16][8] = {
      {0, 1, 2, 3, 4, 5, 6, 7}, {0, 1, 2, 3, 4, 5, 6, 7}, {2, 3, 0, 1, 4, 5, 6, 7}, {0, 1, 2, 3, 4, 5, 6, 7},
      {4, 5, 0, 1, 2, 3, 6, 7}, {0, 1, 4, 5, 2, 3, 6, 7}, {2, 3, 4, 5, 0, 1, 6, 7}, {0, 1, 2, 3, 4, 5, 6, 7},
      {6, 7, 0, 1, 2, 3, 4, 5}, {0, 1, 6, 7, 2, 3, 4, 5}, {2, 3, 6, 7, 0, 1, 4, 5}, {0, 1, 2, 3, 6, 7, 4, 5},
      {4, 5, 6, 7, 0, 1, 2, 3}, {0, 1, 4, 5, 6, 7, 2, 3}, {2, 3, 4, 5, 6, 7, 0, 1}, {0, 1, 2, 3, 4, 5, 6, 7}};
  const __m256i places = _mm256_load_si256(reinterpret_cast<const __m256i*>(kPack[bits]));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(list), _mm256_permutevar8x32_epi32(v.raw, places));
#else
  uint64_t lanes[kLanes];
  hn::StoreU(v, du, lanes);
  for (uint32_t rest = bits, k = 0; rest != 0; rest &= rest - 1) list[k++] = lanes[std::countr_zero(rest)];
#endif
  return static_cast<size_t>(std::popcount(bits));
}
HWY_INLINE void count_list(const uint64_t* list, size_t m, uint32_t* counts) {
  size_t k = 0;
  for (; k + 4 <= m; k += 4) {
    ++counts[list[k]];
    ++counts[list[k + 1]];
    ++counts[list[k + 2]];
    ++counts[list[k + 3]];
  }
  for (; k < m; ++k) ++counts[list[k]];
}

HWY_INLINE M below(size_t i, size_t n) { return hn::Lt(hn::Iota(d, static_cast<double>(i)), number(static_cast<double>(n))); }

// Bins of eight or fewer values, right where they are neither zero nor missing.
struct BinFinder {
  V scale, top;
  VU base, up, down;
  int shift;
  HWY_INLINE explicit BinFinder(const BinPlan& plan)
      : scale(number(plan.scale)),
        top(number(plan.top)),
        base(hn::Set(du, plan.base)),
        up(hn::Set(du, static_cast<uint64_t>(plan.half) + 1)),
        down(hn::Set(du, static_cast<uint64_t>(plan.half) - 1)),
        shift(plan.shift) {}
  HWY_INLINE VU operator()(V x, V size) const {
    const VU pattern = hn::BitCast(du, lesser(hn::Add(size, scale), top));
    const VU k = hn::ShiftRightSame(hn::Sub(pattern, base), shift);
    return hn::BitCast(du, hn::IfThenElse(hn::Lt(x, hn::Zero(d)), hn::BitCast(d, hn::Sub(down, k)), hn::BitCast(d, hn::Add(up, k))));
  }
};

template <bool kMasked>
HWY_INLINE size_t histogram_of(const double* column, const double* mask, size_t n, const Binning& binning, uint32_t* counts) {
  const BinPlan plan = plan_of(binning);
  const BinFinder bins(plan);
  const V zero = hn::Zero(d);
  alignas(64) uint64_t list[kChunk + 8];
  size_t zeros = 0, missing = 0;
  for (size_t from = 0; from < n; from += kChunk) {
    const size_t to = n - from < kChunk ? n : from + kChunk;
    size_t m = 0;
    for (size_t i = from; i < to; i += kLanes) {
      const V x = hn::Load(d, column + i);
      const V size = hn::Abs(x);
      M counted = hn::Gt(size, zero), is_zero = hn::Eq(x, zero), is_missing = hn::IsNaN(x);
      if (kMasked || HWY_UNLIKELY(i + kLanes > to)) {
        M in = below(i, to);
        if constexpr (kMasked) in = hn::And(in, is_set(hn::Load(d, mask + i)));
        counted = hn::And(counted, in);
        is_zero = hn::And(is_zero, in);
        is_missing = hn::And(is_missing, in);
      }
      m += append(bins(x, size), counted, list + m);
      zeros += static_cast<size_t>(std::popcount(bits_of(is_zero)));
      missing += static_cast<size_t>(std::popcount(bits_of(is_missing)));
    }
    count_list(list, m, counts);
  }
  counts[plan.half] += static_cast<uint32_t>(zeros);
  return missing;
}
size_t histogram(const double* column, size_t n, const Binning& binning, uint32_t* counts) {
  return histogram_of<false>(column, nullptr, n, binning, counts);
}
size_t histogram_where(const double* column, const double* mask, size_t n, const Binning& binning, uint32_t* counts) {
  return histogram_of<true>(column, mask, n, binning, counts);
}

// Power sums about a shift and the range: eight lanes, element i in lane i % 8, whatever the width of a register.
constexpr size_t kParts = 8 / kLanes;
struct Gathered {
  V one[kParts], two[kParts], low[kParts], high[kParts];
  HWY_INLINE Gathered(const Lanes8& sum, const Lanes8& sumsq, double lo, double hi) {
    for (size_t j = 0; j < kParts; ++j) {
      one[j] = hn::LoadU(d, sum.v + j * kLanes);
      two[j] = hn::LoadU(d, sumsq.v + j * kLanes);
      low[j] = number(lo);
      high[j] = number(hi);
    }
  }
  HWY_INLINE void add(size_t j, V x, V shift) {
    const V y = hn::Sub(x, shift);
    one[j] = hn::Add(one[j], y);
    two[j] = hn::Add(two[j], hn::Mul(y, y));
    low[j] = lesser(x, low[j]);
    high[j] = greater(x, high[j]);
  }
  // Hands over what was gathered, after the last, broken group of eight (`rest` lanes).
  HWY_INLINE void finish(const double* column, size_t rest, double shift, Lanes8& sum, Lanes8& sumsq, double& lo, double& hi) const {
    alignas(64) double lows[8], highs[8];
    for (size_t j = 0; j < kParts; ++j) {
      hn::StoreU(one[j], d, sum.v + j * kLanes);
      hn::StoreU(two[j], d, sumsq.v + j * kLanes);
      hn::Store(low[j], d, lows + j * kLanes);
      hn::Store(high[j], d, highs + j * kLanes);
    }
    for (size_t lane = 0; lane < 8; ++lane) {
      lo = lows[lane] < lo ? lows[lane] : lo;
      hi = highs[lane] > hi ? highs[lane] : hi;
    }
    for (size_t lane = 0; lane < rest; ++lane) {
      const double x = column[lane], y = x - shift;
      sum.v[lane] += y;
      sumsq.v[lane] += y * y;
      lo = x < lo ? x : lo;
      hi = x > hi ? x : hi;
    }
  }
};

void accumulate_all(const double* column, size_t n, double shift, Lanes8& sum, Lanes8& sumsq, double& lo, double& hi) {
  Gathered gathered(sum, sumsq, lo, hi);
  const V about = number(shift);
  const size_t whole = n / 8 * 8;
  for (size_t i = 0; i < whole; i += 8) {
    WARCHEST_UNROLL for (size_t j = 0; j < kParts; ++j) gathered.add(j, hn::Load(d, column + i + j * kLanes), about);
  }
  gathered.finish(column + whole, n - whole, shift, sum, sumsq, lo, hi);
}

void histogram_all(const double* column, size_t n, const Binning& binning, uint32_t* counts, double shift, Lanes8& sum, Lanes8& sumsq,
                   double& lo, double& hi) {
  Gathered gathered(sum, sumsq, lo, hi);
  const BinPlan plan = plan_of(binning);
  const BinFinder bins(plan);
  const V about = number(shift), zero = hn::Zero(d);
  constexpr uint32_t kEvery = (1u << kLanes) - 1;
  const size_t whole = n / 8 * 8;
  alignas(64) uint64_t list[16];
  size_t zeros = 0;
  for (size_t i = 0; i < whole; i += 8) {
    WARCHEST_UNROLL for (size_t j = 0; j < kParts; ++j) {
      const V x = hn::Load(d, column + i + j * kLanes), size = hn::Abs(x);
      gathered.add(j, x, about);
      const M counted = hn::Gt(size, zero);  // neither zero nor missing
      const VU bin = bins(x, size);
      if (HWY_LIKELY(bits_of(counted) == kEvery)) {
        hn::Store(bin, du, list);
        WARCHEST_UNROLL for (size_t k = 0; k < kLanes; ++k)++ counts[list[k]];
      } else {
        count_list(list, append(bin, counted, list), counts);
        zeros += static_cast<size_t>(std::popcount(bits_of(hn::Eq(x, zero))));
      }
    }
  }
  counts[plan.half] += static_cast<uint32_t>(zeros);
  if (whole < n) histogram(column + whole, n - whole, binning, counts);
  gathered.finish(column + whole, n - whole, shift, sum, sumsq, lo, hi);
}

// The last bin (never, beyond the horizon) is the crowded one here.
void count_months(const double* column, size_t n, size_t bins, uint32_t* counts) {
  const V last = number(static_cast<double>(bins - 1)), zero = hn::Zero(d);
  alignas(64) uint64_t list[kChunk + 8];
  size_t early = 0;
  for (size_t from = 0; from < n; from += kChunk) {
    const size_t to = n - from < kChunk ? n : from + kChunk;
    size_t m = 0;
    for (size_t i = from; i < to; i += kLanes) {
      const V x = hn::Load(d, column + i);
      const M counted = hn::And(hn::Lt(x, last), below(i, to));
      const V month = hn::Floor(hn::IfThenElse(hn::Gt(x, zero), hn::IfThenElse(hn::Lt(x, last), x, zero), zero));
      // a small whole number's bits, by adding 2^52
      const VU bin = hn::And(hn::BitCast(du, hn::Add(month, number(0x1p52))), hn::Set(du, 0xFFFFFFFFFFFFF));
      m += append(bin, counted, list + m);
    }
    count_list(list, m, counts);
    early += m;
  }
  counts[bins - 1] += static_cast<uint32_t>(n - early);
}

void fill_histogram(Kernels& k) {
  k.histogram = histogram;
  k.histogram_where = histogram_where;
  k.count_months = count_months;
  k.accumulate_all = accumulate_all;
  k.histogram_all = histogram_all;
}

}  // namespace
}  // namespace warchest::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace warchest::kernels {
WARCHEST_EXPORT(fill_histogram)
}
#endif
