// The scalar types of the Open Cap Format: fixed-point texts instead of numbers, so that nothing is lost on the way.
//
//   Numeric     sign allowed, digits, and at most 10 decimals after a point that has digits before it
//   Percentage  0 to 1, at most 10 decimals; the published pattern admits the empty text, which a careful reader refuses
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "equity/interest.h"
#include "equity/number.h"

namespace warchest::io {

inline constexpr int kOcfDecimals = 10;

bool is_ocf_numeric(std::string_view text);
bool is_ocf_percentage(std::string_view text);              // what should be accepted
bool ocf_schema_accepts_percentage(std::string_view text);  // what the published pattern accepts: the empty text too

// The number as fixed-point text; nothing when it needs more than 10 decimals.
std::optional<std::string> ocf_numeric(const equity::Number& value);
// The same within 0 to 1.
std::optional<std::string> ocf_percentage(const equity::Number& value);

}  // namespace warchest::io
