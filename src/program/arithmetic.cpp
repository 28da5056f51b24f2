// One lane of every elementwise operation, in the words of ops.def. What C++ rounds once by itself stands here; the rest, and whatever
// has corners of its own (NaN in min, halves in round), is asked of the kernels.
#include "program/arithmetic.h"

#include <cmath>

#include "kernels/one_lane.h"
#include "text/check.h"

namespace warchest::program {

bool is_elementwise(Op op) { return (op >= Op::copy && op <= Op::both_same) || op == Op::normal_cdf || op == Op::normal_quantile; }

bool is_pure(Op op) {
  return is_elementwise(op) || op == Op::quantile_table || op == Op::quantile || op == Op::chance_below || op == Op::lookup;
}

double apply(Op op, double a, double b, double c) {
  const auto truth = [](bool x) { return x ? 1.0 : 0.0; };
  switch (op) {
    case Op::copy:
      return a;
    case Op::add:
      return a + b;
    case Op::sub:
      return a - b;
    case Op::mul:
      return a * b;
    case Op::div:
      return a / b;
    case Op::power:
      return kernels::pow1(a, b);
    case Op::neg:
      return -a;
    case Op::abs:
      return std::fabs(a);
    case Op::sqrt:
      return std::sqrt(a);
    case Op::exp:
      return kernels::exp1(a);
    case Op::log:
      return kernels::log1(a);
    case Op::floor:
      return std::floor(a);
    case Op::round:
      return kernels::round1(a);
    case Op::min:
      return kernels::min1(b, a);
    case Op::max:
      return kernels::max1(b, a);
    case Op::less:
      return truth(a < b);
    case Op::less_equal:
      return truth(a <= b);
    case Op::same:
      return truth(a == b);
    case Op::nearly_equal:
      return kernels::nearly_equal1(a, b);
    case Op::both:
      return truth(a != 0 && b != 0);
    case Op::either:
      return truth(a != 0 || b != 0);
    case Op::opposite:
      return truth(a == 0);
    case Op::choose:
      return a != 0 ? b : c;
    case Op::mul_add:
      return a * b + c;
    case Op::mul_sub:
      return a * b - c;
    case Op::sub_mul:
      return a - b * c;
    case Op::add_add:
      return (a + b) + c;
    case Op::add_sub:
      return (a + b) - c;
    case Op::sub_add:
      return (a - b) + c;
    case Op::sub_sub:
      return (a - b) - c;
    case Op::add_mul:
      return (a + b) * c;
    case Op::mul_mul:
      return (a * b) * c;
    case Op::mul_div:
      return (a * b) / c;
    case Op::div_mul:
      return (a / b) * c;
    case Op::both3:
      return truth(a != 0 && b != 0 && c != 0);
    case Op::both_not:
      return truth(a != 0 && b == 0);
    case Op::both_less:
      return truth(a != 0 && b < c);
    case Op::both_less_equal:
      return truth(a != 0 && b <= c);
    case Op::both_same:
      return truth(a != 0 && b == c);
    case Op::normal_cdf:
      return kernels::normal_cdf1(a);
    case Op::normal_quantile:
      return kernels::normal_quantile1(a);
    default:
      WARCHEST_CHECK(false, "apply: an operation that is not elementwise");
  }
  return 0;
}

}  // namespace warchest::program
