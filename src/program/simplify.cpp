// Less work for the same bits. Each pass takes a program and gives one with the same outputs.
//
//   number   value numbering along each section: an operand becomes the oldest slot (or the number) that holds the same value; work whose
//            operands are known is done now, by the functions that the evaluators use; equal work is done once; what does not vary by
//            month moves to setup; what varies by month alone becomes a schedule
//   drop     what feeds no record goes
//   guard    a choice with dear work behind one of its values becomes a guarded region with that work in it
//   sink     work that only a guarded region reads moves into it
//   forward  what is made only to be copied is made where it goes
//   fuse     pairs of operations become superinstructions
// The passes run in this order until nothing changes. Nothing is reassociated: only identities that hold for every double are used
// (x * 1, x - 0, x ^ 2 as the kernels define it), so -0 and missing numbers come out as before.
//
// Slots may be written more than once, and guards write some paths only. So a value number belongs to a slot at a place in the code: every
// write gives the slot a new one, and after a guard every slot that was written inside has one that no one else has.
#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <optional>
#include <vector>

#include "program/arithmetic.h"
#include "program/passes.h"
#include "program/program.h"

namespace warchest::program {
namespace {

using Code = std::vector<Instruction>;
using Number = std::uint32_t;  // of a value

bool is_slot(const Operand& x) { return x.place == Place::slot || x.place == Place::row; }
bool same_operand(const Operand& a, const Operand& b) {
  return a.place == b.place && a.index == b.index && a.lag == b.lag &&
         std::bit_cast<std::uint64_t>(a.value) == std::bit_cast<std::uint64_t>(b.value);
}
bool writes(const Instruction& x, SlotId id) { return x.target == id || x.target2 == id; }
bool has_table(Op op) { return op == Op::lookup || op == Op::quantile || op == Op::chance_below; }
bool has_target(Op op) { return op != Op::guard && op != Op::record; }

// The guard around each instruction, by index; -1: none.
std::vector<std::int32_t> owners(const Code& code) {
  std::vector<std::int32_t> out(code.size(), -1);
  std::vector<std::pair<std::int32_t, std::size_t>> open;
  for (std::size_t i = 0; i < code.size(); ++i) {
    while (!open.empty() && open.back().second <= i) open.pop_back();
    if (!open.empty()) out[i] = open.back().first;
    if (code[i].op == Op::guard) open.emplace_back(static_cast<std::int32_t>(i), i + 1 + code[i].data);
  }
  return out;
}

// The code with some instructions left out, guards shortened, and empty guards left out too.
Code without(const Code& code, std::vector<bool> dead) {
  std::vector<std::size_t> kept_before(code.size() + 1, 0);
  for (std::size_t i = code.size(); i-- > 0;) {
    if (code[i].op != Op::guard) continue;
    bool empty = true;
    for (std::size_t j = i + 1; j <= i + code[i].data; ++j) empty &= dead[j];
    if (empty) dead[i] = true;
  }
  for (std::size_t i = 0; i < code.size(); ++i) kept_before[i + 1] = kept_before[i] + (dead[i] ? 0 : 1);
  Code out;
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (dead[i]) continue;
    out.push_back(code[i]);
    if (code[i].op == Op::guard) out.back().data = static_cast<std::uint32_t>(kept_before[i + 1 + code[i].data] - kept_before[i + 1]);
  }
  return out;
}

// --- number ---------------------------------------------------------------------------------------------------------------------------

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
          region(code, i + 1, inner_end, dead, true);
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
    if (x.op == Op::draw_month) invariant = false;
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

// --- drop -----------------------------------------------------------------------------------------------------------------------------

class Dropping {
 public:
  explicit Dropping(Program& program) : p_(program), wanted_(program.slots.size()) {}

  bool run() {
    do {
      again_ = false;
      for (auto* code : {&p_.finish, &p_.month, &p_.setup}) mark(*code);
    } while (again_);
    bool changed = false;
    for (auto* code : {&p_.setup, &p_.month, &p_.finish}) {
      std::vector<bool> dead = mark(*code);
      changed |= std::find(dead.begin(), dead.end(), true) != dead.end();
      *code = without(*code, std::move(dead));
    }
    return changed;
  }

 private:
  // Backwards: what is read later is wanted. A write under a guard leaves other paths as they were, so the value before is wanted too.
  std::vector<bool> mark(const Code& code) {
    const std::vector<std::int32_t> owner = owners(code);
    std::vector<bool> dead(code.size(), true), read_later(p_.slots.size());
    for (std::size_t i = code.size(); i-- > 0;) {
      const Instruction& x = code[i];
      const auto wanted = [&](SlotId id) { return id != kNoSlot && (p_.slots[id].keep == Keep::temporary ? read_later[id] : wanted_[id]); };
      if (x.op == Op::guard) {
        for (std::size_t j = i + 1; j <= i + x.data; ++j) dead[i] = dead[i] && dead[j];
      } else {
        dead[i] = x.op != Op::record && !wanted(x.target) && !wanted(x.target2);
      }
      if (dead[i]) continue;
      if (x.op == Op::choose2) {
        want(x.target, read_later);
        want(x.target2, read_later);
      } else if (owner[i] < 0 && has_target(x.op) && p_.slots[x.target].keep == Keep::temporary) {
        read_later[x.target] = false;
      }
      visit_operands(p_, x, [&](const Operand& operand) {
        if (is_slot(operand)) want(operand.index, read_later);
      });
    }
    return dead;
  }

  void want(SlotId id, std::vector<bool>& read_later) {
    if (p_.slots[id].keep == Keep::temporary) {
      read_later[id] = true;
    } else if (!wanted_[id]) {
      wanted_[id] = true;
      again_ = true;
    }
  }

  Program& p_;
  std::vector<bool> wanted_;
  bool again_ = false;
};

// --- uses, for the passes below -------------------------------------------------------------------------------------------------------

struct Uses {
  std::vector<int> reads, writes;  // in the section, by slot
  Uses(const Program& p, const Code& code) : reads(p.slots.size()), writes(p.slots.size()) {
    for (const Instruction& x : code) {
      visit_operands(p, x, [&](const Operand& operand) {
        if (is_slot(operand)) ++reads[operand.index];
      });
      for (const SlotId id : {x.target, x.target2}) {
        if (id != kNoSlot) ++writes[id];
        if (id != kNoSlot && x.op == Op::choose2) ++reads[id];
      }
    }
  }
};

// Whether something that `x` reads is written by code[from … to-1].
bool disturbed(const Program& p, const Code& code, const Instruction& x, std::size_t from, std::size_t to) {
  bool out = false;
  visit_operands(p, x, [&](const Operand& operand) {
    for (std::size_t i = from; i < to && is_slot(operand) && !out; ++i) out = writes(code[i], operand.index);
  });
  return out;
}

bool movable(const Instruction& x) { return is_pure(x.op) || x.op == Op::draw_attempt || x.op == Op::window_sum; }

// --- guard ----------------------------------------------------------------------------------------------------------------------------

// Roughly, in additions.
double cost(const Instruction& x) {
  switch (x.op) {
    case Op::div:
    case Op::sqrt:
      return 4;
    case Op::exp:
    case Op::log:
    case Op::quantile_table:
    case Op::lookup:
      return 8;
    case Op::power:
    case Op::normal_cdf:
    case Op::normal_quantile:
    case Op::draw_attempt:
      return 16;
    case Op::quantile:
    case Op::chance_below:
      return 500;
    case Op::window_sum:
      return x.data;
    default:
      return 1;
  }
}
constexpr double kDear = 16;  // what a guard costs even where its mask is set on all paths, several times over

class Guarding {
 public:
  explicit Guarding(Program& program) : p_(program) {}

  bool run() {
    bool changed = false;
    for (std::size_t i = 0; i < p_.month.size(); ++i) {
      if (p_.month[i].op == Op::guard) {
        i += p_.month[i].data;
        continue;
      }
      if (p_.month[i].op != Op::choose || p_.month[i].a.place != Place::slot) continue;
      if (p_.slots[p_.month[i].target].keep == Keep::history) continue;
      if (dear(i, p_.month[i].b)) {
        changed |= split(i);
      }
    }
    return changed;
  }

 private:
  // Whether the work behind an operand, needed by nothing else, is dear: counted backwards over the straight code.
  bool dear(std::size_t at, const Operand& operand) {
    const Code& code = p_.month;
    const std::vector<std::int32_t> owner = owners(code);
    const Uses uses(p_, code);
    if (operand.place != Place::slot) return false;
    std::map<SlotId, int> read_by_chain;
    read_by_chain[operand.index] += 1;
    double sum = 0;
    for (std::size_t i = at; i-- > 0;) {
      const Instruction& x = code[i];
      if (x.target == kNoSlot || read_by_chain.count(x.target) == 0) continue;
      const bool ours = owner[i] < 0 && movable(x) && p_.slots[x.target].keep == Keep::temporary && uses.writes[x.target] == 1 &&
                        uses.reads[x.target] == read_by_chain[x.target] && !disturbed(p_, code, x, i, at);
      if (!ours) continue;
      sum += cost(x);
      visit_operands(p_, x, [&](const Operand& read) {
        if (read.place == Place::slot) ++read_by_chain[read.index];
      });
    }
    return sum >= kDear;
  }

  // target = m ? b : c   becomes   target = c; guard m: target = b
  bool split(std::size_t at) {
    const Instruction x = p_.month[at];
    const auto reads_target = [&](const Operand& operand) { return operand.place == Place::slot && operand.index == x.target; };
    if (reads_target(x.a) || reads_target(x.b)) return false;
    // The work that will sink must not read the target as it was before either.
    if (p_.slots[x.target].keep != Keep::temporary && !reads_target(x.c)) return false;
    if (p_.slots[x.target].keep == Keep::temporary && Uses(p_, p_.month).writes[x.target] > 1) return false;
    Code with;
    if (!reads_target(x.c)) {
      Instruction copy = x;
      copy.op = Op::copy;
      copy.a = x.c;
      copy.b = copy.c = Operand{};
      with.push_back(copy);
    }
    Instruction guard;
    guard.op = Op::guard;
    guard.a = x.a;
    guard.data = 1;
    with.push_back(guard);
    Instruction chosen = x;
    chosen.op = Op::copy;
    chosen.a = x.b;
    chosen.b = chosen.c = Operand{};
    with.push_back(chosen);
    p_.month.erase(p_.month.begin() + static_cast<std::ptrdiff_t>(at));
    p_.month.insert(p_.month.begin() + static_cast<std::ptrdiff_t>(at), with.begin(), with.end());
    return true;
  }

  Program& p_;
};

// Guards next to each other with one mask, which the first does not touch, become one.
bool join_guards(Code& code) {
  for (std::size_t i = 0; i < code.size(); ++i) {
    const std::size_t next = i + 1 + code[i].data;
    if (code[i].op != Op::guard || next >= code.size() || code[next].op != Op::guard) continue;
    if (!same_operand(code[i].a, code[next].a) || owners(code)[i] != owners(code)[next]) continue;
    bool touched = false;
    for (std::size_t j = i + 1; j < next; ++j) touched |= code[i].a.place == Place::slot && writes(code[j], code[i].a.index);
    if (touched) continue;
    code[i].data += code[next].data;
    const auto dropped = static_cast<std::ptrdiff_t>(next);
    const std::vector<std::int32_t> owner = owners(code);
    code.erase(code.begin() + dropped);
    for (std::int32_t around = owner[i]; around >= 0; around = owner[static_cast<std::size_t>(around)])
      --code[static_cast<std::size_t>(around)].data;
    return true;
  }
  return false;
}

// --- sink -----------------------------------------------------------------------------------------------------------------------------

// Moves instructions into the outermost guard that alone reads what they make: backwards, so that whole chains go.
void sink(const Program& p, Code& code) {
  const Uses uses(p, code);
  std::vector<std::int32_t> home = owners(code);  // the outermost guard around, also of what has been moved; -1: none
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (home[i] >= 0 && home[static_cast<std::size_t>(home[i])] >= 0) home[i] = home[static_cast<std::size_t>(home[i])];
  }
  std::vector<std::vector<std::size_t>> readers(p.slots.size());
  for (std::size_t i = 0; i < code.size(); ++i) {
    visit_operands(p, code[i], [&](const Operand& operand) {
      if (is_slot(operand)) readers[operand.index].push_back(i);
    });
  }
  std::map<std::size_t, Code> moved;  // by guard, last first
  std::vector<bool> gone(code.size());
  for (std::size_t i = code.size(); i-- > 0;) {
    const Instruction& x = code[i];
    if (home[i] >= 0 || !movable(x) || x.target == kNoSlot || p.slots[x.target].keep != Keep::temporary) continue;
    const auto& reads = readers[x.target];
    if (uses.writes[x.target] != 1 || reads.empty() || home[reads.front()] < 0) continue;
    const auto guard = static_cast<std::size_t>(home[reads.front()]);
    const auto elsewhere = [&](std::size_t reader) { return home[reader] != static_cast<std::int32_t>(guard); };
    if (std::any_of(reads.begin(), reads.end(), elsewhere) || disturbed(p, code, x, i + 1, guard)) continue;
    moved[guard].push_back(x);
    home[i] = static_cast<std::int32_t>(guard);
    gone[i] = true;
  }
  Code out;
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (gone[i]) continue;
    out.push_back(code[i]);
    const auto found = moved.find(i);
    if (found == moved.end()) continue;
    out.back().data += static_cast<std::uint32_t>(found->second.size());
    out.insert(out.end(), found->second.rbegin(), found->second.rend());
  }
  code = std::move(out);
}

// --- forward -----------------------------------------------------------------------------------------------------------------------------

// t = …; x = copy t   becomes   x = …, and who read t reads x, where x is left alone as long as t is wanted.
bool forward(const Program& p, Code& code) {
  const std::vector<std::int32_t> owner = owners(code);
  const Uses uses(p, code);
  std::vector<std::size_t> made_at(p.slots.size(), 0), last_read(p.slots.size(), 0);
  std::vector<bool> in_table(p.slots.size()), dead(code.size());
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (code[i].target != kNoSlot) made_at[code[i].target] = i;
    int skip = op_operands(code[i].op);
    visit_operands(p, code[i], [&](const Operand& operand) {
      if (is_slot(operand)) last_read[operand.index] = i;
      if (skip-- <= 0 && is_slot(operand)) in_table[operand.index] = true;
    });
  }
  bool changed = false;
  for (std::size_t j = 0; j < code.size(); ++j) {
    const Instruction& copy = code[j];
    if (copy.op != Op::copy || copy.a.place != Place::slot || copy.target == copy.a.index) continue;
    const SlotId t = copy.a.index, x = copy.target;
    const std::size_t i = made_at[t];
    if (p.slots[t].keep != Keep::temporary || uses.writes[t] != 1 || in_table[t] || i >= j || owner[i] != owner[j]) continue;
    if (code[i].op == Op::guard || code[i].op == Op::choose2 || code[i].target != t) continue;
    // Setup writes histories by row and cannot read them as what is current.
    bool free = p.slots[x].keep != Keep::history || &code != &p.setup || uses.reads[t] == 1;
    for (std::size_t k = i + 1; k <= last_read[t] && free; ++k) {
      if (k != j && writes(code[k], x)) free = false;
      if (k >= j) continue;
      visit_operands(p, code[k], [&](const Operand& operand) { free = free && !(is_slot(operand) && operand.index == x); });
    }
    if (!free) continue;
    code[i].target = x;
    code[i].target_row = copy.target_row;
    for (std::size_t k = i + 1; k <= last_read[t]; ++k) {
      for (Operand* operand : {&code[k].a, &code[k].b, &code[k].c}) {
        if (operand->place == Place::slot && operand->index == t) operand->index = x;
      }
    }
    last_read[x] = std::max(last_read[x], last_read[t]);
    made_at[x] = i;
    dead[j] = changed = true;
    code[j].target = t;  // no longer a write of x
  }
  code = without(code, std::move(dead));
  return changed;
}

// t = x; … some paths write t …; x = t   becomes   … some paths write x …, where x is not read once t differs from it.
bool coalesce(const Program& p, Code& code) {
  const std::vector<std::int32_t> owner = owners(code);
  std::vector<std::vector<std::size_t>> written(p.slots.size()), read(p.slots.size());
  std::vector<bool> in_table(p.slots.size()), dead(code.size());
  for (std::size_t i = 0; i < code.size(); ++i) {
    int skip = op_operands(code[i].op);
    visit_operands(p, code[i], [&](const Operand& operand) {
      if (is_slot(operand)) read[operand.index].push_back(i);
      if (skip-- <= 0 && is_slot(operand)) in_table[operand.index] = true;
    });
    for (const SlotId id : {code[i].target, code[i].target2}) {
      if (id != kNoSlot) written[id].push_back(i);
      if (id != kNoSlot && code[i].op == Op::choose2) read[id].push_back(i);
    }
  }
  for (std::size_t j = 0; j < code.size(); ++j) {
    const Instruction& copy = code[j];
    if (copy.op != Op::copy || copy.a.place != Place::slot || owner[j] >= 0 || p.slots[copy.target].keep != Keep::state) continue;
    const SlotId t = copy.a.index, x = copy.target;
    if (p.slots[t].keep != Keep::temporary || in_table[t] || written[t].size() < 2) continue;
    const std::size_t i = written[t].front(), changed = written[t][1];
    const Instruction& first = code[i];
    if (first.op != Op::copy || first.a.place != Place::slot || first.a.index != x || owner[i] >= 0 || written[t].back() > j) continue;
    const std::size_t last = std::max(read[t].back(), j);
    const auto in = [&](const std::vector<std::size_t>& places, std::size_t from, std::size_t to) {  // from < place <= to
      return std::any_of(places.begin(), places.end(), [&](std::size_t k) { return k > from && k <= to && k != j; });
    };
    if (in(written[x], i, last) || in(read[x], changed, j)) continue;
    dead[i] = dead[j] = true;
    for (std::size_t k = i + 1; k <= last; ++k) {
      for (Operand* operand : {&code[k].a, &code[k].b, &code[k].c}) {
        if (operand->place == Place::slot && operand->index == t) operand->index = x;
      }
      for (SlotId* target : {&code[k].target, &code[k].target2}) {
        if (*target == t) *target = x;
      }
    }
    code = without(code, std::move(dead));
    return true;
  }
  return false;
}

// --- fuse -----------------------------------------------------------------------------------------------------------------------------

// What `outer`, which reads the result of `inner` as its operand number `at`, becomes.
std::optional<Instruction> fused(const Instruction& inner, const Instruction& outer, int at) {
  Instruction out = outer;
  const Operand other = at == 0 ? outer.b : outer.a;
  const auto make = [&](Op op, Operand a, Operand b, Operand c) {
    out.op = op;
    out.a = a;
    out.b = b;
    out.c = c;
    return std::optional<Instruction>(out);
  };
  if (outer.op == Op::add) {
    if (inner.op == Op::mul) return make(Op::mul_add, inner.a, inner.b, other);
    if (inner.op == Op::add) return make(Op::add_add, inner.a, inner.b, other);
    if (inner.op == Op::sub) return make(Op::sub_add, inner.a, inner.b, other);
  } else if (outer.op == Op::sub && at == 0) {
    if (inner.op == Op::mul) return make(Op::mul_sub, inner.a, inner.b, other);
    if (inner.op == Op::add) return make(Op::add_sub, inner.a, inner.b, other);
    if (inner.op == Op::sub) return make(Op::sub_sub, inner.a, inner.b, other);
  } else if (outer.op == Op::sub) {
    if (inner.op == Op::mul) return make(Op::sub_mul, other, inner.a, inner.b);
  } else if (outer.op == Op::mul) {
    if (inner.op == Op::add) return make(Op::add_mul, inner.a, inner.b, other);
    if (inner.op == Op::mul) return make(Op::mul_mul, inner.a, inner.b, other);
    if (inner.op == Op::div) return make(Op::div_mul, inner.a, inner.b, other);
  } else if (outer.op == Op::div && at == 0) {
    if (inner.op == Op::mul) return make(Op::mul_div, inner.a, inner.b, other);
  } else if (outer.op == Op::both) {
    if (inner.op == Op::less) return make(Op::both_less, other, inner.a, inner.b);
    if (inner.op == Op::less_equal) return make(Op::both_less_equal, other, inner.a, inner.b);
    if (inner.op == Op::same) return make(Op::both_same, other, inner.a, inner.b);
    if (inner.op == Op::opposite) return make(Op::both_not, other, inner.a, Operand{});
    if (inner.op == Op::both) return make(Op::both3, inner.a, inner.b, other);
  }
  return std::nullopt;
}

// One sweep: the inner operation is marked as dead where it stood, and the outer one, which reads what it read, may be fused again.
bool fuse(const Program& p, Code& code) {
  const std::vector<std::int32_t> owner = owners(code);
  const Uses uses(p, code);
  std::vector<std::size_t> made_at(p.slots.size(), 0);  // of temporaries written once
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (code[i].target != kNoSlot) made_at[code[i].target] = i;
  }
  std::vector<bool> dead(code.size());
  bool changed = false;
  const auto inner_of = [&](std::size_t j, int at, bool conjunction) -> std::optional<std::size_t> {
    const Operand& operand = at == 0 ? code[j].a : code[j].b;
    if (operand.place != Place::slot || p.slots[operand.index].keep != Keep::temporary) return std::nullopt;
    if (uses.reads[operand.index] != 1 || uses.writes[operand.index] != 1) return std::nullopt;
    const std::size_t i = made_at[operand.index];
    if (i >= j || owner[i] != owner[j] || (code[i].op == Op::both) != conjunction) return std::nullopt;
    return i;
  };
  for (std::size_t j = 0; j < code.size(); ++j) {
    for (const bool conjunction : {false, true}) {  // a comparison goes into a conjunction before another conjunction does
      for (int at = 1; at >= 0; --at) {
        const Op op = code[j].op;
        if (op != Op::add && op != Op::sub && op != Op::mul && op != Op::div && op != Op::both) continue;
        const auto i = inner_of(j, at, conjunction);
        if (!i) continue;
        const auto merged = fused(code[*i], code[j], at);
        if (!merged || disturbed(p, code, code[*i], *i + 1, j)) continue;
        code[j] = *merged;
        dead[*i] = changed = true;
      }
    }
  }
  code = without(code, std::move(dead));
  return changed;
}

// Two choices by one mask, one after the other, that keep their targets elsewhere.
bool pair_choices(const Program& p, Code& code) {
  for (std::size_t i = 0; i + 1 < code.size(); ++i) {
    Instruction &x = code[i], &y = code[i + 1];
    const auto in_place = [&](const Instruction& z) {
      return z.op == Op::choose && z.c.place == Place::slot && z.c.index == z.target && p.slots[z.target].keep == Keep::state;
    };
    if (!in_place(x) || !in_place(y) || x.target == y.target || !same_operand(x.a, y.a) || owners(code)[i] != owners(code)[i + 1]) continue;
    const auto reads = [&](const Operand& operand, SlotId id) { return operand.place == Place::slot && operand.index == id; };
    if (reads(y.a, x.target) || reads(y.b, x.target) || reads(x.a, y.target) || reads(x.b, y.target)) continue;
    x.op = Op::choose2;
    x.target2 = y.target;
    x.c = y.b;
    std::vector<bool> dead(code.size());
    dead[i + 1] = true;
    code = without(code, std::move(dead));
    return true;
  }
  return false;
}

constexpr int kMostRounds = 8;

}  // namespace

Program simplify(Program program) {
  settle_histories(program);
  for (int round = 0; round < kMostRounds; ++round) {
    const bool numbered = Numbering(program).run();
    const bool dropped = Dropping(program).run();
    if (!numbered && !dropped) break;
  }
  const bool guarded = Guarding(program).run();
  sink(program, program.month);
  while (join_guards(program.month)) {
  }
  if (guarded) {
    Numbering(program).run();
    Dropping(program).run();
  }
  for (auto* code : {&program.setup, &program.month, &program.finish}) {
    while (coalesce(program, *code)) {
    }
    forward(program, *code);
    while (fuse(program, *code)) {
    }
    while (pair_choices(program, *code)) {
    }
  }
  Dropping(program).run();
  return program;
}

}  // namespace warchest::program
