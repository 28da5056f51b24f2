// From a field's text to its definition: elaborated when first needed, then held to what the schema wants of it.
//
// A series or a rate with an `opening` has its type from there, so that it may read itself through prev(); any other name that needs its
// own type to find its type is a loop, which find_loops() prints.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "model/checker.h"

namespace warchest::model {

using text::Code;

namespace {

bool wants_number(Want want) { return want != Want::date && want != Want::truth && want != Want::condition && want != Want::wants && want != Want::any; }

}  // namespace

Context Checker::context_of(DefId id, bool as_replaced) {
  const DefinitionState& state = states_[id];
  const bool laid = state.outside != kNone && !as_replaced;
  Context context;
  context.scope = laid ? state.outside : state.entity;
  context.owner = state.owner;
  context.reads = owners_[state.owner].reads;
  context.field = state.row;
  context.definition = id;
  context.share = state.row->want == Want::share || state.row->want == Want::chance || state.row->want == Want::cheque ||
                  state.row->want == Want::appetite;
  context.flow_table = state.row->want == Want::flow || state.row->want == Want::own_flow;
  context.luck_name = model_.definitions[id].name;
  if (laid && state.replaced.given() && names_base(state.written)) context.luck_name = "use." + context.luck_name;  // beside that of `base`
  const Entity& entity = entities_[state.entity];
  const Entity& around = entities_[entity.parent == kNone ? 0 : entity.parent];
  const Entity* round = state.row->varies == Varies::attempt ? &entity : nullptr;
  if (entity.kind->id == KindId::input_ && around.kind != nullptr && around.kind->id == KindId::round_) round = &around;
  if (round != nullptr && round->field("closed") == nullptr) {
    context.luck_kind = LuckKind::attempt;
    context.round = round->index;
  }
  if (entity.kind->id == KindId::input_ && round != nullptr) context.reads = owners_[state.owner].reads = Reads::policy;
  return context;
}

std::optional<Type> Checker::fixed_type(const FieldRow& row, EntityId entity) const {
  using quantity::Dimension;
  using quantity::Unit;
  const Unit time = quantity::duration();
  switch (row.want) {
    case Want::money:
      return Type{TypeKind::number, currency()};
    case Want::flow:
      return Type{TypeKind::number, currency() / time};
    case Want::pay:
      return Type{TypeKind::number, currency() / time / Unit(Dimension::people)};
    case Want::people:
      return Type{TypeKind::number, Unit(Dimension::people)};
    case Want::people_per_time:
      return Type{TypeKind::number, Unit(Dimension::people) / time};
    case Want::rate:
      return Type{TypeKind::number, quantity::per_month()};
    case Want::duration:
      return Type{TypeKind::number, time};
    case Want::date:
      return Type{TypeKind::date, {}};
    case Want::share:
    case Want::coverage:
    case Want::chance:
    case Want::hazard:
    case Want::count:
    case Want::multiple:
    case Want::appetite:
    case Want::seniority:
      return Type{TypeKind::number, {}};
    case Want::shares:
      return Type{TypeKind::number, Unit(Dimension::shares)};
    case Want::price:
    case Want::strike:
      return Type{TypeKind::number, currency() / Unit(Dimension::shares)};
    case Want::exchange_rate:
      return Type{TypeKind::number, currency() / quantity::money(entities_[entity].name)};
    case Want::truth:
    case Want::wants:
      return Type{TypeKind::truth, {}};
    default:
      return std::nullopt;
  }
}

Type Checker::type_of(DefId id) {
  if (states_[id].typed) return model_.definitions[id].type;
  if (states_[id].row != nullptr) {
    if (const auto fixed = fixed_type(*states_[id].row, states_[id].entity)) {
      states_[id].typed = true;
      model_.definitions[id].type = *fixed;
      return *fixed;
    }
  }
  if (states_[id].stage == DefinitionState::Stage::todo) {
    const DefId opening = opening_of(id);
    if (opening != kNone && !states_[opening].nought && states_[opening].stage != DefinitionState::Stage::doing) {
      const Type type = type_of(opening);
      if (!states_[opening].nought && !states_[id].typed) {
        states_[id].typed = true;
        states_[id].bad = states_[opening].bad;
        model_.definitions[id].type = type;
      }
    }
    if (!states_[id].typed) elaborate(id);
  }
  if (!states_[id].typed && states_[id].stage == DefinitionState::Stage::doing) {  // it needs itself
    const DefId opening = opening_of(id);
    if (opening != kNone) return model_.definitions[opening].type;
    states_[id].bad = true;
    circles_.push_back(id);
  }
  return model_.definitions[id].type;
}

// Whether it is the value of a kind that has an `opening`.
bool Checker::takes_opening(DefId id) const {
  const EntityId of = states_[id].entity;
  if (of == kNone || entities_[of].kind == nullptr || entities_[of].is != id) return false;
  return entities_[of].kind->id == KindId::series_ || entities_[of].kind->id == KindId::currency_;
}

DefId Checker::opening_of(DefId id) const {
  if (!takes_opening(id)) return kNone;
  const WrittenField* given = entities_[states_[id].entity].field("opening");
  return given == nullptr ? kNone : given->definition;
}

void Checker::elaborate_all() {
  for (DefId id = 0; id < states_.size(); ++id) {
    type_of(id);  // of a series the type of its opening, before it reads itself
    elaborate(id);
  }
}

void Checker::elaborate(DefId id) {
  if (states_[id].stage != DefinitionState::Stage::todo) return;
  states_[id].stage = DefinitionState::Stage::doing;
  Context context = context_of(id);
  const Written written = states_[id].written;
  depth_ += 3;
  Value value = states_[id].row->want == Want::date ? date_operand(written, context, Edge::exact) : expression(written, context);
  depth_ -= 3;
  if (depth_ == 0) too_deep_ = false;
  const FieldRow& row = *states_[id].row;
  value = conform(value, row, context, id);
  if (states_[id].replaced.given()) value = checked_as_replaced(id, value);
  model_.definitions[id].is = value.id;
  DefinitionState& state = states_[id];
  state.stage = DefinitionState::Stage::done;
  state.nought = value.nought;
  state.bad = state.bad || value.bad;
  const DefId opening = opening_of(id);
  if (opening != kNone) model_.definitions[id].opening = opening;
  if (!state.typed) {
    state.typed = true;
    model_.definitions[id].type = {value.type, value.unit};
  } else if (opening != kNone && !value.bad && !state.bad && !value.nought) {
    const Type& wanted = model_.definitions[id].type;
    if (wanted.kind != value.type || wanted.unit != value.unit) {
      const text::Span at = states_[opening].written.span();
      error(Code::unit_mismatch, value.span, "the series and its `opening` differ in unit", "", quantity::spelled(value.unit),
            quantity::spelled(wanted.unit), {{value.span, quantity::spelled(value.unit)}, {at, quantity::spelled(wanted.unit)}});
    }
  }
  if (opening != kNone && states_[opening].nought && states_[opening].stage == DefinitionState::Stage::done) {
    model_.definitions[opening].type = model_.definitions[id].type;
  }
}

// What the schema wants of a field's value: the type, the unit, for shares the bounds.
Value Checker::conform(Value value, const FieldRow& row, const Context& context, DefId id) {
  if (value.bad) return value;
  const std::string name = "`" + std::string(row.name) + "`";
  const auto wrong = [&](const std::string& found, const std::string& help) {
    const std::string what = row.name == "is" ? "`" + std::string(kind(row.kind).name) + "`" : name;
    error(Code::wrong_type, value.span, what + " wants " + in_words(row.want) + ", and this is " + found, help, found, in_words(row.want));
    value.bad = true;
    return value;
  };
  if (row.want == Want::truth || row.want == Want::condition || row.want == Want::wants) {
    if (value.type == TypeKind::event) value = as_truth(value, context);
    if (value.type != TypeKind::truth) {
      return wrong(type_in_words(value), value.type == TypeKind::number ? "compare it: … > 0" : "");
    }
    return value;
  }
  if (row.want == Want::date) {
    if (value.type != TypeKind::date) return wrong(type_in_words(value), "a date is written  2026-04");
    const auto month = literal(value.id);
    if (month && *month < 0 && (row.name == "closed" || row.name == "draw_on") && !before_start_allowed(id)) {
      error(Code::out_of_bounds, value.span, "this lies before the start of the model",
            row.name == "closed" ? "what was raised before the start is part of `cash`; only a SAFE or note of earlier is a round still"
                                 : "what was drawn before the start is part of `debt`");
      value.bad = true;
    }
    return value;
  }
  if (row.want == Want::any) {
    if (value.type == TypeKind::event) value = as_truth(value, context);
    if (value.type == TypeKind::text) return wrong("a text", "");
    return value;
  }
  if (!wants_number(row.want)) return value;
  if (value.type != TypeKind::number)
    return wrong(type_in_words(value), value.type == TypeKind::truth ? "if(condition, a, b) makes a number of a condition" : "");
  if (row.want == Want::cheque) return conform_cheque(value, row);
  if (row.want == Want::exchange_rate) return conform_rate(value, id);
  if (row.want == Want::foreign) return conform_foreign(value, row, id);
  if (row.want == Want::own_flow) return conform_own(value, row, id);
  Type wanted = fixed_type(row, kNone).value_or(Type{});
  if (row.want == Want::shares && value.unit.plain()) value.unit = wanted.unit;          // shares are counted
  if ((row.want == Want::price || row.want == Want::strike) && value.unit == currency()) value.unit = wanted.unit;     // by the share is understood
  if (row.want == Want::hazard && value.unit == quantity::per_month()) value.unit = {};  // 2 %/month is a chance of 2 % in a month
  if (value.unit != wanted.unit && !value.nought) value = converted(value, row, wanted.unit, context, id);
  if (value.bad) return value;
  if (value.unit != wanted.unit && !value.nought) {
    const std::string what = row.name == "is" ? "`" + std::string(kind(row.kind).name) + "`" : name;
    const bool alike = quantity::in_words(value.unit) == quantity::in_words(wanted.unit);  // two currencies
    error(Code::unit_mismatch, value.span,
          what + " wants " + (alike ? quantity::spelled(wanted.unit) : in_words(row.want)) + ", and this is " +
              (alike ? quantity::spelled(value.unit) : quantity::in_words(value.unit)),
          alike && row.kind == KindId::company_ && row.name == "cash"
              ? "what is kept in another currency is an account:  account abroad { balance = … }"
              : unit_advice(value, wanted.unit),
          quantity::spelled(value.unit), quantity::spelled(wanted.unit), {{value.span, quantity::spelled(value.unit)}});
    value.bad = true;
    return value;
  }
  value.unit = wanted.unit;
  const auto fixed = literal(value.id);
  const bool share = row.want == Want::share || row.want == Want::coverage || row.want == Want::chance || row.want == Want::hazard;
  if (fixed && share && (*fixed < 0 || *fixed > 1)) {
    error(Code::out_of_bounds, value.span, name + " is between 0% and 100%",
          *fixed >= 2 && *fixed <= 100 ? fmt::format("did you mean  {:g}%?", *fixed) : "");
    value.bad = true;
  } else if (fixed && *fixed < 0 &&
             (row.want == Want::duration || row.want == Want::people || row.want == Want::shares || row.want == Want::multiple ||
              row.name == "strike" || row.name == "cap" || row.name == "opening_post_money" || row.name == "pre_money" ||
              row.name == "post_money" || row.name == "asks" || row.name == "value" || row.name == "limit" || row.name == "balance" ||
              row.name == "amount" || (row.kind == KindId::account_ && row.want == Want::money))) {
    error(Code::out_of_bounds, value.span, name + " is not below zero");
    value.bad = true;
  } else if (fixed && *fixed < 0 && (row.name == "dividend" || (row.kind == KindId::note_ && row.want == Want::rate))) {
    error(Code::out_of_bounds, value.span, name + " is not below zero");
    value.bad = true;
  } else if (fixed && *fixed <= 0 && row.want == Want::price && row.name != "strike") {
    error(Code::out_of_bounds, value.span, name + " is above zero");
    value.bad = true;
  } else if (fixed && *fixed == 0 && (row.name == "cap" || row.name == "percent")) {
    error(Code::out_of_bounds, value.span, name + " is above zero", "leave it out where there is none");
    value.bad = true;
  } else if (fixed && *fixed == 1 && (row.name == "pool" || row.name == "discount" || row.name == "percent")) {
    error(Code::out_of_bounds, value.span, name + " is below 100%");
    value.bad = true;
  } else if (fixed && row.want == Want::seniority && (*fixed < 1 || *fixed != std::floor(*fixed))) {
    error(Code::out_of_bounds, value.span, name + " is a whole number, 1 is paid first");
    value.bad = true;
  } else if (fixed && row.want == Want::count && (*fixed < 1 || *fixed != std::floor(*fixed))) {
    error(Code::out_of_bounds, value.span, name + " is a whole number, at least 1");
    value.bad = true;
  }
  return value;
}

// What somebody puts into a round: money, or a part of the amount.
Value Checker::conform_cheque(Value value, const FieldRow& row) {
  const auto fixed = literal(value.id);
  if (value.unit != currency() && !value.unit.plain()) {
    error(Code::unit_mismatch, value.span, "`book` wants " + in_words(row.want) + ", and this is " + quantity::in_words(value.unit),
          unit_advice(value, currency()), quantity::spelled(value.unit), in_words(row.want), {{value.span, quantity::spelled(value.unit)}});
    value.bad = true;
  } else if (fixed && *fixed < 0) {
    error(Code::out_of_bounds, value.span, "a cheque is not below zero");
    value.bad = true;
  } else if (fixed && value.unit.plain() && *fixed > 1) {
    error(Code::out_of_bounds, value.span, "a part of the amount is between 0% and 100%",
          fmt::format("did you mean  {:g}%,  or money:  {}{:g}?", *fixed, quantity::sign_of_currency(model_.settings.currency), *fixed));
    value.bad = true;
  }
  return value;
}

std::string Checker::type_in_words(const Value& value) const {
  switch (value.type) {
    case TypeKind::number:
      return quantity::in_words(value.unit);
    case TypeKind::date:
      return "a date";
    case TypeKind::truth:
      return "a condition";
    case TypeKind::text:
      return "a text";
    case TypeKind::event:
      return "an event";
  }
  return "";
}

}  // namespace warchest::model
