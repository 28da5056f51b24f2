// First what was drawn once and what it made, then the months: balances on one line, below it what happened.
#include "report/story.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "quantity/date.h"
#include "report/columns.h"
#include "report/figures.h"
#include "report/json.h"
#include "report/json_layout.h"

namespace warchest::report {

namespace {

using analysis::Story;
using Happening = Story::Happening;

std::string rank_words(double rank) {
  const double hundredths = rank * 100;
  if (hundredths < 1) return "below 1 in 100";
  if (hundredths > 99) return "above 99 in 100";
  return fmt::format("{:.0f} in 100", hundredths);
}

std::string called(const Story::Fact& fact) {
  return fact.label.empty() ? printable(fact.name) : fmt::format("{} \"{}\"", printable(fact.name), printable(fact.label));
}

std::string fact_words(const Story& story, const Story::Fact& fact) {
  const auto money = [&] { return amount(fact.amount, story.unit, 3); };
  switch (fact.what) {
    case Happening::opens: return fmt::format("{} opens: {}, to close in {}", called(fact), money(), month_short(fact.month));
    case Happening::closes: return fmt::format("{} closes: {} arrive", called(fact), money());
    case Happening::draws: return fmt::format("{} is drawn: {}", called(fact), money());
    case Happening::repays: return fmt::format("{} is repaid: {}", called(fact), money());
    case Happening::begins: return fmt::format("building {} begins", called(fact));
    case Happening::online: return fmt::format("{} is online", called(fact));
    case Happening::given_up: return fmt::format("{} is given up: {} had been spent", called(fact), money());
    case Happening::happens: return fmt::format("{} happens", called(fact));
    case Happening::runs_out: return fmt::format("{} runs out of cash", called(fact));
  }
  return {};
}

const char* fact_name(Happening what) {
  switch (what) {
    case Happening::opens: return "opens";
    case Happening::closes: return "closes";
    case Happening::draws: return "draws";
    case Happening::repays: return "repays";
    case Happening::begins: return "begins";
    case Happening::online: return "online";
    case Happening::given_up: return "given_up";
    case Happening::happens: return "happens";
    case Happening::runs_out: return "runs_out_of_cash";
  }
  return "";
}

std::string head(const Story& story) {
  const std::string which =
      story.path ? fmt::format("path {} of seed {}", *story.path, story.seed) : std::string("the path on which all luck is at its median");
  return printable(story.title) + "\n" + which + "\n";
}

void lines(std::string& text, const std::string& paragraph, std::size_t width, std::size_t indent) {
  for (const std::string& line : wrapped(paragraph, width - indent)) text += std::string(indent, ' ') + line + "\n";
}

std::string balances(const Story::Month& month) {
  std::string text;
  for (const Story::Value& value : month.balances) text += fmt::format("{}{} {}", text.empty() ? "" : "  ", printable(value.name), amount(value.value, value.unit, 3));
  return text;
}

}  // namespace

std::string story_text(const Story& story, std::size_t width) {
  std::string text = head(story);
  if (!story.luck.empty()) {
    text += "\nLuck of the whole path (how many paths in 100 fare lower in it)\n";
    for (const Story::Luck& luck : story.luck) text += fmt::format("  {}: {}\n", printable(luck.name), rank_words(luck.rank));
  }
  if (!story.values.empty()) {
    text += "\nWhat it makes of the inputs\n";
    for (const Story::Value& value : story.values) text += fmt::format("  {} = {}\n", printable(value.name), amount(value.value, value.unit, 3));
  }
  text += "\n";
  for (const Story::Month& month : story.months) {
    lines(text, month_short(month.month) + "  " + balances(month), width, 0);
    for (const Story::Luck& luck : month.luck) lines(text, fmt::format("luck of {}: {}", printable(luck.name), rank_words(luck.rank)), width, 9);
    for (const Story::Fact& fact : month.facts) lines(text, fact_words(story, fact), width, 9);
  }
  return text;
}

std::string story_in_short(const Story& story, std::size_t width) {
  std::string text;
  for (const Story::Month& month : story.months) {
    for (const Story::Fact& fact : month.facts) lines(text, month_short(month.month) + "  " + fact_words(story, fact), width, 2);
    bool over = false;
    for (const Story::Fact& fact : month.facts) over = over || fact.what == Happening::runs_out;
    if (over) lines(text, balances(month), width, 11);
  }
  return text.empty() ? "  nothing happens\n" : text;
}

std::string story_json(const Story& story, const std::string& version, const std::string& sha256) {
  using nlohmann::ordered_json;
  const auto number = [](double value) { return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr); };
  const auto luck_list = [&](const std::vector<Story::Luck>& luck) {
    ordered_json list = ordered_json::array();
    for (const Story::Luck& l : luck) list.push_back(ordered_json{{"name", l.name}, {"rank", number(l.rank)}});
    return list;
  };
  const auto values_of = [&](const std::vector<Story::Value>& values) {
    ordered_json list = ordered_json::array();
    for (const Story::Value& v : values) list.push_back(ordered_json{{"name", v.name}, {"value", number(v.value)}, {"unit", v.unit}});
    return list;
  };
  ordered_json json;
  json["warchest"] = version;
  json["schema"] = kJsonSchema;
  json["trace"] = {{"model", story.title}, {"sha256", sha256}, {"seed", story.seed}};
  json["trace"]["path"] = story.path ? ordered_json(*story.path) : ordered_json("median luck");
  json["luck"] = luck_list(story.luck);
  json["values"] = values_of(story.values);
  json["months"] = ordered_json::array();
  for (const Story::Month& month : story.months) {
    ordered_json facts = ordered_json::array();
    for (const Story::Fact& fact : month.facts) {
      ordered_json one{{"what", fact_name(fact.what)}, {"name", fact.name}};
      if (fact.what <= Happening::repays || fact.what == Happening::given_up) one["amount"] = number(fact.amount);
      if (fact.what == Happening::opens) one["closes"] = quantity::spelled_month(fact.month);
      facts.push_back(std::move(one));
    }
    json["months"].push_back(ordered_json{{"month", quantity::spelled_month(month.month)},
                                          {"balances", values_of(month.balances)},
                                          {"luck", luck_list(month.luck)},
                                          {"facts", std::move(facts)}});
  }
  return laid_out(json);
}

}  // namespace warchest::report
