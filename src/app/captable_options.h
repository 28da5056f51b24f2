// What `warchest captable` is asked for: exact amounts as typed, each with the currency sign that stood before it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "equity/anti_dilution.h"
#include "equity/round.h"

namespace warchest::app {

enum class CapTableAction : std::uint8_t { show, round, exit, breakpoints, import_package, export_package };

struct Sum {
  equity::Number value;
  std::string sign;  // "$"; empty where none was typed: the currency of the table
};

// $40M, 40_000_000, 1.25M; a sign that is no currency's is refused.
std::optional<Sum> parse_sum(const std::string& text);
std::optional<equity::Number> parse_part(const std::string& text);  // 10%, 0.1

struct CapTableOptions {
  CapTableAction action = CapTableAction::show;
  std::string table;    // a model, a plain cap table, or a package of the Open Cap Format
  std::string company;  // where the file has several
  std::string round;    // of the file
  std::string output;   // -o

  bool holders = true, securities = true;  // which tables are shown
  bool steps = false;
  std::optional<equity::Date> date;

  struct Split {
    std::string series;  // empty: the common
    equity::Number ratio;
  };
  std::vector<Split> splits;
  struct Sale {
    std::string seller, buyer, security;
    equity::Number shares;
    Sum price;
  };
  std::vector<Sale> sales;

  // round: what is given here goes before what the round of the file says
  std::optional<Sum> pre_money, post_money, amount;
  std::vector<std::pair<std::string, Sum>> investors;
  std::optional<equity::Number> pool, pool_in_all, pool_increase, promised;
  std::optional<equity::PriceMethod> price_method;
  std::optional<int> price_decimals;
  std::optional<equity::Direction> price_rounding;
  bool whole_shares = false;
  std::string series;
  bool common = false;
  std::optional<equity::Number> liquidation;
  std::string participating;  // no, yes, or a cap as 3x
  std::string seniority;      // senior, pari_passu, or a rank
  std::vector<std::pair<std::string, equity::Protection>> anti_dilution;
  bool protection_in_pre_money = false;
  std::vector<std::pair<std::string, equity::Number>> pro_rata;  // holder, multiple of its part
  std::optional<equity::ConvertsBecome> converts_become;
  std::vector<std::string> pay_to_play;
  std::optional<equity::Number> pay_to_play_rate;

  // exit
  std::vector<Sum> values;
  std::optional<Sum> from, to, step;

  // breakpoints
  std::optional<Sum> equity_value;
  std::optional<equity::Number> volatility, term, rate;
  std::optional<std::pair<std::string, Sum>> backsolve;

  // packages of the Open Cap Format
  bool netting = false;
  std::optional<equity::SafeBasis> safe_basis;
  std::optional<equity::NoteBase> note_base;
  std::optional<equity::Number> preference_multiple;
  bool price_from_issuance = false;
  std::string legal_name, country;
  std::optional<equity::Date> formed;
};

}  // namespace warchest::app
