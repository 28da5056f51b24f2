// A JSON value that keeps what was written: numbers as their text (never a double), keys in their order.
//
// Reading is bounded in depth and in the length of a number, and refuses text that is not UTF-8 and keys that stand twice in one
// object. Writing gives the same value back, indented by two.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace warchest::io {

struct OcfField;

struct OcfValue {
  enum class Kind : unsigned char { null, boolean, number, text, array, object };
  Kind kind = Kind::null;
  bool truth = false;
  std::string text;  // of a text, or the digits of a number as written
  std::vector<OcfValue> items;
  std::vector<OcfField> fields;

  static OcfValue of(std::string_view text);
  static OcfValue boolean(bool value);
  static OcfValue whole(long value);
  static OcfValue array();
  static OcfValue object();

  bool is(Kind wanted) const { return kind == wanted; }
  const OcfValue* find(std::string_view key) const;  // of an object; nothing otherwise
  OcfValue* find(std::string_view key);
  std::string_view text_of(std::string_view key) const;  // empty when there is no such text
  OcfValue& set(std::string_view key, OcfValue value);   // adds or replaces; returns the object
  bool erase(std::string_view key);
  void rename(std::string_view key, std::string_view to);
};

struct OcfField {
  std::string key;
  OcfValue value;
};

bool operator==(const OcfValue& a, const OcfValue& b);  // objects are equal whatever the order of their keys

struct OcfJson {
  OcfValue value;
  std::string error;     // empty: it was read
  bool hostile = false;  // the error is one that no honest exporter makes: depth, huge numbers, bytes that are no text
};

OcfJson parse_ocf_json(std::string_view text, std::size_t most_depth, std::size_t most_keys = 10'000);  // of one object
std::string spelled(const OcfValue& value);                                                             // with a final line end

}  // namespace warchest::io
