// See expectation.h. Lines are aligned by their longest common subsequence, as diff does; the table is quadratic, so the equal
// beginning and end are taken off first, and two texts of thousands of differing lines are shown as replaced whole.
#include "expectation.h"

#include <algorithm>
#include <array>

namespace warchest::tests {
namespace {

struct Placeholder {
  std::string_view name;
  bool (*accepts)(char);
};

bool is_hexadecimal(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }
bool is_version(char c) { return (c >= '0' && c <= '9') || c == '.'; }
bool is_number(char c) { return (c >= '0' && c <= '9') || c == '.' || c == ',' || c == '_'; }

constexpr std::array<Placeholder, 3> kPlaceholders{{{"<<hash>>", is_hexadecimal}, {"<<version>>", is_version}, {"<<number>>", is_number}}};

// One step of an alignment: a line of one side alone, or of both.
struct Step {
  int expected = -1;
  int actual = -1;
};

std::vector<Step> align(const std::vector<std::string>& expected, const std::vector<std::string>& actual) {
  constexpr size_t kMostCells = 4'000'000;
  size_t begin = 0;
  size_t expected_end = expected.size();
  size_t actual_end = actual.size();
  while (begin < expected_end && begin < actual_end && line_matches(expected[begin], actual[begin])) ++begin;
  while (expected_end > begin && actual_end > begin && line_matches(expected[expected_end - 1], actual[actual_end - 1])) {
    --expected_end;
    --actual_end;
  }
  const size_t rows = expected_end - begin;
  const size_t columns = actual_end - begin;
  const bool small = (rows + 1) * (columns + 1) <= kMostCells;
  std::vector<int> longest(small ? (rows + 1) * (columns + 1) : 0, 0);
  auto cell = [&](size_t row, size_t column) -> int& { return longest[row * (columns + 1) + column]; };
  for (size_t row = rows; small && row-- > 0;) {
    for (size_t column = columns; column-- > 0;) {
      cell(row, column) = line_matches(expected[begin + row], actual[begin + column])
                              ? cell(row + 1, column + 1) + 1
                              : std::max(cell(row + 1, column), cell(row, column + 1));
    }
  }

  std::vector<Step> steps;
  auto add = [&](size_t at_expected, size_t at_actual) { steps.push_back({static_cast<int>(at_expected), static_cast<int>(at_actual)}); };
  for (size_t i = 0; i < begin; ++i) add(i, i);
  size_t row = 0;
  size_t column = 0;
  while (row < rows || column < columns) {
    const bool both = row < rows && column < columns;
    if (both && small && line_matches(expected[begin + row], actual[begin + column]) &&
        cell(row, column) == cell(row + 1, column + 1) + 1) {
      add(begin + row++, begin + column++);
    } else if (row < rows && (!both || !small || cell(row + 1, column) >= cell(row, column + 1))) {
      steps.push_back({static_cast<int>(begin + row++), -1});
    } else {
      steps.push_back({-1, static_cast<int>(begin + column++)});
    }
  }
  for (size_t i = 0; expected_end + i < expected.size(); ++i) add(expected_end + i, actual_end + i);
  return steps;
}

bool differs(const Step& step) { return step.expected < 0 || step.actual < 0; }

}  // namespace

bool line_matches(std::string_view expected, std::string_view actual) {
  if (expected == actual) return true;  // also a placeholder that an update has kept
  size_t at = std::string_view::npos;
  const Placeholder* first = nullptr;
  for (const Placeholder& placeholder : kPlaceholders) {
    const size_t found = expected.find(placeholder.name);
    if (found < at) {
      at = found;
      first = &placeholder;
    }
  }
  if (first == nullptr) return expected == actual;
  if (expected.substr(0, at) != actual.substr(0, at)) return false;
  const std::string_view rest = expected.substr(at + first->name.size());
  for (size_t i = at; i < actual.size() && first->accepts(actual[i]); ++i) {
    if (line_matches(rest, actual.substr(i + 1))) return true;
  }
  return false;
}

std::string difference(const std::vector<std::string>& expected, const std::vector<std::string>& actual, int first_line) {
  constexpr int kContext = 3;
  const std::vector<Step> steps = align(expected, actual);
  const int count = static_cast<int>(steps.size());
  std::string text;
  int shown_to = -1;  // the last step printed
  int line = first_line;
  for (int i = 0; i < count; ++i) {
    bool near = false;
    for (int j = std::max(0, i - kContext); j <= std::min(count - 1, i + kContext); ++j)
      near = near || differs(steps[static_cast<size_t>(j)]);
    const Step& step = steps[static_cast<size_t>(i)];
    if (near) {
      if (shown_to != i - 1 || text.empty()) text += "@@ line " + std::to_string(line) + " @@\n";
      if (step.actual < 0) {
        text += "-" + expected[static_cast<size_t>(step.expected)] + "\n";
      } else if (step.expected < 0) {
        text += "+" + actual[static_cast<size_t>(step.actual)] + "\n";
      } else {
        text += " " + actual[static_cast<size_t>(step.actual)] + "\n";
      }
      shown_to = i;
    }
    if (step.expected >= 0) ++line;
  }
  return text;
}

std::vector<std::string> updated(const std::vector<std::string>& expected, const std::vector<std::string>& actual) {
  std::vector<std::string> lines;
  for (const Step& step : align(expected, actual)) {
    if (step.actual < 0) continue;
    lines.push_back(step.expected >= 0 ? expected[static_cast<size_t>(step.expected)] : actual[static_cast<size_t>(step.actual)]);
  }
  return lines;
}

void drop_blank_end(std::vector<std::string>& lines) {
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
}

}  // namespace warchest::tests
