// Dates and periods. A model runs in months, so a date acts in its month and every period is a run of whole months.
//
// Months are counted from January of year 0 (an "absolute" month), so that distance is subtraction; a model counts them from its
// own start. The day of a date is kept only to be checked.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace warchest::quantity {

constexpr int month_number(int year, int month) { return year * 12 + month - 1; }
constexpr int year_of(int number) { return number >= 0 ? number / 12 : -((11 - number) / 12); }
constexpr int month_of(int number) { return number - year_of(number) * 12 + 1; }

enum class Grain : unsigned char { year, quarter, month, day };

// 2024, 2024-Q3, 2024-10 or 2024-10-02: absolute months, both inclusive.
struct Period {
  int first = 0, last = 0;
  Grain grain = Grain::month;
  int months() const { return last - first + 1; }
  bool operator==(const Period&) const = default;
};

std::optional<Period> parse_period(std::string_view text);  // nothing where it is no date that exists
std::string spelled_month(int number);                      // "2026-04"
std::string spelled_months(int first, int last);            // the shortest key: "2026", "2026-Q2", "2026-04", else "2026-04 to 2026-09"

}  // namespace warchest::quantity
