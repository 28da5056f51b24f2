// What all commands share: a model loaded and checked with its complaints told, timings, and the last word about the output.
#pragma once

#include <optional>
#include <string>

#include "app/options.h"
#include "warchest.h"

namespace warchest::app {

struct Session {
  const Options& options;
  Timings timings;

  explicit Session(const Options& given) : options(given) {}

  // The model named on the command line, up to `checked`; or the exit code, after the complaints have been told. Warnings are told too.
  std::optional<ModelFile> model(bool checked, int& exit_code);
  // The same for a file that is loaded already.
  std::optional<ModelFile> checked(ModelFile file, bool checked, int& exit_code);
  // Tells the complaints of a file and gives the exit code that they mean.
  int complain(const ModelFile& file);
  Timings* timing() { return options.timings ? &timings : nullptr; }

  // Writes the result, then the timings; gives `code`, or kUnreadable where the output could not be written.
  int finish(const std::string& output, int code);
  // A complaint that belongs to no place in a text, as text or JSON.
  int fail(int code, const char* name, const std::string& message);
};

}  // namespace warchest::app
