// What a name means. A bare name is looked up in its own block, then outwards: the blocks of the company, its measures, its fields,
// then the file. Anything else is reached by path. The field that is being defined does not see itself by its own name.
#include <algorithm>

#include "model/checker.h"
#include "text/names.h"

namespace warchest::model {

using text::Code;

namespace {

std::optional<Owner> owner_of_kind(const Entity& entity) {
  if (entity.kind == nullptr) return std::nullopt;
  switch (entity.kind->id) {
    case KindId::company_:
      return Owner::company;
    case KindId::round_:
      return Owner::round;
    case KindId::facility_:
      return Owner::facility;
    case KindId::credit_:
      return Owner::credit;
    case KindId::account_:
      return Owner::account;
    case KindId::team_:
      return Owner::team;
    case KindId::event_:
    case KindId::exit_:
      return Owner::event;
    case KindId::holder_:
      return Owner::holder;
    case KindId::project_:
      return Owner::project;
    case KindId::covenant_:
      return Owner::covenant;
    default:
      return std::nullopt;
  }
}

bool is_path(const Written& written) {
  if (written->kind == lang::ExprKind::name) return true;
  return written->kind == lang::ExprKind::member && is_path(written.child(0));
}

struct PathWord {
  std::string word;
  text::Span span;
};

void flatten(const Written& written, std::vector<PathWord>& words) {
  if (written->kind == lang::ExprKind::member) flatten(written.child(0), words);
  words.push_back({written.word(), written->mark});
}

}  // namespace

// One block's own: inside it fields come before measures (`amount` in a round is the field), from outside measures before fields
// (`openai.next.amount` is what was sought). Of a company measures always come before fields, since `cash` in it is that at the start.
Checker::Found Checker::find_in(EntityId id, std::string_view name, bool inside, DefId but) const {
  const Entity& entity = entities_[id];
  Found found;
  if (const auto block = entity.blocks.find(std::string(name)); block != entity.blocks.end()) {
    found.kind = entities_[block->second].later() ? Found::Kind::silent : Found::Kind::entity;
    found.entity = block->second;
    return found;
  }
  const auto measure = [&]() -> bool {
    const auto owner = owner_of_kind(entity);
    const MeasureRow* row = owner ? find_measure(*owner, name) : nullptr;
    if (row == nullptr) return false;
    found.kind = Found::Kind::measure;
    found.measure = row;
    found.index = entity.index;
    found.company = entity.company;
    return true;
  };
  const auto field = [&]() -> bool {
    const WrittenField* given = entity.kind == nullptr || entity.kind->id == KindId::scenario_ ? nullptr : field_in(id, name);
    if (given == nullptr || given->definition == kNone || given->definition == but || name == "is") return false;
    found.kind = Found::Kind::definition;
    found.definition = given->definition;
    return true;
  };
  const bool price = entity.kind != nullptr && entity.kind->id == KindId::round_ && (name == "pre_money" || name == "post_money");
  if ((inside && entity.kind != nullptr && entity.kind->id != KindId::company_) || price) {
    if (field() || measure()) return found;
  } else if (measure() || field()) {
    return found;
  }
  if (!inside) {
    if (const auto implied = entity.implied.find(std::string(name)); implied != entity.implied.end()) {
      found.kind = Found::Kind::entity;
      found.entity = implied->second;
      return found;
    }
  }
  return {};
}

const WrittenField* Checker::field_in(EntityId id, std::string_view name) const {
  const WrittenField* given = entities_[id].field(name);
  return given != nullptr || entities_[id].record == kNone ? given : entities_[entities_[id].record].field(name);
}

Checker::Found Checker::find_word(std::string_view name, const Context& context) const {
  for (EntityId id = context.scope; id != kNone; id = entities_[id].parent) {
    const Found found = find_in(id, name, true, context.definition);
    if (found.kind != Found::Kind::nothing) return found;
  }
  return {};
}

Checker::Found Checker::find_path(const Written& path, Context& context) {
  std::vector<PathWord> words;
  flatten(path, words);
  Found found = find_word(words.front().word, context);
  if (found.kind == Found::Kind::nothing) {
    unknown_name(words.front().word, words.front().span, context);
    found.kind = Found::Kind::silent;
    return found;
  }
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (found.kind == Found::Kind::silent) return found;
    const PathWord& word = words[i];
    if (found.kind == Found::Kind::measure && found.measure->unit == MeasureUnit::event &&
        (word.word == "date" || word.word == "happened")) {
      found.event_part = word.word == "date" ? Found::EventPart::date : Found::EventPart::happened;
      continue;
    }
    if (found.kind != Found::Kind::entity) {
      error(Code::unknown_name, word.span, "`" + words[i - 1].word + "` has no parts", "", word.word);
      return {.kind = Found::Kind::silent};
    }
    const EntityId in = found.entity;
    const Entity& entity = entities_[in];
    found = find_in(in, word.word, false, kNone);
    if (found.kind != Found::Kind::nothing) continue;
    if (entity.kind->id == KindId::model_ && (word.word == "start" || word.word == "horizon")) {
      found.kind = Found::Kind::setting;
      found.index = word.word == "start" ? 0 : 1;
      continue;
    }
    found.kind = Found::Kind::silent;
    if (const FieldRow* later = entity.kind->later_field(word.word)) {
      refuse_later(word.span, word.word, later->part);
      return found;
    }
    if (entity.kind->id == KindId::company_) {
      if (const LaterName* later = find_later_measure(word.word)) {
        refuse_later(word.span, word.word, later->part);
        return found;
      }
    }
    std::vector<std::string> candidates;
    if (may_suggest(entity.blocks.size())) {
      for (const auto& [name, block] : entity.blocks) candidates.push_back(name);
      std::sort(candidates.begin(), candidates.end());
    }
    if (const auto owner = owner_of_kind(entity)) {
      for (const MeasureRow& row : measures()) {
        if (row.owner == *owner) candidates.emplace_back(row.name);
      }
    }
    for (const WrittenField& given : entity.fields) {
      if (given.row != nullptr && given.definition != kNone && given.name() != "is") candidates.emplace_back(given.name());
    }
    if (entity.record != kNone) {
      for (const WrittenField& given : entities_[entity.record].fields) {
        if (given.definition != kNone) candidates.emplace_back(given.name());
      }
    }
    if (const FieldRow* row = row_in(in, word.word)) {
      error(Code::unknown_name, word.span, "`" + entity.full + "` gives no `" + word.word + "`",
            "write it into the block:  " + std::string(row->example), word.word);
      return found;
    }
    const auto near = nearest(word.word, candidates);
    std::string help = near ? "did you mean  " + entity.full + "." + *near + "?" : "";
    if (!near && !candidates.empty() && candidates.size() <= 12) {
      for (const std::string& candidate : candidates) help += (help.empty() ? "it has  " : ", ") + candidate;
    }
    error(Code::unknown_name, word.span, "`" + entity.full + "` has nothing called `" + word.word + "`", help, word.word);
    return found;
  }
  return found;
}

void Checker::unknown_name(std::string_view name, text::Span span, const Context& context) {
  if (const LaterName* later = find_later_measure(name)) return refuse_later(span, name, later->part);
  if (const LaterName* later = find_later_function(name)) return refuse_later(span, name, later->part);
  if (find_measure(Owner::holder, name) != nullptr) {
    return error(Code::unknown_name, span, "`" + std::string(name) + "` is of a holder",
                 "say of whom:  " + std::string(name) + "(acme.staff),  or of each:  " + std::string(name) + "(acme) by holder",
                 std::string(name));
  }
  if (!may_suggest(entities_.size()))
    return error(Code::unknown_name, span, "there is nothing called `" + std::string(name) + "` here", "", std::string(name));
  std::vector<std::string> candidates, elsewhere;
  for (EntityId id = context.scope; id != kNone; id = entities_[id].parent) {
    const Entity& entity = entities_[id];
    for (const EntityId block : entity.order) {
      if (entity.blocks.contains(entities_[block].name)) candidates.push_back(entities_[block].name);
    }
    if (const auto owner = owner_of_kind(entity)) {
      for (const MeasureRow& row : measures()) {
        if (row.owner == *owner) candidates.emplace_back(row.name);
      }
    }
  }
  for (const Entity& entity : entities_) {
    if (entity.kind == nullptr || entity.later()) continue;
    if (entity.name == name && entity.parent != 0 && entity.parent != kNone) elsewhere.push_back(entity.full);
    if (entity.kind->id == KindId::company_ && find_measure(Owner::company, name) != nullptr)
      elsewhere.push_back(entity.full + "." + std::string(name));
  }
  std::string help;
  if (context.field != nullptr && !context.field->words.empty()) {
    help = "`" + std::string(context.field->name) + "` also takes the words";
    for (const std::string_view word : context.field->words) help += (help.ends_with("words") ? " " : ", ") + std::string(word);
  } else if (!elsewhere.empty()) {
    help = "did you mean  " + elsewhere.front() + "?";
  } else if (const auto near = nearest(name, candidates)) {
    help = "did you mean  " + *near + "?";
  } else if (find_function(name) != nullptr) {
    help = "`" + std::string(name) + "` is a function: " + std::string(find_function(name)->example);
  }
  error(Code::unknown_name, span, "there is nothing called `" + std::string(name) + "` here", help, std::string(name));
}

Value Checker::value_of(const Found& found, text::Span span, const Context& context) {
  const auto measure_node = [&](const MeasureRow& row, std::uint32_t index) {
    double which = 0;  // of a team, a credit or an account: its number in the company
    if (row.measure == Measure::round_book) {
      if (context.split_investor == kNone) {
        error(Code::bad_argument, span, "who puts in what is asked investor by investor", "show = " + model_.rounds[index].name + ".book, by = investor");
        return bad(span);
      }
      which = context.split_investor;
    }
    if (row.measure == Measure::round_demand) which = context.split_price.value_or(1);
    if (of_market(row.measure) && !of_the_market(row.measure, index)) {
      error(Code::no_market, span, "nobody is modelled who could pay in it, so there is no `" + std::string(row.name) + "`",
            "investor gulf { capacity = $5B/year }");
      return bad(span);
    }
    if (row.owner == Owner::team || row.owner == Owner::credit || row.owner == Owner::account) {
      which = index;
      index = found.company;
    }
    Value value;
    value.type = row.unit == MeasureUnit::event   ? TypeKind::event
                 : row.unit == MeasureUnit::date  ? TypeKind::date
                 : row.unit == MeasureUnit::truth ? TypeKind::truth
                                                  : TypeKind::number;
    value.unit = row.owner == Owner::project && (row.unit == MeasureUnit::size || row.unit == MeasureUnit::levelised)
                     ? unit_of_project(row.unit, index)
                     : unit_of_measure(row.unit);
    value.id = node({.kind = ExprKind::measure, .measure = row.measure, .type = value.type, .index = index, .value = which, .span = span},
                    context.owner);
    if (row.unit == MeasureUnit::growth) {  // a ratio, read as a rate per year
      const ExprId twelve = constant(quantity::kMonthsPerYear, span, context.owner);
      value.id = node({.kind = ExprKind::div, .args = {value.id, twelve}, .span = span}, context.owner);
    }
    value.span = span;
    return value;
  };
  switch (found.kind) {
    case Found::Kind::nothing:
    case Found::Kind::silent:
      return bad(span);
    case Found::Kind::measure: {
      Value value = measure_node(*found.measure, found.index);
      if (found.event_part == Found::EventPart::date) {
        value.type = TypeKind::date;
        model_.exprs[value.id].type = TypeKind::date;
      } else if (found.event_part == Found::EventPart::happened) {
        value = as_truth(value, context);
      }
      return value;
    }
    case Found::Kind::setting: {
      if (found.index == 1) return constant_value(model_.settings.months, quantity::duration(), span, context);
      Value value = constant_value(0, {}, span, context);
      value.type = TypeKind::date;
      model_.exprs[value.id].type = TypeKind::date;
      return value;
    }
    case Found::Kind::definition: {
      const Type type = type_of(found.definition);
      Value value;
      value.bad = states_[found.definition].bad;
      if (states_[found.definition].table_by_number) {
        error(Code::wrong_type, span, "`" + model_.definitions[found.definition].name + "` is a table by number",
              "call it with a number:  " + model_.definitions[found.definition].name + "(1.2)");
        value.bad = true;
      }
      value.type = type.kind;
      value.unit = type.unit;
      value.id = node({.kind = ExprKind::reference, .type = type.kind, .index = found.definition, .span = span}, context.owner);
      value.span = span;
      return value;
    }
    case Found::Kind::entity: {
      const Entity& entity = entities_[found.entity];
      if (entity.is != kNone) return value_of({.kind = Found::Kind::definition, .definition = entity.is}, span, context);
      if (entity.kind->id == KindId::event_ || entity.kind->id == KindId::exit_) {
        MeasureRow row = measure_row(Measure::event_date);
        row.unit = MeasureUnit::event;
        return measure_node(row, entity.index);
      }
      if (entity.kind->id == KindId::round_) {
        MeasureRow row = measure_row(Measure::round_date);
        row.unit = MeasureUnit::event;
        return measure_node(row, entity.index);
      }
      std::string help;
      if (const auto owner = owner_of_kind(entity)) {
        for (const MeasureRow& row : measures()) {
          if (row.owner == *owner && help.empty())
            help = "for example  " + entity.full + "." + std::string(row.name == "revenue" ? "cash" : row.name);
        }
      }
      if (entity.kind->field("is") == nullptr || entity.kind->id == KindId::class_) {
        error(Code::not_a_value, span, "`" + entity.full + "` is a " + std::string(entity.kind->name) + ", not a value", help);
      }
      return bad(span);
    }
  }
  return bad(span);
}

// What a path means, without complaint.
Checker::Found Checker::find_quietly(const Written& written, const Context& context) const {
  const Written inner = written.bare();
  if (!is_path(inner)) return {};
  std::vector<PathWord> words;
  flatten(inner, words);
  Found found = find_word(words.front().word, context);
  for (std::size_t i = 1; i < words.size() && found.kind == Found::Kind::entity; ++i)
    found = find_in(found.entity, words[i].word, false, kNone);
  return found;
}

const FieldRow* Checker::row_in(EntityId id, std::string_view name) const {
  const FieldRow* row = entities_[id].kind->field(name);
  return row != nullptr || entities_[id].record == kNone ? row : entities_[entities_[id].record].kind->field(name);
}

std::optional<EntityId> Checker::find_company(const Written& written, Context& context) {
  const Found found = find_quietly(written, context);
  if (found.kind != Found::Kind::entity || entities_[found.entity].kind->id != KindId::company_) return std::nullopt;
  return found.entity;
}

// What a scenario, a setting, `for` or a pair of `together` means by a path: a definition.
std::optional<DefId> Checker::find_target(const std::vector<std::string>& path, text::Span span, const Context& context) {
  std::string spelled;
  for (const std::string& word : path) spelled += (spelled.empty() ? "" : ".") + word;
  Found found = find_word(path.front(), context);
  if (found.kind == Found::Kind::nothing) {
    unknown_name(path.front(), span, context);
    return std::nullopt;
  }
  for (std::size_t i = 1; i < path.size() && found.kind == Found::Kind::entity; ++i) {
    const Entity& entity = entities_[found.entity];
    if (const auto block = entity.blocks.find(path[i]); block != entity.blocks.end()) {
      found.entity = block->second;
      if (entities_[block->second].later()) return std::nullopt;
      continue;
    }
    const WrittenField* field = field_in(found.entity, path[i]);
    if (field != nullptr && field->definition != kNone && i + 1 == path.size()) {
      return path[i] == "is" ? entity.is : field->definition;
    }
    if (const DefId given = default_of(found.entity, path[i]); given != kNone && i + 1 == path.size()) return given;
    if (const FieldRow* later = entity.kind->later_field(path[i])) {
      refuse_later(span, path[i], later->part);
    } else if (field != nullptr) {
      error(Code::bad_override, span, "`" + spelled + "` is fixed by the text and takes no other value");
    } else if (owner_of_kind(entity) && find_measure(*owner_of_kind(entity), path[i]) != nullptr &&
               entity.kind->field(path[i]) == nullptr) {
      error(Code::bad_override, span, "`" + spelled + "` is a measure: it comes out of the run and takes no other value");
    } else if (const FieldRow* row = row_in(found.entity, path[i])) {
      error(Code::bad_override, span, "`" + entity.full + "` gives no `" + path[i] + "`, so there is nothing to override",
            "write it into the block:  " + std::string(row->example));
    } else {
      std::vector<std::string> candidates;
      if (may_suggest(entity.order.size())) {
        for (const EntityId block : entity.order) candidates.push_back(entities_[block].name);
      }
      for (const FieldRow& known : entity.kind->fields) candidates.emplace_back(known.name);
      const auto near = nearest(path[i], candidates);
      error(Code::unknown_name, span, "`" + entity.full + "` has nothing called `" + path[i] + "`",
            near ? "did you mean  " + entity.full + "." + *near + "?" : "", path[i]);
    }
    return std::nullopt;
  }
  if (found.kind == Found::Kind::silent) return std::nullopt;
  if (found.kind == Found::Kind::definition) return found.definition;
  if (found.kind == Found::Kind::entity && entities_[found.entity].is != kNone) return entities_[found.entity].is;
  if (found.kind == Found::Kind::entity) {
    error(Code::bad_override, span,
          "`" + spelled + "` is a " + std::string(entities_[found.entity].kind->name) + ": name one of its fields",
          "for example  " + spelled + "." +
              (entities_[found.entity].kind->fields.empty() ? "" : std::string(entities_[found.entity].kind->fields.front().name)));
  } else {
    error(Code::bad_override, span, "`" + spelled + "` is a measure: it comes out of the run and takes no other value");
  }
  return std::nullopt;
}

}  // namespace warchest::model
