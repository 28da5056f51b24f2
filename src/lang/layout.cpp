// Brackets, line ends and words that name: the second look at the tokens, now in their order.
//
// A line end separates items only where the innermost open bracket is `{` or none, and neither neighbour says that the line goes on.
// Every bracket gets its partner. One that nobody closes is closed here, with a complaint that shows where it was opened, so that the
// grammar sees balanced brackets: at the bracket around it, at the end, or where a new item obviously begins in the middle of ( ) or [ ].
#include <utility>

#include "lang/lexer.h"
#include "lang/scanner.h"
#include "lang/tree.h"

namespace warchest::lang {

using text::Code;

namespace {

bool opens(TokenKind kind) { return kind == TokenKind::left_brace || kind == TokenKind::left_paren || kind == TokenKind::left_bracket; }

bool closes(TokenKind kind) { return kind == TokenKind::right_brace || kind == TokenKind::right_paren || kind == TokenKind::right_bracket; }

TokenKind closer_of(TokenKind opener) {
  if (opener == TokenKind::left_brace) return TokenKind::right_brace;
  return opener == TokenKind::left_paren ? TokenKind::right_paren : TokenKind::right_bracket;
}

std::string_view bracket_sign(TokenKind kind) {
  switch (kind) {
    case TokenKind::left_brace:
      return "{";
    case TokenKind::right_brace:
      return "}";
    case TokenKind::left_paren:
      return "(";
    case TokenKind::right_paren:
      return ")";
    case TokenKind::left_bracket:
      return "[";
    default:
      return "]";
  }
}

bool reserved(TokenKind kind) { return kind >= TokenKind::word_to && kind <= TokenKind::word_no; }

bool operator_word(TokenKind kind) { return kind >= TokenKind::word_to && kind <= TokenKind::word_through; }

bool operator_sign(TokenKind kind) { return kind >= TokenKind::plus && kind <= TokenKind::greater_equal; }

bool joint(TokenKind kind) {
  return kind == TokenKind::separator || kind == TokenKind::comma || (kind >= TokenKind::assign && kind <= TokenKind::ampersand);
}

// A line end after this one does not count.
bool goes_on_after(TokenKind kind) { return opens(kind) || operator_sign(kind) || operator_word(kind) || joint(kind); }

// A line end before this one does not count.
bool goes_on_before(TokenKind kind) { return closes(kind) || operator_sign(kind) || joint(kind) || kind == TokenKind::end; }

class Layout {
 public:
  Layout(const text::Source& source, text::Diagnostics& diagnostics, Tokens tokens)
      : source_(source), diagnostics_(diagnostics), tokens_(std::move(tokens)), raw_(std::move(tokens_.list)) {}

  Tokens run() {
    tokens_.list.clear();
    tokens_.list.reserve(raw_.size() + raw_.size() / 4);
    name_words();
    for (std::size_t i = 0; i < raw_.size() && !tokens_.stopped; ++i) place(i);
    return std::move(tokens_);
  }

 private:
  // Reserved words after a point, and before `=` or `:`, are names.
  void name_words() {
    for (std::size_t i = 0; i + 1 < raw_.size(); ++i) {
      if (!reserved(raw_[i].kind)) continue;
      const bool part = i > 0 && raw_[i - 1].kind == TokenKind::dot;
      const TokenKind next = raw_[i + 1].kind;
      if (part || next == TokenKind::assign || next == TokenKind::colon) raw_[i].kind = TokenKind::name;
    }
  }

  void place(std::size_t i) {
    Token token = raw_[i];
    if (token.kind == TokenKind::end) close_down_to(0, token);
    if (token.starts_line && in_round_or_square() && item_begins(i)) close_round_and_square(token);
    place_line_end(token, i);
    if (closes(token.kind)) {
      if (!place_closer(token)) return;
    } else if (opens(token.kind)) {
      place_opener(token);
    } else {
      if (token.kind == TokenKind::separator && in_round_or_square()) token.kind = TokenKind::comma;
      append(token);
    }
    if (token.kind == TokenKind::bad && source_.text[token.begin] == '"') close_this_line(token);
  }

  void place_line_end(const Token& token, std::size_t i) {
    if (!token.starts_line || tokens_.list.empty() || in_round_or_square()) return;
    const Token& last = tokens_.list.back();
    const bool goes_on = goes_on_after(last.kind) || goes_on_before(token.kind);
    if (goes_on && !cut_short(last.kind, i)) return;
    if (token.kind == TokenKind::left_brace && (last.kind == TokenKind::name || last.kind == TokenKind::text)) {
      diagnostics_.add({.code = Code::syntax,
                        .span = source_.span(token.begin, token.end),
                        .message = "this `{` stands on a line of its own",
                        .found = "{",
                        .suggestion = "put it at the end of the line before"});
      return;
    }
    Token line_end;
    line_end.kind = TokenKind::newline;
    line_end.begin = line_end.end = last.end;
    append(line_end);
  }

  // The line before ends with an operator or `=`, yet here a new item or cell obviously begins: its value was forgotten.
  bool cut_short(TokenKind last, std::size_t i) const {
    const bool wants_value = operator_sign(last) || operator_word(last) || last == TokenKind::assign || last == TokenKind::colon;
    if (!wants_value) return false;
    const bool key = raw_[i].kind == TokenKind::quantity || raw_[i].kind == TokenKind::date || raw_[i].kind == TokenKind::name;
    return item_begins(i) || (key && raw_[i + 1].kind == TokenKind::colon);
  }

  void place_opener(const Token& token) {
    if (open_.size() < static_cast<std::size_t>(kMaxNesting)) {
      open_.push_back(static_cast<std::uint32_t>(tokens_.list.size()));
      append(token);
      return;
    }
    diagnostics_.add({.code = Code::nesting_too_deep,
                      .span = source_.span(token.begin, token.end),
                      .message = "brackets nest more than 200 deep here",
                      .suggestion = "give the inner parts names of their own"});
    tokens_.stopped = true;
  }

  // False if the closer is dropped.
  bool place_closer(Token token) {
    std::size_t depth = open_.size();
    while (depth > 0 && closer_of(tokens_.list[open_[depth - 1]].kind) != token.kind) --depth;
    const bool wrong_sign = depth == 0 && in_round_or_square() && token.kind != TokenKind::right_brace;
    if (wrong_sign) {
      const Token& opener = tokens_.list[open_.back()];
      const std::string wanted(bracket_sign(closer_of(opener.kind)));
      diagnostics_.add({.code = Code::unclosed_bracket,
                        .span = source_.span(token.begin, token.end),
                        .message = "this bracket closes another kind than was opened",
                        .labels = {{source_.span(opener.begin, opener.end), "opened here"}},
                        .found = std::string(bracket_sign(token.kind)),
                        .wanted = wanted,
                        .suggestion = "write `" + wanted + "`"});
      token.kind = closer_of(opener.kind);
    } else if (depth == 0) {
      diagnostics_.add({.code = Code::unopened_bracket,
                        .span = source_.span(token.begin, token.end),
                        .message = "this bracket closes nothing",
                        .found = std::string(bracket_sign(token.kind))});
      return false;
    } else {
      close_down_to(depth, token);
    }
    append_closer(token);
    return true;
  }

  // Closes what is still open above `depth`, because `cause` shows that it should have been.
  void close_down_to(std::size_t depth, const Token& cause) {
    while (open_.size() > depth) {
      const Token& opener = tokens_.list[open_.back()];
      const std::string wanted(bracket_sign(closer_of(opener.kind)));
      text::Diagnostic diagnostic = {.code = Code::unclosed_bracket,
                                     .span = source_.span(opener.begin, opener.end),
                                     .message = "this bracket is never closed",
                                     .found = std::string(bracket_sign(opener.kind)),
                                     .wanted = wanted};
      if (const Token* suspect = cause.kind == TokenKind::end ? outdented_after(open_.back()) : nullptr) {
        diagnostic.labels = {
            {source_.span(suspect->begin, suspect->end), "perhaps before this: it is indented as the line of the bracket"}};
      }
      if (cause.kind != TokenKind::end)
        diagnostic.labels = {{source_.span(cause.begin, cause.end), "`" + wanted + "` was wanted before this"}};
      diagnostics_.add(std::move(diagnostic));
      append_supplied();
    }
  }

  // The first line after an opener that is indented no deeper than the line of the opener.
  const Token* outdented_after(std::uint32_t opener) const {
    const auto indent = [&](const Token& token) { return token.begin - source_.line_starts[source_.line_of(token.begin) - 1]; };
    std::uint32_t first = opener;
    while (first > 0 && !tokens_.list[first].starts_line) --first;
    const std::uint32_t least = indent(tokens_.list[first]);
    for (std::size_t i = opener + 1; i < tokens_.list.size(); ++i) {
      const Token& token = tokens_.list[i];
      if (token.starts_line && token.kind == TokenKind::name && indent(token) <= least) return &token;
    }
    return nullptr;
  }

  // A text without its closing quote may have swallowed the brackets that close its line.
  void close_this_line(const Token& text) {
    const std::uint32_t line = source_.line_of(text.begin);
    while (!open_.empty() && source_.line_of(tokens_.list[open_.back()].begin) == line) append_supplied();
  }

  void close_round_and_square(const Token& cause) {
    std::size_t depth = open_.size();
    while (depth > 0 && tokens_.list[open_[depth - 1]].kind != TokenKind::left_brace) --depth;
    close_down_to(depth, cause);
  }

  // `name =`, `name.name =`, `name name` or `name "text"` at the beginning of a line stands in no expression.
  bool item_begins(std::size_t i) const {
    if (raw_[i].kind != TokenKind::name) return false;
    const Token& next = raw_[i + 1];  // there is one: the last is the end
    if ((next.kind == TokenKind::name || next.kind == TokenKind::text) && !next.starts_line) return true;
    while (raw_[i + 1].kind == TokenKind::dot && raw_[i + 2].kind == TokenKind::name) i += 2;
    return raw_[i + 1].kind == TokenKind::assign;
  }

  bool in_round_or_square() const { return !open_.empty() && tokens_.list[open_.back()].kind != TokenKind::left_brace; }

  void append(const Token& token) {
    tokens_.partner.push_back(static_cast<std::uint32_t>(tokens_.list.size()));
    tokens_.list.push_back(token);
  }

  void append_closer(const Token& token) {
    const auto here = static_cast<std::uint32_t>(tokens_.list.size());
    append(token);
    tokens_.partner[here] = open_.back();
    tokens_.partner[open_.back()] = here;
    open_.pop_back();
  }

  void append_supplied() {
    Token token;
    token.kind = closer_of(tokens_.list[open_.back()].kind);
    token.begin = token.end = tokens_.list.back().end;
    token.supplied = true;
    append_closer(token);
  }

  const text::Source& source_;
  text::Diagnostics& diagnostics_;
  Tokens tokens_;
  std::vector<Token> raw_;
  std::vector<std::uint32_t> open_;  // the open brackets, by their place in the list
};

}  // namespace

Tokens lex(const text::Source& source, text::Diagnostics& diagnostics) {
  if (source.text.size() > text::kMaxSourceBytes) {
    diagnostics.add({.code = Code::source_too_large,
                     .span = source.span(0, 0),
                     .message = "this model is too large: " + std::to_string(source.text.size() >> 20) + " MiB",
                     .wanted = "at most 16 MiB"});
    Tokens none;
    none.stopped = true;
    return none;
  }
  Tokens scanned = Scanner(source, diagnostics).scan();
  if (scanned.stopped) return scanned;
  return Layout(source, diagnostics, std::move(scanned)).run();
}

}  // namespace warchest::lang
