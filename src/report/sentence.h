// An answer in one sentence, and in one line for `--quiet`. Every sampled figure has its error beside it, a tail is told as chances
// ("9 chances in 10 that it lasts at least 13 months"), never as the name of a percentile.
#pragma once

#include <string>

#include "analysis/answer.h"

namespace warchest::report {

std::string sentence(const analysis::Answer& answer, const analysis::Answers& all);
std::string quiet_line(const analysis::Answer& answer, const analysis::Answers& all);

// What a check found: "holds on each of 100,000 paths, in every month"; "it is 87 % ±0.3 % where 90 % is wanted".
std::string check_sentence(const analysis::CheckAnswer& check, const analysis::Answers& all);

// Where a quantile of a first passage lies: "2026-03", or "not within 60 months".
std::string month_or_never(double months_from_start, const analysis::Answers& all);

}  // namespace warchest::report
