// The figures of usual.def as data: what rounds and investors did so far, which a model may draw from where it knows nothing better.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace warchest::model {

struct UsualFigure {
  enum class Form : std::uint8_t { months, plain, rate };
  std::string_view name, what;
  Form form = Form::plain;
  double p5 = 0, p50 = 0, p95 = 0;  // months and plain
  double alpha = 0, beta = 0;       // rate
  int count = 0;                    // of cases
};

std::span<const UsualFigure> usual_figures();
const UsualFigure* find_usual_figure(std::string_view name);

}  // namespace warchest::model
