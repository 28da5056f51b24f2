// Purses limit by limit, and who comes at all.
#include "market/investor.h"

#include <gtest/gtest.h>

namespace warchest::market {
namespace {

TEST(Investor, TheBudgetIsWhatTwelveMonthsHaveLeftOfAYearsCapacity) {
  EXPECT_DOUBLE_EQ(budget(4e9 * 0.3, 0.5e9), 0.7e9);  // a shut market: 30% of four billion
  EXPECT_EQ(budget(4e9, 6.6e9), 0);                   // a given book may exceed it
}

TEST(Investor, ThePurseIsTheLeastOfItsLimits) {
  EXPECT_EQ(purse(5, kNoLimit, kNoLimit, 0, kNoLimit), 5);
  EXPECT_EQ(purse(5, 3, kNoLimit, 0, kNoLimit), 3);
  EXPECT_EQ(purse(5, 3, 4, 2, kNoLimit), 2);  // room of 4, 2 paid for what it holds
  EXPECT_EQ(purse(5, 3, 4, 9, kNoLimit), 0);  // more paid than the room allows
  EXPECT_EQ(purse(5, 3, kNoLimit, 9, 1), 1);  // only defends: its claim
  EXPECT_EQ(purse(0, 3, 4, 0, kNoLimit), 0);
}

TEST(Investor, RoomIsMoneyOrAPartOfCapacity) {
  EXPECT_EQ(room_per_company(kNoLimit, kNoLimit, 10), kNoLimit);
  EXPECT_EQ(room_per_company(3, kNoLimit, 10), 3);
  EXPECT_EQ(room_per_company(3, 0.25, 10), 2.5);
  EXPECT_EQ(room_per_company(kNoLimit, kNoLimit, 0), kNoLimit);
  EXPECT_EQ(room_per_company(kNoLimit, 0.25, 0), 0);
}

TEST(Investor, AnInsiderFollowsOnAnOutsiderIsInterested) {
  Investor investor;
  investor.follow_on = 0.8;
  investor.interest = 0.3;
  EXPECT_TRUE(takes_part(investor, true, true, false, 0.79));
  EXPECT_FALSE(takes_part(investor, true, true, false, 0.8));
  EXPECT_TRUE(takes_part(investor, false, true, false, 0.29));
  EXPECT_FALSE(takes_part(investor, false, true, false, 0.3));
  EXPECT_FALSE(takes_part(investor, true, false, false, 0));  // its wants are not met
  EXPECT_FALSE(takes_part(investor, true, true, true, 0));    // a pact closes the door
  EXPECT_TRUE(takes_part(Investor{}, false, true, false, 0.999999));
}

TEST(Investor, ABlockOfManyIsNeverAnInsider) {
  EXPECT_TRUE(is_insider(false, {true, 0.1, 1}));
  EXPECT_FALSE(is_insider(false, {false, 0, 0}));
  EXPECT_FALSE(is_insider(true, {true, 0.1, 1}));
}

}  // namespace
}  // namespace warchest::market
