// The rows of functions.def.
#include "model/functions.h"

#include <array>
#include <vector>

#include "text/check.h"

namespace warchest::model {

namespace {

constexpr std::array kFunctions = {
#define FUNCTION(name, group, parameters, result, sentence, example) \
  FunctionRow{FunctionId::name##_, #name, FunctionGroup::group, parameters, result, sentence, example},
#include "model/functions.def"
};

const std::vector<LaterName> kLaterFunctions = {
#define LATER_FUNCTION(name, part, sentence) LaterName{#name, Part::part, sentence},
#include "model/functions.def"
};

constexpr std::array kMeasures = {
#define MEASURE(name, measure, owner, unit, sentence) MeasureRow{#name, Measure::measure, Owner::owner, MeasureUnit::unit, sentence},
#include "model/functions.def"
};

const std::vector<LaterName> kLaterMeasures = {
#define LATER_MEASURE(name, owner, part, sentence) LaterName{#name, Part::part, sentence},
#include "model/functions.def"
};

template <typename Rows>
auto* named(const Rows& rows, std::string_view name) {
  for (const auto& row : rows) {
    if (row.name == name) return &row;
  }
  return static_cast<decltype(&rows[0])>(nullptr);
}

}  // namespace

std::span<const FunctionRow> functions() { return kFunctions; }
std::span<const MeasureRow> measures() { return kMeasures; }
std::span<const LaterName> later_functions() { return kLaterFunctions; }
std::span<const LaterName> later_measures() { return kLaterMeasures; }

const FunctionRow* find_function(std::string_view name) { return named(kFunctions, name); }
const LaterName* find_later_function(std::string_view name) { return named(kLaterFunctions, name); }
const LaterName* find_later_measure(std::string_view name) { return named(kLaterMeasures, name); }

const MeasureRow* find_measure(Owner owner, std::string_view name) {
  for (const MeasureRow& row : kMeasures) {
    if (row.owner == owner && row.name == name) return &row;
  }
  return nullptr;
}

const MeasureRow& measure_row(Measure measure) {
  for (const MeasureRow& row : kMeasures) {
    if (row.measure == measure) return row;
  }
  WARCHEST_CHECK(false, "a measure without a row in functions.def");
  return kMeasures.front();
}

}  // namespace warchest::model
