// Which column holds what, and until when: the fewest columns that keep every value for as long as it is read.
//
// Three steps. Histories of which only last month is read, and only before this month is written, become states. The other histories
// keep as many rows as their longest lag needs, as a ring, unless a row is named or a series fills them. Temporaries share columns
// by a linear scan: sections are straight lines, so a value lives from its first write to its last read, and the column freed last,
// which is still in the cache, is taken first. Opening rows that no lag reaches are dropped with the instructions that write them.
#include <algorithm>
#include <limits>
#include <vector>

#include "program/arithmetic.h"
#include "program/passes.h"
#include "program/program.h"

namespace warchest::program {
namespace {

constexpr std::int32_t kNever = std::numeric_limits<std::int32_t>::max();

struct HistoryUse {
  bool by_row = false, series = false, windowed = false;
  std::int32_t longest = 0;                                                 // lag, windows included
  std::size_t first_write = static_cast<std::size_t>(-1), last_lagged = 0;  // in the month
  bool written = false, lagged = false, lagged_in_finish = false;
};

std::vector<HistoryUse> look_at_histories(const Program& p) {
  std::vector<HistoryUse> uses(p.slots.size());
  const auto read = [&](const Instruction& x, const Operand& operand, bool month, std::size_t at) {
    if (operand.place == Place::row) uses[operand.index].by_row = true;
    if (operand.place != Place::slot || p.slots[operand.index].keep != Keep::history) return;
    HistoryUse& use = uses[operand.index];
    const std::int32_t lag = operand.lag + (x.op == Op::window_sum ? static_cast<std::int32_t>(x.data) - 1 : 0);
    use.longest = std::max(use.longest, lag);
    if (x.op == Op::window_sum) use.windowed = true;
    if (!month && lag > 0) use.lagged_in_finish = true;
    if (month && lag > 0) {
      use.lagged = true;
      use.last_lagged = at;
    }
  };
  for (const Instruction& x : p.setup) {
    visit_operands(p, x, [&](const Operand& operand) { read(x, operand, false, 0); });
    if (x.op == Op::period_table || x.op == Op::curve) uses[x.target].series = true;
  }
  for (std::size_t i = 0; i < p.month.size(); ++i) {
    const Instruction& x = p.month[i];
    visit_operands(p, x, [&](const Operand& operand) { read(x, operand, true, i); });
    if (x.target == kNoSlot || p.slots[x.target].keep != Keep::history) continue;
    uses[x.target].written = true;
    uses[x.target].first_write = std::min(uses[x.target].first_write, i);
  }
  for (const Instruction& x : p.finish) {
    visit_operands(p, x, [&](const Operand& operand) { read(x, operand, false, 0); });
  }
  return uses;
}

// Drops the setup writes of a history's rows before `first`.
void drop_rows_before(Program& p, SlotId id, std::int32_t first) {
  const auto old = [&](const Instruction& x) { return x.target == id && x.target_row < first; };
  p.setup.erase(std::remove_if(p.setup.begin(), p.setup.end(), old), p.setup.end());
}

void forget_lags(Program& p, SlotId id) {
  const auto forget = [&](Operand& operand) {
    if (operand.place == Place::slot && operand.index == id) operand.lag = 0;
  };
  for (auto* code : {&p.month, &p.finish}) {
    for (Instruction& x : *code) visit_operands(p, x, forget);
  }
}

// Rows that finish names one by one: the last month's is what stands there at the end; others are noted down in their month.
constexpr std::size_t kMostNoted = 4;

void note_named_rows(Program& p) {
  std::vector<bool> by_row(p.slots.size());  // read by row elsewhere, or in sums
  std::vector<std::vector<std::int32_t>> named(p.slots.size());
  for (const auto* code : {&p.setup, &p.month, &p.finish}) {
    for (const Instruction& x : *code) {
      visit_operands(p, x, [&](const Operand& operand) {
        if (operand.place != Place::row) return;
        auto& rows = named[operand.index];
        if (code != &p.finish || x.op == Op::row_sum || operand.lag < 0 || operand.lag >= p.months) by_row[operand.index] = true;
        if (std::find(rows.begin(), rows.end(), operand.lag) == rows.end()) rows.push_back(operand.lag);
      });
    }
  }
  std::vector<bool> written(p.slots.size());
  for (const Instruction& x : p.month) {
    if (x.target != kNoSlot) written[x.target] = true;
  }
  const std::size_t histories = p.slots.size();
  for (SlotId id = 0; id < histories; ++id) {
    auto& rows = named[id];
    rows.erase(std::remove(rows.begin(), rows.end(), p.months - 1), rows.end());
    if (by_row[id] || !written[id] || rows.size() > kMostNoted) continue;
    const auto replace = [&](std::int32_t month, const Operand& by) {
      for (Instruction& x : p.finish) {
        visit_operands(p, x, [&](Operand& operand) {
          if (operand.place == Place::row && operand.index == id && operand.lag == month) operand = by;
        });
      }
    };
    replace(p.months - 1, slot(id));
    for (const std::int32_t month : rows) {
      p.slots.push_back({Keep::state, 0, 0, ""});
      const auto note = static_cast<SlotId>(p.slots.size() - 1);
      std::vector<double> when(static_cast<std::size_t>(p.months), 0.0);
      when[static_cast<std::size_t>(month)] = 1;
      p.schedules.push_back(std::move(when));
      Instruction guard, copy;
      guard.op = Op::guard;
      guard.a = schedule(static_cast<std::uint32_t>(p.schedules.size() - 1));
      guard.data = 1;
      copy.target = note;
      copy.a = slot(id);
      p.month.push_back(guard);
      p.month.push_back(copy);
      replace(month, slot(note));
    }
  }
}

// From which instruction to which each temporary lives.
struct Life {
  std::int32_t from = kNever, to = -1;
};

std::vector<Life> lives(const Program& p, const std::vector<Instruction>& code) {
  std::vector<Life> out(p.slots.size());
  const auto touch = [&](SlotId id, std::size_t at) {
    if (id == kNoSlot || p.slots[id].keep != Keep::temporary) return;
    out[id].from = std::min(out[id].from, static_cast<std::int32_t>(at));
    out[id].to = std::max(out[id].to, static_cast<std::int32_t>(at));
  };
  for (std::size_t i = 0; i < code.size(); ++i) {
    visit_operands(p, code[i], [&](const Operand& operand) {
      if (operand.place == Place::slot) touch(operand.index, i);
    });
    touch(code[i].target, i);
    touch(code[i].target2, i);
  }
  return out;
}

class Sharing {
 public:
  explicit Sharing(Program& program) : p_(program) {}

  void run() {
    for (auto* code : {&p_.setup, &p_.month, &p_.finish}) section(*code);
    drop_unused();
  }

 private:
  // A table of operands may serve several instructions; its temporaries then keep columns of their own.
  void section(std::vector<Instruction>& code) {
    const std::vector<Life> life = lives(p_, code);
    std::vector<bool> pinned(p_.slots.size());
    for (const Instruction& x : code) {
      int skip = op_operands(x.op);
      visit_operands(p_, x, [&](const Operand& operand) {
        if (skip-- <= 0 && operand.place == Place::slot) pinned[operand.index] = true;
      });
    }
    std::vector<SlotId> place(p_.slots.size(), kNoSlot), free = pool_;
    const std::size_t known = p_.slots.size();
    for (std::size_t i = 0; i < code.size(); ++i) {
      Instruction& x = code[i];
      const auto ends = [&](SlotId id) {
        return id < known && p_.slots[id].keep == Keep::temporary && !pinned[id] && life[id].to == static_cast<std::int32_t>(i);
      };
      std::vector<SlotId> freed;
      for (Operand* operand : {&x.a, &x.b, &x.c, &x.d}) {
        if (operand->place != Place::slot) continue;
        const SlotId id = operand->index;
        if (ends(id) && place[id] != kNoSlot && std::find(freed.begin(), freed.end(), id) == freed.end()) freed.push_back(id);
      }
      // What dies here may be overwritten by what is made here, but not if it is also a target.
      for (const SlotId id : freed) {
        if (id != x.target && id != x.target2) free.push_back(place[id]);
      }
      for (Operand* operand : {&x.a, &x.b, &x.c, &x.d}) {
        if (operand->place == Place::slot && place[operand->index] != kNoSlot) operand->index = place[operand->index];
      }
      const SlotId old = x.target, old2 = x.target2;
      for (SlotId* target : {&x.target, &x.target2}) {
        const SlotId id = *target;
        if (id == kNoSlot || id >= known || p_.slots[id].keep != Keep::temporary || pinned[id]) continue;
        if (place[id] == kNoSlot) place[id] = take(free);
        *target = place[id];
      }
      for (const SlotId id : {old, old2}) {
        if (id != kNoSlot && ends(id) && place[id] != kNoSlot) free.push_back(place[id]);
      }
    }
  }

  SlotId take(std::vector<SlotId>& free) {
    if (!free.empty()) {
      const SlotId id = free.back();
      free.pop_back();
      return id;
    }
    p_.slots.push_back({Keep::temporary, 0, 0, ""});
    pool_.push_back(static_cast<SlotId>(p_.slots.size() - 1));
    return pool_.back();
  }

  void drop_unused() {
    std::vector<SlotId> renumbered(p_.slots.size(), kNoSlot);
    const auto mark = [&](SlotId id) {
      if (id != kNoSlot) renumbered[id] = 0;
    };
    const auto mark_operand = [&](const Operand& operand) {
      if (operand.place == Place::slot || operand.place == Place::row) mark(operand.index);
    };
    const auto everything = [&](auto visit_operand, auto visit_target) {
      for (auto* code : {&p_.setup, &p_.month, &p_.finish}) {
        for (Instruction& x : *code) {
          for (Operand* operand : {&x.a, &x.b, &x.c, &x.d}) visit_operand(*operand);
          visit_target(x.target);
          visit_target(x.target2);
        }
      }
      for (auto& table : p_.period_tables) {
        for (auto& period : table.periods) visit_operand(period.total);
      }
      for (auto& curve : p_.curves) {
        for (auto& anchor : curve.anchors) visit_operand(anchor.value);
      }
      for (auto& lookup : p_.lookups) {
        for (auto& value : lookup.values) visit_operand(value);
      }
      for (auto& quantile : p_.quantiles) {
        for (auto& parameter : quantile.parameters) visit_operand(parameter);
      }
      for (auto& market : p_.markets) visit_market(market, visit_operand);
    };
    everything(mark_operand, mark);
    std::vector<Slot> slots;
    for (SlotId id = 0; id < p_.slots.size(); ++id) {
      if (renumbered[id] == kNoSlot) continue;
      renumbered[id] = static_cast<SlotId>(slots.size());
      slots.push_back(p_.slots[id]);
    }
    everything(
        [&](Operand& operand) {
          if (operand.place == Place::slot || operand.place == Place::row) operand.index = renumbered[operand.index];
        },
        [&](SlotId& id) {
          if (id != kNoSlot) id = renumbered[id];
        });
    p_.slots = std::move(slots);
  }

  Program& p_;
  std::vector<SlotId> pool_;  // columns that temporaries share, in all sections
};

}  // namespace

void settle_histories(Program& p) {
  note_named_rows(p);
  const std::vector<HistoryUse> uses = look_at_histories(p);
  for (SlotId id = 0; id < p.slots.size(); ++id) {
    Slot& slot = p.slots[id];
    const HistoryUse& use = uses[id];
    if (slot.keep != Keep::history || use.by_row || use.series || !use.written) continue;
    const bool in_place = use.longest <= 1 && !use.windowed && !use.lagged_in_finish && (!use.lagged || use.last_lagged <= use.first_write);
    if (in_place) {
      drop_rows_before(p, id, -1);
      for (Instruction& x : p.setup) {
        if (x.target == id) x.target_row = 0;
      }
      slot.keep = Keep::state;
      slot.first = slot.rows = 0;
      forget_lags(p, id);
    } else if (use.longest + 1 < p.months - slot.first && (slot.rows == 0 || slot.rows > use.longest + 1)) {
      slot.rows = use.longest + 1;
      slot.first = std::max(slot.first, -use.longest);
      drop_rows_before(p, id, slot.first);
    }
  }
}

Program assign_slots(Program program) {
  settle_histories(program);
  Sharing(program).run();
  return program;
}

}  // namespace warchest::program
