// The checked model: what a .chest file means, with every name resolved and every value typed.
//
// A model is a list of definitions (every named or field value is one, so that a scenario can override any of them) over
// one pool of expression nodes, plus the nouns (companies, rounds, facilities, …) whose fields point at definitions.
// All numbers are canonical: money in units of its currency, time in months (a flow is per month, 1 year = 12 months =
// 8,760 hours), power in MW, dates as months since the model's start (0 = start; a date acts in its month), truth as 0 or 1.
// So lowering is arithmetic on plain doubles and needs neither units nor text.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "equity/cap_table.h"
#include "quantity/unit.h"
#include "text/source.h"
#include "text/span.h"

namespace warchest::model {

using ExprId = std::uint32_t;
using DefId = std::uint32_t;
using CompanyId = std::uint32_t;
inline constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
inline constexpr double kEndless = std::numeric_limits<double>::infinity();

// How a value varies; inferred, never written. Two bits, month and path: the variation of an expression is the union of its parts'.
// Of a definition it covers what any scenario lays over it.
enum class Variation : std::uint8_t { known, known_monthly, per_path, monthly };

enum class TypeKind : std::uint8_t { number, date, truth, text, event };

struct Type {
  TypeKind kind = TypeKind::number;
  quantity::Unit unit;  // of a number; a duration is a number in months
};

enum class ExprKind : std::uint8_t {
  // leaves
  number,        // value
  draw,          // index: Model::draws
  period_table,  // index: Model::tables   cells keyed by periods; a flow's cells are period totals, a stock's end values
  curve,         // index: Model::tables   anchors in time
  lookup,        // index: Model::lookups, args[0]: linear between the keys, held beyond
  reference,     // index: DefId
  measure,  // measure, index: CompanyId, or the round, facility, event or holder it belongs to; of a team or credit the company, value: its
            // number in it
  base,     // in a scenario: the value that is overridden (index: DefId)
  month_number,  // the month's own number, months since start (0, 1, …)
  // arithmetic, one rounding each
  add,
  sub,
  mul,
  div,
  pow,
  neg,
  less,
  less_equal,
  equal,
  not_equal,  // equal holds to nine digits; > and >= are stored with sides swapped
  logical_and,
  logical_or,
  logical_not,
  choose,  // if(args[0], args[1], args[2])
  min,
  max,
  abs,
  sqrt,
  exp,
  log,
  round,
  clip,  // args: x, low, high
  // time (args[0] is the value)
  lag,          // value: whole months back (>= 1);  prev, x[-3], ago
  window_sum,   // value: months n; the sum of months t-n+1 … t that are known
  window_mean,  // value: months n
  cumulative,   // sum of months 0 … t
  at,           // args[1]: date; the value in that month
  in_sum,       // value, value2: first and last month; total of a flow over the months within the horizon
  in_last,      // value, value2: the last value within the horizon
  grow,     // args: x, monthly growth factor minus one (already compounded from the rate), from (date): x from that month on, compounded
  after,    // args: date, x: nothing before the date's month, x from it on
  ramp,     // args: from, to, start (date), over (months)
  s_curve,  // args: start (date), length (months): 3u^2 - 2u^3
  by,       // args: condition or event, date: it held in some month up to and with the date
  through,  // args: condition, date: it held in every month up to and with the date
  months_since,  // index: EventRef as measure would name it; args empty: see Measure::event_date
  regimes,      // index: Model::regimes; jumps between states, month by month
  // across paths: only in asks and checks
  stat_mean,
  stat_sd,
  stat_chance,
  stat_quantile,  // args: x, q
};

// The unwritten quantities. `index` says of what: company, or the noun named in the comment.
enum class Measure : std::uint8_t {
  cash,
  debt,
  revenue,
  cost,
  ebitda,
  interest,
  burn,
  mean_burn,
  runway,
  growth,
  working_capital,
  raised,           // cumulative, of a company
  last_round,       // event: date of the latest closing (endless before the first)
  out_of_cash,      // event: date
  lasts,            // months
  round_raised,     // cumulative, of a round
  round_amount,     // amount fixed at the latest attempt
  round_count,      // closings so far
  round_date,       // event: date of the latest closing
  account_balance,  // in the model's currency
  facility_balance,
  facility_undrawn,
  facility_interest,  // as it arises
  facility_drawn,
  facility_repaid,
  facility_fees,
  facility_accrued,
  facility_reserve,
  facility_dscr,  // at the latest payment
  facility_llcr,  // known at the end, as the next
  facility_irr,
  facility_breached,   // event: the first failed test of a covenant
  facility_defaulted,  // event: a failed test that was not cured in time
  covenant_breached,   // index: Model::covenants
  covenant_defaulted,
  covenant_fails,  // truth: a test of this month failed
  credit_balance,
  team_people,
  team_productive,
  event_date,       // months since start, endless before it happened
  event_happened,   // truth
  last_post_money,  // of a company: pre-money plus amount of its latest priced round, or opening_post_money
  valuation,        // of a company: last_post_money; from its exit on the value of the exit
  shares,           // of a company: fully diluted, as converted, unissued pool included; notes and SAFEs not yet converted are no shares
  round_price,      // per share, of the latest closing
  round_pre_money,
  round_post_money,  // of the latest closing
  raised_insiders,   // of a company: cumulative
  round_insiders,    // the same of a round
  round_book,        // value: the investor; of the first attempt, nothing where that did not close
  round_demand,      // value: the price over the last post-money; of the first attempt
  round_tried,       // truth: an attempt met the market
  round_closed,      // truth: the first closed
  round_filled,      // truth: the first closed in full
  round_failures,    // attempts that failed so far
  holder_owned,      // index: Model::holders; part of the fully diluted shares
  holder_shares,     // as converted
  holder_payout,     // money paid at the exit, nothing before it
  holder_invested,   // cheques of the run so far
  holder_multiple,   // payout over what was invested
  holder_irr,        // a year, by Excel's XIRR convention; missing where there is none
  capex,             // of a company: what its projects cost it, less what came back of those given up
  depreciation,
  ebit,
  project_started,       // event: index: Model::projects
  project_online,        // event: all of it is online
  project_capacity,      // size that is online
  project_spend,         // of the company itself, in the month
  project_spent,         // of the company itself, so far
  project_cost,          // of all who pay, so far
  project_book_value,    // spent, less depreciation and what came back
  project_in_progress,   // spent, neither in service nor given up
  project_depreciation,  // of the month
  project_yield,         // to the company, in the month
  project_running,       // of the company, in the month, decommissioning included
  project_lcoe,          // the last four are known at the end of the run only; see known_at_the_end
  project_npv,
  project_irr,
  project_payback,
  cost_of_revenue,  // of a company, from here on: the three statements (program/statements.cpp)
  research_and_development,
  sales_and_marketing,
  general_and_administrative,
  gross_profit,
  other_income,
  interest_expense,
  pre_tax_income,
  tax,
  net_income,
  stock_pay,
  receivables,
  payables,
  deferred_revenue,
  fixed_assets,
  tax_payable,
  lease_liability,
  losses_carried,
  assets,
  liabilities,
  equity,
  paid_in_capital,
  retained_earnings,
  cash_from_operations,
  cash_from_investing,
  cash_from_financing,
  exchange_gain,
  exchange_effect,  // the part of it on what is kept in other currencies
};

// What is reckoned over the whole run, so that only a question may name it.
inline bool known_at_the_end(Measure measure) {
  switch (measure) {
    case Measure::lasts:
    case Measure::facility_llcr:
    case Measure::facility_irr:
    case Measure::round_book:
    case Measure::round_demand:
    case Measure::round_tried:
    case Measure::round_closed:
    case Measure::round_filled:
    case Measure::project_lcoe:
    case Measure::project_npv:
    case Measure::project_irr:
    case Measure::project_payback:
      return true;
    default:
      return false;
  }
}

struct Expr {
  ExprKind kind = ExprKind::number;
  Measure measure = Measure::cash;
  TypeKind type = TypeKind::number;
  Variation variation = Variation::known;
  std::uint32_t index = kNone;
  double value = 0, value2 = 0;
  std::vector<ExprId> args = {};
  text::Span span = {};
};

// --- uncertainty ------------------------------------------------------------------------------------------------------

enum class Family : std::uint8_t {
  normal,
  lognormal,
  logit_normal,
  uniform,
  triangular,
  pert,
  beta,
  gamma,
  student_t,
  exponential,
  weibull,
  pareto,
  logistic,
  bernoulli,
  poisson,
  binomial,
  metalog,  // Keelin's three-term, from three symmetric percentiles; form in Draw::form
  mixture,  // components in Draw::mixture
  sample,   // values in Model::samples[Draw::index], drawn each with the same chance
  point,    // a plain number inside a mixture
};

enum class ParamKind : std::uint8_t {
  mean,
  sd,
  log_mean,
  log_sd,
  percentile,  // percentile: Param::p is its rank, 0.05 for p5
  low,
  high,
  mode,
  alpha,
  beta,
  shape,
  scale,
  df,
  location,
  rate,
  p,
  n,
  value,
};

struct Param {
  ParamKind kind;
  double p = 0;
  ExprId expr = kNone;
};

enum class MetalogForm : std::uint8_t { plain, log, logit };

// One draw: a distribution and the luck that moves it. Several draws may share one luck (the cells of a table do).
struct Draw {
  Family family = Family::normal;
  MetalogForm form = MetalogForm::plain;
  std::vector<Param> params;
  std::uint32_t luck = kNone;                             // Model::lucks
  std::uint32_t index = kNone;                            // sample: Model::samples
  std::vector<std::pair<std::uint32_t, ExprId>> mixture;  // component draw (Model::draws), its share; the shares are normalised
  std::optional<std::pair<ExprId, ExprId>>
      truncated;  // low, high (kNone: open on that side); conditions through the inverse of the own draw
};

enum class LuckKind : std::uint8_t {
  path,     // once per path
  month,    // anew each month
  attempt,  // once per attempt at the round `round`
};

struct Luck {
  std::string name;  // full name of the definition (plus #2, #3 … for further distributions in it, plus the key in `independent`)
  LuckKind kind = LuckKind::path;
  std::uint32_t round = kNone;
};

// `together`: rank correlation (Spearman) between two lucks of kind path.
struct Correlation {
  std::uint32_t first, second;
  double rank_correlation;
};

// A process that jumps between states: a month stays with the twelfth root of the year's chance, else each other state is equally likely.
// States ascend by value, so that a high luck means a high value.
struct Regimes {
  struct State {
    std::string name;
    double value = 0;
    ExprId stays = kNone;  // the chance that a year brings no change
  };
  std::vector<State> states;
  std::uint32_t starts = 0;
  std::uint32_t luck = kNone;  // of kind month
};

// --- tables ------------------------------------------------------------------------------------------------------------

// Cells keyed by periods (period_table) or anchored at months (curve). Months count from the model's start and may be negative.
struct Table {
  struct Cell {
    int first = 0, last = 0;  // months of the period, inclusive; a curve's anchor has first == last
    ExprId value = kNone;     // canonical: money of a flow's period as its total; a per-time cell has been multiplied into a total
  };
  std::vector<Cell> cells;    // ascending, not overlapping
  bool flow = false;          // totals that hold (Boot-Feibes-Lisman), else end values, geometric between
  bool linear = false;        // curve: `line {…}`
  bool keep_positive = true;  // flow: false where a total may be negative
};

// Keyed by number: linear between, held beyond.
struct Lookup {
  std::vector<std::pair<double, ExprId>> points;
};

// --- definitions and nouns -----------------------------------------------------------------------------------------------

// A figure that somebody wrote down: the value of a definition, or one cell of its table, and who says so.
struct Assumption {
  DefId definition = kNone;
  std::string key;                   // the cell's period; "" where the value is no table
  std::string text;                  // as written
  std::vector<std::uint32_t> cites;  // Model::sources; empty: no source supports it
  text::Span span;
};

enum class Role : std::uint8_t { field, input, series, revenue, cost, team };

// Everything that has a value and a name: `openai.products`, `openai.next.amount`, `openai.cash` (the opening balance).
struct Definition {
  std::string name;   // full name, as the file would write the path
  std::string label;  // "" where none is given
  Role role = Role::field;
  CompanyId company = kNone;
  ExprId is = kNone;
  Type type;
  Variation variation = Variation::known;
  DefId opening = kNone;             // series: its value before month 0
  std::vector<std::uint32_t> cites;  // Model::sources
  text::Span span;                   // of the name
};

enum class CostClass : std::uint8_t { none, cost_of_revenue, research, sales, general };

// A cash line of the plan. Revenue and cost lines in the order written; a team is a cost line of its own.
struct Line {
  DefId is = kNone;
  bool revenue = false;
  CostClass cost_class = CostClass::none;
  DefId delay = kNone;     // months from arising to payment (known or per path), kNone: none
  DefId non_cash = kNone;  // share that never moves cash (stock pay)
  DefId billed = kNone;       // revenue: months for which customers pay ahead
  DefId capitalised = kNone;  // cost: months over which it is written off; then it is no cost
  DefId taxable = kNone;      // share that counts for the tax
  std::uint32_t team = kNone;
  std::uint32_t currency = kNone;  // Model::currencies: in which it is written, owed and paid; `is` is in the model's
};

struct Team {
  std::string name;
  DefId start = kNone, hires = kNone, leavers = kNone /* share a month */, ramp = kNone, cost = kNone /* per person and month */;
};

struct Credit {
  std::string name, label;
  DefId balance = kNone;
  std::vector<std::uint32_t> pays;  // indices into Company::lines, in the order in which they are paid
};

// Another currency than the model's.
struct Currency {
  std::string name, label;  // its code
  DefId rate = kNone;       // what one of it is worth in the model's
  DefId opening = kNone;    // that before the first month; kNone: the rate, which then varies by no month or is needed in none before
  text::Span span;
};

// Money that a company keeps in another currency: a part of its cash.
struct Account {
  std::string name, label;
  std::uint32_t currency = kNone;     // Model::currencies
  DefId balance = kNone;              // in that currency, at the start
  DefId least = kNone, most = kNone;  // in the model's: what is kept at a month's end
  text::Span span;
};

enum class TaxPaid : std::uint8_t { quarterly, monthly };

struct Taxes {
  std::string name;
  DefId rate = kNone, losses = kNone, losses_used = kNone, research_credit = kNone, year_ends = kNone;
  TaxPaid paid = TaxPaid::quarterly;
};

struct Lease {
  std::string name, label;
  DefId payment = kNone, term = kNone, rate = kNone, start = kNone;
  std::uint32_t currency = kNone;  // Model::currencies: in which `payment` is
};

enum class Repayment : std::uint8_t { at_end, equal_instalments, annuity, sculpted, by_flow /* Facility::repay */ };

enum class StrikeAt : std::uint8_t { price /* LenderWarrants::strike */, last_price, next_price };

// What a lender is given in shares: rights to buy common, for so much of the money that a coverage says, at the strike.
struct LenderWarrants {
  DefId of_draws = kNone, of_limit = kNone /* coverage: shares of a draw, of the limit */, signed_on = kNone, strike = kNone,
        term = kNone /* months */;
  StrikeAt at = StrikeAt::last_price;
  std::uint32_t holder = kNone;  // Model::holders
  text::Span span;
  bool given() const { return of_draws != kNone || of_limit != kNone; }
};

struct Facility {
  std::string name, label;
  CompanyId company = kNone;
  DefId limit = kNone, draw_when = kNone, draw_on = kNone /* date */, draw = kNone, until = kNone, rate = kNone,
        fee = kNone /* share of a draw */, commitment_fee = kNone /* rate on the undrawn part */, available = kNone, repay_when = kNone;
  DefId borrowing_base = kNone /* money: what is owed beyond it is paid back */, issue_price = kNone /* of a draw, in its face */,
        exit_fee = kNone /* share of what is repaid */, pik = kNone /* rate, added to the balance */;
  Repayment repayment = Repayment::at_end;
  DefId repay = kNone /* flow */, grace = kNone /* months */, balloon = kNone /* share left to the end */, target_dscr = kNone;
  int payment_months = 1;  // interest and instalments are paid every so many months
  bool on_average = false;  // interest runs on the mean of opening and closing balance
  std::uint32_t project = kNone;  // Model::projects
  DefId gearing = kNone /* share of own spending */, term = kNone /* months from online */;
  bool construction_from_cash = false;  // else the loan pays its own interest until the project is online
  DefId reserve = kNone /* months of debt service */, sweep = kNone /* share of excess cash */;
  std::uint32_t refinanced_by = kNone;    // Model::facilities
  std::vector<std::uint32_t> covenants;  // Model::covenants
  LenderWarrants warrants;
  std::uint32_t currency = kNone;  // Model::currencies: in which it is owed; all fields are in the model's
  text::Span span;
};

enum class OnBreach : std::uint8_t { due, stops, counted };  // all falls due; no more draws; nothing

struct Covenant {
  std::string name, label;
  CompanyId company = kNone;
  std::uint32_t facility = kNone;
  DefId holds = kNone, cure = kNone /* months */;
  int tested_months = 3;  // at the ends of calendar periods so long
  OnBreach on_breach = OnBreach::due;
  text::Span span;
};

enum class SpendCurve : std::uint8_t { s_curve, even, table };  // of the building time
enum class Depreciation : std::uint8_t { none, straight_line, declining, macrs };

// Something that is built. The size has any unit; capex, decommissioning, yields and running are money per one of it (and time).
struct Project {
  std::string name, label;
  CompanyId company = kNone;
  DefId size = kNone, capex = kNone, escalation = kNone, share = kNone, grants = kNone;
  DefId start = kNone, build = kNone, delay = kNone, overrun = kNone;
  SpendCurve curve = SpendCurve::s_curve;
  DefId spend = kNone;                                        // table: part of the time -> part that is spent
  DefId go_if = kNone, pause_if = kNone, cancel_if = kNone;   // policies
  DefId salvage = kNone, phases = kNone, life = kNone, decommissioning = kNone;
  DefId yields = kNone, yield_escalation = kNone, running = kNone, running_escalation = kNone, availability = kNone;
  DefId used = kNone, take_or_pay = kNone;  // parts of the output
  DefId discount = kNone;  // a year, for npv and lcoe
  Depreciation depreciation = Depreciation::none;
  int macrs_years = 0;
  text::Span span;
};

// --- who owns what: the terms as written; equity/ holds what they mean -------------------------------------------------------------

enum class InstrumentKind : std::uint8_t { common, preferred, options, warrants, safe, note, grant };
enum class Seniority : std::uint8_t {
  ranked,
  senior,
  pari_passu
};  // ranked: Instrument::seniority; a round's is senior to or equal with the most senior there is
enum class AntiDilution : std::uint8_t { none, broad_weighted_average, broad_with_reserve, narrow_weighted_average, full_ratchet };
enum class SafeBasis : std::uint8_t { post_money, pre_money };
enum class ConversionBase : std::uint8_t { fully_diluted, fully_diluted_with_converts };  // what a note's cap is divided by
enum class DayCount : std::uint8_t { actual_365, actual_360 };

// What a class is and what a round sells. Amounts are definitions, so that a scenario or --set reaches them; kNone: not written, and
// then the sentence of its row in kinds.def says what holds.
struct Instrument {
  InstrumentKind kind = InstrumentKind::preferred;
  // preferred
  DefId price = kNone, conversion_price = kNone;  // of a class, per share
  DefId liquidation = kNone;                      // multiple of the price
  bool participating = false;
  DefId participation_cap = kNone;  // multiple of the price, preference included
  Seniority order = Seniority::pari_passu;
  DefId seniority = kNone;        // of a class: 1 is paid first
  DefId dividend = kNone;         // cumulative, a rate
  int dividend_periods = 0;       // compounded so often a year; 0: simple
  bool dividend_in_kind = false;  // else forfeited on conversion
  bool cap_includes_dividends = true;
  DefId dividend_since = kNone;  // of a class: date
  AntiDilution anti_dilution = AntiDilution::none;
  // options, warrants
  DefId strike = kNone;
  DefId unissued = kNone;  // options: shares of the plan that nobody has been granted
  // safe, note
  SafeBasis basis = SafeBasis::post_money;
  DefId cap = kNone, discount = kNone;
  DefId percent = kNone;       // safe: a fixed part of the Company Capitalization
  bool most_favoured = false;  // safe: takes over the best later one at the round
  DefId interest = kNone;      // note
  int interest_periods = 0;    // 0: simple
  DayCount day_count = DayCount::actual_365;
  ConversionBase base = ConversionBase::fully_diluted;
  DefId converts_if = kNone;         // note: an event or condition
  DefId by = kNone, repaid = kNone;  // note: its deadline; the part paid back there if it has not converted
  text::Span span;
};

struct ShareClass {
  std::string name, label;
  CompanyId company = kNone;
  Instrument is;
  DefId shares = kNone;  // issued in all; what no holder holds belongs to a holder of the class's name
  text::Span span;
};

// Somebody who owns a part. Besides those written the checker adds: `existing` where a company names nobody, `others` for what parts
// leave open, the buyers of each round (under the round's name) who are not in its book, lenders with warrants, investors who may buy, and
// the unissued pool.
struct Holder {
  enum class Kind : std::uint8_t { written, existing, others, buyers, pool, investor, lender };
  Kind kind = Kind::written;
  std::string name, label;  // full name: openai.staff; of buyers that of the round
  CompanyId company = kNone;
  DefId owns = kNone;                                  // part of all shares today, as common
  std::vector<std::pair<std::uint32_t, DefId>> holds;  // shares by class (Model::classes)
  std::uint32_t round = kNone;                         // buyers: Model::rounds
  bool imported = false;                               // its label is its name in Company::imported
  std::uint32_t investor = kNone;                      // who it is: Model::investors
  text::Span span;
};

enum class PriceMethod : std::uint8_t { percent_ownership, pre_money_fixed, dollars_invested };
enum class PoolCounts : std::uint8_t { unissued, granted_too };

// One line of a book: who puts in what. Money, or a part of the amount; the rest where neither.
struct BookEntry {
  std::uint32_t holder = kNone;  // Model::holders
  DefId money = kNone, part = kNone;
  text::Span span;
};

// Somebody who can put in money. kNone: not written; then the sentence of its row in kinds.def says what holds.
struct Investor {
  std::string name, label;
  DefId capacity = kNone, in_all = kNone, largest = kNone, per_company = kNone, part_per_company = kNone;
  DefId appetite = kNone;  // its `is` is an ExprKind::lookup: parts by price over the last post-money
  DefId reservation_price = kNone;
  DefId follow_on = kNone, interest = kNone;
  bool many = false, only_defends = false;
  std::vector<std::pair<CompanyId, DefId>> wants;           // of each company that asks, a policy
  std::vector<std::pair<CompanyId, std::uint32_t>> holders;  // who it is among the holders of a company
  text::Span span;
};

// Who promises not to fund whom. A round's clause binds those who pay in it.
struct Pact {
  std::string name, label;
  std::vector<std::uint32_t> signed_by;  // Model::investors
  std::vector<CompanyId> against;
  DefId until = kNone, honoured = kNone;
  text::Span span;
};

struct Exit {
  std::string name, label;
  CompanyId company = kNone;
  std::uint32_t event = kNone;         // Model::events: when it comes
  DefId value = kNone, costs = kNone;  // of the whole company; the part of it that bankers and lawyers take
  text::Span span;
};

struct Round {
  std::string name, label;
  CompanyId company = kNone;
  // Price: one of the three, or none (then the round is money alone, and nobody can ask who owns what).
  DefId asks = kNone, pre_money = kNone, post_money = kNone;
  Instrument instrument;  // preferred, 1x, not participating, where none is written
  bool instrument_given = false;
  DefId pool = kNone;  // part of all shares after it that is to be unissued
  PoolCounts pool_counts = PoolCounts::unissued;
  PriceMethod price_method = PriceMethod::percent_ownership;
  std::vector<BookEntry> book;          // empty: all from its buyers
  std::vector<std::uint32_t> pro_rata;  // holders who take their part of it
  bool before_start = false;            // a SAFE or note of earlier: its money is in `cash` already
  bool imported = false;                // one of Company::imported
  DefId closed = kNone /* date: a round that is a fact or a plan */, opens_when = kNone, every = kNone, amount = kNone, minimum = kNone,
        maximum = kNone, takes = kNone /* months from opening to closing */,
        gap = kNone /* least months from a closing to the next opening */, repeats = kNone;
  std::vector<DefId> inputs;  // written inside: drawn once per attempt
  // Where investors are modelled: what it meets the market with. Only a round by rule does, and never a grant.
  bool meets_market = false;
  DefId accepts = kNone, least_book = kNone, retry = kNone, closes = kNone;
  std::vector<std::pair<int, double>> tranches;  // months after the closing, part; empty: all at the closing
  std::vector<CompanyId> exclusive;              // whom those who pay in it promise not to fund
  DefId exclusive_for = kNone, exclusive_honoured = kNone;
  text::Span span;
};

struct Event {
  std::string name, label;
  CompanyId company = kNone;  // kNone: of the file
  DefId at = kNone, chance = kNone, by = kNone, hazard = kNone;
  text::Span span;
};

struct Company {
  std::string name, label;
  DefId cash = kNone, debt = kNone, min_cash = kNone;  // opening amounts
  std::vector<Line> lines;
  std::vector<Team> teams;
  std::vector<Credit> credits;
  std::vector<Account> accounts;
  std::vector<Lease> leases;
  std::optional<Taxes> taxes;
  DefId receivables = kNone, payables = kNone, deferred_revenue = kNone;  // at the start, beyond what lines tell
  DefId fixed_assets = kNone, fixed_assets_life = kNone;                   // at the start
  std::vector<std::uint32_t> facilities, rounds;       // Model::facilities, Model::rounds
  std::vector<std::uint32_t> projects;                 // Model::projects
  DefId opening_post_money = kNone;                    // what it was worth at its last round before the start
  std::vector<std::uint32_t> classes, holders, exits;  // Model::classes, holders, exits
  std::uint32_t imported = kNone;                      // captable = ocf("…"): Model::captables
  bool plain_shares = false;                           // every round dilutes everybody alike, so that nobody need keep a table
  text::Span span;
};

struct Source {
  std::string name, by, on, url, grade;
  text::Span span;
};

// --- what is asked ---------------------------------------------------------------------------------------------------------

struct Override {
  DefId target = kNone;
  ExprId is = kNone;
  ExprId from = kNone, until = kNone;  // dates; outside them the base value stands
};

struct Scenario {
  std::string name, label;
  std::vector<Override> overrides;
  text::Span span;
};

// One way to run the model: a scenario's overrides, and which rounds and facilities exist.
struct Case {
  std::string label;               // as written: "base", "no_new_money", "with(openai.notes)"
  std::uint32_t scenario = kNone;  // Model::scenarios
  std::vector<std::uint32_t> without_rounds, without_facilities, without_events;    // an exit goes with its event
  std::vector<std::uint32_t> without_projects, without_investors, without_pacts;
  std::vector<std::pair<CompanyId, std::uint32_t>> without_credits, without_lines;  // by their number in the company
};

// One thing shown: an expression, answered as number, date, chance, value or series.
enum class AnswerKind : std::uint8_t { number, date, chance, value, series };

struct Shown {
  ExprId expr = kNone;
  std::string text;  // what was asked, as written
  AnswerKind kind = AnswerKind::number;
  quantity::Unit unit;
  std::string by;                                  // of which holder or investor, where the ask is split: its label, else its name
  bool duration_or_date_of_first_passage = false;  // months that may be endless: quantiles count the endless as latest
};

struct Ask {
  std::string name, label;
  std::vector<Shown> shown;
  std::optional<int> at;    // month in which a monthly value is answered as a number
  std::vector<Case> cases;  // never empty: {base} where none are written
  bool compares = false;    // the first case with each other
  struct For {
    DefId target;
    std::vector<ExprId> values;
    std::vector<std::string> texts;
  };
  std::optional<For> for_each;  // one answer for each value
  // Goal seek: the least (or greatest) value of a figure with which a comparison of statistics holds. `shown` holds its two sides.
  struct Find {
    DefId target = kNone;
    bool greatest = false;
    bool at_least = true;        // the left side is to be at least the right one, else at most
    bool share = false;          // the target lies between 0 and 1
    std::string target_text, so_that;
    text::Span span;
  };
  std::optional<Find> find;
  text::Span span;
};

struct Check {
  std::string name, label;
  ExprId condition = kNone;
  bool across_paths = false;  // compares statistics; else must hold on every path and month
  std::string text;
  text::Span span;
};

struct Report {
  std::string name, label;
  std::vector<std::uint32_t> asks;  // Model::asks, in the order to show
};

struct Settings {
  std::string title;
  int start_year = 0, start_month = 0;  // start_month 1..12
  int months = 0;
  std::string currency;
  DefId inflation = kNone;
};

struct Model {
  Settings settings;
  std::vector<Expr> exprs;
  std::vector<Draw> draws;
  std::vector<Luck> lucks;
  std::vector<Correlation> correlations;
  std::vector<Table> tables;
  std::vector<Lookup> lookups;
  std::vector<std::vector<double>> samples;  // sorted ascending
  std::vector<Definition> definitions;
  std::vector<Currency> currencies;
  std::vector<Company> companies;
  std::vector<Facility> facilities;
  std::vector<Covenant> covenants;
  std::vector<Project> projects;
  std::vector<Round> rounds;
  std::vector<Event> events;
  std::vector<ShareClass> classes;
  std::vector<Holder> holders;
  std::vector<Exit> exits;
  std::vector<Investor> investors;
  std::vector<Pact> pacts;
  std::vector<Regimes> regimes;
  DefId mood = kNone;  // of the market
  std::vector<equity::CapTable> captables;  // imported, exact
  std::vector<Override> base_overrides;     // from --set: laid on every case, below its scenario
  std::vector<Scenario> scenarios;
  std::vector<Ask> asks;
  std::vector<Check> checks;
  std::vector<Report> reports;
  std::vector<Source> sources;
  std::vector<Assumption> assumptions;
};

}  // namespace warchest::model
