// Parts of random model texts, and the lines of the statements that a path of one tells: what laws over whole companies share.
#pragma once

#include <rapidcheck.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

#include "engine/reference.h"
#include "program/lower.h"

namespace warchest::laws {

inline bool chance() { return *rc::gen::arbitrary<bool>(); }
inline std::string number(int low, int high) { return std::to_string(*rc::gen::inRange(low, high)); }
template <class... Text>
std::string one_of(Text... texts) {
  return *rc::gen::element(std::string(texts)...);
}

// A part of the text, there or not.
inline std::string maybe(const std::string& text) { return chance() ? text : std::string(); }

// What a euro is worth: drawn once, along a line, or walking, by a series or by itself. The model begins in April 2026 and looks no further
// than to 2028.
inline std::string random_rate() {
  return one_of(
      "currency EUR = 0.8 USD/EUR to 1.2 USD/EUR\n",
      "currency EUR { is = line { 2026-04: 0.9 USD/EUR to 1.2 USD/EUR, 2028-06: 0.7 USD/EUR to 1.6 USD/EUR }, opening = 1.1 USD/EUR }\n",
      "series euro { is = prev(euro) * (1 + monthly(normal(0, 4%))), opening = 1.05 USD/EUR }\ncurrency EUR = euro\n",
      "currency EUR { is = prev(EUR) * (1 + monthly(normal(0.5%, 4%))), opening = 0.95 USD/EUR }\n");
}

// The figures of a company on one path, by month.
class Told {
 public:
  Told(const program::Statement& statement, const engine::PathRecord& record, std::string company)
      : statement_(statement), record_(record), company_(std::move(company)) {}

  bool has(const std::string& name) const { return slot_of(name) != program::kNoSlot; }
  double at(const std::string& name, std::int32_t month) const {
    if (!has(name)) throw std::runtime_error("no line " + company_ + "." + name);
    return value(slot_of(name), month);
  }
  double or_nothing(const std::string& name, std::int32_t month) const { return has(name) ? at(name, month) : 0; }

  // The lines of the cash flow that are added up to this one, with the signs that they have there.
  double parts_of(const std::string& total, std::int32_t month) const {
    double sum = 0;
    for (const auto& row : statement_.rows) {
      if (row.company != company_ || row.part != program::Statement::Row::Part::cash || row.slot == program::kNoSlot) continue;
      if (row.depth == 0 && row.name == company_ + "." + total) return sum;
      if (row.depth == 0) sum = 0;
      if (row.depth > 0) sum += (row.negative ? -1 : 1) * value(row.slot, month);
    }
    throw std::runtime_error("no line " + company_ + "." + total);
  }

 private:
  double value(program::SlotId slot, std::int32_t month) const {
    for (const auto& track : record_.slots)
      if (track.slot == slot) return track.values.at(static_cast<std::size_t>(month - track.first));
    throw std::runtime_error("a line without a column");
  }
  program::SlotId slot_of(const std::string& name) const {
    for (const auto& row : statement_.rows)
      if (row.name == company_ + "." + name && row.slot != program::kNoSlot) return row.slot;
    return program::kNoSlot;
  }
  const program::Statement& statement_;
  const engine::PathRecord& record_;
  std::string company_;
};

}  // namespace warchest::laws
