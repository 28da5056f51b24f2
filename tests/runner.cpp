// The runner of the text tests: runner --binary build/release/warchest [--update] [--threads N] [--limit SECONDS] FILE|FOLDER...
//
// A test goes through the language, as a user does: a model, what is typed, and everything that is printed. Insides may then be
// rewritten without touching a test, and the diff of an expectation is what a reviewer reads. A file holds one or more cases:
//
//   # What the case shows, in a sentence.
//   model "flat" { start = 2026-01, horizon = 1 year, currency = USD }
//   $ warchest check model.chest
//   ----
//   the exact output: standard output, then standard error, then "exit N" unless that is 0
//   ====
//   # The next case. Every case runs in a fresh folder of its own.
//
// - Lines that begin with "#" before the first other line are the title. What follows, up to the first command, is the file
//   `model.chest`; a case may have none.
// - `--- file NAME` begins another file (folders in NAME are made). Blank lines at the end of a file are dropped.
// - `--- bytes NAME [* N]` begins a file of exact bytes: line ends are dropped and \n \r \t \0 \e \\ \xNN are read; the text is
//   repeated N times. Sections of the same name append, so that `(` * 10000 and the rest can be one file.
// - `--- copy PATH [as NAME]` takes a file of the repository (PATH is relative to its root; see --root).
// - Commands are lines `$ warchest …`, split as a shell would (quotes, backslash, `< FILE`), and run in turn; `$ cat NAME` prints a
//   file that a command wrote. Their outputs follow one another.
// - Placeholders in expectations: see expectation.h. `--update` writes what was printed, keeping placeholders that match.
//
// A case without an expectation (no "----") or without a command fails: a test that checks nothing must not look green.
#include <algorithm>
#include <atomic>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "command.h"
#include "expectation.h"

namespace {

using namespace warchest::tests;
namespace fs = std::filesystem;

struct Options {
  std::string binary;
  std::string root = ".";
  bool update = false;
  unsigned threads = 2;
  int limit_seconds = 120;
  std::vector<std::string> paths;
};

struct Case {
  int first_line = 1;             // of the case in its file
  int expected_line = 1;          // of the first expected line
  std::vector<std::string> head;  // everything up to and including "----", as written
  std::map<std::string, std::string> files;
  std::vector<std::string> commands;
  std::vector<std::string> expected;
  std::string mistake;  // why the case cannot be run, with the words to say so
  std::vector<std::string> actual;
};

struct TestFile {
  std::string path;
  std::vector<Case> cases;
};

// ------------------------------------------------------------------------------------------------------------------ reading

std::string decode_escapes(const std::string& text, std::string& mistake) {
  std::string bytes;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      bytes += text[i];
      continue;
    }
    const char c = ++i < text.size() ? text[i] : '\0';
    switch (c) {
      case 'n':
        bytes += '\n';
        break;
      case 'r':
        bytes += '\r';
        break;
      case 't':
        bytes += '\t';
        break;
      case '0':
        bytes += '\0';
        break;
      case 'e':
        bytes += '\x1b';
        break;
      case '\\':
        bytes += '\\';
        break;
      case 'x':
        if (i + 2 < text.size() && std::isxdigit(static_cast<unsigned char>(text[i + 1])) &&
            std::isxdigit(static_cast<unsigned char>(text[i + 2]))) {
          bytes += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
          i += 2;
          break;
        }
        [[fallthrough]];
      default:
        mistake = "a backslash in a bytes section is followed by one of n r t 0 e \\ xNN";
    }
  }
  return bytes;
}

bool safe_name(const std::string& name) {
  return !name.empty() && fs::path(name).is_relative() && fs::path(name).lexically_normal().string().substr(0, 2) != "..";
}

// The part of a case that is being read into: which file, and how its lines become bytes.
struct Section {
  std::string name = "model.chest";
  bool bytes = false;
  size_t times = 1;
  std::vector<std::string> lines;
};

void finish_section(Section& section, Case& test) {
  if (section.bytes) {
    std::string once;
    for (const std::string& line : section.lines) once += decode_escapes(line, test.mistake);
    std::string& file = test.files[section.name];
    for (size_t i = 0; i < section.times; ++i) file += once;
  } else {
    drop_blank_end(section.lines);
    if (!section.lines.empty()) test.files[section.name] += join_lines(section.lines);
  }
  section.lines.clear();
}

// "--- file NAME", "--- bytes NAME * 100", "--- copy PATH as NAME"
Section begin_section(const std::string& line, const std::string& root, Case& test) {
  std::optional<Command> parsed = parse_command(std::string_view(line).substr(4));
  const std::vector<std::string> words = parsed ? parsed->words : std::vector<std::string>{};
  Section section;
  if (words.size() == 2 && words[0] == "file") {
    section.name = words[1];
  } else if ((words.size() == 2 || (words.size() == 4 && words[2] == "*")) && words[0] == "bytes") {
    section = {words[1], true, words.size() == 4 ? std::strtoul(words[3].c_str(), nullptr, 10) : 1, {}};
  } else if ((words.size() == 2 || (words.size() == 4 && words[2] == "as")) && words[0] == "copy") {
    const std::string name = words.size() == 4 ? words[3] : fs::path(words[1]).filename().string();
    std::optional<std::string> text = read_whole(root + "/" + words[1]);
    if (!text) test.mistake = "there is no file " + words[1] + " to copy";
    if (text && safe_name(name)) test.files[name] += *text;
    section.name = name;
  } else {
    test.mistake = "not a section: '" + line + "' (--- file NAME, --- bytes NAME [* N], --- copy PATH [as NAME])";
  }
  if (!safe_name(section.name)) test.mistake = "'" + section.name + "' is not the name of a file in the test's folder";
  return section;
}

Case read_case(const std::vector<std::string>& lines, int first_line, const std::string& root) {
  Case test;
  test.first_line = first_line;
  Section section;
  bool in_title = true;
  size_t at = 0;
  for (; at < lines.size() && (lines[at] != "----" || test.commands.empty()); ++at) {
    const std::string& line = lines[at];
    test.head.push_back(line);
    if (in_title && (line.starts_with("#") || line.empty())) continue;
    in_title = false;
    if (is_command(line)) {
      test.commands.push_back(line);
      if (!parse_command(line)) test.mistake = "not a command line: '" + line + "'";
    } else if (!test.commands.empty()) {
      if (!line.empty() && !line.starts_with("#"))
        test.mistake = "'" + line + "' stands after a command: files come first, and then \"----\"";
    } else if (line.starts_with("--- ")) {
      finish_section(section, test);
      section = begin_section(line, root, test);
    } else {
      section.lines.push_back(line);
    }
  }
  finish_section(section, test);
  if (test.commands.empty()) {
    test.mistake = "no command: a case has a line that begins with \"$ warchest\"";
  } else if (at == lines.size()) {
    while (!test.head.empty() && test.head.back().empty()) test.head.pop_back();
    if (test.mistake.empty()) test.mistake = "no expectation: after its commands a case has a line \"----\" and what is printed";
  }
  test.expected_line = first_line + static_cast<int>(at) + 1;
  if (at < lines.size()) {
    test.head.push_back("----");
    test.expected.assign(lines.begin() + static_cast<std::ptrdiff_t>(at) + 1, lines.end());
  }
  drop_blank_end(test.expected);
  return test;
}

TestFile read_file(const std::string& path, const std::string& root) {
  TestFile file{path, {}};
  std::vector<std::string> lines;
  int first_line = 1;
  int line_number = 0;
  for (std::string& line : split_lines(read_whole(path).value_or(""))) {
    ++line_number;
    if (line == "====") {
      file.cases.push_back(read_case(lines, first_line, root));
      lines.clear();
      first_line = line_number + 1;
    } else {
      lines.push_back(std::move(line));
    }
  }
  file.cases.push_back(read_case(lines, first_line, root));
  return file;
}

// ------------------------------------------------------------------------------------------------------------------ running

void run_case(Case& test, const Options& options) {
  TemporaryFolder folder;
  for (const auto& [name, text] : test.files) {
    const fs::path path = fs::path(folder.path()) / name;
    fs::create_directories(path.parent_path());
    if (!write_whole(path.string(), text)) test.mistake = "cannot write " + name;
  }
  for (const std::string& line : test.commands) {
    const Outcome outcome = run_command(*parse_command(line), options.binary, folder.path(), options.limit_seconds);
    for (std::string& printed : printed_lines(outcome)) test.actual.push_back(std::move(printed));
    if (!outcome.fault.empty()) test.mistake = outcome.fault + ": " + line;
  }
  drop_blank_end(test.actual);
  if (std::find(test.actual.begin(), test.actual.end(), "====") != test.actual.end()) {
    test.mistake = "the output has a line \"====\", which would end the case in a test file";
  }
}

bool lacks_expectation(const Case& test) { return test.mistake.starts_with("no expectation"); }

std::string verdict(const Case& test) {  // empty if the case passes
  if (!test.mistake.empty()) return test.mistake + "\n" + (test.actual.empty() ? "" : "it printed:\n" + join_lines(test.actual));
  return difference(test.expected, test.actual, test.expected_line);
}

std::string rewritten(const TestFile& file) {
  std::string text;
  for (const Case& test : file.cases) {
    if (&test != &file.cases.front()) text += "====\n";
    text += join_lines(test.head);
    if (lacks_expectation(test)) text += "----\n";
    if (!test.mistake.empty() && !lacks_expectation(test)) {
      text += join_lines(test.expected);
    } else {
      text += join_lines(updated(test.expected, test.actual));
    }
  }
  return text;
}

int run_all(std::vector<TestFile>& files, const Options& options) {
  std::vector<Case*> cases;
  for (TestFile& file : files) {
    for (Case& test : file.cases) cases.push_back(&test);
  }
  std::atomic<size_t> next{0};
  auto work = [&] {
    for (size_t i = next++; i < cases.size(); i = next++) {
      if (cases[i]->mistake.empty() || lacks_expectation(*cases[i])) run_case(*cases[i], options);
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < options.threads; ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();

  size_t failed = 0;
  size_t rewritten_files = 0;
  for (const TestFile& file : files) {
    bool changed = false;
    for (const Case& test : file.cases) {
      const std::string text = verdict(test);
      if (text.empty()) continue;
      if (options.update && (test.mistake.empty() || lacks_expectation(test))) {
        changed = true;
        continue;
      }
      ++failed;
      std::printf("FAILED %s:%d\n%s\n", file.path.c_str(), test.first_line, text.c_str());
    }
    if (changed && write_whole(file.path, rewritten(file))) {
      ++rewritten_files;
      std::printf("updated %s\n", file.path.c_str());
    }
  }
  std::printf("%zu cases passed, %zu failed\n", cases.size() - failed, failed);
  return failed == 0 ? 0 : 1;
}

std::vector<std::string> find_tests(const std::vector<std::string>& paths) {
  std::vector<std::string> found;
  for (const std::string& path : paths) {
    if (!fs::is_directory(path)) {
      found.push_back(path);
      continue;
    }
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path)) {
      if (entry.path().extension() == ".test") found.push_back(entry.path().string());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

bool read_options(int count, char** words, Options& options) {
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    const bool has_value = i + 1 < count;
    if (word == "--update") {
      options.update = true;
    } else if (word == "--binary" && has_value) {
      options.binary = fs::absolute(words[++i]).string();
    } else if (word == "--root" && has_value) {
      options.root = words[++i];
    } else if (word == "--threads" && has_value) {
      options.threads = static_cast<unsigned>(std::max(1, std::atoi(words[++i])));
    } else if (word == "--limit" && has_value) {
      options.limit_seconds = std::max(1, std::atoi(words[++i]));
    } else if (word.starts_with("-")) {
      return false;
    } else {
      options.paths.push_back(word);
    }
  }
  return !options.binary.empty() && !options.paths.empty();
}

}  // namespace

int main(int count, char** words) {
  Options options;
  if (!read_options(count, words, options)) {
    std::fprintf(stderr, "usage: runner --binary WARCHEST [--update] [--threads N] [--limit SECONDS] [--root FOLDER] FILE|FOLDER...\n");
    return 2;
  }
  std::vector<TestFile> files;
  for (const std::string& path : find_tests(options.paths)) {
    if (!fs::exists(path)) {
      std::fprintf(stderr, "runner: there is no %s\n", path.c_str());
      return 2;
    }
    files.push_back(read_file(path, options.root));
  }
  if (files.empty()) {
    std::fprintf(stderr, "runner: no .test file found\n");
    return 2;
  }
  return run_all(files, options);
}
