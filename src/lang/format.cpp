// The canonical text of a tree.
//
// Line breaks between items stay where the author put them, so that a hand-made table keeps its shape; all else has one form: two blanks
// of indentation a level, one blank around operators, cites two blanks after what they cover, neighbouring lines in columns. What was
// written on one line stays on one if it fits into kWidth columns; if not, its items come one a line, and a value is broken after operators
// and commas. Cites that cover a whole line are spelled out where the line is broken, comments stand where tree.h says.
//
// Everything is laid out twice at most: flat, and if that does not fit or is not allowed, broken. What is broken once stays broken when
// it is read again, so that formatting twice changes nothing.
#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "lang/alignment.h"
#include "lang/spelling.h"
#include "lang/tree.h"

namespace warchest::lang {

namespace {

constexpr std::size_t kStep = 2;       // of indentation
constexpr std::size_t kContinued = 4;  // of a line that goes on

// The column after a text that began at `column` and may have several lines.
std::size_t column_after(std::string_view text, std::size_t column) {
  const std::size_t line = text.rfind('\n');
  return line == std::string_view::npos ? column + width_of(text) : width_of(text.substr(line + 1));
}

std::string blanks(std::size_t count) { return std::string(count, ' '); }

class Formatter {
 public:
  explicit Formatter(const Tree& tree) : tree_(tree) {
    for (const Comment& comment : tree.comments) comments_[comment.item].push_back(&comment);
  }

  std::string whole() {
    put_items(tree_.top, 0);
    put_comments(ItemId::none, CommentPlace::leading, 0);
    return std::move(out_);
  }

  std::string flat_expression(ExprId expr) const { return flat(expr, true).value_or(""); }

 private:
  using Items = std::span<const ItemId>;
  using Flat = std::optional<std::string>;

  // ---- on one line, or nothing where the author or a comment broke it ----

  Flat flat(ExprId id, bool whatever = false) const {
    const Expr& expr = tree_[id];
    const auto children = tree_.children(expr);
    if (expr.kind == ExprKind::table || expr.kind == ExprKind::record) return flat_braces(expr, whatever);
    std::vector<std::string> parts;
    for (const ExprId child : children) {
      Flat part = flat(child, whatever);
      if (!part) return std::nullopt;
      parts.push_back(std::move(*part));
    }
    return assembled(expr, parts);
  }

  Flat flat_braces(const Expr& expr, bool whatever) const {
    const std::string word = expr.word == text::NameId::none ? "" : tree_.name(expr.word) + " ";
    const Flat inner = flat_items(tree_.cells(expr), whatever);
    if (!inner) return std::nullopt;
    return word + (inner->empty() ? "{}" : "{ " + *inner + " }");
  }

  Flat flat_items(Items items, bool whatever) const {
    std::string result;
    for (const ItemId id : items) {
      if (!whatever && (tree_[id].starts_line || comments_.contains(id))) return std::nullopt;
      const Flat item = flat_item(id, true, whatever);
      if (!item) return std::nullopt;
      if (!result.empty()) result += ", ";
      result += *item;
    }
    return result;
  }

  Flat flat_item(ItemId id, bool with_cites, bool whatever = false) const {
    const Item& item = tree_[id];
    std::string text = head(item);
    if (item.has_body) {
      const Flat body = has_comment(id, CommentPlace::inside) ? std::nullopt : flat_items(tree_.body(item), whatever);
      if (!body) return std::nullopt;
      text += body->empty() ? "{}" : "{ " + *body + " }";
    } else if (const ExprId value = value_of(item); value != ExprId::none) {
      const Flat part = flat(value, whatever);
      if (!part) return std::nullopt;
      text += *part;
    }
    if (with_cites) text += cites_text(tree_, item);
    return text;
  }

  // What stands before the body or value, and the sign between.
  std::string head_words(const Item& item) const {
    switch (item.kind) {
      case ItemKind::block:
        return block_head(tree_, item);
      case ItemKind::field:
        return path_text(tree_, tree_.path(item));
      case ItemKind::cell:
        return flat(item.key).value_or("");
      case ItemKind::pair:
        return path_text(tree_, tree_.path(item)) + " & " + path_text(tree_, tree_.other_path(item));
    }
    return "";
  }

  static std::string_view joint(const Item& item) {
    if (item.kind == ItemKind::cell || item.kind == ItemKind::pair) return ": ";
    if (item.kind == ItemKind::field || item.short_form) return " = ";
    return item.has_body ? " " : "";
  }

  std::string head(const Item& item) const { return head_words(item) + std::string(joint(item)); }

  // Lines of one family are set in columns: fields, and one-line blocks of a kind.
  std::string family(const Item& item) const {
    if (item.kind == ItemKind::field) return "=";
    if (item.kind != ItemKind::block || (!item.short_form && !item.has_body)) return "";
    return tree_.name(item.word.name) + (item.short_form ? "=" : "{");
  }

  ExprId value_of(const Item& item) const { return item.short_form ? tree_[tree_.body(item)[0]].value : item.value; }

  // An expression from the texts of its children.
  std::string assembled(const Expr& expr, const std::vector<std::string>& parts) const {
    const std::string sign(operator_sign(expr.op));
    switch (expr.kind) {
      case ExprKind::number:
        return quantity_text(tree_, tree_.quantity(expr));
      case ExprKind::date:
        return date_text(tree_.date(expr));
      case ExprKind::text:
        return quoted_text(tree_.text(expr));
      case ExprKind::truth:
        return expr.truth ? "yes" : "no";
      case ExprKind::name:
        return tree_.name(expr.word);
      case ExprKind::member:
        return parts[0] + "." + tree_.name(expr.word);
      case ExprKind::call:
        return parts[0] + "(" + joined(parts, 1) + ")";
      case ExprKind::pair:
        return parts[0] + ": " + parts[1];
      case ExprKind::index:
        return parts[0] + "[" + parts[1] + "]";
      case ExprKind::list:
        return "[" + joined(parts, 0) + "]";
      case ExprKind::paren:
        return "(" + parts[0] + ")";
      case ExprKind::unary:
        return sign + (expr.op == Operator::logical_not ? " " : "") + parts[0];
      case ExprKind::binary:
      case ExprKind::compare:
        return parts[0] + " " + sign + " " + parts[1];
      case ExprKind::range:
        return parts[0] + " to " + parts[1] + (parts.size() > 2 ? " likely " + parts[2] : "");
      case ExprKind::between:
        return "between " + parts[0] + " and " + parts[1] + (parts.size() > 2 ? " likely " + parts[2] : "");
      case ExprKind::of:
      case ExprKind::at:
      case ExprKind::in:
      case ExprKind::by:
      case ExprKind::through:
        return parts[0] + " " + std::string(kind_name(expr.kind)) + " " + parts[1];
      case ExprKind::from:
        return parts[0] + " from " + parts[1] + (parts.size() > 2 ? " until " + parts[2] : "");
      case ExprKind::table:
      case ExprKind::record:
      case ExprKind::mistake:
        break;
    }
    return "";
  }

  static std::string joined(const std::vector<std::string>& parts, std::size_t first) {
    std::string result;
    for (std::size_t i = first; i < parts.size(); ++i) result += (i > first ? ", " : "") + parts[i];
    return result;
  }

  // ---- comments ----

  bool has_comment(ItemId id, CommentPlace place) const {
    const auto found = comments_.find(id);
    if (found == comments_.end()) return false;
    for (const Comment* comment : found->second) {
      if (comment->place == place) return true;
    }
    return false;
  }

  // Lines of their own.
  void put_comments(ItemId id, CommentPlace place, std::size_t indent) {
    const auto found = comments_.find(id);
    if (found == comments_.end()) return;
    for (const Comment* comment : found->second) {
      if (comment->place != place) continue;
      flush();
      if (comment->blank_before) put_blank_line();
      out_ += blanks(indent) + comment->text + "\n";
      fresh_ = false;
    }
  }

  // At the end of the line.
  std::string line_end_comment(ItemId id, CommentPlace place) const {
    const auto found = comments_.find(id);
    if (found == comments_.end()) return "";
    for (const Comment* comment : found->second) {
      if (comment->place == place) return comment->text;
    }
    return "";
  }

  void put_line_end(ItemId id, CommentPlace place) {
    const std::string comment = line_end_comment(id, place);
    out_ += (comment.empty() ? "" : "  " + comment) + "\n";
  }

  // None at the beginning of the text or of braces.
  void put_blank_line() {
    flush();
    if (!out_.empty() && !fresh_) out_ += "\n";
  }

  // ---- over several lines ----

  void put_items(Items items, std::size_t indent) {
    fresh_ = true;
    for (std::size_t i = 0; i < items.size();) {
      const std::size_t end = end_of_line_group(items, i);
      put_comments(items[i], CommentPlace::leading, indent);
      if (tree_[items[i]].blank_before) put_blank_line();
      fresh_ = false;
      const Items group = items.subspan(i, end - i);
      if (group.size() == 1 || !put_group(group, indent)) {
        for (const ItemId id : group) put_item(id, indent);
      }
      i = end;
    }
    if (!items.empty()) put_comments(items.back(), CommentPlace::after, indent);
    flush();
  }

  // Lines wait here until it is known which stand below each other.
  void flush() {
    out_ += aligned(rows_);
    rows_.clear();
  }

  // The items that the author put on one line.
  std::size_t end_of_line_group(Items items, std::size_t begin) const {
    std::size_t end = begin + 1;
    while (end < items.size() && !tree_[items[end]].starts_line && !has_comment(items[end], CommentPlace::leading) &&
           !has_comment(items[end - 1], CommentPlace::trailing)) {
      ++end;
    }
    return end;
  }

  // They stay on it if they fit, and if the cites at its end cover the same items as before.
  bool put_group(Items group, std::size_t indent) {
    const Item& last = tree_[group.back()];
    if (last.shares_cites) return false;
    std::string line;
    for (const ItemId id : group) {
      const Item& item = tree_[id];
      if (!last.cites.empty() && item.cites.empty()) return false;
      const Flat text = flat_item(id, !item.shares_cites && id != group.back());
      if (!text) return false;
      line += (line.empty() ? "" : ", ") + *text;
    }
    const std::string cites = cites_text(tree_, last);
    if (indent + width_of(line) + width_of(cites) > kWidth) return false;
    put_row(last, group.back(), {.indent = indent, .family = "", .head = "", .rest = line, .cites = "", .comment = ""});
    return true;
  }

  void put_row(const Item& item, ItemId id, Row row) {
    const std::string cites = cites_text(tree_, item);
    row.cites = cites.substr(std::min<std::size_t>(cites.size(), 2));
    row.comment = line_end_comment(id, CommentPlace::trailing);
    rows_.push_back(std::move(row));
  }

  void put_item(ItemId id, std::size_t indent) {
    const Item& item = tree_[id];
    const std::string cites = cites_text(tree_, item);
    const Flat line = flat_item(id, false);
    if (line && indent + width_of(*line) + width_of(cites) <= kWidth) {
      const std::string row_family = family(item);
      const std::string words = row_family.empty() ? "" : head_words(item);
      const std::string rest = words.empty() ? *line : line->substr(words.size() + 1);
      put_row(item, id, {.indent = indent, .family = row_family, .head = words, .rest = rest, .cites = "", .comment = ""});
      return;
    }
    flush();
    out_ += blanks(indent) + head(item);
    if (item.has_body) {
      put_braces(tree_.body(item), id, indent);
    } else if (const ExprId value = value_of(item); value != ExprId::none) {
      put_value(value, indent, width_of(cites));
    }
    out_ += cites;
    put_line_end(id, CommentPlace::trailing);
  }

  void put_braces(Items items, ItemId block, std::size_t indent) {
    out_ += "{";
    if (items.empty()) {
      out_ += "\n";
      fresh_ = true;
      put_comments(block, CommentPlace::inside, indent + kStep);
    } else {
      put_line_end(items[0], CommentPlace::opening);
      put_items(items, indent + kStep);
    }
    out_ += blanks(indent) + "}";
  }

  std::size_t column() const {
    const std::size_t line = out_.rfind('\n');
    return column_after(std::string_view(out_).substr(line == std::string::npos ? 0 : line + 1), 0);
  }

  // A value from the present column on, with room for what follows it; lines that go on are indented beyond `indent`.
  void put_value(ExprId id, std::size_t indent, std::size_t room) {
    const Expr& expr = tree_[id];
    const Flat line = flat(id);
    if (line && column() + width_of(*line) + room <= kWidth) {
      out_ += *line;
      return;
    }
    const auto children = tree_.children(expr);
    switch (expr.kind) {
      case ExprKind::table:
      case ExprKind::record:
        if (expr.word != text::NameId::none) out_ += tree_.name(expr.word) + " ";
        if (tree_.cells(expr).empty()) {
          out_ += "{}";
        } else {
          put_braces(tree_.cells(expr), ItemId::none, indent);
        }
        return;
      case ExprKind::call:
        put_value(children[0], indent, 1);
        put_elements("(", children.subspan(1), ")", indent);
        return;
      case ExprKind::list:
        put_elements("[", children, "]", indent);
        return;
      case ExprKind::paren:
        put_elements("(", children, ")", indent);
        return;
      case ExprKind::member:
        put_value(children[0], indent, room);
        out_ += "." + tree_.name(expr.word);
        return;
      case ExprKind::index:
        put_value(children[0], indent, 1);
        put_elements("[", children.subspan(1), "]", indent);
        return;
      case ExprKind::unary:
        out_ += std::string(operator_sign(expr.op)) + (expr.op == Operator::logical_not ? " " : "");
        put_value(children[0], indent, room);
        return;
      case ExprKind::pair:
        put_value(children[0], indent, 1);
        out_ += ": ";
        put_value(children[1], indent, room);
        return;
      default:
        put_operands(expr, indent, room);
    }
  }

  void put_elements(std::string_view open, std::span<const ExprId> elements, std::string_view close, std::size_t indent) {
    out_ += open;
    const bool hug = elements.size() == 1 && (tree_[elements[0]].kind == ExprKind::table || tree_[elements[0]].kind == ExprKind::record);
    if (hug || elements.empty()) {
      if (hug) put_value(elements[0], indent, 1);
      out_ += close;
      return;
    }
    for (std::size_t i = 0; i < elements.size(); ++i) {
      out_ += "\n" + blanks(indent + kStep);
      put_value(elements[i], indent + kStep, 1);
      if (i + 1 < elements.size()) out_ += ",";
    }
    out_ += "\n" + blanks(indent) + std::string(close);
  }

  // Operands joined by signs or words; a line may end after each of them.
  void put_operands(const Expr& expr, std::size_t indent, std::size_t room) {
    const auto children = tree_.children(expr);
    if (children.empty()) {  // a long text or number
      out_ += assembled(expr, {});
      return;
    }
    const bool between = expr.kind == ExprKind::between;
    const std::string first =
        expr.op == Operator::none ? std::string(between ? "and" : first_word(expr.kind)) : std::string(operator_sign(expr.op));
    const std::string second = expr.kind == ExprKind::from ? "until" : "likely";
    if (between) out_ += "between ";
    put_value(children[0], indent, first.size() + 1);
    for (std::size_t i = 1; i < children.size(); ++i) {
      const std::string& word = i == 1 ? first : second;
      out_ += " " + word;
      const Flat line = flat(children[i]);
      if (line && column() + 1 + width_of(*line) + room <= kWidth) {
        out_ += " " + *line;
        continue;
      }
      out_ += "\n" + blanks(indent + kContinued);
      put_value(children[i], indent + kContinued, room);
    }
  }

  static std::string_view first_word(ExprKind kind) { return kind == ExprKind::range ? "to" : kind_name(kind); }

  const Tree& tree_;
  std::map<ItemId, std::vector<const Comment*>> comments_;
  std::string out_;
  std::vector<Row> rows_;
  bool fresh_ = true;  // nothing yet in these braces
};

}  // namespace

std::string format(const Tree& tree) { return Formatter(tree).whole(); }

std::string format(const Tree& tree, ExprId expr) { return Formatter(tree).flat_expression(expr); }

}  // namespace warchest::lang
