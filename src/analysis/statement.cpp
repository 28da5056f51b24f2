// Rows come in the order in which lowering gives them; here they only get their numbers.
#include "analysis/statement.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>
#include <utility>

#include "engine/engine.h"
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
    case From::heading:
      return To::heading;
    case From::flow:
      return To::flow;
    case From::stock:
      return To::stock;
    case From::truth:
      return To::truth;
  }
  return To::stock;
}

bool wanted(const program::Statement::Row& row, const StatementLayout& layout) {
  using Part = program::Statement::Row::Part;
  if (!layout.company.empty() && row.company != layout.company) return false;
  switch (row.kind == From::heading ? Shown::all : layout.shown) {
    case Shown::all:
      return true;
    case Shown::income:
      return row.part == Part::income;
    case Shown::cash:
      return row.part == Part::cash;
    case Shown::balance:
      return row.part == Part::balance;
  }
  return true;
}

// A row without its numbers, and what an amount is to be divided by to be in its unit.
std::pair<Statements::Row, double> empty_row(const program::Statement::Row& row) {
  Statements::Row shown;
  shown.name = row.name;
  shown.label = row.label;
  shown.kind = kind_of(row.kind);
  shown.part = row.part;
  shown.depth = row.depth;
  shown.nil_if_nothing = row.nil_if_nothing;
  shown.company = row.company;
  if (row.kind == From::heading) return {std::move(shown), 1};
  // What flows per month is an amount once it is summed over a period.
  const bool per_time = row.kind == From::flow && row.unit.per_time();
  const quantity::Spelling spelling = quantity::spelling(per_time ? row.unit * quantity::duration() : row.unit);
  shown.unit = spelling.text;
  return {std::move(shown), row.negative ? -spelling.scale : spelling.scale};
}

// -0 in a table is 0.
double plain(double value) { return value == 0 ? 0 : value; }

// The output that records a row of a statement in a period, made in the code of the end: a sum of months, or the last of them.
void record_period(program::Program& program, program::SlotId slot, bool sum, const PeriodMonths& period, const Statements::Over& over) {
  using program::Op;
  program::Instruction record;
  record.op = Op::record;
  record.data = static_cast<std::uint32_t>(program.outputs.size());
  const auto length = static_cast<std::uint32_t>(period.last - period.first + 1);
  if (program.slots[slot].keep == program::Keep::path) {
    record.a = program::slot(slot);
  } else {
    program.slots[slot].rows = 0;  // all months
    record.a = program::row(slot, sum ? period.first : period.last);
  }
  if (sum && length > 1) {
    program::Instruction add;
    const bool months = program.slots[slot].keep != program::Keep::path;
    add.op = months ? Op::row_sum : Op::mul;
    add.a = record.a;
    if (months)
      add.data = length;
    else
      add.b = program::constant(length);
    program::Slot total;
    total.keep = program::Keep::temporary;
    program.slots.push_back(total);
    add.target = static_cast<program::SlotId>(program.slots.size() - 1);
    record.a = program::slot(add.target);
    program.finish.push_back(add);
  }
  program.finish.push_back(record);
  program::Output output;
  output.name = program.slots[slot].name;
  output.spread = over.quantile.has_value();
  if (over.quantile) output.ranks = {std::min(*over.quantile, 1 - *over.quantile), std::max(*over.quantile, 1 - *over.quantile)};
  program.outputs.push_back(std::move(output));
}

}  // namespace

std::vector<PeriodMonths> periods_of(int start, int months, Period period, int year_ends) {
  const int length = period == Period::month ? 1 : period == Period::quarter ? 3 : 12;
  const int shift = period == Period::fiscal_year ? 12 - year_ends : 0;  // a year that ends in June is a calendar year, half a year later
  std::vector<PeriodMonths> periods;
  for (int month = 0; month < months;) {
    const int of_year = start + month + shift;
    const int into = of_year - of_year / length * length;
    const int last = std::min(months - 1, month + length - 1 - into);
    std::string name = quantity::spelled_months(start + month, start + last);
    if (period == Period::fiscal_year && last - month == 11) name = "FY" + std::to_string(quantity::year_of(start + last));
    periods.push_back({std::move(name), month, last});
    month = last + 1;
  }
  return periods;
}

Statements statements(const program::Statement& statement, const engine::PathRecord& record, const StatementLayout& layout) {
  std::unordered_map<program::SlotId, const engine::SlotTrack*> tracks;
  for (const engine::SlotTrack& track : record.slots) tracks.emplace(track.slot, &track);
  const std::vector<PeriodMonths> periods = periods_of(layout.start, statement.program.months, layout.period, layout.year_ends);
  Statements made;
  for (const PeriodMonths& p : periods) made.periods.push_back(p.name);
  for (const program::Statement::Row& row : statement.rows) {
    if (!wanted(row, layout)) continue;
    auto [shown, scale] = empty_row(row);
    if (row.kind != From::heading) {
      const auto found = tracks.find(row.slot);
      for (const PeriodMonths& p : periods)
        shown.values.push_back(found == tracks.end() ? kNone : plain(of_period(*found->second, p, row.kind == From::flow) / scale));
    }
    made.rows.push_back(std::move(shown));
  }
  return made;
}

// Over all paths: the program of the statements with an output for each line and period, run by the fast engine. The values of a quantile
// are kept, so lines go in batches of bounded memory; every batch is a run of its own on the same luck.
Statements statements(program::Statement statement, const Statements::Over& over, std::uint64_t seed, const StatementLayout& layout) {
  constexpr std::uint64_t kMostKept = std::uint64_t{1} << 25;  // numbers
  program::Program& bare = statement.program;
  const std::vector<PeriodMonths> periods = periods_of(layout.start, bare.months, layout.period, layout.year_ends);
  bare.outputs.clear();
  for (auto* code : {&bare.month, &bare.finish})
    std::erase_if(*code, [](const program::Instruction& i) { return i.op == program::Op::record; });
  const std::size_t rows_at_once = std::max<std::uint64_t>(1, kMostKept / (over.paths * periods.size()));
  Statements made;
  made.over = over;
  for (const PeriodMonths& p : periods) made.periods.push_back(p.name);
  struct Line {
    std::size_t at;  // Statements::rows
    const program::Statement::Row* row;
    double scale;
  };
  std::vector<Line> lines;
  for (const program::Statement::Row& row : statement.rows) {
    if (!wanted(row, layout)) continue;
    auto [shown, scale] = empty_row(row);
    if (row.kind != From::heading) lines.push_back({made.rows.size(), &row, scale});
    made.rows.push_back(std::move(shown));
  }
  engine::RunOptions options;
  options.paths = over.paths;
  options.seed = seed;
  for (std::size_t first = 0; first < lines.size(); first += rows_at_once) {
    const std::size_t end = std::min(lines.size(), first + rows_at_once);
    program::Program program = bare;
    for (std::size_t i = first; i < end; ++i)
      for (const PeriodMonths& p : periods) record_period(program, lines[i].row->slot, lines[i].row->kind == From::flow, p, over);
    const results::Results results = engine::run(program::assign_slots(program::simplify(std::move(program))), options);
    std::size_t next = 0;
    for (std::size_t i = first; i < end; ++i) {
      Statements::Row& row = made.rows[lines[i].at];
      const double scale = lines[i].scale;
      for (std::size_t p = 0; p < periods.size(); ++p) {
        const results::Column& column = results.outputs[next++].columns.front();
        // What is shown with its sign turned has its high values at the low end.
        const results::Estimate estimate = over.quantile ? column.quantile(scale < 0 ? 1 - *over.quantile : *over.quantile) : column.mean;
        row.values.push_back(plain(estimate.value / scale));
        row.errors.push_back(std::abs(estimate.error() / scale));
      }
    }
  }
  return made;
}

}  // namespace warchest::analysis
