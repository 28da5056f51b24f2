// A cap table of ours as an Open Cap Format package: classes, plans, issuances to each holder, and a sidecar with what the format has
// no field for.
#pragma once

#include <string>

#include "equity/cap_table.h"
#include "io/ocf.h"
#include "io/ocf_log.h"
#include "io/ocf_package.h"

namespace warchest::io {

// Refused: a table that is not sound, a value that needs more than 10 decimals, and, without a sidecar, terms that only it can carry.
Result<OcfPackage> ocf_package_of(const equity::CapTable& table, const OcfCompany& company, const OcfWriteOptions& options, OcfLog& log);

}  // namespace warchest::io
