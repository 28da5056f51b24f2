// Teams: people at month end, and how many of them are productive by now.
//
// people(t) = people(t-1) * (1 - leavers) + hires. Who was there at the start is productive; who comes later grows into it over
// `ramp` months in equal steps, so productive(t) = people(t) less what the hires of the last `ramp` months still lack.
#include <algorithm>
#include <cmath>

#include "program/lowering.h"
#include "text/check.h"

namespace warchest::program {

void Lowering::ensure_team(CompanyId id, std::uint32_t index) {
  const auto& team = model_.companies[id].teams[index];
  const SlotId people = companies_[id].team_people[index], productive = companies_[id].team_productive[index];
  if (!teams_done_.insert({id, index}).second) return;
  in_main(program_.setup, [&] {
    const Operand start = team.start == model::kNone ? constant(0) : field(team.start, When::in_setup());
    set_row(people, -1, start);
    set_row(productive, -1, start);
  });
  in_main(program_.month, [&] {
    const SlotId hired = history("");
    set_row(hired, -1, constant(0));
    const Operand hires = team.hires == model::kNone ? constant(0) : field(team.hires, When::now());
    emit_to(hired, Op::copy, hires);
    Operand stay = read(people, When::before(1));
    if (team.leavers != model::kNone) stay = emit(Op::mul, stay, emit(Op::sub, constant(1), field(team.leavers, When::now())));
    emit_to(people, Op::add, stay, slot(hired));
    // A hire of `lag` months ago still lacks 1 - (lag + 1) / (ramp + 1), never less than nothing.
    const auto months = team.ramp == model::kNone ? std::optional(0.0) : known_def(team.ramp);
    const std::int32_t longest = months ? static_cast<std::int32_t>(std::clamp(std::round(*months), 0.0, double(months_))) : months_;
    const Operand steps = longest == 0 ? constant(1) : emit(Op::add, emit(Op::round, field(team.ramp, When::now())), constant(1));
    Operand lacking = constant(0);
    for (std::int32_t lag = 0; lag < longest; ++lag) {
      std::vector<double> there;
      for (std::int32_t t = 0; t < months_; ++t) there.push_back(t - lag >= 0 ? 1 : 0);
      const Operand recent = choose(schedule_of(there), read(hired, When::before(lag)), constant(0));
      const Operand lacks = emit(Op::max, emit(Op::sub, constant(1), emit(Op::div, constant(lag + 1.0), steps)), constant(0));
      const Operand part = emit(Op::mul, recent, lacks);
      lacking = lacking.place == Place::constant ? part : emit(Op::add, lacking, part);
    }
    emit_to(productive, Op::max, emit(Op::sub, slot(people), lacking), constant(0));
  });
}

}  // namespace warchest::program
