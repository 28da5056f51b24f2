// What was known on a day: rounds, who paid, what the companies are, and who had been bought.
//
// Up to four tables: cheques (the only one that is needed), rounds, companies, acquisitions. `known_before` reads no row that is dated on
// or after the day: such rows are left out before rounds are put together, so nothing of what is made of a History can depend on them. What
// tables say without a date (field, region, founding) is taken as if it had always been known.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "io/cheques.h"

namespace warchest::evidence {

struct Tables {
  std::string cheques;                          // company_name, us_company_id, investor_name, funded_at, amount_usd, us_round_type
  std::string rounds, companies, acquisitions;  // empty: not there; columns as in docs/data.md
};

using Day = long;  // since 1970-01-01
Day day_of(equity::Date date);
equity::Date months_after(equity::Date date, int months);  // the same day of a later month, or the last one of it
inline constexpr double kDaysOfMonth = 365.25 / 12;

struct CompanyFacts {
  std::string category, region;  // empty: not told
  std::optional<Day> founded;
  std::optional<Day> bought;        // the first time, before the day
  std::vector<std::size_t> rounds;  // by date
};

struct History {
  equity::Date until;  // all is dated before it
  io::ChequeTable table;
  std::vector<Day> days;                // of the rounds
  std::vector<CompanyFacts> companies;  // as table.companies

  std::size_t rounds_before(Day day) const;  // how many: they come by date
};

io::Result<History> known_before(const Tables& tables, equity::Date day);

}  // namespace warchest::evidence
