// Model to program: one program for each way in which the model is to be run (a case of an ask, a scenario, a value of `for`).
//
// All programs of one call share their luck by name: a draw has the same Sobol dimension and the same stream in each of
// them, so what differs between two cases is the case. Asks that want the same case share its program.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "model/model.h"
#include "program/program.h"

namespace warchest::program {

// A figure made of statistics over paths: the leaves are statistics of outputs, the rest is arithmetic on them. Nodes are in
// postfix order: a node's operands come before it, the last node is the root.
struct Formula {
  enum class Kind : std::uint8_t {
    number,
    mean,
    sd,
    chance,
    quantile,  // of an output
    add,
    sub,
    mul,
    div,
    pow,
    neg,
    min,
    max,
    abs,
    sqrt,
    exp,
    log,  // of nodes
    less,
    less_equal,
    equal,
    not_equal,
    both,
    either,
    opposite,  // truth as 0 or 1
    choose,
  };
  struct Node {
    Kind kind = Kind::number;
    double value = 0;                     // number; quantile: its rank
    std::int32_t output = -1;             // mean, sd, chance, quantile
    std::int32_t a = -1, b = -1, c = -1;  // operand nodes
  };
  std::vector<Node> nodes;
};

// What one shown expression of an ask becomes in one run.
struct Answered {
  std::uint32_t ask = 0, shown = 0;  // Model::asks[ask].shown[shown]
  std::string case_label;            // "" where the ask has but one
  std::string for_label;             // "$10B": the value of `for`
  std::uint32_t run = 0;             // Lowered::runs
  std::int32_t output = -1;          // number, date, chance, series: the output that answers it
  Formula formula;                   // value (or a series of values): of statistics
};

struct Checked {
  std::uint32_t check = 0;  // Model::checks
  std::uint32_t run = 0;
  std::int32_t output = -1;  // on every path: month of the first failure (Kind::months, endless = holds) or a truth
  bool monthly = false;
  Formula formula;  // across paths
};

// What is solved on each path and month: an output holds how far it was from closed at worst, in parts of what is solved for.
struct Loop {
  std::uint32_t facility = 0;  // Model::facilities
  std::uint32_t run = 0;       // Lowered::runs
  std::int32_t output = -1;
};

struct Run {
  model::Case which;
  Program program;
};

struct Lowered {
  std::vector<Run> runs;
  std::vector<Answered> answers;  // in the order of the asks
  std::vector<Checked> checks;
  std::vector<Loop> loops;
};

struct LowerOptions {
  bool optimise = true;             // simplify and assign_slots; off for `show program --plain` and for tests
  bool statements = false;          // also name and record nothing, but keep every line, balance and flow as a named slot (table, trace)
  std::vector<std::uint32_t> asks;  // which asks; empty: all
  bool all_asks = true;
  bool checks = true;
  model::Case check_case;             // the case in which the checks must hold
};

Lowered lower(const model::Model& model, const LowerOptions& options = {});

// The program of one case with every line and balance named, for `table` and `trace`.
struct Statement {
  struct Row {
    enum class Kind : std::uint8_t { heading, flow, stock, truth };
    enum class Part : std::uint8_t { income, cash, balance, beside };
    std::string name, label;
    Kind kind = Kind::flow;
    SlotId slot = kNoSlot;
    quantity::Unit unit;
    Part part = Part::beside;
    int depth = 0;              // 0: a sum, 1: what is added up to one
    bool negative = false;      // shown with its sign turned: what goes out, in a list that adds up
    bool nil_if_nothing = false;  // says nothing where it is nothing in all months
    std::string company;
  };
  Program program;
  std::vector<Row> rows;  // in the order in which a statement prints them
};
Statement lower_statement(const model::Model& model, const model::Case& which);

// How a scenario's name or `base` on the command line becomes a case.
model::Case base_case();

}  // namespace warchest::program
