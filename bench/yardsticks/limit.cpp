// The limit kernel behind its plain function: 64-bit state, rounds appended and diluted at the end of the block, all outputs.
#include "fused.hpp"
#include "yardsticks.h"

namespace bench::yardsticks {

const char* limit_instructions() { return hwy::TargetName(HWY_TARGET); }

Answers limit(std::uint64_t paths, int threads) {
  model::Result result;
  const double begin = cpu_now();
  fused::run<5, false>(paths, threads, &result);
  Answers answers;
  answers.spent = cpu_now() - begin;
  const double n = double(result.paths);
  answers.death = double(result.deaths) / n;
  answers.owned = result.own_sum / n;
  answers.cash24_p5 = result.cash_q(24, .05);
  answers.payoff = result.payoff_sum / n;
  return answers;
}

}  // namespace bench::yardsticks
