// The three statements tie on every path and month of random companies with all that can make profit differ from cash: assets are
// liabilities and equity, the three cash flows are the change of cash, and cash from operations counted directly is that from net income.
//
// Told path by path by the slow reference; the same models then carry the identity as a `check`, which the fast engine must find to hold on
// every path. Equity is built from its own flows (src/program/statements.cpp), so the identities can fail.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "engine/reference.h"
#include "program/lower.h"
#include "question.h"
#include "random_text.h"

namespace warchest::laws {
namespace {

constexpr double kTolerance = 1e-9;

const std::string kHead = "model \"law\" { start = 2026-04, horizon = 32 months, currency = USD }\n";

std::string random_lines() {
  std::string text = "  revenue sales { is = { 2025: $" + number(5, 20) + "M to $" + number(20, 40) + "M, 2026: $" + number(20, 60) +
                     "M, 2027: $" + number(10, 90) + "M, 2028: $" + number(20, 90) + "M }";
  text += maybe(", delay = " + one_of("1 month", "45 days", "20 days to 80 days", "3 months")) +
          maybe(chance() ? ", billed = " + number(2, 14) + " months" : ", non_cash = " + number(1, 30) + "%") + maybe(", taxed = 50%") +
          " }\n";
  text += "  cost running { is = $" + number(1, 4) + "M/month to $" + number(4, 7) + "M/month, class = cost_of_revenue" +
          maybe(", delay = " + one_of("30 days", "1 month to 3 months", "75 days")) + maybe(", non_cash = monthly(uniform(0%, 40%))") +
          " }\n";
  text += maybe("  cost science { is = " + number(5, 20) + "% of sales, class = research, non_cash = 20% }\n");
  text += maybe("  cost selling { is = $0.5M/month * (1 + monthly(normal(0, 40%))), class = sales, deductible = 40% }\n");
  text += maybe("  cost machines { is = $" + number(1, 9) + "00k/month, capitalised = " + number(1, 40) + " months }\n");
  text += maybe("  credit cloud { balance = $" + number(1, 20) + "M, pays = [running] }\n");
  return text;
}

std::string random_debt() {
  std::string text;
  text += maybe("  facility line { limit = $" + number(5, 20) + "M, draw_when = cash < $" + number(1, 20) + "M, until = 2028-0" +
                number(1, 9) + ", rate = " + number(1, 20) +
                "%/year, commitment_fee = 1%/year, available = 80%, fee = 2%, pays = " + one_of("monthly", "quarterly", "half_yearly") +
                ", interest_on = " + one_of("opening", "average") + maybe(", pik = 3%/year") + maybe(", exit_fee = 2%") +
                ", repayment = " + one_of("annuity", "equal_instalments", "at_end") + " }\n");
  if (chance()) {
    text += "  project plant { size = 10 MW, capex = $" + number(1, 4) + "M/MW, start = 2026-0" + number(4, 9) +
            ", build = " + number(3, 15) + " months, life = " + number(2, 9) + " years, yields = $" + number(1, 20) +
            "/MWh, running = $10k/MW/month, depreciation = " + one_of("straight_line", "declining", "macrs_5") +
            maybe(", cancel_if = cash < $5M, salvage = 30%") + maybe(", share = 60%") + " }\n";
    text += maybe("  facility loan { for = plant, limit = $" + number(5, 30) +
                  "M, gearing = 60%, term = 4 years, rate = 8%/year, fee = 1%" + maybe(", construction_interest = from_cash") +
                  maybe(", reserve = 3 months") + maybe(", sweep = 50%") + ", repayment = annuity }\n");
  }
  return text;
}

std::string random_rest() {
  std::string text;
  text += maybe("  taxes { rate = 15% to 30%" + maybe(", losses = $" + number(1, 30) + "M") + maybe(", losses_used = 80%") +
                maybe(", research_credit = 10%") + maybe(", year_ends = " + number(1, 13)) + ", paid = " + one_of("monthly", "quarterly") +
                " }\n");
  text += maybe("  lease office { payment = $" + number(50, 300) + "k/month, term = " + number(1, 50) + " months, rate = " +
                one_of("0%/year", "6%/year", "3%/year to 9%/year") + maybe(", start = 202" + number(5, 8) + "-0" + number(1, 9)) + " }\n");
  text += maybe("  receivables = $2M, payables = $3M\n");
  text += maybe("  deferred_revenue = $" + number(1, 9) + "M\n");
  text += maybe("  fixed_assets = $" + number(1, 30) + "M" + maybe(", fixed_assets_life = " + number(1, 9) + " years") + "\n");
  text += maybe("  debt = $4M\n");
  text += maybe("  round seed { closed = 2026-0" + number(4, 9) + ", amount = $" + number(1, 30) + "M }\n");
  text += maybe("  round gift { closed = 2027-01, amount = $2M, instrument = grant {} }\n");
  text += maybe("  round early { closed = 202" + one_of("5-07", "6-05", "6-11") +
                ", amount = $5M, post_money = $60M, instrument = note { interest = 8%/year" +
                maybe(chance() ? ", by = 2027-06, repaid = 30% to 60%" : ", compounds = quarterly, cap = $50M") + " } }\n");
  text += maybe("  round a { closed = 2027-03, amount = $20M, pre_money = $80M }\n");
  text += maybe("  round next { opens_when = runway < " + number(3, 12) +
                " months, amount = 12 months of burn, takes = 2 months to 5 months, " + "repeats = 2, pre_money = $90M }\n");
  return text;
}

// What a company may have to do with a second currency.
std::string random_abroad() {
  std::string text;
  text += maybe("  account euros { balance = €" + number(0, 9) + "M" + maybe(", least = €1M") + maybe(", most = €" + number(2, 9) + "M") +
                " }\n");
  text += maybe("  revenue exports { is = €" + number(1, 3) + "M/month * (1 + monthly(normal(0, 10%)))" +
                maybe(", delay = " + one_of("1 month", "45 days", "20 days to 80 days")) +
                maybe(chance() ? ", billed = " + number(2, 14) + " months" : ", non_cash = 10%") + " }\n");
  text += maybe("  cost berlin { is = { 2025: €" + number(5, 20) + "M, 2026: €20M, 2027: €30M, 2028: €20M }, class = sales" +
                maybe(", delay = " + one_of("2 months", "1 month to 3 months")) + " }\n" +
                maybe("  credit there { balance = $9M, pays = [berlin] }\n"));
  text += maybe("  lease flat { payment = €" + number(50, 300) + "k/month, term = " + number(1, 50) + " months, rate = 3%/year to 9%/year" +
                maybe(", start = 202" + number(5, 8) + "-0" + number(1, 9)) + " }\n");
  text += maybe("  cost plant_abroad { is = €100k/month, capitalised = 12 months }\n");
  text += maybe("  facility abroad { limit = €" + number(5, 30) + "M, draw_when = cash < $" + number(1, 40) + "M, until = 2028-0" +
                number(1, 9) + ", rate = " + number(0, 20) + "%/year, commitment_fee = 1%/year, fee = 2%, pays = " +
                one_of("monthly", "quarterly", "half_yearly") + ", interest_on = " + one_of("opening", "average") +
                maybe(", pik = 3%/year") + maybe(", exit_fee = 2%") + maybe(", reserve = 3 months") + maybe(", sweep = 20%") +
                ", repayment = " + one_of("annuity", "equal_instalments", "at_end") + " }\n");
  return text;
}

std::string random_company() {
  const std::string own = random_lines() + random_debt() + random_rest();
  const bool abroad = chance();
  return (abroad ? random_rate() : "") + "company a {\n  cash = $" + number(1, 40) + "M to $" + number(40, 90) + "M\n" + own +
         (abroad ? random_abroad() : "") + "}\n";
}

void expect_ties(const Told& told, std::int32_t months, const std::string& where) {
  double largest = 1;  // of what has been added up so far
  for (std::int32_t t = 0; t < months; ++t) {
    for (const char* part : {"assets", "liabilities", "paid_in_capital", "retained_earnings", "revenue", "cost"})
      largest = std::max(largest, std::abs(told.at(part, t)));
    const double tolerance = kTolerance * largest;
    ASSERT_NEAR(told.at("assets", t), told.at("liabilities", t) + told.at("equity", t), tolerance)
        << "balance, month " << t << " " << where;
    ASSERT_NEAR(told.at("equity", t), told.at("paid_in_capital", t) + told.at("retained_earnings", t), tolerance)
        << "month " << t << " " << where;
    const double operations = told.at("cash_from_operations", t);
    const double flows = operations + told.at("cash_from_investing", t) + told.at("cash_from_financing", t);
    ASSERT_NEAR(told.at("change_of_cash", t), flows + told.or_nothing("exchange_effect", t), tolerance)
        << "cash flow, month " << t << " " << where;
    double direct = told.at("received", t) - told.at("paid", t) + told.or_nothing("project_yield", t) - told.or_nothing("project_cost", t);
    direct +=
        told.at("other_income", t) - told.at("interest_paid", t) - told.or_nothing("lease_interest", t) - told.or_nothing("tax_paid", t);
    ASSERT_NEAR(operations, direct, tolerance) << "directly, month " << t << " " << where;
    const double income = told.at("ebit", t) - told.at("interest_expense", t) + told.at("other_income", t) +
                          told.or_nothing("exchange_gain", t) - told.or_nothing("tax", t);
    ASSERT_NEAR(told.at("net_income", t), income, tolerance) << "income, month " << t << " " << where;
    ASSERT_NEAR(operations, told.parts_of("cash_from_operations", t), tolerance) << "line by line, month " << t << " " << where;
  }
}

void expect_statements_tie(const std::string& text, std::uint64_t paths) {
  const ModelFile file = checked(text);
  ASSERT_TRUE(file.model.has_value());
  const program::Statement statement = program::lower_statement(*file.model, program::base_case());
  const engine::Reference reference(statement.program);
  for (std::uint64_t p = 0; p < paths; ++p) {
    engine::PathOptions options;
    options.path = p;
    const engine::PathRecord record = reference.run(options);
    for (const auto& company : file.model->companies)
      expect_ties(Told(statement, record, company.name), statement.program.months,
                  company.name + " path " + std::to_string(p) + "\n" + text);
  }
}

TEST(Statements, tie_on_every_path_of_the_examples) {
  for (const char* path : {"examples/openai-2024.chest", "examples/rivian-2022.chest", "examples/saas-series-a.chest"}) {
    std::ifstream in(path);
    std::stringstream text;
    text << in.rdbuf();
    ASSERT_FALSE(text.str().empty()) << path;
    expect_statements_tie(text.str(), 20);
  }
}

RC_GTEST_PROP(Statements, tie_on_every_path_and_month_of_random_companies, ()) { expect_statements_tie(kHead + random_company(), 3); }

RC_GTEST_PROP(Statements, tie_in_the_fast_engine_too, ()) {
  const std::string text = kHead + random_company() + "check balance = a.assets == a.liabilities + a.equity\n" +
                           "check flows = a.cash == prev(a.cash) + a.cash_from_operations * 1 month + a.cash_from_investing * 1 month + "
                           "a.cash_from_financing * 1 month + a.exchange_effect * 1 month\n";
  const analysis::Answers found = answers(text, 512);
  RC_ASSERT(found.checks.size() == 2u);
  for (const auto& check : found.checks) {
    if (!check.holds)
      RC_LOG() << check.name << " fails on " << check.failed << " paths, first in month " << check.first_failure << "\n" << text;
    RC_ASSERT(check.holds);
  }
}

// What is paid to the tax office and what is still owed is what has arisen; nobody is taxed below nothing over a whole tax year.
RC_GTEST_PROP(Statements, tax_is_paid_or_owed, ()) {
  const std::string text = kHead + "company a {\n  cash = $900M\n" + random_lines() + "  taxes { rate = 25%, losses = $" + number(0, 40) +
                           "M, losses_used = " + number(0, 101) + "%, paid = " + one_of("monthly", "quarterly") + " }\n}\n";
  const ModelFile file = checked(text);
  const program::Statement statement = program::lower_statement(*file.model, program::base_case());
  const engine::Reference reference(statement.program);
  const engine::PathRecord record = reference.run({});
  const Told told(statement, record, "a");
  double arisen = 0, paid = 0, of_year = 0;
  for (std::int32_t t = 0; t < statement.program.months; ++t) {
    arisen += told.at("tax", t);
    paid += told.at("tax_paid", t);
    of_year = (t + 3) % 12 == 0 ? told.at("tax", t) : of_year + told.at("tax", t);
    RC_ASSERT(std::abs(arisen - paid - told.at("tax_owed", t) + told.at("tax_overpaid", t)) <=
              kTolerance * (1 + std::abs(arisen) + std::abs(paid)));
    RC_ASSERT(of_year >= -kTolerance * (1 + std::abs(arisen)));
    RC_ASSERT(told.at("losses_carried", t) >= 0);
  }
}

}  // namespace
}  // namespace warchest::laws
