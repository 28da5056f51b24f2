// First pass: every block of the files gets a place in the tree of names, every field its row of the schema and its definition.
// Nothing is evaluated here but what everything else is measured by: start, horizon, currency.
#include <algorithm>
#include <cmath>

#include "model/checker.h"
#include "text/check.h"
#include "text/names.h"

namespace warchest::model {

using text::Code;

namespace {

constexpr int kLongestHorizon = 1200;

// Names of these are said elsewhere (after @, in `cases`, in `shows`, on the command line), never in an expression.
bool outside_expressions(KindId id) {
  return id == KindId::source_ || id == KindId::ask_ || id == KindId::check_ || id == KindId::report_ || id == KindId::scenario_ ||
         id == KindId::unit_ || id == KindId::use_;
}

std::string listed(const std::vector<FieldRow>& fields) {
  std::string result;
  for (const FieldRow& row : fields) result += (result.empty() ? "" : ", ") + std::string(row.name);
  return result;
}

bool defines(Want want, Varies varies) {
  switch (want) {
    case Want::condition:
    case Want::day:
    case Want::text:
    case Want::word:
    case Want::currency:
    case Want::costs:
    case Want::project:
    case Want::facility:
    case Want::asks:
    case Want::shown:
    case Want::each:
    case Want::cases:
    case Want::target:
    case Want::instrument:
    case Want::holds:
    case Want::book:
    case Want::holders:
    case Want::holder:
    case Want::package:
    case Want::wants:
    case Want::investors:
    case Want::companies:
    case Want::tranches:
      return false;
    default:
      return varies != Varies::literal;
  }
}

Role role_of(KindId id) {
  switch (id) {
    case KindId::input_:
      return Role::input;
    case KindId::series_:
    case KindId::currency_:
      return Role::series;
    case KindId::revenue_:
      return Role::revenue;
    case KindId::cost_:
      return Role::cost;
    case KindId::team_:
      return Role::team;
    default:
      return Role::field;
  }
}

}  // namespace

void Checker::declare_files() {
  entities_.emplace_back();
  declare_sources();
  const std::size_t main_files = std::min(files_.size(), inputs_.main_files);
  for (std::size_t file = 0; file < main_files; ++file) stand_in_file_.insert(&files_[file]);
  for (std::size_t file = 0; file < main_files; ++file) declare_items(files_[file], 0);
  for (EntityId id = 1; id < entities_.size(); ++id) declare_requirements(id);
}

void Checker::declare_block(const lang::Tree& tree, lang::ItemId item_id, EntityId parent) {
  const lang::Item& item = tree[item_id];
  const EntityId home = home_of(parent);  // past the names of `use`
  if (item.kind != lang::ItemKind::block) {
    if (item.kind == lang::ItemKind::field && home == parent && home != 0) {  // of a file that is used in a company
      declare_field(home, tree, item_id);
    } else if (item.kind == lang::ItemKind::field) {
      error(Code::wrong_place, item.span, "a field stands in a block; this one stands alone",
            "for a number with a name write  input " + tree.name(tree.path(item).back().name) + " = …");
    } else if (item.kind == lang::ItemKind::pair) {
      error(Code::wrong_place, item.span, "a pair with `&` stands in `together`", "together { a & b: +0.4 }");
    }
    return;
  }
  const std::string& word = tree.name(item.word.name);
  const KindRow* row = find_kind(word);
  if (row == nullptr) {
    std::vector<std::string> candidates;
    for (const KindRow& known : kinds()) {
      if (!known.value()) candidates.emplace_back(known.name);
    }
    const auto near = nearest(word, candidates);
    error(Code::unknown_kind, item.word.span, "there is no kind of block called `" + word + "`",
          near ? "did you mean  " + *near + "?" : "`warchest help` lists the kinds");
    return;
  }
  const std::string name = item.name.given() ? tree.name(item.name.name) : "";
  const text::Span span = item.name.given() ? item.name.span : item.word.span;

  Entity entity;
  entity.kind = row;
  entity.name = name;
  entity.label = tree.label(item);
  entity.parent = parent;
  entity.tree = &tree;
  entity.item = item_id;
  entity.span = span;
  entity.company = entities_[parent].company;

  const KindRow* around = entities_[home].kind;
  const bool in_company = around != nullptr && around->id == KindId::company_;
  const bool of_the_model = row->id == KindId::source_ || row->id == KindId::unit_;  // wherever the file stands that has it
  if (of_the_model && !uses_.empty() && entities_[parent].tree != &tree) entity.parent = parent = 0;
  if (row->value()) {
    error(Code::wrong_place, item.word.span, "`" + word + "` is no block: it is the value of a field",
          row->id == KindId::holds_                            ? "holder fund { " + std::string(row->example) + " }"
          : row->id == KindId::book_                           ? "round next { " + std::string(row->example) + " }"
          : around != nullptr && around->id == KindId::facility_ ? std::string(kind(KindId::facility_).field("warrants")->example)
          : kind(KindId::class_).field("is")->takes(row->name) ? "class seed = " + std::string(row->example)
                                                               : "instrument = " + std::string(row->example));
    return;
  }
  if (row->part != Part::now) {
    refuse_later(item.word.span, row->name, row->part);
  } else {
    const bool in_file = parent == 0 || home == 0;
    const bool fits = row->place == Place::anywhere || (row->place == Place::file && in_file) ||
                      (row->place == Place::company && in_company) || (row->place == Place::company_or_file && (in_file || in_company)) ||
                      (row->place == Place::facility && around != nullptr && around->id == KindId::facility_);
    if (!fits || (row->id == KindId::event_ && !in_file && !in_company)) {
      error(Code::wrong_place, item.word.span,
            row->place == Place::file       ? "`" + word + "` stands in the file, not in another block"
            : row->place == Place::facility ? "`" + word + "` stands in a facility"
                                            : "`" + word + "` stands in a company",
            row->place == Place::company    ? "for example  company acme { " + std::string(row->example) + " }"
            : row->place == Place::facility ? "for example  facility loan { … " + std::string(row->example) + " }"
                                            : "");
      return;
    }
    if (row->naming == Naming::named && name.empty()) {
      error(Code::missing_name, item.word.span, "this `" + word + "` has no name", "for example  " + std::string(row->example));
      return;
    }
    if (row->naming == Naming::unnamed && !name.empty()) {
      error(Code::missing_name, item.name.span, "`" + word + "` takes no name", "for example  " + std::string(row->example));
      return;
    }
  }
  if (row->id == KindId::model_ && &tree != &files_.front()) {
    error(Code::wrong_place, item.word.span, "only the main file has a `model`");
    return;
  }
  if (row->id == KindId::use_) return declare_use(tree, item_id, parent);
  if (row->id == KindId::unit_) {
    const auto [known, fresh] = units_by_file_.emplace(name, &tree);
    const bool other_file = !fresh && (known->second != &tree || !uses_.empty());  // says the same again
    if (!other_file && !units_.declare(name)) error(Code::duplicate_name, span, "there is a unit `" + name + "` already");
    return;
  }
  if (row->id == KindId::source_) {
    const std::uint32_t index = source_by_name_.at({&tree, name});
    if (model_.sources[index].span != span) {
      error(Code::duplicate_name, span, "`" + name + "` is there twice", "", "", "",
            {{model_.sources[index].span, "first here"}, {span, "again"}});
      return;
    }
    if (!sources_declared_.insert(index).second) return;  // by another `use` of the same file
    entity.index = index;
    entity.name = model_.sources[index].name;
  }
  if (home != parent && in_company &&
      (row->id == KindId::class_ || row->id == KindId::holder_ || row->id == KindId::round_ || row->id == KindId::exit_)) {
    error(Code::wrong_place, item.word.span, "`" + word + "` stands in its company, under no further name",
          "use its file without a name:  use \"" + entities_[parent].label + "\"");
    return;
  }

  if (row->id == KindId::scenario_ && (name == "base" || name == "no_new_money")) {
    error(Code::duplicate_name, span, "`" + name + "` is a case already");
    return;
  }
  const std::string called = row->id == KindId::source_ ? entity.name : name.empty() ? std::string(row->name) : name;
  // Every `together` adds its pairs.
  const std::string key = row->id == KindId::together_   ? "together " + std::to_string(entities_.size())
                          : outside_expressions(row->id) ? std::string(row->name) + " " + called
                                                         : called;
  entity.full = parent == 0 ? called : entities_[parent].full + "." + called;
  const EntityId id = static_cast<EntityId>(entities_.size());
  if (const auto taken = entities_[parent].blocks.find(key); taken != entities_[parent].blocks.end()) {
    error(Code::duplicate_name, span, "`" + called + "` is there twice", "", "", "",
          {{entities_[taken->second].span, "first here"}, {span, "again"}});
    return;
  }
  if (in_company && find_measure(Owner::company, called) != nullptr && row->part == Part::now) {
    warning(Code::hides_measure, span, "this block hides the measure `" + called + "` of the company");
  }
  if (row->id == KindId::company_) {
    entity.company = static_cast<CompanyId>(model_.companies.size());
    entity.index = entity.company;
    Company company;
    company.name = called;
    company.label = entity.label;
    company.span = span;
    model_.companies.push_back(std::move(company));
  }
  entities_.push_back(std::move(entity));
  entities_[parent].blocks.emplace(key, id);
  entities_[parent].order.push_back(id);
  if (row->part != Part::now) return;

  for (const lang::ItemId inner : tree.body(item)) {
    const lang::Item& content = tree[inner];
    if (content.kind == lang::ItemKind::block) {
      declare_block(tree, inner, id);
    } else if (content.kind == lang::ItemKind::field) {
      declare_field(id, tree, inner);
    } else if (row->id != KindId::together_) {
      error(Code::wrong_place, content.span, "a pair with `&` stands in `together`", "together { a & b: +0.4 }");
    }
  }
  add_laid_fields(id);
}

void Checker::declare_field(EntityId id, const lang::Tree& tree, lang::ItemId item_id) {
  const lang::Item& item = tree[item_id];
  const KindRow& row = *entities_[id].kind;
  const auto path = tree.path(item);
  const text::Span name_span = text::joined(path.front().span, path.back().span);
  if (row.id == KindId::scenario_) {  // a path: settled when everything has a name
    entities_[id].fields.push_back({nullptr, {&tree, item.value}, item_id, name_span, kNone});
    return;
  }
  const std::string& name = tree.name(path.front().name);
  if (path.size() > 1) {
    error(Code::unknown_field, name_span, "a field is one word; a path stands in a scenario only");
    return;
  }
  const FieldRow* field = row.field(name);
  if (field == nullptr) {
    if (const FieldRow* later = row.later_field(name)) {
      refuse_later(name_span, name, later->part);
      return;
    }
    if (row.fields.empty()) {
      error(Code::unknown_field, name_span, "`" + std::string(row.name) + "` takes no fields", "for example  " + std::string(row.example));
      return;
    }
    std::vector<std::string> candidates;
    for (const FieldRow& known : row.fields) candidates.emplace_back(known.name);
    const auto near = nearest(name, candidates);
    if (near) entities_[id].misspelt.insert(*near);
    std::string message = "`" + std::string(row.name) + "` has no field `" + name + "`";
    if (item.path.size() == 1 && name == "is" && tree[entities_[id].item].short_form) {
      message = "`" + std::string(row.name) + "` has no value of its own, so no short form with `=`";
    }
    error(Code::unknown_field, name_span, message, near ? "did you mean  " + *near + "?" : "its fields are  " + listed(row.fields), name,
          listed(row.fields));
    return;
  }
  if (const WrittenField* before = entities_[id].field(name)) {
    error(Code::duplicate_field, name_span, "`" + name + "` is given twice", "", "", "",
          {{before->name_span, "first here"}, {name_span, "again"}});
    return;
  }
  give_field(id, {field, {&tree, item.value}, item_id, name_span, kNone});
}

// A field as it is written, or as a `use` around it has it.
void Checker::give_field(EntityId id, WrittenField given) {
  const FieldRow& field = *given.row;
  const Laid laid = laid_over(id, given);
  if (defines(field.want, field.varies) && !takes_word(id, given)) {
    const bool main = field.name == "is";
    const std::string& full = entities_[id].full;
    const DefId def = define(id, given, main ? role_of(entities_[id].kind->id) : Role::field, main ? full : full + "." + std::string(field.name));
    if (main) entities_[id].is = def;
    states_[def].outside = laid.outside;
    states_[def].replaced = laid.replaced;
  }
  entities_[id].fields.push_back(given);
  if (field.want == Want::instrument || (field.want == Want::coverage && takes_word(id, given))) declare_record(id, given);
  if (field.want == Want::holds || field.want == Want::book) declare_cells(id, given);
}

DefId Checker::define(EntityId id, WrittenField& field, Role role, const std::string& name) {
  const Entity& entity = entities_[id];
  const DefId def = static_cast<DefId>(model_.definitions.size());
  Definition definition;
  definition.name = name;
  definition.label = role == Role::field ? "" : entity.label;
  definition.role = role;
  definition.company = entity.company;
  definition.span = role == Role::field || field.value.tree != entity.tree ? field.name_span : entity.span;
  model_.definitions.push_back(std::move(definition));
  DefinitionState state;
  state.entity = id;
  state.row = field.row;
  state.written = field.value;
  state.item = field.item;
  state.owner = static_cast<OwnerId>(owners_.size());
  Reads reads = Reads::plan;
  if (field.row->varies == Varies::policy || field.row->varies == Varies::attempt) reads = Reads::policy;
  if (field.row->varies == Varies::now) reads = Reads::now;
  owners_.push_back({def, reads, false, name, field.name_span});
  states_.push_back(state);
  field.definition = def;
  cite(def, field.item, field.value);
  return def;
}

DefId Checker::define_default(EntityId id, std::string_view field, double value, const quantity::Unit& unit) {
  const Entity& entity = entities_[id];
  const DefId def = static_cast<DefId>(model_.definitions.size());
  Definition definition;
  definition.name = entity.full + "." + std::string(field);
  definition.company = entity.company;
  definition.type.unit = unit;
  definition.span = entity.span;
  DefinitionState state;
  state.entity = id;
  state.row = entity.kind->field(field);
  state.stage = DefinitionState::Stage::done;
  state.typed = true;
  state.owner = static_cast<OwnerId>(owners_.size());
  owners_.push_back({def, Reads::plan, false, definition.name, definition.span});
  definition.is = constant(value, entity.span, state.owner);
  model_.definitions.push_back(std::move(definition));
  states_.push_back(state);
  return def;
}

// Sources are gathered before anything cites them; their fields are read with the other nouns. Each file has its own: a cite looks there
// first, then in the others. A name that another file has too gets a number behind it.
void Checker::declare_sources() {
  std::set<std::string> taken;
  for (const lang::Tree& tree : files_) {
    for (const lang::ItemId id : tree.top) {
      const lang::Item& item = tree[id];
      if (item.kind != lang::ItemKind::block || tree.name(item.word.name) != "source" || !item.name.given()) continue;
      const std::string& name = tree.name(item.name.name);
      const auto index = static_cast<std::uint32_t>(model_.sources.size());
      if (!source_by_name_.emplace(std::pair(&tree, name), index).second) continue;
      source_anywhere_.emplace(name, index);
      std::string called = name;
      for (int number = 2; !taken.insert(called).second; ++number) called = name + "_" + std::to_string(number);
      model_.sources.push_back({.name = called, .by = {}, .on = {}, .url = {}, .grade = {}, .span = item.name.span});
    }
  }
}

std::optional<std::uint32_t> Checker::source_named(const lang::Tree& tree, const std::string& name) const {
  if (const auto own = source_by_name_.find({&tree, name}); own != source_by_name_.end()) return own->second;
  if (const auto other = source_anywhere_.find(name); other != source_anywhere_.end()) return other->second;
  return std::nullopt;
}

std::vector<std::uint32_t> Checker::cites_of(const lang::Tree& tree, lang::ItemId item) {
  std::vector<std::uint32_t> result;
  for (const lang::Word& word : tree.cites_of(item)) {
    const std::string& name = tree.name(word.name);
    if (const auto found = source_named(tree, name)) {
      if (std::find(result.begin(), result.end(), *found) == result.end()) result.push_back(*found);
      continue;
    }
    std::vector<std::string> candidates;
    if (may_suggest(source_anywhere_.size())) {
      for (const auto& [known, number] : source_anywhere_) candidates.push_back(known);
    }
    const auto near = nearest(name, candidates);
    error(Code::unknown_source, word.span, "there is no source `" + name + "`",
          near ? "did you mean  @" + *near + "?" : "declare it:  source " + name + " { by = \"…\", grade = judgement }");
  }
  return result;
}

namespace {

// A figure is a number other than the bare 0 and 1 that formulas are made of, or a date.
bool holds_figure(const lang::Tree& tree, lang::ExprId id) {
  const lang::Expr& expr = tree[id];
  if (expr.kind == lang::ExprKind::number) {
    const lang::Quantity& quantity = tree.quantity(expr);
    const bool bare = !quantity.percent && quantity.suffix == 0 && quantity.units.empty() && quantity.currency == lang::Currency::none;
    return !(bare && (quantity.value == 0 || quantity.value == 1));
  }
  if (expr.kind == lang::ExprKind::date) return true;
  if (expr.kind == lang::ExprKind::table || expr.kind == lang::ExprKind::record) return false;
  for (const lang::ExprId child : tree.children(expr)) {
    if (holds_figure(tree, child)) return true;
  }
  return false;
}

}  // namespace

// The sources of a field and, where its value is a table, of its cells. What holds a figure is an assumption, to be cited.
void Checker::cite(DefId def, lang::ItemId item, const Written& value) {
  const lang::Tree& tree = *value.tree;
  std::vector<std::uint32_t> all = cites_of(tree, item);
  const auto assume = [&](const std::string& key, lang::ExprId written, lang::ItemId of) {
    if (!holds_figure(tree, written)) return;
    model_.assumptions.push_back({def, key, lang::format(tree, written), cites_of(tree, of), tree[written].span});
  };
  const Written inner = value.bare();
  if (inner->kind == lang::ExprKind::table) {
    for (const lang::ItemId id : tree.cells(*inner)) {
      const lang::Item& cell = tree[id];
      if (cell.kind != lang::ItemKind::cell) continue;
      for (const std::uint32_t source : cites_of(tree, id)) all.push_back(source);
      assume(lang::format(tree, cell.key), cell.value, id);
    }
  } else {
    assume("", value.id, item);
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  model_.definitions[def].cites = std::move(all);
}

void Checker::declare_requirements(EntityId id) {
  const Entity& entity = entities_[id];
  if (entity.kind == nullptr || entity.later() || entity.kind->id == KindId::scenario_) return;
  if (entity.kind->id == KindId::ask_) {
    if (has_later_field(entity) || entity.field("show") != nullptr || entity.field("find") != nullptr || entity.field("most") != nullptr ||
        entity.field("so_that") != nullptr || !entity.misspelt.empty())
      return;
    return error(Code::missing_field, entity.span, "`ask` needs `show`: what to answer, or `find` and `so_that`", "for example  " + std::string(entity.kind->example), "",
                 "`show`");
  }
  std::vector<const FieldRow*> missing;
  std::string names;
  for (const FieldRow& row : entity.kind->fields) {
    if (!row.required || entity.field(row.name) != nullptr || entity.misspelt.contains(std::string(row.name))) continue;
    names += (missing.empty() ? "`" : " and `") + std::string(row.name) + "`";
    missing.push_back(&row);
  }
  if (missing.empty()) return;
  const bool one = missing.size() == 1;
  error(Code::missing_field, entity.span,
        "`" + std::string(entity.kind->name) + "` needs " + names + (one ? ": " + std::string(missing.front()->help) : ""),
        "for example  " + std::string(one ? missing.front()->example : entity.kind->example), "", names);
}

bool Checker::has_later_field(const Entity& entity) const {
  const lang::Tree& tree = *entity.tree;
  for (const lang::ItemId id : tree.body(tree[entity.item])) {
    const lang::Item& item = tree[id];
    if (item.kind == lang::ItemKind::field && entity.kind->later_field(tree.name(tree.path(item).front().name)) != nullptr) return true;
  }
  return false;
}

// Start, horizon and currency. Without them the rest is still checked, against a year that stands in.
void Checker::declare_settings() {
  Settings& settings = model_.settings;
  settings.start_year = 2000;
  settings.start_month = 1;
  settings.months = 12;
  settings.currency = "USD";
  const auto found = entities_[0].blocks.find("model");
  if (found == entities_[0].blocks.end()) {
    const text::SourceId source = files_.empty() ? 0 : files_.front().source;
    if (!diagnostics_.has_errors())
      error(Code::no_model, {source, 0, 0}, "the file has no `model` block", "begin with  " + std::string(kind(KindId::model_).example));
    return;
  }
  Entity& entity = entities_[found->second];
  settings.title = entity.label;
  for (WrittenField& field : entity.fields) {
    for (const CheckOptions::Setting& setting : options_.settings) {
      if (setting.path == "model." + std::string(field.row->name) && field.row->varies == Varies::literal &&
          setting.value.root != lang::ExprId::none) {
        field.value = {&setting.value.tree, setting.value.root};
      }
    }
  }
  if (const WrittenField* given = entity.field("currency")) {
    const Written value = given->value.bare();
    const quantity::ScaledUnit* unit = value->kind == lang::ExprKind::name ? units_.find(value.word()) : nullptr;
    if (unit == nullptr || !unit->unit.is(quantity::Dimension::money)) {
      error(Code::wrong_word, value.span(), "this is no currency", "a currency has three letters: USD, EUR, GBP");
    } else {
      settings.currency = value.word();
    }
  }
  if (const WrittenField* given = entity.field("start")) {
    if (const auto period = period_literal(given->value); period && period->first == period->last) {
      settings.start_year = quantity::year_of(period->first);
      settings.start_month = quantity::month_of(period->first);
    } else if (given->value->kind != lang::ExprKind::mistake) {
      error(Code::not_known, given->value.span(), "the start is a month that is written out", "start = 2026-01");
    }
  }
  if (entity.field("step") != nullptr) word_of(entity, "step", "month");
  if (const WrittenField* given = entity.field("horizon")) {
    Context context;
    context.scope = found->second;
    const Value value = expression(given->value, context);
    if (value.bad) return;
    const auto months = literal(value.id);
    if (!months || value.type != TypeKind::number || value.unit != quantity::duration()) {
      error(Code::not_known, given->value.span(), "the horizon is a duration that is written out", "horizon = 5 years");
    } else if (*months < 0.5 || *months > kLongestHorizon) {
      error(Code::horizon_limit, given->value.span(), "a model looks at least 1 month and at most 100 years ahead");
    } else {
      settings.months = static_cast<int>(std::lround(*months));
    }
  }
}

}  // namespace warchest::model
