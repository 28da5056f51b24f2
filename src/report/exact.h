// Exact numbers of a cap table as people read them, and as programs do.
//
//   shares   8,000,000   1,234.57      price   $1.20   $1.1115   (at most six decimals)
//   money    $250,000    $1,234.56     part    12.34 %
//
// In JSON every figure is a number. Where its shortest text is not exactly the value, as of 1/3, the member NAME_exact stands beside it
// with the value as a decimal or a fraction.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "equity/number.h"

namespace warchest::report {

std::string shares_text(const equity::Number& shares);
std::string money_text(const equity::Number& money, std::string_view currency);  // "SEK 250,000" where there is no sign
std::string price_text(const equity::Number& price, std::string_view currency);
std::string part_text(const equity::Number& part);
std::string grouped_decimal(const equity::Number& value, int decimals);           // 1,029,005.479452
std::string multiple_text(const equity::Number& multiple);                        // "1.5x"
std::string short_money(const equity::Number& money, std::string_view currency);  // "$12.35M": four figures
std::string exact_text(const equity::Number& value);                              // "0.125", "1/3"
std::string spreadsheet_text(const equity::Number& value);                        // a decimal, of 12 places where it does not end
void add_exact(nlohmann::ordered_json& json, const std::string& name, const equity::Number& value);

}  // namespace warchest::report
