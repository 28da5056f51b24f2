// What the RFC allows, what people's spreadsheets add to it, and every refusal with its line.
#include "io/csv.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace warchest::io {
namespace {

TEST(Csv, ReadsQuotedFieldsWithCommasLineEndsAndQuotes) {
  const auto csv = parse_csv("name,note\r\n\"Smith, John\",\"first\nsecond\"\r\nb,\"say \"\"yes\"\"\"\r\n");
  ASSERT_TRUE(csv) << csv.error;
  EXPECT_EQ(csv->columns, (std::vector<std::string>{"name", "note"}));
  ASSERT_EQ(csv->rows.size(), 2u);
  EXPECT_EQ(csv->rows[0].fields, (std::vector<std::string>{"Smith, John", "first\nsecond"}));
  EXPECT_EQ(csv->rows[1].fields, (std::vector<std::string>{"b", "say \"yes\""}));
  EXPECT_EQ(csv->rows[1].line, 4u);
}

TEST(Csv, PassesOverAByteOrderMarkAndEmptyLines) {
  const auto csv = parse_csv("\xEF\xBB\xBFgrowth,other\n\n1.5,2\n\n-3e-2,4");
  ASSERT_TRUE(csv) << csv.error;
  const auto numbers = csv->numbers("growth");
  ASSERT_TRUE(numbers) << numbers.error;
  EXPECT_EQ(*numbers, (std::vector<double>{1.5, -0.03}));
}

TEST(Csv, ReadsPercentagesAndBlanks) {
  const auto csv = parse_csv("x\n 45% \n+2\n");
  ASSERT_TRUE(csv);
  EXPECT_EQ(*csv->numbers("x"), (std::vector<double>{0.45, 2}));
}

TEST(Csv, SaysOnWhichLineItIsWrong) {
  EXPECT_EQ(parse_csv("").error, "the file is empty; its first line names the columns");
  EXPECT_EQ(parse_csv("a,b\n1,2\n3\n").error, "line 3 has 1 fields where the first line names 2 columns");
  EXPECT_EQ(parse_csv("a,b\n1,\"2\n3").error, "line 2: a quoted field is never closed");
  EXPECT_EQ(parse_csv("a,b\n1,\"2\"x\n").error, "line 2: after the closing quote a comma or the end of the line is wanted");
  EXPECT_TRUE(parse_csv("a\nx\"y\n").error.starts_with("line 2: a quote inside a field"));
  EXPECT_EQ(parse_csv(std::string_view("a\n1\n\0", 5)).error, "line 3 holds a NUL: this is no text");
}

TEST(Csv, NamesTheColumnThatIsMissingOrNoNumber) {
  const auto csv = parse_csv("a,b,b\n1,x,2\n");
  ASSERT_TRUE(csv);
  EXPECT_EQ(csv->numbers("c").error, "there is no column \"c\"; the columns are: a, b, b");
  EXPECT_EQ(csv->numbers("b").error, "two columns are named \"b\"");
  EXPECT_EQ(parse_csv("a\n1\nx\n")->numbers("a").error, "line 3: \"x\" in column \"a\" is no number");
  EXPECT_EQ(parse_csv("a\ninf\n")->numbers("a").error, "line 2: \"inf\" in column \"a\" is no number");
  EXPECT_EQ(parse_csv("a\n")->numbers("a").error, "column \"a\" has no values");
}

RC_GTEST_PROP(Csv, AQuotedFieldIsReadBackWhateverItHolds, (std::string field)) {
  field.erase(std::remove(field.begin(), field.end(), '\0'), field.end());
  std::string quoted = "\"";
  for (const char c : field) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  const auto csv = parse_csv("a,b\n" + quoted + "\",1\n");
  RC_ASSERT(bool(csv));
  RC_ASSERT(csv->rows.size() == 1u);
  RC_ASSERT(csv->rows[0].fields[0] == field);
}

RC_GTEST_PROP(Csv, AnyBytesAreReadOrRefused, (const std::string& bytes)) {
  const auto csv = parse_csv(bytes);
  RC_ASSERT(csv || !csv.error.empty());
}

}  // namespace
}  // namespace warchest::io
