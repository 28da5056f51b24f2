// nlohmann's ordered_json keeps the order of keys; its numbers are the shortest that round-trip (Grisu2). What is not finite has no
// number in JSON and is written as null: for a month, "not within the horizon".
#include "report/json.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "quantity/date.h"
#include "report/json_layout.h"
#include "report/sentence.h"

namespace warchest::report {

namespace {

using analysis::Answer;
using analysis::AnswerKind;
using analysis::Answers;
using analysis::Figure;
using analysis::Spread;
using nlohmann::ordered_json;

ordered_json number(double value) { return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr); }

ordered_json month(double months, const Answers& all) {
  if (!std::isfinite(months)) return nullptr;
  return quantity::spelled_month(all.start + static_cast<int>(std::lround(months)));
}

constexpr std::pair<const char*, Figure Spread::*> kQuantiles[] = {
    {"p5", &Spread::p5}, {"p25", &Spread::p25}, {"p50", &Spread::p50}, {"p75", &Spread::p75}, {"p95", &Spread::p95}};

// The standard errors of the quantiles, beside `error`, which is that of the mean.
ordered_json quantile_errors(const Spread& spread) {
  ordered_json errors = ordered_json::object();
  for (const auto& [name, member] : kQuantiles) errors[name] = number((spread.*member).error);
  return errors;
}

ordered_json by_of(const Answer& answer, const Answers& all) {
  ordered_json by = ordered_json::array();
  for (std::size_t m = 0; m < answer.by.size(); ++m) {
    by.push_back({quantity::spelled_month(all.start + static_cast<int>(m)), number(answer.by[m].value)});
  }
  return by;
}

ordered_json by_errors(const Answer& answer) {
  ordered_json errors = ordered_json::array();
  for (const Figure& figure : answer.by) errors.push_back(number(figure.error));
  return errors;
}

void add_number(ordered_json& json, const Answer& answer, const Answers& all) {
  json["mean"] = number(answer.spread.mean.value);
  json["sd"] = number(answer.spread.sd.value);
  for (const auto& [name, member] : kQuantiles) json[name] = number((answer.spread.*member).value);
  json["error"] = number(answer.spread.mean.error);
  json["errors"] = quantile_errors(answer.spread);
  json["unit"] = answer.unit;
  if (answer.missing > 0) json["missing"] = answer.missing;
  if (!answer.first_passage) return;
  json["never"] = number(answer.never.value);
  json["never_error"] = number(answer.never.error);
  json["by"] = by_of(answer, all);
  json["by_errors"] = by_errors(answer);
}

void add_date(ordered_json& json, const Answer& answer, const Answers& all) {
  for (const auto& [name, member] : kQuantiles) json[name] = month((answer.spread.*member).value, all);
  json["errors"] = quantile_errors(answer.spread);  // in months
  json["never"] = number(answer.never.value);
  json["never_error"] = number(answer.never.error);
  json["by"] = by_of(answer, all);
  json["by_errors"] = by_errors(answer);
}

void add_series(ordered_json& json, const Answer& answer, const Answers& all) {
  const std::size_t count = answer.values.empty() ? answer.months.size() : answer.values.size();
  ordered_json months = ordered_json::array();
  for (std::size_t m = 0; m < count; ++m) months.push_back(quantity::spelled_month(all.start + static_cast<int>(m)));
  json["months"] = std::move(months);
  if (!answer.values.empty()) {  // one statistic for each month
    ordered_json values = ordered_json::array(), errors = ordered_json::array();
    for (const Figure& figure : answer.values) {
      values.push_back(number(figure.value));
      errors.push_back(number(figure.error));
    }
    json["value"] = std::move(values);
    json["error"] = std::move(errors);
  } else {
    ordered_json errors = ordered_json::object();
    const auto add = [&](const char* name, Figure Spread::*member) {
      ordered_json values = ordered_json::array(), of = ordered_json::array();
      for (const Spread& spread : answer.months) {
        values.push_back(number((spread.*member).value));
        of.push_back(number((spread.*member).error));
      }
      json[name] = std::move(values);
      if (std::string_view(name) != "mean") errors[name] = std::move(of);
    };
    for (const auto& [name, member] : kQuantiles) add(name, member);
    add("mean", &Spread::mean);
    ordered_json mean_errors = ordered_json::array();
    for (const Spread& spread : answer.months) mean_errors.push_back(number(spread.mean.error));
    json["error"] = std::move(mean_errors);
    json["errors"] = std::move(errors);
  }
  json["unit"] = answer.unit;
  if (answer.missing > 0) json["missing"] = answer.missing;
}

ordered_json trial_of(const Answer& answer, const Answer::Trial& trial, const Answers& all) {
  return {{"x", answer.month ? month(trial.x, all) : number(trial.x)}, {"value", number(trial.statistic.value)}, {"error", number(trial.statistic.error)}};
}

// Goal seek: the condition, whether it holds and goes on holding, the statistic there, the best, and the row tried first.
ordered_json search_of(const Answer& answer, const Answers& all) {
  const auto& search = *answer.search;
  ordered_json json;
  json["so_that"] = search.so_that;
  if (search.greatest) json["greatest"] = true;
  json["holds"] = search.holds;
  json["monotone"] = search.monotone;
  json["wanted"] = number(search.wanted);
  if (search.holds) json["there"] = trial_of(answer, search.there, all);
  json["best"] = trial_of(answer, search.best, all);
  json["tried"] = ordered_json::array();
  for (const Answer::Trial& trial : search.row) json["tried"].push_back(trial_of(answer, trial, all));
  return json;
}

// A comparison: how far it is from the first case.
ordered_json difference_of(const Answer::Difference& difference) {
  ordered_json json;
  json["from"] = difference.from;
  const auto add = [&](const char* name, const Figure& figure) {
    if (std::isnan(figure.value)) return;
    json[name] = number(figure.value);
    json[std::string(name) + "_error"] = number(figure.error);
  };
  add("mean", difference.mean);
  add("p50", difference.median);
  add("chance", difference.chance);
  return json;
}

ordered_json answer_of(const Answer& answer, const Answers& all) {
  ordered_json json;
  json["of"] = answer.of;
  if (!answer.case_label.empty()) json["case"] = answer.case_label;
  if (!answer.for_label.empty()) json["for"] = answer.for_label;
  if (!answer.holder.empty()) json["by"] = answer.holder;
  if (answer.at >= 0) json["at"] = quantity::spelled_month(all.start + answer.at);
  switch (answer.kind) {
    case AnswerKind::number:
      json["type"] = "number";
      add_number(json, answer, all);
      break;
    case AnswerKind::date:
      json["type"] = "date";
      add_date(json, answer, all);
      break;
    case AnswerKind::chance:
      json["type"] = "chance";
      json["value"] = number(answer.figure.value);
      json["error"] = number(answer.figure.error);
      if (answer.missing > 0) json["missing"] = answer.missing;
      break;
    case AnswerKind::value:
      json["type"] = "value";
      json["value"] = answer.month ? month(answer.figure.value, all) : number(answer.figure.value);
      json["error"] = number(answer.figure.error);  // of a month: in months
      json["unit"] = answer.month ? "date" : answer.unit;
      if (answer.missing > 0) json["missing"] = answer.missing;
      if (answer.search) json["search"] = search_of(answer, all);
      break;
    case AnswerKind::series:
      json["type"] = "series";
      add_series(json, answer, all);
      break;
    case AnswerKind::table: json["type"] = "table"; break;
  }
  if (answer.difference) json["difference"] = difference_of(*answer.difference);
  return json;
}

}  // namespace

std::string to_json(const Answers& answers, const Origin& origin) {
  ordered_json json;
  json["warchest"] = origin.version;
  json["schema"] = kJsonSchema;
  json["run"] = {{"model", answers.title},
                 {"sha256", origin.sha256},
                 {"seed", answers.seed},
                 {"paths", answers.paths},
                 {"start", quantity::spelled_month(answers.start)},
                 {"months", answers.months},
                 {"simd", answers.bit_group}};
  json["asks"] = ordered_json::object();
  for (const analysis::AskAnswers& ask : answers.asks) {
    ordered_json list = ordered_json::array();
    for (const Answer& answer : ask.answers) {
      if (!answer.companion) list.push_back(answer_of(answer, answers));
    }
    json["asks"][ask.name] = {{"label", ask.label}, {"answers", std::move(list)}};
  }
  json["checks"] = ordered_json::object();
  for (const analysis::CheckAnswer& check : answers.checks) {
    json["checks"][check.name] = {{"holds", check.holds}, {"detail", check_sentence(check, answers)}};
  }
  for (const analysis::Loop& loop : answers.loops) {
    json["loops"][loop.name] = {{"closed", loop.closed}, {"worst", number(loop.worst)}, {"case", loop.case_label}, {"tolerance", analysis::kLoopTolerance}};
  }
  return laid_out(json);
}

std::string errors_to_json(std::string_view array, std::string_view version) {
  ordered_json json;
  json["warchest"] = version;
  json["schema"] = kJsonSchema;
  json["errors"] = ordered_json::parse(array);
  return laid_out(json);
}

std::string error_to_json(std::string_view code, std::string_view message, std::string_view version) {
  ordered_json json;
  json["warchest"] = version;
  json["schema"] = kJsonSchema;
  json["errors"] = ordered_json::array({{{"file", nullptr}, {"line", nullptr}, {"column", nullptr}, {"end_line", nullptr}, {"end_column", nullptr},
                                         {"severity", "error"}, {"code", code}, {"message", message}, {"found", nullptr}, {"wanted", nullptr},
                                         {"suggestion", nullptr}}});
  return laid_out(json);
}

}  // namespace warchest::report
