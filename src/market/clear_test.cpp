// Worked by hand, then every law of one clearing, then the slow reference on thousands of random markets.
//
// The two investors of the worked examples, as in October 2024: thrive has a purse of 4 and the appetite 100% at 1x, 80% at 1.5x, 40% at
// 2x; gulf has 15 and 100%, 60%, 30%. The last post-money is 157. So demand is 19 up to 1x, falls by 4 * 0.4 + 15 * 0.8 = 13.6 for each
// whole multiple from 1x, and is 3.2 + 9 = 12.2 at 1.5x.
#include "market/clear.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "market/random_markets_test.h"

namespace warchest::market {
namespace {

const std::vector<ReferenceBidder> kOctober = {{{{1, 1}, {1.5, 0.8}, {2, 0.4}}, 4, 0}, {{{1, 1}, {1.5, 0.6}, {2, 0.3}}, 15, 0}};
Round asking(double amount, double multiple) { return {amount, multiple * 157, 0.6 * 157, 0.5, 157}; }

// Demand of 12.2 at 1.5x covers 12: closed at 1.5 * 157 = 235.5. Each pays 12 / 12.2 of its demand of 3.2 and 9.
TEST(Clear, AtTheAskWhenDemandCoversIt) {
  FastMarket market(kOctober);
  const Clearing clearing = market.clear(asking(12, 1.5));
  EXPECT_TRUE(clearing.closed);
  EXPECT_TRUE(clearing.full);
  EXPECT_EQ(clearing.price, 235.5);
  EXPECT_EQ(clearing.amount, 12);
  EXPECT_DOUBLE_EQ(clearing.demand, 12.2);
  EXPECT_NEAR(market.cheques[0], 3.2 * 12 / 12.2, 1e-13);
  EXPECT_NEAR(market.cheques[1], 9 * 12 / 12.2, 1e-13);
}

// thrive holds 20%: its claim is 2.4 of its demand of 3.2. The rest, 9.6, goes over 0.8 + 9 of demand left.
TEST(Clear, InsidersDefendFirstAtTheAsk) {
  auto bidders = kOctober;
  bidders[0].share = 0.2;
  FastMarket market(bidders);
  market.clear(asking(12, 1.5));
  EXPECT_NEAR(market.cheques[0], 2.4 + 0.8 * 9.6 / 9.8, 1e-13);
  EXPECT_NEAR(market.cheques[1], 9 * 9.6 / 9.8, 1e-13);
}

// 19 - 13.6 d = 16 at d = 3 / 13.6: the price is 157 * 1.220588 = 191.632, and everybody pays its demand there.
TEST(Clear, InFullBelowTheAsk) {
  FastMarket market(kOctober);
  const Clearing clearing = market.clear(asking(16, 1.5));
  const double above = 3 / 13.6;
  EXPECT_TRUE(clearing.full);
  EXPECT_EQ(clearing.amount, 16);
  EXPECT_NEAR(clearing.price, 157 * (1 + above), 1e-10);
  EXPECT_NEAR(market.cheques[0], 4 * (1 - 0.4 * above), 1e-12);
  EXPECT_NEAR(market.cheques[1], 15 * (1 - 0.8 * above), 1e-12);
}

// 19 of 24: supply is 12 + 12 (x - 0.6) / 0.4, which is 19 at x = 0.6 + 0.4 * 7 / 12 = 0.8333.
TEST(Clear, SmallerBelowTheLastPostMoney) {
  FastMarket market(kOctober);
  const Clearing clearing = market.clear(asking(24, 1.5));
  EXPECT_TRUE(clearing.closed);
  EXPECT_FALSE(clearing.full);
  EXPECT_DOUBLE_EQ(clearing.amount, 19);
  EXPECT_NEAR(clearing.price, 157 * (0.6 + 0.4 * 7 / 12), 1e-10);
  EXPECT_DOUBLE_EQ(market.cheques[0], 4);
  EXPECT_DOUBLE_EQ(market.cheques[1], 15);
}

// Half of 40 is more than the 19 there are at any price.
TEST(Clear, FailsBelowTheLeastBook) {
  FastMarket market(kOctober);
  const Clearing clearing = market.clear(asking(40, 1.5));
  EXPECT_FALSE(clearing.closed);
  EXPECT_EQ(clearing.amount, 0);
  EXPECT_DOUBLE_EQ(clearing.demand, 19);
  EXPECT_EQ(market.cheques, (std::vector<double>{0, 0}));
}

// 19 is exactly half of 38: closed at the floor.
TEST(Clear, ClosesAtTheFloorWithTheLeastBookExactly) {
  FastMarket market(kOctober);
  const Clearing clearing = market.clear(asking(38, 1.5));
  EXPECT_TRUE(clearing.closed);
  EXPECT_EQ(clearing.price, 0.6 * 157);
  EXPECT_DOUBLE_EQ(clearing.amount, 19);
}

// Asks and accepts 1.25x and nothing else: demand there is 19 - 3.4 = 15.6, anything from half to all of the amount will do.
TEST(Clear, WhereTheFloorIsTheAskAnythingBetweenTheTwoWillDo) {
  FastMarket market(kOctober);
  const Clearing clearing = market.clear({20, 1.25 * 157, 1.25 * 157, 0.5, 157});
  EXPECT_TRUE(clearing.closed);
  EXPECT_FALSE(clearing.full);
  EXPECT_EQ(clearing.price, 1.25 * 157);
  EXPECT_NEAR(clearing.amount, 15.6, 1e-12);
  EXPECT_FALSE(market.clear({32, 1.25 * 157, 1.25 * 157, 0.5, 157}).closed);
}

// A down round asked for: the ask is 0.8x, so supply falls from there. Demand of 19 covers 19 at 0.8x.
TEST(Clear, AnAskBelowTheLastPostMoneyIsMetInFull) {
  FastMarket market(kOctober);
  EXPECT_EQ(market.clear(asking(19, 0.8)).price, 0.8 * 157);
  const Clearing clearing = market.clear(asking(20, 0.8));  // 10 + 10 (x - 0.6) / 0.2 = 19 at x = 0.78
  EXPECT_NEAR(clearing.price, 0.78 * 157, 1e-10);
  EXPECT_NEAR(clearing.amount, 19, 1e-12);
}

// Apple in October 2024: 100% at half the price, nothing at the last one.
TEST(Clear, WhoFindsItTooDearPaysNothing) {
  auto bidders = kOctober;
  bidders.push_back({{{0.5, 1}, {1, 0}}, 5, 0});
  FastMarket market(bidders);
  market.clear(asking(16, 1.5));
  EXPECT_EQ(market.cheques[2], 0);
  // Below the last price it comes in: 19 + 5 * 2 (1 - x) against 12 + 30 (x - 0.6) makes 29 - 10 x = 30 x - 6, x = 0.875.
  const Clearing clearing = market.clear(asking(24, 1.5));
  EXPECT_NEAR(clearing.price, 0.875 * 157, 1e-10);
  EXPECT_NEAR(market.cheques[2], 5 * 0.25, 1e-12);
}

TEST(Clear, NobodyThereIsAFailure) {
  FastMarket nobody({});
  EXPECT_FALSE(nobody.clear(asking(1, 1)).closed);
  auto bidders = kOctober;
  for (auto& bidder : bidders) bidder.purse = 0;
  Round round = asking(1, 1);
  round.least_book = 0;
  EXPECT_FALSE(FastMarket(bidders).clear(round).closed);
}

TEST(Clear, WhatMakesNoSenseOnAPathFails) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  FastMarket market(kOctober);
  EXPECT_FALSE(market.clear(asking(nan, 1.5)).closed);
  EXPECT_FALSE(market.clear(asking(-3, 1.5)).closed);
  EXPECT_FALSE(market.clear(asking(10, nan)).closed);
  EXPECT_FALSE(market.clear({10, 150, 60, nan, 100}).closed);
  EXPECT_FALSE(market.clear({10, 150, 60, 0.5, 0}).closed);
}

// Ten purses of a tenth fill one, though ten tenths in doubles do not make one.
TEST(Clear, PursesThatAddUpOnPaperFillTheRound) {
  const std::vector<ReferenceBidder> tenths(10, {{{1, 1}}, 0.1, 0});
  FastMarket market(tenths);
  EXPECT_TRUE(market.clear({1, 100, 100, 1, 100}).full);
}

TEST(Clear, AWallOfDemandIsStillCovered) {
  FastMarket market({{{{1, 1}, {1 + 1e-9, 0}}, 10, 0}, {{{1, 1}}, 1, 0}});
  const Clearing clearing = market.clear({5, 150, 60, 0.5, 100});
  EXPECT_TRUE(clearing.full);
  EXPECT_NEAR(clearing.price, 100, 1e-6);
  EXPECT_NEAR(std::accumulate(market.cheques.begin(), market.cheques.end(), 0.0), 5, 1e-11);
}

TEST(Demand, IsTheSumOfPurseTimesAppetite) {
  FastMarket market(kOctober);
  std::vector<double> curve(4);
  demand(Syndicate(market.appetites), market.purses, std::vector<double>{0.5, 1, 1.5, 3}, curve);
  EXPECT_DOUBLE_EQ(curve[0], 19);
  EXPECT_DOUBLE_EQ(curve[1], 19);
  EXPECT_DOUBLE_EQ(curve[2], 12.2);
  EXPECT_DOUBLE_EQ(curve[3], 0);
}

// ---------------------------------------------------------------------------------------------------------------------- the laws
constexpr double kSlack = 1e-10;

RC_GTEST_PROP(ClearLaws, ChequesAreWithinPursesAndAddUp, ()) {
  const auto bidders = any_bidders();
  const Round round = any_round();
  FastMarket market(bidders);
  const Clearing clearing = market.clear(round);
  for (std::size_t i = 0; i < bidders.size(); ++i) RC_ASSERT(market.cheques[i] >= 0 && market.cheques[i] <= bidders[i].purse);
  const double paid = std::accumulate(market.cheques.begin(), market.cheques.end(), 0.0);
  RC_ASSERT(std::abs(paid - clearing.amount) <= 2e-12 * round.amount);
  if (!clearing.closed) {
    RC_ASSERT(paid == 0);
    return;
  }
  RC_ASSERT(clearing.price >= round.floor && clearing.price <= round.ask);
  RC_ASSERT(clearing.amount > 0 && clearing.amount <= round.amount);
  RC_ASSERT(clearing.amount >= round.least_book * round.amount * kEnough);
  RC_ASSERT(clearing.full == (clearing.amount == round.amount));
  if (clearing.price > round.last_post_money) RC_ASSERT(clearing.full || clearing.price == round.floor);
}

RC_GTEST_PROP(ClearLaws, AnotherInvestorOrALargerPurseNeverLowersPriceOrAmount, ()) {
  auto bidders = any_bidders();
  const Round round = any_round();
  const Clearing before = FastMarket(bidders).clear(round);
  if (bidders.empty() || *rc::gen::arbitrary<bool>()) {
    const auto at = *rc::gen::inRange<std::size_t>(0, bidders.size() + 1);
    bidders.insert(bidders.begin() + static_cast<std::ptrdiff_t>(at), any_bidder());
  } else {
    bidders[*rc::gen::inRange<std::size_t>(0, bidders.size())].purse += *rc::gen::inRange(0, 20) / 4.0;
  }
  const Clearing after = FastMarket(bidders).clear(round);
  RC_ASSERT(after.closed || !before.closed);
  RC_ASSERT(after.amount >= before.amount * (1 - kSlack));
  if (before.closed) RC_ASSERT(after.price >= before.price * (1 - kSlack));
}

RC_GTEST_PROP(ClearLaws, AHigherAskNeverRaisesTheAmount, ()) {
  const auto bidders = any_bidders();
  const Round round = any_round();
  Round dearer = round;
  dearer.ask += *rc::gen::inRange(1, 9) * 0.25 * round.last_post_money;
  const Clearing low = FastMarket(bidders).clear(round), high = FastMarket(bidders).clear(dearer);
  RC_ASSERT(high.amount <= low.amount * (1 + kSlack));
  if (high.closed) RC_ASSERT(low.closed);
  if (high.closed) RC_ASSERT(high.price >= low.price * (1 - kSlack));
}

// The floor is 60% of the last post-money and never above the ask, so a higher ask lifts it too.
RC_GTEST_PROP(ClearLaws, NeitherDoesItWhereTheFloorStoodAtTheAsk, ()) {
  const auto bidders = any_bidders();
  Round round = any_round();
  const double accepts = 0.6 * round.last_post_money;
  round.ask = *rc::gen::inRange(1, 8) * 0.1 * round.last_post_money;
  round.floor = floor_under(accepts, round.ask);
  Round dearer = round;
  dearer.ask += *rc::gen::inRange(1, 9) * 0.1 * round.last_post_money;
  dearer.floor = floor_under(accepts, dearer.ask);
  RC_ASSERT(FastMarket(bidders).clear(dearer).amount <= FastMarket(bidders).clear(round).amount * (1 + kSlack));
}

RC_GTEST_PROP(ClearLaws, TheOrderOfWritingDoesNotMatter, ()) {
  auto bidders = any_bidders();
  const Round round = any_round();
  FastMarket one(bidders);
  const Clearing first = one.clear(round);
  const auto shift = static_cast<std::ptrdiff_t>(bidders.empty() ? 0 : *rc::gen::inRange<std::size_t>(0, bidders.size()));
  std::rotate(bidders.begin(), bidders.begin() + shift, bidders.end());
  std::rotate(one.cheques.begin(), one.cheques.begin() + shift, one.cheques.end());
  FastMarket other(bidders);
  const Clearing second = other.clear(round);
  RC_ASSERT(first.closed == second.closed);
  RC_ASSERT(first.full == second.full);
  RC_ASSERT(std::abs(first.amount - second.amount) <= kSlack * round.amount);
  RC_ASSERT(std::abs(first.price - second.price) <= kSlack * round.ask);
  for (std::size_t i = 0; i < bidders.size(); ++i) RC_ASSERT(std::abs(one.cheques[i] - other.cheques[i]) <= kSlack * round.amount);
}

RC_GTEST_PROP(ClearLaws, AnInsiderGetsItsShareOfTheRoundIfItWantsIt, ()) {
  const auto bidders = any_bidders();
  const Round round = any_round();
  FastMarket market(bidders);
  const Clearing clearing = market.clear(round);
  for (std::size_t i = 0; i < bidders.size(); ++i) {
    const double wants = bidders[i].purse * market.appetites[i].at(clearing.price / round.last_post_money);
    RC_ASSERT(market.cheques[i] >= std::min(wants, bidders[i].share * clearing.amount) - 1e-9 * round.amount || !clearing.closed);
  }
}

// ------------------------------------------------------------------------------------------------------------------ the references
void hold_to_the_reference(const Clearing& fast, const std::vector<double>& cheques, const Round& round,
                           const std::vector<ReferenceBidder>& bidders) {
  const ReferenceClearing slow = reference_clearing(round, bidders);
  RC_LOG() << "asks " << round.amount << " at " << round.ask << ", accepts " << round.floor << ", least " << round.least_book << ", last "
           << round.last_post_money << "; fast " << fast.amount << " at " << fast.price << ", slow " << static_cast<double>(slow.amount)
           << " at " << static_cast<double>(slow.price) << "\n";
  for (const ReferenceBidder& bidder : bidders) {
    RC_LOG() << "purse " << bidder.purse << " share " << bidder.share << ":";
    for (const AppetitePoint& point : bidder.appetite) RC_LOG() << " " << point.price << "x " << point.part;
    RC_LOG() << "\n";
  }
  RC_ASSERT(fast.closed == slow.closed);
  RC_ASSERT(fast.full == slow.full);
  RC_ASSERT(std::abs(fast.price - static_cast<double>(slow.price)) <= 1e-9 * round.ask);
  RC_ASSERT(std::abs(fast.amount - static_cast<double>(slow.amount)) <= 1e-11 * round.amount);
  for (std::size_t i = 0; i < bidders.size(); ++i) {
    RC_ASSERT(std::abs(cheques[i] - static_cast<double>(slow.cheques[i])) <= 1e-11 * round.amount);
  }
}

RC_GTEST_PROP(ClearReference, ThePriceIsThatFoundByHalving, ()) {
  for (int k = 0; k < 20; ++k) {
    const auto bidders = any_bidders();
    const Round round = any_round();
    FastMarket market(bidders);
    const Clearing fast = market.clear(round);
    hold_to_the_reference(fast, market.cheques, round, bidders);
  }
}

// No price on a fine grid does better: at every higher one demand is short of supply.
RC_GTEST_PROP(ClearReference, NoHigherPriceOnAGridIsCovered, ()) {
  const auto bidders = any_bidders();
  const Round round = any_round();
  FastMarket market(bidders);
  const Clearing clearing = market.clear(round);
  const auto demand_at = [&](double price) {
    long double sum = 0;
    for (const auto& bidder : bidders) sum += bidder.purse * reference_appetite(bidder.appetite, price / round.last_post_money);
    return sum;
  };
  const double from = clearing.closed ? clearing.price : round.floor;
  for (int k = 1; k <= 400; ++k) {
    const double price = from + (round.ask - from) * k / 400;
    if (price <= from * (1 + 1e-9)) continue;
    RC_ASSERT(demand_at(price) < reference_supply(round, price));
  }
}

}  // namespace
}  // namespace warchest::market
