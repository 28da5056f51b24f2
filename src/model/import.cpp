// captable = ocf("folder"): the cap table of a package becomes classes, holders and, for its SAFEs and notes, rounds of earlier, all with
// definitions that are constants. The exact table is kept beside them (Model::captables) for the exact engine.
//
// Names in a package are anything; here they become words (`Jane Doe` is jane_doe), reached by path: owned(acme.jane_doe).
#include <cmath>

#include "model/checker.h"
#include "quantity/date.h"
#include "text/names.h"

namespace warchest::model {

using equity::Number;
using text::Code;

namespace {

std::string word_from(const std::string& name) {
  std::string word;
  for (const char letter : name) {
    const bool digit = letter >= '0' && letter <= '9', upper = letter >= 'A' && letter <= 'Z', lower = letter >= 'a' && letter <= 'z';
    if (upper) {
      word += static_cast<char>(letter - 'A' + 'a');
    } else if (digit || lower) {
      word += letter;
    } else if (!word.empty() && word.back() != '_') {
      word += '_';
    }
  }
  while (!word.empty() && word.back() == '_') word.pop_back();
  if (word.empty() || (word.front() >= '0' && word.front() <= '9')) word = "_" + word;
  return word;
}

int periods_of(const equity::Interest& interest) { return interest.accrual == equity::Accrual::simple ? 0 : interest.periods_per_year; }

}  // namespace

// The one definition of an imported figure.
DefId Checker::define_constant(EntityId id, const std::string& name, double value, const Type& type) {
  const DefId def = define_implied(id, name, type.unit);
  model_.definitions[def].type = type;
  model_.definitions[def].is =
      node({.kind = ExprKind::number, .type = type.kind, .value = value, .span = model_.definitions[def].span}, states_[def].owner);
  return def;
}

// A noun that no block of the text declares. A word that is taken gets a number.
EntityId Checker::add_imported(EntityId company, KindId kind_id, const std::string& name, std::uint32_t index) {
  Entity& around = entities_[company];
  const std::string first = word_from(name);
  std::string word = first;
  for (int number = 2; around.blocks.contains(word) || around.implied.contains(word); ++number) word = first + "_" + std::to_string(number);
  Entity entity;
  entity.kind = &kind(kind_id);
  entity.name = word;
  entity.full = around.full + "." + word;
  entity.label = name;
  entity.parent = company;
  entity.span = around.field("captable")->value.span();
  entity.index = index;
  entity.company = around.index;
  const EntityId id = static_cast<EntityId>(entities_.size());
  around.implied.emplace(word, id);
  entities_.push_back(std::move(entity));
  return id;
}

// The table that `captable` names, where it was read and nothing contradicts it.
const equity::CapTable* Checker::named_captable(EntityId company) {
  const WrittenField& given = *entities_[company].field("captable");
  const Written value = given.value.bare();
  if (value->kind == lang::ExprKind::mistake) return nullptr;
  const bool call = value->kind == lang::ExprKind::call && value.child(0)->kind == lang::ExprKind::name && value.child(0).word() == "ocf";
  const Written name = call && value.children() == 2 ? value.child(1).bare() : Written{};
  if (!name.given() || name->kind != lang::ExprKind::text) {
    error(Code::wrong_type, value.span(), "`captable` wants " + in_words(Want::package), "for example  " + std::string(given.row->example),
          quoted(value), in_words(Want::package));
    return nullptr;
  }
  for (const EntityId block : entities_[company].order) {
    const Entity& other = entities_[block];
    const bool states = other.kind->id == KindId::class_ ||
                        (other.kind->id == KindId::holder_ && (other.field("owns") != nullptr || other.field("holds") != nullptr));
    if (!states) continue;
    error(Code::field_conflict, given.name_span, "who owns `" + entities_[company].full + "` today is said twice",
          "leave out `captable`, or the classes and what holders have", "", "",
          {{given.name_span, "by the package"}, {other.span, "by the " + std::string(other.kind->name)}});
    return nullptr;
  }
  const std::string& file = name.tree->text(*name);
  const auto found = inputs_.captables.find(file);
  if (found != inputs_.captables.end()) return &found->second;
  if (!diagnostics_.has_errors()) error(Code::captable_missing, name.span(), "the cap table `" + file + "` was not read");
  return nullptr;  // whoever was to read it has said why
}

void Checker::import_captable(EntityId company) {
  const equity::CapTable* table = named_captable(company);
  if (table == nullptr) return;
  const CompanyId number = entities_[company].index;
  const text::Span span = entities_[company].field("captable")->value.span();
  model_.companies[number].imported = static_cast<std::uint32_t>(model_.captables.size());
  model_.captables.push_back(*table);
  std::map<std::string, std::uint32_t> holders;
  const auto holder_of = [&](const std::string& name) {
    const auto [found, fresh] = holders.try_emplace(name, static_cast<std::uint32_t>(model_.holders.size()));
    if (!fresh) return found->second;
    Holder holder;
    holder.label = name;
    holder.company = number;
    holder.imported = true;
    holder.span = span;
    const EntityId entity = add_imported(company, KindId::holder_, name, found->second);
    holder.name = entities_[entity].full;
    model_.holders.push_back(std::move(holder));
    model_.companies[number].holders.push_back(found->second);
    return found->second;
  };
  for (const equity::Security& security : table->securities) {
    if (std::holds_alternative<equity::Debt>(security.terms)) {
      error(Code::captable_missing, span, "the package holds a debt, `" + security.id + "`, and a cap table of a model holds none",
            "take it out of the package and give it to the company:  debt = $3M, or a facility");
      continue;
    }
    const bool convert = std::holds_alternative<equity::Safe>(security.terms) || std::holds_alternative<equity::Note>(security.terms);
    const std::vector<equity::Holding> holdings = equity::holdings_of(*table, security);
    if (convert) {
      import_convert(company, security, holdings, holder_of);
      continue;
    }
    const std::uint32_t index = static_cast<std::uint32_t>(model_.classes.size());
    const EntityId entity = add_imported(company, KindId::class_, security.id, index);
    ShareClass share_class;
    share_class.name = entities_[entity].full;
    share_class.label = security.id;
    share_class.company = number;
    share_class.span = span;
    share_class.is = imported_terms(entity, security.terms);
    model_.classes.push_back(std::move(share_class));
    model_.companies[number].classes.push_back(index);
    if (std::holds_alternative<equity::Pool>(security.terms)) continue;  // nobody's
    for (const equity::Holding& holding : holdings) {
      const std::uint32_t holder = holder_of(holding.holder);
      const DefId shares = define_constant(entity, model_.holders[holder].name + ".holds." + entities_[entity].name,
                                           holding.shares.to_double(), {TypeKind::number, quantity::Unit(quantity::Dimension::shares)});
      model_.holders[holder].holds.emplace_back(index, shares);
    }
  }
}

double Checker::month_of_date(const equity::Date& date) const { return quantity::month_number(date.year, date.month) - start(); }

Instrument Checker::imported_terms(EntityId entity, const equity::Terms& terms) {
  const std::string name = entities_[entity].full;
  const quantity::Unit price = currency() / quantity::Unit(quantity::Dimension::shares);
  const auto figure = [&](const char* field, const Number& value, const quantity::Unit& unit) {
    return define_constant(entity, name + "." + field, value.to_double(), {TypeKind::number, unit});
  };
  Instrument is;
  is.kind = InstrumentKind::common;
  is.span = entities_[entity].span;
  if (const auto* option = std::get_if<equity::Option>(&terms)) {
    is.kind = InstrumentKind::options;
    is.strike = figure("strike", option->strike, price);
  } else if (const auto* pool = std::get_if<equity::Pool>(&terms)) {
    is.kind = InstrumentKind::options;
    is.unissued = figure("unissued", pool->shares, quantity::Unit(quantity::Dimension::shares));
  } else if (const auto* series = std::get_if<equity::Preferred>(&terms)) {
    is.kind = InstrumentKind::preferred;
    is.order = Seniority::ranked;
    is.price = figure("price", series->original_price, price);
    is.conversion_price = figure("conversion_price", series->conversion_price, price);
    is.liquidation = figure("liquidation", series->multiple, {});
    is.participating = series->participation != equity::Participation::none;
    if (series->participation == equity::Participation::capped && series->cap_multiple)
      is.participation_cap = figure("participation_cap", *series->cap_multiple, {});
    is.seniority = figure("seniority", series->seniority, {});
    if (series->dividend) {
      const equity::Dividend& dividend = *series->dividend;
      is.dividend = figure("dividend", dividend.accrues.rate / 12, quantity::per_month());
      is.dividend_periods = periods_of(dividend.accrues);
      is.dividend_in_kind = dividend.settlement == equity::Settlement::paid_in_kind;
      is.cap_includes_dividends = dividend.cap_basis == equity::CapBasis::includes_dividends;
      if (dividend.accrues.from)
        is.dividend_since = define_constant(entity, name + ".dividend_since", month_of_date(*dividend.accrues.from), {TypeKind::date, {}});
    }
  }
  return is;
}

void Checker::import_convert(EntityId company, const equity::Security& security, const std::vector<equity::Holding>& holdings,
                             const std::function<std::uint32_t(const std::string&)>& holder_of) {
  const std::uint32_t index = static_cast<std::uint32_t>(model_.rounds.size());
  const EntityId entity = add_imported(company, KindId::round_, security.id, index);
  const std::string name = entities_[entity].full;
  const auto money = [&](const std::string& field, const Number& value) {
    return define_constant(entity, name + "." + field, value.to_double(), {TypeKind::number, currency()});
  };
  const auto plain = [&](const char* field, const Number& value) {
    return define_constant(entity, name + ".instrument." + field, value.to_double(), {TypeKind::number, {}});
  };
  Round round;
  round.name = name;
  round.label = security.id;
  round.company = entities_[entity].company;
  round.span = entities_[entity].span;
  round.before_start = round.imported = round.instrument_given = true;
  Instrument& is = round.instrument;
  is.span = round.span;
  double closed = -1;
  if (const auto* safe = std::get_if<equity::Safe>(&security.terms)) {
    is.kind = InstrumentKind::safe;
    round.amount = money("amount", safe->amount);
    is.basis = safe->basis == equity::SafeBasis::pre_money ? SafeBasis::pre_money : SafeBasis::post_money;
    if (safe->cap) is.cap = money("instrument.cap", *safe->cap);
    if (safe->discount) is.discount = plain("discount", *safe->discount);
    if (safe->percent) is.percent = plain("percent", *safe->percent);
    is.most_favoured = safe->most_favoured && safe->most_favoured->elects != equity::MostFavoured::Elects::nothing;
  } else {
    const auto& note = std::get<equity::Note>(security.terms);
    is.kind = InstrumentKind::note;
    round.amount = money("amount", note.principal);
    is.interest = define_constant(entity, name + ".instrument.interest", (note.interest.rate / 12).to_double(),
                                  {TypeKind::number, quantity::per_month()});
    is.interest_periods = periods_of(note.interest);
    is.day_count = note.interest.day_count == equity::DayCount::actual_360 ? DayCount::actual_360 : DayCount::actual_365;
    if (note.interest.day_count == equity::DayCount::thirty_360) {
      error(Code::captable_missing, round.span, "the note `" + security.id + "` counts its days by 30/360, and a model counts real days",
            "give the package the day count ACTUAL_365");
    }
    if (note.cap) is.cap = money("instrument.cap", *note.cap);
    if (note.discount) is.discount = plain("discount", *note.discount);
    is.base = note.base == equity::NoteBase::fully_diluted_with_converts ? ConversionBase::fully_diluted_with_converts
                                                                         : ConversionBase::fully_diluted;
    if (note.interest.from) closed = std::min(closed, month_of_date(*note.interest.from));
    // What happens at its maturity no package says (paid back, extended, converted?), so it has no deadline: it waits for a round.
  }
  round.closed = define_constant(entity, name + ".closed", closed, {TypeKind::date, {}});
  for (const equity::Holding& holding : holdings) {
    BookEntry entry;
    entry.holder = holder_of(holding.holder);
    entry.span = round.span;
    entry.money = money("book." + word_from(holding.holder), holding.shares);
    round.book.push_back(entry);
  }
  model_.rounds.push_back(std::move(round));
  model_.companies[entities_[entity].company].rounds.push_back(index);
}

}  // namespace warchest::model
