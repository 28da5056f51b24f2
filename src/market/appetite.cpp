// From points to ramps: each stretch between two points is a ramp (a flat one of no height, so that a curve has one fewer than it has
// points, whatever the path), and the last one, if it falls, goes on to where it meets zero.
#include "market/appetite.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace warchest::market {
namespace {

// A slope so small that it would meet zero beyond this price is flat: nobody pays a billion times the last price.
constexpr double kEndOfPrices = 1e9;

Ramp ramp(double begin, double end, double drop) { return {begin, end, -drop / (end - begin), drop}; }

}  // namespace

Result<Appetite> Appetite::of(std::span<const AppetitePoint> points) {
  if (points.empty()) return Refusal{"the appetite has no point; write a part for at least one price, such as { 1.0x: 100% }"};
  for (std::size_t k = 0; k < points.size(); ++k) {
    const auto [price, part] = points[k];
    if (!(price >= 0) || !std::isfinite(price)) return Refusal{fmt::format("the appetite has a point at {}x, which is no price", price)};
    if (!(part >= 0 && part <= 1)) {
      return Refusal{fmt::format("the appetite at {}x is {:g}%; it is a part of the purse, from 0% to 100%", price, part * 100)};
    }
    if (k == 0) continue;
    const auto [earlier, before] = points[k - 1];
    if (!(price > earlier)) return Refusal{fmt::format("the appetite's point at {}x does not come after the one at {}x", price, earlier)};
    if (part > before) {
      return Refusal{fmt::format("the appetite rises from {:g}% at {}x to {:g}% at {}x; a higher price cannot bring more money",
                                 before * 100, earlier, part * 100, price)};
    }
  }
  return on_path(points);
}

Appetite Appetite::on_path(std::span<const AppetitePoint> points) {
  Appetite appetite;
  if (points.empty()) return appetite;
  appetite.ramps_.reserve(points.size());
  const auto cut = [](double part, double most) { return std::min(std::max(part, 0.0), most); };
  double before = cut(points[0].part, 1);
  appetite.most_ = appetite.base_ = before;
  for (std::size_t k = 1; k < points.size(); ++k) {
    const double part = cut(points[k].part, before), drop = before - part;
    const double begin = points[k - 1].price;
    const double end = points[k].price;
    const bool last = k + 1 == points.size();
    const double zero = drop > 0 ? end + part * ((end - begin) / drop) : kEndOfPrices;
    const bool goes_on_to_zero = last && zero < kEndOfPrices;
    appetite.ramps_.push_back(goes_on_to_zero ? ramp(begin, zero, before) : ramp(begin, end, drop));
    appetite.base_ = goes_on_to_zero ? 0 : part;
    before = part;
  }
  return appetite;
}

double Appetite::at(double price) const {
  double part = base_;
  for (const Ramp& ramp : ramps_) part += height(ramp, price);
  return part < most_ ? part : most_;
}

void Appetite::at(std::span<const double> prices, std::span<double> parts) const {
  const double most = most_;
  double* part = parts.data();
  for (std::size_t k = 0; k < prices.size(); ++k) part[k] = base_;
  for (const Ramp& each : ramps_) {
    const Ramp ramp = each;
    for (std::size_t k = 0; k < prices.size(); ++k) part[k] += height(ramp, prices[k]);
  }
  for (std::size_t k = 0; k < prices.size(); ++k) part[k] = part[k] < most ? part[k] : most;
}

}  // namespace warchest::market
