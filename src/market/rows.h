// Memory for rows of numbers by investor. Every row begins on a cache line and is as long as whole vectors, zero behind the last investor,
// so that loops over investors have no beginning and no end of their own, and no load lies across two lines. Sums do not notice the zeros.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace warchest::market {

class Rows {
 public:
  static constexpr std::size_t kWidth = 8;
  static constexpr std::size_t length_for(std::size_t investors) { return (investors + kWidth - 1) / kWidth * kWidth; }

  Rows() = default;
  Rows(std::size_t rows, std::size_t investors) { reset(rows, investors); }
  // All zero, in the same memory where it is enough.
  void reset(std::size_t rows, std::size_t investors) {
    length_ = length_for(investors);
    lines_.assign(rows * length_ / kWidth, Line{});
  }

  // At least so many rows, of whatever was in them.
  void resize(std::size_t rows, std::size_t investors) {
    length_ = length_for(investors);
    if (lines_.size() < rows * length_ / kWidth) lines_.resize(rows * length_ / kWidth);
  }

  std::size_t length() const { return length_; }
  double* operator[](std::size_t row) { return lines_[row * length_ / kWidth].numbers; }
  const double* operator[](std::size_t row) const { return lines_[row * length_ / kWidth].numbers; }
  std::span<double> whole(std::size_t row) { return {(*this)[row], length_}; }

 private:
  struct alignas(kWidth * sizeof(double)) Line {
    double numbers[kWidth] = {};
  };
  std::size_t length_ = 0;
  std::vector<Line> lines_;
};

}  // namespace warchest::market
