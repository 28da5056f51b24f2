// Laws that hold whatever the model: of cash, of more money, of tables, of names, and of the machinery that must not show.
//
// Models are made at random, small, without a policy where a law needs that; the examples are the large ones. Paths are told by the
// slow reference, so what is held here does not lean on the vector engine; the engine is then held to it on the same models.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "engine/engine.h"
#include "engine/reference.h"
#include "kernels/kernels.h"
#include "program/lower.h"
#include "question.h"

namespace warchest::laws {
namespace {

const std::vector<std::string> kExamples = {"examples/openai-2024.chest", "examples/rivian-2022.chest", "examples/saas-series-a.chest"};

std::string example(const std::string& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  EXPECT_FALSE(text.str().empty()) << path;
  return text.str();
}

bool same_bits(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) || (a != a && b != b); }

// A small company: lines with ranges, tables, delays, noise, a credit, a loan and rounds. Without `policy` nothing that it does depends on
// cash.
std::string random_company(bool policy, const std::string& name = "a") {
  const auto chance = [] { return *rc::gen::arbitrary<bool>(); };
  const auto number = [](int low, int high) { return std::to_string(*rc::gen::inRange(low, high)); };
  std::string text = "company " + name + " {\n  cash = $" + number(1, 60) + "M to $" + number(60, 90) + "M\n";
  text += "  revenue sales { is = { 2026: $" + number(1, 30) + "M to $" + number(30, 60) + "M, 2027: $" + number(1, 40) + "M, 2028: $" +
          number(40, 90) + "M }";
  text += chance() ? ", delay = " + number(1, 4) + " months" : std::string();
  text += chance() ? ", non_cash = " + number(1, 30) + "% }\n" : " }\n";
  text +=
      "  cost running { is = $" + number(1, 4) + "M/month to $" + number(4, 9) + "M/month" + (chance() ? ", delay = 1 month }\n" : " }\n");
  text += "  cost hosting = " + number(5, 20) + "% to " + number(20, 40) + "% of sales\n";
  if (chance()) text += "  cost noise = $1M/month * (1 + monthly(normal(0, 40%)))\n";
  if (chance()) text += "  credit cloud { balance = $" + number(1, 20) + "M, pays = [hosting, running] }\n";
  if (chance()) text += "  round seed { closed = 2026-0" + number(1, 9) + ", amount = $" + number(1, 30) + "M }\n";
  if (policy) {
    const std::string repayment = chance() ? "annuity" : chance() ? "equal_instalments" : "at_end";
    text += "  facility line { limit = $" + number(5, 20) + "M, draw_when = cash < $" + number(1, 20) + "M, until = 2027-0" + number(1, 9) +
            ", rate = " + number(1, 20) + "%/year, commitment_fee = 1%/year, available = 80%, repayment = " + repayment + " }\n";
    text += "  round next { opens_when = runway < " + number(3, 12) + " months, amount = " + number(3, 18) +
            " months of burn, takes = 2 months to 5 months, gap = " + number(0, 6) + " months, repeats = 2 }\n";
  }
  return text + "}\n";
}

const std::string kHead = "model \"law\" { start = 2026-01, horizon = 30 months, currency = USD }\n";

engine::PathRecord path_of(const engine::Reference& reference, std::uint64_t path) {
  engine::PathOptions options;
  options.path = path;
  return reference.run(options);
}

// --- cash ---------------------------------------------------------------------------------------------------------------------------

// cash(t) = cash(t-1) + received - paid + what projects yield, cost and spend - interest + rounds + drawn - repaid, and nothing moves once
// cash has been below its floor.
void expect_cash_ties(const std::string& text, std::uint64_t paths) {
  const ModelFile file = checked(text);
  ASSERT_TRUE(file.model.has_value());
  const program::Statement statement = program::lower_statement(*file.model, program::base_case());
  const engine::Reference reference(statement.program);
  for (std::uint64_t p = 0; p < paths; ++p) {
    const engine::PathRecord record = path_of(reference, p);
    for (const auto& company : file.model->companies) {
      const auto column = [&](const std::string& measure) -> const engine::SlotTrack& {
        program::SlotId slot = program::kNoSlot;
        for (const auto& row : statement.rows)
          if (row.name == company.name + "." + measure && row.slot != program::kNoSlot) slot = row.slot;
        for (const auto& track : record.slots)
          if (track.slot == slot) return track;
        throw std::runtime_error("no column " + company.name + "." + measure);
      };
      const auto at = [&](const std::string& measure, std::int32_t month) {
        const engine::SlotTrack& track = column(measure);
        return track.values.at(static_cast<std::size_t>(month - track.first));
      };
      for (std::int32_t t = 1; t < statement.program.months; ++t) {
        const auto has = [&](const std::string& measure) {
          return std::any_of(statement.rows.begin(), statement.rows.end(),
                             [&](const auto& row) { return row.name == company.name + "." + measure; });
        };
        const double built = has("capex") ? at("project_yield", t) - at("project_cost", t) - at("capex", t) : 0;
        const double moved =
            at("received", t) - at("paid", t) + built - at("interest", t) + at("round_money", t) + at("drawn", t) - at("repaid", t);
        const double before = at("cash", t - 1),
                     scale = std::abs(before) + std::abs(at("received", t)) + std::abs(at("paid", t)) + std::abs(at("round_money", t)) + 1;
        ASSERT_NEAR(at("cash", t), before + moved, 1e-9 * scale) << company.name << " path " << p << " month " << t << "\n" << text;
        ASSERT_NEAR(at("burn", t), at("paid", t) - at("received", t) - built + at("interest", t), 1e-9 * scale);
        // Notes come with a round, bear interest and leave as cash or as shares; all other debt is drawn and repaid.
        const bool notes = has("notes");
        const double of_notes = notes ? at("notes", t) - at("notes", t - 1) : 0, notes_repaid = notes ? at("notes_repaid", t) : 0;
        ASSERT_NEAR(at("debt", t) - at("debt", t - 1) - of_notes, at("drawn", t) - (at("repaid", t) - notes_repaid), 1e-9 * scale);
        ASSERT_GE(notes ? at("notes", t) : 0, 0);
      }
    }
  }
}

TEST(Laws, cash_ties_on_every_path_of_the_examples) {
  for (const std::string& path : kExamples) expect_cash_ties(example(path), 40);
}

RC_GTEST_PROP(Laws, cash_ties_on_every_path_of_random_models, ()) { expect_cash_ties(kHead + random_company(true), 4); }

// --- more money ---------------------------------------------------------------------------------------------------------------------

RC_GTEST_PROP(Laws, more_money_never_shortens_life_where_no_policy_reads_cash, ()) {
  const std::string ask = "ask lasts { show = a.lasts }\n", poor = kHead + random_company(false) + ask;
  const int more = *rc::gen::inRange(0, 40);
  const ModelFile a = checked(poor), b = checked(poor + "scenario more { a.cash = base + $" + std::to_string(more) + "M }\n",
                                                 {.set = {}, .scenario = "more", .expression = {}, .expression_at = {}});
  const program::Lowered without = program::lower(*a.model), with = program::lower(*b.model);
  const engine::Reference reference(without.runs.at(0).program), richer(with.runs.at(0).program);
  for (std::uint64_t p = 0; p < 8; ++p) {
    const double lasted = path_of(reference, p).outputs.at(0).at(0), lasts = path_of(richer, p).outputs.at(0).at(0);
    RC_ASSERT(lasts >= lasted);
  }
}

// --- tables -------------------------------------------------------------------------------------------------------------------------

// The smoothest months that hold two years hold their own quarters, so they are the smoothest that hold these too.
RC_GTEST_PROP(Laws, a_year_split_into_the_quarters_that_it_has_keeps_its_months, ()) {
  const double first = *rc::gen::inRange(80, 120), second = *rc::gen::inRange(80, 120);
  const auto months = [](const std::string& table) {
    const ModelFile file = checked("model \"law\" { start = 2026-01, horizon = 2 years }\ncompany a { cash = $0, revenue sales = " + table +
                                   " }\nask q { show = a.sales * 1 }\n");
    const program::Lowered lowered = program::lower(*file.model);
    return path_of(engine::Reference(lowered.runs.at(0).program), 0).outputs.at(0);
  };
  char text[1000];
  std::snprintf(text, sizeof text, "{ 2026: $%.0f, 2027: $%.0f }", first, second);
  const std::vector<double> whole = months(text);
  RC_ASSERT(whole.size() == 24u);
  std::string quarters = "{ ";
  for (std::size_t q = 0; q < 8; ++q) {
    std::snprintf(text, sizeof text, "%d-Q%d: $%.15f%s", 2026 + static_cast<int>(q / 4), static_cast<int>(q % 4) + 1,
                  whole[3 * q] + whole[3 * q + 1] + whole[3 * q + 2], q < 7 ? ", " : " }");
    quarters += text;
  }
  const std::vector<double> split = months(quarters);
  double total = 0;
  for (std::size_t m = 0; m < 24; ++m) {
    RC_ASSERT(std::abs(split[m] - whole[m]) < 1e-9 * whole[m]);
    total += whole[m];
  }
  RC_ASSERT(std::abs(total - first - second) < 1e-9 * total);
}

// --- names --------------------------------------------------------------------------------------------------------------------------

std::string figures_of(const analysis::Answers& all, const std::string& ask) {
  std::ostringstream text;
  text.precision(17);
  for (const auto& one : all.asks)
    if (one.name == ask)
      for (const auto& answer : one.answers)
        for (const auto& f :
             {answer.spread.mean, answer.spread.sd, answer.spread.p5, answer.spread.p50, answer.spread.p95, answer.figure, answer.never})
          text << f.value << " ± " << f.error << "\n";
  return text.str();
}

RC_GTEST_PROP(Laws, another_company_or_scenario_changes_no_figure, ()) {
  const std::string first = random_company(true), ask = "ask lasts { show = a.lasts }\nask cash { show = a.cash, at = 2027-06 }\n";
  const analysis::Answers alone = answers(kHead + first + ask, 160);
  const analysis::Answers beside =
      answers(kHead + first + random_company(true, "b") + "scenario bad { a.cash = 1% of base, a.sales = 2 * base }\n" + ask, 160);
  RC_ASSERT(!figures_of(alone, "cash").empty());
  RC_ASSERT(figures_of(alone, "lasts") == figures_of(beside, "lasts"));
  RC_ASSERT(figures_of(alone, "cash") == figures_of(beside, "cash"));
}

TEST(Laws, monthly_noise_does_not_see_what_is_written_before_it) {
  const std::string noisy =
      "company a { cash = $20M, cost noise = $1M/month * (1 + monthly(normal(0, 40%))) }\nask cash { show = a.cash, at = 2027-06 }\n";
  const std::string before =
      "company b { cash = $1M to $9M, cost other = $1M/month to $3M/month, cost noise = $1M/month * monthly(normal(1, 40%)) }\n";
  EXPECT_EQ(figures_of(answers(kHead + noisy, 1600), "cash"), figures_of(answers(kHead + before + noisy, 1600), "cash"));
}

// --- what must not show ---------------------------------------------------------------------------------------------------------------

std::string json(const std::string& text, std::uint64_t paths, int threads) {
  const ModelFile file = checked(text);
  RunOptions options;
  options.paths = paths;
  options.threads = threads;
  return report_json(file, run(file, options));
}

TEST(Laws, the_same_bytes_on_any_number_of_threads) {
  for (const std::string& path : kExamples) {
    const std::string text = example(path), one = json(text, 40'000, 1);
    EXPECT_EQ(one, json(text, 40'000, 2)) << path;
    EXPECT_EQ(one, json(text, 40'000, 7)) << path;
  }
}

TEST(Laws, the_same_bytes_on_all_processors_with_fused_multiplication) {
  const std::string target(kernels::target_name());
  const std::string text = example(kExamples[0]);
  std::vector<std::string> pages;
  for (const char* name : {"avx2", "avx512"})
    if (kernels::set_target(name)) pages.push_back(json(text, 20'000, 1));
  kernels::set_target(target);
  if (pages.size() < 2) GTEST_SKIP() << "this processor has but one such target";
  EXPECT_EQ(pages[0], pages[1]);
}

TEST(Laws, the_same_results_for_any_block) {
  const ModelFile file = checked(example(kExamples[2]));
  const program::Lowered lowered = program::lower(*file.model);
  const auto found = [&](int block) {
    engine::RunOptions options;
    options.paths = 4000;
    options.threads = 2;
    options.block = block;
    return engine::run(lowered.runs.at(0).program, options);
  };
  const results::Results whole = found(engine::kLargestBlock);
  for (const int block : {16, 48, 112}) {
    if (block > engine::kLargestBlock) continue;
    const results::Results other = found(block);
    ASSERT_EQ(whole.outputs.size(), other.outputs.size());
    for (std::size_t o = 0; o < whole.outputs.size(); ++o)
      for (std::size_t t = 0; t < whole.outputs[o].columns.size(); ++t) {
        const results::Column &a = whole.outputs[o].columns[t], &b = other.outputs[o].columns[t];
        EXPECT_TRUE(same_bits(a.mean.value, b.mean.value) && same_bits(a.sd.value, b.sd.value))
            << "block " << block << " output " << o << " month " << t;
        EXPECT_TRUE(same_bits(a.mean.error(), b.mean.error()));
        EXPECT_EQ(a.kept, b.kept);
        EXPECT_EQ(a.bins, b.bins);
        EXPECT_EQ(a.by_month, b.by_month);
      }
  }
}

// Optimised, unoptimised, vector and reference: the same bits for every output on every path.
void expect_one_truth(const std::string& text, std::uint64_t paths) {
  const ModelFile file = checked(text);
  program::LowerOptions plain_options;
  plain_options.optimise = false;
  const program::Lowered fast = program::lower(*file.model), plain = program::lower(*file.model, plain_options);
  ASSERT_EQ(fast.runs.size(), plain.runs.size());
  for (std::size_t r = 0; r < fast.runs.size(); ++r) {
    const engine::Reference optimised(fast.runs[r].program), unoptimised(plain.runs[r].program);
    std::vector<engine::PathRecord> records;
    for (std::uint64_t p = 0; p < paths; ++p) {
      records.push_back(path_of(optimised, p));
      const engine::PathRecord other = path_of(unoptimised, p);
      ASSERT_EQ(records.back().outputs.size(), other.outputs.size());
      for (std::size_t o = 0; o < other.outputs.size(); ++o)
        for (std::size_t t = 0; t < other.outputs[o].size(); ++t)
          ASSERT_TRUE(same_bits(records.back().outputs[o][t], other.outputs[o][t]))
              << "run " << r << " output " << o << " path " << p << " month " << t << ": " << records.back().outputs[o][t] << " and "
              << other.outputs[o][t] << "\n"
              << text;
    }
    for (const int block : {16, 48, engine::kLargestBlock}) {
      engine::RunOptions options;
      options.paths = paths;
      options.threads = 1;
      options.block = std::min(block, engine::kLargestBlock);
      const results::Results found = engine::run(fast.runs[r].program, options);
      for (std::size_t o = 0; o < found.outputs.size(); ++o) {
        for (std::size_t t = 0; t < found.outputs[o].columns.size(); ++t) {
          const results::Column& column = found.outputs[o].columns[t];
          // What is kept path by path is compared so; of the rest the counts of whole months and the extremes.
          double least = std::numeric_limits<double>::infinity(), most = -least;
          std::uint64_t endless = 0;
          for (std::uint64_t p = 0; p < paths; ++p) {
            const double x = records[p].outputs[o][t];
            endless += x == std::numeric_limits<double>::infinity();
            if (std::isfinite(x)) least = std::min(least, x), most = std::max(most, x);
            const auto& kept = column.kept[p % results::kScrambles];
            if (!kept.empty()) {
              ASSERT_TRUE(same_bits(kept.at(p / results::kScrambles), x)) << "run " << r << " output " << o << " path " << p;
            }
          }
          ASSERT_EQ(column.endless, endless);
          if (least <= most && !column.by_month.size()) {
            ASSERT_TRUE(same_bits(column.min, least) && same_bits(column.max, most)) << "run " << r << " output " << o << " month " << t;
          }
        }
      }
    }
  }
}

TEST(Laws, one_truth_for_the_examples) {
  for (const std::string& path : kExamples) expect_one_truth(example(path), 208);
}

RC_GTEST_PROP(Laws, one_truth_for_random_models, ()) {
  expect_one_truth(kHead + random_company(true) + random_company(true, "b") +
                       "ask q { show = [a.cash, a.lasts, b.out_of_cash, a.raised + b.raised, a.burn in 2026] }\ncheck c = a.cash > $1M\n",
                   32);
}

}  // namespace
}  // namespace warchest::laws
