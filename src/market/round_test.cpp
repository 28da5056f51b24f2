// The supply line, given books, tranches, and every refusal in full.
#include "market/round.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>
#include <numeric>

namespace warchest::market {
namespace {

// 24 at 157 and above, 12 at the floor of 94.2: half way between them, 18.
TEST(Supply, FallsFromTheLastPostMoneyToTheLeastBookAtTheFloor) {
  const Supply supply({24, 235.5, 94.2, 0.5, 157});
  EXPECT_DOUBLE_EQ(supply.ask, 1.5);
  EXPECT_DOUBLE_EQ(supply.full, 1);
  EXPECT_DOUBLE_EQ(supply.floor, 0.6);
  EXPECT_DOUBLE_EQ(supply.at(1.3), 24);
  EXPECT_DOUBLE_EQ(supply.at(1), 24);
  EXPECT_DOUBLE_EQ(supply.at(0.8), 18);
  EXPECT_DOUBLE_EQ(supply.at(0.6), 12);
}

TEST(Supply, BeginsToFallAtTheAskWhereThatIsLower) {
  const Supply supply({10, 80, 60, 0.5, 100});
  EXPECT_DOUBLE_EQ(supply.full, 0.8);
  EXPECT_DOUBLE_EQ(supply.at(0.7), 7.5);
}

TEST(Supply, HasNoLineWhereTheFloorIsTheAskOrAboveTheLastPostMoney) {
  EXPECT_EQ(Supply({10, 80, 80, 0.5, 100}).full, 0.8);
  EXPECT_EQ(Supply({10, 150, 120, 0.5, 100}).full, 1.2);
  EXPECT_EQ(Supply({10, 80, 90, 0.5, 100}).floor, 0.8);  // a floor drawn above the ask on a path stands at the ask
}

TEST(Tranches, PartsAddUpToTheCheque) {
  const std::vector<Tranche> parts = {{0.5, 0}, {0.3, 6}, {0.2, 12}};
  ASSERT_TRUE(checked(parts));
  const auto paid = in_parts(10, parts);
  EXPECT_DOUBLE_EQ(paid[0], 5);
  EXPECT_DOUBLE_EQ(paid[1], 3);
  EXPECT_DOUBLE_EQ(paid[2], 2);
}

TEST(Tranches, Refuses) {
  const auto refused = [](std::vector<Tranche> tranches) { return checked(tranches) ? std::string() : checked(tranches).refusal().what; };
  EXPECT_EQ(refused({{0.5, 0}, {0.4, 6}}), "the tranches come to 90%, not to 100%");
  EXPECT_EQ(refused({{1, 3}}), "the first tranche must come at the closing");
  EXPECT_EQ(refused({{0.5, 0}, {0.5, 0}}), "tranches must come one after the other");
  EXPECT_EQ(refused({{1.2, 0}, {-0.2, 1}}), "a tranche of -20% is none");
  EXPECT_NE(refused({}), "");
}

RC_GTEST_PROP(Tranches, NothingIsLostAndNothingIsNegative, ()) {
  const int count = *rc::gen::inRange(1, 6);
  std::vector<Tranche> tranches;
  for (int k = 0; k < count; ++k) tranches.push_back({1.0 / count, 3 * k});
  RC_ASSERT(static_cast<bool>(checked(tranches)));
  const double cheque = *rc::gen::inRange(0, 1000000) / 7.0;
  const auto parts = in_parts(cheque, tranches);
  for (const double part : parts) RC_ASSERT(part >= 0);
  RC_ASSERT(std::abs(std::accumulate(parts.begin(), parts.end(), 0.0) - cheque) <= 1e-12 * cheque);
}

}  // namespace
}  // namespace warchest::market
