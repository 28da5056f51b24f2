// Rounds: the root satisfies its own definitions exactly, equals going round in circles, and loses no share on the way to the table.
// The published rounds with their printed figures are cases (tests/cases/worked.json); here stand the laws and what no case can say.
#include "equity/round.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "equity/pay_to_play.h"
#include "equity/random_tables_test.h"
#include "equity/reference.h"
#include "equity/waterfall.h"

namespace warchest::equity {
namespace {

RoundTerms any_round(const CapTable& table) {
  RoundTerms terms;
  terms.pre_money = *rc::gen::inRange(5, 60) * 100;
  const int investors = *rc::gen::inRange(1, 4);
  for (int i = 0; i < investors; ++i) terms.investors.push_back({"new" + std::to_string(i), *rc::gen::inRange(1, 20) * 50});
  terms.pool.mode = *rc::gen::element(PoolMode::none, PoolMode::increase, PoolMode::target_unissued_post, PoolMode::target_total_pool_post);
  terms.pool.value =
      terms.pool.mode == PoolMode::increase ? Number(*rc::gen::inRange(0, 10) * 50) : Number::ratio(*rc::gen::inRange(0, 25), 100);
  terms.method = *rc::gen::element(PriceMethod::percent_ownership, PriceMethod::pre_money_fixed, PriceMethod::dollars_invested);
  terms.promised_options = *rc::gen::inRange(0, 6) * 100;
  terms.anti_dilution.count_in_pre_money = *rc::gen::arbitrary<bool>();
  terms.anti_dilution.new_money_only = *rc::gen::arbitrary<bool>();
  for (const Security& security : table.securities) {
    if (!std::holds_alternative<Preferred>(security.terms) || !*rc::gen::arbitrary<bool>()) continue;
    terms.anti_dilution.series.emplace_back(security.id, *rc::gen::element(Protection::broad_based, Protection::narrow_based,
                                                                           Protection::broad_based_with_reserve, Protection::full_ratchet));
  }
  return terms;
}

const TableShape kBeforeRound{3, 2, 0, 3, 2};

// Every definition of the round, written out again and asked to hold exactly.
void holds_exactly(const CapTable& table, const RoundTerms& terms, const RoundResult& round) {
  const ShareCount before = count(table);
  const Number diluted = before.fully_diluted();
  Number converts, amounts, money, sold, adjusted;
  for (const Conversion& one : round.conversions) {
    converts += one.shares;
    amounts += one.amount;
  }
  for (const Allotment& one : round.allotments) {
    money += one.amount;
    sold += one.shares;
    RC_ASSERT(one.shares * round.price == one.amount);
    RC_ASSERT(one.unspent.is_zero());
  }
  for (const Adjustment& one : round.adjustments) adjusted += one.as_converted - as_converted(*table.find(one.series));
  const Number inside = terms.anti_dilution.count_in_pre_money ? adjusted : Number(0);
  const Number base = diluted + round.pool_increase + inside;
  if (terms.method == PriceMethod::percent_ownership) RC_ASSERT(round.price * (base + converts) == terms.pre_money);
  if (terms.method == PriceMethod::pre_money_fixed) RC_ASSERT(round.price * base == terms.pre_money);
  if (terms.method == PriceMethod::dollars_invested) RC_ASSERT(round.price * (base + converts) == terms.pre_money + amounts);
  RC_ASSERT(round.post_shares == diluted + round.pool_increase + converts + adjusted + sold);
  RC_ASSERT(round.residue.is_zero());

  const Number overflow = least(round.pool_increase, greatest(Number(0), terms.promised_options - before.unissued));
  RC_ASSERT(round.company_capitalization == diluted + overflow + converts);
  for (const Conversion& one : round.conversions) {
    Number denominator = round.company_capitalization;
    if (one.terms.base == Denominator::pre_money_without_converts) denominator = base;
    if (one.terms.base == Denominator::pre_money_with_converts) denominator = base + converts;
    Number most = one.amount / (round.price * (Number(1) - one.terms.discount.value_or(Number(0))));
    if (one.terms.cap) most = greatest(most, one.amount * denominator / *one.terms.cap);
    if (one.terms.percent) most = greatest(most, *one.terms.percent * denominator);
    RC_ASSERT(one.shares == most);
  }

  const Number unissued = before.unissued + round.pool_increase;
  if (terms.pool.mode == PoolMode::increase) RC_ASSERT(round.pool_increase == terms.pool.value);
  if (terms.pool.mode == PoolMode::none) RC_ASSERT(round.pool_increase.is_zero());
  if (terms.pool.mode == PoolMode::target_unissued_post) {
    RC_ASSERT(unissued == greatest(before.unissued, terms.pool.value * round.post_shares));
  }
  if (terms.pool.mode == PoolMode::target_total_pool_post) {
    RC_ASSERT(unissued == greatest(before.unissued, terms.pool.value * round.post_shares - before.options));
  }

  const bool alone = terms.anti_dilution.new_money_only;
  for (std::size_t i = 0; i < round.adjustments.size(); ++i) {
    const Preferred& series = std::get<Preferred>(table.find(round.adjustments[i].series)->terms);
    const Protection protection = terms.anti_dilution.series[i].second;
    RC_ASSERT(round.adjustments[i].conversion_price == adjusted_price(protection, series.conversion_price,
                                                                      shares_counted(protection, before), alone ? sold : sold + converts,
                                                                      alone ? money : money + amounts));
    RC_ASSERT(round.adjustments[i].conversion_price <= series.conversion_price);
  }
}

RC_GTEST_PROP(Round, TheRootSatisfiesEveryDefinition, ()) {
  for (int i = 0; i < 10; ++i) {
    const CapTable table = any_table(kBeforeRound);
    const RoundTerms terms = any_round(table);
    const auto round = priced_round(table, terms);
    if (!round) continue;
    holds_exactly(table, terms, *round);
  }
}

RC_GTEST_PROP(Round, EqualsGoingRoundInCircles, ()) {
  for (int i = 0; i < 10; ++i) {
    const CapTable table = any_table(kBeforeRound);
    const RoundTerms terms = any_round(table);
    const auto round = priced_round(table, terms);
    const IteratedRound slow = iterated_round(table, terms);
    RC_ASSERT(static_cast<bool>(round) || !slow.settled);
    if (!round || !slow.settled) continue;
    RC_ASSERT(std::abs(slow.price / round->price.to_double() - 1) < 1e-9);
    RC_ASSERT(std::abs(slow.post_shares / round->post_shares.to_double() - 1) < 1e-9);
  }
}

RC_GTEST_PROP(Round, SharesInAreSharesOut, ()) {
  const CapTable table = any_table(kBeforeRound);
  RoundTerms terms = any_round(table);
  terms.converts_become = *rc::gen::element(ConvertsBecome::shadow_series, ConvertsBecome::standard_preferred, ConvertsBecome::common);
  terms.series.is_common = *rc::gen::arbitrary<bool>();
  const auto round = priced_round(table, terms);
  RC_PRE(static_cast<bool>(round));
  RC_ASSERT(!fault_in(round->after));
  RC_ASSERT(count(round->after).fully_diluted() == round->post_shares);
  RC_ASSERT(converts_of(round->after, std::nullopt)->empty());
}

RC_GTEST_PROP(Round, OrderOfProtectedSeriesAndOfConvertsDoesNotMatter, ()) {
  CapTable table = any_table(kBeforeRound);
  RoundTerms terms = any_round(table);
  const auto round = priced_round(table, terms);
  RC_PRE(static_cast<bool>(round));
  std::reverse(terms.anti_dilution.series.begin(), terms.anti_dilution.series.end());
  std::reverse(table.securities.begin(), table.securities.end());
  const auto turned = priced_round(table, terms);
  RC_ASSERT(static_cast<bool>(turned));
  RC_ASSERT(turned->price == round->price);
  RC_ASSERT(turned->post_shares == round->post_shares);
  for (const Adjustment& one : round->adjustments) {
    const auto same = std::find_if(turned->adjustments.begin(), turned->adjustments.end(),
                                   [&](const Adjustment& other) { return other.series == one.series; });
    RC_ASSERT(same->conversion_price == one.conversion_price);
  }
}

// A closing in whole shares: every count is what its rounded price gives, and the whole stays within a share per holder of the root.
RC_GTEST_PROP(Round, ClosingInWholeSharesSatisfiesTheIdentityInIntegers, ()) {
  CapTable table = any_table({2, 1, 0, 3, 1});
  for (Security& security : table.securities) {
    if (Preferred* series = std::get_if<Preferred>(&security.terms)) series->conversion_price = series->original_price;
    if (Common* common = std::get_if<Common>(&security.terms)) common->shares *= 10'000;
  }
  RoundTerms terms = any_round(table);
  terms.anti_dilution.series.clear();
  const auto exact = priced_round(table, terms);
  RC_PRE(static_cast<bool>(exact));
  terms.closing = {5, Direction::up, true};
  const auto round = priced_round(table, terms);
  RC_ASSERT(static_cast<bool>(round));
  RC_ASSERT(round->price == round->price.rounded(5, Direction::up));
  Number converts, sold;
  for (const Conversion& one : round->conversions) {
    RC_ASSERT(one.shares.is_integer());
    if (one.branch != Branch::percent) RC_ASSERT(one.shares == (one.amount / one.price).floor());
    converts += one.shares;
  }
  for (const Allotment& one : round->allotments) {
    RC_ASSERT(one.shares == (one.amount / round->price).floor());
    RC_ASSERT(one.unspent.sign() >= 0 && one.unspent < round->price);
    sold += one.shares;
  }
  const ShareCount before = count(table);
  RC_ASSERT(round->post_shares == before.fully_diluted() + round->pool_increase + converts + sold);
  if (terms.pool.mode == PoolMode::target_unissued_post) {
    RC_ASSERT(round->pool_after == greatest(before.unissued, (terms.pool.value * round->post_shares).floor()));
  }
  RC_ASSERT(count(round->after).fully_diluted() == round->post_shares);
  RC_ASSERT(round->post_shares <= exact->post_shares);
}

TEST(Round, AClosingWithTooFewDecimalsIsRefused) {
  CapTable table{{{"founders", Common{8'000'000}}}, {}};
  RoundTerms terms;
  terms.pre_money = 1000;
  terms.investors = {{"lead", 100}};
  terms.closing = {2, Direction::down, true};
  EXPECT_FALSE(priced_round(table, terms));
  Safe safe;
  safe.amount = 10;
  safe.cap = 100;
  table.securities.push_back({"safe", safe});
  terms.pre_money = 1'000'000;
  EXPECT_FALSE(priced_round(table, terms));
}

// A percentage that nobody paid for becomes shares of its holder, with nothing preferred.
TEST(Round, AFreePercentageHasNoPreference) {
  Safe free;
  free.basis = SafeBasis::fixed_percent;
  free.percent = Number::ratio(1, 10);
  CapTable table{{{"founders", Common{900}}, {"accelerator", free}}, {{"ef", "accelerator", 0}}};
  RoundTerms terms;
  terms.pre_money = 1000;
  terms.investors = {{"lead", 1000}};
  const auto round = priced_round(table, terms);
  ASSERT_TRUE(round);
  EXPECT_FALSE(fault_in(round->after));
  EXPECT_EQ(round->conversions[0].shares, Number(100));
  EXPECT_EQ(claim_of("x", std::get<Preferred>(round->after.find("accelerator")->terms), std::nullopt)->preference, Number(0));
}

CapTable founders_only() { return {{{"founders", Common{8'000'000}}}, {}}; }

RoundTerms three_on_twelve() {
  RoundTerms terms;
  terms.pre_money = 12'000'000;
  terms.investors = {{"lead", 3'000'000}};
  return terms;
}

Safe capped_safe(Number amount, Number cap) {
  Safe safe;
  safe.amount = amount;
  safe.cap = cap;
  return safe;
}

// A SAFE that converts below the round gets its own series, whose preference is what was paid (YC Safe, "Safe Preferred Stock"); as
// standard preferred it claims the round's price (ovf docs/rounds.md MR: 1,000,000 shares at 7/6 instead of 1).
TEST(Round, ShadowSeriesClaimsWhatWasPaid) {
  CapTable table = founders_only();
  table.securities.push_back({"pool", Pool{1'000'000}});
  table.securities.push_back({"angel", capped_safe(1'000'000, 10'000'000)});
  RoundTerms terms = three_on_twelve();
  terms.pool = {PoolMode::target_unissued_post, Number::ratio(1, 10)};
  const auto shadow = priced_round(table, terms);
  ASSERT_TRUE(shadow);
  EXPECT_EQ(claim_of("angel", std::get<Preferred>(shadow->after.find("angel")->terms), std::nullopt)->preference, Number(1'000'000));
  terms.converts_become = ConvertsBecome::standard_preferred;
  const auto standard = priced_round(table, terms);
  EXPECT_EQ(claim_of("angel", std::get<Preferred>(standard->after.find("angel")->terms), std::nullopt)->preference,
            Number::ratio(7'000'000, 6));
}

// YC quick start guide, pro rata side letter: holders of 15% keep it in a round that sells 25%: 4.41% more, 29.41% in all.
TEST(Round, ProRataOnTop) {
  EXPECT_EQ(*pro_rata_of_round(Number::ratio(1, 4), Number::ratio(15, 100)), Number::ratio(3, 68));
  CapTable table = founders_only();
  table.securities.push_back({"angel", capped_safe(1'500'000, 10'000'000)});
  RoundTerms terms = three_on_twelve();
  terms.rights = {{"angel", ProRataRight::Kind::on_top, 1, 0}};
  const auto round = priced_round(table, terms);
  ASSERT_TRUE(round);
  // 15% before and 15% of the new shares: 15% after
  EXPECT_EQ(round->allotments[1].id, "angel");
  EXPECT_EQ((round->conversions[0].shares + round->allotments[1].shares) / round->post_shares, Number::ratio(15, 100));
  EXPECT_EQ(round->allotments[1].amount, Number(3'000'000) * 15 / 85);
}

TEST(Round, ProRataWithinComesOutOfTheLead) {
  CapTable table = founders_only();
  table.securities.push_back({"angel", Common{2'000'000}});
  RoundTerms terms = three_on_twelve();
  terms.rights = {{"angel", ProRataRight::Kind::within, 1, 0}};
  const auto round = priced_round(table, terms);
  ASSERT_TRUE(round);
  EXPECT_EQ(round->allotments[0].amount, Number(2'400'000));
  EXPECT_EQ(round->allotments[1].amount, Number(600'000));
  EXPECT_EQ(round->new_shares * round->price, Number(3'000'000));
}

TEST(Round, SuperProRataToATarget) {
  CapTable table = founders_only();
  table.securities.push_back({"angel", Common{2'000'000}});
  RoundTerms terms = three_on_twelve();
  terms.rights = {{"angel", ProRataRight::Kind::to_target, 1, Number::ratio(30, 100)}};
  const auto round = priced_round(table, terms);
  ASSERT_TRUE(round);
  EXPECT_EQ(round->price, Number::ratio(12, 10));
  EXPECT_EQ((Number(2'000'000) + round->allotments[1].shares) / round->post_shares, Number::ratio(30, 100));
  EXPECT_EQ(count(round->after).fully_diluted(), round->post_shares);
}

// The right of a SAFE that converts at the round's price depends on the price: it settles, to fifteen decimals.
TEST(Round, ProRataOfAnUncappedSafe) {
  CapTable table = founders_only();
  Safe safe;
  safe.amount = 1'000'000;
  safe.discount = Number::ratio(2, 10);
  table.securities.push_back({"angel", safe});
  RoundTerms terms = three_on_twelve();
  terms.rights = {{"angel", ProRataRight::Kind::on_top, 1, 0}};
  const auto round = priced_round(table, terms);
  ASSERT_TRUE(round);
  const Number before = round->conversions[0].shares / round->company_capitalization;
  EXPECT_NEAR((round->allotments[1].shares / round->new_shares).to_double(), before.to_double(), 1e-14);
}

// Pay to play, NVCA charter 5A: a holder of 20% that buys a quarter of its part keeps a quarter of its series.
TEST(Round, PayToPlayConvertsWhatWasNotBought) {
  Preferred series;
  series.shares = 2'000'000;
  series.original_price = 3;
  series.conversion_price = 3;
  CapTable table = founders_only();
  table.securities.push_back({"A", series});
  table.holdings = {{"fund", "A", 2'000'000}};
  PayToPlay terms;
  terms.series = {"A"};
  terms.round = 5'000'000;
  terms.bought = {{"fund", 250'000}};
  terms.shares_per_converted_share = Number::ratio(1, 10);
  const auto played = pay_to_play(table, terms);
  ASSERT_TRUE(played);
  EXPECT_FALSE(fault_in(played->table));
  EXPECT_EQ(shares_of(*played->table.find("A")), Number(500'000));
  EXPECT_EQ(shares_of(*played->table.find("A converted")), Number(150'000));
  const auto all = pay_to_play(table, {{"A"}, {{"fund", 1'000'000}}, 5'000'000, 1});
  EXPECT_EQ(shares_of(*all->table.find("A")), Number(2'000'000));
  EXPECT_EQ(all->table.find("A converted"), nullptr);
}

TEST(Round, EveryFigureHasAStepWithItsSource) {
  CapTable table = founders_only();
  table.securities.push_back({"angel", capped_safe(1'000'000, 10'000'000)});
  const auto round = priced_round(table, three_on_twelve());
  ASSERT_TRUE(round);
  std::vector<Step> told;
  std::copy_if(round->steps.begin(), round->steps.end(), std::back_inserter(told), [](const Step& one) { return one.subject == "angel"; });
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].rule, "cap / base");
  EXPECT_EQ(told[0].value, Number::ratio(9, 8));
  EXPECT_EQ(told[1].value, Number::ratio(8'000'000, 9));
  EXPECT_EQ(told[1].source, "YC Safe 1(a)");
}

TEST(Round, RefusesWhatCannotBe) {
  CapTable table = founders_only();
  RoundTerms terms = three_on_twelve();
  terms.pre_money = 0;
  EXPECT_FALSE(priced_round(table, terms));
  terms = three_on_twelve();
  terms.investors[0].amount = -1;
  EXPECT_FALSE(priced_round(table, terms));
  terms = three_on_twelve();
  terms.anti_dilution.series = {{"founders", Protection::full_ratchet}};
  EXPECT_FALSE(priced_round(table, terms));
  EXPECT_FALSE(priced_round({}, three_on_twelve()));
  table.securities.push_back({"safe", capped_safe(1, 0)});
  EXPECT_FALSE(priced_round(table, three_on_twelve()));
}

}  // namespace
}  // namespace warchest::equity
