// The limits of an investor's terms, told in the user's words.
#include "market/investor.h"

#include <fmt/format.h>

namespace warchest::market {

Result<Investor> checked(const Investor& investor) {
  const auto limit = [](const char* name, double value) -> std::optional<Refusal> {
    if (value >= 0) return std::nullopt;
    return Refusal{fmt::format("the {} is {}; it cannot be below zero", name, value)};
  };
  const auto chance = [](const char* name, double value) -> std::optional<Refusal> {
    if (value >= 0 && value <= 1) return std::nullopt;
    return Refusal{fmt::format("{} is {:g}%; it is a chance, from 0% to 100%", name, value * 100)};
  };
  if (const auto fault = limit("capacity", investor.capacity)) return *fault;
  if (investor.capacity == kNoLimit) return Refusal{"the capacity is endless; write what it can put in within a year"};
  if (const auto fault = limit("largest cheque", investor.largest)) return *fault;
  if (const auto fault = limit("room for one company", investor.room)) return *fault;
  if (const auto fault = limit("room for one company", investor.room_part)) return *fault;
  if (const auto fault = chance("follow_on", investor.follow_on)) return *fault;
  if (const auto fault = chance("interest", investor.interest)) return *fault;
  return investor;
}

}  // namespace warchest::market
