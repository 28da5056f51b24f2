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

std::string told(const Round& round) { return checked(round) ? "" : checked(round).refusal().what; }

TEST(Round, Refuses) {
  EXPECT_EQ(told({10, 150, 60, 0.5, 100}), "");
  EXPECT_EQ(told({10, 150, 151, 0.5, 100}), "the lowest price accepted, 151, is above the price asked, 150");
  EXPECT_EQ(told({0, 150, 60, 0.5, 100}), "the amount is 0; it must be above zero");
  EXPECT_EQ(told({10, 0, 0, 0.5, 100}), "the price asked is 0; it must be above zero");
  EXPECT_EQ(told({10, 150, -1, 0.5, 100}), "the lowest price accepted is -1; it cannot be below zero");
  EXPECT_EQ(told({10, 150, 60, 1.5, 100}), "least_book is 150%; it is a part of the amount, from 0% to 100%");
  EXPECT_EQ(told({10, 150, 60, 0.5, 0}), "the last post-money is 0; it must be above zero");
  EXPECT_NE(told({std::numeric_limits<double>::quiet_NaN(), 150, 60, 0.5, 100}), "");
}

// October 2024: 6.6 billion, five cheques known, the rest by other funds: 6.6 - 1.25 - 0.75 - 0.5 - 0.35 - 0.1 = 3.65.
TEST(GivenBook, IsTakenAsWrittenWithTheRestToOne) {
  const std::vector<GivenCheque> october = {{0, 1.25e9}, {1, 0.75e9}, {2, 0.5e9}, {4, 0.35e9}, {3, 0.1e9}, {9, std::nullopt}};
  const auto book = given_book(6.6e9, october);
  ASSERT_TRUE(book);
  EXPECT_EQ(book->cheques[0], 1.25e9);
  EXPECT_DOUBLE_EQ(book->cheques[5], 3.65e9);
  EXPECT_EQ(book->unnamed, 0);
}

TEST(GivenBook, WhatItLeavesOpenIsPaidBySomebodyUnnamed) {
  const auto book = given_book(10, std::vector<GivenCheque>{{0, 4.0}, {1, 1.0}});
  ASSERT_TRUE(book);
  EXPECT_DOUBLE_EQ(book->unnamed, 5);
}

TEST(GivenBook, Refuses) {
  const auto refused = [](double amount, std::vector<GivenCheque> cheques) {
    const auto book = given_book(amount, cheques);
    return book ? std::string() : book.refusal().what;
  };
  EXPECT_EQ(refused(10, {{0, 8.0}, {1, 3.0}}), "the cheques of the book come to 11, above the amount of 10");
  EXPECT_EQ(refused(10, {{0, -1.0}}), "a cheque of the book is -1; it cannot be below zero");
  EXPECT_EQ(refused(10, {{0, 1.0}, {0, 2.0}}), "the book names an investor twice; write its cheques as one");
  EXPECT_EQ(refused(10, {{0, {}}, {1, {}}}), "two investors of the book take the rest; only one can");
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
