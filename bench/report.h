// What the bench says: text in sections, targets beside what was measured, and the same figures as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace bench {

class Report {
 public:
  void heading(const std::string& text);
  void line(const std::string& text);  // one line, or several
  void skipped(const std::string& what, const std::string& why);

  // A figure that the project has set itself. Printed beside its target, never asserted: machines are noisy.
  void target(const std::string& what, const std::string& measured, const std::string& wanted, bool reached);

  std::string text() const;  // the sections, then the table of targets
  nlohmann::ordered_json json = nlohmann::ordered_json::object();

 private:
  struct Target {
    std::string what, measured, wanted;
    bool reached;
  };
  std::string text_;
  std::vector<Target> targets_;
};

void say(const std::string& text);  // progress, on standard error

}  // namespace bench
