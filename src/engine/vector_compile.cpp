// Sections, guards and rests, and instructions one by one: what is not done in a pass or together with its neighbours.
#include <algorithm>
#include <bit>

#include "engine/resolver.h"
#include "program/arithmetic.h"
#include "text/check.h"

namespace warchest::engine {

using namespace program;

namespace {

constexpr int kDeepestDense = 2;  // guards nested deeper than this run on gathered lanes only

}  // namespace

std::unique_ptr<Resolved> Resolver::resolve() {
  section(program_.setup, out_->setup, true);
  section(program_.month, out_->month, false);
  section(program_.finish, out_->finish, false);
  if (refused_) return nullptr;
  list_zeroed();
  for (Code* code : {&out_->setup, &out_->month, &out_->finish}) settle(*code);
  for (auto& guard : out_->guards) {
    settle(guard->compact);
    settle(guard->dense);
  }
  return std::move(out_);
}

void Resolver::section(const std::vector<Instruction>& instructions, Code& code, bool in_setup) {
  in_setup_ = in_setup;
  Frame frame;
  region(instructions, 0, instructions.size(), frame, code);
}

void Resolver::region(const std::vector<Instruction>& all, std::size_t begin, std::size_t end, Frame& frame, Code& code) {
  for (std::size_t i = begin; i < end; ++i) {
    if (const std::size_t passed = pass(all, i, end, frame, code); passed > 0) {
      i += passed - 1;
    } else if (all[i].op == Op::guard) {
      guard(all, i, end, frame, code);
      i += all[i].data;
    } else if (all[i].op == Op::rest) {
      rest(all, i, frame, code);
      i += all[i].data;
    } else if (const std::size_t taken = together(all, i, end, frame, code); taken > 0) {
      i += taken - 1;
    } else {
      instruction(all[i], frame, code);
    }
  }
}

void Resolver::rest(const std::vector<Instruction>& all, std::size_t at, Frame& frame, Code& code) {
  const std::size_t here = code.steps.size();
  Step step;
  step.action = Action::rest;
  bind(code, step, 0, value(frame, all[at].a));
  push(code, step);
  resting_ = all[at].a;
  region(all, at + 1, at + 1 + all[at].data, frame, code);
  resting_.reset();
  code.steps[here].data = static_cast<std::uint32_t>(code.steps.size() - here - 1);
  last_.code = nullptr;
}

void Resolver::guard(const std::vector<Instruction>& all, std::size_t at, std::size_t around_end, Frame& frame, Code& code) {
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

bool Resolver::read_after(const std::vector<Instruction>& all, std::size_t from, std::size_t around_end, SlotId id) const {
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

Value Resolver::column_value(const Location& location) {
  Value out;
  out.is_column = true;
  out.column = location;
  return out;
}

Value Resolver::value(Frame& frame, const Operand& operand) {
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

void Resolver::bind(Code& code, Step& step, int operand, const Value& value) {
  Patch patch;
  patch.step = static_cast<std::uint32_t>(code.steps.size());
  patch.operand = static_cast<std::uint32_t>(operand);
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

void Resolver::bind_output(Code& code, Step& step, const Location& location, bool second) {
  (second ? step.out2 : step.out) = location.fixed;
  if (location.fixed != nullptr) return;
  Patch patch;
  patch.step = static_cast<std::uint32_t>(code.steps.size());
  patch.what = second ? Patch::What::output2 : Patch::What::output;
  patch.location = location;
  code.patches.push_back(patch);
}

Value Resolver::as_column(Code& code, const Value& value) {
  if (value.is_column) return value;
  if (!value.is_scheduled) return column_value({constant_column(value.sign < 0 ? -value.number : value.number), kNoSlot, false, 0});
  Step step;
  step.action = Action::fill;
  step.out = out_->columns.take(1);
  bind(code, step, 0, value);
  push(code, step);
  return column_value({step.out, kNoSlot, false, 0});
}

void Resolver::instruction(const Instruction& x, Frame& frame, Code& code) {
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

void Resolver::table_operands(const Instruction& x, Step& step, Frame& frame) {
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

void Resolver::choose2(const Instruction& x, Value* values, Frame& frame, Code& code) {
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

// Without passes at all where one of them was refused: there is no half way, for frames and steps are laid out with them in mind.
std::unique_ptr<Resolved> resolve(const Program& program, std::size_t block) {
  if (kernels::compiles_passes()) {
    if (auto resolved = Resolver(program, block, true).resolve()) return resolved;
  }
  return Resolver(program, block, false).resolve();
}

}  // namespace warchest::engine
