// Text in columns: how wide a terminal draws it, filling up, cutting, and tables whose figures stand under each other.
//
// Labels come from a stranger's text, so nothing that a terminal would obey passes: control characters become `?`.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace warchest::report {

std::string printable(std::string_view text);
std::size_t display_width(std::string_view text);                   // wide signs count twice, combining ones not at all
std::string padded(std::string_view text, std::size_t width);       // blanks behind; never cut
std::string padded_left(std::string_view text, std::size_t width);  // blanks before, for figures
std::string shortened(std::string_view text, std::size_t width);    // cut with … where it is longer

// Lines of at most `width`, broken between words; a word that is longer stands alone.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

struct Table {
  enum class Align : unsigned char { left, right };
  struct Column {
    std::string head;
    Align align = Align::left;
  };
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;  // each as long as `columns`; an empty one is an empty line
};

// One line for the heads and one for each row. Where it is wider than `width`, left columns are cut, the widest first.
std::vector<std::string> lines_of(const Table& table, std::size_t width);

// The same, but where it is wider than `width` it is folded into blocks, each beginning with the first column. After that one, `group`
// columns stay together.
std::vector<std::string> folded(const Table& table, std::size_t width, std::size_t group = 1);

// Two blocks of lines side by side, `gap` blanks between.
std::vector<std::string> beside(const std::vector<std::string>& left, const std::vector<std::string>& right, std::size_t gap);

}  // namespace warchest::report
