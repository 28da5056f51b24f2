// What equity costs in the simulation: one model, with up to four rounds and an exit, asked about cash alone and asked who owns it and is
// paid what. Where nobody asks about shares none are reckoned, so the first is the same model without equity. Figures cost too, whatever
// they are of: the fair baseline has as many answers about cash.
#include <fmt/format.h>

#include "clock.h"
#include "ours.h"
#include "sections.h"

namespace bench {

void equity_simulation(Report& report, const Settings& settings) {
  constexpr const char* kModel = "bench/equity-60.chest";
  const std::uint64_t paths = settings.quick ? 98'304 : 1'000'000;
  report.heading(fmt::format("7. EQUITY IN THE SIMULATION ({}, {} paths, one thread, CPU time)", kModel, paths));
  say("equity in the simulation");
  std::string why;
  const auto cash = Ours::open(kModel, why, {"death", "fan"});
  const auto answers = Ours::open(kModel, why, {"death", "fan", "others"});
  const auto equity = Ours::open(kModel, why, {"death", "fan", "owns", "price"});
  if (!cash || !answers || !equity) return report.skipped(kModel, why);
  std::vector<double> plain, many, owned, ratio, bare;
  for (int i = 0; i < (settings.quick ? 5 : 7); ++i) {  // in turn, so that a noisy minute hits all of them
    plain.push_back(cash->time(0, paths, 1).cpu);
    many.push_back(answers->time(0, paths, 1).cpu);
    owned.push_back(equity->time(0, paths, 1).cpu);
    ratio.push_back(owned.back() / many.back());
    bare.push_back(owned.back() / plain.back());
  }
  report.line(fmt::format(
      "cash alone {:.3f} s; with ten more answers about cash {:.3f} s; with who owns it, what they are paid and its worth {:.3f} s",
      median(plain), median(many), median(owned)));
  report.line(fmt::format("with equity over without: {:.2f} x with as many answers, {:.2f} x with two", median(ratio), median(bare)));
  report.json["equity_simulation"] = {
      {"paths", paths}, {"cash_s", median(plain)}, {"as_many_answers_s", median(many)}, {"equity_s", median(owned)}};
  report.target("four rounds and an exit, against the model without equity", fmt::format("{:.2f} x", median(ratio)), "<= 2 x",
                median(ratio) <= 2);
}

}  // namespace bench
