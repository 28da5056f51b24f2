// What ends a security and what is left, by both rules; the order within a day; splits; absolute values.
#include "io/ocf_packages_test.h"

namespace warchest::io {
namespace {

using equity::Date;
using equity::Number;

constexpr TerminalRule kRules[] = {TerminalRule::strict, TerminalRule::netting};

std::string cancel(const std::string& quantity, const std::string& balance = "", const std::string& id = "x",
                   const std::string& date = "2023-01-01") {
  return TestPackage::tx("STOCK_CANCELLATION", id, "s1", date,
                         fmt::format(R"("quantity": "{}", "reason_text": "r"{})", quantity,
                                     balance.empty() ? "" : fmt::format(R"(, "balance_security_id": "{}")", balance)));
}

TestPackage with(std::vector<std::string> transactions) {
  TestPackage package;
  package.plans = {TestPackage::plan("1000")};
  package.transactions = std::move(transactions);
  return package;
}

TEST(OcfLedger, ABalanceIsItsOwnIssuanceByEitherRule) {
  for (const TerminalRule rule : kRules) {
    const OcfImport imported =
        with({TestPackage::stock("s1", "100"), cancel("30", "s2"), TestPackage::stock("s2", "70", "2023-01-01")}).import(rule);
    EXPECT_EQ(outstanding(imported, "s1"), "nothing");
    EXPECT_EQ(outstanding(imported, "s2"), "70");
    EXPECT_TRUE(imported.anomalies.empty()) << imported.anomalies.begin()->first;
  }
}

TEST(OcfLedger, APartWithoutABalance) {
  const TestPackage package = with({TestPackage::stock("s1", "100"), cancel("30")});
  EXPECT_EQ(outstanding(package.import(TerminalRule::strict), "s1"), "nothing");
  EXPECT_EQ(outstanding(package.import(TerminalRule::netting), "s1"), "70");
  for (const TerminalRule rule : kRules) EXPECT_EQ(anomaly(package.import(rule), "partial_without_balance"), 1U);
}

TEST(OcfLedger, ABalanceThatWasNeverIssuedIsNone) {
  const TestPackage package = with({TestPackage::stock("s1", "100"), cancel("30", "ghost")});
  const OcfImport netted = package.import(TerminalRule::netting);
  EXPECT_EQ(outstanding(netted, "s1"), "70");
  EXPECT_EQ(anomaly(netted, "dangling_resulting_or_balance_id"), 1U);
  EXPECT_EQ(anomaly(netted, "partial_without_balance"), 1U);
}

TEST(OcfLedger, AWrongBalanceIsNamed) {
  EXPECT_EQ(
      anomaly(with({TestPackage::stock("s1", "100"), cancel("30", "s2"), TestPackage::stock("s2", "71")}).import(), "balance_mismatch"),
      1U);
}

TEST(OcfLedger, EndedTwiceAndTooMuch) {
  const TestPackage twice = with({TestPackage::stock("s1", "100"), cancel("60"), cancel("60", "", "y", "2023-02-01")});
  for (const TerminalRule rule : kRules) {
    const OcfImport imported = twice.import(rule);
    EXPECT_EQ(anomaly(imported, "several_terminal_tx_on_one_security"), 1U);
    EXPECT_EQ(anomaly(imported, "over_reduced"), 1U);
    EXPECT_EQ(anomaly(imported, "partial_without_balance"), 2U);
    EXPECT_EQ(outstanding(imported, "s1"), "nothing") << "never below nothing";
  }
  EXPECT_EQ(anomaly(with({TestPackage::stock("s1", "100"), cancel("101")}).import(), "over_reduced"), 1U);
}

TEST(OcfLedger, EveryTerminalTransactionEnds) {
  const std::string results = R"("resulting_security_ids": ["s2"])";
  const std::vector<std::pair<const char*, std::string>> on_stock{
      {"STOCK_CANCELLATION", R"("quantity": "100", "reason_text": "r")"},
      {"STOCK_RETRACTION", R"("reason_text": "r")"},
      {"STOCK_REPURCHASE", R"("quantity": "100", "price": {"amount": "1", "currency": "USD"})"},
      {"STOCK_TRANSFER", R"("quantity": "100", )" + results},
      {"STOCK_CONVERSION", R"("quantity_converted": "100", )" + results},
      {"STOCK_REISSUANCE", results},
  };
  for (const TerminalRule rule : kRules) {
    for (const auto& [type, more] : on_stock) {
      const OcfImport imported = with({TestPackage::stock("s1", "100"), TestPackage::tx(type, "x", "s1", "2023-01-01", more),
                                       TestPackage::stock("s2", "100", "2023-01-01")})
                                     .import(rule);
      EXPECT_EQ(outstanding(imported, "s1"), "nothing") << type;
      EXPECT_EQ(outstanding(imported, "s2"), "100") << type;
      EXPECT_TRUE(imported.anomalies.empty()) << type << " " << imported.anomalies.begin()->first;
    }
    for (const char* type : {"EXERCISE", "RELEASE"}) {
      const std::string release =
          std::string(type) == "RELEASE" ? R"(, "release_price": {"amount": "1", "currency": "USD"}, "settlement_date": "2023-01-02")" : "";
      const OcfImport imported = with({TestPackage::option("s1", "100"),
                                       TestPackage::tx(std::string("EQUITY_COMPENSATION_") + type, "x", "s1", "2023-01-01",
                                                       R"("quantity": "100", )" + results + release),
                                       TestPackage::stock("s2", "100", "2023-01-01")})
                                     .import(rule);
      EXPECT_EQ(outstanding(imported, "s1"), "nothing") << type;
      EXPECT_TRUE(imported.anomalies.empty()) << type << " " << imported.anomalies.begin()->first;
    }
  }
}

TEST(OcfLedger, Consolidation) {
  const std::string merge =
      R"({"object_type": "TX_STOCK_CONSOLIDATION", "id": "x", "date": "2023-01-01", "security_ids": ["s1", "s2"], "resulting_security_id": "s3"})";
  const OcfImport imported =
      with({TestPackage::stock("s1", "60"), TestPackage::stock("s2", "40"), merge, TestPackage::stock("s3", "100", "2023-01-01")}).import();
  EXPECT_EQ(imported.outstanding.size(), 1U);
  EXPECT_EQ(outstanding(imported, "s3"), "100");
  EXPECT_TRUE(imported.anomalies.empty());
}

TEST(OcfLedger, ResultsThatDoNotAddUp) {
  const std::string exercise =
      TestPackage::tx("EQUITY_COMPENSATION_EXERCISE", "x", "o1", "2023-01-01", R"("quantity": "100", "resulting_security_ids": ["s2"])");
  EXPECT_EQ(anomaly(with({TestPackage::option("o1", "100"), exercise, TestPackage::stock("s2", "10000", "2023-01-01")}).import(),
                    "quantity_mismatch"),
            1U);
}

TEST(OcfLedger, AsOf) {
  const TestPackage package = with({TestPackage::stock("s1", "100"), cancel("100"), TestPackage::stock("s2", "50", "2025-06-01")});
  const OcfImport all = package.import();
  EXPECT_EQ(outstanding(all, "s2"), "50");
  EXPECT_EQ(anomaly(all, "after_as_of"), 1U);
  EXPECT_EQ(spelled(all.as_of), "2025-06-01");
  OcfOptions options;
  options.as_of = Date{2022, 12, 31};
  const OcfImport before = package.import(options);
  EXPECT_EQ(outstanding(before, "s1"), "100");
  EXPECT_EQ(outstanding(before, "s2"), "nothing");
  EXPECT_EQ(before.counts.applied, 1U);
  EXPECT_EQ(before.counts.transactions, 3U);
  EXPECT_EQ(spelled(before.as_of), "2022-12-31");
}

TEST(OcfLedger, ATransactionBeforeItsIssuanceWaitsForIt) {
  const OcfImport imported = with({cancel("100", "", "x", "2021-01-01"), TestPackage::stock("s1", "100")}).import();
  EXPECT_EQ(outstanding(imported, "s1"), "nothing");
  EXPECT_EQ(anomaly(imported, "before_issuance"), 1U);
  OcfOptions options;
  options.as_of = Date{2021, 6, 1};
  EXPECT_EQ(with({cancel("100", "", "x", "2021-01-01"), TestPackage::stock("s1", "100")}).import(options).counts.applied, 0U);
}

std::string split(const std::string& date, const char* numerator = "2", const char* denominator = "1", const std::string& id = "split") {
  return fmt::format(
      R"({{"object_type": "TX_STOCK_CLASS_SPLIT", "id": "{}", "date": "{}", "stock_class_id": "common", "split_ratio": {{"numerator": "{}", "denominator": "{}"}}}})",
      id, date, numerator, denominator);
}

TEST(OcfLedger, ASplitMultipliesWhatWasIssuedBeforeItsDay) {
  const OcfImport imported = with({TestPackage::stock("s1", "100"), TestPackage::stock("s2", "50", "2023-03-01"),
                                   TestPackage::stock("s3", "10", "2023-03-02"), split("2023-03-01")})
                                 .import();
  EXPECT_EQ(outstanding(imported, "s1"), "200");
  EXPECT_EQ(outstanding(imported, "s2"), "50") << "a certificate of that day is already split";
  EXPECT_EQ(outstanding(imported, "s3"), "10");
  EXPECT_TRUE(decided(imported, "split"));
}

TEST(OcfLedger, ACertificateReissuedForTheSplitIsNotSplitAgain) {
  const std::string reissue =
      TestPackage::tx("STOCK_REISSUANCE", "x", "s1", "2023-03-01", R"("resulting_security_ids": ["s2"], "split_transaction_id": "split")");
  const std::string early = TestPackage::stock("s2", "200", "2023-02-28", "ann", "common", R"("split_transaction_id": "split",)");
  const OcfImport imported = with({TestPackage::stock("s1", "100"), reissue, early, split("2023-03-01")}).import();
  EXPECT_EQ(imported.classes.at(0).issued, 200);
  EXPECT_EQ(anomaly(imported, "quantity_mismatch"), 0U);
}

TEST(OcfLedger, SplitsCompoundAndAReverseSplitDivides) {
  const OcfImport imported =
      with({TestPackage::stock("s1", "100"), split("2023-03-01", "3", "1", "a"), split("2023-04-01", "1", "4", "b")}).import();
  EXPECT_EQ(outstanding(imported, "s1"), "75");
  const OcfImport bad = with({TestPackage::stock("s1", "100"), split("2023-03-01", "2", "0")}).import();
  EXPECT_EQ(outstanding(bad, "s1"), "100");
  EXPECT_EQ(anomaly(bad, "bad_split"), 1U);
}

TEST(OcfLedger, PartsAreCountedAfterASplit) {
  const TestPackage package = with({TestPackage::stock("s1", "100"), split("2023-03-01"), cancel("150", "", "x", "2023-03-01")});
  EXPECT_EQ(outstanding(package.import(TerminalRule::netting), "s1"), "50");
  EXPECT_EQ(anomaly(package.import(TerminalRule::netting), "over_reduced"), 0U);
}

TEST(OcfLedger, OptionsAreSplitOnlyWhenAsked) {
  const TestPackage package = with({TestPackage::option("o1", "100"), split("2023-03-01")});
  EXPECT_EQ(outstanding(package.import(), "o1"), "100");
  EXPECT_TRUE(decided(package.import(), "split_leaves_options"));
  OcfOptions options;
  options.split_options = true;
  const OcfImport imported = package.import(options);
  EXPECT_EQ(outstanding(imported, "o1"), "200");
  EXPECT_EQ(imported.outstanding.at(0).price->text(), "1/4");
}

// ------------------------------------------------------------------------------------------------------------------- absolute values

std::string pool_adjustment(const std::string& date, const std::string& shares, const std::string& id) {
  return fmt::format(
      R"({{"object_type": "TX_STOCK_PLAN_POOL_ADJUSTMENT", "id": "{}", "date": "{}", "stock_plan_id": "plan", "shares_reserved": "{}"}})",
      id, date, shares);
}

TEST(OcfLedger, PoolAdjustmentsAreAbsoluteAndTheLatestWins) {
  const OcfImport imported =
      with({pool_adjustment("2023-06-01", "3000", "b"), pool_adjustment("2023-01-01", "2000", "a"), TestPackage::option("o1", "100")})
          .import();
  EXPECT_EQ(imported.plans.at(0).reserved, 3000);
  EXPECT_EQ(imported.plans.at(0).available, 2900);
  EXPECT_TRUE(imported.anomalies.empty());
}

TEST(OcfLedger, TwoOfOneDayMustAgree) {
  const OcfImport agree = with({pool_adjustment("2023-01-01", "2000", "a"), pool_adjustment("2023-01-01", "2000.0", "b")}).import();
  EXPECT_EQ(agree.plans.at(0).reserved, 2000);
  EXPECT_TRUE(agree.anomalies.empty());
  const OcfImport differ = with({pool_adjustment("2023-01-01", "2000", "a"), pool_adjustment("2023-01-01", "3000", "b")}).import();
  EXPECT_EQ(anomaly(differ, "same_day_disagreement"), 1U);
  EXPECT_FALSE(differ.table) << "nobody knows how large the pool is";
  const OcfImport settled = with({pool_adjustment("2023-01-01", "2000", "a"), pool_adjustment("2023-01-01", "3000", "b"),
                                  pool_adjustment("2023-02-01", "4000", "c")})
                                .import();
  EXPECT_EQ(settled.plans.at(0).reserved, 4000);
  EXPECT_TRUE(settled.table);
}

TEST(OcfLedger, Repricing) {
  const std::string reprice = TestPackage::tx("EQUITY_COMPENSATION_REPRICING", "x", "o1", "2023-01-01",
                                              R"("new_exercise_price": {"amount": "0.25", "currency": "USD"})");
  EXPECT_EQ(with({TestPackage::option("o1", "100"), reprice}).import().outstanding.at(0).price->text(), "1/4");
}

TEST(OcfLedger, WhatAPlanStillHas) {
  const std::string cancelled =
      TestPackage::tx("EQUITY_COMPENSATION_CANCELLATION", "c", "o1", "2023-01-01", R"("quantity": "100", "reason_text": "left")");
  const std::string exercised =
      TestPackage::tx("EQUITY_COMPENSATION_EXERCISE", "e", "o2", "2023-01-01", R"("quantity": "200", "resulting_security_ids": ["s2"])");
  const std::string shares = TestPackage::stock("s2", "200", "2023-01-01", "bob", "common", R"("stock_plan_id": "plan",)");
  TestPackage package = with(
      {TestPackage::option("o1", "100"), TestPackage::option("o2", "200"), cancelled, exercised, shares, TestPackage::option("o3", "50")});
  const OcfStockPlan plan = package.import().plans.at(0);
  EXPECT_EQ(plan.available, 750) << "1000 - 200 exercised - 50 granted; the cancelled 100 returned";
  EXPECT_EQ(plan.used, 200);
  EXPECT_EQ(plan.outstanding, 50);
  package.plans = {TestPackage::plan("1000", R"("default_cancellation_behavior": "RETIRE", )")};
  EXPECT_EQ(package.import().plans.at(0).available, 650);
  package.transactions.push_back(TestPackage::tx("STOCK_PLAN_RETURN_TO_POOL", "r", "o1", "2023-01-01",
                                                 R"("quantity": "40", "stock_plan_id": "plan", "reason_text": "r")"));
  EXPECT_EQ(package.import().plans.at(0).available, 690) << "the event counts, not the plan's default";
  package.plans = {TestPackage::plan("100")};
  EXPECT_EQ(package.import().plans.at(0).available, 0);
  EXPECT_EQ(anomaly(package.import(), "pool_overdrawn"), 1U);
}

// ------------------------------------------------------------------------------------------------------------------- warrants

std::string warrant(const std::string& more) {
  return R"({"object_type": "TX_WARRANT_ISSUANCE", "id": "issue w1", "security_id": "w1", "custom_id": "W-1", "date": "2022-01-01", "stakeholder_id": "bob", )" +
         more +
         R"("exercise_price": {"amount": "1", "currency": "USD"}, "purchase_price": {"amount": "0", "currency": "USD"}, "security_law_exemptions": [],
         "exercise_triggers": [{"trigger_id": "t", "type": "ELECTIVE_AT_WILL", "conversion_right": {"type": "WARRANT_CONVERSION_RIGHT",
         "converts_to_stock_class_id": "common", "conversion_mechanism": {"type": "FIXED_AMOUNT_CONVERSION", "converts_to_quantity": "900"}}}]})";
}

TEST(OcfLedger, WhichQuantityOfAWarrantCounts) {
  const OcfImport fixed = with({warrant(R"("quantity": "1000", "quantity_source": "INSTRUMENT_FIXED", )")}).import();
  EXPECT_EQ(outstanding(fixed, "w1"), "1000");
  EXPECT_EQ(anomaly(fixed, "quantities_differ"), 1U);
  const OcfImport unsaid = with({warrant(R"("quantity": "1000", )")}).import();
  EXPECT_EQ(outstanding(unsaid, "w1"), "1000");
  EXPECT_EQ(anomaly(unsaid, "quantities_differ"), 1U);
  for (const char* source : {"HUMAN_ESTIMATED", "MACHINE_ESTIMATED"}) {
    const OcfImport estimated = with({warrant(fmt::format(R"("quantity": "1000", "quantity_source": "{}", )", source))}).import();
    EXPECT_EQ(outstanding(estimated, "w1"), "900");
    EXPECT_EQ(anomaly(estimated, "mechanism_quantity"), 1U);
  }
  const OcfImport absent = with({warrant("")}).import();
  EXPECT_EQ(outstanding(absent, "w1"), "900");
  EXPECT_EQ(anomaly(absent, "mechanism_quantity"), 1U);
  EXPECT_TRUE(with({warrant(R"("quantity": "900", )")}).import().anomalies.empty());
}

TEST(OcfLedger, AConversionOfAConvertibleIsWhole) {
  const std::string safe =
      TestPackage::convertible("c1", "SAFE", R"("type": "SAFE_CONVERSION", "conversion_mfn": false, "conversion_timing": "POST_MONEY")");
  const std::string conversion =
      TestPackage::tx("CONVERTIBLE_CONVERSION", "x", "c1", "2023-01-01",
                      R"("quantity_converted": "5000", "resulting_security_ids": ["s2"], "reason_text": "r", "trigger_id": "t")");
  for (const TerminalRule rule : kRules) {
    const OcfImport imported = with({safe, conversion, TestPackage::stock("s2", "5000", "2023-01-01")}).import(rule);
    EXPECT_EQ(outstanding(imported, "c1"), "nothing");
    EXPECT_EQ(anomaly(imported, "over_reduced") + anomaly(imported, "partial_without_balance"), 0U)
        << "quantity_converted are shares, not money";
    EXPECT_TRUE(decided(imported, "conversion_quantity"));
  }
  const std::string part = TestPackage::tx("CONVERTIBLE_CANCELLATION", "x", "c1", "2023-01-01",
                                           R"("amount": {"amount": "40", "currency": "USD"}, "reason_text": "r")");
  EXPECT_EQ(outstanding(with({safe, part}).import(TerminalRule::netting), "c1"), "60");
  EXPECT_EQ(outstanding(with({safe, part}).import(TerminalRule::strict), "c1"), "nothing");
}

TEST(OcfLedger, WhatCannotBeAppliedIsNamedAndLeftOut) {
  EXPECT_EQ(anomaly(with({TestPackage::stock("s1", "-5")}).import(), "negative_quantity"), 1U);
  EXPECT_EQ(anomaly(with({TestPackage::stock("s1", "many")}).import(), "no_quantity"), 1U);
  EXPECT_EQ(anomaly(with({TestPackage::stock("s1", "5", "yesterday")}).import(), "no_date"), 1U);
  std::string again = TestPackage::stock("s1", "7");
  again.replace(again.find("issue s1"), 8, "issue s2");
  const OcfImport twice = with({TestPackage::stock("s1", "5"), again}).import();
  EXPECT_EQ(anomaly(twice, "duplicate_security_id"), 1U);
  EXPECT_EQ(outstanding(twice, "s1"), "5");
  const std::string wrong = TestPackage::tx("WARRANT_RETRACTION", "x", "s1", "2023-01-01", R"("reason_text": "r")");
  const OcfImport kinds = with({TestPackage::stock("s1", "5"), wrong}).import();
  EXPECT_EQ(anomaly(kinds, "wrong_kind"), 1U);
  EXPECT_EQ(outstanding(kinds, "s1"), "5");
}

}  // namespace
}  // namespace warchest::io
