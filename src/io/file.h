// Files: read whole within a limit, written whole or not at all, and found only where a model may look.
//
// A model text is data from a stranger. What it names (`use`, `sample`) is looked for in two places only: the folder of the model,
// and `std/` of the library of models that comes with the program. An absolute path, a way out by `..`, and a link that leads
// outside are refused, whatever they point to; so is all that is no plain file.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "io/result.h"

namespace warchest::io {

inline constexpr std::size_t kMaxDataBytes = std::size_t{64} << 20;

// The whole of a file, or of standard input for "-". Reads at most limit + 1 bytes, however large the file is.
Result<std::string> read_file(const std::string& path, std::size_t limit);

// Written beside and moved into place: a reader sees the old text or the new one, and an interruption leaves the old.
Result<bool> write_file(const std::string& path, std::string_view text);

// The same for a file that is not there yet; one that is stays as it is.
Result<bool> write_new_file(const std::string& path, std::string_view text);

// The plain files in a folder whose names end so, by name, in order; none where there is no such folder.
std::vector<std::string> files_in(const std::string& folder, std::string_view ending);

// "models/openai.chest" is in "models"; a bare name and "-" are in ".".
std::string folder_of(const std::string& path);

// Where a model may look for the files that it names.
struct Library {
  std::string model_folder;
  std::string shipped_folder;  // holds std/; empty: nothing is shipped

  // The path to open for a name as written in the model, or why it is refused or not found.
  Result<std::string> find(std::string_view written) const;
  // The same for a package, which may be a folder.
  Result<std::string> find_package(std::string_view written) const;

 private:
  Result<std::string> find_any(std::string_view written, bool folder_too) const;
};

// The folder of models that comes with the program: ../share/warchest or share/warchest beside it; empty if there is none.
std::string shipped_folder();

}  // namespace warchest::io
