// Operations that go together: two or three instructions for which there is one kernel (kernels/pairs.cpp), where there are no passes.
#include "engine/resolver.h"
#include "program/arithmetic.h"

namespace warchest::engine {

using namespace program;

int Resolver::reads(const Instruction& x, SlotId id) {
  const int count = op_operands(x.op);
  return (count > 0 && is(x.a, id) ? 1 : 0) + (count > 1 && is(x.b, id) ? 1 : 0) + (count > 2 && is(x.c, id) ? 1 : 0);
}

bool Resolver::forgotten(const Row& row, std::size_t i) const {
  const SlotId id = row.x(i).target;
  if (program_.slots[id].keep != Keep::temporary) return false;
  return row.x(i + 1).target == id || !read_after(row.all, row.at + i + 2, row.end, id);
}

std::size_t Resolver::together(const std::vector<Instruction>& all, std::size_t at, std::size_t end, Frame& frame, Code& code) {
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

Step Resolver::step_of(Action action, AnyKernel kernel) const {
  Step step;
  step.action = action;
  step.kernel = kernel;
  return step;
}

void Resolver::take(const Row& row, Step& step, std::initializer_list<std::pair<int, Operand>> operands,
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

std::size_t Resolver::scaled_draw(const Row& row) {
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

std::optional<Resolver::Compared> Resolver::compared(Op op, const Operand& a, const Operand& b) {
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

std::size_t Resolver::two_masks(const Row& row) {
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

std::size_t Resolver::between(const Row& row) {
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

std::size_t Resolver::counted(const Row& row) {
  const Instruction &x = row.x(0), &y = row.x(1);
  const auto what = compared(x.op, x.a, x.b);
  const Operand& total = is(y.a, x.target) ? y.b : y.a;
  if (!what || y.op != Op::add || !is_column(total) || !forgotten(row, 0)) return 0;
  Step step = step_of(Action::add_count, erased(kernels_.add_count[static_cast<std::size_t>(what->against)]));
  take(row, step, {{0, total}, {1, what->column}, {2, what->number}}, {1});
  return 2;
}

std::size_t Resolver::scaled_sum(const Row& row) {
  const Instruction &x = row.x(0), &y = row.x(1);
  const Operand& factor = is(y.a, x.target) ? y.b : y.a;
  if (y.op != Op::mul || !is_number(factor) || !is_column(x.a) || !is_column(x.b) || !is_column(x.c) || !forgotten(row, 0)) return 0;
  Step step = step_of(Action::add3_scaled);
  take(row, step, {{0, x.a}, {1, x.b}, {2, x.c}, {3, factor}}, {1});
  return 2;
}

std::size_t Resolver::scaled_then(const Row& row) {
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

std::size_t Resolver::running_least(const Row& row) {
  const Instruction &x = row.x(0), &y = row.x(1);
  if (y.op != Op::min || !is(y.b, x.target) || y.target == x.target) return 0;
  if (!is_column(x.a) || !is_column(x.b) || !is_column(y.a)) return 0;
  Step step = step_of(Action::add_then_min);
  take(row, step, {{0, x.a}, {1, x.b}, {2, y.a}}, {0, 1});
  return 2;
}

std::size_t Resolver::masked(const Row& row) {
  const Instruction &x = row.x(0), &y = row.x(1);
  if (y.op != Op::choose || !is(y.b, x.target) || !is_column(y.a) || !is_number(y.c)) return 0;
  if (!is_column(x.a) || !is_column(x.b) || !forgotten(row, 0)) return 0;
  const auto kernel = x.op == Op::add ? kernels_.add_select : x.op == Op::sub ? kernels_.sub_select : kernels_.mul_select;
  Step step = step_of(Action::masked_pair, erased(kernel));
  take(row, step, {{0, y.a}, {1, x.a}, {2, x.b}, {3, y.c}}, {1});
  return 2;
}

std::size_t Resolver::margin(const Row& row) {
  if (row.at + 2 >= row.end) return 0;
  const Instruction &x = row.x(0), &y = row.x(1), &z = row.x(2);
  if (y.op != Op::sub || !is(y.b, x.target) || !is_column(y.a) || !is_column(x.a) || !is_column(x.b) || !forgotten(row, 1)) return 0;
  if (z.op != Op::choose || !is(z.b, y.target) || reads(z, y.target) != 1 || !is_column(z.a) || !is_number(z.c)) return 0;
  if (reads(z, x.target) > 0 || z.target == x.target || y.target == x.target) return 0;
  Step step = step_of(Action::mul_sub_select);
  take(row, step, {{0, x.a}, {1, x.b}, {2, z.a}, {3, y.a}, {4, z.c}}, {0, 2});
  return 3;
}

}  // namespace warchest::engine
