// What the three statements cost: one model, asked about its cash alone, and asked whether its statements tie in every month, for which all
// their lines must be reckoned. Where nobody asks for them none are, so the first is the same model without statements, but for its tax.
#include <fmt/format.h>

#include <array>

#include "clock.h"
#include "ours.h"
#include "sections.h"

namespace bench {

namespace {

// What is reckoned for the second question and not for the first: the lines of the three statements and what they are added up from.
constexpr std::array kLines = {"cost of revenue", "gross profit", "research",   "sales",       "general",     "interest expense",
                               "other income",    "net income",   "stock pay",  "receivables", "payables",    "deferred",
                               "fixed assets",    "tax payable",  "leases",     "assets",      "liabilities", "paid-in",
                               "retained",        "equity",       "operations", "investing",   "financing"};
constexpr double kMonths = 60;

}  // namespace

void statements(Report& report, const Settings& settings) {
  constexpr const char* kModel = "bench/statements-60.chest";
  const std::uint64_t paths = settings.quick ? 98'304 : 1'000'000;
  report.heading(fmt::format("9. THE THREE STATEMENTS ({}, {} paths, one thread, CPU time)", kModel, paths));
  say("the three statements");
  std::string why;
  const auto cash = Ours::open(kModel, why, {"cash", "more"});
  const auto all = Ours::open(kModel, why, {"cash", "tie"});
  if (!cash || !all) return report.skipped(kModel, why);
  std::vector<double> plain, with, ratio, line;
  for (int i = 0; i < (settings.quick ? 5 : 7); ++i) {  // in turn, so that a noisy minute hits both
    plain.push_back(cash->time(0, paths, 1).cpu);
    with.push_back(all->time(0, paths, 1).cpu);
    ratio.push_back(with.back() / plain.back());
    line.push_back((with.back() - plain.back()) / (static_cast<double>(paths) * kMonths * static_cast<double>(kLines.size())) * 1e9);
  }
  report.line(fmt::format("cash alone {:.3f} s; with {} lines of statements in every month, and whether they tie, {:.3f} s", median(plain),
                          kLines.size(), median(with)));
  report.line(fmt::format("{:.2f} ns for a path, month and line", median(line)));
  report.json["statements"] = {
      {"paths", paths}, {"cash_s", median(plain)}, {"statements_s", median(with)}, {"ns_per_line", median(line)}, {"lines", kLines.size()}};
  report.target("the three statements, against the model without them", fmt::format("{:.2f} x", median(ratio)), "<= 2 x",
                median(ratio) <= 2);
}

}  // namespace bench
