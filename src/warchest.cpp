// The pipeline, stage by stage, in the order in which it runs; read this file first. Each function is a list of stages with a timer
// around each. What a stage does stands in its folder; nothing is decided here.
#include "warchest.h"

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "analysis/answers.h"
#include "analysis/companions.h"
#include "analysis/search.h"
#include "engine/engine.h"
#include "engine/reference.h"
#include "io/csv.h"
#include "io/file.h"
#include "io/ocf.h"
#include "io/sha256.h"
#include "kernels/kernels.h"
#include "model/print.h"
#include "program/lower.h"
#include "quantity/date.h"
#include "report/json.h"
#include "text/check.h"
#include "text/render.h"

namespace warchest {

namespace {

constexpr std::size_t kMostFiles = 200;

// Adds the time until it goes to the timings, if there are any.
class Timer {
 public:
  Timer(Timings* timings, std::string name) : timings_(timings), name_(std::move(name)), begin_(std::chrono::steady_clock::now()) {}
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  ~Timer() {
    if (timings_ != nullptr) timings_->add(std::move(name_), std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count());
  }

 private:
  Timings* timings_;
  std::string name_;
  std::chrono::steady_clock::time_point begin_;
};

void complain(ModelFile& file, text::Code code, text::Span span, std::string message) {
  file.complaints.add({code, text::Severity::error, span, std::move(message)});
}

void read_table(ModelFile& file, const model::WantedFile& wanted, const std::string& path) {
  if (file.inputs.samples.contains(wanted.name)) return;
  const auto text = io::read_file(path, io::kMaxDataBytes);
  if (!text) return complain(file, text::Code::file_not_read, wanted.span, text.error);
  const auto csv = io::parse_csv(*text);
  if (!csv) return complain(file, text::Code::bad_csv, wanted.span, path + ": " + csv.error);
  auto& columns = file.inputs.samples[wanted.name];
  for (const std::string& name : csv->columns) {
    auto numbers = csv->numbers(name);
    if (numbers) columns[name] = std::move(*numbers.value);  // a column of words is no sample; who wants it is told so by check
  }
}

// A package of the Open Cap Format. One that leaves a term open has no exact table: the first such is told, with how many more there are.
void read_captable(ModelFile& file, const model::WantedFile& wanted, const std::string& path) {
  if (file.inputs.captables.contains(wanted.name)) return;
  auto imported = io::read_ocf(path);
  if (!imported) return complain(file, text::Code::captable_missing, wanted.span, imported.error);
  if (imported->table) {
    file.inputs.captables[wanted.name] = *imported->table;
    return;
  }
  const auto& open = imported->questions;
  std::string told = open.empty() ? "it holds no cap table" : open.front().security + ": " + open.front().text;
  if (open.size() > 1) told += ", and " + std::to_string(open.size() - 1) + " more";
  file.complaints.add({.code = text::Code::captable_missing,
                       .severity = text::Severity::error,
                       .span = wanted.span,
                       .message = "the package \"" + wanted.name + "\" leaves terms open: " + told,
                       .suggestion = "answer in warchest.sidecar.json beside its manifest"});
}

// Everything that the files name, and what those name in turn, each once.
void read_named_files(ModelFile& file, const io::Library& library) {
  std::map<std::string, std::size_t> seen = {{file.name, 0}};
  for (std::size_t t = 0; t < file.trees.size(); ++t) {
    for (const model::WantedFile& wanted : model::wanted_files(file.trees[t])) {
      const auto path = wanted.captable ? library.find_package(wanted.name) : library.find(wanted.name);
      if (!path) {
        complain(file, text::Code::file_not_read, wanted.span, path.error);
        continue;
      }
      if (wanted.captable) {
        read_captable(file, wanted, *path);
        continue;
      }
      if (!wanted.model) {
        read_table(file, wanted, *path);
        continue;
      }
      const auto [known, fresh] = seen.try_emplace(*path, file.trees.size());
      if (!fresh) {
        file.inputs.models.emplace(wanted.name, known->second);
        continue;
      }
      if (seen.size() > kMostFiles + 1) return complain(file, text::Code::file_not_read, wanted.span, "this model uses more than 200 files");
      auto text = io::read_file(*path, text::kMaxSourceBytes);
      const bool shipped = wanted.name.starts_with("std/");  // called as the model calls it, wherever it is installed
      if (!text) {
        complain(file, text::Code::file_not_read, wanted.span, text.error);
        seen.erase(known);
        continue;
      }
      file.sha256 += io::sha256(*text);
      file.inputs.models.emplace(wanted.name, file.trees.size());
      file.trees.push_back(lang::parse(file.sources.add(shipped ? wanted.name : *path, std::move(*text.value)), file.complaints));
    }
  }
}

std::optional<lang::ParsedExpression> parsed(ModelFile& file, std::string name, const std::string& text) {
  if (text.empty()) return std::nullopt;
  lang::ParsedExpression expression = lang::parse_expression(file.sources.add(std::move(name), text), file.complaints);
  if (expression.root == lang::ExprId::none) return std::nullopt;
  return expression;
}

// The asks to run, by index.
program::LowerOptions lower_options(const model::Model& model, const RunOptions& options) {
  program::LowerOptions lowering;
  lowering.checks = options.checks;
  lowering.all_asks = false;
  if (options.asks.empty()) lowering.asks = analysis::asks_to_show(model);
  for (std::uint32_t ask = 0; ask < model.asks.size(); ++ask) {
    for (const std::string& name : options.asks) {
      if (model.asks[ask].name == name) lowering.asks.push_back(ask);
    }
  }
  return lowering;
}

const model::Model& checked(const ModelFile& file) {
  WARCHEST_CHECK(file.model.has_value(), "a model was used that has not passed check()");
  return *file.model;
}

// The case that `table` and `trace` tell: the plan as it is, in the scenario of the command line.
model::Case told_case(const ModelFile& file) {
  model::Case which = program::base_case();
  const model::Model& model = checked(file);
  for (std::uint32_t s = 0; s < model.scenarios.size(); ++s) {
    if (!file.options.scenario.empty() && model.scenarios[s].name == file.options.scenario) which.scenario = s;
  }
  return which;
}

int start_of(const model::Model& model) { return quantity::month_number(model.settings.start_year, model.settings.start_month); }

engine::PathOptions path_options(const PathChoice& which) {
  engine::PathOptions options;
  options.median = !which.path.has_value();
  options.path = which.path.value_or(0);
  options.seed = which.seed;
  return options;
}

}  // namespace

std::string_view version() { return WARCHEST_VERSION; }

void Timings::add(std::string name, double seconds) {
  for (Stage& stage : stages) {
    if (stage.name == name) {
      stage.seconds += seconds;
      return;
    }
  }
  stages.push_back({std::move(name), seconds});
}

ModelFile load(const std::string& path, LoadOptions options, Timings* timings) {
  io::Result<std::string> text;
  {
    const Timer timer(timings, "read");
    text = io::read_file(path, text::kMaxSourceBytes);
  }
  if (!text) {
    ModelFile file;
    file.name = path;
    file.options = std::move(options);
    file.unreadable = text.error;
    return file;
  }
  return load_text(path == "-" ? "<input>" : path, std::move(*text.value), io::folder_of(path), std::move(options), timings);
}

ModelFile load_text(std::string name, std::string text, const std::string& folder, LoadOptions options, Timings* timings) {
  const Timer timer(timings, "parse");
  ModelFile file;
  file.name = name;
  file.options = std::move(options);
  file.sha256 = io::sha256(text);
  file.trees.push_back(lang::parse(file.sources.add(std::move(name), std::move(text)), file.complaints));
  read_named_files(file, {folder, io::shipped_folder()});
  if (file.trees.size() > 1) file.sha256 = io::sha256(file.sha256);
  return file;
}

bool check(ModelFile& file, Timings* timings) {
  const Timer timer(timings, "check");
  if (!file.unreadable.empty()) return false;
  model::CheckOptions options;
  for (const auto& [name, value] : file.options.set) {
    if (auto expression = parsed(file, "--set " + name, value)) options.settings.push_back({name, std::move(*expression)});
  }
  options.scenario = file.options.scenario;
  options.expression = parsed(file, file.options.expression_name, file.options.expression);
  options.expression_at = parsed(file, "--at", file.options.expression_at);
  if (file.complaints.has_errors()) {  // still look for mistakes of meaning, so that all are shown at once
    model::check(file.trees, file.inputs, options, file.complaints);
    return false;
  }
  file.model = model::check(file.trees, file.inputs, options, file.complaints);
  return file.model.has_value() && !file.complaints.has_errors();
}

std::string complaints_text(const ModelFile& file, bool colour) {
  if (!file.unreadable.empty()) return file.unreadable + "\n";
  text::RenderOptions options;
  options.colour = colour;
  return text::render_text(file.complaints, file.sources, options);
}

std::string complaints_json(const ModelFile& file) {
  if (!file.unreadable.empty()) return report::error_to_json("unreadable", file.unreadable, version());
  return report::errors_to_json(text::render_json_array(file.complaints, file.sources), version());
}

namespace {

// Asks that search are runs of their own. Their answers take the places among the others; false where the run was stopped.
bool add_searches(analysis::Answers& answers, const model::Model& model, const std::vector<std::uint32_t>& asked, const RunOptions& options) {
  if (std::none_of(asked.begin(), asked.end(), [&](std::uint32_t ask) { return model.asks[ask].find.has_value(); })) return true;
  const Timer timer(options.timings, "search");
  engine::RunOptions running;
  running.paths = options.paths;
  running.seed = options.seed;
  running.threads = options.threads;
  running.stop = options.stop;
  if (answers.bit_group.empty()) answers.bit_group = std::string(kernels::bit_group());
  std::vector<analysis::AskAnswers> all;
  for (const std::uint32_t id : asked) {
    const model::Ask& ask = model.asks[id];
    const auto known = std::find_if(answers.asks.begin(), answers.asks.end(), [&](const auto& one) { return one.name == ask.name; });
    if (!ask.find) {
      if (known != answers.asks.end()) all.push_back(std::move(*known));
      continue;
    }
    all.push_back({ask.name, ask.label, analysis::search(model, id, running)});
    if (all.back().answers.size() < ask.cases.size()) return false;
  }
  answers.asks = std::move(all);
  return true;
}

}  // namespace

analysis::Answers run(const ModelFile& file, const RunOptions& options) {
  WARCHEST_CHECK(options.paths >= engine::kFewestPaths, "a run has at least 16 paths");
  const analysis::Questions questions = options.charts ? analysis::with_companions(checked(file)) : analysis::as_asked(checked(file));
  program::Lowered lowered;
  std::vector<std::uint32_t> asked;  // searches among them
  {
    const Timer timer(options.timings, "lower");
    program::LowerOptions lowering = lower_options(questions.model, options);
    lowering.check_case = told_case(file);
    asked = lowering.asks;
    std::erase_if(lowering.asks, [&](std::uint32_t ask) { return questions.model.asks[ask].find.has_value(); });
    lowered = program::lower(questions.model, lowering);
  }
  std::vector<results::Results> results;
  {
    const Timer timer(options.timings, "run");
    engine::RunOptions running;
    running.paths = options.paths;
    running.seed = options.seed;
    running.threads = options.threads;
    running.stop = options.stop;
    running.progress = options.progress;
    std::vector<const program::Program*> programs;
    for (const program::Run& one : lowered.runs) programs.push_back(&one.program);
    results = engine::run_all(programs, running);
  }
  const Timer timer(options.timings, "answer");
  analysis::Answers answers;
  if (!results.empty() && results.back().interrupted) {
    answers.interrupted = true;
    return answers;
  }
  answers = analysis::answer(questions, lowered, results);
  if (!add_searches(answers, checked(file), asked, options)) {
    answers.interrupted = true;
    return answers;
  }
  answers.paths = options.paths;
  answers.seed = options.seed;
  return answers;
}

std::string format(const ModelFile& file) { return lang::format(file.trees.front()); }

std::string show(const ModelFile& file, Stage stage) {
  if (stage == Stage::tree) return lang::print(file.trees.front());
  const model::Model& model = checked(file);
  if (stage == Stage::model) return model::print(model);
  std::string text;
  for (const program::Run& run : program::lower(model).runs) {
    text += "# case " + (run.which.label.empty() ? std::string("base") : run.which.label) + "\n" + program::print(run.program);
  }
  return text;
}

analysis::Statements table(const ModelFile& file, const TableChoice& choice) {
  const model::Model& model = checked(file);
  program::Statement statement = program::lower_statement(model, told_case(file));
  const analysis::StatementLayout layout{start_of(model), choice.period, choice.year_ends, choice.shown, choice.company};
  analysis::Statements made;
  if (choice.over) {
    made = analysis::statements(std::move(statement), *choice.over, choice.which.seed, layout);
  } else {
    const engine::Reference reference(statement.program);
    made = analysis::statements(statement, reference.run(path_options(choice.which)), layout);
  }
  made.title = model.settings.title;
  made.scenario = file.options.scenario;
  made.path = choice.which.path;
  made.seed = choice.which.seed;
  return made;
}

analysis::Story trace(const ModelFile& file, const PathChoice& which) {
  const model::Model& model = checked(file);
  return analysis::story(model, program::lower_statement(model, told_case(file)), path_options(which));
}

std::vector<analysis::WorstPath> worst(const ModelFile& file, std::size_t count, const RunOptions& options) {
  const Timer timer(options.timings, "worst");
  const model::Model& model = checked(file);
  if (model.companies.empty()) return {};
  const program::Statement statement = program::lower_statement(model, told_case(file));
  return analysis::worst_paths(statement, model.companies.front().name + ".out_of_cash", count, options.paths, options.seed, options.stop, options.progress);
}

report::Origin origin(const ModelFile& file) { return {file.name, file.sha256, std::string(version())}; }

std::string report_text(const ModelFile& file, const analysis::Answers& answers, const report::TextOptions& options) {
  return report::to_text(answers, report::assumptions(checked(file), file.sources), origin(file), options);
}

std::string report_json(const ModelFile& file, const analysis::Answers& answers) { return report::to_json(answers, origin(file)); }

}  // namespace warchest
