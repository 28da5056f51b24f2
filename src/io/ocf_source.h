// Where a package's files come from: a folder or the entries of a zip, by names relative to the manifest.
//
// A folder is somebody's disk: only files below it are opened, links are followed first and must still lie in it, and what is no
// plain file is refused.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "io/ocf.h"
#include "io/result.h"
#include "io/zip.h"

namespace warchest::io {

enum class OcfFound : unsigned char { read, missing, refused };

struct OcfBytes {
  OcfFound found = OcfFound::missing;
  std::string bytes;
  std::string why;  // when refused
};

class OcfSource {
 public:
  // A folder, a manifest in a folder, or a zip file.
  static Result<OcfSource> open(const std::string& path, const OcfLimits& limits);
  static Result<OcfSource> of_zip(std::string_view bytes, const std::string& name, const OcfLimits& limits);

  const std::string& name() const { return name_; }  // of the package, for messages
  const std::string& manifest() const { return manifest_; }
  // Reads a file by its name relative to the manifest. Counts what is read against the limit of the whole.
  OcfBytes read(std::string_view relative);
  // The files beside and below the manifest in a zip, beside it in a folder; relative to it, sorted.
  const std::vector<std::string>& names() const { return names_; }

 private:
  OcfBytes read_from_folder(const std::string& relative);
  std::string choose_manifest();  // why there is none; empty: it was found

  std::string name_;
  std::string folder_;  // of the manifest; empty for a zip
  std::string prefix_;  // of the manifest's folder inside the zip
  ZipFiles zipped_;
  std::string manifest_;
  std::vector<std::string> names_;
  OcfLimits limits_;
  std::size_t total_ = 0;
};

// "./a//b.json" is "a/b.json".
std::string plain_name(std::string_view written);

}  // namespace warchest::io
