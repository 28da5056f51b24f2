// How a model was read, in words (`check --explain`): of each value its unit, how it varies, and which luck moves it.
#pragma once

#include <string>
#include <vector>

#include "model/model.h"

namespace warchest::report {

struct Reading {
  std::string name;
  std::string unit;    // "USD/year"; "a plain number"
  std::string varies;  // "drawn once per path: lognormal"
};

std::vector<Reading> readings(const model::Model& model);

}  // namespace warchest::report
