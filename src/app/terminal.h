// The terminal and the signals: what the program has to know about where it runs.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "app/options.h"

namespace warchest::app {

bool wants_colour(When when, int descriptor);  // auto: a terminal, NO_COLOR unset or empty, TERM not dumb
std::size_t output_width();                    // of the terminal at standard output, 40 to 200; 80 where it is none

// Set by the first Ctrl-C; the second ends the program at once.
const std::atomic<bool>& interrupted();
void watch_interrupts();

// True if all of it was written.
bool write_output(std::string_view text);
void write_error(std::string_view text);

// A bar on standard error: from one second on where it is a terminal, gone when it is done.
class ProgressBar {
 public:
  explicit ProgressBar(When when);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void show(std::uint64_t done, std::uint64_t total);
  void clear();
  std::function<void(std::uint64_t, std::uint64_t)> callback();  // empty where no bar is wanted

 private:
  bool wanted_ = false, always_ = false, shown_ = false;
  double begin_ = 0, last_ = 0;
};

}  // namespace warchest::app
