// The kernels on a single number: what the slow reference evaluator calls, so that it has exactly the bits of the vector engine.
//   shape   number -> number; unit, order, error, source: those of the kernel of the same name in kernels.h, run on one lane
// They are slow on purpose (a padded column of one); operations that are a single IEEE operation need no entry here, C++ has them.
#pragma once

#include <cstdint>

namespace warchest::kernels {

double exp1(double x);
double log1(double x);
double expm1_1(double x);
double log1p_1(double x);
double pow1(double x, double y);
double round1(double x);
double min1(double a, double b);
double max1(double a, double b);
double nearly_equal1(double a, double b);
double normal_quantile1(double u);
double normal_cdf1(double z);
double normal1(uint32_t word);       // Kernels::normals
double normal_fine1(uint32_t word);  // Kernels::normals_fine
double uniform1(uint32_t word);      // Kernels::uniforms

}  // namespace warchest::kernels
