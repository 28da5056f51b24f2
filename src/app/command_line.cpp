// CLI11 throws what is wrong; here it becomes one line in our words, with the nearest right option.
#include "app/command_line.h"

#include <memory>
#include <vector>

#include "app/exit_code.h"
#include "text/names.h"

namespace warchest::app {

namespace {

const std::map<std::string, When> kWhen = {{"auto", When::automatic}, {"always", When::always}, {"never", When::never}};

// Help with the description, which begins with examples, on top; one blank line between the parts.
class Help : public CLI::Formatter {
 public:
  Help() { column_width(26); }
  std::string make_usage(const CLI::App* app, std::string name) const override {
    return "\nUsage: " + (app->get_parent() != nullptr ? "warchest " + full_name(*app) : name) + usage_of(app) + "\n";
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

std::string nearest_option(const CLI::App& command, const std::string& wrong) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back(name);
  }
  std::string bare = wrong.substr(0, wrong.find('='));
  bare.erase(0, bare.find_first_not_of('-'));
  const auto nearest = text::nearest_name(bare, names);
  return nearest ? fmt::format("; did you mean --{}?", *nearest) : fmt::format("; see warchest {} --help", full_name(command));
}

// What a command does not understand. "-" alone and everything after "--" are names, so what is left begins with a dash or is one too many.
Parsed left_over(const CLI::App& command, const std::string& word) {
  if (word.size() > 1 && word[0] == '-') {
    return wrong(fmt::format("{} has no option {}{}", full_name(command), word, nearest_option(command, word)));
  }
  return wrong(fmt::format("{} has no use for \"{}\"; see warchest {} --help", full_name(command), word, full_name(command)));
}

// CLI11's own words for what is missing or wrong, in ours.
Parsed complaint(const CLI::App& command, const CLI::Error& error, const std::string& needs) {
  const std::string name = full_name(command);
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr)
    return wrong(fmt::format("{} needs {}; see warchest {} --help", name, needs, name));
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr)
    return wrong(fmt::format("{}; see warchest {} --help", error.what(), name));
  return wrong(error.what());
}

}  // namespace

CLI::App* add_command(CLI::App& app, const char* name, const char* sentence, const char* examples, std::function<void()> chosen) {
  CLI::App* made = app.add_subcommand(name, fmt::format("{}\n\n{}", examples, sentence));
  made->formatter(std::make_shared<Help>());
  made->parse_complete_callback(std::move(chosen));
  made->allow_extras();
  return made;
}

std::string full_name(const CLI::App& command) {
  constexpr std::string_view kProgram = "warchest";
  std::string above = command.get_parent() == nullptr ? "" : command.get_parent()->get_name();
  above.erase(0, above.starts_with(kProgram) ? kProgram.size() : 0);
  above.erase(0, above.find_first_not_of(' '));
  return above.empty() ? command.get_name() : above + " " + command.get_name();
}

void count(CLI::App& command, const std::string& name, std::function<void(std::uint64_t)> take, std::uint64_t least, std::uint64_t most,
           const std::string& help) {
  command
      .add_option_function<std::string>(
          name,
          [take, name, least, most](const std::string& given) {
            const auto value = parse_count(given);
            if (!value) throw CLI::ValidationError(name, fmt::format("\"{}\" is no whole number; write 1000, 1_000, 1k or 1M", given));
            if (*value < least || *value > most)
              throw CLI::ValidationError(name, fmt::format("{} is not between {} and {}", given, least, most));
            take(*value);
          },
          help)
      ->type_name("N");
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

void add_output(CLI::App& command, Options& options, bool report) {
  command.add_flag("--json", options.json, "One JSON object instead of text");
  choice(command, "--color", options.colour, kWhen, "Colour (default auto: on a terminal, unless NO_COLOR is set)");
  command.add_flag("--timings", options.timings, "Time of each stage, on standard error");
  if (!report) return;
  command.add_flag("--quiet", options.quiet, "Answers only, one line each");
  choice(command, "--progress", options.progress, kWhen, "A bar with the time left (default auto: on a terminal, after a second)");
}

Parsed wrong(const std::string& message) { return {std::nullopt, kWrongUsage, fmt::format("warchest: {}\n", message)}; }

std::optional<Parsed> parse_words(CLI::App& app, const std::string& command, int count, const char* const* words,
                                  const std::function<std::string(const std::string&)>& needs) {
  const auto misspelt = [&]() -> std::optional<Parsed> {
    const CLI::App& chosen = *app.get_subcommand(command);
    for (const std::string& word : chosen.remaining()) {
      if (word.size() > 1 && word[0] == '-') return left_over(chosen, word);
    }
    return std::nullopt;
  };
  try {
    app.parse(count, words);
  } catch (const CLI::CallForHelp&) {
    return Parsed{std::nullopt, kDone, app.get_subcommand(command)->help()};
  } catch (const CLI::Error& error) {
    if (auto better = misspelt())
      return better;  // a misspelt option may be what took the place of a positional: it is the better complaint
    return complaint(*app.get_subcommand(command), error, needs(command));
  }
  if (auto left = misspelt()) return left;
  const auto remaining = app.get_subcommand(command)->remaining();
  if (!remaining.empty()) return left_over(*app.get_subcommand(command), remaining.front());
  return std::nullopt;
}

}  // namespace warchest::app
