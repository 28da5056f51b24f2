// What the grid and the pro forma show adds up to what the engine found, on random tables and on one worked out by hand.
#include "equity/ownership.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "equity/random_tables_test.h"

namespace warchest::equity {
namespace {

RC_GTEST_PROP(Ownership, TheGridAddsUpToTheTable, ()) {
  const CapTable table = any_table({4, 2, 1, 2, 1});
  const OwnershipGrid grid = ownership_grid(table);
  Number shares, outstanding, diluted;
  std::vector<Number> held(table.securities.size());
  for (const OwnedBy& row : grid.holders) {
    shares += row.as_converted;
    outstanding += row.of_outstanding;
    diluted += row.of_fully_diluted;
    for (std::size_t i = 0; i < held.size(); ++i) held[i] += row.held[i];
  }
  RC_ASSERT(shares == count(table).fully_diluted());
  if (count(table).outstanding().sign() > 0) RC_ASSERT(outstanding == Number(1));
  if (shares.sign() > 0) RC_ASSERT(diluted == Number(1));
  for (std::size_t i = 0; i < held.size(); ++i) RC_ASSERT(held[i] == shares_of(table.securities[i]));
}

RC_GTEST_PROP(Ownership, CausesAddUpToWhatIsAfterTheRound, ()) {
  const CapTable table = any_table({3, 1, 0, 2, 1});
  RoundTerms terms;
  terms.pre_money = *rc::gen::inRange(1, 40) * 1000;
  terms.investors = {{"lead", *rc::gen::inRange(1, 10) * 500}, {"series0", 700}};
  terms.pool = {PoolMode::target_unissued_post, Number::ratio(*rc::gen::inRange(0, 20), 100)};
  if (table.find("series0") != nullptr) terms.anti_dilution.series = {{"series0", Protection::broad_based}};
  const auto round = priced_round(table, terms);
  RC_PRE(static_cast<bool>(round));
  for (const RowsBy by : {RowsBy::holder, RowsBy::security}) {
    ProFormaRow total;
    for (const ProFormaRow& row : pro_forma_rows(table, round->after, by)) {
      RC_ASSERT(row.before + row.converted + row.anti_dilution + row.pool + row.bought == row.after);
      total.before += row.before;
      total.converted += row.converted;
      total.pool += row.pool;
      total.bought += row.bought;
      total.after += row.after;
      total.part_after += row.part_after;
    }
    RC_ASSERT(total.before == count(table).fully_diluted());
    RC_ASSERT(total.after == round->post_shares);
    RC_ASSERT(total.bought == round->new_shares);
    RC_ASSERT(total.pool == round->pool_increase);
    RC_ASSERT(total.part_after == Number(1));
    Number converted;
    for (const Conversion& one : round->conversions) converted += one.shares;
    RC_ASSERT(total.converted == converted);
  }
}

// YC user guide, Appendix II, Example 1: founders 9,250,000, options 300,000 granted and 450,000 promised or unissued; two post-money
// SAFEs take 5 % and 10 % of the Company Capitalization.
TEST(Ownership, ASafeIsNothingBeforeAndItsPartAfter) {
  Safe small, large;
  small.amount = 200'000;
  small.cap = 4'000'000;
  large.amount = 800'000;
  large.cap = 8'000'000;
  const CapTable table{
      {{"common", Common{9'250'000}}, {"options", Option{650'000, Number(0)}}, {"pool", Pool{100'000}}, {"a", small}, {"b", large}},
      {{"founders", "common", 9'250'000}, {"angel", "a", 200'000}, {"angel", "b", 800'000}}};
  RoundTerms terms;
  terms.pre_money = 15'000'000;
  terms.investors = {{"lead", 5'000'000}};
  const auto round = priced_round(table, terms);
  ASSERT_TRUE(static_cast<bool>(round));
  const auto rows = pro_forma_rows(table, round->after, RowsBy::holder);
  ASSERT_EQ(rows.size(), 5u);
  EXPECT_EQ(rows[3].name, "angel");
  EXPECT_EQ(rows[3].before, Number(0));
  EXPECT_EQ(rows[3].part_after, Number::ratio(15, 100) * Number::ratio(3, 4));  // 15 % before the new money, which takes a quarter
  EXPECT_EQ(rows[3].converted, rows[3].after);
  EXPECT_EQ(rows[4].name, "lead");
  EXPECT_EQ(rows[4].part_after, Number::ratio(1, 4));
}

}  // namespace
}  // namespace warchest::equity
