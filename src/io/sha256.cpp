// The constants are the first 32 bits of the fractional parts of the cube roots (rounds) and square roots (start) of the first
// primes; they are computed from that rule when the program starts, with whole numbers, instead of being copied as a table.
#include "io/sha256.h"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace warchest::io {

namespace {

// floor(frac(p^(1/degree)) * 2^32), as the low 32 bits of the greatest x with x^degree <= p * 2^(32 * degree).
constexpr std::uint32_t root_bits(unsigned prime, int degree) {
  std::uint64_t root = 0;
  for (int bit = 35; bit >= 0; --bit) {  // roots of primes below 312 are below 2^4, or 2^5 for squares of those below 54
    const std::uint64_t x = root | (std::uint64_t{1} << bit);
    // x^degree against p * 2^(32 * degree), with 36 bits in x: at most 108 bits.
    __extension__ using Wide = unsigned __int128;
    Wide power = x;
    for (int i = 1; i < degree; ++i) power *= x;
    if (power <= (Wide{prime} << (32 * degree))) root = x;
  }
  return static_cast<std::uint32_t>(root);
}

struct Constants {
  std::array<std::uint32_t, 8> start{};
  std::array<std::uint32_t, 64> rounds{};
};

constexpr Constants make_constants() {
  Constants made;
  std::size_t count = 0;
  for (unsigned number = 2; count < 64; ++number) {
    bool prime = true;
    for (unsigned divisor = 2; divisor * divisor <= number; ++divisor) prime = prime && number % divisor != 0;
    if (!prime) continue;
    if (count < 8) made.start[count] = root_bits(number, 2);
    made.rounds[count++] = root_bits(number, 3);
  }
  return made;
}

constexpr Constants kConstants = make_constants();

using State = std::array<std::uint32_t, 8>;

void absorb(State& state, const unsigned char* chunk) {
  std::array<std::uint32_t, 64> w{};
  for (std::size_t i = 0; i < 16; ++i) {
    w[i] = std::uint32_t{chunk[4 * i]} << 24 | std::uint32_t{chunk[4 * i + 1]} << 16 | std::uint32_t{chunk[4 * i + 2]} << 8 | chunk[4 * i + 3];
  }
  for (std::size_t i = 16; i < 64; ++i) {
    const std::uint32_t s0 = std::rotr(w[i - 15], 7) ^ std::rotr(w[i - 15], 18) ^ (w[i - 15] >> 3);
    const std::uint32_t s1 = std::rotr(w[i - 2], 17) ^ std::rotr(w[i - 2], 19) ^ (w[i - 2] >> 10);
    w[i] = w[i - 16] + s0 + w[i - 7] + s1;
  }
  auto [a, b, c, d, e, f, g, h] = state;
  for (std::size_t i = 0; i < 64; ++i) {
    const std::uint32_t s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
    const std::uint32_t first = h + s1 + ((e & f) ^ (~e & g)) + kConstants.rounds[i] + w[i];
    const std::uint32_t s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
    const std::uint32_t second = s0 + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = d + first;
    d = c;
    c = b;
    b = a;
    a = first + second;
  }
  const State add = {a, b, c, d, e, f, g, h};
  for (std::size_t i = 0; i < 8; ++i) state[i] += add[i];
}

}  // namespace

std::string sha256(std::string_view bytes) {
  State state = kConstants.start;
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  std::size_t done = 0;
  for (; done + 64 <= bytes.size(); done += 64) absorb(state, data + done);

  // The rest, a single 1 bit, noughts, and the length in bits as 64 bits with the highest first.
  std::array<unsigned char, 128> tail{};
  const std::size_t rest = bytes.size() - done;
  if (rest > 0) std::memcpy(tail.data(), data + done, rest);
  tail[rest] = 0x80;
  const std::size_t length = rest < 56 ? 64 : 128;
  const std::uint64_t bits = std::uint64_t{bytes.size()} * 8;
  for (std::size_t i = 0; i < 8; ++i) tail[length - 1 - i] = static_cast<unsigned char>(bits >> (8 * i));
  for (std::size_t at = 0; at < length; at += 64) absorb(state, tail.data() + at);

  std::string digits;
  for (const std::uint32_t word : state) digits += fmt::format("{:08x}", word);
  return digits;
}

}  // namespace warchest::io
