// fork, exec and wait4, because only wait4 tells the peak memory of one child. The child's numerical libraries get one thread.
#include "child.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "clock.h"

namespace bench {

namespace {

double seconds(const timeval& t) { return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec); }

[[noreturn]] void become(const std::vector<std::string>& arguments, const std::string& folder, int output) {
  std::vector<char*> words;
  for (const std::string& word : arguments) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const int nothing = open("/dev/null", O_RDWR);
  dup2(nothing, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(nothing, STDERR_FILENO);
  setenv("OMP_NUM_THREADS", "1", 1);
  setenv("OPENBLAS_NUM_THREADS", "1", 1);
  setenv("PYTHONDONTWRITEBYTECODE", "1", 1);
  if (folder.empty() || chdir(folder.c_str()) == 0) execvp(words[0], words.data());
  _exit(127);
}

}  // namespace

Finished run_child(const std::vector<std::string>& arguments, const std::string& folder) {
  Finished finished;
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return finished;
  const double begin = wall_seconds();
  const pid_t child = fork();
  if (child == 0) become(arguments, folder, ends[1]);
  close(ends[1]);
  char buffer[4096];
  ssize_t n = 0;
  while (child > 0 && (n = read(ends[0], buffer, sizeof buffer)) > 0) finished.output.append(buffer, static_cast<std::size_t>(n));
  close(ends[0]);
  int status = 1;
  rusage used{};
  if (child < 0 || wait4(child, &status, 0, &used) != child) return finished;
  finished.wall = wall_seconds() - begin;
  finished.cpu = seconds(used.ru_utime) + seconds(used.ru_stime);
  finished.peak_mib = static_cast<double>(used.ru_maxrss) / 1024;
  finished.done = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  return finished;
}

Finished median_child(const std::vector<std::string>& arguments, int times, const std::string& folder) {
  Finished last;
  std::vector<double> wall, cpu, peak;
  for (int i = 0; i < times; ++i) {
    last = run_child(arguments, folder);
    if (!last.done) return last;
    wall.push_back(last.wall);
    cpu.push_back(last.cpu);
    peak.push_back(last.peak_mib);
  }
  last.wall = median(wall);
  last.cpu = median(cpu);
  last.peak_mib = median(peak);
  return last;
}

}  // namespace bench
