// Calls: plain functions, functions of time, statistics across paths, measures read aloud (`cash(openai)`), tables by number.
// Distributions are in distribution.cpp.
#include <algorithm>
#include <cmath>

#include "model/checker.h"
#include "quantity/rate.h"
#include "text/names.h"

namespace warchest::model {

using text::Code;
using Kind = lang::ExprKind;

namespace {

constexpr double kLongestWindow = 2400;

}  // namespace

Value Checker::call(const Written& written, Context& context) {
  const Written callee = written.child(0);
  const text::Span span = written.span();
  const std::size_t count = written.children() - 1;
  if (callee->kind == Kind::member) {  // openai.next.raised(from: insiders)
    const Found found = find_path(callee, context);
    if (count == 1) {
      if (auto from = raised_from(written.child(1), found, span, context)) return *from;
      if (found.kind == Found::Kind::measure && found.measure->measure == Measure::round_demand) {  // openai.next.demand(1.4x)
        const Value price = expression(written.child(1), context);
        const auto fixed = price.bad ? std::nullopt : known(price.id);
        if (price.bad) return bad(span);
        if (!fixed || !(*fixed > 0) || !price.unit.plain()) {
          error(Code::bad_argument, price.span, "demand is at a known price, over the last post-money", quoted(callee) + "(1.4x)");
          return bad(span);
        }
        context.split_price = *fixed;
        const Value value = value_of(found, span, context);
        context.split_price.reset();
        return value;
      }
    }
    Value value = value_of(found, span, context);
    if (!value.bad) {
      error(Code::bad_argument, callee.span(), "`" + quoted(callee) + "` takes nothing in brackets", "write  " + quoted(callee));
      value.bad = true;
    }
    return value;
  }
  const std::string& name = callee.word();
  const Found found = find_word(name, context);
  if (found.kind == Found::Kind::entity && entities_[found.entity].is != kNone) {
    const DefId definition = entities_[found.entity].is;
    type_of(definition);
    elaborate(definition);
    const bool known_name =
        find_function(name) != nullptr || find_measure(Owner::company, name) != nullptr || find_measure(Owner::holder, name) != nullptr;
    if (states_[definition].table_by_number || !known_name) return call_table(written, found.entity, context);
  }
  if (const FunctionRow* row = find_function(name)) {
    switch (row->group) {
      case FunctionGroup::plain:
        return call_plain(*row, written, context);
      case FunctionGroup::time:
        return call_time(*row, written, context);
      case FunctionGroup::across:
        return call_across(*row, written, context);
      case FunctionGroup::luck:
        return call_luck(*row, written, context);
      case FunctionGroup::package:
        error(Code::wrong_place, span, "`" + name + "` stands in `captable` only", "captable = " + std::string(row->example));
        return bad(span);
      case FunctionGroup::process:
        return call_regimes(*row, written, context);
      case FunctionGroup::table:
        error(Code::bad_argument, callee.span(), "after `" + name + "` stand braces", "for example  " + std::string(row->example));
        return bad(span);
    }
  }
  if (find_measure(Owner::company, name) != nullptr || find_measure(Owner::holder, name) != nullptr) return call_measure(written, context);
  const LaterName* later = find_later_function(name) != nullptr ? find_later_function(name) : find_later_measure(name);
  if (later != nullptr) {
    refuse_later(callee.span(), name, later->part);
    return bad(span);
  }
  std::vector<std::string> candidates;
  for (const FunctionRow& row : functions()) candidates.emplace_back(row.name);
  const auto near = nearest(name, candidates);
  error(Code::unknown_name, callee.span(), "there is no function `" + name + "`",
        near ? "did you mean  " + *near + "?" : "`warchest help` lists the functions", name);
  return bad(span);
}

// A measure read aloud: cash(openai), owned(openai.staff). With `by holder`, owned(openai) is of the holder whose turn it is.
Value Checker::call_measure(const Written& written, Context& context) {
  const std::string& name = written.child(0).word();
  const text::Span span = written.span();
  const MeasureRow *of_company = find_measure(Owner::company, name), *of_holder = find_measure(Owner::holder, name);
  const std::size_t count = written.children() - 1;
  if (count == 2 && of_company != nullptr && written.child(1)->kind != Kind::pair && written.child(2)->kind == Kind::pair) {
    const Found company = find_quietly(written.child(1), context);
    if (company.kind == Found::Kind::entity && entities_[company.entity].kind->id == KindId::company_) {
      const Found of{.kind = Found::Kind::measure, .measure = of_company, .index = entities_[company.entity].index};
      if (auto from = raised_from(written.child(2), of, span, context)) return *from;
    }
  }
  const std::string some = model_.companies.empty() ? "acme" : model_.companies.front().name;
  if (count != 1 || written.child(1)->kind == Kind::pair) {
    error(Code::bad_argument, span, "`" + name + "` wants a " + (of_company != nullptr ? "company" : "holder") + " in brackets",
          "write  " + name + "(" + some + (of_company != nullptr ? ")" : ".staff)"));
    return bad(span);
  }
  const Written of = written.child(1);
  Found found = find_quietly(of, context);
  if (found.kind == Found::Kind::nothing && of_holder != nullptr && of.bare()->kind == Kind::name) {
    for (EntityId id = context.scope; id != kNone; id = entities_[id].parent) {  // `pool` in its company
      if (const auto implied = entities_[id].implied.find(of.bare().word()); implied != entities_[id].implied.end()) {
        found.kind = Found::Kind::entity;
        found.entity = implied->second;
        break;
      }
    }
  }
  if (found.kind == Found::Kind::silent) return bad(span);
  if (found.kind == Found::Kind::nothing && of_company == nullptr)
    return value_of(find_path(of.bare(), context), span, context);  // says so
  if (found.kind == Found::Kind::entity) {
    const Entity& entity = entities_[found.entity];
    const KindId id = entity.kind->id;
    if (id == KindId::company_ && of_holder != nullptr && context.split_holder != kNone && context.split_company == entity.index)
      return measure_of_holder(*of_holder, context.split_holder, span, context);
    if (id == KindId::company_ && of_company != nullptr)
      return value_of({.kind = Found::Kind::measure, .measure = of_company, .index = entity.index}, span, context);
    if (id == KindId::company_) {
      error(Code::bad_argument, span, "`" + name + "` of a whole company is asked holder by holder",
            "write  " + name + "(" + quoted(of) + ") by holder,  or name one:  " + name + "(" + quoted(of) + ".staff)");
      return bad(span);
    }
    if (of_holder != nullptr && id == KindId::holder_) return measure_of_holder(*of_holder, entity.index, span, context);
    if (of_holder != nullptr && id == KindId::round_) {
      if (const auto buyers = buyers_.find(entity.index); buyers != buyers_.end())
        return measure_of_holder(*of_holder, buyers->second, span, context);
      error(Code::bad_argument, of.span(), "nobody buys in `" + entity.full + "` but the holders in its book", "name one of them");
      return bad(span);
    }
    if (of_holder != nullptr && id == KindId::facility_) {  // of its lender
      if (const MeasureRow* own = find_measure(Owner::facility, name))
        return value_of({.kind = Found::Kind::measure, .measure = own, .index = entity.index}, span, context);
      const std::uint32_t lender = model_.facilities[entity.index].warrants.holder;
      if (lender != kNone && model_.holders[lender].kind == Holder::Kind::lender) return measure_of_holder(*of_holder, lender, span, context);
      error(Code::bad_argument, of.span(),
            lender == kNone ? "the lender of `" + entity.full + "` is given nothing in shares"
                            : "the warrants of `" + entity.full + "` are with a holder who has a name",
            lender == kNone ? "give it some:  warrants = 5%" : "write  " + name + "(" + model_.holders[lender].name + ")");
      return bad(span);
    }
    if (of_holder != nullptr && id == KindId::class_) {
      const auto& implied = entities_[entity.parent].implied;
      if (const auto rest = implied.find(entity.name); rest != implied.end())
        return measure_of_holder(*of_holder, entities_[rest->second].index, span, context);
      error(Code::bad_argument, of.span(), "all shares of `" + entity.full + "` are with holders that have names", "name one of them");
      return bad(span);
    }
  }
  error(Code::bad_argument, span, "`" + name + "` wants a " + (of_company != nullptr ? "company" : "holder") + " in brackets",
        "write  " + name + "(" + some + (of_company != nullptr ? ")" : ".staff)"));
  return bad(span);
}

Value Checker::measure_of_holder(const MeasureRow& row, std::uint32_t holder, text::Span span, const Context& context) {
  return value_of({.kind = Found::Kind::measure, .measure = &row, .index = holder}, span, context);
}

bool Checker::count_arguments(const FunctionRow& row, const Written& written, std::size_t least, std::size_t most) {
  const std::size_t count = written.children() - 1;
  if (count >= least && count <= most) return true;
  const std::string wants = least == most ? std::to_string(least)
                            : most > 100  ? "at least " + std::to_string(least)
                                          : std::to_string(least) + " to " + std::to_string(most);
  error(Code::bad_argument, written.span(),
        "`" + std::string(row.name) + "` takes " + wants + (least == most && least == 1 ? " argument: " : " arguments: ") +
            std::string(row.parameters),
        "for example  " + std::string(row.example));
  return false;
}

bool Checker::no_names(const FunctionRow& row, const Written& written) {
  for (std::size_t i = 1; i < written.children(); ++i) {
    const Written argument = written.child(i);
    if (argument->kind != Kind::pair) continue;
    error(Code::bad_argument, argument.span(),
          "`" + std::string(row.name) + "` takes its arguments by place: " + std::string(row.parameters),
          "for example  " + std::string(row.example));
    return false;
  }
  return true;
}

Value Checker::call_table(const Written& written, EntityId entity, Context& context) {
  const DefId definition = entities_[entity].is;
  const text::Span span = written.span();
  if (states_[definition].bad) return bad(span);
  if (!states_[definition].table_by_number || written.children() != 2) {
    error(Code::bad_argument, span, "`" + entities_[entity].full + "` takes nothing in brackets",
          "only a table by number is called:  input effect = { 1: 100%, 2: 60% }, effect(1.5)");
    return bad(span);
  }
  Value argument = expression(written.child(1), context);
  if (!need_number(argument, "a table by number")) argument.bad = true;
  if (!argument.bad && !argument.unit.plain()) {
    error(Code::unit_mismatch, argument.span, "this table goes by plain numbers, and this is " + quantity::in_words(argument.unit), "",
          quantity::spelled(argument.unit), "a plain number");
    argument.bad = true;
  }
  const Definition& table = model_.definitions[definition];
  Value result = made(ExprKind::lookup, TypeKind::number, table.type.unit, {argument.id}, span, context);
  model_.exprs[result.id].index = model_.exprs[table.is].index;
  result.bad = argument.bad;
  lookup_uses_.push_back({result.id, definition});
  return result;
}

Value Checker::call_plain(const FunctionRow& row, const Written& written, Context& context) {
  const text::Span span = written.span();
  const bool one = row.id == FunctionId::abs_ || row.id == FunctionId::sqrt_ || row.id == FunctionId::exp_ || row.id == FunctionId::log_;
  const bool three = row.id == FunctionId::if_ || row.id == FunctionId::clip_;
  if (!no_names(row, written) || !count_arguments(row, written, one ? 1 : three ? 3 : 2, one ? 1 : three ? 3 : 1000)) return bad(span);
  if (row.id == FunctionId::if_) {
    const Value condition = truth(written.child(1), context);
    Value a = expression(written.child(2), context), b = expression(written.child(3), context);
    if (a.type == TypeKind::event) a = as_truth(a, context);
    if (b.type == TypeKind::event) b = as_truth(b, context);
    bool good = !condition.bad && !a.bad && !b.bad;
    if (good && a.type != b.type) {
      error(Code::wrong_type, span, "the two sides of `if` differ: " + type_in_words(a) + " and " + type_in_words(b), "", "", "",
            {{a.span, type_in_words(a)}, {b.span, type_in_words(b)}});
      good = false;
    } else if (good && a.type == TypeKind::number) {
      good = same_unit(a, b, b.span, "`if` gives", "or");
    }
    Value result = made(ExprKind::choose, a.type, a.bad ? b.unit : a.unit, {condition.id, a.id, b.id}, span, context);
    result.bad = !good;
    return result;
  }
  std::vector<Value> arguments;
  bool good = true;
  for (std::size_t i = 1; i < written.children(); ++i) {
    arguments.push_back(expression(written.child(i), context));
    if (arguments.back().type == TypeKind::date && (row.id == FunctionId::min_ || row.id == FunctionId::max_)) continue;
    good = need_number(arguments.back(), "`" + std::string(row.name) + "`") && good;
  }
  std::vector<ExprId> ids;
  for (const Value& argument : arguments) ids.push_back(argument.id);
  quantity::Unit unit = arguments.front().unit;
  const TypeKind type = arguments.front().type;
  if (!one) {
    for (std::size_t i = 1; i < arguments.size() && good; ++i) {
      if (arguments[i].type != type) {
        error(Code::wrong_type, arguments[i].span,
              "`" + std::string(row.name) + "` mixes " + type_in_words(arguments.front()) + " and " + type_in_words(arguments[i]));
        good = false;
      } else {
        good = same_unit(arguments.front(), arguments[i], arguments[i].span, "`" + std::string(row.name) + "` holds", "against");
      }
    }
    unit = arguments.front().unit;
  }
  ExprKind kind = ExprKind::abs;
  switch (row.id) {
    case FunctionId::min_:
    case FunctionId::max_: {  // in pairs
      kind = row.id == FunctionId::min_ ? ExprKind::min : ExprKind::max;
      Value result = arguments.front();
      for (std::size_t i = 1; i < ids.size(); ++i) result = made(kind, type, unit, {result.id, ids[i]}, span, context);
      result.bad = !good;
      return result;
    }
    case FunctionId::clip_:
      kind = ExprKind::clip;
      break;
    case FunctionId::sqrt_: {
      kind = ExprKind::sqrt;
      const auto root = unit.root(2);
      if (good && !root) {
        error(Code::unit_mismatch, arguments.front().span, "a root needs a unit that is a square, and this is " + quantity::in_words(unit),
              "", quantity::spelled(unit), "a plain number");
        good = false;
      }
      unit = root.value_or(quantity::Unit());
      break;
    }
    case FunctionId::exp_:
    case FunctionId::log_:
      kind = row.id == FunctionId::exp_ ? ExprKind::exp : ExprKind::log;
      if (good && !unit.plain()) {
        error(Code::unit_mismatch, arguments.front().span,
              "`" + std::string(row.name) + "` takes a plain number, and this is " + quantity::in_words(unit),
              "divide it by a reference first:  log(x / $1M)", quantity::spelled(unit), "a plain number");
        good = false;
      }
      break;
    default:
      break;
  }
  Value result = made(kind, type, unit, ids, span, context);
  result.bad = !good;
  return result;
}

// A duration that the text fixes, in whole months.
std::optional<int> Checker::known_months(const Written& written, Context& context, std::string_view what) {
  const Value value = expression(written, context);
  if (value.bad) return std::nullopt;
  const auto months = known(value.id);
  if (value.type != TypeKind::number || value.unit != quantity::duration()) {
    error(Code::bad_lag, value.span, std::string(what) + " is a duration, and this is " + type_in_words(value),
          "a duration has its unit:  12 months");
    return std::nullopt;
  }
  if (!months || *months < 0 || *months > kLongestWindow) {
    error(Code::bad_lag, value.span, std::string(what) + " is known and at most 200 years", "12 months");
    return std::nullopt;
  }
  return static_cast<int>(std::lround(*months));
}

Value Checker::call_time(const FunctionRow& row, const Written& written, Context& context) {
  const text::Span span = written.span();
  const std::size_t count = written.children() - 1;
  if (row.id == FunctionId::mean_ && count == 1) return call_across(row, written, context);
  const auto value_at = [&](std::size_t i) {
    Value value = expression(written.child(i), context);
    if (value.type == TypeKind::event) value = as_truth(value, context);
    return value;
  };
  if (row.id != FunctionId::grow_ && !no_names(row, written)) return bad(span);
  switch (row.id) {
    case FunctionId::prev_: {
      if (!count_arguments(row, written, 1, 1)) return bad(span);
      return lag_of(value_at(1), 1, span, context);
    }
    case FunctionId::ago_: {
      if (!count_arguments(row, written, 2, 2)) return bad(span);
      const Value value = value_at(1);
      const auto months = known_months(written.child(2), context, "how long ago");
      if (!months) return bad(span);
      return lag_of(value, *months, span, context);
    }
    case FunctionId::sum_:
    case FunctionId::mean_: {
      if (!count_arguments(row, written, 2, 2)) return bad(span);
      Value value = value_at(1);
      if (value.type == TypeKind::truth) value.type = TypeKind::number;  // how many months, or which part of them
      if (!need_number(value, "`" + std::string(row.name) + "`")) value.bad = true;
      const auto months = known_months(written.child(2), context, "a window");
      if (months && *months < 1) error(Code::bad_lag, written.child(2).span(), "a window is at least a month long");
      if (!months || *months < 1) value.bad = true;
      quantity::Unit unit = value.unit;
      if (row.id == FunctionId::sum_ && !value.bad) unit = amount_of(value, row.name);
      Value result = made(row.id == FunctionId::sum_ ? ExprKind::window_sum : ExprKind::window_mean, TypeKind::number, unit, {value.id},
                          span, context, months.value_or(1));
      result.bad = value.bad;
      return result;
    }
    case FunctionId::cumulative_: {
      if (!count_arguments(row, written, 1, 1)) return bad(span);
      Value value = value_at(1);
      if (value.type == TypeKind::truth) value.type = TypeKind::number;
      if (!need_number(value, "`cumulative`")) value.bad = true;
      const quantity::Unit unit = value.bad ? value.unit : amount_of(value, row.name);
      Value result = made(ExprKind::cumulative, TypeKind::number, unit, {value.id}, span, context);
      result.bad = value.bad;
      return result;
    }
    case FunctionId::annual_: {
      if (!count_arguments(row, written, 1, 1)) return bad(span);
      Value value = value_at(1);
      if (!need_number(value, "`annual`")) value.bad = true;
      if (!value.bad && value.unit.exponent(quantity::Dimension::time) != -1) {
        error(Code::unit_mismatch, value.span, "`annual` takes a flow, and this is " + quantity::in_words(value.unit), "",
              quantity::spelled(value.unit), "something per time");
        value.bad = true;
      }
      const ExprId twelve = constant(quantity::kMonthsPerYear, span, context.owner);
      Value result = made(ExprKind::mul, TypeKind::number, value.unit * quantity::duration(), {value.id, twelve}, span, context);
      result.bad = value.bad;
      return result;
    }
    case FunctionId::grow_:
      return call_grow(row, written, context);
    case FunctionId::after_: {
      if (!count_arguments(row, written, 2, 2)) return bad(span);
      const Value date = date_operand(written.child(1), context, Edge::exact);
      Value value = value_at(2);
      if (value.type == TypeKind::date) need_number(value, "`after`");
      Value result = made(ExprKind::after, value.type, value.unit, {date.id, value.id}, span, context);
      result.bad = date.bad || value.bad || value.type == TypeKind::date;
      return result;
    }
    case FunctionId::ramp_: {
      if (!count_arguments(row, written, 4, 4)) return bad(span);
      Value from = value_at(1), to = value_at(2);
      bool good = need_number(from, "`ramp`") & need_number(to, "`ramp`");
      good = good && same_unit(from, to, to.span, "`ramp` goes from", "to");
      const Value date = date_operand(written.child(3), context, Edge::exact),
                  over = duration_argument(written.child(4), context, "how long a ramp takes");
      Value result = made(ExprKind::ramp, TypeKind::number, from.unit, {from.id, to.id, date.id, over.id}, span, context);
      result.bad = !good || date.bad || over.bad;
      return result;
    }
    case FunctionId::s_curve_: {
      if (!count_arguments(row, written, 2, 2)) return bad(span);
      const Value date = date_operand(written.child(1), context, Edge::exact),
                  over = duration_argument(written.child(2), context, "the length of an S-curve");
      Value result = made(ExprKind::s_curve, TypeKind::number, {}, {date.id, over.id}, span, context);
      result.bad = date.bad || over.bad;
      return result;
    }
    case FunctionId::months_since_: {
      if (!count_arguments(row, written, 1, 1)) return bad(span);
      const Value event = expression(written.child(1), context);
      if (!event.bad && event.type != TypeKind::event) {
        error(Code::wrong_type, event.span, "`months_since` wants an event, and this is " + type_in_words(event),
              "for example  months_since(last_round)");
        return bad(span);
      }
      Value result = made(ExprKind::months_since, TypeKind::number, quantity::duration(), {}, span, context);
      model_.exprs[result.id].measure = model_.exprs[event.id].measure;
      model_.exprs[result.id].index = model_.exprs[event.id].index;
      result.bad = event.bad;
      return result;
    }
    default:
      return bad(span);
  }
}

// The unit of a sum over months: a flow becomes its amount, a plain number is counted; a stock cannot be added up.
quantity::Unit Checker::amount_of(Value& value, std::string_view name) {
  if (value.unit.exponent(quantity::Dimension::time) == -1) return value.unit * quantity::duration();
  if (value.unit.plain()) return {};
  error(Code::unit_mismatch, value.span,
        "`" + std::string(name) + "` adds up a flow or a count, and this is a stock: " + quantity::in_words(value.unit),
        "mean(x, 12 months) is the mean of a stock", quantity::spelled(value.unit), "something per time");
  value.bad = true;
  return value.unit;
}

Value Checker::duration_argument(const Written& written, Context& context, std::string_view what) {
  Value value = expression(written, context);
  if (!value.bad && (value.type != TypeKind::number || value.unit != quantity::duration())) {
    error(Code::unit_mismatch, value.span, std::string(what) + " is a duration, and this is " + type_in_words(value),
          "a duration has its unit:  18 months", "", "a duration");
    value.bad = true;
  }
  return value;
}

Value Checker::call_grow(const FunctionRow& row, const Written& written, Context& context) {
  const text::Span span = written.span();
  if (!count_arguments(row, written, 2, 3)) return bad(span);
  Value from;
  if (written.children() == 4) {
    Written last = written.child(3);
    if (last->kind == Kind::pair) {
      const Written key = last.child(0).bare();
      if (key->kind != Kind::name || key.word() != "from") {
        error(Code::bad_argument, key.span(), "`grow` takes x, rate, from: date", "for example  " + std::string(row.example));
        return bad(span);
      }
      last = last.child(1);
    }
    from = date_operand(last, context, Edge::exact);
  } else {
    from = made(ExprKind::number, TypeKind::date, {}, {}, span, context, 0);
  }
  for (std::size_t i = 1; i <= 2; ++i) {
    if (written.child(i)->kind != Kind::pair) continue;
    error(Code::bad_argument, written.child(i).span(), "`grow` takes x, rate, from: date", "for example  " + std::string(row.example));
    return bad(span);
  }
  Value value = expression(written.child(1), context), rate = expression(written.child(2), context);
  bool good = need_number(value, "`grow`") & need_number(rate, "`grow`") & !from.bad;
  if (good && rate.unit != quantity::per_month() && !rate.nought) {
    error(Code::unit_mismatch, rate.span, "growth is a rate per time, and this is " + quantity::in_words(rate.unit),
          "a rate has its time:  5%/year", quantity::spelled(rate.unit), "1/year");
    good = false;
  }
  // (1 + yearly rate) ^ (1/12) - 1, as quantity::monthly_growth has it.
  ExprId monthly;
  if (const auto fixed = literal(rate.id)) {
    monthly = constant(quantity::monthly_growth(*fixed), rate.span, context.owner);
  } else {
    const auto make = [&](ExprKind kind, std::vector<ExprId> args) {
      return node({.kind = kind, .args = std::move(args), .span = rate.span}, context.owner);
    };
    const auto number = [&](double x) { return constant(x, rate.span, context.owner); };
    const ExprId yearly = make(
        ExprKind::max, {number(0), make(ExprKind::add, {number(1), make(ExprKind::mul, {number(quantity::kMonthsPerYear), rate.id})})});
    monthly = make(ExprKind::sub, {make(ExprKind::pow, {yearly, number(1 / quantity::kMonthsPerYear)}), number(1)});
  }
  Value result = made(ExprKind::grow, TypeKind::number, value.unit, {value.id, monthly, from.id}, span, context);
  result.bad = !good;
  return result;
}

// mean, sd, quantile, chance: across paths, so only where a question is asked.
Value Checker::call_across(const FunctionRow& row, const Written& written, Context& context) {
  const text::Span span = written.span();
  const bool quantile = row.id == FunctionId::quantile_;
  if (!no_names(row, written) || !count_arguments(row, written, quantile ? 2 : 1, quantile ? 2 : 1)) return bad(span);
  if (context.reads != Reads::question) {
    error(Code::statistic_outside, written.child(0).span(),
          "`" + std::string(row.name) + "` looks across all paths, and a plan knows only its own",
          row.id == FunctionId::mean_ ? "the mean over months is  mean(x, 3 months)" : "statistics stand in an `ask` or a `check`");
    expression(written.child(1), context);
    return bad(span);
  }
  if (context.in_statistic) {
    error(Code::statistic_outside, written.child(0).span(), "a statistic inside a statistic has nothing left to look across");
    return bad(span);
  }
  context.in_statistic = true;
  Value value = row.id == FunctionId::chance_ ? truth(written.child(1), context) : expression(written.child(1), context);
  context.in_statistic = false;
  std::vector<ExprId> args = {value.id};
  bool good = !value.bad;
  if (row.id != FunctionId::chance_ && good && value.type != TypeKind::number) {
    const bool dated = value.type == TypeKind::event || value.type == TypeKind::date;
    if (!(dated && quantile)) {
      good = false;
      error(Code::wrong_type, value.span, "`" + std::string(row.name) + "` takes numbers, and this is " + type_in_words(value),
            dated ? "a date that may never come has quantiles and chances, no mean" : "chance(condition) is the share of the paths");
    }
  }
  if (good && row.id != FunctionId::chance_ && !quantile && model_.exprs[value.id].kind == ExprKind::measure &&
      (model_.exprs[value.id].measure == Measure::lasts || model_.exprs[value.id].measure == Measure::project_payback)) {
    error(Code::wrong_type, value.span,
          "`" + std::string(measure_row(model_.exprs[value.id].measure).name) + "` may be endless, so it has no " + std::string(row.name == "mean" ? "mean" : "standard deviation"),
          "quantile(" + quoted(written.child(1)) + ", 50%), chance(" + quoted(written.child(1)) + " >= 24 months)");
    good = false;
  }
  TypeKind type = TypeKind::number;
  quantity::Unit unit = value.unit;
  if (quantile) {
    const Value rank = expression(written.child(2), context);
    const auto share = rank.bad ? std::nullopt : known(rank.id);
    if (!rank.bad && (!share || *share <= 0 || *share >= 1 || !rank.unit.plain() || rank.type != TypeKind::number)) {
      error(Code::bad_argument, rank.span, "a quantile is between 0% and 100%, and known", "quantile(x, 5%)");
      good = false;
    }
    good = good && !rank.bad;
    args.push_back(rank.id);
    if (value.type == TypeKind::event || value.type == TypeKind::date) type = TypeKind::date;
  }
  ExprKind kind = ExprKind::stat_mean;
  if (row.id == FunctionId::sd_) kind = ExprKind::stat_sd;
  if (row.id == FunctionId::chance_) kind = ExprKind::stat_chance;
  if (quantile) kind = ExprKind::stat_quantile;
  Value result = made(kind, type, kind == ExprKind::stat_chance ? quantity::Unit() : unit, args, span, context);
  result.bad = !good;
  return result;
}

}  // namespace warchest::model
