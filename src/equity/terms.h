// The terms of everything that a company can owe or issue, as plain structs. Shares, money and prices are exact numbers.
//
// Denominators are the term: a SAFE's basis, a note's base, a price method and an anti-dilution method differ only in which shares
// are counted, so each is an explicit field. Optional fields are absent terms, never defaults in disguise.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "equity/interest.h"
#include "equity/number.h"

namespace warchest::equity {

struct Common {
  Number shares;
};

enum class Participation : std::uint8_t { none, full, capped };
enum class Settlement : std::uint8_t { forfeit_on_conversion, paid_in_kind };
enum class CapBasis : std::uint8_t { includes_dividends, excludes_dividends };

// A cumulative dividend on the original issue price (NVCA charter 1): part of the preference, lost on conversion (4.3.3) unless the
// charter pays it in more shares of the series.
struct Dividend {
  Interest accrues;
  Settlement settlement = Settlement::forfeit_on_conversion;
  CapBasis cap_basis = CapBasis::includes_dividends;
};

struct Preferred {
  Number shares;
  Number original_price;    // original issue price: base of the preference
  Number conversion_price;  // ratio = original / conversion price (NVCA 4.1.1)
  Number multiple = 1;      // preference = multiple * original price (NVCA 2.1)
  Participation participation = Participation::none;
  std::optional<Number> cap_multiple;  // of invested capital, total including the preference (NVCA 2.2 footnote)
  Number seniority = 1;                // 1 is paid first; equal ranks share
  std::optional<Dividend> dividend;
};

// A granted option or a warrant on common. Warrants are of no plan: a pool that counts the plan as a whole leaves them out.
struct Option {
  Number shares;
  Number strike;
  bool of_plan = true;
};

// Reserved, ungranted, unpromised shares: in every fully diluted count, in no payout.
struct Pool {
  Number shares;
};

enum class SafeBasis : std::uint8_t { post_money, pre_money, fixed_percent };

// The right to take over one later instrument, whole, keeping one's own amount (YC MFN form, section 3).
struct MostFavoured {
  enum class Elects : std::uint8_t { nothing, named, best_at_round };
  Elects elects = Elects::nothing;
  std::string instrument;  // when named
};

struct Safe {
  Number amount;
  SafeBasis basis = SafeBasis::post_money;
  std::optional<Number> cap;
  std::optional<Number> discount;  // 0.2 is 20% off; YC's "Discount Rate" is 1 minus this
  std::optional<Number> percent;   // of the Company Capitalization, for fixed_percent
  std::optional<MostFavoured> most_favoured;
  Number seniority = 1;  // at an exit; pari passu with preferred of the same rank (YC Safe 1(d))
};

enum class NoteBase : std::uint8_t {
  fully_diluted,                // F+E+D: outstanding, pool and its increase, without converts (Carta)
  fully_diluted_with_converts,  // the same plus every convert
};

struct Note {
  Number principal;
  Interest interest;  // its `until` is the maturity
  std::optional<Number> cap;
  std::optional<Number> discount;
  NoteBase base = NoteBase::fully_diluted;
  std::optional<Number> seniority;  // among debts, 1 first; absent: after every other debt
};

struct Debt {
  Number claim;
  Number seniority = 1;  // among debts, 1 first; all debt stands before equity
};

using Terms = std::variant<Common, Preferred, Option, Pool, Safe, Note, Debt>;

// One class or instrument. Who holds it is said by holdings (cap_table.h).
struct Security {
  std::string id;
  Terms terms;
};

}  // namespace warchest::equity
