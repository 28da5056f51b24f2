// Compounding of yearly rates.
#include "quantity/rate.h"

#include <algorithm>
#include <cmath>

#include "quantity/unit.h"

namespace warchest::quantity {

double monthly_growth(double rate) { return std::pow(std::max(0.0, 1 + kMonthsPerYear * rate), 1 / kMonthsPerYear) - 1; }

}  // namespace warchest::quantity
