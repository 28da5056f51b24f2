// Tables: cells keyed by periods, and anchors in time. Cells are drawn once for the path, so the months stand before the first one.
//
// A flow's cells are totals of their periods; periods left out between two keys are filled in geometrically first (LANGUAGE.md,
// section 2), here, as totals at the mean monthly rate of the place in between. A stock's cells are values at the period's end.
#include <algorithm>
#include <cmath>

#include "program/lowering.h"
#include "text/check.h"

namespace warchest::program {

Operand Lowering::table(const model::Expr& e, const When& when) {
  const auto [place, fresh] = table_slots_.try_emplace(e.index, kNoSlot);
  if (fresh) {
    const auto& table = model_.tables[e.index];
    const SlotId s = history("");
    table_slots_[e.index] = s;
    whole_[s] = true;
    in_main(program_.setup, [&] {
      program_.slots[s].first = std::min(0, table.cells.front().first);
      if (e.kind == model::ExprKind::curve || !table.flow)
        emit_to(s, Op::curve, {}, {}, {}, curve_of(table, e.kind == model::ExprKind::curve));
      else
        emit_to(s, Op::period_table, {}, {}, {}, periods_of(table));
    });
  }
  const SlotId s = table_slots_.at(e.index);
  if (when.kind == When::Kind::month) return read(s, when);
  WARCHEST_CHECK(when.fixed, "a table read without a month");
  return row(s, std::max(when.row, program_.slots[s].first));
}

std::uint32_t Lowering::curve_of(const model::Table& table, bool anchored) {
  Curve curve;
  curve.linear = table.linear;
  for (const auto& cell : table.cells) curve.anchors.push_back({anchored ? cell.first : cell.last, value(cell.value, When::in_setup())});
  program_.curves.push_back(std::move(curve));
  return static_cast<std::uint32_t>(program_.curves.size() - 1);
}

std::uint32_t Lowering::periods_of(const model::Table& table) {
  PeriodTable periods;
  periods.keep_positive = table.keep_positive;
  for (std::size_t i = 0; i < table.cells.size(); ++i) {
    const auto& cell = table.cells[i];
    const Operand total = value(cell.value, When::in_setup());
    if (i > 0 && table.cells[i - 1].last + 1 < cell.first) {
      const auto& before = table.cells[i - 1];
      const Operand total_before = periods.periods.back().total;
      const auto length = [](const model::Table::Cell& c) { return static_cast<double>(c.last - c.first + 1); };
      const auto middle = [](double first, double last) { return (first + last) / 2; };
      const Operand rate_before = emit(Op::div, total_before, constant(length(before))), rate = emit(Op::div, total, constant(length(cell)));
      // Geometric where both are positive, straight otherwise.
      const Operand positive = both(emit(Op::less, constant(0), rate_before), emit(Op::less, constant(0), rate));
      const Operand ratio = emit(Op::log, emit(Op::div, rate, rate_before));
      const auto step = static_cast<std::int32_t>(length(before));
      for (std::int32_t first = before.last + 1; first < cell.first; first += step) {
        const std::int32_t last = std::min(first + step, cell.first) - 1;
        const double from = middle(before.first, before.last), to = middle(cell.first, cell.last);
        const double along = (middle(first, last) - from) / (to - from);
        const Operand geometric = emit(Op::mul, rate_before, emit(Op::exp, emit(Op::mul, ratio, constant(along))));
        const Operand straight = emit(Op::add, rate_before, emit(Op::mul, constant(along), emit(Op::sub, rate, rate_before)));
        periods.periods.push_back({first, last, emit(Op::mul, choose(positive, geometric, straight), constant(last - first + 1))});
      }
    }
    periods.periods.push_back({cell.first, cell.last, total});
  }
  program_.period_tables.push_back(std::move(periods));
  return static_cast<std::uint32_t>(program_.period_tables.size() - 1);
}

}  // namespace warchest::program
