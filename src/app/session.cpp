// Complaints go to standard error as text, or to standard output as the one JSON object that --json promises.
#include "app/session.h"

#include <fmt/format.h>
#include <unistd.h>

#include "app/exit_code.h"
#include "app/terminal.h"
#include "report/json.h"

namespace warchest::app {

namespace {

// A file that could not be read is no mistake in the model.
bool only_files_are_wrong(const ModelFile& file) {
  bool any = false;
  for (const text::Diagnostic& complaint : file.complaints.all()) {
    if (complaint.severity != text::Severity::error) continue;
    if (complaint.code != text::Code::file_not_read && complaint.code != text::Code::bad_csv) return false;
    any = true;
  }
  return any;
}

}  // namespace

std::optional<ModelFile> Session::model(bool checked_too, int& exit_code) {
  LoadOptions changes{options.set, options.scenario, options.expression, options.expression_at, options.expression_name};
  return checked(load(options.models.front(), std::move(changes), timing()), checked_too, exit_code);
}

std::optional<ModelFile> Session::checked(ModelFile file, bool checked, int& exit_code) {
  bool good = file.unreadable.empty() && !file.complaints.has_errors();
  const bool files_missing = only_files_are_wrong(file);
  if (checked && file.unreadable.empty()) good = check(file, timing());
  if (!good) {
    exit_code = complain(file);
    if (files_missing && exit_code == kWrongModel) exit_code = kUnreadable;
    return std::nullopt;
  }
  if (!file.complaints.empty() && !options.json) write_error(complaints_text(file, wants_colour(options.colour, STDERR_FILENO)));
  exit_code = kDone;
  return file;
}

int Session::complain(const ModelFile& file) {
  int code = file.unreadable.empty() ? kWrongModel : kUnreadable;
  if (!options.json) {
    write_error((file.unreadable.empty() ? "" : "warchest: ") + complaints_text(file, wants_colour(options.colour, STDERR_FILENO)));
  } else if (!write_output(complaints_json(file))) {
    code = kUnreadable;
  }
  return code;
}

int Session::finish(const std::string& output, int code) {
  if (interrupted()) return kInterrupted;
  if (!write_output(output)) {
    write_error("warchest: the output could not be written\n");
    return kUnreadable;
  }
  if (options.timings) {
    double total = 0;
    for (const Timings::Stage& stage : timings.stages) {
      write_error(fmt::format("{:8}{:10.3f} ms\n", stage.name, stage.seconds * 1000));
      total += stage.seconds;
    }
    write_error(fmt::format("{:8}{:10.3f} ms\n", "all", total * 1000));
  }
  return code;
}

int Session::fail(int code, const char* name, const std::string& message) {
  if (options.json) {
    write_output(report::error_to_json(name, message, version()));
  } else {
    write_error("warchest: " + message + "\n");
  }
  return code;
}

}  // namespace warchest::app
