// trace: one path told month by month.
#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/session.h"
#include "app/terminal.h"
#include "report/story.h"

namespace warchest::app {

int trace(const Options& options) {
  Session session(options);
  int code = kDone;
  const auto file = session.model(true, code);
  if (!file) return code;
  const analysis::Story story = warchest::trace(*file, {options.path, options.seed});
  if (options.json) return session.finish(report::story_json(story, std::string(version()), file->sha256), kDone);
  return session.finish(report::story_text(story, output_width()), kDone);
}

}  // namespace warchest::app
