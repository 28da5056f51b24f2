// Resolving a program into steps: which kernel fits the shape of the operands, where each column stands, what a guard gathers.
//
// A region of a guard is resolved in a frame of its own. In a compact frame every slot that the region touches has a short column:
// the first read of a slot puts it on the list of what is gathered, a write marks it, and what is still wanted after the region is
// scattered. In a shadow frame only what is written has a column beside the true one. Frames nest.
#include <algorithm>
#include <bit>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <tuple>

#include "engine/vector_code.h"
#include "kernels/kernels.h"
#include "program/arithmetic.h"
#include "text/check.h"

namespace warchest::engine {

using namespace program;

double* address(const Resolved& resolved, const Program& program, const Location& location, std::int32_t month) {
  if (location.fixed != nullptr) return location.fixed;
  const Slot& slot = program.slots[location.history];
  const std::int32_t last = std::max(program.months - 1, slot.first);
  const std::int32_t row = std::clamp(location.absolute ? location.month : month - location.month, slot.first, last);
  // Every patch of every month comes here: a ring of a power of two (place_slots) needs no division.
  const auto offset = static_cast<std::size_t>(row - slot.first), ring = static_cast<std::size_t>(resolved.ring[location.history]);
  const std::size_t place = offset & (ring - 1);
  return resolved.slots[location.history] + place * resolved.columns.stride();
}

namespace {

constexpr int kDeepestDense = 2;  // guards nested deeper than this run on gathered lanes only

// An operand in its frame: a column, or a number that is known or comes from a schedule.
struct Value {
  bool is_column = false;
  Location column;
  bool is_scheduled = false;
  std::uint32_t schedule = 0;
  double number = 0;
  double sign = 1;
};

Value negated(Value value) {
  value.sign = -value.sign;
  return value;
}

struct Frame {
  enum class Kind { direct, compact, shadow };
  using Key = std::tuple<SlotId, Place, std::int32_t>;

  Frame* parent = nullptr;
  Kind kind = Kind::direct;
  Guard* guard = nullptr;
  int depth = 0;
  std::map<Key, double*> local;
  std::vector<SlotId> written;

  void mark(SlotId slot) {
    if (std::find(written.begin(), written.end(), slot) == written.end()) written.push_back(slot);
  }
};

class Resolver {
 public:
  Resolver(const Program& program, std::size_t block) : program_(program), out_(std::make_unique<Resolved>(block)) { place_slots(); }

  std::unique_ptr<Resolved> resolve() {
    section(program_.setup, out_->setup, true);
    section(program_.month, out_->month, false);
    section(program_.finish, out_->finish, false);
    list_zeroed();
    for (Code* code : {&out_->setup, &out_->month, &out_->finish}) settle(*code);
    for (auto& guard : out_->guards) {
      settle(guard->compact);
      settle(guard->dense);
    }
    return std::move(out_);
  }

 private:
  // --- memory -------------------------------------------------------------------------------------------------------------------------
  void place_slots() {
    for (const Slot& slot : program_.slots) {
      std::int32_t rows = 1;
      if (slot.keep == Keep::history) rows = slot.rows > 0 ? slot.rows : std::max(program_.months - slot.first, 1);
      out_->ring.push_back(static_cast<std::int32_t>(std::bit_ceil(static_cast<std::uint32_t>(rows))));
      out_->slots.push_back(nullptr);
    }
    // Small slots first and together, in the order in which the months use them; then the histories.
    for (const auto* code : {&program_.month, &program_.finish, &program_.setup}) {
      for (const Instruction& x : *code) {
        visit_operands(program_, x, [&](const Operand& operand) {
          if (operand.place == Place::slot || operand.place == Place::row) place(operand.index);
        });
        place(x.target);
        place(x.target2);
      }
    }
    for (SlotId id = 0; id < program_.slots.size(); ++id) {
      const Slot& slot = program_.slots[id];
      if (slot.keep != Keep::history) continue;
      const std::int32_t rows = slot.rows > 0 ? out_->ring[id] : std::max(program_.months - slot.first, 1);
      out_->slots[id] = out_->columns.take(static_cast<std::size_t>(rows));
    }
  }
  void place(SlotId id) {
    if (id == kNoSlot || out_->slots[id] != nullptr || program_.slots[id].keep == Keep::history) return;
    out_->slots[id] = out_->columns.take(1);
  }

  // States that setup writes on all paths before it reads them.
  std::vector<bool> opened() const {
    std::vector<bool> out(program_.slots.size()), read(program_.slots.size());
    std::size_t guarded_until = 0;
    for (std::size_t i = 0; i < program_.setup.size(); ++i) {
      const Instruction& x = program_.setup[i];
      visit_operands(program_, x, [&](const Operand& operand) {
        if (operand.place == Place::slot) read[operand.index] = true;
      });
      if (x.op == Op::guard) guarded_until = std::max(guarded_until, i + 1 + x.data);
      if (x.target != kNoSlot && x.op != Op::choose2 && i >= guarded_until && !read[x.target]) out[x.target] = true;
      for (const SlotId id : {x.target, x.target2}) {
        if (id != kNoSlot) read[id] = true;  // or written on some paths
      }
    }
    return out;
  }

  // States begin as zeros where setup gives them no other value, and so do the rows of histories that may be read before they are
  // written: those before month 0 and the first, or all where months write none or a row is named.
  void list_zeroed() {
    const std::vector<bool> written = opened();
    std::vector<bool> filled(program_.slots.size()), by_month(program_.slots.size()), named(program_.slots.size());
    for (const Instruction& x : program_.setup) {
      if (x.op == Op::period_table || x.op == Op::curve) filled[x.target] = true;
    }
    for (const Instruction& x : program_.month) {
      if (x.target != kNoSlot) by_month[x.target] = true;
    }
    for (const auto* code : {&program_.setup, &program_.month}) {
      for (const Instruction& x : *code) {
        visit_operands(program_, x, [&](const Operand& operand) {
          if (operand.place == Place::row) named[operand.index] = true;
        });
      }
    }
    for (SlotId id = 0; id < program_.slots.size(); ++id) {
      const Slot& slot = program_.slots[id];
      if (slot.keep == Keep::state && out_->slots[id] != nullptr && !written[id]) out_->zeroed.push_back(out_->slots[id]);
      if (slot.keep != Keep::history || filled[id]) continue;
      const std::int32_t end = named[id] || !by_month[id] ? program_.months : std::max(slot.first + 1, 0);
      for (std::int32_t month = slot.first; month < end; ++month) {
        out_->zeroed.push_back(address(*out_, program_, {nullptr, id, true, month}, 0));
      }
    }
    std::sort(out_->zeroed.begin(), out_->zeroed.end());
    out_->zeroed.erase(std::unique(out_->zeroed.begin(), out_->zeroed.end()), out_->zeroed.end());
  }

  double* constant_column(double value) {
    double*& column = constants_[std::bit_cast<std::uint64_t>(value)];
    if (column == nullptr) {
      column = out_->columns.take(1);
      for (std::size_t i = 0; i < kernels::padded(out_->block); ++i) column[i] = value;
    }
    return column;
  }

  // Patches get the addresses of what they set, now that no step moves any more.
  void settle(Code& code) {
    for (const Patch& patch : code.patches) {
      Step& step = code.steps[patch.step];
      if (patch.what == Patch::What::number) {
        code.numbers.push_back({&step.k[patch.operand], schedule_of(patch)});
        continue;
      }
      const Location& at = patch.location;
      const Slot& slot = program_.slots[at.history];
      RowPatch row;
      // Both stand for the column's address; what is an output is written through `out`.
      row.place = patch.what == Patch::What::input    ? &step.in[patch.operand]
                  : patch.what == Patch::What::output ? const_cast<const double**>(&step.out)
                                                      : const_cast<const double**>(&step.out2);
      row.rows = out_->slots[at.history];
      row.last = std::max(program_.months - 1, slot.first) - slot.first;
      row.from = (at.absolute ? at.month : -at.month) - slot.first;
      row.ring = static_cast<std::uint32_t>(out_->ring[at.history]) - 1;
      row.stride = static_cast<std::uint32_t>(out_->columns.stride());
      if (at.absolute) {
        *row.place = address(*out_, program_, at, 0);
      } else {
        code.rows.push_back(row);
      }
    }
    code.patches.clear();
  }
  const double* schedule_of(const Patch& patch) {
    const std::vector<double>& months = program_.schedules[patch.schedule];
    if (patch.sign > 0) return months.data();
    out_->turned_signs.push_back(std::make_unique<double[]>(months.size()));
    std::transform(months.begin(), months.end(), out_->turned_signs.back().get(), std::negate<>());
    return out_->turned_signs.back().get();
  }

  // --- frames -------------------------------------------------------------------------------------------------------------------------
  Location read(Frame& frame, const Operand& operand) {
    const bool history = program_.slots[operand.index].keep == Keep::history;
    if (frame.kind == Frame::Kind::direct) {
      if (!history) return {out_->slots[operand.index], kNoSlot, false, 0};
      return {nullptr, operand.index, operand.place == Place::row, operand.lag};
    }
    const Frame::Key key{operand.index, history ? operand.place : Place::slot, operand.lag};
    const auto found = frame.local.find(key);
    if (found != frame.local.end()) return {found->second, kNoSlot, false, 0};
    const Location outer = read(*frame.parent, operand);
    if (frame.kind == Frame::Kind::shadow) return outer;
    double* column = out_->columns.take(1);
    frame.guard->gathers.push_back({outer, column});
    frame.local[key] = column;
    return {column, kNoSlot, false, 0};
  }

  Location write(Frame& frame, const Instruction& x, SlotId id) {
    if (frame.kind == Frame::Kind::direct) {
      if (program_.slots[id].keep != Keep::history) return {out_->slots[id], kNoSlot, false, 0};
      return {nullptr, id, in_setup_, in_setup_ ? x.target_row : 0};
    }
    frame.mark(id);
    double*& column = frame.local[{id, Place::slot, 0}];
    if (column == nullptr) column = out_->columns.take(1);
    return {column, kNoSlot, false, 0};
  }

  // For writes that leave some lanes as they were.
  Location write_some(Frame& frame, Code& code, SlotId id) {
    if (frame.kind == Frame::Kind::direct) return {out_->slots[id], kNoSlot, false, 0};
    frame.mark(id);
    if (frame.kind == Frame::Kind::compact) return read(frame, slot(id));
    double*& column = frame.local[{id, Place::slot, 0}];
    if (column == nullptr) {
      column = out_->columns.take(1);
      Step step;
      step.action = Action::unary;
      step.kernel = reinterpret_cast<AnyKernel>(kernels_.copy);
      step.out = column;
      bind(code, step, 0, column_value(read(*frame.parent, slot(id))));
      push(code, step);
    }
    return {column, kNoSlot, false, 0};
  }

  // --- code ---------------------------------------------------------------------------------------------------------------------------
  void section(const std::vector<Instruction>& instructions, Code& code, bool in_setup) {
    in_setup_ = in_setup;
    Frame frame;
    region(instructions, 0, instructions.size(), frame, code);
  }

  void region(const std::vector<Instruction>& all, std::size_t begin, std::size_t end, Frame& frame, Code& code) {
    for (std::size_t i = begin; i < end; ++i) {
      if (all[i].op == Op::guard) {
        guard(all, i, end, frame, code);
        i += all[i].data;
      } else if (const std::size_t taken = together(all, i, end, frame, code); taken > 0) {
        i += taken - 1;
      } else {
        instruction(all[i], frame, code);
      }
    }
  }

  void guard(const std::vector<Instruction>& all, std::size_t at, std::size_t around_end, Frame& frame, Code& code) {
    const std::size_t begin = at + 1, end = begin + all[at].data;
    if (begin == end) return;
    Value mask = value(frame, all[at].a);
    if (!mask.is_column && frame.kind != Frame::Kind::direct) mask = as_column(code, mask);
    if (!mask.is_column) {  // all lanes or none: no other frame is needed
      const std::size_t here = code.steps.size();
      Step step;
      step.action = Action::guard_scalar;
      bind(code, step, 0, mask);
      push(code, step);
      region(all, begin, end, frame, code);
      code.steps[here].data = static_cast<std::uint32_t>(code.steps.size() - here - 1);
      last_.code = nullptr;  // what follows is not skipped with it
      return;
    }
    auto made = std::make_unique<Guard>();
    made->mask = mask.column;
    made->local = lane_list();
    made->global = lane_list();
    std::vector<SlotId> wanted;
    {
      Frame inner{&frame, Frame::Kind::compact, made.get(), frame.depth + 1, {}, {}};
      region(all, begin, end, inner, made->compact);
      for (const SlotId id : inner.written) {
        if (program_.slots[id].keep != Keep::temporary || read_after(all, end, around_end, id)) wanted.push_back(id);
      }
      for (const SlotId id : wanted) made->scatters.push_back({write_some(frame, code, id), inner.local[{id, Place::slot, 0}]});
    }
    if (frame.depth < kDeepestDense) {
      made->has_dense = true;
      Frame inner{&frame, Frame::Kind::shadow, made.get(), frame.depth + 1, {}, {}};
      region(all, begin, end, inner, made->dense);
      for (const SlotId id : wanted) made->merges.push_back({write_some(frame, code, id), inner.local[{id, Place::slot, 0}]});
      // The mask itself last, should the region write it.
      std::stable_partition(made->merges.begin(), made->merges.end(),
                            [&](const Guard::Move& move) { return move.outer.fixed == nullptr || move.outer.fixed != made->mask.fixed; });
    }
    Step step;
    step.action = Action::guard;
    step.data = static_cast<std::uint32_t>(out_->guards.size());
    out_->guards.push_back(std::move(made));
    push(code, step);
  }

  std::int32_t* lane_list() { return reinterpret_cast<std::int32_t*>(out_->columns.take(1)); }

  // Whether a temporary's value at `from` is read later in the section. Writes in guards that open later leave lanes as they are.
  bool read_after(const std::vector<Instruction>& all, std::size_t from, std::size_t around_end, SlotId id) const {
    (void)around_end;  // what follows the region around concerns our lanes alike
    std::size_t guarded_until = from;
    for (std::size_t i = from; i < all.size(); ++i) {
      const Instruction& x = all[i];
      bool read = x.op == Op::choose2 && (x.target == id || x.target2 == id);
      visit_operands(program_, x, [&](const Operand& operand) { read |= operand.place == Place::slot && operand.index == id; });
      if (read) return true;
      if (x.op == Op::guard) guarded_until = std::max(guarded_until, i + 1 + x.data);
      if (i >= guarded_until && x.target == id) return false;
    }
    return false;
  }

  void push(Code& code, const Step& step) { code.steps.push_back(step); }

  static Value column_value(const Location& location) {
    Value out;
    out.is_column = true;
    out.column = location;
    return out;
  }

  Value value(Frame& frame, const Operand& operand) {
    Value out;
    switch (operand.place) {
      case Place::none:
      case Place::constant:
        out.number = operand.value;
        break;
      case Place::schedule:
        out.is_scheduled = true;
        out.schedule = operand.index;
        break;
      case Place::slot:
      case Place::row:
        return column_value(read(frame, operand));
    }
    return out;
  }

  // Puts a value into an operand of the step that is pushed next.
  void bind(Code& code, Step& step, int operand, const Value& value) {
    Patch patch;
    patch.step = static_cast<std::uint32_t>(code.steps.size());
    patch.operand = static_cast<std::uint8_t>(operand);
    if (value.is_column) {
      step.in[operand] = value.column.fixed;
      if (value.column.fixed != nullptr) return;
      patch.what = Patch::What::input;
      patch.location = value.column;
    } else {
      step.k[operand] = value.sign < 0 ? -value.number : value.number;
      if (!value.is_scheduled) return;
      patch.what = Patch::What::number;
      patch.schedule = value.schedule;
      patch.sign = value.sign;
    }
    code.patches.push_back(patch);
  }

  void bind_output(Code& code, Step& step, const Location& location, bool second = false) {
    (second ? step.out2 : step.out) = location.fixed;
    if (location.fixed != nullptr) return;
    Patch patch;
    patch.step = static_cast<std::uint32_t>(code.steps.size());
    patch.what = second ? Patch::What::output2 : Patch::What::output;
    patch.location = location;
    code.patches.push_back(patch);
  }

  // A number as a column, for kernels that have no shape for it.
  Value as_column(Code& code, const Value& value) {
    if (value.is_column) return value;
    if (!value.is_scheduled) return column_value({constant_column(value.sign < 0 ? -value.number : value.number), kNoSlot, false, 0});
    Step step;
    step.action = Action::fill;
    step.out = out_->columns.take(1);
    bind(code, step, 0, value);
    push(code, step);
    return column_value({step.out, kNoSlot, false, 0});
  }

  void instruction(const Instruction& x, Frame& frame, Code& code) {
    const int count = op_operands(x.op);
    const Operand* operands[] = {&x.a, &x.b, &x.c};
    Value values[3];
    if (x.op != Op::window_sum && x.op != Op::row_sum) {
      for (int i = 0; i < count; ++i) values[i] = value(frame, *operands[i]);
    }
    if (is_elementwise(x.op)) return elementwise(x, values, count, frame, code);
    Step step;
    step.data = x.data;
    switch (x.op) {
      case Op::choose2:
        return choose2(x, values, frame, code);
      case Op::record:
        step.action = Action::record;
        bind(code, step, 0, as_column(code, values[0]));
        return push(code, step);
      case Op::draw_path:
        step.action = Action::draw_path;
        break;
      case Op::draw_month:
        step.action = Action::draw_month;
        break;
      case Op::draw_attempt:
        step.action = Action::draw_attempt;
        break;
      case Op::quantile_table:
        step.action = program_.quantile_tables[x.data].discrete ? Action::steps : Action::cubic;
        break;
      case Op::quantile:
        step.action = Action::quantile;
        break;
      case Op::chance_below:
        step.action = Action::chance_below;
        break;
      case Op::lookup:
        step.action = Action::lookup;
        break;
      case Op::window_sum:
        step.action = Action::window_sum;
        break;
      case Op::row_sum:
        step.action = Action::row_sum;
        break;
      case Op::period_table:
        step.action = Action::period_table;
        break;
      case Op::curve:
        step.action = Action::curve;
        break;
      case Op::market:
        step.action = Action::market;
        break;
      case Op::market_result:
        step.action = Action::market_result;
        break;
      default:
        WARCHEST_CHECK(false, "an operation that the vector engine does not know");
    }
    if (x.op == Op::window_sum || x.op == Op::row_sum) {
      step.history = x.a.index;
      step.lag = x.a.lag;
    } else if (count > 0) {
      values[0] = as_column(code, values[0]);
      bind(code, step, 0, values[0]);
    }
    table_operands(x, step, frame);
    if (x.op == Op::period_table || x.op == Op::curve) {
      step.history = x.target;
    } else {
      bind_output(code, step, write(frame, x, x.target));
    }
    push(code, step);
  }

  void table_operands(const Instruction& x, Step& step, Frame& frame) {
    if (x.op != Op::lookup && x.op != Op::quantile && x.op != Op::chance_below && x.op != Op::period_table && x.op != Op::curve &&
        x.op != Op::market)
      return;
    std::vector<TableOperand> operands;
    int skip = op_operands(x.op);
    visit_operands(program_, x, [&](const Operand& operand) {
      if (skip-- > 0) return;
      TableOperand out;
      out.is_column = operand.place == Place::slot || operand.place == Place::row;
      if (out.is_column) out.column = read(frame, operand);
      out.number = operand;
      operands.push_back(out);
    });
    step.table = static_cast<std::uint32_t>(out_->tables.size());
    out_->tables.push_back(std::move(operands));
  }

  void choose2(const Instruction& x, Value* values, Frame& frame, Code& code) {
    Step step;
    const Value mask = as_column(code, values[0]);
    const bool numbers = !values[1].is_column && !values[2].is_column;
    step.action = numbers ? Action::select2_k : Action::select2;
    if (!numbers) {
      values[1] = as_column(code, values[1]);
      values[2] = as_column(code, values[2]);
    }
    step.out = write_some(frame, code, x.target).fixed;
    step.out2 = write_some(frame, code, x.target2).fixed;
    bind(code, step, 0, mask);
    bind(code, step, 1, values[1]);
    bind(code, step, 2, values[2]);
    push(code, step);
  }

  // --- operations that go together -----------------------------------------------------------------------------------------------------
  // Two or three instructions in a row of which each reads what the one before has just made, as one step (kernels/pairs.cpp), with the
  // bits of the separate steps. What lies between is kept only where a kernel keeps it or where no one will read it again.
  struct Row {
    const std::vector<Instruction>& all;
    std::size_t at, end;
    Frame& frame;
    Code& code;
    const Instruction& x(std::size_t i) const { return all[at + i]; }
  };
  static bool is_column(const Operand& x) { return x.place == Place::slot || x.place == Place::row; }
  static bool is_number(const Operand& x) { return x.place == Place::constant || x.place == Place::schedule; }
  static bool is(const Operand& x, SlotId id) { return x.place == Place::slot && x.index == id && x.lag == 0; }
  static int reads(const Instruction& x, SlotId id) {
    const int count = op_operands(x.op);
    return (count > 0 && is(x.a, id) ? 1 : 0) + (count > 1 && is(x.b, id) ? 1 : 0) + (count > 2 && is(x.c, id) ? 1 : 0);
  }
  // Whether what instruction i of the row makes is read by the next alone.
  bool forgotten(const Row& row, std::size_t i) const {
    const SlotId id = row.x(i).target;
    if (program_.slots[id].keep != Keep::temporary) return false;
    return row.x(i + 1).target == id || !read_after(row.all, row.at + i + 2, row.end, id);
  }

  std::size_t together(const std::vector<Instruction>& all, std::size_t at, std::size_t end, Frame& frame, Code& code) {
    if (at + 1 >= end) return 0;
    const Row row{all, at, end, frame, code};
    const Instruction &x = row.x(0), &y = row.x(1);
    if (!program::is_elementwise(y.op) || (!program::is_elementwise(x.op) && x.op != Op::draw_month)) return 0;
    if (const std::size_t taken = between(row); taken > 0) return taken;
    if (x.target == kNoSlot || reads(y, x.target) != 1 || program_.slots[x.target].keep == Keep::path) return 0;
    switch (x.op) {
      case Op::draw_month:
        return scaled_draw(row);
      case Op::both_less:
      case Op::both_less_equal:
      case Op::both_same:
        return two_masks(row);
      case Op::less:
      case Op::less_equal:
        return counted(row);
      case Op::add_add:
        return scaled_sum(row);
      case Op::mul:
        if (const std::size_t taken = margin(row); taken > 0) return taken;
        if (const std::size_t taken = scaled_then(row); taken > 0) return taken;
        return masked(row);
      case Op::add:
        if (const std::size_t taken = running_least(row); taken > 0) return taken;
        return masked(row);
      case Op::sub:
        return masked(row);
      default:
        return 0;
    }
  }

  Step step_of(Action action, AnyKernel kernel = nullptr) const {
    Step step;
    step.action = action;
    step.kernel = kernel;
    return step;
  }
  // Reads what the step wants, then writes, as each instruction would.
  void take(const Row& row, Step& step, std::initializer_list<std::pair<int, Operand>> operands,
            std::initializer_list<std::size_t> makers) {
    for (const auto& [place, operand] : operands) bind(row.code, step, place, value(row.frame, operand));
    bool second = false;
    for (const std::size_t maker : makers) {
      bind_output(row.code, step, write(row.frame, row.x(maker), row.x(maker).target), second);
      second = true;
    }
    push(row.code, step);
    last_.code = nullptr;  // nothing more is absorbed into it
  }

  // (draw * k) + k, and that times a column
  std::size_t scaled_draw(const Row& row) {
    const Instruction &x = row.x(0), &y = row.x(1);
    const bool first = is(y.a, x.target);
    if (y.op != Op::mul_add || is(y.c, x.target) || !is_number(first ? y.b : y.a) || !is_number(y.c) || !forgotten(row, 0)) return 0;
    Step step = step_of(Action::draw_month_scaled);
    step.data = x.data;
    if (row.at + 2 < row.end && row.x(2).op == Op::mul && reads(row.x(2), y.target) == 1 && forgotten(row, 1)) {
      const Instruction& z = row.x(2);
      const Operand& other = is(z.a, y.target) ? z.b : z.a;
      if (is_column(other) && !is(other, x.target)) {
        step.action = Action::draw_month_scaled_times;
        take(row, step, {{0, first ? y.b : y.a}, {1, y.c}, {2, other}}, {2});
        return 3;
      }
    }
    take(row, step, {{0, first ? y.b : y.a}, {1, y.c}}, {1});
    return 2;
  }

  // A comparison of a column with a number: which, the column, the number.
  struct Compared {
    kernels::Against against;
    Operand column, number;
  };
  static std::optional<Compared> compared(Op op, const Operand& a, const Operand& b) {
    using kernels::Against;
    const bool turned = is_number(a);
    if ((turned ? !is_column(b) : !is_column(a) || !is_number(b))) return std::nullopt;
    const Operand &column = turned ? b : a, &number = turned ? a : b;
    switch (op) {
      case Op::less:
      case Op::both_less:
        return Compared{turned ? Against::above : Against::below, column, number};
      case Op::less_equal:
      case Op::both_less_equal:
        return Compared{turned ? Against::at_least : Against::at_most, column, number};
      case Op::both_same:
        return Compared{Against::exactly, column, number};
      default:
        return std::nullopt;
    }
  }

  // m and (a against k), and (b against k)
  std::size_t two_masks(const Row& row) {
    const Instruction &x = row.x(0), &y = row.x(1);
    const auto first = compared(x.op, x.b, x.c);
    const bool masks = y.op == Op::both_less || y.op == Op::both_less_equal || y.op == Op::both_same;
    if (!first || !masks || !is(y.a, x.target) || !is_column(x.a) || !forgotten(row, 0)) return 0;
    const auto second = compared(y.op, y.b, y.c);
    if (!second) return 0;
    const auto kernel = kernels_.mask_two[static_cast<std::size_t>(first->against)][static_cast<std::size_t>(second->against)];
    Step step = step_of(Action::mask_two, erased(kernel));
    take(row, step, {{0, x.a}, {1, first->column}, {2, second->column}, {3, first->number}, {4, second->number}}, {1});
    return 2;
  }

  // m and k < b, b * k, that and a < that
  std::size_t between(const Row& row) {
    if (row.at + 2 >= row.end) return 0;
    const Instruction &x = row.x(0), &y = row.x(1), &z = row.x(2);
    if (x.op != Op::both_less || y.op != Op::mul || z.op != Op::both_less) return 0;
    const bool first = is_column(y.a);
    const Operand &scaled = first ? y.a : y.b, &factor = first ? y.b : y.a;
    if (!is_column(x.a) || !is_number(x.b) || !is_column(x.c) || !is_column(scaled) || !is_number(factor)) return 0;
    const bool same = scaled.place == x.c.place && scaled.index == x.c.index && scaled.lag == x.c.lag;
    if (!same || x.target == y.target || is(scaled, x.target) || !is_column(z.b)) return 0;
    if (!is(z.a, x.target) || !is(z.c, y.target) || reads(z, x.target) != 1 || reads(z, y.target) != 1) return 0;
    if (program_.slots[x.target].keep != Keep::temporary || !forgotten(row, 1)) return 0;
    if (z.target != x.target && read_after(row.all, row.at + 3, row.end, x.target)) return 0;
    Step step = step_of(Action::mask_between);
    take(row, step, {{0, x.a}, {1, z.b}, {2, x.c}, {3, x.b}, {4, factor}}, {2});
    return 3;
  }

  // total + (a against k)
  std::size_t counted(const Row& row) {
    const Instruction &x = row.x(0), &y = row.x(1);
    const auto what = compared(x.op, x.a, x.b);
    const Operand& total = is(y.a, x.target) ? y.b : y.a;
    if (!what || y.op != Op::add || !is_column(total) || !forgotten(row, 0)) return 0;
    Step step = step_of(Action::add_count, erased(kernels_.add_count[static_cast<std::size_t>(what->against)]));
    take(row, step, {{0, total}, {1, what->column}, {2, what->number}}, {1});
    return 2;
  }

  // ((a + b) + c) * k
  std::size_t scaled_sum(const Row& row) {
    const Instruction &x = row.x(0), &y = row.x(1);
    const Operand& factor = is(y.a, x.target) ? y.b : y.a;
    if (y.op != Op::mul || !is_number(factor) || !is_column(x.a) || !is_column(x.b) || !is_column(x.c) || !forgotten(row, 0)) return 0;
    Step step = step_of(Action::add3_scaled);
    take(row, step, {{0, x.a}, {1, x.b}, {2, x.c}, {3, factor}}, {1});
    return 2;
  }

  // a * k, kept, then (that + k) * c; or m and b < a * k
  std::size_t scaled_then(const Row& row) {
    const Instruction &x = row.x(0), &y = row.x(1);
    const bool first = is_column(x.a);
    const Operand &scaled = first ? x.a : x.b, &factor = first ? x.b : x.a;
    if (!is_column(scaled) || !is_number(factor)) return 0;
    if (y.op == Op::add_mul && y.target != x.target && !is(y.c, x.target) && is_column(y.c)) {
      const Operand& plus = is(y.a, x.target) ? y.b : y.a;
      if (!is_number(plus)) return 0;
      Step step = step_of(Action::scale_then_grow);
      take(row, step, {{0, scaled}, {1, factor}, {2, plus}, {3, y.c}}, {0, 1});
      return 2;
    }
    if (y.op == Op::both_less && is(y.c, x.target) && is_column(y.a) && is_column(y.b) && forgotten(row, 0)) {
      Step step = step_of(Action::mask_lt_scaled);
      take(row, step, {{0, y.a}, {1, y.b}, {2, scaled}, {3, factor}}, {1});
      return 2;
    }
    return 0;
  }

  // a + b, kept, then the least of that and what was
  std::size_t running_least(const Row& row) {
    const Instruction &x = row.x(0), &y = row.x(1);
    if (y.op != Op::min || !is(y.b, x.target) || y.target == x.target) return 0;
    if (!is_column(x.a) || !is_column(x.b) || !is_column(y.a)) return 0;
    Step step = step_of(Action::add_then_min);
    take(row, step, {{0, x.a}, {1, x.b}, {2, y.a}}, {0, 1});
    return 2;
  }

  // m ? a op b : k
  std::size_t masked(const Row& row) {
    const Instruction &x = row.x(0), &y = row.x(1);
    if (y.op != Op::choose || !is(y.b, x.target) || !is_column(y.a) || !is_number(y.c)) return 0;
    if (!is_column(x.a) || !is_column(x.b) || !forgotten(row, 0)) return 0;
    const auto kernel = x.op == Op::add ? kernels_.add_select : x.op == Op::sub ? kernels_.sub_select : kernels_.mul_select;
    Step step = step_of(Action::masked_pair, erased(kernel));
    take(row, step, {{0, y.a}, {1, x.a}, {2, x.b}, {3, y.c}}, {1});
    return 2;
  }

  // a * b, kept, then m ? c - that : k
  std::size_t margin(const Row& row) {
    if (row.at + 2 >= row.end) return 0;
    const Instruction &x = row.x(0), &y = row.x(1), &z = row.x(2);
    if (y.op != Op::sub || !is(y.b, x.target) || !is_column(y.a) || !is_column(x.a) || !is_column(x.b) || !forgotten(row, 1)) return 0;
    if (z.op != Op::choose || !is(z.b, y.target) || reads(z, y.target) != 1 || !is_column(z.a) || !is_number(z.c)) return 0;
    if (reads(z, x.target) > 0 || z.target == x.target || y.target == x.target) return 0;
    Step step = step_of(Action::mul_sub_select);
    take(row, step, {{0, x.a}, {1, x.b}, {2, z.a}, {3, y.a}, {4, z.c}}, {0, 2});
    return 3;
  }

  // --- shapes -------------------------------------------------------------------------------------------------------------------------
  struct Choice {
    Action action = Action::unary;
    AnyKernel kernel = nullptr;
    int operands = 0;
    Value in[3];
  };

  void elementwise(const Instruction& x, Value* v, int count, Frame& frame, Code& code) {
    const Location out = write(frame, x, x.target);
    if (absorbed(x.op, v, out, code)) return;
    Step step;
    const bool numbers = std::none_of(v, v + count, [](const Value& value) { return value.is_column; });
    if (numbers) {
      step.action = x.op == Op::copy ? Action::fill : Action::scalar;
      step.op = x.op;
      for (int i = 0; i < count; ++i) bind(code, step, i, v[i]);
    } else {
      const Choice choice = choose_kernel(x.op, v, code);
      step.action = choice.action;
      step.kernel = choice.kernel;
      for (int i = 0; i < choice.operands; ++i) bind(code, step, i, choice.in[i]);
    }
    bind_output(code, step, out);
    push(code, step);
    last_ = {&code, code.steps.size() - 1, x.op, {v[0], v[1], v[2]}, out};
  }

  // Operations with several targets, from those of the program that stand side by side: a difference or product that is added to a
  // total at once, and a total that is cut off where it falls below a bound. The bits are those of the separate steps.
  bool absorbed(Op op, const Value* v, const Location& out, Code& code) {
    if (last_.code != &code || last_.step + 1 != code.steps.size() || out.fixed == nullptr) return false;
    Step& before = code.steps[last_.step];
    const auto is = [](const Value& value, const Location& location) { return value.is_column && value.column == location; };
    const auto untouched = [&](const Location& total) { return !(total == last_.out) && !is(last_.v[0], total) && !is(last_.v[1], total); };
    if (op == Op::add && untouched(out) && ((is(v[0], out) && is(v[1], last_.out)) || (is(v[1], out) && is(v[0], last_.out)))) {
      const bool columns = last_.v[0].is_column && last_.v[1].is_column;
      if (before.action == Action::cc && columns && (last_.op == Op::sub || last_.op == Op::mul)) {
        before.action = last_.op == Op::sub ? Action::sub_accumulate : Action::mul_accumulate;
        before.out2 = out.fixed;
        return true;
      }
      if (before.action == Action::sub_accumulate && before.out2 != out.fixed) {
        before.action = Action::sub_accumulate2;
        before.out3 = out.fixed;
        return true;
      }
    }
    // gate = gate and k <= a; a = a * gate
    if (op == Op::mul && last_.op == Op::both_less_equal && before.action == Action::mkc && is(last_.v[0], last_.out) &&
        is(last_.v[2], out) && last_.out.fixed != nullptr && !(last_.out == out) &&
        ((is(v[0], out) && is(v[1], last_.out)) || (is(v[1], out) && is(v[0], last_.out)))) {
      before.action = Action::gate_ge;
      before.out2 = out.fixed;
      return true;
    }
    return false;
  }

  Choice choose_kernel(Op op, Value* v, Code& code) {
    const auto& k = kernels_;
    switch (op) {
      case Op::copy:
        return unary(k.copy, v);
      case Op::neg:
        return unary(k.neg, v);
      case Op::abs:
        return unary(k.abs, v);
      case Op::sqrt:
        return unary(k.sqrt, v);
      case Op::exp:
        return unary(k.exp, v);
      case Op::log:
        return unary(k.log, v);
      case Op::floor:
        return unary(k.floor, v);
      case Op::round:
        return unary(k.round, v);
      case Op::opposite:
        return unary(k.lnot, v);
      case Op::normal_cdf:
        return unary(k.normal_cdf, v);
      case Op::normal_quantile:
        return unary(k.normal_quantile, v);
      case Op::add:
        return binary(k.add, v[0], v[1]);
      case Op::sub:
        return binary(k.sub, v[0], v[1]);
      case Op::mul:
        return binary(k.mul, v[0], v[1]);
      case Op::div:
        return binary(k.div, v[0], v[1]);
      case Op::power:
        return binary(k.pow, v[0], v[1]);
      case Op::min:
        return binary(k.min, v[1], v[0]);  // the kernel keeps its first operand, the operation its second
      case Op::max:
        return binary(k.max, v[1], v[0]);
      case Op::less:
        return binary(k.lt, v[0], v[1]);
      case Op::less_equal:
        return binary(k.le, v[0], v[1]);
      case Op::same:
        return binary(k.eq, v[0], v[1]);
      case Op::nearly_equal:
        return binary(k.nearly_equal, v[0], v[1]);
      case Op::both:
        return binary(k.land, v[0], v[1]);
      case Op::either:
        return binary(k.lor, v[0], v[1]);
      case Op::choose:
        return masked(k.select, v, code);
      case Op::both_not:
        return binary(k.and_not, as_column(code, v[0]), as_column(code, v[1]));
      case Op::both_less:
        return masked(k.mask_lt, v, code);
      case Op::both_less_equal:
        return masked(k.mask_le, v, code);
      case Op::both_same:
        return masked(k.mask_eq, v, code);
      case Op::both3:
        return ternary(k.and3, v[0], v[1], v[2], code);
      case Op::mul_add:
        return ternary(k.mul_add, v[0], v[1], v[2], code, true);
      case Op::mul_sub:
        if (!v[2].is_column) return ternary(k.mul_add, v[0], v[1], negated(v[2]), code, true);
        return ternary(k.mul_sub, v[0], v[1], v[2], code, true);
      case Op::sub_mul:
        return ternary(k.neg_mul_add, v[1], v[2], v[0], code, true);
      case Op::add_add:
        return ternary(k.add3, v[0], v[1], v[2], code, true);
      case Op::add_sub:
        if (!v[2].is_column) return ternary(k.add3, v[0], v[1], negated(v[2]), code, true);
        return ternary(k.add_sub, v[0], v[1], v[2], code, true);
      case Op::sub_add:
        if (!v[1].is_column) return ternary(k.add3, v[0], negated(v[1]), v[2], code);
        return ternary(k.sub_add, v[0], v[1], v[2], code);
      case Op::add_mul:
        return ternary(k.add_mul, v[0], v[1], v[2], code, true);
      case Op::mul_mul:
        return ternary(k.mul3, v[0], v[1], v[2], code, true);
      case Op::mul_div:
        return ternary(k.mul_div, v[0], v[1], v[2], code, true);
      case Op::div_mul:
        return ternary(k.div_mul, v[0], v[1], v[2], code);
      case Op::sub_sub:
        if (!v[1].is_column) return ternary(k.add_sub, v[0], negated(v[1]), v[2], code);
        return ternary(k.sub_sub, v[0], v[1], v[2], code);
      default:
        WARCHEST_CHECK(false, "an elementwise operation without a kernel");
    }
    return {};
  }

  template <class Function>
  static AnyKernel erased(Function function) {
    return reinterpret_cast<AnyKernel>(function);
  }

  Choice unary(kernels::UnaryKernel kernel, const Value* v) { return {Action::unary, erased(kernel), 1, {v[0], {}, {}}}; }

  Choice binary(const kernels::BinaryKernels& table, const Value& a, const Value& b) {
    if (a.is_column && b.is_column) return {Action::cc, erased(table.cc), 2, {a, b, {}}};
    if (a.is_column) return {Action::ck, erased(table.ck), 2, {a, b, {}}};
    return {Action::kc, erased(table.kc), 2, {a, b, {}}};
  }

  Choice masked(const kernels::MaskedKernels& table, const Value* v, Code& code) {
    const Value mask = as_column(code, v[0]);
    Value a = v[1], b = v[2];
    if (!a.is_column && !b.is_column && table.kk == nullptr) a = as_column(code, a);
    if (a.is_column && b.is_column) return {Action::mcc, erased(table.cc), 3, {mask, a, b}};
    if (a.is_column) return {Action::mck, erased(table.ck), 3, {mask, a, b}};
    if (b.is_column) return {Action::mkc, erased(table.kc), 3, {mask, a, b}};
    return {Action::mkk, erased(table.kk), 3, {mask, a, b}};
  }

  // `commutes`: the first two operands may change places.
  Choice ternary(const kernels::TernaryKernels& table, Value a, Value b, Value c, Code& code, bool commutes = false) {
    if (commutes && !a.is_column && b.is_column) std::swap(a, b);
    for (int turned = 0;; ++turned) {
      const int shape = (a.is_column ? 4 : 0) + (b.is_column ? 2 : 0) + (c.is_column ? 1 : 0);
      static constexpr Action kActions[] = {Action::ccc, Action::kkc, Action::kck, Action::kcc,
                                            Action::ckk, Action::ckc, Action::cck, Action::ccc};
      const AnyKernel kernels[] = {nullptr,           erased(table.kkc), erased(table.kck), erased(table.kcc),
                                   erased(table.ckk), erased(table.ckc), erased(table.cck), erased(table.ccc)};
      if (kernels[shape] != nullptr) return {kActions[shape], kernels[shape], 3, {a, b, c}};
      // One number after another becomes a column, until there is a shape.
      WARCHEST_CHECK(turned < 3, "a kernel without a shape for columns");
      Value& next = !a.is_column ? a : !b.is_column ? b : c;
      next = as_column(code, next);
    }
  }

  const Program& program_;
  std::unique_ptr<Resolved> out_;
  const kernels::Kernels& kernels_ = kernels::kernels();
  std::map<std::uint64_t, double*> constants_;
  bool in_setup_ = false;
  struct Last {  // the elementwise step pushed last
    const Code* code = nullptr;
    std::size_t step = 0;
    Op op = Op::copy;
    Value v[3];
    Location out;
  } last_;
};

}  // namespace

std::unique_ptr<Resolved> resolve(const Program& program, std::size_t block) { return Resolver(program, block).resolve(); }

}  // namespace warchest::engine
