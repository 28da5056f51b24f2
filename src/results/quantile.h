// Order statistics from what a run keeps: values, counts by month, counts by bin. Nearest rank throughout.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/binning.h"

namespace warchest::results {

// The k of the k-th smallest: ceil(q * n), within 1 … n. A product that is a whole number but for rounding is taken as one.
std::uint64_t nearest_rank(double q, std::uint64_t n);

// The wanted ranks of the values of all pieces together; NaN values are no answers.
//   shape   values, ranks -> one number a rank (NaN where there are no values); order  none; error  none
std::vector<double> quantiles_of_values(std::span<const std::span<const double>> pieces, std::span<const double> ranks);

// Of counts by month, the endless after the last.   error  none
double quantile_of_months(std::span<const std::uint64_t> by_month, std::uint64_t endless, double q);

// Of counts by bin, between `bottomless` before the first and `endless` after the last. Least and greatest finite value are given.
//   error   linear within the bin; the width of a bin at most
template <class Count>
struct Binned {
  std::span<const Count> bins;
  kernels::Binning binning;
  std::uint64_t bottomless = 0, finite = 0, endless = 0;
  double min = 0, max = 0;
  std::size_t from = 0;  // bins before this one are known to be empty

  double quantile(double q) const;
  // Whether the quantile lies in an outermost bin, where nothing but min or max is known of it.
  bool at_the_end(double q) const;

 private:
  struct Found {
    int bin = -1;              // -1: below all, bins.size(): above all
    std::uint64_t within = 0;  // its rank within the bin, from 1
  };
  Found find(double q) const;
};
extern template struct Binned<std::uint32_t>;
extern template struct Binned<std::uint64_t>;

}  // namespace warchest::results
