// Cycles per operation and path, on the bench's own model and on real ones, so that nothing is tuned for the bench alone.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "clock.h"
#include "ours.h"
#include "sections.h"

namespace bench {

namespace {

void model(Report& report, const std::string& path, const Settings& settings) {
  const std::uint64_t paths = settings.quick ? 32'768 : 131'072;
  std::string why;
  const auto ours = Ours::open(path, why);
  if (!ours) return report.skipped("cycles per operation of " + path, why);
  for (std::size_t run = 0; run < ours->runs(); ++run) {
    const auto& program = ours->program(run);
    const double months = program.months, operations = static_cast<double>(program.month.size());
    std::vector<double> cycles;
    for (int i = 0; i < (settings.quick ? 3 : 7); ++i) {
      const double hertz = core_hertz();
      cycles.push_back(ours->time(run, paths, 1).cpu * hertz / static_cast<double>(paths));
    }
    const double each = median(cycles) / months;
    const std::string label = ours->case_label(run).empty() ? "base" : ours->case_label(run);
    report.line(fmt::format("{:<28} {:<40} {:>6} {:>10} {:>8} {:>8} {:>17.2f} {:>20.2f}", path, label.substr(0, 40), program.months,
                            program.month.size(), program.setup.size(), program.finish.size(), each, each / operations));
    report.json["operations"].push_back({{"model", path},
                                         {"case", label},
                                         {"months", program.months},
                                         {"month_operations", program.month.size()},
                                         {"setup_operations", program.setup.size()},
                                         {"finish_operations", program.finish.size()},
                                         {"cycles_per_path_month", each},
                                         {"cycles_per_operation", each / operations}});
  }
}

}  // namespace

void operations(Report& report, const Settings& settings) {
  report.heading(
      "5. CYCLES PER OPERATION (CPU time x core clock / paths / months / month operations; setup, finish and quantiles are in it)");
  say("cycles per operation");
  report.line(fmt::format("{:<28} {:<40} {:>6} {:>10} {:>8} {:>8} {:>17} {:>20}", "", "case", "months", "operations", "setup", "finish",
                          "cycles/path-month", "cycles/operation"));
  model(report, "bench/runway-60.chest", settings);
  model(report, "bench/runway-small.chest", settings);
  std::vector<std::string> examples;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator("examples", none)) {
    if (entry.path().extension() == ".chest") examples.push_back(entry.path().generic_string());
  }
  std::sort(examples.begin(), examples.end());
  for (const std::string& example : examples) model(report, example, settings);
}

}  // namespace bench
