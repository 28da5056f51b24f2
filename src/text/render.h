// Complaints as text for people, with an excerpt and carets, and as JSON for programs.
//
//     openai.chest:31:22: error[unit-mismatch]: this adds money to money per year
//        31 |   cost power = plant + $45/MWh * load
//           |                ~~~~~ ^ ~~~~~~~~~~~~~~
//           |                USD     USD/year
//        help: did you mean  plant.spend  (USD/year)?
//
// Carets align by code point; a tab is drawn as one space, control characters and bad UTF-8 as `?`, and a long line is cut
// with `…` around the place.
#pragma once

#include <cstddef>
#include <string>

#include "text/diagnostic.h"
#include "text/source.h"

namespace warchest::text {

struct RenderOptions {
  bool colour = false;
  std::size_t most = 100;   // more are summed up as "and 17 more"
  std::size_t width = 140;  // of an excerpt
};

std::string render_text(const Diagnostic& diagnostic, const SourceMap& sources, const RenderOptions& options = {});
std::string render_text(const Diagnostics& diagnostics, const SourceMap& sources, const RenderOptions& options = {});

// A JSON array of { file, line, column, end_line, end_column, severity, code, message, found, wanted, suggestion };
// the end is the first column after the piece. Ordered as the text, at most Diagnostics::kMaxKept of them.
std::string render_json_array(const Diagnostics& diagnostics, const SourceMap& sources);

}  // namespace warchest::text
