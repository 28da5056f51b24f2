// What the passes of the checker share: the blocks of the text with their names (entities), the definitions on their way from tree to
// expression, and the model under construction. Private to this folder.
//
// Order of work: declare every block and field; settle start and horizon; elaborate definitions on demand (a name pulls in what it
// names, so order in the text does not matter); then the nouns, questions and scenarios; then the passes over the finished
// expressions: variation, the no-future rule, loops, correlations. A mistake becomes a bad value, which silences what follows from it.
#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "lang/tree.h"
#include "model/check.h"
#include "model/functions.h"
#include "model/model.h"
#include "model/schema.h"
#include "quantity/date.h"
#include "quantity/unit.h"
#include "text/diagnostic.h"

namespace warchest::model {

using EntityId = std::uint32_t;
using OwnerId = std::uint32_t;

// An expression of the text.
struct Written {
  const lang::Tree* tree = nullptr;
  lang::ExprId id = lang::ExprId::none;

  bool given() const { return tree != nullptr && id != lang::ExprId::none; }
  const lang::Expr& operator*() const { return (*tree)[id]; }
  const lang::Expr* operator->() const { return &(*tree)[id]; }
  Written child(std::size_t which) const { return {tree, tree->child((*tree)[id], which)}; }
  std::size_t children() const { return tree->children((*tree)[id]).size(); }
  text::Span span() const { return (*tree)[id].span; }
  const std::string& word() const { return tree->name((*tree)[id].word); }
  Written bare() const;  // without brackets around it
};

struct WrittenField {
  const FieldRow* row = nullptr;
  Written value;
  lang::ItemId item = lang::ItemId::none;
  text::Span name_span;
  DefId definition = kNone;
  std::string cell = {};  // in a table of holdings or cheques: of whom

  std::string_view name() const { return cell.empty() ? row->name : std::string_view(cell); }
};

// A block of the text, or a record or table in the value of one of its fields. A class is what its record is, so their names are one.
struct Entity {
  const KindRow* kind = nullptr;
  std::string name, full, label;
  EntityId parent = kNone;
  const lang::Tree* tree = nullptr;
  lang::ItemId item = lang::ItemId::none;
  text::Span span;  // of its name, else of its kind
  std::unordered_map<std::string, EntityId> blocks;
  std::vector<EntityId> order;
  std::vector<WrittenField> fields;
  std::set<std::string> misspelt;  // fields that were meant by names that it does not have
  std::uint32_t index = kNone;  // in the model's vector of its kind (of a line: in its company's)
  CompanyId company = kNone;
  DefId is = kNone;
  EntityId record = kNone;                             // of a class: what it is
  std::unordered_map<std::string, std::size_t> cells;  // of a table of holdings or cheques: its fields by name
  std::unordered_map<std::string, EntityId> implied;   // holders that nobody wrote, reached by path only: acme.pool

  const WrittenField* field(std::string_view name) const;
  bool written() const { return tree != nullptr; }  // else a holder that is implied, or a noun that is imported
  bool later() const { return kind != nullptr && kind->part != Part::now; }
};

// An expression on its way: its node, type and unit. A bad one has been complained about.
struct Value {
  ExprId id = kNone;
  TypeKind type = TypeKind::number;
  quantity::Unit unit;
  bool bad = false;
  bool nought = false;  // a written 0 fits any unit
  text::Span span;
};

// Whose nodes are whose, for the passes over finished expressions.
enum class Reads : std::uint8_t {
  plan,      // the month itself and the past
  policy,    // the end of the month before
  now,       // a facility's own: cash of this very moment, all else as policy
  question,  // everything, across paths
};
struct Ownership {
  DefId definition = kNone;  // of an override: what it overrides
  Reads reads = Reads::plan;
  bool overrides = false;
  std::string name;
  text::Span span;
};

struct Context {
  EntityId scope = kNone;
  OwnerId owner = kNone;
  Reads reads = Reads::plan;
  const FieldRow* field = nullptr;
  DefId definition = kNone;  // what is being defined: its name looks outwards
  bool share = false;        // a range is of shares: logit-normal
  bool flow_table = false;   // a table keyed by periods holds totals of money
  // luck
  std::string luck_name;
  int lucks = 0;
  LuckKind luck_kind = LuckKind::path;
  std::uint32_t round = kNone;
  std::vector<std::uint32_t>* shared_lucks = nullptr;  // the cells of one table draw alike
  std::size_t next_shared = 0;
  std::string cell_key;    // in `independent`
  bool component = false;  // a part of a mixture has no luck of its own
  bool in_statistic = false;
  // scenarios
  DefId base = kNone;
  // `by holder`: `owned(acme)` means this holder
  CompanyId split_company = kNone;
  std::uint32_t split_holder = kNone;
  // `by investor`: `next.book` means this one; and the price at which `next.demand` is meant
  std::uint32_t split_investor = kNone;
  std::optional<double> split_price;
};

struct DefinitionState {
  enum class Stage : std::uint8_t { todo, doing, done };
  EntityId entity = kNone;
  const FieldRow* row = nullptr;
  Written written;
  lang::ItemId item = lang::ItemId::none;
  Stage stage = Stage::todo;
  bool typed = false;
  bool bad = false;
  bool nought = false;           // a written 0, whose unit is that of its series
  bool table_by_number = false;  // a lookup, to be called
  std::uint32_t currency = kNone;  // Model::currencies: in which it is written, where that is not the model's
  OwnerId owner = kNone;
  EntityId outside = kNone;  // the value is that of a `use`: where that stands, and its names are looked for
  Written replaced = {};     // what the used file has instead
};

// Where a date or a period stands that must not be ahead of what is known.
struct TimeReading {
  ExprId node = kNone;  // at, in_sum, in_last, by, through
  OwnerId owner = kNone;
  text::Span span;
};

enum class Edge : std::uint8_t { exact, first, last };  // which month of a year or quarter is meant

class Checker {
 public:
  Checker(const std::vector<lang::Tree>& files, const Inputs& inputs, const CheckOptions& options, text::Diagnostics& diagnostics)
      : files_(files), inputs_(inputs), options_(options), diagnostics_(diagnostics) {}
  std::optional<Model> run();

 private:
  // complaint.cpp
  void error(text::Code code, text::Span span, std::string message, std::string suggestion = {}, std::string found = {},
             std::string wanted = {}, std::vector<text::Label> labels = {});
  void warning(text::Code code, text::Span span, std::string message, std::string suggestion = {});
  void refuse_later(text::Span span, std::string_view name, Part part);
  Value bad(text::Span span);
  bool may_suggest(std::size_t names);  // false once looking for near names has cost enough
  std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates);

  // declare.cpp: blocks and fields
  void declare_files();
  void declare_block(const lang::Tree& tree, lang::ItemId item, EntityId parent);
  void declare_field(EntityId entity, const lang::Tree& tree, lang::ItemId item);
  void give_field(EntityId entity, WrittenField given);
  void declare_requirements(EntityId entity);
  void declare_settings();
  DefId define(EntityId entity, WrittenField& field, Role role, const std::string& name);
  DefId define_default(EntityId entity, std::string_view field, double value, const quantity::Unit& unit);
  void declare_sources();
  std::optional<std::uint32_t> source_named(const lang::Tree& tree, const std::string& name) const;
  bool has_later_field(const Entity& entity) const;
  std::vector<std::uint32_t> cites_of(const lang::Tree& tree, lang::ItemId item);
  void cite(DefId def, lang::ItemId item, const Written& value);

  // use.cpp: the content of other files, in the file or in a company, with other values for some of its figures
  struct Use {  // while its file is declared
    struct Value {
      lang::ItemId item;
      bool taken = false;
    };
    const lang::Tree* tree = nullptr;  // of the `use`
    const lang::Tree* file = nullptr;
    std::string name;  // of the file, as written
    EntityId outside = kNone;
    EntityId scope = kNone;  // where the content stands
    DefId first = 0;         // of its definitions
    std::map<std::string, Value> values;  // by path
  };
  struct Laid {
    EntityId outside = kNone;
    Written replaced;
  };
  void declare_items(const lang::Tree& tree, EntityId parent);
  void declare_use(const lang::Tree& tree, lang::ItemId item, EntityId parent);
  void gather_values(Use& use, const lang::Item& item);
  Laid laid_over(EntityId entity, WrittenField& given);
  void add_laid_fields(EntityId entity);
  void complain_of_untaken(const Use& use);
  Value checked_as_replaced(DefId id, Value value);
  std::string path_in(const Use& use, EntityId entity) const;
  EntityId home_of(EntityId entity) const;
  EntityId around_of_line(EntityId scope, const Written& name) const;

  // nouns.cpp: what declared blocks become
  void declare_nouns();
  void settle_round(EntityId entity);
  void settle_taxes(EntityId entity);  // statements.cpp
  void settle_lease(EntityId entity);
  void check_statements();
  void settle_event(EntityId entity);
  void settle_credit(EntityId entity);
  void settle_team(EntityId entity);
  void settle_line(EntityId entity);
  std::uint32_t line_of(const Entity& entity) const;

  // currencies.cpp: money of other currencies
  void declare_currencies();
  void settle_account(EntityId entity);
  void settle_currencies();
  std::uint32_t currency_of(const quantity::Unit& money) const;
  Value converted(Value value, const FieldRow& row, const quantity::Unit& wanted, const Context& context, DefId id);
  Value conform_rate(Value value, DefId id);
  Value conform_foreign(Value value, const FieldRow& row, DefId id);
  void keep_currency(Value& value, DefId id);
  Value conform_own(Value value, const FieldRow& row, DefId id);
  void complain_of_rate(Value& value, const std::string& code, const quantity::Unit& wanted);
  std::string rate_example(const std::string& code) const;

  // facilities.cpp
  void settle_facility(EntityId entity);
  void settle_covenant(EntityId entity);
  std::uint32_t named_block(EntityId entity, std::string_view field, KindId kind);
  bool refinances(EntityId facility) const;
  void check_facilities();
  LenderWarrants lender_warrants(EntityId facility);
  void settle_lender(EntityId facility);
  void check_warrants();

  // market.cpp: who pays
  std::vector<std::uint32_t> named_in(const WrittenField* given, KindId wanted);
  void settle_investor(EntityId entity);
  void settle_pact(EntityId entity);
  void settle_market_side(EntityId entity, Round& round);
  void settle_tranches(const Entity& entity, Round& round);
  void imply_investors(EntityId company);
  bool names_in_books(EntityId company, const std::string& word) const;
  void settle_wants();
  void imply_asks();
  bool plain_shares(const Company& company) const;
  Value call_regimes(const FunctionRow& row, const Written& written, Context& context);
  bool settle_stays(Regimes& regimes, const Written& stays, const std::vector<std::string>& names, Context& context);
  std::optional<Value> state_named(const Written& written, const Context& context);
  static bool of_market(Measure measure);
  bool of_the_market(Measure measure, std::uint32_t index) const;
  void condition_on(Shown& shown, Measure truth);
  void show_book(Ask& ask, const Written& what, Context& context);
  void show_demand(Ask& ask, const Written& what, Context& context);
  bool names_word(const Written& written, std::string_view word) const;
  void check_market();
  void check_investor(const Investor& investor);

  // projects.cpp
  void settle_project(EntityId entity);
  Value like(const Written& written, Context& context);
  Value usual(const Written& written, Context& context);  // usual.cpp
  quantity::Unit size_unit(std::uint32_t project);
  quantity::Unit unit_of_project(MeasureUnit unit, std::uint32_t project);
  void check_projects();
  void check_spend(const Project& project);
  bool asked_at_end(std::uint32_t project) const;
  void never_with(const Entity& entity, std::string_view field, std::string_view other);
  bool takes_word(EntityId entity, const WrittenField& given) const;
  std::string word_of(const Entity& entity, std::string_view field, std::string_view fallback);
  std::string text_of(const WrittenField* field);
  DefId definition_of(const Entity& entity, std::string_view field) const;
  void only_with(const Entity& entity, std::string_view field, std::string_view needs);

  // instruments.cpp: records and tables in the value of a field, and what they become
  void declare_record(EntityId entity, const WrittenField& given);
  void declare_cells(EntityId entity, const WrittenField& given);
  void define_cell(EntityId table, const lang::Tree& tree, lang::ItemId item);
  EntityId add_part(EntityId around, const KindRow& row, const std::string& name, const std::string& full, const WrittenField& given);
  Instrument instrument_of(EntityId record, bool of_class);
  void forbid(EntityId record, std::initializer_list<std::string_view> fields, const std::string& why, const std::string& instead);
  void settle_class(EntityId entity);
  void settle_holder(EntityId entity);
  void settle_exit(EntityId entity);
  void settle_price(EntityId entity, Round& round);
  EntityId record_of(EntityId entity, std::string_view field) const;
  bool is_fact(DefId id) const;  // one number: of the cap table of today
  bool sells_shares(const Round& round) const;
  bool before_start_allowed(DefId closed) const;

  // holders.cpp: who owns what at the start and who buys, the unwritten among them
  void settle_ownership();
  void settle_holdings(EntityId holder);
  void settle_book(EntityId round, EntityId company);
  void settle_pro_rata(EntityId round, EntityId company);
  void imply_class_holders(EntityId company);
  void imply_holders(EntityId company);
  void imply_pool(EntityId company);
  std::uint32_t imply_holder(EntityId company, Holder holder, const std::string& word);
  std::uint32_t buyers_of(EntityId round, EntityId company);
  bool book_covers(EntityId table, DefId amount);
  std::optional<std::uint32_t> holder_named(EntityId company, const std::string& word) const;
  std::vector<std::string> holder_words(EntityId company) const;
  DefId define_implied(EntityId entity, const std::string& name, const quantity::Unit& unit);
  std::optional<double> figure_of(DefId id);  // elaborates; nothing where a scenario may change it

  // import.cpp: the cap table of a package
  void import_captable(EntityId company);
  const equity::CapTable* named_captable(EntityId company);
  DefId define_constant(EntityId entity, const std::string& name, double value, const Type& type);
  EntityId add_imported(EntityId company, KindId kind, const std::string& name, std::uint32_t index);
  Instrument imported_terms(EntityId entity, const equity::Terms& terms);
  void import_convert(EntityId company, const equity::Security& security, const std::vector<equity::Holding>& holdings,
                      const std::function<std::uint32_t(const std::string&)>& holder_of);
  double month_of_date(const equity::Date& date) const;

  // ownership.cpp: rules over finished values
  struct World {  // the file as it stands, or with what a scenario lays over it
    std::map<DefId, ExprId> laid;
    std::string name;
  };
  void gather_worlds();
  void choose_touched(const World& world, std::set<CompanyId>& companies, std::set<std::uint32_t>& classes,
                      std::set<std::uint32_t>& rounds) const;
  std::optional<double> in_world(const World& world, DefId id) const;
  void complain_of_sum(text::Code code, const World& world, const std::vector<DefId>& parts, text::Span span, const std::string& message);
  void check_ownership();
  void check_facts();
  void check_world(const World& world);
  void check_parts(const World& world, CompanyId company);
  void check_class(const World& world, std::uint32_t share_class);
  void check_book(const World& world, std::uint32_t round);
  void check_terms(const World& world, const Instrument& is);
  void check_start();
  void check_prices();
  void check_valuations();
  bool priced(const Round& round) const;
  bool price_reads_last(const Round& round) const;
  bool first_price(const Company& company, const Round* but) const;
  void check_closings(const Round& round);

  // names.cpp
  struct Found {
    enum class Kind : std::uint8_t { nothing, definition, measure, entity, setting, silent } kind = Kind::nothing;
    enum class EventPart : std::uint8_t { none, date, happened };
    DefId definition = kNone;
    const MeasureRow* measure = nullptr;
    std::uint32_t index = kNone;
    EntityId entity = kNone;
    CompanyId company = kNone;  // of a team or credit
    EventPart event_part = EventPart::none;
  };
  Found find_word(std::string_view name, const Context& context) const;
  std::optional<Value> raised_from(const Written& argument, const Found& raised, text::Span span, const Context& context);
  Found find_in(EntityId entity, std::string_view name, bool inside, DefId but) const;
  Found find_path(const Written& path, Context& context);                      // NAME.NAME…; complains
  const WrittenField* field_in(EntityId entity, std::string_view name) const;  // of a class also what it is
  std::optional<DefId> find_target(const std::vector<std::string>& path, text::Span span, const Context& context);
  DefId default_of(EntityId entity, std::string_view field) const;
  void unknown_name(std::string_view name, text::Span span, const Context& context);
  Value value_of(const Found& found, text::Span span, const Context& context);
  std::optional<EntityId> find_company(const Written& written, Context& context);
  const FieldRow* row_in(EntityId entity, std::string_view name) const;
  Found find_quietly(const Written& path, const Context& context) const;

  // definition.cpp
  void elaborate_all();
  void elaborate(DefId id);
  Type type_of(DefId id);
  Value conform(Value value, const FieldRow& row, const Context& context, DefId id);
  Value conform_cheque(Value value, const FieldRow& row);
  std::optional<Type> fixed_type(const FieldRow& row, EntityId entity) const;
  DefId opening_of(DefId id) const;
  bool takes_opening(DefId id) const;
  std::string type_in_words(const Value& value) const;
  Context context_of(DefId id, bool as_replaced = false);

  // expression.cpp
  Value expression(const Written& written, Context& context);
  Value expression_unguarded(const Written& written, Context& context);
  Value quantity_value(const Written& written, const Context& context);
  Value date_operand(const Written& written, Context& context, Edge edge);
  std::optional<quantity::Period> period_literal(const Written& written) const;
  Value truth(const Written& written, Context& context);
  Value as_truth(Value value, const Context& context);
  Value binary(const Written& written, Context& context);
  Value compare(const Written& written, Context& context);
  Value of(const Written& written, Context& context);
  Value window(const Written& written, Context& context);
  Value index(const Written& written, Context& context);
  Value in_period(const Written& written, Context& context);
  bool same_unit(Value& a, Value& b, text::Span sign, std::string_view verb, std::string_view with);
  std::string unit_advice(const Value& found, const quantity::Unit& wanted);
  bool need_number(const Value& value, std::string_view what);

  // call.cpp
  Value call(const Written& written, Context& context);
  Value call_plain(const FunctionRow& row, const Written& written, Context& context);
  Value call_time(const FunctionRow& row, const Written& written, Context& context);
  Value call_across(const FunctionRow& row, const Written& written, Context& context);
  Value call_grow(const FunctionRow& row, const Written& written, Context& context);
  Value call_table(const Written& written, EntityId entity, Context& context);
  Value call_measure(const Written& written, Context& context);
  Value measure_of_holder(const MeasureRow& row, std::uint32_t holder, text::Span span, const Context& context);
  bool no_names(const FunctionRow& row, const Written& written);
  quantity::Unit amount_of(Value& value, std::string_view name);
  Value duration_argument(const Written& written, Context& context, std::string_view what);
  bool count_arguments(const FunctionRow& row, const Written& written, std::size_t least, std::size_t most);
  std::optional<int> known_months(const Written& written, Context& context, std::string_view what);
  Value lag_of(Value value, int months, text::Span span, const Context& context);

  // distribution.cpp
  Value range(const Written& written, Context& context);
  Value between(const Written& written, Context& context);
  Value call_luck(const FunctionRow& row, const Written& written, Context& context);
  Value mixture(const Written& written, Context& context);
  Value truncate(const Written& written, Context& context);
  Value sample(const Written& written, Context& context);
  Value metalog(std::vector<std::pair<double, Value>> points, MetalogForm form, text::Span span, Context& context);
  Value by_percentiles(const FunctionRow& row, Family family, const std::vector<std::pair<double, Value>>& points, text::Span span,
                       Context& context);
  Value by_mean(const FunctionRow& row, Family family, Value mean, Value sd, text::Span span, Context& context);
  bool parameter_fits(ParamKind kind, const Value& value);
  bool of_dates(const Written& written, const Context& context) const;
  std::optional<std::vector<Value>> ends(const Written& written, Context& context);
  Value rounded_date(Value value, const Context& context);
  Value drawn(Draw draw, const quantity::Unit& unit, text::Span span, Context& context);
  std::uint32_t luck(Context& context);

  // table.cpp
  Value table(const Written& written, Context& context);
  Value period_table(const Written& written, Context& context, bool independent);
  Value curve(const Written& written, Context& context, bool linear);
  Value lookup_table(const Written& written, Context& context);
  bool may_be_negative(ExprId id) const;
  bool may_be_nought(ExprId id) const;

  Value cell_value(const Written& written, const std::string& key, bool independent, std::vector<std::uint32_t>& lucks, Context& context);
  Value table_node(Table table, ExprKind kind, const quantity::Unit& unit, text::Span span, const Context& context);
  bool draw_may_be_negative(const Draw& draw) const;

  // question.cpp
  OwnerId new_owner(Reads reads, const std::string& name, text::Span span);
  Context question_context(EntityId scope, const std::string& name, text::Span span);
  std::optional<Override> override_of(DefId target, const Written& value, const std::string& by, text::Span span);
  bool names_base(const Written& written) const;
  void find_overridden();
  std::vector<std::string> split_path(const std::string& path) const;
  void settle_scenarios();
  void settle_settings();
  void settle_asks();
  void settle_checks();
  void settle_reports();
  void settle_expression();
  void add_ask(EntityId id);
  void add_for(Ask& ask, const Written& value);
  void add_find(Ask& ask, const Entity& entity, Context& context);
  bool within_horizon(double month, text::Span span);
  void show(Ask& ask, const Written& written, const std::string& by, Context& context);
  std::optional<Shown> shown(const Written& written, Context& context);
  std::string by_of(const Entity& entity);
  void holders_meant(const Written& written, const Context& context, std::set<CompanyId>& companies) const;
  Case base_case() const;
  std::optional<Case> case_of(const Written& written, const std::vector<CompanyId>& asked, Context& context);
  std::vector<CompanyId> companies_in(const std::vector<Shown>& shown) const;
  CompanyId company_of_measure(const Expr& expr) const;

  // together.cpp
  void settle_together();
  std::vector<std::uint32_t> lucks_of(DefId id) const;
  void check_correlations();

  // variation.cpp
  std::vector<ExprId> inside(ExprId id) const;
  void inside_draw(std::uint32_t index, std::vector<ExprId>& result) const;
  std::vector<ExprId> parts_of(ExprId root) const;
  std::uint8_t bits_of(ExprId id) const;
  void infer_variation();
  void classify_answers();
  void check_named_months();
  void check_varies();

  // information.cpp
  void check_information();
  void check_readings_at_second_hand();

  // loops.cpp
  struct Need {  // of the same month
    std::uint32_t to = kNone;
    bool lagged = false;
    text::Span span;
    std::string name;
  };
  std::vector<Need> edges_of(ExprId root, bool of_month_before = false) const;
  std::vector<std::vector<Need>> month_graph() const;
  void find_loops();
  void report_loop(std::uint32_t start_node, std::vector<const Need*> loop);

  // nodes
  ExprId node(Expr expr, OwnerId owner);
  ExprId constant(double value, text::Span span, OwnerId owner);
  Value made(ExprKind kind, TypeKind type, quantity::Unit unit, std::vector<ExprId> args, text::Span span, const Context& context,
             double value = 0, double value2 = 0);
  Value constant_value(double value, quantity::Unit unit, text::Span span, const Context& context);
  std::optional<double> known(ExprId id) const;  // follows names to what no scenario overrides
  std::optional<double> literal(ExprId id) const;
  std::string quoted(const Written& written) const;  // as written, on one line
  quantity::Unit unit_of_measure(MeasureUnit unit) const;
  quantity::Unit currency() const { return quantity::money(model_.settings.currency); }
  int start() const { return quantity::month_number(model_.settings.start_year, model_.settings.start_month); }

  const std::vector<lang::Tree>& files_;
  const Inputs& inputs_;
  const CheckOptions& options_;
  text::Diagnostics& diagnostics_;
  Model model_;
  quantity::UnitNames units_;
  std::vector<Entity> entities_;  // 0 is the file
  std::vector<DefinitionState> states_;
  std::vector<Ownership> owners_;
  std::vector<OwnerId> owner_of_;  // by expression
  std::vector<TimeReading> readings_;
  std::map<std::pair<std::string, LuckKind>, std::uint32_t> luck_by_name_;
  std::map<std::string, std::uint32_t> scenario_by_name_;
  std::map<std::pair<const lang::Tree*, std::string>, std::uint32_t> source_by_name_;  // of each file
  std::map<std::string, std::uint32_t> source_anywhere_;
  std::set<std::uint32_t> sources_declared_;
  std::map<std::string, const lang::Tree*> units_by_file_;
  std::vector<Use> uses_;                      // those under way, the outermost first
  std::set<const lang::Tree*> stand_in_file_;  // files whose content stands in the file itself
  std::size_t uses_declared_ = 0;
  std::set<DefId> overridden_;
  std::map<std::pair<std::string, std::string>, std::uint32_t> sample_by_column_;
  std::vector<std::pair<ExprId, DefId>> lookup_uses_;
  std::set<ExprId> windowed_;  // overrides that hold only for some months
  std::vector<std::uint8_t> bits_, definition_bits_;
  std::uint32_t scenario_option_ = kNone;
  std::map<EntityId, std::uint32_t> exits_;                            // Model::exits
  std::vector<World> worlds_;                                          // the first is the file as it stands
  std::unordered_map<DefId, std::vector<std::uint32_t>> worlds_over_;  // which of them lay something over a definition
  std::vector<std::vector<DefId>> held_;                               // what holders say they hold, by class
  std::map<EntityId, std::uint32_t> buyers_;                           // Model::holders, by round
  text::Span together_span_;
  std::vector<DefId> circles_;  // definitions that needed their own type
  std::size_t names_compared_ = 0;
  int loops_reported_ = 0;
  std::set<std::string> closings_checked_;                             // rounds
  int depth_ = 0;
  bool too_deep_ = false;
};

}  // namespace warchest::model
