// The rows of kinds.def, gathered by kind once.
#include "model/schema.h"

#include <algorithm>

namespace warchest::model {

namespace {

std::vector<std::string_view> split(std::string_view words) {
  std::vector<std::string_view> result;
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    result.push_back(words.substr(0, end));
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return result;
}

constexpr bool kRequired = true, kOptional = false;
#define required kRequired
#define optional kOptional

std::vector<KindRow> gather() {
  std::vector<KindRow> rows;
#define KIND(name, place, naming, sentence, example) \
  rows.push_back({KindId::name##_, #name, Place::place, Naming::naming, sentence, example, {}, {}, Part::now});
#define LATER_KIND(name, part, sentence) \
  rows.push_back({KindId::name##_, #name, Place::anywhere, Naming::named, sentence, "", {}, {}, Part::part});
#include "model/kinds.def"
  const auto row = [&](KindId id) -> KindRow& { return rows[static_cast<std::size_t>(id)]; };
#define FIELD(kind, name, want, varies, need, fallback, help, example) \
  row(KindId::kind##_).fields.push_back({KindId::kind##_, #name, Want::want, Varies::varies, need, fallback, help, example, {}, Part::now});
#define WORDS(kind, field, words_given)                         \
  for (FieldRow & given : row(KindId::kind##_).fields) {        \
    if (given.name == #field) given.words = split(words_given); \
  }
#define LATER_FIELD(kind, name, part, sentence) \
  row(KindId::kind##_).later.push_back({KindId::kind##_, #name, Want::any, Varies::any, false, "", sentence, "", {}, Part::part});
#include "model/kinds.def"
  return rows;
}
#undef required
#undef optional

const FieldRow* among(const std::vector<FieldRow>& fields, std::string_view name) {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const FieldRow& field) { return field.name == name; });
  return found == fields.end() ? nullptr : &*found;
}

}  // namespace

bool FieldRow::takes(std::string_view word) const { return std::find(words.begin(), words.end(), word) != words.end(); }

const FieldRow* KindRow::field(std::string_view wanted) const { return among(fields, wanted); }
const FieldRow* KindRow::later_field(std::string_view wanted) const { return among(later, wanted); }

std::span<const KindRow> kinds() {
  static const std::vector<KindRow> kRows = gather();
  return kRows;
}

const KindRow& kind(KindId id) { return kinds()[static_cast<std::size_t>(id)]; }

const KindRow* find_kind(std::string_view name) {
  for (const KindRow& row : kinds()) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

std::string_view part_in_words(Part part) {
  switch (part) {
    case Part::now:
      return "";
    case Part::solver:
      return "how to search and compare";
    case Part::prices:
      return "real from nominal money";
  }
  return "";
}

std::string_view part_name(Part part) {
  switch (part) {
    case Part::now:
      return "";
    case Part::solver:
      return "solver";
    case Part::prices:
      return "prices";
  }
  return "";
}

std::string in_words(Want want) {
  switch (want) {
    case Want::money:
      return "money";
    case Want::flow:
      return "money per time, or a table of totals by period";
    case Want::pay:
      return "money per person and time";
    case Want::people:
      return "a number of people";
    case Want::people_per_time:
      return "people per time";
    case Want::rate:
      return "a rate per time";
    case Want::duration:
      return "a duration";
    case Want::date:
      return "a date";
    case Want::day:
      return "a date";
    case Want::share:
      return "a share, 0% to 100%";
    case Want::chance:
      return "a chance, 0% to 100%";
    case Want::hazard:
      return "a chance per month, or a rate per time";
    case Want::count:
      return "a whole number";
    case Want::any:
      return "a number";
    case Want::truth:
    case Want::condition:
      return "a condition";
    case Want::text:
      return "a text in quotes";
    case Want::word:
      return "a word";
    case Want::currency:
      return "a currency";
    case Want::exchange_rate:
      return "an exchange rate: money of the model for one of the currency";
    case Want::foreign:
      return "money of another currency";
    case Want::own_flow:
      return "money per time, of any currency with a rate";
    case Want::shares:
      return "a number of shares";
    case Want::price:
      return "money per share";
    case Want::multiple:
      return "a multiple, as 1.5x";
    case Want::seniority:
      return "a rank";
    case Want::strike:
      return "money per share, or one of last_price, next_price";
    case Want::coverage:
      return "a share, 0% to 100%, or warrants { … }";
    case Want::holder:
      return "the name of a holder of the company";
    case Want::cheque:
      return "money, a part of the amount, or `rest`";
    case Want::instrument:
      return "an instrument";
    case Want::holds:
      return "a table: { class: shares, … }";
    case Want::book:
      return "a table: { holder: money, part or `rest`, … }";
    case Want::holders:
      return "a list of holders of the company";
    case Want::package:
      return "ocf(\"folder\")";
    case Want::costs:
      return "a list of costs of the company";
    case Want::project:
      return "the name of a project of the company";
    case Want::facility:
      return "the name of a facility of the company";
    case Want::asks:
      return "a list of asks";
    case Want::shown:
      return "an expression, or a list of them";
    case Want::each:
      return "a name and a list: NAME in [a, b]";
    case Want::cases:
      return "a list of cases";
    case Want::target:
      return "the name of a figure";
    case Want::appetite:
      return "a table: { price over the last post-money: part, … }";
    case Want::wants:
      return "a condition on the company that asks";
    case Want::investors:
      return "a list of investors";
    case Want::companies:
      return "a list of companies";
    case Want::tranches:
      return "a table: { time after the closing: part, … }";
  }
  return "";
}

}  // namespace warchest::model
