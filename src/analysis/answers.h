// From results to answers: each question of the model gets its figures with their errors, in the unit in which people read them.
#pragma once

#include <vector>

#include "analysis/answer.h"
#include "analysis/companions.h"
#include "program/lower.h"
#include "results/results.h"

namespace warchest::analysis {

// `results[r]` are those of lowered.runs[r]. Asks come in the order of the model's reports, if it has any, else in that of the text.
Answers answer(const Questions& questions, const program::Lowered& lowered, const std::vector<results::Results>& results);

// A case read aloud: with "Bank line", without "Bank line", with no new money, in the scenario "AI winter"; empty for the base.
std::string case_in_words(const model::Model& model, const model::Case& which);

// The asks that a model's reports show, in their order; all asks where it has no report.
std::vector<std::uint32_t> asks_to_show(const model::Model& model);

}  // namespace warchest::analysis
