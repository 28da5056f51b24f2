// First passages. A company's month of running out is kept as
//   alive  = alive and …                          (so alive falls once, and stays down)
//   passed = min(passed, alive ? endless : month)
// and read after the last month only. Whether it came to pass at all is then the opposite of `alive`, and when, the number of months
// that `alive` held: one addition a month instead of a choice and a minimum, or nothing at all.
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "program/code.h"
#include "program/passes.h"

namespace warchest::program {
namespace {

constexpr double kEndless = std::numeric_limits<double>::infinity();

class Passages {
 public:
  explicit Passages(Program& program) : p_(program) {}

  bool run() {
    bool changed = false;
    for (std::size_t i = 0; i < p_.month.size(); ++i) changed |= passage(i);
    return changed;
  }

 private:
  bool is(const Operand& x, SlotId id) const { return x.place == Place::slot && x.index == id; }

  // The only instruction of a section that writes a slot; none where several or guarded ones do.
  std::optional<std::size_t> only_write(const Code& code, SlotId id) const {
    std::optional<std::size_t> at;
    for (std::size_t i = 0; i < code.size(); ++i) {
      if (!writes(code[i], id)) continue;
      if (at) return std::nullopt;
      at = i;
    }
    if (at && (owners(code)[*at] >= 0 || code[*at].target2 != kNoSlot)) return std::nullopt;
    return at;
  }
  int reads(const Code& code, SlotId id) const {
    int count = 0;
    for (const Instruction& x : code) {
      visit_operands(p_, x, [&](const Operand& operand) { count += is(operand, id) || (operand.place == Place::row && operand.index == id); });
      if (x.op == Op::choose2) count += (x.target == id) + (x.target2 == id);
    }
    return count;
  }

  // Whether the slot is 1 or 0, starts as one of them, and once 0 stays so: all its months write `itself and …`.
  bool only_falls(SlotId id) const {
    const auto opened = only_write(p_.setup, id), at = only_write(p_.month, id);
    if (!opened || !at || p_.slots[id].keep != Keep::state) return false;
    const Instruction& start = p_.setup[*opened];
    if (start.op != Op::copy || start.a.place != Place::constant || (start.a.value != 0 && start.a.value != 1)) return false;
    const Instruction& x = p_.month[*at];
    return x.op == Op::both && (is(x.a, id) != is(x.b, id));
  }

  bool passage(std::size_t at) {
    const Instruction x = p_.month[at];
    if (x.op != Op::min || x.target == kNoSlot || p_.slots[x.target].keep != Keep::state) return false;
    const SlotId passed = x.target;
    if (is(x.a, passed) == is(x.b, passed)) return false;
    const Operand& when = is(x.a, passed) ? x.b : x.a;
    if (when.place != Place::slot || p_.slots[when.index].keep != Keep::temporary) return false;
    const auto opened = only_write(p_.setup, passed), chosen = only_write(p_.month, when.index);
    if (!opened || !chosen || only_write(p_.month, passed) != at || reads(p_.month, passed) != 1 || reads(p_.setup, passed) != 0)
      return false;
    const Instruction& start = p_.setup[*opened];
    if (start.op != Op::copy || start.a.place != Place::constant || start.a.value != kEndless) return false;
    const Instruction& choice = p_.month[*chosen];
    if (choice.op != Op::choose || choice.a.place != Place::slot || choice.b.place != Place::constant || choice.b.value != kEndless ||
        choice.c.place != Place::schedule || *chosen > at)
      return false;
    const SlotId alive = choice.a.index;
    if (!only_falls(alive) || *only_write(p_.month, alive) > *chosen) return false;
    return months_in_order(choice.c.index) && rewrite(at, passed, alive);
  }

  // 0, 1, 2, …
  bool months_in_order(std::uint32_t index) const {
    const std::vector<double>& months = p_.schedules[index];
    for (std::size_t t = 0; t < months.size(); ++t) {
      if (months[t] != static_cast<double>(t)) return false;
    }
    return !months.empty();
  }

  bool rewrite(std::size_t at, SlotId passed, SlotId alive) {
    for (const Instruction& x : p_.finish) {
      if (writes(x, passed) || writes(x, alive)) return false;
    }
    bool counted = false;
    for (Instruction& x : p_.finish) {
      const bool within =
          x.op == Op::less_equal && is(x.a, passed) && x.b.place == Place::constant && x.b.value >= p_.months - 1 && x.b.value < kEndless;
      if (within) {
        x.op = Op::opposite;
        x.a = slot(alive);
        x.b = Operand{};
        continue;
      }
      visit_operands(p_, x, [&](const Operand& operand) { counted |= is(operand, passed); });
    }
    if (!counted) {
      std::vector<bool> dead(p_.month.size());
      dead[at] = true;
      p_.month = without(p_.month, std::move(dead));
      return true;
    }
    // passed counts months; what finish reads is made of it first.
    Instruction& count = p_.month[at];
    count.op = Op::add;
    count.a = slot(passed);
    count.b = slot(alive);
    for (Instruction& x : p_.setup) {
      if (x.target == passed) x.a = constant(0);
    }
    p_.slots.push_back({Keep::temporary, 0, 0, ""});
    const auto then = static_cast<SlotId>(p_.slots.size() - 1);
    for (Instruction& x : p_.finish) {
      visit_operands(p_, x, [&](Operand& operand) {
        if (is(operand, passed)) operand = slot(then);
      });
    }
    Instruction choose;
    choose.op = Op::choose;
    choose.target = then;
    choose.a = slot(alive);
    choose.b = constant(kEndless);
    choose.c = slot(passed);
    p_.finish.insert(p_.finish.begin(), choose);
    return true;
  }

  Program& p_;
};

}  // namespace

bool count_passages(Program& program) { return Passages(program).run(); }

}  // namespace warchest::program
