// The algebra is a merge of sorted exponent lists; the spelling is the reverse of what people write: energy is recognised again in
// power times time, and a flow in a message is by the year, since that is how plans speak.
#include "quantity/unit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

namespace warchest::quantity {

namespace {

bool before(const Unit::Factor& a, const Unit::Factor& b) { return std::tie(a.dimension, a.name) < std::tie(b.dimension, b.name); }

constexpr std::array kCurrencies = {"USD", "EUR", "GBP", "JPY", "CNY", "CHF", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK", "INR", "KRW",
                                    "SGD", "HKD", "TWD", "ILS", "AED", "SAR", "QAR", "KWD", "BRL", "MXN", "ZAR", "PLN", "CZK", "HUF",
                                    "TRY", "THB", "IDR", "MYR", "PHP", "VND", "CLP", "COP", "ARS", "NGN", "EGP", "KES"};

std::string symbol(const Unit::Factor& factor, bool many) {
  switch (factor.dimension) {
    case Dimension::money:
    case Dimension::declared:
      return factor.name;
    case Dimension::time:
      return many ? "months" : "month";
    case Dimension::power:
      return "MW";
    case Dimension::people:
      return many ? "people" : "person";
    case Dimension::shares:
      return many ? "shares" : "share";
    case Dimension::tokens:
      return many ? "tokens" : "token";
    case Dimension::gpus:
      return many ? "GPUs" : "GPU";
  }
  return {};
}

struct Part {
  std::string name;
  int exponent;
};

std::string joined(const std::vector<Part>& parts) {
  std::string above, below;
  for (const Part& part : parts) {
    const int size = std::abs(part.exponent);
    if (part.exponent > 0) {
      for (int i = 0; i < size; ++i) above += (above.empty() ? "" : "*") + part.name;
    } else {
      for (int i = 0; i < size; ++i) below += "/" + part.name;
    }
  }
  if (above.empty() && !below.empty()) above = "1";
  return above + below;
}

// Pairs of power and time are energy; what time is left is months, or years for `by_year`.
Spelling spelling_of(const Unit& unit, bool by_year) {
  std::vector<Part> parts;
  double scale = 1;
  const int time = unit.exponent(Dimension::time), power = unit.exponent(Dimension::power);
  int energy = 0;
  if (time > 0 && power > 0) energy = std::min(time, power);
  if (time < 0 && power < 0) energy = std::max(time, power);
  const bool only = unit.factors().size() == 1 && unit.factors().front().exponent == 1;
  for (const Unit::Factor& factor : unit.factors()) {
    int exponent = factor.exponent;
    if (factor.dimension == Dimension::time || factor.dimension == Dimension::power) exponent -= energy;
    if (exponent == 0) continue;
    std::string name = symbol(factor, factor.exponent > 0);
    if (factor.dimension == Dimension::time && by_year && !only) {
      name = exponent > 0 ? "years" : "year";
      scale *= std::pow(kMonthsPerYear, exponent);
    }
    parts.push_back({name, exponent});
  }
  if (energy != 0) {
    parts.push_back({"MWh", energy});
    scale *= std::pow(1 / kHoursPerMonth, energy);
  }
  std::stable_sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) {
    const bool a_time = a.name == "year" || a.name == "month", b_time = b.name == "year" || b.name == "month";
    return a_time < b_time;  // $/person/year, not $/year/person
  });
  return {joined(parts), scale};
}

}  // namespace

Unit::Unit(Dimension dimension, std::string name) : factors_{{dimension, std::move(name), 1}} {}

int Unit::exponent(Dimension dimension) const {
  int sum = 0;
  for (const Factor& factor : factors_) {
    if (factor.dimension == dimension) sum += factor.exponent;
  }
  return sum;
}

bool Unit::is(Dimension dimension) const {
  return factors_.size() == 1 && factors_.front().dimension == dimension && factors_.front().exponent == 1;
}

Unit Unit::power(int exponent) const {
  Unit result;
  if (exponent == 0) return result;
  result = *this;
  for (Factor& factor : result.factors_) factor.exponent *= exponent;
  return result;
}

std::optional<Unit> Unit::root(int degree) const {
  Unit result = *this;
  for (Factor& factor : result.factors_) {
    if (factor.exponent % degree != 0) return std::nullopt;
    factor.exponent /= degree;
  }
  return result;
}

Unit operator*(const Unit& a, const Unit& b) {
  Unit result;
  auto i = a.factors_.begin(), j = b.factors_.begin();
  while (i != a.factors_.end() || j != b.factors_.end()) {
    if (j == b.factors_.end() || (i != a.factors_.end() && before(*i, *j))) {
      result.factors_.push_back(*i++);
    } else if (i == a.factors_.end() || before(*j, *i)) {
      result.factors_.push_back(*j++);
    } else {
      Unit::Factor factor = *i++;
      factor.exponent += (j++)->exponent;
      if (factor.exponent != 0) result.factors_.push_back(std::move(factor));
    }
  }
  return result;
}

Unit money(std::string_view currency) { return Unit(Dimension::money, std::string(currency)); }
Unit duration() { return Unit(Dimension::time); }
Unit per_month() { return Unit(Dimension::time).power(-1); }

Spelling spelling(const Unit& unit) { return spelling_of(unit, false); }

std::string spelled(const Unit& unit) {
  if (unit.plain()) return "a plain number";
  return spelling_of(unit, true).text;
}

std::string in_words(const Unit& unit) {
  if (unit.plain()) return "a plain number";
  if (unit.is(Dimension::money)) return "money";
  if (unit.is(Dimension::time)) return "a duration";
  if (unit.is(Dimension::power)) return "power";
  if (unit.is(Dimension::people)) return "people";
  if (unit.is(Dimension::shares)) return "shares";
  if (unit.is(Dimension::tokens)) return "tokens";
  if (unit.is(Dimension::gpus)) return "GPUs";
  if (unit == per_month()) return "a rate per time";
  if (unit.factors().size() == 2 && unit.exponent(Dimension::time) == 1 && unit.exponent(Dimension::power) == 1) return "energy";
  const Unit amount = unit * duration();
  if (unit.exponent(Dimension::time) == -1 && amount.factors().size() == 1 && amount.factors().front().exponent == 1) {
    return in_words(amount) + " per time";
  }
  return spelled(unit);
}

UnitNames::UnitNames() {
  const Unit time = duration(), watt = Unit(Dimension::power);
  const auto both = [&](const char* one, const char* many, const Unit& unit, double scale) {
    names_[one] = {unit, scale};
    names_[many] = {unit, scale};
  };
  const double hour = 1 / kHoursPerMonth;
  both("year", "years", time, kMonthsPerYear);
  both("quarter", "quarters", time, 3);
  both("month", "months", time, 1);
  both("week", "weeks", time, 7 * kMonthsPerYear / kDaysPerYear);
  both("day", "days", time, kMonthsPerYear / kDaysPerYear);
  both("hour", "hours", time, hour);
  both("minute", "minutes", time, hour / 60);
  both("second", "seconds", time, hour / 3600);
  constexpr std::array<std::pair<const char*, double>, 5> kPrefixes = {{{"", 1e-6}, {"k", 1e-3}, {"M", 1}, {"G", 1e3}, {"T", 1e6}}};
  for (const auto& [prefix, scale] : kPrefixes) {
    names_[prefix + std::string("W")] = {watt, scale};
    names_[prefix + std::string("Wh")] = {watt * time, scale / kHoursPerMonth};
  }
  both("person", "people", Unit(Dimension::people), 1);
  names_["persons"] = {Unit(Dimension::people), 1};
  both("share", "shares", Unit(Dimension::shares), 1);
  both("token", "tokens", Unit(Dimension::tokens), 1);
  both("GPU", "GPUs", Unit(Dimension::gpus), 1);
  names_["x"] = {Unit(), 1};
  for (const char* code : kCurrencies) names_[code] = {money(code), 1};
}

bool UnitNames::declare(std::string_view name) {
  if (names_.contains(name)) return false;
  const ScaledUnit unit{Unit(Dimension::declared, std::string(name)), 1};
  names_.emplace(name, unit);
  names_.emplace(std::string(name) + "s", unit);
  return true;
}

const ScaledUnit* UnitNames::find(std::string_view name) const {
  const auto found = names_.find(name);
  return found == names_.end() ? nullptr : &found->second;
}

std::vector<std::string> UnitNames::all() const {
  std::vector<std::string> result;
  for (const auto& [name, unit] : names_) result.push_back(name);
  return result;
}

std::string_view currency_of_sign(std::string_view sign) {
  if (sign == "$") return "USD";
  if (sign == "€") return "EUR";
  if (sign == "£") return "GBP";
  if (sign == "¥") return "JPY";
  return {};
}

std::string_view sign_of_currency(std::string_view code) {
  if (code == "USD") return "$";
  if (code == "EUR") return "€";
  if (code == "GBP") return "£";
  if (code == "JPY") return "¥";
  return {};
}

}  // namespace warchest::quantity
