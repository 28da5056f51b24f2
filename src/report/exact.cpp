// Rounding for people is to nearest, a half away from zero, on the exact value; nothing goes through a double but JSON's numbers.
#include "report/exact.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "quantity/unit.h"
#include "report/figures.h"

namespace warchest::report {

namespace {

using equity::Number;

constexpr int kMostDecimals = 24;  // of a value told as a decimal; what needs more is told as a fraction

std::string with_commas(std::string digits) {
  const std::size_t begin = digits.starts_with('-') ? 1 : 0;
  const std::size_t end = std::min(digits.find('.'), digits.size());
  for (std::size_t at = end; at > begin + 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string in_currency(std::string digits, std::string_view currency) {
  const std::string_view sign = quantity::sign_of_currency(currency);
  const std::string minus = digits.starts_with('-') ? "-" : "";
  digits.erase(0, minus.size());
  return sign.empty() ? fmt::format("{}{} {}", minus, currency, digits) : fmt::format("{}{}{}", minus, sign, digits);
}

// Without the zeros at the end, but with at least `least` decimals.
std::string trimmed(std::string digits, std::size_t least) {
  const std::size_t point = digits.find('.');
  if (point == std::string::npos) return digits;
  std::size_t size = digits.find_last_not_of('0') + 1;
  size = std::max(size, least == 0 ? point : point + 1 + least);
  if (size == point + 1) size = point;
  digits.resize(std::min(size, digits.size()));
  return digits;
}

Number magnitude(const Number& value) { return value.sign() < 0 ? -value : value; }

bool ends_within(const Number& value, int decimals) { return value.rounded(decimals, equity::Direction::down) == value; }

}  // namespace

std::string shares_text(const Number& shares) { return with_commas(shares.is_integer() ? shares.text() : shares.decimal(2)); }

std::string money_text(const Number& money, std::string_view currency) {
  return in_currency(with_commas(money.is_integer() ? money.text() : money.decimal(2)), currency);
}

std::string price_text(const Number& price, std::string_view currency) {
  constexpr int kDecimals = 6, kForTiny = 12;
  const bool tiny = !price.is_zero() && magnitude(price) < Number::ratio(1, 1000);
  return in_currency(with_commas(trimmed(price.decimal(tiny ? kForTiny : kDecimals), 2)), currency);
}

std::string part_text(const Number& part) {
  const Number hundredths = part * 100;
  if (!part.is_zero() && magnitude(hundredths) < Number::ratio(1, 200)) return percent(part.to_double());
  return hundredths.decimal(2) + " %";
}

std::string grouped_decimal(const Number& value, int decimals) { return with_commas(value.decimal(decimals)); }

std::string multiple_text(const Number& multiple) { return trimmed(multiple.decimal(4), 0) + "x"; }

std::string short_money(const Number& money, std::string_view currency) { return amount(money.to_double(), currency, 4); }

std::string exact_text(const Number& value) {
  if (value.is_integer() || !ends_within(value, kMostDecimals)) return value.text();
  return trimmed(value.decimal(kMostDecimals), 0);
}

std::string spreadsheet_text(const Number& value) {
  constexpr int kDecimals = 12;
  if (value.is_integer()) return value.text();
  return ends_within(value, kMostDecimals) ? exact_text(value) : trimmed(value.decimal(kDecimals), 0);
}

void add_exact(nlohmann::ordered_json& json, const std::string& name, const Number& value) {
  const double number = value.to_double();
  json[name] = number;
  const auto shown = Number::parse(fmt::format("{}", number));
  if (!shown || *shown != value) json[name + "_exact"] = exact_text(value);
}

}  // namespace warchest::report
