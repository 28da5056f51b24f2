// Numbers are texts ("0.08", "7/6") or JSON numbers; both are read exactly.
#include "io/ocf_sidecar.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace warchest::io {

using equity::Number;

namespace {

template <class Choice, std::size_t Count>
using Words = std::array<std::pair<std::string_view, Choice>, Count>;

constexpr Words<equity::Accrual, 2> kAccruals{{{"simple", equity::Accrual::simple}, {"compound", equity::Accrual::compound}}};
constexpr Words<equity::DayCount, 3> kDayCounts{{{"actual/365_fixed", equity::DayCount::actual_365_fixed},
                                                 {"actual/360", equity::DayCount::actual_360},
                                                 {"30/360", equity::DayCount::thirty_360}}};
constexpr Words<equity::Settlement, 2> kSettlements{
    {{"forfeit_on_conversion", equity::Settlement::forfeit_on_conversion}, {"paid_in_kind", equity::Settlement::paid_in_kind}}};
constexpr Words<equity::CapBasis, 2> kCapBases{
    {{"includes_dividends", equity::CapBasis::includes_dividends}, {"excludes_dividends", equity::CapBasis::excludes_dividends}}};

template <class Choice, std::size_t Count>
std::optional<Choice> choice_of(const Words<Choice, Count>& words, std::string_view word) {
  for (const auto& [name, choice] : words) {
    if (name == word) return choice;
  }
  return std::nullopt;
}

template <class Choice, std::size_t Count>
OcfValue word_of(const Words<Choice, Count>& words, Choice choice) {
  for (const auto& [name, meaning] : words) {
    if (meaning == choice) return OcfValue::of(name);
  }
  return {};
}

const std::vector<std::string_view>& fields_of(std::string_view part) {
  static const std::vector<std::string_view> classes{"original_price", "multiple",  "conversion_ratio", "participation",
                                                     "cap_multiple",   "seniority", "dividend"};
  static const std::vector<std::string_view> convertibles{"basis",         "cap",  "discount",  "percent",
                                                          "most_favoured", "base", "seniority", "interest"};
  static const std::vector<std::string_view> options{"strike", "shares"};
  return part == "classes" ? classes : part == "convertibles" ? convertibles : options;
}

}  // namespace

OcfSidecar::OcfSidecar(const OcfValue& value) : value_(value) {
  for (const char* part : {"classes", "convertibles", "options"}) {
    const OcfValue* of_part = value_.find(part);
    if (of_part == nullptr) continue;
    for (const OcfField& entry : of_part->fields) entries_[{part, entry.key}] = &entry.value;
  }
  const OcfValue* table = value_.find("table");
  if (table == nullptr) return;
  for (std::size_t i = 0; i < table->items.size(); ++i) {
    const OcfValue& row = table->items[i];
    const std::string name(row.text_of("id"));
    places_.try_emplace(name, i);
    const OcfValue* of = row.find("of");
    if (of == nullptr) continue;
    for (const OcfValue& id : of->items) names_.try_emplace(id.text, name);
  }
}

const OcfValue* OcfSidecar::entry(std::string_view part, std::string_view id, std::string_view field) const {
  const auto found = entries_.find({part, id});
  return found == entries_.end() ? nullptr : found->second->find(field);
}

void OcfSidecar::complain(const std::string& place, std::string_view wanted) const {
  if (fault_.empty()) fault_ = fmt::format("{} is not {}", place, wanted);
}

std::optional<Number> OcfSidecar::read_number(const OcfValue& value, const std::string& place) const {
  const bool written = value.is(OcfValue::Kind::text) || value.is(OcfValue::Kind::number);
  const auto number = written ? Number::parse(value.text) : std::nullopt;
  if (!number) complain(place, "a number");
  return number;
}

bool OcfSidecar::has(std::string_view part, std::string_view id, std::string_view field) const { return entry(part, id, field) != nullptr; }

std::optional<Number> OcfSidecar::number(std::string_view part, std::string_view id, std::string_view field) const {
  const OcfValue* value = entry(part, id, field);
  if (value == nullptr || value->is(OcfValue::Kind::null)) return std::nullopt;
  const std::string place = fmt::format("{}.{}.{}", part, id, field);
  const auto found = read_number(*value, place);
  if (found && found->sign() < 0) complain(place, "a number of at least 0");
  return found;
}

std::string OcfSidecar::text(std::string_view part, std::string_view id, std::string_view field) const {
  const OcfValue* value = entry(part, id, field);
  if (value == nullptr) return {};
  if (!value->is(OcfValue::Kind::text)) complain(fmt::format("{}.{}.{}", part, id, field), "a text");
  return value->text;
}

std::optional<equity::Interest> OcfSidecar::read_interest(const OcfValue& value, const std::string& place) const {
  equity::Interest interest;
  const OcfValue* rate = value.find("rate");
  const auto number = rate == nullptr ? std::nullopt : read_number(*rate, place + ".rate");
  const auto accrual = choice_of(kAccruals, value.text_of("accrual"));
  const auto day_count = choice_of(kDayCounts, value.text_of("day_count"));
  if (!number) complain(place + ".rate", "a number");
  if (!accrual) complain(place + ".accrual", "simple or compound");
  if (!day_count) complain(place + ".day_count", "actual/365_fixed, actual/360 or 30/360");
  if (!number || !accrual || !day_count) return std::nullopt;
  interest.rate = *number;
  interest.accrual = *accrual;
  interest.day_count = *day_count;
  if (const OcfValue* periods = value.find("periods_per_year")) {
    const auto count = read_number(*periods, place + ".periods_per_year");
    const bool sensible = count && count->is_integer() && *count >= 1 && *count <= 366;
    if (!sensible) {
      complain(place + ".periods_per_year", "a whole number from 1 to 366");
      return std::nullopt;
    }
    interest.periods_per_year = static_cast<int>(count->to_double());
  }
  for (const auto& [key, date] : {std::pair("from", &interest.from), std::pair("until", &interest.until)}) {
    if (value.find(key) == nullptr) continue;
    *date = equity::parse_date(value.text_of(key));
    if (!*date) complain(place + "." + key, "a date, as 2027-01-31");
  }
  return interest;
}

std::optional<equity::Interest> OcfSidecar::interest(std::string_view security) const {
  const OcfValue* value = entry("convertibles", security, "interest");
  return value == nullptr ? std::nullopt : read_interest(*value, fmt::format("convertibles.{}.interest", security));
}

std::optional<equity::Dividend> OcfSidecar::dividend(std::string_view stock_class) const {
  const OcfValue* value = entry("classes", stock_class, "dividend");
  if (value == nullptr) return std::nullopt;
  const std::string place = fmt::format("classes.{}.dividend", stock_class);
  const auto interest = read_interest(*value, place);
  const auto settlement = choice_of(kSettlements, value->text_of("settlement"));
  const auto basis = choice_of(kCapBases, value->text_of("cap_basis"));
  if (!settlement) complain(place + ".settlement", "forfeit_on_conversion or paid_in_kind");
  if (!basis) complain(place + ".cap_basis", "includes_dividends or excludes_dividends");
  if (!interest || !settlement || !basis) return std::nullopt;
  return equity::Dividend{*interest, *settlement, *basis};
}

std::vector<OcfSidecarDebt> OcfSidecar::debts() const {
  std::vector<OcfSidecarDebt> debts;
  const OcfValue* list = value_.find("debts");
  if (list == nullptr) return debts;
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    const OcfValue& item = list->items[i];
    const std::string place = fmt::format("debts[{}]", i);
    OcfSidecarDebt debt;
    debt.id = item.text_of("id");
    const OcfValue* claim = item.find("claim");
    const OcfValue* seniority = item.find("seniority");
    const auto amount = claim == nullptr ? std::nullopt : read_number(*claim, place + ".claim");
    if (debt.id.empty()) complain(place + ".id", "a text");
    if (!amount) complain(place + ".claim", "a number");
    debt.terms.claim = amount.value_or(Number(0));
    if (seniority != nullptr) debt.terms.seniority = read_number(*seniority, place + ".seniority").value_or(Number(1));
    if (const OcfValue* holders = item.find("holders")) {
      for (const OcfValue& holder : holders->items) {
        const OcfValue* part = holder.find("amount");
        const auto held = part == nullptr ? std::nullopt : read_number(*part, place + ".holders.amount");
        debt.holders.emplace_back(std::string(holder.text_of("holder")), held.value_or(Number(0)));
      }
    }
    debts.push_back(std::move(debt));
  }
  return debts;
}

std::string OcfSidecar::name_of(const std::string& ocf_id) const {
  const auto found = names_.find(ocf_id);
  return found == names_.end() ? std::string() : found->second;
}

std::optional<std::size_t> OcfSidecar::place_of(const std::string& name) const {
  const auto found = places_.find(name);
  return found == places_.end() ? std::nullopt : std::optional(found->second);
}

void OcfSidecar::check(OcfLog& log) const {
  for (const OcfField& field : value_.fields) {
    const bool part = field.key == "classes" || field.key == "convertibles" || field.key == "options";
    const bool other =
        field.key == "format" || field.key == "version" || field.key == "debts" || field.key == "table" || field.key == "kept";
    if (!part && !other)
      log.warn("unknown_field", "warchest.sidecar.json", "", fmt::format("{} is no part of a sidecar: not used", field.key));
    if (!part) continue;
    const auto& known = fields_of(field.key);
    for (const OcfField& entry : field.value.fields) {
      for (const OcfField& term : entry.value.fields) {
        if (std::find(known.begin(), known.end(), term.key) == known.end()) {
          log.warn("unknown_field", "warchest.sidecar.json", entry.key, fmt::format("{} is no field of {}: not used", term.key, field.key));
        }
      }
    }
  }
}

OcfValue sidecar_number(const Number& value) { return OcfValue::of(value.text()); }

OcfValue sidecar_interest(const equity::Interest& interest) {
  OcfValue value = OcfValue::object();
  value.set("rate", sidecar_number(interest.rate));
  value.set("accrual", word_of(kAccruals, interest.accrual));
  value.set("periods_per_year", OcfValue::whole(interest.periods_per_year));
  value.set("day_count", word_of(kDayCounts, interest.day_count));
  if (interest.from) value.set("from", OcfValue::of(spelled(*interest.from)));
  if (interest.until) value.set("until", OcfValue::of(spelled(*interest.until)));
  return value;
}

OcfValue sidecar_dividend(const equity::Dividend& dividend) {
  OcfValue value = sidecar_interest(dividend.accrues);
  value.set("settlement", word_of(kSettlements, dividend.settlement));
  value.set("cap_basis", word_of(kCapBases, dividend.cap_basis));
  return value;
}

}  // namespace warchest::io
