// One command, one machine, one go: our program beside what people would write by hand. See README.md for how to read it.
//
//   bench/run.sh          some minutes
//   bench/run.sh quick    under one
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <thread>

#include <fmt/format.h>

#include "child.h"
#include "sections.h"
#include "warchest.h"
#include "yardsticks/yardsticks.h"

namespace {

using namespace bench;

std::string environment(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : otherwise;
}

std::string python_with_numpy() {
  for (const std::string& python : {environment("PYTHON", "python3"), std::string("/usr/bin/python3")}) {
    if (run_child({python, "-c", "import numpy"}).done) return python;
  }
  return "";
}

std::string folder_of_squiggle(const std::string& node) {
  if (node.empty()) return "";
  for (const std::string& folder : {environment("SQUIGGLE", ""), std::string("bench/squiggle")}) {
    if (!folder.empty() && access((folder + "/node_modules/@quri/squiggle-lang/package.json").c_str(), R_OK) == 0) return folder;
  }
  return "";
}

std::string processor() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.rfind("model name", 0) == 0) return line.substr(line.find(':') + 2);
  }
  return "an unknown processor";
}

void machine(Report& report, const Settings& settings) {
  double load[1] = {0};
  if (getloadavg(load, 1) != 1) load[0] = 0;
  report.line(fmt::format("warchest {}; {} threads of {}; the limit kernel for {}", warchest::version(),
                          std::thread::hardware_concurrency(), processor(), yardsticks::limit_instructions()));
  report.line(
      fmt::format("{} programs wanted a core on average as it began: above 0.2, read ratios and CPU seconds, not wall seconds", load[0]));
  report.json["machine"] = {{"processor", processor()},
                            {"threads", std::thread::hardware_concurrency()},
                            {"limit_instructions", yardsticks::limit_instructions()},
                            {"load", load[0]},
                            {"compiler", __VERSION__}};
  report.json["version"] = std::string(warchest::version());
  report.json["quick"] = settings.quick;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4 || (argc > 4 && std::strcmp(argv[4], "quick") != 0)) {
    std::fprintf(stderr,
                 "usage: warchest_bench WARCHEST SMALL_BY_HAND JSON_FILE [quick]\nrun it by bench/run.sh, from the project's folder\n");
    return 2;
  }
  Settings settings;
  settings.quick = argc > 4;
  settings.program = argv[1];
  settings.small_by_hand = argv[2];
  settings.python = python_with_numpy();
  settings.node = run_child({environment("NODE", "node"), "--version"}).done ? environment("NODE", "node") : "";
  settings.squiggle = folder_of_squiggle(settings.node);

  Report report;
  machine(report, settings);
  whole_process(report, settings);
  Speeds speeds;
  runway_60(report, settings, speeds);
  threads(report, settings);
  time_to_error(report, settings, speeds);
  operations(report, settings);
  equity(report, settings);
  equity_simulation(report, settings);
  market(report, settings);
  statements(report, settings);
  october(report, settings);

  std::fputs(report.text().c_str(), stdout);
  std::ofstream(argv[3]) << report.json.dump(2) << "\n";
  std::printf("\nthe same as JSON: %s\n", argv[3]);
  return 0;
}
