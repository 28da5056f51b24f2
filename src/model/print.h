// A checked model as text (`warchest show model`), for tests and for people who want to see how their text was read.
// All numbers are canonical (money in ones, months, MW); `~` names the luck that moves a draw.
#pragma once

#include <string>

#include "model/model.h"

namespace warchest::model {

std::string print(const Model& model);
std::string print(const Model& model, ExprId expr);

}  // namespace warchest::model
