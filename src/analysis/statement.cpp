// Rows come in the order in which lowering gives them; here they only get their numbers.
#include "analysis/statement.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "quantity/date.h"
#include "quantity/unit.h"

namespace warchest::analysis {

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double value_in(const engine::SlotTrack& track, int month) {
  if (track.keep == program::Keep::path) return track.values.empty() ? kNone : track.values.front();
  const int index = month - track.first;
  return index >= 0 && index < static_cast<int>(track.values.size()) ? track.values[static_cast<std::size_t>(index)] : kNone;
}

double of_period(const engine::SlotTrack& track, const PeriodMonths& period, bool sum) {
  if (!sum) return value_in(track, period.last);
  double total = 0;
  for (int month = period.first; month <= period.last; ++month) total += value_in(track, month);
  return total;
}

using From = program::Statement::Row::Kind;
using To = Statements::Row::Kind;

To kind_of(From kind) {
  switch (kind) {
    case From::heading: return To::heading;
    case From::flow: return To::flow;
    case From::stock: return To::stock;
    case From::truth: return To::truth;
  }
  return To::stock;
}

}  // namespace

std::vector<PeriodMonths> periods_of(int start, int months, Period period) {
  const int length = period == Period::month ? 1 : period == Period::quarter ? 3 : 12;
  std::vector<PeriodMonths> periods;
  for (int month = 0; month < months;) {
    const int into = (start + month) - (start + month) / length * length;
    const int last = std::min(months - 1, month + length - 1 - into);
    periods.push_back({quantity::spelled_months(start + month, start + last), month, last});
    month = last + 1;
  }
  return periods;
}

Statements statements(const program::Statement& statement, const engine::PathRecord& record, int start, Period period) {
  std::unordered_map<program::SlotId, const engine::SlotTrack*> tracks;
  for (const engine::SlotTrack& track : record.slots) tracks.emplace(track.slot, &track);
  const std::vector<PeriodMonths> periods = periods_of(start, statement.program.months, period);
  Statements made;
  for (const PeriodMonths& p : periods) made.periods.push_back(p.name);
  for (const program::Statement::Row& row : statement.rows) {
    Statements::Row shown{row.name, row.label, kind_of(row.kind), {}, {}};
    if (row.kind != From::heading) {
      const bool flow = row.kind == From::flow;
      // What flows per month is an amount once it is summed over a period.
      const quantity::Spelling spelling = quantity::spelling(flow && row.unit.per_time() ? row.unit * quantity::duration() : row.unit);
      shown.unit = spelling.text;
      const auto found = tracks.find(row.slot);
      for (const PeriodMonths& p : periods) {
        shown.values.push_back(found == tracks.end() ? kNone : of_period(*found->second, p, flow) / spelling.scale);
      }
    }
    made.rows.push_back(std::move(shown));
  }
  return made;
}

}  // namespace warchest::analysis
