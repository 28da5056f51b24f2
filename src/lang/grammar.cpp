// Nodes as the rules of parser.y find them, and the few refusals that need a look at the operands.
#include "lang/grammar.h"

#include <algorithm>
#include <utility>

#include "lang/scanner.h"

namespace warchest::lang {

using text::Code;
using text::Span;

namespace {

template <class Id>
IdRange append(std::vector<Id>& all, const std::vector<Id>& some) {
  const auto begin = static_cast<std::uint32_t>(all.size());
  all.insert(all.end(), some.begin(), some.end());
  return {begin, static_cast<std::uint32_t>(all.size())};
}

bool arithmetic(Operator op) { return op >= Operator::add && op <= Operator::power; }

}  // namespace

bool Expected::has(TokenKind kind) const { return std::find(kinds.begin(), kinds.end(), kind) != kinds.end(); }

Grammar::Grammar(const text::Source& source, text::Diagnostics& diagnostics, Tokens tokens, Start start)
    : source_(source), diagnostics_(diagnostics), tokens_(std::move(tokens)), start_(start) {
  tree_.source = source.id;
  tree_.quantities = std::move(tokens_.quantities);
  tree_.units = std::move(tokens_.units);
  tree_.dates = std::move(tokens_.dates);
  tree_.texts = std::move(tokens_.texts);
  tree_.names = std::move(tokens_.names);
}

TokenIndex Grammar::next() {
  if (mistake_ != kNoToken) next_ = std::max(next_, after_mistake(mistake_));
  mistake_ = kNoToken;
  const TokenIndex here = next_;
  if (next_ + 1 < tokens_.list.size()) ++next_;
  return here;
}

// The end of the item or cell in which the mistake stands: a separator or the `}` around it.
TokenIndex Grammar::after_mistake(TokenIndex index) const {
  for (;;) {
    const TokenKind kind = token(index).kind;
    const bool stop =
        kind == TokenKind::end || kind == TokenKind::separator || kind == TokenKind::newline || kind == TokenKind::right_brace;
    if (stop) return index;
    index = std::max(index, tokens_.partner[index]) + 1;
  }
}

Span Grammar::span(TokenIndex index) const { return source_.span(token(index).begin, token(index).end); }

void Grammar::complain(Code code, Span span, std::string message, std::string suggestion, std::vector<text::Label> labels) {
  diagnostics_.add({.code = code,
                    .span = span,
                    .message = std::move(message),
                    .labels = std::move(labels),
                    .found = shortened(source_.piece(span)),
                    .suggestion = std::move(suggestion)});
}

std::string Grammar::source_text(ExprId expr) const { return shortened(source_.piece(span_of(expr))); }

ExprId Grammar::add(Expr expr) {
  int depth = 0;
  for (const ExprId child : tree_.children(expr)) depth = std::max<int>(depth, tree_[child].depth);
  for (const ItemId entry : tree_.cells(expr)) depth = std::max<int>(depth, tree_[tree_[entry].value].depth);
  if (++depth > kMaxExpressionDepth) {
    if (!too_deep_) {
      complain(Code::expression_too_deep, expr.mark, "this expression is more than 1,000 steps deep",
               "give parts of it names of their own");
    }
    too_deep_ = true;
    const Span span = expr.span;
    expr = Expr();
    expr.span = span;
    depth = 1;
  }
  expr.depth = static_cast<std::uint16_t>(depth);
  tree_.exprs.push_back(expr);
  return static_cast<ExprId>(tree_.exprs.size() - 1);
}

ExprId Grammar::node(ExprKind kind, Span span, Span mark, std::vector<ExprId> children) {
  Expr expr;
  expr.kind = kind;
  expr.span = span;
  expr.mark = mark;
  expr.children = append(tree_.expr_lists, children);
  return add(expr);
}

ExprId Grammar::literal(TokenIndex index) {
  Expr expr;
  expr.span = expr.mark = span(index);
  expr.payload = token(index).payload;
  switch (token(index).kind) {
    case TokenKind::quantity:
      expr.kind = ExprKind::number;
      break;
    case TokenKind::date:
      expr.kind = ExprKind::date;
      break;
    case TokenKind::text:
      expr.kind = ExprKind::text;
      break;
    default:
      expr.kind = ExprKind::truth;
      expr.truth = token(index).kind == TokenKind::word_yes;
  }
  return add(expr);
}

Word Grammar::word_at(TokenIndex index) const { return {static_cast<text::NameId>(token(index).payload), span(index)}; }

ExprId Grammar::word(TokenIndex index) { return path_expr({word_at(index)}); }

ExprId Grammar::path_expr(const std::vector<Word>& path) {
  ExprId left = ExprId::none;
  for (const Word& word : path) {
    Expr expr;
    expr.kind = left == ExprId::none ? ExprKind::name : ExprKind::member;
    expr.word = word.name;
    expr.mark = word.span;
    expr.span = left == ExprId::none ? word.span : text::joined(span_of(left), word.span);
    if (left != ExprId::none) expr.children = append(tree_.expr_lists, {left});
    left = add(expr);
  }
  return left;
}

ExprId Grammar::member(ExprId left, TokenIndex name) {
  const ExprKind kind = tree_[left].kind;
  const bool plain = kind == ExprKind::number || kind == ExprKind::date || kind == ExprKind::text || kind == ExprKind::truth;
  if (plain) complain(Code::not_callable, span_of(left), "only a name has parts: " + source_text(left), "");
  Expr expr;
  expr.kind = ExprKind::member;
  expr.word = word_at(name).name;
  expr.mark = span(name);
  expr.span = text::joined(span_of(left), expr.mark);
  expr.children = append(tree_.expr_lists, {left});
  return add(expr);
}

ExprId Grammar::call(ExprId callee, std::vector<ExprId> arguments, Span span) {
  const Expr& called = tree_[callee];
  if (called.kind != ExprKind::name && called.kind != ExprKind::member && called.kind != ExprKind::mistake) {
    const bool number = called.kind == ExprKind::number || called.kind == ExprKind::paren;
    complain(Code::not_callable, called.span, "only a name takes arguments in brackets: " + source_text(callee),
             number ? "a product is written with *" : "");
  }
  const Span mark = called.span;
  arguments.insert(arguments.begin(), callee);
  return node(ExprKind::call, span, mark, std::move(arguments));
}

ExprId Grammar::unary(Operator op, TokenIndex sign, ExprId operand) {
  Expr expr;
  expr.kind = ExprKind::unary;
  expr.op = op;
  expr.mark = span(sign);
  expr.span = text::joined(expr.mark, span_of(operand));
  expr.children = append(tree_.expr_lists, {operand});
  return add(expr);
}

ExprId Grammar::binary(ExprId left, Operator op, TokenIndex sign, ExprId right) {
  Expr expr;
  expr.kind = ExprKind::binary;
  expr.op = op;
  expr.mark = span(sign);
  expr.span = text::joined(span_of(left), span_of(right));
  if (op == Operator::power) check_power(left, right, expr.mark);
  if (arithmetic(op)) {
    check_range_beside(left, 1, expr.mark);
    check_range_beside(right, 0, expr.mark);
  }
  expr.children = append(tree_.expr_lists, {left, right});
  return add(expr);
}

void Grammar::check_power(ExprId left, ExprId right, Span sign) {
  const Expr& base = tree_[left];
  if (base.kind == ExprKind::unary) {
    const std::string inner = source_text(tree_.child(base, 0));
    const std::string minus(operator_sign(base.op));
    complain(Code::power_chain, sign, "a power of a signed base is read in two ways",
             "write (" + minus + inner + ") ^ " + source_text(right) + " or " + minus + "(" + inner + " ^ " + source_text(right) + ")",
             {{base.span, ""}});
  }
  if (base.kind == ExprKind::binary && base.op == Operator::power) {
    const std::string first = source_text(tree_.child(base, 0));
    const std::string middle = source_text(tree_.child(base, 1));
    complain(Code::power_chain, sign, "a power of a power is read in two ways",
             "write (" + first + " ^ " + middle + ") ^ " + source_text(right) + " or " + first + " ^ (" + middle + " ^ " +
                 source_text(right) + ")",
             {{base.mark, ""}});
  }
}

// An operand whose side next to the sign is a range; inner_side is the child of an `of` that lies next to the sign.
void Grammar::check_range_beside(ExprId operand, std::size_t inner_side, Span sign) {
  while (tree_[operand].kind == ExprKind::of) operand = tree_.child(tree_[operand], inner_side);
  const Expr& range = tree_[operand];
  if (range.kind != ExprKind::range && range.kind != ExprKind::between) return;
  const auto literal = [&](ExprId end) {
    while (tree_[end].kind == ExprKind::unary) end = tree_.child(tree_[end], 0);
    return tree_[end].kind == ExprKind::number || tree_[end].kind == ExprKind::date || tree_[end].kind == ExprKind::mistake;
  };
  const auto ends = tree_.children(range);
  if (std::all_of(ends.begin(), ends.end(), literal)) return;
  complain(Code::range_needs_brackets, range.mark, "this range needs brackets beside " + std::string(source_.piece(sign)),
           "write (" + source_text(operand) + "), or put the brackets around the ends that you mean", {{sign, ""}});
}

ExprId Grammar::compare(ExprId left, Operator op, TokenIndex sign, ExprId right) {
  if (tree_[left].kind == ExprKind::compare) {
    const std::string middle = source_text(tree_.child(tree_[left], 1));
    complain(Code::comparison_chain, span(sign), "comparisons do not chain",
             "write " + source_text(left) + " and " + middle + " " + std::string(operator_sign(op)) + " " + source_text(right),
             {{tree_[left].mark, ""}});
  }
  Expr expr;
  expr.kind = ExprKind::compare;
  expr.op = op;
  expr.mark = span(sign);
  expr.span = text::joined(span_of(left), span_of(right));
  expr.children = append(tree_.expr_lists, {left, right});
  return add(expr);
}

ExprId Grammar::braces(TokenIndex word, std::vector<ItemId> entries, Span span) {
  const bool record = entries.empty() ? word != kNoToken : tree_[entries.front()].kind == ItemKind::field;
  const ItemKind wanted = record ? ItemKind::field : ItemKind::cell;
  const auto other = std::find_if(entries.begin(), entries.end(), [&](ItemId entry) { return tree_[entry].kind != wanted; });
  if (other != entries.end()) {
    complain(Code::mixed_braces, tree_[*other].span, "`:` and `=` are mixed in one pair of braces",
             record ? "a record has `name = value` throughout" : "a table has `key: value` throughout",
             {{tree_[entries.front()].span, record ? "began as a record" : "began as a table"}});
    std::erase_if(entries, [&](ItemId entry) { return tree_[entry].kind != wanted; });
  }
  Expr expr;
  expr.kind = record ? ExprKind::record : ExprKind::table;
  expr.span = expr.mark = span;
  if (word != kNoToken) {
    expr.word = word_at(word).name;
    expr.mark = this->span(word);
  }
  expr.children = append(tree_.item_lists, entries);
  return add(expr);
}

IdRange Grammar::keep(const std::vector<Word>& words) { return append(tree_.words, words); }

IdRange Grammar::keep(const std::vector<ItemId>& items) { return append(tree_.item_lists, items); }

ItemId Grammar::add(Item item, const std::vector<Word>& cites) {
  too_deep_ = false;
  item.cites = keep(cites);
  tree_.items.push_back(std::move(item));
  return static_cast<ItemId>(tree_.items.size() - 1);
}

ItemId Grammar::block(Block parts) {
  Item item;
  item.kind = ItemKind::block;
  item.span = parts.span;
  item.word = word_at(parts.kind);
  if (parts.name != kNoToken) item.name = word_at(parts.name);
  if (parts.label != kNoToken) {
    item.has_label = true;
    item.label = token(parts.label).payload;
    item.label_span = span(parts.label);
  }
  if (parts.body) {
    item.has_body = true;
    item.body = keep(*parts.body);
  }
  if (parts.value != ExprId::none) {
    item.short_form = true;
    const Word is = {tree_.names.intern("is"), item.name.span};
    Item field;
    field.path = keep(std::vector<Word>{is});
    field.value = parts.value;
    field.span = span_of(parts.value);
    item.body = keep(std::vector<ItemId>{add(field, {})});
  }
  return add(item, parts.cites);
}

ItemId Grammar::field(const std::vector<Word>& path, ExprId value, const std::vector<Word>& cites) {
  Item item;
  item.path = keep(path);
  item.value = value;
  item.span = text::joined(path.front().span, span_of(value));
  return add(item, cites);
}

ItemId Grammar::pair(const std::vector<Word>& path, const std::vector<Word>& other, ExprId value, const std::vector<Word>& cites) {
  Item item;
  item.kind = ItemKind::pair;
  item.path = keep(path);
  item.other_path = keep(other);
  item.value = value;
  item.span = text::joined(path.front().span, span_of(value));
  return add(item, cites);
}

ItemId Grammar::cell(ExprId key, ExprId value, const std::vector<Word>& cites) {
  Item item;
  item.kind = ItemKind::cell;
  item.key = key;
  item.value = value;
  item.span = text::joined(span_of(key), span_of(value));
  return add(item, cites);
}

void Grammar::set_top(const std::vector<ItemId>& items) { tree_.top = items; }

Tree Grammar::finish() {
  attach(tree_, source_, tokens_);
  return std::move(tree_);
}

}  // namespace warchest::lang
