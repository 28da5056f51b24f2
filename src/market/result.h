// What a question to the market gives back: a value, or the reason why the terms cannot mean anything.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace warchest::market {

struct Refusal {
  std::string what;  // in the user's words: what is wrong, and what would be right
};

template <class Value>
class [[nodiscard]] Result {
 public:
  Result(Value value) : held_(std::move(value)) {}        // NOLINT: returning a value is the normal case
  Result(Refusal refusal) : held_(std::move(refusal)) {}  // NOLINT

  explicit operator bool() const { return held_.index() == 0; }
  const Value& operator*() const& { return std::get<0>(held_); }
  Value operator*() && { return std::get<0>(std::move(held_)); }  // a value: safe in a range-for
  const Value* operator->() const { return &std::get<0>(held_); }
  const Refusal& refusal() const { return std::get<1>(held_); }

 private:
  std::variant<Value, Refusal> held_;
};

}  // namespace warchest::market
