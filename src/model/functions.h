// What an expression may name without anybody having written it: functions and measures, made from functions.def.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "model/model.h"
#include "model/schema.h"

namespace warchest::model {

enum class FunctionId : std::uint8_t {
#define FUNCTION(name, group, parameters, result, sentence, example) name##_,
#include "model/functions.def"
};

enum class FunctionGroup : std::uint8_t { plain, time, across, luck, table, package, process };

struct FunctionRow {
  FunctionId id;
  std::string_view name;
  FunctionGroup group;
  std::string_view parameters, result, sentence, example;
};

struct LaterName {
  std::string_view name;
  Part part;
  std::string_view sentence;
};

enum class Owner : std::uint8_t { company, round, facility, credit, account, team, event, holder, project, covenant };
enum class MeasureUnit : std::uint8_t { money, flow, duration, plain, growth, people, shares, price, event, date, truth, size, levelised };

struct MeasureRow {
  std::string_view name;
  Measure measure;
  Owner owner;
  MeasureUnit unit;
  std::string_view sentence;
};

std::span<const FunctionRow> functions();
std::span<const MeasureRow> measures();
std::span<const LaterName> later_functions();
std::span<const LaterName> later_measures();

const FunctionRow* find_function(std::string_view name);
const MeasureRow* find_measure(Owner owner, std::string_view name);
const MeasureRow& measure_row(Measure measure);
const LaterName* find_later_function(std::string_view name);
const LaterName* find_later_measure(std::string_view name);

}  // namespace warchest::model
