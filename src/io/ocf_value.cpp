// nlohmann's tokenizer does the reading, handing numbers over as they are written; the tree is ours.
#include "io/ocf_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

namespace warchest::io {
namespace {

constexpr std::size_t kLongestNumber = 100;

// The first byte that is not part of well-formed UTF-8, or the size.
std::size_t first_bad_byte(std::string_view text) {
  std::size_t at = 0;
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  while (at < text.size()) {
    const unsigned lead = byte(at);
    const std::size_t length = lead < 0x80                   ? 1
                               : lead >= 0xc2 && lead < 0xe0 ? 2
                               : lead >= 0xe0 && lead < 0xf0 ? 3
                               : lead >= 0xf0 && lead < 0xf5 ? 4
                                                             : 0;
    if (length == 0) return at;
    for (std::size_t i = 1; i < length; ++i) {
      if ((byte(at + i) & 0xc0U) != 0x80) return at;
    }
    const unsigned second = byte(at + 1);
    const bool overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
    const bool no_character = (lead == 0xed && second > 0x9f) || (lead == 0xf4 && second > 0x8f);
    if (overlong || no_character) return at;
    at += length;
  }
  return at;
}

class Reader : public nlohmann::json_sax<nlohmann::json> {
 public:
  Reader(OcfJson& into, std::size_t most_depth, std::size_t most_keys) : into_(into), most_depth_(most_depth), most_keys_(most_keys) {}

  bool null() override { return put({}); }
  bool boolean(bool value) override { return put(OcfValue::boolean(value)); }
  bool number_integer(number_integer_t value) override { return put_number(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return put_number(std::to_string(value)); }
  bool number_float(number_float_t, const string_t& text) override { return put_number(text); }
  bool string(string_t& value) override { return put(OcfValue::of(value)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(OcfValue::Kind::object); }
  bool start_array(std::size_t) override { return open(OcfValue::Kind::array); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    if (!keys_.back().insert(name).second) return stop(fmt::format("the key \"{}\" stands twice in one object", name), false);
    if (keys_.back().size() > most_keys_) return stop(fmt::format("an object of more than {} keys", most_keys_), true);
    key_ = name;
    return true;
  }
  bool parse_error(std::size_t position, const std::string& token, const nlohmann::json::exception& error) override {
    const bool huge = error.id == 406;  // a number beyond the range of a double
    if (huge) return stop(fmt::format("the number {} is too large to mean anything", token.substr(0, 40)), true);
    std::string why = error.what();
    if (const std::size_t from = why.find("] "); from != std::string::npos) why = why.substr(from + 2);
    if (why.rfind("parse error at ", 0) == 0) why = why.substr(15);
    return stop(fmt::format("byte {} is no JSON: {}", position, why.substr(0, 200)), false);
  }

 private:
  bool stop(std::string why, bool hostile) {
    into_.error = std::move(why);
    into_.hostile = hostile;
    return false;
  }
  OcfValue* place(OcfValue value) {
    if (open_.empty()) {
      into_.value = std::move(value);
      return &into_.value;
    }
    OcfValue& parent = *open_.back();
    if (parent.is(OcfValue::Kind::array)) {
      parent.items.push_back(std::move(value));
      return &parent.items.back();
    }
    parent.fields.push_back({key_, std::move(value)});
    return &parent.fields.back().value;
  }
  bool put(OcfValue value) {
    place(std::move(value));
    return true;
  }
  bool put_number(const std::string& text) {
    if (text.size() > kLongestNumber) return stop(fmt::format("a number of {} digits", text.size()), true);
    OcfValue value;
    value.kind = OcfValue::Kind::number;
    value.text = text;
    return put(std::move(value));
  }
  bool open(OcfValue::Kind kind) {
    if (open_.size() >= most_depth_) return stop(fmt::format("nested more than {} deep", most_depth_), true);
    OcfValue value;
    value.kind = kind;
    open_.push_back(place(std::move(value)));
    keys_.emplace_back();
    return true;
  }
  bool close() {
    open_.pop_back();
    keys_.pop_back();
    return true;
  }

  OcfJson& into_;
  std::size_t most_depth_;
  std::size_t most_keys_;
  std::vector<OcfValue*> open_;  // stays valid: a parent gets no new child while one is open
  std::vector<std::set<std::string>> keys_;
  std::string key_;
};

void write_text(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

void write(std::string& out, const OcfValue& value, std::size_t indent) {
  const auto line = [&](std::size_t by) { out.append("\n").append(by, ' '); };
  switch (value.kind) {
    case OcfValue::Kind::null:
      out += "null";
      return;
    case OcfValue::Kind::boolean:
      out += value.truth ? "true" : "false";
      return;
    case OcfValue::Kind::number:
      out += value.text;
      return;
    case OcfValue::Kind::text:
      write_text(out, value.text);
      return;
    case OcfValue::Kind::array:
      out += '[';
      for (std::size_t i = 0; i < value.items.size(); ++i) {
        if (i != 0) out += ',';
        line(indent + 2);
        write(out, value.items[i], indent + 2);
      }
      if (!value.items.empty()) line(indent);
      out += ']';
      return;
    case OcfValue::Kind::object:
      out += '{';
      for (std::size_t i = 0; i < value.fields.size(); ++i) {
        if (i != 0) out += ',';
        line(indent + 2);
        write_text(out, value.fields[i].key);
        out += ": ";
        write(out, value.fields[i].value, indent + 2);
      }
      if (!value.fields.empty()) line(indent);
      out += '}';
      return;
  }
}

}  // namespace

OcfValue OcfValue::of(std::string_view text) {
  OcfValue value;
  value.kind = Kind::text;
  value.text = text;
  return value;
}

OcfValue OcfValue::boolean(bool truth) {
  OcfValue value;
  value.kind = Kind::boolean;
  value.truth = truth;
  return value;
}

OcfValue OcfValue::whole(long number) {
  OcfValue value;
  value.kind = Kind::number;
  value.text = std::to_string(number);
  return value;
}

OcfValue OcfValue::array() {
  OcfValue value;
  value.kind = Kind::array;
  return value;
}

OcfValue OcfValue::object() {
  OcfValue value;
  value.kind = Kind::object;
  return value;
}

const OcfValue* OcfValue::find(std::string_view key) const {
  for (const OcfField& field : fields) {
    if (field.key == key) return &field.value;
  }
  return nullptr;
}

OcfValue* OcfValue::find(std::string_view key) { return const_cast<OcfValue*>(std::as_const(*this).find(key)); }

std::string_view OcfValue::text_of(std::string_view key) const {
  const OcfValue* value = find(key);
  return value != nullptr && value->is(Kind::text) ? std::string_view(value->text) : std::string_view();
}

OcfValue& OcfValue::set(std::string_view key, OcfValue value) {
  if (OcfValue* there = find(key)) {
    *there = std::move(value);
  } else {
    fields.push_back({std::string(key), std::move(value)});
  }
  return *this;
}

bool OcfValue::erase(std::string_view key) {
  return std::erase_if(fields, [&](const OcfField& field) { return field.key == key; }) > 0;
}

void OcfValue::rename(std::string_view key, std::string_view to) {
  for (OcfField& field : fields) {
    if (field.key == key) field.key = to;
  }
}

bool operator==(const OcfValue& a, const OcfValue& b) {
  if (a.kind != b.kind || a.truth != b.truth || a.text != b.text || a.items != b.items || a.fields.size() != b.fields.size()) return false;
  return std::all_of(a.fields.begin(), a.fields.end(), [&](const OcfField& field) {
    const OcfValue* other = b.find(field.key);
    return other != nullptr && *other == field.value;
  });
}

OcfJson parse_ocf_json(std::string_view text, std::size_t most_depth, std::size_t most_keys) {
  OcfJson result;
  if (text.substr(0, 3) == "\xef\xbb\xbf") text.remove_prefix(3);
  if (const std::size_t bad = first_bad_byte(text); bad < text.size()) {
    result.error = fmt::format("it is not UTF-8: the first byte that is none is number {}", bad);
    result.hostile = true;
    return result;
  }
  Reader reader(result, most_depth, most_keys);
  try {
    nlohmann::json::sax_parse(text.begin(), text.end(), &reader);
  } catch (const std::exception& error) {
    result.error = error.what();
  }
  if (!result.error.empty()) result.value = {};
  return result;
}

std::string spelled(const OcfValue& value) {
  std::string out;
  write(out, value, 0);
  out += '\n';
  return out;
}

}  // namespace warchest::io
