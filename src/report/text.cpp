// Sections of the report, one function each, written on a page from top to bottom.
#include "report/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "quantity/date.h"
#include "report/chart.h"
#include "report/columns.h"
#include "report/figures.h"
#include "report/page.h"
#include "report/sentence.h"

namespace warchest::report {

namespace {

using analysis::Answer;
using analysis::AnswerKind;
using analysis::Answers;
using analysis::AskAnswers;
using analysis::Figure;
using analysis::Spread;

// --- what belongs together ---------------------------------------------------------------------------------------------

// An answer that stands in the table of holders.
bool split_by_holder(const Answer& answer) {
  return !answer.companion && !answer.compared && !answer.holder.empty() &&
         (answer.kind == AnswerKind::number || answer.kind == AnswerKind::value || answer.kind == AnswerKind::chance);
}

// The answers to one shown expression, over its cases and values of `for`.
struct Group {
  std::string of;
  std::vector<const Answer*> answers;
};

std::vector<Group> groups_of(const AskAnswers& ask) {
  std::vector<Group> groups;
  for (const Answer& answer : ask.answers) {
    if (answer.companion || answer.compared || split_by_holder(answer)) continue;
    const auto found = std::find_if(groups.begin(), groups.end(), [&](const Group& group) { return group.of == answer.of; });
    if (found == groups.end()) {
      groups.push_back({answer.of, {&answer}});
    } else {
      found->answers.push_back(&answer);
    }
  }
  return groups;
}

const Answer* companion_of(const AskAnswers& ask, const Answer& answer, AnswerKind kind) {
  for (const Answer& other : ask.answers) {
    if (&other != &answer && other.kind == kind && other.case_label == answer.case_label && other.for_label == answer.for_label &&
        other.company == answer.company && (other.companion || (kind == AnswerKind::date && other.out_of_cash))) {
      return &other;
    }
  }
  return nullptr;
}

// "with(openai.notes, openai.next)" is "with(notes, next)" where all names begin alike.
std::string without_common_company(const std::string& label) {
  const auto open = label.find('('), dot = label.find('.', open);
  if (open == std::string::npos || dot == std::string::npos) return label;
  const std::string company = label.substr(open + 1, dot - open);
  std::string text = label.substr(0, open + 1);
  for (std::size_t at = open + 1; at < label.size();) {
    if (label.compare(at, company.size(), company) != 0) return label;
    const std::size_t end = std::min(label.find(", ", at), label.size());
    text += label.substr(at + company.size(), end - at - company.size()) + (end < label.size() ? ", " : "");
    at = end + 2;
  }
  return text;
}

std::string case_of(const Answer& answer) {
  std::string text = without_common_company(answer.case_label);
  if (!answer.for_label.empty()) text += (text.empty() ? "" : ", ") + answer.for_label;
  return printable(text.empty() ? "the plan as it is" : text);
}

// --- tables --------------------------------------------------------------------------------------------------------------

using Align = Table::Align;

std::string by_month(const analysis::Figure& figure, const Answers& all) {
  if (!std::isfinite(figure.value)) return "later";
  const std::string error = months_error(figure.error);
  return month_or_never(figure.value, all) + " " + error.substr(0, error.find(' '));
}

// One case: a line for each chance. Several: a line for each case.
Table dates_table(const Group& group, const Answers& all) {
  if (group.answers.size() == 1) {
    const analysis::Spread& spread = group.answers.front()->spread;
    Table table{{{"", Align::left}, {"", Align::left}}, {}};
    table.rows = {{"1 chance in 20", by_month(spread.p5, all)},
                  {"1 chance in 4", by_month(spread.p25, all)},
                  {"1 chance in 2", by_month(spread.p50, all)},
                  {"3 chances in 4", by_month(spread.p75, all)},
                  {"19 chances in 20", by_month(spread.p95, all)},
                  {"never", percent_with_error(group.answers.front()->never)}};
    return table;
  }
  Table table{{{"case", Align::left}, {"1 in 20", Align::left}, {"1 in 2", Align::left}, {"19 in 20", Align::left}, {"never", Align::right}}, {}};
  for (const Answer* answer : group.answers) {
    const analysis::Spread& spread = answer->spread;
    table.rows.push_back({case_of(*answer), by_month(spread.p5, all), by_month(spread.p50, all), by_month(spread.p95, all), percent_with_error(answer->never)});
  }
  return table;
}

Table numbers_table(const Group& group, const Answers& all) {
  Table table{{{"case", Align::left}, {"1 in 20 below", Align::right}, {"median", Align::right}, {"1 in 20 above", Align::right}, {"mean", Align::right}}, {}};
  for (const Answer* answer : group.answers) {
    const auto figure = [&](const analysis::Figure& f) {
      if (answer->first_passage && std::isinf(f.value)) return month_or_never(f.value, all);
      return with_error(f, answer->unit);
    };
    const analysis::Spread& spread = answer->spread;
    table.rows.push_back({case_of(*answer), figure(spread.p5), figure(spread.p50), figure(spread.p95),
                          answer->first_passage && answer->never.value > 0 ? std::string("endless") : figure(spread.mean)});
  }
  return table;
}

Table figures_table(const Group& group) {
  const bool chance = group.answers.front()->kind == AnswerKind::chance;
  Table table{{{"case", Align::left}, {chance ? "chance" : "value", Align::right}, {"", Align::left}}, {}};
  for (const Answer* answer : group.answers) {
    if (chance) {
      table.rows.push_back({case_of(*answer), percent_with_error(answer->figure), chances(answer->figure.value)});
    } else {
      table.rows.push_back({case_of(*answer), with_error(answer->figure, answer->unit), ""});
    }
  }
  return table;
}

// Months at which a series is told in figures: each December and the last.
std::vector<std::size_t> told_months(std::size_t count, int start) {
  std::vector<std::size_t> months;
  for (std::size_t month = 0; month < count; ++month) {
    if (month + 1 == count || quantity::month_of(start + static_cast<int>(month)) == 12) months.push_back(month);
  }
  return months;
}

Table series_table(const Answer& answer, const Answers& all) {
  if (!answer.values.empty()) {
    Table table{{{"month", Align::left}, {"value", Align::right}}, {}};
    for (const std::size_t month : told_months(answer.values.size(), all.start)) {
      table.rows.push_back({month_short(all.start + static_cast<int>(month)), with_error(answer.values[month], answer.unit)});
    }
    return table;
  }
  Table table{{{"month", Align::left}, {"1 in 20 below", Align::right}, {"median", Align::right}, {"1 in 20 above", Align::right}, {"mean", Align::right}}, {}};
  for (const std::size_t month : told_months(answer.months.size(), all.start)) {
    const analysis::Spread& spread = answer.months[month];
    table.rows.push_back({month_short(all.start + static_cast<int>(month)), with_error(spread.p5, answer.unit), with_error(spread.p50, answer.unit),
                          with_error(spread.p95, answer.unit), with_error(spread.mean, answer.unit)});
  }
  return table;
}

// --- charts --------------------------------------------------------------------------------------------------------------

// "$5B" on an axis, where "$5.0B" would say no more.
std::string axis_label(double value, const std::string& unit) {
  std::string text = amount(value, unit);
  if (const auto at = text.find(".0"); at != std::string::npos && (at + 2 == text.size() || text[at + 2] < '0' || text[at + 2] > '9')) text.erase(at, 2);
  return text;
}

Lines fan_of(const Answer& series, const Answers& all, ChartSize size) {
  std::vector<FanMonth> months;
  for (const analysis::Spread& s : series.months) months.push_back({s.p5.value, s.p25.value, s.p50.value, s.p75.value, s.p95.value});
  return fan_chart(months, all.start, [&](double value) { return axis_label(value, series.unit); }, size);
}

Lines curve_of(const Answer& date, const Answers& all, ChartSize size) {
  std::vector<double> shares;
  for (const analysis::Figure& figure : date.by) shares.push_back(figure.value);
  return curve_chart(shares, all.start, size);
}

// The charts of one answer: a fan and a curve, either of which may be missing.
struct Charts {
  std::string title;
  const Answer* fan = nullptr;
  const Answer* curve = nullptr;
};

std::vector<Charts> charts_of(const AskAnswers& ask, const Group& group) {
  std::vector<Charts> charts;
  for (const Answer* answer : group.answers) {
    Charts chart{case_of(*answer), nullptr, nullptr};
    if (answer->kind == AnswerKind::date) {
      chart.curve = answer;
      if (answer->out_of_cash) chart.fan = companion_of(ask, *answer, AnswerKind::series);
    } else if (answer->kind == AnswerKind::series && !answer->months.empty()) {
      chart.fan = answer;
      chart.curve = companion_of(ask, *answer, AnswerKind::date);
    } else if (answer->kind == AnswerKind::number && answer->first_passage && !answer->by.empty()) {
      chart.curve = answer;
      chart.fan = companion_of(ask, *answer, AnswerKind::series);
    }
    if (chart.curve != nullptr && chart.curve->never.value == 1 && chart.fan == nullptr) continue;  // an empty frame tells nothing
    if (chart.fan != nullptr || chart.curve != nullptr) charts.push_back(chart);
  }
  return charts;
}

const char* curve_title(const Charts& chart) {
  return chart.curve->kind == AnswerKind::number || chart.curve->out_of_cash ? "chance of having run out by" : "chance of having happened by";
}

void draw(Page& page, const std::vector<Charts>& charts, const Answers& all) {
  if (charts.empty()) return;
  const bool several = charts.size() > 1 && page.width() >= 70;
  constexpr std::size_t kIndent = 2, kGap = 3;
  const std::size_t width = several ? (page.width() - kIndent - kGap) / 2 : page.width() - kIndent;
  const ChartSize fan_size{width, several ? 8u : 11u}, curve_size{width, several ? 3u : 4u};
  const std::size_t at_once = several ? 2 : 1;
  for (std::size_t first = 0; first < charts.size(); first += at_once) {
    Lines titles, fans, curve_titles, curves;
    for (std::size_t i = first; i < std::min(charts.size(), first + at_once); ++i) {
      const Charts& chart = charts[i];
      const bool left = i == first;
      const auto add = [&](Lines& all_lines, Lines more) {
        if (left) {
          for (std::string& line : more) line = padded(line, width);
        }
        all_lines = left ? std::move(more) : beside(all_lines, more, kGap);
      };
      if (charts.size() > 1) add(titles, {shortened(chart.title, width)});
      if (chart.fan != nullptr) {
        Lines fan{shortened(printable(chart.fan->of), width)};
        for (std::string& line : fan_of(*chart.fan, all, fan_size)) fan.push_back(std::move(line));
        add(fans, std::move(fan));
      }
      if (chart.curve != nullptr) {
        add(curve_titles, {curve_title(chart)});
        add(curves, curve_of(*chart.curve, all, curve_size));
      }
    }
    for (Lines* lines : {&titles, &fans, &curve_titles, &curves}) {
      for (std::string& line : *lines) line.erase(line.find_last_not_of(' ') + 1);
    }
    page.gap();
    page.lines(titles, Style::heading, kIndent);
    page.lines(fans, Style::fan, kIndent);
    page.lines(curve_titles, Style::plain, kIndent);
    page.lines(curves, Style::curve, kIndent);
  }
  if (std::any_of(charts.begin(), charts.end(), [](const Charts& chart) { return chart.fan != nullptr; })) {
    page.line("█ median   ▒ the middle half of paths   ░ 9 paths in 10", Style::quiet, kIndent);
  }
}

// --- sections --------------------------------------------------------------------------------------------------------------

void tell(Page& page, const AskAnswers& ask, const Group& group, const Answers& all) {
  const Answer& first = *group.answers.front();
  const bool several = group.answers.size() > 1;
  const bool tabled = several && !first.search && (first.kind == AnswerKind::chance || first.kind == AnswerKind::value || first.kind == AnswerKind::number);
  page.gap();
  if (tabled) {
    page.line(printable(group.of) + ":", Style::plain, 2);
    page.lines(lines_of(first.kind == AnswerKind::number ? numbers_table(group, all) : figures_table(group), page.width() - 4), Style::plain, 4);
  } else {
    for (const Answer* answer : group.answers) page.paragraph(sentence(*answer, all), 2);
  }
  if (first.kind == AnswerKind::date && !(first.same_everywhere && !several)) {
    page.gap();
    page.line(first.out_of_cash ? "chances that it has run out by (± months)" : "chances that it has happened by (± months)", Style::plain, 2);
    page.lines(lines_of(dates_table(group, all), page.width() - 4), Style::plain, 4);
  }
  if (first.kind == AnswerKind::series) {
    for (const Answer* answer : group.answers) {
      page.gap();
      if (several) page.line(case_of(*answer), Style::heading, 2);
      page.lines(lines_of(series_table(*answer, all), page.width() - 2), Style::plain, 2);
    }
  }
  draw(page, charts_of(ask, group), all);
}

std::string holder_figure(const Answer& answer, const analysis::Figure& figure) {
  if (answer.paths == 0) return "none";
  return answer.part || answer.kind == AnswerKind::chance ? percent_with_error(figure) : with_error(figure, answer.unit);
}

bool has_range(const Answer& answer) { return answer.kind == AnswerKind::number && !answer.same_everywhere && answer.paths > 0; }

// A row for each holder, columns for each shown expression: its mean and 9 chances in 10, or the one statistic asked for.
Table holders_table(const std::vector<const Answer*>& answers, bool ranges) {
  Table table{{{"", Align::left}}, {}};
  std::vector<std::string> shown, holders;
  const auto note = [](std::vector<std::string>& names, const std::string& name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  };
  for (const Answer* answer : answers) {
    note(shown, answer->of);
    note(holders, answer->holder);
  }
  for (const std::string& of : shown) {
    table.columns.push_back({printable(of), Align::right});
    if (ranges) table.columns.insert(table.columns.end(), {{"1 in 20 below", Align::right}, {"1 in 20 above", Align::right}});
  }
  for (const std::string& holder : holders) {
    std::vector<std::string> row{printable(holder)};
    for (const std::string& of : shown) {
      const auto found = std::find_if(answers.begin(), answers.end(), [&](const Answer* one) { return one->of == of && one->holder == holder; });
      const bool there = found != answers.end(), number = there && (*found)->kind == AnswerKind::number;
      row.push_back(there ? holder_figure(**found, number ? (*found)->spread.mean : (*found)->figure) : "");
      if (!ranges) continue;
      for (const Figure Spread::*end : {&Spread::p5, &Spread::p95}) row.push_back(there && has_range(**found) ? holder_figure(**found, (*found)->spread.*end) : "");
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

// One table for each case.
void tell_holders(Page& page, const AskAnswers& ask, const Answers& all) {
  std::vector<std::pair<std::string, std::vector<const Answer*>>> cases;
  for (const Answer& answer : ask.answers) {
    if (!split_by_holder(answer)) continue;
    const std::string name = case_of(answer);
    const auto found = std::find_if(cases.begin(), cases.end(), [&](const auto& one) { return one.first == name; });
    (found == cases.end() ? cases.emplace_back(name, std::vector<const Answer*>{}) : *found).second.push_back(&answer);
  }
  for (const auto& [name, answers] : cases) {
    page.gap();
    std::string words = cases.size() > 1 ? name : "";
    if (answers.front()->at >= 0) words += fmt::format("{}in {}", words.empty() ? "" : ", ", month_in_words(all.start + answers.front()->at));
    const bool ranges = std::any_of(answers.begin(), answers.end(), [](const Answer* answer) { return has_range(*answer); });
    if (ranges) words += fmt::format("{}on average and with 9 chances in 10", words.empty() ? "" : ", ");
    if (!words.empty()) page.line(words + ":", Style::plain, 2);
    page.lines(folded(holders_table(answers, ranges), page.width() - 4, ranges ? 3 : 1), Style::plain, 4);
    for (const Answer* answer : answers) {
      if (answer->missing == 0) continue;
      page.paragraph(fmt::format("{}, {}: no value on {} of {} paths, because {}.", printable(answer->holder), printable(answer->of), grouped(answer->missing),
                                 grouped(answer->missing + answer->paths), answer->missing_because),
                     4, Style::quiet);
    }
  }
}

// --- who pays -------------------------------------------------------------------------------------------------------------

// What stands before a bar: the value of `for` alone, for its name is told above.
std::string short_case(const Answer& answer) {
  const auto equals = answer.for_label.rfind(" = ");
  std::string text = without_common_company(answer.case_label);
  if (!answer.for_label.empty()) text += (text.empty() ? "" : ", ") + (equals == std::string::npos ? answer.for_label : answer.for_label.substr(equals + 3));
  return shortened(printable(text), 24);
}

template <typename Wanted>
std::vector<std::vector<const Answer*>> by_case(const AskAnswers& ask, Wanted&& wanted) {
  std::vector<std::vector<const Answer*>> cases;
  for (const Answer& answer : ask.answers) {
    if (answer.compared || !wanted(answer)) continue;
    const auto found = std::find_if(cases.begin(), cases.end(), [&](const auto& one) {
      return one.front()->of == answer.of && one.front()->case_label == answer.case_label && one.front()->for_label == answer.for_label;
    });
    (found == cases.end() ? cases.emplace_back() : *found).push_back(&answer);
  }
  return cases;
}

// One bar for each amount sought: by whom it is brought, and dots for what is missing.
void draw_books(Page& page, const AskAnswers& ask) {
  const auto cases = by_case(ask, [](const Answer& answer) { return answer.of_book; });
  if (cases.empty()) return;
  std::vector<std::string> names;
  for (const Answer* answer : cases.front()) names.push_back(printable(answer->holder));
  std::vector<bool> drawn(names.size(), false);
  std::vector<Bar> bars;
  bool dots = false;
  for (const auto& book : cases) {
    double total = 0;
    for (const Answer* answer : book) total += std::isfinite(answer->figure.value) ? answer->figure.value : 0;
    const double whole = std::isfinite(book.front()->sought) ? std::max(book.front()->sought, total) : total;
    Bar bar{short_case(*book.front()), axis_label(total, book.front()->unit), {}, whole > total ? 1.0 : 0.0, {}};
    for (std::size_t i = 0; i < book.size() && i < names.size(); ++i) {
      bar.parts.push_back(whole > 0 ? book[i]->figure.value / whole : 0);
      drawn[i] = drawn[i] || bar.parts.back() > 0;
    }
    dots = dots || whole > total;
    bars.push_back(std::move(bar));
  }
  page.gap();
  page.line(dots ? "who pays, where it closes (the width is what is sought, · what is missing of it)" : "who pays, where it closes", Style::plain, 2);
  page.lines(bar_chart(bars, page.width() - 2), Style::layers, 2);
  page.lines(layer_legend(names, drawn, page.width() - 2), Style::layers, 2);
}

// One bar for each price: what is put in, and a mark at what the company would sell.
void draw_demand(Page& page, const AskAnswers& ask) {
  for (const auto& prices : by_case(ask, [](const Answer& answer) { return std::isfinite(answer.price) && !answer.sold; })) {
    const auto sold_at = [&](const Answer& demand) -> const Answer* {
      for (const Answer& other : ask.answers) {
        if (other.sold && other.price == demand.price && other.case_label == demand.case_label && other.for_label == demand.for_label) return &other;
      }
      return nullptr;
    };
    double most = 0;
    bool marked = false;
    for (const Answer* answer : prices) {
      const Answer* sold = sold_at(*answer);
      for (const Answer* one : {answer, sold})
        if (one != nullptr && std::isfinite(one->figure.value)) most = std::max(most, one->figure.value);
      marked = marked || (sold != nullptr && std::isfinite(sold->figure.value));
    }
    if (!(most > 0)) continue;
    std::vector<Bar> bars;
    for (const Answer* answer : prices) {
      Bar bar{fmt::format("{:.1f}x", answer->price), axis_label(answer->figure.value, answer->unit), {answer->figure.value / most}, 0, {}};
      if (const Answer* sold = sold_at(*answer); sold != nullptr && marked) bar.mark = sold->figure.value / most;
      bars.push_back(std::move(bar));
    }
    page.gap();
    const std::string which = short_case(*prices.front());
    page.line(fmt::format("what investors would put in at each price over the last post-money{}", which.empty() ? "" : ", " + which), Style::plain, 2);
    page.lines(bar_chart(bars, page.width() - 2), Style::layers, 2);
    if (marked) page.line("█ put in   ┃ what the company would sell at that price; both on average", Style::quiet, 2);
  }
}

// --- comparisons --------------------------------------------------------------------------------------------------------

// A figure of a case, as a difference stands beside it: the mean, or where there is none the median.
std::string compared_figure(const Answer& answer, const Answers& all) {
  if (answer.kind == AnswerKind::date) return by_month(answer.spread.p50, all);
  if (answer.first_passage) return with_error(answer.spread.p50, answer.unit);
  return holder_figure(answer, answer.kind == AnswerKind::number ? answer.spread.mean : answer.figure);
}

std::string difference_in_words(const Answer& answer) {
  const Answer::Difference& difference = *answer.difference;
  if (!std::isnan(difference.mean.value)) {
    const std::string text = holder_figure(answer, difference.mean);
    return (difference.mean.value > 0 ? "+" : "") + text;
  }
  if (std::isfinite(difference.median.value)) return with_error(difference.median, "months");
  return std::isfinite(difference.chance.value) ? percent_with_error(difference.chance) + " chance" : "none";
}

// A row for each figure: in the first case, in another, and how far that is from the first.
void tell_comparison(Page& page, const AskAnswers& ask, const Answers& all) {
  struct Row {
    const Answer* first = nullptr;
    std::vector<const Answer*> others;
  };
  std::vector<Row> rows;
  std::vector<std::string> cases;
  for (const Answer& answer : ask.answers) {
    if (!answer.compared) continue;
    if (!answer.difference) {
      rows.push_back({&answer, {}});
      continue;
    }
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const Row& one) {
      return one.first->of == answer.of && one.first->holder == answer.holder && one.first->for_label == answer.for_label;
    });
    if (row == rows.end()) continue;
    row->others.push_back(&answer);
    if (std::find(cases.begin(), cases.end(), answer.case_label) == cases.end()) cases.push_back(answer.case_label);
  }
  for (const std::string& which : cases) {
    page.gap();
    const Answer& sample = *rows.front().first;
    const std::string when = sample.at >= 0 ? fmt::format(", in {}", month_in_words(all.start + sample.at)) : "";
    page.line(fmt::format("{} beside {}{}, on average:", printable(which), printable(sample.case_label), when), Style::plain, 2);
    Table table{{{"", Align::left}, {printable(sample.case_label), Align::right}, {printable(without_common_company(which)), Align::right}, {"difference", Align::right}}, {}};
    for (const Row& row : rows) {
      const auto other = std::find_if(row.others.begin(), row.others.end(), [&](const Answer* one) { return one->case_label == which; });
      if (other == row.others.end()) continue;
      std::string name = row.first->of + (row.first->holder.empty() ? "" : ", " + row.first->holder);
      if (!row.first->for_label.empty()) name += ", " + row.first->for_label;
      table.rows.push_back({printable(name), compared_figure(*row.first, all), compared_figure(**other, all), difference_in_words(**other)});
    }
    page.lines(lines_of(table, page.width() - 4), Style::plain, 4);
  }
}

void tell_ask(Page& page, const AskAnswers& ask, const Answers& all) {
  page.gap();
  page.line(printable(ask.label.empty() ? ask.name : ask.label), Style::heading);
  for (const Group& group : groups_of(ask)) tell(page, ask, group, all);
  draw_demand(page, ask);
  draw_books(page, ask);
  tell_holders(page, ask, all);
  tell_comparison(page, ask, all);
}

void tell_checks(Page& page, const Answers& answers) {
  if (answers.checks.empty()) return;
  page.gap();
  page.line("Checks", Style::heading);
  for (const analysis::CheckAnswer& check : answers.checks) {
    const std::string name = printable(check.label.empty() ? check.name : check.label);
    page.paragraph(fmt::format("{}: {}", name, check_sentence(check, answers)), 2, check.holds ? Style::plain : Style::bad);
  }
}

void tell_assumptions(Page& page, const Assumptions& assumptions) {
  if (assumptions.list.empty()) return;
  page.gap();
  page.line("Assumptions", Style::heading);
  Table table{{{"", Align::left}, {"as written", Align::left}, {"grade", Align::left}, {"source", Align::left}}, {}};
  for (const Assumption& assumption : assumptions.list) {
    table.rows.push_back({printable(assumption.name), printable(assumption.written), assumption.grade.empty() ? "-" : printable(assumption.grade),
                          assumption.cites.empty() ? "none" : printable(assumption.cites)});
  }
  page.lines(lines_of(table, page.width() - 2), Style::plain, 2);
  if (assumptions.sources.empty()) return;
  page.gap();
  page.line("Sources", Style::heading);
  for (const CitedSource& source : assumptions.sources) {
    page.paragraph(fmt::format("{}: {}", printable(source.name), printable(source.words)), 2);
  }
}

std::string loop_in_words(const analysis::Loop& loop) {
  const std::string name = printable(loop.name);
  if (loop.closed) return fmt::format("{} closes on every path and month, at worst to {:.0e} of what was borrowed", name, loop.worst);
  return fmt::format("{} does not close{}: interest and balance are apart by up to {:.2g} of what was borrowed, and {:.0e} is allowed", name,
                     loop.case_label.empty() || loop.case_label == "base" ? "" : " in " + printable(loop.case_label), loop.worst, analysis::kLoopTolerance);
}

// Debt that needs its own month: whether it was solved.
void tell_loops(Page& page, const Answers& answers) {
  for (const analysis::Loop& loop : answers.loops) page.paragraph(loop_in_words(loop) + ".", 0, loop.closed ? Style::quiet : Style::bad);
}

void tell_origin(Page& page, const Answers& answers, const Origin& origin) {
  page.gap();
  page.line(fmt::format("{}  sha256 {}", printable(origin.file), origin.sha256.substr(0, 16)), Style::quiet);
  page.line(fmt::format("warchest {}, seed {}, {} paths, {} months from {}", origin.version, answers.seed, grouped(answers.paths), answers.months,
                        month_short(answers.start)),
            Style::quiet);
  tell_loops(page, answers);
  page.paragraph("± is one standard error of the sample, from 16 independent scrambles; it says nothing about the assumptions.", 0, Style::quiet);
}

}  // namespace

std::string to_text(const Answers& answers, const Assumptions& assumptions, const Origin& origin, const TextOptions& options) {
  Page page(options.width, options.colour);
  page.line(printable(answers.title), Style::title);
  for (const AskAnswers& ask : answers.asks) tell_ask(page, ask, answers);
  tell_checks(page, answers);
  if (options.assumptions) tell_assumptions(page, assumptions);
  tell_origin(page, answers, origin);
  return page.written();
}

std::string to_quiet_text(const Answers& answers) {
  std::string text;
  for (const AskAnswers& ask : answers.asks) {
    for (const Answer& answer : ask.answers) {
      if (!answer.companion) text += quiet_line(answer, answers) + "\n";
    }
  }
  for (const analysis::CheckAnswer& check : answers.checks) {
    if (!check.holds) text += fmt::format("check {} {}\n", printable(check.name), check_sentence(check, answers));
  }
  for (const analysis::Loop& loop : answers.loops) {
    if (!loop.closed) text += loop_in_words(loop) + "\n";
  }
  return text;
}

}  // namespace warchest::report
