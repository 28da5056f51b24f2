// Passes against the separate kernels, one operation after another: equal in every bit, for random operations, more of them at once than
// there are registers, on numbers where things go wrong.
#include "kernels/pass.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>

#include "kernels/kernels.h"
#include "kernels/test_columns.h"

namespace warchest::kernels {
namespace {

using Do = Pass::Do;
using From = Pass::From;
constexpr size_t kLength = 43;

// One operation by the kernels of the table.
void by_kernels(Do what, const double* a, const double* b, const double* c, double* out) {
  const Kernels& k = kernels();
  const size_t n = kLength;
  const auto with = [&] {
    if (c != nullptr) k.land.cc(c, out, out, n);
  };
  Doubles t(n);
  switch (what) {
    case Do::copy:
      return k.copy(a, out, n);
    case Do::add:
      return k.add.cc(a, b, out, n);
    case Do::sub:
      return k.sub.cc(a, b, out, n);
    case Do::mul:
      return k.mul.cc(a, b, out, n);
    case Do::div:
      return k.div.cc(a, b, out, n);
    case Do::min:
      return k.min.cc(b, a, out, n);
    case Do::max:
      return k.max.cc(b, a, out, n);
    case Do::neg:
      return k.neg(a, out, n);
    case Do::abs:
      return k.abs(a, out, n);
    case Do::sqrt:
      return k.sqrt(a, out, n);
    case Do::floor:
      return k.floor(a, out, n);
    case Do::round:
      return k.round(a, out, n);
    case Do::less:
      k.lt.cc(a, b, out, n);
      return with();
    case Do::less_equal:
      k.le.cc(a, b, out, n);
      return with();
    case Do::same:
      k.eq.cc(a, b, out, n);
      return with();
    case Do::nearly_equal:
      return k.nearly_equal.cc(a, b, out, n);
    case Do::both:
      return k.land.cc(a, b, out, n);
    case Do::both_not:
      k.lnot(b, t.data(), n);
      return k.land.cc(a, t.data(), out, n);
    case Do::either:
      return k.lor.cc(a, b, out, n);
    case Do::opposite:
      return k.lnot(a, out, n);
    case Do::choose:
      return k.select.cc(a, b, c, out, n);
    case Do::store:
    case Do::skip:
      return k.copy(a, out, n);
  }
}
int operands_of(Do what) {
  if (what == Do::choose) return 3;
  if (what == Do::copy || what == Do::neg || what == Do::abs || what == Do::sqrt || what == Do::floor || what == Do::round ||
      what == Do::opposite || what == Do::store)
    return 1;
  return 2;
}
bool gives_truth(Do what) { return what >= Do::less && what <= Do::opposite; }

struct Trial {
  explicit Trial(uint64_t seed, size_t operations) : random(seed) {
    for (size_t i = 0; i < 12; ++i)
      add_column(i < 8 ? mixed_values(kLength, random()) : truth_values(kLength, random(), i % 2 == 0 ? 0.5 : 0.06), i >= 8);
    for (size_t i = 0; i < 8; ++i) {
      const double number = i == 0 ? 0.0 : i == 1 ? -0.0 : i == 2 ? kNan : special_values()[random() % special_values().size()];
      numbers.push_back(number);
      pass.numbers.push_back({std::isnan(number), i == 0});
    }
    while (results.size() < operations) {
      if (random() % 12 == 0) {
        add_region(0, {});
      } else {
        add_operation();
      }
    }
  }

  void add_column(const std::vector<double>& values, bool truth) {
    columns.emplace_back(values);
    values_of_columns.emplace_back(values);
    truths_of_columns.push_back(truth);
    const bool fixed = random() % 3 != 0;
    pass.columns.push_back({fixed ? columns.back().data() : nullptr});
  }

  size_t pick(size_t n) { return static_cast<size_t>(random() % n); }

  Pass::Value operand(bool truth) {
    for (;;) {
      const size_t kind = pick(4);
      if (kind < 2 && !results.empty()) {
        const size_t back = pick(2) == 0 ? pick(results.size()) : results.size() - 1 - pick(std::min<size_t>(results.size(), 4));
        if (hidden[back] || (truth && !gives_truth(pass.operations[back].what))) continue;
        return {From::result, static_cast<uint32_t>(back)};
      }
      if (kind == 2) {
        const size_t at = pick(12);
        if (truth && !truths_of_columns[at]) continue;
        return {From::column, static_cast<uint32_t>(at)};
      }
      if (kind == 3 && !truth) return {From::number, static_cast<uint32_t>(pick(numbers.size()))};
    }
  }
  Doubles value(const Pass::Value& x) {
    if (x.from == From::result) return copied(results[x.index]);
    if (x.from == From::column) return copied(values_of_columns[x.index]);
    return Doubles(kLength, numbers[x.index]);
  }
  static Doubles copied(const Doubles& from) {
    Doubles out(kLength);
    for (size_t i = 0; i < kLength; ++i) out[i] = from[i];
    return out;
  }

  void add_operation() {
    Pass::Operation x;
    x.what = static_cast<Do>(pick(static_cast<size_t>(Do::store) + (in_region ? 0 : 1)));
    const int count = operands_of(x.what);
    const bool logic = x.what == Do::both || x.what == Do::both_not || x.what == Do::either || x.what == Do::opposite;
    x.a = operand(logic || x.what == Do::choose);
    if (count > 1) x.b = operand(logic);
    const bool masked = (x.what == Do::less || x.what == Do::less_equal || x.what == Do::same) && pick(2) == 0;
    if (count > 2) x.c = operand(false);
    if (masked) x.c = operand(true);
    Doubles out(kLength);
    const Doubles a = value(x.a), b = count > 1 ? value(x.b) : Doubles(kLength),
                  c = x.c.from != From::nothing ? value(x.c) : Doubles(kLength);
    by_kernels(x.what, a.data(), b.data(), x.c.from != From::nothing ? c.data() : nullptr, out.data());
    if (x.what == Do::store) {
      x.column = static_cast<uint32_t>(columns.size());
      add_column(std::vector<double>(kLength, -77), false);
      values_of_columns.back() = copied(out);
    }
    push(x, std::move(out), x.what == Do::store);
  }
  void push(const Pass::Operation& x, Doubles out, bool hide) {
    results.push_back(std::move(out));
    pass.operations.push_back(x);
    hidden.push_back(hide);
  }

  // Some work and stores on the lanes of a mask, perhaps with a region in it. What is computed in there is not seen outside.
  void add_region(int depth, Pass::Value around) {
    Pass::Value mask = operand(true);
    if (around.from != From::nothing) {
      Pass::Operation x;
      x.what = Do::both;
      x.a = around;
      x.b = mask;
      Doubles out(kLength);
      by_kernels(Do::both, value(x.a).data(), value(x.b).data(), nullptr, out.data());
      push(x, std::move(out), false);
      mask = {From::result, static_cast<uint32_t>(results.size() - 1)};
    }
    Pass::Operation skip;
    skip.what = Do::skip;
    skip.a = mask;
    const size_t at = results.size();
    push(skip, Doubles(kLength), true);
    const bool was = in_region;
    in_region = true;
    for (size_t i = pick(25); i-- > 0;) add_operation();
    if (depth + 1 < kDeepestSkip && pick(3) == 0) add_region(depth + 1, mask);
    for (size_t i = 1 + pick(2); i-- > 0;) {
      Pass::Operation x;
      x.what = Do::store;
      x.a = operand(false);
      x.b = mask;
      x.column = static_cast<uint32_t>(columns.size());
      Doubles out(kLength);
      by_kernels(Do::choose, value(mask).data(), value(x.a).data(), Doubles(kLength, -77).data(), out.data());
      add_column(std::vector<double>(kLength, -77), false);
      values_of_columns.back() = copied(out);
      push(x, std::move(out), true);
    }
    in_region = was;
    for (size_t i = at; i < results.size(); ++i) hidden[i] = true;
    pass.operations[at].count = static_cast<uint32_t>(results.size() - at - 1);
  }

  std::mt19937_64 random;
  Pass pass;
  std::deque<Doubles> columns, values_of_columns;
  std::vector<bool> truths_of_columns;
  std::vector<double> numbers;
  std::deque<Doubles> results;
  std::vector<bool> hidden;  // stores, and what only a region may use
  bool in_region = false;
};

TEST(Passes, equal_the_separate_kernels_in_every_bit) {
  if (!compiles_passes()) GTEST_SKIP() << "this processor or system has no passes";
  for (uint64_t seed = 1; seed <= 600; ++seed) {
    SCOPED_TRACE(seed);
    Trial trial(seed, 1 + seed % 400);
    const auto compiled = compile(trial.pass);
    ASSERT_NE(compiled, nullptr);
    std::vector<const double*> table;
    for (const Doubles& column : trial.columns) table.push_back(column.data());
    compiled->run(table.data(), trial.numbers.data(), kLength);
    for (size_t c = 0; c < trial.columns.size(); ++c) {
      for (size_t i = 0; i < kLength; ++i) {
        ASSERT_TRUE(same_bits(trial.columns[c][i], trial.values_of_columns[c][i]))
            << "column " << c << " lane " << i << ": " << trial.columns[c][i] << " for " << trial.values_of_columns[c][i];
      }
      ASSERT_TRUE(trial.columns[c].intact());
    }
  }
}

TEST(Passes, leave_everything_as_it_was_on_no_lanes) {
  if (!compiles_passes()) GTEST_SKIP() << "this processor or system has no passes";
  Trial trial(5, 40);
  const auto compiled = compile(trial.pass);
  std::vector<const double*> table;
  for (const Doubles& column : trial.columns) table.push_back(column.data());
  compiled->run(table.data(), trial.numbers.data(), 0);
  for (size_t c = 12; c < trial.columns.size(); ++c) EXPECT_EQ(trial.columns[c][0], -77);
}

TEST(Passes, are_for_the_kernels_that_know_their_processor) {
  on_every_target([](std::string_view target) {
    if (target != "avx512") {
      EXPECT_FALSE(compiles_passes());
      EXPECT_EQ(compile(Pass{}), nullptr);
    }
  });
}

}  // namespace
}  // namespace warchest::kernels
