// A named text, and the line and column of a position in it.
//
// A model is one file or several (`use "other.chest"`), so a run holds a SourceMap, and a Span says which source it means.
// Lines end at \n (a \r before it belongs to the line end); columns count Unicode code points from 1, a tab is one column.
// A byte-order mark at the front is dropped on the way in and does not count.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "text/span.h"

namespace warchest::text {

// The largest model text that is read; more is refused with Code::source_too_large (spans hold 32 bits, memory is bounded).
inline constexpr std::size_t kMaxSourceBytes = std::size_t{16} << 20;

struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;

  bool operator==(const Position&) const = default;
};

struct Source {
  Source(SourceId id, std::string name, std::string text);

  SourceId id;
  std::string name;                        // as shown in messages
  std::string text;                        // without byte-order mark
  std::vector<std::uint32_t> line_starts;  // byte where each line begins

  Span span(std::uint32_t begin, std::uint32_t end) const { return {id, begin, end}; }
  std::string_view piece(Span span) const { return std::string_view(text).substr(span.begin, span.end - span.begin); }
  std::uint32_t line_of(std::uint32_t offset) const;  // from 1
  Position position(std::uint32_t offset) const;
  std::string_view line_text(std::uint32_t line) const;  // without its end

 private:
  struct Mark {
    std::uint32_t offset;
    std::uint32_t code_points;  // before it
  };
  std::vector<Mark> marks_;  // one every few hundred bytes, so that columns of very long lines are found quickly

  std::uint32_t code_points_before(std::uint32_t offset) const;
};

class SourceMap {
 public:
  const Source& add(std::string name, std::string text);
  const Source& operator[](SourceId id) const { return sources_.at(id); }
  bool contains(SourceId id) const { return id < sources_.size(); }
  std::size_t size() const { return sources_.size(); }

 private:
  std::deque<Source> sources_;  // a deque, so that references stay good when more are added
};

}  // namespace warchest::text
