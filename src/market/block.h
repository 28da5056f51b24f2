// What the market keeps of the investors on a block of paths, from month to month: limits and chances, what was paid, who holds how much.
//
// Layout. All that belongs to a path lies together, one row by investor after the other: a round needs a dozen numbers of every investor on
// the few lanes where one closes this month. In columns each would be a cache line of its own; in rows they are a run of memory, and the
// loops over investors are vectors. What nobody asks for has no row: of what is the same on all lanes there is one, of what was paid to
// each company none where nobody has a limit by company, of cheques none where nobody reads them once they are served.
//
// Memory, by lane: 13 rows (the totals of the last months), one for each limit or chance that differs by path, one or two for each company,
// one for each asker whose cheques are kept. A hundred investors and twenty companies are some 30 KB.
//
// Totals are a ring of months (13, so that a year's spending is one subtraction, with no running sum to drift). A lane enters a month when
// somebody looks at it, so that months in which nothing happens cost it nothing until then.
//
//   shape   rows by investor, of a lane; unit money, or parts of 1
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "market/investor.h"
#include "market/rows.h"

namespace warchest::market {

// What an investor brings to every month, by path.
enum class Term : std::uint8_t { capacity, in_all, largest, room, follow_on, interest };  // capacity: a year, before the mood
inline constexpr std::size_t kTerms = 6;

struct BlockShape {
  std::size_t lanes = 1, investors = 0, companies = 0;
  std::size_t askers = 0;                // rounds that may be due, of which a company may have several
  std::array<bool, kTerms> alike = {};   // the same on all lanes
  bool limited_in_all = true;            // somebody has a limit over all months
  bool limited_by_company = true;        // somebody has a limit by company
  std::vector<bool> keeps_cheques = {};  // by asker; empty: all do
};

class MarketBlock {
 public:
  explicit MarketBlock(const BlockShape& shape);
  MarketBlock(std::size_t lanes, std::size_t investors, std::size_t companies)
      : MarketBlock(BlockShape{lanes, investors, companies, companies}) {}

  static std::size_t bytes_of_a_lane(const BlockShape& shape);

  std::size_t lanes() const { return lanes_; }
  std::size_t investors() const { return shape_.investors; }
  bool limited_in_all() const { return shape_.limited_in_all; }
  bool limited_by_company() const { return shape_.limited_by_company; }
  bool alike(Term term) const { return shape_.alike[static_cast<std::size_t>(term)]; }

  // Rows, as long as there are investors, with zeros behind them (rows.h). Without a limit at first, chances 1, all else 0.
  // A term that is alike has one row, whatever the lane.
  std::span<double> term(Term term, std::size_t lane);
  std::span<double> total(std::size_t lane);            // ever paid, by now
  std::span<double> total_12_before(std::size_t lane);  // ever paid up to the end of the month twelve before this one
  std::span<double> share(std::size_t lane, std::size_t company) { return row(lane, first_share_ + company); }
  std::span<double> paid(std::size_t lane, std::size_t company) { return row(lane, first_paid_ + company); }  // limited_by_company() only
  // of the asker's latest round; where they are not kept, those of whichever lane was served last
  std::span<double> cheques(std::size_t lane, std::size_t asker);
  std::span<const double> cheques(std::size_t lane, std::size_t asker) const {
    return const_cast<MarketBlock*>(this)->cheques(lane, asker);
  }
  // what decides who comes to the asker's round (column.h), of the lane that is served next
  std::span<double> luck(std::size_t asker) { return own(luck_, asker); }
  // of the investor, the same on every lane
  std::span<double> one_holder() { return own(investors_, 0); }    // 0 for those that stand for many, which hold nothing as one; 1 at first
  std::span<double> beyond_claim() { return own(investors_, 1); }  // 0 if it only defends; kNoLimit at first

  // The same row with the zeros behind it.
  std::span<double> whole(std::span<double> row) const { return {row.data(), length_}; }

  // Asks the memory for what a round of these companies will read on this lane, ahead of time: rows of lanes seldom lie in the first cache.
  void fetch(std::size_t lane) const;
  void fetch(std::size_t lane, std::size_t company) const;

  // All lanes enter the next month; the first is 0, and totals of dated books from month -11 on may be entered before it by start(), which
  // forgets what was paid, and to whom; `lanes` of those there are will be served.
  void start(int first_month) { start(first_month, lanes_); }
  void start(int first_month, std::size_t lanes);
  void next_month() { ++month_; }

 private:
  static constexpr std::size_t kNoRow = static_cast<std::size_t>(-1);
  static constexpr int kMonths = 12, kTotals = 13;
  static std::size_t total_of(int month) { return static_cast<std::size_t>((month % kTotals + kTotals) % kTotals); }
  static std::size_t rows_of_a_lane(const BlockShape& shape);

  std::span<double> own(Rows& rows, std::size_t row) const { return {rows[row], shape_.investors}; }
  std::span<double> row(std::size_t lane, std::size_t row) { return own(by_lane_, lane * rows_ + row); }
  void enter(std::size_t lane) {
    if (months_[lane] < month_) catch_up(lane);
  }
  void catch_up(std::size_t lane);
  void fetch_row(std::size_t lane, std::size_t row) const;

  BlockShape shape_;
  std::size_t lanes_, length_, rows_;
  std::array<std::size_t, kTerms> first_term_;
  std::size_t first_total_ = 0, first_share_ = 0, first_paid_ = 0;
  std::vector<std::size_t> cheques_of_;  // by asker: its row
  int month_ = 0;
  std::vector<int> months_;  // by lane: the last one entered
  Rows by_lane_, alike_, investors_, luck_, cheques_;
};

}  // namespace warchest::market
