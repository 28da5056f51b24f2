// Rounding is done once, in decimal, by the formatting of the digits themselves ("{:.1e}"), so that 999.6 becomes 1.0k and not
// 1000 with the wrong suffix: mantissa and exponent are read back from the rounded text.
#include "report/figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "quantity/date.h"
#include "quantity/unit.h"

namespace warchest::report {

namespace {

struct Decimal {
  std::string digits;  // without point, at least one
  int exponent = 0;    // of the first digit
};

Decimal rounded(double magnitude, int significant) {
  const std::string text = fmt::format("{:.{}e}", magnitude, significant - 1);
  const auto e = text.find('e');
  Decimal decimal;
  for (const char c : text.substr(0, e)) {
    if (c != '.') decimal.digits += c;
  }
  decimal.exponent = std::stoi(text.substr(e + 1));
  return decimal;
}

// The decimal with its point moved so that the first digit stands for 10^place.
std::string spelled(const Decimal& decimal, int place) {
  const int count = static_cast<int>(decimal.digits.size());
  if (place < 0) return "0." + std::string(static_cast<std::size_t>(-place - 1), '0') + decimal.digits;
  if (place + 1 >= count) return decimal.digits + std::string(static_cast<std::size_t>(place + 1 - count), '0');
  return decimal.digits.substr(0, static_cast<std::size_t>(place + 1)) + "." + decimal.digits.substr(static_cast<std::size_t>(place + 1));
}

std::string with_commas(std::string digits) {
  const std::size_t end = std::min(digits.find('.'), digits.size());
  for (std::size_t at = end; at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

struct Scale {
  int power = 0;
  const char* suffix = "";
};

Scale scale_of(int exponent, bool thousands) {
  if (exponent >= 12) return {12, "T"};
  if (exponent >= 9) return {9, "B"};
  if (exponent >= 6) return {6, "M"};
  if (exponent >= 3 && thousands) return {3, "k"};
  return {};
}

// "$" and "" for "USD"; "$" and "/month" for "USD/month"; "" and " MWh" for "MWh".
struct Dress {
  std::string before, after;
  bool money = false;
};

Dress dress_of(std::string_view unit) {
  const std::size_t end = std::min(unit.find_first_of("/*"), unit.size());
  const std::string_view first = unit.substr(0, end);
  const bool code = first.size() == 3 && std::all_of(first.begin(), first.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (code) {
    const std::string_view sign = quantity::sign_of_currency(first);
    const std::string rest(unit.substr(end));
    if (sign.empty()) return {"", fmt::format(" {}{}", first, rest), true};
    return {std::string(sign), rest, true};
  }
  if (unit.empty()) return {};
  if (unit.starts_with("1/")) return {"", std::string(unit.substr(1)), false};
  return {"", fmt::format(" {}", unit), false};
}

std::string bare(double magnitude, int significant, bool money) {
  if (magnitude == 0) return "0";
  const Decimal decimal = rounded(magnitude, significant);
  const Scale scale = scale_of(decimal.exponent, money);
  const int place = decimal.exponent - scale.power;
  if (place < -4 || place > 5) return fmt::format("{:.{}e}", magnitude, significant - 1);
  return with_commas(spelled(decimal, place)) + scale.suffix;
}

std::string dressed(double value, std::string_view number, const Dress& dress, std::string_view unit) {
  const bool negative = value < 0 && number != "0";
  std::string after = dress.after;
  if (number == "1") {  // 1 month, 1 share
    if (unit == "months") after = " month";
    if (unit == "shares") after = " share";
    if (unit == "people") after = " person";
  }
  return fmt::format("{}{}{}{}", negative ? "-" : "", dress.before, number, after);
}

// "65", "1,400": whole, of two significant figures.
std::string one_in(double share) {
  const Decimal decimal = rounded(1 / share, 2);
  return with_commas(decimal.exponent < 1 ? fmt::format("{:.0f}", 1 / share) : spelled(decimal, decimal.exponent));
}

bool counts_whole(std::string_view unit) { return unit == "months"; }

// Rates are reckoned by the month and told by the year: growth, interest, returns.
bool is_rate(std::string_view unit) { return unit == "1/month"; }
double in_percent_a_year(double rate) { return rate * 12 * 100; }
constexpr std::string_view kPercentAYear = " %/year";

// So is the hire of machines, which is told by the hour: $2.1/GPU/hour.
constexpr std::string_view kHire = "/GPU/month";
constexpr double kHoursAMonth = 730;
bool is_hire(std::string_view unit) { return unit.ends_with(kHire) && unit.size() == 3 + kHire.size(); }
std::string by_the_hour(std::string_view unit) { return std::string(unit.substr(0, unit.size() - kHire.size())) + "/GPU/hour"; }

}  // namespace

std::string plain_number(double value, int significant) {
  if (std::isnan(value)) return "none";
  if (std::isinf(value)) return value > 0 ? "endless" : "-endless";
  const std::string number = bare(std::abs(value), significant, false);
  return (value < 0 && number != "0" ? "-" : "") + number;
}

std::string amount(double value, std::string_view unit, int significant) {
  if (std::isnan(value)) return "none";
  if (std::isinf(value)) return value > 0 ? "endless" : "-endless";
  if (is_rate(unit)) return plain_number(in_percent_a_year(value), significant) + std::string(kPercentAYear);
  if (is_hire(unit)) return amount(value / kHoursAMonth, by_the_hour(unit), significant);
  const Dress dress = dress_of(unit);
  if (counts_whole(unit) && value == std::round(value) && std::abs(value) < 1e6) {
    return dressed(value, fmt::format("{:.0f}", std::abs(value)), dress, unit);
  }
  return dressed(value, bare(std::abs(value), significant, dress.money), dress, unit);
}

std::string amount_error(double error, double value, std::string_view unit) {
  if (std::isnan(error) || std::isinf(error)) return "±?";
  const Dress dress = dress_of(unit);
  if (error == 0) return "±0";
  if (is_hire(unit)) return amount_error(error / kHoursAMonth, value / kHoursAMonth, by_the_hour(unit));
  if (is_rate(unit)) return amount_error(in_percent_a_year(error), in_percent_a_year(value), "") + std::string(kPercentAYear);
  // In the scale of the value, so that the two are compared at a glance: $6.6B ±$0.02B. Far smaller errors take their own scale.
  const Decimal small = rounded(error, 1);
  int power = 0;
  const char* suffix = "";
  if (value != 0 && std::isfinite(value)) {
    const Scale scale = scale_of(rounded(std::abs(value), 2).exponent, dress.money);
    if (small.exponent - scale.power >= -2 && small.exponent - scale.power <= 2) {
      power = scale.power;
      suffix = scale.suffix;
      return fmt::format("±{}{}{}{}", dress.before, with_commas(spelled(small, small.exponent - power)), suffix, dress.after);
    }
  }
  return fmt::format("±{}{}{}", dress.before, bare(error, 1, dress.money), dress.after);
}

std::string with_error(const analysis::Figure& figure, std::string_view unit) {
  if (std::isnan(figure.value) || std::isinf(figure.value)) return amount(figure.value, unit);
  return amount(figure.value, unit) + " " + amount_error(figure.error, figure.value, unit);
}

std::string percent(double share) {
  if (std::isnan(share)) return "none";
  if (share == 0) return "0 %";
  if (share == 1) return "100 %";
  if (share < 0 || share > 1) return plain_number(share * 100) + " %";
  if (share > 0.985) {  // two figures of what is missing: 99.6 %, 99.96 %
    const Decimal gap = rounded((1 - share) * 100, 1);
    const int digits = std::clamp(-gap.exponent, 0, 12);
    return fmt::format("{:.{}f} %", share * 100, digits);
  }
  const Decimal decimal = rounded(share * 100, 2);
  return spelled(decimal, decimal.exponent) + " %";
}

std::string percent_error(double error) {
  if (std::isnan(error) || std::isinf(error)) return "±?";
  if (error == 0) return "±0 %";
  const Decimal decimal = rounded(error * 100, 1);
  return fmt::format("±{} %", decimal.exponent < -6 ? fmt::format("{:.0e}", error * 100) : spelled(decimal, decimal.exponent));
}

std::string percent_with_error(const analysis::Figure& share) {
  if (std::isnan(share.value)) return "none";
  return percent(share.value) + " " + percent_error(share.error);
}

std::string chances(double share) {
  if (std::isnan(share)) return "no chance that could be counted";
  if (share == 0) return "no path";
  if (share == 1) return "every path";
  if (share >= 0.95) return fmt::format("all but 1 chance in {}", one_in(1 - share));
  if (share >= 0.05) {
    if (share >= 0.225 && share < 0.275) return "1 chance in 4";
    if (share >= 0.725 && share < 0.775) return "3 chances in 4";
    const long tenths = std::max(1L, std::lround(share * 10));
    if (tenths == 5) return "1 chance in 2";
    if (share < 0.15) return fmt::format("1 chance in {}", std::lround(1 / share));
    return fmt::format("{} chances in 10", std::min(tenths, 9L));
  }
  return fmt::format("1 chance in {}", one_in(share));
}

std::string month_in_words(int absolute_month) {
  constexpr std::array kNames = {"January", "February", "March",     "April",   "May",      "June",
                                 "July",    "August",   "September", "October", "November", "December"};
  return fmt::format("{} {}", kNames[static_cast<std::size_t>(quantity::month_of(absolute_month) - 1)], quantity::year_of(absolute_month));
}

std::string month_short(int absolute_month) { return quantity::spelled_month(absolute_month); }

std::string months_in_words(double months) { return amount(months, "months"); }

std::string months_error(double error) {
  if (std::isnan(error) || std::isinf(error)) return "±?";
  if (error == 0) return "±0 months";
  const Decimal decimal = rounded(error, 1);
  return fmt::format("±{} months", spelled(decimal, decimal.exponent));
}

std::string grouped(std::uint64_t count) { return with_commas(fmt::format("{}", count)); }

}  // namespace warchest::report
