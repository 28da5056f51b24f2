// The report in a terminal: the answer in a sentence, then the charts, then the checks, the assumptions with source and grade, and how
// it came to be. Unicode block characters always, colour only where it is wanted.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/answer.h"
#include "report/assumptions.h"

namespace warchest::report {

// Where figures come from: printed below them, so that anyone can get the same ones.
struct Origin {
  std::string file;    // as named on the command line
  std::string sha256;  // of the text, and of those that it uses
  std::string version;
};

struct TextOptions {
  bool colour = false;
  std::size_t width = 80;
  bool assumptions = true;  // with their sources, at the end
};

std::string to_text(const analysis::Answers& answers, const Assumptions& assumptions, const Origin& origin, const TextOptions& options);

// One line an answer, then one for each check that does not hold.
std::string to_quiet_text(const analysis::Answers& answers);

}  // namespace warchest::report
