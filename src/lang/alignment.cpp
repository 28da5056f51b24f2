// Heads align where they are of similar length, cites and comments where the line before them is not too long; nobody likes a
// column that one long line pushes out of sight, so that line stands outside. Whether a line is broken is decided before, without
// these blanks, so that aligning never changes the shape of a text.
#include "lang/alignment.h"

#include <algorithm>

#include "text/utf8.h"

namespace warchest::lang {

namespace {

constexpr std::size_t kMostHeadBlanks = 24;
constexpr std::size_t kMostBeforeCites = 84;
constexpr std::size_t kMostBeforeComment = 100;

void pad(std::string& text, std::size_t width) {
  const std::size_t used = width_of(text);
  if (used < width) text.append(width - used, ' ');
}

void align_heads(std::vector<Row>& rows) {
  for (std::size_t begin = 0; begin < rows.size();) {
    std::size_t end = begin + 1;
    while (end < rows.size() && rows[end].family == rows[begin].family) ++end;
    if (!rows[begin].family.empty()) {
      std::size_t longest = 0;
      std::size_t shortest = kWidth;
      for (std::size_t i = begin; i < end; ++i) {
        longest = std::max(longest, width_of(rows[i].head));
        shortest = std::min(shortest, width_of(rows[i].head));
      }
      const auto fits = [&](const Row& row) { return row.indent + longest + 1 + width_of(row.rest) <= kWidth; };
      const bool all_fit =
          std::all_of(rows.begin() + static_cast<std::ptrdiff_t>(begin), rows.begin() + static_cast<std::ptrdiff_t>(end), fits);
      if (longest - std::min(longest, shortest) <= kMostHeadBlanks && all_fit) {
        for (std::size_t i = begin; i < end; ++i) pad(rows[i].head, longest);
      }
    }
    begin = end;
  }
}

// Appends a part to each line that has one, in a common column but for lines that are too long for it.
void append_column(std::vector<std::string>& lines, const std::vector<Row>& rows, std::string Row::*part, std::size_t most) {
  std::size_t column = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::size_t width = width_of(lines[i]);
    if (!(rows[i].*part).empty() && width <= most) column = std::max(column, width);
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if ((rows[i].*part).empty()) continue;
    pad(lines[i], column);
    lines[i] += "  " + rows[i].*part;
  }
}

}  // namespace

std::size_t width_of(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); i += text::code_point_at(text, i).length) ++count;
  return count;
}

std::string aligned(const std::vector<Row>& given) {
  std::vector<Row> rows = given;
  align_heads(rows);
  std::vector<std::string> lines;
  for (const Row& row : rows) lines.push_back(std::string(row.indent, ' ') + row.head + (row.head.empty() ? "" : " ") + row.rest);
  append_column(lines, rows, &Row::cites, kMostBeforeCites);
  append_column(lines, rows, &Row::comment, kMostBeforeComment);
  std::string result;
  for (const std::string& line : lines) result += line + "\n";
  return result;
}

}  // namespace warchest::lang
