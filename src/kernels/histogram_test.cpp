// Histograms: counted exactly as one value at a time, in bins that order, cover and resolve.
#include <gtest/gtest.h>

#include "kernels/binning.h"
#include "kernels/kernels.h"
#include "kernels/test_columns.h"

namespace warchest::kernels {
namespace {

const Binning kBinnings[] = {{1, 7, 2047}, {1e6, 7, 2047}, {1e-3, 9, 500}, {1e6, 4, 3}, {0.5, 0, 1}, {1, 20, 1 << 18}, {1e300, 7, 100000}};

std::vector<double> values_around(const Binning& binning, size_t n, uint64_t seed) {
  std::vector<double> values = mixed_values(n, seed);
  for (size_t i = 0; i < n; i += 3) values[i] *= binning.scale;
  for (size_t i = 1; i < n; i += 4) values[i] = 0;
  return values;
}

TEST(Histogram, counts_as_bin_of_does) {
  on_every_target([](std::string_view target) {
    for (const Binning& binning : kBinnings)
      for (const size_t n : {0, 1, 2, 3, 7, 8, 9, 31, 40, 255, 256, 257, 1000}) {
        const Doubles column(values_around(binning, n, n + 1)), mask(truth_values(n, 8));
        std::vector<uint32_t> got(static_cast<size_t>(binning.bins()), 5), want(got), got_where(got), want_where(got);
        const size_t missing = kernels().histogram(column.data(), n, binning, got.data());
        const size_t missing_where = kernels().histogram_where(column.data(), mask.data(), n, binning, got_where.data());
        size_t nans = 0, nans_where = 0;
        for (size_t i = 0; i < n; ++i) {
          const int bin = bin_of(column[i], binning);
          if (bin < 0) {
            ++nans;
            nans_where += mask[i] != 0 ? 1 : 0;
            continue;
          }
          ++want[static_cast<size_t>(bin)];
          want_where[static_cast<size_t>(bin)] += mask[i] != 0 ? 1 : 0;
        }
        ASSERT_EQ(got, want) << target << " scale " << binning.scale << " n " << n;
        ASSERT_EQ(got_where, want_where) << target << " scale " << binning.scale << " n " << n;
        ASSERT_EQ(missing, nans) << target;
        ASSERT_EQ(missing_where, nans_where) << target;
      }
  });
}

TEST(Histogram, counts_and_sums_in_one_pass_are_those_of_two) {
  on_every_target([](std::string_view target) {
    for (const Binning& binning : kBinnings)
      for (const size_t n : {0, 1, 7, 8, 9, 40, 512, 1000}) {
        std::vector<double> values = values_around(binning, n, n + 2);
        for (double& x : values) x = std::isnan(x) ? 3 : x;
        const Doubles column(values);
        std::vector<uint32_t> got(static_cast<size_t>(binning.bins()), 5), want(got);
        Lanes8 sum{{1, 2}}, squares{{3}}, sum_want(sum), squares_want(squares);
        double lo = 1, hi = 2, lo_want = 1, hi_want = 2;
        kernels().histogram_all(column.data(), n, binning, got.data(), 0.5, sum, squares, lo, hi);
        kernels().histogram(column.data(), n, binning, want.data());
        kernels().accumulate_all(column.data(), n, 0.5, sum_want, squares_want, lo_want, hi_want);
        ASSERT_EQ(got, want) << target << " scale " << binning.scale << " n " << n;
        for (size_t lane = 0; lane < 8; ++lane) {
          ASSERT_PRED2(same_bits, sum.v[lane], sum_want.v[lane]) << target;
          ASSERT_PRED2(same_bits, squares.v[lane], squares_want.v[lane]) << target;
        }
        ASSERT_EQ(lo, lo_want);
        ASSERT_EQ(hi, hi_want);
      }
  });
}

TEST(Histogram, bins_are_ordered_symmetric_and_hold_what_falls_in_them) {
  for (const Binning& binning : kBinnings) {
    EXPECT_EQ(bin_of(0.0, binning), binning.half);
    EXPECT_EQ(bin_of(-0.0, binning), binning.half);
    EXPECT_EQ(bin_of(kInfinity, binning), bin_of(1.7976931348623157e308, binning));
    EXPECT_EQ(bin_of(kNan, binning), -1);
    EXPECT_EQ(bin_of(5e-324, binning), binning.half + 1);  // zero alone is in its bin
    std::vector<double> values = values_around(binning, 5000, 3);
    std::erase_if(values, [](double x) { return std::isnan(x); });
    std::sort(values.begin(), values.end());
    int before = 0;
    for (const double x : values) {
      const int bin = bin_of(x, binning);
      ASSERT_LE(before, bin);
      before = bin;
      ASSERT_EQ(bin_of(-x, binning), 2 * binning.half - bin);
      ASSERT_LT(bin, binning.bins());
      const double slack = 1e-15 * (std::abs(x) + binning.scale);  // one rounding of |x| + scale
      if (!std::isinf(x)) {
        ASSERT_LE(bin_low(bin, binning), x + slack) << x;
        ASSERT_GE(bin_high(bin, binning), x - slack) << x;
      }
    }
    for (int bin = 1; bin < binning.bins() && bin < 5000; ++bin) ASSERT_EQ(bin_high(bin - 1, binning), bin_low(bin, binning)) << bin;
  }
  const Binning narrow{1e6, 4, 3};
  EXPECT_EQ(bin_low(0, narrow), -kInfinity);
  EXPECT_EQ(bin_high(6, narrow), kInfinity);
}

TEST(Histogram, width_is_a_share_of_the_value_far_out_and_of_the_scale_near_zero) {
  const Binning binning{1e6, 7, 2047};
  for (const double x : {10.0, 1e5, 1e6, 1e7, 1e9}) {
    const int bin = bin_of(x, binning);
    EXPECT_LE(bin_high(bin, binning) - bin_low(bin, binning), (x + 1e6) / 128);
  }
}

TEST(Histogram, months) {
  on_every_target([](std::string_view target) {
    for (size_t n = 0; n <= 300; n += n < 40 ? 1 : 37) {
      const size_t bins = 62;
      std::vector<double> months;
      for (size_t i = 0; i < n; ++i) months.push_back(i % 3 == 0 ? kInfinity : static_cast<double>(i % 70) - 2);
      if (n > 5) months[5] = kNan;
      if (n > 6) months[6] = 60.99;
      if (n > 7) months[7] = -kInfinity;
      const Doubles column(months);
      std::vector<uint32_t> got(bins, 1), want(bins, 1);
      kernels().count_months(column.data(), n, bins, got.data());
      for (const double m : months) ++want[std::isnan(m) || m >= 61 ? 61 : m <= 0 ? 0 : static_cast<size_t>(m)];
      ASSERT_EQ(got, want) << target << " " << n;
    }
  });
}

}  // namespace
}  // namespace warchest::kernels
