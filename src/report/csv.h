// One field of a line of comma-separated values, after RFC 4180: quoted where it holds a comma, a quote or a line end.
#pragma once

#include <string>

namespace warchest::report {

std::string csv_field(const std::string& text);

}  // namespace warchest::report
