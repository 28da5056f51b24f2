// Laws of debt, on random companies that build and borrow, on every path and month: what is drawn and added is paid back or still owed,
// interest is paid, added or still to be paid, fees are written off or deferred, a balance is never negative nor beyond its limit, cash
// ties, a sculpted loan has the cover that it is sculpted to, interest on the average balance fits its own month, and a covenant that has
// failed stops draws and calls the loan in. Paths are told by the slow reference; the vector engine is then held to it.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "engine/reference.h"
#include "program/lower.h"
#include "question.h"

namespace warchest::laws {
namespace {

constexpr std::int32_t kMonths = 96;
const std::string kHead = "model \"debt\" { start = 2026-01, horizon = 96 months, currency = USD }\n";

bool coin() { return *rc::gen::arbitrary<bool>(); }
int between(int low, int high) { return *rc::gen::inRange(low, high + 1); }
std::string month(int number) { return fmt::format("{}-{:02}", 2026 + number / 12, number % 12 + 1); }

// What a facility costs, how often it is paid, how it is paid back.
std::string random_terms() {
  std::string text = fmt::format(", rate = sofr + {}%/year", between(1, 9));
  if (coin()) text += ", interest_on = average";
  if (coin()) text += fmt::format(", pays = {}", *rc::gen::element<std::string>("quarterly", "half_yearly", "yearly"));
  if (coin()) text += fmt::format(", fee = {}%", between(1, 4));
  if (coin()) text += fmt::format(", commitment_fee = 0.{}%/year", between(1, 9));
  if (coin()) text += fmt::format(", exit_fee = {}%", between(1, 5));
  if (coin()) text += fmt::format(", issue_price = {}%", between(92, 104));
  return text;
}

std::string random_repayment() {
  const int way = between(0, 3);
  std::string text;
  if (way == 1) text = fmt::format(", repay = ${}k/month", between(1, 400));
  if (way >= 2) {
    text = fmt::format(", repayment = {}", way == 2 ? "annuity" : "equal_instalments");
    if (coin()) text += fmt::format(", balloon = {}%", between(5, 80));
  }
  if (way >= 1 && coin()) text += fmt::format(", grace = {} months", between(1, 20));
  if (coin()) text += fmt::format(", sweep = {}%", between(5, 100));
  if (coin()) text += fmt::format(", reserve = {} months", between(1, 9));
  return text;
}

std::string random_covenant() {
  const std::string holds = coin() ? fmt::format("cash > ${}M", between(5, 120)) : std::string("dscr > 0.5");
  const std::string does = *rc::gen::element<std::string>("due", "stops", "counted");
  const std::string cure = does == "counted" ? "" : fmt::format(", cure = {} months", between(0, 4));
  return fmt::format("\n    covenant rule {{ holds = {}, tested = {}{}, on_breach = {} }}", holds,
                     *rc::gen::element<std::string>("monthly", "quarterly", "yearly"), cure, does);
}

// A company with a plant, a project loan, two loans of which one refinances the other, a line against the plant, and a revolver. No
// interest in kind, so that a limit binds all that is owed.
std::string random_company() {
  std::string text =
      "series sofr { is = max(prev(sofr) + 10% * (4%/year - prev(sofr)) + monthly(normal(0%/year, 0.3%/year)), 0%/year), opening = 4%/year "
      "}\n";
  text +=
      fmt::format("company a {{\n  cash = ${}M to $200M\n  revenue sales = $0.1M/month to ${}M/month\n", between(60, 150), between(1, 4));
  text += fmt::format("  cost running = $0.2M/month * (1 + monthly(normal(0, 60%))) + ${}k/month\n", between(1, 1500));
  text += fmt::format(
      "  project plant {{ size = 1, capex = $30M to $50M, start = 2026-02, build = {} months, delay = 1.0 to 1.5, yields = $0.5M/month to "
      "${}M/month, "
      "life = {} months{} }}\n",
      between(1, 24), between(1, 3), between(30, 90), coin() ? ", cancel_if = cash < $60M, salvage = 40%" : "");
  text += fmt::format("  facility build {{ for = plant, gearing = {}%, limit = ${}M, term = {} months{}{}{}{} }}\n", between(10, 90),
                      between(10, 60), between(12, 90), random_terms(), random_repayment(),
                      coin() ? ", construction_interest = from_cash" : "", coin() ? random_covenant() : "");
  const int until = between(14, 70);
  text += fmt::format("  facility first {{ limit = $10M, draw_on = {}, until = {}{}{}{}{} }}\n", month(between(0, 12)), month(until),
                      random_terms(), random_repayment(), coin() ? ", refinanced_by = second" : "", coin() ? random_covenant() : "");
  text += fmt::format("  facility second {{ limit = ${}M, draw_on = {}, until = {}{}{} }}\n", between(2, 20), month(between(0, 90)),
                      month(between(75, 140)), random_terms(), random_repayment());
  text += fmt::format("  facility line {{ limit = $15M, borrowing_base = {}% of plant.book_value, draw_when = cash < ${}M{}{} }}\n",
                      between(10, 60), between(20, 150), random_terms(), coin() ? ", repay_when = cash > $100M, available = 70%" : "");
  return text + "}\n";
}

// One path of a statement: a named history by month.
class Told {
 public:
  Told(const program::Statement& statement, const engine::PathRecord& record) : months_(statement.program.months) {
    for (const auto& track : record.slots) tracks_.emplace(track.name, &track);
  }
  double at(const std::string& name, std::int32_t month) const {
    const auto found = tracks_.find(name);
    if (found == tracks_.end()) throw std::runtime_error("no history " + name);
    const std::int32_t row = month - found->second->first;
    return found->second->values.at(static_cast<std::size_t>(row));
  }
  std::int32_t months() const { return months_; }

 private:
  std::int32_t months_;
  std::map<std::string, const engine::SlotTrack*> tracks_;
};

void for_each_path(const std::string& text, std::uint64_t paths, const std::function<void(const Told&)>& body) {
  const ModelFile file = checked(text);
  RC_ASSERT(file.model.has_value());
  const program::Statement statement = program::lower_statement(*file.model, program::base_case());
  const engine::Reference reference(statement.program);
  for (std::uint64_t p = 0; p < paths; ++p) {
    engine::PathOptions options;
    options.path = p;
    const engine::PathRecord record = reference.run(options);
    body(Told(statement, record));
  }
}

// |a - b| is nothing beside the sums of the model, which are tens of millions.
void near(double a, double b, const std::string& what, std::int32_t t, const std::string& text) {
  if (!(std::abs(a - b) <= 1e-5)) RC_FAIL(fmt::format("{} in month {}: {} and {}\n{}", what, t, a, b, text));
}

RC_GTEST_PROP(Debt, what_comes_in_goes_out_or_stands_in_the_books, ()) {
  const std::string text = kHead + random_company();
  for_each_path(text, 4, [&](const Told& path) {
    for (std::int32_t t = 0; t < path.months(); ++t) {
      const auto at = [&](const std::string& name, std::int32_t lag = 0) { return path.at(name, t - lag); };
      for (const std::string f : {"a.build", "a.first", "a.second", "a.line"}) {
        near(at(f + ".balance"), at(f + ".balance", 1) + at(f + ".drawn") + at(f + ".interest_added") - at(f + ".repaid"), f + ".balance",
             t, text);
        near(at(f + ".accrued"), at(f + ".accrued", 1) + at(f + ".interest") - at(f + ".interest_paid") - at(f + ".interest_added"),
             f + ".accrued", t, text);
        near(at(f + ".fees_deferred"), at(f + ".fees_deferred", 1) + at(f + ".fees") - at(f + ".fees_expensed"), f + ".fees_deferred", t,
             text);
        near(at(f + ".reserve"), at(f + ".reserve", 1) + at(f + ".reserved"), f + ".reserve", t, text);
        for (const char* stock : {".balance", ".accrued", ".reserve"})
          if (at(f + stock) < -1e-6) RC_FAIL(fmt::format("{}{} is {} in month {}\n{}", f, stock, at(f + stock), t, text));
        if (at(f + ".drawn") < 0 || at(f + ".repaid") < -1e-6) RC_FAIL(f + " draws or repays less than nothing\n" + text);
      }
      for (const auto& [f, limit] : std::map<std::string, double>{{"a.first", 10e6}, {"a.line", 15e6}})
        if (at(f + ".balance") > limit + 1e-6) RC_FAIL(fmt::format("{} is beyond its limit in month {}\n{}", f, t, text));
      const double base = at("a.plant.book_value");
      if (at("a.line.balance") > base + 1e-3 && at("a.alive", 1) != 0)
        RC_FAIL(fmt::format("the line is beyond its base in month {}\n{}", t, text));
      near(at("a.cash"), at("a.cash", 1) - at("a.burn") + at("a.drawn") - at("a.fees") - at("a.repaid") - at("a.reserved"), "cash", t,
           text);
      near(at("a.burn"),
           at("a.paid") - at("a.received") - at("a.project_yield") + at("a.project_cost") + at("a.capex") + at("a.interest_paid"), "burn",
           t, text);
      near(at("a.debt"), at("a.build.balance") + at("a.first.balance") + at("a.second.balance") + at("a.line.balance"), "debt", t, text);
    }
  });
}

// Nothing of the plant's own building cost is lost: what was spent and the interest of that time is written off in its life.
RC_GTEST_PROP(Debt, interest_of_the_building_time_is_written_off_with_the_plant, ()) {
  const std::string text =
      kHead +
      fmt::format(
          "company a {{\n  cash = $90M\n  project plant {{ size = 1, capex = $30M to $50M, start = 2026-02, build = {} months, phases = "
          "{}, life = {} months, "
          "depreciation = {} }}\n  facility build {{ for = plant, gearing = {}%, limit = $60M, rate = 9%/year, term = 10 months{} }}\n}}\n",
          between(2, 24), between(1, 2), between(10, 60), *rc::gen::element<std::string>("straight_line", "declining", "macrs_5"),
          between(10, 90), coin() ? ", interest_on = average, fee = 2%" : "");
  for_each_path(text, 4, [&](const Told& path) {
    double interest = 0, spent = 0, off = 0;
    for (std::int32_t t = 0; t < path.months(); ++t) {
      interest += path.at("a.interest_to_assets", t);
      spent += path.at("a.plant.spend", t);
      off += path.at("a.plant.depreciation", t);
      near(path.at("a.plant.book_value", t) + path.at("a.interest_to_assets", t), interest + spent - off, "book value", t, text);
    }
    RC_ASSERT(interest > 0);
    near(off, interest + spent, "written off", path.months(), text);
  });
}

RC_GTEST_PROP(Debt, a_sculpted_loan_has_its_cover_while_it_is_paid_back, ()) {
  const double target = between(105, 200) / 100.0;
  const int every = *rc::gen::element(1, 3, 6, 12);
  const std::string text = kHead + fmt::format(
                                       "company a {{\n  cash = $200M\n  project plant {{ size = 1, capex = $30M to $50M, start = 2026-02, "
                                       "build = {} months, yields = $1M/month * (1 + "
                                       "monthly(normal(0, 10%))), yield_escalation = {}%/year, running = $0.1M/month }}\n  facility loan "
                                       "{{ for = plant, gearing = {}%, limit = $60M, rate = "
                                       "{}%/year, term = {} months, repayment = sculpted, target_dscr = {}, pays = {}{}{} }}\n}}\n",
                                       between(1, 12), between(0, 5), between(30, 80), between(1, 9), between(24, 90), target,
                                       every == 1   ? "monthly"
                                       : every == 3 ? "quarterly"
                                       : every == 6 ? "half_yearly"
                                                    : "yearly",
                                       coin() ? ", interest_on = average" : "", coin() ? ", fee = 2%" : "");
  int held = 0;
  for_each_path(text, 4, [&](const Told& path) {
    for (std::int32_t t = 1; t < path.months(); ++t) {
      // A payment that neither ends the loan nor is less than its interest.
      const bool pays = path.at("a.loan.interest_paid", t) > 0 && path.at("a.loan.repaid", t) > 0 && path.at("a.loan.balance", t) > 0;
      if (!pays) continue;
      ++held;
      if (std::abs(path.at("a.loan.dscr", t) - target) > 1e-9)
        RC_FAIL(fmt::format("cover is {} in month {}\n{}", path.at("a.loan.dscr", t), t, text));
    }
  });
  RC_CLASSIFY(held > 0);
}

RC_GTEST_PROP(Debt, interest_on_the_average_fits_its_own_month, ()) {
  const int rate = between(1, 30);
  const std::string text =
      kHead + fmt::format(
                  "company a {{\n  cash = $20M\n  revenue r = $1M/month\n  cost c = $1M/month * (1 + monthly(normal(0, 90%)))\n"
                  "  facility loan {{ limit = $10M, draw_on = 2026-03, until = 2031-03, rate = {}%/year, interest_on = average{} }}\n"
                  "  facility line {{ limit = $20M, draw_when = cash < $25M, draw = max($25M - cash, $0), rate = {}%/year, interest_on = "
                  "average, until = 2033-01, "
                  "sweep = {}% }}\n}}\n",
                  rate, random_repayment(), rate, between(1, 100));
  for_each_path(text, 4, [&](const Told& path) {
    for (std::int32_t t = 0; t < path.months(); ++t)
      for (const std::string f : {"a.loan", "a.line"}) {
        const double mean = (path.at(f + ".balance", t) + path.at(f + ".balance", t - 1)) / 2;
        const double wanted = path.at("a.alive", t - 1) == 0 ? 0 : mean * rate / 1200;
        if (std::abs(path.at(f + ".interest", t) - wanted) > 1e-9 * (1 + mean)) RC_FAIL(fmt::format("{} in month {}\n{}", f, t, text));
      }
  });
  const analysis::Answers all = answers(text + "ask q { show = a.lasts }\n", 64);
  RC_ASSERT(all.loops.size() == 2u);
  for (const auto& loop : all.loops) RC_ASSERT(loop.closed && loop.worst < 1e-9);
}

RC_GTEST_PROP(Debt, a_failed_covenant_stops_draws_and_calls_the_loan_in, ()) {
  const int cure = between(0, 4);
  const std::string text =
      kHead + fmt::format(
                  "company a {{\n  cash = $20M\n  revenue r = $1M/month\n  cost c = $1.2M/month * (1 + monthly(normal(0, 90%)))\n"
                  "  facility loan {{ limit = $40M, draw = $2M, draw_when = cash < ${}M, rate = 6%/year\n    covenant rule {{ holds = cash "
                  "> $18M, tested = quarterly, cure "
                  "= {} months }}\n  }}\n}}\n",
                  between(20, 40), cure);
  for_each_path(text, 8, [&](const Told& path) {
    double called = std::numeric_limits<double>::infinity();
    for (std::int32_t t = 0; t < path.months(); ++t) {
      const double since = t == 0 ? std::numeric_limits<double>::infinity() : path.at("a.loan.rule.failing_since", t - 1);
      if (std::isfinite(since) || t > called) RC_ASSERT(path.at("a.loan.drawn", t) == 0);
      if (t > called && path.at("a.alive", t - 1) != 0) RC_ASSERT(path.at("a.loan.balance", t) == 0);
      const bool test = t % 3 == 2 && path.at("a.loan.balance", t) > 0 && (t == 0 || path.at("a.alive", t - 1) != 0);
      RC_ASSERT((path.at("a.loan.rule.fails", t) != 0) == (test && path.at("a.cash", t) <= 18e6));
      called = path.at("a.loan.rule.defaulted", t);
      if (std::isfinite(called)) RC_ASSERT(called >= path.at("a.loan.rule.breached", t) + cure);
    }
  });
}

bool same_bits(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) || (a != a && b != b); }

RC_GTEST_PROP(Debt, the_vector_engine_equals_the_reference, ()) {
  if (between(0, 4) != 0) return;  // a company with all of this is slow to lower: one in five
  const std::string text = kHead + random_company() +
                           "ask q { show = [a.lasts, a.cash at 2033-12, a.build.llcr, a.build.llcr at 2029-01, a.first.irr, "
                           "a.build.breached, a.first.defaulted, "
                           "a.build.dscr at 2030-06, cumulative(a.interest) at 2033-12, a.plant.book_value at 2029-12] }\n";
  const ModelFile file = checked(text);
  RC_ASSERT(file.model.has_value());
  const program::Lowered lowered = program::lower(*file.model);
  constexpr std::uint64_t kPaths = 32;
  for (const auto& run : lowered.runs) {
    const engine::Reference reference(run.program);
    std::vector<engine::PathRecord> records;
    for (std::uint64_t p = 0; p < kPaths; ++p) {
      engine::PathOptions options;
      options.path = p;
      records.push_back(reference.run(options));
    }
    for (const int block : {16}) {
      engine::RunOptions options;
      options.paths = kPaths;
      options.threads = 1;
      options.block = std::min(block, engine::kLargestBlock);
      const results::Results found = engine::run(run.program, options);
      for (std::size_t o = 0; o < found.outputs.size(); ++o) {
        const results::Column& column = found.outputs[o].columns.front();
        double most = -std::numeric_limits<double>::infinity();
        for (std::uint64_t p = 0; p < kPaths; ++p) {
          const double x = records[p].outputs[o].front();
          if (std::isfinite(x)) most = std::max(most, x);
          const auto& kept = column.kept[p % results::kScrambles];
          if (!kept.empty() && !same_bits(kept.at(p / results::kScrambles), x)) RC_FAIL(fmt::format("output {} path {}\n{}", o, p, text));
        }
        if (std::isfinite(most) && column.by_month.empty()) RC_ASSERT(same_bits(column.max, most));
      }
    }
  }
}

}  // namespace
}  // namespace warchest::laws
