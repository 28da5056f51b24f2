// Covenants: tested when the month has ended, on what stands then. What a failed test does is seen in the months after it (facility.cpp).
//
// A test is failed where the condition does not hold at a month end of the calendar that is a test date, while something is owed. From then
// on it may be mended: the condition holds at some month end before the time to cure has passed. Else the covenant is defaulted on, in the
// month in which that time ends; without such a time at once.
#include "program/lowering.h"
#include "text/check.h"

namespace warchest::program {

using model::kEndless;
using model::kNone;

void Lowering::ensure_covenants(CompanyId id) {
  auto& company = companies_[id];
  if (company.covenants_done) return;
  company.covenants_done = true;
  ensure_company(id);
  const When past = When::before(1);
  const Operand endless = constant(kEndless);
  in_main(program_.month, [&] {
    for (const std::uint32_t f : model_.companies[id].facilities) {
      auto& facility = facilities_[f];
      Operand breached = endless, defaulted = endless;
      for (const std::uint32_t c : model_.facilities[f].covenants) {
        auto& s = covenants_[c];
        const auto& covenant = model_.covenants[c];
        if (!facility.here) {
          for (const SlotId never : {s.breached, s.defaulted, s.failing_since}) emit_to(never, Op::copy, endless);
          emit_to(s.fails, Op::copy, constant(0));
          continue;
        }
        std::vector<double> dates;
        for (std::int32_t t = 0; t < months_; ++t) dates.push_back((model_.settings.start_month + t) % covenant.tested_months == 0 ? 1 : 0);
        const Operand now = month_number(0), holds = field(covenant.holds, When::now());
        const Operand owed = both(read(company.alive, past), emit(Op::less, constant(0), slot(facility.balance)));
        const Operand before = read(s.failing_since, past), open = both(owed, emit(Op::less, before, endless));
        emit_to(s.fails, Op::copy, both(both(owed, schedule_of(std::move(dates))), emit(Op::opposite, holds)));
        const Operand since = emit(Op::choose, open, before, emit(Op::choose, slot(s.fails), now, endless));
        emit_to(s.failing_since, Op::choose, holds, endless, since);
        emit_to(s.breached, Op::min, read(s.breached, past), emit(Op::choose, slot(s.fails), now, endless));
        const Operand cure = covenant.cure == kNone ? constant(0) : emit(Op::round, field(covenant.cure, When::now()));
        const Operand too_late = emit(Op::less_equal, emit(Op::add, slot(s.failing_since), cure), now);
        emit_to(s.defaulted, Op::min, read(s.defaulted, past), emit(Op::choose, too_late, now, endless));
        breached = breached.place == Place::constant ? slot(s.breached) : emit(Op::min, breached, slot(s.breached));
        defaulted = defaulted.place == Place::constant ? slot(s.defaulted) : emit(Op::min, defaulted, slot(s.defaulted));
      }
      emit_to(facility.breached, Op::copy, breached);
      emit_to(facility.defaulted, Op::copy, defaulted);
    }
  });
}

}  // namespace warchest::program
