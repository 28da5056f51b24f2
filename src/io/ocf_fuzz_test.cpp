// Packages with anything in any place: read or refused, never a crash; and what is read can be written and read again, the same.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <filesystem>

#include "io/ocf_packages_test.h"
#include "io/ocf_value.h"

namespace warchest::io {
namespace {

namespace fs = std::filesystem;

TestPackage rich() {
  TestPackage package;
  package.classes.push_back(TestPackage::preferred("a", "2"));
  package.plans = {TestPackage::plan("1000")};
  package.vesting = {
      R"({"object_type": "VESTING_TERMS", "id": "v", "name": "v", "description": "", "allocation_type": "CUMULATIVE_ROUNDING",
    "vesting_conditions": [{"id": "x", "next_condition_ids": ["y"]}, {"id": "y", "next_condition_ids": []}]})"};
  package.transactions = {
      TestPackage::stock("s1", "100"),
      TestPackage::stock("s2", "60", "2022-01-01", "bob", "a"),
      TestPackage::option("o1", "50"),
      TestPackage::tx("STOCK_TRANSFER", "t", "s1", "2023-01-01",
                      R"("quantity": "40", "resulting_security_ids": ["s3"], "balance_security_id": "s4")"),
      TestPackage::stock("s3", "40", "2023-01-01", "bob"),
      TestPackage::stock("s4", "60", "2023-01-01"),
      TestPackage::tx("EQUITY_COMPENSATION_EXERCISE", "e", "o1", "2023-01-01", R"("quantity": "20", "resulting_security_ids": ["s5"])"),
      TestPackage::stock("s5", "20", "2023-01-01", "bob"),
      R"({"object_type": "TX_STOCK_CLASS_SPLIT", "id": "split", "date": "2023-06-01", "stock_class_id": "common",
          "split_ratio": {"numerator": "2", "denominator": "1"}})",
      TestPackage::convertible("c1", "SAFE", R"("type": "SAFE_CONVERSION", "conversion_mfn": true, "conversion_timing": "POST_MONEY",
          "conversion_valuation_cap": {"amount": "5000", "currency": "USD"})"),
      TestPackage::convertible("c2", "NOTE", R"("type": "CONVERTIBLE_NOTE_CONVERSION", "interest_rates": [{"rate": "0.08",
          "accrual_start_date": "2021-01-01"}], "day_count_convention": "ACTUAL_365", "interest_payout": "DEFERRED",
          "interest_accrual_period": "MONTHLY", "compounding_type": "SIMPLE")"),
  };
  package.sidecar = R"({"format": "warchest OCF sidecar", "version": 1, "classes": {"a": {"participation": "full", "multiple": "2"}},
    "debts": [{"id": "loan", "claim": "5", "holders": [{"holder": "Bank", "amount": "5"}]}], "table": [{"id": "loan", "of": []}]})";
  return package;
}

void collect(OcfValue& value, std::vector<OcfValue*>& nodes) {
  nodes.push_back(&value);
  for (OcfValue& item : value.items) collect(item, nodes);
  for (OcfField& field : value.fields) collect(field.value, nodes);
}

OcfValue anything() {
  OcfValue list = OcfValue::array();
  list.items = {OcfValue::of("s1"), OcfValue::whole(3), {}};
  OcfValue omitted = OcfValue::object();
  omitted.set("omitted", OcfValue::boolean(true));
  OcfValue number;
  number.kind = OcfValue::Kind::number;
  number.text = "1.5e3";
  return *rc::gen::element(OcfValue{}, OcfValue::of(""), OcfValue::of("0"), OcfValue::of("-5"), OcfValue::of("1.25"), OcfValue::of("s1"),
                           OcfValue::of("s3"), OcfValue::of("a"), OcfValue::of("common"), OcfValue::of("2022-13-01"),
                           OcfValue::of("2021-05-05"), OcfValue::of("PREFERRED"), OcfValue::of("TX_STOCK_RETRACTION"),
                           OcfValue::of("TX_STOCK_ISSUANCE"), OcfValue::of("none"), OcfValue::whole(-1), OcfValue::whole(7),
                           OcfValue::boolean(true), OcfValue::array(), OcfValue::object(), list, omitted, number);
}

void change(OcfValue& root) {
  std::vector<OcfValue*> nodes;
  collect(root, nodes);
  OcfValue& node = *nodes[*rc::gen::inRange<std::size_t>(0, nodes.size())];
  const int how = *rc::gen::inRange(0, 4);
  if (how == 0 && !node.fields.empty()) {
    node.fields.erase(node.fields.begin() + *rc::gen::inRange<long>(0, static_cast<long>(node.fields.size())));
  } else if (how == 1 && !node.items.empty()) {
    node.items.push_back(node.items[*rc::gen::inRange<std::size_t>(0, node.items.size())]);
  } else {
    node = anything();
  }
}

RC_GTEST_PROP(OcfFuzz, AnythingAnywhere, ()) {
  ZipFiles files = rich().files();
  const int changes = *rc::gen::inRange(1, 5);
  for (int i = 0; i < changes; ++i) {
    auto file = files.begin();
    std::advance(file, *rc::gen::inRange<long>(0, static_cast<long>(files.size())));
    OcfJson json = parse_ocf_json(file->second, 64);
    change(json.value);
    file->second = spelled(json.value);
    RC_LOG() << file->first << " became\n" << file->second;
  }
  OcfOptions options;
  options.rule = *rc::gen::element(TerminalRule::strict, TerminalRule::netting);
  const Result<OcfImport> first = TestPackage::read_files(files, options);
  RC_CLASSIFY(!first, "refused");
  if (!first) {
    RC_ASSERT(first.error.size() > 10);
    return;
  }
  RC_CLASSIFY(first->table.has_value(), "a table");
  if (first->table) RC_ASSERT(!fault_in(*first->table));
  const fs::path path = fs::temp_directory_path() / "warchest-ocf-fuzz.zip";
  const Result<OcfWritten> written = write_ocf(*first, path.string());
  RC_ASSERT(written);
  const Result<OcfImport> second = read_ocf(path.string(), options);
  fs::remove(path);
  RC_ASSERT(second.error == "");
  RC_ASSERT(equity::count(second->ownership).fully_diluted() == equity::count(first->ownership).fully_diluted());
  RC_ASSERT(second->table.has_value() == first->table.has_value());
}

TEST(OcfFuzz, TheUnchangedPackageMakesATable) {
  const OcfImport imported = rich().import(TerminalRule::netting);
  EXPECT_TRUE(imported.table);
  EXPECT_EQ(outstanding(imported, "o1"), "30");
}

// Bytes turned in the files and in the zip around them.
RC_GTEST_PROP(OcfFuzz, BytesTurned, ()) {
  ZipFiles files = rich().files();
  auto file = files.begin();
  std::advance(file, *rc::gen::inRange<long>(0, static_cast<long>(files.size())));
  for (int i = 0; i < 3; ++i)
    file->second[*rc::gen::inRange<std::size_t>(0, file->second.size())] = static_cast<char>(*rc::gen::inRange(0, 256));
  std::string bytes = *write_zip(files);
  if (*rc::gen::arbitrary<bool>()) bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] = static_cast<char>(*rc::gen::inRange(0, 256));
  const Result<OcfImport> read = read_ocf_zip(bytes, "fuzz.zip");
  RC_ASSERT(read || !read.error.empty());
}

// A hundred thousand transactions take seconds, not hours; so do classes that convert in a chain.
TEST(OcfFuzz, LargePackages) {
  TestPackage package;
  for (int i = 0; i < 20'000; ++i) package.transactions.push_back(TestPackage::stock(fmt::format("s{}", i), "100"));
  for (int i = 0; i < 5'000; ++i) {
    std::string next = TestPackage::preferred(fmt::format("p{}", i), "2");
    const std::string to = fmt::format("\"converts_to_stock_class_id\": \"p{}\"", i + 1);
    next.replace(next.find("\"converts_to_stock_class_id\": \"common\""), 38, to);
    package.classes.push_back(next);
  }
  const OcfImport imported = package.import();
  EXPECT_EQ(imported.classes.at(0).issued, 2'000'000);
}

}  // namespace
}  // namespace warchest::io
