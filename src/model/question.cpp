// What is asked of a model: asks, checks and reports, the cases in which they are answered, and what scenarios and the command line
// lay over it.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "model/checker.h"
#include "text/names.h"

namespace warchest::model {

using text::Code;
using Kind = lang::ExprKind;

namespace {

std::vector<Written> listed(const Written& written) {
  const Written inner = written.bare();
  if (inner->kind != Kind::list) return {written};
  std::vector<Written> result;
  for (std::size_t i = 0; i < inner.children(); ++i) result.push_back(inner.child(i));
  return result;
}

std::string with_article(std::string_view noun) {
  const bool vowel = !noun.empty() && std::string_view("aeiou").find(noun.front()) != std::string_view::npos;
  return (vowel ? "an " : "a ") + std::string(noun);
}

bool path_words(const Written& written, std::vector<std::string>& words) {
  if (written->kind == Kind::name) {
    words.push_back(written.word());
    return true;
  }
  if (written->kind != Kind::member || !path_words(written.child(0), words)) return false;
  words.push_back(written.word());
  return true;
}

}  // namespace

OwnerId Checker::new_owner(Reads reads, const std::string& name, text::Span span) {
  owners_.push_back({kNone, reads, false, name, span});
  return static_cast<OwnerId>(owners_.size() - 1);
}

Context Checker::question_context(EntityId scope, const std::string& name, text::Span span) {
  Context context;
  context.scope = scope;
  context.owner = new_owner(Reads::question, name, span);
  context.reads = Reads::question;
  context.luck_name = name;
  return context;
}

// --- scenarios and settings -------------------------------------------------------------------------------------------------------

// The value that an override lays over a definition: `value [from A [until B]]`, in which `base` is what lies below.
std::optional<Override> Checker::override_of(DefId target, const Written& value, const std::string& by, text::Span span) {
  const DefinitionState& state = states_[target];
  Override result;
  result.target = target;
  Written written = value;
  Written from, until;
  if (value.bare()->kind == Kind::from) {
    const Written window = value.bare();
    written = window.child(0);
    from = window.child(1);
    if (window.children() == 3) until = window.child(2);
  }
  Context context = state.row != nullptr && state.written.given() ? context_of(target) : Context{};
  context.scope = state.entity;
  context.definition = kNone;
  context.base = target;
  context.owner = static_cast<OwnerId>(owners_.size());
  owners_.push_back({target, context.reads, true, by, span});
  // A new distribution has the luck of the old one, so that cases compare like with like; one laid over `base` has its own.
  context.luck_name = names_base(written) ? by + "." + model_.definitions[target].name : model_.definitions[target].name;
  const bool date = state.row != nullptr && state.row->want == Want::date;
  Value laid = date ? date_operand(written, context, Edge::exact) : expression(written, context);
  if (!laid.bad && state.row != nullptr) laid = conform(laid, *state.row, context, target);
  const Type type = type_of(target);
  if (!laid.bad && !states_[target].bad) {
    if (laid.type != type.kind) {
      error(Code::bad_override, laid.span,
            "`" + model_.definitions[target].name + "` is something else, and this is " + type_in_words(laid));
      return std::nullopt;
    }
    if (laid.type == TypeKind::number && laid.unit != type.unit && !laid.nought) {
      error(Code::unit_mismatch, laid.span, "`" + model_.definitions[target].name + "` is in another unit", unit_advice(laid, type.unit),
            quantity::spelled(laid.unit), quantity::spelled(type.unit), {{laid.span, quantity::spelled(laid.unit)}});
      return std::nullopt;
    }
  }
  result.is = laid.id;
  if (from.given()) {
    windowed_.insert(laid.id);
    const Value date_from = date_operand(from, context, Edge::first);
    result.from = date_from.id;
    if (!date_from.bad && !known(date_from.id)) error(Code::not_known, date_from.span, "the month from which a scenario holds is known");
  }
  if (until.given()) {
    const Value date_until = date_operand(until, context, Edge::first);
    result.until = date_until.id;
    if (!date_until.bad && !known(date_until.id))
      error(Code::not_known, date_until.span, "the month until which a scenario holds is known");
  }
  return result;
}

bool Checker::names_base(const Written& written) const {
  if (written->kind == Kind::name) return written.word() == "base";
  if (written->kind == Kind::table || written->kind == Kind::record) {
    for (const lang::ItemId id : written.tree->cells(*written)) {
      const lang::Item& cell = (*written.tree)[id];
      if (cell.value != lang::ExprId::none && names_base({written.tree, cell.value})) return true;
    }
    return false;
  }
  for (std::size_t i = 0; i < written.children(); ++i) {
    if (names_base(written.child(i))) return true;
  }
  return false;
}

// Which definitions any scenario, setting or `for` overrides: those are not folded into others. Names only; values come later.
void Checker::find_overridden() {
  Context context;
  context.scope = 0;
  const auto quiet = [&](const std::vector<std::string>& path) -> std::optional<DefId> {
    Found found = find_word(path.front(), context);
    for (std::size_t i = 1; i < path.size() && found.kind == Found::Kind::entity; ++i) {
      const Entity& entity = entities_[found.entity];
      if (const auto block = entity.blocks.find(path[i]); block != entity.blocks.end()) {
        found.entity = block->second;
        continue;
      }
      const WrittenField* field = field_in(found.entity, path[i]);
      if (field != nullptr && field->definition != kNone) return field->definition;
      const DefId given = default_of(found.entity, path[i]);
      return given == kNone ? std::nullopt : std::optional(given);
    }
    if (found.kind == Found::Kind::definition) return found.definition;
    if (found.kind == Found::Kind::entity && entities_[found.entity].is != kNone) return entities_[found.entity].is;
    return std::nullopt;
  };
  const auto note = [&](const std::vector<std::string>& path) {
    if (const auto target = quiet(path)) overridden_.insert(*target);
  };
  for (const Entity& entity : entities_) {
    if (entity.kind == nullptr || entity.later()) continue;
    for (const WrittenField& field : entity.fields) {
      std::vector<std::string> path;
      if (entity.kind->id == KindId::scenario_) {
        for (const lang::Word& word : entity.tree->path((*entity.tree)[field.item])) path.push_back(entity.tree->name(word.name));
        note(path);
      } else if (field.row != nullptr && field.row->want == Want::each && field.value.bare()->kind == Kind::in &&
                 path_words(field.value.bare().child(0), path)) {
        note(path);
      } else if (field.row != nullptr && field.row->want == Want::target && path_words(field.value.bare(), path)) {
        note(path);
      }
    }
  }
  for (const CheckOptions::Setting& setting : options_.settings) note(split_path(setting.path));
}

std::vector<std::string> Checker::split_path(const std::string& path) const {
  std::vector<std::string> words(1);
  for (const char letter : path) {
    if (letter == '.') {
      words.emplace_back();
    } else if (letter != ' ') {
      words.back() += letter;
    }
  }
  return words;
}

void Checker::settle_scenarios() {
  for (EntityId id = 1; id < entities_.size(); ++id) {
    if (entities_[id].kind->id != KindId::scenario_) continue;
    Scenario scenario;
    scenario.name = entities_[id].name;
    scenario.label = entities_[id].label;
    scenario.span = entities_[id].span;
    std::map<DefId, bool> overridden;  // and whether always
    const std::vector<WrittenField> fields = entities_[id].fields;
    for (const WrittenField& field : fields) {
      const lang::Tree& tree = *entities_[id].tree;
      std::vector<std::string> path;
      for (const lang::Word& word : tree.path(tree[field.item])) path.push_back(tree.name(word.name));
      Context context;
      context.scope = 0;
      const auto target = find_target(path, field.name_span, context);
      cites_of(tree, field.item);
      if (!target) continue;
      const bool always = field.value.bare()->kind != Kind::from;
      const auto [same, fresh] = overridden.try_emplace(*target, always);
      if (!fresh && (same->second || always)) {
        error(Code::duplicate_field, field.name_span, "`" + model_.definitions[*target].name + "` is overridden twice in this scenario");
        continue;
      }
      if (auto laid = override_of(*target, field.value, scenario.name, field.name_span)) scenario.overrides.push_back(*laid);
    }
    scenario_by_name_.emplace(scenario.name, static_cast<std::uint32_t>(model_.scenarios.size()));
    model_.scenarios.push_back(std::move(scenario));
  }
}

void Checker::settle_settings() {
  for (std::uint32_t i = 0; i < model_.scenarios.size(); ++i) {
    if (model_.scenarios[i].name == options_.scenario) scenario_option_ = i;
  }
  if (!options_.scenario.empty() && scenario_option_ == kNone) {
    std::vector<std::string> candidates;
    for (const Scenario& scenario : model_.scenarios) candidates.push_back(scenario.name);
    const auto near = nearest(options_.scenario, candidates);
    const text::SourceId source = files_.empty() ? 0 : files_.front().source;
    error(Code::bad_case, {source, 0, 0}, "the model has no scenario `" + options_.scenario + "`",
          near ? "did you mean  " + *near + "?" : "");
  }
  for (const CheckOptions::Setting& setting : options_.settings) {
    if (setting.value.root == lang::ExprId::none) continue;
    const Written value{&setting.value.tree, setting.value.root};
    const std::vector<std::string> path = split_path(setting.path);
    if (path.size() == 2 && path[0] == "model") {
      const FieldRow* row = kind(KindId::model_).field(path[1]);
      if (row != nullptr && row->varies == Varies::literal) {  // taken when the settings were declared
        const auto found = entities_[0].blocks.find("model");
        if (found != entities_[0].blocks.end() && entities_[found->second].field(path[1]) != nullptr) continue;
        error(Code::bad_override, value.span(), "the model gives no `" + path[1] + "`, so there is nothing to set");
        continue;
      }
    }
    Context context;
    context.scope = 0;
    const auto target = find_target(path, value.span(), context);
    if (!target) continue;
    if (auto laid = override_of(*target, value, "set", value.span())) model_.base_overrides.push_back(*laid);
  }
}

// --- asks -----------------------------------------------------------------------------------------------------------------------

void Checker::settle_asks() {
  for (EntityId id = 1; id < entities_.size(); ++id) {
    if (entities_[id].kind->id == KindId::ask_) add_ask(id);
  }
}

bool Checker::within_horizon(double month, text::Span span) {
  if (month >= 0 && month < model_.settings.months) return true;
  const int first = start(), last = start() + model_.settings.months - 1;
  error(Code::beyond_horizon, span, month < 0 ? "this lies before the start of the model" : "this lies beyond the horizon of the model",
        "the model runs from " + quantity::spelled_month(first) + " to " + quantity::spelled_month(last));
  return false;
}

void Checker::add_ask(EntityId id) {
  const Entity& entity = entities_[id];
  Ask ask;
  ask.name = entity.name;
  ask.label = entity.label;
  ask.span = entity.span;
  Context context = question_context(0, "ask " + entity.name, entity.span);
  const WrittenField* at = entity.field("at");
  if (at != nullptr) {
    const Value date = date_operand(at->value, context, Edge::last);
    const auto month = known(date.id);
    if (!date.bad && !month) error(Code::not_known, date.span, "`at` is a month that is written out", "at = 2029-09");
    if (!date.bad && month && within_horizon(*month, date.span)) ask.at = static_cast<int>(*month);
  }
  if (const WrittenField* show = entity.field("show")) {
    const std::string by = by_of(entity);
    for (const Written& one : listed(show->value)) this->show(ask, one, by, context);
    const bool split = std::any_of(ask.shown.begin(), ask.shown.end(), [](const Shown& one) { return !one.by.empty(); });
    if (!by.empty() && !split && !ask.shown.empty()) {
      error(Code::field_conflict, entity.field("by")->name_span, "nothing that this ask shows is of " + std::string(by == "holder" ? "a holder" : "an investor"),
            by == "holder" ? "show = [owned(openai), payout(openai)]" : "show = openai.next.book");
    }
  }
  if (entity.field("find") != nullptr || entity.field("most") != nullptr || entity.field("so_that") != nullptr) add_find(ask, entity, context);
  if (const WrittenField* each = entity.field("for")) add_for(ask, each->value);
  const std::vector<CompanyId> asked = companies_in(ask.shown);
  if (const WrittenField* cases = entity.field("cases")) {
    for (const Written& one : listed(cases->value)) {
      if (auto which = case_of(one, asked, context)) ask.cases.push_back(std::move(*which));
    }
  }
  if (const WrittenField* compare = entity.field("compare")) {
    ask.compares = true;
    for (const char* other : {"cases", "find", "most"}) never_with(entity, "compare", other);
    std::size_t written = 0;
    for (const Written& one : listed(compare->value)) {
      ++written;
      if (auto which = case_of(one, asked, context)) ask.cases.push_back(std::move(*which));
    }
    if (written < 2) error(Code::bad_case, compare->value.span(), "a comparison is of two cases or more", "compare = [base, no_new_money]");
  }
  if (ask.cases.empty()) ask.cases.push_back(base_case());
  model_.asks.push_back(std::move(ask));
}

// find = openai.cash, so_that = chance(…) >= 90%: the two sides are shown, the search is analysis/search.h.
void Checker::add_find(Ask& ask, const Entity& entity, Context& context) {
  const bool greatest = entity.field("most") != nullptr;
  const char* sought = greatest ? "most" : "find";
  never_with(entity, "most", "find");
  only_with(entity, sought, "so_that");
  only_with(entity, "so_that", sought);
  for (const char* other : {"show", "for", "by"}) never_with(entity, other, sought);
  const WrittenField *find = entity.field(sought), *so_that = entity.field("so_that");
  if (find == nullptr || so_that == nullptr) return;
  Ask::Find search;
  search.greatest = greatest;
  search.target_text = quoted(find->value);
  search.so_that = quoted(so_that->value);
  search.span = find->value.span();
  std::vector<std::string> path;
  Context names;
  names.scope = 0;
  if (!path_words(find->value.bare(), path)) {
    error(Code::wrong_type, find->value.span(), "`" + std::string(sought) + "` wants the name of a figure of the model", std::string(sought) + " = openai.cash");
  } else if (const auto target = find_target(path, find->value.span(), names)) {
    const Type type = type_of(*target);
    if (type.kind != TypeKind::number && type.kind != TypeKind::date) {
      error(Code::wrong_type, find->value.span(), "a search is for a number or a date, and this is neither", "find = openai.cash");
    } else {
      search.target = *target;
      const FieldRow* row = states_[*target].row;
      search.share = row != nullptr && (row->want == Want::share || row->want == Want::chance || row->want == Want::hazard);
    }
  }
  const Value value = truth(so_that->value, context);
  if (value.bad) return;
  const Expr comparison = model_.exprs[value.id];
  const auto has_statistic = [&](ExprId root) {
    const std::vector<ExprId> parts = parts_of(root);
    return std::any_of(parts.begin(), parts.end(), [&](ExprId id) {
      const ExprKind kind = model_.exprs[id].kind;
      return kind == ExprKind::stat_mean || kind == ExprKind::stat_sd || kind == ExprKind::stat_chance || kind == ExprKind::stat_quantile;
    });
  };
  const bool compares = comparison.kind == ExprKind::less || comparison.kind == ExprKind::less_equal;
  if (!compares || !(has_statistic(comparison.args[0]) || has_statistic(comparison.args[1]))) {
    error(Code::wrong_type, value.span, "`so_that` wants a statistic compared with what it must reach", "so_that = chance(openai.lasts >= 24 months) >= 90%");
    return;
  }
  if (search.target == kNone) return;
  // The side with the statistic is shown first; a >= b is kept as b <= a.
  const Written written = so_that->value.bare();
  auto first = shown(written.child(0), context), second = shown(written.child(1), context);
  if (!first || !second) return;
  const bool greater = written->op == lang::Operator::greater || written->op == lang::Operator::greater_equal;
  const bool left = has_statistic(first->expr);
  search.at_least = greater == left;
  ask.shown.push_back(std::move(left ? *first : *second));
  ask.shown.push_back(std::move(left ? *second : *first));
  ask.find = std::move(search);
}

void Checker::add_for(Ask& ask, const Written& value) {
  const Written in = value.bare();
  std::vector<std::string> path;
  if (in->kind == Kind::mistake) return;
  if (in->kind != Kind::in || !path_words(in.child(0), path) || in.child(1).bare()->kind != Kind::list) {
    error(Code::wrong_type, value.span(), "`for` wants a name and a list", "for = acme.seed.amount in [$2M, $5M]");
    return;
  }
  Context context;
  context.scope = 0;
  const auto target = find_target(path, in.child(0).span(), context);
  if (!target) return;
  Ask::For each;
  each.target = *target;
  for (const Written& one : listed(in.child(1))) {
    if (one.bare()->kind == Kind::from) {
      error(Code::wrong_place, one.bare()->mark, "`from … until …` stands in a scenario only, right after the new value");
      continue;
    }
    const auto laid = override_of(*target, one, "for", one.span());
    if (!laid) continue;
    each.values.push_back(laid->is);
    each.texts.push_back(quoted(one));
  }
  if (!each.values.empty()) ask.for_each = std::move(each);
}

// by = holder, by = investor
std::string Checker::by_of(const Entity& entity) { return entity.field("by") == nullptr ? "" : word_of(entity, "by", ""); }

// Whether the last word of a path anywhere in an expression is this one.
bool Checker::names_word(const Written& written, std::string_view word) const {
  if ((written->kind == Kind::member || written->kind == Kind::name) && written.word() == word) return true;
  for (std::size_t i = 0; i < written.children(); ++i) {
    if (names_word(written.child(i), word)) return true;
  }
  return false;
}

// The companies whose holders an expression is about: those in `owned(openai)`.
void Checker::holders_meant(const Written& written, const Context& context, std::set<CompanyId>& companies) const {
  if (written->kind == Kind::call && written.children() == 2 && written.child(0)->kind == Kind::name &&
      find_measure(Owner::holder, written.child(0).word()) != nullptr) {
    const Found found = find_quietly(written.child(1), context);
    if (found.kind == Found::Kind::entity && entities_[found.entity].kind->id == KindId::company_)
      companies.insert(entities_[found.entity].index);
  }
  for (std::size_t i = 0; i < written.children(); ++i) holders_meant(written.child(i), context, companies);
}

// One thing to show; by holder it is one for each holder of the company. The unissued pool owns shares, and is paid nothing.
void Checker::show(Ask& ask, const Written& written, const std::string& split, Context& context) {
  Written what = written;
  const Written inner = written.bare();
  const bool named = inner->kind == Kind::by && inner.child(1).bare()->kind == Kind::name;
  const bool here = named && (inner.child(1).bare().word() == "holder" || inner.child(1).bare().word() == "investor");
  const std::string by = here ? inner.child(1).bare().word() : split;
  if (here) what = inner.child(0);
  if (by == "investor" && model_.investors.empty()) {
    return error(Code::no_market, what.span(), "nobody is modelled who could pay, so nothing is of an investor", "investor gulf { capacity = $5B/year }");
  }
  if (by == "investor" && names_word(what, "book")) return show_book(ask, what, context);
  if (what.bare()->kind == Kind::member && what.bare().word() == "demand") return show_demand(ask, what, context);
  std::set<CompanyId> companies;
  if (!by.empty()) holders_meant(what, context, companies);
  if (companies.size() > 1) {
    return error(Code::bad_argument, what.span(), "this is about the holders of two companies at once", "ask about one company at a time");
  }
  if (companies.empty()) {
    if (here)
      return error(Code::bad_argument, inner->mark, "nothing here is of " + std::string(by == "holder" ? "a holder" : "an investor"),
                   by == "holder" ? "owned(openai) by holder" : "openai.next.book by investor");
    if (auto answer = shown(what, context)) ask.shown.push_back(std::move(*answer));
    return;
  }
  const Company& company = model_.companies[*companies.begin()];
  const int lucks = context.lucks;
  for (const std::uint32_t id : company.holders) {
    if (by == "investor" && model_.holders[id].investor == kNone) continue;
    context.split_company = *companies.begin();
    context.split_holder = id;
    context.lucks = lucks;
    auto answer = shown(what, context);
    if (!answer) break;
    const Holder& holder = model_.holders[id];
    const std::vector<ExprId> parts = parts_of(answer->expr);
    const bool paid = std::any_of(parts.begin(), parts.end(), [&](ExprId part) {
      const Expr& expr = model_.exprs[part];
      return expr.kind == ExprKind::measure && measure_row(expr.measure).owner == Owner::holder && expr.measure != Measure::holder_owned &&
             expr.measure != Measure::holder_shares;
    });
    if (holder.kind == Holder::Kind::pool && paid) continue;
    answer->by = holder.label.empty() ? holder.name.substr(company.name.size() + 1) : holder.label;
    ask.shown.push_back(std::move(*answer));
  }
  context.split_company = context.split_holder = kNone;
}

std::optional<Shown> Checker::shown(const Written& written, Context& context) {
  Value value = expression(written, context);
  if (value.bad) return std::nullopt;
  Shown result;
  result.expr = value.id;
  result.text = quoted(written);
  result.unit = value.unit;
  const Expr& expr = model_.exprs[value.id];
  const bool passage = expr.kind == ExprKind::measure && (expr.measure == Measure::lasts || expr.measure == Measure::project_payback);
  result.duration_or_date_of_first_passage =
      passage || value.type == TypeKind::event || value.type == TypeKind::date || expr.kind == ExprKind::months_since;
  if (value.type == TypeKind::event || value.type == TypeKind::date) result.kind = AnswerKind::date;
  if (value.type == TypeKind::truth) result.kind = AnswerKind::chance;
  return result;
}

Case Checker::base_case() const {
  Case result;
  result.label = options_.scenario.empty() ? "base" : options_.scenario;
  result.scenario = scenario_option_;
  return result;
}

std::vector<CompanyId> Checker::companies_in(const std::vector<Shown>& shown) const {
  std::set<CompanyId> found;
  std::vector<ExprId> open;
  std::set<ExprId> seen;
  for (const Shown& one : shown) open.push_back(one.expr);
  while (!open.empty()) {
    const ExprId id = open.back();
    open.pop_back();
    if (!seen.insert(id).second) continue;
    const Expr& expr = model_.exprs[id];
    if (expr.kind == ExprKind::measure || expr.kind == ExprKind::months_since) {
      const CompanyId company = company_of_measure(expr);
      if (company != kNone) found.insert(company);
    }
    if (expr.kind == ExprKind::reference && model_.definitions[expr.index].company != kNone)
      found.insert(model_.definitions[expr.index].company);
    for (const ExprId arg : expr.args) open.push_back(arg);
  }
  return {found.begin(), found.end()};
}

CompanyId Checker::company_of_measure(const Expr& expr) const {
  switch (measure_row(expr.measure).owner) {
    case Owner::company:
    case Owner::account:
    case Owner::credit:
    case Owner::team:
      return expr.index;
    case Owner::round:
      return model_.rounds[expr.index].company;
    case Owner::facility:
      return model_.facilities[expr.index].company;
    case Owner::event:
      return model_.events[expr.index].company;
    case Owner::holder:
      return model_.holders[expr.index].company;
    case Owner::project:
      return model_.projects[expr.index].company;
    case Owner::covenant:
      return model_.covenants[expr.index].company;
  }
  return kNone;
}

// base, a scenario, without(block, …), with(block, …), no_new_money.
std::optional<Case> Checker::case_of(const Written& written, const std::vector<CompanyId>& asked, Context& context) {
  const Written inner = written.bare();
  Case result = base_case();
  result.label = quoted(written);
  if (inner->kind == Kind::mistake) return std::nullopt;
  if (inner->kind == Kind::name) {
    const std::string& word = inner.word();
    if (word == "base") {
      result.label = base_case().label;
      return result;
    }
    if (word == "no_new_money") {
      std::vector<CompanyId> companies = asked;
      if (companies.empty()) {
        for (CompanyId id = 0; id < model_.companies.size(); ++id) companies.push_back(id);
      }
      for (const CompanyId id : companies) {
        const Company& company = model_.companies[id];
        result.without_rounds.insert(result.without_rounds.end(), company.rounds.begin(), company.rounds.end());
        result.without_facilities.insert(result.without_facilities.end(), company.facilities.begin(), company.facilities.end());
      }
      return result;
    }
    if (const auto found = scenario_by_name_.find(word); found != scenario_by_name_.end()) {
      result.scenario = found->second;
      return result;
    }
    std::vector<std::string> candidates = {"base", "no_new_money"};
    if (may_suggest(model_.scenarios.size())) {
      for (const Scenario& scenario : model_.scenarios) candidates.push_back(scenario.name);
    }
    const auto near = nearest(word, candidates);
    error(Code::bad_case, inner.span(), "there is no case `" + word + "`",
          near ? "did you mean  " + *near + "?" : "a case is base, a scenario, without(…), with(…) or no_new_money", word);
    return std::nullopt;
  }
  const bool call = inner->kind == Kind::call && inner.child(0)->kind == Kind::name;
  const std::string word = call ? inner.child(0).word() : "";
  if (word != "with" && word != "without") {
    error(Code::bad_case, written.span(), "this is no case", "a case is base, a scenario, without(…), with(…) or no_new_money");
    return std::nullopt;
  }
  std::set<std::uint32_t> rounds, facilities;
  std::set<CompanyId> companies;
  bool good = true;
  for (std::size_t i = 1; i < inner.children(); ++i) {
    const Written block = inner.child(i).bare();
    std::vector<std::string> path;
    if (!path_words(block, path)) {
      error(Code::bad_case, block.span(), "`" + word + "` takes names of blocks", word + "(openai.next)");
      good = false;
      continue;
    }
    const Found found = find_path(block, context);
    if (found.kind == Found::Kind::silent) {
      good = false;
      continue;
    }
    if (found.kind != Found::Kind::entity) {
      error(Code::bad_case, block.span(), "`" + quoted(block) + "` is no block that can be taken out");
      good = false;
      continue;
    }
    const Entity& entity = entities_[found.entity];
    const KindId kind_id = entity.kind->id;
    if (kind_id == KindId::round_) {
      rounds.insert(entity.index);
      companies.insert(entity.company);
    } else if (kind_id == KindId::facility_) {
      facilities.insert(entity.index);
      companies.insert(entity.company);
    } else if (word == "with") {
      error(Code::bad_case, block.span(),
            "`with` takes rounds and facilities, and `" + entity.full + "` is " + with_article(entity.kind->name));
      good = false;
    } else if (kind_id == KindId::investor_) {
      result.without_investors.push_back(entity.index);
    } else if (kind_id == KindId::pact_) {
      result.without_pacts.push_back(entity.index);
    } else if (kind_id == KindId::company_) {  // it stays as it is, and raises no more
      for (const std::uint32_t round : model_.companies[entity.index].rounds) rounds.insert(round);
    } else if (kind_id == KindId::project_) {
      result.without_projects.push_back(entity.index);
    } else if (kind_id == KindId::credit_) {
      result.without_credits.emplace_back(entity.company, entity.index);
    } else if (kind_id == KindId::event_ || kind_id == KindId::exit_) {
      result.without_events.push_back(entity.index);
    } else if (kind_id == KindId::revenue_ || kind_id == KindId::cost_ || kind_id == KindId::team_) {
      result.without_lines.emplace_back(entity.company, line_of(entity));
    } else {
      error(Code::bad_case, block.span(), with_article(entity.kind->name) + " cannot be taken out: other values may need it",
            "give it another value in a scenario");
      good = false;
    }
  }
  if (inner.children() == 1) {
    error(Code::bad_case, written.span(), "`" + word + "` takes names of blocks", word + "(openai.next)");
    good = false;
  }
  if (!good) return std::nullopt;
  if (word == "without") {
    result.without_rounds.assign(rounds.begin(), rounds.end());
    result.without_facilities.assign(facilities.begin(), facilities.end());
  } else {
    for (const CompanyId id : companies) {
      for (const std::uint32_t round : model_.companies[id].rounds) {
        if (!rounds.contains(round)) result.without_rounds.push_back(round);
      }
      for (const std::uint32_t facility : model_.companies[id].facilities) {
        if (!facilities.contains(facility)) result.without_facilities.push_back(facility);
      }
    }
  }
  return result;
}

// --- checks, reports, --expr -------------------------------------------------------------------------------------------------------

void Checker::settle_checks() {
  for (EntityId id = 1; id < entities_.size(); ++id) {
    const Entity& entity = entities_[id];
    if (entity.kind->id != KindId::check_) continue;
    const WrittenField* is = entity.field("is");
    if (is == nullptr) continue;
    Check check;
    check.name = entity.name;
    check.label = entity.label;
    check.text = quoted(is->value);
    check.span = entity.span;
    Context context = question_context(0, "check " + entity.name, entity.span);
    Value value = expression(is->value, context);
    if (!value.bad) value = conform(value, *is->row, context, kNone);
    check.condition = value.id;
    model_.checks.push_back(std::move(check));
  }
}

void Checker::settle_reports() {
  std::map<std::string, std::uint32_t> ask_by_name;
  for (const Ask& ask : model_.asks) ask_by_name.emplace(ask.name, static_cast<std::uint32_t>(ask_by_name.size()));
  for (EntityId id = 1; id < entities_.size(); ++id) {
    const Entity& entity = entities_[id];
    if (entity.kind->id != KindId::report_) continue;
    Report report;
    report.name = entity.name;
    report.label = entity.label;
    const WrittenField* shows = entity.field("shows");
    for (const Written& one : shows == nullptr ? std::vector<Written>() : listed(shows->value)) {
      const Written name = one.bare();
      const std::string word = name->kind == Kind::name ? name.word() : "";
      if (const auto found = ask_by_name.find(word); found != ask_by_name.end()) {
        report.asks.push_back(found->second);
        continue;
      }
      std::vector<std::string> candidates;
      if (may_suggest(model_.asks.size())) {
        for (const Ask& ask : model_.asks) candidates.push_back(ask.name);
      }
      const auto near = nearest(word, candidates);
      error(Code::wrong_word, name.span(), "there is no ask `" + quoted(name) + "`", near ? "did you mean  " + *near + "?" : "", word);
    }
    model_.reports.push_back(std::move(report));
  }
}

void Checker::settle_expression() {
  if (!options_.expression || options_.expression->root == lang::ExprId::none) return;
  Ask ask;
  ask.name = "expr";
  ask.label = options_.expression_label;
  const Written written{&options_.expression->tree, options_.expression->root};
  ask.span = written.span();
  Context context = question_context(0, "expr", written.span());
  if (options_.expression_at && options_.expression_at->root != lang::ExprId::none) {
    const Written at{&options_.expression_at->tree, options_.expression_at->root};
    const Value date = date_operand(at, context, Edge::last);
    const auto month = known(date.id);
    if (!date.bad && !month) error(Code::not_known, date.span, "`at` is a month that is written out", "--at 2029-09");
    if (!date.bad && month && within_horizon(*month, date.span)) ask.at = static_cast<int>(*month);
  }
  for (const Written& one : listed(written)) show(ask, one, "", context);
  ask.cases.push_back(base_case());
  model_.asks.push_back(std::move(ask));
}

}  // namespace warchest::model
