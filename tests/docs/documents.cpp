// What we promise in writing is run: documents --binary build/release/warchest --root . [--update] docs|examples
//
// docs: in README.md and docs/*.md every fenced block tagged
//   chest            must pass `warchest check` as it stands
//   chest fragment   must pass it behind a model block ("fragment", 2026-01, 1 year, USD)
//   chest skip       is not checked (the reader sees the tag in the source; each is counted)
//   console          whose first line begins with "$ warchest" is run in the root of the repository, and must print what it shows
// examples: every examples/*.chest must pass `warchest check`, and `warchest run FILE --paths 4000` must print its `.expected`. Where that
// begins with "$ warchest", as of a cap table without a model, it is a console block of its own, and that is all.
//
// --update writes what was printed into console blocks and .expected files.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "command.h"
#include "expectation.h"

namespace {

using namespace warchest::tests;
namespace fs = std::filesystem;

constexpr int kLimitSeconds = 300;

struct Options {
  std::string binary;
  std::string root = ".";
  bool update = false;
  std::string part;
};

struct Tally {
  int passed = 0;
  int failed = 0;
  int skipped = 0;

  void add(const std::string& place, const std::string& complaint) {
    if (complaint.empty()) {
      ++passed;
    } else {
      ++failed;
      std::printf("FAILED %s\n%s\n", place.c_str(), complaint.c_str());
    }
  }
};

std::vector<std::string> run_line(const std::string& line, const Options& options, const std::string& folder) {
  std::optional<Command> command = parse_command(line);
  if (!command) return {"FAULT: not a command line: " + line};
  return printed_lines(run_command(*command, options.binary, folder, kLimitSeconds));
}

// A crash or a hang is no expectation: --update does not write it.
bool has_fault(const std::vector<std::string>& lines) {
  return std::any_of(lines.begin(), lines.end(), [](const std::string& line) { return line.starts_with("FAULT: "); });
}

std::vector<std::string> files_ending(const fs::path& folder, const std::string& ending) {
  std::vector<std::string> found;
  if (!fs::is_directory(folder)) return found;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ending) found.push_back(entry.path().string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

// `warchest check` must say nothing against it.
std::string check_complaint(const std::string& path, const Options& options, const std::string& folder) {
  const Outcome outcome = run_command({{"warchest", "check", path}, ""}, options.binary, folder, kLimitSeconds);
  if (outcome.exit_code == 0 && outcome.fault.empty()) return {};
  return "warchest check " + path + " printed:\n" + join_lines(printed_lines(outcome));
}

std::string check_block(const std::vector<std::string>& lines, bool fragment, const Options& options) {
  TemporaryFolder folder;
  std::string text = join_lines(lines);
  if (fragment) text = "model \"fragment\" { start = 2026-01, horizon = 1 year, currency = USD }\n" + text;
  if (!write_whole(folder.path() + "/model.chest", text)) return "cannot write the block to a file";
  return check_complaint("model.chest", options, folder.path());
}

// A console block: each command line is followed by what it prints. Returns the block as it should read.
std::vector<std::string> replay(const std::vector<std::string>& lines, const Options& options) {
  std::vector<std::string> replayed;
  for (size_t i = 0; i < lines.size();) {
    replayed.push_back(lines[i]);
    std::vector<std::string> shown;
    const std::string& command = lines[i++];
    while (i < lines.size() && !is_command(lines[i])) shown.push_back(lines[i++]);
    const size_t all = shown.size();
    drop_blank_end(shown);
    const size_t gap = all - shown.size();  // before the next command: the writer's
    std::vector<std::string> printed = run_line(command, options, options.root);
    drop_blank_end(printed);
    for (std::string& line : updated(shown, printed)) replayed.push_back(std::move(line));
    replayed.insert(replayed.end(), gap, "");
  }
  return replayed;
}

void check_document(const std::string& path, const Options& options, Tally& tally) {
  const std::vector<std::string> lines = split_lines(read_whole(path).value_or(""));
  std::vector<std::string> rewritten;
  for (size_t i = 0; i < lines.size(); ++i) {
    rewritten.push_back(lines[i]);
    if (!lines[i].starts_with("```") || lines[i] == "```") continue;
    const std::string tag = lines[i].substr(3);
    const std::string place = path + ":" + std::to_string(i + 1);
    const int first_line = static_cast<int>(i) + 2;
    std::vector<std::string> block;
    for (++i; i < lines.size() && lines[i] != "```"; ++i) block.push_back(lines[i]);
    if (i == lines.size()) tally.add(place, "the block does not end");
    std::vector<std::string> wanted = block;
    if (tag == "chest" || tag == "chest fragment") {
      tally.add(place, check_block(block, tag == "chest fragment", options));
    } else if (tag == "chest skip") {
      ++tally.skipped;
    } else if (tag.starts_with("chest")) {
      tally.add(place, "the tag '" + tag + "' is none of: chest, chest fragment, chest skip");
    } else if (tag == "console" && !block.empty() && is_command(block.front())) {
      const std::vector<std::string> replayed = replay(block, options);
      const bool write = options.update && !has_fault(replayed);
      tally.add(place, write ? "" : difference(block, replayed, first_line));
      if (write) wanted = replayed;
    }
    for (const std::string& line : wanted) rewritten.push_back(line);
    if (i < lines.size()) rewritten.push_back(lines[i]);
  }
  if (options.update && rewritten != lines && write_whole(path, join_lines(rewritten))) std::printf("updated %s\n", path.c_str());
}

void check_example(const std::string& path, const Options& options, Tally& tally) {
  const std::string name = fs::relative(path, options.root).string();
  const std::string expected_path = fs::path(path).replace_extension(".expected").string();
  std::optional<std::string> expected = read_whole(expected_path);
  std::vector<std::string> wanted = split_lines(expected.value_or(""));
  drop_blank_end(wanted);
  const bool commands = !wanted.empty() && is_command(wanted.front());
  if (!commands) tally.add(name, check_complaint(name, options, options.root));
  std::vector<std::string> actual = commands ? replay(wanted, options) : run_line("$ warchest run '" + name + "' --paths 4000", options, options.root);
  drop_blank_end(actual);
  std::string complaint = difference(wanted, actual, 1);
  if (!expected) complaint = "there is no " + expected_path + " to compare with; --update writes it\n";
  if (options.update && !complaint.empty() && !has_fault(actual)) {
    if (write_whole(expected_path, join_lines(updated(wanted, actual)))) std::printf("updated %s\n", expected_path.c_str());
    complaint.clear();
  }
  tally.add(expected_path, complaint);
}

bool read_options(int count, char** words, Options& options) {
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    if (word == "--update") {
      options.update = true;
    } else if (word == "--binary" && i + 1 < count) {
      options.binary = fs::absolute(words[++i]).string();
    } else if (word == "--root" && i + 1 < count) {
      options.root = words[++i];
    } else if (word == "docs" || word == "examples") {
      options.part = word;
    } else {
      return false;
    }
  }
  return !options.binary.empty() && !options.part.empty();
}

}  // namespace

int main(int count, char** words) {
  Options options;
  if (!read_options(count, words, options)) {
    std::fprintf(stderr, "usage: documents --binary WARCHEST [--root FOLDER] [--update] docs|examples\n");
    return 2;
  }
  Tally tally;
  const fs::path root = options.root;
  if (options.part == "docs") {
    if (fs::exists(root / "README.md")) check_document((root / "README.md").string(), options, tally);
    for (const std::string& path : files_ending(root / "docs", ".md")) check_document(path, options, tally);
  } else {
    for (const std::string& path : files_ending(root / "examples", ".chest")) check_example(path, options, tally);
  }
  std::printf("%d passed, %d failed, %d skipped\n", tally.passed, tally.failed, tally.skipped);
  return tally.failed == 0 ? 0 : 1;
}
