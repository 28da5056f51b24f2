// Clocks of POSIX; the multiplication chain is timed in the thread's own CPU time, so it is right on a busy machine too.
#include "clock.h"

#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace bench {

namespace {
double of_clock(clockid_t id) {
  timespec t{};
  clock_gettime(id, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}
}  // namespace

double wall_seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }
double thread_seconds() { return of_clock(CLOCK_THREAD_CPUTIME_ID); }
double process_seconds() { return of_clock(CLOCK_PROCESS_CPUTIME_ID); }

double core_hertz() {
  constexpr long kMultiplications = 2'000'000;
  constexpr double kCyclesEach = 3;
  std::uint64_t x = 3;
  const std::uint64_t y = 5;
  const double begin = thread_seconds();
  for (long i = 0; i < kMultiplications; i += 4) {
#if defined(__x86_64__)
    asm volatile("imul %1,%0\n imul %1,%0\n imul %1,%0\n imul %1,%0" : "+r"(x) : "r"(y));
#else
    for (int k = 0; k < 4; ++k) {
      x *= y;
      asm volatile("" : "+r"(x));
    }
#endif
  }
  return kCyclesEach * kMultiplications / (thread_seconds() - begin);
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : 0.5 * (values[n / 2 - 1] + values[n / 2]);
}

}  // namespace bench
