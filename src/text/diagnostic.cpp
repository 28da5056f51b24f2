// The names of the codes, and the sink.
#include "text/diagnostic.h"

#include <algorithm>
#include <string>
#include <utility>

namespace warchest::text {

namespace {

struct CodeRow {
  Code code;
  std::string name;
  std::string_view sentence;
};

std::string dashed(std::string name) {
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

const std::vector<CodeRow>& code_rows() {
  static const std::vector<CodeRow> kRows = {
#define CODE(name, sentence) {Code::name, dashed(#name), sentence},
#include "text/codes.def"
#undef CODE
  };
  return kRows;
}

auto place(const Diagnostic& diagnostic) {
  return std::tuple(diagnostic.span.source, diagnostic.span.begin, diagnostic.span.end, diagnostic.code);
}

}  // namespace

std::string_view code_name(Code code) { return code_rows()[static_cast<std::size_t>(code)].name; }

std::string_view code_sentence(Code code) { return code_rows()[static_cast<std::size_t>(code)].sentence; }

std::span<const Code> all_codes() {
  static const std::vector<Code> kCodes = [] {
    std::vector<Code> codes;
    for (const CodeRow& row : code_rows()) codes.push_back(row.code);
    return codes;
  }();
  return kCodes;
}

void Diagnostics::add(Diagnostic diagnostic) {
  if (seen_.contains(place(diagnostic))) return;
  ++(diagnostic.severity == Severity::error ? errors_ : warnings_);
  if (kept_.size() >= kMaxKept) return;
  seen_.insert(place(diagnostic));
  kept_.push_back(std::move(diagnostic));
}

std::vector<Diagnostic> Diagnostics::sorted() const {
  std::vector<Diagnostic> result = kept_;
  std::stable_sort(result.begin(), result.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tuple(a.span.source, a.span.begin, a.span.end) < std::tuple(b.span.source, b.span.begin, b.span.end);
  });
  return result;
}

}  // namespace warchest::text
