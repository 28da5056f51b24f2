// From what a package says to terms, and what is asked instead of guessed.
#include <algorithm>

#include "equity/waterfall.h"
#include "io/ocf_packages_test.h"

namespace warchest::io {
namespace {

using equity::Number;

bool asks(const OcfImport& imported, const std::string& field) {
  return std::any_of(imported.questions.begin(), imported.questions.end(),
                     [&](const OcfQuestion& question) { return question.field == field; });
}

TestPackage series(const std::string& more, const std::string& seniority = "2") {
  TestPackage package;
  package.classes.push_back(TestPackage::preferred("a", seniority, more));
  package.transactions = {TestPackage::stock("s1", "1000"), TestPackage::stock("s2", "100", "2022-01-01", "bob", "a")};
  return package;
}

const equity::Preferred& preferred(const OcfImport& imported, const std::string& name = "a") {
  return std::get<equity::Preferred>(imported.ownership.find(name)->terms);
}

constexpr const char* kPriced = R"("price_per_share": {"amount": "2", "currency": "USD"}, "liquidation_preference_multiple": "1.5", )";

TEST(OcfTerms, APreferredClass) {
  const OcfImport imported = series(kPriced).import();
  ASSERT_TRUE(imported.table);
  const equity::Preferred& terms = preferred(imported);
  EXPECT_EQ(terms.shares, 100);
  EXPECT_EQ(terms.original_price, 2);
  EXPECT_EQ(terms.conversion_price, 2);
  EXPECT_EQ(terms.multiple.text(), "3/2");
  EXPECT_EQ(terms.participation, equity::Participation::none);
  EXPECT_TRUE(decided(imported, "no_participation"));
}

TEST(OcfTerms, APriceOrAMultipleThatIsMissingIsAskedFor) {
  const OcfImport nothing = series("").import();
  EXPECT_FALSE(nothing.table);
  EXPECT_TRUE(asks(nothing, "classes.a.original_price"));
  EXPECT_TRUE(asks(nothing, "classes.a.multiple"));
  EXPECT_EQ(equity::count(nothing.ownership).fully_diluted(), 1100) << "what can be counted is";
  EXPECT_EQ(nothing.questions.at(0).file, "StockClasses.ocf.json");
  OcfOptions options;
  options.answers.preference_multiple = 1;
  options.answers.price_from_issuance = true;
  const OcfImport answered = series("").import(options);
  ASSERT_TRUE(answered.table);
  EXPECT_EQ(preferred(answered).original_price, 1) << "as its shares were issued for";
  EXPECT_TRUE(decided(answered, "price_from_issuance"));
  TestPackage two_prices = series("");
  std::string other = TestPackage::stock("s3", "1", "2022-01-01", "bob", "a");
  other.replace(other.find("\"amount\": \"1\""), 13, "\"amount\": \"3\"");
  two_prices.transactions.push_back(other);
  EXPECT_TRUE(asks(two_prices.import(options), "classes.a.original_price"));
  EXPECT_TRUE(asks(series(R"("price_per_share": {"amount": "0", "currency": "USD"}, "liquidation_preference_multiple": "1", )").import(),
                   "classes.a.original_price"));
}

TEST(OcfTerms, AParticipationCapIsATotal) {
  const OcfImport imported = series(std::string(kPriced) + R"("participation_cap_multiple": "3", )").import();
  EXPECT_EQ(preferred(imported).participation, equity::Participation::capped);
  EXPECT_EQ(*preferred(imported).cap_multiple, 3);
  EXPECT_TRUE(decided(imported, "participation_cap"));
}

TEST(OcfTerms, TheHigherSeniorityIsPaidFirst) {
  TestPackage package;
  package.classes = {TestPackage::common(), TestPackage::preferred("a", "2"), TestPackage::preferred("b", "3.5"),
                     TestPackage::preferred("c", "2.0")};
  package.transactions = {TestPackage::stock("s", "8000000"), TestPackage::stock("sa", "100", "2022-01-01", "ann", "a"),
                          TestPackage::stock("sb", "100", "2022-01-01", "ann", "b"),
                          TestPackage::stock("sc", "100", "2022-01-01", "ann", "c")};
  const OcfImport imported = package.import();
  ASSERT_TRUE(imported.table);
  EXPECT_EQ(preferred(imported, "b").seniority, 1);
  EXPECT_EQ(preferred(imported, "a").seniority, 2);
  EXPECT_EQ(preferred(imported, "c").seniority, 2) << "equal ranks share";
  const auto exit = equity::exit_payouts(*imported.table, 300, std::nullopt);
  ASSERT_TRUE(exit);
  EXPECT_EQ(exit->payouts[2], 200) << "b in full";
  EXPECT_EQ(exit->payouts[1], 50);
  EXPECT_EQ(exit->payouts[3], 50);
}

std::string ratio_adjustment(const std::string& date, const std::string& numerator, const std::string& id,
                             const std::string& denominator = "4") {
  return fmt::format(R"({{"object_type": "TX_STOCK_CLASS_CONVERSION_RATIO_ADJUSTMENT", "id": "{}", "date": "{}", "stock_class_id": "a",
    "new_ratio_conversion_mechanism": {{"type": "RATIO_CONVERSION", "conversion_price": {{"amount": "1.6", "currency": "USD"}},
    "ratio": {{"numerator": "{}", "denominator": "{}"}}, "rounding_type": "CEILING"}}}})",
                     id, date, numerator, denominator);
}

TEST(OcfTerms, RatioAdjustmentsAreAbsoluteAndTheLatestWins) {
  TestPackage package = series(kPriced);
  package.transactions.push_back(ratio_adjustment("2023-02-01", "5", "late"));
  package.transactions.push_back(ratio_adjustment("2023-01-01", "9", "early"));
  const OcfImport imported = package.import();
  EXPECT_EQ(equity::conversion_ratio(preferred(imported)).text(), "5/4");
  EXPECT_EQ(preferred(imported).original_price, 2) << "the preference stays";
  EXPECT_EQ(equity::as_converted(*imported.table->find("a")), 125);
  package.transactions.push_back(ratio_adjustment("2023-02-01", "6", "other"));
  const OcfImport disputed = package.import();
  EXPECT_EQ(anomaly(disputed, "same_day_disagreement"), 1U);
  EXPECT_TRUE(asks(disputed, "classes.a.conversion_ratio"));
  EXPECT_FALSE(disputed.table);
}

// EQUITY.md and case OCF-010: ratio 5/4 and a plan of 500k, 800k, then 1M.
TEST(OcfTerms, OwnershipAfterAdjustments) {
  TestPackage package = series(kPriced);
  package.plans = {TestPackage::plan("500000")};
  package.transactions = {TestPackage::stock("s1", "8000000"), TestPackage::stock("s2", "2000000", "2022-01-01", "bob", "a"),
                          ratio_adjustment("2023-02-01", "5", "r")};
  for (const auto& [date, shares] : {std::pair("2023-03-01", "1000000"), std::pair("2022-03-01", "800000")}) {
    package.transactions.push_back(fmt::format(
        R"({{"object_type": "TX_STOCK_PLAN_POOL_ADJUSTMENT", "id": "p{}", "date": "{}", "stock_plan_id": "plan", "shares_reserved": "{}"}})",
        shares, date, shares));
  }
  const OcfImport imported = package.import();
  ASSERT_TRUE(imported.table);
  const auto owned = equity::ownership(*imported.table);
  EXPECT_EQ(owned.at(0).share, Number::ratio(8, 23) * 2);
  EXPECT_EQ(owned.at(1).share, Number::ratio(5, 23));
  EXPECT_EQ(owned.at(2).share, Number::ratio(2, 23));
}

TEST(OcfTerms, AConversionPriceThatContradictsItsRatio) {
  TestPackage package = series(R"("price_per_share": {"amount": "3", "currency": "USD"}, "liquidation_preference_multiple": "1", )");
  const OcfImport imported = package.import();
  EXPECT_EQ(anomaly(imported, "ratio_and_price_differ"), 1U);
  EXPECT_EQ(equity::conversion_ratio(preferred(imported)), 1);
}

TEST(OcfTerms, APreferredByWayOfAnother) {
  TestPackage package = series(kPriced);
  std::string junior = TestPackage::preferred("j", "1");
  junior.replace(junior.find("\"converts_to_stock_class_id\": \"common\""), 38, "\"converts_to_stock_class_id\": \"a\"");
  junior.replace(junior.find("\"numerator\": \"1\""), 16, "\"numerator\": \"3\"");
  package.classes.push_back(junior);
  package.transactions.push_back(ratio_adjustment("2023-02-01", "5", "r"));
  package.transactions.push_back(TestPackage::stock("s3", "4", "2022-01-01", "bob", "j"));
  EXPECT_EQ(equity::as_converted(*package.import().ownership.find("j")), 15) << "4 into 12 of a, into 15 common";
}

// ------------------------------------------------------------------------------------------------------------------- convertibles

OcfImport with_convertible(const std::string& type, const std::string& mechanism, const OcfOptions& options = {},
                           const std::string& sidecar = "") {
  TestPackage package;
  package.transactions = {TestPackage::stock("s1", "1000"), TestPackage::convertible("c1", type, mechanism)};
  if (!sidecar.empty()) package.sidecar = R"({"format": "warchest OCF sidecar", "version": 1, "convertibles": {"c1": {)" + sidecar + "}}}";
  return package.import(options);
}

const equity::Safe& safe(const OcfImport& imported) { return std::get<equity::Safe>(imported.ownership.find("c1")->terms); }
const equity::Note& note(const OcfImport& imported) { return std::get<equity::Note>(imported.ownership.find("c1")->terms); }

std::string rules(const std::string& word) {
  const char* names[] = {"include_outstanding_shares",           "include_outstanding_options",
                         "include_outstanding_unissued_options", "include_this_security",
                         "include_other_converting_securities",  "include_option_pool_topup_for_promised_options",
                         "include_additional_option_pool_topup", "include_new_money"};
  std::string text;
  for (std::size_t i = 0; i < 8; ++i) text += fmt::format("{}\"{}\": {}", i == 0 ? "" : ", ", names[i], word[i] == 'y' ? "true" : "false");
  return R"(, "capitalization_definition_rules": {)" + text + "}";
}

const std::string kSafe = R"("type": "SAFE_CONVERSION", "conversion_mfn": false, "conversion_discount": "0.2",
  "conversion_valuation_cap": {"amount": "5000000", "currency": "USD"})";

TEST(OcfTerms, ASafe) {
  const OcfImport post = with_convertible("SAFE", kSafe + R"(, "conversion_timing": "POST_MONEY")");
  ASSERT_TRUE(post.table);
  EXPECT_EQ(safe(post).basis, equity::SafeBasis::post_money);
  EXPECT_EQ(safe(post).amount, 100);
  EXPECT_EQ(*safe(post).cap, 5'000'000);
  EXPECT_EQ(safe(post).discount->text(), "1/5");
  EXPECT_EQ(safe(with_convertible("SAFE", kSafe + R"(, "conversion_timing": "PRE_MONEY")")).basis, equity::SafeBasis::pre_money);
  EXPECT_EQ(safe(with_convertible("SAFE", kSafe + rules("yyyyyynn"))).basis, equity::SafeBasis::post_money);
  EXPECT_EQ(safe(with_convertible("SAFE", kSafe + rules("yyynnyyn"))).basis, equity::SafeBasis::pre_money);
}

TEST(OcfTerms, ASafesBasisIsAskedForWhenItDecides) {
  const OcfImport open = with_convertible("SAFE", kSafe);
  EXPECT_TRUE(asks(open, "convertibles.c1.basis"));
  EXPECT_FALSE(open.table);
  EXPECT_TRUE(asks(with_convertible("SAFE", kSafe + rules("yyyyyyyn")), "convertibles.c1.basis"))
      << "a denominator that the engine does not have";
  EXPECT_TRUE(asks(with_convertible("SAFE", kSafe + R"(, "conversion_timing": "PRE_MONEY")" + rules("yyyyyynn")), "convertibles.c1.basis"))
      << "a contradiction";
  EXPECT_TRUE(with_convertible("SAFE", R"("type": "SAFE_CONVERSION", "conversion_mfn": false, "conversion_discount": "0.2")").table)
      << "without a cap it decides nothing";
  OcfOptions options;
  options.answers.safe_basis = equity::SafeBasis::pre_money;
  EXPECT_EQ(safe(with_convertible("SAFE", kSafe, options)).basis, equity::SafeBasis::pre_money);
  EXPECT_EQ(safe(with_convertible("SAFE", kSafe, {}, R"("basis": "post_money")")).basis, equity::SafeBasis::post_money);
}

TEST(OcfTerms, APercentageAndAMostFavouredSafe) {
  const OcfImport percent =
      with_convertible("SAFE", R"("type": "FIXED_PERCENT_OF_CAPITALIZATION_CONVERSION", "converts_to_percent": "0.07")");
  ASSERT_TRUE(percent.table);
  EXPECT_EQ(safe(percent).basis, equity::SafeBasis::fixed_percent);
  EXPECT_EQ(safe(percent).percent->text(), "7/100");
  const OcfImport favoured = with_convertible("SAFE", R"("type": "SAFE_CONVERSION", "conversion_mfn": true)");
  EXPECT_EQ(safe(favoured).most_favoured->elects, equity::MostFavoured::Elects::best_at_round);
  EXPECT_TRUE(decided(favoured, "most_favoured"));
  const OcfImport elected =
      with_convertible("SAFE", R"("type": "SAFE_CONVERSION", "conversion_mfn": true)", {}, R"("most_favoured": "SAFE-2")");
  EXPECT_EQ(safe(elected).most_favoured->instrument, "SAFE-2");
}

TEST(OcfTerms, WhatTheEngineCannotConvertIsAskedFor) {
  for (const char* mechanism : {R"("type": "CUSTOM_CONVERSION", "custom_conversion_description": "as agreed")",
                                R"("type": "FIXED_AMOUNT_CONVERSION", "converts_to_quantity": "500")"}) {
    const OcfImport imported = with_convertible("SAFE", mechanism);
    EXPECT_FALSE(imported.table);
    EXPECT_TRUE(asks(imported, "convertibles.c1.basis"));
    EXPECT_EQ(safe(imported).amount, 100) << "shown all the same";
  }
}

std::string note_mechanism(const std::string& rates, const std::string& more = "") {
  return R"("type": "CONVERTIBLE_NOTE_CONVERSION", "interest_rates": [)" + rates +
         R"(], "day_count_convention": "ACTUAL_365", "interest_payout": "DEFERRED", "interest_accrual_period": "MONTHLY", "compounding_type": "SIMPLE")" +
         more;
}
constexpr const char* kRate = R"({"rate": "0.08", "accrual_start_date": "2021-01-01"})";

TEST(OcfTerms, ANote) {
  const OcfImport imported = with_convertible("NOTE", note_mechanism(kRate, R"(, "conversion_discount": "0.15")"));
  ASSERT_TRUE(imported.table);
  EXPECT_EQ(note(imported).interest.rate.text(), "2/25");
  EXPECT_EQ(note(imported).interest.accrual, equity::Accrual::simple);
  EXPECT_EQ(note(imported).interest.day_count, equity::DayCount::actual_365_fixed);
  EXPECT_EQ(spelled(*note(imported).interest.from), "2021-01-01");
  EXPECT_FALSE(note(imported).interest.until);
  EXPECT_EQ(*note(imported).seniority, 1);
  EXPECT_TRUE(decided(imported, "day_count"));
  std::string mechanism = note_mechanism(R"({"rate": "0.08", "accrual_start_date": "2021-01-01", "accrual_end_date": "2023-12-31"})");
  mechanism.replace(mechanism.find("ACTUAL_365"), 10, "30_360");
  mechanism.replace(mechanism.find("SIMPLE"), 6, "COMPOUNDING");
  const OcfImport other = with_convertible("NOTE", mechanism);
  EXPECT_EQ(note(other).interest.day_count, equity::DayCount::thirty_360);
  EXPECT_EQ(note(other).interest.accrual, equity::Accrual::compound);
  EXPECT_EQ(note(other).interest.periods_per_year, 12);
  EXPECT_EQ(spelled(*note(other).interest.until), "2024-01-01") << "the end date still earns";
}

TEST(OcfTerms, ANotesBaseAndInterestAreAskedFor) {
  const std::string cap = R"(, "conversion_valuation_cap": {"amount": "1000", "currency": "USD"})";
  EXPECT_TRUE(asks(with_convertible("NOTE", note_mechanism(kRate, cap)), "convertibles.c1.base"));
  EXPECT_EQ(note(with_convertible("NOTE", note_mechanism(kRate, cap + rules("yyyyyyyn")))).base,
            equity::NoteBase::fully_diluted_with_converts);
  EXPECT_EQ(note(with_convertible("NOTE", note_mechanism(kRate, cap + rules("yyynnyyn")))).base, equity::NoteBase::fully_diluted);
  const std::string two = std::string(kRate) + R"(, {"rate": "0.1", "accrual_start_date": "2022-01-01"})";
  EXPECT_TRUE(asks(with_convertible("NOTE", note_mechanism(two)), "convertibles.c1.interest"));
  const OcfImport old =
      with_convertible("NOTE", R"("type": "CONVERTIBLE_NOTE_CONVERSION", "interest_rate": "5.0", "day_count_convention": "ACTUAL_365",
    "interest_payout": "DEFERRED", "interest_accrual_period": "ANNUAL", "compounding_type": "SIMPLE")");
  EXPECT_EQ(anomaly(old, "old_name"), 1U);
  EXPECT_TRUE(asks(old, "convertibles.c1.interest")) << "5 is 500% or 5%";
  const OcfImport answered = with_convertible(
      "NOTE", note_mechanism(two), {},
      R"("interest": {"rate": "0.09", "accrual": "compound", "periods_per_year": 2, "day_count": "actual/360", "from": "2021-01-01"})");
  ASSERT_TRUE(answered.table);
  EXPECT_EQ(note(answered).interest.day_count, equity::DayCount::actual_360);
  EXPECT_EQ(note(answered).interest.periods_per_year, 2);
}

// ------------------------------------------------------------------------------------------------------------------- options, money

TEST(OcfTerms, OptionsGoTogetherByPlanAndStrike) {
  TestPackage package;
  package.plans = {TestPackage::plan("1000")};
  package.transactions = {
      TestPackage::stock("s1", "1000"),
      TestPackage::option("o1", "10"),
      TestPackage::option("o2", "20"),
      TestPackage::option("o3", "5", "2022-01-01", R"("compensation_type": "RSU", )"),
      TestPackage::option("o4", "7", "2022-01-01", R"("compensation_type": "SSAR", "base_price": {"amount": "0.75", "currency": "USD"}, )"),
      TestPackage::option("o5", "3", "2022-01-01",
                          R"("compensation_type": "CSAR", "base_price": {"amount": "0.75", "currency": "USD"}, )")};
  const OcfImport imported = package.import();
  ASSERT_TRUE(imported.table);
  EXPECT_EQ(equity::shares_of(*imported.table->find("Plan options at 0.5")), 30);
  EXPECT_EQ(equity::shares_of(*imported.table->find("Plan units")), 5);
  EXPECT_EQ(std::get<equity::Option>(imported.table->find("Plan options at 0.75")->terms).strike.text(), "3/4");
  EXPECT_EQ(anomaly(imported, "cash_settled"), 1U);
  EXPECT_TRUE(decided(imported, "rsu"));
  EXPECT_EQ(imported.outstanding.at(1).table_id, "Plan options at 0.5");
  package.transactions.push_back(TestPackage::option("o6", "3", "2022-01-01", R"("compensation_type": "OPTION", )"));
  EXPECT_TRUE(asks(package.import(), "options.o6.strike"));
}

TEST(OcfTerms, OneCurrency) {
  TestPackage package = series(kPriced);
  std::string pounds = TestPackage::stock("s3", "1");
  pounds.replace(pounds.find("USD"), 3, "GBP");
  package.transactions.push_back(pounds);
  const OcfImport imported = package.import();
  EXPECT_EQ(imported.currency, "USD");
  EXPECT_EQ(anomaly(imported, "currencies_differ"), 1U);
  EXPECT_FALSE(imported.table);
}

TEST(OcfTerms, SharesOfAnUnknownClassAreCounted) {
  TestPackage package;
  package.transactions = {TestPackage::stock("s1", "1000"), TestPackage::stock("s2", "5", "2022-01-01", "bob", "ghost")};
  const OcfImport imported = package.import();
  EXPECT_EQ(equity::count(imported.ownership).common, 1005);
  EXPECT_FALSE(imported.table);
}

// Found by the fuzzer: a plan whose id was no text took everything that names no plan for its own.
TEST(OcfTerms, WhatNamesNoPlanIsOfNoPlan) {
  TestPackage package;
  package.plans = {
      R"({"object_type": "STOCK_PLAN", "id": 7, "plan_name": "Plan", "initial_shares_reserved": "500", "stock_class_ids": ["common"]})"};
  package.classes.push_back(TestPackage::common());
  package.classes[1].replace(package.classes[1].find("\"id\": \"common\""), 14, "\"id\": null");
  package.transactions = {TestPackage::stock("s1", "100"), TestPackage::stock("s2", "30", "2022-01-01", "ann", "")};
  const OcfImport imported = package.import();
  EXPECT_EQ(imported.plans.at(0).available, 500);
  EXPECT_EQ(imported.classes.at(0).issued, 100);
  EXPECT_EQ(imported.classes.at(1).issued, 0);
  EXPECT_EQ(equity::count(imported.ownership).common, 130);
}

TEST(OcfTerms, TwoHoldersOfOneName) {
  TestPackage package;
  package.stakeholders[1].replace(package.stakeholders[1].find("\"Bob\""), 5, "\"Ann\"");
  package.transactions = {TestPackage::stock("s1", "1"), TestPackage::stock("s2", "2", "2022-01-01", "bob")};
  const OcfImport imported = package.import();
  EXPECT_EQ(imported.holder_name("ann"), "Ann (ann)");
  EXPECT_EQ(imported.holder_name("bob"), "Ann (bob)");
  EXPECT_EQ(imported.table->holdings.size(), 2U);
}

TEST(OcfTerms, TheSidecarGoesBeforeThePackage) {
  TestPackage package = series(kPriced);
  package.sidecar =
      R"({"format": "warchest OCF sidecar", "version": 1, "classes": {"a": {"participation": "full", "multiple": "2", "original_price": "7/3", "seniority": 4,
    "dividend": {"rate": "0.08", "accrual": "simple", "day_count": "actual/365_fixed", "from": "2022-01-01", "settlement": "paid_in_kind", "cap_basis": "includes_dividends"},
    "colour": "blue"}}, "debts": [{"id": "loan", "claim": "500", "holders": [{"holder": "Bank", "amount": 500}]}],
    "table": [{"id": "loan", "of": []}, {"id": "Series A", "of": ["class:a"]}]})";
  const OcfImport imported = package.import();
  ASSERT_TRUE(imported.table);
  EXPECT_EQ(imported.table->securities.at(0).id, "loan") << "in the order of the sidecar";
  EXPECT_EQ(imported.table->securities.at(1).id, "Series A");
  const equity::Preferred& terms = preferred(imported, "Series A");
  EXPECT_EQ(terms.participation, equity::Participation::full);
  EXPECT_EQ(terms.multiple, 2);
  EXPECT_EQ(terms.original_price.text(), "7/3");
  EXPECT_EQ(terms.seniority, 4);
  ASSERT_TRUE(terms.dividend);
  EXPECT_EQ(terms.dividend->settlement, equity::Settlement::paid_in_kind);
  EXPECT_EQ(anomaly(imported, "unknown_field"), 1U);
  EXPECT_EQ(std::get<equity::Debt>(imported.table->find("loan")->terms).claim, 500);
}

}  // namespace
}  // namespace warchest::io
