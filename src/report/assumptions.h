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
  std::string cites;    // "nyt, us"; empty where no source is cited
  std::string grade;    // the weakest of them: fact, reported, rumour, judgement
  std::string place;    // file:line
};

struct CitedSource {
  std::string name;   // "nyt"
  std::string words;  // "New York Times, 2024-09-27, reported, https://…"
};

struct Assumptions {
  std::vector<Assumption> list;
  std::vector<CitedSource> sources;  // those that the list cites, in the order of the text
};

// Every definition that holds a number of its own: one written in the text, or a distribution. In the order of the text.
Assumptions assumptions(const model::Model& model, const text::SourceMap& sources);

}  // namespace warchest::report
