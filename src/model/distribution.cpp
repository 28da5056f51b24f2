// Distributions: ranges, and the families by name. Each becomes a Draw, moved by a luck; which luck, is the context's affair (once per
// path, per attempt, per month; shared by the cells of a table).
//
// A range of dates is drawn on the line of months and rounded, so that a date acts in one month. What `likely` gives is Keelin's
// three-term metalog (Keelin, "The Metalog Distributions", 2016): it fits where |a3| < 1.66711 a2, which is checked here.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "model/checker.h"
#include "model/figure.h"
#include "text/names.h"

namespace warchest::model {

using text::Code;
using Kind = lang::ExprKind;

namespace {

constexpr double kMetalogLimit = 1.66711;
constexpr double kLowRank = 0.05, kHighRank = 0.95;

double logit(double p) { return std::log(p / (1 - p)); }

double forward(MetalogForm form, double x) { return form == MetalogForm::log ? std::log(x) : form == MetalogForm::logit ? logit(x) : x; }
double backward(MetalogForm form, double y) {
  return form == MetalogForm::log ? std::exp(y) : form == MetalogForm::logit ? 1 / (1 + std::exp(-y)) : y;
}

// Positions of a family's parameters. x: has the unit of the value; p: plain.
struct Slot {
  const char* name;
  ParamKind kind;
  bool plain;
};

struct FamilyRow {
  FunctionId id;
  Family family;
  std::vector<Slot> slots;
  bool mean_and_sd;  // also by mean: and sd:
  bool percentiles;  // also by any two percentiles
  bool whole_plain;  // its values are plain numbers
};

const std::vector<FamilyRow>& family_rows() {
  using P = ParamKind;
  using F = FunctionId;
  static const std::vector<FamilyRow> kRows = {
      {F::normal_, Family::normal, {{"mean", P::mean, false}, {"sd", P::sd, false}}, true, true, false},
      {F::lognormal_, Family::lognormal, {{"mean", P::mean, false}, {"sd", P::sd, false}}, true, true, false},
      {F::beta_, Family::beta, {{"alpha", P::alpha, true}, {"beta", P::beta, true}}, true, false, true},
      {F::gamma_, Family::gamma, {{"shape", P::shape, true}, {"scale", P::scale, false}}, true, false, false},
      {F::uniform_, Family::uniform, {{"low", P::low, false}, {"high", P::high, false}}, true, true, false},
      {F::triangular_,
       Family::triangular,
       {{"low", P::low, false}, {"mode", P::mode, false}, {"high", P::high, false}},
       false,
       false,
       false},
      {F::pert_, Family::pert, {{"low", P::low, false}, {"mode", P::mode, false}, {"high", P::high, false}}, false, false, false},
      {F::student_t_,
       Family::student_t,
       {{"df", P::df, true}, {"location", P::location, false}, {"scale", P::scale, false}},
       false,
       false,
       false},
      {F::exponential_, Family::exponential, {{"rate", P::rate, false}}, false, false, false},
      {F::weibull_, Family::weibull, {{"shape", P::shape, true}, {"scale", P::scale, false}}, false, true, false},
      {F::pareto_, Family::pareto, {{"low", P::low, false}, {"shape", P::shape, true}}, false, false, false},
      {F::logistic_, Family::logistic, {{"location", P::location, false}, {"scale", P::scale, false}}, true, true, false},
      {F::bernoulli_, Family::bernoulli, {{"p", P::p, true}}, false, false, true},
      {F::poisson_, Family::poisson, {{"mean", P::mean, true}}, false, false, true},
      {F::binomial_, Family::binomial, {{"n", P::n, true}, {"p", P::p, true}}, false, false, true},
  };
  return kRows;
}

// p10 -> 0.1
std::optional<double> rank_of(const std::string& name) {
  if (name.size() < 2 || name.size() > 3 || name[0] != 'p') return std::nullopt;
  int percent = 0;
  for (std::size_t i = 1; i < name.size(); ++i) {
    if (name[i] < '0' || name[i] > '9') return std::nullopt;
    percent = percent * 10 + (name[i] - '0');
  }
  if (percent < 1 || percent > 99) return std::nullopt;
  return percent / 100.0;
}

struct Given {
  std::string name;  // "" by place
  Value value;
};

}  // namespace

// --- luck -----------------------------------------------------------------------------------------------------------------------

std::uint32_t Checker::luck(Context& context) {
  if (context.component) return kNone;  // a part of a mixture moves with it
  if (context.shared_lucks != nullptr && context.next_shared < context.shared_lucks->size())
    return (*context.shared_lucks)[context.next_shared++];
  ++context.lucks;
  std::string name = context.luck_name;
  if (context.lucks > 1) name += "#" + std::to_string(context.lucks);
  if (!context.cell_key.empty()) name += "[" + context.cell_key + "]";
  const auto [place, fresh] = luck_by_name_.try_emplace({name, context.luck_kind}, static_cast<std::uint32_t>(model_.lucks.size()));
  if (fresh) {
    // The same name in another rhythm is another luck.
    if (context.luck_kind == LuckKind::month && luck_by_name_.contains({name, LuckKind::path})) name += "~month";
    model_.lucks.push_back({name, context.luck_kind, context.luck_kind == LuckKind::attempt ? context.round : kNone});
  }
  if (context.shared_lucks != nullptr) {
    context.shared_lucks->push_back(place->second);
    ++context.next_shared;
  }
  return place->second;
}

Value Checker::drawn(Draw draw, const quantity::Unit& unit, text::Span span, Context& context) {
  draw.luck = luck(context);
  const std::uint32_t number = static_cast<std::uint32_t>(model_.draws.size());
  model_.draws.push_back(std::move(draw));
  Value value = made(ExprKind::draw, TypeKind::number, unit, {}, span, context);
  model_.exprs[value.id].index = number;
  return value;
}

// --- ranges ---------------------------------------------------------------------------------------------------------------------

bool Checker::of_dates(const Written& written, const Context& context) const {
  for (std::size_t i = 0; i < written.children(); ++i) {
    const Written end = written.child(i).bare();
    if (end->kind == Kind::date) return true;
    if (period_literal(end) && context.field != nullptr && context.field->want == Want::date) return true;
  }
  return false;
}

// The two or three ends of a range: of one type and unit. Nothing where they are not.
std::optional<std::vector<Value>> Checker::ends(const Written& written, Context& context) {
  const bool dates = of_dates(written, context);
  std::vector<Value> result;
  bool good = true;
  for (std::size_t i = 0; i < written.children(); ++i) {
    Value end = dates ? date_operand(written.child(i), context, Edge::exact) : expression(written.child(i), context);
    if (!end.bad && end.type != TypeKind::date && !need_number(end, "a range")) good = false;
    good = good && !end.bad;
    result.push_back(end);
  }
  if (!good) return std::nullopt;
  for (std::size_t i = 1; i < result.size(); ++i) {
    if (result[i].type != result[0].type) {
      error(Code::wrong_type, written->mark, "this range goes from " + type_in_words(result[0]) + " to " + type_in_words(result[i]));
      return std::nullopt;
    }
    if (!same_unit(result[0], result[i], written->mark, "this range goes from", "to")) return std::nullopt;
  }
  return result;
}

Value Checker::rounded_date(Value value, const Context& context) {
  value.id = node({.kind = ExprKind::round, .type = TypeKind::date, .args = {value.id}, .span = value.span}, context.owner);
  value.type = TypeKind::date;
  return value;
}

Value Checker::range(const Written& written, Context& context) {
  const text::Span span = written.span();
  const auto points = ends(written, context);
  if (!points) return bad(span);
  const Value &low = (*points)[0], &high = (*points)[1];
  const auto lo = literal(low.id), hi = literal(high.id);
  if (lo && hi && *lo >= *hi) {
    error(Code::range_order, span, "a range goes from its low end to its high end",
          *lo == *hi ? "write the number alone" : "did you mean  " + quoted(written.child(1)) + " to " + quoted(written.child(0)) + "?");
    return bad(span);
  }
  const bool dates = low.type == TypeKind::date, share = context.share && low.unit.plain() && !dates;
  const std::string written_low = quoted(written.child(0)), written_high = quoted(written.child(1));
  if (share && ((lo && *lo <= 0) || (hi && *hi >= 1))) {
    error(Code::range_share, span, "a soft range of a share lies between 0% and 100%, ends excluded",
          hi && *hi > 1 ? "" : "a hard range may touch them:  between " + written_low + " and " + written_high);
    return bad(span);
  }
  if (written.children() == 3) {
    MetalogForm form = MetalogForm::log;
    if (share) form = MetalogForm::logit;
    if (dates || (lo && *lo <= 0)) form = MetalogForm::plain;
    Value result = metalog({{kLowRank, low}, {0.5, (*points)[2]}, {kHighRank, high}}, form, span, context);
    return dates && !result.bad ? rounded_date(result, context) : result;
  }
  if (!share && !dates && lo && *lo <= 0) {
    error(Code::range_not_positive, span, "a soft range whose low end is not above zero has no lognormal",
          "write  normal(p5: " + written_low + ", p95: " + written_high + ")");
    return bad(span);
  }
  Draw draw;
  draw.family = dates ? Family::normal : share ? Family::logit_normal : Family::lognormal;
  draw.params = {{ParamKind::percentile, kLowRank, low.id}, {ParamKind::percentile, kHighRank, high.id}};
  Value result = drawn(std::move(draw), low.unit, span, context);
  return dates ? rounded_date(result, context) : result;
}

Value Checker::metalog(std::vector<std::pair<double, Value>> points, MetalogForm form, text::Span span, Context& context) {
  const auto lo = literal(points[0].second.id), middle = literal(points[1].second.id), hi = literal(points[2].second.id);
  if (lo && middle && hi) {
    const auto refuse = [&](const std::string& help) {
      error(Code::metalog_misfit, points[1].second.span, "no smooth curve goes through these three", help);
      return bad(span);
    };
    if (!(*lo < *middle && *middle < *hi)) return refuse("the middle one lies between the ends");
    const double l = forward(form, *lo), m = forward(form, *middle), h = forward(form, *hi);
    const double most = kMetalogLimit / 2 * (1 - 2 * points[0].first);
    const double skew = 1 - 2 * (m - l) / (h - l);
    if (!(std::abs(skew) < most)) {
      const double from = backward(form, l + (1 - most) / 2 * (h - l)), to = backward(form, l + (1 + most) / 2 * (h - l));
      const quantity::Unit& unit = points[0].second.unit;
      const bool date = points[0].second.type == TypeKind::date;
      return refuse(date ? "with these ends the middle one lies nearer to their middle"
                         : "with these ends the middle one lies between " + figure(from, unit) + " and " + figure(to, unit));
    }
  }
  Draw draw;
  draw.family = Family::metalog;
  draw.form = form;
  for (const auto& [rank, value] : points) draw.params.push_back({ParamKind::percentile, rank, value.id});
  return drawn(std::move(draw), points[0].second.unit, span, context);
}

Value Checker::between(const Written& written, Context& context) {
  const text::Span span = written.span();
  const auto points = ends(written, context);
  if (!points) return bad(span);
  Value low = (*points)[0], high = (*points)[1];
  const auto lo = literal(low.id), hi = literal(high.id);
  if (lo && hi && *lo >= *hi) {
    error(Code::range_order, span, "a range goes from its low end to its high end",
          *lo == *hi ? "write the number alone"
                     : "did you mean  between " + quoted(written.child(1)) + " and " + quoted(written.child(0)) + "?");
    return bad(span);
  }
  if (context.share && low.unit.plain() && ((lo && *lo < 0) || (hi && *hi > 1))) {
    error(Code::range_share, span, "a share lies between 0% and 100%");
    return bad(span);
  }
  const bool dates = low.type == TypeKind::date;
  Draw draw;
  if (written.children() == 3) {
    const Value& mode = (*points)[2];
    const auto peak = literal(mode.id);
    if (peak && ((lo && *peak < *lo) || (hi && *peak > *hi))) {
      error(Code::range_order, mode.span, "the most likely value lies between the ends");
      return bad(span);
    }
    draw.family = Family::pert;
    draw.params = {{ParamKind::low, 0, low.id}, {ParamKind::mode, 0, mode.id}, {ParamKind::high, 0, high.id}};
  } else {
    draw.family = Family::uniform;
    if (dates) {  // half a month on either side, so that every month is as likely as its neighbour once rounded
      const auto shift = [&](ExprId id, double by) {
        return node({.kind = ExprKind::add, .args = {id, constant(by, span, context.owner)}, .span = span}, context.owner);
      };
      low.id = shift(low.id, -0.5);
      high.id = shift(high.id, 0.5);
    }
    draw.params = {{ParamKind::low, 0, low.id}, {ParamKind::high, 0, high.id}};
  }
  Value result = drawn(std::move(draw), low.unit, span, context);
  return dates ? rounded_date(result, context) : result;
}

// --- families by name -----------------------------------------------------------------------------------------------------------

Value Checker::call_luck(const FunctionRow& row, const Written& written, Context& context) {
  const text::Span span = written.span();
  switch (row.id) {
    case FunctionId::monthly_: {
      if (!no_names(row, written) || !count_arguments(row, written, 1, 1)) return bad(span);
      const LuckKind before = context.luck_kind;
      context.luck_kind = LuckKind::month;
      const std::size_t draws = model_.draws.size();
      Value value = expression(written.child(1), context);
      context.luck_kind = before;
      if (!value.bad && model_.draws.size() == draws) {
        error(Code::bad_argument, value.span, "`monthly` wants a distribution, and this draws nothing",
              "for example  " + std::string(row.example));
        value.bad = true;
      }
      value.span = span;
      return value;
    }
    case FunctionId::mixture_:
      return mixture(written, context);
    case FunctionId::truncate_:
      return truncate(written, context);
    case FunctionId::sample_:
      return sample(written, context);
    case FunctionId::usual_:
      return usual(written, context);
    case FunctionId::like_:
      return like(written, context);
    default:
      break;
  }
  const bool share = context.share;
  context.share = false;
  std::vector<Given> given;
  bool good = true;
  for (std::size_t i = 1; i < written.children(); ++i) {
    Written argument = written.child(i);
    Given next;
    if (argument->kind == Kind::pair) {
      const Written key = argument.child(0).bare();
      if (key->kind != Kind::name) {
        error(Code::bad_argument, key.span(), "before the colon stands the name of a parameter",
              "for example  " + std::string(row.example));
        good = false;
        continue;
      }
      next.name = key.word();
      argument = argument.child(1);
    }
    next.value = expression(argument, context);
    if (!need_number(next.value, "`" + std::string(row.name) + "`")) good = false;
    given.push_back(std::move(next));
  }
  context.share = share;
  if (!good) return bad(span);
  const auto wrong = [&] {
    error(Code::bad_argument, span, "`" + std::string(row.name) + "` takes " + std::string(row.parameters),
          "for example  " + std::string(row.example));
    return bad(span);
  };
  const auto named = [&](std::string_view name) -> const Value* {
    for (const Given& one : given) {
      if (one.name == name) return &one.value;
    }
    return nullptr;
  };
  std::vector<std::pair<double, Value>> percentiles;
  for (const Given& one : given) {
    if (const auto rank = rank_of(one.name)) percentiles.emplace_back(*rank, one.value);
  }
  std::sort(percentiles.begin(), percentiles.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t i = 1; i < percentiles.size(); ++i) {
    if (percentiles[i].first == percentiles[i - 1].first) return wrong();
    if (!same_unit(percentiles[0].second, percentiles[i].second, percentiles[i].second.span, "these percentiles mix", "and"))
      return bad(span);
    const auto a = literal(percentiles[i - 1].second.id), b = literal(percentiles[i].second.id);
    if (a && b && *a >= *b) {
      error(Code::range_order, percentiles[i].second.span, "a higher percentile has a higher value");
      return bad(span);
    }
  }
  if (row.id == FunctionId::metalog_) {
    if (given.size() != 3 || percentiles.size() != 3 || percentiles[1].first != 0.5 ||
        std::abs(percentiles[0].first + percentiles[2].first - 1) > 1e-9)
      return wrong();
    const auto lowest = literal(percentiles[0].second.id);
    MetalogForm form = lowest && *lowest <= 0 ? MetalogForm::plain : MetalogForm::log;
    if (share && percentiles[0].second.unit.plain()) form = MetalogForm::logit;
    return metalog(percentiles, form, span, context);
  }
  const auto& rows = family_rows();
  const FamilyRow& family = *std::find_if(rows.begin(), rows.end(), [&](const FamilyRow& known) { return known.id == row.id; });
  if (family.percentiles && given.size() == 2 && percentiles.size() == 2)
    return by_percentiles(row, family.family, percentiles, span, context);

  std::vector<std::pair<Slot, Value>> parameters;
  const bool by_place = std::all_of(given.begin(), given.end(), [](const Given& one) { return one.name.empty(); });
  if (by_place && given.size() == family.slots.size()) {
    for (std::size_t i = 0; i < given.size(); ++i) parameters.emplace_back(family.slots[i], given[i].value);
  } else if (given.size() == family.slots.size() &&
             std::all_of(family.slots.begin(), family.slots.end(), [&](const Slot& slot) { return named(slot.name) != nullptr; })) {
    for (const Slot& slot : family.slots) parameters.emplace_back(slot, *named(slot.name));
  } else if (family.mean_and_sd && given.size() == 2 && named("mean") != nullptr && named("sd") != nullptr) {
    return by_mean(row, family.family, *named("mean"), *named("sd"), span, context);
  } else if (row.id == FunctionId::lognormal_ && given.size() == 2 && named("log_mean") != nullptr && named("log_sd") != nullptr) {
    parameters = {{{"log_mean", ParamKind::log_mean, true}, *named("log_mean")}, {{"log_sd", ParamKind::log_sd, true}, *named("log_sd")}};
  } else {
    return wrong();
  }
  quantity::Unit unit;
  const Value* first = nullptr;
  Draw draw;
  draw.family = family.family;
  for (auto& [slot, value] : parameters) {
    if (slot.plain) {
      if (!value.unit.plain()) {
        error(Code::unit_mismatch, value.span,
              "`" + std::string(slot.name) + "` is a plain number, and this is " + quantity::in_words(value.unit), "",
              quantity::spelled(value.unit), "a plain number");
        return bad(span);
      }
    } else if (first == nullptr) {
      first = &value;
    } else if (!same_unit(const_cast<Value&>(*first), value, value.span, "`" + std::string(row.name) + "` mixes", "and")) {
      return bad(span);
    }
    if (!parameter_fits(slot.kind, value)) return bad(span);
    draw.params.push_back({slot.kind, 0, value.id});
  }
  if (first != nullptr && !family.whole_plain) unit = first->unit;
  if (row.id == FunctionId::exponential_) unit = unit.power(-1);
  for (std::size_t i = 1; i < parameters.size(); ++i) {
    const auto a = literal(parameters[i - 1].second.id), b = literal(parameters[i].second.id);
    const bool ordered = family.id == FunctionId::triangular_ || family.id == FunctionId::pert_ || family.id == FunctionId::uniform_;
    const bool strict = parameters.size() == 2;
    if (ordered && a && b && (strict ? *a >= *b : *a > *b)) {
      error(Code::range_order, parameters[i].second.span, "`" + std::string(row.name) + "` takes its parameters from low to high");
      return bad(span);
    }
  }
  return drawn(std::move(draw), unit, span, context);
}

// Spreads and shapes are above zero, chances are shares, counts are whole; what is known is held to it here.
bool Checker::parameter_fits(ParamKind kind, const Value& value) {
  const auto fixed = literal(value.id);
  if (!fixed) return true;
  std::string wants;
  switch (kind) {
    case ParamKind::sd:
    case ParamKind::log_sd:
    case ParamKind::alpha:
    case ParamKind::beta:
    case ParamKind::shape:
    case ParamKind::scale:
    case ParamKind::df:
    case ParamKind::rate:
      if (*fixed <= 0) wants = "above zero";
      break;
    case ParamKind::p:
      if (*fixed < 0 || *fixed > 1) wants = "between 0% and 100%";
      break;
    case ParamKind::n:
      if (*fixed < 0 || *fixed != std::floor(*fixed) || *fixed > 1e6) wants = "a whole number, at most a million";
      break;
    default:
      break;
  }
  if (wants.empty()) return true;
  error(Code::out_of_bounds, value.span, "this parameter is " + wants);
  return false;
}

Value Checker::by_percentiles(const FunctionRow& row, Family family, const std::vector<std::pair<double, Value>>& points, text::Span span,
                              Context& context) {
  const quantity::Unit& unit = points[0].second.unit;
  const auto lowest = literal(points[0].second.id);
  if ((family == Family::lognormal || family == Family::weibull) && lowest && *lowest <= 0) {
    error(Code::out_of_bounds, points[0].second.span, "`" + std::string(row.name) + "` is above zero");
    return bad(span);
  }
  Draw draw;
  draw.family = family;
  if (family == Family::normal || family == Family::lognormal) {
    for (const auto& [rank, value] : points) draw.params.push_back({ParamKind::percentile, rank, value.id});
    return drawn(std::move(draw), unit, span, context);
  }
  // The quantile function is linear in its parameters over a known score s of the rank, of the value or of its logarithm.
  const auto make = [&](ExprKind kind, std::vector<ExprId> args) {
    return node({.kind = kind, .args = std::move(args), .span = span}, context.owner);
  };
  const auto number = [&](double x) { return constant(x, span, context.owner); };
  const auto score = [&](double rank) {
    if (family == Family::uniform) return rank;
    if (family == Family::logistic) return logit(rank);
    return std::log(-std::log1p(-rank));  // Weibull: log x = log scale + score / shape
  };
  const double s0 = score(points[0].first), s1 = score(points[1].first);
  ExprId x0 = points[0].second.id, x1 = points[1].second.id;
  if (family == Family::weibull) {
    const ExprId ratio = make(ExprKind::log, {make(ExprKind::div, {x1, x0})});
    const ExprId shape = make(ExprKind::div, {number(s1 - s0), ratio});
    const ExprId scale = make(ExprKind::div, {x0, make(ExprKind::exp, {make(ExprKind::div, {number(s0), shape})})});
    draw.params = {{ParamKind::shape, 0, shape}, {ParamKind::scale, 0, scale}};
    return drawn(std::move(draw), unit, span, context);
  }
  const ExprId slope = make(ExprKind::div, {make(ExprKind::sub, {x1, x0}), number(s1 - s0)});
  const ExprId at_zero = make(ExprKind::sub, {x0, make(ExprKind::mul, {slope, number(s0)})});
  if (family == Family::uniform) {
    draw.params = {{ParamKind::low, 0, at_zero}, {ParamKind::high, 0, make(ExprKind::add, {at_zero, slope})}};
  } else {
    draw.params = {{ParamKind::location, 0, at_zero}, {ParamKind::scale, 0, slope}};
  }
  return drawn(std::move(draw), unit, span, context);
}

// Families whose own parameters are others, from mean m and standard deviation s.
Value Checker::by_mean(const FunctionRow& row, Family family, Value mean, Value sd, text::Span span, Context& context) {
  if (!same_unit(mean, sd, sd.span, "`" + std::string(row.name) + "` mixes", "and") || !parameter_fits(ParamKind::sd, sd)) return bad(span);
  const auto make = [&](ExprKind kind, ExprId a, ExprId b) { return node({.kind = kind, .args = {a, b}, .span = span}, context.owner); };
  const auto number = [&](double x) { return constant(x, span, context.owner); };
  const ExprId m = mean.id, s = sd.id, variance = make(ExprKind::mul, s, s);
  Draw draw;
  draw.family = family;
  if (family == Family::beta) {  // n = m (1 - m) / s^2 - 1
    if (!mean.unit.plain()) {
      error(Code::unit_mismatch, mean.span, "a beta is of plain numbers, and this is " + quantity::in_words(mean.unit));
      return bad(span);
    }
    const ExprId rest = make(ExprKind::sub, number(1), m);
    const ExprId size = make(ExprKind::sub, make(ExprKind::div, make(ExprKind::mul, m, rest), variance), number(1));
    draw.params = {{ParamKind::alpha, 0, make(ExprKind::mul, m, size)}, {ParamKind::beta, 0, make(ExprKind::mul, rest, size)}};
    const auto fixed = literal(draw.params[0].expr);
    if (fixed && *fixed <= 0) {
      error(Code::out_of_bounds, sd.span, "no beta has so large a spread about this mean");
      return bad(span);
    }
  } else if (family == Family::gamma) {
    draw.params = {{ParamKind::shape, 0, make(ExprKind::div, make(ExprKind::mul, m, m), variance)},
                   {ParamKind::scale, 0, make(ExprKind::div, variance, m)}};
  } else if (family == Family::uniform) {
    const ExprId half = make(ExprKind::mul, s, number(std::sqrt(3.0)));
    draw.params = {{ParamKind::low, 0, make(ExprKind::sub, m, half)}, {ParamKind::high, 0, make(ExprKind::add, m, half)}};
  } else {  // logistic: sd = scale pi / sqrt 3
    draw.params = {{ParamKind::location, 0, m}, {ParamKind::scale, 0, make(ExprKind::mul, s, number(std::sqrt(3.0) / std::numbers::pi))}};
  }
  return drawn(std::move(draw), mean.unit, span, context);
}

Value Checker::mixture(const Written& written, Context& context) {
  const text::Span span = written.span();
  const FunctionRow& row = *find_function("mixture");
  const auto wrong = [&](text::Span at) {
    error(Code::bad_argument, at, "`mixture` takes parts with their shares: " + std::string(row.parameters),
          "for example  " + std::string(row.example));
    return bad(span);
  };
  Draw draw;
  draw.family = Family::mixture;
  std::optional<Value> first;
  bool good = written.children() > 1;
  double total = 0;
  for (std::size_t i = 1; i < written.children(); ++i) {
    const Written argument = written.child(i);
    if (argument->kind != Kind::pair) return wrong(argument.span());
    const bool outer = context.component;
    context.component = true;
    Value part = expression(argument.child(0), context);
    context.component = outer;
    const Value share = expression(argument.child(1), context);
    if (!need_number(part, "`mixture`") || !need_number(share, "`mixture`")) {
      good = false;
      continue;
    }
    if (!share.unit.plain() || (literal(share.id) && *literal(share.id) < 0)) {
      error(Code::out_of_bounds, share.span, "a share is a plain number, not below zero");
      good = false;
      continue;
    }
    total += literal(share.id).value_or(1);
    if (!first) {
      first = part;
    } else if (!same_unit(*first, part, part.span, "this mixes", "with")) {
      good = false;
      continue;
    }
    std::uint32_t component;
    if (model_.exprs[part.id].kind == ExprKind::draw) {
      component = model_.exprs[part.id].index;
    } else {
      Draw point;
      point.family = Family::point;
      point.params = {{ParamKind::value, 0, part.id}};
      component = static_cast<std::uint32_t>(model_.draws.size());
      model_.draws.push_back(std::move(point));
    }
    draw.mixture.emplace_back(component, share.id);
  }
  if (written.children() == 1) return wrong(span);
  if (good && total <= 0) {
    error(Code::out_of_bounds, span, "the shares of a mixture add up to more than zero");
    good = false;
  }
  if (!good || !first) return bad(span);
  return drawn(std::move(draw), first->unit, span, context);
}

Value Checker::truncate(const Written& written, Context& context) {
  const text::Span span = written.span();
  const FunctionRow& row = *find_function("truncate");
  if (!count_arguments(row, written, 2, 3)) return bad(span);
  Value value = expression(written.child(1), context);
  if (value.bad) return value;
  if (model_.exprs[value.id].kind != ExprKind::draw || model_.draws[model_.exprs[value.id].index].truncated) {
    error(Code::bad_argument, value.span, "`truncate` wants a distribution as its first argument",
          "for example  " + std::string(row.example));
    return bad(span);
  }
  std::pair<ExprId, ExprId> bounds = {kNone, kNone};
  for (std::size_t i = 2; i < written.children(); ++i) {
    Written argument = written.child(i);
    bool low = i == 2;
    if (argument->kind == Kind::pair) {
      const Written key = argument.child(0).bare();
      if (key->kind != Kind::name || (key.word() != "low" && key.word() != "high")) {
        error(Code::bad_argument, key.span(), "`truncate` takes distribution, low, high", "one side alone:  truncate(d, low: 0)");
        return bad(span);
      }
      low = key.word() == "low";
      argument = argument.child(1);
    } else if (written.children() == 3) {
      error(Code::bad_argument, argument.span(), "say which side is cut", "truncate(d, low: 0), truncate(d, high: 5)");
      return bad(span);
    }
    Value bound = expression(argument, context);
    if (!need_number(bound, "`truncate`") || !same_unit(value, bound, bound.span, "this cuts", "at")) return bad(span);
    (low ? bounds.first : bounds.second) = bound.id;
  }
  if (bounds.first != kNone && bounds.second != kNone) {
    const auto lo = literal(bounds.first), hi = literal(bounds.second);
    if (lo && hi && *lo >= *hi) {
      error(Code::range_order, span, "`truncate` takes low, then high");
      return bad(span);
    }
  }
  const Draw& cut = model_.draws[model_.exprs[value.id].index];
  bool known_parts = true;
  for (const auto& [part, share] : cut.mixture) {
    known_parts = known_parts && literal(share);
    for (const Param& parameter : model_.draws[part].params) known_parts = known_parts && literal(parameter.expr);
  }
  for (const ExprId bound : {bounds.first, bounds.second}) known_parts = known_parts && (cut.mixture.empty() || bound == kNone || literal(bound));
  if (!known_parts) {
    error(Code::not_known, span, "a truncated mixture has parts, shares and ends that are known numbers", "truncate the uncertain part itself, inside the mixture");
    return bad(span);
  }
  model_.draws[model_.exprs[value.id].index].truncated = bounds;
  value.span = span;
  return value;
}

Value Checker::sample(const Written& written, Context& context) {
  const text::Span span = written.span();
  const FunctionRow& row = *find_function("sample");
  if (!no_names(row, written) || !count_arguments(row, written, 2, 2)) return bad(span);
  const Written file = written.child(1).bare(), column = written.child(2).bare();
  if (file->kind != Kind::text || (column->kind != Kind::text && column->kind != Kind::name)) {
    error(Code::bad_argument, span, "`sample` takes a file in quotes and the name of a column", "for example  " + std::string(row.example));
    return bad(span);
  }
  const std::string& name = file.tree->text(*file);
  const std::string& title = column->kind == Kind::text ? column.tree->text(*column) : column.word();
  const auto found = inputs_.samples.find(name);
  if (found == inputs_.samples.end()) {
    if (!diagnostics_.has_errors()) error(Code::sample_missing, file.span(), "the table `" + name + "` was not read");
    return bad(span);  // whoever was to read it has said why
  }
  const auto values = found->second.find(title);
  if (values == found->second.end()) {
    std::vector<std::string> candidates;
    std::string all;
    for (const auto& [known, numbers] : found->second) {
      candidates.push_back(known);
      if (candidates.size() <= 12) all += (all.empty() ? "" : ", ") + known;
    }
    const auto near = nearest(title, candidates);
    error(Code::sample_missing, column.span(), "`" + name + "` has no column `" + title + "` of numbers",
          near ? "did you mean  " + *near + "?" : "its columns are  " + all, title, all);
    return bad(span);
  }
  if (values->second.empty()) {
    error(Code::sample_missing, column.span(), "the column `" + title + "` of `" + name + "` is empty");
    return bad(span);
  }
  const auto [place, fresh] = sample_by_column_.try_emplace({name, title}, static_cast<std::uint32_t>(model_.samples.size()));
  if (fresh) {
    std::vector<double> sorted = values->second;
    std::sort(sorted.begin(), sorted.end());
    model_.samples.push_back(std::move(sorted));
  }
  Draw draw;
  draw.family = Family::sample;
  draw.index = place->second;
  return drawn(std::move(draw), {}, span, context);
}

}  // namespace warchest::model
