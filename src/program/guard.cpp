// Work for the few paths that need it: a choice with dear work behind one of its values becomes a guarded region with that work in it;
// guards by one mask are brought together and joined; work that only a guarded region reads moves into it.
#include <algorithm>
#include <map>
#include <optional>

#include "program/code.h"
#include "program/passes.h"

namespace warchest::program {
namespace {

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
    if (operand.place != Place::slot) return false;
    if (!uses_) {
      uses_.emplace(p_, code);
      owners_ = owners(code);
    }
    const std::vector<std::int32_t>& owner = owners_;
    const Uses& uses = *uses_;
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
    if (p_.slots[x.target].keep == Keep::temporary && uses_->writes[x.target] > 1) return false;
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
    uses_.reset();
    return true;
  }

  Program& p_;
  // Of the month's code as it stands: counted once for all choices between two changes.
  std::optional<Uses> uses_;
  std::vector<std::int32_t> owners_;
};

// Guards next to each other with one mask, which the first does not touch, become one.
bool join_one(Code& code) {
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

// What a stretch of code reads and writes.
struct Touched {
  std::vector<bool> reads, writes;
  Touched(const Program& p, const Code& code, std::size_t from, std::size_t to) : reads(p.slots.size()), writes(p.slots.size()) {
    for (std::size_t i = from; i < to; ++i) {
      visit_operands(p, code[i], [&](const Operand& operand) {
        if (is_slot(operand)) reads[operand.index] = true;
      });
      for (const SlotId id : {code[i].target, code[i].target2}) {
        if (id != kNoSlot) writes[id] = true;
        if (id != kNoSlot && code[i].op == Op::choose2) reads[id] = true;
      }
    }
  }
};
bool independent(const Touched& a, const Touched& b) {
  for (std::size_t id = 0; id < a.reads.size(); ++id) {
    if ((a.writes[id] && (b.reads[id] || b.writes[id])) || (b.writes[id] && a.reads[id])) return false;
  }
  return true;
}

// Two guards by one mask, apart: the later moves up to the earlier, or the earlier down, over code that has nothing to do with it.
bool bring_together(const Program& p, Code& code) {
  const auto at = [&](std::size_t i) { return code.begin() + static_cast<std::ptrdiff_t>(i); };
  const std::vector<std::int32_t> owner = owners(code);
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (code[i].op != Op::guard || owner[i] >= 0 || code[i].a.place != Place::slot) continue;
    const std::size_t end = i + 1 + code[i].data;
    const Touched first(p, code, i, end);
    if (first.writes[code[i].a.index]) continue;
    for (std::size_t j = end; j < code.size(); ++j) {
      if (code[j].op != Op::guard || owner[j] >= 0 || !same_operand(code[i].a, code[j].a)) continue;
      const std::size_t last = j + 1 + code[j].data;
      const Touched between(p, code, end, j), second(p, code, j, last);
      if (between.writes[code[i].a.index]) break;
      if (j > end && independent(between, second)) {
        std::rotate(at(end), at(j), at(last));
        return true;
      }
      if (j > end && independent(between, first)) {
        std::rotate(at(i), at(end), at(j));
        return true;
      }
      break;
    }
  }
  return false;
}

}  // namespace

void gather_guards(Program& program) {
  do sink(program, program.month);
  while (join_one(program.month) || bring_together(program, program.month));
}

bool guard_choices(Program& program) { return Guarding(program).run(); }

// Backwards, so that whole chains go.
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

}  // namespace warchest::program
