// Passes against the separate kernels, one operation after another: equal in every bit, for random operations, more of them at once than
// there are registers, on numbers where things go wrong. And each operation by itself against what C++ makes of one lane.
#include "kernels/pass.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <optional>
#include <random>
#include <string>

#include "kernels/executable.h"
#include "kernels/far_columns.h"
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

// A displacement reaches 2 GiB; what stands further away is looked up.
TEST(Passes, reach_columns_that_stand_far_apart) {
  if (!compiles_passes()) GTEST_SKIP() << "this processor or system has no passes";
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE(seed);
    Trial trial(seed, 1 + seed % 200);
    FarColumns far;
    if (!far.has_room()) GTEST_SKIP() << "no room for addresses";
    std::vector<double*> at;
    std::vector<const double*> table;
    for (size_t c = 0; c < trial.columns.size(); ++c) {
      at.push_back(far.take(padded(kLength)));
      std::copy_n(trial.columns[c].data(), padded(kLength), at[c]);
      if (trial.pass.columns[c].fixed != nullptr) trial.pass.columns[c].fixed = at[c];
      table.push_back(at[c]);
    }
    const auto compiled = compile(trial.pass);
    ASSERT_NE(compiled, nullptr);
    compiled->run(table.data(), trial.numbers.data(), kLength);
    for (size_t c = 0; c < trial.columns.size(); ++c) {
      for (size_t i = 0; i < kLength; ++i)
        ASSERT_TRUE(same_bits(at[c][i], trial.values_of_columns[c][i])) << "column " << c << " lane " << i;
    }
  }
}

// One lane, as kernels.h says it.
double by_hand(Do what, double a, double b, double c, bool has_c) {
  const auto truth = [&](bool x) { return x && (!has_c || c != 0) ? 1.0 : 0.0; };
  switch (what) {
    case Do::add:
      return a + b;
    case Do::sub:
      return a - b;
    case Do::mul:
      return a * b;
    case Do::div:
      return a / b;
    case Do::min:
      return std::isnan(a) || std::isnan(b) ? kNan : b < a ? b : a;
    case Do::max:
      return std::isnan(a) || std::isnan(b) ? kNan : b > a ? b : a;
    case Do::neg:
      return -a;
    case Do::abs:
      return std::fabs(a);
    case Do::sqrt:
      return std::sqrt(a);
    case Do::floor:
      return std::floor(a);
    case Do::round:
      return std::round(a);
    case Do::less:
      return truth(a < b);
    case Do::less_equal:
      return truth(a <= b);
    case Do::same:
      return truth(a == b);
    case Do::nearly_equal:
      return truth(a == b || (std::fabs(a - b) <= 1e-9 * std::max(std::fabs(a), std::fabs(b)) && std::fabs(a - b) < kInfinity));
    case Do::both:
      return truth(a != 0 && b != 0);
    case Do::both_not:
      return truth(a != 0 && b == 0);
    case Do::either:
      return truth(a != 0 || b != 0);
    case Do::opposite:
      return truth(a == 0);
    case Do::choose:
      return a != 0 ? b : c;
    case Do::copy:
    case Do::store:
    case Do::skip:
      break;
  }
  return a;
}

// What operand an operation reads, in the four ways in which it can be there.
enum class Stands { fixed, row, number, result };

TEST(Passes, do_each_operation_as_one_lane_does_it) {
  if (!compiles_passes()) GTEST_SKIP() << "this processor or system has no passes";
  const std::vector<double>& special = special_values();
  const std::vector<double> truths = {0, 1};
  size_t checked = 0;
  for (int code = 0; code < static_cast<int>(Do::store); ++code) {
    const Do what = static_cast<Do>(code);
    const int count = operands_of(what);
    const bool logic = what == Do::both || what == Do::both_not || what == Do::either || what == Do::opposite;
    const bool may_be_masked = what == Do::less || what == Do::less_equal || what == Do::same;
    const auto values_of = [&](int operand) -> const std::vector<double>& {
      return logic || (what == Do::choose && operand == 0) || (may_be_masked && operand == 2) ? truths : special;
    };
    for (int masked = 0; masked <= (may_be_masked ? 1 : 0); ++masked) {
      const int operands = count + masked;
      // All combinations of the columns' values are the lanes; a number is one of a few.
      for (int stands = 0; stands < 1 << (2 * operands); ++stands) {
        const auto stands_of = [&](int operand) { return static_cast<Stands>(stands >> (2 * operand) & 3); };
        const size_t turns = stands_of(0) == Stands::number || stands_of(1) == Stands::number ? special.size() : 1;
        for (size_t turn = 0; turn < turns; ++turn) {
          std::vector<std::vector<double>> lanes(3);
          for (const double a : values_of(0)) {
            for (const double b : operands > 1 ? values_of(1) : truths) {
              for (const double c : operands > 2 ? values_of(2) : truths) {
                lanes[0].push_back(a);
                lanes[1].push_back(b);
                lanes[2].push_back(c);
              }
            }
          }
          // Any number of lanes, whole turns of the loop or not.
          const size_t n = lanes[0].size() - (static_cast<size_t>(stands) + turn) % 9;
          Pass pass;
          std::deque<Doubles> columns;
          std::vector<double> numbers;
          const auto column = [&](const std::vector<double>& values, bool fixed) {
            columns.emplace_back(values);
            pass.columns.push_back({fixed ? columns.back().data() : nullptr});
            return Pass::Value{From::column, static_cast<uint32_t>(columns.size() - 1)};
          };
          Pass::Operation x;
          x.what = what;
          Pass::Value* const parts[] = {&x.a, &x.b, &x.c};
          for (int i = 0; i < operands; ++i) {
            const size_t at = static_cast<size_t>(i);
            if (stands_of(i) == Stands::number) {
              const double number = values_of(i)[(turn + 7 * at) % values_of(i).size()];
              std::fill(lanes[at].begin(), lanes[at].end(), number);
              *parts[i] = {From::number, static_cast<uint32_t>(numbers.size())};
              numbers.push_back(number);
              pass.numbers.push_back({std::isnan(number), number == 0 && !std::signbit(number)});
            } else {
              *parts[i] = column(lanes[at], stands_of(i) == Stands::fixed);
              if (stands_of(i) != Stands::result) continue;
              Pass::Operation copy;
              copy.what = Do::copy;
              copy.a = *parts[i];
              *parts[i] = {From::result, static_cast<uint32_t>(pass.operations.size())};
              pass.operations.push_back(copy);
            }
          }
          pass.operations.push_back(x);
          Pass::Operation store;
          store.what = Do::store;
          store.a = {From::result, static_cast<uint32_t>(pass.operations.size() - 1)};
          store.column = column(std::vector<double>(lanes[0].size(), -77), turn % 2 == 0).index;
          pass.operations.push_back(store);
          const auto compiled = compile(pass);
          ASSERT_NE(compiled, nullptr);
          std::vector<const double*> table;
          for (const Doubles& one : columns) table.push_back(one.data());
          compiled->run(table.data(), numbers.data(), n);
          for (size_t i = 0; i < n; ++i, ++checked) {
            const double expected = by_hand(what, lanes[0][i], lanes[1][i], lanes[2][i], masked != 0);
            ASSERT_TRUE(same_bits(expected, columns.back()[i]))
                << "operation " << code << " operands stand " << stands << ": " << lanes[0][i] << ", " << lanes[1][i] << ", " << lanes[2][i]
                << " give " << columns.back()[i] << ", not " << expected;
          }
          for (size_t i = padded(n); i < lanes[0].size(); ++i) ASSERT_EQ(columns.back()[i], -77) << "behind the last lane";
        }
      }
    }
  }
  EXPECT_GT(checked, 1'000'000u);
}

TEST(Passes, come_to_nothing_where_the_system_refuses) {
  if (!compiles_passes()) GTEST_SKIP() << "this processor or system has no passes";
  const Trial trial(7, 10);
  limit_passes(1);
  EXPECT_NE(compile(trial.pass), nullptr);
  EXPECT_EQ(compile(trial.pass), nullptr);
  limit_passes(-1);
  EXPECT_NE(compile(trial.pass), nullptr);
  EXPECT_EXIT(
      {
        const bool refuses = refuse_executable_memory();
        std::exit(!refuses ? 7 : compile(trial.pass) == nullptr ? 0 : 1);
      },
      [](int status) { return WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 7); }, "");
}

TEST(Passes, are_never_writable_and_executable_at_once) {
  const std::vector<uint8_t> code = {0xc3};
  const auto made = Executable::of(code);
  if (made == nullptr) GTEST_SKIP() << "this system has no memory that may be executed";
  std::ifstream maps("/proc/self/maps");
  if (!maps) GTEST_SKIP() << "this system does not tell its mappings";
  const auto wanted = reinterpret_cast<std::uintptr_t>(made->start());
  std::optional<std::string> rights;
  for (std::string line; std::getline(maps, line);) {
    const size_t dash = line.find('-'), space = line.find(' ');
    const auto from = std::stoull(line.substr(0, dash), nullptr, 16),
               to = std::stoull(line.substr(dash + 1, space - dash - 1), nullptr, 16);
    if (from <= wanted && wanted < to) rights = line.substr(space + 1, 3);
  }
  EXPECT_EQ(rights, "r-x");
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
