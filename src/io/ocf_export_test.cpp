// Export then import is identity; what the format cannot say is refused or goes to the sidecar; an import loses nothing on its way out.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <filesystem>

#include "equity/random_tables_test.h"
#include "io/file.h"
#include "io/ocf_export.h"
#include "io/ocf_fields.h"
#include "io/ocf_packages_test.h"
#include "io/ocf_value.h"
#include "io/ocf_write.h"

namespace warchest::io {
namespace {

namespace fs = std::filesystem;
using equity::CapTable;
using equity::Number;

const OcfCompany kCompany{"Test Inc.", {2024, 6, 30}, {2020, 1, 1}, "US", "USD"};

fs::path fresh(const std::string& name) {
  const fs::path path = fs::temp_directory_path() /
                        fs::path("warchest-" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()) + "-" + name);
  fs::remove_all(path);
  return path;
}

// Everything that a table says, as text; holders in the order of their names, those of nothing left out.
std::string spelled_table(const CapTable& table) {
  std::string text;
  const auto number = [](const std::optional<Number>& value) { return value ? value->text() : std::string("-"); };
  const auto date = [](const std::optional<equity::Date>& value) { return value ? spelled(*value) : std::string("-"); };
  const auto interest = [&](const equity::Interest& one) {
    return fmt::format("{} {} {} {} {} {}", one.rate.text(), static_cast<int>(one.accrual), one.periods_per_year,
                       static_cast<int>(one.day_count), date(one.from), date(one.until));
  };
  for (const equity::Security& security : table.securities) {
    text += security.id + ": ";
    if (const auto* one = std::get_if<equity::Common>(&security.terms)) text += "common " + one->shares.text();
    if (const auto* one = std::get_if<equity::Pool>(&security.terms)) text += "pool " + one->shares.text();
    if (const auto* one = std::get_if<equity::Option>(&security.terms))
      text += fmt::format("option {} {}", one->shares.text(), one->strike.text());
    if (const auto* one = std::get_if<equity::Debt>(&security.terms))
      text += fmt::format("debt {} {}", one->claim.text(), one->seniority.text());
    if (const auto* one = std::get_if<equity::Preferred>(&security.terms)) {
      text += fmt::format("preferred {} {} {} {} {} {} {}", one->shares.text(), one->original_price.text(), one->conversion_price.text(),
                          one->multiple.text(), static_cast<int>(one->participation), number(one->cap_multiple), one->seniority.text());
      if (one->dividend)
        text += fmt::format(" dividend {} {} {}", interest(one->dividend->accrues), static_cast<int>(one->dividend->settlement),
                            static_cast<int>(one->dividend->cap_basis));
    }
    if (const auto* one = std::get_if<equity::Safe>(&security.terms)) {
      text += fmt::format("safe {} {} {} {} {} {}", one->amount.text(), static_cast<int>(one->basis), number(one->cap),
                          number(one->discount), number(one->percent), one->seniority.text());
      if (one->most_favoured)
        text += fmt::format(" favoured {} {}", static_cast<int>(one->most_favoured->elects), one->most_favoured->instrument);
    }
    if (const auto* one = std::get_if<equity::Note>(&security.terms)) {
      text += fmt::format("note {} {} {} {} {} {}", one->principal.text(), interest(one->interest), number(one->cap), number(one->discount),
                          static_cast<int>(one->base), number(one->seniority));
    }
    if (!std::holds_alternative<equity::Pool>(security.terms)) {
      std::map<std::string, Number> held;
      for (const equity::Holding& holding : equity::holdings_of(table, security)) held[holding.holder] += holding.shares;
      for (const auto& [holder, shares] : held) {
        if (!shares.is_zero()) text += fmt::format(" {} has {}", holder, shares.text());
      }
    }
    text += "\n";
  }
  return text;
}

// Through the bytes of a zip and back.
Result<OcfImport> there_and_back(const CapTable& table, const OcfWriteOptions& options = {}) {
  OcfLog log;
  const Result<OcfPackage> package = ocf_package_of(table, kCompany, options, log);
  if (!package) return Result<OcfImport>::failed(package.error);
  const Result<ZipFiles> files = ocf_files(*package, true, options.sidecar, log);
  if (!files) return Result<OcfImport>::failed(files.error);
  return TestPackage::read_files(*files);
}

void expect_same(const CapTable& table) {
  const Result<OcfImport> again = there_and_back(table);
  ASSERT_TRUE(again) << again.error;
  EXPECT_TRUE(again->anomalies.empty()) << again->anomalies.begin()->first;
  ASSERT_TRUE(again->table) << (again->questions.empty() ? "" : again->questions[0].text);
  EXPECT_EQ(spelled_table(*again->table), spelled_table(table));
}

std::string refusal(const CapTable& table, const OcfWriteOptions& options = {}) {
  const Result<OcfImport> again = there_and_back(table, options);
  return again ? "written" : again.error;
}

CapTable with(equity::Terms terms, const std::string& id = "x") { return {{{"common", equity::Common{1000}}, {id, std::move(terms)}}, {}}; }

equity::Preferred series() {
  equity::Preferred terms;
  terms.shares = 100;
  terms.original_price = terms.conversion_price = 2;
  return terms;
}

// ------------------------------------------------------------------------------------------------------------------- identity

RC_GTEST_PROP(OcfExport, ExportThenImportIsIdentity, ()) {
  CapTable table = equity::any_table({.most_series = 4, .most_options = 3, .most_debts = 2, .most_safes = 3, .most_notes = 2});
  for (equity::Security& security : table.securities) {  // thirds have no decimals: made halves in two of three tables
    auto* terms = std::get_if<equity::Preferred>(&security.terms);
    if (terms == nullptr || *rc::gen::inRange(0, 3) == 0) continue;
    const Number ratio = equity::conversion_ratio(*terms);
    terms->original_price = terms->original_price.rounded(1, equity::Direction::up);
    terms->conversion_price = ratio > 1 ? terms->original_price / 2 : terms->original_price;
  }
  for (const equity::Security& security : std::vector<equity::Security>(table.securities)) {  // some have several holders
    const Number shares = equity::shares_of(security);
    if (std::holds_alternative<equity::Pool>(security.terms) || !*rc::gen::arbitrary<bool>()) continue;
    const Number first = (shares * Number::ratio(*rc::gen::inRange(0, 5), 4)).floor();
    table.holdings.push_back({"Ann", security.id, first});
    table.holdings.push_back(
        {*rc::gen::element(std::string("Bob"), std::string("Ann"), std::string("Eve, \"the\" 3rd")), security.id, shares - first});
  }
  RC_PRE(!fault_in(table));
  const Result<OcfImport> again = there_and_back(table);
  if (!again) {
    RC_TAG(std::string("refused"));
    RC_ASSERT(again.error.find("more than the 10 decimals") != std::string::npos);
    return;
  }
  RC_TAG(std::string("there and back"));
  RC_ASSERT(again->anomalies.empty());
  RC_ASSERT(again->table.has_value());
  RC_ASSERT(spelled_table(*again->table) == spelled_table(table));
}

TEST(OcfExport, EveryTermComesBack) {
  equity::Preferred full = series();
  full.participation = equity::Participation::full;
  full.seniority = Number::ratio(7, 2);
  full.conversion_price = Number::ratio(8, 5);
  full.dividend = equity::Dividend{
      {Number::ratio(2, 25), equity::Accrual::compound, 4, equity::DayCount::actual_360, equity::Date{2022, 2, 28}, std::nullopt},
      equity::Settlement::paid_in_kind,
      equity::CapBasis::excludes_dividends};
  expect_same(with(full));
  equity::Note note;
  note.principal = 500;
  note.interest = {Number::ratio(1, 20),         equity::Accrual::compound, 12,
                   equity::DayCount::thirty_360, equity::Date{2023, 1, 1},  equity::Date{2025, 1, 1}};
  note.cap = 10000;
  note.discount = Number::ratio(1, 5);
  note.base = equity::NoteBase::fully_diluted_with_converts;
  expect_same(with(note));
  note.seniority = 3;
  note.interest = {Number::ratio(1, 20), equity::Accrual::simple, 4, equity::DayCount::actual_365_fixed, equity::Date{2023, 1, 1},
                   std::nullopt};
  expect_same(with(note));
  note.interest = {Number::ratio(1, 20), equity::Accrual::simple, 1, equity::DayCount::actual_365_fixed, std::nullopt, std::nullopt};
  expect_same(with(note));
  equity::Safe safe;
  safe.amount = 100;
  safe.cap = 5000;
  safe.seniority = 2;
  for (const auto elects :
       {equity::MostFavoured::Elects::nothing, equity::MostFavoured::Elects::named, equity::MostFavoured::Elects::best_at_round}) {
    safe.most_favoured = equity::MostFavoured{elects, elects == equity::MostFavoured::Elects::named ? "later" : ""};
    expect_same(with(safe));
  }
  safe.basis = equity::SafeBasis::fixed_percent;
  safe.percent = Number::ratio(7, 100);
  safe.discount = Number::ratio(1, 10);
  expect_same(with(safe));
  expect_same(with(equity::Debt{Number::ratio(1000, 3), 2}));
}

TEST(OcfExport, TheOrderAndTheNamesAreKept) {
  CapTable table{{{"pool", equity::Pool{50}},
                  {"B", series()},
                  {"options, old", equity::Option{10, 1}},
                  {"options, new", equity::Option{20, 1}},
                  {"Ordinary", equity::Common{1000}}},
                 {}};
  table.holdings = {{"Ann", "options, old", 4}, {"Bob", "options, old", 6}, {"Ann", "Ordinary", 1000}};
  expect_same(table);
}

// ------------------------------------------------------------------------------------------------------------------- refusals

TEST(OcfExport, WhatNeedsMoreThanTenDecimalsIsRefused) {
  equity::Preferred terms = series();
  terms.original_price = terms.conversion_price = Number::ratio(1, 3);
  EXPECT_NE(refusal(with(terms)).find("x: its original price is 1/3, which needs more than the 10 decimals"), std::string::npos)
      << refusal(with(terms));
  terms = series();
  terms.conversion_price = Number::ratio(5, 3);
  EXPECT_NE(refusal(with(terms)).find("conversion price"), std::string::npos);
  EXPECT_NE(refusal(with(equity::Common{Number::ratio(1, 7)})).find("number of shares"), std::string::npos);
}

TEST(OcfExport, ARateAbove100PercentIsRefused) {
  equity::Note note;
  note.principal = 1;
  note.interest.rate = 2;
  note.interest.from = equity::Date{2023, 1, 1};
  EXPECT_NE(refusal(with(note)).find("only 0 to 100%"), std::string::npos);
}

TEST(OcfExport, WithoutASidecarItsTermsAreRefused) {
  const OcfWriteOptions bare{.sidecar = false};
  EXPECT_EQ(refusal(with(series()), bare), "written");
  equity::Preferred terms = series();
  terms.participation = equity::Participation::full;
  EXPECT_NE(refusal(with(terms), bare).find("full participation without a cap"), std::string::npos);
  terms = series();
  terms.dividend = equity::Dividend{};
  EXPECT_NE(refusal(with(terms), bare).find("cumulative dividend"), std::string::npos);
  EXPECT_NE(refusal(with(equity::Debt{5, 1}), bare).find("debt that does not convert"), std::string::npos);
  equity::Note note;
  note.principal = 1;
  note.seniority = 1;
  EXPECT_EQ(refusal(with(note), bare), "written");
  note.interest.until = equity::Date{2025, 1, 1};
  EXPECT_NE(refusal(with(note), bare).find("maturity"), std::string::npos);
}

TEST(OcfExport, AnUnsoundTableAndAnUnsoundCompanyAreRefused) {
  EXPECT_NE(refusal(with(equity::Common{-1})).find("negative"), std::string::npos);
  OcfLog log;
  for (const OcfCompany& company :
       {OcfCompany{"", {2024, 1, 1}, {2020, 1, 1}, "US", "USD"}, OcfCompany{"T", {2024, 2, 30}, {2020, 1, 1}, "US", "USD"},
        OcfCompany{"T", {2024, 1, 1}, {2020, 1, 1}, "USA", "USD"}, OcfCompany{"T", {2024, 1, 1}, {2020, 1, 1}, "US", "usd"}}) {
    EXPECT_FALSE(ocf_package_of(with(series()), company, {}, log));
  }
  EXPECT_NE(refusal({{{"pool", equity::Pool{5}}}, {}}).find("the table has none"), std::string::npos);
}

// ------------------------------------------------------------------------------------------------------------------- files

// What validates is the table of ocf_fields; MD5s are those of the bytes.
TEST(OcfExport, TheFilesAreAsTheSchemasWant) {
  equity::Safe safe;
  safe.amount = 100;
  safe.cap = 5000;
  CapTable table = with(series());
  table.securities.push_back({"safe", safe});
  table.securities.push_back({"pool", equity::Pool{10}});
  table.securities.push_back({"option", equity::Option{10, Number::ratio(1, 2)}});
  OcfLog log;
  const ZipFiles files = *ocf_files(*ocf_package_of(table, kCompany, {}, log), true, true, log);
  const OcfValue manifest = parse_ocf_json(files.at("Manifest.ocf.json"), 64).value;
  std::size_t listed = 0;
  for (const OcfField& list : manifest.fields) {
    if (list.value.kind != OcfValue::Kind::array) continue;
    for (const OcfValue& file : list.value.items) {
      ++listed;
      const std::string name(file.text_of("filepath").substr(2));
      EXPECT_EQ(file.text_of("md5"), md5(files.at(name)));
      const OcfValue document = parse_ocf_json(files.at(name), 64).value;
      for (const OcfValue& object : document.find("items")->items) EXPECT_EQ(schema_fault(object), "") << spelled(object);
    }
  }
  EXPECT_EQ(listed, 4U);
  EXPECT_EQ(schema_fault(*manifest.find("issuer")), "");
  EXPECT_EQ(files.count("warchest.sidecar.json"), 1U);
  EXPECT_EQ(files.at("Transactions.ocf.json").find("e+"), std::string::npos);
}

TEST(OcfExport, ToAFolderAndToAZip) {
  const fs::path folder = fresh("folder"), zip = fresh("p.zip");
  for (const fs::path& path : {folder, zip}) {
    const Result<OcfWritten> written = write_ocf(with(series()), kCompany, path.string());
    ASSERT_TRUE(written) << written.error;
    EXPECT_EQ(written->files.size(), 5U);
    const Result<OcfImport> again = read_ocf(path.string());
    ASSERT_TRUE(again) << again.error;
    EXPECT_EQ(spelled_table(*again->table), spelled_table(with(series())));
  }
  const Result<OcfWritten> refused = write_ocf(with(series()), kCompany, folder.string());
  EXPECT_NE(refused.error.find("is there already"), std::string::npos) << "nothing is written over";
  const fs::path nowhere = fresh("no") / "such" / "folder";
  EXPECT_FALSE(write_ocf(with(series()), kCompany, nowhere.string()));
  fs::create_directory(fresh("empty"));
  EXPECT_TRUE(write_ocf(with(series()), kCompany, (fs::temp_directory_path() / "warchest-ToAFolderAndToAZip-empty").string()));
  for (const char* name : {"folder", "p.zip", "empty"}) fs::remove_all(fresh(name));
}

// ------------------------------------------------------------------------------------------------------------------- what was imported

// Written and read again, with the rule given.
OcfImport again(const OcfImport& imported, TerminalRule rule = TerminalRule::strict) {
  const fs::path path = fresh("again.zip");
  const Result<OcfWritten> written = write_ocf(imported, path.string());
  EXPECT_TRUE(written) << written.error;
  OcfOptions options;
  options.rule = rule;
  Result<OcfImport> read = read_ocf(path.string(), options);
  EXPECT_TRUE(read) << read.error;
  fs::remove(path);
  return read ? std::move(*read.value) : OcfImport{};
}

TEST(OcfExport, AnImportLosesNothing) {
  TestPackage package;
  package.classes[0].insert(1, R"("colour": {"deep": [1, "two"]}, )");
  package.classes[0].replace(package.classes[0].find("\"votes_per_share\": \"1\""), 22,
                             R"("votes_per_share": {"omitted": true, "comment": "unknown"})");
  package.documents = {R"({"object_type": "DOCUMENT", "id": "d", "path": "papers/a.pdf", "md5": "0cc175b9c0f1b6a831c399e269772661"})"};
  package.more = {{"papers/a.pdf", "a"}, {"notes.json", "{\"mine\": true}"}};
  package.transactions = {TestPackage::stock("s1", "100"),
                          R"({"object_type": "TX_STOCK_MERGER", "id": "m", "date": "2022-01-01", "what": 1.50})"};
  const OcfImport first = package.import();
  const OcfImport second = again(first);
  EXPECT_EQ(outstanding(second, "s1"), "100");
  EXPECT_EQ(second.counts.transactions, 2U);
  const OcfImport third = again(second);
  for (const OcfImport* one : {&second, &third}) {
    ASSERT_EQ(one->package->objects.size(), first.package->objects.size());
    for (std::size_t i = 0; i < first.package->objects.size(); ++i) {
      EXPECT_TRUE(one->package->objects[i].value == first.package->objects[i].value) << spelled(one->package->objects[i].value);
    }
    EXPECT_EQ(one->package->attachments, first.package->attachments);
    EXPECT_EQ(anomaly(*one, "unknown_field"), 0U) << "it came by the sidecar";
    EXPECT_EQ(anomaly(*one, "bad_md5"), 0U);
  }
}

TEST(OcfExport, ASidecarIsNotDropped) {
  TestPackage package;
  package.transactions = {TestPackage::stock("s1", "100")};
  package.sidecar = R"({"format": "warchest OCF sidecar", "version": 1, "debts": [{"id": "loan", "claim": "5"}]})";
  const OcfImport imported = package.import();
  const fs::path path = fresh("p.zip");
  EXPECT_NE(write_ocf(imported, path.string(), {.sidecar = false}).error.find("its sidecar carries terms"), std::string::npos);
  EXPECT_FALSE(fs::exists(path));
  EXPECT_NE(again(imported).table->find("loan"), nullptr);
}

// By netting a rest stays; written out it is a balance issuance, so that the strict rule finds the same.
TEST(OcfExport, BalancesAreWritten) {
  TestPackage package;
  package.plans = {TestPackage::plan("1000")};
  package.transactions = {
      TestPackage::stock("s1", "100"),
      TestPackage::tx("STOCK_CANCELLATION", "c", "s1", "2023-01-01", R"("quantity": "30", "reason_text": "r")"),
      TestPackage::option("o1", "500"),
      TestPackage::tx("EQUITY_COMPENSATION_EXERCISE", "e", "o1", "2023-01-01", R"("quantity": "200", "resulting_security_ids": ["s2"])"),
      TestPackage::tx("EQUITY_COMPENSATION_EXERCISE", "f", "o1", "2023-02-01", R"("quantity": "100", "resulting_security_ids": ["s3"])"),
      TestPackage::stock("s2", "200", "2023-01-01", "bob"),
      TestPackage::stock("s3", "100", "2023-02-01", "bob"),
  };
  const OcfImport netted = package.import(TerminalRule::netting);
  ASSERT_EQ(outstanding(netted, "s1"), "70");
  ASSERT_EQ(outstanding(netted, "o1"), "200");
  for (const TerminalRule rule : {TerminalRule::strict, TerminalRule::netting}) {
    const OcfImport read = again(netted, rule);
    EXPECT_EQ(outstanding(read, "s1-balance"), "70");
    EXPECT_EQ(outstanding(read, "o1-balance"), "200");
    EXPECT_EQ(outstanding(read, "o1"), "nothing");
    EXPECT_EQ(spelled_table(*read.table), spelled_table(*netted.table));
    EXPECT_EQ(anomaly(read, "over_reduced") + anomaly(read, "balance_mismatch"), 0U);
  }
  EXPECT_EQ(outstanding(again(package.import()), "o1-balance"), "nothing") << "by the strict rule there is no rest";
}

}  // namespace
}  // namespace warchest::io
