// What a rate per time does in one month. A rate is kept as its canonical twelfth (9 %/year is 0.0075 a month), which is what
// interest accrues; growth and inflation compound, so that twelve months of 9 %/year make exactly 9 %.
#pragma once

namespace warchest::quantity {

// rate: canonical, plain per month. Returns the growth of one month, -1 or more; nothing shrinks by more than everything.
double monthly_growth(double rate);

}  // namespace warchest::quantity
