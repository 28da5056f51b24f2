// See command.h. The child is started with posix_spawn and read through two pipes with a deadline; whatever it does (crash, hang,
// print without end) becomes a line of the outcome, never a hang or a crash of the runner.
#include "command.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

extern char** environ;

namespace warchest::tests {
namespace {

constexpr size_t kMostOutput = 16 << 20;

// What would make a test depend on the terminal or the settings of whoever runs it.
bool hidden_from_tests(std::string_view variable) {
  for (std::string_view name :
       {"NO_COLOR=", "CLICOLOR=", "CLICOLOR_FORCE=", "COLUMNS=", "LINES=", "TERM=", "LC_ALL=", "LANG=", "WARCHEST_"}) {
    if (variable.starts_with(name)) return true;
  }
  return false;
}

std::vector<std::string> environment() {
  std::vector<std::string> result;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (!hidden_from_tests(*variable)) result.emplace_back(*variable);
  }
  result.emplace_back("LC_ALL=C.UTF-8");
  return result;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

struct Pipe {
  int read_end = -1;
  int write_end = -1;
  Pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) == 0) {
      read_end = ends[0];
      write_end = ends[1];
    }
  }
  ~Pipe() {
    close_end(read_end);
    close_end(write_end);
  }
  static void close_end(int& end) {
    if (end >= 0) close(end);
    end = -1;
  }
};

Outcome print_file(const Command& command, const std::string& folder) {
  Outcome outcome;
  std::optional<std::string> text = command.words.size() == 2 ? read_whole(folder + "/" + command.words[1]) : std::nullopt;
  if (text) {
    outcome.output = std::move(*text);
  } else {
    outcome.errors = "cat: needs the name of one file that exists\n";
    outcome.exit_code = 1;
  }
  return outcome;
}

// Reads both pipes until they close. Returns why it stopped early, or nothing.
std::string read_until_closed(Pipe& output, Pipe& errors, int limit_seconds, Outcome& outcome) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point deadline = Clock::now() + std::chrono::seconds(limit_seconds);
  std::array<pollfd, 2> waiting{pollfd{output.read_end, POLLIN, 0}, pollfd{errors.read_end, POLLIN, 0}};
  std::array<std::string*, 2> texts{&outcome.output, &outcome.errors};
  std::array<char, 65536> buffer;
  while (waiting[0].fd >= 0 || waiting[1].fd >= 0) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return "still running after " + std::to_string(limit_seconds) + " s";
    if (poll(waiting.data(), waiting.size(), static_cast<int>(left)) < 0 && errno != EINTR) return "cannot be waited for";
    for (size_t i = 0; i < waiting.size(); ++i) {
      if (waiting[i].fd < 0 || waiting[i].revents == 0) continue;
      const ssize_t count = read(waiting[i].fd, buffer.data(), buffer.size());
      if (count > 0) {
        texts[i]->append(buffer.data(), static_cast<size_t>(count));
      } else if (count == 0 || errno != EINTR) {
        waiting[i].fd = -1;
      }
      if (texts[i]->size() > kMostOutput) return "printed more than 16 MiB";
    }
  }
  return {};
}

void append_visible(std::string& line, char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (c == '\x1b') {
    line += "\\e";
  } else if (c == '\r') {
    line += "\\r";
  } else if ((byte < 0x20 && c != '\t') || byte == 0x7f) {
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "\\x%02x", byte);
    line += text.data();
  } else {
    line += c;
  }
}

void append_text(std::vector<std::string>& lines, const std::string& text) {
  std::string line;
  for (char c : text) {
    if (c == '\n') {
      lines.push_back(std::exchange(line, {}));
    } else {
      append_visible(line, c);
    }
  }
  if (!line.empty()) lines.push_back(line + "\\ no newline at the end");
}

}  // namespace

bool is_command(std::string_view line) { return line == "$ warchest" || line.starts_with("$ warchest ") || line.starts_with("$ cat "); }

std::optional<Command> parse_command(std::string_view line) {
  Command command;
  std::string word;
  bool in_word = false;
  bool input_next = false;
  char quote = 0;
  line.remove_prefix(line.starts_with("$ ") ? 2 : 0);
  auto finish = [&] {
    if (!in_word) return;
    if (input_next) {
      command.input = word;
    } else {
      command.words.push_back(word);
    }
    word.clear();
    in_word = input_next = false;
  };
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else if (c == '\\' && quote == '"' && i + 1 < line.size() && std::strchr("\"\\$`", line[i + 1]) != nullptr) {
        word += line[++i];
      } else {
        word += c;
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
      in_word = true;
    } else if (c == '\\' && i + 1 < line.size()) {
      word += line[++i];
      in_word = true;
    } else if (c == ' ' || c == '\t') {
      finish();
    } else if (c == '<') {
      finish();
      input_next = true;
    } else {
      word += c;
      in_word = true;
    }
  }
  if (quote != 0) return std::nullopt;
  finish();
  if (input_next || command.words.empty()) return std::nullopt;
  return command;
}

Outcome run_command(const Command& command, const std::string& binary, const std::string& folder, int limit_seconds) {
  if (command.words.front() == "cat") return print_file(command, folder);
  Outcome outcome;
  Pipe output;
  Pipe errors;
  std::vector<std::string> words = command.words;
  std::vector<std::string> variables = environment();
  std::vector<char*> arguments = pointers(words);
  std::vector<char*> settings = pointers(variables);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  posix_spawn_file_actions_addopen(&actions, 0, command.input.empty() ? "/dev/null" : command.input.c_str(), O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output.write_end, 1);
  posix_spawn_file_actions_adddup2(&actions, errors.write_end, 2);
  pid_t child = 0;
  const int failure = posix_spawn(&child, binary.c_str(), &actions, nullptr, arguments.data(), settings.data());
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) {
    outcome.fault = "cannot start " + binary + (command.input.empty() ? "" : " < " + command.input) + ": " + std::strerror(failure);
    return outcome;
  }
  Pipe::close_end(output.write_end);
  Pipe::close_end(errors.write_end);
  outcome.fault = read_until_closed(output, errors, limit_seconds, outcome);
  if (!outcome.fault.empty()) kill(child, SIGKILL);

  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status)) {
    outcome.exit_code = WEXITSTATUS(status);
  } else if (outcome.fault.empty()) {
    outcome.fault = std::string("ended by signal: ") + strsignal(WTERMSIG(status));
  }
  return outcome;
}

std::vector<std::string> printed_lines(const Outcome& outcome) {
  std::vector<std::string> lines;
  append_text(lines, outcome.output);
  append_text(lines, outcome.errors);
  if (outcome.exit_code != 0) lines.push_back("exit " + std::to_string(outcome.exit_code));
  if (!outcome.fault.empty()) lines.push_back("FAULT: " + outcome.fault);
  return lines;
}

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

std::string join_lines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

std::optional<std::string> read_whole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

bool write_whole(const std::string& path, std::string_view bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return static_cast<bool>(file.flush());
}

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "warchest-test-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) {
    std::perror("cannot make a temporary folder");
    std::exit(2);
  }
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace warchest::tests
