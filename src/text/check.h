// Checks for our own mistakes, which no input may ever reach: WARCHEST_CHECK(condition, "what broke").
//
// A failed check throws FaultError; only the outermost door (app/main.cpp, or a test) catches it, prints the text and ends with
// exit code 70. A user's mistake is never a fault: it is a Diagnostic.
#pragma once

#include <stdexcept>
#include <string>

namespace warchest::text {

struct FaultError : std::logic_error {
  using std::logic_error::logic_error;
};

[[noreturn]] void fault(const char* file, int line, const char* condition, const std::string& what_broke);

}  // namespace warchest::text

#define WARCHEST_CHECK(condition, what_broke) \
  (static_cast<bool>(condition) ? void(0) : ::warchest::text::fault(__FILE__, __LINE__, #condition, what_broke))
