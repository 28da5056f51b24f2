// help: the page of a word, made from the tables that the checker itself reads (kinds.def, functions.def, codes.def).
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/session.h"
#include "app/terminal.h"
#include "model/functions.h"
#include "model/reference_classes.h"
#include "model/usual.h"
#include "model/schema.h"
#include "report/columns.h"
#include "text/diagnostic.h"
#include "text/names.h"

namespace warchest::app {

namespace {

using report::Table;

std::string lines(const Table& table, std::size_t indent) {
  std::string text;
  for (const std::string& line : report::lines_of(table, output_width() - indent)) text += std::string(line.empty() ? 0 : indent, ' ') + line + "\n";
  return text;
}

std::string paragraph(std::string_view words, std::size_t indent) {
  std::string text;
  for (const std::string& line : report::wrapped(words, output_width() - indent)) text += std::string(indent, ' ') + line + "\n";
  return text;
}

std::string later_words(model::Part part) { return fmt::format("comes with the part of warchest that knows {}", model::part_in_words(part)); }

std::string place_in_words(model::Place place) {
  switch (place) {
    case model::Place::file: return "in the file";
    case model::Place::company: return "in a company";
    case model::Place::company_or_file: return "in a company or the file";
    case model::Place::facility: return "in a facility";
    case model::Place::anywhere: return "anywhere";
    case model::Place::record: return "as the value of a field";
    case model::Place::table: return "as the value of a field";
  }
  return {};
}

std::string field_page(const model::FieldRow& field) {
  std::string line = fmt::format("  {}", field.name);
  if (field.required) line += "  (required)";
  if (!field.fallback.empty()) line += fmt::format("  (default {})", field.fallback);
  std::string wants = std::string(model::in_words(field.want));
  if (!field.words.empty()) {
    wants = "one of";
    for (const std::string_view word : field.words) wants += fmt::format("{} {}", word == field.words.front() ? "" : ",", word);
  }
  return line + "\n" + paragraph(fmt::format("{}: {}", field.help, wants), 6) + (field.example.empty() ? "" : fmt::format("      {}\n", field.example));
}

std::string kind_page(const model::KindRow& kind) {
  std::string text = fmt::format("{}: {}\n", kind.name, kind.sentence);
  if (kind.part != model::Part::now) return text + "  It " + later_words(kind.part) + ".\n";
  text += fmt::format("  written {}\n\n  {}\n", place_in_words(kind.place), kind.example);
  if (!kind.fields.empty()) text += "\nFields\n";
  for (const model::FieldRow& field : kind.fields) text += field_page(field);
  if (!kind.later.empty()) text += "\nLater\n";
  for (const model::FieldRow& field : kind.later) text += paragraph(fmt::format("{}: {}; {}", field.name, field.help, later_words(field.part)), 2);
  return text;
}

// The classes that `like` draws from, each with its figures and where they are from.
std::string classes_page() {
  using Align = Table::Align;
  Table table{{{"", Align::left}, {"mean", Align::right}, {"over 50 %", Align::right}, {"mean of those", Align::right}, {"time", Align::right}, {"grade", Align::left}}, {}};
  std::string sources;
  for (const model::ReferenceClass& one : model::reference_classes()) {
    const bool published = one.form == model::ReferenceClass::Form::published;
    table.rows.push_back({std::string(one.name), fmt::format("+{:.0f} %", 100 * (one.mean_factor() - 1)), fmt::format("{:.0f} %", 100 * one.tail_chance()),
                          published ? fmt::format("+{:.0f} %", 100 * one.tail_mean) : "-", fmt::format("{:.2f}", one.time_per_cost), std::string(one.grade)});
    sources += paragraph(fmt::format("{}: {}; {}", one.name, one.what, one.source), 2);
  }
  return "\nClasses: the mean overrun of cost, how many went over by half or more, the mean\nof those, and how much of it the time went over too\n" + lines(table, 2) +
         "\nFrom\n" + sources;
}

// What `usual` draws from, each with its figures and how many cases they were counted from.
std::string usual_page() {
  using Align = Table::Align;
  Table table{{{"", Align::left}, {"5 %", Align::right}, {"median", Align::right}, {"95 %", Align::right}, {"cases", Align::right}}, {}};
  std::string rates;
  for (const model::UsualFigure& one : model::usual_figures()) {
    if (one.form == model::UsualFigure::Form::rate) {
      rates += paragraph(fmt::format("{}: {}; Beta({}, {}) from {} cases", one.name, one.what, one.alpha, one.beta, one.count), 2);
      continue;
    }
    table.rows.push_back({std::string(one.name), fmt::format("{}", one.p5), fmt::format("{}", one.p50), fmt::format("{}", one.p95), fmt::format("{}", one.count)});
    rates += paragraph(fmt::format("{}: {}", one.name, one.what), 2);
  }
  return "\nFigures (months are months; sizes are multiples)\n" + lines(table, 2) + "\n" + rates;
}

std::string function_page(const model::FunctionRow& function) {
  return fmt::format("{}({}): {}\n", function.name, function.parameters, function.result) + paragraph(function.sentence, 2) +
         fmt::format("\n  {}\n", function.example) + (function.id == model::FunctionId::like_ ? classes_page() : function.id == model::FunctionId::usual_ ? usual_page() : "");
}

const char* owner_in_words(model::Owner owner) {
  switch (owner) {
    case model::Owner::company: return "a company";
    case model::Owner::round: return "a round";
    case model::Owner::facility: return "a facility";
    case model::Owner::credit: return "a credit";
    case model::Owner::account:
      return "an account";
    case model::Owner::team: return "a team";
    case model::Owner::event: return "an event";
    case model::Owner::holder: return "a holder";
    case model::Owner::project: return "a project";
    case model::Owner::covenant: return "a covenant";
  }
  return "";
}

std::string code_page(text::Code code) { return fmt::format("{}: {}\n", text::code_name(code), text::code_sentence(code)); }

// All pages that a word has; a word may be a kind and a measure at once.
std::string pages(std::string_view word) {
  std::string text;
  const auto add = [&](const std::string& page) { text += (text.empty() ? "" : "\n") + page; };
  if (const model::KindRow* kind = model::find_kind(word)) add(kind_page(*kind));
  if (const model::FunctionRow* function = model::find_function(word)) add(function_page(*function));
  for (const model::MeasureRow& measure : model::measures()) {
    if (measure.name == word) add(fmt::format("{} of {}\n", measure.name, owner_in_words(measure.owner)) + paragraph(measure.sentence, 2));
  }
  for (const auto& later : {model::later_functions(), model::later_measures()}) {
    for (const model::LaterName& name : later) {
      if (name.name == word) add(fmt::format("{}: {}\n  It {}.\n", name.name, name.sentence, later_words(name.part)));
    }
  }
  for (const text::Code code : text::all_codes()) {
    if (text::code_name(code) == word) add(code_page(code));
  }
  return text;
}

std::string index() {
  std::string text = "warchest help WORD explains one of these.\n\nKinds\n";
  Table kinds{{{"", Table::Align::left}, {"", Table::Align::left}}, {}};
  std::string later;
  for (const model::KindRow& kind : model::kinds()) {
    if (kind.part == model::Part::now) {
      kinds.rows.push_back({std::string(kind.name), std::string(kind.sentence)});
    } else {
      later += (later.empty() ? "" : ", ") + std::string(kind.name);
    }
  }
  text += lines(kinds, 2);
  if (!later.empty()) text += paragraph("not yet: " + later, 2);
  const auto list = [&](const char* title, const std::vector<std::string>& names) {
    std::string line;
    for (const std::string& name : names) line += (line.empty() ? "" : ", ") + name;
    text += fmt::format("\n{}\n", title) + paragraph(line, 2);
  };
  std::vector<std::string> functions, measures, codes;
  for (const model::FunctionRow& function : model::functions()) functions.emplace_back(function.name);
  for (const model::MeasureRow& measure : model::measures()) {
    if (std::find(measures.begin(), measures.end(), measure.name) == measures.end()) measures.emplace_back(measure.name);
  }
  for (const text::Code code : text::all_codes()) codes.emplace_back(text::code_name(code));
  list("Functions", functions);
  list("Measures: what a company, round or other noun has unwritten", measures);
  list("Codes of complaints", codes);
  return text;
}

std::vector<std::string> all_words() {
  std::vector<std::string> words;
  for (const model::KindRow& kind : model::kinds()) words.emplace_back(kind.name);
  for (const model::FunctionRow& function : model::functions()) words.emplace_back(function.name);
  for (const model::MeasureRow& measure : model::measures()) words.emplace_back(measure.name);
  for (const text::Code code : text::all_codes()) words.emplace_back(text::code_name(code));
  return words;
}

}  // namespace

int help(const Options& options) {
  Session session(options);
  if (options.names.empty()) return session.finish(index(), kDone);
  const std::string& word = options.names.front();
  const std::string text = pages(word);
  if (!text.empty()) return session.finish(text, kDone);
  const auto nearest = text::nearest_name(word, all_words());
  return session.fail(kWrongUsage, "unknown-word",
                      fmt::format("there is no kind, function, measure or code \"{}\"{}", word,
                                  nearest ? fmt::format("; did you mean {}?", *nearest) : "; warchest help lists them"));
}

}  // namespace warchest::app
