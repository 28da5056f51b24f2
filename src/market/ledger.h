// The purses over months on one path: who paid how much in which month, and so what is left of a year's capacity.
//
// Kept as the total ever paid, month by month: what was paid in the last 12 months is one subtraction, total(t) - total(t - 12), with no
// running sum to drift. In columns this is a history of 13 rows for each investor, read with a lag of 12. Months before the first count
// as empty. A book that is a fact is entered like any other cheque, even where it exceeds what was left.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "market/round.h"

namespace warchest::market {

inline constexpr int kMonthsOfCapacity = 12;

class Ledger {
 public:
  // first_month: where entries begin; -11 or later than that is enough for what a run from month 0 can notice.
  Ledger(std::size_t investors, int first_month);

  int month() const { return month_; }
  void next_month();  // enters the parts that fall due in it

  void pay(std::size_t investor, double amount) { total_now()[investor] += amount; }
  void pay(std::size_t investor, double cheque, std::span<const Tranche> tranches);  // the later parts in their months

  // total paid up to now, and 12 months ago; what was paid in this month and the eleven before
  double total(std::size_t investor) const { return totals_[row(month_)][investor]; }
  double total_12_before(std::size_t investor) const { return totals_[row(month_ - kMonthsOfCapacity)][investor]; }
  double spent(std::size_t investor) const { return total(investor) - total_12_before(investor); }

 private:
  struct Due {
    int month;
    std::size_t investor;
    double amount;
  };
  static constexpr int kRows = kMonthsOfCapacity + 1;
  static std::size_t row(int month) { return static_cast<std::size_t>((month % kRows + kRows) % kRows); }
  std::vector<double>& total_now() { return totals_[row(month_)]; }

  int month_;
  std::vector<std::vector<double>> totals_;  // a ring of months, by investor
  std::vector<Due> due_;
};

}  // namespace warchest::market
