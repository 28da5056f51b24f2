// Adding up: what leaves a block, so that no byte depends on who ran it.
//
//   Plan       for every recorded column what is gathered of it, fixed before the run (from a pilot of one block, see collect.cpp)
//   Tally      one thread's share of one scramble: counts and extremes, which may be merged in any order, and the sums of the granule
//              in work, in eight fixed lanes
//   Collector  all threads' shares: sums are folded granule by granule in ascending order, a scramble is finished once all its
//              granules are in, and then only its statistics stay
// So histograms need memory for the scrambles in flight alone, however many paths there are.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "engine/vector.h"
#include "kernels/kernels.h"
#include "program/program.h"
#include "results/results.h"

namespace warchest::engine {

// How the paths of a run are cut up. Unit u is one granule; units ascend by scramble, then by granule.
struct Work {
  static constexpr std::uint64_t kGranule = 1024;  // points

  explicit Work(std::uint64_t the_paths);
  std::uint64_t points(std::uint32_t scramble) const;
  std::uint64_t granules(std::uint32_t scramble) const { return (points(scramble) + kGranule - 1) / kGranule; }

  struct Unit {
    std::uint32_t scramble = 0;
    std::uint64_t granule = 0, first_point = 0, points = 0;
  };
  Unit unit(std::uint64_t index) const;

  std::uint64_t paths = 0, units = 0;
};

// What is gathered of one column: one output in one month, or at the end.
struct ColumnPlan {
  enum class How : std::uint8_t { moments, kept, binned, months };  // moments also with kept and binned
  How how = How::moments;
  double shift = 0;  // about which sums are taken
  kernels::Binning binning;
  std::size_t counts_at = 0;  // place of its counts in a tally
  std::size_t counts = 0;     // how many
};

struct Plan {
  std::vector<ColumnPlan> columns;
  std::vector<std::size_t> first;          // by output: its first column
  std::vector<std::vector<double>> ranks;  // by output: wanted quantiles, ascending
  std::size_t counts = 0;                  // of all columns
  std::int32_t months = 0;
};

// From the columns of a pilot block.
class Pilot : public Sink {
 public:
  explicit Pilot(const program::Program& program);
  void take(std::uint32_t output, std::int32_t month, const double* column, std::size_t n) override;
  Plan plan(std::uint64_t paths) const;

 private:
  const program::Program& program_;
  std::vector<std::size_t> first_;
  std::vector<std::vector<double>> values_;
};

// Bins that reach from `scale` to beyond `reach`, as fine as their number allows.
kernels::Binning binning_for(double scale, double reach);

inline constexpr std::size_t kLargestTakenAtOnce = 256;  // lanes; a multiple of 8

struct Sums {
  double sum = 0, squares = 0;  // about the shift
};

struct Extremes {
  double min, max;
  std::uint64_t missing = 0, endless = 0, bottomless = 0;
};

class Tally : public Sink {
 public:
  Tally(const Plan& plan, results::Results& results);

  void begin_block(std::uint32_t scramble, std::uint64_t first_point);
  void take(std::uint32_t output, std::int32_t month, const double* column, std::size_t n) override;
  std::vector<Sums> end_granule();  // sums since the last end
  void clear();

  const std::vector<std::uint32_t>& counts() const { return counts_; }
  const std::vector<Extremes>& extremes() const { return extremes_; }

  // Its counts of a column that can be other than zero: from, to (exclusive).
  std::pair<std::size_t, std::size_t> used(std::size_t column) const;

 private:
  void moments(std::size_t at, const double* column, std::size_t n);
  void moments_of_finite(std::size_t at, const double* column, std::size_t n);

  const Plan& plan_;
  results::Results& results_;  // only the values kept, each at its own place
  std::uint32_t scramble_ = 0;
  std::uint64_t first_point_ = 0;
  std::vector<std::uint32_t> counts_;
  std::vector<kernels::Lanes8> sums_, squares_;
  std::vector<Extremes> extremes_;
};

class Collector {
 public:
  Collector(const program::Program& program, const Plan& plan, const Work& work, results::Results& results);

  void deliver(const Work::Unit& unit, std::vector<Sums> sums);                    // of each granule, in any order
  void flush(std::uint32_t scramble, const Tally& tally, std::uint64_t granules);  // after the granules that it holds were delivered
  void finish();                                                                   // after all

  // Columns of which a wanted quantile fell into an outermost bin, with bins that hold it.
  std::vector<std::pair<std::size_t, kernels::Binning>> too_narrow() const { return too_narrow_; }

 private:
  struct Scramble {
    std::vector<std::uint32_t> counts;  // empty as long as one thread holds them all
    std::vector<Extremes> extremes;
    std::vector<Sums> sums;
    std::uint64_t next = 0, left = 0;
    std::map<std::uint64_t, std::vector<Sums>> waiting;
  };
  Scramble& scramble(std::uint32_t index);
  // Estimates of one scramble, and its share of what is over all; `counts` of all its granules.
  void estimate(std::uint32_t index, const Scramble& done, const std::vector<std::uint32_t>& counts);
  void add_to_all(std::uint32_t index, const Scramble& done, const std::vector<std::uint32_t>& counts);

  const program::Program& program_;
  const Plan& plan_;
  const Work& work_;
  results::Results& results_;
  std::mutex mutex_;
  std::map<std::uint32_t, Scramble> open_;
  std::vector<std::array<Sums, results::kScrambles>> sums_;             // by column
  std::vector<std::array<std::uint64_t, results::kScrambles>> finite_;  // by column
  std::vector<std::pair<std::size_t, kernels::Binning>> too_narrow_;
};

// Bins between the extremes: from, to (exclusive); none where there is no finite value.
std::pair<std::size_t, std::size_t> used_bins(const ColumnPlan& plan, const Extremes& extremes);

// Results with a place for every column, as the plan wants them.
void lay_out(const program::Program& program, const Plan& plan, const Work& work, results::Results& results);

}  // namespace warchest::engine
