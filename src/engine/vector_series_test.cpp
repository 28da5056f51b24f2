// Period tables on columns, as separate kernels and as a pass, against what program/series.h gives for one path: the same bits, wherever
// the columns stand.
#include "engine/vector_series.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "kernels/far_columns.h"

namespace warchest::engine {
namespace {

constexpr std::size_t kLanes = 37;

bool same_bits(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) || (a != a && b != b); }

struct Table {
  explicit Table(std::uint64_t seed) : random(seed) {
    const std::size_t periods = 1 + random() % 8;
    std::int32_t month = static_cast<std::int32_t>(random() % 7) - 3;
    for (std::size_t p = 0; p < periods; ++p) {
      const auto length = static_cast<std::int32_t>(1 + random() % 14);
      table.periods.push_back({month, month + length - 1, {}});
      month += length;
    }
    table.keep_positive = random() % 2 == 0;
    first = table.periods.front().first - 2 + static_cast<std::int32_t>(random() % 5);
    last = std::max(first, month - 3 + static_cast<std::int32_t>(random() % 6));
    shape = program::period_shape(table);
    std::uniform_real_distribution<double> unit(0, 1);
    for (std::size_t p = 0; p < periods; ++p) {
      std::vector<double> lanes(kLanes);
      const bool number = random() % 4 == 0;
      for (double& x : lanes) x = number && &x != lanes.data() ? lanes[0] : std::exp(8 * unit(random)) * (random() % 10 == 0 ? -1 : 1);
      if (!number && random() % 5 == 0) lanes[random() % kLanes] = std::numeric_limits<double>::quiet_NaN();
      if (!number && random() % 5 == 0) lanes[random() % kLanes] = 0;
      totals.push_back(lanes);
      is_number.push_back(number);
    }
  }
  std::size_t rows() const { return static_cast<std::size_t>(last - first + 1); }

  std::mt19937_64 random;
  program::PeriodTable table;
  program::PeriodShape shape;
  std::int32_t first = 0, last = 0;
  std::vector<std::vector<double>> totals;
  std::vector<bool> is_number;
};

// Fills the totals into columns of `take` and runs twice (a pass is used for many blocks); the rows must hold what one path has.
template <class Take>
void check(Table& t, Take take, bool as_pass) {
  Columns own(kLanes);
  std::vector<ColumnOrNumber> totals;
  std::vector<double*> of_totals, out;
  for (std::size_t p = 0; p < t.totals.size(); ++p) {
    of_totals.push_back(take());
    totals.push_back(t.is_number[p] ? ColumnOrNumber{nullptr, t.totals[p][0]} : ColumnOrNumber{of_totals.back(), 0});
  }
  for (std::size_t i = 0; i < t.rows(); ++i) out.push_back(take());
  std::unique_ptr<PeriodPass> pass;
  if (as_pass) {
    pass = PeriodPass::make(t.shape, totals, t.table.keep_positive, t.first, out, own);
    ASSERT_NE(pass, nullptr);
  }
  SeriesMemory memory;
  for (int turn = 0; turn < 2; ++turn) {
    for (std::size_t p = 0; p < t.totals.size(); ++p) {
      if (turn == 1 && !t.is_number[p]) std::rotate(t.totals[p].begin(), t.totals[p].begin() + 5, t.totals[p].end());
      std::copy(t.totals[p].begin(), t.totals[p].end(), of_totals[p]);
    }
    if (as_pass) {
      pass->run(kLanes);
    } else {
      period_columns(t.shape, totals, t.table.keep_positive, t.first, out, memory, own, kLanes);
    }
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      std::vector<double> of_path;
      for (const auto& total : t.totals) of_path.push_back(total[lane]);
      const std::vector<double> truth = program::period_months(t.shape, of_path, t.table.keep_positive, t.first, t.last);
      for (std::size_t i = 0; i < t.rows(); ++i) {
        ASSERT_TRUE(same_bits(truth[i], out[i][lane]))
            << "turn " << turn << " lane " << lane << " row " << i << ": " << out[i][lane] << " for " << truth[i];
      }
    }
  }
}

TEST(PeriodTables, AreOnColumnsWhatTheyAreOnOnePath) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(seed);
    Table table(seed);
    Columns columns(kLanes);
    check(
        table, [&] { return columns.take(1); }, false);
  }
}

TEST(PeriodTables, AreAsAPassWhatTheyAreOnOnePath) {
  if (!kernels::compiles_passes()) GTEST_SKIP() << "this processor or system has no passes";
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(seed);
    Table table(seed);
    Columns columns(kLanes);
    check(
        table, [&] { return columns.take(1); }, true);
  }
}

TEST(PeriodTables, MayHaveColumnsFarApartAsAPass) {
  if (!kernels::compiles_passes()) GTEST_SKIP() << "this processor or system has no passes";
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    Table table(seed);
    kernels::FarColumns far;
    if (!far.has_room()) GTEST_SKIP() << "no room for addresses";
    check(
        table, [&] { return far.take(kernels::padded(kLanes)); }, true);
  }
}

TEST(PeriodTables, AreNoPassWhereTheSystemRefuses) {
  Table table(1);
  Columns columns(kLanes);
  std::vector<ColumnOrNumber> totals;
  std::vector<double*> out;
  for (const auto& total : table.totals) totals.push_back({nullptr, total[0]});
  for (std::size_t i = 0; i < table.rows(); ++i) out.push_back(columns.take(1));
  kernels::limit_passes(0);
  EXPECT_EQ(PeriodPass::make(table.shape, totals, false, table.first, out, columns), nullptr);
  kernels::limit_passes(-1);
}

}  // namespace
}  // namespace warchest::engine
