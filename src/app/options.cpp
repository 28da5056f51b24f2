// Each command declares its options; examples stand before all else in its help, because that is what people look for. A wrong option is
// answered with the nearest right one.
#include "app/options.h"

#include <fmt/format.h>


#include <CLI/CLI.hpp>
#include <charconv>
#include <array>
#include <functional>
#include <map>

#include "app/captable_command_line.h"
#include "app/command_line.h"
#include "app/exit_code.h"
#include "app/import_command_line.h"
#include "text/names.h"
#include "warchest.h"

namespace warchest::app {

namespace {

constexpr std::uint64_t kFewestPaths = 16;
constexpr std::uint64_t kMostPaths = 10'000'000'000;
constexpr std::uint64_t kMostTablePaths = 262'144;  // whose values are kept, so that quantiles are exact
constexpr std::uint64_t kMostThreads = 1024;

struct Later {
  const char* name;
  const char* what;
};
constexpr std::array kLater = {
    Later{"compare", "two scenarios or files on the same luck"}, Later{"explain", "what drives an answer"},
    Later{"score", "past forecasts against what happened"},
    Later{"report", "one self-contained page or workbook"},      Later{"serve", "the page in a browser"},
};

const std::map<std::string, analysis::Period> kPeriods = {
    {"month", analysis::Period::month},
    {"quarter", analysis::Period::quarter},
    {"year", analysis::Period::year},
    {"fiscal_year", analysis::Period::fiscal_year}};
const std::map<std::string, analysis::Shown> kStatements = {{"all", analysis::Shown::all},
                                                            {"income", analysis::Shown::income},
                                                            {"cash", analysis::Shown::cash},
                                                            {"balance", analysis::Shown::balance}};

// "5%" or "0.05"; nothing for what is no share.
std::optional<double> parse_share(const std::string& text) {
  const bool percent = !text.empty() && text.back() == '%';
  const std::string number = percent ? text.substr(0, text.size() - 1) : text;
  double value = 0;
  const auto [end, wrong] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (number.empty() || wrong != std::errc() || end != number.data() + number.size()) return std::nullopt;
  if (percent) value /= 100;
  return value >= 0 && value <= 1 ? std::optional(value) : std::nullopt;
}

// --- groups of options ---------------------------------------------------------------------------------------------------

void add_model(CLI::App& command, Options& options) {
  command.add_option_function<std::string>("MODEL", [&options](const std::string& given) { options.models = {given}; },
                                           "A file of the model language, or - for standard input")
      ->required()
      ->type_name("");
}

void add_sampling(CLI::App& command, Options& options) {
  count(command, "--paths", [&options](std::uint64_t n) { options.paths = n; }, kFewestPaths, kMostPaths, "Paths of the simulation (default 100,000)");
  count(command, "--seed", [&options](std::uint64_t n) { options.seed = n; }, 0, std::uint64_t{1} << 53, "Which luck; the same seed gives the same answer (default 1)");
  count(command, "--threads", [&options](std::uint64_t n) { options.threads = static_cast<int>(n); }, 0, kMostThreads,
        "Threads; the answer does not depend on it (default: all processors)");
}

void add_verdict(CLI::App& command, Options& options) {
  command.add_option("--fail-if", options.fail_if, "End with 1 if this holds, as in \"chance(openai.lasts >= 12 months) < 90%\"")->type_name("CONDITION");
}

void add_path(CLI::App& command, Options& options) {
  count(command, "--path", [&options](std::uint64_t n) { options.path = n; }, 0, kMostPaths, "Which path (default: all luck at its median)");
  count(command, "--seed", [&options](std::uint64_t n) { options.seed = n; }, 0, std::uint64_t{1} << 53, "Which luck (default 1)");
}

// --- the commands -----------------------------------------------------------------------------------------------------------

void declare(CLI::App& app, Options& options) {
  const auto command = [&](const char* name, Command which, const char* short_help, const char* examples) {
    return add_command(app, name, short_help, examples, [&options, which] { options.command = which; });
  };
  {
    CLI::App* run = command("run", Command::run, "Answers every ask of a model and tests every check.",
                            "Examples:\n"
                            "  warchest run openai.chest\n"
                            "  warchest run openai.chest --paths 1M --set openai.cash='$5B'\n"
                            "  warchest run plan.chest --quiet --fail-if \"chance(acme.lasts >= 12 months) < 90%\"");
    add_model(*run, options);
    add_sampling(*run, options);
    add_changes(*run, options);
    add_verdict(*run, options);
    count(*run, "--worst", [&options](std::uint64_t n) { options.worst = n; }, 0, 1000, "Also tell the N paths that run out of cash first");
    add_output(*run, options, true);
  }
  {
    CLI::App* ask = command("ask", Command::ask, "Answers some of a model's asks, or a question that is not in the file.",
                            "Examples:\n"
                            "  warchest ask openai.chest lasts\n"
                            "  warchest ask openai.chest --expr \"chance(openai.cash > $1B through 2026-12)\"\n"
                            "  warchest ask openai.chest --expr openai.cash --at 2026-12");
    add_model(*ask, options);
    ask->add_option("NAME", options.names, "Names of asks")->type_name("");
    ask->add_option("--expr", options.expression, "A question of its own")->type_name("EXPRESSION");
    ask->add_option("--at", options.expression_at, "With --expr: the month in which a monthly value is answered")->type_name("DATE");
    add_sampling(*ask, options);
    add_changes(*ask, options);
    add_verdict(*ask, options);
    add_output(*ask, options, true);
  }
  {
    CLI::App* check = command("check", Command::check, "Tests a model's syntax, names, units, periods, and that no decision looks ahead.",
                              "Examples:\n"
                              "  warchest check openai.chest\n"
                              "  warchest check openai.chest --explain\n"
                              "  warchest check openai.chest --cited");
    add_model(*check, options);
    check->add_flag("--explain", options.explain, "Say in words how each value varies");
    check->add_flag("--cited", options.cited, "List what no source supports");
    add_changes(*check, options);
    add_output(*check, options, false);
  }
  {
    CLI::App* fmt = command("fmt", Command::fmt, "Rewrites models in their canonical form, in place.",
                            "Examples:\n"
                            "  warchest fmt openai.chest\n"
                            "  warchest fmt --check models/*.chest\n"
                            "  warchest fmt - < openai.chest");
    fmt->add_option("MODEL", options.models, "Files, or - from standard input to standard output")->required()->type_name("");
    fmt->add_flag("--check", options.only_check, "Change nothing; end with 1 if a file is not in canonical form");
  }
  {
    CLI::App* show = command("show", Command::show, "Prints what a stage makes of a model.",
                             "Examples:\n"
                             "  warchest show tree openai.chest\n"
                             "  warchest show model openai.chest\n"
                             "  warchest show program openai.chest");
    show->add_option("STAGE", options.stage, "tree, model or program")->required()->type_name("");
    add_model(*show, options);
    add_changes(*show, options);
  }
  {
    CLI::App* table = command("table", Command::table, "Prints the three statements: of one path, or line by line over all paths.",
                              "Examples:\n"
                              "  warchest table openai.chest --by year\n"
                              "  warchest table openai.chest --by fiscal_year --fiscal-year-end 6 --statement income --mean\n"
                              "  warchest table openai.chest --quantile 5% --statement balance\n"
                              "  warchest table openai.chest --path 4711 --csv");
    add_model(*table, options);
    add_path(*table, options);
    choice(*table, "--by", options.by, kPeriods, "Length of a period (default month)");
    count(*table, "--fiscal-year-end", [&options](std::uint64_t n) { options.fiscal_year_ends = static_cast<int>(n); }, 1, 12,
          "The last month of a fiscal year (default 12)");
    choice(*table, "--statement", options.statement, kStatements, "Which statement (default all, and what stands beside them)");
    table->add_option("--company", options.company, "Which company (default all)")->type_name("NAME");
    auto* mean = table->add_flag("--mean", options.mean, "The mean over all paths instead of one path");
    auto* quantile = table->add_option_function<std::string>(
        "--quantile",
        [&options](const std::string& given) {
          options.quantile = parse_share(given);
          if (!options.quantile) throw CLI::ValidationError("--quantile", "takes a share from 0 % to 100 %, as 5% or 0.05");
        },
        "Of every line the value that this share of all paths stays below");
    quantile->type_name("SHARE");
    quantile->excludes(mean);
    count(*table, "--paths", [&options](std::uint64_t n) { options.table_paths = n; }, kFewestPaths, kMostTablePaths,
          "With --mean or --quantile: paths of the simulation (default 10,000)");
    table->add_flag("--csv", options.csv, "Comma-separated values with every digit");
    add_changes(*table, options);
    add_output(*table, options, false);
  }
  {
    CLI::App* trace = command("trace", Command::trace, "Tells one path month by month, with every draw and decision.",
                              "Examples:\n"
                              "  warchest trace openai.chest --path 4711\n"
                              "  warchest trace openai.chest --path 4711 --json");
    add_model(*trace, options);
    add_path(*trace, options);
    add_changes(*trace, options);
    add_output(*trace, options, false);
  }
  {
    CLI::App* made = command("new", Command::new_model, "Writes a commented model to start from.",
                             "Examples:\n"
                             "  warchest new acme --template saas\n"
                             "  warchest new --list");
    made->add_option_function<std::string>("NAME", [&options](const std::string& given) { options.models = {given}; },
                                           "Of the file, NAME.chest, and of its company")
        ->type_name("");
    made->add_option("--template", options.template_name, "What kind of company")->type_name("TEMPLATE");
    made->add_flag("--list", options.list, "Only say which templates there are");
  }
  {
    CLI::App* help = command("help", Command::help, "Explains a kind, a function, a measure or a diagnostic code.",
                             "Examples:\n"
                             "  warchest help\n"
                             "  warchest help round\n"
                             "  warchest help quantile\n"
                             "  warchest help unit-mismatch");
    help->add_option("WORD", options.names, "A kind, function, measure or code")->type_name("")->expected(0, 1);
  }
}

std::string overview() {
  return
      "Examples:\n"
      "  warchest run openai.chest\n"
      "  warchest ask openai.chest --expr \"chance(openai.cash > $1B through 2026-12)\"\n"
      "  warchest help round\n"
      "\n"
      "How long does the money last, and what do the next rounds cost?\n"
      "\n"
      "Usage: warchest COMMAND [OPTIONS]\n"
      "\n"
      "Commands:\n"
      "  run MODEL            answers every ask and tests every check\n"
      "  ask MODEL NAME...    answers some asks; --expr for one that is not in the file\n"
      "  check MODEL          syntax, names, units, periods, the no-future rule\n"
      "  fmt MODEL...         canonical form, in place; --check for CI\n"
      "  show STAGE MODEL     prints the tree, the model or the program\n"
      "  table MODEL          the three statements, by month, quarter or year\n"
      "  trace MODEL          one path told month by month\n"
      "  captable ACTION      the cap table alone: show, round, exit, breakpoints, import, export\n"
      "  import investors     investor blocks from a table (CSV) of dated cheques\n"
      "  new NAME             a commented model to start from, --template saas; --list\n"
      "  help [WORD]          the page of a kind, function, measure or diagnostic code\n"
      "\n"
      "Every command takes --help; --version prints the version.\n"
      "Ends with 0 done, 1 a check does not hold, 2 wrong usage, 3 the model is wrong, 4 a file cannot be read,\n"
      "5 no answer within the limits, 70 a fault of ours, 130 interrupted.\n";
}

Parsed unknown_command(const std::string& word) {
  for (const Later& later : kLater) {
    if (word == later.name) {
      return wrong(fmt::format("the command {} ({}) comes with a later version; this one has run, ask, check, fmt, show, table, trace, captable, import, new and help", later.name, later.what));
    }
  }
  const std::vector<std::string> known = {"run", "ask", "check", "fmt", "show", "table", "trace", "captable", "import", "new", "help"};
  const auto nearest = text::nearest_name(word, known);
  return wrong(fmt::format("there is no command \"{}\"{}", word, nearest ? fmt::format("; did you mean {}?", *nearest) : "; see warchest --help"));
}

Parsed check_together(const Options& options) {
  if (options.command == Command::ask && options.names.empty() && options.expression.empty()) {
    return wrong("ask needs the name of an ask, or --expr with a question");
  }
  if (options.command == Command::new_model && !options.list && options.models.empty()) {
    return wrong("new needs a NAME for the model, as in  warchest new acme --template saas;  --list says which templates there are");
  }
  if (!options.expression_at.empty() && options.expression.empty()) return wrong("--at belongs to --expr");
  if (options.csv && options.json) return wrong("--csv and --json exclude each other");
  if (options.worst > 0 && options.json) return wrong("--worst tells paths in words; with --json, ask trace for one path");
  if (options.quiet && options.json) return wrong("--quiet and --json exclude each other");
  if (options.command == Command::show && options.stage != "tree" && options.stage != "model" && options.stage != "program") {
    return wrong(fmt::format("show prints tree, model or program, not \"{}\"", options.stage));
  }
  return {options, 0, {}};
}

}  // namespace

std::optional<std::uint64_t> parse_count(const std::string& text) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 53;
  const std::map<char, int> suffixes = {{'k', 3}, {'K', 3}, {'M', 6}, {'B', 9}, {'G', 9}};
  std::string digits = text;
  int places = 0;  // by which the point still moves to the right
  if (!digits.empty() && suffixes.contains(digits.back())) {
    places = suffixes.at(digits.back());
    digits.pop_back();
  }
  if (digits.empty() || digits.front() == '_' || digits.back() == '_' || digits.front() == '.' || digits.back() == '.') return std::nullopt;
  std::uint64_t value = 0;
  bool fraction = false;
  for (const char c : digits) {
    if (c == '_') continue;
    if (c == '.' && !fraction) {
      fraction = true;
      continue;
    }
    if (c < '0' || c > '9') return std::nullopt;
    if (fraction && --places < 0 && c != '0') return std::nullopt;  // finer than one
    if (fraction && places < 0) continue;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
    if (value > kMost) return std::nullopt;
  }
  for (; places > 0; --places) {
    value *= 10;
    if (value > kMost) return std::nullopt;
  }
  return value;
}

Parsed parse_options(int argument_count, const char* const* arguments) {
  if (argument_count < 2) return {std::nullopt, kWrongUsage, overview()};
  const std::string first = arguments[1];
  if (first == "--help" || first == "-h") return {std::nullopt, kDone, overview()};
  if (first == "--version") return {std::nullopt, kDone, fmt::format("warchest {}\n", version())};
  if (first.empty() || first[0] == '-') return wrong(fmt::format("a command comes first, not \"{}\"; see warchest --help", first));

  if (first == "captable") return parse_captable(argument_count - 1, arguments + 1);
  if (first == "import") return parse_import(argument_count - 1, arguments + 1);
  if (first == "help" && argument_count == 3 && std::string(arguments[2]) == "import") {
    constexpr const char* kAsked[] = {"import", "--help"};
    return parse_import(2, kAsked);
  }
  if (first == "help" && argument_count == 3 && std::string(arguments[2]) == "captable") {  // a command that is large enough for a page
    constexpr const char* kAsked[] = {"captable", "--help"};
    return parse_captable(2, kAsked);
  }

  CLI::App app("", "warchest");
  app.require_subcommand(1);
  Options options;
  declare(app, options);
  bool known = false;
  for (const CLI::App* command : app.get_subcommands({})) known = known || command->get_name() == first;
  if (!known) return unknown_command(first);
  const auto needs = [](const std::string& name) { return name == "show" ? "a stage (tree, model or program) and a MODEL" : "a MODEL"; };
  if (auto done = parse_words(app, first, argument_count, arguments, needs)) return *done;
  return check_together(options);
}

}  // namespace warchest::app
