// Cleaning, row by row; rounds put together; amounts of rounds and of cheques; and the whole of a real table where it is present.
#include "io/cheques.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <numeric>

#include "io/file.h"

namespace warchest::io {
namespace {

const std::string kHead = "company_name,investor_name,funded_at,amount_usd,us_round_type\n";

ChequeTable read(const std::string& rows, const ChequeOptions& options = {}) {
  const auto table = read_cheques(kHead + rows, options);
  EXPECT_TRUE(table) << table.error;
  return table ? *table : ChequeTable{};
}

std::size_t left_out(const ChequeTable& table, ChequeFault fault) { return table.told.left_out[static_cast<std::size_t>(fault)]; }

TEST(Cheques, TheAmountOfARoundIsSharedAmongItsInvestors) {
  const ChequeTable table = read("Acme,First,2010-03-01,9000000,series-a\nAcme,Second,2010-03-01,9000000,\nAcme,Third,2010-03-01,,\n");
  ASSERT_EQ(table.rounds.size(), 1u);
  EXPECT_EQ(table.rounds[0].amount, 9e6);
  EXPECT_EQ(table.rounds[0].stage, "series-a");
  EXPECT_EQ(table.rounds[0].date, (equity::Date{2010, 3, 1}));
  ASSERT_EQ(table.cheques.size(), 3u);
  for (const Cheque& cheque : table.cheques) EXPECT_EQ(cheque.amount, 3e6);
  EXPECT_TRUE(table.amounts_are_parts);
  EXPECT_EQ(table.investors, (std::vector<std::string>{"First", "Second", "Third"}));
  EXPECT_EQ(table.told.rounds_of_several, 1u);
  EXPECT_EQ(table.told.agreeing, 1u);
}

TEST(Cheques, OrTheAmountIsOfTheChequeIfToldSo) {
  ChequeOptions options;
  options.amount_is = AmountIs::of_the_cheque;
  const ChequeTable table =
      read("Acme,First,2010-03-01,5,\nAcme,Second,2010-03-01,2,\nAcme,First,2010-03-09,1,\nAcme,First,2010-03-09,1,\n", options);
  ASSERT_EQ(table.cheques.size(), 2u);
  EXPECT_EQ(table.cheques[0].amount, 6);  // two cheques in one round; the same one entered twice is one
  EXPECT_EQ(table.cheques[1].amount, 2);
  EXPECT_EQ(table.rounds[0].amount, 8);
  EXPECT_FALSE(table.amounts_are_parts);
  EXPECT_EQ(left_out(table, ChequeFault::repeated), 1u);
}

TEST(Cheques, RowsWithinThirtyDaysAreOneRound) {
  const ChequeTable table =
      read("Acme,First,2010-03-31,4000000,\nAcme,First,2010-03-01,3000000,\nAcme,Second,2010-03-20,3000000,\nAcme,Second,2010-04-01,7,\n");
  ASSERT_EQ(table.rounds.size(), 2u);
  EXPECT_EQ(table.rounds[0].date, (equity::Date{2010, 3, 1}));  // 31 March is the thirtieth day after it, 1 April is not
  EXPECT_EQ(table.rounds[0].cheques, 2u);
  EXPECT_EQ(table.rounds[0].amount, 4e6);  // the greatest
  EXPECT_EQ(table.rounds[1].amount, 7);
  EXPECT_EQ(left_out(table, ChequeFault::repeated), 1u);
  EXPECT_EQ(table.told.agreeing, 0u);
  ChequeOptions apart;
  apart.same_round_days = 0;
  EXPECT_EQ(read("Acme,First,2010-03-31,4,\nAcme,First,2010-03-01,3,\n", apart).rounds.size(), 2u);
}

TEST(Cheques, RoundsComeByDateWithTheirChequesTogether) {
  const ChequeTable table = read("B,First,2011-01-02,1,\nA,Second,2009-01-02,1,\nB,Third,2008-05-05,1,\nA,First,2009-01-03,1,\n");
  ASSERT_EQ(table.rounds.size(), 3u);
  EXPECT_EQ(table.companies[table.rounds[0].company], "B");
  EXPECT_EQ(table.rounds[1].cheques, 2u);
  for (std::uint32_t r = 0; r < 3; ++r) {
    const FundedRound& round = table.rounds[r];
    for (std::size_t k = round.first_cheque; k < round.first_cheque + round.cheques; ++k) EXPECT_EQ(table.cheques[k].round, r);
  }
}

TEST(Cheques, CountsWhatItLeavesOutAndWhy) {
  ChequeOptions options;
  options.from = equity::Date{2000, 1, 1};
  options.until = equity::Date{2012, 7, 1};
  options.nobody = {"Undisclosed"};
  const ChequeTable table = read(
      ",First,2010-03-01,1,\n"
      "Acme,  ,2010-03-01,1,\n"
      "Acme,undisclosed,2010-03-01,1,\n"
      "Acme,First,,1,\n"
      "Acme,First,2010-02-30,1,\n"
      "Acme,First,March 2010,1,\n"
      "Acme,First,1999-12-31,1,\n"
      "Acme,First,2012-07-01,1,\n"
      "Acme,First,2012-06-30,-4,\n"
      "Acme, FIRST ,2010-01-01,n/a,\n",
      options);
  EXPECT_EQ(table.told.rows, 10u);
  EXPECT_EQ(table.told.kept, 2u);
  EXPECT_EQ(table.told.without_amount, 2u);
  EXPECT_EQ(table.told.first_of_january, 1u);
  EXPECT_EQ(table.told.names_joined, 1u);
  EXPECT_EQ(table.investors, std::vector<std::string>{"First"});
  EXPECT_EQ(table.rounds[1].amount, std::nullopt);
  const std::vector<std::string> told = {
      "2 of 10 rows are cheques",
      "1 name no company; the first is line 2",
      "1 name no investor; the first is line 3",
      "1 name nobody in particular; the first is line 4",
      "1 have no date; the first is line 5",
      "2 have a date that is no day (wanted: 2011-08-31); the first is line 6",
      "1 are earlier than asked for; the first is line 8",
      "1 are later than asked for; the first is line 9",
      "2 of the cheques have no amount",
      "1 of the cheques are dated January 1: most of these know the year alone",
      "1 spellings were taken for another one's",
  };
  EXPECT_EQ(told_in_words(table.told), told);
}

TEST(Cheques, OtherTablesHaveOtherColumns) {
  ChequeOptions options;
  options.company = "Startup";
  options.investor = "Fund";
  options.date = "Day";
  options.amount = "EUR";
  options.stage = "Stage";
  const auto table = read_cheques("Day,Fund,Startup,EUR,x\n2020-05-01,Alpha,Acme,1.5e6,y\n", options);
  ASSERT_TRUE(table) << table.error;
  EXPECT_EQ(table->rounds[0].amount, 1.5e6);
  EXPECT_EQ(table->rounds[0].stage, "");
  EXPECT_EQ(read_cheques("Day,Fund,EUR\n2020-05-01,Alpha,1\n", options).error,
            "there is no column \"Startup\"; the columns are: Day, Fund, EUR");
}

// A table of rounds beside one of cheques: rounds that both tell are one, told by its id where a row has one; others have no cheques.
TEST(Cheques, TablesOfRoundsJoinThoseOfCheques) {
  ChequeSource cheques{
      "company_name,us_company_id,investor_name,funded_at,amount_usd,us_round_type\n"
      "Acme Inc,acme,First,2010-03-01,3000000,series-a\n"
      "Acme,,First,2010-03-05,7000000,\n",
      {}};
  cheques.options.company_id = "us_company_id";
  ChequeSource rounds{
      "company_id,company_name,round_type,funded_at,raised_amount_usd\n"
      "acme,Acme,series-a,2010-03-11,4000000\n"
      "acme,Acme,series-b,2011-03-11,\n"
      "boom,Boom,angel,2009-01-01,100\n",
      {}};
  rounds.options.company_id = "company_id";
  rounds.options.investor = "";
  rounds.options.amount = "raised_amount_usd";
  rounds.options.stage = "round_type";
  const auto table = read_cheques({cheques, rounds});
  ASSERT_TRUE(table) << table.error;
  EXPECT_EQ(table->company_keys, (std::vector<std::string>{"id acme", "name acme", "id boom"}));
  ASSERT_EQ(table->rounds.size(), 4u);
  EXPECT_EQ(table->rounds[0].cheques, 0u);  // boom
  EXPECT_EQ(table->rounds[0].amount, 100);
  EXPECT_EQ(table->rounds[1].cheques, 1u);
  EXPECT_EQ(table->rounds[1].amount, 4000000);  // the greatest of what is told of it
  EXPECT_EQ(table->rounds[2].company, 1u);      // another Acme: its row has no id
  EXPECT_EQ(table->rounds[3].stage, "series-b");
  EXPECT_EQ(table->rounds[3].amount, std::nullopt);
  EXPECT_EQ(table->told.kept, 2u);
  EXPECT_EQ(table->told.rounds_alone, 3u);
  EXPECT_EQ(table->told.rows, 5u);
  EXPECT_EQ(table->companies[0], "Acme Inc");
}

TEST(Cheques, OnlyRowsThatAreAskedFor) {
  ChequeOptions options;
  options.where = {{"us_round_type", "Series-A "}};
  const ChequeTable table = read("Acme,First,2010-03-01,1,series-a\nAcme,First,2011-03-01,1,series-b\n", options);
  EXPECT_EQ(table.rounds.size(), 1u);
  EXPECT_EQ(left_out(table, ChequeFault::elsewhere), 1u);
  options.where = {{"sector", "x"}};
  EXPECT_EQ(read_cheques(kHead, options).error.substr(0, 28), "there is no column \"sector\";");
}

TEST(Cheques, ATableWithoutAnyFails) {
  EXPECT_EQ(read_cheques(kHead).error, "the table holds no cheque: 0 of 0 rows are cheques");
  EXPECT_EQ(read_cheques(kHead + "Acme,First,soon,1,\n").error,
            "the table holds no cheque: 0 of 1 rows are cheques; 1 have a date that is no day (wanted: 2011-08-31); the first is line 2");
  EXPECT_NE(read_cheques("").error, "");
  EXPECT_NE(read_cheques(kHead + "Acme\n").error, "");
}

// Every row is a cheque or is counted among what was left out; parts of a round make the round.
RC_GTEST_PROP(Cheques, NothingIsLostUncounted, ()) {
  std::string rows;
  const int count = *rc::gen::inRange(1, 60);
  for (int k = 0; k < count; ++k) {
    rows += *rc::gen::element<std::string>("A", "a", "B", " ", "C") + "," + *rc::gen::element<std::string>("x", "X ", "y", "z", "") + ",";
    rows += *rc::gen::element<std::string>("2010-01-01", "2010-01-20", "2010-02-05", "2011-06-30", "", "2010-13-01") + ",";
    rows += *rc::gen::element<std::string>("10", "20", "", "0", "ten") + ",\n";
  }
  ChequeOptions options;
  options.amount_is = *rc::gen::element(AmountIs::of_the_round, AmountIs::of_the_cheque);
  const auto table = read_cheques(kHead + rows, options);
  if (!table) return;
  const auto& told = table->told;
  RC_ASSERT(told.rows == static_cast<std::size_t>(count));
  RC_ASSERT(told.kept + std::accumulate(told.left_out.begin(), told.left_out.end(), std::size_t{0}) == told.rows);
  RC_ASSERT(table->cheques.size() <= told.kept);
  if (options.amount_is == AmountIs::of_the_round) RC_ASSERT(table->cheques.size() == told.kept);
  std::size_t cheques = 0;
  for (const FundedRound& round : table->rounds) {
    double sum = 0;
    for (std::size_t k = round.first_cheque; k < round.first_cheque + round.cheques; ++k) {
      sum += table->cheques[k].amount.value_or(0);
      for (std::size_t j = round.first_cheque; j < k; ++j) RC_ASSERT(table->cheques[j].investor != table->cheques[k].investor);
    }
    RC_ASSERT(std::abs(sum - round.amount.value_or(0)) < 1e-9);
    cheques += round.cheques;
  }
  RC_ASSERT(cheques == table->cheques.size());
}

RC_GTEST_PROP(Cheques, AnyBytesAreReadOrRefused, (const std::string& bytes)) {
  const auto table = read_cheques(kHead + bytes);
  RC_ASSERT(table || !table.error.empty());
}

// Crunchbase 2013 (c) Crunchbase, crunchbase.com, CC BY, up to June 2012. Counted by a second program.
TEST(Cheques, ARealTableIsReadWhole) {
  const auto text = read_file("../shared/data/crunchbase2013/investments.csv", kMaxDataBytes);
  if (!text) GTEST_SKIP() << "skipped: ../shared/data/crunchbase2013/investments.csv is not here";
  const auto table = read_cheques(*text);
  ASSERT_TRUE(table) << table.error;
  EXPECT_EQ(table->told.rows, 58'333u);
  EXPECT_EQ(left_out(*table, ChequeFault::no_date), 97u);
  EXPECT_EQ(left_out(*table, ChequeFault::repeated), 189u);
  EXPECT_EQ(table->cheques.size(), 58'047u);
  EXPECT_EQ(table->rounds.size(), 23'634u);
  EXPECT_EQ(table->companies.size(), 15'981u);
  EXPECT_EQ(table->investors.size(), 12'194u);
  EXPECT_EQ(table->told.without_amount, 5'006u);
  EXPECT_EQ(table->told.first_of_january, 3'393u);
  EXPECT_EQ(table->told.rounds_of_several, 12'312u);
  EXPECT_EQ(table->told.agreeing, 12'132u);  // so the amount is the round's, not the cheque's
  double raised = 0;
  for (const FundedRound& round : table->rounds) raised += round.amount.value_or(0);
  EXPECT_NEAR(raised, 223'757'832'650.0, 1);
}

}  // namespace
}  // namespace warchest::io
