// A company that has to do with nothing but euros, told in dollars, is the same company told in euros: whatever it has, owes and is owed
// is worth the rate of the month times as much, on every path and month, while it lives. Accounts keep within their bounds and within cash,
// and where no rate moves they change nothing but where cash is kept.
#include <cmath>
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

std::string head(const std::string& currency) {
  return "model \"law\" { start = 2026-04, horizon = 30 months, currency = " + currency + " }\n";
}

// All in euros, and certain, so that both companies have the same luck: none.
std::string random_plan() {
  std::string text = "  revenue sales { is = €" + number(1, 9) + "M/month" +
                     maybe(", delay = " + one_of("1 month", "45 days", "3 months")) +
                     one_of("", ", non_cash = 10%", ", billed = 12 months", ", billed = 3 months") + " }\n";
  text += "  cost running { is = { 2025: €" + number(20, 90) + "M, 2026: €" + number(20, 90) + "M, 2027: €" + number(20, 90) +
          "M, 2028: €50M }" + maybe(", delay = " + one_of("75 days", "2 months")) + " }\n";
  text += maybe("  lease office { payment = €" + number(50, 300) + "k/month, term = " + number(1, 40) +
                " months, rate = " + one_of("0%/year", "6%/year") + maybe(", start = 202" + number(5, 8) + "-0" + number(1, 9)) + " }\n");
  text += maybe("  cost machines { is = €100k/month, capitalised = " + number(1, 20) + " months }\n");
  // A reserve and a sweep look at the cash since the last payment, which is no amount of one currency unless they are paid monthly.
  const bool monthly = *rc::gen::arbitrary<bool>();
  text += maybe("  facility loan { limit = €" + number(5, 30) + "M, draw_on = 2026-0" + number(4, 9) + ", until = 2028-0" + number(1, 9) +
                ", rate = " + number(0, 20) +
                "%/year, commitment_fee = 1%/year, pays = " + (monthly ? "monthly" : one_of("quarterly", "half_yearly")) +
                ", interest_on = " + one_of("opening", "average") + maybe(", fee = 2%") + maybe(", pik = 3%/year") +
                maybe(", exit_fee = 2%") + (monthly ? maybe(", reserve = 3 months") + maybe(", sweep = 20%") : "") +
                one_of(", repayment = annuity", ", repayment = equal_instalments, balloon = 30%", "") + " }\n");
  return text;
}

// Company `a` of a model on one path.
struct Lived {
  Lived(const std::string& text, std::uint64_t path) : file(checked(text)) {
    if (!file.model) throw std::runtime_error("no model: " + text);
    statement = program::lower_statement(*file.model, program::base_case());
    engine::PathOptions options;
    options.path = path;
    record = engine::Reference(statement.program).run(options);
  }
  std::int32_t months() const { return statement.program.months; }
  bool has(const std::string& name) const { return Told(statement, record, "a").has(name); }
  double at(const std::string& name, std::int32_t month) const { return Told(statement, record, "a").or_nothing(name, month); }

  ModelFile file;
  program::Statement statement;
  engine::PathRecord record;
};

RC_GTEST_PROP(Currency, told_in_another_currency_it_is_the_same_company, ()) {
  const std::string plan = random_plan(), kept = number(1, 60);
  const std::string at_home = head("EUR") + "company a {\n  cash = €" + kept + "M\n" + plan + "}\n";
  const std::string abroad = head("USD") + random_rate() + "company a {\n  account euros { balance = €" + kept +
                             "M }\n  series rate = EUR + after(2040-01, EUR)\n" + plan + "}\n";
  for (std::uint64_t path = 0; path < 3; ++path) {
    const Lived home(at_home, path), away(abroad, path);
    for (std::int32_t t = 0; t < home.months(); ++t) {
      const double rate = away.at("rate", t), tolerance = kTolerance * rate * 1e9;
      RC_ASSERT(rate > 0);
      for (const char* name : {"cash", "interest_accrued", "debt", "revenue", "cost", "received", "paid", "repaid", "drawn"})
        RC_ASSERT(home.has(name) && away.has(name));
      for (const char* name : {"cash", "receivables", "payables", "debt", "interest_accrued", "reserve", "lease_liability", "lease_paid",
                               "lease_interest", "revenue", "cost", "received", "paid", "interest_paid", "repaid", "drawn", "fees",
                               "cash_from_operations", "cash_from_financing"}) {
        if (std::abs(away.at(name, t) - home.at(name, t) * rate) > tolerance)
          RC_LOG() << name << " month " << t << ": " << away.at(name, t) << " for " << home.at(name, t) << " at " << rate << "\n" << abroad;
        RC_ASSERT(std::abs(away.at(name, t) - home.at(name, t) * rate) <= tolerance);
      }
      if (home.at("cash", t) < 0) break;  // it has stopped: nothing is worth more or less any longer
      // All of its cash is in the account.
      RC_ASSERT(std::abs(away.at("euros.balance", t) - away.at("cash", t)) <= tolerance);
    }
  }
}

// What is above `most` is exchanged, what is below `least` filled up, and nothing is kept that is not there.
RC_GTEST_PROP(Currency, an_account_keeps_within_its_bounds, ()) {
  const std::string rate = random_rate(), plan = random_plan();
  const int least = *rc::gen::inRange(0, 9), most = least + *rc::gen::inRange(0, 9), other = *rc::gen::inRange(0, 5);
  const std::string text = head("USD") + rate + "company a {\n  cash = $" + number(0, 60) +
                           "M\n  series rate = EUR + after(2040-01, EUR)\n  account euros { balance = €" + number(0, 20) + "M, least = €" +
                           std::to_string(least) + "M, most = €" + std::to_string(most) +
                           "M }\n  account pounds { balance = £1M, least = $" + std::to_string(other) + "M, most = $" +
                           std::to_string(other + 1) + "M }\n" + plan + "}\ncurrency GBP = 1.25 USD/GBP\n";
  for (std::uint64_t path = 0; path < 3; ++path) {
    const Lived told(text, path);
    for (std::int32_t t = 0; t < told.months(); ++t) {
      const double kept = told.at("euros.balance", t), cash = told.at("cash", t), worth = told.at("rate", t) * 1e6;
      const double pounds = told.at("pounds.balance", t);
      if (cash < 0) {
        RC_ASSERT(kept == 0);
        RC_ASSERT(pounds == 0);
        break;
      }
      RC_ASSERT(kept + pounds <= cash * (1 + kTolerance));
      RC_ASSERT(pounds <= (other + 1) * 1e6 * (1 + kTolerance));
      RC_ASSERT(pounds >= std::min(other * 1e6, cash - std::min(least * worth, cash)) * (1 - kTolerance) - 1e-3);
      RC_ASSERT(kept <= most * worth * (1 + kTolerance));
      RC_ASSERT(kept >= std::min(least * worth, cash) * (1 - kTolerance));
    }
  }
}

RC_GTEST_PROP(Currency, an_account_moves_no_cash_by_itself, ()) {
  const std::string plan = random_plan(), cash = "  cash = $" + number(0, 60) + "M\n";
  const auto company = [&](const std::string& bounds) {
    return head("USD") + "currency EUR = 1.1 USD/EUR\ncompany a {\n" + cash + "  account euros { balance = €5M" + bounds + " }\n" + plan +
           "}\n";
  };
  const Lived free(company(""), 0), bound(company(", least = €" + number(1, 9) + "M, most = €" + number(9, 20) + "M"), 0);
  for (std::int32_t t = 0; t < free.months(); ++t) {
    RC_ASSERT(bound.at("cash", t) == free.at("cash", t));
    RC_ASSERT(bound.at("exchange_gain", t) == 0);
  }
}

}  // namespace
}  // namespace warchest::laws
