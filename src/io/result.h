// What comes back from the world outside: a value, or one sentence saying why there is none.
//
// A file that cannot be read is nobody's mistake in the model, so it is no Diagnostic; the caller decides where to say it.
#pragma once

#include <optional>
#include <string>
#include <utility>

namespace warchest::io {

template <typename T>
struct Result {
  std::optional<T> value;
  std::string error;  // a sentence without full stop, with the name of the file; empty if there is a value

  static Result of(T found) { return {std::move(found), {}}; }
  static Result failed(std::string why) { return {std::nullopt, std::move(why)}; }

  explicit operator bool() const { return value.has_value(); }
  const T& operator*() const { return *value; }
  const T* operator->() const { return &*value; }
};

}  // namespace warchest::io
