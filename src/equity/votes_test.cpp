// Conversion by vote. The table and the figures are ovf's docs/governance.md and docs/opm-breakpoints.md, GV6: founders 8,000,000, A
// 2,000,000 junior participating at 2.50 with a total cap of 2x, B 1,500,000 senior non-participating at 6; all preferred convert on
// more than half of the votes. A alone decides.
#include "equity/votes.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "equity/opm.h"
#include "equity/random_tables_test.h"

namespace warchest::equity {
namespace {

CapTable governed_table() {
  Preferred a;
  a.shares = 2'000'000;
  a.original_price = a.conversion_price = Number::ratio(5, 2);
  a.participation = Participation::capped;
  a.cap_multiple = 2;
  a.seniority = 2;
  Preferred b;
  b.shares = 1'500'000;
  b.original_price = b.conversion_price = 6;
  return {{{"founders", Common{8'000'000}}, {"A", a}, {"B", b}}, {}};
}

std::vector<ConversionVote> requisite_holders() { return {{"requisite holders", {"A", "B"}, {"A", "B"}, Number::ratio(1, 2), true}}; }

TEST(Votes, ASeriesLosesWhenTheExitRises) {
  const auto low = exit_with_votes(governed_table(), requisite_holders(), 57'400'000, std::nullopt);
  const auto high = exit_with_votes(governed_table(), requisite_holders(), 57'600'000, std::nullopt);
  ASSERT_TRUE(low);
  ASSERT_TRUE(high);
  EXPECT_FALSE(low->tallies[0].passed);
  EXPECT_TRUE(high->tallies[0].passed);
  EXPECT_EQ(high->tallies[0].consenting, Number::ratio(4, 7));
  EXPECT_EQ(low->exit.payouts[2], Number(9'000'000));
  EXPECT_EQ(high->exit.payouts[2], Number::ratio(172'800'000, 23));  // 7,513,043.48: 1,486,956.52 less
}

TEST(Votes, TheLowerStep) {
  const auto low = exit_with_votes(governed_table(), requisite_holders(), 10'000'000, std::nullopt);
  const auto high = exit_with_votes(governed_table(), requisite_holders(), 12'000'000, std::nullopt);
  EXPECT_EQ(low->exit.payouts[0], Number::ratio(160'000'000, 23));
  EXPECT_EQ(low->exit.payouts[2], Number::ratio(30'000'000, 23));
  EXPECT_EQ(high->exit.payouts, (std::vector<Number>{0, 3'000'000, 9'000'000}));
}

TEST(Votes, ThePayoffTableStepsWhereTheVoteTurns) {
  const auto payoffs = payoff_table_with_votes(governed_table(), requisite_holders(), std::nullopt);
  ASSERT_TRUE(payoffs);
  EXPECT_TRUE(payoffs->steps());
  std::vector<Number> from;
  for (const PayoffSegment& segment : payoffs->segments) from.push_back(segment.from);
  EXPECT_NE(std::find(from.begin(), from.end(), Number::ratio(207'000'000, 19)), from.end());
  EXPECT_NE(std::find(from.begin(), from.end(), Number(57'500'000)), from.end());
}

TEST(Votes, ExactTieDoesNotConsentAndIsTold) {
  const auto tie = exit_with_votes(governed_table(), requisite_holders(), 57'500'000, std::nullopt);
  ASSERT_TRUE(tie);
  EXPECT_FALSE(tie->tallies[0].passed);
  EXPECT_TRUE(tie->tallies[0].hangs_on_indifference);
}

TEST(Votes, AHolderOfSeveralClassesVotesForItsWhole) {
  CapTable table = governed_table();
  table.holdings = {{"fund", "A", 2'000'000}, {"fund", "B", 1'500'000}};
  const auto exit = exit_with_votes(table, requisite_holders(), 57'600'000, std::nullopt);
  ASSERT_TRUE(exit);
  EXPECT_FALSE(exit->tallies[0].passed);  // what A gains, B loses more
}

RC_GTEST_PROP(Votes, ThePayoffTableIsEveryVotedExit, ()) {
  CapTable table = any_table({2, 1, 0, 0, 0});
  table.securities.push_back({"last", any_series()});
  std::vector<ConversionVote> votes;
  std::vector<std::string> all;
  for (const Security& security : table.securities) {
    if (std::holds_alternative<Preferred>(security.terms)) all.push_back(security.id);
  }
  votes.push_back({"all", all, all, Number::ratio(*rc::gen::inRange(1, 10), 10), *rc::gen::arbitrary<bool>()});
  if (all.size() > 1) votes.push_back({"first", {all[0]}, {all[0]}, Number::ratio(1, 2), true});
  const auto payoffs = payoff_table_with_votes(table, votes, std::nullopt);
  if (!payoffs) return;  // votes that rest in no combination at some exit
  for (int i = 0; i < 10; ++i) {
    const Number proceeds = any_proceeds() + Number::ratio(*rc::gen::inRange(1, 97), 97);
    const auto exit = exit_with_votes(table, votes, proceeds, std::nullopt);
    RC_ASSERT(static_cast<bool>(exit));
    RC_ASSERT(sum(exit->exit.payouts) == proceeds);
    RC_ASSERT(payoffs->at(proceeds) == exit->exit.payouts);
  }
}

// Priced with its steps: the classes together are worth the equity.
TEST(Votes, SteppedPayoffsCanBePriced) {
  const auto payoffs = payoff_table_with_votes(governed_table(), requisite_holders(), std::nullopt);
  const auto values = opm_values(*payoffs, 40e6, {3, 0.6, 0.04});
  ASSERT_TRUE(values);
  EXPECT_NEAR((*values)[0] + (*values)[1] + (*values)[2], 40e6, 1e-3);
}

TEST(Votes, RefusesWhatCannotBe) {
  EXPECT_FALSE(exit_with_votes(governed_table(), {{"x", {"founders"}, {"A"}, 1, false}}, 1, std::nullopt));
  EXPECT_FALSE(exit_with_votes(governed_table(), {{"x", {"A"}, {}, 1, false}}, 1, std::nullopt));
  EXPECT_FALSE(exit_with_votes(governed_table(), {{"x", {"A"}, {"A"}, 2, false}}, 1, std::nullopt));
  EXPECT_FALSE(exit_with_votes(governed_table(), std::vector<ConversionVote>(13, {"x", {"A"}, {"A"}, 1, false}), 1, std::nullopt));
}

}  // namespace
}  // namespace warchest::equity
