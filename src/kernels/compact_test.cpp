// Rare lanes: listing, fetching, putting back.
#include <gtest/gtest.h>

#include "kernels/kernels.h"
#include "kernels/test_columns.h"

namespace warchest::kernels {
namespace {

TEST(Compact, lists_the_set_lanes_and_moves_them_there_and_back) {
  on_every_target([](std::string_view target) {
    SCOPED_TRACE(target);
    for (const double share : {0.0, 0.02, 0.5, 1.0})
      for (size_t n = 0; n <= 41; ++n) {
        const size_t length = n == 41 ? 256 : n;
        Doubles mask(truth_values(length, n, share));
        for (size_t i = length; i < padded(length); ++i) mask[i] = 1;  // the padding must not count
        const Doubles source(mixed_values(length, 3));
        Lanes idx(length);
        const size_t count = kernels().active_list(mask.data(), length, idx.data());
        ASSERT_EQ(count, kernels().count_nonzero(mask.data(), length));
        std::vector<int32_t> want;
        for (size_t i = 0; i < length; ++i)
          if (mask[i] != 0) want.push_back(static_cast<int32_t>(i));
        ASSERT_EQ(count, want.size());
        for (size_t k = 0; k < count; ++k) ASSERT_EQ(idx[k], want[k]);
        for (size_t k = count; k < padded(count); ++k) ASSERT_EQ(idx[k], count == 0 ? 0 : want[0]);
        ASSERT_TRUE(idx.intact());

        Doubles dense(length);
        kernels().gather(source.data(), idx.data(), count, dense.data());
        for (size_t k = 0; k < count; ++k) ASSERT_PRED2(same_bits, dense[k], source[static_cast<size_t>(idx[k])]);
        ASSERT_TRUE(dense.intact());
        Doubles target_column(length, -7.0);
        kernels().scatter(dense.data(), idx.data(), count, target_column.data());
        for (size_t i = 0; i < length; ++i) ASSERT_PRED2(same_bits, target_column[i], mask[i] != 0 ? source[i] : -7.0);
      }
  });
}

TEST(Compact, pick_takes_each_lane_from_its_own_row) {
  on_every_target([](std::string_view) {
    const size_t n = 50;
    std::vector<Doubles> rows;
    std::vector<const double*> pointers;
    for (size_t r = 0; r < 4; ++r) rows.emplace_back(mixed_values(n, r));
    for (const Doubles& row : rows) pointers.push_back(row.data());
    const std::vector<double> wanted = {0, 1, 2, 3, 4, 1e30, -1, kNan, 2.9, kInfinity};
    const std::vector<size_t> expected = {0, 1, 2, 3, 3, 3, 0, 0, 2, 3};
    const Doubles which(wanted);
    std::vector<int32_t> listed;
    for (size_t i = 0; i < wanted.size(); ++i) listed.push_back(static_cast<int32_t>(5 * i));
    const Lanes lanes(listed);
    Doubles out(wanted.size()), own(wanted.size());
    kernels().pick(pointers.data(), 4, which.data(), lanes.data(), out.data(), wanted.size());
    kernels().pick(pointers.data(), 4, which.data(), nullptr, own.data(), wanted.size());
    for (size_t i = 0; i < wanted.size(); ++i) {
      EXPECT_PRED2(same_bits, out[i], rows[expected[i]][5 * i]);
      EXPECT_PRED2(same_bits, own[i], rows[expected[i]][i]);
    }
  });
}

}  // namespace
}  // namespace warchest::kernels
