// The tree of a model text: items (blocks, fields, cells, pairs) and expressions, as the grammar reads them, without meaning.
//
// One struct for items and one for expressions, each with a kind; they live in vectors and refer to each other by number, so a
// tree is a plain value that moves, copies and dies without recursion. Words are numbers too (names). Every node knows its place.
//
// A block in short form (`kind name = value`) has a body of one field named `is`, so that a reader of the tree needs no second case.
// Expressions are at most kMaxExpressionDepth deep and items nest at most 200 deep: recursion over a tree is safe.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lang/token.h"
#include "text/diagnostic.h"
#include "text/names.h"
#include "text/source.h"

namespace warchest::lang {

enum class ExprId : std::uint32_t { none = UINT32_MAX };
enum class ItemId : std::uint32_t { none = UINT32_MAX };

inline constexpr int kMaxNesting = 200;
inline constexpr int kMaxExpressionDepth = 1000;

// What a kind holds, beyond kind and span. c0, c1 … are its children in order; word and mark are fields of Expr.
enum class ExprKind : std::uint8_t {
  number,   // 12, 45%, $6.6B, 18 months        Tree::quantity
  date,     // 2024-10                          Tree::date
  text,     // "text"                           Tree::text
  truth,    // yes, no                          truth
  name,     // products                         word
  member,   // c0 . word                        mark: the word
  call,     // c0 ( c1, c2 … )                  an argument may be a pair
  pair,     // c0 : c1                          an argument or list element `from: insiders`, `a: 60%`
  index,    // c0 [ c1 ]
  list,     // [ c0, c1 … ]                     an element may be a pair
  table,    // word { key: value … }            Tree::cells; word may be none; `{}` without a word is a table
  record,   // word { name = value … }          Tree::cells; word may be none; `word {}` is a record
  paren,    // ( c0 )                           kept for the formatter; means c0
  unary,    // - c0, + c0, not c0               op, mark: the operator
  binary,   // c0 + - * / ^ and or c1           op, mark: the operator
  compare,  // c0 == != < <= > >= c1            op, mark: the operator
  range,    // c0 to c1 [likely c2]             mark: `to`
  between,  // between c0 and c1 [likely c2]    mark: `between`
  of,       // c0 of c1                         mark: `of`
  at,       // c0 at c1                         mark: `at`
  in,       // c0 in c1                         mark: `in`
  by,       // c0 by c1                         mark: `by`
  through,  // c0 through c1                    mark: `through`
  from,     // c0 from c1 [until c2]            mark: `from`
  mistake,  // stands for what could not be read; a diagnostic has been given
};

enum class Operator : std::uint8_t {
  none,
  negate,
  keep,  // unary plus
  logical_not,
  add,
  subtract,
  multiply,
  divide,
  power,
  logical_and,
  logical_or,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
};

std::string_view kind_name(ExprKind kind);
std::string_view operator_sign(Operator op);  // "+", "and", "<=" …

struct Expr {
  ExprKind kind = ExprKind::mistake;
  Operator op = Operator::none;
  bool truth = false;
  std::uint16_t depth = 1;  // steps to the deepest leaf
  text::NameId word = text::NameId::none;
  std::uint32_t payload = 0;  // which quantity, date or text
  IdRange children;           // in Tree::expr_lists; of tables and records in Tree::item_lists
  text::Span span;            // all of it
  text::Span mark;            // the operator, or the word of a name, member, table or record
};

// A word where it is written.
struct Word {
  text::NameId name = text::NameId::none;
  text::Span span;

  bool given() const { return name != text::NameId::none; }
};

enum class ItemKind : std::uint8_t {
  block,  // word name "label" { body }
  field,  // path = value               in a block or a record
  cell,   // key: value                 in a table
  pair,   // path & other_path : value  in `together`
};

struct Item {
  ItemKind kind = ItemKind::field;
  bool has_body = false;         // block: braces were written (short form: false, yet the body has its one field)
  bool short_form = false;       // block: `kind name = value`
  bool has_label = false;        // block
  bool shares_cites = false;     // its cites are written after a later item of its line
  bool starts_line = true;       // as written: the first of its line in its block
  bool blank_before = false;     // as written: an empty line before it (and before its leading comments)
  ItemId parent = ItemId::none;  // the item around it: the block, or the item in whose value this cell or field stands
  Word word;                     // block: its kind, as `round`
  Word name;                     // block: its own name, if any
  std::uint32_t label = 0;       // block: Tree::label
  text::Span label_span;
  IdRange path;                 // field, pair: in Tree::words
  IdRange other_path;           // pair
  ExprId key = ExprId::none;    // cell
  ExprId value = ExprId::none;  // field, cell, pair
  IdRange body;                 // block: in Tree::item_lists
  IdRange cites;                // in Tree::words: those that cover this very item (its own, or those of its line)
  text::Span span;              // all of it without its cites
};

enum class CommentPlace : std::uint8_t {
  leading,   // lines of their own before the item (a comment inside an expression comes to stand here as well)
  opening,   // after the `{`, on its line; the item is the first inside
  trailing,  // at the end of the item's last line
  after,     // lines of their own after the item, which is the last before a `}` or the end of the file
  inside,    // lines of their own in the braces of a block without items
};

struct Comment {
  text::Span span;             // from `#`, without the line end
  std::string text;            // "# …"
  ItemId item = ItemId::none;  // none: in a file without items
  CommentPlace place = CommentPlace::leading;
  bool blank_before = false;
};

struct Tree {
  text::SourceId source = text::kNoSource;
  std::vector<Expr> exprs;
  std::vector<Item> items;
  std::vector<ItemId> top;        // the items of the file
  std::vector<Comment> comments;  // in the order of the text

  std::vector<ExprId> expr_lists;
  std::vector<ItemId> item_lists;
  std::vector<Word> words;
  std::vector<Quantity> quantities;
  std::vector<UnitFactor> units;
  std::vector<Date> dates;
  std::vector<std::string> texts;
  text::Names names;

  const Expr& operator[](ExprId id) const { return exprs[static_cast<std::uint32_t>(id)]; }
  const Item& operator[](ItemId id) const { return items[static_cast<std::uint32_t>(id)]; }
  const std::string& name(text::NameId id) const { return names[id]; }

  std::span<const ExprId> children(const Expr& expr) const;  // none for tables and records
  ExprId child(const Expr& expr, std::size_t which) const { return children(expr)[which]; }
  std::span<const ItemId> cells(const Expr& expr) const;  // of a table or record
  const Quantity& quantity(const Expr& expr) const { return quantities[expr.payload]; }
  const Date& date(const Expr& expr) const { return dates[expr.payload]; }
  const std::string& text(const Expr& expr) const { return texts[expr.payload]; }
  std::span<const UnitFactor> units_of(const Quantity& quantity) const;

  std::span<const ItemId> body(const Item& block) const;
  std::span<const Word> path(const Item& item) const;
  std::span<const Word> other_path(const Item& item) const;
  const std::string& label(const Item& block) const;  // empty if none

  // The sources that cover an item: its own cites or those of its line, else those of the nearest item around it that has some.
  std::span<const Word> cites_of(ItemId item) const;
};

// The whole of a model text. Mistakes go to the sink; what could be read is in the tree.
Tree parse(const text::Source& source, text::Diagnostics& diagnostics);

// One expression, as given on the command line (`--expr`, `--set name=value`). The tree has no items but those of tables.
struct ParsedExpression {
  Tree tree;
  ExprId root = ExprId::none;  // none if it could not be read
};
ParsedExpression parse_expression(const text::Source& source, text::Diagnostics& diagnostics);

// The same items and expressions with the same cites and comments; places and layout do not count.
bool same_structure(const Tree& a, const Tree& b);

// The tree as text, one node a line, indented (`warchest show tree`).
std::string print(const Tree& tree);
std::string print(const Tree& tree, ExprId expr);

// The canonical text of a tree (`warchest fmt`). The tree must come from a text without errors.
std::string format(const Tree& tree);
std::string format(const Tree& tree, ExprId expr);  // on one line, as it is quoted in answers

}  // namespace warchest::lang
