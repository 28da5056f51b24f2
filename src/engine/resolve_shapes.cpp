// The kernel for an elementwise operation: by the shape of its operands, columns or numbers.
#include <algorithm>

#include "engine/resolver.h"
#include "program/arithmetic.h"
#include "text/check.h"

namespace warchest::engine {

using namespace program;

namespace {

Value negated(Value value) {
  value.sign = -value.sign;
  return value;
}

}  // namespace

void Resolver::elementwise(const Instruction& x, Value* v, int count, Frame& frame, Code& code) {
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

bool Resolver::absorbed(Op op, const Value* v, const Location& out, Code& code) {
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

Resolver::Choice Resolver::choose_kernel(Op op, Value* v, Code& code) {
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

Resolver::Choice Resolver::binary(const kernels::BinaryKernels& table, const Value& a, const Value& b) {
  if (a.is_column && b.is_column) return {Action::cc, erased(table.cc), 2, {a, b, {}}};
  if (a.is_column) return {Action::ck, erased(table.ck), 2, {a, b, {}}};
  return {Action::kc, erased(table.kc), 2, {a, b, {}}};
}

Resolver::Choice Resolver::masked(const kernels::MaskedKernels& table, const Value* v, Code& code) {
  const Value mask = as_column(code, v[0]);
  Value a = v[1], b = v[2];
  if (!a.is_column && !b.is_column && table.kk == nullptr) a = as_column(code, a);
  if (a.is_column && b.is_column) return {Action::mcc, erased(table.cc), 3, {mask, a, b}};
  if (a.is_column) return {Action::mck, erased(table.ck), 3, {mask, a, b}};
  if (b.is_column) return {Action::mkc, erased(table.kc), 3, {mask, a, b}};
  return {Action::mkk, erased(table.kk), 3, {mask, a, b}};
}

Resolver::Choice Resolver::ternary(const kernels::TernaryKernels& table, Value a, Value b, Value c, Code& code, bool commutes) {
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

}  // namespace warchest::engine
