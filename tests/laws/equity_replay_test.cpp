// The cap table in columns against the exact engine: paths of random companies are told month by month by the slow reference, and every
// closing, conversion and exit on them is done again in exact numbers. Shares, ownership and payouts must agree to nine digits.
//
// The company of a trial has common, two series and a plan, SAFEs or a note of before the start, a round by rule that closes up to three
// times at prices up and down, and an exit. Some have a lender with warrants, on its limit and its draws, at a given, the last or the next
// price, some of which come to their term. What the columns are told (amount, price, value, draws) the exact engine is told too; what they
// find it finds for itself.
#include <bit>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/reference.h"
#include "engine/engine.h"
#include "equity/round.h"
#include "equity/waterfall.h"
#include "program/lower.h"
#include "question.h"

namespace warchest::laws {
namespace {

using equity::CapTable;
using equity::Number;

struct Trial {
  std::string text;    // asks for every month
  std::string at_end;  // the same asks, of the last month: then the table is settled after the months
  CapTable table;
  equity::RoundTerms terms;  // of each closing, but for amount and price
  std::string protection;    // of the round's own series: "" or as written
  std::vector<std::pair<std::string, equity::Protection>> protected_series;
  bool senior = false;
  enum class Lender { none, given, last, next } lender = Lender::none;
  int term = 0;  // months; 0: longer than the run
};

constexpr int kMonths = 48, kExit = 41;  // the exit comes in 2029-06

class Maker {
 public:
  explicit Maker(unsigned seed) : luck_(seed) {}

  Trial trial() {
    Trial t;
    t.lender = lender_ = static_cast<Trial::Lender>(pick(4));
    text_ =
        "model \"trial\" { start = 2026-01, horizon = 4 years }\ncompany a {\n  cash = $6M to $12M\n  opening_post_money = $30M\n"
        "  cost running = $0.5M/month to $1.1M/month\n";
    const std::string common = "  class common\n", founders = "  holder founders { holds = { common: 6_000_000 } }\n";
    text_ += common;
    t.table.securities.push_back({"common", equity::Common{6'000'000}});
    t.table.holdings.push_back({"founders", "common", 6'000'000});
    series(t, "seed", 2'000'000, 1, 2);
    series(t, "early", 1'000'000, 3, 1);
    text_ += "  class plan = options { strike = $0.50, unissued = 400_000 }\n";
    t.table.securities.push_back({"plan", equity::Option{800'000, Number::ratio(1, 2)}});
    t.table.holdings.push_back({"staff", "plan", 800'000});
    t.table.securities.push_back({"pool", equity::Pool{400'000}});
    text_ += founders + "  holder fund { holds = { seed: 2_000_000, early: 1_000_000 } }\n  holder staff { holds = { plan: 800_000 } }\n";
    const bool first = chance(), second = chance();
    pre_money_safes_ = chance();
    if (first) safe(t, "angel", 500'000, second && chance());
    if (second) safe(t, "friend", 200'000, false);
    if (chance()) note(t);
    lender(t);
    round(t);
    text_ += "  exit sale { at = 2029-06, value = $5M to $400M, costs = 3% }\n}\n";
    text_ += "ask months { show = [a.b.count, a.b.amount, a.b.pre_money, a.shares, a.b.price, a.valuation, a.debt, a.out_of_cash] }\n";
    text_ +=
        "ask who { show = [a.founders.owned, a.fund.owned, a.staff.owned, owned(a.b), a.founders.payout, a.fund.payout, a.staff.payout, "
        "payout(a.b)] }\n";
    if (t.lender != Trial::Lender::none) text_ += "ask lent { show = [a.loan.drawn, a.loan.balance, owned(a.loan), payout(a.loan)] }\n";
    text_ += "ask made { show = [invested(a.b), multiple(a.b), irr(a.b), a.fund.multiple, a.fund.irr, a.b.post_money, a.last_post_money] }\n";
    t.text = text_;
    t.at_end = text_;
    for (std::size_t at = 0; (at = t.at_end.find("] }", at)) != std::string::npos; at += 3) t.at_end.replace(at, 3, "], at = 2029-12 }");
    return t;
  }

 private:
  bool chance() { return luck_() % 2 == 0; }
  std::size_t pick(std::size_t of) { return luck_() % of; }

  void series(Trial& t, const std::string& id, int shares, int price, int seniority) {
    equity::Preferred terms;
    terms.shares = shares;
    terms.original_price = terms.conversion_price = price;
    terms.seniority = seniority;
    std::string written = fmt::format("price = ${}, seniority = {}", price, seniority);
    if (chance()) {
      terms.multiple = Number::ratio(3, 2);
      written += ", liquidation = 1.5x";
    }
    written += participation(terms.participation, terms.cap_multiple);
    if (chance()) {
      equity::Dividend dividend;
      dividend.accrues.rate = Number::ratio(8, 100);
      dividend.accrues.from = equity::Date{2025, 3, 1};
      written += ", dividend = 8%/year, dividend_since = 2025-03";
      if (chance()) {
        dividend.accrues.accrual = equity::Accrual::compound;
        dividend.accrues.periods_per_year = 4;
        written += ", dividend_compounds = quarterly";
      }
      if (chance()) {
        dividend.settlement = equity::Settlement::paid_in_kind;
        written += ", dividend_paid = in_kind";
      }
      if (terms.cap_multiple && chance()) {
        dividend.cap_basis = equity::CapBasis::excludes_dividends;
        written += ", cap_includes_dividends = no";
      }
      terms.dividend = dividend;
    }
    const auto [protection, words] = protected_by();
    if (protection) {
      t.protected_series.push_back({id, *protection});
      written += ", anti_dilution = " + words;
    }
    text_ += "  class " + id + " = preferred { " + written + " }\n";
    t.table.securities.push_back({id, terms});
    t.table.holdings.push_back({"fund", id, Number(shares)});
  }

  static std::vector<std::pair<std::optional<equity::Protection>, std::string>> protections() {
    return {{std::nullopt, ""},
            {equity::Protection::broad_based, "broad_weighted_average"},
            {equity::Protection::narrow_based, "narrow_weighted_average"},
            {equity::Protection::broad_based_with_reserve, "broad_with_reserve"},
            {equity::Protection::full_ratchet, "full_ratchet"}};
  }

  // Broad-based protection counts what is outstanding before the round; warrants that wait for its price are not. As options of before, which
  // they are to the exact engine here, they would be.
  std::pair<std::optional<equity::Protection>, std::string> protected_by() {
    auto found = protections()[pick(5)];
    const bool broad = found.first == equity::Protection::broad_based || found.first == equity::Protection::broad_based_with_reserve;
    return lender_ == Trial::Lender::next && broad ? protections()[2] : found;
  }

  std::string participation(equity::Participation& how, std::optional<Number>& cap) {
    switch (pick(3)) {
      case 0:
        return ", participating = no";
      case 1:
        how = equity::Participation::full;
        return ", participating = yes";
      default:
        how = equity::Participation::capped;
        cap = Number(2);
        return ", participating = yes, participation_cap = 2x";
    }
  }

  void safe(Trial& t, const std::string& id, int amount, bool favoured) {
    equity::Safe terms;
    terms.amount = amount;
    std::string written;
    const std::size_t kind = pick(3);
    if (kind != 1) {
      const int cap = static_cast<int>(4 + pick(30));
      terms.cap = Number(cap) * Number(1'000'000);
      written += fmt::format("cap = ${}M", cap);
    }
    if (kind != 0) {
      terms.discount = Number::ratio(2, 10);
      written += std::string(written.empty() ? "" : ", ") + "discount = 20%";
    }
    if (pre_money_safes_) {
      terms.basis = equity::SafeBasis::pre_money;
      written += ", basis = pre_money";
    }
    if (favoured) {
      terms.most_favoured = equity::MostFavoured{equity::MostFavoured::Elects::best_at_round, ""};
      written += ", most_favoured = yes";
    }
    text_ += fmt::format("  round {} {{ closed = 2025-05, amount = ${}k, instrument = safe {{ {} }} }}\n", id, amount / 1000, written);
    t.table.securities.push_back({id, terms});
    t.table.holdings.push_back({id, id, Number(amount)});
  }

  void note(Trial& t) {
    equity::Note terms;
    terms.principal = 300'000;
    terms.interest.rate = Number::ratio(6, 100);
    terms.interest.from = equity::Date{2025, 4, 1};
    std::string written = "interest = 6%/year, cap = $12M, discount = 15%";
    terms.cap = Number(12'000'000);
    terms.discount = Number::ratio(15, 100);
    if (chance()) {
      terms.base = equity::NoteBase::fully_diluted_with_converts;
      written += ", cap_base = with_converts";
    }
    text_ += "  round bridge { closed = 2025-04, amount = $300k, instrument = note { " + written + " } }\n";
    t.table.securities.push_back({"bridge", terms});
    t.table.holdings.push_back({"bridge", "bridge", Number(300'000)});
  }

  // What is 6 % of a draw, and 1 % of the limit.
  void lender(Trial& t) {
    if (t.lender == Trial::Lender::none) return;
    const char* const strikes[] = {"", "$2.50", "last_price", "next_price"};
    std::string written = fmt::format("of_limit = 1%, of_draws = 6%, strike = {}", strikes[static_cast<std::size_t>(t.lender)]);
    if (chance()) {
      t.term = 9 + static_cast<int>(pick(12));
      written += fmt::format(", term = {} months", t.term);
    }
    text_ += "  facility loan { limit = $6M, draw_when = cash < $4M, draw = $1M, warrants = warrants { " + written + " } }\n";
  }

  void round(Trial& t) {
    std::string written;
    if (chance()) {
      t.terms.pool = {chance() ? equity::PoolMode::target_unissued_post : equity::PoolMode::target_total_pool_post, Number::ratio(12, 100)};
      written += std::string(", pool = 12%") +
                 (t.terms.pool.mode == equity::PoolMode::target_total_pool_post ? ", pool_counts = granted_too" : "");
    }
    const std::size_t method = pick(3);
    t.terms.method = static_cast<equity::PriceMethod>(method);
    const char* const methods[] = {"percent_ownership", "pre_money_fixed", "dollars_invested"};
    written += std::string(", price_method = ") + methods[method];
    std::string instrument = "liquidation = 1x" + participation(t.terms.series.participation, t.terms.series.cap_multiple);
    t.senior = chance();
    instrument += t.senior ? ", seniority = senior" : ", seniority = pari_passu";
    const auto [protection, words] = protected_by();
    if (protection) instrument += ", anti_dilution = " + words;
    t.protection = words;
    t.terms.anti_dilution.count_in_pre_money = true;
    t.terms.anti_dilution.new_money_only = true;
    text_ += "  round b { opens_when = runway < 9 months, amount = $6M to $14M, asks = 0.3 to 2.5 of last_post_money" + written +
             ", instrument = preferred { " + instrument + " }, repeats = 3, takes = 2 months }\n";
  }

  std::mt19937 luck_;
  Trial::Lender lender_ = Trial::Lender::none;
  bool pre_money_safes_ = false;  // a most favoured one takes over its own basis alone
  std::string text_;
};

std::optional<equity::Protection> protection_of(const std::string& words) {
  if (words == "broad_weighted_average") return equity::Protection::broad_based;
  if (words == "narrow_weighted_average") return equity::Protection::narrow_based;
  if (words == "broad_with_reserve") return equity::Protection::broad_based_with_reserve;
  if (words == "full_ratchet") return equity::Protection::full_ratchet;
  return std::nullopt;
}

equity::Date date_of(int month) { return {2026 + month / 12, 1 + month % 12, 1}; }

Number top_seniority(const CapTable& table) {
  std::optional<Number> top;
  for (const auto& security : table.securities)
    if (const auto* series = std::get_if<equity::Preferred>(&security.terms))
      top = top && *top < series->seniority ? *top : series->seniority;
  return top.value_or(Number(1));
}

void expect_close(double column, const Number& exact, const std::string& what) {
  const double wanted = exact.to_double();
  EXPECT_NEAR(column, wanted, 1e-9 * std::max(1.0, std::fabs(wanted))) << what;
}

struct Told {
  int closings = 0, exits = 0, missing = 0, granted = 0, priced = 0, exercised = 0, lapsed = 0;
};

// A lender's warrants in exact numbers: options of its own, each with its month.
struct Warrants {
  struct Lot {
    std::string id;
    int month;
  };
  std::vector<Lot> lots;
  Number promised = 0;  // money
  Number price;         // of the last round
  int made = 0;

  void issue(CapTable& table, const Number& money, const Number& strike, int month) {
    lots.push_back({fmt::format("w{}", ++made), month});
    table.securities.push_back({lots.back().id, equity::Option{money / strike, strike, false}});
    table.holdings.push_back({"lender", lots.back().id, money / strike});
  }
  // Those at their term are net-exercised into common, or gone.
  void end(CapTable& table, int month, int term, Told& told) {
    for (auto lot = lots.begin(); term > 0 && lot != lots.end();) {
      if (lot->month + term != month) {
        ++lot;
        continue;
      }
      const auto gone = std::find_if(table.securities.begin(), table.securities.end(), [&](const auto& s) { return s.id == lot->id; });
      const equity::Option option = std::get<equity::Option>(gone->terms);
      table.securities.erase(gone);
      std::erase_if(table.holdings, [&](const auto& h) { return h.security == lot->id; });
      if (option.strike < price) {
        ++told.exercised;
        const Number kept = option.shares * (price - option.strike) / price;
        table.securities.push_back({lot->id + " exercised", equity::Common{kept}});
        table.holdings.push_back({"lender", lot->id + " exercised", kept});
      } else {
        ++told.lapsed;
      }
      lot = lots.erase(lot);
    }
  }
};

// What is kept month by month and what is settled after the last month are the same figures.
void same_at_the_end(const Trial& trial) {
  const ModelFile monthly = checked(trial.text), at_end = checked(trial.at_end);
  const program::Lowered a = program::lower(*monthly.model), b = program::lower(*at_end.model);
  const engine::Reference each(a.runs[0].program), once(b.runs[0].program);
  ASSERT_EQ(a.answers.size(), b.answers.size());
  for (std::uint64_t path = 0; path < 64; ++path) {
    engine::PathOptions options;
    options.path = path;
    const auto by_month = each.run(options), settled = once.run(options);
    for (std::size_t i = 0; i < a.answers.size(); ++i) {
      const double x = by_month.outputs[static_cast<std::size_t>(a.answers[i].output)].back();
      const double y = settled.outputs[static_cast<std::size_t>(b.answers[i].output)].back();
      if (std::isnan(x) && std::isnan(y)) continue;
      if (x == y) continue;
      ASSERT_NEAR(x, y, 1e-9 * std::max(1.0, std::fabs(x))) << monthly.model->asks[a.answers[i].ask].shown[a.answers[i].shown].text << " path " << path << "\n" << trial.at_end;
    }
  }
}

// They and the rest ask for more than the company: as options of before, so many as any price would make them, they leave a lower price.
void no_price_with(const CapTable& table, const equity::RoundTerms& terms, const Warrants& warrants, const std::string& where) {
  const auto without = equity::priced_round(table, terms);
  if (!without) return;
  Number price = without->price;
  for (int step = 0; step < 40; ++step, price = price * Number::ratio(3, 4)) {
    CapTable with = table;
    Warrants there = warrants;
    there.issue(with, warrants.promised, price, 0);
    const auto result = equity::priced_round(with, terms);
    EXPECT_TRUE(!result || result->price < price) << price.to_double() << " is a price, " << where;
  }
}

void replay(const Trial& trial, Told& told) {
  const ModelFile file = checked(trial.text);
  ASSERT_TRUE(file.model.has_value());
  const program::Lowered lowered = program::lower(*file.model);
  ASSERT_EQ(lowered.runs.size(), 1u);
  const engine::Reference reference(lowered.runs[0].program);
  std::vector<std::vector<const program::Answered*>> of(file.model->asks.size());
  for (const auto& answered : lowered.answers) of[answered.ask].push_back(&answered);
  for (std::uint64_t path = 0; path < 12; ++path) {
    engine::PathOptions options;
    options.path = path;
    const auto record = reference.run(options);
    const auto series = [&](std::size_t ask, std::size_t shown) -> const std::vector<double>& {
      return record.outputs[static_cast<std::size_t>(of[ask][shown]->output)];
    };
    CapTable table = trial.table;
    auto protected_series = trial.protected_series;
    double closed = 0;
    bool exact = true;
    Warrants warrants;
    warrants.price = Number(30'000'000) / equity::count(table).fully_diluted();
    const bool lends = trial.lender != Trial::Lender::none;
    const auto lent = [&](int month, std::size_t shown) { return lends ? series(2, shown)[static_cast<std::size_t>(month)] : 0; };
    const double stopped = series(0, 7)[0];
    for (int month = 0; month < kMonths && exact; ++month) {
      const auto at = [&](std::size_t ask, std::size_t shown) { return series(ask, shown)[static_cast<std::size_t>(month)]; };
      const std::string where = fmt::format("path {} month {}\n{}", path, month, trial.text);
      const bool goes_on = !(stopped < month) && month <= kExit;
      if (goes_on) warrants.end(table, month, trial.term, told);
      if (at(0, 0) > closed) {
        closed = at(0, 0);
        ++told.closings;
        equity::RoundTerms terms = trial.terms;
        terms.pre_money = Number::from_double(at(0, 2));
        terms.investors = {{"a.b", Number::from_double(at(0, 1))}};
        terms.date = date_of(month);
        terms.series.id = fmt::format("b{}", static_cast<int>(closed));
        terms.series.seniority = trial.senior ? top_seniority(table) - Number(1) : top_seniority(table);
        terms.anti_dilution.series = protected_series;
        // What waits for this price stands in the count before it: with as many warrants as the columns found, the price must be theirs.
        if (!warrants.promised.is_zero()) {
          if (std::isnan(at(0, 4))) {
            no_price_with(table, terms, warrants, where);
            ++told.missing;
            exact = false;
            continue;
          }
          const Number price = Number::from_double(at(0, 4));
          warrants.issue(table, warrants.promised, price, month);
          warrants.promised = 0;
          ++told.priced;
        }
        const auto result = equity::priced_round(table, terms);
        if (!result) {  // no price: the columns must have none either
          EXPECT_TRUE(std::isnan(at(0, 3))) << where << result.refusal().what;
          ++told.missing;
          exact = false;
          continue;
        }
        expect_close(at(0, 4), result->price, "price, " + where);
        expect_close(at(0, 3), result->post_shares, "shares, " + where);
        std::vector<std::string> before;
        for (const auto& security : table.securities) before.push_back(security.id);
        table = result->after;
        warrants.price = result->price;
        if (const auto own = protection_of(trial.protection))
          for (const auto& security : table.securities)  // the series, and the shadows of what converted in it
            if (std::holds_alternative<equity::Preferred>(security.terms) &&
                std::none_of(protected_series.begin(), protected_series.end(), [&](const auto& p) { return p.first == security.id; }) &&
                security.id != "seed" && security.id != "early")
              protected_series.push_back({security.id, *own});
      }
      if (lends && goes_on && (month == 0 || lent(month, 0) > 0)) {
        Number covered = Number::from_double(lent(month, 0)) * Number::ratio(6, 100);
        if (month == 0) covered += Number(60'000);
        ++told.granted;
        if (trial.lender == Trial::Lender::next)
          warrants.promised += covered;
        else
          warrants.issue(table, covered, trial.lender == Trial::Lender::given ? Number::ratio(5, 2) : warrants.price, month);
      }
      std::map<std::string, Number> owned;
      const Number all = equity::count(table).fully_diluted();
      for (const auto& holding : table.holdings) {
        const auto* security = table.find(holding.security);
        if (equity::shares_of(*security).is_zero()) continue;
        owned[holding.holder] += equity::as_converted(*security) * holding.shares / equity::shares_of(*security);
      }
      const char* const holders[] = {"founders", "fund", "staff", "a.b"};
      for (std::size_t h = 0; h < 4; ++h)
        expect_close(at(1, h), owned[holders[h]] / all, std::string("owned by ") + holders[h] + ", " + where);
      if (lends) expect_close(lent(month, 2), owned["lender"] / all, "owned by the lender, " + where);
      if (month == kExit && !(stopped <= kExit)) {
        ++told.exits;
        const double proceeds = std::max(0.0, at(0, 5) * (1 - 0.03) - lent(month, 1));
        CapTable leaving = table;  // what waits for a price has the last one
        if (!warrants.promised.is_zero()) warrants.issue(leaving, warrants.promised, warrants.price, month);
        const auto exit = equity::exit_payouts(leaving, Number::from_double(proceeds), date_of(month));
        ASSERT_TRUE(static_cast<bool>(exit)) << exit.refusal().what << where;
        std::map<std::string, Number> paid;
        for (const auto& payout : equity::by_holder(leaving, exit->payouts)) paid[payout.holder] += payout.amount;
        for (std::size_t h = 0; h < 4; ++h) {
          const double wanted = paid[holders[h]].to_double();
          EXPECT_NEAR(at(1, 4 + h), wanted, 1e-7 * std::max(1.0, proceeds)) << "paid to " << holders[h] << ", " << where;
        }
        if (lends) {
          EXPECT_NEAR(lent(month, 3), paid["lender"].to_double(), 1e-7 * std::max(1.0, proceeds)) << "paid to the lender, " << where;
        }
      }
    }
    if (::testing::Test::HasFailure()) return;
  }
}

TEST(EquityReplay, ColumnsEqualTheExactEngineOnEveryPath) {
  Told told;
  for (unsigned seed = 1; seed <= 24 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    replay(Maker(seed).trial(), told);
  }
  // The trials must have tried something.
  EXPECT_GT(told.closings, 150);
  EXPECT_GT(told.exits, 60);
  EXPECT_LT(told.missing, 40);
  EXPECT_GT(told.granted, 150);
  EXPECT_GT(told.priced, 20);
  EXPECT_GT(told.exercised, 10);
  EXPECT_GT(told.lapsed, 10);
}

bool same_bits(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) || (a != a && b != b); }

// The same programs in vectors, of the last month.
TEST(EquityReplay, VectorsEqualTheReferenceBitByBit) {
  int lends = 0, compared = 0;
  for (unsigned seed = 300; seed < 312 && !HasFailure(); ++seed) {
    const Trial trial = Maker(seed).trial();
    lends += trial.lender == Trial::Lender::none ? 0 : 1;
    const ModelFile file = checked(trial.at_end);
    ASSERT_TRUE(file.model.has_value());
    const program::Lowered lowered = program::lower(*file.model);
    const program::Program& program = lowered.runs[0].program;
    const engine::Reference reference(program);
    engine::RunOptions options;
    options.paths = 128;
    options.threads = 1;
    options.block = 16;
    const results::Results found = engine::run(program, options);
    for (std::uint64_t path = 0; path < options.paths && !HasFailure(); ++path) {
      engine::PathOptions one;
      one.path = path;
      const auto truth = reference.run(one);
      for (std::size_t output = 0; output < found.outputs.size(); ++output) {
        const auto& kept = found.outputs[output].columns.front().kept[path % results::kScrambles];
        if (kept.empty()) continue;
        ++compared;
        const double x = kept.at(path / results::kScrambles), y = truth.outputs[output].front();
        EXPECT_TRUE(same_bits(x, y)) << x << " and " << y << ", output " << output << " path " << path << "\n" << trial.at_end;
      }
    }
  }
  EXPECT_GT(lends, 6);
  EXPECT_GT(compared, 10'000);
}

// A lender's warrants change who owns what, never what is in the bank or owed, nor what a round is asked to bring.
TEST(EquityReplay, WarrantsMoveNoMoney) {
  int lends = 0;
  for (unsigned seed = 400; seed < 416 && !HasFailure(); ++seed) {
    const Trial trial = Maker(seed).trial();
    if (trial.lender == Trial::Lender::none) continue;
    ++lends;
    std::string with = trial.text.substr(0, trial.text.find("ask months"));
    with += "ask money { show = [a.cash, a.debt, a.interest, a.b.amount, a.b.count, a.last_post_money, a.net_income, a.assets, a.equity] }\n";
    std::string without = with;
    const std::size_t begin = without.find(", warrants = "), end = without.find("} }", begin);
    without.erase(begin, end + 2 - begin);
    const ModelFile one = checked(with), other = checked(without);
    const program::Lowered a = program::lower(*one.model), b = program::lower(*other.model);
    const engine::Reference first(a.runs[0].program), second(b.runs[0].program);
    for (std::uint64_t path = 0; path < 24; ++path) {
      engine::PathOptions options;
      options.path = path;
      const auto x = first.run(options), y = second.run(options);
      for (std::size_t i = 0; i < a.answers.size(); ++i) {
        const auto& here = x.outputs[static_cast<std::size_t>(a.answers[i].output)];
        const auto& there = y.outputs[static_cast<std::size_t>(b.answers[i].output)];
        for (std::size_t month = 0; month < here.size(); ++month)
          EXPECT_TRUE(same_bits(here[month], there[month])) << here[month] << " and " << there[month] << ", month " << month << "\n" << with;
      }
    }
  }
  EXPECT_GT(lends, 8);
}

TEST(EquityReplay, SettledAfterTheMonthsOrMonthByMonth) {
  for (unsigned seed = 100; seed <= 160 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    same_at_the_end(Maker(seed).trial());
  }
}

}  // namespace
}  // namespace warchest::laws
