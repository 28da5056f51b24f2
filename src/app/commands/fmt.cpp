// fmt: the canonical form. A file that is already in it is not touched; one with mistakes of grammar is left alone and complained about.
#include <fmt/format.h>

#include <algorithm>

#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/session.h"
#include "app/terminal.h"
#include "io/file.h"

namespace warchest::app {

namespace {

int format_one(const std::string& name, const Options& options) {
  auto text = io::read_file(name, text::kMaxSourceBytes);
  if (!text) {
    write_error("warchest: " + text.error + "\n");
    return kUnreadable;
  }
  ModelFile file;
  file.name = name == "-" ? "<input>" : name;
  file.trees.push_back(lang::parse(file.sources.add(file.name, *text), file.complaints));
  if (file.complaints.has_errors()) {
    write_error(complaints_text(file, wants_colour(options.colour, 2)));
    return kWrongModel;
  }
  const std::string formatted = warchest::format(file);
  if (options.only_check) {
    if (formatted == *text) return kDone;
    write_output(fmt::format("{} is not in canonical form\n", file.name));
    return kCheckFails;
  }
  if (name == "-") return write_output(formatted) ? kDone : kUnreadable;
  if (formatted == *text) return kDone;
  const auto written = io::write_file(name, formatted);
  if (written) return kDone;
  write_error("warchest: " + written.error + "\n");
  return kUnreadable;
}

}  // namespace

int fmt(const Options& options) {
  int code = kDone;
  for (const std::string& name : options.models) {
    if (interrupted()) return kInterrupted;
    code = std::max(code, format_one(name, options));
  }
  return code;
}

}  // namespace warchest::app
