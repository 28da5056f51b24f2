// Any bytes as a model text: reading, printing and complaining must end well, and what is read without error obeys the laws of the
// canonical form. Build with clang: -fsanitize=fuzzer,address,undefined; seeds are tests/lang and examples.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "lang/tree.h"
#include "text/render.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace warchest;
  text::SourceMap sources;
  text::Diagnostics diagnostics;
  const lang::Tree tree = lang::parse(sources.add("fuzz", std::string(reinterpret_cast<const char*>(data), size)), diagnostics);
  const std::string printed = lang::print(tree);
  text::render_text(diagnostics, sources);
  text::render_json_array(diagnostics, sources);
  text::Diagnostics apart;
  lang::parse_expression(sources[0], apart);
  if (diagnostics.has_errors()) return 0;
  const std::string formatted = lang::format(tree);
  const lang::Tree again = lang::parse(sources.add("formatted", formatted), diagnostics);
  if (diagnostics.has_errors() || lang::print(again) != printed || lang::format(again) != formatted) std::abort();
  return 0;
}
