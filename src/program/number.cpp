// Value numbering along each section: an operand becomes the oldest slot (or the number) that holds the same value; work whose operands
// are known is done now, by the functions that the evaluators use; equal work is done once; what does not vary by month moves to setup;
// what varies by month alone becomes a schedule.
//
// Slots may be written more than once, and guards write some paths only. So a value number belongs to a slot at a place in the code: every
// write gives the slot a new one, and after a guard every slot that was written inside has one that no one else has.
#include <algorithm>
#include <bit>
#include <limits>
#include <map>
#include <optional>
#include <tuple>

#include "program/code.h"
#include "program/passes.h"

namespace warchest::program {
namespace {

using Number = std::uint32_t;  // of a value

class Numbering {
 public:
  explicit Numbering(Program& program) : p_(program), written_by_month_(program.slots.size()) {
    for (const Instruction& x : p_.month) {
      if (x.target != kNoSlot) written_by_month_[x.target] = true;
      if (x.target2 != kNoSlot) written_by_month_[x.target2] = true;
    }
  }

  bool run() {
    section(p_.setup, In::setup);
    begin_month();
    section(p_.month, In::month);
    begin_finish();
    section(p_.finish, In::finish);
    p_.setup.insert(p_.setup.end(), hoisted_.begin(), hoisted_.end());
    return changed_;
  }

 private:
  enum class In { setup, month, finish };
  using Place4 = std::tuple<SlotId, Place, std::int32_t>;
  struct Known {
    std::optional<double> constant;
    std::optional<std::uint32_t> schedule;
    bool invariant = false;        // the same in all months, and known once setup is over
    std::vector<Operand> holders;  // slots that were given this value, oldest first
  };

  Number fresh(bool invariant = false) {
    values_.emplace_back();
    values_.back().invariant = invariant;
    return static_cast<Number>(values_.size() - 1);
  }
  Number of_constant(double value) {
    auto [found, is_new] = constants_.emplace(std::bit_cast<std::uint64_t>(value), 0);
    if (is_new) {
      found->second = fresh(true);
      values_[found->second].constant = value;
    }
    return found->second;
  }
  Number of_schedule(std::uint32_t index) {
    const auto& months = p_.schedules[index];
    if (in_ == In::setup && !months.empty()) return of_constant(months.front());
    if (in_ == In::finish && !months.empty()) return of_constant(months.back());
    const auto bits = [](double x) { return std::bit_cast<std::uint64_t>(x); };
    if (std::all_of(months.begin(), months.end(), [&](double x) { return bits(x) == bits(months.front()); }))
      return of_constant(months.front());
    std::vector<std::uint64_t> key;
    for (const double x : months) key.push_back(bits(x));
    auto [found, is_new] = schedules_.emplace(std::move(key), 0);
    if (is_new) {
      found->second = fresh();
      values_[found->second].schedule = index;
    }
    return found->second;
  }

  static Place4 place_of(const Operand& x) { return {x.index, x.place, x.lag}; }
  bool keeps_through_months(SlotId id) const {
    const Keep keep = p_.slots[id].keep;
    return keep == Keep::path || (keep == Keep::state && !written_by_month_[id]);
  }

  Number of(const Operand& x) {
    switch (x.place) {
      case Place::none:
        return of_constant(0);
      case Place::constant:
        return of_constant(x.value);
      case Place::schedule:
        return of_schedule(x.index);
      default:
        break;
    }
    auto [found, is_new] = current_.emplace(place_of(x), 0);
    if (is_new) {
      found->second = fresh(keeps_through_months(x.index));
      values_[found->second].holders.push_back(x);
    }
    return found->second;
  }

  bool holds(const Operand& x, Number number) const {
    const auto found = current_.find(place_of(x));
    return found != current_.end() && found->second == number;
  }
  std::optional<Operand> holder(Number number) {
    for (const Operand& x : values_[number].holders) {
      if (holds(x, number)) return x;
    }
    return std::nullopt;
  }
  Operand best(const Operand& x, Number number) {
    if (values_[number].constant) return constant(*values_[number].constant);
    if (values_[number].schedule && in_ == In::month) return schedule(*values_[number].schedule);
    const auto found = holder(number);
    return found ? *found : x;
  }

  void give(SlotId id, Number number) {
    if (p_.slots[id].keep == Keep::history) {
      forget(id);
      if (in_ == In::setup) return;
    }
    const Operand x = slot(id);
    current_[place_of(x)] = number;
    auto& holders = values_[number].holders;
    holders.erase(
        std::remove_if(holders.begin(), holders.end(), [&](const Operand& old) { return !holds(old, number) || same_operand(old, x); }),
        holders.end());
    holders.push_back(x);
    ++versions_[id];
  }
  void forget(SlotId id) {
    current_.erase(current_.lower_bound({id, Place::none, std::numeric_limits<std::int32_t>::min()}),
                   current_.lower_bound({id + 1, Place::none, std::numeric_limits<std::int32_t>::min()}));
    ++versions_[id];
  }

  void begin_month() {
    end_of_setup_ = current_;
    forget_what_moves();
  }
  void begin_finish() { forget_what_moves(); }
  void forget_what_moves() {
    for (SlotId id = 0; id < p_.slots.size(); ++id) {
      if (!keeps_through_months(id)) forget(id);
    }
  }

  void section(Code& code, In in) {
    in_ = in;
    std::vector<bool> dead(code.size());
    region(code, 0, code.size(), dead, false);
    if (std::find(dead.begin(), dead.end(), true) != dead.end()) changed_ = true;
    code = without(code, std::move(dead));
  }

  void region(Code& code, std::size_t begin, std::size_t end, std::vector<bool>& dead, bool guarded) {
    for (std::size_t i = begin; i < end; ++i) {
      Instruction& x = code[i];
      rewrite_operands(x);
      if (x.op == Op::guard) {
        const std::size_t inner_end = i + 1 + x.data;
        const Known& mask = values_[of(x.a)];
        if (mask.constant && *mask.constant == 0) {
          for (std::size_t j = i; j < inner_end; ++j) dead[j] = true;
        } else if (mask.constant && flatten_allowed(code, i, end)) {
          region(code, i + 1, inner_end, dead, guarded);
          dead[i] = true;
        } else {
          masks_.push_back(of(x.a));
          region(code, i + 1, inner_end, dead, true);
          masks_.pop_back();
          for (std::size_t j = i + 1; j < inner_end; ++j) {
            if (has_target(code[j].op) && !dead[j]) forget(code[j].target);
            if (code[j].op == Op::choose2 && !dead[j]) forget(code[j].target2);
          }
        }
        i = inner_end - 1;
      } else if (x.op == Op::choose2) {
        forget(x.target);
        forget(x.target2);
      } else if (x.op == Op::period_table || x.op == Op::curve) {
        forget(x.target);
      } else if (has_target(x.op)) {
        dead[i] = !instruction(x, guarded);
      }
    }
  }
  // `without` shortens guards around by what is dead in them; a dead guard whose region lives needs no more.
  static bool flatten_allowed(const Code&, std::size_t, std::size_t) { return false; }

  void rewrite_operands(Instruction& x) {
    Operand* operands[] = {&x.a, &x.b, &x.c};
    if (x.op == Op::window_sum || x.op == Op::row_sum) return;  // they read rows, not a value
    for (int i = 0; i < op_operands(x.op); ++i) {
      const Operand better = best(*operands[i], of(*operands[i]));
      if (same_operand(better, *operands[i])) continue;
      *operands[i] = better;
      changed_ = true;
    }
  }

  // False: the target holds this value already.
  bool instruction(Instruction& x, bool guarded) {
    const bool history = p_.slots[x.target].keep == Keep::history;
    simplify_identities(x);
    Number number = number_of(x);
    if (in_ == In::month && x.op != Op::copy) number = settle(x, number, guarded);
    if (!history && holds(slot(x.target), number)) return false;
    if (x.op != Op::copy && !values_[number].constant) {
      const auto found = holder(number);
      if (found && !(in_ == In::setup && p_.slots[found->index].keep == Keep::history)) become_copy(x, *found);
    } else if (x.op != Op::copy) {
      become_copy(x, constant(*values_[number].constant));
    }
    give(x.target, number);
    return true;
  }

  void become_copy(Instruction& x, const Operand& from) {
    x.op = Op::copy;
    x.a = from;
    x.b = x.c = x.d = Operand{};
    x.data = 0;
    changed_ = true;
  }

  // x * 1 and its like: what holds for every number, bit by bit.
  void simplify_identities(Instruction& x) {
    const auto known = [&](const Operand& operand) { return values_[of(operand)].constant; };
    const auto is = [&](const Operand& operand, double value) {
      const auto c = known(operand);
      return c && std::bit_cast<std::uint64_t>(*c) == std::bit_cast<std::uint64_t>(value);
    };
    const auto turn = [&](Op op, Operand a, Operand b = {}) {
      x.op = op;
      x.a = a;
      x.b = b;
      x.c = Operand{};
      changed_ = true;
    };
    switch (x.op) {
      case Op::mul:
        if (is(x.b, 1))
          turn(Op::copy, x.a);
        else if (is(x.a, 1))
          turn(Op::copy, x.b);
        break;
      case Op::div:
        if (is(x.b, 1)) turn(Op::copy, x.a);
        break;
      case Op::add:
        if (is(x.b, -0.0))
          turn(Op::copy, x.a);
        else if (is(x.a, -0.0))
          turn(Op::copy, x.b);
        break;
      case Op::sub:
        if (is(x.b, 0)) turn(Op::copy, x.a);
        break;
      case Op::power:
        if (is(x.b, 1))
          turn(Op::copy, x.a);
        else if (is(x.b, 2))
          turn(Op::mul, x.a, x.a);
        else if (is(x.b, 0.5))
          turn(Op::sqrt, x.a);
        else if (is(x.b, -1))
          turn(Op::div, constant(1), x.a);
        break;
      case Op::both:
        if (is(x.b, 1) || same_operand(x.a, x.b))
          turn(Op::copy, x.a);
        else if (is(x.a, 1))
          turn(Op::copy, x.b);
        else if (is(x.a, 0) || is(x.b, 0))
          turn(Op::copy, constant(0));
        break;
      case Op::either:
        if (is(x.b, 0) || same_operand(x.a, x.b))
          turn(Op::copy, x.a);
        else if (is(x.a, 0))
          turn(Op::copy, x.b);
        else if (is(x.a, 1) || is(x.b, 1))
          turn(Op::copy, constant(1));
        break;
      case Op::choose:
        if (known(x.a))
          turn(Op::copy, *known(x.a) != 0 ? x.b : x.c);
        else if (is_set_here(x.a))
          turn(Op::copy, x.b);
        else if (same_operand(x.b, x.c))
          turn(Op::copy, x.b);
        else if (is(x.b, 1) && is(x.c, 0))
          turn(Op::copy, x.a);
        else if (is(x.b, 0) && is(x.c, 1))
          turn(Op::opposite, x.a);
        break;
      default:
        break;
    }
  }

  // Whether a guard around lets through only paths where the operand is set.
  bool is_set_here(const Operand& x) {
    const Number number = of(x);
    return std::any_of(masks_.begin(), masks_.end(), [&](Number mask) { return implies(mask, number); });
  }
  // Whether a truth holds wherever another does: it is that, or one of those whose conjunction it is.
  bool implies(Number whole, Number part) const {
    if (whole == part) return true;
    const auto found = conjunctions_.find(whole);
    return found != conjunctions_.end() && (implies(found->second.first, part) || implies(found->second.second, part));
  }

  Number number_of(const Instruction& x) {
    if (x.op == Op::copy) return of(x.a);
    std::vector<std::uint32_t> key = {static_cast<std::uint32_t>(x.op), x.data};
    bool invariant = true, constants = is_elementwise(x.op);
    std::vector<Number> operands;
    if (x.op == Op::window_sum || x.op == Op::row_sum) {
      invariant = false;
      key.insert(key.end(), {x.a.index, static_cast<std::uint32_t>(x.a.lag), versions_[x.a.index], static_cast<std::uint32_t>(in_)});
    } else {
      visit_operands(p_, x, [&](const Operand& operand) { operands.push_back(of(operand)); });
    }
    if (x.op == Op::draw_month || x.op == Op::market || x.op == Op::market_result) invariant = false;
    for (const Number n : operands) {
      invariant &= values_[n].invariant;
      constants &= values_[n].constant.has_value();
    }
    const bool commutes =
        x.op == Op::add || x.op == Op::mul || x.op == Op::both || x.op == Op::either || x.op == Op::same || x.op == Op::nearly_equal;
    if (commutes && operands[0] > operands[1]) std::swap(operands[0], operands[1]);
    if (constants) {
      const auto value = [&](std::size_t i) { return i < operands.size() ? *values_[operands[i]].constant : 0; };
      return of_constant(apply(x.op, value(0), value(1), value(2)));
    }
    key.insert(key.end(), operands.begin(), operands.end());
    auto [found, is_new] = expressions_.emplace(std::move(key), 0);
    if (is_new) found->second = fresh(invariant);
    if (is_new && x.op == Op::both) conjunctions_[found->second] = {operands[0], operands[1]};
    return found->second;
  }

  // Month code whose value does not vary by path becomes a schedule; by month, moves to setup.
  Number settle(Instruction& x, Number number, bool guarded) {
    (void)guarded;
    if (values_[number].constant) return number;
    if (is_elementwise(x.op) && known_by_month(x)) {
      p_.schedules.push_back(schedule_of(x));
      become_copy(x, schedule(static_cast<std::uint32_t>(p_.schedules.size() - 1)));
      return of(x.a);
    }
    if (!values_[number].invariant || !is_hoistable(x) || stays_held(number)) return number;
    Instruction moved = x;
    p_.slots.push_back({Keep::path, 0, 0, ""});
    written_by_month_.push_back(false);
    moved.target = static_cast<SlotId>(p_.slots.size() - 1);
    moved.target_row = 0;
    Operand* operands[] = {&moved.a, &moved.b, &moved.c};
    for (int i = 0; i < op_operands(moved.op); ++i) {
      const auto at_end = held_after_setup(of(*operands[i]));
      if (!at_end) {
        p_.slots.pop_back();
        written_by_month_.pop_back();
        return number;
      }
      *operands[i] = *at_end;
    }
    hoisted_.push_back(moved);
    give(moved.target, number);
    return number;
  }

  bool known_by_month(const Instruction& x) {
    bool known = true, by_month = false;
    visit_operands(p_, x, [&](const Operand& operand) {
      const Known& value = values_[of(operand)];
      by_month |= value.schedule.has_value();
      known &= value.constant.has_value() || value.schedule.has_value();
    });
    return known && by_month;
  }
  std::vector<double> schedule_of(const Instruction& x) {
    std::vector<double> out;
    for (std::size_t t = 0; t < static_cast<std::size_t>(p_.months); ++t) {
      const auto at = [&](const Operand& operand) {
        if (operand.place == Place::none) return 0.0;
        const Known& value = values_[of(operand)];
        return value.constant ? *value.constant : p_.schedules[*value.schedule][t];
      };
      out.push_back(apply(x.op, at(x.a), at(x.b), at(x.c)));
    }
    return out;
  }

  bool is_hoistable(const Instruction& x) const { return (is_pure(x.op) && !has_table(x.op)) || x.op == Op::draw_attempt; }
  bool stays_held(Number number) {
    const auto found = holder(number);
    return found && keeps_through_months(found->index);
  }
  // A slot that holds the value at the end of setup and keeps it.
  std::optional<Operand> held_after_setup(Number number) {
    if (values_[number].constant) return constant(*values_[number].constant);
    for (const Operand& x : values_[number].holders) {
      if (is_slot(x) && x.place == Place::slot && keeps_through_months(x.index) && holds(x, number)) return x;
    }
    return std::nullopt;
  }

  Program& p_;
  std::vector<bool> written_by_month_;
  std::vector<Number> masks_;  // of the guards around
  std::map<Number, std::pair<Number, Number>> conjunctions_;
  In in_ = In::setup;
  bool changed_ = false;
  std::vector<Known> values_;
  std::map<std::uint64_t, Number> constants_;
  std::map<std::vector<std::uint64_t>, Number> schedules_;
  std::map<Place4, Number> current_, end_of_setup_;
  std::map<SlotId, std::uint32_t> versions_;
  std::map<std::vector<std::uint32_t>, Number> expressions_;
  Code hoisted_;
};

}  // namespace

bool number(Program& program) { return Numbering(program).run(); }

}  // namespace warchest::program
