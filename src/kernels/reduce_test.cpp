// Sums across lanes: the same bits however a column is cut and on every processor, and what they should be.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "kernels/kernels.h"
#include "kernels/test_columns.h"

namespace warchest::kernels {
namespace {

bool same(const Lanes8& a, const Lanes8& b) {
  for (size_t i = 0; i < 8; ++i)
    if (!same_bits(a.v[i], b.v[i])) return false;
  return true;
}
std::vector<double> money(size_t n, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal(1e9, 3e8);
  std::vector<double> values(n);
  for (double& v : values) v = normal(random);
  return values;
}

struct Sums {
  Lanes8 one, two, masked_one, masked_two, products;
};
void add(Sums& s, const double* a, const double* b, const double* mask, size_t n) {
  kernels().accumulate_moments(a, n, 1e9, s.one, s.two);
  kernels().accumulate_moments_where(a, mask, n, 1e9, s.masked_one, s.masked_two);
  kernels().accumulate_products(a, b, n, 1e9, 9e8, s.products);
}
void expect_same(const Sums& x, const Sums& y) {
  EXPECT_TRUE(same(x.one, y.one));
  EXPECT_TRUE(same(x.two, y.two));
  EXPECT_TRUE(same(x.masked_one, y.masked_one));
  EXPECT_TRUE(same(x.masked_two, y.masked_two));
  EXPECT_TRUE(same(x.products, y.products));
}

TEST(Reduce, sums_are_those_of_eight_plain_counters_on_every_target_and_length) {
  on_every_target([](std::string_view target) {
    SCOPED_TRACE(target);
    for (size_t n = 0; n <= 42; ++n) {
      const size_t length = n == 41 ? 256 : n == 42 ? 1001 : n;
      const Doubles a(money(length, 1)), b(money(length, 2)), mask(truth_values(length, 3));
      Sums got, want;
      add(got, a.data(), b.data(), mask.data(), length);
      for (size_t i = 0; i < length; ++i) {
        const double x = a[i] - 1e9, y = b[i] - 9e8;
        want.one.v[i % 8] += x;
        want.two.v[i % 8] += x * x;
        want.masked_one.v[i % 8] += mask[i] != 0 ? x : 0;
        want.masked_two.v[i % 8] += mask[i] != 0 ? x * x : 0;
        want.products.v[i % 8] += x * y;
      }
      expect_same(got, want);
    }
  });
}

RC_GTEST_PROP(Reduce, any_cut_at_multiples_of_eight_gives_the_same_bits, ()) {
  const size_t n = *rc::gen::inRange<size_t>(0, 2000);
  const Doubles a(money(n, 4)), b(money(n, 5)), mask(truth_values(n, 6));
  Sums whole, parts;
  add(whole, a.data(), b.data(), mask.data(), n);
  for (size_t from = 0; from < n;) {
    const size_t step = 8 * *rc::gen::inRange<size_t>(1, 60), length = std::min(step, n - from);
    add(parts, a.data() + from, b.data() + from, mask.data() + from, length);
    from += length;
  }
  RC_ASSERT(same(whole.one, parts.one) && same(whole.two, parts.two) && same(whole.products, parts.products));
  RC_ASSERT(same(whole.masked_one, parts.masked_one) && same(whole.masked_two, parts.masked_two));
}

TEST(Reduce, fold_is_the_stated_tree) {
  const Lanes8 lanes{{1e16, 1, -1e16, 3, 1, 5, 1, 7}};
  EXPECT_EQ(fold(lanes), ((1e16 + 1) + (-1e16 + 1)) + ((1.0 + 5) + (3.0 + 7)));
}

TEST(Reduce, range_passes_over_missing_values) {
  on_every_target([](std::string_view target) {
    SCOPED_TRACE(target);
    for (size_t n = 0; n <= 40; ++n) {
      Doubles a(mixed_values(n, n));
      for (size_t i = n; i < padded(n); ++i) a[i] = 1e308;  // the padding must not count
      double lo = kInfinity, hi = -kInfinity, want_lo = lo, want_hi = hi;
      kernels().widen_range(a.data(), n, lo, hi);
      for (size_t i = 0; i < n; ++i) {
        if (std::isnan(a[i])) continue;
        want_lo = std::min(want_lo, a[i]);
        want_hi = std::max(want_hi, a[i]);
      }
      EXPECT_EQ(lo, want_lo) << n;
      EXPECT_EQ(hi, want_hi) << n;
      double low = -kInfinity, high = kInfinity;  // what is there already stays
      kernels().widen_range(a.data(), n, low, high);
      EXPECT_EQ(low, -kInfinity);
      EXPECT_EQ(high, kInfinity);
    }
  });
}

}  // namespace
}  // namespace warchest::kernels
