// Numbers as people write them, and that what a command line says arrives where it should.
#include "app/options.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "app/exit_code.h"

namespace warchest::app {
namespace {

Parsed parse(std::vector<const char*> words) {
  words.insert(words.begin(), "warchest");
  return parse_options(static_cast<int>(words.size()), words.data());
}

TEST(Options, CountsAreWrittenAsInAModel) {
  EXPECT_EQ(parse_count("1000"), 1000u);
  EXPECT_EQ(parse_count("1_000"), 1000u);
  EXPECT_EQ(parse_count("1k"), 1000u);
  EXPECT_EQ(parse_count("1.1k"), 1100u);
  EXPECT_EQ(parse_count("2.5M"), 2'500'000u);
  EXPECT_EQ(parse_count("10B"), 10'000'000'000u);
  EXPECT_EQ(parse_count("0"), 0u);
  for (const char* wrong : {"", "k", "-1", "1.5", "1e6", "1 000", "_1", "1_", "1kk", "1..5", ".5k", "5.", "99999999999999999999", "0x10", "1m"}) {
    EXPECT_FALSE(parse_count(wrong)) << wrong;
  }
}

RC_GTEST_PROP(Options, AnyWholeNumberIsReadBack, ()) {
  const auto number = *rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << 53);
  RC_ASSERT(parse_count(std::to_string(number)) == number);
}

RC_GTEST_PROP(Options, AnyTextIsReadOrRefused, (const std::string& text)) { static_cast<void>(parse_count(text)); }

TEST(Options, ArriveWhereTheyShould) {
  const Parsed parsed = parse({"run", "a.chest", "--paths", "1M", "--seed", "7", "--threads", "2", "--set", "a.cash=$5B", "--set", "a.b = 1 to 2",
                               "--scenario", "winter", "--quiet", "--fail-if", "x > 1", "--worst", "3", "--color", "never", "--progress", "always"});
  ASSERT_TRUE(parsed.options) << parsed.output;
  const Options& options = *parsed.options;
  EXPECT_EQ(options.command, Command::run);
  EXPECT_EQ(options.models, (std::vector<std::string>{"a.chest"}));
  EXPECT_EQ(options.paths, 1'000'000u);
  EXPECT_EQ(options.seed, 7u);
  EXPECT_EQ(options.threads, 2);
  ASSERT_EQ(options.set.size(), 2u);
  EXPECT_EQ(options.set[0], (std::pair<std::string, std::string>{"a.cash", "$5B"}));
  EXPECT_EQ(options.set[1], (std::pair<std::string, std::string>{"a.b", "1 to 2"}));
  EXPECT_EQ(options.scenario, "winter");
  EXPECT_TRUE(options.quiet);
  EXPECT_EQ(options.fail_if, "x > 1");
  EXPECT_EQ(options.worst, 3u);
  EXPECT_EQ(options.colour, When::never);
  EXPECT_EQ(options.progress, When::always);
}

TEST(Options, NamesFollowTheModel) {
  const Parsed parsed = parse({"ask", "a.chest", "lasts", "owns", "--expr", "a.cash > $1B", "--at", "2026-12"});
  ASSERT_TRUE(parsed.options) << parsed.output;
  EXPECT_EQ(parsed.options->models, (std::vector<std::string>{"a.chest"}));
  EXPECT_EQ(parsed.options->names, (std::vector<std::string>{"lasts", "owns"}));
  EXPECT_EQ(parsed.options->expression, "a.cash > $1B");
  EXPECT_EQ(parsed.options->expression_at, "2026-12");
  const Parsed table = parse({"table", "-", "--path", "17", "--by", "year"});
  ASSERT_TRUE(table.options) << table.output;
  EXPECT_EQ(table.options->models, (std::vector<std::string>{"-"}));
  EXPECT_EQ(table.options->path, 17u);
  EXPECT_EQ(table.options->by, analysis::Period::year);
}

TEST(Options, WrongUsageIsTold) {
  for (const std::vector<const char*>& words : std::vector<std::vector<const char*>>{
           {}, {"run"}, {"fly"}, {"run", "a", "--zz"}, {"run", "a", "--worst", "1", "--json"}, {"run", "a", "b"}, {"serve"}, {"show", "tree"}, {"table", "a", "--path", "-1"}}) {
    const Parsed parsed = parse(words);
    EXPECT_FALSE(parsed.options);
    EXPECT_EQ(parsed.exit_code, kWrongUsage);
    EXPECT_FALSE(parsed.output.empty());
  }
}

}  // namespace
}  // namespace warchest::app
