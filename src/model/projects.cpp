// Projects: what is built, from its block to its noun, and the rules over its finished values.
//
// The size has any unit, and the other figures are money per that unit: so units are held together here, when all fields have theirs.
// `overrun = like(class)` is one luck with two effects. The factor on cost is the field's own value; the factor on the building time is
// an unwritten field beside it, computed from that value, so that a scenario that overrides the overrun moves both.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "model/checker.h"
#include "model/reference_classes.h"

namespace warchest::model {

using text::Code;
using Kind = lang::ExprKind;

namespace {

constexpr double kMostPhases = 24;

bool is_like(const Written& written) {
  if (!written.given()) return false;
  const Written inner = written.bare();
  return inner->kind == Kind::call && inner.child(0)->kind == Kind::name && inner.child(0).word() == "like";
}

const ReferenceClass* class_in(const Written& written) {
  const Written inner = written.bare();
  if (inner.children() != 2) return nullptr;
  const Written name = inner.child(1).bare();
  return name->kind == Kind::name ? find_reference_class(name.word()) : nullptr;
}

}  // namespace

void Checker::settle_project(EntityId id) {
  const Entity& entity = entities_[id];
  Project project;
  project.name = entity.full;
  project.label = entity.label;
  project.company = entity.company;
  project.span = entity.span;
  const auto field = [&](std::string_view name) { return definition_of(entity, name); };
  project.size = field("size");
  project.capex = field("capex");
  project.escalation = field("escalation");
  project.share = field("share");
  project.grants = field("grants");
  project.start = field("start");
  project.build = field("build");
  project.delay = field("delay");
  project.overrun = field("overrun");
  project.go_if = field("go_if");
  project.pause_if = field("pause_if");
  project.cancel_if = field("cancel_if");
  project.salvage = field("salvage");
  project.phases = field("phases");
  project.life = field("life");
  project.decommissioning = field("decommissioning");
  project.yields = field("yields");
  project.yield_escalation = field("yield_escalation");
  project.running = field("running");
  project.running_escalation = field("running_escalation");
  project.availability = field("availability");
  project.used = field("used");
  project.take_or_pay = field("take_or_pay");
  project.discount = field("discount");
  project.spend = field("spend");
  if (project.spend != kNone) {
    project.curve = SpendCurve::table;
  } else if (word_of(entity, "spend", "s_curve") == "even") {
    project.curve = SpendCurve::even;
  }
  only_with(entity, "salvage", "cancel_if");
  only_with(entity, "decommissioning", "life");
  only_with(entity, "yield_escalation", "yields");
  only_with(entity, "availability", "yields");
  only_with(entity, "used", "yields");
  only_with(entity, "take_or_pay", "used");
  only_with(entity, "running_escalation", "running");
  const std::string written_off = word_of(entity, "depreciation", project.life == kNone ? "none" : "straight_line");
  if (written_off.starts_with("macrs_")) {
    project.depreciation = Depreciation::macrs;
    project.macrs_years = std::stoi(written_off.substr(6));
  } else if (written_off == "straight_line" || written_off == "declining") {
    project.depreciation = written_off == "declining" ? Depreciation::declining : Depreciation::straight_line;
    if (entity.field("depreciation") != nullptr) only_with(entity, "depreciation", "life");
  }
  const WrittenField* overrun = entity.field("overrun");
  if (overrun != nullptr && is_like(overrun->value)) {
    if (const WrittenField* delay = entity.field("delay")) {
      error(Code::field_conflict, delay->name_span, "`overrun = like(…)` gives the delay too", "leave one of them out", "", "",
            {{delay->name_span, ""}, {overrun->name_span, ""}});
    } else if (const ReferenceClass* like = class_in(overrun->value)) {
      const text::Span span = overrun->value.span();
      project.delay = define_implied(id, entity.full + ".delay", {});
      const OwnerId owner = states_[project.delay].owner;
      const auto number = [&](double value) {
        return constant(value, {}, owner);
      };  // of the class, not of the text: no assumption of the model
      const auto make = [&](ExprKind kind, ExprId a, ExprId b) { return node({.kind = kind, .args = {a, b}, .span = span}, owner); };
      const ExprId cost = node({.kind = ExprKind::reference, .index = project.overrun, .span = span}, owner);
      const ExprId over = make(ExprKind::sub, cost, number(1));
      const ExprId time = make(ExprKind::add, number(1), make(ExprKind::mul, number(like->time_per_cost), over));
      model_.definitions[project.delay].is = make(ExprKind::max, time, number(kLeastTime));
    }
  }
  model_.projects[entities_[id].index] = std::move(project);
}

// The factor on cost of a reference class, as a draw.
Value Checker::like(const Written& written, Context& context) {
  const text::Span span = written.span();
  const bool alone = context.field != nullptr && context.field->kind == KindId::project_ && context.field->name == "overrun" &&
                     context.definition != kNone && context.base == kNone && states_[context.definition].written.bare().id == written.id;
  if (!alone) {
    error(Code::bad_argument, span, "`like` stands by itself as the `overrun` of a project",
          context.base != kNone ? "a scenario overrides the overrun with numbers, and the delay follows" : "overrun = like(nuclear)");
    return bad(span);
  }
  const Written name = written.children() == 2 ? written.child(1).bare() : Written{};
  const ReferenceClass* found = class_in(written);
  if (found == nullptr) {
    std::vector<std::string> names;
    std::string all;
    for (const ReferenceClass& one : reference_classes()) {
      names.emplace_back(one.name);
      all += (all.empty() ? "" : ", ") + names.back();
    }
    const bool word = name.given() && name->kind == Kind::name;
    const auto near = word ? nearest(name.word(), names) : std::nullopt;
    error(Code::wrong_word, word ? name.span() : span,
          word ? "there is no reference class `" + name.word() + "`" : "`like` takes the name of a reference class",
          near ? "did you mean  " + *near + "?" : "there are  " + all, word ? name.word() : "", all);
    return bad(span);
  }
  const auto number = [&](double value) { return constant(value, span, context.owner); };
  const auto part = [&](Family family, std::vector<Param> params) {
    Draw draw;
    draw.family = family;
    draw.params = std::move(params);
    model_.draws.push_back(std::move(draw));
    return static_cast<std::uint32_t>(model_.draws.size() - 1);
  };
  Draw draw;
  if (found->form == ReferenceClass::Form::lognormal) {
    draw.family = Family::lognormal;
    draw.params = {{ParamKind::log_mean, 0, number(found->log_mean)}, {ParamKind::log_sd, 0, number(found->log_sd)}};
  } else {
    const std::uint32_t body = part(Family::pert, {{ParamKind::low, 0, number(kLeastCost)},
                                                   {ParamKind::mode, 0, number(found->body_mode())},
                                                   {ParamKind::high, 0, number(kTailBegins)}});
    const std::uint32_t tail =
        part(Family::pareto, {{ParamKind::low, 0, number(kTailBegins)}, {ParamKind::shape, 0, number(found->tail_shape())}});
    draw.family = Family::mixture;
    draw.mixture = {{body, number(1 - found->tail)}, {tail, number(found->tail)}};
  }
  return drawn(std::move(draw), {}, span, context);
}

// The unit of a project's size; plain where it has none or a bad one.
quantity::Unit Checker::size_unit(std::uint32_t project) {
  const DefId size = model_.projects[project].size;
  return size == kNone ? quantity::Unit{} : type_of(size).unit;
}

// What a size has in hours and years: power times time is energy, so an output is a size times time.
quantity::Unit Checker::unit_of_project(MeasureUnit unit, std::uint32_t project) {
  const quantity::Unit size = size_unit(project);
  return unit == MeasureUnit::size ? size : currency() / size / quantity::duration();
}

void Checker::check_projects() {
  for (EntityId id = 1; id < entities_.size(); ++id) {
    const Entity& entity = entities_[id];
    if (entity.kind->id != KindId::project_) continue;
    const Project& project = model_.projects[entity.index];
    if (project.size == kNone || states_[project.size].bad) continue;
    const quantity::Unit size = size_unit(entity.index);
    const auto per_size = [&](std::string_view name, DefId definition, const quantity::Unit& wanted, const std::string& words) {
      if (definition == kNone || states_[definition].bad) return;
      const Definition& given = model_.definitions[definition];
      const text::Span span = states_[definition].written.span();
      if (given.type.kind != TypeKind::number || (given.type.unit != wanted && !states_[definition].nought)) {
        const std::string found = given.type.kind == TypeKind::number ? quantity::in_words(given.type.unit) : "no number";
        error(Code::unit_mismatch, span, "`" + std::string(name) + "` wants " + words + ", and this is " + found,
              "for example  " + std::string(entity.field(name)->row->example), quantity::spelled(given.type.unit),
              quantity::spelled(wanted));
      } else if (const auto fixed = literal(given.is); fixed && *fixed < 0) {
        error(Code::out_of_bounds, span, "`" + std::string(name) + "` is not below zero");
      }
    };
    if (const auto fixed = literal(model_.definitions[project.size].is); model_.definitions[project.size].type.kind != TypeKind::number) {
      error(Code::wrong_type, states_[project.size].written.span(), "`size` wants a number, with its unit", "size = 300 MW");
      continue;
    } else if (fixed && *fixed <= 0) {
      error(Code::out_of_bounds, states_[project.size].written.span(), "`size` is above zero");
    }
    const quantity::Unit once = currency() / size, flowing = once / quantity::duration();
    per_size("capex", project.capex, once, "money per unit of size");
    per_size("decommissioning", project.decommissioning, once, "money per unit of size");
    per_size("yields", project.yields, flowing, "money per unit of size and time");
    per_size("running", project.running, flowing, "money per unit of size and time");
    const auto above_zero = [&](std::string_view name, DefId definition) {
      if (definition == kNone || states_[definition].bad || !states_[definition].written.given()) return;
      const auto fixed = literal(model_.definitions[definition].is);
      const bool time = name == "build" || name == "life";
      if (fixed && (*fixed <= 0 || (time && *fixed < 0.5)))
        error(Code::out_of_bounds, states_[definition].written.span(),
              "`" + std::string(name) + "` is " + (time ? "at least a month" : "above zero"));
    };
    above_zero("build", project.build);
    above_zero("life", project.life);
    above_zero("delay", project.delay);
    above_zero("overrun", project.overrun);
    for (const DefId rate : {project.escalation, project.yield_escalation, project.running_escalation, project.discount}) {
      if (rate == kNone || states_[rate].bad) continue;
      if (const auto fixed = literal(model_.definitions[rate].is); fixed && *fixed * quantity::kMonthsPerYear <= -1)
        error(Code::out_of_bounds, states_[rate].written.span(), "a rate is above -100% a year");
    }
    if (project.phases != kNone && !states_[project.phases].bad) {
      const auto phases = figure_of(project.phases);
      const text::Span span = states_[project.phases].written.span();
      if (!phases) {
        error(Code::not_known, span, "`phases` is a number that is written out, and no scenario changes it", "phases = 4");
      } else if (*phases > kMostPhases) {
        error(Code::out_of_bounds, span, fmt::format("a project comes online in at most {:g} phases", kMostPhases));
      }
    }
    check_spend(project);
    if (project.discount == kNone && asked_at_end(entity.index)) {
      error(Code::missing_field, entity.span, "`npv` and `lcoe` of `" + entity.full + "` need the rate by which to discount",
            "discount = 8%/year");
    }
  }
}

// A schedule of spending runs from nothing to all of it, and never back.
void Checker::check_spend(const Project& project) {
  if (project.spend == kNone || states_[project.spend].bad) return;
  const text::Span span = states_[project.spend].written.span();
  const Expr& table = model_.exprs[model_.definitions[project.spend].is];
  const std::string example = "spend = { 0%: 0%, 50%: 70%, 100%: 100% }";
  if (table.kind != ExprKind::lookup || !states_[project.spend].table_by_number || overridden_.contains(project.spend)) {
    error(Code::bad_table, span, "`spend` is s_curve, even, or a table that is written out, part of the time to part that is spent",
          example);
    return;
  }
  const auto& points = model_.lookups[table.index].points;
  double before = 0;
  for (const auto& [time, part] : points) {
    const auto spent = literal(part);
    if (!spent || !model_.definitions[project.spend].type.unit.plain()) {
      error(Code::not_known, model_.exprs[part].span, "a part that is spent is a share that is written out", example);
      return;
    }
    if (time < 0 || time > 1 || *spent < before || *spent > 1) {
      error(Code::bad_table, model_.exprs[part].span, "a schedule of spending goes from 0% to 100%, and never back", example);
      return;
    }
    before = *spent;
  }
  if (points.front().first != 0 || *literal(points.front().second) != 0 || points.back().first != 1 || before != 1)
    error(Code::bad_table, span, "a schedule of spending begins with 0%: 0% and ends with 100%: 100%", example);
}

// Whether some question names a figure that is discounted.
bool Checker::asked_at_end(std::uint32_t project) const {
  return std::any_of(model_.exprs.begin(), model_.exprs.end(), [&](const Expr& expr) {
    return expr.kind == ExprKind::measure && expr.index == project &&
           (expr.measure == Measure::project_npv || expr.measure == Measure::project_lcoe);
  });
}

}  // namespace warchest::model
