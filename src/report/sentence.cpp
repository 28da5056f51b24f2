// One function a kind of answer. Words only: every figure was computed in analysis/.
#include "report/sentence.h"

#include <fmt/format.h>

#include <cmath>

#include "report/columns.h"
#include "report/figures.h"

namespace warchest::report {

namespace {

using analysis::Answer;
using analysis::AnswerKind;
using analysis::Answers;
using analysis::Figure;

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

// A part of the company is told in percent.
std::string figure_of(const Answer& answer, const Figure& figure) { return answer.part ? percent_with_error(figure) : with_error(figure, answer.unit); }

// "With the bank line, at openai.next.amount = $10B": what this answer is of, beside the question.
std::string circumstances(const Answer& answer, const Answers& all) {
  std::string words = printable(answer.case_words);
  if (answer.at >= 0 && answer.kind == AnswerKind::number) words += fmt::format("{}in {}", words.empty() ? "" : ", ", month_in_words(all.start + answer.at));
  if (!answer.for_label.empty()) words += fmt::format("{}for {}", words.empty() ? "" : ", ", printable(answer.for_label));
  if (!answer.holder.empty()) words += fmt::format("{}{}", words.empty() ? "" : ", ", printable(answer.holder));
  return words;
}

int absolute(const Answers& all, double months) { return all.start + static_cast<int>(std::lround(months)); }

std::string month_words(const Answers& all, double months) {
  if (!std::isfinite(months)) return fmt::format("beyond {}", months_in_words(all.months));
  return month_in_words(absolute(all, months));
}

std::string paths_words(const Answers& all) { return grouped(all.paths); }

std::string missing_words(const Answer& answer) {
  if (answer.missing == 0) return {};
  return fmt::format("; on {} of {} paths it has no value, because {}", grouped(answer.missing), grouped(answer.missing + answer.paths), answer.missing_because);
}

std::string never_words(const Answer& answer, const Answers& all, const char* never, const char* always) {
  if (answer.never.value == 0) return fmt::format("{} on all of {} paths", always, paths_words(all));
  return fmt::format("{} of paths {} within {}", percent_with_error(answer.never), never, months_in_words(all.months));
}

std::string at_least_words(const Answer& answer, const Answers& all) {
  if (answer.at_least.value >= all.months) return fmt::format("9 chances in 10 that it lasts all {}", months_in_words(all.months));
  if (answer.at_least.value < 1) return "more than 1 chance in 10 that it is gone within the first month";
  return fmt::format("9 chances in 10 that it lasts at least {} ({})", months_in_words(answer.at_least.value), months_error(answer.at_least.error));
}

// How long money lasts.
std::string lasting(const Answer& answer, const Answers& all) {
  const std::string before = circumstances(answer, all);
  const std::string subject = capital(before.empty() ? "the money lasts" : before + " the money lasts");
  if (answer.never.value == 1) return fmt::format("{} beyond all {} on each of {} paths.", subject, months_in_words(all.months), paths_words(all));
  if (answer.same_everywhere) return fmt::format("{} until {} on every path.", subject, month_words(all, answer.spread.p50.value));
  const std::string never = never_words(answer, all, "never run out", "it runs out");
  if (!std::isfinite(answer.spread.p50.value)) {
    return fmt::format("{} {} at the median; {}; {}.", subject, month_words(all, answer.spread.p50.value), at_least_words(answer, all), never);
  }
  return fmt::format("{} until {} at the median ({}); {}; {}.", subject, month_words(all, answer.spread.p50.value),
                     months_error(answer.spread.p50.error), at_least_words(answer, all), never);
}

// When something happens.
std::string happening(const Answer& answer, const Answers& all) {
  const std::string before = circumstances(answer, all);
  const std::string subject = before.empty() ? printable(answer.of) : capital(before + ", " + printable(answer.of));
  if (answer.never.value == 1) return fmt::format("{}: on none of {} paths within {}.", subject, paths_words(all), months_in_words(all.months));
  if (answer.same_everywhere) return fmt::format("{}: {} on every path.", subject, month_words(all, answer.spread.p50.value));
  const std::string median = std::isfinite(answer.spread.p50.value)
                                 ? fmt::format("{} at the median ({})", month_words(all, answer.spread.p50.value), months_error(answer.spread.p50.error))
                                 : fmt::format("{} at the median", month_words(all, answer.spread.p50.value));
  return fmt::format("{}: {}; {}.", subject, median, never_words(answer, all, "do not see it", "it happens"));
}

std::string spread_words(const Answer& answer, const Answers& all) {
  if (answer.first_passage) {
    if (answer.never.value == 1) return fmt::format("beyond all {} on each of {} paths", months_in_words(all.months), paths_words(all));
    const std::string median = std::isfinite(answer.spread.p50.value)
                                   ? fmt::format("{} at the median ({})", months_in_words(answer.spread.p50.value), months_error(answer.spread.p50.error))
                                   : fmt::format("beyond {} at the median", months_in_words(all.months));
    return fmt::format("{}; {}; {}", median, at_least_words(answer, all), never_words(answer, all, "do not see the end", "it ends"));
  }
  return fmt::format("{} at the median; 9 chances in 10 that it lies between {} and {}; {} on average", figure_of(answer, answer.spread.p50),
                     figure_of(answer, answer.spread.p5), figure_of(answer, answer.spread.p95), figure_of(answer, answer.spread.mean));
}

std::string same_words(const Answer& answer, const Answers& all) {
  const double value = answer.spread.p50.value;
  if (answer.first_passage && !std::isfinite(value)) return fmt::format("not within {} on any path", months_in_words(all.months));
  return fmt::format("{} on every path", answer.part ? percent(value) : amount(value, answer.unit));
}

std::string chance_words(const Figure& chance, const Answers& all) {
  if (chance.value == 0) return fmt::format("0 % (none of {} paths)", paths_words(all));
  if (chance.value == 1) return fmt::format("100 % (each of {} paths)", paths_words(all));
  return fmt::format("{}, {}", percent_with_error(chance), chances(chance.value));
}

// The last month of a series, in words.
std::string last_month(const Answer& answer, const Answers& all) {
  if (!answer.values.empty()) {
    const Figure& last = answer.values.back();
    return fmt::format("{} in {}", answer.truth ? percent_with_error(last) : with_error(last, answer.unit), month_in_words(all.start + static_cast<int>(answer.values.size()) - 1));
  }
  if (answer.months.empty()) return "no months";
  const analysis::Spread& last = answer.months.back();
  return fmt::format("in {} {} at the median; 9 chances in 10 that it lies between {} and {}",
                     month_in_words(all.start + static_cast<int>(answer.months.size()) - 1), with_error(last.p50, answer.unit),
                     with_error(last.p5, answer.unit), with_error(last.p95, answer.unit));
}

std::string body_of(const Answer& answer, const Answers& all) {
  switch (answer.kind) {
    case AnswerKind::number:
      if (answer.paths == 0) return "no path has a value";
      return answer.same_everywhere ? same_words(answer, all) : spread_words(answer, all);
    case AnswerKind::chance: return chance_words(answer.figure, all);
    case AnswerKind::value:
      if (answer.month) return fmt::format("{} ({})", month_or_never(answer.figure.value, all), months_error(std::isnan(answer.figure.error) ? 0 : answer.figure.error));
      return answer.truth ? (answer.figure.value == 1 ? "it holds" : "it does not hold") : figure_of(answer, answer.figure);
    case AnswerKind::series: return last_month(answer, all);
    case AnswerKind::date:
    case AnswerKind::table: break;
  }
  return {};
}

}  // namespace

std::string month_or_never(double months_from_start, const Answers& all) {
  if (!std::isfinite(months_from_start)) return fmt::format("not within {}", months_in_words(all.months));
  return month_short(absolute(all, months_from_start));
}

namespace {

std::string trial_words(const Answer& answer, const Answer::Trial& trial, const Answers& all) {
  const std::string x = answer.month ? month_or_never(trial.x, all) : amount(trial.x, answer.unit);
  return fmt::format("{} ({})", x, answer.search->chance ? percent_with_error(trial.statistic) : with_error(trial.statistic, trial.unit));
}

// Goal seek: the least value that holds, or the best there is.
std::string searched(const Answer& answer, const Answers& all) {
  const auto& search = *answer.search;
  const std::string before = circumstances(answer, all);
  const std::string start = before.empty() ? "" : capital(before) + ", ";
  const std::string so_that = printable(search.so_that), of = printable(answer.of);
  const char* uneven = search.greatest ? "; less is not always better: it fails again with some smaller value"
                                       : "; more is not always better: it fails again with some larger value";
  if (!search.holds) {
    return fmt::format("{}{} holds with no {} that was tried; the best is {}.", start, so_that, of, trial_words(answer, search.best, all));
  }
  const std::string more = search.monotone ? "" : fmt::format("{}, and the best is {}", uneven, trial_words(answer, search.best, all));
  if (search.everywhere) {
    return fmt::format("{}{} holds already with the {} {} that was tried, {}{}.", start, so_that, search.greatest ? "greatest" : "least", of, trial_words(answer, search.there, all), more);
  }
  const std::string least = answer.month ? fmt::format("{} ({})", month_or_never(answer.figure.value, all), months_error(std::isnan(answer.figure.error) ? 0 : answer.figure.error))
                                         : with_error(answer.figure, answer.unit);
  const std::string there = search.chance ? percent_with_error(search.there.statistic) : with_error(search.there.statistic, search.there.unit);
  if (search.greatest) return fmt::format("{}{} holds up to {} = {}, where the left side is {}{}.", start, so_that, of, least, there, more);
  return fmt::format("{}{} holds from {} = {} up, where the left side is {}{}.", start, so_that, of, least, there, more);
}

}  // namespace

std::string sentence(const Answer& answer, const Answers& all) {
  if (answer.search) return searched(answer, all);
  if (answer.kind == AnswerKind::date) return answer.out_of_cash ? lasting(answer, all) : happening(answer, all);
  const std::string before = circumstances(answer, all);
  const std::string subject = before.empty() ? printable(answer.of) : capital(before + ", " + printable(answer.of));
  return fmt::format("{}: {}{}.", subject, body_of(answer, all), missing_words(answer));
}

std::string quiet_line(const Answer& answer, const Answers& all) {
  std::string subject = printable(answer.of);
  if (!answer.case_label.empty()) subject += fmt::format(" [{}]", printable(answer.case_label));
  if (!answer.for_label.empty()) subject += fmt::format(" [{}]", printable(answer.for_label));
  if (!answer.holder.empty()) subject += fmt::format(" [{}]", printable(answer.holder));
  if (answer.at >= 0 && answer.kind == AnswerKind::number) subject += " at " + month_short(all.start + answer.at);
  if (answer.kind != AnswerKind::date) return fmt::format("{}: {}{}", subject, body_of(answer, all), missing_words(answer));
  if (answer.never.value == 1) return fmt::format("{}: not within {} on any path", subject, months_in_words(all.months));
  if (answer.same_everywhere) return fmt::format("{}: {} on every path", subject, month_or_never(answer.spread.p50.value, all));
  const Figure& median = answer.spread.p50;
  const std::string place = std::isfinite(median.value) ? fmt::format("{} ({})", month_or_never(median.value, all), months_error(median.error))
                                                        : month_or_never(median.value, all);
  return fmt::format("{}: {} at the median; 9 chances in 10 of at least {}; never on {}", subject, place, months_in_words(answer.at_least.value),
                     percent_with_error(answer.never));
}

namespace {

std::string side(const Figure& figure, bool share) {
  if (figure.error == 0) return share ? percent(figure.value) : plain_number(figure.value);
  return share ? percent_with_error(figure) : with_error(figure, "");
}

bool too_close(const analysis::CheckAnswer& check) {
  const double error = std::sqrt(check.left.error * check.left.error + check.right.error * check.right.error);
  return error > 0 && std::abs(check.left.value - check.right.value) < 2 * error;
}

}  // namespace

std::string check_sentence(const analysis::CheckAnswer& check, const Answers& all) {
  const char* verdict = check.holds ? "holds" : "does not hold";
  if (check.across_paths) {
    if (!check.compares) return verdict;
    const bool left_sampled = check.left.error != 0;
    const Figure &sampled = left_sampled ? check.left : check.right, &other = left_sampled ? check.right : check.left;
    return fmt::format("{}: {} against {}{}", verdict, side(sampled, check.shares), side(other, check.shares),
                       too_close(check) ? ", closer than two standard errors: more paths would tell" : "");
  }
  if (check.holds) return fmt::format("holds on each of {} paths{}", grouped(check.paths), check.monthly ? ", in every month" : "");
  std::string words = fmt::format("does not hold on {} of {} paths", grouped(check.failed), grouped(check.paths));
  if (check.first_failure >= 0) words += fmt::format(", first in {}", month_short(all.start + check.first_failure));
  return words;
}

}  // namespace warchest::report
