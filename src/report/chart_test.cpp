// Charts against golden lines: what each sign stands for, where the axis ticks, and that no column is lost or doubled.
#include "report/chart.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "quantity/date.h"
#include "report/columns.h"
#include "report/figures.h"

namespace warchest::report {
namespace {

using Lines = std::vector<std::string>;

std::string dollars(double value) { return amount(value, "USD"); }

TEST(Chart, AFanOfTwelveMonths) {
  std::vector<FanMonth> months;
  for (int m = 0; m < 12; ++m) {
    const double middle = 10 - m;
    months.push_back({middle - 4, middle - 2, middle, middle + 2, middle + 4});
  }
  const Lines lines = fan_chart(months, quantity::month_number(2025, 7), dollars, {18, 8});
  const Lines expected = {
      "   │░░",
      "$10┤█▒▒░░",
      "   │▒██▒▒░░",
      "   │░▒▒███▒▒░░",
      "   │  ░░▒▒███▒▒░",
      " $0┤┈┈┈┈┈░░▒▒██▒",
      "   │       ░░▒▒█",
      "   │          ░░",
  };
  EXPECT_EQ(Lines(lines.begin(), lines.begin() + 8), expected);
  ASSERT_EQ(lines.size(), 10u);
  for (const std::string& line : lines) EXPECT_LE(display_width(line), 18u) << line;
  EXPECT_EQ(lines[8], "   └──────┬─────");
  EXPECT_EQ(lines[9], "          2026");
}

TEST(Chart, ACurveIsDrawnInEighths) {
  const Lines lines = curve_chart({0, 0.001, 0.25, 0.5, 0.75, 1}, quantity::month_number(2025, 10), {12, 2});
  EXPECT_EQ(lines, (Lines{"100 %┤    ▄█", "     │ ▁▄███", "     └───┬──", "      2025-10"}));
}

TEST(Chart, MonthsAreGatheredWhereTheyDoNotFit) {
  std::vector<double> shares(60);
  for (std::size_t m = 0; m < shares.size(); ++m) shares[m] = static_cast<double>(m + 1) / 60;
  const Lines lines = curve_chart(shares, quantity::month_number(2024, 1), {36, 1});
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(display_width(lines[1]), 36u);
  EXPECT_TRUE(lines[0].ends_with("█")) << lines[0];  // the last month is there
  EXPECT_EQ(lines[2], "      2024  2025  2026  2027  2028");
}

TEST(Chart, MonthsAreWidenedWhereThereIsRoom) {
  const Lines lines = curve_chart({1, 1, 1, 1, 1, 1}, quantity::month_number(2024, 1), {30, 1});
  EXPECT_EQ(lines[0], "100 %┤████████████████████████");
}

TEST(Chart, EndlessAndMissingMonthsAreLeftEmpty) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Lines lines = fan_chart({{1, 1, 1, 1, 1}, {nan, nan, nan, nan, nan}, {1, 1, 1, 1, 1}}, quantity::month_number(2024, 1), dollars, {8, 3});
  EXPECT_EQ(lines[0], "$1.0┤█ █");
  EXPECT_TRUE(fan_chart({}, 0, dollars, {80, 10}).empty());
  EXPECT_TRUE(curve_chart({}, 0, {80, 10}).empty());
}

TEST(Chart, LayersDivideAWhole) {
  std::vector<std::vector<double>> columns;
  for (int i = 0; i < 12; ++i) columns.push_back({i / 11.0, 1 - i / 11.0});
  columns.front() = {0, 0};  // nothing to divide
  const Lines lines = layer_chart(columns, 0, 22, dollars, {18, 4});
  ASSERT_EQ(lines.size(), 6u);
  EXPECT_EQ(lines[0], "100 %┤ ░░░░░░░░░██");
  EXPECT_EQ(lines[1], "     │ ░░░░░░█████");
  EXPECT_EQ(lines[2], " 50 %┤ ░░░░███████");
  EXPECT_EQ(lines[3], "     │ ░██████████");
  EXPECT_EQ(lines[4], "     └┬─────────┬─");
  EXPECT_EQ(lines[5], "      $0");
  EXPECT_EQ(layer_columns(18), 12u);
  EXPECT_EQ(layer_sign(8), "a");
}

TEST(Chart, ABarOfOnePartIsDrawnInEighths) {
  const std::vector<Bar> bars = {{"0.6x", "$8", {1}, 0, 0.5},   {"1.0x", "$4", {0.5}, 0, 0.75}, {"1.5x", "$3", {0.375 + 1.0 / 64}, 0, 1},
                                 {"2.0x", "$0", {0.001}, 0, {}}, {"3.0x", "$0", {0}, 0, {}}};
  const Lines expected = {
      "0.6x┤████┃███ $8",  // the mark lies in the bar
      "1.0x┤████  ┃  $4",  // and beyond it
      "1.5x┤███▏   ┃ $3",
      "2.0x┤▏        $0",  // whatever is above nothing is seen
      "3.0x┤         $0",
  };
  EXPECT_EQ(bar_chart(bars, 16), expected);
}

TEST(Chart, BarsInLayersEndWhereTheirSumEnds) {
  const std::vector<Bar> bars = {
      {"$10B", "$10B", {0.5, 0.25, 0.25}, 0, {}},
      {"$40B", "$20B", {0.17, 0.16, 0.17}, 1, {}},  // rounded one by one, 1.7, 1.6 and 1.7 of ten cells were 6
      {"$100B", "$0", {0, std::numeric_limits<double>::quiet_NaN(), 0}, 1, {}},
  };
  const Lines expected = {
      " $10B┤█████░░░▓▓ $10B",
      " $40B┤██░▓▓····· $20B",
      "$100B┤··········   $0",
  };
  EXPECT_EQ(bar_chart(bars, 21), expected);
  EXPECT_TRUE(bar_chart({}, 20).empty());
}

TEST(Chart, ALegendBreaksBetweenNames) {
  const Lines lines = layer_legend({"Thrive Capital", "Nobody", "SoftBank", "Gulf sovereign funds"}, {true, false, true, true}, 30);
  EXPECT_EQ(lines, (Lines{"█ Thrive Capital   ▓ SoftBank", "▒ Gulf sovereign funds"}));
}

}  // namespace
}  // namespace warchest::report
