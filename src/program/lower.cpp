// From the questions of a model to the programs that answer them: one program for each way to run it that some ask wants.
#include "program/lower.h"

#include <algorithm>

#include "program/lowering.h"

namespace warchest::program {

namespace {

bool same_case(const model::Case& a, const model::Case& b) {
  return a.scenario == b.scenario && a.without_rounds == b.without_rounds && a.without_facilities == b.without_facilities &&
         a.without_projects == b.without_projects && a.without_investors == b.without_investors && a.without_pacts == b.without_pacts &&
         a.without_credits == b.without_credits && a.without_events == b.without_events && a.without_lines == b.without_lines;
}

struct Pending {
  model::Case which;
  std::optional<std::pair<model::DefId, model::ExprId>> for_value;
  std::unique_ptr<Lowering> lowering;
};

}  // namespace

model::Case base_case() {
  model::Case base;
  base.label = "base";
  return base;
}

Lowered lower(const model::Model& model, const LowerOptions& options) {
  LuckPlan luck(model);
  Lowered result;
  std::vector<std::unique_ptr<Pending>> pending;
  const auto run_of = [&](const model::Case& which, std::optional<std::pair<model::DefId, model::ExprId>> for_value) {
    for (std::size_t i = 0; i < pending.size(); ++i)
      if (same_case(pending[i]->which, which) && pending[i]->for_value == for_value) return i;
    pending.push_back(std::make_unique<Pending>());
    auto& fresh = *pending.back();
    fresh.which = which;
    fresh.for_value = for_value;
    fresh.lowering = std::make_unique<Lowering>(model, fresh.which, luck, for_value);
    return pending.size() - 1;
  };
  for (std::uint32_t a = 0; a < model.asks.size(); ++a) {
    if (!options.all_asks && std::find(options.asks.begin(), options.asks.end(), a) == options.asks.end()) continue;
    const auto& ask = model.asks[a];
    const std::size_t values = ask.for_each ? ask.for_each->values.size() : 1;
    for (std::uint32_t s = 0; s < ask.shown.size(); ++s)
      for (const auto& which : ask.cases)
        for (std::size_t v = 0; v < values; ++v) {
          std::optional<std::pair<model::DefId, model::ExprId>> for_value;
          if (ask.for_each) for_value = {ask.for_each->target, ask.for_each->values[v]};
          const std::size_t run = run_of(which, for_value);
          Answered answered = pending[run]->lowering->answer(a, s);
          answered.run = static_cast<std::uint32_t>(run);
          if (ask.cases.size() > 1 || which.label != "base") answered.case_label = which.label;
          if (ask.for_each) answered.for_label = ask.for_each->texts[v];
          result.answers.push_back(std::move(answered));
        }
  }
  if (options.checks)
    for (std::uint32_t c = 0; c < model.checks.size(); ++c) {
      const std::size_t run = run_of(options.check_case, std::nullopt);
      Checked checked = pending[run]->lowering->check(c);
      checked.run = static_cast<std::uint32_t>(run);
      result.checks.push_back(std::move(checked));
    }
  for (auto& p : pending) {
    Program program = p->lowering->finish();
    for (const Loop& loop : p->lowering->loops()) result.loops.push_back({loop.facility, static_cast<std::uint32_t>(result.runs.size()), loop.output});
    if (options.optimise) program = assign_slots(simplify(std::move(program)));
    result.runs.push_back({std::move(p->which), std::move(program)});
  }
  return result;
}

Statement lower_statement(const model::Model& model, const model::Case& which) {
  LuckPlan luck(model);
  Lowering lowering(model, which, luck, std::nullopt);
  Statement statement;
  statement.rows = lowering.statement();
  statement.program = lowering.finish();
  return statement;
}

}  // namespace warchest::program
