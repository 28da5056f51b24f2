// Each figure is reckoned as a double, as everywhere in a model, and then read as the decimal that it stands for.
#include "model/capitalization.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "model/known.h"
#include "quantity/date.h"

namespace warchest::model {

using equity::CapTable;
using equity::Holding;
using equity::Number;
using text::Code;

namespace {

std::string setting_for(const Definition& definition) {
  const quantity::Unit& unit = definition.type.unit;
  std::string value = "20%";
  if (definition.type.kind == TypeKind::date) value = "2026-03";
  if (unit.is(quantity::Dimension::money)) value = "'$2M'";
  if (unit.is(quantity::Dimension::shares)) value = "1_000_000";
  if (unit == quantity::per_month()) value = "8%/year";
  if (unit.exponent(quantity::Dimension::money) == 1 && unit.exponent(quantity::Dimension::shares) == -1) value = "'$1.20'";
  return fmt::format("give it a number:  --set {}={}", definition.name, value);
}

std::string_view how_it_varies(Variation variation) {
  switch (variation) {
    case Variation::known:
      return "is reckoned in a way that only a run can follow";
    case Variation::known_monthly:
      return "varies from month to month";
    case Variation::per_path:
      return "is uncertain";
    case Variation::monthly:
      return "comes out of a run";
  }
  return "";
}

// The known figures of a model in one scenario; those that are not known are complained about.
class Figures {
 public:
  Figures(const Model& model, std::uint32_t scenario, text::Diagnostics& diagnostics) : model_(model), diagnostics_(diagnostics) {
    lay(model.base_overrides);
    if (scenario != kNone) lay(model.scenarios[scenario].overrides);
  }

  void last_post_money(CompanyId company, std::optional<Number> value) {
    if (value) last_[company] = value->to_double();
  }

  // Without complaint.
  std::optional<double> quiet(DefId id) const {
    if (id == kNone) return std::nullopt;
    const auto value_of = [this](DefId of) {
      const auto found = laid_.find(of);
      return found == laid_.end() ? model_.definitions[of].is : found->second;
    };
    const auto measure = [this](const Expr& expr) -> std::optional<double> {
      if (expr.measure != Measure::last_post_money && expr.measure != Measure::valuation) return std::nullopt;
      const auto found = last_.find(expr.index);
      return found == last_.end() ? std::nullopt : std::optional(found->second);
    };
    return known_value(model_, value_of(id), {value_of, measure});
  }

  std::optional<double> value(DefId id) {
    const auto result = quiet(id);
    if (!result && id != kNone) complain(id);
    return result;
  }

  std::optional<Number> number(DefId id) {
    const auto result = value(id);
    return result ? std::optional(exact(*result)) : std::nullopt;
  }

  // What holds where nothing is written.
  Number number_or(DefId id, const Number& fallback) { return id == kNone ? fallback : number(id).value_or(fallback); }

  Number yearly(DefId id) {
    const auto result = id == kNone ? std::nullopt : value(id);
    return result ? exact(*result * quantity::kMonthsPerYear) : Number(0);
  }

  std::optional<equity::Date> date(DefId id) {
    const auto month = id == kNone ? std::nullopt : value(id);
    return month ? std::optional(date_of_month(model_, static_cast<int>(*month))) : std::nullopt;
  }

  void error(Code code, text::Span span, std::string message, std::string suggestion = {}) {
    failed_ = true;
    diagnostics_.add({.code = code, .span = span, .message = std::move(message), .suggestion = std::move(suggestion)});
  }
  bool failed() const { return failed_; }

 private:
  void lay(const std::vector<Override>& overrides) {
    for (const Override& one : overrides) {
      if (one.from == kNone) laid_[one.target] = one.is;  // what begins later is not so today
    }
  }

  void complain(DefId id) {
    const Definition& definition = model_.definitions[id];
    error(Code::not_known, definition.span,
          fmt::format("a cap table wants one number, and `{}` {}", definition.name, how_it_varies(definition.variation)),
          setting_for(definition));
  }

  const Model& model_;
  text::Diagnostics& diagnostics_;
  std::map<DefId, ExprId> laid_;
  std::map<CompanyId, double> last_;
  bool failed_ = false;
};

equity::DayCount day_count(DayCount count) {
  return count == DayCount::actual_360 ? equity::DayCount::actual_360 : equity::DayCount::actual_365_fixed;
}

equity::Interest interest(Number rate, int periods, DayCount count, std::optional<equity::Date> from, std::optional<equity::Date> until) {
  equity::Interest result;
  result.rate = std::move(rate);
  result.accrual = periods == 0 ? equity::Accrual::simple : equity::Accrual::compound;
  if (periods > 0) result.periods_per_year = periods;
  result.day_count = day_count(count);
  result.from = from;
  result.until = until;
  return result;
}

std::optional<equity::Dividend> dividend(const Instrument& is, const std::optional<equity::Date>& from, Figures& figures) {
  if (is.dividend == kNone) return std::nullopt;
  equity::Dividend result;
  result.accrues = interest(figures.yearly(is.dividend), is.dividend_periods, DayCount::actual_365, from, std::nullopt);
  result.settlement = is.dividend_in_kind ? equity::Settlement::paid_in_kind : equity::Settlement::forfeit_on_conversion;
  result.cap_basis = is.cap_includes_dividends ? equity::CapBasis::includes_dividends : equity::CapBasis::excludes_dividends;
  return result;
}

equity::Participation participation(const Instrument& is) {
  if (!is.participating) return equity::Participation::none;
  return is.participation_cap == kNone ? equity::Participation::full : equity::Participation::capped;
}

equity::Terms terms_of_class(const Model& model, const Instrument& is, const Number& shares, Figures& figures) {
  switch (is.kind) {
    case InstrumentKind::common:
      return equity::Common{shares};
    case InstrumentKind::options:
    case InstrumentKind::warrants:
      return equity::Option{shares, figures.number_or(is.strike, 0), is.kind == InstrumentKind::options};
    default: {
      equity::Preferred series;
      series.shares = shares;
      series.original_price = figures.number_or(is.price, 1);
      series.conversion_price = figures.number_or(is.conversion_price, series.original_price);
      series.multiple = figures.number_or(is.liquidation, 1);
      series.participation = participation(is);
      if (is.participation_cap != kNone) series.cap_multiple = figures.number_or(is.participation_cap, 1);
      series.seniority = figures.number_or(is.seniority, 1);
      const auto since = is.dividend_since == kNone ? date_of_month(model, 0) : figures.date(is.dividend_since);
      series.dividend = dividend(is, since, figures);
      return series;
    }
  }
}

// What the table calls a holder.
std::string called(const Holder& holder) { return holder.imported ? holder.label : std::string(name_in_company(holder.name)); }

// Cheques by holder: what the book says, the rest to whom it goes, else to the round's own buyers; those first.
std::vector<Holding> cheques(const Model& model, std::uint32_t id, const Number& amount, Figures& figures) {
  const Round& round = model.rounds[id];
  std::vector<Holding> result;
  Number left = amount;
  std::string rest;
  const auto buyers = std::find_if(model.holders.begin(), model.holders.end(),
                                   [&](const Holder& holder) { return holder.kind == Holder::Kind::buyers && holder.round == id; });
  if (buyers != model.holders.end()) rest = called(*buyers);
  for (const BookEntry& entry : round.book) {
    const std::string holder = called(model.holders[entry.holder]);
    Number cheque;
    if (entry.money != kNone) {
      cheque = figures.number_or(entry.money, 0);
    } else if (entry.part != kNone) {
      cheque = figures.number_or(entry.part, 0) * amount;
    } else {
      rest = holder;
      continue;
    }
    left -= cheque;
    if (!cheque.is_zero()) result.push_back({holder, "", cheque});
  }
  if (left.sign() < 0 && !figures.failed())
    figures.error(Code::over_allotted, round.span, fmt::format("the book of `{}` holds more than its amount", round.name));
  if (left.sign() > 0 && rest.empty())
    figures.error(Code::over_allotted, round.span, fmt::format("nobody puts in the rest of `{}`", round.name), "book = { fund: rest }");
  if (left.sign() > 0 && !rest.empty()) {
    const auto known = std::find_if(result.begin(), result.end(), [&](const Holding& one) { return one.holder == rest; });
    if (known == result.end()) {
      result.insert(result.begin(), {rest, "", left});
    } else {
      known->shares += left;
    }
  }
  return result;
}

void add_convertible(const Model& model, std::uint32_t id, CapTable& table, Figures& figures) {
  const Round& round = model.rounds[id];
  const Instrument& is = round.instrument;
  const auto amount = figures.number(round.amount);
  if (!amount) return;
  std::optional<Number> cap, discount;
  if (is.cap != kNone) cap = figures.number(is.cap);
  if (is.cap == kNone && round.post_money != kNone) {  // it converts at that worth, its own money not in it
    const auto worth = figures.number(round.post_money);
    if (worth && *worth <= *amount) {
      figures.error(Code::out_of_bounds, model.definitions[round.post_money].span,
                    fmt::format("`{}` is worth no more than the money that it brings", round.name));
      return;
    }
    if (worth) cap = *worth - *amount;
  }
  if (is.discount != kNone) discount = figures.number(is.discount);
  const std::string name = equity::unused_name(table, std::string(name_in_company(round.name)));
  equity::Security security{name, {}};
  if (is.kind == InstrumentKind::safe) {
    equity::Safe safe;
    safe.amount = *amount;
    safe.basis =
        is.basis == SafeBasis::pre_money || (is.cap == kNone && cap) ? equity::SafeBasis::pre_money : equity::SafeBasis::post_money;
    safe.cap = cap;
    safe.discount = discount;
    if (is.percent != kNone) {
      safe.basis = equity::SafeBasis::fixed_percent;
      safe.percent = figures.number(is.percent);
    }
    if (is.most_favoured) safe.most_favoured = equity::MostFavoured{equity::MostFavoured::Elects::best_at_round, ""};
    security.terms = safe;
  } else {
    equity::Note note;
    note.principal = *amount;
    note.interest =
        interest(figures.yearly(is.interest), is.interest_periods, is.day_count, figures.date(round.closed), figures.date(is.by));
    note.cap = cap;
    note.discount = discount;
    note.base = is.base == ConversionBase::fully_diluted_with_converts ? equity::NoteBase::fully_diluted_with_converts
                                                                       : equity::NoteBase::fully_diluted;
    security.terms = note;
  }
  table.securities.push_back(std::move(security));
  for (Holding& cheque : cheques(model, id, *amount, figures)) {
    cheque.security = name;
    table.holdings.push_back(std::move(cheque));
  }
}

void add_classes(const Model& model, const Company& company, CapTable& table, Figures& figures) {
  Number unissued;
  std::map<std::uint32_t, std::vector<std::pair<std::uint32_t, DefId>>> held;  // by class: holder, shares
  for (const std::uint32_t holder : company.holders) {
    for (const auto& [of, def] : model.holders[holder].holds) held[of].emplace_back(holder, def);
  }
  for (const std::uint32_t id : company.classes) {
    const ShareClass& share_class = model.classes[id];
    const std::string name(name_in_company(share_class.name));
    Number shares;
    std::vector<Holding> holdings;
    for (const auto& [holder, def] : held[id]) {
      const Number count = figures.number_or(def, 0);
      if (count.is_zero()) continue;
      holdings.push_back({called(model.holders[holder]), name, count});
      shares += count;
    }
    const bool plan = share_class.is.kind == InstrumentKind::options && share_class.is.unissued != kNone;
    if (plan) unissued += figures.number_or(share_class.is.unissued, 0);
    if (shares.is_zero() && plan) continue;  // nothing of it has been granted
    table.securities.push_back({name, terms_of_class(model, share_class.is, shares, figures)});
    std::move(holdings.begin(), holdings.end(), std::back_inserter(table.holdings));
  }
  if (unissued.is_zero()) return;
  table.securities.push_back({equity::unused_name(table, "pool"), equity::Pool{unissued}});
}

void add_parts(const Model& model, const Company& company, CapTable& table, Figures& figures) {
  const Number all(kSharesWherePartsAreGiven);
  Number left = all;
  std::string rest;
  table.securities.push_back({"common", equity::Common{all}});
  for (const std::uint32_t id : company.holders) {
    const Holder& holder = model.holders[id];
    const std::string name(name_in_company(holder.name));
    if (holder.kind == Holder::Kind::existing || holder.kind == Holder::Kind::others) rest = name;
    if (holder.owns == kNone) continue;
    const Number part = figures.number_or(holder.owns, 0) * all;
    left -= part;
    if (!part.is_zero()) table.holdings.push_back({name, "common", part});
  }
  if (left.sign() < 0 && !figures.failed())
    figures.error(Code::over_allotted, company.span, fmt::format("the holders of `{}` own more than all of it", company.name));
  if (left.sign() > 0) table.holdings.push_back({rest.empty() ? "others" : rest, "common", left});
}

bool converts(const Round& round) { return round.instrument.kind == InstrumentKind::safe || round.instrument.kind == InstrumentKind::note; }

bool sells_shares(const Round& round) {
  return round.instrument.kind == InstrumentKind::preferred || round.instrument.kind == InstrumentKind::common;
}

std::optional<CapTable> finished(CapTable table, const text::Span& span, Figures& figures) {
  if (figures.failed()) return std::nullopt;
  if (const auto fault = equity::fault_in(table)) {
    figures.error(Code::out_of_bounds, span, fault->what);
    return std::nullopt;
  }
  return table;
}

// What the company was last worth before a round, as far as it is known.
void reckon_last_post_money(const Model& model, std::uint32_t id, Figures& figures) {
  const CompanyId number = model.rounds[id].company;
  const Company& company = model.companies[number];
  if (const auto opening = figures.quiet(company.opening_post_money)) figures.last_post_money(number, exact(*opening));
  const auto own = figures.quiet(model.rounds[id].closed);
  std::vector<std::pair<double, std::uint32_t>> earlier;
  for (const std::uint32_t other : company.rounds) {
    const auto month = figures.quiet(model.rounds[other].closed);
    if (other != id && month && (!own || *month < *own)) earlier.emplace_back(*month, other);
  }
  std::stable_sort(earlier.begin(), earlier.end());
  for (const auto& [month, other] : earlier) {
    const Round& round = model.rounds[other];
    const auto amount = figures.quiet(round.amount);
    const auto before = figures.quiet(round.asks != kNone ? round.asks : round.pre_money), after = figures.quiet(round.post_money);
    if (after) figures.last_post_money(number, exact(*after));
    if (before && amount) figures.last_post_money(number, exact(*before + *amount));
  }
}

equity::AntiDilution protections(const Model& model, const Company& company, const CapTable& before) {
  equity::AntiDilution result;
  const auto look = [&](std::string_view full, const Instrument& is) {
    const std::string name(name_in_company(full));
    const equity::Security* security = before.find(name);
    if (security == nullptr || !std::holds_alternative<equity::Preferred>(security->terms)) return;
    switch (is.anti_dilution) {
      case AntiDilution::none:
        return;
      case AntiDilution::broad_weighted_average:
        return result.series.emplace_back(name, equity::Protection::broad_based), void();
      case AntiDilution::broad_with_reserve:
        return result.series.emplace_back(name, equity::Protection::broad_based_with_reserve), void();
      case AntiDilution::narrow_weighted_average:
        return result.series.emplace_back(name, equity::Protection::narrow_based), void();
      case AntiDilution::full_ratchet:
        return result.series.emplace_back(name, equity::Protection::full_ratchet), void();
    }
  };
  for (const std::uint32_t id : company.classes) look(model.classes[id].name, model.classes[id].is);
  for (const std::uint32_t id : company.rounds) look(model.rounds[id].name, model.rounds[id].instrument);
  return result;
}

// 1 is paid first: senior is one before the first, pari passu is beside it.
Number rank(Seniority order, const CapTable& before) {
  std::optional<Number> first;
  for (const equity::Security& security : before.securities) {
    const auto* series = std::get_if<equity::Preferred>(&security.terms);
    if (series != nullptr && (!first || series->seniority < *first)) first = series->seniority;
  }
  if (!first) return 1;
  return order == Seniority::senior ? *first - 1 : *first;
}

equity::PriceMethod method(PriceMethod method) {
  switch (method) {
    case PriceMethod::percent_ownership:
      return equity::PriceMethod::percent_ownership;
    case PriceMethod::pre_money_fixed:
      return equity::PriceMethod::pre_money_fixed;
    case PriceMethod::dollars_invested:
      return equity::PriceMethod::dollars_invested;
  }
  return equity::PriceMethod::percent_ownership;
}

}  // namespace

Number exact(double value) {
  std::string text = fmt::format("{}", value);
  const auto digits = std::count_if(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(std::min(text.find('e'), text.size())),
                                    [](char letter) { return letter >= '0' && letter <= '9'; });
  if (digits > 15) text = fmt::format("{:.15g}", value);
  return Number::parse(text).value_or(Number::from_double(value));
}

std::string_view name_in_company(std::string_view full_name) { return full_name.substr(full_name.find('.') + 1); }

equity::Date date_of_month(const Model& model, int month) {
  const int number = quantity::month_number(model.settings.start_year, model.settings.start_month) + month;
  return {quantity::year_of(number), quantity::month_of(number), 1};
}

std::optional<CapTable> capitalization(const Model& model, CompanyId id, text::Diagnostics& diagnostics,
                                       const CapitalizationOptions& options) {
  const Company& company = model.companies[id];
  Figures figures(model, options.scenario, diagnostics);
  CapTable table;
  if (company.imported != kNone) {
    table = model.captables[company.imported];
  } else if (company.classes.empty()) {
    add_parts(model, company, table, figures);
  } else {
    add_classes(model, company, table, figures);
  }
  std::vector<std::pair<double, std::uint32_t>> rounds;
  for (const std::uint32_t round : company.rounds) {
    if (!converts(model.rounds[round]) || model.rounds[round].imported) continue;
    const auto month = figures.quiet(model.rounds[round].closed);
    if (month && *month <= options.month) rounds.emplace_back(*month, round);
  }
  std::stable_sort(rounds.begin(), rounds.end());
  for (const auto& [month, round] : rounds) add_convertible(model, round, table, figures);
  if (options.debt) {
    const Number debt = figures.number_or(company.debt, 0);
    if (!debt.is_zero()) table.securities.push_back({equity::unused_name(table, "debt"), equity::Debt{debt, 1}});
  }
  return finished(std::move(table), company.span, figures);
}

std::vector<DatedGrant> dated_grants(const Model& model, CompanyId id, std::uint32_t scenario) {
  constexpr double kUsualTerm = 120;  // months
  text::Diagnostics nobody;
  Figures figures(model, scenario, nobody);
  std::vector<DatedGrant> grants;
  for (const std::uint32_t f : model.companies[id].facilities) {
    const Facility& facility = model.facilities[f];
    const LenderWarrants& warrants = facility.warrants;
    const auto limit = figures.quiet(facility.limit);
    const auto term = warrants.term == kNone ? std::optional(kUsualTerm) : figures.quiet(warrants.term);
    const bool there = facility.available == kNone || figures.quiet(facility.available) == 1.0;
    if (!warrants.given() || !limit || !term || !there || warrants.holder == kNone) continue;
    const auto add = [&](DefId coverage, std::optional<double> month, std::optional<double> money, const char* what) {
      const auto part = figures.quiet(coverage);
      const auto strike = figures.quiet(warrants.strike);
      if (!part || !month || !money || *money <= 0 || (warrants.at == StrikeAt::price && !(strike && *strike > 0))) return;
      DatedGrant grant;
      grant.lender = std::string(name_in_company(model.holders[warrants.holder].name));
      grant.name = std::string(name_in_company(facility.name)) + what;
      grant.month = static_cast<int>(std::floor(*month));
      grant.ends = grant.month + std::max(1, static_cast<int>(std::round(*term)));
      grant.at = warrants.at;
      grant.covered = exact(*money) * exact(*part);
      if (strike) grant.strike = exact(*strike);
      grant.span = warrants.span;
      grants.push_back(std::move(grant));
    };
    if (warrants.of_limit != kNone)
      add(warrants.of_limit, warrants.signed_on == kNone ? std::optional(0.0) : figures.quiet(warrants.signed_on), limit, " on its limit");
    if (warrants.of_draws == kNone || facility.draw_on == kNone || facility.draw_when != kNone || facility.borrowing_base != kNone)
      continue;
    const auto draw = facility.draw == kNone ? limit : figures.quiet(facility.draw);
    add(warrants.of_draws, figures.quiet(facility.draw_on), draw ? std::optional(std::min(*draw, *limit)) : std::nullopt, " warrants");
  }
  std::stable_sort(grants.begin(), grants.end(), [](const DatedGrant& a, const DatedGrant& b) { return a.month < b.month; });
  return grants;
}

std::optional<Number> opening_worth(const Model& model, CompanyId id, std::uint32_t scenario) {
  text::Diagnostics nobody;
  const auto worth = Figures(model, scenario, nobody).quiet(model.companies[id].opening_post_money);
  return worth ? std::optional(exact(*worth)) : std::nullopt;
}

std::optional<CapTable> with_convertible(const Model& model, std::uint32_t id, CapTable before, text::Diagnostics& diagnostics,
                                         std::uint32_t scenario) {
  const Round& round = model.rounds[id];
  Figures figures(model, scenario, diagnostics);
  if (!converts(round)) {
    figures.error(Code::no_price, round.span, fmt::format("`{}` sells neither a SAFE nor a note", round.name));
    return std::nullopt;
  }
  reckon_last_post_money(model, id, figures);
  add_convertible(model, id, before, figures);
  return finished(std::move(before), round.span, figures);
}

std::optional<equity::RoundTerms> round_terms(const Model& model, std::uint32_t id, const CapTable& before, text::Diagnostics& diagnostics,
                                              const RoundTermsOptions& options) {
  const Round& round = model.rounds[id];
  const Instrument& is = round.instrument;
  Figures figures(model, options.scenario, diagnostics);
  if (!sells_shares(round)) {
    figures.error(Code::no_price, round.span, fmt::format("`{}` sells no shares", round.name));
    return std::nullopt;
  }
  reckon_last_post_money(model, id, figures);
  figures.last_post_money(round.company, options.last_post_money);
  const auto amount = figures.number(round.amount);
  equity::RoundTerms terms;
  if (round.post_money != kNone) {
    const auto worth = figures.number(round.post_money);
    if (worth && amount) terms.pre_money = *worth - *amount;
  } else if (round.asks != kNone || round.pre_money != kNone) {
    terms.pre_money = figures.number_or(round.asks != kNone ? round.asks : round.pre_money, 1);
  } else {
    figures.error(Code::no_price, round.span, fmt::format("`{}` has no price", round.name), "pre_money = $80M");
  }
  if (!amount || figures.failed()) return std::nullopt;
  for (const Holding& cheque : cheques(model, id, *amount, figures)) terms.investors.push_back({cheque.holder, cheque.shares});
  if (round.pool != kNone) {
    terms.pool.mode =
        round.pool_counts == PoolCounts::granted_too ? equity::PoolMode::target_total_pool_post : equity::PoolMode::target_unissued_post;
    terms.pool.value = figures.number_or(round.pool, 0);
  }
  terms.method = method(round.price_method);
  if (options.month) {
    terms.date = date_of_month(model, *options.month);
  } else if (round.closed != kNone) {
    terms.date = figures.date(round.closed);
  }
  terms.anti_dilution = protections(model, model.companies[round.company], before);
  for (const std::uint32_t holder : round.pro_rata) {
    equity::ProRataRight right;
    right.holder = called(model.holders[holder]);
    right.kind = equity::ProRataRight::Kind::within;
    terms.rights.push_back(std::move(right));
  }
  terms.series.id = equity::unused_name(before, std::string(name_in_company(round.name)));
  terms.series.is_common = is.kind == InstrumentKind::common;
  terms.series.multiple = figures.number_or(is.liquidation, 1);
  terms.series.participation = participation(is);
  if (is.participation_cap != kNone) terms.series.cap_multiple = figures.number_or(is.participation_cap, 1);
  terms.series.seniority = rank(is.order, before);
  terms.series.dividend = dividend(is, terms.date, figures);
  if (figures.failed()) return std::nullopt;
  return terms;
}

}  // namespace warchest::model
