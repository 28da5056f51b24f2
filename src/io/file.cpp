// Finding a file is deciding on canonical paths: links are followed first, then the place is compared with the folder that it must
// lie in. (Somebody who can change the model's folder between the two is the owner of the model, not a stranger.)
#include "io/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace warchest::io {

namespace fs = std::filesystem;

namespace {

// A file descriptor that is closed when it goes.
class Handle {
 public:
  explicit Handle(int descriptor) : descriptor_(descriptor) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    if (descriptor_ > 2) ::close(descriptor_);
  }
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

std::string size_in_words(std::size_t bytes) { return fmt::format("{} MiB", bytes >> 20); }

std::string reason(int error) {
  switch (error) {
    case ENOENT:
      return "there is no such file";
    case EACCES:
    case EPERM:
      return "it may not be read";
    case EISDIR:
      return "it is a folder";
    case ENOTDIR:
      return "a part of the path is no folder";
    case ELOOP:
      return "its links go round in a circle";
    case ENAMETOOLONG:
      return "the name is too long";
    default:
      return std::strerror(error);
  }
}

bool lies_in(const fs::path& path, const fs::path& folder) {
  auto part = path.begin();
  for (const fs::path& step : folder) {
    if (part == path.end() || *part != step) return false;
    ++part;
  }
  return part != path.end();
}

// The file `rest` in `folder`, with all links followed; it must still lie in there.
Result<std::string> find_in(const fs::path& folder, const fs::path& rest, std::string_view written, bool folder_too) {
  std::error_code error;
  const fs::path root = fs::canonical(folder.empty() ? fs::path(".") : folder, error);
  if (error) return Result<std::string>::failed(fmt::format("there is no file \"{}\": its folder is missing", written));
  const bool library = written.starts_with("std/");
  const fs::path found = fs::weakly_canonical(root / rest, error);
  if (error) return Result<std::string>::failed(fmt::format("\"{}\" cannot be looked for: {}", written, error.message()));
  if (!lies_in(found, root)) return Result<std::string>::failed(fmt::format("\"{}\" leads out of the model's folder", written));
  const fs::file_status status = fs::status(found, error);
  if (status.type() == fs::file_type::not_found) {
    return Result<std::string>::failed(fmt::format("there is no file \"{}\" {}", written, library ? "in the library" : "beside the model"));
  }
  const bool fits = status.type() == fs::file_type::regular || (folder_too && status.type() == fs::file_type::directory);
  if (!fits) return Result<std::string>::failed(fmt::format("\"{}\" is no plain file", written));
  return Result<std::string>::of((folder / rest).lexically_normal().string());
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t limit) {
  const bool standard_input = path == "-";
  const std::string shown = standard_input ? "standard input" : path;
  if (path.find('\0') != std::string::npos) return Result<std::string>::failed("a file name holds no NUL");
  const Handle file(standard_input ? 0 : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return Result<std::string>::failed(fmt::format("cannot read {}: {}", shown, reason(errno)));
  struct stat status {};
  if (::fstat(file.get(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) return Result<std::string>::failed(fmt::format("cannot read {}: it is a folder", shown));
    if (S_ISREG(status.st_mode) && static_cast<std::size_t>(status.st_size) > limit) {
      return Result<std::string>::failed(fmt::format("{} is larger than {}, the most that is read", shown, size_in_words(limit)));
    }
  }
  std::string text;
  std::string piece(std::size_t{1} << 16, '\0');
  while (true) {
    const ssize_t count = ::read(file.get(), piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Result<std::string>::failed(fmt::format("cannot read {}: {}", shown, reason(errno)));
    if (count == 0) break;
    text.append(piece, 0, static_cast<std::size_t>(count));
    if (text.size() > limit) {
      return Result<std::string>::failed(fmt::format("{} is larger than {}, the most that is read", shown, size_in_words(limit)));
    }
  }
  return Result<std::string>::of(std::move(text));
}

Result<bool> write_file(const std::string& path, std::string_view text) {
  std::error_code ignored;
  const fs::path followed = fs::weakly_canonical(path, ignored);  // a link stays a link: what it points to is replaced
  const std::string target = followed.empty() ? path : followed.string();
  std::string beside = target + ".XXXXXX";
  const Handle file(::mkstemp(beside.data()));
  const auto failed = [&](const char* step) {
    const std::string why = fmt::format("cannot write {}: {} ({})", path, reason(errno), step);
    if (file.get() >= 0) ::unlink(beside.c_str());
    return Result<bool>::failed(why);
  };
  if (file.get() < 0) return failed("opening");
  struct stat before {};
  const mode_t mode = ::stat(target.c_str(), &before) == 0 ? before.st_mode & 07777 : 0644;
  if (::fchmod(file.get(), mode) != 0) return failed("rights");
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t count = ::write(file.get(), text.data() + done, text.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return failed("writing");
    done += static_cast<std::size_t>(count);
  }
  if (::rename(beside.c_str(), target.c_str()) != 0) return failed("moving into place");
  return Result<bool>::of(true);
}

Result<bool> write_new_file(const std::string& path, std::string_view text) {
  if (path.find('\0') != std::string::npos) return Result<bool>::failed("a file name holds no NUL");
  const Handle file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (file.get() < 0) {
    const std::string why = errno == EEXIST   ? "it is there already, and is left as it is"
                            : errno == ENOENT ? "there is no such folder"
                                              : reason(errno);
    return Result<bool>::failed(fmt::format("cannot write {}: {}", path, why));
  }
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t count = ::write(file.get(), text.data() + done, text.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      const std::string why = fmt::format("cannot write {}: {}", path, reason(errno));
      ::unlink(path.c_str());
      return Result<bool>::failed(why);
    }
    done += static_cast<std::size_t>(count);
  }
  return Result<bool>::of(true);
}

std::vector<std::string> files_in(const std::string& folder, std::string_view ending) {
  std::vector<std::string> found;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(ending) && entry.is_regular_file(error)) found.push_back(name);
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string folder_of(const std::string& path) {
  const std::string folder = path == "-" ? "" : fs::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

Result<std::string> Library::find(std::string_view written) const { return find_any(written, false); }
Result<std::string> Library::find_package(std::string_view written) const { return find_any(written, true); }

Result<std::string> Library::find_any(std::string_view written, bool folder_too) const {
  const auto refused = [&](const char* why) { return Result<std::string>::failed(fmt::format("\"{}\" {}", written, why)); };
  if (written.empty()) return Result<std::string>::failed("a file needs a name");
  if (written.find('\0') != std::string_view::npos) return Result<std::string>::failed("a file name holds no NUL");
  const fs::path path(written);
  if (path.is_absolute()) return refused("is an absolute path; a model names only files of its own folder and of std/");
  if (written.find('\\') != std::string_view::npos) return refused("has a backslash; the parts of a path are divided by /");
  for (const fs::path& step : path) {
    if (step == "..") return refused("leads out of the model's folder");
  }
  if (*path.begin() == "std") {
    if (shipped_folder.empty()) return refused("is not there: the library std/ was not installed beside the program");
    return find_in(fs::path(shipped_folder) / "std", path.lexically_relative("std"), written, folder_too);
  }
  return find_in(model_folder, path, written, folder_too);
}

std::string shipped_folder() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error) return {};
  for (const char* place : {"../share/warchest", "share/warchest"}) {
    const fs::path folder = (program.parent_path() / place).lexically_normal();
    if (fs::is_directory(folder, error)) return folder.string();
  }
  return {};
}

}  // namespace warchest::io
