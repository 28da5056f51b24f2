// A message of warning or error is an anomaly; a decision is only a rule that was applied.
#include "io/ocf_log.h"

namespace warchest::io {

std::string_view severity_name(OcfSeverity severity) {
  switch (severity) {
    case OcfSeverity::decision:
      return "decision";
    case OcfSeverity::warning:
      return "warning";
    case OcfSeverity::error:
      return "error";
  }
  return "";
}

std::string spelled(const OcfMessage& message) {
  std::string line;
  if (!message.file.empty()) line += message.file + ": ";
  if (!message.object.empty()) line += message.object + ": ";
  return line + std::string(severity_name(message.severity)) + "[" + message.kind + "]: " + message.text;
}

void OcfLog::add(OcfSeverity severity, std::string_view kind, std::string_view file, std::string_view object, std::string text) {
  messages_.push_back(
      {severity, std::string(kind), std::string(file), std::string(object), std::move(text), severity != OcfSeverity::decision});
}

void OcfLog::decide(std::string_view kind, std::string_view file, std::string_view object, std::string text) {
  add(OcfSeverity::decision, kind, file, object, std::move(text));
}

void OcfLog::warn(std::string_view kind, std::string_view file, std::string_view object, std::string text) {
  add(OcfSeverity::warning, kind, file, object, std::move(text));
}

void OcfLog::lose(std::string_view kind, std::string_view file, std::string_view object, std::string text) {
  add(OcfSeverity::error, kind, file, object, std::move(text));
}

std::map<std::string, std::size_t> OcfLog::anomalies() const {
  std::map<std::string, std::size_t> counted;
  for (const OcfMessage& message : messages_) {
    if (message.anomaly) ++counted[message.kind];
  }
  return counted;
}

}  // namespace warchest::io
