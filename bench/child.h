// Another program, run to its end: what it printed, how long it took, how much memory it held.
#pragma once

#include <string>
#include <vector>

namespace bench {

struct Finished {
  bool done = false;    // it started and ended with 0
  double wall = 0;      // seconds from start to end
  double cpu = 0;       // of all its threads, the system's share included
  double peak_mib = 0;  // resident; counts what the bench itself held at the start, so run such programs while that is little
  std::string output;   // what it wrote to standard output; what it wrote to standard error is lost
};

// The first of `arguments` is looked for in PATH. An empty folder: the current one.
Finished run_child(const std::vector<std::string>& arguments, const std::string& folder = "");

// The medians over several runs, output of the last; done only if all were.
Finished median_child(const std::vector<std::string>& arguments, int times, const std::string& folder = "");

}  // namespace bench
