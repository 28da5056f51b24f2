// Six packages that others wrote, of four versions; they lie beside the project and are not part of it. Where they are absent, these
// tests say so and are skipped. Figures: sums over the files, recomputed apart from this code.
#include <filesystem>

#include "io/ocf_packages_test.h"

namespace warchest::io {
namespace {

namespace fs = std::filesystem;

class OcfSharedPackages : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::is_directory(kFolder)) GTEST_SKIP() << "the sample packages are not there (looked in " << kFolder << ")";
  }
  static OcfImport load(const std::string& name, TerminalRule rule = TerminalRule::strict) {
    OcfOptions options;
    options.rule = rule;
    Result<OcfImport> imported = read_ocf(std::string(kFolder) + "/" + name, options);
    EXPECT_TRUE(imported) << imported.error;
    return imported ? std::move(*imported.value) : OcfImport{};
  }
  static std::string issued(const OcfImport& imported, const std::string& name) {
    for (const OcfStockClass& one : imported.classes) {
      if (one.name == name) return one.issued.text();
    }
    return "no such class";
  }
  static std::string total(const OcfImport& imported, OcfSecurityKind kind, const std::string& type = "") {
    equity::Number sum;
    for (const OcfPosition& position : imported.outstanding) {
      if (position.kind == kind && (type.empty() || position.type == type)) sum += position.quantity;
    }
    return sum.text();
  }
  static constexpr const char* kFolder = "../shared/data/ocf";
};

TEST_F(OcfSharedPackages, AcmeHoldings) {
  const OcfImport strict = load("acme_holdings_limited");
  EXPECT_EQ(strict.counts.transactions, 39U);
  EXPECT_EQ(issued(strict, "Ordinary A"), "145000");
  EXPECT_EQ(issued(strict, "Ordinary B"), "50000") << "reissued on the day of the split: not split again";
  EXPECT_EQ(issued(strict, "Preferred"), "15000");
  EXPECT_EQ(total(strict, OcfSecurityKind::equity_compensation), "720000");
  EXPECT_EQ(total(load("acme_holdings_limited", TerminalRule::netting), OcfSecurityKind::equity_compensation), "1078000");
  EXPECT_EQ(anomaly(strict, "partial_without_balance"), 4U);
  EXPECT_EQ(anomaly(strict, "dangling_resulting_or_balance_id"), 4U);
  EXPECT_EQ(anomaly(strict, "several_terminal_tx_on_one_security"), 1U);
  EXPECT_EQ(anomaly(strict, "over_reduced"), 0U);
  EXPECT_EQ(anomaly(strict, "unknown_plan"), 3U);
  EXPECT_EQ(anomaly(strict, "bad_md5"), 5U);
  EXPECT_FALSE(strict.table) << "no class has a price";
}

TEST_F(OcfSharedPackages, OcxExample) {
  const OcfImport strict = load("ocx_example_inc");
  EXPECT_EQ(strict.issuer.version, "1.0.0-b1");
  EXPECT_EQ(strict.counts.transactions, 144U);
  EXPECT_EQ(strict.counts.stakeholders, 22U);
  EXPECT_EQ(issued(strict, "Common"), "5835181");
  EXPECT_EQ(issued(strict, "Series A Preferred"), "690909");
  EXPECT_EQ(issued(strict, "Series A1 Preferred"), "668531");
  EXPECT_EQ(total(strict, OcfSecurityKind::warrant), "425000");
  EXPECT_EQ(total(strict, OcfSecurityKind::convertible, "SAFE"), "595000");
  EXPECT_EQ(total(strict, OcfSecurityKind::convertible, "NOTE"), "10000");
  EXPECT_EQ(total(strict, OcfSecurityKind::equity_compensation), "785250");
  EXPECT_EQ(total(load("ocx_example_inc", TerminalRule::netting), OcfSecurityKind::equity_compensation), "831000");
  EXPECT_EQ(anomaly(strict, "several_terminal_tx_on_one_security"), 5U);
  EXPECT_EQ(anomaly(strict, "over_reduced"), 5U);
  EXPECT_EQ(anomaly(strict, "partial_without_balance"), 6U);
  EXPECT_EQ(anomaly(strict, "dangling_resulting_or_balance_id"), 1U);
  EXPECT_EQ(anomaly(strict, "quantity_mismatch"), 1U) << "1,000 exercised, 100,000 issued";
  EXPECT_EQ(equity::as_converted(*strict.ownership.find("Series A Preferred")), 1381818) << "10 for 5";
}

// With its open terms answered the same package makes a table for the engine.
TEST_F(OcfSharedPackages, OcxExampleAnswered) {
  OcfOptions options;
  options.answers.safe_basis = equity::SafeBasis::pre_money;
  options.answers.note_base = equity::NoteBase::fully_diluted;
  options.answers.preference_multiple = 1;
  options.answers.price_from_issuance = true;
  Result<OcfImport> imported = read_ocf(std::string(kFolder) + "/ocx_example_inc", options);
  ASSERT_TRUE(imported) << imported.error;
  for (const OcfQuestion& question : imported->questions) {
    const bool known = question.field.find("original_price") != std::string::npos || question.field.find("interest") != std::string::npos;
    EXPECT_TRUE(known) << question.field << ": " << question.text;
  }
}

TEST_F(OcfSharedPackages, Tutorials) {
  const OcfImport options = load("ocf_tutorial_options");
  EXPECT_EQ(issued(options, "Preferred Shares"), "5000");
  EXPECT_EQ(options.plans.at(0).reserved, 8000000) << "adjusted downwards";
  EXPECT_EQ(anomaly(options, "after_as_of"), 1U);
  const OcfImport quickstart = load("ocf_tutorial_quickstart");
  EXPECT_EQ(issued(quickstart, "Preferred Shares"), "5000");
  EXPECT_EQ(quickstart.missing_files, std::vector<std::string>{"Stakeholders.json"});
  EXPECT_EQ(anomaly(quickstart, "replaced_file"), 1U);
  EXPECT_EQ(quickstart.counts.stakeholders, 1U);
}

TEST_F(OcfSharedPackages, ToolsAndSpecSamples) {
  const OcfImport tools = load("ocf_tools_test_package");
  EXPECT_EQ(tools.counts.transactions, 2U);
  EXPECT_EQ(total(tools, OcfSecurityKind::equity_compensation), "360000");
  const OcfImport samples = load("ocf_spec_samples");
  EXPECT_EQ(samples.counts.transactions, 86U);
  EXPECT_EQ(anomaly(samples, "tx_on_unknown_security"), 17U);
  EXPECT_EQ(anomaly(samples, "unlisted_file"), 4U);
  EXPECT_EQ(anomaly(samples, "unknown_object_type"), 0U);
}

// Written out and read again, each holds the same.
TEST_F(OcfSharedPackages, OutAndInAgain) {
  for (const char* name : {"acme_holdings_limited", "ocx_example_inc", "ocf_tutorial_options", "ocf_tutorial_quickstart",
                           "ocf_tools_test_package", "ocf_spec_samples"}) {
    for (const TerminalRule rule : {TerminalRule::strict, TerminalRule::netting}) {
      const OcfImport first = load(name, rule);
      const fs::path path = fs::temp_directory_path() / "warchest-shared-package.zip";
      const Result<OcfWritten> written = write_ocf(first, path.string());
      ASSERT_TRUE(written) << written.error;
      for (const TerminalRule reading : {TerminalRule::strict, TerminalRule::netting}) {
        if (rule == TerminalRule::strict && reading == TerminalRule::netting) continue;  // its rests were ended by the strict rule only
        OcfOptions options;
        options.rule = reading;
        const Result<OcfImport> second = read_ocf(path.string(), options);
        ASSERT_TRUE(second) << second.error;
        EXPECT_EQ(anomaly(*second, "bad_md5"), 0U) << name;
        ASSERT_EQ(second->ownership.securities.size(), first.ownership.securities.size()) << name;
        for (std::size_t i = 0; i < first.ownership.securities.size(); ++i) {
          EXPECT_EQ(second->ownership.securities[i].id, first.ownership.securities[i].id) << name;
          EXPECT_EQ(equity::shares_of(second->ownership.securities[i]), equity::shares_of(first.ownership.securities[i]))
              << name << " " << first.ownership.securities[i].id;
        }
      }
      fs::remove(path);
    }
  }
}

}  // namespace
}  // namespace warchest::io
