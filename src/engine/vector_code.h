// A program resolved for the vector engine: steps with kernels and addresses instead of instructions with slots. Private to the
// engine: vector_compile.cpp makes it, vector.cpp runs it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/columns.h"
#include "engine/prepared.h"
#include "kernels/pass.h"
#include "program/program.h"

namespace warchest::engine {

// How a step calls its kernel: letters stand for column and number, as in kernels.h.
enum class Action : std::uint8_t {
  unary,
  cc,
  ck,
  kc,
  ccc,
  cck,
  ckc,
  kcc,
  ckk,
  kck,
  kkc,
  mcc,
  mck,
  mkc,
  mkk,
  select2,
  select2_k,
  sub_accumulate,   // out = in0 - in1, out2 = out2 + out
  sub_accumulate2,  // … and out3 = out3 + out
  mul_accumulate,   // out = in0 * in1, out2 = out2 + out
  gate_ge,          // out = out & (k1 <= out2), out2 = out2 * out
  masked_pair,      // out = in0 ? in1 op in2 : k3
  mask_two,         // out = in0 and in1 against k3, and in2 against k0
  mask_lt_scaled,   // out = in0 and in1 < in2 * k3
  mask_between,     // out = in0 and k3 < in2 and in1 < in2 * k4
  add3_scaled,      // out = ((in0 + in1) + in2) * k3
  add_count,        // out = in0 + (in1 against k2)
  scale_then_grow,  // out = in0 * k1, out2 = (out + k2) * in3
  add_then_min,     // out = in0 + in1, out2 = min(out, in2)
  mul_sub_select,   // out = in0 * in1, out2 = in2 ? in3 - out : k[4]
  fill,             // out = k[0]
  scalar,           // all operands are numbers: computed once, then filled in
  draw_path,
  draw_month,
  draw_month_scaled,        // draw * k0 + k1
  draw_month_scaled_times,  // (draw * k0 + k1) * in2
  draw_attempt,
  cubic,
  steps,
  quantile,
  chance_below,
  lookup,
  window_sum,
  row_sum,
  period_table,
  curve,
  market,
  market_result,
  guard,         // data: Resolved::guards
  guard_scalar,  // data: steps to skip where k[0] is 0
  rest,          // data: steps to skip where no lane of in0 is set
  pass,          // data: Resolved::passes
  record,
};

using AnyKernel = void (*)();

struct Step {
  Action action = Action::fill;
  program::Op op = program::Op::copy;  // of a scalar step
  std::uint32_t data = 0;              // the instruction's, or as the action says
  std::uint32_t table = 0;             // Resolved::tables: operands of a table
  AnyKernel kernel = nullptr;
  const double* in[4] = {};
  double* out = nullptr;
  double* out2 = nullptr;
  double* out3 = nullptr;
  double k[5] = {};
  program::SlotId history = program::kNoSlot;  // window_sum, row_sum: rows of; series: target
  std::int32_t lag = 0;
};

// Where a column stands: at an address, or in a row of a history.
struct Location {
  double* fixed = nullptr;
  program::SlotId history = program::kNoSlot;
  bool absolute = false;  // `month` is that of the row; else the row is `month` months back
  std::int32_t month = 0;
  friend bool operator==(const Location&, const Location&) = default;
};

// An operand in its frame: a column, or a number that is known or comes from a schedule.
struct Value {
  bool is_column = false;
  Location column;
  bool is_scheduled = false;
  std::uint32_t schedule = 0;
  double number = 0;
  double sign = 1;
};

// What must be set before a piece of code runs in a month: operands and results in rows of histories, numbers of schedules. Set in every
// month of every block, so each knows its place once the steps stand where they stay.
struct Patch {
  enum class What : std::uint8_t { input, output, output2, number, pass_column, pass_number };
  What what = What::input;
  std::uint32_t operand = 0;
  std::uint32_t step = 0;      // or the pass
  Location location;           // of a row
  std::uint32_t schedule = 0;  // of a number
  double sign = 1;
};
struct RowPatch {
  const double** place = nullptr;
  const double* rows = nullptr;     // the history's first column
  std::int32_t from = 0, last = 0;  // row = month + from, within 0 … last
  std::uint32_t ring = 0;           // a power of two, less 1
  std::uint32_t stride = 0;
};
struct NumberPatch {
  double* place = nullptr;
  const double* months = nullptr;  // the schedule, with the sign that the step wants
};

struct Code {
  std::vector<Step> steps;
  std::vector<Patch> patches;
  std::vector<RowPatch> rows;
  std::vector<NumberPatch> numbers;
};

// Many elementwise instructions as one step (kernels/pass.h), with the tables that its columns and numbers are read from.
struct ReadyPass {
  std::unique_ptr<kernels::CompiledPass> code;
  std::vector<const double*> columns;
  std::vector<double> numbers;
};

// A guard: its region once for gathered lanes, once for all lanes beside the true columns.
struct Guard {
  struct Move {
    Location outer;
    double* inner;
  };
  Location mask;
  Code compact, dense;
  bool has_dense = false;
  std::vector<Move> gathers, scatters;  // compact
  std::vector<Move> merges;             // dense: outer = mask ? inner : outer
  std::int32_t* local = nullptr;        // chosen lanes: within the region around it
  std::int32_t* global = nullptr;       // … and within the block
};

// An operand of a lookup, series or exact quantile.
struct TableOperand {
  bool is_column = false;
  Location column;
  program::Operand number;
};

struct Resolved {
  explicit Resolved(std::size_t lanes) : block(lanes), columns(lanes) {}

  std::size_t block;
  Columns columns;
  std::vector<double*> slots;      // first column of each
  std::vector<std::int32_t> ring;  // rows kept of each history
  Code setup, month, finish;
  std::vector<std::unique_ptr<Guard>> guards;
  std::vector<std::unique_ptr<ReadyPass>> passes;
  std::vector<std::vector<TableOperand>> tables;
  std::vector<double*> zeroed;                          // columns that begin a block as zeros
  std::vector<std::unique_ptr<double[]>> turned_signs;  // schedules with the other sign
};

std::unique_ptr<Resolved> resolve(const program::Program& program, std::size_t block);

// Address of a location in a month.
double* address(const Resolved& resolved, const program::Program& program, const Location& location, std::int32_t month);

}  // namespace warchest::engine
