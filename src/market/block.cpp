// Which rows a lane has, and the ring of its months.
#include "market/block.h"

#include <algorithm>

namespace warchest::market {
namespace {

bool keeps(const BlockShape& shape, std::size_t asker) { return shape.keeps_cheques.empty() || shape.keeps_cheques[asker]; }

double at_first(Term term) {
  switch (term) {
    case Term::capacity:
      return 0;
    case Term::follow_on:
    case Term::interest:
      return 1;
    case Term::in_all:
    case Term::largest:
    case Term::room:
      return kNoLimit;
  }
  return 0;
}

}  // namespace

std::size_t MarketBlock::rows_of_a_lane(const BlockShape& shape) {
  std::size_t rows = kTotals + shape.companies * (shape.limited_by_company ? 2 : 1);
  for (const bool alike : shape.alike) rows += alike ? 0 : 1;
  for (std::size_t a = 0; a < shape.askers; ++a) rows += keeps(shape, a) ? 1 : 0;
  return rows;
}

std::size_t MarketBlock::bytes_of_a_lane(const BlockShape& shape) {
  return rows_of_a_lane(shape) * Rows::length_for(shape.investors) * sizeof(double);
}

MarketBlock::MarketBlock(const BlockShape& shape)
    : shape_(shape),
      lanes_(shape.lanes),
      length_(Rows::length_for(shape.investors)),
      rows_(rows_of_a_lane(shape)),
      months_(shape.lanes, 0),
      by_lane_(shape.lanes * rows_, shape.investors),
      alike_(kTerms, shape.investors),
      investors_(2, shape.investors),
      luck_(shape.askers, shape.investors),
      cheques_(shape.askers, shape.investors) {
  std::size_t next = 0;
  for (std::size_t t = 0; t < kTerms; ++t) first_term_[t] = shape.alike[t] ? kNoRow : next++;
  first_total_ = next;
  first_share_ = first_total_ + kTotals;
  first_paid_ = first_share_ + shape.companies;
  next = first_paid_ + (shape.limited_by_company ? shape.companies : 0);
  for (std::size_t a = 0; a < shape.askers; ++a) cheques_of_.push_back(keeps(shape, a) ? next++ : kNoRow);

  std::ranges::fill(one_holder(), 1.0);
  std::ranges::fill(beyond_claim(), kNoLimit);
  for (std::size_t t = 0; t < kTerms; ++t) {
    for (std::size_t lane = 0; lane < (shape.alike[t] ? 1 : lanes_); ++lane) std::ranges::fill(term(Term(t), lane), at_first(Term(t)));
  }
}

std::span<double> MarketBlock::term(Term term, std::size_t lane) {
  const auto t = static_cast<std::size_t>(term);
  return shape_.alike[t] ? own(alike_, t) : row(lane, first_term_[t]);
}

std::span<double> MarketBlock::total(std::size_t lane) {
  enter(lane);
  return row(lane, first_total_ + total_of(month_));
}

std::span<double> MarketBlock::total_12_before(std::size_t lane) {
  enter(lane);
  return row(lane, first_total_ + total_of(month_ - kMonths));
}

std::span<double> MarketBlock::cheques(std::size_t lane, std::size_t asker) {
  return cheques_of_[asker] == kNoRow ? own(cheques_, asker) : row(lane, cheques_of_[asker]);
}

// Nothing was paid since the last month it entered: later ones have the same totals. No more than a ring of them is needed.
void MarketBlock::catch_up(std::size_t lane) {
  const std::span<double> last = whole(row(lane, first_total_ + total_of(months_[lane])));
  for (int month = std::max(months_[lane] + 1, month_ - kMonths); month <= month_; ++month) {
    const std::span<double> now = whole(row(lane, first_total_ + total_of(month)));
    if (now.data() != last.data()) std::ranges::copy(last, now.begin());
  }
  months_[lane] = month_;
}

void MarketBlock::fetch_row(std::size_t lane, std::size_t row) const {
  const double* numbers = by_lane_[lane * rows_ + row];
  for (std::size_t i = 0; i < length_; i += Rows::kWidth) __builtin_prefetch(numbers + i, 1);
}

void MarketBlock::fetch(std::size_t lane) const {
  for (const std::size_t row : first_term_) {
    if (row != kNoRow) fetch_row(lane, row);
  }
  fetch_row(lane, first_total_ + total_of(months_[lane]));
  fetch_row(lane, first_total_ + total_of(month_));
  fetch_row(lane, first_total_ + total_of(month_ - kMonths));
}

void MarketBlock::fetch(std::size_t lane, std::size_t company) const {
  fetch_row(lane, first_share_ + company);
  if (shape_.limited_by_company) fetch_row(lane, first_paid_ + company);
}

void MarketBlock::start(int first_month, std::size_t lanes) {
  month_ = first_month;
  lanes_ = lanes;
  std::fill(months_.begin(), months_.end(), first_month);
  const std::size_t behind = first_paid_ + (shape_.limited_by_company ? shape_.companies : 0);
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    double* first = by_lane_[lane * rows_ + first_total_];
    std::fill(first, first + (behind - first_total_) * length_, 0.0);
  }
}

}  // namespace warchest::market
