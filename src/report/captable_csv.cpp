// The documents as comma-separated values: one table each, a row for each line, every digit.
#include <fmt/format.h>

#include "report/captable.h"
#include "report/csv.h"
#include "report/exact.h"

namespace warchest::report {

namespace {

using namespace equity;

class Rows {
 public:
  Rows& field(const std::string& text) {
    text_ += (begun_ ? "," : "") + csv_field(text);
    begun_ = true;
    return *this;
  }
  Rows& field(const Number& value) { return field(spreadsheet_text(value)); }
  void end() {
    text_ += "\n";
    begun_ = false;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  bool begun_ = false;
};

Rows with_heads(std::initializer_list<const char*> heads) {
  Rows rows;
  for (const char* head : heads) rows.field(std::string(head));
  rows.end();
  return rows;
}

const char* election_name(Election election) {
  switch (election) {
    case Election::none:
      return "";
    case Election::hold:
      return "hold";
    case Election::convert:
      return "convert";
  }
  return "";
}

}  // namespace

std::string ownership_csv(const OwnershipDocument& document, const CapTableLayout& layout) {
  const auto& securities = document.table.securities;
  if (!layout.holders) {
    Rows rows = with_heads({"class", "kind", "issued", "as_converted", "fully_diluted", "terms"});
    const Number all = document.grid.total.fully_diluted();
    for (const Security& security : securities) {
      const Number shares = as_converted(security);
      rows.field(security.id).field(std::string(kind_of(security.terms))).field(shares_of(security)).field(shares);
      rows.field(all.is_zero() ? Number(0) : shares / all);
      const std::string terms = document.open.contains(security.id) ? "open" : terms_in_words(security.terms, document.head.currency);
      rows.field(terms).end();
    }
    return rows.text();
  }
  Rows rows;
  rows.field(std::string("holder"));
  for (const Security& security : securities) rows.field(security.id);
  rows.field(std::string("as_converted")).field(std::string("of_outstanding")).field(std::string("of_fully_diluted")).end();
  for (const OwnedBy& holder : document.grid.holders) {
    rows.field(holder.holder);
    for (const Number& held : holder.held) rows.field(held);
    rows.field(holder.as_converted).field(holder.of_outstanding).field(holder.of_fully_diluted).end();
  }
  return rows.text();
}

std::string round_csv(const RoundDocument& document, const CapTableLayout& layout) {
  Rows rows = with_heads({"by", "name", "before", "part_before", "converted", "anti_dilution", "pool", "bought", "after", "part_after"});
  const auto add = [&](const char* by, const std::vector<ProFormaRow>& all) {
    for (const ProFormaRow& row : all) {
      rows.field(std::string(by)).field(row.name);
      for (const Number ProFormaRow::*cell :
           {&ProFormaRow::before, &ProFormaRow::part_before, &ProFormaRow::converted, &ProFormaRow::anti_dilution, &ProFormaRow::pool,
            &ProFormaRow::bought, &ProFormaRow::after, &ProFormaRow::part_after}) {
        rows.field(row.*cell);
      }
      rows.end();
    }
  };
  if (layout.holders) add("holder", document.holders);
  if (layout.securities) add("class", document.securities);
  return rows.text();
}

std::string exit_csv(const ExitDocument& document, const CapTableLayout& layout) {
  Rows rows = with_heads({"exit", "by", "name", "payout", "elects"});
  for (const ExitCase& one : document.cases) {
    for (std::size_t i = 0; layout.securities && i < document.table.securities.size(); ++i) {
      rows.field(one.value).field(std::string("class")).field(document.table.securities[i].id).field(one.exit.payouts[i]);
      rows.field(std::string(election_name(one.exit.elections[i]))).end();
    }
    for (std::size_t i = 0; layout.holders && i < one.holders.size(); ++i) {
      rows.field(one.value)
          .field(std::string("holder"))
          .field(one.holders[i].holder)
          .field(one.holders[i].amount)
          .field(std::string())
          .end();
    }
  }
  return rows.text();
}

std::string breakpoints_csv(const BreakpointDocument& document, const CapTableLayout&) {
  if (document.pricing) {
    Rows rows = with_heads({"class", "value", "per_share"});
    for (const PricedClass& one : document.pricing->classes) {
      rows.field(one.name)
          .field(fmt::format("{}", one.value))
          .field(one.per_share ? fmt::format("{}", *one.per_share) : std::string())
          .end();
    }
    return rows.text();
  }
  Rows rows;
  rows.field(std::string("exit_from"));
  for (const Security& security : document.table.securities) rows.field(security.id);
  rows.field(std::string("what_happens")).end();
  for (const BreakpointRow& row : document.rows) {
    rows.field(row.from);
    for (const Number& slope : row.slopes) rows.field(slope);
    std::string words;
    for (const std::string& event : row.events) words += (words.empty() ? "" : "; ") + event;
    rows.field(words).end();
  }
  return rows.text();
}

}  // namespace warchest::report
