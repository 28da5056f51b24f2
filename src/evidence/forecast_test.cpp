// A made-up market whose ways are known, and the law of the forecast test: what is dated from the split on changes no forecast.
#include "evidence/forecast.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace warchest::evidence {
namespace {

const std::string kHead = "company_name,us_company_id,investor_name,funded_at,amount_usd,us_round_type\n";

std::string row(const std::string& company, const std::string& investor, equity::Date date, double amount, const std::string& stage) {
  return fmt::format("{},{},{},{},{},{}\n", company, company, investor, equity::spelled(date), amount, stage);
}

// Every month two companies begin. Of the first kind ("quick") all raise again every 12 months, from the same two investors; of the second
// ("once") none ever does. The chance of a quick one is below 1 because some are due in the last days of the horizon. Every quick one is
// paid by a pair of four pairs; the once ones by passers-by.
std::string market(int months) {
  std::string text;
  for (int m = 0; m < months; ++m) {
    const equity::Date begin = months_after({2004, 1, 15}, m);
    for (int later = 0; m + later < months; later += 12) {
      const equity::Date date = months_after(begin, later);
      text += row(fmt::format("quick{}", m), fmt::format("lead{}", m % 4), date, 1e6, "quick");
      text += row(fmt::format("quick{}", m), fmt::format("friend{}", m % 4), date, 1e6, "quick");
    }
    text += row(fmt::format("once{}", m), fmt::format("passer{}", m % 7), begin, 1e5, "once");
  }
  return text;
}

ForecastOptions small() {
  ForecastOptions options;
  options.split = {2009, 1, 1};
  options.of_round.landmarks = 6;
  options.of_round.ridge = 1;
  options.of_book.landmarks = 4;
  options.of_book.one_in = 1;
  options.draws = 20;
  options.listed = 10;
  return options;
}

TEST(Forecast, LearnsWhatAMadeUpMarketDoes) {
  const Tables tables{kHead + market(96), "", "", ""};
  const ForecastOptions options = small();
  const auto foretold = foretell(tables, options);
  ASSERT_TRUE(foretold) << foretold.error;
  EXPECT_GT(foretold->companies.size(), 60u);
  for (const CompanyForecast& one : foretold->companies) {
    const bool quick = one.name.rfind("quick", 0) == 0;
    EXPECT_TRUE(quick ? one.ours > 0.7 : one.ours < 0.1) << one.name << " " << one.ours;
    if (!quick) continue;
    const std::string pair = one.name.substr(5);
    const int which = std::stoi(pair) % 4;
    ASSERT_GE(one.book.size(), 2u);
    std::vector<std::string> first(one.book.begin(), one.book.begin() + 2);
    std::sort(first.begin(), first.end());
    EXPECT_EQ(first, (std::vector<std::string>{fmt::format("name friend{}", which), fmt::format("name lead{}", which)}));
  }
  const auto scored = score(*foretold, tables, options);
  ASSERT_TRUE(scored) << scored.error;
  EXPECT_GT(scored->chances[0].auc.value, 0.999);
  EXPECT_LT(scored->chances[0].brier.value, 0.01);
  EXPECT_EQ(scored->lists[0].recall_5.value, 1);
  EXPECT_EQ(scored->payers, 2 * scored->books);
  EXPECT_EQ(scored->payers_inside, scored->payers);
  EXPECT_EQ(scored->payers_met, scored->payers);
  EXPECT_EQ(scored->last, (equity::Date{2011, 12, 15}));
  EXPECT_GT(scored->chances[3].brier.value, 0.2);  // the base rate tells nobody apart
}

bool same(const Foretold& a, const Foretold& b) {
  if (a.base_rate != b.base_rate || a.companies.size() != b.companies.size() || a.met != b.met || a.rounds != b.rounds) return false;
  for (std::size_t k = 0; k < a.companies.size(); ++k) {
    const CompanyForecast &one = a.companies[k], &other = b.companies[k];
    if (one.key != other.key || one.ours != other.ours || one.plain != other.plain || one.plain_since != other.plain_since ||
        one.book != other.book || one.last != other.last || one.active != other.active)
      return false;
  }
  return true;
}

// Rows dated from the split on are dropped, changed or made up, anywhere in the table; the forecasts stay the same, bit by bit.
RC_GTEST_PROP(Forecast, NothingDatedFromTheSplitOnChangesAForecast, ()) {
  static const std::string kPast = market(60);
  static const Tables kKnown{kHead + kPast, "", "", "company_id,company_name,acquired_at\nquick50,quick50,2008-12-31\n"};
  static const Foretold kExpected = *foretell(kKnown, small());
  std::string before, after;
  std::string acquisitions = kKnown.acquisitions;
  const int count = *rc::gen::inRange(0, 40);
  for (int k = 0; k < count; ++k) {
    const equity::Date date = months_after({2009, 1, 1}, *rc::gen::inRange(0, 40));
    const std::string company = *rc::gen::element<std::string>("quick59", "quick48", "once59", "once30", "new1", "new2");
    const std::string investor = *rc::gen::element<std::string>("lead1", "friend3", "passer5", "stranger", "LEAD2");
    (*rc::gen::arbitrary<bool>() ? before : after) += row(company, investor, date, *rc::gen::inRange(1, 1000) * 1e5, "late");
    if (*rc::gen::inRange(0, 4) == 0) acquisitions += fmt::format("{},{},{}\n", company, company, equity::spelled(date));
  }
  const Tables changed{kHead + kPast + before + after, "", "", acquisitions};
  const auto foretold = foretell(changed, small());
  RC_ASSERT(bool(foretold));
  RC_ASSERT(same(*foretold, kExpected));
  // Nor do rows that stand before those of the past: what is left out takes no number.
  const auto renumbered = foretell({kHead + before + kPast, "", "", acquisitions}, small());
  RC_ASSERT(bool(renumbered));
  RC_ASSERT(same(*renumbered, kExpected));
}

// And they do read what is dated the day before.
TEST(Forecast, ARowOfTheDayBeforeCounts) {
  const Tables known{kHead + market(60), "", "", ""};
  const Tables more{kHead + market(60) + row("once59", "lead1", {2008, 12, 31}, 1e6, "quick"), "", "", ""};
  EXPECT_FALSE(same(*foretell(known, small()), *foretell(more, small())));
}

TEST(Forecast, ATableWithoutAPastIsRefused) {
  ForecastOptions options = small();
  options.split = {2003, 1, 1};
  const auto foretold = foretell({kHead + market(12), "", "", ""}, options);
  EXPECT_NE(foretold.error.find("later than asked for"), std::string::npos) << foretold.error;
}

}  // namespace
}  // namespace warchest::evidence
