// Random cap tables for the property tests: small numbers, so that ties, empty ranks and equal caps happen all the time.
#pragma once

#include <rapidcheck.h>

#include <string>
#include <vector>

#include "equity/cap_table.h"
#include "equity/round.h"

namespace warchest::equity {

struct TableShape {
  int most_series = 4;
  int most_options = 2;
  int most_debts = 1;
  int most_safes = 0;
  int most_notes = 0;
};

inline Preferred any_series() {
  Preferred series;
  series.shares = *rc::gen::inRange(1, 9) * 100;
  series.original_price = Number::ratio(*rc::gen::inRange(1, 13), *rc::gen::element(1, 2, 3));
  series.conversion_price =
      *rc::gen::arbitrary<bool>() ? series.original_price : series.original_price * Number::ratio(*rc::gen::inRange(2, 5), 4);
  series.multiple = Number::ratio(*rc::gen::inRange(0, 7), 2);
  series.seniority = *rc::gen::inRange(1, 4);
  series.participation = *rc::gen::element(Participation::none, Participation::none, Participation::full, Participation::capped);
  if (series.participation == Participation::capped) series.cap_multiple = Number::ratio(*rc::gen::inRange(0, 9), 2);
  return series;
}

inline Safe any_safe() {
  Safe safe;
  safe.amount = *rc::gen::inRange(0, 6) * 20;
  safe.basis = *rc::gen::element(SafeBasis::post_money, SafeBasis::post_money, SafeBasis::pre_money, SafeBasis::fixed_percent);
  if (safe.basis == SafeBasis::fixed_percent) {
    safe.percent = Number::ratio(*rc::gen::inRange(1, 11), 100);
  } else if (*rc::gen::inRange(0, 4) != 0) {
    safe.cap = *rc::gen::inRange(4, 30) * 100;
  }
  if (*rc::gen::inRange(0, 3) == 0) safe.discount = Number::ratio(*rc::gen::inRange(0, 4), 10);
  return safe;
}

inline Note any_note() {
  Note note;
  note.principal = *rc::gen::inRange(1, 6) * 20;
  note.base = *rc::gen::element(NoteBase::fully_diluted, NoteBase::fully_diluted_with_converts);
  if (*rc::gen::arbitrary<bool>()) note.cap = *rc::gen::inRange(4, 30) * 100;
  if (*rc::gen::arbitrary<bool>()) note.discount = Number::ratio(*rc::gen::inRange(0, 4), 10);
  return note;
}

inline CapTable any_table(const TableShape& shape) {
  CapTable table;
  table.securities.push_back({"common", Common{*rc::gen::inRange(1, 20) * 100}});
  const auto add = [&table](int most, const std::string& name, const auto& make) {
    const int count = *rc::gen::inRange(0, most + 1);
    for (int i = 0; i < count; ++i) table.securities.push_back({name + std::to_string(i), make()});
  };
  add(shape.most_series, "series", [] { return Terms(any_series()); });
  add(shape.most_options, "option", [] {
    return Terms(Option{*rc::gen::inRange(0, 5) * 100, Number::ratio(*rc::gen::inRange(0, 12), 2)});
  });
  add(shape.most_debts, "debt", [] { return Terms(Debt{*rc::gen::inRange(0, 6) * 100, *rc::gen::inRange(1, 3)}); });
  add(shape.most_safes, "safe", [] { return Terms(any_safe()); });
  add(shape.most_notes, "note", [] { return Terms(any_note()); });
  if (*rc::gen::arbitrary<bool>()) table.securities.push_back({"pool", Pool{*rc::gen::inRange(0, 5) * 100}});
  return table;
}

inline Number any_proceeds() { return *rc::gen::inRange(0, 400) * *rc::gen::element(10, 25, 100); }

inline Number sum(const std::vector<Number>& parts) {
  Number total;
  for (const Number& part : parts) total += part;
  return total;
}

}  // namespace warchest::equity
