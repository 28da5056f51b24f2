// What happens on few paths costs what few paths cost. A mask that asks for equality of two numbers (a round closes in the month for which
// it was fixed) is set rarely, and most of what depends on it then does nothing: a choice that keeps its state, a sum of nothing, a guard
// that no one enters. To see what does nothing, the month is numbered as value numbering does, but as if the mask were 0: an instruction
// whose target would be given the value that it holds already goes into a guard by the mask; one that would only copy becomes a copy, and
// goes into the guard besides. Then guards by one mask are brought together, and what they alone read sinks into them (guard.cpp).
//
// x + 0 counts as x only where x is never -0 (facts.h). Months that add to last month's row of a history and look at both rows keep the
// history as a state with a copy of what it was, if that copy ends inside the guard.
#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>

#include "program/code.h"
#include "program/facts.h"
#include "program/passes.h"

namespace warchest::program {
namespace {

using Number = std::uint32_t;  // of a value

Instruction guard_by(const Operand& mask, std::uint32_t length) {
  Instruction guard;
  guard.op = Op::guard;
  guard.a = mask;
  guard.data = length;
  return guard;
}

// Whether a truth can only hold where two numbers are equal, followed through conjunctions back from `at`.
bool is_rare(const Program& p, const Operand& truth, std::size_t at) {
  if (truth.place != Place::slot || p.slots[truth.index].keep != Keep::temporary) return false;
  for (std::size_t i = at; i-- > 0;) {
    const Instruction& x = p.month[i];
    if (!writes(x, truth.index)) continue;
    if (x.op == Op::same || x.op == Op::both_same) return true;
    return (x.op == Op::both && (is_rare(p, x.a, i) || is_rare(p, x.b, i))) || (x.op == Op::both3 && is_rare(p, x.a, i));
  }
  return false;
}

// The month numbered as if `mask`, made by the instruction at `from`, were 0.
class Idle {
 public:
  Idle(const Program& program, const std::vector<bool>& never, const Operand& mask, std::size_t from)
      : p_(program), never_(never), mask_(mask), from_(from) {}

  // Tells of each unguarded instruction after `from` whether it does nothing, or copies a slot.
  struct Found {
    bool nothing = false;
    std::optional<Operand> copies;
  };
  std::vector<Found> look() {
    std::vector<Found> out(p_.month.size());
    for (std::size_t i = 0; i < p_.month.size(); ++i) {
      const Instruction& x = p_.month[i];
      if (x.op == Op::guard) {
        out[i].nothing = i > from_ && is_constant(of(x.a), 0);
        if (!out[i].nothing) forget_writes(i + 1, i + 1 + x.data);
        i += x.data;
        continue;
      }
      if (!has_target(x.op)) continue;
      if (!is_elementwise(x.op)) {
        forget(x.target);
        if (x.target2 != kNoSlot) forget(x.target2);
        continue;
      }
      const Number made = i == from_ ? of_constant(0) : number_of(x);
      if (i > from_) out[i] = judge(x, made);
      give(x.target, made);
    }
    return out;
  }

 private:
  using Key = std::tuple<SlotId, Place, std::int32_t>;

  Found judge(const Instruction& x, Number made) {
    Found found;
    const Keep keep = p_.slots[x.target].keep;
    found.nothing = keep == Keep::state && of(slot(x.target)) == made;
    if (found.nothing || keep == Keep::history) return found;
    if (x.op != Op::add && x.op != Op::choose) return found;
    for (const Operand* read : {&x.a, &x.b, &x.c}) {
      if (read->place == Place::slot && read->index == x.target) return found;
    }
    // x = t + nothing, x = mask ? … : t: t, if it is a slot that x alone reads.
    for (const Operand* from : {&x.a, &x.b, &x.c}) {
      if (from->place == Place::slot && from->lag == 0 && p_.slots[from->index].keep == Keep::temporary && of(*from) == made &&
          from->index != mask_.index)
        found.copies = *from;
    }
    return found;
  }

  Number fresh() { return next_++; }
  Number of_constant(double value) {
    const auto [found, is_new] = constants_.emplace(std::bit_cast<std::uint64_t>(value), 0);
    if (is_new) {
      found->second = fresh();
      values_[found->second] = value;
    }
    return found->second;
  }
  bool is_constant(Number n, double value) const {
    const auto found = values_.find(n);
    return found != values_.end() && found->second == value;
  }
  Number of(const Operand& x) {
    if (x.place == Place::none) return of_constant(0);
    if (x.place == Place::constant) return of_constant(x.value);
    if (x.place == Place::schedule) {
      const auto [found, is_new] = schedules_.emplace(x.index, 0);
      if (is_new) found->second = fresh();
      return found->second;
    }
    const auto [found, is_new] = current_.emplace(Key{x.index, x.place, x.lag}, 0);
    if (is_new) found->second = fresh();
    return found->second;
  }
  void give(SlotId id, Number made) {
    current_[Key{id, Place::slot, 0}] = made;
    if (p_.slots[id].keep == Keep::history) forget_rows(id);
  }
  void forget_rows(SlotId id) {
    std::erase_if(current_, [&](const auto& entry) { return std::get<0>(entry.first) == id && std::get<1>(entry.first) == Place::row; });
  }
  void forget(SlotId id) {
    current_[Key{id, Place::slot, 0}] = fresh();
    forget_rows(id);
  }
  void forget_writes(std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      for (const SlotId id : {p_.month[i].target, p_.month[i].target2}) {
        if (id != kNoSlot) forget(id);
      }
    }
  }

  Number number_of(const Instruction& x) {
    const Number a = of(x.a), b = op_operands(x.op) > 1 ? of(x.b) : 0, c = op_operands(x.op) > 2 ? of(x.c) : 0;
    const auto nothing = [&](Number n) { return is_constant(n, 0) && !std::signbit(values_.at(n)); };
    switch (x.op) {
      case Op::copy:
        return a;
      case Op::choose:
        if (is_constant(a, 0)) return c;
        break;
      case Op::both:
        if (is_constant(a, 0) || is_constant(b, 0)) return of_constant(0);
        break;
      case Op::add:
        if (nothing(b) && never_minus_zero(p_, never_, x.a)) return a;
        if (nothing(a) && never_minus_zero(p_, never_, x.b)) return b;
        break;
      case Op::sub:
        if (a == b) return no_difference_;
        break;
      case Op::less:
        if ((a == no_difference_ || nothing(a)) && (b == no_difference_ || nothing(b))) return of_constant(0);
        break;
      default:
        break;
    }
    const auto [found, is_new] = expressions_.emplace(std::tuple(x.op, x.data, a, b, c), 0);
    if (is_new) found->second = fresh();
    return found->second;
  }

  const Program& p_;
  const std::vector<bool>& never_;
  const Operand mask_;
  const std::size_t from_;
  static constexpr Number no_difference_ = 1;  // x - x: 0, or missing
  Number next_ = 2;
  std::map<std::uint64_t, Number> constants_;
  std::map<Number, double> values_;
  std::map<std::uint32_t, Number> schedules_;
  std::map<Key, Number> current_;
  std::map<std::tuple<Op, std::uint32_t, Number, Number, Number>, Number> expressions_;
};

// Puts what does nothing while the mask is 0 behind it. False where nothing does.
bool put_behind(Program& p, const Operand& mask, std::size_t from) {
  const std::vector<Idle::Found> found = Idle(p, never_minus_zero(p), mask, from).look();
  const Uses uses(p, p.month);
  Code out;
  bool changed = false;
  for (std::size_t i = 0; i < p.month.size(); ++i) {
    Instruction x = p.month[i];
    const bool copies = found[i].copies && uses.reads[found[i].copies->index] == 1 && uses.writes[found[i].copies->index] == 1;
    if (!found[i].nothing && !copies) {
      out.push_back(x);
      if (x.op == Op::guard) {
        for (std::uint32_t k = 0; k < x.data; ++k) out.push_back(p.month[++i]);
      }
      continue;
    }
    changed = true;
    if (x.op == Op::guard) {
      out.push_back(guard_by(mask, x.data + 1));
      out.push_back(x);
      for (std::uint32_t k = 0; k < x.data; ++k) out.push_back(p.month[++i]);
      continue;
    }
    if (copies) {
      Instruction copy = x;
      copy.op = Op::copy;
      copy.a = *found[i].copies;
      copy.b = copy.c = Operand{};
      out.push_back(copy);
      for (Operand* operand : {&x.a, &x.b, &x.c}) {
        if (same_operand(*operand, *found[i].copies)) operand->index = x.target;
      }
    }
    out.push_back(guard_by(mask, 1));
    out.push_back(x);
  }
  p.month = std::move(out);
  return changed;
}

// The instruction that makes a rare mask on which several others depend, from `at` on.
std::optional<std::size_t> next_mask(const Program& p, std::size_t at) {
  const std::vector<std::int32_t> owner = owners(p.month);
  const Uses uses(p, p.month);
  for (std::size_t i = at; i < p.month.size(); ++i) {
    const Instruction& x = p.month[i];
    if (x.op != Op::both && x.op != Op::same) continue;
    if (owner[i] >= 0 || p.slots[x.target].keep != Keep::temporary || uses.writes[x.target] != 1 || uses.reads[x.target] < 2) continue;
    if (is_rare(p, slot(x.target), i + 1)) return i;
  }
  return std::nullopt;
}

Program with_rare_regions(Program p) {
  std::size_t at = 0;
  for (auto mask = next_mask(p, at); mask; mask = next_mask(p, at)) {
    put_behind(p, slot(p.month[*mask].target), *mask);
    at = *mask + 1;
  }
  gather_guards(p);
  return p;
}

// --- histories that keep what they were ------------------------------------------------------------------------------------------------

// A history of two rows that the months read after it was written, and finish as it stands: the instruction that writes it.
std::optional<std::size_t> two_rows(const Program& p, SlotId id) {
  if (p.slots[id].keep != Keep::history || p.slots[id].rows != 2) return std::nullopt;
  std::optional<std::size_t> at;
  for (std::size_t i = 0; i < p.month.size(); ++i) {
    if (!writes(p.month[i], id)) continue;
    if (at) return std::nullopt;
    at = i;
  }
  bool plain = at && p.month[*at].op == Op::add;
  for (const Code* code : {&p.setup, &p.month, &p.finish}) {
    for (const Instruction& x : *code) {
      int skip = op_operands(x.op);
      visit_operands(p, x, [&](const Operand& operand) {
        const bool in_table = skip-- <= 0;
        if (!is_slot(operand) || operand.index != id) return;
        if (in_table || operand.place == Place::row || code == &p.setup || operand.lag > 1) plain = false;
        if (code == &p.finish && operand.lag != 0) plain = false;
        if (x.op == Op::window_sum || x.op == Op::row_sum) plain = false;
      });
      if (code == &p.setup && x.target == id && (x.op != Op::copy || x.target_row != -1)) plain = false;
    }
  }
  return plain ? at : std::nullopt;
}

// The history as a state; before its write what it was is copied, for those who look at both. Gives the copy's slot.
SlotId keep_as_state(Program& p, SlotId id, std::size_t at) {
  p.slots[id] = {Keep::state, 0, 0, p.slots[id].name};
  p.slots.push_back({Keep::temporary, 0, 0, ""});
  const auto before = static_cast<SlotId>(p.slots.size() - 1);
  for (Instruction& x : p.setup) {
    if (x.target == id) x.target_row = 0;
  }
  for (std::size_t i = 0; i < p.month.size(); ++i) {
    visit_operands(p, p.month[i], [&](Operand& operand) {
      if (!is_slot(operand) || operand.index != id || operand.lag == 0) return;
      operand.lag = 0;
      if (i >= at) operand.index = before;
    });
  }
  Instruction copy;
  copy.target = before;
  copy.a = slot(id);
  p.month.insert(p.month.begin() + static_cast<std::ptrdiff_t>(at), copy);
  return before;
}

}  // namespace

bool guard_rare(Program& program) {
  if (!next_mask(program, 0)) return false;
  std::vector<SlotId> tried;
  for (SlotId id = 0; id < program.slots.size(); ++id) {
    if (two_rows(program, id)) tried.push_back(id);
  }
  for (;;) {
    Program trial = program;
    std::vector<std::pair<SlotId, SlotId>> copies;  // history, its copy
    for (const SlotId id : tried) {
      if (const auto at = two_rows(trial, id)) copies.emplace_back(id, keep_as_state(trial, id, *at));
    }
    trial = with_rare_regions(std::move(trial));
    const std::vector<std::int32_t> owner = owners(trial.month);
    const auto in_vain = [&](SlotId copy) {
      for (std::size_t i = 0; i < trial.month.size(); ++i) {
        if (trial.month[i].target == copy && owner[i] < 0) return true;
      }
      return false;
    };
    std::vector<SlotId> good;
    for (const auto& [history, copy] : copies) {
      if (!in_vain(copy)) good.push_back(history);
    }
    if (good.size() == copies.size()) {
      program = std::move(trial);
      return true;
    }
    tried = std::move(good);
  }
}

}  // namespace warchest::program
