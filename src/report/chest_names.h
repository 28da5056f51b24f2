// Names of our language for what other tables call by any text: short, lower case, each once, and none that means something else.
#pragma once

#include <map>
#include <set>
#include <string>

namespace warchest::report {

// "Series A Preferred" is series_a_preferred; what is left of other scripts is the letter n. The same text has the same name.
class NamesOf {
 public:
  const std::string& of(const std::string& id);

 private:
  std::map<std::string, std::string> names_;
  std::set<std::string> used_;
};

std::string quoted(const std::string& text);  // as a label: "Acme \"A\""

}  // namespace warchest::report
