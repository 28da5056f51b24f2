// The published patterns, and where a careful reader is stricter.
#include "io/ocf_scalar.h"

#include <gtest/gtest.h>

namespace warchest::io {
namespace {

using equity::Number;

TEST(OcfScalar, Numeric) {
  for (const char* text : {"0", "12", "+12.5000000000", "-3", "007", "1.0", "123456789012345678901234567890.1234567890"})
    EXPECT_TRUE(is_ocf_numeric(text)) << text;
  for (const char* text : {"", "+", "-", ".5", "5.", "1.00000000001", "1e3", "1,000", " 1", "1 ", "0x1", "1.2.3", "--1", "NaN"}) {
    EXPECT_FALSE(is_ocf_numeric(text)) << text;
  }
}

TEST(OcfScalar, Percentage) {
  for (const char* text : {"0", "1", "0.07", ".07", "1.0", "1.0000000000", "0.0", "0.1234567890"})
    EXPECT_TRUE(is_ocf_percentage(text)) << text;
  for (const char* text : {"1.5", "2", "-0.1", "+0.1", "0.", "1.", "00.1", "0.12345678901", "1.01", "."}) {
    EXPECT_FALSE(is_ocf_percentage(text)) << text;
    EXPECT_FALSE(ocf_schema_accepts_percentage(text)) << text;
  }
  EXPECT_FALSE(is_ocf_percentage(""));
  EXPECT_TRUE(ocf_schema_accepts_percentage(""));
}

TEST(OcfScalar, WritesFixedPointOrNothing) {
  EXPECT_EQ(ocf_numeric(*Number::parse("12.50")), "12.5");
  EXPECT_EQ(ocf_numeric(-3), "-3");
  EXPECT_EQ(ocf_numeric(1000), "1000");
  EXPECT_EQ(ocf_numeric(*Number::parse("0.0000000001")), "0.0000000001");
  EXPECT_EQ(ocf_numeric(*Number::parse("0.00000000001")), std::nullopt);
  EXPECT_EQ(ocf_numeric(Number::ratio(1, 3)), std::nullopt);
  EXPECT_EQ(ocf_numeric(*Number::parse("-0.00000000001")), std::nullopt);
  EXPECT_EQ(ocf_percentage(Number::ratio(1, 5)), "0.2");
  EXPECT_EQ(ocf_percentage(Number::ratio(6, 5)), std::nullopt);
  EXPECT_EQ(ocf_percentage(-1), std::nullopt);
}

}  // namespace
}  // namespace warchest::io
