// What a name may not be is asked of the tables of the language itself.
#include "report/chest_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "model/functions.h"
#include "model/schema.h"
#include "report/columns.h"

namespace warchest::report {

namespace {

// Names that mean something else, or may come to.
bool is_taken(const std::string& name) {
  constexpr std::array kWords = {"to",    "likely",  "between", "and", "or",   "not",    "of",       "at",     "in",   "by",  "from",
                                 "until", "through", "yes",     "no",  "rest", "others", "existing", "buyers", "pool", "debt"};
  if (std::find(kWords.begin(), kWords.end(), name) != kWords.end()) return true;
  if (model::find_function(name) != nullptr || model::find_later_function(name) != nullptr) return true;
  for (const model::MeasureRow& measure : model::measures()) {
    if (measure.name == name) return true;
  }
  for (const model::KindRow& kind : model::kinds()) {
    if (kind.name == name && name != "common") return true;
    for (const model::FieldRow& field : kind.fields) {
      if (field.name == name) return true;
    }
  }
  return false;
}

}  // namespace

const std::string& NamesOf::of(const std::string& id) {
  const auto known = names_.find(id);
  if (known != names_.end()) return known->second;
  std::string name;
  for (const char c : id) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'), digit = c >= '0' && c <= '9';
    if (letter || digit) {
      name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    } else if (!name.empty() && name.back() != '_') {
      name += '_';
    }
  }
  while (!name.empty() && name.back() == '_') name.pop_back();
  if (name.empty() || (name.front() >= '0' && name.front() <= '9')) name.insert(0, name.empty() ? "n" : "n_");
  constexpr std::size_t kLongest = 40;
  if (name.size() > kLongest) name.resize(kLongest);
  if (is_taken(name)) name += "_";
  std::string free = name;
  for (int n = 2; used_.contains(free); ++n) free = fmt::format("{}_{}", name, n);
  used_.insert(free);
  return names_[id] = free;
}

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : printable(text)) result += (c == '"' || c == '\\') ? std::string("\\") + c : std::string(1, c);
  return result + "\"";
}

}  // namespace warchest::report
