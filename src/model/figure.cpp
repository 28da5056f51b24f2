// Numbers for people. Money takes a suffix, a flow is by the year, a duration is in months or whole years.
#include "model/figure.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <utility>

namespace warchest::model {

namespace {

std::string scaled(double value) {
  constexpr std::array<std::pair<double, const char*>, 4> kSuffixes = {{{1e12, "T"}, {1e9, "B"}, {1e6, "M"}, {1e3, "k"}}};
  for (const auto& [size, suffix] : kSuffixes) {
    if (std::abs(value) >= size * 0.9995) return fmt::format("{:.3g}{}", value / size, suffix);
  }
  return fmt::format("{:.3g}", value);
}

}  // namespace

std::string figure(double value, const quantity::Unit& unit) {
  if (std::isinf(value)) return "endless";
  if (unit.plain())
    return std::abs(value) <= 1 && value != 0 && std::abs(value) < 0.9995 ? fmt::format("{:.3g}%", 100 * value) : scaled(value);
  if (unit == quantity::per_month()) return fmt::format("{:.3g}%/year", 100 * value * quantity::kMonthsPerYear);
  if (unit == quantity::duration()) {
    const bool years = value >= 24 && std::abs(value / 12 - std::round(value / 12)) < 1e-9;
    return years ? fmt::format("{:.4g} years", value / 12) : fmt::format("{:.3g} month{}", value, value == 1 ? "" : "s");
  }
  for (const auto& factor : unit.factors()) {
    if (factor.dimension != quantity::Dimension::money || factor.exponent != 1) continue;
    const std::string sign(quantity::sign_of_currency(factor.name));
    const quantity::Unit rest = unit / quantity::money(factor.name);
    quantity::Spelling below = quantity::spelling(rest);
    double shown = value / below.scale;
    if (rest == quantity::per_month()) {
      shown = value * quantity::kMonthsPerYear;
      below.text = "1/year";
    }
    const std::string suffix = rest.plain() ? "" : below.text.starts_with("1/") ? below.text.substr(1) : "*" + below.text;
    const std::string amount = scaled(std::abs(shown));
    return (shown < 0 ? "-" : "") + (sign.empty() ? amount + " " + factor.name : sign + amount) + suffix;
  }
  const quantity::Spelling spelling = quantity::spelling(unit);
  return scaled(value / spelling.scale) + " " + spelling.text;
}

}  // namespace warchest::model
