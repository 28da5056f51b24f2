// Names: kept once each, and the nearest one for "did you mean".
//
// A tree holds numbers instead of words, so that a model of a million names stays small and comparing two is comparing numbers.
// Nearness is the Damerau-Levenshtein distance (a swap of neighbours counts one, case does not count), cut off at a third of the word.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace warchest::text {

enum class NameId : std::uint32_t { none = UINT32_MAX };

class Names {
 public:
  Names() = default;
  Names(Names&&) = default;
  Names& operator=(Names&&) = default;
  Names(const Names& other);
  Names& operator=(const Names& other);

  NameId intern(std::string_view word);
  std::optional<NameId> find(std::string_view word) const;
  const std::string& operator[](NameId id) const;  // the empty text for NameId::none
  std::size_t size() const { return words_.size(); }

 private:
  std::deque<std::string> words_;  // a deque: the keys below look into it
  std::unordered_map<std::string_view, NameId> ids_;
};

// Steps from one word to the other: insert, delete, replace, swap neighbours.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The candidate closest to the word, or nothing if none is near; among equals the first.
std::optional<std::string> nearest_name(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace warchest::text
