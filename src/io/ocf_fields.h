// What the published schemas say about every kind of object: its fields, their types, and which must be there. One table serves the
// import (what is unknown, of another type or missing is said) and the export (nothing is written that the schemas refuse).
//
// Facts of the schemas of version 1.2.1-alpha+main; what earlier versions called otherwise is a row of the table of old names.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "io/ocf_value.h"

namespace warchest::io {

enum class OcfShape : unsigned char {
  text,
  texts,       // an array of texts
  numeric,     // fixed-point text
  percentage,  // fixed-point text, 0 to 1
  authorized,  // numeric, or UNLIMITED, or NOT APPLICABLE
  money,       // amount and currency
  ratio,       // numerator and denominator
  date,
  date_or_null,
  boolean,
  whole,  // a JSON number without decimals
  list,   // an array whose items are not looked into
  object,
  one,   // an object of the kind `of`
  many,  // an array of such
  choice,
};

struct OcfFieldRule {
  std::string name;
  OcfShape shape = OcfShape::text;
  bool required = false;
  std::string of;                    // the kind, for one and many
  std::vector<std::string> choices;  // for choice
};

struct OcfKindRule {
  std::string name;  // object_type; of parts of objects a word of ours: "trigger", "safe_mechanism"
  std::vector<OcfFieldRule> fields;
  const OcfFieldRule* find(std::string_view field) const;
};

const OcfKindRule* ocf_kind(std::string_view name);  // nothing for a kind that the format does not know
bool is_ocf_transaction(std::string_view object_type);

// Something about one object. `path` is of the field: "conversion_rights[0].ratio".
struct OcfRemark {
  std::string kind;  // as in the log
  std::string path;
  std::string text;
};
using OcfRemarks = std::function<void(OcfRemark)>;

// Brings an object into the present form, saying each change: old names of kinds and fields, numbers where text is specified, fields
// that say {"omitted": true}, empty texts for ids that are not there.
void modernize(OcfValue& object, const OcfRemarks& remarks);

// Says what the schemas refuse: unknown kinds and fields, other types, missing fields. Looks at an object in the present form.
void check_fields(const OcfValue& object, const OcfRemarks& remarks);

// The schemas' own check before writing: the first thing that they would refuse; empty when the object is valid.
std::string schema_fault(const OcfValue& object);

}  // namespace warchest::io
