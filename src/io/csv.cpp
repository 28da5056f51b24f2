// One pass over the bytes with the state that the RFC needs: in a quoted field or not.
#include "io/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace warchest::io {

namespace {

constexpr std::size_t kMaxColumns = 10'000;

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Reads rows one by one; an error ends the reading.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool at_end() const { return at_ >= text_.size(); }
  const std::string& error() const { return error_; }

  Csv::Row row() {
    Csv::Row row{line_, {}};
    while (true) {
      row.fields.push_back(field());
      if (!error_.empty()) return row;
      if (row.fields.size() > kMaxColumns) {
        error_ = fmt::format("line {} has more than {} fields", row.line, kMaxColumns);
        return row;
      }
      if (at_end()) return row;
      if (text_[at_] == ',') {
        ++at_;
        continue;
      }
      line_end();
      return row;
    }
  }

 private:
  bool at_line_end() const { return text_[at_] == '\n' || (text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n'); }

  void line_end() {
    at_ += text_[at_] == '\r' ? 2 : 1;
    ++line_;
  }

  std::string field() { return !at_end() && text_[at_] == '"' ? quoted() : plain(); }

  std::string plain() {
    std::string value;
    while (!at_end() && text_[at_] != ',' && !at_line_end()) {
      if (text_[at_] == '"') {
        error_ = fmt::format("line {}: a quote inside a field that does not begin with one; write the field as \"…\" with the quote doubled", line_);
        return value;
      }
      value += text_[at_++];
    }
    return value;
  }

  std::string quoted() {
    const std::size_t opened = line_;
    std::string value;
    ++at_;
    while (!at_end()) {
      const char c = text_[at_++];
      if (c == '\n') ++line_;
      if (c != '"') {
        value += c;
      } else if (!at_end() && text_[at_] == '"') {
        value += '"';
        ++at_;
      } else {
        if (!at_end() && text_[at_] != ',' && !at_line_end()) {
          error_ = fmt::format("line {}: after the closing quote a comma or the end of the line is wanted", line_);
        }
        return value;
      }
    }
    error_ = fmt::format("line {}: a quoted field is never closed", opened);
    return value;
  }

  std::string_view text_;
  std::size_t at_ = 0, line_ = 1;
  std::string error_;
};

bool is_empty(const Csv::Row& row) { return row.fields.size() == 1 && trimmed(row.fields.front()).empty(); }

std::string column_list(const std::vector<std::string>& columns) {
  std::string list;
  for (std::size_t i = 0; i < columns.size() && i < 12; ++i) list += (i > 0 ? ", " : "") + columns[i];
  if (columns.size() > 12) list += ", …";
  return list;
}

std::optional<double> number_of(std::string_view field) {
  field = trimmed(field);
  double scale = 1;
  if (field.ends_with('%')) {
    scale = 100;
    field = trimmed(field.substr(0, field.size() - 1));
  }
  if (field.starts_with('+')) field.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc() || end != field.data() + field.size() || field.empty() || !std::isfinite(value)) return std::nullopt;
  return value / scale;
}

}  // namespace

Result<Csv> parse_csv(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (const auto nul = text.find('\0'); nul != std::string_view::npos) {
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(nul), '\n');
    return Result<Csv>::failed(fmt::format("line {} holds a NUL: this is no text", line));
  }
  Csv csv;
  Reader reader(text);
  bool named = false;
  while (!reader.at_end()) {
    Csv::Row row = reader.row();
    if (!reader.error().empty()) return Result<Csv>::failed(reader.error());
    if (is_empty(row)) continue;
    if (!named) {
      for (const std::string& name : row.fields) csv.columns.emplace_back(trimmed(name));
      named = true;
      continue;
    }
    if (row.fields.size() != csv.columns.size()) {
      return Result<Csv>::failed(
          fmt::format("line {} has {} fields where the first line names {} columns", row.line, row.fields.size(), csv.columns.size()));
    }
    csv.rows.push_back(std::move(row));
  }
  if (!named) return Result<Csv>::failed("the file is empty; its first line names the columns");
  return Result<Csv>::of(std::move(csv));
}

Result<std::vector<double>> Csv::numbers(std::string_view column) const {
  using Numbers = Result<std::vector<double>>;
  const auto found = std::find(columns.begin(), columns.end(), column);
  if (found == columns.end()) return Numbers::failed(fmt::format("there is no column \"{}\"; the columns are: {}", column, column_list(columns)));
  if (std::find(found + 1, columns.end(), column) != columns.end()) {
    return Numbers::failed(fmt::format("two columns are named \"{}\"", column));
  }
  const auto index = static_cast<std::size_t>(found - columns.begin());
  std::vector<double> values;
  values.reserve(rows.size());
  for (const Row& row : rows) {
    const auto value = number_of(row.fields[index]);
    if (!value) return Numbers::failed(fmt::format("line {}: \"{}\" in column \"{}\" is no number", row.line, row.fields[index].substr(0, 40), column));
    values.push_back(*value);
  }
  if (values.empty()) return Numbers::failed(fmt::format("column \"{}\" has no values", column));
  return Numbers::of(std::move(values));
}

}  // namespace warchest::io
