// libzip does the format; the rules about strangers are ours.
#include "io/zip.h"

#include <fmt/format.h>
#include <zip.h>

#include <memory>

namespace warchest::io {
namespace {

constexpr std::size_t kFreeBytes = std::size_t{1} << 20;  // of an entry, before its ratio counts
constexpr time_t kOneDate = 946684800;                    // 2000-01-01: an archive says nothing about when it was made
constexpr unsigned kUnixMode = 16;                        // the file's mode lies in the upper half of its attributes
constexpr unsigned kKindOfFile = 0170000;
constexpr unsigned kLink = 0120000;

struct ErrorText {
  zip_error_t error{};
  ErrorText() { zip_error_init(&error); }
  ErrorText(const ErrorText&) = delete;
  ErrorText& operator=(const ErrorText&) = delete;
  ~ErrorText() { zip_error_fini(&error); }
  std::string text() { return zip_error_strerror(&error); }
};

using Archive = std::unique_ptr<zip_t, decltype(&zip_discard)>;
using Entry = std::unique_ptr<zip_file_t, decltype(&zip_fclose)>;

bool is_link(zip_t* archive, zip_uint64_t index) {
  zip_uint8_t system = 0;
  zip_uint32_t attributes = 0;
  if (zip_file_get_external_attributes(archive, index, 0, &system, &attributes) != 0) return false;
  return system == ZIP_OPSYS_UNIX && ((attributes >> kUnixMode) & kKindOfFile) == kLink;
}

// Why the entry may not be unpacked; empty when it may.
std::string fault_in_entry(zip_t* archive, const zip_stat_t& entry, const ZipLimits& limits) {
  constexpr zip_uint64_t kWanted = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_ENCRYPTION_METHOD;
  if ((entry.valid & kWanted) != kWanted) return "does not say how large it is";
  if (std::string fault = fault_in_name(entry.name); !fault.empty()) return fault;
  if (is_link(archive, entry.index)) return "is a link; a package holds plain files";
  if (entry.encryption_method != ZIP_EM_NONE) return "is encrypted";
  if (entry.size > limits.entry_bytes) {
    return fmt::format("unpacks to {} bytes, more than the {} that are read", entry.size, limits.entry_bytes);
  }
  if (entry.size > kFreeBytes && entry.size / limits.ratio > entry.comp_size) {
    return fmt::format("unpacks {} bytes to {}: more than {} to 1 is taken for a zip bomb", entry.comp_size, entry.size, limits.ratio);
  }
  return {};
}

Result<std::string> unpack(zip_t* archive, const zip_stat_t& entry) {
  Entry file(zip_fopen_index(archive, entry.index, 0), &zip_fclose);
  if (!file) return Result<std::string>::failed(fmt::format("cannot be unpacked: {}", zip_error_strerror(zip_get_error(archive))));
  std::string bytes(entry.size, '\0');
  std::size_t done = 0;
  while (done < bytes.size()) {
    const zip_int64_t count = zip_fread(file.get(), bytes.data() + done, bytes.size() - done);
    if (count <= 0) return Result<std::string>::failed("cannot be unpacked: its bytes are damaged");
    done += static_cast<std::size_t>(count);
  }
  char beyond = 0;
  if (zip_fread(file.get(), &beyond, 1) != 0) return Result<std::string>::failed("cannot be unpacked: it is not as large as it says");
  return Result<std::string>::of(std::move(bytes));
}

}  // namespace

std::string fault_in_name(std::string_view name) {
  if (name.empty()) return "is an empty name";
  if (name.find('\0') != std::string_view::npos) return "holds a NUL";
  if (name.find('\\') != std::string_view::npos) return "has a backslash; the parts of a path are divided by /";
  if (name.front() == '/' || (name.size() > 1 && name[1] == ':')) return "is an absolute path";
  for (std::size_t at = 0; at <= name.size();) {
    const std::size_t end = std::min(name.find('/', at), name.size());
    if (name.substr(at, end - at) == "..") return "leads out of the package";
    at = end + 1;
  }
  return {};
}

Result<ZipFiles> read_zip(std::string_view bytes, const std::string& name, const ZipLimits& limits) {
  const auto failed = [&](const std::string& why) { return Result<ZipFiles>::failed(fmt::format("{}: {}", name, why)); };
  ErrorText error;
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error.error);
  if (source == nullptr) return failed(error.text());
  const Archive archive(zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error.error), &zip_discard);
  if (!archive) {
    zip_source_free(source);
    return failed(fmt::format("it is no sound zip archive: {}", error.text()));
  }
  const zip_int64_t count = zip_get_num_entries(archive.get(), 0);
  if (static_cast<std::size_t>(count) > limits.entries) {
    return failed(fmt::format("it has {} entries, more than the {} that are read", count, limits.entries));
  }
  ZipFiles files;
  std::size_t total = 0;
  for (zip_uint64_t index = 0; index < static_cast<zip_uint64_t>(count); ++index) {
    zip_stat_t entry;
    zip_stat_init(&entry);
    if (zip_stat_index(archive.get(), index, 0, &entry) != 0) return failed(fmt::format("entry {} cannot be read", index));
    if (const std::string fault = fault_in_entry(archive.get(), entry, limits); !fault.empty()) {
      return failed(fmt::format("the entry \"{}\" {}", entry.name, fault));
    }
    total += entry.size;
    if (total > limits.total_bytes) return failed(fmt::format("it unpacks to more than the {} bytes that are read", limits.total_bytes));
    const std::string entry_name = entry.name;
    if (entry_name.back() == '/') continue;
    Result<std::string> unpacked = unpack(archive.get(), entry);
    if (!unpacked) return failed(fmt::format("the entry \"{}\" {}", entry_name, unpacked.error));
    if (!files.emplace(entry_name, std::move(*unpacked.value)).second)
      return failed(fmt::format("the entry \"{}\" stands in it twice", entry_name));
  }
  return Result<ZipFiles>::of(std::move(files));
}

Result<std::string> write_zip(const ZipFiles& files) {
  ErrorText error;
  const auto failed = [&](const char* step) { return Result<std::string>::failed(fmt::format("the zip cannot be written ({})", step)); };
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error.error);
  if (target == nullptr) return failed("memory");
  zip_source_keep(target);  // so that its bytes outlive the archive
  const std::unique_ptr<zip_source_t, decltype(&zip_source_free)> kept(target, &zip_source_free);
  Archive archive(zip_open_from_source(target, ZIP_CREATE | ZIP_TRUNCATE, &error.error), &zip_discard);
  if (!archive) {
    zip_source_free(target);
    return failed("opening");
  }
  for (const auto& [name, bytes] : files) {
    zip_source_t* entry = zip_source_buffer(archive.get(), bytes.data(), bytes.size(), 0);
    if (entry == nullptr) return failed("memory");
    const zip_int64_t index = zip_file_add(archive.get(), name.c_str(), entry, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
      zip_source_free(entry);
      return failed("an entry");
    }
    if (zip_file_set_mtime(archive.get(), static_cast<zip_uint64_t>(index), kOneDate, 0) != 0) return failed("a date");
  }
  if (zip_close(archive.get()) != 0) return failed("packing");
  (void)archive.release();  // closing took it
  if (zip_source_open(target) != 0) return failed("reading back");
  std::string bytes;
  std::string piece(std::size_t{1} << 16, '\0');
  for (zip_int64_t count = 0; (count = zip_source_read(target, piece.data(), piece.size())) > 0;) {
    bytes.append(piece, 0, static_cast<std::size_t>(count));
  }
  zip_source_close(target);
  return Result<std::string>::of(std::move(bytes));
}

}  // namespace warchest::io
