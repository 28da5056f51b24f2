// Rows are cleaned one by one, sorted by company and date, and cut into rounds; the rounds are then put in the order of their dates.
#include "io/cheques.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <unordered_map>

#include "io/csv.h"

namespace warchest::io {
namespace {

// "  First   Round\tCapital " -> "First Round Capital"
std::string in_order(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!blank) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::string without_case(std::string name) {
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');  // ASCII only: other letters keep their case
  }
  return name;
}

// Numbers for names, in the order in which they are met.
class Names {
 public:
  std::uint32_t number_of(const std::string& key, const std::string& name) {
    const auto [entry, is_new] = numbers_.try_emplace(key, static_cast<std::uint32_t>(list.size()));
    if (is_new) {
      list.push_back(name);
      keys.push_back(key);
    } else if (list[entry->second] != name && spellings_.insert(name).second) {
      ++joined;
    }
    return entry->second;
  }
  std::vector<std::string> list, keys;
  std::size_t joined = 0;

 private:
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::set<std::string> spellings_;
};

std::optional<double> amount_of(std::string_view field) {
  const std::string text = in_order(field);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !(value > 0) || !std::isfinite(value)) return std::nullopt;
  return value;
}

constexpr std::uint32_t kNobody = 0xffffffff;  // a row of a table of rounds

struct Row {
  std::uint32_t company = 0, investor = 0;
  equity::Date date;
  std::optional<double> amount;
  std::string stage;
  std::size_t line = 0;
};

struct Columns {
  std::size_t company = 0, date = 0, amount = 0;
  std::optional<std::size_t> id, investor, stage;
  std::vector<std::pair<std::size_t, std::string>> where;
};

Result<Columns> columns_of(const Csv& csv, const ChequeOptions& options) {
  Columns columns;
  std::string missing;
  const auto find = [&csv](const std::string& name) -> std::optional<std::size_t> {
    const auto found = std::find(csv.columns.begin(), csv.columns.end(), name);
    if (found == csv.columns.end()) return std::nullopt;
    return static_cast<std::size_t>(found - csv.columns.begin());
  };
  const auto needed = [&](const std::string& name) {
    const auto found = find(name);
    if (!found && missing.empty()) missing = name;
    return found.value_or(0);
  };
  columns.company = needed(options.company);
  if (!options.investor.empty()) columns.investor = needed(options.investor);
  columns.date = needed(options.date);
  columns.amount = needed(options.amount);
  columns.id = find(options.company_id);
  columns.stage = find(options.stage);
  for (const auto& [name, value] : options.where) columns.where.emplace_back(needed(name), without_case(in_order(value)));
  if (missing.empty()) return Result<Columns>::of(columns);
  std::string list;
  for (std::size_t i = 0; i < csv.columns.size() && i < 12; ++i) list += (i > 0 ? ", " : "") + csv.columns[i];
  return Result<Columns>::failed(fmt::format("there is no column \"{}\"; the columns are: {}", missing, list));
}

class Reading {
 public:
  explicit Reading(const ChequeOptions& first) : same_round_days_(first.same_round_days), amount_is_(first.amount_is) {
    table_.amounts_are_parts = first.amount_is == AmountIs::of_the_round;
  }

  void take(const Csv& csv, const Columns& columns, const ChequeOptions& options) {
    std::vector<std::string> nobody;
    for (const std::string& name : options.nobody) nobody.push_back(without_case(in_order(name)));
    for (const Csv::Row& row : csv.rows) take(row, columns, options, nobody);
  }

  ChequeTable finish() && {
    std::stable_sort(rows_.begin(), rows_.end(),
                     [](const Row& a, const Row& b) { return a.company != b.company ? a.company < b.company : a.date < b.date; });
    for (std::size_t first = 0, last = 0; first < rows_.size(); first = last) {
      last = first + 1;
      while (last < rows_.size() && same_round(rows_[first], rows_[last])) ++last;
      add_round(first, last);
    }
    sort_by_date();
    table_.companies = std::move(companies_.list);
    table_.company_keys = std::move(companies_.keys);
    table_.investors = std::move(investors_.list);
    table_.told.names_joined = companies_.joined + investors_.joined;
    for (const Cheque& cheque : table_.cheques) table_.told.without_amount += cheque.amount ? 0 : 1;
    return std::move(table_);
  }

 private:
  void take(const Csv::Row& from, const Columns& columns, const ChequeOptions& options, const std::vector<std::string>& nobody) {
    ++table_.told.rows;
    const auto out = [&](ChequeFault fault) { leave_out(fault, from.line); };
    for (const auto& [column, value] : columns.where) {
      if (without_case(in_order(from.fields[column])) != value) return out(ChequeFault::elsewhere);
    }
    const std::string company = in_order(from.fields[columns.company]), date = in_order(from.fields[columns.date]);
    const std::string investor = columns.investor ? in_order(from.fields[*columns.investor]) : "";
    if (company.empty()) return out(ChequeFault::no_company);
    if (columns.investor && investor.empty()) return out(ChequeFault::no_investor);
    if (std::find(nobody.begin(), nobody.end(), without_case(investor)) != nobody.end()) return out(ChequeFault::nobody);
    if (date.empty()) return out(ChequeFault::no_date);
    const auto day = equity::parse_date(date);
    if (!day) return out(ChequeFault::no_such_day);
    if (options.from && *day < *options.from) return out(ChequeFault::too_early);
    if (options.until && *day >= *options.until) return out(ChequeFault::too_late);
    const std::string id = columns.id ? in_order(from.fields[*columns.id]) : "";
    Row row{companies_.number_of(company_key(id, company), company),
            columns.investor ? investors_.number_of(without_case(investor), investor) : kNobody,
            *day,
            amount_of(from.fields[columns.amount]),
            {},
            from.line};
    if (columns.stage) row.stage = in_order(from.fields[*columns.stage]);
    rows_.push_back(std::move(row));
  }

  void leave_out(ChequeFault fault, std::size_t line) {
    const auto at = static_cast<std::size_t>(fault);
    std::size_t& first = table_.told.first_line[at];
    if (++table_.told.left_out[at] == 1 || line < first) first = line;
  }

  bool same_round(const Row& first, const Row& row) const {
    return row.company == first.company && equity::days_between(first.date, row.date) <= same_round_days_;
  }

  void add_round(std::size_t first, std::size_t last) {
    FundedRound round;
    round.company = rows_[first].company;
    round.date = rows_[first].date;
    round.first_cheque = table_.cheques.size();
    of_investor_.clear();
    entered_.clear();
    double greatest = 0, least = 0;
    std::size_t amounts = 0;
    for (std::size_t k = first; k < last; ++k) {
      const Row& row = rows_[k];
      if (round.stage.empty()) round.stage = row.stage;
      if (row.amount) {
        greatest = amounts == 0 ? *row.amount : std::max(greatest, *row.amount);
        least = amounts == 0 ? *row.amount : std::min(least, *row.amount);
        ++amounts;
      }
      add_cheque(row);
    }
    round.cheques = table_.cheques.size() - round.first_cheque;
    if (amounts > 1) ++table_.told.rounds_of_several;
    if (amounts > 1 && greatest == least) ++table_.told.agreeing;
    if (amount_is_ == AmountIs::of_the_round) {
      share_out(round, amounts > 0 ? std::optional(greatest) : std::nullopt);
    } else {
      add_up(round);
    }
    table_.rounds.push_back(std::move(round));
  }

  // The same cheque entered twice is one; another amount of the same investor is a further one, where amounts are of cheques.
  void add_cheque(const Row& row) {
    if (row.investor == kNobody) {
      ++table_.told.rounds_alone;
      return;
    }
    const auto [entry, is_new] = of_investor_.try_emplace(row.investor, table_.cheques.size());
    const bool further = amount_is_ == AmountIs::of_the_cheque && row.amount && entered_.insert({row.investor, *row.amount}).second;
    if (!is_new && !further) return leave_out(ChequeFault::repeated, row.line);
    ++table_.told.kept;
    if (row.date.month == 1 && row.date.day == 1) ++table_.told.first_of_january;
    if (is_new) {
      table_.cheques.push_back({static_cast<std::uint32_t>(table_.rounds.size()), row.investor, row.amount});
    } else {
      std::optional<double>& amount = table_.cheques[entry->second].amount;
      amount = amount.value_or(0) + *row.amount;
    }
  }

  // The greatest of its amounts where entries differ: the others are first closings, or the same round told earlier.
  void share_out(FundedRound& round, std::optional<double> amount) {
    round.amount = amount;
    for (std::size_t k = round.first_cheque; k < table_.cheques.size(); ++k) {
      table_.cheques[k].amount = amount ? std::optional(*amount / static_cast<double>(round.cheques)) : std::nullopt;
    }
  }

  void add_up(FundedRound& round) {
    for (std::size_t k = round.first_cheque; k < table_.cheques.size(); ++k) {
      if (table_.cheques[k].amount) round.amount = round.amount.value_or(0) + *table_.cheques[k].amount;
    }
  }

  void sort_by_date() {
    std::vector<std::size_t> order(table_.rounds.size());
    for (std::size_t r = 0; r < order.size(); ++r) order[r] = r;
    std::stable_sort(order.begin(), order.end(),
                     [this](std::size_t a, std::size_t b) { return table_.rounds[a].date < table_.rounds[b].date; });
    std::vector<FundedRound> rounds;
    std::vector<Cheque> cheques;
    for (const std::size_t r : order) {
      FundedRound round = std::move(table_.rounds[r]);
      const std::size_t from = round.first_cheque;
      round.first_cheque = cheques.size();
      for (std::size_t k = from; k < from + round.cheques; ++k) {
        cheques.push_back(table_.cheques[k]);
        cheques.back().round = static_cast<std::uint32_t>(rounds.size());
      }
      rounds.push_back(std::move(round));
    }
    table_.rounds = std::move(rounds);
    table_.cheques = std::move(cheques);
  }

  int same_round_days_;
  AmountIs amount_is_;
  Names companies_, investors_;
  std::vector<Row> rows_;
  std::unordered_map<std::uint32_t, std::size_t> of_investor_;  // in this round: its cheque
  std::set<std::pair<std::uint32_t, double>> entered_;          // in this round
  ChequeTable table_;
};

}  // namespace

std::string_view in_words(ChequeFault fault) {
  switch (fault) {
    case ChequeFault::no_company:
      return "name no company";
    case ChequeFault::no_investor:
      return "name no investor";
    case ChequeFault::nobody:
      return "name nobody in particular";
    case ChequeFault::no_date:
      return "have no date";
    case ChequeFault::no_such_day:
      return "have a date that is no day (wanted: 2011-08-31)";
    case ChequeFault::too_early:
      return "are earlier than asked for";
    case ChequeFault::too_late:
      return "are later than asked for";
    case ChequeFault::elsewhere:
      return "are not where it was asked for";
    case ChequeFault::repeated:
      return "enter an investor of a round again";
  }
  return "";
}

std::vector<std::string> told_in_words(const ChequesRead& told) {
  std::vector<std::string> lines = {fmt::format("{} of {} rows are cheques", told.kept, told.rows)};
  if (told.rounds_alone > 0) lines.push_back(fmt::format("{} tell of a round without its investors", told.rounds_alone));
  for (std::size_t k = 0; k < kChequeFaults; ++k) {
    if (told.left_out[k] == 0) continue;
    lines.push_back(
        fmt::format("{} {}; the first is line {}", told.left_out[k], in_words(static_cast<ChequeFault>(k)), told.first_line[k]));
  }
  if (told.without_amount > 0) lines.push_back(fmt::format("{} of the cheques have no amount", told.without_amount));
  if (told.first_of_january > 0)
    lines.push_back(fmt::format("{} of the cheques are dated January 1: most of these know the year alone", told.first_of_january));
  if (told.names_joined > 0) lines.push_back(fmt::format("{} spellings were taken for another one's", told.names_joined));
  if (told.rounds_of_several > 0) {
    lines.push_back(fmt::format("in {} of {} rounds with several amounts these are the same", told.agreeing, told.rounds_of_several));
  }
  return lines;
}

std::string company_key(std::string_view id, std::string_view name) {
  const std::string known = in_order(id);
  return known.empty() ? "name " + without_case(in_order(name)) : "id " + known;
}

Result<ChequeTable> read_cheques(std::string_view csv, const ChequeOptions& options) { return read_cheques({ChequeSource{csv, options}}); }

Result<ChequeTable> read_cheques(const std::vector<ChequeSource>& sources) {
  using Table = Result<ChequeTable>;
  if (sources.empty()) return Table::failed("no table was given");
  Reading reading(sources.front().options);
  for (const ChequeSource& source : sources) {
    const auto parsed = parse_csv(source.csv);
    if (!parsed) return Table::failed(parsed.error);
    const auto columns = columns_of(*parsed, source.options);
    if (!columns) return Table::failed(columns.error);
    reading.take(*parsed, *columns, source.options);
  }
  ChequeTable table = std::move(reading).finish();
  if (table.rounds.empty()) {
    std::string why;
    for (const std::string& line : told_in_words(table.told)) why += (why.empty() ? "" : "; ") + line;
    return Table::failed("the table holds no cheque: " + why);
  }
  return Table::of(std::move(table));
}

}  // namespace warchest::io
