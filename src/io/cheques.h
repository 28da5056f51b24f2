// A table of dated cheques: who put how much into which company and when, cleaned, with a count of everything that was left out.
//
// Tables of this kind (one row for each company, investor and date) differ in one thing that their columns do not say: whether the amount
// is what this investor paid, or what the whole round brought, repeated on the row of everyone in it. The caller says which; `told` shows
// how often rows of one round agree. Of a round's amount each of its investors is given an equal part: nobody knows better, and it is
// marked as an estimate.
//
// Rows of one company within `same_round_days` of a round's first row are that round: such tables date a round by its announcement, its
// filing or its first cheque, and enter it twice. An investor counts once in a round. Names are compared without case and with blanks put
// in order; the spelling met first is kept. Nothing else is guessed: a row without a company, an investor or a day that exists is left
// out and counted, a row without an amount is kept without one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "equity/interest.h"
#include "io/result.h"

namespace warchest::io {

enum class AmountIs : std::uint8_t { of_the_cheque, of_the_round };

struct ChequeOptions {
  std::string company = "company_name";
  std::string company_id;  // a column that tells companies apart better than their names, where a row has it; may be missing
  std::string investor = "investor_name";  // empty: a table of rounds, whose investors are not told
  std::string date = "funded_at";
  std::string amount = "amount_usd";
  std::string stage = "us_round_type";  // may be missing in the table
  AmountIs amount_is = AmountIs::of_the_round;
  int same_round_days = 30;
  std::optional<equity::Date> from, until;                 // rows dated from … up to and without until
  std::vector<std::string> nobody;                         // names that stand for no investor: "Undisclosed"
  std::vector<std::pair<std::string, std::string>> where;  // only rows whose column has this value, case aside
};

// One of several tables that tell of the same companies.
struct ChequeSource {
  std::string_view csv;
  ChequeOptions options;
};

struct Cheque {
  std::uint32_t round = 0;
  std::uint32_t investor = 0;
  std::optional<double> amount;
};

struct FundedRound {
  std::uint32_t company = 0;
  equity::Date date;                          // of its first row
  std::optional<double> amount;               // of the round, or the sum of its cheques where they are known one by one
  std::string stage;                          // of its first row that has one; may be empty
  std::size_t first_cheque = 0, cheques = 0;  // none where only a table of rounds tells of it
};

// Why a row did not become a cheque, or became less than it seems.
enum class ChequeFault : std::uint8_t {
  no_company,
  no_investor,
  nobody,
  no_date,
  no_such_day,
  too_early,
  too_late,
  elsewhere,  // not where it was asked for
  repeated,   // its investor is already in that round
};
inline constexpr std::size_t kChequeFaults = 9;
std::string_view in_words(ChequeFault fault);

struct ChequesRead {
  std::size_t rows = 0, kept = 0;  // kept: of the rows
  std::size_t rounds_alone = 0;    // rows of tables of rounds, which name no investor: neither kept nor left out
  std::array<std::size_t, kChequeFaults> left_out{};
  std::array<std::size_t, kChequeFaults> first_line{};  // 0: none
  std::size_t without_amount = 0;                       // cheques, with no amount known or none above zero
  std::size_t first_of_january = 0;                     // kept: most of these know the year alone
  std::size_t names_joined = 0;                         // spellings that were taken for another one's
  std::size_t rounds_of_several = 0, agreeing = 0;      // rounds with two amounts or more, and those in which all are the same
};

struct ChequeTable {
  std::vector<std::string> companies, investors;  // in the order in which they were met
  std::vector<std::string> company_keys;          // what tells them apart: "id ACME-1" or "name acme"
  std::vector<FundedRound> rounds;                // by date, then as met
  std::vector<Cheque> cheques;                    // by round
  bool amounts_are_parts = false;                 // an equal part of the round: an estimate
  ChequesRead told;
};

// The table in CSV (csv.h). Fails where a column is missing or no row is left, saying why.
Result<ChequeTable> read_cheques(std::string_view csv, const ChequeOptions& options = {});
// Several tables as one: rounds that two of them tell are joined like entries of one. What an amount is follows the first table.
Result<ChequeTable> read_cheques(const std::vector<ChequeSource>& sources);
std::string company_key(std::string_view id, std::string_view name);  // of a row

// What was left out and why, a sentence for each reason: for a comment above what is made of the table.
std::vector<std::string> told_in_words(const ChequesRead& told);

}  // namespace warchest::io
