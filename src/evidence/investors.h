// What a table of dated cheques says of its investors: how much they put in, in how large pieces, how often they come back, and how often
// they come at all.
//
//   capacity     the sums of its cheques in each of the last `years` years that it has been in the table and paid anything with an amount
//   largest      its largest cheque, where it has at least kFewestForLargest with an amount
//   per_company  the most that it has paid into one company, where there are as many companies with an amount
//   follow_on    chances: the later rounds of a company, after one in which it paid;  successes: those in which it paid again
//   interest     chances: the rounds, after its own first cheque, of companies in which it had not paid;  successes: those in which it did
//
// An investor of a round is one that the table names. Rates and ranges are drawn towards those of all investors of the table (shrinkage.h).
// All others may be told as one that stands for many: its interest is the part of all rounds in which any of them paid, its largest cheque
// the middle 90 % of what they paid together in such a round (their largest of all would fill any round).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "evidence/shrinkage.h"
#include "io/cheques.h"

namespace warchest::evidence {

inline constexpr std::size_t kFewestForLargest = 5;
// Variance of the logarithm of a year's sum within an investor, where a table cannot tell: that of the table of docs/data.md.
inline constexpr double kUsualVariance = 1.06;

struct InvestorOptions {
  std::optional<equity::Date> as_of;  // years are counted back from it; without: the day after the last row
  int years = 5;
  std::size_t most = 20;                 // the investors with the most cheques in these years
  std::optional<std::uint32_t> company;  // those who have paid into it come first, however few their cheques
};

struct InvestorEvidence {
  std::string name;
  std::size_t cheques = 0, companies = 0;         // in the whole table
  std::size_t years = 0, years_with_amounts = 0;  // of those looked at
  std::size_t with_amount = 0;                    // cheques, in the whole table
  double most = 0;                                // the largest of them
  std::optional<Range> capacity;                  // money a year; nothing without any amount
  std::optional<double> largest;
  std::optional<double> per_company;
  std::size_t companies_with_amount = 0;
  std::optional<Range> in_a_round;  // of one that stands for many
  std::size_t rounds_with_amount = 0;
  Trials back, entered;
  Range follow_on, interest;
};

struct InvestorsFound {
  equity::Date as_of;
  std::vector<InvestorEvidence> investors;
  std::optional<InvestorEvidence> others;  // all that are not listed, as one; without follow_on
  std::size_t other_investors = 0, rounds = 0;
  Beta follow_on_of_all, interest_of_all;  // the priors
  Spread years_of_all;
};

InvestorsFound investors_of(const io::ChequeTable& table, const InvestorOptions& options = {});

// How often an insider came back: of all later rounds of a company, and of the next one alone, for those who paid in the last.
struct FollowOn {
  Trials any_later, next_of_last;
  Trials rounds_with_insider;  // rounds after a company's first: any who had paid before; of the last round alone
  Trials rounds_with_last;
};
FollowOn follow_on_of(const io::ChequeTable& table);

}  // namespace warchest::evidence
