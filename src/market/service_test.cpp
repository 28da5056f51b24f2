// Companies that close in one month: who is served first, what is left for the next, and the same market run slowly for two years.
#include "market/service.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <numeric>

#include "market/column.h"
#include "market/random_markets_test.h"

namespace warchest::market {
namespace {

// One month with investors of plain terms.
struct Month {
  explicit Month(std::size_t investors)
      : capacity(investors, 0.0),
        largest(investors, kNoLimit),
        room(investors, kNoLimit),
        beyond(investors, kNoLimit),
        before(investors, 0.0),
        total(investors, 0.0),
        appetites(investors) {}

  void ask(const Round& round, double turn) {
    rows.push_back({std::vector<double>(capacity.size(), 1.0), std::vector<double>(capacity.size(), 0.0),
                    std::vector<double>(capacity.size(), 0.0), std::vector<double>(capacity.size(), 0.0)});
    askers.emplace_back();
    askers.back().round = round;
    askers.back().turn = turn;
  }
  void run() {
    for (std::size_t c = 0; c < askers.size(); ++c) {
      askers[c].takes_part = rows[c][0];
      askers[c].shares = rows[c][1];
      askers[c].paid = rows[c][2];
      askers[c].cheques = rows[c][3];
    }
    serve(Syndicate(appetites), {mood, capacity, largest, room, beyond, before, total, {}}, askers, space);
  }

  double mood = 1;
  std::vector<double> capacity, largest, room, beyond, before, total;
  std::vector<Appetite> appetites;
  std::vector<std::vector<std::vector<double>>> rows;  // by company: takes part, shares, paid, cheques
  std::vector<Asker> askers;
  ServiceSpace space;
};

constexpr Round kSix{6, 100, 60, 0.5, 100};

// One purse of 10. The first served takes its 6 at the ask; 4 are left for the other, which closes at 60 + 40 * 1/3 with 4.
TEST(Service, WhatTheFirstTookIsGoneForTheNext) {
  Month month(1);
  month.capacity = {10};
  month.ask(kSix, 0.7);
  month.ask(kSix, 0.2);  // served first
  month.run();
  EXPECT_EQ(month.askers[1].clearing.amount, 6);
  EXPECT_EQ(month.askers[1].clearing.price, 100);
  EXPECT_EQ(month.askers[0].clearing.amount, 4);
  EXPECT_NEAR(month.askers[0].clearing.price, 60 + 40.0 / 3, 1e-9);  // supply 3 + 3 (p - 60) / 40 = 4
  EXPECT_EQ(month.total[0], 10);
}

TEST(Service, AThirdFindsNothingAndFails) {
  Month month(1);
  month.capacity = {10};
  for (const double turn : {0.1, 0.2, 0.3}) month.ask(kSix, turn);
  month.run();
  EXPECT_FALSE(month.askers[2].clearing.closed);
  EXPECT_EQ(month.total[0], 10);
}

TEST(Service, AClosingThatFallsThroughTakesNothing) {
  Month month(1);
  month.capacity = {10};
  month.ask(kSix, 0.1);
  month.ask(kSix, 0.2);
  month.askers[0].survives = false;
  month.run();
  EXPECT_FALSE(month.askers[0].clearing.closed);
  EXPECT_EQ(month.rows[0][3][0], 0);
  EXPECT_EQ(month.askers[1].clearing.amount, 6);
}

// The mood scales capacity only: 30% of 20 less the 1 already spent leaves 5.
TEST(Service, AShutMarketShrinksWhatIsLeft) {
  Month month(1);
  month.capacity = {20};
  month.mood = 0.3;
  month.total = {3};
  month.before = {2};
  month.ask({10, 100, 60, 0.5, 100}, 0);
  month.run();
  EXPECT_NEAR(month.askers[0].clearing.amount, 5, 1e-12);
}

// A claim of 20% of 6, and nothing from one that holds nothing.
TEST(Service, WhoOnlyDefendsBringsItsClaim) {
  Month month(3);
  month.capacity = {10, 10, 10};
  month.beyond = {0, 0, kNoLimit};
  month.ask(kSix, 0);
  month.rows[0][1] = {0.2, 0, 0};
  month.run();
  EXPECT_NEAR(month.rows[0][3][0], 1.2, 1e-12);
  EXPECT_EQ(month.rows[0][3][1], 0);
  EXPECT_NEAR(month.rows[0][3][2], 4.8, 1e-12);
}

TEST(Service, RoomIsLessWhatWasPaidForWhatItHolds) {
  Month month(2);
  month.capacity = {10, 10};
  month.room = {5, kNoLimit};
  month.largest = {kNoLimit, 3};
  month.ask(kSix, 0);
  month.rows[0][2] = {4, 0};
  month.run();
  EXPECT_LE(month.rows[0][3][0], 1);
  EXPECT_LE(month.rows[0][3][1], 3);
  EXPECT_NEAR(month.askers[0].clearing.amount, 4, 1e-12);  // 1 + 3
}

// Half of each cheque of 6 moves at the closing: the second company finds 7 of the 10 left, and fills its 6 too.
TEST(Service, OnlyTheFirstTrancheCountsAtTheClosing) {
  Month month(1);
  month.capacity = {10};
  month.ask(kSix, 0.1);
  month.ask(kSix, 0.2);
  month.askers[0].first_part = 0.5;
  month.run();
  EXPECT_EQ(month.rows[0][3][0], 6);
  EXPECT_EQ(month.rows[1][3][0], 6);
  EXPECT_EQ(month.total[0], 9);
}

// 10% of 100, then 20 paid at 100 before the money: 10 / 120 + 20 / 120.
TEST(Service, SharesOfAPlainCompanyAreDilutedAlike) {
  EXPECT_DOUBLE_EQ(share_after(0.1, 20.0, 100, 20), 0.25);
  EXPECT_DOUBLE_EQ(share_after(0.1, 0.0, 100, 20), 10.0 / 120);
}

// --------------------------------------------------------------------------------------- the whole market, slowly, beside the columns
struct SlowInvestor {
  ReferenceBidder terms;  // appetite
  double capacity, largest, room, follow_on, interest;
  bool many, defends;
};

struct SlowMarket {
  std::vector<SlowInvestor> investors;
  std::vector<DatedCheque> cheques;
  std::vector<ReferenceBidder> bidders;          // of the latest round
  std::vector<std::vector<double>> share, paid;  // by company and investor

  ReferenceClearing close(std::size_t company, const Round& asked, int month, double mood, const std::vector<double>& luck) {
    Round round = asked;
    round.floor = std::min(round.floor, round.ask);
    bidders.clear();
    for (std::size_t i = 0; i < investors.size(); ++i) {
      const SlowInvestor& investor = investors[i];
      const double held = share[company][i];
      double purse = std::max(0.0, investor.capacity * mood - static_cast<double>(reference_spent(cheques, i, month)));
      purse = std::min({purse, investor.largest, std::max(0.0, investor.room - paid[company][i])});
      if (investor.defends) purse = std::min(purse, held * round.amount);
      if (luck[i] >= (held > kLeastShare ? investor.follow_on : investor.interest)) purse = 0;
      bidders.push_back({investor.terms.appetite, purse, held});
    }
    const ReferenceClearing clearing = reference_clearing(round, bidders);
    if (!clearing.closed) return clearing;
    const double post = static_cast<double>(clearing.price + clearing.amount);
    for (std::size_t i = 0; i < investors.size(); ++i) {
      const double cheque = static_cast<double>(clearing.cheques[i]);
      cheques.push_back({i, month, cheque});
      paid[company][i] += cheque;
      share[company][i] = investors[i].many ? 0 : (share[company][i] * static_cast<double>(clearing.price) + cheque) / post;
    }
    return clearing;
  }
};

SlowInvestor any_investor() {
  SlowInvestor investor{};
  investor.terms.appetite = any_points();
  investor.capacity = *rc::gen::inRange(0, 30);
  investor.largest = *rc::gen::element(kNoLimit, kNoLimit, 4.0, 9.5);
  investor.room = *rc::gen::element(kNoLimit, kNoLimit, 6.5, 13.0);
  investor.follow_on = *rc::gen::element(1.0, 0.8);
  investor.interest = *rc::gen::element(1.0, 0.6);
  investor.many = *rc::gen::inRange(0, 4) == 0;
  investor.defends = *rc::gen::inRange(0, 6) == 0;
  return investor;
}

RC_GTEST_PROP(ServiceReference, TwoYearsOfAMarketAreTheSameSlowly, ()) {
  const auto count = *rc::gen::inRange<std::size_t>(1, 7), companies = *rc::gen::inRange<std::size_t>(1, 4);
  SlowMarket slow;
  std::vector<Appetite> appetites;
  MarketBlock block(1, count, companies);
  for (std::size_t i = 0; i < count; ++i) {
    slow.investors.push_back(any_investor());
    const SlowInvestor& investor = slow.investors.back();
    appetites.push_back(*Appetite::of(investor.terms.appetite));
    block.term(Term::capacity, 0)[i] = investor.capacity;
    block.term(Term::largest, 0)[i] = investor.largest;
    block.term(Term::room, 0)[i] = investor.room;
    block.term(Term::follow_on, 0)[i] = investor.follow_on;
    block.term(Term::interest, 0)[i] = investor.interest;
    block.one_holder()[i] = investor.many ? 0 : 1;
    block.beyond_claim()[i] = investor.defends ? 0 : kNoLimit;
  }
  slow.share.assign(companies, std::vector<double>(count, 0.0));
  slow.paid = slow.share;
  const std::vector<Syndicate> syndicates = {Syndicate(appetites)};
  ColumnSpace space;
  std::vector<double> post(companies, 100.0);
  block.start(-1);
  for (int month = 0; month < 24; ++month) {
    block.next_month();
    const double mood = *rc::gen::element(1.0, 1.2, 0.3);
    std::vector<double> closes(companies), outputs(5 * companies), amount(companies), ask(companies), turn(companies);
    std::vector<ColumnAsker> askers(companies);
    std::vector<std::pair<double, std::size_t>> order;
    WholeMonth now{{}, std::vector(1, std::vector(companies, std::vector<double>(count)))};
    for (std::size_t c = 0; c < companies; ++c) {
      closes[c] = *rc::gen::inRange(0, 3) == 0 ? 1 : 0;
      amount[c] = *rc::gen::inRange(1, 40) / 3.0;
      ask[c] = *rc::gen::inRange(2, 9) * 0.25 * post[c];
      turn[c] = *rc::gen::inRange(0, 1000000) / 1e6;
      for (std::size_t i = 0; i < count; ++i) {
        now.luck[0][c][i] = *rc::gen::inRange(0, 8) == 0 ? kShut : *rc::gen::inRange(0, 100) / 100.0;
      }
      ColumnAsker& asker = askers[c];
      asker.company = c;
      now.closes.push_back({closes[c]});
      asker.amount.column = &amount[c];
      asker.ask.column = &ask[c];
      asker.accepts.constant = 0.6 * post[c];
      asker.last_post_money.constant = post[c];
      asker.turn.column = &turn[c];
      asker.plain_shares = true;
      asker.closed = &outputs[5 * c];
      asker.full = &outputs[5 * c + 1];
      asker.raised = &outputs[5 * c + 2];
      asker.price = &outputs[5 * c + 3];
      asker.demand = &outputs[5 * c + 4];
      if (closes[c] != 0) order.emplace_back(turn[c], c);
    }
    now.serve(syndicates, block, askers, {nullptr, mood}, space);
    std::sort(order.begin(), order.end());
    for (const auto& [at, c] : order) {
      const Round round{amount[c], ask[c], 0.6 * post[c], 0.5, post[c]};
      const ReferenceClearing clearing = slow.close(c, round, month, mood, now.luck[0][c]);
      // On the very edge of the least book or of the amount the two may part after some rounds, and go on in different worlds.
      const double demand = outputs[5 * c + 4], edge = 1e-9 * round.amount;
      const bool closed = outputs[5 * c] != 0, full = outputs[5 * c + 1] != 0;
      if (clearing.closed != closed && std::abs(demand - round.least_book * round.amount) <= edge) return;
      if (clearing.full != full && std::abs(demand - round.amount) <= edge) return;
      RC_ASSERT(clearing.closed == closed);
      RC_ASSERT(clearing.full == full);
      RC_ASSERT(std::abs(outputs[5 * c + 2] - static_cast<double>(clearing.amount)) <= 1e-9 * round.amount);
      if (clearing.closed) {
        // Where demand equals supply over a whole stretch of prices, a rounding chooses between its two ends: both are crossings.
        const double price = outputs[5 * c + 3];
        long double wanted = 0;
        for (const ReferenceBidder& bidder : slow.bidders) {
          wanted += bidder.purse * reference_appetite(bidder.appetite, price / round.last_post_money);
        }
        const bool alike = std::abs(price - static_cast<double>(clearing.price)) <= 1e-7 * round.ask;
        if (!alike && std::abs(wanted - reference_supply(round, price)) <= edge) return;
        RC_ASSERT(alike);
        post[c] = outputs[5 * c + 3] + outputs[5 * c + 2];
      }
      for (std::size_t i = 0; i < count; ++i) {
        RC_ASSERT(std::abs(block.cheques(0, c)[i] - static_cast<double>(clearing.cheques[i])) <= 1e-9 * round.amount);
        RC_ASSERT(std::abs(block.paid(0, c)[i] - slow.paid[c][i]) <= 1e-8);
        RC_ASSERT(std::abs(block.share(0, c)[i] - slow.share[c][i]) <= 1e-8);
      }
    }
    for (std::size_t i = 0; i < count; ++i) {
      RC_ASSERT(block.total(0)[i] - block.total_12_before(0)[i] <= 1.2 * slow.investors[i].capacity + 1e-9);
    }
  }
}

}  // namespace
}  // namespace warchest::market
