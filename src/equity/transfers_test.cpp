// Splits, sales and offers: nobody gains or loses by a split, and what leaves one hand is in another.
#include "equity/transfers.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "equity/anti_dilution.h"
#include "equity/random_tables_test.h"
#include "equity/waterfall.h"

namespace warchest::equity {
namespace {

RC_GTEST_PROP(Transfers, ASplitChangesNoPayout, ()) {
  const CapTable table = any_table({4, 2, 1, 2, 0});
  const Number ratio = Number::ratio(*rc::gen::inRange(1, 8), *rc::gen::inRange(1, 4));
  const Number proceeds = any_proceeds();
  const auto before = exit_payouts(table, proceeds, std::nullopt);
  RC_PRE(static_cast<bool>(before));
  const auto split = split_common(table, ratio);
  RC_ASSERT(exit_payouts(split->table, proceeds, std::nullopt)->payouts == before->payouts);
  for (const Security& security : table.securities) {
    if (!std::holds_alternative<Preferred>(security.terms)) continue;
    const auto series = split_series(table, security.id, ratio);
    RC_ASSERT(exit_payouts(series->table, proceeds, std::nullopt)->payouts == before->payouts);
  }
}

TEST(Transfers, ASecondarySaleIssuesNothing) {
  const CapTable table{{{"founders", Common{100}}}, {}};
  const auto sold = secondary_sale(table, {"founders", "fund", "founders", 30, 2});
  ASSERT_TRUE(sold);
  EXPECT_EQ(count(sold->table).fully_diluted(), Number(100));
  EXPECT_EQ(sold->table.holdings.size(), 2U);
  EXPECT_EQ(sold->payments[0].amount, Number(60));
  EXPECT_FALSE(secondary_sale(table, {"founders", "fund", "founders", 101, 2}));
  EXPECT_FALSE(secondary_sale(table, {"nobody", "fund", "founders", 1, 2}));
}

// Kelvin Dynamics, Series F with a 15M tender at 0.85 of its price of 37.298348694196534: 473,132 shares move from the founders
// (cap-table-bench scenarios/kelvin_v4/truth/truth.json, tender.shares_transferred), and nothing is issued.
TEST(Transfers, ATenderBesideARound) {
  CapTable table{{{"founders", Common{8'000'000}}}, {}};
  table.holdings = {{"F1", "founders", 4'000'000}, {"F2", "founders", 2'500'000}, {"F3", "founders", 1'500'000}};
  TenderOffer offer;
  offer.buyer = "F_LEAD";
  offer.price = *Number::parse("37.298348694196534") * Number::ratio(85, 100);
  offer.most_money = 15'000'000;
  offer.tendered = {{"F1", "founders", 4'000'000}, {"F2", "founders", 2'500'000}, {"F3", "founders", 1'500'000}};
  const auto done = tender_offer(table, offer);
  ASSERT_TRUE(done);
  EXPECT_EQ(count(done->table).common, Number(8'000'000));
  EXPECT_EQ(done->table.holdings.back().holder, "F_LEAD");
  EXPECT_NEAR(done->table.holdings.back().shares.to_double(), 473'132, 0.6);
  EXPECT_EQ(done->payments[0].amount, Number(7'500'000));  // half, as F1 held half
}

TEST(Transfers, AnOversubscribedBuybackIsFilledProRataAndRetiresShares) {
  CapTable table{{{"common", Common{1000}}}, {{"ann", "common", 600}, {"bea", "common", 400}}};
  TenderOffer offer;
  offer.buyer = kCompany;
  offer.price = 3;
  offer.most_shares = 100;
  offer.whole_shares = true;
  offer.tendered = {{"ann", "common", 200}, {"bea", "common", 101}};
  const auto done = tender_offer(table, offer);
  ASSERT_TRUE(done);
  EXPECT_EQ(count(done->table).common, Number(1000 - 66 - 33));
  EXPECT_EQ(done->payments[1].amount, Number(99));
  offer.tendered[0].shares = 601;
  EXPECT_FALSE(tender_offer(table, offer));
}

TEST(Transfers, GrantsComeOutOfThePoolAndExerciseIntoCommon) {
  const CapTable table{{{"common", Common{1000}}, {"pool", Pool{200}}}, {}};
  const auto granted = grant_options(table, "eve", "grant 1", 50, 2);
  ASSERT_TRUE(granted);
  EXPECT_EQ(count(granted->table).fully_diluted(), Number(1200));
  EXPECT_EQ(count(granted->table).unissued, Number(150));
  const auto exercised = exercise_options(granted->table, "eve", "grant 1", "common", 20);
  ASSERT_TRUE(exercised);
  EXPECT_EQ(count(exercised->table).common, Number(1020));
  EXPECT_EQ(exercised->payments[0].amount, Number(40));
  EXPECT_FALSE(grant_options(table, "eve", "grant 1", 201, 2));
  EXPECT_FALSE(exercise_options(granted->table, "eve", "grant 1", "common", 51));
}

// ovf docs/financing.md FA3: recomputing A after each series would give 211/146 or 209/94 depending on the order; the charter's A does
// not. A second adjustment starts from the first one's price.
TEST(AntiDilution, IsFixedBeforeTheIssueAndCompounds) {
  Preferred seed, a;
  seed.shares = a.shares = 2'000'000;
  seed.original_price = seed.conversion_price = Number::ratio(3, 2);
  a.original_price = a.conversion_price = Number::ratio(5, 2);
  const CapTable table{{{"founders", Common{8'000'000}}, {"seed", seed}, {"A", a}, {"options", Option{2'000'000, 1}}}, {}};
  const CapTable turned{{{"A", a}, {"founders", Common{8'000'000}}, {"options", Option{2'000'000, 1}}, {"seed", seed}}, {}};
  const Issue issue{4'000'000, 5'000'000, {{"seed", Protection::broad_based}, {"A", Protection::broad_based}}, std::nullopt};
  const auto one = dilutive_issue(table, issue);
  const auto other = dilutive_issue(turned, issue);
  ASSERT_TRUE(one);
  EXPECT_EQ(one->adjustments[0].conversion_price, Number::ratio(13, 9));
  EXPECT_EQ(other->adjustments[1].conversion_price, Number::ratio(13, 9));
  EXPECT_EQ(one->adjustments[1].conversion_price, Number::ratio(20, 9));
  const auto again = dilutive_issue(one->after, issue);
  // A = 8M + 27M/13 + 2.25M + 2M + the 4M issued; B = 5M / (20/9)
  const Number counted = Number(16'250'000) + Number::ratio(27'000'000, 13);
  const Number old = Number::ratio(20, 9);
  EXPECT_EQ(again->adjustments[1].conversion_price, old * (counted + Number(5'000'000) / old) / (counted + 4'000'000));
}

RC_GTEST_PROP(AntiDilution, LiesBetweenTheNewPriceAndTheOld, ()) {
  const CapTable table = any_table({3, 2, 0, 0, 0});
  Issue issue{*rc::gen::inRange(1, 20) * 100, *rc::gen::inRange(1, 40) * 50, {}, std::nullopt};
  for (const Security& security : table.securities) {
    if (std::holds_alternative<Preferred>(security.terms)) {
      issue.protection[security.id] = *rc::gen::element(Protection::broad_based, Protection::narrow_based, Protection::full_ratchet);
    }
  }
  const auto result = dilutive_issue(table, issue);
  const Number price = issue.consideration / issue.shares;
  for (const Adjustment& one : result->adjustments) {
    const Preferred& before = std::get<Preferred>(table.find(one.series)->terms);
    RC_ASSERT(one.conversion_price <= before.conversion_price);
    RC_ASSERT(one.conversion_price >= least(price, before.conversion_price));
    RC_ASSERT(one.as_converted * one.conversion_price == before.shares * before.original_price);
  }
}

}  // namespace
}  // namespace warchest::equity
