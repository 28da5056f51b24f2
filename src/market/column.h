// The market on a block of paths: what an operation of the engine calls, with the bits of service.h on every lane.
//
// Layout. What a company has (amount, ask, last post-money, …) is a column over lanes like every other value of the engine. What an
// investor has is a row of the lane: investors side by side, lane after lane. A round needs a dozen numbers of every investor on the few
// lanes where one closes this month; in columns each would be a cache line of its own, in rows they are a run of memory, and the loops over
// investors are vectors. Whoever needs a row's number in a column reads it lane by lane.
//
// Memory: (19 + 2 for each company + 2 for each asker) * investors doubles a lane, and the ledger's month is one copy of a row. A hundred
// investors and twenty companies are 80 KB a lane: 16 lanes at a time stay in the second cache, 64 do not and take twice as long.
//
// What an engine has to do around it:
//   once         capacity, in_all, largest, room (room_per_company), follow_on, interest of each investor, into their rows; where
//                appetites are uncertain, the lane's syndicate from Appetite::on_path
//   every month  next_month(); then facts and tranches that fall due are added to total(); mood
//                luck: the uniform of (investor, round, attempt), and kShut where a pact honoured on this path closes the door or
//                `wants` is not met; only on lanes and for companies that close
//                closes: the round is due; survives: its luck of `closes` holds; turn: a draw by path and month for each company
//                amount, ask, accepts, least_book, last_post_money
//   afterwards   money in; last_post_money = price + raised; shares and classes (equity/), written back into `share`, unless the company
//                is a plain one, whose shares are diluted here
// Insiders are those with a share (kLeastShare); cheques are whole, and `total` and `paid` grow here by the part that moves at the closing;
// later tranches are added to both in their months by the caller, who also writes who sells or is paid back.
//
//   shape   columns of `lanes` lanes; lanes do not meet; unit money; order and error as in service.h
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "market/service.h"

namespace warchest::market {

// A column, or one number for all lanes.
struct Lane {
  const double* column = nullptr;
  double constant = 0;
  double at(std::size_t lane) const { return column != nullptr ? column[lane] : constant; }
};

// Luck with which nobody comes, whatever the chance.
inline constexpr double kShut = 2;

class MarketBlock {
 public:
  MarketBlock(std::size_t lanes, std::size_t investors, std::size_t companies) : MarketBlock(lanes, investors, companies, companies) {}
  // askers: rounds that may be due, of which a company may have several; else asker c is company c.
  MarketBlock(std::size_t lanes, std::size_t investors, std::size_t companies, std::size_t askers);

  std::size_t lanes() const { return lanes_; }
  std::size_t investors() const { return investors_; }
  std::size_t companies() const { return companies_; }

  // Rows by investor, of one lane.
  std::span<double> capacity(std::size_t lane) { return row(capacity_, lane); }  // a year, before the mood
  std::span<double> in_all(std::size_t lane) { return row(in_all_, lane); }
  std::span<double> largest(std::size_t lane) { return row(largest_, lane); }  // kNoLimit at first, like room
  std::span<double> room(std::size_t lane) { return row(room_, lane); }
  std::span<double> follow_on(std::size_t lane) { return row(follow_on_, lane); }  // 1 at first, like interest
  std::span<double> interest(std::size_t lane) { return row(interest_, lane); }
  std::span<double> total(std::size_t lane) { return row(totals_[row_of(month_)], lane); }
  std::span<double> total_12_before(std::size_t lane) { return row(totals_[row_of(month_ - kMonths)], lane); }

  // Rows by investor, of one lane and company; all 0 at first.
  std::span<double> share(std::size_t lane, std::size_t company) { return row(share_, lane * companies_ + company); }
  std::span<double> paid(std::size_t lane, std::size_t company) { return row(paid_, lane * companies_ + company); }
  // … and asker; cheques are those of its latest round.
  std::span<double> luck(std::size_t lane, std::size_t asker) { return row(luck_, lane * askers_ + asker); }
  std::span<double> cheques(std::size_t lane, std::size_t asker) { return row(cheques_, lane * askers_ + asker); }
  std::span<const double> cheques(std::size_t lane, std::size_t asker) const {
    return {cheques_.data() + (lane * askers_ + asker) * investors_, investors_};
  }

  // All lanes enter the next month; the first is 0, and totals of dated books from month -11 on may be entered before it by start(), which
  // forgets what was paid, and to whom; `lanes` of those there are will be served.
  void start(int first_month) { start(first_month, lanes_); }
  void start(int first_month, std::size_t lanes);
  void next_month();
  int month() const { return month_; }

  // of the investor, the same on every lane
  std::vector<double> one_holder;    // 0 for those that stand for many, which hold nothing as one; 1 at first
  std::vector<double> beyond_claim;  // 0 if it only defends; kNoLimit at first

 private:
  static constexpr int kMonths = 12, kRows = 13;
  static std::size_t row_of(int month) { return static_cast<std::size_t>((month % kRows + kRows) % kRows); }
  std::span<double> row(std::vector<double>& rows, std::size_t at) const { return {rows.data() + at * investors_, investors_}; }

  std::size_t lanes_, investors_, companies_, askers_;
  int month_ = 0;
  std::vector<double> capacity_, in_all_, largest_, room_, follow_on_, interest_;
  std::vector<std::vector<double>> totals_;  // a ring of months
  std::vector<double> share_, paid_, luck_, cheques_;
};

inline constexpr std::size_t kItsNumber = static_cast<std::size_t>(-1);

// A company, in this month, in columns.
struct ColumnAsker {
  std::size_t company = kItsNumber;  // the asker's own number
  const double* closes = nullptr;    // truth: a round is due
  Lane survives{nullptr, 1};         // truth
  Lane amount, ask, accepts, least_book{nullptr, kUsualLeastBook}, last_post_money, turn;
  Lane first_part{nullptr, 1};  // of every cheque, that moves at the closing
  bool plain_shares = false;    // nobody keeps its shares by class: they are diluted here
  // Outputs, of every lane: closed and full are truths, raised the amount; 0 where nothing closes. price and demand are written where a
  // round is due alone.
  double *closed = nullptr, *full = nullptr, *raised = nullptr, *price = nullptr, *demand = nullptr;
  double* insiders = nullptr;      // of what was raised, what came from those who held before; null: not wanted
  std::span<const double> prices;  // over the last post-money, at which demand is wanted
  double* demands = nullptr;       // lane by lane, one for each of `prices`; written where a round is due
};

struct ColumnSpace {
  ServiceSpace service;
  std::vector<Asker> askers;
  std::vector<std::size_t> companies;  // of the askers
  std::vector<double> takes_part;
  std::vector<std::int32_t> lanes;
};

// Serves one month: askers[c] is company c of the block. syndicates: one, or where appetites are uncertain one for each lane.
void serve(std::span<const Syndicate> syndicates, MarketBlock& block, std::span<const ColumnAsker> askers, const Lane& mood,
           ColumnSpace& space);
// The same on the lanes where some round is due; outputs of all others are left alone.
void serve(std::span<const Syndicate> syndicates, MarketBlock& block, std::span<const ColumnAsker> askers, const Lane& mood,
           std::span<const std::int32_t> lanes, ColumnSpace& space);

}  // namespace warchest::market
