// A program: what one case of a model computes, as three flat lists of column operations. Nothing else is needed to run it.
//
//   setup   once per path: inputs are drawn, tables become months
//   month   for t = 0 … months-1, in order
//   finish  once per path, after the last month
//
// A value is a column over paths. Slots say what a column remembers: temporaries nothing, path columns their one value,
// states the last write (in place: a read before this month's write is last month's), histories one row per month.
// Names, units and nouns have been left behind; what is named here is named for printing, tracing and luck.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace warchest::program {

using SlotId = std::uint32_t;
inline constexpr SlotId kNoSlot = 0xffffffffu;

enum class Op : std::uint8_t {
#define OP(name, operands, targets, text) name,
#include "program/ops.def"
#undef OP
};

enum class Place : std::uint8_t {
  none,
  constant,  // value
  schedule,  // index: Program::schedules, the month's number of it
  slot,      // index: a slot; of a history the row of month t - lag, never before its first row (the first value known)
  row,       // index: a history; lag: the row of that fixed month (signed), for setup, finish and known dates
};

struct Operand {
  Place place = Place::none;
  std::uint32_t index = 0;
  std::int32_t lag = 0;
  double value = 0;
};

enum class Keep : std::uint8_t { temporary, path, state, history };

struct Slot {
  Keep keep = Keep::temporary;
  std::int32_t first = 0;  // history: month of its first row (0 or negative: opening values written in setup)
  std::int32_t rows = 0;   // history: rows kept (a ring); 0 = all months from `first` on
  std::string name;        // "" for what no one will look at
};

struct Instruction {
  Op op = Op::copy;
  SlotId target = kNoSlot, target2 = kNoSlot;
  std::int32_t target_row = 0;  // setup writing one row of a history (opening values): the month; else 0 and ignored in month code
  Operand a, b, c, d;
  std::uint32_t data = 0;
};

// Where a draw comes from. Path draws with a dimension are scrambled Sobol points, all else Philox keyed by the name.
struct Draw {
  std::string name;
  std::uint64_t stream = 0;              // kernels::hash_name(name)
  bool uniform = false;                  // uniform in (0,1), else standard normal
  std::vector<std::int32_t> dimensions;  // path: one or none; attempt: of the first ordinals
};

struct PeriodTable {
  struct Period {
    std::int32_t first, last;
    Operand total;
  };                            // months from the start, inclusive, may be negative; total of a flow
  std::vector<Period> periods;  // adjacent, ascending: gaps have been filled
  bool keep_positive = true;
};
struct Curve {
  struct Anchor {
    std::int32_t month;
    Operand value;
  };
  std::vector<Anchor> anchors;  // ascending; the first value holds before, the last after
  bool linear = false;
};
struct Lookup {
  std::vector<double> keys;
  std::vector<Operand> values;
};

// A distribution whose quantile function has been tabulated over the normal score, because its parameters are known.
struct QuantileTable {
  std::string name;                        // printing: "pert(2, 3, 5)"
  std::function<double(double)> at_score;  // normal score -> value, exact; the engine tabulates it, the reference uses the same table
  bool discrete = false;                   // values jump: looked up by the uniform, never interpolated
  std::vector<double> values, chances;     // discrete: ascending values and cumulative chances
};
// A distribution with parameters that vary by path: solved one by one.
struct Quantile {
  std::uint8_t family = 0;
  std::vector<Operand> parameters;
};  // family: kernels::Family

// Who could pay, and whose rounds may be due: what the market of market/ needs every month, as operands. One a program, in month code.
struct Market {
  struct Investor {
    std::string name;
    Operand capacity;                                        // a month, before the mood
    Operand in_all, largest, per_company, part_per_company;  // endless where there is no limit
    Operand follow_on, interest;
    bool many = false, only_defends = false;
    std::vector<std::pair<Operand, Operand>> appetite;  // price over the last post-money, part; none: any price
  };
  struct Tranche {
    std::int32_t months_after = 0;
    double part = 1;
  };
  struct Round {  // that meets it; of one company at most one is due in a month
    std::string name;
    std::uint32_t company = 0;
    Operand due, survives;  // truths
    Operand amount, ask, accepts, least_book, last_post_money, attempt;
    Operand alive;                   // truth: later tranches come
    std::vector<Tranche> tranches;   // none: all at the closing
    std::vector<Operand> shares;     // by investor, notes as converted; none: the market keeps them, everybody is diluted alike
    std::vector<Operand> wants;      // by investor: truth
    std::vector<double> prices;      // over the last post-money, at which demand is told
  };
  struct Door {  // closed where `honoured`, in months before `until`
    std::uint32_t investor = 0, company = 0;
    Operand honoured, until;
  };
  struct Payment {  // outside the market, in the months in which `happens`: the book of a dated round
    std::uint32_t company = 0;
    Operand happens;
    std::vector<std::pair<std::uint32_t, Operand>> cheques;  // by investor
  };
  Operand mood;
  std::vector<std::string> companies;
  std::vector<Investor> investors;
  std::vector<Round> rounds;
  std::vector<Door> doors;
  std::vector<Payment> payments;
};

// One figure of what the market brought in the month.
struct MarketResult {
  enum class Kind : std::uint8_t { closed, full, raised, price, insiders, cheque, demand };
  Kind kind = Kind::closed;
  std::uint32_t round = 0;  // Market::rounds
  std::uint32_t which = 0;  // cheque: the investor; demand: of Round::prices
};

// What leaves the engine.
struct Output {
  enum class Kind : std::uint8_t { number, months, truth };  // months: whole months or endless; truth: 0 or 1
  std::string name;
  Kind kind = Kind::number;
  bool series = false;             // recorded every month, else once in finish
  bool spread = true;              // quantiles are wanted, not only the mean
  std::vector<double> ranks = {};  // quantiles wanted besides 5, 25, 50, 75 and 95 %, each in [0, 1]
};

struct Program {
  std::int32_t months = 0;
  std::vector<Slot> slots;
  std::vector<Instruction> setup, month, finish;
  std::vector<std::vector<double>> schedules;  // [schedule][month 0 … months-1]
  std::vector<Draw> draws;
  std::vector<PeriodTable> period_tables;
  std::vector<Curve> curves;
  std::vector<Lookup> lookups;
  std::vector<QuantileTable> quantile_tables;
  std::vector<Quantile> quantiles;
  std::vector<Market> markets;  // at most one
  std::vector<MarketResult> market_results;
  std::vector<Output> outputs;
};

// Operand makers.
inline Operand constant(double value) {
  return {Place::constant, 0, 0, value};
}
inline Operand schedule(std::uint32_t index) {
  return {Place::schedule, index, 0, 0};
}
inline Operand slot(SlotId id, std::int32_t lag = 0) {
  return {Place::slot, id, lag, 0};
}
inline Operand row(SlotId id, std::int32_t month) {
  return {Place::row, id, month, 0};
}

// What is wrong with a program that a lowering should never have made, in words; "" where it can be run (wellformed.cpp lists the rules).
std::string fault(const Program& program);

// Stages. Each takes and gives a program with the same outputs, bit for bit.
Program simplify(Program program);      // folds constants, shares equal work, drops what feeds no output, fuses superinstructions
Program assign_slots(Program program);  // shares the columns of dead temporaries; shortest rings that hold every lag
std::string print(const Program& program);
const char* op_name(Op op);
int op_operands(Op op);

}  // namespace warchest::program
