// The inversion of X(v) against the enumeration of all elections, and the laws that payoffs keep.
#include "equity/waterfall.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "equity/random_tables_test.h"
#include "equity/reference.h"

namespace warchest::equity {
namespace {

constexpr int kTablesPerDraw = 20;  // of a hundred draws

bool allocates(const Equilibrium& one, const Number& proceeds) { return sum(one.payouts) == proceeds; }

RC_GTEST_PROP(Waterfall, EqualsEnumerationOfAllElections, ()) {
  for (int i = 0; i < kTablesPerDraw; ++i) {
    const CapTable table = any_table({});
    const Number proceeds = any_proceeds();
    const auto exit = exit_payouts(table, proceeds, std::nullopt);
    RC_ASSERT(static_cast<bool>(exit));
    const auto rests = equilibria(table, proceeds, std::nullopt);
    RC_ASSERT(static_cast<bool>(rests));
    bool any = false;
    for (const Equilibrium& rest : *rests) {
      if (!allocates(rest, proceeds)) continue;
      RC_ASSERT(rest.payouts == exit->payouts);
      any = true;
    }
    RC_ASSERT(any);
  }
}

RC_GTEST_PROP(Waterfall, PayoutsSumToProceedsAndNoneFallsAsTheExitRises, ()) {
  const CapTable table = any_table({6, 3, 2, 0, 0});
  std::vector<Number> exits(20);
  for (Number& exit : exits) exit = any_proceeds();
  std::sort(exits.begin(), exits.end());
  std::vector<Number> before(table.securities.size());
  for (const Number& proceeds : exits) {
    const auto exit = exit_payouts(table, proceeds, std::nullopt);
    RC_ASSERT(sum(exit->payouts) == proceeds);
    RC_ASSERT(exit->undistributed.is_zero());
    for (std::size_t k = 0; k < before.size(); ++k) RC_ASSERT(before[k] <= exit->payouts[k]);
    before = exit->payouts;
  }
}

RC_GTEST_PROP(Waterfall, APayoffTableIsEveryExitAtOnce, ()) {
  const CapTable table = any_table({4, 2, 1, 2, 1});
  const auto payoffs = payoff_table(table, std::nullopt);
  RC_PRE(static_cast<bool>(payoffs));
  for (int i = 0; i < kTablesPerDraw; ++i) {
    const Number proceeds = any_proceeds() + Number::ratio(*rc::gen::inRange(1, 97), 97);  // rarely on a step
    RC_ASSERT(payoffs->at(proceeds) == exit_payouts(table, proceeds, std::nullopt)->payouts);
  }
}

RC_GTEST_PROP(Waterfall, SafesRestWithTheMostConversions, ()) {
  for (int i = 0; i < kTablesPerDraw / 4; ++i) {
    const CapTable table = any_table({2, 1, 1, 3, 1});
    const Number proceeds = any_proceeds();
    const auto exit = exit_payouts(table, proceeds, std::nullopt);
    if (!exit) continue;  // the SAFEs sell everything
    RC_ASSERT(sum(exit->payouts) == proceeds);
    const auto converts_among = [&](const auto& is_converting) {
      int count = 0;
      for (std::size_t k = 0; k < table.securities.size(); ++k) {
        const Terms& terms = table.securities[k].terms;
        const bool convert = std::holds_alternative<Safe>(terms) || std::holds_alternative<Note>(terms);
        count += convert && is_converting(k) ? 1 : 0;
      }
      return count;
    };
    const int ours = converts_among([&](std::size_t k) { return exit->elections[k] == Election::convert; });
    bool found = false;
    for (const Equilibrium& rest : *equilibria(table, proceeds, std::nullopt)) {
      if (!allocates(rest, proceeds)) continue;
      found = found || rest.payouts == exit->payouts;
      // Strictly more conversions than ours can only be those of somebody who gains nothing by it.
      const int theirs = converts_among([&](std::size_t k) { return rest.converts[k] && rest.payouts[k] != exit->payouts[k]; });
      RC_ASSERT(theirs <= ours || rest.payouts == exit->payouts);
    }
    RC_ASSERT(found);
  }
}

RC_GTEST_PROP(Waterfall, HoldersShareTheirClass, ()) {
  CapTable table = any_table({});
  const Security& common = table.securities.front();
  const Number shares = shares_of(common);
  table.holdings = {{"ann", common.id, shares / 4}, {"bea", common.id, shares * Number::ratio(3, 4)}};
  const Number proceeds = any_proceeds();
  const auto exit = exit_payouts(table, proceeds, std::nullopt);
  Number total;
  for (const HolderPayout& row : by_holder(table, exit->payouts)) {
    total += row.amount;
    if (row.holder == "ann") RC_ASSERT(row.amount * 4 == exit->payouts.front());
  }
  RC_ASSERT(total == proceeds);
}

Preferred series(Number shares, Number price) {
  Preferred terms;
  terms.shares = shares;
  terms.original_price = terms.conversion_price = price;
  return terms;
}

// With two SAFEs the conversion of the second costs common a step: at an exit of 20M the second SAFE (cap 20M) turns, the first one's
// 10% is then of everything, and founders fall from 17.1M to 17M. Own derivation from YC Safe v1.2, 1(b).
TEST(Waterfall, AConvertingSafeStepsDownOnCommon) {
  Safe low, high;
  low.amount = high.amount = 1'000'000;
  low.cap = 10'000'000;
  high.cap = 20'000'000;
  const CapTable table{{{"founders", Common{8'000'000}}, {"low", low}, {"high", high}}, {}};
  const auto payoffs = payoff_table(table, std::nullopt);
  ASSERT_TRUE(payoffs);
  EXPECT_TRUE(payoffs->steps());
  const auto before = payoffs->at(Number(20'000'000) - Number::ratio(1, 1000));
  const auto after = payoffs->at(20'000'000);
  EXPECT_NEAR(before[0].to_double(), 17'100'000, 0.01);
  EXPECT_EQ(after[0], Number(17'000'000));
  EXPECT_EQ(after[1], Number(2'000'000));
}

// Two equal SAFEs just above their cap: each would rather cash out if the other does, and convert if the other does. They convert.
TEST(Waterfall, EqualSafesConvertTogether) {
  Safe one;
  one.amount = 1'000'000;
  one.cap = 10'000'000;
  const CapTable table{{{"founders", Common{8'000'000}}, {"a", one}, {"b", one}}, {}};
  const auto exit = exit_payouts(table, 10'500'000, std::nullopt);
  ASSERT_TRUE(exit);
  EXPECT_EQ(exit->payouts[1], Number(1'050'000));
  EXPECT_EQ(exit->elections[1], Election::convert);
}

TEST(Waterfall, NobodyToTakeTheRest) {
  Preferred capped = series(100, 1);
  capped.shares = 0;
  const CapTable table{{{"loan", Debt{50, 1}}, {"a", capped}}, {}};
  const auto exit = exit_payouts(table, 80, std::nullopt);
  ASSERT_TRUE(exit);
  EXPECT_EQ(exit->payouts[0], Number(50));
  EXPECT_EQ(exit->undistributed, Number(30));
}

TEST(Waterfall, ANoteIsDebtUntilItsCapPaysMore) {
  Note note;
  note.principal = 1'000'000;
  note.cap = 10'000'000;
  const CapTable table{{{"founders", Common{9'000'000}}, {"note", note}}, {}};
  EXPECT_EQ(exit_payouts(table, 800'000, std::nullopt)->payouts[1], Number(800'000));
  EXPECT_EQ(exit_payouts(table, 5'000'000, std::nullopt)->payouts[1], Number(1'000'000));
  // 0.9M shares at 10M / 9M shares; 0.9 / 9.9 of the exit
  EXPECT_EQ(exit_payouts(table, 22'000'000, std::nullopt)->payouts[1], Number(2'000'000));
}

TEST(Waterfall, RefusesWhatCannotBe) {
  Safe safe;
  safe.amount = 6'000'000;
  safe.cap = 10'000'000;
  EXPECT_FALSE(exit_payouts({{{"f", Common{1}}, {"a", safe}, {"b", safe}}, {}}, 1, std::nullopt));
  EXPECT_FALSE(exit_payouts({{{"f", Common{1}}, {"f", Common{1}}}, {}}, 1, std::nullopt));
  EXPECT_FALSE(exit_payouts({{{"f", Common{-1}}}, {}}, 1, std::nullopt));
  EXPECT_FALSE(exit_payouts({{{"f", Common{1}}}, {}}, -1, std::nullopt));
  EXPECT_FALSE(exit_payouts({{{"f", Common{2}}}, {{"ann", "f", 1}}}, 1, std::nullopt));
}

// Metrick and Yasuda's order, published as an exercise (expertsmind 30149689): D at 0.5 a share, B at 1.25, then A (2x) and C at 2.
TEST(Waterfall, ConversionOrder) {
  Preferred a = series(5'000'000, 1);
  a.multiple = 2;
  const CapTable table{{{"founders", Common{10'000'000}},
                        {"A", a},
                        {"B", series(8'000'000, Number::ratio(5, 4))},
                        {"C", series(5'000'000, 2)},
                        {"D", series(10'000'000, Number::ratio(1, 2))}},
                       {}};
  const auto found = breakpoints(table, std::nullopt);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->exits, (std::vector<Number>{35'000'000, 40'000'000, 55'000'000, 76'000'000}));
  EXPECT_EQ(found->conversions, (std::vector<std::vector<std::string>>{{"D"}, {"B"}, {"A", "C"}}));
}

}  // namespace
}  // namespace warchest::equity
