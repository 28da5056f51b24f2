// Facilities: what is borrowed, from its block to its noun, the covenants inside it, and the rules that bind its fields to each other.
//
// There is one kind of debt and many fields. A revolver draws by a rule, a term loan and a bond at a date, a project loan with the
// building of its project, and any of them may be drawn to refinance another; how it is paid back is a second choice, and what it costs a
// third. The rules here say which choices go together.
#include <algorithm>

#include "model/checker.h"
#include "text/names.h"

namespace warchest::model {

using text::Code;

namespace {

int months_of(const std::string& word) {
  if (word == "quarterly") return 3;
  if (word == "half_yearly") return 6;
  return word == "yearly" ? 12 : 1;
}

}  // namespace

// The block of the same company that a field names; its index in the model.
std::uint32_t Checker::named_block(EntityId id, std::string_view field, KindId wanted) {
  const Entity& entity = entities_[id];
  const WrittenField* given = entity.field(field);
  if (given == nullptr) return kNone;
  const Written name = given->value.bare();
  if (name->kind == lang::ExprKind::mistake) return kNone;
  const Entity& company = entities_[around_of_line(entity.parent, name)];
  const std::string kind_name(kind(wanted).name);
  if (name->kind == lang::ExprKind::name) {
    const auto found = company.blocks.find(name.word());
    if (found != company.blocks.end() && entities_[found->second].kind->id == wanted && found->second != id)
      return entities_[found->second].index;
    if (found != company.blocks.end() && found->second == id) {
      error(Code::wrong_word, name.span(), "`" + name.word() + "` is this " + kind_name + " itself", "name another one");
      return kNone;
    }
  }
  std::vector<std::string> candidates;
  if (may_suggest(company.order.size())) {
    for (const EntityId block : company.order) {
      if (entities_[block].kind->id == wanted && block != id) candidates.push_back(entities_[block].name);
    }
  }
  const auto near = name->kind == lang::ExprKind::name ? nearest(name.word(), candidates) : std::nullopt;
  error(Code::wrong_word, name.span(),
        "`" + std::string(field) + "` names a " + kind_name + " of the company, and `" + quoted(name) + "` is none",
        near ? "did you mean  " + *near + "?" : "");
  return kNone;
}

// Whether another facility of the company is paid back out of this one.
bool Checker::refinances(EntityId facility) const {
  return std::any_of(entities_.begin(), entities_.end(), [&](const Entity& other) {
    if (other.kind == nullptr || other.kind->id != KindId::facility_ || other.company != entities_[facility].company) return false;
    const WrittenField* given = other.field("refinanced_by");
    if (given == nullptr) return false;
    const Written name = given->value.bare();
    if (name->kind != lang::ExprKind::name) return false;
    const auto& blocks = entities_[around_of_line(other.parent, name)].blocks;
    const auto found = blocks.find(name.word());
    return found != blocks.end() && found->second == facility;
  });
}

void Checker::settle_facility(EntityId id) {
  const Entity& entity = entities_[id];
  Facility facility;
  facility.name = entity.full;
  facility.label = entity.label;
  facility.company = entity.company;
  facility.span = entity.span;
  const std::pair<std::string_view, DefId Facility::*> fields[] = {
      {"limit", &Facility::limit},
      {"borrowing_base", &Facility::borrowing_base},
      {"draw_when", &Facility::draw_when},
      {"draw_on", &Facility::draw_on},
      {"draw", &Facility::draw},
      {"gearing", &Facility::gearing},
      {"until", &Facility::until},
      {"term", &Facility::term},
      {"rate", &Facility::rate},
      {"pik", &Facility::pik},
      {"fee", &Facility::fee},
      {"issue_price", &Facility::issue_price},
      {"commitment_fee", &Facility::commitment_fee},
      {"exit_fee", &Facility::exit_fee},
      {"available", &Facility::available},
      {"repay", &Facility::repay},
      {"grace", &Facility::grace},
      {"balloon", &Facility::balloon},
      {"target_dscr", &Facility::target_dscr},
      {"repay_when", &Facility::repay_when},
      {"reserve", &Facility::reserve},
      {"sweep", &Facility::sweep},
  };
  for (const auto& [name, member] : fields) facility.*member = definition_of(entity, name);
  const std::string repayment = word_of(entity, "repayment", "at_end");
  facility.repayment = repayment == "annuity"             ? Repayment::annuity
                       : repayment == "equal_instalments" ? Repayment::equal_instalments
                       : repayment == "sculpted"          ? Repayment::sculpted
                       : facility.repay != kNone          ? Repayment::by_flow
                                                          : Repayment::at_end;
  facility.payment_months = months_of(word_of(entity, "pays", "monthly"));
  facility.on_average = word_of(entity, "interest_on", "opening") == "average";
  facility.construction_from_cash = word_of(entity, "construction_interest", "from_loan") == "from_cash";
  facility.project = named_block(id, "for", KindId::project_);
  facility.refinanced_by = named_block(id, "refinanced_by", KindId::facility_);
  for (const EntityId block : entity.order) {
    if (entities_[block].kind->id == KindId::covenant_) facility.covenants.push_back(entities_[block].index);
  }

  // When it is drawn.
  if (facility.draw_when == kNone && facility.draw_on == kNone && entity.field("gearing") == nullptr && !refinances(id)) {
    error(Code::missing_field, entity.span,
          entity.field("for") == nullptr ? "`" + entity.full + "` is never drawn: it needs `draw_when` or `draw_on`"
                                         : "`" + entity.full + "` is never drawn: it needs `gearing`, `draw_when` or `draw_on`",
          entity.field("for") == nullptr ? "draw_when = cash < $2M" : "gearing = 70%");
  }
  never_with(entity, "draw_on", "draw_when");
  for (const char* field : {"draw_on", "draw_when", "draw"}) never_with(entity, field, "gearing");
  for (const char* field : {"gearing", "term", "construction_interest"}) only_with(entity, field, "for");

  // When and how it is paid back.
  const bool ends = facility.until != kNone || facility.term != kNone;
  const bool in_parts = facility.repayment == Repayment::annuity || facility.repayment == Repayment::equal_instalments ||
                        facility.repayment == Repayment::sculpted;
  if (in_parts && !ends) {
    error(Code::missing_field, entity.field("repayment")->name_span, "paying back in parts needs an end: `until`",
          entity.field("for") == nullptr ? "until = 2029-06" : "term = 15 years");
  }
  if (facility.refinanced_by != kNone && !ends) {
    error(Code::missing_field, entity.field("refinanced_by")->name_span, "what never falls due is never refinanced: it needs `until`",
          "until = 2029-06");
  }
  never_with(entity, "repay", "repayment");
  if (facility.repayment == Repayment::sculpted) {
    if (facility.target_dscr == kNone && entity.field("target_dscr") == nullptr) {
      error(Code::missing_field, entity.field("repayment")->name_span, "sculpted by what? It needs `target_dscr`", "target_dscr = 1.3");
    }
    never_with(entity, "balloon", "repayment");
  } else if (const WrittenField* target = entity.field("target_dscr")) {
    error(Code::field_conflict, target->name_span, "`target_dscr` means nothing without `repayment = sculpted`");
  }
  const auto needs_parts = [&](const char* field) {
    const WrittenField* given = entity.field(field);
    if (given == nullptr || in_parts || (facility.repayment == Repayment::by_flow && std::string_view(field) == "grace")) return;
    error(Code::field_conflict, given->name_span, "`" + std::string(field) + "` means nothing where all is paid back at the end",
          "repayment = annuity");
  };
  needs_parts("grace");
  if (facility.repayment != Repayment::sculpted) needs_parts("balloon");
  facility.warrants = lender_warrants(id);
  model_.facilities[entity.index] = std::move(facility);
}

// What the lender gets in shares: a coverage of what is drawn, or the terms in full.
LenderWarrants Checker::lender_warrants(EntityId id) {
  LenderWarrants result;
  const WrittenField* given = entities_[id].field("warrants");
  if (given == nullptr) return result;
  result.span = given->name_span;
  const EntityId part = record_of(id, "warrants");
  if (part == kNone) {
    result.of_draws = given->definition;
    return result;
  }
  const Entity& record = entities_[part];
  result.of_draws = definition_of(record, "of_draws");
  result.of_limit = definition_of(record, "of_limit");
  result.signed_on = definition_of(record, "signed");
  result.strike = definition_of(record, "strike");
  result.term = definition_of(record, "term");
  if (result.strike != kNone) {
    result.at = StrikeAt::price;
  } else if (record.field("strike") != nullptr && word_of(record, "strike", "last_price") == "next_price") {
    result.at = StrikeAt::next_price;
  }
  only_with(record, "signed", "of_limit");
  if (record.field("of_draws") == nullptr && record.field("of_limit") == nullptr) {
    error(Code::missing_field, record.span, "warrants for how much? A lender's need `of_draws`, `of_limit` or both",
          "for example  warrants { of_draws = 5% }", "", "`of_draws`");
  }
  return result;
}

void Checker::settle_covenant(EntityId id) {
  const Entity& entity = entities_[id];
  Covenant covenant;
  covenant.name = entity.full;
  covenant.label = entity.label;
  covenant.company = entity.company;
  covenant.facility = entities_[entity.parent].index;
  covenant.holds = definition_of(entity, "holds");
  covenant.cure = definition_of(entity, "cure");
  covenant.tested_months = months_of(word_of(entity, "tested", "quarterly"));
  const std::string on_breach = word_of(entity, "on_breach", "due");
  covenant.on_breach = on_breach == "counted" ? OnBreach::counted : on_breach == "stops" ? OnBreach::stops : OnBreach::due;
  if (covenant.on_breach == OnBreach::counted) {
    if (const WrittenField* cure = entity.field("cure"); cure != nullptr && entity.field("on_breach") != nullptr)
      never_with(entity, "cure", "on_breach");
  }
  covenant.span = entity.span;
  model_.covenants[entity.index] = std::move(covenant);
}

// Rules over finished values.
void Checker::check_facilities() {
  for (const Facility& facility : model_.facilities) {
    const auto complain = [&](DefId id, bool wrong, const std::string& message, const std::string& help) {
      if (wrong) error(Code::out_of_bounds, states_[id].written.span(), message, help);
    };
    const auto figure = [&](DefId id) -> std::optional<double> {
      if (id == kNone || states_[id].bad || !states_[id].written.given()) return std::nullopt;
      return literal(model_.definitions[id].is);
    };
    if (const auto target = figure(facility.target_dscr)) {
      complain(facility.target_dscr, *target < 1, "`target_dscr` is at least 1: less cash than debt service pays no debt",
               "target_dscr = 1.3");
    }
    if (const auto price = figure(facility.issue_price))
      complain(facility.issue_price, *price <= 0, "`issue_price` is above zero", "issue_price = 98.5%");
    const auto fee = figure(facility.fee), price = figure(facility.issue_price);
    if (fee && (!price || *price > 0)) {
      const double kept = *fee + (price ? 1 - *price : 0);
      complain(facility.fee, kept >= 1, "nothing is left of a draw: fee and discount take all of it", "fee = 2%");
    }
    const LenderWarrants& warrants = facility.warrants;
    if (const auto strike = figure(warrants.strike)) {
      complain(warrants.strike, *strike <= 0, "the strike of a lender's warrants is above zero: the coverage over it is how many there are",
               "strike = $2");
    }
    if (const auto term = figure(warrants.term)) complain(warrants.term, *term < 0.5, "`term` is at least a month", "term = 7 years");
    if (const auto term = figure(facility.term)) complain(facility.term, *term < 0.5, "`term` is at least a month", "term = 15 years");
    for (const DefId rate : {facility.rate, facility.pik, facility.commitment_fee}) {
      if (const auto given = figure(rate))
        complain(rate, *given < 0, "`" + std::string(states_[rate].row->name) + "` is not below zero", "");
    }
  }
}

}  // namespace warchest::model
