// What the rules of the grammar do not see: which item stands in which, which cites cover a whole line, and where comments belong.
//
// A cite that is the last of its line (but for a comma) covers all items of its braces that lie on that line and have none of their
// own; that after a `}` covers the block is left to Tree::cites_of, which looks outwards.
// A comment on a line of its own goes with the item after it, one at the end of a line with the item before it; one inside an
// expression is taken out and goes before its item, so that no comment is ever lost.
#include <algorithm>

#include "lang/grammar.h"

namespace warchest::lang {

namespace {

class Attacher {
 public:
  Attacher(Tree& tree, const text::Source& source, const Tokens& tokens) : tree_(tree), source_(source), tokens_(tokens.list) {
    for (const RawComment& raw : tokens.comments) {
      Comment comment;
      comment.span = raw.span;
      comment.text = std::string(source.piece(raw.span));
      comment.blank_before = raw.blank_before;
      tree_.comments.push_back(std::move(comment));
      own_line_.push_back(raw.own_line);
    }
  }

  void run() {
    settle(tree_.top, ItemId::none);
    place(tree_.top, {0, static_cast<std::uint32_t>(tree_.comments.size())}, ItemId::none);
  }

 private:
  using Items = std::span<const ItemId>;

  Item& item(ItemId id) { return tree_.items[static_cast<std::uint32_t>(id)]; }

  // ---- who stands in whom, and the lines ----

  void settle(Items items, ItemId parent) {
    for (const ItemId id : items) {
      Item& here = item(id);
      here.parent = parent;
      const Token& first = *token_from(here.span.begin);
      here.starts_line = first.starts_line;
      here.blank_before = first.blank_before;
      settle(tree_.body(here), id);
      settle_cells(here.value, id);
    }
    for (std::size_t i = 0; i < items.size(); ++i) lend_cites(items, i);
  }

  void settle_cells(ExprId expr, ItemId parent) {
    if (expr == ExprId::none) return;
    settle(tree_.cells(tree_[expr]), parent);
    for (const ExprId child : tree_.children(tree_[expr])) settle_cells(child, parent);
  }

  void lend_cites(Items items, std::size_t giver) {
    const Item& from = tree_[items[giver]];
    if (from.cites.empty() || from.shares_cites || !last_on_line(full_end(from))) return;
    const std::uint32_t line = source_.line_of(full_end(from));
    for (std::size_t i = giver; i-- > 0;) {
      Item& to = item(items[i]);
      if (source_.line_of(to.span.begin) != line) break;
      if (!to.cites.empty()) continue;
      to.cites = from.cites;
      to.shares_cites = true;
    }
  }

  // The first real token at or after an offset; the end token stands for none.
  std::vector<Token>::const_iterator token_from(std::uint32_t offset) const {
    auto token =
        std::lower_bound(tokens_.begin(), tokens_.end(), offset, [](const Token& a, std::uint32_t wanted) { return a.begin < wanted; });
    while (token->kind == TokenKind::newline || token->supplied) ++token;
    return token;
  }

  bool last_on_line(std::uint32_t offset) const {
    auto token = token_from(offset);
    if (token->kind == TokenKind::separator) token = token_from(token->end);
    return token->kind == TokenKind::end || token->starts_line;
  }

  std::uint32_t full_end(const Item& item) const {
    return item.cites.empty() || item.shares_cites ? item.span.end : tree_.words[item.cites.end - 1].span.end;
  }

  // ---- comments ----

  std::uint32_t at(std::uint32_t comment) const { return tree_.comments[comment].span.begin; }

  void give(std::uint32_t comment, ItemId to, CommentPlace place) {
    tree_.comments[comment].item = to;
    tree_.comments[comment].place = place;
  }

  // Out of an expression, to stand before its item.
  void take_out(std::uint32_t comment, ItemId to) {
    give(comment, to, CommentPlace::leading);
    tree_.comments[comment].blank_before = item(to).blank_before;
    item(to).blank_before = false;
  }

  // Comments among the items of one pair of braces (or of the file); `around` is the item in which the braces stand.
  void place(Items items, IdRange comments, ItemId around) {
    std::size_t next = 0;  // the first item that ends after the comment
    for (std::uint32_t c = comments.begin; c < comments.end;) {
      while (next < items.size() && full_end(tree_[items[next]]) <= at(c)) ++next;
      if (next < items.size() && tree_[items[next]].span.begin < at(c)) {
        std::uint32_t last = c;
        while (last < comments.end && at(last) < full_end(tree_[items[next]])) ++last;
        place_inside(items[next], {c, last});
        c = last;
        continue;
      }
      place_between(items, next, c, around);
      ++c;
    }
  }

  void place_between(Items items, std::size_t next, std::uint32_t comment, ItemId around) {
    const bool own_line = own_line_[comment];
    if (!own_line && next > 0 && source_.line_of(full_end(tree_[items[next - 1]])) == source_.line_of(at(comment))) {
      give(comment, items[next - 1], CommentPlace::trailing);
    } else if (!own_line && next == 0 && !items.empty() && around != ItemId::none) {
      give(comment, items[0], CommentPlace::opening);
    } else if (next < items.size()) {
      give(comment, items[next], CommentPlace::leading);
    } else if (!items.empty()) {
      give(comment, items.back(), CommentPlace::after);
    } else if (around != ItemId::none && tree_[around].has_body) {
      give(comment, around, CommentPlace::inside);
    } else if (around != ItemId::none) {
      take_out(comment, around);
    }
  }

  void place_inside(ItemId id, IdRange comments) {
    const Item& here = tree_[id];
    if (here.has_body) {
      std::uint32_t last = comments.begin;
      while (last < comments.end && at(last) < here.span.end) ++last;
      place(tree_.body(here), {comments.begin, last}, id);
      comments.begin = last;
    }
    const ExprId value = here.short_form ? tree_[tree_.body(here)[0]].value : here.value;
    std::vector<ExprId> tables;
    if (value != ExprId::none) find_tables(value, tables);
    std::size_t next = 0;
    for (std::uint32_t c = comments.begin; c < comments.end;) {
      while (next < tables.size() && tree_[tables[next]].span.end <= at(c)) ++next;
      if (next == tables.size() || at(c) < tree_[tables[next]].span.begin) {
        take_out(c++, id);
        continue;
      }
      std::uint32_t last = c;
      while (last < comments.end && at(last) < tree_[tables[next]].span.end) ++last;
      place_in_table(tree_.cells(tree_[tables[next]]), {c, last}, id);
      c = last;
    }
  }

  void place_in_table(Items cells, IdRange comments, ItemId around) {
    if (!cells.empty()) return place(cells, comments, around);
    for (std::uint32_t c = comments.begin; c < comments.end; ++c) take_out(c, around);
  }

  // The outermost ones, in their order.
  void find_tables(ExprId expr, std::vector<ExprId>& found) const {
    const ExprKind kind = tree_[expr].kind;
    if (kind == ExprKind::table || kind == ExprKind::record) found.push_back(expr);
    for (const ExprId child : tree_.children(tree_[expr])) find_tables(child, found);
  }

  Tree& tree_;
  const text::Source& source_;
  const std::vector<Token>& tokens_;
  std::vector<bool> own_line_;
};

}  // namespace

void attach(Tree& tree, const text::Source& source, const Tokens& tokens) { Attacher(tree, source, tokens).run(); }

}  // namespace warchest::lang
