// Exact numbers: the two representations agree, and nothing is lost on the way to text and back.
#include "equity/number.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace warchest::equity {
namespace {

Number any_number() {
  const auto numerator = *rc::gen::element<std::int64_t>(*rc::gen::inRange(-50, 50), *rc::gen::arbitrary<std::int64_t>() / 2);
  const auto denominator = *rc::gen::element<std::int64_t>(*rc::gen::inRange(1, 50), *rc::gen::inRange<std::int64_t>(1, INT64_MAX));
  return Number::ratio(numerator, denominator);
}

RC_GTEST_PROP(Number, IsAField, ()) {
  const Number a = any_number(), b = any_number(), c = any_number();
  RC_ASSERT((a + b) + c == a + (b + c));
  RC_ASSERT((a * b) * c == a * (b * c));
  RC_ASSERT(a * (b + c) == a * b + a * c);
  RC_ASSERT((a - b) + b == a);
  if (!b.is_zero()) RC_ASSERT(a / b * b == a);
  RC_ASSERT((a < b) == ((a - b).sign() < 0));
}

RC_GTEST_PROP(Number, TextIsExact, ()) {
  const Number a = any_number() * any_number();
  RC_ASSERT(*Number::parse(a.text()) == a);
}

RC_GTEST_PROP(Number, RoundsToNeighbours, ()) {
  const Number a = any_number();
  const int places = *rc::gen::inRange(0, 12);
  const Number down = a.rounded(places, Direction::down), up = a.rounded(places, Direction::up);
  const Number unit = Number::ratio(1, Number(10).power(static_cast<unsigned>(places)));
  RC_ASSERT(down <= a && a <= up);
  RC_ASSERT(up - down == (down == a ? Number(0) : unit));
  const Number near = a.rounded(places, Direction::nearest);
  RC_ASSERT(near == down || near == up);
  RC_ASSERT((near - a) * 2 <= unit && (a - near) * 2 <= unit);
}

RC_GTEST_PROP(Number, DoublesAreExact, ()) {
  const double value = *rc::gen::arbitrary<double>();
  RC_PRE(std::isfinite(value));
  RC_ASSERT(Number::from_double(value).to_double() == value);
}

TEST(Number, ReadsDecimalsAndFractions) {
  EXPECT_EQ(Number::parse("0.1")->text(), "1/10");
  EXPECT_EQ(Number::parse("-2.50")->text(), "-5/2");
  EXPECT_EQ(Number::parse("12500000/7")->text(), "12500000/7");
  EXPECT_EQ(Number::parse("530000/0.88")->text(), "6625000/11");
  EXPECT_EQ(Number::parse("1e-9")->text(), "1/1000000000");
  EXPECT_EQ(Number::parse("99999999999999999999")->text(), "99999999999999999999");
  for (const char* wrong : {"", "-", ".", "1/0", "1e", "1e999", "1/2/3", "1 ", "0x1", "1,000", "nan"}) {
    EXPECT_FALSE(Number::parse(wrong)) << wrong;
  }
  EXPECT_FALSE(Number::parse(std::string(1000, '9')));
}

TEST(Number, ShowsRoundedDecimals) {
  EXPECT_EQ(Number::parse("20/9")->decimal(4), "2.2222");
  EXPECT_EQ(Number::parse("-0.005")->decimal(2), "-0.01");
  EXPECT_EQ(Number(7).decimal(2), "7.00");
  EXPECT_EQ(Number::parse("0.98380123")->rounded(5, Direction::up).text(), "98381/100000");
}

}  // namespace
}  // namespace warchest::equity
