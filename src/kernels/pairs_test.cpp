// Two operations in one pass against the same two one after the other, lane by lane: equal in every bit, also in place.
#include <gtest/gtest.h>

#include "kernels/kernels.h"
#include "kernels/one_lane.h"
#include "kernels/test_columns.h"

namespace warchest::kernels {
namespace {

bool against(size_t which, double a, double k) {
  switch (static_cast<Against>(which)) {
    case Against::below:
      return a < k;
    case Against::above:
      return k < a;
    case Against::at_most:
      return a <= k;
    case Against::at_least:
      return k <= a;
    case Against::exactly:
      return a == k;
  }
  return false;
}

constexpr size_t kSizes[] = {0, 1, 15, 16, 40, 512, 3000};

TEST(Pairs, choices_of_sums_differences_and_products) {
  on_every_target([](std::string_view target) {
    SCOPED_TRACE(target);
    for (const size_t n : kSizes) {
      const Doubles m(truth_values(n, 1)), a(mixed_values(n, 2)), b(mixed_values(n, 3));
      Doubles sum(n), difference(mixed_values(n, 3)), product(mixed_values(n, 2));  // two of them in place
      kernels().add_select(m.data(), a.data(), b.data(), -0.0, sum.data(), n);
      kernels().sub_select(m.data(), a.data(), difference.data(), 7, difference.data(), n);
      kernels().mul_select(m.data(), product.data(), b.data(), 0, product.data(), n);
      for (size_t i = 0; i < n; ++i) {
        ASSERT_PRED2(same_bits, sum[i], m[i] != 0 ? a[i] + b[i] : -0.0);
        ASSERT_PRED2(same_bits, difference[i], m[i] != 0 ? a[i] - b[i] : 7);
        ASSERT_PRED2(same_bits, product[i], m[i] != 0 ? a[i] * b[i] : 0);
      }
      ASSERT_TRUE(sum.intact() && difference.intact() && product.intact());
    }
  });
}

TEST(Pairs, masks_and_counts_by_every_comparison) {
  on_every_target([](std::string_view target) {
    SCOPED_TRACE(target);
    const size_t n = 700;
    const Doubles m(truth_values(n, 1, 0.8)), a(mixed_values(n, 2)), b(mixed_values(n, 3)), c(mixed_values(n, 4));
    Doubles got(n);
    for (size_t first = 0; first < kAgainst; ++first) {
      kernels().add_count[first](c.data(), a.data(), 2, got.data(), n);
      for (size_t i = 0; i < n; ++i) ASSERT_PRED2(same_bits, got[i], c[i] + (against(first, a[i], 2) ? 1.0 : 0.0)) << first;
      for (size_t second = 0; second < kAgainst; ++second) {
        kernels().mask_two[first][second](m.data(), a.data(), 1, b.data(), -1, got.data(), n);
        for (size_t i = 0; i < n; ++i) {
          const bool set = m[i] != 0 && against(first, a[i], 1) && against(second, b[i], -1);
          ASSERT_PRED2(same_bits, got[i], set ? 1.0 : 0.0) << first << " " << second << ": " << a[i] << " " << b[i];
        }
      }
    }
    kernels().mask_lt_scaled(m.data(), a.data(), b.data(), 1.0 / 3, got.data(), n);
    for (size_t i = 0; i < n; ++i) ASSERT_PRED2(same_bits, got[i], m[i] != 0 && a[i] < b[i] * (1.0 / 3) ? 1.0 : 0.0);
    kernels().mask_between(m.data(), 0.5, a.data(), b.data(), 1.0 / 3, got.data(), n);
    for (size_t i = 0; i < n; ++i) ASSERT_PRED2(same_bits, got[i], m[i] != 0 && 0.5 < b[i] && a[i] < b[i] * (1.0 / 3) ? 1.0 : 0.0);
  });
}

TEST(Pairs, what_is_made_and_what_is_made_of_it) {
  on_every_target([](std::string_view target) {
    SCOPED_TRACE(target);
    for (const size_t n : kSizes) {
      const std::vector<double> a0 = mixed_values(n, 2), b0 = mixed_values(n, 3), c0 = mixed_values(n, 4);
      const Doubles a(a0), b(b0), c(c0), m(truth_values(n, 5));
      Doubles mean(n), scaled(a0), grown(c0), total(a0), least(c0), product(a0), margin(n);
      kernels().add3_scaled(a.data(), b.data(), c.data(), -1.0 / 3, mean.data(), n);
      kernels().scale_then_grow(scaled.data(), 0.98, 1, grown.data(), scaled.data(), grown.data(), n);
      kernels().add_then_min(total.data(), b.data(), least.data(), total.data(), least.data(), n);
      kernels().mul_then_sub_select(product.data(), b.data(), m.data(), c.data(), 5, product.data(), margin.data(), n);
      for (size_t i = 0; i < n; ++i) {
        ASSERT_PRED2(same_bits, mean[i], ((a[i] + b[i]) + c[i]) * (-1.0 / 3));
        ASSERT_PRED2(same_bits, scaled[i], a[i] * 0.98);
        ASSERT_PRED2(same_bits, grown[i], (a[i] * 0.98 + 1) * c[i]);
        ASSERT_PRED2(same_bits, total[i], a[i] + b[i]);
        ASSERT_PRED2(same_bits, least[i], min1(a[i] + b[i], c[i]));
        ASSERT_PRED2(same_bits, product[i], a[i] * b[i]);
        ASSERT_PRED2(same_bits, margin[i], m[i] != 0 ? c[i] - a[i] * b[i] : 5);
      }
      ASSERT_TRUE(mean.intact() && scaled.intact() && grown.intact() && total.intact() && least.intact() && product.intact());
    }
  });
}

TEST(Pairs, normals_scaled_round_as_multiplying_and_adding_do) {
  on_every_target([](std::string_view target) {
    SCOPED_TRACE(target);
    const size_t n = 1000;
    Words words(n);
    std::mt19937_64 random(3);
    for (size_t i = 0; i < n; ++i) words[i] = static_cast<uint32_t>(random());
    Doubles z(n), scaled(n), times(mixed_values(n, 8));
    const Doubles column(mixed_values(n, 8));
    kernels().normals(words.data(), z.data(), n);
    kernels().normals_scaled(words.data(), 0.02, 1.0 / 3, scaled.data(), n);
    kernels().normals_scaled_times(words.data(), 0.02, 1.0 / 3, times.data(), times.data(), n);
    for (size_t i = 0; i < n; ++i) {
      ASSERT_PRED2(same_bits, scaled[i], z[i] * 0.02 + 1.0 / 3);
      ASSERT_PRED2(same_bits, times[i], (z[i] * 0.02 + 1.0 / 3) * column[i]);
    }
  });
}

}  // namespace
}  // namespace warchest::kernels
