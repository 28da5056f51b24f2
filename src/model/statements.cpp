// What the three statements need beyond the plan: taxes, leases, and the rules over the fields of lines that move profit away from cash.
//
// Periods that decide how a line is booked (how far ahead it is billed, over how long it is written off) must be whole months that are
// written out, since the program's memory of months past depends on them.
#include <cmath>

#include "model/checker.h"

namespace warchest::model {

using text::Code;

void Checker::settle_taxes(EntityId id) {
  const Entity& entity = entities_[id];
  Taxes taxes;
  taxes.name = entity.full;
  taxes.rate = definition_of(entity, "rate");
  taxes.losses = definition_of(entity, "losses");
  taxes.losses_used = definition_of(entity, "losses_used");
  taxes.research_credit = definition_of(entity, "research_credit");
  taxes.year_ends = definition_of(entity, "year_ends");
  if (word_of(entity, "paid", "quarterly") == "monthly") taxes.paid = TaxPaid::monthly;
  model_.companies[entity.company].taxes = std::move(taxes);
}

void Checker::settle_lease(EntityId id) {
  const Entity& entity = entities_[id];
  Lease lease;
  lease.name = entity.full;
  lease.label = entity.label;
  lease.payment = definition_of(entity, "payment");
  lease.term = definition_of(entity, "term");
  lease.rate = definition_of(entity, "rate");
  lease.start = definition_of(entity, "start");
  model_.companies[entity.company].leases[entity.index] = std::move(lease);
}

void Checker::check_statements() {
  constexpr double kMostMonths = 1200;
  const auto whole_months = [&](DefId id, std::string_view name, double least, const std::string& example) {
    if (id == kNone || states_[id].bad) return;
    const auto months = figure_of(id);
    const text::Span span = states_[id].written.span();
    const std::string called = "`" + std::string(name) + "`";
    if (!months) {
      error(Code::not_known, span, called + " is a duration that is written out, and no scenario changes it", example);
    } else if (std::abs(*months - std::round(*months)) > 1e-9 || *months < least || *months > kMostMonths) {
      error(Code::out_of_bounds, span, called + " is " + (least > 1 ? "at least two" : "one or more") + " whole months", example);
    }
  };
  for (const Company& company : model_.companies) {
    for (const Line& line : company.lines) {
      whole_months(line.billed, "billed", 2, "billed = 12 months");
      whole_months(line.capitalised, "capitalised", 1, "capitalised = 4 years");
    }
    for (const Credit& credit : company.credits) {
      for (const std::uint32_t line : credit.pays) {
        if (company.lines[line].capitalised != kNone)
          error(Code::field_conflict, states_[company.lines[line].capitalised].written.span(),
                "`" + model_.definitions[company.lines[line].is].name + "` is capitalised, and a credit pays costs only");
      }
    }
    for (const Lease& lease : company.leases) {
      if (lease.term == kNone || states_[lease.term].bad) continue;
      if (const auto months = literal(model_.definitions[lease.term].is); months && *months < 0.5)
        error(Code::out_of_bounds, states_[lease.term].written.span(), "a lease lasts at least a month", "term = 5 years");
    }
    if (!company.taxes || company.taxes->year_ends == kNone || states_[company.taxes->year_ends].bad) continue;
    const DefId ends = company.taxes->year_ends;
    const auto month = figure_of(ends);
    if (!month || *month < 1 || *month > 12 || *month != std::round(*month))
      error(month ? Code::out_of_bounds : Code::not_known, states_[ends].written.span(),
            "`year_ends` is the number of a month, 1 to 12, that is written out", "year_ends = 6");
  }
}

}  // namespace warchest::model
