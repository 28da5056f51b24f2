// Anomalies of a package are told on standard error as they were found; what our language cannot say of it is told too, never left out in
// silence.
#include "app/commands/captable_packages.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/commands/captable_source.h"
#include "app/exit_code.h"
#include "app/terminal.h"
#include "io/file.h"
#include "report/captable_chest.h"
#include "report/columns.h"
#include "report/json.h"
#include "report/json_layout.h"

namespace warchest::app {

namespace {

std::vector<report::DatedInstrument> issues_of(const io::OcfImport& package) {
  std::vector<report::DatedInstrument> issues;
  for (const io::OcfPosition& position : package.outstanding) {
    if (position.kind == io::OcfSecurityKind::convertible) issues.push_back({position.table_id, position.issued});
  }
  return issues;
}

report::Provenance provenance_of(const Options& options, const io::OcfImport& package) {
  return {options.captable.table, package.issuer.version, equity::spelled(package.as_of), options.captable.netting ? "netting" : "strict"};
}

using nlohmann::ordered_json;

ordered_json document(const char* what) {
  return {{"warchest", std::string(version())}, {"schema", report::kJsonSchema}, {"captable", {{"what", what}}}};
}

ordered_json log_of(const std::vector<io::OcfMessage>& log) {
  ordered_json list = ordered_json::array();
  for (const io::OcfMessage& message : log) {
    list.push_back({{"severity", io::severity_name(message.severity)},
                    {"kind", message.kind},
                    {"file", message.file},
                    {"object", message.object},
                    {"text", message.text}});
  }
  return list;
}

// What was found in a package, and the text that was made of it unless it went to a file.
std::string import_json(const io::OcfImport& package, const report::ChestTable& made, const std::string& output) {
  ordered_json json = document("import");
  json["captable"]["company"] = package.issuer.legal_name;
  json["captable"]["date"] = equity::spelled(package.as_of);
  json["version"] = package.issuer.version;
  json["anomalies"] = package.anomalies;
  json["log"] = log_of(package.log);
  json["not_said"] = made.not_said;
  if (output.empty()) {
    json["text"] = made.text;
  } else {
    json["output"] = output;
  }
  return report::laid_out(json);
}

}  // namespace

int import_package(Session& session) {
  const Options& options = session.options;
  if (!is_package(options.captable.table)) {
    return session.fail(kWrongUsage, "no-package",
                        fmt::format("{} is neither a folder nor a zip; import reads the Open Cap Format", options.captable.table));
  }
  int code = kDone;
  const auto package = read_package(session, code);
  if (!package) return code;
  if (!package->table) return session.fail(kWrongModel, "open-terms", questions_in_words(*package));
  const report::ChestTable made = report::chest_of(*package->table, {package->issuer.legal_name, package->currency, package->as_of},
                                                   issues_of(*package), provenance_of(options, *package));
  for (std::size_t i = 0; !options.json && i < made.not_said.size(); ++i) {
    write_error(fmt::format("warchest: our language cannot say: {}\n", report::printable(made.not_said[i])));
  }
  const std::string& output = options.captable.output;
  if (!output.empty()) {
    const auto stored = io::write_file(output, made.text);
    if (!stored) return session.fail(kUnreadable, "unwritable", stored.error);
  }
  if (options.json) return session.finish(import_json(*package, made, output), kDone);
  return session.finish(output.empty() ? made.text : "", kDone);
}

int export_package(Session& session) {
  int code = kDone;
  const auto source = captable_source(session, false, code);
  if (!source) return code;
  const CapTableOptions& options = session.options.captable;
  const bool as_it_came = source->package && options.splits.empty() && options.sales.empty();
  io::Result<io::OcfWritten> written;
  if (as_it_came) {
    written = io::write_ocf(*source->package, options.output);
  } else {
    if (!source->head.date)
      return session.fail(kWrongUsage, "no-date", "a package has a date, and this table has none: say it with --date");
    io::OcfCompany company{options.legal_name.empty() ? source->head.company : options.legal_name, *source->head.date,
                           options.formed.value_or(*source->head.date), options.country.empty() ? "US" : options.country,
                           source->head.currency};
    written = io::write_ocf(source->table, company, options.output);
  }
  if (!written) return session.fail(kUnreadable, "unwritable", written.error);
  if (session.options.json) {
    ordered_json json = document("export");
    json["files"] = written->files;
    json["log"] = log_of(written->log);
    return session.finish(report::laid_out(json), kDone);
  }
  for (const io::OcfMessage& message : written->log) write_error(report::printable(io::spelled(message)) + "\n");
  std::string list;
  for (const std::string& file : written->files) list += report::printable(file) + "\n";
  return session.finish(list, kDone);
}

}  // namespace warchest::app
