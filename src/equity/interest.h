// Interest and accruing dividends: days between dates, and what has accrued.
//
//   simple     amount * rate * days / year             (Fenwick note form: "actual number of days elapsed")
//   compound   amount * ((1 + rate/m)^n - 1), n = m * days / year, whole periods only: a begun period has earned nothing yet
//
// The year is what the day count says. A charter or note that counts otherwise states another day count; none is assumed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "equity/number.h"
#include "equity/result.h"

namespace warchest::equity {

struct Date {
  int year = 0;
  int month = 1;
  int day = 1;
  auto operator<=>(const Date&) const = default;
};

std::optional<Date> parse_date(std::string_view text);  // 2027-01-31; nothing where no such day exists
std::string spelled(Date date);
long days_between(Date from, Date to);  // negative when `to` is earlier

enum class DayCount : std::uint8_t { actual_365_fixed, actual_360, thirty_360 };  // thirty_360: US rule, ends of months as day 30
enum class Accrual : std::uint8_t { simple, compound };

struct Interest {
  Number rate;  // per year
  Accrual accrual = Accrual::simple;
  int periods_per_year = 1;  // of compounding
  DayCount day_count = DayCount::actual_365_fixed;
  std::optional<Date> from;   // where it begins; without it nothing accrues
  std::optional<Date> until;  // where it ends, as at a maturity
};

// What has accrued on `amount` by `date`; nothing without a date. Refused: a date before the beginning, and compounding so often
// that the exact result would fill memory.
Result<Number> accrued(const Number& amount, const Interest& interest, const std::optional<Date>& date);

}  // namespace warchest::equity
