// What the kernels' tests share: padded columns, values that find mistakes, and every target that this machine can run.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <random>
#include <string_view>
#include <vector>

#include "kernels/kernels.h"

namespace warchest::kernels {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();
inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// An aligned column with a guard behind its padding: a kernel that writes too far is found by intact().
template <class T>
class Padded {
 public:
  explicit Padded(size_t n, T value = {}) : n_(n), room_(padded(n) + kPad), data_(allocate(room_), &std::free) {
    for (size_t i = 0; i < room_; ++i) data_.get()[i] = i < padded(n) ? value : guard();
  }
  explicit Padded(const std::vector<T>& values) : Padded(values.size()) {
    for (size_t i = 0; i < values.size(); ++i) data_.get()[i] = values[i];
  }
  T* data() { return data_.get(); }
  const T* data() const { return data_.get(); }
  size_t size() const { return n_; }
  T& operator[](size_t i) { return data_.get()[i]; }
  const T& operator[](size_t i) const { return data_.get()[i]; }
  bool intact() const {
    for (size_t i = padded(n_); i < room_; ++i)
      if (data_.get()[i] != guard()) return false;
    return true;
  }

 private:
  static T guard() { return static_cast<T>(123457); }
  static T* allocate(size_t n) {
    return static_cast<T*>(std::aligned_alloc(kAlignment, (n * sizeof(T) + kAlignment - 1) / kAlignment * kAlignment));
  }
  size_t n_, room_;
  std::unique_ptr<T, void (*)(void*)> data_;
};
using Doubles = Padded<double>;
using Words = Padded<uint32_t>;
using Lanes = Padded<int32_t>;

// Any NaN is as good as any other.
inline bool same_bits(double a, double b) {
  return std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b) || (std::isnan(a) && std::isnan(b));
}

inline const std::vector<double>& special_values() {
  static const std::vector<double> values = {0.0,
                                             -0.0,
                                             1.0,
                                             -1.0,
                                             0.5,
                                             -0.5,
                                             1.5,
                                             -1.5,
                                             2.5,
                                             2.0,
                                             3.0,
                                             -2.0,
                                             0.49999999999999994,
                                             1e-300,
                                             -1e-300,
                                             5e-324,
                                             1e-310,
                                             1e300,
                                             -1e300,
                                             1e16,
                                             1e-16,
                                             0.1,
                                             1.0 / 3,
                                             4503599627370497.0,
                                             4503599627370495.5,
                                             kInfinity,
                                             -kInfinity,
                                             kNan,
                                             709.5,
                                             -745.0,
                                             1.0 + 1e-10,
                                             1.0 + 1e-9,
                                             2.0000000001,
                                             1.7976931348623157e308};
  return values;
}

// Numbers of all sizes and signs, every seventh a special one.
inline std::vector<double> mixed_values(size_t n, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> unit(-1, 1);
  std::vector<double> values(n);
  for (size_t i = 0; i < n; ++i) {
    const double size = std::exp(30 * unit(random));
    values[i] = i % 7 == 3   ? special_values()[random() % special_values().size()]
                : i % 7 == 5 ? std::round(10 * unit(random))
                             : size * unit(random);
  }
  return values;
}
inline std::vector<double> truth_values(size_t n, uint64_t seed, double share = 0.5) {
  std::mt19937_64 random(seed);
  std::bernoulli_distribution coin(share);
  std::vector<double> values(n);
  for (double& v : values) v = coin(random) ? 1.0 : 0.0;
  return values;
}

inline std::vector<std::string_view> targets_here() {
  const std::string_view before = target_name();
  std::vector<std::string_view> found;
  for (const std::string_view name : {"avx512", "avx2", "portable"})
    if (set_target(name)) found.push_back(name);
  set_target(before);
  return found;
}
// Runs `body` on every target, and goes back to the best.
template <class Body>
void on_every_target(Body body) {
  const std::string_view before = target_name();
  for (const std::string_view name : targets_here()) {
    set_target(name);
    body(name);
  }
  set_target(before);
}

// Distance from the true value in units in the last place of the true value (of the smallest normal number below that).
inline double ulps(double value, long double truth) {
  if (std::isnan(value) || std::isnan(truth)) return std::isnan(value) && std::isnan(truth) ? 0 : kInfinity;
  if (std::isinf(value) && std::isinf(static_cast<double>(truth))) return (value > 0) == (truth > 0) ? 0 : kInfinity;
  if (truth == 0) return value == 0 ? 0 : kInfinity;
  int exponent = 0;
  std::frexp(static_cast<double>(truth), &exponent);
  const long double unit = std::ldexp(1.0L, std::max(exponent - 53, -1074));
  return static_cast<double>(std::abs(static_cast<long double>(value) - truth) / unit);
}

}  // namespace warchest::kernels
