// What text/ promises: places, names nearby, and complaints drawn as people and programs read them.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "text/check.h"
#include "text/diagnostic.h"
#include "text/names.h"
#include "text/render.h"
#include "text/source.h"
#include "text/utf8.h"

namespace warchest::text {
namespace {

TEST(Source, CountsCodePointsAndLines) {
  const Source source(0, "a.chest",
                      "\xEF\xBB\xBF"
                      "a\tb\r\ncoût = €5\n\nx");
  EXPECT_EQ(source.text.front(), 'a');
  EXPECT_EQ(source.position(0), (Position{1, 1}));
  EXPECT_EQ(source.position(2), (Position{1, 3}));
  EXPECT_EQ(source.line_text(1), "a\tb");
  EXPECT_EQ(source.line_text(2), "coût = €5");
  const auto five = static_cast<std::uint32_t>(source.text.find('5'));
  EXPECT_EQ(source.position(five), (Position{2, 9}));
  EXPECT_EQ(source.position(static_cast<std::uint32_t>(source.text.size())), (Position{4, 2}));
  EXPECT_EQ(source.line_text(3), "");
}

TEST(Source, FindsColumnsOfAVeryLongLine) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += i % 3 == 0 ? "€" : "a";
  text += "\n" + text + "!";
  const Source source(0, "long", text);
  EXPECT_EQ(source.position(static_cast<std::uint32_t>(text.size() - 1)), (Position{2, 100'001}));
  EXPECT_EQ(source.position(static_cast<std::uint32_t>(text.find('\n'))), (Position{1, 100'001}));
}

TEST(Source, KeepsReferencesWhenMoreAreAdded) {
  SourceMap sources;
  const Source& first = sources.add("a", "1");
  for (int i = 0; i < 1000; ++i) sources.add("b", "2");
  EXPECT_EQ(&first, &sources[0]);
  EXPECT_EQ(first.name, "a");
}

TEST(CodePoints, RefusesWhatIsNotUtf8) {
  for (const char* wrong :
       {"\x80", "\xC0\x80", "\xE2\x82", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xF4\x90\x80\x80", "\xE0\x80\x80", "\xFF"}) {
    EXPECT_FALSE(code_point_at(wrong, 0).valid) << wrong;
    EXPECT_EQ(code_point_at(wrong, 0).length, 1u);
  }
  EXPECT_EQ(code_point_at("€", 0).value, 0x20ACu);
  EXPECT_EQ(code_point_at("\xF0\x9F\x98\x80", 0).value, 0x1F600u);
}

TEST(Names, AreKeptOnce) {
  Names names;
  const NameId cash = names.intern("cash");
  for (int i = 0; i < 1000; ++i) names.intern("name" + std::to_string(i));
  EXPECT_EQ(names.intern("cash"), cash);
  EXPECT_EQ(names.size(), 1001u);
  Names copy = names;
  const Names moved = std::move(names);
  EXPECT_EQ(copy.find("name7"), moved.find("name7"));
  EXPECT_EQ(moved[cash], "cash");
  EXPECT_EQ(moved[NameId::none], "");
  EXPECT_FALSE(moved.find("nothing"));
}

TEST(Names, NearestIsCloseOrNothing) {
  const std::vector<std::string> known = {"amount", "asks", "accepts", "opens_when", "USD", "of"};
  EXPECT_EQ(nearest_name("amonut", known), "amount");
  EXPECT_EQ(nearest_name("Amount", known), "amount");
  EXPECT_EQ(nearest_name("acepts", known), "accepts");
  EXPECT_EQ(nearest_name("usd", known), "USD");
  EXPECT_EQ(nearest_name("ask", known), "asks");
  EXPECT_EQ(nearest_name("zzz", known), std::nullopt);
  EXPECT_EQ(nearest_name("xy", known), std::nullopt);
  EXPECT_EQ(nearest_name("", known), std::nullopt);
  EXPECT_EQ(edit_distance("ca", "ac"), 1u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
}

TEST(Codes, HaveDashedNamesAndSentences) {
  EXPECT_EQ(code_name(Code::bad_utf8), "bad-utf8");
  EXPECT_FALSE(all_codes().empty());
  for (const Code code : all_codes()) {
    EXPECT_TRUE(code_sentence(code).ends_with(".")) << code_name(code);
    EXPECT_EQ(code_name(code).find('_'), std::string_view::npos);
  }
}

TEST(Diagnostics, KeepsEachOnceAndCountsTheRest) {
  Diagnostics diagnostics;
  diagnostics.add({.code = Code::syntax, .span = {0, 5, 6}, .message = "later"});
  diagnostics.add({.code = Code::syntax, .span = {0, 1, 2}, .message = "first"});
  diagnostics.add({.code = Code::syntax, .span = {0, 5, 6}, .message = "again"});
  diagnostics.add({.code = Code::bad_date, .severity = Severity::warning, .span = {0, 5, 6}, .message = "other code"});
  EXPECT_EQ(diagnostics.errors(), 2u);
  EXPECT_EQ(diagnostics.warnings(), 1u);
  EXPECT_EQ(diagnostics.sorted().front().message, "first");
  for (std::uint32_t i = 0; i < 5000; ++i) diagnostics.add({.code = Code::syntax, .span = {1, i, i + 1}, .message = "many"});
  EXPECT_EQ(diagnostics.errors(), 5002u);
  EXPECT_EQ(diagnostics.all().size(), Diagnostics::kMaxKept);
}

Span span_of(const Source& source, std::string_view piece) {
  const auto begin = static_cast<std::uint32_t>(source.text.find(piece));
  return source.span(begin, begin + static_cast<std::uint32_t>(piece.size()));
}

TEST(Render, DrawsTheExampleOfTheManual) {
  SourceMap sources;
  const Source& source = sources.add("openai.chest", "\n\n  cost power = plant + $45/MWh * load\n");
  Diagnostic diagnostic = {.code = Code::syntax, .span = span_of(source, "+"), .message = "this adds money to money per year"};
  diagnostic.labels = {{span_of(source, "plant"), "USD"}, {span_of(source, "$45/MWh * load"), "USD/year"}};
  diagnostic.suggestion = "did you mean  plant.spend  (USD/year)?";
  EXPECT_EQ(render_text(diagnostic, sources),
            "openai.chest:3:22: error[syntax]: this adds money to money per year\n"
            "    3 |   cost power = plant + $45/MWh * load\n"
            "      |                ~~~~~ ^ ~~~~~~~~~~~~~~\n"
            "      |                USD     USD/year\n"
            "   help: did you mean  plant.spend  (USD/year)?\n");
}

TEST(Render, AlignsByCodePointAndStacksLabelsThatTouch) {
  SourceMap sources;
  const Source& source = sources.add("a", "é\t€\x01 = b + c\n");
  Diagnostic diagnostic = {.code = Code::syntax, .severity = Severity::warning, .span = span_of(source, "="), .message = "m\x02"};
  diagnostic.labels = {{span_of(source, "b"), "money"}, {span_of(source, "c"), "time"}};
  EXPECT_EQ(render_text(diagnostic, sources),
            "a:1:6: warning[syntax]: m?\n"
            "    1 | é €? = b + c\n"
            "      |      ^ ~   ~\n"
            "      |        money\n"
            "      |            time\n");
}

TEST(Render, CutsLongLinesAroundThePlace) {
  SourceMap sources;
  const Source& source = sources.add("a", std::string(1'000'000, 'x') + "!" + std::string(1'000'000, 'y'));
  const Diagnostic diagnostic = {.code = Code::syntax, .span = span_of(source, "!"), .message = "m"};
  const std::string text = render_text(diagnostic, sources, {.width = 30});
  EXPECT_EQ(text,
            "a:1:1000001: error[syntax]: m\n"
            "    1 | …xxxxxxxxxx!yyyyyyyyyyyyyyyyyy…\n"
            "      |            ^\n");
}

TEST(Render, ShowsOtherLinesOtherSourcesAndTheEndOfTheText) {
  SourceMap sources;
  const Source& one = sources.add("one", "company a {\n  cash = 1\n");
  const Source& two = sources.add("two", "unit x");
  Diagnostic diagnostic = {.code = Code::unclosed_bracket, .span = one.span(23, 23), .message = "m"};
  diagnostic.labels = {{span_of(one, "{"), "opened here"}, {span_of(two, "x"), "and here"}};
  EXPECT_EQ(render_text(diagnostic, sources),
            "one:3:1: error[unclosed-bracket]: m\n"
            "    3 | \n"
            "      | ^\n"
            "    1 | company a {\n"
            "      |           ~\n"
            "      |           opened here\n"
            "   two:1:6:\n"
            "    1 | unit x\n"
            "      |      ~\n"
            "      |      and here\n");
}

TEST(Render, SumsUpWhatIsTooMuch) {
  SourceMap sources;
  const Source& source = sources.add("a", "0123456789");
  Diagnostics diagnostics;
  for (std::uint32_t i = 0; i < 10; ++i) diagnostics.add({.code = Code::syntax, .span = source.span(i, i + 1), .message = "m"});
  EXPECT_TRUE(render_text(diagnostics, sources, {.most = 3}).ends_with("and 7 more\n"));
}

TEST(Render, WritesJson) {
  SourceMap sources;
  const Source& source = sources.add("a.chest", "x = \"\xFF\"\ny");
  Diagnostics diagnostics;
  diagnostics.add(
      {.code = Code::bad_utf8, .span = source.span(5, 6), .message = "bad \xFF", .found = "f", .wanted = "w", .suggestion = "s"});
  const auto json = nlohmann::json::parse(render_json_array(diagnostics, sources));
  ASSERT_EQ(json.size(), 1u);
  EXPECT_EQ(json[0]["file"], "a.chest");
  EXPECT_EQ(json[0]["line"], 1);
  EXPECT_EQ(json[0]["column"], 6);
  EXPECT_EQ(json[0]["end_line"], 1);
  EXPECT_EQ(json[0]["end_column"], 7);
  EXPECT_EQ(json[0]["code"], "bad-utf8");
  EXPECT_EQ(json[0]["suggestion"], "s");
}

TEST(Render, ColoursOnlyWhenAsked) {
  SourceMap sources;
  const Source& source = sources.add("a", "x");
  const Diagnostic diagnostic = {.code = Code::syntax, .span = source.span(0, 1), .message = "m"};
  EXPECT_EQ(render_text(diagnostic, sources).find('\x1b'), std::string::npos);
  EXPECT_NE(render_text(diagnostic, sources, {.colour = true}).find('\x1b'), std::string::npos);
}

TEST(Check, ThrowsAFault) {
  EXPECT_NO_THROW(WARCHEST_CHECK(1 + 1 == 2, "sums"));
  EXPECT_THROW(WARCHEST_CHECK(1 + 1 == 3, "sums"), FaultError);
}

}  // namespace
}  // namespace warchest::text
