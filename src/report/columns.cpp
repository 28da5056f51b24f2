// Widths are those of East Asian Width for the ranges that matter; a terminal that draws them otherwise shifts a column, no more.
#include "report/columns.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "text/utf8.h"

namespace warchest::report {

namespace {

using Range = std::pair<std::uint32_t, std::uint32_t>;
constexpr std::array<Range, 11> kWide = {{{0x1100, 0x115f}, {0x2e80, 0x303e}, {0x3041, 0xa4cf}, {0xac00, 0xd7a3}, {0xf900, 0xfaff},
                                          {0xfe30, 0xfe6f}, {0xff00, 0xff60}, {0xffe0, 0xffe6}, {0x1f300, 0x1f64f}, {0x1f900, 0x1faff},
                                          {0x20000, 0x3fffd}}};
constexpr std::array<Range, 6> kNoWidth = {{{0x300, 0x36f}, {0x483, 0x489}, {0x591, 0x5bd}, {0x200b, 0x200f}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}}};

template <std::size_t n>
bool in(const std::array<Range, n>& ranges, std::uint32_t c) {
  return std::any_of(ranges.begin(), ranges.end(), [c](Range range) { return c >= range.first && c <= range.second; });
}

std::size_t width_of(std::uint32_t c) { return in(kNoWidth, c) ? 0 : in(kWide, c) ? 2 : 1; }

// Control characters, and the signs that turn the direction of writing round.
bool obeyed(std::uint32_t c) { return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069); }

}  // namespace

std::string printable(std::string_view text) {
  std::string clean;
  for (std::size_t at = 0; at < text.size();) {
    const text::CodePoint point = text::code_point_at(text, at);
    clean += !point.valid || obeyed(point.value) ? std::string_view("?") : text.substr(at, point.length);
    at += point.length;
  }
  return clean;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const text::CodePoint point = text::code_point_at(text, at);
    width += point.valid ? width_of(point.value) : 1;
    at += point.length;
  }
  return width;
}

std::string padded(std::string_view text, std::size_t width) {
  const std::size_t has = display_width(text);
  return std::string(text) + std::string(has < width ? width - has : 0, ' ');
}

std::string padded_left(std::string_view text, std::size_t width) {
  const std::size_t has = display_width(text);
  return std::string(has < width ? width - has : 0, ' ') + std::string(text);
}

std::string shortened(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  if (width == 0) return {};
  std::size_t used = 0, at = 0;
  while (at < text.size()) {
    const text::CodePoint point = text::code_point_at(text, at);
    const std::size_t next = point.valid ? width_of(point.value) : 1;
    if (used + next > width - 1) break;
    used += next;
    at += point.length;
  }
  while (at > 0 && text[at - 1] == ' ') --at;
  return std::string(text.substr(0, at)) + "…";
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  std::string line;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = text.substr(at, end - at);
    at = end + 1;
    if (word.empty()) continue;
    if (!line.empty() && display_width(line) + 1 + display_width(word) > width) {
      lines.push_back(std::move(line));
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  if (!line.empty()) lines.push_back(std::move(line));
  return lines;
}

std::vector<std::string> lines_of(const Table& table, std::size_t width) {
  constexpr std::size_t kGap = 2, kLeast = 8;
  std::vector<std::size_t> widths;
  for (const Table::Column& column : table.columns) widths.push_back(display_width(column.head));
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
  }
  std::size_t total = kGap * (widths.empty() ? 0 : widths.size() - 1);
  for (const std::size_t w : widths) total += w;
  while (total > width) {  // the widest left column gives one up, as long as one can
    std::size_t widest = widths.size();
    for (std::size_t i = 0; i < widths.size(); ++i) {
      if (table.columns[i].align == Table::Align::left && widths[i] > kLeast && (widest == widths.size() || widths[i] > widths[widest])) widest = i;
    }
    if (widest == widths.size()) break;
    --widths[widest];
    --total;
  }
  const auto line_of = [&](auto&& cell) {
    std::string line;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      const std::string text = shortened(cell(i), widths[i]);
      if (i > 0) line += std::string(kGap, ' ');
      line += table.columns[i].align == Table::Align::left ? padded(text, widths[i]) : padded_left(text, widths[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
  };
  std::vector<std::string> lines;
  if (std::any_of(table.columns.begin(), table.columns.end(), [](const Table::Column& column) { return !column.head.empty(); })) {
    lines.push_back(line_of([&](std::size_t i) -> const std::string& { return table.columns[i].head; }));
  }
  for (const auto& row : table.rows) {
    lines.push_back(row.empty() ? std::string() : line_of([&](std::size_t i) -> const std::string& { return row[i]; }));
  }
  return lines;
}

std::vector<std::string> folded(const Table& table, std::size_t width, std::size_t group) {
  constexpr std::size_t kGap = 2;
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    std::size_t widest = display_width(table.columns[i].head);
    for (const auto& row : table.rows) widest = std::max(widest, row.empty() ? 0 : display_width(row[i]));
    widths.push_back(widest);
  }
  std::vector<std::string> lines;
  for (std::size_t first = 1; first < widths.size();) {
    std::size_t end = first, used = widths[0];
    while (end < widths.size()) {
      std::size_t more = 0;
      for (std::size_t i = end; i < std::min(end + group, widths.size()); ++i) more += kGap + widths[i];
      if (end > first && used + more > width) break;
      used += more;
      end = std::min(end + group, widths.size());
    }
    const auto pick = [&](const auto& all) {
      std::decay_t<decltype(all)> some{all[0]};
      some.insert(some.end(), all.begin() + static_cast<std::ptrdiff_t>(first), all.begin() + static_cast<std::ptrdiff_t>(end));
      return some;
    };
    Table block{pick(table.columns), {}};
    for (const auto& row : table.rows) block.rows.push_back(row.empty() ? row : pick(row));
    if (!lines.empty()) lines.emplace_back();
    for (std::string& line : lines_of(block, std::max(width, used))) lines.push_back(std::move(line));
    first = end;
  }
  return lines;
}

std::vector<std::string> beside(const std::vector<std::string>& left, const std::vector<std::string>& right, std::size_t gap) {
  std::size_t width = 0;
  for (const std::string& line : left) width = std::max(width, display_width(line));
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    const std::string_view first = i < left.size() ? std::string_view(left[i]) : std::string_view();
    const std::string_view second = i < right.size() ? std::string_view(right[i]) : std::string_view();
    lines.push_back(second.empty() ? std::string(first) : padded(first, width + gap) + std::string(second));
  }
  return lines;
}

}  // namespace warchest::report
