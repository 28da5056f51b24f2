// Nodes are in postfix order, so one pass from the first fills a table of estimates.
#include "analysis/formula.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "text/check.h"

namespace warchest::analysis {

namespace {

using Kind = program::Formula::Kind;
using results::Estimate;

bool is_statistic(Kind kind) { return kind == Kind::mean || kind == Kind::sd || kind == Kind::chance || kind == Kind::quantile; }

double calculate(Kind kind, double a, double b, double c) {
  switch (kind) {
    case Kind::add: return a + b;
    case Kind::sub: return a - b;
    case Kind::mul: return a * b;
    case Kind::div: return a / b;
    case Kind::pow: return std::pow(a, b);
    case Kind::neg: return -a;
    case Kind::min: return std::min(a, b);
    case Kind::max: return std::max(a, b);
    case Kind::abs: return std::abs(a);
    case Kind::sqrt: return std::sqrt(a);
    case Kind::exp: return std::exp(a);
    case Kind::log: return std::log(a);
    case Kind::less: return a < b ? 1 : 0;
    case Kind::less_equal: return a <= b ? 1 : 0;
    case Kind::equal: return a == b || std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b)) ? 1 : 0;
    case Kind::not_equal: return a == b || std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b)) ? 0 : 1;
    case Kind::both: return a != 0 && b != 0 ? 1 : 0;
    case Kind::either: return a != 0 || b != 0 ? 1 : 0;
    case Kind::opposite: return a != 0 ? 0 : 1;
    case Kind::choose: return a != 0 ? b : c;
    case Kind::number:
    case Kind::mean:
    case Kind::sd:
    case Kind::chance:
    case Kind::quantile: break;
  }
  WARCHEST_CHECK(false, "a statistic is no arithmetic");
}

Estimate constant(double value) {
  Estimate estimate;
  estimate.value = value;
  estimate.scrambles.fill(value);
  return estimate;
}

Estimate statistic(const program::Formula::Node& node, const results::Results& results, std::size_t month) {
  const results::Output& output = results.outputs.at(static_cast<std::size_t>(node.output));
  WARCHEST_CHECK(!output.columns.empty(), "an output without columns was asked for a statistic");
  const results::Column& column = output.columns[std::min(month, output.columns.size() - 1)];
  switch (node.kind) {
    case Kind::sd: return column.sd;
    case Kind::quantile: return column.quantile(node.value);
    default: return column.mean;
  }
}

}  // namespace

std::size_t months_of(const program::Formula& formula, const results::Results& results) {
  std::size_t months = 1;
  for (const program::Formula::Node& node : formula.nodes) {
    if (is_statistic(node.kind)) months = std::max(months, results.outputs.at(static_cast<std::size_t>(node.output)).columns.size());
  }
  return months;
}

Estimate evaluate(const program::Formula& formula, const results::Results& results, std::size_t month, std::size_t node) {
  WARCHEST_CHECK(node < formula.nodes.size(), "a formula was asked for a node that it has not");
  std::vector<Estimate> done;
  done.reserve(node + 1);
  for (std::size_t i = 0; i <= node; ++i) {
    const program::Formula::Node& at = formula.nodes[i];
    if (at.kind == Kind::number) {
      done.push_back(constant(at.value));
    } else if (is_statistic(at.kind)) {
      done.push_back(statistic(at, results, month));
    } else {
      static const Estimate kNothing = constant(0);
      const auto operand = [&](std::int32_t which) -> const Estimate& { return which < 0 ? kNothing : done[static_cast<std::size_t>(which)]; };
      const Estimate &a = operand(at.a), &b = operand(at.b), &c = operand(at.c);
      Estimate estimate;
      estimate.value = calculate(at.kind, a.value, b.value, c.value);
      for (std::size_t s = 0; s < estimate.scrambles.size(); ++s) {
        estimate.scrambles[s] = calculate(at.kind, a.scrambles[s], b.scrambles[s], c.scrambles[s]);
      }
      done.push_back(estimate);
    }
  }
  return done.back();
}

Estimate evaluate(const program::Formula& formula, const results::Results& results, std::size_t month) {
  WARCHEST_CHECK(!formula.nodes.empty(), "a formula without nodes");
  return evaluate(formula, results, month, formula.nodes.size() - 1);
}

}  // namespace warchest::analysis
