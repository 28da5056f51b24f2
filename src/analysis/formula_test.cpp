// Statistics of statistics: formed per scramble, so that a ratio of two that move together has a smaller error than its parts.
#include "analysis/formula.h"

#include <gtest/gtest.h>

#include <cmath>

namespace warchest::analysis {
namespace {

using Kind = program::Formula::Kind;
using Node = program::Formula::Node;

results::Results two_means() {
  results::Results results;
  results.outputs.resize(2);
  for (std::size_t o = 0; o < 2; ++o) {
    results::Column column;
    column.paths = 1600;
    column.mean.value = o == 0 ? 10 : 20;
    for (std::size_t s = 0; s < results::kScrambles; ++s) {
      const double shift = static_cast<double>(s) - 7.5;
      column.mean.scrambles[s] = (o == 0 ? 10 : 20) * (1 + 0.01 * shift);
    }
    results.outputs[o].columns = {column};
  }
  return results;
}

Node leaf(Kind kind, int output) {
  Node node;
  node.kind = kind;
  node.output = output;
  return node;
}

Node number(double value) {
  Node node;
  node.value = value;
  return node;
}

Node inner(Kind kind, int a, int b = -1, int c = -1) {
  Node node;
  node.kind = kind;
  node.a = a;
  node.b = b;
  node.c = c;
  return node;
}

TEST(Formula, ARatioOfMeansThatMoveTogetherIsCertain) {
  const results::Results results = two_means();
  const program::Formula formula{{leaf(Kind::mean, 0), leaf(Kind::mean, 1), inner(Kind::div, 0, 1)}};
  const results::Estimate ratio = evaluate(formula, results);
  EXPECT_DOUBLE_EQ(ratio.value, 0.5);
  EXPECT_LT(ratio.error(), 1e-15);
  EXPECT_GT(results.outputs[0].columns[0].mean.error(), 0.01);
}

TEST(Formula, AnErrorIsTheSpreadOfTheScramblesOverFour) {
  const results::Results results = two_means();
  const program::Formula formula{{leaf(Kind::mean, 0), number(2), inner(Kind::mul, 0, 1)}};
  const results::Estimate twice = evaluate(formula, results);
  double squares = 0;
  for (const double s : twice.scrambles) squares += (s - 20) * (s - 20);
  EXPECT_NEAR(twice.error(), std::sqrt(squares / 15) / 4, 1e-12);
}

TEST(Formula, ComparesAndChooses) {
  const results::Results results = two_means();
  const program::Formula less{{leaf(Kind::mean, 0), leaf(Kind::mean, 1), inner(Kind::less, 0, 1)}};
  EXPECT_EQ(evaluate(less, results).value, 1);
  const program::Formula choose{{leaf(Kind::mean, 0), leaf(Kind::mean, 1), inner(Kind::less, 1, 0), inner(Kind::choose, 2, 0, 1)}};
  EXPECT_EQ(evaluate(choose, results).value, 20);
  const program::Formula both{{number(1), number(0), inner(Kind::both, 0, 1), inner(Kind::opposite, 2)}};
  EXPECT_EQ(evaluate(both, results).value, 1);
}

TEST(Formula, ASeriesHasAFigureForEachMonth) {
  results::Results results = two_means();
  results.outputs[1].columns.push_back(results.outputs[0].columns[0]);
  const program::Formula formula{{leaf(Kind::mean, 0), leaf(Kind::mean, 1), inner(Kind::div, 0, 1)}};
  ASSERT_EQ(months_of(formula, results), 2u);
  EXPECT_DOUBLE_EQ(evaluate(formula, results, 0).value, 0.5);
  EXPECT_DOUBLE_EQ(evaluate(formula, results, 1).value, 1);
}

}  // namespace
}  // namespace warchest::analysis
