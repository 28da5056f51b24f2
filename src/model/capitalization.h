// From the model's figures to the exact engine's: the cap table as it stands, and the terms of a round, in exact numbers.
//
// A model reckons in doubles, the exact engine in fractions. A double becomes the decimal that a person would write for it (its
// shortest text, at most 15 digits), so $0.40 is 2/5 again. Only what is one known number can be taken over; a range, a measure or
// a table is complained about by its name, with the setting that makes a number of it (`--set acme.seed.amount=$2M`).
//
// Ids in the table are the names inside the company: `seed`, `founders`. Parts (`owns = 45%`) are of 100,000,000 common shares in
// all. What no holder holds of a class belongs to a holder of the class's name; a company that names nobody is held by `existing`,
// what its parts leave open by `others`. Dates act in their month: interest and dividends run from and to the first day of a month.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "equity/cap_table.h"
#include "equity/round.h"
#include "model/model.h"
#include "text/diagnostic.h"

namespace warchest::model {

inline constexpr std::int64_t kSharesWherePartsAreGiven = 100'000'000;

struct CapitalizationOptions {
  std::uint32_t scenario = kNone;  // Model::scenarios: its values go before those of the file and of --set
  int month = -1;                  // SAFEs and notes whose known closing is not after this month are in the table; -1: before the start
  bool debt = false;               // the opening debt is a claim of its own, called `debt`
};

// Who owns what. Nothing where a figure is not known; all such figures are complained about.
std::optional<equity::CapTable> capitalization(const Model& model, CompanyId company, text::Diagnostics& diagnostics,
                                               const CapitalizationOptions& options = {});

struct RoundTermsOptions {
  std::uint32_t scenario = kNone;
  std::optional<int> month = {};                       // of its closing; else that of `closed`, if it has one
  std::optional<equity::Number> last_post_money = {};  // else that of the latest known earlier round, else opening_post_money
};

// The terms of a round that sells shares (preferred or common), to be closed on `before`: seniority is reckoned against its series,
// and those of its series that are protected are named. Complains where the round has no price, or sells no shares.
std::optional<equity::RoundTerms> round_terms(const Model& model, std::uint32_t round, const equity::CapTable& before,
                                              text::Diagnostics& diagnostics, const RoundTermsOptions& options = {});

// The table with the SAFE or note of a round in it, held as its book says. Complains where the round sells something else.
std::optional<equity::CapTable> with_convertible(const Model& model, std::uint32_t round, equity::CapTable before,
                                                 text::Diagnostics& diagnostics, std::uint32_t scenario = kNone);

// Warrants that a facility grants in a known month for a known sum, on all paths; those by rule are of a run.
struct DatedGrant {
  std::string lender, name;  // of the holder, of the security
  int month = 0, ends = 0;   // granted, and after its term
  StrikeAt at = StrikeAt::last_price;
  equity::Number covered, strike;  // money; where it is given
  text::Span span;
};
std::vector<DatedGrant> dated_grants(const Model& model, CompanyId company, std::uint32_t scenario = kNone);

// What the company was worth before the start, where that is known.
std::optional<equity::Number> opening_worth(const Model& model, CompanyId company, std::uint32_t scenario = kNone);

// A date of the model, by its month: the first day of it.
equity::Date date_of_month(const Model& model, int month);

// `fund` of `acme.fund`: how the table calls what the model names in full.
std::string_view name_in_company(std::string_view full_name);

// The decimal that a person would write for a double.
equity::Number exact(double value);

}  // namespace warchest::model
