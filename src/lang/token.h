// The words and signs of a model text, as the lexer hands them to the grammar.
//
// Quantities and dates are single tokens with their parts already read, because `$6_500/kW`, `18 months` and `2024-Q3` follow
// rules of glue and blanks that a grammar cannot see. Comments are no tokens; they stand in a list of their own, for the formatter.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "text/names.h"
#include "text/span.h"

namespace warchest::lang {

// A part of one of a tree's vectors.
struct IdRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  bool empty() const { return begin == end; }
  std::uint32_t size() const { return end - begin; }
};

// One unit of a quantity: in `$900k/person/year` the factors are person^-1 and year^-1, in `1.2 GW` it is GW^+1.
struct UnitFactor {
  text::NameId name = text::NameId::none;
  int power = 1;  // +1 or -1
  text::Span span;
};

enum class Currency : std::uint8_t { none, dollar, euro, pound, yen };  // the sign before the number; a code after it is a unit

struct Quantity {
  double value = 0;    // with percent and suffix worked in: 45% is 0.45, 6.6B is 6.6e9; never negative
  std::string number;  // the digits as written, without percent, suffix and unit
  Currency currency = Currency::none;
  bool percent = false;
  char suffix = 0;         // k M B T, or 0
  bool year_like = false;  // four digits and nothing else, as 2024: may be read as a year where a period is wanted
  IdRange units;           // in Tree::units; the +1 factor, if any, comes first
};

enum class DateForm : std::uint8_t { quarter, month, day };

struct Date {
  DateForm form = DateForm::month;
  int year = 0;
  int month = 1;  // 1 to 12; of a quarter its first
  int day = 1;    // 1 unless the form is day

  int quarter() const { return (month + 2) / 3; }
  bool operator==(const Date&) const = default;
};

enum class TokenKind : std::uint8_t {
  end,
  name,
  text,
  quantity,
  date,
  // the reserved words
  word_to,
  word_likely,
  word_between,
  word_and,
  word_or,
  word_not,
  word_of,
  word_at,
  word_in,
  word_by,
  word_from,
  word_until,
  word_through,
  word_yes,
  word_no,
  // brackets
  left_brace,
  right_brace,
  left_paren,
  right_paren,
  left_bracket,
  right_bracket,
  // between items and cells; in round and square brackets a comma is `comma`
  separator,
  newline,
  comma,
  // signs
  assign,
  colon,
  dot,
  at_sign,
  ampersand,
  plus,
  minus,
  star,
  slash,
  caret,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  bad,  // something already complained about; the grammar passes over the item in silence
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::uint32_t begin = 0;  // bytes in the source
  std::uint32_t end = 0;
  std::uint32_t payload = 0;  // name and reserved word: NameId; text, quantity, date: index into the vectors of Tokens
  bool starts_line = false;   // the first of its line
  bool blank_before = false;  // an empty line stands before it (after the last token or comment)
  bool supplied = false;      // not in the text: closes a bracket that nobody closed, which has been complained about
};

// A `#` comment as the lexer meets it, from the sign to the end of the line without trailing blanks.
struct RawComment {
  text::Span span;
  bool own_line = false;      // nothing but blanks before it on its line
  bool blank_before = false;  // an empty line stands before it
};

struct Tokens {
  std::vector<Token> list;  // ends with TokenKind::end
  std::vector<Quantity> quantities;
  std::vector<UnitFactor> units;
  std::vector<Date> dates;
  std::vector<std::string> texts;  // unescaped
  std::vector<RawComment> comments;
  text::Names names;
  std::vector<std::uint32_t> partner;  // by token: the index of the matching bracket, or itself
  bool stopped = false;                // a limit was passed: the list is not worth parsing
};

}  // namespace warchest::lang
