// The rounds of a lane are set out as one path's month, served, and what they brought is written to the company's columns.
#include "market/column.h"

#include <algorithm>

#include "kernels/clones.h"
#include "market/wide.h"

namespace warchest::market {
namespace {

void find_who_takes_part(std::size_t investors, const double* shares, const double* luck, const double* follow_on, const double* interest,
                         double* out) {
  by_eights(investors, [=]<class T>(std::size_t i, As<T>) {
    const T least = T{} + kLeastShare, chance = load<T>(shares, i) > least ? load<T>(follow_on, i) : load<T>(interest, i);
    store<T>(out, i, load<T>(luck, i) < chance ? T{} + 1.0 : T{});
  });
}

void dilute(std::size_t investors, const Clearing& clearing, const double* one_holder, const double* cheques, double* shares) {
  const double price = clearing.price, amount = clearing.amount;
  by_eights(investors, [=]<class T>(std::size_t i, As<T>) {
    store<T>(shares, i, share_after(load<T>(shares, i), load<T>(cheques, i), price, amount) * load<T>(one_holder, i));
  });
}

void add(std::size_t investors, const double* cheques, double part, double* paid) {
  by_eights(investors, [=]<class T>(std::size_t i, As<T>) { store<T>(paid, i, load<T>(paid, i) + load<T>(cheques, i) * part); });
}

Asker asker_of(const ColumnAsker& column, MarketBlock& block, std::size_t lane, std::size_t number, std::span<double> takes_part) {
  const std::size_t company = column.company;
  Asker asker;
  asker.round = {column.amount.at(lane), column.ask.at(lane), column.accepts.at(lane), column.least_book.at(lane),
                 column.last_post_money.at(lane)};
  asker.turn = column.turn.at(lane);
  asker.first_part = column.first_part.at(lane);
  asker.survives = column.survives.at(lane) != 0;
  asker.shares = block.whole(block.share(lane, company));
  find_who_takes_part(takes_part.size(), asker.shares.data(), block.luck(number).data(), block.term(Term::follow_on, lane).data(),
                      block.term(Term::interest, lane).data(), takes_part.data());
  asker.takes_part = takes_part;
  if (block.limited_by_company()) asker.paid = block.whole(block.paid(lane, company));
  asker.cheques = block.whole(block.cheques(lane, number));
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

void settle(const Asker& asker, const ColumnAsker& to, MarketBlock& block, std::size_t lane) {
  const std::size_t company = to.company, length = asker.cheques.size();
  if (to.insiders != nullptr) to.insiders[lane] = asker.clearing.closed ? from_insiders(asker) : 0;
  to.closed[lane] = asker.clearing.closed ? 1 : 0;
  to.full[lane] = asker.clearing.full ? 1 : 0;
  to.raised[lane] = asker.clearing.amount;
  to.price[lane] = asker.clearing.price;
  to.demand[lane] = asker.clearing.demand;
  if (!asker.clearing.closed) return;
  if (block.limited_by_company()) add(length, asker.cheques.data(), asker.first_part, block.paid(lane, company).data());
  if (to.plain_shares) dilute(length, asker.clearing, block.one_holder().data(), asker.cheques.data(), block.share(lane, company).data());
}

}  // namespace

WARCHEST_EVERY_WIDTH void serve(const Syndicate& syndicate, MarketBlock& block, std::span<const ColumnAsker> askers,
                                std::span<const std::uint32_t> due, double mood, std::size_t lane, ColumnSpace& space) {
  space.takes_part.resize(due.size(), block.investors());
  space.askers.clear();
  for (std::size_t k = 0; k < due.size(); ++k) {
    space.askers.push_back(asker_of(askers[due[k]], block, lane, due[k], space.takes_part.whole(k)));
  }
  const auto whole = [&block](std::span<double> row) { return block.whole(row); };
  Purses purses;
  purses.mood = mood;
  purses.capacity = whole(block.term(Term::capacity, lane));
  purses.largest = whole(block.term(Term::largest, lane));
  if (block.limited_by_company()) purses.room = whole(block.term(Term::room, lane));
  purses.beyond_claim = whole(block.beyond_claim());
  purses.total_12_before = whole(block.total_12_before(lane));
  purses.total = whole(block.total(lane));
  if (block.limited_in_all()) purses.in_all = whole(block.term(Term::in_all, lane));
  serve(syndicate, purses, space.askers, space.service);
  for (std::size_t k = 0; k < due.size(); ++k) settle(space.askers[k], askers[due[k]], block, lane);
}

}  // namespace warchest::market
