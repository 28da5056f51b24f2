// Lines are found once, when the text comes in, and code points are counted ahead at marks; a column is a difference of two counts.
#include "text/source.h"

#include <algorithm>
#include <utility>

#include "text/utf8.h"

namespace warchest::text {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kMarkEvery = 256;

}  // namespace

Source::Source(SourceId id_given, std::string name_given, std::string text_given)
    : id(id_given), name(std::move(name_given)), text(std::move(text_given)) {
  if (text.starts_with(kByteOrderMark)) text.erase(0, kByteOrderMark.size());
  line_starts.push_back(0);
  if (text.size() > kMaxSourceBytes) return;  // refused by whoever reads it; spans would not hold it
  std::uint32_t count = 0;
  std::size_t next_mark = 0;
  for (std::size_t i = 0; i < text.size(); i += code_point_at(text, i).length, ++count) {
    if (text[i] == '\n') line_starts.push_back(static_cast<std::uint32_t>(i + 1));
    if (i < next_mark) continue;
    marks_.push_back({static_cast<std::uint32_t>(i), count});
    next_mark = i + kMarkEvery;
  }
}

std::uint32_t Source::code_points_before(std::uint32_t offset) const {
  const auto after =
      std::upper_bound(marks_.begin(), marks_.end(), offset, [](std::uint32_t wanted, const Mark& mark) { return wanted < mark.offset; });
  if (after == marks_.begin()) return 0;
  std::uint32_t count = (after - 1)->code_points;
  const std::size_t stop = std::min<std::size_t>(offset, text.size());
  for (std::size_t i = (after - 1)->offset; i < stop; i += code_point_at(text, i).length) ++count;
  return count;
}

std::uint32_t Source::line_of(std::uint32_t offset) const {
  const auto after = std::upper_bound(line_starts.begin(), line_starts.end(), offset);
  return static_cast<std::uint32_t>(after - line_starts.begin());
}

Position Source::position(std::uint32_t offset) const {
  const std::uint32_t line = line_of(offset);
  return {line, code_points_before(offset) - code_points_before(line_starts[line - 1]) + 1};
}

std::string_view Source::line_text(std::uint32_t line) const {
  const std::size_t start = line_starts.at(line - 1);
  const std::size_t stop = line < line_starts.size() ? line_starts[line] - 1 : text.size();
  std::string_view found = std::string_view(text).substr(start, stop - start);
  if (found.ends_with('\r')) found.remove_suffix(1);
  return found;
}

const Source& SourceMap::add(std::string name, std::string text) {
  return sources_.emplace_back(static_cast<SourceId>(sources_.size()), std::move(name), std::move(text));
}

}  // namespace warchest::text
