// The part of its purse that an investor still brings at a price: a curve of price over the company's last post-money.
//
// Piecewise linear and never rising. Below the first point the first part holds; beyond the last the last slope goes on down to zero,
// where the investor has walked away; a last stretch that is flat, or a single point, stays flat for ever.
//
// Kept as a sum of ramps, each from `drop` down to 0 where it ends:  part(x) = min(most, base + sum of clamp(slope * (x - end), 0, drop)).
// A sum of clamped terms never rises in floating point either, is exactly 0 where the curve has reached zero, and has no branches.
#pragma once

#include <span>
#include <vector>

#include "market/result.h"

namespace warchest::market {

struct AppetitePoint {
  double price = 1;  // over the last post-money
  double part = 1;   // of the purse, 0 to 1
};

struct Ramp {
  double begin = 0, end = 0;
  double slope = 0;  // negative or 0
  double drop = 0;   // its height at and before `begin`
};

inline double height(const Ramp& ramp, double price) {
  const double reached = ramp.slope * (price - ramp.end);
  const double above = reached > 0 ? reached : 0;
  return above < ramp.drop ? above : ramp.drop;
}

class Appetite {
 public:
  Appetite() = default;  // takes any price

  // Refused: no point; a price that is negative, endless or not above the one before; a part outside 0 to 1, or above the one before.
  static Result<Appetite> of(std::span<const AppetitePoint> points);

  // For one path of points whose parts are uncertain, where nobody can be asked: a part is cut to 0 … the part before it. Prices must
  // have passed of(). For points that of() accepts it gives the same curve, bit for bit.
  static Appetite on_path(std::span<const AppetitePoint> points);

  // shape price over last post-money -> part; unit none; error 3 ulp of 1; never rises in x, to the last bit
  double at(double price) const;
  void at(std::span<const double> prices, std::span<double> parts) const;  // the same, bit for bit

  double most() const { return most_; }
  double base() const { return base_; }
  const std::vector<Ramp>& ramps() const { return ramps_; }  // one fewer than points

 private:
  double most_ = 1, base_ = 1;
  std::vector<Ramp> ramps_;
};

}  // namespace warchest::market
