// The tail by name: which paths run out of cash first. Every path goes through the vector engine once and its month is looked at; only
// the worst are kept, so memory does not grow with the paths.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "program/lower.h"

namespace warchest::analysis {

struct WorstPath {
  std::uint64_t path = 0;
  double month = 0;  // from the start in which cash runs out; infinity: it does not
};

// The `count` paths of the least month, ties by the number of the path. `history`: the name of the slot that holds at its end the month
// of the first passage. Empty where there is no such slot, and where it was stopped.
std::vector<WorstPath> worst_paths(const program::Statement& statement, const std::string& history, std::size_t count, std::uint64_t paths,
                                   std::uint64_t seed, const std::atomic<bool>* stop,
                                   const std::function<void(std::uint64_t, std::uint64_t)>& progress);

}  // namespace warchest::analysis
