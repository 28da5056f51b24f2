// Three figures are shown, because one path is no sample and its lines should seem to add up; what the rounding of large sums leaves is shown
// as nothing. CSV and JSON have every digit.
#include "report/statement.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "report/columns.h"
#include "report/csv.h"
#include "report/figures.h"
#include "report/json.h"
#include "report/json_layout.h"

namespace warchest::report {

namespace {

using analysis::Statements;
using Row = Statements::Row;

std::string shown(const Row& row, double value) {
  if (std::isnan(value)) return "-";
  if (row.kind == Row::Kind::truth) return value != 0 ? "yes" : "no";
  if (row.unit == "months") return std::isfinite(value) ? plain_number(value) : "endless";
  return amount(value, row.unit, 3);
}

std::string label_of(const Row& row) {
  return std::string(2 * static_cast<std::size_t>(row.depth), ' ') + printable(row.label.empty() ? row.name : row.label);
}

std::string path_words(const Statements& statements) {
  if (statements.over) {
    const std::string of = fmt::format("{} paths of seed {}", grouped(statements.over->paths), statements.seed);
    if (!statements.over->quantile) return "the mean over " + of;
    return fmt::format("of every line the value that {:g} % of {} stay below; lines do not add up", 100 * *statements.over->quantile, of);
  }
  if (!statements.path) return "the path on which all luck is at its median (not the median of the results)";
  return fmt::format("path {} of seed {}", *statements.path, statements.seed);
}

std::string exact(double value) { return std::isnan(value) ? std::string() : std::isinf(value) ? "endless" : fmt::format("{}", value); }

using Part = program::Statement::Row::Part;

const char* part_name(Part part) {
  switch (part) {
    case Part::income:
      return "income";
    case Part::cash:
      return "cash";
    case Part::balance:
      return "balance";
    case Part::beside:
      return "beside";
  }
  return "";
}

const char* part_heading(Part part) {
  switch (part) {
    case Part::income:
      return "Income statement";
    case Part::cash:
      return "Cash flow";
    case Part::balance:
      return "Balance sheet";
    case Part::beside:
      return "Beside";
  }
  return "";
}

bool nothing(const Row& row) {
  return row.nil_if_nothing && std::all_of(row.values.begin(), row.values.end(), [](double value) { return value == 0; });
}

// The rows that say something. Of money in the statements of a company, what is a millionth of a millionth of the largest amount is none.
std::vector<Row> told_rows(const Statements& statements) {
  constexpr double kRounding = 1e-12;
  const auto of_statements = [](const Row& row) { return row.kind != Row::Kind::heading && row.part != Part::beside; };
  std::map<std::string, double> largest;  // by company
  for (const Row& row : statements.rows) {
    if (!of_statements(row)) continue;
    for (const double value : row.values)
      if (std::isfinite(value)) largest[row.company] = std::max(largest[row.company], std::abs(value));
  }
  std::vector<Row> rows;
  for (Row row : statements.rows) {
    if (of_statements(row)) {
      for (double& value : row.values)
        if (std::abs(value) < kRounding * largest[row.company]) value = 0;
    }
    if (!nothing(row)) rows.push_back(std::move(row));
  }
  return rows;
}

const char* kind_name(Row::Kind kind) {
  switch (kind) {
    case Row::Kind::heading:
      return "heading";
    case Row::Kind::flow:
      return "flow";
    case Row::Kind::stock:
      return "stock";
    case Row::Kind::truth:
      return "truth";
  }
  return "";
}

}  // namespace

std::string statements_text(const Statements& statements, std::size_t width) {
  std::string text = printable(statements.title) + "\n" + path_words(statements) + "\n";
  if (!statements.scenario.empty()) text += "in the scenario " + printable(statements.scenario) + "\n";
  const std::vector<Row> rows = told_rows(statements);
  std::size_t label_width = 12, cell_width = 7;
  for (const Row& row : rows) {
    label_width = std::max(label_width, std::min<std::size_t>(30, display_width(label_of(row))));
    for (const double value : row.values) cell_width = std::max(cell_width, display_width(shown(row, value)));
  }
  for (const std::string& period : statements.periods) cell_width = std::max(cell_width, display_width(period));
  const std::size_t at_once = std::max<std::size_t>(1, width > label_width ? (width - label_width) / (cell_width + 2) : 1);
  for (std::size_t first = 0; first < statements.periods.size(); first += at_once) {
    const std::size_t end = std::min(statements.periods.size(), first + at_once);
    text += "\n" + padded("", label_width);
    for (std::size_t i = first; i < end; ++i) text += "  " + padded_left(statements.periods[i], cell_width);
    text += "\n";
    const Row* before = nullptr;
    for (const Row& row : rows) {
      const bool heading = row.kind == Row::Kind::heading;
      if (!heading && (before == nullptr || before->kind == Row::Kind::heading || before->part != row.part))
        text += std::string(before == nullptr || before->kind == Row::Kind::heading ? "" : "\n") + part_heading(row.part) + "\n";
      before = &row;
      std::string line = padded(shortened(label_of(row), label_width), label_width);
      if (!heading) {
        for (std::size_t i = first; i < end; ++i) line += "  " + padded_left(shown(row, row.values[i]), cell_width);
      }
      line.erase(line.find_last_not_of(' ') + 1);
      text += line + "\n";
    }
  }
  return text;
}

std::string statements_csv(const Statements& statements) {
  std::string text = "statement,line,label,kind,unit";
  for (const std::string& period : statements.periods) text += "," + csv_field(period);
  text += "\n";
  for (const Row& row : statements.rows) {
    if (row.kind == Row::Kind::heading) continue;
    text += fmt::format("{},{},{},{},{}", part_name(row.part), csv_field(row.name), csv_field(row.label), kind_name(row.kind),
                        csv_field(row.unit));
    for (const double value : row.values) text += "," + exact(value);
    text += "\n";
  }
  return text;
}

std::string statements_json(const Statements& statements, const std::string& version, const std::string& sha256) {
  using nlohmann::ordered_json;
  ordered_json json;
  json["warchest"] = version;
  json["schema"] = kJsonSchema;
  json["table"] = {{"model", statements.title}, {"sha256", sha256}, {"seed", statements.seed}};
  if (!statements.scenario.empty()) json["table"]["scenario"] = statements.scenario;
  if (statements.over) {
    json["table"]["paths"] = statements.over->paths;
    json["table"]["of"] = statements.over->quantile ? ordered_json(*statements.over->quantile) : ordered_json("mean");
  } else {
    json["table"]["path"] = statements.path ? ordered_json(*statements.path) : ordered_json("median luck");
  }
  json["columns"] = statements.periods;
  json["rows"] = ordered_json::array();
  for (const Row& row : statements.rows) {
    if (row.kind == Row::Kind::heading) continue;
    const auto listed = [](const std::vector<double>& values) {
      ordered_json list = ordered_json::array();
      for (const double value : values) list.push_back(std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr));
      return list;
    };
    ordered_json one = {{"statement", part_name(row.part)}, {"line", row.name}, {"label", row.label},
                        {"kind", kind_name(row.kind)},      {"unit", row.unit}, {"values", listed(row.values)}};
    if (statements.over) one["errors"] = listed(row.errors);
    json["rows"].push_back(std::move(one));
  }
  return laid_out(json);
}

}  // namespace warchest::report
