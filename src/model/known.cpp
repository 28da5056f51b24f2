// A walk with memory, so that names that build on each other twice cost once; with a bound on its depth, since names may build on each
// other far and, before loops are looked for, in a circle.
#include "model/known.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <vector>

namespace warchest::model {

namespace {

constexpr int kDeepest = 500;

class Walk {
 public:
  Walk(const Model& model, const KnownReading& reading) : model_(model), reading_(reading) {}

  std::optional<double> value(ExprId id, int depth) {
    if (id == kNone || depth > kDeepest) return std::nullopt;
    const Expr& expr = model_.exprs[id];
    if (expr.kind == ExprKind::number) return expr.value;
    if (const auto found = memory_.find(id); found != memory_.end()) return found->second;
    memory_.emplace(id, std::nullopt);
    const std::optional<double> result = reckoned(expr, depth + 1);
    memory_[id] = result;
    return result;
  }

 private:
  std::optional<double> reckoned(const Expr& expr, int depth) {
    if (expr.kind == ExprKind::reference) return value(reading_.value_of(expr.index), depth);
    if (expr.kind == ExprKind::base) return value(model_.definitions[expr.index].is, depth);
    if (expr.kind == ExprKind::measure) return reading_.measure ? reading_.measure(expr) : std::nullopt;
    std::vector<double> x;
    for (const ExprId arg : expr.args) {
      const auto part = value(arg, depth);
      if (!part) return std::nullopt;
      x.push_back(*part);
    }
    const std::optional<double> result = x.empty() ? std::nullopt : applied(expr.kind, x);
    return result && std::isfinite(*result) ? result : std::nullopt;
  }

  const Model& model_;
  const KnownReading& reading_;
  std::unordered_map<ExprId, std::optional<double>> memory_;
};

}  // namespace

std::optional<double> applied(ExprKind kind, const std::vector<double>& x) {
  switch (kind) {
    case ExprKind::add:
      return x[0] + x[1];
    case ExprKind::sub:
      return x[0] - x[1];
    case ExprKind::mul:
      return x[0] * x[1];
    case ExprKind::div:
      return x[0] / x[1];
    case ExprKind::pow:
      return std::pow(x[0], x[1]);
    case ExprKind::neg:
      return -x[0];
    case ExprKind::less:
      return x[0] < x[1] ? 1 : 0;
    case ExprKind::less_equal:
      return x[0] <= x[1] ? 1 : 0;
    case ExprKind::logical_and:
      return x[0] != 0 && x[1] != 0 ? 1 : 0;
    case ExprKind::logical_or:
      return x[0] != 0 || x[1] != 0 ? 1 : 0;
    case ExprKind::logical_not:
      return x[0] != 0 ? 0 : 1;
    case ExprKind::choose:
      return x[0] != 0 ? x[1] : x[2];
    case ExprKind::min:
      return std::min(x[0], x[1]);
    case ExprKind::max:
      return std::max(x[0], x[1]);
    case ExprKind::abs:
      return std::abs(x[0]);
    case ExprKind::sqrt:
      return std::sqrt(x[0]);
    case ExprKind::exp:
      return std::exp(x[0]);
    case ExprKind::log:
      return std::log(x[0]);
    case ExprKind::round:
      return std::round(x[0]);
    case ExprKind::clip:
      return std::min(std::max(x[0], x[1]), x[2]);
    default:
      return std::nullopt;
  }
}

std::optional<double> known_value(const Model& model, ExprId id, const KnownReading& reading) { return Walk(model, reading).value(id, 0); }

}  // namespace warchest::model
