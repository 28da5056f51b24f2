// Who owns what at the start and who buys at a round: the holders of a company, those written and those that follow from what is
// written (who holds the rest of a class, the owners of a company that names nobody, the buyers of a round, the unissued pool).
//
// Implied holders take no name away from anybody: they are reached by path only (`acme.pool`), or through the class or round that they
// belong to (`owned(acme.seed)`).
#include <algorithm>
#include <cmath>

#include "model/checker.h"
#include "model/known.h"
#include "text/names.h"

namespace warchest::model {

using text::Code;

namespace {

constexpr double kHair = 1e-9;  // of a whole: what sums of written parts may be off by

// Words that a book may use for those who are not there yet.
constexpr std::string_view kNewcomers = "others";

}  // namespace

void Checker::settle_ownership() {
  std::vector<EntityId> companies, rounds, facilities;
  for (EntityId id = 1; id < entities_.size(); ++id) {
    if (entities_[id].kind->id == KindId::company_) companies.push_back(id);
    if (entities_[id].kind->id == KindId::holder_ && entities_[id].written()) settle_holdings(id);
    if (entities_[id].kind->id == KindId::round_ && entities_[id].written()) rounds.push_back(id);
    if (entities_[id].kind->id == KindId::facility_ && entities_[id].written()) facilities.push_back(id);
  }
  for (const EntityId id : companies) imply_class_holders(id);
  for (const EntityId id : companies) imply_holders(id);
  for (const EntityId id : companies) imply_investors(id);
  for (const EntityId id : facilities) settle_lender(id);
  for (const EntityId id : rounds) {
    const EntityId company = entities_[id].parent;
    settle_book(id, company);
    settle_pro_rata(id, company);
  }
  for (const EntityId id : companies) imply_pool(id);
  imply_asks();
  settle_wants();
}

// --- those written ------------------------------------------------------------------------------------------------------------------

void Checker::settle_holder(EntityId id) {
  const Entity& entity = entities_[id];
  Holder& holder = model_.holders[entity.index];
  holder.name = entity.full;
  holder.label = entity.label;
  holder.company = entity.company;
  holder.owns = definition_of(entity, "owns");
  holder.span = entity.span;
}

void Checker::settle_holdings(EntityId id) {
  const Entity& entity = entities_[id];
  const EntityId around = entity.parent;
  const bool classes = !model_.companies[entity.company].classes.empty();
  if (const WrittenField* owns = entity.field("owns"); owns != nullptr && (classes || entity.field("holds") != nullptr)) {
    error(Code::field_conflict, owns->name_span,
          classes ? "`owns` is a part of all shares, and `" + entities_[around].full + "` has classes of them"
                  : "`owns` and `holds` exclude each other: parts of all shares, or shares by class",
          "holds = { common: 8_000_000 }");
  }
  const auto table = entity.blocks.find("holds");
  if (table == entity.blocks.end() || entities_[table->second].kind->id != KindId::holds_) return;
  for (const WrittenField& cell : entities_[table->second].fields) {
    const auto found = entities_[around].blocks.find(cell.cell);
    if (found != entities_[around].blocks.end() && entities_[found->second].kind->id == KindId::class_) {
      model_.holders[entity.index].holds.emplace_back(entities_[found->second].index, cell.definition);
      continue;
    }
    std::vector<std::string> candidates;
    if (may_suggest(entities_[around].order.size())) {
      for (const EntityId block : entities_[around].order) {
        if (entities_[block].kind->id == KindId::class_) candidates.push_back(entities_[block].name);
      }
    }
    const auto near = nearest(cell.cell, candidates);
    error(Code::unknown_name, cell.name_span, "`" + entities_[around].full + "` has no class `" + cell.cell + "`",
          near ? "did you mean  " + *near + "?" : "declare it:  class " + cell.cell, cell.cell);
  }
}

// --- those implied --------------------------------------------------------------------------------------------------------------------

std::uint32_t Checker::imply_holder(EntityId company, Holder holder, const std::string& word) {
  const std::uint32_t index = static_cast<std::uint32_t>(model_.holders.size());
  holder.company = entities_[company].index;
  Entity entity;
  entity.kind = &kind(KindId::holder_);
  entity.name = word;
  entity.full = holder.name;
  entity.label = holder.label;
  entity.parent = company;
  entity.span = holder.span;
  entity.index = index;
  entity.company = holder.company;
  model_.holders.push_back(std::move(holder));
  model_.companies[entity.company].holders.push_back(index);
  const EntityId id = static_cast<EntityId>(entities_.size());
  entities_.push_back(std::move(entity));
  if (!word.empty()) entities_[company].implied.emplace(word, id);
  return index;
}

DefId Checker::define_implied(EntityId id, const std::string& name, const quantity::Unit& unit) {
  Definition definition;
  definition.name = name;
  definition.company = entities_[id].company;
  definition.type.unit = unit;
  definition.span = entities_[id].span;
  DefinitionState state;
  state.entity = id;
  state.stage = DefinitionState::Stage::done;
  state.typed = true;
  state.owner = static_cast<OwnerId>(owners_.size());
  const DefId def = static_cast<DefId>(model_.definitions.size());
  owners_.push_back({def, Reads::plan, false, name, definition.span});
  model_.definitions.push_back(std::move(definition));
  states_.push_back(state);
  return def;
}

std::optional<double> Checker::figure_of(DefId id) {
  if (id == kNone || overridden_.contains(id)) return std::nullopt;
  type_of(id);
  elaborate(id);
  if (states_[id].bad) return std::nullopt;
  const auto value_of = [&](DefId of) { return overridden_.contains(of) ? kNone : model_.definitions[of].is; };
  return known_value(model_, model_.definitions[id].is, {value_of});
}

// What the holders of a class leave of its shares.
void Checker::imply_class_holders(EntityId company) {
  const CompanyId number = entities_[company].index;
  std::map<std::uint32_t, std::vector<DefId>> held;
  for (const std::uint32_t holder : model_.companies[number].holders) {
    for (const auto& [of, shares] : model_.holders[holder].holds) held[of].push_back(shares);
  }
  for (const std::uint32_t id : model_.companies[number].classes) {
    const ShareClass share_class = model_.classes[id];
    if (share_class.shares == kNone) {
      const bool plan = share_class.is.kind == InstrumentKind::options && share_class.is.unissued != kNone;
      const auto block = entities_[company].blocks.find(share_class.name.substr(share_class.name.rfind('.') + 1));
      const bool unreadable = block != entities_[company].blocks.end() && entities_[block->second].field("is") != nullptr &&
                              entities_[block->second].record == kNone;  // complained about
      if (held[id].empty() && !plan && !unreadable) {
        error(Code::missing_field, share_class.span, "nobody holds a share of `" + share_class.name + "`",
              "say how many there are:  shares = 1_000_000,  or who has them:  holder fund { holds = { " +
                  share_class.name.substr(share_class.name.rfind('.') + 1) + ": 600_000 } }");
      }
      continue;
    }
    std::optional<double> rest = figure_of(share_class.shares);
    for (const DefId part : held[id]) {
      const auto shares = figure_of(part);
      rest = rest && shares ? std::optional(*rest - *shares) : std::nullopt;
    }
    if (rest && *rest < 1e-6) continue;  // complained about below zero when all is elaborated
    const std::string word = share_class.name.substr(share_class.name.rfind('.') + 1);
    const auto block = entities_[company].blocks.find(word);
    const EntityId entity = block == entities_[company].blocks.end() ? company : block->second;
    const quantity::Unit unit(quantity::Dimension::shares);
    const DefId def = define_implied(entity, share_class.name + ".others", unit);
    const OwnerId owner = states_[def].owner;
    const auto named = [&](DefId of) { return node({.kind = ExprKind::reference, .index = of, .span = share_class.span}, owner); };
    ExprId is = named(share_class.shares);
    for (const DefId part : held[id]) is = node({.kind = ExprKind::sub, .args = {is, named(part)}, .span = share_class.span}, owner);
    model_.definitions[def].is = is;
    Holder holder;
    holder.name = share_class.name;
    holder.label = share_class.label;
    holder.holds.emplace_back(id, def);
    holder.span = share_class.span;
    imply_holder(company, std::move(holder), word);
  }
}

// The owners of a company that names nobody, and of what its parts leave open.
void Checker::imply_holders(EntityId company) {
  const Company& settled = model_.companies[entities_[company].index];
  if (!settled.classes.empty()) return;
  Holder holder;
  holder.span = entities_[company].span;
  if (settled.holders.empty()) {
    holder.kind = Holder::Kind::existing;
    holder.name = entities_[company].full + ".existing";
    holder.label = "existing holders";
    imply_holder(company, std::move(holder), "existing");
    return;
  }
  std::optional<double> rest = 1;
  for (const std::uint32_t id : settled.holders) {
    if (model_.holders[id].owns == kNone) continue;
    const auto part = figure_of(model_.holders[id].owns);
    rest = rest && part ? std::optional(*rest - *part) : std::nullopt;
  }
  if (rest && *rest < kHair) return;
  holder.kind = Holder::Kind::others;
  holder.name = entities_[company].full + ".others";
  holder.label = "other holders";
  imply_holder(company, std::move(holder), std::string(kNewcomers));
}

void Checker::imply_pool(EntityId company) {
  const Company& settled = model_.companies[entities_[company].index];
  bool pool = false;
  for (const std::uint32_t id : settled.classes) pool = pool || model_.classes[id].is.unissued != kNone;
  for (const std::uint32_t id : settled.rounds) pool = pool || model_.rounds[id].pool != kNone;
  if (!pool) return;
  Holder holder;
  holder.kind = Holder::Kind::pool;
  holder.name = entities_[company].full + ".pool";
  holder.label = "unissued pool";
  holder.span = entities_[company].span;
  imply_holder(company, std::move(holder), "pool");
}

// Whose a facility's warrants are: a holder of the company who is named, else the lender, under the facility's own name.
void Checker::settle_lender(EntityId id) {
  LenderWarrants& warrants = model_.facilities[entities_[id].index].warrants;
  if (!warrants.given()) return;
  const EntityId company = home_of(entities_[id].parent), part = record_of(id, "warrants");
  const WrittenField* given = part == kNone ? nullptr : entities_[part].field("held_by");
  if (given == nullptr) {
    Holder holder;
    holder.kind = Holder::Kind::lender;
    holder.name = entities_[id].full;
    holder.label = "lender of " + (entities_[id].label.empty() ? entities_[id].name : entities_[id].label);
    holder.span = entities_[id].span;
    const bool direct = entities_[id].parent == company && !holder_named(company, entities_[id].name);
    warrants.holder = imply_holder(company, std::move(holder), direct ? entities_[id].name : "");
    return;
  }
  const Written name = given->value.bare();
  if (name->kind == lang::ExprKind::mistake) return;
  const std::string word = name->kind == lang::ExprKind::name ? name.word() : "";
  if (const auto holder = word.empty() ? std::nullopt : holder_named(company, word)) {
    warrants.holder = *holder;
    return;
  }
  std::vector<std::string> candidates;
  if (may_suggest(entities_[company].order.size())) candidates = holder_words(company);
  const auto near = nearest(word, candidates);
  error(Code::not_modelled, name.span(), "not modelled: `" + quoted(name) + "` is no holder of `" + entities_[company].full + "`",
        near ? "did you mean  " + *near + "?" : "declare it in the company:  holder " + (word.empty() ? "fund" : word), quoted(name),
        "a holder of the company");
}

std::uint32_t Checker::buyers_of(EntityId id, EntityId company) {
  const std::uint32_t round = entities_[id].index;
  if (const auto found = buyers_.find(round); found != buyers_.end()) return found->second;
  Holder holder;
  holder.kind = Holder::Kind::buyers;
  holder.name = entities_[id].full;
  holder.label = "buyers in " + (entities_[id].label.empty() ? entities_[id].name : entities_[id].label);
  holder.round = round;
  holder.span = entities_[id].span;
  return buyers_[round] = imply_holder(company, std::move(holder), "");
}

// --- books ----------------------------------------------------------------------------------------------------------------------------

std::optional<std::uint32_t> Checker::holder_named(EntityId company, const std::string& word) const {
  const Entity& around = entities_[company];
  if (const auto found = around.blocks.find(word); found != around.blocks.end() && entities_[found->second].kind->id == KindId::holder_)
    return entities_[found->second].index;
  if (const auto found = around.implied.find(word); found != around.implied.end()) return entities_[found->second].index;
  return std::nullopt;
}

std::vector<std::string> Checker::holder_words(EntityId company) const {
  std::vector<std::string> words;
  for (const EntityId block : entities_[company].order) {
    if (entities_[block].kind->id == KindId::holder_) words.push_back(entities_[block].name);
  }
  for (const auto& [word, id] : entities_[company].implied) words.push_back(word);
  std::sort(words.begin(), words.end());
  return words;
}

void Checker::settle_book(EntityId id, EntityId company) {
  const std::uint32_t number = entities_[id].index;
  if (model_.rounds[number].instrument.kind == InstrumentKind::grant) return;
  const auto found = entities_[id].blocks.find("book");
  if (found == entities_[id].blocks.end() || entities_[found->second].kind->id != KindId::book_) {
    if (!model_.rounds[number].meets_market) buyers_of(id, company);
    return;
  }
  const EntityId table = found->second;
  const WrittenField* rest = nullptr;
  const std::vector<WrittenField> cells = entities_[table].fields;
  for (const WrittenField& cell : cells) {
    BookEntry entry;
    entry.span = cell.name_span;
    const auto written = entities_[company].blocks.find(cell.cell);
    const bool newcomers =
        cell.cell == kNewcomers && (written == entities_[company].blocks.end() || entities_[written->second].kind->id != KindId::holder_);
    if (newcomers) {
      entry.holder = buyers_of(id, company);
    } else if (const auto holder = holder_named(company, cell.cell)) {
      entry.holder = *holder;
    } else {
      std::vector<std::string> candidates;
      if (may_suggest(entities_[company].order.size())) candidates = holder_words(company);
      candidates.emplace_back(kNewcomers);
      const auto near = nearest(cell.cell, candidates);
      error(Code::not_modelled, cell.name_span, "not modelled: `" + cell.cell + "` is no holder of `" + entities_[company].full + "`",
            near ? "did you mean  " + *near + "?"
                 : "declare it in the company:  holder " + cell.cell + ",  or leave its part to  others: rest",
            cell.cell, "a holder of the company, or others");
      continue;
    }
    if (cell.definition == kNone) {
      if (rest != nullptr) {
        error(Code::duplicate_field, cell.name_span, "the rest can go to one only", "", "", "",
              {{rest->name_span, "first here"}, {cell.name_span, "again"}});
      }
      rest = &cell;
    } else {
      const bool money = type_of(cell.definition).unit == currency();
      elaborate(cell.definition);
      (money ? entry.money : entry.part) = cell.definition;
    }
    model_.rounds[number].book.push_back(entry);
  }
  if (rest == nullptr && !book_covers(table, model_.rounds[number].amount)) buyers_of(id, company);
}

// Whether a book without a rest leaves nothing open: parts that make a whole, or money that makes the amount.
bool Checker::book_covers(EntityId table, DefId amount) {
  double parts = 0, money = 0;
  bool any_part = false, any_money = false;
  const std::vector<WrittenField> cells = entities_[table].fields;
  for (const WrittenField& cell : cells) {
    const auto figure = figure_of(cell.definition);
    if (!figure) return false;
    const bool in_money = type_of(cell.definition).unit == currency();
    (in_money ? money : parts) += *figure;
    (in_money ? any_money : any_part) = true;
  }
  const auto whole = figure_of(amount);
  if (!any_money) return any_part && parts >= 1 - kHair;
  return whole && *whole > 0 && money / *whole + parts >= 1 - kHair;
}

void Checker::settle_pro_rata(EntityId id, EntityId company) {
  const WrittenField* given = entities_[id].field("pro_rata");
  if (given == nullptr) return;
  const Written value = given->value.bare();
  std::vector<Written> names;
  if (value->kind == lang::ExprKind::list) {
    for (std::size_t i = 0; i < value.children(); ++i) names.push_back(value.child(i).bare());
  } else {
    names.push_back(value);
  }
  std::vector<std::uint32_t> holders;
  for (const Written& name : names) {
    if (name->kind == lang::ExprKind::mistake) continue;
    const std::string word = name->kind == lang::ExprKind::name ? name.word() : "";
    const auto holder = word.empty() ? std::nullopt : holder_named(company, word);
    if (!holder) {
      std::vector<std::string> candidates;
      if (may_suggest(entities_[company].order.size())) candidates = holder_words(company);
      const auto near = nearest(word, candidates);
      error(Code::not_modelled, name.span(), "not modelled: `" + quoted(name) + "` is no holder of `" + entities_[company].full + "`",
            near ? "did you mean  " + *near + "?" : "", quoted(name), "a holder of the company");
    } else if (std::find(holders.begin(), holders.end(), *holder) != holders.end()) {
      error(Code::duplicate_name, name.span(), "`" + word + "` is there twice");
    } else {
      holders.push_back(*holder);
    }
  }
  model_.rounds[entities_[id].index].pro_rata = std::move(holders);
}

}  // namespace warchest::model
