// The whole library in some ten functions. Each calls the stages in the order of the picture in ARCHITECTURE.md.
//
//   ModelFile file = warchest::load("openai.chest");
//   if (!warchest::check(file)) std::fputs(warchest::complaints_text(file).c_str(), stderr);
//   analysis::Answers answers = warchest::run(file, {.paths = 10'000});
//   std::fputs(warchest::report_text(file, answers, {}).c_str(), stdout);
//
// Shapes and units: a path is one possible future, a month is counted from the model's start, money is in units of the model's
// currency, a flow is per month. Every sampled figure carries its standard error. Mistakes of a model are collected in ModelFile, not
// thrown; what throws is std::bad_alloc, and text::FaultError for a mistake of ours. Nothing is global: calls on different files may
// run at once. Nothing is printed.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/answer.h"
#include "analysis/statement.h"
#include "analysis/story.h"
#include "analysis/worst.h"
#include "lang/tree.h"
#include "model/check.h"
#include "model/model.h"
#include "report/text.h"
#include "text/diagnostic.h"
#include "text/source.h"

namespace warchest {

std::string_view version();  // "0.1.0"

// What the caller adds to the text of a model.
struct LoadOptions {
  std::vector<std::pair<std::string, std::string>> set;  // full name, value as it would be written: {"openai.cash", "$5B"}
  std::string scenario;                                  // every case runs in it; empty: none
  std::string expression;                                // an ask of its own, named "expr"; empty: none
  std::string expression_at;                             // the month in which it is answered; empty: none
  std::string expression_name = "--expr";                // what complaints call it
};

// A model on its way: the texts that it is made of, what they mean, and all complaints so far.
struct ModelFile {
  std::string name;    // as given
  std::string sha256;  // of its text; where it uses others, of the list of all their hashes
  LoadOptions options;
  text::SourceMap sources;
  text::Diagnostics complaints;
  std::string unreadable;  // why a file could not be read; then the rest is empty
  std::vector<lang::Tree> trees;  // of the file itself, then of those that it uses
  model::Inputs inputs;
  std::optional<model::Model> model;  // set by check
};

// Time spent in each stage, in the order in which they ran.
struct Timings {
  struct Stage {
    std::string name;
    double seconds = 0;
  };
  std::vector<Stage> stages;
  void add(std::string name, double seconds);
};

// Reads a model and everything that it names (`use`, `sample`), from its own folder and the shipped library alone, and parses it.
// "-" is standard input. Mistakes of grammar go to ModelFile::complaints.
ModelFile load(const std::string& path, LoadOptions options = {}, Timings* timings = nullptr);
// The same for a text in memory; what it names is looked for in `folder`.
ModelFile load_text(std::string name, std::string text, const std::string& folder, LoadOptions options = {}, Timings* timings = nullptr);

// Names, units, periods, and that no decision looks ahead. True where the model can run.
bool check(ModelFile& file, Timings* timings = nullptr);

// The complaints for people (with excerpts) and for programs (one JSON object).
std::string complaints_text(const ModelFile& file, bool colour = false);
std::string complaints_json(const ModelFile& file);

struct RunOptions {
  std::uint64_t paths = 100'000;     // at least 16, one for each scramble
  std::uint64_t seed = 1;
  int threads = 0;                   // 0: one for each processor; the figures are the same for any number
  std::vector<std::string> asks;     // by name; empty: those that the model's report shows, or all
  bool checks = true;
  bool charts = true;                // also what is drawn beside the answers: the cash, the chance of having run out
  const std::atomic<bool>* stop = nullptr;                                  // once true, the run ends as soon as it can
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;  // paths, over all cases
  Timings* timings = nullptr;
};

// Every ask answered and every check tested, all cases on the same luck. Answers::interrupted where it was stopped.
analysis::Answers run(const ModelFile& file, const RunOptions& options);

// The canonical text of a model; parse(format(file)) is parse(file). The file must have no mistakes of grammar.
std::string format(const ModelFile& file);

// A stage's own print.
enum class Stage : unsigned char { tree, model, program };
std::string show(const ModelFile& file, Stage stage);

// One path, for people: the statements by period, and the story month by month. Without a path, the one whose luck is all at its median.
struct PathChoice {
  std::optional<std::uint64_t> path;
  std::uint64_t seed = 1;
};
// Over all paths: of every line the mean, or a quantile.
struct TableChoice {
  PathChoice which;
  std::optional<analysis::Statements::Over> over;  // instead of one path
  analysis::Period period = analysis::Period::month;
  int year_ends = 12;  // of fiscal years
  analysis::Shown shown = analysis::Shown::all;
  std::string company;  // by name; empty: all
};
analysis::Statements table(const ModelFile& file, const TableChoice& choice);
analysis::Story trace(const ModelFile& file, const PathChoice& which);

// The `count` paths on which the first company's cash runs out first, out of options.paths, as `trace` numbers them.
std::vector<analysis::WorstPath> worst(const ModelFile& file, std::size_t count, const RunOptions& options);

// Answers to documents.
report::Origin origin(const ModelFile& file);
std::string report_text(const ModelFile& file, const analysis::Answers& answers, const report::TextOptions& options);
std::string report_json(const ModelFile& file, const analysis::Answers& answers);

}  // namespace warchest
