// What every program must keep to, so that the evaluators need not look: a lowering that breaks a rule is stopped here, before it
// reads a column that is not there.
//
//   ids      slots, schedules, outputs and tables exist; schedules and quantile tables are complete
//   places   temporaries live within one section, and are written before they are read; path columns are written in setup or
//            finish; histories by setup into one row (or all, by a series), by month code into the month's row
//   guards   nest, and hold writes to states and temporaries only
//   draws    a path's in setup, a month's in month code, attempts anywhere; series stand in setup
//   outputs  each is recorded exactly once, a series in month code, the others in finish, none inside a guard
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "program/arithmetic.h"
#include "program/program.h"

namespace warchest::program {
namespace {

enum class In { setup, month, finish };

class Examiner {
 public:
  explicit Examiner(const Program& program) : program_(program), written_(program.slots.size()), recorded_(program.outputs.size()) {}

  std::string fault() {
    if (program_.months < 0) return "the number of months is negative";
    tables();
    section(program_.setup, In::setup, "setup");
    section(program_.month, In::month, "month");
    section(program_.finish, In::finish, "finish");
    for (std::size_t i = 0; i < recorded_.size() && fault_.empty(); ++i) {
      if (recorded_[i] != 1) fault_ = fmt::format("output {} ({}) is recorded {} times", i, program_.outputs[i].name, recorded_[i]);
    }
    return fault_;
  }

 private:
  void say(std::string what) {
    if (fault_.empty()) fault_ = where_.empty() ? std::move(what) : fmt::format("{}: {}", where_, what);
  }

  void tables() {
    where_.clear();
    for (const auto& slot : program_.slots) {
      if (slot.rows < 0) say("a history with a negative number of rows");
      if (slot.keep == Keep::history && slot.first > 0) say("a history that begins after month 0");
    }
    for (const auto& schedule : program_.schedules) {
      if (schedule.size() != static_cast<std::size_t>(program_.months)) say("a schedule without a number for each month");
    }
    for (const auto& table : program_.period_tables) {
      if (table.periods.empty()) say("a period table without periods");
      for (std::size_t i = 0; i < table.periods.size(); ++i) {
        const auto& period = table.periods[i];
        if (period.first > period.last || (i > 0 && period.first != table.periods[i - 1].last + 1)) {
          say("periods that are not adjacent and ascending");
        }
      }
    }
    for (const auto& curve : program_.curves) {
      if (curve.anchors.empty()) say("a curve without anchors");
      for (std::size_t i = 1; i < curve.anchors.size(); ++i) {
        if (curve.anchors[i].month <= curve.anchors[i - 1].month) say("anchors that do not ascend");
      }
    }
    for (const auto& lookup : program_.lookups) {
      if (lookup.keys.empty() || lookup.keys.size() != lookup.values.size()) say("a lookup whose keys and values do not pair");
      for (std::size_t i = 1; i < lookup.keys.size(); ++i) {
        if (!(lookup.keys[i] > lookup.keys[i - 1])) say("keys that do not ascend");
      }
    }
    for (const auto& table : program_.quantile_tables) {
      if (table.discrete ? table.values.empty() || table.values.size() != table.chances.size() : !table.at_score) {
        say("a quantile table that lacks its function or its values");
      }
    }
    for (const auto& output : program_.outputs) {
      for (const double rank : output.ranks) {
        if (!(rank >= 0 && rank <= 1)) say("a rank outside 0 … 1");
      }
    }
  }

  void section(const std::vector<Instruction>& code, In in, const char* name) {
    for (std::size_t s = 0; s < written_.size(); ++s) {
      if (program_.slots[s].keep == Keep::temporary) written_[s] = false;
    }
    awaited_.assign(program_.slots.size(), false);
    for (const auto& x : code) {
      if (in == In::month && x.target < awaited_.size()) awaited_[x.target] = true;
    }
    std::vector<std::size_t> ends;  // of the open guards
    for (std::size_t i = 0; i < code.size() && fault_.empty(); ++i) {
      while (!ends.empty() && ends.back() == i) ends.pop_back();
      where_ = fmt::format("{}[{}] {}", name, i, op_name(code[i].op));
      instruction(code[i], in, !ends.empty());
      if (code[i].op == Op::rest && code[i].data > code.size() - i - 1) say("reaches beyond its section");
      if (code[i].op != Op::guard) continue;
      const std::size_t end = i + 1 + code[i].data;
      if (end > (ends.empty() ? code.size() : ends.back())) say("a guard that reaches beyond its section or the guard around it");
      if (code[i].data > 0) ends.push_back(end);
    }
    where_.clear();
  }

  void instruction(const Instruction& x, In in, bool guarded) {
    if (!data(x)) return say("data out of range");
    visit_operands(program_, x, [&](const Operand& operand) { read(operand, in); });
    switch (x.op) {
      case Op::draw_path:
      case Op::period_table:
      case Op::curve:
        if (in != In::setup || guarded) say("stands in setup, and not in a guard");
        break;
      case Op::draw_month:
        if (in != In::month) say("stands in month code");
        break;
      case Op::market:
        if (in != In::month || guarded) say("stands in month code, and not in a guard");
        break;
      case Op::market_result:
        if (in != In::month) say("stands in month code");
        break;
      case Op::row_sum:
        if (in == In::month || x.a.place != Place::row) say("stands in setup or finish and reads rows");
        break;
      case Op::window_sum:
        if (x.a.place != Place::slot || x.a.index >= program_.slots.size() || program_.slots[x.a.index].keep != Keep::history) {
          say("reads a history");
        }
        break;
      case Op::rest:
        if (in != In::month || guarded) say("stands in month code, and not in a guard");
        break;
      case Op::record:
        if (guarded) say("stands in a guard");
        if (program_.outputs[x.data].series != (in == In::month) || in == In::setup) say("in the wrong section for its output");
        ++recorded_[x.data];
        break;
      default:
        break;
    }
    const bool none = x.op == Op::guard || x.op == Op::rest || x.op == Op::record;
    if (!none) write(x, x.target, in, guarded);
    if (x.op == Op::choose2) {
      for (const SlotId slot : {x.target, x.target2}) {
        if (slot < written_.size() && program_.slots[slot].keep == Keep::temporary && !written_[slot]) say("keeps what was never written");
      }
      write(x, x.target2, in, guarded);
    } else if (x.target2 != kNoSlot) {
      say("a second target that the operation does not have");
    }
  }

  bool data(const Instruction& x) const {
    switch (x.op) {
      case Op::draw_path:
      case Op::draw_month:
      case Op::draw_attempt:
        return x.data < program_.draws.size();
      case Op::quantile_table:
        return x.data < program_.quantile_tables.size();
      case Op::quantile:
      case Op::chance_below:
        return x.data < program_.quantiles.size();
      case Op::period_table:
        return x.data < program_.period_tables.size();
      case Op::curve:
        return x.data < program_.curves.size();
      case Op::lookup:
        return x.data < program_.lookups.size();
      case Op::market:
        return x.data < program_.markets.size();
      case Op::market_result:
        return x.data < program_.market_results.size() && !program_.markets.empty() &&
               program_.market_results[x.data].round < program_.markets.front().rounds.size();
      case Op::record:
        return x.data < program_.outputs.size();
      case Op::window_sum:
      case Op::row_sum:
        return x.data >= 1;
      default:
        return true;
    }
  }

  void read(const Operand& operand, In in) {
    switch (operand.place) {
      case Place::none:
        return say("an operand is missing");
      case Place::constant:
        return;
      case Place::schedule:
        if (operand.index >= program_.schedules.size()) say("a schedule out of range");
        return;
      case Place::row:
        if (operand.index >= program_.slots.size() || program_.slots[operand.index].keep != Keep::history)
          say("a row of what is no history");
        return;
      case Place::slot:
        break;
    }
    if (operand.index >= program_.slots.size()) return say("a slot out of range");
    const Slot& slot = program_.slots[operand.index];
    if (slot.keep != Keep::history && operand.lag != 0) say("a lag of what is no history");
    if (slot.keep == Keep::history && operand.lag < 0) say("a lag into the future");
    if (slot.keep == Keep::history && in == In::setup) say("setup reads histories by row");
    if (slot.keep == Keep::history && in == In::month && operand.lag == 0 && awaited_[operand.index]) {
      say("a history's row of the month is read before it is written");
    }
    if (slot.keep == Keep::temporary && !written_[operand.index]) {
      say(fmt::format("temporary {} is read before it is written", operand.index));
    }
  }

  void write(const Instruction& x, SlotId id, In in, bool guarded) {
    if (id >= program_.slots.size()) return say("a target out of range");
    const Slot& slot = program_.slots[id];
    const bool series = x.op == Op::period_table || x.op == Op::curve;
    if (guarded && (slot.keep == Keep::path || slot.keep == Keep::history)) say("a guard may write states and temporaries only");
    if (slot.keep == Keep::path && in == In::month) say("a path column is written once, not by month");
    if (series && (slot.keep != Keep::history || slot.rows != 0)) say("writes a history with all rows");
    if (slot.keep == Keep::history && in == In::finish) say("finish writes no history");
    if (slot.keep == Keep::history && in == In::setup && !series && x.target_row < slot.first) say("a row before the first of the history");
    written_[id] = true;
    awaited_[id] = false;
  }

  const Program& program_;
  std::string where_, fault_;
  std::vector<bool> written_, awaited_;  // awaited: histories that the month code has yet to write
  std::vector<int> recorded_;
};

}  // namespace

std::string fault(const Program& program) {
  return Examiner(program).fault();
}

}  // namespace warchest::program
