// The documents as JSON, schema 1. Every figure is a number; NAME_exact stands beside it where a double is not its value (exact.h).
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "report/captable.h"
#include "report/exact.h"
#include "report/json.h"
#include "report/json_layout.h"

namespace warchest::report {

namespace {

using namespace equity;
using nlohmann::ordered_json;

ordered_json document_of(const CapTableHead& head, const char* what) {
  ordered_json json;
  json["warchest"] = head.version;
  json["schema"] = kJsonSchema;
  json["captable"] = {{"what", what}, {"company", head.company}, {"sha256", head.sha256}, {"currency", head.currency}};
  if (head.date) json["captable"]["date"] = spelled(*head.date);
  return json;
}

template <typename T>
void add_optional(ordered_json& json, const char* name, const std::optional<T>& value) {
  if (value) add_exact(json, name, *value);
}

const char* participation_name(Participation participation) {
  switch (participation) {
    case Participation::none:
      return "none";
    case Participation::full:
      return "full";
    case Participation::capped:
      return "capped";
  }
  return "";
}

const char* basis_name(SafeBasis basis) {
  switch (basis) {
    case SafeBasis::post_money:
      return "post_money";
    case SafeBasis::pre_money:
      return "pre_money";
    case SafeBasis::fixed_percent:
      return "fixed_percent";
  }
  return "";
}

void add_interest(ordered_json& json, const Interest& interest) {
  add_exact(json, "rate", interest.rate);
  json["compounds"] = interest.accrual == Accrual::compound ? interest.periods_per_year : 0;
  json["day_count"] = interest.day_count == DayCount::actual_365_fixed ? "actual_365"
                      : interest.day_count == DayCount::actual_360     ? "actual_360"
                                                                       : "30_360";
  if (interest.from) json["from"] = spelled(*interest.from);
  if (interest.until) json["until"] = spelled(*interest.until);
}

struct TermsWriter {
  ordered_json& json;
  void operator()(const Common&) const {}
  void operator()(const Pool&) const {}
  void operator()(const Debt& debt) const { add_exact(json, "seniority", debt.seniority); }
  void operator()(const Option& option) const { add_exact(json, "strike", option.strike); }
  void operator()(const Preferred& series) const {
    add_exact(json, "price", series.original_price);
    add_exact(json, "conversion_price", series.conversion_price);
    add_exact(json, "multiple", series.multiple);
    json["participation"] = participation_name(series.participation);
    add_optional(json, "cap_multiple", series.cap_multiple);
    add_exact(json, "seniority", series.seniority);
    if (!series.dividend) return;
    ordered_json dividend = ordered_json::object();
    add_interest(dividend, series.dividend->accrues);
    dividend["paid_in_kind"] = series.dividend->settlement == Settlement::paid_in_kind;
    dividend["inside_cap"] = series.dividend->cap_basis == CapBasis::includes_dividends;
    json["dividend"] = std::move(dividend);
  }
  void operator()(const Safe& safe) const {
    json["basis"] = basis_name(safe.basis);
    add_optional(json, "cap", safe.cap);
    add_optional(json, "discount", safe.discount);
    add_optional(json, "percent", safe.percent);
    if (safe.most_favoured) json["most_favoured"] = true;
  }
  void operator()(const Note& note) const {
    ordered_json interest = ordered_json::object();
    add_interest(interest, note.interest);
    json["interest"] = std::move(interest);
    add_optional(json, "cap", note.cap);
    add_optional(json, "discount", note.discount);
    json["cap_base"] = note.base == NoteBase::fully_diluted ? "fully_diluted" : "with_converts";
  }
};

bool is_money(const Terms& terms) {
  return std::holds_alternative<Safe>(terms) || std::holds_alternative<Note>(terms) || std::holds_alternative<Debt>(terms);
}

using OpenTerms = std::map<std::string, std::vector<std::string>>;

// The terms of a class that leaves some open are not written: what stands for them means nothing.
ordered_json classes_of(const CapTable& table, const OpenTerms& open = {}) {
  ordered_json list = ordered_json::array();
  for (const Security& security : table.securities) {
    ordered_json one{{"name", security.id}, {"kind", kind_of(security.terms)}};
    add_exact(one, is_money(security.terms) ? "amount" : "shares", shares_of(security));
    add_exact(one, "as_converted", as_converted(security));
    const auto questions = open.find(security.id);
    if (questions == open.end()) {
      std::visit(TermsWriter{one}, security.terms);
    } else {
      one["open"] = questions->second;
    }
    list.push_back(std::move(one));
  }
  return list;
}

ordered_json holders_of(const CapTable& table, const OwnershipGrid& grid) {
  ordered_json list = ordered_json::array();
  for (const OwnedBy& holder : grid.holders) {
    ordered_json one{{"name", holder.holder}};
    ordered_json holds = ordered_json::object();
    for (std::size_t i = 0; i < table.securities.size(); ++i) {
      if (!holder.held[i].is_zero()) add_exact(holds, table.securities[i].id, holder.held[i]);
    }
    one["holds"] = std::move(holds);
    add_exact(one, "as_converted", holder.as_converted);
    add_exact(one, "of_outstanding", holder.of_outstanding);
    add_exact(one, "of_fully_diluted", holder.of_fully_diluted);
    list.push_back(std::move(one));
  }
  return list;
}

ordered_json steps_of(const Steps& steps) {
  ordered_json list = ordered_json::array();
  for (const Step& step : steps) {
    ordered_json one{{"of", step.subject}, {"rule", step.rule}};
    add_exact(one, "value", step.value);
    one["source"] = step.source;
    list.push_back(std::move(one));
  }
  return list;
}

ordered_json conversions_of(const std::vector<Conversion>& conversions) {
  ordered_json list = ordered_json::array();
  for (const Conversion& conversion : conversions) {
    ordered_json one{{"name", conversion.id}, {"by", branch_name(conversion.branch)}};
    if (!conversion.terms.taken_from.empty()) one["terms_of"] = conversion.terms.taken_from;
    add_exact(one, "amount", conversion.amount);
    add_exact(one, "price", conversion.price);
    add_exact(one, "shares", conversion.shares);
    list.push_back(std::move(one));
  }
  return list;
}

ordered_json pro_forma_of(const std::vector<ProFormaRow>& rows) {
  ordered_json list = ordered_json::array();
  for (const ProFormaRow& row : rows) {
    ordered_json one{{"name", row.name}};
    add_exact(one, "before", row.before);
    add_exact(one, "part_before", row.part_before);
    add_exact(one, "converted", row.converted);
    add_exact(one, "anti_dilution", row.anti_dilution);
    add_exact(one, "pool", row.pool);
    add_exact(one, "bought", row.bought);
    add_exact(one, "after", row.after);
    add_exact(one, "part_after", row.part_after);
    list.push_back(std::move(one));
  }
  return list;
}

const char* method_name(PriceMethod method) {
  switch (method) {
    case PriceMethod::percent_ownership:
      return "percent_ownership";
    case PriceMethod::pre_money_fixed:
      return "pre_money_fixed";
    case PriceMethod::dollars_invested:
      return "dollars_invested";
  }
  return "";
}

ordered_json election_of(Election election) {
  if (election == Election::none) return nullptr;
  return election == Election::convert ? "convert" : "hold";
}

ordered_json exit_of(const ExitDocument& document, const ExitCase& one, const CapTableLayout& layout) {
  ordered_json json;
  add_exact(json, "value", one.value);
  add_exact(json, "per_common_share", one.exit.per_common_share);
  add_exact(json, "undistributed", one.exit.undistributed);
  if (layout.securities) {
    json["classes"] = ordered_json::array();
    for (std::size_t i = 0; i < document.table.securities.size(); ++i) {
      ordered_json row{{"name", document.table.securities[i].id}};
      add_exact(row, "payout", one.exit.payouts[i]);
      row["elects"] = election_of(one.exit.elections[i]);
      json["classes"].push_back(std::move(row));
    }
  }
  if (layout.holders) {
    json["holders"] = ordered_json::array();
    for (const HolderPayout& holder : one.holders) {
      ordered_json row{{"name", holder.holder}};
      add_exact(row, "payout", holder.amount);
      json["holders"].push_back(std::move(row));
    }
  }
  if (layout.steps) json["steps"] = steps_of(one.exit.steps);
  return json;
}

}  // namespace

std::string ownership_json(const OwnershipDocument& document, const CapTableLayout& layout) {
  ordered_json json = document_of(document.head, "show");
  ordered_json total = ordered_json::object();
  add_exact(total, "common", document.grid.total.common);
  add_exact(total, "preferred", document.grid.total.preferred);
  add_exact(total, "options", document.grid.total.options);
  add_exact(total, "unissued", document.grid.total.unissued);
  add_exact(total, "outstanding", document.grid.total.outstanding());
  add_exact(total, "fully_diluted", document.grid.total.fully_diluted());
  json["shares"] = std::move(total);
  if (layout.securities) json["classes"] = classes_of(document.table, document.open);
  if (layout.holders) json["holders"] = holders_of(document.table, document.grid);
  if (document.estimate) {
    ordered_json estimate = ordered_json::object();
    add_exact(estimate, "company_capitalization", document.estimate->company_capitalization);
    estimate["conversions"] = conversions_of(document.estimate->conversions);
    json["if_caps_bind"] = std::move(estimate);
    if (layout.steps) json["steps"] = steps_of(document.estimate->steps);
  } else {
    json["if_caps_bind"] = {{"refused", document.no_estimate}};
  }
  return laid_out(json);
}

std::string round_json(const RoundDocument& document, const CapTableLayout& layout) {
  ordered_json json = document_of(document.head, "round");
  ordered_json round{{"name", document.name}, {"price_method", method_name(document.terms.method)}};
  Number money;
  for (const Allotment& allotment : document.round.allotments) money += allotment.amount;
  add_exact(round, "pre_money", document.terms.pre_money);
  add_exact(round, "new_money", money);
  add_exact(round, "post_money", document.terms.pre_money + money);
  add_exact(round, "price", document.round.price);
  add_exact(round, "new_shares", document.round.new_shares);
  add_exact(round, "pool_increase", document.round.pool_increase);
  add_exact(round, "pool_after", document.round.pool_after);
  add_exact(round, "company_capitalization", document.round.company_capitalization);
  add_exact(round, "shares_after", document.round.post_shares);
  add_exact(round, "residue", document.round.residue);
  json["round"] = std::move(round);
  json["conversions"] = conversions_of(document.round.conversions);
  json["investors"] = ordered_json::array();
  for (const Allotment& allotment : document.round.allotments) {
    ordered_json one{{"name", allotment.id}};
    add_exact(one, "amount", allotment.amount);
    add_exact(one, "shares", allotment.shares);
    add_exact(one, "paid_back", allotment.unspent);
    json["investors"].push_back(std::move(one));
  }
  json["anti_dilution"] = ordered_json::array();
  for (const Adjustment& adjustment : document.round.adjustments) {
    ordered_json one{{"name", adjustment.series}};
    add_exact(one, "conversion_price", adjustment.conversion_price);
    add_exact(one, "ratio", adjustment.ratio);
    add_exact(one, "as_converted", adjustment.as_converted);
    json["anti_dilution"].push_back(std::move(one));
  }
  if (layout.holders) json["holders"] = pro_forma_of(document.holders);
  if (layout.securities) json["classes"] = pro_forma_of(document.securities);
  json["after"] = {{"classes", classes_of(document.round.after)},
                   {"holders", holders_of(document.round.after, ownership_grid(document.round.after))}};
  if (layout.steps) json["steps"] = steps_of(document.steps);
  return laid_out(json);
}

std::string exit_json(const ExitDocument& document, const CapTableLayout& layout) {
  ordered_json json = document_of(document.head, "exit");
  json["exits"] = ordered_json::array();
  for (const ExitCase& one : document.cases) json["exits"].push_back(exit_of(document, one, layout));
  return laid_out(json);
}

std::string breakpoints_json(const BreakpointDocument& document, const CapTableLayout&) {
  ordered_json json = document_of(document.head, "breakpoints");
  json["breakpoints"] = ordered_json::array();
  for (const BreakpointRow& row : document.rows) {
    ordered_json one = ordered_json::object();
    add_exact(one, "from", row.from);
    ordered_json next = ordered_json::object();
    for (std::size_t i = 0; i < row.slopes.size(); ++i) {
      if (!row.slopes[i].is_zero()) add_exact(next, document.table.securities[i].id, row.slopes[i]);
    }
    one["next_dollar"] = std::move(next);
    one["events"] = row.events;
    json["breakpoints"].push_back(std::move(one));
  }
  json["conversion_order"] = document.conversions;
  json["payouts_step"] = document.payoffs_step;
  if (document.pricing) {
    const PricingDocument& pricing = *document.pricing;
    ordered_json opm{{"equity", pricing.equity},
                     {"term_years", pricing.market.term_years},
                     {"volatility", pricing.market.volatility},
                     {"rate", pricing.market.risk_free}};
    if (!pricing.solved_for.empty()) opm["solved_for"] = pricing.solved_for;
    opm["classes"] = ordered_json::array();
    for (const PricedClass& one : pricing.classes) {
      opm["classes"].push_back(
          {{"name", one.name}, {"value", one.value}, {"per_share", one.per_share ? ordered_json(*one.per_share) : ordered_json(nullptr)}});
    }
    json["opm"] = std::move(opm);
  }
  return laid_out(json);
}

}  // namespace warchest::report
