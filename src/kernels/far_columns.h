// For tests: columns that stand further apart than a displacement reaches, and a system that gives no executable memory.
//
// Addresses cost nothing until they are written: a stretch of many GiB is reserved without rights, and a column takes a page of it here
// and there.
#pragma once

#include <cstddef>

#if defined(__linux__)
#include <sys/mman.h>
#include <sys/prctl.h>
#endif

namespace warchest::kernels {

class FarColumns {
 public:
#if defined(__linux__)
  FarColumns() {
    void* start = mmap(nullptr, kReach, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (start != MAP_FAILED) start_ = static_cast<char*>(start);
  }
  ~FarColumns() {
    if (start_ != nullptr) munmap(start_, kReach);
  }
  // Zeros. Neighbours stand 3 GiB apart, each somewhere on its pages; null where the system has no more.
  double* take(std::size_t lanes) {
    const std::size_t bytes = (lanes * sizeof(double) + kPage - 1) / kPage * kPage;
    char* at = start_ + (taken_ % kPlaces) * kApart + used_;
    if (++taken_ % kPlaces == 0) used_ += bytes;
    return mprotect(at, bytes, PROT_READ | PROT_WRITE) == 0 ? reinterpret_cast<double*>(at) : nullptr;
  }
#else
  double* take(std::size_t) { return nullptr; }
#endif
  FarColumns(const FarColumns&) = delete;
  FarColumns& operator=(const FarColumns&) = delete;

  bool has_room() const { return start_ != nullptr; }

 private:
  static constexpr std::size_t kApart = std::size_t{3} << 30, kPlaces = 5, kReach = kApart * (kPlaces + 1), kPage = 65536;
  char* start_ = nullptr;
  std::size_t taken_ = 0, used_ = 0;
};

// From here on this process gets no executable memory that it could write before. False where the system cannot be told so.
inline bool refuse_executable_memory() {
#if defined(__linux__)
  constexpr int kSetMemoryDenyWriteExecute = 65;  // PR_SET_MDWE, Linux 6.3
  constexpr unsigned long kRefuseGain = 1;        // PR_MDWE_REFUSE_EXEC_GAIN
  return prctl(kSetMemoryDenyWriteExecute, kRefuseGain, 0UL, 0UL, 0UL) == 0;
#else
  return false;
#endif
}

}  // namespace warchest::kernels
