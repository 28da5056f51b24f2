// show: what a stage makes of a model, for those who want to see inside, and for the tests.
#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/session.h"

namespace warchest::app {

int show(const Options& options) {
  const Stage stage = options.stage == "tree" ? Stage::tree : options.stage == "model" ? Stage::model : Stage::program;
  Session session(options);
  int code = kDone;
  const auto file = session.model(stage != Stage::tree, code);
  if (!file) return code;
  return session.finish(warchest::show(*file, stage), kDone);
}

}  // namespace warchest::app
