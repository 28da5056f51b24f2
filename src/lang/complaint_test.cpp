// What is refused, with which code and in which words; that all mistakes of a text are shown; and that no text, however odd, does harm.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <random>
#include <set>
#include <sstream>

#include "lang/lexer.h"
#include "lang/tree.h"
#include "text/render.h"

namespace warchest::lang {
namespace {

using text::Code;

std::string complaints(const std::string& text) {
  text::SourceMap sources;
  text::Diagnostics diagnostics;
  parse(sources.add("m", text), diagnostics);
  return text::render_text(diagnostics, sources);
}

std::vector<Code> codes(const std::string& text) {
  text::SourceMap sources;
  text::Diagnostics diagnostics;
  parse(sources.add("m", text), diagnostics);
  std::vector<Code> result;
  for (const text::Diagnostic& diagnostic : diagnostics.sorted()) result.push_back(diagnostic.code);
  return result;
}

std::string repeated(std::string_view piece, std::size_t times) {
  std::string result;
  for (std::size_t i = 0; i < times; ++i) result += piece;
  return result;
}

struct Example {
  Code code;
  std::string text;
};

const std::vector<Example>& examples() {
  static const std::vector<Example> kExamples = {
      {Code::source_too_large, std::string(text::kMaxSourceBytes + 1, ' ')},
      {Code::source_too_large, repeated("a,", kMaxTokens)},
      {Code::bad_utf8, "x = \"\xFF\xFE\""},
      {Code::control_character, std::string("x = 1\0\0", 7)},
      {Code::stray_character, "x = a ; y = 2"},
      {Code::stray_character, "co\xC3\xBBt = 4"},
      {Code::stray_character, "x = a \xE2\x89\xA5 b"},
      {Code::unterminated_text, "a { x = \"open }"},
      {Code::bad_escape, "x = \"a\\n\""},
      {Code::bad_number, "x = 1_"},
      {Code::bad_number, "x = .5"},
      {Code::bad_number, "x = 5."},
      {Code::bad_number, "x = 1,000,000 USD"},
      {Code::bad_number, "x = 5%k"},
      {Code::number_too_large, "x = 1e400"},
      {Code::number_too_large, "x = 1e99999999999999999999"},
      {Code::small_m, "x = $5m"},
      {Code::small_m, "x = 5 m"},
      {Code::sign_after_currency, "x = $-5M"},
      {Code::currency_place, "x = $ 5"},
      {Code::currency_place, "x = 5\xE2\x82\xAC"},
      {Code::glued_division, "x = 12/f(2)"},
      {Code::glued_division, "x = 12/openai.cash"},
      {Code::bad_date, "x = 2024-13"},
      {Code::bad_date, "x = 2024-1"},
      {Code::bad_date, "x = 2023-02-29"},
      {Code::bad_date, "x = 1000-y"},
      {Code::bad_date, "x = 2024-Q5"},
      {Code::nesting_too_deep, "x = " + repeated("(", 10'000)},
      {Code::nesting_too_deep, repeated("a {", 10'000)},
      {Code::unclosed_bracket, "a { x = (1 + 2\n y = 3 }"},
      {Code::unclosed_bracket, "a { x = 1\n"},
      {Code::unclosed_bracket, "x = f(1]"},
      {Code::unopened_bracket, "x = 1)\n"},
      {Code::syntax, "x = 1 2"},
      {Code::syntax, "market\n{ x = 1 }"},
      {Code::mixed_braces, "x = { 2024: 1, b = 2 }"},
      {Code::comparison_chain, "x = a < b < c"},
      {Code::power_chain, "x = -a ^ 2"},
      {Code::power_chain, "x = a ^ b ^ c"},
      {Code::range_needs_brackets, "x = 0.5 * y to 2 * y"},
      {Code::range_needs_brackets, "x = between a and b + 1"},
      {Code::range_needs_brackets, "x = 2 * a to 3 of b"},
      {Code::not_callable, "x = 5(3)"},
      {Code::not_callable, "x = 5 .y"},
      {Code::expression_too_deep, "x = 1" + repeated("+1", 100'000)},
      {Code::expression_too_deep, "x = " + repeated("not ", 100'000) + "y"},
      {Code::expression_too_deep, "x = a" + repeated(".a", 100'000)},
  };
  return kExamples;
}

TEST(Complaints, EveryCodeOfTheLanguageHasAnExample) {
  std::set<Code> seen;
  for (const Example& example : examples()) {
    const std::vector<Code> found = codes(example.text);
    ASSERT_FALSE(found.empty()) << example.text.substr(0, 60);
    for (const Code code : found) EXPECT_EQ(text::code_name(code), text::code_name(example.code)) << example.text.substr(0, 60);
    seen.insert(example.code);
  }
  for (auto code = Code::source_too_large; code <= Code::expression_too_deep; code = static_cast<Code>(static_cast<int>(code) + 1)) {
    EXPECT_TRUE(seen.contains(code)) << text::code_name(code);
  }
}

TEST(Complaints, WhatIsAllowedNearby) {
  for (const char* text : {"x = (-a) ^ 2", "x = a ^ (b ^ c)", "x = a < b and b < c", "x = 2 * (y to z)", "x = 2 * 3 to 5",
                           "x = -5% to 10% of y * 2", "x = a to b", "x = a to b > c", "x = 2024 - 13", "x = 2024 -1", "x = 12 / n",
                           "x = \"\\\\ \\\"\"", "x = 0.5, y = 0", "x = {}, y = []"}) {
    EXPECT_EQ(complaints(text), "") << text;
  }
  EXPECT_EQ(complaints("x = " + repeated("(", 200) + "1" + repeated(")", 200)), "");
  EXPECT_EQ(complaints("x = 1" + repeated("+1", 999)), "");
  EXPECT_EQ(complaints("x = [" + repeated("1,", 100'000) + "]"), "");
}

TEST(Complaints, AllMistakesOfAText) {
  EXPECT_EQ(complaints("company a {\n"
                       "  cash =\n"
                       "  debt = 1 2\n"
                       "  t = { 1: 2 3, 4: }\n"
                       "  foo\n"
                       "  y = f(a b)\n"
                       "  t: 5\n"
                       "  x == 5\n"
                       "}\n"),
            "m:2:9: error[syntax]: expected a value after `=`, found the end of the line\n"
            "    2 |   cash =\n"
            "      |         ^\n"
            "m:3:12: error[syntax]: expected an operator, the end of the line or `}` after `1`, found `2`\n"
            "    3 |   debt = 1 2\n"
            "      |            ^\n"
            "   help: a product is written `*`, a share of something `of`\n"
            "m:4:14: error[syntax]: expected an operator, the end of the line or `}` after `2`, found `3`\n"
            "    4 |   t = { 1: 2 3, 4: }\n"
            "      |              ^\n"
            "   help: a product is written `*`, a share of something `of`\n"
            "m:4:20: error[syntax]: expected a value after `:`, found `}`\n"
            "    4 |   t = { 1: 2 3, 4: }\n"
            "      |                    ^\n"
            "m:5:6: error[syntax]: expected a name, a label in quotes, `{` or `=` after `foo`, found the end of the line\n"
            "    5 |   foo\n"
            "      |      ^\n"
            "   help: write `foo = value` for a field, or a kind and a name for a block\n"
            "m:6:11: error[syntax]: expected an operator, `:`, `,` or `)` after `a`, found `b`\n"
            "    6 |   y = f(a b)\n"
            "      |           ^\n"
            "   help: values are separated by commas; a product is written `*`\n"
            "m:7:4: error[syntax]: expected a name, a label in quotes, `{` or `=` after `t`, found `:`\n"
            "    7 |   t: 5\n"
            "      |    ^\n"
            "   help: a field is written `name = value`; `:` stands in tables\n"
            "m:8:5: error[syntax]: expected a name, a label in quotes, `{` or `=` after `x`, found `==`\n"
            "    8 |   x == 5\n"
            "      |     ^^\n"
            "   help: a field is written with one `=`\n");
}

TEST(Complaints, PointAtTheOpenerAndAtWhatShowsIt) {
  EXPECT_EQ(complaints("company a {\n  x = (1 + 2\n  y = 3\n\nrisk b = 4\n"),
            "m:1:11: error[unclosed-bracket]: this bracket is never closed\n"
            "    1 | company a {\n"
            "      |           ^\n"
            "    5 | risk b = 4\n"
            "      | ~~~~\n"
            "      | perhaps before this: it is indented as the line of the bracket\n"
            "m:2:7: error[unclosed-bracket]: this bracket is never closed\n"
            "    2 |   x = (1 + 2\n"
            "      |       ^\n"
            "    3 |   y = 3\n"
            "      |   ~\n"
            "      |   `)` was wanted before this\n");
  EXPECT_EQ(complaints("x = [1, 2)"),
            "m:1:10: error[unclosed-bracket]: this bracket closes another kind than was opened\n"
            "    1 | x = [1, 2)\n"
            "      |     ~    ^\n"
            "      |     opened here\n"
            "   help: write `]`\n");
}

TEST(Complaints, InAnExpression) {
  text::SourceMap sources;
  text::Diagnostics diagnostics;
  const ParsedExpression parsed = parse_expression(sources.add("--expr", "chance(x >"), diagnostics);
  EXPECT_TRUE(diagnostics.has_errors());
  EXPECT_EQ(parsed.root, ExprId::none);
  for (const char* text : {"", "a = b", "a\nb", "a, b", ")"}) {
    text::Diagnostics more;
    parse_expression(sources.add("--expr", text), more);
    EXPECT_TRUE(more.has_errors()) << text;
  }
}

// ---- texts that nobody would write ----

double seconds(const std::string& text) {
  const auto begin = std::chrono::steady_clock::now();
  complaints(text);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

TEST(OddTexts, EndInBoundedTime) {
  const std::vector<std::string> texts = {
      std::string(100'000'000, 'x'),
      std::string(5'000'000, '\0'),
      std::string(5'000'000, '\xFF'),
      std::string(1'000'000, '9'),
      "x = \"" + std::string(1'000'000, 'x'),
      "x = 1 " + std::string(1'000'000, 'x') + " 2 3",
      repeated("{", 300'000),
      repeated("}", 300'000),
      repeated("a { ", 150) + repeated("x = 1 2, ", 20'000),
      repeated("x = (\n", 100'000),
      repeated("\"\n", 100'000),
      repeated("@@", 100'000),
      repeated("x = {1:", 100'000),
      repeated("\xC3\xA9 ", 200'000),
      "x = " + repeated("f(", 199) + repeated(")", 199),
      repeated("a = 1 @", 100'000),
      repeated("a=1,", 100'000) + "a=1 @us",
      repeated("x = 1,000", 100'000),
  };
  for (const std::string& text : texts) EXPECT_LT(seconds(text), 20) << text.substr(0, 20) << " of " << text.size();
}

std::string october() {
  std::ifstream file("tests/lang/openai-2024-full.chest");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// Bytes flipped, pieces dropped, doubled and moved, brackets and odd signs put in.
std::string mutated(std::string text, std::mt19937& random) {
  static constexpr std::string_view kPieces[] = {"{", "}", "(", ")",  "[",  "]",   "\"",       "\n",    "#", "@", ",", "=",
                                                 ":", "$", "-", "to", "of", "not", "\xC3\xA9", "2024-", "0", ".", "^"};
  const auto below = [&](std::size_t count) { return static_cast<std::size_t>(random() % std::max<std::size_t>(count, 1)); };
  for (std::size_t steps = 1 + below(8); steps > 0 && !text.empty(); --steps) {
    const std::size_t at = below(text.size());
    const std::size_t length = std::min(1 + below(30), text.size() - at);
    switch (below(5)) {
      case 0:
        text[at] = static_cast<char>(random());
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        text.insert(at, text.substr(at, length));
        break;
      case 3:
        text.insert(at, kPieces[below(std::size(kPieces))]);
        break;
      default:
        text.insert(below(text.size()), text.substr(at, length));
    }
  }
  return text;
}

TEST(OddTexts, MutationsOfTheOctoberModelDoNoHarm) {
  const std::string model = october();
  ASSERT_FALSE(model.empty());
  std::mt19937 random(20241002);
  int good = 0;
  for (int round = 0; round < 1500; ++round) {
    const bool whole = round % 3 == 0;
    const std::string text = mutated(whole ? model : model.substr(random() % model.size(), 200 + random() % 2000), random);
    text::SourceMap sources;
    text::Diagnostics diagnostics;
    const Tree tree = parse(sources.add("m", text), diagnostics);
    print(tree);
    text::render_text(diagnostics, sources);
    text::render_json_array(diagnostics, sources);
    if (diagnostics.has_errors()) continue;
    ++good;
    const std::string formatted = format(tree);
    const Tree again = parse(sources.add("again", formatted), diagnostics);
    ASSERT_FALSE(diagnostics.has_errors()) << formatted;
    ASSERT_EQ(print(tree), print(again)) << text;
    ASSERT_EQ(format(again), formatted) << text;
  }
  EXPECT_GT(good, 25);
}

}  // namespace
}  // namespace warchest::lang
