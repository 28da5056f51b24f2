// Two 64-bit integers as long as they suffice, 128-bit products to find out, Boost's big rationals beyond.
// The sum of two fractions needs a*d + b*c, below 2^127 for 64-bit parts, so no intermediate overflows before it is reduced.
#include "equity/number.h"

#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>
#include <limits>
#include <utility>

#include "text/check.h"

namespace warchest::equity {

using boost::multiprecision::cpp_int;
using boost::multiprecision::cpp_rational;

struct Number::Big {
  cpp_rational value;
};

namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kLongestText = 400;  // digits and exponent of one number in a text
constexpr int kLargestExponent = 400;

std::uint64_t greatest_divisor(std::uint64_t a, std::uint64_t b) {
  if (a == 0 || b == 0) return a | b;
  const int shift = __builtin_ctzll(a | b);
  a >>= __builtin_ctzll(a);
  while (b != 0) {
    b >>= __builtin_ctzll(b);
    if (a > b) std::swap(a, b);
    b -= a;
  }
  return a << shift;
}

Wide greatest_divisor(Wide a, Wide b) {
  while (b != 0) {
    if (a <= kLargest && b <= kLargest) {
      return static_cast<Wide>(greatest_divisor(static_cast<std::uint64_t>(a), static_cast<std::uint64_t>(b)));
    }
    a = std::exchange(b, a % b);
  }
  return a;
}

bool reduce_to_small(Wide numerator, Wide denominator, std::int64_t& small_numerator, std::int64_t& small_denominator) {
  const Wide magnitude = numerator < 0 ? -numerator : numerator;
  if (denominator != 1) {
    const Wide divisor = greatest_divisor(magnitude, denominator);
    if (divisor > 1) {
      numerator /= divisor;
      denominator /= divisor;
    }
  }
  if (numerator > kLargest || numerator < -kLargest || denominator > kLargest) return false;
  small_numerator = static_cast<std::int64_t>(numerator);
  small_denominator = static_cast<std::int64_t>(denominator);
  return true;
}

cpp_int power_of_ten(int exponent) { return boost::multiprecision::pow(cpp_int(10), static_cast<unsigned>(exponent)); }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<cpp_rational> parse_decimal(std::string_view text) {
  std::size_t at = 0;
  const bool negative = at < text.size() && text[at] == '-';
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  cpp_int digits = 0;
  int scale = 0;
  bool any = false;
  bool after_point = false;
  for (; at < text.size(); ++at) {
    if (text[at] == '.' && !after_point) {
      after_point = true;
    } else if (is_digit(text[at])) {
      digits = digits * 10 + (text[at] - '0');
      scale += after_point ? 1 : 0;
      any = true;
    } else {
      break;
    }
  }
  if (!any) return std::nullopt;
  int exponent = 0;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    const bool down = at < text.size() && text[at] == '-';
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    if (at == text.size()) return std::nullopt;
    for (; at < text.size() && is_digit(text[at]); ++at) {
      exponent = exponent * 10 + (text[at] - '0');
      if (exponent > kLargestExponent) return std::nullopt;
    }
    if (down) exponent = -exponent;
  }
  if (at != text.size()) return std::nullopt;
  if (negative) digits = -digits;
  const int places = scale - exponent;
  if (places >= 0) return cpp_rational(digits, power_of_ten(places));
  return cpp_rational(digits * power_of_ten(-places));
}

}  // namespace

Number::Big Number::big() const { return large_ ? *large_ : Big{cpp_rational(numerator_, denominator_)}; }

Number Number::from_big(Big big) {
  const cpp_int& numerator = boost::multiprecision::numerator(big.value);
  const cpp_int& denominator = boost::multiprecision::denominator(big.value);
  Number result;
  if (boost::multiprecision::abs(numerator) <= kLargest && denominator <= kLargest) {
    result.numerator_ = static_cast<std::int64_t>(numerator);
    result.denominator_ = static_cast<std::int64_t>(denominator);
  } else {
    result.large_ = std::make_shared<const Big>(std::move(big));
  }
  return result;
}

std::optional<Number> Number::parse(std::string_view text) {
  if (text.size() > kLongestText) return std::nullopt;
  const std::size_t slash = text.find('/');
  const auto above = parse_decimal(text.substr(0, slash));
  if (!above) return std::nullopt;
  if (slash == std::string_view::npos) return from_big({*above});
  const auto below = parse_decimal(text.substr(slash + 1));
  if (!below || below->is_zero()) return std::nullopt;
  return from_big({*above / *below});
}

Number Number::from_double(double value) {
  WARCHEST_CHECK(std::isfinite(value), "an exact number from a double that is not finite");
  return from_big({cpp_rational(value)});
}

double Number::to_double() const {
  if (large_) return large_->value.convert_to<double>();
  return static_cast<double>(static_cast<long double>(numerator_) / static_cast<long double>(denominator_));
}

std::string Number::text() const {
  if (large_) return large_->value.str();
  std::string out = std::to_string(numerator_);
  if (denominator_ != 1) out += "/" + std::to_string(denominator_);
  return out;
}

std::string Number::decimal(int places) const {
  const Number scaled = rounded(places, Direction::nearest);
  cpp_int whole = boost::multiprecision::numerator(cpp_rational(scaled.big().value * power_of_ten(places)));
  const bool negative = whole < 0;
  if (negative) whole = -whole;
  std::string digits = whole.str();
  const auto after = static_cast<std::size_t>(places);
  if (digits.size() <= after) digits.insert(0, after + 1 - digits.size(), '0');
  if (places > 0) digits.insert(digits.size() - after, ".");
  return negative ? "-" + digits : digits;
}

int Number::sign() const {
  if (large_) return large_->value.sign();
  return (numerator_ > 0) - (numerator_ < 0);
}

bool Number::is_integer() const { return large_ ? boost::multiprecision::denominator(large_->value) == 1 : denominator_ == 1; }

Number Number::rounded(int decimals, Direction direction) const {
  if (is_integer()) return *this;
  const cpp_rational scaled =
      big().value * power_of_ten(decimals) + (direction == Direction::nearest ? cpp_rational(sign(), 2) : cpp_rational(0));
  const cpp_int above = boost::multiprecision::numerator(scaled);
  const cpp_int below = boost::multiprecision::denominator(scaled);
  cpp_int whole = above / below;  // towards zero
  const bool exact = whole * below == above;
  if (direction == Direction::down && above < 0 && !exact) whole -= 1;
  if (direction == Direction::up && above > 0 && !exact) whole += 1;
  return from_big({cpp_rational(whole, power_of_ten(decimals))});
}

Number Number::power(unsigned exponent) const {
  Number result = 1;
  Number square = *this;
  for (; exponent != 0; exponent >>= 1U) {
    if ((exponent & 1U) != 0) result *= square;
    if (exponent > 1) square *= square;
  }
  return result;
}

Number Number::operator-() const {
  if (large_ || numerator_ < -kLargest) return from_big({-big().value});
  Number result = *this;
  result.numerator_ = -numerator_;
  return result;
}

Number& Number::operator+=(const Number& other) {
  if (!large_ && !other.large_) {
    const bool same = denominator_ == other.denominator_;
    const Wide numerator =
        same ? Wide{numerator_} + other.numerator_ : Wide{numerator_} * other.denominator_ + Wide{other.numerator_} * denominator_;
    const Wide denominator = same ? Wide{denominator_} : Wide{denominator_} * other.denominator_;
    if (reduce_to_small(numerator, denominator, numerator_, denominator_)) return *this;
  }
  return *this = from_big({big().value + other.big().value});
}

Number& Number::operator-=(const Number& other) { return *this += -other; }

Number& Number::operator*=(const Number& other) {
  if (!large_ && !other.large_) {
    if (reduce_to_small(Wide{numerator_} * other.numerator_, Wide{denominator_} * other.denominator_, numerator_, denominator_)) {
      return *this;
    }
  }
  return *this = from_big({big().value * other.big().value});
}

Number& Number::operator/=(const Number& other) {
  WARCHEST_CHECK(!other.is_zero(), "division of an exact number by zero");
  if (!large_ && !other.large_) {
    Wide numerator = Wide{numerator_} * other.denominator_;
    Wide denominator = Wide{denominator_} * other.numerator_;
    if (denominator < 0) {
      numerator = -numerator;
      denominator = -denominator;
    }
    if (reduce_to_small(numerator, denominator, numerator_, denominator_)) return *this;
  }
  return *this = from_big({big().value / other.big().value});
}

int Number::compare(const Number& a, const Number& b) {
  if (!a.large_ && !b.large_) {
    const Wide left = Wide{a.numerator_} * b.denominator_;
    const Wide right = Wide{b.numerator_} * a.denominator_;
    return (left > right) - (left < right);
  }
  return a.big().value.compare(b.big().value);
}

}  // namespace warchest::equity
