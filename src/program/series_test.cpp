// Period tables against an independent dense solve of the same least squares; laws of totals, positivity and gaps; curves by hand.
#include "program/series.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <Eigen/Dense>
#include <cmath>
#include <random>

namespace warchest::program {
namespace {

PeriodTable table_of(std::int32_t first, const std::vector<int>& lengths, bool keep_positive = false) {
  PeriodTable table;
  for (const int length : lengths) {
    table.periods.push_back({first, first + length - 1, {}});
    first += length;
  }
  table.keep_positive = keep_positive;
  return table;
}

// Minimise the squared steps subject to the totals: the whole system of the Lagrangian, solved at once.
std::vector<double> dense(const std::vector<int>& lengths, const std::vector<double>& totals) {
  int months = 0;
  for (const int length : lengths) months += length;
  const int periods = static_cast<int>(lengths.size());
  Eigen::MatrixXd system = Eigen::MatrixXd::Zero(months + periods, months + periods);
  Eigen::VectorXd right = Eigen::VectorXd::Zero(months + periods);
  for (int i = 0; i + 1 < months; ++i) {
    system(i, i) += 2;
    system(i + 1, i + 1) += 2;
    system(i, i + 1) -= 2;
    system(i + 1, i) -= 2;
  }
  int month = 0;
  for (int p = 0; p < periods; ++p) {
    for (int j = 0; j < lengths[static_cast<std::size_t>(p)]; ++j, ++month) system(month, months + p) = system(months + p, month) = 1;
    right(months + p) = totals[static_cast<std::size_t>(p)];
  }
  const Eigen::VectorXd x = system.fullPivLu().solve(right);
  return {x.data(), x.data() + months};
}

struct Case {
  std::vector<int> lengths;
  std::vector<double> totals;
};
Case arbitrary_case() {
  const auto seed = *rc::gen::arbitrary<std::uint32_t>();
  std::mt19937 random(seed);
  Case out;
  const int periods = 1 + static_cast<int>(random() % 8);
  for (int p = 0; p < periods; ++p) {
    out.lengths.push_back(1 + static_cast<int>(random() % 14));
    out.totals.push_back((static_cast<double>(random() % 2000) - 300) / 7);
  }
  return out;
}

RC_GTEST_PROP(PeriodTables, EqualTheDenseSolve, ()) {
  const Case c = arbitrary_case();
  const PeriodShape shape = period_shape(table_of(0, c.lengths));
  const std::vector<double> expected = dense(c.lengths, c.totals);
  const std::vector<double> found = period_months(shape, c.totals, false, 0, static_cast<std::int32_t>(expected.size()) - 1);
  for (std::size_t i = 0; i < expected.size(); ++i) RC_ASSERT(std::fabs(found[i] - expected[i]) < 1e-8 * (1 + std::fabs(expected[i])));
}

RC_GTEST_PROP(PeriodTables, HoldEveryTotal, ()) {
  const Case c = arbitrary_case();
  const bool keep_positive = *rc::gen::arbitrary<bool>();
  const PeriodShape shape = period_shape(table_of(-5, c.lengths, keep_positive));
  std::int32_t month = -5;
  for (std::size_t p = 0; p < c.lengths.size(); ++p) {
    const auto months = period_months(shape, c.totals, keep_positive, month, month + c.lengths[p] - 1);
    double sum = 0;
    for (const double x : months) sum += x;
    RC_ASSERT(std::fabs(sum - c.totals[p]) < 1e-9 * (1 + std::fabs(c.totals[p])));
    month += c.lengths[p];
  }
}

RC_GTEST_PROP(PeriodTables, KeptPositiveStayAboveATenthOfTheirMeanAndMoveNoMoreThanTheyMust, ()) {
  Case c = arbitrary_case();
  for (double& total : c.totals) total = std::fabs(total) + 0.1;
  const PeriodShape shape = period_shape(table_of(0, c.lengths));
  std::int32_t last = -1;
  for (const int length : c.lengths) last += length;
  const auto free = period_months(shape, c.totals, false, 0, last), kept = period_months(shape, c.totals, true, 0, last);
  std::size_t month = 0;
  double least_margin = 1e300;
  bool mixed = false;
  for (std::size_t p = 0; p < c.lengths.size(); ++p) {
    const double mean = c.totals[p] / c.lengths[p];
    for (int j = 0; j < c.lengths[p]; ++j, ++month) {
      RC_ASSERT(kept[month] >= 0.1 * mean * (1 - 1e-9));
      mixed |= kept[month] != free[month];
      if (std::fabs(kept[month] - mean) > 1e-12 * mean) least_margin = std::min(least_margin, kept[month] / mean - 0.1);
    }
  }
  if (mixed) RC_ASSERT(least_margin < 1e-6);  // the largest share of the smooth months that mends it: one month is at its bound
}

TEST(PeriodTables, AConstantRateIsFlat) {
  const auto months = period_months(period_shape(table_of(0, {12, 3, 12})), std::vector<double>{24, 6, 24}, true, 0, 26);
  for (const double x : months) EXPECT_NEAR(x, 2, 1e-12);
}

TEST(PeriodTables, AreNothingBeforeAndHoldTheLastMonthAfter) {
  const auto months = period_months(period_shape(table_of(2, {3, 3})), std::vector<double>{3, 6}, false, 0, 10);
  EXPECT_EQ(months[0], 0);
  EXPECT_EQ(months[1], 0);
  EXPECT_GT(months[2], 0);
  for (std::size_t t = 8; t <= 10; ++t) EXPECT_EQ(months[t], months[7]);
}

TEST(Curves, AreGeometricBetweenAnchorsAndHeldOutside) {
  Curve curve;
  curve.anchors = {{2, {}}, {5, {}}, {6, {}}};
  const auto x = curve_months(curve, std::vector<double>{1, 8, -3}, 0, 8);
  const std::vector<double> expected = {1, 1, 1, 2, 4, 8, -3, -3, -3};
  for (std::size_t t = 0; t < expected.size(); ++t) EXPECT_NEAR(x[t], expected[t], 1e-12) << t;
}

TEST(Curves, AreStraightWhereToldToOrWhereTheSignChanges) {
  Curve curve;
  curve.anchors = {{0, {}}, {4, {}}};
  EXPECT_EQ(curve_months(curve, std::vector<double>{-2, 2}, 0, 4), (std::vector<double>{-2, -1, 0, 1, 2}));
  curve.linear = true;
  EXPECT_EQ(curve_months(curve, std::vector<double>{1, 9}, 0, 4), (std::vector<double>{1, 3, 5, 7, 9}));
}

TEST(Lookups, AreLinearBetweenKeysAndHeldOutside) {
  const std::vector<double> keys = {1, 2, 4}, values = {10, 20, 0};
  for (const auto& [x, y] : {std::pair{0.0, 10.0}, {1.0, 10.0}, {1.5, 15.0}, {2.0, 20.0}, {3.0, 10.0}, {4.0, 0.0}, {9.0, 0.0}}) {
    EXPECT_EQ(lookup_value(keys, values, x), y) << x;
  }
  EXPECT_TRUE(std::isnan(lookup_value(keys, values, NAN)));
}

}  // namespace
}  // namespace warchest::program
