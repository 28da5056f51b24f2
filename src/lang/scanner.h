// One walk over the characters of a text: words, signs, texts (scanner.cpp), quantities and dates (number.cpp).
// Private to the lexer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "lang/token.h"
#include "text/diagnostic.h"
#include "text/source.h"

namespace warchest::lang {

class Scanner {
 public:
  Scanner(const text::Source& source, text::Diagnostics& diagnostics) : source_(source), text_(source.text), diagnostics_(diagnostics) {}

  // Everything but layout: no newlines, no partners, every comma a separator.
  Tokens scan();

 private:
  // scanner.cpp
  void check_characters();
  void scan_blank();
  void scan_comment();
  void scan_word();
  void scan_text();
  void scan_sign();
  void scan_stray();
  bool continues_foreign_word() const;
  bool skip_bad_bytes();

  // number.cpp
  void scan_currency();
  void scan_number(std::size_t begin, Currency currency);
  bool at_date() const;
  void scan_date();
  void scan_exponent();
  void scan_unit(Quantity& quantity);
  void scan_glued_unit(Quantity& quantity);
  void scan_spaced_unit(Quantity& quantity);
  void scan_per_units();
  void add_unit(std::size_t begin, std::size_t end, int power);
  double number_value(const Quantity& quantity, std::size_t begin);
  void skip_digits();
  bool continues_thousands(std::size_t begin) const;
  void skip_rest_of_number();

  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  std::string_view piece(std::size_t begin, std::size_t end) const { return text_.substr(begin, end - begin); }
  std::size_t end_of_word(std::size_t begin) const;
  std::size_t end_of_line(std::size_t begin) const;
  text::Span span(std::size_t begin, std::size_t end) const;
  void emit(TokenKind kind, std::size_t begin, std::uint32_t payload = 0);
  void complain(text::Code code, std::size_t begin, std::size_t end, std::string message, std::string suggestion = {});

  const text::Source& source_;
  std::string_view text_;
  text::Diagnostics& diagnostics_;
  Tokens out_;
  std::size_t at_ = 0;
  int line_ends_ = 1;        // since the last token or comment
  bool starts_line_ = true;  // no token yet on this line
};

// Reserved words; TokenKind::name for any other.
TokenKind word_kind(std::string_view word);

// A piece of a text as it is quoted in a message.
std::string shortened(std::string_view text);

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool begins_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
constexpr bool in_word(char c) { return begins_word(c) || is_digit(c); }

}  // namespace warchest::lang
