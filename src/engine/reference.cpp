// The reference evaluator. Each slot is a vector of doubles (histories one per month, the others one), each instruction one case.
#include "engine/reference.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "engine/market_step.h"
#include "engine/prepared.h"
#include "kernels/one_lane.h"
#include "kernels/quantile.h"
#include "kernels/random.h"
#include "program/arithmetic.h"
#include "results/results.h"
#include "text/check.h"

namespace warchest::engine {

using namespace program;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

class Path {
 public:
  Path(const Program& program, const Prepared& prepared, const PathOptions& options)
      : program_(program), prepared_(prepared), options_(options) {
    for (const Slot& slot : program.slots) {
      const auto rows = slot.keep == Keep::history ? std::max(program.months, 0) - slot.first : 1;
      slots_.emplace_back(static_cast<std::size_t>(std::max(rows, 1)), 0.0);
    }
    for (const Output& output : program.outputs) {
      record_.outputs.emplace_back(output.series ? static_cast<std::size_t>(program.months) : 1, kNaN);
    }
    if (!program.markets.empty()) {
      market_ = std::make_unique<MarketStep>(program, 1);
      market_->begin({options.seed, options.path, 1, options.median}, 1);
    }
    for (SlotId id = 0; id < program.slots.size(); ++id) {
      const Slot& slot = program.slots[id];
      if (!slot.name.empty()) record_.slots.push_back({id, slot.name, slot.keep, slot.keep == Keep::history ? slot.first : 0, {}});
    }
  }

  PathRecord run() {
    section_ = Section::setup;
    run_section(program_.setup);
    for (month_ = 0; month_ < program_.months; ++month_) {
      section_ = Section::month;
      forget_temporaries();
      run_section(program_.month);
      note_month();
    }
    section_ = Section::finish;
    month_ = std::max(program_.months - 1, 0);
    forget_temporaries();
    run_section(program_.finish);
    for (SlotTrack& track : record_.slots) {
      if (track.keep == Keep::path || track.keep == Keep::history) track.values = slots_[track.slot];
    }
    return std::move(record_);
  }

 private:
  void forget_temporaries() {
    for (SlotId id = 0; id < slots_.size(); ++id) {
      if (program_.slots[id].keep == Keep::temporary) slots_[id][0] = kNaN;
    }
  }

  void note_month() {
    for (SlotTrack& track : record_.slots) {
      if (track.keep == Keep::temporary || track.keep == Keep::state) track.values.push_back(slots_[track.slot][0]);
    }
  }

  void run_section(const std::vector<Instruction>& code) {
    for (std::size_t i = 0; i < code.size(); ++i) {
      const Instruction& x = code[i];
      double value = 0;
      if (x.op == Op::guard) {
        value = read(x.a);
        if (value == 0) i += x.data;
      } else if (x.op == Op::rest) {
        // nothing is left out here: that is how a rest that is none would show
      } else if (x.op == Op::record) {
        value = read(x.a);
        record_.outputs[x.data][program_.outputs[x.data].series ? static_cast<std::size_t>(month_) : 0] = value;
      } else if (x.op == Op::choose2) {
        const bool chosen = read(x.a) != 0;
        const double b = read(x.b), c = read(x.c);
        if (chosen) {
          write(x, x.target, b);
          write(x, x.target2, c);
        }
        value = slots_[x.target][0];
      } else if (x.op == Op::period_table || x.op == Op::curve) {
        write_series(x);
        value = slots_[x.target][0];
      } else {
        value = compute(x);
        write(x, x.target, value);
      }
      if (options_.watch) options_.watch({section_, month_, x, value});
    }
  }

  // A row of a history, never before its first nor after the last month.
  double row(SlotId id, std::int32_t month) const {
    const std::int32_t first = program_.slots[id].first;
    const std::int32_t last = std::max(program_.months - 1, first);
    return slots_[id][static_cast<std::size_t>(std::clamp(month, first, last) - first)];
  }

  double read(const Operand& x) const {
    switch (x.place) {
      case Place::none:
        return kNaN;
      case Place::constant:
        return x.value;
      case Place::schedule:
        return program_.schedules[x.index][static_cast<std::size_t>(month_)];
      case Place::slot:
        return program_.slots[x.index].keep == Keep::history ? row(x.index, month_ - x.lag) : slots_[x.index][0];
      case Place::row:
        return row(x.index, x.lag);
    }
    return kNaN;
  }

  std::vector<double> read_all(const std::vector<Operand>& operands) const {
    std::vector<double> out;
    for (const Operand& operand : operands) out.push_back(read(operand));
    return out;
  }

  void write(const Instruction& x, SlotId id, double value) {
    const Slot& slot = program_.slots[id];
    const std::int32_t month = section_ == Section::setup ? x.target_row : month_;
    slots_[id][slot.keep == Keep::history ? static_cast<std::size_t>(month - slot.first) : 0] = value;
  }

  double compute(const Instruction& x) const {
    const int operands = op_operands(x.op);
    const double a = operands > 0 ? read(x.a) : 0, b = operands > 1 ? read(x.b) : 0, c = operands > 2 ? read(x.c) : 0;
    switch (x.op) {
      case Op::draw_path:
        return draw_path(program_.draws[x.data]);
      case Op::draw_month:
        return draw_month(program_.draws[x.data]);
      case Op::draw_attempt:
        return draw_attempt(program_.draws[x.data], ordinal_of(a));
      case Op::quantile_table: {
        const bool discrete = program_.quantile_tables[x.data].discrete;
        return discrete ? prepared_.steps[x.data].at1(a) : prepared_.cubics[x.data].at1(a);
      }
      case Op::quantile:
      case Op::chance_below: {
        const Quantile& quantile = program_.quantiles[x.data];
        const auto family = static_cast<kernels::Family>(quantile.family);
        const std::vector<double> parameters = read_all(quantile.parameters);
        return x.op == Op::quantile ? kernels::quantile(family, parameters, a) : kernels::cdf(family, parameters, a);
      }
      case Op::lookup:
        return lookup_value(program_.lookups[x.data].keys, read_all(program_.lookups[x.data].values), a);
      case Op::market:
        return serve_market(x.data);
      case Op::market_result: {
        double value = 0;
        market_->result(program_.market_results[x.data], nullptr, 1, &value);
        return value;
      }
      case Op::window_sum:
        return sum_rows(x.a.index, month_ - x.a.lag - static_cast<std::int32_t>(x.data) + 1, month_ - x.a.lag);
      case Op::row_sum:
        return sum_rows(x.a.index, x.a.lag, x.a.lag + static_cast<std::int32_t>(x.data) - 1);
      default:
        return apply(x.op, a, b, c);
    }
  }

  double serve_market(std::uint32_t which) const {
    std::vector<ColumnOrNumber> values;
    visit_market(program_.markets[which], [&](const Operand& operand) { values.push_back({nullptr, read(operand)}); });
    double served = 0;
    market_->serve(month_, values, &served);
    return served;
  }

  // Oldest first, over the rows that exist; nothing where none does.
  double sum_rows(SlotId id, std::int32_t from, std::int32_t to) const {
    from = std::max(from, program_.slots[id].first);
    to = std::min(to, program_.months - 1);
    if (from > to) return 0;
    double sum = row(id, from);
    for (std::int32_t month = from + 1; month <= to; ++month) sum = sum + row(id, month);
    return sum;
  }

  void write_series(const Instruction& x) {
    const std::int32_t first = program_.slots[x.target].first, last = program_.months - 1;
    if (x.op == Op::period_table) {
      const PeriodTable& table = program_.period_tables[x.data];
      std::vector<double> totals;
      for (const auto& period : table.periods) totals.push_back(read(period.total));
      slots_[x.target] = period_months(prepared_.periods[x.data], totals, table.keep_positive, first, last);
    } else {
      const Curve& curve = program_.curves[x.data];
      std::vector<double> values;
      for (const auto& anchor : curve.anchors) values.push_back(read(anchor.value));
      slots_[x.target] = curve_months(curve, values, first, last);
    }
  }

  // --- luck ------------------------------------------------------------------------------------------------------------------------
  std::uint32_t scramble() const { return static_cast<std::uint32_t>(options_.path % results::kScrambles); }
  std::uint32_t point() const { return static_cast<std::uint32_t>(options_.path / results::kScrambles); }

  std::uint32_t sobol(std::int32_t dimension) const {
    const auto d = static_cast<std::uint32_t>(dimension);
    return kernels::sobol_word(d, point(), kernels::sobol_key(options_.seed, scramble(), d));
  }
  std::uint32_t philox(const Draw& draw, std::uint32_t index, std::size_t word) const {
    return kernels::philox(options_.seed, draw.stream, options_.path, index)[word];
  }

  double median(const Draw& draw) const { return draw.uniform ? 0.5 : 0; }

  double draw_path(const Draw& draw) const {
    if (options_.median) return median(draw);
    const std::uint32_t word = !draw.dimensions.empty() && draw.dimensions[0] >= 0 ? sobol(draw.dimensions[0]) : philox(draw, 0, 0);
    return draw.uniform ? kernels::uniform1(word) : kernels::normal_fine1(word);
  }
  double draw_month(const Draw& draw) const {
    if (options_.median) return median(draw);
    const std::uint32_t word = philox(draw, static_cast<std::uint32_t>(month_) / 4, static_cast<std::size_t>(month_) % 4);
    return draw.uniform ? kernels::uniform1(word) : kernels::normal1(word);
  }
  double draw_attempt(const Draw& draw, std::uint32_t ordinal) const {
    if (options_.median) return median(draw);
    const bool sobol_point = ordinal < draw.dimensions.size() && draw.dimensions[ordinal] >= 0;
    const std::uint32_t word = sobol_point ? sobol(draw.dimensions[ordinal]) : philox(draw, ordinal, 0);
    return draw.uniform ? kernels::uniform1(word) : kernels::normal1(word);
  }

  const Program& program_;
  const Prepared& prepared_;
  const PathOptions& options_;
  std::vector<std::vector<double>> slots_;
  std::unique_ptr<MarketStep> market_;
  PathRecord record_;
  Section section_ = Section::setup;
  std::int32_t month_ = 0;
};

}  // namespace

struct Reference::Inside {
  Program program;
  Prepared prepared;
};

Reference::Reference(const Program& program) {
  const std::string wrong = fault(program);
  WARCHEST_CHECK(wrong.empty(), wrong.c_str());
  inside_ = std::make_unique<const Inside>(Inside{program, prepare(program)});
}
Reference::~Reference() = default;

PathRecord Reference::run(const PathOptions& options) const { return Path(inside_->program, inside_->prepared, options).run(); }

}  // namespace warchest::engine
