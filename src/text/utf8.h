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

CodePoint long_code_point_at(std::string_view text, std::size_t position);

// At a position before the end of the text.
inline CodePoint code_point_at(std::string_view text, std::size_t position) {
  const auto lead = static_cast<unsigned char>(text[position]);
  return lead < 0x80 ? CodePoint{lead, 1, true} : long_code_point_at(text, position);
}

}  // namespace warchest::text
