// Loops over rows by eights: eight investors side by side as one value, which the compiler turns into one, two or four registers, whatever
// the processor has (kernels/clones.h). A formula written once for a type T holds for eight and for the ones at the end of a row that is
// not as long as whole vectors, with the same bits. All of it is inlined into one function for each kind of processor (`flatten`): no value
// of eight crosses a call, so the warning that such calls differ by processor says nothing here.
#pragma once

#include <cstddef>
#include <cstring>

#pragma GCC diagnostic ignored "-Wpsabi"

namespace warchest::market {

using Eight = double __attribute__((vector_size(64)));

template <class T>
inline T load(const double* row, std::size_t i) {
  T value;
  std::memcpy(&value, row + i, sizeof value);
  return value;
}

template <class T>
inline void store(double* row, std::size_t i, const T& value) {
  std::memcpy(row + i, &value, sizeof value);
}

template <class T>
inline T lesser(const T& a, const T& b) {
  return a < b ? a : b;
}
template <class T>
inline T not_below_zero(const T& a) {
  return a > T{} ? a : T{};
}

template <class T>
struct As {};  // says which of the two

// step(i, As<T>()) for i = 0, 8, …, with T = Eight, and for each of what is left with T = double.
template <class Step>
inline void by_eights(std::size_t n, const Step& step) {
  std::size_t i = 0;
  for (; i + 8 <= n; i += 8) step(i, As<Eight>());
  for (; i < n; ++i) step(i, As<double>());
}

// Sums in eight parts and a fixed tree. kSums at a time, so that one does not wait for the other: terms(i, As<T>(), k) is the i-th of sum
// k.
template <std::size_t kSums, class Terms>
inline void sums_of(std::size_t n, const Terms& terms, double (&sums)[kSums]) {
  Eight parts[kSums] = {};
  std::size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    for (std::size_t k = 0; k < kSums; ++k) parts[k] += terms(i, As<Eight>(), k);
  }
  for (std::size_t l = 0; i + l < n; ++l) {
    for (std::size_t k = 0; k < kSums; ++k) parts[k][l] += terms(i + l, As<double>(), k);
  }
  for (std::size_t k = 0; k < kSums; ++k) {
    const Eight& v = parts[k];
    sums[k] = ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
  }
}

template <class Term>
inline double sum_of(std::size_t n, const Term& term) {
  double sum[1];
  sums_of(
      n, [&term](std::size_t i, auto type, std::size_t) { return term(i, type); }, sum);
  return sum[0];
}

}  // namespace warchest::market
