// What feeds no record goes, backwards from the records.
#include <algorithm>

#include "program/code.h"
#include "program/passes.h"

namespace warchest::program {
namespace {

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

}  // namespace

bool drop(Program& program) { return Dropping(program).run(); }

}  // namespace warchest::program
