// Plain lines; the targets come last because they are what people look for.
#include "report.h"

#include <fmt/format.h>

#include <cstdio>

namespace bench {

void Report::heading(const std::string& text) { text_ += fmt::format("\n{}\n", text); }
void Report::line(const std::string& text) { text_ += "  " + text + "\n"; }

void Report::skipped(const std::string& what, const std::string& why) {
  line(fmt::format("{}: skipped, {}", what, why));
  json["skipped"][what] = why;
}

void Report::target(const std::string& what, const std::string& measured, const std::string& wanted, bool reached) {
  targets_.push_back({what, measured, wanted, reached});
  json["targets"].push_back({{"what", what}, {"measured", measured}, {"wanted", wanted}, {"reached", reached}});
}

std::string Report::text() const {
  std::string text = text_ + "\nTARGETS\n";
  text += fmt::format("  {:<66} {:>14}   {:<22} {}\n", "", "measured", "wanted", "");
  for (const Target& t : targets_)
    text += fmt::format("  {:<66} {:>14}   {:<22} {}\n", t.what, t.measured, t.wanted, t.reached ? "reached" : "NOT REACHED");
  return text;
}

void say(const std::string& text) { std::fprintf(stderr, "bench: %s\n", text.c_str()); }

}  // namespace bench
