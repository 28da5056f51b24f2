// usual(months_after_series_a): a draw from what was seen. A spread is the smooth curve through its three percentiles that `a to b likely
// c` has; a rate is one draw of a chance for the path.
#include "model/usual.h"

#include <array>

#include "model/checker.h"

namespace warchest::model {

using text::Code;
using Kind = lang::ExprKind;

namespace {

constexpr std::array kFigures = {
#define USUAL_SPREAD(name, what, unit, p5, p50, p95, count) UsualFigure{#name, what, UsualFigure::Form::unit, p5, p50, p95, 0, 0, count},
#define USUAL_RATE(name, what, alpha, beta, count) UsualFigure{#name, what, UsualFigure::Form::rate, 0, 0, 0, alpha, beta, count},
#include "model/usual.def"
};

}  // namespace

std::span<const UsualFigure> usual_figures() { return kFigures; }

const UsualFigure* find_usual_figure(std::string_view name) {
  for (const UsualFigure& figure : kFigures) {
    if (figure.name == name) return &figure;
  }
  return nullptr;
}

Value Checker::usual(const Written& written, Context& context) {
  const text::Span span = written.span();
  const Written name = written.children() == 2 ? written.child(1).bare() : Written{};
  const bool word = name.given() && name->kind == Kind::name;
  const UsualFigure* figure = word ? find_usual_figure(name.word()) : nullptr;
  if (figure == nullptr) {
    std::vector<std::string> names;
    std::string all;
    for (const UsualFigure& one : kFigures) {
      names.emplace_back(one.name);
      all += (all.empty() ? "" : ", ") + names.back();
    }
    const auto near = word ? nearest(name.word(), names) : std::nullopt;
    error(Code::wrong_word, word ? name.span() : span,
          word ? "nothing usual is known of `" + name.word() + "`" : "`usual` takes the name of what is wanted",
          near ? "did you mean  " + *near + "?" : "there are  " + all, word ? name.word() : "", all);
    return bad(span);
  }
  if (figure->form == UsualFigure::Form::rate) {
    Draw draw;
    draw.family = Family::beta;
    draw.params = {{ParamKind::alpha, 0, constant(figure->alpha, span, context.owner)},
                   {ParamKind::beta, 0, constant(figure->beta, span, context.owner)}};
    return drawn(std::move(draw), {}, span, context);
  }
  const quantity::Unit unit = figure->form == UsualFigure::Form::months ? quantity::duration() : quantity::Unit();
  const auto point = [&](double value) { return constant_value(value, unit, span, context); };
  return metalog({{0.05, point(figure->p5)}, {0.5, point(figure->p50)}, {0.95, point(figure->p95)}}, MetalogForm::log, span, context);
}

}  // namespace warchest::model
