// A pact: who promises not to fund whom, until when. Honoured or leaking is one draw per investor and pact and path; where it leaks,
// this investor pays as if nothing had been signed.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace warchest::market {

struct Pact {
  std::vector<std::uint32_t> signed_by;  // investors
  std::vector<std::uint32_t> against;    // companies
  int until = 0;                         // month; the door is open again from it on
};

// chance and luck in [0, 1]; luck below 1, so that a chance of 1 always binds and one of 0 never does.
inline bool honours(double chance, double luck) { return luck < chance; }

// The doors that the pacts close in one month on one path, whatever the month's rounds are: [investor][company] as one row-major list,
// to which doors are added. honoured: [pact][investor], the same way.
void close_doors(std::span<const Pact> pacts, std::span<const std::uint8_t> honoured, int month, std::size_t companies,
                 std::span<std::uint8_t> closed);

}  // namespace warchest::market
