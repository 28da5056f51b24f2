// Straight from the contracts: for one profile, pay debts, then preferences by rank, then the rest by shares, filling capped
// participants up as they reach their caps. No inversion, no sorting of thresholds.
#include "equity/reference.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "equity/convert.h"

namespace warchest::equity {
namespace {

struct Player {
  Number fixed;  // if it holds
  bool debt = false;
  Number rank;
  Number units_holding;        // shares in the rest while holding
  std::optional<Number> room;  // what it may take of the rest while holding
  Number units_converted;
  Number strike;  // paid to share at all
  bool elects = false;
};

struct Game {
  std::vector<Player> players;
  std::vector<std::pair<std::size_t, Number>> counted;  // converts measured on a count with converts: security, fraction
  std::vector<std::pair<std::size_t, Number>> outside;
  Number issued;
};

Result<Game> game_of(const CapTable& table, const std::optional<Date>& date) {
  Game game;
  const auto converts = converts_of(table, date);
  if (!converts) return converts.refusal();
  std::size_t next = 0;
  Number last_rank;
  for (const Security& security : table.securities) {
    if (const Debt* debt = std::get_if<Debt>(&security.terms)) last_rank = greatest(last_rank, debt->seniority);
    if (const Note* note = std::get_if<Note>(&security.terms)) last_rank = greatest(last_rank, note->seniority.value_or(Number(0)));
  }
  for (std::size_t i = 0; i < table.securities.size(); ++i) {
    const Terms& terms = table.securities[i].terms;
    Player player;
    if (const Common* common = std::get_if<Common>(&terms)) {
      player.units_holding = player.units_converted = common->shares;
      game.issued += common->shares;
    } else if (const Option* option = std::get_if<Option>(&terms)) {
      player.units_converted = option->shares;
      player.strike = option->strike;
      player.elects = true;
      game.issued += option->shares;
    } else if (const Preferred* series = std::get_if<Preferred>(&terms)) {
      const auto claim = claim_of(table.securities[i].id, *series, date);
      if (!claim) return claim.refusal();
      player.fixed = claim->preference;
      player.rank = series->seniority;
      player.units_converted = claim->units;
      if (series->participation != Participation::none) player.units_holding = claim->units;
      if (claim->cap) player.room = *claim->cap - claim->preference;
      player.elects = series->participation != Participation::full;
      game.issued += claim->units;
    } else if (const Debt* debt = std::get_if<Debt>(&terms)) {
      player.fixed = debt->claim;
      player.debt = true;
      player.rank = debt->seniority;
    } else if (!std::holds_alternative<Pool>(terms)) {
      const Convert& convert = (*converts)[next++];
      const EffectiveTerms& effective = lowest_cap(convert);
      player.fixed = convert.amount;
      player.debt = convert.is_note;
      const Note* note = std::get_if<Note>(&terms);
      player.rank = note == nullptr ? std::get<Safe>(terms).seniority : note->seniority.value_or(last_rank + 1);
      Number fraction = effective.percent.value_or(Number(0));
      if (effective.cap) fraction = greatest(fraction, convert.amount / *effective.cap);
      if (fraction.sign() > 0) {
        player.elects = true;
        const bool apart = effective.base == Denominator::pre_money_without_converts;
        (apart ? game.outside : game.counted).emplace_back(i, fraction);
      }
    }
    game.players.push_back(player);
  }
  return game;
}

void size_converts(Game& game, const std::vector<bool>& converts) {
  Number fixed = game.issued;
  Number fractions;
  for (const auto& [security, fraction] : game.outside) {
    game.players[security].units_converted = fraction * game.issued;
    if (converts[security]) fixed += fraction * game.issued;
  }
  for (const auto& [security, fraction] : game.counted) {
    if (converts[security]) fractions += fraction;
  }
  for (const auto& [security, fraction] : game.counted) {
    game.players[security].units_converted = converts[security] ? fraction * fixed / (Number(1) - fractions) : Number(0);
  }
}

// Pays one profile. An exercised option adds its strikes to the pot and takes its share of it; its payout is net.
std::vector<Number> pay(const Game& game, const std::vector<bool>& converts, const Number& proceeds) {
  std::vector<Number> paid(game.players.size());
  Number left = proceeds;
  for (const bool debt : {true, false}) {
    std::map<Number, std::vector<std::size_t>> tiers;
    for (std::size_t i = 0; i < game.players.size(); ++i) {
      const Player& player = game.players[i];
      if (player.debt == debt && !converts[i] && player.fixed.sign() > 0) tiers[player.rank].push_back(i);
    }
    for (const auto& [rank, members] : tiers) {
      Number claims;
      for (const std::size_t i : members) claims += game.players[i].fixed;
      const Number pays = least(left, claims);
      for (const std::size_t i : members) paid[i] = game.players[i].fixed * pays / claims;
      left -= pays;
    }
  }
  std::vector<Number> units(game.players.size()), strikes(game.players.size());
  for (std::size_t i = 0; i < game.players.size(); ++i) {
    const Player& player = game.players[i];
    units[i] = converts[i] ? player.units_converted : player.units_holding;
    if (converts[i]) strikes[i] = player.units_converted * player.strike;
    left += strikes[i];
  }
  std::vector<bool> full(game.players.size());
  std::vector<Number> shared(game.players.size());
  for (bool again = true; again;) {
    again = false;
    Number all;
    for (std::size_t i = 0; i < units.size(); ++i) all += full[i] ? Number(0) : units[i];
    if (all.is_zero()) break;
    for (std::size_t i = 0; i < units.size(); ++i) {
      if (full[i]) continue;
      shared[i] = left * units[i] / all;
      const auto& room = game.players[i].room;
      if (converts[i] || !room || shared[i] <= *room) continue;
      shared[i] = *room;
      full[i] = true;
      left -= *room;
      again = true;
      break;
    }
  }
  for (std::size_t i = 0; i < paid.size(); ++i) paid[i] += shared[i] - strikes[i];
  return paid;
}

}  // namespace

Result<std::vector<Equilibrium>> equilibria(const CapTable& table, const Number& proceeds, const std::optional<Date>& date) {
  auto game = game_of(table, date);
  if (!game) return game.refusal();
  std::vector<std::size_t> electing;
  for (std::size_t i = 0; i < game->players.size(); ++i) {
    if (game->players[i].elects) electing.push_back(i);
  }
  if (electing.size() > 20) return Refusal{"more than 2^20 profiles"};
  std::vector<std::vector<Number>> payouts;
  const auto converts_in = [&](std::size_t profile) {
    std::vector<bool> converts(game->players.size());
    for (std::size_t bit = 0; bit < electing.size(); ++bit) converts[electing[bit]] = (profile >> bit & 1U) != 0;
    return converts;
  };
  for (std::size_t profile = 0; profile < std::size_t{1} << electing.size(); ++profile) {
    const std::vector<bool> converts = converts_in(profile);
    size_converts(*game, converts);
    payouts.push_back(pay(*game, converts, proceeds));
  }
  std::vector<Equilibrium> found;
  for (std::size_t profile = 0; profile < payouts.size(); ++profile) {
    bool rests = true;
    for (std::size_t bit = 0; rests && bit < electing.size(); ++bit) {
      rests = payouts[profile ^ (std::size_t{1} << bit)][electing[bit]] <= payouts[profile][electing[bit]];
    }
    if (rests) found.push_back({converts_in(profile), payouts[profile]});
  }
  return found;
}

IteratedRound iterated_round(const CapTable& table, const RoundTerms& terms) {
  IteratedRound round;
  const auto converts = converts_of(table, terms.date);
  if (!converts) return round;
  const ShareCount before = count(table);
  const double outstanding = before.outstanding().to_double();
  const double unissued = before.unissued.to_double();
  const double granted = before.granted.to_double();
  const double pre_money = terms.pre_money.to_double();
  const double pool = terms.pool.value.to_double();
  double money = 0;
  for (const Investor& investor : terms.investors) money += investor.amount.to_double();
  double converting = 0;
  for (const Convert& convert : *converts) converting += convert.amount.to_double();
  const double overflow_wanted = std::max(0.0, terms.promised_options.to_double() - unissued);
  double increase = 0, shares = 0, extra = 0, total = outstanding + unissued;
  round.converts.assign(converts->size(), 0);
  for (int pass = 0; pass < 200'000; ++pass) {
    const double inside = terms.anti_dilution.count_in_pre_money ? extra : 0;
    const double common_count = outstanding + unissued + increase + inside;
    double price = pre_money / (common_count + shares);
    if (terms.method == PriceMethod::pre_money_fixed) price = pre_money / common_count;
    if (terms.method == PriceMethod::dollars_invested) price = (pre_money + converting) / (common_count + shares);
    double new_shares_of_converts = 0;
    for (std::size_t i = 0; i < converts->size(); ++i) {
      const double amount = (*converts)[i].amount.to_double();
      double most = 0;
      for (const EffectiveTerms& one : (*converts)[i].choices) {
        double base = outstanding + unissued + std::min(increase, overflow_wanted) + shares;
        if (one.base == Denominator::pre_money_without_converts) base = common_count;
        if (one.base == Denominator::pre_money_with_converts) base = common_count + shares;
        most = std::max(most, amount / (price * (1 - (one.discount ? one.discount->to_double() : 0))));
        if (one.cap) most = std::max(most, amount * base / one.cap->to_double());
        if (one.percent) most = std::max(most, base * one.percent->to_double());
      }
      round.converts[i] = most;
      new_shares_of_converts += most;
    }
    const double sold = money / price;
    double adjusted = 0;
    const double issued = terms.anti_dilution.new_money_only ? sold : sold + new_shares_of_converts;
    const double paid = terms.anti_dilution.new_money_only ? money : money + converting;
    for (const auto& [id, protection] : terms.anti_dilution.series) {
      const Preferred& series = std::get<Preferred>(table.find(id)->terms);
      const double old = series.conversion_price.to_double();
      const double counted = shares_counted(protection, before).to_double();
      double fresh = protection == Protection::full_ratchet ? paid / issued : old * (counted + paid / old) / (counted + issued);
      fresh = std::min(fresh, old);
      adjusted += series.shares.to_double() * series.original_price.to_double() * (1 / fresh - 1 / old);
    }
    double wanted = 0;
    if (terms.pool.mode == PoolMode::increase) wanted = pool;
    if (terms.pool.mode == PoolMode::target_unissued_post) wanted = std::max(0.0, pool * total - unissued);
    if (terms.pool.mode == PoolMode::target_total_pool_post) wanted = std::max(0.0, pool * total - unissued - granted);
    const double sum = outstanding + unissued + wanted + new_shares_of_converts + adjusted + sold;
    const bool still = std::abs(sum - total) <= 1e-15 * sum && std::abs(price - round.price) <= 1e-15 * price;
    increase = wanted;
    shares = new_shares_of_converts;
    extra = adjusted;
    total = sum;
    round.price = price;
    round.post_shares = sum;
    if (still && pass > 2) {
      round.settled = true;
      break;
    }
    if (!std::isfinite(sum) || sum > 1e30) break;
  }
  return round;
}

}  // namespace warchest::equity
