// From text to answer, as people meet it: the whole program is started, and its time and memory are those of the process.
#include <fmt/format.h>
#include <unistd.h>

#include <map>

#include "child.h"
#include "clock.h"
#include "ours.h"
#include "sections.h"
#include "warchest.h"

namespace bench {

namespace {

constexpr const char* kSmall = "bench/runway-small.chest";
constexpr const char* kCanonical = "bench/runway-60.chest";
constexpr const char* kOctober = "examples/openai-2024.chest";

void start_up(Report& report, const Settings& settings) {
  if (access(kOctober, R_OK) != 0) return report.skipped("the October model", std::string(kOctober) + " is missing");
  const Finished finished = median_child({settings.program, "check", kOctober}, settings.quick ? 11 : 31);
  if (!finished.done) return report.skipped("the October model", "warchest check does not pass it");
  std::map<std::string, std::vector<double>> stages;
  for (int i = 0; i < 11; ++i) {
    warchest::Timings timings;
    warchest::ModelFile file = warchest::load(kOctober, {}, &timings);
    warchest::check(file, &timings);
    for (const auto& stage : timings.stages) stages[stage.name].push_back(stage.seconds);
  }
  report.line(fmt::format(
      "start, read, parse and check of {}: {:.1f} ms ({:.1f} ms of CPU); inside: read {:.2f}, parse {:.2f}, check {:.2f} ms", kOctober,
      finished.wall * 1e3, finished.cpu * 1e3, median(stages["read"]) * 1e3, median(stages["parse"]) * 1e3, median(stages["check"]) * 1e3));
  report.json["start_up"] = {
      {"wall_s", finished.wall}, {"cpu_s", finished.cpu}, {"parse_s", median(stages["parse"])}, {"check_s", median(stages["check"])}};
  report.target("start-up, parse and check of the October model", fmt::format("{:.1f} ms", finished.wall * 1e3), "< 20 ms",
                finished.wall < 0.020);
}

// One of the small model's answers, ours beside that of the program written by hand: mean, 5, 50 and 95 %.
void compare(Report& report, const std::string& name, const warchest::analysis::Answers& answers, const std::string& ask,
             const nlohmann::json& other, double scale, const std::string& unit) {
  const auto* ours = answer_of(answers, ask);
  if (ours == nullptr) return;
  const auto& s = ours->spread;
  report.line(fmt::format("  {:<26} ours  mean {:8.3f} +- {:.3f}  5 % {:7.2f}  50 % {:7.2f}  95 % {:7.2f} {}", name, s.mean.value * scale,
                          s.mean.error * scale, s.p5.value * scale, s.p50.value * scale, s.p95.value * scale, unit));
  report.line(fmt::format("  {:<26} hand  mean {:8.3f}           5 % {:7.2f}  50 % {:7.2f}  95 % {:7.2f}", "",
                          other["mean"].get<double>() * scale, other["p5"].get<double>() * scale, other["p50"].get<double>() * scale,
                          other["p95"].get<double>() * scale));
  report.json["small"]["answers"][ask] = {{"ours", {s.mean.value, s.p5.value, s.p50.value, s.p95.value}},
                                          {"by_hand", {other["mean"], other["p5"], other["p50"], other["p95"]}},
                                          {"mean_error", s.mean.error}};
}

void small(Report& report, const Settings& settings) {
  const int times = settings.quick ? 5 : 11;
  std::vector<double> ours, ours_cpu, numpy, numpy_cpu, hand, hand_cpu, ratio;
  for (int i = 0; i < times; ++i) {  // in turn, so that a noisy minute hits all of them
    const Finished a = run_child({settings.program, "run", kSmall, "--paths", "100000", "--quiet"});
    if (!a.done) return report.skipped("the small model as a whole process", "warchest does not run it");
    ours.push_back(a.wall);
    ours_cpu.push_back(a.cpu);
    if (const Finished b = run_child({settings.small_by_hand, "100000", "1", "1"}); b.done) {
      hand.push_back(b.wall);
      hand_cpu.push_back(b.cpu);
    }
    if (settings.python.empty()) continue;
    if (const Finished b = run_child({settings.python, "bench/squiggle/run_numpy.py", "100000"}); b.done) {
      numpy.push_back(b.wall);
      numpy_cpu.push_back(b.cpu);
      ratio.push_back(b.wall / a.wall);
    }
  }
  const auto both = [](const std::vector<double>& wall, const std::vector<double>& cpu) {
    return fmt::format("{:.0f} ms ({:.0f} ms of CPU)", median(wall) * 1e3, median(cpu) * 1e3);
  };
  report.line(fmt::format("{}, 100,000 paths, whole process: ours {}; by hand in plain C++ {}", kSmall, both(ours, ours_cpu),
                          both(hand, hand_cpu)));
  report.json["small"]["process_s"] = {
      {"ours", median(ours)}, {"ours_cpu", median(ours_cpu)}, {"by_hand", median(hand)}, {"by_hand_cpu", median(hand_cpu)}};
  report.target("small model, text to answer, 100,000 paths, whole process", fmt::format("{:.0f} ms", median(ours) * 1e3), "< 100 ms",
                median(ours) < 0.1);
  if (ratio.empty()) {
    report.skipped("NumPy on the small model", "no python3 with NumPy");
  } else {
    report.line(fmt::format("NumPy's whole process {}, {:.1f} times ours", both(numpy, numpy_cpu), median(ratio)));
    report.json["small"]["process_s"]["numpy"] = median(numpy);
    report.json["small"]["process_s"]["numpy_cpu"] = median(numpy_cpu);
    report.target("the same against NumPy's whole process", fmt::format("{:.1f} x", median(ratio)), "never below 1 x", median(ratio) >= 1);
  }

  std::string why;
  const auto model = Ours::open(kSmall, why);
  const Finished by_hand = run_child({settings.small_by_hand, settings.quick ? "400000" : "4000000", "1", "1"});
  if (!model || !by_hand.done) return report.skipped("the small model's answers", model ? "the program by hand failed" : why);
  const auto other = nlohmann::json::parse(by_hand.output);
  Times times_taken;
  const auto answers = model->answers(100'000, 1, times_taken);
  report.line("its answers beside those of the program written by hand, which draws many more paths:");
  compare(report, "months until cash is gone", answers, "runway", other["answer"]["runway"], 1, "");
  compare(report, "cash after month 24", answers, "left24", other["answer"]["cash24"], 1e-9, "bn");
}

void memory(Report& report, const Settings& settings) {
  for (const std::uint64_t paths : {std::uint64_t{100'000}, std::uint64_t{settings.quick ? 1'000'000u : 10'000'000u}}) {
    say(fmt::format("{} paths in one process", paths));
    const Finished finished = run_child({settings.program, "run", kCanonical, "--paths", std::to_string(paths), "--quiet"});
    if (!finished.done) return report.skipped("memory", "warchest does not run " + std::string(kCanonical));
    report.line(fmt::format("{}, {} paths: {:.0f} MB at most, {:.2f} s ({:.2f} s of CPU)", kCanonical, paths, finished.peak_mib * 1.048576,
                            finished.wall, finished.cpu));
    report.json["memory"][std::to_string(paths)] = {
        {"peak_mb", finished.peak_mib * 1.048576}, {"wall_s", finished.wall}, {"cpu_s", finished.cpu}};
    if (paths > 100'000) {
      report.target(fmt::format("peak memory of {} million paths", paths / 1'000'000),
                    fmt::format("{:.0f} MB", finished.peak_mib * 1.048576), "< 300 MB", finished.peak_mib * 1.048576 < 300);
    }
  }
}

}  // namespace

void whole_process(Report& report, const Settings& settings) {
  report.heading("1. WHOLE PROCESS, TEXT TO ANSWER (wall time, medians)");
  say("whole processes");
  start_up(report, settings);
  small(report, settings);
  memory(report, settings);
}

}  // namespace bench
