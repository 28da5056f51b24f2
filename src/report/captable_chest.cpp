// Figures are written with every digit. A model reckons in doubles of which fifteen digits are read back, so a figure that needs more is
// rounded to them and named.
#include "report/captable_chest.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "quantity/unit.h"
#include "report/chest_names.h"
#include "report/columns.h"
#include "report/exact.h"

namespace warchest::report {

namespace {

using namespace equity;

constexpr std::size_t kDigitsOfADouble = 15;

std::string grouped_digits(std::string digits) {
  const std::size_t end = std::min(digits.find('.'), digits.size());
  if (end <= 4) return digits;
  for (std::size_t at = end; at > 3; at -= 3) digits.insert(at - 3, "_");
  return digits;
}

class Writer {
 public:
  Writer(const CapTable& table, const ChestCompany& company, const std::vector<DatedInstrument>& issues)
      : table_(table), company_(company), issues_(issues) {}

  ChestTable written(const Provenance& from);

 private:
  std::string figure(const std::string& of, const Number& value);
  std::string money(const std::string& of, const Number& value);
  std::string percent_of(const std::string& of, const Number& value) { return figure(of, value * 100) + "%"; }
  void cannot_say(const std::string& id, const std::string& what) { result_.not_said.push_back(id + ": " + what); }
  std::string head(const char* kind, const std::string& id, const std::string& name);

  std::vector<std::string> interest(const std::string& id, const Interest& interest, bool dividend);
  std::vector<std::string> preferred(const std::string& id, const Preferred& series);
  std::vector<std::string> safe(const std::string& id, const Safe& safe);
  std::vector<std::string> note(const std::string& id, const Note& note);
  void add_class(const Security& security, const std::string& instrument);
  void add_classes();
  void add_holders();
  void add_converts();
  void add_debt();
  std::string issued(const std::string& id, const std::optional<Date>& accrues_from) const;

  const CapTable& table_;
  const ChestCompany& company_;
  const std::vector<DatedInstrument>& issues_;
  NamesOf classes_, holders_;
  ChestTable result_;
};

std::string record(const char* name, const std::vector<std::string>& fields) {
  std::string text;
  for (const std::string& field : fields) text += (text.empty() ? "" : ", ") + field;
  return text.empty() ? std::string(name) + " {}" : fmt::format("{} {{ {} }}", name, text);
}

std::string Writer::figure(const std::string& of, const Number& value) {
  const std::string exact = exact_text(value);
  std::size_t digits = 0;
  for (const char c : exact) digits += c >= '0' && c <= '9' ? 1 : 0;
  if (exact.find('/') == std::string::npos && digits <= kDigitsOfADouble) return grouped_digits(exact);
  std::string whole = value.rounded(0, Direction::down).text();
  const int places = static_cast<int>(kDigitsOfADouble) - static_cast<int>(std::min(whole.size(), kDigitsOfADouble));
  const std::string rounded = spreadsheet_text(value.rounded(places, Direction::nearest));
  cannot_say(of, fmt::format("{}, which is written as {}", exact, rounded));
  return grouped_digits(rounded);
}

std::string Writer::money(const std::string& of, const Number& value) {
  const std::string_view sign = quantity::sign_of_currency(company_.currency);
  const std::string digits = figure(of, value);
  return sign.empty() ? fmt::format("{} {}", digits, company_.currency) : fmt::format("{}{}", sign, digits);
}

std::string Writer::head(const char* kind, const std::string& id, const std::string& name) {
  return name == id ? fmt::format("  {} {}", kind, name) : fmt::format("  {} {} {}", kind, name, quoted(id));
}

std::vector<std::string> Writer::interest(const std::string& id, const Interest& interest, bool dividend) {
  std::vector<std::string> fields;
  fields.push_back(fmt::format("{} = {}/year", dividend ? "dividend" : "interest", percent_of(id, interest.rate)));
  if (interest.accrual == Accrual::compound) {
    const char* word = interest.periods_per_year == 1    ? "yearly"
                       : interest.periods_per_year == 4  ? "quarterly"
                       : interest.periods_per_year == 12 ? "monthly"
                                                         : nullptr;
    if (word == nullptr) {
      cannot_say(id, fmt::format("it compounds {} times a year", interest.periods_per_year));
    } else {
      fields.push_back(fmt::format("{} = {}", dividend ? "dividend_compounds" : "compounds", word));
    }
  }
  if (interest.day_count == DayCount::actual_360 && !dividend) fields.emplace_back("day_count = actual_360");
  if (interest.day_count == DayCount::thirty_360 || (interest.day_count == DayCount::actual_360 && dividend))
    cannot_say(id, "its day count");
  if (interest.until) cannot_say(id, "what accrues on it ends on " + spelled(*interest.until));
  return fields;
}

std::vector<std::string> Writer::preferred(const std::string& id, const Preferred& series) {
  std::vector<std::string> fields{"price = " + money(id, series.original_price)};
  if (series.conversion_price != series.original_price) fields.push_back("conversion_price = " + money(id, series.conversion_price));
  fields.push_back(fmt::format("liquidation = {}x", figure(id, series.multiple)));
  fields.emplace_back(series.participation == Participation::none ? "participating = no" : "participating = yes");
  if (series.participation == Participation::capped)
    fields.push_back(fmt::format("participation_cap = {}x", figure(id, *series.cap_multiple)));
  fields.push_back("seniority = " + figure(id, series.seniority));
  if (!series.dividend) return fields;
  const Dividend& dividend = *series.dividend;
  for (std::string& field : interest(id, dividend.accrues, true)) fields.push_back(std::move(field));
  if (dividend.accrues.from) fields.push_back("dividend_since = " + spelled(*dividend.accrues.from));
  if (dividend.settlement == Settlement::paid_in_kind) fields.emplace_back("dividend_paid = in_kind");
  if (dividend.cap_basis == CapBasis::excludes_dividends) fields.emplace_back("cap_includes_dividends = no");
  return fields;
}

std::vector<std::string> Writer::safe(const std::string& id, const Safe& safe) {
  std::vector<std::string> fields;
  if (safe.cap) fields.push_back("cap = " + money(id, *safe.cap));
  if (safe.discount && !safe.discount->is_zero()) fields.push_back("discount = " + percent_of(id, *safe.discount));
  if (safe.basis == SafeBasis::fixed_percent) fields.push_back("percent = " + percent_of(id, *safe.percent));
  if (safe.basis == SafeBasis::pre_money) fields.emplace_back("basis = pre_money");
  if (safe.seniority != Number(1)) cannot_say(id, "at an exit its rank is " + exact_text(safe.seniority));
  if (!safe.most_favoured) return fields;
  if (safe.most_favoured->elects == MostFavoured::Elects::best_at_round) fields.emplace_back("most_favoured = yes");
  if (safe.most_favoured->elects == MostFavoured::Elects::named)
    cannot_say(id, "most favoured, it has elected the terms of " + safe.most_favoured->instrument);
  return fields;
}

std::vector<std::string> Writer::note(const std::string& id, const Note& note) {
  std::vector<std::string> fields = interest(id, note.interest, false);
  if (note.cap) fields.push_back("cap = " + money(id, *note.cap));
  if (note.discount && !note.discount->is_zero()) fields.push_back("discount = " + percent_of(id, *note.discount));
  if (note.base == NoteBase::fully_diluted_with_converts) fields.emplace_back("cap_base = with_converts");
  if (note.seniority) cannot_say(id, "among debts its rank is " + exact_text(*note.seniority));
  return fields;
}

void Writer::add_class(const Security& security, const std::string& instrument) {
  const std::string start = head("class", security.id, classes_.of(security.id));
  const bool held =
      std::any_of(table_.holdings.begin(), table_.holdings.end(), [&](const Holding& one) { return one.security == security.id; });
  if (held) {
    result_.text += instrument == "common" ? start + "\n" : fmt::format("{} = {}\n", start, instrument);
  } else {
    result_.text += fmt::format("{} {{ is = {}, shares = {} }}\n", start, instrument, figure(security.id, shares_of(security)));
  }
}

void Writer::add_classes() {
  Number unissued;
  bool plan = false;
  for (const Security& security : table_.securities) {
    if (const Pool* pool = std::get_if<Pool>(&security.terms)) unissued += pool->shares;
  }
  for (const Security& security : table_.securities) {
    if (std::holds_alternative<Common>(security.terms)) add_class(security, "common");
    if (const Preferred* series = std::get_if<Preferred>(&security.terms))
      add_class(security, record("preferred", preferred(security.id, *series)));
    if (const Option* option = std::get_if<Option>(&security.terms)) {
      std::vector<std::string> fields{"strike = " + money(security.id, option->strike)};
      if (!plan && !unissued.is_zero()) fields.push_back("unissued = " + figure("pool", unissued));
      plan = true;
      add_class(security, record("options", fields));
    }
  }
  if (!plan && !unissued.is_zero()) {
    result_.text += fmt::format("  class {} = options {{ strike = {}, unissued = {} }}  # nothing has been granted of it yet\n",
                                classes_.of("plan"), money("pool", Number(0)), figure("pool", unissued));
  }
}

void Writer::add_holders() {
  std::vector<std::string> order;
  std::map<std::string, std::map<std::string, Number>> held;
  for (const Holding& holding : table_.holdings) {
    const Security* security = table_.find(holding.security);
    if (security == nullptr || std::holds_alternative<Pool>(security->terms)) continue;
    if (!held.contains(holding.holder)) order.push_back(holding.holder);
    Number& shares = held[holding.holder][holding.security];
    const bool convert = std::holds_alternative<Safe>(security->terms) || std::holds_alternative<Note>(security->terms) ||
                         std::holds_alternative<Debt>(security->terms);
    if (!convert) shares += holding.shares;
  }
  for (const std::string& holder : order) {
    std::string holds;
    for (const Security& security : table_.securities) {
      const auto found = held[holder].find(security.id);
      if (found == held[holder].end() || found->second.is_zero()) continue;
      holds += fmt::format("{}{}: {}", holds.empty() ? "" : ", ", classes_.of(security.id), figure(holder, found->second));
    }
    const std::string start = head("holder", holder, holders_.of(holder));
    result_.text += holds.empty() ? start + "\n" : fmt::format("{} {{ holds = {{ {} }} }}\n", start, holds);
  }
}

std::string Writer::issued(const std::string& id, const std::optional<Date>& accrues_from) const {
  if (accrues_from) return spelled(*accrues_from);
  for (const DatedInstrument& one : issues_) {
    if (one.id == id) return spelled(one.issued);
  }
  return spelled(company_.as_of);
}

void Writer::add_converts() {
  for (const Security& security : table_.securities) {
    const Safe* is_safe = std::get_if<Safe>(&security.terms);
    const Note* is_note = std::get_if<Note>(&security.terms);
    if (is_safe == nullptr && is_note == nullptr) continue;
    const std::string instrument =
        is_safe != nullptr ? record("safe", safe(security.id, *is_safe)) : record("note", note(security.id, *is_note));
    std::string book;
    for (const Holding& holding : table_.holdings) {
      if (holding.security != security.id) continue;
      book += fmt::format("{}{}: {}", book.empty() ? "" : ", ", holders_.of(holding.holder), money(security.id, holding.shares));
    }
    std::optional<Date> from;
    if (is_note != nullptr) from = is_note->interest.from;
    result_.text +=
        fmt::format("{} {{\n    closed = {}, amount = {}\n    instrument = {}\n{}  }}\n",
                    head("round", security.id, classes_.of(security.id)), issued(security.id, from),
                    money(security.id, shares_of(security)), instrument, book.empty() ? "" : fmt::format("    book = {{ {} }}\n", book));
  }
}

void Writer::add_debt() {
  Number debt;
  int claims = 0;
  for (const Security& security : table_.securities) {
    if (const Debt* one = std::get_if<Debt>(&security.terms)) {
      debt += one->claim;
      ++claims;
    }
  }
  if (claims > 0) result_.text += fmt::format("  debt = {}\n", money("debt", debt));
  if (claims > 1) cannot_say("debt", fmt::format("{} claims of different ranks are one", claims));
}

ChestTable Writer::written(const Provenance& from) {
  const std::string company = NamesOf().of(company_.name);
  result_.text = fmt::format("# {}: who owns what on {}.\n# From {} (Open Cap Format {}, {} rule).\n\n", printable(company_.name),
                             from.as_of, printable(from.file), printable(from.version), from.rule);
  result_.text += fmt::format("company {} {} {{\n", company, quoted(company_.name));
  add_classes();
  add_holders();
  add_converts();
  add_debt();
  result_.text += "}\n";
  if (quantity::sign_of_currency(company_.currency).empty() && company_.currency != "USD") {
    result_.text.insert(result_.text.find("company "),
                        fmt::format("model {} {{ start = {:04}-{:02}, horizon = 1 year, currency = {} }}\n\n", quoted(company_.name),
                                    company_.as_of.year, company_.as_of.month, company_.currency));
  }
  if (!result_.not_said.empty()) {
    std::string lost = "#\n# What this language cannot say of it:\n";
    for (const std::string& one : result_.not_said) lost += "#   " + printable(one) + "\n";
    result_.text.insert(result_.text.find("\n\n") + 1, lost);
  }
  return std::move(result_);
}

}  // namespace

ChestTable chest_of(const CapTable& table, const ChestCompany& company, const std::vector<DatedInstrument>& issues,
                    const Provenance& from) {
  return Writer(table, company, issues).written(from);
}

}  // namespace warchest::report
