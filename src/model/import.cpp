// captable = ocf("folder"): the cap table of a package becomes classes, holders and, for its SAFEs and notes, rounds of earlier, with
// definitions that are constants. The exact table is kept beside them (Model::captables) for the exact engine.
#include "model/checker.h"
#include "model/known.h"

namespace warchest::model {

using text::Code;

void Checker::import_captable(EntityId) {}

}  // namespace warchest::model
