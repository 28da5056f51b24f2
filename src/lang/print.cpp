// The tree as text, one node a line. Two trees with the same print are the same but for places and layout.
#include <charconv>
#include <map>
#include <vector>

#include "lang/spelling.h"
#include "lang/tree.h"

namespace warchest::lang {

namespace {

std::string shortest(double value) {
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  return std::string(buffer, end);
}

std::string_view place_name(CommentPlace place) {
  switch (place) {
    case CommentPlace::leading:
      return "leading";
    case CommentPlace::opening:
      return "opening";
    case CommentPlace::trailing:
      return "trailing";
    case CommentPlace::after:
      return "after";
    case CommentPlace::inside:
      return "inside";
  }
  return "";
}

class Printer {
 public:
  explicit Printer(const Tree& tree) : tree_(tree) {
    for (const Comment& comment : tree.comments) comments_[comment.item].push_back(&comment);
  }

  std::string whole() {
    items(tree_.top, 0);
    comments(ItemId::none, 0);
    return std::move(out_);
  }

  std::string one(ExprId expr) {
    expression(expr, 0);
    return std::move(out_);
  }

 private:
  void line(int indent, const std::string& text) {
    out_.append(static_cast<std::size_t>(indent) * 2, ' ');
    out_ += text + "\n";
  }

  void comments(ItemId id, int indent) {
    const auto found = comments_.find(id);
    if (found == comments_.end()) return;
    for (const Comment* comment : found->second) line(indent, "comment " + std::string(place_name(comment->place)) + " " + comment->text);
  }

  void items(std::span<const ItemId> list, int indent) {
    for (const ItemId id : list) {
      const Item& item = tree_[id];
      line(indent, head(item));
      comments(id, indent + 1);
      if (item.kind == ItemKind::cell) expression(item.key, indent + 1);
      if (item.value != ExprId::none) expression(item.value, indent + 1);
      items(tree_.body(item), indent + 1);
    }
  }

  std::string head(const Item& item) const {
    std::string text;
    switch (item.kind) {
      case ItemKind::block:
        text = "block " + block_head(tree_, item) + (item.short_form ? " =" : item.has_body ? " {}" : "");
        break;
      case ItemKind::field:
        text = "field " + path_text(tree_, tree_.path(item));
        break;
      case ItemKind::cell:
        text = "cell";
        break;
      case ItemKind::pair:
        text = "pair " + path_text(tree_, tree_.path(item)) + " & " + path_text(tree_, tree_.other_path(item));
        break;
    }
    return text + cites_text(tree_, item);
  }

  void expression(ExprId id, int indent) {
    const Expr& expr = tree_[id];
    line(indent, node(expr));
    for (const ExprId child : tree_.children(expr)) expression(child, indent + 1);
    items(tree_.cells(expr), indent + 1);
  }

  std::string node(const Expr& expr) const {
    const std::string kind(kind_name(expr.kind));
    switch (expr.kind) {
      case ExprKind::number:
        return kind + " " + quantity_text(tree_, tree_.quantity(expr)) + " = " + shortest(tree_.quantity(expr).value);
      case ExprKind::date:
        return kind + " " + date_text(tree_.date(expr));
      case ExprKind::text:
        return kind + " " + quoted_text(tree_.text(expr));
      case ExprKind::truth:
        return kind + (expr.truth ? " yes" : " no");
      case ExprKind::name:
      case ExprKind::member:
        return kind + " " + tree_.name(expr.word);
      case ExprKind::table:
      case ExprKind::record:
        return expr.word == text::NameId::none ? kind : kind + " " + tree_.name(expr.word);
      case ExprKind::unary:
      case ExprKind::binary:
      case ExprKind::compare:
        return kind + " " + std::string(operator_sign(expr.op));
      default:
        return kind;
    }
  }

  const Tree& tree_;
  std::map<ItemId, std::vector<const Comment*>> comments_;
  std::string out_;
};

}  // namespace

std::string print(const Tree& tree) { return Printer(tree).whole(); }

std::string print(const Tree& tree, ExprId expr) { return Printer(tree).one(expr); }

}  // namespace warchest::lang
