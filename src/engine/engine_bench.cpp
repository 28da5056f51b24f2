// The engine alone: RUNWAY-60 lowered by hand, as it stands, with its columns shared, and simplified; by block size; and the passes.
// Items per second are path-months.
#include <benchmark/benchmark.h>

#include "engine/engine.h"
#include "engine/random_program.h"
#include "engine/runway_program.h"

namespace warchest::engine {
namespace {

void run_runway(benchmark::State& state, const program::Program& program, int block, int threads) {
  RunOptions options;
  options.paths = static_cast<std::uint64_t>(state.range(0));
  options.threads = threads;
  options.block = block;
  for (auto _ : state) benchmark::DoNotOptimize(run(program, options).outputs.size());
  state.SetItemsProcessed(state.iterations() * state.range(0) * program.months);
}

void AsLowered(benchmark::State& state) { run_runway(state, RunwayProgram::make(), kLargestBlock, 1); }
BENCHMARK(AsLowered)->Arg(100'000)->Unit(benchmark::kMillisecond);

void ColumnsShared(benchmark::State& state) { run_runway(state, program::assign_slots(RunwayProgram::make()), kLargestBlock, 1); }
BENCHMARK(ColumnsShared)->Arg(100'000)->Unit(benchmark::kMillisecond);

void Simplified(benchmark::State& state) {
  run_runway(state, program::assign_slots(program::simplify(RunwayProgram::make())), kLargestBlock, static_cast<int>(state.range(1)));
}
BENCHMARK(Simplified)->ArgsProduct({{10'000, 100'000, 1'000'000}, {1, 2}})->Unit(benchmark::kMillisecond)->UseRealTime();

void ByBlock(benchmark::State& state) {
  run_runway(state, program::assign_slots(program::simplify(RunwayProgram::make())), static_cast<int>(state.range(1)), 1);
}
BENCHMARK(ByBlock)->ArgsProduct({{200'000}, {16, 64, 128, kLargestBlock}})->Unit(benchmark::kMillisecond);

void Passes(benchmark::State& state) {
  const program::Program program = RandomProgram::make(5, static_cast<int>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(program::assign_slots(program::simplify(program)).slots.size());
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(program.month.size()));
}
BENCHMARK(Passes)->Arg(100)->Arg(1000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace warchest::engine
