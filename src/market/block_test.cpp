// The ring of months is the ledger's, whenever a lane is looked at; what a block leaves out changes no bit.
#include "market/block.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "market/ledger.h"
#include "market/random_markets_test.h"

namespace warchest::market {
namespace {

RC_GTEST_PROP(Block, TotalsAreThoseOfTheLedgerWheneverALaneIsLookedAt, ()) {
  const auto lanes = *rc::gen::inRange<std::size_t>(1, 4), investors = *rc::gen::inRange<std::size_t>(1, 11);
  MarketBlock block(lanes, investors, 1);
  for (int run = 0; run < 2; ++run) {
    block.start(-1);
    std::vector<Ledger> ledgers(lanes, Ledger(investors, -1));
    for (int month = 0; month < 45; ++month) {
      block.next_month();
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        ledgers[lane].next_month();
        if (*rc::gen::inRange(0, 8) > 0) continue;  // nobody looks, for weeks or years
        const auto payer = *rc::gen::inRange<std::size_t>(0, investors);
        const double paid = *rc::gen::inRange(0, 9) / 4.0;
        block.total(lane)[payer] += paid;
        ledgers[lane].pay(payer, paid);
        for (std::size_t i = 0; i < investors; ++i) {
          RC_ASSERT(block.total(lane)[i] == ledgers[lane].total(i));
          RC_ASSERT(block.total_12_before(lane)[i] == ledgers[lane].total_12_before(i));
        }
      }
    }
  }
}

// Nobody has a limit, all are alike: once with a row for everything on every lane, once with none that can be left out.
RC_GTEST_PROP(Block, WhatIsLeftOutChangesNoBit, ()) {
  constexpr std::size_t kLanes = 3, kCompanies = 2;
  const auto investors = *rc::gen::inRange<std::size_t>(1, 12);
  BlockShape small{kLanes, investors, kCompanies, kCompanies};
  small.alike.fill(true);
  small.limited_in_all = small.limited_by_company = false;
  small.keeps_cheques = {false, true};
  MarketBlock whole(kLanes, investors, kCompanies), lean(small);
  RC_ASSERT(MarketBlock::bytes_of_a_lane(small) < MarketBlock::bytes_of_a_lane({kLanes, investors, kCompanies, kCompanies}));

  std::vector<Appetite> appetites;
  for (std::size_t i = 0; i < investors; ++i) {
    appetites.push_back(*Appetite::of(any_points()));
    const double capacity = *rc::gen::inRange(0, 40) / 3.0, interest = *rc::gen::element(0.5, 1.0);
    for (MarketBlock* block : {&whole, &lean}) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        block->term(Term::capacity, lane)[i] = capacity;
        block->term(Term::interest, lane)[i] = interest;
      }
    }
  }
  const Syndicate syndicate(appetites);
  ColumnSpace space;
  for (int month = 0; month < 20; ++month) {
    whole.next_month();
    lean.next_month();
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      if (*rc::gen::arbitrary<bool>()) continue;
      struct Told {
        double closed[kLanes] = {}, full[kLanes] = {}, raised[kLanes] = {}, price[kLanes] = {}, demand[kLanes] = {};
      };
      std::vector<Round> rounds;
      std::vector<std::vector<double>> luck(kCompanies, std::vector<double>(investors));
      for (std::size_t c = 0; c < kCompanies; ++c) {
        rounds.push_back(any_round());
        for (double& each : luck[c]) each = *rc::gen::inRange(0, 10) / 10.0;
      }
      const auto serve_in = [&](MarketBlock& block) {
        std::vector<Told> told(kCompanies);
        std::vector<ColumnAsker> askers(kCompanies);
        for (std::size_t c = 0; c < kCompanies; ++c) {
          ColumnAsker& asker = askers[c];
          asker.company = c;
          asker.amount.constant = rounds[c].amount;
          asker.ask.constant = rounds[c].ask;
          asker.accepts.constant = rounds[c].floor;
          asker.last_post_money.constant = rounds[c].last_post_money;
          asker.plain_shares = true;
          asker.closed = told[c].closed;
          asker.full = told[c].full;
          asker.raised = told[c].raised;
          asker.price = told[c].price;
          asker.demand = told[c].demand;
          std::ranges::copy(luck[c], block.luck(c).begin());
        }
        block.fetch(lane);
        serve(syndicate, block, askers, std::vector<std::uint32_t>{0, 1}, 1.0, lane, space);
        return told;
      };
      const std::vector<Told> a = serve_in(whole), b = serve_in(lean);
      for (std::size_t c = 0; c < kCompanies; ++c) {
        RC_ASSERT(a[c].closed[lane] == b[c].closed[lane]);
        RC_ASSERT(a[c].raised[lane] == b[c].raised[lane]);
        RC_ASSERT(a[c].price[lane] == b[c].price[lane]);
        RC_ASSERT(a[c].demand[lane] == b[c].demand[lane]);
        for (std::size_t i = 0; i < investors; ++i) {
          RC_ASSERT(whole.cheques(lane, c)[i] == lean.cheques(lane, c)[i]);  // read at once: kept or not
          RC_ASSERT(whole.share(lane, c)[i] == lean.share(lane, c)[i]);
          RC_ASSERT(whole.total(lane)[i] == lean.total(lane)[i]);
        }
      }
    }
  }
}

}  // namespace
}  // namespace warchest::market
