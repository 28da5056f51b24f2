// A holding's cause is the kind of its security before the round: what was a SAFE has converted, what was preferred has been protected,
// what was not there has been bought.
#include "equity/ownership.h"

#include <algorithm>
#include <map>
#include <utility>

namespace warchest::equity {
namespace {

// Common shares of one holding: its part of what the security converts into.
Number converted_part(const Security& security, const Number& held) {
  const Number issued = shares_of(security);
  return issued.is_zero() ? Number(0) : as_converted(security) * held / issued;
}

Number part_of(const Number& shares, const Number& total) { return total.is_zero() ? Number(0) : shares / total; }

// How a change of a security that stands so in the table before comes about.
Number ProFormaRow::*cause_of(const Security* before, const Security& after) {
  if (std::holds_alternative<Pool>(after.terms)) return &ProFormaRow::pool;
  if (before == nullptr) return &ProFormaRow::bought;
  if (std::holds_alternative<Safe>(before->terms) || std::holds_alternative<Note>(before->terms)) return &ProFormaRow::converted;
  return &ProFormaRow::anti_dilution;
}

ProFormaRow& row_called(std::vector<ProFormaRow>& rows, const std::string& name) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const ProFormaRow& row) { return row.name == name; });
  if (found != rows.end()) return *found;
  rows.emplace_back().name = name;
  return rows.back();
}

}  // namespace

OwnershipGrid ownership_grid(const CapTable& table) {
  OwnershipGrid grid;
  grid.total = count(table);
  const Number outstanding = grid.total.outstanding(), diluted = grid.total.fully_diluted();
  for (std::size_t i = 0; i < table.securities.size(); ++i) {
    const Security& security = table.securities[i];
    const bool unissued = std::holds_alternative<Pool>(security.terms);
    for (const Holding& holding : holdings_of(table, security)) {
      auto row = std::find_if(grid.holders.begin(), grid.holders.end(), [&](const OwnedBy& one) { return one.holder == holding.holder; });
      if (row == grid.holders.end()) {
        row = grid.holders.insert(row, OwnedBy{holding.holder, std::vector<Number>(table.securities.size()), {}, {}, {}});
      }
      const Number shares = converted_part(security, holding.shares);
      row->held[i] += holding.shares;
      row->as_converted += shares;
      row->of_fully_diluted += part_of(shares, diluted);
      if (!unissued) row->of_outstanding += part_of(shares, outstanding);
    }
  }
  return grid;
}

std::vector<ProFormaRow> pro_forma_rows(const CapTable& before, const CapTable& after, RowsBy by) {
  std::vector<ProFormaRow> rows;
  const auto row_of = [&](const Holding& holding) -> ProFormaRow& {
    return row_called(rows, by == RowsBy::holder ? holding.holder : holding.security);
  };
  std::map<std::pair<std::string, std::string>, Number> had;  // by holder and security, as converted
  for (const Security& security : before.securities) {
    for (const Holding& holding : holdings_of(before, security)) {
      const Number shares = converted_part(security, holding.shares);
      had[{holding.holder, holding.security}] += shares;
      row_of(holding).before += shares;
    }
  }
  for (const Security& security : after.securities) {
    const Security* const was = before.find(security.id);
    Number ProFormaRow::*const cause = cause_of(was, security);
    for (const Holding& holding : holdings_of(after, security)) {
      const Number shares = converted_part(security, holding.shares);
      Number& already = had[{holding.holder, holding.security}];
      ProFormaRow& row = row_of(holding);
      row.*cause += shares - already;
      row.after += shares;
      already = Number(0);  // a holder of several lines of one security: the first takes the whole of what was before
    }
  }
  const Number all_before = count(before).fully_diluted(), all_after = count(after).fully_diluted();
  for (ProFormaRow& row : rows) {
    row.part_before = part_of(row.before, all_before);
    row.part_after = part_of(row.after, all_after);
  }
  std::erase_if(rows, [](const ProFormaRow& row) { return row.before.is_zero() && row.after.is_zero(); });
  return rows;
}

}  // namespace warchest::equity
