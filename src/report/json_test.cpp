// The shape of schema 1, and that a reader gets back the very numbers.
#include "report/json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/answers_for_tests.h"

namespace warchest::report {
namespace {

using nlohmann::ordered_json;

const Origin kOrigin = {"acme.chest", "0123456789abcdef", "0.1.0"};

std::vector<std::string> keys(const ordered_json& json) {
  std::vector<std::string> list;
  for (const auto& [key, value] : json.items()) list.push_back(key);
  return list;
}

using Keys = std::vector<std::string>;

TEST(Json, HasTheDocumentedShape) {
  const ordered_json json = ordered_json::parse(to_json(one_date(), kOrigin));
  EXPECT_EQ(keys(json), (Keys{"warchest", "schema", "run", "asks", "checks"}));
  EXPECT_EQ(keys(json["run"]), (Keys{"model", "sha256", "seed", "paths", "start", "months", "simd"}));
  EXPECT_EQ(json["run"]["start"], "2025-11");
  const ordered_json& answer = json["asks"]["lasts"]["answers"][0];
  EXPECT_EQ(json["asks"]["lasts"]["label"], "How long does the money last?");
  EXPECT_EQ(keys(answer), (Keys{"of", "type", "p5", "p25", "p50", "p75", "p95", "errors", "never", "never_error", "by", "by_errors"}));
  EXPECT_EQ(answer["p50"], "2026-03");
  EXPECT_EQ(answer["p75"], nullptr);
  EXPECT_EQ(answer["never"], 0.3);
  EXPECT_EQ(answer["by"][3], (ordered_json::array({"2026-02", 0.3})));
  EXPECT_EQ(answer["by"].size(), answer["by_errors"].size());
}

TEST(Json, NumbersAreTheShortestThatReadBack) {
  analysis::Answers all = one_date();
  analysis::Answer number;
  number.of = "acme.cash";
  number.unit = "USD";
  number.spread.mean = {1.0 / 3, 1e-300};
  number.case_label = "base";
  all.asks[0].answers = {number};
  const std::string text = to_json(all, kOrigin);
  const ordered_json answer = ordered_json::parse(text)["asks"]["lasts"]["answers"][0];
  EXPECT_EQ(keys(answer), (Keys{"of", "case", "type", "mean", "sd", "p5", "p25", "p50", "p75", "p95", "error", "errors", "unit"}));
  EXPECT_EQ(answer["mean"].get<double>(), 1.0 / 3);
  EXPECT_EQ(answer["error"].get<double>(), 1e-300);
  EXPECT_EQ(answer["p5"], nullptr);  // not known
  EXPECT_NE(text.find("0.3333333333333333"), std::string::npos);
  EXPECT_EQ(text, to_json(all, kOrigin));
}

TEST(Json, CompanionsAreNotAnswers) {
  analysis::Answers all = one_date();
  all.asks[0].answers.push_back(all.asks[0].answers[0]);
  all.asks[0].answers[1].companion = true;
  EXPECT_EQ(ordered_json::parse(to_json(all, kOrigin))["asks"]["lasts"]["answers"].size(), 1u);
}

TEST(Json, BadBytesInALabelDoNotBreakIt) {
  analysis::Answers all = one_date();
  all.title = "bad \xff byte";
  EXPECT_TRUE(ordered_json::accept(to_json(all, kOrigin)));
}

TEST(Json, ErrorsOutsideATextHaveTheSameKeys) {
  const ordered_json json = ordered_json::parse(error_to_json("unreadable", "cannot read x", "0.1.0"));
  EXPECT_EQ(keys(json), (Keys{"warchest", "schema", "errors"}));
  EXPECT_EQ(keys(json["errors"][0]),
            (Keys{"file", "line", "column", "end_line", "end_column", "severity", "code", "message", "found", "wanted", "suggestion"}));
  EXPECT_EQ(json["errors"][0]["message"], "cannot read x");
  EXPECT_EQ(ordered_json::parse(errors_to_json("[]", "0.1.0"))["errors"].size(), 0u);
}

}  // namespace
}  // namespace warchest::report
