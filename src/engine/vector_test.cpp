// The vector engine against the reference, bit by bit: on random programs, for several block sizes and processors, before and after the
// passes; and every elementwise operation on the numbers where things go wrong.
#include "engine/vector.h"

#include <gtest/gtest.h>

#include <bit>
#include <cstdlib>
#include <map>

#include "engine/random_program.h"
#include "engine/reference.h"
#include "engine/runway_program.h"
#include "kernels/far_columns.h"
#include "kernels/kernels.h"
#include "kernels/pass.h"
#include "program/arithmetic.h"
#include "program/rest.h"

namespace warchest::engine {
namespace {

using program::Program;

// outputs[output][month][lane]
class Recorder : public Sink {
 public:
  explicit Recorder(const Program& program) : program_(program) {
    for (const auto& output : program.outputs) outputs.emplace_back(output.series ? static_cast<std::size_t>(program.months) : 1);
  }
  void take(std::uint32_t output, std::int32_t month, const double* column, std::size_t n) override {
    auto& lanes = outputs[output][program_.outputs[output].series ? static_cast<std::size_t>(month) : 0];
    lanes.insert(lanes.end(), column, column + n);
  }
  std::vector<std::vector<std::vector<double>>> outputs;

 private:
  const Program& program_;
};

bool same_bits(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) || (a != a && b != b); }

struct Slice {
  std::uint32_t scramble, first_point;
  std::size_t points, block;
};

Recorder run_vector(const Program& program, const Slice& slice) {
  const Prepared prepared = prepare(program);
  Machine machine(program, prepared, 7, slice.block);
  Recorder recorder(program);
  for (std::size_t from = 0; from < slice.points; from += slice.block) {
    machine.run(slice.scramble, slice.first_point + static_cast<std::uint32_t>(from), std::min(slice.block, slice.points - from), recorder);
  }
  return recorder;
}

std::vector<PathRecord> run_reference(const Program& program, const Slice& slice) {
  const Reference reference(program);
  std::vector<PathRecord> out;
  for (std::size_t i = 0; i < slice.points; ++i) {
    PathOptions options;
    options.path = (slice.first_point + i) * 16 + slice.scramble;
    options.seed = 7;
    out.push_back(reference.run(options));
  }
  return out;
}

::testing::AssertionResult equal(const Program& program, const std::vector<PathRecord>& truth, const Recorder& fast) {
  for (std::size_t lane = 0; lane < truth.size(); ++lane) {
    for (std::size_t output = 0; output < truth[lane].outputs.size(); ++output) {
      for (std::size_t month = 0; month < truth[lane].outputs[output].size(); ++month) {
        const double expected = truth[lane].outputs[output][month], found = fast.outputs[output][month].at(lane);
        if (!same_bits(expected, found)) {
          return ::testing::AssertionFailure() << "lane " << lane << " output " << output << " month " << month << ": reference "
                                               << expected << ", vector " << found << "\n"
                                               << program::print(program);
        }
      }
    }
  }
  return ::testing::AssertionSuccess();
}

constexpr std::uint64_t kPrograms = 250;
constexpr std::size_t kFewest = 6;  // at rest: more than it pays, so that rests are many

TEST(VectorEngine, EqualsTheReferenceOnRandomPrograms) {
  for (std::uint64_t seed = 1; seed <= kPrograms; ++seed) {
    SCOPED_TRACE(seed);
    const Program program = RandomProgram::make(seed, 10 + static_cast<int>(seed % 60));
    ASSERT_EQ(program::fault(program), "");
    const Slice slice{static_cast<std::uint32_t>(seed % 16), static_cast<std::uint32_t>(seed * 37), 61, 256};
    const auto truth = run_reference(program, slice);
    ASSERT_TRUE(equal(program, truth, run_vector(program, slice)));
    for (const std::size_t block : {16, 48}) {
      Slice cut = slice;
      cut.block = block;
      ASSERT_TRUE(equal(program, truth, run_vector(program, cut))) << "block " << block;
    }
  }
}

TEST(VectorEngine, EqualsTheReferenceOnFullBlocks) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    const Program program = RandomProgram::make(1000 + seed);
    const Slice slice{3, 512, 256, 256};
    ASSERT_TRUE(equal(program, run_reference(program, slice), run_vector(program, slice)));
  }
}

TEST(VectorEngine, GivesTheSameBitsOnProcessorsOfOneGroup) {
  const std::string best(kernels::target_name());
  std::map<std::string, std::string> group;
  for (const char* target : {"avx512", "avx2", "portable"}) {
    if (!kernels::set_target(target)) continue;
    group[target] = std::string(kernels::bit_group());
  }
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    const Program program = RandomProgram::make(2000 + seed);
    const Slice slice{1, 5, 40, 256};
    std::map<std::string, std::vector<PathRecord>> truth;  // one a group
    for (const auto& [target, name] : group) {
      ASSERT_TRUE(kernels::set_target(target));
      if (truth.count(name) == 0) truth[name] = run_reference(program, slice);
      EXPECT_TRUE(equal(program, truth[name], run_vector(program, slice))) << target;
    }
  }
  kernels::set_target(best);
}

TEST(VectorEngine, PassesChangeNoBit) {
  for (std::uint64_t seed = 1; seed <= kPrograms; ++seed) {
    SCOPED_TRACE(seed);
    const Program program = RandomProgram::make(3000 + seed, 10 + static_cast<int>(seed % 80));
    const Slice slice{static_cast<std::uint32_t>(seed % 16), 3, 37, 256};
    const auto truth = run_reference(program, slice);
    const Program assigned = program::assign_slots(program);
    ASSERT_EQ(program::fault(assigned), "") << program::print(program) << program::print(assigned);
    ASSERT_TRUE(equal(assigned, truth, run_vector(assigned, slice))) << "slots\n" << program::print(program);
    const Program simple = program::simplify(program);
    ASSERT_EQ(program::fault(simple), "") << program::print(program) << program::print(simple);
    ASSERT_TRUE(equal(simple, truth, run_vector(simple, slice))) << "simplify\n" << program::print(program);
    const Program both = program::assign_slots(simple);
    ASSERT_EQ(program::fault(both), "") << program::print(simple) << program::print(both);
    ASSERT_TRUE(equal(both, truth, run_vector(both, slice))) << "both\n" << program::print(simple);
    const auto replayed = run_reference(both, {slice.scramble, slice.first_point, 3, 256});
    ASSERT_TRUE(equal(both, replayed, run_vector(both, slice)));
    const Program again = program::simplify(both);
    ASSERT_TRUE(equal(again, truth, run_vector(again, slice))) << "simplify after slots\n" << program::print(both);
  }
}

// Where the system gives no executable memory, from the start or from some pass on, the separate kernels do the work.
TEST(VectorEngine, GivesTheSameBitsWithoutExecutableMemory) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    const Program program = program::assign_slots(program::mark_rests(program::simplify(RandomProgram::make(6000 + seed)), kFewest));
    const Slice slice{4, static_cast<std::uint32_t>(seed), 45, 32};
    const auto truth = run_reference(program, slice);
    for (const int passes : {0, 1, 2, 5, 9}) {
      kernels::limit_passes(passes);
      const auto found = equal(program, truth, run_vector(program, slice));
      kernels::limit_passes(-1);
      ASSERT_TRUE(found) << passes << " passes";
    }
  }
}

TEST(VectorEngine, GivesTheSameBitsUnderASystemThatRefusesExecutableMemory) {
  const Program program = program::assign_slots(program::simplify(RunwayProgram::make()));
  const Slice slice{11, 4096, 100, 64};
  const auto truth = run_reference(program, slice);
  EXPECT_EXIT(
      {
        const bool refuses = kernels::refuse_executable_memory();
        std::exit(!refuses ? 7 : equal(program, truth, run_vector(program, slice)) ? 0 : 1);
      },
      [](int status) { return WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 7); }, "");
}

// The reference evaluator leaves nothing out, so a rest that is none would show.
TEST(VectorEngine, PassesOverWhatIsAtRest) {
  std::size_t rests = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    SCOPED_TRACE(seed);
    const Program made = RandomProgram::make(5000 + seed, 10 + static_cast<int>(seed % 50));
    const Program program = program::assign_slots(program::mark_rests(program::assign_slots(program::simplify(made)), kFewest));
    ASSERT_EQ(program::fault(program), "");
    for (const auto& x : program.month) rests += x.op == program::Op::rest ? 1 : 0;
    const Slice slice{2, static_cast<std::uint32_t>(seed), 50, 256};
    ASSERT_TRUE(equal(program, run_reference(made, slice), run_vector(program, slice)));
    ASSERT_TRUE(equal(program, run_reference(made, slice), run_vector(program, {2, static_cast<std::uint32_t>(seed), 50, 16})));
  }
  const Program runway = program::mark_rests(program::assign_slots(program::simplify(RunwayProgram::make())), kFewest);
  for (const auto& x : runway.month) rests += x.op == program::Op::rest ? 1 : 0;
  const Slice slice{3, 64, 96, 48};
  EXPECT_TRUE(equal(runway, run_reference(runway, slice), run_vector(runway, slice)));
  EXPECT_GT(rests, 10u);
}

TEST(VectorEngine, RunsRunway60AsTheReferenceDoes) {
  const Program program = RunwayProgram::make();
  const Slice slice{11, 4096, 300, 256};
  const auto truth = run_reference(program, slice);
  EXPECT_TRUE(equal(program, truth, run_vector(program, slice)));
  const Program fast = program::assign_slots(program::simplify(program));
  EXPECT_TRUE(equal(fast, truth, run_vector(fast, slice)));
}

// Every elementwise operation over all triples of awkward numbers (truths where truths are wanted), as columns and as numbers.
TEST(VectorEngine, EqualsTheReferenceOnAwkwardNumbers) {
  using program::Op;
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<double> numbers = {0.0, -0.0, 1,    -1,  5e-324, 1e308, infinity, -infinity, std::numeric_limits<double>::quiet_NaN(),
                                       2,   0.5,  0.25, -2.5};
  const std::vector<double> truths = {0, 1};
  int checked = 0;
  for (int code = 0; code <= static_cast<int>(Op::record); ++code) {
    const Op op = static_cast<Op>(code);
    if (!program::is_elementwise(op)) continue;
    const int count = program::op_operands(op);
    const auto values_of = [&](int operand) -> const std::vector<double>& {
      switch (op) {
        case Op::both:
        case Op::either:
        case Op::opposite:
        case Op::both3:
        case Op::both_not:
          return truths;
        case Op::choose:
        case Op::both_less:
        case Op::both_less_equal:
        case Op::both_same:
          return operand == 0 ? truths : numbers;
        default:
          return numbers;
      }
    };
    // Each combination is one output of a program of one month; shape: which operands are columns.
    for (int shape = 0; shape < (1 << count); ++shape) {
      Program p;
      p.months = 1;
      std::vector<double> expected;
      std::map<std::uint64_t, program::SlotId> columns;
      const auto operand = [&](double value, bool column) {
        if (!column) return program::constant(value);
        auto [found, fresh] = columns.emplace(std::bit_cast<std::uint64_t>(value), 0);
        if (fresh) {
          p.slots.push_back({program::Keep::path, 0, 0, ""});
          found->second = static_cast<program::SlotId>(p.slots.size() - 1);
          program::Instruction x;
          x.target = found->second;
          x.a = program::constant(value);
          p.setup.push_back(x);
        }
        return program::slot(found->second);
      };
      const std::vector<double> none = {0};
      for (const double a : values_of(0)) {
        for (const double b : count > 1 ? values_of(1) : none) {
          for (const double c : count > 2 ? values_of(2) : none) {
            program::Instruction x;
            x.op = op;
            x.a = operand(a, shape & 1);
            if (count > 1) x.b = operand(b, shape & 2);
            if (count > 2) x.c = operand(c, shape & 4);
            p.slots.push_back({program::Keep::temporary, 0, 0, ""});
            x.target = static_cast<program::SlotId>(p.slots.size() - 1);
            p.finish.push_back(x);
            program::Instruction record;
            record.op = Op::record;
            record.a = program::slot(x.target);
            record.data = static_cast<std::uint32_t>(p.outputs.size());
            p.finish.push_back(record);
            p.outputs.push_back({"", program::Output::Kind::number, false, false, {}});
            expected.push_back(program::apply(op, a, b, c));
          }
        }
      }
      const Recorder found = run_vector(p, {0, 0, 3, 16});
      for (std::size_t i = 0; i < expected.size(); ++i) {
        ASSERT_TRUE(same_bits(expected[i], found.outputs[i][0][2]))
            << program::op_name(op) << " shape " << shape << " case " << i << ": " << expected[i] << " " << found.outputs[i][0][2];
        ++checked;
      }
    }
  }
  EXPECT_GT(checked, 50000);
}

}  // namespace
}  // namespace warchest::engine
