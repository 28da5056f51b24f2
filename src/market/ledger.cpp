// A ring of 13 months of totals, and a short list of parts still to come.
#include "market/ledger.h"

#include <algorithm>

namespace warchest::market {

Ledger::Ledger(std::size_t investors, int first_month) : month_(first_month), totals_(kRows, std::vector<double>(investors, 0.0)) {}

void Ledger::next_month() {
  const std::vector<double>& before = total_now();
  ++month_;
  total_now() = before;
  for (const Due& due : due_) {
    if (due.month == month_) pay(due.investor, due.amount);
  }
  std::erase_if(due_, [this](const Due& due) { return due.month <= month_; });
}

void Ledger::pay(std::size_t investor, double cheque, std::span<const Tranche> tranches) {
  const std::vector<double> parts = in_parts(cheque, tranches);
  for (std::size_t k = 0; k < parts.size(); ++k) {
    if (tranches[k].months_after == 0) {
      pay(investor, parts[k]);
    } else {
      due_.push_back({month_ + tranches[k].months_after, investor, parts[k]});
    }
  }
}

}  // namespace warchest::market
