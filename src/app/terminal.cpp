// Plain POSIX. The interrupt handler only sets a flag (and gives the next Ctrl-C back its usual meaning).
#include "app/terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace warchest::app {

namespace {

std::atomic<bool> stopped{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may only touch what needs no lock");

void on_interrupt(int signal) {
  stopped.store(true, std::memory_order_relaxed);
  std::signal(signal, SIG_DFL);
}

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

std::string time_in_words(double seconds) {
  const auto whole = static_cast<long>(seconds + 0.5);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

}  // namespace

bool wants_colour(When when, int descriptor) {
  if (when != When::automatic) return when == When::always;
  const char* none = std::getenv("NO_COLOR");
  if (none != nullptr && *none != 0) return false;
  const char* term = std::getenv("TERM");
  return ::isatty(descriptor) != 0 && !(term != nullptr && std::string_view(term) == "dumb");
}

std::size_t output_width() {
  winsize size{};
  if (::isatty(STDOUT_FILENO) != 0 && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    return std::clamp<std::size_t>(size.ws_col, 40, 200);
  }
  return 80;
}

const std::atomic<bool>& interrupted() { return stopped; }

void watch_interrupts() { std::signal(SIGINT, on_interrupt); }

bool write_output(std::string_view text) { return write_all(STDOUT_FILENO, text); }
void write_error(std::string_view text) { write_all(STDERR_FILENO, text); }

ProgressBar::ProgressBar(When when)
    : wanted_(when == When::always || (when == When::automatic && ::isatty(STDERR_FILENO) != 0)), always_(when == When::always), begin_(now()) {}

ProgressBar::~ProgressBar() { clear(); }

void ProgressBar::show(std::uint64_t done, std::uint64_t total) {
  const double time = now(), passed = time - begin_;
  if (!wanted_ || total == 0 || (!always_ && passed < 1) || time - last_ < 0.1) return;
  last_ = time;
  shown_ = true;
  constexpr std::size_t kWidth = 30;
  const double share = static_cast<double>(done) / static_cast<double>(total);
  std::string bar;
  for (std::size_t i = 0; i < kWidth; ++i) bar += static_cast<double>(i) < share * kWidth ? "█" : "░";
  const std::string left = share > 0 ? time_in_words(passed / share - passed) + " left" : "";
  write_error(fmt::format("\r{} {:3.0f} %  {}\x1b[K", bar, share * 100, left));
}

void ProgressBar::clear() {
  if (shown_) write_error("\r\x1b[K");
  shown_ = false;
}

std::function<void(std::uint64_t, std::uint64_t)> ProgressBar::callback() {
  if (!wanted_) return {};
  return [this](std::uint64_t done, std::uint64_t total) { show(done, total); };
}

}  // namespace warchest::app
