// Running the program under test: a command line as a person would type it, without a shell in between.
//
// A shell would bring its own version, its expansions and its start-up time to every test. Here words are split by blanks, quotes
// group, `< FILE` gives standard input, and that is all. Output and errors are caught apart, then shown in one fixed order, so that
// a test does not depend on how two pipes happen to interleave.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace warchest::tests {

struct Command {
  std::vector<std::string> words;  // without the leading "$"; the first word is the program
  std::string input;               // the file after "<", or empty
};

// Splits "$ warchest ask m.chest --expr 'a b'". Nothing if a quote does not close or "<" has no file.
std::optional<Command> parse_command(std::string_view line);

// True for lines that the formats take as commands: "$ warchest", "$ warchest ...", "$ cat FILE".
bool is_command(std::string_view line);

struct Outcome {
  std::string output;
  std::string errors;
  int exit_code = 0;
  std::string fault;  // why it did not end by itself: a signal, the time limit, too much output; empty normally
};

// Runs a command in `folder`. "warchest" is `binary`; "cat" prints one file of the folder and is answered here.
Outcome run_command(const Command& command, const std::string& binary, const std::string& folder, int limit_seconds);

// An outcome as tests write it: output, errors, then "exit N" unless it is 0. Control characters are shown as \e, \r, \xNN.
std::vector<std::string> printed_lines(const Outcome& outcome);

std::vector<std::string> split_lines(std::string_view text);
std::string join_lines(const std::vector<std::string>& lines);
std::optional<std::string> read_whole(const std::string& path);
bool write_whole(const std::string& path, std::string_view bytes);

// A fresh folder for one test, gone with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace warchest::tests
