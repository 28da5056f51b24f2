// The lead byte gives the length; then the continuation bytes, and the smallest value that needs so many of them.
#include "text/utf8.h"

namespace warchest::text {

CodePoint long_code_point_at(std::string_view text, std::size_t position) {
  constexpr CodePoint kWrong = {0xFFFD, 1, false};
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[position + i])); };
  const std::uint32_t lead = byte(0);
  const std::uint32_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || position + length > text.size()) return kWrong;
  std::uint32_t value = lead & (0x7Fu >> length);
  for (std::uint32_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return kWrong;
    value = value << 6 | (byte(i) & 0x3F);
  }
  constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < kSmallest[length] || value > 0x10FFFF || surrogate) return kWrong;
  return {value, length, true};
}

}  // namespace warchest::text
