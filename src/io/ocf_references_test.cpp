// Each sort of dangling reference once, and each circle.
#include "io/ocf_packages_test.h"

namespace warchest::io {
namespace {

std::string refusal(const TestPackage& package) {
  const Result<OcfImport> read = package.read();
  return read ? "read" : read.error;
}

std::string transfer(const std::string& id, const std::string& security, const std::string& to, const std::string& quantity = "100") {
  return TestPackage::tx("STOCK_TRANSFER", id, security, "2023-01-01",
                         fmt::format(R"("quantity": "{}", "resulting_security_ids": ["{}"])", quantity, to));
}

TEST(OcfReferences, EachUnknownIsNamed) {
  TestPackage package;
  package.plans = {TestPackage::plan("10")};
  package.plans[0].replace(package.plans[0].find("\"common\""), 8, "\"nowhere\"");
  package.transactions = {
      TestPackage::stock("s1", "100", "2022-01-01", "nobody", "nothing", R"("stock_plan_id": "no plan", "vesting_terms_id": "no terms",)")};
  package.transactions[0].replace(package.transactions[0].find("\"stock_legend_ids\": []"), 22, R"("stock_legend_ids": ["l1", "l2"])");
  package.transactions.push_back(
      TestPackage::tx("VESTING_START", "v", "no security", "2022-01-01", R"("vesting_condition_id": "no condition")"));
  package.transactions.push_back(transfer("t", "s1", "s2"));
  package.transactions.push_back(transfer("u", "s1", "s2"));
  const OcfImport imported = package.import();
  EXPECT_EQ(anomaly(imported, "unknown_stakeholder"), 1U);
  EXPECT_EQ(anomaly(imported, "unknown_class"), 2U);
  EXPECT_EQ(anomaly(imported, "unknown_plan"), 1U);
  EXPECT_EQ(anomaly(imported, "unknown_vesting_terms"), 1U);
  EXPECT_EQ(anomaly(imported, "unknown_vesting_condition"), 1U);
  EXPECT_EQ(anomaly(imported, "unknown_legend"), 2U);
  EXPECT_EQ(anomaly(imported, "tx_on_unknown_security"), 1U);
  EXPECT_EQ(anomaly(imported, "dangling_resulting_or_balance_id"), 1U) << "once for the id, however often it is named";
  EXPECT_EQ(anomaly(imported, "several_terminal_tx_on_one_security"), 1U);
  for (const OcfMessage& message : imported.log) {
    const bool about_the_issuance = message.kind == "unknown_class" && message.object == "issue s1";
    EXPECT_TRUE(!about_the_issuance || message.file == "Transactions.ocf.json") << spelled(message);
  }
}

TEST(OcfReferences, ASecurityThatResultsFromItself) {
  TestPackage package;
  package.transactions = {TestPackage::stock("s1", "100"), transfer("t", "s1", "s1")};
  EXPECT_NE(refusal(package).find("the security \"s1\" results from itself"), std::string::npos) << refusal(package);
  package.transactions = {TestPackage::stock("s1", "100"), TestPackage::stock("s2", "100"), TestPackage::stock("s3", "100"),
                          transfer("t", "s1", "s2"),       transfer("u", "s2", "s3"),       transfer("v", "s3", "s1")};
  EXPECT_NE(refusal(package).find("results from itself"), std::string::npos);
}

TEST(OcfReferences, ALongChainIsNoCircle) {
  TestPackage package;
  for (int i = 0; i < 3000; ++i) {
    package.transactions.push_back(TestPackage::stock(fmt::format("s{}", i), "100", "2023-01-01"));
    if (i > 0) package.transactions.push_back(transfer(fmt::format("t{}", i), fmt::format("s{}", i - 1), fmt::format("s{}", i)));
  }
  const OcfImport imported = package.import();
  EXPECT_EQ(imported.outstanding.size(), 1U);
  EXPECT_EQ(imported.classes.at(0).issued, 100);
}

TEST(OcfReferences, APlanAClassAndVestingThatGoRound) {
  TestPackage package;
  package.plans = {TestPackage::plan("10")};
  package.plans[0].replace(package.plans[0].find("\"common\""), 8, "\"plan\"");
  EXPECT_NE(refusal(package).find("the stock plan \"plan\" is made of itself"), std::string::npos) << refusal(package);
  package = {};
  package.classes.push_back(TestPackage::preferred("a", "2"));
  std::string& right = package.classes.back();
  right.replace(right.find("\"converts_to_stock_class_id\": \"common\""), 38, "\"converts_to_stock_class_id\": \"a\"");
  EXPECT_NE(refusal(package).find("the stock class \"a\" converts into itself"), std::string::npos) << refusal(package);
  package = {};
  package.vesting = {
      R"({"object_type": "VESTING_TERMS", "id": "v", "name": "v", "description": "", "allocation_type": "CUMULATIVE_ROUNDING",
    "vesting_conditions": [{"id": "x", "next_condition_ids": ["y"]}, {"id": "y", "next_condition_ids": ["x"]}]})"};
  EXPECT_NE(refusal(package).find("follows after itself"), std::string::npos) << refusal(package);
}

TEST(OcfReferences, APlanMayHaveTheIdOfItsClass) {
  TestPackage package;
  package.classes = {TestPackage::common("one")};
  package.plans = {
      R"({"object_type": "STOCK_PLAN", "id": "one", "plan_name": "Plan", "initial_shares_reserved": "5", "stock_class_ids": ["one"]})"};
  EXPECT_EQ(refusal(package), "read");
}

}  // namespace
}  // namespace warchest::io
