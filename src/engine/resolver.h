// Resolving a program into steps: which kernel fits the shape of the operands, where each column stands, what a guard gathers.
//
// A region of a guard is resolved in a frame of its own. In a compact frame every slot that the region touches has a short column:
// the first read of a slot puts it on the list of what is gathered, a write marks it, and what is still wanted after the region is
// scattered. In a shadow frame only what is written has a column beside the true one. Frames nest.
// Private to the engine. By subject: vector_compile.cpp (sections, guards, single instructions), resolve_memory.cpp (columns and frames),
// resolve_pass.cpp (many instructions as one pass), resolve_together.cpp (a few that have a kernel), resolve_shapes.cpp (which kernel).
#pragma once

#include <algorithm>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/vector_code.h"
#include "engine/vector_pass.h"
#include "kernels/kernels.h"
#include "program/program.h"

namespace warchest::engine {

struct Frame {
  enum class Kind { direct, compact, shadow };
  using Key = std::tuple<program::SlotId, program::Place, std::int32_t>;

  Frame* parent = nullptr;
  Kind kind = Kind::direct;
  Guard* guard = nullptr;
  int depth = 0;
  std::map<Key, double*> local;
  std::vector<program::SlotId> written;

  void mark(program::SlotId slot) {
    if (std::find(written.begin(), written.end(), slot) == written.end()) written.push_back(slot);
  }
};

class Resolver {
  using Program = program::Program;
  using Instruction = program::Instruction;
  using Operand = program::Operand;
  using Place = program::Place;
  using SlotId = program::SlotId;
  using Op = program::Op;

 public:
  Resolver(const Program& program, std::size_t block, bool passes)
      : program_(program), out_(std::make_unique<Resolved>(block)), passes_(passes) {
    place_slots();
  }
  // Null where a pass came to nothing, for want of memory that may be executed.
  std::unique_ptr<Resolved> resolve();

 private:
  // --- memory -------------------------------------------------------------------------------------------------------------------------
  void place_slots();
  void place(SlotId id);
  // States that setup writes on all paths before it reads them.
  std::vector<bool> opened() const;
  // States begin as zeros where setup gives them no other value, and so do the rows of histories that may be read before they are
  // written: those before month 0 and the first, or all where months write none or a row is named.
  void list_zeroed();
  double* constant_column(double value);
  // Patches get the addresses of what they set, now that no step moves any more.
  void settle(Code& code);
  const double** place_of(Code& code, const Patch& patch);
  const double* schedule_of(const Patch& patch);

  // --- frames -------------------------------------------------------------------------------------------------------------------------
  Location read(Frame& frame, const Operand& operand);
  Location write(Frame& frame, const Instruction& x, SlotId id);
  // For writes that leave some lanes as they were.
  Location write_some(Frame& frame, Code& code, SlotId id);

  // --- code ---------------------------------------------------------------------------------------------------------------------------
  void section(const std::vector<Instruction>& instructions, Code& code, bool in_setup);
  void region(const std::vector<Instruction>& all, std::size_t begin, std::size_t end, Frame& frame, Code& code);
  // What does not go into one pass as a whole is left out where it is at rest on all lanes, and pass by pass.
  void rest(const std::vector<Instruction>& all, std::size_t at, Frame& frame, Code& code);
  void guard(const std::vector<Instruction>& all, std::size_t at, std::size_t around_end, Frame& frame, Code& code);
  std::int32_t* lane_list() { return reinterpret_cast<std::int32_t*>(out_->columns.take(1)); }
  // Whether a temporary's value at `from` is read later in the section. Writes in guards that open later leave lanes as they are.
  bool read_after(const std::vector<Instruction>& all, std::size_t from, std::size_t around_end, SlotId id) const;
  void push(Code& code, const Step& step) { code.steps.push_back(step); }
  static Value column_value(const Location& location);
  Value value(Frame& frame, const Operand& operand);
  // Puts a value into an operand of the step that is pushed next.
  void bind(Code& code, Step& step, int operand, const Value& value);
  void bind_output(Code& code, Step& step, const Location& location, bool second = false);
  // A number as a column, for kernels that have no shape for it.
  Value as_column(Code& code, const Value& value);
  void instruction(const Instruction& x, Frame& frame, Code& code);
  void table_operands(const Instruction& x, Step& step, Frame& frame);
  void choose2(const Instruction& x, Value* values, Frame& frame, Code& code);
  // Instructions all[at … end-1], in the frame in which they are resolved, and the code that they become.
  struct Row {
    const std::vector<Instruction>& all;
    std::size_t at, end;
    Frame& frame;
    Code& code;
    const Instruction& x(std::size_t i) const { return all[at + i]; }
  };

  // --- passes -------------------------------------------------------------------------------------------------------------------------
  // As many instructions from `at` on as one pass can do, small guards included. What no one reads behind them stays in registers.
  std::size_t pass(const std::vector<Instruction>& all, std::size_t at, std::size_t end, Frame& frame, Code& code);
  // How many instructions from `at` on go into a pass as a whole: one, or a guard with what it holds.
  static std::size_t fits(const std::vector<Instruction>& all, std::size_t at, std::size_t end, int depth);
  // Which results, first and second of each instruction, must be in memory when the pass is over. What guards write is not asked here.
  std::vector<bool> kept_of(const std::vector<Instruction>& all, std::size_t at, std::size_t to) const;
  void fill_pass(PassMaker& maker, const Row& row, const std::vector<bool>& kept);
  // What a guard's instructions write, with places that hold what was there before on the lanes that they pass over.
  std::vector<PassMaker::Written> written_by(const Row& row, std::size_t from, std::size_t to);

  // --- operations that go together -----------------------------------------------------------------------------------------------------
  // Two or three instructions in a row of which each reads what the one before has just made, as one step (kernels/pairs.cpp), with the
  // bits of the separate steps. What lies between is kept only where a kernel keeps it or where no one will read it again.
  static bool is_column(const Operand& x) { return x.place == Place::slot || x.place == Place::row; }
  static bool is_number(const Operand& x) { return x.place == Place::constant || x.place == Place::schedule; }
  static bool is(const Operand& x, SlotId id) { return x.place == Place::slot && x.index == id && x.lag == 0; }
  static int reads(const Instruction& x, SlotId id);
  // Whether what instruction i of the row makes is read by the next alone.
  bool forgotten(const Row& row, std::size_t i) const;
  std::size_t together(const std::vector<Instruction>& all, std::size_t at, std::size_t end, Frame& frame, Code& code);
  Step step_of(Action action, AnyKernel kernel = nullptr) const;
  // Reads what the step wants, then writes, as each instruction would.
  void take(const Row& row, Step& step, std::initializer_list<std::pair<int, Operand>> operands, std::initializer_list<std::size_t> makers);
  // (draw * k) + k, and that times a column
  std::size_t scaled_draw(const Row& row);
  // A comparison of a column with a number: which, the column, the number.
  struct Compared {
    kernels::Against against;
    Operand column, number;
  };
  static std::optional<Compared> compared(Op op, const Operand& a, const Operand& b);
  // m and (a against k), and (b against k)
  std::size_t two_masks(const Row& row);
  // m and k < b, b * k, that and a < that
  std::size_t between(const Row& row);
  // total + (a against k)
  std::size_t counted(const Row& row);
  // ((a + b) + c) * k
  std::size_t scaled_sum(const Row& row);
  // a * k, kept, then (that + k) * c; or m and b < a * k
  std::size_t scaled_then(const Row& row);
  // a + b, kept, then the least of that and what was
  std::size_t running_least(const Row& row);
  // m ? a op b : k
  std::size_t masked(const Row& row);
  // a * b, kept, then m ? c - that : k
  std::size_t margin(const Row& row);

  // --- shapes -------------------------------------------------------------------------------------------------------------------------
  struct Choice {
    Action action = Action::unary;
    AnyKernel kernel = nullptr;
    int operands = 0;
    Value in[3];
  };
  void elementwise(const Instruction& x, Value* v, int count, Frame& frame, Code& code);
  // Operations with several targets, from those of the program that stand side by side: a difference or product that is added to a
  // total at once, and a total that is cut off where it falls below a bound. The bits are those of the separate steps.
  bool absorbed(Op op, const Value* v, const Location& out, Code& code);
  Choice choose_kernel(Op op, Value* v, Code& code);
  template <class Function>
  static AnyKernel erased(Function function) {
    return reinterpret_cast<AnyKernel>(function);
  }
  Choice unary(kernels::UnaryKernel kernel, const Value* v) { return {Action::unary, erased(kernel), 1, {v[0], {}, {}}}; }
  Choice binary(const kernels::BinaryKernels& table, const Value& a, const Value& b);
  Choice masked(const kernels::MaskedKernels& table, const Value* v, Code& code);
  // `commutes`: the first two operands may change places.
  Choice ternary(const kernels::TernaryKernels& table, Value a, Value b, Value c, Code& code, bool commutes = false);

  const Program& program_;
  std::unique_ptr<Resolved> out_;
  const kernels::Kernels& kernels_ = kernels::kernels();
  std::map<std::uint64_t, double*> constants_;
  const bool passes_;  // whether instructions in a row may become one
  bool refused_ = false;
  bool in_setup_ = false;
  std::optional<Operand> resting_;  // the mask of the rest around
  struct Last {                     // the elementwise step pushed last
    const Code* code = nullptr;
    std::size_t step = 0;
    Op op = Op::copy;
    Value v[3];
    Location out;
  } last_;
};

}  // namespace warchest::engine
