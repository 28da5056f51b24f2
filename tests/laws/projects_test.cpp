// Laws of projects, on random projects and on every path: what is spent adds up to the budget, what is written off to what was spent,
// what is given up spends no more, what never starts spends nothing; and the tables behind them hold what their sources print.
//
// Each law is a `check` of a model text, so it is held on every path and in the month that it names by the program itself.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "model/reference_classes.h"
#include "question.h"

namespace warchest::laws {
namespace {

// Every check of the text holds on every path.
void expect_all_hold(const std::string& text, std::uint64_t paths) {
  const analysis::Answers all = answers(text, paths);
  RC_ASSERT(!all.checks.empty());
  for (const auto& check : all.checks) {
    if (!check.holds) RC_FAIL(check.name + " does not hold in\n" + text);
  }
}

// A project that is surely done within the horizon of 40 years, whatever its luck.
std::string random_project(const std::string& more) {
  const int build = *rc::gen::inRange(1, 60), phases = *rc::gen::inRange(1, 6), life = *rc::gen::inRange(1, 150);
  const std::string curve = *rc::gen::element<std::string>("s_curve", "even", "{ 0%: 0%, 30%: 55%, 100%: 100% }");
  const std::string written_off = *rc::gen::element<std::string>("straight_line", "declining", "macrs_3", "macrs_7", "macrs_20");
  return fmt::format(
      "  project p {{ size = 3 to 9, capex = $1M to $5M, share = 20% to 60%, grants = {}%, start = 2026-01 to 2027-06, build = {} months,\n"
      "    delay = 1.0 to 1.8, overrun = 1.0 to 2.5, spend = {}, phases = {}, life = {} months, depreciation = {}{} }}\n",
      *rc::gen::inRange(0, 50), build, curve, phases, life, written_off, more);
}

std::string model_with(const std::string& project) {
  return "model \"m\" { start = 2025-01, horizon = 40 years, currency = USD }\ncompany a {\n  cash = $10B\n" + project + "}\n";
}

RC_GTEST_PROP(Projects, spending_adds_up_to_the_budget_and_depreciation_to_spending, ()) {
  const std::string text = model_with(random_project("")) +
                           "check spent = a.p.spent at 2064-12 == a.p.size * a.p.capex * a.p.overrun * a.p.share * (1 - a.p.grants)\n"
                           "check by_all = a.p.cost at 2064-12 == a.p.size * a.p.capex * a.p.overrun\n"
                           "check off = cumulative(a.p.depreciation) at 2064-12 == a.p.spent at 2064-12\n"
                           "check book = a.p.book_value >= -$1\n"
                           "check cash = abs(a.cash - ($10B - a.p.spent)) < $1\n"
                           "check most = a.p.capacity <= a.p.size * 1.000000001\n";
  expect_all_hold(text, 64);
}

RC_GTEST_PROP(Projects, what_is_given_up_spends_no_more_and_is_written_off, ()) {
  const int month = *rc::gen::inRange(1, 12);
  const std::string project = random_project(fmt::format(", cancel_if = stop, salvage = {}%", *rc::gen::inRange(0, 90)));
  const std::string stop = fmt::format("  event stop {{ at = 2027-{:02} }}\n", month);
  expect_all_hold(model_with(stop + project) + fmt::format("check no_more = a.p.spent at 2064-12 == a.p.spent at 2027-{:02}\n", month) +
                      "check book = abs(a.p.book_value at 2064-12) < $1\n"
                      "check net = abs(cumulative(a.p.depreciation) at 2064-12 - cumulative(a.capex) at 2064-12) < $1\n",
                  64);
}

RC_GTEST_PROP(Projects, what_never_starts_spends_nothing, ()) {
  expect_all_hold(model_with(random_project(", go_if = cash > $11B")) +
                      "check spent = a.p.spent == $0\ncheck cash = a.cash == $10B\ncheck off = a.p.depreciation == $0/month\ncheck none = "
                      "a.p.capacity == 0\n",
                  16);
}

TEST(Projects, reference_classes_have_the_figures_that_are_published) {
  std::string text = "model \"m\" { start = 2026-01, horizon = 1 year, currency = USD }\ncompany a {\n  cash = $1B\n";
  std::vector<double> means, tails;
  for (const auto& one : model::reference_classes()) {
    text += fmt::format("  project {0}_ {{ size = 1, capex = $1, start = 2026-01, build = 1 month, overrun = like({0}) }}\n", one.name);
    if (one.form == model::ReferenceClass::Form::published) {
      EXPECT_GE(one.body_mode(), model::kLeastCost) << one.name;
      EXPECT_LE(one.body_mode(), model::kTailBegins) << one.name;
    }
  }
  text += "}\n";
  std::size_t asks = 0;
  for (const auto& one : model::reference_classes()) {
    text += fmt::format("ask q{} {{ show = [chance(a.{}_.overrun >= 1.5), mean(min(a.{}_.overrun, 1.5))] }}\n", asks++, one.name, one.name);
  }
  const analysis::Answers all = answers(text, 1 << 14);
  std::size_t at = 0;
  for (const auto& one : model::reference_classes()) {
    EXPECT_NEAR(all.asks.at(at).answers.at(0).figure.value, one.tail_chance(), 0.01) << one.name;
    if (one.form == model::ReferenceClass::Form::published) {
      const double body = 1 + (one.mean - one.tail * one.tail_mean) / (1 - one.tail);
      EXPECT_NEAR(all.asks.at(at).answers.at(1).figure.value, body * (1 - one.tail) + 1.5 * one.tail, 0.01) << one.name;
      // The mean of a Pareto tail is known in closed form, its sample mean hardly ever.
      if (one.tail_shape() < 100) {
        EXPECT_NEAR(1.5 * one.tail_shape() / (one.tail_shape() - 1), 1 + one.tail_mean, 1e-9) << one.name;
      }
    }
    ++at;
  }
}

}  // namespace
}  // namespace warchest::laws
