// Memory that holds machine code: written once, then executed and never written again. Private to the folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace warchest::kernels {

class Executable {
 public:
  // Null where the system has no such memory to give.
  static std::unique_ptr<Executable> of(std::span<const std::uint8_t> code);
  ~Executable();
  Executable(const Executable&) = delete;
  Executable& operator=(const Executable&) = delete;

  const void* start() const { return start_; }

 private:
  Executable(void* start, std::size_t bytes) : start_(start), bytes_(bytes) {}
  void* start_;
  std::size_t bytes_;
};

}  // namespace warchest::kernels
