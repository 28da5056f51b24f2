// Draws: from a luck's score to a value of the distribution.
//
// A luck is one number for the path (or month, or attempt): a normal score, or the uniform it stands for. Lucks tied by `together`
// take their scores from a Gaussian copula: rank correlation r becomes 2 sin(pi r / 6) between the scores (Pearson 1907), and the
// lower Cholesky factor mixes the members' own scores. Distributions with a formula (normal, lognormal, logit-normal, uniform,
// metalog) are lowered to it; others are tabulated over the score where their parameters are known, else solved path by path.
#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <numeric>

#include "kernels/one_lane.h"
#include "kernels/quantile.h"
#include "kernels/random.h"
#include "program/lowering.h"
#include "text/check.h"

namespace warchest::program {

using model::Family;
using model::LuckKind;
using model::ParamKind;

namespace {

double logit(double p) {
  return std::log(p / (1 - p));
}

double normal_score(double p) {
  return kernels::normal_quantile1(p);
}

// A distribution whose parameters are known numbers, as functions of the uniform.
struct Known {
  std::function<double(double)> quantile, cdf;
  double middle() const { return quantile(0.5); }
};

struct Metalog {  // Keelin 2016: M(y) = a1 + a2 logit(y) + a3 (y - 1/2) logit(y)
  double a1, a2, a3;
  static Metalog from(double rank, double low, double middle, double high) {
    const double spread = high - low, r = (middle - low) / spread, l = logit(1 - rank);
    return {middle, spread / 2 / l, (1 - 2 * r) * spread / ((1 - 2 * rank) * l)};
  }
  double at(double u) const { return a1 + (a2 + a3 * (u - 0.5)) * logit(u); }
};

double bisect(const std::function<double(double)>& rising, double target, double low, double high) {
  for (int i = 0; i < 200 && low < high; ++i) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    (rising(middle) < target ? low : high) = middle;
  }
  return high;
}

const model::Param* find(const model::Draw& d, ParamKind kind) {
  for (const auto& p : d.params)
    if (p.kind == kind) return &p;
  return nullptr;
}

std::optional<kernels::Family> kernel_family(Family family) {
  switch (family) {
    case Family::beta: return kernels::Family::beta;
    case Family::gamma: return kernels::Family::gamma;
    case Family::student_t: return kernels::Family::student_t;
    case Family::exponential: return kernels::Family::exponential;
    case Family::weibull: return kernels::Family::weibull;
    case Family::pareto: return kernels::Family::pareto;
    case Family::logistic: return kernels::Family::logistic;
    case Family::triangular: return kernels::Family::triangular;
    case Family::pert: return kernels::Family::pert;
    case Family::uniform: return kernels::Family::uniform;
    case Family::bernoulli: return kernels::Family::bernoulli;
    case Family::poisson: return kernels::Family::poisson;
    case Family::binomial: return kernels::Family::binomial;
    default: return std::nullopt;
  }
}

// The parameters of a family, in the order in which kernels/quantile.h wants them.
std::vector<ParamKind> parameter_order(Family family) {
  switch (family) {
    case Family::beta: return {ParamKind::alpha, ParamKind::beta};
    case Family::gamma: return {ParamKind::shape, ParamKind::scale};
    case Family::student_t: return {ParamKind::df, ParamKind::location, ParamKind::scale};
    case Family::exponential: return {ParamKind::rate};
    case Family::weibull: return {ParamKind::shape, ParamKind::scale};
    case Family::pareto: return {ParamKind::low, ParamKind::shape};
    case Family::logistic: return {ParamKind::location, ParamKind::scale};
    case Family::triangular:
    case Family::pert: return {ParamKind::low, ParamKind::mode, ParamKind::high};
    case Family::uniform: return {ParamKind::low, ParamKind::high};
    case Family::bernoulli: return {ParamKind::p};
    case Family::poisson: return {ParamKind::mean};
    case Family::binomial: return {ParamKind::n, ParamKind::p};
    default: return {};
  }
}

}  // namespace

void Lowering::prepare_correlations() {
  // Groups of lucks that hang together.
  const std::size_t count = model_.lucks.size();
  std::vector<std::uint32_t> root(count);
  std::iota(root.begin(), root.end(), 0u);
  const std::function<std::uint32_t(std::uint32_t)> top = [&](std::uint32_t i) { return root[i] == i ? i : root[i] = top(root[i]); };
  for (const auto& c : model_.correlations) root[top(c.first)] = top(c.second);
  std::map<std::uint32_t, std::size_t> group_at;
  for (std::uint32_t i = 0; i < count; ++i) {
    const bool tied = std::any_of(model_.correlations.begin(), model_.correlations.end(), [&](const auto& c) { return c.first == i || c.second == i; });
    if (!tied) continue;
    const auto [place, fresh] = group_at.try_emplace(top(i), groups_.size());
    if (fresh) groups_.push_back({});
    groups_[place->second].members.push_back(i);
  }
  // Processes come after what is drawn once: their luck of every month is mixed from the path's and from their own.
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    auto& members = groups_[g].members;
    std::stable_partition(members.begin(), members.end(), [&](std::uint32_t i) { return model_.lucks[i].kind == LuckKind::path; });
    for (std::size_t at = 0; at < members.size(); ++at) group_of_[members[at]] = {g, at};
  }
  for (auto& group : groups_) {
    const std::size_t n = group.members.size();
    std::vector<std::vector<double>> r(n, std::vector<double>(n, 0));
    for (std::size_t i = 0; i < n; ++i) r[i][i] = 1;
    for (const auto& c : model_.correlations) {
      const auto a = group_of_.find(c.first), b = group_of_.find(c.second);
      if (groups_.data() + a->second.first != &group) continue;
      r[a->second.second][b->second.second] = r[b->second.second][a->second.second] = 2 * std::sin(std::numbers::pi / 6 * c.rank_correlation);
    }
    group.factor.assign(n, std::vector<double>(n, 0));
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j <= i; ++j) {
        double rest = r[i][j];
        for (std::size_t k = 0; k < j; ++k) rest -= group.factor[i][k] * group.factor[j][k];
        if (i == j)
          group.factor[i][i] = std::sqrt(std::max(rest, 0.0));
        else
          group.factor[i][j] = group.factor[j][j] > 0 ? rest / group.factor[j][j] : 0;
      }
  }
}

Operand Lowering::raw_draw(const std::string& name, LuckKind kind, bool uniform, Operand ordinal) {
  Draw d;
  d.name = name;
  d.stream = kernels::hash_name(name);
  d.uniform = uniform;
  if (kind != LuckKind::month) d.dimensions = luck_.dimensions(name);
  program_.draws.push_back(std::move(d));
  const Op op = kind == LuckKind::path ? Op::draw_path : kind == LuckKind::month ? Op::draw_month : Op::draw_attempt;
  return emit(op, ordinal, {}, {}, static_cast<std::uint32_t>(program_.draws.size() - 1));
}

Operand Lowering::own_uniform(const std::string& name) {
  Operand u;
  in_main(program_.setup, [&] { u = raw_draw(name, LuckKind::path, true, {}); });
  return u;
}

Operand Lowering::correlated(std::uint32_t luck) {
  const auto [g, at] = group_of_.at(luck);
  const Group& group = groups_[g];
  Operand sum;
  for (std::size_t j = 0; j <= at; ++j) {
    const std::uint32_t member = group.members[j];
    const bool process = model_.lucks[member].kind == LuckKind::month;
    const auto [place, fresh] = own_score_.try_emplace(member);
    if (fresh) {
      if (process)
        place->second = raw_draw(model_.lucks[member].name, LuckKind::month, false, {});
      else
        in_main(program_.setup, [&] { place->second = raw_draw(model_.lucks[member].name, LuckKind::path, false, {}); });
    }
    if (group.factor[at][j] == 0) continue;
    const Operand term = emit(Op::mul, constant(group.factor[at][j]), place->second);
    sum = sum.place == Place::none ? term : emit(Op::add, sum, term);
  }
  return sum;
}

Operand Lowering::score(std::uint32_t luck, bool uniform, const When& when) {
  if (luck == model::kNone) {
    WARCHEST_CHECK(within_.has_value(), "a part of a mixture without its place");
    return uniform ? *within_ : emit(Op::normal_quantile, *within_);
  }
  const auto& l = model_.lucks[luck];
  if (l.kind == LuckKind::attempt) {
    WARCHEST_CHECK(attempt_ && attempt_->round == l.round, "a draw of an attempt outside of it: " + l.name);
    return raw_draw(l.name, l.kind, uniform, attempt_->ordinal);
  }
  if (l.kind == LuckKind::month) {
    WARCHEST_CHECK(when.kind != When::Kind::setup, "a monthly draw before the months");
    const auto [place, fresh] = month_scores_.try_emplace({luck, uniform}, kNoSlot);
    if (fresh) {
      const SlotId s = history("");
      place->second = s;
      in_main(program_.month, [&] {
        if (group_of_.count(luck)) {
          const Operand mixed = correlated(luck);
          emit_to(s, uniform ? Op::normal_cdf : Op::copy, mixed);
          return;
        }
        raw_draw(l.name, l.kind, uniform, {});
        program_.month.back().target = s;
      });
    }
    return read(place->second, when);
  }
  const auto [place, fresh] = score_memo_.try_emplace({luck, uniform});
  if (fresh) {
    Operand made;
    in_main(program_.setup, [&] {
      if (!group_of_.count(luck))
        made = raw_draw(l.name, l.kind, uniform, {});
      else
        made = uniform ? emit(Op::normal_cdf, score(luck, false, when)) : correlated(luck);
    });
    score_memo_[{luck, uniform}] = made;
  }
  return score_memo_.at({luck, uniform});
}

Operand Lowering::draw(std::uint32_t id, const When& when) {
  const auto& d = model_.draws[id];
  if (d.family == Family::point) return value(d.params.at(0).expr, when);
  return shape(d, d.luck, when);
}

namespace {

// The known form of a draw, where all its parameters are known.
std::optional<Known> known_shape(const model::Draw& d, const model::Model& m, const std::function<std::optional<double>(model::ExprId)>& number) {
  std::vector<double> values;
  for (const auto& p : d.params) {
    const auto v = number(p.expr);
    if (!v) return std::nullopt;
    values.push_back(*v);
  }
  const auto get = [&](ParamKind kind) {
    for (std::size_t i = 0; i < d.params.size(); ++i)
      if (d.params[i].kind == kind) return std::optional(values[i]);
    return std::optional<double>();
  };
  // Location and spread of what is normal after `transform`.
  const auto normal_of = [&](const std::function<double(double)>& transform) -> std::pair<double, double> {
    std::vector<std::pair<double, double>> points;
    for (std::size_t i = 0; i < d.params.size(); ++i)
      if (d.params[i].kind == ParamKind::percentile) points.push_back({normal_score(d.params[i].p), transform(values[i])});
    if (points.size() >= 2) {
      const double sd = (points[1].second - points[0].second) / (points[1].first - points[0].first);
      return {points[0].second - sd * points[0].first, sd};
    }
    return {0, 0};
  };
  Known k;
  switch (d.family) {
    case Family::normal:
    case Family::lognormal:
    case Family::logit_normal: {
      const bool log_form = d.family == Family::lognormal, logit_form = d.family == Family::logit_normal;
      const std::function<double(double)> there = log_form ? std::function<double(double)>([](double x) { return std::log(x); })
                                                  : logit_form ? std::function<double(double)>(logit)
                                                               : std::function<double(double)>([](double x) { return x; });
      double mean = 0, sd = 0;
      if (get(ParamKind::log_mean)) {
        mean = *get(ParamKind::log_mean);
        sd = get(ParamKind::log_sd).value_or(0);
      } else if (get(ParamKind::mean)) {
        mean = *get(ParamKind::mean);
        sd = get(ParamKind::sd).value_or(0);
        if (log_form) {
          const double v = std::log1p(sd * sd / mean / mean);
          mean = std::log(mean) - v / 2;
          sd = std::sqrt(v);
        }
      } else {
        std::tie(mean, sd) = normal_of(there);
      }
      const auto back = [log_form, logit_form](double y) { return log_form ? std::exp(y) : logit_form ? 1 / (1 + std::exp(-y)) : y; };
      k.quantile = [=](double u) { return back(mean + sd * kernels::normal_quantile1(u)); };
      k.cdf = [=](double x) {
        if (log_form && x <= 0) return 0.0;
        if (logit_form && (x <= 0 || x >= 1)) return x <= 0 ? 0.0 : 1.0;
        return kernels::normal_cdf1((there(x) - mean) / sd);
      };
      return k;
    }
    case Family::metalog: {
      double rank = 0.5, low = 0, middle = 0, high = 0;
      for (std::size_t i = 0; i < d.params.size(); ++i) {
        const double p = d.params[i].p;
        if (p < 0.5) rank = p, low = values[i];
        else if (p > 0.5) high = values[i];
        else middle = values[i];
      }
      const auto form = d.form;
      const auto there = [form](double x) { return form == model::MetalogForm::log ? std::log(x) : form == model::MetalogForm::logit ? logit(x) : x; };
      const Metalog metalog = Metalog::from(rank, there(low), there(middle), there(high));
      k.quantile = [=](double u) {
        const double y = metalog.at(std::clamp(u, 1e-300, 1 - 1e-16));
        return form == model::MetalogForm::log ? std::exp(y) : form == model::MetalogForm::logit ? 1 / (1 + std::exp(-y)) : y;
      };
      const auto quantile = k.quantile;
      k.cdf = [quantile](double x) { return bisect(quantile, x, 1e-16, 1 - 1e-16); };
      return k;
    }
    case Family::sample: {
      const auto& sorted = m.samples[d.index];
      k.quantile = [&sorted](double u) { return sorted[std::min(sorted.size() - 1, static_cast<std::size_t>(u * static_cast<double>(sorted.size())))]; };
      k.cdf = [&sorted](double x) {
        return static_cast<double>(std::upper_bound(sorted.begin(), sorted.end(), x) - sorted.begin()) / static_cast<double>(sorted.size());
      };
      return k;
    }
    case Family::point: {
      const double at = values[0];
      k.quantile = [at](double) { return at; };
      k.cdf = [at](double x) { return x >= at ? 1.0 : 0.0; };
      return k;
    }
    case Family::mixture: {
      std::vector<Known> parts;
      std::vector<double> shares;
      for (const auto& [part, share] : d.mixture) {
        const auto s = number(share);
        auto p = known_shape(m.draws[part], m, number);
        if (!s || !p) return std::nullopt;
        parts.push_back(std::move(*p));
        shares.push_back(*s);
      }
      const double all = std::accumulate(shares.begin(), shares.end(), 0.0);
      k.cdf = [parts, shares, all](double x) {
        double sum = 0;
        for (std::size_t i = 0; i < parts.size(); ++i) sum += shares[i] / all * parts[i].cdf(x);
        return sum;
      };
      const auto cdf = k.cdf;
      k.quantile = [parts, cdf](double u) {
        double low = parts[0].quantile(u), high = low;
        for (const auto& p : parts) {
          low = std::min(low, p.quantile(u));
          high = std::max(high, p.quantile(u));
        }
        return bisect(cdf, u, low, high);
      };
      return k;
    }
    default: {
      const auto family = kernel_family(d.family);
      if (!family) return std::nullopt;
      std::vector<double> ordered;
      for (const ParamKind kind : parameter_order(d.family)) {
        const auto v = get(kind);
        if (!v) return std::nullopt;
        ordered.push_back(*v);
      }
      k.quantile = [f = *family, ordered](double u) { return kernels::quantile(f, ordered, u); };
      k.cdf = [f = *family, ordered](double x) { return kernels::cdf(f, ordered, x); };
      return k;
    }
  }
}

}  // namespace

Operand Lowering::shape(const model::Draw& d, std::uint32_t luck, const When& when) {
  const auto number = [this](ExprId id) { return known(id); };
  const auto z = [&] { return score(luck, false, when); };
  const auto u = [&] { return score(luck, true, when); };
  const auto parameter = [&](ParamKind kind) {
    const auto* p = find(d, kind);
    WARCHEST_CHECK(p != nullptr, "a distribution without its parameter");
    return value(p->expr, when);
  };
  const auto add_table = [&](QuantileTable table) {
    program_.quantile_tables.push_back(std::move(table));
    return emit(Op::quantile_table, z(), {}, {}, static_cast<std::uint32_t>(program_.quantile_tables.size() - 1));
  };

  if (d.family == Family::mixture && !d.truncated) {
    // The uniform picks the part and, within it, the place; parts in ascending order of their medians where those are known.
    std::vector<std::size_t> order(d.mixture.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::vector<double> middles;
    for (const auto& [part, share] : d.mixture) {
      const auto k = known_shape(model_.draws[part], model_, number);
      if (k) middles.push_back(k->middle());
    }
    if (middles.size() == d.mixture.size()) std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return middles[a] < middles[b]; });
    Operand all = value(d.mixture[0].second, when);
    for (std::size_t i = 1; i < d.mixture.size(); ++i) all = emit(Op::add, all, value(d.mixture[i].second, when));
    const Operand place = u();
    Operand below = constant(0), result;
    for (const std::size_t i : order) {
      const auto& part = model_.draws[d.mixture[i].first];
      const Operand share = emit(Op::div, value(d.mixture[i].second, when), all);
      const Operand inside = emit(Op::div, emit(Op::sub, place, below), share);
      const Operand clipped = emit(Op::min, emit(Op::max, inside, constant(0x1p-33)), constant(1 - 0x1p-33));
      within_ = clipped;
      const Operand here = part.family == Family::point ? value(part.params.at(0).expr, when) : shape(part, model::kNone, when);
      within_.reset();
      result = result.place == Place::none ? here : emit(Op::choose, emit(Op::less, place, below), result, here);
      below = emit(Op::add, below, share);
    }
    return result;
  }

  if (d.truncated || kernel_family(d.family) || d.family == Family::sample || d.family == Family::mixture) {
    const auto k = known_shape(d, model_, number);
    const auto end = [&](ExprId id) { return id == model::kNone ? std::optional<double>() : known(id); };
    const bool ends_known = !d.truncated || ((d.truncated->first == model::kNone || end(d.truncated->first)) &&
                                             (d.truncated->second == model::kNone || end(d.truncated->second)));
    if (d.family == Family::uniform && !d.truncated) {
      const Operand low = parameter(ParamKind::low), high = parameter(ParamKind::high);
      return emit(Op::add, low, emit(Op::mul, u(), emit(Op::sub, high, low)));
    }
    if (k && ends_known) {
      QuantileTable table;
      double from = 0, to = 1;
      if (d.truncated) {
        if (const auto low = end(d.truncated->first)) from = k->cdf(*low);
        if (const auto high = end(d.truncated->second)) to = k->cdf(*high);
      }
      table.name = luck == model::kNone ? "part of a mixture" : model_.lucks[luck].name;
      const auto quantile = k->quantile;
      table.at_score = [quantile, from, to](double score) { return quantile(from + kernels::normal_cdf1(score) * (to - from)); };
      const bool steps = d.family == Family::sample || d.family == Family::bernoulli || d.family == Family::poisson || d.family == Family::binomial;
      if (steps) {
        table.discrete = true;
        const double top = to;
        for (double done = 0; done < 1 && table.values.size() < 100000;) {
          const double x = quantile(std::min(from + (done + (1 - done) * 1e-12) * (top - from), 1 - 1e-15));
          const double chance = std::min(1.0, (k->cdf(x) - from) / (top - from));
          if (!table.values.empty() && x <= table.values.back()) break;
          table.values.push_back(x);
          table.chances.push_back(chance);
          if (chance <= done || chance > 1 - 1e-13) break;
          done = chance;
        }
        table.chances.back() = 1;
      }
      return add_table(std::move(table));
    }
    // Parameters that vary by path: solved one by one.
    Quantile q;
    const auto family = kernel_family(d.family);
    if (family) {
      q.family = static_cast<std::uint8_t>(*family);
      for (const ParamKind kind : parameter_order(d.family)) q.parameters.push_back(parameter(kind));
    } else {
      Quantile of_shape = uncertain_shape(d, when);
      q = std::move(of_shape);
    }
    program_.quantiles.push_back(std::move(q));
    const auto index = static_cast<std::uint32_t>(program_.quantiles.size() - 1);
    Operand place = u();
    if (d.truncated) {
      const Operand from = d.truncated->first == model::kNone ? constant(0) : emit(Op::chance_below, value(d.truncated->first, when), {}, {}, index);
      const Operand to = d.truncated->second == model::kNone ? constant(1) : emit(Op::chance_below, value(d.truncated->second, when), {}, {}, index);
      place = emit(Op::add, from, emit(Op::mul, place, emit(Op::sub, to, from)));
    }
    return emit(Op::quantile, place, {}, {}, index);
  }

  if (d.family == Family::metalog) return metalog_value(d, metalog_coefficients(d, when), u());

  const auto [mean, sd] = normal_parameters(d, when);
  const Operand spread = emit(Op::mul, sd, z());
  const Operand y = mean.place == Place::constant && mean.value == 0 ? spread : emit(Op::add, mean, spread);
  if (d.family == Family::lognormal) return emit(Op::exp, y);
  if (d.family == Family::logit_normal) return emit(Op::div, constant(1), emit(Op::add, constant(1), emit(Op::exp, emit(Op::neg, y))));
  WARCHEST_CHECK(d.family == Family::normal, "a family without a shape");
  return y;
}

// Keelin 2016: M(y) = a1 + a2 logit(y) + a3 (y - 1/2) logit(y), of the value, its log or its logit.
Lowering::MetalogCoefficients Lowering::metalog_coefficients(const model::Draw& d, const When& when) {
  const auto [low, middle, high, rank] = metalog_points(d, when);
  const auto there = [&](Operand x) {
    if (d.form == model::MetalogForm::log) return emit(Op::log, x);
    if (d.form == model::MetalogForm::logit) return emit(Op::log, emit(Op::div, x, emit(Op::sub, constant(1), x)));
    return x;
  };
  const Operand l = there(low), m = there(middle), h = there(high);
  const double ends = logit(1 - rank);
  const Operand spread = emit(Op::sub, h, l);
  // (1 - 2r) spread = spread - 2 (middle - low)
  const Operand skew = emit(Op::sub, spread, emit(Op::mul, constant(2), emit(Op::sub, m, l)));
  return {m, emit(Op::div, spread, constant(2 * ends)), emit(Op::div, skew, constant((1 - 2 * rank) * ends))};
}

Operand Lowering::metalog_value(const model::Draw& d, const MetalogCoefficients& c, Operand place) {
  const Operand odds = emit(Op::log, emit(Op::div, place, emit(Op::sub, constant(1), place)));
  const Operand slope = emit(Op::add, c.a2, emit(Op::mul, c.a3, emit(Op::sub, place, constant(0.5))));
  const Operand y = emit(Op::add, c.a1, emit(Op::mul, slope, odds));
  if (d.form == model::MetalogForm::log) return emit(Op::exp, y);
  if (d.form == model::MetalogForm::logit) return emit(Op::div, constant(1), emit(Op::add, constant(1), emit(Op::exp, emit(Op::neg, y))));
  return y;
}

// Mean and spread of the normal behind a normal, lognormal or logit-normal, from any of the ways to give them.
std::pair<Operand, Operand> Lowering::normal_parameters(const model::Draw& d, const When& when) {
  const auto there = [&](Operand x) {
    if (d.family == Family::lognormal) return emit(Op::log, x);
    if (d.family == Family::logit_normal) return emit(Op::log, emit(Op::div, x, emit(Op::sub, constant(1), x)));
    return x;
  };
  if (const auto* log_mean = find(d, ParamKind::log_mean)) {
    const auto* log_sd = find(d, ParamKind::log_sd);
    return {value(log_mean->expr, when), value(log_sd->expr, when)};
  }
  if (const auto* mean = find(d, ParamKind::mean)) {
    const Operand m = value(mean->expr, when), s = value(find(d, ParamKind::sd)->expr, when);
    if (d.family != Family::lognormal) return {m, s};
    const Operand ratio = emit(Op::div, s, m);
    const Operand variance = emit(Op::log, emit(Op::add, constant(1), emit(Op::mul, ratio, ratio)));
    return {emit(Op::sub, emit(Op::log, m), emit(Op::mul, constant(0.5), variance)), emit(Op::sqrt, variance)};
  }
  std::vector<std::pair<double, Operand>> points;
  for (const auto& p : d.params)
    if (p.kind == ParamKind::percentile) points.push_back({normal_score(p.p), there(value(p.expr, when))});
  WARCHEST_CHECK(points.size() == 2, "a distribution from percentiles needs two");
  const Operand sd = emit(Op::div, emit(Op::sub, points[1].second, points[0].second), constant(points[1].first - points[0].first));
  return {emit(Op::sub, points[0].second, emit(Op::mul, sd, constant(points[0].first))), sd};
}

Lowering::MetalogPoints Lowering::metalog_points(const model::Draw& d, const When& when) {
  MetalogPoints points{};
  for (const auto& p : d.params) {
    const Operand v = value(p.expr, when);
    if (p.p < 0.5) {
      points.low = v;
      points.rank = p.p;
    } else if (p.p > 0.5) {
      points.high = v;
    } else {
      points.middle = v;
    }
  }
  return points;
}

// A truncated normal, lognormal, logit-normal or metalog whose parameters vary by path, as kernels/quantile.h names it.
Quantile Lowering::uncertain_shape(const model::Draw& d, const When& when) {
  Quantile q;
  if (d.family == Family::metalog) {
    // As its 5th, 50th and 95th percentile: the metalog through the given three, read there.
    const auto points = metalog_points(d, when);
    const bool log_form = d.form == model::MetalogForm::log, logit_form = d.form == model::MetalogForm::logit;
    q.family = static_cast<std::uint8_t>(log_form     ? kernels::Family::metalog_log
                                         : logit_form ? kernels::Family::metalog_logit
                                                      : kernels::Family::metalog);
    if (points.rank != 0.05) {
      const auto coefficients = metalog_coefficients(d, when);
      const auto at = [&](double p) { return metalog_value(d, coefficients, constant(p)); };
      q.parameters = {at(0.05), points.middle, at(0.95)};
      return q;
    }
    q.parameters = {points.low, points.middle, points.high};
    return q;
  }
  const auto [mean, sd] = normal_parameters(d, when);
  if (d.family != Family::lognormal) {
    q.family = static_cast<std::uint8_t>(d.family == Family::normal ? kernels::Family::normal : kernels::Family::logit_normal);
    q.parameters = {mean, sd};
    return q;
  }
  const Operand variance = emit(Op::mul, sd, sd);
  const Operand value_mean = emit(Op::exp, emit(Op::add, mean, emit(Op::mul, constant(0.5), variance)));
  q.family = static_cast<std::uint8_t>(kernels::Family::lognormal);
  q.parameters = {value_mean, emit(Op::mul, value_mean, emit(Op::sqrt, emit(Op::sub, emit(Op::exp, variance), constant(1))))};
  return q;
}

}  // namespace warchest::program
