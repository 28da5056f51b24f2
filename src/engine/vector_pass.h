// From instructions to a pass (kernels/pass.h): each slot's present value is a result of the pass, until somebody outside wants it.
//
// Superinstructions are taken apart again: what they save is memory traffic, and a pass has none. A copy of a result is another name for
// it; a copy of a column is a value of its own, for the column may be written before the copy is read.
// A history's rows may be one and the same (in the first months a row further back is the first row), so a row that is written makes what
// is known of the history's other rows stale. Private to the engine.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "engine/vector_code.h"

namespace warchest::engine {

bool fits_a_pass(program::Op op);

class PassMaker {
 public:
  explicit PassMaker(const program::Program& program) : program_(program) {}

  // `kept`: somebody reads the target behind the pass.
  void instruction(program::Op op, const Value* values, const Location& target, bool kept);
  // Values: mask, the two choices, the two targets as they were.
  void choose2(const Value* values, const Location& first, bool first_kept, const Location& second, bool second_kept);

  // A guard within the pass: what follows until close() is done on lanes where the mask is set. What is written in there stands in memory
  // before and behind it, so that what it did can be passed over; `wanted` where it is read behind it.
  struct Written {
    Location location;
    bool wanted = false;
  };
  void open(const Value& mask, std::vector<Written> written);
  // The same for work that changes nothing on lanes where the mask is not set (Op::rest): it is passed over only where no lane is set.
  void open_rest(const Value& mask, std::vector<Written> written);
  void close();

  // The pass as number `index`, and what must be set in it before a month. `fixed`: the address that a location always has, or null.
  // Without code where the system has no memory for it.
  std::unique_ptr<ReadyPass> take(const std::function<const double*(const Location&)>& fixed, std::uint32_t index,
                                  std::vector<Patch>& patches);

 private:
  using Do = kernels::Pass::Do;
  using Known = kernels::Pass::Value;

  Known read(const Value& value);
  Known column(const Location& location);
  Known number(const Value& value);
  Known make(Do what, Known a, Known b = {}, Known c = {});
  Known compute(program::Op op, const Known* v);
  void write(const Location& target, Known value, bool kept);
  void store(const Location& target, Known value);

  struct Holding {
    Location location;
    Known value;
    bool saved = false;  // memory has it
  };
  struct Region {
    std::size_t skip = 0;  // its operation
    Known mask;            // nothing: of a rest
    std::vector<Written> written;
  };
  void begin(Known skip_where_not, Known mask, std::vector<Written> written);
  Holding* holding(const Location& location);
  void forget(const Location& location);

  const program::Program& program_;
  kernels::Pass pass_;
  std::vector<Holding> now_;  // what locations hold
  std::vector<Region> regions_;
  std::vector<Location> columns_;
  std::vector<Value> numbers_;
};

}  // namespace warchest::engine
