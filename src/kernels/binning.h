// Bins for streaming histograms: wide enough for any sum of money, fine enough for a quantile, with nothing to tune but a scale.
//
// Zero has a bin of its own. To either side bins are equally wide up to about `scale`, and beyond it each doubling is cut into
// 2^bits bins, so the width is about scale / 2^bits near zero and |x| / 2^bits far out. The bin is read off the leading bits of
// |x| + scale held as a double, whose bit pattern grows with its value: no logarithm. The ends catch what lies outside.
//   bin  half            x == 0
//   bin  half + 1 + k    x > 0, k = ((pattern(|x| + scale) - pattern(scale)) >> (52 - bits)), k < half
//   bin  half - 1 - k    x < 0
#pragma once

#include <cstdint>

namespace warchest::kernels {

struct Binning {
  double scale = 1;  // positive and finite; below it bins are linear
  int bits = 7;      // bins per doubling = 2^bits; 0 .. 20
  int half = 2047;   // bins on each side of zero; 1 .. 2^24
  int bins() const { return 2 * half + 1; }
  friend bool operator==(const Binning&, const Binning&) = default;
};

// Bin of a value.
//   shape   x -> 0 .. bins()-1; NaN -> -1
//   unit    that of scale
//   order   nondecreasing in x
//   error   none: the vector kernel counts exactly so
//   source  above
int bin_of(double x, const Binning& binning);

// Edges of a bin: x in it satisfies low <= |x| < high on its side (on the negative side bin_low is the more negative end); both are
// 0 for the bin of zero; the outermost bins reach to infinity, and say so.
//   shape   bin -> x; unit  that of scale; order  increasing; error  edge off by at most one rounding of |x| + scale; source  above
double bin_low(int bin, const Binning& binning);
double bin_high(int bin, const Binning& binning);

}  // namespace warchest::kernels
