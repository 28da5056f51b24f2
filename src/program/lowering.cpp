// Emitting: slots, instructions, histories; and the last steps, when everything that is read has been named.
//
// Histories are sized at the end. While lowering, every read notes how far back it looks; finish() then writes the rows that lie
// before the start (where tables reach back, or a measure has an opening value) and keeps just the rows that some read needs.
#include "program/lowering.h"

#include <algorithm>
#include <cmath>

#include "kernels/random.h"
#include "program/arithmetic.h"
#include "text/check.h"

namespace warchest::program {

namespace {
constexpr std::int32_t kDimensions = 48;   // beyond, Philox: high Sobol dimensions gain little
constexpr int kAttemptDimensions = 4;      // the first attempts at a round
}  // namespace

LuckPlan::LuckPlan(const model::Model& model) {
  // What belongs to the file, then company by company, then what only scenarios draw: one more company moves nothing before it.
  const std::size_t companies = model.companies.size();
  const auto within = [](const std::string& name, const std::string& around) { return name.rfind(around + ".", 0) == 0; };
  const auto place = [&](const std::string& name) {
    for (std::size_t c = 0; c < companies; ++c)
      if (within(name, model.companies[c].name)) return c + 1;
    for (const auto& scenario : model.scenarios)
      if (within(name, scenario.name)) return companies + 1;
    return std::size_t{0};
  };
  for (std::size_t group = 0; group <= companies + 1; ++group) {
    const auto deal_here = [&](const std::string& name, int count) {
      if (place(name) == group) deal(name, count);
    };
    for (const auto& luck : model.lucks)
      if (luck.kind == model::LuckKind::path) deal_here(luck.name, 1);
    for (const auto& event : model.events) deal_here(event.name, 1);
    for (const auto& facility : model.facilities)
      if (facility.available != model::kNone) deal_here(facility.name, 1);
    for (const auto& luck : model.lucks)
      if (luck.kind == model::LuckKind::attempt) deal_here(luck.name, kAttemptDimensions);
  }
}

void LuckPlan::deal(const std::string& name, int count) {
  const auto [place, fresh] = by_name_.try_emplace(name);
  if (fresh)
    for (int i = 0; i < count && next_ < kDimensions; ++i) place->second.push_back(next_++);
}

const std::vector<std::int32_t>& LuckPlan::dimensions(const std::string& name) const {
  static const std::vector<std::int32_t> none;
  const auto place = by_name_.find(name);
  return place == by_name_.end() ? none : place->second;
}

Lowering::Lowering(const model::Model& model, const model::Case& which, LuckPlan& luck,
                   std::optional<std::pair<model::DefId, model::ExprId>> for_value)
    : model_(model), case_(which), luck_(luck), for_value_(for_value), months_(model.settings.months) {
  program_.months = months_;
  defs_.resize(model.definitions.size());
  layers_.resize(model.definitions.size());
  line_company_.assign(model.definitions.size(), model::kNone);
  const auto gone = [](const std::vector<std::uint32_t>& list, std::uint32_t id) {
    return std::find(list.begin(), list.end(), id) != list.end();
  };
  for (CompanyId c = 0; c < model.companies.size(); ++c)
    for (const auto& line : model.companies[c].lines) line_company_[line.is] = c;
  for (const auto& [c, line] : which.without_lines) removed_.insert(model.companies[c].lines[line].is);
  for (std::uint32_t r = 0; r < model.rounds.size(); ++r)
    for (const DefId input : model.rounds[r].inputs) input_round_[input] = r;

  for (const auto& company : model.companies) {
    CompanySlots s{};
    const auto name = [&](const char* what) { return company.name + "." + what; };
    s.cash = history(name("cash"));
    s.debt = history(name("debt"));
    s.revenue = history(name("revenue"));
    s.cost = history(name("cost"));
    s.ebitda = history(name("ebitda"));
    s.interest = history(name("interest"));
    s.burn = history(name("burn"));
    s.mean_burn = history(name("mean_burn"));
    s.runway = history(name("runway"));
    s.growth = history(name("growth"));
    s.working_capital = history(name("working_capital"));
    s.raised = history(name("raised"));
    s.last_round = history(name("last_round"));
    s.out_of_cash = history(name("out_of_cash"));
    s.alive = history(name("alive"));
    s.received = history(name("received"));
    s.paid = history(name("paid"));
    s.repaid = history(name("repaid"));
    s.drawn = history(name("drawn"));
    s.fees = history(name("fees"));
    s.interest_paid = history(name("interest_paid"));
    s.interest_added = history(name("interest_added"));
    s.interest_to_assets = history(name("interest_to_assets"));
    s.interest_accrued = history(name("interest_accrued"));
    s.fees_expensed = history(name("fees_expensed"));
    s.fees_deferred = history(name("fees_deferred"));
    s.reserved = history(name("reserved"));
    s.reserve = history(name("reserve"));
    s.project_yield = history(name("project_yield"));
    s.project_cost = history(name("project_cost"));
    s.capex = history(name("capex"));
    s.depreciation = history(name("depreciation"));
    s.ebit = history(name("ebit"));
    s.receivables = history(name("receivables"));
    s.payables = history(name("payables"));
    s.deferred_revenue = history(name("deferred_revenue"));
    s.round_money = history(name("round_money"));
    s.notes = history(name("notes"));
    s.notes_repaid = history(name("notes_repaid"));
    for (const auto& team : company.teams) {
      s.team_people.push_back(history(team.name + ".people"));
      s.team_productive.push_back(history(team.name + ".productive"));
    }
    for (const auto& credit : company.credits) {
      s.credit_balance.push_back(history(credit.name + ".balance"));
      s.credit_used.push_back(history(credit.name + ".used"));
    }
    for (const auto& account : company.accounts) s.account_balance.push_back(history(account.name + ".balance"));
    companies_.push_back(std::move(s));
  }
  for (std::uint32_t e = 0; e < model.events.size(); ++e) {
    EventSlots s;
    s.here = !gone(which.without_events, e);
    events_.push_back(s);
  }
  for (std::uint32_t r = 0; r < model.rounds.size(); ++r) {
    RoundSlots s{};
    s.here = !gone(which.without_rounds, r);
    rounds_.push_back(s);
  }
  equities_.resize(model.companies.size());
  prepare_correlations();
  declare_rounds();
  declare_projects();
  declare_facilities();
}

SlotId Lowering::new_slot(Keep keep, std::string name) {
  Slot slot;
  slot.keep = keep;
  slot.name = std::move(name);
  program_.slots.push_back(std::move(slot));
  longest_lag_.push_back(0);
  whole_.push_back(false);
  return static_cast<SlotId>(program_.slots.size() - 1);
}

SlotId Lowering::history(std::string name) {
  return new_slot(Keep::history, std::move(name));
}

// What setup computes lives as long as the path; finish() makes temporaries of what only setup reads.
Operand Lowering::emit(Op op, Operand a, Operand b, Operand c, std::uint32_t data) {
  const SlotId target = new_slot(out_ == &program_.setup ? Keep::path : Keep::temporary);
  emit_to(target, op, a, b, c, data);
  return slot(target);
}

void Lowering::emit_to(SlotId target, Op op, Operand a, Operand b, Operand c, std::uint32_t data) {
  WARCHEST_CHECK(out_ != nullptr, "an instruction without a section");
  Instruction i;
  i.op = op;
  i.target = target;
  i.a = a;
  i.b = b;
  i.c = c;
  i.data = data;
  out_->push_back(i);
}

void Lowering::set_row(SlotId target, std::int32_t row, Operand value) {
  in_main(program_.setup, [&] {
    emit_to(target, Op::copy, value);
    out_->back().target_row = row;
  });
  program_.slots[target].first = std::min(program_.slots[target].first, row);
}

Operand Lowering::choose(Operand mask, Operand yes, Operand no) {
  if (mask.place == Place::constant) return mask.value != 0 ? yes : no;
  return emit(Op::choose, mask, yes, no);
}

Operand Lowering::both(Operand a, Operand b) {
  if (a.place == Place::constant) return a.value != 0 ? b : a;
  if (b.place == Place::constant) return b.value != 0 ? a : b;
  return emit(Op::both, a, b);
}

Operand Lowering::schedule_of(std::vector<double> values) {
  if (std::all_of(values.begin(), values.end(), [&](double v) { return v == values[0]; })) return constant(values[0]);
  const auto [place, fresh] = schedule_memo_.try_emplace(values, static_cast<std::uint32_t>(program_.schedules.size()));
  if (fresh) program_.schedules.push_back(std::move(values));
  return schedule(place->second);
}

Operand Lowering::month_number(std::int32_t lag) {
  std::vector<double> values;
  for (std::int32_t t = 0; t < months_; ++t) values.push_back(t - lag);
  return schedule_of(std::move(values));
}

// A history as the context sees it.
Operand Lowering::read(SlotId id, const When& when) {
  if (when.kind == When::Kind::month) {
    longest_lag_[id] = std::max(longest_lag_[id], when.lag);
    return slot(id, when.lag);
  }
  WARCHEST_CHECK(when.fixed, "a history read without a month");
  whole_[id] = true;
  return row(id, when.row);
}

namespace {

template <class Body>
void for_each_operand(Program& program, Instruction& i, Body body) {
  for (Operand* o : {&i.a, &i.b, &i.c, &i.d}) body(*o);
  if (i.op == Op::period_table)
    for (auto& period : program.period_tables[i.data].periods) body(period.total);
  if (i.op == Op::curve)
    for (auto& anchor : program.curves[i.data].anchors) body(anchor.value);
  if (i.op == Op::lookup)
    for (auto& value : program.lookups[i.data].values) body(value);
  if (i.op == Op::quantile || i.op == Op::chance_below)
    for (auto& parameter : program.quantiles[i.data].parameters) body(parameter);
  if (i.op == Op::market) visit_market(program.markets[i.data], body);
}

// Path columns that only setup reads are temporaries.
void demote_path_columns(Program& program) {
  std::vector<bool> needed(program.slots.size(), false);
  for (auto* list : {&program.month, &program.finish})
    for (auto& i : *list)
      for_each_operand(program, i, [&](const Operand& o) {
        if (o.place == Place::slot || o.place == Place::row) needed[o.index] = true;
      });
  for (std::size_t s = 0; s < program.slots.size(); ++s)
    if (program.slots[s].keep == Keep::path && !needed[s] && program.slots[s].name.empty()) program.slots[s].keep = Keep::temporary;
}

}  // namespace

Program Lowering::finish() {
  // Whatever has been read months back must be written every month; lowering it may ask for more.
  for (bool more = true; more;) {
    more = false;
    for (CompanyId c = 0; c < companies_.size(); ++c)
      if (!companies_[c].done) {
        ensure_company(c);
        more = true;
      }
    for (CompanyId c = 0; c < companies_.size(); ++c)
      if (!companies_[c].covenants_done) {
        ensure_covenants(c);
        more = true;
      }
    for (CompanyId c = 0; c < companies_.size(); ++c)
      if (!equities_[c].wanted.empty() && !equities_[c].settled) {
        settle(c);
        more = true;
      }
    for (CompanyId c = 0; c < companies_.size(); ++c)
      if (equities_[c].monthly && !equities_[c].done) {
        ensure_equity(c);
        more = true;
      }
    for (CompanyId c = 0; c < companies_.size(); ++c)
      if (equities_[c].valuation != kNoSlot && !equities_[c].exit_done) {
        ensure_exit(c);
        more = true;
      }
    for (CompanyId c = 0; c < companies_.size(); ++c)
      if (companies_[c].statements_wanted && !companies_[c].statements_done) {
        ensure_statements(c);
        more = true;
      }
    const auto figures = [&](auto& asked, auto ensure) {
      for (auto& [key, figure] : asked)
        if (!figure.done) {
          ensure(key.first, key.second);
          more = true;
        }
    };
    figures(holder_figures_, [&](std::uint32_t holder, M measure) { ensure_holder(holder, measure); });
    for (std::uint32_t r = 0; r < rounds_.size(); ++r)
      if (rounds_[r].insiders_history != kNoSlot && !rounds_[r].insiders_done) {
        ensure_insiders(r);
        more = true;
      }
    for (auto& [company, made] : market_.raised_insiders)
      if (!market_.raised_insiders_done.count(company)) {
        ensure_raised_insiders(company);
        more = true;
      }
    figures(round_figures_, [&](std::uint32_t round, M measure) { ensure_round_figures(round, measure); });
    for (DefId d = 0; d < defs_.size(); ++d)
      if (defs_[d].slot != kNoSlot && !defs_[d].done) {
        ensure_definition(d);
        more = true;
      }
  }
  for (std::uint32_t f = 0; f < facilities_.size(); ++f)
    if (facilities_[f].open != kNoSlot)
      loops_.push_back({f, 0, record("loop " + model_.facilities[f].name, Output::Kind::number, false, slot(facilities_[f].open), false)});
  program_.finish.insert(program_.finish.begin(), settle_.begin(), settle_.end());
  open_round_inputs();
  // Rows before the start.
  for (DefId d = 0; d < defs_.size(); ++d) {
    const SlotId s = defs_[d].slot;
    if (s == kNoSlot || program_.slots[s].keep != Keep::history) continue;
    const auto& definition = model_.definitions[d];
    if (definition.opening != model::kNone) {
      in_main(program_.setup, [&] { set_row(s, -1, field(definition.opening, When::in_setup())); });
      continue;
    }
    const std::int32_t first = std::max(reach_def(d), -longest_lag_[s]);
    for (std::int32_t m = first; m < 0; ++m)
      in_main(program_.setup, [&] { set_row(s, m, layered(d, layers(d).size(), When::row_in_setup(m))); });
  }
  for (const Basis& basis : bases_) {
    const auto& line = model_.companies[basis.company].lines[basis.line];
    const std::int32_t first = std::max(owed_from(line), -longest_lag_[basis.slot]);
    for (std::int32_t m = first; m < 0; ++m)
      in_main(program_.setup, [&] { set_row(basis.slot, m, owed_by_line(line, When::row_in_setup(m))); });
  }
  for (const auto& [expr, s] : materialised_) {
    const std::int32_t first = std::max(window_reach(expr), -longest_lag_[s]);
    for (std::int32_t m = first; m < 0; ++m) in_main(program_.setup, [&] { set_row(s, m, value(expr, When::row_in_setup(m))); });
  }
  for (std::size_t s = 0; s < program_.slots.size(); ++s) {
    auto& slot = program_.slots[s];
    if (slot.keep != Keep::history) continue;
    // Rows written in setup and lags read: a ring that holds both; all rows where a fixed month is read.
    slot.rows = whole_[s] ? 0 : std::max(longest_lag_[s], -slot.first) + 1;
  }
  demote_path_columns(program_);
  return std::move(program_);
}

}  // namespace warchest::program
