// Fast loops over columns of doubles: every operation that the vector engine needs, as one table of function pointers.
//
// The table is filled once, from the instruction set of the processor at hand (AVX-512, AVX2 with FMA, or portable code), and this
// header shows nothing of that: no SIMD type leaves this folder. The reference evaluator calls the same kernels on one lane
// (one_lane.h), so both give the same bits.
//
// What holds for every kernel, and is not repeated below:
//   shape   a column is n lanes (n >= 0), 64-byte aligned. Columns are padded: a kernel may read and write up to the next multiple of
//           kPad lanes, and what it leaves in the padding is unspecified. Outputs may be the same column as any input (never a part
//           of it), unless the contract says "apart".
//   order   lanes do not meet unless the contract says so; the bits of a lane depend on that lane's inputs alone, not on n.
//   error   one IEEE rounding per written operation, in the written order, never fused: the same bits on every processor.
//           Kernels of the group "fused" (marked so) use fused multiply-add where the processor has it: the same bits on AVX-512 and
//           AVX2, within the stated error elsewhere; bit_group() tells which.
//   truth   a truth value is exactly 0.0 or 1.0; kernels that take one may do anything on other values.
//   missing NaN in, NaN out, except where a truth value comes out (a comparison with NaN is false, "ne" true). Any NaN is as good
//           as any other: sign and payload are not part of the contract.
//   source  IEEE 754 where no other is given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "kernels/binning.h"

namespace warchest::kernels {

inline constexpr size_t kPad = 16;        // lanes; a padded column has a multiple of this
inline constexpr size_t kAlignment = 64;  // bytes
inline constexpr size_t padded(size_t n) { return (n + kPad - 1) / kPad * kPad; }

// Eight partial sums, whatever the width of the processor's registers: element i belongs to lane i % 8.
struct Lanes8 {
  double v[8] = {};
};

// Shapes of operands: c is a column, k one number for all lanes; the letters stand in the order of the operands.
using UnaryKernel = void (*)(const double* a, double* out, size_t n);
struct BinaryKernels {
  void (*cc)(const double* a, const double* b, double* out, size_t n);
  void (*ck)(const double* a, double b, double* out, size_t n);
  void (*kc)(double a, const double* b, double* out, size_t n);
};
struct TernaryKernels {
  void (*ccc)(const double* a, const double* b, const double* c, double* out, size_t n);
  void (*cck)(const double* a, const double* b, double c, double* out, size_t n);
  void (*ckc)(const double* a, double b, const double* c, double* out, size_t n);
  void (*kcc)(double a, const double* b, const double* c, double* out, size_t n);
  void (*ckk)(const double* a, double b, double c, double* out, size_t n);
  void (*kck)(double a, const double* b, double c, double* out, size_t n);
  void (*kkc)(double a, double b, const double* c, double* out, size_t n);
};
// m is always a column of truth values.
struct MaskedKernels {
  void (*cc)(const double* m, const double* a, const double* b, double* out, size_t n);
  void (*ck)(const double* m, const double* a, double b, double* out, size_t n);
  void (*kc)(const double* m, double a, const double* b, double* out, size_t n);
  void (*kk)(const double* m, double a, double b, double* out, size_t n);
};

// A column against a number: a < k, k < a, a <= k, k <= a, a == k.
enum class Against : std::uint8_t { below, above, at_most, at_least, exactly };
inline constexpr size_t kAgainst = 5;
using MaskedPairKernel = void (*)(const double* m, const double* a, const double* b, double k, double* out, size_t n);
using AddCountKernel = void (*)(const double* total, const double* a, double k, double* out, size_t n);
using MaskTwoKernel = void (*)(const double* m, const double* a, double ka, const double* b, double kb, double* out, size_t n);

struct Kernels {
  // ------------------------------------------------------------------------------------------------------------ one operation
  // Arithmetic on two operands.
  //   shape   a, b -> out, each a column or a number
  //   unit    the caller's; order  lane by lane; error  one rounding (min, max: none); source  IEEE 754
  //   min = a < b ? a : b, max = a > b ? a : b, so of two zeros the second is taken; NaN if either is NaN
  BinaryKernels add, sub, mul, div, min, max;

  // Comparisons and logic: truth values out; eq and ne are exact.
  //   shape   a, b -> truth; order  lane by lane; error  none; a > b is lt with the operands exchanged
  //   nearly_equal: |a - b| <= 1e-9 * max(|a|, |b|), or a == b (so infinities equal themselves): nine significant digits
  //   land, lor: of truth values
  BinaryKernels lt, le, eq, ne, nearly_equal, land, lor;

  // Powers x^y ("fused").
  //   shape   base, exponent -> out
  //   order   lane by lane
  //   error   2 ulp where the result is normal; exact rules first: y == 0 gives 1, y == 1 gives x, y == 2 gives x*x, y == -1 gives 1/x,
  //           y == 0.5 gives sqrt(x), x == 1 gives 1; x < 0 needs an integer y, otherwise NaN; 0 to a negative power is infinite
  //   source  log and exp in extended precision, pow.cpp
  BinaryKernels pow;

  // Unary operations.
  //   shape   a -> out; order  lane by lane; error  none (sqrt: one rounding)
  //   round: half away from zero; is_nonzero: 1 unless a is 0 or -0 (NaN counts as nonzero); lnot: of a truth value
  UnaryKernel neg, abs, sqrt, floor, round, is_nonzero, lnot;

  // Exponential and logarithm ("fused").
  //   shape   a -> out
  //   order   lane by lane
  //   error   exp 1.1 ulp (results below 1e-307: 1 unit of the smallest subnormal more), log 1 ulp, log1p 3 ulp, expm1 4 ulp;
  //           exp overflows to infinity, log(0) = -inf, log of a negative number is NaN
  //   source  Highway's math library, with the special values set right here; transcendental.cpp
  UnaryKernel exp, log, expm1, log1p;

  // Normal distribution in doubles ("fused").
  //   shape   normal_quantile: u in [0, 1] -> z (0 gives -inf, 1 gives inf, outside NaN); normal_cdf: z -> u
  //   order   lane by lane
  //   error   quantile: 2e-15 * max(1, |z|); cdf: 8 ulp down to z = -37.5 (below: less than 1e-307), nondecreasing to within that
  //   source  Wichura 1988, AS 241 (PPND16); own fit of the Mills ratio, tools/normal_tables.py
  UnaryKernel normal_quantile, normal_cdf;

  // Choice by a truth value: out = m ? a : b.
  //   shape   m truth, a, b -> out; order  lane by lane; error  none
  MaskedKernels select;

  // fill: out = a; copy: out = a.   error  none
  void (*fill)(double a, double* out, size_t n);
  UnaryKernel copy;

  // ---------------------------------------------------------------------------------------------------------- superinstructions
  // Several operations in one pass, rounding exactly as the separate operations in the written order would.
  //   shape   as the letters say; a shape that rounds as another would is left out (null): see the list
  //   order   lane by lane; error  one rounding per written operation; source  the composition of the kernels above
  TernaryKernels mul_add;      // (a*b) + c      ccc cck ckc ckk       (a*k - k2 is ckk with -k2)
  TernaryKernels mul_sub;      // (a*b) - c      ccc ckc
  TernaryKernels neg_mul_add;  // c - (a*b)  ccc cck ckc ckk
  TernaryKernels add3;         // (a+b) + c      ccc cck ckc
  TernaryKernels add_sub;      // (a+b) - c      ccc ckc
  TernaryKernels sub_add;      // (a-b) + c      ccc cck kcc
  TernaryKernels sub_sub;      // (a-b) - c      ccc cck kcc
  TernaryKernels sub_of_sum;   // c - (a+b)   ccc ckc
  TernaryKernels add_mul;      // (a+b) * c      ccc cck ckc ckk
  TernaryKernels sub_mul;      // (a-b) * c      ccc cck kcc kck
  TernaryKernels mul3;         // (a*b) * c      ccc cck ckc ckk
  TernaryKernels mul_div;      // (a*b) / c      ccc ckc cck
  TernaryKernels div_mul;      // (a/b) * c      ccc cck kcc
  TernaryKernels div_add;      // (a/b) + c      ccc cck
  TernaryKernels clip;         // min(max(a, b), c)   ccc cck ckc ckk
  TernaryKernels max_sub;      // max(a-b, c)    ccc cck ckk kck      min and max as above
  TernaryKernels min_sub;      // min(a-b, c)    ccc cck
  TernaryKernels mul_add_lt;   // (a*b)+c < 0    ccc ckc            -> truth
  TernaryKernels and3;         // a & b & c      ccc                   truth values
  TernaryKernels or3;          // a | b | c      ccc
  BinaryKernels and_not;       // a & !b         cc
  // m & (a < b) and so on: the mask first.    cc ck kc   (kk null)
  MaskedKernels mask_lt, mask_le, mask_eq, mask_ne;
  // Sum of a masked term: add_if: a + (m ? b : +0).   cc ck    (so -0 + nothing is +0)
  MaskedKernels add_if;

  // Two choices by one mask: out1 = m ? a1 : b1, out2 = m ? a2 : b2. The scalar form takes numbers for a1 and a2.
  //   shape   m truth; order  lane by lane, both outputs may replace their own b; error  none
  void (*select2)(const double* m, const double* a1, const double* b1, double* out1, const double* a2, const double* b2, double* out2,
                  size_t n);
  void (*select2_k)(const double* m, double a1, const double* b1, double* out1, double a2, const double* b2, double* out2, size_t n);

  // net = a - b, total = total + net (and total2 = total2 + net).
  //   shape   a, b -> net; totals in place, apart from the others; order  lane by lane; error  two roundings
  void (*sub_accumulate)(const double* a, const double* b, double* net, double* total, size_t n);
  void (*sub_accumulate2)(const double* a, const double* b, double* net, double* total, double* total2, size_t n);
  // total = total + a*b, product kept: product = a*b, total = total + product.
  void (*mul_accumulate)(const double* a, const double* b, double* product, double* total, size_t n);

  // A gate: gate = gate & (k <= a), then a = a * gate (what falls below k goes to zero and stays there while the gate is shut).
  //   shape   gate truth, a: both in place; order  lane by lane; error  none (inf * 0 is NaN)
  void (*gate_ge)(double* gate, double* a, double k, size_t n);

  // m ? a op b : k, one pass.
  //   shape   m truth, a, b -> out, which may replace any of them; order  lane by lane; error  one rounding
  MaskedPairKernel add_select, sub_select, mul_select;
  // m & (a against ka) & (b against kb), [first comparison][second], each as Against says.
  MaskTwoKernel mask_two[kAgainst][kAgainst];
  // total + (a against k).
  AddCountKernel add_count[kAgainst];
  // m & (a < b * k).
  void (*mask_lt_scaled)(const double* m, const double* a, const double* b, double k, double* out, size_t n);
  // m & (above < b) & (a < b * k): cash that lasts less than k months at the burn b.
  void (*mask_between)(const double* m, double above, const double* a, const double* b, double k, double* out, size_t n);
  // ((a + b) + c) * k.
  void (*add3_scaled)(const double* a, const double* b, const double* c, double k, double* out, size_t n);
  // Two results: each may replace any operand, the two apart.
  //   scaled = a * k, grown = (scaled + plus) * c
  void (*scale_then_grow)(const double* a, double k, double plus, const double* c, double* scaled, double* grown, size_t n);
  //   sum = a + b, out = min(sum, least), the min above
  void (*add_then_min)(const double* a, const double* b, const double* least, double* sum, double* out, size_t n);
  //   product = a * b, out = m ? c - product : k
  void (*mul_then_sub_select)(const double* a, const double* b, const double* m, const double* c, double k, double* product, double* out,
                              size_t n);

  // Sum of columns: out = ((c0 + c1) + c2) + ...
  //   shape   count >= 1 columns -> out; order  ascending; error  one rounding per addition
  void (*sum_columns)(const double* const* columns, size_t count, double* out, size_t n);

  // Weighted sum: out = w0*c0, then out = out + wj*cj for j = 1, 2, ...; weighted_rows does so for many rows of weights at once.
  //   shape   weights[count] or weights[rows][count], row after row; columns[count] -> out or out[rows], apart from the columns
  //   order   ascending j; error  two roundings per term; any count (64 columns stay in the first cache)
  void (*weighted_sum)(const double* weights, const double* const* columns, size_t count, double* out, size_t n);
  void (*weighted_rows)(const double* weights, size_t rows, size_t count, const double* const* columns, double* const* out, size_t n);

  // ------------------------------------------------------------------------------------------------------------ rare lanes
  // Lanes whose truth value is set, ascending; count is returned. idx is padded like a column with copies of idx[0] (0 if none).
  //   shape   mask truth -> idx; order  ascending; error  none
  size_t (*active_list)(const double* mask, size_t n, int32_t* idx);
  // gather: dst[k] = src[idx[k]]; may read idx up to the padding of count, each entry a lane of src. scatter: dst[idx[k]] = src[k]
  // for k < count exactly, idx without repeats.   apart
  void (*gather)(const double* src, const int32_t* idx, size_t count, double* dst);
  void (*scatter)(const double* src, const int32_t* idx, size_t count, double* dst);
  // pick: out[i] = rows[r][lanes ? lanes[i] : i], r = which[i] cut to an integer and clamped to 0 .. count-1 (NaN: 0). For the k-th
  // draw of a path, k differing between paths.   apart
  void (*pick)(const double* const* rows, size_t count, const double* which, const int32_t* lanes, double* out, size_t n);

  // ------------------------------------------------------------------------------------------------------------ across lanes
  // Power sums about a fixed shift: sum += (x - shift), sumsq += (x - shift)^2; with _where only lanes whose mask is set.
  //   shape   column -> eight partial sums; exactly n lanes; the call's first lane is lane 0, so cut a column at multiples of 8 only
  //   order   ascending i within i % 8: the same bits for any such cut; fold() adds the eight in a fixed tree
  //   error   as n/8 additions one after another
  void (*accumulate_moments)(const double* column, size_t n, double shift, Lanes8& sum, Lanes8& sumsq);
  void (*accumulate_moments_where)(const double* column, const double* mask, size_t n, double shift, Lanes8& sum, Lanes8& sumsq);
  // products += (a - shift_a) * (b - shift_b): for covariances.
  void (*accumulate_products)(const double* a, const double* b, size_t n, double shift_a, double shift_b, Lanes8& products);
  // Lanes with a nonzero value (NaN counts).
  size_t (*count_nonzero)(const double* column, size_t n);
  // accumulate_moments and widen_range in one pass, for columns without NaN; with one, the range is unspecified and the sums are NaN.
  void (*accumulate_all)(const double* column, size_t n, double shift, Lanes8& sum, Lanes8& sumsq, double& lo, double& hi);
  // Least and greatest: lo = min(lo, column), hi = max(hi, column); NaN lanes are passed over; of zeros either sign may come.
  void (*widen_range)(const double* column, size_t n, double& lo, double& hi);

  // Counts per bin (binning.h): counts[bin_of(x)] += 1 for each lane; NaN lanes are not counted in a bin but returned as a number.
  //   shape   exactly n lanes; counts[2 * half + 1]
  //   order   none: integers
  //   error   none; equals bin_of on each lane
  size_t (*histogram)(const double* column, size_t n, const Binning& binning, uint32_t* counts);
  // The same over lanes whose mask is set.
  size_t (*histogram_where)(const double* column, const double* mask, size_t n, const Binning& binning, uint32_t* counts);
  // histogram and accumulate_all in one pass; missing and infinite lanes as with each of them, and not returned.
  void (*histogram_all)(const double* column, size_t n, const Binning& binning, uint32_t* counts, double shift, Lanes8& sum, Lanes8& sumsq,
                        double& lo, double& hi);
  // Counts of whole numbers: counts[x cut to an integer] += 1; below 0 counts as 0; bins-1 and more, infinity and NaN in the last.
  void (*count_months)(const double* column, size_t n, size_t bins, uint32_t* counts);

  // ------------------------------------------------------------------------------------------------------------ luck
  // Four Philox4x32-10 words per path (random.h says how seed, stream, path and index enter): out[j][i], j = 0..3, path of lane i =
  // first_path + i * stride. out[j] may be null where a word is not wanted (but costs nothing less).
  //   shape   -> uint32 columns, aligned and padded like columns; order  lane by lane; error  none
  //   source  Salmon, Moraes, Dror, Shaw 2011
  void (*philox_words)(uint64_t seed, uint64_t stream, uint64_t first_path, uint64_t stride, uint32_t index, uint32_t* const out[4],
                       size_t n);
  // One word of the four for listed lanes: path = first_path + stride * (lanes ? lanes[i] : i), index = index + (indices ? indices[i]
  // cut to an integer, modulo 2^32 : 0). lanes padded as by active_list.
  void (*philox_word_at)(uint64_t seed, uint64_t stream, uint64_t first_path, uint64_t stride, const int32_t* lanes, uint32_t index,
                         const double* indices, int word, uint32_t* out, size_t n);
  // Points first_point, first_point + 1, ... of one dimension of an Owen-scrambled Sobol sequence (random.h).
  //   shape   -> uint32 column; order  natural (not Gray) index; error  none: each 2^k aligned points fill 2^k equal strata
  //   source  Sobol 1967, Joe and Kuo 2008; Laine and Karras 2011, Burley 2020 for the scramble
  void (*sobol_words)(uint32_t dimension, uint32_t first_point, uint64_t key, uint32_t* out, size_t n);

  // Standard normals from words; w stands for u = (w + 1/2) / 2^32, so |z| <= 6.34.
  //   shape   word -> z, increasing with w to within the error
  //   order   lane by lane
  //   error   normals: 2e-7 * max(1, |z|), a float held in a double ("fused"); normals_fine: 2e-15 * max(1, |z|) ("fused")
  //   source  one polynomial per octave of u, tools/normal_tables.py; AS 241
  void (*normals)(const uint32_t* words, double* z, size_t n);
  void (*normals_fine)(const uint32_t* words, double* z, size_t n);
  // normals, then z * factor + plus in doubles, rounded twice as mul_add does.
  void (*normals_scaled)(const uint32_t* words, double factor, double plus, double* out, size_t n);
  // … and times a column, which `out` may replace.
  void (*normals_scaled_times)(const uint32_t* words, double factor, double plus, const double* column, double* out, size_t n);
  // u = (w + 1/2) / 2^32, exactly.
  void (*uniforms)(const uint32_t* words, double* u, size_t n);

  // Tables of quantiles (quantile.h): coefficients[4 * intervals] of cubics over z in [low, low + intervals / inverse_step], z clamped
  // into it: ((c3*t + c2)*t + c1)*t + c0 with t in [0, 1) the place within the interval.   NaN in, NaN out
  //   shape   z -> x; order  lane by lane; error  of the table; six roundings
  void (*cubic_table)(const double* z, double low, double inverse_step, size_t intervals, const double* coefficients, double* x, size_t n);
  // Steps: x = values[number of thresholds < z]; thresholds ascending, count + 1 = a power of two (pad with infinity), count + 1 values.
  void (*step_table)(const double* z, const double* thresholds, size_t count, const double* values, double* x, size_t n);
};

// The kernels of the chosen target, chosen at the first call as the best that this processor can run.
const Kernels& kernels();

// Takes "avx512", "avx2" or "portable"; false, and nothing changed, if the processor or the build lacks it. For tests; not while others
// run.
bool set_target(std::string_view name);
std::string_view target_name();

// "fma" or "no-fma": targets of one group give the same bytes from every kernel; kernels not marked "fused" do so across groups.
std::string_view bit_group();

// The eight partial sums in a fixed tree: ((0+4) + (2+6)) + ((1+5) + (3+7)).
double fold(const Lanes8& lanes);

}  // namespace warchest::kernels
