// The import's log: what is decided, what is odd, what is lost, each with its file and object.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "io/ocf.h"

namespace warchest::io {

class OcfLog {
 public:
  void decide(std::string_view kind, std::string_view file, std::string_view object, std::string text);
  void warn(std::string_view kind, std::string_view file, std::string_view object, std::string text);
  void lose(std::string_view kind, std::string_view file, std::string_view object, std::string text);

  const std::vector<OcfMessage>& messages() const { return messages_; }
  std::map<std::string, std::size_t> anomalies() const;  // warnings and errors by kind

 private:
  void add(OcfSeverity severity, std::string_view kind, std::string_view file, std::string_view object, std::string text);
  std::vector<OcfMessage> messages_;
};

}  // namespace warchest::io
