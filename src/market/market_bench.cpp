// Clearings per second by number of investors, beside finding the same price by halving; and months of a whole market on columns.
//
// Rounds are drawn so that a third closes at the ask, a third below it, the rest short or not at all. Every investor has three points of
// its own, so that kinks grow with investors: the worst case of the search.
#include <benchmark/benchmark.h>

#include <random>

#include "market/clear.h"
#include "market/column.h"
#include "market/reference.h"

namespace warchest::market {
namespace {

struct Drawn {
  std::vector<Appetite> appetites;
  std::vector<std::vector<AppetitePoint>> points;
  std::vector<std::vector<double>> purses;  // by path
  std::vector<double> shares;
  std::vector<Round> rounds;  // by path
};

constexpr std::size_t kPaths = 1024;

// alike: all have their points at the same prices, as people write them.
Drawn drawn(std::size_t investors, bool alike) {
  std::mt19937_64 random(7);
  const auto uniform = [&random](double low, double high) { return std::uniform_real_distribution<double>(low, high)(random); };
  Drawn market;
  for (std::size_t i = 0; i < investors; ++i) {
    const double first = alike ? 1 : uniform(0.7, 1.2), second = first + (alike ? 0.5 : uniform(0.2, 0.6));
    market.points.push_back({{first, 1}, {second, uniform(0.5, 0.9)}, {second + 0.5, uniform(0.1, 0.5)}});
    market.appetites.push_back(*Appetite::of(market.points.back()));
    market.shares.push_back(i % 3 == 0 ? 0.5 / static_cast<double>(investors) : 0);
  }
  for (std::size_t p = 0; p < kPaths; ++p) {
    std::vector<double> purses;
    double whole = 0;
    for (std::size_t i = 0; i < investors; ++i) {
      purses.push_back(uniform(0, 1) < 0.4 ? 0 : uniform(0.1, 10));
      whole += purses.back();
    }
    market.purses.push_back(purses);
    const double last = 100;
    market.rounds.push_back({uniform(0.4, 1.4) * whole, uniform(1.0, 1.8) * last, 0.6 * last, 0.5, last});
  }
  return market;
}

void clear_one(benchmark::State& state) {
  const Drawn market = drawn(static_cast<std::size_t>(state.range(0)), state.range(1) != 0);
  const Syndicate syndicate(market.appetites);
  std::vector<double> cheques(market.shares.size());
  std::size_t p = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(clear(syndicate, market.rounds[p], market.purses[p], market.shares, cheques));
    p = (p + 1) % kPaths;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(clear_one)->ArgsProduct({{5, 10, 20, 50, 100, 200}, {1, 0}})->ArgNames({"investors", "alike"});

// Where appetites are uncertain every path has a table of its own, made once for all its rounds.
void table_of_a_path(benchmark::State& state) {
  const Drawn market = drawn(static_cast<std::size_t>(state.range(0)), state.range(1) != 0);
  Syndicate syndicate(market.appetites);
  for (auto _ : state) {
    syndicate.assign(market.appetites);
    benchmark::DoNotOptimize(syndicate.parts_at(0));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(table_of_a_path)->ArgsProduct({{5, 20, 100}, {1, 0}})->ArgNames({"investors", "alike"});

// The price alone, to 40 bits; cheques are still to be found.
void by_halving(benchmark::State& state) {
  const Drawn market = drawn(static_cast<std::size_t>(state.range(0)), false);
  std::vector<std::vector<ReferenceBidder>> bidders(kPaths);
  for (std::size_t p = 0; p < kPaths; ++p) {
    for (std::size_t i = 0; i < market.shares.size(); ++i) {
      if (market.purses[p][i] > 0) bidders[p].push_back({market.points[i], market.purses[p][i], market.shares[i]});
    }
  }
  std::size_t p = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(halving_price(market.rounds[p], bidders[p], 40));
    p = (p + 1) % kPaths;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(by_halving)->ArgsProduct({{5, 10, 20, 50, 100, 200}})->ArgNames({"investors"});

// Five years of 16 paths: every company raises every ten months, six in ten investors come. Items are rounds; the whole market of a path
// is served, ledgers included, and nothing else of a simulation.
void months_on_columns(benchmark::State& state) {
  constexpr std::size_t kLanes = 16;
  constexpr int kMonths = 60;
  const auto investors = static_cast<std::size_t>(state.range(0)), companies = static_cast<std::size_t>(state.range(1));
  const Drawn market = drawn(investors, state.range(2) != 0);
  const std::vector<Syndicate> syndicates = {Syndicate(market.appetites)};
  std::mt19937_64 random(11);
  const auto fill = [&random](std::span<double> row, double low, double high) {
    for (double& value : row) value = std::uniform_real_distribution<double>(low, high)(random);
  };
  MarketBlock block(kLanes, investors, companies);
  struct Columns {
    std::vector<double> amount, ask, turn, closed, full, raised, price, demand;
  };
  std::vector<Columns> columns(companies);
  std::vector<ColumnAsker> askers(companies);
  for (std::size_t lane = 0; lane < kLanes; ++lane) fill(block.term(Term::capacity, lane), 1, 10);
  for (std::size_t c = 0; c < companies; ++c) {
    Columns& of = columns[c];
    for (auto* column : {&of.amount, &of.ask, &of.turn, &of.closed, &of.full, &of.raised, &of.price, &of.demand}) column->resize(kLanes);
    fill(of.amount, 2, 6 * static_cast<double>(investors) / static_cast<double>(companies));
    fill(of.ask, 100, 180);
    fill(of.turn, 0, 1);
    fill(block.luck(c), 0, 1);
    ColumnAsker& asker = askers[c];
    asker.company = c;
    asker.amount.column = of.amount.data();
    asker.ask.column = of.ask.data();
    asker.turn.column = of.turn.data();
    asker.accepts.constant = 60;
    asker.last_post_money.constant = 100;
    asker.plain_shares = true;
    asker.closed = of.closed.data();
    asker.full = of.full.data();
    asker.raised = of.raised.data();
    asker.price = of.price.data();
    asker.demand = of.demand.data();
  }
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    std::ranges::fill(block.term(Term::interest, lane), 0.6);
    std::ranges::fill(block.term(Term::follow_on, lane), 0.8);
  }
  ColumnSpace space;
  std::vector<std::uint32_t> due;
  std::int64_t rounds = 0;
  for (auto _ : state) {
    block.start(-1);
    for (int month = 0; month < kMonths; ++month) {
      block.next_month();
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        due.clear();
        for (std::uint32_t c = 0; c < companies; ++c) {
          if ((static_cast<std::size_t>(month) * 7 + lane * 3 + c * 11) % 10 == 0) due.push_back(c);
        }
        rounds += static_cast<std::int64_t>(due.size());
        if (!due.empty()) serve(syndicates[0], block, askers, due, 1.0, lane, space);
      }
    }
  }
  state.SetItemsProcessed(rounds);
}
BENCHMARK(months_on_columns)
    ->ArgsProduct({{20, 50, 100}, {4, 20}, {1, 0}})
    ->ArgNames({"investors", "companies", "alike"})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace warchest::market
