// The market of a program on a block of paths: what the operation `market` does in a month, and what `market_result` reads of it.
//
// Operands come as columns or numbers, in the order in which visit_market() visits them; what does not vary by month is set out in the
// investors' rows once a path. Whoever comes, in which order companies are served: luck by name, drawn here from the path, the round, the
// attempt and the month, on paths where a round is due alone. Both evaluators of the engine use this one, the reference with a single lane;
// the rules beneath are held to a slow version of their own (market/reference.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/columns.h"
#include "engine/vector_series.h"
#include "market/column.h"
#include "program/program.h"

namespace warchest::engine {

class MarketStep {
 public:
  MarketStep(const program::Program& program, std::size_t lanes);

  struct Paths {
    std::uint64_t seed = 0, first = 0, stride = 1;
    bool median = false;  // every luck in the middle
  };
  void begin(const Paths& paths, std::size_t lanes);
  // Serves the month. served: truth by lane, whether a round was due.
  void serve(std::int32_t month, std::span<const ColumnOrNumber> operands, double* served);
  // shape: of listed lanes, or of the first n; out[i] is of lane list[i]
  void result(const program::MarketResult& which, const std::int32_t* list, std::size_t n, double* out) const;

  static std::size_t bytes_of_a_lane(const program::Program& program);

 private:
  struct Outputs {
    std::vector<double> closed, full, raised, price, insiders, demand, demands;
  };
  struct Promise {  // what is still to come of closings, by months ahead: a ring of rows of investors by lane
    std::vector<std::vector<double>> rows;
  };
  market::Lane value(const program::Operand& bound) const { return {operands_[bound.index].column, operands_[bound.index].number}; }
  double number(const program::Operand& bound, std::size_t lane) const { return value(bound).at(lane); }
  void forget_last_month();
  void set_out(bool first_month);
  void set_out_investor(std::size_t investor, std::size_t lane);
  void pay(std::size_t lane, std::size_t company, std::size_t investor, double amount);
  void pay_books();
  void pay_tranches(std::int32_t month);
  void promise_tranches(std::int32_t month);
  bool find_due(double* served);
  // What a lane needs before its rounds are served.
  void find_due_on(std::size_t lane);
  void draw_luck(std::size_t round, std::size_t lane);
  void find_doors(std::int32_t month);
  void shut_doors(std::int32_t month, std::size_t round, std::size_t lane);
  void set_out_shares(std::size_t round, std::size_t lane);
  void draw_turns(std::int32_t month, std::size_t lane);
  void draw_appetites(std::size_t lane);
  market::ColumnAsker asker_of(std::size_t round);

  const program::Program& program_;
  program::Market market_;    // operands bound: index is the number of the operand
  std::vector<bool> steady_;  // by operand: the same in all months
  market::MarketBlock block_;
  market::ColumnSpace space_;
  std::vector<market::ColumnAsker> askers_;
  std::vector<market::Syndicate> syndicates_;
  bool uncertain_appetites_ = false;
  std::vector<market::Appetite> appetites_;            // of the lane at hand
  std::vector<market::AppetitePoint> points_;          // … and investor
  std::vector<bool> steady_purse_;                     // by investor
  std::vector<std::uint64_t> streams_;                 // by round
  std::vector<std::uint32_t> low_names_, high_names_;  // of the investors, hashed: halves; as long as the block's rows
  std::vector<std::vector<std::uint32_t>> wants_of_;   // by round: the investors who want something
  std::vector<bool> tells_insiders_;                   // by round: somebody reads what came from them
  std::vector<std::uint64_t> turn_streams_;            // by company
  std::vector<Outputs> outputs_;                       // by round
  std::vector<Promise> promises_;                      // by round
  std::vector<std::vector<double>> turns_;             // by company
  struct Due {                                         // the lanes where a round is due, padded
    std::int32_t* lanes = nullptr;
    std::size_t n = 0;
    double* truth = nullptr;
  };
  std::vector<Due> due_rounds_;
  std::vector<std::int32_t> due_lanes_;            // where any is
  std::vector<std::uint32_t> due_now_, due_next_;  // rounds, on the lane at hand and the one after it
  struct Door {
    std::uint32_t investor;
    market::Lane honoured, until;
  };
  std::vector<std::vector<Door>> doors_of_;  // by company, in the month at hand
  Columns columns_;                          // as the kernels want them:
  std::span<const ColumnOrNumber> operands_;
  std::size_t lanes_ = 0;
  Paths paths_;
};

}  // namespace warchest::engine
