// The command line as plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/statement.h"
#include "app/captable_options.h"
#include "app/import_options.h"

namespace warchest::app {

enum class Command : std::uint8_t { run, ask, check, fmt, show, table, trace, captable, import_investors, new_model, help };
enum class When : std::uint8_t { automatic, always, never };

struct Options {
  Command command = Command::run;
  std::vector<std::string> models;  // fmt takes several, help none
  std::vector<std::string> names;   // ask: asks; help: a word
  std::string stage;                // show

  std::uint64_t paths = 100'000, seed = 1;
  int threads = 0;
  std::vector<std::pair<std::string, std::string>> set;
  std::string scenario, expression, expression_at, fail_if;
  std::string expression_name = "--expr";  // in complaints
  std::uint64_t worst = 0;

  std::optional<std::uint64_t> path;
  analysis::Period by = analysis::Period::month;
  int fiscal_year_ends = 12;
  analysis::Shown statement = analysis::Shown::all;
  std::string company;
  bool mean = false;
  std::optional<double> quantile;
  std::uint64_t table_paths = 10'000;

  std::string template_name;  // new
  bool list = false;          // new
  bool json = false, csv = false, quiet = false, timings = false;
  bool explain = false, cited = false, only_check = false;
  When colour = When::automatic, progress = When::automatic;

  CapTableOptions captable;
  ImportOptions import;
};

// What the command line asks for; or nothing, with what to print and how to end: help, version, wrong usage.
struct Parsed {
  std::optional<Options> options;
  int exit_code = 0;
  std::string output;  // to standard output where exit_code is 0, else to standard error
};
Parsed parse_options(int count, const char* const* arguments);

// 100000, 100_000, 100k, 1.5M; nothing for what is no whole number from 0 to 2^53.
std::optional<std::uint64_t> parse_count(const std::string& text);

}  // namespace warchest::app
