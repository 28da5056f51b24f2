// The forecast test on dated cheques: how good chances of a next round and lists of who pays in it were, beside plain ones on the same
// split.
//
//   warchest_forecast [--data FOLDER|CHEQUES.csv] [--split 2010-07-01] [--horizon 12] [--months 24] [--alive 36] [--draws 500]
//
// A folder holds investments.csv and, where there are any, rounds.csv, companies.csv and acquisitions.csv (docs/data.md has the columns).
// Where the data is not there it says so and ends with 0: it is not part of the project.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>

#include "evidence/forecast.h"
#include "io/file.h"

namespace {

using namespace warchest;  // NOLINT: this program speaks of nothing else
using evidence::Figure;

constexpr const char* kUsage =
    "usage: warchest_forecast [--data FOLDER|CHEQUES.csv] [--split DATE] [--horizon MONTHS] [--months MONTHS] [--alive MONTHS] [--draws "
    "N]\n";

constexpr evidence::Day kNearlyAMonth = 30;

int wrong(const std::string& what) {
  std::fprintf(stderr, "warchest_forecast: %s\n%s", what.c_str(), kUsage);
  return 2;
}

bool ends_with_csv(const std::string& path) { return path.size() > 4 && path.compare(path.size() - 4, 4, ".csv") == 0; }

std::string percent(const Figure& figure) { return fmt::format("{:5.1f} % ±{:.1f}", figure.value * 100, figure.error * 100); }
std::string points(const Figure& figure) { return fmt::format("{:+5.1f} ±{:.1f}", figure.value * 100, figure.error * 100); }
std::string small(const Figure& figure) { return fmt::format("{:.4f} ±{:.4f}", figure.value, figure.error); }
std::string signed_small(const Figure& figure) { return fmt::format("{:+.4f} ±{:.4f}", figure.value, figure.error); }

void print(const evidence::Foretold& foretold, const evidence::ForecastScore& score, const evidence::ForecastOptions& options) {
  fmt::print("Fitted to {} rounds and {} cheques dated before {}.\n\n", foretold.rounds, foretold.cheques, equity::spelled(options.split));
  if (evidence::day_of(score.last) < evidence::day_of(evidence::months_after(options.split, options.score_months)) - kNearlyAMonth)
    fmt::print("The last round told is of {}: what came after it is missing from the scores.\n\n", equity::spelled(score.last));
  fmt::print("Does a next round come within {} months? {} companies that had raised in the {} months before; it came for {} ({:.1f} %).\n",
             options.horizon, score.companies, options.alive, score.came,
             100.0 * static_cast<double>(score.came) / static_cast<double>(std::max<std::size_t>(score.companies, 1)));
  fmt::print("  {:<50} {:<15} {:<15} {:<15}\n", "", "Brier", "AUC", "log loss");
  for (const auto& one : score.chances) {
    fmt::print("  {:<50} {:<15} {:<15} {:<15}\n", one.name, small(one.brier), small(one.auc), small(one.log_loss));
  }
  fmt::print("  what warchest gains over\n");
  for (std::size_t f = 1; f < score.chances.size(); ++f) {
    const auto& one = score.chances[f];
    fmt::print("  {:<50} {:<15} {:<15} {:<15}\n", "  " + one.name, signed_small(one.brier_gain), signed_small(one.auc_gain),
               signed_small(one.log_loss_gain));
  }
  fmt::print("  by tenths of the chance, foretold and come:");
  for (const auto& tenth : score.tenths) fmt::print("  {:.0f}/{:.0f} %", tenth.foretold * 100, tenth.came * 100);
  fmt::print(
      "\n\nWho pays in the next round? {} next rounds within {} months that name their investors: {} of these,\n{} of them met before "
      "the split, {} already in the company.\n",
      score.books, options.score_months, score.payers, score.payers_met, score.payers_inside);
  fmt::print("  {:<50} {:<15} {:<15} {:<15} {:<15} {}\n", "recall: of those who paid, among the first", "5", "20", "50", "5, of those met",
             "50, of newcomers");
  for (const auto& one : score.lists) {
    fmt::print("  {:<50} {:<15} {:<15} {:<15} {:<15} {}\n", one.name, percent(one.recall_5), percent(one.recall_20), percent(one.recall_50),
               percent(one.recall_5_known), percent(one.recall_50_new));
  }
  fmt::print("  what warchest gains over, in points\n");
  for (std::size_t f = 1; f < score.lists.size(); ++f) {
    const auto& one = score.lists[f];
    fmt::print("  {:<50} {:<15} {:<15} {:<15}\n", "  " + one.name, points(one.gain_5), points(one.gain_20), points(one.gain_50));
  }
  fmt::print("Errors: one standard deviation of {} bootstrap draws of companies.\n", options.draws);
}

}  // namespace

int main(int argc, char** argv) {
  std::string data = "../shared/data/crunchbase2013";
  evidence::ForecastOptions options;
  const std::map<std::string, int*> counts = {{"--horizon", &options.horizon},
                                              {"--months", &options.score_months},
                                              {"--alive", &options.alive},
                                              {"--draws", &options.draws},
                                              {"--round-landmarks", &options.of_round.landmarks},
                                              {"--book-landmarks", &options.of_book.landmarks}};
  const std::map<std::string, double*> figures = {{"--round-half-life", &options.of_round.half_life},
                                                  {"--round-ridge", &options.of_round.ridge},
                                                  {"--book-half-life", &options.of_book.half_life},
                                                  {"--book-ridge", &options.of_book.ridge}};
  for (int i = 1; i < argc; i += 2) {
    const std::string name = argv[i];
    if (i + 1 >= argc) return wrong(name + " needs a value");
    const std::string value = argv[i + 1];
    const auto count = counts.find(name);
    if (name == "--data") {
      data = value;
    } else if (name == "--split") {
      const auto date = equity::parse_date(value);
      if (!date) return wrong("\"" + value + "\" is no date; write it as 2010-07-01");
      options.split = *date;
    } else if (count != counts.end()) {
      *count->second = std::atoi(value.c_str());
      if (*count->second < 1 || *count->second > 100000) return wrong(name + " is a whole number above 0");
    } else if (const auto figure = figures.find(name); figure != figures.end()) {
      *figure->second = std::atof(value.c_str());
      if (!(*figure->second > 0)) return wrong(name + " is a number above 0");
    } else {
      return wrong("there is no option " + name);
    }
  }
  if (options.horizon % 3 != 0) return wrong("--horizon is in whole quarters: 3, 6, 9, 12 …");

  fmt::print("Forecast test\n");
  evidence::Tables tables;
  const std::string folder = ends_with_csv(data) ? "" : data + "/";
  const auto cheques = io::read_file(folder.empty() ? data : folder + "investments.csv", io::kMaxDataBytes);
  if (!cheques) {
    fmt::print("skipped: {}; name a folder or table by --data\n", cheques.error);
    return 0;
  }
  tables.cheques = *cheques;
  const std::pair<const char*, std::string*> others[] = {
      {"rounds.csv", &tables.rounds}, {"companies.csv", &tables.companies}, {"acquisitions.csv", &tables.acquisitions}};
  for (const auto& [name, text] : others) {
    if (folder.empty()) continue;
    if (auto read = io::read_file(folder + name, io::kMaxDataBytes)) *text = *read;
  }
  const auto foretold = evidence::foretell(tables, options);
  if (!foretold) return wrong(foretold.error);
  const auto score = evidence::score(*foretold, tables, options);
  if (!score) return wrong(score.error);
  print(*foretold, *score, options);
  return 0;
}
