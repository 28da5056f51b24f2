// Interning, and the distance between two words by the usual table, three rows of it at a time.
#include "text/names.h"

#include <algorithm>
#include <limits>

namespace warchest::text {

namespace {

constexpr std::size_t kLongestCompared = 64;  // beyond this nobody means a slip of the finger

char lower(char letter) { return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter; }

std::string lowered(std::string_view word) {
  std::string result(word);
  std::transform(result.begin(), result.end(), result.begin(), lower);
  return result;
}

}  // namespace

Names::Names(const Names& other) {
  for (const std::string& word : other.words_) intern(word);
}

Names& Names::operator=(const Names& other) {
  if (this != &other) *this = Names(other);
  return *this;
}

NameId Names::intern(std::string_view word) {
  if (const auto found = find(word)) return *found;
  const auto id = static_cast<NameId>(words_.size());
  ids_.emplace(words_.emplace_back(word), id);
  return id;
}

std::optional<NameId> Names::find(std::string_view word) const {
  const auto found = ids_.find(word);
  if (found == ids_.end()) return std::nullopt;
  return found->second;
}

const std::string& Names::operator[](NameId id) const {
  static const std::string kNothing;
  return id == NameId::none ? kNothing : words_.at(static_cast<std::size_t>(id));
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

std::optional<std::string> nearest_name(std::string_view word, const std::vector<std::string>& candidates) {
  if (word.empty() || word.size() > kLongestCompared) return std::nullopt;
  const std::string wanted = lowered(word);
  const std::string* best = nullptr;
  std::size_t best_distance = std::numeric_limits<std::size_t>::max();
  for (const std::string& candidate : candidates) {
    const std::size_t longest = std::max(word.size(), candidate.size());
    const std::size_t allowed = longest <= 2 ? 0 : std::max<std::size_t>(1, longest / 3);
    const std::size_t apart = candidate.size() > word.size() ? candidate.size() - word.size() : word.size() - candidate.size();
    if (apart > allowed || candidate.size() > kLongestCompared) continue;
    const std::size_t distance = edit_distance(wanted, lowered(candidate));
    if (distance > allowed || distance >= best_distance) continue;
    best = &candidate;
    best_distance = distance;
  }
  if (best == nullptr) return std::nullopt;
  return *best;
}

}  // namespace warchest::text
