// Anomalies of a package are told on standard error as they were found; what our language cannot say of it is told too, never left out in
// silence.
#include "app/commands/captable_packages.h"

#include <fmt/format.h>

#include "app/commands/captable_source.h"
#include "app/exit_code.h"
#include "app/terminal.h"
#include "io/file.h"
#include "report/captable_chest.h"
#include "report/columns.h"

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
  for (const std::string& lost : made.not_said)
    write_error(fmt::format("warchest: our language cannot say: {}\n", report::printable(lost)));
  if (options.captable.output.empty()) return session.finish(made.text, kDone);
  const auto stored = io::write_file(options.captable.output, made.text);
  if (!stored) return session.fail(kUnreadable, "unwritable", stored.error);
  return session.finish("", kDone);
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
  for (const io::OcfMessage& message : written->log) write_error(report::printable(io::spelled(message)) + "\n");
  std::string list;
  for (const std::string& file : written->files) list += report::printable(file) + "\n";
  return session.finish(list, kDone);
}

}  // namespace warchest::app
