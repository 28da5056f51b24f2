// A page for the terminal: a list of lines, each with a style. Colour is added once, when the page is written, so that everything before
// is plain text that a test can hold against a golden one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace warchest::report {

enum class Style : unsigned char { plain, title, heading, quiet, fan, curve, layers, bad };

using Lines = std::vector<std::string>;

class Page {
 public:
  Page(std::size_t width, bool colour) : width_(width), colour_(colour) {}

  void line(std::string text, Style style = Style::plain, std::size_t indent = 0);
  void gap();  // an empty line, unless one stands there
  void lines(const Lines& texts, Style style = Style::plain, std::size_t indent = 0);
  void paragraph(std::string_view text, std::size_t indent, Style style = Style::plain);
  std::size_t width() const { return width_; }

  std::string written() const;

 private:
  std::size_t width_;
  bool colour_;
  std::vector<std::pair<std::string, Style>> lines_;
};

}  // namespace warchest::report
