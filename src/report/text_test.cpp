// The page and the sentences against golden text, for answers made by hand; tests/report/ has those of whole models.
#include "report/text.h"

#include <gtest/gtest.h>

#include "report/answers_for_tests.h"
#include "report/sentence.h"

namespace warchest::report {
namespace {

using analysis::Answer;
using analysis::AnswerKind;
using analysis::Answers;

const Origin kOrigin = {"acme.chest", "0123456789abcdef0123456789abcdef", "0.1.0"};

TEST(Sentence, TellsHowLongMoneyLasts) {
  Answers all = one_date();
  Answer& answer = all.asks[0].answers[0];
  EXPECT_EQ(sentence(answer, all),
            "The money lasts until March 2026 at the median (±0.1 months); 9 chances in 10 that it lasts at least 2 months (±0 months); "
            "30 % ±1 % of paths never run out within 6 months.");
  answer.case_words = "with \"Bank line\"";
  EXPECT_TRUE(sentence(answer, all).starts_with("With \"Bank line\" the money lasts until"));
  EXPECT_EQ(quiet_line(answer, all), "out_of_cash(acme): 2026-03 (±0.1 months) at the median; 9 chances in 10 of at least 2 months; never on 30 % ±1 %");
}

TEST(Sentence, TellsWhatIsCertain) {
  Answers all = one_date();
  Answer& answer = all.asks[0].answers[0];
  answer.same_everywhere = true;
  answer.never = {0, 0};
  EXPECT_EQ(sentence(answer, all), "The money lasts until March 2026 on every path.");
  EXPECT_EQ(quiet_line(answer, all), "out_of_cash(acme): 2026-03 on every path");
  answer.never = {1, 0};
  EXPECT_EQ(sentence(answer, all), "The money lasts beyond all 6 months on each of 1,000 paths.");
  EXPECT_EQ(quiet_line(answer, all), "out_of_cash(acme): not within 6 months on any path");
}

TEST(Sentence, ChancesAndNumbersCarryTheirErrors) {
  const Answers all = one_date();
  Answer chance;
  chance.of = "chance(acme.lasts >= 12 months)";
  chance.kind = AnswerKind::chance;
  chance.figure = {0.724, 0.0041};
  EXPECT_EQ(sentence(chance, all), "chance(acme.lasts >= 12 months): 72 % ±0.4 %, 7 chances in 10.");
  chance.figure = {0, 0};
  EXPECT_EQ(quiet_line(chance, all), "chance(acme.lasts >= 12 months): 0 % (none of 1,000 paths)");

  Answer number;
  number.of = "acme.cash";
  number.unit = "USD";
  number.paths = 990;
  number.missing = 10;
  number.spread = {{7e9, 0.02e9}, {2e9, 0.1e9}, {2e9, 0.03e9}, {5e9, 0.02e9}, {6.6e9, 0.02e9}, {9e9, 0.04e9}, {14e9, 0.2e9}};
  EXPECT_EQ(quiet_line(number, all),
            "acme.cash: $6.6B ±$0.02B at the median; 9 chances in 10 that it lies between $2.0B ±$0.03B and $14B ±$0.2B; $7.0B ±$0.02B on average; "
            "on 10 of 1,000 paths it has no value, because a divisor is 0");
}

TEST(Sentence, AChecksVerdictSaysHowClose) {
  const Answers all = one_date();
  analysis::CheckAnswer check;
  check.paths = 1000;
  check.holds = check.monthly = true;
  EXPECT_EQ(check_sentence(check, all), "holds on each of 1,000 paths, in every month");
  check.holds = false;
  check.failed = 12;
  check.first_failure = 3;
  EXPECT_EQ(check_sentence(check, all), "does not hold on 12 of 1,000 paths, first in 2026-02");
  check.across_paths = check.compares = check.shares = true;
  check.left = {0.9, 0};
  check.right = {0.87, 0.003};
  EXPECT_EQ(check_sentence(check, all), "does not hold: 87 % ±0.3 % against 90 %");
  check.right = {0.898, 0.003};
  EXPECT_EQ(check_sentence(check, all), "does not hold: 90 % ±0.3 % against 90 %, closer than two standard errors: more paths would tell");
}

TEST(Text, ThePageLeadsWithTheAnswer) {
  EXPECT_EQ(to_text(one_date(), {}, kOrigin, {false, 60}), R"(Acme

How long does the money last?

  The money lasts until March 2026 at the median (±0.1
  months); 9 chances in 10 that it lasts at least 2 months
  (±0 months); 30 % ±1 % of paths never run out within 6
  months.

  chances that it has run out by (± months)
    1 chance in 20    2026-01 ±0
    1 chance in 4     2026-02 ±0
    1 chance in 2     2026-03 ±0.1
    3 chances in 4    later
    19 chances in 20  later
    never             30 % ±1 %

  chance of having run out by
  100 %┤
       │                ▃▃▃▃▆▆▆▆
   50 %┤            ▂▂▂▂████████
       │        ▃▃▃▃████████████
       └────────┬───────────────
                2026

acme.chest  sha256 0123456789abcdef
warchest 0.1.0, seed 7, 1,000 paths, 6 months from 2025-11
± is one standard error of the sample, from 16 independent
scrambles; it says nothing about the assumptions.
)");
}

TEST(Text, ColourChangesNoSign) {
  const std::string plain = to_text(one_date(), {}, kOrigin, {false, 80});
  std::string coloured = to_text(one_date(), {}, kOrigin, {true, 80});
  EXPECT_NE(coloured.find("\x1b["), std::string::npos);
  EXPECT_EQ(plain.find('\x1b'), std::string::npos);
  for (std::size_t at; (at = coloured.find("\x1b[")) != std::string::npos;) coloured.erase(at, coloured.find('m', at) - at + 1);
  EXPECT_EQ(coloured, plain);
}

TEST(Text, AssumptionsStandWithGradeAndSource) {
  const Assumptions assumptions = {{{"acme.cash", "", "$10M", "reuters, us", "judgement", "acme.chest:4"}, {"acme.x", "", "2 to 3", "", "", ""}},
                                   {{"reuters", "Reuters, 2024-10-02, reported"}}};
  const std::string page = to_text(one_date(), assumptions, kOrigin, {false, 80});
  EXPECT_NE(page.find("  acme.cash  $10M        judgement  reuters, us\n"), std::string::npos) << page;
  EXPECT_NE(page.find("  acme.x     2 to 3      -          none\n"), std::string::npos) << page;
  EXPECT_NE(page.find("Sources\n  reuters: Reuters, 2024-10-02, reported\n"), std::string::npos) << page;
  EXPECT_NE(page.find("seed 7, 1,000 paths, 6 months from 2025-11"), std::string::npos) << page;
}

}  // namespace
}  // namespace warchest::report
