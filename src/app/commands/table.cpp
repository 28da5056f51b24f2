// table: the three statements, of one path or line by line over all paths.
#include <fmt/format.h>

#include <algorithm>

#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/session.h"
#include "app/terminal.h"
#include "report/columns.h"
#include "report/statement.h"

namespace warchest::app {

int table(const Options& options) {
  Session session(options);
  int code = kDone;
  const auto file = session.model(true, code);
  if (!file) return code;
  const auto& companies = file->model->companies;
  const auto called = [&](const auto& company) { return company.name == options.company; };
  if (!options.company.empty() && std::none_of(companies.begin(), companies.end(), called)) {
    std::string names;
    for (const auto& company : companies) names += (names.empty() ? "it has " : ", ") + company.name;
    return session.fail(kWrongUsage, "unknown-company",
                        fmt::format("the model has no company \"{}\"; {}", report::printable(options.company), names));
  }
  const bool over = options.mean || options.quantile.has_value();
  if (over && options.path) return session.fail(kWrongUsage, "bad-option", "--path tells one path, --mean and --quantile all of them");
  TableChoice choice;
  choice.which = {options.path, options.seed};
  if (over) choice.over = analysis::Statements::Over{options.table_paths, options.quantile};
  choice.period = options.by;
  choice.year_ends = options.fiscal_year_ends;
  choice.shown = options.statement;
  choice.company = options.company;
  const analysis::Statements statements = warchest::table(*file, choice);
  if (options.csv) return session.finish(report::statements_csv(statements), kDone);
  if (options.json) return session.finish(report::statements_json(statements, std::string(version()), file->sha256), kDone);
  return session.finish(report::statements_text(statements, output_width()), kDone);
}

}  // namespace warchest::app
