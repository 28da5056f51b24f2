// Answers as plain data: what was asked, of which case, and the figures with their errors. Writers of every medium read these and
// compute nothing of their own.
//
// Every figure is in the unit that is named beside it. Errors are standard errors from the 16 independent scrambles; 0 where a
// figure is the same on every path, NaN where there are too few paths to tell. Months count from the model's start: 0 is the
// first month, and what never happens within the horizon is infinity.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace warchest::analysis {

inline constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

// One statistic of a sample.
struct Figure {
  double value = kUnknown;
  double error = kUnknown;
};

// How a quantity spreads over the paths.
struct Spread {
  Figure mean, sd, p5, p25, p50, p75, p95;
};

enum class AnswerKind : std::uint8_t { number, date, chance, value, series, table };

struct Answer {
  std::string of;          // what was asked, as written
  std::string case_label;  // as written; empty where the ask has but one case
  std::string case_words;  // the same read aloud: "with the bank line"; empty for the plan as it is
  std::string for_label;   // "openai.next.amount = $10B", where one answer for each value is asked
  std::string holder;      // whose, where the ask is split by holder
  bool part = false;       // a part of the company, which people read in percent
  int at = -1;             // month from the start in which a monthly value is answered as a number; -1: not so
  AnswerKind kind = AnswerKind::number;
  std::string unit;        // "USD", "USD/month", "months", "" for a plain number

  std::uint64_t paths = 0;    // with an answer
  std::uint64_t missing = 0;  // without: a quotient whose divisor is 0, or what `missing_because` says
  std::string missing_because = "a divisor is 0";
  bool same_everywhere = false;  // one value on every path

  Spread spread;   // number; date, in months from the start
  Figure figure;   // chance, value
  bool truth = false;  // value: a comparison of statistics, 1 or 0; series: a condition, so its figures are chances
  bool month = false;  // value: a date, in months from the start

  // First passage: a date, or a number of months that may be endless.
  bool first_passage = false;
  Figure never;                // share of paths on which it does not happen within the horizon
  std::vector<Figure> by;      // chance of having happened by the end of month 0, 1, …
  Figure at_least;             // whole months: 9 chances in 10 that it does not happen before; the horizon where it is beyond

  std::vector<Spread> months;  // series: month 0, 1, …
  std::vector<Figure> values;  // value for every month: a series of statistics

  // Goal seek: `figure` is the least value of `of` with which `so_that` holds, of the unit above.
  struct Trial {
    double x = kUnknown;
    Figure statistic;
    std::string unit;  // of the statistic; a chance has none
  };
  struct Search {
    bool holds = false, everywhere = false, monotone = true, chance = false;
    bool greatest = false;    // the greatest value is sought, not the least
    std::string so_that;
    Trial there, best;        // at the value found; the best of all that were tried
    double wanted = kUnknown;
    std::vector<Trial> row;   // the values tried first
  };
  std::optional<Search> search;

  // A comparison: how far it is from the first case, path by path on the same luck. NaN where there is no such figure.
  struct Difference {
    std::string from;         // the first case, as written
    Figure mean;              // of numbers, chances and values
    Figure median;            // between the medians; of dates in months
    Figure chance;            // first passage: of its happening within the horizon
  };
  bool compared = false;      // the ask compares cases
  std::optional<Difference> difference;

  // Of the first attempt at a round: what one investor puts in (of so much sought, where that is known), or what is put in or sold at a
  // price over the last post-money.
  bool of_book = false;
  double sought = kUnknown, price = kUnknown;
  bool sold = false;  // what the company would sell at that price

  // Drawn beside an answer, not asked for: the cash behind a date of running out, the chance of running out behind a fan.
  bool companion = false;
  bool out_of_cash = false;    // its date is the month in which cash runs out
  std::string company;         // whose, by label; for companions and out_of_cash
};

struct AskAnswers {
  std::string name, label;
  std::vector<Answer> answers;  // in the order asked, companions last
};

struct CheckAnswer {
  std::string name, label, text;
  bool holds = false;

  // On every path and month: on how many it fails, and where first.
  std::uint64_t paths = 0, failed = 0;
  bool monthly = false;
  int first_failure = -1;  // month from the start; -1: none, or no month is told

  // A comparison of statistics: its two sides in the order in which they are kept (a > b is kept as b < a).
  bool across_paths = false, compares = false, shares = false;  // shares: both are chances
  Figure left, right;
};

// What a facility needs of its own month (interest on the average balance, a fee out of the draw that pays it), solved path by path.
struct Loop {
  std::string name;        // of the facility
  std::string case_label;  // that in which it was worst
  double worst = 0;        // over all paths and months: how far from closed, in parts of what is solved for
  bool closed = true;
};
inline constexpr double kLoopTolerance = 1e-9;

struct Answers {
  std::string title;
  std::string currency;
  int start = 0;  // absolute month (quantity/date.h) of month 0
  int months = 0;
  std::uint64_t paths = 0, seed = 0;
  std::string bit_group;
  bool interrupted = false;
  std::vector<AskAnswers> asks;      // in the order to show
  std::vector<CheckAnswer> checks;
  std::vector<Loop> loops;
};

}  // namespace warchest::analysis
