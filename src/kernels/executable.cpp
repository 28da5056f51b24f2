// Pages of their own, first writable, then executable: never both, which careful systems refuse.
#include "kernels/executable.h"

#include <cstring>

#if defined(__unix__) && defined(__x86_64__)
#include <sys/mman.h>
#include <unistd.h>
#define WARCHEST_EXECUTABLE 1
#else
#define WARCHEST_EXECUTABLE 0
#endif

namespace warchest::kernels {

#if WARCHEST_EXECUTABLE

std::unique_ptr<Executable> Executable::of(std::span<const std::uint8_t> code) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const std::size_t bytes = (code.size() + page - 1) / page * page;
  void* start = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) return nullptr;
  std::unique_ptr<Executable> out(new Executable(start, bytes));
  std::memcpy(start, code.data(), code.size());
  if (mprotect(start, bytes, PROT_READ | PROT_EXEC) != 0) return nullptr;
  return out;
}
Executable::~Executable() { munmap(start_, bytes_); }

#else

std::unique_ptr<Executable> Executable::of(std::span<const std::uint8_t>) { return nullptr; }
Executable::~Executable() = default;

#endif

}  // namespace warchest::kernels
