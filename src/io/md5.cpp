// Four words of state, turned by 64 steps for each block of 64 bytes. The constants of the steps are the first 32 bits after the point
// of |sin(1)| ... |sin(64)|, computed here as the RFC defines them.
#include "io/md5.h"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

namespace warchest::io {
namespace {

constexpr std::size_t kBlock = 64;
constexpr std::array<std::array<int, 4>, 4> kShifts{{{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}}};

const std::array<std::uint32_t, 64>& sines() {
  static const auto table = [] {
    std::array<std::uint32_t, 64> values{};
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = static_cast<std::uint32_t>(std::floor(std::fabs(std::sin(static_cast<double>(i + 1))) * 4294967296.0));
    }
    return values;
  }();
  return table;
}

class Digest {
 public:
  void add(const unsigned char* block) {
    std::array<std::uint32_t, 16> words{};
    for (std::size_t i = 0; i < words.size(); ++i) {
      for (unsigned byte = 0; byte < 4; ++byte) words[i] |= std::uint32_t{block[4 * i + byte]} << (8 * byte);
    }
    auto [a, b, c, d] = state_;
    for (std::size_t i = 0; i < 64; ++i) {
      const auto [mixed, word] = step(i, b, c, d);
      const std::uint32_t sum = a + mixed + sines()[i] + words[word];
      a = d;
      d = c;
      c = b;
      b += std::rotl(sum, kShifts[i / 16][i % 4]);
    }
    state_[0] += a;
    state_[1] += b;
    state_[2] += c;
    state_[3] += d;
  }

  std::string text() const {
    std::string digits;
    for (const std::uint32_t word : state_) {
      for (unsigned byte = 0; byte < 4; ++byte) digits += fmt::format("{:02x}", (word >> (8 * byte)) & 0xff);
    }
    return digits;
  }

 private:
  struct Step {
    std::uint32_t mixed;
    std::size_t word;
  };
  static Step step(std::size_t i, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
    if (i < 16) return {(b & c) | (~b & d), i};
    if (i < 32) return {(d & b) | (~d & c), (5 * i + 1) % 16};
    if (i < 48) return {b ^ c ^ d, (3 * i + 5) % 16};
    return {c ^ (b | ~d), (7 * i) % 16};
  }
  std::array<std::uint32_t, 4> state_{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
};

}  // namespace

std::string md5(std::string_view bytes) {
  Digest digest;
  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  const std::size_t whole = bytes.size() / kBlock * kBlock;
  for (std::size_t i = 0; i < whole; i += kBlock) digest.add(at + i);
  std::string rest(bytes.substr(whole));
  rest += '\x80';
  while (rest.size() % kBlock != kBlock - 8) rest += '\0';
  const std::uint64_t bits = std::uint64_t{bytes.size()} * 8;
  for (unsigned byte = 0; byte < 8; ++byte) rest += static_cast<char>((bits >> (8 * byte)) & 0xff);
  for (std::size_t i = 0; i < rest.size(); i += kBlock) digest.add(reinterpret_cast<const unsigned char*>(rest.data()) + i);
  return digest.text();
}

}  // namespace warchest::io
