// captable: the cap table alone, no simulation. Reads a table, puts one question to the exact engine, and hands the answer to a document.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "app/commands/captable_packages.h"
#include "app/commands/captable_source.h"
#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/session.h"
#include "app/terminal.h"
#include "equity/opm.h"
#include "equity/pay_to_play.h"
#include "report/chart.h"
#include "report/exact.h"
#include "report/figures.h"

namespace warchest::app {

namespace {

using equity::CapTable;
using equity::Number;

constexpr int kExitsByDefault = 8;
constexpr std::size_t kMostExits = 1000;

report::CapTableLayout layout_of(const Options& options) {
  const CapTableOptions& table = options.captable;
  return {output_width(), wants_colour(options.colour, STDOUT_FILENO), table.holders, table.securities, table.steps};
}

// The document in the form that is wanted.
template <typename Document>
int written(Session& session, const Document& document, std::string (*text)(const Document&, const report::CapTableLayout&),
            std::string (*csv)(const Document&, const report::CapTableLayout&),
            std::string (*json)(const Document&, const report::CapTableLayout&)) {
  const report::CapTableLayout layout = layout_of(session.options);
  const auto form = session.options.json ? json : session.options.csv ? csv : text;
  return session.finish(form(document, layout), kDone);
}

// --- show ------------------------------------------------------------------------------------------------------------------------------

int show_table(Session& session) {
  int code = kDone;
  const auto source = captable_source(session, false, code);
  if (!source) return code;
  report::OwnershipDocument document{source->head, source->table, equity::ownership_grid(source->table), {}, {}};
  const auto estimate = equity::estimate_conversion(source->table, source->head.date);
  if (source->package && !source->package->table) {
    for (const io::OcfQuestion& question : source->package->questions) document.open[question.security].push_back(question.field);
    document.no_estimate = "cannot be said while the package leaves terms open; warchest captable round tells which, and how to answer";
  } else if (estimate) {
    document.estimate = *estimate;
    document.estimate->steps.insert(document.estimate->steps.begin(), source->steps.begin(), source->steps.end());
  } else {
    document.no_estimate = estimate.refusal().what;
  }
  return written(session, document, report::ownership_text, report::ownership_csv, report::ownership_json);
}

// --- round -----------------------------------------------------------------------------------------------------------------------------

// The most senior rank of the table's preferred; 1 where it has none.
Number first_rank(const CapTable& table) {
  std::optional<Number> first;
  for (const equity::Security& security : table.securities) {
    const auto* series = std::get_if<equity::Preferred>(&security.terms);
    if (series != nullptr && (!first || series->seniority < *first)) first = series->seniority;
  }
  return first.value_or(Number(1));
}

std::optional<Number> multiple_of(const std::string& text) { return Number::parse(text.substr(0, text.size() - 1)); }

void lay_series(const CapTableOptions& options, const CapTable& table, equity::SeriesTerms& series) {
  if (!options.series.empty()) series.id = options.series;
  if (options.common) series.is_common = true;
  if (options.liquidation) series.multiple = *options.liquidation;
  if (options.participating == "no" || options.participating == "yes") {
    series.participation = options.participating == "yes" ? equity::Participation::full : equity::Participation::none;
    series.cap_multiple.reset();
  } else if (!options.participating.empty()) {
    series.participation = equity::Participation::capped;
    series.cap_multiple = multiple_of(options.participating);
  }
  if (options.seniority == "senior") {
    series.seniority = first_rank(table) - 1;
  } else if (options.seniority == "pari_passu") {
    series.seniority = first_rank(table);
  } else if (!options.seniority.empty()) {
    series.seniority = Number::parse(options.seniority).value_or(Number(1));
  }
}

Number money_in(const std::vector<equity::Investor>& investors) {
  Number sum;
  for (const equity::Investor& investor : investors) sum += investor.amount;
  return sum;
}

// Who puts in what: the investors of the command line, or those of the file; an amount of its own scales these and fills up those.
bool lay_investors(Session& session, const CapTableSource& source, equity::RoundTerms& terms, int& exit_code) {
  const CapTableOptions& options = session.options.captable;
  if (!options.investors.empty()) {
    terms.investors.clear();
    for (const auto& [name, sum] : options.investors) {
      if (!same_currency(session, source, "--investor", sum, exit_code)) return false;
      terms.investors.push_back({name, sum.value});
    }
  }
  if (!options.amount) return true;
  if (!same_currency(session, source, "--amount", *options.amount, exit_code)) return false;
  const Number known = money_in(terms.investors), rest = options.amount->value - known;
  if (options.investors.empty() && !known.is_zero()) {
    for (equity::Investor& investor : terms.investors) investor.amount *= options.amount->value / known;
    return true;
  }
  if (rest.sign() < 0) {
    exit_code =
        session.fail(kWrongUsage, "over-allotted",
                     fmt::format("the investors put in {}, more than the amount of {}", report::money_text(known, source.head.currency),
                                 report::money_text(options.amount->value, source.head.currency)));
    return false;
  }
  if (rest.sign() > 0) terms.investors.push_back({terms.series.id, rest});
  return true;
}

void lay_closing(const CapTableOptions& options, equity::RoundTerms& terms) {
  if (options.price_method) terms.method = *options.price_method;
  if (options.price_decimals) terms.closing.price_decimals = options.price_decimals;
  if (options.price_rounding) terms.closing.price_direction = *options.price_rounding;
  if (options.whole_shares) terms.closing.whole_shares = true;
  if (options.pool) terms.pool = {equity::PoolMode::target_unissued_post, *options.pool};
  if (options.pool_in_all) terms.pool = {equity::PoolMode::target_total_pool_post, *options.pool_in_all};
  if (options.pool_increase) terms.pool = {equity::PoolMode::increase, *options.pool_increase};
  if (options.promised) terms.promised_options = *options.promised;
  if (!options.anti_dilution.empty()) terms.anti_dilution.series = options.anti_dilution;
  if (options.protection_in_pre_money) terms.anti_dilution.count_in_pre_money = true;
  for (const auto& [holder, multiple] : options.pro_rata) {
    terms.rights.push_back({holder, equity::ProRataRight::Kind::on_top, multiple, {}});
  }
  if (options.converts_become) terms.converts_become = *options.converts_become;
}

// The terms of the file's round with those of the command line laid over them.
std::optional<equity::RoundTerms> round_terms(Session& session, const CapTableSource& source, int& exit_code) {
  const CapTableOptions& options = session.options.captable;
  equity::RoundTerms terms;
  if (source.round) {
    terms = *source.round;
  } else {
    terms.series.seniority = first_rank(source.table);
    terms.date = source.head.date;
  }
  lay_series(options, source.table, terms.series);
  lay_closing(options, terms);
  if (!lay_investors(session, source, terms, exit_code)) return std::nullopt;
  if (options.pre_money) {
    if (!same_currency(session, source, "--pre-money", *options.pre_money, exit_code)) return std::nullopt;
    terms.pre_money = options.pre_money->value;
  }
  if (options.post_money) {
    if (!same_currency(session, source, "--post-money", *options.post_money, exit_code)) return std::nullopt;
    terms.pre_money = options.post_money->value - money_in(terms.investors);
  }
  return terms;
}

// Before the closing, preferred of those who do not take their part becomes common.
bool play(Session& session, const equity::RoundTerms& terms, CapTable& table, equity::Steps& steps, int& exit_code) {
  const CapTableOptions& options = session.options.captable;
  if (options.pay_to_play.empty()) return true;
  equity::PayToPlay rule;
  rule.series = options.pay_to_play;
  for (const equity::Investor& investor : terms.investors) rule.bought[investor.id] += investor.amount;
  rule.round = money_in(terms.investors);
  if (options.pay_to_play_rate) rule.shares_per_converted_share = *options.pay_to_play_rate;
  const auto played = equity::pay_to_play(table, rule);
  if (!played) {
    exit_code = refused(session, played.refusal());
    return false;
  }
  table = played->table;
  steps.insert(steps.end(), played->steps.begin(), played->steps.end());
  return true;
}

int price_round(Session& session) {
  int code = kDone;
  auto source = captable_source(session, false, code);
  if (!source) return code;
  const auto terms = round_terms(session, *source, code);
  if (!terms) return code;
  report::RoundDocument document;
  document.head = source->head;
  document.name = source->round ? source->round_name : terms->series.id;
  document.before = source->table;
  document.terms = *terms;
  document.steps = source->steps;
  if (!play(session, *terms, document.before, document.steps, code)) return code;
  auto round = equity::priced_round(document.before, *terms);
  if (!round) return refused(session, round.refusal());
  document.round = *std::move(round);
  document.steps.insert(document.steps.end(), document.round.steps.begin(), document.round.steps.end());
  document.holders = equity::pro_forma_rows(document.before, document.round.after, equity::RowsBy::holder);
  document.securities = equity::pro_forma_rows(document.before, document.round.after, equity::RowsBy::security);
  return written(session, document, report::round_text, report::round_csv, report::round_json);
}

// --- exit ------------------------------------------------------------------------------------------------------------------------------

// 1, 2, 2.5 or 5 times a power of ten, at least `least`.
Number round_step(const Number& least) {
  Number power = 1;
  while (power * 10 <= least) power *= 10;
  while (power > least) power /= 10;
  for (const Number& step : {Number(1), Number(2), Number::ratio(5, 2), Number(5)}) {
    if (least <= step * power) return step * power;
  }
  return power * 10;
}

// Where exits become interesting no more: beyond the last breakpoint, and beyond what the last shares were sold for.
Number last_of_interest(const CapTable& table, const equity::PayoffTable& payoffs) {
  Number last = payoffs.segments.empty() ? Number(0) : payoffs.segments.back().from;
  const Number shares = equity::count(table).fully_diluted();
  for (const equity::Security& security : table.securities) {
    if (const auto* series = std::get_if<equity::Preferred>(&security.terms))
      last = equity::greatest(last, series->conversion_price * shares);
  }
  const Number beyond = last * Number::ratio(5, 4);
  return beyond.sign() > 0 ? beyond : Number(10'000'000);
}

struct Range {
  Number from, to, step;
};

std::optional<Range> range_of(Session& session, const CapTableSource& source, const equity::PayoffTable& payoffs, int& exit_code) {
  const CapTableOptions& options = session.options.captable;
  Range range;
  for (const auto& [name, sum] :
       {std::pair("--from", &options.from), std::pair("--to", &options.to), std::pair("--steps-of", &options.step)}) {
    if (*sum && !same_currency(session, source, name, **sum, exit_code)) return std::nullopt;
  }
  const auto wrong = [&](const char* message) {
    exit_code = session.fail(kWrongUsage, "range", message);
    return std::optional<Range>();
  };
  if (options.from) range.from = options.from->value;
  range.to = options.to ? options.to->value : equity::greatest(last_of_interest(source.table, payoffs), range.from * 2);
  if (range.to <= range.from) return wrong("--to lies above --from");
  range.step = options.step ? options.step->value : round_step((range.to - range.from) / kExitsByDefault);
  if (range.step.sign() <= 0) return wrong("--steps-of is above zero");
  if ((range.to - range.from) / range.step > Number(static_cast<std::int64_t>(kMostExits)))
    return wrong("this range has more than 1000 exits");
  if (!options.to) {  // a whole number of steps
    Number whole = range.from;
    while (whole < range.to) whole += range.step;
    range.to = whole;
  }
  return range;
}

std::vector<Number> exits_of(const Range& range) {
  std::vector<Number> exits;
  for (Number at = range.from; at <= range.to; at += range.step) {
    if (at.sign() > 0) exits.push_back(at);
  }
  return exits;
}

// For each column of the chart, everybody's part of the exit.
std::vector<std::vector<double>> chart_parts(const CapTable& table, const equity::PayoffTable& payoffs, const Range& range,
                                             std::size_t columns, bool by_holder) {
  std::vector<std::vector<double>> parts;
  for (std::size_t column = 0; column < columns; ++column) {
    const Number exit =
        range.from + (range.to - range.from) * Number(static_cast<std::int64_t>(column)) / Number(static_cast<std::int64_t>(columns - 1));
    const std::vector<Number> payouts = payoffs.at(exit);
    std::vector<double> here;
    const auto add = [&](const Number& amount) { here.push_back(exit.is_zero() ? 0 : (amount / exit).to_double()); };
    if (by_holder) {
      for (const equity::HolderPayout& one : equity::by_holder(table, payouts)) add(one.amount);
    } else {
      for (const Number& amount : payouts) add(amount);
    }
    parts.push_back(std::move(here));
  }
  return parts;
}

std::optional<std::vector<Number>> typed_exits(Session& session, const CapTableSource& source, int& exit_code) {
  std::vector<Number> exits;
  for (const Sum& sum : session.options.captable.values) {
    if (!same_currency(session, source, "--value", sum, exit_code)) return std::nullopt;
    exits.push_back(sum.value);
  }
  std::sort(exits.begin(), exits.end());
  exits.erase(std::unique(exits.begin(), exits.end()), exits.end());
  return exits;
}

int pay_out(Session& session) {
  int code = kDone;
  const auto source = captable_source(session, true, code);
  if (!source) return code;
  const CapTableOptions& options = session.options.captable;
  report::ExitDocument document{source->head, source->table, {}, !options.securities, {}, {}, {}};
  const auto typed = typed_exits(session, *source, code);
  if (!typed) return code;
  std::vector<Number> exits = *typed;
  if (exits.empty()) {
    const auto payoffs = equity::payoff_table(source->table, source->head.date);
    if (!payoffs) return refused(session, payoffs.refusal());
    const auto range = range_of(session, *source, *payoffs, code);
    if (!range) return code;
    exits = exits_of(*range);
    document.chart_from = range->from;
    document.chart_to = range->to;
    const std::size_t columns = report::layer_columns(output_width() - 2);
    if (!session.options.json && !session.options.csv)
      document.parts = chart_parts(source->table, *payoffs, *range, columns, document.chart_holders);
  }
  for (const Number& value : exits) {
    auto exit = equity::exit_payouts(source->table, value, source->head.date);
    if (!exit) return refused(session, exit.refusal());
    document.cases.push_back({value, *exit, equity::by_holder(source->table, exit->payouts)});
  }
  return written(session, document, report::exit_text, report::exit_csv, report::exit_json);
}

// --- breakpoints -----------------------------------------------------------------------------------------------------------------------

// What a security does on the two sides of a breakpoint.
struct Side {
  equity::Election elects;
  Number slope;  // its share of the next dollar
};

// Why a security that shared in the last dollar has none of the next: `paid` is what it has got.
std::string full_words(const equity::Security& security, const Number& paid, const std::optional<equity::Date>& date) {
  const auto* series = std::get_if<equity::Preferred>(&security.terms);
  if (series == nullptr) return " has been paid";
  const auto claim = equity::claim_of(security.id, *series, date);
  return claim && claim->cap && paid == *claim->cap ? " has reached its cap" : " has its preference";
}

std::string event_of(const equity::Security& security, const Side& before, const Side& after, const Number& paid,
                     const std::optional<equity::Date>& date) {
  const bool option = std::holds_alternative<equity::Option>(security.terms);
  if (before.elects != after.elects && after.elects == equity::Election::convert) return security.id + " converts";
  if (before.slope.sign() > 0 && after.slope.is_zero()) return security.id + full_words(security, paid, date);
  if (before.slope.sign() > 0 || after.slope.is_zero()) return {};
  return security.id + (std::holds_alternative<equity::Preferred>(security.terms) ? " takes part" : option ? " is exercised" : " begins");
}

std::vector<report::BreakpointRow> rows_of(const CapTable& table, const equity::PayoffTable& payoffs,
                                           const std::optional<equity::Date>& date) {
  std::vector<report::BreakpointRow> rows;
  std::vector<equity::Election> before;
  for (std::size_t s = 0; s < payoffs.segments.size(); ++s) {
    const equity::PayoffSegment& segment = payoffs.segments[s];
    const bool last = s + 1 == payoffs.segments.size();
    const Number inside = last ? segment.from + 1 : (segment.from + payoffs.segments[s + 1].from) / 2;
    const auto exit = equity::exit_payouts(table, inside, date);
    report::BreakpointRow row{segment.from, segment.slopes, {}};
    for (std::size_t i = 0; exit && s > 0 && i < table.securities.size(); ++i) {
      std::string event = event_of(table.securities[i], {before[i], payoffs.segments[s - 1].slopes[i]},
                                   {exit->elections[i], segment.slopes[i]}, segment.payouts[i], date);
      if (!event.empty()) row.events.push_back(std::move(event));
    }
    if (exit) before = exit->elections;
    rows.push_back(std::move(row));
  }
  return rows;
}

std::optional<report::PricingDocument> pricing_of(Session& session, const CapTableSource& source, int& exit_code) {
  const CapTableOptions& options = session.options.captable;
  report::PricingDocument pricing;
  pricing.market = {options.term->to_double(), options.volatility->to_double(), options.rate ? options.rate->to_double() : 0};
  const CapTable table = equity::without_debt(source.table);
  const auto payoffs = equity::payoff_table(table, source.head.date);
  if (!payoffs) {
    exit_code = refused(session, payoffs.refusal());
    return std::nullopt;
  }
  if (options.equity_value) {
    if (!same_currency(session, source, "--equity-value", *options.equity_value, exit_code)) return std::nullopt;
    pricing.equity = options.equity_value->value.to_double();
  } else {
    const auto& [name, price] = *options.backsolve;
    if (!same_currency(session, source, "--backsolve", price, exit_code)) return std::nullopt;
    const equity::Security* priced = table.find(name);
    if (priced == nullptr || equity::as_converted(*priced).is_zero()) {
      exit_code =
          session.fail(kWrongUsage, "unknown-class", fmt::format("--backsolve wants a class with shares, and \"{}\" is none", name));
      return std::nullopt;
    }
    const auto index = static_cast<std::size_t>(priced - table.securities.data());
    const auto value = equity::backsolve(*payoffs, index, equity::shares_of(*priced).to_double(), price.value.to_double(), pricing.market);
    if (!value) {
      exit_code = refused(session, value.refusal());
      return std::nullopt;
    }
    pricing.equity = *value;
    pricing.solved_for = fmt::format("a share of {} worth {}", name, report::price_text(price.value, source.head.currency));
  }
  const auto values = equity::opm_values(*payoffs, pricing.equity, pricing.market);
  if (!values) {
    exit_code = refused(session, values.refusal());
    return std::nullopt;
  }
  for (std::size_t i = 0; i < table.securities.size(); ++i) {
    const equity::Security& security = table.securities[i];
    if (std::holds_alternative<equity::Pool>(security.terms)) continue;
    const bool shares = !equity::as_converted(security).is_zero();
    const double value = (*values)[i];
    pricing.classes.push_back(
        {security.id, value, shares ? std::optional<double>(value / equity::shares_of(security).to_double()) : std::nullopt});
  }
  return pricing;
}

int break_down(Session& session) {
  int code = kDone;
  const auto source = captable_source(session, true, code);
  if (!source) return code;
  const CapTableOptions& options = session.options.captable;
  const auto payoffs = equity::payoff_table(source->table, source->head.date);
  if (!payoffs) return refused(session, payoffs.refusal());
  const auto points = equity::breakpoints(source->table, source->head.date);
  if (!points) return refused(session, points.refusal());
  report::BreakpointDocument document{source->head,        source->table,    rows_of(source->table, *payoffs, source->head.date),
                                      points->conversions, payoffs->steps(), {}};
  if (options.equity_value || options.backsolve) {
    document.pricing = pricing_of(session, *source, code);
    if (!document.pricing) return code;
  }
  return written(session, document, report::breakpoints_text, report::breakpoints_csv, report::breakpoints_json);
}

}  // namespace

int captable(const Options& options) {
  Session session(options);
  switch (options.captable.action) {
    case CapTableAction::show:
      return show_table(session);
    case CapTableAction::round:
      return price_round(session);
    case CapTableAction::exit:
      return pay_out(session);
    case CapTableAction::breakpoints:
      return break_down(session);
    case CapTableAction::import_package:
      return import_package(session);
    case CapTableAction::export_package:
      return export_package(session);
  }
  return kFault;
}

}  // namespace warchest::app
