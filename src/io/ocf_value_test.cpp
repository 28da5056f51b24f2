// Digits stay as written, and what only an attacker writes is refused.
#include "io/ocf_value.h"

#include <gtest/gtest.h>

namespace warchest::io {
namespace {

OcfJson parse(std::string_view text) { return parse_ocf_json(text, 10); }

TEST(OcfValue, NumbersStayText) {
  const OcfJson json = parse(R"({"a": 0.1000000000000000055511151231257827, "b": 10, "c": -7, "d": 1.50, "e": 12345678901234567890123})");
  ASSERT_EQ(json.error, "");
  EXPECT_EQ(json.value.find("a")->text, "0.1000000000000000055511151231257827");
  EXPECT_EQ(json.value.find("b")->text, "10");
  EXPECT_EQ(json.value.find("c")->text, "-7");
  EXPECT_EQ(json.value.find("d")->text, "1.50");
  EXPECT_EQ(json.value.find("e")->text, "12345678901234567890123");
}

TEST(OcfValue, WritesWhatItRead) {
  const std::string text = "{\"b\": [1, true, false, null, [], {}], \"a\": {\"text\": \"line\\n\\u0001 \\\"quoted\\\" \\\\ caf\\u00e9\"}}";
  const OcfJson json = parse(text);
  ASSERT_EQ(json.error, "");
  const OcfJson again = parse(spelled(json.value));
  EXPECT_TRUE(json.value == again.value);
  EXPECT_EQ(json.value.fields[0].key, "b") << "keys keep their order";
}

TEST(OcfValue, EqualWhateverTheOrderOfKeys) {
  EXPECT_TRUE(parse(R"({"a": 1, "b": 2})").value == parse(R"({"b": 2, "a": 1})").value);
  EXPECT_FALSE(parse(R"({"a": 1, "b": 2})").value == parse(R"({"b": 2, "a": 3})").value);
  EXPECT_FALSE(parse(R"(["1"])").value == parse("[1]").value);
}

TEST(OcfValue, ByteOrderMarkIsPassedOver) { EXPECT_EQ(parse("\xef\xbb\xbf[1]").error, ""); }

TEST(OcfValue, BrokenIsNotHostile) {
  for (const char* text : {"", "{", "[1,]", "{\"a\" 1}", "[1] 2", "nul", "{\"a\": 1, \"a\": 2}"}) {
    const OcfJson json = parse(text);
    EXPECT_NE(json.error, "") << text;
    EXPECT_FALSE(json.hostile) << text;
  }
  EXPECT_NE(parse(R"({"a": 1, "a": 2})").error.find("stands twice"), std::string::npos);
}

TEST(OcfValue, HostileIsSaidSo) {
  const std::string deep = std::string(11, '[') + std::string(11, ']');
  EXPECT_EQ(parse(std::string(10, '[') + std::string(10, ']')).error, "");
  const std::string digits(101, '9');
  const std::string bottomless(2'000'000, '[');
  for (const std::string& text :
       {deep, "[" + digits + "]", std::string("[1e999]"), std::string("[\"\xff\"]"), std::string("[\"\xc0\xaf\"]"),
        std::string("[\"\xed\xa0\x80\"]"), std::string("\xff\xfe[\0", 4), bottomless}) {
    const OcfJson json = parse(text);
    EXPECT_NE(json.error, "");
    EXPECT_TRUE(json.hostile) << json.error;
  }
  EXPECT_TRUE(parse_ocf_json(R"({"a": 1, "b": 2, "c": 3})", 10, 2).hostile);
  EXPECT_EQ(parse_ocf_json(R"({"a": 1, "b": {"c": 3}})", 10, 2).error, "");
  EXPECT_NE(parse("[\"ab\xff\"]").error.find("number 4"), std::string::npos) << parse("[\"ab\xff\"]").error;
}

}  // namespace
}  // namespace warchest::io
