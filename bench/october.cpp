// A million paths of the October model: projects, a credit line, notes, rounds, a cap table and an exit, in all the cases that its asks
// want; the market of its investors is section 8. As people run it, fans of cash beside the answers; the engine alone without these; and
// each case by itself.
#include <fmt/format.h>

#include <algorithm>

#include "child.h"
#include "clock.h"
#include "ours.h"
#include "sections.h"

namespace bench {

namespace {

constexpr const char* kModel = "bench/october-60.chest";
constexpr double kWanted = 1.5;  // seconds of wall time on two cores

struct Load {
  double path_months = 0, operations = 0;  // of one path, all cases
};

Load load_of(const Ours& ours, std::size_t first, std::size_t last) {
  Load load;
  for (std::size_t run = first; run < last; ++run) {
    const auto& program = ours.program(run);
    load.path_months += program.months;
    load.operations += static_cast<double>(program.months) * static_cast<double>(program.month.size()) +
                       static_cast<double>(program.setup.size()) + static_cast<double>(program.finish.size());
  }
  return load;
}

void row(Report& report, const std::string& label, const Load& load, const Times& times, double hertz, std::uint64_t paths) {
  const auto all = static_cast<double>(paths);
  const double cycles = times.cpu * hertz / all;
  report.line(fmt::format("{:<50} {:>6.2f} {:>6.2f} {:>16.0f} {:>15.0f} {:>13.1f} {:>10.3f}", label, times.wall, times.cpu,
                          all * load.path_months / times.wall / 1e6, load.operations / load.path_months, cycles / load.path_months,
                          cycles / load.operations));
  report.json["october"].push_back({{"what", label},
                                    {"paths", paths},
                                    {"wall_seconds", times.wall},
                                    {"cpu_seconds", times.cpu},
                                    {"path_months_per_second", all * load.path_months / times.wall},
                                    {"operations_per_path_month", load.operations / load.path_months},
                                    {"cycles_per_path_month", cycles / load.path_months},
                                    {"cycles_per_operation", cycles / load.operations}});
}

template <class Run>
Times best(int times, Run run) {
  Times out = run();
  for (int i = 1; i < times; ++i) {
    const Times next = run();
    out.wall = std::min(out.wall, next.wall);
    out.cpu = std::min(out.cpu, next.cpu);
  }
  return out;
}

}  // namespace

void october(Report& report, const Settings& settings) {
  const std::uint64_t paths = settings.quick ? 131'072 : 1'000'000;
  const int times = settings.quick ? 1 : 3;
  report.heading(
      fmt::format("10. THE OCTOBER MODEL ON {} PATHS (two threads; the best of {}; operations: those of the programs, setup, "
                  "months and finish, whether they are passed over or not)",
                  paths, times));
  say("a million paths of the October model");
  std::string why;
  const auto ours = Ours::open(kModel, why);
  if (!ours) return report.skipped("the October model", why);
  report.line(fmt::format("{:<50} {:>6} {:>6} {:>16} {:>15} {:>13} {:>10}", "", "wall s", "CPU s", "M path-months/s", "op./path-month",
                          "cycles/p.-m.", "cycles/op."));
  const double hertz = core_hertz();
  const Times process = best(times, [&] {
    const Finished done = run_child({settings.program, "run", kModel, "--paths", std::to_string(paths), "--threads", "2"});
    return Times{done.cpu, done.wall};
  });
  row(report, "the whole process: all cases, fans of cash, text", load_of(*ours, 0, ours->runs()), process, hertz, paths);
  const Times engine = best(times, [&] {
    Times one;
    ours->answers(paths, 2, one);
    return one;
  });
  row(report, "the engine: all cases together, what is asked", load_of(*ours, 0, ours->runs()), engine, hertz, paths);
  for (std::size_t run = 0; run < ours->runs(); ++run) {
    const Times alone = best(times, [&] { return ours->time(run, paths, 2); });
    const std::string label = ours->case_label(run).empty() ? "base" : ours->case_label(run);
    row(report, "alone: " + label.substr(0, 45), load_of(*ours, run, run + 1), alone, hertz, paths);
  }
  if (!settings.quick)
    report.target("a million paths of the October model, the whole process, wall time", fmt::format("{:.2f} s", process.wall),
                  fmt::format("< {} s", kWanted), process.wall < kWanted);
}

}  // namespace bench
