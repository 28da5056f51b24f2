// Doors: whom, by whom, until when, and where a pact leaks; and what closed doors do to the rounds of rivals.
#include "market/pact.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "market/random_markets_test.h"

namespace warchest::market {
namespace {

// Investors 0 and 2 promise not to fund companies 1 and 3 before month 24; investor 2 does not keep it on this path.
TEST(Pact, ClosesTheDoorOfThoseWhoHonourItUntilItEnds) {
  const std::vector<Pact> pacts = {{{0, 2}, {1, 3}, 24}};
  const std::vector<std::uint8_t> honoured = {1, 1, 0};  // investor 1 never signed: what is drawn for it does not count
  std::vector<std::uint8_t> closed(3 * 4, 0);
  close_doors(pacts, honoured, 23, 4, closed);
  EXPECT_EQ(closed, (std::vector<std::uint8_t>{0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0}));
  closed.assign(12, 0);
  close_doors(pacts, honoured, 24, 4, closed);
  EXPECT_EQ(closed, std::vector<std::uint8_t>(12, 0));
}

TEST(Pact, TwoPactsCloseTwoDoors) {
  const std::vector<Pact> pacts = {{{0}, {0}, 10}, {{0, 1}, {1}, 10}};
  std::vector<std::uint8_t> closed(4, 0);
  close_doors(pacts, std::vector<std::uint8_t>{1, 0, 0, 1}, 0, 2, closed);
  EXPECT_EQ(closed, (std::vector<std::uint8_t>{1, 0, 0, 1}));
}

TEST(Pact, IsHonouredByChance) {
  EXPECT_TRUE(honours(0.6, 0.59));
  EXPECT_FALSE(honours(0.6, 0.6));
  EXPECT_TRUE(honours(1, 0.999999));
  EXPECT_FALSE(honours(0, 0));
}

struct Signed {
  std::vector<Pact> pacts;
  std::vector<std::uint8_t> honoured;
};

Signed any_pacts(std::size_t investors, std::uint32_t companies) {
  Signed all;
  const int count = *rc::gen::inRange(0, 4);
  for (int p = 0; p < count; ++p) {
    Pact pact;
    pact.until = *rc::gen::inRange(0, 20);
    for (std::uint32_t i = 0; i < investors; ++i) {
      if (*rc::gen::arbitrary<bool>()) pact.signed_by.push_back(i);
      all.honoured.push_back(*rc::gen::arbitrary<bool>() ? 1 : 0);
    }
    for (std::uint32_t c = 0; c < companies; ++c) {
      if (*rc::gen::arbitrary<bool>()) pact.against.push_back(c);
    }
    all.pacts.push_back(pact);
  }
  return all;
}

// The round of `company` with the doors as they are: a purse behind a closed door is empty.
struct Outcome {
  Clearing clearing;
  std::vector<double> cheques;
};

Outcome round_of(std::uint32_t company, std::uint32_t companies, const Signed& pacts, int month,
                 const std::vector<ReferenceBidder>& bidders, const Round& round) {
  std::vector<std::uint8_t> closed(bidders.size() * companies, 0);
  close_doors(pacts.pacts, pacts.honoured, month, companies, closed);
  FastMarket market(bidders);
  for (std::size_t i = 0; i < bidders.size(); ++i) {
    if (closed[i * companies + company] != 0) market.purses[i] = 0;
  }
  const Clearing clearing = market.clear(round);
  return {clearing, market.cheques};
}

RC_GTEST_PROP(PactLaws, AnHonouredPactSendsNoChequeToTheRival, ()) {
  const auto bidders = any_bidders();
  const auto pacts = any_pacts(bidders.size(), 3);
  const int month = *rc::gen::inRange(0, 20);
  const auto company = *rc::gen::inRange<std::uint32_t>(0, 3);
  const Outcome outcome = round_of(company, 3, pacts, month, bidders, any_round());
  for (std::size_t p = 0; p < pacts.pacts.size(); ++p) {
    const Pact& pact = pacts.pacts[p];
    if (month >= pact.until || std::count(pact.against.begin(), pact.against.end(), company) == 0) continue;
    for (const auto investor : pact.signed_by) {
      if (pacts.honoured[p * bidders.size() + investor] != 0) RC_ASSERT(outcome.cheques[investor] == 0);
    }
  }
}

RC_GTEST_PROP(PactLaws, APactNeverHelpsARivalAndTouchesNobodyElse, ()) {
  const auto bidders = any_bidders();
  const auto pacts = any_pacts(bidders.size(), 3);
  const int month = *rc::gen::inRange(0, 20);
  const Round round = any_round();
  for (std::uint32_t company = 0; company < 3; ++company) {
    const Outcome with = round_of(company, 3, pacts, month, bidders, round), without = round_of(company, 3, {}, month, bidders, round);
    RC_ASSERT(with.clearing.amount <= without.clearing.amount * (1 + 1e-10));
    if (with.clearing.closed) RC_ASSERT(with.clearing.price <= without.clearing.price * (1 + 1e-10));
    const bool named = std::any_of(pacts.pacts.begin(), pacts.pacts.end(), [company](const Pact& pact) {
      return std::count(pact.against.begin(), pact.against.end(), company) > 0;
    });
    if (!named) RC_ASSERT(with.cheques == without.cheques && with.clearing.price == without.clearing.price);
  }
}

// Without rivals: a pact against nobody, or against companies that raise nothing, leaves every bit as it was.
RC_GTEST_PROP(PactLaws, WithoutRivalsAPactChangesNothing, ()) {
  const auto bidders = any_bidders();
  auto pacts = any_pacts(bidders.size(), 1);
  for (Pact& pact : pacts.pacts) pact.against = {1, 2};  // companies of the file that never ask
  const Round round = any_round();
  const Outcome with = round_of(0, 3, pacts, 0, bidders, round), without = round_of(0, 3, {}, 0, bidders, round);
  RC_ASSERT(with.cheques == without.cheques);
  RC_ASSERT(with.clearing.price == without.clearing.price);
  RC_ASSERT(with.clearing.amount == without.clearing.amount);
}

}  // namespace
}  // namespace warchest::market
