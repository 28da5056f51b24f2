// Every definition on a line: what it is, its unit, how it varies, its expression with all names in full; then the nouns by the
// definitions they point at; then what is asked. The order is that of the model, which is that of the text.
#include "model/print.h"

#include <fmt/format.h>

#include <string_view>

#include "model/functions.h"
#include "quantity/date.h"

namespace warchest::model {

namespace {

std::string_view family_name(Family family) {
  switch (family) {
    case Family::normal:
      return "normal";
    case Family::lognormal:
      return "lognormal";
    case Family::logit_normal:
      return "logit_normal";
    case Family::uniform:
      return "uniform";
    case Family::triangular:
      return "triangular";
    case Family::pert:
      return "pert";
    case Family::beta:
      return "beta";
    case Family::gamma:
      return "gamma";
    case Family::student_t:
      return "student_t";
    case Family::exponential:
      return "exponential";
    case Family::weibull:
      return "weibull";
    case Family::pareto:
      return "pareto";
    case Family::logistic:
      return "logistic";
    case Family::bernoulli:
      return "bernoulli";
    case Family::poisson:
      return "poisson";
    case Family::binomial:
      return "binomial";
    case Family::metalog:
      return "metalog";
    case Family::mixture:
      return "mixture";
    case Family::sample:
      return "sample";
    case Family::point:
      return "point";
  }
  return "";
}

std::string param_name(const Param& param) {
  switch (param.kind) {
    case ParamKind::mean:
      return "mean";
    case ParamKind::sd:
      return "sd";
    case ParamKind::log_mean:
      return "log_mean";
    case ParamKind::log_sd:
      return "log_sd";
    case ParamKind::percentile:
      return fmt::format("p{:.4g}", 100 * param.p);
    case ParamKind::low:
      return "low";
    case ParamKind::high:
      return "high";
    case ParamKind::mode:
      return "mode";
    case ParamKind::alpha:
      return "alpha";
    case ParamKind::beta:
      return "beta";
    case ParamKind::shape:
      return "shape";
    case ParamKind::scale:
      return "scale";
    case ParamKind::df:
      return "df";
    case ParamKind::location:
      return "location";
    case ParamKind::rate:
      return "rate";
    case ParamKind::p:
      return "p";
    case ParamKind::n:
      return "n";
    case ParamKind::value:
      return "value";
  }
  return "";
}

struct Sign {
  const char* text;
  bool infix;
};

Sign sign_of(ExprKind kind) {
  switch (kind) {
    case ExprKind::add:
      return {"+", true};
    case ExprKind::sub:
      return {"-", true};
    case ExprKind::mul:
      return {"*", true};
    case ExprKind::div:
      return {"/", true};
    case ExprKind::pow:
      return {"^", true};
    case ExprKind::less:
      return {"<", true};
    case ExprKind::less_equal:
      return {"<=", true};
    case ExprKind::equal:
      return {"==", true};
    case ExprKind::not_equal:
      return {"!=", true};
    case ExprKind::logical_and:
      return {"and", true};
    case ExprKind::logical_or:
      return {"or", true};
    case ExprKind::at:
      return {"at", true};
    case ExprKind::by:
      return {"by", true};
    case ExprKind::through:
      return {"through", true};
    case ExprKind::neg:
      return {"-", false};
    case ExprKind::logical_not:
      return {"not", false};
    case ExprKind::choose:
      return {"if", false};
    case ExprKind::min:
      return {"min", false};
    case ExprKind::max:
      return {"max", false};
    case ExprKind::abs:
      return {"abs", false};
    case ExprKind::sqrt:
      return {"sqrt", false};
    case ExprKind::exp:
      return {"exp", false};
    case ExprKind::log:
      return {"log", false};
    case ExprKind::round:
      return {"round", false};
    case ExprKind::clip:
      return {"clip", false};
    case ExprKind::lag:
      return {"ago", false};
    case ExprKind::window_sum:
      return {"sum", false};
    case ExprKind::window_mean:
      return {"mean", false};
    case ExprKind::cumulative:
      return {"cumulative", false};
    case ExprKind::in_sum:
      return {"total", false};
    case ExprKind::in_last:
      return {"last", false};
    case ExprKind::grow:
      return {"grow", false};
    case ExprKind::after:
      return {"after", false};
    case ExprKind::ramp:
      return {"ramp", false};
    case ExprKind::s_curve:
      return {"s_curve", false};
    case ExprKind::stat_mean:
      return {"mean", false};
    case ExprKind::stat_sd:
      return {"sd", false};
    case ExprKind::stat_chance:
      return {"chance", false};
    case ExprKind::stat_quantile:
      return {"quantile", false};
    default:
      return {"", false};
  }
}

std::string number(double value) {
  if (value == kEndless) return "endless";
  return fmt::format("{:.12g}", value);
}

class Printer {
 public:
  explicit Printer(const Model& model) : model_(model) {}

  std::string expression(ExprId id) const {
    if (id == kNone) return "nothing";
    const Expr& expr = model_.exprs[id];
    switch (expr.kind) {
      case ExprKind::number:
        return expr.type == TypeKind::truth  ? (expr.value != 0 ? "yes" : "no")
               : expr.type == TypeKind::date ? date(expr.value)
                                             : number(expr.value);
      case ExprKind::draw:
        return draw(expr.index);
      case ExprKind::period_table:
      case ExprKind::curve:
        return table(model_.tables[expr.index], expr.kind == ExprKind::curve);
      case ExprKind::lookup:
        return lookup(expr);
      case ExprKind::reference:
        return model_.definitions[expr.index].name;
      case ExprKind::base:
        return "base";
      case ExprKind::measure:
        return measure(expr);
      case ExprKind::months_since:
        return "months_since(" + measure(expr) + ")";
      case ExprKind::month_number:
        return "month_number";
      default:
        break;
    }
    const Sign sign = sign_of(expr.kind);
    if (sign.infix) return "(" + expression(expr.args[0]) + " " + sign.text + " " + expression(expr.args[1]) + ")";
    std::string text = std::string(sign.text) + "(";
    for (std::size_t i = 0; i < expr.args.size(); ++i) text += (i == 0 ? "" : ", ") + expression(expr.args[i]);
    if (expr.kind == ExprKind::lag || expr.kind == ExprKind::window_sum || expr.kind == ExprKind::window_mean)
      text += ", " + number(expr.value);
    if (expr.kind == ExprKind::in_sum || expr.kind == ExprKind::in_last) text += ", " + date(expr.value) + " to " + date(expr.value2);
    return text + ")";
  }

  std::string draw(std::uint32_t id) const {
    const Draw& draw = model_.draws[id];
    std::string text(family_name(draw.family));
    if (draw.family == Family::metalog && draw.form != MetalogForm::plain)
      text = (draw.form == MetalogForm::log ? "log_" : "logit_") + text;
    text += "(";
    std::string inside;
    const auto add = [&](const std::string& part) { inside += (inside.empty() ? "" : ", ") + part; };
    for (const Param& param : draw.params) add(param_name(param) + ": " + expression(param.expr));
    for (const auto& [part, share] : draw.mixture) add(this->draw(part) + ": " + expression(share));
    if (draw.family == Family::sample) add(fmt::format("{} values", model_.samples[draw.index].size()));
    text += inside + ")";
    if (draw.truncated) {
      text = "truncate(" + text;
      if (draw.truncated->first != kNone) text += ", low: " + expression(draw.truncated->first);
      if (draw.truncated->second != kNone) text += ", high: " + expression(draw.truncated->second);
      text += ")";
    }
    if (draw.luck != kNone) {
      const Luck& luck = model_.lucks[draw.luck];
      text += "~" + luck.name + (luck.kind == LuckKind::month ? " each month" : luck.kind == LuckKind::attempt ? " each attempt" : "");
    }
    return text;
  }

  std::string definition(DefId id) const { return id == kNone ? "none" : model_.definitions[id].name; }

  std::string date(double month) const {
    if (month == kEndless) return "never";
    return quantity::spelled_month(start() + static_cast<int>(month));
  }

 private:
  int start() const { return quantity::month_number(model_.settings.start_year, model_.settings.start_month); }

  std::string table(const Table& table, bool curve) const {
    std::string text = curve        ? (table.linear ? "line { " : "curve { ")
                       : table.flow ? (table.keep_positive ? "totals { " : "totals of either sign { ")
                                    : "ends { ";
    for (std::size_t i = 0; i < table.cells.size(); ++i) {
      const Table::Cell& cell = table.cells[i];
      text += (i == 0 ? "" : ", ") + quantity::spelled_months(start() + cell.first, start() + cell.last) + ": " + expression(cell.value);
    }
    return text + " }";
  }

  std::string lookup(const Expr& expr) const {
    std::string text = "lookup { ";
    const auto& points = model_.lookups[expr.index].points;
    for (std::size_t i = 0; i < points.size(); ++i)
      text += (i == 0 ? "" : ", ") + number(points[i].first) + ": " + expression(points[i].second);
    return text + " }(" + expression(expr.args[0]) + ")";
  }

  std::string measure(const Expr& expr) const {
    const MeasureRow& row = measure_row(expr.measure);
    std::string of;
    switch (row.owner) {
      case Owner::company:
        of = model_.companies[expr.index].name;
        break;
      case Owner::round:
        of = model_.rounds[expr.index].name;
        break;
      case Owner::facility:
        of = model_.facilities[expr.index].name;
        break;
      case Owner::event:
        of = model_.events[expr.index].name;
        break;
      case Owner::holder:
        of = model_.holders[expr.index].name;
        break;
      case Owner::credit:
        of = model_.companies[expr.index].credits[static_cast<std::size_t>(expr.value)].name;
        break;
      case Owner::team:
        of = model_.companies[expr.index].teams[static_cast<std::size_t>(expr.value)].name;
        break;
    }
    return of + "." + std::string(row.name);
  }

  const Model& model_;
};

std::string_view variation_name(Variation variation) {
  switch (variation) {
    case Variation::known:
      return "known";
    case Variation::known_monthly:
      return "known by month";
    case Variation::per_path:
      return "per path";
    case Variation::monthly:
      return "monthly";
  }
  return "";
}

std::string type_name(const Type& type) {
  switch (type.kind) {
    case TypeKind::number: {
      const std::string text = quantity::spelling(type.unit).text;
      return text.empty() ? "plain" : text;
    }
    case TypeKind::date:
      return "date";
    case TypeKind::truth:
      return "truth";
    case TypeKind::text:
      return "text";
    case TypeKind::event:
      return "event";
  }
  return "";
}

std::string_view role_name(Role role) {
  switch (role) {
    case Role::field:
      return "field";
    case Role::input:
      return "input";
    case Role::series:
      return "series";
    case Role::revenue:
      return "revenue";
    case Role::cost:
      return "cost";
    case Role::team:
      return "team";
  }
  return "";
}

std::string_view class_name(CostClass cost_class) {
  switch (cost_class) {
    case CostClass::none:
      return "revenue";
    case CostClass::cost_of_revenue:
      return "cost_of_revenue";
    case CostClass::research:
      return "research";
    case CostClass::sales:
      return "sales";
    case CostClass::general:
      return "general";
  }
  return "";
}

std::string_view answer_name(AnswerKind kind) {
  switch (kind) {
    case AnswerKind::number:
      return "number";
    case AnswerKind::date:
      return "date";
    case AnswerKind::chance:
      return "chance";
    case AnswerKind::value:
      return "value";
    case AnswerKind::series:
      return "series";
  }
  return "";
}

std::string case_text(const Model& model, const Case& which) {
  std::string text = which.label;
  const auto add = [&](const char* what, const std::string& name) { text += std::string(" ") + what + " " + name; };
  if (which.scenario != kNone) add("in", model.scenarios[which.scenario].name);
  for (const std::uint32_t id : which.without_rounds) add("less", model.rounds[id].name);
  for (const std::uint32_t id : which.without_facilities) add("less", model.facilities[id].name);
  for (const std::uint32_t id : which.without_events) add("less", model.events[id].name);
  for (const auto& [company, credit] : which.without_credits) add("less", model.companies[company].credits[credit].name);
  for (const auto& [company, line] : which.without_lines) add("less", model.definitions[model.companies[company].lines[line].is].name);
  return text;
}

}  // namespace

std::string print(const Model& model, ExprId expr) { return Printer(model).expression(expr); }

std::string print(const Model& model) {
  const Printer printer(model);
  const Settings& settings = model.settings;
  std::string text = fmt::format("model \"{}\": {}, {} month{}, {}\n", settings.title, printer.date(0), settings.months,
                                 settings.months == 1 ? "" : "s", settings.currency);
  for (const Source& source : model.sources)
    text += fmt::format("source {}: {}, {}, {}\n", source.name, source.by, source.on.empty() ? "undated" : source.on, source.grade);
  for (const Definition& definition : model.definitions) {
    text += fmt::format("{} {} [{}, {}] = {}", role_name(definition.role), definition.name, type_name(definition.type),
                        variation_name(definition.variation), printer.expression(definition.is));
    for (const std::uint32_t cite : definition.cites) text += " @" + model.sources[cite].name;
    text += "\n";
  }
  for (const Company& company : model.companies) {
    text += fmt::format("company {}: cash {}, debt {}, min_cash {}\n", company.name, printer.definition(company.cash),
                        printer.definition(company.debt), printer.definition(company.min_cash));
    const auto optional = [&](const char* name, DefId id) {
      if (id != kNone) text += fmt::format(", {} {}", name, printer.definition(id));
    };
    for (const Line& line : company.lines) {
      text += fmt::format("  line {}: {}", printer.definition(line.is), class_name(line.cost_class));
      optional("delay", line.delay);
      optional("non_cash", line.non_cash);
      if (line.team != kNone) {
        const Team& team = company.teams[line.team];
        text += ", team";
        optional("start", team.start);
        optional("hires", team.hires);
        optional("leaves", team.leavers);
        optional("ramp", team.ramp);
        optional("cost", team.cost);
      }
      text += "\n";
    }
    for (const Credit& credit : company.credits) {
      text += fmt::format("  credit {}: balance {}, pays", credit.name, printer.definition(credit.balance));
      for (const std::uint32_t line : credit.pays) text += " " + printer.definition(company.lines[line].is);
      text += "\n";
    }
    for (const std::uint32_t id : company.facilities) {
      const Facility& facility = model.facilities[id];
      const char* repayment = facility.repayment == Repayment::annuity             ? "annuity"
                              : facility.repayment == Repayment::equal_instalments ? "equal_instalments"
                                                                                   : "at_end";
      text += fmt::format("  facility {}: {}", facility.name, repayment);
      optional("limit", facility.limit);
      optional("draw_when", facility.draw_when);
      optional("draw_on", facility.draw_on);
      optional("draw", facility.draw);
      optional("until", facility.until);
      optional("rate", facility.rate);
      optional("fee", facility.fee);
      optional("commitment_fee", facility.commitment_fee);
      optional("available", facility.available);
      optional("repay_when", facility.repay_when);
      text += "\n";
    }
    for (const std::uint32_t id : company.rounds) {
      const Round& round = model.rounds[id];
      text += fmt::format("  round {}: amount {}", round.name, printer.definition(round.amount));
      optional("closed", round.closed);
      optional("opens_when", round.opens_when);
      optional("every", round.every);
      optional("minimum", round.minimum);
      optional("maximum", round.maximum);
      optional("takes", round.takes);
      optional("gap", round.gap);
      optional("repeats", round.repeats);
      for (const DefId input : round.inputs) optional("input", input);
      text += "\n";
    }
  }
  for (const Event& event : model.events) {
    text += fmt::format("event {}:", event.name);
    const auto part = [&](const char* name, DefId id) {
      if (id != kNone) text += fmt::format(" {} {}", name, printer.definition(id));
    };
    part("at", event.at);
    part("chance", event.chance);
    part("by", event.by);
    part("hazard", event.hazard);
    text += "\n";
  }
  for (const Correlation& pair : model.correlations) {
    text += fmt::format("together {} & {}: {:+g}\n", model.lucks[pair.first].name, model.lucks[pair.second].name, pair.rank_correlation);
  }
  const auto overrides = [&](const std::vector<Override>& list) {
    for (const Override& one : list) {
      text += fmt::format("  {} = {}", model.definitions[one.target].name, printer.expression(one.is));
      if (one.from != kNone) text += " from " + printer.expression(one.from);
      if (one.until != kNone) text += " until " + printer.expression(one.until);
      text += "\n";
    }
  };
  if (!model.base_overrides.empty()) text += "set\n";
  overrides(model.base_overrides);
  for (const Scenario& scenario : model.scenarios) {
    text += fmt::format("scenario {}\n", scenario.name);
    overrides(scenario.overrides);
  }
  for (const Ask& ask : model.asks) {
    text += fmt::format("ask {}{}\n", ask.name, ask.at ? " at " + printer.date(*ask.at) : "");
    for (const Shown& shown : ask.shown) {
      const std::string unit = quantity::spelling(shown.unit).text;
      text +=
          fmt::format("  show {}: {}{}\n", answer_name(shown.kind), printer.expression(shown.expr), unit.empty() ? "" : " [" + unit + "]");
    }
    if (ask.for_each) {
      text += "  for " + model.definitions[ask.for_each->target].name + " in";
      for (const ExprId value : ask.for_each->values) text += " " + printer.expression(value);
      text += "\n";
    }
    for (const Case& which : ask.cases) text += "  case " + case_text(model, which) + "\n";
  }
  for (const Check& check : model.checks)
    text += fmt::format("check {}{}: {}\n", check.name, check.across_paths ? " across paths" : "", printer.expression(check.condition));
  for (const Report& report : model.reports) {
    text += fmt::format("report {}:", report.name);
    for (const std::uint32_t ask : report.asks) text += " " + model.asks[ask].name;
    text += "\n";
  }
  return text;
}

}  // namespace warchest::model
