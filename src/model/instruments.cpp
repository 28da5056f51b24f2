// Records and tables in the value of a field: `instrument = note { … }`, `holds = { seed: 2_000_000 }`. Each becomes an entity of its
// own beside the blocks, with a row of the schema, so that its fields are declared, complained about, cited and overridden exactly as
// those of a block. What they come to in the model is here too: instruments, classes, exits, the price of a round.
#include <algorithm>

#include "model/checker.h"
#include "text/names.h"

namespace warchest::model {

using text::Code;

namespace {

const FieldRow& row_of_cell(KindId table) {
  static const FieldRow kHolding{KindId::holds_, "holds", Want::shares, Varies::known, false, "", "", "", {}, Part::now};
  static const FieldRow kCheque{KindId::book_, "book", Want::cheque, Varies::path, false, "", "", "", {}, Part::now};
  return table == KindId::holds_ ? kHolding : kCheque;
}

std::string listed(const std::vector<std::string_view>& words) {
  std::string all;
  for (const std::string_view word : words) all += (all.empty() ? "" : ", ") + std::string(word);
  return all;
}

// What to do instead with an instrument that is known and stands in the wrong place.
std::string where_it_stands(KindId id) {
  switch (id) {
    case KindId::safe_:
    case KindId::note_:
    case KindId::grant_:
      return "it is what a round sells:  round angel { closed = 2026-03, amount = $1M, instrument = " + std::string(kind(id).example) +
             " }";
    case KindId::options_:
    case KindId::warrants_:
      return "it is a class of the company:  class plan = " + std::string(kind(id).example);
    default:
      return "";
  }
}

}  // namespace

EntityId Checker::add_part(EntityId around, const KindRow& row, const std::string& name, const std::string& full,
                           const WrittenField& given) {
  Entity part;
  part.kind = &row;
  part.name = name;
  part.full = full;
  part.parent = around;
  part.tree = given.value.tree;
  part.item = given.item;
  part.span = given.name_span;
  part.company = entities_[around].company;
  const EntityId id = static_cast<EntityId>(entities_.size());
  entities_.push_back(std::move(part));
  if (entities_[around].kind->id == KindId::class_) {
    entities_[around].record = id;
  } else if (!entities_[around].blocks.emplace(name, id).second) {
    error(Code::duplicate_name, given.name_span, "`" + name + "` is there twice");
  }
  return id;
}

// KIND { field = … }, or KIND alone.
void Checker::declare_record(EntityId id, const WrittenField& given) {
  const Written value = given.value.bare();
  if (value->kind == lang::ExprKind::mistake) return;
  const bool record = value->kind == lang::ExprKind::record;
  const bool table = value->kind == lang::ExprKind::table;
  const std::string word =
      (record || table || value->kind == lang::ExprKind::name) && value->word != text::NameId::none ? value.word() : "";
  const bool of_lender = given.row->want == Want::coverage;
  const std::vector<std::string_view> words = of_lender ? std::vector<std::string_view>{kind(KindId::warrants_).name} : given.row->words;
  const std::string all = listed(words);
  const KindRow* row = find_kind(word);
  const bool fits = std::find(words.begin(), words.end(), word) != words.end();
  if (!fits) {
    const KindId around = entities_[id].kind->id;
    const std::string place = around == KindId::class_ ? "a class is" : of_lender ? "a lender is given" : "a round sells";
    if (row != nullptr && row->place == Place::record) {
      return error(Code::bad_record, value.span(), place + (of_lender ? " " : " one of  ") + all + "; not `" + word + "`",
                   where_it_stands(row->id), word, all);
    }
    std::vector<std::string> candidates;
    for (const std::string_view known : words) candidates.emplace_back(known);
    const auto near = nearest(word, candidates);
    const std::string example = around == KindId::class_ ? "class seed = preferred { price = $1.20 }"
                                : of_lender              ? "warrants = warrants { of_draws = 5% }"
                                                         : "instrument = safe { cap = $5M }";
    return error(Code::bad_record, value.span(), place + (of_lender ? " " : " one of  ") + all,
                 near ? "did you mean  " + *near + "?" : "for example  " + example, quoted(value), all);
  }
  if (table && !value.tree->cells(*value).empty()) {
    return error(Code::bad_record, value.span(), "the terms of `" + word + "` are written with `=`",
                 "for example  " + std::string(row->example));
  }
  const bool of_class = entities_[id].kind->id == KindId::class_;
  const std::string name = of_class ? entities_[id].name : std::string(given.row->name);
  const EntityId part = add_part(id, *row, name, of_class ? entities_[id].full : entities_[id].full + "." + name, given);
  entities_[part].span = value->kind == lang::ExprKind::name ? value.span() : value->mark;
  if (!record) return;
  for (const lang::ItemId item : value.tree->cells(*value)) {
    if ((*value.tree)[item].kind == lang::ItemKind::field) declare_field(part, *value.tree, item);
  }
}

// { name: value, … }: one definition for each.
void Checker::declare_cells(EntityId id, const WrittenField& given) {
  const Written value = given.value.bare();
  if (value->kind == lang::ExprKind::mistake) return;
  const KindRow& row = kind(given.row->want == Want::holds ? KindId::holds_ : KindId::book_);
  const bool plain = value->kind == lang::ExprKind::table && value->word == text::NameId::none;
  if (!plain) {
    return error(Code::wrong_type, value.span(), "`" + std::string(row.name) + "` wants " + in_words(given.row->want),
                 "for example  " + std::string(row.example), quoted(value), in_words(given.row->want));
  }
  const EntityId table = add_part(id, row, std::string(row.name), entities_[id].full + "." + std::string(row.name), given);
  for (const lang::ItemId item : value.tree->cells(*value)) {
    if ((*value.tree)[item].kind == lang::ItemKind::cell) define_cell(table, *value.tree, item);
  }
}

void Checker::define_cell(EntityId table, const lang::Tree& tree, lang::ItemId item) {
  const lang::Item& cell = tree[item];
  const Written key = Written{&tree, cell.key}.bare();
  const KindRow& row = *entities_[table].kind;
  if (key->kind == lang::ExprKind::mistake) return;
  if (key->kind != lang::ExprKind::name) {
    error(Code::bad_table, key.span(),
          row.id == KindId::holds_ ? "`holds` goes by classes of the company" : "`book` goes by holders of the company",
          "for example  " + std::string(row.example));
    return;
  }
  if (const WrittenField* before = entities_[table].field(key.word())) {
    error(Code::duplicate_field, key.span(), "`" + key.word() + "` is given twice", "", "", "",
          {{before->name_span, "first here"}, {key.span(), "again"}});
    return;
  }
  WrittenField given{&row_of_cell(row.id), {&tree, cell.value}, item, key.span(), kNone, key.word()};
  const Written value = given.value.bare();
  const bool rest = row.id == KindId::book_ && value->kind == lang::ExprKind::name && value.word() == "rest";
  if (!rest) define(table, given, Role::field, entities_[table].full + "." + key.word());
  entities_[table].cells.emplace(key.word(), entities_[table].fields.size());
  entities_[table].fields.push_back(given);
}

// --- what they come to ------------------------------------------------------------------------------------------------------------

EntityId Checker::record_of(EntityId id, std::string_view field) const {
  if (entities_[id].record != kNone) return entities_[id].record;
  const auto found = entities_[id].blocks.find(std::string(field));
  return found == entities_[id].blocks.end() || !entities_[found->second].kind->value() ? kNone : found->second;
}

// The cap table of today is a fact: each of its terms is one number.
bool Checker::is_fact(DefId id) const {
  const DefinitionState& state = states_[id];
  if (state.row == nullptr || state.entity == kNone) return false;
  if (state.row->varies == Varies::known) return true;
  const Entity& entity = entities_[state.entity];
  return entity.kind != nullptr && entity.kind->place == Place::record && entities_[entity.parent].kind->id == KindId::class_;
}

bool Checker::sells_shares(const Round& round) const {
  return round.instrument.kind == InstrumentKind::preferred || round.instrument.kind == InstrumentKind::common;
}

// What was raised by a SAFE or note before the start is part of `cash`, but has not become shares yet.
bool Checker::before_start_allowed(DefId closed) const {
  const EntityId entity = closed == kNone ? kNone : states_[closed].entity;
  if (entity == kNone || entities_[entity].kind->id != KindId::round_) return false;
  const EntityId record = record_of(entity, "instrument");
  return record != kNone && (entities_[record].kind->id == KindId::safe_ || entities_[record].kind->id == KindId::note_);
}

namespace {

int periods_of(const std::string& word) {
  if (word == "yearly") return 1;
  if (word == "quarterly") return 4;
  if (word == "monthly") return 12;
  return 0;
}

AntiDilution protection_of(const std::string& word) {
  if (word == "broad_weighted_average") return AntiDilution::broad_weighted_average;
  if (word == "broad_with_reserve") return AntiDilution::broad_with_reserve;
  if (word == "narrow_weighted_average") return AntiDilution::narrow_weighted_average;
  if (word == "full_ratchet") return AntiDilution::full_ratchet;
  return AntiDilution::none;
}

InstrumentKind instrument_kind(KindId id) {
  switch (id) {
    case KindId::common_:
      return InstrumentKind::common;
    case KindId::options_:
      return InstrumentKind::options;
    case KindId::warrants_:
      return InstrumentKind::warrants;
    case KindId::safe_:
      return InstrumentKind::safe;
    case KindId::note_:
      return InstrumentKind::note;
    case KindId::grant_:
      return InstrumentKind::grant;
    default:
      return InstrumentKind::preferred;
  }
}

}  // namespace

void Checker::forbid(EntityId record, std::initializer_list<std::string_view> fields, const std::string& why, const std::string& instead) {
  for (const std::string_view field : fields) {
    if (const WrittenField* given = entities_[record].field(field)) {
      error(Code::field_conflict, given->name_span, "`" + std::string(field) + "` " + why, instead);
    }
  }
}

Instrument Checker::instrument_of(EntityId id, bool of_class) {
  const Entity& record = entities_[id];
  const auto yes = [&](std::string_view field, std::string_view fallback) { return word_of(record, field, fallback) == "yes"; };
  Instrument is;
  is.kind = instrument_kind(record.kind->id);
  is.span = record.span;
  switch (is.kind) {
    case InstrumentKind::preferred: {
      is.price = definition_of(record, "price");
      is.conversion_price = definition_of(record, "conversion_price");
      is.liquidation = definition_of(record, "liquidation");
      is.participating = yes("participating", "no");
      is.participation_cap = definition_of(record, "participation_cap");
      is.dividend = definition_of(record, "dividend");
      is.dividend_periods = periods_of(word_of(record, "dividend_compounds", "no"));
      is.dividend_in_kind = word_of(record, "dividend_paid", "at_exit") == "in_kind";
      is.dividend_since = definition_of(record, "dividend_since");
      is.cap_includes_dividends = yes("cap_includes_dividends", "yes");
      is.anti_dilution = protection_of(word_of(record, "anti_dilution", "none"));
      is.seniority = definition_of(record, "seniority");
      const WrittenField* seniority = record.field("seniority");
      const bool word = seniority != nullptr && is.seniority == kNone;
      if (of_class) {
        is.order = Seniority::ranked;
        if (word && seniority->value.bare()->kind != lang::ExprKind::mistake) {
          error(Code::wrong_word, seniority->value.span(), "the rank of a class is a number: 1 is paid first", "seniority = 1",
                quoted(seniority->value), "a number");
        }
        if (is.price == kNone) {
          error(Code::missing_field, record.span, "a class of `preferred` needs `price`: what was paid for a share",
                "for example  class " + record.name + " = preferred { price = $1.20 }", "", "`price`");
        }
      } else {
        if (word) is.order = word_of(record, "seniority", "pari_passu") == "senior" ? Seniority::senior : Seniority::pari_passu;
        forbid(id, {"price"}, "is of a class: the price of a round's shares follows from what the company is worth",
               "write into the round  pre_money = $80M,  post_money = $100M  or  asks = 1.4 of last_post_money");
        forbid(id, {"conversion_price"}, "is of a class: shares of a round convert at the price that is paid for them", "");
        forbid(id, {"dividend_since"}, "is of a class: the dividend of a round's shares begins with its closing", "");
      }
      for (const char* field : {"dividend_compounds", "dividend_paid", "dividend_since"}) only_with(record, field, "dividend");
      only_with(record, "cap_includes_dividends", "participation_cap");
      if (const WrittenField* cap = record.field("participation_cap"); cap != nullptr && !is.participating) {
        error(Code::field_conflict, cap->name_span, "`participation_cap` means nothing without `participating = yes`",
              "participating = yes");
      }
      break;
    }
    case InstrumentKind::options:
      is.strike = definition_of(record, "strike");
      is.unissued = definition_of(record, "unissued");
      break;
    case InstrumentKind::warrants:  // of a class: those of a lender are in facilities.cpp
      is.strike = definition_of(record, "strike");
      forbid(id, {"of_draws", "of_limit", "signed", "term", "held_by"}, "is of what a lender is given",
             "facility loan { … warrants = warrants { of_draws = 5% } }");
      if (const WrittenField* strike = record.field("strike"); strike == nullptr) {
        error(Code::missing_field, record.span, "a class of `warrants` needs `strike`: what a share costs its holder",
              "for example  class " + record.name + " = warrants { strike = $2 }", "", "`strike`");
      } else if (is.strike == kNone && strike->value.bare()->kind != lang::ExprKind::mistake) {
        error(Code::wrong_word, strike->value.span(), "the strike of a class is a price: its warrants are there already", "strike = $2",
              quoted(strike->value), "money per share");
      }
      break;
    case InstrumentKind::safe:
      is.cap = definition_of(record, "cap");
      is.discount = definition_of(record, "discount");
      is.percent = definition_of(record, "percent");
      is.basis = word_of(record, "basis", "post_money") == "pre_money" ? SafeBasis::pre_money : SafeBasis::post_money;
      is.most_favoured = yes("most_favoured", "no");
      for (const char* field : {"cap", "discount", "basis"}) never_with(record, field, "percent");
      break;
    case InstrumentKind::note:
      is.interest = definition_of(record, "interest");
      is.interest_periods = periods_of(word_of(record, "compounds", "no"));
      is.day_count = word_of(record, "day_count", "actual_365") == "actual_360" ? DayCount::actual_360 : DayCount::actual_365;
      is.cap = definition_of(record, "cap");
      is.discount = definition_of(record, "discount");
      is.base = word_of(record, "cap_base", "fully_diluted") == "with_converts" ? ConversionBase::fully_diluted_with_converts
                                                                                : ConversionBase::fully_diluted;
      is.converts_if = definition_of(record, "converts_if");
      is.by = definition_of(record, "by");
      is.repaid = definition_of(record, "repaid");
      for (const char* field : {"compounds", "day_count"}) only_with(record, field, "interest");
      only_with(record, "cap_base", "cap");
      only_with(record, "repaid", "by");
      break;
    case InstrumentKind::common:
    case InstrumentKind::grant:
      break;
  }
  return is;
}

void Checker::settle_class(EntityId id) {
  const Entity& entity = entities_[id];
  ShareClass share_class;
  share_class.name = entity.full;
  share_class.label = entity.label;
  share_class.company = entity.company;
  share_class.span = entity.span;
  share_class.shares = definition_of(entity, "shares");
  share_class.is.kind = InstrumentKind::common;
  share_class.is.span = entity.span;
  if (entity.record != kNone) share_class.is = instrument_of(entity.record, true);
  model_.classes[entities_[id].index] = std::move(share_class);
}

void Checker::settle_exit(EntityId id) {
  settle_event(id);  // when it comes
  const Entity& entity = entities_[id];
  Exit exit;
  exit.name = entity.full;
  exit.label = entity.label;
  exit.company = entity.company;
  exit.event = entity.index;
  exit.value = definition_of(entity, "value");
  exit.costs = definition_of(entity, "costs");
  exit.span = entity.span;
  model_.exits[exits_.at(id)] = std::move(exit);
}

// What is sold, and for how much of the company.
void Checker::settle_price(EntityId id, Round& round) {
  const Entity& entity = entities_[id];
  round.asks = definition_of(entity, "asks");
  round.pre_money = definition_of(entity, "pre_money");
  round.post_money = definition_of(entity, "post_money");
  round.pool = definition_of(entity, "pool");
  round.instrument.span = entity.span;
  round.instrument_given = entity.field("instrument") != nullptr;
  if (const EntityId record = record_of(id, "instrument"); record != kNone) round.instrument = instrument_of(record, false);
  round.pool_counts = word_of(entity, "pool_counts", "unissued") == "granted_too" ? PoolCounts::granted_too : PoolCounts::unissued;
  const std::string method = word_of(entity, "price_method", "percent_ownership");
  round.price_method = method == "pre_money_fixed"    ? PriceMethod::pre_money_fixed
                       : method == "dollars_invested" ? PriceMethod::dollars_invested
                                                      : PriceMethod::percent_ownership;
  never_with(entity, "pre_money", "asks");
  never_with(entity, "post_money", "asks");
  if (round.asks == kNone) never_with(entity, "post_money", "pre_money");
  if (sells_shares(round)) {
    for (const char* field : {"pool", "price_method", "pro_rata"}) {
      const WrittenField* given = entity.field(field);
      if (given == nullptr || round.asks != kNone || round.pre_money != kNone || round.post_money != kNone) continue;
      error(Code::field_conflict, given->name_span, "`" + std::string(field) + "` means nothing in a round without a price",
            "asks = 1.4 of last_post_money");
    }
    only_with(entity, "pool_counts", "pool");
    return;
  }
  const std::string what = round.instrument.kind == InstrumentKind::safe   ? "a SAFE"
                           : round.instrument.kind == InstrumentKind::note ? "a note"
                                                                           : "a grant";
  const bool grant = round.instrument.kind == InstrumentKind::grant;
  const auto no_price = [&](const char* field, const std::string& help) {
    if (const WrittenField* given = entity.field(field)) {
      error(Code::field_conflict, given->name_span, what + " has no price, so no `" + std::string(field) + "`", help);
    }
  };
  const std::string terms = "it converts by its own terms:  cap = $20M, discount = 20%,  or at the worth in  post_money";
  no_price("asks", grant ? "" : terms);
  no_price("pre_money", grant ? "" : terms);
  if (grant) no_price("post_money", "");
  for (const char* field : {"pool", "pool_counts", "price_method", "pro_rata"})
    no_price(field, "it belongs to the round at which shares are sold");
  if (grant) {
    if (const WrittenField* book = entity.field("book"))
      error(Code::field_conflict, book->name_span, "a grant buys nothing, so it has no `book`");
  }
}

}  // namespace warchest::model
