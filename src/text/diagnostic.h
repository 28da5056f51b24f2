// The one kind of complaint: what is wrong, where, what was found, what was wanted, and the mend.
//
// A stage makes a Diagnostic where the cause is known, adds it to the sink and goes on, so that one run shows all mistakes of a
// model. They are turned into words in one place, render.h. Which codes exist is the list in codes.def.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "text/span.h"

namespace warchest::text {

enum class Code : std::uint16_t {
#define CODE(name, sentence) name,
#include "text/codes.def"
#undef CODE
};

std::string_view code_name(Code code);      // with dashes: unit-mismatch
std::string_view code_sentence(Code code);  // what it means, in one sentence
std::span<const Code> all_codes();

enum class Severity : std::uint8_t { error, warning };

struct Label {
  Span span;
  std::string text;  // stands under the span; may be empty: then the span is only underlined
};

struct Diagnostic {
  Code code;
  Severity severity = Severity::error;
  Span span;            // the smallest piece that is wrong: an operand or operator, not the whole line
  std::string message;  // small first letter, no full stop, values last
  std::vector<Label> labels = {};
  std::string found = {};  // found, wanted: as a program reads them, may be empty
  std::string wanted = {};
  std::string suggestion = {};  // the mend: the `help:` line
};

// Takes complaints as they come. The same code at the same span is kept once; beyond kMaxKept they are only counted, so that
// a text of nothing but mistakes costs bounded memory.
class Diagnostics {
 public:
  static constexpr std::size_t kMaxKept = 1000;

  void add(Diagnostic diagnostic);

  // The kept ones, ordered by source and place.
  std::vector<Diagnostic> sorted() const;
  // The kept ones in the order in which they were added.
  std::span<const Diagnostic> all() const { return kept_; }

  std::size_t errors() const { return errors_; }  // all of them, kept or not
  std::size_t warnings() const { return warnings_; }
  bool has_errors() const { return errors_ > 0; }
  bool empty() const { return errors_ + warnings_ == 0; }

 private:
  std::vector<Diagnostic> kept_;
  std::set<std::tuple<SourceId, std::uint32_t, std::uint32_t, Code>> seen_;
  std::size_t errors_ = 0;
  std::size_t warnings_ = 0;
};

}  // namespace warchest::text
