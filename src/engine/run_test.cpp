// Whole runs: the same bytes however the work is split, and answers that agree with closed forms to within their own stated errors.
#include <gtest/gtest.h>

#include <cmath>
#include <sstream>
#include <thread>

#include "engine/engine.h"
#include "engine/random_program.h"
#include "engine/reference.h"
#include "engine/runway_program.h"
#include "kernels/kernels.h"
#include "kernels/random.h"
#include "program/program.h"

namespace warchest::engine {
namespace {

using namespace program;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// --- results as bytes ------------------------------------------------------------------------------------------------------------------

std::string bytes(const results::Results& results) {
  std::ostringstream out;
  out << std::hexfloat;
  const auto estimate = [&](const results::Estimate& e) {
    out << e.value;
    for (const double s : e.scrambles) out << ' ' << s;
    out << '\n';
  };
  out << results.paths << ' ' << results.seed << '\n';
  for (const auto& output : results.outputs) {
    out << output.name << ' ' << output.kind << '\n';
    for (const auto& c : output.columns) {
      out << c.paths << ' ' << c.missing << ' ' << c.endless << ' ' << c.bottomless << ' ' << c.min << ' ' << c.max << '\n';
      estimate(c.mean);
      estimate(c.sd);
      for (const auto& q : c.quantiles) estimate(q);
      for (const auto count : c.by_month) out << count << ' ';
      for (const auto& counts : c.by_month_scrambles) {
        for (const auto count : counts) out << count << ' ';
      }
      for (const auto& kept : c.kept) {
        for (const double x : kept) out << x << ' ';
      }
      for (const auto count : c.bins) out << count << ' ';
      out << '\n';
    }
  }
  return out.str();
}

results::Results run_with(const Program& program, std::uint64_t paths, int threads, int block = kLargestBlock) {
  RunOptions options;
  options.paths = paths;
  options.seed = 3;
  options.threads = threads;
  options.block = block;
  return run(program, options);
}

// Programs that share everything, much (a plan and luck, but not what is done with them) or nothing.
TEST(Run, GivesTheSameBytesToProgramsThatRunTogether) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    const Program first = RandomProgram::make(3000 + seed), simple = simplify(first), other = RandomProgram::make(4000 + seed);
    Program altered = assign_slots(simple);
    for (Instruction& x : altered.month) {
      if (x.op == Op::add && seed % 2 == 0) x.op = Op::sub;
    }
    RunOptions options;
    options.paths = 700;
    options.seed = seed;
    options.threads = 1 + static_cast<int>(seed % 2);
    const std::vector<const Program*> all = {&first, &simple, &altered, &other, &first};
    const std::vector<results::Results> together = run_all(all, options);
    ASSERT_EQ(together.size(), all.size());
    for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(bytes(run(*all[i], options)), bytes(together[i])) << "program " << i;
  }
}

TEST(Run, TellsWhatProgramsThatRunTogetherHaveDone) {
  const Program runway = assign_slots(simplify(RunwayProgram::make()));
  std::uint64_t last = 0, all = 0;
  RunOptions options;
  options.paths = 400'000;
  options.threads = 1;
  options.progress = [&](std::uint64_t done, std::uint64_t total) {
    EXPECT_LE(last, done);
    last = done;
    all = total;
  };
  const std::atomic<bool> stop = true;
  EXPECT_EQ(run_all({&runway, &runway}, options).size(), 2u);
  if (last > 0) {
    EXPECT_EQ(all, 800'000u);
  }
  options.stop = &stop;
  const auto stopped = run_all({&runway, &runway}, options);
  ASSERT_FALSE(stopped.empty());
  EXPECT_TRUE(stopped.back().interrupted);
}

TEST(Run, GivesTheSameBytesOnAnyNumberOfThreadsAndAnyBlock) {
  const Program runway = assign_slots(simplify(RunwayProgram::make()));
  const std::string expected = bytes(run_with(runway, 40'000, 1));
  for (const int threads : {2, 7}) EXPECT_EQ(expected, bytes(run_with(runway, 40'000, threads))) << threads << " threads";
  EXPECT_EQ(expected, bytes(run_with(runway, 40'000, 2, 16)));
  EXPECT_EQ(expected, bytes(run_with(RunwayProgram::make(), 40'000, 3)));
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE(seed);
    const Program program = RandomProgram::make(seed);
    for (const std::uint64_t paths : {16u, 1000u, 17'001u}) {
      const std::string once = bytes(run_with(program, paths, 1));
      EXPECT_EQ(once, bytes(run_with(program, paths, 2)));
      EXPECT_EQ(once, bytes(run_with(assign_slots(simplify(program)), paths, 7, 16)));
    }
  }
}

TEST(Run, GivesTheSameBytesOnProcessorsOfOneGroup) {
  const std::string best(kernels::target_name());
  const Program runway = assign_slots(simplify(RunwayProgram::make()));
  std::map<std::string, std::string> of_group;
  for (const char* target : {"avx512", "avx2", "portable"}) {
    if (!kernels::set_target(target)) continue;
    const std::string found = bytes(run_with(runway, 3'000, 1));
    EXPECT_EQ(of_group.emplace(kernels::bit_group(), found).first->second, found) << target;
  }
  kernels::set_target(best);
}

TEST(Run, ReplaysAKeptPathByTheReference) {
  const Program program = RunwayProgram::make();
  const auto results = run_with(assign_slots(simplify(program)), 1000, 2);
  const Reference reference(program);
  for (const std::uint64_t path : {0u, 15u, 16u, 777u, 999u}) {
    PathOptions options;
    options.path = path;
    options.seed = 3;
    EXPECT_EQ(reference.run(options).outputs[1][0], results.outputs[1].columns[0].kept[path % 16][path / 16]);
  }
}

TEST(Run, PathsKeepTheirLuckWhenThereAreMore) {
  const Program program = RunwayProgram::make();
  const auto few = run_with(program, 500, 1), many = run_with(program, 5000, 1);
  for (std::size_t s = 0; s < 16; ++s) {
    const auto &a = few.outputs[1].columns[0].kept[s], &b = many.outputs[1].columns[0].kept[s];
    EXPECT_TRUE(std::equal(a.begin(), a.end(), b.begin()));
  }
}

TEST(Run, StopsWhenToldTo) {
  std::atomic<bool> stop{false};
  RunOptions options;
  options.paths = 50'000'000;
  options.threads = 2;
  options.stop = &stop;
  int reports = 0;
  std::uint64_t last = 0;
  options.progress = [&](std::uint64_t done, std::uint64_t total) {
    EXPECT_EQ(total, options.paths);
    EXPECT_GE(done, last);
    last = done;
    if (++reports == 2) stop = true;
  };
  const auto results = run(RunwayProgram::make(), options);
  EXPECT_TRUE(results.interrupted);
  EXPECT_TRUE(results.outputs.empty());
  EXPECT_EQ(reports, 2);
}

// --- programs by hand -------------------------------------------------------------------------------------------------------------------

struct Builder {
  Program p;
  std::vector<Instruction>* code = &p.setup;

  Operand make(Keep keep, Op op, Operand a = {}, Operand b = {}, Operand c = {}, std::uint32_t data = 0) {
    p.slots.push_back({keep, 0, 0, ""});
    const auto id = static_cast<SlotId>(p.slots.size() - 1);
    set(id, op, a, b, c, data);
    return slot(id);
  }
  void set(SlotId id, Op op, Operand a = {}, Operand b = {}, Operand c = {}, std::uint32_t data = 0) {
    Instruction x;
    x.op = op;
    x.target = id;
    x.a = a;
    x.b = b;
    x.c = c;
    x.data = data;
    code->push_back(x);
  }
  Operand path_draw(const char* name, std::int32_t dimension) {
    p.draws.push_back({name, kernels::hash_name(name), false, {}});
    if (dimension >= 0) p.draws.back().dimensions = {dimension};
    return make(Keep::path, Op::draw_path, {}, {}, {}, static_cast<std::uint32_t>(p.draws.size() - 1));
  }
  void record(const char* name, Operand a, Output::Kind kind = Output::Kind::number, std::vector<double> ranks = {}) {
    Instruction x;
    x.op = Op::record;
    x.a = a;
    x.data = static_cast<std::uint32_t>(p.outputs.size());
    code->push_back(x);
    p.outputs.push_back({name, kind, code == &p.month, true, std::move(ranks)});
  }
};

// Within five standard errors, and the error small enough to mean something.
void expect_close(const results::Estimate& found, double expected, double most_error) {
  EXPECT_NEAR(found.value, expected, 5 * found.error() + 1e-12 * std::fabs(expected));
  EXPECT_LT(found.error(), most_error);
}

double phi(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }

TEST(Run, LognormalMeanAndQuantilesAreThoseOfTheBook) {
  for (const std::int32_t dimension : {0, -1}) {              // a Sobol point, and Philox
    for (const std::uint64_t paths : {100'000u, 400'000u}) {  // values kept, and bins
      Builder b;
      b.p.months = 1;
      const Operand z = b.path_draw("z", dimension);
      b.code = &b.p.finish;
      b.record("x", b.make(Keep::temporary, Op::exp, b.make(Keep::temporary, Op::mul, z, constant(0.5))), Output::Kind::number,
               {0.01, 0.99});
      const auto results = run_with(simplify(b.p), paths, 2);
      const auto& x = results.outputs[0].columns[0];
      const double mean = std::exp(0.125);
      expect_close(x.mean, mean, dimension == 0 ? 2e-4 : 4e-3);
      expect_close(x.sd, mean * std::sqrt(std::exp(0.25) - 1), dimension == 0 ? 3e-3 : 1e-2);
      for (const auto& [q, score] : {std::pair{0.01, -2.326347874040841},
                                     {0.05, -1.6448536269514722},
                                     {0.5, 0.0},
                                     {0.95, 1.6448536269514722},
                                     {0.99, 2.326347874040841}}) {
        const auto found = x.quantile(q);
        const double exact = std::exp(0.5 * score);
        EXPECT_NEAR(found.value, exact,
                    5 * found.error() + (x.bins.empty() ? 1e-4 : (exact + x.binning.scale) * std::ldexp(0.2, -x.binning.bits)))
            << q << " of " << paths;
        EXPECT_LT(found.error(), 0.02);
      }
      EXPECT_EQ(x.paths, paths);
    }
  }
}

TEST(Run, SobolPointsAreFarMoreEvenThanChance) {
  Builder b;
  b.p.months = 1;
  const Operand z = b.path_draw("z", 0), y = b.path_draw("y", -1);
  b.code = &b.p.finish;
  b.record("sobol", b.make(Keep::temporary, Op::normal_cdf, z));
  b.record("philox", b.make(Keep::temporary, Op::normal_cdf, y));
  const auto results = run_with(b.p, 16 * 4096, 2);
  const auto &sobol = results.outputs[0].columns[0], &philox = results.outputs[1].columns[0];
  expect_close(sobol.mean, 0.5, 1e-6);
  expect_close(philox.mean, 0.5, 3e-3);
  EXPECT_GT(philox.mean.error(), 2e-4);
  for (const double q : {0.05, 0.25, 0.5, 0.75, 0.95}) {
    EXPECT_NEAR(sobol.quantile(q).value, q, 1e-4);
    EXPECT_NEAR(philox.quantile(q).value, q, 5 * philox.quantile(q).error());
  }
}

TEST(Run, WeightedScoresAreCorrelated) {
  Builder b;
  b.p.months = 1;
  const double rho = 0.6;
  const Operand x = b.path_draw("x", 0), y = b.path_draw("y", 1);
  b.code = &b.p.finish;
  const Operand second =
      b.make(Keep::temporary, Op::mul_add, y, constant(std::sqrt(1 - rho * rho)), b.make(Keep::temporary, Op::mul, x, constant(rho)));
  b.record("product", b.make(Keep::temporary, Op::mul, x, second));
  b.record("second", second);
  const Operand both_high = b.make(Keep::temporary, Op::both_less, b.make(Keep::temporary, Op::less, constant(0), x), constant(0), second);
  b.record("both", both_high, Output::Kind::truth);
  const auto results = run_with(simplify(b.p), 200'000, 2);
  expect_close(results.outputs[0].columns[0].mean, rho, 1e-3);
  expect_close(results.outputs[1].columns[0].sd, 1, 1e-3);
  expect_close(results.outputs[2].columns[0].mean, 0.25 + std::asin(rho) / (2 * std::acos(-1.0)), 1e-3);
}

// A random walk with drift: the month in which it first ends below zero against the exact chances of the discrete walk, found by
// stepping its density; and whole months, endless ones included.
TEST(Run, FirstPassageOfAWalkAgreesWithItsDensity) {
  const int months = 24;
  const double start = 3, drift = -0.05, sd = 1;
  Builder b;
  b.p.months = months;
  b.p.draws.push_back({"step", kernels::hash_name("step"), false, {}});
  std::vector<double> number;
  for (int t = 0; t < months; ++t) number.push_back(t);
  b.p.schedules.push_back(number);
  const Operand level = b.make(Keep::state, Op::copy, constant(start)), when = b.make(Keep::state, Op::copy, constant(kInfinity));
  b.code = &b.p.month;
  const Operand z = b.make(Keep::temporary, Op::draw_month, {}, {}, {}, 0);
  b.set(level.index, Op::add, level, b.make(Keep::temporary, Op::mul_add, z, constant(sd), constant(drift)));
  const Operand first =
      b.make(Keep::temporary, Op::both_less, b.make(Keep::temporary, Op::same, when, constant(kInfinity)), level, constant(0));
  b.set(when.index, Op::choose, first, schedule(0), when);
  b.code = &b.p.finish;
  b.record("when", when, Output::Kind::months);
  b.record("ruin", b.make(Keep::temporary, Op::less, when, constant(kInfinity)), Output::Kind::truth);
  const auto results = run_with(assign_slots(simplify(b.p)), 400'000, 2);

  // Density of those still above zero, on a grid.
  const int cells = 1600;
  const double top = 20, width = top / cells;
  std::vector<double> density(cells), next(cells);
  std::vector<double> ruin(months);
  const auto step_density = [&](double from, double to) {
    return std::exp(-0.5 * std::pow((to - from - drift) / sd, 2)) / (sd * std::sqrt(2 * std::acos(-1.0)));
  };
  for (int c = 0; c < cells; ++c) density[c] = step_density(start, (c + 0.5) * width);
  ruin[0] = phi((0 - start - drift) / sd);
  for (int t = 1; t < months; ++t) {
    double sum = 0;
    std::fill(next.begin(), next.end(), 0.0);
    for (int from = 0; from < cells; ++from) {
      sum += density[from] * width * phi((0 - (from + 0.5) * width - drift) / sd);
      const int reach = static_cast<int>(7 * sd / width);
      for (int to = std::max(0, from - reach); to < std::min(cells, from + reach); ++to) {
        next[to] += density[from] * width * step_density((from + 0.5) * width, (to + 0.5) * width);
      }
    }
    ruin[t] = sum;
    std::swap(density, next);
  }
  const auto& when_column = results.outputs[0].columns[0];
  double total = 0;
  for (int t = 0; t < months; ++t) {
    const double found = static_cast<double>(when_column.by_month[t]) / static_cast<double>(when_column.paths);
    EXPECT_NEAR(found, ruin[t], 5 * std::sqrt(ruin[t] / 400'000) + 2e-5) << "month " << t;
    total += ruin[t];
  }
  EXPECT_NEAR(results.outputs[1].columns[0].mean.value, total, 5 * results.outputs[1].columns[0].mean.error() + 1e-4);
  EXPECT_EQ(
      when_column.endless +
          [&] {
            std::uint64_t n = 0;
            for (const auto c : when_column.by_month) n += c;
            return n;
          }(),
      400'000u);
  EXPECT_EQ(when_column.quantile(0.99).value, when_column.endless > 4000 ? kInfinity : when_column.quantile(0.99).value);
}

TEST(Run, CountsMissingAndEndlessApart) {
  Builder b;
  b.p.months = 2;
  const Operand z = b.path_draw("z", 0);
  for (auto* code : {&b.p.month, &b.p.finish}) {
    b.code = code;
    const Operand positive = b.make(Keep::temporary, Op::less, constant(0), z);
    const Operand large = b.make(Keep::temporary, Op::less, constant(1.2815515655446004), z);
    const Operand missing = b.make(Keep::temporary, Op::choose, positive, z, constant(std::numeric_limits<double>::quiet_NaN()));
    b.record("some missing", b.make(Keep::temporary, Op::choose, large, constant(kInfinity), missing));
    b.record("some bottomless", b.make(Keep::temporary, Op::choose, large, constant(-kInfinity), z));
  }
  const auto results = run_with(b.p, 16'384, 2);
  for (const auto& output : results.outputs) {
    for (const auto& column : output.columns) {
      const bool first = output.name == "some missing";
      EXPECT_EQ(column.missing, first ? 8192u : 0u);
      EXPECT_NEAR(static_cast<double>(first ? column.endless : column.bottomless), 1638, 2);
      EXPECT_EQ(column.paths, 16'384 - column.missing);
      EXPECT_TRUE(std::isfinite(column.mean.value) && std::isfinite(column.mean.error()));
      EXPECT_LT(column.max, 1.29);
      if (first) {
        EXPECT_EQ(column.quantile(0.95).value, kInfinity);
        EXPECT_NEAR(column.quantile(0.5).value, 0.6745, 0.02);  // of those with an answer
      } else {
        EXPECT_EQ(column.quantile(0.05).value, -kInfinity);
        EXPECT_NEAR(column.quantile(0.5).value, -0.2533, 0.02);
      }
    }
  }
}

// A column that is zero on nearly every path, so that the pilot sees nothing, and vast on a few.
TEST(Run, WidensBinsThatProvedTooNarrow) {
  Builder b;
  b.p.months = 1;
  const Operand z = b.path_draw("z", -1);
  b.code = &b.p.month;
  const Operand rare = b.make(Keep::temporary, Op::less, constant(3.0), z);
  b.record("rare", b.make(Keep::temporary, Op::choose, rare, b.make(Keep::temporary, Op::mul, z, constant(1e12)), constant(0)),
           Output::Kind::number, {0.999, 1});
  const auto results = run_with(b.p, 300'000, 2);
  const auto& column = results.outputs[0].columns[0];
  EXPECT_GT(column.quantile(0.999).value, 3e12);
  EXPECT_LT(column.quantile(0.999).value, 3.3e12);
  EXPECT_EQ(column.quantile(0.5).value, 0);
  EXPECT_NEAR(column.quantile(1).value, column.max, 0.01 * column.max);
  EXPECT_EQ(bytes(results), bytes(run_with(b.p, 300'000, 1)));
}

TEST(Run, AConstantHasNoError) {
  Builder b;
  b.p.months = 1;
  b.path_draw("z", 0);
  b.code = &b.p.month;
  b.record("constant", constant(0.1));
  b.code = &b.p.finish;
  b.record("constant", constant(0.1));
  const auto results = run_with(b.p, 300'000, 1);
  for (const auto& output : results.outputs) {
    EXPECT_EQ(output.columns[0].mean.value, 0.1);
    EXPECT_EQ(output.columns[0].sd.value, 0);
    EXPECT_EQ(output.columns[0].quantile(0.05).value, 0.1);
    EXPECT_EQ(output.columns[0].mean.error(), 0);
  }
}

}  // namespace
}  // namespace warchest::engine
