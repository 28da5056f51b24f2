// An excerpt is a row of cells, one per code point, cut to a window around the place; below it stand the marks and the labels.
#include "text/render.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "text/utf8.h"

namespace warchest::text {

namespace {

constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kRed = "\x1b[1;31m";
constexpr std::string_view kYellow = "\x1b[1;33m";
constexpr std::string_view kGreen = "\x1b[32m";
constexpr std::string_view kPlain = "\x1b[0m";
constexpr std::size_t kGutter = 5;  // of the line number

std::string coloured(std::string text, std::string_view colour, const RenderOptions& options) {
  if (!options.colour || text.empty()) return text;
  return std::string(colour) + text + std::string(kPlain);
}

// One code point as it may be drawn.
std::string drawn(std::string_view text, std::size_t position, const CodePoint& point) {
  if (point.value == '\t') return " ";
  const bool control = point.value < 0x20 || (point.value >= 0x7F && point.value < 0xA0);
  // Marks that turn the direction of writing could make a line look like another one.
  const bool turns = (point.value >= 0x202A && point.value <= 0x202E) || (point.value >= 0x2066 && point.value <= 0x2069);
  if (!point.valid || control || turns) return "?";
  return std::string(text.substr(position, point.length));
}

std::string drawn(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint point = code_point_at(text, i);
    result += drawn(text, i, point);
    i += point.length;
  }
  return result;
}

std::size_t code_points(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); i += code_point_at(text, i).length) ++count;
  return count;
}

struct Cell {
  std::uint32_t offset = 0;  // byte in the source
  std::string drawn;
};

struct Excerpt {
  std::vector<Cell> cells;
  std::uint32_t end = 0;  // byte where the shown part ends

  std::size_t column(std::uint32_t offset) const {
    const auto found =
        std::lower_bound(cells.begin(), cells.end(), offset, [](const Cell& cell, std::uint32_t wanted) { return cell.offset < wanted; });
    return static_cast<std::size_t>(found - cells.begin());
  }
};

// Where to begin so that the place stands a third into the window; the line's start if all fits.
std::size_t window_start(std::string_view line, std::size_t place, std::size_t width) {
  if (line.size() <= width * 4 && code_points(line) <= width) return 0;
  std::size_t start = std::min(place, line.size());
  for (std::size_t back = 0; back < width / 3 && start > 0; ++back) {
    do --start;
    while (start > 0 && (static_cast<unsigned char>(line[start]) & 0xC0) == 0x80);
  }
  return start;
}

Excerpt cut(const Source& source, std::uint32_t line_number, std::uint32_t place, std::size_t width) {
  const std::string_view line = source.line_text(line_number);
  const std::uint32_t line_start = source.line_starts[line_number - 1];
  std::size_t i = window_start(line, place - line_start, width);
  Excerpt excerpt;
  if (i > 0) excerpt.cells.push_back({static_cast<std::uint32_t>(line_start + i - 1), "…"});
  while (i < line.size() && excerpt.cells.size() < width) {
    const CodePoint point = code_point_at(line, i);
    excerpt.cells.push_back({static_cast<std::uint32_t>(line_start + i), drawn(line, i, point)});
    i += point.length;
  }
  excerpt.end = static_cast<std::uint32_t>(line_start + i);
  if (i < line.size()) excerpt.cells.push_back({excerpt.end, "…"});
  return excerpt;
}

struct Mark {
  Span span;
  char sign;
  std::string label;
};

void put(std::string& row, std::size_t column, std::string_view text) {
  const std::size_t used = code_points(row);
  if (used < column) row.append(column - used, ' ');
  row += text;
}

std::string draw_marks(const Excerpt& excerpt, const std::vector<Mark>& marks) {
  std::string row(excerpt.cells.size() + 1, ' ');
  for (const Mark& mark : marks) {
    const std::size_t first = excerpt.column(mark.span.begin);
    const std::size_t last = std::max(first + 1, excerpt.column(std::min(mark.span.end, excerpt.end)));
    for (std::size_t i = first; i < std::min(last, row.size()); ++i) {
      if (row[i] != '^') row[i] = mark.sign;
    }
  }
  row.erase(row.find_last_not_of(' ') + 1);
  return row;
}

// Each label under its mark, in the first row where it does not touch what stands there.
std::vector<std::string> draw_labels(const Excerpt& excerpt, const std::vector<Mark>& marks) {
  std::vector<std::string> rows;
  for (const Mark& mark : marks) {
    if (mark.label.empty()) continue;
    const std::size_t column = excerpt.column(mark.span.begin);
    auto row = std::find_if(rows.begin(), rows.end(), [&](const std::string& taken) { return code_points(taken) < column; });
    if (row == rows.end()) row = rows.emplace(rows.end());
    put(*row, column, mark.label);
  }
  return rows;
}

std::string gutter(const std::string& number) {
  return std::string(number.size() < kGutter ? kGutter - number.size() : 0, ' ') + number + " | ";
}

std::string draw_excerpt(const Source& source, std::uint32_t line, std::vector<Mark> marks, const RenderOptions& options) {
  std::stable_sort(marks.begin(), marks.end(), [](const Mark& a, const Mark& b) { return a.span.begin < b.span.begin; });
  const auto primary = std::find_if(marks.begin(), marks.end(), [](const Mark& mark) { return mark.sign == '^'; });
  const Excerpt excerpt = cut(source, line, primary != marks.end() ? primary->span.begin : marks.front().span.begin, options.width);
  std::string text;
  for (const Cell& cell : excerpt.cells) text += cell.drawn;
  text.erase(text.find_last_not_of(' ') + 1);
  const std::string number = std::to_string(line);
  const std::string empty = gutter(number.size() > kGutter ? std::string(number.size(), ' ') : std::string());
  std::string result = gutter(number) + text + "\n" + empty + coloured(draw_marks(excerpt, marks), kGreen, options) + "\n";
  for (const std::string& row : draw_labels(excerpt, marks)) result += empty + coloured(row, kGreen, options) + "\n";
  return result;
}

std::string place_text(const Source& source, std::uint32_t offset) {
  const Position position = source.position(offset);
  return drawn(source.name) + ":" + std::to_string(position.line) + ":" + std::to_string(position.column);
}

// A span's part on its first line.
Span on_first_line(const Source& source, Span span) {
  const std::uint32_t line = source.line_of(span.begin);
  const auto line_end = static_cast<std::uint32_t>(source.line_starts[line - 1] + source.line_text(line).size());
  return {span.source, span.begin, std::max(span.begin, std::min(span.end, line_end))};
}

using Lines = std::map<std::pair<SourceId, std::uint32_t>, std::vector<Mark>>;

Lines marks_by_line(const Diagnostic& diagnostic, const SourceMap& sources) {
  Lines lines;
  const auto add = [&](Span span, char sign, std::string label) {
    if (!sources.contains(span.source)) return;
    const Source& source = sources[span.source];
    lines[{span.source, source.line_of(span.begin)}].push_back({on_first_line(source, span), sign, std::move(label)});
  };
  add(diagnostic.span, '^', "");
  for (const Label& label : diagnostic.labels) add(label.span, '~', drawn(label.text));
  return lines;
}

std::string heading(const Diagnostic& diagnostic, const SourceMap& sources, const RenderOptions& options) {
  const bool error = diagnostic.severity == Severity::error;
  std::string result;
  if (sources.contains(diagnostic.span.source)) {
    result = coloured(place_text(sources[diagnostic.span.source], diagnostic.span.begin) + ":", kBold, options) + " ";
  }
  const std::string kind = std::string(error ? "error" : "warning") + "[" + std::string(code_name(diagnostic.code)) + "]:";
  return result + coloured(kind, error ? kRed : kYellow, options) + " " + drawn(diagnostic.message) + "\n";
}

}  // namespace

std::string render_text(const Diagnostic& diagnostic, const SourceMap& sources, const RenderOptions& options) {
  std::string result = heading(diagnostic, sources, options);
  const Lines lines = marks_by_line(diagnostic, sources);
  const auto excerpt = [&](const Lines::value_type& line) {
    const Source& source = sources[line.first.first];
    const bool elsewhere = line.first.first != diagnostic.span.source;
    if (elsewhere) result += "   " + place_text(source, line.second.front().span.begin) + ":\n";
    result += draw_excerpt(source, line.first.second, line.second, options);
  };
  const auto is_primary = [](const Lines::value_type& line) { return line.second.front().sign == '^'; };
  for (const auto& line : lines) {
    if (is_primary(line)) excerpt(line);
  }
  for (const auto& line : lines) {
    if (!is_primary(line)) excerpt(line);
  }
  if (!diagnostic.suggestion.empty()) result += "   " + coloured("help:", kBold, options) + " " + drawn(diagnostic.suggestion) + "\n";
  return result;
}

std::string render_text(const Diagnostics& diagnostics, const SourceMap& sources, const RenderOptions& options) {
  std::string result;
  std::size_t shown = 0;
  for (const Diagnostic& diagnostic : diagnostics.sorted()) {
    if (shown == options.most) break;
    result += render_text(diagnostic, sources, options);
    ++shown;
  }
  const std::size_t all = diagnostics.errors() + diagnostics.warnings();
  if (all > shown) result += "and " + std::to_string(all - shown) + " more\n";
  return result;
}

std::string render_json_array(const Diagnostics& diagnostics, const SourceMap& sources) {
  nlohmann::ordered_json array = nlohmann::ordered_json::array();
  for (const Diagnostic& diagnostic : diagnostics.sorted()) {
    nlohmann::ordered_json row;
    const bool placed = sources.contains(diagnostic.span.source);
    const Position begin = placed ? sources[diagnostic.span.source].position(diagnostic.span.begin) : Position{0, 0};
    const Position end = placed ? sources[diagnostic.span.source].position(diagnostic.span.end) : Position{0, 0};
    row["file"] = placed ? sources[diagnostic.span.source].name : std::string();
    row["line"] = begin.line;
    row["column"] = begin.column;
    row["end_line"] = end.line;
    row["end_column"] = end.column;
    row["severity"] = diagnostic.severity == Severity::error ? "error" : "warning";
    row["code"] = std::string(code_name(diagnostic.code));
    row["message"] = diagnostic.message;
    row["found"] = diagnostic.found;
    row["wanted"] = diagnostic.wanted;
    row["suggestion"] = diagnostic.suggestion;
    array.push_back(std::move(row));
  }
  return array.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace warchest::text
