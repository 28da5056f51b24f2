// Programs are joined in the order in which they come, as long as their months are as many and their columns stay in the processor's
// second cache; then they are run as one, and the outputs are dealt out again. What comes to rest is marked on the way.
#include <algorithm>
#include <utility>

#include "engine/engine.h"
#include "program/join.h"
#include "program/rest.h"

namespace warchest::engine {
namespace {

using program::Program;

constexpr std::size_t kMostSlots = 1500;  // of a joined program, histories by their rows
constexpr int kJoinedBlock = 256;         // paths at once: half as many columns of twice the length fit, but not all of theirs

// A market has a memory of its own, and there is one a program at most.
bool has_market(const Program& program) { return !program.markets.empty(); }

std::size_t columns_of(const Program& program) {
  std::size_t columns = 0;
  for (const auto& slot : program.slots) {
    columns += slot.keep != program::Keep::history ? 1 : slot.rows > 0 ? static_cast<std::size_t>(slot.rows) : 0;  // series are shared
  }
  return columns;
}

results::Results part_of(results::Results& all, std::size_t first, std::size_t count) {
  results::Results out;
  out.paths = all.paths;
  out.seed = all.seed;
  out.bit_group = all.bit_group;
  out.interrupted = all.interrupted;
  out.seconds = all.seconds;
  if (all.interrupted) return out;
  for (std::size_t i = first; i < first + count; ++i) out.outputs.push_back(std::move(all.outputs[i]));
  return out;
}

}  // namespace

std::vector<results::Results> run_all(const std::vector<const Program*>& programs, const RunOptions& options) {
  std::vector<results::Results> out;
  for (std::size_t from = 0; from < programs.size();) {
    std::size_t to = from, columns = 0;
    while (to < programs.size() && programs[to]->months == programs[from]->months) {
      if (to > from && (has_market(*programs[from]) || has_market(*programs[to]))) break;
      columns += columns_of(*programs[to]);
      if (to > from && columns > kMostSlots) break;
      ++to;
    }
    RunOptions here = options;
    if (options.progress) {
      here.progress = [&, from, to](std::uint64_t done, std::uint64_t total) {
        options.progress(total * from + done * (to - from), total * programs.size());
      };
    }
    std::vector<Program> marked;
    for (std::size_t i = from; i < to && !has_market(*programs[i]); ++i) marked.push_back(program::mark_rests(*programs[i]));
    if (marked.empty()) {
      out.push_back(run(*programs[from], here));
    } else if (to - from == 1) {
      out.push_back(run(program::assign_slots(std::move(marked.front())), here));
    } else {
      std::vector<const Program*> parts;
      for (const Program& one : marked) parts.push_back(&one);
      program::Joined joined = program::join(parts);
      here.block = std::min(here.block, kJoinedBlock);
      const Program program = program::assign_slots(std::move(joined.program));
      results::Results all = run(program, here);
      for (std::size_t i = from; i < to; ++i) out.push_back(part_of(all, joined.first_output[i - from], programs[i]->outputs.size()));
    }
    if (out.back().interrupted) break;
    from = to;
  }
  return out;
}

}  // namespace warchest::engine
