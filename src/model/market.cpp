// Who pays: investors, pacts and the mood of the market, and what a round brings to them. The rules are those of market/; here names are
// resolved, and what could mean nothing is refused.
//
// Where a file has investors, every round by rule meets them, unless it is a grant; a dated round is a fact and is taken as written, but
// its book uses up what its buyers have. A holder with an investor's name is that investor; in every company that raises by rule each
// investor is a holder, if of nothing.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "market/round.h"
#include "model/checker.h"

namespace warchest::model {

using text::Code;
using Kind = lang::ExprKind;

// --- lists of names -----------------------------------------------------------------------------------------------------------------

// Investors or companies of the file, each once. A name of somebody who is not in the file is not modelled.
std::vector<std::uint32_t> Checker::named_in(const WrittenField* given, KindId wanted) {
  std::vector<std::uint32_t> result;
  if (given == nullptr) return result;
  const Written value = given->value.bare();
  std::vector<Written> names;
  if (value->kind == Kind::list) {
    for (std::size_t i = 0; i < value.children(); ++i) names.push_back(value.child(i).bare());
  } else {
    names.push_back(value);
  }
  const std::string what = wanted == KindId::investor_ ? "investor" : "company";
  for (const Written& name : names) {
    if (name->kind == Kind::mistake) continue;
    const std::string word = name->kind == Kind::name ? name.word() : "";
    const auto found = entities_[0].blocks.find(word);
    if (word.empty() || found == entities_[0].blocks.end() || entities_[found->second].kind->id != wanted) {
      std::vector<std::string> candidates;
      if (may_suggest(entities_[0].order.size())) {
        for (const EntityId id : entities_[0].order) {
          if (entities_[id].kind->id == wanted) candidates.push_back(entities_[id].name);
        }
      }
      const auto near = nearest(word, candidates);
      error(Code::not_modelled, name.span(), "not modelled: `" + quoted(name) + "` is no " + what + " of the file",
            near ? "did you mean  " + *near + "?"
            : wanted == KindId::investor_
                ? "write what it can pay:  investor " + (word.empty() ? "gulf" : word) + " { capacity = $1B/year }"
                : "write it down:  company " + (word.empty() ? "rival" : word) +
                      " { opening_post_money = $18B, round raise { every = 12 months, amount = $2B } }",
            quoted(name), "an " + what + " of the file");
      continue;
    }
    const std::uint32_t index = entities_[found->second].index;
    if (std::find(result.begin(), result.end(), index) != result.end()) {
      error(Code::duplicate_name, name.span(), "`" + word + "` is there twice");
    } else {
      result.push_back(index);
    }
  }
  return result;
}

// --- the nouns ------------------------------------------------------------------------------------------------------------------------

void Checker::settle_investor(EntityId id) {
  const Entity& entity = entities_[id];
  Investor investor;
  investor.name = entity.full;
  investor.label = entity.label;
  investor.span = entity.span;
  const auto field = [&](std::string_view name) { return definition_of(entity, name); };
  investor.capacity = field("capacity");
  investor.in_all = field("in_all");
  investor.largest = field("largest");
  investor.per_company = field("per_company");
  investor.part_per_company = field("part_per_company");
  investor.appetite = field("appetite");
  investor.reservation_price = field("reservation_price");
  investor.follow_on = field("follow_on");
  investor.interest = field("interest");
  investor.many = word_of(entity, "many", "no") == "yes";
  investor.only_defends = word_of(entity, "only_defends", "no") == "yes";
  never_with(entity, "reservation_price", "appetite");
  if (investor.many) {
    for (const char* name : {"follow_on", "only_defends"}) {
      const WrittenField* given = entity.field(name);
      if (given == nullptr || (given->row->want == Want::word && !investor.only_defends)) continue;
      error(Code::field_conflict, given->name_span,
            "`" + std::string(name) + "` means nothing of a block that stands for many: it is never one that was in before",
            "interest = 50%");
    }
  }
  model_.investors[entity.index] = std::move(investor);
}

void Checker::settle_pact(EntityId id) {
  const Entity& entity = entities_[id];
  Pact pact;
  pact.name = entity.full;
  pact.label = entity.label;
  pact.span = entity.span;
  pact.until = definition_of(entity, "until");
  pact.honoured = definition_of(entity, "honoured");
  pact.signed_by = named_in(entity.field("signed"), KindId::investor_);
  pact.against = named_in(entity.field("against"), KindId::company_);
  model_.pacts[entities_[id].index] = std::move(pact);
}

// What a round brings to the market. Without investors in the file there is none to bring it to.
void Checker::settle_market_side(EntityId id, Round& round) {
  const Entity& entity = entities_[id];
  const bool investors = !model_.investors.empty();
  const bool by_rule = round.closed == kNone, grant = round.instrument.kind == InstrumentKind::grant;
  round.accepts = definition_of(entity, "accepts");
  round.least_book = definition_of(entity, "least_book");
  round.retry = definition_of(entity, "retry");
  round.closes = definition_of(entity, "closes");
  round.exclusive_for = definition_of(entity, "exclusive_for");
  round.exclusive_honoured = definition_of(entity, "exclusive_honoured");
  round.meets_market = investors && by_rule && !grant;
  for (const char* field : {"accepts", "least_book", "retry", "closes"}) never_with(entity, field, "closed");
  for (const char* field : {"exclusive_for", "exclusive_honoured"}) only_with(entity, field, "exclusive");
  round.exclusive = named_in(entity.field("exclusive"), KindId::company_);
  settle_tranches(entity, round);
  for (const char* field : {"accepts", "least_book", "exclusive"}) {
    const WrittenField* given = entity.field(field);
    if (given == nullptr || (investors && !grant)) continue;
    error(Code::field_conflict, given->name_span,
          grant ? "a grant asks no market, so it has no `" + std::string(field) + "`"
                : "`" + std::string(field) + "` means nothing where nobody is modelled who could pay",
          grant ? "" : "investor gulf { capacity = $5B/year }");
  }
  if (!round.meets_market) return;
  for (const char* field : {"book", "pro_rata"}) {
    if (const WrittenField* given = entity.field(field)) {
      error(Code::field_conflict, given->name_span,
            "who pays in a round by rule is found in the market, so it has no `" + std::string(field) + "`",
            std::string(field) == "book" ? "a book is of a round that is `closed`"
                                         : "follow_on  of an investor is the chance that it takes its pro rata");
    }
  }
}

// { 0 months: 60%, 12 months: 40% }
void Checker::settle_tranches(const Entity& entity, Round& round) {
  const WrittenField* given = entity.field("tranches");
  if (given == nullptr) return;
  const Written value = given->value.bare();
  const std::string example = "tranches = { 0 months: 60%, 12 months: 40% }";
  if (value->kind == Kind::mistake) return;
  if (value->kind != Kind::table || value->word != text::NameId::none) {
    error(Code::wrong_type, value.span(), "`tranches` wants " + in_words(Want::tranches), example);
    return;
  }
  if (round.instrument.kind != InstrumentKind::preferred && round.instrument.kind != InstrumentKind::common) {
    error(Code::field_conflict, given->name_span, "only a round that sells shares comes in tranches", "a round for each of them");
    return;
  }
  std::vector<market::Tranche> tranches;
  Context context;
  context.scope = 0;
  for (const lang::ItemId id : value.tree->cells(*value)) {
    const lang::Item& cell = (*value.tree)[id];
    const Value after = expression({value.tree, cell.key}, context), part = expression({value.tree, cell.value}, context);
    if (after.bad || part.bad) return;
    const auto months = literal(after.id), share = literal(part.id);
    if (!months || !share || after.unit != quantity::duration() || !part.unit.plain()) {
      error(Code::wrong_type, months && after.unit == quantity::duration() ? part.span : after.span,
            "`tranches` wants " + in_words(Want::tranches) + ", written out", example);
      return;
    }
    tranches.push_back({*share, static_cast<int>(std::lround(*months))});
  }
  const auto checked = market::checked(tranches);
  if (!checked) {
    error(Code::bad_table, value.span(), checked.refusal().what, example);
    return;
  }
  for (const market::Tranche& tranche : *checked) round.tranches.emplace_back(tranche.months_after, tranche.part);
}

// --- who is who among holders -----------------------------------------------------------------------------------------------------------

// Before books are read: the investors among the holders of a company.
void Checker::imply_investors(EntityId company) {
  const CompanyId number = entities_[company].index;
  const std::vector<std::uint32_t> rounds = model_.companies[number].rounds;
  const bool meets = std::any_of(rounds.begin(), rounds.end(), [&](std::uint32_t r) { return model_.rounds[r].meets_market; });
  for (std::uint32_t i = 0; i < model_.investors.size(); ++i) {
    const std::string& word = model_.investors[i].name;
    if (const auto written = holder_named(company, word)) {
      model_.holders[*written].investor = i;
      if (model_.holders[*written].label.empty()) model_.holders[*written].label = model_.investors[i].label;
      model_.investors[i].holders.emplace_back(number, *written);
      continue;
    }
    if (!meets && !names_in_books(company, word)) continue;
    Holder holder;
    holder.kind = Holder::Kind::investor;
    holder.name = entities_[company].full + "." + word;
    holder.label = model_.investors[i].label.empty() ? word : model_.investors[i].label;
    holder.investor = i;
    holder.span = model_.investors[i].span;
    const std::uint32_t made = imply_holder(company, std::move(holder), word);
    model_.investors[i].holders.emplace_back(number, made);
  }
}

bool Checker::names_in_books(EntityId company, const std::string& word) const {
  for (const EntityId block : entities_[company].order) {
    if (entities_[block].kind->id != KindId::round_) continue;
    const auto book = entities_[block].blocks.find("book");
    if (book == entities_[block].blocks.end() || entities_[book->second].kind->id != KindId::book_) continue;
    if (entities_[book->second].cells.contains(word)) return true;
  }
  return false;
}

// `wants` is written without a company's name: it is read once for each company that asks and has a plan.
void Checker::settle_wants() {
  for (EntityId id = 1, written = static_cast<EntityId>(entities_.size()); id < written; ++id) {
    if (entities_[id].kind->id != KindId::investor_) continue;
    const WrittenField* given = entities_[id].field("wants");
    if (given == nullptr) continue;
    const std::uint32_t investor = entities_[id].index;
    const std::string full = entities_[id].full;
    for (EntityId company = 1; company < written; ++company) {
      if (entities_[company].kind->id != KindId::company_) continue;
      const CompanyId number = entities_[company].index;
      const auto& rounds = model_.companies[number].rounds;
      const bool meets = std::any_of(rounds.begin(), rounds.end(), [&](std::uint32_t r) { return model_.rounds[r].meets_market; });
      if (!meets || model_.companies[number].lines.empty()) continue;
      WrittenField copy = *given;
      copy.definition = kNone;
      const std::size_t errors = diagnostics_.errors();
      const DefId def = define(company, copy, Role::field, full + ".wants(" + entities_[company].full + ")");
      type_of(def);
      elaborate(def);
      model_.investors[investor].wants.emplace_back(number, def);
      if (diagnostics_.errors() > errors) break;  // said once
    }
  }
}

// The unwritten ask of a round is the last post-money.
void Checker::imply_asks() {
  for (EntityId id = 1, written = static_cast<EntityId>(entities_.size()); id < written; ++id) {
    if (entities_[id].kind->id != KindId::round_ || !entities_[id].written()) continue;
    const std::uint32_t number = entities_[id].index;
    const Round round = model_.rounds[number];
    if (!round.meets_market || !sells_shares(round) || round.asks != kNone || round.pre_money != kNone || round.post_money != kNone)
      continue;
    const DefId def = define_implied(id, entities_[id].full + ".asks", currency());
    owners_[states_[def].owner].reads = Reads::policy;
    model_.definitions[def].is = node(
        {.kind = ExprKind::measure, .measure = Measure::last_post_money, .index = round.company, .span = round.span}, states_[def].owner);
    model_.rounds[number].asks = def;
  }
}

// Whether the shares of a company need no table: everybody is diluted alike by every round. Then who is in, and how far, follows from the
// cheques alone.
bool Checker::plain_shares(const Company& company) const {
  if (!company.classes.empty() || company.imported != kNone) return false;
  for (const std::uint32_t h : company.holders) {
    if (model_.holders[h].owns != kNone && model_.holders[h].investor != kNone) return false;
  }
  for (const std::uint32_t f : company.facilities) {
    if (model_.facilities[f].warrants.given()) return false;
  }
  for (const std::uint32_t r : company.rounds) {
    const Round& round = model_.rounds[r];
    if (round.instrument.kind == InstrumentKind::grant) continue;
    if (!round.meets_market || !sells_shares(round) || round.pool != kNone || round.instrument.anti_dilution != AntiDilution::none ||
        (round.instrument.dividend != kNone && round.instrument.dividend_in_kind)) {
      return false;
    }
  }
  return true;
}

// --- processes ----------------------------------------------------------------------------------------------------------------------

// regimes({ boom: 1.2x, normal: 1x }, stays: { boom: 50%, normal: 80% }, starts: normal)
Value Checker::call_regimes(const FunctionRow& row, const Written& written, Context& context) {
  const text::Span span = written.span();
  const std::string example = "for example  " + std::string(row.example);
  const auto refuse = [&](text::Span at, const std::string& message) {
    error(Code::bad_argument, at, message, example);
    return bad(span);
  };
  Written table, stays, starts;
  for (std::size_t i = 1; i < written.children(); ++i) {
    const Written argument = written.child(i);
    if (argument->kind != Kind::pair) {
      if (table.given()) return refuse(argument.span(), "`regimes` takes one table of states, and `stays:` and `starts:`");
      table = argument.bare();
      continue;
    }
    const Written key = argument.child(0).bare();
    const std::string word = key->kind == Kind::name ? key.word() : "";
    if (word != "stays" && word != "starts")
      return refuse(key.span(), "`regimes` takes `stays:` and `starts:`, and not `" + quoted(key) + "`");
    (word == "stays" ? stays : starts) = argument.child(1).bare();
  }
  if (!table.given() || !stays.given() || !starts.given()) return refuse(span, "`regimes` takes a table of states, `stays:` and `starts:`");
  const bool plain = table->kind == Kind::table && table->word == text::NameId::none;
  if (!plain || table.tree->cells(*table).size() < 2) return refuse(table.span(), "a process has at least two states: { name: value, … }");
  Regimes regimes;
  std::optional<Value> first;
  std::vector<std::string> names;
  for (const lang::ItemId id : table.tree->cells(*table)) {
    const lang::Item& cell = (*table.tree)[id];
    const Written key = Written{table.tree, cell.key}.bare();
    if (key->kind != Kind::name) return refuse(key.span(), "a state has a name");
    Value value = expression({table.tree, cell.value}, context);
    if (value.bad) return bad(span);
    const auto fixed = known(value.id);
    if (value.type != TypeKind::number || !fixed) {
      error(Code::not_known, value.span, "the value of a state is one known number", example);
      return bad(span);
    }
    if (!first) {
      first = value;
    } else if (!same_unit(*first, value, value.span, "the states of a process mix", "and")) {
      return bad(span);
    }
    if (std::find(names.begin(), names.end(), key.word()) != names.end()) {
      error(Code::duplicate_name, key.span(), "the state `" + key.word() + "` is there twice");
      return bad(span);
    }
    names.push_back(key.word());
    regimes.states.push_back({key.word(), *fixed, kNone});
  }
  if (!settle_stays(regimes, stays, names, context)) return bad(span);
  const std::string begins = starts->kind == Kind::name ? starts.word() : "";
  if (std::find(names.begin(), names.end(), begins) == names.end()) {
    const auto near = nearest(begins, names);
    error(Code::wrong_word, starts.span(), "`" + quoted(starts) + "` is no state of this process",
          near ? "did you mean  " + *near + "?" : "");
    return bad(span);
  }
  std::stable_sort(regimes.states.begin(), regimes.states.end(), [](const auto& a, const auto& b) { return a.value < b.value; });
  for (std::uint32_t i = 0; i < regimes.states.size(); ++i) {
    if (regimes.states[i].name == begins) regimes.starts = i;
  }
  const LuckKind kind = context.luck_kind;
  context.luck_kind = LuckKind::month;
  regimes.luck = luck(context);
  context.luck_kind = kind;
  Value result = made(ExprKind::regimes, TypeKind::number, first->unit, {}, span, context);
  model_.exprs[result.id].index = static_cast<std::uint32_t>(model_.regimes.size());
  model_.regimes.push_back(std::move(regimes));
  return result;
}

// stays: 70%,  or one for each state.
bool Checker::settle_stays(Regimes& regimes, const Written& stays, const std::vector<std::string>& names, Context& context) {
  const auto chance = [&](const Written& written) -> ExprId {
    const bool share = context.share;
    context.share = true;
    Value value = expression(written, context);
    context.share = share;
    if (value.bad) return kNone;
    const auto fixed = literal(value.id);
    if (value.type != TypeKind::number || !value.unit.plain() || (fixed && (*fixed < 0 || *fixed > 1))) {
      error(Code::out_of_bounds, value.span, "`stays` is the chance, between 0% and 100%, that a year brings no change");
      return kNone;
    }
    return value.id;
  };
  if (stays->kind != Kind::table || stays->word != text::NameId::none) {
    const ExprId all = chance(stays);
    for (auto& state : regimes.states) state.stays = all;
    return all != kNone;
  }
  for (const lang::ItemId id : stays.tree->cells(*stays)) {
    const lang::Item& cell = (*stays.tree)[id];
    const Written key = Written{stays.tree, cell.key}.bare();
    const std::string word = key->kind == Kind::name ? key.word() : "";
    const auto state = std::find_if(regimes.states.begin(), regimes.states.end(), [&](const auto& one) { return one.name == word; });
    if (state == regimes.states.end() || state->stays != kNone) {
      const auto near = nearest(word, names);
      error(Code::wrong_word, key.span(),
            state == regimes.states.end() ? "`" + quoted(key) + "` is no state of this process" : "`" + word + "` is there twice",
            near && *near != word ? "did you mean  " + *near + "?" : "");
      return false;
    }
    state->stays = chance({stays.tree, cell.value});
    if (state->stays == kNone) return false;
  }
  for (const auto& state : regimes.states) {
    if (state.stays != kNone) continue;
    error(Code::bad_argument, stays.span(), "`stays` says nothing of `" + state.name + "`", "stays: 70%  is of all of them");
    return false;
  }
  return true;
}

// In what a scenario lays over a process its states have names: market.mood = shut from 2025-07.
std::optional<Value> Checker::state_named(const Written& written, const Context& context) {
  if (context.base == kNone || model_.definitions[context.base].is == kNone) return std::nullopt;
  const Expr& process = model_.exprs[model_.definitions[context.base].is];
  if (process.kind != ExprKind::regimes) return std::nullopt;
  for (const auto& state : model_.regimes[process.index].states) {
    if (state.name == written.word()) return constant_value(state.value, type_of(context.base).unit, written.span(), context);
  }
  if (find_word(written.word(), context).kind != Found::Kind::nothing) return std::nullopt;
  std::vector<std::string> names;
  std::string all;
  for (const auto& state : model_.regimes[process.index].states) {
    names.push_back(state.name);
    all += (all.empty() ? "" : ", ") + state.name;
  }
  const auto near = nearest(written.word(), names);
  error(Code::wrong_word, written.span(), "`" + written.word() + "` is no state of this process",
        near ? "did you mean  " + *near + "?" : "its states are  " + all);
  return bad(written.span());
}

// --- what is asked ----------------------------------------------------------------------------------------------------------------------

bool Checker::of_market(Measure measure) {
  switch (measure) {
    case Measure::raised_insiders:
    case Measure::round_insiders:
    case Measure::round_book:
    case Measure::round_demand:
    case Measure::round_tried:
    case Measure::round_closed:
    case Measure::round_filled:
    case Measure::round_failures:
      return true;
    default:
      return false;
  }
}

// Whether the market knows of it: a company raises from investors, a round meets them.
bool Checker::of_the_market(Measure measure, std::uint32_t index) const {
  if (measure == Measure::raised_insiders) return !model_.investors.empty();
  if (measure == Measure::round_insiders) return !model_.investors.empty() && model_.rounds[index].instrument.kind != InstrumentKind::grant;
  return model_.rounds[index].meets_market;
}

// raised(from: insiders) of a round or company; nothing where the argument is no `from:`.
std::optional<Value> Checker::raised_from(const Written& argument, const Found& raised, text::Span span, const Context& context) {
  if (argument->kind != Kind::pair) return std::nullopt;
  const Written key = argument.child(0).bare();
  if (key->kind != Kind::name || key.word() != "from") return std::nullopt;
  const Written whom = argument.child(1).bare();
  const bool of_raised = raised.kind == Found::Kind::measure &&
                         (raised.measure->measure == Measure::raised || raised.measure->measure == Measure::round_raised);
  if (!of_raised || whom->kind != Kind::name || whom.word() != "insiders") {
    error(Code::bad_argument, argument.span(), "`from:` is of what was raised, and from insiders: those who held before the round",
          "raised(from: insiders)", quoted(argument));
    return bad(span);
  }
  Found from = raised;
  from.measure = &measure_row(raised.measure->measure == Measure::raised ? Measure::raised_insiders : Measure::round_insiders);
  return value_of(from, span, context);
}

// At these prices, over the last post-money, `demand` is answered where none is named.
constexpr double kPrices[] = {0.6, 0.8, 1.0, 1.2, 1.4, 1.6, 1.8, 2.0, 2.5, 3.0};

// A figure of the first attempt is a mean over the paths on which there was one, or on which it closed: the quotient of two means.
void Checker::condition_on(Shown& shown, Measure truth) {
  const Expr figure = model_.exprs[shown.expr];
  const OwnerId owner = owner_of_[shown.expr];
  const ExprId there =
      node({.kind = ExprKind::measure, .measure = truth, .type = TypeKind::truth, .index = figure.index, .span = figure.span}, owner);
  const ExprId above = node({.kind = ExprKind::stat_mean, .args = {shown.expr}, .span = figure.span}, owner);
  const ExprId below = node({.kind = ExprKind::stat_chance, .args = {there}, .span = figure.span}, owner);
  shown.expr = node({.kind = ExprKind::div, .args = {above, below}, .span = figure.span}, owner);
  shown.kind = AnswerKind::value;
}

// openai.next.book by investor: what each puts in, and beside it the chances that it is tried, closes and fills.
void Checker::show_book(Ask& ask, const Written& what, Context& context) {
  const int lucks = context.lucks;
  std::uint32_t round = kNone;
  for (std::uint32_t i = 0; i < model_.investors.size(); ++i) {
    context.split_investor = i;
    context.lucks = lucks;
    auto answer = shown(what, context);
    if (!answer) break;
    for (const ExprId part : parts_of(answer->expr)) {
      if (model_.exprs[part].kind == ExprKind::measure && model_.exprs[part].measure == Measure::round_book)
        round = model_.exprs[part].index;
    }
    if (model_.exprs[answer->expr].kind == ExprKind::measure) condition_on(*answer, Measure::round_closed);
    answer->by = model_.investors[i].label.empty() ? model_.investors[i].name : model_.investors[i].label;
    ask.shown.push_back(std::move(*answer));
  }
  context.split_investor = kNone;
  if (round == kNone) return;
  for (const Measure truth : {Measure::round_tried, Measure::round_closed, Measure::round_filled}) {
    Shown beside;
    beside.expr =
        node({.kind = ExprKind::measure, .measure = truth, .type = TypeKind::truth, .index = round, .span = what.span()}, context.owner);
    beside.text = model_.rounds[round].name + "." + std::string(measure_row(truth).name);
    beside.kind = AnswerKind::chance;
    ask.shown.push_back(std::move(beside));
  }
}

// openai.next.demand: one answer for each price.
void Checker::show_demand(Ask& ask, const Written& what, Context& context) {
  const int lucks = context.lucks;
  for (const double price : kPrices) {
    context.split_price = price;
    context.lucks = lucks;
    auto answer = shown(what, context);
    if (!answer) break;
    if (model_.exprs[answer->expr].kind == ExprKind::measure) condition_on(*answer, Measure::round_tried);
    answer->by = fmt::format("at {:.1f}x", price);
    ask.shown.push_back(std::move(*answer));
  }
  context.split_price.reset();
}

// --- rules over finished values ---------------------------------------------------------------------------------------------------------

void Checker::check_market() {
  for (const Investor& investor : model_.investors) check_investor(investor);
  for (Company& company : model_.companies) company.plain_shares = plain_shares(company);
  for (const Round& round : model_.rounds) {
    if (!round.meets_market) continue;
    const Company& company = model_.companies[round.company];
    if (company.opening_post_money == kNone && !first_price(company, &round)) {
      error(Code::no_price, round.span,
            "investors measure a price against the last post-money, and nobody has said what `" + company.name + "` was worth",
            "opening_post_money = $18B");
    }
    if (!company.plain_shares && sells_shares(round)) check_closings(round);
  }
}

void Checker::check_investor(const Investor& investor) {
  const auto low_end = [&](DefId id) -> std::optional<double> {
    if (id == kNone || states_[id].bad) return std::nullopt;
    return known(model_.definitions[id].is);
  };
  for (const DefId limit : {investor.capacity, investor.in_all, investor.largest, investor.per_company}) {
    const auto least = low_end(limit);
    if (least && *least < 0) {
      error(Code::negative_capacity, states_[limit].written.span(), "what an investor can put in is not below zero",
            "0 for one who pays nothing");
    }
  }
  if (investor.follow_on != kNone && investor.interest != kNone) {
    const auto in = low_end(investor.follow_on), out = low_end(investor.interest);
    if (in && out && *in < *out) {
      warning(Code::follow_on_below_interest, states_[investor.follow_on].written.span(),
              "`" + investor.name + "` is less likely to pay where it is in than where it is not, so that owning keeps it away");
    }
  }
  if (investor.appetite == kNone || states_[investor.appetite].bad) return;
  const text::Span span = states_[investor.appetite].written.span();
  const Expr& table = model_.exprs[model_.definitions[investor.appetite].is];
  const std::string example = "appetite = { 1.0x: 100%, 1.5x: 80%, 2.0x: 40% }";
  if (table.kind != ExprKind::lookup || !states_[investor.appetite].table_by_number || overridden_.contains(investor.appetite)) {
    error(Code::bad_table, span,
          "`appetite` is a table that is written out, price over the last post-money to the part that is still there", example);
    return;
  }
  double before = 1;
  for (const auto& [price, part] : model_.lookups[table.index].points) {
    const auto fixed = known(part);
    if (price < 0) error(Code::out_of_bounds, model_.exprs[part].span, "a price is not below zero", example);
    if (!fixed) continue;
    if (*fixed < 0 || *fixed > 1) {
      error(Code::out_of_bounds, model_.exprs[part].span, "an appetite is between 0% and 100%", example);
    } else if (*fixed > before) {
      error(
          Code::appetite_rises, model_.exprs[part].span,
          fmt::format("an appetite never rises with the price, and at {:g}x this is {:g}% after {:g}%", price, 100 * *fixed, 100 * before),
          example);
    }
    before = std::min(before, *fixed);
  }
}

}  // namespace warchest::model
