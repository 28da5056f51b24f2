// The forecast test: what is fitted and foretold from rows dated before a day, and how good it was by the rows from that day on.
//
// `foretell` is handed all tables but reads only what is dated before the split: its answer is the same whatever the later rows say.
// `score` reads all of them. The two questions: does a next round come within `horizon` months, for each company that was alive; and who
// pays in the next round, for each of these whose next round came within `score_months` months and names its investors.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evidence/history.h"
#include "evidence/next_book.h"
#include "evidence/next_round.h"

namespace warchest::evidence {

struct ForecastOptions {
  equity::Date split{2010, 7, 1};
  int horizon = 12;           // months, whole quarters
  int score_months = 24;      // the next round is looked for in so many months
  int alive = 36;             // alive: has raised in so many months before the split and was not bought before it
  NextRoundOptions of_round;  // but for horizon and alive, which are those above
  NextBookOptions of_book;    // but for within and alive
  std::size_t listed = 50;
  int draws = 500;  // of the bootstrap
  std::uint64_t seed = 1;
};

struct CompanyForecast {
  std::string key, name;                                   // io::company_key
  double ours = 0, plain = 0, plain_since = 0;             // chances of a round within the horizon
  std::vector<std::string> inside;                         // all who have paid into it, in lower case
  std::vector<std::string> book, last_only, last, active;  // names in lower case, the likeliest first: ours, and the plain lists
};

struct Foretold {
  double base_rate = 0;
  std::vector<CompanyForecast> companies;
  std::vector<std::string> met;  // all investors met before the split, in lower case
  std::size_t rounds = 0, cheques = 0;
};

io::Result<Foretold> foretell(const Tables& tables, const ForecastOptions& options);

struct Figure {
  double value = 0, error = 0;
};

struct ChanceScore {
  std::string name;
  Figure brier, auc, log_loss;
  Figure brier_gain, auc_gain, log_loss_gain;  // of ours over this one: positive where ours is better
};

struct BookScore {
  std::string name;
  Figure recall_5, recall_20, recall_50;
  Figure recall_5_known, recall_50_new;  // of those who had been met before the split; of those who were new to the company
  Figure gain_5, gain_20, gain_50;       // of ours over this one
};

struct Calibration {
  double foretold = 0, came = 0;
  std::size_t companies = 0;
};

struct ForecastScore {
  equity::Date last;  // the last round of the tables: where that lies before the end of what is scored, rounds are missing
  std::size_t companies = 0, came = 0;
  std::vector<ChanceScore> chances;
  std::vector<Calibration> tenths;
  std::size_t books = 0, payers = 0, payers_met = 0, payers_inside = 0;
  std::vector<BookScore> lists;
};

io::Result<ForecastScore> score(const Foretold& foretold, const Tables& tables, const ForecastOptions& options);

}  // namespace warchest::evidence
