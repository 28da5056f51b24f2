// Quantities and dates: `$6_500/kW`, `900k/person/year`, `18 months`, `6.6B USD`, `45%`, `2024-Q3`.
//
// A word glued to the number is a suffix (k M B T) or a unit; a word after blanks on the same line, if it is not reserved, is a
// unit; after either, `/unit`s follow glued. Four digits glued to a minus are a date or an error.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>
#include <utility>

#include "lang/scanner.h"

namespace warchest::lang {

using text::Code;

namespace {

int suffix_exponent(char suffix) {
  switch (suffix) {
    case 'k':
      return 3;
    case 'M':
      return 6;
    case 'B':
      return 9;
    case 'T':
      return 12;
    default:
      return 0;
  }
}

constexpr std::string_view kSmallM = "a small m after a number is read as million by some and as milli by others";

int digits_value(std::string_view digits) {
  int value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

bool all_digits(std::string_view text) { return text.find_first_not_of("0123456789") == std::string_view::npos; }

// What follows `2024-`, read as a date; the month is 0 if it is none.
Date read_date(int year, std::string_view rest) {
  Date none;
  none.month = 0;
  if (rest.size() == 2 && rest[0] == 'Q' && rest[1] >= '1' && rest[1] <= '4') {
    return {DateForm::quarter, year, (rest[1] - '1') * 3 + 1, 1};
  }
  const std::string_view month = rest.substr(0, 2);
  if (month.size() < 2 || !all_digits(month) || digits_value(month) < 1 || digits_value(month) > 12) return none;
  if (rest.size() == 2) return {DateForm::month, year, digits_value(month), 1};
  if (rest.size() != 5 || rest[2] != '-' || !all_digits(rest.substr(3))) return none;
  const int day = digits_value(rest.substr(3));
  const std::chrono::year_month_day found(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(digits_value(month))),
                                          std::chrono::day(static_cast<unsigned>(day)));
  if (!found.ok()) return none;
  return {DateForm::day, year, digits_value(month), day};
}

std::string date_help(std::string_view year, std::string_view rest) {
  const std::string start = std::string(year) + "-";
  if (rest.size() == 1 && is_digit(rest[0]) && rest[0] != '0') return "a month has two digits: " + start + "0" + shortened(rest);
  if (rest.size() == 2 && rest[0] == 'q') return "a quarter is written " + start + "Q" + rest[1];
  std::string help = "a date is " + start + "10, " + start + "10-02 or " + start + "Q3";
  if (!rest.empty() && rest.find('-') == std::string_view::npos)
    help += "; a subtraction has blanks: " + std::string(year) + " - " + shortened(rest);
  return help;
}

}  // namespace

// At `$`, `€`, `£` or `¥`.
void Scanner::scan_currency() {
  const std::size_t begin = at_;
  const bool dollar = peek() == '$';
  const char last = dollar ? '$' : peek(1) == '\x82' ? 'e' : peek(1) == '\xA3' ? 'p' : 'y';
  const Currency currency = dollar ? Currency::dollar : last == 'e' ? Currency::euro : last == 'p' ? Currency::pound : Currency::yen;
  at_ += dollar ? 1 : currency == Currency::euro ? 3 : 2;
  const std::string sign(piece(begin, at_));
  const std::size_t after_sign = at_;
  while (peek() == ' ' || peek() == '\t') ++at_;
  const bool after_number = !out_.list.empty() && !starts_line_ && out_.list.back().kind == TokenKind::quantity;
  if ((peek() == '-' || peek() == '+') && is_digit(peek(1)) && !after_number) {
    const std::string minus(1, peek());
    ++at_;
    complain(Code::sign_after_currency, begin, at_, "the minus stands before the currency sign",
             "write " + minus + sign + shortened(piece(at_, end_of_word(at_))));
    return scan_number(begin, currency);
  }
  if (is_digit(peek()) || (peek() == '.' && is_digit(peek(1)))) {
    if (at_ != after_sign)
      complain(Code::currency_place, begin, at_, "a blank stands between the currency sign and its number",
               "write " + sign + shortened(piece(at_, end_of_word(at_))));
    return scan_number(begin, currency);
  }
  at_ = after_sign;
  complain(Code::currency_place, begin, at_, "no number follows this currency sign",
           after_number ? "the sign stands before the number: " + sign + "5" : "");
  if (!after_number) emit(TokenKind::bad, begin);
}

void Scanner::skip_digits() {
  while (is_digit(peek()) || (peek() == '_' && is_digit(peek(1)) && at_ > 0 && is_digit(text_[at_ - 1]))) ++at_;
}

bool Scanner::at_date() const {
  const bool four = is_digit(peek(0)) && is_digit(peek(1)) && is_digit(peek(2)) && is_digit(peek(3));
  return four && peek(4) == '-';
}

void Scanner::scan_date() {
  const std::size_t begin = at_;
  at_ += 5;
  while (in_word(peek()) || peek() == '-') ++at_;
  const std::string_view year = piece(begin, begin + 4);
  const std::string_view rest = piece(begin + 5, at_);
  Date date = read_date(digits_value(year), rest);
  if (date.month == 0 || year[0] == '0') {
    complain(Code::bad_date, begin, at_, "this is no date: " + shortened(piece(begin, at_)), date_help(year, rest));
    date = {DateForm::month, digits_value(year), 1, 1};
  }
  out_.dates.push_back(date);
  emit(TokenKind::date, begin, static_cast<std::uint32_t>(out_.dates.size() - 1));
}

void Scanner::scan_exponent() {
  if (peek() != 'e' && peek() != 'E') return;
  const std::size_t sign = peek(1) == '-' || peek(1) == '+' ? 1 : 0;
  if (!is_digit(peek(1 + sign))) return;
  at_ += 1 + sign;
  while (is_digit(peek())) ++at_;
}

// `begin` is where the token begins (its currency sign, if any); the digits begin here.
void Scanner::scan_number(std::size_t begin, Currency currency) {
  if (currency == Currency::none && at_date()) return scan_date();
  Quantity quantity;
  quantity.currency = currency;
  const std::size_t digits = at_;
  skip_digits();
  if (at_ == digits)
    complain(Code::bad_number, digits, digits + 1, "a number does not begin with a point",
             "write 0" + shortened(piece(digits, end_of_word(digits + 1))));
  const bool plain_year = at_ - digits == 4 && piece(digits, at_).find('_') == std::string_view::npos;
  if (at_ - digits > 1 && text_[digits] == '0') {
    const bool thousands = continues_thousands(begin);
    complain(Code::bad_number, digits, at_, "a number does not begin with 0 and another digit",
             thousands ? "thousands are set off with _, not a comma: 1_000" : "");
    if (thousands) {
      out_.list.pop_back();  // the comma; the number before it stands for both
      skip_rest_of_number();
      out_.list.back().end = static_cast<std::uint32_t>(at_);
      return;
    }
  }
  if (peek() == '.') {
    ++at_;
    if (is_digit(peek())) {
      skip_digits();
    } else {
      complain(Code::bad_number, digits, at_, "a number does not end with a point",
               "write " + shortened(piece(digits, at_)) + "0 or leave the point out");
    }
  }
  const std::size_t before_exponent = at_;
  scan_exponent();
  if (peek() == '_') {
    complain(Code::bad_number, at_, at_ + 1, "_ stands only between two digits of a number");
    while (peek() == '_') ++at_;
  }
  quantity.number = std::string(piece(digits, at_));
  if (peek() == '%') {
    quantity.percent = true;
    ++at_;
  }
  const std::size_t after_number = at_;
  quantity.units.begin = static_cast<std::uint32_t>(out_.units.size());
  scan_unit(quantity);
  quantity.units.end = static_cast<std::uint32_t>(out_.units.size());
  quantity.year_like =
      plain_year && at_ == after_number && before_exponent == digits + 4 && after_number == before_exponent && currency == Currency::none;
  quantity.value = number_value(quantity, begin);
  out_.quantities.push_back(std::move(quantity));
  emit(TokenKind::quantity, begin, static_cast<std::uint32_t>(out_.quantities.size() - 1));
}

// `1,000`: glued to a comma that is glued to a number.
bool Scanner::continues_thousands(std::size_t begin) const {
  const auto& list = out_.list;
  if (list.size() < 2 || list.back().kind != TokenKind::separator || list.back().end != begin) return false;
  return list[list.size() - 2].kind == TokenKind::quantity && list[list.size() - 2].end == list.back().begin;
}

void Scanner::skip_rest_of_number() {
  Quantity nobody;
  scan_unit(nobody);
}

void Scanner::scan_unit(Quantity& quantity) {
  const std::uint32_t before = static_cast<std::uint32_t>(out_.units.size());
  if (begins_word(peek())) scan_glued_unit(quantity);
  if (out_.units.size() == before) scan_spaced_unit(quantity);
  scan_per_units();
}

void Scanner::scan_glued_unit(Quantity& quantity) {
  const std::size_t begin = at_;
  at_ = end_of_word(at_);
  const std::string_view word = piece(begin, at_);
  if (word == "m") {
    complain(Code::small_m, begin, at_, std::string(kSmallM), "write M for a million, or the number in full");
    quantity.suffix = 'M';
  } else if (word.size() == 1 && suffix_exponent(word[0]) != 0) {
    quantity.suffix = word[0];
    if (quantity.percent) complain(Code::bad_number, begin, at_, "a percentage has no suffix: " + std::string(word));
  } else if (word_kind(word) != TokenKind::name) {
    at_ = begin;  // `5to 6`: the word is not ours
  } else {
    add_unit(begin, at_, +1);
  }
}

void Scanner::scan_spaced_unit(Quantity& quantity) {
  std::size_t begin = at_;
  while (begin < text_.size() && (text_[begin] == ' ' || text_[begin] == '\t')) ++begin;
  if (begin == at_ || begin >= text_.size() || !begins_word(text_[begin])) return;
  const std::size_t end = end_of_word(begin);
  const std::string_view word = piece(begin, end);
  if (word_kind(word) != TokenKind::name) return;
  at_ = end;
  if (word == "m" && quantity.suffix == 0) {
    complain(Code::small_m, begin, end, std::string(kSmallM), "write M for a million, right after the number");
    quantity.suffix = 'M';
    return;
  }
  add_unit(begin, end, +1);
}

void Scanner::scan_per_units() {
  while (peek() == '/' && begins_word(peek(1))) {
    const std::size_t begin = at_ + 1;
    const std::size_t end = end_of_word(begin);
    if (word_kind(piece(begin, end)) != TokenKind::name) return;
    const char next = end < text_.size() ? text_[end] : '\0';
    const bool part_follows = next == '.' && end + 1 < text_.size() && begins_word(text_[end + 1]);
    if (next == '(' || part_follows) {  // surely no unit
      complain(Code::glued_division, at_, at_ + 1, "a / glued to a number begins a unit",
               "a division has blanks: ` / " + shortened(piece(begin, end)) + "`");
      return;
    }
    add_unit(begin, end, -1);
    at_ = end;
  }
}

void Scanner::add_unit(std::size_t begin, std::size_t end, int power) {
  out_.units.push_back({out_.names.intern(piece(begin, end)), power, span(begin, end)});
}

// The digits with percent and suffix as an exponent, so that 45% and 0.45 are the same double, correctly rounded.
double Scanner::number_value(const Quantity& quantity, std::size_t begin) {
  std::string digits;
  for (const char c : quantity.number) {
    if (c != '_') digits += c;
  }
  const std::size_t e = digits.find_first_of("eE");
  long exponent = 0;
  if (e != std::string::npos) {
    const bool negative = digits[e + 1] == '-';
    std::string_view written = std::string_view(digits).substr(e + 1);
    if (written[0] == '-' || written[0] == '+') written.remove_prefix(1);
    constexpr long kEnough = 1'000'000'000;
    if (std::from_chars(written.data(), written.data() + written.size(), exponent).ec != std::errc() || exponent > kEnough)
      exponent = kEnough;
    if (negative) exponent = -exponent;
    digits.resize(e);
  }
  exponent += suffix_exponent(quantity.suffix) - (quantity.percent ? 2 : 0);
  if (digits.front() == '.') digits.insert(digits.begin(), '0');
  if (digits.back() == '.') digits.pop_back();
  digits += "e" + std::to_string(exponent);
  double value = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (read.ec == std::errc()) return value;
  const std::size_t point = std::min(digits.find('.'), digits.find('e'));
  const std::size_t first = digits.find_first_not_of("0");
  if (first >= point || static_cast<long>(point - first) + exponent < 0) return 0;  // below the smallest double
  complain(Code::number_too_large, begin, at_, "this number is larger than a computer can hold");
  return std::numeric_limits<double>::max();
}

}  // namespace warchest::lang
