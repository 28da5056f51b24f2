// From the folded ledger to the cap table of the exact engine: one security for each class, each strike of a plan, each pool, SAFE
// and note, with its holders; and the lists of classes, plans and positions that people read.
#pragma once

#include "io/ocf.h"
#include "io/ocf_ledger.h"
#include "io/ocf_log.h"
#include "io/ocf_package.h"

namespace warchest::io {

// Fills everything of `imported` that comes from the package; its log, counts and package are the caller's. Returns why it is refused;
// empty when it is not.
std::string build_ocf_table(const OcfPackage& package, const OcfLedger& ledger, const OcfOptions& options, OcfLog& log,
                            OcfImport& imported);

}  // namespace warchest::io
