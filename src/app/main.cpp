// The door: reads the command line, calls the command, and turns whatever goes wrong inside into an exit code. A mistake of ours
// (a failed WARCHEST_CHECK or any exception) ends here with 70 and the words to report it with; it never looks like a user's mistake.
#include <fmt/format.h>

#include <exception>
#include <new>

#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/options.h"
#include "app/terminal.h"

namespace warchest::app {

namespace {

int dispatch(const Options& options) {
  switch (options.command) {
    case Command::run:
    case Command::ask: return run(options);
    case Command::check: return check(options);
    case Command::fmt: return fmt(options);
    case Command::show: return show(options);
    case Command::table: return table(options);
    case Command::trace: return trace(options);
    case Command::captable: return captable(options);
    case Command::import_investors: return import_investors(options);
    case Command::new_model: return new_model(options);
    case Command::help: return help(options);
  }
  return kFault;
}

int start(int count, const char* const* arguments) {
  const Parsed parsed = parse_options(count, arguments);
  if (!parsed.options) {
    if (parsed.exit_code != kDone) write_error(parsed.output);
    return parsed.exit_code == kDone && !write_output(parsed.output) ? static_cast<int>(kUnreadable) : parsed.exit_code;
  }
  watch_interrupts();
  const int code = dispatch(*parsed.options);
  return interrupted() ? static_cast<int>(kInterrupted) : code;
}

}  // namespace

}  // namespace warchest::app

int main(int count, char** arguments) {
  using namespace warchest::app;
  try {
    return start(count, arguments);
  } catch (const std::bad_alloc&) {
    write_error("warchest: there is not enough memory for this\n");
    return kNoAnswer;
  } catch (const std::exception& error) {
    write_error(fmt::format("warchest: a fault of ours, please report it: {}\n", error.what()));
    return kFault;
  } catch (...) {
    write_error("warchest: a fault of ours, please report it: unknown\n");
    return kFault;
  }
}
