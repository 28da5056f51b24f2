// The bootstrap has a small generator of its own (splitmix64), so that the same seed gives the same error everywhere.
#include "evidence/score.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace warchest::evidence {

double brier(std::span<const double> chances, std::span<const double> outcomes) {
  double sum = 0;
  for (std::size_t i = 0; i < chances.size(); ++i) sum += (chances[i] - outcomes[i]) * (chances[i] - outcomes[i]);
  return chances.empty() ? 0 : sum / static_cast<double>(chances.size());
}

double log_loss(std::span<const double> chances, std::span<const double> outcomes) {
  constexpr double kNearCertain = 1e-6;
  double sum = 0;
  for (std::size_t i = 0; i < chances.size(); ++i) {
    const double chance = std::clamp(chances[i], kNearCertain, 1 - kNearCertain);
    sum -= outcomes[i] * std::log(chance) + (1 - outcomes[i]) * std::log(1 - chance);
  }
  return chances.empty() ? 0 : sum / static_cast<double>(chances.size());
}

// By ranks, ties at their mean rank.
double area_under_curve(std::span<const double> chances, std::span<const double> outcomes) {
  std::vector<std::size_t> order(chances.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return chances[a] < chances[b]; });
  double ranks = 0, came = 0;
  for (std::size_t first = 0, last = 0; first < order.size(); first = last) {
    double here = 0;
    while (last < order.size() && chances[order[last]] == chances[order[first]]) here += outcomes[order[last++]];
    ranks += here * (static_cast<double>(first + last) + 1) / 2;
    came += here;
  }
  const double others = static_cast<double>(chances.size()) - came;
  return came > 0 && others > 0 ? (ranks - came * (came + 1) / 2) / (came * others) : 0.5;
}

double mean_of(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

double bootstrap_error(std::size_t cases, int draws, std::uint64_t seed, const FigureOfCases& figure) {
  if (cases == 0 || draws < 2) return 0;
  std::uint64_t state = seed;
  const auto luck = [&state] {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  };
  std::vector<std::size_t> drawn(cases);
  std::vector<double> figures;
  for (int draw = 0; draw < draws; ++draw) {
    for (std::size_t& one : drawn) one = luck() % cases;
    figures.push_back(figure(drawn));
  }
  const double mean = mean_of(figures);
  double squares = 0;
  for (const double one : figures) squares += (one - mean) * (one - mean);
  return std::sqrt(squares / static_cast<double>(draws - 1));
}

}  // namespace warchest::evidence
