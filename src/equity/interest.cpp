// Days are counted on the proleptic Gregorian calendar by the civil-day formula (era of 400 years), exact for any year.
#include "equity/interest.h"

#include <algorithm>
#include <charconv>

namespace warchest::equity {
namespace {

constexpr long kMostPeriods = 20'000;  // daily for fifty years; the exact power has that many times the digits of the rate

long civil_day(Date date) {
  const long year = date.year - (date.month <= 2 ? 1 : 0);
  const long era = (year >= 0 ? year : year - 399) / 400;
  const long year_of_era = year - era * 400;
  const long day_of_year = (153L * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
}

int days_in_month(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[month - 1];
}

long days_of_thirty(Date from, Date to) {
  const int first = std::min(from.day, 30);
  const int last = to.day == 31 && first == 30 ? 30 : to.day;
  return (to.year - from.year) * 360L + (to.month - from.month) * 30L + (last - first);
}

bool read_digits(std::string_view text, int& value) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec == std::errc() && read.ptr == text.data() + text.size() && text.front() != '-';
}

}  // namespace

std::optional<Date> parse_date(std::string_view text) {
  Date date;
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  if (!read_digits(text.substr(0, 4), date.year) || !read_digits(text.substr(5, 2), date.month) ||
      !read_digits(text.substr(8, 2), date.day)) {
    return std::nullopt;
  }
  if (date.month < 1 || date.month > 12 || date.day < 1 || date.day > days_in_month(date.year, date.month)) return std::nullopt;
  return date;
}

std::string spelled(Date date) {
  const auto padded = [](int value, std::size_t width) {
    std::string text = std::to_string(value);
    return text.size() < width ? std::string(width - text.size(), '0') + text : text;
  };
  return padded(date.year, 4) + "-" + padded(date.month, 2) + "-" + padded(date.day, 2);
}

long days_between(Date from, Date to) { return civil_day(to) - civil_day(from); }

Result<Number> accrued(const Number& amount, const Interest& interest, const std::optional<Date>& date) {
  if (!date || !interest.from || interest.rate.is_zero()) return Number(0);
  if (*date < *interest.from) {
    return Refusal{"accrual begins on " + spelled(*interest.from) + ", after the date asked for, " + spelled(*date)};
  }
  const Date end = interest.until && *interest.until < *date ? std::max(*interest.until, *interest.from) : *date;
  const long year = interest.day_count == DayCount::actual_365_fixed ? 365 : 360;
  const long days = interest.day_count == DayCount::thirty_360 ? days_of_thirty(*interest.from, end) : days_between(*interest.from, end);
  if (interest.accrual == Accrual::simple) return amount * interest.rate * Number(days) / Number(year);
  const long periods = days * interest.periods_per_year / year;
  if (periods > kMostPeriods) return Refusal{"more than 20,000 periods of compounding"};
  const Number growth = Number(1) + interest.rate / Number(interest.periods_per_year);
  return amount * (growth.power(static_cast<unsigned>(periods)) - Number(1));
}

}  // namespace warchest::equity
