// The market on a block of paths: what an operation of the engine calls, with the bits of service.h on every lane.
//
// What a company has (amount, ask, last post-money, …) is a column over lanes like every other value of the engine. What an investor has
// is a row of the lane (block.h). Whoever needs a row's number in a column reads it lane by lane.
//
// What an engine has to do around it:
//   once         the terms of each investor into their rows (room: room_per_company); where appetites are uncertain, the lane's syndicate
//                from Appetite::on_path
//   every month  next_month(); then facts and tranches that fall due are added to total(); mood
//   every lane   on which some round is due:
//                luck: the uniform of (investor, round, attempt), and kShut where a pact honoured on this path closes the door or
//                `wants` is not met; of the askers that are due
//                turn: a draw by path and month for each company
//                survives (the luck of `closes` holds), amount, ask, accepts, least_book, last_post_money
//                serve()
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

#include "market/block.h"
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

// A company, in this month, in columns.
struct ColumnAsker {
  std::size_t company = 0;
  Lane survives{nullptr, 1};         // truth
  Lane amount, ask, accepts, least_book{nullptr, kUsualLeastBook}, last_post_money, turn;
  Lane first_part{nullptr, 1};  // of every cheque, that moves at the closing
  bool plain_shares = false;    // nobody keeps its shares by class: they are diluted here
  // Outputs, written on lanes where the round is due: closed and full are truths, raised the amount.
  double *closed = nullptr, *full = nullptr, *raised = nullptr, *price = nullptr, *demand = nullptr;
  double* insiders = nullptr;      // of what was raised, what came from those who held before; null: not wanted
  std::span<const double> prices;  // over the last post-money, at which demand is wanted
  double* demands = nullptr;       // lane by lane, one for each of `prices`
};

// Room to work in, kept between calls so that none of them allocates; one for each thread.
struct ColumnSpace {
  ServiceSpace service;
  std::vector<Asker> askers;
  Rows takes_part;
};

// Serves one month of one lane: the askers of these numbers are due, at least one.
void serve(const Syndicate& syndicate, MarketBlock& block, std::span<const ColumnAsker> askers, std::span<const std::uint32_t> due,
           double mood, std::size_t lane, ColumnSpace& space);

}  // namespace warchest::market
