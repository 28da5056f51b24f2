// The curve at and between its points, before and beyond them; what is refused; and the same figures as read off point by point.
#include "market/appetite.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>

#include "market/random_markets_test.h"

namespace warchest::market {
namespace {

Appetite curve(std::vector<AppetitePoint> points) { return *Appetite::of(points); }
std::string refused(std::vector<AppetitePoint> points) {
  const auto appetite = Appetite::of(points);
  return appetite ? "" : appetite.refusal().what;
}

TEST(Appetite, HoldsBeforeTheFirstPointAndIsStraightBetweenThem) {
  const Appetite thrive = curve({{1, 1}, {1.5, 0.8}, {2, 0.4}});
  EXPECT_DOUBLE_EQ(thrive.at(0.2), 1);
  EXPECT_DOUBLE_EQ(thrive.at(1), 1);
  EXPECT_DOUBLE_EQ(thrive.at(1.25), 0.9);
  EXPECT_DOUBLE_EQ(thrive.at(1.5), 0.8);
  EXPECT_DOUBLE_EQ(thrive.at(1.75), 0.6);
}

// The last stretch falls 40 points over half a multiple, so what is left at 2x, another 40, is gone at 2.5x.
TEST(Appetite, GoesOnDownToZeroBeyondTheLastPoint) {
  const Appetite thrive = curve({{1, 1}, {1.5, 0.8}, {2, 0.4}});
  EXPECT_DOUBLE_EQ(thrive.at(2.25), 0.2);
  EXPECT_EQ(thrive.at(2.5), 0);
  EXPECT_EQ(thrive.at(100), 0);
}

TEST(Appetite, WalksAwayWhereItReachesZero) {
  const Appetite apple = curve({{0.5, 1}, {1, 0}});
  EXPECT_DOUBLE_EQ(apple.at(0.75), 0.5);
  EXPECT_EQ(apple.at(1), 0);
  EXPECT_EQ(apple.at(1.4), 0);
}

TEST(Appetite, WhatIsFlatAtTheEndStaysFlat) {
  EXPECT_EQ(curve({{1, 0.7}}).at(50), 0.7);
  EXPECT_EQ(curve({{1, 1}, {2, 0.3}, {3, 0.3}}).at(1e6), 0.3);
  EXPECT_EQ(Appetite().at(1e6), 1);
}

TEST(Appetite, Refuses) {
  EXPECT_EQ(refused({}), "the appetite has no point; write a part for at least one price, such as { 1.0x: 100% }");
  EXPECT_EQ(refused({{1, 0.6}, {1.5, 0.8}}), "the appetite rises from 60% at 1x to 80% at 1.5x; a higher price cannot bring more money");
  EXPECT_EQ(refused({{1, 1.2}}), "the appetite at 1x is 120%; it is a part of the purse, from 0% to 100%");
  EXPECT_EQ(refused({{1, -0.1}}), "the appetite at 1x is -10%; it is a part of the purse, from 0% to 100%");
  EXPECT_EQ(refused({{1, 1}, {1, 0.5}}), "the appetite's point at 1x does not come after the one at 1x");
  EXPECT_EQ(refused({{-1, 1}}), "the appetite has a point at -1x, which is no price");
  EXPECT_NE(refused({{std::numeric_limits<double>::infinity(), 1}}), "");
  EXPECT_NE(refused({{1, std::numeric_limits<double>::quiet_NaN()}}), "");
}

TEST(Appetite, OnAPathARiseIsCut) {
  const Appetite cut = Appetite::on_path(std::vector<AppetitePoint>{{1, 1.4}, {1.5, 0.5}, {2, 0.9}});
  EXPECT_EQ(cut.at(1), 1);
  EXPECT_EQ(cut.at(1.5), 0.5);
  EXPECT_EQ(cut.at(9), 0.5);
}

RC_GTEST_PROP(Appetite, IsTheCurveReadPointByPoint, ()) {
  const auto points = any_points();
  const Appetite appetite = curve(points);
  for (int k = 0; k < 50; ++k) {
    const double price = *rc::gen::inRange(0, 500) / 64.0;
    RC_ASSERT(std::abs(appetite.at(price) - static_cast<double>(reference_appetite(points, price))) < 1e-14);
  }
}

RC_GTEST_PROP(Appetite, NeverRisesToTheLastBit, ()) {
  const Appetite appetite = curve(any_points());
  double price = *rc::gen::inRange(0, 4000) / 1000.0, before = appetite.at(price);
  for (int k = 0; k < 200; ++k) {
    price = std::nextafter(price, 10.0);
    RC_ASSERT(appetite.at(price) <= before);
    before = appetite.at(price);
    RC_ASSERT(before >= 0 && before <= 1);
  }
}

RC_GTEST_PROP(Appetite, ARowOfPricesHasTheBitsOfEach, ()) {
  const Appetite appetite = curve(any_points());
  std::vector<double> prices(*rc::gen::inRange<std::size_t>(0, 30)), parts(prices.size());
  for (double& price : prices) price = *rc::gen::inRange(0, 500) / 64.0;
  appetite.at(prices, parts);
  for (std::size_t k = 0; k < prices.size(); ++k) RC_ASSERT(parts[k] == appetite.at(prices[k]));
}

RC_GTEST_PROP(Appetite, OnAPathIsTheSameBitsWhereThePointsAreGood, ()) {
  const auto points = any_points();
  const Appetite a = curve(points), b = Appetite::on_path(points);
  for (int k = 0; k < 20; ++k) {
    const double price = *rc::gen::inRange(0, 500) / 64.0;
    RC_ASSERT(a.at(price) == b.at(price));
  }
}

}  // namespace
}  // namespace warchest::market
