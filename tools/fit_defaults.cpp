// fit_defaults FOLDER [UNTIL]: how rounds follow one another, from tables of the past (docs/data.md has the columns). Prints every figure
// with the number of cases behind it; the figures that the language takes over stand in docs/data.md with their source.
#include <fmt/format.h>

#include <cstdio>
#include <string>

#include "evidence/defaults.h"
#include "io/file.h"

namespace {

using namespace warchest;  // NOLINT: this program speaks of nothing else
using evidence::StageFigures;
using evidence::Trials;

void print_sorted(const char* what, const std::vector<StageFigures>& stages, evidence::Sorted StageFigures::*of) {
  fmt::print("\n{:<28} {:>7} {:>7} {:>7} {:>7} {:>7} {:>7}\n", what, "cases", "5 %", "25 %", "median", "75 %", "95 %");
  for (const StageFigures& one : stages) {
    const evidence::Sorted& sorted = one.*of;
    if (sorted.values.size() < 20) continue;
    fmt::print("  {:<26} {:>7} {:>7.2f} {:>7.2f} {:>7.2f} {:>7.2f} {:>7.2f}\n", one.stage.empty() ? "all" : one.stage, sorted.values.size(),
               sorted.quantile(0.05), sorted.quantile(0.25), sorted.quantile(0.5), sorted.quantile(0.75), sorted.quantile(0.95));
  }
}

void print_rate(const char* what, const Trials& trials) {
  fmt::print("  {:<66} {:>7.0f} of {:>6.0f} {:>6.1f} %\n", what, trials.successes, trials.trials,
             trials.trials > 0 ? 100 * trials.successes / trials.trials : 0);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::fprintf(stderr, "usage: fit_defaults FOLDER [UNTIL]\n");
    return 2;
  }
  const std::string folder = argv[1];
  const auto until = argc > 2 ? equity::parse_date(argv[2]) : equity::Date{2012, 7, 1};
  const auto cheques = io::read_file(folder + "/investments.csv", io::kMaxDataBytes);
  if (!until || !cheques) {
    std::fprintf(stderr, "fit_defaults: %s\n", until ? cheques.error.c_str() : "UNTIL is a date, as 2012-07-01");
    return 2;
  }
  evidence::Tables tables;
  tables.cheques = *cheques;
  if (auto text = io::read_file(folder + "/rounds.csv", io::kMaxDataBytes)) tables.rounds = *text;
  if (auto text = io::read_file(folder + "/companies.csv", io::kMaxDataBytes)) tables.companies = *text;
  if (auto text = io::read_file(folder + "/acquisitions.csv", io::kMaxDataBytes)) tables.acquisitions = *text;
  const auto history = evidence::known_before(tables, *until);
  if (!history) {
    std::fprintf(stderr, "fit_defaults: %s\n", history.error.c_str());
    return 2;
  }
  const evidence::DefaultFigures figures = evidence::defaults_of(*history);
  fmt::print("{} rounds and {} cheques of {} companies, before {}\n", history->table.rounds.size(), history->table.cheques.size(),
             history->companies.size(), equity::spelled(*until));
  print_sorted("months to the next round", figures.stages, &StageFigures::gap);
  print_sorted("next amount over this one", figures.stages, &StageFigures::ratio);
  fmt::print("\n{:<28} {:>7}", "a next round within months", "rounds");
  for (const int months : evidence::kAgainMonths) fmt::print(" {:>6}", months);
  fmt::print("\n");
  for (const StageFigures& one : figures.stages) {
    if (one.rounds < 100) continue;
    fmt::print("  {:<26} {:>7}", one.stage.empty() ? "all" : one.stage, one.rounds);
    for (const double share : one.again) fmt::print(" {:>4.0f} %", 100 * share);
    fmt::print("   (within 36: ±{:.1f})\n", 100 * one.error_at_36);
  }
  fmt::print("\ninsiders\n");
  print_rate("an investor of the last round pays in the next", figures.follow_on.next_of_last);
  print_rate("anybody who has paid pays in a later round", figures.follow_on.any_later);
  print_rate("a later round has an investor of the last one", figures.follow_on.rounds_with_last);
  print_rate("a later round has anybody who had paid before", figures.follow_on.rounds_with_insider);
  return 0;
}
