// `use`: what another file says stands where `use` stands, in the file or in a company, as if it were written there; with a name, under
// that name, so that one file can be used several times. In its braces stand values to use instead of those of the file.
//
// The values are laid over while the file is declared: a field finds its path among those of the uses around it, the outermost first,
// and takes that value. So whatever comes later sees one text. Names in such a value are looked for where `use` stands; `base` in it
// is what the file has. What no field has taken in the end is a mistake, and is told with what could have been meant.
#include <algorithm>

#include "model/checker.h"
#include "text/names.h"

namespace warchest::model {

using text::Code;

namespace {

constexpr std::size_t kMostUses = 1000;
constexpr std::size_t kMostListed = 12;

std::string spelled(const lang::Tree& tree, const lang::Item& item) {
  std::string path;
  for (const lang::Word& word : tree.path(item)) path += (path.empty() ? "" : ".") + tree.name(word.name);
  return path;
}

text::Span path_span(const lang::Tree& tree, const lang::Item& item) {
  const auto path = tree.path(item);
  return text::joined(path.front().span, path.back().span);
}

bool is_use(const lang::Tree& tree, lang::ItemId id) {
  return tree[id].kind == lang::ItemKind::block && tree.name(tree[id].word.name) == "use";
}

}  // namespace

// The file, or the company, in which a block stands: `use` with a name is no place of its own.
EntityId Checker::home_of(EntityId id) const {
  while (id != 0 && entities_[id].kind->id == KindId::use_) id = entities_[id].parent;
  return id;
}

// Where a list of costs finds a name: under the name of its `use`, or in the company.
EntityId Checker::around_of_line(EntityId scope, const Written& name) const {
  if (name->kind != lang::ExprKind::name) return scope;
  EntityId id = scope;
  while (entities_[id].kind->id == KindId::use_ && !entities_[id].blocks.contains(name.word())) id = entities_[id].parent;
  return id;
}

// What a file uses in the file itself comes after its own blocks.
void Checker::declare_items(const lang::Tree& tree, EntityId parent) {
  const bool later = home_of(parent) == 0;
  for (const lang::ItemId item : tree.top) {
    if (!later || !is_use(tree, item)) declare_block(tree, item, parent);
  }
  for (const lang::ItemId item : tree.top) {
    if (later && is_use(tree, item)) declare_block(tree, item, parent);
  }
}

void Checker::declare_use(const lang::Tree& tree, lang::ItemId item_id, EntityId parent) {
  const lang::Item& item = tree[item_id];
  if (!item.has_label) {
    return error(Code::missing_name, item.word.span, "`use` names a file, in quotes", "use \"staff.chest\"");
  }
  const std::string& file = tree.label(item);
  const auto found = inputs_.models.find(file);
  if (found == inputs_.models.end()) return;  // whoever was to read it has said why
  Use use;
  use.tree = &tree;
  use.file = &files_[found->second];
  use.name = file;
  use.outside = use.scope = parent;
  use.first = static_cast<DefId>(model_.definitions.size());
  gather_values(use, item);
  const bool in_file = parent == 0 && !item.name.given();
  if (in_file && stand_in_file_.contains(use.file)) {  // once is enough, but for other values
    if (use.values.empty()) return;
    return error(Code::duplicate_name, item.label_span, "what \"" + file + "\" says stands in this file already",
                 "give this one a name:  use another \"" + file + "\" { … }");
  }
  const bool circle = found->second < inputs_.main_files ||
                      std::any_of(uses_.begin(), uses_.end(), [&](const Use& around) { return around.file == use.file; });
  if (circle) return error(Code::use_circle, item.label_span, "\"" + file + "\" uses itself here");
  if (++uses_declared_ > kMostUses) {
    if (uses_declared_ == kMostUses + 1) error(Code::use_limit, item.label_span, "this model brings in files more than 1,000 times");
    return;
  }
  if (in_file) stand_in_file_.insert(use.file);
  if (item.name.given()) {
    const std::string& name = tree.name(item.name.name);
    if (const auto taken = entities_[parent].blocks.find(name); taken != entities_[parent].blocks.end()) {
      return error(Code::duplicate_name, item.name.span, "`" + name + "` is there twice", "", "", "",
                   {{entities_[taken->second].span, "first here"}, {item.name.span, "again"}});
    }
    Entity entity;
    entity.kind = &kind(KindId::use_);
    entity.name = name;
    entity.full = parent == 0 ? name : entities_[parent].full + "." + name;
    entity.label = file;
    entity.parent = parent;
    entity.tree = &tree;
    entity.item = item_id;
    entity.span = item.name.span;
    entity.company = entities_[parent].company;
    use.scope = static_cast<EntityId>(entities_.size());
    entities_.push_back(std::move(entity));
    entities_[parent].blocks.emplace(name, use.scope);
    entities_[parent].order.push_back(use.scope);
  }
  const lang::Tree& content = *use.file;
  const EntityId scope = use.scope;
  uses_.push_back(std::move(use));
  declare_items(content, scope);
  const Use done = std::move(uses_.back());
  uses_.pop_back();
  complain_of_untaken(done);
}

void Checker::gather_values(Use& use, const lang::Item& item) {
  const lang::Tree& tree = *use.tree;
  for (const lang::ItemId id : tree.body(item)) {
    const lang::Item& given = tree[id];
    if (given.kind != lang::ItemKind::field) {
      error(Code::wrong_place, given.kind == lang::ItemKind::block ? given.word.span : given.span,
            "in `use` stand values for figures of its file, and no blocks", "a block stands beside `use`");
      continue;
    }
    const auto [before, fresh] = use.values.emplace(spelled(tree, given), Use::Value{id});
    if (!fresh) {
      error(Code::duplicate_field, path_span(tree, given), "`" + before->first + "` is given twice", "", "", "",
            {{path_span(tree, tree[before->second.item]), "first here"}, {path_span(tree, given), "again"}});
    }
  }
}

// The words from where the file stands to a block: empty for that place itself.
std::string Checker::path_in(const Use& use, EntityId id) const {
  std::string path;
  for (; id != use.scope && id != kNone && id != 0; id = entities_[id].parent) {
    const EntityId around = entities_[id].parent;
    const bool record_of_class = around != kNone && entities_[around].record == id;  // whose names are those of the class
    if (!record_of_class) path = entities_[id].name + (path.empty() ? "" : "." + path);
  }
  return path;
}

// The value of the outermost `use` around a field, put in its place.
Checker::Laid Checker::laid_over(EntityId id, WrittenField& given) {
  Laid result;
  for (Use& use : uses_) {
    if (use.values.empty()) continue;
    const std::string block = path_in(use, id);
    auto found = use.values.find(block.empty() ? std::string(given.row->name) : block + "." + std::string(given.row->name));
    if (found == use.values.end() && given.row->name == "is") found = use.values.find(block);
    if (found == use.values.end()) continue;
    found->second.taken = true;
    if (result.outside != kNone) continue;
    const lang::Item& item = (*use.tree)[found->second.item];
    result.outside = use.outside;
    if (given.item != found->second.item || given.value.tree != use.tree) result.replaced = given.value;
    given.value = {use.tree, item.value};
    given.item = found->second.item;
    given.name_span = path_span(*use.tree, item);
  }
  return result;
}

// Values for fields that the file leaves out.
void Checker::add_laid_fields(EntityId id) {
  const KindRow& row = *entities_[id].kind;
  if (row.id == KindId::scenario_) return;
  for (std::size_t u = 0; u < uses_.size(); ++u) {
    const std::string block = path_in(uses_[u], id) + ".";
    std::vector<std::pair<const FieldRow*, lang::ItemId>> missing;
    for (auto at = uses_[u].values.lower_bound(block); at != uses_[u].values.end() && at->first.starts_with(block); ++at) {
      const FieldRow* field = row.field(at->first.substr(block.size()));
      if (!at->second.taken && field != nullptr && entities_[id].field(field->name) == nullptr)
        missing.emplace_back(field, at->second.item);
    }
    for (const auto& [field, item] : missing) {
      const lang::Tree& tree = *uses_[u].tree;
      give_field(id, {field, {&tree, tree[item].value}, item, path_span(tree, tree[item]), kNone});
    }
  }
}

void Checker::complain_of_untaken(const Use& use) {
  for (const auto& [path, value] : use.values) {
    if (value.taken) continue;
    const text::Span span = path_span(*use.tree, (*use.tree)[value.item]);
    EntityId at = use.scope;
    std::string rest = path;
    while (!rest.empty()) {
      const std::string word = rest.substr(0, rest.find('.'));
      const auto block = entities_[at].blocks.find(word);
      if (block == entities_[at].blocks.end()) break;
      at = block->second;
      rest = rest.size() > word.size() ? rest.substr(word.size() + 1) : "";
    }
    if (rest.empty() && at != use.scope) {
      const KindRow& row = *entities_[at].kind;
      error(Code::unknown_value, span, "`" + path + "` of \"" + use.name + "\" is a " + std::string(row.name) + ": name one of its figures",
            row.fields.empty() ? "" : "for example  " + path + "." + std::string(row.fields.front().example), path);
      continue;
    }
    const std::string front = entities_[use.scope].full.empty() ? "" : entities_[use.scope].full + ".";
    std::vector<std::string> all, inputs;
    for (DefId def = use.first; def < model_.definitions.size(); ++def) {
      const std::string& name = model_.definitions[def].name;
      if (!name.starts_with(front)) continue;
      all.push_back(name.substr(front.size()));
      if (model_.definitions[def].role == Role::input) inputs.push_back(all.back());
    }
    std::string listed;
    for (std::size_t i = 0; i < inputs.size() && i < kMostListed; ++i) listed += (i == 0 ? "" : ", ") + inputs[i];
    if (inputs.size() > kMostListed) listed += ", …";
    const auto near = nearest(path, all);
    error(Code::unknown_value, span, "\"" + use.name + "\" has no figure called `" + path + "`",
          near             ? "did you mean  " + *near + "?"
          : listed.empty() ? ""
                           : "its inputs are  " + listed,
          path, listed);
  }
}

// A value that is laid over another is of its type and unit; where the schema says neither, the file's own value does.
Value Checker::checked_as_replaced(DefId id, Value value) {
  const DefinitionState& state = states_[id];
  if (value.bad || state.row->want != Want::any) return value;
  Context context = context_of(id, true);
  Value before = expression(state.replaced, context);
  if (before.bad) return value;
  const std::string name = "`" + model_.definitions[id].name + "`";
  const text::Label there{before.span, before.type == TypeKind::number ? quantity::spelled(before.unit) : type_in_words(before)};
  if (value.type != before.type) {
    error(Code::wrong_type, value.span, name + " is " + type_in_words(before) + ", and this is " + type_in_words(value), "",
          type_in_words(value), type_in_words(before), {{value.span, type_in_words(value)}, there});
  } else if (value.type == TypeKind::number && value.unit != before.unit && !value.nought && !before.nought) {
    error(Code::unit_mismatch, value.span,
          name + " is " + quantity::in_words(before.unit) + ", and this is " + quantity::in_words(value.unit),
          unit_advice(value, before.unit), quantity::spelled(value.unit), quantity::spelled(before.unit),
          {{value.span, quantity::spelled(value.unit)}, there});
  } else {
    return value;
  }
  before.bad = true;  // what builds on it is checked as if all were well
  return before;
}

}  // namespace warchest::model
