// Code points of a byte string that may be wrong: a byte that begins no valid sequence is one code point that is not valid.
// Overlong forms, surrogates and anything beyond U+10FFFF are not valid.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace warchest::text {

struct CodePoint {
  std::uint32_t value = 0;
  std::uint32_t length = 1;  // bytes
  bool valid = true;
};

// At a position before the end of the text.
CodePoint code_point_at(std::string_view text, std::size_t position);

}  // namespace warchest::text
