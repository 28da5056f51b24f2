// Definitions that need themselves in the same month. What is months back makes no loop, unless it has no value before the first month:
// then the first month reads itself.
//
// The graph has a point for every definition and four for every company: its plan lines (what revenue, cost, ebitda and growth are made
// of), its month as a whole (cash, burn, runway, owners …), which depends on all lines, what its exit brings, which depends on the
// month and on the worth that the exit says, and the tests of its covenants, which look at the month when it has ended. Policies look at the month before and have no edges.
#include <algorithm>

#include "model/checker.h"

namespace warchest::model {

using text::Code;

namespace {

enum class Stage : std::uint8_t { lines, month, exit, covenants, project, none };
constexpr std::uint32_t kStages = 4;  // that are points of the graph

Stage part_of(Measure measure) {
  switch (measure) {
    case Measure::revenue:
    case Measure::cost:
    case Measure::ebitda:
    case Measure::ebit:
    case Measure::growth:
      return Stage::lines;
    case Measure::team_people:
    case Measure::team_productive:
    case Measure::event_date:
    case Measure::event_happened:
      return Stage::none;
    case Measure::project_started:
    case Measure::project_online:
    case Measure::project_capacity:
    case Measure::project_spend:
    case Measure::project_spent:
    case Measure::project_cost:
    case Measure::project_book_value:
    case Measure::project_in_progress:
    case Measure::project_depreciation:
    case Measure::project_yield:
    case Measure::project_running:
      return Stage::project;
    case Measure::facility_breached:
    case Measure::facility_defaulted:
    case Measure::covenant_breached:
    case Measure::covenant_defaulted:
    case Measure::covenant_fails:
      return Stage::covenants;
    case Measure::valuation:
    case Measure::holder_payout:
    case Measure::holder_multiple:
    case Measure::holder_irr:
      return Stage::exit;
    default:
      return Stage::month;
  }
}

// The fields of a project that a measure of the month is made of, and that may vary by month.
std::vector<DefId> needs_of(const Project& project, Measure measure) {
  std::vector<DefId> result;
  const auto add = [&](DefId field) {
    if (field != kNone) result.push_back(field);
  };
  switch (measure) {
    case Measure::project_spend:
    case Measure::project_spent:
    case Measure::project_cost:
    case Measure::project_book_value:
    case Measure::project_in_progress:
    case Measure::project_depreciation:
      add(project.capex);
      break;
    case Measure::project_yield:
      add(project.yields);
      add(project.availability);
      add(project.used);
      break;
    case Measure::project_running:
      add(project.running);
      break;
    default:
      break;
  }
  return result;
}

}  // namespace

std::vector<Checker::Need> Checker::edges_of(ExprId root, bool of_month_before) const {
  std::vector<Need> result;
  if (root == kNone) return result;
  std::vector<std::pair<ExprId, bool>> open = {{root, of_month_before}};
  std::set<std::pair<ExprId, bool>> seen;
  const std::uint32_t definitions = static_cast<std::uint32_t>(model_.definitions.size());
  while (!open.empty()) {
    const auto [id, lagged] = open.back();
    open.pop_back();
    if (!seen.insert({id, lagged}).second) continue;
    const Expr& expr = model_.exprs[id];
    if (expr.kind == ExprKind::reference) {
      if (!lagged || model_.definitions[expr.index].opening == kNone)
        result.push_back({expr.index, lagged, expr.span, model_.definitions[expr.index].name});
    } else if ((expr.kind == ExprKind::measure || expr.kind == ExprKind::months_since) && !lagged && part_of(expr.measure) == Stage::project) {
      // Of a project: what is online was decided by the end of the month before; what it pays and brings needs its figures of the month.
      const Project& project = model_.projects[expr.index];
      for (const DefId policy : {project.go_if, project.pause_if, project.cancel_if})
        if (policy != kNone) open.emplace_back(model_.definitions[policy].is, true);
      for (const DefId field : needs_of(project, expr.measure)) result.push_back({field, false, expr.span, model_.definitions[field].name});
    } else if ((expr.kind == ExprKind::measure || expr.kind == ExprKind::months_since) && !lagged && !known_at_the_end(expr.measure)) {
      const Stage part = part_of(expr.measure);
      const CompanyId company = company_of_measure(expr);
      if (part != Stage::none) {
        const std::string name =
            (company == kNone ? "" : model_.companies[company].name + ".") + std::string(measure_row(expr.measure).name);
        result.push_back({definitions + kStages * company + static_cast<std::uint32_t>(part), false, expr.span, name});
      } else if (expr.measure == Measure::team_people || expr.measure == Measure::team_productive) {
        const Team& team = model_.companies[expr.index].teams[static_cast<std::size_t>(expr.value)];
        for (const DefId field : {team.start, team.hires, team.leavers, team.ramp}) {
          if (field != kNone) result.push_back({field, false, expr.span, model_.definitions[field].name});
        }
      }
    }
    // Other months that are named outright are the business of the no-future rule.
    const bool named = expr.kind == ExprKind::at || expr.kind == ExprKind::in_sum || expr.kind == ExprKind::in_last ||
                       expr.kind == ExprKind::by || expr.kind == ExprKind::through;
    if (named && (bits_[expr.args[0]] & 4) != 0) continue;
    const bool back = lagged || expr.kind == ExprKind::lag;
    for (const ExprId arg : expr.args) open.emplace_back(arg, back);
    for (const ExprId arg : inside(id)) open.emplace_back(arg, back);
  }
  std::stable_sort(result.begin(), result.end(), [](const Need& a, const Need& b) { return a.lagged < b.lagged; });
  return result;
}

std::vector<std::vector<Checker::Need>> Checker::month_graph() const {
  const std::uint32_t definitions = static_cast<std::uint32_t>(model_.definitions.size());
  std::vector<std::vector<Need>> graph(definitions + kStages * model_.companies.size());
  const auto add = [&](DefId target, ExprId is) {
    if (owners_[states_[target].owner].reads != Reads::plan) return;
    for (Need& edge : edges_of(is)) graph[target].push_back(std::move(edge));
  };
  for (DefId id = 0; id < definitions; ++id) add(id, model_.definitions[id].is);
  for (const Scenario& scenario : model_.scenarios) {
    for (const Override& one : scenario.overrides) add(one.target, one.is);
  }
  for (const Override& one : model_.base_overrides) add(one.target, one.is);
  for (CompanyId id = 0; id < model_.companies.size(); ++id) {
    const Company& company = model_.companies[id];
    const std::uint32_t lines = definitions + kStages * id, month = lines + 1, exit = lines + 2, tests = lines + 3;
    const auto needs = [&](std::uint32_t from, DefId field) {
      if (field != kNone) graph[from].push_back({field, false, model_.definitions[field].span, model_.definitions[field].name});
    };
    for (const Line& line : company.lines) {
      needs(lines, line.is);
      needs(month, line.non_cash);
      if (line.currency != kNone) needs(month, model_.currencies[line.currency].rate);
    }
    for (const Lease& lease : company.leases) {
      if (lease.currency != kNone) needs(lines, model_.currencies[lease.currency].rate);
    }
    for (const Account& account : company.accounts) {
      if (account.currency == kNone) continue;
      for (const DefId field : {model_.currencies[account.currency].rate, account.least, account.most}) needs(month, field);
    }
    graph[month].push_back({lines, false, company.span, ""});
    for (const std::uint32_t number : company.projects) {
      const Project& project = model_.projects[number];
      for (const DefId field : {project.yields, project.availability, project.used, project.running, project.capex}) needs(lines, field);
      for (const DefId policy : {project.go_if, project.pause_if, project.cancel_if}) {
        if (policy == kNone) continue;
        for (Need& edge : edges_of(model_.definitions[policy].is, true)) graph[lines].push_back(std::move(edge));
      }
    }
    // Rounds of a month are served together: the month of each who raises needs the plan of all of them, and what investors have.
    const bool raises = std::any_of(company.rounds.begin(), company.rounds.end(), [&](std::uint32_t r) { return model_.rounds[r].meets_market; });
    if (raises) {
      needs(month, model_.mood);
      for (const Investor& investor : model_.investors) needs(month, investor.capacity);
      for (CompanyId other = 0; other < model_.companies.size(); ++other) {
        const auto& rounds = model_.companies[other].rounds;
        if (other == id || std::none_of(rounds.begin(), rounds.end(), [&](std::uint32_t r) { return model_.rounds[r].meets_market; })) continue;
        graph[month].push_back({definitions + kStages * other, false, company.span, model_.companies[other].name + ".revenue"});
        for (const Line& line : model_.companies[other].lines) needs(month, line.non_cash);
      }
    }
    graph[exit].push_back({month, false, company.span, ""});
    for (const std::uint32_t number : company.exits) {
      needs(exit, model_.exits[number].value);
      needs(exit, model_.exits[number].costs);
    }
    for (const std::uint32_t number : company.facilities) {
      const Facility& facility = model_.facilities[number];
      for (const DefId field : {facility.limit, facility.borrowing_base, facility.rate, facility.pik, facility.fee, facility.issue_price,
                                facility.commitment_fee, facility.exit_fee, facility.repay, facility.target_dscr, facility.sweep})
        needs(month, field);
      if (facility.currency != kNone) needs(month, model_.currencies[facility.currency].rate);
      for (const std::uint32_t covenant : facility.covenants) needs(tests, model_.covenants[covenant].holds);
    }
    graph[tests].push_back({month, false, company.span, ""});
  }
  return graph;
}

void Checker::find_loops() {
  const auto graph = month_graph();
  enum : char { kWhite, kGrey, kBlack };
  std::vector<char> colour(graph.size(), kWhite);
  struct Step {
    std::uint32_t node;
    std::size_t next;
  };
  const std::size_t errors = diagnostics_.errors();
  for (std::uint32_t root = 0; root < graph.size(); ++root) {
    if (colour[root] != kWhite) continue;
    std::vector<Step> path = {{root, 0}};
    colour[root] = kGrey;
    while (!path.empty()) {
      Step& step = path.back();
      if (step.next == graph[step.node].size()) {
        colour[step.node] = kBlack;
        path.pop_back();
        continue;
      }
      const Need& edge = graph[step.node][step.next++];
      if (colour[edge.to] == kWhite) {
        colour[edge.to] = kGrey;
        path.push_back({edge.to, 0});
      } else if (colour[edge.to] == kGrey && loops_reported_ < 100) {
        std::vector<const Need*> loop;
        std::size_t begin = path.size();
        while (path[begin - 1].node != edge.to) --begin;
        for (std::size_t i = begin - 1; i < path.size(); ++i) loop.push_back(&graph[path[i].node][path[i].next - 1]);
        report_loop(path[begin - 1].node, loop);
      }
    }
  }
  if (diagnostics_.errors() == errors && !diagnostics_.has_errors()) {
    for (const DefId id : circles_) {
      error(Code::loop, model_.definitions[id].span, "`" + model_.definitions[id].name + "` needs itself to have a unit",
            "give it a unit by a value that does not name it");
    }
  }
}

void Checker::report_loop(std::uint32_t start_node, std::vector<const Need*> loop) {
  constexpr int kMostLoops = 100;
  constexpr std::size_t kMostSteps = 12;
  if (++loops_reported_ > kMostLoops) return;
  const std::uint32_t definitions = static_cast<std::uint32_t>(model_.definitions.size());
  // Begin with a definition, so that the loop is told from something that stands in the text.
  std::size_t turn = 0;
  std::uint32_t node = start_node;
  while (turn < loop.size() && node >= definitions) node = loop[turn++]->to;
  if (node >= definitions) return;
  std::rotate(loop.begin(), loop.begin() + static_cast<std::ptrdiff_t>(turn), loop.end());
  std::string told = model_.definitions[node].name;
  const Need* back = nullptr;
  std::string measure;
  std::size_t steps = 0;
  for (const Need* edge : loop) {
    if (++steps == kMostSteps && loop.size() > kMostSteps + 1) told += " -> …";
    if (!edge->name.empty() && (steps < kMostSteps || steps + 1 >= loop.size()))
      told += " -> " + (edge->lagged ? "prev(" + edge->name + ")" : edge->name);
    if (edge->lagged && back == nullptr) back = edge;
    if (edge->to >= definitions && !edge->name.empty() && measure.empty()) measure = edge->name;
  }
  if (back != nullptr) {
    const DefId series = back->to;
    error(Code::needs_opening, back->span, "the first month needs `" + back->name + "` of the month before, and there is none",
          takes_opening(series) ? "give it a value before the start:  " + std::string(entities_[states_[series].entity].kind->name) + " " +
                                      entities_[states_[series].entity].name + " { is = …, opening = … }"
                                : "only a series has an `opening`:  series x { is = …, opening = … }, and the line names it",
          told);
    return;
  }
  error(Code::loop, loop.front()->span, "`" + model_.definitions[node].name + "` needs itself in the same month: " + told,
        measure.empty() ? "prev(x) is the value of the month before" : "prev(" + measure + ") is that of the month before", told);
}

}  // namespace warchest::model
