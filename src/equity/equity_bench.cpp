// Exits and rounds per second in exact numbers, and the enumeration of all 2^n elections on the same tables beside them. The argument
// is the number of preferred series, each with something to elect.
#include <benchmark/benchmark.h>

#include "equity/reference.h"
#include "equity/round.h"
#include "equity/waterfall.h"

namespace warchest::equity {
namespace {

// A stack of rounds, each larger and dearer than the last, every third capped-participating; 10 million common in front.
CapTable stack(int series_count) {
  CapTable table{{{"common", Common{10'000'000}}, {"options", Option{2'000'000, Number::ratio(1, 2)}}}, {}};
  for (int i = 0; i < series_count; ++i) {
    Preferred series;
    series.shares = 1'000'000 + 250'000 * i;
    series.original_price = series.conversion_price = Number::ratio(3 + 4 * i, 4);
    series.seniority = series_count - i / 2;
    if (i % 3 == 2) {
      series.participation = Participation::capped;
      series.cap_multiple = 2;
    }
    table.securities.push_back({"series " + std::to_string(i), series});
  }
  return table;
}

Number exit_value(std::int64_t step) { return Number(20'000'000) + Number(step % 97) * 1'000'000; }

void exit_in_one_inversion(benchmark::State& state) {
  const CapTable table = stack(static_cast<int>(state.range(0)));
  std::int64_t step = 0;
  for (auto _ : state) benchmark::DoNotOptimize(exit_payouts(table, exit_value(step++), std::nullopt));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(exit_in_one_inversion)->DenseRange(2, 14, 2)->Arg(30)->Arg(100);

void exit_by_enumeration(benchmark::State& state) {
  const CapTable table = stack(static_cast<int>(state.range(0)));
  std::int64_t step = 0;
  for (auto _ : state) benchmark::DoNotOptimize(equilibria(table, exit_value(step++), std::nullopt));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(exit_by_enumeration)->DenseRange(2, 14, 2);

void whole_payoff_table(benchmark::State& state) {
  const CapTable table = stack(static_cast<int>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(payoff_table(table, std::nullopt));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(whole_payoff_table)->DenseRange(2, 14, 4)->Arg(30);

void round_in_one_root(benchmark::State& state) {
  CapTable table = stack(4);
  table.securities.push_back({"pool", Pool{1'000'000}});
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    Safe safe;
    safe.amount = 100'000 + 10'000 * i;
    safe.cap = 20'000'000 + 1'000'000 * i;
    table.securities.push_back({"safe " + std::to_string(i), safe});
  }
  RoundTerms terms;
  terms.pre_money = 40'000'000;
  terms.investors = {{"lead", 8'000'000}, {"other", 2'000'000}};
  terms.pool = {PoolMode::target_unissued_post, Number::ratio(1, 10)};
  terms.anti_dilution.series = {{"series 3", Protection::broad_based}};
  terms.anti_dilution.count_in_pre_money = true;
  for (auto _ : state) benchmark::DoNotOptimize(priced_round(table, terms));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(round_in_one_root)->Arg(0)->Arg(2)->Arg(8)->Arg(32);

}  // namespace
}  // namespace warchest::equity
