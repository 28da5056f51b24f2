// A canonical number as a person writes it: $8.1B, 18 months, 45%. For messages and explanations, two or three significant figures.
#pragma once

#include <string>

#include "quantity/unit.h"

namespace warchest::model {

std::string figure(double value, const quantity::Unit& unit);

}  // namespace warchest::model
