// One number through a kernel: a padded column whose first lane matters.
#include "kernels/one_lane.h"

#include "kernels/kernels.h"

namespace warchest::kernels {
namespace {

struct alignas(kAlignment) Padded {
  double v[kPad] = {};
};
struct alignas(kAlignment) PaddedWords {
  uint32_t v[kPad] = {};
};

double through(UnaryKernel kernel, double x) {
  Padded in, out;
  in.v[0] = x;
  kernel(in.v, out.v, 1);
  return out.v[0];
}
double through(const BinaryKernels& kernel, double x, double y) {
  Padded a, b, out;
  a.v[0] = x;
  b.v[0] = y;
  kernel.cc(a.v, b.v, out.v, 1);
  return out.v[0];
}
double through(void (*kernel)(const uint32_t*, double*, size_t), uint32_t word) {
  PaddedWords in;
  Padded out;
  in.v[0] = word;
  kernel(in.v, out.v, 1);
  return out.v[0];
}

}  // namespace

double exp1(double x) { return through(kernels().exp, x); }
double log1(double x) { return through(kernels().log, x); }
double expm1_1(double x) { return through(kernels().expm1, x); }
double log1p_1(double x) { return through(kernels().log1p, x); }
double pow1(double x, double y) { return through(kernels().pow, x, y); }
double round1(double x) { return through(kernels().round, x); }
double min1(double a, double b) { return through(kernels().min, a, b); }
double max1(double a, double b) { return through(kernels().max, a, b); }
double nearly_equal1(double a, double b) { return through(kernels().nearly_equal, a, b); }
double normal_quantile1(double u) { return through(kernels().normal_quantile, u); }
double normal_cdf1(double z) { return through(kernels().normal_cdf, z); }
double normal1(uint32_t word) { return through(kernels().normals, word); }
double normal_fine1(uint32_t word) { return through(kernels().normals_fine, word); }
double uniform1(uint32_t word) { return through(kernels().uniforms, word); }

}  // namespace warchest::kernels
