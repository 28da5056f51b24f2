// How commands declare their options, and how what was typed wrong is told: the parts that all commands share.
#pragma once

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "app/options.h"

namespace warchest::app {

// A command with its examples, which stand before all else in its help; `chosen` is called where it is the one.
CLI::App* add_command(CLI::App& app, const char* name, const char* sentence, const char* examples, std::function<void()> chosen);
std::string full_name(const CLI::App& command);  // "run", "captable show"

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
           const std::string& help);
void add_changes(CLI::App& command, Options& options);  // --set, --scenario
void add_output(CLI::App& command, Options& options, bool report);

Parsed wrong(const std::string& message);

// Parses all words for one of the commands of `app`; what it says where they are wrong, else nothing. `needs`: what stands in the place of
// a missing positional, "a MODEL".
std::optional<Parsed> parse_words(CLI::App& app, const std::string& command, int count, const char* const* words,
                                  const std::function<std::string(const std::string&)>& needs);

}  // namespace warchest::app
