// run and ask: simulate, answer, test the checks; then the condition of --fail-if and the paths of the tail, on the same luck.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/session.h"
#include "app/terminal.h"
#include "quantity/date.h"
#include "report/figures.h"
#include "report/story.h"
#include "text/names.h"

namespace warchest::app {

namespace {

RunOptions run_options(const Options& options, ProgressBar& bar, Timings* timings) {
  RunOptions running;
  running.paths = options.paths;
  running.seed = options.seed;
  running.threads = options.threads;
  running.stop = &interrupted();
  running.progress = bar.callback();
  running.timings = timings;
  return running;
}

// The asks that the command names, or why not.
std::optional<std::string> unknown_ask(const model::Model& model, const std::vector<std::string>& names) {
  std::vector<std::string> known;
  for (const model::Ask& ask : model.asks) known.push_back(ask.name);
  for (const std::string& name : names) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const auto nearest = text::nearest_name(name, known);
    std::string list;
    for (const std::string& one : known) list += (list.empty() ? "" : ", ") + one;
    const std::string hint = nearest ? fmt::format("did you mean {}?", *nearest)
                             : list.empty() ? std::string("it has none; ask with --expr")
                                            : "it has " + list;
    return fmt::format("the model has no ask \"{}\"; {}", name, hint);
  }
  return std::nullopt;
}

// Whether the condition of --fail-if holds: 1, 0, or nothing where it could not be told (exit_code says why).
std::optional<bool> fails(const Options& options, ProgressBar& bar, int& exit_code) {
  Options question = options;
  question.expression = options.fail_if;
  question.expression_at.clear();
  question.expression_name = "--fail-if";
  Session session(question);
  const auto file = session.model(true, exit_code);
  if (!file) return std::nullopt;
  RunOptions running = run_options(options, bar, nullptr);
  running.asks = {"expr"};
  running.checks = running.charts = false;
  const analysis::Answers answers = warchest::run(*file, running);
  if (answers.interrupted) {
    exit_code = kInterrupted;
    return std::nullopt;
  }
  for (const analysis::AskAnswers& ask : answers.asks) {
    for (const analysis::Answer& answer : ask.answers) {
      if (answer.truth) return answer.figure.value == 1;
    }
  }
  exit_code = session.fail(kWrongUsage, "fail-if", fmt::format("--fail-if wants a comparison across paths, as \"chance({}) > 10%\"", options.fail_if));
  return std::nullopt;
}

std::string tail_text(const ModelFile& file, const Options& options, ProgressBar& bar, Timings* timings) {
  const std::vector<analysis::WorstPath> worst = warchest::worst(file, options.worst, run_options(options, bar, timings));
  bar.clear();
  const model::Settings& settings = file.model->settings;
  const int start = quantity::month_number(settings.start_year, settings.start_month);
  std::string text = fmt::format("\nThe {} of {} paths on which cash runs out first (warchest trace --path N tells all of one)\n", worst.size(),
                                 report::grouped(options.paths));
  for (const analysis::WorstPath& path : worst) {
    const std::string when = std::isfinite(path.month) ? report::month_short(start + static_cast<int>(std::lround(path.month)))
                                                       : fmt::format("not within {} months", settings.months);
    text += fmt::format("\npath {}: {}\n", path.path, when);
    text += report::story_in_short(warchest::trace(file, {path.path, options.seed}), output_width());
  }
  return text;
}

std::string text_of(const ModelFile& file, const analysis::Answers& answers, const Options& options) {
  // A question from the command line has no label and wants a line, unless it is answered by a chart.
  const bool quick = !options.expression.empty() && options.names.empty() &&
                     std::none_of(answers.asks.begin(), answers.asks.end(), [](const analysis::AskAnswers& ask) {
                       return std::any_of(ask.answers.begin(), ask.answers.end(),
                                          [](const analysis::Answer& a) { return !a.companion && a.kind == analysis::AnswerKind::series; });
                     });
  if (options.quiet || quick) return report::to_quiet_text(answers);
  const report::TextOptions text{wants_colour(options.colour, STDOUT_FILENO), output_width(), options.command == Command::run};
  return report_text(file, answers, text);
}

}  // namespace

int run(const Options& options) {
  Session session(options);
  int code = kDone;
  const auto file = session.model(true, code);
  if (!file) return code;
  ProgressBar bar(options.progress);
  RunOptions running = run_options(options, bar, session.timing());
  if (options.command == Command::ask) {
    if (const auto unknown = unknown_ask(*file->model, options.names)) return session.fail(kWrongUsage, "unknown-ask", *unknown);
    running.asks = options.names;
    if (!options.expression.empty()) running.asks.push_back("expr");
    running.checks = false;
  }
  running.charts = !options.json && !options.quiet;
  const analysis::Answers answers = warchest::run(*file, running);
  if (answers.interrupted || interrupted()) return kInterrupted;
  for (const analysis::CheckAnswer& one : answers.checks) {
    if (!one.holds) code = kCheckFails;
  }
  for (const analysis::Loop& loop : answers.loops) {
    if (!loop.closed) code = kNoAnswer;
  }
  bool condition = false;
  if (!options.fail_if.empty()) {
    int why = kDone;
    const auto found = fails(options, bar, why);
    if (!found) return why;
    condition = *found;
    if (condition && code != kNoAnswer) code = kCheckFails;
  }
  bar.clear();
  std::string output = options.json ? report_json(*file, answers) : text_of(*file, answers, options);
  if (options.worst > 0 && !options.json) output += tail_text(*file, options, bar, session.timing());
  bar.clear();
  code = session.finish(output, code);
  if (condition && code == kCheckFails) write_error(fmt::format("warchest: --fail-if holds: {}\n", options.fail_if));
  return code;
}

}  // namespace warchest::app
