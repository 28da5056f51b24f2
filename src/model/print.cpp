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
      case ExprKind::regimes:
        return regimes(model_.regimes[expr.index]);
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

  std::string regimes(const Regimes& regimes) const {
    std::string text = "regimes { ";
    for (std::size_t i = 0; i < regimes.states.size(); ++i) {
      const Regimes::State& state = regimes.states[i];
      text += fmt::format("{}{}: {} stays {}", i == 0 ? "" : ", ", state.name, number(state.value), expression(state.stays));
    }
    return text + fmt::format(" starts {} }}~{} each month", regimes.states[regimes.starts].name, model_.lucks[regimes.luck].name);
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
      case Owner::project:
        of = model_.projects[expr.index].name;
        break;
      case Owner::covenant:
        of = model_.covenants[expr.index].name;
        break;
      case Owner::account:
        of = model_.companies[expr.index].accounts[static_cast<std::size_t>(expr.value)].name;
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

std::string_view instrument_name(InstrumentKind kind) {
  switch (kind) {
    case InstrumentKind::common:
      return "common";
    case InstrumentKind::preferred:
      return "preferred";
    case InstrumentKind::options:
      return "options";
    case InstrumentKind::warrants:
      return "warrants";
    case InstrumentKind::safe:
      return "safe";
    case InstrumentKind::note:
      return "note";
    case InstrumentKind::grant:
      return "grant";
  }
  return "";
}

std::string_view protection_name(AntiDilution protection) {
  switch (protection) {
    case AntiDilution::none:
      return "none";
    case AntiDilution::broad_weighted_average:
      return "broad_weighted_average";
    case AntiDilution::broad_with_reserve:
      return "broad_with_reserve";
    case AntiDilution::narrow_weighted_average:
      return "narrow_weighted_average";
    case AntiDilution::full_ratchet:
      return "full_ratchet";
  }
  return "";
}

std::string_view method_name(PriceMethod method) {
  switch (method) {
    case PriceMethod::percent_ownership:
      return "percent_ownership";
    case PriceMethod::pre_money_fixed:
      return "pre_money_fixed";
    case PriceMethod::dollars_invested:
      return "dollars_invested";
  }
  return "";
}

// The terms of a class or of what a round sells; what is not written and not the default is left out.
std::string terms(const Printer& printer, const Instrument& is) {
  std::string text(instrument_name(is.kind));
  const auto field = [&](const char* name, DefId id) {
    if (id != kNone) text += fmt::format(", {} {}", name, printer.definition(id));
  };
  const auto word = [&](bool holds, const std::string& words) {
    if (holds) text += ", " + words;
  };
  const auto periods = [&](int count) { word(count > 0, fmt::format("compounded {} a year", count)); };
  field("price", is.price);
  field("conversion_price", is.conversion_price);
  field("liquidation", is.liquidation);
  word(is.participating, "participating");
  field("participation_cap", is.participation_cap);
  field("seniority", is.seniority);
  word(is.order == Seniority::senior, "senior");
  field("dividend", is.dividend);
  if (is.dividend != kNone) periods(is.dividend_periods);
  word(is.dividend_in_kind, "paid in kind");
  field("dividend_since", is.dividend_since);
  word(!is.cap_includes_dividends, "cap without dividends");
  word(is.anti_dilution != AntiDilution::none, std::string(protection_name(is.anti_dilution)));
  field("strike", is.strike);
  field("unissued", is.unissued);
  field("cap", is.cap);
  field("discount", is.discount);
  field("percent", is.percent);
  word(is.kind == InstrumentKind::safe && is.basis == SafeBasis::pre_money, "pre-money");
  word(is.most_favoured, "most favoured");
  field("interest", is.interest);
  if (is.interest != kNone) periods(is.interest_periods);
  word(is.day_count == DayCount::actual_360, "actual/360");
  word(is.base == ConversionBase::fully_diluted_with_converts, "cap counts converts");
  field("converts_if", is.converts_if);
  field("by", is.by);
  field("repaid", is.repaid);
  return text;
}

std::string holder_text(const Model& model, const Printer& printer, const Holder& holder) {
  std::string text = "  holder " + holder.name + ":";
  switch (holder.kind) {
    case Holder::Kind::written:
      break;
    case Holder::Kind::existing:
      text += " all";
      break;
    case Holder::Kind::others:
      text += " the rest";
      break;
    case Holder::Kind::buyers:
      text += " buys";
      break;
    case Holder::Kind::pool:
      text += " unissued";
      break;
    case Holder::Kind::investor:
      text += " may buy";
      break;
    case Holder::Kind::lender:
      text += " lends";
      break;
  }
  if (holder.owns != kNone) text += " owns " + printer.definition(holder.owns);
  for (const auto& [of, shares] : holder.holds) text += fmt::format(" {} {}", model.classes[of].name, printer.definition(shares));
  return text + "\n";
}

std::string investor_text(const Model& model, const Printer& printer, const Investor& investor) {
  std::string text = fmt::format("investor {}: capacity {}", investor.name, printer.definition(investor.capacity));
  const auto field = [&](const char* name, DefId id) {
    if (id != kNone) text += fmt::format(", {} {}", name, printer.definition(id));
  };
  field("in_all", investor.in_all);
  field("largest", investor.largest);
  field("per_company", investor.per_company);
  field("part_per_company", investor.part_per_company);
  field("appetite", investor.appetite);
  field("reservation_price", investor.reservation_price);
  field("follow_on", investor.follow_on);
  field("interest", investor.interest);
  if (investor.many) text += ", many";
  if (investor.only_defends) text += ", only defends";
  for (const auto& [company, wants] : investor.wants) text += fmt::format(", wants of {} {}", model.companies[company].name, printer.definition(wants));
  return text + "\n";
}

std::string pact_text(const Model& model, const Printer& printer, const Pact& pact) {
  std::string text = "pact " + pact.name + ":";
  for (const std::uint32_t id : pact.signed_by) text += " " + model.investors[id].name;
  text += " against";
  for (const CompanyId id : pact.against) text += " " + model.companies[id].name;
  if (pact.until != kNone) text += ", until " + printer.definition(pact.until);
  if (pact.honoured != kNone) text += ", honoured " + printer.definition(pact.honoured);
  return text + "\n";
}

// Whether anything is said of who owns a company; if not, its one implied holder is not told.
bool says_who_owns(const Model& model, const Company& company) {
  if (!company.classes.empty() || !company.exits.empty() || company.opening_post_money != kNone) return true;
  for (const std::uint32_t id : company.holders) {
    if (model.holders[id].kind == Holder::Kind::written) return true;
  }
  for (const std::uint32_t id : company.facilities) {
    if (model.facilities[id].warrants.given()) return true;
  }
  for (const std::uint32_t id : company.rounds) {
    const Round& round = model.rounds[id];
    if (round.instrument_given || round.asks != kNone || round.pre_money != kNone || round.post_money != kNone) return true;
  }
  return false;
}

std::string round_equity(const Model& model, const Printer& printer, const Round& round) {
  std::string text;
  const auto field = [&](const char* name, DefId id) {
    if (id != kNone) text += fmt::format(", {} {}", name, printer.definition(id));
  };
  field("asks", round.asks);
  field("pre_money", round.pre_money);
  field("post_money", round.post_money);
  if (round.instrument_given) text += ", sells " + terms(printer, round.instrument);
  field("pool", round.pool);
  if (round.pool_counts == PoolCounts::granted_too) text += " with what is granted";
  if (round.price_method != PriceMethod::percent_ownership) text += ", " + std::string(method_name(round.price_method));
  if (!round.book.empty()) {
    text += ", book";
    for (const BookEntry& entry : round.book) {
      const DefId cheque = entry.money != kNone ? entry.money : entry.part;
      text += fmt::format(" {}: {}", model.holders[entry.holder].name, cheque == kNone ? "rest" : printer.definition(cheque));
    }
  }
  if (!round.pro_rata.empty()) text += ", pro_rata";
  for (const std::uint32_t id : round.pro_rata) text += " " + model.holders[id].name;
  if (round.before_start) text += ", before the start";
  if (round.meets_market) text += ", meets the market";
  field("accepts", round.accepts);
  field("least_book", round.least_book);
  field("retry", round.retry);
  field("closes", round.closes);
  for (const auto& [months, part] : round.tranches) text += fmt::format(", {:g} after {}", part, months);
  for (const CompanyId rival : round.exclusive) text += ", excludes " + model.companies[rival].name;
  field("exclusive_for", round.exclusive_for);
  field("exclusive_honoured", round.exclusive_honoured);
  return text;
}

std::string facility_text(const Model& model, const Facility& facility, const Printer& printer) {
  static constexpr const char* kRepayments[] = {"at_end", "equal_instalments", "annuity", "sculpted", "by schedule"};
  static constexpr const char* kBreaches[] = {"due", "stops", "counted"};
  static constexpr std::pair<const char*, DefId Facility::*> kFields[] = {{"limit", &Facility::limit},
                                                                          {"borrowing_base", &Facility::borrowing_base},
                                                                          {"draw_when", &Facility::draw_when},
                                                                          {"draw_on", &Facility::draw_on},
                                                                          {"draw", &Facility::draw},
                                                                          {"gearing", &Facility::gearing},
                                                                          {"until", &Facility::until},
                                                                          {"term", &Facility::term},
                                                                          {"rate", &Facility::rate},
                                                                          {"pik", &Facility::pik},
                                                                          {"fee", &Facility::fee},
                                                                          {"issue_price", &Facility::issue_price},
                                                                          {"commitment_fee", &Facility::commitment_fee},
                                                                          {"exit_fee", &Facility::exit_fee},
                                                                          {"available", &Facility::available},
                                                                          {"repay", &Facility::repay},
                                                                          {"grace", &Facility::grace},
                                                                          {"balloon", &Facility::balloon},
                                                                          {"target_dscr", &Facility::target_dscr},
                                                                          {"repay_when", &Facility::repay_when},
                                                                          {"reserve", &Facility::reserve},
                                                                          {"sweep", &Facility::sweep}};
  std::string text = fmt::format("  facility {}: {}", facility.name, kRepayments[static_cast<std::size_t>(facility.repayment)]);
  for (const auto& [name, member] : kFields)
    if (facility.*member != kNone) text += fmt::format(", {} {}", name, printer.definition(facility.*member));
  if (facility.currency != kNone) text += ", in " + model.currencies[facility.currency].name;
  if (facility.project != kNone) text += ", for " + model.projects[facility.project].name;
  if (facility.construction_from_cash) text += ", construction interest from cash";
  if (facility.payment_months != 1) text += fmt::format(", paid every {} months", facility.payment_months);
  if (facility.on_average) text += ", interest on the average";
  if (facility.refinanced_by != kNone) text += ", refinanced by " + model.facilities[facility.refinanced_by].name;
  if (const LenderWarrants& warrants = facility.warrants; warrants.given()) {
    text += ", warrants";
    const auto field = [&](const char* name, DefId id) {
      if (id != kNone) text += fmt::format(" {} {}", name, printer.definition(id));
    };
    field("of_draws", warrants.of_draws);
    field("of_limit", warrants.of_limit);
    field("signed", warrants.signed_on);
    field("strike", warrants.strike);
    if (warrants.at != StrikeAt::price) text += warrants.at == StrikeAt::last_price ? " at the last price" : " at the next price";
    field("term", warrants.term);
    text += " to " + model.holders[warrants.holder].name;
  }
  text += "\n";
  for (const std::uint32_t id : facility.covenants) {
    const Covenant& covenant = model.covenants[id];
    text += fmt::format("    covenant {}: holds {}, tested every {} months, {}", covenant.name, printer.definition(covenant.holds),
                        covenant.tested_months, kBreaches[static_cast<std::size_t>(covenant.on_breach)]);
    if (covenant.cure != kNone) text += ", cure " + printer.definition(covenant.cure);
    text += "\n";
  }
  return text;
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
  for (const std::uint32_t id : which.without_projects) add("less", model.projects[id].name);
  for (const std::uint32_t id : which.without_investors) add("less", model.investors[id].name);
  for (const std::uint32_t id : which.without_pacts) add("less", model.pacts[id].name);
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
  for (const Currency& currency : model.currencies) {
    text += fmt::format("currency {}: {}", currency.name, printer.definition(currency.rate));
    if (currency.opening != kNone) text += ", opening " + printer.definition(currency.opening);
    text += "\n";
  }
  for (const Definition& definition : model.definitions) {
    text += fmt::format("{} {} [{}, {}] = {}", role_name(definition.role), definition.name, type_name(definition.type),
                        variation_name(definition.variation), printer.expression(definition.is));
    for (const std::uint32_t cite : definition.cites) text += " @" + model.sources[cite].name;
    text += "\n";
  }
  for (const Company& company : model.companies) {
    text += fmt::format("company {}: cash {}, debt {}, min_cash {}\n", company.name, printer.definition(company.cash),
                        printer.definition(company.debt), printer.definition(company.min_cash));
    if (company.opening_post_money != kNone)
      text.insert(text.size() - 1, ", opening_post_money " + printer.definition(company.opening_post_money));
    const auto optional = [&](const char* name, DefId id) {
      if (id != kNone) text += fmt::format(", {} {}", name, printer.definition(id));
    };
    const std::pair<const char*, DefId> opening[] = {{"receivables", company.receivables},
                                                     {"payables", company.payables},
                                                     {"deferred_revenue", company.deferred_revenue},
                                                     {"fixed_assets", company.fixed_assets},
                                                     {"fixed_assets_life", company.fixed_assets_life}};
    for (const auto& [name, id] : opening) {
      if (id != kNone) text.insert(text.size() - 1, fmt::format(", {} {}", name, printer.definition(id)));
    }
    for (const Line& line : company.lines) {
      text += fmt::format("  line {}: {}", printer.definition(line.is), class_name(line.cost_class));
      optional("delay", line.delay);
      optional("non_cash", line.non_cash);
      optional("billed", line.billed);
      optional("capitalised", line.capitalised);
      optional(line.revenue ? "taxed" : "deductible", line.taxable);
      if (line.currency != kNone) text += ", in " + model.currencies[line.currency].name;
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
    for (const Account& account : company.accounts) {
      text += fmt::format("  account {}: in {}, balance {}", account.name, model.currencies[account.currency].name,
                          printer.definition(account.balance));
      optional("least", account.least);
      optional("most", account.most);
      text += "\n";
    }
    if (company.taxes) {
      text += fmt::format("  taxes: {}", company.taxes->paid == TaxPaid::monthly ? "monthly" : "quarterly");
      optional("rate", company.taxes->rate);
      optional("losses", company.taxes->losses);
      optional("losses_used", company.taxes->losses_used);
      optional("research_credit", company.taxes->research_credit);
      optional("year_ends", company.taxes->year_ends);
      text += "\n";
    }
    for (const Lease& lease : company.leases) {
      text += "  lease " + lease.name + ":";
      const std::size_t begin = text.size();
      optional("payment", lease.payment);
      optional("term", lease.term);
      optional("rate", lease.rate);
      optional("start", lease.start);
      text.erase(begin, 1);
      if (lease.currency != kNone) text += ", in " + model.currencies[lease.currency].name;
      text += "\n";
    }
    for (const std::uint32_t id : company.facilities) text += facility_text(model, model.facilities[id], printer);
    for (const std::uint32_t id : company.projects) {
      const Project& project = model.projects[id];
      const char* curve = project.curve == SpendCurve::even ? "even" : project.curve == SpendCurve::table ? "table" : "s_curve";
      const std::string written_off = project.depreciation == Depreciation::none            ? "none"
                                      : project.depreciation == Depreciation::straight_line ? "straight_line"
                                      : project.depreciation == Depreciation::declining     ? "declining"
                                                                                            : fmt::format("macrs_{}", project.macrs_years);
      text += fmt::format("  project {}: {}, {}", project.name, curve, written_off);
      optional("size", project.size);
      optional("capex", project.capex);
      optional("escalation", project.escalation);
      optional("share", project.share);
      optional("grants", project.grants);
      optional("start", project.start);
      optional("build", project.build);
      optional("delay", project.delay);
      optional("overrun", project.overrun);
      optional("spend", project.spend);
      optional("go_if", project.go_if);
      optional("pause_if", project.pause_if);
      optional("cancel_if", project.cancel_if);
      optional("salvage", project.salvage);
      optional("phases", project.phases);
      optional("life", project.life);
      optional("decommissioning", project.decommissioning);
      optional("yields", project.yields);
      optional("yield_escalation", project.yield_escalation);
      optional("availability", project.availability);
      optional("used", project.used);
      optional("take_or_pay", project.take_or_pay);
      optional("running", project.running);
      optional("running_escalation", project.running_escalation);
      optional("discount", project.discount);
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
      text += round_equity(model, printer, round) + "\n";
    }
    if (!says_who_owns(model, company)) continue;
    for (const std::uint32_t id : company.classes) {
      const ShareClass& share_class = model.classes[id];
      text += fmt::format("  class {}: {}", share_class.name, terms(printer, share_class.is));
      optional("shares", share_class.shares);
      text += "\n";
    }
    for (const std::uint32_t id : company.holders) text += holder_text(model, printer, model.holders[id]);
    for (const std::uint32_t id : company.exits) {
      const Exit& exit = model.exits[id];
      text += fmt::format("  exit {}: on {}, value {}", exit.name, model.events[exit.event].name, printer.definition(exit.value));
      optional("costs", exit.costs);
      text += "\n";
    }
  }
  if (model.mood != kNone) text += "market: mood " + printer.definition(model.mood) + "\n";
  for (const Investor& investor : model.investors) text += investor_text(model, printer, investor);
  for (const Pact& pact : model.pacts) text += pact_text(model, printer, pact);
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
      text += fmt::format("  show {}: {}{}{}\n", answer_name(shown.kind), printer.expression(shown.expr),
                          unit.empty() ? "" : " [" + unit + "]", shown.by.empty() ? "" : " of " + shown.by);
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
