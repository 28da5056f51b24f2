// What is shared must be written once in the whole program and must not change afterwards: temporaries (each write is a slot of its own),
// path columns and series that setup fills. States, histories that months write, and whatever is written on some paths only, belong to
// their program.
#include "program/join.h"

#include <algorithm>
#include <bit>
#include <map>
#include <optional>
#include <tuple>

#include "program/code.h"
#include "program/passes.h"
#include "text/check.h"

namespace warchest::program {
namespace {

using Bits = std::vector<std::uint64_t>;

std::uint64_t bits(double x) { return std::bit_cast<std::uint64_t>(x); }

void append(Bits& key, const Operand& x) {
  key.insert(key.end(),
             {static_cast<std::uint64_t>(x.place), x.index, static_cast<std::uint64_t>(static_cast<std::int64_t>(x.lag)), bits(x.value)});
}

bool is_series(Op op) { return op == Op::period_table || op == Op::curve; }

class Joining {
 public:
  explicit Joining(Joined& out) : all_(out.program), first_output_(out.first_output) {}

  void add(const Program& p) {
    p_ = &p;
    slots_.assign(p.slots.size(), kNoSlot);
    draws_.clear();
    schedules_.clear();
    first_table_ = static_cast<std::uint32_t>(all_.quantile_tables.size());
    first_output_.push_back(static_cast<std::uint32_t>(all_.outputs.size()));
    all_.quantile_tables.insert(all_.quantile_tables.end(), p.quantile_tables.begin(), p.quantile_tables.end());
    all_.outputs.insert(all_.outputs.end(), p.outputs.begin(), p.outputs.end());
    for (const Draw& draw : p.draws) draws_.push_back(index_of(draw));
    for (const auto& schedule : p.schedules) schedules_.push_back(index_of(schedule));
    find_own_slots();
    section(p.setup, all_.setup, In::setup);
    section(p.month, all_.month, In::month);
    section(p.finish, all_.finish, In::finish);
  }

 private:
  enum class In : std::uint8_t { setup, month, finish };

  // --- tables ----------------------------------------------------------------------------------------------------------------------------
  template <class Table>
  static std::uint32_t place(std::map<Bits, std::uint32_t>& known, Bits key, std::vector<Table>& tables, const Table& table) {
    const auto [found, is_new] = known.emplace(std::move(key), static_cast<std::uint32_t>(tables.size()));
    if (is_new) tables.push_back(table);
    return found->second;
  }
  std::uint32_t index_of(const Draw& draw) {
    for (std::uint32_t i = 0; i < all_.draws.size(); ++i) {
      const Draw& other = all_.draws[i];
      if (other.stream == draw.stream && other.name == draw.name && other.uniform == draw.uniform && other.dimensions == draw.dimensions)
        return i;
    }
    all_.draws.push_back(draw);
    return static_cast<std::uint32_t>(all_.draws.size() - 1);
  }
  std::uint32_t index_of(const std::vector<double>& schedule) {
    Bits key;
    for (const double x : schedule) key.push_back(bits(x));
    return place(known_schedules_, std::move(key), all_.schedules, schedule);
  }
  std::uint32_t table_of(const Instruction& x) {
    Bits key;
    switch (x.op) {
      case Op::draw_path:
      case Op::draw_month:
      case Op::draw_attempt:
        return draws_[x.data];
      case Op::quantile_table:
        return first_table_ + x.data;
      case Op::record:
        return first_output_.back() + x.data;
      case Op::period_table: {
        PeriodTable table = p_->period_tables[x.data];
        key.push_back(table.keep_positive ? 1 : 0);
        for (auto& period : table.periods) {
          period.total = moved(period.total);
          key.insert(key.end(), {static_cast<std::uint64_t>(period.first), static_cast<std::uint64_t>(period.last)});
          append(key, period.total);
        }
        return place(known_period_tables_, std::move(key), all_.period_tables, table);
      }
      case Op::curve: {
        Curve curve = p_->curves[x.data];
        key.push_back(curve.linear ? 1 : 0);
        for (auto& anchor : curve.anchors) {
          anchor.value = moved(anchor.value);
          key.push_back(static_cast<std::uint64_t>(anchor.month));
          append(key, anchor.value);
        }
        return place(known_curves_, std::move(key), all_.curves, curve);
      }
      case Op::lookup: {
        Lookup lookup = p_->lookups[x.data];
        for (const double at : lookup.keys) key.push_back(bits(at));
        for (auto& value : lookup.values) append(key, value = moved(value));
        return place(known_lookups_, std::move(key), all_.lookups, lookup);
      }
      case Op::quantile:
      case Op::chance_below: {
        Quantile quantile = p_->quantiles[x.data];
        key.push_back(quantile.family);
        for (auto& parameter : quantile.parameters) append(key, parameter = moved(parameter));
        return place(known_quantiles_, std::move(key), all_.quantiles, quantile);
      }
      default:
        return x.data;
    }
  }

  // --- slots -----------------------------------------------------------------------------------------------------------------------------
  // States; what some paths write; path columns and series that are written twice or by months; all else may be shared.
  void find_own_slots() {
    own_.assign(p_->slots.size(), false);
    std::vector<int> writes(p_->slots.size());
    for (const Code* code : {&p_->setup, &p_->month, &p_->finish}) {
      const std::vector<bool> kept = in_regions(*code);
      for (std::size_t i = 0; i < code->size(); ++i) {
        const Instruction& x = (*code)[i];
        for (const SlotId id : {x.target, x.target2}) {
          if (id == kNoSlot) continue;
          ++writes[id];
          const bool series = p_->slots[id].keep == Keep::history && !(code == &p_->setup && is_series(x.op));
          if (p_->slots[id].keep == Keep::temporary) continue;  // section by section
          if (kept[i] || x.op == Op::choose2 || series || (p_->slots[id].keep == Keep::path && code != &p_->setup)) own_[id] = true;
        }
      }
    }
    for (SlotId id = 0; id < p_->slots.size(); ++id) {
      if (p_->slots[id].keep == Keep::state || (p_->slots[id].keep != Keep::temporary && writes[id] != 1)) own_[id] = true;
    }
  }
  // Instructions that guards and rests count.
  static std::vector<bool> in_regions(const Code& code) {
    std::vector<bool> out(code.size());
    for (std::size_t i = 0; i < code.size(); ++i) {
      if (code[i].op != Op::guard && code[i].op != Op::rest) continue;
      for (std::size_t j = i + 1; j <= i + code[i].data; ++j) out[j] = true;
    }
    return out;
  }
  SlotId new_slot(SlotId of) {
    all_.slots.push_back(p_->slots[of]);
    shared_.push_back(!own_[of]);
    by_month_.push_back(false);
    return static_cast<SlotId>(all_.slots.size() - 1);
  }
  SlotId moved(SlotId id) {
    if (id == kNoSlot) return id;
    if (slots_[id] == kNoSlot) slots_[id] = new_slot(id);
    return slots_[id];
  }
  Operand moved(Operand x) {
    if (x.place == Place::schedule) x.index = schedules_[x.index];
    if (is_slot(x)) x.index = moved(x.index);
    return x;
  }

  // --- code ------------------------------------------------------------------------------------------------------------------------------
  void section(const Code& from, Code& to, In in) {
    in_ = in;
    for (SlotId id = 0; id < p_->slots.size(); ++id) {
      if (p_->slots[id].keep != Keep::temporary) continue;
      slots_[id] = kNoSlot;
      own_[id] = false;
    }
    const std::vector<bool> kept = in_regions(from);
    for (std::size_t i = 0; i < from.size(); ++i) {
      for (const SlotId id : {from[i].target, from[i].target2}) {
        if (id != kNoSlot && p_->slots[id].keep == Keep::temporary && (kept[i] || from[i].op == Op::choose2)) own_[id] = true;
      }
    }
    for (std::size_t i = 0; i < from.size(); ++i) {
      const Instruction& x = from[i];
      Instruction y = x;
      for (Operand* operand : {&y.a, &y.b, &y.c, &y.d}) *operand = moved(*operand);
      if (has_table(x.op) || is_series(x.op) || x.op == Op::quantile_table || x.op == Op::record || x.op == Op::draw_path ||
          x.op == Op::draw_month || x.op == Op::draw_attempt)
        y.data = table_of(x);
      const bool alone = x.target != kNoSlot && x.target2 == kNoSlot && !kept[i] && !own_[x.target];
      if (alone) {
        place_result(x, y, to);
      } else {
        y.target = moved(x.target);
        y.target2 = moved(x.target2);
        to.push_back(y);
      }
    }
  }

  // Into the slot that has this value already, or a fresh one.
  void place_result(const Instruction& x, Instruction y, Code& to) {
    const bool shares = may_share(y);
    Bits key = {static_cast<std::uint64_t>(in_),
                static_cast<std::uint64_t>(y.op),
                y.data,
                static_cast<std::uint64_t>(p_->slots[x.target].keep),
                static_cast<std::uint64_t>(static_cast<std::int64_t>(p_->slots[x.target].first)),
                static_cast<std::uint64_t>(static_cast<std::int64_t>(p_->slots[x.target].rows))};
    for (const Operand& operand : {y.a, y.b, y.c, y.d}) append(key, operand);
    const auto found = shares ? known_.find(key) : known_.end();
    if (found != known_.end()) {
      slots_[x.target] = found->second;
      return;
    }
    slots_[x.target] = y.target = new_slot(x.target);
    shared_.back() = shares;
    by_month_.back() = in_ == In::month;
    if (shares) known_.emplace(std::move(key), y.target);
    to.push_back(y);
  }

  // Whether it gives the same in every program, and is worth to be kept from one to the next.
  bool may_share(const Instruction& y) const {
    const bool luck = y.op == Op::draw_path || y.op == Op::draw_month;
    if (!luck && !is_pure(y.op) && !is_series(y.op)) return false;
    bool same = true, from_month = false;
    visit_operands(all_, y, [&](const Operand& operand) {
      if (!is_slot(operand)) return;
      same &= shared_[operand.index];
      from_month |= by_month_[operand.index];
    });
    if (!same || in_ == In::finish) return false;
    return in_ == In::setup || luck || from_month || is_dear(y.op);
  }
  static bool is_dear(Op op) {
    switch (op) {
      case Op::power:
      case Op::exp:
      case Op::log:
      case Op::normal_cdf:
      case Op::normal_quantile:
      case Op::quantile_table:
      case Op::quantile:
      case Op::chance_below:
      case Op::lookup:
        return true;
      default:
        return false;
    }
  }

  Program& all_;
  std::vector<std::uint32_t>& first_output_;
  const Program* p_ = nullptr;
  In in_ = In::setup;
  std::vector<SlotId> slots_;  // of the program at hand, in the joined one
  std::vector<bool> own_;      // of the program at hand
  std::vector<std::uint32_t> draws_, schedules_;
  std::uint32_t first_table_ = 0;
  std::vector<bool> shared_, by_month_;  // of the joined program's slots
  std::map<Bits, SlotId> known_;
  std::map<Bits, std::uint32_t> known_schedules_, known_period_tables_, known_curves_, known_lookups_, known_quantiles_;
};

}  // namespace

Joined join(const std::vector<const Program*>& programs) {
  Joined out;
  Joining joining(out);
  for (const Program* program : programs) {
    WARCHEST_CHECK(out.first_output.empty() || out.program.months == program->months, "programs of different length cannot be joined");
    out.program.months = program->months;
    joining.add(*program);
  }
  return out;
}

}  // namespace warchest::program
