// Who pays, over whole models: paths of random markets are told month by month by the slow reference, and every round on them is cleared
// again by a version written from the rule alone: dated cheques added up, curves read point by point, prices found by halving, in long
// double.
//
// A trial has one to six investors (limits of every kind, appetites, chances, some who stand for many or only defend), one to four
// companies (rivals and such with a plan, with a cap table and without), pacts, clauses, moods, tranches, notes and dated rounds. What is
// luck (the price asked, whether somebody comes, who is served first) is told to the slow version or drawn again from the names; price,
// amount, cheques and what is owned it finds for itself. On the way every law that holds at each closing is held to what the engine
// answered.
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/engine.h"
#include "engine/prepared.h"
#include "engine/reference.h"
#include "engine/vector.h"
#include "kernels/one_lane.h"
#include "kernels/random.h"
#include "market/investor.h"
#include "market/reference.h"
#include "program/lower.h"
#include "question.h"

namespace warchest::laws {
namespace {

using Real = long double;

constexpr int kMonths = 36;
constexpr double kNoLimit = std::numeric_limits<double>::infinity();
constexpr double kMillion = 1e6;
// A reservation price is a cliff a millionth wide: a rounding of the price is a millionth of a millionth a million times over.
constexpr double kNear = 1e-8;

struct InvestorOf {
  std::string name;
  double capacity = 0, more = 0;  // a year, in money; `more` from month 12 on
  double largest = kNoLimit, per_company = kNoLimit, part = kNoLimit, in_all = kNoLimit;
  double follow_on = 1, interest = 1, wants_cash = -1;
  bool many = false, only_defends = false;
  std::vector<market::AppetitePoint> appetite;
};

struct Clause {
  std::vector<std::size_t> against;
  int months = -1;  // for ever
};

struct RoundOf {
  std::string name;
  std::size_t company = 0;
  double accepts = 0.6, least_book = 0.5, closes = 1;
  std::vector<market::Tranche> tranches;
  Clause clause;
};

struct FactOf {  // a dated round
  std::string name;
  std::size_t company = 0;
  int month = 0;
  double amount = 0, pre_money = 0, cap = 0;         // cap: of a note
  std::vector<std::pair<std::size_t, double>> book;  // parts
  Clause clause;
};

struct CompanyOf {
  std::string name;
  double opening = 0;
  bool plan = false, table = false;
};

struct PactOf {
  std::string name;
  std::vector<std::size_t> signers, against;
  int until = std::numeric_limits<int>::max();
  double honoured = 1;
};

struct Trial {
  std::vector<InvestorOf> investors;
  std::vector<CompanyOf> companies;
  std::vector<RoundOf> rounds;
  std::vector<FactOf> facts;
  std::vector<PactOf> pacts;
  std::string head, asks;
  std::vector<std::string> blocks;  // whose order means nothing

  std::string text() const {
    std::string all = head;
    for (const std::string& block : blocks) all += block;
    return all + asks;
  }
};

std::string date_of(int month) { return fmt::format("{}-{:02}", 2026 + month / 12, 1 + month % 12); }

class Maker {
 public:
  explicit Maker(unsigned seed, bool certain = false) : luck_(seed), certain_(certain) {}

  Trial trial() {
    t_.head = "model \"trial\" { start = 2026-01, horizon = 3 years, currency = USD }\n";
    t_.blocks.push_back(one_in(2)  ? "market { mood = regimes({ boom: 1.2x, normal: 1x, shut: 0.3x }, stays: 30%, starts: normal) }\n"
                        : certain_ ? "market { mood = 90% }\n"
                                   : "market { mood = 90% to 110% }\n");
    for (std::size_t k = 0, n = 1 + pick(4); k < n; ++k) company(k);
    for (std::size_t k = 0, n = 1 + pick(6); k < n; ++k) investor(k);
    for (std::size_t k = 0; k < t_.companies.size(); ++k) rounds_of(k);
    for (std::size_t k = 0, n = pick(4); k < n; ++k) pact(k);
    ask();
    return t_;
  }

 private:
  bool one_in(std::size_t n) { return luck_() % n == 0; }
  std::size_t pick(std::size_t of) { return luck_() % of; }
  int between(int low, int high) { return low + static_cast<int>(luck_() % static_cast<unsigned>(high - low + 1)); }

  void company(std::size_t k) {
    static const char* const names[] = {"dawn", "core", "bolt", "acme"};
    CompanyOf c;
    c.name = names[k];
    c.opening = 25 * between(2, 8) * kMillion;
    c.plan = one_in(2);
    c.table = one_in(2);
    t_.companies.push_back(c);
  }

  void investor(std::size_t k) {
    static const char* const names[] = {"nest", "gulf", "moon", "fund", "lion", "king"};
    InvestorOf i;
    i.name = names[k];
    i.capacity = 5 * between(1, 16) * kMillion;
    std::string text = fmt::format("investor {} {{ capacity = ${}/year", i.name, i.capacity);
    if (one_in(4)) {
      i.more = 5 * between(1, 6) * kMillion;
      text += fmt::format(" + after({}, ${}/year)", date_of(12), i.more);
    }
    const auto limit = [&](const char* field, double& to, int low, int high) {
      if (!one_in(4)) return;
      to = 5 * between(low, high) * kMillion;
      text += fmt::format(", {} = ${}", field, to);
    };
    limit("largest", i.largest, 1, 6);
    limit("per_company", i.per_company, 1, 8);
    limit("in_all", i.in_all, 2, 20);
    if (one_in(4)) {
      i.part = between(1, 9) / 10.0;
      text += fmt::format(", part_per_company = {:.0f}%", i.part * 100);
    }
    const auto chance = [&](const char* field, double& to, double least) {
      if (!one_in(3)) return;
      to = least + (1 - least) * between(3, 9) / 10.0;
      text += fmt::format(", {} = {}", field, to);
    };
    chance("interest", i.interest, 0);
    if (one_in(5)) {
      i.many = true;
      text += ", many = yes";
    } else if (i.interest < 1) {
      i.follow_on = 1;
      if (one_in(2)) chance("follow_on", i.follow_on, i.interest);
    }
    if (!i.many && one_in(6)) {
      i.only_defends = true;
      text += ", only_defends = yes";
    }
    appetite(i, text);
    if (one_in(5)) {
      i.wants_cash = between(1, 8) * 5 * kMillion;
      text += fmt::format(", wants = cash > ${}", i.wants_cash);
    }
    t_.investors.push_back(i);
    t_.blocks.push_back(text + " }\n");
  }

  void appetite(InvestorOf& i, std::string& text) {
    i.appetite = {{1, 1}};
    const std::size_t kind = pick(4);
    if (kind == 0) return;
    if (kind == 1) {
      const double price = between(4, 8) * 0.25;
      i.appetite = {{price, 1}, {price * (1 + 1e-6), 0}};
      text += fmt::format(", reservation_price = {}x", price);
      return;
    }
    i.appetite.clear();
    double price = between(1, 5) * 0.25, part = between(5, 10) / 10.0;
    text += ", appetite = {";
    for (int k = 0, n = between(1, 4); k < n; ++k) {
      i.appetite.push_back({price, part});
      text += fmt::format("{} {}x: {:.0f}%", k == 0 ? "" : ",", price, part * 100);
      price += between(1, 4) * 0.25;
      part = between(0, static_cast<int>(part * 10 + 0.5)) / 10.0;
    }
    text += " }";
  }

  std::string clause_of(Clause& clause, std::size_t company) {
    if (t_.companies.size() < 2 || !one_in(4)) return "";
    std::size_t rival = pick(t_.companies.size());
    if (rival == company) rival = (rival + 1) % t_.companies.size();
    clause.against = {rival};
    std::string text = fmt::format(", exclusive = [{}]", t_.companies[rival].name);
    if (one_in(2)) {
      clause.months = between(1, 12);
      text += fmt::format(", exclusive_for = {} months", clause.months);
    }
    return text;
  }

  void rounds_of(std::size_t k) {
    const CompanyOf& c = t_.companies[k];
    std::string text = fmt::format("company {} {{\n  cash = ${}M, opening_post_money = ${}\n", c.name, between(8, 40), c.opening);
    if (c.plan) text += certain_ ? "  cost running = $2M/month\n" : "  cost running = $1M/month to $3M/month\n";
    if (c.table && one_in(3)) text += fmt::format("  holder {} {{ owns = 20% }}\n", t_.investors[0].name), held_ = true;
    if (c.table && one_in(3)) {
      fact(k, true, text);
    } else if (c.table && one_in(3)) {
      fact(k, false, text);
    }
    round(k, "next", text);
    if (one_in(3)) round(k, "later", text);
    t_.blocks.push_back(text + "}\n");
  }

  void fact(std::size_t k, bool note, std::string& text) {
    FactOf f;
    f.company = k;
    f.name = note ? "bridge" : "fact";
    f.month = between(0, 8);
    f.amount = 5 * between(1, 6) * kMillion;
    f.pre_money = t_.companies[k].opening;
    f.cap = t_.companies[k].opening / 2;
    text += fmt::format("  round {} {{ closed = {}, amount = ${}, ", f.name, date_of(f.month), f.amount);
    text += note ? fmt::format("instrument = note {{ cap = ${} }}", f.cap) : fmt::format("pre_money = ${}", f.pre_money);
    const std::size_t first = pick(t_.investors.size()), second = pick(t_.investors.size());
    f.book = {{first, first == second ? 1 : 0.4}};
    if (first != second) f.book.push_back({second, 0.6});
    text += first == second ? fmt::format(", book = {{ {}: rest }}", t_.investors[first].name)
                            : fmt::format(", book = {{ {}: 40%, {}: rest }}", t_.investors[first].name, t_.investors[second].name);
    text += clause_of(f.clause, k) + " }\n";
    if (!note) f.cap = 0;
    t_.facts.push_back(f);
  }

  void round(std::size_t k, const std::string& name, std::string& text) {
    const CompanyOf& c = t_.companies[k];
    RoundOf r;
    r.name = c.name + "." + name;
    r.company = k;
    text += fmt::format("  round {} {{\n    ", name);
    text += c.plan && one_in(2) ? fmt::format("opens_when = runway < 12 months, takes = {} months", between(1, 3))
                                : fmt::format("every = {} months", between(2, 7));
    text += certain_ || one_in(2) ? fmt::format(", amount = ${}M", 5 * between(1, 12)) : ", amount = $10M to $40M";
    text += certain_ || one_in(3) ? ", input multiple = 1.25" : ", input multiple = 0.7 to 1.9";
    text += fmt::format(", asks = multiple of last_post_money, repeats = {}, retry = {} months", between(1, 3), between(1, 4));
    if (one_in(3)) {
      r.accepts = between(3, 12) / 10.0;
      text += fmt::format("\n    accepts = {:.0f}% of last_post_money", r.accepts * 100);
    }
    if (one_in(3)) {
      r.least_book = between(0, 4) / 4.0;
      text += fmt::format("\n    least_book = {:.0f}%", r.least_book * 100);
    }
    if (one_in(4)) {
      r.closes = 0.7;
      text += "\n    closes = 70%";
    }
    if (one_in(3)) {
      const int first = between(0, 1) * 10 + 50;
      r.tranches = {{first / 100.0, 0}, {(80 - first) / 100.0, between(1, 3)}, {0.2, between(4, 9)}};
      text += fmt::format("\n    tranches = {{ 0 months: {}%, {} months: {}%, {} months: 20% }}", first, r.tranches[1].months_after,
                          80 - first, r.tranches[2].months_after);
    } else {
      r.tranches = {{1, 0}};
    }
    const std::string clause = clause_of(r.clause, k);
    if (!clause.empty()) text += "\n    " + clause.substr(2);
    if (c.table) text += fmt::format("\n    instrument = preferred {{ anti_dilution = full_ratchet }}{}", one_in(2) ? ", pool = 10%" : "");
    text += "\n  }\n";
    t_.rounds.push_back(r);
  }

  void pact(std::size_t k) {
    PactOf p;
    p.name = fmt::format("promise{}", k);
    std::string who, whom;
    const auto add = [](std::string& to, const std::string& name) { to += (to.empty() ? "" : ", ") + name; };
    for (std::size_t i = 0; i < t_.investors.size(); ++i)
      if (one_in(2)) p.signers.push_back(i), add(who, t_.investors[i].name);
    for (std::size_t c = 0; c < t_.companies.size(); ++c)
      if (one_in(2)) p.against.push_back(c), add(whom, t_.companies[c].name);
    if (p.signers.empty() || p.against.empty()) return;
    std::string text = fmt::format("pact {} {{ signed = [{}], against = [{}]", p.name, who, whom);
    if (one_in(2)) {
      p.until = between(2, 30);
      text += ", until = " + date_of(p.until);
    }
    if (one_in(2)) {
      p.honoured = 0.5;
      text += ", honoured = 50%";
    }
    t_.pacts.push_back(p);
    t_.blocks.push_back(text + " }\n");
  }

  void ask() {
    t_.asks = "ask mood { show = [market.mood] }\n";
    for (const RoundOf& r : t_.rounds) {
      std::string name = r.name;
      std::replace(name.begin(), name.end(), '.', '_');
      t_.asks += fmt::format("ask {1} {{ show = [{0}.count, {0}.failures, {0}.amount, {0}.pre_money, {0}.raised, {0}.multiple] }}\n",
                             r.name, name);
    }
    for (const CompanyOf& c : t_.companies) {
      std::string owned;
      for (const InvestorOf& i : t_.investors) owned += fmt::format(", {}.{}.owned", c.name, i.name);
      t_.asks += fmt::format("ask of_{0} {{ show = [{0}.cash, {0}.out_of_cash, {0}.last_post_money{1}] }}\n", c.name, owned);
    }
    for (const CompanyOf& c : t_.companies) t_.asks += fmt::format("ask all_{0} {{ show = owned({0}) by holder }}\n", c.name);
  }

  std::mt19937 luck_;
  bool certain_;  // but for who comes, who is served first, what is kept to and what falls through
  Trial t_;
  bool held_ = false;
};

// --- one path as the engine tells it -----------------------------------------------------------------------------------------------------

struct Told {
  engine::PathRecord record;
  std::map<std::pair<std::string, int>, std::vector<double>> cheques;  // by round and month
  std::map<std::pair<std::string, int>, double> uniforms;              // by draw and month; -1: of the path
};

struct Loaded {
  explicit Loaded(const Trial& trial)
      : file(checked(trial.text())), lowered(program::lower(*file.model)), reference(lowered.runs.at(0).program) {
    of.resize(file.model->asks.size());
    for (const auto& answered : lowered.answers) of[answered.ask].push_back(static_cast<std::size_t>(answered.output));
  }
  const program::Program& program() const { return lowered.runs[0].program; }

  Told tell(std::uint64_t path) const {
    Told told;
    engine::PathOptions options;
    options.path = path;
    options.watch = [&](const engine::Happened& now) {
      const program::Program& p = program();
      const int month = now.section == engine::Section::setup ? -1 : now.month;
      if (now.instruction.op == program::Op::market_result) {
        const auto& which = p.market_results[now.instruction.data];
        if (which.kind != program::MarketResult::Kind::cheque) return;
        auto& row = told.cheques[{p.markets[0].rounds[which.round].name, month}];
        row.resize(p.markets[0].investors.size());
        row[which.which] = now.value;
      }
      if (now.instruction.op == program::Op::draw_path || now.instruction.op == program::Op::draw_attempt) {
        told.uniforms[{p.draws[now.instruction.data].name, month}] = now.value;
      }
    };
    told.record = reference.run(options);
    return told;
  }

  ModelFile file;
  program::Lowered lowered;
  engine::Reference reference;
  std::vector<std::vector<std::size_t>> of;  // outputs, by ask
};

// --- the slow version
// ----------------------------------------------------------------------------------------------------------------------

struct Tried {
  int at_the_ask = 0, lower = 0, smaller = 0, failed = 0, shut = 0, insiders = 0, together = 0, parts = 0, fell_through = 0, books = 0;
};

class Replay {
 public:
  Replay(const Trial& trial, const Loaded& loaded, std::uint64_t path, Tried& tried)
      : t_(trial), loaded_(loaded), path_(path), told_(loaded.tell(path)), tried_(tried) {
    const std::size_t n = t_.investors.size();
    for (const CompanyOf& c : t_.companies) worth_.push_back(c.opening);
    share_.assign(t_.companies.size(), std::vector<Real>(n, 0));
    paid_ = share_;
    raised_.assign(t_.rounds.size(), 0);
    for (std::size_t i = 0; i < n; ++i) numbers_[t_.investors[i].name] = i;
    // The engine numbers investors by name.
    for (const auto& [name, i] : numbers_) in_engine_.push_back(i);
  }

  void run() {
    for (int month = 0; month < kMonths && !::testing::Test::HasFailure(); ++month) {
      pay_facts(month);
      pay_tranches(month);
      std::vector<std::size_t> due = rounds_due(month);
      if (due.size() > 1) ++tried_.together;
      for (const std::size_t r : due) clear(r, month);
      for (const auto& [whom, until] : bind_) bound_[whom] = until;
      bind_.clear();
      compare_stocks(month);
    }
  }

 private:
  double output(std::size_t ask, std::size_t shown, int month) const {
    const auto& series = told_.record.outputs[loaded_.of[ask][shown]];
    return series.size() == 1 ? series[0] : series[static_cast<std::size_t>(month)];
  }
  double of_round(std::size_t r, std::size_t shown, int month) const { return output(1 + r, shown, month); }
  double of_company(std::size_t c, std::size_t shown, int month) const { return output(1 + t_.rounds.size() + c, shown, month); }
  bool may_raise(std::size_t c, int month) const { return !(of_company(c, 1, 0) <= month - 1); }
  std::string where(int month) const { return fmt::format("path {} month {} ({})\n{}", path_, month, date_of(month), t_.text()); }
  double uniform(const std::string& name, std::uint32_t index) const {
    return kernels::uniform1(kernels::philox(1, kernels::hash_name(name), path_, index)[0]);
  }

  // Whether an investor comes: one start a round and attempt, mixed with the investor's name.
  double luck_of(const std::string& investor, const std::string& round, std::uint32_t attempt) const {
    const auto start = kernels::philox(1, kernels::hash_name(round + "~luck"), path_, attempt);
    const std::uint64_t name = kernels::hash_name(investor);
    const auto mixed = [](std::uint32_t z) {
      z = (z ^ (z >> 16)) * 0x85ebca6bu;
      z = (z ^ (z >> 13)) * 0xc2b2ae35u;
      return z ^ (z >> 16);
    };
    const std::uint32_t word =
        mixed(mixed(start[0] + static_cast<std::uint32_t>(name)) + (start[1] ^ static_cast<std::uint32_t>(name >> 32)));
    return (static_cast<double>(word >> 1) + 0.5) * 0x1p-31;
  }

  void bind(const Clause& clause, std::size_t i, int month, bool at_once) {
    for (const std::size_t c : clause.against) {
      const double until = clause.months < 0 ? kNoLimit : month + clause.months;
      if (at_once)
        bound_[{&clause, i, c}] = until;
      else
        bind_[{&clause, i, c}] = until;
    }
  }

  void pay_facts(int month) {
    for (const FactOf& f : t_.facts) {
      if (f.month != month || !may_raise(f.company, month)) continue;
      ++tried_.books;
      for (const auto& [i, part] : f.book) {
        pay(i, f.company, month, f.amount * part);
        bind(f.clause, i, month, true);
      }
      if (f.cap > 0) continue;
      worth_[f.company] = f.pre_money + f.amount;
      sold_[f.company] = month;
    }
  }

  void pay(std::size_t i, std::size_t c, int month, Real amount) {
    cheques_.push_back({i, month, static_cast<double>(amount)});
    paid_[c][i] += amount;
  }

  void pay_tranches(int month) {
    for (const Later& later : later_) {
      const RoundOf& r = t_.rounds[later.round];
      if (later.month != month || !may_raise(r.company, month)) continue;
      ++tried_.parts;
      for (std::size_t i = 0; i < later.cheques.size(); ++i) pay(i, r.company, month, later.cheques[i]);
      for (const Real cheque : later.cheques) raised_[later.round] += cheque;
    }
  }

  // A round met the market where its count of closings or of failures moved.
  std::vector<std::size_t> rounds_due(int month) const {
    std::vector<std::pair<double, std::size_t>> due;
    for (std::size_t r = 0; r < t_.rounds.size(); ++r) {
      if (attempts(r, month) <= attempts(r, month - 1)) continue;
      due.emplace_back(uniform(t_.companies[t_.rounds[r].company].name + "~turn", static_cast<std::uint32_t>(month)), r);
    }
    std::sort(due.begin(), due.end());
    std::vector<std::size_t> result;
    for (const auto& [turn, r] : due) result.push_back(r);
    return result;
  }
  int attempts(std::size_t r, int month) const { return month < 0 ? 0 : static_cast<int>(of_round(r, 0, month) + of_round(r, 1, month)); }

  // Of the company before the round, notes as converted at their cap (they are below any price here) or the price of today.
  Real claim(std::size_t c, std::size_t i, int month) const {
    if (t_.investors[i].many) return 0;
    if (!t_.companies[c].table) return share_[c][i];
    Real all = 1, own = month > 0 ? of_company(c, 3 + i, month - 1) : 0;
    for (const FactOf& f : t_.facts) {
      if (f.company != c || f.cap == 0 || f.month >= month || (sold_.contains(c) && sold_.at(c) >= f.month)) continue;
      const Real units = f.amount / std::min(static_cast<Real>(f.cap), worth_[c]);
      all += units;
      for (const auto& [who, part] : f.book)
        if (who == i) own += part * units;
    }
    return std::isnan(static_cast<double>(own)) ? 0 : own / all;  // a table without a solution
  }

  bool door_shut(std::size_t i, std::size_t c, int month) const {
    for (const auto& [whom, until] : bound_)
      if (std::get<1>(whom) == i && std::get<2>(whom) == c && month < until) return true;
    for (const PactOf& p : t_.pacts) {
      if (month >= p.until || std::count(p.signers.begin(), p.signers.end(), i) == 0 ||
          std::count(p.against.begin(), p.against.end(), c) == 0)
        continue;
      if (p.honoured == 1 || told_.uniforms.at({p.name + ">" + t_.investors[i].name, -1}) < p.honoured) return true;
    }
    return false;
  }

  Real left_of(const InvestorOf& investor, std::size_t i, std::size_t c, int month) const {
    const Real year = investor.capacity + (month >= 12 ? investor.more : 0);
    Real purse = year * output(0, 0, month) - market::reference_spent(cheques_, i, month);
    Real ever = 0;
    for (const auto& cheque : cheques_)
      if (cheque.investor == i) ever += cheque.amount;
    purse = std::min<Real>(purse, investor.in_all - ever);
    purse = std::min<Real>(purse, investor.largest);
    purse = std::min<Real>(purse, std::min<Real>(investor.per_company, investor.part * year) - paid_[c][i]);
    return std::max<Real>(purse, 0);
  }

  void clear(std::size_t r, int month) {
    const RoundOf& of = t_.rounds[r];
    const std::size_t c = of.company;
    const int attempt = attempts(r, month) - 1;
    const bool closed = of_round(r, 0, month) > (month > 0 ? of_round(r, 0, month - 1) : 0);
    market::Round round;
    round.amount = of_round(r, 2, month);
    round.last_post_money = static_cast<double>(worth_[c]);
    round.ask = static_cast<double>(of_round(r, 5, month) * worth_[c]);
    round.floor = market::floor_under(of.accepts * round.last_post_money, round.ask);
    round.least_book = of.least_book;
    std::vector<market::ReferenceBidder> bidders;
    for (std::size_t i = 0; i < t_.investors.size(); ++i) {
      const InvestorOf& investor = t_.investors[i];
      market::ReferenceBidder bidder;
      bidder.appetite = investor.appetite;
      bidder.share = static_cast<double>(claim(c, i, month));
      const bool in = bidder.share > market::kLeastShare, shut = door_shut(i, c, month);
      const bool wanted = investor.wants_cash < 0 || !t_.companies[c].plan || of_company(c, 0, month - 1) > investor.wants_cash;
      const bool comes =
          luck_of(investor.name, of.name, static_cast<std::uint32_t>(attempt)) < (in ? investor.follow_on : investor.interest);
      Real purse = comes && wanted && !shut ? left_of(investor, i, c, month) : 0;
      if (investor.only_defends) purse = std::min<Real>(purse, bidder.share * round.amount);
      bidder.purse = static_cast<double>(purse);
      tried_.shut += shut;
      bidders.push_back(bidder);
    }
    std::string terms = fmt::format("amount {} last {} ask {} floor {} least {} attempt {}\n", round.amount, round.last_post_money,
                                    round.ask, round.floor, round.least_book, attempt);
    for (std::size_t i = 0; i < bidders.size(); ++i)
      terms += fmt::format("  {}: purse {} share {}\n", t_.investors[i].name, bidders[i].purse, bidders[i].share);
    for (const auto& one : cheques_)
      terms += fmt::format("  month {}: {} paid {}\n", one.month, t_.investors[one.investor].name, one.amount);
    for (const std::size_t other : rounds_due(month)) terms += "  due: " + t_.rounds[other].name + "\n";
    if (const auto told = told_.cheques.find({of.name, month}); told != told_.cheques.end())
      for (std::size_t k = 0; k < in_engine_.size(); ++k)
        terms += fmt::format("  engine: {} pays {}\n", t_.investors[in_engine_[k]].name, told->second[k]);
    const std::string here = terms + of.name + ", " + where(month);
    const bool survives = of.closes == 1 || told_.uniforms.at({of.name + ".closes", month}) < of.closes;
    const market::ReferenceClearing found = market::reference_clearing(round, bidders);
    ASSERT_EQ(closed, survives && found.closed) << here;
    tried_.fell_through += !survives;
    if (!closed) {
      ++tried_.failed;
      return;
    }
    const double scale = kNear * round.amount;
    const double price = of_round(r, 3, month);
    ++(found.price == round.ask ? tried_.at_the_ask : found.full ? tried_.lower : tried_.smaller);
    ASSERT_NEAR(price, static_cast<double>(found.price), kNear * round.ask) << here;
    ASSERT_GE(price, round.floor * (1 - kNear)) << here;
    ASSERT_LE(price, round.ask * (1 + kNear)) << here;
    const auto told = told_.cheques.find({of.name, month});
    ASSERT_TRUE(told != told_.cheques.end()) << here;
    Real sum = 0;
    for (std::size_t k = 0; k < in_engine_.size(); ++k) {
      const std::size_t i = in_engine_[k];
      const double cheque = told->second[k];
      ASSERT_NEAR(cheque, static_cast<double>(found.cheques[i]), scale) << t_.investors[i].name << " in " << here;
      ASSERT_GE(cheque, 0) << here;
      ASSERT_LE(cheque, bidders[i].purse + scale) << here;
      if (door_shut(i, c, month)) {
        ASSERT_EQ(cheque, 0) << here;
      }
      sum += cheque;
    }
    ASSERT_NEAR(static_cast<double>(sum), static_cast<double>(found.amount), scale) << here;
    settle(r, month, round, found, bidders);
  }

  void settle(std::size_t r, int month, const market::Round&, const market::ReferenceClearing& found,
              const std::vector<market::ReferenceBidder>& bidders) {
    const RoundOf& of = t_.rounds[r];
    const std::size_t c = of.company;
    for (std::size_t i = 0; i < bidders.size(); ++i) {
      const Real after = (share_[c][i] * found.price + found.cheques[i]) / (found.price + found.amount);
      tried_.insiders += bidders[i].share > market::kLeastShare && found.cheques[i] > 0;
      share_[c][i] = t_.investors[i].many ? 0 : after;
      owned_[c].resize(bidders.size());
      owned_[c][i] = (owned_[c][i] * found.price + found.cheques[i]) / (found.price + found.amount);
      if (found.cheques[i] > market::kLeastShare * found.amount) bind(of.clause, i, month, false);
    }
    for (const market::Tranche& tranche : of.tranches) {
      std::vector<Real> parts;
      for (const Real cheque : found.cheques) parts.push_back(cheque * tranche.part);
      if (tranche.months_after > 0) {
        later_.push_back({r, month + tranche.months_after, parts});
        continue;
      }
      for (std::size_t i = 0; i < parts.size(); ++i) {
        pay(i, c, month, parts[i]);
        raised_[r] += parts[i];
      }
    }
    worth_[c] = found.price + found.amount;
    sold_[c] = month;
  }

  void compare_stocks(int month) {
    for (std::size_t r = 0; r < t_.rounds.size(); ++r) {
      const double told = of_round(r, 4, month);
      ASSERT_NEAR(told, static_cast<double>(raised_[r]), kNear * std::max<double>(1, told))
          << "raised by " << t_.rounds[r].name << ", " << where(month);
    }
    for (std::size_t c = 0; c < t_.companies.size(); ++c) {
      ASSERT_NEAR(of_company(c, 2, month), static_cast<double>(worth_[c]), kNear * static_cast<double>(worth_[c]))
          << t_.companies[c].name << where(month);
      const std::size_t all = 1 + t_.rounds.size() + t_.companies.size() + c;
      Real sum = 0;
      for (std::size_t k = 0; k < loaded_.of[all].size(); ++k) sum += output(all, k, month);
      if (!std::isnan(static_cast<double>(sum))) {
        ASSERT_NEAR(static_cast<double>(sum), 1, kNear) << t_.companies[c].name << ", " << where(month);
      }
      if (t_.companies[c].table || !owned_.contains(c)) continue;
      for (std::size_t i = 0; i < t_.investors.size(); ++i)
        ASSERT_NEAR(of_company(c, 3 + i, month), static_cast<double>(owned_[c][i]), kNear)
            << t_.investors[i].name << " of " << t_.companies[c].name << ", " << where(month);
    }
  }

  struct Later {
    std::size_t round;
    int month;
    std::vector<Real> cheques;
  };

  const Trial& t_;
  const Loaded& loaded_;
  std::uint64_t path_;
  Told told_;
  Tried& tried_;
  std::map<std::string, std::size_t> numbers_;
  std::vector<std::size_t> in_engine_;  // the investors by name
  std::vector<Real> worth_;
  std::vector<std::vector<Real>> share_, paid_;
  std::map<std::size_t, std::vector<Real>> owned_;  // of companies without a table, those that stand for many too
  std::vector<Real> raised_;
  std::map<std::tuple<const Clause*, std::size_t, std::size_t>, double> bound_, bind_;  // clause, investor, company: until
  std::vector<market::DatedCheque> cheques_;
  std::vector<Later> later_;
  std::map<std::size_t, int> sold_;  // shares, by company: when last; notes convert in it
};

TEST(MarketLaws, EveryRoundOfEveryPathIsClearedAsTheRuleSays) {
  Tried tried;
  for (unsigned seed = 1; seed <= 120 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    const Trial trial = Maker(seed).trial();
    const Loaded loaded(trial);
    ASSERT_EQ(loaded.lowered.runs.size(), 1u);
    for (std::uint64_t path = 0; path < 12 && !HasFailure(); ++path) Replay(trial, loaded, path, tried).run();
  }
  // The trials must have tried something of everything.
  EXPECT_GT(tried.at_the_ask, 300);
  EXPECT_GT(tried.lower, 100);
  EXPECT_GT(tried.smaller, 100);
  EXPECT_GT(tried.failed, 300);
  EXPECT_GT(tried.shut, 300);
  EXPECT_GT(tried.insiders, 300);
  EXPECT_GT(tried.together, 100);
  EXPECT_GT(tried.parts, 300);
  EXPECT_GT(tried.fell_through, 100);
  EXPECT_GT(tried.books, 100);
}

// --- the same bits
// -------------------------------------------------------------------------------------------------------------------------

class Recorder : public engine::Sink {
 public:
  explicit Recorder(const program::Program& program) : program_(program) {
    for (const auto& output : program.outputs) columns.emplace_back(output.series ? static_cast<std::size_t>(program.months) : 1);
  }
  void take(std::uint32_t output, std::int32_t month, const double* column, std::size_t n) override {
    auto& lanes = columns[output][program_.outputs[output].series ? static_cast<std::size_t>(month) : 0];
    lanes.insert(lanes.end(), column, column + n);
  }
  std::vector<std::vector<std::vector<double>>> columns;  // [output][month][lane]

 private:
  const program::Program& program_;
};

bool same_bits(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) || (a != a && b != b); }

TEST(MarketLaws, VectorsEqualTheReferenceBitByBit) {
  for (unsigned seed = 200; seed < 224 && !HasFailure(); ++seed) {
    const Trial trial = Maker(seed).trial();
    const Loaded loaded(trial);
    const program::Program& program = loaded.program();
    const engine::Prepared prepared = engine::prepare(program);
    constexpr std::uint32_t kScramble = 3, kFirst = 5;
    constexpr std::size_t kLanes = 40;
    for (const std::size_t block : {16u, 48u}) {
      engine::Machine machine(program, prepared, 1, block);
      Recorder fast(program);
      for (std::size_t from = 0; from < kLanes; from += block)
        machine.run(kScramble, kFirst + static_cast<std::uint32_t>(from), std::min(block, kLanes - from), fast);
      for (std::size_t lane = 0; lane < kLanes && !HasFailure(); ++lane) {
        engine::PathOptions options;
        options.path = (kFirst + lane) * 16 + kScramble;
        const auto truth = loaded.reference.run(options);
        for (std::size_t output = 0; output < truth.outputs.size(); ++output)
          for (std::size_t month = 0; month < truth.outputs[output].size(); ++month)
            ASSERT_TRUE(same_bits(truth.outputs[output][month], fast.columns[output][month].at(lane)))
                << "block " << block << " path " << options.path << " output " << output << " month " << month << ": "
                << truth.outputs[output][month] << " and " << fast.columns[output][month].at(lane) << "\n"
                << trial.text();
      }
    }
  }
}

std::string bytes(const results::Results& results) {
  std::ostringstream out;
  out << std::hexfloat;
  for (const auto& output : results.outputs) {
    for (const auto& column : output.columns) {
      out << column.paths << ' ' << column.missing << ' ' << column.endless << ' ' << column.min << ' ' << column.max << ' '
          << column.mean.value << ' ' << column.sd.value << ' ';
      for (const auto& quantile : column.quantiles) out << quantile.value << ' ';
      for (const auto& kept : column.kept)
        for (const double x : kept) out << x << ' ';
      out << '\n';
    }
  }
  return out.str();
}

TEST(MarketLaws, ThreadsAndBlocksChangeNoByte) {
  for (unsigned seed = 300; seed < 306; ++seed) {
    const Trial trial = Maker(seed).trial();
    const Loaded loaded(trial);
    const auto with = [&](int threads, int block) {
      engine::RunOptions options;
      options.paths = 3'000;
      options.threads = threads;
      options.block = block;
      return bytes(engine::run(loaded.program(), options));
    };
    const std::string once = with(1, engine::kLargestBlock);
    EXPECT_EQ(once, with(2, engine::kLargestBlock)) << trial.text();
    EXPECT_EQ(once, with(5, 16)) << trial.text();
  }
}

// The outputs of all asks that name what they ask of (the last ones ask of all holders, who have the order of the file), on some paths.
std::vector<double> told_by(const Trial& trial, const std::string& text, std::size_t asks) {
  Trial told = trial;
  told.head = text;
  told.blocks.clear();
  told.asks.clear();
  const Loaded loaded(told);
  std::vector<double> all;
  for (std::uint64_t path = 0; path < 24; ++path) {
    engine::PathOptions options;
    options.path = path;
    const auto record = loaded.reference.run(options);
    for (std::size_t ask = 0; ask < asks; ++ask)
      for (const std::size_t output : loaded.of[ask]) all.insert(all.end(), record.outputs[output].begin(), record.outputs[output].end());
  }
  return all;
}

void expect_same(const std::vector<double>& a, const std::vector<double>& b, const std::string& text) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t k = 0; k < a.size(); ++k)
    ASSERT_TRUE(same_bits(a[k], b[k])) << "figure " << k << ": " << a[k] << " and " << b[k] << "\n" << text;
}

// Companies deal out the points of quasi-random draws in their order, so with such draws they stay where they are, and without them move
// too.
TEST(MarketLaws, TheOrderOfTheFileChangesNothing) {
  for (unsigned seed = 400; seed < 424 && !HasFailure(); ++seed) {
    const bool certain = seed % 2 == 0;
    Trial trial = Maker(seed, certain).trial();
    const std::size_t asks = 1 + trial.rounds.size() + trial.companies.size();
    const auto as_written = told_by(trial, trial.text(), asks);
    std::mt19937 luck(seed);
    for (int k = 0; k < 2; ++k) {
      const auto in_order = trial.blocks;
      std::shuffle(trial.blocks.begin(), trial.blocks.end(), luck);
      const auto of_company = [](const std::string& block) { return block.rfind("company", 0) == 0; };
      auto next = in_order.begin();
      for (std::string& block : trial.blocks) {
        if (certain || !of_company(block)) continue;
        next = std::find_if(next, in_order.end(), of_company);
        block = *next++;
      }
      expect_same(as_written, told_by(trial, trial.text(), asks), trial.text());
    }
  }
}

TEST(MarketLaws, APactAgainstWhoNeverRaisesChangesNothing) {
  for (unsigned seed = 500; seed < 516 && !HasFailure(); ++seed) {
    const Trial trial = Maker(seed).trial();
    const std::size_t asks = 1 + trial.rounds.size() + trial.companies.size();
    std::string signers;
    for (const InvestorOf& i : trial.investors) signers += (signers.empty() ? "" : ", ") + i.name;
    const std::string more = "company idle { cash = $1M }\npact vain { signed = [" + signers + "], against = idle, honoured = 60% }\n";
    expect_same(told_by(trial, trial.text(), asks), told_by(trial, trial.text() + more, asks), trial.text() + more);
  }
}

}  // namespace
}  // namespace warchest::laws
