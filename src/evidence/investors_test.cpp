// A table small enough to count by hand.
#include "evidence/investors.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "io/file.h"

namespace warchest::evidence {
namespace {

// first: acme 2010, acme 2011, boom 2011; second: acme 2010; third: acme 2011, boom 2012; fourth: corp 2012.
const std::string kTable =
    "company_name,investor_name,funded_at,amount_usd,us_round_type\n"
    "Acme,First,2010-03-01,4000000,series-a\n"
    "Acme,Second,2010-03-01,4000000,series-a\n"
    "Acme,First,2011-04-01,6000000,series-b\n"
    "Acme,Third,2011-04-10,6000000,series-b\n"
    "Boom,First,2011-09-01,1000000,angel\n"
    "Boom,Third,2012-02-01,2000000,series-a\n"
    "Corp,Fourth,2012-03-01,,angel\n";

io::ChequeTable table() {
  const auto read = io::read_cheques(kTable);
  EXPECT_TRUE(read) << read.error;
  return *read;
}

const InvestorEvidence& named(const InvestorsFound& found, const std::string& name) {
  const auto one = std::find_if(found.investors.begin(), found.investors.end(), [&](const auto& i) { return i.name == name; });
  EXPECT_NE(one, found.investors.end()) << name;
  return *one;
}

TEST(Investors, CountedByHand) {
  const InvestorsFound found = investors_of(table());
  EXPECT_EQ(found.as_of, (equity::Date{2012, 3, 2}));  // the day after the last row
  EXPECT_EQ(found.rounds, 5u);
  EXPECT_FALSE(found.others);  // all four fit
  const InvestorEvidence& first = named(found, "First");
  EXPECT_EQ(first.cheques, 3u);
  EXPECT_EQ(first.companies, 2u);
  EXPECT_EQ(first.back, (Trials{1, 2}));     // of acme 2011 and boom 2012 the first
  EXPECT_EQ(first.entered, (Trials{1, 2}));  // four rounds after acme 2010, two of them of companies that it held: boom 2011 and corp 2012
  EXPECT_EQ(first.years, 3u);                // 2010-03-01 is 732 days before 2012-03-02
  EXPECT_EQ(first.years_with_amounts, 2u);   // $4M in the last year, $2M in the third
  EXPECT_EQ(first.most, 3e6);
  EXPECT_FALSE(first.largest);  // three cheques tell no limit
  EXPECT_FALSE(first.per_company);
  const InvestorEvidence& second = named(found, "Second");
  EXPECT_EQ(second.back, (Trials{0, 1}));     // acme 2011
  EXPECT_EQ(second.entered, (Trials{0, 3}));  // boom 2011, boom 2012, corp 2012
  const InvestorEvidence& third = named(found, "Third");
  EXPECT_EQ(third.back, (Trials{0, 0}));
  EXPECT_EQ(third.entered, (Trials{1, 3}));  // boom 2011, boom 2012, corp 2012: it entered boom
  const InvestorEvidence& fourth = named(found, "Fourth");
  EXPECT_FALSE(fourth.capacity);
  EXPECT_EQ(fourth.entered, (Trials{0, 0}));
}

TEST(Investors, AllOthersAreOne) {
  InvestorOptions options;
  options.most = 1;
  const InvestorsFound found = investors_of(table(), options);
  ASSERT_EQ(found.investors.size(), 1u);
  EXPECT_EQ(found.investors[0].name, "First");
  ASSERT_TRUE(found.others);
  EXPECT_EQ(found.other_investors, 3u);
  EXPECT_EQ(found.others->cheques, 4u);
  EXPECT_EQ(found.others->companies, 3u);
  EXPECT_EQ(found.others->entered, (Trials{4, 5}));  // all rounds but boom 2011
  EXPECT_EQ(found.others->most, 3e6);
  EXPECT_EQ(found.others->rounds_with_amount, 3u);  // $2M, $3M, $2M
  EXPECT_FALSE(found.others->in_a_round);           // three rounds tell no range
}

// What all others paid together in a round: 21 rounds of $1M, $2M … $21M, of which two others brought two thirds.
TEST(Investors, WhatAllOthersPayInARound) {
  std::string text = "company_name,investor_name,funded_at,amount_usd,us_round_type\n";
  for (int k = 1; k <= 21; ++k) {
    for (const std::string& who : {std::string("Big"), "a" + std::to_string(k), "b" + std::to_string(k)})
      text += "c" + std::to_string(k) + "," + who + ",2011-06-01," + std::to_string(k) + "000000,a\n";
  }
  InvestorOptions options;
  options.most = 1;
  const auto read = io::read_cheques(text);
  ASSERT_TRUE(read) << read.error;
  const InvestorsFound found = investors_of(*read, options);
  ASSERT_TRUE(found.others && found.others->in_a_round);
  EXPECT_EQ(found.investors[0].per_company, 7e6);  // a third of $21M
  EXPECT_EQ(found.investors[0].companies_with_amount, 21u);
  EXPECT_FALSE(found.others->per_company);
  EXPECT_NEAR(found.others->in_a_round->low, 2e6 * 2 / 3, 1);
  EXPECT_NEAR(found.others->in_a_round->high, 20e6 * 2 / 3, 1);
  EXPECT_FALSE(found.others->largest);
}

TEST(Investors, ThoseOfACompanyComeFirst) {
  InvestorOptions options;
  options.most = 2;
  const io::ChequeTable all = table();
  options.company = static_cast<std::uint32_t>(std::find(all.companies.begin(), all.companies.end(), "Corp") - all.companies.begin());
  const InvestorsFound found = investors_of(all, options);
  ASSERT_EQ(found.investors.size(), 2u);
  EXPECT_EQ(found.investors[0].name, "Fourth");
  EXPECT_EQ(found.investors[1].name, "First");
}

// What happens from `as_of` on is not looked at.
TEST(Investors, RowsFromTheDayOnDoNotCount) {
  InvestorOptions options;
  options.as_of = equity::Date{2011, 4, 1};
  const InvestorsFound found = investors_of(table(), options);
  EXPECT_EQ(found.rounds, 1u);
  ASSERT_EQ(found.investors.size(), 2u);
  EXPECT_EQ(found.investors[0].back, (Trials{0, 0}));
}

TEST(Investors, InsidersCounted) {
  const FollowOn found = follow_on_of(table());
  EXPECT_EQ(found.any_later, (Trials{1, 3}));     // first and second at acme 2011, first at boom 2012
  EXPECT_EQ(found.next_of_last, (Trials{1, 3}));  // the same: no company has three rounds
  EXPECT_EQ(found.rounds_with_insider, (Trials{1, 2}));
  EXPECT_EQ(found.rounds_with_last, (Trials{1, 2}));
}

// Crunchbase 2013 (c) Crunchbase, crunchbase.com, CC BY, up to June 2012. Counted by a second program.
TEST(Investors, OfARealTable) {
  const auto text = io::read_file("../shared/data/crunchbase2013/investments.csv", io::kMaxDataBytes);
  if (!text) GTEST_SKIP() << "skipped: ../shared/data/crunchbase2013/investments.csv is not here";
  const auto read = io::read_cheques(*text);
  ASSERT_TRUE(read) << read.error;
  const InvestorsFound found = investors_of(*read);
  EXPECT_EQ(found.rounds, 23'634u);
  const InvestorEvidence& sequoia = named(found, "Sequoia Capital");
  EXPECT_EQ(sequoia.cheques, 414u);
  EXPECT_EQ(sequoia.back, (Trials{158, 228}));
  EXPECT_EQ(sequoia.entered, (Trials{255, 23'404}));
  const FollowOn all = follow_on_of(*read);
  EXPECT_EQ(all.any_later, (Trials{11'672, 25'786}));
  EXPECT_EQ(all.next_of_last, (Trials{10'867, 20'825}));
  EXPECT_EQ(all.rounds_with_insider, (Trials{5'353, 7'653}));
  EXPECT_EQ(all.rounds_with_last, (Trials{5'207, 7'653}));
}

}  // namespace
}  // namespace warchest::evidence
