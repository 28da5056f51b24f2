// Tables. Keyed by periods they are series: of a flow each cell is its period's total, of a stock the value at its end. Anchored in
// time they are curves. Keyed by numbers they are functions, called with a number.
//
// Whether a table is a flow is said by where it stands (revenue, cost), else by its cells: all of them per time.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "model/checker.h"

namespace warchest::model {

using text::Code;
using Kind = lang::ExprKind;

namespace {

constexpr int kFarthest = 2400;  // months from the start, either way

}  // namespace

Value Checker::table(const Written& written, Context& context) {
  const text::Span span = written.span();
  const std::string word = written->word == text::NameId::none ? "" : written.word();
  const auto cells = written.tree->cells(*written);
  if (!word.empty() && word != "curve" && word != "line" && word != "independent") {
    error(Code::bad_table, written->mark, "before a table stands `curve`, `line`, `independent` or nothing, not `" + word + "`");
    return bad(span);
  }
  if (cells.empty()) {
    error(Code::bad_table, span, "this table is empty");
    return bad(span);
  }
  if (context.shared_lucks != nullptr || !context.cell_key.empty()) {
    error(Code::bad_table, span, "a table does not stand inside a table");
    return bad(span);
  }
  bool periods = true, numbers = true;
  for (const lang::ItemId id : cells) {
    const lang::Item& cell = (*written.tree)[id];
    if (cell.kind != lang::ItemKind::cell) return bad(span);
    const Written key{written.tree, cell.key};
    if (key->kind == Kind::mistake) return bad(span);
    const bool period = period_literal(key).has_value();
    periods = periods && period;
    numbers = numbers && key->kind == Kind::number;
    if (!period && key->kind != Kind::number) {
      error(Code::bad_table, key.span(), "a table here goes by periods or by numbers, not by names", "{ 2025: $9M, 2026: $14M }");
      return bad(span);
    }
  }
  if (periods && word != "curve" && word != "line") return period_table(written, context, word == "independent");
  if (periods) return curve(written, context, word == "line");
  if (numbers && word.empty()) return lookup_table(written, context);
  error(Code::bad_table, span, numbers ? "`" + word + "` goes by dates" : "the keys of a table are all periods or all numbers");
  return bad(span);
}

// A cell's value, drawing with the luck of its table.
Value Checker::cell_value(const Written& written, const std::string& key, bool independent, std::vector<std::uint32_t>& lucks,
                          Context& context) {
  const bool flow = context.flow_table;
  const int drawn = context.lucks;
  context.flow_table = false;
  if (independent) {
    context.cell_key = key;
    context.lucks = 0;
  } else {
    context.shared_lucks = &lucks;
    context.next_shared = 0;
  }
  Value value = expression(written, context);
  if (independent) context.lucks = drawn;
  context.shared_lucks = nullptr;
  context.cell_key.clear();
  context.flow_table = flow;
  if (!need_number(value, "a table")) value.bad = true;
  return value;
}

Value Checker::period_table(const Written& written, Context& context, bool independent) {
  const text::Span span = written.span();
  struct Row {
    quantity::Period period;
    Value value;
    text::Span key;
  };
  std::vector<Row> rows;
  std::vector<std::uint32_t> lucks;
  bool good = true;
  for (const lang::ItemId id : written.tree->cells(*written)) {
    const lang::Item& cell = (*written.tree)[id];
    const Written key{written.tree, cell.key};
    const quantity::Period period = *period_literal(key);
    const Value value = cell_value({written.tree, cell.value}, quoted(key), independent, lucks, context);
    if (period.grain == quantity::Grain::day) {
      error(Code::bad_table, key.span(), "a table goes by years, quarters or months, not by days",
            "for example  " + quantity::spelled_month(period.first));
      good = false;
    }
    if (std::abs(period.first - start()) > kFarthest || std::abs(period.last - start()) > kFarthest) {
      error(Code::bad_table, key.span(), "this period is more than 200 years from the start of the model");
      good = false;
    }
    good = good && !value.bad;
    rows.push_back({period, value, key.span()});
  }
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.period.first < b.period.first; });
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (rows[i].period.first > rows[i - 1].period.last) continue;
    error(Code::period_overlap, rows[i].key, "two keys of this table overlap", "", "", "",
          {{rows[i - 1].key, "this one"}, {rows[i].key, "and this one"}});
    good = false;
  }
  if (!good) return bad(span);

  const quantity::Unit time = quantity::duration();
  const auto per_time = [](const quantity::Unit& unit) { return unit.exponent(quantity::Dimension::time) == -1; };
  const bool all_rates =
      std::all_of(rows.begin(), rows.end(), [&](const Row& row) { return per_time(row.value.unit) || row.value.nought; });
  const bool some_rate = std::any_of(rows.begin(), rows.end(), [&](const Row& row) { return per_time(row.value.unit); });
  const bool flow = context.flow_table || (all_rates && some_rate);
  quantity::Unit unit;  // of a month's value
  const Row* first = nullptr;
  for (const Row& row : rows) {
    if (row.value.nought) continue;
    quantity::Unit monthly = row.value.unit;
    if (context.flow_table && !per_time(monthly)) monthly = monthly / time;
    if (first == nullptr) {
      first = &row;
      unit = monthly;
    } else if (monthly != unit) {
      error(Code::unit_mismatch, row.value.span, "the cells of this table differ in unit", unit_advice(row.value, first->value.unit),
            quantity::spelled(row.value.unit), quantity::spelled(first->value.unit),
            {{first->value.span, quantity::spelled(first->value.unit)}, {row.value.span, quantity::spelled(row.value.unit)}});
      return bad(span);
    }
  }
  if (first == nullptr && context.flow_table) unit = currency() / time;
  Table table;
  table.flow = flow;
  for (const Row& row : rows) {
    ExprId value = row.value.id;
    if (flow && per_time(row.value.unit)) {
      const ExprId months = constant(row.period.months(), row.value.span, context.owner);
      value = node({.kind = ExprKind::mul, .args = {value, months}, .span = row.value.span}, context.owner);
    }
    if (flow && may_be_negative(value)) table.keep_positive = false;
    if (!flow && rows.size() > 1) {
      if (const auto fixed = literal(value); fixed && *fixed <= 0) {
        error(Code::bad_table, row.value.span, "a stock is interpolated geometrically, so its cells are above zero",
              "line { 2025-01: …, 2026-01: … }  goes straight");
        return bad(span);
      }
    }
    table.cells.push_back({row.period.first - start(), row.period.last - start(), value});
  }
  return table_node(std::move(table), ExprKind::period_table, unit, span, context);
}

Value Checker::table_node(Table table, ExprKind kind, const quantity::Unit& unit, text::Span span, const Context& context) {
  Value result = made(kind, TypeKind::number, unit, {}, span, context);
  model_.exprs[result.id].index = static_cast<std::uint32_t>(model_.tables.size());
  model_.tables.push_back(std::move(table));
  return result;
}

Value Checker::curve(const Written& written, Context& context, bool linear) {
  const text::Span span = written.span();
  struct Anchor {
    int month;
    Value value;
    text::Span key;
  };
  std::vector<Anchor> anchors;
  std::vector<std::uint32_t> lucks;
  bool good = true;
  for (const lang::ItemId id : written.tree->cells(*written)) {
    const lang::Item& cell = (*written.tree)[id];
    const Written key{written.tree, cell.key};
    const quantity::Period period = *period_literal(key);
    Value value = cell_value({written.tree, cell.value}, quoted(key), false, lucks, context);
    if (period.first != period.last) {
      error(Code::not_a_date, key.span(), "an anchor stands at a month", "for example  " + quantity::spelled_month(period.last));
      good = false;
    }
    if (std::abs(period.first - start()) > kFarthest) {
      error(Code::bad_table, key.span(), "this period is more than 200 years from the start of the model");
      good = false;
    }
    const auto fixed = literal(value.id);
    if (!linear && !value.bad && fixed && *fixed <= 0) {
      error(Code::bad_table, value.span, "a curve is interpolated geometrically, so its values are above zero",
            "`line` goes straight:  line { … }");
      good = false;
    }
    good = good && !value.bad;
    anchors.push_back({period.first - start(), value, key.span()});
  }
  if (!good) return bad(span);
  std::stable_sort(anchors.begin(), anchors.end(), [](const Anchor& a, const Anchor& b) { return a.month < b.month; });
  Table table;
  table.linear = linear;
  for (std::size_t i = 0; i < anchors.size(); ++i) {
    if (i > 0 && anchors[i].month == anchors[i - 1].month) {
      error(Code::period_overlap, anchors[i].key, "two anchors stand in the same month", "", "", "",
            {{anchors[i - 1].key, "this one"}, {anchors[i].key, "and this one"}});
      return bad(span);
    }
    if (i > 0 && !same_unit(anchors[0].value, anchors[i].value, anchors[i].value.span, "these anchors mix", "and")) return bad(span);
    table.cells.push_back({anchors[i].month, anchors[i].month, anchors[i].value.id});
  }
  return table_node(std::move(table), ExprKind::curve, anchors[0].value.unit, span, context);
}

Value Checker::lookup_table(const Written& written, Context& context) {
  const text::Span span = written.span();
  if (context.definition == kNone || states_[context.definition].written.bare().id != written.id || context.field == nullptr ||
      (context.field->want != Want::any && context.field->want != Want::appetite)) {
    error(Code::bad_table, span, "a table by number is a value of its own", "input effect = { 1.0: 100%, 2.0: 60% }, then  effect(1.5)");
    return bad(span);
  }
  std::vector<std::pair<double, Value>> points;
  std::vector<std::uint32_t> lucks;
  bool good = true;
  for (const lang::ItemId id : written.tree->cells(*written)) {
    const lang::Item& cell = (*written.tree)[id];
    const Written key{written.tree, cell.key};
    const Value at = quantity_value(key, context);
    const Value value = cell_value({written.tree, cell.value}, quoted(key), false, lucks, context);
    if (!at.bad && !at.unit.plain()) {
      error(Code::bad_table, key.span(), "the keys of a table by number are plain numbers, and this is " + quantity::in_words(at.unit));
      good = false;
    }
    good = good && !at.bad && !value.bad;
    points.emplace_back(literal(at.id).value_or(0), value);
  }
  if (!good) return bad(span);
  std::stable_sort(points.begin(), points.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  Lookup lookup;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (i > 0 && points[i].first == points[i - 1].first) {
      error(Code::period_overlap, points[i].second.span, "a key of this table is there twice");
      return bad(span);
    }
    if (i > 0 && !same_unit(points[0].second, points[i].second, points[i].second.span, "the cells of this table mix", "and"))
      return bad(span);
    lookup.points.emplace_back(points[i].first, points[i].second.id);
  }
  states_[context.definition].table_by_number = true;
  Value result =
      made(ExprKind::lookup, TypeKind::number, points[0].second.unit, {constant(points[0].first, span, context.owner)}, span, context);
  model_.exprs[result.id].index = static_cast<std::uint32_t>(model_.lookups.size());
  model_.lookups.push_back(std::move(lookup));
  return result;
}

// Whether a value could be below zero, as far as the text tells: a total that cannot is kept from it by the interpolation.
bool Checker::may_be_negative(ExprId id) const {
  const Expr& expr = model_.exprs[id];
  const auto any = [&] { return std::any_of(expr.args.begin(), expr.args.end(), [&](ExprId arg) { return may_be_negative(arg); }); };
  switch (expr.kind) {
    case ExprKind::number:
      return expr.value < 0;
    case ExprKind::draw:
      return draw_may_be_negative(model_.draws[expr.index]);
    case ExprKind::add:
    case ExprKind::mul:
    case ExprKind::div:
    case ExprKind::min:
    case ExprKind::clip:
      return any();
    case ExprKind::max:
      return std::all_of(expr.args.begin(), expr.args.end(), [&](ExprId arg) { return may_be_negative(arg); });
    case ExprKind::choose:
      return may_be_negative(expr.args[1]) || may_be_negative(expr.args[2]);
    case ExprKind::abs:
    case ExprKind::sqrt:
    case ExprKind::exp:
      return false;
    case ExprKind::pow:
      return may_be_negative(expr.args[0]);
    case ExprKind::reference: {
      const Definition& definition = model_.definitions[expr.index];
      return definition.is == kNone || definition.is >= id || overridden_.contains(expr.index) || may_be_negative(definition.is);
    }
    default:
      return true;
  }
}

bool Checker::draw_may_be_negative(const Draw& draw) const {
  const auto param = [&](ParamKind kind) {
    for (const Param& given : draw.params) {
      if (given.kind == kind) return may_be_negative(given.expr);
    }
    return true;
  };
  if (draw.truncated && draw.truncated->first != kNone && !may_be_negative(draw.truncated->first)) return false;
  switch (draw.family) {
    case Family::lognormal:
    case Family::logit_normal:
    case Family::beta:
    case Family::gamma:
    case Family::exponential:
    case Family::weibull:
    case Family::bernoulli:
    case Family::poisson:
    case Family::binomial:
      return false;
    case Family::metalog:
      return draw.form == MetalogForm::plain;
    case Family::uniform:
    case Family::triangular:
    case Family::pert:
    case Family::pareto:
      return param(ParamKind::low);
    case Family::point:
      return param(ParamKind::value);
    case Family::mixture:
      return std::any_of(draw.mixture.begin(), draw.mixture.end(),
                         [&](const auto& part) { return draw_may_be_negative(model_.draws[part.first]); });
    case Family::sample:
      return model_.samples[draw.index].front() < 0;
    case Family::normal:
    case Family::student_t:
    case Family::logistic:
      return true;
  }
  return true;
}

}  // namespace warchest::model
