// Zip archives from strangers, read into memory within limits; and archives of ours, written.
//
// What an entry says about itself is checked before anything is unpacked: number of entries, sizes, the ratio to the packed size (a
// zip bomb is a small file that says it is large), encryption, links, names that lead out or stand twice. While unpacking, no more
// bytes are taken than were declared.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "io/result.h"

namespace warchest::io {

struct ZipLimits {
  std::size_t entries = 1000;
  std::size_t entry_bytes = std::size_t{64} << 20;
  std::size_t total_bytes = std::size_t{256} << 20;
  std::size_t ratio = 200;  // beyond the first MiB of an entry
};

using ZipFiles = std::map<std::string, std::string>;  // name, with / between its parts, to bytes

Result<ZipFiles> read_zip(std::string_view bytes, const std::string& name, const ZipLimits& limits);

// The same files give the same bytes: entries in the order of their names, all of one date.
Result<std::string> write_zip(const ZipFiles& files);

// Why a name inside a package is refused ("leads out of the package"); empty when it is a plain relative path.
std::string fault_in_name(std::string_view name);

}  // namespace warchest::io
