// Elimination without pivoting: the matrix I - Q with Q >= 0 has a non-negative inverse exactly when every pivot is positive, so the
// same pass that solves also tells whether the pieces in force can balance at all.
#include "equity/balance.h"

namespace warchest::equity {
namespace {

using Row = std::array<Number, kUnknowns + 1>;
using Matrix = std::array<Row, kUnknowns>;

Matrix equations(const std::vector<Claim>& claims) {
  Matrix rows{};
  for (std::size_t i = 0; i < kUnknowns; ++i) rows[i][i] = 1;
  for (const Claim& claim : claims) {
    const Expression& piece = claim.branches[claim.in_force];
    for (std::size_t j = 0; j < kUnknowns; ++j) rows[claim.adds_to][j] -= piece.slope[j];
    rows[claim.adds_to][kUnknowns] += piece.constant;
  }
  return rows;
}

bool eliminate(Matrix& rows) {
  for (std::size_t pivot = 0; pivot < kUnknowns; ++pivot) {
    if (rows[pivot][pivot].sign() <= 0) return false;
    for (std::size_t below = pivot + 1; below < kUnknowns; ++below) {
      if (rows[below][pivot].is_zero()) continue;
      const Number factor = rows[below][pivot] / rows[pivot][pivot];
      for (std::size_t j = pivot; j <= kUnknowns; ++j) rows[below][j] -= factor * rows[pivot][j];
    }
  }
  return true;
}

void substitute(const Matrix& rows, Point& point) {
  for (std::size_t i = kUnknowns; i-- > 0;) {
    Number value = rows[i][kUnknowns];
    for (std::size_t j = i + 1; j < kUnknowns; ++j) value -= rows[i][j] * point[j];
    point[i] = value / rows[i][i];
  }
}

bool switch_to_greater(Claim& claim, const Point& point) {
  Number best = claim.branches[claim.in_force].at(point);
  bool switched = false;
  for (std::size_t branch = 0; branch < claim.branches.size(); ++branch) {
    const Number value = claim.branches[branch].at(point);
    if (value <= best) continue;
    best = value;
    claim.in_force = branch;
    switched = true;
  }
  return switched;
}

}  // namespace

bool Balance::solve() {
  for (bool moved = true; moved;) {
    Matrix rows = equations(claims);
    if (!eliminate(rows)) return false;
    substitute(rows, point);
    ++rounds_of_newton;
    moved = false;
    for (Claim& claim : claims) moved = switch_to_greater(claim, point) || moved;
  }
  return true;
}

}  // namespace warchest::equity
