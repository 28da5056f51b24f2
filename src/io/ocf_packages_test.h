// Small packages for the tests, written as JSON texts and read through a zip in memory.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "io/md5.h"
#include "io/ocf.h"
#include "io/zip.h"

namespace warchest::io {

struct TestPackage {
  std::vector<std::string> stakeholders{
      R"({"object_type": "STAKEHOLDER", "id": "ann", "name": {"legal_name": "Ann"}, "stakeholder_type": "INDIVIDUAL"})",
      R"({"object_type": "STAKEHOLDER", "id": "bob", "name": {"legal_name": "Bob"}, "stakeholder_type": "INDIVIDUAL"})"};
  std::vector<std::string> classes{common()};
  std::vector<std::string> plans;
  std::vector<std::string> vesting;
  std::vector<std::string> documents;
  std::vector<std::string> transactions;
  std::string as_of = "2024-12-31";
  std::string sidecar;
  ZipFiles more;  // beside the rest

  static std::string common(const std::string& id = "common") {
    return fmt::format(R"({{"object_type": "STOCK_CLASS", "id": "{0}", "name": "{0}", "class_type": "COMMON", "default_id_prefix": "CS-",
      "initial_shares_authorized": "NOT APPLICABLE", "votes_per_share": "1", "seniority": "1"}})",
                       id);
  }
  // `more` is ended by a comma: "\"seniority\": \"3\", "
  static std::string preferred(
      const std::string& id, const std::string& seniority,
      const std::string& more = R"("price_per_share": {"amount": "2", "currency": "USD"}, "liquidation_preference_multiple": "1", )") {
    return fmt::format(
        R"({{"object_type": "STOCK_CLASS", "id": "{0}", "name": "{0}", "class_type": "PREFERRED", "default_id_prefix": "PS-", {2}
      "conversion_rights": [{{"conversion_mechanism": {{"type": "RATIO_CONVERSION", "conversion_price": {{"amount": "2", "currency": "USD"}},
        "ratio": {{"numerator": "1", "denominator": "1"}}, "rounding_type": "NORMAL"}}, "converts_to_stock_class_id": "common"}}],
      "initial_shares_authorized": "NOT APPLICABLE", "votes_per_share": "1", "seniority": "{1}"}})",
        id, seniority, more);
  }
  static std::string plan(const std::string& reserved, const std::string& more = R"("default_cancellation_behavior": "RETURN_TO_POOL", )") {
    return fmt::format(R"({{"object_type": "STOCK_PLAN", "id": "plan", "plan_name": "Plan", {} "initial_shares_reserved": "{}",
      "stock_class_ids": ["common"]}})",
                       more, reserved);
  }
  static std::string stock(const std::string& security, const std::string& quantity, const std::string& date = "2022-01-01",
                           const std::string& holder = "ann", const std::string& of = "common", const std::string& more = "") {
    return fmt::format(R"({{"object_type": "TX_STOCK_ISSUANCE", "id": "issue {0}", "security_id": "{0}", "custom_id": "{0}", "date": "{2}",
      "stakeholder_id": "{3}", "stock_class_id": "{4}", {5} "quantity": "{1}", "share_price": {{"amount": "1", "currency": "USD"}},
      "security_law_exemptions": [], "stock_legend_ids": []}})",
                       security, quantity, date, holder, of, more);
  }
  static std::string option(
      const std::string& security, const std::string& quantity, const std::string& date = "2022-01-01",
      const std::string& more = R"("exercise_price": {"amount": "0.5", "currency": "USD"}, "compensation_type": "OPTION", )") {
    return fmt::format(
        R"({{"object_type": "TX_EQUITY_COMPENSATION_ISSUANCE", "id": "issue {0}", "security_id": "{0}", "custom_id": "{0}", "date": "{2}",
      "stakeholder_id": "bob", "stock_plan_id": "plan", {3} "quantity": "{1}", "expiration_date": null, "termination_exercise_windows": [],
      "security_law_exemptions": []}})",
        security, quantity, date, more);
  }
  static std::string convertible(const std::string& security, const std::string& type, const std::string& mechanism,
                                 const std::string& amount = "100", const std::string& more = R"("seniority": 1, )") {
    return fmt::format(
        R"({{"object_type": "TX_CONVERTIBLE_ISSUANCE", "id": "issue {0}", "security_id": "{0}", "custom_id": "{0}", "date": "2022-01-01",
      "stakeholder_id": "bob", "convertible_type": "{1}", "investment_amount": {{"amount": "{3}", "currency": "USD"}}, {4}
      "conversion_triggers": [{{"trigger_id": "t", "type": "AUTOMATIC_ON_CONDITION", "trigger_condition": "a financing",
        "conversion_right": {{"type": "CONVERTIBLE_CONVERSION_RIGHT", "converts_to_future_round": true, "conversion_mechanism": {{{2}}}}}}}],
      "security_law_exemptions": []}})",
        security, type, mechanism, amount, more);
  }
  // A transaction on a security; `more` holds its other fields.
  static std::string tx(const std::string& type, const std::string& id, const std::string& security, const std::string& date,
                        const std::string& more) {
    return fmt::format(R"({{"object_type": "TX_{}", "id": "{}", "security_id": "{}", "date": "{}"{}{}}})", type, id, security, date,
                       more.empty() ? "" : ", ", more);
  }

  static std::string file(const std::string& type, const std::vector<std::string>& items) {
    return fmt::format(R"({{"file_type": "OCF_{}_FILE", "items": [{}]}})", type, fmt::join(items, ",\n"));
  }

  ZipFiles files() const {
    ZipFiles all = more;
    std::string lists;
    const auto add = [&](const char* list, const char* type, const std::string& name, const std::vector<std::string>& items) {
      std::string entry;
      if (!items.empty()) {
        all[name] = file(type, items);
        entry = fmt::format(R"({{"filepath": "./{}", "md5": "{}"}})", name, md5(all[name]));
      }
      lists += fmt::format(R"(, "{}": [{}])", list, entry);
    };
    add("stakeholders_files", "STAKEHOLDERS", "Stakeholders.ocf.json", stakeholders);
    add("stock_classes_files", "STOCK_CLASSES", "StockClasses.ocf.json", classes);
    add("stock_plans_files", "STOCK_PLANS", "StockPlans.ocf.json", plans);
    add("vesting_terms_files", "VESTING_TERMS", "VestingTerms.ocf.json", vesting);
    add("documents_files", "DOCUMENTS", "Documents.ocf.json", documents);
    add("transactions_files", "TRANSACTIONS", "Transactions.ocf.json", transactions);
    all["Manifest.ocf.json"] = fmt::format(R"({{"ocf_version": "1.2.1-alpha+main", "file_type": "OCF_MANIFEST_FILE", "as_of": "{}",
      "generated_at": "2024-12-31T00:00:00Z", "issuer": {{"object_type": "ISSUER", "id": "issuer", "legal_name": "Test Inc.",
      "formation_date": "2020-01-01", "country_of_formation": "US"}}, "stock_legend_templates_files": [], "valuations_files": []{}}})",
                                           as_of, lists);
    if (!sidecar.empty()) all["warchest.sidecar.json"] = sidecar;
    return all;
  }

  Result<OcfImport> read(const OcfOptions& options = {}) const { return read_files(files(), options); }
  static Result<OcfImport> read_files(const ZipFiles& files, const OcfOptions& options = {}) {
    const Result<std::string> bytes = write_zip(files);
    if (!bytes) return Result<OcfImport>::failed(bytes.error);
    return read_ocf_zip(*bytes, "test.zip", options);
  }
  // Reads it and fails the test when it is refused.
  OcfImport import(const OcfOptions& options = {}) const {
    Result<OcfImport> imported = read(options);
    EXPECT_TRUE(imported) << imported.error;
    return imported ? std::move(*imported.value) : OcfImport{};
  }
  OcfImport import(TerminalRule rule) const {
    OcfOptions options;
    options.rule = rule;
    return import(options);
  }
};

inline std::size_t anomaly(const OcfImport& imported, const std::string& kind) {
  const auto found = imported.anomalies.find(kind);
  return found == imported.anomalies.end() ? 0 : found->second;
}

inline bool decided(const OcfImport& imported, const std::string& kind) {
  for (const OcfMessage& message : imported.log) {
    if (message.kind == kind) return true;
  }
  return false;
}

// What is outstanding under a security id; nothing when it is not.
inline std::string outstanding(const OcfImport& imported, const std::string& security) {
  for (const OcfPosition& position : imported.outstanding) {
    if (position.security == security) return position.quantity.text();
  }
  return "nothing";
}

}  // namespace warchest::io
