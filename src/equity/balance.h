// The balance of a round: a handful of unknowns, each a sum of maxima of affine functions of all of them with non-negative slopes.
//
// "The greater of" is how every conversion right is written, so a round is such a system: price, shares of all converts, pool
// increase, anti-dilution shares. Written in the total of shares alone it is one concave piecewise linear equation with one root; in
// this form it needs no order of elimination. The right-hand side is monotone and convex, so we solve for the pieces in force, look
// which piece is greater at that point, and solve again (Newton's method): the solutions rise and no set of pieces returns, so the
// root is exact after finitely many steps. When the pieces in force have no solution, neither has the round.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "equity/number.h"

namespace warchest::equity {

template <std::size_t Unknowns>
struct Affine {
  Number constant;
  std::array<Number, Unknowns> slope{};  // none negative

  Number at(const std::array<Number, Unknowns>& point) const {
    Number value = constant;
    for (std::size_t i = 0; i < Unknowns; ++i) {
      if (!slope[i].is_zero()) value += slope[i] * point[i];
    }
    return value;
  }
  Affine& operator+=(const Affine& other) {
    constant += other.constant;
    for (std::size_t i = 0; i < Unknowns; ++i) slope[i] += other.slope[i];
    return *this;
  }
  friend Affine operator+(Affine a, const Affine& b) { return a += b; }
  friend Affine operator*(Affine a, const Number& factor) {
    a.constant *= factor;
    for (Number& one : a.slope) one *= factor;
    return a;
  }
};

enum Unknown : std::size_t { kSharesPerDollar, kConverts, kIncrease, kAdjustment, kRights, kUnknowns };

using Expression = Affine<kUnknowns>;
using Point = std::array<Number, kUnknowns>;

inline Expression constant(const Number& value) { return {value, {}}; }
inline Expression unknown(Unknown which) {
  Expression expression;
  expression.slope[which] = 1;
  return expression;
}

// The greatest of its branches is added to one unknown. The first branch must hold without the others: a round price, or nothing.
struct Claim {
  Unknown adds_to;
  std::vector<Expression> branches;
  std::size_t in_force = 0;
};

struct Balance {
  std::vector<Claim> claims;
  Point point{};
  int rounds_of_newton = 0;
  bool solve();  // false: the claims together ask for more than there is, whatever the number of shares
};

}  // namespace warchest::equity
