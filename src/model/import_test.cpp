// An imported cap table in a model: classes, holders and open SAFEs and notes with the figures of the package, and the exact table
// untouched beside them.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "lang/tree.h"
#include "model/capitalization.h"
#include "model/check.h"
#include "model/print.h"
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

equity::CapTable package() {
  equity::Preferred a;
  a.shares = 1'000'000;
  a.original_price = Number::ratio(5, 4);
  a.conversion_price = Number(1);
  a.participation = equity::Participation::capped;
  a.cap_multiple = Number(3);
  a.seniority = 2;
  a.dividend = equity::Dividend{{Number::ratio(8, 100), equity::Accrual::compound, 4, {}, equity::Date{2024, 5, 1}, {}}, {}, {}};
  equity::Safe safe;
  safe.amount = 250'000;
  safe.cap = Number(5'000'000);
  equity::Note note;
  note.principal = 100'000;
  note.interest = {Number::ratio(6, 100),        equity::Accrual::simple,  1,
                   equity::DayCount::actual_360, equity::Date{2025, 3, 1}, equity::Date{2027, 3, 1}};
  note.discount = Number::ratio(1, 5);
  equity::CapTable table;
  table.securities = {{"Common", equity::Common{8'000'000}}, {"Series A", a},  {"Plan 2024", equity::Option{300'000, Number::ratio(2, 5)}},
                      {"Pool", equity::Pool{200'000}},       {"SAFE-1", safe}, {"CN-1", note}};
  table.holdings = {{"Jane Doe", "Common", 8'000'000},
                    {"2 Degrees, L.P.", "Series A", 1'000'000},
                    {"Jane Doe", "Plan 2024", 300'000},
                    {"jane-doe", "SAFE-1", 250'000},
                    {"2 Degrees, L.P.", "CN-1", 100'000}};
  return table;
}

Checked checked(const std::string& company, const equity::CapTable& table) {
  Checked result;
  std::vector<lang::Tree> trees;
  trees.push_back(
      lang::parse(result.sources.add("model.chest", "model \"m\" { start = 2026-01, horizon = 2 years, currency = USD }\n" + company),
                  result.diagnostics));
  Inputs inputs;
  inputs.captables["pkg"] = table;
  result.model = check(trees, inputs, {}, result.diagnostics);
  return result;
}

TEST(Import, MakesNounsWithTheFiguresOfThePackage) {
  const Checked acme = checked(
      "company acme {\n captable = ocf(\"pkg\")\n holder newco\n"
      " round b { closed = 2026-06, amount = $5M, pre_money = $20M, book = { newco: 40%, jane_doe: $1M, others: rest } }\n"
      " exit sale { at = 2027-06, value = $90M }\n}\n"
      "ask q { show = [owned(acme), payout(acme)], by = holder }\nask r { show = owned(acme.jane_doe), cases = [without(acme.safe_1)] }\n",
      package());
  ASSERT_TRUE(acme.model) << acme.complaints();
  const std::string printed = print(*acme.model);
  const auto shows = [&](const std::string& line) { EXPECT_NE(printed.find(line + "\n"), std::string::npos) << line << "\n" << printed; };
  shows("field acme.series_a.price [USD/share, known] = 1.25");
  shows("field acme.series_a.dividend [1/month, known] = 0.00666666666667");
  shows("field acme._2_degrees_l_p.holds.series_a [shares, known] = 1000000");
  shows("field acme.safe_1.instrument.cap [USD, known] = 5000000");
  shows("field acme.cn_1.instrument.interest [1/month, known] = 0.005");
  shows("field acme.cn_1.closed [date, known] = 2025-03");
  shows("  class acme.common: common");
  shows("  class acme.plan_2024: options, strike acme.plan_2024.strike");
  shows("  class acme.pool: options, unissued acme.pool.unissued");
  shows("  holder acme.jane_doe: acme.common acme.jane_doe.holds.common acme.plan_2024 acme.jane_doe.holds.plan_2024");
  shows("  holder acme.jane_doe_2:");
  const Round* safe = nullptr;
  for (const Round& round : acme.model->rounds) {
    if (round.name == "acme.safe_1") safe = &round;
  }
  ASSERT_NE(safe, nullptr);
  EXPECT_TRUE(safe->before_start && safe->imported && safe->instrument_given);
  EXPECT_EQ(acme.model->asks[1].cases[0].without_rounds.size(), 1u);
  bool pool = false;
  for (const Shown& shown : acme.model->asks[0].shown) pool = pool || shown.by == "unissued pool";
  EXPECT_TRUE(pool);
}

TEST(Import, KeepsTheExactTable) {
  Checked acme = checked(
      "company acme { captable = ocf(\"pkg\"), round b { closed = 2026-06, amount = $5M, pre_money = $20M, book = { jane_doe: rest } } }",
      package());
  ASSERT_TRUE(acme.model) << acme.complaints();
  const auto table = capitalization(*acme.model, 0, acme.diagnostics);
  ASSERT_TRUE(table);
  EXPECT_EQ(table->securities.size(), 6u);  // the SAFE and the note once, not again as rounds
  EXPECT_EQ(std::get<equity::Preferred>(table->find("Series A")->terms).original_price, Number::ratio(5, 4));
  std::uint32_t round = 0;
  while (acme.model->rounds[round].imported) ++round;
  const auto terms = round_terms(*acme.model, round, *table, acme.diagnostics);
  ASSERT_TRUE(terms) << acme.complaints();
  EXPECT_EQ(terms->investors[0].id, "Jane Doe");  // as the table calls her
}

TEST(Import, RefusesWhatAModelCannotHold) {
  equity::CapTable debt = package();
  debt.securities.push_back({"Loan", equity::Debt{5, 1}});
  EXPECT_NE(checked("company acme { captable = ocf(\"pkg\") }", debt).complaints().find("the package holds a debt, `Loan`"),
            std::string::npos);
  equity::CapTable thirty = package();
  std::get<equity::Note>(thirty.find("CN-1")->terms).interest.day_count = equity::DayCount::thirty_360;
  EXPECT_NE(checked("company acme { captable = ocf(\"pkg\") }", thirty).complaints().find("30/360"), std::string::npos);
  const Checked twice = checked("company acme { captable = ocf(\"pkg\"), class seed = preferred { price = $1 } }", package());
  EXPECT_NE(twice.complaints().find("is said twice"), std::string::npos) << twice.complaints();
  const Checked holder = checked("company acme { captable = ocf(\"pkg\"), holder a { owns = 5% } }", package());
  EXPECT_NE(holder.complaints().find("is said twice"), std::string::npos) << holder.complaints();
  const Checked missing = checked("company acme { captable = ocf(\"other\") }", package());
  EXPECT_NE(missing.complaints().find("the cap table `other` was not read"), std::string::npos) << missing.complaints();
}

}  // namespace
}  // namespace warchest::model
