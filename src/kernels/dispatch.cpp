// Chooses, once, the best set of kernels that the processor can run, and lets tests choose another.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/dispatch.cpp"
#include "kernels/simd.h"

HWY_BEFORE_NAMESPACE();
namespace warchest::kernels::HWY_NAMESPACE {
namespace {
bool fuses() { return HWY_NATIVE_FMA != 0; }
}  // namespace
}  // namespace warchest::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <atomic>

namespace warchest::kernels {

Fills fill_elementwise_by_target();
Fills fill_superinstructions_by_target();
Fills fill_pairs_by_target();
Fills fill_transcendental_by_target();
Fills fill_pow_by_target();
Fills fill_normal_by_target();
Fills fill_compact_by_target();
Fills fill_reduce_by_target();
Fills fill_histogram_by_target();
Fills fill_random_by_target();
Fills fill_sobol_by_target();
Fills fill_table_by_target();

namespace {

struct Target {
  std::string_view name;
  int64_t needs;  // Highway's bit; 0 for what always runs
  void (*Fills::*part)(Kernels&);
  bool (*fuses)();  // null where the build lacks the target
};
constexpr size_t kTargets = 3;

const Target& target(size_t i) {
  constexpr bool kPortable = HWY_STATIC_TARGET != HWY_AVX2 && HWY_STATIC_TARGET != HWY_AVX3;
  static const Target all[kTargets] = {
      {"avx512", HWY_AVX3, &Fills::avx512, HWY_CHOOSE_AVX3(fuses)},
      {"avx2", HWY_AVX2, &Fills::avx2, HWY_CHOOSE_AVX2(fuses)},
      {"portable", 0, &Fills::portable, kPortable ? &HWY_STATIC_DISPATCH(fuses) : nullptr},
  };
  return all[i];
}
bool runs(const Target& t) { return t.fuses != nullptr && (t.needs == 0 || (hwy::SupportedTargets() & t.needs) != 0); }

Kernels filled(const Target& t) {
  Kernels k{};
  if (!runs(t)) return k;
  for (const Fills& fills :
       {fill_elementwise_by_target(), fill_superinstructions_by_target(), fill_pairs_by_target(), fill_transcendental_by_target(),
        fill_pow_by_target(), fill_normal_by_target(), fill_compact_by_target(), fill_reduce_by_target(), fill_histogram_by_target(),
        fill_random_by_target(), fill_sobol_by_target(), fill_table_by_target()})
    (fills.*t.part)(k);
  return k;
}

struct Chosen {
  Kernels tables[kTargets];
  std::atomic<size_t> now{kTargets - 1};
  Chosen() {
    for (size_t i = 0; i < kTargets; ++i) tables[i] = filled(target(i));
    for (size_t i = kTargets; i-- > 0;)
      if (runs(target(i))) now = i;
  }
};
Chosen& chosen() {
  static Chosen one;
  return one;
}

}  // namespace

const Kernels& kernels() {
  Chosen& c = chosen();
  return c.tables[c.now.load(std::memory_order_relaxed)];
}
bool set_target(std::string_view name) {
  for (size_t i = 0; i < kTargets; ++i) {
    if (target(i).name != name || !runs(target(i))) continue;
    chosen().now = i;
    return true;
  }
  return false;
}
std::string_view target_name() { return target(chosen().now).name; }
std::string_view bit_group() { return target(chosen().now).fuses() ? "fma" : "no-fma"; }

}  // namespace warchest::kernels
#endif
