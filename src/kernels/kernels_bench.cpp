// Cycles a lane of the kernels that a run spends its time in, on every target of this machine, columns of one block in the first cache.
// The core's clock is measured beside (a chain of multiplications of three cycles each), so figures of different machines compare.
#include <benchmark/benchmark.h>

#include <ctime>
#include <functional>
#include <string>

#include "kernels/kernels.h"
#include "kernels/quantile.h"
#include "kernels/random.h"
#include "kernels/test_columns.h"

namespace warchest::kernels {
namespace {

constexpr size_t kBlock = 256;

double core_hertz() {
  const auto now = [] {
    timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
  };
  uint64_t x = 3;
  uint64_t y = 5;
  asm volatile("" : "+r"(y));  // not known to be 5, or it would become an addition
  const int steps = 4'000'000;
  const double start = now();
  for (int i = 0; i < steps; ++i) {
    x *= y;
    asm volatile("" : "+r"(x));  // kept, and kept in a register
  }
  return 3.0 * steps / (now() - start);
}

struct Columns {
  Doubles a{kBlock}, b{kBlock}, c{kBlock}, out{kBlock}, chance{kBlock}, money{kBlock}, mask{truth_values(kBlock, 3)},
      rare{truth_values(kBlock, 4, 0.01)};
  Doubles p{kBlock}, q{kBlock}, r{kBlock};
  Words w0{kBlock}, w1{kBlock}, w2{kBlock}, w3{kBlock};
  Lanes idx{kBlock};
  std::vector<uint32_t> counts = std::vector<uint32_t>(4095);
  Binning binning{1e8, 7, 2047};
  Lanes8 one, two;
  QuantileTable table;

  Columns() {
    std::mt19937_64 random(2);
    for (size_t i = 0; i < kBlock; ++i) {
      for (Doubles* column : {&a, &b, &c}) (*column)[i] = std::normal_distribution<double>(1, 0.5)(random);
      chance[i] = std::uniform_real_distribution<double>(0, 1)(random);
      money[i] = i % 6 == 0 ? 0 : std::exp(std::normal_distribution<double>(21, 1.5)(random));  // a sixth is dead
      w0[i] = static_cast<uint32_t>(random());
    }
    const double shape[] = {2, 5};
    table = tabulate(Family::beta, shape);
  }
};

struct Case {
  const char* name;
  size_t lanes;  // values made by one call
  std::function<void(const Kernels&, Columns&)> call;
};
std::vector<Case> cases() {
  return {
      {"add", kBlock, [](const Kernels& k, Columns& x) { k.add.cc(x.a.data(), x.b.data(), x.out.data(), kBlock); }},
      {"mul by number", kBlock, [](const Kernels& k, Columns& x) { k.mul.ck(x.a.data(), 1.1, x.out.data(), kBlock); }},
      {"div", kBlock, [](const Kernels& k, Columns& x) { k.div.cc(x.a.data(), x.b.data(), x.out.data(), kBlock); }},
      {"max with number", kBlock, [](const Kernels& k, Columns& x) { k.max.ck(x.a.data(), 0, x.out.data(), kBlock); }},
      {"less", kBlock, [](const Kernels& k, Columns& x) { k.lt.cc(x.a.data(), x.b.data(), x.out.data(), kBlock); }},
      {"select", kBlock, [](const Kernels& k, Columns& x) { k.select.cc(x.mask.data(), x.a.data(), x.b.data(), x.out.data(), kBlock); }},
      {"a*b + c", kBlock, [](const Kernels& k, Columns& x) { k.mul_add.ccc(x.a.data(), x.b.data(), x.c.data(), x.out.data(), kBlock); }},
      {"a*k + k", kBlock, [](const Kernels& k, Columns& x) { k.mul_add.ckk(x.a.data(), 1.1, 0.3, x.out.data(), kBlock); }},
      {"net and two totals", kBlock,
       [](const Kernels& k, Columns& x) { k.sub_accumulate2(x.a.data(), x.b.data(), x.out.data(), x.p.data(), x.q.data(), kBlock); }},
      {"weighted rows 12 x 12", 12 * kBlock,
       [](const Kernels& k, Columns& x) {
         static const std::vector<double> weights(144, 0.1);
         static std::vector<Doubles> outs;
         static std::vector<double*> pointers;
         if (outs.empty()) {
           for (int i = 0; i < 12; ++i) outs.emplace_back(kBlock);
           for (Doubles& o : outs) pointers.push_back(o.data());
         }
         const double* in[12];
         for (size_t j = 0; j < 12; ++j) in[j] = j % 2 == 0 ? x.a.data() : x.b.data();
         k.weighted_rows(weights.data(), 12, 12, in, pointers.data(), kBlock);
       }},
      {"exp", kBlock, [](const Kernels& k, Columns& x) { k.exp(x.a.data(), x.out.data(), kBlock); }},
      {"log", kBlock, [](const Kernels& k, Columns& x) { k.log(x.chance.data(), x.out.data(), kBlock); }},
      {"pow", kBlock, [](const Kernels& k, Columns& x) { k.pow.cc(x.chance.data(), x.b.data(), x.out.data(), kBlock); }},
      {"normal quantile", kBlock, [](const Kernels& k, Columns& x) { k.normal_quantile(x.chance.data(), x.out.data(), kBlock); }},
      {"normal cdf", kBlock, [](const Kernels& k, Columns& x) { k.normal_cdf(x.a.data(), x.out.data(), kBlock); }},
      {"philox words", 4 * kBlock,
       [](const Kernels& k, Columns& x) {
         uint32_t* const out[4] = {x.w0.data(), x.w1.data(), x.w2.data(), x.w3.data()};
         k.philox_words(1, 2, 3, 16, 4, out, kBlock);
       }},
      {"normals of words", kBlock, [](const Kernels& k, Columns& x) { k.normals(x.w0.data(), x.out.data(), kBlock); }},
      {"philox, then normals", 4 * kBlock,
       [](const Kernels& k, Columns& x) {
         uint32_t* const out[4] = {x.w0.data(), x.w1.data(), x.w2.data(), x.w3.data()};
         k.philox_words(1, 2, 3, 16, 4, out, kBlock);
         k.normals(x.w0.data(), x.out.data(), kBlock);
         k.normals(x.w1.data(), x.p.data(), kBlock);
         k.normals(x.w2.data(), x.q.data(), kBlock);
         k.normals(x.w3.data(), x.r.data(), kBlock);
       }},
      {"fine normals of words", kBlock, [](const Kernels& k, Columns& x) { k.normals_fine(x.w0.data(), x.out.data(), kBlock); }},
      {"sobol words", kBlock, [](const Kernels& k, Columns& x) { k.sobol_words(3, 4096, 12345, x.w0.data(), kBlock); }},
      {"quantile table", kBlock, [](const Kernels&, Columns& x) { x.table.at(x.a.data(), x.out.data(), kBlock); }},
      {"histogram", kBlock, [](const Kernels& k, Columns& x) { k.histogram(x.money.data(), kBlock, x.binning, x.counts.data()); }},
      {"histogram, few bins", kBlock, [](const Kernels& k, Columns& x) { k.histogram(x.a.data(), kBlock, x.binning, x.counts.data()); }},
      {"moments", kBlock, [](const Kernels& k, Columns& x) { k.accumulate_moments(x.a.data(), kBlock, 1, x.one, x.two); }},
      {"active list, 1 %", kBlock, [](const Kernels& k, Columns& x) { k.active_list(x.rare.data(), kBlock, x.idx.data()); }},
      {"active list, 50 %", kBlock, [](const Kernels& k, Columns& x) { k.active_list(x.mask.data(), kBlock, x.idx.data()); }},
      {"gather half", kBlock / 2,
       [](const Kernels& k, Columns& x) {
         k.gather(x.a.data(), x.idx.data(), k.active_list(x.mask.data(), kBlock, x.idx.data()), x.out.data());
       }},
  };
}

const bool kRegistered = [] {
  static Columns columns;
  const double hertz = core_hertz();
  for (const std::string_view target : targets_here())
    for (const Case& c : cases())
      benchmark::RegisterBenchmark((std::string(target) + "/" + c.name).c_str(), [=](benchmark::State& state) {
        set_target(target);
        const Kernels& k = kernels();
        for (auto _ : state) {
          c.call(k, columns);
          benchmark::ClobberMemory();
        }
        const double lanes = static_cast<double>(c.lanes) * static_cast<double>(state.iterations());
        state.counters["cycles"] = benchmark::Counter(lanes / hertz, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
      });
  return true;
}();

}  // namespace
}  // namespace warchest::kernels
