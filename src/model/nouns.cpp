// What declared blocks become in the model: companies with their lines, teams, credits, facilities, rounds and events, each with the
// definitions of its fields. Rules that bind fields of one noun to each other are here too: what excludes what, what needs what.
#include <algorithm>

#include "model/checker.h"
#include "text/names.h"

namespace warchest::model {

using text::Code;

DefId Checker::definition_of(const Entity& entity, std::string_view field) const {
  const WrittenField* given = entity.field(field);
  return given == nullptr ? kNone : given->definition;
}

DefId Checker::default_of(EntityId id, std::string_view field) const {
  const Entity& entity = entities_[id];
  if (entity.kind->id != KindId::company_) return kNone;
  const Company& company = model_.companies[entity.index];
  if (field == "cash") return company.cash;
  if (field == "debt") return company.debt;
  if (field == "min_cash") return company.min_cash;
  return kNone;
}

// Whether a field that takes a number or a word has a word: the rank of a round's shares is one, that of a class may be none.
bool Checker::takes_word(EntityId id, const WrittenField& given) const {
  const Written value = given.value.bare();
  const bool word = value->kind == lang::ExprKind::name && given.row->takes(value.word());
  if (given.row->want == Want::strike) return word;
  if (given.row->want == Want::coverage) {  // or the terms, in braces
    const KindRow* row = value->kind == lang::ExprKind::name ? find_kind(value.word()) : nullptr;
    return value->kind == lang::ExprKind::record || value->kind == lang::ExprKind::table || (row != nullptr && row->place == Place::record);
  }
  if (given.row->want != Want::seniority) return word && given.row->want == Want::any;  // of a project how its money is spent
  if (entities_[entities_[id].parent].kind->id == KindId::round_) return true;
  return word;
}

// The word of a field that takes one of a few; complains about others.
std::string Checker::word_of(const Entity& entity, std::string_view field, std::string_view fallback) {
  const WrittenField* given = entity.field(field);
  if (given == nullptr) return std::string(fallback);
  const Written value = given->value.bare();
  if (value->kind == lang::ExprKind::mistake) return std::string(fallback);
  const std::string word = value->kind == lang::ExprKind::name    ? value.word()
                           : value->kind == lang::ExprKind::truth ? value->truth ? "yes" : "no"
                                                                  : "";
  const auto& words = given->row->words;
  if (given->row->takes(word)) return word;
  std::string all;
  std::vector<std::string> candidates;
  for (const std::string_view known : words) {
    all += (all.empty() ? "" : ", ") + std::string(known);
    candidates.emplace_back(known);
  }
  const auto near = nearest(word, candidates);
  error(Code::wrong_word, value.span(), "`" + std::string(field) + "` takes one of  " + all, near ? "did you mean  " + *near + "?" : "",
        quoted(value), all);
  return std::string(fallback);
}

std::string Checker::text_of(const WrittenField* given) {
  if (given == nullptr) return "";
  const Written value = given->value.bare();
  if (value->kind == lang::ExprKind::text) return value.tree->text(*value);
  if (given->row->want == Want::day) {
    if (const auto period = period_literal(value)) return quoted(value);
  }
  if (value->kind != lang::ExprKind::mistake) {
    error(Code::wrong_type, value.span(), "`" + std::string(given->row->name) + "` wants " + in_words(given->row->want),
          "for example  " + std::string(given->row->example));
  }
  return "";
}

void Checker::only_with(const Entity& entity, std::string_view field, std::string_view needs) {
  const WrittenField* given = entity.field(field);
  if (given == nullptr || entity.field(needs) != nullptr) return;
  error(Code::field_conflict, given->name_span, "`" + std::string(field) + "` means nothing without `" + std::string(needs) + "`");
}

void Checker::never_with(const Entity& entity, std::string_view field, std::string_view other) {
  const WrittenField* given = entity.field(field);
  const WrittenField* against = entity.field(other);
  if (given == nullptr || against == nullptr) return;
  error(Code::field_conflict, given->name_span, "`" + std::string(field) + "` and `" + std::string(other) + "` exclude each other", "", "",
        "", {{given->name_span, ""}, {against->name_span, ""}});
}

void Checker::declare_nouns() {
  DefId model_floor = kNone;
  if (const auto found = entities_[0].blocks.find("model"); found != entities_[0].blocks.end()) {
    model_floor = definition_of(entities_[found->second], "min_cash");
  }
  for (EntityId id = 1; id < entities_.size(); ++id) {
    const Entity& entity = entities_[id];
    if (entity.kind->id == KindId::source_) {
      Source& source = model_.sources[entity.index];
      source.by = text_of(entity.field("by"));
      source.on = text_of(entity.field("on"));
      source.url = text_of(entity.field("url"));
      source.grade = word_of(entity, "grade", "");
    }
    if (entity.kind->id == KindId::company_) {
      const DefId cash = definition_of(entity, "cash"), debt = definition_of(entity, "debt"), floor = definition_of(entity, "min_cash");
      const quantity::Unit unit = currency();
      const DefId cash_def = cash != kNone ? cash : define_default(id, "cash", 0, unit);
      const DefId debt_def = debt != kNone ? debt : define_default(id, "debt", 0, unit);
      const DefId floor_def = floor != kNone ? floor : model_floor != kNone ? model_floor : define_default(id, "min_cash", 0, unit);
      Company& company = model_.companies[entities_[id].index];
      company.cash = cash_def;
      company.debt = debt_def;
      company.min_cash = floor_def;
      company.opening_post_money = definition_of(entities_[id], "opening_post_money");
      company.receivables = definition_of(entities_[id], "receivables");
      company.payables = definition_of(entities_[id], "payables");
      company.deferred_revenue = definition_of(entities_[id], "deferred_revenue");
      company.fixed_assets = definition_of(entities_[id], "fixed_assets");
      company.fixed_assets_life = definition_of(entities_[id], "fixed_assets_life");
      only_with(entities_[id], "fixed_assets_life", "fixed_assets");
    }
  }
  for (EntityId id = 1, written = static_cast<EntityId>(entities_.size()); id < written; ++id) {
    if (entities_[id].kind->id == KindId::company_ && entities_[id].field("captable") != nullptr) import_captable(id);
  }
  // Numbers first, so that fields may name nouns that stand further down.
  for (EntityId id = 1; id < entities_.size(); ++id) {
    Entity& entity = entities_[id];
    if (entity.later() || !entity.written()) continue;
    Company* company = entity.company == kNone ? nullptr : &model_.companies[entity.company];
    switch (entity.kind->id) {
      case KindId::revenue_:
      case KindId::cost_:
      case KindId::team_:
        entity.index = static_cast<std::uint32_t>(company->lines.size());
        company->lines.emplace_back();
        if (entity.kind->id == KindId::team_) {
          company->lines.back().team = static_cast<std::uint32_t>(company->teams.size());
          entity.index = static_cast<std::uint32_t>(company->teams.size());
          company->teams.emplace_back();
        }
        break;
      case KindId::credit_:
        entity.index = static_cast<std::uint32_t>(company->credits.size());
        company->credits.emplace_back();
        break;
      case KindId::account_:
        entity.index = static_cast<std::uint32_t>(company->accounts.size());
        company->accounts.emplace_back();
        break;
      case KindId::lease_:
        entity.index = static_cast<std::uint32_t>(company->leases.size());
        company->leases.emplace_back();
        break;
      case KindId::facility_:
        entity.index = static_cast<std::uint32_t>(model_.facilities.size());
        model_.facilities.emplace_back();
        company->facilities.push_back(entity.index);
        break;
      case KindId::covenant_:
        entity.index = static_cast<std::uint32_t>(model_.covenants.size());
        model_.covenants.emplace_back();
        break;
      case KindId::round_:
        entity.index = static_cast<std::uint32_t>(model_.rounds.size());
        model_.rounds.emplace_back();
        company->rounds.push_back(entity.index);
        break;
      case KindId::project_:
        entity.index = static_cast<std::uint32_t>(model_.projects.size());
        model_.projects.emplace_back();
        company->projects.push_back(entity.index);
        break;
      case KindId::event_:
        entity.index = static_cast<std::uint32_t>(model_.events.size());
        model_.events.emplace_back();
        break;
      case KindId::exit_:
        exits_[id] = static_cast<std::uint32_t>(model_.exits.size());
        company->exits.push_back(exits_[id]);
        model_.exits.emplace_back();
        entity.index = static_cast<std::uint32_t>(model_.events.size());
        model_.events.emplace_back();
        break;
      case KindId::investor_:
        entity.index = static_cast<std::uint32_t>(model_.investors.size());
        model_.investors.emplace_back();
        break;
      case KindId::pact_:
        entity.index = static_cast<std::uint32_t>(model_.pacts.size());
        model_.pacts.emplace_back();
        break;
      case KindId::market_:
        model_.mood = definition_of(entity, "mood");
        break;
      case KindId::class_:
        entity.index = static_cast<std::uint32_t>(model_.classes.size());
        model_.classes.emplace_back();
        company->classes.push_back(entity.index);
        break;
      case KindId::holder_:
        entity.index = static_cast<std::uint32_t>(model_.holders.size());
        model_.holders.emplace_back();
        company->holders.push_back(entity.index);
        break;
      default:
        break;
    }
  }
  for (EntityId id = 1; id < entities_.size(); ++id) {
    switch (entities_[id].later() || !entities_[id].written() ? KindId::use_ : entities_[id].kind->id) {
      case KindId::revenue_:
      case KindId::cost_:
        settle_line(id);
        break;
      case KindId::team_:
        settle_team(id);
        break;
      case KindId::credit_:
        settle_credit(id);
        break;
      case KindId::taxes_:
        settle_taxes(id);
        break;
      case KindId::account_:
        settle_account(id);
        break;
      case KindId::lease_:
        settle_lease(id);
        break;
      case KindId::facility_:
        settle_facility(id);
        break;
      case KindId::covenant_:
        settle_covenant(id);
        break;
      case KindId::round_:
        settle_round(id);
        break;
      case KindId::project_:
        settle_project(id);
        break;
      case KindId::event_:
        settle_event(id);
        break;
      case KindId::exit_:
        settle_exit(id);
        break;
      case KindId::investor_:
        settle_investor(id);
        break;
      case KindId::pact_:
        settle_pact(id);
        break;
      case KindId::class_:
        settle_class(id);
        break;
      case KindId::holder_:
        settle_holder(id);
        break;
      default:
        break;
    }
  }
}

namespace {

CostClass class_of(const std::string& word) {
  if (word == "cost_of_revenue") return CostClass::cost_of_revenue;
  if (word == "research") return CostClass::research;
  if (word == "sales") return CostClass::sales;
  return CostClass::general;
}

}  // namespace

void Checker::settle_line(EntityId id) {
  const Entity& entity = entities_[id];
  Line line;
  line.is = entity.is;
  line.revenue = entity.kind->id == KindId::revenue_;
  line.cost_class = line.revenue ? CostClass::none : class_of(word_of(entity, "class", "general"));
  line.delay = definition_of(entity, "delay");
  line.non_cash = definition_of(entity, "non_cash");
  line.billed = definition_of(entity, "billed");
  line.capitalised = definition_of(entity, "capitalised");
  line.taxable = definition_of(entity, line.revenue ? "taxed" : "deductible");
  never_with(entity, "billed", "non_cash");
  for (const char* field : {"delay", "non_cash", "class", "deductible"}) never_with(entity, "capitalised", field);
  model_.companies[entity.company].lines[entity.index] = line;
}

// A team is a cost line whose value is people times the cost of one.
void Checker::settle_team(EntityId id) {
  const Entity& entity = entities_[id];
  const std::uint32_t number = entity.index, line_index = line_of(entity);
  Team team;
  team.name = entity.full;
  team.start = definition_of(entity, "start");
  team.hires = definition_of(entity, "hires");
  team.leavers = definition_of(entity, "leaves");
  team.ramp = definition_of(entity, "ramp");
  team.cost = definition_of(entity, "cost");
  Line line;
  line.cost_class = class_of(word_of(entity, "class", "general"));
  line.team = number;
  if (team.cost != kNone) {
    const quantity::Unit flow = currency() / quantity::duration();
    line.is = static_cast<DefId>(model_.definitions.size());
    Definition definition;
    definition.name = entity.full;
    definition.label = entity.label;
    definition.role = Role::team;
    definition.company = entity.company;
    definition.type = {TypeKind::number, flow};
    definition.span = entity.span;
    DefinitionState state;
    state.entity = id;
    state.stage = DefinitionState::Stage::done;
    state.typed = true;
    state.owner = static_cast<OwnerId>(owners_.size());
    owners_.push_back({line.is, Reads::plan, false, entity.full, entity.span});
    const ExprId people = node({.kind = ExprKind::measure,
                                .measure = Measure::team_people,
                                .index = entity.company,
                                .value = static_cast<double>(number),
                                .span = entity.span},
                               state.owner);
    const ExprId cost = node({.kind = ExprKind::reference, .index = team.cost, .span = entity.span}, state.owner);
    definition.is = node({.kind = ExprKind::mul, .args = {people, cost}, .span = entity.span}, state.owner);
    model_.definitions.push_back(std::move(definition));
    states_.push_back(state);
    entities_[id].is = line.is;
  }
  model_.companies[entity.company].lines[line_index] = line;
  model_.companies[entity.company].teams[number] = team;
}

void Checker::settle_credit(EntityId id) {
  const Entity& entity = entities_[id];
  Credit credit;
  credit.name = entity.full;
  credit.label = entity.label;
  credit.balance = definition_of(entity, "balance");
  if (const WrittenField* given = entity.field("pays")) {
    const Written value = given->value.bare();
    std::vector<Written> names;
    if (value->kind == lang::ExprKind::list) {
      for (std::size_t i = 0; i < value.children(); ++i) names.push_back(value.child(i));
    } else {
      names.push_back(value);
    }
    for (const Written& name : names) {
      const Written bare = name.bare();
      const Entity& company = entities_[around_of_line(entity.parent, bare)];
      const auto found = bare->kind == lang::ExprKind::name ? company.blocks.find(bare.word()) : company.blocks.end();
      if (found == company.blocks.end() ||
          (entities_[found->second].kind->id != KindId::cost_ && entities_[found->second].kind->id != KindId::team_)) {
        std::vector<std::string> candidates;
        const std::size_t looked_at = may_suggest(company.order.size()) ? company.order.size() : 0;
        for (std::size_t i = 0; i < looked_at; ++i) {
          const EntityId block = company.order[i];
          if (entities_[block].kind->id == KindId::cost_ || entities_[block].kind->id == KindId::team_)
            candidates.push_back(entities_[block].name);
        }
        const auto near = bare->kind == lang::ExprKind::name ? nearest(bare.word(), candidates) : std::nullopt;
        error(Code::wrong_word, bare.span(), "a credit pays costs of its company, and `" + quoted(bare) + "` is none",
              near ? "did you mean  " + *near + "?" : "");
        continue;
      }
      const Entity& cost = entities_[found->second];
      const std::uint32_t line = line_of(cost);
      if (std::find(credit.pays.begin(), credit.pays.end(), line) != credit.pays.end()) {
        error(Code::duplicate_name, bare.span(), "`" + bare.word() + "` is there twice");
      } else {
        credit.pays.push_back(line);
      }
    }
  }
  model_.companies[entity.company].credits[entity.index] = std::move(credit);
}

std::uint32_t Checker::line_of(const Entity& entity) const {
  if (entity.kind->id != KindId::team_) return entity.index;
  const std::vector<Line>& lines = model_.companies[entity.company].lines;
  const auto found = std::find_if(lines.begin(), lines.end(), [&](const Line& line) { return line.team == entity.index; });
  return static_cast<std::uint32_t>(found - lines.begin());
}

void Checker::settle_round(EntityId id) {
  const Entity& entity = entities_[id];
  Round round;
  round.name = entity.full;
  round.label = entity.label;
  round.company = entity.company;
  round.closed = definition_of(entity, "closed");
  round.opens_when = definition_of(entity, "opens_when");
  round.every = definition_of(entity, "every");
  round.amount = definition_of(entity, "amount");
  round.minimum = definition_of(entity, "minimum");
  round.maximum = definition_of(entity, "maximum");
  round.takes = definition_of(entity, "takes");
  round.gap = definition_of(entity, "gap");
  round.repeats = definition_of(entity, "repeats");
  round.span = entity.span;
  for (const EntityId block : entity.order) {
    if (entities_[block].kind->id == KindId::input_) round.inputs.push_back(entities_[block].is);
  }
  if (round.closed == kNone && round.opens_when == kNone && round.every == kNone) {
    error(Code::missing_field, entity.span, "`" + entity.full + "` never happens: it needs `closed`, `opens_when` or `every`",
          "opens_when = runway < 9 months");
  }
  never_with(entity, "opens_when", "closed");
  never_with(entity, "every", "closed");
  if (round.closed == kNone) never_with(entity, "every", "opens_when");
  for (const char* field : {"minimum", "maximum", "takes", "gap", "repeats"}) never_with(entity, field, "closed");
  for (const char* field : {"takes", "gap"}) {
    if (round.closed == kNone) never_with(entity, field, "every");
  }
  settle_price(id, round);
  settle_market_side(id, round);
  model_.rounds[entities_[id].index] = std::move(round);
}

void Checker::settle_event(EntityId id) {
  const Entity& entity = entities_[id];
  Event event;
  event.name = entity.full;
  event.label = entity.label;
  event.company = entity.company;
  event.at = definition_of(entity, "at");
  event.chance = definition_of(entity, "chance");
  event.by = definition_of(entity, "by");
  event.hazard = definition_of(entity, "hazard");
  event.span = entity.span;
  if (event.at == kNone && event.chance == kNone && event.hazard == kNone) {
    error(Code::missing_field, entity.span, "`" + entity.full + "` never happens: it needs `at`, `hazard`, or `chance` and `by`",
          "chance = 60% to 90%, by = 2026-10");
  }
  never_with(entity, "chance", "at");
  never_with(entity, "hazard", "at");
  if (event.at == kNone) never_with(entity, "hazard", "chance");
  only_with(entity, "chance", "by");
  only_with(entity, "by", "chance");
  model_.events[entity.index] = std::move(event);
}

}  // namespace warchest::model
