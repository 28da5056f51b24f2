// The proof in full. Let the months be gone through from the first that begins with alive = 0, each slot starting as an unknown of its own.
// Slots that some month changes in a way that is not understood are unknown anew in every month (`restless_`); the others must end the
// month kSpare months after the longest look back as they began it. That month is then like every later one but for the names of unknowns
// and the numbers of the calendar, which are new in each month too. So what is at rest in it is at rest for good.
//
// x - x is 0 unless x is endless, and 0 * x likewise: whether they are is asked of the path. What flows into the money by sums and products
// is a number if the money is one, so the count goes down only in months that begin with money that is a number. What was found to be a
// number so is one in the months that are left out too, provided that it is the same value: one that is new in the last month proves
// nothing.
#include "program/rest.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "program/code.h"
#include "program/facts.h"
#include "program/passes.h"

namespace warchest::program {
namespace {

using Id = std::uint32_t;  // of a symbolic value
constexpr Id kNothing = 0xffffffffu;
constexpr std::int32_t kSpare = 3, kLongest = 24;  // months
constexpr std::size_t kShortest = 6;               // instructions that are worth a question
constexpr int kMostTries = 12;

bool is_zero(double x) { return x == 0 && !std::signbit(x); }

// Values by how they are made: the same name for what is surely the same number.
class Symbols {
 public:
  explicit Symbols(const Program& p) : p_(p) {}

  Id fresh(bool never_minus_zero = false) {
    values_.push_back({});
    values_.back().never_minus_zero = never_minus_zero;
    return static_cast<Id>(values_.size() - 1);
  }
  Id of_constant(double x) {
    const auto [found, is_new] = constants_.emplace(std::bit_cast<std::uint64_t>(x), 0);
    if (is_new) {
      found->second = fresh(!(x == 0 && std::signbit(x)));
      values_[found->second].constant = x;
    }
    return found->second;
  }
  Id of_schedule(std::uint32_t index, std::int32_t month) {
    const auto& months = p_.schedules[index];
    const auto bits = [](double x) { return std::bit_cast<std::uint64_t>(x); };
    if (!months.empty() && std::all_of(months.begin(), months.end(), [&](double x) { return bits(x) == bits(months[0]); }))
      return of_constant(months[0]);
    const auto [found, is_new] = schedules_.emplace(std::pair(index, month), 0);
    if (is_new) {
      found->second = fresh(std::none_of(months.begin(), months.end(), [](double x) { return x == 0 && std::signbit(x); }));
      values_[found->second].schedule = index;
    }
    return found->second;
  }
  std::optional<double> constant(Id id) const { return values_[id].constant; }

  // From here on nothing new is learnt of what is a number.
  void begin_last_month() { first_of_last_ = static_cast<Id>(values_.size()); }
  void note_present(Id id) {
    if (!first_of_last_) values_[id].present = true;
  }

  // `present`: the result is known to be a number, and so is all that goes into it.
  Id make(Op op, Id a, Id b = kNothing, Id c = kNothing, std::uint32_t data = 0, bool present = false) {
    const auto make = [&](Op one, Id x, Id y) { return this->make(one, x, y, kNothing, 0, present); };
    switch (op) {
      case Op::copy:
        return a;
      case Op::mul_add:
        return make(Op::add, make(Op::mul, a, b), c);
      case Op::mul_sub:
        return make(Op::sub, make(Op::mul, a, b), c);
      case Op::sub_mul:
        return make(Op::sub, a, make(Op::mul, b, c));
      case Op::add_add:
        return make(Op::add, make(Op::add, a, b), c);
      case Op::add_sub:
        return make(Op::sub, make(Op::add, a, b), c);
      case Op::sub_add:
        return make(Op::add, make(Op::sub, a, b), c);
      case Op::sub_sub:
        return make(Op::sub, make(Op::sub, a, b), c);
      case Op::add_mul:
        return make(Op::mul, make(Op::add, a, b), c);
      case Op::mul_mul:
        return make(Op::mul, make(Op::mul, a, b), c);
      case Op::mul_div:
        return make(Op::div, make(Op::mul, a, b), c);
      case Op::div_mul:
        return make(Op::mul, make(Op::div, a, b), c);
      case Op::both3:
        return make(Op::both, make(Op::both, a, b), c);
      case Op::both_not:
        return make(Op::both, a, make(Op::opposite, b, kNothing));
      case Op::both_less:
        return make(Op::both, a, make(Op::less, b, c));
      case Op::both_less_equal:
        return make(Op::both, a, make(Op::less_equal, b, c));
      case Op::both_same:
        return make(Op::both, a, make(Op::same, b, c));
      default:
        break;
    }
    if (const auto known = folded(op, a, b, c)) return of_constant(*known);
    if (const auto simple = simpler(op, a, b, c)) return *simple;
    const auto [found, is_new] = expressions_.emplace(std::array<Id, 5>{static_cast<Id>(op), data, a, b, c}, 0);
    if (is_new) {
      found->second = fresh(never_minus_zero(op, a, b, c));
      values_[found->second].op = op;
      values_[found->second].a = a;
      values_[found->second].b = b;
    }
    if (present) note_present(found->second);
    return known_zero(op, a, b, found->second).value_or(found->second);
  }
  Id some_zero() {
    if (!some_zero_) some_zero_ = fresh();
    return *some_zero_;
  }

 private:
  struct Value {
    std::optional<double> constant;
    std::optional<std::uint32_t> schedule;
    Op op = Op::record;
    Id a = kNothing, b = kNothing;
    bool never_minus_zero = false;
    bool present = false;  // a number, not missing
  };

  // What is 0, of one sign or the other, because it is a number.
  std::optional<Id> known_zero(Op op, Id a, Id b, Id made) {
    if (!values_[made].present || (first_of_last_ && made >= *first_of_last_)) return std::nullopt;
    const auto zero = [&](Id id) { return id == some_zero_ || (values_[id].constant && *values_[id].constant == 0); };
    if (op == Op::sub && a == b) return of_constant(0);
    if (op == Op::mul && (zero(a) || zero(b))) return some_zero();
    if (op == Op::max && zero(b) && values_[a].op == Op::min && zero(values_[a].b)) return some_zero();
    return std::nullopt;
  }

  // The number that the operation gives in every month, where its operands are numbers of the calendar.
  std::optional<double> folded(Op op, Id a, Id b, Id c) const {
    if (!is_elementwise(op)) return std::nullopt;
    const Id operands[] = {a, b, c};
    bool by_month = false;
    for (int i = 0; i < op_operands(op); ++i) {
      const Value& value = values_[operands[i]];
      if (!value.constant && !value.schedule) return std::nullopt;
      by_month |= value.schedule.has_value();
    }
    const auto at = [&](int i, std::size_t month) {
      if (i >= op_operands(op)) return 0.0;
      const Value& value = values_[operands[i]];
      return value.constant ? *value.constant : p_.schedules[*value.schedule][month];
    };
    const double first = apply(op, at(0, 0), at(1, 0), at(2, 0));
    for (std::size_t t = 1; by_month && t < static_cast<std::size_t>(p_.months); ++t) {
      const double here = apply(op, at(0, t), at(1, t), at(2, t));
      if (std::bit_cast<std::uint64_t>(here) != std::bit_cast<std::uint64_t>(first)) return std::nullopt;
    }
    return first;
  }

  // An operand that is the result, bit by bit.
  std::optional<Id> simpler(Op op, Id a, Id b, Id c) {
    const auto is = [&](Id id, double x) {
      return values_[id].constant && std::bit_cast<std::uint64_t>(*values_[id].constant) == std::bit_cast<std::uint64_t>(x);
    };
    const auto made_by = [&](Id id, Id part) { return values_[id].op == op && (values_[id].a == part || values_[id].b == part); };
    constexpr double kEndless = std::numeric_limits<double>::infinity();
    switch (op) {
      case Op::add:
        if (is(b, -0.0) || ((is(b, 0) || b == some_zero_) && values_[a].never_minus_zero)) return a;
        if (is(a, -0.0) || ((is(a, 0) || a == some_zero_) && values_[b].never_minus_zero)) return b;
        if (a == some_zero_ && b == some_zero_) return a;
        break;
      case Op::sub:
        if (is(b, 0) || (b == some_zero_ && values_[a].never_minus_zero)) return a;
        if (a == some_zero_ && b == some_zero_) return a;
        break;
      case Op::mul:
      case Op::div:
        if (is(b, 1)) return a;
        break;
      case Op::min:  // b < a ? b : a
        if (a == b || is(b, kEndless) || made_by(a, b)) return a;
        break;
      case Op::max:
        if (a == b || is(b, -kEndless) || made_by(a, b)) return a;
        if (a == some_zero_ && is(b, 0)) return a;
        break;
      case Op::both:
        if (is(a, 0) || is(b, 0)) return of_constant(0);
        break;
      case Op::less:
        if (a == b) return of_constant(0);
        break;
      case Op::choose:
        if (values_[a].constant) return *values_[a].constant != 0 ? b : c;
        if (b == c) return b;
        break;
      default:
        break;
    }
    return std::nullopt;
  }

  bool never_minus_zero(Op op, Id a, Id b, Id c) const {
    const Id operands[] = {a, b, c};
    const auto value = [&](int i) -> const Value& { return values_[operands[i]]; };
    return gives_no_minus_zero(
        op, [&](int i) { return value(i).never_minus_zero; }, [&](int i) { return value(i).constant && *value(i).constant > 0; });
  }

  const Program& p_;
  std::vector<Value> values_;
  std::optional<Id> first_of_last_, some_zero_;
  std::map<std::uint64_t, Id> constants_;
  std::map<std::pair<std::uint32_t, std::int32_t>, Id> schedules_;
  std::map<std::array<Id, 5>, Id> expressions_;
};

// The months after `alive` has fallen to 0.
class Stillness {
 public:
  Stillness(const Program& p, const std::vector<bool>& never, SlotId alive, SlotId money, std::int32_t months)
      : p_(p),
        never_(never),
        alive_(alive),
        money_(money),
        months_(months),
        restless_(p.slots.size()),
        by_month_(p.slots.size()),
        present_(p.month.size()),
        masks_(p.month.size()) {
    for (const Instruction& x : p.month) {
      for (const SlotId id : {x.target, x.target2}) {
        if (id != kNoSlot) by_month_[id] = true;
      }
    }
  }

  // Which instructions of the month are at rest; none where alive may rise again.
  std::vector<bool> find() {
    try_once();
    note_what_flows_into_money();
    for (int attempt = 0; attempt < kMostTries; ++attempt) {
      try_once();
      bool grown = false;
      for (std::size_t i = 0; i < p_.month.size(); ++i) {
        if (at_rest_[i]) continue;
        for (const SlotId id : {p_.month[i].target, p_.month[i].target2}) {
          if (id == kNoSlot || p_.slots[id].keep == Keep::temporary || restless_[id]) continue;
          restless_[id] = grown = true;
        }
      }
      if (restless_[alive_]) break;
      if (!grown) return at_rest_;
    }
    return std::vector<bool>(p_.month.size());
  }

 private:
  void try_once() {
    symbols_ = std::make_unique<Symbols>(p_);
    now_.assign(p_.slots.size(), kNothing);
    rows_.assign(p_.slots.size(), {});
    now_[alive_] = symbols_->of_constant(0);
    for (month_ = 1; month_ <= months_ + 1; ++month_) {
      if (month_ > months_) symbols_->begin_last_month();
      for (SlotId id = 0; id < p_.slots.size(); ++id) {
        const Keep keep = p_.slots[id].keep;
        if (keep == Keep::temporary || keep == Keep::history || restless_[id]) now_[id] = kNothing;
      }
      at_rest_.assign(p_.month.size(), false);
      region(0, p_.month.size(), false);
      for (SlotId id = 0; id < p_.slots.size(); ++id) {
        if (p_.slots[id].keep == Keep::history && by_month_[id]) rows_[id].push_back(now_[id] == kNothing ? symbols_->fresh() : now_[id]);
      }
    }
  }

  // `unsure`: within a guard that may or may not let a path in.
  void region(std::size_t begin, std::size_t end, bool unsure) {
    for (std::size_t i = begin; i < end; ++i) {
      const Instruction& x = p_.month[i];
      if (x.op == Op::guard) {
        const std::size_t inner = i + 1 + x.data;
        const auto mask = symbols_->constant(of(x.a));
        if (mask && is_zero(*mask)) {
          for (std::size_t j = i; j < inner; ++j) at_rest_[j] = true;
        } else {
          region(i + 1, inner, true);
        }
        i = inner - 1;
        continue;
      }
      if (x.op == Op::record || x.op == Op::rest) continue;
      if (x.op == Op::choose2) {
        const Id mask = of(x.a), b = of(x.b), c = of(x.c);
        const Id first = symbols_->make(Op::choose, mask, b, of(slot(x.target)));
        const Id second = symbols_->make(Op::choose, mask, c, of(slot(x.target2)));
        const bool still = is_still(x.target, first) && is_still(x.target2, second);
        put(x.target, unsure ? symbols_->fresh() : first);
        put(x.target2, unsure ? symbols_->fresh() : second);
        at_rest_[i] = still && !unsure;
        continue;
      }
      const Id value = compute(x);
      at_rest_[i] = !unsure && is_still(x.target, value);
      put(x.target, unsure ? symbols_->fresh() : value);
    }
  }

  bool is_still(SlotId id, Id value) {
    const Slot& slot = p_.slots[id];
    if (slot.keep == Keep::temporary) return true;
    if (restless_[id]) return false;
    if (slot.keep != Keep::history) return now_[id] == value;
    // The row that is overwritten is some row of the ring, which holds a power of two of rows at most (vector engine) or all (reference).
    if (slot.rows == 0 || slot.rows > kLongest) return false;
    const auto ring = static_cast<std::size_t>(std::bit_ceil(static_cast<std::uint32_t>(slot.rows)));
    const std::vector<Id>& rows = rows_[id];
    return rows.size() >= ring &&
           std::all_of(rows.end() - static_cast<std::ptrdiff_t>(ring), rows.end(), [&](Id row) { return row == value; });
  }
  void put(SlotId id, Id value) { now_[id] = value; }

  Id of(const Operand& x) {
    switch (x.place) {
      case Place::none:
        return symbols_->of_constant(0);
      case Place::constant:
        return symbols_->of_constant(x.value);
      case Place::schedule:
        return symbols_->of_schedule(x.index, month_);
      case Place::row:
        return symbols_->fresh(never_[x.index]);
      case Place::slot:
        break;
    }
    if (p_.slots[x.index].keep == Keep::history && x.lag > 0) {
      const std::vector<Id>& rows = rows_[x.index];
      const auto lag = static_cast<std::size_t>(x.lag);
      return lag <= rows.size() && !restless_[x.index] ? rows[rows.size() - lag] : symbols_->fresh(never_[x.index]);
    }
    if (now_[x.index] == kNothing) now_[x.index] = symbols_->fresh(never_[x.index]);
    return now_[x.index];
  }

  // A window of numbers that are known by now, oldest first.
  Id window(const Instruction& x) {
    double sum = 0;
    for (std::int32_t lag = x.a.lag + static_cast<std::int32_t>(x.data) - 1; lag >= x.a.lag; --lag) {
      const auto known = symbols_->constant(of(slot(x.a.index, lag)));
      if (!known) return symbols_->fresh();
      sum = lag == x.a.lag + static_cast<std::int32_t>(x.data) - 1 ? *known : sum + *known;
    }
    return symbols_->of_constant(sum);
  }

  Id compute(const Instruction& x) {
    if (x.op == Op::window_sum) return window(x);
    if (!is_elementwise(x.op) && !(is_pure(x.op) && !has_table(x.op))) return symbols_->fresh();
    const Operand* operands[] = {&x.a, &x.b, &x.c};
    const auto at = static_cast<std::size_t>(&x - p_.month.data());
    Id ids[3] = {kNothing, kNothing, kNothing};
    for (int i = 0; i < op_operands(x.op); ++i) {
      ids[i] = of(*operands[i]);
      if (present_[at] && passes_missing_on(x.op)) symbols_->note_present(ids[i]);
    }
    if (x.op == Op::choose && month_ == 1) masks_[at] = symbols_->constant(ids[0]);
    return symbols_->make(x.op, ids[0], ids[1], ids[2], x.op == Op::quantile_table ? x.data : 0, present_[at] && passes_missing_on(x.op));
  }

  // Arithmetic that is missing where one of its operands is.
  static bool passes_missing_on(Op op) {
    switch (op) {
      case Op::add:
      case Op::sub:
      case Op::mul:
      case Op::div:
      case Op::neg:
      case Op::abs:
      case Op::min:
      case Op::max:
      case Op::copy:
      case Op::mul_add:
      case Op::mul_sub:
      case Op::sub_mul:
      case Op::add_add:
      case Op::add_sub:
      case Op::sub_add:
      case Op::sub_sub:
      case Op::add_mul:
      case Op::mul_mul:
      case Op::mul_div:
      case Op::div_mul:
        return true;
      default:
        return false;
    }
  }

  // Backwards from what writes the money: instructions that a path with money that is a number makes numbers of.
  void note_what_flows_into_money() {
    const std::vector<std::int32_t> owner = owners(p_.month);
    std::vector<bool> flows(p_.slots.size());  // what the slot holds at this place in the code
    flows[money_] = true;
    for (std::size_t i = p_.month.size(); i-- > 0;) {
      const Instruction& x = p_.month[i];
      if (x.op == Op::guard || x.op == Op::record || x.op == Op::rest) continue;
      bool reached = false;
      for (const SlotId id : {x.target, x.target2}) {
        if (id == kNoSlot) continue;
        reached |= flows[id];
        flows[id] = false;  // before this it held something else, or what it held does not show
      }
      if (!reached || owner[i] >= 0 || x.op == Op::choose2) continue;
      present_[i] = true;
      const auto flow = [&](const Operand& operand) {
        if (operand.place == Place::slot && operand.lag == 0) flows[operand.index] = true;
      };
      if (x.op == Op::choose && masks_[i]) flow(*masks_[i] != 0 ? x.b : x.c);
      if (!passes_missing_on(x.op)) continue;
      for (const Operand* operand : {&x.a, &x.b, &x.c}) flow(*operand);
    }
    restless_.assign(p_.slots.size(), false);
  }

  const Program& p_;
  const std::vector<bool>& never_;
  const SlotId alive_, money_;
  const std::int32_t months_;
  std::int32_t month_ = 0;
  std::unique_ptr<Symbols> symbols_;
  std::vector<bool> restless_, by_month_, at_rest_;
  std::vector<bool> present_;                 // by instruction: its result is a number
  std::vector<std::optional<double>> masks_;  // of choices, where they are known from the first month on
  std::vector<Id> now_;
  std::vector<std::vector<Id>> rows_;  // of histories: what months have written, oldest first
};

// Slots that surely never hold -0. Temporaries share slots, which would mix what is known of them; so each write gets one of its own first.
std::vector<bool> never_minus_zero_at_all(Program p) {
  const std::size_t slots = p.slots.size();
  for (Code* code : {&p.setup, &p.month, &p.finish}) {
    const std::vector<std::int32_t> owner = owners(*code);
    std::vector<SlotId> now(slots);
    for (SlotId id = 0; id < slots; ++id) now[id] = id;
    for (std::size_t i = 0; i < code->size(); ++i) {
      Instruction& x = (*code)[i];
      for (Operand* operand : {&x.a, &x.b, &x.c, &x.d}) {
        if (operand->place == Place::slot) operand->index = now[operand->index];
      }
      if (x.target != kNoSlot && p.slots[x.target].keep == Keep::temporary && owner[i] < 0 && x.op != Op::choose2) {
        p.slots.push_back({Keep::temporary, 0, 0, ""});
        now[x.target] = static_cast<SlotId>(p.slots.size() - 1);
      }
      if (x.target != kNoSlot) x.target = now[x.target];
      if (x.target2 != kNoSlot) x.target2 = now[x.target2];
    }
  }
  std::vector<bool> out = never_minus_zero(p);
  for (SlotId id = 0; id < slots; ++id) {
    if (p.slots[id].keep == Keep::temporary) out[id] = false;
  }
  out.resize(slots);
  return out;
}

// How far back months look into what months have written.
std::int32_t longest_look(const Program& p) {
  std::vector<bool> by_month(p.slots.size());
  for (const Instruction& x : p.month) {
    if (x.target != kNoSlot) by_month[x.target] = true;
  }
  std::int32_t out = 1;
  for (const Instruction& x : p.month) {
    visit_operands(p, x, [&](const Operand& operand) {
      if (operand.place != Place::slot || !by_month[operand.index]) return;
      out = std::max(out, operand.lag + (x.op == Op::window_sum ? static_cast<std::int32_t>(x.data) - 1 : 0));
    });
  }
  for (SlotId id = 0; id < p.slots.size(); ++id) {
    if (p.slots[id].keep == Keep::history && by_month[id] && p.slots[id].rows <= kLongest)
      out = std::max(out, static_cast<std::int32_t>(std::bit_ceil(static_cast<std::uint32_t>(std::max(p.slots[id].rows, 1)))));
  }
  return std::min(out, kLongest);
}

// States that the months write once, on all paths, as a truth that holds only while it held before.
struct Falling {
  SlotId alive, money;  // the state that it is held against
};
std::vector<Falling> falling_truths(const Program& p, const std::vector<bool>& never) {
  const std::vector<std::int32_t> owner = owners(p.month);
  const Uses uses(p, p.month);
  std::vector<Falling> out;
  for (std::size_t i = 0; i < p.month.size(); ++i) {
    const Instruction& x = p.month[i];
    const bool conjunction = x.op == Op::both || x.op == Op::both3 || x.op == Op::both_not || x.op == Op::both_less ||
                             x.op == Op::both_less_equal || x.op == Op::both_same;
    if (!conjunction || owner[i] >= 0 || p.slots[x.target].keep != Keep::state || uses.writes[x.target] != 1 || !never[x.target]) continue;
    const auto is_target = [&](const Operand& operand) { return operand.place == Place::slot && operand.index == x.target; };
    if (!is_target(x.a)) continue;
    for (const Operand* operand : {&x.c, &x.b}) {
      if (operand->place != Place::slot || p.slots[operand->index].keep != Keep::state || operand->index == x.target) continue;
      out.push_back({x.target, operand->index});
      break;
    }
  }
  return out;
}

// Of the instructions at rest those that nobody else needs: a temporary may be left out only with all that read it.
void leave_out_what_is_read(const Program& p, std::vector<bool>& rests) {
  const Code& code = p.month;
  const std::vector<std::int32_t> owner = owners(code);
  for (bool changed = true; changed;) {
    changed = false;
    std::vector<bool> needed(p.slots.size());  // by instructions behind that are not left out
    for (std::size_t i = code.size(); i-- > 0;) {
      const Instruction& x = code[i];
      const bool all_paths = owner[i] < 0 && x.op != Op::choose2;
      for (const SlotId id : {x.target, x.target2}) {
        if (id == kNoSlot || p.slots[id].keep != Keep::temporary || !needed[id]) continue;
        if (rests[i]) {
          rests[i] = false;
          changed = true;
        }
        if (all_paths) needed[id] = false;
      }
      // A guard goes with what it holds.
      if (x.op == Op::guard) {
        bool all = rests[i];
        for (std::size_t j = i + 1; j <= i + x.data; ++j) all &= rests[j];
        for (std::size_t j = i; j <= i + x.data; ++j) {
          if (all || !rests[j]) continue;
          rests[j] = false;
          changed = true;
        }
      }
      if (rests[i]) continue;
      visit_operands(p, x, [&](const Operand& operand) {
        if (is_slot(operand)) needed[operand.index] = true;
      });
      if (x.op == Op::choose2) needed[x.target] = needed[x.target2] = true;
    }
  }
}

class Marking {
 public:
  Marking(Program& p, std::size_t fewest) : p_(p), fewest_(fewest), of_(p.month.size(), kNoSlot) {}

  void run() {
    const std::vector<bool> never = never_minus_zero_at_all(p_);
    const std::int32_t months = longest_look(p_) + kSpare;
    for (const auto& [alive, money] : falling_truths(p_, never)) {
      std::vector<bool> rests = Stillness(p_, never, alive, money, months).find();
      for (std::size_t i = 0; i < rests.size(); ++i) rests[i] = rests[i] && of_[i] == kNoSlot;
      leave_out_what_is_read(p_, rests);
      if (static_cast<std::size_t>(std::count(rests.begin(), rests.end(), true)) < fewest_) continue;
      const SlotId awake = count_months(alive, money, months);
      for (std::size_t i = 0; i < rests.size(); ++i) {
        if (rests[i]) of_[i] = awake;
      }
    }
    if (!counting_.empty()) write();
  }

 private:
  // awake: months + 1 while alive or without money that is a number, then one less in each month, down to 0.
  SlotId count_months(SlotId alive, SlotId money, std::int32_t months) {
    p_.slots.push_back({Keep::state, 0, 0, ""});
    const auto awake = static_cast<SlotId>(p_.slots.size() - 1);
    p_.slots.push_back({Keep::temporary, 0, 0, ""});
    const auto less = static_cast<SlotId>(p_.slots.size() - 1);
    p_.slots.push_back({Keep::temporary, 0, 0, ""});
    const auto is_number = static_cast<SlotId>(p_.slots.size() - 1);
    const auto instruction = [](Op op, SlotId target, Operand a, Operand b, Operand c) {
      Instruction x;
      x.op = op;
      x.target = target;
      x.a = a;
      x.b = b;
      x.c = c;
      return x;
    };
    p_.setup.push_back(instruction(Op::copy, awake, constant(months + 1), {}, {}));
    counting_.push_back(instruction(Op::sub, less, slot(awake), constant(1), {}));
    counting_.push_back(instruction(Op::max, less, slot(less), constant(0), {}));
    counting_.push_back(instruction(Op::same, is_number, slot(money), slot(money), {}));
    counting_.push_back(instruction(Op::choose, less, slot(is_number), slot(less), constant(months + 1)));
    counting_.push_back(instruction(Op::choose, awake, slot(alive), constant(months + 1), slot(less)));
    return awake;
  }

  void write() {
    Code out = counting_;
    for (std::size_t i = 0; i < p_.month.size();) {
      std::size_t end = i;
      while (end < p_.month.size() && of_[end] == of_[i] && of_[i] != kNoSlot) ++end;
      // A guard whose region goes on behind the run stays outside with it: leave_out_what_is_read() saw to that.
      if (end - i >= kShortest) {
        Instruction rest;
        rest.op = Op::rest;
        rest.a = slot(of_[i]);
        rest.data = static_cast<std::uint32_t>(end - i);
        out.push_back(rest);
      }
      if (end == i) ++end;
      out.insert(out.end(), p_.month.begin() + static_cast<std::ptrdiff_t>(i), p_.month.begin() + static_cast<std::ptrdiff_t>(end));
      i = end;
    }
    p_.month = std::move(out);
  }

  Program& p_;
  const std::size_t fewest_;
  std::vector<SlotId> of_;  // the count by which an instruction is left out
  Code counting_;
};

}  // namespace

Program mark_rests(Program program, std::size_t fewest) {
  Marking(program, fewest).run();
  return program;
}

}  // namespace warchest::program
