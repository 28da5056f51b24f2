// An exact rational number: the only kind of number inside the exact cap-table engine.
//
// Shares, prices and money of a financing are ratios of whole numbers, and which branch of a contract wins is often decided by an
// exact tie; so nothing here is rounded until a closing says how. Most values fit in two 64-bit integers and are handled without
// allocation; the rest move to big integers behind a pointer, so that this header costs nothing to include.
#pragma once

#include <compare>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace warchest::equity {

enum class Direction : std::uint8_t { down, up, nearest };  // nearest: a half goes away from zero

class Number {
 public:
  Number() = default;
  template <std::integral Integer>
  requires(std::signed_integral<Integer> || sizeof(Integer) < sizeof(std::int64_t)) Number(Integer whole)
      : numerator_(static_cast<std::int64_t>(whole)) {}  // NOLINT: a whole number is a number

  // "12", "-0.35", "1e6", "7/6". Nothing when the text is no such number, or is so long that it can only be an attack.
  static std::optional<Number> parse(std::string_view text);
  static Number from_double(double value);  // exactly the value of the double, which must be finite
  static Number ratio(const Number& numerator, const Number& denominator) { return numerator / denominator; }

  double to_double() const;               // within one unit in the last place
  std::string text() const;               // "7/6", "12": exact, and parse() reads it back
  std::string decimal(int places) const;  // rounded to nearest, for people

  int sign() const;
  bool is_zero() const { return sign() == 0; }
  bool is_integer() const;
  Number rounded(int decimals, Direction direction) const;
  Number floor() const { return rounded(0, Direction::down); }
  Number power(unsigned exponent) const;

  Number operator-() const;
  Number& operator+=(const Number& other);
  Number& operator-=(const Number& other);
  Number& operator*=(const Number& other);
  Number& operator/=(const Number& other);  // a zero divisor is a fault of ours: callers check first

  friend Number operator+(Number a, const Number& b) { return a += b; }
  friend Number operator-(Number a, const Number& b) { return a -= b; }
  friend Number operator*(Number a, const Number& b) { return a *= b; }
  friend Number operator/(Number a, const Number& b) { return a /= b; }
  friend bool operator==(const Number& a, const Number& b) { return compare(a, b) == 0; }
  friend std::strong_ordering operator<=>(const Number& a, const Number& b) { return compare(a, b) <=> 0; }

  struct Big;  // defined in number.cpp

 private:
  static int compare(const Number& a, const Number& b);
  static Number from_big(Big big);
  Big big() const;

  std::int64_t numerator_ = 0;
  std::int64_t denominator_ = 1;      // positive, and coprime to the numerator
  std::shared_ptr<const Big> large_;  // the value, when it does not fit in the two above
};

inline const Number& least(const Number& a, const Number& b) { return b < a ? b : a; }
inline const Number& greatest(const Number& a, const Number& b) { return a < b ? b : a; }

}  // namespace warchest::equity
