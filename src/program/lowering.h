// The lowering at work: one object turns one case of a checked model into one program. Private to this folder.
//
// Method: demand. A definition or a company is lowered when something first needs its value in its own month, so the month's
// instructions come out in an order in which every value stands before its readers; the checker has refused the loops. What is
// read months back is read from a history and makes no order. Three contexts: setup (once per path, or the fixed month of a
// table), month (this one, or `lag` back), finish (a fixed month, by default the last).
//
// Months are those of LANGUAGE.md, section 6: policies see the month before, then events, plan lines, debt, rounds, facilities,
// month end. company.cpp holds that order; the other files hold one noun each.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "model/model.h"
#include "program/equity.h"
#include "program/facility.h"
#include "program/lower.h"
#include "program/program.h"

namespace warchest::program {

// Sobol dimensions by name of luck, dealt once for a model: what the file draws, then company by company, each in the order written:
// once per path, events, facilities, the first attempts at rounds. So a path has the same luck in every case, ask, table and trace.
class LuckPlan {
 public:
  explicit LuckPlan(const model::Model& model);
  // The dimensions of a name; none where they have run out.
  const std::vector<std::int32_t>& dimensions(const std::string& name) const;

 private:
  void deal(const std::string& name, int count);
  std::map<std::string, std::vector<std::int32_t>> by_name_;
  std::int32_t next_ = 0;
};

struct When {
  enum class Kind : std::uint8_t { setup, month, finish };
  Kind kind = Kind::month;
  std::int32_t lag = 0;  // month
  std::int32_t row = 0;  // finish, and setup where `fixed`
  bool fixed = false;
  static When in_setup() { return {Kind::setup, 0, 0, false}; }
  static When row_in_setup(std::int32_t month) { return {Kind::setup, 0, month, true}; }
  static When now() { return {Kind::month, 0, 0, false}; }
  static When before(std::int32_t lag) { return {Kind::month, lag, 0, false}; }
  static When at_end(std::int32_t month) { return {Kind::finish, 0, month, true}; }
};

class Lowering {
 public:
  Lowering(const model::Model& model, const model::Case& which, LuckPlan& luck,
           std::optional<std::pair<model::DefId, model::ExprId>> for_value);

  // answer.cpp
  Answered answer(std::uint32_t ask, std::uint32_t shown);
  Checked check(std::uint32_t check);
  // statement.cpp
  std::vector<Statement::Row> statement();
  // Lowers what has only been read months back so far, writes what lies before the start, sizes the histories.
  Program finish();
  const std::vector<Loop>& loops() const { return loops_; }  // once finished

 private:
  using ExprId = model::ExprId;
  using DefId = model::DefId;
  using CompanyId = model::CompanyId;
  using M = model::Measure;

  // --- emitting (lowering.cpp)
  SlotId new_slot(Keep keep, std::string name = "");
  SlotId history(std::string name);
  Operand emit(Op op, Operand a = {}, Operand b = {}, Operand c = {}, std::uint32_t data = 0);
  void emit_to(SlotId target, Op op, Operand a = {}, Operand b = {}, Operand c = {}, std::uint32_t data = 0);
  void set_row(SlotId target, std::int32_t row, Operand value);  // in setup
  Operand choose(Operand mask, Operand yes, Operand no);
  Operand both(Operand a, Operand b);
  Operand month_number(std::int32_t lag);
  Operand schedule_of(std::vector<double> values);
  Operand read(SlotId history, const When& when);
  template <class Body>
  void in_main(std::vector<Instruction>& list, Body body);  // emits into setup, month or finish, whatever is being emitted now
  template <class Body>
  void guarded(Operand mask, Body body);

  // --- expressions (expression.cpp)
  Operand value(ExprId id, const When& when);
  Operand compute(ExprId id, const When& when);
  Operand setup_value(ExprId id);
  Operand elementwise(const model::Expr& e, const When& when);
  Operand reference(DefId id, const When& when);
  Operand measure(const model::Expr& e, const When& when);
  std::optional<Operand> figure(const model::Expr& e, const When& when);
  // The history that a measure stands for; none where it is another owner's.
  std::optional<SlotId> company_history(const model::Expr& e, bool now);
  std::optional<SlotId> round_history(const model::Expr& e, bool now);
  std::optional<SlotId> debt_history(const model::Expr& e, bool now);
  std::optional<SlotId> project_history(const model::Expr& e, bool now);
  SlotId history_on_demand(const model::Expr& e, bool now);
  std::optional<CompanyId> shares_of_company(const model::Expr& e) const;
  Operand window(const model::Expr& e, const When& when);
  Operand running(ExprId id, const When& when);  // cumulative, by, through, grow: a history of its own
  Operand grown(const model::Expr& e, ExprId id, const When& when);
  Operand table(const model::Expr& e, const When& when);
  Operand total(const model::Expr& e, const When& when);  // in_sum
  Operand value_at(const model::Expr& e, const When& when);
  Operand months_since(const model::Expr& e, const When& when);
  std::optional<Operand> runway_below(const model::Expr& e, const When& when);
  std::uint32_t curve_of(const model::Table& table, bool anchored);   // table.cpp
  std::uint32_t periods_of(const model::Table& table);
  SlotId materialise(ExprId id);
  Operand field(DefId id, const When& when);  // a definition's value; kNone is a fault
  bool in_setup(ExprId id);
  bool in_setup_def(DefId id);
  bool from_tables(ExprId id);    // varies by month only as tables do: known once the path has been drawn
  bool from_a_line(ExprId id);    // of what is from tables: reads a plan line, which ends with its company
  std::int32_t reach(ExprId id);  // first month in which the value is known
  std::int32_t reach_def(DefId id);
  std::int32_t window_reach(ExprId id);  // the same as a window of months sees it
  std::optional<double> known(ExprId id);  // one number, for dates and counts
  std::optional<double> known_def(DefId id);
  double known_or(DefId id, double otherwise);

  // --- definitions (definition.cpp)
  struct Layer {  // an override on top of what it overrides
    ExprId is = model::kNone, from = model::kNone, until = model::kNone;
  };
  const std::vector<Layer>& layers(DefId id);
  Operand layered(DefId id, std::size_t depth, const When& when);
  SlotId definition_slot(DefId id);
  void ensure_definition(DefId id);
  CompanyId line_of(DefId id) const;

  // --- luck (draw.cpp)
  Operand draw(std::uint32_t id, const When& when);
  Operand score(std::uint32_t luck, bool uniform, const When& when);
  Operand correlated(std::uint32_t luck);
  Operand raw_draw(const std::string& name, model::LuckKind kind, bool uniform, Operand ordinal);
  Operand own_uniform(const std::string& name);  // one uniform for the path, in setup
  Operand shape(const model::Draw& d, std::uint32_t luck, const When& when);
  struct MetalogPoints { Operand low, middle, high; double rank; };
  struct MetalogCoefficients {
    Operand a1, a2, a3;
  };
  MetalogCoefficients metalog_coefficients(const model::Draw& d, const When& when);
  Operand metalog_value(const model::Draw& d, const MetalogCoefficients& c, Operand place);
  MetalogPoints metalog_points(const model::Draw& d, const When& when);
  std::pair<Operand, Operand> normal_parameters(const model::Draw& d, const When& when);
  Quantile uncertain_shape(const model::Draw& d, const When& when);
  void prepare_correlations();

  // --- nouns
  void ensure_lines(CompanyId id);
  void ensure_company(CompanyId id);    // company.cpp
  void begin_month(CompanyId id);
  void end_month(CompanyId id);
  void ensure_event(std::uint32_t id);  // event.cpp
  Operand event_date(std::uint32_t id, const When& when);
  void open_rounds(CompanyId id);      // round.cpp
  void due_rounds(CompanyId id);
  Operand may_raise(CompanyId id);     // truth: alive, and no exit so far
  bool may_fail(std::uint32_t round) const;
  Operand retry_of(std::uint32_t round);
  Operand in_tranches(std::uint32_t round, Operand closed_with, SlotId& history);
  // market.cpp: who pays
  bool meets_market(std::uint32_t round) const;
  bool meets_market_of(CompanyId id) const;
  void number_investors();
  std::uint32_t holder_of(std::uint32_t investor, CompanyId id) const;
  void ensure_market();
  Market::Investor purse_of(const model::Investor& investor);
  void close_doors(Market& market);
  bool pays_investors(CompanyId id) const;
  void declare_worth(CompanyId id);
  void enter_books(CompanyId id, Market& market);
  void declare_clause(std::uint32_t round);
  void bind(std::uint32_t round, std::uint32_t investor, Operand pays);
  Operand claim_of(CompanyId id, std::uint32_t holder);
  Operand as_converted(CompanyId id, const Convert& convert);
  bool asks_of_insiders(CompanyId id) const;
  void bring_to_market(CompanyId id, std::uint32_t round, Market& market);
  Operand wants_met(DefId wants);
  Operand from_market(std::uint32_t round, MarketResult::Kind kind, std::uint32_t which = 0);
  void take_from_market(CompanyId id, std::uint32_t round);
  Operand field_of_attempt(std::uint32_t round, DefId id);
  std::vector<Part> market_parts(std::uint32_t round);
  Operand first_attempt(std::uint32_t round, M measure, double which);
  SlotId insiders_slot(std::uint32_t round, bool now);
  void ensure_insiders(std::uint32_t round);
  SlotId raised_insiders_slot(CompanyId id, bool now);
  void ensure_raised_insiders(CompanyId id);
  Operand process(std::uint32_t regimes, const When& when);
  Operand close_rounds(CompanyId id);  // money that arrives
  void declare_rounds();
  bool one_at_a_time(std::uint32_t round) const;
  void open_round_inputs();
  void draw_round_inputs(std::uint32_t round, const When& when);
  void draw_round_input(DefId input, const When& when);
  // facility.cpp
  void declare_facilities();
  void leave_out_facility(std::uint32_t facility);
  Operand debt_month(CompanyId id, const DebtNeeds& needs);  // the cash of the month's end
  FacilityTerms facility_terms(std::uint32_t facility, Operand cash_available);
  Operand end_of_facility(std::uint32_t facility);
  Operand payment_month(std::uint32_t facility, Operand until);
  Operand instalment(std::uint32_t facility, const FacilityTerms& terms, Operand interest);
  FacilityFlows service_facility(std::uint32_t facility, const FacilityTerms& terms, Operand runs_on);
  void draw_facility(std::uint32_t facility, const FacilityTerms& terms, Operand cash, Operand refinanced, FacilityFlows& flows);
  Operand accelerated(Operand before, Operand given, Operand x, Operand g);
  Operand refinanced_into(const std::vector<std::uint32_t>& here, std::uint32_t into, const std::vector<FacilityTerms>& terms,
                          const std::vector<FacilityFlows>& flows);
  void book_facility(std::uint32_t facility, const FacilityTerms& terms, const FacilityFlows& flows, Operand runs_on);
  void book_debt(CompanyId id);
  Operand facility_figure(std::uint32_t facility, M measure, const When& when);
  Operand all_in_rate(std::uint32_t facility);
  Operand loan_life_cover(std::uint32_t facility, std::int32_t month);
  void ensure_covenants(CompanyId id);  // covenant.cpp
  struct Settled {
    Operand received, paid, bought;  // bought: what is capitalised
  };
  Settled settle_lines(CompanyId id);  // payments.cpp
  Operand settled(CompanyId id, std::uint32_t line, SlotId basis);
  std::int32_t owed_from(const model::Line& line);
  Operand owed_by_line(const model::Line& line, const When& when);
  SlotId arising_of(const model::Line& line);
  SlotId basis_of(CompanyId id, std::uint32_t line);
  Operand owed_at_start(const model::Line& line);
  void move_owed(CompanyId id, std::uint32_t line, Operand& owed, SlotId basis, Operand due);
  void carry_owed(CompanyId id, const std::vector<SlotId>& bases, const std::vector<Operand>& due);
  Operand use_deferred(CompanyId id, const std::vector<SlotId>& bases, Operand received);
  Operand in_first_month();
  bool credit_here(CompanyId id, std::size_t credit) const;
  // currency.cpp: what is kept and owed in other currencies
  bool moves(std::uint32_t currency);
  bool owed_abroad(const model::Line& line);
  bool deals_abroad(CompanyId id);
  SlotId rate_slot(std::uint32_t currency);
  Operand opening_rate(std::uint32_t currency);
  std::optional<ExprId> as_written(const model::Line& line);
  Operand in_own_currency(const model::Line& line, const When& when);
  std::int32_t own_currency_from(const model::Line& line);
  Operand revaluation(CompanyId id, std::uint32_t currency);
  void move_account(CompanyId id, std::uint32_t currency, Operand paid);
  void open_accounts(CompanyId id);
  void revalue_accounts(CompanyId id);
  Operand defer_abroad(CompanyId id, const model::Line& line, SlotId billed, Operand ahead);
  Operand left_in_account(CompanyId id, std::size_t account);
  void close_accounts(CompanyId id);
  void book_exchange(CompanyId id);
  // statements.cpp: the three statements, made where somebody asks for them or a tax needs them
  SlotId book(CompanyId id, M measure);
  void emit_income(CompanyId id);
  bool borrows(CompanyId id) const;
  void ensure_statements(CompanyId id);
  void emit_balance(CompanyId id);
  void emit_cash_flow(CompanyId id);
  Operand part_of_lines(CompanyId id, DefId model::Line::*share, bool of_revenue, bool rest);
  Operand round_money_of(CompanyId id, bool (*which)(const model::Round&));
  Operand notes_at_start(CompanyId id);
  using Rows = std::vector<Statement::Row>;  // statement.cpp
  Statement::Row& add_row(Rows& rows, CompanyId id, Statement::Row::Part part, int depth, const std::string& name, std::string label,
                          SlotId history_of);
  void income_rows(CompanyId id, Rows& rows);
  void cash_rows(CompanyId id, Rows& rows);
  void balance_rows(CompanyId id, Rows& rows);
  void rows_beside(CompanyId id, Rows& rows);
  void owner_rows(CompanyId id, Rows& rows);
  void nearly_equal_terms(ExprId id, Operand value, const When& when, std::vector<Operand>& terms);
  Operand nearly_equal(const model::Expr& e, const When& when);
  // fixed_assets.cpp: what is written off beside projects
  Operand other_depreciation(CompanyId id);
  // tax.cpp
  Operand pay_tax(CompanyId id);
  void emit_tax(CompanyId id);
  void ensure_team(CompanyId id, std::uint32_t team);  // team.cpp
  void emit_growth(CompanyId id);                      // company.cpp
  void declare_projects();                             // project.cpp
  void ensure_project_clock(std::uint32_t project);    // what was decided by the end of the month before
  void ensure_project_flows(std::uint32_t project);
  void write_off(std::uint32_t project);
  void emit_project_lines(CompanyId id, Operand of_lines, Operand written);
  Operand projects_cost(CompanyId id);
  Operand grown_by(DefId rate);
  Operand field_now(DefId id);
  Operand project_figure(std::uint32_t project, M measure, const When& when);
  Operand project_rate(SlotId flows);
  void open_books(CompanyId id);

  // --- who owns what (cap_table.cpp, round_root.cpp, notes.cpp, warrants.cpp, exit.cpp, returns.cpp)
  CompanyEquity& equity(CompanyId id);  // declared on first demand
  void declare_classes(CompanyId id);
  void declare_series(CompanyId id);
  void ensure_equity(CompanyId id);
  void close_priced(CompanyId id, const Closing& closing);
  void close_convert(CompanyId id, std::uint32_t round, Operand happens, SlotId amount);
  void declare_price(std::uint32_t round);
  Operand zero_state(const std::string& name);
  bool parts_vary(std::uint32_t round) const;
  std::vector<Part> declare_parts(std::uint32_t round, const std::string& name);
  Operand pre_money(std::uint32_t round, Operand amount, Operand post_money_before);
  std::vector<Part> book_parts(std::uint32_t round, Operand amount);
  bool sells_shares(std::uint32_t round) const;
  bool is_convert(std::uint32_t round) const;
  int most_closings(std::uint32_t round);
  Operand day_number(std::int32_t lag);
  Operand today();
  Operand accrued(Operand amount, Operand rate, int periods, double year, Operand since);
  struct RoundRoot {
    Operand shares_per_dollar, unissued, everything, outstanding_before;
    std::vector<std::pair<std::size_t, Operand>> converts;   // CompanyEquity::converts, the shares it takes
    std::vector<std::pair<std::size_t, Operand>> protected_units;
  };
  struct BestTerms {
    std::optional<Operand> cap;
    Operand discount = constant(0);
  };
  BestTerms best_terms(const CompanyEquity& e, std::size_t index, const std::function<Operand(const Convert&)>& owed);
  RoundRoot solve_round(CompanyId id, const Closing& closing, Operand amount, Operand pre_money);
  void emit_protection(Entry& entry, Operand units);
  void take_shares(CompanyEquity& e, Convert& convert, std::uint32_t round, Operand units, Operand rank, bool preferred, Operand day);
  void take_pro_rata(CompanyId id, std::uint32_t round, const RoundRoot& root, std::vector<Part>& parts);
  double days_to(double month) const;
  void declare_notes(CompanyId id);
  Operand service_notes(CompanyId id);  // cash paid back
  void book_notes(CompanyId id);
  Operand owed_on(const Convert& convert);
  Operand owed_on_notes(CompanyId id);
  Operand note_valuation(CompanyId id, const Convert& convert);
  void convert_by_terms(CompanyId id, Convert& convert, Operand sum_converting, Operand happens);
  // warrants.cpp: what lenders are given
  void declare_grants(CompanyId id);
  int prices_of_shares(CompanyId id);
  bool draws_once(std::uint32_t facility) const;
  Operand end_warrants(CompanyId id);    // truth: some have come to their term
  Operand grant_warrants(CompanyId id);  // truth: some were granted
  void price_warrants(CompanyId id, Operand shares_per_dollar);
  void add_warrants(CompanyEquity& e, const Grant& grant, Operand units, Operand price);
  Operand promised_warrants(const CompanyEquity& e);  // money
  Operand warrants_out(const CompanyEquity& e);       // shares
  Operand warrants_paid(std::uint32_t facility);      // at the exit
  // exit.cpp
  std::optional<Operand> exited_before(CompanyId id);  // truth: an exit has come by the end of the month before
  void ensure_exit(CompanyId id);
  void catch_exit(CompanyId id);
  bool has_exit(CompanyId id) const;
  void waterfall(CompanyId id, Operand after_debt, Operand leaves);
  // settle.cpp: the same once, after the last month, where nothing within the months asks
  Operand wanted(CompanyId id, M measure, std::uint32_t index, std::int32_t row);
  bool settles(CompanyId id);
  bool settles_later(DefId id);
  bool settles_later_expr(ExprId id);
  void catch_closings(CompanyId id);
  void settle(CompanyId id);
  Operand settled_figure(CompanyId id, M measure, std::uint32_t index, std::int32_t row);
  Operand holder_sum(const CompanyEquity& equity, std::uint32_t holder, bool units);
  // returns.cpp: what a holder owns, was paid, put in and made of it
  SlotId holder_slot(std::uint32_t holder, M measure, bool now);
  SlotId round_slot(std::uint32_t round, M measure, bool now);
  SlotId company_slot(CompanyId id, M measure, bool now);
  void ensure_holder(std::uint32_t holder, M measure);
  void ensure_round_figures(std::uint32_t round, M measure);
  struct Flow {
    Operand part, money, day;
    bool before = false;  // held at the start
  };
  struct Stake {
    std::vector<Flow> cheques, receipts;
  };
  Stake stake_of(std::uint32_t holder, std::int32_t through);
  Operand put_in_by(const Stake& stake);
  Operand made_of(const Stake& stake, Operand paid, M measure);
  Operand invested_by(std::uint32_t holder, std::int32_t through);
  Operand paid_to(std::uint32_t holder);
  Operand internal_rate(const Stake& stake, Operand paid, Operand put_in);
  // Arithmetic that leaves out what changes nothing: sums with 0, products with 0 and 1.
  Operand sum(Operand a, Operand b);
  Operand less(Operand a, Operand b);
  static bool is_constant_zero(const Operand& o) { return o.place == Place::constant && o.value == 0; }
  Operand times(Operand a, Operand b);
  Operand either(Operand a, Operand b);
  Operand over(Operand a, Operand b);

  // --- answers
  std::int32_t output_of(ExprId id, bool series, std::int32_t row, bool spread);
  std::int32_t record(const std::string& name, Output::Kind kind, bool series, Operand value, bool spread);
  Formula formula(ExprId id, bool series, std::int32_t row);
  std::int32_t formula_node(Formula& out, ExprId id, bool series, std::int32_t row);
  Output::Kind kind_of(ExprId id) const;

  struct CompanySlots {
    SlotId cash, debt, revenue, cost, ebitda, interest, burn, mean_burn, runway, growth, working_capital, raised, last_round, out_of_cash,
        alive;
    SlotId received, paid, repaid, drawn, fees, round_money, notes, notes_repaid;  // flows shown in statements
    // Debt: of the interest that arises in the month what is paid, put on balances, made part of what projects cost; what has arisen and
    // neither; fees written off and not yet; cash put aside and held for debt service.
    SlotId interest_paid, interest_added, interest_to_assets, interest_accrued, fees_expensed, fees_deferred, reserved, reserve;
    SlotId project_yield, project_cost, capex, depreciation, ebit;
    SlotId receivables, payables, deferred_revenue;
    bool receivables_move = false, payables_move = false, deferred_moves = false;
    SlotId other_assets = kNoSlot, in_kind = kNoSlot;  // book value of all that is no project; revenue received in kind so far
    SlotId lease_paid = kNoSlot, lease_interest = kNoSlot, tax_paid = kNoSlot;
    SlotId notes_before = kNoSlot, notes_converted = kNoSlot;  // owed on notes before any converts; what leaves them as shares
    bool income_done = false, statements_done = false, statements_going = false, statements_wanted = false;
    bool lines_done = false, lines_going = false, done = false, going = false, opened = false, begun = false, due = false;
    SlotId net = kNoSlot;     // cash before financing
    Operand before_interest;  // cash of the month before interest and financing
    Operand cash_available;   // for debt service: of operations, before capex
    bool covenants_done = false;
    std::vector<SlotId> team_people, team_productive, credit_balance, credit_used;
    // Other currencies, where the company has to do with any: what changes of rates made of what it keeps, is owed and owes, of revenue
    // since it was billed, of debt (with reserves set against it) and of interest that waits; by currency the factor of the month and what
    // lines moved.
    SlotId exchange_gain = kNoSlot, exchange_on_cash = kNoSlot;
    Operand exchange_on_receivables = constant(0), exchange_on_payables = constant(0), exchange_on_deferred = constant(0),
            exchange_on_leases = constant(0), exchange_on_debt = constant(0);  // on_debt: with leases
    std::vector<SlotId> account_balance;
    std::map<std::uint32_t, Operand> revaluations, moved;  // moved: what comes in less what goes out
  };
  struct RoundSlots {
    bool here = false;
    SlotId close_at, open_at, attempts, count, last_close, amount;  // states
    SlotId raised_history, amount_history, count_history, date_history;
    std::map<DefId, std::pair<SlotId, SlotId>> inputs;  // state, history
    Operand closes_now;                                 // truth of the month
    Operand due_now, survives = constant(1);            // truths: it would close, if the market let it; it does not fall through
    SlotId failed_on = kNoSlot, failures = kNoSlot, failures_history = kNoSlot;  // where it may fail
    SlotId closed_with = kNoSlot;                       // history: what it closed with, where it comes in tranches
    // In the market: what it brought in the month; states of its latest closing; until when those who paid are bound, by investor
    Operand market_closed, market_raised;
    SlotId market_price = kNoSlot, cleared = kNoSlot;
    std::vector<SlotId> excluded_until;
    SlotId insiders_now = kNoSlot, insiders_history = kNoSlot, insiders_closed = kNoSlot;
    bool insiders_done = false;
    Operand money_now = constant(0);                    // cash that it brings in the month
    std::size_t first_entry = 0;                        // of its series
    struct Caught {
      SlotId month, day, amount;
    };
    std::vector<Caught> caught;                         // its closings, noted as they happen
    SlotId price_now = kNoSlot, pre_money_now = kNoSlot, post_money_now = kNoSlot;  // states, of the latest closing
  };
  struct FacilitySlots {
    bool here = false;
    SlotId balance, undrawn, interest, drawn, repaid;
    SlotId paid, added, to_assets, accrued, to_pay, to_add;  // of interest, as in CompanySlots; what waits to be paid and added
    SlotId fees, expensed, deferred, reserve, reserved;
    SlotId due_cash, borrowed, first_draw, dscr, breached, defaulted;
    Operand available, cash_available;
    Operand exchange_on_debt = constant(0), exchange_on_interest = constant(0);  // what the month's rate added to what is owed
    SlotId open = kNoSlot;  // interest on the average: the greatest relative distance from a month that fits itself
    // Made when asked for.
    SlotId cover_worth = kNoSlot, cover_owed = kNoSlot, serving_cash = kNoSlot, growth = kNoSlot;
    Operand rate_of_return;
  };
  struct CovenantSlots {
    SlotId breached, defaulted, failing_since, fails;
  };
  struct ProjectSlots {
    bool here = true, clock_done = false, clock_going = false, flows_done = false;
    SlotId started, online, built, progress, capacity, spend, spent, cost, returned, depreciation, book_value, in_progress, yield, running;
    std::vector<SlotId> online_at;  // by phase, the last one is `online`
    std::vector<Operand> live;      // by phase: truth of the month
    Operand length, life, phase_size;
    SlotId given_up = kNoSlot;
    Operand given_up_now, spent_by_all, costs_of_all, output;             // of the month
    SlotId net = kNoSlot, paid_back = kNoSlot;                            // made when asked for
    SlotId worth = kNoSlot, cost_worth = kNoSlot, output_worth = kNoSlot;  // discounted
    Operand rate;
  };
  struct EventSlots {
    bool here = true, fixed = false, done = false, going = false;
    Operand date;  // fixed: known in setup
    SlotId happened_on = kNoSlot;
  };

  const model::Model& model_;
  const model::Case& case_;
  LuckPlan& luck_;
  std::optional<std::pair<DefId, ExprId>> for_value_;
  Program program_;
  std::vector<Instruction>* out_ = nullptr;
  std::int32_t months_;

  struct DefState {
    SlotId slot = kNoSlot;
    bool done = false, going = false;
  };
  std::vector<DefState> defs_;
  std::vector<std::optional<std::vector<Layer>>> layers_;
  std::map<DefId, std::size_t> base_depth_;  // while an override is lowered: the layer that `base` means
  std::map<DefId, Operand> setup_definitions_;
  std::vector<std::uint32_t> line_company_;     // definition -> company whose line it is
  std::set<DefId> removed_;                                     // plan lines that the case goes without
  std::map<DefId, std::uint32_t> input_round_;  // inputs written inside a round
  std::set<DefId> inputs_to_draw_;              // of those of the attempt that opens
  std::vector<CompanySlots> companies_;
  std::vector<RoundSlots> rounds_;
  std::vector<FacilitySlots> facilities_;
  std::vector<CovenantSlots> covenants_;
  std::vector<Loop> loops_;
  std::vector<EventSlots> events_;
  std::vector<ProjectSlots> projects_;
  std::map<DefId, SlotId> growth_factors_;
  std::map<std::pair<CompanyId, M>, SlotId> books_;
  struct Basis {  // what a line owes in cash, where that is not the line itself
    SlotId slot;
    CompanyId company;
    std::uint32_t line;
  };
  std::vector<Basis> bases_;
  std::map<DefId, SlotId> arising_;        // of lines that bill in another currency: in that
  std::vector<std::int32_t> longest_lag_;  // by slot
  std::vector<bool> whole_;                // by slot: some fixed row is read at the end
  std::map<ExprId, Operand> setup_memo_;
  std::map<ExprId, SlotId> materialised_, running_;
  std::map<std::uint32_t, SlotId> table_slots_;
  std::set<std::pair<CompanyId, std::uint32_t>> teams_done_;
  std::map<std::pair<std::uint32_t, bool>, Operand> score_memo_;
  std::map<std::uint32_t, Operand> own_score_;                  // members of a group, before they are mixed
  std::map<std::pair<std::uint32_t, bool>, SlotId> month_scores_;
  std::optional<Operand> within_;                               // while a part of a mixture is shaped: its own uniform
  std::map<std::vector<double>, std::uint32_t> schedule_memo_;
  std::map<ExprId, int> in_setup_memo_, from_tables_memo_, from_a_line_memo_;
  std::map<ExprId, std::int32_t> reach_memo_;
  std::map<DefId, std::int32_t> reach_def_memo_;
  std::set<DefId> reach_going_, setup_going_, window_going_;
  std::map<std::pair<ExprId, std::int32_t>, std::int32_t> recorded_;  // -1: monthly
  // Correlated lucks: members of a group in order of luck, rows of the Cholesky factor.
  struct Group {
    std::vector<std::uint32_t> members;
    std::vector<std::vector<double>> factor;
  };
  std::vector<Group> groups_;
  std::map<std::uint32_t, std::pair<std::size_t, std::size_t>> group_of_;
  // While a round opens: whose attempt it is. While a facility decides: the cash of this very moment.
  struct Attempt {
    std::uint32_t round;
    Operand ordinal;
  };
  std::optional<Attempt> attempt_;
  struct Moment {
    CompanyId company;
    Operand cash;
  };
  std::optional<Moment> moment_;
  // While a round is priced: the last post-money as the closings of the month have left it.
  struct MomentPostMoney {
    CompanyId company;
    Operand post_money;
  };
  std::optional<MomentPostMoney> moment_post_money_;
  // While the cap table is settled after the last month: when what is being settled happened.
  struct Settling {
    Operand month, day;
    bool same_day = false;  // what was lent on that day counts
  };
  std::optional<Settling> settling_;
  std::vector<Instruction> settle_;  // stands before everything else in finish
  struct MarketSlots {
    bool done = false, going = false;
    std::vector<std::uint32_t> investors, number;     // by number, and the number of each of the model; kNone: not there
    std::map<CompanyId, std::uint32_t> company;       // its number in the market
    std::map<CompanyId, SlotId> worth;                // state: what it was last worth
    std::map<std::uint32_t, std::uint32_t> round;     // its number in the market
    SlotId served = kNoSlot;
    std::map<std::tuple<std::uint32_t, M, double>, SlotId> first;
    std::map<CompanyId, std::pair<bool, SlotId>> raised_insiders;
    std::set<CompanyId> raised_insiders_done;
  };
  MarketSlots market_;
  std::map<std::uint32_t, SlotId> processes_;
  std::vector<CompanyEquity> equities_;
  struct Figure {
    SlotId slot = kNoSlot;
    bool done = false;
  };
  std::map<std::pair<std::uint32_t, M>, Figure> holder_figures_, round_figures_;
  std::map<std::uint32_t, SlotId> payouts_;  // states, by holder
};

template <class Body>
void Lowering::in_main(std::vector<Instruction>& list, Body body) {
  auto* before = out_;
  out_ = &list;
  body();
  out_ = before;
}

// The body is emitted apart and put behind the guard: what it asks for meanwhile lands before the guard, for all paths.
template <class Body>
void Lowering::guarded(Operand mask, Body body) {
  std::vector<Instruction> inside;
  auto* before = out_;
  out_ = &inside;
  body();
  out_ = before;
  Instruction guard;
  guard.op = Op::guard;
  guard.a = mask;
  guard.data = static_cast<std::uint32_t>(inside.size());
  out_->push_back(guard);
  out_->insert(out_->end(), inside.begin(), inside.end());
}

}  // namespace warchest::program
