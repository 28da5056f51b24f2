// What counts for people is the time to a given error: speed and quiet sampling multiply.
//
// Ours is measured: the number of paths doubles until the run's own standard error, from its 16 scrambles, is small enough. The others
// draw independent paths, so their error is sd / sqrt(N): how many paths they need follows from the sd between paths, and the time
// from the speed that was measured. All times are CPU seconds of one thread.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "child.h"
#include "clock.h"
#include "ours.h"
#include "sections.h"

namespace bench {

namespace {

constexpr double kWanted = 1e-4;
constexpr double kMonths = 60;

struct Reached {
  std::uint64_t paths = 0;
  double error = 0, seconds = 0;
  bool reached = false;  // else the largest run that we allow ourselves, extrapolated by 1/sqrt(N)
};

// For each ask the first run whose error is at most the wanted one.
std::vector<Reached> measure(const Ours& ours, const std::vector<std::string>& asks, std::uint64_t most) {
  std::vector<Reached> found(asks.size());
  for (std::uint64_t paths = 1 << 14; paths <= most; paths *= 2) {
    Times times;
    const auto answers = ours.answers(paths, 1, times);
    bool all = true;
    for (std::size_t i = 0; i < asks.size(); ++i) {
      if (found[i].reached) continue;
      const double error = figure_of(answers, asks[i]).error;
      found[i] = {paths, error, times.cpu, error <= kWanted};
      all &= found[i].reached;
    }
    if (all) break;
  }
  return found;
}

double seconds(const Reached& r) { return r.reached ? r.seconds : r.seconds * (r.error / kWanted) * (r.error / kWanted); }

class Table {
 public:
  Table(Report& report, const std::string& what, const Reached& ours, double sd) : report_(report), ours_(ours), sd_(sd) {
    json_["ours"] = {{"paths", ours.paths}, {"error", ours.error}, {"cpu_s", seconds(ours)}, {"measured", ours.reached}};
    what_ = what;
    report.line(what);
    report.line(fmt::format("  {:<28} {:>14} paths {:>12.4f} s   {}", "our language", ours.paths, seconds(ours),
                            ours.reached ? fmt::format("measured, error {:.1e}; {:.0f} independent paths would do as much", ours.error,
                                                       std::pow(sd / ours.error, 2))
                                         : fmt::format("extrapolated from an error of {:.1e}", ours.error)));
  }
  ~Table() { report_.json["time_to_error"][what_] = json_; }
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;

  void peer(const std::string& name, double paths_per_second) {
    if (paths_per_second <= 0) return;
    const double paths = std::pow(sd_ / kWanted, 2), time = paths / paths_per_second;
    report_.line(fmt::format("  {:<28} {:>14.0f} paths {:>12.4f} s   extrapolated by 1/sqrt(N); ours is {:.0f} times faster", name, paths,
                             time, time / seconds(ours_)));
    json_[name] = {{"paths", paths}, {"cpu_s", time}, {"ours_is_faster", time / seconds(ours_)}};
  }

 private:
  Report& report_;
  Reached ours_;
  double sd_;
  std::string what_;
  nlohmann::ordered_json json_;
};

double sd_of_chance(double p) { return std::sqrt(p * (1 - p)); }

void canonical(Report& report, const Settings& settings, const Speeds& speeds) {
  if (speeds.ours == 0) return report.skipped("time to an error on RUNWAY-60", "RUNWAY-60 did not run");
  std::string why;
  const auto ours = Ours::open("bench/runway-60.chest", why);
  if (!ours) return report.skipped("time to an error on RUNWAY-60", why);
  say("time to an error on RUNWAY-60");
  const auto found = measure(*ours, {"ownership", "death"}, settings.quick ? 1 << 21 : 1 << 25);
  const auto peers = [&](Table& table) {
    table.peer("hand-written limit kernel", speeds.limit / kMonths);
    table.peer("plain C++", speeds.plain / kMonths);
    table.peer("NumPy", speeds.numpy / kMonths);
  };
  {
    Table table(report, "RUNWAY-60, mean ownership", found[0], speeds.owned_sd);
    peers(table);
  }
  Table table(report, "RUNWAY-60, chance of death", found[1], sd_of_chance(speeds.death));
  peers(table);
}

// Samples per CPU second of another program on the small model, by what it says of itself; 0 where it does not run.
double rate(const std::vector<std::string>& arguments, const std::string& folder, const std::string& field, double samples, int times) {
  std::vector<double> taken;
  for (int i = 0; i < times; ++i) {
    const Finished finished = run_child(arguments, folder);
    if (!finished.done) return 0;
    taken.push_back(nlohmann::json::parse(finished.output)[field].get<double>());
  }
  return samples / median(taken);
}

std::string absolute(const std::string& path) {
  char buffer[4096];
  return realpath(path.c_str(), buffer) != nullptr ? std::string(buffer) : path;
}

void small(Report& report, const Settings& settings) {
  std::string why;
  const auto ours = Ours::open("bench/runway-small.chest", why);
  if (!ours) return report.skipped("time to an error on the small model", why);
  say("time to an error on the small model");
  const auto found = measure(*ours, {"gone24"}, settings.quick ? 1 << 21 : 1 << 25);
  Times times;
  const double p = figure_of(ours->answers(1 << 16, 1, times), "gone24").value;
  Table table(report, "small model, chance that cash is gone by month 24", found[0], sd_of_chance(p));
  const double many = settings.quick ? 100'000 : 1'000'000;
  const std::string paths = fmt::format("{:.0f}", many);
  table.peer("plain C++ (squiggle/)", rate({settings.small_by_hand, paths, "1", "1"}, "", "cpu_s", many, 3));
  if (!settings.python.empty()) table.peer("NumPy", rate({settings.python, "bench/squiggle/run_numpy.py", paths}, "", "cpu_s", many, 3));
  if (settings.squiggle.empty()) {
    report.skipped("Squiggle",
                   settings.node.empty() ? "no node" : "no @quri/squiggle-lang in bench/squiggle/node_modules or $SQUIGGLE/node_modules");
    return;
  }
  const double samples = 10'000;
  table.peer("Squiggle 0.10.0, warm", rate({settings.node, absolute("bench/squiggle/run_squiggle.mjs"),
                                            absolute("bench/squiggle/runway_vector.squiggle"), "10000", "bench", "3"},
                                           settings.squiggle, "warm_cpu_s", samples, 1));
}

}  // namespace

void time_to_error(Report& report, const Settings& settings, const Speeds& speeds) {
  report.heading("4. TIME TO A STANDARD ERROR OF 0.01 % (1e-4), ONE THREAD");
  canonical(report, settings, speeds);
  small(report, settings);
}

}  // namespace bench
