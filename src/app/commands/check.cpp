// check: says that a model is right, or what is wrong; how it was read; what no source supports.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/session.h"
#include "app/terminal.h"
#include "report/assumptions.h"
#include "report/columns.h"
#include "report/json.h"
#include "report/json_layout.h"
#include "report/readings.h"

namespace warchest::app {

namespace {

using report::Table;

std::string readings_text(const model::Model& model) {
  Table table{{{"", Table::Align::left}, {"unit", Table::Align::left}, {"varies", Table::Align::left}}, {}};
  for (const report::Reading& reading : report::readings(model)) {
    table.rows.push_back({report::printable(reading.name), report::printable(reading.unit), reading.varies});
  }
  std::string text;
  for (const std::string& line : report::lines_of(table, output_width())) text += line + "\n";
  return text;
}

std::string uncited_text(const ModelFile& file) {
  Table table{{{"", Table::Align::left}, {"", Table::Align::left}, {"", Table::Align::left}}, {}};
  std::size_t cited = 0;
  for (const report::Assumption& assumption : report::assumptions(*file.model, file.sources).list) {
    if (!assumption.cites.empty()) {
      ++cited;
      continue;
    }
    table.rows.push_back({report::printable(assumption.place), report::printable(assumption.name), report::printable(assumption.written)});
  }
  const std::size_t all = cited + table.rows.size();
  if (table.rows.empty()) return fmt::format("all {} assumptions have a source\n", all);
  std::string text = fmt::format("{} of {} assumptions have no source:\n", table.rows.size(), all);
  for (const std::string& line : report::lines_of(table, output_width() - 2)) text += "  " + line + "\n";
  return text;
}

std::string json_of(const ModelFile& file, const Options& options) {
  using nlohmann::ordered_json;
  ordered_json json;
  json["warchest"] = version();
  json["schema"] = report::kJsonSchema;
  json["check"] = {{"model", file.model->settings.title}, {"sha256", file.sha256}};
  if (options.explain) {
    json["values"] = ordered_json::array();
    for (const report::Reading& reading : report::readings(*file.model)) {
      json["values"].push_back(ordered_json{{"name", reading.name}, {"unit", reading.unit}, {"varies", reading.varies}});
    }
  }
  if (options.cited) {
    json["uncited"] = ordered_json::array();
    for (const report::Assumption& assumption : report::assumptions(*file.model, file.sources).list) {
      if (!assumption.cites.empty()) continue;
      json["uncited"].push_back(ordered_json{{"name", assumption.name}, {"written", assumption.written}, {"place", assumption.place}});
    }
  }
  return report::laid_out(json);
}

}  // namespace

int check(const Options& options) {
  Session session(options);
  int code = kDone;
  const auto file = session.model(true, code);
  if (!file) return code;
  if (options.json) return session.finish(json_of(*file, options), kDone);
  std::string text;
  if (options.explain) text += readings_text(*file->model);
  if (options.cited) text += uncited_text(*file);
  if (text.empty()) text = fmt::format("{}: good\n", file->name);
  return session.finish(text, kDone);
}

}  // namespace warchest::app
