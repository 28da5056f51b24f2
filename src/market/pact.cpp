// Every signer, every named rival: a pact is small, so the product is the plain way.
#include "market/pact.h"

namespace warchest::market {

void close_doors(std::span<const Pact> pacts, std::span<const std::uint8_t> honoured, int month, std::size_t companies,
                 std::span<std::uint8_t> closed) {
  const std::size_t investors = companies == 0 ? 0 : closed.size() / companies;
  for (std::size_t p = 0; p < pacts.size(); ++p) {
    if (month >= pacts[p].until) continue;
    for (const std::uint32_t investor : pacts[p].signed_by) {
      if (honoured[p * investors + investor] == 0) continue;
      for (const std::uint32_t company : pacts[p].against) closed[investor * companies + company] = 1;
    }
  }
}

}  // namespace warchest::market
