// captable_cases [--ocf DIR] FILE...: checks the equity engine against case files; the record format is tests/cases/captable-cases.md.
//
// A case is inputs, an event and expected figures. The event is put to the engine, the answer is laid out as JSON with exact numbers
// as text, and each expected key is compared within the tolerance of its kind (price, shares, pct, money). Numbers of the file are
// read as the decimals that are written, never through a double. Every failing case is named with expected and found; the last line
// counts, and the exit code is 1 if any failed.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "equity/anti_dilution.h"
#include "equity/cap_table.h"
#include "equity/convert.h"
#include "equity/opm.h"
#include "equity/round.h"
#include "equity/waterfall.h"
#include "io/ocf.h"
#include "io/ocf_scalar.h"
#include "io/ocf_source.h"
#include "io/zip.h"

namespace {

using Json = nlohmann::json;
using namespace warchest::equity;  // NOLINT: this program speaks of nothing else
namespace io = warchest::io;

// ------------------------------------------------------------------------------------------------------------------- reading

// A document in which every number that is not a plain integer stays the text that was written.
class ExactReader : public nlohmann::json_sax<Json> {
 public:
  Json take() { return std::move(root_); }
  bool null() override { return put(nullptr); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(number_integer_t value) override { return put(value); }
  bool number_unsigned(number_unsigned_t value) override { return put(value); }
  bool number_float(number_float_t, const string_t& text) override { return put(text); }
  bool string(string_t& value) override { return put(value); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    key_ = name;
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception& error) override {
    throw std::runtime_error(error.what());
  }

 private:
  Json* place(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    Json& parent = *open_.back();
    if (parent.is_array()) {
      parent.push_back(std::move(value));
      return &parent.back();
    }
    return &(parent[key_] = std::move(value));
  }
  bool put(Json value) {
    place(std::move(value));
    return true;
  }
  bool open(Json value) {
    if (open_.size() > 100) throw std::runtime_error("nested more than 100 deep");
    open_.push_back(place(std::move(value)));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }
  Json root_;
  std::vector<Json*> open_;  // stays valid: a parent is not touched while a child is open
  std::string key_;
};

struct Refused : std::runtime_error {  // by the engine
  using std::runtime_error::runtime_error;
};
struct Malformed : Refused {  // a value that the format page does not allow: refused before the engine sees it
  using Refused::Refused;
};
struct Skipped : std::runtime_error {
  using std::runtime_error::runtime_error;
};

template <class Value>
Value accept(Result<Value> result) {
  if (!result) throw Refused(result.refusal().what);
  return *std::move(result);
}

std::optional<Number> as_number(const Json& value) {
  if (value.is_number_integer()) return Number::parse(value.dump());
  if (value.is_string()) return Number::parse(value.get_ref<const std::string&>());
  return std::nullopt;
}

bool has(const Json& object, const char* key) { return object.contains(key) && !object[key].is_null(); }

Number number(const Json& object, const char* key) {
  if (!has(object, key)) throw Malformed(fmt::format("{} is missing", key));
  const auto value = as_number(object[key]);
  if (!value) throw Malformed(fmt::format("{} is no number: {}", key, object[key].dump()));
  return *value;
}

Number number_or(const Json& object, const char* key, const Number& otherwise) {
  return has(object, key) ? number(object, key) : otherwise;
}

std::optional<Number> optional_number(const Json& object, const char* key) {
  return has(object, key) ? std::optional<Number>(number(object, key)) : std::nullopt;
}

std::string text(const Json& object, const char* key, const std::string& otherwise) {
  if (!has(object, key)) return otherwise;
  if (!object[key].is_string()) throw Malformed(fmt::format("{} is no text", key));
  return object[key].get<std::string>();
}

bool flag(const Json& object, const char* key, bool otherwise) {
  if (!has(object, key)) return otherwise;
  if (!object[key].is_boolean()) throw Malformed(fmt::format("{} is neither true nor false", key));
  return object[key].get<bool>();
}

int whole(const Json& object, const char* key, int otherwise) {
  if (!has(object, key)) return otherwise;
  const Number value = number(object, key);
  if (!value.is_integer() || value < 0 || value > 1000) throw Malformed(fmt::format("{} is no small whole number", key));
  return static_cast<int>(value.to_double());
}

template <class Choice>
Choice choice(const Json& object, const char* key, const std::string& otherwise, const std::map<std::string, Choice>& names) {
  const std::string name = text(object, key, otherwise);
  const auto found = names.find(name);
  if (found == names.end()) throw Malformed(fmt::format("{} is \"{}\", which the format does not know", key, name));
  return found->second;
}

std::optional<Date> date(const Json& object, const char* key) {
  if (!has(object, key)) return std::nullopt;
  const auto value = parse_date(text(object, key, ""));
  if (!value) throw Malformed(fmt::format("{} is no date", key));
  return value;
}

// A field that the page does not name is not read; that is said, once per case and field, and does not decide the case.
std::set<std::string>& unread_fields() {
  static std::set<std::string> fields;
  return fields;
}

void known_keys(const Json& object, const char* what, std::initializer_list<const char*> keys) {
  for (const auto& [key, value] : object.items()) {
    const bool known = std::any_of(keys.begin(), keys.end(), [&key = key](const char* one) { return key == one; });
    if (!known) unread_fields().insert(fmt::format("{} has a field {}, which the format page does not name: not read", what, key));
  }
}

// ------------------------------------------------------------------------------------------------------------------- securities

Interest interest(const Json& record, const char* from, const char* until) {
  Interest terms;
  terms.rate = number_or(record, "rate", 0);
  terms.accrual = choice<Accrual>(record, "accrual", "simple", {{"simple", Accrual::simple}, {"compound", Accrual::compound}});
  terms.periods_per_year = whole(record, "periods_per_year", 1);
  terms.day_count = choice<DayCount>(record, "day_count", "actual/365_fixed",
                                     {{"actual/365_fixed", DayCount::actual_365_fixed}, {"actual/360", DayCount::actual_360}});
  terms.from = date(record, from);
  if (until != nullptr) terms.until = date(record, until);
  return terms;
}

Preferred preferred(const Json& record) {
  known_keys(record, "a preferred series",
             {"id", "kind", "shares", "oip", "conversion_price", "multiple", "participation", "participation_cap_multiple", "seniority",
              "dividend", "ocf_seniority"});
  Preferred series;
  series.shares = number(record, "shares");
  series.original_price = number(record, "oip");
  series.conversion_price = number_or(record, "conversion_price", series.original_price);
  series.multiple = number_or(record, "multiple", 1);
  series.participation = choice<Participation>(
      record, "participation", "none", {{"none", Participation::none}, {"full", Participation::full}, {"capped", Participation::capped}});
  series.cap_multiple = optional_number(record, "participation_cap_multiple");
  series.seniority = number_or(record, "seniority", 1);
  if (!has(record, "dividend")) return series;
  const Json& dividend = record["dividend"];
  known_keys(dividend, "a dividend", {"rate", "accrual", "periods_per_year", "day_count", "from", "settlement", "cap_basis"});
  series.dividend = Dividend{
      interest(dividend, "from", nullptr),
      choice<Settlement>(dividend, "settlement", "forfeit_on_conversion",
                         {{"forfeit_on_conversion", Settlement::forfeit_on_conversion}, {"paid_in_kind", Settlement::paid_in_kind}}),
      choice<CapBasis>(dividend, "cap_basis", "includes_dividends",
                       {{"includes_dividends", CapBasis::includes_dividends}, {"excludes_dividends", CapBasis::excludes_dividends}})};
  return series;
}

Safe safe(const Json& record) {
  known_keys(record, "a SAFE",
             {"id", "kind", "amount", "basis", "cap", "discount", "percent", "mfn", "seniority", "ocf_convertible_seniority"});
  Safe terms;
  terms.amount = number(record, "amount");
  terms.basis = choice<SafeBasis>(
      record, "basis", "",
      {{"post_money", SafeBasis::post_money}, {"pre_money", SafeBasis::pre_money}, {"fixed_percent", SafeBasis::fixed_percent}});
  terms.cap = optional_number(record, "cap");
  terms.discount = optional_number(record, "discount");
  terms.percent = optional_number(record, "percent");
  terms.seniority = number_or(record, "ocf_convertible_seniority", number_or(record, "seniority", 1));
  if (has(record, "mfn")) {
    known_keys(record["mfn"], "mfn", {"elect"});
    const std::string elect = text(record["mfn"], "elect", "none");
    MostFavoured right;
    if (elect == "best_at_round") right.elects = MostFavoured::Elects::best_at_round;
    if (elect != "best_at_round" && elect != "none") right = {MostFavoured::Elects::named, elect};
    terms.most_favoured = right;
  }
  return terms;
}

Note note(const Json& record) {
  known_keys(record, "a note",
             {"id", "kind", "principal", "rate", "accrual", "periods_per_year", "day_count", "issue_date", "maturity_date", "cap",
              "discount", "cap_base", "seniority", "ocf_convertible_seniority"});
  Note terms;
  terms.principal = number(record, "principal");
  terms.interest = interest(record, "issue_date", "maturity_date");
  terms.cap = optional_number(record, "cap");
  terms.discount = optional_number(record, "discount");
  terms.base =
      choice<NoteBase>(record, "cap_base", "pre_money_fd",
                       {{"pre_money_fd", NoteBase::fully_diluted}, {"pre_money_fd_incl_converts", NoteBase::fully_diluted_with_converts}});
  terms.seniority = optional_number(record, has(record, "ocf_convertible_seniority") ? "ocf_convertible_seniority" : "seniority");
  return terms;
}

Terms terms_of(const Json& record) {
  const std::string kind = text(record, "kind", "");
  if (kind == "preferred") return preferred(record);
  if (kind == "safe") return safe(record);
  if (kind == "note") return note(record);
  if (kind == "common") {
    known_keys(record, "common", {"id", "kind", "shares"});
    return Common{number(record, "shares")};
  }
  if (kind == "option") {
    known_keys(record, "an option", {"id", "kind", "shares", "strike"});
    return Option{number(record, "shares"), number_or(record, "strike", 0)};
  }
  if (kind == "pool_unissued") {
    known_keys(record, "a pool", {"id", "kind", "shares"});
    return Pool{number(record, "shares")};
  }
  if (kind == "debt") {
    known_keys(record, "debt", {"id", "kind", "claim", "seniority"});
    return Debt{number(record, "claim"), number_or(record, "seniority", 1)};
  }
  throw Malformed(fmt::format("a security of kind \"{}\", which the format does not know", kind));
}

// OCF ranks stock classes upwards: the higher number is paid first. Ours count down from there.
void apply_ocf_seniority(CapTable& table, const std::map<std::string, Number>& ranks) {
  if (ranks.empty()) return;
  for (Security& security : table.securities) {
    Preferred* series = std::get_if<Preferred>(&security.terms);
    if (series == nullptr) continue;
    const auto own = ranks.find(security.id);
    if (own == ranks.end()) throw Malformed(fmt::format("{} has no ocf_seniority, though other series have", security.id));
    Number rank = 1;
    for (const auto& [id, other] : ranks) rank += other > own->second ? 1 : 0;
    series->seniority = rank;
  }
}

CapTable table_of(const Json& inputs) {
  CapTable table;
  std::map<std::string, Number> ocf_ranks;
  if (!has(inputs, "securities")) return table;
  for (const Json& record : inputs["securities"]) {
    const std::string id = text(record, "id", "");
    if (id.empty()) throw Malformed("a security without an id");
    table.securities.push_back({id, terms_of(record)});
    if (has(record, "ocf_seniority")) ocf_ranks[id] = number(record, "ocf_seniority");
  }
  apply_ocf_seniority(table, ocf_ranks);
  return table;
}

// ------------------------------------------------------------------------------------------------------------------- answers

Json show(const Number& value) { return value.text(); }

Json conversion_json(const Conversion& conversion) {
  return {{"price", show(conversion.price)},
          {"shares", show(conversion.shares)},
          {"amount", show(conversion.amount)},
          {"branch", std::string(branch_name(conversion.branch))}};
}

Json terms_json(const EffectiveTerms& terms) {
  const auto given = [](const std::optional<Number>& value) { return value && !value->is_zero() ? show(*value) : Json(nullptr); };
  Json shown{{"cap", given(terms.cap)}, {"discount", given(terms.discount)}, {"percent", given(terms.percent)}};
  shown["basis"] = terms.percent ? "fixed_percent" : terms.base == Denominator::company_capitalization ? "post_money" : "pre_money";
  return shown;
}

void add_conversions(Json& answer, const CapTable& table, const std::vector<Conversion>& conversions) {
  for (const Conversion& conversion : conversions) {
    answer["conversion"][conversion.id] = conversion_json(conversion);
    answer["effective_terms"][conversion.id] = terms_json(conversion.terms);
    const Safe* terms = std::get_if<Safe>(&table.find(conversion.id)->terms);
    if (terms == nullptr || !terms->most_favoured) continue;
    const std::string& source = conversion.terms.taken_from;
    answer["election_source"][conversion.id] = source.empty() ? Json("none") : Json(source);
  }
}

void add_share(Json& answer, const char* shares_key, const char* pct_key, const std::string& id, const Number& shares,
               const Number& whole_count) {
  if (shares_key != nullptr) answer[shares_key][id] = show(shares);
  if (!whole_count.is_zero()) answer[pct_key][id] = show(shares / whole_count);
}

// Shares by id before new money, of the Company Capitalization: everything outstanding, the pool, every convert.
void add_ownership_before(Json& answer, const CapTable& table, const std::vector<Conversion>& conversions, const Number& capitalization) {
  for (const Security& security : table.securities) {
    add_share(answer, nullptr, "ownership_pre", security.id, as_converted(security), capitalization);
  }
  for (const Conversion& conversion : conversions) {
    add_share(answer, nullptr, "ownership_pre", conversion.id, conversion.shares, capitalization);
  }
}

// The pool appears under its own name and, if nothing else is called so, as "pool" with every part of it.
void add_pool(Json& answer, const CapTable& table, const Number& unissued, const Number& everything) {
  if (table.find("pool") == nullptr || std::holds_alternative<Pool>(table.find("pool")->terms)) {
    add_share(answer, "shares_post", "ownership_post", "pool", unissued, everything);
  }
}

Json adjustments_json(const std::vector<Adjustment>& adjustments, Json answer) {
  for (const Adjustment& adjustment : adjustments) {
    answer["conversion_price"][adjustment.series] = show(adjustment.conversion_price);
    answer["conversion_ratio"][adjustment.series] = show(adjustment.ratio);
    answer["as_converted"][adjustment.series] = show(adjustment.as_converted);
  }
  return answer;
}

// ------------------------------------------------------------------------------------------------------------------- events

AntiDilution anti_dilution(const Json& record) {
  known_keys(record, "anti_dilution", {"method", "series", "count_in_pre_money", "new_money_only"});
  const auto method = parse_protection(text(record, "method", ""));
  if (!method) throw Malformed("anti_dilution has no method that the format knows");
  AntiDilution terms;
  if (!has(record, "series") || !record["series"].is_array()) throw Malformed("anti_dilution names no series");
  for (const Json& id : record["series"]) terms.series.emplace_back(id.get<std::string>(), *method);
  terms.count_in_pre_money = flag(record, "count_in_pre_money", false);
  terms.new_money_only = flag(record, "new_money_only", false);
  return terms;
}

ClosingRule closing(const Json& record) {
  known_keys(record, "rounding", {"price", "decimals", "shares"});
  ClosingRule rule;
  const std::string price = text(record, "price", "exact");
  const std::map<std::string, Direction> directions{{"up", Direction::up}, {"down", Direction::down}, {"nearest", Direction::nearest}};
  if (price != "exact") {
    rule.price_direction = choice<Direction>(record, "price", "", directions);
    if (!has(record, "decimals")) throw Malformed("a rounded price without its decimals");
    rule.price_decimals = whole(record, "decimals", 0);
  }
  rule.whole_shares = choice<bool>(record, "shares", "fractional", {{"fractional", false}, {"floor", true}});
  return rule;
}

RoundTerms round_terms(const Json& event) {
  known_keys(event, "a priced round",
             {"type", "pre_money", "new_money", "pool", "price_method", "rounding", "date", "promised_options", "anti_dilution"});
  RoundTerms terms;
  terms.pre_money = number(event, "pre_money");
  if (has(event, "new_money")) {
    for (const Json& investor : event["new_money"]) terms.investors.push_back({text(investor, "id", "new"), number(investor, "amount")});
  }
  if (has(event, "pool")) {
    const Json& pool = event["pool"];
    terms.pool.mode = choice<PoolMode>(pool, "mode", "none",
                                       {{"none", PoolMode::none},
                                        {"increase", PoolMode::increase},
                                        {"target_unissued_post", PoolMode::target_unissued_post},
                                        {"target_total_pool_post", PoolMode::target_total_pool_post}});
    terms.pool.value = number_or(pool, "value", 0);
  }
  terms.method = choice<PriceMethod>(event, "price_method", "",
                                     {{"percent_ownership", PriceMethod::percent_ownership},
                                      {"pre_money_fixed", PriceMethod::pre_money_fixed},
                                      {"dollars_invested", PriceMethod::dollars_invested}});
  if (has(event, "rounding")) terms.closing = closing(event["rounding"]);
  terms.date = date(event, "date");
  terms.promised_options = number_or(event, "promised_options", 0);
  if (has(event, "anti_dilution")) terms.anti_dilution = anti_dilution(event["anti_dilution"]);
  return terms;
}

Json answer_round(const CapTable& table, const Json& event) {
  const RoundResult round = accept(priced_round(table, round_terms(event)));
  Json answer{{"price", show(round.price)},
              {"new_shares", show(round.new_shares)},
              {"post_shares", show(round.post_shares)},
              {"pool_increase", show(round.pool_increase)},
              {"pool_unissued_post", show(round.pool_after)},
              {"company_capitalization", show(round.company_capitalization)},
              {"residue", show(round.residue)}};
  answer = adjustments_json(round.adjustments, std::move(answer));
  add_conversions(answer, table, round.conversions);
  add_ownership_before(answer, table, round.conversions, round.company_capitalization);
  for (const Security& security : table.securities) {
    add_share(answer, "shares_post", "ownership_post", security.id, as_converted(*round.after.find(security.id)), round.post_shares);
  }
  for (const Conversion& conversion : round.conversions) {
    add_share(answer, "shares_post", "ownership_post", conversion.id, conversion.shares, round.post_shares);
  }
  std::map<std::string, Number> bought;
  for (const Allotment& allotment : round.allotments) bought[allotment.id] += allotment.shares;
  for (const auto& [id, shares] : bought) {
    answer["new_shares_by_id"][id] = show(shares);
    const bool also_holds = table.find(id) != nullptr;
    const Number before = also_holds ? as_converted(*round.after.find(id)) : Number(0);
    add_share(answer, "shares_post", "ownership_post", id, before + shares, round.post_shares);
  }
  add_pool(answer, table, round.pool_after, round.post_shares);
  return answer;
}

Json answer_estimate(const CapTable& table, const Json& event) {
  known_keys(event, "an estimate", {"type", "date"});
  const Estimate estimate = accept(estimate_conversion(table, date(event, "date")));
  Json answer{{"company_capitalization", show(estimate.company_capitalization)}};
  add_conversions(answer, table, estimate.conversions);
  add_ownership_before(answer, table, estimate.conversions, estimate.company_capitalization);
  return answer;
}

Json answer_convert_at_price(const CapTable& table, const Json& event) {
  known_keys(event, "a conversion", {"type", "round_price", "cap_base_shares", "date"});
  if (const auto fault = fault_in(table)) throw Refused(fault->what);
  const Number price = number(event, "round_price");
  const Number base = number_or(event, "cap_base_shares", 0);
  std::vector<Conversion> conversions;
  for (const Convert& convert : accept(converts_of(table, date(event, "date")))) {
    conversions.push_back(accept(convert_at_price(convert, price, base)));
  }
  Json answer = Json::object();
  add_conversions(answer, table, conversions);
  return answer;
}

Json answer_dilutive_issue(const CapTable& table, const Json& event) {
  known_keys(event, "a dilutive issue", {"type", "shares", "consideration", "protection", "conversion_price_decimals"});
  Issue issue{number(event, "shares"), number(event, "consideration"), {}, std::nullopt};
  if (has(event, "protection")) {
    for (const auto& [id, name] : event["protection"].items()) {
      const auto protection = parse_protection(name.is_string() ? name.get<std::string>() : "");
      if (!protection) throw Malformed(fmt::format("protection of {} by {}, which the format does not know", id, name.dump()));
      issue.protection[id] = *protection;
    }
  }
  if (has(event, "conversion_price_decimals")) issue.price_decimals = whole(event, "conversion_price_decimals", 0);
  const IssueResult result = accept(dilutive_issue(table, issue));
  return adjustments_json(result.adjustments, {{"post_shares", show(result.post_shares)}});
}

Json answer_exit(const CapTable& table, const Json& event) {
  known_keys(event, "an exit", {"type", "proceeds", "date"});
  const ExitResult result = accept(exit_payouts(table, number(event, "proceeds"), date(event, "date")));
  Json answer{{"payouts", Json::object()}, {"elections", Json::object()}, {"undistributed", show(result.undistributed)}};
  for (std::size_t i = 0; i < table.securities.size(); ++i) {
    const std::string& id = table.securities[i].id;
    answer["payouts"][id] = show(result.payouts[i]);
    if (result.elections[i] == Election::convert) answer["elections"][id] = "convert";
    const bool preferred_holds = std::holds_alternative<Preferred>(table.securities[i].terms) && result.elections[i] == Election::none;
    if (result.elections[i] == Election::hold || preferred_holds) answer["elections"][id] = "hold";
  }
  return answer;
}

Json answer_accrue(const CapTable& table, const Json& event) {
  known_keys(event, "an accrual", {"type", "date"});
  if (const auto fault = fault_in(table)) throw Refused(fault->what);
  const auto day = date(event, "date");
  Json answer = Json::object();
  const auto add = [&](const std::string& id, const Number& grown, const Number& claim) {
    answer["accrued"][id] = show(grown);
    answer["claim"][id] = show(claim);
  };
  for (const Security& security : table.securities) {
    if (const Note* terms = std::get_if<Note>(&security.terms)) {
      const Number grown = accept(accrued(terms->principal, terms->interest, day));
      add(security.id, grown, terms->principal + grown);
    } else if (const Preferred* series = std::get_if<Preferred>(&security.terms)) {
      const PreferredClaim claim = accept(claim_of(security.id, *series, day));
      add(security.id, claim.accrued, claim.preference);
      answer["preference"][security.id] = show(claim.preference);
    } else if (const Debt* debt = std::get_if<Debt>(&security.terms)) {
      add(security.id, Number(0), debt->claim);
    }
  }
  return answer;
}

Json answer_breakpoints(const CapTable& table, const Json& event) {
  known_keys(event, "breakpoints", {"type", "date"});
  const Breakpoints found = accept(breakpoints(table, date(event, "date")));
  Json answer{{"breakpoints", Json::array()}, {"conversion_order", found.conversions}};
  for (const Number& exit : found.exits) answer["breakpoints"].push_back(show(exit));
  return answer;
}

Json answer_opm(const CapTable& table, const Json& event) {
  known_keys(event, "an option pricing", {"type", "equity_value", "term_years", "volatility", "risk_free", "date"});
  const OpmMarket market{number(event, "term_years").to_double(), number(event, "volatility").to_double(),
                         number(event, "risk_free").to_double()};
  const auto payoffs = accept(payoff_table(without_debt(table), date(event, "date")));
  const auto values = accept(opm_values(payoffs, number(event, "equity_value").to_double(), market));
  Json answer = Json::object();
  Number sum;
  for (std::size_t i = 0; i < values.size(); ++i) {
    answer["class_values"][payoffs.ids[i]] = show(Number::from_double(values[i]));
    sum += Number::from_double(values[i]);
  }
  answer["total"] = show(sum);
  return answer;
}

Json answer_ownership(const CapTable& table, const Json& event) {
  known_keys(event, "ownership", {"type"});
  if (const auto fault = fault_in(table)) throw Refused(fault->what);
  const ShareCount total = count(table);
  Json answer{{"post_shares", show(total.fully_diluted())}};
  for (const Owned& row : ownership(table)) add_share(answer, "shares_post", "ownership_post", row.id, row.shares, total.fully_diluted());
  add_pool(answer, table, total.unissued, total.fully_diluted());
  return answer;
}

Json answer_pro_rata(const Json& event) {
  known_keys(event, "a pro rata sizing", {"type", "new_investor_pct_post", "pro_rata_holders_pct_pre"});
  const Number new_money = number(event, "new_investor_pct_post");
  const Number added = accept(pro_rata_of_round(new_money, number(event, "pro_rata_holders_pct_pre")));
  return {{"pro_rata_pct_post", show(added)}, {"total_round_pct_post", show(new_money + added)}};
}

Json answer_buy_to_target(const Json& event) {
  known_keys(event, "a purchase", {"type", "pre_shares", "current_shares", "target_pct"});
  return {{"new_shares",
           show(accept(shares_to_target(number(event, "pre_shares"), number(event, "current_shares"), number(event, "target_pct"))))}};
}

Json answer_scalars(const Json& event) {
  known_keys(event, "scalars", {"type", "values"});
  Json answer{{"schema_accepts", Json::array()}, {"should_accept", Json::array()}};
  if (!has(event, "values")) throw Malformed("values is missing");
  for (const Json& pair : event["values"]) {
    const std::string type = pair.at(0).get<std::string>();
    const std::string written = pair.at(1).get<std::string>();
    if (type != "Numeric" && type != "Percentage") throw Malformed(fmt::format("{} is no type that the format page names", type));
    const bool numeric = type == "Numeric";
    answer["schema_accepts"].push_back(numeric ? io::is_ocf_numeric(written) : io::ocf_schema_accepts_percentage(written));
    answer["should_accept"].push_back(numeric ? io::is_ocf_numeric(written) : io::is_ocf_percentage(written));
  }
  return answer;
}

// ------------------------------------------------------------------------------------------------------------------- packages

// Where the packages lie: --ocf, beside the case file, in the shared data.
std::vector<std::string>& ocf_folders() {
  static std::vector<std::string> folders;
  return folders;
}

std::string find_package(const std::string& name) {
  if (!io::fault_in_name(name).empty()) throw Malformed(fmt::format("package is \"{}\", which is no plain name of a folder", name));
  for (const std::string& folder : ocf_folders()) {
    for (const char* ending : {"", ".zip"}) {
      std::string path = (std::filesystem::path(folder) / (name + ending)).string();
      if (std::filesystem::exists(path)) return path;
    }
  }
  throw Skipped(fmt::format("the package {} is not there (looked in {})", name, fmt::join(ocf_folders(), ", ")));
}

// Exactly the files that the manifest names, as the format page counts.
io::OcfImport load_package(const std::string& path, io::TerminalRule rule) {
  io::OcfOptions options;
  options.rule = rule;
  options.replace_missing = false;
  auto imported = io::read_ocf(path, options);
  if (!imported) throw Refused(imported.error);
  return *std::move(imported.value);
}

// Stock by class name and by holder (by id, and by name where nobody's id is so), what else is outstanding by kind.
Json ocf_outstanding(const io::OcfImport& package) {
  Json answer{{"stock", Json::object()}, {"by_holder", Json::object()}, {"convertibles", Json::object()}};
  std::map<std::string, std::string> class_names;
  std::map<std::string, Number> stock, convertibles;
  std::map<std::string, std::map<std::string, Number>> held;
  Number compensation, warrants;
  for (const auto& one : package.classes) {
    class_names[one.id] = one.name;
    stock[one.name];
  }
  for (const auto& holder : package.stakeholders) held[holder.id];
  for (const auto& position : package.outstanding) {
    const auto known = class_names.find(position.stock_class);
    const std::string name = known == class_names.end() ? position.stock_class : known->second;
    if (position.kind == io::OcfSecurityKind::stock) {
      stock[name] += position.quantity;
      held[position.holder][name] += position.quantity;
    }
    if (position.kind == io::OcfSecurityKind::equity_compensation) compensation += position.quantity;
    if (position.kind == io::OcfSecurityKind::warrant) warrants += position.quantity;
    if (position.kind == io::OcfSecurityKind::convertible) convertibles[position.type] += position.quantity;
  }
  for (const auto& [name, shares] : stock) answer["stock"][name] = show(shares);
  for (const auto& [name, amount] : convertibles) answer["convertibles"][name] = show(amount);
  for (const auto& [id, classes] : held) {
    Json& row = answer["by_holder"][id] = Json::object();
    for (const auto& [name, shares] : classes) row[name] = show(shares);
  }
  for (const auto& holder : package.stakeholders) {
    if (!answer["by_holder"].contains(holder.name)) answer["by_holder"][holder.name] = answer["by_holder"][holder.id];
  }
  answer["equity_comp"] = show(compensation);
  answer["warrants"] = show(warrants);
  return answer;
}

Json ocf_counts(const io::OcfCounts& counts) {
  return {{"transactions", counts.transactions},
          {"stakeholders", counts.stakeholders},
          {"stock_classes", counts.stock_classes},
          {"stock_plans", counts.stock_plans},
          {"stock_legend_templates", counts.stock_legend_templates},
          {"vesting_terms", counts.vesting_terms},
          {"valuations", counts.valuations},
          {"financings", counts.financings},
          {"documents", counts.documents},
          {"files", counts.files}};
}

// The kinds of the format page are there with 0 too, so that "none" can be expected.
Json ocf_anomalies(const io::OcfImport& package) {
  Json answer = Json::object();
  for (const char* kind : {"partial_without_balance", "dangling_resulting_or_balance_id", "several_terminal_tx_on_one_security",
                           "over_reduced", "tx_on_unknown_security", "unknown_class", "unknown_stakeholder"}) {
    answer[kind] = 0;
  }
  for (const auto& [kind, count] : package.anomalies) answer[kind] = count;
  return answer;
}

Json answer_ocf(const Json& event) {
  known_keys(event, "a package", {"type", "package", "terminal_rule"});
  const std::string path = find_package(text(event, "package", ""));
  const std::string rule = text(event, "terminal_rule", "strict");
  if (rule != "strict" && rule != "netting" && rule != "both")
    throw Malformed(fmt::format("terminal_rule is \"{}\", not strict, netting or both", rule));
  const io::OcfImport strict = load_package(path, io::TerminalRule::strict);
  const io::OcfImport netting = load_package(path, io::TerminalRule::netting);
  const io::OcfImport& asked = rule == "netting" ? netting : strict;
  Json answer = ocf_outstanding(asked);
  for (const auto& [ending, package] : {std::pair("_strict", &strict), std::pair("_netting", &netting)}) {
    const Json outstanding = ocf_outstanding(*package);
    for (const auto& [key, value] : outstanding.items()) answer[key + ending] = value;
  }
  answer["counts"] = ocf_counts(asked.counts);
  answer["anomalies"] = ocf_anomalies(asked);
  answer["missing_files"] = asked.missing_files;
  answer["error"] = !asked.missing_files.empty();
  return answer;
}

Json answer_to(const Json& inputs) {
  if (!has(inputs, "event")) throw Malformed("the case has no event");
  const Json& event = inputs["event"];
  const std::string type = text(event, "type", "");
  if (type == "pro_rata_sizing") return answer_pro_rata(event);
  if (type == "buy_to_target_pct") return answer_buy_to_target(event);
  if (type == "ocf_scalar_parse") return answer_scalars(event);
  if (type == "ocf_load") return answer_ocf(event);
  const CapTable table = table_of(inputs);
  if (type == "priced_round") return answer_round(table, event);
  if (type == "estimate_conversion") return answer_estimate(table, event);
  if (type == "convert_at_price") return answer_convert_at_price(table, event);
  if (type == "dilutive_issue") return answer_dilutive_issue(table, event);
  if (type == "exit") return answer_exit(table, event);
  if (type == "accrue") return answer_accrue(table, event);
  if (type == "breakpoints") return answer_breakpoints(table, event);
  if (type == "opm") return answer_opm(table, event);
  if (type == "ownership") return answer_ownership(table, event);
  throw std::runtime_error(fmt::format("an event of type \"{}\", which the format does not know", type));
}

// ------------------------------------------------------------------------------------------------------------------- comparing

class Comparison {
 public:
  explicit Comparison(const Json& tolerance) : tolerance_(tolerance) {}

  void compare(const std::string& path, const std::string& kind, const Json& expected, const Json& found) {
    if (expected.is_object() && found.is_object()) return compare_objects(path, kind, expected, found);
    if (expected.is_array() && found.is_array() && expected.size() == found.size()) {
      for (std::size_t i = 0; i < expected.size(); ++i) compare(fmt::format("{}[{}]", path, i), kind, expected[i], found[i]);
      return;
    }
    const auto wanted = as_number(expected);
    const auto got = as_number(found);
    if (wanted && got ? close(kind, *wanted, *got) : expected == found || same_absence(expected, found)) return;
    report(path, expected, found);
  }
  const std::vector<std::string>& differences() const { return differences_; }

 private:
  void compare_objects(const std::string& path, const std::string& kind, const Json& expected, const Json& found) {
    for (const auto& [key, value] : expected.items()) {
      const std::string inner = path.empty() ? key : path + "." + key;
      const std::string inner_kind = kind_of(key, kind);
      if (found.contains(key)) {
        compare(inner, inner_kind, value, found[key]);
      } else {
        report(inner, value, Json());
      }
    }
    if (path == "payouts") {  // a security that is not listed is expected to receive nothing
      for (const auto& [key, value] : found.items()) {
        if (!expected.contains(key)) compare(path + "." + key, "money", 0, value);
      }
    }
  }
  // No discount is null or 0, no election is null or "none".
  static bool same_absence(const Json& expected, const Json& found) {
    const auto absent = [](const Json& value) {
      const auto number_given = as_number(value);
      return value.is_null() || value == Json("none") || (number_given && number_given->is_zero());
    };
    return absent(expected) && absent(found);
  }
  static std::string kind_of(const std::string& key, const std::string& otherwise) {
    static const std::map<std::string, std::string> kinds{{"price", "price"},
                                                          {"conversion_price", "price"},
                                                          {"conversion_ratio", "price"},
                                                          {"shares", "shares"},
                                                          {"new_shares", "shares"},
                                                          {"post_shares", "shares"},
                                                          {"pool_increase", "shares"},
                                                          {"pool_unissued_post", "shares"},
                                                          {"company_capitalization", "shares"},
                                                          {"shares_post", "shares"},
                                                          {"as_converted", "shares"},
                                                          {"ownership_pre", "pct"},
                                                          {"ownership_post", "pct"},
                                                          {"pro_rata_pct_post", "pct"},
                                                          {"total_round_pct_post", "pct"},
                                                          {"discount", "pct"},
                                                          {"percent", "pct"},
                                                          {"amount", "money"},
                                                          {"cap", "money"},
                                                          {"payouts", "money"},
                                                          {"accrued", "money"},
                                                          {"preference", "money"},
                                                          {"claim", "money"},
                                                          {"breakpoints", "money"},
                                                          {"class_values", "money"},
                                                          {"total", "money"}};
    const auto found = kinds.find(key);
    return found == kinds.end() ? otherwise : found->second;
  }
  bool close(const std::string& kind, const Number& wanted, const Number& got) const {
    const Number off = wanted < got ? got - wanted : wanted - got;
    const Number size = wanted.sign() < 0 ? -wanted : wanted;
    const auto absolute = optional_number(tolerance_, (kind + "_abs").c_str());
    const auto relative = optional_number(tolerance_, (kind + "_rel").c_str());
    if (!absolute && !relative) return off <= greatest(size, 1) * Number::ratio(1, 1'000'000'000);
    return off <= greatest(absolute.value_or(Number(0)), relative.value_or(Number(0)) * size);
  }
  void report(const std::string& path, const Json& expected, const Json& found) {
    const auto shown = [](const Json& value) {
      if (value.is_null()) return std::string("nothing");
      const auto exact = as_number(value);
      return exact ? exact->is_integer() ? exact->text() : exact->decimal(9) : value.dump();
    };
    differences_.push_back(fmt::format("{}: expected {}, found {}", path, expected.is_null() ? "null" : shown(expected), shown(found)));
  }
  const Json& tolerance_;
  std::vector<std::string> differences_;
};

struct Tally {
  int passed = 0, failed = 0, skipped = 0;
};

void fail(Tally& tally, const std::string& id, const std::vector<std::string>& reasons) {
  ++tally.failed;
  for (const std::string& reason : reasons) fmt::print("FAIL {}: {}\n", id, reason);
}

// A file may be named as in the manifest ("./Stakeholders.json") or plainly; missing_files may be asked for by their number; an error
// of a package that could be read in part is that files are missing.
bool shape_ocf(Json& expected, Json& answer) {
  if (has(expected, "missing_files")) {
    Json& files = expected["missing_files"];
    if (files.is_number()) answer["missing_files"] = answer["missing_files"].size();
    if (files.is_array()) {
      for (Json& file : files) file = io::plain_name(file.is_string() ? file.get<std::string>() : std::string());
    }
  }
  return expected.contains("error") && expected["error"] == answer["error"];
}

// Where an expected new_shares names investors, it asks for each one's.
void shape_new_shares(const Json& expected, Json& answer) {
  if (has(expected, "new_shares") && expected["new_shares"].is_object()) answer["new_shares"] = answer["new_shares_by_id"];
}

void judge_case(const Json& record, Tally& tally) {
  const std::string id = text(record, "id", "a case without an id");
  Json expected = has(record, "expected") ? record["expected"] : Json::object();
  const Json tolerance = has(record, "tolerance") ? record["tolerance"] : Json::object();
  const bool wants_refusal = expected.contains("error") && expected["error"] == Json(true);
  try {
    if (!has(record, "inputs")) throw Malformed("the case has no inputs");
    Json answer = answer_to(record["inputs"]);
    const bool named_error = has(record["inputs"]["event"], "package") && shape_ocf(expected, answer);
    if (wants_refusal && !named_error) return fail(tally, id, {fmt::format("expected a refusal, found {}", answer.dump())});
    shape_new_shares(expected, answer);
    Comparison comparison(tolerance);
    comparison.compare("", "price", expected, answer);
    if (!comparison.differences().empty()) return fail(tally, id, comparison.differences());
    ++tally.passed;
  } catch (const Skipped& reason) {
    ++tally.skipped;
    fmt::print("SKIP {}: {}\n", id, reason.what());
  } catch (const Refused& refusal) {
    if (wants_refusal) {
      ++tally.passed;
    } else {
      fail(tally, id, {fmt::format("refused: {}", refusal.what())});
    }
  } catch (const std::exception& error) {
    fail(tally, id, {error.what()});
  }
}

void check_case(const Json& record, Tally& tally) {
  unread_fields().clear();
  judge_case(record, tally);
  const std::string id =
      record.is_object() && record.contains("id") && record["id"].is_string() ? record["id"].get<std::string>() : "a case";
  for (const std::string& field : unread_fields()) fmt::print("NOTE {}: {}\n", id, field);
}

void check_file(const std::string& path, const std::string& ocf, Tally& tally) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  ocf_folders().clear();
  if (!ocf.empty()) ocf_folders().push_back(ocf);
  ocf_folders().push_back((folder / "ocf").string());
  ocf_folders().push_back("../shared/data/ocf");
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(tally, path, {"the file cannot be opened"});
  try {
    ExactReader reader;
    Json::sax_parse(file, &reader);
    const Json document = reader.take();
    const Json& cases = document.is_array() ? document : document.at("cases");
    for (const Json& record : cases) check_case(record, tally);
  } catch (const std::exception& error) {
    fail(tally, path, {error.what()});
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> files;
  std::string ocf;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--ocf" && i + 1 < argc) {
      ocf = argv[++i];
    } else if (argument == "--help" || argument == "-h") {
      fmt::print("captable_cases [--ocf DIR] FILE...\nChecks the equity engine against case files (tests/cases/captable-cases.md).\n");
      return 0;
    } else if (argument.rfind("--", 0) == 0) {
      fmt::print(stderr, "captable_cases: {} is no option; usage: captable_cases [--ocf DIR] FILE...\n", argument);
      return 2;
    } else {
      files.push_back(argument);
    }
  }
  if (files.empty()) {
    fmt::print(stderr, "usage: captable_cases [--ocf DIR] FILE...\n");
    return 2;
  }
  Tally tally;
  for (const std::string& file : files) check_file(file, ocf, tally);
  fmt::print("{} passed, {} failed, {} skipped\n", tally.passed, tally.failed, tally.skipped);
  return tally.failed == 0 ? 0 : 1;
}
