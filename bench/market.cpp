// What the market costs: companies that raise again and again from the same purses, and how that grows with investors and with companies.
//
// Every company raises each six to fourteen months; every investor has an appetite of three points at prices of its own, and its own
// chances, so that nothing is shared between them. Wanted: a hundred investors and twenty companies over sixty months, 100,000 paths on two
// cores in five seconds: that is run as it is. To compare sizes fewer paths do, told as if for 100,000; what a run costs before its first
// path makes them look dearer by a tenth.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "clock.h"
#include "ours.h"
#include "sections.h"

namespace bench {

namespace {

std::string model_of(int investors, int companies) {
  std::string text = "model \"A market\" { start = 2026-01, horizon = 5 years, currency = USD }\n";
  std::string raised;
  for (int c = 0; c < companies; ++c) {
    text += fmt::format(
        "company c{0:02} {{ opening_post_money = ${1}B, round raise {{ every = 6 months to 14 months, amount = $1B to ${2}B, asks = 1.0 to 2.0 "
        "of last_post_money, repeats = 20 }} }}\n",
        c, 10 + 3 * c, 3 + c / 3);
    raised += fmt::format("{}raised(c{:02})", c == 0 ? "" : ", ", c);
  }
  for (int i = 0; i < investors; ++i) {
    text += fmt::format(
        "investor i{:02} {{ capacity = $0.{}B/year to ${}B/year, appetite = {{ 1.0x: 100%, 1.{}x: {}%, 2.{}x: {}% }}, follow_on = 50% to 90%, "
        "interest = 30% to 80% }}\n",
        i, 1 + i % 8, 1 + i % 5, 3 + i % 5, 60 + i % 30, i % 10, 10 + i % 30);
  }
  text += "market { mood = regimes({ boom: 1.2x, normal: 1x, shut: 0.3x }, stays: 70%, starts: normal) }\n";
  return text + "ask raised { show = [" + raised + "], at = 2030-12 }\n";
}

}  // namespace

void market(Report& report, const Settings& settings) {
  constexpr std::uint64_t kTold = 100'000;
  const std::uint64_t paths = settings.quick ? 8'192 : 16'384;
  report.heading(fmt::format("8. THE MARKET ({} paths timed, told for {}; one thread, CPU time)", paths, kTold));
  say("the market");
  const std::filesystem::path file = std::filesystem::temp_directory_path() / "warchest-bench-market.chest";
  struct Size {
    int investors, companies;
  };
  std::vector<std::pair<Size, double>> measured;
  double best_wall = 0;
  for (const Size size : {Size{25, 20}, Size{50, 20}, Size{100, 20}, Size{100, 5}, Size{100, 10}}) {
    std::ofstream(file) << model_of(size.investors, size.companies);
    std::string why;
    const auto ours = Ours::open(file.string(), why);
    if (!ours) return report.skipped("the market", why);
    std::vector<double> cpu;
    for (int i = 0; i < (settings.quick ? 1 : 3); ++i) cpu.push_back(ours->time(0, paths, 1).cpu * static_cast<double>(kTold) / static_cast<double>(paths));
    measured.emplace_back(size, median(cpu));
    report.line(fmt::format("{:>4} investors, {:>2} companies: {:6.2f} s of CPU, {:5.2f} us a path and company", size.investors, size.companies,
                            median(cpu), median(cpu) / static_cast<double>(kTold) / size.companies * 1e6));
    if (size.investors == 100 && size.companies == 20) {
      for (int i = 0; i < (settings.quick ? 2 : 3); ++i) {
        const double wall = ours->time(0, kTold, 2).wall;
        if (i == 0 || wall < best_wall) best_wall = wall;
      }
    }
    report.json["market"].push_back({{"investors", size.investors}, {"companies", size.companies}, {"cpu_s", median(cpu)}});
  }
  std::filesystem::remove(file);
  report.line(fmt::format("four times the investors: {:.2f} x the time; four times the companies: {:.2f} x", measured[2].second / measured[0].second,
                          measured[2].second / measured[3].second));
  report.json["market_wall_s"] = best_wall;
  report.target("100 investors, 20 companies, 60 months, 100,000 paths, on two threads", fmt::format("{:.1f} s", best_wall), "< 5 s", best_wall < 5);
}

}  // namespace bench
