// Small charts in block characters, as lines of text: a fan over the months, the curve of what has happened by each month, layers
// that divide a whole over a range of amounts, and bars one under the other.
//
// Where months run below, a column of the chart is one month, or several where there are more months than columns (then the last of
// them stands for it), or two columns are one month where there is room. Colour is not part of a line; page.cpp adds it by the character.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace warchest::report {

struct FanMonth {
  double p5 = 0, p25 = 0, p50 = 0, p75 = 0, p95 = 0;
};

struct ChartSize {
  std::size_t width = 80;   // of a line, with the labels at the left
  std::size_t height = 10;  // rows of the drawing, without the axis
};

// ░ the middle 90 %, ▒ the middle half, █ the median. Labels of the left axis come from `label`.
std::vector<std::string> fan_chart(const std::vector<FanMonth>& months, int start, const std::function<std::string(double)>& label,
                                   ChartSize size);

// Shares from 0 to 1, drawn in eighths of a row.
std::vector<std::string> curve_chart(const std::vector<double>& shares, int start, ChartSize size);

// What divides a whole, layer upon layer from below: for each column the parts (0 to 1) of all layers. Below runs an axis from `first`
// at the left column to `last` at the right one.
std::vector<std::string> layer_chart(const std::vector<std::vector<double>>& columns, double first, double last,
                                     const std::function<std::string(double)>& label, ChartSize size);
std::size_t layer_columns(std::size_t width);    // how many columns fill a chart of this width
std::string_view layer_sign(std::size_t layer);  // █ ░ ▓ ▒ and so on; letters from the ninth on

struct Bar {
  std::string label, figure;   // before and behind it
  std::vector<double> parts;   // layer after layer from the left, of the full width
  double whole = 0;            // dots go on to here, where the parts end before
  std::optional<double> mark;  // ┃ stands here
};

// A bar of one part is drawn in eighths, one of several in layers.
std::vector<std::string> bar_chart(const std::vector<Bar>& bars, std::size_t width);
// What the layers are called, those that are drawn; no name is broken over two lines where it fits on one.
std::vector<std::string> layer_legend(const std::vector<std::string>& names, const std::vector<bool>& drawn, std::size_t width);

}  // namespace warchest::report
