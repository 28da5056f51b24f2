// The patterns are walked by hand: they are short, and a regular expression would hide which part failed.
#include "io/ocf_scalar.h"

namespace warchest::io {
namespace {

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
  return at;
}

}  // namespace

bool is_ocf_numeric(std::string_view text) {
  const std::size_t from = !text.empty() && (text[0] == '+' || text[0] == '-') ? 1 : 0;
  const std::size_t point = skip_digits(text, from);
  if (point == from) return false;
  if (point == text.size()) return true;
  if (text[point] != '.') return false;
  const std::size_t end = skip_digits(text, point + 1);
  return end == text.size() && end > point + 1 && end <= point + 1 + kOcfDecimals;
}

bool is_ocf_percentage(std::string_view text) {
  if (text == "0" || text == "1") return true;
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos || point > 1 || (point == 1 && text[0] != '0' && text[0] != '1')) return false;
  const std::string_view decimals = text.substr(point + 1);
  if (decimals.empty() || decimals.size() > kOcfDecimals) return false;
  const bool one = point == 1 && text[0] == '1';
  return decimals.find_first_not_of(one ? "0" : "0123456789") == std::string_view::npos;
}

bool ocf_schema_accepts_percentage(std::string_view text) { return text.empty() || is_ocf_percentage(text); }

std::optional<std::string> ocf_numeric(const equity::Number& value) {
  if (value.rounded(kOcfDecimals, equity::Direction::down) != value) return std::nullopt;
  std::string text = value.decimal(kOcfDecimals);
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text;
}

std::optional<std::string> ocf_percentage(const equity::Number& value) {
  if (value.sign() < 0 || value > 1) return std::nullopt;
  return ocf_numeric(value);
}

}  // namespace warchest::io
