// A pass: several operations on columns as one loop, translated into the processor's own code when a program is resolved.
//
// A kernel of kernels.h reads its operands from memory and writes its result there; of a chain of such kernels the memory is most of the
// cost. A pass keeps what lies between in registers and touches memory only where a column comes in or must go out. It is the
// superinstruction that nobody wrote by hand: any operations, any shapes.
//
// The bits are those of the separate kernels: the same IEEE operations in the same order, each with its own rounding, never fused.
// Where the processor or the system has no way (no AVX-512, no memory that may be executed), compile() gives nothing and the separate
// kernels do the work: the same bytes, later.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace warchest::kernels {

struct Pass {
  enum class Do : std::uint8_t {
    copy,
    add,
    sub,
    mul,
    div,
    min,  // b < a ? b : a, NaN if either is
    max,  // b > a ? b : a, likewise
    neg,
    abs,
    sqrt,
    floor,
    round,       // halves away from zero
    less,        // a < b, and c where there is one
    less_equal,  // a <= b, and c
    same,        // a == b, and c
    nearly_equal,
    both,
    both_not,  // a and not b
    either,
    opposite,
    choose,  // a != 0 ? b : c
    store,   // a into column `column`; where there is a b, on the lanes where it is set
    skip,    // nothing more to do in the next `count` operations on lanes where a is not set: results in there are used in there alone,
             // and stores have masks that are set nowhere else
  };
  enum class From : std::uint8_t { nothing, result, column, number };
  struct Value {
    From from = From::nothing;
    std::uint32_t index = 0;  // of the operation, of `columns`, of `numbers`
    friend bool operator==(const Value&, const Value&) = default;
  };
  struct Operation {
    Do what = Do::add;
    Value a, b, c;
    std::uint32_t column = 0;  // store
    std::uint32_t count = 0;   // skip
  };
  struct Column {
    const double* fixed = nullptr;  // its address, if that never changes; else the table handed to run() has it
  };
  struct Number {
    bool missing = true;  // may be NaN
    bool zero = false;    // is +0 whenever the pass is run
  };

  std::vector<Operation> operations;  // each reads results of earlier ones only
  std::vector<Column> columns;        // a column that is read and, by another name, written: reads come where they stand in the order
  std::vector<Number> numbers;

  bool empty() const { return operations.empty(); }
};

inline constexpr int kDeepestSkip = 3;  // skips within skips, at most

class CompiledPass {
 public:
  virtual ~CompiledPass() = default;
  // All columns and all numbers, by their index in the pass; n lanes, padded as kernels.h says. Fixed columns are wanted in the table too:
  // one that stands more than 2 GiB from the first is looked up there.
  virtual void run(const double* const* columns, const double* numbers, std::size_t n) const = 0;
};

// Null where it cannot be done here, or where the system has no more memory that may be executed.
std::unique_ptr<CompiledPass> compile(const Pass& pass);

// Whether the kernels in use (set_target) have passes beside them. One may still come to nothing where memory is short.
bool compiles_passes();

// For tests: so many more passes are made, then it is as if the system refused; negative: no limit.
void limit_passes(std::int64_t more);

}  // namespace warchest::kernels
