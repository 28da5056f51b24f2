// The sections of the bench, in the order in which they run: first what starts other programs and weighs their memory, while the bench
// itself holds little, then what is timed inside.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "report.h"

namespace bench {

struct Settings {
  bool quick = false;
  std::string program;        // warchest
  std::string small_by_hand;  // squiggle/reference.cpp, built
  std::string python;         // one that has NumPy; empty: none
  std::string node;           // empty: none
  std::string squiggle;       // a folder with node_modules/@quri/squiggle-lang; empty: none
};

// Path-months per CPU second of one thread at a million paths (or what the quick run takes for it), and how far paths lie apart.
struct Speeds {
  double limit = 0, ours = 0, plain = 0, numpy = 0;
  double owned_sd = 0, death = 0;
};

void whole_process(Report& report, const Settings& settings);                        // 1
void runway_60(Report& report, const Settings& settings, Speeds& speeds);            // 2
void threads(Report& report, const Settings& settings);                              // 3
void time_to_error(Report& report, const Settings& settings, const Speeds& speeds);  // 4
void operations(Report& report, const Settings& settings);                           // 5
void equity(Report& report, const Settings& settings);                                // 6
void equity_simulation(Report& report, const Settings& settings);                     // 7
void market(Report& report, const Settings& settings);                                // 8
void statements(Report& report, const Settings& settings);                            // 9
void october(Report& report, const Settings& settings);                               // 10

}  // namespace bench
