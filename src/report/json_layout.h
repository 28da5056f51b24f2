// How JSON is laid out: an object's members on lines of their own, an array of plain values (or of pairs of such) on one line.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace warchest::report {

std::string laid_out(const nlohmann::ordered_json& json);  // ends with a line end; bad bytes in texts are replaced

}  // namespace warchest::report
