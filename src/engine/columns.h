// Memory for columns: aligned as the kernels want it, in pieces, zero at first.
//
// Columns stand one cache line further apart than they are long, so that the same lane of all columns does not fall into the same
// few sets of the first cache.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <vector>

#include "kernels/kernels.h"

namespace warchest::engine {

class Columns {
 public:
  explicit Columns(std::size_t lanes) : stride_(kernels::padded(lanes) + kernels::kAlignment / sizeof(double)) {}

  // The next `count` columns, stride() apart.
  double* take(std::size_t count) {
    if (count > left_) grow(count);
    double* out = next_;
    next_ += stride_ * count;
    left_ -= count;
    return out;
  }
  std::size_t stride() const { return stride_; }

 private:
  struct Free {
    void operator()(double* p) const { std::free(p); }
  };
  static constexpr std::size_t kPage = 4096, kFewest = 32;

  void grow(std::size_t count) {
    if (count < kFewest) count = kFewest;
    const std::size_t bytes = (stride_ * count * sizeof(double) + kPage - 1) / kPage * kPage;
    auto* piece = static_cast<double*>(std::aligned_alloc(kPage, bytes));
    if (piece == nullptr) throw std::bad_alloc();
    pieces_.emplace_back(piece);
    std::memset(piece, 0, bytes);
    next_ = piece;
    left_ = count;
  }

  std::size_t stride_, left_ = 0;
  double* next_ = nullptr;
  std::vector<std::unique_ptr<double, Free>> pieces_;
};

}  // namespace warchest::engine
