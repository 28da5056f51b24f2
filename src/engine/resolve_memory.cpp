// Where columns stand: slots and rings, what begins a block as zeros, the places that a month sets, and what a frame sees of them.
#include <algorithm>
#include <bit>
#include <functional>

#include "engine/resolver.h"
#include "program/arithmetic.h"

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

void Resolver::place_slots() {
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

void Resolver::place(SlotId id) {
  if (id == kNoSlot || out_->slots[id] != nullptr || program_.slots[id].keep == Keep::history) return;
  out_->slots[id] = out_->columns.take(1);
}

std::vector<bool> Resolver::opened() const {
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

void Resolver::list_zeroed() {
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

double* Resolver::constant_column(double value) {
  double*& column = constants_[std::bit_cast<std::uint64_t>(value)];
  if (column == nullptr) {
    column = out_->columns.take(1);
    for (std::size_t i = 0; i < kernels::padded(out_->block); ++i) column[i] = value;
  }
  return column;
}

void Resolver::settle(Code& code) {
  for (const Patch& patch : code.patches) {
    if (patch.what == Patch::What::number || patch.what == Patch::What::pass_number) {
      const bool pass = patch.what == Patch::What::pass_number;
      code.numbers.push_back(
          {pass ? &out_->passes[patch.step]->numbers[patch.operand] : &code.steps[patch.step].k[patch.operand], schedule_of(patch)});
      continue;
    }
    const Location& at = patch.location;
    const Slot& slot = program_.slots[at.history];
    RowPatch row;
    // Both stand for the column's address; what is an output is written through `out`.
    row.place = place_of(code, patch);
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

const double** Resolver::place_of(Code& code, const Patch& patch) {
  switch (patch.what) {
    case Patch::What::pass_column:
      return &out_->passes[patch.step]->columns[patch.operand];
    case Patch::What::output:
      return const_cast<const double**>(&code.steps[patch.step].out);
    case Patch::What::output2:
      return const_cast<const double**>(&code.steps[patch.step].out2);
    default:
      return &code.steps[patch.step].in[patch.operand];
  }
}

const double* Resolver::schedule_of(const Patch& patch) {
  const std::vector<double>& months = program_.schedules[patch.schedule];
  if (patch.sign > 0) return months.data();
  out_->turned_signs.push_back(std::make_unique<double[]>(months.size()));
  std::transform(months.begin(), months.end(), out_->turned_signs.back().get(), std::negate<>());
  return out_->turned_signs.back().get();
}

Location Resolver::read(Frame& frame, const Operand& operand) {
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

Location Resolver::write(Frame& frame, const Instruction& x, SlotId id) {
  if (frame.kind == Frame::Kind::direct) {
    if (program_.slots[id].keep != Keep::history) return {out_->slots[id], kNoSlot, false, 0};
    return {nullptr, id, in_setup_, in_setup_ ? x.target_row : 0};
  }
  frame.mark(id);
  double*& column = frame.local[{id, Place::slot, 0}];
  if (column == nullptr) column = out_->columns.take(1);
  return {column, kNoSlot, false, 0};
}

Location Resolver::write_some(Frame& frame, Code& code, SlotId id) {
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

}  // namespace warchest::engine
