// Facts are joined by the key of a company (io/cheques.h): its id where a table has one, else its name.
#include "evidence/history.h"

#include <algorithm>

#include "io/csv.h"

namespace warchest::evidence {
namespace {

std::optional<std::size_t> column(const io::Csv& csv, const char* name) {
  const auto found = std::find(csv.columns.begin(), csv.columns.end(), name);
  if (found == csv.columns.end()) return std::nullopt;
  return static_cast<std::size_t>(found - csv.columns.begin());
}

using Keys = std::unordered_map<std::string, std::size_t>;

struct Row {
  const io::Csv::Row& row;
  std::string field(std::optional<std::size_t> at) const { return at ? row.fields[*at] : std::string(); }
};

std::string read_companies(const std::string& text, const Keys& keys, std::vector<CompanyFacts>& facts) {
  const auto csv = io::parse_csv(text);
  if (!csv) return "companies: " + csv.error;
  const auto id = column(*csv, "id"), name = column(*csv, "name"), category = column(*csv, "category_code");
  const auto region = column(*csv, "region"), founded = column(*csv, "founded_at");
  if (!id && !name) return "companies: there is neither a column \"id\" nor \"name\"";
  for (const io::Csv::Row& one : csv->rows) {
    const Row row{one};
    const auto known = keys.find(io::company_key(row.field(id), row.field(name)));
    if (known == keys.end()) continue;
    CompanyFacts& company = facts[known->second];
    company.category = row.field(category);
    company.region = row.field(region);
    if (const auto day = equity::parse_date(row.field(founded))) company.founded = day_of(*day);
  }
  return {};
}

std::string read_acquisitions(const std::string& text, equity::Date before, const Keys& keys, std::vector<CompanyFacts>& facts) {
  const auto csv = io::parse_csv(text);
  if (!csv) return "acquisitions: " + csv.error;
  const auto id = column(*csv, "company_id"), name = column(*csv, "company_name"), date = column(*csv, "acquired_at");
  if ((!id && !name) || !date) return "acquisitions: there is no column \"acquired_at\", or neither \"company_id\" nor \"company_name\"";
  for (const io::Csv::Row& one : csv->rows) {
    const Row row{one};
    const auto day = equity::parse_date(row.field(date));
    if (!day || *day >= before) continue;
    const auto known = keys.find(io::company_key(row.field(id), row.field(name)));
    if (known == keys.end()) continue;
    std::optional<Day>& bought = facts[known->second].bought;
    bought = std::min(bought.value_or(day_of(*day)), day_of(*day));
  }
  return {};
}

}  // namespace

Day day_of(equity::Date date) { return equity::days_between({1970, 1, 1}, date); }

equity::Date months_after(equity::Date date, int months) {
  const int month = date.year * 12 + date.month - 1 + months;
  equity::Date result{month / 12, month % 12 + 1, date.day};
  while (!equity::parse_date(equity::spelled(result))) --result.day;
  return result;
}

std::size_t History::rounds_before(Day day) const {
  return static_cast<std::size_t>(std::lower_bound(days.begin(), days.end(), day) - days.begin());
}

io::Result<History> known_before(const Tables& tables, equity::Date day) {
  using Read = io::Result<History>;
  std::vector<io::ChequeSource> sources(1);
  sources[0].csv = tables.cheques;
  sources[0].options.company_id = "us_company_id";
  sources[0].options.until = day;
  if (!tables.rounds.empty()) {
    io::ChequeSource rounds{tables.rounds, {}};
    rounds.options.company_id = "company_id";
    rounds.options.investor = "";
    rounds.options.amount = "raised_amount_usd";
    rounds.options.stage = "round_type";
    rounds.options.until = day;
    sources.push_back(rounds);
  }
  auto table = io::read_cheques(sources);
  if (!table) return Read::failed(table.error);
  History history;
  history.until = day;
  history.table = *std::move(table.value);
  history.companies.resize(history.table.companies.size());
  for (std::size_t r = 0; r < history.table.rounds.size(); ++r) {
    history.days.push_back(day_of(history.table.rounds[r].date));
    history.companies[history.table.rounds[r].company].rounds.push_back(r);
  }
  Keys keys;
  for (std::size_t c = 0; c < history.table.company_keys.size(); ++c) keys.emplace(history.table.company_keys[c], c);
  if (!tables.companies.empty()) {
    if (auto error = read_companies(tables.companies, keys, history.companies); !error.empty()) return Read::failed(std::move(error));
  }
  if (!tables.acquisitions.empty()) {
    if (auto error = read_acquisitions(tables.acquisitions, day, keys, history.companies); !error.empty())
      return Read::failed(std::move(error));
  }
  return Read::of(std::move(history));
}

}  // namespace warchest::evidence
