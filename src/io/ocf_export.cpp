// Securities are walked in their order; each becomes objects of the format and, where those fall short, an entry of the sidecar.
// Ids are small and steady ("class-1", "security-7"), so that the same table gives the same bytes.
#include "io/ocf_export.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "io/ocf_scalar.h"
#include "io/ocf_sidecar.h"

namespace warchest::io {

using equity::Number;

namespace {

OcfValue texts(const std::vector<std::string>& words) {
  OcfValue list = OcfValue::array();
  for (const std::string& word : words) list.items.push_back(OcfValue::of(word));
  return list;
}

OcfValue ratio_value(const Number& ratio) {
  const std::string text = ratio.text();
  const std::size_t slash = text.find('/');
  OcfValue value = OcfValue::object();
  value.set("numerator", OcfValue::of(text.substr(0, slash)));
  value.set("denominator", OcfValue::of(slash == std::string::npos ? "1" : text.substr(slash + 1)));
  return value;
}

OcfValue rules(std::string_view word) {
  constexpr const char* kNames[] = {"include_outstanding_shares",           "include_outstanding_options",
                                    "include_outstanding_unissued_options", "include_this_security",
                                    "include_other_converting_securities",  "include_option_pool_topup_for_promised_options",
                                    "include_additional_option_pool_topup", "include_new_money"};
  OcfValue value = OcfValue::object();
  for (std::size_t i = 0; i < word.size(); ++i) value.set(kNames[i], OcfValue::boolean(word[i] == 'y'));
  return value;
}

std::string period_name(int per_year) {
  switch (per_year) {
    case 365:
      return "DAILY";
    case 12:
      return "MONTHLY";
    case 4:
      return "QUARTERLY";
    case 2:
      return "SEMI_ANNUAL";
    case 1:
      return "ANNUAL";
    default:
      return {};
  }
}

struct Refused {
  std::string why;
};

class Exporter {
 public:
  Exporter(const equity::CapTable& table, const OcfCompany& company, const OcfWriteOptions& options, OcfLog& log)
      : table_(table), company_(company), options_(options), log_(log) {}

  OcfPackage run() {
    check_company();
    if (const auto fault = fault_in(table_)) throw Refused{fault->what};
    find_ranks();
    start();
    for (const equity::Security& security : table_.securities) add_class(security);
    for (const equity::Security& security : table_.securities) add(security);
    finish();
    return std::move(package_);
  }

 private:
  // ---------------------------------------------------------------------------------------------------------------- the frame

  void check_company() const {
    const auto capitals = [](const std::string& text) {
      return std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    };
    if (company_.legal_name.empty()) throw Refused{"a package needs the company's legal name"};
    if (company_.country.size() != 2 || !capitals(company_.country))
      throw Refused{fmt::format("the country is \"{}\", not a code of two capitals, as US", company_.country)};
    if (company_.currency.size() != 3 || !capitals(company_.currency))
      throw Refused{fmt::format("the currency is \"{}\", not a code of three capitals, as USD", company_.currency)};
    for (const equity::Date& date : {company_.as_of, company_.formation}) {
      if (!equity::parse_date(spelled(date))) throw Refused{fmt::format("there is no day {}", spelled(date))};
    }
  }

  // Ours count down from 1, the format's up. What is not 1, 2, 3 ... without gaps needs the sidecar.
  void find_ranks() {
    std::set<Number> ranks;
    for (const equity::Security& security : table_.securities) {
      if (const auto* series = std::get_if<equity::Preferred>(&security.terms)) ranks.insert(series->seniority);
      if (const auto* note = std::get_if<equity::Note>(&security.terms); note != nullptr && note->seniority)
        last_rank_ = equity::greatest(last_rank_, *note->seniority);
    }
    long place = 0;
    for (const Number& rank : ranks) places_[rank.text()] = ++place;
    last_rank_ = last_rank_.rounded(0, equity::Direction::up) + 1;
  }

  void start() {
    package_.manifest_name = "Manifest.ocf.json";
    OcfValue& issuer = package_.issuer.value = OcfValue::object();
    issuer.set("object_type", OcfValue::of("ISSUER"))
        .set("id", OcfValue::of("issuer"))
        .set("legal_name", OcfValue::of(company_.legal_name));
    issuer.set("formation_date", OcfValue::of(spelled(company_.formation))).set("country_of_formation", OcfValue::of(company_.country));
    package_.issuer.type = "ISSUER";
    package_.issuer.id = "issuer";
    package_.issuer.file = package_.manifest_name;
    package_.manifest = OcfValue::object();
    package_.manifest.set("ocf_version", {}).set("file_type", OcfValue::of("OCF_MANIFEST_FILE")).set("issuer", {});
    package_.manifest.set("as_of", OcfValue::of(spelled(company_.as_of)));
    package_.manifest.set("generated_at", OcfValue::of(spelled(company_.as_of) + "T00:00:00Z"));
    for (const char* part : {"classes", "convertibles", "options"}) sidecar_.set(part, OcfValue::object());
    sidecar_.set("debts", OcfValue::array()).set("table", OcfValue::array());
  }

  void finish() {
    for (const auto& [list, name] :
         {std::pair("stakeholders_files", "Stakeholders.ocf.json"), std::pair("stock_classes_files", "StockClasses.ocf.json"),
          std::pair("stock_plans_files", "StockPlans.ocf.json"), std::pair("transactions_files", "Transactions.ocf.json")}) {
      const bool used = std::any_of(package_.objects.begin(), package_.objects.end(),
                                    [&, file = name](const OcfObject& object) { return object.file == file; });
      if (used) package_.files.push_back({name, list, OcfValue::object()});
    }
    for (const char* part : {"classes", "convertibles", "options", "debts"}) {
      const OcfValue* value = sidecar_.find(part);
      if (value->fields.empty() && value->items.empty()) sidecar_.erase(part);
    }
    if (!options_.sidecar)
      return log_.decide("no_sidecar", "", "", "without a sidecar the names and the order of options are the format's");
    package_.sidecar = OcfValue::object();
    package_.sidecar.set("format", OcfValue::of("warchest OCF sidecar")).set("version", OcfValue::whole(1));
    for (OcfField& field : sidecar_.fields) package_.sidecar.set(field.key, std::move(field.value));
  }

  // ---------------------------------------------------------------------------------------------------------------- values

  OcfValue numeric(const Number& value, const std::string& whose, const char* what) const {
    const auto text = ocf_numeric(value);
    if (!text)
      throw Refused{fmt::format("{}: its {} is {}, which needs more than the 10 decimals that the format has", whose, what, value.text())};
    return OcfValue::of(*text);
  }
  OcfValue money(const Number& value, const std::string& whose, const char* what) const {
    OcfValue amount = OcfValue::object();
    amount.set("amount", numeric(value, whose, what)).set("currency", OcfValue::of(company_.currency));
    return amount;
  }
  OcfValue percentage(const Number& value, const std::string& whose, const char* what) const {
    const auto text = ocf_percentage(value);
    if (!text && value.sign() >= 0 && value <= 1)
      throw Refused{fmt::format("{}: its {} is {}, which needs more than the 10 decimals that the format has", whose, what, value.text())};
    if (!text) throw Refused{fmt::format("{}: its {} is {}%, and the format has only 0 to 100%", whose, what, (value * 100).decimal(2))};
    return OcfValue::of(*text);
  }

  OcfObject& put(const char* type, const std::string& id, const char* file) {
    OcfObject object{type, id, file, OcfValue::object()};
    object.value.set("object_type", OcfValue::of(type)).set("id", OcfValue::of(id));
    package_.objects.push_back(std::move(object));
    return package_.objects.back();
  }

  void in_sidecar(const char* part, const std::string& id, const std::string& field, OcfValue value, const std::string& whose,
                  const char* what) {
    if (!options_.sidecar)
      throw Refused{
          fmt::format("{}: the format has no field for {}; allow a sidecar file beside the package, or leave it out", whose, what)};
    OcfValue& of_part = *sidecar_.find(part);
    if (of_part.find(id) == nullptr) of_part.set(id, OcfValue::object());
    of_part.find(id)->set(field, std::move(value));
    log_.decide("in_sidecar", std::string(kOcfSidecar), id, fmt::format("{}: the format has no field for {}", whose, what));
  }

  void row(const std::string& id, const std::vector<std::string>& of) {
    OcfValue entry = OcfValue::object();
    entry.set("id", OcfValue::of(id)).set("of", texts(of));
    sidecar_.find("table")->items.push_back(std::move(entry));
  }

  std::string stakeholder(const std::string& name) {
    const auto [place, fresh] = stakeholders_.try_emplace(name, fmt::format("stakeholder-{}", stakeholders_.size() + 1));
    if (!fresh) return place->second;
    OcfObject& object = put("STAKEHOLDER", place->second, "Stakeholders.ocf.json");
    OcfValue legal = OcfValue::object();
    legal.set("legal_name", OcfValue::of(name));
    object.value.set("name", std::move(legal)).set("stakeholder_type", OcfValue::of("INSTITUTION"));
    return place->second;
  }

  // ---------------------------------------------------------------------------------------------------------------- classes

  void add_class(const equity::Security& security) {
    const auto* series = std::get_if<equity::Preferred>(&security.terms);
    const bool common = std::holds_alternative<equity::Common>(security.terms);
    if (series == nullptr && !common) return;
    const std::string id = fmt::format("class-{}", ++class_count_);
    classes_[security.id] = id;
    if (common && common_class_.empty()) common_class_ = id;
    if (any_class_.empty()) any_class_ = id;
  }

  void write_class(const equity::Security& security) {
    const auto* series = std::get_if<equity::Preferred>(&security.terms);
    const std::string id = classes_.at(security.id);
    OcfValue& value = put("STOCK_CLASS", id, "StockClasses.ocf.json").value;
    value.set("name", OcfValue::of(security.id)).set("class_type", OcfValue::of(series != nullptr ? "PREFERRED" : "COMMON"));
    value.set("default_id_prefix", OcfValue::of(series != nullptr ? "PS-" : "CS-"))
        .set("initial_shares_authorized", OcfValue::of("NOT APPLICABLE"));
    value.set("votes_per_share", OcfValue::of("1"));
    const std::size_t place = series == nullptr ? 0 : static_cast<std::size_t>(places_.at(series->seniority.text()));
    value.set("seniority", OcfValue::of(std::to_string(series == nullptr ? 0 : places_.size() + 1 - place)));
    if (series != nullptr) write_series(security.id, id, *series, Number(static_cast<long>(place)), value);
  }

  void write_series(const std::string& name, const std::string& id, const equity::Preferred& series, const Number& place, OcfValue& value) {
    value.set("price_per_share", money(series.original_price, name, "original price"));
    value.set("liquidation_preference_multiple", numeric(series.multiple, name, "preference multiple"));
    OcfValue mechanism = OcfValue::object();
    mechanism.set("type", OcfValue::of("RATIO_CONVERSION"))
        .set("conversion_price", money(series.conversion_price, name, "conversion price"));
    mechanism.set("ratio", ratio_value(equity::conversion_ratio(series))).set("rounding_type", OcfValue::of("NORMAL"));
    OcfValue right = OcfValue::object();
    right.set("type", OcfValue::of("STOCK_CLASS_CONVERSION_RIGHT")).set("conversion_mechanism", std::move(mechanism));
    if (common_class_.empty()) {
      right.set("converts_to_future_round", OcfValue::boolean(true));
    } else {
      right.set("converts_to_stock_class_id", OcfValue::of(common_class_));
    }
    OcfValue all = OcfValue::array();
    all.items.push_back(std::move(right));
    value.set("conversion_rights", std::move(all));
    if (series.participation == equity::Participation::capped) {
      value.set("participation_cap_multiple", numeric(*series.cap_multiple, name, "participation cap"));
    } else if (series.participation == equity::Participation::full) {
      in_sidecar("classes", id, "participation", OcfValue::of("full"), name, "full participation without a cap");
    }
    if (series.seniority != place) in_sidecar("classes", id, "seniority", sidecar_number(series.seniority), name, "its exact rank");
    if (series.dividend) in_sidecar("classes", id, "dividend", sidecar_dividend(*series.dividend), name, "a cumulative dividend");
  }

  // ---------------------------------------------------------------------------------------------------------------- securities

  void add(const equity::Security& security) {
    if (std::holds_alternative<equity::Common>(security.terms) || std::holds_alternative<equity::Preferred>(security.terms)) {
      write_class(security);
      row(security.id, {"class:" + classes_.at(security.id)});
      return add_stock(security);
    }
    if (const auto* pool = std::get_if<equity::Pool>(&security.terms)) return add_pool(security.id, *pool);
    if (const auto* option = std::get_if<equity::Option>(&security.terms)) return add_options(security, *option);
    if (const auto* debt = std::get_if<equity::Debt>(&security.terms)) return add_debt(security, *debt);
    add_convertible(security);
  }

  // The fields that every issuance has.
  OcfValue& issue(const char* type, const std::string& holder, std::string* security_id) {
    *security_id = fmt::format("security-{}", ++security_count_);
    const std::string owner = stakeholder(holder);
    OcfValue& value = put(type, fmt::format("issuance-{}", security_count_), "Transactions.ocf.json").value;
    value.set("security_id", OcfValue::of(*security_id)).set("date", OcfValue::of(spelled(company_.as_of)));
    value.set("stakeholder_id", OcfValue::of(owner)).set("security_law_exemptions", OcfValue::array());
    return value;
  }

  void add_stock(const equity::Security& security) {
    const auto* series = std::get_if<equity::Preferred>(&security.terms);
    for (const equity::Holding& holding : holdings_of(table_, security)) {
      std::string id;
      OcfValue& value = issue("TX_STOCK_ISSUANCE", holding.holder, &id);
      value.set("custom_id", OcfValue::of(fmt::format("{}-{}", series != nullptr ? "PS" : "CS", security_count_)));
      value.set("stock_class_id", OcfValue::of(classes_.at(security.id)))
          .set("quantity", numeric(holding.shares, security.id, "number of shares"));
      value.set("share_price", money(series != nullptr ? series->original_price : Number(0), security.id, "price"));
      value.set("stock_legend_ids", OcfValue::array());
    }
    if (series == nullptr)
      log_.decide("unknown_price", "Transactions.ocf.json", classes_.at(security.id),
                  fmt::format("what was paid for {} is not known: written as 0", security.id));
  }

  void add_pool(const std::string& name, const equity::Pool& pool) {
    if (any_class_.empty()) throw Refused{fmt::format("{}: a plan is of a stock class, and the table has none", name)};
    const std::string id = fmt::format("plan-{}", ++plan_count_);
    OcfValue& value = put("STOCK_PLAN", id, "StockPlans.ocf.json").value;
    value.set("plan_name", OcfValue::of(name)).set("initial_shares_reserved", numeric(pool.shares, name, "number of shares"));
    value.set("default_cancellation_behavior", OcfValue::of("RETURN_TO_POOL"));
    value.set("stock_class_ids", texts({common_class_.empty() ? any_class_ : common_class_}));
    row(name, {"plan:" + id});
  }

  void add_options(const equity::Security& security, const equity::Option& option) {
    std::vector<std::string> of;
    for (const equity::Holding& holding : holdings_of(table_, security)) {
      std::string id;
      OcfValue& value = issue("TX_EQUITY_COMPENSATION_ISSUANCE", holding.holder, &id);
      value.set("custom_id", OcfValue::of(fmt::format("EC-{}", security_count_))).set("compensation_type", OcfValue::of("OPTION"));
      if (!common_class_.empty()) value.set("stock_class_id", OcfValue::of(common_class_));
      value.set("quantity", numeric(holding.shares, security.id, "number of shares"))
          .set("exercise_price", money(option.strike, security.id, "strike"));
      value.set("expiration_date", {}).set("termination_exercise_windows", OcfValue::array());
      of.push_back("security:" + id);
    }
    row(security.id, of);
  }

  void add_debt(const equity::Security& security, const equity::Debt& debt) {
    if (!options_.sidecar)
      throw Refused{fmt::format(
          "{}: the format has no debt that does not convert; allow a sidecar file beside the package, or leave it out", security.id)};
    OcfValue value = OcfValue::object();
    value.set("id", OcfValue::of(security.id)).set("claim", sidecar_number(debt.claim)).set("seniority", sidecar_number(debt.seniority));
    OcfValue holders = OcfValue::array();
    for (const equity::Holding& holding : holdings_of(table_, security)) {
      OcfValue holder = OcfValue::object();
      holder.set("holder", OcfValue::of(holding.holder)).set("amount", sidecar_number(holding.shares));
      holders.items.push_back(std::move(holder));
    }
    value.set("holders", std::move(holders));
    sidecar_.find("debts")->items.push_back(std::move(value));
    row(security.id, {});
    log_.decide("in_sidecar", std::string(kOcfSidecar), security.id, "the format has no debt that does not convert");
  }

  void add_convertible(const equity::Security& security) {
    const auto* safe = std::get_if<equity::Safe>(&security.terms);
    const auto* note = std::get_if<equity::Note>(&security.terms);
    std::vector<std::string> of;
    for (const equity::Holding& holding : holdings_of(table_, security)) {
      std::string id;
      OcfValue& value = issue("TX_CONVERTIBLE_ISSUANCE", holding.holder, &id);
      const std::string issuance = package_.objects.back().id;
      value.set("custom_id", OcfValue::of(security.id)).set("convertible_type", OcfValue::of(safe != nullptr ? "SAFE" : "NOTE"));
      value.set("investment_amount", money(holding.shares, security.id, "amount"));
      const std::optional<Number> rank = safe != nullptr ? std::optional(safe->seniority) : note->seniority;
      const bool plain = rank && rank->is_integer() && rank->text().size() < 10;
      value.set("seniority", OcfValue::whole(plain ? static_cast<long>(rank->to_double()) : static_cast<long>(last_rank_.to_double())));
      if (!plain)
        in_sidecar("convertibles", id, "seniority", rank ? sidecar_number(*rank) : OcfValue(), security.id,
                   rank ? "its exact rank" : "a note after every other debt");
      OcfValue mechanism = safe != nullptr ? safe_mechanism(security.id, id, *safe) : note_mechanism(security.id, id, *note);
      find(issuance).value.set("conversion_triggers", triggers(id, std::move(mechanism)));
      of.push_back("security:" + id);
    }
    row(security.id, of);
  }
  OcfObject& find(const std::string& id) {
    return *std::find_if(package_.objects.begin(), package_.objects.end(), [&](const OcfObject& object) { return object.id == id; });
  }

  static OcfValue triggers(const std::string& security, OcfValue mechanism) {
    OcfValue right = OcfValue::object();
    right.set("type", OcfValue::of("CONVERTIBLE_CONVERSION_RIGHT")).set("conversion_mechanism", std::move(mechanism));
    right.set("converts_to_future_round", OcfValue::boolean(true));
    OcfValue trigger = OcfValue::object();
    trigger.set("trigger_id", OcfValue::of(security + "-financing")).set("type", OcfValue::of("AUTOMATIC_ON_CONDITION"));
    trigger.set("trigger_condition", OcfValue::of("The next equity financing closes.")).set("conversion_right", std::move(right));
    OcfValue list = OcfValue::array();
    list.items.push_back(std::move(trigger));
    return list;
  }

  OcfValue safe_mechanism(const std::string& name, const std::string& id, const equity::Safe& safe) {
    const bool percent = safe.basis == equity::SafeBasis::fixed_percent;
    OcfValue value = OcfValue::object();
    value.set("type", OcfValue::of(percent ? "FIXED_PERCENT_OF_CAPITALIZATION_CONVERSION" : "SAFE_CONVERSION"));
    if (percent) {
      value.set("converts_to_percent", percentage(*safe.percent, name, "percentage"));
      if (safe.cap) in_sidecar("convertibles", id, "cap", sidecar_number(*safe.cap), name, "a cap beside a fixed percentage");
      if (safe.discount)
        in_sidecar("convertibles", id, "discount", sidecar_number(*safe.discount), name, "a discount beside a fixed percentage");
    } else {
      if (safe.discount) value.set("conversion_discount", percentage(*safe.discount, name, "discount"));
      if (safe.cap) value.set("conversion_valuation_cap", money(*safe.cap, name, "cap"));
      value.set("conversion_mfn", OcfValue::boolean(safe.most_favoured.has_value()));
      value.set("conversion_timing", OcfValue::of(safe.basis == equity::SafeBasis::pre_money ? "PRE_MONEY" : "POST_MONEY"));
      if (safe.percent) in_sidecar("convertibles", id, "percent", sidecar_number(*safe.percent), name, "a percentage beside a cap");
    }
    value.set("capitalization_definition_rules", rules(safe.basis == equity::SafeBasis::pre_money ? "yyynnyyn" : "yyyyyynn"));
    if (!safe.most_favoured) return value;
    using Elects = equity::MostFavoured::Elects;
    const Elects elects = safe.most_favoured->elects;
    if (elects == Elects::best_at_round && !percent) return value;
    const std::string word = elects == Elects::nothing ? "nothing"
                             : elects == Elects::named ? safe.most_favoured->instrument
                                                       : "best_at_round";
    in_sidecar("convertibles", id, "most_favoured", OcfValue::of(word), name, "what its most favoured right elects");
    return value;
  }

  OcfValue note_mechanism(const std::string& name, const std::string& id, const equity::Note& note) {
    OcfValue value = OcfValue::object();
    value.set("type", OcfValue::of("CONVERTIBLE_NOTE_CONVERSION")).set("interest_rates", interest_rates(name, id, note.interest));
    value.set("day_count_convention", OcfValue::of(note.interest.day_count == equity::DayCount::thirty_360 ? "30_360" : "ACTUAL_365"));
    const std::string period = period_name(note.interest.periods_per_year);
    value.set("interest_payout", OcfValue::of("DEFERRED")).set("interest_accrual_period", OcfValue::of(period.empty() ? "ANNUAL" : period));
    value.set("compounding_type", OcfValue::of(note.interest.accrual == equity::Accrual::compound ? "COMPOUNDING" : "SIMPLE"));
    if (note.discount) value.set("conversion_discount", percentage(*note.discount, name, "discount"));
    if (note.cap) value.set("conversion_valuation_cap", money(*note.cap, name, "cap"));
    value.set("capitalization_definition_rules", rules(note.base == equity::NoteBase::fully_diluted ? "yyynnyyn" : "yyyyyyyn"));
    return value;
  }

  OcfValue interest_rates(const std::string& name, const std::string& id, const equity::Interest& interest) {
    OcfValue list = OcfValue::array();
    if (interest.rate.sign() != 0 && interest.from) {
      OcfValue rate = OcfValue::object();
      rate.set("rate", percentage(interest.rate, name, "interest rate")).set("accrual_start_date", OcfValue::of(spelled(*interest.from)));
      list.items.push_back(std::move(rate));
    }
    const bool nothing = interest.rate.is_zero() && !interest.from && !interest.until && interest.accrual == equity::Accrual::simple &&
                         interest.periods_per_year == 1 && interest.day_count == equity::DayCount::actual_365_fixed;
    const bool plain = !list.items.empty() && !interest.until && interest.accrual == equity::Accrual::simple &&
                       !period_name(interest.periods_per_year).empty() && interest.day_count != equity::DayCount::actual_360;
    if (!nothing && !plain)
      in_sidecar("convertibles", id, "interest", sidecar_interest(interest), name, "maturity, compounding or its day count");
    return list;
  }

  const equity::CapTable& table_;
  const OcfCompany& company_;
  const OcfWriteOptions& options_;
  OcfLog& log_;
  OcfPackage package_;
  OcfValue sidecar_ = OcfValue::object();
  std::map<std::string, std::string> stakeholders_;  // by name
  std::map<std::string, std::string> classes_;       // by name in the table
  std::map<std::string, long> places_;               // of the ranks of preferred
  Number last_rank_;
  std::string common_class_, any_class_;
  std::size_t class_count_ = 0, plan_count_ = 0, security_count_ = 0;
};

}  // namespace

Result<OcfPackage> ocf_package_of(const equity::CapTable& table, const OcfCompany& company, const OcfWriteOptions& options, OcfLog& log) {
  try {
    return Result<OcfPackage>::of(Exporter(table, company, options, log).run());
  } catch (const Refused& refused) {
    return Result<OcfPackage>::failed(refused.why);
  }
}

}  // namespace warchest::io
