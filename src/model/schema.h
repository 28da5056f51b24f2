// The schema as data: which kinds there are, which fields they take, what each field's value must be.
//
// Everything is made from kinds.def; this header only gives the rows a type. Functions, measures and fields of nouns that an
// expression may name are in functions.def (see functions.h).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace warchest::model {

enum class KindId : std::uint8_t {
#define KIND(name, place, naming, sentence, example) name##_,
#define LATER_KIND(name, part, sentence) name##_,
#include "model/kinds.def"
};

// The part of warchest with which something comes that is not supported yet; now: it is.
enum class Part : std::uint8_t { now, solver, prices };

enum class Place : std::uint8_t { file, company, company_or_file, facility, anywhere, record, table };
enum class Naming : std::uint8_t { named, unnamed, labelled };

// What a field's value is.
enum class Want : std::uint8_t {
  money,
  flow,
  pay,
  people,
  people_per_time,
  rate,
  duration,
  date,
  day,
  share,
  chance,
  hazard,
  count,
  any,
  truth,
  condition,
  text,
  word,
  currency,
  exchange_rate,
  foreign,
  own_flow,
  shares,
  price,
  multiple,
  seniority,
  strike,
  coverage,
  holder,
  cheque,
  instrument,
  holds,
  book,
  holders,
  package,
  costs,
  project,
  facility,
  asks,
  shown,
  each,
  cases,
  target,
  appetite,
  wants,
  investors,
  companies,
  tranches,
};

// How a field's value may vary, and when it is read.
enum class Varies : std::uint8_t {
  literal,  // must be known from the text alone
  known,    // one number, which a scenario may change
  path,     // known or drawn once per path
  any,      // may vary by month
  attempt,  // of a round: read at the end of the month before it opens; a distribution in it is drawn once per attempt
  policy,   // read at the end of the month before
  now,      // read at this very moment of the month: of a facility, `cash` alone; all else as policy
};

struct FieldRow {
  KindId kind;
  std::string_view name;
  Want want = Want::any;
  Varies varies = Varies::any;
  bool required = false;
  std::string_view fallback, help, example;
  std::vector<std::string_view> words;
  Part part = Part::now;

  bool takes(std::string_view word) const;  // as one of its words
};

struct KindRow {
  KindId id;
  std::string_view name;
  Place place = Place::file;
  Naming naming = Naming::named;
  std::string_view sentence, example;
  std::vector<FieldRow> fields;  // those that run now
  std::vector<FieldRow> later;
  Part part = Part::now;

  bool value() const { return place == Place::record || place == Place::table; }  // no block
  const FieldRow* field(std::string_view name) const;
  const FieldRow* later_field(std::string_view name) const;
};

std::span<const KindRow> kinds();
const KindRow& kind(KindId id);
const KindRow* find_kind(std::string_view name);

std::string_view part_name(Part part);      // "equity"
std::string_view part_in_words(Part part);  // "who owns what": completes "comes with the part of warchest that knows …"
std::string in_words(Want want);            // "money per time, or a table of totals"

}  // namespace warchest::model
