// What text tests cannot say: that every example in the tables is good, that the files a text wants are found, and that the units of
// random expressions come out as the algebra has them.
#include "model/check.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "model/functions.h"
#include "model/schema.h"
#include "quantity/unit.h"
#include "text/render.h"
#include "text/source.h"

namespace warchest::model {
namespace {

struct Checked {
  text::SourceMap sources;
  text::Diagnostics diagnostics;
  std::optional<Model> model;
  std::string complaints() const { return text::render_text(diagnostics, sources); }
};

Checked checked(const std::string& text) {
  Checked result;
  std::vector<lang::Tree> trees;
  trees.push_back(lang::parse(result.sources.add("model.chest", text), result.diagnostics));
  result.model = check(trees, {}, {}, result.diagnostics);
  return result;
}

const std::string kHead = "model \"m\" { start = 2026-01, horizon = 2 years, currency = USD }\n";

TEST(Schema, EveryExampleOfAKindIsOfThatKind) {
  for (const KindRow& row : kinds()) {
    if (row.part != Part::now) continue;
    SCOPED_TRACE(std::string(row.name));
    text::SourceMap sources;
    text::Diagnostics diagnostics;
    const lang::Tree tree = lang::parse(sources.add("example", std::string(row.example)), diagnostics);
    EXPECT_FALSE(diagnostics.has_errors()) << text::render_text(diagnostics, sources);
    ASSERT_EQ(tree.top.size(), 1u);
    if (row.place == Place::table) {
      EXPECT_EQ(tree[tree.top.front()].kind, lang::ItemKind::field);
      continue;
    }
    EXPECT_EQ(tree.name(tree[tree.top.front()].word.name), row.name);
    for (const lang::ItemId id : tree.body(tree[tree.top.front()])) {
      const lang::Item& item = tree[id];
      if (item.kind != lang::ItemKind::field || row.id == KindId::scenario_ || row.id == KindId::use_) continue;  // paths
      EXPECT_NE(row.field(tree.name(tree.path(item).front().name)), nullptr) << row.example;
    }
  }
}

TEST(Schema, EveryExampleOfAFieldGivesThatField) {
  for (const KindRow& row : kinds()) {
    for (const FieldRow& field : row.fields) {
      SCOPED_TRACE(std::string(row.name) + "." + std::string(field.name));
      text::SourceMap sources;
      text::Diagnostics diagnostics;
      const lang::Tree tree = lang::parse(sources.add("example", "kind k { " + std::string(field.example) + " }"), diagnostics);
      EXPECT_FALSE(diagnostics.has_errors()) << text::render_text(diagnostics, sources);
      const auto body = tree.body(tree[tree.top.front()]);
      ASSERT_EQ(body.size(), 1u);
      EXPECT_EQ(tree.name(tree.path(tree[body.front()]).front().name), field.name);
      EXPECT_FALSE(field.help.empty());
      EXPECT_EQ(field.required, field.required && field.fallback.empty()) << "a required field has no default";
    }
  }
}

// A company in which all names of the examples mean something.
const std::string kWorld =
    kHead +
    "company openai {\n cash = $9B\n input budget = $1M/month\n revenue products = $9M/month\n series wanted = $9M/month\n"
    " series users { is = 3 people, opening = 3 people }\n series compute { is = 3, opening = 3 }\n"
    " round r { closed = 2026-03, amount = $1M, post_money = $9M }\n";

TEST(Functions, EveryExampleIsChecked) {
  for (const FunctionRow& row : functions()) {
    if (row.name == "sample" || row.group == FunctionGroup::package) continue;  // want a file
    SCOPED_TRACE(std::string(row.name));
    const std::string example(row.example);
    EXPECT_NE(example.find(row.name), std::string::npos);
    const std::string project = " project p { size = 1, capex = $1M, start = 2026-02, build = 2 years, overrun = " + example + " }\n}\n";
    const std::string text = row.group == FunctionGroup::across ? kWorld + "}\nask q { show = " + example + " }\n"
                             : row.name == "like"               ? kWorld + project  // stands as an overrun alone
                                                                : kWorld + " series example = " + example + "\n}\n";
    const Checked result = checked(text);
    EXPECT_TRUE(result.model.has_value()) << result.complaints();
  }
}

TEST(Functions, EveryMeasureOfACompanyIsRead) {
  for (const MeasureRow& row : measures()) {
    if (row.owner != Owner::company) continue;
    const std::string who = row.measure == Measure::raised_insiders ? "investor gulf { capacity = $5B/year }\n" : "";
    const Checked result =
        checked(kWorld + "}\n" + who + "ask q { show = [openai." + std::string(row.name) + ", " + std::string(row.name) + "(openai)] }\n");
    EXPECT_TRUE(result.model.has_value()) << row.name << "\n" << result.complaints();
  }
}

TEST(Functions, EveryMeasureOfAHolderIsRead) {
  for (const MeasureRow& row : measures()) {
    if (row.owner != Owner::holder) continue;
    const std::string name(row.name);
    const Checked result = checked(kWorld + " holder staff\n exit sale { at = 2027-03, value = $9B }\n}\nask q { show = [openai.staff." +
                                   name + ", " + name + "(openai.staff), " + name + "(openai.r), " + name + "(openai) by holder] }\n");
    EXPECT_TRUE(result.model.has_value()) << row.name << "\n" << result.complaints();
  }
}

// Every instrument with every field that the schema has for it, where it belongs.
TEST(Schema, EveryFieldOfAnInstrumentIsTaken) {
  for (const KindRow& row : kinds()) {
    if (row.place != Place::record) continue;
    for (const FieldRow& field : row.fields) {
      SCOPED_TRACE(std::string(row.name) + "." + std::string(field.name));
      const bool of_lender = row.id == KindId::warrants_ && field.name != "strike";
      const bool of_class = kind(KindId::class_).field("is")->takes(row.name) && field.name != "seniority";
      std::string needs;
      if (of_class && row.id == KindId::preferred_ && field.name != "price") needs = "price = $1, ";
      if (field.name != "strike" && row.field("strike") != nullptr) needs = "strike = $1, ";
      if (field.name.starts_with("dividend_")) needs += "dividend = 8%/year, ";
      if (field.name == "participation_cap" || field.name == "cap_includes_dividends") needs += "participating = yes, ";
      if (field.name == "cap_includes_dividends") needs += "participation_cap = 3x, ";
      if (field.name == "compounds" || field.name == "day_count") needs += "interest = 8%/year, ";
      if (field.name == "cap_base") needs += "cap = $9M, ";
      if (field.name == "repaid") needs += "by = 2027-06, ";
      if (of_lender && field.name != "of_limit") needs += "of_limit = 1%, ";
      const std::string is = std::string(row.name) + " { " + needs + std::string(field.example) + " }";
      const Checked result = checked(kHead + "event for_profit { at = 2026-09 }\ncompany a {\n" +
                                     (of_lender  ? " holder fund { owns = 3% }\n facility f { limit = $1M, draw_on = 2026-03, warrants = " + is + " }\n"
                                      : of_class ? " class c { is = " + is + ", shares = 1_000 }\n"
                                               : " round r { closed = 2026-03, amount = $1M, instrument = " + is + " }\n") +
                                     "}\n");
      EXPECT_TRUE(result.model.has_value()) << result.complaints();
    }
  }
}

TEST(Files, AreFoundOnceEach) {
  text::SourceMap sources;
  text::Diagnostics diagnostics;
  const lang::Tree tree = lang::parse(sources.add("m",
                                                  "use \"a.chest\"\nuse \"std/b.chest\"\ninput x = sample(\"d.csv\", one) + "
                                                  "sample((\"d.csv\"), two)\ninput y = sample(name, two)\n"),
                                      diagnostics);
  const auto files = wanted_files(tree);
  ASSERT_EQ(files.size(), 3u);
  EXPECT_EQ(files[0].name, "a.chest");
  EXPECT_TRUE(files[0].model);
  EXPECT_EQ(files[1].name, "std/b.chest");
  EXPECT_EQ(files[2].name, "d.csv");
  EXPECT_FALSE(files[2].model);
}

// A random expression with the unit that the algebra gives it; nothing where it does not fit.
struct Typed {
  std::string text;
  std::optional<quantity::Unit> unit;
};

Typed random_expression(int depth) {
  using quantity::Unit;
  const Unit usd = quantity::money("USD"), time = quantity::duration(), people(quantity::Dimension::people);
  if (depth == 0 || *rc::gen::inRange(0, 4) == 0) {
    const std::vector<std::pair<std::string, Unit>> atoms = {{"2", {}},
                                                             {"$3M", usd},
                                                             {"$4M/year", usd / time},
                                                             {"5 months", time},
                                                             {"6 people", people},
                                                             {"7%/year", time.power(-1)},
                                                             {"$8/person/month", usd / people / time}};
    const auto& [text, unit] = *rc::gen::elementOf(atoms);
    return {text, unit};
  }
  const Typed a = random_expression(depth - 1), b = random_expression(depth - 1);
  const bool both = a.unit && b.unit;
  const auto same = [&](const std::string& text, std::optional<Unit> unit) {
    return Typed{text, both && *a.unit == *b.unit ? unit : std::nullopt};
  };
  switch (*rc::gen::inRange(0, 8)) {
    case 0:
      return same("(" + a.text + " + " + b.text + ")", a.unit);
    case 1:
      return same("max(" + a.text + ", " + b.text + ")", a.unit);
    case 2:
      return {"(" + a.text + " * " + b.text + ")", both ? std::optional(*a.unit * *b.unit) : std::nullopt};
    case 3:
      return {"(" + a.text + " / " + b.text + ")", both ? std::optional(*a.unit / *b.unit) : std::nullopt};
    case 4:
      return {"(" + a.text + " of " + b.text + ")", both ? std::optional(*a.unit * *b.unit) : std::nullopt};
    case 5:
      return same("if(" + a.text + " < " + b.text + ", 1, 2)", Unit());
    case 6:
      return {"(-" + a.text + ")", a.unit};
    default:
      return {"((" + a.text + ") ^ 2)", a.unit ? std::optional(*a.unit * *a.unit) : std::nullopt};
  }
}

RC_GTEST_PROP(Units, OfRandomExpressionsAreThoseOfTheAlgebra, ()) {
  const Typed wanted = random_expression(*rc::gen::inRange(0, 5));
  const Checked result = checked(kHead + "input x = " + wanted.text + "\n");
  RC_LOG() << wanted.text << "\n" << result.complaints();
  RC_ASSERT(result.model.has_value() == wanted.unit.has_value());
  if (result.model) {
    RC_ASSERT(result.model->definitions.front().name == "x");
    RC_ASSERT(result.model->definitions.front().type.unit == *wanted.unit);
  } else {
    for (const text::Diagnostic& complaint : result.diagnostics.all()) RC_ASSERT(complaint.code == text::Code::unit_mismatch);
  }
}

}  // namespace
}  // namespace warchest::model
