// Syntax errors in the user's words: what was wanted here, what stands here, and the mend where the mistake is a known one.
//
// The grammar gives the kinds of token that it would have taken. Sorted into what a person would write (an expression, an operator,
// a name, the end of the line) they make the sentence, together with the token before.
#include <algorithm>
#include <utility>

#include "lang/grammar.h"
#include "lang/scanner.h"

namespace warchest::lang {

namespace {

bool is_operator_word(TokenKind kind) { return kind >= TokenKind::word_to && kind <= TokenKind::word_through; }

bool ends_operand(TokenKind kind) {
  switch (kind) {
    case TokenKind::name:
    case TokenKind::text:
    case TokenKind::quantity:
    case TokenKind::date:
    case TokenKind::word_yes:
    case TokenKind::word_no:
    case TokenKind::right_brace:
    case TokenKind::right_paren:
    case TokenKind::right_bracket:
      return true;
    default:
      return false;
  }
}

bool begins_operand(TokenKind kind) {
  return kind == TokenKind::name || kind == TokenKind::text || kind == TokenKind::quantity || kind == TokenKind::date ||
         kind == TokenKind::left_paren || kind == TokenKind::left_bracket;
}

std::string listed(const std::vector<std::string>& parts) {
  std::string result;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) result += i + 1 == parts.size() ? " or " : ", ";
    result += parts[i];
  }
  return result;
}

}  // namespace

std::string Grammar::quoted(TokenIndex index) const { return "`" + shortened(source_.piece(span(index))) + "`"; }

std::string Grammar::described(TokenIndex index) const {
  switch (token(index).kind) {
    case TokenKind::end:
      return "the end of the text";
    case TokenKind::newline:
      return "the end of the line";
    case TokenKind::text:
      return "the text " + shortened(source_.piece(span(index)));
    default:
      return quoted(index);
  }
}

std::string Grammar::wanted_here(TokenIndex found, const Expected& expected) const {
  const bool operand = expected.has(TokenKind::left_paren) && expected.has(TokenKind::quantity);
  const bool after_operand = expected.has(TokenKind::plus) && !operand;
  const std::string after = found > 0 && token(found - 1).kind != TokenKind::newline ? " after " + quoted(found - 1) : "";
  if (operand)
    return (expected.has(TokenKind::right_bracket) || expected.has(TokenKind::right_paren) ? "a value or the closing bracket" : "a value") +
           after;
  if (expected.has(TokenKind::quantity)) return "a key (2024, 1.5x, a name) or `}`" + after;

  std::vector<std::string> parts;
  if (after_operand) parts.push_back("an operator");
  if (expected.has(TokenKind::word_and) && !expected.has(TokenKind::plus)) parts.push_back("`and`");
  if (expected.has(TokenKind::name)) {
    const TokenKind before = found > 0 ? token(found - 1).kind : TokenKind::newline;
    const bool item = before == TokenKind::newline || before == TokenKind::separator || before == TokenKind::left_brace;
    if (item) return found > 0 && before != TokenKind::newline ? "a block or `name = value`" + after : "a block or `name = value`";
    if (before == TokenKind::at_sign) return "the name of a source after `@`";
    parts.push_back("a name");
  }
  if (expected.has(TokenKind::text)) parts.push_back("a label in quotes");
  if (expected.has(TokenKind::left_brace) && !after_operand) parts.push_back("`{`");
  if (expected.has(TokenKind::assign)) parts.push_back("`=`");
  if (expected.has(TokenKind::colon)) parts.push_back("`:`");
  if (expected.has(TokenKind::comma)) parts.push_back("`,`");
  if (expected.has(TokenKind::right_paren)) parts.push_back("`)`");
  if (expected.has(TokenKind::right_bracket)) parts.push_back("`]`");
  if (expected.has(TokenKind::newline)) parts.push_back("the end of the line");
  if (expected.has(TokenKind::right_brace)) parts.push_back("`}`");
  if (parts.empty()) return "the end of the text" + after;
  return listed(parts) + after;
}

std::string Grammar::help_here(TokenIndex found, const Expected& expected) const {
  const TokenKind kind = token(found).kind;
  const TokenKind before = found > 0 ? token(found - 1).kind : TokenKind::newline;
  const TokenKind next = found + 1 < tokens_.list.size() ? token(found + 1).kind : TokenKind::end;
  const bool item_wanted = expected.has(TokenKind::name) && !expected.has(TokenKind::quantity) && before == TokenKind::newline;
  const bool after_operand = expected.has(TokenKind::plus) && ends_operand(before);
  if (kind == TokenKind::newline && next == TokenKind::left_brace) return "put the `{` on the line before";
  if (item_wanted && is_operator_word(kind))
    return "a line goes on where it ends with an operator: end the line before with " + quoted(found);
  if (kind == TokenKind::left_brace && before == TokenKind::newline) return "a block begins with its kind: `company name { … }`";
  if (kind == TokenKind::colon && expected.has(TokenKind::assign)) return "a field is written `name = value`; `:` stands in tables";
  if (kind == TokenKind::assign && after_operand) return "a comparison is written `==`";
  if (kind == TokenKind::comma && expected.has(TokenKind::quantity)) return "";
  if (kind == TokenKind::word_to && after_operand) return "a range has two ends; put an inner one in brackets";
  if (kind == TokenKind::word_likely) return "`likely` follows a range: `a to b likely c`";
  if (after_operand && kind == TokenKind::text) return "a label stands before the `=`";
  if (kind == TokenKind::equal && expected.has(TokenKind::assign) && !after_operand) return "a field is written with one `=`";
  if (after_operand && begins_operand(kind)) {
    return expected.has(TokenKind::comma) ? "values are separated by commas; a product is written `*`"
                                          : "a product is written `*`, a share of something `of`";
  }
  if (kind == TokenKind::newline && before == TokenKind::name && expected.has(TokenKind::assign)) {
    return "write `" + shortened(source_.piece(span(found - 1))) + " = value` for a field, or a kind and a name for a block";
  }
  if (kind >= TokenKind::word_to && kind <= TokenKind::word_no && expected.has(TokenKind::name))
    return quoted(found) + " is a reserved word";
  return "";
}

void Grammar::complain_syntax(TokenIndex found, const Expected& expected) {
  mistake_ = found;
  const Token& here = token(found);
  if (here.kind == TokenKind::bad || here.supplied) return;  // has been complained about

  std::string wanted = wanted_here(found, expected);
  std::string message = "expected " + wanted + ", found " + described(found);
  diagnostics_.add({.code = text::Code::syntax,
                    .span = span(found),
                    .message = std::move(message),
                    .found = described(found),
                    .wanted = std::move(wanted),
                    .suggestion = help_here(found, expected)});
}

}  // namespace warchest::lang
