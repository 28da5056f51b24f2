// Figures as people read them: two significant figures, sensible units, every error beside what it belongs to.
//
//   money      $6.6B   -$120M   12k SEK   $1.2B/month
//   share      12 %    0.34 %   99.6 %    never 0 % or 100 % unless it is
//   error      ±0.4 %  one significant figure, in the unit of its value
//   month      March 2026 in a sentence, 2026-03 in a table
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "analysis/answer.h"

namespace warchest::report {

// Rounded to so many significant figures, without exponent where it reads well: 6.6, 120, 0.034, 1,200.
std::string plain_number(double value, int significant = 2);

// A value in its unit: "$6.6B", "19 months", "61 MWh", "0.35"; "not within the horizon" is for the caller to say.
std::string amount(double value, std::string_view unit, int significant = 2);

// "±$0.02B" beside "$6.6B": in the scale of the value. "±?" where too few paths tell none.
std::string amount_error(double error, double value, std::string_view unit);
std::string with_error(const analysis::Figure& figure, std::string_view unit);

std::string percent(double share);                              // "12 %"
std::string percent_error(double error);                        // "±0.4 %"
std::string percent_with_error(const analysis::Figure& share);  // "12 % ±0.4 %"
std::string chances(double share);                              // "7 chances in 10", "1 chance in 40"

std::string month_in_words(int absolute_month);  // "March 2026"
std::string month_short(int absolute_month);     // "2026-03"
std::string months_in_words(double months);      // "1 month", "13 months"
std::string months_error(double error);          // "±0.2 months"
std::string grouped(std::uint64_t count);        // "100,000"

}  // namespace warchest::report
