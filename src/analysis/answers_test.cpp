// From results made by hand to answers: curves of first passage, chances in ten, cases in words, checks.
#include "analysis/answers.h"

#include <gtest/gtest.h>

namespace warchest::analysis {
namespace {

model::Model acme() {
  model::Model model;
  model.settings.title = "Acme";
  model.settings.start_year = 2025;
  model.settings.start_month = 11;
  model.settings.months = 4;
  model.settings.currency = "USD";
  model.companies.resize(1);
  model.companies[0].name = "acme";
  model::Expr out;
  out.kind = model::ExprKind::measure;
  out.measure = model::Measure::out_of_cash;
  out.index = 0;
  out.type = model::TypeKind::event;
  model.exprs.push_back(out);
  model::Ask ask;
  ask.name = "lasts";
  model::Shown shown;
  shown.expr = 0;
  shown.text = "out_of_cash(acme)";
  shown.kind = model::AnswerKind::date;
  ask.shown = {shown};
  ask.cases = {model::Case{}};
  ask.cases[0].label = "base";
  model.asks = {ask};
  return model;
}

// 32 paths: 2 run out in month 1, 14 in month 2, 16 never.
results::Output passage() {
  results::Output output;
  output.kind = static_cast<int>(program::Output::Kind::months);
  results::Column column;
  column.paths = 32;
  column.endless = 16;
  column.min = 1;
  column.max = 2;
  column.by_month = {0, 2, 14, 0};
  for (std::size_t s = 0; s < results::kScrambles; ++s) column.by_month_scrambles[s] = {0, s < 2 ? 1u : 0u, s < 14 ? 1u : 0u, 0};
  output.columns = {column};
  return output;
}

program::Lowered one_run() {
  program::Lowered lowered;
  lowered.runs.resize(1);
  lowered.runs[0].which.label = "base";
  program::Answered answered;
  answered.output = 0;
  lowered.answers = {answered};
  return lowered;
}

TEST(Answers, AFirstPassageIsACurveAndAShareThatNeverDoes) {
  results::Results results;
  results.paths = 32;
  results.outputs = {passage()};
  const Answers answers = answer(as_asked(acme()), one_run(), {results});
  ASSERT_EQ(answers.asks.size(), 1u);
  const Answer& a = answers.asks[0].answers.at(0);
  EXPECT_EQ(a.kind, AnswerKind::date);
  EXPECT_TRUE(a.first_passage && a.out_of_cash);
  EXPECT_EQ(a.company, "acme");
  ASSERT_EQ(a.by.size(), 4u);
  EXPECT_DOUBLE_EQ(a.by[0].value, 0);
  EXPECT_DOUBLE_EQ(a.by[1].value, 2.0 / 32);
  EXPECT_DOUBLE_EQ(a.by[3].value, 0.5);
  EXPECT_GT(a.by[1].error, 0);
  EXPECT_EQ(a.by[0].error, 0);
  EXPECT_DOUBLE_EQ(a.never.value, 0.5);
  EXPECT_DOUBLE_EQ(a.at_least.value, 2);  // by the end of month 1 six in a hundred are out, by month 2 half
  EXPECT_EQ(answers.start, 2025 * 12 + 10);
}

TEST(Answers, ACheckFailsWhereAnyPathDoes) {
  model::Model model = acme();
  model.checks.resize(2);
  model.checks[0].name = "solvent";
  model.checks[1].name = "likely";
  program::Lowered lowered = one_run();
  program::Checked on_paths, across;
  on_paths.output = 0;
  across.check = 1;
  using Node = program::Formula::Node;
  Node chance, limit, root;
  chance.kind = program::Formula::Kind::chance;
  chance.output = 1;
  limit.value = 0.9;
  root.kind = program::Formula::Kind::less_equal;
  root.a = 1;
  root.b = 0;
  across.formula.nodes = {chance, limit, root};
  lowered.checks = {on_paths, across};
  results::Results results;
  results.paths = 32;
  results.outputs = {passage(), {}};
  results.outputs[1].kind = static_cast<int>(program::Output::Kind::truth);
  results.outputs[1].columns.resize(1);
  results.outputs[1].columns[0].mean.value = 0.95;
  const Answers answers = answer(as_asked(model), lowered, {results});
  ASSERT_EQ(answers.checks.size(), 2u);
  EXPECT_FALSE(answers.checks[0].holds);
  EXPECT_EQ(answers.checks[0].failed, 16u);
  EXPECT_EQ(answers.checks[0].first_failure, 1);
  EXPECT_TRUE(answers.checks[1].holds);
  EXPECT_TRUE(answers.checks[1].compares && answers.checks[1].shares);
  EXPECT_DOUBLE_EQ(answers.checks[1].left.value, 0.9);
  EXPECT_DOUBLE_EQ(answers.checks[1].right.value, 0.95);
}

TEST(Answers, CompanionsAreAddedOnceAndKnown) {
  const Questions questions = with_companions(acme());
  ASSERT_EQ(questions.model.asks[0].shown.size(), 2u);
  EXPECT_EQ(questions.asked[0], 1u);
  EXPECT_EQ(questions.model.asks[0].shown[1].kind, model::AnswerKind::series);
  EXPECT_EQ(with_companions(questions.model).model.asks[0].shown.size(), 2u);  // the fan has its curve already
}

TEST(Answers, CasesAreReadAloud) {
  model::Model model = acme();
  model.rounds.resize(1);
  model.rounds[0].name = "acme.notes";
  model.rounds[0].label = "Convertible notes";
  model.facilities.resize(1);
  model.facilities[0].name = "acme.line";
  model.scenarios.resize(1);
  model.scenarios[0].name = "winter";
  model.scenarios[0].label = "AI winter";
  model::Case which;
  const auto words = [&](const char* label) {
    which.label = label;
    return case_in_words(model, which);
  };
  EXPECT_EQ(words("base"), "");
  EXPECT_EQ(words("no_new_money"), "with no new money");
  EXPECT_EQ(words("with(acme.notes, acme.line)"), "with \"Convertible notes\" and acme.line");
  EXPECT_EQ(words("without(acme.notes)"), "without \"Convertible notes\"");
  which.scenario = 0;
  EXPECT_EQ(words("winter"), "in the scenario \"AI winter\"");
}

TEST(Answers, AReportChoosesAndOrders) {
  model::Model model = acme();
  model.asks.push_back(model.asks[0]);
  EXPECT_EQ(asks_to_show(model), (std::vector<std::uint32_t>{0, 1}));
  model.reports = {{"r", "", {1}}};
  EXPECT_EQ(asks_to_show(model), (std::vector<std::uint32_t>{1}));
  model.reports = {{"r", "", {1, 0, 1}}};
  EXPECT_EQ(asks_to_show(model), (std::vector<std::uint32_t>{1, 0}));
}

}  // namespace
}  // namespace warchest::analysis
