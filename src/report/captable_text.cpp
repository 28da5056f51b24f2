// The documents as text. Tables that are wider than the page are folded, so no holder and no class is ever cut away.
#include <fmt/format.h>

#include <algorithm>

#include "report/captable.h"
#include "report/chart.h"
#include "report/columns.h"
#include "report/exact.h"
#include "report/figures.h"
#include "report/page.h"

namespace warchest::report {

namespace {

using namespace equity;
using Align = Table::Align;

// --- what the documents share --------------------------------------------------------------------------------------------------

void begin(Page& page, const CapTableHead& head, const std::string& what) {
  page.line(printable(head.company) + (what.empty() ? "" : ": " + what), Style::title);
  if (head.date) page.line("as of " + spelled(*head.date), Style::quiet);
}

// Interest and dividends run to a date; without one nothing has accrued, which must not pass unseen.
void tell_missing_date(Page& page, const CapTableHead& head, const CapTable& table) {
  const bool accrues = std::any_of(table.securities.begin(), table.securities.end(), [](const Security& security) {
    const Preferred* series = std::get_if<Preferred>(&security.terms);
    const Note* note = std::get_if<Note>(&security.terms);
    return (series != nullptr && series->dividend) || (note != nullptr && note->interest.rate.sign() > 0);
  });
  if (accrues && !head.date) page.paragraph("Without a date (--date) no interest and no dividends are counted.", 2, Style::quiet);
}

// Whole shares, since a fraction of one tells nobody anything; --json and --csv have it.
std::string whole_shares(const Number& shares) { return shares.is_zero() ? "" : shares_text(shares.rounded(0, Direction::nearest)); }

std::size_t width_of(const Table& table) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    std::size_t widest = display_width(table.columns[i].head);
    for (const auto& row : table.rows) widest = std::max(widest, row.empty() ? 0 : display_width(row[i]));
    width += widest + (i > 0 ? 2 : 0);
  }
  return width;
}

// The same table with its columns in another order.
Table reordered(const Table& table, const std::vector<std::size_t>& order) {
  Table result;
  for (const std::size_t column : order) result.columns.push_back(table.columns[column]);
  for (const auto& row : table.rows) {
    result.rows.emplace_back();
    for (const std::size_t column : order) result.rows.back().push_back(row[column]);
  }
  return result;
}

// "$2.000M" is "$2M".
std::string round_money(double value, std::string_view currency, int significant = 4) {
  std::string text = amount(value, currency, significant);
  const auto point = text.find('.');
  if (point == std::string::npos) return text;
  auto end = text.find_first_not_of("0123456789", point + 1);
  if (end == std::string::npos) end = text.size();
  auto kept = end;
  while (kept > point && (text[kept - 1] == '0' || text[kept - 1] == '.')) --kept;
  return text.erase(kept, end - kept);
}

void end(Page& page, const CapTableHead& head) {
  page.gap();
  const std::string hash = head.sha256.empty() ? "" : fmt::format("  sha256 {}", head.sha256.substr(0, 16));
  page.line(fmt::format("{}{}  warchest {}", printable(head.file), hash, head.version), Style::quiet);
}

// "1,250,000", "0.85", "≈ 1,029,005.479452": nothing is rounded in silence.
std::string step_value(const Number& value) {
  constexpr int kDecimals = 6;
  constexpr std::size_t kShort = 14;
  if (value.is_integer()) return shares_text(value);
  const std::string exact = exact_text(value);
  if (exact.find('/') == std::string::npos && exact.size() <= kShort) return exact;
  const std::string rounded = value.decimal(kDecimals);
  if (rounded.find_first_not_of("-0.") == std::string::npos) return fmt::format("≈ {:.6g}", value.to_double());
  return "≈ " + grouped_decimal(value, kDecimals);
}

// With the sign between a figure and its value.
std::string equals(const Number& value) {
  const std::string text = step_value(value);
  return text.starts_with("≈") ? text : "= " + text;
}

void tell_steps(Page& page, const Steps& steps) {
  if (steps.empty()) return;
  page.gap();
  page.line("Step by step", Style::heading);
  for (const Step& step : steps) {
    const std::string source = step.source.empty() ? "" : fmt::format("  [{}]", step.source);
    bool first = true;
    for (const std::string& line :
         wrapped(fmt::format("{}: {} {}{}", printable(step.subject), printable(step.rule), equals(step.value), source), page.width() - 6)) {
      page.line(line, Style::plain, first ? 2 : 6);
      first = false;
    }
  }
}

bool is_money(const Security& security) {
  return std::holds_alternative<Safe>(security.terms) || std::holds_alternative<Note>(security.terms) ||
         std::holds_alternative<Debt>(security.terms);
}

std::string held_text(const Security& security, const Number& held, std::string_view currency) {
  if (held.is_zero()) return {};
  return is_money(security) ? money_text(held, currency) : whole_shares(held);
}

// --- who owns what -------------------------------------------------------------------------------------------------------------

Table holders_table(const OwnershipDocument& document) {
  const CapTable& table = document.table;
  Table shown{{{"", Align::left}}, {}};
  for (const Security& security : table.securities) shown.columns.push_back({printable(security.id), Align::right});
  for (const char* head : {"as converted", "outstanding", "fully diluted"}) shown.columns.push_back({head, Align::right});
  for (const OwnedBy& holder : document.grid.holders) {
    std::vector<std::string> row{printable(holder.holder)};
    for (std::size_t i = 0; i < table.securities.size(); ++i)
      row.push_back(held_text(table.securities[i], holder.held[i], document.head.currency));
    const bool shares = !holder.as_converted.is_zero();
    row.push_back(whole_shares(holder.as_converted));
    row.push_back(holder.of_outstanding.is_zero() ? "" : part_text(holder.of_outstanding));
    row.push_back(shares ? part_text(holder.of_fully_diluted) : "");
    shown.rows.push_back(std::move(row));
  }
  std::vector<std::string> total{"in all"};
  for (const Security& security : table.securities) total.push_back(held_text(security, shares_of(security), document.head.currency));
  total.push_back(whole_shares(document.grid.total.fully_diluted()));
  total.push_back(document.grid.total.outstanding().is_zero() ? "" : part_text(1));
  total.push_back(document.grid.total.fully_diluted().is_zero() ? "" : part_text(1));
  shown.rows.push_back(std::move(total));
  return shown;
}

Table classes_table(const OwnershipDocument& document) {
  Table shown{{{"", Align::left},
               {"issued", Align::right},
               {"as converted", Align::right},
               {"outstanding", Align::right},
               {"fully diluted", Align::right}},
              {}};
  const Number outstanding = document.grid.total.outstanding(), diluted = document.grid.total.fully_diluted();
  const auto part = [](const Number& shares, const Number& total) {
    return shares.is_zero() || total.is_zero() ? std::string() : part_text(shares / total);
  };
  for (const Security& security : document.table.securities) {
    const Number shares = as_converted(security);
    const bool unissued = std::holds_alternative<Pool>(security.terms);
    shown.rows.push_back({printable(security.id), held_text(security, shares_of(security), document.head.currency), whole_shares(shares),
                          unissued ? "" : part(shares, outstanding), part(shares, diluted)});
  }
  shown.rows.push_back({"in all", "", whole_shares(diluted), part(outstanding, outstanding), part(diluted, diluted)});
  return shown;
}

std::string holders_of(const CapTable& table, const Security& security) {
  std::string text;
  for (const Holding& holding : holdings_of(table, security)) text += (text.empty() ? "" : ", ") + printable(holding.holder);
  return text;
}

// What a package does not say stands in the table as a figure that means nothing, and is not shown.
std::string terms_or_questions(const OwnershipDocument& document, const Security& security) {
  const auto open = document.open.find(security.id);
  if (open == document.open.end()) return terms_in_words(security.terms, document.head.currency);
  std::string fields;
  for (const std::string& field : open->second) fields += (fields.empty() ? "" : ", ") + field;
  return fmt::format("{}; the package does not say its {}", kind_of(security.terms), fields);
}

void tell_terms(Page& page, const OwnershipDocument& document) {
  page.gap();
  page.line("Terms", Style::heading);
  for (const Security& security : document.table.securities) {
    bool first = true;
    for (const std::string& line :
         wrapped(fmt::format("{}: {}", printable(security.id), terms_or_questions(document, security)), page.width() - 6)) {
      page.line(line, Style::plain, first ? 2 : 6);
      first = false;
    }
  }
}

void tell_converts(Page& page, const OwnershipDocument& document) {
  const auto is_convert = [](const Security& security) {
    return std::holds_alternative<Safe>(security.terms) || std::holds_alternative<Note>(security.terms);
  };
  const auto& securities = document.table.securities;
  if (std::none_of(securities.begin(), securities.end(), is_convert)) return;
  page.gap();
  page.line("SAFEs and notes not converted yet, and what they would take if every cap bound today", Style::heading);
  if (!document.estimate) {
    page.paragraph(printable(document.no_estimate), 2);
    return;
  }
  Table shown{{{"", Align::left},
               {"held by", Align::left},
               {"amount", Align::right},
               {"at", Align::right},
               {"shares", Align::right},
               {"part", Align::right}},
              {}};
  const Number& capitalization = document.estimate->company_capitalization;
  for (const Conversion& one : document.estimate->conversions) {
    const Security* security = document.table.find(one.id);
    const bool open = one.branch == Branch::none;
    shown.rows.push_back({printable(one.id), security == nullptr ? "" : holders_of(document.table, *security),
                          money_text(one.amount, document.head.currency),
                          open ? "needs a price" : price_text(one.price, document.head.currency), open ? "" : shares_text(one.shares),
                          open || capitalization.is_zero() ? "" : part_text(one.shares / capitalization)});
  }
  page.lines(lines_of(shown, page.width() - 2), Style::plain, 2);
  page.line(fmt::format("part: of {} shares with all converts, before any new money", shares_text(capitalization)), Style::quiet, 2);
}

// --- a round -------------------------------------------------------------------------------------------------------------------

Table pro_forma_table(const std::vector<ProFormaRow>& rows) {
  struct Cause {
    const char* head;
    Number ProFormaRow::*shares;
  };
  constexpr Cause kCauses[] = {{"converted", &ProFormaRow::converted},
                               {"protected", &ProFormaRow::anti_dilution},
                               {"pool", &ProFormaRow::pool},
                               {"bought", &ProFormaRow::bought}};
  std::vector<Cause> causes;
  for (const Cause& cause : kCauses) {
    if (std::any_of(rows.begin(), rows.end(), [&](const ProFormaRow& row) { return !(row.*cause.shares).is_zero(); }))
      causes.push_back(cause);
  }
  Table shown{{{"", Align::left}, {"before", Align::right}, {"part", Align::right}}, {}};
  for (const Cause& cause : causes) shown.columns.push_back({fmt::format("+ {}", cause.head), Align::right});
  shown.columns.push_back({"after", Align::right});
  shown.columns.push_back({"part", Align::right});
  ProFormaRow total;
  const auto add = [&](const ProFormaRow& row, const std::string& name) {
    std::vector<std::string> cells{name, whole_shares(row.before), row.before.is_zero() ? "" : part_text(row.part_before)};
    for (const Cause& cause : causes) cells.push_back(whole_shares(row.*cause.shares));
    cells.push_back(whole_shares(row.after));
    cells.push_back(part_text(row.part_after));
    shown.rows.push_back(std::move(cells));
  };
  for (const ProFormaRow& row : rows) {
    add(row, printable(row.name));
    for (Number ProFormaRow::*sum : {&ProFormaRow::before, &ProFormaRow::converted, &ProFormaRow::anti_dilution, &ProFormaRow::pool,
                                     &ProFormaRow::bought, &ProFormaRow::after, &ProFormaRow::part_before, &ProFormaRow::part_after}) {
      total.*sum += row.*sum;
    }
  }
  add(total, "in all");
  return shown;
}

// Where it is too wide, before and after stand side by side first, then what comes between.
void tell_pro_forma(Page& page, const std::vector<ProFormaRow>& rows) {
  const Table table = pro_forma_table(rows);
  const std::size_t width = page.width() - 2, last = table.columns.size();
  page.gap();
  if (width_of(table) <= width) return page.lines(lines_of(table, width), Style::plain, 2);
  std::vector<std::size_t> order{0, 1, 2, last - 2, last - 1};
  page.lines(folded(reordered(table, order), width), Style::plain, 2);
  order = {0};
  for (std::size_t cause = 3; cause + 2 < last; ++cause) order.push_back(cause);
  if (order.size() == 1) return;
  page.gap();
  page.lines(folded(reordered(table, order), width), Style::plain, 2);
}

// Where it is too wide, first what everybody has in all, then class by class.
void tell_holders(Page& page, const Table& table) {
  const std::size_t width = page.width() - 2, last = table.columns.size();
  page.gap();
  if (width_of(table) <= width) return page.lines(lines_of(table, width), Style::plain, 2);
  page.lines(folded(reordered(table, {0, last - 3, last - 2, last - 1}), width), Style::plain, 2);
  std::vector<std::size_t> order;
  for (std::size_t column = 0; column + 3 < last; ++column) order.push_back(column);
  page.gap();
  page.lines(folded(reordered(table, order), width), Style::plain, 2);
}

const char* method_in_words(PriceMethod method) {
  switch (method) {
    case PriceMethod::percent_ownership:
      return "the new money buys its part of pre-money plus new money";
    case PriceMethod::pre_money_fixed:
      return "pre-money over the shares before the converts";
    case PriceMethod::dollars_invested:
      return "the pre-money grows by the converting amounts";
  }
  return "";
}

Number new_money_of(const RoundResult& round) {
  Number sum;
  for (const Allotment& allotment : round.allotments) sum += allotment.amount;
  return sum;
}

void tell_price(Page& page, const RoundDocument& document) {
  const std::string_view currency = document.head.currency;
  const Number money = new_money_of(document.round);
  page.paragraph(
      fmt::format("{} per share: {} pre-money, {} new money, {} post-money; {} shares after it.",
                  price_text(document.round.price, currency), money_text(document.terms.pre_money, currency), money_text(money, currency),
                  money_text(document.terms.pre_money + money, currency), shares_text(document.round.post_shares)),
      2);
  page.paragraph(fmt::format("Price: {}.", method_in_words(document.terms.method)), 2);
  if (!document.round.residue.is_zero()) {
    page.paragraph(fmt::format("Rounding at the closing leaves {} between price times shares and what the terms state.",
                               money_text(document.round.residue, currency)),
                   2);
  }
}

std::string branch_in_words(const Conversion& conversion) {
  const std::string whose = conversion.terms.taken_from.empty() ? "" : " of " + printable(conversion.terms.taken_from);
  switch (conversion.branch) {
    case Branch::none:
      return "nothing to convert on";
    case Branch::cap:
      return "cap" + whose;
    case Branch::percent:
      return "fixed part" + whose;
    case Branch::discount:
      return "discount" + whose;
    case Branch::round:
      return "price of the round";
  }
  return {};
}

void tell_closing(Page& page, const RoundDocument& document) {
  const std::string_view currency = document.head.currency;
  if (!document.round.conversions.empty()) {
    page.gap();
    page.line("Conversions", Style::heading);
    Table shown{{{"", Align::left}, {"by", Align::left}, {"amount", Align::right}, {"price", Align::right}, {"shares", Align::right}}, {}};
    for (const Conversion& one : document.round.conversions) {
      shown.rows.push_back({printable(one.id), branch_in_words(one), money_text(one.amount, currency), price_text(one.price, currency),
                            shares_text(one.shares)});
    }
    page.lines(lines_of(shown, page.width() - 2), Style::plain, 2);
  }
  if (!document.round.allotments.empty()) {
    page.gap();
    page.line("New money", Style::heading);
    const bool whole = std::any_of(document.round.allotments.begin(), document.round.allotments.end(),
                                   [](const Allotment& one) { return !one.unspent.is_zero(); });
    Table shown{{{"", Align::left}, {"amount", Align::right}, {"shares", Align::right}}, {}};
    if (whole) shown.columns.push_back({"paid back", Align::right});
    for (const Allotment& one : document.round.allotments) {
      shown.rows.push_back({printable(one.id), money_text(one.amount, currency), shares_text(one.shares)});
      if (whole) shown.rows.back().push_back(money_text(one.unspent, currency));
    }
    page.lines(lines_of(shown, page.width() - 2), Style::plain, 2);
  }
  if (!document.round.adjustments.empty()) {
    page.gap();
    page.line("Protected against dilution", Style::heading);
    Table shown{{{"", Align::left},
                 {"converts at", Align::right},
                 {"before at", Align::right},
                 {"common for one", Align::right},
                 {"as converted", Align::right}},
                {}};
    for (const Adjustment& one : document.round.adjustments) {
      const Security* before = document.before.find(one.series);
      const Preferred* series = before == nullptr ? nullptr : std::get_if<Preferred>(&before->terms);
      shown.rows.push_back({printable(one.series), price_text(one.conversion_price, currency),
                            series == nullptr ? "" : price_text(series->conversion_price, currency), step_value(one.ratio),
                            shares_text(one.as_converted)});
    }
    page.lines(lines_of(shown, page.width() - 2), Style::plain, 2);
  }
}

// --- exits -----------------------------------------------------------------------------------------------------------------------

const char* election_mark(Election election) { return election == Election::convert ? "c " : ""; }

std::string election_in_words(const Terms& terms, Election election) {
  if (election == Election::none) return {};
  const bool convert = election == Election::convert;
  if (std::holds_alternative<Option>(terms)) return convert ? "exercised" : "not exercised";
  if (std::holds_alternative<Safe>(terms) || std::holds_alternative<Note>(terms)) return convert ? "converts" : "cash";
  return convert ? "converts" : "preference";
}

std::string of_exit(const Number& amount, const Number& exit) { return exit.is_zero() ? "" : part_text(amount / exit); }

// Those who hold something that can be paid: all but the unissued pool.
std::vector<std::string> paid_holders(const CapTable& table) {
  std::vector<std::string> names;
  for (const Security& security : table.securities) {
    if (std::holds_alternative<Pool>(security.terms)) continue;
    for (const Holding& holding : holdings_of(table, security)) {
      if (std::find(names.begin(), names.end(), holding.holder) == names.end()) names.push_back(holding.holder);
    }
  }
  return names;
}

void tell_one_exit(Page& page, const ExitDocument& document, const CapTableLayout& layout) {
  const std::string_view currency = document.head.currency;
  const ExitCase& one = document.cases.front();
  page.paragraph(
      fmt::format("At {} a share of common gets {}.", money_text(one.value, currency), price_text(one.exit.per_common_share, currency)), 2);
  if (!one.exit.undistributed.is_zero()) {
    page.paragraph(fmt::format("Nobody is entitled to {} of it.", money_text(one.exit.undistributed, currency)), 2);
  }
  if (layout.securities) {
    Table shown{{{"", Align::left}, {"", Align::left}, {"gets", Align::right}, {"of the exit", Align::right}, {"per share", Align::right}},
                {}};
    for (std::size_t i = 0; i < document.table.securities.size(); ++i) {
      const Security& security = document.table.securities[i];
      if (std::holds_alternative<Pool>(security.terms)) continue;
      const Number issued = is_money(security) ? Number(0) : shares_of(security);
      shown.rows.push_back({printable(security.id), election_in_words(security.terms, one.exit.elections[i]),
                            money_text(one.exit.payouts[i], currency), of_exit(one.exit.payouts[i], one.value),
                            issued.is_zero() ? "" : price_text(one.exit.payouts[i] / issued, currency)});
    }
    page.gap();
    page.lines(lines_of(shown, page.width() - 2), Style::plain, 2);
  }
  if (layout.holders) {
    Table shown{{{"", Align::left}, {"gets", Align::right}, {"of the exit", Align::right}}, {}};
    for (const std::string& name : paid_holders(document.table)) {
      const auto found =
          std::find_if(one.holders.begin(), one.holders.end(), [&](const HolderPayout& holder) { return holder.holder == name; });
      if (found != one.holders.end())
        shown.rows.push_back({printable(name), money_text(found->amount, currency), of_exit(found->amount, one.value)});
    }
    page.gap();
    page.lines(lines_of(shown, page.width() - 2), Style::plain, 2);
  }
}

void tell_exits(Page& page, const ExitDocument& document, const CapTableLayout& layout) {
  const std::string_view currency = document.head.currency;
  Table empty{{{"", Align::left}}, {}};
  for (const ExitCase& one : document.cases) empty.columns.push_back({round_money(one.value.to_double(), currency), Align::right});
  if (layout.securities) {
    Table shown = empty;
    shown.columns.front().head = "by class";
    bool any = false;
    for (std::size_t i = 0; i < document.table.securities.size(); ++i) {
      if (std::holds_alternative<Pool>(document.table.securities[i].terms)) continue;
      std::vector<std::string> row{printable(document.table.securities[i].id)};
      for (const ExitCase& one : document.cases) {
        any = any || one.exit.elections[i] == Election::convert;
        row.push_back(election_mark(one.exit.elections[i]) + short_money(one.exit.payouts[i], currency));
      }
      shown.rows.push_back(std::move(row));
    }
    std::vector<std::string> row{"a common share"};
    for (const ExitCase& one : document.cases)
      row.push_back(price_text(one.exit.per_common_share.rounded(4, Direction::nearest), currency));
    shown.rows.push_back(std::move(row));
    page.gap();
    page.lines(folded(shown, page.width() - 2), Style::plain, 2);
    if (any) page.line("c: converts into common; options and warrants: are exercised", Style::quiet, 2);
  }
  if (layout.holders) {
    Table shown = empty;
    shown.columns.front().head = "by holder";
    const std::vector<std::string> names = paid_holders(document.table);
    for (const std::string& name : names) {
      std::vector<std::string> row{printable(name)};
      for (const ExitCase& one : document.cases) {
        const auto found =
            std::find_if(one.holders.begin(), one.holders.end(), [&](const HolderPayout& holder) { return holder.holder == name; });
        row.push_back(short_money(found == one.holders.end() ? Number(0) : found->amount, currency));
      }
      shown.rows.push_back(std::move(row));
    }
    page.gap();
    page.lines(folded(shown, page.width() - 2), Style::plain, 2);
  }
}

void draw(Page& page, const ExitDocument& document) {
  if (document.parts.empty()) return;
  page.gap();
  page.line("Who gets which part of an exit", Style::heading);
  const auto label = [&](double value) { return round_money(value, document.head.currency); };
  const ChartSize size{page.width() - 2, 12};
  page.lines(layer_chart(document.parts, document.chart_from.to_double(), document.chart_to.to_double(), label, size), Style::layers, 2);
  std::vector<std::string> names;
  if (document.chart_holders) {
    for (const HolderPayout& holder : document.cases.front().holders) names.push_back(printable(holder.holder));
  } else {
    for (const Security& security : document.table.securities) names.push_back(printable(security.id));
  }
  std::string legend;
  for (std::size_t layer = 0; layer < names.size(); ++layer) {
    const bool drawn = std::any_of(document.parts.begin(), document.parts.end(), [&](const auto& parts) { return parts[layer] > 0; });
    if (drawn) legend += fmt::format("{}{} {}", legend.empty() ? "" : "   ", layer_sign(layer), names[layer]);
  }
  page.paragraph(legend, 2, Style::layers);
}

// --- breakpoints -------------------------------------------------------------------------------------------------------------------

void tell_pricing(Page& page, const BreakpointDocument& document) {
  const PricingDocument& pricing = *document.pricing;
  const std::string& currency = document.head.currency;
  page.gap();
  page.line("Value of the classes by the option pricing method", Style::heading);
  const auto percent_text = [](double part) { return fmt::format("{:g} %", part * 100); };
  page.paragraph(
      fmt::format("Equity of {}{}, {} years to the exit, volatility {}, riskless rate {}.", round_money(pricing.equity, currency, 6),
                  pricing.solved_for.empty() ? "" : fmt::format(" (which makes {})", pricing.solved_for),
                  fmt::format("{:g}", pricing.market.term_years), percent_text(pricing.market.volatility),
                  percent_text(pricing.market.risk_free)),
      2);
  Table shown{{{"", Align::left}, {"value", Align::right}, {"of equity", Align::right}, {"per share", Align::right}}, {}};
  for (const PricedClass& one : pricing.classes) {
    shown.rows.push_back({printable(one.name), amount(one.value, currency, 6),
                          pricing.equity > 0 ? fmt::format("{:.2f} %", one.value / pricing.equity * 100) : "",
                          one.per_share ? price_text(Number::from_double(*one.per_share).rounded(4, Direction::nearest), currency) : ""});
  }
  page.lines(lines_of(shown, page.width() - 2), Style::plain, 2);
}

}  // namespace

std::string ownership_text(const OwnershipDocument& document, const CapTableLayout& layout) {
  Page page(layout.width, layout.colour);
  begin(page, document.head, "who owns what");
  tell_missing_date(page, document.head, document.table);
  if (layout.holders) tell_holders(page, holders_table(document));
  if (layout.securities) {
    page.gap();
    page.lines(folded(classes_table(document), page.width() - 2), Style::plain, 2);
  }
  tell_terms(page, document);
  tell_converts(page, document);
  if (layout.steps && document.estimate) tell_steps(page, document.estimate->steps);
  end(page, document.head);
  return page.written();
}

std::string round_text(const RoundDocument& document, const CapTableLayout& layout) {
  Page page(layout.width, layout.colour);
  begin(page, document.head, "round " + printable(document.name));
  tell_price(page, document);
  tell_missing_date(page, document.head, document.before);
  if (layout.holders) tell_pro_forma(page, document.holders);
  if (layout.securities) tell_pro_forma(page, document.securities);
  tell_closing(page, document);
  if (layout.steps) tell_steps(page, document.steps);
  end(page, document.head);
  return page.written();
}

std::string exit_text(const ExitDocument& document, const CapTableLayout& layout) {
  Page page(layout.width, layout.colour);
  begin(page, document.head, "who is paid what at an exit");
  tell_missing_date(page, document.head, document.table);
  if (document.cases.size() == 1) {
    tell_one_exit(page, document, layout);
  } else {
    tell_exits(page, document, layout);
  }
  draw(page, document);
  if (layout.steps) {
    for (const ExitCase& one : document.cases) {
      if (document.cases.size() > 1) {
        page.gap();
        page.line("Exit at " + money_text(one.value, document.head.currency), Style::heading);
      }
      tell_steps(page, one.exit.steps);
    }
  }
  end(page, document.head);
  return page.written();
}

std::string breakpoints_text(const BreakpointDocument& document, const CapTableLayout& layout) {
  Page page(layout.width, layout.colour);
  const std::string_view currency = document.head.currency;
  begin(page, document.head, "breakpoints");
  tell_missing_date(page, document.head, document.table);
  page.gap();
  page.line("Who gets the next dollar, from which exit on", Style::heading);
  Table shown{{{"exit from", Align::right}}, {}};
  for (const Security& security : document.table.securities) {
    if (!std::holds_alternative<Pool>(security.terms)) shown.columns.push_back({printable(security.id), Align::right});
  }
  for (const BreakpointRow& row : document.rows) {
    std::vector<std::string> cells{money_text(row.from, currency)};
    for (std::size_t i = 0; i < document.table.securities.size(); ++i) {
      if (std::holds_alternative<Pool>(document.table.securities[i].terms)) continue;
      cells.push_back(row.slopes[i].is_zero() ? "" : part_text(row.slopes[i]));
    }
    shown.rows.push_back(std::move(cells));
  }
  page.lines(folded(shown, page.width() - 2), Style::plain, 2);
  page.gap();
  page.line("What happens there", Style::heading);
  for (const BreakpointRow& row : document.rows) {
    std::string words;
    for (const std::string& event : row.events) words += (words.empty() ? "" : "; ") + printable(event);
    if (!words.empty()) page.paragraph(fmt::format("{}: {}", money_text(row.from, currency), words), 2);
  }
  if (document.payoffs_step)
    page.paragraph("Payouts step where SAFEs or notes turn from cash to shares: their shares count in each other's.", 2, Style::quiet);
  if (!document.conversions.empty()) {
    std::string order;
    for (const std::vector<std::string>& together : document.conversions) {
      std::string names;
      for (const std::string& name : together) names += (names.empty() ? "" : " and ") + printable(name);
      order += (order.empty() ? "" : ", then ") + names;
    }
    page.gap();
    page.line("Order of conversion, by preference for each common share given up", Style::heading);
    page.paragraph(order, 2);
  }
  if (document.pricing) tell_pricing(page, document);
  end(page, document.head);
  return page.written();
}

}  // namespace warchest::report
