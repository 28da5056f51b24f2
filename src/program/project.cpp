// Projects: step 4 of the month. When building starts, how far it is, what is online, what it costs and brings, what is written off.
//
// All turns on one clock, the months built so far. What moves it was decided at the end of the month before (`go_if`, `pause_if`,
// `cancel_if`, whether the company is alive), so it stands before the plan lines of the month, and a line may be bound by `capacity`.
// Money spent goes along a curve over the clock; a phase is online in the month after its part of the building time. What had been spent by
// then and was not yet in service is what that phase is written off from: so what is written off adds up to what was spent.
// Factors that grow by a rate (escalation, discounting) are products that run on, not powers.
#include <algorithm>
#include <cmath>
#include <limits>

#include "program/lowering.h"
#include "text/check.h"

namespace warchest::program {

using model::Depreciation;
using model::kEndless;
using model::kNone;

namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr double kMonthsPerYear = quantity::kMonthsPerYear;

// Internal revenue service of the United States, Publication 946 (2023), table A-1: half-year convention, per cent by tax year.
std::vector<double> macrs(int years) {
  switch (years) {
    case 3:
      return {33.33, 44.45, 14.81, 7.41};
    case 5:
      return {20.00, 32.00, 19.20, 11.52, 11.52, 5.76};
    case 7:
      return {14.29, 24.49, 17.49, 12.49, 8.93, 8.92, 8.93, 4.46};
    case 10:
      return {10.00, 18.00, 14.40, 11.52, 9.22, 7.37, 6.55, 6.55, 6.56, 6.55, 3.28};
    case 15:
      return {5.00, 9.50, 8.55, 7.70, 6.93, 6.23, 5.90, 5.90, 5.91, 5.90, 5.91, 5.90, 5.91, 5.90, 5.91, 2.95};
    default:
      WARCHEST_CHECK(years == 20, "a class of MACRS without a table");
      return {3.750, 7.219, 6.677, 6.177, 5.713, 5.285, 4.888, 4.522, 4.462, 4.461, 4.462,
              4.461, 4.462, 4.461, 4.462, 4.461, 4.462, 4.461, 4.462, 4.461, 2.231};
  }
}

// Rates beyond these are not looked for: factors of a month for 1,000 % and -90 % a year.
const double kLeastFactor = std::pow(11.0, -1 / kMonthsPerYear), kMostFactor = std::pow(0.1, -1 / kMonthsPerYear);
constexpr double kRounding = 1e-13;  // of all that has moved: a sum that small is nothing
constexpr int kRateSteps = 26;  // every other one halves the bracket

}  // namespace

void Lowering::declare_projects() {
  for (std::uint32_t p = 0; p < model_.projects.size(); ++p) {
    const std::string& name = model_.projects[p].name;
    ProjectSlots s;
    s.here = std::find(case_.without_projects.begin(), case_.without_projects.end(), p) == case_.without_projects.end();
    const auto declare = [&](const char* what, double before) {
      const SlotId made = history(name + what);
      set_row(made, -1, constant(before));
      return made;
    };
    s.started = declare(".started", kEndless);
    s.online = declare(".online", kEndless);
    s.built = declare(".months_built", 0);
    s.progress = declare(".progress", 0);
    s.capacity = declare(".capacity", 0);
    s.spend = declare(".spend", 0);
    s.spent = declare(".spent", 0);
    s.cost = declare(".cost", 0);
    s.returned = declare(".returned", 0);
    s.depreciation = declare(".depreciation", 0);
    s.book_value = declare(".book_value", 0);
    s.in_progress = declare(".in_progress", 0);
    s.yield = declare(".yield", 0);
    s.running = declare(".running", 0);
    projects_.push_back(std::move(s));
  }
}

// (1 + yearly rate) ^ (t / 12) in month t.
Operand Lowering::grown_by(model::DefId rate) {
  if (rate == kNone) return constant(1);
  if (const auto fixed = known_def(rate)) {
    std::vector<double> factors;
    for (std::int32_t t = 0; t < months_; ++t) factors.push_back(std::pow(1 + kMonthsPerYear * *fixed, t / kMonthsPerYear));
    return schedule_of(std::move(factors));
  }
  const auto [place, fresh] = growth_factors_.try_emplace(rate, kNoSlot);
  if (fresh) {
    const SlotId made = history("");
    growth_factors_[rate] = made;
    set_row(made, -1, constant(1));
    Operand monthly;
    in_main(program_.setup, [&] {
      const Operand yearly =
          emit(Op::max, emit(Op::add, constant(1), emit(Op::mul, constant(kMonthsPerYear), field(rate, When::in_setup()))), constant(0));
      monthly = emit(Op::power, yearly, constant(1 / kMonthsPerYear));
    });
    in_main(program_.month, [&] { emit_to(made, Op::mul, read(made, When::before(1)), monthly); });
  }
  return read(growth_factors_[rate], When::before(1));
}

// Started, built, online: what was decided by the end of the month before.
void Lowering::ensure_project_clock(std::uint32_t id) {
  auto& s = projects_[id];
  if (s.clock_done) return;
  WARCHEST_CHECK(!s.clock_going, "a project needs itself in its own month: " + model_.projects[id].name);
  s.clock_going = true;
  const auto& project = model_.projects[id];
  const Operand endless = constant(kEndless);
  const When past = When::before(1);
  if (!s.here) {
    in_main(program_.month, [&] {
      for (const SlotId date : {s.started, s.online}) emit_to(date, Op::copy, endless);
      emit_to(s.capacity, Op::copy, constant(0));
    });
    s.clock_going = false;
    s.clock_done = true;
    return;
  }
  const int phases = static_cast<int>(std::lround(known_or(project.phases, 1)));
  std::vector<Operand> due;  // months built by which a phase is done
  Operand length, start, size, life = endless;
  in_main(program_.setup, [&] {
    const auto setup = [&](DefId definition) { return field(definition, When::in_setup()); };
    length = setup(project.build);
    if (project.delay != kNone) length = emit(Op::mul, length, setup(project.delay));
    length = emit(Op::max, emit(Op::round, length), constant(1));
    for (int i = 1; i <= phases; ++i) {
      const Operand part = phases == 1 ? length : emit(Op::div, emit(Op::mul, length, constant(i)), constant(phases));
      due.push_back(phases == 1 ? length : emit(Op::neg, emit(Op::floor, emit(Op::neg, part))));
    }
    start = emit(Op::floor, setup(project.start));
    size = setup(project.size);
    s.phase_size = phases == 1 ? size : emit(Op::div, size, constant(phases));
    if (project.life != kNone) life = emit(Op::max, emit(Op::round, setup(project.life)), constant(1));
    for (int i = 1; i < phases; ++i) {
      s.online_at.push_back(new_slot(Keep::state, project.name + ".phase_" + std::to_string(i)));
      emit_to(s.online_at.back(), Op::copy, endless);
    }
  });
  s.length = length;
  s.life = life;
  in_main(program_.month, [&] {
    const Operand alive = read(companies_[project.company].alive, past), now = month_number(0);
    const Operand before = read(s.started, past);
    Operand starts = both(alive, both(emit(Op::less_equal, start, now), emit(Op::same, before, endless)));
    if (project.go_if != kNone) starts = both(starts, field(project.go_if, past));
    if (project.cancel_if != kNone) starts = both(starts, emit(Op::opposite, field(project.cancel_if, past)));
    emit_to(s.started, Op::choose, starts, now, before);
    const Operand built_before = read(s.built, past);
    Operand works = both(alive, emit(Op::less_equal, slot(s.started), now));
    s.given_up_now = constant(0);
    if (project.cancel_if != kNone) {
      s.given_up = new_slot(Keep::state, project.name + ".given_up");
      in_main(program_.setup, [&] { emit_to(s.given_up, Op::copy, constant(0)); });
      const Operand under_way = both(both(alive, emit(Op::less, before, now)), emit(Op::less, built_before, length));
      s.given_up_now = both(both(under_way, emit(Op::opposite, slot(s.given_up))), field(project.cancel_if, past));
      emit_to(s.given_up, Op::either, slot(s.given_up), s.given_up_now);
      works = both(works, emit(Op::opposite, slot(s.given_up)));
    }
    if (project.pause_if != kNone) works = both(works, emit(Op::opposite, field(project.pause_if, past)));
    emit_to(s.built, Op::min, emit(Op::add, built_before, works), length);
    // A phase is online in the month after its part of the building time, until its life has passed.
    Operand capacity = constant(0);
    for (int i = 0; i < phases; ++i) {
      const bool last = i + 1 == phases;
      const Operand earlier = last ? read(s.online, past) : slot(s.online_at[static_cast<std::size_t>(i)]);
      const Operand ready = both(alive, emit(Op::less_equal, due[static_cast<std::size_t>(i)], built_before));
      const SlotId at = last ? s.online : s.online_at[static_cast<std::size_t>(i)];
      emit_to(at, Op::min, earlier, emit(Op::choose, ready, now, endless));
      Operand live = both(alive, emit(Op::less_equal, slot(at), now));
      if (project.life != kNone) live = both(live, emit(Op::less, emit(Op::sub, now, life), slot(at)));
      s.live.push_back(live);
      capacity = sum(capacity, emit(Op::choose, live, s.phase_size, constant(0)));
    }
    emit_to(s.capacity, Op::copy, capacity);
  });
  s.online_at.push_back(s.online);
  s.clock_going = false;
  s.clock_done = true;
}

// What it costs and brings in the month.
void Lowering::ensure_project_flows(std::uint32_t id) {
  auto& s = projects_[id];
  if (s.flows_done) return;
  ensure_project_clock(id);
  s.flows_done = true;
  const auto& project = model_.projects[id];
  const When past = When::before(1), today = When::now();
  if (!s.here) {
    in_main(program_.month, [&] {
      for (const SlotId flow :
           {s.built, s.progress, s.spend, s.spent, s.cost, s.returned, s.depreciation, s.book_value, s.in_progress, s.yield, s.running})
        emit_to(flow, Op::copy, constant(0));
    });
    return;
  }
  Operand share = constant(1), own = constant(1), budget, pace;
  in_main(program_.setup, [&] {
    const auto setup = [&](DefId definition) { return field(definition, When::in_setup()); };
    if (project.share != kNone) own = share = setup(project.share);
    if (project.grants != kNone) own = times(own, emit(Op::sub, constant(1), setup(project.grants)));
    pace = emit(Op::div, constant(1), s.length);
    budget = setup(project.size);
    if (project.overrun != kNone) budget = emit(Op::mul, budget, setup(project.overrun));
    if (in_setup_def(project.capex)) budget = emit(Op::mul, budget, setup(project.capex));
  });
  const Operand price = in_setup_def(project.capex) ? constant(1) : field_now(project.capex);
  const Operand yields = project.yields == kNone ? constant(0) : field_now(project.yields);
  const Operand running = project.running == kNone ? constant(0) : field_now(project.running);
  const Operand available = project.availability == kNone ? constant(1) : field_now(project.availability);
  const Operand used = project.used == kNone ? constant(1) : field_now(project.used);
  in_main(program_.month, [&] {
    const Operand u = emit(Op::mul, slot(s.built), pace);
    Operand progress = u;
    if (project.curve == model::SpendCurve::s_curve)
      progress = emit(Op::mul, emit(Op::mul, u, u), emit(Op::sub, constant(3), emit(Op::mul, constant(2), u)));
    if (project.curve == model::SpendCurve::table) {
      const auto& table = model_.lookups[model_.exprs[model_.definitions[project.spend].is].index];
      Lookup lookup;
      for (const auto& [key, part] : table.points) {
        lookup.keys.push_back(key);
        lookup.values.push_back(value(part, today));
      }
      program_.lookups.push_back(std::move(lookup));
      progress = emit(Op::lookup, u, {}, {}, static_cast<std::uint32_t>(program_.lookups.size() - 1));
    }
    emit_to(s.progress, Op::copy, progress);
    const Operand escalated = grown_by(project.escalation);
    const Operand spent_by_all = times(times(times(emit(Op::sub, slot(s.progress), read(s.progress, past)), budget), price), escalated);
    s.spent_by_all = spent_by_all;
    emit_to(s.cost, Op::add, read(s.cost, past), spent_by_all);
    emit_to(s.spend, Op::copy, times(spent_by_all, own));
    emit_to(s.spent, Op::add, read(s.spent, past), slot(s.spend));
    write_off(id);
    // What it brings and costs online.
    const Operand able = times(slot(s.capacity), available);
    s.output = times(able, used);
    const Operand paid_for =
        project.take_or_pay == kNone ? s.output : times(able, emit(Op::max, used, field(project.take_or_pay, When::in_setup())));
    const Operand brings = is_constant_zero(yields) ? yields : times(times(paid_for, yields), grown_by(project.yield_escalation));
    emit_to(s.yield, Op::copy, is_constant_zero(brings) ? brings : times(brings, share));
    Operand costs = is_constant_zero(running) ? running : times(times(slot(s.capacity), running), grown_by(project.running_escalation));
    if (project.decommissioning != kNone) {
      const Operand alive = read(companies_[project.company].alive, past), now = month_number(0);
      Operand down = constant(0);
      for (const SlotId at : s.online_at) {
        const Operand ends = both(alive, emit(Op::same, emit(Op::sub, now, s.life), slot(at)));
        down = sum(down, emit(Op::choose, ends, s.phase_size, constant(0)));
      }
      costs = sum(costs, times(times(down, field(project.decommissioning, When::in_setup())), escalated));
    }
    s.costs_of_all = costs;
    emit_to(s.running, Op::copy, is_constant_zero(costs) ? costs : times(costs, share));
  });
}

// What the projects of a company bring and cost online, and what is written off: below its own lines, in ebitda and ebit.
void Lowering::emit_project_lines(CompanyId id, Operand of_lines, Operand written) {
  const auto& s = companies_[id];
  Operand yield = constant(0), running = constant(0);
  for (const std::uint32_t p : model_.companies[id].projects) {
    yield = sum(yield, slot(projects_[p].yield));
    running = sum(running, slot(projects_[p].running));
    written = sum(written, slot(projects_[p].depreciation));
  }
  emit_to(s.project_yield, Op::copy, yield);
  emit_to(s.project_cost, Op::copy, running);
  emit_to(s.depreciation, Op::copy, written);
  emit_to(s.ebitda, Op::add, of_lines, emit(Op::sub, slot(s.project_yield), slot(s.project_cost)));
  emit_to(s.ebit, Op::sub, slot(s.ebitda), slot(s.depreciation));
}

// Own spending of the month, less what came back of what was given up.
Operand Lowering::projects_cost(CompanyId id) {
  Operand total = constant(0);
  for (const std::uint32_t p : model_.companies[id].projects) {
    total = sum(total, slot(projects_[p].spend));
    if (model_.projects[p].salvage != kNone) total = less(total, slot(projects_[p].returned));
  }
  return total;
}

// A field as it stands this month.
Operand Lowering::field_now(model::DefId id) {
  Operand result;
  in_main(program_.month, [&] { result = field(id, When::now()); });
  return result;
}

// Depreciation by phase, from what had been spent and was not in service when the phase came online; and what is given up.
void Lowering::write_off(std::uint32_t id) {
  auto& s = projects_[id];
  const auto& project = model_.projects[id];
  const When past = When::before(1);
  // Interest of the building time is part of what it cost (IAS 23, ASC 835-20), from the month after it has arisen.
  Operand interest = constant(0);
  for (const std::uint32_t f : model_.companies[project.company].facilities)
    if (facilities_[f].here && model_.facilities[f].project == id) interest = sum(interest, read(facilities_[f].to_assets, past));
  const Operand now = month_number(0);
  Operand spent_before = read(s.spent, past);
  if (!is_constant_zero(interest)) {
    const SlotId so_far = new_slot(Keep::state, project.name + ".interest");
    in_main(program_.setup, [&] { emit_to(so_far, Op::copy, constant(0)); });
    emit_to(so_far, Op::add, slot(so_far), interest);
    spent_before = emit(Op::add, spent_before, slot(so_far));
  }
  const bool tracked = project.depreciation != Depreciation::none || project.life != kNone || project.cancel_if != kNone;
  const SlotId done = new_slot(Keep::state);  // spent on what is in service, or was
  in_main(program_.setup, [&] { emit_to(done, Op::copy, constant(0)); });
  for (const SlotId at : s.online_at) emit_to(done, Op::choose, emit(Op::same, slot(at), now), spent_before, slot(done));
  const Operand in_work = emit(Op::sub, slot(s.spent), slot(done));
  emit_to(s.in_progress, Op::choose, project.cancel_if == kNone ? constant(0) : slot(s.given_up), constant(0), in_work);
  const auto state = [&](const char* what, double start) {
    const SlotId made = new_slot(Keep::state, what[0] == 0 ? "" : project.name + what);
    in_main(program_.setup, [&] { emit_to(made, Op::copy, constant(start)); });
    return made;
  };
  Operand written = constant(0), returned = constant(0);
  if (tracked) {
    const SlotId placed = state(".in_service", 0);
    std::vector<double> years, months_left;
    for (std::int32_t t = 0; t < months_; ++t) {
      const int month = model_.settings.start_month - 1 + t;
      years.push_back(month / 12);
      months_left.push_back(12 - month % 12);
    }
    const Operand alive = read(companies_[project.company].alive, past);
    for (std::size_t i = 0; i < s.online_at.size(); ++i) {
      const Operand at = slot(s.online_at[i]);
      const Operand comes = emit(Op::same, at, now);
      const SlotId left = state("", 0);  // of the phase, not written off yet
      const Operand added = emit(Op::choose, comes, emit(Op::sub, spent_before, slot(placed)), constant(0));
      emit_to(placed, Op::add, slot(placed), added);
      emit_to(left, Op::add, slot(left), added);
      Operand amount = constant(0);
      if (project.depreciation == Depreciation::declining) {
        const Operand rest = emit(Op::sub, emit(Op::add, at, s.life), now);
        const Operand even = emit(Op::div, slot(left), rest);
        const Operand twice = emit(Op::mul, slot(left), emit(Op::div, constant(2), s.life));
        amount = emit(Op::min, emit(Op::max, even, twice), slot(left));
      } else if (project.depreciation != Depreciation::none) {
        const SlotId cost = state("", 0);
        emit_to(cost, Op::add, slot(cost), added);
        if (project.depreciation == Depreciation::straight_line) {
          amount = emit(Op::div, slot(cost), s.life);
        } else {
          const SlotId year = state("", 0), months = state("", kMonthsPerYear);
          emit_to(year, Op::choose, comes, schedule_of(years), slot(year));
          emit_to(months, Op::choose, comes, schedule_of(months_left), slot(months));
          Lookup table;
          for (const double percent : macrs(project.macrs_years)) {
            table.keys.push_back(static_cast<double>(table.keys.size()));
            table.values.push_back(constant(percent / 100));
          }
          table.keys.push_back(static_cast<double>(table.keys.size()));
          table.values.push_back(constant(0));
          const Operand age = emit(Op::sub, schedule_of(years), slot(year));
          program_.lookups.push_back(std::move(table));
          const Operand part = emit(Op::lookup, age, {}, {}, static_cast<std::uint32_t>(program_.lookups.size() - 1));
          const Operand over = emit(Op::choose, emit(Op::same, age, constant(0)), slot(months), constant(kMonthsPerYear));
          amount = emit(Op::min, emit(Op::div, emit(Op::mul, slot(cost), part), over), slot(left));
        }
      }
      amount = is_constant_zero(amount) ? amount : emit(Op::choose, s.live[i], amount, constant(0));
      if (project.life != kNone) {  // at the end of its life nothing stands in the books
        const Operand ends = both(alive, emit(Op::same, emit(Op::sub, now, s.life), at));
        amount = emit(Op::choose, ends, slot(left), amount);
      }
      emit_to(left, Op::sub, slot(left), amount);
      written = sum(written, amount);
    }
    if (project.cancel_if != kNone) {
      const Operand lost = emit(Op::choose, s.given_up_now, emit(Op::sub, spent_before, slot(placed)), constant(0));
      if (project.salvage != kNone) returned = emit(Op::mul, lost, field(project.salvage, When::in_setup()));
      written = sum(written, less(lost, returned));
    }
  }
  emit_to(s.depreciation, Op::copy, written);
  emit_to(s.returned, Op::copy, returned);
  const Operand added = sum(slot(s.spend), interest);
  emit_to(s.book_value, Op::sub, emit(Op::sub, emit(Op::add, read(s.book_value, past), added), slot(s.depreciation)), slot(s.returned));
}

// Sums over the run, for what is reckoned at its end.
Operand Lowering::project_figure(std::uint32_t id, model::Measure measure, const When& when) {
  ensure_company(model_.projects[id].company);
  auto& s = projects_[id];
  const auto& project = model_.projects[id];
  if (!s.here) return constant(measure == M::project_npv ? 0 : measure == M::project_payback ? kEndless : kMissing);
  const auto state = [&](double start) {
    const SlotId made = new_slot(Keep::state);
    in_main(program_.setup, [&] { emit_to(made, Op::copy, constant(start)); });
    return made;
  };
  if (s.net == kNoSlot) {
    s.net = history("");
    in_main(program_.month, [&] {
      const Operand in = emit(Op::sub, emit(Op::add, slot(s.yield), slot(s.returned)), slot(s.running));
      emit_to(s.net, Op::sub, in, slot(s.spend));
    });
  }
  if (measure == M::project_payback) {
    if (s.paid_back == kNoSlot) {
      s.paid_back = state(kEndless);
      const SlotId total = state(0);
      in_main(program_.month, [&] {
        emit_to(total, Op::add, slot(total), slot(s.net));
        const Operand even =
            both(emit(Op::less_equal, constant(0), slot(total)), emit(Op::less, slot(s.online_at.front()), constant(kEndless)));
        emit_to(s.paid_back, Op::min, slot(s.paid_back), emit(Op::choose, even, month_number(0), constant(kEndless)));
      });
    }
    const Operand started = when.kind == When::Kind::month ? slot(s.started) : read(s.started, When::at_end(months_ - 1));
    const Operand months = emit(Op::add, emit(Op::sub, slot(s.paid_back), started), constant(1));
    return emit(Op::choose, emit(Op::less, slot(s.paid_back), constant(kEndless)), months, constant(kEndless));
  }
  if (measure == M::project_irr) {
    if (when.kind == When::Kind::month) return constant(kMissing);
    if (s.rate.place == Place::none) s.rate = project_rate(s.net);
    return s.rate;
  }
  if (s.worth == kNoSlot) {
    s.worth = state(0);
    s.cost_worth = state(0);
    s.output_worth = state(0);
    in_main(program_.month, [&] {
      const Operand growth = grown_by(project.discount);
      const auto add = [&](SlotId total, Operand flow) { emit_to(total, Op::add, slot(total), emit(Op::div, flow, growth)); };
      add(s.worth, slot(s.net));
      add(s.cost_worth, sum(s.spent_by_all, s.costs_of_all));
      add(s.output_worth, s.output);
    });
  }
  if (measure == M::project_npv) return slot(s.worth);
  const Operand some = emit(Op::less, constant(0), slot(s.output_worth));
  return emit(Op::choose, some, emit(Op::div, slot(s.cost_worth), slot(s.output_worth)), constant(kMissing));
}

// The yearly rate at which flows by month are worth nothing: the root of a polynomial in the factor of a month, between factors at which
// its sign differs; halving by turns with the secant through the ends (Dowell and Jarratt 1971, the Illinois rule). Where what is paid back
// is less than what was put in, the rate is below zero; where it is the same but for rounding, the rate is zero; where the ends do not
// differ, there is none.
Operand Lowering::project_rate(SlotId flows) {
  const auto worth = [&](Operand factor) {  // Horner's rule, the last month first
    Operand total = read(flows, When::at_end(months_ - 1));
    for (std::int32_t t = months_ - 2; t >= 0; --t) total = emit(Op::add, emit(Op::mul, total, factor), read(flows, When::at_end(t)));
    return total;
  };
  const Operand all = worth(constant(1)), gains = emit(Op::less, constant(0), all);
  Operand low = emit(Op::choose, gains, constant(kLeastFactor), constant(1)),
          high = emit(Op::choose, gains, constant(1), constant(kMostFactor));
  const Operand dear = worth(constant(kLeastFactor)), cheap = worth(constant(kMostFactor));
  Operand at_low = emit(Op::choose, gains, dear, all), at_high = emit(Op::choose, gains, all, cheap);
  const Operand exists = both(emit(Op::less_equal, at_low, constant(0)), emit(Op::less, constant(0), at_high));
  Operand weight_low = at_low, weight_high = at_high;
  for (int step = 0; step < kRateSteps; ++step) {
    Operand middle = emit(Op::mul, emit(Op::add, low, high), constant(0.5));
    if (step % 2 == 1) {
      const Operand secant = emit(Op::div, emit(Op::sub, emit(Op::mul, low, weight_high), emit(Op::mul, high, weight_low)),
                                  emit(Op::sub, weight_high, weight_low));
      const Operand inside = both(emit(Op::less, low, secant), emit(Op::less, secant, high));
      middle = emit(Op::choose, inside, secant, middle);
    }
    const Operand at_middle = worth(middle);
    const Operand below = emit(Op::less, at_middle, constant(0));
    low = emit(Op::choose, below, middle, low);
    high = emit(Op::choose, below, high, middle);
    weight_low = emit(Op::choose, below, at_middle, step % 2 == 1 ? emit(Op::mul, weight_low, constant(0.5)) : weight_low);
    weight_high = emit(Op::choose, below, step % 2 == 1 ? emit(Op::mul, weight_high, constant(0.5)) : weight_high, at_middle);
  }
  const Operand factor = emit(Op::mul, emit(Op::add, low, high), constant(0.5));
  const Operand rate = emit(Op::sub, emit(Op::power, factor, constant(-kMonthsPerYear)), constant(1));
  Operand moved = constant(0);
  for (std::int32_t t = 0; t < months_; ++t) moved = emit(Op::add, moved, emit(Op::abs, read(flows, When::at_end(t))));
  const Operand even =
      both(emit(Op::less_equal, emit(Op::abs, all), emit(Op::mul, moved, constant(kRounding))), emit(Op::less, constant(0), moved));
  return emit(Op::choose, even, constant(0), emit(Op::choose, exists, rate, constant(kMissing)));
}

}  // namespace warchest::program
