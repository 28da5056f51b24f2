// Comments stand behind the field that they are the evidence of; what holds of the whole file stands on top.
#include "report/investors_chest.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "quantity/unit.h"
#include "report/chest_names.h"
#include "report/columns.h"
#include "report/figures.h"

namespace warchest::report {

namespace {

using evidence::InvestorEvidence;
using evidence::Range;
using evidence::Trials;

// 0.0123456 -> "0.012", 123456 -> "120000": two digits, no exponent.
std::string two_digits(double value) {
  if (value == 0) return "0";
  const int before_point = static_cast<int>(std::floor(std::log10(std::abs(value)))) + 1;
  const double step = std::pow(10, before_point - 2);
  std::string text = fmt::format("{:.{}f}", std::round(value / step) * step, std::max(0, 2 - before_point));
  if (text.find('.') == std::string::npos) return text;
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string money(double value, const std::string& currency) {
  struct Scale {
    double least;
    const char* suffix;
  };
  constexpr Scale kScales[] = {{1e12, "T"}, {1e9, "B"}, {1e6, "M"}, {1e3, "k"}};
  std::string digits;
  for (const Scale& scale : kScales) {
    if (digits.empty() && value >= scale.least * 0.995) digits = two_digits(value / scale.least) + scale.suffix;
  }
  if (digits.empty()) digits = two_digits(value);
  const std::string_view sign = quantity::sign_of_currency(currency);
  return sign.empty() ? fmt::format("{} {}", digits, currency) : fmt::format("{}{}", sign, digits);
}

std::string times(std::size_t count, const char* one, const char* many) {
  return fmt::format("{} {}", grouped(count), count == 1 ? one : many);
}
std::string of(const Trials& trials) {
  return fmt::format("{} of {}", grouped(static_cast<std::uint64_t>(trials.successes)), grouped(static_cast<std::uint64_t>(trials.trials)));
}

// A soft range has no end at nothing or everything.
std::string chance(const Range& range) {
  constexpr double kLeast = 1e-5, kMost = 0.999;
  const auto end = [kLeast, kMost](double share) {
    const std::string text = two_digits(std::clamp(share, kLeast, kMost) * 100);
    return (text == "100" ? std::string("99.9") : text) + "%";
  };
  const std::string low = end(range.low), high = end(range.high);
  return low == high ? low : fmt::format("{} to {}", low, high);
}

void add_line(std::string& text, const std::string& field, const std::string& evidence) {
  text += fmt::format("  {}  # {}\n", field, evidence);
}

std::string block(const InvestorEvidence& one, const std::string& name, const std::string& label, const std::string& currency, bool many) {
  std::string text = fmt::format("investor {} {} {{\n", name, quoted(label));
  const std::string per_year = "/year";
  if (one.capacity) {
    std::string low = money(one.capacity->low, currency), high = money(one.capacity->high, currency);
    add_line(text, fmt::format("capacity = {}{} to {}{}", low, per_year, high, per_year),
             fmt::format("{} in {}; amounts in {} of {}", times(one.cheques, "cheque", "cheques"),
                         times(one.companies, "company", "companies"), one.years_with_amounts, times(one.years, "year", "years")));
  } else {
    add_line(text, fmt::format("capacity = {}{}", money(0, currency), per_year),
             fmt::format("{} without an amount in these years: write what it can put in", times(one.cheques, "cheque", "cheques")));
  }
  if (one.largest) {
    add_line(text, fmt::format("largest = {}", money(*one.largest, currency)),
             fmt::format("of {} with an amount", times(one.with_amount, "cheque", "cheques")));
  }
  if (one.per_company) {
    add_line(text, fmt::format("per_company = {}", money(*one.per_company, currency)),
             fmt::format("of {} with an amount", times(one.companies_with_amount, "company", "companies")));
  }
  if (one.in_a_round) {
    const std::string low = money(one.in_a_round->low, currency), high = money(one.in_a_round->high, currency);
    add_line(text, fmt::format("largest = {}", low == high ? low : fmt::format("{} to {}", low, high)),
             fmt::format("what they paid together in a round, of {} with amounts", times(one.rounds_with_amount, "round", "rounds")));
  }
  if (many) {
    add_line(text, fmt::format("interest = {}", chance(one.interest)), fmt::format("one of them or more in {} rounds", of(one.entered)));
    add_line(text, "many = yes", "never an insider: the next cheque comes from another of them");
    return text + "} @cheques\n";
  }
  add_line(text, fmt::format("follow_on = {}", chance(one.follow_on)),
           fmt::format("back in {} later rounds of companies that it was in", of(one.back)));
  add_line(text, fmt::format("interest = {}", chance(one.interest)),
           fmt::format("in {} rounds of companies that it was not in", of(one.entered)));
  return text + "} @cheques\n";
}

std::string percent_in_comment(double share) { return two_digits(share * 100) + " %"; }

}  // namespace

std::string investors_chest(const evidence::InvestorsFound& found, const ChequeProvenance& from) {
  std::string text = fmt::format("# Investors as {} shows them, as of {}.\n#\n", printable(from.file), equity::spelled(found.as_of));
  for (const std::string& line : from.told) text += fmt::format("# {}.\n", printable(line));
  if (from.amounts_are_parts)
    text += "# The amounts are those of rounds: each investor of a round is given an equal part. That is an estimate.\n";
  text += "# Ranges are the middle 90 %. Who has little evidence is drawn towards all investors of the table:\n";
  text += fmt::format(
      "# follow_on of all {}, worth {} chances; interest of all {}, worth {}; a year's sum of one cheque varies {}-fold, of ten {}-fold "
      "(one standard deviation).\n",
      percent_in_comment(found.follow_on_of_all.mean()), two_digits(found.follow_on_of_all.strength()),
      percent_in_comment(found.interest_of_all.mean()), two_digits(found.interest_of_all.strength()),
      two_digits(std::exp(found.years_of_all.within(1))), two_digits(std::exp(found.years_of_all.within(10))));
  text +=
      "# What an investor put in is a floor of what it could have put in. No table of cheques shows at which price it would have stayed "
      "away:\n";
  text += "# write its appetite.\n\n";
  text += fmt::format("source cheques {{ by = {}, on = {}, grade = reported }}\n\n", quoted(from.file), equity::spelled(found.as_of));
  NamesOf names;
  for (const InvestorEvidence& one : found.investors) text += block(one, names.of(one.name), one.name, from.currency, false) + "\n";
  if (found.others) {
    const std::string label = fmt::format("All others of the table ({})", grouped(found.other_investors));
    text += block(*found.others, names.of("everybody else"), label, from.currency, true);
  }
  return text;
}

}  // namespace warchest::report
