// Lane by lane: the rounds of a lane are set out as one path's month, served, and what they brought is written to the company's columns.
#include "market/column.h"

#include <algorithm>

#include "kernels/clones.h"

namespace warchest::market {
namespace {

// Loops of their own over plain rows, which the compiler turns into vectors.
void find_who_takes_part(std::size_t investors, const double* shares, const double* luck, const double* follow_on, const double* interest,
                         double* out) {
  for (std::size_t i = 0; i < investors; ++i) {
    const double inside = follow_on[i], outside = interest[i], chance = shares[i] > kLeastShare ? inside : outside;
    out[i] = luck[i] < chance ? 1.0 : 0.0;
  }
}

void dilute(std::size_t investors, const Clearing& clearing, const double* one_holder, const double* cheques, double* shares) {
  const double price = clearing.price, amount = clearing.amount;
  for (std::size_t i = 0; i < investors; ++i) shares[i] = share_after(shares[i], cheques[i], price, amount) * one_holder[i];
}

void add(std::size_t investors, const double* cheques, double part, double* paid) {
  for (std::size_t i = 0; i < investors; ++i) paid[i] += cheques[i] * part;
}

Asker asker_of(const ColumnAsker& column, MarketBlock& block, std::size_t lane, std::size_t number, std::span<double> takes_part) {
  const std::size_t company = column.company == kItsNumber ? number : column.company;
  Asker asker;
  asker.round = {column.amount.at(lane), column.ask.at(lane), column.accepts.at(lane), column.least_book.at(lane),
                 column.last_post_money.at(lane)};
  asker.turn = column.turn.at(lane);
  asker.first_part = column.first_part.at(lane);
  asker.survives = column.survives.at(lane) != 0;
  find_who_takes_part(block.investors(), block.share(lane, company).data(), block.luck(lane, number).data(), block.follow_on(lane).data(),
                      block.interest(lane).data(), takes_part.data());
  asker.takes_part = takes_part;
  asker.shares = block.share(lane, company);
  asker.paid = block.paid(lane, company);
  asker.cheques = block.cheques(lane, number);
  asker.prices = column.prices;
  if (!column.prices.empty()) asker.demands = {column.demands + lane * column.prices.size(), column.prices.size()};
  return asker;
}

// What came from those who held before, in the order of the investors.
double from_insiders(const Asker& asker) {
  double sum = 0;
  for (std::size_t i = 0; i < asker.cheques.size(); ++i) sum += asker.shares[i] > kLeastShare ? asker.cheques[i] : 0.0;
  return sum;
}

void settle(const Asker& asker, const ColumnAsker& to, MarketBlock& block, std::size_t lane, std::size_t number) {
  const std::size_t company = to.company == kItsNumber ? number : to.company;
  if (to.insiders != nullptr) to.insiders[lane] = asker.clearing.closed ? from_insiders(asker) : 0;
  to.closed[lane] = asker.clearing.closed ? 1 : 0;
  to.full[lane] = asker.clearing.full ? 1 : 0;
  to.raised[lane] = asker.clearing.amount;
  to.price[lane] = asker.clearing.price;
  to.demand[lane] = asker.clearing.demand;
  if (!asker.clearing.closed) return;
  add(block.investors(), asker.cheques.data(), asker.first_part, block.paid(lane, company).data());
  if (to.plain_shares)
    dilute(block.investors(), asker.clearing, block.one_holder.data(), asker.cheques.data(), block.share(lane, company).data());
}

}  // namespace

MarketBlock::MarketBlock(std::size_t lanes, std::size_t investors, std::size_t companies, std::size_t askers)
    : one_holder(investors, 1.0),
      beyond_claim(investors, kNoLimit),
      lanes_(lanes),
      investors_(investors),
      companies_(companies),
      askers_(askers),
      capacity_(lanes * investors, 0.0),
      in_all_(lanes * investors, kNoLimit),
      largest_(lanes * investors, kNoLimit),
      room_(lanes * investors, kNoLimit),
      follow_on_(lanes * investors, 1.0),
      interest_(lanes * investors, 1.0),
      totals_(kRows, std::vector<double>(lanes * investors, 0.0)),
      share_(lanes * companies * investors, 0.0),
      paid_(share_),
      luck_(lanes * askers * investors, 0.0),
      cheques_(luck_) {}

void MarketBlock::start(int first_month, std::size_t lanes) {
  month_ = first_month;
  lanes_ = lanes;
  for (std::vector<double>& totals : totals_) std::fill(totals.begin(), totals.end(), 0.0);
  for (std::vector<double>* rows : {&share_, &paid_}) std::fill(rows->begin(), rows->end(), 0.0);
}

void MarketBlock::next_month() {
  const std::vector<double>& before = totals_[row_of(month_)];
  ++month_;
  std::copy_n(before.begin(), lanes_ * investors_, totals_[row_of(month_)].begin());
}

void serve(std::span<const Syndicate> syndicates, MarketBlock& block, std::span<const ColumnAsker> askers, const Lane& mood,
           ColumnSpace& space) {
  for (const ColumnAsker& asker : askers) {
    for (double* output : {asker.closed, asker.full, asker.raised, asker.insiders}) {
      if (output != nullptr) std::fill_n(output, block.lanes(), 0.0);
    }
  }
  space.lanes.clear();
  for (std::size_t lane = 0; lane < block.lanes(); ++lane) space.lanes.push_back(static_cast<std::int32_t>(lane));
  serve(syndicates, block, askers, mood, space.lanes, space);
}

WARCHEST_EVERY_WIDTH void serve(std::span<const Syndicate> syndicates, MarketBlock& block, std::span<const ColumnAsker> askers,
                                const Lane& mood, std::span<const std::int32_t> lanes, ColumnSpace& space) {
  space.takes_part.resize(askers.size() * block.investors());
  for (const std::int32_t number : lanes) {
    const auto lane = static_cast<std::size_t>(number);
    space.askers.clear();
    space.companies.clear();
    for (std::size_t c = 0; c < askers.size(); ++c) {
      if (askers[c].closes[lane] == 0) continue;
      const std::span<double> takes_part(space.takes_part.data() + c * block.investors(), block.investors());
      space.askers.push_back(asker_of(askers[c], block, lane, c, takes_part));
      space.companies.push_back(c);
    }
    if (space.askers.empty()) continue;
    const Purses purses{mood.at(lane),      block.capacity(lane),        block.largest(lane), block.room(lane),
                        block.beyond_claim, block.total_12_before(lane), block.total(lane),   block.in_all(lane)};
    serve(syndicates[syndicates.size() == 1 ? 0 : lane], purses, space.askers, space.service);
    for (std::size_t k = 0; k < space.askers.size(); ++k) {
      settle(space.askers[k], askers[space.companies[k]], block, lane, space.companies[k]);
    }
  }
}

}  // namespace warchest::market
