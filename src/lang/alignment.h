// Neighbouring lines set in columns, as people set them by hand: what stands before `=` or `{`, cites, and comments.
// Private to format.cpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace warchest::lang {

inline constexpr std::size_t kWidth = 140;  // of a line that is not broken

struct Row {
  std::size_t indent = 0;
  std::string family;   // neighbours of one family align their heads; empty: none
  std::string head;     // `start`, `source plan`
  std::string rest;     // `= 2024-10`, `{ … }`; or the whole line, if there is no head
  std::string cites;    // `@plan @us`
  std::string comment;  // `# …`
};

// The lines of rows that stand right below each other.
std::string aligned(const std::vector<Row>& rows);

std::size_t width_of(std::string_view text);  // in code points

}  // namespace warchest::lang
