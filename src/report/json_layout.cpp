// Leaves are written by nlohmann: its numbers are the shortest that read back as the same double.
#include "report/json_layout.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace warchest::report {

namespace {

using nlohmann::ordered_json;

std::string leaf(const ordered_json& json) { return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace); }

bool is_flat(const ordered_json& json) {
  return !json.is_structured() ||
         (json.is_array() && std::none_of(json.begin(), json.end(), [](const ordered_json& element) { return element.is_structured(); }));
}

std::string on_one_line(const ordered_json& json) {
  if (!json.is_array()) return leaf(json);
  std::string text = "[";
  for (const ordered_json& element : json) text += (text.size() > 1 ? ", " : "") + on_one_line(element);
  return text + "]";
}

void write(std::string& text, const ordered_json& json, std::size_t indent) {
  const auto line = [&](std::size_t depth) { text += "\n" + std::string(2 * depth, ' '); };
  if (!json.is_structured() || json.empty()) {
    text += leaf(json);
  } else if (json.is_array()) {
    if (std::all_of(json.begin(), json.end(), is_flat)) {
      text += on_one_line(json);
      return;
    }
    text += "[";
    for (std::size_t i = 0; i < json.size(); ++i) {
      text += i > 0 ? "," : "";
      line(indent + 1);
      write(text, json[i], indent + 1);
    }
    line(indent);
    text += "]";
  } else {
    text += "{";
    bool first = true;
    for (const auto& [key, value] : json.items()) {
      text += first ? "" : ",";
      first = false;
      line(indent + 1);
      text += leaf(ordered_json(key)) + ": ";
      write(text, value, indent + 1);
    }
    line(indent);
    text += "}";
  }
}

}  // namespace

std::string laid_out(const ordered_json& json) {
  std::string text;
  write(text, json, 0);
  return text + "\n";
}

}  // namespace warchest::report
