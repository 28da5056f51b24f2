// Philox against the test vectors published with it, and columns against single counters.
#include "kernels/random.h"

#include <gtest/gtest.h>

#include <set>

#include "kernels/kernels.h"
#include "kernels/test_columns.h"

namespace warchest::kernels {
namespace {

using Four = std::array<uint32_t, 4>;

// Known answers of philox4x32-10 from Random123.
struct Known {
  Four counter;
  std::array<uint32_t, 2> key;
  Four words;
};
const Known kKnown[] = {
    {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}, {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
};

TEST(Philox, published_vectors) {
  for (const Known& known : kKnown) {
    EXPECT_EQ(philox4x32(known.counter, known.key), known.words);
    // the same counter as seed, stream, path and index: a stream without upper half leaves the key to the seed
    const uint64_t seed = known.key[0] | uint64_t{known.key[1]} << 32;
    const uint64_t path = known.counter[0] | uint64_t{known.counter[1]} << 32;
    EXPECT_EQ(philox(seed, known.counter[3], path, known.counter[2]), known.words);
    on_every_target([&](std::string_view target) {
      Words a(1), b(1), c(1), d(1);
      uint32_t* const out[4] = {a.data(), b.data(), c.data(), d.data()};
      kernels().philox_words(seed, known.counter[3], path, 16, known.counter[2], out, 1);
      EXPECT_EQ((Four{a[0], b[0], c[0], d[0]}), known.words) << target;
    });
  }
}

TEST(Philox, columns_equal_single_counters) {
  const uint64_t seed = 0x123456789abcdef0, stream = hash_name("burn of a");
  on_every_target([&](std::string_view target) {
    for (size_t n = 0; n <= 41; ++n) {
      const size_t length = n == 41 ? 256 : n;
      for (const uint64_t first : {uint64_t{3}, uint64_t{0xfffffff0}, uint64_t{0xffffffffffffff00}}) {
        Words a(length), b(length), c(length), d(length);
        uint32_t* const out[4] = {a.data(), b.data(), c.data(), d.data()};
        kernels().philox_words(seed, stream, first, 16, 7, out, length);
        for (size_t i = 0; i < length; ++i)
          ASSERT_EQ((Four{a[i], b[i], c[i], d[i]}), philox(seed, stream, first + 16 * i, 7)) << target << " lane " << i << " of " << length;
        ASSERT_TRUE(a.intact() && b.intact() && c.intact() && d.intact());
        Words only(length);
        uint32_t* const one[4] = {nullptr, nullptr, only.data(), nullptr};
        kernels().philox_words(seed, stream, first, 16, 7, one, length);
        for (size_t i = 0; i < length; ++i) ASSERT_EQ(only[i], c[i]);
      }
    }
  });
}

TEST(Philox, listed_lanes_and_their_own_indices) {
  const uint64_t seed = 99, stream = hash_name("gap");
  on_every_target([&](std::string_view target) {
    for (size_t n = 0; n <= 40; ++n) {
      std::vector<int32_t> listed;
      std::vector<double> ordinals;
      for (size_t i = 0; i < n; ++i) {
        listed.push_back(static_cast<int32_t>(3 * i + i % 2));
        ordinals.push_back(static_cast<double>(i % 5) + 0.25);  // cut to a whole number
      }
      if (n > 3) ordinals[3] = kNan;
      const Lanes lanes(listed);
      const Doubles indices(ordinals);
      for (int word = 0; word < 4; ++word) {
        Words with(n), without(n), plain(n);
        kernels().philox_word_at(seed, stream, 48, 16, lanes.data(), 2, indices.data(), word, with.data(), n);
        kernels().philox_word_at(seed, stream, 48, 16, nullptr, 2, nullptr, word, without.data(), n);
        kernels().philox_word_at(seed, stream, 48, 16, lanes.data(), 2, nullptr, word, plain.data(), n);
        for (size_t i = 0; i < n; ++i) {
          const uint32_t ordinal = std::isnan(ordinals[i]) ? 0 : static_cast<uint32_t>(ordinals[i]);
          const auto w = static_cast<size_t>(word);
          const auto lane = static_cast<uint64_t>(listed[i]);
          ASSERT_EQ(with[i], philox(seed, stream, 48 + 16 * lane, 2 + ordinal)[w]) << target;
          ASSERT_EQ(without[i], philox(seed, stream, 48 + 16 * i, 2)[w]) << target;
          ASSERT_EQ(plain[i], philox(seed, stream, 48 + 16 * lane, 2)[w]) << target;
        }
        ASSERT_TRUE(with.intact());
      }
    }
  });
}

TEST(Philox, every_part_of_the_address_matters) {
  std::set<Four> seen;
  size_t draws = 0;
  for (uint64_t seed : {0, 1, 2})
    for (uint64_t stream : {0ull, 1ull, 1ull << 32, 1ull << 33, 0x100000001ull})
      for (uint64_t path : {0ull, 1ull, 1ull << 32})
        for (uint32_t index : {0, 1}) {
          seen.insert(philox(seed, stream, path, index));
          ++draws;
        }
  EXPECT_EQ(seen.size(), draws);
}

TEST(Philox, words_are_uniform) {
  const size_t n = 1 << 16;
  Words a(n), b(n), c(n), d(n);
  uint32_t* const out[4] = {a.data(), b.data(), c.data(), d.data()};
  kernels().philox_words(5, hash_name("x"), 0, 16, 0, out, n);
  for (const Words* words : {&a, &b, &c, &d}) {
    double chi2 = 0;
    std::vector<double> counts(256);
    for (size_t i = 0; i < n; ++i) ++counts[(*words)[i] >> 24];
    for (const double count : counts) chi2 += (count - 256) * (count - 256) / 256;
    EXPECT_GT(chi2, 255 - 6 * 22.6);
    EXPECT_LT(chi2, 255 + 6 * 22.6);
  }
}

// Luck depends on these: they never change.
TEST(Names, hash_is_pinned_and_spreads) {
  std::set<uint64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(hash_name("input " + std::to_string(i)) & 0xffffffff);
  EXPECT_GE(seen.size(), 999u);
  EXPECT_NE(hash_name("ab"), hash_name("ba"));
  EXPECT_EQ(hash_name(""), 0xf52a15e9a9b5e89bull);
  EXPECT_EQ(hash_name("burn"), 0xaef71c903ec916b9ull);
}

}  // namespace
}  // namespace warchest::kernels
