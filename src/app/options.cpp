// The one file that knows CLI11. Each command is a function that declares its options; examples stand before all else in its help,
// because that is what people look for. A wrong option is answered with the nearest right one.
#include "app/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <functional>
#include <map>

#include "app/exit_code.h"
#include "text/names.h"
#include "warchest.h"

namespace warchest::app {

namespace {

constexpr std::uint64_t kFewestPaths = 16;
constexpr std::uint64_t kMostPaths = 10'000'000'000;
constexpr std::uint64_t kMostThreads = 1024;

struct Later {
  const char* name;
  const char* what;
};
constexpr std::array kLater = {
    Later{"compare", "two scenarios or files on the same luck"}, Later{"explain", "what drives an answer"},
    Later{"captable", "the cap table alone"},                    Later{"import", "investors from a table of cheques"},
    Later{"score", "past forecasts against what happened"},      Later{"report", "one self-contained page or workbook"},
    Later{"serve", "the page in a browser"},                     Later{"new", "a commented model to start from"},
};

const std::map<std::string, When> kWhen = {{"auto", When::automatic}, {"always", When::always}, {"never", When::never}};
const std::map<std::string, analysis::Period> kPeriods = {
    {"month", analysis::Period::month}, {"quarter", analysis::Period::quarter}, {"year", analysis::Period::year}};

// Help with the description, which begins with examples, on top; one blank line between the parts.
class Help : public CLI::Formatter {
 public:
  Help() { column_width(26); }
  std::string make_usage(const CLI::App* app, std::string name) const override {
    return "\nUsage: " + (app->get_parent() != nullptr ? "warchest " + app->get_name() : name) + usage_of(app) + "\n";
  }

 private:
  static std::string usage_of(const CLI::App* app) {
    std::string text = app->get_subcommands({}).empty() ? "" : " COMMAND";
    for (const CLI::Option* option : app->get_options([](const CLI::Option* o) { return o->get_positional(); })) {
      const bool many = option->get_expected_max() > 1;
      const std::string name = option->get_name(true) + (many ? " ..." : "");
      text += option->get_required() ? " " + name : " [" + name + "]";
    }
    return text + " [OPTIONS]";
  }
};

// A choice among words, with the words in the message.
template <typename T>
void choice(CLI::App& command, const std::string& name, T& target, const std::map<std::string, T>& words, const std::string& help) {
  std::string list;
  for (const auto& [word, value] : words) list += (list.empty() ? "" : "|") + word;
  command
      .add_option_function<std::string>(
          name,
          [&target, &words, name, list](const std::string& given) {
            const auto found = words.find(given);
            if (found == words.end()) throw CLI::ValidationError(name, fmt::format("\"{}\" is none of {}", given, list));
            target = found->second;
          },
          help)
      ->type_name(list);
}

void count(CLI::App& command, const std::string& name, std::function<void(std::uint64_t)> take, std::uint64_t least, std::uint64_t most,
           const std::string& help) {
  command
      .add_option_function<std::string>(
          name,
          [take, name, least, most](const std::string& given) {
            const auto value = parse_count(given);
            if (!value) throw CLI::ValidationError(name, fmt::format("\"{}\" is no whole number; write 1000, 1_000, 1k or 1M", given));
            if (*value < least || *value > most) throw CLI::ValidationError(name, fmt::format("{} is not between {} and {}", given, least, most));
            take(*value);
          },
          help)
      ->type_name("N");
}

// --- groups of options ---------------------------------------------------------------------------------------------------

void add_model(CLI::App& command, Options& options) {
  command.add_option_function<std::string>("MODEL", [&options](const std::string& given) { options.models = {given}; },
                                           "A file of the model language, or - for standard input")
      ->required()
      ->type_name("");
}

void add_changes(CLI::App& command, Options& options) {
  command
      .add_option_function<std::vector<std::string>>(
          "--set",
          [&options](const std::vector<std::string>& given) {
            for (const std::string& one : given) {
              const auto equal = one.find('=');
              if (equal == std::string::npos || equal == 0 || equal + 1 == one.size()) {
                throw CLI::ValidationError("--set", fmt::format("\"{}\" is not NAME=VALUE, as openai.cash='$5B'", one));
              }
              const auto trimmed = [](std::string text) {
                text.erase(0, text.find_first_not_of(' '));
                text.erase(text.find_last_not_of(' ') + 1);
                return text;
              };
              options.set.emplace_back(trimmed(one.substr(0, equal)), trimmed(one.substr(equal + 1)));
            }
          },
          "Another value for a name of the model; may be given several times")
      ->type_name("NAME=VALUE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command.add_option("--scenario", options.scenario, "Every case runs in this scenario of the model")->type_name("NAME");
}

void add_sampling(CLI::App& command, Options& options) {
  count(command, "--paths", [&options](std::uint64_t n) { options.paths = n; }, kFewestPaths, kMostPaths, "Paths of the simulation (default 100,000)");
  count(command, "--seed", [&options](std::uint64_t n) { options.seed = n; }, 0, std::uint64_t{1} << 53, "Which luck; the same seed gives the same answer (default 1)");
  count(command, "--threads", [&options](std::uint64_t n) { options.threads = static_cast<int>(n); }, 0, kMostThreads,
        "Threads; the answer does not depend on it (default: all processors)");
}

void add_output(CLI::App& command, Options& options, bool report) {
  command.add_flag("--json", options.json, "One JSON object instead of text");
  choice(command, "--color", options.colour, kWhen, "Colour (default auto: on a terminal, unless NO_COLOR is set)");
  command.add_flag("--timings", options.timings, "Time of each stage, on standard error");
  if (!report) return;
  command.add_flag("--quiet", options.quiet, "Answers only, one line each");
  choice(command, "--progress", options.progress, kWhen, "A bar with the time left (default auto: on a terminal, after a second)");
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
    CLI::App* made = app.add_subcommand(name, fmt::format("{}\n\n{}", examples, short_help));
    made->formatter(std::make_shared<Help>());
    made->parse_complete_callback([&options, which] { options.command = which; });
    made->allow_extras();
    return made;
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
    CLI::App* table = command("table", Command::table, "Prints the statements of one path.",
                              "Examples:\n"
                              "  warchest table openai.chest --by year\n"
                              "  warchest table openai.chest --path 4711 --csv");
    add_model(*table, options);
    add_path(*table, options);
    choice(*table, "--by", options.by, kPeriods, "Length of a period (default month)");
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
      "  table MODEL          the statements of one path, by month, quarter or year\n"
      "  trace MODEL          one path told month by month\n"
      "  help [WORD]          the page of a kind, function, measure or diagnostic code\n"
      "\n"
      "Every command takes --help; --version prints the version.\n"
      "Ends with 0 done, 1 a check does not hold, 2 wrong usage, 3 the model is wrong, 4 a file cannot be read,\n"
      "5 no answer within the limits, 70 a fault of ours, 130 interrupted.\n";
}

std::string nearest_option(const CLI::App& command, const std::string& wrong) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back(name);
  }
  std::string bare = wrong.substr(0, wrong.find('='));
  bare.erase(0, bare.find_first_not_of('-'));
  const auto nearest = text::nearest_name(bare, names);
  return nearest ? fmt::format("; did you mean --{}?", *nearest) : fmt::format("; see warchest {} --help", command.get_name());
}

Parsed wrong(const std::string& message) { return {std::nullopt, kWrongUsage, fmt::format("warchest: {}\n", message)}; }

Parsed unknown_command(const std::string& word) {
  for (const Later& later : kLater) {
    if (word == later.name) {
      return wrong(fmt::format("the command {} ({}) comes with a later version; this one has run, ask, check, fmt, show, table, trace and help", later.name, later.what));
    }
  }
  const std::vector<std::string> known = {"run", "ask", "check", "fmt", "show", "table", "trace", "help"};
  const auto nearest = text::nearest_name(word, known);
  return wrong(fmt::format("there is no command \"{}\"{}", word, nearest ? fmt::format("; did you mean {}?", *nearest) : "; see warchest --help"));
}

// What a command does not understand. "-" alone and everything after "--" are names, so what is left begins with a dash or is one too many.
Parsed left_over(const CLI::App& command, const std::string& word) {
  if (word.size() > 1 && word[0] == '-') {
    return wrong(fmt::format("{} has no option {}{}", command.get_name(), word, nearest_option(command, word)));
  }
  return wrong(fmt::format("{} has no use for \"{}\"; see warchest {} --help", command.get_name(), word, command.get_name()));
}

Parsed check_together(const Options& options) {
  if (options.command == Command::ask && options.names.empty() && options.expression.empty()) {
    return wrong("ask needs the name of an ask, or --expr with a question");
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

// CLI11's own words for what is missing or wrong, in ours.
Parsed complaint(const CLI::App& app, const CLI::Error& error) {
  const auto chosen = app.get_subcommands();
  const std::string name = chosen.empty() ? "warchest" : chosen.front()->get_name();
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
    return wrong(fmt::format("{} needs {}; see warchest {} --help", name, name == "show" ? "a stage (tree, model or program) and a MODEL" : "a MODEL", name));
  }
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) return wrong(fmt::format("{}; see warchest {} --help", error.what(), name));
  return wrong(error.what());
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

  CLI::App app("", "warchest");
  app.require_subcommand(1);
  Options options;
  declare(app, options);
  bool known = false;
  for (const CLI::App* command : app.get_subcommands({})) known = known || command->get_name() == first;
  if (!known) return unknown_command(first);
  try {
    app.parse(argument_count, arguments);
  } catch (const CLI::CallForHelp&) {
    return {std::nullopt, kDone, app.get_subcommand(first)->help()};
  } catch (const CLI::Error& error) {
    // A misspelt option may be what took the place of a model: it is the better complaint.
    for (const std::string& word : app.get_subcommand(first)->remaining()) {
      if (word.size() > 1 && word[0] == '-') return left_over(*app.get_subcommand(first), word);
    }
    return complaint(app, error);
  }
  const CLI::App& command = *app.get_subcommand(first);
  const auto left = command.remaining();
  for (const std::string& word : left) {
    if (word.size() > 1 && word[0] == '-') return left_over(command, word);
  }
  if (!left.empty()) return left_over(command, left.front());
  return check_together(options);
}

}  // namespace warchest::app
