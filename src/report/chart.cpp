// All charts share one frame: labels at the left, an axis below, of months with a tick at each January or of amounts.
#include "report/chart.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "quantity/date.h"
#include "report/columns.h"

namespace warchest::report {

namespace {

// Which month stands in which column.
class Months {
 public:
  Months(std::size_t months, std::size_t columns) : months_(months) {
    if (months == 0) return;
    if (months > columns) {
      per_column_ = (months + columns - 1) / columns;
      columns_ = (months + per_column_ - 1) / per_column_;
    } else {
      wide_ = std::max<std::size_t>(1, std::min<std::size_t>(4, columns / months));
      columns_ = months * wide_;
    }
  }

  std::size_t columns() const { return columns_; }
  std::size_t last_month(std::size_t column) const {
    return std::min(months_ - 1, wide_ > 1 ? column / wide_ : column * per_column_ + per_column_ - 1);
  }
  std::size_t column_of(std::size_t month) const { return wide_ > 1 ? month * wide_ : month / per_column_; }

 private:
  std::size_t months_ = 0, columns_ = 0, per_column_ = 1, wide_ = 1;
};

// The two lines below a drawing: ticks at each January, years under them where there is room.
std::vector<std::string> axis(const Months& columns, std::size_t months, int start, std::size_t margin) {
  std::vector<bool> tick(columns.columns(), false);
  std::string years(columns.columns(), ' ');
  std::size_t free_from = 0;
  for (std::size_t month = 0; month < months; ++month) {
    const int absolute = start + static_cast<int>(month);
    if (quantity::month_of(absolute) != 1) continue;
    const std::size_t at = columns.column_of(month);
    tick[at] = true;
    const std::string year = std::to_string(quantity::year_of(absolute));
    if (at < free_from || at + year.size() > years.size()) continue;
    years.replace(at, year.size(), year);
    free_from = at + year.size() + 1;
  }
  std::string line = std::string(margin, ' ') + "└";
  for (const bool january : tick) line += january ? "┬" : "─";
  std::string below = std::string(margin + 1, ' ') + years;
  if (free_from == 0) below = std::string(margin + 1, ' ') + quantity::spelled_month(start);  // no January with room for its year
  below.erase(below.find_last_not_of(' ') + 1);
  return {line, below};
}

// A step of 1, 2 or 5 times a power of ten, of which about `count` fill the span.
double nice_step(double span, double count) {
  const double raw = span / count;
  const double power = std::pow(10, std::floor(std::log10(raw)));
  for (const double step : {1.0, 2.0, 5.0}) {
    if (raw <= step * power) return step * power;
  }
  return 10 * power;
}

struct Scale {
  double low = 0, high = 1;
  std::vector<double> ticks;
};

Scale scale_for(const std::vector<FanMonth>& months, std::size_t height) {
  Scale scale{0, 0, {}};
  for (const FanMonth& month : months) {
    if (std::isfinite(month.p5)) scale.low = std::min(scale.low, month.p5);
    if (std::isfinite(month.p95)) scale.high = std::max(scale.high, month.p95);
  }
  if (scale.high <= scale.low) scale.high = scale.low + 1;
  const double step = nice_step(scale.high - scale.low, std::max(1.0, static_cast<double>(height) / 3));
  for (int i = static_cast<int>(std::ceil(scale.low / step)); i <= static_cast<int>(std::floor(scale.high / step)); ++i) {
    scale.ticks.push_back(i == 0 ? 0 : i * step);
  }
  return scale;
}

}  // namespace

std::vector<std::string> fan_chart(const std::vector<FanMonth>& months, int start, const std::function<std::string(double)>& label,
                                   ChartSize size) {
  if (months.empty() || size.height < 2) return {};
  const Scale scale = scale_for(months, size.height);
  const auto rows = static_cast<int>(size.height);
  const auto row_of = [&](double value) {  // 0 at the top
    const double place = (scale.high - value) / (scale.high - scale.low) * (rows - 1);
    return std::clamp(static_cast<int>(std::lround(place)), 0, rows - 1);
  };
  std::vector<std::string> labels(size.height);
  std::size_t margin = 0;
  for (const double tick : scale.ticks) {
    std::string& at = labels[static_cast<std::size_t>(row_of(tick))];
    if (at.empty() || tick == 0) at = label(tick);
  }
  for (const std::string& text : labels) margin = std::max(margin, display_width(text));
  const Months columns(months.size(), size.width > margin + 2 ? size.width - margin - 1 : 1);
  const int zero = row_of(0);

  std::vector<std::string> lines;
  for (int row = 0; row < rows; ++row) {
    const std::string& text = labels[static_cast<std::size_t>(row)];
    std::string line = padded_left(text, margin) + (text.empty() ? "│" : "┤");
    for (std::size_t column = 0; column < columns.columns(); ++column) {
      const FanMonth& month = months[columns.last_month(column)];
      const char* sign = row == zero && scale.low < 0 ? "┈" : " ";
      if (std::isfinite(month.p50)) {
        if (row >= row_of(month.p95) && row <= row_of(month.p5)) sign = "░";
        if (row >= row_of(month.p75) && row <= row_of(month.p25)) sign = "▒";
        if (row == row_of(month.p50)) sign = "█";
      }
      line += sign;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    lines.push_back(std::move(line));
  }
  for (std::string& line : axis(columns, months.size(), start, margin)) lines.push_back(std::move(line));
  return lines;
}

std::vector<std::string> curve_chart(const std::vector<double>& shares, int start, ChartSize size) {
  if (shares.empty() || size.height == 0) return {};
  constexpr std::array kEighths = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  constexpr std::size_t kMargin = 5;
  const Months columns(shares.size(), size.width > kMargin + 2 ? size.width - kMargin - 1 : 1);
  std::vector<std::string> lines;
  for (std::size_t row = 0; row < size.height; ++row) {
    const std::size_t from_below = size.height - 1 - row;
    const bool middle = size.height >= 4 && size.height % 2 == 0 && from_below == size.height / 2 - 1;
    const char* text = row == 0 ? "100 %" : middle ? " 50 %" : "";
    std::string line = padded_left(text, kMargin) + (*text == 0 ? "│" : "┤");
    for (std::size_t column = 0; column < columns.columns(); ++column) {
      const double share = std::clamp(shares[columns.last_month(column)], 0.0, 1.0);
      // Whatever is above nothing is seen: the least bar is one eighth.
      const double total = share > 0 ? std::max(1.0, std::round(share * 8 * static_cast<double>(size.height))) : 0;
      const auto eighths = static_cast<int>(total) - 8 * static_cast<int>(from_below);
      line += kEighths[static_cast<std::size_t>(std::clamp(eighths, 0, 8))];
    }
    line.erase(line.find_last_not_of(' ') + 1);
    lines.push_back(std::move(line));
  }
  for (std::string& line : axis(columns, shares.size(), start, kMargin)) lines.push_back(std::move(line));
  return lines;
}

namespace {

constexpr std::size_t kLayerMargin = 5;

// Ticks at round amounts and, under them where there is room, what they are.
std::vector<std::string> amount_axis(std::size_t columns, double first, double last, const std::function<std::string(double)>& label) {
  std::vector<bool> tick(columns, false);
  std::vector<std::string> below(columns, " ");
  std::size_t free_from = 0;
  const double step = nice_step(last - first, std::max(2.0, static_cast<double>(columns) / 12));
  for (int i = static_cast<int>(std::ceil(first / step)); i <= static_cast<int>(std::floor(last / step * (1 + 1e-12))); ++i) {
    const auto at = static_cast<std::size_t>(std::lround((i * step - first) / (last - first) * static_cast<double>(columns - 1)));
    tick[at] = true;
    const std::string text = label(i * step);
    const std::size_t width = display_width(text);
    if (at < free_from || at + width > columns) continue;
    below[at] = text;
    for (std::size_t covered = at + 1; covered < at + width; ++covered) below[covered].clear();
    free_from = at + width + 1;
  }
  std::string line = std::string(kLayerMargin, ' ') + "└", texts(kLayerMargin + 1, ' ');
  for (const bool at : tick) line += at ? "┬" : "─";
  for (const std::string& text : below) texts += text;
  texts.erase(texts.find_last_not_of(' ') + 1);
  return {line, texts};
}

// The layer that covers this height of a column; nothing above the last.
std::string_view sign_at(const std::vector<double>& parts, double height) {
  double reached = 0;
  for (std::size_t layer = 0; layer < parts.size(); ++layer) {
    reached += parts[layer];
    if (height < reached) return layer_sign(layer);
  }
  return " ";
}

}  // namespace

std::string_view layer_sign(std::size_t layer) {
  constexpr std::array<std::string_view, 8> kSigns = {"█", "░", "▓", "▒", "╱", "╳", "━", "┃"};
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz";
  return layer < kSigns.size() ? kSigns[layer] : kLetters.substr((layer - kSigns.size()) % kLetters.size(), 1);
}

std::size_t layer_columns(std::size_t width) { return width > kLayerMargin + 2 ? width - kLayerMargin - 1 : 1; }

std::vector<std::string> layer_chart(const std::vector<std::vector<double>>& columns, double first, double last,
                                     const std::function<std::string(double)>& label, ChartSize size) {
  if (columns.size() < 2 || size.height == 0 || !(first < last)) return {};
  std::vector<std::string> lines;
  for (std::size_t row = 0; row < size.height; ++row) {
    const std::size_t from_below = size.height - 1 - row;
    const bool middle = size.height >= 4 && size.height % 2 == 0 && from_below == size.height / 2 - 1;
    const char* text = row == 0 ? "100 %" : middle ? " 50 %" : "";
    std::string line = padded_left(text, kLayerMargin) + (*text == 0 ? "│" : "┤");
    const double height = (static_cast<double>(from_below) + 0.5) / static_cast<double>(size.height);
    for (const std::vector<double>& parts : columns) line += sign_at(parts, height);
    line.erase(line.find_last_not_of(' ') + 1);
    lines.push_back(std::move(line));
  }
  for (std::string& line : amount_axis(columns.size(), first, last, label)) lines.push_back(std::move(line));
  return lines;
}

namespace {

// Cells of a bar: the parts end where their sum ends, so that no cell is lost between them.
std::vector<std::string> cells_of(const Bar& bar, std::size_t columns) {
  constexpr std::array<std::string_view, 8> kEighths = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto place = [&](double share) { return std::clamp(share, 0.0, 1.0) * static_cast<double>(columns); };
  std::vector<std::string> cells(columns, " ");
  const auto fill = [&](std::size_t from, std::size_t to, std::string_view sign) {
    for (std::size_t at = from; at < std::min(to, columns); ++at) cells[at] = sign;
  };
  const bool one = bar.parts.size() == 1;
  double reached = 0;
  std::size_t filled = 0;
  for (std::size_t layer = 0; layer < bar.parts.size(); ++layer) {
    if (std::isfinite(bar.parts[layer])) reached += std::max(0.0, bar.parts[layer]);
    const auto to = static_cast<std::size_t>(one ? std::floor(place(reached) + 1.0 / 16) : std::lround(place(reached)));
    fill(filled, to, layer_sign(layer));
    filled = std::max(filled, to);
  }
  if (one && filled < columns) {
    auto eighths = static_cast<std::size_t>(std::clamp(std::lround((place(reached) - static_cast<double>(filled)) * 8), 0L, 7L));
    if (reached > 0 && filled == 0) eighths = std::max<std::size_t>(eighths, 1);  // whatever is above nothing is seen
    if (eighths > 0) cells[filled++] = kEighths[eighths];
  }
  fill(filled, static_cast<std::size_t>(std::lround(place(bar.whole))), "·");
  if (bar.mark && std::isfinite(*bar.mark) && *bar.mark >= 0 && *bar.mark <= 1)
    cells[std::min(columns - 1, static_cast<std::size_t>(std::floor(place(*bar.mark))))] = "┃";
  return cells;
}

}  // namespace

std::vector<std::string> bar_chart(const std::vector<Bar>& bars, std::size_t width) {
  std::size_t margin = 0, behind = 0;
  for (const Bar& bar : bars) {
    margin = std::max(margin, display_width(bar.label));
    behind = std::max(behind, display_width(bar.figure));
  }
  const std::size_t taken = margin + 1 + (behind > 0 ? behind + 1 : 0);
  const std::size_t columns = width > taken + 1 ? width - taken : 1;
  std::vector<std::string> lines;
  for (const Bar& bar : bars) {
    std::string line = padded_left(bar.label, margin) + "┤";
    for (const std::string& cell : cells_of(bar, columns)) line += cell;
    if (behind > 0) line += " " + padded_left(bar.figure, behind);
    line.erase(line.find_last_not_of(' ') + 1);
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<std::string> layer_legend(const std::vector<std::string>& names, const std::vector<bool>& drawn, std::size_t width) {
  constexpr std::string_view kBetween = "   ";
  std::vector<std::string> lines;
  for (std::size_t layer = 0; layer < names.size(); ++layer) {
    if (!drawn[layer]) continue;
    const std::string item = shortened(std::string(layer_sign(layer)) + " " + names[layer], width);
    if (lines.empty() || display_width(lines.back()) + kBetween.size() + display_width(item) > width)
      lines.push_back(item);
    else
      lines.back() += std::string(kBetween) + item;
  }
  return lines;
}

}  // namespace warchest::report
