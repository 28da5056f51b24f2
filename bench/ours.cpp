// Calls the library's stages as warchest::run does, but with the lowering kept, and with nothing drawn beside the answers.
#include "ours.h"

#include <algorithm>

#include "analysis/answers.h"
#include "clock.h"
#include "engine/engine.h"
#include "warchest.h"

namespace bench {

namespace engine = warchest::engine;

std::optional<Ours> Ours::open(const std::string& path, std::string& why, const std::vector<std::string>& asks) {
  warchest::ModelFile file = warchest::load(path);
  if (!warchest::check(file)) {
    why = warchest::complaints_text(file);
    return std::nullopt;
  }
  Ours ours;
  ours.questions_ = warchest::analysis::as_asked(*file.model);
  warchest::program::LowerOptions options;
  options.all_asks = asks.empty();
  for (std::uint32_t ask = 0; ask < ours.questions_.model.asks.size(); ++ask)
    if (std::find(asks.begin(), asks.end(), ours.questions_.model.asks[ask].name) != asks.end()) options.asks.push_back(ask);
  ours.lowered_ = warchest::program::lower(ours.questions_.model, options);
  return ours;
}

Times Ours::time(std::size_t run, std::uint64_t paths, int threads, std::uint64_t seed) const {
  engine::RunOptions options;
  options.paths = paths;
  options.seed = seed;
  options.threads = threads;
  const double wall = wall_seconds(), cpu = process_seconds();
  engine::run_all({&lowered_.runs[run].program}, options);
  return {process_seconds() - cpu, wall_seconds() - wall};
}

warchest::analysis::Answers Ours::answers(std::uint64_t paths, int threads, Times& times) const {
  engine::RunOptions options;
  options.paths = paths;
  options.threads = threads;
  std::vector<const warchest::program::Program*> programs;
  for (const auto& run : lowered_.runs) programs.push_back(&run.program);
  const double wall = wall_seconds(), cpu = process_seconds();
  const std::vector<warchest::results::Results> results = engine::run_all(programs, options);
  times = {process_seconds() - cpu, wall_seconds() - wall};
  return warchest::analysis::answer(questions_, lowered_, results);
}

const warchest::analysis::Answer* answer_of(const warchest::analysis::Answers& answers, const std::string& ask) {
  for (const auto& one : answers.asks) {
    if (one.name == ask && !one.answers.empty()) return &one.answers.front();
  }
  return nullptr;
}

warchest::analysis::Figure figure_of(const warchest::analysis::Answers& answers, const std::string& ask) {
  const auto* answer = answer_of(answers, ask);
  if (answer == nullptr) return {};
  return answer->kind == warchest::analysis::AnswerKind::number ? answer->spread.mean : answer->figure;
}

}  // namespace bench
