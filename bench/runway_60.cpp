// RUNWAY-60 in every version, in turn inside one process: ratios are taken per repetition, and medians are printed. Path-months per
// CPU second of one thread, all outputs (five quantiles of cash in 60 months, ownership, runway, chance of death, mean payoff).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "child.h"
#include "clock.h"
#include "ours.h"
#include "sections.h"
#include "yardsticks/yardsticks.h"

namespace bench {

namespace {

constexpr double kMonths = 60;
constexpr const char* kModel = "bench/runway-60.chest";

struct Version {
  std::string name, key;
  std::vector<double> seconds, cycles, fraction_of_limit, times_slower;  // fraction: limit's time / its own; times slower: its own / ours
};

struct Answered {
  std::string name;
  double death, owned, cash24_p5, payoff;
};

class Race {
 public:
  Race(const Ours& ours, const Settings& settings, std::uint64_t paths) : ours_(ours), settings_(settings), paths_(paths) {}

  void run(int times) {
    for (int i = 0; i < times; ++i) {
      hertz_ = core_hertz();
      const yardsticks::Answers limit = yardsticks::limit(paths_, 1),
                                plain = yardsticks::plain(paths_, 3 + static_cast<std::uint64_t>(i), false);
      const double ours = ours_.time(0, paths_, 1).cpu;
      record("limit", "hand-written limit kernel", limit.spent, limit.spent, ours);
      record("ours", "our language", ours, limit.spent, ours);
      record("plain", "plain C++, nth_element", plain.spent, limit.spent, ours);
      if (!settings_.python.empty()) numpy(i, limit.spent, ours);
      plain_ = plain;
      limit_ = limit;
    }
  }

  void print(Report& report) const {
    report.line(fmt::format("{} paths", paths_));
    report.line(fmt::format("  {:<28} {:>20} {:>18} {:>18} {:>16}", "", "M path-months/s", "cycles/path-month", "fraction of limit",
                            "ours against it"));
    auto& json = report.json["runway_60"][std::to_string(paths_)];
    for (const std::string key : {"limit", "ours", "plain", "numpy"}) {
      if (!versions_.contains(key)) continue;
      const Version& v = versions_.at(key);
      report.line(fmt::format("  {:<28} {:>20.1f} {:>18.2f} {:>18.3f} {:>15.2f}x", v.name, speed(key) * 1e-6, median(v.cycles),
                              median(v.fraction_of_limit), median(v.times_slower)));
      json[key] = {{"path_months_per_s", speed(key)},
                   {"cycles_per_path_month", median(v.cycles)},
                   {"fraction_of_limit", median(v.fraction_of_limit)},
                   {"ours_is_faster", median(v.times_slower)}};
    }
  }

  double speed(const std::string& key) const {
    return versions_.contains(key) ? static_cast<double>(paths_) * kMonths / median(versions_.at(key).seconds) : 0;
  }
  double fraction() const { return median(versions_.at("ours").fraction_of_limit); }
  double faster_than(const std::string& key) const { return versions_.contains(key) ? median(versions_.at(key).times_slower) : 0; }
  const yardsticks::Answers& limit() const { return limit_; }
  const yardsticks::Answers& plain() const { return plain_; }
  const std::vector<Answered>& numpy_answers() const { return numpy_answers_; }

 private:
  void record(const std::string& key, const std::string& name, double seconds, double limit, double ours) {
    Version& v = versions_[key];
    v.name = name;
    v.seconds.push_back(seconds);
    v.cycles.push_back(seconds * hertz_ / (static_cast<double>(paths_) * kMonths));
    v.fraction_of_limit.push_back(limit / seconds);
    v.times_slower.push_back(seconds / ours);
  }

  void numpy(int repetition, double limit, double ours) {
    const Finished finished =
        run_child({settings_.python, "bench/yardsticks/numpy_runway.py", std::to_string(paths_), std::to_string(repetition + 1)});
    if (!finished.done) return;
    const auto said = nlohmann::json::parse(finished.output);
    record("numpy", "NumPy " + said["version"].get<std::string>() + ", whole arrays", said["cpu_s"].get<double>(), limit, ours);
    numpy_answers_ = {{"NumPy", said["death"].get<double>(), said["owned"].get<double>(), std::nan(""), said["payoff"].get<double>()}};
  }

  const Ours& ours_;
  const Settings& settings_;
  std::uint64_t paths_;
  double hertz_ = 0;
  std::map<std::string, Version> versions_;
  yardsticks::Answers limit_, plain_;
  std::vector<Answered> numpy_answers_;
};

Answered of(const std::string& name, const yardsticks::Answers& a) { return {name, a.death, a.owned, a.cash24_p5, a.payoff}; }

void print_answers(Report& report, const Ours& ours, const Race& race, std::uint64_t paths) {
  Times times;
  const auto answers = ours.answers(paths, 1, times);
  std::vector<Answered> rows = {of("hand-written limit kernel", race.limit()), of("plain C++", race.plain())};
  for (const Answered& numpy : race.numpy_answers()) rows.push_back(numpy);
  const yardsticks::Answers same = yardsticks::plain(paths, 99, true);
  rows.push_back(of("plain C++, sum fixed as ours", same));
  const auto* fan = answer_of(answers, "fan");
  const double cash24 = fan != nullptr && fan->months.size() > 23 ? fan->months[23].p5.value : std::nan("");
  const auto death = figure_of(answers, "death"), owned = figure_of(answers, "ownership"), payoff = figure_of(answers, "payoff");
  rows.push_back({"our language", death.value, owned.value, cash24, payoff.value});
  report.line(fmt::format("the answers, {} paths each", paths));
  report.line(fmt::format("  {:<30} {:>12} {:>16} {:>24} {:>16}", "", "P(death)", "mean ownership", "cash, month 24, 5 % (bn)",
                          "mean payoff (bn)"));
  for (const Answered& row : rows) {
    const std::string cash = std::isnan(row.cash24_p5) ? "-" : fmt::format("{:.3f}", row.cash24_p5 * 1e-9);
    report.line(fmt::format("  {:<30} {:>12.5f} {:>16.5f} {:>24} {:>16.2f}", row.name, row.death, row.owned, cash, row.payoff * 1e-9));
    report.json["runway_60"]["answers"][row.name] = {{"death", row.death}, {"owned", row.owned}, {"payoff", row.payoff}};
  }
  report.line(fmt::format("  {:<30} {:>12.5f} {:>16.5f} {:>24} {:>16.2f}", "  its standard errors", death.error, owned.error, "",
                          payoff.error * 1e-9));
  // How many standard errors ours lies from the plain program that raises as ours does.
  const double n = static_cast<double>(paths);
  const auto apart = [&](double a, double a_error, double b, double sd) { return (a - b) / std::sqrt(a_error * a_error + sd * sd / n); };
  report.line(fmt::format("  {:<30} {:>12.1f} {:>16.1f} {:>24} {:>16.1f}", "  standard errors apart, last two",
                          apart(death.value, death.error, same.death, std::sqrt(same.death * (1 - same.death))),
                          apart(owned.value, owned.error, same.owned, same.owned_sd), "",
                          apart(payoff.value, payoff.error, same.payoff, same.payoff_sd)));
  report.line(
      "  the limit kernel, plain C++ and NumPy fix the sum raised as the round closes, ours as it opens; the fourth row is plain C++ with "
      "that changed");
}

}  // namespace

void runway_60(Report& report, const Settings& settings, Speeds& speeds) {
  report.heading("2. RUNWAY-60, ONE THREAD (CPU time, versions in turn in one process, medians of repetitions)");
  std::string why;
  const auto ours = Ours::open(kModel, why);
  if (!ours) return report.skipped("RUNWAY-60", why);
  if (ours->runs() != 1) report.line("the model runs in several cases: only the first is timed");
  const std::vector<std::pair<std::uint64_t, int>> sizes = settings.quick
                                                               ? std::vector<std::pair<std::uint64_t, int>>{{98'304, 5}}
                                                               : std::vector<std::pair<std::uint64_t, int>>{{98'304, 11}, {1'000'000, 5}};
  for (const auto& [paths, times] : sizes) {
    say(fmt::format("RUNWAY-60, {} paths, {} times", paths, times));
    Race race(*ours, settings, paths);
    race.run(times);
    race.print(report);
    if (paths != sizes.back().first) continue;
    speeds.limit = race.speed("limit");
    speeds.ours = race.speed("ours");
    speeds.plain = race.speed("plain");
    speeds.numpy = race.speed("numpy");
    speeds.owned_sd = race.plain().owned_sd;
    speeds.death = race.plain().death;
    report.target(fmt::format("RUNWAY-60, fraction of the hand-written kernel, {} paths", paths), fmt::format("{:.2f}", race.fraction()),
                  ">= 0.50", race.fraction() >= 0.5);
    report.target("RUNWAY-60 against plain C++, per thread", fmt::format("{:.1f} x", race.faster_than("plain")), ">= 6 x",
                  race.faster_than("plain") >= 6);
    if (speeds.numpy > 0) {
      report.target("RUNWAY-60 against NumPy, per thread", fmt::format("{:.1f} x", race.faster_than("numpy")), ">= 8 x",
                    race.faster_than("numpy") >= 8);
    } else {
      report.skipped("NumPy on RUNWAY-60", "no python3 with NumPy");
    }
    print_answers(report, *ours, race, paths);
  }
}

void threads(Report& report, const Settings& settings) {
  const std::uint64_t paths = settings.quick ? 200'000 : 1'000'000;
  report.heading(fmt::format("3. TWO THREADS AGAINST ONE (RUNWAY-60, {} paths)", paths));
  say("threads");
  std::string why;
  const auto ours = Ours::open(kModel, why);
  if (!ours) return report.skipped("threads", why);
  struct Pair {
    std::vector<double> wall, cpu;
  };
  const auto print = [&](const std::string& name, const Pair& p) {
    const double best = *std::max_element(p.wall.begin(), p.wall.end());
    report.line(fmt::format("{:<28} wall time x{:.2f} (best x{:.2f}); by CPU time, as if nothing else ran, x{:.2f}", name, median(p.wall),
                            best, median(p.cpu)));
    report.json["threads"][name] = {{"wall", median(p.wall)}, {"wall_best", best}, {"cpu", median(p.cpu)}};
  };
  Pair mine, kernel;
  for (int i = 0; i < (settings.quick ? 3 : 7); ++i) {
    const Times one = ours->time(0, paths, 1), two = ours->time(0, paths, 2);
    mine.wall.push_back(one.wall / two.wall);
    mine.cpu.push_back(2 * one.cpu / two.cpu);
    double wall[2], cpu[2];
    for (const int n : {1, 2}) {
      const double w = wall_seconds(), c = process_seconds();
      yardsticks::limit(paths, n);
      wall[n - 1] = wall_seconds() - w;
      cpu[n - 1] = process_seconds() - c;
    }
    kernel.wall.push_back(wall[0] / wall[1]);
    kernel.cpu.push_back(2 * cpu[0] / cpu[1]);
  }
  print("our language", mine);
  print("hand-written limit kernel", kernel);
  report.target(fmt::format("two threads against one, {} paths, wall time", paths), fmt::format("x{:.2f}", median(mine.wall)), ">= x1.8",
                median(mine.wall) >= 1.8);
}

}  // namespace bench
