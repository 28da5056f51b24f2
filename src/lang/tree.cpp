// Looking around in a tree.
#include "lang/tree.h"

namespace warchest::lang {

namespace {

template <class T>
std::span<const T> part(const std::vector<T>& all, IdRange range) {
  return std::span<const T>(all).subspan(range.begin, range.size());
}

bool has_cells(const Expr& expr) { return expr.kind == ExprKind::table || expr.kind == ExprKind::record; }

}  // namespace

std::string_view kind_name(ExprKind kind) {
  switch (kind) {
    case ExprKind::number:
      return "number";
    case ExprKind::date:
      return "date";
    case ExprKind::text:
      return "text";
    case ExprKind::truth:
      return "truth";
    case ExprKind::name:
      return "name";
    case ExprKind::member:
      return "member";
    case ExprKind::call:
      return "call";
    case ExprKind::pair:
      return "pair";
    case ExprKind::index:
      return "index";
    case ExprKind::list:
      return "list";
    case ExprKind::table:
      return "table";
    case ExprKind::record:
      return "record";
    case ExprKind::paren:
      return "paren";
    case ExprKind::unary:
      return "unary";
    case ExprKind::binary:
      return "binary";
    case ExprKind::compare:
      return "compare";
    case ExprKind::range:
      return "range";
    case ExprKind::between:
      return "between";
    case ExprKind::of:
      return "of";
    case ExprKind::at:
      return "at";
    case ExprKind::in:
      return "in";
    case ExprKind::by:
      return "by";
    case ExprKind::through:
      return "through";
    case ExprKind::from:
      return "from";
    case ExprKind::mistake:
      return "mistake";
  }
  return "";
}

std::string_view operator_sign(Operator op) {
  switch (op) {
    case Operator::none:
      return "";
    case Operator::negate:
      return "-";
    case Operator::keep:
      return "+";
    case Operator::logical_not:
      return "not";
    case Operator::add:
      return "+";
    case Operator::subtract:
      return "-";
    case Operator::multiply:
      return "*";
    case Operator::divide:
      return "/";
    case Operator::power:
      return "^";
    case Operator::logical_and:
      return "and";
    case Operator::logical_or:
      return "or";
    case Operator::equal:
      return "==";
    case Operator::not_equal:
      return "!=";
    case Operator::less:
      return "<";
    case Operator::less_equal:
      return "<=";
    case Operator::greater:
      return ">";
    case Operator::greater_equal:
      return ">=";
  }
  return "";
}

std::span<const ExprId> Tree::children(const Expr& expr) const {
  if (has_cells(expr)) return {};
  return part(expr_lists, expr.children);
}

std::span<const ItemId> Tree::cells(const Expr& expr) const {
  if (!has_cells(expr)) return {};
  return part(item_lists, expr.children);
}

std::span<const UnitFactor> Tree::units_of(const Quantity& quantity) const { return part(units, quantity.units); }

std::span<const ItemId> Tree::body(const Item& block) const { return part(item_lists, block.body); }

std::span<const Word> Tree::path(const Item& item) const { return part(words, item.path); }

std::span<const Word> Tree::other_path(const Item& item) const { return part(words, item.other_path); }

const std::string& Tree::label(const Item& block) const {
  static const std::string kNothing;
  return block.has_label ? texts[block.label] : kNothing;
}

std::span<const Word> Tree::cites_of(ItemId item) const {
  while (item != ItemId::none) {
    const Item& here = (*this)[item];
    if (!here.cites.empty()) return part(words, here.cites);
    item = here.parent;
  }
  return {};
}

bool same_structure(const Tree& a, const Tree& b) { return print(a) == print(b); }

}  // namespace warchest::lang
