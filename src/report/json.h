// Answers as JSON, schema 1 (docs/commands.md). Keys stand in a fixed order and numbers are the shortest that read back as the same
// double, so two runs of the same file, version, seed and paths give the same bytes.
#pragma once

#include <string>
#include <string_view>

#include "analysis/answer.h"
#include "report/text.h"

namespace warchest::report {

inline constexpr int kJsonSchema = 1;

std::string to_json(const analysis::Answers& answers, const Origin& origin);

// `array`: what text::render_json_array gives.
std::string errors_to_json(std::string_view array, std::string_view version);

// One complaint that belongs to no place in a text: a file that cannot be read, a wrong option.
std::string error_to_json(std::string_view code, std::string_view message, std::string_view version);

}  // namespace warchest::report
