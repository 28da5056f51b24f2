// A model of ours, read, checked and lowered once, so that the engine alone can be timed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/answer.h"
#include "analysis/companions.h"
#include "program/lower.h"

namespace bench {

struct Times {
  double cpu = 0;  // seconds: of the calling thread where there is one, of all where there are several
  double wall = 0;
};

class Ours {
 public:
  // Nothing, with the reason in `why`, where the model does not pass the checks.
  static std::optional<Ours> open(const std::string& path, std::string& why, const std::vector<std::string>& asks = {});  // empty: all

  std::size_t runs() const { return lowered_.runs.size(); }  // cases: programs that one answer to the model runs
  const warchest::program::Program& program(std::size_t run) const { return lowered_.runs[run].program; }
  const std::string& case_label(std::size_t run) const { return lowered_.runs[run].which.label; }

  Times time(std::size_t run, std::uint64_t paths, int threads, std::uint64_t seed = 1) const;  // what it finds is thrown away
  warchest::analysis::Answers answers(std::uint64_t paths, int threads, Times& times) const;    // the times of the engine alone

 private:
  warchest::analysis::Questions questions_;
  warchest::program::Lowered lowered_;
};

// The one answer of an ask; its figure is the mean where the ask is a number.
const warchest::analysis::Answer* answer_of(const warchest::analysis::Answers& answers, const std::string& ask);
warchest::analysis::Figure figure_of(const warchest::analysis::Answers& answers, const std::string& ask);

}  // namespace bench
