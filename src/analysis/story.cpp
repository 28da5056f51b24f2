// The reference evaluator is watched as it draws, and its named slots are read afterwards: a round by the months in which its state
// changes, a facility by what it drew and was repaid, a project and
// an event by their dates.
#include "analysis/story.h"

#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <string_view>

#include "kernels/one_lane.h"
#include "quantity/date.h"
#include "quantity/unit.h"

namespace warchest::analysis {

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

// The tracks of a path by name and month.
class Tracks {
 public:
  explicit Tracks(const engine::PathRecord& record) {
    for (const engine::SlotTrack& track : record.slots) by_name_.emplace(track.name, &track);
  }

  bool has(const std::string& name) const { return by_name_.contains(name); }

  // NaN where nothing is known; before the first month of a state, nothing is.
  double at(const std::string& name, int month) const {
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) return kNone;
    const engine::SlotTrack& track = *found->second;
    if (track.keep == program::Keep::path) return track.values.empty() ? kNone : track.values.front();
    const int index = month - track.first;
    return index >= 0 && index < static_cast<int>(track.values.size()) ? track.values[static_cast<std::size_t>(index)] : kNone;
  }

  // By how much a cumulative amount rose in the month.
  double rise(const std::string& name, int month) const {
    const double before = at(name, month - 1), now = at(name, month);
    return now - (std::isnan(before) ? 0 : before);
  }

 private:
  std::map<std::string, const engine::SlotTrack*> by_name_;
};

bool is_draw(program::Op op) { return op == program::Op::draw_path || op == program::Op::draw_month || op == program::Op::draw_attempt; }

void tell_rounds(Story::Month& told, const model::Model& model, const Tracks& tracks, int month, int start) {
  for (const model::Round& round : model.rounds) {
    if (tracks.at(round.name + ".open_at", month) == month && tracks.at(round.name + ".attempts", month) > 0) {
      Story::Fact fact{Story::Happening::opens, round.name, round.label, tracks.at(round.name + ".fixed_amount", month), 0};
      fact.month = start + static_cast<int>(std::lround(tracks.at(round.name + ".close_at", month)));
      told.facts.push_back(std::move(fact));
    }
    const double raised = tracks.rise(round.name + ".raised", month);
    if (raised > 0) told.facts.push_back({Story::Happening::closes, round.name, round.label, raised, 0});
  }
}

void tell_facilities(Story::Month& told, const model::Model& model, const Tracks& tracks, int month) {
  for (const model::Facility& facility : model.facilities) {
    const double drawn = tracks.at(facility.name + ".drawn", month), repaid = tracks.at(facility.name + ".repaid", month);
    if (drawn > 0) told.facts.push_back({Story::Happening::draws, facility.name, facility.label, drawn, 0});
    if (repaid > 0) told.facts.push_back({Story::Happening::repays, facility.name, facility.label, repaid, 0});
  }
}

void tell_projects(Story::Month& told, const model::Model& model, const Tracks& tracks, int month) {
  for (const model::Project& project : model.projects) {
    if (tracks.at(project.name + ".started", month) == month) told.facts.push_back({Story::Happening::begins, project.name, project.label, 0, 0});
    if (tracks.at(project.name + ".online", month) == month) told.facts.push_back({Story::Happening::online, project.name, project.label, 0, 0});
    if (tracks.rise(project.name + ".given_up", month) > 0)
      told.facts.push_back({Story::Happening::given_up, project.name, project.label, tracks.at(project.name + ".spent", month), 0});
  }
}

void tell_events(Story::Month& told, const model::Model& model, const Tracks& tracks, int month) {
  for (const model::Event& event : model.events) {
    if (tracks.at(event.name + ".date", month) == month) told.facts.push_back({Story::Happening::happens, event.name, event.label, 0, 0});
  }
  for (const model::Company& company : model.companies) {
    if (tracks.at(company.name + ".out_of_cash", month) == month) {
      told.facts.push_back({Story::Happening::runs_out, company.name, company.label, 0, 0});
    }
  }
}

void tell_balances(Story::Month& told, const model::Model& model, const Tracks& tracks, int month, const std::string& unit) {
  for (const model::Company& company : model.companies) {
    for (const char* of : {"revenue", "cost", "cash", "debt"}) {
      const std::string name = company.name + "." + of;
      const double value = tracks.at(name, month);
      const bool flow = std::string_view(of) == "revenue" || std::string_view(of) == "cost";
      if (!std::isnan(value)) told.balances.push_back({name, of, value, flow ? unit + "/month" : unit});
    }
  }
}

}  // namespace

Story story(const model::Model& model, const program::Statement& statement, engine::PathOptions which) {
  const program::Program& program = statement.program;
  const int start = quantity::month_number(model.settings.start_year, model.settings.start_month);
  Story told;
  told.title = model.settings.title;
  told.unit = quantity::spelling(quantity::money(model.settings.currency)).text;
  if (!which.median) told.path = which.path;
  told.seed = which.seed;
  for (int month = 0; month < program.months; ++month) told.months.push_back({start + month, {}, {}, {}});

  std::set<std::pair<std::uint32_t, std::int32_t>> drawn;  // a draw that is read in two months is told once
  which.watch = [&](const engine::Happened& happened) {
    if (!is_draw(happened.instruction.op)) return;
    const program::Draw& draw = program.draws[happened.instruction.data];
    const double rank = draw.uniform ? happened.value : kernels::normal_cdf1(happened.value);
    if (happened.section == engine::Section::month) {
      if (!drawn.emplace(happened.instruction.data, happened.month).second) return;
      told.months[static_cast<std::size_t>(happened.month)].luck.push_back({draw.name, rank});
    } else if (drawn.emplace(happened.instruction.data, -1).second) {
      told.luck.push_back({draw.name, rank});
    }
  };
  const engine::Reference reference(program);
  const engine::PathRecord record = reference.run(which);
  const Tracks tracks(record);

  for (const model::Definition& definition : model.definitions) {
    const bool fixed = definition.variation == model::Variation::per_path && definition.type.kind == model::TypeKind::number;
    if (!fixed || !tracks.has(definition.name)) continue;
    const quantity::Spelling spelling = quantity::spelling(definition.type.unit);
    const double value = tracks.at(definition.name, 0);
    if (!std::isnan(value)) told.values.push_back({definition.name, definition.label, value / spelling.scale, spelling.text});
  }
  for (int month = 0; month < program.months; ++month) {
    Story::Month& of_month = told.months[static_cast<std::size_t>(month)];
    tell_rounds(of_month, model, tracks, month, start);
    tell_facilities(of_month, model, tracks, month);
    tell_projects(of_month, model, tracks, month);
    tell_events(of_month, model, tracks, month);
    tell_balances(of_month, model, tracks, month, told.unit);
  }
  return told;
}

}  // namespace warchest::analysis
