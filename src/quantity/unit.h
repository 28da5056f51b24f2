// Units are types: a unit is a product of dimensions with whole exponents, so that adding money to money per year is caught
// before anything runs.
//
// Every value is kept in canonical scale (money in units of its currency, time in months, power in MW, the rest in ones), so a
// unit of the text is a dimension and a factor: `kWh` is power times time, times 0.001/730. A year is 12 months, 4 quarters,
// 365 days, 8,760 hours, hence a month is 730 hours. Money is a dimension per currency; `unit wafer` declares a further one.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace warchest::quantity {

inline constexpr double kMonthsPerYear = 12, kHoursPerMonth = 730, kDaysPerYear = 365;

enum class Dimension : unsigned char { money, time, power, people, shares, tokens, gpus, declared };

class Unit {
 public:
  struct Factor {
    Dimension dimension;
    std::string name;  // currency code or declared name; empty for the built-in dimensions
    int exponent;
    bool operator==(const Factor&) const = default;
  };

  Unit() = default;  // a plain number
  explicit Unit(Dimension dimension, std::string name = {});

  const std::vector<Factor>& factors() const { return factors_; }
  bool plain() const { return factors_.empty(); }
  int exponent(Dimension dimension) const;  // of all its names together
  bool is(Dimension dimension) const;       // exactly this dimension to the power one, nothing else
  bool per_time() const { return exponent(Dimension::time) < 0; }
  bool operator==(const Unit&) const = default;

  Unit power(int exponent) const;
  std::optional<Unit> root(int degree) const;  // nothing where an exponent does not divide

  friend Unit operator*(const Unit& a, const Unit& b);
  friend Unit operator/(const Unit& a, const Unit& b) { return a * b.power(-1); }

 private:
  std::vector<Factor> factors_;  // sorted, no exponent 0
};

Unit money(std::string_view currency);
Unit duration();
Unit per_month();  // plain per time: a rate

// How a unit is written, and what one of it is in canonical scale: shown = canonical / scale.
struct Spelling {
  std::string text;
  double scale = 1;
};

// For results, in the scale in which they are kept where that reads well: "USD", "USD/month", "months", "MWh", "USD/MWh", "" for plain.
Spelling spelling(const Unit& unit);
// For messages: as a person would write it, a flow by the year: "USD/year", "a plain number".
std::string spelled(const Unit& unit);
// "money", "money per time", "a duration", …: what a person calls it.
std::string in_words(const Unit& unit);

struct ScaledUnit {
  Unit unit;
  double scale = 1;
};

// One factor of a quantity as it is written: `person` in `/person/year` has exponent -1.
struct WrittenFactor {
  std::string name;
  int exponent = 1;
};

// The units that may be written in one model: the built-in ones, the currencies, and what `unit NAME` declares.
class UnitNames {
 public:
  UnitNames();
  bool declare(std::string_view name);  // with its plural; false where the name is taken
  const ScaledUnit* find(std::string_view name) const;
  std::vector<std::string> all() const;

 private:
  std::map<std::string, ScaledUnit, std::less<>> names_;
};

// "$" is USD; empty for a sign that stands for no currency.
std::string_view currency_of_sign(std::string_view sign);
std::string_view sign_of_currency(std::string_view code);  // "" where it has none

}  // namespace warchest::quantity
