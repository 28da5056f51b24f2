// A heap of the worst so far with the best of them on top: a path that is worse takes its place.
#include "analysis/worst.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "engine/engine.h"
#include "engine/prepared.h"
#include "engine/vector.h"
#include "results/results.h"

namespace warchest::analysis {

namespace {

bool worse(const WorstPath& a, const WorstPath& b) { return std::tie(a.month, a.path) < std::tie(b.month, b.path); }

class Tail : public engine::Sink {
 public:
  Tail(std::size_t count, std::uint64_t paths) : count_(count), paths_(paths) {}

  void begin(std::uint32_t scramble, std::uint32_t first_point) { scramble_ = scramble, first_ = first_point; }

  void take(std::uint32_t, std::int32_t, const double* column, std::size_t n) override {
    for (std::size_t i = 0; i < n; ++i) {
      const WorstPath found{(std::uint64_t{first_} + i) * results::kScrambles + scramble_, column[i]};
      if (found.path >= paths_) continue;
      if (heap_.size() == count_ && !worse(found, heap_.front())) continue;
      if (heap_.size() == count_) {
        std::pop_heap(heap_.begin(), heap_.end(), worse);
        heap_.pop_back();
      }
      heap_.push_back(found);
      std::push_heap(heap_.begin(), heap_.end(), worse);
    }
  }

  std::vector<WorstPath> sorted() && {
    std::sort(heap_.begin(), heap_.end(), worse);
    return std::move(heap_);
  }

 private:
  std::size_t count_;
  std::uint64_t paths_;
  std::uint32_t scramble_ = 0, first_ = 0;
  std::vector<WorstPath> heap_;
};

}  // namespace

std::vector<WorstPath> worst_paths(const program::Statement& statement, const std::string& history, std::size_t count, std::uint64_t paths,
                                   std::uint64_t seed, const std::atomic<bool>* stop,
                                   const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  program::Program program = statement.program;
  const auto slot = std::find_if(program.slots.begin(), program.slots.end(), [&](const program::Slot& s) { return s.name == history; });
  if (slot == program.slots.end()) return {};
  program.outputs = {{"out_of_cash", program::Output::Kind::months, false, false}};
  program::Instruction record;
  record.op = program::Op::record;
  record.a = program::row(static_cast<program::SlotId>(slot - program.slots.begin()), program.months - 1);
  record.data = 0;
  std::erase_if(program.finish, [](const program::Instruction& i) { return i.op == program::Op::record; });
  std::erase_if(program.month, [](const program::Instruction& i) { return i.op == program::Op::record; });
  program.finish.push_back(record);
  program = program::assign_slots(program::simplify(std::move(program)));

  const engine::Prepared prepared = engine::prepare(program);
  engine::Machine machine(program, prepared, seed, engine::kLargestBlock);
  Tail tail(count, paths);
  const auto points = static_cast<std::uint32_t>((paths + results::kScrambles - 1) / results::kScrambles);
  for (std::uint32_t first = 0; first < points; first += engine::kLargestBlock) {
    const std::size_t n = std::min<std::size_t>(engine::kLargestBlock, points - first);
    for (std::uint32_t scramble = 0; scramble < results::kScrambles; ++scramble) {
      if (stop != nullptr && stop->load(std::memory_order_relaxed)) return {};
      tail.begin(scramble, first);
      machine.run(scramble, first, n, tail);
    }
    if (progress) progress(std::uint64_t{first + n} * results::kScrambles, std::uint64_t{points} * results::kScrambles);
  }
  return std::move(tail).sorted();
}

}  // namespace warchest::analysis
