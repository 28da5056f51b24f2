// One path told month by month: which luck was drawn, what happened, what was decided, and where that left the money.
//
// Luck is told as the share of paths that fare lower in it ("37 in 100"), so that it reads alike for every distribution.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/reference.h"
#include "model/model.h"
#include "program/lower.h"

namespace warchest::analysis {

struct Story {
  struct Luck {
    std::string name;
    double rank = 0;  // 0 to 1: the share of paths below it
  };
  struct Value {  // of a definition
    std::string name, label;
    double value = 0;
    std::string unit;
  };
  enum class Happening : std::uint8_t { opens, closes, draws, repays, begins, online, given_up, happens, runs_out };
  struct Fact {
    Happening what = Happening::happens;
    std::string name, label;
    double amount = 0;      // opens, closes, draws, repays: money; given_up: what it had cost
    int month = 0;          // opens: the absolute month in which it is to close
  };
  struct Month {
    int month = 0;  // absolute
    std::vector<Luck> luck;
    std::vector<Fact> facts;
    std::vector<Value> balances;  // of each company: revenue, cost, cash, debt
  };
  std::string title;
  std::string unit;                   // of money
  std::optional<std::uint64_t> path;  // none: all luck at its median
  std::uint64_t seed = 1;
  std::vector<Luck> luck;     // drawn once for the path
  std::vector<Value> values;  // fixed once for the path
  std::vector<Month> months;
};

Story story(const model::Model& model, const program::Statement& statement, engine::PathOptions which);

}  // namespace warchest::analysis
