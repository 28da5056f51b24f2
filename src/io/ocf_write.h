// A package to files: the manifest with the MD5 of every file, the files with their objects, the sidecar, what lay beside; to a folder
// or a zip, all or nothing.
//
// What the schemas have no field for (unknown and omitted fields of an import) goes to the sidecar under "kept", from where reading
// puts it back. Objects that even so do not validate are written as they came and named.
#pragma once

#include <string>

#include "io/ocf.h"
#include "io/ocf_log.h"
#include "io/ocf_package.h"
#include "io/zip.h"

namespace warchest::io {

inline constexpr std::string_view kOcfVersion = "1.2.1-alpha+main";

// Every file of the package by its name. `strict`: a package of our own making, every object of which must validate.
Result<ZipFiles> ocf_files(OcfPackage package, bool strict, bool sidecar, OcfLog& log);

Result<OcfWritten> write_ocf_files(const ZipFiles& files, const std::string& path, const OcfLog& log);

// For each rest that netting left in place: a balance issuance, so that readers of either rule find the same holdings.
void add_balances(OcfPackage& package, OcfLog& log);

}  // namespace warchest::io
