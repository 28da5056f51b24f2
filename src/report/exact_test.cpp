// How exact numbers are told: rounded for people, never for programs.
#include "report/exact.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace warchest::report {
namespace {

using equity::Number;

Number n(const char* text) { return *Number::parse(text); }

TEST(Exact, ForPeople) {
  EXPECT_EQ(shares_text(8'000'000), "8,000,000");
  EXPECT_EQ(shares_text(n("1234567/8")), "154,320.88");  // 154320.875
  EXPECT_EQ(shares_text(-1234), "-1,234");
  EXPECT_EQ(money_text(250'000, "USD"), "$250,000");
  EXPECT_EQ(money_text(n("-1234.565"), "USD"), "-$1,234.57");
  EXPECT_EQ(money_text(5, "SEK"), "SEK 5");
  EXPECT_EQ(price_text(n("1.2"), "USD"), "$1.20");
  EXPECT_EQ(price_text(3, "USD"), "$3.00");
  EXPECT_EQ(price_text(n("10/9"), "EUR"), "€1.111111");
  EXPECT_EQ(price_text(n("0.00001"), "USD"), "$0.00001");
  EXPECT_EQ(part_text(n("1/3")), "33.33 %");
  EXPECT_EQ(part_text(1), "100.00 %");
  EXPECT_EQ(part_text(n("1/100000")), "0.0010 %");
  EXPECT_EQ(part_text(0), "0.00 %");
  EXPECT_EQ(grouped_decimal(n("-2/3"), 3), "-0.667");
  EXPECT_EQ(grouped_decimal(n("12345678/7"), 2), "1,763,668.29");
  EXPECT_EQ(multiple_text(1), "1x");
  EXPECT_EQ(multiple_text(n("1.50")), "1.5x");
  EXPECT_EQ(short_money(12'345'678, "USD"), "$12.35M");
}

TEST(Exact, ForPrograms) {
  EXPECT_EQ(exact_text(n("1/8")), "0.125");
  EXPECT_EQ(exact_text(n("1/3")), "1/3");
  EXPECT_EQ(exact_text(100), "100");
  EXPECT_EQ(spreadsheet_text(n("1/3")), "0.333333333333");
  EXPECT_EQ(spreadsheet_text(n("0.1234567890123456")), "0.1234567890123456");
  nlohmann::ordered_json json;
  add_exact(json, "tenth", n("0.1"));
  add_exact(json, "third", n("1/3"));
  add_exact(json, "whole", 12);
  EXPECT_EQ(json.dump(), R"({"tenth":0.1,"third":0.3333333333333333,"third_exact":"1/3","whole":12.0})");
}

}  // namespace
}  // namespace warchest::report
