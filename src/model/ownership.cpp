// Rules of who owns what, over finished values: what is known of the cap table adds up, in the file as it stands and with whatever a
// scenario lays over it; and a question about owners has an answer, which needs a price for every round.
#include <fmt/format.h>

#include <algorithm>

#include "model/checker.h"
#include "model/figure.h"
#include "model/known.h"

namespace warchest::model {

using text::Code;

namespace {

constexpr double kHair = 1e-9;
constexpr double kMostClosings = 24;  // of a round by rule that owners can be followed through

bool of_owners(Measure measure) {
  switch (measure) {
    case Measure::shares:
    case Measure::holder_owned:
    case Measure::holder_shares:
    case Measure::holder_payout:
    case Measure::holder_multiple:
    case Measure::holder_irr:
      return true;
    default:
      return false;
  }
}

bool of_exit(Measure measure) {
  return measure == Measure::holder_payout || measure == Measure::holder_multiple || measure == Measure::holder_irr;
}

}  // namespace

void Checker::gather_worlds() {
  worlds_.emplace_back();
  World set;
  for (const Override& one : model_.base_overrides) set.laid[one.target] = one.is;
  if (!set.laid.empty()) worlds_.push_back(set);
  for (const Scenario& scenario : model_.scenarios) {
    World world = set;
    for (const Override& one : scenario.overrides) world.laid[one.target] = one.is;
    worlds_.push_back(std::move(world));
  }
  for (const Ask& ask : model_.asks) {
    if (!ask.for_each) continue;
    for (const ExprId value : ask.for_each->values) {
      World world = set;
      world.laid[ask.for_each->target] = value;
      worlds_.push_back(std::move(world));
    }
  }
  for (std::uint32_t number = 0; number < worlds_.size(); ++number) {
    for (const auto& [target, is] : worlds_[number].laid) worlds_over_[target].push_back(number);
  }
  held_.resize(model_.classes.size());
  for (const Holder& holder : model_.holders) {
    for (const auto& [id, shares] : holder.holds) {
      if (states_[shares].written.given()) held_[id].push_back(shares);
    }
  }
}

// Of which nouns a world says something else than the file.
void Checker::choose_touched(const World& world, std::set<CompanyId>& companies, std::set<std::uint32_t>& classes,
                             std::set<std::uint32_t>& rounds) const {
  for (const auto& [target, is] : world.laid) {
    for (EntityId id = states_[target].entity; id != kNone && id != 0; id = entities_[id].parent) {
      const Entity& entity = entities_[id];
      if (entity.kind->id == KindId::class_) classes.insert(entity.index);
      if (entity.kind->id == KindId::round_) rounds.insert(entity.index);
      if (entity.kind->id != KindId::holder_) continue;
      companies.insert(entity.company);
      for (const auto& [of, shares] : model_.holders[entity.index].holds) {
        if (shares == target) classes.insert(of);
      }
    }
  }
}

std::optional<double> Checker::in_world(const World& world, DefId id) const {
  if (id == kNone || states_[id].bad) return std::nullopt;
  const auto value_of = [&](DefId of) {
    const auto found = world.laid.find(of);
    return found == world.laid.end() ? model_.definitions[of].is : found->second;
  };
  return known_value(model_, value_of(id), {value_of});
}

// In the file as it stands the complaint is at `span`; elsewhere at what was laid over one of the parts, if anything was.
void Checker::complain_of_sum(Code code, const World& world, const std::vector<DefId>& parts, text::Span span, const std::string& message) {
  if (world.laid.empty()) return error(code, span, message);
  for (const DefId part : parts) {
    const auto found = world.laid.find(part);
    if (found != world.laid.end()) return error(code, model_.exprs[found->second].span, message);
  }
}

void Checker::check_ownership() {
  gather_worlds();
  check_facts();
  for (const World& world : worlds_) check_world(world);
  check_start();
  check_prices();
  check_warrants();
  check_valuations();
}

void Checker::check_facts() {
  const auto look = [&](DefId id, ExprId is, text::Span span) {
    if (is == kNone || !is_fact(id) || states_[id].bad || bits_[is] == 0) return;
    const bool path = (bits_[is] & 2) != 0;
    const FieldRow* row = states_[id].row;
    const bool of_today = row == nullptr || (row->kind != KindId::revenue_ && row->kind != KindId::cost_ && row->kind != KindId::taxes_);
    error(Code::not_known, span,
          std::string(of_today ? "the cap table of today is a fact" : "how it is booked is known from the start") + ", so `" + model_.definitions[id].name + "` is one number, and this " +
              (path ? "is uncertain" : "varies from month to month"),
          "", quoted(states_[id].written), "one number");
  };
  for (DefId id = 0; id < model_.definitions.size(); ++id) {
    if (states_[id].written.given()) look(id, model_.definitions[id].is, states_[id].written.span());
  }
  std::set<ExprId> seen;  // what --set lays is in every world
  for (const World& world : worlds_) {
    for (const auto& [target, is] : world.laid) {
      if (seen.insert(is).second) look(target, is, model_.exprs[is].span);
    }
  }
}

void Checker::check_world(const World& world) {
  std::set<CompanyId> companies;
  std::set<std::uint32_t> classes, rounds;
  if (world.laid.empty()) {
    for (CompanyId id = 0; id < model_.companies.size(); ++id) check_parts(world, id);
    for (std::uint32_t id = 0; id < model_.classes.size(); ++id) check_class(world, id);
    for (std::uint32_t id = 0; id < model_.rounds.size(); ++id) check_book(world, id);
    return;
  }
  choose_touched(world, companies, classes, rounds);
  for (const CompanyId id : companies) check_parts(world, id);
  for (const std::uint32_t id : classes) check_class(world, id);
  for (const std::uint32_t id : rounds) check_book(world, id);
}

void Checker::check_parts(const World& world, CompanyId number) {
  const Company& company = model_.companies[number];
  std::vector<DefId> parts;
  double sum = 0;
  for (const std::uint32_t id : company.holders) {
    const auto part = in_world(world, model_.holders[id].owns);
    if (!part) continue;
    parts.push_back(model_.holders[id].owns);
    sum += *part;
  }
  if (sum <= 1 + kHair) return;
  complain_of_sum(Code::over_allotted, world, parts, model_.definitions[parts.back()].span,
                  fmt::format("the holders of `{}` own {:.4g}% of it", company.name, 100 * sum));
}

void Checker::check_class(const World& world, std::uint32_t id) {
  const ShareClass& share_class = model_.classes[id];
  check_terms(world, share_class.is);
  const auto all = in_world(world, share_class.shares);
  if (!all) return;
  double sum = 0;
  for (const DefId part : held_[id]) sum += in_world(world, part).value_or(0);
  if (sum <= *all * (1 + kHair)) return;
  std::vector<DefId> parts = held_[id];
  parts.push_back(share_class.shares);
  complain_of_sum(Code::over_allotted, world, parts, model_.definitions[share_class.shares].span,
                  fmt::format("`{}` has {:.0f} shares, and its holders hold {:.0f}", share_class.name, *all, sum));
}

void Checker::check_book(const World& world, std::uint32_t id) {
  const Round& round = model_.rounds[id];
  check_terms(world, round.instrument);
  std::vector<DefId> parts, cheques;
  double part = 0, money = 0;
  for (const BookEntry& entry : round.book) {
    if (const auto known = in_world(world, entry.part)) {
      part += *known;
      parts.push_back(entry.part);
    }
    if (const auto known = in_world(world, entry.money)) {
      money += *known;
      cheques.push_back(entry.money);
    }
  }
  if (part > 1 + kHair) {
    return complain_of_sum(Code::over_allotted, world, parts, model_.definitions[parts.back()].span,
                           fmt::format("the parts of `{}` add up to {:.4g}%", round.name, 100 * part));
  }
  const auto amount = cheques.empty() ? std::nullopt : in_world(world, round.amount);
  if (!amount || money + part * *amount <= *amount * (1 + kHair)) return;
  std::vector<DefId> all = cheques;
  all.insert(all.end(), parts.begin(), parts.end());
  all.push_back(round.amount);
  complain_of_sum(Code::over_allotted, world, all, model_.definitions[cheques.back()].span,
                  fmt::format("the book of `{}` has {}, and the amount is {}", round.name, figure(money + part * *amount, currency()),
                              figure(*amount, currency())));
}

void Checker::check_terms(const World& world, const Instrument& is) {
  const auto most = in_world(world, is.participation_cap);
  const auto first = is.liquidation == kNone ? std::optional<double>(1) : in_world(world, is.liquidation);
  if (!most || !first || *most >= *first) return;
  complain_of_sum(Code::out_of_bounds, world, {is.participation_cap, is.liquidation}, model_.definitions[is.participation_cap].span,
                  fmt::format("`participation_cap` holds the preference too, so it is at least {:g}x", *first));
}

// SAFEs and notes of earlier, whose money is in `cash` already. Which they are the file says; no scenario can turn one into the other.
void Checker::check_start() {
  for (Round& round : model_.rounds) {
    if (round.closed == kNone || states_[round.closed].bad) continue;
    const auto month = in_world(worlds_.front(), round.closed);
    round.before_start = month && *month < 0;
    if (round.before_start && !before_start_allowed(round.closed) && !literal(model_.definitions[round.closed].is)) {
      error(Code::out_of_bounds, states_[round.closed].written.span(), "this lies before the start of the model",
            "what was raised before the start is part of `cash`");
    }
    std::set<ExprId> seen;
    for (const std::uint32_t number : worlds_over_[round.closed]) {
      const World& world = worlds_[number];
      const auto laid = world.laid.find(round.closed);
      if (!seen.insert(laid->second).second) continue;
      const auto moved = in_world(world, round.closed);
      if (moved && (*moved < 0) == round.before_start) continue;
      if (!moved && !round.before_start) continue;
      error(Code::bad_override, model_.exprs[laid->second].span,
            "`" + round.name + "` closed " + (round.before_start ? "before" : "after") + " the start, and this is " +
                (!moved               ? "uncertain"
                 : round.before_start ? "after it"
                                      : "before it"),
            "its money is in `cash` or is still to come: that is said by the file");
    }
  }
}

// --- questions that have no answer ------------------------------------------------------------------------------------------------

bool Checker::priced(const Round& round) const { return round.asks != kNone || round.pre_money != kNone || round.post_money != kNone; }

void Checker::check_prices() {
  std::set<CompanyId> owners;
  for (ExprId id = 0; id < model_.exprs.size(); ++id) {
    const Expr& expr = model_.exprs[id];
    if (expr.kind != ExprKind::measure || owner_of_[id] == kNone) continue;
    const CompanyId company = company_of_measure(expr);
    if (of_owners(expr.measure)) owners.insert(company);
    if (expr.measure == Measure::facility_irr && model_.facilities[expr.index].warrants.given()) owners.insert(company);
    if (of_exit(expr.measure) && model_.companies[company].exits.empty()) {
      error(Code::no_exit, expr.span, "nobody is ever paid out: `" + model_.companies[company].name + "` has no exit",
            "exit sale { at = 2029-09, value = 6 of annual(sales) }");
    }
    const bool price = expr.measure == Measure::round_price;
    if (!price && expr.measure != Measure::round_pre_money && expr.measure != Measure::round_post_money) continue;
    const Round& round = model_.rounds[expr.index];
    if (priced(round) && (!price || sells_shares(round))) continue;
    error(Code::no_price, expr.span,
          "`" + round.name + "` has no price" + (sells_shares(round) ? "" : ": it sells no shares, but a right to them later"),
          sells_shares(round) ? "asks = 1.4 of last_post_money" : "");
  }
  for (const CompanyId company : owners) {
    for (const std::uint32_t id : model_.companies[company].rounds) {
      const Round& round = model_.rounds[id];
      const Instrument& is = round.instrument;
      if (is.kind == InstrumentKind::grant) continue;
      if (sells_shares(round) && !priced(round)) {
        error(Code::no_price, round.span, "nobody can say who owns what after this round: it has no price",
              "asks = 1.4 of last_post_money");
      } else if (is.kind == InstrumentKind::note && (is.by != kNone || is.converts_if != kNone) && is.cap == kNone && !priced(round)) {
        error(Code::no_price, round.span, "nobody can say at what price this note converts: it has neither `cap` nor `post_money`",
              "post_money = $157B");
      }
      if (is.kind == InstrumentKind::safe && is.most_favoured) {
        for (const std::uint32_t later : model_.companies[company].rounds) {
          const Instrument& other = model_.rounds[later].instrument;
          if (later <= id || other.kind != InstrumentKind::safe || other.most_favoured || (other.basis == is.basis && other.percent == kNone)) continue;
          error(Code::field_conflict, is.span, "a most favoured SAFE cannot take over one of another basis in a simulation: `" + model_.rounds[later].name + "`",
                "give both the same basis; `warchest captable` knows any");
        }
      }
      check_closings(round);
    }
  }
}

// Owners are followed through so many closings of a round by rule.
void Checker::check_closings(const Round& round) {
  if (round.closed != kNone || !closings_checked_.insert(round.name).second) return;
  bool often = round.repeats == kNone;
  std::vector<std::uint32_t> looked_at = {0};
  if (const auto over = worlds_over_.find(round.repeats); over != worlds_over_.end())
    looked_at.insert(looked_at.end(), over->second.begin(), over->second.end());
  for (const std::uint32_t number : looked_at) {
    const auto most = in_world(worlds_[number], round.repeats);
    often = often || !most || *most > kMostClosings;
  }
  if (!often) return;
  error(Code::no_price, round.repeats == kNone ? round.span : model_.definitions[round.repeats].span,
        "who owns what is followed through at most 24 closings of a round: say how often it closes at most", "repeats = 6");
}

bool Checker::price_reads_last(const Round& round) const {
  std::vector<ExprId> open;
  std::set<ExprId> seen;
  for (const DefId price : {round.asks, round.pre_money, round.post_money}) {
    if (price != kNone) open.push_back(model_.definitions[price].is);
  }
  while (!open.empty()) {
    const ExprId id = open.back();
    open.pop_back();
    if (id == kNone || !seen.insert(id).second) continue;
    const Expr& expr = model_.exprs[id];
    if (expr.kind == ExprKind::measure && (expr.measure == Measure::last_post_money || expr.measure == Measure::valuation) &&
        expr.index == round.company) {
      return true;
    }
    if (expr.kind == ExprKind::reference) open.push_back(model_.definitions[expr.index].is);
    for (const ExprId arg : expr.args) open.push_back(arg);
    for (const ExprId arg : inside(id)) open.push_back(arg);
  }
  return false;
}

// Whether a round with a price of its own comes before `but` on any path; without `but`, whether any round has a price.
bool Checker::first_price(const Company& company, const Round* but) const {
  const World base;
  for (const std::uint32_t id : company.rounds) {
    const Round& round = model_.rounds[id];
    if (&round == but || !priced(round)) continue;
    if (but == nullptr) return true;
    if (round.closed == kNone || price_reads_last(round)) continue;
    const auto here = in_world(base, round.closed), there = in_world(base, but->closed);
    if (!here || !there || *here <= *there) return true;
  }
  return false;
}

// A strike that is the price of a round needs one.
void Checker::check_warrants() {
  for (const Facility& facility : model_.facilities) {
    const LenderWarrants& warrants = facility.warrants;
    if (!warrants.given() || warrants.at == StrikeAt::price) continue;
    const Company& company = model_.companies[facility.company];
    const bool next = warrants.at == StrikeAt::next_price;
    if (!next && company.opening_post_money != kNone) continue;
    const bool sells = std::any_of(company.rounds.begin(), company.rounds.end(), [&](std::uint32_t round) {
      return priced(model_.rounds[round]) && sells_shares(model_.rounds[round]);
    });
    if (sells) continue;
    error(Code::no_price, warrants.span,
          next ? "the warrants of `" + facility.name + "` wait for the price of a round, and none of `" + company.name + "` sells shares at one"
               : "nobody can say what a share of `" + company.name + "` costs, so how many warrants the lender gets: no round has a price",
          next ? "strike = $2" : "strike = $2,  or say what the company was worth before:  opening_post_money = $18B");
  }
}

// The last worth of a company is that of its last round, so there must have been one, or somebody must have said it.
void Checker::check_valuations() {
  const std::string mend = "say what the company was worth before:  opening_post_money = $18B";
  for (const Round& round : model_.rounds) {
    const Company& company = model_.companies[round.company];
    if (company.opening_post_money != kNone || !price_reads_last(round) || first_price(company, &round)) continue;
    error(Code::no_price, round.span,
          "the price of `" + round.name + "` is a multiple of `last_post_money`, and no earlier round of a known date has a price", mend);
  }
  for (ExprId id = 0; id < model_.exprs.size(); ++id) {
    const Expr& expr = model_.exprs[id];
    if (expr.kind != ExprKind::measure || owner_of_[id] == kNone || expr.measure != Measure::last_post_money) continue;
    const Company& company = model_.companies[expr.index];
    if (company.opening_post_money != kNone || first_price(company, nullptr)) continue;
    error(Code::no_price, expr.span, "nobody has said what `" + company.name + "` is worth: none of its rounds has a price", mend);
  }
}

}  // namespace warchest::model
