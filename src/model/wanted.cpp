// Which files a text names. Looked for in the tree alone, before anything is checked, since the checker is handed what they hold.
#include <set>

#include "model/check.h"

namespace warchest::model {

std::vector<WantedFile> wanted_files(const lang::Tree& tree) {
  std::vector<WantedFile> result;
  enum class Sort : unsigned char { model, table, package };
  std::set<std::pair<std::string, Sort>> seen;
  const auto want = [&](const std::string& name, text::Span span, Sort sort) {
    if (seen.insert({name, sort}).second) result.push_back({name, span, sort == Sort::model, sort == Sort::package});
  };
  for (const lang::Item& item : tree.items) {
    if (item.kind == lang::ItemKind::block && tree.name(item.word.name) == "use" && item.has_label)
      want(tree.label(item), item.label_span, Sort::model);
  }
  for (const lang::Expr& expr : tree.exprs) {
    if (expr.kind != lang::ExprKind::call || tree.children(expr).size() < 2) continue;
    const lang::Expr& callee = tree[tree.child(expr, 0)];
    const std::string name = callee.kind == lang::ExprKind::name ? tree.name(callee.word) : "";
    if (name != "sample" && name != "ocf") continue;
    const lang::Expr* file = &tree[tree.child(expr, 1)];
    while (file->kind == lang::ExprKind::paren) file = &tree[tree.child(*file, 0)];
    if (file->kind == lang::ExprKind::text) want(tree.text(*file), file->span, name == "ocf" ? Sort::package : Sort::table);
  }
  return result;
}

}  // namespace warchest::model
