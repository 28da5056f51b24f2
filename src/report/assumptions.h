// What a model takes for granted, with its source and how good that source is, for the end of a report and for `check --cited`.
#pragma once

#include <string>
#include <vector>

#include "model/model.h"
#include "text/source.h"

namespace warchest::report {

struct Assumption {
  std::string name, label;
  std::string written;  // the value as it stands in the text, on one line
  std::string sources;  // "New York Times (2024-09-27); our judgement"; empty where none is cited
  std::string grade;    // the weakest of them: fact, reported, rumour, judgement
  std::string place;    // file:line
};

// Every definition that holds a number of its own: one written in the text, or a distribution. In the order of the text.
std::vector<Assumption> assumptions(const model::Model& model, const text::SourceMap& sources);

}  // namespace warchest::report
