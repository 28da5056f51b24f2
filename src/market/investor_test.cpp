// Purses limit by limit, and who comes at all.
#include "market/investor.h"

#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <vector>

namespace warchest::market {
namespace {

double purse_of(double budget_left, double largest, double room, double paid, double claim) {
  return purse(budget_left, largest, room_left(room, paid), claim);
}

TEST(Investor, TheBudgetIsWhatTwelveMonthsHaveLeftOfAYearsCapacity) {
  EXPECT_DOUBLE_EQ(budget<double>(4e9 * 0.3, 0.5e9), 0.7e9);  // a shut market: 30% of four billion
  EXPECT_EQ(budget<double>(4e9, 6.6e9), 0);                   // a given book may exceed it
}

TEST(Investor, ThePurseIsTheLeastOfItsLimits) {
  EXPECT_EQ(purse_of(5, kNoLimit, kNoLimit, 0, kNoLimit), 5);
  EXPECT_EQ(purse_of(5, 3, kNoLimit, 0, kNoLimit), 3);
  EXPECT_EQ(purse_of(5, 3, 4, 2, kNoLimit), 2);  // room of 4, 2 paid for what it holds
  EXPECT_EQ(purse_of(5, 3, 4, 9, kNoLimit), 0);  // more paid than the room allows
  EXPECT_EQ(purse_of(5, 3, kNoLimit, 9, 1), 1);  // only defends: its claim
  EXPECT_EQ(purse_of(0, 3, 4, 0, kNoLimit), 0);
}

TEST(Investor, EightPursesAreEightTimesOne) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double budgets[] = {5, 0, -1, nan, 5, 5, kNoLimit, 3}, limits[] = {nan, 3, 2, 1, kNoLimit, 0, 7, -0.0};
  for (std::size_t turned = 0; turned < 8; ++turned) {
    double turned_limits[8], eight[8];
    for (std::size_t i = 0; i < 8; ++i) turned_limits[i] = limits[(i + turned) % 8];
    store<Eight>(eight, 0,
                 purse(not_below_zero(load<Eight>(budgets, 0)), load<Eight>(turned_limits, 0),
                       room_left(load<Eight>(limits, 0), load<Eight>(turned_limits, 0)), load<Eight>(limits, 0)));
    for (std::size_t i = 0; i < 8; ++i) {
      const double one = purse(not_below_zero(budgets[i]), turned_limits[i], room_left(limits[i], turned_limits[i]), limits[i]);
      EXPECT_EQ(std::bit_cast<std::uint64_t>(eight[i]), std::bit_cast<std::uint64_t>(one)) << turned << " " << i;
    }
  }
}

TEST(Wide, EveryNumberOfARowIsTakenOnceAndSumsGoSideBySide) {
  for (std::size_t n = 0; n < 30; ++n) {
    std::vector<double> row(n), twice(n);
    for (std::size_t i = 0; i < n; ++i) row[i] = static_cast<double>(i) + 1;
    by_eights(n, [&]<class T>(std::size_t i, As<T>) { store<T>(twice.data(), i, load<T>(row.data(), i) * 2.0); });
    for (std::size_t i = 0; i < n; ++i) EXPECT_EQ(twice[i], 2 * row[i]);
    double sums[3];
    const double* of = row.data();
    sums_of(
        n, [of]<class T>(std::size_t i, As<T>, std::size_t k) { return load<T>(of, i) * (1.0 + static_cast<double>(k)); }, sums);
    const double whole = static_cast<double>(n * (n + 1)) / 2;
    for (std::size_t k = 0; k < 3; ++k) EXPECT_EQ(sums[k], whole * static_cast<double>(k + 1));
    EXPECT_EQ(sum_of(n, [of]<class T>(std::size_t i, As<T>) { return load<T>(of, i); }), whole);
  }
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
