#include "evidence/history.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "evidence/defaults.h"
#include "evidence/scene.h"
#include "io/file.h"

namespace warchest::evidence {
namespace {

const std::string kCheques =
    "company_name,us_company_id,investor_name,funded_at,amount_usd,us_round_type\n"
    "Acme,acme,First,2010-01-10,1000000,a\n"
    "Acme,acme,Second,2010-01-10,1000000,a\n"
    "Acme,acme,First,2011-01-10,3000000,b\n"
    "Boom,,Second,2010-05-01,,\n";
const std::string kRounds =
    "company_id,company_name,category,region,round_type,funded_at,raised_amount_usd\n"
    "acme,Acme,web,SF,a,2010-01-12,1000000\n"
    "corp,Corp,web,SF,a,2010-02-01,500000\n";
const std::string kCompanies =
    "id,name,category_code,state_code,region,founded_at\n"
    "acme,Acme,web,CA,SF,2009-01-01\n"
    "corp,Corp,biotech,MA,Boston,\n"
    "never,Never,web,CA,SF,2000-01-01\n";
const std::string kAcquisitions =
    "company_id,company_name,acquired_at\n"
    "corp,Corp,2010-09-01\n"
    "acme,Acme,2011-06-01\n";

History before(equity::Date day) {
  const auto history = known_before({kCheques, kRounds, kCompanies, kAcquisitions}, day);
  EXPECT_TRUE(history) << history.error;
  return *history;
}

std::size_t number(const History& history, const std::string& key) {
  const auto& keys = history.table.company_keys;
  return static_cast<std::size_t>(std::find(keys.begin(), keys.end(), key) - keys.begin());
}

TEST(History, KnowsWhatIsDatedBeforeTheDay) {
  const History all = before({2013, 1, 1});
  EXPECT_EQ(all.table.rounds.size(), 4u);  // acme twice, boom, corp
  const CompanyFacts& acme = all.companies[number(all, "id acme")];
  EXPECT_EQ(acme.rounds.size(), 2u);
  EXPECT_EQ(acme.category, "web");
  EXPECT_EQ(acme.bought, day_of({2011, 6, 1}));
  EXPECT_EQ(all.companies[number(all, "id corp")].region, "Boston");
  const History early = before({2010, 9, 1});
  EXPECT_EQ(early.table.rounds.size(), 3u);
  EXPECT_EQ(early.companies[number(early, "id acme")].rounds.size(), 1u);
  EXPECT_FALSE(early.companies[number(early, "id acme")].bought);
  EXPECT_FALSE(early.companies[number(early, "id corp")].bought);  // on that very day, so not before it
}

TEST(History, TablesThatDoNotFitAreRefused) {
  EXPECT_NE(known_before({kCheques, "a,b\n1,2\n", "", ""}, {2013, 1, 1}).error.find("there is no column"), std::string::npos);
  EXPECT_EQ(known_before({kCheques, "", "a,b\n1,2\n", ""}, {2013, 1, 1}).error, "companies: there is neither a column \"id\" nor \"name\"");
  EXPECT_NE(known_before({kCheques, "", "", "company_id\nacme\n"}, {2013, 1, 1}).error.find("acquired_at"), std::string::npos);
}

TEST(History, MonthsLater) {
  EXPECT_EQ(months_after({2010, 7, 1}, 12), (equity::Date{2011, 7, 1}));
  EXPECT_EQ(months_after({2012, 1, 31}, 1), (equity::Date{2012, 2, 29}));
  EXPECT_EQ(months_after({2010, 2, 1}, -3), (equity::Date{2009, 11, 1}));
}

// The scene of 2011-01-01: acme is held by first and second, both once, in the last round.
TEST(Scene, HoldsWhatHappenedBefore) {
  const History history = before({2013, 1, 1});
  const Vocabulary vocabulary(history);
  const Scene scene(history, vocabulary, day_of({2011, 1, 1}));
  const auto acme = static_cast<std::uint32_t>(number(history, "id acme")), corp = static_cast<std::uint32_t>(number(history, "id corp"));
  ASSERT_EQ(scene.company(acme).holdings.size(), 2u);
  EXPECT_EQ(scene.company(acme).holdings[0].rounds, 1);
  const std::uint32_t second = scene.company(acme).holdings[1].investor;
  EXPECT_EQ(scene.investor(second).cheques, 2);
  EXPECT_EQ(scene.investor(second).entries, 2);
  EXPECT_EQ(scene.investor(second).in_year, 2);
  EXPECT_EQ(scene.investor(second).back, (Trials{0, 0}));
  ASSERT_EQ(scene.investor(second).links.size(), 1u);
  EXPECT_EQ(scene.investor(second).links[0].second.together, 1);
  EXPECT_EQ(scene.investor(second).links[0].second.after, 0);
  EXPECT_TRUE(scene.alive(acme, 36));
  EXPECT_FALSE(scene.alive(acme, 6));
  EXPECT_FALSE(scene.alive(corp, 36));  // bought
  const Scene later(history, vocabulary, day_of({2011, 2, 1}));
  EXPECT_EQ(later.investor(second).back, (Trials{0, 1}));
  EXPECT_EQ(later.company(acme).holdings[0].last_round, 1);
}

// Waits by hand: acme 12 months to its second round; its second until it was bought (4.7 months); boom and corp (bought after 7).
TEST(Defaults, ByHand) {
  const DefaultFigures figures = defaults_of(before({2011, 7, 1}));
  const StageFigures& all = figures.stages[0];
  EXPECT_EQ(all.stage, "");
  EXPECT_EQ(all.rounds, 4u);
  ASSERT_EQ(all.gap.values.size(), 1u);
  EXPECT_NEAR(all.gap.quantile(0.5), 365 / kDaysOfMonth, 1e-12);
  EXPECT_EQ(all.ratio.values, std::vector<double>{3});
  EXPECT_EQ(all.again[0], 0);    // within 6 months
  EXPECT_EQ(all.again[2], 0.5);  // within 18: after 12 months two were still looked at, acme's first round and boom's
  EXPECT_EQ(figures.follow_on.any_later, (Trials{1, 2}));
}

// Crunchbase 2013 (c) Crunchbase, crunchbase.com, CC BY, up to June 2012: the figures of docs/data.md. The medians after A and B rounds are
// those that another program found among companies of the United States (14.4 and 17.4 of 2,454 and 1,471 pairs).
TEST(Defaults, OfARealTable) {
  const std::string folder = "../shared/data/crunchbase2013/";
  Tables tables;
  for (const auto& [name, text] : {std::pair("investments.csv", &tables.cheques), std::pair("rounds.csv", &tables.rounds),
                                   std::pair("companies.csv", &tables.companies), std::pair("acquisitions.csv", &tables.acquisitions)}) {
    const auto read = io::read_file(folder + name, io::kMaxDataBytes);
    if (!read) GTEST_SKIP() << "skipped: " << folder << name << " is not here";
    *text = *read;
  }
  const auto history = known_before(tables, {2012, 7, 1});
  ASSERT_TRUE(history) << history.error;
  const DefaultFigures figures = defaults_of(*history);
  const auto stage = [&figures](const std::string& name) -> const StageFigures& {
    return *std::find_if(figures.stages.begin(), figures.stages.end(), [&](const StageFigures& one) { return one.stage == name; });
  };
  EXPECT_EQ(stage("").rounds, 31'252u);
  EXPECT_EQ(stage("").gap.values.size(), 10'939u);
  EXPECT_NEAR(stage("").gap.quantile(0.5), 13.6, 0.05);
  EXPECT_EQ(stage("series-a").gap.values.size(), 2'470u);
  EXPECT_NEAR(stage("series-a").gap.quantile(0.5), 14.29, 0.01);
  EXPECT_NEAR(stage("series-b").gap.quantile(0.5), 17.41, 0.01);
  EXPECT_NEAR(stage("series-b").ratio.quantile(0.5), 1.11, 0.01);
  EXPECT_NEAR(stage("series-a").again[4], 0.61, 0.01);
  EXPECT_EQ(figures.follow_on.any_later, (Trials{11'673, 25'790}));
}

TEST(Defaults, Quantiles) {
  const Sorted sorted{{1, 2, 4}};
  EXPECT_EQ(sorted.quantile(0), 1);
  EXPECT_EQ(sorted.quantile(0.75), 3);
  EXPECT_EQ(sorted.quantile(1), 4);
  EXPECT_EQ(Sorted{}.quantile(0.5), 0);
}

}  // namespace
}  // namespace warchest::evidence
