// Memory that need not be. A state that no month and no finish reads before it is written anew is a temporary; one that only finish reads,
// or the month after its write, is written in the last month alone, and where rare regions read it, they make it themselves.
#include <algorithm>
#include <optional>

#include "program/code.h"
#include "program/passes.h"

namespace warchest::program {
namespace {

// Where a state is written by plain month code before any read of it: it carries nothing from month to month.
std::optional<std::size_t> written_first(const Program& p, const std::vector<std::int32_t>& owner, SlotId id) {
  for (std::size_t i = 0; i < p.month.size(); ++i) {
    const Instruction& x = p.month[i];
    bool read = x.op == Op::choose2 && writes(x, id);
    visit_operands(p, x, [&](const Operand& operand) { read |= operand.place == Place::slot && operand.index == id; });
    if (read) return std::nullopt;
    if (!writes(x, id)) continue;
    if (owner[i] >= 0) return std::nullopt;
    return i;
  }
  return std::nullopt;
}

void drop_setup_of(Program& p, SlotId id) {
  std::vector<bool> dead(p.setup.size());
  for (std::size_t i = 0; i < p.setup.size(); ++i) dead[i] = p.setup[i].target == id;
  p.setup = without(p.setup, std::move(dead));
}

}  // namespace

bool forget_states(Program& p) {
  const std::vector<std::int32_t> owner = owners(p.month);
  const Uses setup(p, p.setup), finish(p, p.finish);
  bool changed = false;
  for (SlotId id = 0; id < p.slots.size(); ++id) {
    if (p.slots[id].keep != Keep::state || setup.reads[id] > 0 || finish.reads[id] > 0 || finish.writes[id] > 0) continue;
    if (!written_first(p, owner, id)) continue;
    drop_setup_of(p, id);
    p.slots[id].keep = Keep::temporary;
    changed = true;
  }
  return changed;
}

bool write_at_the_end(Program& p) {
  struct Counted {  // anew after each change
    explicit Counted(const Program& p) : owner(owners(p.month)), setup(p, p.setup), month(p, p.month), finish(p, p.finish) {}
    std::vector<std::int32_t> owner;
    Uses setup, month, finish;
  };
  std::optional<Counted> counted;
  bool changed = false;
  for (SlotId id = 0; id < p.slots.size() && p.months > 1; ++id) {
    if (p.slots[id].keep != Keep::state) continue;
    if (!counted) counted.emplace(p);
    const std::vector<std::int32_t>& owner = counted->owner;
    const Uses &setup = counted->setup, &month = counted->month, &finish = counted->finish;
    if (setup.reads[id] > 0 || finish.reads[id] == 0 || finish.writes[id] > 0) continue;
    if (month.writes[id] != 1) continue;
    const auto at = written_first(p, owner, id);
    if (!at || !is_elementwise(p.month[*at].op)) continue;
    const Instruction made = p.month[*at];
    // Its readers in the month: all in guards that can make it again, as each operand stands as it did.
    std::vector<std::size_t> outermost;
    bool possible = true;
    for (std::size_t i = *at + 1; i < p.month.size() && possible; ++i) {
      bool read = false, in_table = false;
      int skip = op_operands(p.month[i].op);
      visit_operands(p, p.month[i], [&](const Operand& operand) {
        const bool here = operand.place == Place::slot && operand.index == id;
        read |= here;
        in_table |= skip-- <= 0 && here;
      });
      if (!read) continue;
      possible = !in_table;
      if (!possible) break;
      std::int32_t guard = owner[i];
      while (guard >= 0 && owner[static_cast<std::size_t>(guard)] >= 0) guard = owner[static_cast<std::size_t>(guard)];
      possible = guard >= 0 && !disturbed(p, p.month, made, *at + 1, static_cast<std::size_t>(guard) + 1);
      if (possible && (outermost.empty() || outermost.back() != static_cast<std::size_t>(guard)))
        outermost.push_back(static_cast<std::size_t>(guard));
    }
    if (!possible) continue;
    for (std::size_t g = outermost.size(); g-- > 0;) {
      p.slots.push_back({Keep::temporary, 0, 0, ""});
      const auto again = static_cast<SlotId>(p.slots.size() - 1);
      Instruction& guard = p.month[outermost[g]];
      for (std::size_t i = outermost[g] + 1; i <= outermost[g] + guard.data; ++i) {
        visit_operands(p, p.month[i], [&](Operand& operand) {
          if (operand.place == Place::slot && operand.index == id) operand.index = again;
        });
      }
      ++guard.data;
      Instruction copy = made;
      copy.target = again;
      p.month.insert(p.month.begin() + static_cast<std::ptrdiff_t>(outermost[g]) + 1, copy);
    }
    std::vector<double> last(static_cast<std::size_t>(p.months), 0.0);
    last.back() = 1;
    p.schedules.push_back(std::move(last));
    Instruction guard;
    guard.op = Op::guard;
    guard.a = schedule(static_cast<std::uint32_t>(p.schedules.size() - 1));
    guard.data = 1;
    p.month.insert(p.month.begin() + static_cast<std::ptrdiff_t>(*at), guard);
    drop_setup_of(p, id);
    changed = true;
    counted.reset();
  }
  return changed;
}

}  // namespace warchest::program
