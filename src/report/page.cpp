// The signs of charts are painted run by run, the rest of a line stays as it is.
#include "report/page.h"

#include <fmt/format.h>

#include "report/chart.h"
#include "report/columns.h"

namespace warchest::report {

namespace {

using Paint = std::vector<std::pair<std::string_view, const char*>>;

std::string wrap(const char* code, std::string_view text) { return fmt::format("\x1b[{}m{}\x1b[0m", code, text); }

std::string painted(std::string_view text, const Paint& signs) {
  std::string line;
  const char* open = nullptr;
  for (std::size_t at = 0; at < text.size();) {
    const char* colour = nullptr;
    std::size_t length = 1;
    for (const auto& [sign, code] : signs) {
      if (text.substr(at).starts_with(sign)) {
        colour = code;
        length = sign.size();
      }
    }
    if (colour != open) {
      if (open != nullptr) line += "\x1b[0m";
      if (colour != nullptr) line += fmt::format("\x1b[{}m", colour);
      open = colour;
    }
    line += text.substr(at, length);
    at += length;
  }
  if (open != nullptr) line += "\x1b[0m";
  return line;
}

// Every sign that is no letter: letters stand in labels too.
Paint paint_of_layers() {
  constexpr const char* kColours[] = {"34", "33", "36", "35", "32", "31", "94", "93"};
  Paint paint;
  for (std::size_t layer = 0; layer < std::size(kColours); ++layer) paint.emplace_back(layer_sign(layer), kColours[layer]);
  return paint;
}

std::string coloured(const std::string& text, Style style) {
  if (text.empty()) return text;
  switch (style) {
    case Style::plain:
      return text;
    case Style::title:
    case Style::heading:
      return wrap("1", text);
    case Style::quiet:
      return wrap("2", text);
    case Style::bad:
      return wrap("1;31", text);
    case Style::fan:
      return painted(text, {{"░", "34"}, {"▒", "36"}, {"█", "1;97"}});
    case Style::curve:
      return painted(text, {{"▁", "31"}, {"▂", "31"}, {"▃", "31"}, {"▄", "31"}, {"▅", "31"}, {"▆", "31"}, {"▇", "31"}, {"█", "31"}});
    case Style::layers:
      return painted(text, paint_of_layers());
  }
  return text;
}

}  // namespace

void Page::line(std::string text, Style style, std::size_t indent) {
  if (!text.empty()) text.insert(0, indent, ' ');
  lines_.emplace_back(std::move(text), style);
}

void Page::gap() {
  if (!lines_.empty() && !lines_.back().first.empty()) line({});
}

void Page::lines(const Lines& texts, Style style, std::size_t indent) {
  for (const std::string& text : texts) line(text, style, indent);
}

void Page::paragraph(std::string_view text, std::size_t indent, Style style) { lines(wrapped(text, width_ - indent), style, indent); }

std::string Page::written() const {
  std::string page;
  for (const auto& [text, style] : lines_) page += (colour_ ? coloured(text, style) : text) + "\n";
  return page;
}

}  // namespace warchest::report
