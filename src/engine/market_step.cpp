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

bool never_limits(const Operand& limit) { return limit.place == Place::constant && limit.value == market::kNoLimit; }

// Which rows the block keeps: what is a number for every investor is alike on all lanes; a limit that nobody has, and cheques that nobody
// reads once they are served, are not kept.
market::BlockShape shape_of(const program::Program& program, std::size_t lanes) {
  const program::Market& market = program.markets.front();
  market::BlockShape shape{lanes, market.investors.size(), market.companies.size(), market.rounds.size()};
  shape.limited_in_all = shape.limited_by_company = false;
  shape.alike.fill(true);
  const auto differs = [&shape](market::Term term, std::initializer_list<const Operand*> operands) {
    for (const Operand* x : operands) {
      if (x->place != Place::constant) shape.alike[static_cast<std::size_t>(term)] = false;
    }
  };
  for (const auto& investor : market.investors) {
    differs(market::Term::capacity, {&investor.capacity});
    differs(market::Term::in_all, {&investor.in_all});
    differs(market::Term::largest, {&investor.largest});
    differs(market::Term::room, {&investor.per_company, &investor.part_per_company, &investor.capacity});
    differs(market::Term::follow_on, {&investor.follow_on});
    differs(market::Term::interest, {&investor.interest});
    if (!never_limits(investor.in_all)) shape.limited_in_all = true;
    if (!never_limits(investor.per_company) || !never_limits(investor.part_per_company)) shape.limited_by_company = true;
  }
  // Without such a limit its row is not read.
  if (!shape.limited_in_all) shape.alike[static_cast<std::size_t>(market::Term::in_all)] = true;
  if (!shape.limited_by_company) shape.alike[static_cast<std::size_t>(market::Term::room)] = true;
  for (const auto& round : market.rounds) {
    const auto& tranches = round.tranches;
    shape.keeps_cheques.push_back(std::any_of(tranches.begin(), tranches.end(), [](const auto& each) { return each.months_after > 0; }));
  }
  for (const MarketResult& result : program.market_results) {
    if (result.kind == MarketResult::Kind::cheque) shape.keeps_cheques[result.round] = true;
  }
  return shape;
}

}  // namespace

MarketStep::MarketStep(const program::Program& program, std::size_t lanes)
    : program_(program), market_(program.markets.front()), block_(shape_of(program, lanes)), columns_(lanes) {
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
    block_.one_holder()[i] = investor.many ? 0 : 1;
    block_.beyond_claim()[i] = investor.only_defends ? 0 : market::kNoLimit;
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
  for (auto* names : {&low_names_, &high_names_}) names->resize(market::Rows::length_for(names->size()));
  syndicates_.assign(uncertain_appetites_ ? lanes : 1, market::Syndicate(appetites));
  const std::size_t room = room_for(lanes);
  for (const auto& round : market_.rounds) {
    streams_.push_back(kernels::hash_name(round.name + "~luck"));
    wants_of_.emplace_back();
    for (std::uint32_t i = 0; i < round.wants.size(); ++i) {
      if (round.wants[i].place != Place::constant || round.wants[i].value == 0) wants_of_.back().push_back(i);
    }
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
  tells_insiders_.assign(market_.rounds.size(), false);
  for (const MarketResult& result : program.market_results) {
    if (result.kind == MarketResult::Kind::insiders) tells_insiders_[result.round] = true;
  }
}

std::size_t MarketStep::bytes_of_a_lane(const program::Program& program) {
  return market::MarketBlock::bytes_of_a_lane(shape_of(program, 1));
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
  const double year = 12 * number(investor.capacity, lane);
  const auto set = [&](market::Term term, double to) {
    if (lane == 0 || !block_.alike(term)) block_.term(term, lane)[i] = to;
  };
  set(market::Term::capacity, year);
  set(market::Term::in_all, number(investor.in_all, lane));
  set(market::Term::largest, number(investor.largest, lane));
  set(market::Term::room, market::room_per_company(number(investor.per_company, lane), number(investor.part_per_company, lane), year));
  set(market::Term::follow_on, number(investor.follow_on, lane));
  set(market::Term::interest, number(investor.interest, lane));
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

void MarketStep::pay(std::size_t lane, std::size_t company, std::size_t investor, double amount) {
  block_.total(lane)[investor] += amount;
  if (block_.limited_by_company()) block_.paid(lane, company)[investor] += amount;
}

void MarketStep::pay_books() {
  for (const auto& payment : market_.payments) {
    const market::Lane happens = value(payment.happens);
    for (std::size_t lane = 0; lane < lanes_; ++lane) {
      if (happens.at(lane) == 0) continue;
      for (const auto& [investor, amount] : payment.cheques) pay(lane, payment.company, investor, number(amount, lane));
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
      if (alive.at(lane) == 0) continue;
      for (std::size_t i = 0; i < investors; ++i) {
        if (now[lane * investors + i] != 0) pay(lane, market_.rounds[r].company, i, now[lane * investors + i]);
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

// … while the lane before it is still being served.
void MarketStep::find_due_on(std::size_t lane) {
  due_next_.clear();
  block_.fetch(lane);
  for (std::uint32_t r = 0; r < due_rounds_.size(); ++r) {
    if (due_rounds_[r].truth[lane] == 0) continue;
    due_next_.push_back(r);
    block_.fetch(lane, market_.rounds[r].company);
  }
}

// Whether each investor comes: a uniform of (investor, round, attempt). One start of Philox for the round and attempt, from which each
// investor has its own by its name, whoever else is there.
void MarketStep::draw_luck(std::size_t r, std::size_t lane) {
  const auto& round = market_.rounds[r];
  const std::span<double> luck = block_.luck(r);
  if (paths_.median) {
    std::ranges::fill(luck, 0.5);
  } else {
    const auto ordinal = static_cast<std::uint32_t>(std::max(number(round.attempt, lane), 0.0));
    const auto words = kernels::philox(paths_.seed, streams_[r], paths_.first + paths_.stride * lane, ordinal);
    draw_by_name(words[0], words[1], low_names_, high_names_.data(), luck.data());
  }
  for (const std::uint32_t i : wants_of_[r]) {
    if (number(round.wants[i], lane) == 0) luck[i] = market::kShut;
  }
}

// The doors that may be shut in this month on some lane, by company.
void MarketStep::find_doors(std::int32_t month) {
  for (auto& doors : doors_of_) doors.clear();
  for (const auto& door : market_.doors) {
    const market::Lane honoured = value(door.honoured), until = value(door.until);
    if (honoured.column == nullptr && honoured.constant == 0) continue;
    if (until.column == nullptr && !(month < until.constant)) continue;
    doors_of_[door.company].push_back({door.investor, honoured, until});
  }
}

void MarketStep::shut_doors(std::int32_t month, std::size_t r, std::size_t lane) {
  const std::span<double> luck = block_.luck(r);
  for (const Door& door : doors_of_[market_.rounds[r].company]) {
    if (month < door.until.at(lane) && door.honoured.at(lane) != 0) luck[door.investor] = market::kShut;
  }
}

void MarketStep::set_out_shares(std::size_t r, std::size_t lane) {
  const auto& round = market_.rounds[r];
  const std::span<double> shares = block_.share(lane, round.company);
  for (std::size_t i = 0; i < round.shares.size(); ++i) {
    const double part = number(round.shares[i], lane);  // missing where a table has no solution: then nobody claims a part
    shares[i] = part == part ? part : 0;
  }
}

// Who is served first: a random word of (company, month) where more than one is due.
void MarketStep::draw_turns(std::int32_t month, std::size_t lane) {
  if (paths_.median || due_now_.size() < 2) return;
  const std::uint64_t path = paths_.first + paths_.stride * lane;
  for (const std::uint32_t r : due_now_) {
    const std::uint32_t company = market_.rounds[r].company;
    turns_[company][lane] = kernels::philox(paths_.seed, turn_streams_[company], path, static_cast<std::uint32_t>(month))[0];
  }
}

void MarketStep::draw_appetites(std::size_t lane) {
  if (!uncertain_appetites_) return;
  appetites_.clear();
  for (const auto& investor : market_.investors) {
    points_.clear();
    for (const auto& [price, part] : investor.appetite) points_.push_back({number(price, lane), number(part, lane)});
    appetites_.push_back(points_.empty() ? market::Appetite() : market::Appetite::on_path(points_));
  }
  syndicates_[lane].assign(appetites_);
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
  askers_.clear();
  for (std::size_t r = 0; r < market_.rounds.size(); ++r) askers_.push_back(asker_of(r));
  const market::Lane mood = value(market_.mood);
  find_doors(month);
  find_due_on(static_cast<std::size_t>(due_lanes_.front()));
  for (std::size_t k = 0; k < due_lanes_.size(); ++k) {
    const auto lane = static_cast<std::size_t>(due_lanes_[k]);
    due_now_.swap(due_next_);
    if (k + 1 < due_lanes_.size()) find_due_on(static_cast<std::size_t>(due_lanes_[k + 1]));
    draw_appetites(lane);
    for (const std::uint32_t r : due_now_) {
      draw_luck(r, lane);
      shut_doors(month, r, lane);
      set_out_shares(r, lane);
    }
    draw_turns(month, lane);
    market::serve(syndicates_[uncertain_appetites_ ? lane : 0], block_, askers_, due_now_, mood.at(lane), lane, space_);
  }
  promise_tranches(month);
}

market::ColumnAsker MarketStep::asker_of(std::size_t r) {
  const auto& round = market_.rounds[r];
  Outputs& out = outputs_[r];
  market::ColumnAsker asker;
  asker.company = round.company;
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
