// Words, signs, texts and comments; and what stands in a text that should not.
#include "lang/scanner.h"

#include <algorithm>
#include <array>
#include <utility>

#include "lang/lexer.h"
#include "text/utf8.h"

namespace warchest::lang {

using text::Code;

namespace {

constexpr int kMostBadCharacters = 20;  // more, and it is no text at all

constexpr std::array<std::pair<std::string_view, TokenKind>, 15> kReserved = {{
    {"to", TokenKind::word_to},
    {"likely", TokenKind::word_likely},
    {"between", TokenKind::word_between},
    {"and", TokenKind::word_and},
    {"or", TokenKind::word_or},
    {"not", TokenKind::word_not},
    {"of", TokenKind::word_of},
    {"at", TokenKind::word_at},
    {"in", TokenKind::word_in},
    {"by", TokenKind::word_by},
    {"from", TokenKind::word_from},
    {"until", TokenKind::word_until},
    {"through", TokenKind::word_through},
    {"yes", TokenKind::word_yes},
    {"no", TokenKind::word_no},
}};

struct Sign {
  std::string_view text;
  TokenKind kind;
};

// Longer ones first.
constexpr std::array<Sign, 23> kSigns = {{
    {"==", TokenKind::equal},      {"!=", TokenKind::not_equal},   {"<=", TokenKind::less_equal},   {">=", TokenKind::greater_equal},
    {"<", TokenKind::less},        {">", TokenKind::greater},      {"=", TokenKind::assign},        {":", TokenKind::colon},
    {".", TokenKind::dot},         {"@", TokenKind::at_sign},      {"&", TokenKind::ampersand},     {"+", TokenKind::plus},
    {"-", TokenKind::minus},       {"*", TokenKind::star},         {"/", TokenKind::slash},         {"^", TokenKind::caret},
    {",", TokenKind::separator},   {"{", TokenKind::left_brace},   {"}", TokenKind::right_brace},   {"(", TokenKind::left_paren},
    {")", TokenKind::right_paren}, {"[", TokenKind::left_bracket}, {"]", TokenKind::right_bracket},
}};

// What people write instead, and what is read for it (bad: nothing).
struct Stray {
  std::string_view text;
  TokenKind meant;
  std::string_view help;
};

constexpr std::array<Stray, 26> kStrays = {{
    {"&&", TokenKind::word_and, "write `and`"},
    {"||", TokenKind::word_or, "write `or`"},
    {"**", TokenKind::caret, "a power is written `^`"},
    {"<>", TokenKind::not_equal, "write `!=`"},
    {"=>", TokenKind::greater_equal, "write `>=`"},
    {"=<", TokenKind::less_equal, "write `<=`"},
    {"!", TokenKind::word_not, "write `not`"},
    {"≥", TokenKind::greater_equal, "write `>=`"},
    {"≤", TokenKind::less_equal, "write `<=`"},
    {"≠", TokenKind::not_equal, "write `!=`"},
    {"×", TokenKind::star, "write `*`"},
    {"÷", TokenKind::slash, "write ` / `"},
    {"–", TokenKind::minus, "write the plain minus `-`"},
    {"—", TokenKind::minus, "write the plain minus `-`"},
    {"−", TokenKind::minus, "write the plain minus `-`"},
    {";", TokenKind::separator, "items are separated by a comma or the end of the line"},
    {"'", TokenKind::bad, "a text stands between double quotes: \"text\""},
    {"“", TokenKind::bad, "a text stands between plain double quotes: \"text\""},
    {"”", TokenKind::bad, "a text stands between plain double quotes: \"text\""},
    {"„", TokenKind::bad, "a text stands between plain double quotes: \"text\""},
    {"%", TokenKind::bad, "a percent sign stands right after its number: 45%"},
    {"|", TokenKind::bad, "write `or`"},
    {"\\", TokenKind::bad, "a line goes on where it ends with an operator or stands in ( ) or [ ]"},
    {"~", TokenKind::bad, "a distribution is written as a value: x = normal(0, 1)"},
    {"?", TokenKind::bad, "a choice is written if(condition, a, b)"},
    {"…", TokenKind::bad, ""},
}};

bool is_space_like(std::uint32_t value) {
  return value == 0xA0 || (value >= 0x2000 && value <= 0x200B) || value == 0x202F || value == 0x3000 || value == 0xFEFF;
}

std::string in_backticks(std::string_view text) { return "`" + shortened(text) + "`"; }

std::string hex(std::uint32_t value) {
  std::string digits;
  for (; value != 0 || digits.size() < 4; value /= 16) digits.insert(digits.begin(), "0123456789ABCDEF"[value % 16]);
  return digits;
}

}  // namespace

TokenKind word_kind(std::string_view word) {
  const auto found = std::find_if(kReserved.begin(), kReserved.end(), [&](const auto& row) { return row.first == word; });
  return found == kReserved.end() ? TokenKind::name : found->second;
}

std::string shortened(std::string_view text) {
  constexpr std::size_t kMost = 60;
  if (text.size() <= kMost) return std::string(text);
  std::size_t end = kMost;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "…";
}

std::size_t Scanner::end_of_word(std::size_t begin) const {
  while (begin < text_.size() && in_word(text_[begin])) ++begin;
  return begin;
}

std::size_t Scanner::end_of_line(std::size_t begin) const {
  std::size_t end = std::min(text_.find('\n', begin), text_.size());
  if (end > begin && text_[end - 1] == '\r') --end;
  return end;
}

text::Span Scanner::span(std::size_t begin, std::size_t end) const {
  return source_.span(static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end));
}

void Scanner::emit(TokenKind kind, std::size_t begin, std::uint32_t payload) {
  Token token;
  token.kind = kind;
  token.begin = static_cast<std::uint32_t>(begin);
  token.end = static_cast<std::uint32_t>(at_);
  token.payload = payload;
  token.starts_line = starts_line_;
  token.blank_before = line_ends_ >= 2;
  out_.list.push_back(token);
  starts_line_ = false;
  line_ends_ = 0;
}

void Scanner::complain(Code code, std::size_t begin, std::size_t end, std::string message, std::string suggestion) {
  diagnostics_.add({.code = code,
                    .span = span(begin, end),
                    .message = std::move(message),
                    .found = shortened(piece(begin, end)),
                    .suggestion = std::move(suggestion)});
}

// Bytes that no text holds, all at once, so that the walk proper may pass over them.
void Scanner::check_characters() {
  int wrong = 0;
  for (std::size_t i = 0; i < text_.size() && wrong <= kMostBadCharacters;) {
    const text::CodePoint point = text::code_point_at(text_, i);
    const std::size_t begin = i;
    i += point.length;
    if (!point.valid) {
      while (i < text_.size() && !text::code_point_at(text_, i).valid) ++i;
      diagnostics_.add({.code = Code::bad_utf8, .span = span(begin, i), .message = "these bytes are not UTF-8", .wanted = "UTF-8"});
      ++wrong;
      continue;
    }
    const bool line_end = point.value == '\r' && i < text_.size() && text_[i] == '\n';
    const bool control = point.value < 0x20 || (point.value >= 0x7F && point.value < 0xA0);
    if (!control || line_end || point.value == '\t' || point.value == '\n') continue;
    while (i < text_.size() && text_[i] == text_[begin]) ++i;
    diagnostics_.add({.code = Code::control_character,
                      .span = span(begin, i),
                      .message = "a control character stands here: U+" + hex(point.value),
                      .found = "U+" + hex(point.value)});
    ++wrong;
  }
  if (wrong > kMostBadCharacters) out_.stopped = true;
}

Tokens Scanner::scan() {
  check_characters();
  while (at_ < text_.size() && !out_.stopped) {
    const char c = text_[at_];
    if (static_cast<unsigned char>(c) <= ' ') {  // control characters have been complained about
      scan_blank();
    } else if (static_cast<unsigned char>(c) >= 0x80 && skip_bad_bytes()) {
      continue;
    } else if (c == '#') {
      scan_comment();
    } else if (begins_word(c)) {
      scan_word();
    } else if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
      scan_number(at_, Currency::none);
    } else if (c == '"') {
      scan_text();
    } else {
      scan_sign();
    }
    if (out_.list.size() < kMaxTokens) continue;
    complain(Code::source_too_large, at_ - 1, at_, "this model is too long: more than 4 million words and signs");
    out_.stopped = true;
  }
  emit(TokenKind::end, at_);
  return std::move(out_);
}

void Scanner::scan_blank() {
  if (text_[at_] == '\n') {
    starts_line_ = true;
    ++line_ends_;
  }
  ++at_;
}

void Scanner::scan_comment() {
  const std::size_t begin = at_;
  at_ = end_of_line(at_);
  std::size_t end = at_;
  while (text_[end - 1] == ' ' || text_[end - 1] == '\t' || text_[end - 1] == '\r') --end;
  out_.comments.push_back({span(begin, end), starts_line_, line_ends_ >= 2});
  line_ends_ = 0;
}

void Scanner::scan_word() {
  const std::size_t begin = at_;
  at_ = end_of_word(at_);
  const std::string_view word = piece(begin, at_);
  emit(word_kind(word), begin, static_cast<std::uint32_t>(out_.names.intern(word)));
}

void Scanner::scan_text() {
  const std::size_t begin = at_++;
  const std::size_t line_end = end_of_line(begin);
  std::string content;
  while (at_ < line_end && text_[at_] != '"') {
    if (text_[at_] != '\\') {
      content += text_[at_++];
      continue;
    }
    const char escaped = at_ + 1 < line_end ? text_[at_ + 1] : '\0';
    if (escaped == '"' || escaped == '\\') {
      content += escaped;
      at_ += 2;
      continue;
    }
    complain(Code::bad_escape, at_, std::min(at_ + 2, line_end), "a backslash in a text stands only before \" or another backslash",
             "write `\\\\` for a backslash");
    content += text_[at_++];
  }
  if (at_ >= line_end) {
    at_ = line_end;
    complain(Code::unterminated_text, begin, line_end, "this text has no closing quote on its line", "end it with \" on the same line");
    emit(TokenKind::bad, begin);
    return;
  }
  ++at_;
  out_.texts.push_back(std::move(content));
  emit(TokenKind::text, begin, static_cast<std::uint32_t>(out_.texts.size() - 1));
}

void Scanner::scan_sign() {
  const std::string_view rest = text_.substr(at_);
  const auto stray = std::find_if(kStrays.begin(), kStrays.end(), [&](const Stray& row) { return rest.starts_with(row.text); });
  const auto sign = std::find_if(kSigns.begin(), kSigns.end(), [&](const Sign& row) { return rest.starts_with(row.text); });
  const bool is_sign = sign != kSigns.end() && (stray == kStrays.end() || stray->text.size() <= sign->text.size());
  const std::size_t begin = at_;
  if (rest.starts_with("//")) {
    complain(Code::stray_character, at_, at_ + 2, "`//` begins nothing here", "a comment begins with #");
    at_ = end_of_line(at_);
  } else if (is_sign) {
    at_ += sign->text.size();
    emit(sign->kind, begin);
  } else if (stray != kStrays.end()) {
    at_ += stray->text.size();
    complain(Code::stray_character, begin, at_, "this sign has no meaning here: " + in_backticks(stray->text), std::string(stray->help));
    const auto word = std::find_if(kReserved.begin(), kReserved.end(), [&](const auto& row) { return row.second == stray->meant; });
    emit(stray->meant, begin, word == kReserved.end() ? 0 : static_cast<std::uint32_t>(out_.names.intern(word->first)));
  } else {
    scan_stray();
  }
}

bool Scanner::continues_foreign_word() const {
  if (in_word(text_[at_])) return true;
  const text::CodePoint point = text::code_point_at(text_, at_);
  return point.valid && point.value >= 0xC0 && !is_space_like(point.value);
}

// Bytes that are no characters have been complained about.
bool Scanner::skip_bad_bytes() {
  const std::size_t begin = at_;
  while (at_ < text_.size() && !text::code_point_at(text_, at_).valid) ++at_;
  return at_ > begin;
}

void Scanner::scan_stray() {
  for (const std::string_view sign : {"$", "€", "£", "¥"}) {
    if (text_.substr(at_).starts_with(sign)) return scan_currency();
  }
  const std::size_t begin = at_;
  const text::CodePoint point = text::code_point_at(text_, at_);
  at_ += point.length;
  if (!point.valid || point.value < 0x20 || (point.value >= 0x7F && point.value < 0xA0)) return;  // has been complained about
  if (is_space_like(point.value)) {
    complain(Code::stray_character, begin, at_, "a special blank stands here: U+" + hex(point.value), "write an ordinary blank");
    return;
  }
  std::size_t word = begin;
  if (point.value >= 0x80) {
    // Glued to a name it is a part of that name.
    const bool glued = !out_.list.empty() && out_.list.back().kind == TokenKind::name && out_.list.back().end == begin;
    if (glued) {
      word = out_.list.back().begin;
      starts_line_ = out_.list.back().starts_line;
      out_.list.pop_back();
    }
    while (at_ < text_.size() && continues_foreign_word()) at_ += text::code_point_at(text_, at_).length;
  }
  const std::string help = point.value >= 0x80 ? "names are made of a to z, A to Z, digits and _" : "";
  complain(Code::stray_character, word, at_, "this has no meaning in a model: " + in_backticks(piece(word, at_)), help);
  emit(TokenKind::bad, word);
}

}  // namespace warchest::lang
