// What is drawn beside an answer though nobody asked for it: the cash behind a date of running out, and the chance of having run out
// behind a fan of anything that a company has (a fan alone misleads, because the paths that ended stand still in it), and what the company
// would sell behind what investors would put in.
//
// Companions are shown expressions added behind an ask's own, so they run in the same programs on the same luck.
#pragma once

#include <cstddef>
#include <vector>

#include "model/model.h"

namespace warchest::analysis {

struct Questions {
  model::Model model;
  std::vector<std::size_t> asked;  // by ask: how many of its shown expressions are its own
};

Questions as_asked(model::Model model);  // nothing added
Questions with_companions(model::Model model);

// The figure of the first attempt at a round that a shown expression tells, itself or as a mean over the paths that have it; else null.
const model::Expr* of_first_attempt(const model::Model& model, model::ExprId expr);

// The company whose money an expression tells of: the first that it names, itself or through what it refers to; kNone if none.
model::CompanyId company_of(const model::Model& model, model::ExprId expr);

}  // namespace warchest::analysis
