// Quantiles, means and their errors were formed by results/; here they are converted from the canonical scale, first passages become
// curves, and what belongs together is put together.
#include "analysis/answers.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>

#include "analysis/formula.h"
#include "quantity/date.h"
#include "quantity/unit.h"

namespace warchest::analysis {

namespace {

using results::Column;
using results::Estimate;

// What is the same in every scramble but for the rounding of its sums has no error.
Figure figure(const Estimate& estimate, double scale = 1) {
  const double error = estimate.error();
  return {estimate.value / scale, error <= 1e-12 * std::abs(estimate.value) ? 0 : error / scale};
}

Spread spread_of(const Column& column, double scale) {
  Spread spread;
  spread.mean = figure(column.mean, scale);
  spread.sd = figure(column.sd, scale);
  spread.p5 = figure(column.quantile(0.05), scale);
  spread.p25 = figure(column.quantile(0.25), scale);
  spread.p50 = figure(column.quantile(0.50), scale);
  spread.p75 = figure(column.quantile(0.75), scale);
  spread.p95 = figure(column.quantile(0.95), scale);
  return spread;
}

// --- first passage -------------------------------------------------------------------------------------------------------

// How many of `paths` paths belong to a scramble: path p is of scramble p mod 16.
double paths_of_scramble(std::uint64_t paths, std::size_t scramble) {
  return static_cast<double>((paths + results::kScrambles - 1 - scramble) / results::kScrambles);
}

// Chance of having happened by the end of month 0, 1, …, per scramble too.
std::vector<Estimate> passage_curve(const Column& column, std::size_t months) {
  const auto paths = static_cast<double>(column.paths);
  std::vector<Estimate> curve(months);
  double count = 0;
  std::array<double, results::kScrambles> counts{};
  for (std::size_t m = 0; m < months; ++m) {
    if (m < column.by_month.size()) count += static_cast<double>(column.by_month[m]);
    curve[m].value = paths > 0 ? count / paths : kUnknown;
    for (std::size_t s = 0; s < counts.size(); ++s) {
      const auto& of_scramble = column.by_month_scrambles[s];
      if (m < of_scramble.size()) counts[s] += static_cast<double>(of_scramble[m]);
      curve[m].scrambles[s] = counts[s] / paths_of_scramble(column.paths + column.missing, s);
    }
  }
  return curve;
}

// The greatest number of months k such that with 9 chances in 10 it does not happen in the first k.
Estimate safe_months(const std::vector<Estimate>& curve) {
  const auto months_below = [&](auto&& share) {
    std::size_t k = 0;
    while (k < curve.size() && share(curve[k]) <= 0.1 + 1e-12) ++k;
    return static_cast<double>(k);
  };
  Estimate safe;
  safe.value = months_below([](const Estimate& e) { return e.value; });
  for (std::size_t s = 0; s < safe.scrambles.size(); ++s) {
    safe.scrambles[s] = months_below([s](const Estimate& e) { return e.scrambles[s]; });
  }
  return safe;
}

void add_passage(Answer& answer, const Column& column, std::size_t months) {
  answer.first_passage = true;
  const std::vector<Estimate> curve = passage_curve(column, months);
  for (const Estimate& estimate : curve) answer.by.push_back(figure(estimate));
  answer.at_least = figure(safe_months(curve));
  if (!curve.empty())
    answer.never = {column.paths > 0 ? static_cast<double>(column.endless) / static_cast<double>(column.paths) : kUnknown,
                    answer.by.back().error};
}

// --- one answer -------------------------------------------------------------------------------------------------------------

bool one_value(const Column& column) {
  if (column.missing > 0 || column.paths == 0) return false;
  if (column.endless > 0) return column.endless == column.paths;
  return column.min == column.max;
}

void fill(Answer& answer, const model::Shown& shown, const results::Output& output, std::size_t months) {
  const quantity::Spelling spelling = quantity::spelling(shown.unit);
  answer.unit = spelling.text;
  const Column& first = output.columns.front();
  answer.paths = first.paths;
  for (const Column& column : output.columns) answer.missing = std::max(answer.missing, column.missing);
  const bool truth = output.kind == static_cast<int>(program::Output::Kind::truth);
  const bool passage = output.kind == static_cast<int>(program::Output::Kind::months);
  if (output.columns.size() > 1) {
    answer.kind = AnswerKind::series;
    answer.truth = truth;
    for (const Column& column : output.columns) {
      if (truth) {
        answer.values.push_back(figure(column.mean));
      } else {
        answer.months.push_back(spread_of(column, spelling.scale));
      }
    }
    return;
  }
  if (truth) {
    answer.kind = AnswerKind::chance;
    answer.figure = figure(first.mean);
    return;
  }
  answer.kind = shown.kind == model::AnswerKind::date ? AnswerKind::date : AnswerKind::number;
  if (answer.kind == AnswerKind::date) answer.unit.clear();
  answer.same_everywhere = one_value(first);
  answer.spread = spread_of(first, answer.kind == AnswerKind::date ? 1 : spelling.scale);
  if (passage) add_passage(answer, first, months);
}

bool compares(program::Formula::Kind kind) {
  using Kind = program::Formula::Kind;
  return kind == Kind::less || kind == Kind::less_equal || kind == Kind::equal || kind == Kind::not_equal;
}

bool is_truth(program::Formula::Kind kind) {
  using Kind = program::Formula::Kind;
  return compares(kind) || kind == Kind::both || kind == Kind::either || kind == Kind::opposite;
}

void fill(Answer& answer, const model::Shown& shown, const program::Formula& formula, const results::Results& results) {
  const quantity::Spelling spelling = quantity::spelling(shown.unit);
  answer.unit = spelling.text;
  answer.paths = results.paths;
  for (const program::Formula::Node& node : formula.nodes) {
    if (node.output < 0) continue;
    for (const Column& column : results.outputs.at(static_cast<std::size_t>(node.output)).columns)
      answer.missing = std::max(answer.missing, column.missing);
  }
  const std::size_t months = months_of(formula, results);
  const bool chance = shown.kind == model::AnswerKind::chance;
  if (months > 1) {
    answer.kind = AnswerKind::series;
    answer.truth = formula.nodes.back().kind == program::Formula::Kind::chance;
    for (std::size_t m = 0; m < months; ++m) answer.values.push_back(figure(evaluate(formula, results, m), spelling.scale));
    return;
  }
  answer.kind = chance ? AnswerKind::chance : AnswerKind::value;
  answer.truth = is_truth(formula.nodes.back().kind);
  answer.figure = figure(evaluate(formula, results), spelling.scale);
}

bool is_measure(const model::Expr& expr, model::Measure measure) {
  return expr.kind == model::ExprKind::measure && expr.measure == measure;
}

// Why a figure has no value on a path; null where only a divisor can be to blame. A yearly rate is a measure over twelve.
const char* reason_of_none(const model::Model& model, model::ExprId shown) {
  using model::Measure;
  static constexpr std::pair<Measure, const char*> kReasons[] = {
      {Measure::holder_multiple, "nothing was put in, or nothing is settled by then"},
      {Measure::holder_irr, "nothing was put in, or nothing is settled by then"},
      {Measure::round_price, "it has not closed"},
      {Measure::round_pre_money, "it has not closed"},
      {Measure::round_post_money, "it has not closed"},
      {Measure::project_irr, "no rate makes what it cost and brought worth nothing"},
      {Measure::project_lcoe, "nothing was put out"},
      {Measure::facility_irr, "it is not paid back within the model, or nothing was lent"},
      {Measure::facility_llcr, "nothing was owed"},
      {Measure::growth, "there was no revenue to grow from"},
  };
  const model::Expr* expr = &model.exprs[shown];
  if (expr->kind == model::ExprKind::at) expr = &model.exprs[expr->args[0]];
  if (expr->kind == model::ExprKind::div && model.exprs[expr->args[1]].kind == model::ExprKind::number) expr = &model.exprs[expr->args[0]];
  for (const auto& [measure, reason] : kReasons)
    if (is_measure(*expr, measure)) return reason;
  return nullptr;
}

// The amount that a value of `for` stands for, where it is written as a number.
double sought(const model::Model& model, const model::Ask::For& each, const std::string& text) {
  for (std::size_t v = 0; v < each.values.size(); ++v) {
    const model::Expr& expr = model.exprs[each.values[v]];
    if (each.texts[v] == text && expr.kind == model::ExprKind::number) return expr.value;
  }
  return kUnknown;
}

Answer answer_one(const Questions& questions, const program::Answered& answered, const std::vector<results::Results>& results) {
  const model::Model& model = questions.model;
  const model::Ask& ask = model.asks[answered.ask];
  const model::Shown& shown = ask.shown[answered.shown];
  Answer answer;
  answer.of = shown.text;
  answer.holder = shown.by;
  answer.at = ask.at.value_or(-1);
  answer.case_label = answered.case_label;
  for (const model::Case& which : ask.cases) {  // runs are shared by cases that come to the same, so the run's own name may be another's
    if (which.label == answered.case_label || ask.cases.size() == 1) answer.case_words = case_in_words(model, which);
  }
  if (ask.cases.size() > 1 && answer.case_words.empty()) answer.case_words = "as planned";
  if (!answered.for_label.empty()) {
    const bool named = ask.for_each && ask.for_each->target != model::kNone;
    answer.for_label = named ? model.definitions[ask.for_each->target].name + " = " + answered.for_label : answered.for_label;
  }
  answer.companion = answered.shown >= questions.asked[answered.ask];
  const model::Expr& expr = model.exprs[shown.expr];
  answer.part = is_measure(expr, model::Measure::holder_owned);
  if (const char* reason = reason_of_none(model, shown.expr)) answer.missing_because = reason;
  answer.out_of_cash = is_measure(expr, model::Measure::out_of_cash) || is_measure(expr, model::Measure::lasts);
  if (const model::Expr* attempt = of_first_attempt(model, shown.expr); attempt != nullptr && !shown.by.empty()) {
    answer.of_book = attempt->measure == model::Measure::round_book;
    answer.sold = attempt->value2 != 0;
    if (!answer.of_book) answer.price = attempt->value;
    if (answer.of_book && ask.for_each && ask.for_each->target == model.rounds[attempt->index].amount)
      answer.sought = sought(model, *ask.for_each, answered.for_label);
  }
  if (const model::CompanyId company = company_of(model, shown.expr); company != model::kNone) {
    const model::Company& of = model.companies[company];
    answer.company = of.label.empty() ? of.name : of.label;
  }
  const results::Results& of_run = results[answered.run];
  if (answered.output >= 0) {
    fill(answer, shown, of_run.outputs.at(static_cast<std::size_t>(answered.output)), static_cast<std::size_t>(model.settings.months));
  } else {
    fill(answer, shown, answered.formula, of_run);
    answer.month = answer.kind == AnswerKind::value && (expr.type == model::TypeKind::date || expr.type == model::TypeKind::event);
    if (answer.month) answer.unit.clear();
  }
  return answer;
}

// --- comparisons ----------------------------------------------------------------------------------------------------------

// What a difference is taken of: the luck is the same in both cases, scramble by scramble, so the error of a difference is that of the
// scrambles' differences.
struct Compared {
  std::optional<Estimate> mean, median, chance;
};

Compared compared(const Questions& questions, const program::Answered& answered, const std::vector<results::Results>& results) {
  const results::Results& of_run = results[answered.run];
  Compared out;
  if (answered.output < 0) {
    out.mean = evaluate(answered.formula, of_run);
    return out;
  }
  const results::Output& output = of_run.outputs.at(static_cast<std::size_t>(answered.output));
  const Column& column = output.columns.front();
  if (output.kind == static_cast<int>(program::Output::Kind::truth)) {
    out.mean = column.mean;
    return out;
  }
  out.median = column.quantile(0.5);
  if (output.kind != static_cast<int>(program::Output::Kind::months)) {
    out.mean = column.mean;
    return out;
  }
  const auto curve = passage_curve(column, static_cast<std::size_t>(questions.model.settings.months));
  if (!curve.empty()) out.chance = curve.back();
  return out;
}

Figure difference_of(const std::optional<Estimate>& there, const std::optional<Estimate>& from, double scale) {
  if (!there || !from) return {};
  Estimate difference;
  difference.value = there->value - from->value;
  for (std::size_t s = 0; s < difference.scrambles.size(); ++s) difference.scrambles[s] = there->scrambles[s] - from->scrambles[s];
  return figure(difference, scale);
}

// Each answer of a comparing ask but those of its first case gets its distance from that.
void compare(const Questions& questions, const program::Lowered& lowered, const std::vector<results::Results>& results,
             std::vector<AskAnswers>& by_ask) {
  std::vector<std::size_t> next(by_ask.size(), 0);
  for (const program::Answered& answered : lowered.answers) {
    Answer& answer = by_ask[answered.ask].answers[next[answered.ask]++];
    const model::Ask& ask = questions.model.asks[answered.ask];
    if (!ask.compares || answer.companion) continue;
    answer.compared = true;
    const std::string& from = ask.cases.front().label;
    if (answered.case_label == from) continue;
    const auto first = std::find_if(lowered.answers.begin(), lowered.answers.end(), [&](const program::Answered& other) {
      return other.ask == answered.ask && other.shown == answered.shown && other.for_label == answered.for_label &&
             other.case_label == from;
    });
    if (first == lowered.answers.end()) continue;
    const Compared there = compared(questions, answered, results), here = compared(questions, *first, results);
    const bool months = answer.kind == AnswerKind::date;
    const double scale = months ? 1 : quantity::spelling(ask.shown[answered.shown].unit).scale;
    answer.difference = Answer::Difference{from, difference_of(there.mean, here.mean, scale),
                                           difference_of(there.median, here.median, scale), difference_of(there.chance, here.chance, 1)};
  }
}

// --- checks -----------------------------------------------------------------------------------------------------------------

void fill(CheckAnswer& check, const results::Output& output) {
  const Column& column = output.columns.front();
  check.paths = column.paths + column.missing;
  if (output.kind == static_cast<int>(program::Output::Kind::months)) {  // the month of the first failure
    check.monthly = true;
    check.failed = column.paths - column.endless + column.missing;
    if (check.failed > 0 && std::isfinite(column.min)) check.first_failure = static_cast<int>(std::lround(column.min));
  } else {
    check.failed = static_cast<std::uint64_t>(std::llround((1 - column.mean.value) * static_cast<double>(column.paths))) + column.missing;
    if (column.paths == 0) check.failed = column.missing;
  }
  check.holds = check.failed == 0;
}

void fill(CheckAnswer& check, const program::Formula& formula, const results::Results& results) {
  check.across_paths = true;
  check.paths = results.paths;
  check.holds = evaluate(formula, results).value == 1;
  const program::Formula::Node& root = formula.nodes.back();
  if (!compares(root.kind)) return;
  check.compares = true;
  const auto side = [&](std::int32_t node) { return evaluate(formula, results, 0, static_cast<std::size_t>(node)); };
  check.left = figure(side(root.a));
  check.right = figure(side(root.b));
  const auto is_chance = [&](std::int32_t node) {
    return formula.nodes[static_cast<std::size_t>(node)].kind == program::Formula::Kind::chance;
  };
  check.shares = is_chance(root.a) || is_chance(root.b);
}

// --- cases -------------------------------------------------------------------------------------------------------------------

template <typename Nouns>
const std::string* label_in(const Nouns& nouns, std::string_view name) {
  for (const auto& noun : nouns) {
    if (noun.name == name) return &noun.label;
  }
  return nullptr;
}

std::string noun_in_words(const model::Model& model, std::string_view name) {
  const std::string* label = label_in(model.rounds, name);
  if (label == nullptr) label = label_in(model.facilities, name);
  if (label == nullptr) label = label_in(model.events, name);
  for (const model::Company& company : model.companies) {
    if (label == nullptr) label = label_in(company.credits, name);
  }
  if (label == nullptr) label = label_in(model.definitions, name);
  return label == nullptr || label->empty() ? std::string(name) : "\"" + *label + "\"";
}

// "openai.notes, openai.revolver" becomes: "Notes" and "Bank line".
std::string list_in_words(const model::Model& model, std::string_view list) {
  std::vector<std::string> words;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    std::string_view name = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    name.remove_prefix(std::min(name.find_first_not_of(' '), name.size()));
    name = name.substr(0, name.find_last_not_of(' ') + 1);
    if (!name.empty()) words.push_back(noun_in_words(model, name));
  }
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  return text;
}

std::vector<AskAnswers> in_order(const Questions& questions, std::vector<AskAnswers> by_ask) {
  std::vector<AskAnswers> ordered;
  for (const std::uint32_t ask : asks_to_show(questions.model)) {
    if (!by_ask[ask].answers.empty()) ordered.push_back(std::move(by_ask[ask]));
    by_ask[ask].answers.clear();
  }
  for (AskAnswers& rest : by_ask) {  // asked for by name though no report shows them
    if (!rest.answers.empty()) ordered.push_back(std::move(rest));
  }
  return ordered;
}

}  // namespace

std::string case_in_words(const model::Model& model, const model::Case& which) {
  const std::string_view label = which.label;
  const std::string* scenario = which.scenario == model::kNone ? nullptr : &model.scenarios[which.scenario].label;
  if (label == "no_new_money") return "with no new money";
  for (const std::string_view word : {std::string_view("with"), std::string_view("without")}) {
    if (label.size() > word.size() + 1 && label.starts_with(word) && label[word.size()] == '(' && label.ends_with(')')) {
      return std::string(word) + " " + list_in_words(model, label.substr(word.size() + 1, label.size() - word.size() - 2));
    }
  }
  if (scenario != nullptr) return "in the scenario \"" + (scenario->empty() ? model.scenarios[which.scenario].name : *scenario) + "\"";
  return label.empty() || label == "base" ? std::string() : "in the case " + std::string(label);
}

std::vector<std::uint32_t> asks_to_show(const model::Model& model) {
  std::vector<std::uint32_t> order;
  for (const model::Report& report : model.reports) {
    for (const std::uint32_t ask : report.asks) {
      if (std::find(order.begin(), order.end(), ask) == order.end()) order.push_back(ask);
    }
  }
  if (!model.reports.empty()) return order;
  for (std::uint32_t ask = 0; ask < model.asks.size(); ++ask) order.push_back(ask);
  return order;
}

Answers answer(const Questions& questions, const program::Lowered& lowered, const std::vector<results::Results>& results) {
  const model::Model& model = questions.model;
  Answers answers;
  answers.title = model.settings.title;
  answers.currency = model.settings.currency;
  answers.start = quantity::month_number(model.settings.start_year, model.settings.start_month);
  answers.months = model.settings.months;
  for (const results::Results& of_run : results) {
    answers.paths = of_run.paths;
    answers.seed = of_run.seed;
    answers.bit_group = of_run.bit_group;
    answers.interrupted = answers.interrupted || of_run.interrupted;
  }
  if (answers.interrupted) return answers;

  std::vector<AskAnswers> by_ask;
  for (const model::Ask& ask : model.asks) by_ask.push_back({ask.name, ask.label, {}});
  for (const program::Answered& answered : lowered.answers) {
    by_ask[answered.ask].answers.push_back(answer_one(questions, answered, results));
  }
  compare(questions, lowered, results, by_ask);
  for (AskAnswers& ask : by_ask) {  // companions last
    std::stable_partition(ask.answers.begin(), ask.answers.end(), [](const Answer& a) { return !a.companion; });
  }
  answers.asks = in_order(questions, std::move(by_ask));

  for (const program::Checked& checked : lowered.checks) {
    const model::Check& asked = model.checks[checked.check];
    CheckAnswer check;
    check.name = asked.name;
    check.label = asked.label;
    check.text = asked.text;
    if (checked.output >= 0) {
      fill(check, results[checked.run].outputs.at(static_cast<std::size_t>(checked.output)));
    } else {
      fill(check, checked.formula, results[checked.run]);
    }
    answers.checks.push_back(std::move(check));
  }
  for (const program::Loop& loop : lowered.loops) {
    const std::string& name = model.facilities[loop.facility].name;
    auto place = std::find_if(answers.loops.begin(), answers.loops.end(), [&](const Loop& one) { return one.name == name; });
    if (place == answers.loops.end()) place = answers.loops.insert(place, {name, "", 0, true});
    const results::Column& column = results[loop.run].outputs.at(static_cast<std::size_t>(loop.output)).columns.front();
    const double worst = column.endless > 0 ? std::numeric_limits<double>::infinity() : column.max;
    if (worst > place->worst || column.missing > 0) {
      place->worst = worst;
      place->case_label = lowered.runs[loop.run].which.label;
    }
    place->closed = place->closed && worst <= kLoopTolerance && column.missing == 0;
  }
  return answers;
}

}  // namespace warchest::analysis
