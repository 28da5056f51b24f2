// Quantile and distribution functions, one value at a time. Closed forms where there are any; the incomplete beta and gamma functions and
// their inverses from Boost.Math, whose errors are turned into NaN here.
//
// Everything works on a pair of tail chances (p below, q above), of which the smaller is exact: so the upper tail has as many digits as
// the lower one.
#include "kernels/quantile.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <limits>

#include "kernels/one_lane.h"

namespace warchest::kernels {
namespace {

namespace bm = boost::math;
using Quiet =
    bm::policies::policy<bm::policies::domain_error<bm::policies::ignore_error>, bm::policies::pole_error<bm::policies::ignore_error>,
                         bm::policies::overflow_error<bm::policies::ignore_error>,
                         bm::policies::underflow_error<bm::policies::ignore_error>,
                         bm::policies::evaluation_error<bm::policies::ignore_error>,
                         bm::policies::rounding_error<bm::policies::ignore_error>, bm::policies::promote_double<false>>;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

using Parameters = std::span<const double>;

// Chances below and above; both sum to one, the smaller has all its digits.
struct Tails {
  double p, q;
  bool low() const { return p <= q; }
  double log_p() const { return low() ? std::log(p) : std::log1p(-q); }
  double log_q() const { return low() ? std::log1p(-p) : std::log(q); }
  double score() const { return low() ? normal_quantile1(p) : -normal_quantile1(q); }
  double logit() const { return log_p() - log_q(); }
};
Tails tails_at(double z) { return {normal_cdf1(z), normal_cdf1(-z)}; }

// ---------------------------------------------------------------------------------------------------------------- single shapes
struct LogNormal {
  double mu, sigma;
  explicit LogNormal(Parameters a) {
    const double ratio = a[1] / a[0], variance = std::log1p(ratio * ratio);
    mu = std::log(a[0]) - variance / 2;
    sigma = std::sqrt(variance);
  }
};

double beta_quantile(double a, double b, Tails t) {
  return t.low() ? bm::ibeta_inv(a, b, t.p, Quiet()) : bm::ibetac_inv(a, b, t.q, Quiet());
}
double gamma_quantile(double shape, Tails t) {
  if (t.q == 0) return kInfinity;
  return t.low() ? bm::gamma_p_inv(shape, t.p, Quiet()) : bm::gamma_q_inv(shape, t.q, Quiet());
}
double student_quantile(double df, Tails t) {
  if (t.p == 0) return -kInfinity;
  if (t.q == 0) return kInfinity;
  const bm::students_t_distribution<double, Quiet> student(df);
  return t.low() ? bm::quantile(student, t.p) : -bm::quantile(student, t.q);
}
double triangular_quantile(double low, double mode, double high, Tails t) {
  const double width = high - low;
  if (t.p <= (mode - low) / width) return low + std::sqrt(t.p * width * (mode - low));
  return high - std::sqrt(t.q * width * (high - mode));
}
double triangular_cdf(double low, double mode, double high, double x) {
  if (x <= low) return 0;
  if (x >= high) return 1;
  if (x <= mode) return (x - low) * (x - low) / ((high - low) * (mode - low));
  return 1 - (high - x) * (high - x) / ((high - low) * (high - mode));
}
struct Pert {
  double alpha, beta;
  Pert(double low, double mode, double high) : alpha(1 + 4 * (mode - low) / (high - low)), beta(1 + 4 * (high - mode) / (high - low)) {}
};

// Keelin's three terms: M(y) = middle + slope * logit(y) + skew * (y - 1/2) * logit(y), on the scale where it is unbounded.
struct Metalog {
  double middle, slope, skew;
  Metalog(Family family, double p5, double p50, double p95) {
    const double low = unbounded(family, p5), mid = unbounded(family, p50), high = unbounded(family, p95);
    const double reach = std::log(19.0);  // logit(0.95)
    middle = mid;
    slope = (high - low) / (2 * reach);
    skew = (low + high - 2 * mid) / (0.9 * reach);
  }
  static double unbounded(Family family, double x) {
    if (family == Family::metalog_log) return std::log(x);
    if (family == Family::metalog_logit) return std::log(x) - std::log1p(-x);
    return x;
  }
  static double bounded(Family family, double m) {
    if (family == Family::metalog_log) return std::exp(m);
    if (family == Family::metalog_logit) return 1 / (1 + std::exp(-m));
    return m;
  }
  double at(double logit, double from_half) const { return middle + (slope + skew * from_half) * logit; }
  double at(Tails t) const { return at(t.logit(), t.low() ? t.p - 0.5 : 0.5 - t.q); }
  double at_logit(double w) const { return at(w, std::tanh(w / 2) / 2); }
  // The density is positive everywhere if slope + skew * g(y) > 0, g(y) = y - 1/2 + y(1-y) logit(y), which is odd about 1/2 and
  // greatest where (2y - 1) logit(y) = 2.
  bool increasing() const {
    static const double greatest = [] {
      double low = 0.5, high = 1 - 1e-9;
      for (int i = 0; i < 100; ++i) {
        const double y = (low + high) / 2;
        ((2 * y - 1) * std::log(y / (1 - y)) < 2 ? low : high) = y;
      }
      return low - 0.5 + low * (1 - low) * std::log(low / (1 - low));
    }();
    return slope > 0 && std::abs(skew) * greatest < slope;
  }
  double cdf(double m) const {
    double low = -800, high = 800;
    if (m <= at_logit(low)) return 0;
    if (m >= at_logit(high)) return 1;
    for (int i = 0; i < 200 && low < high; ++i) {
      const double w = (low + high) / 2;
      if (w == low || w == high) break;
      (at_logit(w) < m ? low : high) = w;
    }
    return 1 / (1 + std::exp(-low));
  }
  // Integral of bounded(M) over y, by the trapezoid rule in logit(y): exact to rounding once the tails have died out.
  double mean(Family family) const {
    if (family == Family::metalog) return middle + skew / 2;
    const double decay = family == Family::metalog_log ? 1 - (slope + skew / 2) : 1;  // of the upper tail
    if (decay <= 0) return kInfinity;
    const double step = 1.0 / 32, from = -40, to = std::min(40 / decay, 700.0);
    double sum = 0;
    for (double w = from; w <= to; w += step)
      sum += bounded(family, at_logit(w)) * std::exp(-std::abs(w)) / std::pow(1 + std::exp(-std::abs(w)), 2);
    return sum * step;
  }
};

// ------------------------------------------------------------------------------------------------------------- discrete families
double discrete_cdf(Family family, Parameters a, double k) {
  if (k < 0) return 0;
  if (family == Family::poisson) return bm::gamma_q(k + 1, a[0], Quiet());
  const double trials = family == Family::bernoulli ? 1 : a[0], p = family == Family::bernoulli ? a[0] : a[1];
  if (k >= trials) return 1;
  if (p == 0 || p == 1) return p == 0 ? 1 : 0;
  return bm::ibetac(k + 1, trials - k, p, Quiet());
}
double discrete_above(Family family, Parameters a, double k) {
  if (k < 0) return 1;
  if (family == Family::poisson) return bm::gamma_p(k + 1, a[0], Quiet());
  const double trials = family == Family::bernoulli ? 1 : a[0], p = family == Family::bernoulli ? a[0] : a[1];
  if (k >= trials) return 0;
  if (p == 0 || p == 1) return p == 0 ? 0 : 1;
  return bm::ibeta(k + 1, trials - k, p, Quiet());
}
// The least whole k with cdf(k) >= p, or in the upper half with chance above k <= q.
double discrete_quantile(Family family, Parameters a, Tails t) {
  const double most = family == Family::poisson ? kInfinity : family == Family::bernoulli ? 1 : a[0];
  if (t.p == 0) return 0;
  if (t.q == 0) return family == Family::bernoulli && a[0] == 0 ? 0 : family == Family::binomial && a[1] == 0 ? 0 : most;
  const auto reached = [&](double k) { return t.low() ? discrete_cdf(family, a, k) >= t.p : discrete_above(family, a, k) <= t.q; };
  double below = -1, at = 1;  // reached(below) is false
  while (at < most && !reached(at)) {
    below = at;
    at *= 2;
  }
  at = std::min(at, most);
  while (at - below > 1) {
    const double k = std::floor((below + at) / 2);
    (reached(k) ? at : below) = k;
  }
  return at;
}

// ---------------------------------------------------------------------------------------------------------------- all families
double quantile_of(Family family, Parameters a, Tails t) {
  switch (family) {
    case Family::uniform:
      return t.low() ? a[0] + (a[1] - a[0]) * t.p : a[1] - (a[1] - a[0]) * t.q;
    case Family::normal:
      return a[0] + a[1] * t.score();
    case Family::lognormal: {
      const LogNormal law(a);
      return std::exp(law.mu + law.sigma * t.score());
    }
    case Family::logit_normal:
      return 1 / (1 + std::exp(-(a[0] + a[1] * t.score())));
    case Family::beta:
      return beta_quantile(a[0], a[1], t);
    case Family::gamma:
      return a[1] * gamma_quantile(a[0], t);
    case Family::student_t:
      return a[1] + a[2] * student_quantile(a[0], t);
    case Family::weibull:
      return a[1] * std::pow(-t.log_q(), 1 / a[0]);
    case Family::pareto:
      return a[0] * std::exp(-t.log_q() / a[1]);
    case Family::logistic:
      return a[0] + a[1] * t.logit();
    case Family::exponential:
      return -t.log_q() / a[0];
    case Family::triangular:
      return triangular_quantile(a[0], a[1], a[2], t);
    case Family::pert: {
      const Pert law(a[0], a[1], a[2]);
      return a[0] + (a[2] - a[0]) * beta_quantile(law.alpha, law.beta, t);
    }
    case Family::poisson:
    case Family::binomial:
    case Family::bernoulli:
      return discrete_quantile(family, a, t);
    case Family::metalog:
    case Family::metalog_log:
    case Family::metalog_logit: {
      const Metalog law(family, a[0], a[1], a[2]);
      if (t.p == 0) return family == Family::metalog ? -kInfinity : 0;
      if (t.q == 0) return family == Family::metalog_logit ? 1 : kInfinity;
      return Metalog::bounded(family, law.at(t));
    }
  }
  return kNan;
}

double cdf_of(Family family, Parameters a, double x) {
  switch (family) {
    case Family::uniform:
      return std::clamp((x - a[0]) / (a[1] - a[0]), 0.0, 1.0);
    case Family::normal:
      return normal_cdf1((x - a[0]) / a[1]);
    case Family::lognormal: {
      const LogNormal law(a);
      return x <= 0 ? 0 : normal_cdf1((std::log(x) - law.mu) / law.sigma);
    }
    case Family::logit_normal:
      return x <= 0 ? 0 : x >= 1 ? 1 : normal_cdf1((std::log(x) - std::log1p(-x) - a[0]) / a[1]);
    case Family::beta:
      return x <= 0 ? 0 : x >= 1 ? 1 : bm::ibeta(a[0], a[1], x, Quiet());
    case Family::gamma:
      return x <= 0 ? 0 : x == kInfinity ? 1 : bm::gamma_p(a[0], x / a[1], Quiet());
    case Family::student_t: {
      const double t = (x - a[1]) / a[2];
      if (std::isinf(t)) return t < 0 ? 0 : 1;
      return bm::cdf(bm::students_t_distribution<double, Quiet>(a[0]), t);
    }
    case Family::weibull:
      return x <= 0 ? 0 : -std::expm1(-std::pow(x / a[1], a[0]));
    case Family::pareto:
      return x <= a[0] ? 0 : -std::expm1(a[1] * std::log(a[0] / x));
    case Family::logistic:
      return 1 / (1 + std::exp(-(x - a[0]) / a[1]));
    case Family::exponential:
      return x <= 0 ? 0 : -std::expm1(-a[0] * x);
    case Family::triangular:
      return triangular_cdf(a[0], a[1], a[2], x);
    case Family::pert: {
      const Pert law(a[0], a[1], a[2]);
      const double place = (x - a[0]) / (a[2] - a[0]);
      return place <= 0 ? 0 : place >= 1 ? 1 : bm::ibeta(law.alpha, law.beta, place, Quiet());
    }
    case Family::poisson:
    case Family::binomial:
    case Family::bernoulli:
      return x == kInfinity ? 1 : discrete_cdf(family, a, std::floor(x));
    case Family::metalog:
    case Family::metalog_log:
    case Family::metalog_logit:
      if (family != Family::metalog && x <= 0) return 0;
      if (family == Family::metalog_logit && x >= 1) return 1;
      return Metalog(family, a[0], a[1], a[2]).cdf(Metalog::unbounded(family, x));
  }
  return kNan;
}

double logit_normal_mean(double mu, double sigma) {
  double sum = 0;
  const double step = 1.0 / 64;
  for (double z = -12; z <= 12; z += step) sum += std::exp(-z * z / 2) / (1 + std::exp(-(mu + sigma * z)));
  return sum * step * 0.39894228040143267794;
}

double mean_of(Family family, Parameters a) {
  switch (family) {
    case Family::uniform:
      return (a[0] + a[1]) / 2;
    case Family::normal:
    case Family::lognormal:
    case Family::logistic:
    case Family::poisson:
    case Family::bernoulli:
      return a[0];
    case Family::logit_normal:
      return logit_normal_mean(a[0], a[1]);
    case Family::beta:
      return a[0] / (a[0] + a[1]);
    case Family::gamma:
      return a[0] * a[1];
    case Family::student_t:
      return a[0] > 1 ? a[1] : kNan;
    case Family::weibull:
      return a[1] * std::tgamma(1 + 1 / a[0]);
    case Family::pareto:
      return a[1] > 1 ? a[0] * a[1] / (a[1] - 1) : kInfinity;
    case Family::exponential:
      return 1 / a[0];
    case Family::triangular:
      return (a[0] + a[1] + a[2]) / 3;
    case Family::pert:
      return (a[0] + 4 * a[1] + a[2]) / 6;
    case Family::binomial:
      return a[0] * a[1];
    case Family::metalog:
    case Family::metalog_log:
    case Family::metalog_logit:
      return Metalog(family, a[0], a[1], a[2]).mean(family);
  }
  return kNan;
}

size_t parameter_count(Family family) {
  switch (family) {
    case Family::exponential:
    case Family::poisson:
    case Family::bernoulli:
      return 1;
    case Family::student_t:
    case Family::triangular:
    case Family::pert:
    case Family::metalog:
    case Family::metalog_log:
    case Family::metalog_logit:
      return 3;
    default:
      return 2;
  }
}

// Boost may throw in spite of the policy (a series that does not converge); nothing leaves this file but NaN.
template <class Function>
double quietly(Function function) {
  try {
    return function();
  } catch (...) {
    return kNan;
  }
}

}  // namespace

bool is_discrete(Family family) { return family == Family::poisson || family == Family::binomial || family == Family::bernoulli; }

bool metalog_feasible(Family family, double p5, double p50, double p95) {
  if (!std::isfinite(p5) || !std::isfinite(p50) || !std::isfinite(p95) || !(p5 < p50 && p50 < p95)) return false;
  if (family != Family::metalog && p5 <= 0) return false;
  if (family == Family::metalog_logit && p95 >= 1) return false;
  return Metalog(family, p5, p50, p95).increasing();
}

bool valid(Family family, std::span<const double> a) {
  if (a.size() != parameter_count(family)) return false;
  for (const double x : a)
    if (!std::isfinite(x)) return false;
  switch (family) {
    case Family::uniform:
      return a[0] < a[1];
    case Family::normal:
    case Family::logit_normal:
    case Family::logistic:
      return a[1] > 0;
    case Family::lognormal:
    case Family::beta:
    case Family::gamma:
    case Family::weibull:
    case Family::pareto:
      return a[0] > 0 && a[1] > 0;
    case Family::student_t:
      return a[0] > 0 && a[2] > 0;
    case Family::exponential:
    case Family::poisson:
      return a[0] > 0;
    case Family::triangular:
    case Family::pert:
      return a[0] <= a[1] && a[1] <= a[2] && a[0] < a[2];
    case Family::binomial:
      return a[0] >= 1 && a[0] == std::floor(a[0]) && a[1] >= 0 && a[1] <= 1;
    case Family::bernoulli:
      return a[0] >= 0 && a[0] <= 1;
    case Family::metalog:
    case Family::metalog_log:
    case Family::metalog_logit:
      return metalog_feasible(family, a[0], a[1], a[2]);
  }
  return false;
}

double quantile(Family family, std::span<const double> parameters, double u) {
  if (!valid(family, parameters) || !(u >= 0 && u <= 1)) return kNan;
  return quietly([&] { return quantile_of(family, parameters, {u, 1 - u}); });
}

double quantile_at_score(Family family, std::span<const double> parameters, double z) {
  if (!valid(family, parameters) || std::isnan(z)) return kNan;
  return quietly([&] {
    // these three are functions of the score itself
    if (family == Family::normal) return parameters[0] + parameters[1] * z;
    if (family == Family::logit_normal) return 1 / (1 + std::exp(-(parameters[0] + parameters[1] * z)));
    if (family == Family::lognormal) {
      const LogNormal law(parameters);
      return std::exp(law.mu + law.sigma * z);
    }
    return quantile_of(family, parameters, tails_at(z));
  });
}

double cdf(Family family, std::span<const double> parameters, double x) {
  if (!valid(family, parameters) || std::isnan(x)) return kNan;
  return quietly([&] { return cdf_of(family, parameters, x); });
}

double mean(Family family, std::span<const double> parameters) {
  if (!valid(family, parameters)) return kNan;
  return quietly([&] { return mean_of(family, parameters); });
}

// ---------------------------------------------------------------------------------------------------------------------- steps
namespace {

// The score up to which a discrete draw is at most k.
double threshold(Family family, Parameters a, double k) {
  const double below = discrete_cdf(family, a, k), above = discrete_above(family, a, k);
  return Tails{below, above}.score();
}

}  // namespace

StepTable tabulate_steps(Family family, std::span<const double> parameters) {
  StepTable table;
  if (!valid(family, parameters) || !is_discrete(family)) return table;
  const double least = quantile_at_score(family, parameters, -6.4), most = quantile_at_score(family, parameters, 6.4);
  if (std::isnan(least) || std::isnan(most)) return table;
  constexpr double kMost = 65535;
  double stride = 1;
  while ((most - least) / stride > kMost) stride *= 2;
  for (double k = least;; k += stride) {
    table.values.push_back(k);
    if (k >= most) break;
    table.thresholds.push_back(quietly([&] { return threshold(family, parameters, k + stride - 1); }));
  }
  size_t size = 1;
  while (size < table.values.size()) size *= 2;
  table.values.resize(size, table.values.back());
  table.thresholds.resize(size - 1, kInfinity);
  return table;
}

}  // namespace warchest::kernels
