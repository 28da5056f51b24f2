// What a question to the engine gives back: a value, or the reason why the terms cannot mean anything. And the record of how a
// value came about: steps, one per figure, so that every conversion can show its working.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "equity/number.h"

namespace warchest::equity {

struct Refusal {
  std::string what;  // in the user's words: what is wrong and with which security
};

template <class Value>
class [[nodiscard]] Result {
 public:
  Result(Value value) : held_(std::move(value)) {}        // NOLINT: returning a value is the normal case
  Result(Refusal refusal) : held_(std::move(refusal)) {}  // NOLINT

  explicit operator bool() const { return held_.index() == 0; }
  const Value& operator*() const& { return std::get<0>(held_); }
  Value& operator*() & { return std::get<0>(held_); }
  Value operator*() && { return std::get<0>(std::move(held_)); }  // a value: safe in a range-for
  const Value* operator->() const { return &std::get<0>(held_); }
  Value* operator->() { return &std::get<0>(held_); }
  const Refusal& refusal() const { return std::get<1>(held_); }

 private:
  std::variant<Value, Refusal> held_;
};

struct Step {
  std::string subject;  // the security or the figure: "safe_a", "price"
  std::string rule;     // what is computed, in words or as a formula
  Number value;
  std::string source;  // the clause that says so
};

using Steps = std::vector<Step>;

}  // namespace warchest::equity
