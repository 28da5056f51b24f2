// table: the statements of one path.
#include "report/statement.h"

#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/session.h"
#include "app/terminal.h"

namespace warchest::app {

int table(const Options& options) {
  Session session(options);
  int code = kDone;
  const auto file = session.model(true, code);
  if (!file) return code;
  const analysis::Statements statements = warchest::table(*file, {options.path, options.seed}, options.by);
  if (options.csv) return session.finish(report::statements_csv(statements), kDone);
  if (options.json) return session.finish(report::statements_json(statements, std::string(version()), file->sha256), kDone);
  return session.finish(report::statements_text(statements, output_width()), kDone);
}

}  // namespace warchest::app
