// A program as a listing: `warchest show program`, and what the tests of lowering and of simplify compare.
//
// One instruction a line, `target = op operands`. Slots go by their name, or by a letter for what they remember and their number:
// t3 a temporary, p4 a path column, s5 a state, h6 a history. `cash[-1]` is last month's row, `cash@12` the row of month 12,
// `%2` schedule 2; truth and numbers are written as short as they can be read back. Tables stand at the end, named as their users name
// them.
#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <map>

#include "program/program.h"

namespace warchest::program {
namespace {

struct OpRow {
  const char* name;
  int operands;
};
constexpr OpRow kOps[] = {
#define OP(name, operands, targets, text) {#name, operands},
#include "program/ops.def"
#undef OP
};

class Listing {
 public:
  explicit Listing(const Program& program) : program_(program) {
    std::map<std::string, int> seen;  // two slots of one name would read as one
    for (const auto& slot : program.slots) ++seen[slot.name];
    for (SlotId id = 0; id < program.slots.size(); ++id) {
      const Slot& slot = program.slots[id];
      const std::string number = fmt::format("{}{}", "tpsh"[static_cast<int>(slot.keep)], id);
      names_.push_back(slot.name.empty() ? number : seen[slot.name] > 1 ? slot.name + "#" + number : slot.name);
    }
  }

  std::string text() {
    line("months {}", program_.months);
    slots();
    section("setup", program_.setup);
    section("month", program_.month);
    section("finish", program_.finish);
    tables();
    return out_;
  }

 private:
  template <class... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
    out_ += '\n';
  }

  static std::string number(double value) {
    if (value == std::floor(value) && std::fabs(value) < 1e15) return fmt::format("{:.0f}", value);
    return fmt::format("{}", value);
  }

  std::string name(SlotId id) const { return id < names_.size() ? names_[id] : fmt::format("?{}", id); }

  std::string operand(const Operand& x) const {
    switch (x.place) {
      case Place::none:
        return "?";
      case Place::constant:
        return number(x.value);
      case Place::schedule:
        return fmt::format("%{}", x.index);
      case Place::slot:
        return x.lag == 0 ? name(x.index) : fmt::format("{}[-{}]", name(x.index), x.lag);
      case Place::row:
        return fmt::format("{}@{}", name(x.index), x.lag);
    }
    return "?";
  }

  void slots() {
    for (SlotId id = 0; id < program_.slots.size(); ++id) {
      const Slot& slot = program_.slots[id];
      if (slot.keep == Keep::history) {
        line("history {} from {}, {}", name(id), slot.first, slot.rows == 0 ? "all rows" : fmt::format("{} rows", slot.rows));
      } else if (slot.keep == Keep::state) {
        line("state {}", name(id));
      }
    }
  }

  void section(const char* title, const std::vector<Instruction>& code) {
    line("{}:", title);
    std::vector<std::size_t> ends;
    for (std::size_t i = 0; i < code.size(); ++i) {
      while (!ends.empty() && ends.back() == i) ends.pop_back();
      line("{:{}}{}", "", 2 + 2 * ends.size(), instruction(code[i], code.data() == program_.setup.data()));
      if ((code[i].op == Op::guard || code[i].op == Op::rest) && code[i].data > 0) ends.push_back(i + 1 + code[i].data);
    }
  }

  std::string instruction(const Instruction& x, bool in_setup) const {
    std::string out;
    if (x.op == Op::record) return fmt::format("record {} = {}", output(x.data), operand(x.a));
    if (x.op == Op::guard) return fmt::format("guard {}:", operand(x.a));
    if (x.op == Op::rest) return fmt::format("unless at rest, {}:", operand(x.a));
    if (x.target != kNoSlot) {
      out += name(x.target);
      const bool series = x.op == Op::period_table || x.op == Op::curve;
      if (in_setup && !series && x.target < program_.slots.size() && program_.slots[x.target].keep == Keep::history) {
        out += fmt::format("@{}", x.target_row);
      }
      if (x.op == Op::choose2) out += ", " + name(x.target2);
      out += " = ";
    }
    out += op_name(x.op);
    const Operand* operands[] = {&x.a, &x.b, &x.c, &x.d};
    const int count = op_operands(x.op);
    for (int i = 0; i < count; ++i) out += (i ? ", " : " ") + operand(*operands[i]);
    return out + data(x);
  }

  std::string output(std::uint32_t index) const {
    return index < program_.outputs.size() ? fmt::format("\"{}\"", program_.outputs[index].name) : fmt::format("?{}", index);
  }

  std::string data(const Instruction& x) const {
    switch (x.op) {
      case Op::draw_path:
      case Op::draw_month:
      case Op::draw_attempt:
        return fmt::format(" of \"{}\"", x.data < program_.draws.size() ? program_.draws[x.data].name : "?");
      case Op::quantile_table:
        return fmt::format(" by quantiles {}", x.data);
      case Op::quantile:
      case Op::chance_below:
        return fmt::format(" of distribution {}", x.data);
      case Op::period_table:
        return fmt::format(" {}", x.data);
      case Op::curve:
        return fmt::format(" {}", x.data);
      case Op::lookup:
        return fmt::format(" in lookup {}", x.data);
      case Op::window_sum:
      case Op::row_sum:
        return fmt::format(" over {}", x.data);
      default:
        return "";
    }
  }

  void tables() {
    for (std::size_t i = 0; i < program_.schedules.size(); ++i) {
      out_ += fmt::format("schedule %{}:", i);
      runs(program_.schedules[i]);
    }
    for (const auto& draw : program_.draws) {
      std::string dimensions;
      for (const auto d : draw.dimensions) dimensions += fmt::format("{}{}", dimensions.empty() ? ", dimensions " : " ", d);
      line("draw \"{}\": {}{}", draw.name, draw.uniform ? "uniform" : "normal", dimensions);
    }
    for (std::size_t i = 0; i < program_.period_tables.size(); ++i) {
      line("period_table {}{}:", i, program_.period_tables[i].keep_positive ? ", kept positive" : "");
      for (const auto& period : program_.period_tables[i].periods) {
        line("  {} to {}: {}", period.first, period.last, operand(period.total));
      }
    }
    for (std::size_t i = 0; i < program_.curves.size(); ++i) {
      line("curve {}, {}:", i, program_.curves[i].linear ? "linear" : "geometric");
      for (const auto& anchor : program_.curves[i].anchors) line("  {}: {}", anchor.month, operand(anchor.value));
    }
    for (std::size_t i = 0; i < program_.lookups.size(); ++i) {
      line("lookup {}:", i);
      for (std::size_t j = 0; j < program_.lookups[i].keys.size(); ++j) {
        line("  {}: {}", number(program_.lookups[i].keys[j]), operand(program_.lookups[i].values[j]));
      }
    }
    for (std::size_t i = 0; i < program_.quantile_tables.size(); ++i) line("quantiles {}: {}", i, program_.quantile_tables[i].name);
    for (std::size_t i = 0; i < program_.quantiles.size(); ++i) {
      std::string parameters;
      for (const auto& parameter : program_.quantiles[i].parameters) parameters += (parameters.empty() ? "" : ", ") + operand(parameter);
      line("distribution {}: family {} of {}", i, program_.quantiles[i].family, parameters);
    }
    static constexpr const char* kKinds[] = {"number", "months", "truth"};
    for (const auto& output : program_.outputs) {
      std::string ranks;
      for (const double rank : output.ranks) ranks += fmt::format("{}{}", ranks.empty() ? ", ranks " : " ", rank);
      line("output \"{}\": {}{}{}{}", output.name, kKinds[static_cast<int>(output.kind)], output.series ? ", by month" : "",
           output.spread ? "" : ", mean only", ranks);
    }
  }

  // Numbers by month, repeated ones as `value x count`.
  void runs(const std::vector<double>& values) {
    for (std::size_t i = 0; i < values.size();) {
      std::size_t end = i + 1;
      while (end < values.size() && values[end] == values[i]) ++end;
      out_ += end - i == 1 ? fmt::format(" {}", number(values[i])) : fmt::format(" {} x{}", number(values[i]), end - i);
      i = end;
    }
    out_ += '\n';
  }

  const Program& program_;
  std::vector<std::string> names_;
  std::string out_;
};

}  // namespace

const char* op_name(Op op) { return kOps[static_cast<std::size_t>(op)].name; }
int op_operands(Op op) { return kOps[static_cast<std::size_t>(op)].operands; }
std::string print(const Program& program) { return Listing(program).text(); }

}  // namespace warchest::program
