// Every reference of a package, followed: what points to nothing is named, and what goes round in a circle is refused.
//
// Ids are spent like coins in a ledger: a security that results from itself, a class that converts into itself or vesting conditions
// that follow each other for ever would make every reader loop, so a package that has one is taken for hostile.
#pragma once

#include <string>

#include "io/ocf_log.h"
#include "io/ocf_package.h"

namespace warchest::io {

// Why the package is refused; empty when it is not.
std::string check_ocf_references(const OcfPackage& package, OcfLog& log);

}  // namespace warchest::io
