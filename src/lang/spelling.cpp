// A unit stands after a blank, but `x` is glued (1.5x); digits stay as they were written.
#include "lang/spelling.h"

namespace warchest::lang {

namespace {

std::string_view currency_sign(Currency currency) {
  switch (currency) {
    case Currency::none:
      return "";
    case Currency::dollar:
      return "$";
    case Currency::euro:
      return "€";
    case Currency::pound:
      return "£";
    case Currency::yen:
      return "¥";
  }
  return "";
}

std::string two_digits(int number) { return {static_cast<char>('0' + number / 10), static_cast<char>('0' + number % 10)}; }

}  // namespace

std::string quantity_text(const Tree& tree, const Quantity& quantity) {
  std::string text(currency_sign(quantity.currency));
  text += quantity.number;
  if (quantity.percent) text += '%';
  if (quantity.suffix != 0) text += quantity.suffix;
  for (const UnitFactor& factor : tree.units_of(quantity)) {
    const std::string& name = tree.name(factor.name);
    const bool glued = name == "x" && quantity.suffix == 0;
    text += factor.power < 0 ? "/" : glued ? "" : " ";
    text += name;
  }
  return text;
}

std::string date_text(const Date& date) {
  const std::string text = std::to_string(date.year) + "-";
  if (date.form == DateForm::quarter) return text + "Q" + std::to_string(date.quarter());
  if (date.form == DateForm::month) return text + two_digits(date.month);
  return text + two_digits(date.month) + "-" + two_digits(date.day);
}

std::string quoted_text(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

std::string path_text(const Tree& tree, std::span<const Word> path) {
  std::string result;
  for (const Word& word : path) {
    if (!result.empty()) result += ".";
    result += tree.name(word.name);
  }
  return result;
}

std::string cites_text(const Tree& tree, const Item& item) {
  std::string result;
  for (std::uint32_t i = item.cites.begin; i < item.cites.end; ++i) {
    result += (i == item.cites.begin ? "  @" : " @") + tree.name(tree.words[i].name);
  }
  return result;
}

std::string block_head(const Tree& tree, const Item& block) {
  std::string text = tree.name(block.word.name);
  if (block.name.given()) text += " " + tree.name(block.name.name);
  if (block.has_label) text += " " + quoted_text(tree.label(block));
  return text;
}

}  // namespace warchest::lang
