// The rows of reference_classes.def, and the parts that follow from published figures.
#include "model/reference_classes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace warchest::model {

namespace {

using Form = ReferenceClass::Form;

constexpr std::array kClasses = {
#define LOGNORMAL(name, what, log_mean, log_sd, time_per_cost, source, grade) \
  ReferenceClass{#name, what, Form::lognormal, log_mean, log_sd, 0, 0, 0, time_per_cost, source, grade},
#define PUBLISHED(name, what, mean, tail, tail_mean, time_per_cost, source, grade) \
  ReferenceClass{#name, what, Form::published, 0, 0, mean / 100.0, tail / 100.0, tail_mean / 100.0, time_per_cost, source, grade},
#include "model/reference_classes.def"
};

}  // namespace

// A PERT distribution has the mean (low + 4 mode + high) / 6; the body's mean is what the tail leaves of the mean of all.
double ReferenceClass::body_mode() const {
  const double body = 1 + (mean - tail * tail_mean) / (1 - tail);
  return (6 * body - kLeastCost - kTailBegins) / 4;
}

// A Pareto distribution from b on has the mean b a / (a - 1). A tail of which the figures say that it ends where it begins is a thin one.
double ReferenceClass::tail_shape() const {
  constexpr double kThinnest = 0.01;
  return (1 + tail_mean) / std::max(1 + tail_mean - kTailBegins, kThinnest);
}

double ReferenceClass::mean_factor() const { return form == Form::lognormal ? std::exp(log_mean + log_sd * log_sd / 2) : 1 + mean; }

double ReferenceClass::tail_chance() const {
  if (form == Form::published) return tail;
  return std::erfc((std::log(kTailBegins) - log_mean) / log_sd / std::numbers::sqrt2) / 2;
}

std::span<const ReferenceClass> reference_classes() { return kClasses; }

const ReferenceClass* find_reference_class(std::string_view name) {
  const auto found = std::find_if(kClasses.begin(), kClasses.end(), [&](const ReferenceClass& one) { return one.name == name; });
  return found == kClasses.end() ? nullptr : &*found;
}

}  // namespace warchest::model
