// Running a resolved program on a block: patches for the month, then one switch from step to kernel.
//
// The luck of the block is made when first asked for: a path's draw as one column, four months of noise from one Philox call, and an
// attempt's draw as one column an ordinal, from which each lane takes its own.
#include "engine/vector.h"

#include <algorithm>
#include <limits>
#include <map>

#include "engine/market_step.h"
#include "engine/vector_code.h"
#include "engine/vector_series.h"
#include "kernels/kernels.h"
#include "kernels/quantile.h"
#include "kernels/random.h"
#include "program/arithmetic.h"
#include "results/results.h"

namespace warchest::engine {

using namespace program;

namespace {

constexpr std::uint64_t kStride = results::kScrambles;  // between the paths of neighbouring lanes
// Share of set lanes from which a guarded region runs on whole columns: gathering and scattering cost about as much as the rest.
constexpr std::size_t kDenseNumerator = 3, kDenseDenominator = 4;

// Lanes in work: the first n of a block, or a list of them.
struct Lanes {
  std::size_t n = 0;
  const std::int32_t* list = nullptr;  // lanes within the block, padded; null: all in order
};

struct DrawMemory {
  std::uint32_t* words[4] = {};   // of four months
  std::int64_t months_at = -1;    // which four
  std::vector<double*> attempts;  // by ordinal
  std::vector<bool> ready;
};

}  // namespace

struct Machine::Inside {
  Inside(const Program& the_program, const Prepared& the_prepared, std::uint64_t the_seed, std::size_t block)
      : program(the_program), prepared(the_prepared), seed(the_seed), resolved(resolve(the_program, block)) {
    for (double*& column : scratch) column = resolved->columns.take(1);
    for (const Draw& draw : program.draws) {
      DrawMemory memory;
      for (auto*& words : memory.words) words = reinterpret_cast<std::uint32_t*>(resolved->columns.take(1));
      for (std::size_t i = 0; i < draw.dimensions.size(); ++i) memory.attempts.push_back(nullptr);
      memory.ready.resize(draw.dimensions.size());
      draws.push_back(std::move(memory));
    }
    if (!program.markets.empty()) market = std::make_unique<MarketStep>(program, block);
  }

  const Program& program;
  const Prepared& prepared;
  std::uint64_t seed;
  std::unique_ptr<Resolved> resolved;
  const kernels::Kernels& kernel = kernels::kernels();
  double* scratch[6] = {};
  std::vector<DrawMemory> draws;
  std::vector<const double*> rows;  // of a window
  SeriesMemory series_memory;
  std::map<const Step*, std::unique_ptr<PeriodPass>> period_passes;  // by where they are wanted; null: refused
  std::unique_ptr<MarketStep> market;

  Sink* sink = nullptr;
  std::uint32_t scramble = 0, first_point = 0;
  std::size_t lanes_in_block = 0;
  std::int32_t month = 0;

  std::uint64_t first_path() const { return std::uint64_t{first_point} * kStride + scramble; }

  void run(Sink& to, std::uint32_t the_scramble, std::uint32_t point, std::size_t n) {
    sink = &to;
    scramble = the_scramble;
    first_point = point;
    lanes_in_block = n;
    for (double* column : resolved->zeroed) kernel.fill(0, column, n);
    for (DrawMemory& memory : draws) {
      memory.months_at = -1;
      std::fill(memory.ready.begin(), memory.ready.end(), false);
    }
    if (market != nullptr) market->begin({seed, first_path(), kStride, false}, n);
    const Lanes all{n, nullptr};
    month = 0;
    execute(resolved->setup, all);
    for (month = 0; month < program.months; ++month) execute(resolved->month, all);
    month = std::max(program.months - 1, 0);
    execute(resolved->finish, all);
  }

  void patch(const Code& code) const {
    for (const RowPatch& p : code.rows) {
      const std::int32_t row = std::clamp(month + p.from, 0, p.last);
      *p.place = p.rows + (static_cast<std::uint32_t>(row) & p.ring) * p.stride;
    }
    for (const NumberPatch& p : code.numbers) *p.place = p.months[month];
  }

  double* at(const Location& location) const { return address(*resolved, program, location, month); }

  void execute(Code& code, const Lanes& lanes) {
    patch(code);
    const std::size_t n = lanes.n;
    for (std::size_t i = 0; i < code.steps.size(); ++i) {
      const Step& s = code.steps[i];
      switch (s.action) {
        case Action::unary:
          reinterpret_cast<kernels::UnaryKernel>(s.kernel)(s.in[0], s.out, n);
          break;
        case Action::cc:
          call(kernels::BinaryKernels{}.cc, s)(s.in[0], s.in[1], s.out, n);
          break;
        case Action::ck:
          call(kernels::BinaryKernels{}.ck, s)(s.in[0], s.k[1], s.out, n);
          break;
        case Action::kc:
          call(kernels::BinaryKernels{}.kc, s)(s.k[0], s.in[1], s.out, n);
          break;
        case Action::ccc:
          call(kernels::TernaryKernels{}.ccc, s)(s.in[0], s.in[1], s.in[2], s.out, n);
          break;
        case Action::cck:
          call(kernels::TernaryKernels{}.cck, s)(s.in[0], s.in[1], s.k[2], s.out, n);
          break;
        case Action::ckc:
          call(kernels::TernaryKernels{}.ckc, s)(s.in[0], s.k[1], s.in[2], s.out, n);
          break;
        case Action::kcc:
          call(kernels::TernaryKernels{}.kcc, s)(s.k[0], s.in[1], s.in[2], s.out, n);
          break;
        case Action::ckk:
          call(kernels::TernaryKernels{}.ckk, s)(s.in[0], s.k[1], s.k[2], s.out, n);
          break;
        case Action::kck:
          call(kernels::TernaryKernels{}.kck, s)(s.k[0], s.in[1], s.k[2], s.out, n);
          break;
        case Action::kkc:
          call(kernels::TernaryKernels{}.kkc, s)(s.k[0], s.k[1], s.in[2], s.out, n);
          break;
        case Action::mcc:
          call(kernels::MaskedKernels{}.cc, s)(s.in[0], s.in[1], s.in[2], s.out, n);
          break;
        case Action::mck:
          call(kernels::MaskedKernels{}.ck, s)(s.in[0], s.in[1], s.k[2], s.out, n);
          break;
        case Action::mkc:
          call(kernels::MaskedKernels{}.kc, s)(s.in[0], s.k[1], s.in[2], s.out, n);
          break;
        case Action::mkk:
          call(kernels::MaskedKernels{}.kk, s)(s.in[0], s.k[1], s.k[2], s.out, n);
          break;
        case Action::select2:
          kernel.select2(s.in[0], s.in[1], s.out, s.out, s.in[2], s.out2, s.out2, n);
          break;
        case Action::select2_k:
          kernel.select2_k(s.in[0], s.k[1], s.out, s.out, s.k[2], s.out2, s.out2, n);
          break;
        case Action::sub_accumulate:
          kernel.sub_accumulate(s.in[0], s.in[1], s.out, s.out2, n);
          break;
        case Action::sub_accumulate2:
          kernel.sub_accumulate2(s.in[0], s.in[1], s.out, s.out2, s.out3, n);
          break;
        case Action::mul_accumulate:
          kernel.mul_accumulate(s.in[0], s.in[1], s.out, s.out2, n);
          break;
        case Action::gate_ge:
          kernel.gate_ge(s.out, s.out2, s.k[1], n);
          break;
        case Action::masked_pair:
          call(kernels::MaskedPairKernel{}, s)(s.in[0], s.in[1], s.in[2], s.k[3], s.out, n);
          break;
        case Action::mask_two:
          call(kernels::MaskTwoKernel{}, s)(s.in[0], s.in[1], s.k[3], s.in[2], s.k[4], s.out, n);
          break;
        case Action::mask_lt_scaled:
          kernel.mask_lt_scaled(s.in[0], s.in[1], s.in[2], s.k[3], s.out, n);
          break;
        case Action::mask_between:
          kernel.mask_between(s.in[0], s.k[3], s.in[1], s.in[2], s.k[4], s.out, n);
          break;
        case Action::add3_scaled:
          kernel.add3_scaled(s.in[0], s.in[1], s.in[2], s.k[3], s.out, n);
          break;
        case Action::add_count:
          call(kernels::AddCountKernel{}, s)(s.in[0], s.in[1], s.k[2], s.out, n);
          break;
        case Action::scale_then_grow:
          kernel.scale_then_grow(s.in[0], s.k[1], s.k[2], s.in[3], s.out, s.out2, n);
          break;
        case Action::add_then_min:
          kernel.add_then_min(s.in[0], s.in[1], s.in[2], s.out, s.out2, n);
          break;
        case Action::mul_sub_select:
          kernel.mul_then_sub_select(s.in[0], s.in[1], s.in[2], s.in[3], s.k[4], s.out, s.out2, n);
          break;
        case Action::fill:
          kernel.fill(s.k[0], s.out, n);
          break;
        case Action::scalar:
          kernel.fill(apply(s.op, s.k[0], s.k[1], s.k[2]), s.out, n);
          break;
        case Action::draw_path:
          draw_path(program.draws[s.data], s.out, n);
          break;
        case Action::draw_month:
          draw_month(program.draws[s.data], draws[s.data], s.out, lanes);
          break;
        case Action::draw_month_scaled:
        case Action::draw_month_scaled_times:
          draw_month_scaled(program.draws[s.data], draws[s.data], s, lanes);
          break;
        case Action::draw_attempt:
          draw_attempt(program.draws[s.data], draws[s.data], s.in[0], s.out, lanes);
          break;
        case Action::cubic:
          prepared.cubics[s.data].at(s.in[0], s.out, n);
          break;
        case Action::steps:
          prepared.steps[s.data].at(s.in[0], s.out, n);
          break;
        case Action::quantile:
          one_by_one(s, n, kernels::quantile);
          break;
        case Action::chance_below:
          one_by_one(s, n, kernels::cdf);
          break;
        case Action::lookup:
          lookup(s, n);
          break;
        case Action::window_sum:
          sum_rows(s, month - s.lag - static_cast<std::int32_t>(s.data) + 1, month - s.lag, lanes);
          break;
        case Action::row_sum:
          sum_rows(s, s.lag, s.lag + static_cast<std::int32_t>(s.data) - 1, lanes);
          break;
        case Action::period_table:
        case Action::curve:
          series(s, n);
          break;
        case Action::market:
          market->serve(month, operands(s), s.out);
          break;
        case Action::market_result:
          market->result(program.market_results[s.data], lanes.list, n, s.out);
          break;
        case Action::guard:
          guard(*resolved->guards[s.data], lanes);
          break;
        case Action::guard_scalar:
          if (s.k[0] == 0) i += s.data;
          break;
        case Action::rest:
          if (kernel.count_nonzero(s.in[0], n) == 0) i += s.data;
          break;
        case Action::pass: {
          const ReadyPass& pass = *resolved->passes[s.data];
          pass.code->run(pass.columns.data(), pass.numbers.data(), n);
          break;
        }
        case Action::record:
          sink->take(s.data, month, s.in[0], n);
          break;
      }
    }
  }

  template <class Function>
  static Function call(Function, const Step& s) {
    return reinterpret_cast<Function>(s.kernel);
  }

  // --- guards -------------------------------------------------------------------------------------------------------------------------
  void guard(Guard& g, const Lanes& lanes) {
    const double* mask = at(g.mask);
    const std::size_t count = kernel.active_list(mask, lanes.n, g.local);
    if (count == 0) return;
    if (g.has_dense && count * kDenseDenominator > lanes.n * kDenseNumerator) {
      execute(g.dense, lanes);
      for (const Guard::Move& m : g.merges) {
        double* outer = at(m.outer);
        kernel.select.cc(mask, m.inner, outer, outer, lanes.n);
      }
      return;
    }
    Lanes inner{count, g.local};
    if (lanes.list != nullptr) {
      for (std::size_t i = 0; i < kernels::padded(count); ++i) g.global[i] = lanes.list[g.local[i]];
      inner.list = g.global;
    }
    for (const Guard::Move& m : g.gathers) kernel.gather(at(m.outer), g.local, count, m.inner);
    execute(g.compact, inner);
    for (const Guard::Move& m : g.scatters) kernel.scatter(m.inner, g.local, count, at(m.outer));
  }

  // --- luck ---------------------------------------------------------------------------------------------------------------------------
  void draw_path(const Draw& draw, double* out, std::size_t n) {
    auto* words = reinterpret_cast<std::uint32_t*>(scratch[0]);
    if (!draw.dimensions.empty() && draw.dimensions[0] >= 0) {
      sobol(draw.dimensions[0], words);
    } else {
      kernel.philox_word_at(seed, draw.stream, first_path(), kStride, nullptr, 0, nullptr, 0, words, n);
    }
    (draw.uniform ? kernel.uniforms : kernel.normals_fine)(words, out, n);
  }

  void sobol(std::int32_t dimension, std::uint32_t* words) {
    const auto d = static_cast<std::uint32_t>(dimension);
    kernel.sobol_words(d, first_point, kernels::sobol_key(seed, scramble, d), words, lanes_in_block);
  }

  const std::uint32_t* month_words(const Draw& draw, DrawMemory& memory) {
    if (memory.months_at != month / 4) {
      memory.months_at = month / 4;
      kernel.philox_words(seed, draw.stream, first_path(), kStride, static_cast<std::uint32_t>(month / 4), memory.words, lanes_in_block);
    }
    return memory.words[month % 4];
  }

  void draw_month_scaled(const Draw& draw, DrawMemory& memory, const Step& s, const Lanes& lanes) {
    const bool times = s.action == Action::draw_month_scaled_times;
    if (lanes.list == nullptr && !draw.uniform) {
      const std::uint32_t* words = month_words(draw, memory);
      if (times) return kernel.normals_scaled_times(words, s.k[0], s.k[1], s.in[2], s.out, lanes.n);
      return kernel.normals_scaled(words, s.k[0], s.k[1], s.out, lanes.n);
    }
    draw_month(draw, memory, scratch[1], lanes);
    kernel.mul_add.ckk(scratch[1], s.k[0], s.k[1], times ? scratch[1] : s.out, lanes.n);
    if (times) kernel.mul.cc(scratch[1], s.in[2], s.out, lanes.n);
  }

  void draw_month(const Draw& draw, DrawMemory& memory, double* out, const Lanes& lanes) {
    const std::uint32_t* words = month_words(draw, memory);
    double* whole = lanes.list == nullptr ? out : scratch[0];
    (draw.uniform ? kernel.uniforms : kernel.normals)(words, whole, lanes_in_block);
    if (lanes.list != nullptr) kernel.gather(whole, lanes.list, lanes.n, out);
  }

  void draw_attempt(const Draw& draw, DrawMemory& memory, const double* which, double* out, const Lanes& lanes) {
    const std::size_t n = lanes.n;
    double *ordinals = scratch[0], most = 0, least = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < n; ++i) {
      const double o = which[i] >= 0 ? (which[i] < 2147483647.0 ? which[i] : 2147483647.0) : 0;  // as ordinal_of
      ordinals[i] = o;
      most = o > most ? o : most;
      least = o < least ? o : least;
    }
    for (std::size_t i = n; i < kernels::padded(n); ++i) ordinals[i] = 0;
    const std::size_t known = memory.attempts.size();
    if (least < static_cast<double>(known)) {
      for (std::size_t i = 0; i < known && static_cast<double>(i) <= most; ++i) ready_attempt(draw, memory, i);
      const std::size_t count = std::min(known, static_cast<std::size_t>(most) + 1);
      kernel.pick(memory.attempts.data(), count, ordinals, lanes.list, scratch[1], n);
    }
    if (most < static_cast<double>(known)) {
      kernel.copy(scratch[1], out, n);
      return;
    }
    auto* words = reinterpret_cast<std::uint32_t*>(scratch[2]);
    kernel.philox_word_at(seed, draw.stream, first_path(), kStride, lanes.list, 0, ordinals, 0, words, n);
    (draw.uniform ? kernel.uniforms : kernel.normals)(words, scratch[3], n);
    for (std::size_t i = 0; i < n; ++i) out[i] = ordinals[i] < static_cast<double>(known) ? scratch[1][i] : scratch[3][i];
  }

  // The block's draws of one ordinal.
  void ready_attempt(const Draw& draw, DrawMemory& memory, std::size_t ordinal) {
    if (memory.ready[ordinal]) return;
    memory.ready[ordinal] = true;
    if (memory.attempts[ordinal] == nullptr) memory.attempts[ordinal] = resolved->columns.take(1);
    auto* words = reinterpret_cast<std::uint32_t*>(scratch[2]);
    if (draw.dimensions[ordinal] >= 0) {
      sobol(draw.dimensions[ordinal], words);
    } else {
      kernel.philox_word_at(seed, draw.stream, first_path(), kStride, nullptr, static_cast<std::uint32_t>(ordinal), nullptr, 0, words,
                            lanes_in_block);
    }
    (draw.uniform ? kernel.uniforms : kernel.normals)(words, memory.attempts[ordinal], lanes_in_block);
  }

  // --- tables -------------------------------------------------------------------------------------------------------------------------
  ColumnOrNumber operand(const TableOperand& x) const {
    if (x.is_column) return {at(x.column), 0};
    if (x.number.place == Place::schedule) return {nullptr, program.schedules[x.number.index][static_cast<std::size_t>(month)]};
    return {nullptr, x.number.value};
  }

  std::vector<ColumnOrNumber>& operands(const Step& s) {
    table_values.clear();
    for (const TableOperand& x : resolved->tables[s.table]) table_values.push_back(operand(x));
    return table_values;
  }
  std::vector<ColumnOrNumber> table_values;
  std::vector<double> parameters;

  void one_by_one(const Step& s, std::size_t n, double (*function)(kernels::Family, std::span<const double>, double)) {
    const auto& columns = operands(s);
    const auto family = static_cast<kernels::Family>(program.quantiles[s.data].family);
    parameters.resize(columns.size());
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t p = 0; p < columns.size(); ++p)
        parameters[p] = columns[p].column != nullptr ? columns[p].column[i] : columns[p].number;
      s.out[i] = function(family, parameters, s.in[0][i]);
    }
  }

  void lookup(const Step& s, std::size_t n) { lookup_columns(program.lookups[s.data].keys, operands(s), s.in[0], s.out, scratch, n); }

  // Rows are those of the whole block, so on listed lanes the sum is taken from a sum over the block.
  void sum_rows(const Step& s, std::int32_t from, std::int32_t to, const Lanes& lanes) {
    from = std::max(from, program.slots[s.history].first);
    to = std::min(to, program.months - 1);
    if (from > to) return kernel.fill(0, s.out, lanes.n);
    rows.clear();
    for (std::int32_t m = from; m <= to; ++m) rows.push_back(at({nullptr, s.history, true, m}));
    double* whole = lanes.list == nullptr ? s.out : scratch[0];
    kernel.sum_columns(rows.data(), rows.size(), whole, lanes_in_block);
    if (lanes.list != nullptr) kernel.gather(whole, lanes.list, lanes.n, s.out);
  }

  void series(const Step& s, std::size_t n) {
    const auto known = period_passes.find(&s);
    if (known != period_passes.end() && known->second != nullptr) return known->second->run(n);
    const std::int32_t first = program.slots[s.history].first, last = program.months - 1;
    std::vector<double*> out;
    for (std::int32_t m = first; m <= last; ++m) out.push_back(at({nullptr, s.history, true, m}));
    if (s.action == Action::curve) return curve_columns(program.curves[s.data], operands(s), first, out, scratch, n);
    const bool keep_positive = program.period_tables[s.data].keep_positive;
    if (known == period_passes.end()) {
      auto pass = PeriodPass::make(prepared.periods[s.data], operands(s), keep_positive, first, out, resolved->columns);
      const PeriodPass* made = period_passes.emplace(&s, std::move(pass)).first->second.get();
      if (made != nullptr) return made->run(n);
    }
    period_columns(prepared.periods[s.data], operands(s), keep_positive, first, out, series_memory, resolved->columns, n);
  }
};

Machine::Machine(const Program& program, const Prepared& prepared, std::uint64_t seed, std::size_t block)
    : inside_(std::make_unique<Inside>(program, prepared, seed, block)) {}
Machine::~Machine() = default;

void Machine::run(std::uint32_t scramble, std::uint32_t first_point, std::size_t n, Sink& sink) {
  inside_->run(sink, scramble, first_point, n);
}

}  // namespace warchest::engine
