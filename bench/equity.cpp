// Exact cap tables: rounds and exits per second, and beside an exit the enumeration of all 2^n elections that people write first, on the
// same tables. The number of classes with something to elect grows, so that the growth of the time is seen and not only one ratio.
//
// The enumeration is equity/reference.h, the truth of the engine's tests: every profile of elections, kept where nobody gains by changing
// its own. It is written plainly and not badly; what makes it slow is 2^n.
#include <fmt/format.h>

#include <cmath>

#include "clock.h"
#include "equity/reference.h"
#include "equity/round.h"
#include "equity/waterfall.h"
#include "sections.h"

namespace bench {

namespace {

using namespace warchest::equity;

// Each round larger and dearer than the last, every third capped-participating; 10 million common in front.
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

RoundTerms round_of_ten_million() {
  RoundTerms terms;
  terms.pre_money = 40'000'000;
  terms.investors = {{"lead", 8'000'000}, {"other", 2'000'000}};
  terms.pool = {PoolMode::target_unissued_post, Number::ratio(1, 10)};
  terms.anti_dilution.series = {{"series 3", Protection::broad_based}};
  terms.anti_dilution.count_in_pre_money = true;
  return terms;
}

CapTable with_safes(int count) {
  CapTable table = stack(4);
  table.securities.push_back({"pool", Pool{1'000'000}});
  for (int i = 0; i < count; ++i) {
    Safe safe;
    safe.amount = 100'000 + 10'000 * i;
    safe.cap = 20'000'000 + 1'000'000 * i;
    table.securities.push_back({"safe " + std::to_string(i), safe});
  }
  return table;
}

// CPU seconds of one call: as many as fill the time, at least one. Nothing when it refuses.
template <typename Call>
double seconds_of(const Call& call, double fill) {
  const double begin = thread_seconds();
  std::int64_t calls = 0;
  double spent = 0;
  do {
    if (!call(calls)) return std::nan("");
    ++calls;
    spent = thread_seconds() - begin;
  } while (spent < fill);
  return spent / static_cast<double>(calls);
}

std::string a_second(double seconds) { return std::isnan(seconds) ? "-" : fmt::format("{:.0f}", 1 / seconds); }

void exits(Report& report, const Settings& settings) {
  constexpr int kMostEnumerated = 16;
  const double fill = settings.quick ? 0.05 : 0.4;
  report.line(fmt::format("{:>18} {:>16} {:>20} {:>12} {:>22}", "classes that elect", "exits a second", "2^n, exits a second", "ratio",
                          "all exits at once, /s"));
  double ratio_at_ten = 0;
  for (const int count : {2, 4, 6, 8, 10, 12, 14, 16, 30, 100}) {
    const CapTable table = stack(count);
    const double ours =
        seconds_of([&](std::int64_t i) { return static_cast<bool>(exit_payouts(table, exit_value(i), std::nullopt)); }, fill);
    const double whole = seconds_of([&](std::int64_t) { return static_cast<bool>(payoff_table(table, std::nullopt)); }, fill);
    double enumerated = std::nan("");
    if (count <= (settings.quick ? 10 : kMostEnumerated)) {
      enumerated = seconds_of([&](std::int64_t i) { return static_cast<bool>(equilibria(table, exit_value(i), std::nullopt)); }, fill);
    }
    if (count == 10) ratio_at_ten = enumerated / ours;
    report.line(fmt::format("{:>18} {:>16} {:>20} {:>12} {:>22}", count + 1, a_second(ours), a_second(enumerated),
                            std::isnan(enumerated) ? "-" : fmt::format("{:.3g} x", enumerated / ours), a_second(whole)));
    report.json["equity"]["exits"].push_back(
        {{"classes", count + 1},
         {"exits_per_second", 1 / ours},
         {"enumerated_per_second", std::isnan(enumerated) ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(1 / enumerated)},
         {"payoff_tables_per_second", 1 / whole}});
  }
  report.target("exact exits, 11 classes that elect", fmt::format("{:.3g} x the enumeration", ratio_at_ten), "100 x", ratio_at_ten >= 100);
}

void rounds(Report& report, const Settings& settings) {
  const double fill = settings.quick ? 0.05 : 0.4;
  const RoundTerms terms = round_of_ten_million();
  report.line(fmt::format("{:>18} {:>16} {:>20} {:>12}", "SAFEs in the round", "rounds a second", "iterated, a second", "ratio"));
  for (const int count : {0, 2, 8, 32}) {
    const CapTable table = with_safes(count);
    const double ours = seconds_of([&](std::int64_t) { return static_cast<bool>(priced_round(table, terms)); }, fill);
    const double iterated = seconds_of([&](std::int64_t) { return iterated_round(table, terms).settled; }, fill);
    report.line(fmt::format("{:>18} {:>16} {:>20} {:>12}", count, a_second(ours), a_second(iterated),
                            std::isnan(iterated) ? "-" : fmt::format("{:.3g} x", iterated / ours)));
    report.json["equity"]["rounds"].push_back(
        {{"safes", count},
         {"rounds_per_second", 1 / ours},
         {"iterated_per_second", std::isnan(iterated) ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(1 / iterated)}});
  }
  report.line(
      "iterated: the same round in doubles, its definitions repeated until nothing moves; ours is exact, and keeps every step of its "
      "working");
}

}  // namespace

void equity(Report& report, const Settings& settings) {
  report.heading("6. EXACT CAP TABLES (exact rationals, one thread, CPU time)");
  say("exact cap tables");
  exits(report, settings);
  report.line("");
  rounds(report, settings);
}

}  // namespace bench
