// A model as a text and the figures that it answers: what the tests of this folder ask the whole library.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "warchest.h"

namespace warchest::laws {

inline ModelFile checked(const std::string& text, LoadOptions options = {}) {
  ModelFile file = load_text("model.chest", text, ".", std::move(options));
  EXPECT_TRUE(check(file)) << complaints_text(file) << text;
  return file;
}

inline analysis::Answers answers(const std::string& text, std::uint64_t paths, std::uint64_t seed = 1) {
  const ModelFile file = checked(text);
  RunOptions options;
  options.paths = paths;
  options.seed = seed;
  options.threads = 1;
  options.charts = false;
  return run(file, options);
}

}  // namespace warchest::laws
