// Definitions: overrides in layers, and the slot in which a monthly definition lives.
//
// A definition's value is its `is` under the overrides that the case lays on it: `--set` first, then the scenario, then the value
// of `for`. Inside an override, `base` means the layer below. A plan line is nothing once its company has run out of cash.
#include <algorithm>

#include "program/lowering.h"
#include "text/check.h"

namespace warchest::program {

const std::vector<Lowering::Layer>& Lowering::layers(DefId id) {
  if (layers_[id]) return *layers_[id];
  std::vector<Layer> list;
  const auto take = [&](const std::vector<model::Override>& overrides) {
    for (const auto& o : overrides)
      if (o.target == id) list.push_back({o.is, o.from, o.until});
  };
  take(model_.base_overrides);
  if (case_.scenario != model::kNone) take(model_.scenarios[case_.scenario].overrides);
  if (for_value_ && for_value_->first == id) list.push_back({for_value_->second, model::kNone, model::kNone});
  layers_[id] = std::move(list);
  return *layers_[id];
}

// The value under the first `depth` overrides.
Operand Lowering::layered(DefId id, std::size_t depth, const When& when) {
  if (removed_.count(id)) return constant(0);
  if (depth == 0) return value(model_.definitions[id].is, when);
  const Layer layer = layers(id)[depth - 1];
  const auto before = base_depth_[id];
  base_depth_[id] = depth - 1;
  Operand result;
  if (layer.from == model::kNone && layer.until == model::kNone) {
    result = value(layer.is, when);
  } else {
    const When dates = when.kind == When::Kind::setup ? When::in_setup() : when;
    const Operand month = when.kind == When::Kind::month ? month_number(when.lag) : constant(when.row);
    Operand inside = constant(1);
    if (layer.from != model::kNone) inside = both(inside, emit(Op::less_equal, emit(Op::floor, value(layer.from, dates)), month));
    if (layer.until != model::kNone) inside = both(inside, emit(Op::less, month, emit(Op::floor, value(layer.until, dates))));
    result = choose(inside, value(layer.is, when), layered(id, depth - 1, when));
  }
  base_depth_[id] = before;
  return result;
}

model::CompanyId Lowering::line_of(DefId id) const { return line_company_[id]; }

SlotId Lowering::definition_slot(DefId id) {
  if (defs_[id].slot == kNoSlot) defs_[id].slot = history(model_.definitions[id].name);
  return defs_[id].slot;
}

void Lowering::ensure_definition(DefId id) {
  auto& state = defs_[id];
  if (state.done) return;
  WARCHEST_CHECK(!state.going, "a definition needs itself in its own month: " + model_.definitions[id].name);
  const SlotId target = definition_slot(id);
  defs_[id].going = true;
  in_main(program_.month, [&] {
    Operand v = layered(id, layers(id).size(), When::now());
    const CompanyId company = line_of(id);
    if (company != model::kNone) {
      emit_to(target, Op::choose, read(companies_[company].alive, When::before(1)), v, constant(0));
    } else {
      emit_to(target, Op::copy, v);
    }
  });
  defs_[id].going = false;
  defs_[id].done = true;
}

// The value of a definition in a context.
Operand Lowering::reference(DefId id, const When& when) {
  if (const auto inside = input_round_.find(id); inside != input_round_.end()) {
    const auto& slots = rounds_[inside->second].inputs.at(id);
    // Within its attempt it is what that has drawn, though policies look at the month before.
    const bool at_once = when.kind == When::Kind::month ? when.lag <= 1 : when.kind == When::Kind::setup;
    if (attempt_ && attempt_->round == inside->second && at_once) {
      draw_round_input(id, when);
      return slot(slots.first);
    }
    if (when.kind == When::Kind::month && when.lag == 0) {
      in_main(program_.month, [&] { open_rounds(model_.rounds[inside->second].company); });
      return slot(slots.first);
    }
    return read(slots.second, when);
  }
  if (in_setup_def(id)) {
    Operand result;
    if (setup_definitions_.count(id)) return setup_definitions_.at(id);
    in_main(program_.setup, [&] { result = layered(id, layers(id).size(), When::in_setup()); });
    if (result.place == Place::slot && program_.slots[result.index].name.empty()) {
      const auto opens = [&](const model::Company& c) { return c.cash == id || c.debt == id; };  // a measure has that name later on
      const bool opening = std::any_of(model_.companies.begin(), model_.companies.end(), opens);
      program_.slots[result.index].name = model_.definitions[id].name + (opening ? " at the start" : "");
    }
    setup_definitions_[id] = result;
    return result;
  }
  if (when.kind == When::Kind::setup) {  // a fixed month before the start, or a table's month
    if (model_.definitions[id].opening != model::kNone) return field(model_.definitions[id].opening, When::in_setup());
    return layered(id, layers(id).size(), when);
  }
  if (when.kind == When::Kind::finish) {
    if (when.row < 0) {
      Operand before;
      in_main(program_.setup, [&] { before = layered(id, layers(id).size(), When::row_in_setup(std::max(when.row, reach_def(id)))); });
      return before;
    }
    return read(definition_slot(id), when);
  }
  const SlotId s = definition_slot(id);
  if (when.lag == 0) {
    ensure_definition(id);
  } else if (model_.definitions[id].opening == model::kNone && reach_def(id) > -when.lag && !defs_[id].going) {
    ensure_definition(id);  // its first months read month 0, which must stand by then
  }
  return read(s, when);
}

// A noun's field: worked out where it stands, for a policy may draw in it or read the cash of the moment.
Operand Lowering::field(DefId id, const When& when) {
  WARCHEST_CHECK(id != model::kNone, "a field without a value");
  return in_setup_def(id) ? reference(id, when) : layered(id, layers(id).size(), when);
}

}  // namespace warchest::program
