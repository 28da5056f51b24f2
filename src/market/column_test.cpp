// On every lane the bits of the one-path functions; lanes and companies that do not close are left alone; appetites that differ by path.
#include "market/column.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bit>

#include "market/ledger.h"
#include "market/random_markets_test.h"

namespace warchest::market {
namespace {

bool same_bits(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); }

struct Company {
  explicit Company(std::size_t lanes)
      : closes(lanes),
        survives(lanes, 1.0),
        first_part(lanes, 1.0),
        amount(lanes),
        ask(lanes),
        accepts(lanes),
        last(lanes),
        turn(lanes),
        closed(lanes),
        full(lanes),
        raised(lanes),
        price(lanes, -7.0),
        demand(lanes, -7.0) {}

  ColumnAsker asker() {
    ColumnAsker asker;
    asker.survives = {survives.data(), 0};
    asker.first_part.column = first_part.data();
    asker.amount.column = amount.data();
    asker.ask.column = ask.data();
    asker.accepts.column = accepts.data();
    asker.last_post_money.column = last.data();
    asker.turn.column = turn.data();
    asker.plain_shares = true;
    asker.closed = closed.data();
    asker.full = full.data();
    asker.raised = raised.data();
    asker.price = price.data();
    asker.demand = demand.data();
    return asker;
  }
  std::vector<double> closes, survives, first_part, amount, ask, accepts, last, turn, closed, full, raised, price, demand;
};

// Three months on several lanes; beside each lane one path with a Ledger and plain lists.
RC_GTEST_PROP(Column, HasTheBitsOfOnePathOnEveryLane, ()) {
  const auto lanes = *rc::gen::inRange<std::size_t>(1, 6), investors = *rc::gen::inRange<std::size_t>(1, 20);
  const auto companies = *rc::gen::inRange<std::size_t>(1, 4);
  std::vector<Appetite> appetites;
  std::vector<std::vector<AppetitePoint>> points;
  for (std::size_t i = 0; i < investors; ++i) {
    points.push_back(any_points());
    appetites.push_back(*Appetite::of(points.back()));
  }
  // Every second time the first appetite differs by path.
  std::vector<std::vector<Appetite>> of_lane(lanes, appetites);
  std::vector<Syndicate> syndicates = {Syndicate(appetites)};
  if (*rc::gen::arbitrary<bool>()) {
    syndicates.clear();
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      auto mine = points[0];
      for (AppetitePoint& point : mine) point.part = *rc::gen::inRange(0, 11) / 10.0;
      of_lane[lane][0] = Appetite::on_path(mine);
      syndicates.emplace_back(of_lane[lane]);
    }
  }

  MarketBlock block(lanes, investors, companies);
  std::vector<Company> columns(companies, Company(lanes));
  std::vector<double> mood(lanes);
  std::vector<Ledger> ledgers(lanes, Ledger(investors, 0));
  std::vector<std::vector<std::vector<double>>> share(lanes, std::vector<std::vector<double>>(companies, std::vector<double>(investors)));
  auto paid = share;
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    for (std::size_t i = 0; i < investors; ++i) block.term(Term::capacity, lane)[i] = *rc::gen::inRange(0, 40) / 3.0;
    for (std::size_t i = 0; i < investors; ++i) block.term(Term::interest, lane)[i] = *rc::gen::element(0.5, 1.0);
  }
  ColumnSpace space;
  for (int month = 0; month < 3; ++month) {
    if (month > 0) block.next_month();
    WholeMonth now{{}, std::vector(lanes, std::vector(companies, std::vector<double>(investors)))};
    std::vector<ColumnAsker> askers;
    for (std::size_t lane = 0; lane < lanes; ++lane) mood[lane] = *rc::gen::element(1.0, 0.3);
    for (std::size_t c = 0; c < companies; ++c) {
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        const Round round = any_round();
        columns[c].closes[lane] = *rc::gen::inRange(0, 2);
        columns[c].first_part[lane] = *rc::gen::element(1.0, 0.5);
        columns[c].survives[lane] = *rc::gen::inRange(0, 6) > 0 ? 1 : 0;
        columns[c].amount[lane] = round.amount;
        columns[c].ask[lane] = round.ask;
        columns[c].accepts[lane] = round.floor * 1.5;  // above the ask on some lanes
        columns[c].last[lane] = round.last_post_money;
        columns[c].turn[lane] = *rc::gen::inRange(0, 4) / 4.0;
        for (double& luck : now.luck[lane][c]) luck = *rc::gen::inRange(0, 6) == 0 ? kShut : *rc::gen::inRange(0, 10) / 10.0;
      }
      askers.push_back(columns[c].asker());
      askers.back().company = c;
      now.closes.push_back(columns[c].closes);
    }
    const auto cheques_before = [&] {
      std::vector<std::vector<double>> all;
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        for (std::size_t c = 0; c < companies; ++c) all.emplace_back(block.cheques(lane, c).begin(), block.cheques(lane, c).end());
      }
      return all;
    }();
    now.serve(syndicates, block, askers, {mood.data(), 0}, space);

    for (std::size_t lane = 0; lane < lanes; ++lane) {
      Ledger& ledger = ledgers[lane];
      if (month > 0) ledger.next_month();
      const Syndicate own(of_lane[lane]);
      std::vector<double> none(investors, kNoLimit), before, total;
      for (std::size_t i = 0; i < investors; ++i) before.push_back(ledger.total_12_before(i));
      for (std::size_t i = 0; i < investors; ++i) total.push_back(ledger.total(i));
      std::vector<Asker> one;
      std::vector<std::size_t> who;
      std::vector<std::vector<double>> takes(companies, std::vector<double>(investors)), cheques(companies, std::vector<double>(investors));
      for (std::size_t c = 0; c < companies; ++c) {
        const Company& from = columns[c];
        if (from.closes[lane] == 0) {
          RC_ASSERT(from.closed[lane] == 0 && from.raised[lane] == 0 && from.full[lane] == 0);
          const auto left = block.cheques(lane, c);
          RC_ASSERT(std::equal(left.begin(), left.end(), cheques_before[lane * companies + c].begin()));
          continue;
        }
        Investor terms;
        for (std::size_t i = 0; i < investors; ++i) {
          terms.interest = block.term(Term::interest, lane)[i];
          const double luck = now.luck[lane][c][i];
          takes[c][i] = takes_part(terms, share[lane][c][i] > kLeastShare, true, luck == kShut, luck) ? 1 : 0;
        }
        Asker asker;
        asker.round = {from.amount[lane], from.ask[lane], floor_under(from.accepts[lane], from.ask[lane]), 0.5, from.last[lane]};
        asker.turn = from.turn[lane];
        asker.survives = from.survives[lane] != 0;
        asker.first_part = from.first_part[lane];
        asker.takes_part = takes[c];
        asker.shares = share[lane][c];
        asker.paid = paid[lane][c];
        asker.cheques = cheques[c];
        one.push_back(asker);
        who.push_back(c);
      }
      ServiceSpace room;
      const auto capacity = block.term(Term::capacity, lane);
      serve(own, {mood[lane], capacity, none, none, none, before, total, {}}, one, room);
      for (std::size_t k = 0; k < one.size(); ++k) {
        const std::size_t c = who[k];
        const Clearing& clearing = one[k].clearing;
        RC_ASSERT((columns[c].closed[lane] != 0) == clearing.closed);
        RC_ASSERT((columns[c].full[lane] != 0) == clearing.full);
        RC_ASSERT(same_bits(columns[c].raised[lane], clearing.amount));
        RC_ASSERT(same_bits(columns[c].price[lane], clearing.price));
        RC_ASSERT(same_bits(columns[c].demand[lane], clearing.demand));
        for (std::size_t i = 0; i < investors; ++i) {
          RC_ASSERT(same_bits(block.cheques(lane, c)[i], cheques[c][i]));
          if (!clearing.closed) continue;
          paid[lane][c][i] += cheques[c][i] * columns[c].first_part[lane];
          RC_ASSERT(same_bits(block.paid(lane, c)[i], paid[lane][c][i]));
          share[lane][c][i] = share_after(share[lane][c][i], cheques[c][i], clearing.price, clearing.amount);
        }
        for (std::size_t i = 0; i < investors; ++i) RC_ASSERT(same_bits(block.share(lane, c)[i], share[lane][c][i]));
      }
      for (std::size_t i = 0; i < investors; ++i) {
        RC_ASSERT(same_bits(block.total(lane)[i], total[i]));
        ledger.pay(i, total[i] - ledger.total(i));
        RC_ASSERT(std::abs(ledger.total(i) - total[i]) <= 1e-12);
        block.total(lane)[i] = ledger.total(i);  // the ledger pays cheque by cheque, rounded once
      }
    }
  }
}

// The purses of every lane alone, in any order of lanes.
TEST(Column, LanesDoNotMeet) {
  const std::vector<Appetite> appetites(2);
  const std::vector<Syndicate> syndicates = {Syndicate(appetites)};
  MarketBlock block(3, 2, 1);
  for (std::size_t lane = 0; lane < 3; ++lane) block.term(Term::capacity, lane)[0] = 4.0 * static_cast<double>(lane);
  Company company(3);
  company.closes = {1, 1, 1};
  company.amount = {6, 6, 6};
  company.ask = company.last = {100, 100, 100};
  company.accepts = {60, 60, 60};
  const std::vector<ColumnAsker> askers = {company.asker()};
  ColumnSpace space;
  WholeMonth{{company.closes}, {}}.serve(syndicates, block, askers, {nullptr, 1}, space);
  EXPECT_EQ(company.closed, (std::vector<double>{0, 1, 1}));
  EXPECT_EQ(company.raised, (std::vector<double>{0, 4, 6}));
  EXPECT_EQ(block.total(2)[0], 6);
  EXPECT_DOUBLE_EQ(block.share(2, 0)[0], 6.0 / 106);
}

// One purse of 10 falls from 100% at 1x to 20% at 2x on the first lane, so to zero at 2.25x, and to 50% on the second, so to zero at 3x;
// another of 1 pays any price. Demand of 2 is there where a tenth of the first is left: at 1 + 0.9 / 0.8 and at 1 + 0.9 / 0.5.
TEST(Column, AnUncertainAppetiteHasItsOwnKinksOnEveryLane) {
  std::vector<Syndicate> syndicates;
  for (const double part : {0.2, 0.5}) {
    syndicates.emplace_back(std::vector<Appetite>{Appetite::on_path(std::vector<AppetitePoint>{{1, 1}, {2, part}}), Appetite()});
  }
  MarketBlock block(2, 2, 1);
  Company company(2);
  for (std::size_t lane = 0; lane < 2; ++lane) {
    block.term(Term::capacity, lane)[0] = 10;
    block.term(Term::capacity, lane)[1] = 1;
  }
  company.closes = {1, 1};
  company.amount = {2, 2};
  company.last = {100, 100};
  company.ask = {400, 400};
  company.accepts = {60, 60};
  const std::vector<ColumnAsker> askers = {company.asker()};
  ColumnSpace space;
  WholeMonth{{company.closes}, {}}.serve(syndicates, block, askers, {nullptr, 1}, space);
  EXPECT_EQ(company.full, (std::vector<double>{1, 1}));
  EXPECT_NEAR(company.price[0], 100 * (1 + 0.9 / 0.8), 1e-9);
  EXPECT_NEAR(company.price[1], 100 * (1 + 0.9 / 0.5), 1e-9);
}

}  // namespace
}  // namespace warchest::market
