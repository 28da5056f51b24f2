// Memory for columns: aligned as the kernels want it, in pieces, zero at first.
//
// Columns do not stand right behind each other. A processor tells a load from the stores before it by the address within a page at first,
// so where columns lay a page, or a page and a line, apart, the loads of one step would wait for stores that have nothing to do with them;
// and the same lane of all columns would fall into the same few sets of the first cache. Neighbours lie 24 lines apart within the page,
// which keeps the first seven at least eight lines from each other.
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
  explicit Columns(std::size_t lanes) : stride_(stride_of(kernels::padded(lanes) / kLine)) {}

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
  static constexpr std::size_t kLine = kernels::kAlignment / sizeof(double), kLinesOfPage = kPage / kernels::kAlignment, kApart = 24;

  static std::size_t stride_of(std::size_t lines) {
    if (lines < kLinesOfPage / 4) return (lines + 1) * kLine;  // several columns share a page
    return (lines + (kLinesOfPage + kApart - lines % kLinesOfPage) % kLinesOfPage) * kLine;
  }

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
