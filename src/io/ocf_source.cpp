// The manifest is found by its type, not by its name: exporters call it Manifest.ocf.json, manifest.json or as the company is called.
#include "io/ocf_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "io/file.h"
#include "io/ocf_value.h"

namespace warchest::io {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kManifestType = "OCF_MANIFEST_FILE";

bool ends_with(std::string_view text, std::string_view end) {
  if (text.size() < end.size()) return false;
  return std::equal(end.begin(), end.end(), text.end() - static_cast<std::ptrdiff_t>(end.size()), [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
  });
}

bool lies_in(const fs::path& path, const fs::path& folder) {
  auto part = path.begin();
  for (const fs::path& step : folder) {
    if (part == path.end() || *part != step) return false;
    ++part;
  }
  return part != path.end();
}

std::string folder_in(std::string_view name) {
  const std::size_t slash = name.rfind('/');
  return slash == std::string_view::npos ? std::string() : std::string(name.substr(0, slash + 1));
}

OcfBytes refused(std::string why) { return {OcfFound::refused, {}, std::move(why)}; }

}  // namespace

std::string plain_name(std::string_view written) {
  std::string plain;
  for (std::size_t at = 0; at <= written.size();) {
    const std::size_t end = std::min(written.find('/', at), written.size());
    const std::string_view part = written.substr(at, end - at);
    if (!part.empty() && part != ".") plain += (plain.empty() ? "" : "/") + std::string(part);
    at = end + 1;
  }
  return plain;
}

Result<OcfSource> OcfSource::open(const std::string& path, const OcfLimits& limits) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) return Result<OcfSource>::failed(fmt::format("{}: there is no such file or folder", path));
  const bool is_folder = status.type() == fs::file_type::directory;
  if (!is_folder && status.type() != fs::file_type::regular)
    return Result<OcfSource>::failed(fmt::format("{}: it is neither a file nor a folder", path));
  if (!is_folder && !ends_with(path, ".json")) {
    Result<std::string> bytes = read_file(path, limits.total_bytes);
    if (!bytes) return Result<OcfSource>::failed(bytes.error);
    return of_zip(*bytes, path, limits);
  }
  OcfSource source;
  source.limits_ = limits;
  source.name_ = path;
  source.folder_ = is_folder ? path : folder_of(path);
  if (!is_folder) source.manifest_ = fs::path(path).filename().string();
  for (const fs::directory_entry& entry : fs::directory_iterator(source.folder_, error)) {
    if (source.names_.size() >= limits.files) {
      return Result<OcfSource>::failed(fmt::format("{}: the folder holds more than {} files", path, limits.files));
    }
    if (entry.is_regular_file(error) && ends_with(entry.path().filename().string(), ".json"))
      source.names_.push_back(entry.path().filename().string());
  }
  if (error) return Result<OcfSource>::failed(fmt::format("{}: the folder cannot be read: {}", path, error.message()));
  std::sort(source.names_.begin(), source.names_.end());
  if (std::string why = source.choose_manifest(); !why.empty()) return Result<OcfSource>::failed(fmt::format("{}: {}", path, why));
  return Result<OcfSource>::of(std::move(source));
}

Result<OcfSource> OcfSource::of_zip(std::string_view bytes, const std::string& name, const OcfLimits& limits) {
  if (bytes.substr(0, 2) != "PK") {
    return Result<OcfSource>::failed(
        fmt::format("{}: it is no Open Cap Format package: neither a folder, nor a manifest (.json), nor a zip", name));
  }
  Result<ZipFiles> files = read_zip(bytes, name, {limits.files, limits.file_bytes, limits.total_bytes, limits.ratio});
  if (!files) return Result<OcfSource>::failed(files.error);
  OcfSource source;
  source.limits_ = limits;
  source.name_ = name;
  source.zipped_ = std::move(*files.value);
  for (const auto& [entry, contents] : source.zipped_) {
    const bool of_the_finder = entry.rfind("__MACOSX/", 0) == 0 || ends_with(entry, ".DS_Store");
    if (!of_the_finder) source.names_.push_back(entry);
  }
  if (std::string why = source.choose_manifest(); !why.empty()) return Result<OcfSource>::failed(fmt::format("{}: {}", name, why));
  source.prefix_ = folder_in(source.manifest_);
  source.manifest_ = source.manifest_.substr(source.prefix_.size());
  std::vector<std::string> inside;
  for (const std::string& entry : source.names_) {
    if (entry.rfind(source.prefix_, 0) == 0) inside.push_back(entry.substr(source.prefix_.size()));
  }
  source.names_ = std::move(inside);
  return Result<OcfSource>::of(std::move(source));
}

std::string OcfSource::choose_manifest() {
  if (!manifest_.empty()) return {};
  std::vector<std::string> found;
  std::string unreadable;
  for (const std::string& name : names_) {
    if (!ends_with(name, ".json")) continue;
    const OcfBytes file = read(name);
    if (file.found == OcfFound::refused) return fmt::format("\"{}\" {}", name, file.why);
    // Cheap first: most files are none.
    if (file.bytes.find(kManifestType) == std::string::npos) {
      if (ends_with(name, "manifest.ocf.json") || ends_with(name, "manifest.json"))
        unreadable = fmt::format("\"{}\" does not say that it is an {}", name, kManifestType);
      continue;
    }
    const OcfJson json = parse_ocf_json(file.bytes, limits_.depth);
    if (!json.error.empty()) {
      unreadable = fmt::format("the manifest \"{}\" cannot be read: {}", name, json.error);
    } else if (json.value.text_of("file_type") == kManifestType) {
      found.push_back(name);
    }
  }
  total_ = 0;  // what was looked at is read again when it is used
  if (found.size() > 1) return fmt::format("it holds more than one manifest: \"{}\" and \"{}\"; name the one to read", found[0], found[1]);
  if (!found.empty()) {
    manifest_ = found[0];
    return {};
  }
  return unreadable.empty() ? "it is no Open Cap Format package: no file of it is a manifest (file_type OCF_MANIFEST_FILE)" : unreadable;
}

OcfBytes OcfSource::read(std::string_view relative) {
  if (std::string fault = fault_in_name(relative); !fault.empty()) return refused(std::move(fault));
  const std::string name = plain_name(relative);
  OcfBytes file;
  if (folder_.empty()) {
    const auto entry = zipped_.find(prefix_ + name);
    if (entry == zipped_.end()) return {};
    file = {OcfFound::read, entry->second, {}};
  } else {
    file = read_from_folder(name);
  }
  total_ += file.bytes.size();
  if (total_ > limits_.total_bytes)
    return refused(fmt::format("makes the package larger than the {} bytes that are read", limits_.total_bytes));
  return file;
}

OcfBytes OcfSource::read_from_folder(const std::string& relative) {
  std::error_code error;
  const fs::path root = fs::canonical(folder_, error);
  if (error) return refused("cannot be looked for: its folder is gone");
  const fs::path found = fs::weakly_canonical(root / relative, error);
  if (error) return refused(fmt::format("cannot be looked for: {}", error.message()));
  if (!lies_in(found, root)) return refused("leads out of the package");
  const fs::file_status status = fs::status(found, error);
  if (status.type() == fs::file_type::not_found) return {};
  if (status.type() != fs::file_type::regular) return refused("is no plain file");
  Result<std::string> bytes = read_file(found.string(), limits_.file_bytes);
  if (!bytes) return refused(bytes.error);
  return {OcfFound::read, std::move(*bytes.value), {}};
}

}  // namespace warchest::io
