// The exact table of a company and the terms of its rounds: what is written, in exact numbers, and a complaint by name where it is no
// number.
#include "model/capitalization.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "lang/tree.h"
#include "model/check.h"
#include "text/render.h"
#include "text/source.h"

namespace warchest::model {
namespace {

using equity::Number;

struct Checked {
  text::SourceMap sources;
  text::Diagnostics diagnostics;
  std::optional<Model> model;
  std::string complaints() const { return text::render_text(diagnostics, sources); }
};

Checked checked(const std::string& company, const std::vector<std::pair<std::string, std::string>>& set = {}) {
  Checked result;
  std::vector<lang::Tree> trees;
  trees.push_back(
      lang::parse(result.sources.add("model.chest", "model \"m\" { start = 2026-01, horizon = 2 years, currency = USD }\n" + company),
                  result.diagnostics));
  CheckOptions options;
  for (const auto& [name, value] : set)
    options.settings.push_back({name, lang::parse_expression(result.sources.add("--set", value), result.diagnostics)});
  result.model = check(trees, {}, options, result.diagnostics);
  EXPECT_TRUE(result.model.has_value()) << result.complaints();
  return result;
}

const std::string kAcme = R"(company acme "Acme" {
  cash = $4M, opening_post_money = $18M
  class common
  class seed = preferred { price = $1.20, seniority = 2, anti_dilution = broad_weighted_average }
  class a { is = preferred { price = $3, conversion_price = $2.80, liquidation = 1.5x, participating = yes, participation_cap = 3x,
                             dividend = 8%/year, dividend_compounds = yearly, dividend_paid = in_kind, dividend_since = 2022-05-01 },
            shares = 1_000_000 }
  class plan = options { strike = $0.40, unissued = 500_000 }
  holder founders { holds = { common: 8_000_000 } }
  holder fund { holds = { seed: 2_000_000, a: 600_000 } }
  holder staff { holds = { plan: 700_000 } }
  round angel { closed = 2023-05-01, amount = $250k, instrument = safe { cap = $5M, discount = 20% }, book = { fund: 40%, others: rest } }
  round bridge { closed = 2026-03, amount = $2M, instrument = note { interest = 8%/year, cap = $20M, by = 2027-06, repaid = 30% } }
  round b { opens_when = runway < 9 months, amount = $4M, asks = 1.5 of last_post_money, pool = 10%, repeats = 3, pro_rata = [fund],
            instrument = preferred { seniority = senior }, book = { founders: $0.5M, others: rest } }
})";

std::string shares_of(const equity::CapTable& table, const std::string& holder, const std::string& security) {
  for (const equity::Holding& holding : table.holdings) {
    if (holding.holder == holder && holding.security == security) return holding.shares.text();
  }
  return "nothing";
}

TEST(Exact, IsTheDecimalThatWasWritten) {
  EXPECT_EQ(exact(0.4).text(), "2/5");
  EXPECT_EQ(exact(0.08 / 12 * 12).text(), "2/25");
  EXPECT_EQ(exact(0.1 + 0.2).text(), "3/10");
  EXPECT_EQ(exact(1e-7), *Number::parse("0.0000001"));
  EXPECT_EQ(exact(157e9).text(), "157000000000");
  EXPECT_EQ(exact(-2.5).text(), "-5/2");
}

TEST(Capitalization, IsTheTableAsWritten) {
  Checked acme = checked(kAcme);
  const auto table = capitalization(*acme.model, 0, acme.diagnostics);
  ASSERT_TRUE(table) << acme.complaints();
  std::string ids;
  for (const equity::Security& security : table->securities) ids += security.id + " ";
  EXPECT_EQ(ids, "common seed a plan pool angel ");
  EXPECT_EQ(shares_of(*table, "fund", "a"), "600000");
  EXPECT_EQ(shares_of(*table, "a", "a"), "400000");
  EXPECT_EQ(shares_of(*table, "fund", "angel"), "100000");
  EXPECT_EQ(shares_of(*table, "angel", "angel"), "150000");
  const auto& a = std::get<equity::Preferred>(table->find("a")->terms);
  EXPECT_EQ(equity::conversion_ratio(a).text(), "15/14");
  EXPECT_EQ(a.seniority, Number(1));
  ASSERT_TRUE(a.dividend);
  EXPECT_EQ(a.dividend->accrues.rate.text(), "2/25");
  EXPECT_EQ(a.dividend->settlement, equity::Settlement::paid_in_kind);
  EXPECT_EQ(a.dividend->accrues.from, (equity::Date{2022, 5, 1}));
  EXPECT_EQ(equity::count(*table).unissued.text(), "500000");
}

TEST(Capitalization, TakesInNotesByAMonthAndDebtWhereAsked) {
  Checked acme = checked(
      "company acme { debt = $3M, round n { closed = 2026-03, amount = $2M, instrument = note { interest = 8%/year, cap = $20M } } }");
  const auto start = capitalization(*acme.model, 0, acme.diagnostics, {.debt = true});
  ASSERT_TRUE(start);
  EXPECT_EQ(start->find("n"), nullptr);
  EXPECT_EQ(std::get<equity::Debt>(start->find("debt")->terms).claim, Number(3'000'000));
  EXPECT_EQ(shares_of(*start, "existing", "common"), "100000000");
  const auto march = capitalization(*acme.model, 0, acme.diagnostics, {.month = 2});
  ASSERT_TRUE(march);
  const auto& note = std::get<equity::Note>(march->find("n")->terms);
  EXPECT_EQ(note.interest.rate.text(), "2/25");
  EXPECT_EQ(note.interest.from, (equity::Date{2026, 3, 1}));
}

TEST(Capitalization, PartsAreOfOneHundredMillionShares) {
  Checked acme = checked("company acme { holder staff { owns = 45% }, holder fund { owns = 30% } }");
  const auto table = capitalization(*acme.model, 0, acme.diagnostics);
  ASSERT_TRUE(table);
  EXPECT_EQ(shares_of(*table, "staff", "common"), "45000000");
  EXPECT_EQ(shares_of(*table, "others", "common"), "25000000");
}

TEST(Capitalization, ASettingIsTheFigure) {
  Checked acme = checked(kAcme, {{"acme.seed.price", "$2"}, {"acme.founders.holds.common", "9_000_000"}});
  const auto table = capitalization(*acme.model, 0, acme.diagnostics);
  ASSERT_TRUE(table) << acme.complaints();
  EXPECT_EQ(std::get<equity::Preferred>(table->find("seed")->terms).original_price, Number(2));
  EXPECT_EQ(shares_of(*table, "founders", "common"), "9000000");
}

TEST(RoundTerms, AreReckonedAgainstTheTableBefore) {
  Checked acme = checked(kAcme);
  const auto before = capitalization(*acme.model, 0, acme.diagnostics);
  ASSERT_TRUE(before);
  const auto terms = round_terms(*acme.model, 2, *before, acme.diagnostics, {.month = 6});
  ASSERT_TRUE(terms) << acme.complaints();
  EXPECT_EQ(terms->pre_money, Number(27'000'000));
  ASSERT_EQ(terms->investors.size(), 2u);
  EXPECT_EQ(terms->investors[0].id, "b");
  EXPECT_EQ(terms->investors[0].amount, Number(3'500'000));
  EXPECT_EQ(terms->investors[1].id, "founders");
  EXPECT_EQ(terms->series.seniority, Number(0));  // before `a`, whose rank is 1
  EXPECT_EQ(terms->pool.mode, equity::PoolMode::target_unissued_post);
  ASSERT_EQ(terms->anti_dilution.series.size(), 1u);
  EXPECT_EQ(terms->anti_dilution.series[0].first, "seed");
  const auto closed = equity::priced_round(*before, *terms);
  ASSERT_TRUE(closed) << closed.refusal().what;
  EXPECT_EQ(equity::count(closed->after).unissued, closed->post_shares / 10);
  const auto later = round_terms(*acme.model, 2, closed->after, acme.diagnostics, {.last_post_money = Number(31'000'000)});
  ASSERT_TRUE(later);
  EXPECT_EQ(later->pre_money, Number(46'500'000));
  EXPECT_EQ(later->series.id, "b'");
  EXPECT_EQ(later->series.seniority, Number(-1));
}

TEST(RoundTerms, WhatIsNoNumberIsNamedWithItsMend) {
  Checked acme = checked(
      "company acme { opening_post_money = $9M, round b { closed = 2026-03, amount = $1M to $3M, asks = 1.2 to 2.0 of last_post_money } }");
  const auto before = capitalization(*acme.model, 0, acme.diagnostics);
  ASSERT_TRUE(before);
  EXPECT_FALSE(round_terms(*acme.model, 0, *before, acme.diagnostics));
  const std::string told = acme.complaints();
  EXPECT_NE(told.find("`acme.b.amount` is uncertain"), std::string::npos) << told;
  EXPECT_NE(told.find("--set acme.b.amount='$2M'"), std::string::npos) << told;
  EXPECT_NE(told.find("`acme.b.asks`"), std::string::npos) << told;
}

TEST(RoundTerms, ARoundOfMoneyAloneHasNone) {
  Checked acme =
      checked("company acme { round b { closed = 2026-03, amount = $1M }, round n { closed = 2026-04, amount = $1M, instrument = note } }");
  const auto before = capitalization(*acme.model, 0, acme.diagnostics);
  ASSERT_TRUE(before);
  EXPECT_FALSE(round_terms(*acme.model, 0, *before, acme.diagnostics));
  EXPECT_NE(acme.complaints().find("`acme.b` has no price"), std::string::npos);
  EXPECT_FALSE(round_terms(*acme.model, 1, *before, acme.diagnostics));
  EXPECT_TRUE(with_convertible(*acme.model, 1, *before, acme.diagnostics));
  EXPECT_FALSE(with_convertible(*acme.model, 0, *before, acme.diagnostics));
}

}  // namespace
}  // namespace warchest::model
