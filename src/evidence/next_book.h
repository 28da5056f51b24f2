// Who pays in a company's next round: insiders by their follow-on, outsiders by their interest, each a chance, ranked together.
//
// On past days (landmarks, every half-year) the companies alive are looked at whose next round came within `within` months and names its
// investors. Two logistic functions are fitted to these: for everybody who holds the company, whether it paid again (was in the last round,
// how often and how lately it paid here, how often it comes back anywhere, how fast it pays now); for everybody else who has paid in the
// last three years, whether it came (pace; how much more often than all it enters this field, region, stage and size; how often it has paid
// beside those who are in, and after them). Outsiders who did not come are a hundred thousand times as many as those who did: of those
// without any tie to the company one in `one_in` is looked at, and counts so often.
#pragma once

#include <cstdint>
#include <vector>

#include "evidence/logistic.h"
#include "evidence/scene.h"

namespace warchest::evidence {

struct NextBookOptions {
  int within = 24;    // months in which the next round comes
  int alive = 36;     // as in NextRoundOptions
  int landmarks = 8;  // past days, half a year apart
  double half_life = 36;
  double ridge = 5;
  std::uint32_t one_in = 50;
};

class NextBook {
 public:
  NextBook(const History& history, const Vocabulary& vocabulary, const NextBookOptions& options);

  struct Ranked {
    std::uint32_t investor;
    double chance;
  };
  // The first `most`, the likeliest first; ties by number.
  std::vector<Ranked> ranked(const Scene& scene, std::uint32_t company, std::size_t most) const;

 private:
  Logistic follow_on_, interest_;
};

// Plain lists: those of the last round (the most active first), then all by activity; and all by activity: cheques in the last year.
std::vector<std::uint32_t> last_investors_first(const Scene& scene, std::uint32_t company, std::size_t most, bool only_them);
std::vector<std::uint32_t> most_active(const Scene& scene, std::size_t most);

}  // namespace warchest::evidence
