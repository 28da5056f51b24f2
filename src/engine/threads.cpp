// The run: a pilot, a plan, then threads that take granules off one counter until none is left.
//
// Which thread takes which granule is chance; what they hand in is not (collect.h). Threads are started for the run and the calling one
// works with them, so that it can say how far things are. A run whose bins proved too narrow for a wanted quantile is repeated with the
// extremes that are known by then.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <thread>
#include <vector>

#include "engine/collect.h"
#include "engine/engine.h"
#include "engine/market_step.h"
#include "engine/prepared.h"
#include "engine/vector.h"
#include "kernels/kernels.h"
#include "text/check.h"

namespace warchest::engine {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::uint64_t kPilotPoints = 256;
constexpr int kMostRepeats = 2;  // a repeat knows the extremes, so one is enough; never endless
constexpr auto kBetweenReports = std::chrono::milliseconds(100);

class Run {
 public:
  Run(const program::Program& program, const RunOptions& options)
      : program_(program), options_(options), prepared_(prepare(program)), work_(options.paths) {
    results_.paths = options.paths;
    results_.seed = options.seed;
    results_.bit_group = std::string(kernels::bit_group());
  }

  results::Results take() {
    const auto start = Clock::now();
    const std::uint64_t threads = options_.threads > 0 ? static_cast<std::uint64_t>(options_.threads)
                                                       : std::max<std::uint64_t>(std::thread::hardware_concurrency(), 1);
    machines_.resize(std::min(threads, work_.units));
    machines_[0] = machine();
    Plan plan = make_plan();
    for (int again = 0; !stopped(); ++again) {
      lay_out(program_, plan, work_, results_);
      Collector collector(program_, plan, work_, results_);
      all_threads(plan, collector);
      if (stopped()) break;
      collector.finish();
      if (collector.too_narrow().empty() || again == kMostRepeats) break;
      widen(plan, collector.too_narrow());
    }
    if (stopped()) {
      results_.interrupted = true;
      results_.outputs.clear();
    }
    results_.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    return std::move(results_);
  }

 private:
  bool stopped() const { return options_.stop != nullptr && options_.stop->load(std::memory_order_relaxed); }

  std::unique_ptr<Machine> machine() const {
    return std::make_unique<Machine>(program_, prepared_, options_.seed, static_cast<std::size_t>(options_.block));
  }

  Plan make_plan() {
    // In one block whatever the block size of the run, so that the pilot sees the same paths.
    Pilot pilot(program_);
    const std::uint64_t points = std::min(kPilotPoints, work_.points(0));
    if (points <= static_cast<std::uint64_t>(options_.block)) {
      machines_[0]->run(0, 0, points, pilot);
    } else {
      Machine(program_, prepared_, options_.seed, kPilotPoints).run(0, 0, points, pilot);
    }
    return pilot.plan(options_.paths);
  }

  static void widen(Plan& plan, const std::vector<std::pair<std::size_t, kernels::Binning>>& columns) {
    for (const auto& [at, binning] : columns) plan.columns[at].binning = binning;
    plan.counts = 0;
    for (ColumnPlan& column : plan.columns) {
      if (column.how == ColumnPlan::How::binned) column.counts = static_cast<std::size_t>(column.binning.bins());
      column.counts_at = plan.counts;
      plan.counts += column.counts;
    }
  }

  void all_threads(const Plan& plan, Collector& collector) {
    next_ = 0;
    done_ = 0;
    std::vector<std::thread> others;
    std::vector<std::exception_ptr> errors(machines_.size());
    const auto guarded = [&](std::size_t index) {
      try {
        one_thread(index, plan, collector);
      } catch (...) {
        errors[index] = std::current_exception();
        next_ = work_.units;
      }
    };
    for (std::size_t i = 1; i < machines_.size(); ++i) others.emplace_back(guarded, i);
    guarded(0);
    for (std::thread& other : others) other.join();
    for (const auto& error : errors) {
      if (error) std::rethrow_exception(error);
    }
  }

  void one_thread(std::size_t index, const Plan& plan, Collector& collector) {
    if (!machines_[index]) machines_[index] = machine();
    Tally tally(plan, results_);
    std::uint64_t held = 0;  // granules in the tally, all of one scramble
    std::uint32_t scramble = 0;
    const auto flush = [&] {
      if (held > 0) {
        collector.flush(scramble, tally, held);
        tally.clear();
      }
      held = 0;
    };
    auto reported = Clock::now();
    for (std::uint64_t u = next_++; u < work_.units && !stopped(); u = next_++) {
      const Work::Unit unit = work_.unit(u);
      if (unit.scramble != scramble) flush();
      scramble = unit.scramble;
      run_granule(*machines_[index], unit, tally);
      collector.deliver(unit, tally.end_granule());
      ++held;
      done_ += unit.points;
      if (index == 0 && options_.progress && Clock::now() - reported >= kBetweenReports) {
        reported = Clock::now();
        options_.progress(done_, work_.paths);
      }
    }
    flush();
  }

  void run_granule(Machine& machine, const Work::Unit& unit, Tally& tally) {
    const auto block = static_cast<std::uint64_t>(options_.block);
    for (std::uint64_t from = 0; from < unit.points; from += block) {
      const std::uint64_t n = std::min(block, unit.points - from), point = unit.first_point + from;
      tally.begin_block(unit.scramble, point);
      machine.run(unit.scramble, static_cast<std::uint32_t>(point), n, tally);
    }
  }

  const program::Program& program_;
  const RunOptions& options_;
  const Prepared prepared_;
  const Work work_;
  results::Results results_;
  std::vector<std::unique_ptr<Machine>> machines_;
  std::atomic<std::uint64_t> next_{0}, done_{0};
};

}  // namespace

namespace {

// What investors have and paid is kept by path for the whole run: fewer paths at once where it would not stay in a cache.
int block_for(const program::Program& program, int wanted) {
  if (program.markets.empty()) return wanted;
  constexpr std::size_t kRoom = 4 << 20, kFewest = 32;
  const std::size_t lanes = kRoom / std::max<std::size_t>(MarketStep::bytes_of_a_lane(program), 1);
  return std::min(wanted, static_cast<int>(std::max(lanes / 16 * 16, kFewest)));
}

}  // namespace

results::Results run(const program::Program& program, const RunOptions& options) {
  const std::string wrong = program::fault(program);
  WARCHEST_CHECK(wrong.empty(), wrong.c_str());
  WARCHEST_CHECK(options.paths >= kFewestPaths && options.paths / results::kScrambles < 0xffffffffu, "run: number of paths out of range");
  WARCHEST_CHECK(options.block > 0 && options.block <= kLargestBlock && options.block % 16 == 0, "run: block size out of range");
  RunOptions fitted = options;
  fitted.block = block_for(program, options.block);
  return Run(program, fitted).take();
}

}  // namespace warchest::engine
