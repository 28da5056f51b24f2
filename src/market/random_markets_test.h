// Random markets for the property tests: round numbers, so that ties, plateaus and kinks at the ask, the floor and the last post-money
// happen all the time.
#pragma once

#include <rapidcheck.h>

#include <algorithm>
#include <vector>

#include "market/clear.h"
#include "market/column.h"
#include "market/reference.h"

namespace warchest::market {

inline std::vector<AppetitePoint> any_points() {
  std::vector<AppetitePoint> points;
  const int count = *rc::gen::inRange(1, 5);
  double price = *rc::gen::inRange(0, 7) * 0.25, part = *rc::gen::inRange(0, 11) / 10.0;
  if (*rc::gen::arbitrary<bool>()) part = 1;
  for (int k = 0; k < count; ++k) {
    points.push_back({price, part});
    price += *rc::gen::inRange(1, 5) * 0.25;
    part = *rc::gen::inRange(0, static_cast<int>(part * 10 + 0.5) + 1) / 10.0;
  }
  return points;
}

inline ReferenceBidder any_bidder() {
  ReferenceBidder bidder{any_points(), static_cast<double>(*rc::gen::inRange(0, 12)), 0};
  if (*rc::gen::arbitrary<bool>()) bidder.purse *= 1.0 / 3;  // and some that no double holds
  if (*rc::gen::inRange(0, 3) == 0) bidder.share = *rc::gen::inRange(1, 6) / 100.0;
  return bidder;
}

inline Round any_round() {
  const double last = *rc::gen::element(1.0, 7.0, 100.0, 157.0);
  Round round;
  round.last_post_money = last;
  round.amount = *rc::gen::inRange(1, 60);
  round.ask = *rc::gen::inRange(2, 13) * 0.25 * last;
  round.floor = floor_under(*rc::gen::element(0.0, 0.5, 0.6, 1.0, 1.25) * last, round.ask);
  round.least_book = *rc::gen::element(0.0, 0.3, 0.5, 0.9, 1.0);
  return round;
}

// What the fast path takes, from what the slow one does.
struct FastMarket {
  explicit FastMarket(const std::vector<ReferenceBidder>& bidders) {
    for (const ReferenceBidder& bidder : bidders) {
      const auto appetite = Appetite::of(bidder.appetite);
      RC_ASSERT(static_cast<bool>(appetite));
      appetites.push_back(*appetite);
      purses.push_back(bidder.purse);
      shares.push_back(bidder.share);
    }
    cheques.resize(bidders.size());
  }
  Clearing clear(const Round& round) { return market::clear(Syndicate(appetites), round, purses, shares, cheques); }

  std::vector<Appetite> appetites;
  std::vector<double> purses, shares, cheques;
};

inline std::vector<ReferenceBidder> any_bidders() {
  std::vector<ReferenceBidder> bidders;
  const int count = *rc::gen::inRange(0, 13);
  for (int i = 0; i < count; ++i) bidders.push_back(any_bidder());
  return bidders;
}

// A month of a whole block: which companies close, by company and lane, and the luck of every investor, by lane and company. Outputs are 0
// where nothing closes.
struct WholeMonth {
  std::vector<std::vector<double>> closes;
  std::vector<std::vector<std::vector<double>>> luck;

  void serve(std::span<const Syndicate> syndicates, MarketBlock& block, std::span<const ColumnAsker> askers, const Lane& mood,
             ColumnSpace& space) const {
    for (std::size_t lane = 0; lane < block.lanes(); ++lane) {
      std::vector<std::uint32_t> due;
      for (std::uint32_t c = 0; c < askers.size(); ++c) {
        askers[c].closed[lane] = askers[c].full[lane] = askers[c].raised[lane] = 0;
        if (closes[c][lane] == 0) continue;
        due.push_back(c);
        if (!luck.empty()) std::copy(luck[lane][c].begin(), luck[lane][c].end(), block.luck(c).begin());
      }
      if (!due.empty()) market::serve(syndicates[syndicates.size() == 1 ? 0 : lane], block, askers, due, mood.at(lane), lane, space);
    }
  }
};

}  // namespace warchest::market
