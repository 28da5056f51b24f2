// Bins come from a pilot, the first points of the first scramble: their scale is the median size of the values there, and they reach
// well beyond the largest; so a column of money, one of shares and one of counts each get bins that suit them, whatever the threads do.
// Sums are taken about the pilot's mean, so that little cancels in the variance and a constant column has no error at all.
#include "engine/collect.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "results/quantile.h"

namespace warchest::engine {
namespace {

using program::Output;
using results::kScrambles;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kReach = 4;          // of the bins, over the pilot's largest value
constexpr int kMostBinsASide = 2047;  // 4095 bins, 16 KiB a column
constexpr double kUsualRanks[] = {0.05, 0.25, 0.5, 0.75, 0.95};

std::vector<double> ranks_of(const Output& output) {
  if (output.kind == Output::Kind::truth || !output.spread) return {};
  std::vector<double> ranks(std::begin(kUsualRanks), std::end(kUsualRanks));
  ranks.insert(ranks.end(), output.ranks.begin(), output.ranks.end());
  std::sort(ranks.begin(), ranks.end());
  ranks.erase(std::unique(ranks.begin(), ranks.end()), ranks.end());
  return ranks;
}

std::size_t columns_of(const program::Program& program, const Output& output) {
  return output.series ? static_cast<std::size_t>(program.months) : 1;
}

Extremes nothing_seen() { return {kInfinity, -kInfinity, 0, 0, 0}; }

void merge(Extremes& into, const Extremes& from) {
  into.min = std::min(into.min, from.min);
  into.max = std::max(into.max, from.max);
  into.missing += from.missing;
  into.endless += from.endless;
  into.bottomless += from.bottomless;
}

double mean_of(const Sums& sums, std::uint64_t n, double shift) { return n == 0 ? kNaN : shift + sums.sum / static_cast<double>(n); }

double sd_of(const Sums& sums, std::uint64_t n) {
  if (n < 2) return kNaN;
  const auto count = static_cast<double>(n);
  const double squares = sums.squares - sums.sum * sums.sum / count;
  return std::sqrt(squares < 0 ? 0 : squares / (count - 1));
}

}  // namespace

// --- work -----------------------------------------------------------------------------------------------------------------------------

Work::Work(std::uint64_t the_paths) : paths(the_paths) {
  for (std::uint32_t s = 0; s < kScrambles; ++s) units += granules(s);
}

std::uint64_t Work::points(std::uint32_t scramble) const { return (paths + kScrambles - 1 - scramble) / kScrambles; }

Work::Unit Work::unit(std::uint64_t index) const {
  std::uint32_t scramble = 0;
  while (index >= granules(scramble)) index -= granules(scramble++);
  const std::uint64_t first = index * kGranule;
  return {scramble, index, first, std::min(kGranule, points(scramble) - first)};
}

// --- plan -----------------------------------------------------------------------------------------------------------------------------

kernels::Binning binning_for(double scale, double reach) {
  if (!(scale > 0 && scale < kInfinity)) scale = 1;
  if (!(reach < 1e300)) reach = 1e300;
  kernels::Binning out;
  out.scale = std::max(scale, 1e-290);
  const double doublings = std::max(std::log2((reach + out.scale) / out.scale), 1.0 / 64);
  out.bits = 0;
  while (out.bits < 20 && doublings * static_cast<double>(2 << out.bits) <= kMostBinsASide - 1) ++out.bits;
  out.half = std::min(kMostBinsASide, static_cast<int>(std::ceil(doublings * static_cast<double>(1 << out.bits))) + 1);
  return out;
}

Pilot::Pilot(const program::Program& program) : program_(program) {
  std::size_t columns = 0;
  for (const Output& output : program.outputs) {
    first_.push_back(columns);
    columns += columns_of(program, output);
  }
  values_.resize(columns);
}

void Pilot::take(std::uint32_t output, std::int32_t month, const double* column, std::size_t n) {
  const std::size_t at = first_[output] + (program_.outputs[output].series ? static_cast<std::size_t>(month) : 0);
  values_[at].assign(column, column + n);
}

Plan Pilot::plan(std::uint64_t paths) const {
  Plan out;
  out.first = first_;
  out.months = program_.months;
  for (std::size_t i = 0; i < program_.outputs.size(); ++i) {
    const Output& output = program_.outputs[i];
    out.ranks.push_back(ranks_of(output));
    for (std::size_t c = 0; c < columns_of(program_, output); ++c) {
      ColumnPlan plan;
      plan.counts_at = out.counts;
      std::vector<double> sizes;
      double sum = 0, count = 0, least = kInfinity, most = -kInfinity;
      for (const double x : values_[first_[i] + c]) {
        if (!(std::fabs(x) < kInfinity)) continue;
        sum += x;
        count += 1;
        least = std::min(least, x);
        most = std::max(most, x);
        if (x != 0) sizes.push_back(std::fabs(x));
      }
      if (output.kind == Output::Kind::months) {
        plan.how = ColumnPlan::How::months;
        plan.counts = static_cast<std::size_t>(program_.months) + 2;
      } else if (output.kind == Output::Kind::number) {
        const double mean = sum / count;
        plan.shift = std::fabs(mean) < kInfinity ? std::clamp(mean, least, most) : 0;  // exact where all are equal
        if (output.spread && !output.series && paths <= results::kMostKept) {
          plan.how = ColumnPlan::How::kept;
        } else if (output.spread) {
          plan.how = ColumnPlan::How::binned;
          double median = 1, largest = 1;
          if (!sizes.empty()) {
            largest = *std::max_element(sizes.begin(), sizes.end());
            const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
            std::nth_element(sizes.begin(), middle, sizes.end());
            median = *middle;
          }
          plan.binning = binning_for(median, kReach * largest);
          plan.counts = static_cast<std::size_t>(plan.binning.bins());
        }
      }
      out.counts += plan.counts;
      out.columns.push_back(plan);
    }
  }
  return out;
}

void lay_out(const program::Program& program, const Plan& plan, const Work& work, results::Results& results) {
  results.outputs.clear();
  for (std::size_t i = 0; i < program.outputs.size(); ++i) {
    results::Output output;
    output.name = program.outputs[i].name;
    output.kind = static_cast<int>(program.outputs[i].kind);
    for (std::size_t c = 0; c < columns_of(program, program.outputs[i]); ++c) {
      const ColumnPlan& column_plan = plan.columns[plan.first[i] + c];
      results::Column column;
      column.ranks = plan.ranks[i];
      column.quantiles.resize(column.ranks.size());
      for (auto& estimate : column.quantiles) estimate.scrambles.fill(kNaN);
      column.mean.scrambles.fill(kNaN);
      column.sd.scrambles.fill(kNaN);
      column.min = kInfinity;
      column.max = -kInfinity;
      if (column_plan.how == ColumnPlan::How::kept) {
        for (std::uint32_t s = 0; s < kScrambles; ++s) column.kept[s].resize(work.points(s));
      } else if (column_plan.how == ColumnPlan::How::binned) {
        column.binning = column_plan.binning;
        column.bins.resize(column_plan.counts);
      } else if (column_plan.how == ColumnPlan::How::months) {
        column.by_month.resize(column_plan.counts - 1);
      }
      output.columns.push_back(std::move(column));
    }
    results.outputs.push_back(std::move(output));
  }
}

// --- tally ----------------------------------------------------------------------------------------------------------------------------

Tally::Tally(const Plan& plan, results::Results& results)
    : plan_(plan),
      results_(results),
      counts_(plan.counts),
      sums_(plan.columns.size()),
      squares_(plan.columns.size()),
      extremes_(plan.columns.size(), nothing_seen()) {}

void Tally::begin_block(std::uint32_t scramble, std::uint64_t first_point) {
  scramble_ = scramble;
  first_point_ = first_point;
}

void Tally::take(std::uint32_t output, std::int32_t month, const double* column, std::size_t n) {
  const auto& of_output = results_.outputs[output].columns;
  const std::size_t within = of_output.size() > 1 ? static_cast<std::size_t>(month) : 0;
  const std::size_t at = plan_.first[output] + within;
  const ColumnPlan& plan = plan_.columns[at];
  const kernels::Kernels& kernel = kernels::kernels();
  switch (plan.how) {
    case ColumnPlan::How::months: {
      kernel.count_months(column, n, plan.counts, counts_.data() + plan.counts_at);
      std::uint64_t missing = 0;
      for (std::size_t i = 0; i < n; ++i) missing += column[i] != column[i];
      extremes_[at].missing += missing;
      return;
    }
    case ColumnPlan::How::kept:
      std::copy(column, column + n,
                results_.outputs[output].columns[within].kept[scramble_].begin() + static_cast<std::ptrdiff_t>(first_point_));
      break;
    case ColumnPlan::How::binned:
    case ColumnPlan::How::moments:
      break;
  }
  moments(at, column, n);
}

void Tally::moments(std::size_t at, const double* column, std::size_t n) {
  const kernels::Kernels& kernel = kernels::kernels();
  kernels::Lanes8 sum = sums_[at], squares = squares_[at];
  double min = extremes_[at].min, max = extremes_[at].max;
  const ColumnPlan& plan = plan_.columns[at];
  if (plan.how == ColumnPlan::How::binned) {
    kernel.histogram_all(column, n, plan.binning, counts_.data() + plan.counts_at, plan.shift, sum, squares, min, max);
  } else {
    kernel.accumulate_all(column, n, plan.shift, sum, squares, min, max);
  }
  double all = 0;  // finite only if every lane is
  for (int lane = 0; lane < 8; ++lane) all += squares.v[lane];
  if (!(all < kInfinity)) return moments_of_finite(at, column, n);
  sums_[at] = sum;
  squares_[at] = squares;
  extremes_[at].min = min;
  extremes_[at].max = max;
}

// Some lane is infinite, missing, or too large to square. Infinite ones were counted in the outermost bins, and are taken out again.
void Tally::moments_of_finite(std::size_t at, const double* column, std::size_t n) {
  alignas(kernels::kAlignment) double mask[kernels::padded(kLargestTakenAtOnce)];
  const kernels::Kernels& kernel = kernels::kernels();
  const ColumnPlan& plan = plan_.columns[at];
  Extremes& extremes = extremes_[at];
  for (std::size_t from = 0; from < n; from += kLargestTakenAtOnce) {
    const std::size_t count = std::min(n - from, kLargestTakenAtOnce);
    std::uint32_t endless = 0, bottomless = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const double x = column[from + i];
      const bool finite = std::fabs(x) < kInfinity;
      mask[i] = finite ? 1 : 0;
      extremes.missing += x != x;
      endless += x == kInfinity;
      bottomless += x == -kInfinity;
      if (finite) {
        extremes.min = std::min(extremes.min, x);
        extremes.max = std::max(extremes.max, x);
      }
    }
    extremes.endless += endless;
    extremes.bottomless += bottomless;
    if (plan.how == ColumnPlan::How::binned) {
      counts_[plan.counts_at] -= bottomless;
      counts_[plan.counts_at + plan.counts - 1] -= endless;
    }
    kernel.accumulate_moments_where(column + from, mask, count, plan.shift, sums_[at], squares_[at]);
  }
}

std::vector<Sums> Tally::end_granule() {
  std::vector<Sums> out(sums_.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = {kernels::fold(sums_[i]), kernels::fold(squares_[i])};
    sums_[i] = squares_[i] = kernels::Lanes8{};
  }
  return out;
}

std::pair<std::size_t, std::size_t> used_bins(const ColumnPlan& plan, const Extremes& extremes) {
  if (plan.how == ColumnPlan::How::months) return {0, plan.counts};
  if (plan.how != ColumnPlan::How::binned || !(extremes.min <= extremes.max)) return {0, 0};
  return {static_cast<std::size_t>(kernels::bin_of(extremes.min, plan.binning)),
          static_cast<std::size_t>(kernels::bin_of(extremes.max, plan.binning)) + 1};
}

std::pair<std::size_t, std::size_t> Tally::used(std::size_t column) const { return used_bins(plan_.columns[column], extremes_[column]); }

void Tally::clear() {
  for (std::size_t i = 0; i < plan_.columns.size(); ++i) {
    const auto [from, to] = used(i);
    std::fill_n(counts_.begin() + static_cast<std::ptrdiff_t>(plan_.columns[i].counts_at + from), to - from, 0u);
  }
  std::fill(extremes_.begin(), extremes_.end(), nothing_seen());
}

// --- collector ------------------------------------------------------------------------------------------------------------------------

Collector::Collector(const program::Program& program, const Plan& plan, const Work& work, results::Results& results)
    : program_(program), plan_(plan), work_(work), results_(results), sums_(plan.columns.size()), finite_(plan.columns.size()) {}

Collector::Scramble& Collector::scramble(std::uint32_t index) {
  Scramble& out = open_[index];
  if (out.extremes.empty()) {
    out.extremes.resize(plan_.columns.size(), nothing_seen());
    out.sums.resize(plan_.columns.size());
    out.left = work_.granules(index);
  }
  return out;
}

void Collector::deliver(const Work::Unit& unit, std::vector<Sums> sums) {
  const std::lock_guard lock(mutex_);
  Scramble& s = scramble(unit.scramble);
  s.waiting.emplace(unit.granule, std::move(sums));
  for (auto first = s.waiting.begin(); first != s.waiting.end() && first->first == s.next; first = s.waiting.begin()) {
    for (std::size_t i = 0; i < s.sums.size(); ++i) {
      s.sums[i].sum += first->second[i].sum;
      s.sums[i].squares += first->second[i].squares;
    }
    s.waiting.erase(first);
    ++s.next;
  }
}

void Collector::flush(std::uint32_t index, const Tally& tally, std::uint64_t granules) {
  std::map<std::uint32_t, Scramble>::node_type done;
  {
    const std::lock_guard lock(mutex_);
    Scramble& s = scramble(index);
    if (granules < work_.granules(index)) {
      s.counts.resize(plan_.counts);
      for (std::size_t i = 0; i < plan_.columns.size(); ++i) {
        const auto [from, to] = tally.used(i);
        const std::size_t at = plan_.columns[i].counts_at;
        for (std::size_t bin = at + from; bin < at + to; ++bin) s.counts[bin] += tally.counts()[bin];
      }
    }
    for (std::size_t i = 0; i < s.extremes.size(); ++i) merge(s.extremes[i], tally.extremes()[i]);
    s.left -= granules;
    if (s.left > 0) return;
    done = open_.extract(index);
  }
  Scramble& s = done.mapped();
  const auto& counts = s.counts.empty() ? tally.counts() : s.counts;
  for (std::size_t i = 0; i < plan_.columns.size(); ++i) {
    if (plan_.columns[i].how != ColumnPlan::How::months) continue;
    // Missing ones were counted with those on which it never happens.
    const ColumnPlan& plan = plan_.columns[i];
    s.extremes[i].endless = counts[plan.counts_at + plan.counts - 1] - s.extremes[i].missing;
    for (std::size_t month = 0; month + 1 < plan.counts; ++month) {
      const auto m = static_cast<double>(month), count = static_cast<double>(counts[plan.counts_at + month]);
      s.sums[i].sum += m * count;
      s.sums[i].squares += m * m * count;
      if (count > 0) s.extremes[i].min = std::min(s.extremes[i].min, m);
      if (count > 0) s.extremes[i].max = std::max(s.extremes[i].max, m);
    }
  }
  estimate(index, s, counts);
  const std::lock_guard lock(mutex_);
  add_to_all(index, s, counts);
}

// Writes only what belongs to this scramble, so that several may be estimated at once.
void Collector::estimate(std::uint32_t index, const Scramble& s, const std::vector<std::uint32_t>& all_counts) {
  for (std::size_t i = 0; i < program_.outputs.size(); ++i) {
    for (std::size_t c = 0; c < results_.outputs[i].columns.size(); ++c) {
      const std::size_t at = plan_.first[i] + c;
      const ColumnPlan& plan = plan_.columns[at];
      const Extremes& extremes = s.extremes[at];
      results::Column& column = results_.outputs[i].columns[c];
      const std::uint32_t* counts = all_counts.data() + plan.counts_at;
      const std::uint64_t finite = work_.points(index) - extremes.missing - extremes.endless - extremes.bottomless;
      sums_[at][index] = s.sums[at];
      finite_[at][index] = finite;
      column.mean.scrambles[index] = mean_of(s.sums[at], finite, plan.shift);
      column.sd.scrambles[index] = sd_of(s.sums[at], finite);
      const auto put = [&](auto quantile) {
        for (std::size_t r = 0; r < column.ranks.size(); ++r) column.quantiles[r].scrambles[index] = quantile(r);
      };
      switch (plan.how) {
        case ColumnPlan::How::moments:
          break;
        case ColumnPlan::How::binned: {
          const results::Binned<std::uint32_t> binned{
              {counts, plan.counts}, plan.binning, extremes.bottomless, finite,
              extremes.endless,      extremes.min, extremes.max,        used_bins(plan, extremes).first};
          put([&](std::size_t r) { return binned.quantile(column.ranks[r]); });
          break;
        }
        case ColumnPlan::How::months: {
          auto& by_month = column.by_month_scrambles[index];
          by_month.assign(counts, counts + plan.counts);
          by_month.back() = extremes.endless;
          put([&](std::size_t r) {
            return results::quantile_of_months({by_month.data(), plan.counts - 1}, by_month.back(), column.ranks[r]);
          });
          break;
        }
        case ColumnPlan::How::kept: {
          const std::span<const double> values = column.kept[index];
          const std::vector<double> quantiles = results::quantiles_of_values({&values, 1}, column.ranks);
          put([&](std::size_t r) { return quantiles[r]; });
          break;
        }
      }
    }
  }
}

void Collector::add_to_all(std::uint32_t index, const Scramble& s, const std::vector<std::uint32_t>& counts) {
  for (std::size_t i = 0; i < program_.outputs.size(); ++i) {
    for (std::size_t c = 0; c < results_.outputs[i].columns.size(); ++c) {
      const std::size_t at = plan_.first[i] + c;
      const ColumnPlan& plan = plan_.columns[at];
      const Extremes& extremes = s.extremes[at];
      results::Column& column = results_.outputs[i].columns[c];
      column.paths += work_.points(index) - extremes.missing;
      column.missing += extremes.missing;
      column.endless += extremes.endless;
      column.bottomless += extremes.bottomless;
      column.min = std::min(column.min, extremes.min);
      column.max = std::max(column.max, extremes.max);
      const auto [from, to] = used_bins(plan, extremes);
      for (std::size_t bin = from; bin < to && plan.how == ColumnPlan::How::binned; ++bin) column.bins[bin] += counts[plan.counts_at + bin];
      for (std::size_t month = 0; month < column.by_month.size(); ++month) column.by_month[month] += counts[plan.counts_at + month];
    }
  }
}

void Collector::finish() {
  for (std::size_t i = 0; i < program_.outputs.size(); ++i) {
    for (std::size_t c = 0; c < results_.outputs[i].columns.size(); ++c) {
      const std::size_t at = plan_.first[i] + c;
      const ColumnPlan& plan = plan_.columns[at];
      results::Column& column = results_.outputs[i].columns[c];
      Sums sums;
      std::uint64_t finite = 0;
      for (std::uint32_t s = 0; s < kScrambles; ++s) {
        sums.sum += sums_[at][s].sum;
        sums.squares += sums_[at][s].squares;
        finite += finite_[at][s];
      }
      column.mean.value = mean_of(sums, finite, plan.shift);
      column.sd.value = sd_of(sums, finite);
      if (finite == 0) column.min = column.max = kNaN;
      column.min += 0.0;  // of -0 and 0 that is least which comes first, and threads come as they come: 0
      column.max += 0.0;
      std::vector<double> values;
      if (plan.how == ColumnPlan::How::kept) {
        const std::vector<std::span<const double>> pieces(column.kept.begin(), column.kept.end());
        values = results::quantiles_of_values(pieces, column.ranks);
      }
      const results::Binned<std::uint64_t> binned{column.bins,    plan.binning, column.bottomless, finite,
                                                  column.endless, column.min,   column.max};
      bool narrow = false;
      for (std::size_t r = 0; r < column.ranks.size(); ++r) {
        double& value = column.quantiles[r].value;
        switch (plan.how) {
          case ColumnPlan::How::kept:
            value = values[r];
            break;
          case ColumnPlan::How::months:
            value = results::quantile_of_months(column.by_month, column.endless, column.ranks[r]);
            break;
          case ColumnPlan::How::binned:
            value = binned.quantile(column.ranks[r]);
            narrow |= binned.at_the_end(column.ranks[r]);
            break;
          case ColumnPlan::How::moments:
            break;
        }
      }
      if (narrow) {
        // The extremes are known now, so the next run is the last: no value lies in an outermost bin of these.
        const double reach = std::max(std::fabs(column.min), std::fabs(column.max));
        too_narrow_.push_back({at, binning_for(std::max(plan.binning.scale, reach * 1e-12), 1.01 * reach)});
      }
    }
  }
}

}  // namespace warchest::engine
