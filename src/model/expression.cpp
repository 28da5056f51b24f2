// Expressions: every node of the text becomes a node of the model with a type and a unit, and what does not fit is said with both
// sides shown. Where an operand is bad the node is still made, so that the loops that run through it are seen; it says nothing more.
#include <algorithm>
#include <cmath>

#include "model/checker.h"
#include "text/check.h"
#include "text/names.h"

namespace warchest::model {

using lang::Operator;
using text::Code;
using Kind = lang::ExprKind;

namespace {

// In steps: a level of an expression is two, a definition on the way three more. It fits the stack under the sanitizers too.
constexpr int kDeepest = 2000;
constexpr int kLongestLag = 2400;

std::string_view verb_of(Operator op) {
  switch (op) {
    case Operator::add:
      return "this adds";
    case Operator::subtract:
      return "this subtracts";
    default:
      return "this compares";
  }
}

std::string_view joint_of(Operator op) {
  switch (op) {
    case Operator::add:
      return "to";
    case Operator::subtract:
      return "from";
    default:
      return "with";
  }
}

ExprKind arithmetic(Operator op) {
  switch (op) {
    case Operator::add:
      return ExprKind::add;
    case Operator::subtract:
      return ExprKind::sub;
    case Operator::multiply:
      return ExprKind::mul;
    case Operator::divide:
      return ExprKind::div;
    default:
      return ExprKind::pow;
  }
}

}  // namespace

Value Checker::expression(const Written& written, Context& context) {
  if (depth_ >= kDeepest) {
    if (!too_deep_) error(Code::too_deep, written.span(), "names build on each other more than 2,000 steps deep here");
    too_deep_ = true;  // said once on the way back
    return bad(written.span());
  }
  depth_ += 2;
  Value value = expression_unguarded(written, context);
  depth_ -= 2;
  if (depth_ == 0) too_deep_ = false;
  return value;
}

[[gnu::noinline]] Value Checker::expression_unguarded(const Written& written, Context& context) {
  const text::Span span = written.span();
  switch (written->kind) {
    case Kind::mistake:
      return bad(span);
    case Kind::paren: {
      Value inner = expression(written.child(0), context);
      inner.span = span;
      return inner;
    }
    case Kind::number:
      return quantity_value(written, context);
    case Kind::date:
      return date_operand(written, context, Edge::exact);
    case Kind::truth:
      return made(ExprKind::number, TypeKind::truth, {}, {}, span, context, written->truth ? 1 : 0);
    case Kind::text:
      error(Code::wrong_type, span, "a text is no value to reckon with");
      return bad(span);
    case Kind::name:
      if (context.base == kNone && context.definition != kNone && states_[context.definition].replaced.given() && written.word() == "base") {
        const Written replaced = states_[context.definition].replaced.bare();
        if (replaced->kind == Kind::call && replaced.child(0)->kind == Kind::name && replaced.child(0).word() == "like") {
          error(Code::bad_argument, span, "`base` is a reference class here, and a class is no part of a formula",
                "give a number, or another class:  like(dam)", "base");
          return bad(span);
        }
        Context original = context_of(context.definition, true);  // what the used file says, in its own place
        return expression(states_[context.definition].replaced, original);
      }
      if (context.base != kNone && written.word() == "base") {
        const Type type = type_of(context.base);
        Value value = made(ExprKind::base, type.kind, type.unit, {}, span, context);
        model_.exprs[value.id].index = context.base;
        value.bad = states_[context.base].bad;
        return value;
      }
      if (auto state = state_named(written, context)) return *state;
      return value_of(find_path(written, context), span, context);
    case Kind::member: {
      Written root = written;
      while (root->kind == Kind::member) root = root.child(0);
      if (root->kind != Kind::name) {
        error(Code::not_a_value, span, "only a block has parts, and this is no block");
        return bad(span);
      }
      return value_of(find_path(written, context), span, context);
    }
    case Kind::call:
      return call(written, context);
    case Kind::index:
      return index(written, context);
    case Kind::unary: {
      if (written->op == Operator::logical_not) {
        const Value inner = truth(written.child(0), context);
        Value value = made(ExprKind::logical_not, TypeKind::truth, {}, {inner.id}, span, context);
        value.bad = inner.bad;
        return value;
      }
      const auto signed_value = [&]() __attribute__((noinline))->Value {
        Value inner = expression(written.child(0), context);
        if (!need_number(inner, written->op == Operator::negate ? "a minus" : "a plus")) inner.bad = true;
        if (written->op == Operator::keep) return inner;
        Value value = made(ExprKind::neg, TypeKind::number, inner.unit, {inner.id}, span, context);
        value.bad = inner.bad;
        value.nought = inner.nought;
        return value;
      };
      return signed_value();
    }
    case Kind::binary:
      return binary(written, context);
    case Kind::compare:
      return compare(written, context);
    case Kind::range:
      return range(written, context);
    case Kind::between:
      return between(written, context);
    case Kind::of:
      return of(written, context);
    case Kind::at: {
      Value value = expression(written.child(0), context);
      const Value date = date_operand(written.child(1), context, Edge::exact);
      if (value.type == TypeKind::event) value = as_truth(value, context);
      Value result = made(ExprKind::at, value.type, value.unit, {value.id, date.id}, span, context);
      result.bad = value.bad || date.bad;
      if (!result.bad) readings_.push_back({result.id, context.owner, written.child(1).span()});
      return result;
    }
    case Kind::in:
      return in_period(written, context);
    case Kind::by:
    case Kind::through:
      return window(written, context);
    case Kind::from:
      error(Code::wrong_place, written->mark, "`from … until …` stands in a scenario only, right after the new value",
            "after(date, x) is x from a date on");
      expression(written.child(0), context);
      return bad(span);
    case Kind::table:
      return table(written, context);
    case Kind::record:
      error(Code::wrong_type, span, "a record is no value to reckon with");
      return bad(span);
    case Kind::list:
    case Kind::pair:
      error(Code::wrong_type, span, "a list is no value to reckon with");
      return bad(span);
  }
  return bad(span);
}

// --- literals -------------------------------------------------------------------------------------------------------------------

[[gnu::noinline]] Value Checker::quantity_value(const Written& written, const Context& context) {
  const lang::Quantity& quantity = written.tree->quantity(*written);
  quantity::Unit unit;
  double scale = 1;
  bool failed = false;
  constexpr std::array<std::string_view, 5> kCodes = {"", "USD", "EUR", "GBP", "JPY"};
  if (quantity.currency != lang::Currency::none) unit = quantity::money(kCodes[static_cast<std::size_t>(quantity.currency)]);
  for (const lang::UnitFactor& factor : written.tree->units_of(quantity)) {
    const std::string& name = written.tree->name(factor.name);
    const quantity::ScaledUnit* found = units_.find(name);
    if (found == nullptr) {
      const auto near = nearest(name, units_.all());
      error(Code::unknown_unit, factor.span, "there is no unit `" + name + "`",
            near ? "did you mean  " + *near + "?" : "declare it:  unit " + name, name);
      failed = true;
      continue;
    }
    unit = unit * found->unit.power(factor.power);
    scale = factor.power > 0 ? scale * found->scale : scale / found->scale;
  }
  const double value = quantity.value * scale;
  Value result = made(ExprKind::number, TypeKind::number, unit, {}, written.span(), context, value);
  result.bad = failed;
  result.nought = quantity.value == 0 && unit.plain();
  return result;
}

std::optional<quantity::Period> Checker::period_literal(const Written& written) const {
  const Written inner = written.bare();
  if (inner->kind == Kind::date) {
    const lang::Date& date = inner.tree->date(*inner);
    const int month = quantity::month_number(date.year, date.month);
    if (date.form == lang::DateForm::quarter) return quantity::Period{month, month + 2, quantity::Grain::quarter};
    return quantity::Period{month, month, date.form == lang::DateForm::day ? quantity::Grain::day : quantity::Grain::month};
  }
  if (inner->kind == Kind::number) {
    const lang::Quantity& quantity = inner.tree->quantity(*inner);
    if (quantity.year_like) {
      const int month = quantity::month_number(static_cast<int>(quantity.value), 1);
      return quantity::Period{month, month + 11, quantity::Grain::year};
    }
  }
  return std::nullopt;
}

// A date where one is wanted: 2026-04 is its month; a year or a quarter is its first or last month where that is plain from the place
// (`through 2026`), else refused. Anything else is an expression.
[[gnu::noinline]] Value Checker::date_operand(const Written& written, Context& context, Edge edge) {
  if (const auto period = period_literal(written)) {
    const bool exact = period->first == period->last;
    if (!exact && edge == Edge::exact) {
      error(Code::not_a_date, written.span(),
            "a " + std::string(period->grain == quantity::Grain::year ? "year" : "quarter") + " is no date: name its month",
            "for example  " + quantity::spelled_month(period->last));
      return bad(written.span());
    }
    return made(ExprKind::number, TypeKind::date, {}, {}, written.span(), context,
                (edge == Edge::first ? period->first : period->last) - start());
  }
  const Written inner = written.bare();
  if (inner->kind == Kind::range || inner->kind == Kind::between) return expression(inner, context);
  Value value = expression(written, context);
  if (value.type != TypeKind::date && !value.bad) {
    error(Code::not_a_date, value.span, "a date is wanted here, and this is " + type_in_words(value), "a date is written  2026-04");
    value.bad = true;
  }
  return value;
}

// --- conditions -----------------------------------------------------------------------------------------------------------------

// An event in a condition: it has happened.
[[gnu::noinline]] Value Checker::as_truth(Value value, const Context& context) {
  if (value.type != TypeKind::event) return value;
  const Expr event = model_.exprs[value.id];
  Value result;
  if (event.measure == Measure::event_date) {
    result = made(ExprKind::measure, TypeKind::truth, {}, {}, value.span, context);
    model_.exprs[result.id].measure = Measure::event_happened;
    model_.exprs[result.id].index = event.index;
  } else {
    const ExprId month = node({.kind = ExprKind::month_number, .span = value.span}, context.owner);
    result = made(ExprKind::less_equal, TypeKind::truth, {}, {value.id, month}, value.span, context);
  }
  result.bad = value.bad;
  return result;
}

[[gnu::noinline]] Value Checker::truth(const Written& written, Context& context) {
  Value value = as_truth(expression(written, context), context);
  if (!value.bad && value.type != TypeKind::truth) {
    error(Code::wrong_type, value.span, "a condition is wanted here, and this is " + type_in_words(value),
          value.type == TypeKind::number ? "compare it: … > 0" : "");
    value.bad = true;
  }
  return value;
}

[[gnu::noinline]] bool Checker::need_number(const Value& value, std::string_view what) {
  if (value.bad || value.type == TypeKind::number) return !value.bad;
  error(Code::wrong_type, value.span, std::string(what) + " takes numbers, and this is " + type_in_words(value),
        value.type == TypeKind::truth || value.type == TypeKind::event ? "if(condition, 1, 0) makes a number of a condition" : "");
  return false;
}

[[gnu::noinline]] Value Checker::compare(const Written& written, Context& context) {
  Value a = expression(written.child(0), context);
  Value b = expression(written.child(1), context);
  const Operator op = written->op;
  const bool equality = op == Operator::equal || op == Operator::not_equal;
  bool good = !a.bad && !b.bad;
  if (good && equality && (a.type == TypeKind::truth || a.type == TypeKind::event)) {
    a = as_truth(a, context);
    b = as_truth(b, context);
  }
  if (good && a.type != b.type) {
    const bool date = (a.type == TypeKind::event && b.type == TypeKind::date) || (a.type == TypeKind::date && b.type == TypeKind::event);
    error(Code::wrong_type, written->mark, "this compares " + type_in_words(a) + " with " + type_in_words(b),
          date ? "an event by a date is written  " + quoted(a.type == TypeKind::event ? written.child(0) : written.child(1)) + " by " +
                     quoted(a.type == TypeKind::event ? written.child(1) : written.child(0))
               : "",
          "", "", {{a.span, type_in_words(a)}, {b.span, type_in_words(b)}});
    good = false;
  } else if (good && a.type == TypeKind::event) {
    error(Code::wrong_type, written->mark, "events do not compare", "compare their dates:  x.date < y.date");
    good = false;
  } else if (good && a.type == TypeKind::number) {
    good = same_unit(a, b, written->mark, verb_of(op), joint_of(op));
  }
  if (good) {
    for (const auto& [measured, bound] : {std::pair(a, b), std::pair(b, a)}) {
      const Expr& expr = model_.exprs[measured.id];
      const auto fixed = literal(bound.id);
      if (expr.kind == ExprKind::measure && expr.measure == Measure::lasts && fixed && *fixed > model_.settings.months) {
        error(Code::beyond_horizon, bound.span, "the model looks only " + std::to_string(model_.settings.months) + " months ahead",
              "raise `horizon`, or ask about less");
        good = false;
      }
    }
  }
  const bool swapped = op == Operator::greater || op == Operator::greater_equal;
  const ExprKind kind = op == Operator::equal                             ? ExprKind::equal
                        : op == Operator::not_equal                       ? ExprKind::not_equal
                        : op == Operator::less || op == Operator::greater ? ExprKind::less
                                                                          : ExprKind::less_equal;
  Value result = made(kind, TypeKind::truth, {}, swapped ? std::vector{b.id, a.id} : std::vector{a.id, b.id}, written.span(), context);
  result.bad = !good;
  return result;
}

// C by D, C through D.
[[gnu::noinline]] Value Checker::window(const Written& written, Context& context) {
  const bool by = written->kind == Kind::by;
  const Written right = written.child(1).bare();
  if (by && right->kind == Kind::name) {
    const std::string& word = right.word();
    if (word == "holder" || word == "investor") {
      error(Code::wrong_place, written->mark, "`by " + word + "` stands at the end of what an ask shows",
            word == "holder" ? "show = owned(openai) by holder" : "show = openai.next.book by investor");
      return bad(written.span());
    }
  }
  Value condition = expression(written.child(0), context);
  if (by && condition.type == TypeKind::event) {
    // its date says it; kept as an event
  } else {
    condition = as_truth(condition, context);
    if (!condition.bad && condition.type != TypeKind::truth) {
      error(Code::wrong_type, condition.span,
            std::string("`") + (by ? "by" : "through") + "` wants a condition, and this is " + type_in_words(condition),
            condition.type == TypeKind::number ? "compare it: … > 0 " + std::string(by ? "by" : "through") + " " + quoted(right) : "");
      condition.bad = true;
    }
  }
  const Value date = date_operand(written.child(1), context, Edge::last);
  Value result = made(by ? ExprKind::by : ExprKind::through, TypeKind::truth, {}, {condition.id, date.id}, written.span(), context);
  result.bad = condition.bad || date.bad;
  if (!result.bad) readings_.push_back({result.id, context.owner, written.child(1).span()});
  return result;
}

// --- arithmetic -----------------------------------------------------------------------------------------------------------------

namespace {

// Money per time beside money, and the like: what a person most likely meant.
std::string stock_or_flow(const quantity::Unit& found, const quantity::Unit& wanted, bool written) {
  const quantity::Unit time = quantity::duration();
  if (found / time == wanted)
    return written ? "say in what time: …/month, …/year"
                   : "one is a stock, the other a flow: x / 1 year, or a figure per time, makes a flow of it";
  if (found * time == wanted) {
    return written ? "leave the time out"
                   : "one is a flow, the other a stock: annual(x), sum(x, 12 months) and cumulative(x) make an amount of a flow";
  }
  return "";
}

bool only_factors(const quantity::Unit& unit) {
  return std::all_of(unit.factors().begin(), unit.factors().end(), [](const auto& factor) { return factor.exponent > 0; });
}

}  // namespace

std::string Checker::unit_advice(const Value& found, const quantity::Unit& wanted) {
  const Expr& expr = model_.exprs[found.id];
  if (expr.kind == ExprKind::number && found.unit.plain()) {
    if (wanted.is(quantity::Dimension::money))
      return "money has its currency:  " + std::string(quantity::sign_of_currency(model_.settings.currency)) + "5M, 5M " +
             model_.settings.currency;
    if (wanted.is(quantity::Dimension::time)) return "a duration has its unit:  6 months";
    if (wanted == quantity::per_month()) return "a rate has its time:  9%/year";
    if (!wanted.plain()) return "give the number its unit:  12 " + quantity::spelled(wanted);
  }
  if (const std::string advice = stock_or_flow(found.unit, wanted, expr.kind == ExprKind::number); !advice.empty()) return advice;
  if (!wanted.plain() && found.unit.exponent(quantity::Dimension::money) == wanted.exponent(quantity::Dimension::money) &&
      found.unit.exponent(quantity::Dimension::money) != 0) {
    const quantity::Unit rest = wanted / found.unit;
    const bool currencies =
        std::any_of(rest.factors().begin(), rest.factors().end(), [](const auto& f) { return f.dimension == quantity::Dimension::money; });
    for (const auto& factor : rest.factors()) {
      if (factor.dimension == quantity::Dimension::money && currency_of(quantity::money(factor.name)) != kNone)
        return "two currencies meet: multiply what is in " + factor.name + " by its rate,  … * " + factor.name;
    }
    if (currencies) return "two currencies meet: multiply by an exchange rate, as  1.1 USD/EUR";
    if (!rest.plain() && only_factors(rest)) return "multiply it by what is counted in " + quantity::spelled(rest);
  }
  return "";
}

// Two operands that must have one unit. A written 0 takes the other's.
[[gnu::noinline]] bool Checker::same_unit(Value& a, Value& b, text::Span sign, std::string_view verb, std::string_view with) {
  if (a.bad || b.bad) return false;
  if (a.unit == b.unit) return true;
  if (a.nought && a.unit.plain()) {
    a.unit = b.unit;
    return true;
  }
  if (b.nought && b.unit.plain()) {
    b.unit = a.unit;
    return true;
  }
  std::string left = quantity::in_words(a.unit), right = quantity::in_words(b.unit);
  if (left == right) {
    left = quantity::spelled(a.unit);
    right = quantity::spelled(b.unit);
  }
  const bool first_literal = model_.exprs[a.id].kind == ExprKind::number && (a.unit.plain() || model_.exprs[b.id].kind != ExprKind::number);
  std::string help = first_literal ? unit_advice(a, b.unit) : unit_advice(b, a.unit);
  // A name near by that has the unit: `plant` beside `plant.spend`, or a measure of the same company.
  const Value& named = first_literal ? b : a;
  const quantity::Unit& wanted = first_literal ? a.unit : b.unit;
  const Expr& expr = model_.exprs[named.id];
  if (help.empty() && expr.kind == ExprKind::measure && (expr.measure == Measure::cash || expr.measure == Measure::debt) &&
      wanted == currency() / quantity::duration()) {
    help = "did you mean  burn  (" + quantity::spelled(wanted) + ")?";
  }
  const bool from = verb == "this subtracts";  // said the other way round
  error(Code::unit_mismatch, sign, std::string(verb) + " " + (from ? right : left) + " " + std::string(with) + " " + (from ? left : right),
        help, quantity::spelled(b.unit), quantity::spelled(a.unit),
        {{a.span, quantity::spelled(a.unit)}, {b.span, quantity::spelled(b.unit)}});
  return false;
}

[[gnu::noinline]] Value Checker::binary(const Written& written, Context& context) {
  const Operator op = written->op;
  const text::Span span = written.span();
  if (op == Operator::logical_and || op == Operator::logical_or) {
    const Value a = truth(written.child(0), context), b = truth(written.child(1), context);
    Value result =
        made(op == Operator::logical_and ? ExprKind::logical_and : ExprKind::logical_or, TypeKind::truth, {}, {a.id, b.id}, span, context);
    result.bad = a.bad || b.bad;
    return result;
  }
  Value a = expression(written.child(0), context), b = expression(written.child(1), context);
  // Out of line, as all that an expression's recursion does not need: its frames are many, so they are kept small.
  const auto combined = [&]() __attribute__((noinline))->Value {
    const auto finish = [&](ExprKind kind, TypeKind type, quantity::Unit unit, bool good) {
      Value result = made(kind, type, std::move(unit), {a.id, b.id}, span, context);
      result.bad = !good || a.bad || b.bad;
      return result;
    };
    if (op == Operator::add || op == Operator::subtract) {
      const bool minus = op == Operator::subtract;
      if (!a.bad && !b.bad && (a.type == TypeKind::date || b.type == TypeKind::date)) {
        if (minus && a.type == TypeKind::date && b.type == TypeKind::date)
          return finish(ExprKind::sub, TypeKind::number, quantity::duration(), true);
        const bool shifted = (a.type == TypeKind::date && b.type == TypeKind::number && b.unit == quantity::duration()) ||
                             (!minus && b.type == TypeKind::date && a.type == TypeKind::number && a.unit == quantity::duration());
        if (shifted) {  // durations act in whole months
          Value& length = a.type == TypeKind::date ? b : a;
          length.id = node({.kind = ExprKind::round, .args = {length.id}, .span = length.span}, context.owner);
          return finish(minus ? ExprKind::sub : ExprKind::add, TypeKind::date, {}, true);
        }
        error(Code::wrong_type, written->mark,
              std::string(verb_of(op)) + " " + type_in_words(minus ? b : a) + " " + std::string(joint_of(op)) + " " +
                  type_in_words(minus ? a : b),
              "a date takes a duration:  2026-04 + 6 months", "", "", {{a.span, type_in_words(a)}, {b.span, type_in_words(b)}});
        return finish(ExprKind::add, TypeKind::date, {}, false);
      }
      const bool numbers = need_number(a, minus ? "`-`" : "`+`") & need_number(b, minus ? "`-`" : "`+`");
      const bool good = numbers && same_unit(a, b, written->mark, verb_of(op), joint_of(op));
      Value result = finish(minus ? ExprKind::sub : ExprKind::add, TypeKind::number, a.bad ? b.unit : a.unit, good);
      result.nought = a.nought && b.nought;
      return result;
    }
    const std::string sign = "`" + std::string(lang::operator_sign(op)) + "`";
    const bool numbers = need_number(a, sign) & need_number(b, sign);
    if (op == Operator::multiply) {
      Value result = finish(ExprKind::mul, TypeKind::number, a.unit * b.unit, numbers);
      return result;
    }
    if (op == Operator::divide) {
      if (numbers && literal(b.id) && *literal(b.id) == 0) {
        error(Code::division_by_zero, b.span, "this divides by zero");
        return finish(ExprKind::div, TypeKind::number, {}, false);
      }
      return finish(ExprKind::div, TypeKind::number, a.unit / b.unit, numbers);
    }
    // power
    if (numbers && !b.unit.plain()) {
      error(Code::unit_mismatch, b.span, "an exponent is a plain number, and this is " + quantity::in_words(b.unit), "",
            quantity::spelled(b.unit), "a plain number");
      return finish(arithmetic(op), TypeKind::number, {}, false);
    }
    quantity::Unit unit;
    if (numbers && !a.unit.plain()) {
      const auto exponent = literal(b.id);
      if (!exponent || *exponent != std::floor(*exponent) || std::abs(*exponent) > 8) {
        error(Code::unit_mismatch, a.span, "only a plain number can be raised to this power, and this is " + quantity::in_words(a.unit),
              "divide it by a reference first:  (x / $1M) ^ 0.7", quantity::spelled(a.unit), "a plain number");
        return finish(arithmetic(op), TypeKind::number, {}, false);
      }
      unit = a.unit.power(static_cast<int>(*exponent));
    }
    return finish(ExprKind::pow, TypeKind::number, unit, numbers);
  };
  return combined();
}

// a of b: a product that reads well. `18 months of burn` means the mean burn; shares on the left are logit-normal.
[[gnu::noinline]] Value Checker::of(const Written& written, Context& context) {
  const bool outer = context.share;
  const Written left = written.child(0).bare();
  context.share = false;
  if (left->kind == Kind::range) {
    bool percent = true;
    for (std::size_t i = 0; i < left.children(); ++i) {
      Written end = left.child(i).bare();
      if (end->kind != Kind::number) {
        percent = false;
        continue;
      }
      const lang::Quantity& quantity = end.tree->quantity(*end);
      if (!quantity.percent || quantity.value > 1 || !end.tree->units_of(quantity).empty()) percent = false;
    }
    context.share = percent;
  }
  Value a = expression(written.child(0), context);
  context.share = false;
  Value b = expression(written.child(1), context);
  context.share = outer;
  const bool numbers = need_number(a, "`of`") & need_number(b, "`of`");
  if (numbers && a.unit == quantity::duration()) {
    Expr& expr = model_.exprs[b.id];
    if (expr.kind == ExprKind::measure && expr.measure == Measure::burn) expr.measure = Measure::mean_burn;
  }
  Value result = made(ExprKind::mul, TypeKind::number, a.unit * b.unit, {a.id, b.id}, written.span(), context);
  result.bad = !numbers;
  return result;
}

// --- time, by sign --------------------------------------------------------------------------------------------------------------

// x[-3]
[[gnu::noinline]] Value Checker::index(const Written& written, Context& context) {
  Value value = expression(written.child(0), context);
  if (value.type == TypeKind::event) value = as_truth(value, context);
  Context plain = context;
  const Value which = expression(written.child(1), plain);
  const auto months = which.bad ? std::nullopt : literal(which.id);
  if (which.bad) {
    value.bad = true;
    return value;
  }
  if (!months || which.type != TypeKind::number || !which.unit.plain() || *months != std::floor(*months) || *months < -kLongestLag) {
    error(Code::bad_lag, which.span, "in square brackets stands a whole number of months back",
          "x[-3]; a duration stands in  ago(x, 12 months)");
    value.bad = true;
    return value;
  }
  if (*months > 0) {
    error(Code::looks_ahead, which.span, "this reads a month that is still to come",
          "months back are negative:  x[-" + std::to_string(static_cast<int>(*months)) + "]");
    value.bad = true;
    return value;
  }
  return lag_of(value, static_cast<int>(-*months), written.span(), context);
}

Value Checker::lag_of(Value value, int months, text::Span span, const Context& context) {
  if (months == 0) return value;
  Value result = made(ExprKind::lag, value.type, value.unit, {value.id}, span, context, months);
  result.bad = value.bad;
  return result;
}

// x in 2025: the total of a flow, the last value of a stock.
[[gnu::noinline]] Value Checker::in_period(const Written& written, Context& context) {
  Value value = expression(written.child(0), context);
  if (!need_number(value, "`in`")) value.bad = true;
  const Written key = written.child(1);
  const auto period = period_literal(key);
  const text::Span span = written.span();
  if (!period) {
    if (key->kind != Kind::mistake) {
      error(Code::not_a_date, key.span(), "after `in` stands a year, a quarter or a month that is written out", "x in 2026, x in 2026-Q3");
    }
    value.bad = true;
    return value;
  }
  const double first = period->first - start(), last = period->last - start();
  const bool flow = value.unit.exponent(quantity::Dimension::time) == -1;
  Value result = made(flow ? ExprKind::in_sum : ExprKind::in_last, TypeKind::number, flow ? value.unit * quantity::duration() : value.unit,
                      {value.id}, span, context, first, last);
  result.bad = value.bad;
  if (!result.bad) readings_.push_back({result.id, context.owner, key.span()});
  return result;
}

}  // namespace warchest::model
