// An assumption is a definition whose expression has a draw, a table, a curve or a number in it; a formula of other definitions
// (`products - training`) assumes nothing. The walk stops at references: what they stand for is listed on its own.
#include "report/assumptions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace warchest::report {

namespace {

using model::ExprKind;

bool assumes(const model::Model& model, model::ExprId id) {
  const model::Expr& expr = model.exprs[id];
  switch (expr.kind) {
    case ExprKind::draw:
    case ExprKind::period_table:
    case ExprKind::curve:
    case ExprKind::lookup:
    case ExprKind::regimes: return true;
    case ExprKind::number: return expr.span.source != text::kNoSource && expr.value != 0 && expr.value != 1;
    default: break;
  }
  return std::any_of(expr.args.begin(), expr.args.end(), [&](model::ExprId arg) { return assumes(model, arg); });
}

std::string on_one_line(std::string_view text) {
  std::string line;
  bool blank = false, comment = false, cite = false;
  for (const char c : text) {
    if (c == '#') comment = true;
    if (c == '\n') comment = false;
    if (comment) continue;
    if (c == '@') cite = true;
    if (cite && (c == '\n' || c == ',' || c == '}')) cite = false;
    if (cite) continue;
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      blank = !line.empty();
      continue;
    }
    if (blank) line += ' ';
    blank = false;
    line += c;
  }
  return line;
}

int weakness(const std::string& grade) {
  constexpr std::array kGrades = {"fact", "reported", "rumour", "judgement"};
  const auto found = std::find(kGrades.begin(), kGrades.end(), grade);
  return found == kGrades.end() ? -1 : static_cast<int>(found - kGrades.begin());
}

}  // namespace

Assumptions assumptions(const model::Model& model, const text::SourceMap& sources) {
  std::vector<const model::Definition*> definitions;
  for (const model::Definition& definition : model.definitions) {
    if (definition.is == model::kNone || !sources.contains(definition.span.source)) continue;
    if (assumes(model, definition.is)) definitions.push_back(&definition);
  }
  std::stable_sort(definitions.begin(), definitions.end(), [](const auto* a, const auto* b) {
    return std::pair(a->span.source, a->span.begin) < std::pair(b->span.source, b->span.begin);
  });
  Assumptions made;
  std::vector<bool> cited(model.sources.size(), false);
  for (const model::Definition* definition : definitions) {
    Assumption assumption{definition->name, definition->label, {}, {}, {}, {}};
    const text::Span span = model.exprs[definition->is].span;
    if (sources.contains(span.source)) assumption.written = on_one_line(sources[span.source].piece(span));
    for (const std::uint32_t cite : definition->cites) {
      const model::Source& source = model.sources[cite];
      cited[cite] = true;
      assumption.cites += (assumption.cites.empty() ? "" : ", ") + source.name;
      if (assumption.grade.empty() || weakness(source.grade) > weakness(assumption.grade)) assumption.grade = source.grade;
    }
    const text::Source& file = sources[definition->span.source];
    assumption.place = fmt::format("{}:{}", file.name, file.line_of(definition->span.begin));
    made.list.push_back(std::move(assumption));
  }
  for (std::size_t i = 0; i < cited.size(); ++i) {
    const model::Source& source = model.sources[i];
    if (!cited[i]) continue;
    std::string words;
    for (const std::string& part : {source.by, source.on, source.grade, source.url}) {
      if (!part.empty()) words += (words.empty() ? "" : ", ") + part;
    }
    made.sources.push_back({source.name, std::move(words)});
  }
  return made;
}

}  // namespace warchest::report
