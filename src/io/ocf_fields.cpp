// The table is text, one line per kind: `name` is a field, `!` marks it required, the type stands after a colon. A line begins with
// the groups that it shares with others.
#include "io/ocf_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "equity/interest.h"
#include "io/ocf_scalar.h"

namespace warchest::io {
namespace {

struct Row {
  const char* name;
  const char* groups;
  const char* fields;
};

// Groups: o object, t transaction, s about a security, i issuance, r results, a approvals.
constexpr const char* kObject = "id! object_type! comments:texts ";
constexpr const char* kTransaction = "date:date! ";
constexpr const char* kSecurity = "security_id! ";
constexpr const char* kIssuance = "custom_id! stakeholder_id! consideration_text security_law_exemptions:list! ";
constexpr const char* kResults = "resulting_security_ids:texts! ";
constexpr const char* kApprovals = "board_approval_date:date stockholder_approval_date:date ";

constexpr const char* kRules =
    "include_outstanding_shares:bool! include_outstanding_options:bool! include_outstanding_unissued_options:bool! "
    "include_this_security:bool! include_other_converting_securities:bool! include_option_pool_topup_for_promised_options:bool! "
    "include_additional_option_pool_topup:bool! include_new_money:bool!";

const std::vector<Row>& rows() {
  static const std::vector<Row> table{
      {"ISSUER", "o",
       "legal_name! dba formation_date:date! country_of_formation! country_subdivision_of_formation country_subdivision_name_of_formation "
       "tax_ids:list email:object phone:object address:object initial_shares_authorized:authorized"},
      {"STAKEHOLDER", "o",
       "name:@name! stakeholder_type:INDIVIDUAL|INSTITUTION! issuer_assigned_id current_relationship current_relationships:texts "
       "current_status primary_contact:object contact_info:object addresses:list tax_ids:list"},
      {"STOCK_CLASS", "oa",
       "name! class_type:COMMON|PREFERRED! default_id_prefix! initial_shares_authorized:authorized! votes_per_share:num! par_value:money "
       "price_per_share:money seniority:num! conversion_rights:@right[] liquidation_preference_multiple:num "
       "participation_cap_multiple:num"},
      {"STOCK_LEGEND_TEMPLATE", "o", "name! text!"},
      {"STOCK_PLAN", "oa",
       "plan_name! initial_shares_reserved:num! default_cancellation_behavior:RETIRE|RETURN_TO_POOL|HOLD_AS_CAPITAL_STOCK|"
       "DEFINED_PER_PLAN_SECURITY stock_class_id stock_class_ids:texts"},
      {"VALUATION", "oa", "provider price_per_share:money! effective_date:date! stock_class_id! valuation_type!"},
      {"VESTING_TERMS", "o", "name! description! allocation_type! vesting_conditions:list!"},
      {"FINANCING", "o", "name! issuance_ids:texts! date:date!"},
      {"DOCUMENT", "o", "path uri md5! related_objects:list"},
      {"CE_STAKEHOLDER_RELATIONSHIP", "ot", "stakeholder_id! relationship_started relationship_ended"},
      {"CE_STAKEHOLDER_STATUS", "ot", "stakeholder_id! new_status!"},
      {"TX_ISSUER_AUTHORIZED_SHARES_ADJUSTMENT", "ota", "issuer_id! new_shares_authorized:num!"},
      {"TX_STOCK_CLASS_AUTHORIZED_SHARES_ADJUSTMENT", "ota", "stock_class_id! new_shares_authorized:num!"},
      {"TX_STOCK_CLASS_CONVERSION_RATIO_ADJUSTMENT", "ot", "stock_class_id! new_ratio_conversion_mechanism:@mechanism!"},
      {"TX_STOCK_CLASS_SPLIT", "ot", "stock_class_id! split_ratio:ratio!"},
      {"TX_STOCK_PLAN_POOL_ADJUSTMENT", "ota", "stock_plan_id! shares_reserved:num!"},
      {"TX_STOCK_PLAN_RETURN_TO_POOL", "ots", "stock_plan_id! quantity:num! reason_text!"},
      {"TX_CONVERTIBLE_ACCEPTANCE", "ots", ""},
      {"TX_EQUITY_COMPENSATION_ACCEPTANCE", "ots", ""},
      {"TX_STOCK_ACCEPTANCE", "ots", ""},
      {"TX_WARRANT_ACCEPTANCE", "ots", ""},
      {"TX_CONVERTIBLE_RETRACTION", "ots", "reason_text!"},
      {"TX_EQUITY_COMPENSATION_RETRACTION", "ots", "reason_text!"},
      {"TX_STOCK_RETRACTION", "ots", "reason_text!"},
      {"TX_WARRANT_RETRACTION", "ots", "reason_text!"},
      {"TX_CONVERTIBLE_CANCELLATION", "ots", "amount:money! balance_security_id reason_text!"},
      {"TX_EQUITY_COMPENSATION_CANCELLATION", "ots", "quantity:num! balance_security_id reason_text!"},
      {"TX_STOCK_CANCELLATION", "ots", "quantity:num! balance_security_id reason_text!"},
      {"TX_WARRANT_CANCELLATION", "ots", "quantity:num! balance_security_id reason_text!"},
      {"TX_CONVERTIBLE_TRANSFER", "otsr", "amount:money! balance_security_id consideration_text"},
      {"TX_EQUITY_COMPENSATION_TRANSFER", "otsr", "quantity:num! balance_security_id consideration_text"},
      {"TX_STOCK_TRANSFER", "otsr", "quantity:num! balance_security_id consideration_text"},
      {"TX_WARRANT_TRANSFER", "otsr", "quantity:num! balance_security_id consideration_text"},
      {"TX_CONVERTIBLE_CONVERSION", "otsr",
       "reason_text! trigger_id! quantity_converted:num balance_security_id capitalization_definition:object"},
      {"TX_STOCK_CONVERSION", "otsr", "quantity_converted:num! balance_security_id"},
      {"TX_EQUITY_COMPENSATION_EXERCISE", "otsr", "quantity:num! consideration_text"},
      {"TX_WARRANT_EXERCISE", "otsr", "trigger_id! consideration_text"},
      {"TX_EQUITY_COMPENSATION_RELEASE", "otsr", "quantity:num! release_price:money! settlement_date:date! consideration_text"},
      {"TX_EQUITY_COMPENSATION_REPRICING", "ots", "new_exercise_price:money!"},
      {"TX_STOCK_REPURCHASE", "ots", "quantity:num! price:money! balance_security_id consideration_text"},
      {"TX_STOCK_REISSUANCE", "otsr", "reason_text split_transaction_id"},
      {"TX_STOCK_CONSOLIDATION", "ot", "security_ids:texts! resulting_security_id! reason_text"},
      {"TX_VESTING_START", "ots", "vesting_condition_id!"},
      {"TX_VESTING_EVENT", "ots", "vesting_condition_id!"},
      {"TX_VESTING_ACCELERATION", "ots", "quantity:num! reason_text!"},
      {"TX_STOCK_ISSUANCE", "otsia",
       "stock_class_id! stock_plan_id share_numbers_issued:list share_price:money! quantity:num! vesting_terms_id vestings:list "
       "cost_basis:money stock_legend_ids:texts! issuance_type"},
      {"TX_EQUITY_COMPENSATION_ISSUANCE", "otsia",
       "stock_plan_id stock_class_id compensation_type:OPTION_NSO|OPTION_ISO|OPTION|RSU|CSAR|SSAR! option_grant_type quantity:num! "
       "exercise_price:money base_price:money early_exercisable:bool vesting_terms_id vestings:list expiration_date:date_or_null! "
       "termination_exercise_windows:list!"},
      {"TX_WARRANT_ISSUANCE", "otsia",
       "quantity:num quantity_source:HUMAN_ESTIMATED|MACHINE_ESTIMATED|UNSPECIFIED|INSTRUMENT_FIXED|INSTRUMENT_MAX|INSTRUMENT_MIN "
       "exercise_price:money purchase_price:money! exercise_triggers:@trigger[]! warrant_expiration_date:date vesting_terms_id "
       "vestings:list"},
      {"TX_CONVERTIBLE_ISSUANCE", "otsia",
       "investment_amount:money! convertible_type:NOTE|SAFE|CONVERTIBLE_SECURITY! conversion_triggers:@trigger[]! pro_rata:num "
       "seniority:whole!"},
      // Parts of objects.
      {"name", "", "legal_name! first_name last_name"},
      {"right", "", "type conversion_mechanism:@mechanism! converts_to_future_round:bool converts_to_stock_class_id"},
      {"trigger", "",  // which dates and conditions belong to which type is checked between fields
       "trigger_id! nickname trigger_description "
       "type:AUTOMATIC_ON_CONDITION|AUTOMATIC_ON_DATE|ELECTIVE_AT_WILL|ELECTIVE_IN_RANGE|ELECTIVE_ON_CONDITION|UNSPECIFIED! "
       "trigger_condition trigger_date:date start_date:date end_date:date conversion_right:@right!"},
      {"RATIO_CONVERSION", "", "type! conversion_price:money! ratio:ratio! rounding_type:CEILING|FLOOR|NORMAL!"},
      {"SAFE_CONVERSION", "",
       "type! conversion_discount:pct conversion_valuation_cap:money exit_multiple:ratio conversion_mfn:bool! "
       "conversion_timing:PRE_MONEY|POST_MONEY capitalization_definition capitalization_definition_rules:@rules"},
      {"CONVERTIBLE_NOTE_CONVERSION", "",
       "type! interest_rates:@rate[]! day_count_convention:ACTUAL_365|30_360! interest_payout:DEFERRED|CASH! "
       "interest_accrual_period:DAILY|MONTHLY|QUARTERLY|SEMI_ANNUAL|ANNUAL! compounding_type:SIMPLE|COMPOUNDING! conversion_discount:pct "
       "conversion_valuation_cap:money capitalization_definition capitalization_definition_rules:@rules exit_multiple:ratio "
       "conversion_mfn:bool"},
      {"FIXED_PERCENT_OF_CAPITALIZATION_CONVERSION", "",
       "type! converts_to_percent:pct! capitalization_definition capitalization_definition_rules:@rules"},
      {"FIXED_AMOUNT_CONVERSION", "", "type! converts_to_quantity:num!"},
      {"CUSTOM_CONVERSION", "", "type! custom_conversion_description!"},
      {"VALUATION_BASED_CONVERSION", "",
       "type! valuation_type:CAP|FIXED|ACTUAL! valuation_amount:money capitalization_definition capitalization_definition_rules:@rules"},
      {"PPS_BASED_CONVERSION", "", "type! description! discount:bool discount_percentage:pct discount_amount:money"},
      {"rate", "", "rate:pct! accrual_start_date:date! accrual_end_date:date"},
      {"rules", "", kRules},
  };
  return table;
}

OcfFieldRule parse_field(std::string word) {
  OcfFieldRule rule;
  if (word.back() == '!') {
    rule.required = true;
    word.pop_back();
  }
  const std::size_t colon = word.find(':');
  rule.name = word.substr(0, colon);
  if (colon == std::string::npos) return rule;
  std::string type = word.substr(colon + 1);
  static const std::map<std::string, OcfShape> shapes{
      {"texts", OcfShape::texts},  {"num", OcfShape::numeric}, {"pct", OcfShape::percentage}, {"authorized", OcfShape::authorized},
      {"money", OcfShape::money},  {"ratio", OcfShape::ratio}, {"date", OcfShape::date},      {"date_or_null", OcfShape::date_or_null},
      {"bool", OcfShape::boolean}, {"whole", OcfShape::whole}, {"list", OcfShape::list},      {"object", OcfShape::object}};
  if (const auto found = shapes.find(type); found != shapes.end()) {
    rule.shape = found->second;
  } else if (type.front() == '@') {
    const bool many = type.back() == ']';
    rule.shape = many ? OcfShape::many : OcfShape::one;
    rule.of = type.substr(1, type.size() - (many ? 3 : 1));
  } else {
    rule.shape = OcfShape::choice;
    std::istringstream words(type);
    for (std::string choice; std::getline(words, choice, '|');) rule.choices.push_back(choice);
  }
  return rule;
}

const std::map<std::string, OcfKindRule, std::less<>>& kinds() {
  static const auto table = [] {
    std::map<std::string, OcfKindRule, std::less<>> built;
    for (const Row& row : rows()) {
      std::string fields;
      for (const char group : std::string_view(row.groups)) {
        fields += group == 'o'   ? kObject
                  : group == 't' ? kTransaction
                  : group == 's' ? kSecurity
                  : group == 'i' ? kIssuance
                  : group == 'r' ? kResults
                                 : kApprovals;
      }
      OcfKindRule kind{row.name, {}};
      std::istringstream words(fields + row.fields);
      for (std::string word; words >> word;) kind.fields.push_back(parse_field(word));
      built[row.name] = kind;
    }
    return built;
  }();
  return table;
}

// ------------------------------------------------------------------------------------------------------------------- old names

const std::map<std::string, std::string, std::less<>>& old_kinds() {
  static const std::map<std::string, std::string, std::less<>> names{
      {"TX_PLAN_SECURITY_ACCEPTANCE", "TX_EQUITY_COMPENSATION_ACCEPTANCE"},
      {"TX_PLAN_SECURITY_CANCELLATION", "TX_EQUITY_COMPENSATION_CANCELLATION"},
      {"TX_PLAN_SECURITY_EXERCISE", "TX_EQUITY_COMPENSATION_EXERCISE"},
      {"TX_PLAN_SECURITY_ISSUANCE", "TX_EQUITY_COMPENSATION_ISSUANCE"},
      {"TX_PLAN_SECURITY_RELEASE", "TX_EQUITY_COMPENSATION_RELEASE"},
      {"TX_PLAN_SECURITY_RETRACTION", "TX_EQUITY_COMPENSATION_RETRACTION"},
      {"TX_PLAN_SECURITY_TRANSFER", "TX_EQUITY_COMPENSATION_TRANSFER"},
      {"TX_PLAN_SECURITY_RETURN_TO_POOL", "TX_STOCK_PLAN_RETURN_TO_POOL"},
      {"TX_EQUITY_COMPENSATION_REPRICE", "TX_EQUITY_COMPENSATION_REPRICING"},
      {"TX_STOCK_SPLIT", "TX_STOCK_CLASS_SPLIT"},
  };
  return names;
}

struct OldField {
  const char* kind;
  const char* name;
  const char* now;
};

constexpr OldField kOldFields[] = {
    {"STOCK_CLASS", "current_shares_authorized", "initial_shares_authorized"},
    {"STOCK_PLAN", "current_shares_reserved", "initial_shares_reserved"},
    {"TX_STOCK_CONVERSION", "quantity", "quantity_converted"},
    {"TX_WARRANT_ISSUANCE", "expiration_date", "warrant_expiration_date"},
    {"TX_EQUITY_COMPENSATION_ISSUANCE", "plan_security_type", "compensation_type"},
    {"CONVERTIBLE_NOTE_CONVERSION", "capitalization_defintion_rules", "capitalization_definition_rules"},
    {"FIXED_PERCENT_OF_CAPITALIZATION_CONVERSION", "capitalization_defintion_rules", "capitalization_definition_rules"},
};

bool is_omission(const OcfValue& value) {
  const OcfValue* omitted = value.find("omitted");
  return omitted != nullptr && omitted->is(OcfValue::Kind::boolean) && omitted->truth;
}

// Which rows describe this object or part of one.
const OcfKindRule* kind_of_part(const std::string& name, const OcfValue& part) {
  if (name != "mechanism") return ocf_kind(name);
  return ocf_kind(part.text_of("type"));
}

std::string joined(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : path + "." + std::string(name);
}

// 1e3 and 0.10 as the format writes them; as it stands when it is no number that can be written so.
std::string fixed_point(const std::string& digits) {
  if (is_ocf_numeric(digits)) return digits;
  const auto value = equity::Number::parse(digits);
  const auto text = value ? ocf_numeric(*value) : std::nullopt;
  return text.value_or(digits);
}

void make_text(OcfValue& value, const std::string& path, const OcfRemarks& remarks) {
  if (!value.is(OcfValue::Kind::number)) return;
  remarks({"number_for_text", path,
           fmt::format("{} is a number where the format wants a text: read as \"{}\"", value.text, fixed_point(value.text))});
  value = OcfValue::of(fixed_point(value.text));
}

void modernize_part(OcfValue& object, const OcfKindRule* kind, const std::string& path, const OcfRemarks& remarks);

void modernize_field(OcfValue& value, const OcfFieldRule& rule, const std::string& path, const OcfRemarks& remarks) {
  switch (rule.shape) {
    case OcfShape::numeric:
    case OcfShape::percentage:
    case OcfShape::authorized:
      make_text(value, path, remarks);
      return;
    case OcfShape::money:
      if (OcfValue* amount = value.find("amount")) make_text(*amount, path + ".amount", remarks);
      return;
    case OcfShape::ratio:
      for (const char* part : {"numerator", "denominator"}) {
        if (OcfValue* number = value.find(part)) make_text(*number, joined(path, part), remarks);
      }
      return;
    case OcfShape::one:
      if (value.is(OcfValue::Kind::object)) modernize_part(value, kind_of_part(rule.of, value), path, remarks);
      return;
    case OcfShape::many:
      for (std::size_t i = 0; i < value.items.size(); ++i) {
        if (value.items[i].is(OcfValue::Kind::object)) {
          modernize_part(value.items[i], kind_of_part(rule.of, value.items[i]), fmt::format("{}[{}]", path, i), remarks);
        }
      }
      return;
    case OcfShape::whole:
      if (value.is(OcfValue::Kind::text)) {
        const auto number = equity::Number::parse(value.text);
        if (!number || !number->is_integer()) return;
        remarks({"text_for_number", path, fmt::format("\"{}\" is a text where the format wants a number", value.text)});
        value.kind = OcfValue::Kind::number;
        value.text = number->text();
      }
      return;
    default:
      return;
  }
}

// interest_rate: "0.05" became interest_rates: [{"rate": "0.05", ...}]; the start is the issuer's to say, so it stays out.
void modernize_interest(OcfValue& mechanism, const std::string& path, const OcfRemarks& remarks) {
  const OcfValue* rate = mechanism.find("interest_rate");
  if (rate == nullptr || mechanism.find("interest_rates") != nullptr) return;
  OcfValue single = OcfValue::object();
  single.set("rate", *rate);
  OcfValue list = OcfValue::array();
  list.items.push_back(std::move(single));
  remarks({"old_name", joined(path, "interest_rate"), "interest_rate is an old name: read as interest_rates with one rate"});
  *mechanism.find("interest_rate") = std::move(list);
  mechanism.rename("interest_rate", "interest_rates");
}

void modernize_part(OcfValue& object, const OcfKindRule* kind, const std::string& path, const OcfRemarks& remarks) {
  if (kind == nullptr) return;
  for (const OldField& old : kOldFields) {
    if (kind->name != old.kind || object.find(old.name) == nullptr || object.find(old.now) != nullptr) continue;
    remarks({"old_name", joined(path, old.name), fmt::format("{} is an old name: read as {}", old.name, old.now)});
    object.rename(old.name, old.now);
  }
  if (kind->name == "CONVERTIBLE_NOTE_CONVERSION") modernize_interest(object, path, remarks);
  for (OcfField& field : object.fields) {
    const std::string at = joined(path, field.key);
    if (is_omission(field.value)) {
      remarks({"omitted_field", at, fmt::format("{} is left out on purpose ({{\"omitted\": true}}): read as absent", field.key)});
      continue;
    }
    if (const OcfFieldRule* rule = kind->find(field.key)) modernize_field(field.value, *rule, at, remarks);
  }
}

// ------------------------------------------------------------------------------------------------------------------- checking

std::string one_of(const std::vector<std::string>& choices) { return fmt::format("one of {}", fmt::join(choices, ", ")); }

const char* shape_name(OcfShape shape) {
  switch (shape) {
    case OcfShape::text:
      return "a text";
    case OcfShape::texts:
      return "a list of texts";
    case OcfShape::numeric:
      return "a fixed-point number of at most 10 decimals, as text";
    case OcfShape::percentage:
      return "a fixed-point number from 0 to 1, as text";
    case OcfShape::authorized:
      return "a number of shares, as text, or UNLIMITED or NOT APPLICABLE";
    case OcfShape::money:
      return "an amount and a currency";
    case OcfShape::ratio:
      return "a numerator and a denominator";
    case OcfShape::date:
      return "a date, as 2027-01-31";
    case OcfShape::date_or_null:
      return "a date, or null";
    case OcfShape::boolean:
      return "true or false";
    case OcfShape::whole:
      return "a whole number";
    case OcfShape::list:
    case OcfShape::many:
      return "a list";
    case OcfShape::object:
    case OcfShape::one:
      return "an object";
    case OcfShape::choice:
      return "a word of its list";
  }
  return "";
}

bool is_text(const OcfValue* value) { return value != nullptr && value->is(OcfValue::Kind::text); }
bool is_numeric_text(const OcfValue* value) { return is_text(value) && is_ocf_numeric(value->text); }
bool is_currency(std::string_view code) {
  return code.size() == 3 && std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool fits(const OcfValue& value, const OcfFieldRule& rule) {
  using Kind = OcfValue::Kind;
  switch (rule.shape) {
    case OcfShape::text:
      return value.is(Kind::text);
    case OcfShape::texts:
      return value.is(Kind::array) &&
             std::all_of(value.items.begin(), value.items.end(), [](const OcfValue& item) { return item.is(Kind::text); });
    case OcfShape::numeric:
      return is_numeric_text(&value);
    case OcfShape::percentage:
      return value.is(Kind::text) && is_ocf_percentage(value.text);
    case OcfShape::authorized:
      return is_numeric_text(&value) || (value.is(Kind::text) && (value.text == "UNLIMITED" || value.text == "NOT APPLICABLE"));
    case OcfShape::money:
      return value.is(Kind::object) && is_numeric_text(value.find("amount")) && is_currency(value.text_of("currency"));
    case OcfShape::ratio:
      return value.is(Kind::object) && is_numeric_text(value.find("numerator")) && is_numeric_text(value.find("denominator"));
    case OcfShape::date:
      return value.is(Kind::text) && equity::parse_date(value.text).has_value();
    case OcfShape::date_or_null:
      return value.is(Kind::null) || (value.is(Kind::text) && equity::parse_date(value.text).has_value());
    case OcfShape::boolean:
      return value.is(Kind::boolean);
    case OcfShape::whole: {
      const auto number = value.is(Kind::number) ? equity::Number::parse(value.text) : std::nullopt;
      return number && number->is_integer();
    }
    case OcfShape::list:
    case OcfShape::many:
      return value.is(Kind::array);
    case OcfShape::object:
    case OcfShape::one:
      return value.is(Kind::object);
    case OcfShape::choice:
      return value.is(Kind::text) && std::find(rule.choices.begin(), rule.choices.end(), value.text) != rule.choices.end();
  }
  return false;
}

std::string shown(const OcfValue& value) {
  switch (value.kind) {
    case OcfValue::Kind::null:
      return "null";
    case OcfValue::Kind::boolean:
      return value.truth ? "true" : "false";
    case OcfValue::Kind::number:
      return value.text.substr(0, 40);
    case OcfValue::Kind::text:
      return "\"" + value.text.substr(0, 40) + "\"";
    case OcfValue::Kind::array:
      return "a list";
    case OcfValue::Kind::object:
      return "an object";
  }
  return "";
}

void check_part(const OcfValue& object, const OcfKindRule& kind, const std::string& path, const OcfRemarks& remarks) {
  for (const OcfField& field : object.fields) {
    const std::string at = joined(path, field.key);
    const OcfFieldRule* rule = kind.find(field.key);
    if (rule == nullptr) {
      remarks({"unknown_field", at, fmt::format("{} is no field of {} that the format knows: kept, not used", field.key, kind.name)});
      continue;
    }
    if (is_omission(field.value)) continue;
    if (!fits(field.value, *rule)) {
      const std::string wanted = rule->shape == OcfShape::choice ? one_of(rule->choices) : shape_name(rule->shape);
      remarks({"unexpected_type", at, fmt::format("{} is {}, not {}", at, shown(field.value), wanted)});
      continue;
    }
    const auto check_inner = [&](const OcfValue& part, const std::string& inner) {
      if (!part.is(OcfValue::Kind::object))
        return remarks({"unexpected_type", inner, fmt::format("{} is {}, not an object", inner, shown(part))});
      if (const OcfKindRule* of = kind_of_part(rule->of, part)) return check_part(part, *of, inner, remarks);
      remarks(
          {"unexpected_type", inner, fmt::format("{} is of a type that the format does not know: \"{}\"", inner, part.text_of("type"))});
    };
    if (rule->shape == OcfShape::one) check_inner(field.value, at);
    if (rule->shape == OcfShape::many) {
      for (std::size_t i = 0; i < field.value.items.size(); ++i) check_inner(field.value.items[i], fmt::format("{}[{}]", at, i));
    }
  }
  for (const OcfFieldRule& rule : kind.fields) {
    if (rule.required && object.find(rule.name) == nullptr)
      remarks({"missing_field", joined(path, rule.name), fmt::format("{} is missing", joined(path, rule.name))});
  }
}

// Each type of trigger has its own fields and no others of these.
std::string fault_in_triggers(const OcfValue* triggers) {
  static const std::map<std::string_view, std::vector<std::string_view>> fields{{"AUTOMATIC_ON_CONDITION", {"trigger_condition"}},
                                                                                {"ELECTIVE_ON_CONDITION", {"trigger_condition"}},
                                                                                {"AUTOMATIC_ON_DATE", {"trigger_date"}},
                                                                                {"ELECTIVE_IN_RANGE", {"start_date", "end_date"}}};
  if (triggers == nullptr) return {};
  for (const OcfValue& trigger : triggers->items) {
    const std::string_view type = trigger.text_of("type");
    const auto own = fields.find(type);
    for (const std::string_view field : {"trigger_condition", "trigger_date", "start_date", "end_date"}) {
      const bool wanted = own != fields.end() && std::find(own->second.begin(), own->second.end(), field) != own->second.end();
      if (wanted != (trigger.find(field) != nullptr)) return fmt::format("a trigger {} has {}{}", type, wanted ? "a " : "no ", field);
    }
  }
  return {};
}

// What the schemas add to the fields one by one.
std::string fault_between_fields(const OcfValue& object, std::string_view type) {
  if (type == "STOCK_PLAN" && (object.find("stock_class_id") != nullptr) == (object.find("stock_class_ids") != nullptr)) {
    return "a stock plan names its classes by stock_class_id or by stock_class_ids, not by both or neither";
  }
  if (type == "TX_EQUITY_COMPENSATION_ISSUANCE") {
    const std::string_view compensation = object.text_of("compensation_type");
    if (compensation.substr(0, 6) == "OPTION" && object.find("exercise_price") == nullptr) return "an option has an exercise_price";
    if (compensation.size() == 4 && compensation != "RSU" && object.find("base_price") == nullptr)
      return "a stock appreciation right has a base_price";
  }
  if (type == "TX_CONVERTIBLE_ISSUANCE") {
    const OcfValue* triggers = object.find("conversion_triggers");
    if (triggers != nullptr && triggers->items.empty()) return "a convertible has at least one conversion trigger";
  }
  for (const char* triggers : {"conversion_triggers", "exercise_triggers"}) {
    if (std::string fault = fault_in_triggers(object.find(triggers)); !fault.empty()) return fault;
  }
  return {};
}

}  // namespace

const OcfFieldRule* OcfKindRule::find(std::string_view field) const {
  for (const OcfFieldRule& rule : fields) {
    if (rule.name == field) return &rule;
  }
  return nullptr;
}

const OcfKindRule* ocf_kind(std::string_view name) {
  const auto found = kinds().find(name);
  return found == kinds().end() ? nullptr : &found->second;
}

bool is_ocf_transaction(std::string_view object_type) { return object_type.substr(0, 3) == "TX_" || object_type.substr(0, 3) == "CE_"; }

void modernize(OcfValue& object, const OcfRemarks& remarks) {
  const std::string type(object.text_of("object_type"));
  if (const auto now = old_kinds().find(type); now != old_kinds().end()) {
    remarks({"old_name", "object_type", fmt::format("{} is an old name: read as {}", type, now->second)});
    object.set("object_type", OcfValue::of(now->second));
  }
  modernize_part(object, ocf_kind(object.text_of("object_type")), "", remarks);
  if (const OcfValue* balance = object.find("balance_security_id"); is_text(balance) && balance->text.empty()) {
    remarks({"empty_id", "balance_security_id", "balance_security_id is an empty text: read as absent"});
  }
}

void check_fields(const OcfValue& object, const OcfRemarks& remarks) {
  const std::string_view type = object.text_of("object_type");
  const OcfKindRule* kind = ocf_kind(type);
  if (kind == nullptr)
    return remarks(
        {"unknown_object_type", "object_type", fmt::format("\"{}\" is no object type that the format knows: kept, not used", type)});
  check_part(object, *kind, "", remarks);
}

std::string schema_fault(const OcfValue& object) {
  std::string first;
  check_fields(object, [&first](const OcfRemark& remark) {
    if (first.empty()) first = remark.text;
  });
  if (!first.empty()) return first;
  std::string omitted;
  for (const OcfField& field : object.fields) {
    if (is_omission(field.value)) omitted = fmt::format("{} says that it is omitted", field.key);
  }
  return omitted.empty() ? fault_between_fields(object, object.text_of("object_type")) : omitted;
}

}  // namespace warchest::io
