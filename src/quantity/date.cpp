// Reading and writing periods. Nothing here knows today's date: a model's time comes from its own text alone.
#include "quantity/date.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace warchest::quantity {

namespace {

std::optional<int> digits(std::string_view text, std::size_t count) {
  if (text.size() != count) return std::nullopt;
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.front() == '-') return std::nullopt;
  return value;
}

int days_in(int year, int month) {
  constexpr std::array kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return kDays[static_cast<std::size_t>(month - 1)] + (month == 2 && leap ? 1 : 0);
}

}  // namespace

std::optional<Period> parse_period(std::string_view text) {
  const auto year = digits(text.substr(0, 4), 4);
  if (!year) return std::nullopt;
  const int january = month_number(*year, 1);
  if (text.size() == 4) return Period{january, january + 11, Grain::year};
  if (text[4] != '-') return std::nullopt;
  text.remove_prefix(5);
  if (text.size() == 2 && (text[0] == 'Q' || text[0] == 'q')) {
    if (text[1] < '1' || text[1] > '4') return std::nullopt;
    const int first = january + 3 * (text[1] - '1');
    return Period{first, first + 2, Grain::quarter};
  }
  const auto month = digits(text.substr(0, 2), 2);
  if (!month || *month < 1 || *month > 12) return std::nullopt;
  const int number = january + *month - 1;
  if (text.size() == 2) return Period{number, number, Grain::month};
  if (text.size() != 5 || text[2] != '-') return std::nullopt;
  const auto day = digits(text.substr(3), 2);
  if (!day || *day < 1 || *day > days_in(*year, *month)) return std::nullopt;
  return Period{number, number, Grain::day};
}

std::string spelled_month(int number) {
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%04d-%02d", year_of(number), month_of(number));
  return buffer.data();
}

std::string spelled_months(int first, int last) {
  const int year = year_of(first), month = month_of(first);
  if (first == last) return spelled_month(first);
  if (month == 1 && last == first + 11) return spelled_month(first).substr(0, 4);
  if (last == first + 2 && month % 3 == 1)
    return spelled_month(month_number(year, 1)).substr(0, 4) + "-Q" + std::to_string((month + 2) / 3);
  return spelled_month(first) + " to " + spelled_month(last);
}

}  // namespace warchest::quantity
