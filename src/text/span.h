// A piece of a source: which text, and the bytes from begin up to but not including end.
// Everything that can be complained about carries one; they are plain numbers, so they cost nothing to copy,
// and only source.h can turn them into lines and columns.
#pragma once

#include <cstdint>

namespace warchest::text {

using SourceId = std::uint32_t;
inline constexpr SourceId kNoSource = UINT32_MAX;

struct Span {
  SourceId source = kNoSource;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  bool operator==(const Span&) const = default;
};

// From the beginning of `first` to the end of `last`; both lie in the same source.
constexpr Span joined(Span first, Span last) { return {first.source, first.begin, last.end}; }

}  // namespace warchest::text
