// A month of the market: books that are facts and later tranches are paid first, then the rounds that are due are served.
#include "engine/market_step.h"

#include <algorithm>
#include <cmath>

#include "kernels/clones.h"
#include "kernels/kernels.h"
#include "kernels/random.h"
#include "program/arithmetic.h"

namespace warchest::engine {

using program::MarketResult;
using program::Operand;
using program::Place;

namespace {

// Rounded up to what kernels may touch behind the last lane.
std::size_t room_for(std::size_t lanes) { return kernels::padded(lanes) + kernels::kAlignment / sizeof(double); }

// A random word for each name: two rounds of the finalizer of MurmurHash3 (Appleby 2011) over a random start and the name's hash, in halves
// of 32 bits, of which a vector holds many.
std::uint32_t mixed(std::uint32_t z) {
  z = (z ^ (z >> 16)) * 0x85ebca6bu;
  z = (z ^ (z >> 13)) * 0xc2b2ae35u;
  return z ^ (z >> 16);
}

WARCHEST_EVERY_WIDTH void draw_by_name(std::uint32_t low, std::uint32_t high, std::span<const std::uint32_t> low_names,
                                       const std::uint32_t* high_names, double* uniforms) {
  for (std::size_t i = 0; i < low_names.size(); ++i) {
    const std::uint32_t word = mixed(mixed(low + low_names[i]) + (high ^ high_names[i]));
    uniforms[i] = (static_cast<double>(static_cast<std::int32_t>(word >> 1)) + 0.5) * 0x1p-31;
  }
}

}  // namespace

MarketStep::MarketStep(const program::Program& program, std::size_t lanes)
    : program_(program),
      market_(program.markets.front()),
      block_(lanes, market_.investors.size(), market_.companies.size(), market_.rounds.size()),
      columns_(lanes) {
  std::uint32_t number = 0;
  program::visit_market(market_, [&](Operand& operand) {
    const bool path = operand.place == Place::slot && program.slots[operand.index].keep == program::Keep::path;
    steady_.push_back(path || operand.place == Place::constant);
    operand.index = number++;
  });
  std::vector<market::Appetite> appetites;
  for (std::size_t i = 0; i < market_.investors.size(); ++i) {
    const auto& investor = market_.investors[i];
    const std::uint64_t name = kernels::hash_name(investor.name);
    low_names_.push_back(static_cast<std::uint32_t>(name));
    high_names_.push_back(static_cast<std::uint32_t>(name >> 32));
    block_.one_holder[i] = investor.many ? 0 : 1;
    block_.beyond_claim[i] = investor.only_defends ? 0 : market::kNoLimit;
    bool steady = true;
    for (const Operand* x : {&investor.capacity, &investor.in_all, &investor.largest, &investor.per_company, &investor.part_per_company,
                             &investor.follow_on, &investor.interest})
      steady = steady && steady_[x->index];
    steady_purse_.push_back(steady);
    std::vector<market::AppetitePoint> points;
    for (const auto& [price, part] : investor.appetite) {
      if (price.place != Place::constant || part.place != Place::constant) uncertain_appetites_ = true;
      points.push_back({price.value, part.value});
    }
    appetites.push_back(points.empty() ? market::Appetite() : market::Appetite::on_path(points));
  }
  syndicates_.assign(uncertain_appetites_ ? lanes : 1, market::Syndicate(appetites));
  const std::size_t room = room_for(lanes);
  for (const auto& round : market_.rounds) {
    streams_.push_back(kernels::hash_name(round.name + "~luck"));
    Outputs out;
    for (auto* column : {&out.closed, &out.full, &out.raised, &out.price, &out.insiders, &out.demand}) column->assign(room, 0.0);
    out.demands.assign(lanes * round.prices.size(), 0.0);
    outputs_.push_back(std::move(out));
    Promise promise;
    std::int32_t longest = 0;
    for (const auto& tranche : round.tranches) longest = std::max(longest, tranche.months_after);
    if (longest > 0) promise.rows.assign(static_cast<std::size_t>(longest) + 1, std::vector<double>(lanes * market_.investors.size(), 0.0));
    promises_.push_back(std::move(promise));
  }
  for (const std::string& company : market_.companies) {
    turn_streams_.push_back(kernels::hash_name(company + "~turn"));
    turns_.emplace_back(room, 0.0);
  }
  for (std::size_t r = 0; r < market_.rounds.size(); ++r)
    due_rounds_.push_back({reinterpret_cast<std::int32_t*>(columns_.take(1)), 0, columns_.take(1)});
  doors_of_.resize(market_.companies.size());
  for (std::size_t d = 0; d < market_.doors.size(); ++d) doors_of_[market_.doors[d].company].push_back(d);
  tells_insiders_.assign(market_.rounds.size(), false);
  for (const MarketResult& result : program.market_results) {
    if (result.kind == MarketResult::Kind::insiders) tells_insiders_[result.round] = true;
  }
}

std::size_t MarketStep::bytes_of_a_lane(const program::Market& market) {
  const std::size_t rows = 20 + 2 * market.companies.size() + 2 * market.rounds.size();
  return sizeof(double) * rows * market.investors.size();
}

void MarketStep::begin(const Paths& paths, std::size_t lanes) {
  paths_ = paths;
  lanes_ = lanes;
  block_.start(-1, lanes);
  for (std::size_t r = 0; r < outputs_.size(); ++r) {
    due_rounds_[r].n = 0;
    for (auto* column : {&outputs_[r].closed, &outputs_[r].full, &outputs_[r].raised}) std::fill(column->begin(), column->end(), 0.0);
  }
  for (Promise& promise : promises_) {
    for (auto& row : promise.rows) std::fill(row.begin(), row.end(), 0.0);
  }
}

// Capacity is by the month in the program, by the year in the market.
void MarketStep::set_out_investor(std::size_t i, std::size_t lane) {
  const auto& investor = market_.investors[i];
  const double year = 12 * value(investor.capacity).at(lane);
  block_.capacity(lane)[i] = year;
  block_.in_all(lane)[i] = value(investor.in_all).at(lane);
  block_.largest(lane)[i] = value(investor.largest).at(lane);
  block_.room(lane)[i] = market::room_per_company(value(investor.per_company).at(lane), value(investor.part_per_company).at(lane), year);
  block_.follow_on(lane)[i] = value(investor.follow_on).at(lane);
  block_.interest(lane)[i] = value(investor.interest).at(lane);
}

void MarketStep::set_out(bool first_month) {
  for (std::size_t i = 0; i < market_.investors.size(); ++i) {
    if (first_month) {
      for (std::size_t lane = 0; lane < lanes_; ++lane) set_out_investor(i, lane);
    } else if (!steady_purse_[i]) {
      for (const std::int32_t lane : due_lanes_) set_out_investor(i, static_cast<std::size_t>(lane));
    }
  }
}

void MarketStep::pay_books() {
  for (const auto& payment : market_.payments) {
    const market::Lane happens = value(payment.happens);
    for (std::size_t lane = 0; lane < lanes_; ++lane) {
      if (happens.at(lane) == 0) continue;
      for (const auto& [investor, amount] : payment.cheques) {
        const double paid = value(amount).at(lane);
        block_.total(lane)[investor] += paid;
        block_.paid(lane, payment.company)[investor] += paid;
      }
    }
  }
}

// What was promised at closings and falls due now, of companies that may still raise.
void MarketStep::pay_tranches(std::int32_t month) {
  for (std::size_t r = 0; r < promises_.size(); ++r) {
    auto& rows = promises_[r].rows;
    if (rows.empty()) continue;
    std::vector<double>& now = rows[static_cast<std::size_t>(month) % rows.size()];
    const market::Lane alive = value(market_.rounds[r].alive);
    const std::size_t investors = market_.investors.size();
    for (std::size_t lane = 0; lane < lanes_; ++lane) {
      for (std::size_t i = 0; i < investors; ++i) {
        const double paid = alive.at(lane) != 0 ? now[lane * investors + i] : 0;
        block_.total(lane)[i] += paid;
        block_.paid(lane, market_.rounds[r].company)[i] += paid;
      }
    }
    std::fill(now.begin(), now.end(), 0.0);
  }
}

void MarketStep::promise_tranches(std::int32_t month) {
  for (std::size_t r = 0; r < promises_.size(); ++r) {
    auto& rows = promises_[r].rows;
    if (rows.empty()) continue;
    const std::size_t investors = market_.investors.size();
    for (const auto& tranche : market_.rounds[r].tranches) {
      if (tranche.months_after == 0) continue;
      std::vector<double>& then = rows[static_cast<std::size_t>(month + tranche.months_after) % rows.size()];
      for (std::size_t k = 0; k < due_rounds_[r].n; ++k) {
        const auto lane = static_cast<std::size_t>(due_rounds_[r].lanes[k]);
        if (outputs_[r].closed[lane] == 0) continue;
        const auto cheques = block_.cheques(lane, r);
        for (std::size_t i = 0; i < investors; ++i) then[lane * investors + i] += cheques[i] * tranche.part;
      }
    }
  }
}

bool MarketStep::find_due(double* served) {
  std::fill_n(served, lanes_, 0.0);
  const auto& kernel = kernels::kernels();
  due_lanes_.clear();
  bool any = false;
  for (std::size_t r = 0; r < market_.rounds.size(); ++r) {
    Due& due = due_rounds_[r];
    const market::Lane truth = value(market_.rounds[r].due);
    if (truth.column == nullptr)
      std::fill_n(due.truth, lanes_, truth.constant);
    else
      std::copy_n(truth.column, lanes_, due.truth);
    due.n = kernel.active_list(due.truth, lanes_, due.lanes);
    any = any || due.n > 0;
    for (std::size_t k = 0; k < due.n; ++k) served[due.lanes[k]] = 1;
  }
  if (!any) return false;
  for (std::size_t lane = 0; lane < lanes_; ++lane) {
    if (served[lane] != 0) due_lanes_.push_back(static_cast<std::int32_t>(lane));
  }
  return true;
}

// What was told of last month's rounds is over.
void MarketStep::forget_last_month() {
  for (std::size_t r = 0; r < market_.rounds.size(); ++r) {
    Outputs& out = outputs_[r];
    for (std::size_t k = 0; k < due_rounds_[r].n; ++k) {
      const std::int32_t lane = due_rounds_[r].lanes[k];
      out.closed[lane] = out.full[lane] = out.raised[lane] = 0;
    }
  }
}

// Whether each investor comes: a uniform of (investor, round, attempt) on the lanes where the round is due. One start of Philox for the
// round and attempt, from which each investor has its own by its name, whoever else is there.
void MarketStep::draw_luck(std::size_t r) {
  const auto& round = market_.rounds[r];
  const Due& due = due_rounds_[r];
  if (due.n == 0) return;
  const market::Lane attempt = value(round.attempt);
  for (std::size_t k = 0; k < due.n; ++k) {
    const auto lane = static_cast<std::size_t>(due.lanes[k]);
    const auto luck = block_.luck(lane, r);
    if (paths_.median) {
      std::fill(luck.begin(), luck.end(), 0.5);
      continue;
    }
    const auto ordinal = static_cast<std::uint32_t>(std::max(attempt.at(lane), 0.0));
    const auto words = kernels::philox(paths_.seed, streams_[r], paths_.first + paths_.stride * lane, ordinal);
    draw_by_name(words[0], words[1], low_names_, high_names_.data(), luck.data());
  }
  for (std::size_t i = 0; i < round.wants.size(); ++i) {
    const market::Lane wants = value(round.wants[i]);
    if (wants.column == nullptr && wants.constant != 0) continue;
    for (std::size_t k = 0; k < due.n; ++k) {
      const auto lane = static_cast<std::size_t>(due.lanes[k]);
      if (wants.at(lane) == 0) block_.luck(lane, r)[i] = market::kShut;
    }
  }
}

void MarketStep::shut_doors(std::int32_t month, std::size_t r) {
  const auto& round = market_.rounds[r];
  const Due& due = due_rounds_[r];
  for (const std::size_t d : doors_of_[round.company]) {
    const auto& door = market_.doors[d];
    const market::Lane honoured = value(door.honoured), until = value(door.until);
    if (until.column == nullptr && month >= until.constant) continue;
    for (std::size_t k = 0; k < due.n; ++k) {
      const auto lane = static_cast<std::size_t>(due.lanes[k]);
      if (honoured.at(lane) != 0 && month < until.at(lane)) block_.luck(lane, r)[door.investor] = market::kShut;
    }
  }
}

void MarketStep::set_out_shares(std::size_t r) {
  const auto& round = market_.rounds[r];
  const Due& due = due_rounds_[r];
  for (std::size_t i = 0; i < round.shares.size(); ++i) {
    const market::Lane share = value(round.shares[i]);
    for (std::size_t k = 0; k < due.n; ++k) {
      const auto lane = static_cast<std::size_t>(due.lanes[k]);
      const double part = share.at(lane);  // missing where a table has no solution: then nobody claims a part
      block_.share(lane, round.company)[i] = part == part ? part : 0;
    }
  }
}

// Who is served first: a random word of (company, month) on the lanes where more than one is due.
void MarketStep::draw_turns(std::int32_t month) {
  if (paths_.median) return;
  for (const std::int32_t number : due_lanes_) {
    const auto lane = static_cast<std::size_t>(number);
    std::size_t count = 0;
    for (const Due& due : due_rounds_) count += due.truth[lane] != 0 ? 1 : 0;
    if (count < 2) continue;
    const std::uint64_t path = paths_.first + paths_.stride * lane;
    for (std::size_t r = 0; r < due_rounds_.size(); ++r) {
      if (due_rounds_[r].truth[lane] == 0) continue;
      const std::uint32_t company = market_.rounds[r].company;
      turns_[company][lane] = kernels::philox(paths_.seed, turn_streams_[company], path, static_cast<std::uint32_t>(month))[0];
    }
  }
}

void MarketStep::draw_appetites() {
  if (!uncertain_appetites_) return;
  std::vector<market::Appetite> appetites;
  std::vector<market::AppetitePoint> points;
  for (const std::int32_t number : due_lanes_) {
    const auto lane = static_cast<std::size_t>(number);
    appetites.clear();
    for (const auto& investor : market_.investors) {
      points.clear();
      for (const auto& [price, part] : investor.appetite) points.push_back({value(price).at(lane), value(part).at(lane)});
      appetites.push_back(points.empty() ? market::Appetite() : market::Appetite::on_path(points));
    }
    syndicates_[lane].assign(appetites);
  }
}

void MarketStep::serve(std::int32_t month, std::span<const ColumnOrNumber> operands, double* served) {
  operands_ = operands;
  block_.next_month();
  pay_books();
  pay_tranches(month);
  forget_last_month();
  const bool any = find_due(served);
  if (month == 0 || any) set_out(month == 0);
  if (!any) return;
  draw_appetites();
  for (std::size_t r = 0; r < market_.rounds.size(); ++r) {
    draw_luck(r);
    shut_doors(month, r);
    set_out_shares(r);
  }
  draw_turns(month);
  askers_.clear();
  for (std::size_t r = 0; r < market_.rounds.size(); ++r) askers_.push_back(asker_of(r));
  market::serve(syndicates_, block_, askers_, value(market_.mood), due_lanes_, space_);
  promise_tranches(month);
}

market::ColumnAsker MarketStep::asker_of(std::size_t r) {
  const auto& round = market_.rounds[r];
  Outputs& out = outputs_[r];
  market::ColumnAsker asker;
  asker.company = round.company;
  asker.closes = due_rounds_[r].truth;
  asker.survives = value(round.survives);
  asker.amount = value(round.amount);
  asker.ask = value(round.ask);
  asker.accepts = value(round.accepts);
  asker.least_book = value(round.least_book);
  asker.last_post_money = value(round.last_post_money);
  asker.turn = {turns_[round.company].data(), 0};
  if (!round.tranches.empty()) asker.first_part.constant = round.tranches.front().months_after == 0 ? round.tranches.front().part : 0;
  asker.plain_shares = round.shares.empty();
  asker.closed = out.closed.data();
  asker.full = out.full.data();
  asker.raised = out.raised.data();
  asker.price = out.price.data();
  asker.demand = out.demand.data();
  if (tells_insiders_[r]) asker.insiders = out.insiders.data();
  asker.prices = round.prices;
  asker.demands = out.demands.data();
  return asker;
}

void MarketStep::result(const MarketResult& which, const std::int32_t* list, std::size_t n, double* out) const {
  const Outputs& of = outputs_[which.round];
  const auto each = [&](auto&& figure) {
    if (list == nullptr) {
      for (std::size_t lane = 0; lane < n; ++lane) out[lane] = figure(lane);
    } else {
      for (std::size_t k = 0; k < n; ++k) out[k] = figure(static_cast<std::size_t>(list[k]));
    }
  };
  const auto if_closed = [&](auto&& figure) { each([&](std::size_t lane) { return of.closed[lane] != 0 ? figure(lane) : 0.0; }); };
  switch (which.kind) {
    case MarketResult::Kind::closed:
      return each([&](std::size_t lane) { return of.closed[lane]; });
    case MarketResult::Kind::full:
      return each([&](std::size_t lane) { return of.full[lane]; });
    case MarketResult::Kind::raised:
      return each([&](std::size_t lane) { return of.raised[lane]; });
    case MarketResult::Kind::price:
      return if_closed([&](std::size_t lane) { return of.price[lane]; });
    case MarketResult::Kind::insiders:
      return if_closed([&](std::size_t lane) { return of.insiders[lane]; });
    case MarketResult::Kind::cheque:
      return if_closed([&](std::size_t lane) { return block_.cheques(lane, which.round)[which.which]; });
    case MarketResult::Kind::demand: {
      const std::size_t prices = market_.rounds[which.round].prices.size();
      return each([&](std::size_t lane) { return of.demands[lane * prices + which.which]; });
    }
  }
}

}  // namespace warchest::engine
