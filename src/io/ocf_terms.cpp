// Sources: the published schemas' descriptions for what a field means; EQUITY formulas and their sources stand with the engine. Where
// the format is silent, docs/ocf.md ("What is decided") has the same sentence as the log.
#include "io/ocf_terms.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace warchest::io {

using equity::Number;

namespace {

// CapitalizationDefinitionRules (open-cap-format issue 357), in the order of the schema.
enum Rule : unsigned char { shares, options, unissued, this_security, other_converts, promised, additional, new_money, rule_count };
constexpr const char* kRuleNames[rule_count] = {"include_outstanding_shares",           "include_outstanding_options",
                                                "include_outstanding_unissued_options", "include_this_security",
                                                "include_other_converting_securities",  "include_option_pool_topup_for_promised_options",
                                                "include_additional_option_pool_topup", "include_new_money"};

// The rules as a word of eight letters, "yyyyyynn"; nothing when one is not said.
std::string rules_of(const OcfValue& mechanism) {
  const OcfValue* rules = mechanism.find("capitalization_definition_rules");
  if (rules == nullptr) return {};
  std::string word;
  for (const char* name : kRuleNames) {
    const OcfValue* rule = rules->find(name);
    if (rule == nullptr || !rule->is(OcfValue::Kind::boolean)) return {};
    word += rule->truth ? 'y' : 'n';
  }
  return word;
}

constexpr int kMostSteps = 100;  // of classes that convert into one another

constexpr std::string_view kPostMoney = "yyyyyynn";     // YC post-money SAFE: all converts, promised options, no increase, no new money
constexpr std::string_view kPreMoney = "yyynnyyn";      // YC pre-money SAFE: the increase, no converts
constexpr std::string_view kFullyDiluted = "yyynnyyn";  // a note's base F+E+D
constexpr std::string_view kFullyDilutedWithConverts = "yyyyyyyn";

bool same_text(std::string_view a, std::string_view b) { return a == b; }

int periods_per_year(std::string_view period) {
  if (period == "DAILY") return 365;
  if (period == "MONTHLY") return 12;
  if (period == "QUARTERLY") return 4;
  if (period == "SEMI_ANNUAL") return 2;
  return 1;
}

equity::Date day_after(const equity::Date& date) {
  for (const equity::Date& next : {equity::Date{date.year, date.month, date.day + 1}, equity::Date{date.year, date.month + 1, 1}}) {
    if (equity::parse_date(spelled(next))) return next;
  }
  return {date.year + 1, 1, 1};
}

}  // namespace

OcfTerms::OcfTerms(const OcfPackage& package, const OcfLedger& ledger, const OcfOptions& options, const OcfSidecar& sidecar, OcfLog& log)
    : ledger_(ledger), options_(options), sidecar_(sidecar), log_(log) {
  std::set<Number> ranks;
  for (const OcfObject& object : package.objects) {
    if (object.type != "STOCK_CLASS") continue;
    if (!object.id.empty()) classes_.try_emplace(object.id, &object);
    if (object.text("class_type") != "PREFERRED") continue;
    ++preferred_;
    if (const auto rank = object.number("seniority")) ranks.insert(*rank);
  }
  ranks_.assign(ranks.begin(), ranks.end());
  if (!options_.answers.price_from_issuance) return;
  for (const OcfSecurity& security : ledger_.securities) {
    const auto price = security.issuance->amount("share_price");
    if (!security.ended && price) prices_[security.issuance->text("stock_class_id")].insert(*price);
  }
}

const OcfObject* OcfTerms::find_class(const std::string& id) const {
  const auto found = classes_.find(id);
  return found == classes_.end() ? nullptr : found->second;
}

// ------------------------------------------------------------------------------------------------------------------- classes

std::optional<Number> OcfTerms::class_price(const OcfObject& stock_class) {
  if (const auto price = sidecar_.number("classes", stock_class.id, "original_price")) return price;
  if (const auto price = stock_class.amount("price_per_share")) return price;
  if (!options_.answers.price_from_issuance) return std::nullopt;
  const std::set<Number>& prices = prices_[stock_class.id];
  if (prices.size() != 1) return std::nullopt;
  log_.decide("price_from_issuance", stock_class.file, stock_class.id,
              fmt::format("price_per_share is missing: {} as its shares were issued for, as asked", prices.begin()->text()));
  return *prices.begin();
}

std::optional<Number> OcfTerms::ratio(const OcfObject& stock_class, bool say) {
  Number product = 1;
  const OcfObject* at = &stock_class;
  for (int steps = 0; at != nullptr && steps < kMostSteps; ++steps) {  // by way of other preferred classes; circles were refused
    const OcfObject* target = nullptr;
    const auto step = own_ratio(*at, say && steps == 0, target);
    if (!step || step->sign() <= 0) return std::nullopt;
    product *= *step;
    at = target;
  }
  return at == nullptr ? std::optional(product) : std::nullopt;
}

// Shares of the class that it converts into; `target` is that class when it converts in its turn.
std::optional<Number> OcfTerms::own_ratio(const OcfObject& stock_class, bool say, const OcfObject*& target) {
  if (const auto ratio = sidecar_.number("classes", stock_class.id, "conversion_ratio")) return ratio;
  if (stock_class.text("class_type") == "COMMON") return Number(1);
  if (ledger_.disputed.count("class " + stock_class.id + " ratio") != 0) return std::nullopt;
  std::size_t usable = 0;
  const OcfValue* right = conversion_right(stock_class, usable);
  if (say && usable > 1) {
    log_.decide("several_conversion_rights", stock_class.file, stock_class.id,
                "it has several conversion rights: the first into a common class is taken");
  }
  if (right != nullptr) {
    const OcfObject* into = find_class(std::string(right->text_of("converts_to_stock_class_id")));
    if (into != nullptr && into->text("class_type") != "COMMON") target = into;
  }
  const auto adjusted = ledger_.ratios.find(stock_class.id);
  if (adjusted != ledger_.ratios.end()) {
    const auto ratio = ocf_ratio_of(adjusted->second->value.find("new_ratio_conversion_mechanism")->find("ratio"));
    if (say && ratio) {
      log_.decide("ratio_adjusted", adjusted->second->file, adjusted->second->id,
                  fmt::format("{} shares for one of {}: the latest adjustment is absolute", ratio->decimal(6), stock_class.text("name")));
    }
    return ratio;
  }
  if (right != nullptr) return ocf_ratio_of(right->find("conversion_mechanism")->find("ratio"));
  if (say) {
    log_.warn("no_conversion_right", stock_class.file, stock_class.id,
              "it is preferred and has no conversion by a ratio: read as one common share for one");
  }
  return Number(1);
}

// The first right by a ratio into a common class, else the first by a ratio.
const OcfValue* OcfTerms::conversion_right(const OcfObject& stock_class, std::size_t& usable) const {
  const OcfValue* rights = stock_class.value.find("conversion_rights");
  const OcfValue* first = nullptr;
  const OcfValue* into_common = nullptr;
  if (rights == nullptr) return nullptr;
  for (const OcfValue& right : rights->items) {
    const OcfValue* mechanism = right.find("conversion_mechanism");
    if (mechanism == nullptr || mechanism->text_of("type") != "RATIO_CONVERSION") continue;
    ++usable;
    const OcfObject* into = find_class(std::string(right.text_of("converts_to_stock_class_id")));
    if (first == nullptr) first = &right;
    if (into_common == nullptr && into != nullptr && into->text("class_type") == "COMMON") into_common = &right;
  }
  return into_common != nullptr ? into_common : first;
}

// Ours count down from 1; the format's highest number is paid first.
Number OcfTerms::class_rank(const OcfObject& stock_class, const std::string& security, std::vector<OcfQuestion>& asked) {
  if (const auto rank = sidecar_.number("classes", stock_class.id, "seniority")) return *rank;
  const auto own = stock_class.number("seniority");
  if (own) return Number(static_cast<long>(ranks_.end() - std::upper_bound(ranks_.begin(), ranks_.end(), *own))) + 1;
  if (preferred_ > 1) {
    asked.push_back({security, "classes." + stock_class.id + ".seniority", stock_class.file, stock_class.id,
                     "seniority is missing: who is paid first?"});
  }
  return 1;
}

void OcfTerms::participation(const OcfObject& stock_class, equity::Preferred& terms, const std::string& security,
                             std::vector<OcfQuestion>& asked) {
  const auto cap = sidecar_.number("classes", stock_class.id, "cap_multiple");
  const auto written = stock_class.number("participation_cap_multiple");
  const std::string said = sidecar_.text("classes", stock_class.id, "participation");
  terms.cap_multiple = cap ? cap : written;
  if (said == "full") {
    terms.participation = equity::Participation::full;
    terms.cap_multiple.reset();
  } else if (said == "none") {
    terms.cap_multiple.reset();
  } else if (said == "capped" || (said.empty() && terms.cap_multiple)) {
    terms.participation = equity::Participation::capped;
    if (!terms.cap_multiple)
      asked.push_back({security, "classes." + stock_class.id + ".cap_multiple", stock_class.file, stock_class.id,
                       "its participation is capped, but no cap is given"});
  } else if (!said.empty()) {
    asked.push_back({security, "classes." + stock_class.id + ".participation", stock_class.file, stock_class.id,
                     fmt::format("participation is \"{}\", not none, full or capped", said)});
  }
  if (!said.empty()) return;
  if (terms.cap_multiple) {
    log_.decide("participation_cap", stock_class.file, stock_class.id,
                fmt::format("a participation cap of {} is read as participating up to {} times the price in all, the preference included",
                            terms.cap_multiple->decimal(2), terms.cap_multiple->decimal(2)));
  } else {
    log_.decide("no_participation", stock_class.file, stock_class.id, "no participation cap is read as non-participating");
  }
}

void OcfTerms::compare_prices(const OcfObject& stock_class, const OcfValue& mechanism, const Number& price, const Number& ratio) {
  const auto conversion_price = ocf_amount_of(mechanism.find("conversion_price"));
  if (!conversion_price || conversion_price->sign() <= 0) return;
  const Number by_price = price / *conversion_price;
  const Number off = by_price < ratio ? ratio - by_price : by_price - ratio;
  if (off * 10000 <= ratio) return;  // conversion prices are rounded to $0.0001
  log_.warn("ratio_and_price_differ", stock_class.file, stock_class.id,
            fmt::format("its conversion ratio is {}, but price / conversion price is {}: the ratio is used", ratio.decimal(6),
                        by_price.decimal(6)));
}

equity::Preferred OcfTerms::preferred(const OcfObject& stock_class, const std::string& security, std::vector<OcfQuestion>& asked) {
  const auto ask = [&](const char* field, std::string text) {
    asked.push_back({security, "classes." + stock_class.id + "." + field, stock_class.file, stock_class.id, std::move(text)});
  };
  equity::Preferred terms;
  const auto price = class_price(stock_class);
  const bool sound_price = price && price->sign() > 0;
  if (!price) ask("original_price", "price_per_share is missing: the preference is a multiple of it");
  if (price && !sound_price) ask("original_price", fmt::format("price_per_share is {}: the preference is a multiple of it", price->text()));
  terms.original_price = sound_price ? *price : Number(1);
  auto multiple = sidecar_.number("classes", stock_class.id, "multiple");
  if (!multiple) multiple = stock_class.number("liquidation_preference_multiple");
  if (!multiple && options_.answers.preference_multiple) {
    multiple = options_.answers.preference_multiple;
    log_.decide("preference_multiple", stock_class.file, stock_class.id,
                fmt::format("liquidation_preference_multiple is missing: {}, as asked", multiple->decimal(2)));
  }
  if (!multiple) ask("multiple", "liquidation_preference_multiple is missing");
  if (multiple && multiple->sign() < 0) ask("multiple", "liquidation_preference_multiple is below zero");
  terms.multiple = multiple && multiple->sign() >= 0 ? *multiple : Number(1);
  const auto conversion = ratio(stock_class, true);
  if (!conversion) {
    const auto why = ledger_.disputed.find("class " + stock_class.id + " ratio");
    ask("conversion_ratio", why == ledger_.disputed.end() ? "its conversion ratio cannot be read or is not above zero" : why->second);
  }
  terms.conversion_price = terms.original_price / conversion.value_or(Number(1));
  const OcfValue* rights = stock_class.value.find("conversion_rights");
  if (sound_price && conversion && rights != nullptr && rights->items.size() == 1 && ledger_.ratios.count(stock_class.id) == 0) {
    if (const OcfValue* mechanism = rights->items[0].find("conversion_mechanism"))
      compare_prices(stock_class, *mechanism, *price, *conversion);
  }
  participation(stock_class, terms, security, asked);
  terms.seniority = class_rank(stock_class, security, asked);
  terms.dividend = sidecar_.dividend(stock_class.id);
  return terms;
}

// ------------------------------------------------------------------------------------------------------------------- convertibles

// A convertible has one mechanism for each trigger. The financing's counts: the first automatic on a condition, else the first.
OcfTerms::Mechanism OcfTerms::mechanism_of(const OcfObject& issuance) {
  std::vector<Mechanism> found;
  if (const OcfValue* triggers = issuance.value.find("conversion_triggers")) {
    for (const OcfValue& trigger : triggers->items) {
      const OcfValue* right = trigger.find("conversion_right");
      const OcfValue* terms = right == nullptr ? nullptr : right->find("conversion_mechanism");
      if (terms != nullptr) found.push_back({&trigger, terms, std::string(terms->text_of("type"))});
    }
  }
  if (found.empty()) return {};
  const auto financing = std::find_if(found.begin(), found.end(),
                                      [](const Mechanism& one) { return one.trigger->text_of("type") == "AUTOMATIC_ON_CONDITION"; });
  const Mechanism& chosen = financing == found.end() ? found.front() : *financing;
  const bool differ = std::any_of(found.begin(), found.end(), [&](const Mechanism& one) { return !(*one.terms == *chosen.terms); });
  if (differ) {
    log_.warn(
        "several_mechanisms", issuance.file, issuance.id,
        fmt::format("its triggers convert in different ways: the one of trigger \"{}\" is used", chosen.trigger->text_of("trigger_id")));
  }
  return chosen;
}

void OcfTerms::common_terms(const OcfSecurity& issued, const Mechanism& mechanism, std::optional<Number>& cap,
                            std::optional<Number>& discount) {
  const OcfObject& object = *issued.issuance;
  if (mechanism.terms != nullptr) {
    cap = ocf_amount_of(mechanism.terms->find("conversion_valuation_cap"));
    discount = ocf_number_of(mechanism.terms->find("conversion_discount"));
    if (mechanism.terms->find("exit_multiple") != nullptr)
      log_.warn("exit_multiple", object.file, object.id, "exit_multiple: the format does not say of what; kept, not used");
  }
  if (object.value.find("pro_rata") != nullptr)
    log_.decide("pro_rata", object.file, object.id, "its pro rata right is kept; a round states who takes part");
  if (sidecar_.has("convertibles", issued.id, "cap")) cap = sidecar_.number("convertibles", issued.id, "cap");
  if (sidecar_.has("convertibles", issued.id, "discount")) discount = sidecar_.number("convertibles", issued.id, "discount");
}

std::variant<std::monostate, equity::Safe, equity::Note> OcfTerms::convertible(const OcfSecurity& issued, const std::string& security,
                                                                               std::vector<OcfQuestion>& asked) {
  const OcfObject& object = *issued.issuance;
  const Mechanism mechanism = mechanism_of(object);
  const std::string type = object.text("convertible_type");
  const bool is_note = same_text(mechanism.type, "CONVERTIBLE_NOTE_CONVERSION");
  const bool is_safe =
      same_text(mechanism.type, "SAFE_CONVERSION") || same_text(mechanism.type, "FIXED_PERCENT_OF_CAPITALIZATION_CONVERSION");
  const bool answered = sidecar_.has("convertibles", issued.id, "basis") || sidecar_.has("convertibles", issued.id, "base");
  if ((is_note && type == "SAFE") || (is_safe && type == "NOTE")) {
    log_.warn("type_and_mechanism_differ", object.file, object.id,
              fmt::format("it says that it is a {}, but converts by {}: the mechanism counts", type, mechanism.type));
  }
  if (is_note) return note(issued, mechanism, security, asked);
  if (is_safe) return safe(issued, mechanism, security, asked);
  if (answered && type == "NOTE") return note(issued, {}, security, asked);
  if (answered) return safe(issued, {}, security, asked);
  const std::string how =
      mechanism.terms == nullptr ? "no conversion mechanism" : fmt::format("a {}, which is no SAFE's or note's", mechanism.type);
  asked.push_back({security, "convertibles." + issued.id + (type == "NOTE" ? ".base" : ".basis"), object.file, object.id,
                   fmt::format("it has {}: on what terms does it convert?", how)});
  return std::monostate{};
}

std::optional<equity::SafeBasis> OcfTerms::safe_basis(const OcfSecurity& issued, const Mechanism& mechanism, bool counts) {
  const OcfObject& object = *issued.issuance;
  const std::string said = sidecar_.text("convertibles", issued.id, "basis");
  if (said == "post_money") return equity::SafeBasis::post_money;
  if (said == "pre_money") return equity::SafeBasis::pre_money;
  if (said == "fixed_percent") return equity::SafeBasis::fixed_percent;
  if (mechanism.terms == nullptr) return std::nullopt;
  const std::string timing(mechanism.terms->text_of("conversion_timing"));
  const std::string rules = rules_of(*mechanism.terms);
  const bool post = rules == kPostMoney;
  const bool pre = rules == kPreMoney;
  if (!rules.empty() && !post && !pre) return std::nullopt;  // a denominator that the engine does not have: asked for
  if ((post && timing == "PRE_MONEY") || (pre && timing == "POST_MONEY")) return std::nullopt;
  if (post || timing == "POST_MONEY") return equity::SafeBasis::post_money;
  if (pre || timing == "PRE_MONEY") return equity::SafeBasis::pre_money;
  if (!counts) return equity::SafeBasis::post_money;  // without a cap the basis decides nothing
  if (!options_.answers.safe_basis) return std::nullopt;
  log_.decide("safe_basis", object.file, object.id,
              fmt::format("conversion_timing is missing: {}, as asked",
                          *options_.answers.safe_basis == equity::SafeBasis::post_money ? "post-money" : "pre-money"));
  return options_.answers.safe_basis;
}

equity::Safe OcfTerms::safe(const OcfSecurity& issued, const Mechanism& mechanism, const std::string& security,
                            std::vector<OcfQuestion>& asked) {
  const OcfObject& object = *issued.issuance;
  equity::Safe terms;
  terms.amount = issued.remaining;
  common_terms(issued, mechanism, terms.cap, terms.discount);
  const auto ask = [&](const char* field, std::string text) {
    asked.push_back({security, "convertibles." + issued.id + "." + field, object.file, object.id, std::move(text)});
  };
  const bool percent = mechanism.type == "FIXED_PERCENT_OF_CAPITALIZATION_CONVERSION" && !sidecar_.has("convertibles", issued.id, "basis");
  if (mechanism.type == "FIXED_PERCENT_OF_CAPITALIZATION_CONVERSION")
    terms.percent = ocf_number_of(mechanism.terms->find("converts_to_percent"));
  if (sidecar_.has("convertibles", issued.id, "percent")) terms.percent = sidecar_.number("convertibles", issued.id, "percent");
  if (percent) {
    terms.basis = equity::SafeBasis::fixed_percent;
    const std::string rules = rules_of(*mechanism.terms);
    if (!rules.empty() && rules != kPostMoney)
      ask("basis", fmt::format("it converts to a percentage of a capitalization that is not the post-money SAFE's (rules {})", rules));
    if (rules.empty())
      log_.decide("percent_of_what", object.file, object.id,
                  "its percentage is read as of the Company Capitalization of the post-money SAFE");
    if (!terms.percent) ask("percent", "converts_to_percent cannot be read");
  } else if (const auto basis = safe_basis(issued, mechanism, terms.cap.has_value())) {
    terms.basis = *basis;
  } else {
    ask("basis", mechanism.terms != nullptr && !rules_of(*mechanism.terms).empty()
                     ? fmt::format("its capitalization rules ({}) are neither the post-money SAFE's ({}) nor the pre-money one's ({}), or "
                                   "contradict conversion_timing",
                                   rules_of(*mechanism.terms), kPostMoney, kPreMoney)
                     : "conversion_timing is missing: post_money or pre_money?");
  }
  if (!terms.percent && terms.basis == equity::SafeBasis::fixed_percent)
    terms.percent = Number::ratio(1, 100);  // asked for, or refused by the engine
  const std::string elects = sidecar_.text("convertibles", issued.id, "most_favoured");
  const OcfValue* favoured = mechanism.terms == nullptr ? nullptr : mechanism.terms->find("conversion_mfn");
  if (elects == "best_at_round") {
    terms.most_favoured = equity::MostFavoured{equity::MostFavoured::Elects::best_at_round, {}};
  } else if (elects == "nothing") {
    terms.most_favoured = equity::MostFavoured{};
  } else if (!elects.empty()) {
    terms.most_favoured = equity::MostFavoured{equity::MostFavoured::Elects::named, elects};
  } else if (favoured != nullptr && favoured->truth) {
    terms.most_favoured = equity::MostFavoured{equity::MostFavoured::Elects::best_at_round, {}};
    log_.decide("most_favoured", object.file, object.id,
                "its most favoured right takes over whichever later instrument gives most at the round");
  }
  terms.seniority =
      sidecar_.number("convertibles", issued.id, "seniority").value_or(ocf_number_of(object.value.find("seniority")).value_or(Number(1)));
  const OcfValue* rank = object.value.find("seniority");
  if (!sidecar_.has("convertibles", issued.id, "seniority") && rank != nullptr && rank->is(OcfValue::Kind::number)) {
    terms.seniority = Number::parse(rank->text).value_or(Number(1));
  }
  return terms;
}

std::optional<equity::Interest> OcfTerms::interest(const OcfSecurity& issued, const Mechanism& mechanism, const std::string& security,
                                                   std::vector<OcfQuestion>& asked) {
  const OcfObject& object = *issued.issuance;
  const auto ask = [&](std::string text) {
    asked.push_back({security, "convertibles." + issued.id + ".interest", object.file, object.id, std::move(text)});
    return std::nullopt;
  };
  if (sidecar_.has("convertibles", issued.id, "interest")) return sidecar_.interest(issued.id);
  if (mechanism.terms == nullptr) return ask("its interest is not given");
  const OcfValue& terms = *mechanism.terms;
  const OcfValue* rates = terms.find("interest_rates");
  if (rates == nullptr || rates->items.empty()) return equity::Interest{};
  if (rates->items.size() > 1) return ask(fmt::format("it has {} interest rates after one another; one is computed", rates->items.size()));
  const OcfValue& rate = rates->items[0];
  const auto number = ocf_number_of(rate.find("rate"));
  if (!number) return ask("its interest rate cannot be read");
  if (*number > 1 || number->sign() < 0)
    return ask(fmt::format("its interest rate is {}, which as a fraction of 1 would be {}%: the format wants 0 to 1", number->text(),
                           (*number * 100).decimal(0)));
  equity::Interest interest;
  interest.rate = *number;
  if (terms.text_of("interest_payout") == "CASH") {
    log_.decide("interest_in_cash", object.file, object.id, "its interest is paid in cash: nothing of it converts");
    interest.rate = 0;
  }
  interest.accrual = terms.text_of("compounding_type") == "COMPOUNDING" ? equity::Accrual::compound : equity::Accrual::simple;
  interest.periods_per_year = periods_per_year(terms.text_of("interest_accrual_period"));
  if (interest.accrual == equity::Accrual::compound) {
    log_.decide("compounding", object.file, object.id,
                fmt::format("it compounds {} times a year: once for each accrual period", interest.periods_per_year));
  }
  if (terms.text_of("day_count_convention") == "30_360") {
    interest.day_count = equity::DayCount::thirty_360;
    log_.decide("day_count", object.file, object.id, "30_360 is read as the American 30/360");
  } else {
    interest.day_count = options_.answers.actual_365.value_or(equity::DayCount::actual_365_fixed);
    log_.decide("day_count", object.file, object.id, "ACTUAL_365 is read as actual days over 365, in leap years too");
  }
  interest.from = equity::parse_date(rate.text_of("accrual_start_date"));
  if (!interest.from) {
    interest.from = issued.issued;
    log_.decide("accrual_start", object.file, object.id, "accrual_start_date is missing: interest runs from the issuance");
  }
  if (const auto end = equity::parse_date(rate.text_of("accrual_end_date"))) interest.until = day_after(*end);  // the end date still earns
  if (!interest.until && mechanism.trigger->text_of("type") == "AUTOMATIC_ON_DATE") {
    interest.until = equity::parse_date(mechanism.trigger->text_of("trigger_date"));
    if (interest.until)
      log_.decide("maturity", object.file, object.id,
                  fmt::format("it converts by itself on {}: read as its maturity", spelled(*interest.until)));
  }
  return interest;
}

equity::Note OcfTerms::note(const OcfSecurity& issued, const Mechanism& mechanism, const std::string& security,
                            std::vector<OcfQuestion>& asked) {
  const OcfObject& object = *issued.issuance;
  equity::Note terms;
  terms.principal = issued.remaining;
  common_terms(issued, mechanism, terms.cap, terms.discount);
  if (const auto accrues = interest(issued, mechanism, security, asked)) terms.interest = *accrues;
  const auto ask = [&](const char* field, std::string text) {
    asked.push_back({security, "convertibles." + issued.id + "." + field, object.file, object.id, std::move(text)});
  };
  const std::string said = sidecar_.text("convertibles", issued.id, "base");
  const std::string rules = mechanism.terms == nullptr ? std::string() : rules_of(*mechanism.terms);
  if (said == "fully_diluted_with_converts" || (said.empty() && rules == kFullyDilutedWithConverts)) {
    terms.base = equity::NoteBase::fully_diluted_with_converts;
  } else if (said == "fully_diluted" || (said.empty() && rules == kFullyDiluted)) {
    terms.base = equity::NoteBase::fully_diluted;
  } else if (!rules.empty() || !said.empty()) {
    ask("base", fmt::format("its capitalization rules ({}) are none that the engine has: fully_diluted or fully_diluted_with_converts?",
                            rules.empty() ? said : rules));
  } else if (terms.cap && options_.answers.note_base) {
    terms.base = *options_.answers.note_base;
    log_.decide("note_base", object.file, object.id, "its capitalization rules are missing: as asked");
  } else if (terms.cap) {
    ask("base", "it has a cap, but no capitalization rules: fully_diluted or fully_diluted_with_converts?");
  }
  if (mechanism.terms != nullptr) {
    const OcfValue* favoured = mechanism.terms->find("conversion_mfn");
    if (favoured != nullptr && favoured->truth)
      log_.warn("most_favoured", object.file, object.id, "a note's most favoured right is not computed: kept, not used");
  }
  if (sidecar_.has("convertibles", issued.id, "seniority")) {
    terms.seniority = sidecar_.number("convertibles", issued.id, "seniority");  // null: after every other debt
  } else if (const OcfValue* rank = object.value.find("seniority"); rank != nullptr && rank->is(OcfValue::Kind::number)) {
    terms.seniority = Number::parse(rank->text);
  }
  return terms;
}

}  // namespace warchest::io
