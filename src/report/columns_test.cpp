// Widths of what is no ASCII, tables that must shrink, and labels that would like to command the terminal.
#include "report/columns.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace warchest::report {
namespace {

using Lines = std::vector<std::string>;

TEST(Columns, CountWhatATerminalDraws) {
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("±0.4 %"), 6u);
  EXPECT_EQ(display_width("日本"), 4u);
  EXPECT_EQ(display_width("e\u0301"), 1u);
  EXPECT_EQ(padded("日本", 6), "日本  ");
  EXPECT_EQ(padded_left("7", 3), "  7");
}

TEST(Columns, CutWithAnEllipsis) {
  EXPECT_EQ(shortened("abcdef", 6), "abcdef");
  EXPECT_EQ(shortened("abcdef", 4), "abc…");
  EXPECT_EQ(shortened("ab cdef", 4), "ab…");
  EXPECT_EQ(shortened("日本語", 5), "日本…");
  EXPECT_EQ(shortened("abc", 0), "");
}

TEST(Columns, NothingThatATerminalObeysPasses) {
  EXPECT_EQ(printable("a\x1b[31mb"), "a?[31mb");
  EXPECT_EQ(printable("a\nb\tc"), "a?b?c");
  EXPECT_EQ(printable("a\u202Eb"), "a?b");
  EXPECT_EQ(printable("a\xff"), "a?");
  EXPECT_EQ(printable("€日本"), "€日本");
}

RC_GTEST_PROP(Columns, ACutTextFits, (const std::string& text)) {
  const std::size_t width = *rc::gen::inRange<std::size_t>(0, 30);
  RC_ASSERT(display_width(shortened(printable(text), width)) <= width);
}

TEST(Columns, BreakBetweenWords) {
  EXPECT_EQ(wrapped("one two three", 7), (Lines{"one two", "three"}));
  EXPECT_EQ(wrapped("unbreakable is", 5), (Lines{"unbreakable", "is"}));
  EXPECT_TRUE(wrapped("   ", 5).empty());
}

TEST(Columns, FiguresStandUnderEachOther) {
  const Table table{{{"case", Table::Align::left}, {"cash", Table::Align::right}}, {{"no new money", "$1.2B"}, {}, {"both", "-$12B"}}};
  EXPECT_EQ(lines_of(table, 80), (Lines{"case           cash", "no new money  $1.2B", "", "both          -$12B"}));
  EXPECT_EQ(lines_of(table, 17), (Lines{"case         cash", "no new mo…  $1.2B", "", "both        -$12B"}));
}

TEST(Columns, BlocksStandBesideEachOther) {
  EXPECT_EQ(beside({"a", "bbb"}, {"x", "y", "z"}, 2), (Lines{"a    x", "bbb  y", "     z"}));
}

}  // namespace
}  // namespace warchest::report
