// What the rules of parser.y do: build nodes, hand out tokens, and pass over what follows a mistake.
// Private to the parser; tree.h has the door.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lang/token.h"
#include "lang/tree.h"
#include "text/diagnostic.h"
#include "text/source.h"

namespace warchest::lang {

using TokenIndex = std::uint32_t;
inline constexpr TokenIndex kNoToken = UINT32_MAX;

// What the grammar would have taken where it found something else.
struct Expected {
  std::vector<TokenKind> kinds;

  bool has(TokenKind kind) const;
};

// What the text is to be read as; the grammar asks for it once, as its first token.
enum class Start : std::uint8_t { whole_file, one_expression, taken };

class Grammar {
 public:
  Grammar(const text::Source& source, text::Diagnostics& diagnostics, Tokens tokens, Start start);

  Start take_start() { return std::exchange(start_, Start::taken); }

  // The next token, or after a mistake the one where reading goes on.
  TokenIndex next();
  const Token& token(TokenIndex index) const { return tokens_.list[index]; }
  text::Span span(TokenIndex index) const;
  void complain_syntax(TokenIndex found, const Expected& expected);  // complaint.cpp

  // Expressions.
  ExprId literal(TokenIndex index);
  ExprId word(TokenIndex index);
  ExprId path_expr(const std::vector<Word>& path);
  ExprId member(ExprId left, TokenIndex name);
  ExprId call(ExprId callee, std::vector<ExprId> arguments, text::Span span);
  ExprId unary(Operator op, TokenIndex sign, ExprId operand);
  ExprId binary(ExprId left, Operator op, TokenIndex sign, ExprId right);
  ExprId compare(ExprId left, Operator op, TokenIndex sign, ExprId right);
  ExprId node(ExprKind kind, text::Span span, text::Span mark, std::vector<ExprId> children);
  ExprId braces(TokenIndex word, std::vector<ItemId> entries, text::Span span);

  // Items.
  struct Block {
    TokenIndex kind = kNoToken;
    TokenIndex name = kNoToken;
    TokenIndex label = kNoToken;
    std::optional<std::vector<ItemId>> body = {};
    ExprId value = ExprId::none;  // of the short form
    text::Span span = {};
    std::vector<Word> cites = {};
  };
  ItemId block(Block parts);
  ItemId field(const std::vector<Word>& path, ExprId value, const std::vector<Word>& cites);
  ItemId pair(const std::vector<Word>& path, const std::vector<Word>& other, ExprId value, const std::vector<Word>& cites);
  ItemId cell(ExprId key, ExprId value, const std::vector<Word>& cites);
  Word word_at(TokenIndex index) const;

  void set_top(const std::vector<ItemId>& items);
  void set_root(ExprId root) { root_ = root; }
  ExprId root() const { return root_; }
  Tree finish();  // parents, cites and comments put in place: attach.cpp

 private:
  ExprId add(Expr expr);
  ItemId add(Item item, const std::vector<Word>& cites);
  IdRange keep(const std::vector<Word>& words);
  IdRange keep(const std::vector<ItemId>& items);
  text::Span span_of(ExprId expr) const { return tree_[expr].span; }
  void complain(text::Code code, text::Span span, std::string message, std::string suggestion, std::vector<text::Label> labels = {});
  void check_power(ExprId left, ExprId right, text::Span sign);
  void check_range_beside(ExprId operand, std::size_t inner_side, text::Span sign);
  TokenIndex after_mistake(TokenIndex index) const;
  std::string source_text(ExprId expr) const;

  // complaint.cpp
  std::string quoted(TokenIndex index) const;
  std::string described(TokenIndex index) const;
  std::string wanted_here(TokenIndex found, const Expected& expected) const;
  std::string help_here(TokenIndex found, const Expected& expected) const;

  const text::Source& source_;
  text::Diagnostics& diagnostics_;
  Tokens tokens_;
  Start start_;
  Tree tree_;
  ExprId root_ = ExprId::none;
  TokenIndex next_ = 0;
  TokenIndex mistake_ = kNoToken;  // set while what follows a mistake is passed over
  bool too_deep_ = false;          // said so in this item
};

// Fills in Item::parent, lends cites to the items of their line, and gives every comment its item.
void attach(Tree& tree, const text::Source& source, const Tokens& tokens);

}  // namespace warchest::lang
