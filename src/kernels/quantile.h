// Shapes of uncertainty: quantile and distribution functions of the named families, and tables of them for speed.
//
// A draw is always a standard normal score z first (so that rank correlation is a matter of scores), then x = quantile(Phi(z)).
// For most families that is slow, so it is tabulated over z once and the column kernels interpolate. Upper tails are computed from
// the upper tail probability Phi(-z), never as 1 - Phi(z), which has no digits left at z = 6.
// Parameters are those of the language, in this order; outside their range everything is NaN (nothing throws):
//   uniform      low, high                 low < high
//   normal       mean, sd                  sd > 0
//   lognormal    mean, sd of the value     both > 0
//   logit_normal mean, sd of the logit     sd > 0
//   beta         alpha, beta               both > 0
//   gamma        shape, scale              both > 0
//   student_t    df, location, scale       df > 0, scale > 0
//   weibull      shape, scale              both > 0
//   pareto       low, shape                both > 0
//   logistic     location, scale           scale > 0
//   exponential  rate                      rate > 0
//   triangular   low, mode, high           low <= mode <= high, low < high
//   pert         low, mode, high           the same; a beta with shape 4
//   poisson      mean                      mean > 0
//   binomial     trials, p                 trials a whole number >= 1, 0 <= p <= 1
//   bernoulli    p                         0 <= p <= 1
//   metalog, metalog_log, metalog_logit    p5, p50, p95: Keelin's three-term forms of symmetric percentiles, unbounded, positive and
//                                          within (0, 1); NaN where no distribution has these three (metalog_feasible)
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace warchest::kernels {

enum class Family : uint8_t {
  uniform,
  normal,
  lognormal,
  logit_normal,
  beta,
  gamma,
  student_t,
  weibull,
  pareto,
  logistic,
  exponential,
  triangular,
  pert,
  poisson,
  binomial,
  bernoulli,
  metalog,
  metalog_log,
  metalog_logit,
};

bool is_discrete(Family family);                                // poisson, binomial, bernoulli
bool valid(Family family, std::span<const double> parameters);  // the count and the ranges above
bool metalog_feasible(Family family, double p5, double p50, double p95);

// Quantile function: the least x with cdf(x) >= u.
//   shape   u in [0, 1] -> x (0 and 1 give the ends of the support, infinite if need be); else NaN
//   unit    that of the parameters
//   order   nondecreasing in u
//   error   1e-12 relative to max(|x|, the spread); discrete families exact but where u is within 1e-12 of a jump
//   source  closed forms; Boost.Math 1.74 for the incomplete beta and gamma functions; Keelin 2016 for metalogs; Malcolm et al. 1959 for
//   pert
double quantile(Family family, std::span<const double> parameters, double u);

// The same from a normal score, keeping the digits of the upper tail.
//   shape   z -> x; unit  that of the parameters; order  nondecreasing; error  as quantile, plus that of Phi (8 ulp); source  as above
double quantile_at_score(Family family, std::span<const double> parameters, double z);

// Distribution function, chance of at most x.
//   shape   x -> [0, 1]; unit  that of the parameters; order  nondecreasing; error  1e-12 (metalogs 1e-12 by bisection); source  as above
double cdf(Family family, std::span<const double> parameters, double x);

// Mean of the family (NaN if it has none; infinite if so).   error  1e-12 relative; metalogs by quadrature 1e-9
double mean(Family family, std::span<const double> parameters);

// A quantile function as cubics over the score, z in [-6.4, 6.4]; scores beyond are taken as the ends.
//   shape   built once (allocates); at(column of z) -> column of x
//   unit    that of the function
//   order   nondecreasing where the function is: slopes are limited so that no cubic turns back
//   error   max_error: the greatest |table - function| / max(|x|, spread) seen in the middle of every sixteenth interval,
//           spread = x(z=1) - x(z=-1): below 1e-9 for the families above, 1e-7 where a tail is so heavy that the mean barely exists,
//           1e-5 at the mode of a triangular
//   source  Fritsch and Carlson 1980 for the limiter
struct QuantileTable {
  std::vector<double> coefficients;  // 4 per interval: c0 c1 c2 c3
  double low = 0, inverse_step = 0;
  size_t intervals = 0;
  double max_error = 0;

  void at(const double* z, double* x, size_t n) const;  // kernel cubic_table, not "fused": the same bits everywhere
  double at1(double z) const;
};
QuantileTable tabulate(const std::function<double(double z)>& quantile_at_score, size_t intervals = 1024);
QuantileTable tabulate(Family family, std::span<const double> parameters, size_t intervals = 1024);  // continuous families

// A discrete quantile function as steps over the score.
//   shape   as above; value k where cdf(k-1) < Phi(z) <= cdf(k)
//   error   none but where z is within 1e-12 of a jump; chances below 1e-10 at either end are left out; of more than 65535 values
//           in that range (a mean beyond 10^7) only every second, fourth ... is kept
struct StepTable {
  std::vector<double> thresholds, values;  // padded as the kernel step_table wants them

  void at(const double* z, double* x, size_t n) const;
  double at1(double z) const;
};
StepTable tabulate_steps(Family family, std::span<const double> parameters);  // discrete families; empty if the parameters are invalid

}  // namespace warchest::kernels
